//! Change sets: the import files that bring a run's result into a CRM, and the inverse ones that take it back.
//!
//! A set adds: it makes records under our ids, ties them to the CRM's own, and changes of these only the leads that the run
//! decided about. A record of the CRM that something new refers to gets an external id where it has none; nothing else of
//! it is touched. Every file can be loaded twice, for every row is found by a key. The undo deletes what was made and puts
//! back what the CRM's exports said; wishes for no contact stay.

mod golden;
mod guide;
mod keys;
mod leads;
mod names;
mod own;
mod people;
mod records;
mod sheet;

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::plan::ChangeSet;
use crate::config::preset::dialect::OwnersBy;
use crate::model::assignments::Assignments;
use crate::model::crm::Crm;
use crate::model::emissions::Emissions;
use crate::model::entities::Entities;
use crate::model::leads::Leads;
use crate::model::scorecards::Scorecards;
use crate::model::table::TextFile;

use guide::Told;
use keys::Keys;
use leads::LeadSheets;
use records::{Maker, Records};
use sheet::{Operation, Sheet};

/// What a run made, and what the CRM had.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The rows.
    pub leads: &'a Leads,
    /// Golden leads.
    pub entities: &'a Entities,
    /// Decisions and records.
    pub emissions: &'a Emissions,
    /// Owners.
    pub assignments: &'a Assignments,
    /// Scores.
    pub scores: &'a Scorecards,
    /// What the CRM had.
    pub crm: &'a Crm,
    /// The run's day.
    pub as_of: Date,
}

impl<'a> Made<'a> {
    /// An owner as the CRM names its users.
    fn owner<'s>(self, set: &'s ChangeSet, owner: &'a str) -> Cow<'s, str>
    where
        'a: 's,
    {
        if let Some(user) = set.owners.get(owner) {
            return Cow::Borrowed(user);
        }
        let known = self.crm.owners.iter().flatten().find(|known| known.name == owner);
        let email = known.map(|known| known.email.as_str()).filter(|email| !email.is_empty());
        Cow::Borrowed(match set.dialect.owners {
            OwnersBy::Email => email.unwrap_or(owner),
            OwnersBy::Name => owner,
        })
    }
}

impl ChangeSet {
    /// A flag against contact in the CRM's words.
    fn truth(&self, flag: bool) -> &str {
        &self.dialect.truths[usize::from(!flag)]
    }

    /// The CRM's word for a reason of a status: as the pipeline says, else the same word, else the last in its list.
    fn reason<'s>(&'s self, status: &str, reason: &'s str) -> &'s str {
        let words = self.dialect.reasons.get(status).map_or(&[][..], Vec::as_slice);
        let same = words.iter().find(|word| word.eq_ignore_ascii_case(reason));
        self.reasons.get(reason).or(same).or(words.last()).map_or("", String::as_str)
    }
}

/// The files of every set, in folders under the output folder.
pub fn changes(sets: &[ChangeSet], made: Made<'_>) -> Vec<TextFile> {
    sets.iter().flat_map(|set| files(set, made)).collect()
}

/// The files of a set: those to load, the undo, and what they are.
fn files(set: &ChangeSet, made: Made<'_>) -> Vec<TextFile> {
    let own = own::own_leads(set, made);
    let mut keys = Keys::new(made, people::adopted(set, made, &own));
    let mut lead_ids: Vec<(u32, &str)> =
        own.iter().filter(|lead| lead.duplicate_of.is_none()).map(|lead| (lead.entity.0, lead.id)).collect();
    lead_ids.sort_unstable();
    let Records { sheets: records, ties, notes_left } =
        Maker { set, made, keys: &mut keys, lead_ids: &lead_ids }.records();
    let wishes = people::wishes(set, made, &own, &keys);
    let new_leads = leads::new_leads(set, made, &own);
    let LeadSheets { updates, restores, clears, counts } = leads::updates(set, made, &own);
    let (given, taken) = key_sheets(set, &keys);

    let deletes = |sheets: &[Sheet]| -> Vec<Sheet> { sheets.iter().rev().filter_map(delete).collect() };
    let mut undo = restores;
    undo.extend(clears);
    undo.extend(new_leads.as_ref().and_then(delete));
    undo.extend(ties);
    undo.extend(deletes(&records));
    undo.extend(taken);
    let mut load = given;
    load.extend(records);
    load.extend(wishes);
    load.extend(new_leads);
    load.extend(updates);
    let told = Told { set, made, counts, notes_left, load: numbered(load), undo: numbered(undo) };
    guide::files(&told)
}

/// A file with its number.
struct Numbered {
    /// Its name without an ending.
    stem: String,
    sheet: Sheet,
}

/// Files with something in them, numbered in the order in which they are loaded.
fn numbered(sheets: Vec<Sheet>) -> Vec<Numbered> {
    let filled = sheets.into_iter().filter(|sheet| sheet.rows() > 0);
    (1..).zip(filled).map(|(number, sheet)| Numbered { stem: format!("{number:02}_{}", sheet.name), sheet }).collect()
}

/// The external ids that records of the CRM get, and those files' inverse.
fn key_sheets(set: &ChangeSet, keys: &Keys<'_>) -> (Vec<Sheet>, Vec<Sheet>) {
    let dialect = &set.dialect;
    let key = dialect.external_id.as_str();
    let kinds: [(&str, &str, &str, &BTreeMap<&str, String>); 3] = [
        ("accounts", &dialect.accounts.object, &dialect.accounts.ids[0], &keys.accounts),
        ("contacts", &dialect.contacts.object, &dialect.contacts.ids[0], &keys.contacts),
        ("opportunities", &dialect.opportunities.object, &dialect.opportunities.ids[0], &keys.opportunities),
    ];
    let (mut given, mut taken) = (Vec::new(), Vec::new());
    for (kind, object, id, records) in kinds {
        let name = format!("keys_of_{kind}");
        let about = "external ids of records that the new ones refer to";
        let mut give = Sheet::new(&name, Operation::Update, object, &[id, key], about);
        let (operation, empty) = match dialect.empty.as_deref() {
            Some(empty) => (Operation::Update, empty),
            None => (Operation::Clear, ""),
        };
        let about = "external ids that those records had not";
        let mut take = Sheet::new(&format!("empty_{name}"), operation, object, &[id, key], about);
        for (record, key) in records {
            give.row([Cow::Borrowed(*record), Cow::Borrowed(key.as_str())].into_iter());
            take.row([Cow::Borrowed(*record), Cow::Borrowed(empty)].into_iter());
        }
        given.push(give);
        taken.insert(0, take);
    }
    (given, taken)
}

/// The file that deletes what another one makes; ties go with the records.
fn delete(made: &Sheet) -> Option<Sheet> {
    if made.operation != Operation::Upsert {
        return None;
    }
    let name = format!("delete_{}", made.name);
    let mut sheet = Sheet::new(&name, Operation::Delete, &made.object, &made.key, "what was made");
    made.keys().for_each(|key| sheet.row(std::iter::once(Cow::Owned(key))));
    Some(sheet)
}

/// A column's name as a part of a file's: letters and digits, `_` between.
fn file_word(column: &str) -> String {
    let words = column.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}
