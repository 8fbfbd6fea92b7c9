//! What records refer to: accounts and contacts of the CRM, by whichever id they go by, several of them, or by name.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::person::{Naming, person};
use super::super::references::AccountNames;
use super::{Records, name_key};
use crate::model::crm::{Account, Contact, Opportunity};
use crate::model::record_ids::RecordIds;
use crate::model::rows::{Finding, FindingCode, Origin, shown};
use crate::model::sales::Document;

/// Puts the CRM's own id of an account where another id stands that it goes by, its name, as in exports of Dynamics 365, or
/// several ids, as in those of HubSpot, which have the primary one first. What leads to nothing is found.
pub(super) fn to_accounts(
    accounts: &[Account],
    contacts: &mut Records<Contact>,
    opportunities: &mut Records<Opportunity>,
    documents: &mut [Document],
    findings: &mut Vec<Finding>,
) {
    let (ids, names) = (RecordIds::accounts(accounts), AccountNames::of(accounts));
    let of_contacts = contacts.records.iter_mut().map(|it| &mut it.account_id).zip(contacts.origins.iter().copied());
    let of_opportunities = opportunities.records.iter_mut().map(|it| &mut it.account_id);
    let of_opportunities = of_opportunities.zip(opportunities.origins.iter().copied());
    let of_documents = documents.iter_mut().filter_map(|it| it.origin.map(|origin| (&mut it.account_id, origin)));
    let all = of_contacts.chain(of_opportunities).chain(of_documents);
    for (reference, origin) in all.filter(|(reference, _)| !reference.is_empty()) {
        let of = |id: &str| ids.record(id).map(|account| account.id.as_str());
        match of(reference).or_else(|| names.only(reference)).or_else(|| parts(reference).find_map(of)) {
            Some(id) if id != reference => id.clone_into(reference),
            Some(_) => {}
            None if ids.is_known(reference) => {}
            None => findings.push(unknown(FindingCode::UnknownAccount, "account_id", reference, origin)),
        }
    }
}

/// Does the same for contacts: an opportunity is one of all of its contacts, a document of the first one. A name is that of
/// the only contact in use who bears it, at the account that the record is of.
pub(super) fn to_contacts(
    contacts: &[Contact],
    opportunities: &mut Records<Opportunity>,
    documents: &mut [Document],
    findings: &mut Vec<Finding>,
) {
    let ids = RecordIds::contacts(contacts);
    let of = |id: &str| ids.record(id).map(|contact| contact.id.as_str());
    let of_opportunities = opportunities.records.iter_mut().zip(&opportunities.origins).map(|(it, &origin)| {
        let Opportunity { contact_id, further_contacts, account_id, .. } = it;
        ToContact { id: contact_id, further: Some(further_contacts), account_id, origin }
    });
    let of_documents = documents.iter_mut().filter_map(|it| {
        let Document { contact_id, account_id, origin, .. } = it;
        Some(ToContact { id: contact_id, further: None, account_id, origin: (*origin)? })
    });
    let mut others = Vec::new();
    for reference in of_opportunities.chain(of_documents).filter(|reference| !reference.id.is_empty()) {
        match of(reference.id) {
            Some(id) if id != reference.id => id.clone_into(reference.id),
            Some(_) => {}
            None if ids.is_known(reference.id) => {}
            None => others.push((key_of(reference.id), reference)),
        }
    }
    let names = ContactNames::of(contacts, others.iter().map(|(key, _)| key.clone()));
    for (key, reference) in others {
        let named = names.only(&key, reference.account_id);
        let mut meant: Vec<&str> = match named {
            Some(id) => vec![id],
            None => parts(reference.id).filter_map(of).collect(),
        };
        let Some(&first) = meant.first() else {
            findings.push(unknown(FindingCode::UnknownContact, "contact_id", reference.id, reference.origin));
            continue;
        };
        first.clone_into(reference.id);
        if let Some(further) = reference.further {
            meant.retain(|id| *id != first);
            meant.sort_unstable();
            meant.dedup();
            further.extend(meant.into_iter().map(str::to_owned));
        }
    }
}

/// A record's reference to a contact.
struct ToContact<'r> {
    id: &'r mut String,
    /// Where it may name several, the place of the others.
    further: Option<&'r mut Vec<String>>,
    account_id: &'r str,
    origin: Origin,
}

/// Contacts in use by the names that somebody asks for.
struct ContactNames<'a>(HashMap<String, Vec<&'a Contact>, FixedState>);

impl<'a> ContactNames<'a> {
    /// Names are in match form.
    fn of(contacts: &'a [Contact], asked: impl Iterator<Item = String>) -> Self {
        let mut names: HashMap<String, Vec<&Contact>, FixedState> =
            asked.filter(|key| !key.is_empty()).map(|key| (key, Vec::new())).collect();
        let asked = if names.is_empty() { &[] } else { contacts };
        for contact in asked.iter().filter(|contact| contact.active) {
            if let Some(named) = names.get_mut(contact.name_key.as_str()) {
                named.push(contact);
            }
        }
        Self(names)
    }

    /// The id of the only contact of this name, of those at the account where it is not "".
    fn only(&self, key: &str, account_id: &str) -> Option<&'a str> {
        let named = self.0.get(key).map_or(&[][..], Vec::as_slice);
        let mut there = named.iter().filter(|contact| account_id.is_empty() || contact.account_id == account_id);
        there.next().filter(|_| there.next().is_none()).map(|contact| contact.id.as_str())
    }
}

/// A reference as a contact's name in match form.
fn key_of(reference: &str) -> String {
    person(reference, Naming::OneFamilyName).value.map(|name| name_key(&name.full())).unwrap_or_default()
}

/// The ids of a cell with several.
fn parts(reference: &str) -> impl Iterator<Item = &str> {
    reference.split([';', ',', '|']).map(str::trim)
}

fn unknown(code: FindingCode, field: &str, reference: &str, origin: Origin) -> Finding {
    Finding { origin, field: field.to_owned(), code, text: shown(reference) }
}
