//! Comparing what reaches a person: e-mail addresses and phone numbers, several of each.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::frequency::Holders;
use super::rows::{Cell, Table};
use super::similarity::{jaro_winkler, within};
use super::sketch::{Digits, Letters};
use super::{Glance, Reached};
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns, Role};
use crate::model::text::numbered;

/// Mailboxes of an office rather than of a person.
#[rustfmt::skip]
const OFFICE: &[&str] = &[
    "accounting", "accounts", "admin", "anfrage", "billing", "booking", "bookings", "buchhaltung", "business",
    "careers", "comercial", "commerciale", "contact", "contacto", "contactus", "customerservice", "einkauf", "email",
    "empfang", "enquiries", "enquiry", "events", "export", "finance", "hallo", "hello", "help", "helpdesk", "hr",
    "info", "informacion", "inquiry", "it", "jobs", "kontakt", "mail", "mailbox", "marketing", "media", "newsletter",
    "noreply", "office", "ofis", "orders", "post", "postmaster", "press", "presse", "purchasing", "reception",
    "sales", "sekretariat", "service", "shop", "support", "team", "ventas", "verkauf", "vertrieb", "webmaster",
];

/// All e-mail addresses of a lead against all of another.
pub(super) struct Email<'a> {
    cell: Cell<'a>,
    holders: Holders,
    /// Per mailbox name, log2 of the probability that an unrelated address has it.
    mailbox_share: Vec<f32>,
    sketches: Vec<AddressSketch>,
    /// Per lead, whether it is called what an office mailbox of its own is ("Sales Team", sales@...): it is the office.
    office: Vec<bool>,
}

/// What is known of an address without reading it.
#[derive(Clone, Copy)]
struct AddressSketch {
    /// The letters of the mailbox name.
    letters: Letters,
    /// The digits of the mailbox name as a number, 0 for none.
    number: u64,
    /// The mailbox name, numbered; 0 where it belongs to an office or is too short to tell anything.
    mailbox: u32,
    /// Whether the mailbox name is made from the name of a lead that has the address (`a.kirova`, `ana77`).
    from_name: bool,
}

impl<'a> Email<'a> {
    pub(super) const LEVELS: &'static [&'static str] =
        &["missing", "exact", "shared mailbox", "same mailbox name", "typo", "close mailbox name", "different"];

    pub(super) fn new(table: &Table<'a>, column: usize) -> Self {
        let this = &table.columns().columns[column];
        let (mut holders, from_name) =
            rayon::join(|| Holders::new(table.columns(), this), || from_names(table.columns(), this));
        let codes = 0..this.dictionary.len() as u32;
        let names: Vec<&str> = codes.into_par_iter().map(|code| mailbox_name(this.dictionary.get(code))).collect();
        let of_office: Vec<bool> = names.par_iter().map(|name| office(name)).collect();
        holders.shared.iter_mut().zip(&of_office).for_each(|(shared, office)| *shared |= office);
        let telling = |(&name, &office): (&&'a str, &bool)| if office || name.len() < 3 { "" } else { name };
        let (mailboxes, count) = numbered(&names.par_iter().zip(&of_office).map(telling).collect::<Vec<&str>>());
        let sketch = |((&name, &mailbox), &from_name): ((&&str, &u32), &bool)| AddressSketch {
            letters: Letters::new(name),
            number: number(name),
            mailbox,
            from_name,
        };
        let sketches: Vec<AddressSketch> = names.par_iter().zip(&mailboxes).zip(&from_name).map(sketch).collect();
        let mut counts = vec![0u32; count];
        mailboxes.iter().for_each(|&mailbox| counts[mailbox as usize] += 1);
        let all = sketches.len() as f64 + 100.0;
        let share = |&count: &u32| (f64::from(count.saturating_sub(1).max(1)) / all).log2() as f32;
        let mailbox_share = counts.iter().map(share).collect();
        let office = offices(table.columns(), this);
        Self { cell: table.cell(column), holders, mailbox_share, sketches, office }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        let (of_a, of_b) = (self.cell.codes(a), self.cell.codes(b));
        let glance = glance(of_a, of_b, 6, |x| self.same(x, a, b));
        if glance.open && glance.reached.level == 6 {
            // What a look finds may weigh as much as the rarest mailbox name in common.
            let mailbox = |&x: &u32| self.sketches[x as usize].mailbox;
            let common = of_a.iter().map(mailbox).filter(|&p| p != 0 && of_b.iter().any(|y| mailbox(y) == p));
            if let Some(share) = common.map(|p| self.mailbox_share[p as usize]).min_by(f32::total_cmp) {
                return Glance::open(Reached::value(3, share));
            }
        }
        glance
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId) -> Reached {
        best(self.cell.codes(a), self.cell.codes(b), 6, |x, y| match x == y {
            true => self.same(x, a, b),
            false => self.reach_codes(x, y),
        })
    }

    /// A shared mailbox is the own one of two leads that are the office which it belongs to.
    fn same(&self, x: u32, a: LeadId, b: LeadId) -> Reached {
        let shared = self.holders.shared[x as usize] && !(self.office[a.index()] && self.office[b.index()]);
        Reached::value(if shared { 2 } else { 1 }, self.holders.share[x as usize])
    }

    fn reach_codes(&self, x: u32, y: u32) -> Reached {
        let (here, there) = (self.sketches[x as usize], self.sketches[y as usize]);
        let (p, q) = (here.mailbox, there.mailbox);
        // An error in the domain leaves the mailbox name as it is, and few errors leave it similar.
        if p == 0 || q == 0 || (p != q && here.letters.rules_out(there.letters, 0.85)) {
            return Reached::level(6);
        }
        let same_number = here.number != 0 && here.number == there.number;
        // Namesakes have mailboxes of the same name with other numbers; of a long number a digit may be wrong.
        if here.number != 0 && there.number != 0 && !same_number && here.number.min(there.number) < LONG_NUMBER {
            return Reached::level(6);
        }
        let (s, t) = (self.cell.text(x), self.cell.text(y));
        // Two mailboxes made from their people's names are alike because the names are: the name comparisons have said
        // that, and namesakes have such mailboxes, too; but hardly with the same number.
        let says_nothing_new = here.from_name && there.from_name && !same_number;
        // "a.kirova" and "i.kirova" are two of a family or an office: errors seldom touch the first letter.
        if p != q && s.as_bytes().first() != t.as_bytes().first() {
            return Reached::level(6);
        }
        let (slip, close) = (within(s, t, 1), within(s, t, 2));
        let alike = p == q || close || jaro_winkler(mailbox_name(s), mailbox_name(t)) >= 0.92;
        match alike {
            false => Reached::level(6),
            true if says_nothing_new => Reached::MISSING,
            true if slip || (p == q && close) => Reached::level(4),
            true if p == q => Reached::value(3, self.mailbox_share[p as usize]),
            true => Reached::level(5),
        }
    }
}

/// A number of so many digits is a person's own.
const LONG_NUMBER: u64 = 1_000;

/// Whether each address's mailbox name holds a first or family name of a lead that has the address.
fn from_names(columns: &MatchColumns, addresses: &MatchColumn) -> Vec<bool> {
    let names: Vec<&MatchColumn> = [Role::FirstName, Role::LastName, Role::FullName]
        .iter()
        .filter_map(|&role| columns.role(role).map(|column| &columns.columns[column]))
        .collect();
    let from_name: Vec<AtomicBool> = (0..addresses.dictionary.len()).map(|_| AtomicBool::new(false)).collect();
    let look = |mailbox: &mut String, row: LeadId| {
        for &address in addresses.of(row) {
            // One row that says so is enough, whichever comes first.
            if from_name[address as usize].load(Ordering::Relaxed) {
                continue;
            }
            mailbox.clear();
            mailbox.extend(mailbox_name(addresses.dictionary.get(address)).chars().filter(|c| c.is_alphabetic()));
            let mut words = names.iter().filter_map(|column| column.first(row)).flat_map(|name| name.split(' '));
            if words.any(|word| word.len() >= 3 && mailbox.contains(word)) {
                from_name[address as usize].store(true, Ordering::Relaxed);
            }
        }
    };
    (0..columns.rows as u32).into_par_iter().for_each_init(String::new, |mailbox, row| look(mailbox, LeadId(row)));
    from_name.into_iter().map(AtomicBool::into_inner).collect()
}

/// Whether each lead is called what an office mailbox of its own is called.
fn offices(columns: &MatchColumns, addresses: &MatchColumn) -> Vec<bool> {
    let names: Vec<&MatchColumn> = [Role::FirstName, Role::LastName, Role::FullName]
        .iter()
        .filter_map(|&role| columns.role(role).map(|column| &columns.columns[column]))
        .collect();
    let called = |row: LeadId, mailbox: &str| {
        names.iter().filter_map(|column| column.first(row)).any(|name| name.split(' ').any(|word| word == mailbox))
    };
    let mailboxes: Vec<Option<&str>> =
        addresses.dictionary.iter().map(|address| Some(mailbox_name(address)).filter(|name| office(name))).collect();
    (0..columns.rows)
        .map(|row| LeadId(row as u32))
        .map(|row| addresses.of(row).iter().any(|&code| mailboxes[code as usize].is_some_and(|name| called(row, name))))
        .collect()
}

fn mailbox_name(address: &str) -> &str {
    address.split_once('@').map_or(address, |(name, _)| name)
}

/// The digits of a mailbox name as a number, 0 for none.
fn number(mailbox: &str) -> u64 {
    let digits = mailbox.bytes().filter(u8::is_ascii_digit);
    digits.fold(0, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
}

fn office(mailbox: &str) -> bool {
    OFFICE.binary_search(&mailbox).is_ok()
}

/// All phone numbers of a lead against all of another.
pub(super) struct Phone<'a> {
    cell: Cell<'a>,
    holders: Holders,
    digits: Vec<Digits>,
}

impl<'a> Phone<'a> {
    pub(super) const LEVELS: &'static [&'static str] = &["missing", "exact", "shared line", "close", "different"];

    pub(super) fn new(table: &Table<'a>, column: usize) -> Self {
        let this = &table.columns().columns[column];
        let codes = 0..this.dictionary.len() as u32;
        let digits = codes.into_par_iter().map(|code| Digits::new(this.dictionary.get(code))).collect();
        Self { cell: table.cell(column), holders: Holders::new(table.columns(), this), digits }
    }

    pub(super) fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        glance(self.cell.codes(a), self.cell.codes(b), 4, |x| self.same(x))
    }

    pub(super) fn look(&self, a: LeadId, b: LeadId) -> Reached {
        best(self.cell.codes(a), self.cell.codes(b), 4, |x, y| {
            if x == y { self.same(x) } else { Reached::level(self.differing(x, y)) }
        })
    }

    fn same(&self, x: u32) -> Reached {
        let shared = self.holders.shared[x as usize];
        Reached::value(if shared { 2 } else { 1 }, self.holders.share[x as usize])
    }

    /// Level of two different numbers: the same last seven digits (a prefix is missing), or one digit slipped.
    fn differing(&self, x: u32, y: u32) -> u8 {
        let (p, q) = (self.digits[x as usize], self.digits[y as usize]);
        if let Some(ending) = p.ending(7, 8)
            && q.ending(7, 8) == Some(ending)
        {
            return 3;
        }
        if p.are_apart(q) {
            return 4;
        }
        let (s, t) = (self.cell.text(x), self.cell.text(y));
        if s.len() >= 7 && within(s, t, 1) { 3 } else { 4 }
    }
}

/// Of single values the codes tell all but how near two different ones are.
pub(super) fn glance(a: &[u32], b: &[u32], different: u8, same: impl Fn(u32) -> Reached) -> Glance {
    match (a, b) {
        ([], _) | (_, []) => Glance::settled(Reached::MISSING),
        ([x], [y]) if x == y => Glance::settled(same(*x)),
        _ => {
            let shared = a.iter().filter(|x| b.contains(x)).map(|&x| same(x)).min_by_key(|reached| reached.level);
            Glance::open(shared.unwrap_or(Reached::level(different)))
        }
    }
}

/// The best level of any value of one lead with any of the other; of equal levels the rarest value. A pair of values that
/// says nothing (level 0) stands just above `different`, the last level.
pub(super) fn best(a: &[u32], b: &[u32], different: u8, mut reach: impl FnMut(u32, u32) -> Reached) -> Reached {
    let rank = |reached: Reached| match reached.level {
        0 => (different, 0),
        level => (level, 1),
    };
    let mut best: Option<Reached> = None;
    for &x in a {
        for &y in b {
            let here = reach(x, y);
            if best.is_none_or(|best| rank(here) < rank(best) || (here.level == best.level && here.rarer(best))) {
                best = Some(here);
            }
        }
    }
    best.unwrap_or(Reached::MISSING)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reach, table};
    use super::*;
    use crate::model::matching::{Cells, Role};

    #[test]
    fn the_office_mailboxes_are_sorted() {
        let mut sorted = OFFICE.to_vec();
        sorted.sort_unstable();
        sorted.iter().for_each(|name| assert!(office(name), "{name}"));
    }

    #[test]
    fn emails() {
        let cases = [
            ("ana.kirova@x.bg", "ana.kirova@x.bg", "exact"),
            ("info@x.bg", "info@x.bg", "shared mailbox"),
            ("info@x.bg", "info@y.bg", "different"),
            ("ana.kirova@x.bg", "ana.kirova@y.com", "same mailbox name"),
            ("ana.kirova@x.bg", "ana.kirov@x.bg", "typo"),
            ("anakirova77@x.bg", "anakirova@gmail.com", "close mailbox name"),
            ("anakirova77@x.bg", "anakirova12@gmail.com", "different"),
            ("ana.kirova@x.bg", "jan.novak@x.bg", "different"),
            ("ana.kirova@x.bg", "", "missing"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[("email", Role::Email, &[a, b])]);
            let email = Email::new(&Table::new(&columns, |_| true), 0);
            let (left, right) = (LeadId(0), LeadId(1));
            let reached = reach(email.glance(left, right), |_| email.look(left, right));
            assert_eq!(Email::LEVELS[usize::from(reached.level)], expected, "{a} {b}");
        }
    }

    #[test]
    fn a_mailbox_made_from_the_name_says_no_more_than_the_name() {
        let cases = [
            ("ana.kirova@x.bg", "ana.kirova@y.com", "missing"),
            ("a.kirova@x.bg", "akirova7@y.com", "missing"),
            ("ana.kirova@x.bg", "ana.kirova@x.bg", "exact"),
            ("ana.kirova@x.bg", "petunia@y.com", "different"),
            ("petunia@x.bg", "petunia@y.com", "same mailbox name"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[
                ("first_name", Role::FirstName, &["ana", "ana"]),
                ("last_name", Role::LastName, &["kirova", "kirova"]),
                ("email", Role::Email, &[a, b]),
            ]);
            let email = Email::new(&Table::new(&columns, |_| true), 2);
            let (left, right) = (LeadId(0), LeadId(1));
            let reached = reach(email.glance(left, right), |_| email.look(left, right));
            assert_eq!(Email::LEVELS[usize::from(reached.level)], expected, "{a} {b}");
        }
    }

    #[test]
    fn an_office_owns_its_mailbox_and_a_person_of_the_office_shares_it() {
        let columns = table(&[
            ("first_name", Role::FirstName, &["sales", "", "ana", "sales"]),
            ("last_name", Role::LastName, &["team", "sales", "kirova", "office"]),
            ("email", Role::Email, &["sales@acme.de", "sales@acme.de", "sales@acme.de", "info@acme.de"]),
        ]);
        let email = Email::new(&Table::new(&columns, |_| true), 2);
        let level = |a, b| email.glance(LeadId(a), LeadId(b)).reached.level;
        assert_eq!((level(0, 1), level(0, 2), email.office[3]), (1, 2, false));
    }

    #[test]
    fn phones() {
        let cases = [
            ("35929876543", "35929876543", "exact"),
            ("35929876543", "029876543", "close"),
            ("6016392933", "6016392993", "close"),
            ("6016392933", "4049630814", "different"),
            ("6016392933", "", "missing"),
        ];
        for (a, b, expected) in cases {
            let columns = table(&[("phone", Role::Phone, &[a, b])]);
            let phone = Phone::new(&Table::new(&columns, |_| true), 0);
            let reached = reach(phone.glance(LeadId(0), LeadId(1)), |_| phone.look(LeadId(0), LeadId(1)));
            assert_eq!(Phone::LEVELS[usize::from(reached.level)], expected, "{a} {b}");
        }
    }

    #[test]
    fn any_number_of_the_lists_counts_and_the_rarest_is_taken() {
        let mut columns = table(&[
            ("last_name", Role::LastName, &["ab", "cd", "ef", "gh"]),
            ("phone", Role::Phone, &["1111111111", "2222222222", "", ""]),
        ]);
        columns.columns[1].cells = Cells::Many { offsets: vec![0, 2, 4, 5, 6], codes: vec![1, 2, 2, 1, 1, 1] };
        let phone = Phone::new(&Table::new(&columns, |_| true), 1);
        let reached = reach(phone.glance(LeadId(0), LeadId(1)), |_| phone.look(LeadId(0), LeadId(1)));
        assert_eq!(Phone::LEVELS[usize::from(reached.level)], "exact", "the shared first number does not hide it");
    }
}
