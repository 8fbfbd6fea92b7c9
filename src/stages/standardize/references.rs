//! What rows refer to: accounts, contacts and people that the CRM should have.

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::crm::name_key;
use super::placeholder::is_placeholder;
use crate::model::crm::Crm;
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::rows::{Finding, FindingCode, shown};

type Known<'a> = HashSet<&'a str, FixedState>;

/// A finding per row that names an account or contact which does not exist, or as its initiator an id or e-mail address
/// that nobody has. A kind of record that the CRM gives none of is taken at the row's word. Names of people and of
/// campaigns look alike: an initiator's name is not doubted.
pub fn references(leads: &Leads, crm: &Crm) -> Vec<Finding> {
    let accounts: Known<'_> = crm.accounts.iter().map(|account| account.id.as_str()).collect();
    let contacts: Known<'_> = crm.contacts.iter().map(|contact| contact.id.as_str()).collect();
    let mut findings = Vec::new();
    for (field, known, code) in [
        (Field::ExistingAccountId, &accounts, FindingCode::UnknownAccount),
        (Field::ExistingContactId, &contacts, FindingCode::UnknownContact),
    ] {
        if !known.is_empty() {
            unknown(leads, field, code, |id| known.contains(id), &mut findings);
        }
    }
    let owners = crm.owners.as_deref().unwrap_or_default();
    if !contacts.is_empty() || !owners.is_empty() {
        let emails: Known<'_> = (crm.contacts.iter().map(|contact| contact.email.as_str()))
            .chain(owners.iter().map(|owner| owner.email.as_str()))
            .chain([Field::Email, Field::Email2, Field::Email3].iter().flat_map(|&field| texts(leads, field)))
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
        unknown(leads, Field::InitiatedBy, FindingCode::UnknownInitiator, exists, &mut findings);
    }
    findings
}

/// A finding per row whose value is not known.
fn unknown(
    leads: &Leads,
    field: Field,
    code: FindingCode,
    is_known: impl Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    let Values::Text(column) = leads.column(field) else { return };
    let unknown: Vec<bool> =
        column.dictionary.iter().map(|text| !text.is_empty() && !is_placeholder(text) && !is_known(text)).collect();
    let rows = column.codes.iter().enumerate().filter(|&(_, &value)| unknown[value as usize]);
    findings.extend(rows.map(|(row, _)| Finding {
        origin: leads.origins[row],
        field: field.name().to_owned(),
        code,
        text: shown(column.get(row)),
    }));
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
