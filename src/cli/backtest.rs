//! `leadmill backtest`: a pipeline's scores beside outcomes.

mod chart;
mod page;
mod text;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::model::progress::Progress;
use crate::pipeline::RunError;
use crate::pipeline::backtest::{self, Backtest, BacktestError, OutcomeColumns, Outcomes, Question};

use super::progress::Bars;
use super::{Exit, PipelineArguments, make_folder_of, plan, print, say};
pub(super) use text::{outcomes, percent};

/// The arguments of `backtest`.
#[derive(Debug, Args)]
pub(super) struct BacktestArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    #[command(flatten)]
    outcomes: OutcomeArguments,
    /// What it costs to call a lead
    #[arg(long, value_name = "AMOUNT", value_parser = money, allow_negative_numbers = true)]
    cost_per_call: Option<f64>,
    /// What a won lead brings in (default: the mean of the value column)
    #[arg(long, value_name = "AMOUNT", value_parser = money, allow_negative_numbers = true)]
    value_per_win: Option<f64>,
    /// The figures as JSON
    #[arg(long)]
    json: bool,
    /// Writes the figures and charts as a page for a browser, too
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Outcomes, and which of their columns count.
#[derive(Debug, Args)]
pub(super) struct OutcomeArguments {
    /// A table of closed leads, in any format that is read as an export; or `leads`: those that came in closed
    #[arg(long, value_name = "TABLE|leads")]
    outcomes: PathBuf,
    /// Its column with the lead's id (the export's or our own) or e-mail address
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Its column with the outcome
    #[arg(long, value_name = "COLUMN")]
    outcome: Option<String>,
    /// What the outcome says of a won lead, in place of words such as won, qualified, yes and 1
    #[arg(long, value_name = "VALUE", num_args = 1..)]
    won: Vec<String>,
    /// Its column with what a won lead brought in
    #[arg(long, value_name = "COLUMN")]
    value: Option<String>,
}

impl OutcomeArguments {
    pub(super) fn source(&self) -> Outcomes<'_> {
        if self.outcomes == Path::new("leads") { Outcomes::Leads } else { Outcomes::File(&self.outcomes) }
    }

    pub(super) fn columns(&self) -> OutcomeColumns<'_> {
        let Self { id, outcome, won, value, .. } = self;
        OutcomeColumns { id: id.as_deref(), outcome: outcome.as_deref(), won, value: value.as_deref() }
    }

    /// What does not go together, in a sentence: the leads' own outcomes stand in no table.
    pub(super) fn fault(&self) -> Option<String> {
        let Outcomes::Leads = self.source() else { return None };
        let given =
            [("--id", self.id.is_some()), ("--outcome", self.outcome.is_some()), ("--won", !self.won.is_empty())];
        let (flag, _) = given.into_iter().find(|(_, given)| *given)?;
        Some(format!(
            "{flag} is for a table of outcomes; with --outcomes leads the leads' own status counts (a file of that name is \
             ./leads)"
        ))
    }
}

/// An amount that is not negative.
fn money(text: &str) -> Result<f64, String> {
    let amount = text.trim().parse::<f64>().ok().filter(|amount| amount.is_finite() && *amount >= 0.0);
    amount.ok_or_else(|| "an amount is written as 12.50, and is not negative".to_owned())
}

pub(super) fn backtest(arguments: &BacktestArguments) -> anyhow::Result<Exit> {
    if let Some(fault) = arguments.outcomes.fault() {
        say(&format!("error: {fault}"));
        return Ok(Exit::Configuration);
    }
    let Some((plan, _)) = plan(&arguments.pipeline) else { return Ok(Exit::Configuration) };
    let question = Question {
        outcomes: arguments.outcomes.source(),
        columns: arguments.outcomes.columns(),
        cost_per_call: arguments.cost_per_call,
        value_per_win: arguments.value_per_win,
    };
    let ask = |progress: &dyn Progress| backtest::backtest(&plan, question, progress);
    let found = match answered(&arguments.pipeline, ask)? {
        Ok(found) => found,
        Err(exit) => return Ok(exit),
    };
    found.warnings.iter().for_each(|told| say(&format!("warning: {told}")));
    if let Some(file) = &arguments.html {
        make_folder_of(file)?;
        std::fs::write(file, page::page(&plan, &found)).with_context(|| format!("cannot write {}", file.display()))?;
        say(&format!("the page is {}", file.display()));
    }
    match arguments.json {
        true => print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?,
        false => print(&shown(&arguments.pipeline.file, &found, arguments.cost_per_call))?,
    }
    Ok(Exit::Finished)
}

/// The answer, with a bar while it takes its time; or how the command ends after what is wrong was told.
pub(super) fn answered<T: Send>(
    pipeline: &PipelineArguments,
    ask: impl FnOnce(&dyn Progress) -> Result<T, BacktestError> + Send,
) -> anyhow::Result<Result<T, Exit>> {
    let bars = Bars::new();
    let found = pipeline.threads.run(|| ask(&bars))?;
    bars.finish();
    Ok(found.map_err(|error| {
        say(&format!("error: {error}"));
        if let BacktestError::Run(RunError::TooManyRejects { help: Some(help), .. }) = &error {
            say(&format!("help: {help}"));
        }
        if error.is_failure() { Exit::Failed } else { Exit::Configuration }
    }))
}

fn shown(file: &Path, found: &Backtest, cost_per_call: Option<f64>) -> String {
    let mut out = format!("{} as of {}, against {}\n\n", file.display(), found.as_of, text::source(&found.outcomes));
    out.push_str(&text::figures(found));
    out.push_str(&text::tables(found));
    if found.profit.is_none() {
        out.push_str(match cost_per_call {
            None => "\nThe most profitable cut-off: with --cost-per-call and --value-per-win (or a column of values)\n",
            Some(_) => "\nThe most profitable cut-off: with --value-per-win, since no value of a won lead is known\n",
        });
    }
    out
}
