//! `leadmill run`: the whole pipeline.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use crate::config::plan::{Only, Plan};
use crate::model::progress::{Progress, Silent};
use crate::model::summary::RunSummary;
use crate::pipeline::{self, RunError, RunOutput};
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
        plan.leave_out(stage.into());
    }
    let output = if arguments.dry_run { None } else { Some(Output::claim(&plan.output)?) };
    let bars = Bars::new();
    let listener: &dyn Progress = if arguments.quiet { &Silent } else { &bars };
    let outcome = with_threads(arguments.pipeline.threads, || run_and_write(&plan, output, listener))?;
    bars.finish();
    match outcome? {
        Outcome::Finished(summary) => {
            if !arguments.quiet {
                say(&summary::render(&summary, &plan, arguments.dry_run));
            }
            print_json(arguments, &summary)?;
            Ok(Exit::Finished)
        }
        Outcome::TooManyRejects { error, written } => {
            say(&format!("error: {error}"));
            if let Some(folder) = written {
                say(&format!(
                    "The rejected rows, with file, line and reason, are in {}. Nothing else was written.",
                    folder.display()
                ));
            }
            Ok(Exit::Failed)
        }
    }
}

/// How a run ended that could read all it had to.
enum Outcome {
    Finished(Box<RunSummary>),
    /// Nothing was published; the rejects are in a folder of their own, unless nothing was to be written.
    TooManyRejects {
        error: RunError,
        written: Option<PathBuf>,
    },
}

fn run_and_write(plan: &Plan, output: Option<Output>, progress: &dyn Progress) -> anyhow::Result<Outcome> {
    let result = pipeline::run(plan, progress);
    progress.begin("write", 0);
    match result {
        Ok(RunOutput { tables, mut summary }) => {
            if let Some(output) = output {
                let start = Instant::now();
                output.publish(&plan.write, &tables, &summary)?;
                // Too late for the file, but not for the user.
                let seconds = (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
                summary.seconds.push(("write".to_owned(), seconds));
            }
            Ok(Outcome::Finished(Box::new(summary)))
        }
        Err(error) => {
            let RunError::TooManyRejects { table, summary, .. } = &error else { return Err(error.into()) };
            let rejects = std::slice::from_ref(&**table);
            let written = output.map(|output| output.fail(&plan.write, rejects, summary)).transpose()?;
            Ok(Outcome::TooManyRejects { error, written })
        }
    }
}

impl From<Stage> for Only {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Load => Self::Load,
            Stage::Dedupe => Self::Dedupe,
            Stage::Score => Self::Score,
            Stage::Assign => Self::Assign,
            Stage::Qualify => Self::Qualify,
        }
    }
}

fn print_json(arguments: &RunArguments, summary: &RunSummary) -> anyhow::Result<()> {
    if arguments.json {
        print(&format!("{}\n", serde_json::to_string_pretty(summary)?))?;
    }
    Ok(())
}
