//! The leads' history, as records of its own at the opportunities.

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::Made;
use super::records::Maker;
use super::sheet::{Operation, Sheet, cells, headers};
use crate::config::preset::dialect::NoteCell;
use crate::model::calendar;
use crate::model::emissions::OpportunityNote;
use crate::model::entities::EntityId;
use crate::model::ids;
use crate::model::issued::{IssuedRecord, RecordKind};

/// Notes of new opportunities and of the CRM's own.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) sheet: Option<Sheet>,
    /// Those that no earlier set made: an undo deletes no others.
    pub(super) new: Option<Sheet>,
    /// How many an earlier set made.
    pub(super) had: usize,
    /// How many no file takes.
    pub(super) left: usize,
    /// Their ids.
    pub(super) issued: Vec<IssuedRecord>,
}

impl<'a> Maker<'a, '_> {
    /// The leads' history.
    pub(super) fn notes(&mut self) -> Notes {
        let set = self.set;
        let notes = &self.made.emissions.notes;
        let Some(of) = &set.dialect.notes else {
            let new: Vec<&str> = self.new_opportunities().map(|it| it.id.as_str()).collect();
            let left = notes.iter().filter(|note| new.binary_search(&note.opportunity_id.as_str()).is_err());
            return Notes { left: left.count(), ..Notes::default() };
        };
        let sheet = || {
            let about = "the leads' history, at the opportunities";
            Sheet::new("notes", Operation::Upsert, &of.object, &headers(&of.columns), about)
        };
        let (mut all, mut new) = (sheet(), sheet());
        let mut made = Notes::default();
        let mut placed: Vec<(&OpportunityNote, Cow<'a, str>)> =
            notes.iter().map(|note| (note, self.keys.opportunity(&note.opportunity_id))).collect();
        placed.retain(|(_, opportunity)| !opportunity.is_empty());
        made.left = notes.len() - placed.len();
        let ids = note_ids(self.made, &placed);
        for ((note, opportunity), id) in placed.into_iter().zip(ids) {
            let row: Vec<Cow<'_, str>> = cells(&of.columns, |cell| match cell {
                NoteCell::ExternalId => Cow::Borrowed(id.as_str()),
                NoteCell::Subject => match note.text.lines().map(str::trim).find(|line| !line.is_empty()) {
                    Some(line) => Cow::Borrowed(line),
                    None => Cow::Borrowed(set.dialect.activity(note.activity)),
                },
                NoteCell::Text if note.author.is_empty() => Cow::Borrowed(note.text.as_str()),
                NoteCell::Text => Cow::Owned(format!("{}: {}", note.author, note.text)),
                NoteCell::Date => {
                    let day = |at: i64| calendar::timestamp(at).chars().take(10).collect();
                    note.at.map_or(Cow::Borrowed(""), |at| Cow::Owned(day(at)))
                }
                NoteCell::Activity => Cow::Borrowed(set.dialect.activity(note.activity)),
                NoteCell::Opportunity => opportunity.clone(),
            })
            .collect();
            match self.was_made(note, &id) {
                true => made.had += 1,
                false => new.row(row.iter().cloned()),
            }
            all.row(row.into_iter());
            made.issued.push(IssuedRecord { kind: RecordKind::Note, id, leads: vec![note.lead], beside: None });
        }
        Notes { sheet: Some(all), new: Some(new), ..made }
    }

    /// Whether an earlier set made a note: an earlier run gave its id, and the CRM has got to know its opportunity by a set
    /// since. Whether that very set was loaded nobody knows: the note is brought in again, under its id, and stays.
    fn was_made(&self, note: &OpportunityNote, id: &str) -> bool {
        self.keys.has_opportunity(&note.opportunity_id) && self.made.held.issued.code(id).is_some()
    }
}

/// The ids of notes at their opportunities. A lead's note keeps the id that an earlier run gave one of its rows; any other
/// gets one that no row has, for a lead that says the same may not be of the batch this time.
fn note_ids(made: Made<'_>, notes: &[(&OpportunityNote, Cow<'_, str>)]) -> Vec<String> {
    let Made { held, entities, .. } = made;
    let was_given = |lead: EntityId, id: &str| {
        let mut given = entities.members(lead.index()).iter().flat_map(|&row| held.of(row));
        given.any(|it| it.kind == RecordKind::Note && held.issued.id(it.id) == id)
    };
    let mut used: HashSet<String, FixedState> = HashSet::default();
    let mut kept: Vec<Option<String>> = Vec::with_capacity(notes.len());
    for (note, opportunity) in notes {
        let mut given = alike(note, opportunity).take_while(|id| held.issued.code(id).is_some());
        let id = given.find(|id| was_given(note.lead, id) && !used.contains(id));
        used.extend(id.clone());
        kept.push(id);
    }
    let taken: HashSet<&str, FixedState> = held.issued.holders(RecordKind::Note, held.keys).map(|(_, id)| id).collect();
    let settle = |((note, opportunity), kept): (&(&OpportunityNote, Cow<'_, str>), Option<String>)| {
        let id =
            kept.or_else(|| alike(note, opportunity).find(|id| !used.contains(id) && !taken.contains(id.as_str())));
        let id = id.unwrap_or_default();
        used.insert(id.clone());
        id
    };
    notes.iter().zip(kept).map(settle).collect()
}

/// The ids of notes that say the same at one opportunity: they derive from what a note says. Neither the lead's id nor the
/// time is part of it: the one moves when an older row joins, the other may be that of the row's last change.
fn alike(note: &OpportunityNote, opportunity: &str) -> impl Iterator<Item = String> + use<> {
    let said = ids::content_id('N', &["note", opportunity, &note.author, note.activity.name(), &note.text]);
    let again = said.clone();
    std::iter::once(said).chain((2u32..).map(move |times| ids::content_id('N', &["again", &again, &times.to_string()])))
}
