//! The opportunities that leads have had: those that earlier runs made for them, and those that name them as the lead
//! that they came from.

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::Subjects;
use super::crm_links::CrmIndex;
use super::kept;
use crate::model::answers::QuestionKind;
use crate::model::crm::{Crm, Opportunity, OpportunityStatus};
use crate::model::entities::{Entities, EntityId};
use crate::model::field::Field;
use crate::model::ids;
use crate::model::issued::RecordKind;
use crate::model::leads::{Leads, Values};
use crate::model::record_ids::{RecordIds, canonical};
use crate::model::sales::Document;

/// Ids of so many characters are a CRM's own (a GUID, an id of Salesforce): no two programs give the same ones.
const UNMISTAKABLE: usize = 15;

/// For the opportunities that name a lead, the lead and their place in the CRM's list, sorted. A lead is named by our id,
/// by `source:id`, or by the export's own id, where that can be no other program's: it is long, or all leads are of one
/// source. The same for leads that name the opportunity which they have become.
pub fn originated(crm: &Crm, leads: &Leads, entities: &Entities) -> Vec<(EntityId, u32)> {
    let named = crm.opportunities.iter().map(|opportunity| opportunity.lead_id.as_str());
    let mut all = referred(named, leads, entities);
    all.extend(converted(crm, leads, entities));
    all.sort_unstable();
    all.dedup();
    all
}

/// The opportunities that rows of leads name as their own.
fn converted(crm: &Crm, leads: &Leads, entities: &Entities) -> Vec<(EntityId, u32)> {
    let Values::Text(column) = leads.column(Field::ExistingOpportunityId) else { return Vec::new() };
    if column.is_blank() || crm.opportunities.is_empty() {
        return Vec::new();
    }
    let ids = RecordIds::opportunities(&crm.opportunities);
    let places: Vec<Option<usize>> = column.dictionary.iter().map(|id| ids.row(id)).collect();
    let rows = (0u32..).zip(column.codes.iter()).filter_map(|(row, &code)| Some((row, places[code as usize]?)));
    rows.map(|(row, place)| (entities.of[row as usize], place as u32)).collect()
}

/// For references to leads, as [`originated`] reads them, the lead and the place of the reference, sorted.
pub fn referred<'r>(
    references: impl IntoIterator<Item = &'r str>,
    leads: &Leads,
    entities: &Entities,
) -> Vec<(EntityId, u32)> {
    let mut named: HashMap<Cow<'_, str>, Vec<u32>, FixedState> = HashMap::default();
    for (reference, place) in references.into_iter().zip(0..) {
        if !reference.is_empty() {
            named.entry(canonical(reference)).or_default().push(place);
        }
    }
    if named.is_empty() {
        return Vec::new();
    }
    let sources = &leads.places.sources;
    let of_one_source = leads.origins.iter().all(|origin| origin.source == leads.origins[0].source);
    let mut found: Vec<(EntityId, u32)> = Vec::new();
    let mut add = |entity: EntityId, name: &str| {
        found.extend(named.get(name).into_iter().flatten().map(|&place| (entity, place)));
    };
    for (entity, id) in (0..).map(EntityId).zip(&*entities.ids) {
        add(entity, id);
        for &row in entities.members(entity.index()) {
            let Some(source_id) = leads.text(Field::SourceId, row) else { continue };
            let source = &sources[usize::from(leads.origins[row.index()].source)];
            add(entity, &format!("{source}:{source_id}"));
            if of_one_source || source_id.len() >= UNMISTAKABLE {
                add(entity, &canonical(source_id));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The ids that runs gave the opportunities and contacts of leads, as far as the CRM or a document has them; by lead.
pub fn made(subjects: &Subjects<'_>, crm: &Crm, documents: &[Document]) -> Made {
    let entities = subjects.entities;
    let of_crm = (crm.opportunities.iter().flat_map(|it| [&it.id, &it.external_id]))
        .chain(crm.contacts.iter().flat_map(|it| [&it.id, &it.external_id]));
    let of_documents = documents.iter().flat_map(|it| [&it.opportunity_id, &it.contact_id]);
    let known: HashSet<&str, FixedState> = of_crm.chain(of_documents).map(String::as_str).collect();
    let known = |id: &str| known.contains(id);
    let opportunities = |(entity, id): (u32, &String)| {
        let made = attempts("lead", id.clone()).take_while(|id| known(id));
        let kept = kept::given(RecordKind::Opportunity, entity as usize, subjects);
        let kept = kept.filter(|id| known(id)).map(str::to_owned);
        let mut ids: Vec<(EntityId, String)> = made.chain(kept).map(|id| (EntityId(entity), id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let contacts = |(entity, id): (u32, &String)| {
        let kept = kept::given(RecordKind::Contact, entity as usize, subjects).map(str::to_owned);
        let mut ids: Vec<(EntityId, String)> =
            kept.chain([contact_id(id)]).filter(|id| known(id)).map(|id| (EntityId(entity), id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let ids = || entities.ids.par_iter().enumerate().map(|(entity, id)| (entity as u32, id));
    Made {
        opportunities: ids().flat_map_iter(opportunities).collect(),
        contacts: ids().flat_map_iter(contacts).collect(),
    }
}

/// Ids that runs give to records of leads.
#[derive(Debug, Default)]
pub struct Made {
    /// Opportunities.
    pub opportunities: Vec<(EntityId, String)>,
    /// Contacts.
    pub contacts: Vec<(EntityId, String)>,
}

/// The id of the contact that a lead becomes.
pub(super) fn contact_id(lead_id: &str) -> String {
    ids::content_id('C', &["contact", lead_id])
}

/// The ids of the accounts or the contacts of the CRM that earlier runs made for a lead, which it may have as external ids.
pub(super) fn made_for(kind: QuestionKind, lead: usize, subjects: &Subjects<'_>) -> Vec<String> {
    let (kind, by_content) = match kind {
        QuestionKind::Account => (RecordKind::Account, None),
        QuestionKind::Contact => (RecordKind::Contact, Some(contact_id(&subjects.entities.ids[lead]))),
        QuestionKind::Lead | QuestionKind::Opportunity => return Vec::new(),
    };
    kept::given(kind, lead, subjects).map(str::to_owned).chain(by_content).collect()
}

/// The opportunities of a lead, by id.
pub(super) fn opportunities<'a>(lead: usize, subjects: &Subjects<'_>, index: &CrmIndex<'a>) -> Vec<&'a Opportunity> {
    if !index.has_opportunities() {
        return Vec::new();
    }
    let made = attempts("lead", subjects.entities.ids[lead].clone()).map_while(|id| index.opportunity(&id));
    let kept = kept::given(RecordKind::Opportunity, lead, subjects).filter_map(|id| index.opportunity(id));
    let entity = EntityId(lead as u32);
    let from = subjects.originated.partition_point(|&(of, _)| of < entity);
    let named = subjects.originated[from..].iter().take_while(|&&(of, _)| of == entity);
    sorted(made.chain(kept).chain(named.map(|&(_, place)| index.opportunity_at(place))).collect())
}

/// The opportunities that earlier runs made for all leads of an account, by id.
pub(super) fn of_account<'a>(account_id: &str, index: &CrmIndex<'a>) -> Vec<&'a Opportunity> {
    sorted(attempts("account", account_id.to_owned()).map_while(|id| index.opportunity(&id)).collect())
}

fn sorted(mut opportunities: Vec<&Opportunity>) -> Vec<&Opportunity> {
    opportunities.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    opportunities.dedup_by(|a, b| a.id == b.id);
    opportunities
}

/// An open one, if there is one.
pub(super) fn open<'a>(opportunities: &[&'a Opportunity]) -> Option<&'a Opportunity> {
    opportunities.iter().copied().find(|it| it.status == OpportunityStatus::Open)
}

/// The ids of the next opportunity of a lead, or of an account that has one for all its leads: past those that the CRM has.
pub(super) fn next<'a>(of: &'static str, id: &str, index: &'a CrmIndex<'a>) -> Box<dyn Iterator<Item = String> + 'a> {
    Box::new(attempts(of, id.to_owned()).filter(|id| index.opportunity(id).is_none()))
}

/// The ids of the first opportunity, the second one, and so on.
fn attempts(of: &'static str, id: String) -> impl Iterator<Item = String> {
    (1u32..).map(move |attempt| ids::content_id('O', &["opportunity", of, &id, &attempt.to_string()]))
}
