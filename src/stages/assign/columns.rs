//! Texts of the golden leads, each looked at about once.

use polars::prelude::StringChunked;

use crate::model::facts::Facts;

/// A text column: its values, and which of them each lead has; without the latter one value per lead.
pub(super) struct TextValues {
    values: StringChunked,
    codes: Option<Vec<u32>>,
}

/// Something for every value of a column.
pub(super) struct ByValue<T> {
    each: Vec<T>,
    codes: Option<Vec<u32>>,
}

impl TextValues {
    /// A column of the leads; none where there is none of text.
    pub(super) fn of(facts: &Facts, name: &str) -> Option<Self> {
        let (values, codes) = match facts.distinct(name) {
            Some(distinct) => (distinct.values, Some(distinct.codes)),
            None => (facts.column(name)?, None),
        };
        Some(Self { values: values.str().ok()?.clone(), codes })
    }

    /// What each value is made into.
    pub(super) fn map<'s, T>(&'s self, make: impl FnMut(Option<&'s str>) -> T) -> ByValue<T> {
        ByValue { each: self.values.iter().map(make).collect(), codes: self.codes.clone() }
    }
}

impl<T> ByValue<T> {
    /// That of a lead.
    pub(super) fn of(&self, lead: usize) -> &T {
        &self.each[self.place(lead)]
    }

    /// The place of a lead's value among all.
    pub(super) fn place(&self, lead: usize) -> usize {
        self.codes.as_ref().map_or(lead, |codes| codes[lead] as usize)
    }

    /// How many of these leads have each value.
    pub(super) fn counts(&self, leads: &[bool]) -> Vec<u64> {
        let mut counts = vec![0; self.each.len()];
        (0..leads.len()).filter(|&lead| leads[lead]).for_each(|lead| counts[self.place(lead)] += 1);
        counts
    }

    /// Every value once, or more often.
    pub(super) fn each(&self) -> &[T] {
        &self.each
    }
}
