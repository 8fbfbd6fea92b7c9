//! The CRM's own leads among the rows: which record each golden lead goes on as, and which others are the same.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Made;
use crate::config::plan::ChangeSet;
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::leads::LeadId;

/// A record of the CRM's leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnLead<'a> {
    /// The golden lead.
    pub(super) entity: EntityId,
    /// The row that tells of it; of several the one that was changed last.
    pub(super) row: LeadId,
    /// The place of its file in the set.
    pub(super) file: usize,
    /// The CRM's id.
    pub(super) id: &'a str,
    /// Where another record is the same lead and goes on, its id.
    pub(super) duplicate_of: Option<&'a str>,
}

/// The records, golden lead by golden lead; the one that goes on comes first.
pub(super) fn own_leads<'a>(set: &ChangeSet, made: Made<'a>) -> Vec<OwnLead<'a>> {
    let leads = made.leads;
    let mut files: HashMap<u32, usize, FixedState> = HashMap::default();
    files.extend(set.files.iter().zip(0..).map(|(file, at)| (file.file, at)));
    let begin = set.dialect.lead_ids_begin.as_str();
    let id_of = |row: LeadId| leads.text(Field::SourceId, row).filter(|id| id.starts_with(begin));
    // Ties go to the first row.
    let changed = |row: LeadId| {
        let at = |field| leads.timestamp(field, row);
        (at(Field::ModifiedAt).or_else(|| at(Field::CreatedAt)), std::cmp::Reverse(row))
    };
    let mut newest: HashMap<&str, LeadId, FixedState> = HashMap::default();
    let rows = (0..leads.len() as u32).map(LeadId);
    for row in rows.filter(|row| files.contains_key(&leads.origins[row.index()].file)) {
        let Some(id) = id_of(row) else { continue };
        let known = newest.entry(id).or_insert(row);
        if changed(row) > changed(*known) {
            *known = row;
        }
    }
    let mut own = Vec::with_capacity(newest.len());
    for entity in 0..made.entities.len() {
        let of_crm = |row: &LeadId| {
            let file = *files.get(&leads.origins[row.index()].file)?;
            let id = id_of(*row).filter(|id| newest[id] == *row)?;
            let entity = EntityId(entity as u32);
            Some(OwnLead { entity, row: *row, file, id, duplicate_of: None })
        };
        let mut records: Vec<OwnLead<'a>> = made.entities.members(entity).iter().filter_map(of_crm).collect();
        let survivor = made.entities.survivors[entity];
        records.sort_by(|a, b| {
            let survives = |it: &OwnLead<'_>| it.row == survivor;
            survives(b).cmp(&survives(a)).then_with(|| changed(b.row).cmp(&changed(a.row)))
        });
        let goes_on = records.first().map(|first| first.id);
        records.iter_mut().skip(1).for_each(|record| record.duplicate_of = goes_on);
        own.extend(records);
    }
    own
}
