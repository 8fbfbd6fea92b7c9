//! What a run did, for a person at a terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::config::plan::{Only, Plan};
pub(super) use crate::model::amount::grouped;
use crate::model::expectations::{ExpectationState, ExpectationSummary};
use crate::model::summary::RunSummary;

/// Widest bar of the stars' chart, in characters.
const BAR: u64 = 32;

/// A short account of a run: rows, leads, scores, decisions, records, and where they are.
pub(super) fn render(summary: &RunSummary, plan: &Plan, dry_run: bool) -> String {
    let mut lines = vec![format!("{} as of {}", summary.pipeline, summary.as_of), String::new()];
    lines.push(counts(summary, plan.only == Some(Only::Dedupe)));
    lines.push(String::new());
    if !plan.score.criteria.is_empty() {
        lines.push(stars(summary));
        lines.push(String::new());
    }
    let unmet: Vec<&ExpectationSummary> =
        summary.expectations.iter().filter(|expectation| expectation.state != ExpectationState::Met).collect();
    if !unmet.is_empty() {
        let width = unmet.iter().map(|expectation| noun(expectation.state).len()).max().unwrap_or_default();
        let line = |one: &&ExpectationSummary| format!(" {:<width$}  {}: {}", noun(one.state), one.name, one.says);
        lines.extend(unmet.iter().map(line));
        lines.push(String::new());
    }
    let skipped: u64 = summary.dedupe.blocking.iter().map(|rule| rule.skipped.len() as u64).sum();
    if skipped > 0 {
        lines.push(format!(
            "{skipped} blocks were too large to compare whole; run.json names them and their sizes under dedupe.blocking."
        ));
    }
    let rejects = summary.load.rejects;
    if rejects > 0 && plan.write.writes("rejects") {
        lines.push(format!("{} rejected: see the rejects table for file, line and reason.", number(rejects, "row")));
    }
    if summary.dedupe.review > 0 && plan.write.writes("review") {
        lines.push(format!(
            "{} to decide: see the review table and `[dedupe] decisions`.",
            number(summary.dedupe.review, "pair")
        ));
    }
    lines.push(if dry_run {
        "Dry run: nothing was written.".to_owned()
    } else {
        format!("{} tables in {}, {:.1} s", summary.tables.len(), plan.output.display(), seconds(summary))
    });
    lines.join("\n")
}

fn seconds(summary: &RunSummary) -> f64 {
    summary.seconds.iter().map(|(_, seconds)| seconds).sum()
}

/// How an expectation came out, as a verb of it.
fn noun(state: ExpectationState) -> &'static str {
    match state {
        ExpectationState::Met => "met",
        ExpectationState::Warn => "warns",
        ExpectationState::Fail => "fails",
        ExpectationState::Unknown => "not known yet",
        ExpectationState::Rests => "rests",
    }
}

/// Expectations that warn, a line each.
pub(super) fn warnings(summary: &RunSummary) -> impl Iterator<Item = String> {
    let warn = summary.expectations.iter().filter(|expectation| expectation.state == ExpectationState::Warn);
    warn.map(|expectation| format!("{}: {}", expectation.name, expectation.says))
}

/// Rows and leads; what became of the leads, too, unless the run only looked for duplicates.
fn counts(summary: &RunSummary, only_duplicates: bool) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let mut row = |what: &str, cells: &[(u64, &str)]| {
        let cells = cells.iter().map(|(count, noun)| format!("{} {noun}", grouped(*count)));
        table.add_row(std::iter::once(what.to_owned()).chain(cells));
    };
    let (load, dedupe, assign, qualify) = (summary.load, &summary.dedupe, summary.assign, &summary.qualify);
    row(
        "Rows",
        &[(load.rows, "read"), (load.leads, "usable"), (load.rejects, "rejected"), (load.findings, "findings")],
    );
    row(
        "Leads",
        &[
            (dedupe.golden, "golden"),
            (dedupe.merged, "merged"),
            (dedupe.compared, "pairs compared"),
            (dedupe.review, "to review"),
        ],
    );
    if !only_duplicates {
        let decisions = qualify.decisions.iter().filter(|(_, count)| *count > 0);
        let decisions: Vec<(u64, &str)> = decisions.map(|(name, count)| (*count, name.as_str())).collect();
        row("Owners", &[(assign.kept, "kept"), (assign.assigned, "assigned"), (assign.unassigned, "without")]);
        row("Decisions", &decisions);
        for (what, [created, linked]) in
            [("Accounts", qualify.accounts), ("Contacts", qualify.contacts), ("Opportunities", qualify.opportunities)]
        {
            row(what, &[(created, "to create"), (linked, "linked")]);
        }
    }
    let states = [
        ExpectationState::Met,
        ExpectationState::Warn,
        ExpectationState::Fail,
        ExpectationState::Unknown,
        ExpectationState::Rests,
    ];
    let in_state = |state| summary.expectations.iter().filter(|expectation| expectation.state == state).count() as u64;
    let states = states.map(|state| (in_state(state), noun(state)));
    if !summary.expectations.is_empty() {
        row("Expectations", &states.into_iter().filter(|(count, _)| *count > 0).collect::<Vec<_>>());
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// Leads per number of stars, as bars.
fn stars(summary: &RunSummary) -> String {
    let stars = summary.score.stars;
    let most = stars.iter().copied().max().unwrap_or(0).max(1);
    let line = |(number, &count): (usize, &u64)| {
        let bar = (count * BAR).div_ceil(most) as usize;
        format!(" {}{} {:>9}  {}", "★".repeat(number), "☆".repeat(5 - number), grouped(count), "█".repeat(bar))
    };
    stars.iter().enumerate().rev().map(line).collect::<Vec<_>>().join("\n")
}

/// A count with its noun.
pub(super) fn number(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}
