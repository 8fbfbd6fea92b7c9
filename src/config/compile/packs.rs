//! `[score] packs`: criteria that several pipelines share, and what a pipeline changes in them.
//!
//! A pack is put into `[score]` before anything else looks at it: what follows sees one list of criteria and one table
//! of groups, each key where it was written. So a run can leave a pipeline behind that needs no pack any more.

use std::path::{Path, PathBuf};

use super::behaviour::LOOKS;
use super::{paths, validity};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Given, Span};
use crate::config::options::tree::{Entry, Node, Table, Value};
use crate::config::options::{self, Options};
use crate::config::plan::Validity;

/// Packs that come with the program.
const BUILT_IN: &[(&str, &str)] = &[("b2b", include_str!("../packs/b2b.toml"))];

/// The pack of a pipeline that names none and has no criteria.
const DEFAULT: &str = "b2b";

/// Keys of a criterion that stand for each other: with the first key of a row given, the other rows go.
const ALTERNATIVES: &[&[&[&str]]] =
    &[&[&["importance"], &["points"]], &[&["when"], &["each", "half_life", "fades"], &["any"], &["none"]]];

/// A pipeline with its packs in it.
pub(super) struct Unpacked {
    /// The pipeline; `[score]` has all criteria and groups, and no packs.
    pub(super) options: Options,
    /// Packs that are files of the user's, which may change or go.
    pub(super) files: Vec<PathBuf>,
}

/// Puts the packs into a pipeline.
pub(super) fn unpacked(options: &Options, project: &Path, faults: &mut Diagnostics) -> Unpacked {
    let absent = Table::default();
    let score = match options.table.get("score").map(|node| &node.value) {
        None => &absent,
        Some(Value::Table(score)) => score,
        // of another type, which is reported already
        Some(_) => return Unpacked { options: options.clone(), files: Vec::new() },
    };
    let mut files = Vec::new();
    let by_default = score.get("packs").is_none() && score.get("criterion").is_none();
    let mut unpacked = unpack(score, by_default, project, &mut files, options.span, faults);
    // Contacts and accounts have packs of their own, and none by default.
    for key in ["contacts", "accounts"] {
        if let Some(Value::Table(records)) = score.get(key).map(|node| &node.value) {
            let records = unpack(records, false, project, &mut files, options.span, faults);
            put(&mut unpacked, key, Value::Table(records), options.span);
        }
    }
    let mut options = options.clone();
    put(&mut options.table, "score", Value::Table(unpacked), options.span);
    Unpacked { options, files }
}

/// A table of criteria with those of its packs, and without packs.
fn unpack(
    score: &Table,
    by_default: bool,
    project: &Path,
    files: &mut Vec<PathBuf>,
    span: Span,
    faults: &mut Diagnostics,
) -> Table {
    let mut packs = Vec::new();
    if by_default {
        packs.extend(read(DEFAULT, Given::ByDefault, BUILT_IN[0].1, faults));
    }
    let mut names: Vec<&str> = Vec::new();
    for (span, name) in score.texts("packs") {
        if names.contains(&name) {
            faults.push(Diagnostic::error("duplicate-name", span, format!("the pack `{name}` is listed twice")));
            continue;
        }
        names.push(name);
        match BUILT_IN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => packs.extend(read(name, Given::ByDefault, text, faults)),
            None => {
                let Some(text) = file(name, span, project, faults) else { continue };
                files.push(PathBuf::from(name));
                packs.extend(read(name, Given::ByFile(name.to_owned()), &text, faults));
            }
        }
    }
    let criteria = criteria(score, &packs, faults);
    let groups = groups(score, &packs);
    let mut unpacked = score.clone();
    unpacked.entries.retain(|entry| entry.key != "packs");
    put(&mut unpacked, "criterion", Value::List(criteria), span);
    if !groups.entries.is_empty() {
        put(&mut unpacked, "group", Value::Table(groups), span);
    }
    unpacked
}

/// The text of a pack that is a file, or a fault.
fn file(name: &str, span: Span, project: &Path, faults: &mut Diagnostics) -> Option<String> {
    if !name.contains(['/', '\\', '.']) {
        let fault = Diagnostic::error("unknown-pack", span, format!("there is no pack `{name}`"));
        let fault = fault.instead(name, BUILT_IN.iter().map(|(name, _)| *name));
        let help = fault.help.clone().unwrap_or_default();
        faults.push(fault.help(format!("{help}, or the path of a file: \"packs/{name}.toml\"")));
        return None;
    }
    let path = paths::within(project, name);
    let why = match std::fs::read(&path).map(String::from_utf8) {
        Ok(Ok(text)) => return Some(text),
        Ok(Err(_)) => "it is not UTF-8 text".to_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let fault = Diagnostic::error("missing-file", span, format!("there is no file `{name}`"));
            faults.push(fault.help(format!("looked for {}", path.display())));
            return None;
        }
        Err(error) => error.to_string(),
    };
    faults.push(Diagnostic::error("unreadable-pack", span, format!("the pack `{name}` cannot be read: {why}")));
    None
}

/// A pack: its criteria, each with the version and the days of the whole, and its groups.
struct Pack {
    criteria: Vec<Node>,
    groups: Table,
}

fn read(name: &str, given: Given, text: &str, faults: &mut Diagnostics) -> Option<Pack> {
    let table = options::read_pack(given, text, faults)?;
    validity::validity(&table, faults);
    if table.list("criterion").is_empty() && table.get("group").is_none() {
        let span = Span { text: faults.texts.len() - 1, start: 0, end: 0 };
        let message = format!("the pack `{name}` has no [[criterion]]");
        faults.push(Diagnostic::warning("empty-pack", span, message));
    }
    let criterion = |node: &Node| {
        let Value::Table(own) = &node.value else { return None };
        Some(Node { span: node.span, value: Value::Table(inherited(own, &table)) })
    };
    let criteria = table.list("criterion").iter().filter_map(criterion).collect();
    Some(Pack { criteria, groups: table.table("group").cloned().unwrap_or_default() })
}

/// A criterion with what its pack, or the whole rule set, says of all: the version where it has none, the days narrowed.
pub(super) fn inherited(own: &Table, whole: &Table) -> Table {
    let mut table = own.clone();
    if let (None, Some(version)) = (own.entry("version"), whole.entry("version")) {
        table.entries.push(version.clone());
    }
    let (stated, all) = (validity::stated(own), validity::stated(whole));
    let Validity { from, until } = stated.and(all);
    for (key, narrowed, own) in [("valid_from", from, stated.from), ("valid_until", until, stated.until)] {
        if let (true, Some(entry)) = (narrowed != own, whole.entry(key)) {
            set(&mut table, entry.clone());
        }
    }
    table
}

/// The packs' criteria as the pipeline changes them, in order, then the pipeline's own.
fn criteria(score: &Table, packs: &[Pack], faults: &mut Diagnostics) -> Vec<Node> {
    let text = |node: &Node, key: &str| node.as_table().and_then(|table| table.text(key)).map(str::to_owned);
    let name = |node: &Node| text(node, "name");
    let version = |node: &Node| text(node, "version");
    let theirs: Vec<&Node> = packs.iter().flat_map(|pack| &pack.criteria).collect();
    let ours = score.list("criterion");
    let mut criteria = Vec::new();
    for node in &theirs {
        let same = |other: &&Node| name(other).is_some() && name(other) == name(node);
        let versions: Vec<Option<String>> = theirs.iter().copied().filter(same).map(version).collect();
        // Where the packs have several of the name, a change that names the version of one is of that one.
        let is_of_another = |change: &Node| {
            versions.len() > 1
                && version(change).is_some()
                && versions.contains(&version(change))
                && version(change) != version(node)
        };
        let mut changes = ours.iter().filter(same).filter(|change| !is_of_another(change)).peekable();
        if changes.peek().is_none() {
            criteria.push((*node).clone());
        }
        for change in changes {
            if let (Value::Table(given), Value::Table(changed)) = (&node.value, &change.value) {
                criteria.push(Node { span: change.span, value: Value::Table(merged(given, changed)) });
            }
        }
    }
    let known: Vec<String> = theirs.iter().copied().filter_map(name).collect();
    for own in ours.iter().filter(|own| name(own).is_none_or(|own| !known.contains(&own))) {
        let lacks = |table: &Table| LOOKS.iter().all(|key| table.get(key).is_none());
        if let (Some(table), Some(name)) = (own.as_table(), name(own))
            && lacks(table)
            && !theirs.is_empty()
            && table.flag("enabled") != Some(false)
        {
            let message = format!("no pack has a criterion `{name}`, and it has none of `when`, `each`, `any`, `none`");
            let fault = Diagnostic::error("unknown-criterion", table.span("name", own.span), message);
            faults.push(fault.instead(&name, known.iter().map(String::as_str)));
            continue;
        }
        criteria.push(own.clone());
    }
    criteria.retain(|node| node.as_table().is_none_or(|table| table.flag("enabled") != Some(false)));
    criteria
}

/// A pack's criterion with the keys that a pipeline gives; what they stand in place of goes.
fn merged(given: &Table, changes: &Table) -> Table {
    let mut table = given.clone();
    for rows in ALTERNATIVES {
        let chosen = rows.iter().position(|row| changes.entry(row[0]).is_some());
        for (at, row) in rows.iter().enumerate() {
            if chosen.is_some_and(|chosen| chosen != at) {
                table.entries.retain(|entry| !row.contains(&entry.key.as_str()));
            }
        }
    }
    for change in &changes.entries {
        set(&mut table, change.clone());
    }
    table
}

/// The packs' groups, then what the pipeline says of them: each key by itself.
fn groups(score: &Table, packs: &[Pack]) -> Table {
    let mut groups = Table::default();
    for from in packs.iter().map(|pack| &pack.groups).chain(score.table("group")) {
        for entry in &from.entries {
            let known = groups.entries.iter_mut().find(|known| known.key == entry.key);
            match (known.map(|known| &mut known.node.value), &entry.node.value) {
                (Some(Value::Table(known)), Value::Table(changes)) => {
                    changes.entries.iter().for_each(|change| set(known, change.clone()));
                }
                (Some(_), _) => {}
                (None, _) => groups.entries.push(entry.clone()),
            }
        }
    }
    groups
}

fn set(table: &mut Table, entry: Entry) {
    match table.entries.iter_mut().find(|known| known.key == entry.key) {
        Some(known) => *known = entry,
        None => table.entries.push(entry),
    }
}

/// Puts a value into a table in place of the one that is there, at whose place in the text it stands.
fn put(table: &mut Table, key: &str, value: Value, otherwise: Span) {
    let place = table.entry(key).map_or((otherwise, otherwise), |entry| (entry.key_span, entry.node.span));
    set(table, Entry { key: key.to_owned(), key_span: place.0, node: Node { span: place.1, value } });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_packs_are_packs() {
        for (name, text) in BUILT_IN {
            let mut faults = Diagnostics::default();
            let pack = read(name, Given::ByDefault, text, &mut faults).expect("valid TOML");
            assert!(faults.items.is_empty(), "{name}: {:?}", faults.items);
            assert!((12..=16).contains(&pack.criteria.len()), "{name}: {}", pack.criteria.len());
        }
        assert_eq!(BUILT_IN[0].0, DEFAULT);
    }
}
