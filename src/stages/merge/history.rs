//! History: the items of the CRM linked to lead rows, and the notes of all members, kept on the golden lead.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::model::crm::Activity;
use crate::model::entities::{ActivityKind, EntityId, HistoryItem};
use crate::model::field::Field;
use crate::model::leads::{LeadId, Leads, NoteEntry, Values};
use crate::model::matching::Clusters;
use crate::model::rows::{Finding, FindingCode, Origin, shown};
use crate::model::text::{BLANK, TextColumn};

/// The row of each history item: the one that it stands in itself, else the one of its source id (where several sources
/// have this id, one that also has the item's e-mail address, then the smallest row), else the first with its e-mail
/// address; a first address counts before a second. So an address that several golden leads share sends the item to the
/// one of the smallest row, whose place derives from content; the others don't get it.
pub(super) fn link(leads: &Leads, activities: &[Activity]) -> (Vec<Option<LeadId>>, Vec<Finding>) {
    if activities.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let by_id = RowsByValue::new(leads, Field::SourceId);
    let own = OwnRows::new(leads, activities);
    let by_email = Field::EMAILS.map(|field| RowsByValue::new(leads, field));
    let mut findings = Vec::new();
    let linked = activities
        .iter()
        .map(|activity| {
            if let Some(own) = own.of(activity.origin) {
                // A row that is no lead is among the rejects.
                return own;
            }
            let email = activity.email.as_str();
            let named = by_id.rows(&activity.lead_id);
            let has_email = |row: LeadId| Field::EMAILS.iter().any(|&field| leads.text(field, row) == Some(email));
            let row = (named.iter().copied().find(|&row| has_email(row)))
                .or(named.first().copied())
                .or_else(|| by_email.iter().find_map(|rows| rows.rows(email).first().copied()));
            if row.is_none() {
                let named = [("lead_id", activity.lead_id.as_str()), ("email", email)];
                let named = named.into_iter().find(|(_, text)| !text.is_empty());
                // An item that names nobody is shown by its subject, which is not at fault.
                let (field, text) = named.unwrap_or(("", &activity.subject));
                findings.push(Finding {
                    origin: activity.origin,
                    field: field.to_owned(),
                    code: FindingCode::UnknownLead,
                    text: shown(text),
                });
            }
            row
        })
        .collect();
    (linked, findings)
}

/// All linked items and the members' notes by golden lead, oldest first (those without a date before all), each once.
pub(super) fn items(
    leads: &Leads,
    groups: &Clusters,
    activities: &[Activity],
    linked: &[Option<LeadId>],
) -> Vec<HistoryItem> {
    let mut items = notes(leads, groups);
    items.extend(activities.iter().zip(linked).filter_map(|(activity, row)| {
        row.map(|row| HistoryItem {
            entity: EntityId(groups.of[row.index()]),
            kind: activity.kind,
            at: activity.at,
            subject: activity.subject.clone(),
            text: activity.text.clone(),
            author: activity.author.clone(),
        })
    }));
    items.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    items.dedup();
    drop_repeated_notes(&mut items);
    items
}

/// The text of a mail may stand in the notes of its lead, too: it happened once.
fn drop_repeated_notes(items: &mut Vec<HistoryItem>) {
    let is_bare =
        |item: &HistoryItem| item.kind == ActivityKind::Note && item.author.is_empty() && item.subject.is_empty();
    let mut keep = Vec::with_capacity(items.len());
    for of_lead in items.chunk_by(|a, b| a.entity == b.entity) {
        let said: BTreeSet<&str> =
            of_lead.iter().filter(|item| !is_bare(item)).map(|item| item.text.as_str()).collect();
        keep.extend(of_lead.iter().map(|item| !(is_bare(item) && said.contains(item.text.as_str()))));
    }
    let mut place = keep.into_iter();
    items.retain(|_| place.next().unwrap_or(true));
}

type Key<'a> = (EntityId, Option<i64>, ActivityKind, &'a str, &'a str, &'a str);

fn key(item: &HistoryItem) -> Key<'_> {
    (item.entity, item.at, item.kind, &item.subject, &item.text, &item.author)
}

/// The newest item of each golden lead that is not in the future.
pub(super) fn last_activity(entities: usize, history: &[HistoryItem], end: i64) -> Vec<Option<i64>> {
    let mut last = vec![None; entities];
    for item in history {
        let newest = &mut last[item.entity.index()];
        *newest = (*newest).max(item.at.filter(|&at| at <= end));
    }
    last
}

/// A row's golden lead, the code of its note, whether the row is undated, its date and its source.
type Note = (u32, u32, bool, Option<i64>, u16);

/// Each distinct note of a golden lead's rows; what does not say when it was written is dated as its row is, with the
/// earliest date where several rows have it.
fn notes(leads: &Leads, groups: &Clusters) -> Vec<HistoryItem> {
    let Values::Text(column) = leads.column(Field::Notes) else {
        return Vec::new();
    };
    let mut notes: Vec<Note> = (0..leads.len() as u32)
        .filter(|&row| column.codes[row as usize] != BLANK)
        .map(|row| {
            let stamp = |field| leads.timestamp(field, LeadId(row));
            let at = stamp(Field::ModifiedAt).or_else(|| stamp(Field::CreatedAt));
            let source = leads.origins[row as usize].source;
            (groups.of[row as usize], column.codes[row as usize], at.is_none(), at, source)
        })
        .collect();
    // Two cells with one text are one note, whether or not they share a code.
    let text = |code: u32| column.dictionary.get(code);
    notes.sort_unstable_by(|a, b| {
        let rest = |&(.., code, undated, at, source): &Note| (undated, at, source, code);
        a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1))).then_with(|| rest(a).cmp(&rest(b)))
    });
    notes.dedup_by(|later, first| later.0 == first.0 && text(later.1) == text(first.1));
    let note = |entity: u32, at: Option<i64>, author: &str, text: &str| HistoryItem {
        entity: EntityId(entity),
        kind: ActivityKind::Note,
        at,
        subject: String::new(),
        text: text.to_owned(),
        author: author.to_owned(),
    };
    let (mut items, mut undated) = (Vec::with_capacity(notes.len()), Vec::new());
    for (entity, code, _, of_row, source) in notes {
        match leads.note_entries(code, source) {
            [] => items.push(note(entity, of_row, "", column.dictionary.get(code))),
            entries => {
                for NoteEntry { at, author, text } in entries {
                    let to = if at.is_some() { &mut items } else { &mut undated };
                    to.push(note(entity, at.or(of_row), author, text));
                }
            }
        }
    }
    // A cell that grew from export to export begins each time with the same words.
    let words = |item: &HistoryItem| (item.entity, item.author.clone(), item.text.clone());
    undated.sort_by_cached_key(|item| (words(item), item.at.is_none(), item.at));
    undated.dedup_by(|later, first| words(later) == words(first));
    items.append(&mut undated);
    items
}

/// The rows whose own history items there are.
struct OwnRows {
    /// Sources of leads, up to the last one.
    of_leads: Vec<bool>,
    /// By origin.
    rows: Vec<(Origin, LeadId)>,
}

impl OwnRows {
    fn new(leads: &Leads, activities: &[Activity]) -> Self {
        let mut of_leads = vec![false; usize::from(u16::MAX) + 1];
        leads.origins.iter().for_each(|origin| of_leads[usize::from(origin.source)] = true);
        let mut rows = Vec::new();
        if activities.iter().any(|activity| of_leads[usize::from(activity.origin.source)]) {
            rows = leads.origins.iter().zip(0..).map(|(&origin, row)| (origin, LeadId(row))).collect();
            rows.sort_unstable();
        }
        Self { of_leads, rows }
    }

    /// The row of an item that stands in one, if that is a lead; none for items of a file of their own.
    fn of(&self, origin: Origin) -> Option<Option<LeadId>> {
        self.of_leads[usize::from(origin.source)].then(|| {
            let at = self.rows.binary_search_by_key(&origin, |&(own, _)| own).ok()?;
            Some(self.rows[at].1)
        })
    }
}

/// The rows of each distinct value of a text column, ascending.
struct RowsByValue<'a> {
    column: Option<Cow<'a, TextColumn>>,
    offsets: Vec<u32>,
    rows: Vec<LeadId>,
}

impl<'a> RowsByValue<'a> {
    fn new(leads: &'a Leads, field: Field) -> Self {
        let Values::Text(column) = leads.column(field) else {
            return Self { column: None, offsets: vec![0], rows: Vec::new() };
        };
        let column = column.told_apart();
        // Blank rows take part, so that codes are positions; nobody asks for them.
        let groups = Clusters::from_assignment(column.codes.to_vec());
        Self { column: Some(column), offsets: groups.offsets, rows: groups.members }
    }

    fn rows(&self, value: &str) -> &[LeadId] {
        let code = self.column.as_ref().and_then(|column| column.dictionary.find(value)).unwrap_or(BLANK);
        // A dictionary may know values that no row has.
        if code == BLANK || code as usize + 1 >= self.offsets.len() {
            return &[];
        }
        &self.rows[self.offsets[code as usize] as usize..self.offsets[code as usize + 1] as usize]
    }
}
