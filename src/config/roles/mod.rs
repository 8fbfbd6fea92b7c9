//! What the columns of a table mean, found out from its headers and its values: the zero-configuration front of
//! duplicate detection.
//!
//! [`mod@sample`] reads rows, [`profile`] puts each column in numbers ([`shapes`] of its values), [`headers`] reads the
//! header, [`decide`] weighs both, [`uses`] says what becomes of each column. All of it is a function of the rows'
//! content: their order does not matter.

mod address;
mod dates;
pub mod decide;
pub mod headers;
mod neighbours;
pub mod profile;
mod repeats;
pub mod sample;
pub mod shapes;
#[cfg(test)]
mod tests;
pub mod uses;

use rayon::prelude::*;

use super::preset::match_form;
use crate::model::matching::Role;
use decide::TableKind;
use headers::Meaning;
use profile::Profile;
use sample::Sample;
use uses::Use;

/// What the user said about columns.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Columns that name the rows; a table goes by the first that it has.
    pub ids: &'a [String],
    /// The column that tells the sources apart.
    pub source: Option<&'a str>,
    /// Columns and their roles.
    pub roles: &'a [(String, Role)],
    /// Columns that are not to be compared.
    pub ignored: &'a [String],
}

impl Asked<'_> {
    /// The column that names a table's rows.
    fn id_of(&self, header: &[String]) -> Option<&str> {
        self.ids.iter().find(|id| header.contains(id)).map(String::as_str)
    }

    fn role(&self, column: &str) -> Option<Role> {
        self.roles.iter().find(|(name, _)| name == column).map(|&(_, role)| role)
    }
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Inferred {
    /// Its header.
    pub header: String,
    /// What it means, if anything.
    pub meaning: Option<Meaning>,
    /// Which of several of this meaning.
    pub kind: &'static str,
    /// What becomes of it.
    pub used: Use,
    /// Its name among the leads' columns where it is compared by itself or tells the sources apart.
    pub name: String,
    /// Why.
    pub why: String,
    /// Share of rows with a value.
    pub fill: f64,
    /// Different values per filled row.
    pub variety: f64,
}

/// A table's columns and kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Inference {
    /// What it is about.
    pub kind: TableKind,
    /// Its columns, in order.
    pub columns: Vec<Inferred>,
}

/// What values are asked that only their cleaning tells.
#[derive(Debug, Clone, Copy)]
pub struct Readers {
    /// Whether a text is a country.
    pub is_country: fn(&str) -> bool,
    /// Whether a text is nothing but e-mail addresses and what they are called.
    pub is_of_addresses: fn(&str) -> bool,
    /// What may be the phone numbers of a text that has several, or words beside them.
    pub numbers: fn(&str) -> Vec<String>,
}

/// Infers the columns of several tables that are to be matched with one another. `reserved` are names that no custom
/// column may bear.
pub fn infer(samples: &[Sample], asked: &Asked<'_>, readers: &Readers, reserved: &[String]) -> Vec<Inference> {
    let alone = samples.len() < 2 && asked.source.is_none();
    let mut tables: Vec<Inference> = samples.iter().map(|sample| table(sample, asked, readers, alone)).collect();
    let headers: Vec<String> = samples.iter().flat_map(|sample| &sample.header).map(|name| match_form(name)).collect();
    name_columns(&mut tables, reserved, &headers);
    tables.iter_mut().for_each(join_date_parts);
    ignore_what_others_lack(&mut tables);
    tables
}

fn table(sample: &Sample, asked: &Asked<'_>, readers: &Readers, alone: bool) -> Inference {
    let profiles: Vec<Profile> =
        sample.columns.par_iter().map(|column| Profile::of(column, sample.whole, readers)).collect();
    // The rows' own name is no clue to what they are about.
    let others: Vec<usize> = (0..sample.header.len())
        .filter(|&at| {
            let name = Some(sample.header[at].as_str());
            name != asked.id_of(&sample.header) && name != asked.source && !asked.ignored.contains(&sample.header[at])
        })
        .collect();
    let names: Vec<String> = others.iter().map(|&at| sample.header[at].clone()).collect();
    let looks: Vec<Profile> = others.iter().map(|&at| profiles[at].clone()).collect();
    let (found, kind) = decide::decide(&names, &looks);
    let nothing = decide::Decided { meaning: None, kind: "", sure: 3, why: String::new() };
    let mut decided = vec![nothing; sample.header.len()];
    for (at, found) in others.into_iter().zip(found) {
        decided[at] = found;
    }
    let mut chosen = uses::uses(&sample.header, &decided, &profiles, kind, asked, alone);
    repeats::drop(&mut chosen, sample);
    let columns = sample.header.iter().zip(decided).zip(chosen).zip(&profiles);
    let columns = columns.map(|(((header, decided), chosen), profile)| Inferred {
        header: header.clone(),
        meaning: decided.meaning,
        kind: decided.kind,
        used: chosen.used,
        name: String::new(),
        why: chosen.why,
        fill: profile.fill(),
        variety: profile.variety(),
    });
    Inference { kind, columns: columns.collect() }
}

/// Columns of several tables that are compared by themselves get one name where their headers are equal, or else where
/// each table has just one of their meaning; and the role of the first.
fn name_columns(tables: &mut [Inference], reserved: &[String], headers: &[String]) {
    let mut known: Vec<(String, Option<Meaning>, &'static str, Use)> = Vec::new();
    for at in 0..tables.len() {
        let single = |tables: &[Inference], column: &Inferred| {
            let alike = |other: &&Inferred| {
                matches!(other.used, Use::Compared(_) | Use::DatePart(0))
                    && (other.meaning, other.kind) == (column.meaning, column.kind)
            };
            tables.iter().all(|table| table.columns.iter().filter(alike).count() <= 1)
        };
        let wanted: Vec<usize> = (0..tables[at].columns.len())
            .filter(|&column| {
                matches!(tables[at].columns[column].used, Use::Compared(_) | Use::DatePart(0) | Use::Source)
            })
            .collect();
        let mut given: Vec<String> = Vec::new();
        for column in wanted {
            let own = &tables[at].columns[column];
            let same_header = known.iter().find(|(name, ..)| match_form(name) == match_form(&own.header));
            let telling = !matches!(own.meaning, None | Some(Meaning::Text | Meaning::Category | Meaning::Number));
            let same_meaning = || {
                let same = |(_, meaning, kind, used): &&(String, Option<Meaning>, &str, Use)| {
                    (*meaning, *kind) == (own.meaning, own.kind) && *used != Use::Source
                };
                known.iter().find(same).filter(|_| telling && own.used != Use::Source && single(tables, own))
            };
            let found = same_header.or_else(same_meaning).filter(|(name, ..)| !given.contains(name)).cloned();
            let (name, used) = match found {
                Some((name, _, _, used)) => (name, used),
                None => {
                    let part = own.used == Use::DatePart(0);
                    let header = if part && !headers.contains(&match_form(DATE)) { DATE } else { &own.header };
                    let name = free_name(header, reserved, &known);
                    let used = if part { Use::Compared(Role::Date) } else { own.used };
                    known.push((name.clone(), own.meaning, own.kind, used));
                    (name, own.used)
                }
            };
            given.push(name.clone());
            let column = &mut tables[at].columns[column];
            column.name = name;
            if !matches!(column.used, Use::Source | Use::DatePart(_)) {
                column.used = used;
            }
        }
    }
}

/// A date of three columns, where no column is called so.
const DATE: &str = "whole date";

/// The parts of a date, three in a row in any order, bear one name.
fn join_date_parts(table: &mut Inference) {
    let mut at = 0;
    while at < table.columns.len() {
        if !matches!(table.columns[at].used, Use::DatePart(_)) {
            at += 1;
            continue;
        }
        let end = table.columns.len().min(at + 3);
        let year = table.columns[at..end].iter().find(|column| column.used == Use::DatePart(0));
        let name = year.map_or_else(String::new, |year| year.name.clone());
        table.columns[at..end].iter_mut().for_each(|column| column.name.clone_from(&name));
        at = end;
    }
}

/// Of several tables, a column that only one has tells nothing of pairs across them.
fn ignore_what_others_lack(tables: &mut [Inference]) {
    if tables.len() < 2 {
        return;
    }
    let named = |column: &Inferred| match column.used {
        Use::Compared(_) | Use::DatePart(_) => Some(column.name.clone()),
        Use::NamedField(field) => Some(field.name().to_owned()),
        _ => None,
    };
    let lists: Vec<Vec<String>> = tables.iter().map(|table| table.columns.iter().filter_map(named).collect()).collect();
    for (at, table) in tables.iter_mut().enumerate() {
        for column in &mut table.columns {
            let Some(name) = named(column) else { continue };
            let shared = lists.iter().enumerate().any(|(other, names)| other != at && names.contains(&name));
            if shared || column.why.starts_with("--") {
                continue;
            }
            column.why = "no other input has it".to_owned();
            column.used = match column.used {
                Use::NamedField(field) => Use::Kept(field),
                _ => Use::Ignored,
            };
            column.name.clear();
        }
    }
}

fn free_name(header: &str, reserved: &[String], known: &[(String, Option<Meaning>, &'static str, Use)]) -> String {
    let mut name = header.to_owned();
    let is_used = |name: &str| {
        reserved.iter().any(|reserved| match_form(reserved) == match_form(name))
            || known.iter().any(|(used, ..)| used.eq_ignore_ascii_case(name))
    };
    while is_used(&name) {
        name.push_str(" (file)");
    }
    name
}
