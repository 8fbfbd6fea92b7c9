//! A row as it will be written, what it still tells of its entity, and which traps touched it.

use std::rc::Rc;

use super::names::Culture;
use super::places::{Country, Town};
use super::rng::{hash, mix};

/// The fields of a lead that tell who it is.
#[derive(Clone, Copy)]
pub(crate) enum Evidence {
    First,
    Last,
    Company,
    Email,
    Phone,
    Street,
    City,
}

/// The number of kinds of evidence that a row may have.
pub(crate) const KEYS: usize = 8;

/// What a row still shows, recognisably, of each kind of evidence: a hash of the true value, 0 when nothing.
pub(crate) type Shown = [u64; KEYS];

/// The hash of a value as evidence: case does not matter.
pub(crate) fn key(text: &str) -> u64 {
    if text.is_empty() { 0 } else { hash(&text.to_lowercase()) }
}

/// A key of several values, 0 if one of them is missing.
pub(crate) fn joint(keys: &[u64]) -> u64 {
    if keys.contains(&0) { 0 } else { keys.iter().fold(keys.len() as u64, |sum, key| mix(sum ^ key)) | 1 }
}

macro_rules! traps {
    ($($trap:ident $name:literal),* $(,)?) => {
        /// What makes a row hard to match, or easy to match wrongly.
        #[derive(Clone, Copy, PartialEq, Debug)]
        pub(crate) enum Trap { $($trap),* }

        /// Every trap with its name in the truth file.
        pub(crate) const TRAPS: &[(Trap, &str)] = &[$((Trap::$trap, $name)),*];
    };
}

traps! {
    Nickname "nickname",
    Typo "typo",
    SwappedNames "swapped_names",
    Initial "initial",
    Missing "missing",
    ChangedJob "changed_job",
    MarriedName "married_name",
    Switchboard "switchboard",
    SharedMailbox "shared_mailbox",
    AssistantEmail "assistant_email",
    OtherEmail "other_email",
    Household "household",
    FatherAndSon "father_son",
    Twins "twins",
    Namesake "namesake",
    SameNameSameCompany "same_name_same_company",
    RecycledPhone "recycled_phone",
    Placeholder "placeholder",
    DigitSlip "digit_slip",
    OtherPhone "other_phone",
    CompanyName "company_name",
    MovedOffice "moved_office",
    MovedHome "moved_home",
    RoleAccount "role_account",
    LetterCase "letter_case",
    Transliterated "transliterated",
    DroppedSurname "dropped_surname",
    DoubleBarrelled "double_barrelled",
    Accents "accents",
    Exonym "exonym",
    Particle "particle",
    Ending "gender_ending",
    Initials "initials",
    Reordered "reordered",
    DroppedWords "dropped_words",
    Abbreviated "abbreviated",
    OtherDate "other_date",
    Truncated "truncated",
    Branch "branch",
    NearTwin "near_twin",
    OtherStyle "other_style",
    Indistinguishable "indistinguishable",
}

/// A set of traps.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Traps(u64);

impl Traps {
    pub(crate) fn of(trap: Trap) -> Self {
        Traps(1 << trap as u64)
    }

    pub(crate) fn add(&mut self, trap: Trap) {
        self.0 |= 1 << trap as u64;
    }

    pub(crate) fn remove(&mut self, trap: Trap) {
        self.0 &= !(1 << trap as u64);
    }

    /// Adds the traps of another set.
    pub(crate) fn join(&mut self, others: Traps) {
        self.0 |= others.0;
    }

    pub(crate) fn has(self, trap: Trap) -> bool {
        self.0 & 1 << trap as u64 != 0
    }

    /// Their names, joined by +.
    pub(crate) fn names(self) -> String {
        let names = TRAPS.iter().filter(|(trap, _)| self.has(*trap)).map(|(_, name)| *name);
        names.collect::<Vec<_>>().join("+")
    }
}

/// A row of a person or mailbox, before an export writes it in its own way.
#[derive(Clone, Default)]
pub(crate) struct Record {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) company: String,
    pub(crate) title: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) postcode: String,
    pub(crate) country: String,
    pub(crate) culture: Option<Culture>,
    pub(crate) at: Option<Country>,
    /// Number of the company of which the row tells.
    pub(crate) employer: Option<u32>,
    /// The town, with what else it is called.
    pub(crate) town: Option<Rc<Town>>,
    pub(crate) source: String,
    /// Days since 2021-01-01.
    pub(crate) created: usize,
    pub(crate) budget: String,
    pub(crate) shown: Shown,
    /// What the e-mail tells besides: a name before the @, a company after it.
    pub(crate) mail_tells: Shown,
    pub(crate) traps: Traps,
}

impl Record {
    /// Drops traps of values that the row, in the end, does not show.
    pub(crate) fn forget_unseen(&mut self) {
        const SEEN_IN: &[(Trap, &[Evidence])] = &[
            (Trap::Switchboard, &[Evidence::Phone]),
            (Trap::OtherPhone, &[Evidence::Phone]),
            (Trap::DigitSlip, &[Evidence::Phone]),
            (Trap::RecycledPhone, &[Evidence::Phone]),
            (Trap::SharedMailbox, &[Evidence::Email]),
            (Trap::AssistantEmail, &[Evidence::Email]),
            (Trap::OtherEmail, &[Evidence::Email]),
            (Trap::MovedOffice, &[Evidence::Street, Evidence::City]),
            (Trap::MovedHome, &[Evidence::Street, Evidence::City]),
        ];
        for (trap, evidence) in SEEN_IN {
            if evidence.iter().all(|&evidence| self.shown[evidence as usize] == 0) {
                self.traps.remove(*trap);
            }
        }
        if self.company.is_empty() {
            self.traps.remove(Trap::CompanyName);
        }
        if self.city.is_empty() {
            self.traps.remove(Trap::Exonym);
        }
    }

    /// Everything that the row tells of its entity.
    pub(crate) fn evidence(&self) -> Shown {
        let mut all = self.shown;
        for (shown, told) in all.iter_mut().zip(self.mail_tells) {
            if *shown == 0 {
                *shown = told;
            }
        }
        all
    }

    /// What the row shows of one kind of evidence.
    pub(crate) fn shows(&mut self, evidence: Evidence) -> &mut u64 {
        &mut self.shown[evidence as usize]
    }
}
