//! `[[source]]`: which files, how their columns map, which custom columns there are and of what type.

use std::collections::BTreeMap;
use std::path::Path;

use super::Outputs;
use super::consent::{undoes, undone};
use super::inputs::{self, choices, columns_of, pairs};
use super::known::unique;
use super::nameless;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::mapping::{FileMapping, LeadMapping, PresetFrom, map_crm, map_given, map_leads};
use crate::config::options::Options;
use crate::config::options::tree::{Table, Value};
use crate::config::plan::{ColumnMapping, InputFile, MOST_SOURCES, SourcePlan};
use crate::config::preset::{CrmKind, Preset};
use crate::model::field::{Cleaner, Field, GroupColumns, LeadSchema};

/// All sources and the lead columns that follow from them.
pub(super) struct Sources {
    pub(super) plans: Vec<SourcePlan>,
    pub(super) schema: LeadSchema,
    /// Schema columns that some file or constant fills.
    pub(super) filled: Vec<bool>,
}

/// A source whose columns are known but not yet numbered.
struct Draft<'a> {
    table: &'a Table,
    files: Vec<InputFile>,
    mappings: Vec<LeadMapping>,
    /// By file: the preset and how it was come by.
    presets: Vec<Option<(&'static str, PresetFrom)>>,
}

/// Checks every source.
pub(super) fn sources(
    options: &Options,
    project: &Path,
    groups: Vec<GroupColumns>,
    outputs: &Outputs<'_>,
    faults: &mut Diagnostics,
) -> Sources {
    let tables: Vec<(Span, &Table)> = options.table.tables("source").collect();
    if tables.is_empty() && options.table.get("source").is_none() {
        let fault = Diagnostic::error("no-source", options.span, "the pipeline has no [[source]]");
        faults.push(fault.help("add [[source]] with a `name` and a `path`"));
    }
    if let Some((span, _)) = tables.get(MOST_SOURCES) {
        let message = format!("a pipeline has at most {MOST_SOURCES} sources");
        let fault = Diagnostic::error("too-many-sources", *span, message);
        faults.push(fault.help("one source may have many files: a folder or a glob as its `path`"));
    }
    unique(tables.iter().map(|(_, table)| *table), "source", faults);
    let mut reserved = reserved(outputs);
    reserved.extend(groups.iter().flat_map(|group| group.columns()).map(|(name, _)| name));
    let drafts: Vec<Draft<'_>> = tables.iter().map(|(_, table)| draft(table, project, &reserved, faults)).collect();
    let custom = custom_columns(&drafts, faults);
    let schema = LeadSchema::new(custom).with_groups(groups);
    let mut filled = vec![false; schema.len()];
    let plans: Vec<SourcePlan> = drafts.into_iter().map(|draft| finish(draft, &schema, &mut filled, faults)).collect();
    for (plan, (_, table)) in plans.iter().zip(&tables) {
        nameless::check(plan, table, super::name_rule(options), faults);
    }
    read_twice(&plans, &tables, faults);
    Sources { plans, schema, filled }
}

/// Columns of the lead table that are results: no custom column may bear their names.
pub(super) fn reserved(outputs: &Outputs<'_>) -> Vec<String> {
    let leads = (outputs.tables)("leads", &LeadSchema::new([])).unwrap_or_default();
    // Conditions know the run's day by the name `as_of`.
    let own = ["lead_id", "last_activity_at", "members", "as_of"].into_iter().map(str::to_owned);
    own.chain(leads.into_iter().map(|column| column.name)).filter(|name| Field::from_name(name).is_none()).collect()
}

fn draft<'a>(table: &'a Table, project: &Path, reserved: &[String], faults: &mut Diagnostics) -> Draft<'a> {
    let files = inputs::inputs(table, project, &mut faults.items);
    let choice = inputs::preset(table, &mut faults.items);
    let choices = choices(table);
    let pairs = pairs(&choices);
    let infer = table.flag("infer").unwrap_or(true);
    let found: Vec<_> = files.iter().map(|file| choice.of(file, None).filter(|_| infer)).collect();
    let mapped = files.iter().zip(&found).map(|(file, preset)| match infer {
        true => map_leads(&file.header, preset.map(|(preset, _)| preset), &pairs),
        false => map_given(&file.header, &pairs),
    });
    let mut mappings: Vec<LeadMapping> = mapped.collect();
    let presets = found.into_iter().map(|preset| preset.map(|(preset, from)| (preset.name(), from))).collect();
    let problems =
        files.iter().zip(&mappings).flat_map(|(file, mapping)| mapping.problems.iter().map(move |p| (file, p)));
    let valid: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    inputs::report(problems, files.len(), &choices, &valid, &mut faults.items);
    rename(table, &files, &mut mappings, reserved, faults);
    let taken: Vec<String> =
        mappings.iter().flat_map(|mapping| &mapping.custom).map(|(name, _)| name.clone()).collect();
    for (name, _) in mappings.iter_mut().flat_map(|mapping| &mut mapping.custom) {
        if reserved.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
            let mut free = format!("file_{name}");
            while taken.contains(&free) {
                free.insert_str(0, "file_");
            }
            let message = format!("the column `{name}` is called `{free}` here: `{name}` is a result of its own");
            faults.push(Diagnostic::warning("reserved-column", table.span("path", Span::default()), message));
            *name = free;
        }
    }
    Draft { table, files, mappings, presets }
}

/// `columns`: custom columns get the names that the user gives.
fn rename(
    table: &Table,
    files: &[InputFile],
    mappings: &mut [LeadMapping],
    reserved: &[String],
    faults: &mut Diagnostics,
) {
    for entry in table.table("columns").into_iter().flat_map(|columns| &columns.entries) {
        let theirs = columns_of(&entry.node);
        let ours = &entry.key;
        if Field::from_name(ours).is_some() || reserved.iter().any(|reserved| reserved.eq_ignore_ascii_case(ours)) {
            let message = format!("`{ours}` is a column of ours, not a custom one");
            let fault = Diagnostic::error("not-custom", entry.key_span, message);
            faults.push(fault.help("map our fields in `fields`; give a custom column a name of its own"));
            continue;
        }
        let mut unknown: Vec<(&str, Span)> = theirs.clone();
        for (file, mapping) in files.iter().zip(mappings.iter_mut()) {
            let mut joined: Vec<usize> = Vec::new();
            for (name, _) in &theirs {
                let at = file.header.iter().position(|header| header == name);
                let own = mapping.custom.iter().position(|(_, from)| at.is_some_and(|at| from[..] == [at]));
                if let Some(own) = own {
                    joined.extend(mapping.custom.remove(own).1);
                    unknown.retain(|(other, _)| other != name);
                }
            }
            if joined.is_empty() {
                continue;
            }
            if mapping.custom.iter().any(|(name, _)| name == ours) {
                let message = format!("two columns of {} would be called `{ours}`", file.shown);
                faults.push(Diagnostic::error("duplicate-name", entry.key_span, message));
            }
            // Custom columns stand in the order of their first one.
            let place = mapping.custom.partition_point(|(_, from)| from.first() < joined.iter().min());
            mapping.custom.insert(place, (ours.clone(), joined));
        }
        for (name, span) in unknown.into_iter().filter(|_| !files.is_empty()) {
            let names: Vec<&str> =
                mappings.iter().flat_map(|mapping| &mapping.custom).map(|(name, _)| name.as_str()).collect();
            let message = format!("no file of this source has a column `{name}` that fills no field");
            faults.push(Diagnostic::error("unknown-column", span, message).instead(name, names));
        }
    }
}

/// Every column that stays under its own name, with the type that some source gives it.
fn custom_columns(drafts: &[Draft<'_>], faults: &mut Diagnostics) -> Vec<(String, Cleaner)> {
    let mut columns: BTreeMap<&str, Option<(Cleaner, Span)>> = BTreeMap::new();
    for (name, _) in drafts.iter().flat_map(|draft| &draft.mappings).flat_map(|mapping| &mapping.custom) {
        columns.insert(name, None);
    }
    for draft in drafts {
        let own: Vec<&str> =
            draft.mappings.iter().flat_map(|mapping| &mapping.custom).map(|(name, _)| name.as_str()).collect();
        for entry in draft.table.table("types").into_iter().flat_map(|types| &types.entries) {
            let Some(cleaner) = entry.node.as_text().and_then(cleaner) else { continue };
            let name = entry.key.as_str();
            if !own.contains(&name) {
                if !draft.files.is_empty() {
                    faults.push(no_custom_column(name, entry.key_span, draft, &own));
                }
                continue;
            }
            match columns.get(name).copied().flatten() {
                Some((other, place)) if other != cleaner => {
                    let message = format!("the column `{name}` has two types");
                    let fault = Diagnostic::error("contradictory-type", entry.node.span, message);
                    faults.push(fault.also(place, "the other is here"));
                }
                _ => drop(columns.insert(&entry.key, Some((cleaner, entry.node.span)))),
            }
        }
    }
    columns
        .into_iter()
        .map(|(name, given)| (name.to_owned(), given.map_or(Cleaner::Text, |(cleaner, _)| cleaner)))
        .collect()
}

fn no_custom_column(name: &str, span: Span, draft: &Draft<'_>, own: &[&str]) -> Diagnostic {
    for (file, mapping) in draft.files.iter().zip(&draft.mappings) {
        let mapped = mapping.fields.iter().find(|(_, from)| from.iter().any(|&at| file.header[at] == name));
        if let Some((field, _)) = mapped {
            let message = format!("the column `{name}` fills the field `{}`, whose type is fixed", field.name());
            return Diagnostic::error("not-custom", span, message).help("`types` is for custom columns only");
        }
    }
    let message = format!("no file of this source has a custom column `{name}`");
    Diagnostic::error("unknown-column", span, message).instead(name, own.iter().copied())
}

/// The cleaner of a type's name in `types`.
fn cleaner(name: &str) -> Option<Cleaner> {
    Some(match name {
        "text" => Cleaner::Text,
        "number" => Cleaner::Number,
        "money" => Cleaner::Money,
        "integer" => Cleaner::Integer,
        "boolean" => Cleaner::Boolean,
        "date" => Cleaner::Date,
        "timestamp" => Cleaner::Timestamp,
        "email" => Cleaner::Email,
        "phone" => Cleaner::Phone,
        "country" => Cleaner::Country,
        _ => return None,
    })
}

/// With columns numbered.
fn finish(draft: Draft<'_>, schema: &LeadSchema, filled: &mut [bool], faults: &mut Diagnostics) -> SourcePlan {
    let Draft { table, mut files, mappings, presets } = draft;
    for (file, mapping) in files.iter_mut().zip(&mappings) {
        file.mapping = mapping.columns(schema);
        file.codes.clone_from(&mapping.codes);
        let targets = file.mapping.iter().map(|column| column.target);
        targets.chain(file.codes.iter().map(|coded| coded.target)).for_each(|target| filled[target] = true);
    }
    let name = table.text("name").unwrap_or_default();
    let mut values = Vec::new();
    for entry in table.table("values").into_iter().flat_map(|values| &values.entries) {
        match schema.find(&entry.key) {
            Some(column) if undoes(&schema.columns()[column], Some(&entry.node)) => {
                faults.push(undone(&schema.columns()[column].name, entry.node.span));
            }
            Some(column) => {
                filled[column] = true;
                values.extend(entry.node.as_cell().map(|value| (column, value)));
            }
            None => {
                let fault = Diagnostic::error(
                    "unknown-field",
                    entry.key_span,
                    format!("`{}` is not one of our fields", entry.key),
                );
                faults.push(fault.instead(&entry.key, schema.columns().iter().map(|column| column.name.as_str())));
            }
        }
    }
    let constants: Vec<(String, String)> =
        values.iter().map(|(column, value)| (schema.columns()[*column].name.clone(), value.clone())).collect();
    let (history, of_history) = history(table, &files, &presets, faults);
    let preset_names = presets.iter().map(|preset| preset.map(|(name, _)| name)).collect();
    for ((file, mapping), preset) in files.iter().zip(&mappings).zip(presets) {
        FileMapping::of_leads(name, file, preset, mapping, &constants).add_to(&mut faults.mappings);
    }
    of_history.into_iter().for_each(|mapping| mapping.add_to(&mut faults.mappings));
    SourcePlan {
        name: name.to_owned(),
        trust: table.integer("trust").unwrap_or(0),
        files,
        presets: preset_names,
        locale: inputs::locale(table, &mut faults.items),
        values,
        currencies: currencies(table, faults),
        history,
    }
}

/// The files whose rows are history items, too: those of mails, and all where the source says so.
fn history(
    table: &Table,
    files: &[InputFile],
    presets: &[Option<(&'static str, PresetFrom)>],
    faults: &mut Diagnostics,
) -> (Vec<(usize, Vec<ColumnMapping>)>, Vec<FileMapping>) {
    let asked = table.flag("history");
    let (mut history, mut shown) = (Vec::new(), Vec::new());
    for (at, (file, preset)) in files.iter().zip(presets).enumerate() {
        let is_mail = preset.is_some_and(|(_, from)| from == PresetFrom::Mail);
        if !asked.unwrap_or(is_mail) {
            continue;
        }
        let by = preset.and_then(|(name, _)| Preset::named(name));
        let mapping = map_crm(&file.header, CrmKind::Activities, by, &[]);
        let has = |name: &str| {
            let target = CrmKind::Activities.fields().iter().position(|field| *field == name);
            mapping.columns.iter().any(|column| Some(column.target) == target)
        };
        if !["at", "subject", "text"].into_iter().any(has) {
            let message = format!("{} has no column that says when or what: its rows are no history", file.shown);
            let fault = Diagnostic::error("no-history-column", table.span("history", Span::default()), message);
            let help = "leave `history` out, or name columns of the file `at`, `subject` or `text`";
            faults.push(fault.help(help));
            continue;
        }
        shown.push(FileMapping::of_history(table.text("name").unwrap_or_default(), file, *preset, &mapping));
        history.push((at, mapping.columns));
    }
    (history, shown)
}

fn currencies(table: &Table, faults: &mut Diagnostics) -> Vec<(usize, String)> {
    let mut currencies = Vec::new();
    for entry in table.table("fields").into_iter().flat_map(|fields| &fields.entries) {
        let Value::Table(particulars) = &entry.node.value else { continue };
        let Some(node) = particulars.get("currency") else { continue };
        let (Some(code), Some(field)) = (node.as_text(), Field::from_name(&entry.key)) else { continue };
        if field != Field::BudgetAmount {
            let message = format!("only `budget_amount` has a currency beside it, `{}` has not", entry.key);
            faults.push(Diagnostic::error("not-money", node.span, message));
        } else if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = format!("`{code}` is not a currency code");
            faults.push(
                Diagnostic::error("bad-currency", node.span, message).help("write three capitals, ISO 4217: \"EUR\""),
            );
        } else {
            currencies.push((field as usize, code.to_owned()));
        }
    }
    currencies
}

/// A file that two sources read would have its rows twice.
fn read_twice(plans: &[SourcePlan], tables: &[(Span, &Table)], faults: &mut Diagnostics) {
    let mut readers: BTreeMap<&Path, usize> = BTreeMap::new();
    for (index, plan) in plans.iter().enumerate() {
        for file in &plan.files {
            if let Some(&first) = readers.get(file.path.as_path()) {
                let place = |index: usize| tables[index].1.span("path", tables[index].0);
                let message = format!("{} is read twice: each of its rows would count double", file.shown);
                let fault = Diagnostic::warning("read-twice", place(index), message);
                faults.push(fault.also(place(first), "read here, too"));
            }
            readers.entry(&file.path).or_insert(index);
        }
    }
}
