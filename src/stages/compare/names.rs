//! Comparing names of persons: nicknames, initials, typing errors, swapped fields, double names.

use super::nicknames::{Kind, NicknameGroups};
use super::similarity::{jaro_winkler, within};
use super::{Reached, frequency};
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns};
use crate::model::text::BLANK;

/// Which half of a name a comparison looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    First,
    Last,
}

/// A given or a family name.
pub(super) struct Name<'a> {
    half: Half,
    column: &'a MatchColumn,
    share: Vec<f64>,
    nicknames: Nicknames,
    /// The other half's column and, per code of this column, the other's code of the same text.
    other: Option<(&'a MatchColumn, Vec<u32>, Vec<u32>)>,
}

impl<'a> Name<'a> {
    pub(super) const FIRST: &'static [&'static str] =
        &["missing", "exact", "swapped", "nickname", "typo", "close", "initial", "different"];
    pub(super) const LAST: &'static [&'static str] =
        &["missing", "exact", "swapped", "typo", "part", "close", "different"];

    pub(super) fn new(half: Half, columns: &'a MatchColumns, column: usize, other: Option<usize>) -> Self {
        let this = &columns.columns[column];
        let other = other.map(|position| {
            let other = &columns.columns[position];
            let code = |from: &MatchColumn, to: &MatchColumn| -> Vec<u32> {
                from.dictionary.iter().map(|text| to.dictionary.find(text).unwrap_or(BLANK)).collect()
            };
            (other, code(this, other), code(other, this))
        });
        let nicknames = if half == Half::First { Nicknames::new(this) } else { Nicknames::default() };
        Self { half, column: this, share: frequency::by_rows(this, columns.rows), nicknames, other }
    }

    pub(super) fn reach(&self, a: LeadId, b: LeadId) -> Reached {
        let (Some(&x), Some(&y)) = (self.column.of(a).first(), self.column.of(b).first()) else {
            return Reached::MISSING;
        };
        if x == y {
            return Reached::value(1, self.share[x as usize]);
        }
        match self.swapped(a, b, x, y) {
            // As telling as the exact value, but for the rarity of the slip.
            Swap::Exact => return Reached::value(2, SLIP * self.share[x as usize].max(self.share[y as usize])),
            Swap::Similar => return Reached::level(2),
            Swap::No => {}
        }
        let (s, t) = (self.column.dictionary.get(x), self.column.dictionary.get(y));
        Reached::level(match self.half {
            Half::First => first(s, t, self.nicknames.same(x, y)),
            Half::Last => last(s, t),
        })
    }

    fn swapped(&self, a: LeadId, b: LeadId, x: u32, y: u32) -> Swap {
        let Some((other, to_other, from_other)) = &self.other else { return Swap::No };
        let (Some(&p), Some(&q)) = (other.of(a).first(), other.of(b).first()) else { return Swap::No };
        if to_other[x as usize] == q && from_other[p as usize] == y {
            return Swap::Exact;
        }
        let (first, last) = (|code| self.column.dictionary.get(code), |code| other.dictionary.get(code));
        let crossed = |s: &str, t: &str| s.len().min(t.len()) >= 3 && jaro_winkler(s, t) >= 0.85;
        let straight = p == q || jaro_winkler(last(p), last(q)) >= 0.85 || jaro_winkler(first(x), first(y)) >= 0.85;
        if !straight && crossed(first(x), last(q)) && crossed(last(p), first(y)) { Swap::Similar } else { Swap::No }
    }
}

/// How often fields are swapped, roughly.
const SLIP: f64 = 0.01;

/// Whether the two halves of a name stand in each other's field.
enum Swap {
    Exact,
    Similar,
    No,
}

/// Level of two different given names.
fn first(s: &str, t: &str, nickname: bool) -> u8 {
    if nickname {
        return 3;
    }
    if initial(s, t) || words_within(s, t) {
        return 6;
    }
    match similarity(s, t) {
        Closeness::Typo => 4,
        Closeness::Close => 5,
        Closeness::Far => 7,
    }
}

/// Level of two different family names.
fn last(s: &str, t: &str) -> u8 {
    if words_within(s, t) || initial(s, t) {
        return 4;
    }
    match similarity(s, t) {
        Closeness::Typo => 3,
        Closeness::Close => 5,
        Closeness::Far => 6,
    }
}

enum Closeness {
    Typo,
    Close,
    Far,
}

fn similarity(s: &str, t: &str) -> Closeness {
    let shorter = s.len().min(t.len());
    if shorter >= 4 && within(s, t, 1) {
        return Closeness::Typo;
    }
    match jaro_winkler(s, t) {
        0.92.. => Closeness::Typo,
        0.85.. => Closeness::Close,
        _ if shorter == 3 && within(s, t, 1) => Closeness::Close,
        _ => Closeness::Far,
    }
}

/// One is the other's initial ("j", "j.").
fn initial(s: &str, t: &str) -> bool {
    let single = |text: &str| text.trim_end_matches('.').chars().count() == 1;
    (single(s) || single(t)) && s.chars().next() == t.chars().next()
}

/// All words of one are among the other's ("anna" and "anna maria", "smith" and "smith jones").
fn words_within(s: &str, t: &str) -> bool {
    let parts = |text: &str| text.contains([' ', '-']);
    if !parts(s) && !parts(t) {
        return false;
    }
    let (short, long) = if s.len() <= t.len() { (s, t) } else { (t, s) };
    short.split([' ', '-']).filter(|word| word.len() > 1).count() > 0
        && short.split([' ', '-']).all(|word| long.split([' ', '-']).any(|other| other == word))
}

/// A whole name in one field.
pub(super) struct FullName<'a> {
    column: &'a MatchColumn,
    share: Vec<f64>,
    groups: NicknameGroups,
}

impl<'a> FullName<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "exact", "same words", "compatible", "typo", "close", "different"];

    pub(super) fn new(columns: &'a MatchColumns, column: usize) -> Self {
        let this = &columns.columns[column];
        Self { column: this, share: frequency::by_rows(this, columns.rows), groups: NicknameGroups::new() }
    }

    pub(super) fn reach(&self, a: LeadId, b: LeadId) -> Reached {
        let (Some(&x), Some(&y)) = (self.column.of(a).first(), self.column.of(b).first()) else {
            return Reached::MISSING;
        };
        if x == y {
            return Reached::value(1, self.share[x as usize]);
        }
        let (s, t) = (self.column.dictionary.get(x), self.column.dictionary.get(y));
        Reached::level(self.differing(s, t))
    }

    fn differing(&self, s: &str, t: &str) -> u8 {
        let (mut p, mut q) = (words(s), words(t));
        p.sort_unstable();
        q.sort_unstable();
        if p == q {
            return 2;
        }
        let (short, long) = if p.len() <= q.len() { (&p, &q) } else { (&q, &p) };
        if short.len() >= 2 && self.pairs_up(short, long, |_, _| false) {
            return 3;
        }
        if short.len() >= 2
            && short.len() == long.len()
            && self.pairs_up(short, long, |x, y| matches!(similarity(x, y), Closeness::Typo))
        {
            return 4;
        }
        if jaro_winkler(s, t) >= 0.92 { 5 } else { 6 }
    }

    /// Every word of the shorter name finds its own word in the longer one, and at least one of them is spelt out.
    fn pairs_up(&self, short: &[&str], long: &[&str], also: impl Fn(&str, &str) -> bool) -> bool {
        let mut taken = vec![false; long.len()];
        let mut equal = 0;
        let mut left: Vec<&str> = short.to_vec();
        for spelt_out in [true, false] {
            left.retain(|word| {
                let fits = |other: &str| {
                    if spelt_out {
                        *word == other
                    } else {
                        self.groups.same(word, other) || initial(word, other) || also(word, other)
                    }
                };
                let found = (0..long.len()).find(|&i| !taken[i] && fits(long[i]));
                if let Some(i) = found {
                    taken[i] = true;
                    equal += usize::from(spelt_out && word.len() > 1);
                }
                found.is_none()
            });
        }
        left.is_empty() && equal > 0
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split([' ', '-', ',', '.']).filter(|word| !word.is_empty()).collect()
}

/// The nickname groups of each value of a column.
#[derive(Default)]
struct Nicknames(Option<(NicknameGroups, Vec<Vec<u16>>)>);

impl Nicknames {
    fn new(column: &MatchColumn) -> Self {
        let groups = NicknameGroups::new();
        let of = column.dictionary.iter().map(|text| groups.of(text).to_vec()).collect();
        Self(Some((groups, of)))
    }

    fn same(&self, x: u32, y: u32) -> bool {
        let Some((groups, of)) = &self.0 else { return false };
        groups.kind(&of[x as usize], &of[y as usize]) == Some(Kind::Nickname)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;
    use crate::model::matching::Role;

    fn level(levels: &[&'static str], reached: Reached) -> &'static str {
        levels[usize::from(reached.level)]
    }

    #[test]
    fn given_names() {
        let cases = [
            ("john", "john", "exact"),
            ("william", "bill", "nickname"),
            ("bill", "liam", "nickname"),
            ("georgi", "gosho", "nickname"),
            ("johannes", "hans", "nickname"),
            ("jennifer", "jenifer", "typo"),
            ("jennifer", "j", "initial"),
            ("anna", "anna maria", "initial"),
            ("peter", "paul", "different"),
            ("john", "mary", "different"),
            ("john", "", "missing"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[("first_name", Role::FirstName, &[a, b])]);
            let name = Name::new(Half::First, &columns, 0, None);
            assert_eq!(level(Name::FIRST, name.reach(LeadId(0), LeadId(1))), expected, "{a} {b}");
            assert_eq!(level(Name::FIRST, name.reach(LeadId(1), LeadId(0))), expected, "{b} {a}");
        }
    }

    #[test]
    fn family_names() {
        let cases = [
            ("kirova", "kirova", "exact"),
            ("martinez", "martimez", "typo"),
            ("smith", "smith jones", "part"),
            ("smith-jones", "jones", "part"),
            ("hoffmann", "hofman", "typo"),
            ("smith", "jones", "different"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[("last_name", Role::LastName, &[a, b])]);
            let name = Name::new(Half::Last, &columns, 0, None);
            assert_eq!(level(Name::LAST, name.reach(LeadId(0), LeadId(1))), expected, "{a} {b}");
        }
    }

    #[test]
    fn swapped_fields_agree_in_both_comparisons() {
        let columns = table(&[
            ("first_name", Role::FirstName, &["martin", "james"]),
            ("last_name", Role::LastName, &["james", "martin"]),
        ]);
        let first = Name::new(Half::First, &columns, 0, Some(1)).reach(LeadId(0), LeadId(1));
        let last = Name::new(Half::Last, &columns, 1, Some(0)).reach(LeadId(0), LeadId(1));
        assert_eq!((level(Name::FIRST, first), level(Name::LAST, last)), ("swapped", "swapped"));
        let columns = table(&[
            ("first_name", Role::FirstName, &["martin", "jamse", "martin"]),
            ("last_name", Role::LastName, &["james", "martin", "janes"]),
        ]);
        let first = Name::new(Half::First, &columns, 0, Some(1));
        assert_eq!(level(Name::FIRST, first.reach(LeadId(0), LeadId(1))), "swapped", "a typing error besides");
        assert_eq!(level(Name::FIRST, first.reach(LeadId(0), LeadId(2))), "exact");
    }

    #[test]
    fn whole_names() {
        let cases = [
            ("ana kirova", "ana kirova", "exact"),
            ("kirova ana", "ana kirova", "same words"),
            ("a kirova", "ana kirova", "compatible"),
            ("bill j gates", "william gates", "compatible"),
            ("jennifer martinez", "jenifer martinez", "typo"),
            ("john smith", "mary smith", "different"),
            ("john smith", "john jones", "different"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[("full_name", Role::FullName, &[a, b])]);
            let name = FullName::new(&columns, 0);
            assert_eq!(level(FullName::LEVELS, name.reach(LeadId(0), LeadId(1))), expected, "{a} {b}");
        }
    }
}
