//! What becomes of the CRM's own leads, what they were before, and leads that it has not.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Made;
use super::addresses::Addresses;
use super::golden::Golden;
use super::names::{first_name, last_name};
use super::own::{self, OwnLead};
use super::sheet::{Operation, Sheet, fitted, headers};
use crate::config::plan::ChangeSet;
use crate::config::preset::dialect::{LeadCell, NewLeadCell, header_of};
use crate::model::emissions::DecisionKind;
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::issued::RecordKind;

/// How many leads become what.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LeadCounts {
    pub(super) qualified: usize,
    pub(super) disqualified: usize,
    pub(super) reactivated: usize,
    pub(super) duplicates: usize,
    /// Of the others, those whose owner, score or grade changes.
    pub(super) others: usize,
    /// Open duplicates that stay so, since the next run could not tell why they are closed.
    pub(super) left_open: usize,
}

/// The files of leads.
#[derive(Default)]
pub(super) struct LeadSheets {
    /// Updates: one file for all exports with the same columns.
    pub(super) updates: Vec<Sheet>,
    /// The values that they had.
    pub(super) restores: Vec<Sheet>,
    /// Columns that were blank, where no update empties a field.
    pub(super) clears: Vec<Sheet>,
    pub(super) counts: LeadCounts,
}

/// What a record's status becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Stays,
    Opens,
    Qualifies,
    Disqualifies,
    Duplicate,
}

/// A cell as it was, and as it is to be.
struct Change<'a> {
    was: Cow<'a, str>,
    is: Cow<'a, str>,
}

impl Change<'_> {
    fn changes(&self) -> bool {
        self.was != self.is
    }
}

/// The updates of the CRM's own leads.
pub(super) fn updates(set: &ChangeSet, made: Made<'_>, own: &[OwnLead<'_>]) -> LeadSheets {
    let mut sheets = LeadSheets::default();
    let mut by_columns: BTreeMap<Vec<usize>, Vec<(&OwnLead<'_>, Vec<Change<'_>>)>> = BTreeMap::new();
    let before = Golden::new(&made.entities.facts, own.iter().map(|lead| lead.entity), &[Field::Status]);
    for lead in own {
        let turn = turn(set, made, lead, before.text(Field::Status, lead.entity));
        let is_open = || made.leads.text(Field::Status, lead.row).is_none_or(|status| status == "open");
        sheets.counts.left_open += usize::from(lead.duplicate_of.is_some() && turn == Turn::Stays && is_open());
        let changes =
            (0..set.dialect.leads.columns.len()).filter_map(|at| Some((at, change(set, made, lead, turn, at)?)));
        let (columns, changes): (Vec<usize>, Vec<Change<'_>>) = changes.unzip();
        if !changes.iter().any(Change::changes) {
            continue;
        }
        *match turn {
            Turn::Stays => &mut sheets.counts.others,
            Turn::Opens => &mut sheets.counts.reactivated,
            Turn::Qualifies => &mut sheets.counts.qualified,
            Turn::Disqualifies => &mut sheets.counts.disqualified,
            Turn::Duplicate => &mut sheets.counts.duplicates,
        } += 1;
        by_columns.entry(columns).or_default().push((lead, changes));
    }
    for (columns, changed) in by_columns {
        files(set, &columns, &changed, &mut sheets);
    }
    sheets
}

/// The files of leads with the same columns.
fn files(set: &ChangeSet, columns: &[usize], changed: &[(&OwnLead<'_>, Vec<Change<'_>>)], sheets: &mut LeadSheets) {
    let of = &set.dialect.leads;
    let id = of.ids[0].as_str();
    let header: Vec<&str> =
        std::iter::once(id).chain(columns.iter().map(|&at| of.columns[at].header.as_str())).collect();
    let about = "the CRM's own leads: status, reason, owner, score";
    let mut update = Sheet::new("leads", Operation::Update, &of.object, &header, about);
    let about = "what the leads had before";
    let mut restore = Sheet::new("restore_leads", Operation::Update, &of.object, &header, about);
    let mut clears: Vec<Option<Sheet>> = columns.iter().map(|_| None).collect();
    let empty = set.dialect.empty.as_deref();
    for (lead, changes) in changed {
        let record = || std::iter::once(Cow::Borrowed(lead.id));
        update.row(record().chain(changes.iter().map(|change| Cow::Borrowed(&*change.is))));
        let before = changes.iter().map(|change| match (&*change.was, empty) {
            ("", Some(empty)) if change.changes() => Cow::Borrowed(empty),
            (was, _) => Cow::Borrowed(was),
        });
        restore.row(record().chain(before));
        let emptied = |change: &Change<'_>| empty.is_none() && change.was.is_empty() && change.changes();
        for (at, _) in changes.iter().enumerate().filter(|(_, change)| emptied(change)) {
            let column = header[at + 1];
            let new = || {
                let name = format!("empty_leads_{}", super::file_word(column));
                Sheet::new(&name, Operation::Clear, &of.object, &[id, column], "what was blank before")
            };
            clears[at].get_or_insert_with(new).row(record().chain([Cow::Borrowed("")]));
        }
    }
    sheets.updates.push(update);
    sheets.restores.push(restore);
    sheets.clears.extend(clears.into_iter().flatten());
}

/// Only what this run decided changes a status: a qualified record is opened again at most, and a closed one only where
/// this run opened the golden lead, which was closed `before`. Of several that are the same lead, open ones are closed.
fn turn(set: &ChangeSet, made: Made<'_>, lead: &OwnLead<'_>, before: &str) -> Turn {
    let at = lead.entity.index();
    let was = made.leads.text(Field::Status, lead.row).unwrap_or("open");
    if lead.duplicate_of.is_some() {
        return if was == "open" && set.tells_duplicates(lead.file) { Turn::Duplicate } else { Turn::Stays };
    }
    let is_closed = |status: &str| matches!(status, "qualified" | "disqualified");
    match (made.emissions.decisions[at].kind, was) {
        (DecisionKind::Qualified, "qualified") => Turn::Stays,
        (DecisionKind::Qualified, _) => Turn::Qualifies,
        (DecisionKind::Disqualified, "open") => Turn::Disqualifies,
        (_, was) if is_closed(was) && is_closed(before) && !is_closed(made.emissions.status.get(at)) => Turn::Opens,
        _ => Turn::Stays,
    }
}

/// What becomes of a cell; none where the export has not the column, or the CRM has an owner whom an import cannot name:
/// the lead keeps what it has.
fn change<'a>(set: &'a ChangeSet, made: Made<'a>, lead: &OwnLead<'a>, turn: Turn, at: usize) -> Option<Change<'a>> {
    let schema_column = set.files[lead.file].columns[at]?;
    let was = made.leads.raw[schema_column].get(lead.row.index());
    let column = &set.dialect.leads.columns[at];
    // An export may show names where the importer wants ids.
    let (was, value) = match column.cell {
        Some(LeadCell::Owner) => {
            let was = made.user(set, lead, was)?;
            let owner = new_owner(made, lead, turn).map_or(Some(Cow::Borrowed("")), |owner| made.owner(set, owner))?;
            (was, owner)
        }
        cell => (Cow::Borrowed(was), cell.map_or(Cow::Borrowed(""), |cell| new_value(set, made, lead, turn, cell))),
    };
    let value = fitted(value, column);
    // What nobody has something new for stays as it stands.
    let is = if value.is_empty() { was.clone() } else { value };
    Some(Change { was, is })
}

/// Whether a record takes part in what its golden lead gets: a closed record whose status stays is left alone, and so is
/// what is only a duplicate.
fn takes_part(made: Made<'_>, lead: &OwnLead<'_>, turn: Turn) -> bool {
    let was_open = made.leads.text(Field::Status, lead.row).is_none_or(|status| status == "open");
    lead.duplicate_of.is_none() && (was_open || turn != Turn::Stays)
}

/// Who is to have a lead, where that is somebody else.
fn new_owner<'a>(made: Made<'a>, lead: &OwnLead<'_>, turn: Turn) -> Option<&'a str> {
    let owner = made.assignments.owner.get(lead.entity.index());
    let same = made.leads.text(Field::AssignedTo, lead.row) == Some(owner);
    (takes_part(made, lead, turn) && !same).then_some(owner)
}

/// The owners whom an import cannot name: those that leads would get, and those that they have.
pub(super) fn unnamed_owners<'a>(set: &ChangeSet, made: Made<'a>, own: &[OwnLead<'a>]) -> Vec<(&'a str, EntityId)> {
    let Some(at) = set.dialect.leads.columns.iter().position(|column| column.cell == Some(LeadCell::Owner)) else {
        return Vec::new();
    };
    let before = Golden::new(&made.entities.facts, own.iter().map(|lead| lead.entity), &[Field::Status]);
    let mut unnamed = Vec::new();
    for lead in own {
        let Some(column) = set.files[lead.file].columns[at] else { continue };
        let turn = turn(set, made, lead, before.text(Field::Status, lead.entity));
        let Some(owner) = new_owner(made, lead, turn).filter(|owner| !owner.is_empty()) else { continue };
        let was = made.leads.raw[column].get(lead.row.index());
        unnamed.extend(made.owner(set, owner).is_none().then_some((owner, lead.entity)));
        unnamed.extend(made.user(set, lead, was).is_none().then_some((was, lead.entity)));
    }
    unnamed
}

/// What a cell is to say; "" where it stays as it is.
fn new_value<'a>(set: &'a ChangeSet, made: Made<'a>, lead: &OwnLead<'a>, turn: Turn, cell: LeadCell) -> Cow<'a, str> {
    let at = lead.entity.index();
    let words = &set.dialect.status;
    let (status, word) = match turn {
        Turn::Stays => ("", ""),
        Turn::Opens => ("open", words.open.as_str()),
        Turn::Qualifies => ("qualified", words.qualified.as_str()),
        Turn::Disqualifies => ("disqualified", words.disqualified.as_str()),
        Turn::Duplicate => ("disqualified", words.duplicate.as_str()),
    };
    let reason = made.emissions.status_reason.get(at);
    match cell {
        LeadCell::Status => Cow::Borrowed(word),
        LeadCell::StatusReason if turn == Turn::Stays => Cow::Borrowed(""),
        LeadCell::StatusReason if turn == Turn::Duplicate => {
            Cow::Borrowed(set.dialect.duplicate_reason.as_deref().unwrap_or_default())
        }
        LeadCell::StatusReason => Cow::Borrowed(set.reason(status, reason)),
        LeadCell::Reason => match (turn, lead.duplicate_of) {
            (Turn::Stays, _) => Cow::Borrowed(""),
            (Turn::Duplicate, Some(other)) => Cow::Owned(own::duplicate_of(other)),
            (Turn::Qualifies, _) if reason.is_empty() => Cow::Borrowed("Qualified"),
            _ => Cow::Borrowed(reason),
        },
        _ if !takes_part(made, lead, turn) => Cow::Borrowed(""),
        LeadCell::Owner => Cow::Borrowed(""),
        LeadCell::Score => {
            made.scores.score.get(at).map_or(Cow::Borrowed(""), |it| Cow::Owned(it.to_f64().to_string()))
        }
        LeadCell::Grade => Cow::Borrowed(made.scores.grade.get(at)),
        LeadCell::Rating => Cow::Borrowed(match made.scores.stars.get(at) {
            Some(4..) => &set.dialect.ratings[0],
            Some(2..) => &set.dialect.ratings[1],
            _ => &set.dialect.ratings[2],
        }),
    }
}

/// What is asked of leads that are made.
const ASKED: &[Field] = &[
    Field::FullName,
    Field::FirstName,
    Field::LastName,
    Field::Company,
    Field::JobTitle,
    Field::Email,
    Field::Phone,
    Field::MobilePhone,
    Field::Country,
    Field::Source,
    Field::ProductInterest,
    Field::OptOut,
    Field::DoNotEmail,
    Field::DoNotCall,
];

/// Open leads that the CRM has not.
#[derive(Default)]
pub(super) struct NewLeads<'a> {
    /// With the ids that they have there from then on.
    pub(super) leads: Vec<(EntityId, &'a str)>,
    /// How many others have a contact there, where a lead is one.
    pub(super) has_contact: usize,
}

/// The open leads that the CRM has not, where the pipeline wants them. One whose id is there already is none of them,
/// whatever its record says by now; nor is one whose person is there, where a person has one record.
pub(super) fn new<'a>(set: &ChangeSet, made: Made<'a>, own: &[OwnLead<'_>], addresses: &Addresses<'_>) -> NewLeads<'a> {
    if !set.creates_leads {
        return NewLeads::default();
    }
    let had: BTreeSet<u32> = own.iter().map(|lead| lead.entity.0).collect();
    let keys = own::known_keys(set, made);
    let issued = made.emissions.issued.iter().filter(|it| it.kind == RecordKind::Lead);
    let leads = issued.flat_map(|it| it.leads.iter().map(|lead| (*lead, it.id.as_str())));
    let is_new = |(lead, key): &(EntityId, &str)| !had.contains(&lead.0) && !keys.contains(key);
    let mut new: Vec<(EntityId, &str)> = leads.filter(is_new).collect();
    new.sort_unstable();
    let all = new.len();
    if set.dialect.one_contact_per_address {
        let of = new.iter().map(|(lead, _)| *lead);
        let golden = Golden::new(&made.entities.facts, of, &[Field::Email, Field::FullName]);
        let text = |field, lead: EntityId| golden.text(field, lead);
        new.retain(|&(lead, _)| !addresses.has_person(text(Field::Email, lead), text(Field::FullName, lead)));
    }
    NewLeads { has_contact: all - new.len(), leads: new }
}

/// The file that makes them.
pub(super) fn new_leads<'a>(
    set: &ChangeSet,
    made: Made<'a>,
    new: &[(EntityId, &'a str)],
    addresses: &mut Addresses<'a>,
) -> Vec<Sheet> {
    if new.is_empty() {
        return Vec::new();
    }
    let of = &set.dialect.leads;
    let mut sheet =
        Sheet::new("new_leads", Operation::Upsert, &of.object, &headers(&of.new), "open leads that the CRM has not");
    let golden = Golden::new(&made.entities.facts, new.iter().map(|(lead, _)| *lead), ASKED);
    for &(lead, key) in new {
        let text = |field| golden.text(field, lead);
        let name = || (text(Field::FullName), [text(Field::FirstName), text(Field::LastName)]);
        let first_of =
            |fields: &[Field]| fields.iter().map(|&field| text(field)).find(|it| !it.is_empty()).unwrap_or_default();
        let truth = |field| {
            let flag = golden.flag(Field::OptOut, lead).max(golden.flag(field, lead));
            Cow::Borrowed(flag.map_or("", |flag| set.truth(flag)))
        };
        let address = addresses.claim(Cow::Borrowed(text(Field::Email)), key, lead);
        sheet.record(&of.new, lead, |cell| match cell {
            NewLeadCell::ExternalId => Cow::Borrowed(key),
            NewLeadCell::Topic => {
                Cow::Borrowed(first_of(&[Field::ProductInterest, Field::Company, Field::FullName, Field::Email]))
            }
            NewLeadCell::FirstName => first_name(name()),
            NewLeadCell::LastName if text(Field::FullName).is_empty() => {
                Cow::Borrowed(first_of(&[Field::Company, Field::Email]))
            }
            NewLeadCell::LastName => last_name(name()),
            NewLeadCell::Company => Cow::Borrowed(first_of(&[Field::Company, Field::FullName, Field::Email])),
            NewLeadCell::JobTitle => Cow::Borrowed(text(Field::JobTitle)),
            NewLeadCell::Email => address.clone(),
            NewLeadCell::Phone => Cow::Borrowed(text(Field::Phone)),
            NewLeadCell::MobilePhone => Cow::Borrowed(text(Field::MobilePhone)),
            NewLeadCell::Country => Cow::Borrowed(text(Field::Country)),
            NewLeadCell::Source => Cow::Borrowed(text(Field::Source)),
            NewLeadCell::Status => Cow::Borrowed(&set.dialect.status.open),
            NewLeadCell::NoEmail => truth(Field::DoNotEmail),
            NewLeadCell::NoCall => truth(Field::DoNotCall),
            NewLeadCell::Owner => made.owner(set, made.assignments.owner.get(lead.index())).unwrap_or_default(),
        });
    }
    sheet.apart(header_of(&of.new, NewLeadCell::Owner))
}
