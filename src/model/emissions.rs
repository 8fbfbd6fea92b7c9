//! What qualifying emits: decisions with reasons, and records to create or link in the CRM.

use std::borrow::Cow;

use super::entities::{ActivityKind, EntityId};
use super::issued::{IssuedRecord, RecordKind};
use super::money::Money;
use super::questions::{Asked, Questions};
use super::text::TextColumn;

/// What was decided about a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DecisionKind {
    /// Closed as qualified.
    Qualified,
    /// Closed as disqualified.
    Disqualified,
    /// Opened again.
    Reactivated,
    /// Would qualify, but a duplicate stands in the way.
    Blocked,
    /// A person has to choose first.
    Review,
    /// Nothing.
    Unchanged,
}

impl DecisionKind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::Qualified, Self::Disqualified, Self::Reactivated, Self::Blocked, Self::Review, Self::Unchanged];

    /// As written to the decisions table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Qualified => "qualified",
            Self::Disqualified => "disqualified",
            Self::Reactivated => "reactivated",
            Self::Blocked => "blocked",
            Self::Review => "review",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The decision about one golden lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub kind: DecisionKind,
    /// The rule: `qualify`, a disqualify or reactivate reason, or "".
    pub rule: Cow<'static, str>,
    /// Why, as a code (`duplicate_lead`, `ambiguous_account`) or the user's reason.
    pub reason: Cow<'static, str>,
    /// What was found, and what the lead gets; most leads have neither.
    pub found: Option<Box<Found>>,
}

/// Records about which a decision was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Ids that the lead was linked to or blocked by, by kind: `account:ACC-1`, `lead:L…`.
    pub matched: Vec<String>,
    /// Ids that came into question, same form.
    pub candidates: Vec<String>,
    /// The account that the lead got, made or linked, or "".
    pub account_id: String,
    /// The contact, or "".
    pub contact_id: String,
    /// The opportunity, or "".
    pub opportunity_id: String,
    /// How often the lead has qualified, this time included; 0 unless it did so now.
    pub qualified_times: u32,
    /// Records about which a person has to say whether they are the lead's.
    pub asked: Vec<Asked>,
    /// For each kind of which the lead gets a new record because a person wants one: the ids that came into question.
    pub passed_over: Vec<(RecordKind, Vec<String>)>,
}

impl Decision {
    /// What was found; nothing where there is nothing.
    pub fn found(&self) -> &Found {
        static NOTHING: Found = Found {
            matched: Vec::new(),
            candidates: Vec::new(),
            account_id: String::new(),
            contact_id: String::new(),
            opportunity_id: String::new(),
            qualified_times: 0,
            asked: Vec::new(),
            passed_over: Vec::new(),
        };
        self.found.as_deref().unwrap_or(&NOTHING)
    }

    /// What was found, to be added to.
    pub fn found_mut(&mut self) -> &mut Found {
        self.found.get_or_insert_default()
    }
}

/// Create a new record or link to an existing one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Not in the CRM yet.
    Create,
    /// In the CRM already.
    Link,
}

impl Action {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Link => "link",
        }
    }
}

/// An account to create, or an existing one that leads were linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmittedAccount {
    /// Own id (create) or the CRM's (link).
    pub id: String,
    /// The lead that it came from first.
    pub origin: EntityId,
    /// Create or link.
    pub action: Action,
    /// Name.
    pub name: String,
    /// Domain, or "".
    pub domain: String,
    /// Country, or "".
    pub country: String,
    /// Owner, or "".
    pub owner: String,
    /// The id of the parent account, in the CRM or among the accounts of this run, or "".
    pub parent_id: String,
}

/// A contact to create or an existing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmittedContact {
    /// Own id (create) or the CRM's (link).
    pub id: String,
    /// The lead that it came from.
    pub origin: EntityId,
    /// Create or link.
    pub action: Action,
    /// The account's id, or "".
    pub account_id: String,
    /// Whole name.
    pub full_name: String,
    /// E-mail, or "".
    pub email: String,
    /// Phone, or "".
    pub phone: String,
    /// Job title, or "".
    pub job_title: String,
    /// Owner, or "".
    pub owner: String,
    /// Wants no contact; none where no lead says.
    pub opt_out: Option<bool>,
    /// Wants no e-mail; none where no lead says.
    pub do_not_email: Option<bool>,
    /// Wants no calls; none where no lead says.
    pub do_not_call: Option<bool>,
}

/// Where the value of an opportunity comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ValueFrom {
    /// It has none.
    #[default]
    Nothing,
    /// Its leads say so.
    Lead,
    /// The sum of its lines.
    Lines,
    /// Some of its leads say so, and the lines of others are added.
    LeadAndLines,
    /// The CRM has it.
    Crm,
}

impl ValueFrom {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Lead => "lead",
            Self::Lines => "lines",
            Self::LeadAndLines => "lead and lines",
            Self::Crm => "crm",
        }
    }

    /// Of a sum of two values.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (Self::Crm, _) | (_, Self::Crm) => Self::Crm,
            (one, other) if one == other => one,
            _ => Self::LeadAndLines,
        }
    }
}

/// Where the estimated day of closing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseDateFrom {
    /// A lead says so.
    Lead,
    /// It is the last day of the purchase time frame.
    Timeframe,
}

impl CloseDateFrom {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Timeframe => "timeframe",
        }
    }
}

/// An opportunity to create, or an open one that a lead was linked to.
#[derive(Debug, Clone, PartialEq)]
pub struct EmittedOpportunity {
    /// Own id (create) or the CRM's (link).
    pub id: String,
    /// The lead that it came from first.
    pub origin: EntityId,
    /// Create or link.
    pub action: Action,
    /// Name.
    pub name: String,
    /// Stage: develop; close for one that is won or lost.
    pub stage: &'static str,
    /// Account's id, or "".
    pub account_id: String,
    /// Contact's id, or "".
    pub contact_id: String,
    /// Product of interest, or ""; several, joined with "; ", where the account has one opportunity.
    pub product_interest: String,
    /// Estimated value.
    pub estimated_value: Option<f64>,
    /// Where it comes from.
    pub value_from: ValueFrom,
    /// Currency, or "".
    pub currency: String,
    /// Time frame, or "".
    pub purchase_timeframe: String,
    /// Estimated close date, days since 1970.
    pub estimated_close_date: Option<i32>,
    /// Where it comes from.
    pub close_date_from: Option<CloseDateFrom>,
    /// Owner, or "".
    pub owner: String,
    /// Where the lead was heard of, or "".
    pub source: String,
}

/// A product that a lead wants, as a line of its opportunity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpportunityLine {
    /// The opportunity.
    pub opportunity_id: String,
    /// Its number in the opportunity, from 1.
    pub line: u32,
    /// The lead that it came from.
    pub lead: EntityId,
    /// What is wanted, as the lead has it.
    pub wanted: String,
    /// The product as in the price list, or "".
    pub product: String,
    /// Its id there, or "".
    pub product_id: String,
    /// Its family, or the family that is wanted, or "".
    pub family: String,
    /// How many.
    pub quantity: Money,
    /// What one costs.
    pub price: Option<Money>,
    /// Percent that are taken off.
    pub discount: Option<Money>,
    /// What all of them cost.
    pub amount: Option<Money>,
    /// Currency of price and amount, or "".
    pub currency: String,
}

/// A note or history item carried to an opportunity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpportunityNote {
    /// The opportunity.
    pub opportunity_id: String,
    /// The lead that it came from.
    pub lead: EntityId,
    /// When, microseconds since 1970.
    pub at: Option<i64>,
    /// Author, or "".
    pub author: String,
    /// What kind.
    pub activity: ActivityKind,
    /// Text (subject and body).
    pub text: String,
}

/// Everything that qualifying emits, in entity order.
#[derive(Debug, Clone, Default)]
pub struct Emissions {
    /// One decision per golden lead.
    pub decisions: Vec<Decision>,
    /// Status per golden lead after the decisions: open, qualified, disqualified.
    pub status: TextColumn,
    /// Reason of the status, blank without one.
    pub status_reason: TextColumn,
    /// Stage per golden lead: qualify; develop with an open opportunity; close with one that is won or lost.
    pub stage: Vec<&'static str>,
    /// When closed (microseconds since 1970), for closed leads.
    pub closed_at: Vec<Option<i64>>,
    /// Accounts, by id.
    pub accounts: Vec<EmittedAccount>,
    /// Contacts, by id.
    pub contacts: Vec<EmittedContact>,
    /// Opportunities, by id.
    pub opportunities: Vec<EmittedOpportunity>,
    /// What the leads want, by opportunity and line.
    pub lines: Vec<OpportunityLine>,
    /// Notes, by opportunity and time.
    pub notes: Vec<OpportunityNote>,
    /// The ids of the records that were to be made, whether or not the CRM has them by now.
    pub issued: Vec<IssuedRecord>,
    /// What people are asked.
    pub questions: Questions,
}
