//! What a set says of itself: the files by name, a README for people, a manifest for programs.

use std::fmt::Write as _;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::leads::LeadCounts;
use super::sheet::Operation;
use super::{Made, Numbered};
use crate::config::plan::ChangeSet;
use crate::model::emissions::Action;
use crate::model::table::TextFile;

/// A set, ready to be written.
pub(super) struct Told<'a> {
    pub(super) set: &'a ChangeSet,
    pub(super) made: Made<'a>,
    pub(super) counts: LeadCounts,
    /// Notes that no file takes.
    pub(super) notes_left: usize,
    /// Notes that an earlier set made.
    pub(super) notes_had: usize,
    /// Wishes that no undo takes back.
    pub(super) wishes_for_good: usize,
    /// New records without the e-mail address that another one has.
    pub(super) addresses_left: usize,
    /// Open leads that are none, since their persons are contacts.
    pub(super) leads_with_contact: usize,
    pub(super) load: Vec<Numbered>,
    pub(super) undo: Vec<Numbered>,
}

/// A file in the manifest.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    operation: Operation,
    object: String,
    /// The columns that identify a record.
    key: Vec<String>,
    rows: usize,
    bytes: usize,
    /// XXH3, 128 bits, hexadecimal.
    xxh3: String,
}

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    crm: &'a str,
    as_of: String,
    external_id: &'a str,
    load: Vec<Entry>,
    undo: Vec<Entry>,
}

/// A file, its entry in the manifest, and its line for people.
type Part = (TextFile, Entry, String);

/// All files of a set.
pub(super) fn files(told: &Told<'_>) -> Vec<TextFile> {
    let dialect = &told.set.dialect;
    let load = parts(told, &told.load, "");
    let undo = parts(told, &told.undo, "undo/");
    let readme = readme(told, &load, &undo);
    let (mut files, mut entries) = (Vec::new(), [Vec::new(), Vec::new()]);
    for (which, parts) in [load, undo].into_iter().enumerate() {
        for (file, entry, _) in parts {
            files.push(file);
            entries[which].push(entry);
        }
    }
    let [load, undo] = entries;
    let manifest = Manifest {
        crm: &dialect.name,
        as_of: told.made.as_of.to_string(),
        external_id: &dialect.external_id,
        load,
        undo,
    };
    let manifest = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    let folder = told.set.folder();
    files.push(TextFile { name: format!("{folder}/README.md"), text: readme });
    files.push(TextFile { name: format!("{folder}/manifest.json"), text: manifest + "\n" });
    files
}

fn parts(told: &Told<'_>, sheets: &[Numbered], folder: &str) -> Vec<Part> {
    let set = told.set;
    let mut all = Vec::new();
    for Numbered { stem, sheet } in sheets {
        let parts = sheet.parts(&set.dialect);
        let several = parts.len() > 1;
        for (number, (text, rows)) in (1..).zip(parts) {
            let name = if several { format!("{folder}{stem}_part{number}.csv") } else { format!("{folder}{stem}.csv") };
            let entry = Entry {
                name: name.clone(),
                operation: sheet.operation,
                object: sheet.object.clone(),
                key: sheet.key.clone(),
                rows,
                bytes: text.len(),
                xxh3: format!("{:032x}", xxh3_128(text.as_bytes())),
            };
            let key = sheet.key.join(", ");
            let line = format!(
                "| `{name}` | {rows} | {} | {} | {key} | {} |",
                sheet.object,
                sheet.operation.name(),
                sheet.about
            );
            all.push((TextFile { name: format!("{}/{name}", set.folder()), text }, entry, line));
        }
    }
    all
}

const HEADING: &str =
    "| file | rows | object | what happens | found by | what they are |\n|---|---:|---|---|---|---|\n";

/// Step by step, in words.
fn readme(told: &Told<'_>, load: &[Part], undo: &[Part]) -> String {
    let (set, dialect) = (told.set, &told.set.dialect);
    let mut out = format!("# Changes for {}, as of {}\n\n{}\n", dialect.title, told.made.as_of, counts(told));
    let before = dialect.guide.before.trim();
    let _ = write!(out, "\n## Before\n\n{before}\n\nLoading a file again changes nothing.\n");
    let _ = write!(out, "\n## Bring it in\n\n{}", list(load, "Nothing: the CRM says all that the run says.\n"));
    out.push_str(&steps(told, &told.load, load, ""));
    let _ = write!(out, "\n## Take it back\n\n{}\n\n{}", taking_back(told), list(undo, "Nothing.\n"));
    out.push_str(&steps(told, &told.undo, undo, "undo/"));
    let left = left_out(told);
    if !left.is_empty() {
        let _ = write!(out, "\n## What is not in here\n\n{left}");
    }
    let _ = write!(out, "\n`manifest.json` lists the files with their rows and hashes. {}\n", linked(set));
    out
}

/// What the undo does, and what it does not.
fn taking_back(told: &Told<'_>) -> String {
    let mut out = "The files of `undo/`, in the order of their numbers: what this set made is deleted, what it changed gets the \
                   values of the exports that this run read. Whatever anybody did in between with these records is lost with \
                   them. Sets of later runs refer to what this one made: take them back first, the last one at the beginning."
        .to_owned();
    let restores_wishes =
        told.undo.iter().any(|it| it.sheet.name.contains("no_email") || it.sheet.name.contains("no_call"));
    if restores_wishes {
        out += " Wishes for no contact go back, too: leave the files of `no_email` and `no_call` out where they are to stay.";
    }
    if told.wishes_for_good > 0 {
        let _ = write!(
            out,
            " {} wishes for no contact stay: no import takes them back, or no export says what was there before.",
            told.wishes_for_good
        );
    }
    if told.notes_had > 0 {
        let _ = write!(out, " {} notes stay: an earlier run wrote them already.", told.notes_had);
    }
    out
}

fn linked(set: &ChangeSet) -> String {
    format!(
        "Records that {} had before are referred to by `{}`, and otherwise left as they are.",
        set.dialect.title, set.dialect.external_id
    )
}

fn list(parts: &[Part], nothing: &str) -> String {
    if parts.is_empty() {
        return nothing.to_owned();
    }
    let lines: Vec<&str> = parts.iter().map(|(.., line)| line.as_str()).collect();
    format!("{HEADING}{}\n", lines.join("\n"))
}

/// How each file is loaded.
fn steps(told: &Told<'_>, sheets: &[Numbered], parts: &[Part], folder: &str) -> String {
    let mut out = String::new();
    for (number, Numbered { stem, sheet }) in (1..).zip(sheets) {
        let own = |part: &&Part| part.1.name.starts_with(&format!("{folder}{stem}"));
        let file = parts.iter().find(own).map_or("", |part| part.1.name.as_str());
        let told = sheet.operation.told(&told.set.dialect);
        let told = told.replace("{object}", &sheet.object).replace("{column}", &sheet.key[0]).replace("{file}", file);
        let lead = if number == 1 { "\n" } else { "" };
        let _ = writeln!(out, "{lead}{number}. `{stem}`: {told}.");
    }
    out
}

fn counts(told: &Told<'_>) -> String {
    let emissions = told.made.emissions;
    let new = |actions: &mut dyn Iterator<Item = Action>| actions.filter(|it| *it == Action::Create).count();
    let LeadCounts { qualified, disqualified, reactivated, duplicates, others, .. } = told.counts;
    let of_contacts = |name: &str| name == "contacts" || name.starts_with("contacts_without_");
    let contacts = told.load.iter().filter(|it| of_contacts(&it.sheet.name));
    let contacts: usize = contacts.map(|it| it.sheet.rows()).sum();
    format!(
        "New: {} accounts, {} contacts, {} opportunities. Leads of the CRM: {qualified} qualified, {disqualified} \
         disqualified, {reactivated} reactivated, {duplicates} closed as duplicates, {others} with another owner, score \
         or grade.",
        new(&mut emissions.accounts.iter().map(|it| it.action)),
        contacts,
        new(&mut emissions.opportunities.iter().map(|it| it.action)),
    )
}

/// What the run knows and the files do not say.
fn left_out(told: &Told<'_>) -> String {
    let mut out = String::new();
    let set = told.set;
    if !set.files.is_empty() && !set.left_out.is_empty() {
        let columns: Vec<String> = set.left_out.iter().map(|column| format!("`{column}`")).collect();
        let _ = writeln!(
            out,
            "- {}: no export of leads has the column, so nobody could put its values back. Export it, and it is written.",
            columns.join(", ")
        );
    }
    if told.counts.left_open > 0 {
        let _ = writeln!(
            out,
            "- {} open duplicates of leads that go on: the next run could not tell them from disqualified ones. Export a \
             field for the reason, or give `status` a `duplicate` of its own.",
            told.counts.left_open
        );
    }
    if told.addresses_left > 0 {
        let _ = writeln!(
            out,
            "- {} e-mail addresses of new records: {} has one contact for each, and another record has it (finding \
             `shared_address`).",
            told.addresses_left, set.dialect.title
        );
    }
    if told.leads_with_contact > 0 {
        let _ = writeln!(
            out,
            "- {} open leads: {} has a contact of the same person and e-mail address.",
            told.leads_with_contact, set.dialect.title
        );
    }
    if told.notes_left > 0 {
        let _ = writeln!(
            out,
            "- {} notes of opportunities that {} has already; they stand in `opportunity_notes`.",
            told.notes_left, set.dialect.title
        );
    }
    out
}
