//! What one pair weighs and why: the same comparisons and the same decision function as in a run, one pair at a time.

use serde::Serialize;

use super::pinned;
use super::weigh::{Weigher, probability, reach};
use crate::config::plan::DedupePlan;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumns, Pair};
use crate::model::pinned::{Misfit, PinnedModel};
use crate::stages::block::{self, Candidates, Meeting};
use crate::stages::compare;

/// A pair as the engine sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What any two leads weigh before a comparison, log2 odds.
    pub prior: f64,
    /// What each comparison adds.
    pub steps: Vec<Step>,
    /// The sum.
    pub weight: f64,
    /// Probability that both are one.
    pub probability: f64,
    /// What each blocking rule makes of the pair.
    pub blocking: Vec<Meeting>,
}

/// One comparison of a pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Comparison.
    pub comparison: String,
    /// The left row's values in match form.
    pub left: String,
    /// The right row's.
    pub right: String,
    /// The level that they reach.
    pub level: String,
    /// What it adds, log2.
    pub weight: f64,
}

impl Explanation {
    /// The same with left and right exchanged.
    pub fn swapped(mut self) -> Self {
        self.steps.iter_mut().for_each(|step| std::mem::swap(&mut step.left, &mut step.right));
        self.blocking.iter_mut().for_each(Meeting::swap);
        self
    }

    /// Whether a blocking rule brings the two together.
    pub fn is_compared(&self) -> bool {
        self.blocking.iter().any(Meeting::is_compared)
    }
}

/// Explains a pair by a run's model.
///
/// # Errors
/// When the model is not one of the comparisons that the columns give.
pub fn explain(
    columns: &MatchColumns,
    plan: &DedupePlan,
    model: &PinnedModel,
    pair: Pair,
) -> Result<Explanation, Misfit> {
    let comparisons = compare::choose(columns, &plan.compare);
    let trained = pinned::fit(model, &comparisons)?;
    let weigher = Weigher::new(&trained);
    let mut reached = Vec::new();
    reach(&comparisons, pair, &mut reached);
    let (mut levels, mut weights) = (vec![0; weigher.width()], vec![0.0; weigher.width()]);
    let weight = weigher.weigh(&reached, &mut levels, &mut weights);
    let values = |of: &[usize], row: LeadId| -> String {
        let of = of.iter().map(|&column| &columns.columns[column]);
        let shown = of.map(|column| {
            column.of(row).iter().map(|&code| column.dictionary.get(code)).collect::<Vec<_>>().join(" / ")
        });
        shown.filter(|shown| !shown.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let mut steps: Vec<Step> = comparisons
        .iter()
        .enumerate()
        .map(|(position, comparison)| Step {
            comparison: comparison.name.clone(),
            left: values(&comparison.columns, pair.left),
            right: values(&comparison.columns, pair.right),
            level: comparison.levels[usize::from(levels[position])].clone(),
            weight: f64::from(weights[position]),
        })
        .collect();
    if let Some(circle) = weigher.circle() {
        let position = comparisons.len();
        steps.push(Step {
            comparison: circle.name.clone(),
            left: String::new(),
            right: String::new(),
            level: circle.levels[usize::from(levels[position])].clone(),
            weight: f64::from(weights[position]),
        });
    }
    let blocking = block::rules(columns, plan).iter().map(|rule| block::meeting(columns, rule, pair)).collect();
    Ok(Explanation {
        prior: (model.prior / (1.0 - model.prior)).log2(),
        steps,
        weight,
        probability: probability(weight),
        blocking,
    })
}

/// The blocks of a run, to ask whether it compared a pair.
pub fn candidates(columns: &MatchColumns, plan: &DedupePlan) -> Candidates {
    block::candidates(columns, &block::rules(columns, plan))
}
