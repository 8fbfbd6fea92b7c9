//! The command line: one file per verb. Printing, progress, the clock and the number of threads are settled here.

mod apply;
mod backtest;
mod check;
mod dedupe;
mod diff;
mod evaluate;
mod explain;
mod html;
mod init;
mod lead_card;
mod past;
mod plan;
mod profile;
mod progress;
mod run;
mod summary;
mod test;
mod train_score;
mod waterfall;
mod why;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use jiff::civil::Date;

use crate::config::diagnostic::Diagnostics;
use crate::config::mapping::FileMapping;
use crate::config::plan::Plan;
use crate::config::{self, render};
use crate::config::{Outputs, compile};
use crate::stages::{report, standardize};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Finished.
    Finished,
    /// Finished, but a test of the pipeline file failed or an expectation warns.
    Warned,
    /// Could not run: the configuration is at fault.
    Configuration,
    /// Failed while running.
    Failed,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Finished => 0,
            Exit::Warned => 1,
            Exit::Configuration => 2,
            Exit::Failed => 3,
        })
    }
}

#[derive(Debug, Parser)]
#[command(name = "leadmill", version, about, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Examples:
  leadmill run pipelines/campaign.toml            the whole pipeline; results in the file's output folder
  leadmill plan pipelines/campaign.toml           what it would do, to be looked at; then run --plan out/campaign.plan
  leadmill dedupe customers.csv --out out/dup     duplicates in any table, without a pipeline file
  leadmill check pipelines/campaign.toml          every fault of the file at once
  leadmill explain pipelines/campaign.toml        what a run would do, with pairs per blocking rule
  leadmill why out/campaign LEAD                  why a lead has its score and decision

Exit codes: 0 finished; 1 finished with a warning; 2 the configuration is at fault; 3 failed while running.")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs a pipeline: loads, finds duplicates, merges, scores, assigns, qualifies, reports, writes
    #[command(after_help = "Examples:
  leadmill run pipelines/campaign.toml
  leadmill run pipelines/campaign.toml --as-of 2026-10-15 --set output='\"out/october\"'
  leadmill run pipelines/campaign.toml --dry-run --json | jq .qualify
  leadmill run --plan out/campaign.plan            exactly what `leadmill plan` showed, or nothing")]
    Run(run::RunArguments),
    /// Carries a pipeline out without publishing anything, and writes what it would do to a folder to look at
    #[command(after_help = "Examples:
  leadmill plan pipelines/campaign.toml            look at out/campaign.plan/plan.md, then
  leadmill run --plan out/campaign.plan
  leadmill plan pipelines/campaign.toml --as-of 2026-10-15 --out out/october.plan
  leadmill plan pipelines/campaign.toml --dry-run --json | jq .changes

The folder has every table as it would be published, the table changes (a row for each record that is
made or linked, and for each lead that is qualified, disqualified, reactivated, blocked or left to a
person), plan.md for people and plan.json. A plan refers to the day on which it was made, or --as-of.")]
    Plan(plan::PlanArguments),
    /// Finds duplicates in any table without a pipeline file: what each column is follows from headers and values
    #[command(after_help = "Examples:
  leadmill dedupe customers.csv --id customer_no --out out/customers
  leadmill dedupe shop.csv crm.csv --link --clean crm --id id --out out/linked
  leadmill dedupe people.csv --out out/people --role born=date --ignore remarks --emit pipelines/people.toml
  leadmill dedupe people.csv --dry-run                 what each column is taken for

Roles: first_name last_name full_name company domain email phone street city region postcode country date
identifier category number text, and ignore.")]
    Dedupe(dedupe::DedupeArguments),
    /// Writes a first pipeline file for some exports: what was found out, and a comment for all that could be said
    #[command(after_help = "Examples:
  leadmill init exports/*.csv --out pipelines/nightly.toml
  leadmill init leads.xlsx")]
    Init(init::InitArguments),
    /// Shows what is in an export, column by column: how much is filled, what is commonest, what looks wrong
    #[command(after_help = "Examples:
  leadmill profile exports/fair.csv
  leadmill profile exports/ --html out/profile.html
  leadmill profile leads.xlsx --json | jq '.[0].columns[] | select(.suspicious != [])'")]
    Profile(profile::ProfileArguments),
    /// Reports every fault of a pipeline file against the real inputs' headers, and which column fills which field
    #[command(after_help = "Example:
  leadmill check pipelines/campaign.toml --json")]
    Check(check::CheckArguments),
    /// Shows what a run would do: stages, columns, pairs forecast per blocking rule, largest blocks
    #[command(after_help = "Example:
  leadmill explain pipelines/campaign.toml")]
    Explain(PipelineArguments),
    /// Runs the file's own test cases through the real stages
    #[command(after_help = "Example:
  leadmill test pipelines/campaign.toml")]
    Test(PipelineArguments),
    /// Compares a run with labels: precision, recall, F1, other thresholds, the worst clusters
    #[command(after_help = "Examples:
  leadmill evaluate out/campaign --truth sample_data/truth.csv
  leadmill evaluate out/campaign --truth pairs.csv --pairs --json | jq .pairwise.f1")]
    Evaluate(evaluate::EvaluateArguments),
    /// Shows what another pipeline file would change on the same data: stars, grades, owners, decisions, and by which rule
    #[command(after_help = "Examples:
  leadmill diff pipelines/campaign.toml pipelines/stricter.toml
  leadmill diff out/campaign pipelines/stricter.toml --csv out/changes.csv
  leadmill diff a.toml b.toml --json | jq .changed
  leadmill diff a.toml b.toml --fail-on-change         exit code 1 where anything would change")]
    Diff(diff::DiffArguments),
    /// Puts a pipeline's scores beside outcomes that are known by now: lift, AUC, calibration, each criterion's value
    #[command(after_help = "Examples:
  leadmill backtest pipelines/campaign.toml --outcomes closed.csv
  leadmill backtest pipelines/campaign.toml --outcomes deals.xlsx --outcome Stage --won 'Closed Won'
  leadmill backtest pipelines/campaign.toml --outcomes leads --cost-per-call 12 --value-per-win 90
  leadmill backtest pipelines/campaign.toml --outcomes closed.csv --html out/backtest.html
  leadmill backtest pipelines/campaign.toml --outcomes leads --as-of 2026-06-30 --json | jq .auc

The stages run in memory; nothing is written to the output folder. Outcomes are read when the
scores stand, so that no rule can see them. --as-of with a day before the leads were closed leaves
out what happened to them since.")]
    Backtest(backtest::BacktestArguments),
    /// Learns points for the criteria from outcomes that are known by now, and writes them as a `[score]` section
    #[command(after_help = "Examples:
  leadmill train-score pipelines/campaign.toml --outcomes closed.csv --out out/score.toml
  leadmill train-score pipelines/campaign.toml --outcomes leads --as-of 2026-06-30 > score.toml

The model is a logistic regression with an L2 penalty over the criteria as they stand, so that the
result is points again. It needs 10 won and 10 lost leads for each criterion, and 50 of each.")]
    TrainScore(train_score::TrainArguments),
    /// Says why a lead has its score and decision, or why two rows are one lead or are not
    #[command(after_help = "Examples:
  leadmill why out/campaign LJ5SQF8XWK3B0C9A2
  leadmill why out/campaign hubspot:218653109608 salesforce:00Q5f000001")]
    Why(why::WhyArguments),
    /// Prints the JSON Schema of the pipeline file, for editors
    #[command(after_help = "Example:
  leadmill schema > pipelines/pipeline.schema.json")]
    Schema,
    /// Prints a completion script for a shell
    #[command(after_help = "Example:
  leadmill completions bash > ~/.local/share/bash-completion/completions/leadmill")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What every verb on a pipeline file takes.
#[derive(Debug, Clone, Args)]
struct PipelineArguments {
    /// The pipeline file
    file: PathBuf,
    /// The day that rules about time refer to, in place of the file's as_of
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Sets a key of the pipeline file: a dotted key and a TOML value; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    #[command(flatten)]
    threads: Threads,
}

/// How many threads work.
#[derive(Debug, Clone, Copy, Args)]
struct Threads {
    /// Number of threads (default: one per core); results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    /// Does work with the number of threads asked for.
    fn run<T: Send>(self, work: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
        let mut pool = rayon::ThreadPoolBuilder::new();
        if let Some(threads) = self.threads {
            pool = pool.num_threads(usize::from(threads));
        }
        Ok(pool.build().context("cannot start threads")?.install(work))
    }
}

/// Parses the arguments of the process and does what they say. A panic, which is always a bug, ends as a failure.
pub fn main() -> Exit {
    quiet_guarded_panics();
    std::panic::catch_unwind(start).unwrap_or(Exit::Failed)
}

fn start() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let wrong = error.use_stderr();
            // Nobody is left to be told when standard output is closed.
            let _ = error.print();
            return if wrong { Exit::Configuration } else { Exit::Finished };
        }
    };
    let result = match arguments.verb {
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Plan(arguments) => plan::plan_ahead(&arguments),
        Verb::Dedupe(arguments) => dedupe::dedupe(&arguments),
        Verb::Init(arguments) => init::init(&arguments),
        Verb::Profile(arguments) => profile::profile(&arguments),
        Verb::Check(arguments) => check::check(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Test(arguments) => test::test(&arguments),
        Verb::Evaluate(arguments) => evaluate::evaluate(&arguments),
        Verb::Diff(arguments) => diff::diff(&arguments),
        Verb::Backtest(arguments) => backtest::backtest(&arguments),
        Verb::TrainScore(arguments) => train_score::train_score(&arguments),
        Verb::Why(arguments) => why::why(&arguments),
        Verb::Schema => print(&format!("{:#}\n", config::schema())).map(|()| Exit::Finished),
        Verb::Completions { shell } => completions(shell),
    };
    result.unwrap_or_else(|error| {
        say(&format!("error: {error:#}"));
        Exit::Failed
    })
}

/// The panic of a query engine, or of the reader of a damaged file, becomes an error message where it is caught; its own
/// words would only frighten.
fn quiet_guarded_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !report::queries::is_guarded() && !config::is_guarded() {
            default(panic);
            say("This is a bug in leadmill. Nothing was published; please report what stands above.");
        }
    }));
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "leadmill", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Finished)
}

/// The folder of a file that is about to be written.
fn make_folder_of(file: &Path) -> anyhow::Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Data: to standard output.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever was reading has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Talk: to standard error.
fn say(text: &str) {
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// The pipeline file compiled, and what becomes of the inputs' columns; or none after its faults were shown.
fn plan(arguments: &PipelineArguments) -> Option<(Plan, Vec<FileMapping>)> {
    match compiled(&arguments.file, arguments) {
        Ok((plan, warnings)) => {
            if !warnings.items.is_empty() {
                say(&render::human(&warnings, colour()));
            }
            Some((plan, warnings.mappings))
        }
        Err(faults) => {
            say(&render::human(&faults, colour()));
            None
        }
    }
}

fn compiled(file: &Path, arguments: &PipelineArguments) -> Result<(Plan, Diagnostics), Diagnostics> {
    compile(file, &sets(arguments), today(), &outputs())
}

/// What is set beside the pipeline file.
fn sets(arguments: &PipelineArguments) -> Vec<String> {
    let as_of = arguments.as_of.map(|day| format!("as_of=\"{day}\""));
    arguments.sets.iter().cloned().chain(as_of).collect()
}

/// What compiling needs to know of the stages.
fn outputs() -> Outputs<'static> {
    Outputs {
        names: report::TABLES,
        tables: &report::schema,
        clean: &standardize::value,
        fold: &standardize::fold::fold,
        check_query: &report::queries::check_query,
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is written as 2026-11-30".to_owned())
}

/// The one place where the clock is read: `as_of = "today"`.
#[expect(clippy::disallowed_methods, reason = "as_of = \"today\" means the day of the run")]
fn today() -> Date {
    jiff::Zoned::now().date()
}

fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
