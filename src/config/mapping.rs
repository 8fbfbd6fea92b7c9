//! Which input column fills which field. The user's own `fields` come first, then headers that are a field's own name,
//! then the preset, then plain words in several languages; a lead's remaining columns are custom. What columns say in codes
//! and flags goes to their fields besides.

mod report;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::plan::{Code, CodedField, ColumnMapping};
use crate::config::preset::{Candidates, CrmKind, Preset, PresetCode, header_form, is_wanted, match_form};
use crate::model::field::{AddressFields, Field, LeadSchema};
use crate::model::names::nearest;

pub use report::{FileMapping, Filled, PresetFrom};

/// Why a column fills a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The user's `fields` say so.
    Given,
    /// Its header is the field's own name.
    OwnName,
    /// The preset knows its header.
    Preset,
    /// Its header is a plain word for it, in one of several languages.
    PlainWord,
    /// No column fills it: some say it in codes that the preset knows.
    Code,
    /// No column: the user's `values` give a constant.
    Values,
    /// Its header says nothing, but most of its cells are such values.
    Looks,
}

impl Why {
    /// As shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::OwnName => "own name",
            Self::Preset => "preset",
            Self::PlainWord => "plain word",
            Self::Code => "codes",
            Self::Values => "values",
            Self::Looks => "its cells",
        }
    }
}

/// Whether a file's header is a column of this name.
pub(super) fn header_is(header: &str, name: &str) -> bool {
    header_form(header) == match_form(name)
}

/// How the columns of a lead export are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadMapping {
    /// Fields in catalogue order and the header positions that fill them; several are joined.
    pub fields: Vec<(Field, Vec<usize>)>,
    /// Why, field by field.
    pub whys: Vec<Why>,
    /// All other columns in header order, under names that no standard or computed column has; several are joined.
    pub custom: Vec<(String, Vec<usize>)>,
    /// Fields that columns say in codes, in catalogue order.
    pub codes: Vec<CodedField>,
    /// What is wrong with the user's `fields`.
    pub problems: Vec<MappingProblem>,
}

/// How the columns of a CRM file are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrmMapping {
    /// Targets are positions in [`CrmKind::fields`].
    pub columns: Vec<ColumnMapping>,
    /// Why, column by column.
    pub whys: Vec<Why>,
    /// Fields that columns say in codes.
    pub codes: Vec<CodedField>,
    /// Groups of [`CrmKind::required`] of which the file has no field.
    pub missing: Vec<&'static [&'static str]>,
    /// What is wrong with the user's `fields`.
    pub problems: Vec<MappingProblem>,
}

/// A fault in an entry `fields = { ours = "theirs" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingProblem {
    /// Ours is not a field.
    UnknownField {
        /// As written.
        ours: String,
        /// The field that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Theirs is not in the header.
    UnknownHeader {
        /// The field.
        ours: String,
        /// As written.
        theirs: String,
        /// The header that was probably meant.
        nearest: Option<String>,
    },
}

/// Columns of the `leads` table that are computed: a custom column may not bear their names.
pub const COMPUTED: &[&str] =
    &["lead_id", "members", "score", "score_percent", "auto_stars", "stars", "grade", "stage", "last_activity_at"];

/// Maps a lead export's header. `fields` are pairs (ours, theirs); the same field twice joins its columns.
pub fn map_leads(header: &[String], preset: Option<&Preset>, fields: &[(String, String)]) -> LeadMapping {
    let names: Vec<&'static str> = Field::ALL.iter().map(|field| field.name()).collect();
    let layers = layers(preset, None);
    let mut matching = Matching::new(header, &names);
    matching.apply(fields, &layers);
    if !fields.iter().any(|(ours, _)| ours.ends_with("_name")) {
        matching.settle_bare_names();
    }
    matching.settle_mailing_address();
    let codes = matching.codes(&layers);
    LeadMapping { codes, ..matching.of_leads() }
}

/// Maps a lead export's header by `fields` alone: whatever a header says, its column is custom.
pub fn map_given(header: &[String], fields: &[(String, String)]) -> LeadMapping {
    let names: Vec<&'static str> = Field::ALL.iter().map(|field| field.name()).collect();
    let mut matching = Matching::new(header, &names);
    fields.iter().for_each(|(ours, theirs)| matching.give(ours, theirs));
    matching.of_leads()
}

/// Maps a CRM file's header.
pub fn map_crm(header: &[String], kind: CrmKind, preset: Option<&Preset>, fields: &[(String, String)]) -> CrmMapping {
    let names = kind.fields();
    let layers = layers(preset, Some(kind));
    let mut matching = Matching::new(header, names);
    matching.apply(fields, &layers);
    let found =
        |field: &&str| names.iter().position(|name| name == field).is_some_and(|i| !matching.columns[i].is_empty());
    let missing = kind.required().iter().copied().filter(|group| !group.iter().any(found)).collect();
    let (whys, codes) = (matching.whys(), matching.codes(&layers));
    let columns = matching
        .columns
        .into_iter()
        .enumerate()
        .filter(|(_, from)| !from.is_empty())
        .map(|(target, from)| ColumnMapping { target, from })
        .collect();
    CrmMapping { columns, whys, codes, missing, problems: matching.problems }
}

impl LeadMapping {
    /// As positions in the schema; custom columns that the schema lacks are left out.
    pub fn columns(&self, schema: &LeadSchema) -> Vec<ColumnMapping> {
        let standard = self
            .fields
            .iter()
            .map(|(field, from)| ColumnMapping { target: schema.index_of(*field), from: from.clone() });
        let targets: BTreeMap<&str, usize> =
            schema.columns().iter().enumerate().map(|(at, column)| (column.name.as_str(), at)).collect();
        let custom = self.custom.iter().filter_map(|(name, from)| {
            let target = *targets.get(name.as_str())?;
            Some(ColumnMapping { target, from: from.clone() })
        });
        standard.chain(custom).collect()
    }
}

/// What a preset knows of the headers of a kind of file.
struct Layer<'p> {
    candidates: &'p Candidates,
    codes: &'p [PresetCode],
    why: Why,
}

/// The preset, then plain words.
fn layers<'p>(preset: Option<&'p Preset>, kind: Option<CrmKind>) -> Vec<Layer<'p>> {
    let all = preset.map(|preset| (preset, Why::Preset)).into_iter().chain([(Preset::plain_words(), Why::PlainWord)]);
    let layer =
        |(preset, why): (&'p Preset, Why)| Layer { candidates: preset.section(kind), codes: preset.codes(kind), why };
    all.map(layer).collect()
}

/// A matching of header columns to fields in the making.
struct Matching<'a> {
    header: &'a [String],
    forms: Vec<String>,
    names: &'a [&'static str],
    columns: Vec<Vec<usize>>,
    /// By field; of one that has no column it means nothing.
    why: Vec<Why>,
    taken: Vec<bool>,
    problems: Vec<MappingProblem>,
}

impl<'a> Matching<'a> {
    fn new(header: &'a [String], names: &'a [&'static str]) -> Self {
        Self {
            header,
            forms: header.iter().map(|name| header_form(name)).collect(),
            names,
            columns: vec![Vec::new(); names.len()],
            why: vec![Why::Given; names.len()],
            taken: vec![false; header.len()],
            problems: Vec::new(),
        }
    }

    /// The reasons of the fields that have columns.
    fn whys(&self) -> Vec<Why> {
        self.columns.iter().zip(&self.why).filter(|(from, _)| !from.is_empty()).map(|(_, why)| *why).collect()
    }

    fn of_leads(self) -> LeadMapping {
        let custom = custom_columns(self.header, &self.taken);
        let whys = self.whys();
        let fields = Field::ALL.iter().copied().zip(self.columns).filter(|(_, from)| !from.is_empty()).collect();
        LeadMapping { fields, whys, custom, codes: Vec::new(), problems: self.problems }
    }

    fn apply(&mut self, fields: &[(String, String)], layers: &[Layer<'_>]) {
        for (ours, theirs) in fields {
            self.give(ours, theirs);
        }
        for (field, name) in self.names.iter().enumerate() {
            self.claim(field, &[match_form(name)], Why::OwnName);
        }
        for layer in layers {
            for (field, candidates) in layer.candidates.iter().enumerate() {
                for group in candidates {
                    self.claim(field, group, layer.why);
                }
            }
        }
    }

    /// What columns say in codes. Where the user says which columns fill a field, no other ones say it.
    fn codes(&self, layers: &[Layer<'_>]) -> Vec<CodedField> {
        let of = |target: usize| {
            let own = &self.columns[target];
            let is_given = !own.is_empty() && self.why[target] == Why::Given;
            let counts = |code: &Code| !is_given || code.when.iter().all(|(column, _)| own.contains(column));
            let known = layers.iter().flat_map(|layer| layer.codes).filter(|code| code.field == target);
            let codes: Vec<Code> = known.filter_map(|code| code.in_header(&self.forms)).filter(counts).collect();
            (!codes.is_empty()).then_some(CodedField { target, codes })
        };
        (0..self.names.len()).filter_map(of).collect()
    }

    /// What the user wrote.
    fn give(&mut self, ours: &str, theirs: &str) {
        let Some(field) = self.names.iter().position(|&name| name == ours) else {
            let nearest = nearest(ours, self.names.iter().copied());
            self.problems.push(MappingProblem::UnknownField { ours: ours.to_owned(), nearest });
            return;
        };
        let exact = self.header.iter().position(|name| name == theirs);
        let Some(column) = exact.or_else(|| self.forms.iter().position(|form| *form == header_form(theirs))) else {
            let nearest = nearest(theirs, self.header.iter().map(String::as_str)).map(str::to_owned);
            let (ours, theirs) = (ours.to_owned(), theirs.to_owned());
            self.problems.push(MappingProblem::UnknownHeader { ours, theirs, nearest });
            return;
        };
        self.columns[field].push(column);
        self.taken[column] = true;
    }

    /// Gives a field that has no column yet the free columns of these forms. A column under the field's own name may be
    /// one of the group: "Phone" beside "Other Phone".
    fn claim(&mut self, field: usize, group: &[String], why: Why) {
        match self.columns[field][..] {
            [] => self.why[field] = why,
            [own] if self.why[field] == Why::OwnName && group.contains(&self.forms[own]) => {}
            _ => return,
        }
        for wanted in group {
            let free = (0..self.forms.len()).filter(|&i| !self.taken[i] && is_wanted(&self.forms[i], wanted));
            let most = if wanted.ends_with('*') { usize::MAX } else { 1 };
            for column in free.take(most).collect::<Vec<usize>>() {
                self.columns[field].push(column);
                self.taken[column] = true;
            }
        }
    }

    /// A header that says only "name" is the whole name, except beside its other half: "Vorname, Name" and
    /// "prénom, nom" are first and last name, a lone "Nombre" is the whole name.
    fn settle_bare_names(&mut self) {
        const BARE: &[&str] = &["name", "nom", "nombre", "nome", "име", "имена"];
        let [full, first, last] = [Field::FullName, Field::FirstName, Field::LastName].map(|field| field as usize);
        let bare = |matching: &Self, field: usize| match matching.columns[field][..] {
            [column] => BARE.contains(&matching.forms[column].as_str()),
            _ => false,
        };
        let empty = [full, first, last].map(|field| self.columns[field].is_empty());
        let (one, other) = match empty {
            [false, false, true] if bare(self, full) => (full, last),
            [true, false, true] if bare(self, first) => (full, first),
            [true, true, false] if bare(self, last) => (full, last),
            _ => return,
        };
        self.columns.swap(one, other);
        self.why.swap(one, other);
    }

    /// "Mailing Address" says which address is for mailings where there are several; else it is one.
    fn settle_mailing_address(&mut self) {
        let [mailing, street] = [Field::MailingAddress, Field::Street].map(|field| field as usize);
        let [column] = self.columns[mailing][..] else { return };
        let written = self.header[column] == Field::MailingAddress.name();
        let mut others = AddressFields::ALL[1..].iter().flat_map(|address| address.places());
        if written || self.why[mailing] != Why::OwnName || others.any(|field| !self.columns[field as usize].is_empty())
        {
            return;
        }
        self.columns[mailing].clear();
        if self.columns[street].is_empty() {
            self.columns[street].push(column);
            self.why[street] = Why::PlainWord;
        } else {
            self.taken[column] = false;
        }
    }
}

/// The columns that fill no field. A name that a standard or computed column has gets " (source)" appended.
fn custom_columns(header: &[String], taken: &[bool]) -> Vec<(String, Vec<usize>)> {
    let reserved: Vec<String> =
        Field::ALL.iter().map(|field| field.name()).chain(COMPUTED.iter().copied()).map(match_form).collect();
    let written: BTreeSet<&str> = header.iter().map(String::as_str).collect();
    let (mut names, mut given): (Vec<(String, Vec<usize>)>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for (column, name) in header.iter().enumerate().filter(|(column, _)| !taken[*column]) {
        let mut name = name.clone();
        let is_used = |name: &str| {
            reserved.contains(&match_form(name))
                || given.contains(name)
                || (name != header[column] && written.contains(name))
        };
        while is_used(&name) {
            name.push_str(" (source)");
        }
        given.insert(name.clone());
        names.push((name, vec![column]));
    }
    names
}

#[cfg(test)]
mod tests;
