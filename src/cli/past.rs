//! What the verbs about a past run share: its folder, and its plan compiled once more.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::compile_within;
use crate::config::diagnostic::Severity;
use crate::config::plan::Plan;
use crate::model::progress::Silent;
use crate::pipeline::{self, PIPELINE_FILE, PastRun, Rebuilt};

use super::{Threads, outputs, today};

/// What every verb about a past run takes.
#[derive(Debug, Args)]
pub(super) struct PastArguments {
    /// The output folder of a run
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// The project folder, where it is not where it was from the output folder
    #[arg(long, value_name = "FOLDER")]
    project: Option<PathBuf>,
    #[command(flatten)]
    pub(super) threads: Threads,
    /// The answer as JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl PastArguments {
    /// The plan and the rows of the run once more, or one sentence about why they cannot be had.
    pub(super) fn rebuilt(&self, run: &PastRun) -> Result<(Plan, Rebuilt), String> {
        run.own_file(PIPELINE_FILE)?;
        let project = self.project.clone().unwrap_or_else(|| run.project());
        let plan = plan(run, &project)?;
        let rebuilt = pipeline::rebuild(run, &plan, &Silent)?;
        Ok((plan, rebuilt))
    }
}

fn plan(run: &PastRun, project: &Path) -> Result<Plan, String> {
    let as_of = run.summary.as_of.parse().unwrap_or_else(|_| today());
    match compile_within(project, &run.pipeline_file(), &[], as_of, &outputs()) {
        Ok((plan, _)) => Ok(plan),
        Err(faults) => {
            let first = faults.items.iter().find(|fault| fault.severity == Severity::Error);
            let first = first.map_or("its pipeline file does not compile", |fault| fault.message.as_str());
            Err(format!("{first} (looked in {}; --project says where the inputs are)", project.display()))
        }
    }
}
