//! What the CRM has already: accounts, contacts, opportunities, owners, history.

use super::entities::ActivityKind;
use super::language::Languages;
use super::rows::Origin;
use super::sales::{Document, Price};
use super::text::TextColumn;

/// Everything that `[crm]` names; empty where it names nothing.
#[derive(Debug, Clone, Default)]
pub struct Crm {
    /// Existing accounts, sorted by id.
    pub accounts: Vec<Account>,
    /// Existing contacts, sorted by id.
    pub contacts: Vec<Contact>,
    /// Existing opportunities, sorted by id.
    pub opportunities: Vec<Opportunity>,
    /// Owners in file order of their names; none where there is no owners file and every name is known.
    pub owners: Option<Vec<Owner>>,
    /// History items, in content order.
    pub activities: Vec<Activity>,
    /// The price list, in content order.
    pub prices: Vec<Price>,
    /// Quotes, orders and invoices, by kind and id.
    pub documents: Vec<Document>,
    /// Further columns of the accounts that rules read.
    pub account_columns: Vec<RecordColumn>,
    /// Further columns of the contacts that rules read.
    pub contact_columns: Vec<RecordColumn>,
    /// Where the accounts are.
    pub account_places: Places,
    /// Where the contacts are.
    pub contact_places: Places,
    /// Kinds of which a file was given, be it without rows: what is not there does not exist.
    pub given: Given,
}

/// Whether files of accounts and of contacts were given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    /// Accounts.
    pub accounts: bool,
    /// Contacts.
    pub contacts: bool,
}

impl Crm {
    /// The row of an account by its id.
    pub fn account_row(&self, id: &str) -> Option<usize> {
        self.accounts.binary_search_by(|account| account.id.as_str().cmp(id)).ok()
    }

    /// The row of a contact by its id.
    pub fn contact_row(&self, id: &str) -> Option<usize> {
        self.contacts.binary_search_by(|contact| contact.id.as_str().cmp(id)).ok()
    }

    /// Whether an account that is not here does not exist; where no file was given, an id is taken at its word.
    pub fn has_all_accounts(&self) -> bool {
        self.given.accounts || !self.accounts.is_empty()
    }

    /// Whether a contact that is not here does not exist, likewise.
    pub fn has_all_contacts(&self) -> bool {
        self.given.contacts || !self.contacts.is_empty()
    }

    /// The row of an opportunity by its id.
    pub fn opportunity_row(&self, id: &str) -> Option<usize> {
        self.opportunities.binary_search_by(|opportunity| opportunity.id.as_str().cmp(id)).ok()
    }

    /// Where the address of a contact stands: who has none is reached at that of the account, given by its row.
    pub fn address_of_contact(&self, contact: usize, account: Option<usize>) -> (&Places, usize) {
        match account {
            Some(account) if !self.contact_places.has_address(contact) => (&self.account_places, account),
            _ => (&self.contact_places, contact),
        }
    }
}

/// Addresses of the records of a kind, in their order. A column that no record has a value for has no rows.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Street and number.
    pub street: TextColumn,
    /// City.
    pub city: TextColumn,
    /// Postal code, as its country writes it.
    pub postcode: TextColumn,
    /// ISO country, where a record's own field does not hold it.
    pub country: TextColumn,
}

impl Places {
    /// The columns, which are filled or without rows.
    pub fn columns(&self) -> [&TextColumn; 4] {
        [&self.street, &self.city, &self.postcode, &self.country]
    }

    /// The same, to be written.
    pub fn columns_mut(&mut self) -> [&mut TextColumn; 4] {
        [&mut self.street, &mut self.city, &mut self.postcode, &mut self.country]
    }

    /// Whether a row has more of an address than a country.
    pub fn has_address(&self, row: usize) -> bool {
        [&self.street, &self.city, &self.postcode].iter().any(|column| !Self::text(column, row).is_empty())
    }

    /// The text of a column in a row, "" where there is none.
    pub fn text(column: &TextColumn, row: usize) -> &str {
        if column.is_empty() { "" } else { column.get(row) }
    }
}

/// A column of a CRM's file beside the fields of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordColumn {
    /// Its name in rules.
    pub name: String,
    /// A text for each record, in their order; "" where blank.
    pub values: Vec<String>,
}

/// An existing account.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// The CRM's id.
    pub id: String,
    /// Name as it stands.
    pub name: String,
    /// Name in match form (see `stages::standardize::company`).
    pub company_key: String,
    /// Registrable domain, or "".
    pub domain: String,
    /// ISO country, or "".
    pub country: String,
    /// Phone in E.164, or "".
    pub phone: String,
    /// Parent account's id, or "".
    pub parent_id: String,
    /// False for inactive records.
    pub active: bool,
    /// Who has it, or "".
    pub owner: String,
    /// The id that a run gave it before it came into the CRM, or "".
    pub external_id: String,
}

/// An existing contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// The CRM's id.
    pub id: String,
    /// Whole name as it stands.
    pub full_name: String,
    /// Name in match form: folded words, sorted.
    pub name_key: String,
    /// Clean e-mail address, or "".
    pub email: String,
    /// Phone in E.164, or "".
    pub phone: String,
    /// Account's id, or "".
    pub account_id: String,
    /// False for inactive records.
    pub active: bool,
    /// The id that a run gave it before it came into the CRM, or "".
    pub external_id: String,
    /// The consent flags, in the order of `Wishes::FLAGS`; none where the record does not say.
    pub consent: [Option<bool>; 3],
    /// Clean e-mail addresses beside the first.
    pub further_emails: Vec<String>,
}

impl Contact {
    /// All e-mail addresses.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        let first = Some(self.email.as_str()).filter(|email| !email.is_empty());
        first.into_iter().chain(self.further_emails.iter().map(String::as_str))
    }
}

/// State of an opportunity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpportunityStatus {
    /// Still possible.
    #[default]
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

/// An existing opportunity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opportunity {
    /// The CRM's id.
    pub id: String,
    /// Name or topic.
    pub name: String,
    /// State.
    pub status: OpportunityStatus,
    /// Account's id, or "".
    pub account_id: String,
    /// Contact's id, or ""; of several the first.
    pub contact_id: String,
    /// The ids of its other contacts.
    pub further_contacts: Vec<String>,
    /// Product of interest, or "".
    pub product_interest: String,
    /// Amount.
    pub amount: Option<f64>,
    /// When it was closed, microseconds since 1970.
    pub closed_at: Option<i64>,
    /// The lead that it came from, as the CRM names it, or "".
    pub lead_id: String,
    /// Currency of the amount, or "".
    pub currency: String,
    /// The id that a run gave it before it came into the CRM, or "".
    pub external_id: String,
}

impl Opportunity {
    /// The ids of its contacts.
    pub fn contacts(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.contact_id).chain(&self.further_contacts).filter(|id| !id.is_empty())
    }

    /// Whether it is one of a contact's.
    pub fn is_of_contact(&self, id: &str) -> bool {
        self.contacts().any(|contact| contact == id)
    }
}

/// Someone to whom leads are assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Name as used in `assigned_to`.
    pub name: String,
    /// E-mail address, or "".
    pub email: String,
    /// How many open leads at most; none: any number.
    pub capacity: Option<u64>,
    /// What the owner speaks; none listed: every language.
    pub languages: Languages,
    /// When the owner takes no leads.
    pub absences: Vec<Absence>,
    /// Share of the leads where a rule goes by weights, in ten-thousandths.
    pub weight: u64,
    /// The CRM's id of the user, or "".
    pub id: String,
}

impl Owner {
    /// The weight of who has none in the file.
    pub const WEIGHT: u64 = 10_000;

    /// A user's id as ids are compared: Salesforce writes one with 15 characters, or with three more that check them.
    pub fn id_form(id: &str) -> &str {
        let is_checked = id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_checked { &id[..15] } else { id }
    }

    /// Whether the owner is there on a day.
    pub fn is_there(&self, day: i32) -> bool {
        !self.absences.iter().any(|absence| absence.has(day))
    }
}

/// Days (since 1970) on which somebody is absent, the first and the last among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Absence {
    /// First day; none: since ever.
    pub from: Option<i32>,
    /// Last day; none: for good.
    pub until: Option<i32>,
}

impl Absence {
    fn has(self, day: i32) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A history item as read, before it is linked to a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Where it stands.
    pub origin: Origin,
    /// The lead row's source id, or "".
    pub lead_id: String,
    /// The lead's clean e-mail address, or "".
    pub email: String,
    /// What kind.
    pub kind: ActivityKind,
    /// When, microseconds since 1970.
    pub at: Option<i64>,
    /// Subject line.
    pub subject: String,
    /// Text.
    pub text: String,
    /// Who wrote it.
    pub author: String,
}
