//! Backtest: the pipeline's scores beside outcomes that are known by now.
//!
//! The stages run first, without the outcomes; only then are these read and joined with the golden leads. So no rule can
//! see an outcome, unless an export brings it along: criteria that read such columns are named.

mod calibration;
mod criteria;
mod intervals;
mod join;
mod leaks;
mod lookup;
mod outcomes;
mod profit;
mod ranking;
#[cfg(test)]
pub(in crate::pipeline) mod tests;
mod words;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::{RunError, Scored, Stopwatch, linked, scored};
use crate::config::plan::{CriterionTest, Only, Plan};
use crate::model::calendar::{MICROS_PER_DAY, days};
use crate::model::entities::Entities;
use crate::model::field::Field;
use crate::model::issued::IssuedIds;
use crate::model::leads::Leads;
use crate::model::progress::Progress;
use crate::model::scorecards::{Points, Scorecards};
use crate::stages::load;

pub use calibration::{Band, Calibration};
pub use criteria::{Counts, CriterionValue};
pub use intervals::{Interval, Z95, wilson};
pub use join::{FoundBy, Known, OutcomeAccount};
pub use leaks::Leak;
pub(super) use leaks::leaks;
pub use outcomes::{OutcomeColumns, OutcomeError, OutcomeWord};
pub use profit::{CutOff, Terms};
pub(super) use ranking::number;
pub use ranking::{Auc, Decile, Step, auc, steps};
pub use words::Verdict;

/// Leads of a class below which figures say little.
pub const FEW: u64 = 20;

/// Where outcomes come from.
#[derive(Debug, Clone, Copy)]
pub enum Outcomes<'a> {
    /// The leads themselves: those that came in closed.
    Leads,
    /// A table.
    File(&'a Path),
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The outcomes.
    pub outcomes: Outcomes<'a>,
    /// Their columns.
    pub columns: OutcomeColumns<'a>,
    /// What a call costs.
    pub cost_per_call: Option<f64>,
    /// What a win is worth; none: the mean of the won leads' values.
    pub value_per_win: Option<f64>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum BacktestError {
    /// The pipeline could not run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The outcomes are of no use.
    #[error(transparent)]
    Outcomes(#[from] OutcomeError),
    /// The pipeline scores nothing.
    #[error("the pipeline has `only = \"{0}\"` and scores nothing")]
    NoScores(&'static str),
    /// No outcome is of a lead.
    #[error("{0}")]
    Unmatched(String),
    /// All known leads ended the same way.
    #[error("{0}")]
    OneClass(String),
    /// There are too few leads to learn from, or nothing to learn.
    #[error("{0}")]
    TooLittle(String),
}

impl BacktestError {
    /// Whether the pipeline itself failed while running, and not what was asked of it.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Run(error) if !matches!(error, RunError::Model(_)))
    }
}

/// Golden leads and their scores, as the stages give them.
#[derive(Debug)]
pub struct Replay {
    /// The rows.
    pub leads: Arc<Leads>,
    /// The golden leads.
    pub entities: Entities,
    /// Their scores.
    pub scores: Scorecards,
}

/// Runs a pipeline up to its scores, in memory.
///
/// # Errors
/// When an input cannot be read, too many rows are unusable, or the pipeline scores nothing.
pub fn replay(plan: &Plan, progress: &dyn Progress) -> Result<Replay, BacktestError> {
    if plan.score.criteria.is_empty() {
        return Err(BacktestError::NoScores(if plan.only == Some(Only::Load) { "load" } else { "dedupe" }));
    }
    let mut watch = Stopwatch::start();
    let loaded = load::load(&plan.load, &plan.schema, progress).map_err(RunError::from)?;
    let linked = linked(plan, loaded, &IssuedIds::default(), &mut watch, progress)?;
    let Scored { entities, scores, .. } = scored(plan, &linked, &mut watch, progress);
    Ok(Replay { leads: linked.leads, entities, scores })
}

/// The golden leads whose outcome is known: both a won and a lost one among them.
///
/// # Errors
/// When the outcomes cannot be read, none is of a lead, or all are the same.
pub fn known(replay: &Replay, outcomes: Outcomes<'_>, columns: OutcomeColumns<'_>) -> Result<Known, BacktestError> {
    let known = match outcomes {
        Outcomes::Leads => join::own(replay, columns.value)?,
        Outcomes::File(path) => join::join(replay, &outcomes::Cells::read(path)?, columns)?,
    };
    let account = &known.account;
    if known.leads.is_empty() {
        return Err(BacktestError::Unmatched(unmatched(replay, account, matches!(outcomes, Outcomes::Leads))));
    }
    match known.classes() {
        (0, lost) => Err(BacktestError::OneClass(one_class(account, lost, "lost"))),
        (won, 0) => Err(BacktestError::OneClass(one_class(account, won, "won"))),
        _ => Ok(known),
    }
}

fn unmatched(replay: &Replay, account: &OutcomeAccount, own: bool) -> String {
    let OutcomeAccount { table, outcome, .. } = account;
    if own {
        return format!(
            "none of the {} leads came in closed as qualified or disqualified; name a table of outcomes with --outcomes FILE",
            account.rows
        );
    }
    if account.rows > account.unmatched + account.ambiguous {
        return format!(
            "no row of {table} that is of a lead has an outcome in `{outcome}`: {} are blank, {} not decided yet. Is it \
             the right column (--outcome)?",
            account.blank, account.open
        );
    }
    let column = account.keys.first().map_or("", String::as_str);
    let id = |row: usize| replay.leads.column(Field::SourceId).text(row);
    let ids: Vec<&str> = (0..replay.leads.len()).filter_map(id).take(3).collect();
    let (theirs, shown) = match account.ambiguous {
        0 => (&account.unmatched_examples, "is the id or e-mail address of a lead"),
        _ => (&account.ambiguous_examples, "is the id or e-mail address of one lead alone"),
    };
    format!(
        "no `{column}` of {table} {shown}: {} against ids such as {}. Is it the right file, and the right column (--id)?",
        theirs.join(", "),
        ids.join(", ")
    )
}

fn one_class(account: &OutcomeAccount, leads: u64, class: &str) -> String {
    let OutcomeAccount { table, outcome, words, .. } = account;
    const SHOWN: usize = 6;
    let words: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{}` ({})", word.word, word.rows)).collect();
    let leads = if leads == 1 { "the one lead".to_owned() } else { format!("all {leads} leads") };
    let was = if leads == "the one lead" { "was" } else { "were" };
    // The leads' own statuses have no words to choose from.
    let hint = if account.keys.is_empty() { "" } else { "; --won says which words are wins" };
    format!(
        "{leads} with an outcome in {table} {was} {class}, and a score can't be judged without the other kind. `{outcome}` has \
         {}{hint}",
        words.join(", ")
    )
}

/// Scores beside outcomes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Backtest {
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
    /// Its 95 % interval (Wilson).
    pub base_rate_interval: Interval,
    /// How well scores put won leads before lost ones.
    pub auc: Auc,
    /// Tenths of the known leads, by score.
    pub deciles: Vec<Decile>,
    /// The curve of gains: share of leads, share of won ones among them.
    pub gains: Vec<[f64; 2]>,
    /// What a score_percent says of a win.
    pub calibration: Option<Calibration>,
    /// Conversions by grade, the best first.
    pub grades: Vec<Conversion>,
    /// Conversions by automatic stars, most first.
    pub stars: Vec<Conversion>,
    /// The criteria beside the outcomes.
    pub criteria: Vec<CriterionValue>,
    /// What calling brings in; none where nobody says what calls cost and wins are worth.
    pub profit: Option<Profit>,
    /// Criteria that know the outcome.
    pub leaks: Vec<Leak>,
    /// What to mind, in sentences.
    pub warnings: Vec<String>,
}

/// The leads of a grade or of a number of stars.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conversion {
    /// The grade, or the number of stars.
    pub group: String,
    /// Known leads.
    pub leads: u64,
    /// Won ones.
    pub won: u64,
    /// Their share.
    pub rate: f64,
    /// Its 95 % interval (Wilson).
    pub interval: Interval,
}

/// What calling from a score on brings in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profit {
    /// What a call costs and a win is worth.
    pub terms: Terms,
    /// Whether the value of a win is the mean of those in the table.
    pub mean_of_values: bool,
    /// The most profitable cut-off; none where calling nobody is best.
    pub best: Option<CutOff>,
    /// Calling every known lead.
    pub everybody: CutOff,
    /// Every cut-off, the highest score first.
    pub cut_offs: Vec<CutOff>,
}

/// Runs the pipeline up to its scores and puts them beside the outcomes.
///
/// # Errors
/// When the pipeline cannot run, or the outcomes are of no use.
pub fn backtest(plan: &Plan, question: Question<'_>, progress: &dyn Progress) -> Result<Backtest, BacktestError> {
    let replay = replay(plan, progress)?;
    progress.begin("backtest", 0);
    let known = known(&replay, question.outcomes, question.columns)?;
    Ok(judged(plan, &replay, &known, question))
}

fn judged(plan: &Plan, replay: &Replay, known: &Known, question: Question<'_>) -> Backtest {
    let Replay { entities, scores, .. } = replay;
    let of_known = |lead: &u32| scores.score[*lead as usize];
    let percent: Vec<f64> = known.leads.iter().map(|&lead| scores.percent[lead as usize]).collect();
    let steps = steps(&known.leads.iter().map(of_known).collect::<Vec<Points>>(), &known.won);
    let (won, lost) = known.classes();
    let leaks = leaks(plan, Some(&known.account.outcome));
    let auc = Auc::of(&steps);
    let mut warnings = warnings(plan, replay, known, &leaks);
    if let Some(interval) = auc.interval.filter(|interval| interval.low <= 0.5) {
        let than = if interval.high < 0.5 { "is worse than" } else { "may be no better than" };
        warnings.push(format!("on these leads the score {than} chance: the interval of AUC begins below 0.5"));
    }
    let stars: Vec<String> = (0..=5).rev().map(|stars: u8| stars.to_string()).collect();
    Backtest {
        as_of: plan.as_of.to_string(),
        outcomes: known.account.clone(),
        leads: entities.len() as u64,
        known: won + lost,
        won,
        base_rate: won as f64 / (won + lost) as f64,
        base_rate_interval: wilson(won, won + lost),
        auc,
        deciles: ranking::deciles(&steps),
        gains: ranking::gains(&steps),
        calibration: calibration::calibrate(&percent, &known.won),
        grades: conversions(&grades(plan, scores, &known.leads), known, |lead| scores.grade.get(lead).to_owned()),
        stars: conversions(&stars, known, |lead| scores.auto_stars[lead].to_string()),
        criteria: criteria::values(&plan.score, entities, plan.as_of, scores, &known.leads, &known.won),
        profit: profit(&steps, scores, known, question),
        warnings,
        leaks,
    }
}

/// The plan's grades, the best first, then others that leads have, the blank one at the end.
fn grades(plan: &Plan, scores: &Scorecards, leads: &[u32]) -> Vec<String> {
    let mut grades: Vec<String> = plan.score.grades.iter().map(|(grade, _)| grade.clone()).collect();
    let seen: BTreeSet<&str> = leads.iter().map(|&lead| scores.grade.get(lead as usize)).collect();
    let others: Vec<&str> = seen.into_iter().filter(|grade| !grades.iter().any(|known| known == grade)).collect();
    let (blank, others): (Vec<&str>, Vec<&str>) = others.into_iter().partition(|grade| grade.is_empty());
    grades.extend(others.into_iter().chain(blank).map(str::to_owned));
    grades
}

fn conversions(groups: &[String], known: &Known, of: impl Fn(usize) -> String) -> Vec<Conversion> {
    let mut counts = vec![(0, 0); groups.len()];
    for (&lead, &won) in known.leads.iter().zip(&known.won) {
        let group = of(lead as usize);
        if let Some(at) = groups.iter().position(|known| *known == group) {
            counts[at].0 += 1;
            counts[at].1 += u64::from(won);
        }
    }
    let conversion = |(group, &(leads, won)): (&String, &(u64, u64))| Conversion {
        group: group.clone(),
        leads,
        won,
        rate: if leads == 0 { 0.0 } else { won as f64 / leads as f64 },
        interval: wilson(won, leads),
    };
    groups.iter().zip(&counts).map(conversion).collect()
}

fn profit(steps: &[Step], scores: &Scorecards, known: &Known, question: Question<'_>) -> Option<Profit> {
    let value_per_win = question.value_per_win.or_else(|| known.mean_value())?;
    let terms = Terms { cost_per_call: question.cost_per_call?, value_per_win };
    let range = (scores.max - scores.min).to_f64();
    let percent = |score: Points| if range > 0.0 { (score - scores.min).to_f64() * 100.0 / range } else { 0.0 };
    let cut_offs = profit::cut_offs(steps, terms, percent);
    let everybody = *cut_offs.last()?;
    let mean_of_values = question.value_per_win.is_none();
    Some(Profit { terms, mean_of_values, best: profit::best(&cut_offs), everybody, cut_offs })
}

/// What to mind about the figures.
pub(super) fn warnings(plan: &Plan, replay: &Replay, known: &Known, leaks: &[Leak]) -> Vec<String> {
    let mut told: Vec<String> = leaks.iter().map(Leak::sentence).collect();
    let (won, lost) = known.classes();
    if won.min(lost) < FEW {
        told.push(format!(
            "only {} {}: with fewer than {FEW} of a kind every figure may be chance; mind the intervals",
            known_leads(won.min(lost) as usize, "was", "were"),
            if won <= lost { "won" } else { "lost" }
        ));
    }
    let counts_history = |test: &CriterionTest| !matches!(test, CriterionTest::When(_));
    if plan.score.criteria.iter().any(|criterion| counts_history(&criterion.test)) {
        let closed = closed_before(plan, replay, known);
        if closed > 0 {
            told.push(format!(
                "{} closed before {}, and what happened since counts in their score: --as-of with an earlier day leaves it out",
                known_leads(closed, "was", "were"),
                plan.as_of
            ));
        }
    }
    if known.account.currencies.len() > 1 {
        told.push(format!(
            "the values are in several currencies ({}) and were added up as they stand",
            known.account.currencies.join(", ")
        ));
    }
    if known.leads.iter().any(|&lead| replay.scores.manual[lead as usize]) {
        let manual = known.leads.iter().filter(|&&lead| replay.scores.manual[lead as usize]).count();
        let leads = known_leads(manual, "has", "have");
        told.push(format!("{leads} stars given by hand; here the automatic ones count"));
    }
    told
}

/// "1 known lead was", "5 known leads were".
fn known_leads(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 known lead {one}") } else { format!("{count} known leads {several}") }
}

impl Leak {
    /// The leak in a sentence.
    pub fn sentence(&self) -> String {
        let Self { criterion, column, through } = self;
        let through = through.as_ref().map_or_else(String::new, |from| format!(", which an edit sets by `{from}`"));
        format!(
            "the criterion \"{criterion}\" reads `{column}`{through}: it knows the outcome, and so foretells nothing"
        )
    }
}

/// Known leads that were closed before the day of the scores.
fn closed_before(plan: &Plan, replay: &Replay, known: &Known) -> usize {
    let Some(closed) = replay.entities.facts.column(Field::ClosedAt.name()) else { return 0 };
    let Ok(closed) = closed.cast(&polars::prelude::DataType::Int64) else { return 0 };
    let Ok(closed) = closed.i64() else { return 0 };
    let today = i64::from(days(plan.as_of)) * MICROS_PER_DAY;
    known.leads.iter().filter(|&&lead| closed.get(lead as usize).is_some_and(|at| at < today)).count()
}
