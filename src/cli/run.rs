//! `leadmill run`: the whole pipeline.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use jiff::civil::Date;

use crate::config::mapping::FileMapping;
use crate::config::plan::Plan;
use crate::model::pinned::Misfit;
use crate::model::progress::{Progress, Silent};
use crate::model::summary::RunSummary;
use crate::pipeline::planned::PlannedRun;
use crate::pipeline::{self, RunError, RunOutput};
use crate::stages::write::{Output, write_all};

use super::apply::apply;
use super::progress::Bars;
use super::{Exit, PipelineArguments, Threads, day, plan, print, say, summary};

/// The stages of `--only`.
pub(super) const STAGES: [&str; 5] = ["load", "dedupe", "score", "assign", "qualify"];

/// The arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct RunArguments {
    /// The pipeline file
    #[arg(required_unless_present = "plan")]
    file: Option<PathBuf>,
    /// Does exactly what a plan folder of `leadmill plan` says, or refuses
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
    /// The day that rules about time refer to, in place of the file's as_of
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Sets a key of the pipeline file: a dotted key and a TOML value; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    #[command(flatten)]
    threads: Threads,
    /// Leaves out every optional stage (dedupe, edit, score, assign, qualify) that this one does not need
    #[arg(long, value_name = "STAGE", value_parser = STAGES)]
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
    /// Prints run.json (of a plan, plan.json) to standard output
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    let RunArguments { threads, dry_run, talk, .. } = *arguments;
    let manner = Manner { threads, dry_run, talk, planned: None };
    let file = match (&arguments.plan, &arguments.file) {
        (Some(folder), _) => {
            return match beside(arguments).as_slice() {
                [] => apply(folder, manner),
                named => {
                    let named = named.join(", ");
                    say(&format!(
                        "error: --plan names its pipeline file, its day and all that was set; {named} beside it would be \
                         another run\nhelp: leave {named} out, or plan again with it"
                    ));
                    Ok(Exit::Configuration)
                }
            };
        }
        (None, Some(file)) => file.clone(),
        (None, None) => anyhow::bail!("which pipeline file?"),
    };
    let mut pipeline = PipelineArguments { file, as_of: arguments.as_of, sets: arguments.sets.clone(), threads };
    pipeline.sets.extend(arguments.only.iter().map(|stage| format!("only=\"{stage}\"")));
    let Some((plan, mappings)) = plan(&pipeline) else { return Ok(Exit::Configuration) };
    if !talk.quiet {
        mappings.iter().filter_map(FileMapping::found).for_each(|found| say(&found));
    }
    carry_out(&plan, manner)
}

/// What was given beside `--plan` and says what the plan says.
fn beside(arguments: &RunArguments) -> Vec<&'static str> {
    let given = [
        (arguments.file.is_some(), "FILE"),
        (arguments.as_of.is_some(), "--as-of"),
        (!arguments.sets.is_empty(), "--set"),
        (arguments.only.is_some(), "--only"),
    ];
    given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, name)| name).collect()
}

/// How a plan is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'a> {
    pub(super) threads: Threads,
    /// Nothing is written.
    pub(super) dry_run: bool,
    pub(super) talk: Talk,
    /// What is to come of it, byte for byte.
    pub(super) planned: Option<&'a PlannedRun>,
}

/// Runs a plan, writes its tables, and says what came of it.
pub(super) fn carry_out(plan: &Plan, manner: Manner<'_>) -> anyhow::Result<Exit> {
    let output = if manner.dry_run { None } else { Some(Output::claim(&plan.output)?) };
    let bars = Bars::new();
    let listener: &dyn Progress = if manner.talk.quiet { &Silent } else { &bars };
    let outcome = manner.threads.run(|| run_and_write(plan, output, manner.planned, listener))?;
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
        Outcome::Deviates(files) => {
            let files = files.join(", ");
            say(&format!("error: the run gives something else than was planned, though nothing has changed: {files}"));
            say("Nothing was published; the output folder is as it was. Plan again, and look at these tables.");
            Ok(Exit::Failed)
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
        Outcome::TooManyRejects { error, written } => failure(&error, written.as_deref()),
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

/// A run of which there is nothing to publish or to look at but rejected rows, if they were written.
pub(super) fn failure(error: &RunError, written: Option<&Path>) -> anyhow::Result<Exit> {
    say(&format!("error: {error}"));
    if let Some(folder) = written {
        say(&format!(
            "The rejected rows, with file, line and reason, are in {}. Nothing else was written.",
            folder.display()
        ));
    }
    if let RunError::TooManyRejects { help: Some(help), .. } = error {
        say(&format!("help: {help}"));
    }
    Ok(if matches!(error, RunError::Model(_)) { Exit::Configuration } else { Exit::Failed })
}

/// How a run ended that could read all it had to.
enum Outcome {
    Finished(Box<RunSummary>),
    /// These files are not as planned; nothing was published.
    Deviates(Vec<String>),
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

fn run_and_write(
    plan: &Plan,
    output: Option<Output>,
    planned: Option<&PlannedRun>,
    progress: &dyn Progress,
) -> anyhow::Result<Outcome> {
    let result = pipeline::run(plan, progress);
    progress.begin("write", 0);
    match result {
        Ok(RunOutput { tables, files, mut summary, .. }) => {
            let start = Instant::now();
            if output.is_none()
                && let Some(planned) = planned
            {
                // Only written, its files can be compared with those that were planned.
                let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
                write_all(folder.path(), &plan.write, &tables, &files, &summary)?;
                let deviations = planned.deviations(folder.path()).context("cannot read a temporary folder")?;
                if !deviations.is_empty() {
                    return Ok(Outcome::Deviates(deviations));
                }
            }
            if let Some(output) = output {
                let staged = output.stage(&plan.write, &tables, &files, &summary)?;
                let deviations = planned.map_or(Ok(Vec::new()), |planned| planned.deviations(staged));
                let deviations = deviations.context("cannot read what was written")?;
                if !deviations.is_empty() {
                    return Ok(Outcome::Deviates(deviations));
                }
                output.publish_staged()?;
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
            let RunOutput { tables, files, summary, .. } = *found;
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

/// run.json to standard output, where that is asked.
pub(super) fn print_json(asked: bool, summary: &RunSummary) -> anyhow::Result<()> {
    if asked {
        print(&format!("{}\n", serde_json::to_string_pretty(summary)?))?;
    }
    Ok(())
}
