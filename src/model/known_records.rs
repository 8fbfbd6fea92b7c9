//! Which records of the CRM the golden leads may be, by rules and by linkage.

use std::sync::Arc;

use super::entities::EntityId;
use super::matching::Links;

/// What golden leads may be.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Accounts of theirs.
    pub accounts: KnownRecords,
    /// Contacts.
    pub contacts: KnownRecords,
}

/// A record that a golden lead may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownRecord {
    /// The lead.
    pub lead: EntityId,
    /// The record, by its place in the CRM's list of its kind.
    pub record: u32,
    /// Probability that both are one.
    pub probability: f64,
    /// Whether that is less than it takes to link them: a person decides.
    pub is_weak: bool,
    /// What says so.
    pub ground: Ground,
}

impl KnownRecord {
    /// Where the evidence of linkage stands among the links; none where a rule says so.
    pub fn evidence(&self) -> Option<u32> {
        match self.ground {
            Ground::Linkage(row) => Some(row),
            Ground::Rule(_) => None,
        }
    }
}

/// What says that a record is a lead's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// A rule of the pipeline file, by its place among [`KnownRecords::rules`]: it wins over linkage.
    Rule(u32),
    /// The model: where its evidence stands among [`KnownRecords::links`].
    Linkage(u32),
}

/// The records of a kind that golden leads may be.
#[derive(Debug, Clone, Default)]
pub struct KnownRecords {
    /// By lead, then by record, then by what says so.
    pub pairs: Vec<KnownRecord>,
    /// The CRM's id of the record of each pair.
    pub record_ids: Vec<String>,
    /// The evidence.
    pub links: Arc<Links>,
    /// Names of the rules.
    pub rules: Vec<String>,
}

impl KnownRecords {
    /// Those of a lead.
    pub fn of(&self, lead: usize) -> &[KnownRecord] {
        let from = self.pairs.partition_point(|pair| pair.lead.index() < lead);
        let count = self.pairs[from..].partition_point(|pair| pair.lead.index() == lead);
        &self.pairs[from..from + count]
    }
}
