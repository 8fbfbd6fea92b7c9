//! The score ledger, near misses and the decisions.

use crate::model::column_values::{ColumnValues, Words};
use crate::model::ledger_values::{LedgerRows, LedgerValue};
use crate::model::near_misses::NearMisses;
use crate::model::scorecards::{LedgerLine, Points};
use crate::model::table::OutputType::{Boolean, Decimal, Integer, Text};
use crate::model::table::{
    OutputColumn, OutputTable, coded, filled_text, integers, of_text, optional_integers, optional_numbers, text, words,
};

use super::Evidence;

pub(super) fn ledger_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("criterion", Text, "Criterion, or the limit of a group"),
        OutputColumn::optional(
            "met",
            Boolean,
            "Whether the lead meets it; blank without data, and for a group's limit",
        ),
        OutputColumn::required("points", Decimal, "Points; they sum exactly to the score"),
        OutputColumn::optional("version", Text, "Version of the criterion, its pack or the rule set"),
    ]
}

/// Lead by lead, its lines in criterion order.
pub(super) fn ledger(evidence: Evidence<'_>) -> OutputTable {
    let (ids, lines) = (evidence.entities.ids.clone(), evidence.scores.lines.clone());
    let word = |of: fn(&LedgerLine) -> &str| LedgerValue::Word(lines.iter().map(of).collect());
    let versions = word(|line| line.version.as_deref().unwrap_or_default());
    let values = [LedgerValue::LeadId, word(|line| &line.name), LedgerValue::Met, LedgerValue::Points, versions];
    let rows = LedgerRows { ids, lines: lines.clone() };
    let values = values.map(|value| ColumnValues::Ledger { rows: rows.clone(), value });
    OutputTable::new("score_ledger", ledger_columns(), values.into())
}

pub(super) fn near_miss_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Open golden lead that is just under a grade, a star or the gate"),
        OutputColumn::required("target", Text, "What it is just under: grade A, 4 stars, qualify"),
        OutputColumn::optional("gap", Decimal, "Points that are missing; blank where the score is not what is missing"),
        OutputColumn::required("changes", Integer, "How many facts would have to change: 1 or 2"),
        OutputColumn::required("change", Text, "The smallest change that lifts it, in words"),
    ]
}

/// Lead by lead: grade, star, gate.
pub(super) fn near_misses(evidence: Evidence<'_>) -> OutputTable {
    let none = NearMisses::default();
    let misses = evidence.near_misses.unwrap_or(&none);
    let rows = || misses.rows();
    let values = vec![
        coded(Words::LeadIds(evidence.entities.ids.clone()), rows().map(|miss| miss.lead).collect()),
        words(rows().map(|miss| misses.targets[miss.target as usize].as_str())),
        optional_numbers(rows().map(|miss| miss.gap.map(Points::to_f64))),
        integers(rows().map(|miss| i64::from(miss.changes))),
        text(misses.texts()),
    ];
    OutputTable::new("near_misses", near_miss_columns(), values)
}

pub(super) fn decision_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("decision", Text, "qualified, disqualified, reactivated, blocked, review or unchanged"),
        OutputColumn::optional("rule", Text, "The rule that decided"),
        OutputColumn::optional("reason", Text, "Why: a code, or the reason in the pipeline file"),
        OutputColumn::optional("matched", Text, "What the lead was linked to or blocked by, as kind:id"),
        OutputColumn::optional("candidates", Text, "What came into question, as kind:id"),
        OutputColumn::optional("account_id", Text, "The account that the lead got, made or linked"),
        OutputColumn::optional("contact_id", Text, "The contact that the lead got"),
        OutputColumn::optional("opportunity_id", Text, "The opportunity that the lead got"),
        OutputColumn::optional("qualified_times", Integer, "How often the lead has qualified, this time included"),
        OutputColumn::optional("owner", Text, "Owner"),
        OutputColumn::optional("owner_reason", Text, "The assignment rule that chose, or why nobody was chosen"),
    ]
}

pub(super) fn decisions(evidence: Evidence<'_>) -> OutputTable {
    let decisions = &evidence.emissions.decisions;
    let values = vec![
        coded(Words::LeadIds(evidence.entities.ids.clone()), (0..evidence.entities.len() as u32).collect()),
        words(decisions.iter().map(|decision| decision.kind.name())),
        words(decisions.iter().map(|decision| &*decision.rule)),
        words(decisions.iter().map(|decision| &*decision.reason)),
        filled_text(decisions.iter().map(|decision| decision.found().matched.join("; "))),
        filled_text(decisions.iter().map(|decision| decision.found().candidates.join("; "))),
        filled_text(decisions.iter().map(|decision| &decision.found().account_id)),
        filled_text(decisions.iter().map(|decision| &decision.found().contact_id)),
        filled_text(decisions.iter().map(|decision| &decision.found().opportunity_id)),
        optional_integers(decisions.iter().map(|decision| match decision.found().qualified_times {
            0 => None,
            times => Some(i64::from(times)),
        })),
        evidence.assignments.owners(),
        of_text(&evidence.assignments.reason),
    ];
    OutputTable::new("decisions", decision_columns(), values)
}
