//! Scoring the CRM's own records, as planned.

use super::{Plan, ScorePlan};
use crate::model::field::ValueType;
use crate::model::scorecards::Points;

/// How the CRM's contacts and accounts are scored; none: they are not.
#[derive(Debug, Clone, Default)]
pub struct RecordPlans {
    /// Contacts.
    pub contacts: Option<ScorePlan>,
    /// Accounts.
    pub accounts: Option<AccountPlan>,
}

/// Scoring accounts.
#[derive(Debug, Clone)]
pub struct AccountPlan {
    /// Criteria on the account itself.
    pub card: ScorePlan,
    /// What the scores of its people add.
    pub people: Option<PeoplePlan>,
}

/// What the scores of an account's people add to its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeoplePlan {
    /// Which of them count.
    pub way: PeopleWay,
    /// Their largest sum.
    pub cap: Option<Points>,
}

/// Which people's scores count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleWay {
    /// The highest.
    Max,
    /// All.
    Sum,
    /// So many of the highest.
    Top(u32),
}

/// The ledger line of an account's people, and the group that limits it.
pub const PEOPLE: &str = "people";

/// The columns of a contact that conditions see, beside those of its file under their own names.
pub const CONTACT_COLUMNS: [(&str, ValueType); 10] = [
    ("contact_id", ValueType::Text),
    ("full_name", ValueType::Text),
    ("email", ValueType::Text),
    ("phone", ValueType::Text),
    ("account_id", ValueType::Text),
    ("status", ValueType::Text),
    ("account_company", ValueType::Text),
    ("account_country", ValueType::Text),
    ("account_domain", ValueType::Text),
    ("last_activity_at", ValueType::Timestamp),
];

/// The columns of an account that conditions see, beside those of its file under their own names.
pub const ACCOUNT_COLUMNS: [(&str, ValueType); 9] = [
    ("account_id", ValueType::Text),
    ("company", ValueType::Text),
    ("domain", ValueType::Text),
    ("website", ValueType::Text),
    ("country", ValueType::Text),
    ("phone", ValueType::Text),
    ("parent_account_id", ValueType::Text),
    ("status", ValueType::Text),
    ("owner", ValueType::Text),
];

impl RecordPlans {
    /// Whether an output table comes of these plans; tables that have nothing to do with them do.
    fn give(&self, table: &str) -> bool {
        match table {
            "contact_scores" => self.contacts.is_some(),
            "account_scores" => self.accounts.is_some(),
            "account_people" => self.accounts.as_ref().is_some_and(|plan| plan.people.is_some()),
            "record_ledger" => self.contacts.is_some() || self.accounts.is_some(),
            _ => true,
        }
    }
}

impl Plan {
    /// Whether an output table is written: one that is asked for, or, where none is, one that the plan gives.
    pub fn writes(&self, table: &str) -> bool {
        self.write.writes(table) && (self.write.tables.is_some() || self.records.give(table))
    }
}
