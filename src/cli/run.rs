//! `leadmill run`: the whole pipeline.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use crate::config::mapping::FileMapping;
use crate::config::plan::Plan;
use crate::model::pinned::Misfit;
use crate::model::progress::{Progress, Silent};
use crate::model::summary::RunSummary;
use crate::pipeline::{self, RunError, RunOutput};
use crate::stages::write::Output;

use super::progress::Bars;
use super::{Exit, PipelineArguments, Threads, plan, print, say, summary};

/// The arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    /// Leaves out every optional stage (dedupe, edit, score, assign, qualify) that this one does not need
    #[arg(long, value_name = "STAGE", value_parser = ["load", "dedupe", "score", "assign", "qualify"])]
    only: Option<String>,
    /// Does everything but write
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    talk: Talk,
}

/// What is said of a run.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Talk {
    /// Says nothing but errors and warnings
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Prints run.json to standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    let mut pipeline = arguments.pipeline.clone();
    pipeline.sets.extend(arguments.only.iter().map(|stage| format!("only=\"{stage}\"")));
    let Some((plan, mappings)) = plan(&pipeline) else { return Ok(Exit::Configuration) };
    if !arguments.talk.quiet {
        mappings.iter().filter_map(FileMapping::found).for_each(|found| say(&found));
    }
    carry_out(&plan, Manner { threads: pipeline.threads, dry_run: arguments.dry_run, talk: arguments.talk })
}

/// How a plan is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) threads: Threads,
    /// Nothing is written.
    pub(super) dry_run: bool,
    pub(super) talk: Talk,
}

/// Runs a plan, writes its tables, and says what came of it.
pub(super) fn carry_out(plan: &Plan, manner: Manner) -> anyhow::Result<Exit> {
    let output = if manner.dry_run { None } else { Some(Output::claim(&plan.output)?) };
    let bars = Bars::new();
    let listener: &dyn Progress = if manner.talk.quiet { &Silent } else { &bars };
    let outcome = manner.threads.run(|| run_and_write(plan, output, listener))?;
    bars.finish();
    match outcome? {
        Outcome::Finished(summary) => {
            match manner.talk.quiet {
                false => say(&summary::render(&summary, plan, manner.dry_run)),
                true => summary::warnings(&summary).for_each(|warning| say(&format!("warning: {warning}"))),
            }
            print_json(manner.talk.json, &summary)?;
            Ok(if summary::warnings(&summary).next().is_some() { Exit::Warned } else { Exit::Finished })
        }
        Outcome::Misfit(misfit) => {
            say(&format!("error: {misfit}"));
            Ok(Exit::Configuration)
        }
        Outcome::Shut { told, summary, written } => {
            say(&format!("error: {told}"));
            summary::warnings(&summary).for_each(|warning| say(&format!("warning: {warning}")));
            say(&match written {
                Some(folder) => format!("Nothing was published; {} has what the run found.", folder.display()),
                None => "Dry run: nothing was written.".to_owned(),
            });
            print_json(manner.talk.json, &summary)?;
            Ok(Exit::Failed)
        }
        Outcome::TooManyRejects { error, written } => {
            say(&format!("error: {error}"));
            if let Some(folder) = written {
                say(&format!(
                    "The rejected rows, with file, line and reason, are in {}. Nothing else was written.",
                    folder.display()
                ));
            }
            if let RunError::TooManyRejects { help: Some(help), .. } = &error {
                say(&format!("help: {help}"));
            }
            Ok(Exit::Failed)
        }
        Outcome::OptedOut { error, written } => {
            say(&format!("error: {error}"));
            if let Some(folder) = written {
                say(&format!("The cells, with lead and reason, are in {}.", folder.display()));
            }
            say("help: where = \"may_email\" (or may_call) leaves out whom the list must not reach");
            Ok(Exit::Failed)
        }
    }
}

/// How a run ended that could read all it had to.
enum Outcome {
    Finished(Box<RunSummary>),
    /// The pinned model is of other columns.
    Misfit(Misfit),
    /// Something must not be as it is: nothing was published; all is in a folder of its own, unless nothing was to be
    /// written.
    Shut {
        told: String,
        summary: Box<RunSummary>,
        written: Option<PathBuf>,
    },
    /// Nothing was published; the rejects are in a folder of their own, unless nothing was to be written.
    TooManyRejects {
        error: RunError,
        written: Option<PathBuf>,
    },
    /// Nothing was published; whom a list would have reached is in a folder of its own.
    OptedOut {
        error: RunError,
        written: Option<PathBuf>,
    },
}

fn run_and_write(plan: &Plan, output: Option<Output>, progress: &dyn Progress) -> anyhow::Result<Outcome> {
    let result = pipeline::run(plan, progress);
    progress.begin("write", 0);
    match result {
        Ok(RunOutput { tables, files, mut summary }) => {
            if let Some(output) = output {
                let start = Instant::now();
                output.publish(&plan.write, &tables, &files, &summary)?;
                // Too late for the file, but not for the user.
                let seconds = (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
                summary.seconds.push(("write".to_owned(), seconds));
            }
            Ok(Outcome::Finished(Box::new(summary)))
        }
        Err(RunError::Model(misfit)) => Ok(Outcome::Misfit(misfit)),
        Err(error @ RunError::Gate { .. }) => {
            let told = error.to_string();
            let RunError::Gate { output: found, .. } = error else { return Err(error.into()) };
            let RunOutput { tables, files, summary } = *found;
            let written = output.map(|output| output.fail(&plan.write, &tables, &files, &summary)).transpose();
            // What was breached is told whatever else goes wrong.
            let written = written.with_context(|| told.clone())?;
            Ok(Outcome::Shut { told, summary: Box::new(summary), written })
        }
        Err(error) => {
            let (RunError::TooManyRejects { table, summary, .. } | RunError::OptedOut { table, summary, .. }) = &error
            else {
                return Err(error.into());
            };
            let tables = std::slice::from_ref(&**table);
            let written = output.map(|output| output.fail(&plan.write, tables, &[], summary)).transpose()?;
            Ok(match error {
                RunError::OptedOut { .. } => Outcome::OptedOut { error, written },
                _ => Outcome::TooManyRejects { error, written },
            })
        }
    }
}

fn print_json(asked: bool, summary: &RunSummary) -> anyhow::Result<()> {
    if asked {
        print(&format!("{}\n", serde_json::to_string_pretty(summary)?))?;
    }
    Ok(())
}
