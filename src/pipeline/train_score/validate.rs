//! How much the weights are held back, and how well they rank leads that they were not learned from: k-fold
//! cross-validation (M. Stone, "Cross-validatory choice and assessment of statistical predictions", 1974). Folds have
//! the classes in the same proportion and follow from the leads' ids, never from chance or a clock.

use rayon::prelude::*;

use crate::model::ids;
use crate::model::scorecards::Points;
use crate::pipeline::backtest::{auc, steps};
use crate::pipeline::logistic::{self, Cases, Fit};

/// Number of folds.
pub(super) const FOLDS: usize = 5;
/// Penalties that are tried, on weights per standard deviation; the strongest first, from which the next one starts.
pub(super) const STRENGTHS: [f64; 13] =
    [10_000.0, 3_000.0, 1_000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01];

/// Leads with equal columns, as one pattern.
pub(super) struct Patterns {
    /// Number of columns.
    pub(super) width: usize,
    /// The columns of each pattern, one behind the other.
    pub(super) columns: Vec<f64>,
    /// Leads of each pattern in each fold.
    cases: Vec<[f64; FOLDS]>,
    /// Won ones among them.
    events: Vec<[f64; FOLDS]>,
    /// Pattern of each lead.
    pub(super) of: Vec<u32>,
    /// Fold of each lead.
    pub(super) folds: Vec<u8>,
}

impl Patterns {
    /// The patterns of leads, in the order of their columns' values; `rows` has each lead's columns one behind the other.
    pub(super) fn new(width: usize, rows: &[f64], won: &[bool], folds: Vec<u8>) -> Self {
        let row = |lead: u32| &rows[lead as usize * width..(lead as usize + 1) * width];
        let compare = |a: &u32, b: &u32| {
            let differing = row(*a).iter().zip(row(*b)).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
            differing.unwrap_or(std::cmp::Ordering::Equal)
        };
        let mut order: Vec<u32> = (0..won.len() as u32).collect();
        order.par_sort_by(|a, b| compare(a, b).then(a.cmp(b)));
        let mut patterns =
            Self { width, columns: Vec::new(), cases: Vec::new(), events: Vec::new(), of: vec![0; won.len()], folds };
        for leads in order.chunk_by(|a, b| compare(a, b).is_eq()) {
            let (mut cases, mut events) = ([0.0; FOLDS], [0.0; FOLDS]);
            for &lead in leads {
                let fold = usize::from(patterns.folds[lead as usize]);
                cases[fold] += 1.0;
                events[fold] += f64::from(u8::from(won[lead as usize]));
                patterns.of[lead as usize] = patterns.cases.len() as u32;
            }
            patterns.columns.extend(row(leads[0]));
            patterns.cases.push(cases);
            patterns.events.push(events);
        }
        patterns
    }

    /// Cases and events of each pattern, those of one fold left out.
    fn without(&self, fold: Option<usize>) -> [Vec<f64>; 2] {
        let sum = |of: &[f64; FOLDS]| (0..FOLDS).filter(|at| Some(*at) != fold).map(|at| of[at]).sum::<f64>();
        [self.cases.iter().map(sum).collect(), self.events.iter().map(sum).collect()]
    }

    fn row(&self, pattern: usize) -> &[f64] {
        &self.columns[pattern * self.width..(pattern + 1) * self.width]
    }

    /// Weights from all leads, or from those outside a fold, at some of the strengths, in their order.
    fn fits(&self, without: Option<usize>, strengths: &[f64]) -> Vec<Option<Fit>> {
        let [cases, events] = self.without(without);
        let of = Cases { width: self.width, columns: &self.columns, cases: &cases, events: &events };
        let deviations = of.deviations();
        let mut fits: Vec<Option<Fit>> = Vec::with_capacity(strengths.len());
        for strength in strengths {
            // A column that has one value among these leads must not end the others' fit.
            let penalties: Vec<f64> =
                deviations.iter().map(|deviation| strength * deviation.powi(2).max(1e-9)).collect();
            let fit = logistic::fit(of, &penalties, fits.last().and_then(Option::as_ref));
            fits.push(fit);
        }
        fits
    }

    /// Weights from all leads.
    pub(super) fn fit(&self, strength: f64) -> Option<Fit> {
        let strengths: Vec<f64> = STRENGTHS.iter().copied().take_while(|other| *other >= strength).collect();
        self.fits(None, &strengths).pop().flatten()
    }
}

/// What came of the folds.
pub(super) struct Validated {
    /// The strength with the least loss.
    pub(super) strength: f64,
    /// Mean loss of a lead (minus the log likelihood) at each strength.
    pub(super) losses: Vec<(f64, f64)>,
    /// For each lead the log odds that the weights of the other folds give it.
    pub(super) log_odds: Vec<f64>,
}

/// Tries every strength in every fold. None where a fold cannot be fitted.
pub(super) fn validate(patterns: &Patterns) -> Option<Validated> {
    let fits: Vec<Vec<Option<Fit>>> =
        (0..FOLDS).into_par_iter().map(|fold| patterns.fits(Some(fold), &STRENGTHS)).collect();
    let leads = patterns.of.len() as f64;
    let loss = |at: usize| -> Option<f64> {
        let mut sum = 0.0;
        for (fold, fits) in fits.iter().enumerate() {
            let fit = fits[at].as_ref()?;
            for pattern in 0..patterns.cases.len() {
                let (cases, events) = (patterns.cases[pattern][fold], patterns.events[pattern][fold]);
                if cases > 0.0 {
                    sum += logistic::loss(fit.log_odds(patterns.row(pattern)), cases, events);
                }
            }
        }
        Some(sum / leads)
    };
    let losses: Vec<(usize, f64)> = (0..STRENGTHS.len()).filter_map(|at| Some((at, loss(at)?))).collect();
    // Of equal ones the strongest, which stands first.
    let &(best, _) = losses.iter().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))?;
    let log_odds = patterns.of.iter().zip(&patterns.folds).map(|(&pattern, &fold)| {
        fits[usize::from(fold)][best].as_ref().map(|fit| fit.log_odds(patterns.row(pattern as usize)))
    });
    let log_odds = log_odds.collect::<Option<Vec<f64>>>()?;
    let losses = losses.iter().map(|&(at, loss)| (STRENGTHS[at], loss)).collect();
    Some(Validated { strength: STRENGTHS[best], losses, log_odds })
}

/// The fold of each lead: those of a class in turn, in the order of a fixed hash of their ids.
pub(super) fn folds(ids: &[&str], won: &[bool]) -> Vec<u8> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|&lead| (ids::content_hash(&[ids[lead]]), lead));
    let (mut folds, mut next) = (vec![0; ids.len()], [0, 0]);
    for lead in order {
        let next = &mut next[usize::from(won[lead])];
        folds[lead] = (*next % FOLDS) as u8;
        *next += 1;
    }
    folds
}

/// Area under the ROC curve of numbers.
pub(super) fn area(values: &[f64], won: &[bool]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let rank = |value: &f64| Points(sorted.partition_point(|other| other.total_cmp(value).is_lt()) as i64);
    auc(&steps(&values.iter().map(rank).collect::<Vec<_>>(), won))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_have_the_classes_in_proportion() {
        let names: Vec<String> = (0..103).map(|lead| format!("L{lead:016}")).collect();
        let ids: Vec<&str> = names.iter().map(String::as_str).collect();
        let won: Vec<bool> = (0..103).map(|lead| lead % 3 == 0).collect();
        let found = folds(&ids, &won);
        for fold in 0..FOLDS as u8 {
            let of = |class: bool| found.iter().zip(&won).filter(|(f, w)| **f == fold && **w == class).count();
            // 35 won and 68 lost in five folds.
            assert_eq!((of(true), of(false) - 13), (7, usize::from(fold < 3)), "{fold}");
        }
        // The same leads in another order are in the same folds.
        let turned: Vec<&str> = ids.iter().rev().copied().collect();
        let turned_won: Vec<bool> = won.iter().rev().copied().collect();
        assert!(folds(&turned, &turned_won).iter().rev().eq(&found));
        assert_ne!(found, (0..103).map(|lead| (lead % 5) as u8).collect::<Vec<_>>());
    }

    #[test]
    fn equal_leads_are_one_pattern() {
        let rows = [1.0, 0.5, 0.0, 0.5, 1.0, 0.5, 1.0, 0.25];
        let patterns = Patterns::new(2, &rows, &[true, false, false, true], vec![0, 1, 1, 2]);
        assert_eq!(patterns.columns, [0.0, 0.5, 1.0, 0.25, 1.0, 0.5]);
        assert_eq!(patterns.of, [2, 0, 2, 1]);
        assert_eq!(patterns.without(None), [vec![1.0, 1.0, 2.0], vec![0.0, 1.0, 1.0]]);
        assert_eq!(patterns.without(Some(1)), [vec![0.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]]);
    }

    #[test]
    fn areas_of_numbers_count_ties_half() {
        assert_eq!(area(&[3.5, 2.0, 2.0, 1.0], &[true, true, false, false]), 0.875);
        assert_eq!(area(&[0.0, -0.0], &[true, false]), 1.0);
    }
}
