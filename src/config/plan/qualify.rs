//! Qualifying, as planned.

use std::path::PathBuf;

use super::{DuplicateRule, ParentPlan};
use crate::config::preset::CrmKind;
use crate::model::field::Field;
use crate::rules::Condition;

/// Yes, no, or for some.
#[derive(Debug, Clone)]
pub enum Switch {
    /// For all leads.
    Always,
    /// For none.
    Never,
    /// For those that meet it.
    When(Condition),
}

/// What happens with a match in the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnMatch {
    /// Use the existing record.
    Link,
    /// Make a new one.
    Ignore,
    /// Ask a person.
    Review,
}

/// Qualifying.
#[derive(Debug, Clone)]
pub struct QualifyPlan {
    /// Which leads qualify; none: no lead does.
    pub filter: Option<Condition>,
    /// What ANDs join in `filter`, each by itself.
    pub gate: Vec<Condition>,
    /// Whether accounts are made.
    pub create_account: Switch,
    /// Whether contacts are made.
    pub create_contact: Switch,
    /// Whether opportunities are made.
    pub create_opportunity: Switch,
    /// On a matching account.
    pub on_account_match: OnMatch,
    /// On a matching contact.
    pub on_contact_match: OnMatch,
    /// Published duplicate rules between leads and the CRM's records.
    pub rules: Vec<RecordRule>,
    /// Probability from which a record is a lead's.
    pub link_at: f64,
    /// Probability from which a person decides whether it is.
    pub review_at: f64,
    /// On an open opportunity of the same account and contact: `Link` qualifies onto it, else the lead is blocked.
    pub link_opportunity: bool,
    /// Whether an open duplicate stands in the way.
    pub block_on_duplicate_lead: bool,
    /// One opportunity per account instead of one per lead.
    pub opportunity_per_account: bool,
    /// Whether open leads get ids that they keep, since a change set makes leads of them.
    pub keeps_leads: bool,
    /// The output folder that has the ids which earlier runs gave to records; none: this run's own.
    pub earlier: Option<PathBuf>,
    /// Disqualify rules in order.
    pub disqualify: Vec<ReasonedRule>,
    /// Reactivate rules in order.
    pub reactivate: Vec<ReasonedRule>,
    /// Which company is whose parent.
    pub parents: ParentPlan,
}

/// A condition with the reason that it gives.
#[derive(Debug, Clone)]
pub struct ReasonedRule {
    /// Which leads.
    pub filter: Condition,
    /// The reason, in the user's words.
    pub reason: String,
}

/// A published duplicate rule between leads and records of the CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRule {
    /// Of which records.
    pub of: CrmKind,
    /// What must be the same: these fields, and further columns that the records have under the name of a lead's.
    pub rule: DuplicateRule,
}

impl RecordRule {
    /// The fields of a record that rules look at; a contact's company, domain and address may be those of its account.
    pub fn of(kind: CrmKind) -> &'static [Field] {
        if kind == CrmKind::Accounts { Self::OF_ACCOUNTS } else { Self::OF_CONTACTS }
    }

    const OF_CONTACTS: &[Field] = &[
        Field::FullName,
        Field::FirstName,
        Field::LastName,
        Field::Email,
        Field::Phone,
        Field::Company,
        Field::Domain,
        Field::Street,
        Field::City,
        Field::Postcode,
        Field::Country,
    ];
    const OF_ACCOUNTS: &[Field] =
        &[Field::Company, Field::Domain, Field::Phone, Field::Street, Field::City, Field::Postcode, Field::Country];
}
