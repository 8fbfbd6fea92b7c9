//! What a path in the pipeline file stands for: one file, those that a glob matches, the exports in a folder, or `-`,
//! what is piped to the program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::diagnostic::{Diagnostic, Span};
use crate::format::{FormatError, archive, file};

/// Endings of the files that a folder stands for.
#[rustfmt::skip]
const ENDINGS: [&str; 18] = [
    "csv", "tsv", "txt", "gz", "zip", "xlsx", "xlsm", "xlsb", "xls", "ods", "fods", "parquet", "json", "ndjson", "jsonl", "eml",
    "mbox", "vcf",
];

/// A path of the pipeline file, as seen from the working folder.
pub(super) fn within(project: &Path, path: &str) -> PathBuf {
    let as_it_is = project == Path::new(".") || file::is_standard_input(Path::new(path));
    if as_it_is { PathBuf::from(path) } else { project.join(path) }
}

/// The files, sorted; a fault where there are none.
pub(super) fn matched(pattern: &str, span: Span, project: &Path, faults: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let path = within(project, pattern);
    let found = if path.is_dir() {
        inside(&path)
    } else if file::is_standard_input(&path) || path.symlink_metadata().is_ok() {
        return unpacked(path, span, faults);
    } else if archive::located(&path).1.is_some() {
        return vec![path];
    } else if pattern.contains(['*', '?', '[']) {
        globbed(pattern, project)
    } else {
        faults.push(match file::check(&path) {
            Err(why @ FormatError::Unreadable { .. }) => Diagnostic::error("unreadable-input", span, why.to_string()),
            _ => Diagnostic::error("missing-file", span, format!("there is no file `{pattern}`"))
                .help(format!("looked for {}", path.display())),
        });
        return Vec::new();
    };
    match found {
        Ok(mut files) if !files.is_empty() => {
            files.sort();
            // A file that links lead to as well is read once.
            let mut known = BTreeSet::new();
            files.retain(|file| known.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
            return files.into_iter().flat_map(|file| unpacked(file, span, faults)).collect();
        }
        Ok(_) if path.is_dir() => {
            let message = format!("the folder `{pattern}` has no file that could be an export");
            faults.push(Diagnostic::error("no-match", span, message).help(format!("looked in {}", path.display())));
        }
        Ok(_) => {
            let message = format!("no file matches `{pattern}`");
            faults.push(Diagnostic::error("no-match", span, message).help(format!("looked for {}", path.display())));
        }
        Err(why) => faults.push(Diagnostic::error("bad-path", span, format!("`{pattern}` cannot be matched: {why}"))),
    }
    Vec::new()
}

/// The files that a path of the command line stands for: one file, those that a glob matches, or a folder's.
///
/// # Errors
/// One sentence, where there are none.
pub fn input_files(pattern: &str) -> Result<Vec<PathBuf>, String> {
    let mut faults = Vec::new();
    let files = matched(pattern, Span::default(), Path::new("."), &mut faults);
    faults.pop().map_or(Ok(files), |fault| Err(fault.message))
}

/// As shown in results: relative to the project, with forward slashes.
pub(super) fn shown(path: &Path, project: &Path) -> String {
    path.strip_prefix(project).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The files in an archive of several; any other file is itself.
fn unpacked(path: PathBuf, span: Span, faults: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    match archive::members(&path) {
        Ok(Some(names)) if names.len() > 1 => names.iter().map(|name| path.join(name)).collect(),
        // What cannot be opened is told by whoever opens it to read it.
        Ok(_) | Err(FormatError::Unreadable { .. }) => vec![path],
        Err(why) => {
            faults.push(Diagnostic::error("unreadable-input", span, why.to_string()));
            Vec::new()
        }
    }
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        // What Excel and LibreOffice leave beside an open workbook is none.
        let lock = entry_name(&path).starts_with("~$") || entry_name(&path).starts_with(".~");
        if ENDINGS.contains(&ending.as_str()) && path.is_file() && !lock {
            files.push(path);
        }
    }
    Ok(files)
}

fn entry_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The project's own path is taken literally: only the user's pattern may have wildcards.
fn globbed(pattern: &str, project: &Path) -> Result<Vec<PathBuf>, String> {
    let whole = match Path::new(pattern).is_absolute() {
        true => pattern.to_owned(),
        false => format!("{}/{pattern}", glob::Pattern::escape(&project.to_string_lossy())),
    };
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let mut files = Vec::new();
    for path in glob::glob_with(&whole, options).map_err(|error| error.to_string())? {
        let path = path.map_err(|error| error.to_string())?;
        if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}
