//! Change sets of a run.

use super::Linked;
use crate::config::plan::Plan;
use crate::model::table::TextFile;
use crate::stages::changes::{self, Made};
use crate::stages::report::Evidence;

/// The files of every set that the plan has.
pub(super) fn files(plan: &Plan, linked: &Linked, evidence: Evidence<'_>) -> Vec<TextFile> {
    let made = Made {
        leads: &linked.leads,
        entities: evidence.entities,
        emissions: evidence.emissions,
        assignments: evidence.assignments,
        scores: evidence.scores,
        crm: &linked.crm,
        as_of: plan.as_of,
    };
    changes::changes(&plan.changes, made)
}
