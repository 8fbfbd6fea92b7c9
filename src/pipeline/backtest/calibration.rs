//! What a score_percent says of the probability of a win, and whether it keeps its word.

use serde::Serialize;

use super::intervals::{Interval, wilson};
use crate::pipeline::logistic::{self, Cases, probability};

/// Bands of ten percent.
const BANDS: usize = 10;

/// A curve through the wins by score_percent, and how far they are from it.
///
/// The curve is logistic, with two numbers only (J. Platt, "Probabilistic outputs for support vector machines", 1999), so
/// that it can't follow chance as a step function would; his prior for the wins keeps it finite where scores separate
/// the classes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// How the probabilities were made.
    pub method: &'static str,
    /// Log odds of a win at score_percent 0.
    pub intercept: f64,
    /// What one percent adds to them.
    pub slope: f64,
    /// The mean square between probability and outcome (G. W. Brier, "Verification of forecasts expressed in terms of
    /// probability", 1950).
    pub brier: f64,
    /// The same for the base rate as everybody's probability.
    pub brier_of_base_rate: f64,
    /// How much smaller the first is than the second, as a share of it.
    pub skill: f64,
    /// Bands of score_percent, ascending; those without leads are left out.
    pub bands: Vec<Band>,
}

/// The leads of a band of score_percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Where it begins.
    pub from: f64,
    /// Where the next one begins; 100 belongs to the last one.
    pub to: f64,
    /// Leads.
    pub leads: u64,
    /// Won ones.
    pub won: u64,
    /// The mean of their probabilities.
    pub predicted: f64,
    /// The share that was won.
    pub observed: f64,
    /// Its 95 % interval (Wilson).
    pub interval: Interval,
}

impl Calibration {
    /// The probability of a win at a score_percent.
    pub fn probability(&self, percent: f64) -> f64 {
        probability(self.intercept + self.slope * percent)
    }
}

/// The curve through leads' outcomes; none where one class is missing.
pub(super) fn calibrate(percents: &[f64], won: &[bool]) -> Option<Calibration> {
    let wins = won.iter().filter(|won| **won).count() as f64;
    let losses = won.len() as f64 - wins;
    if wins == 0.0 || losses == 0.0 {
        return None;
    }
    let (of_won, of_lost) = ((wins + 1.0) / (wins + 2.0), 1.0 / (losses + 2.0));
    let columns: Vec<f64> = percents.iter().map(|percent| percent / 100.0).collect();
    let events: Vec<f64> = won.iter().map(|won| if *won { of_won } else { of_lost }).collect();
    let cases = vec![1.0; events.len()];
    let of = Cases { width: 1, columns: &columns, cases: &cases, events: &events };
    // Where all scores are the same, there is only a base rate.
    let (intercept, slope) = match logistic::fit(of, &[0.0], None) {
        Some(fit) => (fit.intercept, fit.weights[0] / 100.0),
        None => ((wins / losses).ln(), 0.0),
    };
    let base = wins / (wins + losses);
    let brier_of_base_rate = base * (1.0 - base);
    let predicted: Vec<f64> = percents.iter().map(|percent| probability(intercept + slope * percent)).collect();
    let off = |(predicted, won): (&f64, &bool)| (predicted - f64::from(u8::from(*won))).powi(2);
    let brier = predicted.iter().zip(won).map(off).sum::<f64>() / (wins + losses);
    let skill = 1.0 - brier / brier_of_base_rate;
    let bands = bands(percents, &predicted, won);
    Some(Calibration { method: "logistic", intercept, slope, brier, brier_of_base_rate, skill, bands })
}

fn bands(percents: &[f64], predicted: &[f64], won: &[bool]) -> Vec<Band> {
    let width = 100.0 / BANDS as f64;
    let mut sums = [(0u64, 0u64, 0.0); BANDS];
    for ((percent, predicted), won) in percents.iter().zip(predicted).zip(won) {
        let band = ((percent / width).floor().max(0.0) as usize).min(BANDS - 1);
        sums[band].0 += 1;
        sums[band].1 += u64::from(*won);
        sums[band].2 += predicted;
    }
    let band = |(at, &(leads, won, sum)): (usize, &(u64, u64, f64))| Band {
        from: at as f64 * width,
        to: (at + 1) as f64 * width,
        leads,
        won,
        predicted: sum / leads as f64,
        observed: won as f64 / leads as f64,
        interval: wilson(won, leads),
    };
    sums.iter().enumerate().filter(|(_, sums)| sums.0 > 0).map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many leads of a percentage, the first ones won.
    fn leads(groups: &[(f64, usize, usize)]) -> (Vec<f64>, Vec<bool>) {
        let each = |&(percent, leads, won): &(f64, usize, usize)| (0..leads).map(move |lead| (percent, lead < won));
        groups.iter().flat_map(each).unzip()
    }

    #[test]
    fn two_scores_keep_their_rates() {
        // Two scores and two numbers: the curve goes through both rates, but for Platt's prior: of 400 won the target is
        // 401/402, of 600 lost 1/602. At 25: (100 x 401/402 + 400/602) / 500 = 0.200831; at 75: 300 and 200: 0.599172.
        let (percents, won) = leads(&[(25.0, 500, 100), (75.0, 500, 300)]);
        let found = calibrate(&percents, &won).unwrap();
        assert!((found.probability(25.0) - 0.200_831).abs() < 1e-6, "{found:?}");
        assert!((found.probability(75.0) - 0.599_172).abs() < 1e-6, "{found:?}");
        // Base rate 0.4: 0.4 x 0.6. Within the scores 0.2 x 0.8 and 0.6 x 0.4, the mean of which is 0.2, and the squares
        // of what the prior moved, below 1e-6.
        assert!((found.brier_of_base_rate - 0.24).abs() < 1e-12 && (found.brier - 0.2).abs() < 1e-6, "{found:?}");
        assert!((found.skill - 1.0 / 6.0).abs() < 1e-5, "{found:?}");
        let bands: Vec<(f64, u64, u64, f64)> =
            found.bands.iter().map(|band| (band.from, band.leads, band.won, band.observed)).collect();
        assert_eq!(bands, [(20.0, 500, 100, 0.2), (70.0, 500, 300, 0.6)]);
    }

    #[test]
    fn separated_and_constant_scores_have_a_curve() {
        let (percents, won) = leads(&[(0.0, 10, 0), (100.0, 10, 10)]);
        let found = calibrate(&percents, &won).unwrap();
        assert!(found.slope > 0.0 && found.slope.is_finite() && found.brier < 0.01, "{found:?}");
        assert_eq!(found.bands.last().map(|band| (band.from, band.to, band.leads)), Some((90.0, 100.0, 10)));
        let (percents, won) = leads(&[(50.0, 10, 3)]);
        let found = calibrate(&percents, &won).unwrap();
        assert_eq!(found.slope, 0.0);
        assert!((found.brier - found.brier_of_base_rate).abs() < 1e-12);
        assert_eq!(calibrate(&[1.0, 2.0], &[true, true]), None);
    }
}
