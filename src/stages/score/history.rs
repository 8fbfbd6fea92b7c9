//! The history items that count on a day, by golden lead, newest first.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::entities::{ActivityKind, Entities};

/// A history item as criteria see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// What kind.
    pub(super) kind: ActivityKind,
    /// Whole days before as_of; none without a date.
    pub(super) age: Option<i64>,
}

/// All items up to as_of.
pub(super) struct History {
    items: Vec<Item>,
    /// Golden lead `e` has the items `offsets[e] .. offsets[e + 1]`.
    offsets: Vec<usize>,
}

impl History {
    /// Items on days after as_of are left out; items without a date stand last, as the oldest.
    pub(super) fn new(entities: &Entities, as_of: Date) -> Self {
        let today = i64::from(calendar::days(as_of));
        let age = |at: i64| today - at.div_euclid(MICROS_PER_DAY);
        let mut dated: Vec<_> = entities.history.iter().filter(|item| item.at.is_none_or(|at| age(at) >= 0)).collect();
        dated.sort_by_key(|item| (item.entity, Reverse(item.at)));

        let mut offsets = vec![0; entities.len() + 1];
        for item in &dated {
            offsets[item.entity.index() + 1] += 1;
        }
        for entity in 0..entities.len() {
            offsets[entity + 1] += offsets[entity];
        }
        let items = dated.iter().map(|item| Item { kind: item.kind, age: item.at.map(age) }).collect();
        Self { items, offsets }
    }

    /// A golden lead's items, newest first.
    pub(super) fn of(&self, entity: usize) -> &[Item] {
        &self.items[self.offsets[entity]..self.offsets[entity + 1]]
    }
}
