//! What each criterion is worth: how often it is met among the won and the lost, and what ranks otherwise without it.

use jiff::civil::Date;
use serde::Serialize;

use super::intervals::{Interval, Z95};
use super::ranking::{self, Step};
use crate::config::plan::ScorePlan;
use crate::model::entities::Entities;
use crate::model::scorecards::{LedgerLine, Points, Scorecards};
use crate::stages::score;

/// A criterion beside the outcomes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriterionValue {
    /// Its name.
    pub name: String,
    /// Met and not met (or without data) among the won and the lost.
    pub counts: Counts,
    /// Leads that have no data to tell; they count as not met.
    pub without_data: u64,
    /// Share of the won that met it.
    pub share_of_won: f64,
    /// Share of the lost that met it.
    pub share_of_lost: f64,
    /// The odds of a win where it is met, beside those where it is not; none where all leads met it, or none did.
    pub odds_ratio: Option<f64>,
    /// Its 95 % interval.
    pub odds_interval: Option<Interval>,
    /// The logarithm of the share of the won beside that of the lost; none where all leads met it, or none did.
    pub weight_of_evidence: Option<f64>,
    /// Area under the ROC curve without the criterion.
    pub auc_without: f64,
    /// What the criterion adds to the area.
    pub auc_gain: f64,
    /// Lift of the first decile without the criterion.
    pub top_lift_without: f64,
    /// What the criterion adds to that lift.
    pub top_lift_gain: f64,
}

/// A criterion and the outcomes as a table of two by two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Won and met.
    pub won_met: u64,
    /// Won and not met.
    pub won_unmet: u64,
    /// Lost and met.
    pub lost_met: u64,
    /// Lost and not met.
    pub lost_unmet: u64,
}

impl Counts {
    /// Counts over the known leads.
    pub(super) fn of(line: &LedgerLine, leads: &[u32], won: &[bool]) -> Self {
        let mut counts = Self::default();
        for (&lead, &won) in leads.iter().zip(won) {
            let cell = match (won, line.met(lead as usize) == Some(true)) {
                (true, true) => &mut counts.won_met,
                (true, false) => &mut counts.won_unmet,
                (false, true) => &mut counts.lost_met,
                (false, false) => &mut counts.lost_unmet,
            };
            *cell += 1;
        }
        counts
    }

    /// Whether some leads met it and some did not: what all have in common tells nothing of them.
    fn tells(self) -> bool {
        self.won_met + self.lost_met > 0 && self.won_unmet + self.lost_unmet > 0
    }

    /// The cells, each a half more where one is empty (J. B. S. Haldane 1956, F. J. Anscombe 1956): ratios stay finite.
    fn cells(self) -> [f64; 4] {
        let cells = [self.won_met, self.won_unmet, self.lost_met, self.lost_unmet];
        let more = if cells.contains(&0) { 0.5 } else { 0.0 };
        cells.map(|cell| cell as f64 + more)
    }

    /// The odds ratio and its 95 % interval (B. Woolf, "On estimating the relation between blood group and disease",
    /// 1955).
    pub(super) fn odds_ratio(self) -> (f64, Interval) {
        let [won_met, won_unmet, lost_met, lost_unmet] = self.cells();
        let ratio = won_met * lost_unmet / (won_unmet * lost_met);
        let error = self.cells().map(|cell| 1.0 / cell).iter().sum::<f64>().sqrt();
        let end = |sign: f64| (ratio.ln() + sign * Z95 * error).exp();
        (ratio, Interval { low: end(-1.0), high: end(1.0) })
    }

    /// How much more the won meet it than the lost, as a logarithm (I. J. Good, "Probability and the weighing of
    /// evidence", 1950).
    pub(super) fn weight_of_evidence(self) -> f64 {
        let [won_met, won_unmet, lost_met, lost_unmet] = self.cells();
        (won_met / (won_met + won_unmet)).ln() - (lost_met / (lost_met + lost_unmet)).ln()
    }

    /// Shares of the won and of the lost that met it.
    fn shares(self) -> [f64; 2] {
        let share = |met: u64, unmet: u64| met as f64 / (met + unmet).max(1) as f64;
        [share(self.won_met, self.won_unmet), share(self.lost_met, self.lost_unmet)]
    }
}

/// The criteria in plan order, beside the outcomes of the known leads (`leads` are golden leads).
pub(super) fn values(
    plan: &ScorePlan,
    entities: &Entities,
    as_of: Date,
    scores: &Scorecards,
    leads: &[u32],
    won: &[bool],
) -> Vec<CriterionValue> {
    let steps = |of: &dyn Fn(usize) -> Points| -> Vec<Step> {
        let scores: Vec<Points> = leads.iter().map(|&lead| of(lead as usize)).collect();
        ranking::steps(&scores, won)
    };
    let whole = steps(&|lead| scores.score[lead]);
    let (auc, top_lift) = (ranking::auc(&whole), ranking::top_lift(&whole));
    let mut values = Vec::with_capacity(plan.criteria.len());
    for (at, criterion) in plan.criteria.iter().enumerate() {
        let Some(line) = scores.lines.iter().find(|line| line.name == criterion.name) else { continue };
        // A group's limit takes from others what this one leaves; anything else adds up.
        let is_limited = plan.groups.iter().any(|group| {
            criterion.group.as_ref() == Some(&group.name) && (group.cap.is_some() || group.floor.is_some())
        });
        let without = if is_limited {
            let mut plan = plan.clone();
            plan.criteria.remove(at);
            let scores = score::score(&plan, entities, as_of).score;
            steps(&|lead| scores[lead])
        } else {
            steps(&|lead| scores.score[lead] - line.points(lead))
        };
        let (auc_without, top_lift_without) = (ranking::auc(&without), ranking::top_lift(&without));
        let counts = Counts::of(line, leads, won);
        let (odds_ratio, odds_interval) = counts.tells().then(|| counts.odds_ratio()).unzip();
        let [share_of_won, share_of_lost] = counts.shares();
        values.push(CriterionValue {
            name: criterion.name.clone(),
            counts,
            without_data: leads.iter().filter(|&&lead| line.met(lead as usize).is_none()).count() as u64,
            share_of_won,
            share_of_lost,
            odds_ratio,
            odds_interval,
            weight_of_evidence: counts.tells().then(|| counts.weight_of_evidence()),
            auc_without,
            auc_gain: auc - auc_without,
            top_lift_without,
            top_lift_gain: top_lift - top_lift_without,
        });
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_worked_by_hand() {
        // 30 of 40 won met it, 20 of 60 lost: odds (30/10) / (20/40) = 6; error sqrt(1/30 + 1/10 + 1/20 + 1/40) =
        // 0.456435, so from 6 / e^0.894597 = 2.4527 to 6 x 2.44635 = 14.678; evidence ln(0.75 / 0.3333) = 0.810930.
        let counts = Counts { won_met: 30, won_unmet: 10, lost_met: 20, lost_unmet: 40 };
        let (ratio, interval) = counts.odds_ratio();
        assert!((ratio - 6.0).abs() < 1e-12);
        assert!((interval.low - 2.4526).abs() < 2e-3 && (interval.high - 14.678).abs() < 5e-3, "{interval:?}");
        assert!((counts.weight_of_evidence() - 0.810_930).abs() < 1e-6);
        assert_eq!(counts.shares(), [0.75, 20.0 / 60.0]);
        // An empty cell: 10.5 x 5.5 / (0.5 x 5.5) = 21; evidence ln((10.5/11) / (5.5/11)) = 0.646627.
        let counts = Counts { won_met: 10, won_unmet: 0, lost_met: 5, lost_unmet: 5 };
        assert!((counts.odds_ratio().0 - 21.0).abs() < 1e-12);
        assert!((counts.weight_of_evidence() - 0.646_627).abs() < 1e-6);
    }
}
