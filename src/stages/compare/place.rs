//! Comparing where a person belongs: company with its domain, and the address as one comparison, so that fields which
//! agree together do not count several times.

use rayon::prelude::*;

use super::rows::{Cell, Table};
use super::similarity::{jaro_winkler, within};
use super::sketch::Beginnings;
use super::tokens::Tokens;
use super::{Glance, Memo, Reached, frequency, streets};
use crate::model::leads::LeadId;
use crate::model::text::{BLANK, numbered};

/// A company by its name and its domain.
pub(super) struct Company<'a> {
    name: Part<'a>,
    words: Tokens,
    beginnings: Vec<Beginnings>,
    domain: Option<Part<'a>>,
    email: Option<Cell<'a>>,
}

impl<'a> Company<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "exact", "same domain", "similar", "most words", "part", "some words", "different"];

    pub(super) fn new(table: &Table<'a>, name: usize, domain: Option<usize>, email: Option<usize>) -> Self {
        let name = Part::new(table, name);
        let codes = 0..name.cell.dictionary().len() as u32;
        Self {
            words: Tokens::new(name.cell.dictionary()),
            beginnings: codes.into_par_iter().map(|code| Beginnings::new(name.cell.text(code))).collect(),
            name,
            domain: domain.map(|column| Part::new(table, column)),
            email: email.map(|column| table.cell(column)),
        }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        let names = self.name.cell.both(a, b);
        if let Some((x, y)) = names
            && x == y
        {
            return Glance::settled(Reached::value(1, self.name.share[x as usize]));
        }
        let domains = self.domain.as_ref().and_then(|domain| Some((domain, domain.cell.both(a, b)?)));
        match domains {
            Some((domain, (x, y))) if x == y => {
                // A shared address has told all that its domain tells.
                let same = |email: &Cell<'_>| email.codes(a).iter().any(|code| email.codes(b).contains(code));
                if !self.email.as_ref().is_some_and(same) {
                    return Glance::settled(Reached::value(2, domain.share[x as usize]));
                }
            }
            Some(_) if names.is_none() => return Glance::settled(Reached::level(DIFFERENT)),
            _ => {}
        }
        if names.is_some() { Glance::open(Reached::level(DIFFERENT)) } else { Glance::settled(Reached::MISSING) }
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId, memo: &mut Memo) -> Reached {
        let Some((x, y)) = self.name.cell.both(a, b) else { return Reached::MISSING };
        if self.beginnings[x as usize].are_apart(self.beginnings[y as usize]) {
            return Reached::level(DIFFERENT);
        }
        Reached::level(memo.get(x, y, || self.differing(x, y)))
    }

    fn differing(&self, x: u32, y: u32) -> u8 {
        let (s, t) = (self.name.cell.text(x), self.name.cell.text(y));
        let words = self.words.similarity(x, y);
        match words.cosine {
            _ if self.words.same(x, y) => 3,
            _ if words.numbers_differ => {
                if words.cosine >= 0.3 {
                    6
                } else {
                    DIFFERENT
                }
            }
            0.85.. => 3,
            0.6.. => 4,
            _ if jaro_winkler(s, t) >= 0.92 || within(s, t, 1) => 3,
            _ if words.contained >= 0.95 || Tokens::acronym(s, t) => 5,
            0.35.. => 6,
            _ => DIFFERENT,
        }
    }
}

/// The last level of a company.
const DIFFERENT: u8 = 7;

/// Street, postal code and city together.
pub(super) struct Address<'a> {
    street: Option<Part<'a>>,
    postcode: Option<Part<'a>>,
    city: Option<Part<'a>>,
    /// Per street its house number, 0 for none.
    numbers: Vec<u32>,
    /// Per street a number for what remains of it without the kind of street, directions and flats; 0 for nothing.
    cores: Vec<u32>,
}

impl<'a> Address<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "street and place", "street", "similar street", "postcode", "city", "close", "different"];

    pub(super) fn new(table: &Table<'a>, street: Option<usize>, postcode: Option<usize>, city: Option<usize>) -> Self {
        let part = |column: Option<usize>| column.map(|column| Part::new(table, column));
        let street = part(street);
        let codes = 0..street.as_ref().map_or(0, |street| street.cell.dictionary().len() as u32);
        let text = |code: u32| street.as_ref().map_or("", |street| street.cell.text(code));
        let numbers = codes.clone().into_par_iter().map(|code| house_number(text(code))).collect();
        let cores = |code: u32| streets::core(text(code)).unwrap_or_default();
        let cores = numbered(&codes.into_par_iter().map(cores).collect::<Vec<String>>()).0;
        Self { street, postcode: part(postcode), city: part(city), numbers, cores }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        let of = |part: &'_ Option<Part<'a>>| part.as_ref().and_then(|part| part.cell.both(a, b));
        let (street, postcode, city) = (of(&self.street), of(&self.postcode), of(&self.city));
        if street.is_none() && postcode.is_none() && city.is_none() {
            return Glance::settled(Reached::MISSING);
        }
        let equal = |codes: Option<(u32, u32)>| codes.and_then(|(x, y)| (x == y).then_some(x as usize));
        let share = |part: &Option<Part<'a>>, code: usize| part.as_ref().map_or(0.0, |part| part.share[code]);
        let (same_street, same_postcode, same_city) = (equal(street), equal(postcode), equal(city));
        let same_place = same_postcode.is_some() || same_city.is_some();
        if let Some(code) = same_street {
            return Glance::settled(Reached::value(if same_place { 1 } else { 2 }, share(&self.street, code)));
        }
        let reached = if let Some(code) = same_postcode {
            Reached::value(4, share(&self.postcode, code))
        } else if let Some(code) = same_city {
            Reached::value(5, share(&self.city, code))
        } else {
            return Glance::open(Reached::level(7));
        };
        if street.is_some() { Glance::open(reached) } else { Glance::settled(reached) }
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId, otherwise: Reached, memo: &mut Memo) -> Reached {
        if let Some(part) = &self.street {
            let mut similar = |x: u32, y: u32| {
                self.may_be_similar(x, y)
                    && (self.same_core(x, y)
                        || memo.get(x, y, || u8::from(similar_streets(part.cell.text(x), part.cell.text(y)))) == 1)
            };
            if part.cell.codes(a).iter().any(|&x| part.cell.codes(b).iter().any(|&y| similar(x, y))) {
                return Reached::level(3);
            }
        }
        if otherwise.level < 6 {
            return otherwise;
        }
        let near = |part: &Option<Part<'a>>, test: fn(&str, &str) -> bool| match part {
            Some(part) => {
                let near = |x: u32, y: u32| test(part.cell.text(x), part.cell.text(y));
                part.cell.codes(a).iter().any(|&x| part.cell.codes(b).iter().any(|&y| near(x, y)))
            }
            None => false,
        };
        let close = near(&self.postcode, |s, t| s.len() >= 4 && within(s, t, 1))
            || near(&self.city, |s, t| jaro_winkler(s, t) >= 0.9);
        Reached::level(if close { 6 } else { 7 })
    }

    fn same_core(&self, x: u32, y: u32) -> bool {
        self.cores[x as usize] != BLANK && self.cores[x as usize] == self.cores[y as usize]
    }

    /// The house numbers have to agree where both have them.
    fn may_be_similar(&self, x: u32, y: u32) -> bool {
        let (p, q) = (self.numbers[x as usize], self.numbers[y as usize]);
        p == 0 || q == 0 || p == q
    }
}

/// The first number of a street, 0 for none.
fn house_number(street: &str) -> u32 {
    let digits = street.bytes().skip_while(|b| !b.is_ascii_digit()).take_while(u8::is_ascii_digit);
    digits.fold(0, |number: u32, digit| number.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')))
}

/// The same street but for a typing error.
fn similar_streets(s: &str, t: &str) -> bool {
    within(s, t, 2) || jaro_winkler(s, t) >= 0.9
}

/// A column with log2 of the share of each value.
struct Part<'a> {
    cell: Cell<'a>,
    share: Vec<f32>,
}

impl<'a> Part<'a> {
    fn new(table: &Table<'a>, column: usize) -> Self {
        let cell = table.cell(column);
        Self { share: frequency::by_rows(&cell, table.len()), cell }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reach, table};
    use super::*;
    use crate::model::matching::Role;

    #[test]
    fn companies() {
        let cases = [
            ("apex media", "apex media", "", "", "exact"),
            ("apex media", "apexx media", "", "", "similar"),
            ("apex media", "media apex", "", "", "similar"),
            ("apex media", "apex small media", "", "", "most words"),
            ("apex media", "apex media group of companies", "", "", "part"),
            ("apex school 12", "apex school 14", "", "", "some words"),
            ("international business machines", "ibm", "", "", "part"),
            ("apex media", "northern steel", "apex.com", "apex.com", "same domain"),
            ("", "apex", "apex.com", "apex.com", "same domain"),
            ("apex media", "northern steel", "", "", "different"),
            ("apex media", "", "", "", "missing"),
        ];
        for (a, b, c, d, expected) in cases {
            let columns = table(&[("company", Role::Company, &[a, b]), ("domain", Role::Domain, &[c, d])]);
            let company = Company::new(&Table::new(&columns, |_| true), 0, Some(1), None);
            let (left, right) = (LeadId(0), LeadId(1));
            let reached = reach(company.glance(left, right), |memo| company.look(left, right, memo));
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
            let address = Address::new(&Table::new(&columns, |_| true), Some(0), Some(1), Some(2));
            let (left, right) = (LeadId(0), LeadId(1));
            let glance = address.glance(left, right);
            let reached = reach(glance, |memo| address.look(left, right, glance.reached, memo));
            assert_eq!(Address::LEVELS[usize::from(reached.level)], expected, "{a:?} {b:?}");
        }
    }
}
