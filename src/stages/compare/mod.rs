//! compare: the level of agreement that a pair of leads reaches in each comparison. Which comparisons there are is
//! chosen from the roles of the columns and from the pipeline file; the levels are evaluated on dictionary codes, and
//! only different codes ever reach a similarity kernel.

mod choose;
mod contact;
mod frequency;
mod names;
mod nicknames;
mod place;
mod romanised;
mod rows;
pub mod similarity;
mod sketch;
mod streets;
mod surnames;
mod tokens;
mod values;

pub use choose::choose;

use crate::model::leads::LeadId;

/// The evidence that colleagues and households share: a comparison over all others, added by the engine.
pub const CIRCLE: &str = "circle";

/// Comparisons that are made of several columns; a custom column of the same name is compared under another one.
const NO_COLUMNS: [&str; 2] = ["address", CIRCLE];

/// What a pair reaches in a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The level: 0 missing, 1 best, the last one different.
    pub level: u8,
    /// Where the leads share a value: log2 of the probability that an unrelated lead has it, too.
    pub share: Option<f64>,
}

impl Reached {
    const MISSING: Self = Self::level(0);

    const fn level(level: u8) -> Self {
        Self { level, share: None }
    }

    fn value(level: u8, share: f32) -> Self {
        Self { level, share: Some(f64::from(share)) }
    }

    fn rarer(self, other: Self) -> bool {
        match (self.share, other.share) {
            (Some(here), Some(there)) => here < there,
            _ => false,
        }
    }
}

/// What codes alone tell of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glance {
    /// The level, or the one that is reached if a closer look finds nothing better.
    pub reached: Reached,
    /// Whether a closer look may find something better.
    pub open: bool,
}

impl Glance {
    const fn settled(reached: Reached) -> Self {
        Self { reached, open: false }
    }

    const fn open(otherwise: Reached) -> Self {
        Self { reached: otherwise, open: true }
    }
}

/// Levels of pairs of different values, remembered: the same two names meet again and again. Where two pairs of values
/// fall on one place, the later one stays.
#[derive(Default)]
pub struct Memo {
    entries: Vec<(u64, u8)>,
    off: bool,
}

impl Memo {
    /// Entries: 16 bytes each, so that the memos of a thread stay in its cache.
    const SIZE: usize = 1 << 12;

    /// One that remembers nothing: for a single pair, making room takes longer than looking. Clustering a million leads
    /// took twice the time with room for each pair.
    pub fn off() -> Self {
        Self { off: true, ..Self::default() }
    }

    fn get(&mut self, x: u32, y: u32, level: impl FnOnce() -> u8) -> u8 {
        let pair = u64::from(x.min(y)) << 32 | u64::from(x.max(y));
        if self.entries.is_empty() {
            if self.off {
                return level();
            }
            self.entries.resize(Self::SIZE, (u64::MAX, 0));
        }
        let place = (pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52) as usize;
        let entry = &mut self.entries[place];
        if entry.0 != pair {
            *entry = (pair, level());
        }
        entry.1
    }
}

/// One comparison: its levels, what they are worth before training, and how a pair's level is found.
pub struct Comparison<'a> {
    /// Name, as a column prefix in the links table.
    pub name: String,
    /// Labels of the levels, "missing" first, "different" last.
    pub levels: Vec<String>,
    /// Probability of each level among matches, to start from.
    pub m: Vec<f64>,
    /// Probability of each level among unrelated leads, to start from.
    pub u: Vec<f64>,
    /// Probability of each level among different people of one company, those of one household, and related things, where
    /// these agree more often than strangers do; 0 for a level that is as likely as among strangers.
    pub circles: [Option<Vec<f64>>; 3],
    /// Largest probability of "different" among matches.
    pub most_different: f64,
    /// A level that never speaks for a match, however often pairs reach it that are alike otherwise: variants of a
    /// product and volumes of a series have all but a number in common.
    pub doubtful: Option<u8>,
    /// The first level that matches reach no more often than `m` says, nor any after it: of what a thing is called.
    pub weak_from: Option<u8>,
    /// Columns that it looks at.
    pub columns: Vec<usize>,
    measure: Measure<'a>,
}

/// How a comparison's level is found.
enum Measure<'a> {
    Name(names::Name<'a>),
    FullName(names::FullName<'a>),
    Email(contact::Email<'a>),
    Phone(contact::Phone<'a>),
    Company(place::Company<'a>),
    Address(place::Address<'a>),
    Values(values::Values<'a>),
}

impl Comparison<'_> {
    /// What codes alone tell of two leads.
    pub fn glance(&self, a: LeadId, b: LeadId) -> Glance {
        match &self.measure {
            Measure::Name(name) => name.glance(a, b),
            Measure::FullName(name) => name.glance(a, b),
            Measure::Email(email) => email.glance(a, b),
            Measure::Phone(phone) => phone.glance(a, b),
            Measure::Company(company) => company.glance(a, b),
            Measure::Address(address) => address.glance(a, b),
            Measure::Values(values) => values.glance(a, b),
        }
    }

    /// The level of two leads that a glance leaves open.
    pub fn look(&self, a: LeadId, b: LeadId, otherwise: Reached, memo: &mut Memo) -> Reached {
        match &self.measure {
            Measure::Name(name) => name.look(a, b, memo),
            Measure::FullName(name) => name.look(a, b, memo),
            Measure::Email(email) => email.look(a, b),
            Measure::Phone(phone) => phone.look(a, b),
            Measure::Company(company) => company.look(a, b, memo),
            Measure::Address(address) => address.look(a, b, otherwise, memo),
            Measure::Values(values) => values.look(a, b, memo),
        }
    }

    /// The level that two leads reach.
    pub fn reach(&self, a: LeadId, b: LeadId, memo: &mut Memo) -> Reached {
        match self.glance(a, b) {
            Glance { reached, open: false } => reached,
            Glance { reached, open: true } => self.look(a, b, reached, memo),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::matching::{Cells, MatchColumn, MatchColumns, Role};
    use crate::model::text::TextColumn;

    use super::{Glance, Memo, Reached};

    /// What a look after a glance gives.
    pub(super) fn reach(glance: Glance, look: impl FnOnce(&mut Memo) -> Reached) -> Reached {
        if glance.open { look(&mut Memo::default()) } else { glance.reached }
    }

    /// A table of single-valued columns from literals.
    pub(crate) fn table(columns: &[(&str, Role, &[&str])]) -> MatchColumns {
        let rows = columns.first().map_or(0, |column| column.2.len());
        let columns = columns
            .iter()
            .map(|&(name, role, values)| {
                let TextColumn { codes, dictionary } = values.iter().copied().collect();
                MatchColumn { name: name.to_owned(), role, cells: Cells::One(codes), dictionary }
            })
            .collect();
        MatchColumns { rows, sources: vec![0; rows], clean: vec![], closed: vec![false; rows], columns }
    }
}
