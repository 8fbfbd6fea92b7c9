//! `leadmill run --plan`: what was planned and looked at, and nothing else.

use std::path::Path;

use crate::config::compile;
use crate::config::diagnostic::Diagnostics;
use crate::config::plan::Plan;
use crate::config::{project_of, render};
use crate::pipeline::PastRun;
use crate::pipeline::planned::{Drift, PlannedRun};

use super::run::{Manner, carry_out, print_json};
use super::{Exit, colour, outputs, say, summary};

/// Carries a plan out, or refuses.
pub(super) fn apply(folder: &Path, manner: Manner<'_>) -> anyhow::Result<Exit> {
    let refuse = |why: String| {
        say(&format!("error: {why}"));
        Ok(Exit::Configuration)
    };
    let planned = match PlannedRun::open(folder) {
        Ok(planned) => planned,
        Err(why) => return refuse(why),
    };
    let Some(day) = planned.day() else { return refuse(format!("{} names no day", folder.display())) };
    let file = planned.pipeline_path(folder);
    let mut drift = manner.threads.run(|| Drift::of_files(&planned, &project_of(&file), &file))?;
    // "today" is the day of the plan.
    let plan = match compile(&file, &planned.sets, day, &outputs()) {
        Ok((plan, warnings)) => {
            drift = manner.threads.run(|| drift.and_of_plan(&planned, &plan))??;
            if drift.files.is_empty() && !warnings.items.is_empty() {
                say(&render::human(&warnings, colour()));
            }
            plan
        }
        Err(faults) if drift.files.is_empty() => return Ok(told(&faults)),
        // What is gone or changed is why it does not compile.
        Err(_) => return refuse(refusal(folder, &drift.files, &again(&file, &planned))),
    };
    if !drift.files.is_empty() {
        drift.files.append(&mut drift.last_run);
        return refuse(refusal(folder, &drift.files, &again(&file, &planned)));
    }
    if let Some(exit) = done_already(&planned, &plan, folder, manner)? {
        return Ok(exit);
    }
    if !drift.last_run.is_empty() {
        return refuse(refusal(folder, &drift.last_run, &again(&file, &planned)));
    }
    if let Some(barred) = &planned.barred {
        say(&format!("error: nothing of this plan may be published: {barred}"));
        say(&format!("help: mend it, and plan again: {}", again(&file, &planned)));
        return Ok(Exit::Failed);
    }
    carry_out(&plan, Manner { planned: Some(&planned), ..manner })
}

fn told(faults: &Diagnostics) -> Exit {
    say(&render::human(faults, colour()));
    Exit::Configuration
}

/// One message that names all that has changed.
fn refusal(folder: &Path, changed: &[String], again: &str) -> String {
    let mut told = format!("{} is no longer what a run would do. Nothing was done:", folder.display());
    changed.iter().for_each(|change| told += &format!("\n  {change}"));
    told + &format!("\nhelp: look at what has changed, and plan again: {again}")
}

/// The command that planned it.
fn again(file: &Path, planned: &PlannedRun) -> String {
    let quoted = |set: &String| format!(" --set '{}'", set.replace('\'', r"'\''"));
    format!("leadmill plan {}{}", file.display(), planned.sets.iter().map(quoted).collect::<String>())
}

/// A plan that stands in the output folder already is carried out: there is nothing to do.
fn done_already(planned: &PlannedRun, plan: &Plan, folder: &Path, manner: Manner<'_>) -> anyhow::Result<Option<Exit>> {
    let Ok(last) = PastRun::open(&plan.output) else { return Ok(None) };
    let is_it = manner.threads.run(|| planned.deviations(&plan.output))?.is_ok_and(|deviations| deviations.is_empty());
    if !is_it {
        return Ok(None);
    }
    if !manner.talk.quiet {
        let (plan_folder, output) = (folder.display(), plan.output.display());
        say(&format!("{plan_folder} was carried out before: {output} is as planned, and nothing was done."));
    }
    let mut warnings = summary::warnings(&last.summary).peekable();
    let exit = if warnings.peek().is_some() { Exit::Warned } else { Exit::Finished };
    warnings.for_each(|warning| say(&format!("warning: {warning}")));
    print_json(manner.talk.json, &last.summary)?;
    Ok(Some(exit))
}
