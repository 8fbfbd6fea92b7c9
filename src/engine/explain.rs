//! What one pair weighs and why: the same comparisons and the same decision function as in a run, one pair at a time.

use serde::Serialize;

use super::pinned;
use super::weigh::{Room, Weigher, probability};
use crate::config::plan::DedupePlan;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumns, Pair, PairEvidence};
use crate::model::pinned::{Misfit, PinnedModel};
use crate::stages::block::{self, Candidates, Meeting};
use crate::stages::compare::{self, Comparison};

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
    /// Whether the two may be compared at all; rows of one source may not where only pairs across sources count, or
    /// where the source has no duplicates in itself.
    pub may_meet: bool,
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
        self.may_meet && self.blocking.iter().any(Meeting::is_compared)
    }
}

/// Explains pairs by a run's model.
pub struct Explainer<'a> {
    columns: &'a MatchColumns,
    plan: &'a DedupePlan,
    comparisons: Vec<Comparison<'a>>,
    weigher: Weigher,
    prior: f64,
}

impl<'a> Explainer<'a> {
    /// From the rows of a run and the model that it left.
    ///
    /// # Errors
    /// When the model is not one of the comparisons that the columns give.
    pub fn new(columns: &'a MatchColumns, plan: &'a DedupePlan, model: &PinnedModel) -> Result<Self, Misfit> {
        let comparisons = compare::choose(columns, &plan.compare);
        let weigher = Weigher::new(&pinned::fit(model, &comparisons)?);
        let prior = (model.prior / (1.0 - model.prior)).log2();
        Ok(Self { columns, plan, comparisons, weigher, prior })
    }

    /// What the two leads of each pair say of being one.
    pub fn evidence(&self, pairs: &[Pair]) -> Vec<PairEvidence> {
        let (mut room, width) = (Room::new(self.comparisons.len()), self.weigher.width());
        let (mut levels, mut weights) = (vec![0; width], vec![0.0; width]);
        let weight = |&pair: &Pair| {
            room.reach(&self.comparisons, pair);
            let weight = self.weigher.weigh(&room.reached, &mut levels, &mut weights);
            PairEvidence { weight, untold: self.weigher.untold(&room.reached) }
        };
        pairs.iter().map(weight).collect()
    }

    /// Whether two leads never become one, as their source has no duplicates in itself.
    pub fn keeps_apart(&self, pair: Pair) -> bool {
        let group = |lead: LeadId| self.columns.sources[lead.index()];
        let source = group(pair.left);
        source == group(pair.right) && self.columns.clean.get(usize::from(source)) == Some(&true)
    }

    /// Why a pair weighs what it weighs.
    pub fn explain(&self, pair: Pair) -> Explanation {
        let Self { columns, plan, comparisons, weigher, prior } = self;
        let mut room = Room::new(comparisons.len());
        room.reach(comparisons, pair);
        let (mut levels, mut weights) = (vec![0; weigher.width()], vec![0.0; weigher.width()]);
        let weight = weigher.weigh(&room.reached, &mut levels, &mut weights);
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
        let rules = block::rules(columns, plan);
        let candidates = block::candidates(columns, &rules, plan.across);
        Explanation {
            prior: *prior,
            steps,
            weight,
            probability: probability(weight),
            blocking: candidates.meetings(columns, &rules, pair),
            may_meet: candidates.may_meet(pair),
        }
    }
}

/// The blocks of a run, to ask whether it compared a pair.
pub fn candidates(columns: &MatchColumns, plan: &DedupePlan) -> Candidates {
    block::candidates(columns, &block::rules(columns, plan), plan.across)
}
