//! The line of a run that only looks for duplicates: what comes after linking is as little as the answer needs.

use std::sync::Arc;

use super::{Linked, RunError, RunOutput, Stopwatch, account, files};
use crate::config::plan::Plan;
use crate::model::emissions::Emissions;
use crate::model::progress::Progress;
use crate::model::scorecards::{Assignments, Scorecards};
use crate::stages::merge;
use crate::stages::report::{self, Evidence};

/// Merge and report: golden leads with the columns that some input fills, their members, links, and what was unusable.
/// Nothing is edited, scored, assigned or decided, and no report is made.
pub(super) fn line(
    plan: &Plan,
    linked: Linked,
    mut watch: Stopwatch,
    progress: &dyn Progress,
) -> Result<RunOutput, RunError> {
    let Linked { leads, crm, read, rejects, mut findings, links, clusters, places } = linked;
    // Without golden leads to show, no row has to give them their values.
    let columns = if plan.write.writes("leads") { plan.load.mapped() } else { Vec::new() };

    progress.begin("merge", 0);
    let (mut entities, unlinked) =
        merge::merge_only(&plan.merge, &leads, &clusters, &crm.activities, plan.as_of, &columns);
    findings.extend(unlinked);
    watch.lap("merge");

    progress.begin("report", 0);
    let lineage: Vec<Arc<Vec<u32>>> = std::mem::take(&mut entities.lineage).into_iter().map(Arc::new).collect();
    let evidence = Evidence {
        leads: &leads,
        places: &places,
        links: &links,
        duplicate_rules: plan.dedupe.as_ref().map_or(&[], |dedupe| &dedupe.rules),
        entities: &entities,
        scores: &Scorecards::default(),
        assignments: &Assignments::default(),
        emissions: &Emissions::default(),
        rejects: &rejects,
        findings: &findings,
    };
    let wanted = |table: &str| plan.write.writes(table);
    let tables = report::duplicate_tables(evidence, &columns, &lineage, &wanted);
    watch.lap("report");

    let files = files(plan, &links);
    let summary = account::summary(plan, read, evidence, &tables, &files, watch.laps);
    account::reconcile(&summary, evidence, &tables)?;
    Ok(RunOutput { tables, files, summary })
}
