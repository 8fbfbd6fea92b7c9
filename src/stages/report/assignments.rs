//! Who got which lead, and what everybody has then.

use crate::config::plan::ReportPlan;
use crate::model::column_values::Words;
use crate::model::table::OutputType::{Boolean, Integer, Text};
use crate::model::table::{OutputColumn, OutputTable, booleans, coded, integers, of_text, optional_integers, text};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::optional("owner", Text, "Owner, or the fallback queue"),
        OutputColumn::optional("previous_owner", Text, "Owner before this run"),
        OutputColumn::optional("rule", Text, "The rule that gave the owner"),
        OutputColumn::required("reason", Text, "Why: the rule, the account, or why nobody could be chosen"),
        OutputColumn::required("changed", Boolean, "Whether this run gave the owner"),
    ]
}

/// Lead by lead.
pub(super) fn assignments(evidence: Evidence<'_>) -> OutputTable {
    let assignments = evidence.assignments;
    let values = vec![
        coded(Words::LeadIds(evidence.entities.ids.clone()), (0..evidence.entities.len() as u32).collect()),
        assignments.owners(),
        of_text(&assignments.previous),
        of_text(&assignments.rule),
        of_text(&assignments.reason),
        booleans(assignments.changed.iter().copied()),
    ];
    OutputTable::new("assignments", columns(), values)
}

/// The name of the report about everybody's load.
const OWNER_LOAD: &str = "owner_load";

/// The built-in report about everybody's load, unless a planned report has its name.
pub fn owner_load(evidence: Evidence<'_>, plans: &[ReportPlan]) -> Option<OutputTable> {
    if plans.iter().any(|plan| plan.slug == OWNER_LOAD) {
        return None;
    }
    let loads = &evidence.assignments.loads;
    let columns = vec![
        OutputColumn::required("owner", Text, "Owner, or the fallback queue"),
        OutputColumn::required("before", Integer, "Open leads before assigning"),
        OutputColumn::required("given", Integer, "Open leads that this run gave"),
        OutputColumn::required("taken", Integer, "Open leads that this run gave to somebody else"),
        OutputColumn::required("after", Integer, "Open leads after assigning: before + given - taken"),
        OutputColumn::optional("capacity", Integer, "How many open leads at most; blank: any number"),
    ];
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = vec![
        text(loads.iter().map(|load| &load.owner)),
        integers(loads.iter().map(|load| whole(load.before))),
        integers(loads.iter().map(|load| whole(load.given))),
        integers(loads.iter().map(|load| whole(load.taken))),
        integers(loads.iter().map(|load| whole(load.after))),
        optional_integers(loads.iter().map(|load| load.capacity.map(whole))),
    ];
    Some(OutputTable::new(&format!("reports/{OWNER_LOAD}"), columns, values))
}
