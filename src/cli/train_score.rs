//! `leadmill train-score`: points for the criteria, learned from outcomes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::config::plan::Plan;
use crate::config::score_fragment::{FIRST_LINE, Fragment, fragment};
use crate::model::progress::Progress;
use crate::pipeline::train_score::{self, EVENTS_PER_CRITERION, TrainedCriterion, TrainedCut, Training};

use super::backtest::{OutcomeArguments, answered, outcomes, percent};
use super::evaluate::table;
use super::summary::{grouped, number};
use super::{Exit, PipelineArguments, make_folder_of, plan, print, say};

/// The arguments of `train-score`.
#[derive(Debug, Args)]
pub(super) struct TrainArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    #[command(flatten)]
    outcomes: OutcomeArguments,
    /// The file for the `[score]` section (default: standard output, and the figures to standard error)
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The figures as JSON on standard output; the section is in them
    #[arg(long)]
    json: bool,
}

pub(super) fn train_score(arguments: &TrainArguments) -> anyhow::Result<Exit> {
    if let Some(file) = arguments.out.as_deref().filter(|file| !is_ours(file)) {
        say(&format!(
            "error: {} is there already, and it is none that train-score wrote; name another file",
            file.display()
        ));
        return Ok(Exit::Configuration);
    }
    if let Some(fault) = arguments.outcomes.fault() {
        say(&format!("error: {fault}"));
        return Ok(Exit::Configuration);
    }
    let Some((plan, _)) = plan(&arguments.pipeline) else { return Ok(Exit::Configuration) };
    let (source, columns) = (arguments.outcomes.source(), arguments.outcomes.columns());
    let ask = |progress: &dyn Progress| train_score::train(&plan, source, columns, progress);
    let found = match answered(&arguments.pipeline, ask)? {
        Ok(found) => found,
        Err(exit) => return Ok(exit),
    };
    found.warnings.iter().for_each(|told| say(&format!("warning: {told}")));
    let section = section(&plan, &found);
    let figures = shown(&arguments.pipeline.file, &found);
    if let Some(file) = &arguments.out {
        make_folder_of(file)?;
        std::fs::write(file, &section).with_context(|| format!("cannot write {}", file.display()))?;
    }
    match (arguments.json, &arguments.out) {
        (true, _) => {
            let mut told = serde_json::to_value(&found)?;
            told["section"] = section.into();
            print(&format!("{told:#}\n"))?;
        }
        (false, Some(_)) => print(&figures)?,
        (false, None) => {
            say(&figures);
            print(&section)?;
        }
    }
    if let Some(file) = &arguments.out {
        say(&format!(
            "{} is written: put it in place of the [score] section of {}",
            file.display(),
            arguments.pipeline.file.display()
        ));
    }
    Ok(Exit::Finished)
}

/// Whether a file is not there, or is one that this command wrote.
fn is_ours(file: &Path) -> bool {
    match std::fs::read_to_string(file) {
        Ok(text) => text.starts_with(FIRST_LINE),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

fn shown(file: &Path, found: &Training) -> String {
    let lost = found.known - found.won;
    let mut out = format!(
        "{} as of {}, learned from {} by `{}`\n\n",
        file.display(),
        found.as_of,
        found.outcomes.table,
        found.outcomes.outcome
    );
    let _ = writeln!(
        out,
        "Leads     {}, {} with a known outcome: {} won, {} lost; base rate {} %",
        number(found.leads, "golden lead"),
        grouped(found.known),
        grouped(found.won),
        grouped(lost),
        percent(found.base_rate)
    );
    out.push_str(&outcomes(&found.outcomes));
    let _ = writeln!(
        out,
        "\nAUC       {:.4} learned, {:.4} by hand: means of {} folds, each ranked by weights learned from the others",
        found.auc_cross_validated,
        found.auc_by_hand,
        found.folds.len()
    );
    let better = found.folds.iter().filter(|fold| fold.auc > fold.auc_by_hand).count();
    let folds: Vec<String> =
        found.folds.iter().map(|fold| format!("{:.3} / {:.3}", fold.auc, fold.auc_by_hand)).collect();
    let _ = writeln!(out, "          {} (learned better in {better})", folds.join(", "));
    let _ = writeln!(
        out,
        "          {:.4} with the points below over all known leads, {:.4} by hand",
        found.auc_of_points.area, found.auc_now.area
    );
    let _ =
        writeln!(out, "Penalty   {} on half the squares of standardized weights, chosen by the folds", found.strength);
    let header = ["criterion", "now", "points", "odds ratio", "95 %", "weight", "error", "won %", "lost %"];
    let mut rows = table(&header, 1..9);
    for criterion in &found.criteria {
        rows.add_row([
            criterion.name.clone(),
            criterion.now.clone(),
            format!("{}{}", criterion.points, if criterion.per_item { " each" } else { "" }),
            format!("{:.2}", criterion.odds_ratio),
            format!("{:.2} to {:.2}", criterion.odds_interval.low, criterion.odds_interval.high),
            format!("{:+.3}", criterion.weight),
            format!("{:.3}", criterion.error),
            percent(criterion.share_of_won),
            percent(criterion.share_of_lost),
        ]);
    }
    let _ = writeln!(out, "\n{rows}");
    for left in &found.left_out {
        let _ = writeln!(out, "\"{}\" is left out: {}", left.name, left.why);
    }
    out
}

/// The `[score]` section, with the figures as comments.
fn section(plan: &Plan, found: &Training) -> String {
    let lost = found.known - found.won;
    let about = [
        format!(
            "Learned from {} as of {}: {} leads won, {} lost. A logistic regression over the criteria with an L2 penalty of {}.",
            found.outcomes.table,
            found.as_of,
            grouped(found.won),
            grouped(lost),
            found.strength
        ),
        format!(
            "AUC over {} folds: {:.4} learned, {:.4} with the points as they were; {:.4} with these points over all known leads.",
            found.folds.len(),
            found.auc_cross_validated,
            found.auc_by_hand,
            found.auc_of_points.area
        ),
        format!(
            "There are at least {EVENTS_PER_CRITERION} won and {EVENTS_PER_CRITERION} lost leads for each criterion."
        ),
        "Stars and grades begin where the odds of a win double, around the average odds.".to_owned(),
    ];
    let expected = |cut: &TrainedCut| format!("{} %", percent(cut.probability));
    let criterion = |criterion: &TrainedCriterion| {
        let each = if criterion.per_item { " each" } else { "" };
        let comment = format!(
            "now {}; odds ratio {:.2}{each} ({:.2} to {:.2}), standard error {:.3}; met by {} % of the won, {} % of the lost",
            criterion.now,
            criterion.odds_ratio,
            criterion.odds_interval.low,
            criterion.odds_interval.high,
            criterion.error,
            percent(criterion.share_of_won),
            percent(criterion.share_of_lost)
        );
        (criterion.name.clone(), criterion.points, comment)
    };
    let grade = |(grade, cut): &(String, TrainedCut)| {
        let comment = if cut.percent > 0.0 { format!("from {} of wins", expected(cut)) } else { String::new() };
        (grade.clone(), cut.percent, comment)
    };
    let wanted = Fragment {
        about: about.to_vec(),
        criteria: found.criteria.iter().map(criterion).collect(),
        left_out: found.left_out.iter().map(|left| (left.name.clone(), left.why.clone())).collect(),
        caps: found.caps.iter().map(|cap| (cap.group.clone(), cap.cap)).collect(),
        stars: found.stars.iter().map(|cut| (cut.percent, expected(cut))).collect(),
        grades: found.grades.iter().map(grade).collect(),
    };
    fragment(plan, &wanted)
}
