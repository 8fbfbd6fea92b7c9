//! How records are referred to: new ones by our id, the CRM's own by the external id that they have, or get.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Made;
use crate::model::crm::Crm;
use crate::model::emissions::{Action, EmittedContact};
use crate::model::ids;

/// A record of the CRM that becomes a contact of ours, because its leads are contacts.
#[derive(Debug, Clone)]
pub(super) struct Adopted<'a> {
    /// The CRM's id.
    pub(super) record: &'a str,
    /// Its external id.
    pub(super) key: Cow<'a, str>,
    /// Whether it has that id only by this set.
    pub(super) is_new: bool,
    /// The account that it has already, or "".
    pub(super) account: &'a str,
}

/// External ids, and which records of the CRM get one.
pub(super) struct Keys<'a> {
    made: Made<'a>,
    /// By the id of the contact.
    adopted: BTreeMap<&'a str, Adopted<'a>>,
    /// Records without an external id that are referred to, and what they get.
    pub(super) accounts: BTreeMap<&'a str, String>,
    pub(super) contacts: BTreeMap<&'a str, String>,
    pub(super) opportunities: BTreeMap<&'a str, String>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(made: Made<'a>, adopted: BTreeMap<&'a str, Adopted<'a>>) -> Self {
        // One that would be made without it is known by our id from now on, whatever refers to it.
        let ours = adopted.iter().filter(|(id, it)| it.is_new && it.key == **id);
        let contacts = ours.map(|(_, it)| (it.record, it.key.clone().into_owned()));
        Self { made, accounts: BTreeMap::new(), contacts: contacts.collect(), opportunities: BTreeMap::new(), adopted }
    }

    /// The record that becomes a contact, where it has not to be made.
    pub(super) fn adopted(&self, contact: &EmittedContact) -> Option<&Adopted<'a>> {
        self.adopted.get(contact.id.as_str())
    }

    /// An account's external id; "" for none, and for one that nobody knows.
    pub(super) fn account(&mut self, id: &'a str) -> Cow<'a, str> {
        let made = &self.made.emissions.accounts;
        if is_made(made.binary_search_by(|it| it.id.as_str().cmp(id)).ok().map(|at| made[at].action)) {
            return Cow::Borrowed(id);
        }
        let known = account(self.made.crm, id).map(|it| (it.id.as_str(), it.external_id.as_str()));
        existing('A', "account", known, &mut self.accounts)
    }

    /// A contact's likewise.
    pub(super) fn contact(&mut self, id: &'a str) -> Cow<'a, str> {
        if let Some(adopted) = self.adopted.get(id) {
            if adopted.is_new {
                self.contacts.entry(adopted.record).or_insert_with(|| adopted.key.clone().into_owned());
            }
            return adopted.key.clone();
        }
        let made = &self.made.emissions.contacts;
        if is_made(made.binary_search_by(|it| it.id.as_str().cmp(id)).ok().map(|at| made[at].action)) {
            return Cow::Borrowed(id);
        }
        let known = self.made.crm.contact_row(id).map(|at| &self.made.crm.contacts[at]);
        existing('C', "contact", known.map(|it| (it.id.as_str(), it.external_id.as_str())), &mut self.contacts)
    }

    /// Whether the CRM has an opportunity, with an external id.
    pub(super) fn has_opportunity(&self, id: &str) -> bool {
        let crm = self.made.crm;
        crm.opportunity_row(id).is_some_and(|row| !crm.opportunities[row].external_id.is_empty())
    }

    /// An opportunity's likewise.
    pub(super) fn opportunity(&mut self, id: &'a str) -> Cow<'a, str> {
        let made = &self.made.emissions.opportunities;
        if is_made(made.binary_search_by(|it| it.id.as_str().cmp(id)).ok().map(|at| made[at].action)) {
            return Cow::Borrowed(id);
        }
        let crm = self.made.crm;
        let known = crm.opportunity_row(id).map(|row| &crm.opportunities[row]);
        let known = known.map(|it| (it.id.as_str(), it.external_id.as_str()));
        existing('O', "opportunity", known, &mut self.opportunities)
    }
}

fn is_made(action: Option<Action>) -> bool {
    action == Some(Action::Create)
}

/// The CRM's account of an id.
pub(super) fn account<'a>(crm: &'a Crm, id: &str) -> Option<&'a crate::model::crm::Account> {
    crm.account_row(id).map(|at| &crm.accounts[at])
}

/// The external id that a record of the CRM gets: it follows from the CRM's own, so that every run gives the same.
pub(super) fn given(letter: char, kind: &str, id: &str) -> String {
    ids::content_id(letter, &["existing", kind, id])
}

/// The external id that a record of the CRM has, or gets. A record that the export gave no id cannot be found by one.
fn existing<'a>(
    letter: char,
    kind: &str,
    record: Option<(&'a str, &'a str)>,
    needed: &mut BTreeMap<&'a str, String>,
) -> Cow<'a, str> {
    match record {
        None => Cow::Borrowed(""),
        Some((_, key)) if !key.is_empty() => Cow::Borrowed(key),
        Some((id, _)) if id.starts_with('~') => Cow::Borrowed(""),
        Some((id, _)) => {
            let key = needed.entry(id).or_insert_with(|| given(letter, kind, id));
            Cow::Owned(key.clone())
        }
    }
}
