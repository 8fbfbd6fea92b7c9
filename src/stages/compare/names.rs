//! Comparing names of persons: nicknames, initials, typing errors, swapped fields, double names.

use std::sync::Arc;

use rayon::prelude::*;

use super::nicknames::{Kind, NicknameGroups};
use super::romanised::{gender_forms, romanised};
use super::rows::{Cell, Table};
use super::similarity::{jaro_winkler, within};
use super::sketch::Letters;
use super::surnames::{Bond, bond};
use super::{Glance, Memo, Reached, frequency};
use crate::model::leads::LeadId;
use crate::model::text::{Dictionary, numbered};

/// Which half of a name a comparison looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    First,
    Last,
}

/// What is known of every first and last name of a file, by code.
pub(super) struct NameForms {
    /// A number for the Cyrillic spelling that the name may be a romanisation of.
    romanised: Vec<u32>,
    letters: Vec<Letters>,
    initials: Vec<u8>,
}

impl NameForms {
    pub(super) fn new(names: &Dictionary) -> Self {
        let codes: Vec<u32> = (0..names.len() as u32).collect();
        let forms: Vec<String> = codes.par_iter().map(|&code| romanised(names.get(code))).collect();
        Self {
            romanised: numbered(&forms).0,
            letters: codes.par_iter().map(|&code| Letters::new(names.get(code))).collect(),
            initials: names.iter().map(|name| name.bytes().next().unwrap_or(0)).collect(),
        }
    }
}

/// A given or a family name.
pub(super) struct Name<'a> {
    half: Half,
    cell: Cell<'a>,
    /// The other half, in the same codes.
    other: Option<Cell<'a>>,
    share: Vec<f32>,
    forms: Arc<NameForms>,
    nicknames: Nicknames,
}

impl<'a> Name<'a> {
    pub(super) const FIRST: &'static [&'static str] =
        &["missing", "exact", "swapped", "nickname", "typo", "close", "initial", "different"];
    pub(super) const LAST: &'static [&'static str] =
        &["missing", "exact", "swapped", "typo", "part", "close", "different"];

    pub(super) fn new(half: Half, table: &Table<'a>, column: usize, other: Option<usize>) -> Self {
        let cell = table.cell(column);
        let nicknames = if half == Half::First { Nicknames::new(cell.dictionary()) } else { Nicknames::default() };
        Self {
            half,
            share: frequency::by_rows(&cell, table.len()),
            nicknames,
            forms: table.name_forms(),
            other: other.map(|other| table.cell(other)),
            cell,
        }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        let Some((x, y)) = self.cell.both(a, b) else { return Glance::settled(Reached::MISSING) };
        if x == y {
            return Glance::settled(Reached::value(1, self.share[x as usize]));
        }
        if let Some(other) = &self.other
            && (other.code(a), other.code(b)) == (y, x)
        {
            // As telling as the exact value, but for the rarity of the slip.
            let share = self.share[x as usize].max(self.share[y as usize]);
            return Glance::settled(Reached::value(2, SLIP + share));
        }
        Glance::open(Reached::level(self.different()))
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId, memo: &mut Memo) -> Reached {
        let Some((x, y)) = self.cell.both(a, b) else { return Reached::MISSING };
        let letters = |code: u32| self.forms.letters[code as usize];
        let level = match self.half {
            Half::Last if letters(x).rules_out(letters(y), 0.85) => self.different(),
            _ => memo.get(x, y, || self.differing(x.min(y), x.max(y))),
        };
        if level == self.different() && self.swapped(a, b, x, y) {
            return Reached::level(2);
        }
        Reached::level(level)
    }

    fn differing(&self, x: u32, y: u32) -> u8 {
        let (s, t) = (self.cell.text(x), self.cell.text(y));
        let same_spelling = self.forms.romanised[x as usize] == self.forms.romanised[y as usize];
        match self.half {
            Half::First if same_spelling => 4,
            Half::First => first(s, t, self.nicknames.kind(x, y)),
            Half::Last if same_spelling => 3,
            Half::Last => last(s, t),
        }
    }

    fn different(&self) -> u8 {
        match self.half {
            Half::First => 7,
            Half::Last => 6,
        }
    }

    /// Whether the two halves of a name stand in each other's field, with a typing error besides.
    fn swapped(&self, a: LeadId, b: LeadId, x: u32, y: u32) -> bool {
        let Some((p, q)) = self.other.as_ref().and_then(|other| other.both(a, b)) else { return false };
        // Typing errors seldom touch the first letter: it spares most pairs the measuring.
        let initials = |one: u32, two: u32| self.forms.initials[one as usize] == self.forms.initials[two as usize];
        if p == q || !initials(x, q) || !initials(p, y) {
            return false;
        }
        let similarity = |one: u32, two: u32| jaro_winkler(self.cell.text(one), self.cell.text(two));
        let long = [x, y, p, q].iter().all(|&code| self.cell.text(code).len() >= 3);
        long && similarity(x, q) >= 0.85 && similarity(p, y) >= 0.85 && similarity(p, q) < 0.85
    }
}

/// How often fields are swapped, roughly, as log2.
const SLIP: f32 = -6.6;

/// Level of two different given names.
fn first(s: &str, t: &str, bond: Option<Kind>) -> u8 {
    if bond == Some(Kind::Nickname) {
        return 3;
    }
    if initial(s, t) || words_within(s, t) {
        return 6;
    }
    match similarity(s, t) {
        Closeness::Typo => 4,
        Closeness::Close => 5,
        Closeness::Far if bond == Some(Kind::Equivalent) => 5,
        Closeness::Far => 7,
    }
}

/// Level of two different family names.
fn last(s: &str, t: &str) -> u8 {
    match bond(s, t) {
        Some(Bond::Spelling) => return 3,
        Some(Bond::Particle | Bond::Part | Bond::Swapped) => return 4,
        None if words_within(s, t) || initial(s, t) => return 4,
        // Husband and wife, brother and sister; but also one person in two countries.
        None if gender_forms(s, t) => return 5,
        None => {}
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

/// One is the other's initial ("j", "j.") or its first two or three letters.
fn initial(s: &str, t: &str) -> bool {
    let (s, t) = (s.trim_end_matches('.'), t.trim_end_matches('.'));
    let (short, long) = if s.len() <= t.len() { (s, t) } else { (t, s) };
    !short.is_empty() && short.chars().count() <= 3 && short.len() < long.len() && long.starts_with(short)
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
    cell: Cell<'a>,
    share: Vec<f32>,
    groups: NicknameGroups,
}

impl<'a> FullName<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "exact", "same words", "compatible", "typo", "close", "different"];

    pub(super) fn new(table: &Table<'a>, column: usize) -> Self {
        let cell = table.cell(column);
        Self { share: frequency::by_rows(&cell, table.len()), groups: NicknameGroups::new(), cell }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        match self.cell.both(a, b) {
            Some((x, y)) if x == y => Glance::settled(Reached::value(1, self.share[x as usize])),
            Some(_) => Glance::open(Reached::level(6)),
            None => Glance::settled(Reached::MISSING),
        }
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId, memo: &mut Memo) -> Reached {
        let Some((x, y)) = self.cell.both(a, b) else { return Reached::MISSING };
        let text = |code| self.cell.text(code);
        Reached::level(memo.get(x, y, || self.differing(text(x.min(y)), text(x.max(y)))))
    }

    fn differing(&self, s: &str, t: &str) -> u8 {
        let (p, q) = (Words::new(s), Words::new(t));
        if p.sorted() == q.sorted() {
            return 2;
        }
        let (short, long) = if p.len <= q.len { (&p, &q) } else { (&q, &p) };
        let spelt = |x: &str, y: &str| matches!(similarity(x, y), Closeness::Typo) || romanised(x) == romanised(y);
        if short.len >= 2 && self.pairs_up(short, long, |_, _| false) {
            return 3;
        }
        if short.len >= 2 && short.len == long.len && self.pairs_up(short, long, spelt) {
            return 4;
        }
        if jaro_winkler(s, t) >= 0.92 { 5 } else { 6 }
    }

    /// Every word of the shorter name finds its own word in the longer one, and at least one of them is spelt out.
    fn pairs_up(&self, short: &Words<'_>, long: &Words<'_>, also: impl Fn(&str, &str) -> bool) -> bool {
        let (mut taken, mut met, mut equal) = (0u32, 0u32, 0);
        for spelt_out in [true, false] {
            for (at, &word) in short.get().iter().enumerate() {
                if met & (1 << at) != 0 {
                    continue;
                }
                let fits = |other: &str| match spelt_out {
                    true => word == other,
                    false => self.groups.same(word, other) || initial(word, other) || also(word, other),
                };
                if let Some(i) = (0..long.len).find(|&i| taken & (1 << i) == 0 && fits(long.words[i])) {
                    taken |= 1 << i;
                    met |= 1 << at;
                    equal += usize::from(spelt_out && word.len() > 1);
                }
            }
        }
        met.count_ones() as usize == short.len && equal > 0
    }
}

/// The words of a whole name; more than so many tell no more.
struct Words<'a> {
    words: [&'a str; 8],
    len: usize,
}

impl<'a> Words<'a> {
    fn new(text: &'a str) -> Self {
        let mut this = Self { words: [""; 8], len: 0 };
        for word in text.split([' ', '-', ',', '.']).filter(|word| !word.is_empty()).take(8) {
            this.words[this.len] = word;
            this.len += 1;
        }
        this
    }

    fn get(&self) -> &[&'a str] {
        &self.words[..self.len]
    }

    fn sorted(&self) -> [&'a str; 8] {
        let mut sorted = self.words;
        sorted.sort_unstable();
        sorted
    }
}

/// The nickname groups of each value of a column.
#[derive(Default)]
struct Nicknames(Option<(NicknameGroups, Vec<Vec<u16>>)>);

impl Nicknames {
    fn new(names: &Dictionary) -> Self {
        let groups = NicknameGroups::new();
        let of = names.iter().map(|text| groups.of(text).to_vec()).collect();
        Self(Some((groups, of)))
    }

    fn kind(&self, x: u32, y: u32) -> Option<Kind> {
        let (groups, of) = self.0.as_ref()?;
        groups.kind(&of[x as usize], &of[y as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reach, table};
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
            let name = Name::new(Half::First, &Table::new(&columns, |_| true), 0, None);
            assert_eq!(
                level(
                    Name::FIRST,
                    reach(name.glance(LeadId(0), LeadId(1)), |memo| name.look(LeadId(0), LeadId(1), memo))
                ),
                expected,
                "{a} {b}"
            );
            assert_eq!(
                level(
                    Name::FIRST,
                    reach(name.glance(LeadId(1), LeadId(0)), |memo| name.look(LeadId(1), LeadId(0), memo))
                ),
                expected,
                "{b} {a}"
            );
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
            let name = Name::new(Half::Last, &Table::new(&columns, |_| true), 0, None);
            assert_eq!(
                level(
                    Name::LAST,
                    reach(name.glance(LeadId(0), LeadId(1)), |memo| name.look(LeadId(0), LeadId(1), memo))
                ),
                expected,
                "{a} {b}"
            );
        }
    }

    #[test]
    fn swapped_fields_agree_in_both_comparisons() {
        let columns = table(&[
            ("first_name", Role::FirstName, &["martin", "james"]),
            ("last_name", Role::LastName, &["james", "martin"]),
        ]);
        let level_of = |name: &Name<'_>, a: u32, b: u32| {
            reach(name.glance(LeadId(a), LeadId(b)), |memo| name.look(LeadId(a), LeadId(b), memo))
        };
        let first = level_of(&Name::new(Half::First, &Table::new(&columns, |_| true), 0, Some(1)), 0, 1);
        let last = level_of(&Name::new(Half::Last, &Table::new(&columns, |_| true), 1, Some(0)), 0, 1);
        assert_eq!((level(Name::FIRST, first), level(Name::LAST, last)), ("swapped", "swapped"));
        let columns = table(&[
            ("first_name", Role::FirstName, &["martin", "jamse", "martin"]),
            ("last_name", Role::LastName, &["james", "martin", "janes"]),
        ]);
        let first = Name::new(Half::First, &Table::new(&columns, |_| true), 0, Some(1));
        assert_eq!(level(Name::FIRST, level_of(&first, 0, 1)), "swapped", "a typing error besides");
        assert_eq!(level(Name::FIRST, level_of(&first, 0, 2)), "exact");
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
            let name = FullName::new(&Table::new(&columns, |_| true), 0);
            assert_eq!(
                level(
                    FullName::LEVELS,
                    reach(name.glance(LeadId(0), LeadId(1)), |memo| name.look(LeadId(0), LeadId(1), memo))
                ),
                expected,
                "{a} {b}"
            );
        }
    }
}
