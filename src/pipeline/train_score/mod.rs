//! Train: weights for the criteria from outcomes that are known by now. A logistic model whose columns are the criteria
//! stays a list of points, and every score it gives has its ledger.

mod points;
#[cfg(test)]
mod tests;
mod validate;

use rayon::prelude::*;
use serde::Serialize;

use super::backtest::{
    self, Auc, BacktestError, Interval, Known, Leak, OutcomeAccount, OutcomeColumns, Outcomes, Replay, Z95, steps,
};
use super::logistic::{self, Cases};
use crate::config::plan::{CriterionTest, Plan, ScorePlan, Worth};
use crate::model::progress::Progress;
use crate::model::scorecards::{LedgerLine, Points, Scorecards};
use crate::stages::score;
use points::Line;
use validate::{FOLDS, Patterns, Validated, area, folds, validate};

/// Leads of the rarer class per weight (P. Peduzzi et al., "A simulation study of the number of events per variable in
/// logistic regression analysis", Journal of Clinical Epidemiology 49, 1996).
pub const EVENTS_PER_CRITERION: u64 = 10;
/// Leads of the rarer class in all.
pub const LEAST_EVENTS: u64 = 50;

/// What was learned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Training {
    /// The day that rules about time referred to.
    pub as_of: String,
    /// Where the outcomes come from.
    pub outcomes: OutcomeAccount,
    /// Golden leads.
    pub leads: u64,
    /// Those whose outcome is known.
    pub known: u64,
    /// The won ones among them.
    pub won: u64,
    /// Their share.
    pub base_rate: f64,
    /// How strongly the weights are held back (on weights per standard deviation), as cross-validation chose.
    pub strength: f64,
    /// The mean loss (minus the log likelihood of a lead) at each strength.
    pub losses: Vec<(f64, f64)>,
    /// The folds.
    pub folds: Vec<Fold>,
    /// Mean area under the ROC curve over the folds, each ranked by weights that were learned from the others.
    pub auc_cross_validated: f64,
    /// The same of the pipeline's own weights.
    pub auc_by_hand: f64,
    /// The area over all known leads with the suggested points, which were learned from them.
    pub auc_of_points: Auc,
    /// The area over all known leads with the pipeline's own weights.
    pub auc_now: Auc,
    /// The criteria in plan order.
    pub criteria: Vec<TrainedCriterion>,
    /// Criteria of which the outcomes say nothing.
    pub left_out: Vec<LeftOut>,
    /// Groups that need a cap, and one that takes nothing away.
    pub caps: Vec<GroupCap>,
    /// Where the second … fifth star begins; empty where the pipeline's own should stay.
    pub stars: Vec<TrainedCut>,
    /// Where each grade begins, the best first; empty where the pipeline's own should stay.
    pub grades: Vec<(String, TrainedCut)>,
    /// Criteria that know the outcome.
    pub leaks: Vec<Leak>,
    /// What to mind, in sentences.
    pub warnings: Vec<String>,
}

/// A part of the leads, ranked by weights that were learned from the others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fold {
    /// Leads.
    pub leads: u64,
    /// Won ones.
    pub won: u64,
    /// Area under the ROC curve of the learned weights.
    pub auc: f64,
    /// That of the pipeline's own.
    pub auc_by_hand: f64,
}

/// A criterion and its weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainedCriterion {
    /// Its name.
    pub name: String,
    /// What it gives now: "±3", "15".
    pub now: String,
    /// Points that the outcomes suggest.
    #[serde(serialize_with = "backtest::number")]
    pub points: Points,
    /// Whether they count per history item.
    pub per_item: bool,
    /// Log odds that it adds.
    pub weight: f64,
    /// The weight's standard error.
    pub error: f64,
    /// The odds of a win with it (or one item more), beside those without, all else equal.
    pub odds_ratio: f64,
    /// Its 95 % interval.
    pub odds_interval: Interval,
    /// Share of the won that met it.
    pub share_of_won: f64,
    /// Share of the lost that met it.
    pub share_of_lost: f64,
}

/// A criterion without a weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why.
    pub why: String,
}

/// The most that a group gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupCap {
    /// The group.
    pub group: String,
    /// Its cap.
    #[serde(serialize_with = "backtest::number")]
    pub cap: Points,
}

/// A cut point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrainedCut {
    /// The score_percent.
    pub percent: f64,
    /// The probability of a win there.
    pub probability: f64,
}

/// Runs the pipeline up to its scores and learns weights from the outcomes.
///
/// # Errors
/// When the pipeline cannot run, the outcomes are of no use, or they are too few.
pub fn train(
    plan: &Plan,
    outcomes: Outcomes<'_>,
    columns: OutcomeColumns<'_>,
    progress: &dyn Progress,
) -> Result<Training, BacktestError> {
    let replay = backtest::replay(plan, progress)?;
    progress.begin("train", 0);
    let known = backtest::known(&replay, outcomes, columns)?;
    learned(plan, &replay, &known)
}

/// A criterion's column of the model.
struct Column<'l> {
    /// Position among the plan's criteria.
    criterion: usize,
    line: &'l LedgerLine,
}

fn learned(plan: &Plan, replay: &Replay, known: &Known) -> Result<Training, BacktestError> {
    let Replay { entities, scores: now, .. } = replay;
    // Each criterion by itself, in units: met or not, number of items, sum of what decay leaves of them.
    let units = score::score(&in_units(&plan.score), entities, plan.as_of);
    let (columns, left_out) = columns(&plan.score, &units, known);
    enough(known, columns.len(), &left_out)?;

    let width = columns.len();
    let mut rows = vec![0.0; known.leads.len() * width];
    rows.par_chunks_mut(width).zip(&known.leads).for_each(|(row, &lead)| {
        for (value, column) in row.iter_mut().zip(&columns) {
            *value = column.line.points(lead as usize).to_f64();
        }
    });
    let ids: Vec<&str> = known.leads.iter().map(|&lead| entities.ids[lead as usize].as_str()).collect();
    let patterns = Patterns::new(width, &rows, &known.won, folds(&ids, &known.won));
    let nothing =
        || BacktestError::TooLittle("the outcomes cannot be fitted; are the criteria all the same?".to_owned());
    let Validated { strength, losses, log_odds } = validate(&patterns).ok_or_else(nothing)?;
    let fit = patterns.fit(strength).ok_or_else(nothing)?;

    let most: Vec<f64> =
        columns.iter().map(|column| points::most(&plan.score.criteria[column.criterion], column.line)).collect();
    let scale = points::scale(&fit.weights, &most).ok_or_else(|| {
        BacktestError::TooLittle("no criterion tells won leads from lost ones: there is nothing to learn".to_owned())
    })?;
    let mut suggested: Vec<Option<Points>> = vec![None; plan.score.criteria.len()];
    for (column, weight) in columns.iter().zip(&fit.weights) {
        suggested[column.criterion] = Some(points::points(*weight, scale));
    }
    let (learned, then) = rescored(plan, replay, &suggested);

    let (won, lost) = known.classes();
    let base_rate = won as f64 / (won + lost) as f64;
    let line = line(&log_odds, &known.won, fit.intercept, scale, &then);
    let cuts = |count: usize| line.and_then(|line| line.cuts(count, base_rate)).unwrap_or_default();
    let folds = each_fold(&patterns.folds, &log_odds, known, now);
    let mean = |of: fn(&Fold) -> f64| folds.iter().map(of).sum::<f64>() / folds.len() as f64;
    let leaks = backtest::leaks(plan, Some(&known.account.outcome));
    let mut training = Training {
        as_of: plan.as_of.to_string(),
        outcomes: known.account.clone(),
        leads: entities.len() as u64,
        known: won + lost,
        won,
        base_rate,
        strength,
        losses,
        auc_cross_validated: mean(|fold| fold.auc),
        auc_by_hand: mean(|fold| fold.auc_by_hand),
        auc_of_points: of_known(known, &then),
        auc_now: of_known(known, now),
        criteria: Vec::new(),
        left_out,
        caps: learned
            .groups
            .iter()
            .filter_map(|group| Some(GroupCap { group: group.name.clone(), cap: group.cap? }))
            .collect(),
        stars: cuts(plan.score.star_cuts.len()),
        grades: grades(&plan.score, cuts),
        warnings: backtest::warnings(plan, replay, known, &leaks),
        leaks,
        folds,
    };
    training.criteria = (columns.iter().zip(fit.weights.iter().zip(&fit.errors)))
        .map(|(column, (&weight, &error))| {
            let criterion = &plan.score.criteria[column.criterion];
            let [share_of_won, share_of_lost] = shares(column.line, known);
            TrainedCriterion {
                name: criterion.name.clone(),
                now: worth(criterion.worth),
                points: suggested[column.criterion].unwrap_or(Points::ZERO),
                per_item: matches!(criterion.test, CriterionTest::Each { .. }),
                weight,
                error,
                odds_ratio: weight.exp(),
                odds_interval: Interval { low: (weight - Z95 * error).exp(), high: (weight + Z95 * error).exp() },
                share_of_won,
                share_of_lost,
            }
        })
        .collect();
    if training.auc_cross_validated <= training.auc_by_hand {
        training.warnings.push(
            "the learned weights rank leads no better than the pipeline's own do: there is no reason to change them"
                .to_owned(),
        );
    }
    Ok(training)
}

/// A point for each criterion, and no limits.
fn in_units(plan: &ScorePlan) -> ScorePlan {
    let mut plan = plan.clone();
    plan.groups.iter_mut().for_each(|group| (group.cap, group.floor) = (None, None));
    plan.criteria.iter_mut().for_each(|criterion| criterion.worth = Worth::Points(Points::whole(1)));
    plan
}

/// The criteria that differ among the known leads, and the others.
fn columns<'l>(plan: &ScorePlan, units: &'l Scorecards, known: &Known) -> (Vec<Column<'l>>, Vec<LeftOut>) {
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for (at, criterion) in plan.criteria.iter().enumerate() {
        let Some(line) = units.lines.iter().find(|line| line.name == criterion.name) else { continue };
        let mut values = known.leads.iter().map(|&lead| line.points(lead as usize));
        let first = values.next().unwrap_or(Points::ZERO);
        if values.any(|value| value != first) {
            columns.push(Column { criterion: at, line });
            continue;
        }
        let why = if first == Points::ZERO { "no known lead meets it" } else { "all known leads meet it alike" };
        left_out.push(LeftOut { name: criterion.name.clone(), why: why.to_owned() });
    }
    (columns, left_out)
}

/// Whether there are enough leads of the rarer class to learn so many weights.
fn enough(known: &Known, criteria: usize, left_out: &[LeftOut]) -> Result<(), BacktestError> {
    let (won, lost) = known.classes();
    let (rarer, class) = if won <= lost { (won, "won") } else { (lost, "lost") };
    let needed = LEAST_EVENTS.max(EVENTS_PER_CRITERION * criteria as u64);
    if criteria == 0 {
        let names: Vec<String> = left_out.iter().map(|left| format!("\"{}\": {}", left.name, left.why)).collect();
        let told = format!("no criterion differs among the known leads: {}", names.join("; "));
        return Err(BacktestError::TooLittle(told));
    }
    if rarer < needed {
        return Err(BacktestError::TooLittle(format!(
            "too few outcomes to learn from: {rarer} known leads were {class} ({won} won, {lost} lost), and {needed} are \
             needed: {EVENTS_PER_CRITERION} for each of the {criteria} criteria that differ among them, and {LEAST_EVENTS} at \
             least. Fewer criteria need fewer leads; `leadmill backtest` works with what there is"
        )));
    }
    Ok(())
}

/// The plan with the suggested points, and the scores that it gives.
fn rescored(plan: &Plan, replay: &Replay, suggested: &[Option<Points>]) -> (ScorePlan, Scorecards) {
    let entities = &replay.entities;
    let free = points::plan(&plan.score, suggested, &|_| None);
    let scores = score::score(&free, entities, plan.as_of);
    let learned = points::plan(&plan.score, suggested, &|group| points::largest(&free, &scores.lines, group));
    if learned.groups.iter().all(|group| group.cap.is_none()) {
        return (learned, scores);
    }
    let scores = score::score(&learned, entities, plan.as_of);
    (learned, scores)
}

fn of_known(known: &Known, scores: &Scorecards) -> Auc {
    let scores: Vec<Points> = known.leads.iter().map(|&lead| scores.score[lead as usize]).collect();
    Auc::of(&steps(&scores, &known.won))
}

fn each_fold(folds: &[u8], log_odds: &[f64], known: &Known, now: &Scorecards) -> Vec<Fold> {
    let fold = |fold: usize| {
        let of: Vec<usize> = (0..folds.len()).filter(|&at| usize::from(folds[at]) == fold).collect();
        let won: Vec<bool> = of.iter().map(|&at| known.won[at]).collect();
        let learned: Vec<f64> = of.iter().map(|&at| log_odds[at]).collect();
        let by_hand: Vec<Points> = of.iter().map(|&at| now.score[known.leads[at] as usize]).collect();
        Fold {
            leads: of.len() as u64,
            won: won.iter().filter(|won| **won).count() as u64,
            auc: area(&learned, &won),
            auc_by_hand: backtest::auc(&steps(&by_hand, &won)),
        }
    };
    (0..FOLDS).map(fold).collect()
}

/// The line from a score to the log odds of a win: that of the weights, corrected by a logistic curve through the log
/// odds that leads got from weights that had not seen them (Platt 1999), which are less sure of themselves.
fn line(log_odds: &[f64], won: &[bool], intercept: f64, scale: f64, scores: &Scorecards) -> Option<Line> {
    let cases = vec![1.0; won.len()];
    let events: Vec<f64> = won.iter().map(|won| f64::from(u8::from(*won))).collect();
    let of = Cases { width: 1, columns: log_odds, cases: &cases, events: &events };
    let curve = logistic::fit(of, &[1e-6], None)?;
    Some(Line {
        intercept: curve.intercept + curve.weights[0] * intercept,
        slope: curve.weights[0] / scale,
        range: [scores.min.to_f64(), scores.max.to_f64()],
    })
}

/// The plan's grades with new cut points; one that begins at 0 stays there.
fn grades(plan: &ScorePlan, cuts: impl Fn(usize) -> Vec<TrainedCut>) -> Vec<(String, TrainedCut)> {
    let from_zero = plan.grades.last().is_some_and(|(_, cut)| *cut <= 0.0);
    let count = plan.grades.len() - usize::from(from_zero);
    let found = cuts(count);
    let zero = from_zero.then_some(TrainedCut { percent: 0.0, probability: 0.0 });
    if found.len() < count {
        return Vec::new();
    }
    let names = plan.grades.iter().map(|(grade, _)| grade.clone());
    names.zip(found.into_iter().rev().chain(zero)).collect()
}

fn shares(line: &LedgerLine, known: &Known) -> [f64; 2] {
    let (won, lost) = known.classes();
    let met = |class: bool| {
        let of_class = known.leads.iter().zip(&known.won).filter(|(_, won)| **won == class);
        of_class.filter(|(lead, _)| line.met(**lead as usize) == Some(true)).count() as f64
    };
    [met(true) / won.max(1) as f64, met(false) / lost.max(1) as f64]
}

/// What a criterion gives, as people write it.
fn worth(worth: Worth) -> String {
    match worth {
        Worth::Importance(weight) => format!("±{weight}"),
        Worth::Points(points) => points.to_string(),
    }
}
