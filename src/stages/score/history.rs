//! The history items that count on a day, by record, newest first.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::config::plan::Items;
use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::entities::{ActivityKind, HistoryItem};
use crate::model::facts::Facts;
use crate::model::table;
use crate::rules::{self, Condition};

/// A history item as criteria see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// What kind.
    pub(super) kind: ActivityKind,
    /// Whole days before as_of; none without a date.
    pub(super) age: Option<i64>,
}

/// All items up to as_of.
pub(super) struct History<'a> {
    sorted: Vec<&'a HistoryItem>,
    items: Vec<Item>,
    /// Record `r` has the items `offsets[r] .. offsets[r + 1]`.
    offsets: Vec<usize>,
}

impl<'a> History<'a> {
    /// Items on days after as_of are left out; items without a date stand last, as the oldest.
    pub(super) fn new(history: &'a [HistoryItem], records: usize, as_of: Date) -> Self {
        let today = i64::from(calendar::days(as_of));
        let age = |at: i64| today - at.div_euclid(MICROS_PER_DAY);
        let mut sorted: Vec<_> = history.iter().filter(|item| item.at.is_none_or(|at| age(at) >= 0)).collect();
        sorted.sort_by_key(|item| (item.entity, Reverse(item.at)));

        let mut offsets = vec![0; records + 1];
        for item in &sorted {
            offsets[item.entity.index() + 1] += 1;
        }
        for record in 0..records {
            offsets[record + 1] += offsets[record];
        }
        let items = sorted.iter().map(|item| Item { kind: item.kind, age: item.at.map(age) }).collect();
        Self { sorted, items, offsets }
    }

    /// For each condition, whether each of the items meets it: all items are asked at once.
    pub(super) fn masks(&self, conditions: &[&Condition]) -> Vec<Vec<bool>> {
        if conditions.is_empty() {
            return Vec::new();
        }
        let read: BTreeSet<&str> = conditions.iter().flat_map(|one| &one.columns).map(String::as_str).collect();
        let masks = rules::masks(conditions, &self.facts(&read));
        masks.iter().map(|mask| mask.met().collect()).collect()
    }

    /// The columns of the items, as far as they are read.
    fn facts(&self, read: &BTreeSet<&str>) -> Facts {
        let mut facts = Facts::new(self.sorted.len());
        let items = || self.sorted.iter();
        for &name in read {
            let values = match name {
                "activity" => table::words(items().map(|item| item.kind.name())),
                "at" => table::timestamps(items().map(|item| item.at)),
                "subject" => table::words(items().map(|item| item.subject.as_str())),
                "author" => table::words(items().map(|item| item.author.as_str())),
                _ => table::filled_text(items().map(|item| item.text.as_str())),
            };
            facts.put(name, values);
        }
        facts
    }

    /// The items of a record that count, newest first. `met` says which items meet the filter.
    pub(super) fn counting<'h>(
        &'h self,
        record: usize,
        which: &'h Items,
        met: Option<&'h [bool]>,
        ageing: Ageing,
    ) -> impl Iterator<Item = &'h Item> {
        let range = self.offsets[record]..self.offsets[record + 1];
        range
            .filter(move |&item| met.is_none_or(|met| met[item]))
            .map(|item| &self.items[item])
            .filter(|item| which.activity.is_none_or(|kind| item.kind == kind))
            .filter(move |item| match item.age {
                Some(age) => which.within_days.is_none_or(|days| age <= days) && ageing.lasts(age),
                None => which.within_days.is_none() && ageing == Ageing::Never,
            })
    }
}

/// Whether an item's age matters, beside the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ageing {
    /// It does not.
    Never,
    /// It does, so that an item without a date cannot count.
    Always,
    /// Items of so many days and more do not count.
    Until(i64),
}

impl Ageing {
    fn lasts(self, age: i64) -> bool {
        if let Self::Until(end) = self { age < end } else { true }
    }
}
