//! Blocking recall: the share of the true pairs that the run compared, from its blocks built once more.

use rayon::prelude::*;
use serde::Serialize;

use super::Joined;
use super::counts::pairs;
use super::thresholds::UNLABELLED;
use crate::config::plan::DedupePlan;
use crate::engine;
use crate::model::leads::LeadId;
use crate::model::matching::Pair;
use crate::pipeline::past::Rebuilt;

/// True pairs that are asked about one by one.
pub const MOST_PAIRS: u64 = 50_000_000;

/// True pairs that were candidates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Blocking {
    /// True pairs.
    pub true_pairs: u64,
    /// Those of them that share a block.
    pub compared: u64,
    /// Their share.
    pub recall: f64,
}

/// How many of the true pairs share a block; rows that the run has not share none. One sentence where that cannot be
/// told.
///
/// # Errors
/// When the rebuilt rows are not those of the run, or the true pairs are too many.
pub fn blocking(joined: &Joined, rebuilt: &Rebuilt, plan: &DedupePlan, cross: bool) -> Result<Blocking, String> {
    let mut place = vec![None; joined.labels.len()];
    for (row, &key) in rebuilt.leads.keys.iter().enumerate() {
        match joined.places.get(&(key >> 48 << 48)) {
            Some(&known) => place[known as usize] = Some(LeadId(row as u32)),
            None => return Err("its inputs give other rows now".to_owned()),
        }
    }
    // Label, source, and the row where the run has it.
    let known = (0..place.len()).filter(|&row| joined.labels[row] != UNLABELLED);
    let known = known.map(|row| (joined.labels[row], joined.sources[row], place[row]));
    let missing = joined.missing.iter().map(|&(label, source)| (label, source, None));
    let mut rows: Vec<(u32, u32, Option<LeadId>)> = known.chain(missing).collect();
    rows.par_sort_unstable();
    let groups: Vec<&[(u32, u32, Option<LeadId>)]> = rows.chunk_by(|a, b| a.0 == b.0).collect();
    let all: u64 = groups.iter().map(|group| pairs(group.len() as u64)).sum();
    if all > MOST_PAIRS {
        return Err(format!("{all} true pairs are too many to look at one by one"));
    }
    let candidates = engine::candidates(&rebuilt.columns, plan);
    let (compared, true_pairs) = groups
        .par_iter()
        .map(|group| {
            let (mut compared, mut counted) = (0u64, 0u64);
            for (i, &(_, source, left)) in group.iter().enumerate() {
                for &(_, _, right) in group[i + 1..].iter().filter(|right| !cross || right.1 != source) {
                    counted += 1;
                    if let (Some(left), Some(right)) = (left, right) {
                        compared += u64::from(candidates.rule_of(Pair::new(left, right)).is_some());
                    }
                }
            }
            (compared, counted)
        })
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let recall = if true_pairs == 0 { 1.0 } else { compared as f64 / true_pairs as f64 };
    Ok(Blocking { true_pairs, compared, recall })
}
