//! How block and compare are executed. What crosses this line are codes, slices and weights, so that another engine can
//! stand where the local one does; what a pair weighs is decided by [`weigh::Weigher`] in every engine.

mod explain;
mod local;
mod pinned;
pub mod weigh;

pub use explain::{Explainer, Explanation, Step, candidates};
pub use local::Linkage;

use crate::config::plan::DedupePlan;
use crate::model::matching::{BlockingYield, MatchColumns, Pair, Verdict};
use crate::model::pinned::Misfit;
use crate::model::progress::Progress;
use crate::stages::block;

/// Finds the pairs of leads that are one or may be, with their evidence. People's decisions win over published rules,
/// and these over the model.
///
/// # Errors
/// When the plan's model is not one of the comparisons that the columns give.
pub fn link<'a>(
    columns: &'a MatchColumns,
    plan: &DedupePlan,
    decisions: &[(Pair, Verdict)],
    progress: &dyn Progress,
) -> Result<Linkage<'a>, Misfit> {
    local::link(columns, plan, decisions, progress)
}

/// What each blocking rule would yield, without comparing. A pair that several rules find is counted for each of them.
pub fn forecast(columns: &MatchColumns, plan: &DedupePlan) -> Vec<BlockingYield> {
    block::candidates(columns, &block::rules(columns, plan), plan.across).yields(None)
}

#[cfg(test)]
mod tests;
