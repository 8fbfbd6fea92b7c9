//! From the model's weights to points that people can read: a range of 100, one decimal, and cut points for stars and
//! grades where the odds of a win are a multiple of the average odds.

use super::TrainedCut;
use crate::config::plan::{Criterion, CriterionTest, ScorePlan, Worth};
use crate::model::scorecards::{LedgerLine, Points};
use crate::pipeline::logistic::probability;

/// The width of the range of reachable scores, before rounding.
const RANGE: f64 = 100.0;
/// Odds at one cut point beside those at the next lower one.
const ODDS_STEP: f64 = 2.0;

/// The most that a criterion can count: once, so often as it may, or as often as it did.
pub(super) fn most(criterion: &Criterion, line: &LedgerLine) -> f64 {
    match &criterion.test {
        CriterionTest::Each { at_most: Some(most), .. } => f64::from(*most),
        CriterionTest::Each { .. } => (0..line.len()).map(|lead| line.points(lead).to_f64()).fold(0.0, f64::max),
        _ => 1.0,
    }
}

/// How many points a unit of log odds is, so that the scores reach over the range; none where no weight counts.
pub(super) fn scale(weights: &[f64], most: &[f64]) -> Option<f64> {
    let reach: f64 = weights.iter().zip(most).map(|(weight, most)| weight.abs() * most).sum();
    (reach > 1e-9).then(|| RANGE / reach)
}

/// Points with one decimal.
pub(super) fn points(weight: f64, scale: f64) -> Points {
    const TENTH: i64 = Points::SCALE / 10;
    Points((weight * scale * 10.0).round() as i64 * TENTH)
}

/// A plan in which each criterion gives these points and nothing is limited; criteria without points are left out. A
/// group in which something counts without an end keeps a cap, which the pipeline file demands: the most that a lead
/// has, so that it takes nothing away.
pub(super) fn plan(of: &ScorePlan, points: &[Option<Points>], counted: &dyn Fn(&str) -> Option<Points>) -> ScorePlan {
    let mut plan = of.clone();
    let mut given = points.iter();
    plan.criteria.retain_mut(|criterion| match given.next().copied().flatten() {
        Some(points) => {
            criterion.worth = Worth::Points(points);
            true
        }
        None => false,
    });
    let endless = |name: &str| {
        plan.criteria.iter().any(|criterion| {
            criterion.group.as_deref() == Some(name)
                && matches!(criterion.test, CriterionTest::Each { at_most: None, .. })
        })
    };
    let caps: Vec<Option<Points>> =
        plan.groups.iter().map(|group| counted(&group.name).filter(|_| endless(&group.name))).collect();
    plan.groups.iter_mut().zip(caps).for_each(|(group, cap)| (group.cap, group.floor) = (cap, None));
    plan
}

/// The largest sum of a group's lines that a lead has.
pub(super) fn largest(plan: &ScorePlan, lines: &[LedgerLine], group: &str) -> Option<Points> {
    let members: Vec<&LedgerLine> = plan
        .criteria
        .iter()
        .filter(|criterion| criterion.group.as_deref() == Some(group))
        .filter_map(|criterion| lines.iter().find(|line| line.name == criterion.name))
        .collect();
    let leads = members.first()?.len();
    (0..leads).map(|lead| members.iter().map(|line| line.points(lead)).sum::<Points>()).max()
}

/// A score's line to the log odds of a win.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Log odds where the score is 0.
    pub(super) intercept: f64,
    /// Log odds of a point.
    pub(super) slope: f64,
    /// Smallest and largest reachable score.
    pub(super) range: [f64; 2],
}

impl Line {
    fn percent(self, log_odds: f64) -> f64 {
        let [min, max] = self.range;
        ((log_odds - self.intercept) / self.slope - min) * 100.0 / (max - min)
    }

    fn probability(self, percent: f64) -> f64 {
        let [min, max] = self.range;
        probability(self.intercept + self.slope * (min + percent * (max - min) / 100.0))
    }

    /// So many cut points, ascending: the odds at each are twice those at the one below, and those of the middle one are
    /// the average odds. None where the score does not rise with the odds.
    pub(super) fn cuts(self, count: usize, base_rate: f64) -> Option<Vec<TrainedCut>> {
        let [min, max] = self.range;
        if !(self.slope > 0.0 && max > min) {
            return None;
        }
        let average = (base_rate / (1.0 - base_rate)).ln();
        let mut cuts: Vec<f64> = (0..count)
            .map(|at| {
                let steps = at as f64 - (count as f64 - 1.0) / 2.0;
                let percent = self.percent(average + steps * ODDS_STEP.ln());
                // Each keeps room for those above and below it, with one decimal.
                let (low, high) = ((at + 1) as f64, 100.0 - (count - at - 1) as f64);
                (percent.clamp(low, high) * 10.0).round() / 10.0
            })
            .collect();
        for at in 1..cuts.len() {
            if cuts[at] <= cuts[at - 1] {
                cuts[at] = ((cuts[at - 1] + 0.1) * 10.0).round() / 10.0;
            }
        }
        let cut = |percent: f64| TrainedCut { percent, probability: self.probability(percent) };
        Some(cuts.into_iter().map(cut).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_reach_over_a_hundred() {
        // 1.5 + 0.5 x 2 + 0.5 = 3 units of log odds are 100 points.
        let weights = [1.5, 0.5, -0.5];
        let scale = scale(&weights, &[1.0, 2.0, 1.0]).unwrap();
        let found: Vec<String> = weights.iter().map(|weight| points(*weight, scale).to_string()).collect();
        assert_eq!(found, ["50", "16.7", "-16.7"]);
        assert_eq!(super::scale(&[0.0], &[1.0]), None);
    }

    #[test]
    fn cuts_are_where_odds_double() {
        // Log odds -4 + 0.08 x score over 0..100. Base rate 0.2: average odds 1/4, log -1.386294. Three cuts: odds 1/8
        // at (4 - 2.079442) / 0.08 = 24.0, 1/4 at 32.7, 1/2 at 41.3; probabilities 1/9, 1/5, 1/3, but for rounding.
        let line = Line { intercept: -4.0, slope: 0.08, range: [0.0, 100.0] };
        let found = line.cuts(3, 0.2).unwrap();
        assert_eq!(found.iter().map(|cut| cut.percent).collect::<Vec<_>>(), [24.0, 32.7, 41.3]);
        for (cut, expected) in found.iter().zip([1.0 / 9.0, 0.2, 1.0 / 3.0]) {
            assert!((cut.probability - expected).abs() < 2e-3, "{cut:?}");
        }
        // Beyond the range they stand at its ends, in order.
        let steep = Line { intercept: -50.0, slope: 0.01, range: [0.0, 100.0] };
        let percents: Vec<f64> = steep.cuts(4, 0.5).unwrap().iter().map(|cut| cut.percent).collect();
        assert_eq!(percents, [97.0, 98.0, 99.0, 100.0]);
        let low = Line { intercept: 50.0, slope: 0.01, range: [-20.0, 80.0] };
        let percents: Vec<f64> = low.cuts(4, 0.5).unwrap().iter().map(|cut| cut.percent).collect();
        assert_eq!(percents, [1.0, 2.0, 3.0, 4.0]);
        assert!(Line { slope: 0.0, ..line }.cuts(4, 0.5).is_none());
    }
}
