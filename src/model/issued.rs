//! Ids that runs gave to the records they made, and the input rows whose leads got them: the next run keeps them.

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::entities::{Entities, EntityId};
use super::ids;
use super::leads::{LeadId, Leads};
use super::text::Interner;

/// What a run makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordKind {
    /// An account.
    Account,
    /// A contact.
    Contact,
    /// An opportunity.
    Opportunity,
    /// A lead that a change set makes.
    Lead,
    /// A note of an opportunity, as a change set has it.
    Note,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Account, Self::Contact, Self::Opportunity, Self::Lead, Self::Note];

    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
            Self::Lead => "lead",
            Self::Note => "note",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// The id of a record that a row's lead got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    /// The row, as its public id tells it: the first 80 bits of its key.
    pub row: u128,
    /// The name of the row's source, by its code.
    pub source: u32,
    /// What kind of record.
    pub kind: RecordKind,
    /// Its id, by its code.
    pub id: u32,
    /// False where another lead's record has the id by now.
    pub is_current: bool,
    /// What [`IssuedIds::beside`] gives, by its code.
    pub beside: u32,
}

/// A record that a run made for leads, and the id that it gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedRecord {
    /// What kind of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: String,
    /// The leads that have it.
    pub leads: Vec<EntityId>,
    /// Where a person wanted a new record: the ids of the CRM's records that came into question for it.
    pub beside: Option<Vec<String>>,
}

/// All ids that were given so far.
#[derive(Debug, Clone, Default)]
pub struct IssuedIds {
    rows: Vec<Issued>,
    sources: Interner,
    ids: Interner,
    beside: Interner,
}

/// Between the ids of several records.
const SEPARATOR: &str = "; ";

/// In the place of ids, where there are none.
const NONE: &str = "none";

/// A row's key as far as its public id shows it.
fn shown(key: u128) -> u128 {
    key >> 48 << 48
}

/// The place of a row among ascending keys.
fn place_in(keys: &[u128], row: u128) -> Option<usize> {
    let at = keys.partition_point(|&key| shown(key) < row);
    keys.get(at).filter(|&&key| shown(key) == row).map(|_| at)
}

impl IssuedIds {
    /// Adds one; [`Self::sort`] when all are there.
    pub fn push(&mut self, row: u128, source: &str, (kind, id): (RecordKind, &str), is_current: bool, beside: &str) {
        let (source, id, beside) = (self.sources.intern(source), self.ids.intern(id), self.beside.intern(beside));
        self.rows.push(Issued { row: shown(row), source, kind, id, is_current, beside });
    }

    /// Puts them in order, each once: one that is current in any way is.
    pub fn sort(&mut self) {
        let Self { rows, ids, .. } = self;
        let key = |it: &Issued| (it.row, it.kind);
        rows.par_sort_by(|a, b| {
            let order = key(a).cmp(&key(b)).then_with(|| ids.get(a.id).cmp(ids.get(b.id)));
            order.then(b.is_current.cmp(&a.is_current))
        });
        rows.dedup_by_key(|it| (it.row, it.kind, it.id));
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All of them, by row, kind and id.
    pub fn rows(&self) -> &[Issued] {
        &self.rows
    }

    /// The text of an id.
    pub fn id(&self, code: u32) -> &str {
        self.ids.get(code)
    }

    /// Where a person wanted a new record: the records of the CRM that came into question when it was made, as written.
    pub fn beside(&self, code: u32) -> &str {
        self.beside.get(code)
    }

    /// These records, one by one; none where no person wanted a new one.
    pub fn passed_over(&self, code: u32) -> Option<impl Iterator<Item = &str>> {
        let told = Some(self.beside(code)).filter(|told| !told.is_empty())?;
        Some(told.split(SEPARATOR).filter(move |_| told != NONE))
    }

    /// The code of an id that was given.
    pub fn code(&self, id: &str) -> Option<u32> {
        self.ids.find(id)
    }

    /// The name of a source.
    pub fn source(&self, code: u32) -> &str {
        self.sources.get(code)
    }

    /// Those of a row, by its key.
    pub fn of(&self, key: u128) -> &[Issued] {
        let row = shown(key);
        let from = self.rows.partition_point(|it| it.row < row);
        let count = self.rows[from..].iter().take_while(|it| it.row == row).count();
        &self.rows[from..from + count]
    }

    /// The rows that have an id of a kind now, with the id, as far as they are among these ascending keys.
    pub fn holders<'a>(&'a self, kind: RecordKind, keys: &'a [u128]) -> impl Iterator<Item = (LeadId, &'a str)> {
        let current = self.rows.iter().filter(move |it| it.kind == kind && it.is_current);
        current.filter_map(|it| Some((LeadId(place_in(keys, it.row)? as u32), self.id(it.id))))
    }

    /// A hash of all that they say.
    pub fn hash(&self) -> u128 {
        let mut hash = Xxh3::new();
        for it in &self.rows {
            hash.update(&it.row.to_le_bytes());
            for text in [self.source(it.source), it.kind.name(), self.id(it.id), self.beside(it.beside)] {
                hash.update(&(text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            hash.update(&[u8::from(it.is_current)]);
        }
        hash.digest128()
    }

    /// These and what a run gave. Where it gave an id to other leads than that of a row that had it, the row has it no more;
    /// rows that are not among the run's keep theirs.
    pub fn with(&self, given: &[IssuedRecord], leads: &Leads, entities: &Entities) -> Self {
        let mut next = Self { rows: Vec::new(), ..self.clone() };
        for IssuedRecord { kind, id, leads: of, beside } in given {
            let beside = match beside.as_deref() {
                None => String::new(),
                Some([]) => NONE.to_owned(),
                Some(ids) => ids.join(SEPARATOR),
            };
            let members = of.iter().flat_map(|lead| entities.members(lead.index()));
            members.for_each(|row| {
                let source = &leads.places.sources[usize::from(leads.origins[row.index()].source)];
                next.push(leads.keys[row.index()], source, (*kind, id), true, &beside);
            });
        }
        next.sort();
        let mut used: Vec<(RecordKind, u32)> = next.rows.iter().map(|it| (it.kind, it.id)).collect();
        used.sort_unstable();
        used.dedup();
        let given: Vec<Issued> = next.rows.clone();
        let is_given = |it: &Issued| {
            let key = |other: &Issued| (other.row, other.kind).cmp(&(it.row, it.kind));
            let from = given.partition_point(|other| key(other).is_lt());
            given[from..].iter().take_while(|other| key(other).is_eq()).any(|other| other.id == it.id)
        };
        let is_present = |row: u128| place_in(&leads.keys, row).is_some();
        for it in &self.rows {
            let is_lost = used.binary_search(&(it.kind, it.id)).is_ok() && !is_given(it) && is_present(it.row);
            next.rows.push(Issued { is_current: it.is_current && !is_lost, ..*it });
        }
        next.sort();
        next
    }
}

/// What earlier runs gave to the rows of this one.
#[derive(Debug, Clone, Copy)]
pub struct HeldIds<'a> {
    /// All that they gave.
    pub issued: &'a IssuedIds,
    /// The keys of this run's rows.
    pub keys: &'a [u128],
}

impl<'a> HeldIds<'a> {
    /// Those of a row.
    pub fn of(&self, row: LeadId) -> &'a [Issued] {
        match self.issued.is_empty() {
            true => &[],
            false => self.issued.of(self.keys[row.index()]),
        }
    }
}

/// The row that a public id tells, where it is one.
pub fn row_of(id: &str) -> Option<u128> {
    ids::bits('R', id)
}
