//! The CRM's own leads among the rows: which record each golden lead goes on as, and which others are the same.

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::Made;
use crate::config::plan::ChangeSet;
use crate::config::preset::dialect::LeadCell;
use crate::model::entities::{Entities, EntityId};
use crate::model::field::Field;
use crate::model::issued::{IssuedIds, RecordKind};
use crate::model::leads::{LeadId, Leads};
use crate::model::matching::{Clusters, Pair, Verdict};

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

/// What the reason of a record begins with that was closed because another one goes on.
const DUPLICATE: &str = "Duplicate of ";

/// The reason of a record that is closed because another one goes on.
pub(super) fn duplicate_of(other: &str) -> String {
    format!("{DUPLICATE}{other}")
}

/// The rows of a set's own leads.
pub(super) struct Rows<'s, 'a> {
    set: &'s ChangeSet,
    leads: &'a Leads,
    /// The place of a file in the set, by its number among all inputs.
    files: HashMap<u32, usize, FixedState>,
}

impl<'s, 'a> Rows<'s, 'a> {
    pub(super) fn new(set: &'s ChangeSet, leads: &'a Leads) -> Self {
        let mut files: HashMap<u32, usize, FixedState> = HashMap::default();
        files.extend(set.files.iter().zip(0..).map(|(file, at)| (file.file, at)));
        Self { set, leads, files }
    }

    fn file(&self, row: LeadId) -> Option<usize> {
        self.files.get(&self.leads.origins[row.index()].file).copied()
    }

    /// The CRM's id.
    fn id(&self, row: LeadId) -> Option<&'a str> {
        let begin = self.set.dialect.lead_ids_begin.as_str();
        self.leads.text(Field::SourceId, row).filter(|id| id.starts_with(begin))
    }

    /// Our id, where the record has one.
    pub(super) fn key(&self, row: LeadId) -> Option<&'a str> {
        let column = self.set.files[self.file(row)?].key?;
        Some(self.leads.raw[column].get(row.index()).trim()).filter(|key| !key.is_empty())
    }

    /// All of them.
    fn all(&self) -> impl Iterator<Item = LeadId> {
        let rows = if self.files.is_empty() { 0 } else { self.leads.len() as u32 };
        (0..rows).map(LeadId).filter(|row| self.file(*row).is_some())
    }

    /// Whether a row says that a set closed its record because another one goes on.
    fn is_closed_duplicate(&self, row: LeadId) -> bool {
        let Some(file) = self.file(row).filter(|_| self.leads.text(Field::Status, row) == Some("disqualified")) else {
            return false;
        };
        let cell = |wanted| {
            let at = self.set.dialect.leads.columns.iter().position(|column| column.cell == Some(wanted))?;
            Some(self.leads.raw[self.set.files[file].columns[at]?].get(row.index()))
        };
        let dialect = &self.set.dialect;
        let by_status = self.set.has_duplicate_status() && cell(LeadCell::Status) == Some(&dialect.status.duplicate);
        by_status
            || match cell(LeadCell::Reason) {
                Some(reason) => reason.starts_with(DUPLICATE),
                // What an export does not tell in full, the CRM's own word has to.
                None => {
                    dialect.duplicate_reason.is_some()
                        && cell(LeadCell::StatusReason) == dialect.duplicate_reason.as_deref()
                }
            }
    }
}

impl ChangeSet {
    /// Whether the status of a closed duplicate is one of its own.
    fn has_duplicate_status(&self) -> bool {
        !self.dialect.status.duplicate.eq_ignore_ascii_case(&self.dialect.status.disqualified)
    }

    /// Whether the next run can tell a closed duplicate of a file from a lead that somebody disqualified.
    pub(super) fn tells_duplicates(&self, file: usize) -> bool {
        let has = |wanted| {
            let columns = self.dialect.leads.columns.iter().zip(&self.files[file].columns);
            columns.into_iter().any(|(column, at)| column.cell == Some(wanted) && at.is_some())
        };
        let by_word = || self.dialect.duplicate_reason.is_some() && has(LeadCell::StatusReason);
        has(LeadCell::Status) && (self.has_duplicate_status() || has(LeadCell::Reason) || by_word())
    }
}

/// The rows of records that an earlier set closed because another one, which is among the rows of the same lead, goes on.
pub fn closed_duplicates(sets: &[ChangeSet], leads: &Leads, clusters: &Clusters) -> Vec<LeadId> {
    let mut closed = Vec::new();
    for set in sets {
        let rows = Rows::new(set, leads);
        let goes_on = |row: LeadId| {
            let others = clusters.members(clusters.of[row.index()] as usize).iter();
            let mut others = others.filter(|other| rows.file(**other).is_some() && rows.id(**other) != rows.id(row));
            others.any(|other| !rows.is_closed_duplicate(*other))
        };
        closed.extend(rows.all().filter(|&row| rows.is_closed_duplicate(row) && goes_on(row)));
    }
    closed.sort_unstable();
    closed.dedup();
    closed
}

/// Pairs of rows that are one lead, whatever they say by now: of a lead that an earlier set made of rows, and of the CRM's
/// record that has its id. What people tell apart from others is left to them.
pub fn made_leads(
    sets: &[ChangeSet],
    leads: &Leads,
    issued: &IssuedIds,
    verdicts: &[(Pair, Verdict)],
) -> Vec<(Pair, Verdict)> {
    let mut records: HashMap<&str, LeadId, FixedState> = HashMap::default();
    for set in sets {
        let rows = Rows::new(set, leads);
        records.extend(rows.all().filter_map(|row| Some((rows.key(row)?, row))));
    }
    if records.is_empty() {
        return Vec::new();
    }
    let distinct = verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Distinct);
    let told_apart: HashSet<LeadId, FixedState> = distinct.flat_map(|(pair, _)| [pair.left, pair.right]).collect();
    let pair = |(row, id): (LeadId, &str)| {
        let record = *records.get(id).filter(|record| **record != row)?;
        let is_free = !told_apart.contains(&row) && !told_apart.contains(&record);
        is_free.then(|| (Pair::new(row, record), Verdict::Match))
    };
    issued.holders(RecordKind::Lead, &leads.keys).filter_map(pair).collect()
}

/// Our ids that the CRM's own leads have, where these are contacts, and the golden lead of each; sorted.
pub fn contact_keys<'a>(sets: &[ChangeSet], leads: &'a Leads, entities: &Entities) -> Vec<(&'a str, EntityId)> {
    let mut keys: Vec<(&str, EntityId)> = Vec::new();
    for set in sets.iter().filter(|set| set.dialect.leads_are_contacts) {
        let rows = Rows::new(set, leads);
        let keyed = rows.all().filter_map(|row| Some((rows.key(row)?, entities.of[row.index()])));
        keys.extend(keyed);
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Our ids that records of the CRM have already.
pub(super) fn known_keys<'a>(set: &ChangeSet, made: Made<'a>) -> HashSet<&'a str, FixedState> {
    let rows = Rows::new(set, made.leads);
    let mut keys: HashSet<&str, FixedState> = HashSet::default();
    keys.extend(rows.all().filter_map(|row| rows.key(row)));
    if set.dialect.leads_are_contacts {
        keys.extend(made.crm.contacts.iter().map(|contact| contact.external_id.as_str()));
    }
    keys
}

/// The records, golden lead by golden lead; the one that goes on comes first.
pub(super) fn own_leads<'a>(set: &ChangeSet, made: Made<'a>) -> Vec<OwnLead<'a>> {
    let leads = made.leads;
    let rows = Rows::new(set, leads);
    let id_of = |row: LeadId| leads.text(Field::SourceId, row).filter(|_| rows.id(row).is_some());
    // Ties go to the first row.
    let changed = |row: LeadId| {
        let at = |field| leads.timestamp(field, row);
        (at(Field::ModifiedAt).or_else(|| at(Field::CreatedAt)), std::cmp::Reverse(row))
    };
    let mut newest: HashMap<&str, LeadId, FixedState> = HashMap::default();
    for row in rows.all() {
        let Some(id) = id_of(row) else { continue };
        let known = newest.entry(id).or_insert(row);
        if changed(row) > changed(*known) {
            *known = row;
        }
    }
    let mut own = Vec::with_capacity(newest.len());
    for entity in 0..made.entities.len() {
        let of_crm = |row: &LeadId| {
            let file = rows.file(*row)?;
            let id = id_of(*row).filter(|id| newest[id] == *row)?;
            let entity = EntityId(entity as u32);
            Some(OwnLead { entity, row: *row, file, id, duplicate_of: None })
        };
        let mut records: Vec<OwnLead<'a>> = made.entities.members(entity).iter().filter_map(of_crm).collect();
        let survivor = made.entities.survivors[entity];
        records.sort_by(|a, b| {
            let goes_on = |it: &OwnLead<'_>| (leads.is_closed_duplicate(it.row), it.row != survivor);
            goes_on(a).cmp(&goes_on(b)).then_with(|| changed(b.row).cmp(&changed(a.row)))
        });
        let goes_on = records.first().map(|first| first.id);
        records.iter_mut().skip(1).for_each(|record| record.duplicate_of = goes_on);
        own.extend(records);
    }
    own
}
