//! The engine of one machine: shares of about equal numbers of pairs over all threads. What a share gives is put
//! together in the order of the shares, so the number of threads changes nothing.

use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::pinned;
use super::weigh::{Weigher, probability, reach};
use crate::config::plan::DedupePlan;
use crate::model::leads::LeadId;
use crate::model::matching::{Link, LinkRule, Links, MatchColumns, Pair, Verdict};
use crate::model::pinned::Misfit;
use crate::model::progress::Progress;
use crate::stages::block::{self, Candidates};
use crate::stages::compare::{self, Comparison};
use crate::stages::train::{self, Evidence, Pattern, Start};

/// Pairs of a share.
const SHARE: u64 = 32_768;
/// Random pairs that u is learnt from.
const RANDOM_PAIRS: u64 = 500_000;
/// Pairs of a rule that m is learnt from.
const RULE_PAIRS: u64 = 250_000;

pub(super) fn link(
    columns: &MatchColumns,
    plan: &DedupePlan,
    decisions: &[(Pair, Verdict)],
    progress: &dyn Progress,
) -> Result<Links, Misfit> {
    let comparisons = compare::choose(columns, &plan.compare);
    let candidates = block::candidates(columns, &block::rules(columns, plan));
    let (trained, pinned) = pinned::trained(plan.pinned_model(), &comparisons, || {
        let evidence = evidence(columns.rows, &comparisons, &candidates);
        (train::train(&starts(&comparisons), &evidence), pinned::learnt_from(&evidence))
    })?;
    let weigher = Weigher::new(&trained);
    let settled = settled(columns, plan, decisions);
    let (mut kept, new) = compare_all(&comparisons, &candidates, &weigher, plan, &settled, progress);
    let mut row = Row::new(&weigher);
    for (&pair, &(rule, verdict)) in &settled {
        let weight = row.weigh(&comparisons, &weigher, pair);
        kept.push(&row, Link { pair, weight, probability: probability(weight), rule, verdict });
    }
    let mut model = trained.model;
    model.comparisons.extend(weigher.circle());
    let (rows, levels, weights) = kept.sorted(weigher.width());
    let (blocking, compared) = (candidates.yields(Some(&new)), new.iter().sum());
    Ok(Links { model, pinned, rows, levels, weights, blocking, compared })
}

fn starts(comparisons: &[Comparison<'_>]) -> Vec<Start> {
    comparisons
        .iter()
        .map(|comparison| Start {
            name: comparison.name.clone(),
            levels: comparison.levels.clone(),
            m: comparison.m.clone(),
            u: comparison.u.clone(),
            shared: comparison.shared.clone(),
            most_different: comparison.most_different,
        })
        .collect()
}

/// Pairs that are decided without the model: by published rules, and above them by people.
fn settled(
    columns: &MatchColumns,
    plan: &DedupePlan,
    decisions: &[(Pair, Verdict)],
) -> BTreeMap<Pair, (LinkRule, Verdict)> {
    let mut settled = BTreeMap::new();
    for (position, rule) in plan.rules.iter().enumerate() {
        for pair in block::exact::same(columns, rule) {
            settled.entry(pair).or_insert((LinkRule::Rule(position as u16), Verdict::Match));
        }
    }
    for &(pair, verdict) in decisions {
        if pair.left < pair.right && pair.right.index() < columns.rows {
            settled.insert(pair, (LinkRule::Decision, verdict));
        }
    }
    settled
}

fn evidence(rows: usize, comparisons: &[Comparison<'_>], candidates: &Candidates) -> Evidence {
    let decided = |rule: usize| {
        let key = candidates.columns(rule);
        comparisons.iter().map(|comparison| comparison.columns.iter().any(|column| key.contains(column))).collect()
    };
    Evidence {
        leads: rows,
        random: random(rows as u64, comparisons),
        patterns: patterns(comparisons, candidates),
        decided: (0..candidates.rules()).map(decided).collect(),
    }
}

/// How often random pairs reach each level; all pairs where there are few.
fn random(rows: u64, comparisons: &[Comparison<'_>]) -> Vec<Vec<u64>> {
    let empty = || -> Vec<Vec<u64>> { comparisons.iter().map(|comparison| vec![0; comparison.levels.len()]).collect() };
    let all = rows * rows.saturating_sub(1) / 2;
    let count = |counts: &mut Vec<Vec<u64>>, a: u64, b: u64| {
        if a != b {
            let pair = Pair::new(LeadId(a as u32), LeadId(b as u32));
            for (comparison, counts) in comparisons.iter().zip(counts) {
                counts[usize::from(comparison.reach(pair.left, pair.right).level)] += 1;
            }
        }
    };
    let sums = |mut a: Vec<Vec<u64>>, b: Vec<Vec<u64>>| {
        a.iter_mut().flatten().zip(b.iter().flatten()).for_each(|(a, b)| *a += b);
        a
    };
    if all <= RANDOM_PAIRS {
        return (0..rows)
            .into_par_iter()
            .fold(empty, |mut counts, a| {
                (a + 1..rows).for_each(|b| count(&mut counts, a, b));
                counts
            })
            .reduce(empty, sums);
    }
    (0..RANDOM_PAIRS)
        .into_par_iter()
        .fold(empty, |mut counts, i| {
            count(&mut counts, scatter(2 * i) % rows, scatter(2 * i + 1) % rows);
            counts
        })
        .reduce(empty, sums)
}

/// A number that looks random and always is the same (the finaliser of SplitMix64, Steele and others 2014).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The levels that the pairs of each rule reach; a sample where a rule has many.
fn patterns(comparisons: &[Comparison<'_>], candidates: &Candidates) -> Vec<Pattern> {
    let rates: Vec<f64> = (0..candidates.rules())
        .map(|rule| (RULE_PAIRS as f64 / (candidates.pairs(rule) as f64).max(1.0)).min(1.0))
        .collect();
    let counted: Vec<HashMap<Vec<u8>, u64, FixedState>> = candidates
        .work(SHARE)
        .par_iter()
        .map(|work| {
            let mut counts: HashMap<Vec<u8>, u64, FixedState> = HashMap::default();
            let mut key = Vec::new();
            let limit = (rates[work.rule] * u64::MAX as f64) as u64;
            candidates.visit(work, |pair, new| {
                if scatter(u64::from(pair.left.0) << 32 | u64::from(pair.right.0)) > limit {
                    return;
                }
                key.clear();
                key.extend((work.rule as u16).to_be_bytes());
                key.push(u8::from(new()));
                key.extend(comparisons.iter().map(|comparison| comparison.reach(pair.left, pair.right).level));
                *counts.entry_ref(key.as_slice()).or_insert(0) += 1;
            });
            counts
        })
        .collect();
    let mut merged: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for counts in counted {
        // A sum does not depend on the order in which the map is walked.
        for (key, count) in counts {
            *merged.entry(key).or_insert(0) += count;
        }
    }
    merged
        .into_iter()
        .map(|(key, count)| {
            let rule = usize::from(u16::from_be_bytes([key[0], key[1]]));
            Pattern { rule, new: key[2] == 1, levels: key[3..].to_vec(), pairs: count as f64 / rates[rule] }
        })
        .collect()
}

/// Weighs every candidate pair; returns those to keep, and how many pairs each rule was the first to have.
fn compare_all(
    comparisons: &[Comparison<'_>],
    candidates: &Candidates,
    weigher: &Weigher,
    plan: &DedupePlan,
    settled: &BTreeMap<Pair, (LinkRule, Verdict)>,
    progress: &dyn Progress,
) -> (Kept, Vec<u64>) {
    let all = candidates.work(SHARE);
    progress.begin("compare", all.iter().map(|work| work.pairs).sum());
    let least = plan.review_at.min(plan.match_at);
    let found: Vec<(Kept, u64)> = all
        .par_iter()
        .map(|work| {
            let (mut kept, mut row, mut compared) = (Kept::default(), Row::new(weigher), 0);
            candidates.visit(work, |pair, new| {
                if !new() {
                    return;
                }
                compared += 1;
                let weight = row.weigh(comparisons, weigher, pair);
                let probability = probability(weight);
                if probability >= least && !settled.contains_key(&pair) {
                    let verdict = if probability >= plan.match_at { Verdict::Match } else { Verdict::Review };
                    kept.push(&row, Link { pair, weight, probability, rule: LinkRule::Model, verdict });
                }
            });
            progress.advance(work.pairs);
            (kept, compared)
        })
        .collect();
    let mut new = vec![0; candidates.rules()];
    let mut kept = Kept::default();
    for (work, (part, compared)) in all.iter().zip(found) {
        new[work.rule] += compared;
        kept.links.extend(part.links);
        kept.levels.extend(part.levels);
        kept.weights.extend(part.weights);
    }
    (kept, new)
}

/// Room for one pair's evidence.
struct Row {
    reached: Vec<compare::Reached>,
    levels: Vec<u8>,
    weights: Vec<f32>,
}

impl Row {
    fn new(weigher: &Weigher) -> Self {
        let width = weigher.width();
        Self { reached: Vec::with_capacity(width), levels: vec![0; width], weights: vec![0.0; width] }
    }

    fn weigh(&mut self, comparisons: &[Comparison<'_>], weigher: &Weigher, pair: Pair) -> f64 {
        reach(comparisons, pair, &mut self.reached);
        weigher.weigh(&self.reached, &mut self.levels, &mut self.weights)
    }
}

/// Kept pairs with their evidence, row-major.
#[derive(Default)]
struct Kept {
    links: Vec<Link>,
    levels: Vec<u8>,
    weights: Vec<f32>,
}

impl Kept {
    fn push(&mut self, row: &Row, link: Link) {
        self.links.push(link);
        self.levels.extend(&row.levels);
        self.weights.extend(&row.weights);
    }

    /// By pair.
    fn sorted(self, width: usize) -> (Vec<Link>, Vec<u8>, Vec<f32>) {
        let mut order: Vec<usize> = (0..self.links.len()).collect();
        order.par_sort_unstable_by_key(|&i| self.links[i].pair);
        let (mut levels, mut weights) = (Vec::with_capacity(self.levels.len()), Vec::with_capacity(self.weights.len()));
        for &i in &order {
            levels.extend(&self.levels[i * width..(i + 1) * width]);
            weights.extend(&self.weights[i * width..(i + 1) * width]);
        }
        (order.iter().map(|&i| self.links[i]).collect(), levels, weights)
    }
}
