//! The engine of one machine: shares of about equal numbers of pairs over all threads. What a share gives is put
//! together in the order of the shares, so the number of threads changes nothing.

use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::pinned;
use super::weigh::{Room, Weigher, probability, weight};
use crate::config::plan::DedupePlan;
use crate::model::leads::LeadId;
use crate::model::matching::{Link, LinkRule, Links, MatchColumns, Pair, PairEvidence, Verdict};
use crate::model::pinned::Misfit;
use crate::model::progress::Progress;
use crate::stages::block::{self, Candidates};
use crate::stages::compare::{self, Comparison};
use crate::stages::train::{self, Evidence, Pattern, Start};

/// Pairs of a share.
const SHARE: u64 = 32_768;
/// Leads drawn at random, of whose pairs u is learnt: 500,000 pairs.
const RANDOM_LEADS: u64 = 1_000;
/// Pairs that m is learnt from. A million leads: F1 is the same with 300,000 as with a million.
const TRAINING_PAIRS: u64 = 500_000;
/// The part that is taken of pairs which agree on less than two things.
const UNLIKELY: f64 = 0.1;

pub(super) fn link<'a>(
    columns: &'a MatchColumns,
    plan: &DedupePlan,
    decisions: &[(Pair, Verdict)],
    progress: &dyn Progress,
) -> Result<Linkage<'a>, Misfit> {
    let comparisons = compare::choose(columns, &plan.compare);
    let candidates = block::candidates(columns, &block::rules(columns, plan), plan.across);
    let (trained, pinned) = pinned::trained(plan.pinned_model(), &comparisons, || {
        let evidence = evidence(columns.rows, &comparisons, &candidates);
        (train::train(&starts(&comparisons), &evidence), pinned::learnt_from(&evidence))
    })?;
    let weigher = Weigher::new(&trained);
    let Settled { pairs: settled, answered } = settled(columns, plan, decisions);
    let (mut kept, new) = compare_all(&comparisons, &candidates, &weigher, plan, &settled, progress);
    let mut row = Row::new(&weigher, comparisons.len());
    for (&pair, &(rule, verdict)) in &settled {
        let weight = row.weigh(&comparisons, &weigher, pair);
        kept.push(&row, Link { pair, weight, probability: probability(weight), rule, verdict });
    }
    let mut model = trained.model;
    model.comparisons.extend(weigher.circle());
    let (blocking, compared) = (candidates.yields(Some(&new)), new.iter().sum());
    let mut unanswered = Vec::new();
    for (pair, by_rule) in answered {
        let weight = row.weigh(&comparisons, &weigher, pair);
        let link = |rule, verdict| Link { pair, weight, probability: probability(weight), rule, verdict };
        let is_kept = || weight >= least(plan) && candidates.rule_of(pair).is_some();
        match by_rule {
            Some((rule, verdict)) => unanswered.push(link(rule, verdict)),
            None if is_kept() => unanswered.push(link(LinkRule::Model, held(plan, probability(weight)))),
            None => {}
        }
    }
    drop(candidates); // The peak of a run is near: a million leads have 80 MB of blocks.
    let (rows, levels, weights) = kept.sorted(weigher.width());
    let links = Links { model, pinned, rows, levels, weights, blocking, compared };
    Ok(Linkage { links, unanswered, comparisons, weigher })
}

/// The links, and what weighs any other pair by the same model.
pub struct Linkage<'a> {
    /// The kept pairs.
    pub links: Links,
    /// The pairs about which a person decided, as rules or the model would have kept them, ascending; those that neither
    /// would have kept are not there.
    pub unanswered: Vec<Link>,
    comparisons: Vec<Comparison<'a>>,
    weigher: Weigher,
}

impl Linkage<'_> {
    /// What two leads say of being one. Of leads that were not to be compared, too: where only pairs across sources
    /// count, what two leads of one source have against each other still tells which of them is meant.
    pub fn evidence(&self, pair: Pair) -> PairEvidence {
        let mut row = Row { room: Room::once(self.comparisons.len()), ..Row::new(&self.weigher, 0) };
        let weight = row.weigh(&self.comparisons, &self.weigher, pair);
        PairEvidence { weight, untold: self.weigher.untold(&row.room.reached) }
    }
}

fn starts(comparisons: &[Comparison<'_>]) -> Vec<Start> {
    comparisons
        .iter()
        .map(|comparison| Start {
            name: comparison.name.clone(),
            levels: comparison.levels.clone(),
            m: comparison.m.clone(),
            u: comparison.u.clone(),
            circles: comparison.circles.clone(),
            most_different: comparison.most_different,
            doubtful: comparison.doubtful,
            weak_from: comparison.weak_from,
        })
        .collect()
}

/// Pairs that are decided without the model.
struct Settled {
    pairs: BTreeMap<Pair, (LinkRule, Verdict)>,
    /// Those that people decided, and what a rule says of them; ascending.
    answered: BTreeMap<Pair, Option<(LinkRule, Verdict)>>,
}

/// By published rules, and above them by people.
fn settled(columns: &MatchColumns, plan: &DedupePlan, decisions: &[(Pair, Verdict)]) -> Settled {
    let (mut settled, mut answered) = (BTreeMap::new(), BTreeMap::new());
    for (position, rule) in plan.rules.iter().enumerate() {
        for pair in block::exact::same(columns, rule) {
            settled.entry(pair).or_insert((LinkRule::Rule(position as u16), Verdict::Match));
        }
    }
    for &(pair, verdict) in decisions {
        if pair.left < pair.right && pair.right.index() < columns.rows {
            let by_rule = settled.insert(pair, (LinkRule::Decision, verdict));
            answered.entry(pair).or_insert(by_rule);
        }
    }
    Settled { pairs: settled, answered }
}

/// The weight from which a pair is kept.
fn least(plan: &DedupePlan) -> f64 {
    weight(plan.review_at.min(plan.match_at))
}

/// What is held of a kept pair by itself.
fn held(plan: &DedupePlan, probability: f64) -> Verdict {
    if probability >= plan.match_at { Verdict::Match } else { Verdict::Review }
}

fn evidence(rows: usize, comparisons: &[Comparison<'_>], candidates: &Candidates) -> Evidence {
    let decided = |rule: usize| {
        let key = candidates.columns(rule);
        comparisons.iter().map(|comparison| comparison.columns.iter().any(|column| key.contains(column))).collect()
    };
    let random = |may: bool| random(rows as u64, comparisons, |pair| candidates.may_meet(pair) == may);
    let within = (comparisons.len() == 1).then(|| random(false).swap_remove(0));
    Evidence {
        leads: rows,
        pairs: candidates.comparable(),
        random: random(true),
        within: within.filter(|counts| counts[1..].iter().any(|&count| count > 0)),
        patterns: patterns(comparisons, candidates),
        decided: (0..candidates.rules()).map(decided).collect(),
    }
}

/// How often pairs of unrelated leads reach each level: all pairs of some leads drawn at random, or of all where there
/// are few, as far as they may be compared. Few leads stay in the cache, and their values meet again, so that many pairs
/// cost little.
fn random(rows: u64, comparisons: &[Comparison<'_>], wanted: impl Fn(Pair) -> bool + Sync) -> Vec<Vec<u64>> {
    let leads: Vec<LeadId> = if rows <= RANDOM_LEADS {
        (0..rows).map(|row| LeadId(row as u32)).collect()
    } else {
        let mut drawn: Vec<LeadId> = (0..RANDOM_LEADS).map(|i| LeadId((scatter(i) % rows) as u32)).collect();
        drawn.sort_unstable();
        drawn.dedup();
        drawn
    };
    let none = || -> Vec<Vec<u64>> { comparisons.iter().map(|comparison| vec![0; comparison.levels.len()]).collect() };
    let count = |(mut room, mut counts): (Room, Vec<Vec<u64>>), left: usize| {
        let pairs = leads[left + 1..].iter().map(|&right| Pair { left: leads[left], right });
        for pair in pairs.filter(|&pair| wanted(pair)) {
            room.reach(comparisons, pair);
            for (reached, counts) in room.reached.iter().zip(&mut counts) {
                counts[usize::from(reached.level)] += 1;
            }
        }
        (room, counts)
    };
    let sums = |mut a: Vec<Vec<u64>>, b: Vec<Vec<u64>>| {
        a.iter_mut().flatten().zip(b.iter().flatten()).for_each(|(a, b)| *a += b);
        a
    };
    (0..leads.len())
        .into_par_iter()
        .fold(|| (Room::new(comparisons.len()), none()), count)
        .map(|(_, counts)| counts)
        .reduce(none, sums)
}

/// A number that looks random and always is the same (the finaliser of SplitMix64, Steele and others 2014).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The levels that the pairs of each rule reach. Where there are many, a part of them speaks for all: of the pairs that
/// agree on hardly anything a small part, since there are most of those and they tell least.
fn patterns(comparisons: &[Comparison<'_>], candidates: &Candidates) -> Vec<Pattern> {
    let pairs: Vec<u64> = (0..candidates.rules()).map(|rule| candidates.pairs(rule)).collect();
    let share = even_share(&pairs, TRAINING_PAIRS) as f64;
    let rates: Vec<f64> = pairs.iter().map(|&pairs| (share / (pairs as f64).max(1.0)).min(1.0)).collect();
    let part = |rate: f64| (rate * u64::MAX as f64) as u64;
    let counted: Vec<HashMap<Vec<u8>, u64, FixedState>> = candidates
        .work(SHARE)
        .par_iter()
        .map(|work| {
            let mut counts: HashMap<Vec<u8>, u64, FixedState> = HashMap::default();
            let mut key = Vec::new();
            let mut room = Room::new(comparisons.len());
            let (rate, few) = (part(rates[work.rule]), part(rates[work.rule] * UNLIKELY));
            let number = |pair: Pair| scatter(u64::from(pair.left.0) << 32 | u64::from(pair.right.0));
            candidates.visit_all(
                work,
                |pair| number(pair) <= rate,
                |pair, new| {
                    let likely = room.agreements(comparisons, pair) >= 2;
                    if !likely && number(pair) > few {
                        return;
                    }
                    room.reach(comparisons, pair);
                    key.clear();
                    key.extend((work.rule as u16).to_be_bytes());
                    key.extend([u8::from(new), u8::from(likely)]);
                    key.extend(room.reached.iter().map(|reached| reached.level));
                    *counts.entry_ref(key.as_slice()).or_insert(0) += 1;
                },
            );
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
            let rate = if key[3] == 1 { rates[rule] } else { rates[rule] * UNLIKELY };
            Pattern { rule, new: key[2] == 1, levels: key[4..].to_vec(), pairs: count as f64 / rate }
        })
        .collect()
}

/// The most that each may give so that all together give so many: who has less gives all of it.
fn even_share(given: &[u64], all: u64) -> u64 {
    let mut ascending = given.to_vec();
    ascending.sort_unstable();
    let (mut left, mut share) = (all, all);
    for (&least, givers) in ascending.iter().zip((1..=ascending.len() as u64).rev()) {
        share = left / givers;
        if least > share {
            break;
        }
        left -= least;
    }
    share
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
    let least = least(plan);
    let found: Vec<(Kept, u64)> = all
        .par_iter()
        .map(|work| {
            let (mut kept, mut row, mut compared) = (Kept::default(), Row::new(weigher, comparisons.len()), 0);
            candidates.visit(work, |pair| {
                compared += 1;
                if let Some(weight) = row.weigh_from(comparisons, weigher, pair, least)
                    && !settled.contains_key(&pair)
                {
                    let probability = probability(weight);
                    let verdict = held(plan, probability);
                    kept.push(&row, Link { pair, weight, probability, rule: LinkRule::Model, verdict });
                }
            });
            progress.advance(work.pairs);
            (kept, compared)
        })
        .collect();
    let mut new = vec![0; candidates.rules()];
    let all_of = |count: fn(&Kept) -> usize| found.iter().map(|(part, _)| count(part)).sum();
    let mut kept = Kept {
        links: Vec::with_capacity(all_of(|part| part.links.len())),
        levels: Vec::with_capacity(all_of(|part| part.levels.len())),
        weights: Vec::with_capacity(all_of(|part| part.weights.len())),
    };
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
    room: Room,
    levels: Vec<u8>,
    weights: Vec<f32>,
}

impl Row {
    fn new(weigher: &Weigher, comparisons: usize) -> Self {
        let width = weigher.width();
        Self { room: Room::new(comparisons), levels: vec![0; width], weights: vec![0.0; width] }
    }

    fn weigh(&mut self, comparisons: &[Comparison<'_>], weigher: &Weigher, pair: Pair) -> f64 {
        self.room.reach(comparisons, pair);
        weigher.weigh(&self.room.reached, &mut self.levels, &mut self.weights)
    }

    /// The weight of a pair that has at least this one.
    fn weigh_from(&mut self, comparisons: &[Comparison<'_>], weigher: &Weigher, pair: Pair, least: f64) -> Option<f64> {
        if !weigher.reaches(comparisons, pair, least, &mut self.room) {
            return None;
        }
        let weight = weigher.weigh(&self.room.reached, &mut self.levels, &mut self.weights);
        (weight >= least).then_some(weight)
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

#[cfg(test)]
mod tests {
    use super::even_share;

    #[test]
    fn who_has_less_gives_all_of_it() {
        let cases: [(&[u64], u64, u64); 5] =
            [(&[], 10, 10), (&[100], 10, 10), (&[1, 50, 50], 21, 10), (&[50, 4, 1], 15, 10), (&[2, 3], 100, 98)];
        for (given, all, expected) in cases {
            assert_eq!(even_share(given, all), expected, "{given:?} {all}");
        }
    }
}
