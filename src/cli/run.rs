//! `leadmill run`: the whole pipeline.

use clap::{Args, ValueEnum};

use crate::model::progress::{Progress, Silent};
use crate::model::summary::RunSummary;
use crate::pipeline::{self, RunError};
use crate::stages::write::Output;

use super::progress::Bars;
use super::{Exit, PipelineArguments, plan, print, say, summary, with_threads};

/// The arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    /// Leaves out every optional stage (dedupe, edit, score, assign, qualify) that this one does not need
    #[arg(long, value_name = "STAGE")]
    only: Option<Stage>,
    /// Does everything but write
    #[arg(long)]
    dry_run: bool,
    /// Says nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Prints run.json to standard output
    #[arg(long)]
    json: bool,
}

/// A stage that `--only` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Read and clean: leads, rejects, findings
    Load,
    /// Find and merge duplicates
    Dedupe,
    /// Edit and score each row by itself
    Score,
    /// Edit, score and assign
    Assign,
    /// Edit, score, assign and qualify
    Qualify,
}

pub(super) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    let Some(mut plan) = plan(&arguments.pipeline)? else { return Ok(Exit::Configuration) };
    if let Some(stage) = arguments.only {
        if stage != Stage::Dedupe {
            plan.leave_out_dedupe();
        }
        match stage {
            Stage::Load | Stage::Dedupe => plan.leave_out_scores(),
            Stage::Score => plan.leave_out_assign(),
            Stage::Assign => plan.leave_out_qualify(),
            Stage::Qualify => {}
        }
    }
    let output = if arguments.dry_run { None } else { Some(Output::claim(&plan.output)?) };
    let bars = Bars::new();
    let listener: &dyn Progress = if arguments.quiet { &Silent } else { &bars };
    let result = with_threads(arguments.pipeline.threads, || {
        let result = pipeline::run(&plan, listener);
        listener.begin("write", 0);
        match result {
            Ok(finished) => match output {
                Some(output) => output.publish(&plan.write, &finished.tables, &finished.summary).map(|()| Ok(finished)),
                None => Ok(Ok(finished)),
            },
            Err(RunError::TooManyRejects { ref table, ref summary, .. }) => {
                let failed = output.map(|output| output.fail(&plan.write, std::slice::from_ref(table), summary));
                let failed = failed.transpose()?;
                Ok(Err((result.err(), failed)))
            }
            Err(error) => Ok(Err((Some(error), None))),
        }
    })?;
    bars.finish();
    match result? {
        Ok(finished) => {
            if !arguments.quiet {
                say(&summary::render(&finished.summary, &plan, arguments.dry_run));
            }
            print_json(arguments, &finished.summary)?;
            Ok(Exit::Finished)
        }
        Err((error, failed)) => {
            if let Some(error) = error {
                say(&format!("error: {error}"));
            }
            if let Some(folder) = failed {
                say(&format!(
                    "The rejected rows, with file, line and reason, are in {}. Nothing else was written.",
                    folder.display()
                ));
            }
            Ok(Exit::Failed)
        }
    }
}

fn print_json(arguments: &RunArguments, summary: &RunSummary) -> anyhow::Result<()> {
    if arguments.json {
        print(&format!("{}\n", serde_json::to_string_pretty(summary)?))?;
    }
    Ok(())
}
