//! One value per row. Most columns of a table are blank in every row, or the same in two tables: such columns share
//! their values.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Values by row. Clones share them until one of the clones is changed.
#[derive(Clone, PartialEq, Eq)]
pub struct PerRow<T>(Arc<Vec<T>>);

impl<T: Clone> PerRow<T> {
    /// The values, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: Copy> PerRow<T> {
    /// Rows in a new order (or a selection of them).
    pub fn take(&self, rows: &[u32]) -> Self {
        rows.iter().map(|&row| self[row as usize]).collect()
    }

    /// Leaves only these rows, ascending; in place, unless a clone shares the values.
    pub fn keep(&mut self, rows: &[u32]) {
        match Arc::get_mut(&mut self.0) {
            Some(values) => {
                rows.iter().enumerate().for_each(|(to, &from)| values[to] = values[from as usize]);
                values.truncate(rows.len());
            }
            None => *self = self.take(rows),
        }
    }

    /// Whether these are clones that share their values.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Default for PerRow<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for PerRow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Deref for PerRow<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for PerRow<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Arc::new(values))
    }
}

impl<T: Clone> From<PerRow<T>> for Vec<T> {
    fn from(values: PerRow<T>) -> Self {
        Arc::unwrap_or_clone(values.0)
    }
}

impl<T> FromIterator<T> for PerRow<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().collect::<Vec<T>>().into()
    }
}

impl<'a, T> IntoIterator for &'a PerRow<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
