//! `leadmill test`: the pipeline file's own cases.

use std::fmt::Write as _;

use crate::pipeline::{self, Trial};

use super::{Exit, PipelineArguments, plan, print, say};

pub(super) fn test(arguments: &PipelineArguments) -> anyhow::Result<Exit> {
    let Some((plan, _)) = plan(arguments) else { return Ok(Exit::Configuration) };
    if plan.tests.is_empty() {
        say("the pipeline file has no [[test]]; see the README for one");
        return Ok(Exit::Finished);
    }
    let trials = arguments.threads.run(|| pipeline::trials(&plan))??;
    print(&trials.iter().map(shown).collect::<String>())?;
    let failed = trials.iter().filter(|trial| !trial.holds()).count();
    say(&format!("{} passed, {failed} failed", trials.len() - failed));
    Ok(if failed == 0 { Exit::Finished } else { Exit::Warned })
}

fn shown(trial: &Trial) -> String {
    let mut out = format!("{:<6} {}\n", if trial.holds() { "ok" } else { "FAILED" }, trial.name);
    if let Some(code) = &trial.rejected {
        let _ = writeln!(out, "       the lead was rejected: {code}");
    }
    for miss in &trial.misses {
        let found = if miss.found.is_empty() { "nothing" } else { &miss.found };
        let _ = writeln!(out, "       {}: expected {}, found {found}", miss.column, miss.expected);
    }
    if !trial.misses.is_empty() && !trial.reasons.is_empty() {
        let _ = writeln!(out, "       score: {}", trial.reasons);
    }
    out
}
