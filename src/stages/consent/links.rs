//! Wishes that reach leads by way of the contacts that they got: who a lead is in the CRM is known for certain only once it
//! has qualified. Everything else about consent was settled before.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::people::{Addresses, People, Person};
use super::spread::over_addresses;
use super::{expose, raise};
use crate::model::consent::{Because, Channel, Consent, ConsentLine, Giver, Refusal, Wishes};
use crate::model::crm::Contact;
use crate::model::emissions::{Emissions, EmittedContact};
use crate::model::entities::{ContactKind, Entities, EntityId};
use crate::model::leads::Leads;

/// Gives leads the wishes of the contacts that they became or were linked to, and of the other leads of these; then closes,
/// as before, the addresses that they share with others.
pub fn follow(
    consent: &mut Consent,
    entities: &mut Entities,
    rows: &Leads,
    (contacts, refusals): (&[Contact], &[Refusal]),
    emissions: &Emissions,
) {
    let mut lines = of_contacts(consent, contacts, emissions);
    if lines.is_empty() {
        return;
    }
    for line in &lines {
        let wishes = &mut consent.wishes[line.lead.index()];
        *wishes = wishes.with(line.flag);
    }
    let people = People { rows, entities, contacts, refusals };
    let mut wishes: Vec<Wishes> = (0..people.len() as u32)
        .map(|person| match people.person(person) {
            Person::Lead(lead) => consent.of(lead),
            Person::Contact(at) => consent.of_contact(at),
            Person::Refusal(at) => refusals[at].wishes,
        })
        .collect();
    let followed = lines.len();
    for (channel, kind) in Channel::ALL.into_iter().zip([ContactKind::Email, ContactKind::Phone]) {
        let mut sources: HashMap<u32, u32, FixedState> = HashMap::default();
        for (at, line) in (0..).zip(&lines[..followed]).filter(|(_, line)| line.flag.forbid(channel)) {
            sources.entry(line.lead.0).or_insert(at);
        }
        let source = |person: u32| sources.get(&person).copied();
        let flag = Wishes::against(&[channel]);
        for (person, source) in over_addresses(&wishes, channel, &Addresses::new(&people, kind), source) {
            wishes[person as usize] = wishes[person as usize].with(flag);
            if let Person::Lead(lead) = people.person(person) {
                let giver = lines[source as usize].giver.clone();
                let lead = EntityId(lead as u32);
                lines.push(ConsentLine { lead, flag, because: Because::SameAddress, giver, probability: None });
            }
        }
    }
    let (leads, contacts) = (entities.len(), contacts.len());
    consent.contacts = wishes[leads..leads + contacts].to_vec();
    wishes.truncate(leads);
    consent.wishes = wishes;
    consent.lines.extend(lines);
    consent.lines.sort_by_key(|line| (line.lead, line.flag, line.because));
    Wishes::FLAGS.iter().for_each(|&(wish, field)| raise(entities, &consent.wishes, wish, field));
    expose(consent, entities);
}

/// The wishes that leads lack and their contacts have.
fn of_contacts(consent: &Consent, contacts: &[Contact], emissions: &Emissions) -> Vec<ConsentLine> {
    let wishes = |contact: &EmittedContact| Wishes::of([contact.opt_out, contact.do_not_email, contact.do_not_call]);
    let closed = emissions.contacts.iter().map(|contact| (contact.id.as_str(), wishes(contact)));
    let closed: HashMap<&str, Wishes, FixedState> = closed.filter(|(_, wishes)| !wishes.is_none()).collect();
    if closed.is_empty() || consent.wishes.is_empty() {
        return Vec::new();
    }
    let got = (0..).zip(&emissions.decisions).map(|(lead, decision)| (lead, decision.found().contact_id.as_str()));
    let got: Vec<(u32, &str)> = got.filter(|(_, contact)| closed.contains_key(contact)).collect();
    // The first lead of a contact that has a wish of its own.
    let mut givers: HashMap<(&str, Wishes), u32, FixedState> = HashMap::default();
    for &(lead, contact) in &got {
        for flag in consent.of(lead as usize).each() {
            givers.entry((contact, flag)).or_insert(lead);
        }
    }
    let giver = |contact: &str, flag: Wishes| {
        let place = contacts.binary_search_by(|known| known.id.as_str().cmp(contact)).ok();
        if place.is_some_and(|at| consent.of_contact(at).has(flag)) {
            return Some((Because::Contact, Giver::Contact(contact.to_owned())));
        }
        let lead = EntityId(*givers.get(&(contact, flag))?);
        let first = consent.lines.partition_point(|line| (line.lead, line.flag) < (lead, flag));
        Some((Because::Duplicate, consent.lines.get(first)?.giver.clone()))
    };
    let lines = got.iter().flat_map(|&(lead, contact)| {
        let lacking = closed[contact].without(consent.of(lead as usize));
        lacking.each().map(move |flag| (lead, contact, flag))
    });
    lines
        .filter_map(|(lead, contact, flag)| {
            let (because, giver) = giver(contact, flag)?;
            Some(ConsentLine { lead: EntityId(lead), flag, because, giver, probability: None })
        })
        .collect()
}
