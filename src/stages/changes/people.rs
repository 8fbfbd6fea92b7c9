//! People: leads that are contacts of their own, and wishes for no contact that the CRM does not know of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::golden::Golden;
use super::keys::{self, Adopted, Keys};
use super::own::OwnLead;
use super::sheet::{Operation, Sheet};
use super::{Made, leads};
use crate::config::plan::ChangeSet;
use crate::config::preset::dialect::{ContactCell, DialectColumn};
use crate::model::emissions::{Action, EmittedContact};
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::leads::{LeadId, Values};

/// Records of the CRM's leads that become contacts of ours, by the contact's id.
pub(super) fn adopted<'a>(set: &ChangeSet, made: Made<'a>, own: &[OwnLead<'a>]) -> BTreeMap<&'a str, Adopted<'a>> {
    if !set.dialect.leads_are_contacts {
        return BTreeMap::new();
    }
    let goes_on: BTreeMap<u32, &OwnLead<'a>> =
        own.iter().filter(|lead| lead.duplicate_of.is_none()).map(|lead| (lead.entity.0, lead)).collect();
    let adopt = |contact: &'a EmittedContact| {
        let lead = goes_on.get(&contact.origin.0)?;
        if contact.action == Action::Link && contact.id != lead.id {
            return None;
        }
        let known = keys::contact(made.crm, lead.id).map(|at| &made.crm.contacts[at]);
        let in_row = set.files[lead.file].key.map(|column| made.leads.raw[column].get(lead.row.index()));
        let key = known.map(|it| it.external_id.as_str()).into_iter().chain(in_row).find(|key| !key.is_empty());
        let own = |key: &'a str| Cow::Borrowed(key);
        let new = || match contact.action {
            Action::Create => own(&contact.id),
            Action::Link => Cow::Owned(keys::given('C', "contact", &contact.id)),
        };
        let accounts = [known.map(|it| it.account_id.as_str()), made.leads.text(Field::ExistingAccountId, lead.row)];
        let adopted = Adopted {
            record: lead.id,
            is_new: key.is_none(),
            key: key.map_or_else(new, own),
            account: accounts.into_iter().flatten().find(|id| !id.is_empty()).unwrap_or_default(),
        };
        Some((contact.id.as_str(), adopted))
    };
    made.emissions.contacts.iter().filter_map(adopt).collect()
}

/// A way of reaching people that a field stops.
#[derive(Clone, Copy)]
enum Way {
    Email,
    Call,
}

impl Way {
    /// Its cell of a contact, its flag beside that against all contact, and the place of the flag among those of consent.
    fn parts(self) -> (ContactCell, Field, usize) {
        match self {
            Self::Email => (ContactCell::NoEmail, Field::DoNotEmail, 1),
            Self::Call => (ContactCell::NoCall, Field::DoNotCall, 2),
        }
    }

    fn is_wished(self, contact: &EmittedContact) -> bool {
        let own = match self {
            Self::Email => contact.do_not_email,
            Self::Call => contact.do_not_call,
        };
        contact.opt_out == Some(true) || own == Some(true)
    }

    fn is_wished_by(self, golden: &Golden, lead: EntityId) -> bool {
        let (_, own, _) = self.parts();
        [Field::OptOut, own].iter().any(|&field| golden.flag(field, lead) == Some(true))
    }
}

/// Wishes that some lead brought. They are no part of the undo: nothing takes an opt-out back.
pub(super) fn wishes(set: &ChangeSet, made: Made<'_>, own: &[OwnLead<'_>], keys: &Keys<'_>) -> Vec<Sheet> {
    let of = &set.dialect.contacts;
    let rows: BTreeMap<&str, LeadId> = own.iter().map(|lead| (lead.id, lead.row)).collect();
    let new_leads = leads::new(set, made, own);
    let people = own.iter().map(|lead| lead.entity).chain(new_leads.iter().copied());
    let asked = [Field::OptOut, Field::DoNotEmail, Field::DoNotCall, Field::Email];
    let golden = Golden::new(&made.entities.facts, people, &asked);
    let mut sheets = Vec::new();
    for (way, name) in [(Way::Email, "no_email"), (Way::Call, "no_call")] {
        let (cell, _, _) = way.parts();
        let column: Option<&DialectColumn<ContactCell>> = of.columns.iter().find(|column| column.cell == Some(cell));
        let about = "people who want no contact, as some lead says";
        let mut fields = column.map(|column| {
            Sheet::new(name, Operation::Update, &of.object, &[of.ids[0].as_str(), column.header.as_str()], about)
        });
        let by_list = set.dialect.opt_out.as_ref().filter(|_| matches!(way, Way::Email));
        let mut list = by_list.map(|it| Sheet::new("opt_outs", Operation::OptOut, &it.object, &[&it.column], about));
        let mut listed: BTreeSet<&str> = BTreeSet::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for contact in made.emissions.contacts.iter().filter(|contact| way.is_wished(contact)) {
            let record = match (contact.action, keys.adopted(contact)) {
                (_, Some(adopted)) => Some(adopted.record),
                (Action::Link, None) => Some(contact.id.as_str()),
                (Action::Create, None) => None,
            };
            told.extend(record);
            if record.is_some_and(|record| is_known(way, made, record, rows.get(record).copied())) {
                continue;
            }
            // The CRM may have its record under another address than the lead's best one.
            let addresses = record.map(|record| addresses(made, record, rows.get(record).copied()));
            let addresses = addresses.into_iter().flatten().chain([contact.email.as_str()]);
            let addresses: Vec<&str> = addresses.filter(|address| !address.is_empty()).collect();
            match (&mut list, &mut fields, record) {
                (Some(_), ..) if !addresses.is_empty() => listed.extend(addresses),
                // A new contact has its wishes in its own columns; a record without an id cannot be found.
                (_, Some(fields), Some(record)) if !record.starts_with('~') => {
                    fields.row([Cow::Borrowed(record), Cow::Borrowed(set.truth(true))].into_iter());
                }
                _ => {}
            }
        }
        for lead in own.iter().filter(|_| set.dialect.leads_are_contacts) {
            if told.contains(lead.id)
                || !way.is_wished_by(&golden, lead.entity)
                || is_known(way, made, lead.id, Some(lead.row))
            {
                continue;
            }
            let addresses = addresses(made, lead.id, Some(lead.row));
            match (&list, &mut fields) {
                (Some(_), _) if !addresses.is_empty() => listed.extend(addresses),
                (_, Some(fields)) => fields.row([Cow::Borrowed(lead.id), Cow::Borrowed(set.truth(true))].into_iter()),
                _ => {}
            }
        }
        if list.is_some() {
            let new = new_leads.iter().filter(|lead| way.is_wished_by(&golden, **lead));
            listed.extend(new.map(|&lead| golden.text(Field::Email, lead)).filter(|address| !address.is_empty()));
        }
        if let Some(list) = &mut list {
            listed.into_iter().for_each(|address| list.row(std::iter::once(Cow::Borrowed(address))));
        }
        sheets.extend(fields);
        sheets.extend(list);
    }
    sheets
}

/// The addresses under which the CRM has a person.
fn addresses<'a>(made: Made<'a>, record: &str, row: Option<LeadId>) -> Vec<&'a str> {
    let in_contacts = keys::contact(made.crm, record).map(|at| made.crm.contacts[at].email.as_str());
    let in_row = row.and_then(|row| made.leads.text(Field::Email, row));
    in_contacts.into_iter().chain(in_row).filter(|address| !address.is_empty()).collect()
}

/// Whether the CRM's own record says so already.
fn is_known(way: Way, made: Made<'_>, record: &str, row: Option<LeadId>) -> bool {
    let (_, field, flag) = way.parts();
    let contact = keys::contact(made.crm, record).map(|at| made.crm.contacts[at].consent);
    let in_contacts = contact.is_some_and(|consent| consent[0] == Some(true) || consent[flag] == Some(true));
    let says = |field: Field, row: LeadId| match made.leads.column(field) {
        Values::Boolean(flags) => flags[row.index()] == Some(true),
        _ => false,
    };
    in_contacts || row.is_some_and(|row| says(field, row) || says(Field::OptOut, row))
}
