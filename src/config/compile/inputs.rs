//! Delimited inputs: the files behind a `path`, their dialect and header, and the `fields` that a user maps by hand.

use std::path::Path;

use super::{paths, strays};
use crate::config::diagnostic::{Diagnostic, Span};
use crate::config::locale::Locale;
use crate::config::mapping::{MappingProblem, PresetFrom};
use crate::config::options::tree::{Entry, Node, Table, Value};
use crate::config::plan::InputFile;
use crate::config::preset::{CrmKind, Preset};
use crate::format::FormatError;
use crate::format::delimited::{Hints, Sniffed, sniff};
use crate::format::{encoding, flat};

/// The files of a table's `path`, opened as far as the header; their mapping is still empty.
pub(super) fn inputs(table: &Table, project: &Path, faults: &mut Vec<Diagnostic>) -> Vec<InputFile> {
    let Some((pattern, node)) = table.get("path").and_then(|node| Some((node.as_text()?, node))) else {
        return Vec::new();
    };
    let hints = hints(table, faults);
    let (mut files, mut empty, mut strays) = (Vec::new(), Vec::new(), Vec::new());
    let sheet = table.get("sheet").and_then(|node| Some((node.as_text()?, node.span)));
    let given = given(table);
    for mut path in paths::matched(pattern, node.span, project, faults) {
        if let Some((sheet, _)) = sheet {
            path.push(sheet);
        }
        let shown = paths::shown(&path, project);
        match sniff(&path, hints) {
            Ok(sniffed) => {
                let Sniffed { dialect, header, is_table } = sniffed;
                let is_stray = strays::is_stray(&path, &header, &given, || is_table);
                let file = InputFile { shown, path, dialect, header, mapping: Vec::new(), codes: Vec::new() };
                if is_stray { strays.push(Ok(file)) } else { files.push(file) }
            }
            Err(error @ FormatError::Empty { .. }) => empty.push(error.to_string()),
            Err(error) if strays::is_unreadable(&path, &error) => strays.push(Err((shown, error))),
            Err(error) => {
                let of_sheet = matches!(error, FormatError::NoSuchPart { .. });
                let span = sheet.filter(|_| of_sheet).map_or(node.span, |(_, span)| span);
                faults.push(Diagnostic::error("unreadable-input", span, error.to_string()));
            }
        }
    }
    if files.is_empty() {
        // What would be left out beside a table is told for what it is.
        for stray in strays {
            match stray {
                Ok(file) => files.push(file),
                Err((_, error)) => faults.push(Diagnostic::error("unreadable-input", node.span, error.to_string())),
            }
        }
    } else {
        let names = strays.into_iter().map(|stray| stray.map_or_else(|(shown, _)| shown, |file| file.shown));
        let told = strays::sentence(&names.collect::<Vec<_>>());
        faults.extend(told.map(|told| Diagnostic::warning("no-table", node.span, told)));
    }
    // An export of a day without leads is an empty file: beside others it is no reason to stop.
    faults.extend(empty.into_iter().map(|problem| match files.is_empty() {
        true => Diagnostic::error("unreadable-input", node.span, problem),
        false => Diagnostic::warning("empty-input", node.span, format!("{problem}; it is left out")),
    }));
    files
}

fn hints(table: &Table, faults: &mut Vec<Diagnostic>) -> Hints {
    let named = table.get("encoding").and_then(|node| Some((node.as_text()?, node.span))).and_then(|(label, span)| {
        let found = encoding::named(label);
        if found.is_none() {
            let fault = Diagnostic::error("unknown-encoding", span, format!("`{label}` is not a known encoding"));
            faults.push(fault.help("such as utf-8, utf-16le, windows-1252, windows-1251, iso-8859-2"));
        }
        found
    });
    let delimiter = match table.text("delimiter") {
        Some("tab") => Some(b'\t'),
        Some(one @ ("," | ";" | "|" | "^" | "~" | ":")) => one.bytes().next(),
        // another word is reported already
        _ => None,
    };
    Hints { encoding: named, delimiter }
}

/// What a table says of its preset.
#[derive(Clone, Copy)]
pub(super) enum PresetChoice {
    /// This one.
    Named(&'static Preset),
    /// None at all.
    Off,
    /// Nothing: the file's content tells.
    Open,
}

/// The preset that a table names.
pub(super) fn preset(table: &Table, faults: &mut Vec<Diagnostic>) -> PresetChoice {
    let Some(node) = table.get("preset") else { return PresetChoice::Open };
    let Some(name) = node.as_text().filter(|&name| name != Preset::NONE) else { return PresetChoice::Off };
    if let Some(preset) = Preset::named(name) {
        return PresetChoice::Named(preset);
    }
    let fault = Diagnostic::error("unknown-preset", node.span, format!("there is no preset `{name}`"));
    faults.push(fault.instead(name, Preset::NAMES.iter().copied().chain([Preset::NONE])));
    PresetChoice::Off
}

impl PresetChoice {
    /// For a file of leads or of a kind of CRM input: the preset, and how it was come by.
    pub(super) fn of(self, file: &InputFile, kind: Option<CrmKind>) -> Option<(&'static Preset, PresetFrom)> {
        match self {
            Self::Named(preset) => Some((preset, PresetFrom::Named)),
            Self::Off => None,
            Self::Open if file.header == flat::MAIL_COLUMNS => Some((Preset::named("email")?, PresetFrom::Mail)),
            Self::Open => Some((Preset::fitting(&file.header, kind)?, PresetFrom::Header)),
        }
    }
}

/// The `locale` of a table.
pub(super) fn locale(table: &Table, faults: &mut Vec<Diagnostic>) -> Option<Locale> {
    let node = table.get("locale")?;
    let name = node.as_text()?;
    let known = Locale::named(name);
    if known.is_none() {
        let fault = Diagnostic::error("unknown-locale", node.span, format!("`{name}` is not a known locale"));
        let language = name.split(['-', '_']).next().unwrap_or(name);
        faults.push(match Locale::languages().any(|known| known.eq_ignore_ascii_case(language)) {
            true => fault.help("a language and a region of two letters, such as de-AT or en-GB"),
            false => fault.instead(language, Locale::languages()),
        });
    }
    known
}

/// One of the user's `ours = theirs`.
pub(super) struct FieldChoice<'a> {
    pub(super) ours: &'a str,
    pub(super) ours_span: Span,
    pub(super) theirs: &'a str,
    pub(super) theirs_span: Span,
}

/// The `fields` of a table, a joined field once per column.
pub(super) fn choices(table: &Table) -> Vec<FieldChoice<'_>> {
    let mut choices = Vec::new();
    for entry in table.table("fields").into_iter().flat_map(|fields| &fields.entries) {
        for (theirs, theirs_span) in columns_of(&entry.node) {
            choices.push(FieldChoice { ours: &entry.key, ours_span: entry.key_span, theirs, theirs_span });
        }
    }
    choices
}

/// The columns of a file that a table speaks of.
fn given(table: &Table) -> Vec<String> {
    let entries = ["fields", "columns"].into_iter().filter_map(|key| table.table(key)).flat_map(|own| &own.entries);
    entries.flat_map(|entry| columns_of(&entry.node)).map(|(theirs, _)| theirs.to_owned()).collect()
}

/// `"A"`, `["A", "B"]` or `{ column = … }`.
pub(super) fn columns_of(node: &Node) -> Vec<(&str, Span)> {
    match &node.value {
        Value::Text(name) => vec![(name, node.span)],
        Value::List(items) => items.iter().flat_map(columns_of).collect(),
        Value::Table(table) => table.get("column").map(columns_of).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// As the mapping functions take them.
pub(super) fn pairs(choices: &[FieldChoice<'_>]) -> Vec<(String, String)> {
    choices.iter().map(|choice| (choice.ours.to_owned(), choice.theirs.to_owned())).collect()
}

/// Reports what a mapping did not understand. A column that only some of the files lack is a warning.
pub(super) fn report<'a>(
    problems: impl IntoIterator<Item = (&'a InputFile, &'a MappingProblem)>,
    files: usize,
    choices: &[FieldChoice<'_>],
    valid: &[&str],
    faults: &mut Vec<Diagnostic>,
) {
    let problems: Vec<_> = problems.into_iter().collect();
    for choice in choices {
        let lacking = |(_, problem): &&(&InputFile, &MappingProblem)| {
            matches!(problem, MappingProblem::UnknownHeader { ours, theirs, .. }
                if ours == choice.ours && theirs == choice.theirs)
        };
        if !valid.contains(&choice.ours) {
            let message = format!("`{}` is not one of our fields", choice.ours);
            let fault = Diagnostic::error("unknown-field", choice.ours_span, message);
            faults.push(fault.instead(choice.ours, valid.iter().copied()));
            continue;
        }
        let Some((file, _)) = problems.iter().find(lacking) else { continue };
        let everywhere = problems.iter().filter(lacking).count() >= files;
        let message = format!("{} has no column `{}`", file.shown, choice.theirs);
        let fault = match everywhere {
            true => Diagnostic::error("unknown-column", choice.theirs_span, message),
            false => Diagnostic::warning("unknown-column", choice.theirs_span, message),
        };
        faults.push(fault.instead(choice.theirs, file.header.iter().map(String::as_str)));
    }
}

/// The entry under another key, so that a lone path reads like an input's.
pub(super) fn renamed(entry: Entry, key: &str) -> Entry {
    Entry { key: key.to_owned(), ..entry }
}
