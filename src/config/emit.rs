//! The text of a pipeline file that does what `leadmill dedupe` does: one engine, and no second way to it.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use super::roles::headers::Meaning;
use super::roles::uses::Use;
use super::roles::{Inference, Inferred};
use crate::format::file;
use crate::model::field::Field;
use crate::model::matching::Role;

/// What a duplicate run without a pipeline file was asked.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The name of the pipeline.
    pub name: String,
    /// The output folder, as the project sees it.
    pub output: String,
    /// The day that rules about time refer to; none: today.
    pub as_of: Option<String>,
    /// Only pairs of different sources.
    pub across: bool,
    /// The column that tells the sources apart, under its name among the leads' columns.
    pub source: Option<String>,
    /// Sources without duplicates in themselves.
    pub clean: Vec<String>,
    /// Probability from which two rows are one.
    pub match_at: Option<f64>,
    /// The country of phone numbers without one.
    pub country: Option<String>,
    /// Output tables to write; none: all.
    pub tables: Vec<String>,
}

/// One input and what its columns mean.
#[derive(Debug, Clone)]
pub struct EmittedSource<'a> {
    /// Name.
    pub name: &'a str,
    /// Path, as the project sees it.
    pub path: &'a str,
    /// Its columns.
    pub inference: &'a Inference,
}

/// The pipeline's text.
pub fn pipeline(request: &Request, sources: &[EmittedSource<'_>]) -> String {
    let mut text =
        String::from("# Written by `leadmill dedupe`, which found the columns' meaning in headers and values.\n");
    text.push_str("# Correct what it got wrong, and run it: leadmill run THIS_FILE\n\n");
    let _ = writeln!(text, "name   = {}", quoted(&request.name));
    let _ = writeln!(text, "output = {}", quoted(&request.output));
    let _ = writeln!(text, "as_of  = {}", quoted(request.as_of.as_deref().unwrap_or("today")));
    text.push_str("only   = \"dedupe\"\n");
    for source in sources {
        push_source(&mut text, source);
    }
    text.push_str("\n[load]\nname = \"none\"                      # any value makes a row usable\n");
    if let Some(country) = &request.country {
        let _ = writeln!(text, "\n[standardize]\ndefault_country = {}", quoted(country));
    }
    text.push_str("\n[dedupe]\n");
    if request.across {
        text.push_str("link     = \"across\"               # pairs of different sources only\n");
    }
    if let Some(source) = &request.source {
        let _ = writeln!(text, "source   = {}", quoted(source));
    }
    if !request.clean.is_empty() {
        let _ = writeln!(text, "clean    = {}", list(&request.clean));
    }
    if let Some(match_at) = request.match_at {
        let _ = writeln!(text, "match_at = {match_at:?}");
    }
    push_comparisons(&mut text, sources);
    if !request.tables.is_empty() {
        let _ = writeln!(text, "\n[write]\ntables = {}", list(&request.tables));
    }
    text
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

fn push_source(text: &mut String, source: &EmittedSource<'_>) {
    let columns = &source.inference.columns;
    let _ = writeln!(text, "\n# A table of {}.", source.inference.kind.noun());
    let _ = writeln!(text, "[[source]]\nname  = {}\npath  = {}", quoted(source.name), quoted(source.path));
    text.push_str(
        "infer = false                      # only what stands here says what a column is\n\n[source.fields]\n",
    );
    for &field in Field::ALL {
        let mut from: Vec<&Inferred> = columns.iter().filter(|column| field_of(column.used) == Some(field)).collect();
        // A second line follows the street and its number.
        from.sort_by_key(|column| column.meaning == Some(Meaning::Street2));
        let names: Vec<String> = from.iter().map(|column| quoted(&column.header)).collect();
        let value = match names.as_slice() {
            [] => continue,
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        let why: Vec<String> = from.iter().map(|column| note(column)).collect();
        let _ = writeln!(text, "{} = {value}  # {}", field.name(), why.join("; "));
    }
    let whole = |column: &&Inferred| !column.name.is_empty() && !matches!(column.used, Use::DatePart(_));
    let dates = columns.iter().filter(|column| column.used == Use::DatePart(0));
    let dates: Vec<[&Inferred; 3]> = dates.filter_map(|year| date_parts(columns, &year.name)).collect();
    let renamed = || columns.iter().filter(whole).filter(|column| column.name != column.header);
    if renamed().next().is_some() || !dates.is_empty() {
        text.push_str("\n[source.columns]\n");
        for column in renamed() {
            let _ = writeln!(text, "{} = {}  # {}", quoted(&column.name), quoted(&column.header), note(column));
        }
        for [year, month, day] in dates {
            let from = [year, month, day].map(|part| quoted(&part.header)).join(", ");
            let _ = writeln!(text, "{} = [{from}]  # {}", quoted(&year.name), note(year));
        }
    }
    for column in columns.iter().filter(|column| column.used == Use::Ignored) {
        let _ = writeln!(text, "# not compared: {}, {}", one_line(&column.header), one_line(&column.why));
    }
}

/// Year, month and day of a date.
fn date_parts<'a>(columns: &'a [Inferred], name: &str) -> Option<[&'a Inferred; 3]> {
    let part = |part: u8| columns.iter().find(|column| column.name == name && column.used == Use::DatePart(part));
    Some([part(0)?, part(1)?, part(2)?])
}

fn push_comparisons(text: &mut String, sources: &[EmittedSource<'_>]) {
    let mut lines: Vec<(String, String)> = Vec::new();
    for column in sources.iter().flat_map(|source| &source.inference.columns) {
        let role = match column.used {
            Use::DatePart(0) => Use::Compared(Role::Date),
            used => used,
        };
        let (key, entry) = match role {
            Use::Compared(role) => {
                let entry = format!("{{ field = {}, role = {} }},", quoted(&column.name), quoted(role.name()));
                (column.name.clone(), entry)
            }
            Use::NamedField(field) => (field.name().to_owned(), format!("{{ field = {} }},", quoted(field.name()))),
            _ => continue,
        };
        if !lines.iter().any(|(known, _)| *known == key) {
            lines.push((key, format!("  {entry}  # {}", note(column))));
        }
    }
    if !lines.is_empty() {
        text.push_str("compare  = [\n");
        lines.iter().for_each(|(_, line)| {
            text.push_str(line);
            text.push('\n');
        });
        text.push_str("]\n");
    }
}

fn field_of(used: Use) -> Option<Field> {
    match used {
        Use::Id => Some(Field::SourceId),
        Use::Field(field) | Use::NamedField(field) | Use::Kept(field) => Some(field),
        Use::Source | Use::Compared(_) | Use::DatePart(_) | Use::Ignored => None,
    }
}

/// Why a column is used so, in one line.
fn note(column: &Inferred) -> String {
    let percent = |share: f64| (share * 100.0).round() as u32;
    let (filled, different) = (percent(column.fill), percent(column.variety));
    format!("{}; {filled}% filled, {different}% different", one_line(&column.why))
}

pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A path as a project's folder sees it, with forward slashes: relative where both are on one tree.
pub fn seen_from(project: &Path, path: &Path) -> String {
    let real = |path: &Path| {
        path.canonicalize().or_else(|_| {
            // What does not exist yet (an output folder) stands in a folder that does.
            let absolute = std::path::absolute(path)?;
            let (parent, name) = (absolute.parent().map(Path::to_owned), absolute.file_name().map(PathBuf::from));
            match (parent.and_then(|parent| parent.canonicalize().ok()), name) {
                (Some(parent), Some(name)) => Ok(parent.join(name)),
                _ => Ok::<PathBuf, std::io::Error>(absolute),
            }
        })
    };
    if file::is_standard_input(path) {
        return slashed(path);
    }
    let (Ok(from), Ok(to)) = (real(project), real(path)) else { return slashed(path) };
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // Only the root in common: an absolute path says it better.
    if common <= 1 {
        return slashed(&to.iter().collect::<PathBuf>());
    }
    let ups = from[common..].iter().map(|_| Component::ParentDir);
    slashed(&ups.chain(to[common..].iter().copied()).collect::<PathBuf>())
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_toml() {
        for text in ["plain", "a \"b\" \\c", "line\nbreak", "tab\there", "Ünï", "\u{7f}"] {
            let table: toml::Table = toml::from_str(&format!("v = {}", quoted(text))).unwrap();
            assert_eq!(table["v"].as_str(), Some(text));
        }
    }

    #[test]
    fn paths_as_a_project_sees_them() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(inside("a/b")).unwrap();
        std::fs::write(inside("a/x.csv"), "").unwrap();
        for (project, path, seen) in [
            ("a", "a/x.csv", "x.csv"),
            ("a/b", "a/x.csv", "../x.csv"),
            ("a/b", "a/new", "../new"),
            ("", "a/x.csv", "a/x.csv"),
        ] {
            assert_eq!(seen_from(&inside(project), &inside(path)), seen, "{project} {path}");
        }
    }
}
