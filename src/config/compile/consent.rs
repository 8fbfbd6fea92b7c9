//! `[consent]`: suppression lists, and what nothing may undo.

use std::path::Path;

use super::inputs::{self, choices, pairs};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::mapping::{CrmMapping, FileMapping, Why, map_crm};
use crate::config::options::Options;
use crate::config::options::tree::{Entry, Node, Table, Value};
use crate::config::plan::{CONSENT, ColumnMapping, ConsentPlan, CrmFile, DedupePlan, InputFile};
use crate::config::preset::CrmKind;
use crate::format::delimited::{self, Document, trim};
use crate::model::consent::{Channel, Wishes};
use crate::model::field::LeadColumn;

/// The section's own file of records, and how wishes spread.
pub(super) fn consent(
    options: &Options,
    project: &Path,
    dedupe: Option<&DedupePlan>,
    faults: &mut Diagnostics,
) -> (Option<CrmFile>, ConsentPlan) {
    let absent = Table::default();
    let table = options.table.table("consent").unwrap_or(&absent);
    let mut plan = ConsentPlan { lists: Vec::new(), duplicates_from: duplicates_from(table, dedupe, faults) };
    let mut files = Vec::new();
    for node in table.list("suppress") {
        let lone;
        let list = match node.as_table() {
            Some(list) => list,
            None => {
                let entry = Entry { key: "path".to_owned(), key_span: node.span, node: node.clone() };
                lone = Table { entries: vec![entry] };
                &lone
            }
        };
        let against = match list.get("for") {
            Some(channels) => Wishes::against(&channels_of(channels, "for", list, faults)),
            None => Wishes::OPT_OUT,
        };
        let read = files_of(list, node.span, project, faults);
        plan.lists.extend(read.iter().map(|_| against));
        files.extend(read);
    }
    let asked = table.get("suppress").is_some();
    (asked.then(|| CrmFile { files, presets: Vec::new(), locale: None, further: Vec::new() }), plan)
}

fn duplicates_from(table: &Table, dedupe: Option<&DedupePlan>, faults: &mut Diagnostics) -> Option<f64> {
    let from = table.number("duplicates_from")?;
    if let Some(dedupe) = dedupe.filter(|dedupe| from < dedupe.review_at) {
        let message = format!("duplicates_from ({from}) is below review_at ({})", dedupe.review_at);
        let span = table.span("duplicates_from", Span::default());
        let fault = Diagnostic::error("contradictory-thresholds", span, message);
        faults.push(fault.help("pairs below review_at are not kept: lower [dedupe] review_at, too"));
    }
    Some(from)
}

/// The channels of a key; no channel at all is a fault.
pub(super) fn channels_of(node: &Node, key: &str, table: &Table, faults: &mut Diagnostics) -> Vec<Channel> {
    if table.is_empty_list(key) {
        let fault = Diagnostic::error("empty-list", node.span, format!("`{key}` names no channel"));
        faults.push(fault.help("email, call, or both; leave the key out where it is not needed"));
    }
    // Other words are reported already.
    table.texts(key).filter_map(|(_, name)| Channel::from_name(name)).collect()
}

/// The files of a list, their columns understood.
fn files_of(list: &Table, span: Span, project: &Path, faults: &mut Diagnostics) -> Vec<InputFile> {
    let kind = CrmKind::Suppressions;
    let mut files = inputs::inputs(list, project, &mut faults.items);
    let choices = choices(list);
    let mut mappings: Vec<CrmMapping> =
        files.iter().map(|file| map_crm(&file.header, kind, None, &pairs(&choices))).collect();
    let problems =
        files.iter().zip(&mappings).flat_map(|(file, mapping)| mapping.problems.iter().map(move |it| (file, it)));
    inputs::report(problems, files.len(), &choices, kind.fields(), &mut faults.items);
    for (file, mapping) in files.iter_mut().zip(&mut mappings) {
        if !mapping.missing.is_empty() {
            by_values(file, mapping);
        }
        if mapping.columns.is_empty() || !mapping.missing.is_empty() {
            let message = format!("{} has no column of e-mail addresses, domains, hashes or phone numbers", file.shown);
            let help = format!("its columns: {}; map one with fields = {{ email = \"…\" }}", file.header.join(", "));
            faults.push(Diagnostic::error("missing-column", list.span("path", span), message).help(help));
        }
        FileMapping::of_crm(kind, file, None, mapping).add_to(&mut faults.mappings);
        file.mapping = mapping.columns.clone();
    }
    files
}

/// What a cell of a list seems to be: the position of its field.
fn field_of(cell: &str) -> Option<usize> {
    let name = match cell {
        _ if cell.contains('@') => "email",
        _ if matches!(cell.len(), 32 | 40 | 64) && cell.bytes().all(|byte| byte.is_ascii_hexdigit()) => "email_hash",
        _ if cell.bytes().filter(u8::is_ascii_digit).count() >= 7 && !cell.contains(char::is_alphabetic) => "phone",
        _ if cell.contains('.') && cell.contains(char::is_alphabetic) && !cell.contains(' ') => "domain",
        _ => return None,
    };
    CrmKind::Suppressions.fields().iter().position(|field| *field == name)
}

/// Columns known by most of their values, where no header says anything: the first of each kind. The header's own cell
/// counts, for it may be an entry.
fn by_values(file: &InputFile, mapping: &mut CrmMapping) {
    const LOOKED_AT: usize = 200;
    let Ok(document) = Document::open(&file.path, Some(file.dialect.encoding)) else { return };
    let mut reader = document.reader(file.dialect.delimiter);
    let mut filled = vec![0; file.header.len()];
    let mut seen = vec![vec![0; CrmKind::Suppressions.fields().len()]; file.header.len()];
    let mut count = |at: usize, cell: &str| {
        if !cell.is_empty() && at < filled.len() {
            filled[at] += 1;
            field_of(cell).into_iter().for_each(|field| seen[at][field] += 1);
        }
    };
    for _ in 0..LOOKED_AT {
        let Some(entry) = reader.read() else { break };
        let delimited::Entry::Record(record) = entry else { continue };
        record.iter().enumerate().for_each(|(at, cell)| count(at, trim(&document.text(cell).0)));
    }
    for (at, (seen, filled)) in seen.iter().zip(filled).enumerate() {
        let taken = |columns: &[ColumnMapping], field| columns.iter().any(|column| column.target == field);
        let most = (0..seen.len()).find(|&field| 2 * seen[field] > filled && !taken(&mapping.columns, field));
        if let Some(target) = most {
            mapping.columns.push(ColumnMapping { target, from: vec![at] });
            mapping.whys.push(Why::Looks);
            mapping.missing.clear();
        }
    }
}

/// Whether a value of the pipeline file would say that somebody may be reached: an opt-out can be made there, and never
/// undone.
pub(super) fn undoes(column: &LeadColumn, value: Option<&Node>) -> bool {
    let says_so = |node: &Node| match &node.value {
        Value::Boolean(flag) => *flag,
        Value::Text(text) => text.trim().eq_ignore_ascii_case("true"),
        _ => false,
    };
    column.field.is_some_and(|field| CONSENT.contains(&field)) && !value.is_some_and(says_so)
}

/// The fault of what would undo an opt-out.
pub(super) fn undone(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` can be set to true, and to nothing else: nothing in a pipeline undoes an opt-out");
    let help = "who may be reached again is changed where it was said: in the export, the CRM or the suppression list";
    Diagnostic::error("undone-opt-out", span, message).help(help)
}
