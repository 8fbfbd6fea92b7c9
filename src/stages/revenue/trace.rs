//! Which lead a document goes back to.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use polars::prelude::DataType;

use super::Subjects;
use super::opportunities::{Meant, Opportunities};
use crate::model::answers::QuestionKind;
use crate::model::calendar::MICROS_PER_DAY;
use crate::model::crm::Contact;
use crate::model::entities::{ContactKind, EntityId};
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::record_ids::RecordIds;
use crate::model::sales::{Document, Through, Unled};

type Map<K, V> = HashMap<K, V, FixedState>;

/// A document with the lead that it goes back to.
pub(super) struct Traced {
    pub(super) document: Document,
    pub(super) lead: Result<(EntityId, Through), Unled>,
    pub(super) days: Option<i32>,
    pub(super) sale: Sale,
}

/// What a document says of the opportunity that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sale {
    /// Nothing.
    Unsaid,
    /// One that the CRM has, or that a run gave a lead; any, where the CRM gives no opportunities.
    Known,
    /// One that nobody knows.
    Unknown,
    /// What several are called.
    Ambiguous,
}

/// The leads by all that documents know them by; each list ascending.
pub(super) struct Tracer<'a> {
    subjects: Subjects<'a>,
    opportunities: Opportunities<'a>,
    contacts: RecordIds<'a, Contact>,
    /// By the CRM's id of the opportunity, or the one that a run gave it.
    of_opportunity: Map<String, Vec<EntityId>>,
    of_contact: Map<String, Vec<EntityId>>,
    of_email: Map<&'a str, Vec<EntityId>>,
    of_account: Map<&'a str, Vec<EntityId>>,
    /// Days since 1970, by lead.
    created: Vec<Option<i32>>,
    names: Vec<String>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(subjects: Subjects<'a>) -> Self {
        let Subjects { entities, crm, emissions, accounts, .. } = subjects;
        let opportunities = Opportunities::new(crm, subjects.title_key);
        let contacts = RecordIds::contacts(&crm.contacts);
        let leads = || (0..entities.len()).map(|lead| EntityId(lead as u32));

        let mut of_opportunity: Map<String, Vec<EntityId>> = Map::default();
        let mut of_contact: Map<String, Vec<EntityId>> = Map::default();
        let mut of_account: Map<&str, Vec<EntityId>> = Map::default();
        let own = |id: &str| opportunities.id(id).unwrap_or(id).to_owned();
        let person = |id: &str| contacts.record(id).map_or(id, |contact| contact.id.as_str()).to_owned();
        for &(lead, place) in subjects.originated {
            add(&mut of_opportunity, crm.opportunities[place as usize].id.clone(), lead);
        }
        for (lead, id) in subjects.made_opportunities {
            add(&mut of_opportunity, own(id), *lead);
        }
        for (lead, id) in subjects.made_contacts {
            add(&mut of_contact, person(id), *lead);
        }
        let chosen = subjects.facts.column(Field::ExistingContactId.name());
        if let Some(chosen) = chosen.as_ref().and_then(|column| column.str().ok()) {
            for (lead, id) in leads().zip(chosen.iter()).filter_map(|(lead, id)| Some((lead, id?))) {
                add(&mut of_contact, person(id), lead);
            }
        }
        for (lead, decision) in leads().zip(&emissions.decisions) {
            let Some(found) = &decision.found else { continue };
            add(&mut of_opportunity, own(&found.opportunity_id), lead);
            add(&mut of_contact, person(&found.contact_id), lead);
            add(&mut of_account, found.account_id.as_str(), lead);
        }
        for (lead, &number) in leads().zip(&accounts.of) {
            add(&mut of_account, accounts.known[number as usize].id.as_str(), lead);
        }
        let mut of_email: Map<&str, Vec<EntityId>> = Map::default();
        for point in entities.contact_points.iter().filter(|point| point.kind == ContactKind::Email) {
            add(&mut of_email, point.value.as_str(), point.entity);
        }
        // Names tell only whether a contact's address is the lead's own.
        let names = subjects.facts.column(Field::FullName.name()).filter(|_| !crm.contacts.is_empty());
        let names = names.as_ref().and_then(|column| column.str().ok());
        let names = names.map(|names| names.iter().map(|name| name.unwrap_or_default().to_owned()).collect());
        Self {
            created: created(subjects),
            names: names.unwrap_or_default(),
            subjects,
            opportunities,
            contacts,
            of_opportunity,
            of_contact,
            of_email,
            of_account,
        }
    }

    /// Leads a document back. It gets the CRM's own ids, and of its opportunity the contact, the account and the currency
    /// that it does not name itself.
    pub(super) fn trace(&self, mut document: Document, place: u32) -> Traced {
        let meant = self.opportunities.meant(&document.opportunity_id);
        if let Meant::One(known) = meant {
            document.opportunity_id.clone_from(&known.id);
            for (blank, value) in [
                (&mut document.contact_id, &known.contact_id),
                (&mut document.account_id, &known.account_id),
                (&mut document.currency, &known.currency),
            ] {
                if blank.is_empty() {
                    blank.clone_from(value);
                }
            }
        }
        let contact = self.contacts.record(&document.contact_id);
        if let Some(contact) = contact {
            document.contact_id.clone_from(&contact.id);
            if document.account_id.is_empty() {
                document.account_id.clone_from(&contact.account_id);
            }
        }
        let lead = self.lead(&document, contact, place);
        let created = lead.ok().and_then(|(lead, _)| self.created[lead.index()]);
        let days = document.date.zip(created).map(|(date, created)| date.saturating_sub(created));
        let is_given = || self.of_opportunity.contains_key(&document.opportunity_id);
        let sale = match meant {
            _ if document.opportunity_id.is_empty() => Sale::Unsaid,
            Meant::One(_) => Sale::Known,
            Meant::Several => Sale::Ambiguous,
            Meant::None if self.subjects.crm.opportunities.is_empty() || is_given() => Sale::Known,
            Meant::None => Sale::Unknown,
        };
        Traced { document, lead, days, sale }
    }

    fn lead(&self, document: &Document, contact: Option<&Contact>, place: u32) -> Result<(EntityId, Through), Unled> {
        let from = self.subjects.referred.partition_point(|&(of, _)| of < place);
        let named = self.subjects.referred[from..].iter().take_while(|&&(of, _)| of == place);
        let named: Vec<EntityId> = named.map(|&(_, lead)| lead).collect();
        let own = leads_of(self.of_opportunity.get(&document.opportunity_id));
        for (leads, through) in [(own, Through::Opportunity), (&named[..], Through::Lead)] {
            if let Some(oldest) = self.oldest(leads) {
                return Ok((oldest, through));
            }
        }
        let tied = leads_of(self.of_contact.get(&document.contact_id));
        let addressed = match contact {
            Some(contact) if tied.is_empty() => self.of_address(contact),
            _ => Vec::new(),
        };
        let people = if tied.is_empty() { &addressed } else { tied };
        let by_email = self.unless_told_apart(leads_of(self.of_email.get(document.email.as_str())), contact);
        let colleagues = leads_of(self.of_account.get(document.account_id.as_str()));
        let mut why = None;
        for (leads, through) in
            [(people, Through::Contact), (&by_email, Through::Email), (colleagues, Through::Account)]
        {
            let (mut there, mut undated) = (Vec::new(), false);
            for &lead in leads {
                match (document.date, self.created[lead.index()]) {
                    (Some(date), Some(created)) if created > date => {}
                    (Some(_), Some(_)) => there.push(lead),
                    // Who belongs to an account is one of many.
                    _ if through == Through::Account => undated = true,
                    _ => there.push(lead),
                }
            }
            match self.oldest(&there) {
                Some(oldest) => return Ok((oldest, through)),
                None if undated => why = why.or(Some(Unled::Undated)),
                None if !leads.is_empty() => why = why.or(Some(Unled::LeadCameLater)),
                None => {}
            }
        }
        let names_something =
            [&document.opportunity_id, &document.lead_id, &document.contact_id, &document.email, &document.account_id];
        let nothing = names_something.iter().all(|reference| reference.is_empty());
        Err(why.unwrap_or(if nothing { Unled::NoReference } else { Unled::UnknownReference }))
    }

    /// The leads with a contact's address whose names may be the contact's.
    fn of_address(&self, contact: &Contact) -> Vec<EntityId> {
        let mut leads = self.unless_told_apart(leads_of(self.of_email.get(contact.email.as_str())), Some(contact));
        let agrees = |lead: &EntityId| {
            let name = self.names.get(lead.index()).map_or("", String::as_str);
            let key = if name.is_empty() { String::new() } else { (self.subjects.name_key)(name) };
            (self.subjects.names_agree)(&key, &contact.name_key) != Some(false)
        };
        leads.retain(agrees);
        leads
    }

    /// Those of whom nobody has said that they are not the contact.
    fn unless_told_apart(&self, leads: &[EntityId], contact: Option<&Contact>) -> Vec<EntityId> {
        let is_other = |lead: EntityId| {
            contact.is_some_and(|it| self.subjects.verdicts.excludes(lead, QuestionKind::Contact, &it.id))
        };
        leads.iter().copied().filter(|&lead| !is_other(lead)).collect()
    }

    /// Who was there first: the first touch has the merit.
    fn oldest(&self, leads: &[EntityId]) -> Option<EntityId> {
        leads.iter().copied().min_by_key(|lead| {
            let created = self.created[lead.index()];
            (created.is_none(), created, *lead)
        })
    }
}

fn leads_of(found: Option<&Vec<EntityId>>) -> &[EntityId] {
    found.map_or(&[], Vec::as_slice)
}

/// A blank key is nobody's.
fn add<K: std::hash::Hash + Eq + AsRef<str>>(map: &mut Map<K, Vec<EntityId>>, key: K, lead: EntityId) {
    if !key.as_ref().is_empty() {
        map.entry(key).or_default().push(lead);
    }
}

/// The day on which each lead was created: the earliest that its rows tell, else what an edit says.
fn created(subjects: Subjects<'_>) -> Vec<Option<i32>> {
    let entities = subjects.entities;
    let column = subjects.facts.column(Field::CreatedAt.name());
    let edited = column.and_then(|column| column.cast(&DataType::Int64).ok());
    let edited = edited.as_ref().and_then(|column| column.i64().ok());
    let of_rows = match subjects.leads.column(Field::CreatedAt) {
        Values::Timestamp(times) => Some(times),
        _ => None,
    };
    let day = |at: i64| i32::try_from(at.div_euclid(MICROS_PER_DAY)).ok();
    let earliest = |lead: usize| {
        let rows = entities.members(lead).iter().filter_map(|row| of_rows?[row.index()]);
        rows.min().or_else(|| edited?.get(lead))
    };
    (0..entities.len()).map(|lead| earliest(lead).and_then(day)).collect()
}
