//! `[dedupe] decisions`: filled-in copies of the review table.

use std::path::{Path, PathBuf};

use super::inputs;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::options::tree::{Entry, Node, Table, Value};
use crate::config::plan::{ColumnMapping, DECISION_COLUMNS, InputFile};

/// The files in the order in which they are listed, those of a glob by path; a file that is listed again counts where it is
/// listed last.
pub(super) fn decisions(options: &Options, project: &Path, faults: &mut Diagnostics) -> Vec<InputFile> {
    let Some(entry) = options.table.table("dedupe").and_then(|table| table.entry("decisions")) else {
        return Vec::new();
    };
    let listed = match &entry.node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![&entry.node],
    };
    let mut files: Vec<InputFile> = Vec::new();
    for node in listed {
        for file in matched(entry, node, project, faults) {
            files.retain(|earlier| real(&earlier.path) != real(&file.path));
            files.push(file);
        }
    }
    files
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn matched(entry: &Entry, node: &Node, project: &Path, faults: &mut Diagnostics) -> Vec<InputFile> {
    let mut path = Table::default();
    path.entries.push(inputs::renamed(Entry { node: node.clone(), ..entry.clone() }, "path"));
    let mut files = inputs::inputs(&path, project, &mut faults.items);
    for file in &mut files {
        for (target, name) in DECISION_COLUMNS.into_iter().enumerate() {
            match file.header.iter().position(|header| header.eq_ignore_ascii_case(name)) {
                Some(column) => file.mapping.push(ColumnMapping { target, from: vec![column] }),
                None => {
                    let message = format!("{} has no column `{name}`", file.shown);
                    let help = "a filled-in copy of a run's review.csv is needed here";
                    faults.push(Diagnostic::error("missing-column", node.span, message).help(help));
                }
            }
        }
    }
    files
}
