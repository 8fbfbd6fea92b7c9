//! Criteria over history items, as planned.

use crate::model::entities::ActivityKind;
use crate::model::field::ValueType;
use crate::model::scorecards::Points;
use crate::rules::Condition;

/// The columns of a history item that conditions see.
pub const ITEM_COLUMNS: [(&str, ValueType); 5] = [
    ("activity", ValueType::Text),
    ("at", ValueType::Timestamp),
    ("subject", ValueType::Text),
    ("text", ValueType::Text),
    ("author", ValueType::Text),
];

/// Which history items count; those after as_of never do.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// Kind, none for any.
    pub activity: Option<ActivityKind>,
    /// Only items of the last so many days before as_of.
    pub within_days: Option<i64>,
    /// Only items that meet it; none: all.
    pub filter: Option<Condition>,
}

impl Items {
    /// The items in a sentence, one or several: `e-mails within 90 days`, `history item`; the filter is left out.
    pub fn in_words(&self, several: bool) -> String {
        let kind = match (self.activity, several) {
            (Some(kind), several) => kind.in_words(several),
            (None, false) => "history item",
            (None, true) => "history items",
        };
        match self.within_days {
            None => kind.to_owned(),
            Some(1) => format!("{kind} within 1 day"),
            Some(days) => format!("{kind} within {days} days"),
        }
    }
}

/// How an item's points fall with its age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// They halve in so many days.
    HalfLife(f64),
    /// They fall evenly to nothing in so many days; from then on the item does not count.
    Linear(i64),
}

/// Points of each record that come from elsewhere.
#[derive(Debug, Clone)]
pub struct KnownPoints {
    /// For each record, none where there is nothing to give any.
    pub points: Vec<Option<Points>>,
    /// The least that there can be; none where nothing bounds it.
    pub low: Option<Points>,
    /// The most that there can be; none where nothing bounds it.
    pub high: Option<Points>,
}
