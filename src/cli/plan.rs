//! `leadmill plan`: what a run would do, to be looked at before it is done.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::mapping::FileMapping;
use crate::config::plan::Plan;
use crate::model::progress::{Progress, Silent};
use crate::pipeline::RunError;
use crate::pipeline::planned::{self, Basis, BasisError, Looked, PipelineFile, PlannedRun};
use crate::stages::write::Output;

use super::progress::Bars;
use super::run::{Talk, failure};
use super::{Exit, PipelineArguments, plan, print, say, sets, summary};

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    /// The plan folder (default: the output folder's name with `.plan`); the output folder itself is not touched
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Leaves out every optional stage (dedupe, edit, score, assign, qualify) that this one does not need
    #[arg(long, value_name = "STAGE", value_parser = super::run::STAGES)]
    only: Option<String>,
    /// Only tells in short what would happen
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    talk: Talk,
}

pub(super) fn plan_ahead(arguments: &PlanArguments) -> anyhow::Result<Exit> {
    let mut pipeline = arguments.pipeline.clone();
    pipeline.sets.extend(arguments.only.iter().map(|stage| format!("only=\"{stage}\"")));
    // Before it is compiled: what is changed in between is found when the plan is carried out.
    let file = PipelineFile::new(&pipeline.file, sets(&pipeline)).ok();
    let Some((plan, mappings)) = plan(&pipeline) else { return Ok(Exit::Configuration) };
    let Some(file) = file else { anyhow::bail!("cannot read {}", pipeline.file.display()) };
    if !arguments.talk.quiet {
        mappings.iter().filter_map(FileMapping::found).for_each(|found| say(&found));
    }
    let folder = arguments.out.clone().unwrap_or_else(|| planned::plan_folder(&plan.output));
    if let Some(why) = planned::misplaced(&plan, &folder) {
        say(&format!("error: {why}"));
        return Ok(Exit::Configuration);
    }
    let basis = match pipeline.threads.run(|| Basis::of(&plan))? {
        Ok(basis) => basis,
        Err(why) => {
            say(&format!("error: {why}"));
            return Ok(if matches!(why, BasisError::Input(_)) { Exit::Configuration } else { Exit::Failed });
        }
    };
    let output = if arguments.dry_run { None } else { Some(Output::claim(&folder)?) };
    let bars = Bars::new();
    let listener: &dyn Progress = if arguments.talk.quiet { &Silent } else { &bars };
    let work = || look_and_write(&plan, output, &folder, basis, &file, listener);
    let outcome = pipeline.threads.run(work)?;
    bars.finish();
    let (planned, looked) = match outcome? {
        Ok(both) => both,
        Err((error, written)) => return failure(&error, written.as_deref()),
    };
    tell(&planned, &looked, &folder, arguments);
    if arguments.talk.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&planned)?))?;
    }
    let warns = summary::warnings(&looked.output.summary).next().is_some();
    Ok(match (&planned.barred, warns) {
        (Some(_), _) => Exit::Failed,
        (None, true) => Exit::Warned,
        (None, false) => Exit::Finished,
    })
}

/// The plan, or why there is none and where the rejected rows are.
type Planning = Result<(PlannedRun, Looked), (RunError, Option<PathBuf>)>;

fn look_and_write(
    plan: &Plan,
    output: Option<Output>,
    folder: &Path,
    basis: Basis,
    file: &PipelineFile,
    progress: &dyn Progress,
) -> anyhow::Result<Planning> {
    match planned::look(plan, progress) {
        Ok(looked) => {
            progress.begin("write", 0);
            let planned = planned::write(output, folder, plan, &looked, basis, file)?;
            Ok(Ok((planned, looked)))
        }
        Err(error) => {
            let RunError::TooManyRejects { table, summary, .. } = &error else { return Ok(Err((error, None))) };
            let tables = std::slice::from_ref(&**table);
            let written = output.map(|output| output.fail(&plan.write, tables, &[], summary)).transpose()?;
            Ok(Err((error, written)))
        }
    }
}

/// The plan in short, and what to do with it.
fn tell(planned: &PlannedRun, looked: &Looked, folder: &Path, arguments: &PlanArguments) {
    let warnings = || summary::warnings(&looked.output.summary).map(|warning| format!("warning: {warning}"));
    if let Some(barred) = &planned.barred {
        say(&format!("error: nothing of this may be published: {barred}"));
    }
    if arguments.talk.quiet {
        warnings().for_each(|warning| say(&warning));
        return;
    }
    say(&format!("plan of {} as of {}\n", planned.pipeline.name, planned.as_of));
    planned::in_short(planned).iter().for_each(|line| say(&format!(" {line}")));
    say("");
    warnings().for_each(|warning| say(&warning));
    let shown = folder.display();
    match (arguments.dry_run, &planned.barred) {
        (true, _) => say("Dry run: nothing was written."),
        (false, Some(_)) => say(&format!("{shown}/{} has the details.", planned::SUMMARY_FILE)),
        (false, None) => say(&format!(
            "{shown}/{} has the details; `leadmill run --plan {shown}` does exactly this.",
            planned::SUMMARY_FILE
        )),
    }
}
