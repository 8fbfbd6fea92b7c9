//! How the columns of files are used, for a person to check.

use super::{CrmMapping, LeadMapping, Why};
use crate::config::plan::{CodedField, InputFile};
use crate::config::preset::CrmKind;
use crate::model::field::Field;

/// How the columns of an input's files are used; files whose columns are used alike stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMapping {
    /// The source's name; of CRM inputs their kind.
    pub input: String,
    /// Whether they are the CRM's.
    pub crm: bool,
    /// The files, as shown.
    pub files: Vec<String>,
    /// The preset, and how it was come by.
    pub preset: Option<(&'static str, PresetFrom)>,
    /// Our fields that are filled.
    pub fields: Vec<Filled>,
    /// Columns that fill none: their names here and in the file. A CRM's are not read.
    pub others: Vec<(String, Vec<String>)>,
}

/// How a preset was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetFrom {
    /// The pipeline file names it.
    Named,
    /// The header clearly fits it and no other.
    Header,
    /// The files are mails.
    Mail,
}

/// A field and what fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The field's name.
    pub field: String,
    /// The file's columns; of a constant its value.
    pub from: Vec<String>,
    /// Why.
    pub why: Why,
}

impl FileMapping {
    /// Of a lead source's file; `values` are constants by name.
    pub fn of_leads(
        input: &str,
        file: &InputFile,
        preset: Option<(&'static str, PresetFrom)>,
        mapping: &LeadMapping,
        values: &[(String, String)],
    ) -> Self {
        let fields = mapping.fields.iter().zip(&mapping.whys);
        let fields = fields.map(|((field, from), why)| filled(field.name(), file, from, *why));
        let names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
        let fields = with_codes(fields.collect(), &names, &mapping.codes, file);
        let constants = values.iter().map(|(field, value)| Filled {
            field: field.clone(),
            from: vec![value.clone()],
            why: Why::Values,
        });
        let others = mapping.custom.iter().map(|(name, from)| (name.clone(), headers(file, from)));
        Self {
            input: input.to_owned(),
            crm: false,
            files: vec![file.shown.clone()],
            preset,
            fields: fields.into_iter().chain(constants).collect(),
            others: others.collect(),
        }
    }

    /// Of a CRM file.
    pub fn of_crm(
        kind: CrmKind,
        file: &InputFile,
        preset: Option<(&'static str, PresetFrom)>,
        mapping: &CrmMapping,
    ) -> Self {
        let fields = mapping.columns.iter().zip(&mapping.whys);
        let fields = fields.map(|(column, why)| filled(kind.fields()[column.target], file, &column.from, *why));
        let fields = with_codes(fields.collect(), kind.fields(), &mapping.codes, file);
        let coded: Vec<usize> = mapping.codes.iter().flat_map(CodedField::columns).collect();
        let is_read = |at: &usize| mapping.columns.iter().any(|column| column.from.contains(at)) || coded.contains(at);
        let unread = (0..file.header.len()).filter(|at| !is_read(at));
        Self {
            input: kind.name().to_owned(),
            crm: true,
            files: vec![file.shown.clone()],
            preset,
            fields,
            others: unread.map(|at| (file.header[at].clone(), vec![file.header[at].clone()])).collect(),
        }
    }

    /// Of a source whose rows are history items, too: only what makes the items.
    pub fn of_history(
        source: &str,
        file: &InputFile,
        preset: Option<(&'static str, PresetFrom)>,
        mapping: &CrmMapping,
    ) -> Self {
        let items = Self::of_crm(CrmKind::Activities, file, preset, mapping);
        Self { input: format!("{source} (history)"), crm: false, others: Vec::new(), ..items }
    }

    /// Adds it to those of the same input, or to the files of one that is alike.
    pub fn add_to(mut self, all: &mut Vec<Self>) {
        let alike = |other: &&mut Self| {
            (&other.input, other.crm, other.preset) == (&self.input, self.crm, self.preset)
                && other.fields == self.fields
                && other.others == self.others
        };
        match all.iter_mut().find(alike) {
            Some(other) => other.files.append(&mut self.files),
            None => all.push(self),
        }
    }

    /// The first file, and how many there are.
    pub fn files_shown(&self) -> String {
        match self.files.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [one, more @ ..] => format!("{one} and {} more", more.len()),
        }
    }

    /// What to say of a preset that nobody asked for.
    pub fn found(&self) -> Option<String> {
        let (name, PresetFrom::Header) = self.preset? else { return None };
        let files = self.files_shown();
        Some(format!("{files}: read with the preset `{name}`, which its header fits; preset = \"none\" prevents it"))
    }
}

fn filled(field: &str, file: &InputFile, from: &[usize], why: Why) -> Filled {
    Filled { field: field.to_owned(), from: headers(file, from), why }
}

/// The fields with the columns that say them in codes, too.
fn with_codes(mut fields: Vec<Filled>, names: &[&str], codes: &[CodedField], file: &InputFile) -> Vec<Filled> {
    let place = |name: &str| names.iter().position(|known| *known == name);
    for coded in codes {
        let name = names[coded.target];
        let at = fields.iter().position(|filled| place(&filled.field) >= Some(coded.target)).unwrap_or(fields.len());
        if fields.get(at).is_none_or(|filled| filled.field != name) {
            fields.insert(at, Filled { field: name.to_owned(), from: Vec::new(), why: Why::Code });
        }
        let columns = headers(file, &coded.columns());
        let own = &mut fields[at].from;
        let further: Vec<String> = columns.into_iter().filter(|column| !own.contains(column)).collect();
        own.extend(further);
    }
    fields
}

fn headers(file: &InputFile, from: &[usize]) -> Vec<String> {
    from.iter().map(|&at| file.header[at].clone()).collect()
}
