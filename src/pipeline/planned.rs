//! A run in two steps: first a plan, which people look at, then exactly what was planned, or nothing.
//!
//! A plan folder has every table as the run would publish it, byte for byte, the list of changes, a summary for people, and
//! `plan.json`: what the plan was made from, and the hash of every file that is to be published.

mod basis;
mod folder;
mod markdown;
mod record;

use std::path::{Path, PathBuf};

use super::{Purpose, RunError, RunOutput, past, start};
use crate::config::plan::Plan;
use crate::model::planned::PlannedChanges;
use crate::model::progress::Progress;
use crate::model::table::OutputTable;

pub use basis::{Basis, BasisError, Drift};
pub use folder::{PipelineFile, PlanError, write};
pub use markdown::in_short;
pub use record::{PlannedInput, PlannedPipeline, PlannedRun};

/// The name of the plan's own file.
pub const PLAN_FILE: &str = "plan.json";
/// The name of the summary for people.
pub const SUMMARY_FILE: &str = "plan.md";

/// What a run would publish.
#[derive(Debug)]
pub struct Looked {
    /// Its output, with its changes; of a run that would reach somebody who opted out, without its outgoing lists.
    pub output: RunOutput,
    /// What it would do.
    pub changes: PlannedChanges,
}

/// Carries a plan out in memory, up to what would be published, whether or not it might be.
///
/// # Errors
/// When an input cannot be read, too many rows are unusable, or a report's query fails on the data.
pub fn look(plan: &Plan, progress: &dyn Progress) -> Result<Looked, RunError> {
    let (mut output, shut) = match start(plan, Purpose::Look, progress) {
        Ok(output) => (output, None),
        Err(error) => {
            let told = error.to_string();
            let RunError::Gate { output, .. } = error else { return Err(error) };
            (*output, Some(told))
        }
    };
    let Some(mut changes) = output.changes.take() else {
        return Err(RunError::Unreconciled("a plan without changes".to_owned()));
    };
    let barred: Vec<String> = changes.barred.take().into_iter().chain(shut).collect();
    changes.barred = (!barred.is_empty()).then(|| barred.join("; "));
    Ok(Looked { output, changes })
}

/// Notes that an outgoing list bars the run, and leaves such lists out: nobody is to find one in the plan folder.
pub(super) fn bar(plan: &Plan, barred: &RunError, changes: &mut PlannedChanges, reports: &mut Vec<OutputTable>) {
    let told = barred.to_string();
    changes.barred = Some(told.strip_suffix(". Nothing was published").unwrap_or(&told).to_owned());
    let lists = plan.reports.iter().filter(|report| !report.reaches.is_empty());
    let lists: Vec<String> = lists.map(|report| format!("reports/{}", report.slug)).collect();
    reports.retain(|report| !lists.contains(&report.name));
}

/// Where a plan stands by default: `<output>.plan`.
pub fn plan_folder(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".plan");
    PathBuf::from(name)
}

/// Why a folder cannot hold a plan, in a sentence; none where it can.
pub fn misplaced(plan: &Plan, folder: &Path) -> Option<String> {
    let real = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        past::straight(&absolute.canonicalize().unwrap_or(absolute))
    };
    let (place, output) = (real(folder), real(&plan.output));
    let failed = crate::stages::write::failed_folder(&output);
    let shown = folder.display();
    if place.starts_with(&output) || output.starts_with(&place) || place.starts_with(failed) {
        let output = plan.output.display();
        return Some(format!(
            "the plan cannot stand in {shown}: the output folder {output} is not touched by a plan, and is replaced as a \
             whole by a run; choose a folder beside it"
        ));
    }
    let inputs = basis::input_paths(plan);
    let within = inputs.iter().find(|(_, path)| real(path).starts_with(&place));
    within.map(|(input, _)| {
        format!(
            "the input {input} lies in the plan folder {shown}, which every plan replaces; keep inputs elsewhere, and \
             copy a decided review file out of it"
        )
    })
}
