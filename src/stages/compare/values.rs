//! Comparing any other column: by levels that the user gave, or by those usual for dates, identifiers, categories and
//! text.

use super::contact::best;
use super::place::Words;
use super::similarity::{jaro_winkler, within};
use super::{Reached, frequency};
use crate::config::plan::LevelPlan;
use crate::model::calendar;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns, Role};

/// One agreement short of "different".
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Test {
    Plan(LevelPlan),
    /// Day and month swapped, or one character off.
    DateSlip,
    /// The same year.
    SameYear,
    /// Jaro-Winkler 0.85 or half of the words in common.
    Overlap,
}

/// The tests usual for a role, with their labels, m and u to start from ("different" last).
pub(super) fn usual(role: Role) -> (Vec<Test>, Vec<&'static str>, Vec<f64>, Vec<f64>) {
    use LevelPlan::{Exact, JaroWinkler, Levenshtein};
    let exact = Test::Plan(Exact);
    match role {
        Role::Date => (
            vec![exact, Test::DateSlip, Test::SameYear],
            vec!["exact", "slip", "same year", "different"],
            vec![0.82, 0.1, 0.03, 0.05],
            vec![3e-4, 3e-3, 0.02, 0.9767],
        ),
        Role::Identifier => (
            vec![exact, Test::Plan(Levenshtein(1))],
            vec!["exact", "one edit", "different"],
            vec![0.85, 0.08, 0.07],
            vec![1e-5, 1e-4, 0.99989],
        ),
        Role::Category | Role::Country | Role::Region => {
            (vec![exact], vec!["exact", "different"], vec![0.93, 0.07], vec![0.3, 0.7])
        }
        _ => (
            vec![exact, Test::Plan(JaroWinkler(0.92)), Test::Overlap],
            vec!["exact", "similar", "overlap", "different"],
            vec![0.7, 0.1, 0.08, 0.12],
            vec![5e-3, 5e-3, 0.02, 0.97],
        ),
    }
}

/// A column under a list of tests; the first that holds is the level.
pub(super) struct Values<'a> {
    column: &'a MatchColumn,
    tests: Vec<Test>,
    share: Vec<f64>,
    words: Option<Words>,
    /// Per code, days since the epoch; none where the text is no ISO date.
    days: Vec<Option<i32>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(columns: &'a MatchColumns, column: usize, tests: Vec<Test>) -> Self {
        let this = &columns.columns[column];
        let words = tests.iter().any(|test| matches!(test, Test::Overlap | Test::Plan(LevelPlan::Jaccard(_))));
        let dates = tests.iter().any(|test| matches!(test, Test::Plan(LevelPlan::DaysApart(_))));
        Self {
            column: this,
            share: frequency::by_rows(this, columns.rows),
            words: words.then(|| Words::new(&this.dictionary)),
            days: if dates { this.dictionary.iter().map(day).collect() } else { Vec::new() },
            tests,
        }
    }

    pub(super) fn reach(&self, a: LeadId, b: LeadId) -> Reached {
        let different = self.tests.len() as u8 + 1;
        best(self.column.of(a), self.column.of(b), different, |x, y| {
            if x == y {
                // Equal values pass any test, so the first level is theirs.
                return Reached::value(1, self.share[x as usize]);
            }
            let (s, t) = (self.column.dictionary.get(x), self.column.dictionary.get(y));
            let level = self.tests.iter().position(|&test| self.holds(test, x, y, s, t)).unwrap_or(self.tests.len());
            Reached::level(level as u8 + 1)
        })
    }

    fn holds(&self, test: Test, x: u32, y: u32, s: &str, t: &str) -> bool {
        let jaccard = || self.words.as_ref().map_or(0.0, |words| words.jaccard(x, y));
        match test {
            Test::Plan(LevelPlan::Exact) => false,
            Test::Plan(LevelPlan::JaroWinkler(least)) => jaro_winkler(s, t) >= least,
            Test::Plan(LevelPlan::Levenshtein(most)) => within(s, t, most),
            Test::Plan(LevelPlan::Jaccard(least)) => jaccard() >= least,
            Test::Plan(LevelPlan::Prefix) => {
                s.starts_with(t.trim_end_matches('.')) || t.starts_with(s.trim_end_matches('.'))
            }
            Test::Plan(LevelPlan::SamePrefix(count)) => {
                s.chars().take(count).eq(t.chars().take(count)) && s.chars().count() >= count
            }
            Test::Plan(LevelPlan::DaysApart(most)) => match (self.days[x as usize], self.days[y as usize]) {
                (Some(p), Some(q)) => p.abs_diff(q) <= most,
                _ => false,
            },
            Test::DateSlip => within(s, t, 1) || swapped_day_and_month(s, t),
            Test::SameYear => s.len() >= 4 && s.is_char_boundary(4) && t.starts_with(&s[..4]),
            Test::Overlap => jaro_winkler(s, t) >= 0.85 || jaccard() >= 0.5,
        }
    }
}

fn swapped_day_and_month(s: &str, t: &str) -> bool {
    let parts = |text: &str| -> Option<(u32, u32, u32)> {
        let (year, month, day) = if text.contains('-') {
            let mut parts = text.splitn(3, '-');
            (parts.next()?, parts.next()?, parts.next()?)
        } else {
            (text.get(0..4)?, text.get(4..6)?, text.get(6..8)?)
        };
        Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
    };
    matches!((parts(s), parts(t)), (Some((y, m, d)), Some((z, n, e))) if y == z && m == e && d == n)
}

fn day(text: &str) -> Option<i32> {
    text.parse().ok().map(calendar::days)
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn level(role: Role, tests: &[Test], a: &str, b: &str) -> u8 {
        let columns = table(&[("x", role, &[a, b])]);
        Values::new(&columns, 0, tests.to_vec()).reach(LeadId(0), LeadId(1)).level
    }

    #[test]
    fn dates() {
        let tests = usual(Role::Date).0;
        let cases = [
            ("1971-06-24", "1971-06-24", 1),
            ("1971-06-24", "1971-05-24", 2),
            ("1971-06-04", "1971-04-06", 2),
            ("19710604", "19710406", 2),
            ("1971-06-24", "1971-11-02", 3),
            ("1971-06-24", "1984-11-02", 4),
            ("1971-06-24", "", 0),
            ("öäü", "1984-11-02", 4),
        ];
        for (a, b, expected) in cases {
            assert_eq!(level(Role::Date, &tests, a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn levels_of_the_plan() {
        let cases = [
            (LevelPlan::JaroWinkler(0.92), "martinez", "martimez", 1),
            (LevelPlan::Levenshtein(1), "1804974", "1804947", 1),
            (LevelPlan::Levenshtein(1), "1804974", "1804999", 2),
            (LevelPlan::Jaccard(0.5), "a b c", "c b", 1),
            (LevelPlan::Prefix, "j.", "john", 1),
            (LevelPlan::SamePrefix(3), "10115", "10117", 1),
            (LevelPlan::SamePrefix(3), "10", "10117", 2),
            (LevelPlan::DaysApart(30), "2024-01-20", "2024-02-10", 1),
            (LevelPlan::DaysApart(30), "2024-01-20", "2024-03-10", 2),
            (LevelPlan::DaysApart(30), "soon", "2024-03-10", 2),
        ];
        for (test, a, b, expected) in cases {
            assert_eq!(level(Role::Text, &[Test::Plan(test)], a, b), expected, "{test:?} {a} {b}");
        }
    }
}
