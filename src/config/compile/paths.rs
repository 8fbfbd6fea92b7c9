//! What a path in the pipeline file stands for: one file, those that a glob matches, the exports in a folder, or `-`,
//! what is piped to the program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::diagnostic::{Diagnostic, Severity, Span};
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
    let folders = if path.is_dir() { subfolders(&path) } else { Vec::new() };
    let deeper = format!("{}/**/*", pattern.trim_end_matches('/'));
    match found {
        Ok(mut files) if !files.is_empty() => {
            if !folders.is_empty() {
                let message = format!("the files in subfolders of `{pattern}` are not read: {}", folders.join(", "));
                let help = format!("to read them, too, write `{deeper}`");
                faults.push(Diagnostic::warning("unread-subfolder", span, message).help(help));
            }
            files.sort();
            // A file that links lead to as well is read once.
            let mut known = BTreeSet::new();
            files.retain(|file| known.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
            return files.into_iter().flat_map(|file| unpacked(file, span, faults)).collect();
        }
        Ok(_) if path.is_dir() => {
            let message = format!("the folder `{pattern}` has no file that could be an export");
            let help = match folders.is_empty() {
                true => format!("looked in {}", path.display()),
                false => format!("its subfolders do ({}); to read them, write `{deeper}`", folders.join(", ")),
            };
            faults.push(Diagnostic::error("no-match", span, message).help(help));
        }
        Ok(_) => {
            let message = format!("no file matches `{pattern}`");
            faults.push(Diagnostic::error("no-match", span, message).help(format!("looked for {}", path.display())));
        }
        Err(why) => faults.push(Diagnostic::error("bad-path", span, format!("`{pattern}` cannot be matched: {why}"))),
    }
    Vec::new()
}

/// The files that a path of the command line stands for: one file, those that a glob matches, or a folder's; and what
/// there is to say about them.
///
/// # Errors
/// One sentence, where there are none.
pub fn input_files(pattern: &str) -> Result<(Vec<PathBuf>, Vec<String>), String> {
    let mut faults = Vec::new();
    let files = matched(pattern, Span::default(), Path::new("."), &mut faults);
    let sentence = |fault: &Diagnostic| match &fault.help {
        Some(help) if !help.starts_with("looked ") => format!("{}; {help}", fault.message),
        _ => fault.message.clone(),
    };
    match faults.iter().rfind(|fault| fault.severity == Severity::Error) {
        Some(fault) => Err(sentence(fault)),
        None => Ok((files, faults.iter().map(sentence).collect())),
    }
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
        if could_be_export(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

fn could_be_export(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    ENDINGS.contains(&ending.as_str()) && !file::is_left_behind(&entry_name(path))
}

fn entry_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Names of the folders inside a folder that hold a file which could be an export, at any depth; none that holds the
/// results of a run.
fn subfolders(folder: &Path) -> Vec<String> {
    const LOOKED_AT: usize = 10_000;
    let mut left = LOOKED_AT;
    let mut entries = |folder: &Path| -> Vec<std::fs::DirEntry> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(left).collect::<Vec<_>>();
        left -= entries.len();
        entries
    };
    // Links are not followed: they may lead in circles.
    let is_folder = |entry: &std::fs::DirEntry| {
        entry.file_type().is_ok_and(|kind| kind.is_dir()) && !file::is_left_behind(&entry_name(&entry.path()))
    };
    let mut names = Vec::new();
    for top in entries(folder).iter().filter(|entry| is_folder(entry)) {
        let mut open = vec![top.path()];
        while let Some(next) = open.pop() {
            if next.join("run.json").exists() {
                continue;
            }
            let inside = entries(&next);
            if inside.iter().any(|entry| could_be_export(&entry.path()) && entry.path().is_file()) {
                names.push(entry_name(&top.path()));
                break;
            }
            open.extend(inside.iter().filter(|entry| is_folder(entry)).map(std::fs::DirEntry::path));
        }
    }
    names.sort();
    names
}

/// The project's own path is taken literally: only the user's pattern may have wildcards.
fn globbed(pattern: &str, project: &Path) -> Result<Vec<PathBuf>, String> {
    let whole = match Path::new(pattern).is_absolute() {
        true => pattern.to_owned(),
        false => format!("{}/{pattern}", glob::Pattern::escape(&project.to_string_lossy())),
    };
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    // What a pattern spells out is wanted, whatever it is called.
    let is_literal =
        !Path::new(pattern).file_name().is_some_and(|name| name.to_string_lossy().contains(['*', '?', '[']));
    let mut files = Vec::new();
    for path in glob::glob_with(&whole, options).map_err(|error| error.to_string())? {
        let path = path.map_err(|error| error.to_string())?;
        if path.is_file() && (is_literal || !file::is_left_behind(&entry_name(&path))) {
            files.push(path);
        }
    }
    Ok(files)
}
