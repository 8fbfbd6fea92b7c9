//! `leadmill check`: every fault of a pipeline file, at once.

use clap::Args;

use crate::config::diagnostic::Diagnostics;
use crate::config::render;

use super::{Exit, PipelineArguments, colour, compiled, print, say};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    /// The faults as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let (faults, exit): (Diagnostics, Exit) = match compiled(&arguments.pipeline.file, &arguments.pipeline) {
        Ok((_, warnings)) => (warnings, Exit::Finished),
        Err(faults) => (faults, Exit::Configuration),
    };
    if arguments.json {
        print(&format!("{:#}\n", render::json(&faults)))?;
    } else {
        say(render::human(&faults, colour()).trim_end());
    }
    Ok(exit)
}
