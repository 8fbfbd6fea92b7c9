//! The line of a run that only looks for duplicates: what comes after linking is as little as the answer needs.

use std::sync::Arc;

use super::{Earlier, Linked, Purpose, RunError, RunOutput, Stopwatch, finished, gates};
use crate::config::plan::Plan;
use crate::model::answers::QuestionKind;
use crate::model::assignments::Assignments;
use crate::model::emissions::Emissions;
use crate::model::progress::Progress;
use crate::model::records::RecordScores;
use crate::model::scorecards::Scorecards;
use crate::stages::{answers, merge, report};

/// Merge and report: golden leads with the columns that some input fills, their members, links, and what was unusable.
/// Nothing is edited, scored, assigned or decided, and no report is made.
pub(super) fn line(
    plan: &Plan,
    mut linked: Linked,
    earlier: &Earlier,
    purpose: Purpose,
    mut watch: Stopwatch,
    progress: &dyn Progress,
) -> Result<RunOutput, RunError> {
    // Without golden leads to show, no row has to give them their values.
    let wanted = |table: &str| plan.write.writes(table) || gates::read(plan, table);
    let columns = if wanted("leads") { plan.load.mapped() } else { Vec::new() };

    progress.begin("merge", 0);
    let (mut entities, unlinked) =
        merge::merge_only(&plan.merge, &linked.leads, &linked.clusters, &linked.crm.activities, plan.as_of, &columns);
    linked.findings.extend(unlinked);
    answers::wait(&mut linked.answers, &QuestionKind::RECORDS, "the run looks for duplicates only");
    linked.findings.extend(answers::findings(&linked.answers));
    watch.lap("merge");

    progress.begin("report", 0);
    let lineage: Vec<Arc<Vec<u32>>> = std::mem::take(&mut entities.lineage);
    let (scores, assignments, emissions) = (Scorecards::default(), Assignments::default(), Emissions::default());
    let records = RecordScores::default();
    let evidence = linked.evidence(plan, &entities, &scores, &records, &assignments, &emissions);
    let mut tables = report::duplicate_tables(evidence, &columns, &lineage, &wanted);
    if !earlier.ids.is_empty() && plan.write.writes("issued_ids") {
        // The folder is replaced as a whole: what earlier runs gave must not be lost on the way to the next one.
        tables.push(report::issued_ids(Some(&earlier.ids)));
    }
    let changes = (purpose == Purpose::Look).then(|| report::no_changes(evidence));
    let expectations = gates::expectations(plan, &linked, evidence, &tables);
    if !gates::is_shut(&expectations) {
        tables.retain(|table| plan.write.writes(&table.name));
    }
    watch.lap("report");
    finished(plan, &linked, evidence, (tables, Vec::new()), expectations, changes, watch)
}
