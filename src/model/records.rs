//! Scores of the CRM's own records, and where an account's come from.

use super::scorecards::{Points, Scorecards};

/// An account that people may belong to: one of the CRM, or the company of open leads that it has not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    /// The CRM's id, the one that the account would be made with, or "" where it is not settled which account it is.
    pub id: String,
    /// Name as it stands.
    pub name: String,
    /// Registrable domain, or "".
    pub domain: String,
    /// ISO country, or "".
    pub country: String,
}

/// Whose people are whose: accounts by position, those of the CRM first, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affiliations {
    /// Accounts that the CRM has not, by id and name.
    pub companies: Vec<Company>,
    /// The account of each golden lead that is open; none where it has none.
    pub of_lead: Vec<Option<u32>>,
    /// The contact that each golden lead is, by position in the CRM.
    pub contact_of_lead: Vec<Option<u32>>,
    /// The account of each active contact; none where it has none.
    pub of_contact: Vec<Option<u32>>,
}

/// What was scored of the CRM's own records; none where the plan scores none of the kind.
#[derive(Debug, Clone, Default)]
pub struct RecordScores {
    /// Contacts.
    pub contacts: Option<ScoredRecords>,
    /// Accounts.
    pub accounts: Option<ScoredRecords>,
    /// The people whose scores add to those of accounts, by account and score, the highest first; none where the plan
    /// adds none.
    pub people: Option<Vec<AccountPerson>>,
}

/// Records of a kind and their scores.
#[derive(Debug, Clone, Default)]
pub struct ScoredRecords {
    /// Ids; "" of a company of which it is not settled which account it is.
    pub ids: Vec<String>,
    /// Names.
    pub names: Vec<String>,
    /// Scores, in the same order.
    pub scores: Scorecards,
}

/// What kind of record a person of an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PersonKind {
    /// A golden lead.
    Lead,
    /// A contact of the CRM.
    Contact,
}

impl PersonKind {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Contact => "contact",
        }
    }
}

/// A person of an account and what its score adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountPerson {
    /// The account, by position.
    pub account: u32,
    /// Lead or contact.
    pub kind: PersonKind,
    /// Its position among the golden leads or the CRM's contacts.
    pub position: u32,
    /// Its own score.
    pub score: Points,
    /// How much of it counts: all or nothing. An account's sum exactly to its line `people`.
    pub counted: Points,
}
