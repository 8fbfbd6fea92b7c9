//! What a pair weighs: the one decision function of every engine.

use crate::model::matching::ComparisonModel;
use crate::stages::compare::{CIRCLE, Comparison, Reached};
use crate::stages::train::Trained;

/// Weighs levels by a trained model.
pub struct Weigher {
    /// Log2 odds that two leads drawn at random are one.
    prior: f64,
    comparisons: Vec<Levels>,
    /// Log2 of colleagues per pair of strangers; none where the file tells nothing of them.
    circles: Option<f64>,
}

struct Levels {
    m: Vec<f64>,
    u: Vec<f64>,
    shared: Option<Vec<f64>>,
}

impl Weigher {
    /// The weigher of a model.
    pub fn new(trained: &Trained) -> Self {
        let shared = trained.shared.as_ref();
        let comparisons = trained.model.comparisons.iter().enumerate().map(|(i, comparison)| Levels {
            m: comparison.m.clone(),
            u: comparison.u.clone(),
            shared: shared.and_then(|shared| shared.levels[i].clone()),
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

    /// The weight of a pair of leads; `levels` and `weights` get what each comparison adds to it.
    ///
    /// The last comparison takes back what the pair has in common because it belongs to one company or household:
    /// with the odds of three classes, `m / (u + s) = m / u * 1 / (1 + s / u)`, whose logarithm is again a sum.
    pub fn weigh(&self, reached: &[Reached], levels: &mut [u8], weights: &mut [f32]) -> f64 {
        let mut weight = self.prior;
        let mut circle = self.circles.unwrap_or(0.0);
        for (i, (&Reached { level, share }, of)) in reached.iter().zip(&self.comparisons).enumerate() {
            let at = usize::from(level);
            let adds = if level == 0 {
                0.0
            } else {
                // Sharing a common value says less than sharing a rare one: its own frequency stands for u.
                let u = share.unwrap_or(of.u[at]).max(1e-12);
                circle += of.shared.as_ref().map_or(0.0, |shared| (shared[at] / u).log2());
                (of.m[at] / u).log2()
            };
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

/// Levels of a pair in all comparisons.
pub fn reach(comparisons: &[Comparison<'_>], pair: crate::model::matching::Pair, reached: &mut Vec<Reached>) {
    reached.clear();
    reached.extend(comparisons.iter().map(|comparison| comparison.reach(pair.left, pair.right)));
}
