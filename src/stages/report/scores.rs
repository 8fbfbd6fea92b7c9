//! The score ledger and the decisions.

use crate::model::column_values::Words;
use crate::model::table::OutputType::{Boolean, Decimal, Text};
use crate::model::table::{OutputColumn, OutputTable, coded, filled_text, numbers, optional_booleans, words};

use super::Evidence;

pub(super) fn ledger_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("criterion", Text, "Criterion, or the limit of a group"),
        OutputColumn::optional("met", Boolean, "Whether the lead meets it; blank for a group's limit"),
        OutputColumn::required("points", Decimal, "Points; they sum exactly to the score"),
    ]
}

/// Lead by lead, its lines in criterion order.
pub(super) fn ledger(evidence: Evidence<'_>) -> OutputTable {
    let (ids, lines) = (&evidence.entities.ids, &evidence.scores.lines);
    let cells = || (0..ids.len()).flat_map(|lead| lines.iter().map(move |line| (lead, line)));
    let values = vec![
        coded(Words::LeadIds(ids.clone()), cells().map(|(lead, _)| lead as u32).collect()),
        words(cells().map(|(_, line)| line.name.as_str())),
        optional_booleans(cells().map(|(lead, line)| line.met[lead])),
        numbers(cells().map(|(lead, line)| line.points[lead].to_f64())),
    ];
    OutputTable::new("score_ledger", ledger_columns(), values)
}

pub(super) fn decision_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("decision", Text, "qualified, disqualified, reactivated, blocked, review or unchanged"),
        OutputColumn::optional("rule", Text, "The rule that decided"),
        OutputColumn::optional("reason", Text, "Why: a code, or the reason in the pipeline file"),
        OutputColumn::optional("matched", Text, "What the lead was linked to or blocked by, as kind:id"),
        OutputColumn::optional("candidates", Text, "What came into question, as kind:id"),
        OutputColumn::optional("owner", Text, "Owner"),
        OutputColumn::optional("owner_reason", Text, "The assignment rule that chose, or why nobody was chosen"),
    ]
}

pub(super) fn decisions(evidence: Evidence<'_>) -> OutputTable {
    let decisions = &evidence.emissions.decisions;
    let values = vec![
        coded(Words::LeadIds(evidence.entities.ids.clone()), (0..evidence.entities.len() as u32).collect()),
        words(decisions.iter().map(|decision| decision.kind.name())),
        filled_text(decisions.iter().map(|decision| &decision.rule)),
        filled_text(decisions.iter().map(|decision| &decision.reason)),
        filled_text(decisions.iter().map(|decision| decision.matched.join("; "))),
        filled_text(decisions.iter().map(|decision| decision.candidates.join("; "))),
        filled_text(evidence.assignments.owner.iter().map(|owner| owner.as_deref().unwrap_or(""))),
        filled_text(&evidence.assignments.reason),
    ];
    OutputTable::new("decisions", decision_columns(), values)
}
