//! What rows refer to: accounts, contacts and people that the CRM should have.

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::company::company_key;
use super::crm::name_key;
use super::placeholder::is_placeholder;
use crate::model::crm::{Account, Contact, Crm};
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::record_ids::RecordIds;
use crate::model::rows::{Finding, FindingCode, shown};

type Known<'a> = HashSet<&'a str, FixedState>;

/// A finding per row that names an account, contact or opportunity which does not exist or is out of use, a contact who belongs to
/// another account than the one it names, or as its initiator an id or e-mail address that nobody has. Records of a kind that no
/// file of the CRM gives are taken at the row's word. Names of people and of campaigns look alike: an initiator's name is not
/// doubted.
pub fn references(leads: &Leads, crm: &Crm) -> Vec<Finding> {
    let accounts: Known<'_> = crm.accounts.iter().map(|account| account.id.as_str()).collect();
    let contacts: Known<'_> = crm.contacts.iter().map(|contact| contact.id.as_str()).collect();
    let mut findings = Vec::new();
    let (of_account, of_contact) = (Field::ExistingAccountId, Field::ExistingContactId);
    if crm.has_all_accounts() {
        let names = AccountNames::of(&crm.accounts);
        let ids = RecordIds::accounts(&crm.accounts);
        let exists = |id: &str| ids.is_known(id) || names.only(id).is_some();
        doubted(leads, of_account, FindingCode::UnknownAccount, exists, &mut findings);
        let is_in_use = |id: &str| ids.record(id).is_none_or(|account| account.active);
        doubted(leads, of_account, FindingCode::InactiveRecord, is_in_use, &mut findings);
    }
    if crm.has_all_contacts() {
        let ids = RecordIds::contacts(&crm.contacts);
        doubted(leads, of_contact, FindingCode::UnknownContact, |id| ids.is_known(id), &mut findings);
        let is_in_use = |id: &str| ids.record(id).is_none_or(|contact| contact.active);
        doubted(leads, of_contact, FindingCode::InactiveRecord, is_in_use, &mut findings);
        contradictions(leads, crm, &ids, &mut findings);
    }
    if !crm.opportunities.is_empty() {
        let ids = RecordIds::opportunities(&crm.opportunities);
        let exists = |id: &str| ids.is_known(id);
        doubted(leads, Field::ExistingOpportunityId, FindingCode::UnknownOpportunity, exists, &mut findings);
    }
    let owners = crm.owners.as_deref().unwrap_or_default();
    if !contacts.is_empty() || !owners.is_empty() {
        let emails: Known<'_> = (crm.contacts.iter().map(|contact| contact.email.as_str()))
            .chain(owners.iter().map(|owner| owner.email.as_str()))
            .chain(Field::EMAILS.iter().flat_map(|&field| texts(leads, field)))
            .collect();
        let names: HashSet<String, FixedState> = owners.iter().map(|owner| name_key(&owner.name)).collect();
        let shapes: HashSet<String, FixedState> =
            accounts.iter().chain(&contacts).copied().filter(|id| has_digit(id)).map(shape).collect();
        let exists = |initiator: &str| {
            let email = super::email::email(initiator).value;
            match email {
                Some(email) if initiator.contains('@') => emails.contains(email.as_str()),
                _ => {
                    let is_id = has_digit(initiator) && shapes.contains(&shape(initiator));
                    !is_id
                        || contacts.contains(initiator)
                        || accounts.contains(initiator)
                        || names.contains(&name_key(initiator))
                }
            }
        };
        doubted(leads, Field::InitiatedBy, FindingCode::UnknownInitiator, exists, &mut findings);
    }
    findings
}

/// A finding per row whose value is not as it should be.
fn doubted(
    leads: &Leads,
    field: Field,
    code: FindingCode,
    is_right: impl Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    let Values::Text(column) = leads.column(field) else { return };
    let wrong: Vec<bool> =
        column.dictionary.iter().map(|text| !text.is_empty() && !is_placeholder(text) && !is_right(text)).collect();
    let rows = column.codes.iter().enumerate().filter(|&(_, &value)| wrong[value as usize]);
    findings.extend(rows.map(|(row, _)| Finding {
        origin: leads.origins[row],
        field: field.name().to_owned(),
        code,
        text: shown(column.get(row)),
    }));
}

/// A finding per row whose contact belongs to another account than the one that it names.
fn contradictions(leads: &Leads, crm: &Crm, contacts: &RecordIds<'_, Contact>, findings: &mut Vec<Finding>) {
    let (Values::Text(account), Values::Text(contact)) =
        (leads.column(Field::ExistingAccountId), leads.column(Field::ExistingContactId))
    else {
        return;
    };
    if account.is_blank() || contact.is_blank() {
        return;
    }
    let accounts = RecordIds::accounts(&crm.accounts);
    for row in 0..leads.len() {
        let (given, contact) = (account.get(row), contact.get(row));
        let of_contact = contacts.record(contact).and_then(|contact| accounts.row(&contact.account_id));
        if accounts.row(given).zip(of_contact).is_some_and(|(given, other)| given != other) {
            findings.push(Finding {
                origin: leads.origins[row],
                field: Field::ExistingContactId.name().to_owned(),
                code: FindingCode::ContradictoryLink,
                text: shown(contact),
            });
        }
    }
}

/// Accounts by their name: where exports hold the name of an account in the place of its id, as Dynamics 365's do.
pub(super) struct AccountNames<'a>(HashMap<&'a str, Option<&'a str>, FixedState>);

impl<'a> AccountNames<'a> {
    /// Of the accounts in use.
    pub(super) fn of(accounts: &'a [Account]) -> Self {
        let mut names: HashMap<&str, Option<&str>, FixedState> = HashMap::default();
        for account in accounts.iter().filter(|account| account.active && !account.company_key.is_empty()) {
            let only = names.entry(&account.company_key).or_insert(Some(&account.id));
            if *only != Some(account.id.as_str()) {
                *only = None;
            }
        }
        Self(names)
    }

    /// The id of the only account of this name.
    pub(super) fn only(&self, name: &str) -> Option<&'a str> {
        self.0.get(company_key(name).as_str()).copied().flatten()
    }
}

fn texts(leads: &Leads, field: Field) -> impl Iterator<Item = &str> {
    let column = match leads.column(field) {
        Values::Text(column) => Some(column),
        _ => None,
    };
    column.into_iter().flat_map(|column| column.dictionary.iter())
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// How an id is built: digits as 0, letters as a: "C-0042" and "C-1700" are ids of a kind.
fn shape(id: &str) -> String {
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => '0',
        c if c.is_alphabetic() => 'a',
        c => c,
    };
    id.chars().map(kind).collect()
}
