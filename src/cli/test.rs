//! `leadmill test`: the pipeline file's own cases.

use std::fmt::Write as _;

use crate::model::table::OutputType;
use crate::pipeline::{self, Trial};

use super::waterfall::Canvas;
use super::{Exit, PipelineArguments, lead_card, plan, print, say};

/// What stands below a case's name.
const INDENT: &str = "       ";

pub(super) fn test(arguments: &PipelineArguments) -> anyhow::Result<Exit> {
    let Some((plan, _)) = plan(arguments) else { return Ok(Exit::Configuration) };
    if plan.tests.is_empty() {
        say("the pipeline file has no [[test]]; see the README for one");
        return Ok(Exit::Finished);
    }
    let trials = arguments.threads.run(|| pipeline::trials(&plan))??;
    let canvas = Canvas::of_terminal();
    print(&trials.iter().map(|trial| shown(trial, canvas)).collect::<String>())?;
    let failed = trials.iter().filter(|trial| !trial.holds()).count();
    say(&format!("{} passed, {failed} failed", trials.len() - failed));
    Ok(if failed == 0 { Exit::Finished } else { Exit::Warned })
}

fn shown(trial: &Trial, canvas: Canvas) -> String {
    let mut out = format!("{:<6} {}\n", if trial.holds() { "ok" } else { "FAILED" }, trial.name);
    if let Some(code) = &trial.rejected {
        let why = match code.as_str() {
            "no_name" => "it has no usable name (no_name)",
            "empty_row" => "none of its columns has a value (empty_row)",
            code => code,
        };
        let _ = writeln!(out, "{INDENT}the lead was rejected: {why}");
        return out;
    }
    for miss in &trial.misses {
        let [expected, found] = [&miss.expected, &miss.found].map(|value| value_of(miss.kind, value));
        let _ = write!(out, "{INDENT}{}: expected {expected}, found {found}", miss.column);
        for (given, code) in &miss.findings {
            let _ = write!(out, " (finding {code}: \"{given}\")");
        }
        out.push('\n');
    }
    let is_missed = |is_of: fn(&str) -> bool| trial.misses.iter().any(|miss| is_of(&miss.column));
    let mut why = String::new();
    if is_missed(is_of_score) || is_missed(is_of_decision) {
        why.push_str(&lead_card::score(&trial.lead, canvas));
    }
    if is_missed(is_of_decision) || is_missed(|column| column == "assigned_to") {
        why.push_str(&lead_card::decision(&trial.lead.decision));
    }
    for line in why.lines() {
        let _ = writeln!(out, "{}", format!("{INDENT}{line}").trim_end());
    }
    if !why.is_empty() {
        out.push('\n');
    }
    out
}

/// Texts stand in quotes, so that a blank at their end is seen, and digits are no number.
fn value_of(kind: OutputType, value: &str) -> String {
    match (value, kind) {
        ("", _) => "nothing".to_owned(),
        (text, OutputType::Text) => format!("\"{text}\""),
        (other, _) => other.to_owned(),
    }
}

/// Whether a column comes of the ledger.
fn is_of_score(column: &str) -> bool {
    let of_all = ["score", "score_percent", "auto_stars", "stars", "grade", "rating_type"];
    let of_groups = ["_score", "_percent", "_band"];
    of_all.contains(&column) || of_groups.iter().any(|end| column.ends_with(end)) || column.starts_with("reasons_")
}

/// Whether a column comes of the decision, most often one by stars or score.
fn is_of_decision(column: &str) -> bool {
    ["status", "status_reason", "stage", "closed_at"].contains(&column)
}
