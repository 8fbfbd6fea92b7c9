//! Whole columns: a kernel runs once per distinct value (and context: country, source), in parallel; rows get codes.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::clean::Clean;
use super::order::recode;
use crate::model::leads::Values;
use crate::model::per_row::PerRow;
use crate::model::rows::FindingCode;
use crate::model::text::{BLANK, TextColumn};

/// What is wrong in which row.
pub(super) type Faults = Vec<(u32, FindingCode)>;

/// A clean column and its faults.
pub(super) struct Column {
    pub values: Values,
    pub faults: Faults,
}

/// Results per distinct value and context; result 0 belongs to the blank.
pub(super) struct Distinct<T> {
    /// Result per row.
    pub of: Vec<u32>,
    pub results: Vec<Clean<T>>,
}

impl<T: Send> Distinct<T> {
    /// One result per distinct value.
    pub(super) fn by_value(raw: &TextColumn, kernel: impl Fn(&str) -> Clean<T> + Sync) -> Self {
        let results = (0..raw.dictionary.len() as u32).into_par_iter();
        Self { of: raw.codes.to_vec(), results: results.map(|code| kernel(raw.dictionary.get(code))).collect() }
    }

    /// One result per distinct value and context.
    pub(super) fn by_context(
        raw: &TextColumn,
        contexts: &[u32],
        kernel: impl Fn(&str, u32) -> Clean<T> + Sync,
    ) -> Self {
        let mut pairs = vec![(BLANK, 0)];
        let mut known: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
        let of = raw.codes.iter().zip(contexts).map(|(&code, &context)| {
            if code == BLANK {
                return 0;
            }
            *known.entry((code, context)).or_insert_with(|| {
                pairs.push((code, context));
                pairs.len() as u32 - 1
            })
        });
        let of = of.collect();
        let results = pairs.par_iter().map(|&(code, context)| kernel(raw.dictionary.get(code), context)).collect();
        Self { of, results }
    }
}

impl<T> Distinct<T> {
    /// The clean value of a row.
    pub(super) fn get(&self, row: usize) -> Option<&T> {
        self.results[self.of[row] as usize].value.as_ref()
    }

    /// What is wrong, row by row.
    pub(super) fn faults(&self) -> Faults {
        if self.results.iter().all(|clean| clean.finding.is_none()) {
            return Vec::new();
        }
        let of = self.of.iter().zip(0u32..);
        of.filter_map(|(&result, row)| Some((row, self.results[result as usize].finding?))).collect()
    }

    /// One value per row.
    pub(super) fn rows<U>(&self, read: impl Fn(&T) -> U) -> PerRow<Option<U>> {
        (0..self.of.len()).map(|row| self.get(row).map(&read)).collect()
    }

    /// A text column; each distinct result is stored once, in order of first appearance.
    pub(super) fn text(&self, read: impl Fn(&T) -> &str) -> TextColumn {
        let mut column = TextColumn::default();
        let mut known = vec![u32::MAX; self.results.len()];
        column.codes = self
            .of
            .iter()
            .map(|&result| {
                let code = &mut known[result as usize];
                if *code == u32::MAX {
                    *code = self.results[result as usize]
                        .value
                        .as_ref()
                        .map_or(BLANK, |value| column.dictionary.intern(read(value)));
                }
                *code
            })
            .collect();
        column
    }
}

/// A text column cleaned value by value.
pub(super) fn text(raw: &TextColumn, kernel: impl Fn(&str) -> Clean<String> + Sync) -> Column {
    let distinct = Distinct::by_value(raw, kernel);
    Column { values: Values::Text(distinct.text(String::as_str)), faults: distinct.faults() }
}

/// A text column of what `write` puts into the buffer for each row.
pub(super) fn composed(rows: usize, mut write: impl FnMut(usize, &mut String)) -> TextColumn {
    let mut column = TextColumn::default();
    let mut buffer = String::new();
    for row in 0..rows {
        buffer.clear();
        write(row, &mut buffer);
        column.push(&buffer);
    }
    column
}

/// Keeps some rows of a column.
pub(super) fn select(values: &mut Values, rows: &[u32]) {
    fn pick<T: Copy>(values: &mut PerRow<T>, rows: &[u32]) {
        *values = values.take(rows);
    }
    match values {
        Values::Text(column) => recode(column, rows),
        Values::Integer(values) | Values::Timestamp(values) => pick(values, rows),
        Values::Number(values) => pick(values, rows),
        Values::Boolean(values) => pick(values, rows),
        Values::Date(values) => pick(values, rows),
    }
}
