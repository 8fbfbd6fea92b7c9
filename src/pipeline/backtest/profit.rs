//! What calling leads from a score on brings in.

use serde::Serialize;

use super::ranking::{Step, number};
use crate::model::scorecards::Points;

/// What a call costs and a win is worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Terms {
    /// Cost of a call.
    pub cost_per_call: f64,
    /// Value of a won lead.
    pub value_per_win: f64,
}

/// Calling every lead of at least this score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CutOff {
    /// The lowest score that is called.
    #[serde(serialize_with = "number")]
    pub score: Points,
    /// Its score_percent.
    pub score_percent: f64,
    /// Leads called.
    pub called: u64,
    /// Won ones among them.
    pub won: u64,
    /// What the wins are worth, without what the calls cost.
    pub profit: f64,
}

/// One cut-off per step, the highest score first; `percent` tells the score_percent of a score.
pub(super) fn cut_offs(steps: &[Step], terms: Terms, percent: impl Fn(Points) -> f64) -> Vec<CutOff> {
    let (mut called, mut wins) = (0, 0);
    let cut_off = |step: &Step| {
        called += step.won + step.lost;
        wins += step.won;
        let profit = wins as f64 * terms.value_per_win - called as f64 * terms.cost_per_call;
        CutOff { score: step.score, score_percent: percent(step.score), called, won: wins, profit }
    };
    steps.iter().map(cut_off).collect()
}

/// The cut-off with the largest profit, of equal ones that with the fewest calls; none where calling nobody is at least
/// as good.
pub(super) fn best(cut_offs: &[CutOff]) -> Option<CutOff> {
    let better = |best: Option<CutOff>, cut_off: &CutOff| match best {
        Some(held) if held.profit >= cut_off.profit => Some(held),
        None if cut_off.profit <= 0.0 => None,
        _ => Some(*cut_off),
    };
    cut_offs.iter().fold(None, better)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(score: i64, won: u64, lost: u64) -> Step {
        Step { score: Points::whole(score), won, lost }
    }

    #[test]
    fn profit_is_wins_less_calls() {
        // A call costs 10, a win brings 100: 3 calls with 2 wins 170; 7 with 3: 230; 17 with 4: 230; 37 with 5: 130.
        let steps = [step(9, 2, 1), step(7, 1, 3), step(4, 1, 9), step(0, 1, 19)];
        let terms = Terms { cost_per_call: 10.0, value_per_win: 100.0 };
        let found = cut_offs(&steps, terms, |score| score.to_f64() * 10.0);
        let profits: Vec<(u64, u64, f64)> = found.iter().map(|cut| (cut.called, cut.won, cut.profit)).collect();
        assert_eq!(profits, [(3, 2, 170.0), (7, 3, 230.0), (17, 4, 230.0), (37, 5, 130.0)]);
        // Of the two best the one with fewer calls.
        assert_eq!(best(&found).map(|cut| (cut.score, cut.score_percent)), Some((Points::whole(7), 70.0)));
        // At 70 a call even the best leads cost what they bring: 2 x 100 - 3 x 70 < 0.
        let dear = Terms { cost_per_call: 70.0, value_per_win: 100.0 };
        assert_eq!(best(&cut_offs(&steps, dear, |_| 0.0)), None);
        assert_eq!(best(&[]), None);
    }
}
