//! `leadmill why`: why a lead has its score and decision; why two rows are one lead, or are not.

use clap::Args;

use crate::pipeline::why::{self, FindError, Named};
use crate::pipeline::{PastError, PastRun};

use super::past::PastArguments;
use super::waterfall::Canvas;
use super::{Exit, lead_card, print, say, waterfall};

/// The arguments of `why`.
#[derive(Debug, Args)]
pub(super) struct WhyArguments {
    #[command(flatten)]
    past: PastArguments,
    /// One lead, or two rows: a lead_id, a row_id, the id in the export, or SOURCE:ID
    #[arg(value_name = "LEAD", required = true, num_args = 1..=2)]
    leads: Vec<String>,
}

/// What came of a question.
enum Answer {
    Text(String),
    /// It cannot be answered as it was put.
    Wrong(String),
}

pub(super) fn why(arguments: &WhyArguments) -> anyhow::Result<Exit> {
    match arguments.past.threads.run(|| answer(arguments))?? {
        Answer::Text(text) => {
            print(&text)?;
            Ok(Exit::Finished)
        }
        Answer::Wrong(why) => {
            say(&format!("error: {why}"));
            Ok(Exit::Configuration)
        }
    }
}

fn answer(arguments: &WhyArguments) -> anyhow::Result<Answer> {
    let run = match PastRun::open(&arguments.past.folder) {
        Err(error @ PastError::NoRun { .. }) => return Ok(Answer::Wrong(error.to_string())),
        opened => opened?,
    };
    let found = match why::find(&run, &arguments.leads, arguments.leads.len() == 1) {
        Err(FindError::Past(error)) => return Err(error.into()),
        Err(error) => return Ok(Answer::Wrong(error.to_string())),
        Ok(found) => found,
    };
    let canvas = Canvas::of_terminal();
    Ok(match found.as_slice() {
        [left, right] => pair(arguments, &run, [left, right], canvas)?,
        others => {
            let lead = why::lead(&run, others.first().map_or(&[], Named::rows))?;
            Answer::Text(match arguments.past.json {
                true => format!("{}\n", serde_json::to_string_pretty(&lead)?),
                false => lead_card::render(&lead, canvas),
            })
        }
    })
}

fn pair(arguments: &WhyArguments, run: &PastRun, names: [&Named; 2], canvas: Canvas) -> anyhow::Result<Answer> {
    let explain = |left: &why::Member, right: &why::Member, deciding: &[[&str; 2]]| {
        let model = run.model()?;
        let (plan, rebuilt) = arguments.past.rebuilt(run)?;
        let dedupe = plan.dedupe.as_ref().ok_or("the run looked for no duplicates")?;
        why::explain(&rebuilt, dedupe, &model, [left, right], deciding)
    };
    Ok(match why::pair(run, names, explain)? {
        Some(pair) if arguments.past.json => Answer::Text(format!("{}\n", serde_json::to_string_pretty(&pair)?)),
        Some(pair) => Answer::Text(waterfall::render(&pair, canvas)),
        None => Answer::Wrong(format!(
            "`{}` and `{}` are the same row; name two rows, or one lead alone",
            arguments.leads[0], arguments.leads[1]
        )),
    })
}
