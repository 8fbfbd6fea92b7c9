//! Optional values by row, each stored once: columns of dates, flags and amounts have few different ones, and often none.

use std::ops::Index;
use std::sync::Arc;

use super::per_row::PerRow;

/// A value or none per row, as a code per row into values that rows share. The codes are those of the text that the
/// values were read from, and mostly shared with it: such a column takes no room per row.
#[derive(Debug, Clone, Default)]
pub struct Coded<T> {
    codes: PerRow<u32>,
    values: Arc<[Option<T>]>,
}

impl<T: Copy> Coded<T> {
    /// The values of rows with these codes; each code is a place in `values`.
    pub fn new(codes: PerRow<u32>, values: impl IntoIterator<Item = Option<T>>) -> Self {
        Self { codes, values: values.into_iter().collect() }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether no row has a value, as far as the values that rows share tell.
    pub fn is_blank(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    /// The values of all rows.
    pub fn iter(&self) -> impl Iterator<Item = Option<T>> {
        self.codes.iter().map(|&code| self.values[code as usize])
    }

    /// The values that rows share, by code.
    pub fn values(&self) -> &[Option<T>] {
        &self.values
    }

    /// The code of each row.
    pub fn codes(&self) -> &PerRow<u32> {
        &self.codes
    }

    /// The codes, to be changed with the rows.
    pub fn codes_mut(&mut self) -> &mut PerRow<u32> {
        &mut self.codes
    }
}

impl<T> Index<usize> for Coded<T> {
    type Output = Option<T>;

    fn index(&self, row: usize) -> &Option<T> {
        &self.values[self.codes[row] as usize]
    }
}

impl<T> FromIterator<Option<T>> for Coded<T> {
    /// A code of its own for each row.
    fn from_iter<I: IntoIterator<Item = Option<T>>>(values: I) -> Self {
        let values: Arc<[Option<T>]> = values.into_iter().collect();
        Self { codes: (0..values.len() as u32).collect(), values }
    }
}
