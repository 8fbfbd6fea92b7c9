//! Comparing any other column: by levels that the user gave, or by those usual for dates, identifiers, categories and
//! text.

use super::contact::{best, glance};
use super::rows::{Cell, Table};
use super::similarity::{jaro_winkler, within};
use super::tokens::{Similarity, Tokens};
use super::{Glance, Memo, Reached, frequency};
use crate::config::plan::LevelPlan;
use crate::model::calendar;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, Role};

/// One agreement short of "different".
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Test {
    Plan(LevelPlan),
    /// Day and month swapped, or one character off.
    DateSlip,
    /// Two characters off.
    DateSlips,
    /// The same year, or the same month and day of another year.
    DatePart,
    /// As similar in words, or in letters where there is one word.
    Words(f64),
    /// One has all words of the other, or nearly so, and some more.
    LeftOut,
    /// Similar words, but numbers that the other one lacks: another model, another year.
    OtherNumbers,
    /// Numbers at most so far apart, as a share of the larger one.
    Near(f64),
    /// Numbers at most so far apart.
    Apart(f64),
}

/// Tests with their labels, m and u to start from ("different" last).
pub(super) struct Usual {
    pub(super) tests: Vec<Test>,
    pub(super) labels: Vec<&'static str>,
    pub(super) m: Vec<f64>,
    pub(super) u: Vec<f64>,
}

/// Fewer words than these seldom call the same thing.
pub(super) const HALF_THE_WORDS: &str = "half the words";

/// The tests usual for a column's role.
pub(super) fn usual(column: &MatchColumn) -> Usual {
    use LevelPlan::{Exact, Levenshtein};
    let exact = Test::Plan(Exact);
    let (tests, labels, m, u) = match column.role {
        Role::Date => (
            vec![exact, Test::DateSlip, Test::DateSlips, Test::DatePart],
            vec!["exact", "slip", "two slips", "same year or day", "different"],
            vec![0.8, 0.1, 0.03, 0.03, 0.04],
            vec![3e-4, 3e-3, 0.01, 0.02, 0.9667],
        ),
        Role::Identifier => (
            vec![exact, Test::Plan(Levenshtein(1))],
            vec!["exact", "one edit", "different"],
            vec![0.85, 0.08, 0.07],
            vec![1e-5, 1e-4, 0.99989],
        ),
        Role::Number if column.dictionary.iter().filter_map(number).all(|year| (1500.0..2101.0).contains(&year)) => (
            vec![exact, Test::Apart(1.0), Test::Apart(3.0)],
            vec!["exact", "one apart", "three apart", "different"],
            vec![0.85, 0.07, 0.03, 0.05],
            vec![0.04, 0.07, 0.12, 0.77],
        ),
        Role::Number => (
            vec![exact, Test::Near(0.02), Test::Near(0.1), Test::Near(0.3)],
            vec!["exact", "within 2%", "within 10%", "within 30%", "different"],
            vec![0.5, 0.15, 0.15, 0.1, 0.1],
            vec![2e-3, 0.02, 0.07, 0.15, 0.758],
        ),
        Role::Category | Role::Country | Role::Region => {
            (vec![exact], vec!["exact", "different"], vec![0.93, 0.07], vec![0.3, 0.7])
        }
        _ => (
            vec![
                exact,
                Test::Words(0.95),
                Test::LeftOut,
                Test::Words(0.8),
                Test::Words(0.6),
                Test::Words(0.4),
                Test::Words(0.2),
                Test::OtherNumbers,
            ],
            vec![
                "exact",
                "same words",
                "words left out",
                "most words",
                "many words",
                HALF_THE_WORDS,
                "some words",
                "other numbers",
                "different",
            ],
            vec![0.4, 0.1, 0.08, 0.12, 0.1, 0.06, 0.04, 0.04, 0.06],
            vec![5e-4, 1e-4, 2e-4, 2e-4, 1e-3, 4e-3, 0.02, 0.02, 0.954],
        ),
    };
    Usual { tests, labels, m, u }
}

/// A column under a list of tests; the first that holds is the level.
pub(super) struct Values<'a> {
    cell: Cell<'a>,
    tests: Vec<Test>,
    share: Vec<f32>,
    /// Whether a rare value tells more. Not of a few values that go with others: a rare country goes with its language,
    /// its names and its phone numbers, which have told as much.
    telling: bool,
    /// The share of a value of two rows, where such values say what any agreement says.
    rarest: f32,
    words: Option<Tokens>,
    /// Per code, the number that the text is.
    numbers: Vec<Option<f64>>,
    /// Per code, days since the epoch; none where the text is no ISO date.
    days: Vec<Option<i32>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(table: &Table<'a>, column: usize, tests: Vec<Test>) -> Self {
        let MatchColumn { role, dictionary, .. } = &table.columns().columns[column];
        let cell = table.cell(column);
        let words = tests.iter().any(|test| matches!(test, Test::Words(_) | Test::Plan(LevelPlan::Jaccard(_))));
        let numbers = tests.iter().any(|test| matches!(test, Test::Near(_) | Test::Apart(_)));
        let dates = tests.iter().any(|test| matches!(test, Test::Plan(LevelPlan::DaysApart(_))));
        Self {
            share: frequency::by_rows(&cell, table.len()),
            telling: !matches!(role, Role::Category | Role::Country | Role::Region),
            rarest: f32::NEG_INFINITY,
            words: words.then(|| Tokens::new(cell.dictionary())),
            numbers: if numbers { dictionary.iter().map(number).collect() } else { Vec::new() },
            days: if dates { dictionary.iter().map(day).collect() } else { Vec::new() },
            tests,
            cell,
        }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        let same = |x: u32| self.same(x);
        glance(self.cell.codes(a), self.cell.codes(b), self.different(), same)
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId, memo: &mut Memo) -> Reached {
        best(self.cell.codes(a), self.cell.codes(b), self.different(), |x, y| {
            if x == y {
                return self.same(x);
            }
            Reached::level(memo.get(x, y, || self.differing(x.min(y), x.max(y))))
        })
    }

    /// This is the only comparison: what two rows have in common and no other one is then as rare as agreements are, not
    /// only as rare as one row among all, which no prior of a small file lets through.
    pub(super) fn alone(&mut self) {
        self.rarest = self.share.iter().copied().fold(f32::INFINITY, f32::min);
    }

    /// Equal values pass any test, so the first level is theirs.
    fn same(&self, x: u32) -> Reached {
        let share = self.share[x as usize];
        if self.telling && share > self.rarest { Reached::value(1, share) } else { Reached::level(1) }
    }

    fn different(&self) -> u8 {
        self.tests.len() as u8 + 1
    }

    fn differing(&self, x: u32, y: u32) -> u8 {
        let (s, t) = (self.cell.text(x), self.cell.text(y));
        let words = match &self.words {
            Some(words) => words.similarity(x, y),
            None => Similarity { cosine: 0.0, contained: 0.0, numbers_differ: false },
        };
        let holds = |&test: &Test| self.holds(test, x, y, s, t, words);
        self.tests.iter().position(holds).unwrap_or(self.tests.len()) as u8 + 1
    }

    fn holds(&self, test: Test, x: u32, y: u32, s: &str, t: &str, words: Similarity) -> bool {
        let apart = |most: &dyn Fn(f64) -> f64| match (self.numbers[x as usize], self.numbers[y as usize]) {
            (Some(p), Some(q)) => (p - q).abs() <= most(p.abs().max(q.abs())),
            _ => false,
        };
        match test {
            Test::Plan(LevelPlan::Exact) => false,
            Test::Plan(LevelPlan::JaroWinkler(least)) => jaro_winkler(s, t) >= least,
            Test::Plan(LevelPlan::Levenshtein(most)) => within(s, t, most),
            Test::Plan(LevelPlan::Jaccard(least)) => {
                self.words.as_ref().is_some_and(|words| words.jaccard(x, y) >= least)
            }
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
            Test::DateSlips => within(s, t, 2),
            Test::DatePart => match (date_parts(s), date_parts(t)) {
                (Some((y, m, d)), Some((z, n, e))) => y == z || (m == n && d == e && (m, d) != (1, 1)),
                _ => false,
            },
            // Letters count as much as most of the words: that is what a misspelt single word has.
            Test::Words(least) => {
                !words.numbers_differ
                    && (words.cosine >= least || (least <= 0.8 && least > 0.5 && jaro_winkler(s, t) >= 0.92))
            }
            Test::LeftOut => !words.numbers_differ && words.contained >= 0.95 && words.cosine >= 0.5,
            Test::OtherNumbers => words.numbers_differ && words.cosine >= 0.2,
            Test::Near(share) => apart(&|larger| share * larger),
            Test::Apart(most) => apart(&|_| most),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Year, month and day of `1971-06-24` or `19710624`.
fn date_parts(text: &str) -> Option<(u32, u32, u32)> {
    let (year, month, day) = if text.contains('-') {
        let mut parts = text.splitn(3, '-');
        (parts.next()?, parts.next()?, parts.next()?)
    } else {
        (text.get(0..4)?, text.get(4..6)?, text.get(6..8)?)
    };
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

fn swapped_day_and_month(s: &str, t: &str) -> bool {
    let parts = (date_parts(s), date_parts(t));
    matches!(parts, (Some((y, m, d)), Some((z, n, e))) if y == z && m == e && d == n)
}

fn day(text: &str) -> Option<i32> {
    text.parse().ok().map(calendar::days)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reach, table};
    use super::*;

    fn level(role: Role, tests: &[Test], a: &str, b: &str) -> u8 {
        let columns = table(&[("x", role, &[a, b])]);
        let values = Values::new(&Table::new(&columns, |_| true), 0, tests.to_vec());
        reach(values.glance(LeadId(0), LeadId(1)), |memo| values.look(LeadId(0), LeadId(1), memo)).level
    }

    #[test]
    fn dates() {
        let tests = usual(&table(&[("x", Role::Date, &[""])]).columns[0]).tests;
        let cases = [
            ("1971-06-24", "1971-06-24", 1),
            ("1971-06-24", "1971-05-24", 2),
            ("1971-06-04", "1971-04-06", 2),
            ("19710604", "19710406", 2),
            ("1971-06-24", "1972-06-25", 3),
            ("1971-06-24", "1971-11-02", 4),
            ("1971-06-24", "2006-06-24", 4),
            ("1971-06-24", "1984-11-02", 5),
            ("1971-06-24", "", 0),
            ("öäü", "1984-11-02", 5),
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
