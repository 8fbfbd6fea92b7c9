//! What a run would do, one thing at a time, for people to look at before it is done.

use serde::{Deserialize, Serialize};

use super::table::OutputTable;

/// What happens to a lead or record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// A record is made.
    Create,
    /// A lead is linked to a record of the CRM.
    Link,
    /// A lead is qualified.
    Qualify,
    /// A lead is disqualified.
    Disqualify,
    /// A lead is opened again.
    Reactivate,
    /// A lead would qualify, but something stands in the way.
    Block,
    /// A person has to choose first.
    Review,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::Create, Self::Link, Self::Qualify, Self::Disqualify, Self::Reactivate, Self::Block, Self::Review];

    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Link => "link",
            Self::Qualify => "qualify",
            Self::Disqualify => "disqualify",
            Self::Reactivate => "reactivate",
            Self::Block => "block",
            Self::Review => "review",
        }
    }
}

/// To what it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangedKind {
    /// A lead.
    Lead,
    /// An account.
    Account,
    /// A contact.
    Contact,
    /// An opportunity.
    Opportunity,
}

impl ChangedKind {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
        }
    }
}

/// Changes of one kind to one kind of thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeGroup {
    /// To what it happens.
    pub kind: ChangedKind,
    /// What happens.
    pub change: ChangeKind,
    /// How often.
    pub count: u64,
    /// Why, and how often; the commonest first. Of leads only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<(String, u64)>,
    /// The estimated values by currency ("" where none is said), each exactly summed to four decimals. Of opportunities only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
    /// How many opportunities have no value.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_value: u64,
    /// The first of them.
    #[serde(skip)]
    pub first: Vec<ChangeLine>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A change as people read it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeLine {
    /// The lead's or record's name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
    /// What was found, as `kind:id`.
    pub matched: String,
    /// Owner, or "".
    pub owner: String,
    /// Value with its currency, or "".
    pub value: String,
}

/// All that a run would do.
#[derive(Debug, Clone)]
pub struct PlannedChanges {
    /// One row per change.
    pub table: OutputTable,
    /// The same counted, in the order of the table.
    pub groups: Vec<ChangeGroup>,
    /// Leads that are left as they are.
    pub unchanged: u64,
    /// Why nothing may be published, where an outgoing list would reach somebody who must not be reached.
    pub barred: Option<String>,
}
