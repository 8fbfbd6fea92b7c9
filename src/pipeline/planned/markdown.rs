//! A plan as people read it: plan.md, and in short.

use std::fmt::Write;
use std::path::Path;

use super::PlannedRun;
use crate::model::amount::grouped;
use crate::model::expectations::{ExpectationState, ExpectationSummary};
use crate::model::planned::{ChangeGroup, ChangeKind, ChangeLine, ChangedKind, PlannedChanges};
use crate::model::summary::RunSummary;

use ChangeKind::{Block, Create, Disqualify, Link, Qualify, Reactivate, Review};
use ChangedKind::{Account, Contact, Lead, Opportunity};

/// The sections about changes in order of what people ask first, with their titles.
const SECTIONS: [(ChangedKind, ChangeKind, &str); 11] = [
    (Account, Create, "Accounts to create"),
    (Contact, Create, "Contacts to create"),
    (Opportunity, Create, "Opportunities to create"),
    (Account, Link, "Accounts that leads are linked to"),
    (Contact, Link, "Contacts that leads are linked to"),
    (Opportunity, Link, "Opportunities that leads are linked to"),
    (Lead, Block, "Blocked"),
    (Lead, Review, "Left to a person"),
    (Lead, Disqualify, "Disqualified"),
    (Lead, Reactivate, "Reactivated"),
    (Lead, Qualify, "Qualified"),
];

/// What happens to how many, without the names.
pub fn in_short(planned: &PlannedRun) -> Vec<String> {
    let group = |kind, change| planned.changes.iter().find(|it| (it.kind, it.change) == (kind, change));
    let count = |kind, change| group(kind, change).map_or(0, |it| it.count);
    let records = [
        (Account, ["account", "accounts"]),
        (Contact, ["contact", "contacts"]),
        (Opportunity, ["opportunity", "opportunities"]),
    ];
    let of_records = |change| {
        let named = records.map(|(kind, [one, several])| match count(kind, change) {
            1 => format!("1 {one}"),
            count => format!("{} {several}", grouped(count)),
        });
        named.join(", ")
    };
    let mut lines = vec![format!("create   {}", of_records(Create)), format!("link     {}", of_records(Link))];
    if let Some(value) = group(Opportunity, Create).and_then(value) {
        lines.push(format!("value    {value}"));
    }
    let leads = [(Qualify, "qualify"), (Disqualify, "disqualify"), (Reactivate, "reactivate"), (Block, "blocked")];
    let mut told: Vec<String> =
        leads.iter().map(|&(change, verb)| format!("{} {verb}", grouped(count(Lead, change)))).collect();
    told.push(format!("{} left to a person", grouped(count(Lead, Review))));
    told.push(format!("{} unchanged", grouped(planned.unchanged)));
    lines.push(format!("leads    {}", told.join(", ")));
    for (change, word) in [(Block, "blocked"), (Review, "review")] {
        lines.extend(group(Lead, change).map(|it| format!("{word:<8} {}", reasons(it))));
    }
    lines
}

/// "1,200 EUR; 300 USD; 50 in no currency; 3 without a value".
fn value(group: &ChangeGroup) -> Option<String> {
    let sum = |(currency, sum): &(String, String)| match currency.as_str() {
        "" => format!("{sum} in no currency"),
        currency => format!("{sum} {currency}"),
    };
    let (unnamed, named): (Vec<_>, Vec<_>) = group.values.iter().partition(|(currency, _)| currency.is_empty());
    let sums = named.into_iter().chain(unnamed).map(sum);
    let blank = (group.without_value > 0).then(|| format!("{} without a value", grouped(group.without_value)));
    let parts: Vec<String> = sums.chain(blank).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// "duplicate_lead 2, duplicate_opportunity 1".
fn reasons(group: &ChangeGroup) -> String {
    let each = group.reasons.iter().map(|(reason, count)| format!("{reason} {}", grouped(*count)));
    each.collect::<Vec<_>>().join(", ")
}

/// The summary of a plan. Writing to a string cannot fail.
pub(super) fn markdown(
    planned: &PlannedRun,
    changes: &PlannedChanges,
    run: &RunSummary,
    pipeline: &Path,
    folder: &Path,
) -> String {
    let mut out = format!("# Plan of {}, as of {}\n\n", text(&planned.pipeline.name), planned.as_of);
    out += &beginning(planned, run, pipeline, folder);
    out += "\n## In short\n\n| | create | link |\n|---|--:|--:|\n";
    let count = |kind, change| {
        let group = changes.groups.iter().find(|it| (it.kind, it.change) == (kind, change));
        grouped(group.map_or(0, |it| it.count))
    };
    for (kind, name) in [(Account, "Accounts"), (Contact, "Contacts"), (Opportunity, "Opportunities")] {
        let _ = writeln!(out, "| {name} | {} | {} |", count(kind, Create), count(kind, Link));
    }
    let made = changes.groups.iter().find(|it| (it.kind, it.change) == (Opportunity, Create));
    if let Some(value) = made.and_then(value) {
        let _ = writeln!(out, "\nValue of the opportunities to create: **{}**.", text(&value));
    }
    out += "\n| leads | | why |\n|---|--:|---|\n";
    let why = |change| {
        let group = changes.groups.iter().find(|it| (it.kind, it.change) == (Lead, change));
        group.map(reasons).unwrap_or_default()
    };
    let leads = [
        (Qualify, "Qualified"),
        (Disqualify, "Disqualified"),
        (Reactivate, "Reactivated"),
        (Block, "Blocked"),
        (Review, "Left to a person"),
    ];
    for (change, name) in leads {
        let _ = writeln!(out, "| {name} | {} | {} |", count(Lead, change), text(&why(change)));
    }
    let _ = writeln!(out, "| Unchanged | {} | |", grouped(changes.unchanged));
    out += &expectations(&run.expectations);
    for (kind, change, title) in SECTIONS {
        let group = changes.groups.iter().find(|it| (it.kind, it.change) == (kind, change));
        out += &group.map(|group| section(title, group)).unwrap_or_default();
    }
    out
}

/// What was planned from what, and how it is carried out.
fn beginning(planned: &PlannedRun, run: &RunSummary, pipeline: &Path, folder: &Path) -> String {
    let sets = match planned.sets.is_empty() {
        true => String::new(),
        false => format!(" with `{}`", planned.sets.join("`, `")),
    };
    let inputs = match planned.inputs.len() {
        1 => "1 input".to_owned(),
        several => format!("{several} inputs"),
    };
    let review = match run.dedupe.review {
        0 => String::new(),
        1 => "; 1 pair of rows to decide (`review`)".to_owned(),
        pairs => format!("; {} pairs of rows to decide (`review`)", grouped(pairs)),
    };
    let mut out = format!(
        "Pipeline file `{}`{sets}; {inputs}, {} rows, {} of them rejected, {} leads{review}.\n",
        pipeline.display(),
        grouped(run.load.rows),
        grouped(run.load.rejects),
        grouped(run.dedupe.golden),
    );
    match &planned.barred {
        Some(barred) => {
            out += "\n> **Nothing of this may be published.**\n";
            for line in barred.lines() {
                let _ = writeln!(out, "> {}", text(line.trim()));
            }
        }
        None => {
            let folder = folder.display();
            let _ = write!(
                out,
                "\nNothing is published yet. `leadmill run --plan {folder}` does exactly this, or refuses where an input, the \
                 pipeline file or the last run is no longer what it was.\n"
            );
        }
    }
    out += "\nEvery change is a row of the table `changes`; the tables beside it are those that would be published.\n";
    out
}

/// Those that are not met.
fn expectations(all: &[ExpectationSummary]) -> String {
    let word = |one: &ExpectationSummary| match one.state {
        ExpectationState::Fail => Some("fails"),
        ExpectationState::Warn => Some("warns"),
        ExpectationState::Unknown => Some("not known yet"),
        ExpectationState::Met | ExpectationState::Rests => None,
    };
    let lines =
        all.iter().filter_map(|one| Some(format!("- **{}**: {} ({})\n", text(&one.name), text(&one.says), word(one)?)));
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("\n## Expectations\n\n{lines}") }
}

/// A column of a section: its title, and what it shows of a change.
type Column = (&'static str, fn(&ChangeLine) -> &str);

/// The first changes of a kind.
fn section(title: &str, group: &ChangeGroup) -> String {
    let mut out = format!("\n## {title} ({})\n\n", grouped(group.count));
    let of_lead = group.kind == Lead;
    let with_value = group.first.iter().any(|line| !line.value.is_empty());
    let with_matched = group.first.iter().any(|line| !line.matched.is_empty());
    let mut columns: Vec<Column> = vec![("name", |line| &line.name)];
    if of_lead {
        columns.push(("why", |line| &line.reason));
    }
    if with_matched {
        columns.push(("matched", |line| &line.matched));
    }
    columns.push(("owner", |line| &line.owner));
    if with_value {
        columns.push(("value", |line| &line.value));
    }
    columns.push(("id", |line| &line.id));
    let titles: Vec<&str> = columns.iter().map(|(title, _)| *title).collect();
    let rules: Vec<&str> = titles.iter().map(|title| if *title == "value" { "--:" } else { "---" }).collect();
    let _ = writeln!(out, "| {} |\n|{}|", titles.join(" | "), rules.join("|"));
    for line in &group.first {
        let cells: Vec<String> = columns.iter().map(|(_, cell)| text(cell(line))).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    let more = group.count - group.first.len() as u64;
    if more > 0 {
        let _ = writeln!(
            out,
            "\nand {} more: `changes`, kind = {}, change = {}.",
            grouped(more),
            group.kind.name(),
            group.change.name()
        );
    }
    out
}

/// A text that Markdown shows as it is, in one line of a table.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '<' | '>' | '[' | ']' | '`' | '\\' | '#' | '~' => out.extend(['\\', letter]),
            '\n' | '\r' | '\t' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
