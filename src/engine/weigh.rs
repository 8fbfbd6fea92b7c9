//! What a pair weighs: the one decision function of every engine.

use crate::model::matching::{ComparisonModel, Pair};
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
    open: Vec<usize>,
    memos: Vec<Memo>,
}

impl Room {
    /// Room for so many comparisons.
    pub fn new(comparisons: usize) -> Self {
        Self { memos: (0..comparisons).map(|_| Memo::default()).collect(), ..Self::default() }
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
    /// Log2 of colleagues per pair of strangers; none where the file tells nothing of them.
    circles: Option<f64>,
}

/// Log2 of the probabilities of each level.
struct Levels {
    m: Vec<f64>,
    u: Vec<f64>,
    shared: Option<Vec<f64>>,
    /// The most that a closer look can add to the weight.
    most: f64,
}

impl Weigher {
    /// The weigher of a model.
    pub fn new(trained: &Trained) -> Self {
        let shared = trained.shared.as_ref();
        let logs = |levels: &[f64]| -> Vec<f64> { levels.iter().map(|&p| p.max(RAREST).log2()).collect() };
        let comparisons = trained.model.comparisons.iter().enumerate().map(|(i, comparison)| {
            let (m, u) = (logs(&comparison.m), logs(&comparison.u));
            let most = (1..m.len()).map(|level| m[level] - u[level]).fold(f64::NEG_INFINITY, f64::max);
            Levels { m, u, shared: shared.and_then(|shared| shared.levels[i].as_deref().map(logs)), most }
        });
        Self {
            prior: (trained.model.prior / (1.0 - trained.model.prior)).log2(),
            comparisons: comparisons.collect(),
            circles: shared.map(|shared| shared.odds.log2()),
        }
    }

    /// Number of weights per pair.
    pub fn width(&self) -> usize {
        self.comparisons.len() + usize::from(self.circles.is_some())
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
            if glance.open {
                open.push(i);
            }
            reached.push(glance.reached);
        }
        for &i in open.iter() {
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
    /// The last comparison takes back what the pair has in common because it belongs to one company or household:
    /// with the odds of three classes, `m / (u + s) = m / u * 1 / (1 + s / u)`, whose logarithm is again a sum.
    pub fn weigh(&self, reached: &[Reached], levels: &mut [u8], weights: &mut [f32]) -> f64 {
        let mut weight = self.prior;
        let mut circle = self.circles.unwrap_or(0.0);
        for (i, &reached) in reached.iter().enumerate() {
            let Reached { level, share } = reached;
            let adds = self.adds(i, reached);
            if level != 0 {
                let of = &self.comparisons[i];
                let at = usize::from(level);
                circle += of.shared.as_ref().map_or(0.0, |shared| shared[at] - share.unwrap_or(of.u[at]));
            }
            levels[i] = level;
            weights[i] = adds as f32;
            weight += adds;
        }
        if self.circles.is_some() {
            let adds = -circle.max(0.0) - (-circle.abs()).exp2().ln_1p() / std::f64::consts::LN_2;
            let last = reached.len();
            levels[last] = if circle > 0.0 { 2 } else { 1 };
            weights[last] = adds as f32;
            weight += adds;
        }
        weight
    }

    /// The comparison that stands for the correction in the links table; its levels weigh by pair, not by label.
    pub fn circle(&self) -> Option<ComparisonModel> {
        let odds = self.circles?.exp2();
        let share = vec![0.0, 1.0 / (1.0 + odds), odds / (1.0 + odds)];
        Some(ComparisonModel {
            name: CIRCLE.to_owned(),
            levels: ["missing", "strangers", "same company or household"].map(str::to_owned).to_vec(),
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
