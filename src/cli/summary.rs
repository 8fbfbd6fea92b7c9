//! What a run did, for a person at a terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::config::plan::{Only, Plan};
pub(super) use crate::model::amount::grouped;
use crate::model::answers::AnswerState;
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
    if let Some(asked) = asked(summary).filter(|_| plan.write.writes("review")) {
        lines.push(format!("{asked} to decide: see the review table and `[dedupe] decisions`."));
    }
    if let Some(useless) = useless(summary).filter(|_| plan.write.writes("verdicts")) {
        lines.push(useless);
    }
    lines.push(if dry_run {
        "Dry run: nothing was written.".to_owned()
    } else {
        format!("{} tables in {}, {:.1} s", summary.tables.len(), plan.output.display(), seconds(summary))
    });
    lines.join("\n")
}

/// Questions to people: "27 pairs", "27 pairs and 2 records"; none where there are none.
fn asked(summary: &RunSummary) -> Option<String> {
    let asked = [(summary.dedupe.review, "pair"), (summary.qualify.questions, "record")];
    let asked: Vec<String> =
        asked.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| number(*count, noun)).collect();
    (!asked.is_empty()).then(|| asked.join(" and "))
}

/// Answers that decide nothing, for their authors to look at.
fn useless(summary: &RunSummary) -> Option<String> {
    let of = |state: AnswerState| count_of(summary, state);
    let told: Vec<String> = [AnswerState::Stale, AnswerState::Contradictory]
        .into_iter()
        .filter(|&state| of(state) > 0)
        .map(|state| format!("{} {}", grouped(of(state)), state.name()))
        .collect();
    let answers =
        if of(AnswerState::Stale) + of(AnswerState::Contradictory) == 1 { "answer decides" } else { "answers decide" };
    (!told.is_empty()).then(|| format!("{} {answers} nothing: see the verdicts table.", told.join(" and ")))
}

fn count_of(summary: &RunSummary, state: AnswerState) -> u64 {
    summary.answers.iter().filter(|(name, _)| name == state.name()).map(|(_, count)| count).sum()
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
    let answers = AnswerState::ALL.iter().map(|&state| (count_of(summary, state), state.name()));
    let answers: Vec<(u64, &str)> = answers.filter(|(count, _)| *count > 0).collect();
    if !answers.is_empty() {
        row("Answers", &answers);
    }
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
