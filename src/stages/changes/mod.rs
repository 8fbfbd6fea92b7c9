//! Change sets: the import files that bring a run's result into a CRM, and the inverse ones that take it back.
//!
//! A set adds: it makes records under our ids, ties them to the CRM's own, and changes of these only the leads that the run
//! decided about, and whom no contact is wanted with. A record of the CRM that something new refers to gets an external id
//! where it has none; nothing else of it is touched. Every file can be loaded twice, for every row is found by a key. The undo
//! deletes what this set made, and puts back what the CRM's exports said.

mod addresses;
mod golden;
mod guide;
mod keys;
mod leads;
mod names;
mod notes;
mod own;
mod people;
mod records;
mod sheet;
mod wishes;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::config::plan::ChangeSet;
use crate::config::preset::dialect::OwnersBy;
use crate::model::assignments::Assignments;
use crate::model::consent::Consent;
use crate::model::crm::Crm;
use crate::model::emissions::{Action, Emissions};
use crate::model::entities::{Entities, EntityId};
use crate::model::field::Field;
use crate::model::issued::{HeldIds, IssuedRecord};
use crate::model::leads::Leads;
use crate::model::rows::FindingCode;
use crate::model::scorecards::Scorecards;
use crate::model::table::TextFile;

pub use own::{closed_duplicates, contact_keys, made_leads};

use addresses::Addresses;
use guide::Told;
use keys::Keys;
use leads::{LeadSheets, NewLeads};
use own::OwnLead;
use records::{Maker, Records};
use sheet::{Misfit, Operation, Sheet};
use wishes::Wishing;

/// Whether two names at one e-mail address, which comes first, are of one person.
pub type SamePerson = fn(&str, &str, &str) -> bool;

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
    /// Who wants no contact.
    pub consent: &'a Consent,
    /// The ids that earlier runs gave.
    pub held: HeldIds<'a>,
    /// Who is the same person.
    pub same_person: SamePerson,
    /// The run's day.
    pub as_of: Date,
}

/// What comes of all sets.
#[derive(Debug, Default)]
pub struct Changes {
    /// The files, in folders under the output folder.
    pub files: Vec<TextFile>,
    /// What the CRMs cannot take, once for each owner and value.
    pub findings: Vec<(EntityId, FindingCode, String)>,
    /// The notes of the sets.
    pub notes: Vec<IssuedRecord>,
}

impl<'a> Made<'a> {
    /// An owner as the CRM's import names its users; none where it cannot.
    fn owner<'s>(self, set: &'s ChangeSet, owner: &'a str) -> Option<Cow<'s, str>>
    where
        'a: 's,
    {
        if let Some(user) = set.owners.get(owner) {
            return Some(Cow::Borrowed(user));
        }
        let owners = self.crm.owners.as_deref().unwrap_or_default();
        let known = owners.iter().find(|known| known.name == owner);
        let id = known.map(|known| known.id.as_str()).filter(|id| !id.is_empty());
        let email = known.map(|known| known.email.as_str()).filter(|email| !email.is_empty());
        let dialect = &set.dialect;
        let user = match dialect.owners {
            _ if owner.is_empty() => Some(""),
            OwnersBy::Email => email.or(Some(owner)),
            OwnersBy::Id => {
                id.filter(|id| dialect.is_owner_id(id)).or(Some(owner).filter(|it| dialect.is_owner_id(it)))
            }
            // An import looks owners up by one column.
            OwnersBy::Name if owners.iter().any(|owner| !owner.id.is_empty()) => id,
            OwnersBy::Name => Some(owner),
        };
        user.map(Cow::Borrowed)
    }

    /// The owner that a lead has in the CRM, likewise: as the export shows it, unless that is a name in the place of an id.
    fn user<'s>(self, set: &'s ChangeSet, lead: &OwnLead<'a>, shown: &'a str) -> Option<Cow<'s, str>>
    where
        'a: 's,
    {
        let dialect = &set.dialect;
        if dialect.owners == OwnersBy::Id && dialect.is_owner_id(shown) {
            return Some(Cow::Borrowed(shown));
        }
        let owner = self.leads.text(Field::AssignedTo, lead.row).unwrap_or(shown);
        let by_id = || self.crm.owners.iter().flatten().any(|known| known.name == owner && known.id == shown);
        match dialect.owners {
            OwnersBy::Email if shown.contains('@') => Some(Cow::Borrowed(shown)),
            // What the CRM shows it also takes.
            OwnersBy::Name if by_id() || set.owners.contains_key(owner) => Some(Cow::Borrowed(shown)),
            OwnersBy::Id | OwnersBy::Name | OwnersBy::Email => self.owner(set, owner),
        }
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

/// The files of every set, and what is to be told of them.
pub fn changes(sets: &[ChangeSet], made: Made<'_>) -> Changes {
    let mut all = Changes::default();
    for set in sets {
        let Changes { files, findings, notes } = files(set, made);
        all.files.extend(files);
        all.findings.extend(findings);
        all.notes.extend(notes);
    }
    all
}

/// The files of a set: those to load, the undo, and what they are.
fn files(set: &ChangeSet, made: Made<'_>) -> Changes {
    let own = own::own_leads(set, made);
    let mut keys = Keys::new(made, people::adopted(set, made, &own));
    let mut lead_ids: Vec<(u32, &str)> =
        own.iter().filter(|lead| lead.duplicate_of.is_none()).map(|lead| (lead.entity.0, lead.id)).collect();
    lead_ids.sort_unstable();
    let mut addresses = Addresses::new(set, made, &own);
    let NewLeads { leads: new, has_contact } = leads::new(set, made, &own, &addresses);
    let maker = Maker { set, made, keys: &mut keys, addresses: &mut addresses, lead_ids: &lead_ids };
    let Records { sheets: records, ties, notes } = maker.records();
    let new_leads = leads::new_leads(set, made, &new, &mut addresses);
    let new: Vec<EntityId> = new.into_iter().map(|(lead, _)| lead).collect();
    let wishes = Wishing { set, made, own: &own, new_leads: &new, keys: &keys }.sheets();
    let LeadSheets { updates, restores, clears, counts } = leads::updates(set, made, &own);
    let (given, taken) = key_sheets(set, &keys);
    let mut findings = findings(set, made, (&own, &new), records.iter().chain(&new_leads));
    let addresses_left = addresses.left_out.len();
    let shared = addresses.left_out.into_iter();
    findings.extend(shared.map(|(lead, told)| (lead, FindingCode::SharedAddress, told)));

    let deletes = |sheets: &[Sheet]| -> Vec<Sheet> { sheets.iter().rev().filter_map(delete).collect() };
    let mut undo = restores;
    undo.extend(clears);
    undo.extend(deletes(&new_leads));
    undo.extend(ties);
    undo.extend(notes.new.as_ref().and_then(delete));
    undo.extend(deletes(&records));
    undo.extend(taken);
    undo.extend(wishes.undo);
    let mut load = given;
    load.extend(records);
    load.extend(notes.sheet);
    load.extend(wishes.load);
    load.extend(new_leads);
    load.extend(updates);
    let told = Told {
        set,
        made,
        counts,
        notes_left: notes.left,
        notes_had: notes.had,
        wishes_for_good: wishes.for_good,
        addresses_left,
        leads_with_contact: has_contact,
        load: numbered(load),
        undo: numbered(undo),
    };
    Changes { files: guide::files(&told), findings, notes: notes.issued }
}

/// Owners whom the CRM's import cannot name, and values that its fields have no room for.
fn findings<'s>(
    set: &ChangeSet,
    made: Made<'_>,
    (own, new): (&[OwnLead<'_>], &[EntityId]),
    sheets: impl Iterator<Item = &'s Sheet>,
) -> Vec<(EntityId, FindingCode, String)> {
    let Emissions { accounts, contacts, opportunities, .. } = made.emissions;
    let is_new = |action: Action| action == Action::Create;
    let of_accounts = accounts.iter().filter(|it| is_new(it.action)).map(|it| (it.owner.as_str(), it.origin));
    let of_contacts = contacts.iter().filter(|it| is_new(it.action)).map(|it| (it.owner.as_str(), it.origin));
    let of_others = opportunities.iter().filter(|it| is_new(it.action)).map(|it| (it.owner.as_str(), it.origin));
    let of_leads = new.iter().map(|lead| (made.assignments.owner.get(lead.index()), *lead));
    let given = of_accounts.chain(of_contacts).chain(of_others).chain(of_leads);
    let given = given.filter(|(owner, _)| made.owner(set, owner).is_none());
    let mut unnamed: BTreeMap<&str, EntityId> = BTreeMap::new();
    for (owner, lead) in given.chain(leads::unnamed_owners(set, made, own)) {
        let first = unnamed.entry(owner).or_insert(lead);
        *first = lead.min(*first);
    }
    let title = &set.dialect.title;
    let mut findings: Vec<(EntityId, FindingCode, String)> = Vec::new();
    for (owner, lead) in unnamed {
        let told = format!(
            "{owner}: {title} takes owners by their ids, and the owners file has none of this one (owner_id); the change \
             set leaves these owners out"
        );
        findings.push((lead, FindingCode::OwnerWithoutId, told));
    }
    let misfits: BTreeSet<&Misfit> = sheets.flat_map(|sheet| &sheet.misfits).collect();
    findings.extend(misfits.into_iter().map(|it| (it.lead, FindingCode::CutValue, format!("{title}: {}", it.told))));
    findings
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
