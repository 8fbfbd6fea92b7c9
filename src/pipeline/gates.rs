//! Gates: what must hold before a run's output is published.

use super::{Linked, PastRun, RunError, RunOutput, account};
use crate::config::plan::{Expectation, Plan};
use crate::model::expectations::{ExpectationState, ExpectationSummary};
use crate::model::rows::Finding;
use crate::model::table::OutputTable;
use crate::stages::expect::{self, Counts};
use crate::stages::report::{self, Evidence};

/// What came of the expectations. The last run is the one whose output stands where this one's is to be.
pub(super) fn expectations(
    plan: &Plan,
    linked: &Linked,
    evidence: Evidence<'_>,
    tables: &[OutputTable],
) -> Vec<ExpectationSummary> {
    if plan.expectations.is_empty() {
        return Vec::new();
    }
    let last =
        plan.expectations.iter().any(Expectation::looks_back).then(|| PastRun::open(&plan.output).ok()).flatten();
    let last = last.as_ref().map(|last| last.summary.expectations.as_slice());
    expect::expect(&plan.expectations, tables, &counts(plan, linked, evidence), last)
}

/// What the run counts by itself, in the rows that count for `max_rejects`.
fn counts(plan: &Plan, linked: &Linked, evidence: Evidence<'_>) -> Counts {
    let rejects = account::unusable(plan, &linked.rejects);
    let leads = linked.leads.len() as u64;
    let of_lead = |finding: &&Finding| usize::from(finding.origin.source) < plan.load.sources.len();
    Counts {
        rows: leads + rejects,
        rejects,
        duplicates: leads - evidence.entities.len() as u64,
        review: report::open_reviews(evidence) as u64,
        findings: linked.findings.iter().filter(of_lead).count() as u64,
    }
}

/// Whether an expectation reads an output table, or counts what it shows.
pub(super) fn read(plan: &Plan, table: &str) -> bool {
    plan.expectations.iter().any(|expectation| expectation.resting.is_none() && expectation.table == table)
}

/// Whether nothing may be published.
pub(super) fn is_shut(expectations: &[ExpectationSummary]) -> bool {
    expectations.iter().any(|expectation| expectation.state == ExpectationState::Fail)
}

/// The output of a run, if it may be published.
pub(super) fn pass(output: RunOutput) -> Result<RunOutput, RunError> {
    let failed = output.summary.expectations.iter().filter(|one| one.state == ExpectationState::Fail);
    let breached: Vec<String> = failed.map(|one| format!("{}: {}", one.name, one.says)).collect();
    match breached.len() {
        0 => Ok(output),
        1 => Err(RunError::Gate { heading: "1 expectation failed".to_owned(), breached, output: Box::new(output) }),
        several => {
            let heading = format!("{several} expectations failed");
            Err(RunError::Gate { heading, breached, output: Box::new(output) })
        }
    }
}
