//! E-mail addresses, where the CRM has one contact for each: a record that it has keeps its address, of several new ones the
//! first gets it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Made;
use super::own::{OwnLead, Rows};
use crate::config::plan::ChangeSet;
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::leads::LeadId;

/// A record that the CRM has.
#[derive(Debug, Clone, Copy)]
enum Holder {
    /// The contact in this place.
    Contact(u32),
    /// The lead that this row tells of.
    Lead(LeadId),
}

/// What is known of such a record.
struct Held<'a> {
    id: &'a str,
    /// Our id, or "".
    key: &'a str,
    name: &'a str,
}

/// Whose the addresses are.
pub(super) struct Addresses<'a> {
    set: &'a ChangeSet,
    made: Made<'a>,
    /// None where several contacts may have one.
    known: Option<HashMap<&'a str, Holder, FixedState>>,
    /// Our ids of the new records that have got theirs.
    given: BTreeMap<String, &'a str>,
    /// New records that come in without theirs, and what is told of it.
    pub(super) left_out: Vec<(EntityId, String)>,
}

impl<'a> Addresses<'a> {
    /// Those that the CRM has.
    pub(super) fn new(set: &'a ChangeSet, made: Made<'a>, own: &[OwnLead<'a>]) -> Self {
        let known = || {
            let of_contacts =
                made.crm.contacts.iter().zip(0..).map(|(it, at)| (it.email.as_str(), Holder::Contact(at)));
            let address = |lead: &OwnLead<'a>| made.leads.text(Field::Email, lead.row).unwrap_or_default();
            let own = if set.dialect.leads_are_contacts { own } else { &[] };
            let of_leads = own.iter().map(|lead| (address(lead), Holder::Lead(lead.row)));
            let mut known: HashMap<&str, Holder, FixedState> = HashMap::default();
            for (address, holder) in of_contacts.chain(of_leads).filter(|(address, _)| !address.is_empty()) {
                known.entry(address).or_insert(holder);
            }
            known
        };
        let known = set.dialect.one_contact_per_address.then(known);
        Self { set, made, known, given: BTreeMap::new(), left_out: Vec::new() }
    }

    /// The CRM's record with an address.
    fn held(&self, address: &str) -> Option<Held<'a>> {
        let Made { crm, leads, .. } = self.made;
        Some(match *self.known.as_ref()?.get(address)? {
            Holder::Contact(at) => {
                let contact = &crm.contacts[at as usize];
                Held { id: &contact.id, key: &contact.external_id, name: &contact.full_name }
            }
            Holder::Lead(row) => {
                let text = |field| leads.text(field, row).unwrap_or_default();
                let key = Rows::new(self.set, leads).key(row).unwrap_or_default();
                Held { id: text(Field::SourceId), key, name: text(Field::FullName) }
            }
        })
    }

    /// Whether the CRM has a contact who is this person, by the address.
    pub(super) fn has_person(&self, address: &str, name: &str) -> bool {
        self.held(address).is_some_and(|held| (self.made.same_person)(address, name, held.name))
    }

    /// The address that the new record of a key gets: "" where another record has it.
    pub(super) fn claim<'t>(&mut self, address: Cow<'t, str>, key: &'a str, lead: EntityId) -> Cow<'t, str> {
        if self.known.is_none() || address.is_empty() {
            return address;
        }
        let held = self.held(&address);
        let other = match &held {
            Some(held) if held.key == key => return address,
            Some(held) => held.id,
            None => match self.given.get(&*address) {
                Some(other) => other,
                None => {
                    self.given.insert(address.clone().into_owned(), key);
                    return address;
                }
            },
        };
        let title = &self.set.dialect.title;
        let told =
            format!("{address}: {title} has one contact for an e-mail address, {other}; {key} comes in without it");
        self.left_out.push((lead, told));
        Cow::Borrowed("")
    }
}
