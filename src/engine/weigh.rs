//! What a pair weighs: the one decision function of every engine.

use crate::model::matching::{ComparisonModel, Pair};
use crate::model::pinned::CircleKind;
use crate::stages::compare::{CIRCLE, Comparison, Memo, Reached};
use crate::stages::train::Trained;

/// No probability counts as smaller.
const RAREST: f64 = 1e-12;
/// More than sums of a few weights differ by the order of adding them.
const ROUNDING: f64 = 1e-9;

/// What weighing needs to write on, one for each thread.
#[derive(Default)]
pub struct Room {
    /// What the pair reaches in each comparison.
    pub reached: Vec<Reached>,
    open: Vec<bool>,
    memos: Vec<Memo>,
}

impl Room {
    /// Room for so many comparisons.
    pub fn new(comparisons: usize) -> Self {
        Self { memos: (0..comparisons).map(|_| Memo::default()).collect(), ..Self::default() }
    }

    /// Room for a single pair.
    pub fn once(comparisons: usize) -> Self {
        Self { memos: (0..comparisons).map(|_| Memo::off()).collect(), ..Self::default() }
    }

    /// In how many comparisons a pair shares a value.
    pub fn agreements(&mut self, comparisons: &[Comparison<'_>], pair: Pair) -> usize {
        let shares = |comparison: &&Comparison<'_>| comparison.glance(pair.left, pair.right).reached.share.is_some();
        comparisons.iter().filter(shares).count()
    }

    /// Looks at all comparisons of a pair to the end.
    pub fn reach(&mut self, comparisons: &[Comparison<'_>], pair: Pair) {
        self.reached.clear();
        let memos = &mut self.memos;
        let all = comparisons.iter().zip(memos).map(|(comparison, memo)| comparison.reach(pair.left, pair.right, memo));
        self.reached.extend(all);
    }
}

/// Weighs levels by a trained model.
pub struct Weigher {
    /// Log2 odds that two leads drawn at random are one.
    prior: f64,
    comparisons: Vec<Levels>,
    /// The comparisons in the order in which they are looked at: first where finding nothing takes most away.
    order: Vec<usize>,
    circles: Vec<CircleLevels>,
}

/// Log2 odds that are as good as certain, and still a finite power of two.
const MOST_ODDS: f64 = 500.0;

/// Log2 of a circle's odds and of the probabilities of each level within it, where they differ from strangers'.
struct CircleLevels {
    label: &'static str,
    odds: f64,
    levels: Vec<Option<Vec<f64>>>,
}

/// Log2 of the probabilities of each level.
struct Levels {
    m: Vec<f64>,
    u: Vec<f64>,
    /// The most that a closer look can add to the weight.
    most: f64,
}

impl Weigher {
    /// The weigher of a model.
    pub fn new(trained: &Trained) -> Self {
        let logs = |levels: &[f64]| -> Vec<f64> { levels.iter().map(|&p| p.max(RAREST).log2()).collect() };
        let comparisons = trained.model.comparisons.iter().map(|comparison| {
            let (m, u) = (logs(&comparison.m), logs(&comparison.u));
            let most = (1..m.len()).map(|level| m[level] - u[level]).fold(f64::NEG_INFINITY, f64::max);
            Levels { m, u, most }
        });
        let circles = trained.circles.iter().map(|circle| CircleLevels {
            label: CircleKind::ALL[circle.kind].label(),
            odds: circle.odds.log2(),
            levels: circle.levels.iter().map(|levels| levels.as_deref().map(logs)).collect(),
        });
        let comparisons: Vec<Levels> = comparisons.collect();
        let loss = |&i: &usize| {
            let of: &Levels = &comparisons[i];
            of.most - of.m.last().zip(of.u.last()).map_or(0.0, |(m, u)| m - u)
        };
        let mut order: Vec<usize> = (0..comparisons.len()).collect();
        order.sort_by(|a, b| loss(b).total_cmp(&loss(a)));
        Self {
            prior: (trained.model.prior / (1.0 - trained.model.prior)).log2(),
            comparisons,
            order,
            circles: circles.collect(),
        }
    }

    /// Number of weights per pair.
    pub fn width(&self) -> usize {
        self.comparisons.len() + usize::from(!self.circles.is_empty())
    }

    /// The levels of a pair, as far as it takes to see whether it weighs at least `least`; false where it does not.
    pub fn reaches(&self, comparisons: &[Comparison<'_>], pair: Pair, least: f64, room: &mut Room) -> bool {
        let Room { reached, open, memos } = room;
        reached.clear();
        open.clear();
        let mut bound = self.prior;
        for (i, comparison) in comparisons.iter().enumerate() {
            let glance = comparison.glance(pair.left, pair.right);
            let adds = self.adds(i, glance.reached);
            bound += if glance.open { adds.max(self.comparisons[i].most) } else { adds };
            open.push(glance.open);
            reached.push(glance.reached);
        }
        for &i in self.order.iter().filter(|&&i| open[i]) {
            // Sharing a circle only takes weight away: what is too light without that is too light.
            if bound < least - ROUNDING {
                return false;
            }
            let before = self.adds(i, reached[i]).max(self.comparisons[i].most);
            reached[i] = comparisons[i].look(pair.left, pair.right, reached[i], &mut memos[i]);
            bound += self.adds(i, reached[i]) - before;
        }
        bound >= least - ROUNDING
    }

    /// What a level adds to the weight.
    fn adds(&self, comparison: usize, Reached { level, share }: Reached) -> f64 {
        if level == 0 {
            return 0.0;
        }
        let of = &self.comparisons[comparison];
        // Sharing a common value says less than sharing a rare one: its own frequency stands for u.
        of.m[usize::from(level)] - share.unwrap_or(of.u[usize::from(level)])
    }

    /// The weight of a pair of leads; `levels` and `weights` get what each comparison adds to it.
    ///
    /// The last comparison takes back what the pair has in common because it belongs to one company or household: with
    /// the odds of all classes, `m / (u + s + t) = m / u * 1 / (1 + s / u + t / u)`, whose logarithm is again a sum.
    pub fn weigh(&self, reached: &[Reached], levels: &mut [u8], weights: &mut [f32]) -> f64 {
        let mut weight = self.prior;
        for (i, &reached) in reached.iter().enumerate() {
            let adds = self.adds(i, reached);
            levels[i] = reached.level;
            weights[i] = adds as f32;
            weight += adds;
        }
        if !self.circles.is_empty() {
            let last = reached.len();
            let mut most = (0.0, 1);
            let mut rest = 1.0f64;
            for (circle, level) in self.circles.iter().zip(2..) {
                let odds = self.circle_odds(circle, reached);
                rest += odds.exp2();
                if odds > most.0 {
                    most = (odds, level);
                }
            }
            let adds = -rest.log2();
            levels[last] = most.1;
            weights[last] = adds as f32;
            weight += adds;
        }
        weight
    }

    /// Bits that the comparisons would add at best in which a pair has nothing to compare.
    pub fn untold(&self, reached: &[Reached]) -> f64 {
        let missing = reached.iter().zip(&self.comparisons).filter(|(reached, _)| reached.level == 0);
        missing.map(|(_, of)| of.most.max(0.0)).sum()
    }

    /// Log2 odds that a pair is of a circle against strangers.
    fn circle_odds(&self, circle: &CircleLevels, reached: &[Reached]) -> f64 {
        let mut odds = circle.odds;
        for ((reached, levels), of) in reached.iter().zip(&circle.levels).zip(&self.comparisons) {
            let at = usize::from(reached.level);
            if let (Some(levels), true) = (levels, at != 0) {
                odds += levels[at] - reached.share.unwrap_or(of.u[at]);
            }
        }
        odds.min(MOST_ODDS)
    }

    /// The comparison that stands for the correction in the links table; its levels weigh by pair, not by label.
    pub fn circle(&self) -> Option<ComparisonModel> {
        if self.circles.is_empty() {
            return None;
        }
        let odds: Vec<f64> = std::iter::once(1.0).chain(self.circles.iter().map(|circle| circle.odds.exp2())).collect();
        let all: f64 = odds.iter().sum();
        let share: Vec<f64> = std::iter::once(0.0).chain(odds.iter().map(|odds| odds / all)).collect();
        let labels = ["missing", "strangers"].into_iter().chain(self.circles.iter().map(|circle| circle.label));
        Some(ComparisonModel {
            name: CIRCLE.to_owned(),
            levels: labels.map(str::to_owned).collect(),
            m: share.clone(),
            u: share,
        })
    }
}

/// Probability from a weight.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// Weight from a probability.
pub fn weight(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}
