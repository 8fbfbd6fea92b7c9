//! compare: the level of agreement that a pair of leads reaches in each comparison. Which comparisons there are is
//! chosen from the roles of the columns and from the pipeline file; the levels are evaluated on dictionary codes, and
//! only different codes ever reach a similarity kernel.

mod choose;
mod contact;
mod frequency;
mod names;
mod place;
pub mod similarity;
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
    /// Where the leads share a value: the probability that an unrelated lead has it, too.
    pub share: Option<f64>,
}

impl Reached {
    const MISSING: Self = Self::level(0);

    const fn level(level: u8) -> Self {
        Self { level, share: None }
    }

    const fn value(level: u8, share: f64) -> Self {
        Self { level, share: Some(share) }
    }

    fn rarer(self, other: Self) -> bool {
        match (self.share, other.share) {
            (Some(here), Some(there)) => here < there,
            _ => false,
        }
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
    /// Probability of each level among different people of one company or household, where those agree more often
    /// than strangers do; 0 for a level that is as likely as among strangers.
    pub shared: Option<Vec<f64>>,
    /// Largest probability of "different" among matches.
    pub most_different: f64,
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
    /// The level that two leads reach.
    pub fn reach(&self, a: LeadId, b: LeadId) -> Reached {
        match &self.measure {
            Measure::Name(name) => name.reach(a, b),
            Measure::FullName(name) => name.reach(a, b),
            Measure::Email(email) => email.reach(a, b),
            Measure::Phone(phone) => phone.reach(a, b),
            Measure::Company(company) => company.reach(a, b),
            Measure::Address(address) => address.reach(a, b),
            Measure::Values(values) => values.reach(a, b),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::matching::{Cells, MatchColumn, MatchColumns, Role};
    use crate::model::text::TextColumn;

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
