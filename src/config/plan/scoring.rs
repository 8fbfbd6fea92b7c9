//! What scoring takes besides criteria and limits: what blanks count for, what rests, and the grid of two groups.

use jiff::civil::Date;

use super::{Criterion, ScorePlan, Worth};
use crate::model::scorecards::Points;

/// What a criterion gives a lead that has no data to tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Missing {
    /// As if it were not met: an importance lowers.
    #[default]
    No,
    /// Nothing.
    Neutral,
}

impl Worth {
    /// What it gives once: met or not.
    pub fn of(self, met: bool) -> Points {
        match (self, met) {
            (Self::Importance(weight), true) => weight,
            (Self::Importance(weight), false) => Points(weight.0.saturating_neg()),
            (Self::Points(points), true) => points,
            (Self::Points(_), false) => Points::ZERO,
        }
    }
}

impl Criterion {
    /// What a condition gives that is met, not met, or without data; of history items, one, or none.
    pub fn given(&self, met: Option<bool>) -> Points {
        match (met, self.missing) {
            (None, Missing::Neutral) => Points::ZERO,
            (met, _) => self.worth.of(met == Some(true)),
        }
    }
}

/// The days on which something counts, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Validity {
    /// The first day; none: since ever.
    pub from: Option<Date>,
    /// The last day; none: for ever.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether it counts on a day.
    pub fn covers(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The days that both cover.
    pub fn and(self, other: Self) -> Self {
        let both = |a: Option<Date>, b: Option<Date>, choose: fn(Date, Date) -> Date| match (a, b) {
            (Some(a), Some(b)) => Some(choose(a, b)),
            (one, other) => one.or(other),
        };
        Self { from: both(self.from, other.from, Date::max), until: both(self.until, other.until, Date::min) }
    }

    /// Whether it covers no day at all.
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if from > until)
    }

    /// Whether some day is covered by both.
    pub fn overlaps(self, other: Self) -> bool {
        !self.and(other).is_empty()
    }

    /// `from 2026-01-01 to 2026-06-30`, in a sentence behind "valid".
    pub fn shown(self) -> String {
        match (self.from, self.until) {
            (Some(from), Some(until)) => format!("from {from} to {until}"),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(until)) => format!("until {until}"),
            (None, None) => "always".to_owned(),
        }
    }
}

impl ScorePlan {
    /// Every grade that a lead can have, the best first; of a grid, row by row.
    pub fn grade_names(&self) -> Vec<String> {
        let names = |bands: &Bands| bands.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let Some(axes) = self.grid else { return names(&self.grades) };
        let [rows, columns] = axes.map(|axis| self.groups[axis].bands.as_ref().map(names).unwrap_or_default());
        rows.iter().flat_map(|row| columns.iter().map(move |column| format!("{row}{column}"))).collect()
    }
}

/// A criterion that does not count on the day of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// When it counts.
    pub validity: Validity,
}

/// Bands of a percentage: name and where each begins, the highest first.
pub type Bands = Vec<(String, f64)>;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn days(from: Option<i8>, until: Option<i8>) -> Validity {
        let day = |day: i8| date(2026, 5, day);
        Validity { from: from.map(day), until: until.map(day) }
    }

    #[test]
    fn both_ends_count() {
        for (from, until, day, covers) in [
            (Some(5), Some(9), 4, false),
            (Some(5), Some(9), 5, true),
            (Some(5), Some(9), 9, true),
            (Some(5), Some(9), 10, false),
            (None, Some(9), 1, true),
            (Some(5), None, 31, true),
            (None, None, 1, true),
        ] {
            assert_eq!(days(from, until).covers(date(2026, 5, day)), covers, "{from:?} {until:?} {day}");
        }
    }

    #[test]
    fn overlaps_share_a_day() {
        for (a, b, overlaps) in [
            ((None, Some(9)), (Some(10), None), false),
            ((None, Some(10)), (Some(10), None), true),
            ((None, None), (Some(3), Some(4)), true),
            ((Some(1), Some(2)), (Some(3), Some(4)), false),
            ((Some(1), Some(9)), (Some(3), Some(4)), true),
        ] {
            let (a, b) = (days(a.0, a.1), days(b.0, b.1));
            assert_eq!((a.overlaps(b), b.overlaps(a)), (overlaps, overlaps), "{a:?} {b:?}");
        }
        assert!(days(Some(2), Some(1)).is_empty() && !days(Some(2), Some(2)).is_empty());
        assert_eq!(days(Some(1), None).and(days(Some(3), Some(7))), days(Some(3), Some(7)));
        assert_eq!(days(Some(1), Some(2)).shown(), "from 2026-05-01 to 2026-05-02");
    }
}
