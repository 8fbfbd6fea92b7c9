//! How well scores put won leads before lost ones: the area under the ROC curve, gains and lift.
//!
//! All of it is counted on the steps of a ranking: the leads of one score are one step, so that nothing depends on the
//! order of ties. Where a decile ends inside a step, it takes its part of the step's leads and of their wins: what it
//! would have on average if ties were put in order by lot.

use serde::Serialize;

use super::intervals::{Interval, Z95};
use crate::model::scorecards::Points;

/// The leads of one score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The score.
    pub score: Points,
    /// Won leads.
    pub won: u64,
    /// Lost leads.
    pub lost: u64,
}

impl Step {
    fn leads(&self) -> u64 {
        self.won + self.lost
    }
}

/// The ranking of leads: a step per score, the highest first.
pub fn steps(scores: &[Points], won: &[bool]) -> Vec<Step> {
    let mut order: Vec<(Points, bool)> = scores.iter().copied().zip(won.iter().copied()).collect();
    order.sort_unstable_by_key(|lead| std::cmp::Reverse(lead.0));
    let mut steps: Vec<Step> = Vec::new();
    for (score, won) in order {
        if steps.last().is_none_or(|step| step.score != score) {
            steps.push(Step { score, won: 0, lost: 0 });
        }
        if let Some(step) = steps.last_mut() {
            step.won += u64::from(won);
            step.lost += u64::from(!won);
        }
    }
    steps
}

/// Won and lost leads of a ranking.
pub(super) fn classes(steps: &[Step]) -> (u64, u64) {
    steps.iter().fold((0, 0), |(won, lost), step| (won + step.won, lost + step.lost))
}

/// The share of pairs of a won and a lost lead in which the won one has the higher score; a tie counts half (the
/// statistic of Mann and Whitney). A half where there is no pair.
pub fn auc(steps: &[Step]) -> f64 {
    let (won, lost) = classes(steps);
    if won == 0 || lost == 0 {
        return 0.5;
    }
    let (mut halves, mut below) = (0u128, lost);
    for step in steps {
        below -= step.lost;
        halves += u128::from(step.won) * u128::from(2 * below + step.lost);
    }
    halves as f64 / (2.0 * won as f64 * lost as f64)
}

/// The area under the ROC curve and its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Auc {
    /// The area.
    pub area: f64,
    /// Its standard error; none with fewer than two leads of a class.
    pub error: Option<f64>,
    /// The 95 % interval, inside 0 and 1.
    pub interval: Option<Interval>,
}

impl Auc {
    /// The area with the variance of DeLong, DeLong and Clarke-Pearson ("Comparing the areas under two or more
    /// correlated receiver operating characteristic curves", Biometrics 44, 1988), which supposes no distribution.
    pub fn of(steps: &[Step]) -> Self {
        let (won, lost) = classes(steps);
        let area = auc(steps);
        if won < 2 || lost < 2 {
            return Self { area, error: None, interval: None };
        }
        let (wins, losses) = (won as f64, lost as f64);
        let (mut above, mut below) = (0u64, lost);
        let (mut of_won, mut of_lost) = (0.0, 0.0);
        for step in steps {
            below -= step.lost;
            // What share of the other class each lead of the step is right against.
            let right_won = (below as f64 + step.lost as f64 / 2.0) / losses;
            let right_lost = (above as f64 + step.won as f64 / 2.0) / wins;
            of_won += step.won as f64 * (right_won - area).powi(2);
            of_lost += step.lost as f64 * (right_lost - area).powi(2);
            above += step.won;
        }
        let error = (of_won / (wins - 1.0) / wins + of_lost / (losses - 1.0) / losses).sqrt();
        let end = |end: f64| end.clamp(0.0, 1.0);
        let interval = Interval { low: end(area - Z95 * error), high: end(area + Z95 * error) };
        Self { area, error: Some(error), interval: Some(interval) }
    }
}

/// A tenth of the leads, by score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decile {
    /// 1 has the highest scores.
    pub decile: u8,
    /// Highest score in it.
    #[serde(serialize_with = "number")]
    pub from: Points,
    /// Lowest score in it.
    #[serde(serialize_with = "number")]
    pub to: Points,
    /// Leads, a tenth of all.
    pub leads: f64,
    /// Won leads; with a fraction where a tie lies over its edge.
    pub won: f64,
    /// Their share.
    pub rate: f64,
    /// The share beside that of all leads.
    pub lift: f64,
    /// Share of all won leads in this decile and those before it.
    pub gain: f64,
    /// The share of won leads in this decile and those before it, beside that of all leads.
    pub lift_so_far: f64,
}

/// Points as a number in JSON.
pub(in crate::pipeline) fn number<S: serde::Serializer>(points: &Points, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(points.to_f64())
}

/// The deciles, the highest scores first; none without leads.
pub(super) fn deciles(steps: &[Step]) -> Vec<Decile> {
    let (won, lost) = classes(steps);
    let (leads, wins) = ((won + lost) as f64, won as f64);
    if won + lost == 0 {
        return Vec::new();
    }
    let base = wins / leads;
    let lift = |rate: f64| if base > 0.0 { rate / base } else { 0.0 };
    let decile = |decile: u8| {
        let (start, end) = (leads * f64::from(decile - 1) / 10.0, leads * f64::from(decile) / 10.0);
        let (before, until) = (won_among(steps, start), won_among(steps, end));
        let rate = (until - before) / (end - start);
        Decile {
            decile,
            from: score_at(steps, start, true),
            to: score_at(steps, end, false),
            leads: end - start,
            won: until - before,
            rate,
            lift: lift(rate),
            gain: if wins > 0.0 { until / wins } else { 0.0 },
            lift_so_far: lift(until / end),
        }
    };
    (1..=10).map(decile).collect()
}

/// Share of won leads among the tenth with the highest scores, beside that of all.
pub(super) fn top_lift(steps: &[Step]) -> f64 {
    let (won, lost) = classes(steps);
    let leads = (won + lost) as f64;
    if won == 0 { 0.0 } else { won_among(steps, leads / 10.0) / (won as f64 / 10.0) }
}

/// Points of the curve of gains: the share of leads, and the share of the won ones among them. It begins at 0, 0 and has
/// a point per step.
pub(super) fn gains(steps: &[Step]) -> Vec<[f64; 2]> {
    let (won, lost) = classes(steps);
    let (leads, wins) = ((won + lost).max(1) as f64, won.max(1) as f64);
    let mut sums = (0, 0);
    let ends = steps.iter().map(|step| {
        sums = (sums.0 + step.leads(), sums.1 + step.won);
        [sums.0 as f64 / leads, sums.1 as f64 / wins]
    });
    std::iter::once([0.0, 0.0]).chain(ends).collect()
}

/// Won leads among so many with the highest scores; a step that is cut gives its part.
fn won_among(steps: &[Step], leads: f64) -> f64 {
    let (mut seen, mut won) = (0u64, 0u64);
    for step in steps {
        let next = seen + step.leads();
        if next as f64 > leads {
            return won as f64 + step.won as f64 * (leads - seen as f64).max(0.0) / step.leads() as f64;
        }
        (seen, won) = (next, won + step.won);
    }
    won as f64
}

/// The score of the lead behind a place in the ranking, or of the one before it.
fn score_at(steps: &[Step], place: f64, behind: bool) -> Points {
    let mut seen = 0u64;
    for step in steps {
        seen += step.leads();
        let reached = if behind { seen as f64 > place } else { seen as f64 >= place };
        if reached {
            return step.score;
        }
    }
    steps.last().map_or(Points::ZERO, |step| step.score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(leads: &[(i64, bool)]) -> Vec<Step> {
        let scores: Vec<Points> = leads.iter().map(|&(score, _)| Points::whole(score)).collect();
        steps(&scores, &leads.iter().map(|&(_, won)| won).collect::<Vec<_>>())
    }

    /// Pair by pair, in halves.
    fn pairs(leads: &[(i64, bool)]) -> f64 {
        let (mut halves, mut count) = (0u64, 0u64);
        for (won, _) in leads.iter().filter(|lead| lead.1) {
            for (lost, _) in leads.iter().filter(|lead| !lead.1) {
                halves += match won.cmp(lost) {
                    std::cmp::Ordering::Greater => 2,
                    std::cmp::Ordering::Equal => 1,
                    std::cmp::Ordering::Less => 0,
                };
                count += 2;
            }
        }
        if count == 0 { 0.5 } else { halves as f64 / count as f64 }
    }

    #[test]
    fn area_and_error_worked_by_hand() {
        // Won 3 and 2, lost 2 and 1: three pairs are right, one is a tie: 3.5 of 4 = 0.875. The won ones are right
        // against 1 and 0.75 of the lost ones, and the reverse: each variance is 2 x 0.125² / 1 = 0.03125, and the
        // error sqrt(2 x 0.03125 / 2) = 0.176777; 0.875 - 1.959964 x 0.176777 = 0.528524.
        let found = Auc::of(&of(&[(3, true), (2, true), (2, false), (1, false)]));
        assert_eq!(found.area, 0.875);
        assert!((found.error.unwrap() - 0.176_777).abs() < 1e-6, "{found:?}");
        let interval = found.interval.unwrap();
        assert!((interval.low - 0.528_524).abs() < 1e-6 && interval.high == 1.0, "{interval:?}");
        // All tied: a half, and no error: each lead is right against half of the others.
        let tied = Auc::of(&of(&[(1, true), (1, true), (1, false), (1, false)]));
        assert_eq!((tied.area, tied.error), (0.5, Some(0.0)));
        assert_eq!(Auc::of(&of(&[(1, true), (0, false)])), Auc { area: 1.0, error: None, interval: None });
        assert_eq!(auc(&of(&[(1, true)])), 0.5);
    }

    #[test]
    fn deciles_share_ties_fairly() {
        // Ten leads, 4 won. Scores 9, 8 (won), then a tie of four at 5 with two won, then 3, 2, 1, 0 lost: each lead of
        // the tie counts as half a win.
        let leads = [
            (9, true),
            (8, true),
            (5, true),
            (5, true),
            (5, false),
            (5, false),
            (3, false),
            (2, false),
            (1, false),
            (0, false),
        ];
        let found = deciles(&of(&leads));
        let won: Vec<f64> = found.iter().map(|decile| decile.won).collect();
        assert_eq!(won, [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0]);
        let lift: Vec<f64> = found.iter().map(|decile| decile.lift).collect();
        assert_eq!(&lift[..4], [2.5, 2.5, 1.25, 1.25]);
        let gain: Vec<f64> = found.iter().map(|decile| decile.gain).collect();
        assert_eq!(gain, [0.25, 0.5, 0.625, 0.75, 0.875, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert!((found[2].lift_so_far - 0.625 / 0.3).abs() < 1e-12, "{found:?}");
        assert_eq!((found[2].from, found[5].to, found[6].from), (Points::whole(5), Points::whole(5), Points::whole(3)));
        assert_eq!(top_lift(&of(&leads)), 2.5);
        // 15 leads: a decile is a lead and a half. The first is won, the second is not: 1 win in 1.5 leads.
        let leads: Vec<(i64, bool)> = (0..15).map(|score| (score, score == 14)).collect();
        let first = &deciles(&of(&leads))[0];
        assert_eq!((first.leads, first.won, first.from, first.to), (1.5, 1.0, Points::whole(14), Points::whole(13)));
        assert!((first.lift - 10.0).abs() < 1e-12);
        assert_eq!(
            gains(&of(&[(2, true), (1, false), (1, true), (0, false)])),
            [[0.0, 0.0], [0.25, 0.5], [0.75, 1.0], [1.0, 1.0]]
        );
        assert!(deciles(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn area_is_that_of_all_pairs(leads in proptest::collection::vec((-4i64..4, any::<bool>()), 0..60)) {
            let steps = of(&leads);
            prop_assert!((auc(&steps) - pairs(&leads)).abs() < 1e-12);
            // Turned round, the area is the rest.
            let turned: Vec<(i64, bool)> = leads.iter().map(|&(score, won)| (-score, won)).collect();
            prop_assert!((auc(&steps) + auc(&of(&turned)) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn deciles_lose_no_lead_and_no_win(leads in proptest::collection::vec((-4i64..4, any::<bool>()), 1..80)) {
            let found = deciles(&of(&leads));
            let won = leads.iter().filter(|lead| lead.1).count() as f64;
            prop_assert!((found.iter().map(|decile| decile.leads).sum::<f64>() - leads.len() as f64).abs() < 1e-9);
            prop_assert!((found.iter().map(|decile| decile.won).sum::<f64>() - won).abs() < 1e-9);
        }
    }
}
