//! Consent: who must not be reached, whoever said so.
//!
//! The merge has kept every wish of a lead's own rows. Here those of likely duplicates, of the CRM's contacts, of rejected
//! rows and of suppression lists come on top, before anything is scored or decided; what only qualifying finds out comes
//! last ([`follow`]); and reports that are outgoing lists are held to the result ([`gate`]). Where nobody wishes anything,
//! nothing is looked for.

mod forms;
pub mod gate;
mod links;
mod lists;
mod people;
mod spread;

use std::sync::Arc;

use polars::prelude::{BooleanChunked, IntoColumn, NewChunkedArray};

use crate::config::plan::ConsentPlan;
use crate::model::column_values::ColumnValues;
use crate::model::consent::{Because, Channel, Consent, ConsentLine, Giver, Refusal, Suppression, Wishes};
use crate::model::crm::Contact;
use crate::model::entities::{ContactKind, Entities, EntityId, NO_MEMBER};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::matching::Links;
use crate::model::table::booleans;

pub use links::follow;

use people::{Addresses, People};
use spread::{Source, Ties};

/// A name in match form.
pub type MatchForm = fn(&str) -> String;
/// Whether two names in match form may be one person's; none where one is blank.
pub type NamesAgree = fn(&str, &str) -> Option<bool>;

/// The columns that say whether a golden lead may be reached.
pub const MAY: [(&str, Channel); 2] = [("may_email", Channel::Email), ("may_call", Channel::Call)];

/// What was said of consent, and what tells whom it means.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The rows.
    pub leads: &'a Leads,
    /// Pairs of them that were kept.
    pub links: &'a Links,
    /// Rejected rows with a wish.
    pub refusals: &'a [Refusal],
    /// Entries of suppression lists.
    pub suppressions: &'a [Suppression],
    /// A person's name in match form.
    pub name_key: MatchForm,
    /// Whether two names may be one person's.
    pub names_agree: NamesAgree,
}

/// Makes the flags of golden leads true for all who must not be reached, and adds the columns of [`MAY`] to their facts.
pub fn consent(plan: &ConsentPlan, said: Said<'_>, entities: &mut Entities, contacts: &[Contact]) -> Consent {
    let consent = settled(plan, said, entities, contacts);
    expose(&consent, entities);
    consent
}

/// Puts the columns of [`MAY`] into the facts.
fn expose(consent: &Consent, entities: &mut Entities) {
    let columns: Vec<ColumnValues> = MAY.map(|(_, channel)| may(consent, &entities.facts, channel)).into();
    MAY.iter().zip(columns).for_each(|((name, _), column)| entities.facts.put(name, column));
}

fn settled(plan: &ConsentPlan, said: Said<'_>, entities: &mut Entities, contacts: &[Contact]) -> Consent {
    let people = People { rows: said.leads, entities, contacts, refusals: said.refusals };
    let mut sources = own(&people);
    if sources.is_empty() && said.suppressions.is_empty() {
        return Consent::default();
    }
    let emails = Addresses::new(&people, ContactKind::Email);
    let phones = Addresses::new(&people, ContactKind::Phone);
    for hit in lists::hits(&people, &emails, &phones, said.suppressions) {
        let Suppression { wishes, origin, .. } = &said.suppressions[hit.entry as usize];
        let source = |flag| Source { person: hit.person, flag, because: hit.because, giver: Giver::Row(*origin) };
        sources.extend(wishes.each().map(source));
    }
    // What was found first stays first: it has its place by content.
    sources.sort_by_key(|source| (source.person, source.flag, source.because));
    let names = (said.name_key, said.names_agree);
    let ties = Ties::new(&people, [&emails, &phones], said.links, plan.duplicates_from, names);
    let (mut wishes, lines) = spread::spread(&ties, &sources);
    let leads = entities.len();
    let lines = lines.into_iter().take_while(|line| (line.person as usize) < leads).map(|line| ConsentLine {
        lead: EntityId(line.person),
        flag: line.flag,
        because: line.because,
        giver: sources[line.source as usize].giver.clone(),
        probability: line.probability,
    });
    let lines = lines.collect();
    let contacts = wishes[leads..leads + contacts.len()].to_vec();
    wishes.truncate(leads);
    Wishes::FLAGS.iter().for_each(|&(wish, field)| raise(entities, &wishes, wish, field));
    Consent { wishes, contacts, lines }
}

/// The wishes of golden leads, contacts and rejected rows themselves.
fn own(people: &People<'_>) -> Vec<Source> {
    let of_leads = Wishes::FLAGS.iter().flat_map(|&(flag, field)| {
        let said = said_by_leads(people, field).into_iter();
        said.map(move |(person, giver)| Source { person, flag, because: Because::OwnRow, giver })
    });
    let of_contacts = people.contacts.iter().enumerate().flat_map(|(at, contact)| {
        let giver = || Giver::Contact(contact.id.clone());
        let source = move |flag| Source { person: people.contact(at), flag, because: Because::OwnRow, giver: giver() };
        Wishes::of(contact.consent).each().map(source)
    });
    let of_refusals = people.refusals.iter().enumerate().flat_map(|(at, refusal)| {
        let giver = Giver::Row(refusal.origin);
        let person = people.refusal(at);
        refusal.wishes.each().map(move |flag| Source { person, flag, because: Because::OwnRow, giver: giver.clone() })
    });
    of_leads.chain(of_contacts).chain(of_refusals).collect()
}

/// The golden leads of which a flag is true, and the row that says so.
fn said_by_leads(people: &People<'_>, field: Field) -> Vec<(u32, Giver)> {
    let People { rows, entities, .. } = people;
    let Values::Boolean(of_rows) = rows.column(field) else { return Vec::new() };
    let nobody = !of_rows.values().contains(&Some(true));
    match entities.facts.values(field.name()) {
        Some(ColumnValues::Clean { .. }) if nobody => Vec::new(),
        Some(ColumnValues::Clean { rows: given, .. }) => {
            let said =
                given.iter().zip(0..).filter(|&(&row, _)| row != NO_MEMBER && of_rows[row as usize] == Some(true));
            said.map(|(&row, lead)| (lead, Giver::Row(rows.origins[row as usize]))).collect()
        }
        // An edit has been here: it can add wishes, never take one away.
        Some(edited) => {
            let column = edited.column();
            let Ok(flags) = column.bool() else { return Vec::new() };
            let said = flags.iter().zip(0u32..).filter(|(flag, _)| *flag == Some(true));
            let giver = |lead: u32| {
                let row = entities.members(lead as usize).iter().find(|row| of_rows[row.index()] == Some(true));
                row.map_or(Giver::Edit, |row| Giver::Row(rows.origins[row.index()]))
            };
            said.map(|(_, lead)| (lead, giver(lead))).collect()
        }
        None => Vec::new(),
    }
}

/// Makes a flag true for the leads with its wish. Those that did not say so themselves have it from no member.
fn raise(entities: &mut Entities, wishes: &[Wishes], wish: Wishes, field: Field) {
    let Some(column) = entities.facts.column(field.name()) else { return };
    let Ok(old) = column.bool() else { return };
    let raised: Vec<usize> = (old.iter().zip(wishes).enumerate())
        .filter(|(_, (old, wishes))| wishes.has(wish) && *old != Some(true))
        .map(|(lead, _)| lead)
        .collect();
    if raised.is_empty() {
        return;
    }
    let new = old.iter().zip(wishes).map(|(old, wishes)| if wishes.has(wish) { Some(true) } else { old });
    let new = BooleanChunked::from_iter_options(field.name().into(), new).into_column();
    entities.facts.put(field.name(), new);
    if let Some(lineage) = entities.lineage.get_mut(field as usize) {
        let lineage = Arc::make_mut(lineage);
        raised.into_iter().for_each(|lead| lineage[lead] = NO_MEMBER);
    }
}

/// Whether each golden lead has an address or number of a channel, and may be reached there.
fn may(consent: &Consent, facts: &Facts, channel: Channel) -> ColumnValues {
    let fields = if channel == Channel::Email { &Field::EMAILS } else { &Field::PHONES };
    let mut has = vec![false; facts.leads()];
    for field in fields {
        let filled = facts.filled(field.name()).map(|mask| mask.met().collect::<Vec<bool>>());
        let of_column = || Some(facts.column(field.name())?.is_not_null().iter().map(|it| it == Some(true)).collect());
        if let Some(filled) = filled.or_else(of_column) {
            has.iter_mut().zip(filled).for_each(|(has, filled): (&mut bool, bool)| *has |= filled);
        }
    }
    booleans(has.into_iter().enumerate().map(|(lead, has)| has && !consent.of(lead).forbid(channel)))
}
