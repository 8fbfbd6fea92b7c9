//! Comparing where a person belongs: company with its domain, and the address as one comparison, so that fields which
//! agree together do not count several times.

use super::similarity::{jaro_winkler, within};
use super::{Reached, frequency};
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns};
use crate::model::text::Dictionary;

/// A company by its name and its domain.
pub(super) struct Company<'a> {
    name: &'a MatchColumn,
    share: Vec<f64>,
    words: Words,
    domain: Option<Part<'a>>,
    email: Option<&'a MatchColumn>,
}

impl<'a> Company<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "exact", "same domain", "similar", "overlap", "different"];

    pub(super) fn new(columns: &'a MatchColumns, name: usize, domain: Option<usize>, email: Option<usize>) -> Self {
        let this = &columns.columns[name];
        Self {
            name: this,
            share: frequency::by_rows(this, columns.rows),
            words: Words::new(&this.dictionary),
            domain: domain.map(|column| Part::new(columns, column)),
            email: email.map(|column| &columns.columns[column]),
        }
    }

    pub(super) fn reach(&self, a: LeadId, b: LeadId) -> Reached {
        let names = match (self.name.of(a).first(), self.name.of(b).first()) {
            (Some(&x), Some(&y)) if x == y => return Reached::value(1, self.share[x as usize]),
            (Some(&x), Some(&y)) => Some((x, y)),
            _ => None,
        };
        // A shared address has told all that its domain tells.
        let same_email = self.email.is_some_and(|email| email.of(a).iter().any(|code| email.of(b).contains(code)));
        let domain = self.domain.as_ref().filter(|_| !same_email).and_then(|domain| domain.of(a, b));
        if let Some(share) = domain.and_then(|(x, y, part)| (x == y).then(|| part.share[x as usize])) {
            return Reached::value(2, share);
        }
        let Some((x, y)) = names else {
            return if domain.is_some() { Reached::level(5) } else { Reached::MISSING };
        };
        let (s, t) = (self.name.dictionary.get(x), self.name.dictionary.get(y));
        Reached::level(if jaro_winkler(s, t) >= 0.92 || within(s, t, 1) || self.words.same(x, y) {
            3
        } else if self.words.overlap(x, y) || acronym(s, t) {
            4
        } else {
            5
        })
    }
}

/// One is made of the first letters of the other's words ("ibm").
fn acronym(s: &str, t: &str) -> bool {
    let (short, long) = if s.len() <= t.len() { (s, t) } else { (t, s) };
    short.len() >= 3
        && !short.contains(' ')
        && long.contains(' ')
        && long.split(' ').filter_map(|word| word.chars().next()).eq(short.chars())
}

/// Street, postal code and city together.
pub(super) struct Address<'a> {
    street: Option<Part<'a>>,
    postcode: Option<Part<'a>>,
    city: Option<Part<'a>>,
}

impl<'a> Address<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "street and place", "street", "similar street", "postcode", "city", "close", "different"];

    pub(super) fn new(
        columns: &'a MatchColumns,
        street: Option<usize>,
        postcode: Option<usize>,
        city: Option<usize>,
    ) -> Self {
        let part = |column: Option<usize>| column.map(|column| Part::new(columns, column));
        Self { street: part(street), postcode: part(postcode), city: part(city) }
    }

    pub(super) fn reach(&self, a: LeadId, b: LeadId) -> Reached {
        let of = |part: &'_ Option<Part<'a>>| part.as_ref().and_then(|part| part.codes(a, b));
        let (street, postcode, city) = (of(&self.street), of(&self.postcode), of(&self.city));
        if street.is_none() && postcode.is_none() && city.is_none() {
            return Reached::MISSING;
        }
        let equal = |codes: Option<(u32, u32)>| codes.and_then(|(x, y)| (x == y).then_some(x as usize));
        let share = |part: &Option<Part<'a>>, code: usize| part.as_ref().map_or(1.0, |part| part.share[code]);
        let (same_street, same_postcode, same_city) = (equal(street), equal(postcode), equal(city));
        let same_place = same_postcode.is_some() || same_city.is_some();
        if let Some(code) = same_street {
            return Reached::value(if same_place { 1 } else { 2 }, share(&self.street, code));
        }
        if let (Some(part), Some((x, y))) = (&self.street, street)
            && similar_streets(part.column.dictionary.get(x), part.column.dictionary.get(y))
        {
            return Reached::level(3);
        }
        if let Some(code) = same_postcode {
            return Reached::value(4, share(&self.postcode, code));
        }
        if let Some(code) = same_city {
            return Reached::value(5, share(&self.city, code));
        }
        let near =
            |part: &Option<Part<'a>>, codes: Option<(u32, u32)>, test: fn(&str, &str) -> bool| match (part, codes) {
                (Some(part), Some((x, y))) => test(part.column.dictionary.get(x), part.column.dictionary.get(y)),
                _ => false,
            };
        let close = near(&self.postcode, postcode, |s, t| s.len() >= 4 && within(s, t, 1))
            || near(&self.city, city, |s, t| jaro_winkler(s, t) >= 0.92);
        Reached::level(if close { 6 } else { 7 })
    }
}

/// The same street but for a typing error; the house numbers have to agree where both have them.
fn similar_streets(s: &str, t: &str) -> bool {
    let number = |text: &str| -> u64 {
        let digits = text.bytes().skip_while(|b| !b.is_ascii_digit()).take_while(u8::is_ascii_digit);
        digits.fold(0, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
    };
    let (p, q) = (number(s), number(t));
    if p != 0 && q != 0 && p != q {
        return false;
    }
    within(s, t, 2) || jaro_winkler(s, t) >= 0.9
}

/// A single-valued column with the share of each value.
struct Part<'a> {
    column: &'a MatchColumn,
    share: Vec<f64>,
}

impl<'a> Part<'a> {
    fn new(columns: &'a MatchColumns, column: usize) -> Self {
        let column = &columns.columns[column];
        Self { column, share: frequency::by_rows(column, columns.rows) }
    }

    fn codes(&self, a: LeadId, b: LeadId) -> Option<(u32, u32)> {
        Some((*self.column.of(a).first()?, *self.column.of(b).first()?))
    }

    fn of(&self, a: LeadId, b: LeadId) -> Option<(u32, u32, &Self)> {
        self.codes(a, b).map(|(x, y)| (x, y, self))
    }
}

/// The words of each value as sorted numbers.
pub(super) struct Words {
    offsets: Vec<u32>,
    words: Vec<u32>,
    /// Per word, how many values have it.
    values: Vec<u32>,
}

impl Words {
    pub(super) fn new(dictionary: &Dictionary) -> Self {
        let mut numbers = Dictionary::default();
        let (mut offsets, mut words, mut values) = (vec![0], Vec::new(), vec![0u32]);
        for text in dictionary.iter() {
            let start = words.len();
            words.extend(text.split(' ').filter(|word| !word.is_empty()).map(|word| numbers.intern(word)));
            words[start..].sort_unstable();
            let mut kept = start;
            for i in start..words.len() {
                if i == start || words[i] != words[kept - 1] {
                    words[kept] = words[i];
                    kept += 1;
                }
            }
            words.truncate(kept);
            values.resize(numbers.len(), 0);
            words[start..].iter().for_each(|&word| values[word as usize] += 1);
            offsets.push(words.len() as u32);
        }
        Self { offsets, words, values }
    }

    fn of(&self, code: u32) -> &[u32] {
        &self.words[self.offsets[code as usize] as usize..self.offsets[code as usize + 1] as usize]
    }

    /// The same words in any order.
    pub(super) fn same(&self, x: u32, y: u32) -> bool {
        self.of(x) == self.of(y)
    }

    /// Common words over all words of both.
    pub(super) fn jaccard(&self, x: u32, y: u32) -> f64 {
        let (p, q) = (self.of(x), self.of(y));
        let common = p.iter().filter(|word| q.binary_search(word).is_ok()).count();
        let all = p.len() + q.len() - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }

    /// Half of all words in common, or one within the other, by a word that tells something.
    fn overlap(&self, x: u32, y: u32) -> bool {
        let (p, q) = (self.of(x), self.of(y));
        let telling = (self.offsets.len() as u32 / 100).max(5);
        let mut common = 0;
        let mut told = false;
        for word in p.iter().filter(|word| q.binary_search(word).is_ok()) {
            common += 1;
            told |= self.values[*word as usize] <= telling;
        }
        told && (2 * common >= p.len() + q.len() - common || common == p.len().min(q.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;
    use crate::model::matching::Role;

    #[test]
    fn companies() {
        let cases = [
            ("apex media", "apex media", "", "", "exact"),
            ("apex media", "apexx media", "", "", "similar"),
            ("apex media", "media apex", "", "", "similar"),
            ("apex media", "apex small media", "", "", "overlap"),
            ("international business machines", "ibm", "", "", "overlap"),
            ("apex media", "northern steel", "apex.com", "apex.com", "same domain"),
            ("", "apex", "apex.com", "apex.com", "same domain"),
            ("apex media", "northern steel", "", "", "different"),
            ("apex media", "", "", "", "missing"),
        ];
        for (a, b, c, d, expected) in cases {
            let columns = table(&[("company", Role::Company, &[a, b]), ("domain", Role::Domain, &[c, d])]);
            let reached = Company::new(&columns, 0, Some(1), None).reach(LeadId(0), LeadId(1));
            assert_eq!(Company::LEVELS[usize::from(reached.level)], expected, "{a} {b}");
        }
    }

    #[test]
    fn addresses() {
        let cases = [
            (["12 main st", "1000", "sofia"], ["12 main st", "1000", "sofia"], "street and place"),
            (["12 main st", "1000", "sofia"], ["12 main st", "", "varna"], "street"),
            (["12 main st", "1000", "sofia"], ["12 mian st", "1000", "sofia"], "similar street"),
            (["12 main st", "1000", "sofia"], ["14 main st", "1000", "sofia"], "postcode"),
            (["12 main st", "1000", "sofia"], ["", "", "sofia"], "city"),
            (["", "12065", ""], ["", "12064", ""], "close"),
            (["12 main st", "1000", "sofia"], ["9 elm rd", "9555", "varna"], "different"),
            (["12 main st", "", ""], ["", "1000", "sofia"], "missing"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[
                ("street", Role::Street, &[a[0], b[0]]),
                ("postcode", Role::Postcode, &[a[1], b[1]]),
                ("city", Role::City, &[a[2], b[2]]),
            ]);
            let reached = Address::new(&columns, Some(0), Some(1), Some(2)).reach(LeadId(0), LeadId(1));
            assert_eq!(Address::LEVELS[usize::from(reached.level)], expected, "{a:?} {b:?}");
        }
    }
}
