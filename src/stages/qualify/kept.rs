//! The ids of records that are to be made. They derive from content, which may say more tomorrow: a record keeps the id
//! that an earlier run gave it, so that a CRM which has it by then does not get it twice.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Subjects;
use super::crm_links::CrmIndex;
use crate::model::crm::OpportunityStatus;
use crate::model::entities::EntityId;
use crate::model::ids;
use crate::model::issued::{Issued, IssuedRecord, RecordKind};
use crate::model::rows::FindingCode;

/// A record that is to be made.
pub(super) struct NewRecord<'a> {
    /// The leads that are to have it.
    pub(super) leads: Vec<usize>,
    /// Its id by content.
    pub(super) own: String,
    /// What it is called where that id is somebody else's.
    pub(super) further: Box<dyn Iterator<Item = String> + 'a>,
    /// Whether the id derives from what the company is, and so is the same whichever lead says it; else from a lead.
    pub(super) is_shared: bool,
}

/// What is known of the ids that earlier runs gave.
#[derive(Clone, Copy)]
pub(super) struct Keeper<'a> {
    pub(super) subjects: &'a Subjects<'a>,
    pub(super) index: &'a CrmIndex<'a>,
}

impl<'a> Keeper<'a> {
    /// The id of each of the records of a kind. One whose rows were given ids of the kind before gets that of most rows,
    /// then the smaller one; of several records that want one id, the one with more rows has it, then the one whose own it
    /// is, then the one of the first lead.
    pub(super) fn settle(self, kind: RecordKind, drafts: Vec<NewRecord<'a>>) -> Vec<IssuedRecord> {
        let kept = if self.subjects.held.issued.is_empty() { BTreeMap::new() } else { self.kept(kind, &drafts) };
        let taken: BTreeSet<&str> = kept.values().copied().collect();
        let others = if self.subjects.held.issued.is_empty() { BTreeSet::new() } else { self.current(kind) };
        let record = |(at, draft): (usize, NewRecord<'a>)| {
            let NewRecord { leads, own, mut further, is_shared } = draft;
            // An id that derives from a lead, and that another lead's row has, went there when the lead was taken apart.
            let is_free = |id: &str| {
                !taken.contains(id) && (is_shared || !others.contains(id)) && !self.is_of_another(kind, id, &leads)
            };
            let id = match kept.get(&at) {
                Some(&id) => id.to_owned(),
                None if is_free(&own) => own,
                None => further.find(|id| is_free(id)).unwrap_or(own),
            };
            let leads = leads.into_iter().map(|lead| EntityId(lead as u32)).collect();
            IssuedRecord { kind, id, leads, beside: None }
        };
        drafts.into_iter().enumerate().map(record).collect()
    }

    /// The ids of a kind that rows have.
    fn current(self, kind: RecordKind) -> BTreeSet<&'a str> {
        let issued = self.subjects.held.issued;
        let current = issued.rows().iter().filter(|it| it.kind == kind && it.is_current);
        current.map(|it| issued.id(it.id)).collect()
    }

    /// The records that keep an id, and which.
    fn kept(self, kind: RecordKind, drafts: &[NewRecord<'_>]) -> BTreeMap<usize, &'a str> {
        let issued = self.subjects.held.issued;
        // Those of one id by content are one record.
        let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
        let mut same: Vec<usize> = Vec::with_capacity(drafts.len());
        let mut rows: BTreeMap<(usize, u32), u32> = BTreeMap::new();
        for (at, draft) in drafts.iter().enumerate() {
            let first = *alike.entry(&draft.own).or_insert(at);
            same.push(first);
            for it in draft.leads.iter().flat_map(|&lead| self.held(lead)) {
                let id = issued.id(it.id);
                let is_over = || self.is_done(kind, id) || self.is_of_another(kind, id, &draft.leads);
                if it.kind == kind && it.is_current && !is_over() {
                    *rows.entry((first, it.id)).or_default() += 1;
                }
            }
        }
        let claim = |((at, code), rows): ((usize, u32), u32)| {
            let id = issued.id(code);
            (Reverse(rows), id, drafts[at].own != id, at)
        };
        let mut claims: Vec<_> = rows.into_iter().map(claim).collect();
        claims.sort_unstable();
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let mut kept: BTreeMap<usize, &str> = BTreeMap::new();
        for (_, id, _, at) in claims {
            if !kept.contains_key(&at) && taken.insert(id) {
                kept.insert(at, id);
            }
        }
        same.iter().enumerate().filter_map(|(at, first)| Some((at, *kept.get(first)?))).collect()
    }

    /// What earlier runs gave to the rows of a lead.
    fn held(self, lead: usize) -> impl Iterator<Item = &'a Issued> {
        let Subjects { entities, held, .. } = *self.subjects;
        entities.members(lead).iter().flat_map(move |&row| held.of(row))
    }

    /// Whether an id is of a record that nothing is to be made of any more: an opportunity that the CRM has.
    fn is_done(self, kind: RecordKind, id: &str) -> bool {
        kind == RecordKind::Opportunity && self.index.opportunity(id).is_some()
    }

    /// Whether a contact's id stands on a record of the CRM's that is another lead: it was given when both were one.
    fn is_of_another(self, kind: RecordKind, id: &str, leads: &[usize]) -> bool {
        let keys = self.subjects.contact_keys;
        let from = keys.partition_point(|(key, _)| *key < id);
        let mut holders = keys[from..].iter().take_while(|(key, _)| *key == id).peekable();
        kind == RecordKind::Contact
            && holders.peek().is_some()
            && !holders.any(|(_, lead)| leads.contains(&lead.index()))
    }

    /// The ids that earlier runs gave to the rows of these records, and that are no longer theirs.
    pub(super) fn lost(self, records: &[IssuedRecord]) -> Vec<(EntityId, FindingCode, String)> {
        let issued = self.subjects.held.issued;
        let mut lost = Vec::new();
        if issued.is_empty() {
            return lost;
        }
        for IssuedRecord { kind, id, leads, .. } in records {
            let mut told: BTreeMap<&str, EntityId> = BTreeMap::new();
            for &lead in leads {
                for it in self.held(lead.index()).filter(|it| it.kind == *kind) {
                    told.entry(issued.id(it.id)).or_insert(lead);
                }
            }
            told.remove(id.as_str());
            let is_closed = |id: &str| {
                let known = self.index.opportunity(id).filter(|_| *kind == RecordKind::Opportunity);
                known.is_some_and(|it| it.status != OpportunityStatus::Open)
            };
            lost.extend(told.into_iter().filter(|(earlier, _)| !is_closed(earlier)).map(|(earlier, lead)| {
                let text = format!("the {} was {earlier} in an earlier run, and is {id} now", kind.name());
                (lead, FindingCode::LostId, text)
            }));
        }
        lost
    }
}

/// Further ids of a record that derive from its own.
pub(super) fn further<'a>(letter: char, own: &str) -> Box<dyn Iterator<Item = String> + 'a> {
    let own = own.to_owned();
    Box::new((2u32..).map(move |attempt| ids::content_id(letter, &["again", &own, &attempt.to_string()])))
}

/// The ids of a kind that earlier runs gave to the rows of a lead, as far as they are still its own.
pub(super) fn given<'a>(kind: RecordKind, lead: usize, subjects: &Subjects<'a>) -> impl Iterator<Item = &'a str> {
    let held = subjects.held;
    current(kind, lead, subjects).map(move |it| held.issued.id(it.id))
}

/// The records of the CRM that came into question when earlier runs made one of a kind for a lead because a person wanted a
/// new one; none where they made none so.
pub(super) fn passed_over<'a>(kind: RecordKind, lead: usize, subjects: &Subjects<'a>) -> Option<BTreeSet<&'a str>> {
    let issued = subjects.held.issued;
    let told = current(kind, lead, subjects).filter_map(|it| issued.passed_over(it.beside));
    told.map(|ids| ids.collect::<BTreeSet<&str>>()).reduce(|all, more| all.union(&more).copied().collect())
}

/// What earlier runs gave to the rows of a lead, as far as it is still its own.
fn current<'a>(kind: RecordKind, lead: usize, subjects: &Subjects<'a>) -> impl Iterator<Item = &'a Issued> {
    let (held, entities) = (subjects.held, subjects.entities);
    let rows = if held.issued.is_empty() { &[][..] } else { entities.members(lead) };
    rows.iter().flat_map(move |&row| held.of(row)).filter(move |it| it.kind == kind && it.is_current)
}
