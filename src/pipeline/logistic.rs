//! Logistic regression with an L2 penalty, by Newton's method (iteratively reweighted least squares): le Cessie and van
//! Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41, 1992. The penalty keeps the weights
//! finite where a column separates the classes, and shares a weight among columns that say the same.
//!
//! Rows that are equal are one pattern with a number of cases. Sums go over stretches of patterns of a fixed length, in
//! order, so that the result is the same at any number of threads.

use rayon::prelude::*;

/// Patterns that one thread sums at a time.
const STRETCH: usize = 1024;
/// Newton's method needs five to ten steps; more would not help.
const MOST_STEPS: usize = 100;
/// The largest change of a weight, in standard deviations of its column, below which it stands.
const CLOSE: f64 = 1e-9;

/// Patterns of columns and how often each came with the event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cases<'a> {
    /// Number of columns.
    pub(super) width: usize,
    /// The columns of each pattern, one behind the other.
    pub(super) columns: &'a [f64],
    /// Cases of each pattern; 0 leaves it out.
    pub(super) cases: &'a [f64],
    /// Events among them.
    pub(super) events: &'a [f64],
}

impl<'a> Cases<'a> {
    fn row(&self, pattern: usize) -> &'a [f64] {
        &self.columns[pattern * self.width..(pattern + 1) * self.width]
    }

    /// The standard deviation of each column.
    pub(super) fn deviations(&self) -> Vec<f64> {
        let all: f64 = self.cases.iter().sum();
        let mean = |of: &dyn Fn(&[f64]) -> f64| {
            let sum: f64 = (0..self.cases.len()).map(|at| self.cases[at] * of(self.row(at))).sum();
            sum / all.max(1.0)
        };
        (0..self.width)
            .map(|column| {
                let middle = mean(&|row| row[column]);
                mean(&|row| (row[column] - middle).powi(2)).sqrt()
            })
            .collect()
    }
}

/// Weights that fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// The log odds where all columns are 0.
    pub(super) intercept: f64,
    /// What one more of each column adds to the log odds.
    pub(super) weights: Vec<f64>,
    /// The weights' standard errors.
    pub(super) errors: Vec<f64>,
}

impl Fit {
    /// The log odds of a pattern.
    pub(super) fn log_odds(&self, row: &[f64]) -> f64 {
        self.weights.iter().zip(row).fold(self.intercept, |sum, (weight, value)| sum + weight * value)
    }
}

/// The probability of log odds.
pub(super) fn probability(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + (-log_odds).exp())
    } else {
        let odds = log_odds.exp();
        odds / (1.0 + odds)
    }
}

/// Minus the log likelihood of so many events in so many cases.
pub(super) fn loss(log_odds: f64, cases: f64, events: f64) -> f64 {
    // ln(1 + e^x) without overflow.
    let spread = log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p();
    cases * spread - events * log_odds
}

/// Fits weights; each column has a penalty on half the square of its weight. `start` are weights to begin from. None where
/// nothing is left to fit: no cases, one class only, or columns that say exactly the same without a penalty.
pub(super) fn fit(of: Cases<'_>, penalties: &[f64], start: Option<&Fit>) -> Option<Fit> {
    let (all, events): (f64, f64) = (of.cases.iter().sum(), of.events.iter().sum());
    if !(events > 0.0 && events < all) {
        return None;
    }
    let deviations = of.deviations();
    // The intercept is the first weight and has no penalty.
    let mut beta = match start {
        Some(fit) => std::iter::once(fit.intercept).chain(fit.weights.iter().copied()).collect(),
        None => {
            let mut beta = vec![0.0; of.width + 1];
            beta[0] = (events / (all - events)).ln();
            beta
        }
    };
    let mut now = sums(of, penalties, &beta);
    for _ in 0..MOST_STEPS {
        let step = Cholesky::of(&now.curvature, beta.len())?.solve(&now.slope);
        // Half the way, and half of that, where the whole of it is too far.
        let (mut share, mut next) = (1.0, None);
        while share > 1e-6 {
            let tried: Vec<f64> = beta.iter().zip(&step).map(|(beta, step)| beta + share * step).collect();
            let there = sums(of, penalties, &tried);
            if there.loss <= now.loss + 1e-12 * now.loss.abs() {
                next = Some((tried, there));
                break;
            }
            share /= 2.0;
        }
        let Some((tried, there)) = next else { break };
        let scale = |column: usize| if column == 0 { 1.0 } else { deviations[column - 1].max(1e-12) };
        let moved = (0..beta.len()).map(|at| (tried[at] - beta[at]).abs() * scale(at)).fold(0.0, f64::max);
        (beta, now) = (tried, there);
        if moved < CLOSE {
            break;
        }
    }
    let errors = errors(&now, penalties, beta.len())?;
    Some(Fit { intercept: beta[0], weights: beta.split_off(1), errors })
}

/// What a step needs to know of the place where it stands.
struct Sums {
    /// Minus the log likelihood, with the penalties.
    loss: f64,
    /// Where it goes down.
    slope: Vec<f64>,
    /// Its second derivatives, rows one behind the other; only the lower half is filled.
    curvature: Vec<f64>,
}

fn sums(of: Cases<'_>, penalties: &[f64], beta: &[f64]) -> Sums {
    let size = beta.len();
    let stretches = of.cases.len().div_ceil(STRETCH);
    let parts: Vec<Sums> = (0..stretches)
        .into_par_iter()
        .map(|stretch| {
            let mut sums = Sums { loss: 0.0, slope: vec![0.0; size], curvature: vec![0.0; size * size] };
            let until = of.cases.len().min((stretch + 1) * STRETCH);
            (stretch * STRETCH..until).filter(|&at| of.cases[at] > 0.0).for_each(|at| add(of, at, beta, &mut sums));
            sums
        })
        .collect();
    let mut sums = Sums { loss: 0.0, slope: vec![0.0; size], curvature: vec![0.0; size * size] };
    for part in parts {
        sums.loss += part.loss;
        sums.slope.iter_mut().zip(&part.slope).for_each(|(sum, part)| *sum += part);
        sums.curvature.iter_mut().zip(&part.curvature).for_each(|(sum, part)| *sum += part);
    }
    for (column, penalty) in penalties.iter().enumerate() {
        let at = column + 1;
        sums.loss += penalty * beta[at] * beta[at] / 2.0;
        sums.slope[at] -= penalty * beta[at];
        sums.curvature[at * size + at] += penalty;
    }
    sums
}

/// Adds a pattern.
fn add(of: Cases<'_>, at: usize, beta: &[f64], sums: &mut Sums) {
    let (row, size) = (of.row(at), beta.len());
    let log_odds = beta[1..].iter().zip(row).fold(beta[0], |sum, (weight, value)| sum + weight * value);
    let likely = probability(log_odds);
    sums.loss += loss(log_odds, of.cases[at], of.events[at]);
    let pull = of.events[at] - of.cases[at] * likely;
    let weight = of.cases[at] * likely * (1.0 - likely);
    sums.slope[0] += pull;
    sums.curvature[0] += weight;
    for (i, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
        let line = (i + 1) * size;
        sums.slope[i + 1] += pull * value;
        let weighted = weight * value;
        sums.curvature[line] += weighted;
        for (place, other) in sums.curvature[line + 1..=line + 1 + i].iter_mut().zip(row) {
            *place += weighted * other;
        }
    }
}

/// Standard errors of penalised weights: with H the second derivatives and P the penalties among them, the variances are
/// those of H⁻¹ (H − P) H⁻¹ (le Cessie and van Houwelingen, section 2).
fn errors(now: &Sums, penalties: &[f64], size: usize) -> Option<Vec<f64>> {
    let cholesky = Cholesky::of(&now.curvature, size)?;
    let unit = |at: usize| (0..size).map(|i| f64::from(u8::from(i == at))).collect::<Vec<f64>>();
    let error = |at: usize| {
        let column = cholesky.solve(&unit(at));
        let own: f64 = column[at];
        let shrunk: f64 = penalties.iter().zip(&column[1..]).map(|(penalty, value)| penalty * value * value).sum();
        (own - shrunk).max(0.0).sqrt()
    };
    Some((1..size).map(error).collect())
}

/// A symmetric, positive matrix as the product of a triangle with itself.
struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// From the lower half; none where the matrix is not positive.
    fn of(matrix: &[f64], size: usize) -> Option<Self> {
        let mut lower = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let product: f64 = (0..j).map(|k| lower[i * size + k] * lower[j * size + k]).sum();
                let rest = matrix[i * size + j] - product;
                if i == j {
                    // What is left of a column that others say already is rounding.
                    if !(rest > 1e-12 * matrix[i * size + i].abs() && rest > 0.0) {
                        return None;
                    }
                    lower[i * size + i] = rest.sqrt();
                } else {
                    lower[i * size + j] = rest / lower[j * size + j];
                }
            }
        }
        Some(Self { size, lower })
    }

    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let size = self.size;
        let mut solved = right.to_vec();
        for i in 0..size {
            let known: f64 = (0..i).map(|k| self.lower[i * size + k] * solved[k]).sum();
            solved[i] = (solved[i] - known) / self.lower[i * size + i];
        }
        for i in (0..size).rev() {
            let known: f64 = (i + 1..size).map(|k| self.lower[k * size + i] * solved[k]).sum();
            solved[i] = (solved[i] - known) / self.lower[i * size + i];
        }
        solved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cases<'a>(width: usize, columns: &'a [f64], cases: &'a [f64], events: &'a [f64]) -> Cases<'a> {
        Cases { width, columns, cases, events }
    }

    #[test]
    fn a_table_of_two_by_two_gives_its_odds_ratio() {
        // Met: 30 of 40 won, not met: 20 of 60. Odds 3 and 0.5: intercept ln 0.5, weight ln 6 = 1.791759; its error is
        // that of Woolf, sqrt(1/30 + 1/10 + 1/20 + 1/40) = 0.456435.
        let found = fit(cases(1, &[0.0, 1.0], &[60.0, 40.0], &[20.0, 30.0]), &[0.0], None).unwrap();
        assert!((found.intercept - 0.5_f64.ln()).abs() < 1e-9, "{found:?}");
        assert!((found.weights[0] - 6.0_f64.ln()).abs() < 1e-9, "{found:?}");
        assert!((found.errors[0] - 0.456_435).abs() < 1e-6, "{found:?}");
        assert!((probability(found.log_odds(&[1.0])) - 0.75).abs() < 1e-9);
    }

    #[test]
    fn separated_classes_have_finite_weights_with_a_penalty() {
        let of = cases(1, &[0.0, 1.0], &[10.0, 10.0], &[0.0, 10.0]);
        let weights = [0.1, 1.0, 10.0].map(|penalty| fit(of, &[penalty], None).unwrap().weights[0]);
        assert!(weights[0] > weights[1] && weights[1] > weights[2] && weights[2] > 0.0, "{weights:?}");
        assert!(weights[0] < 20.0, "{weights:?}");
        // Two columns that say the same share the weight; without a penalty there is no answer.
        let twice = cases(2, &[0.0, 0.0, 1.0, 1.0], &[60.0, 40.0], &[20.0, 30.0]);
        let shared = fit(twice, &[0.01, 0.01], None).unwrap();
        assert!((shared.weights[0] - shared.weights[1]).abs() < 1e-9 && shared.weights[0] > 0.8, "{shared:?}");
        assert_eq!(fit(twice, &[0.0, 0.0], None), None);
        // One class is nothing to fit.
        assert_eq!(fit(cases(1, &[0.0, 1.0], &[1.0, 1.0], &[0.0, 0.0]), &[1.0], None), None);
    }

    #[test]
    fn log_odds_of_any_size_have_a_loss() {
        for (log_odds, cases, events, expected) in
            [(0.0, 2.0, 1.0, 2.0 * 2.0_f64.ln()), (800.0, 1.0, 1.0, 0.0), (-800.0, 1.0, 1.0, 800.0)]
        {
            assert!((loss(log_odds, cases, events) - expected).abs() < 1e-9);
        }
        assert_eq!((probability(-800.0), probability(800.0)), (0.0, 1.0));
    }

    proptest! {
        /// At the best weights the penalised log likelihood has no slope: checked with the definition itself.
        #[test]
        fn the_fit_is_where_the_slope_ends(
            rows in proptest::collection::vec((0u8..2, 0u8..4, 1u8..20, 0.05f64..0.95), 4..12),
            penalty in 0.01f64..10.0,
        ) {
            let columns: Vec<f64> = rows.iter().flat_map(|row| [f64::from(row.0), f64::from(row.1)]).collect();
            let number: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
            let events: Vec<f64> = rows.iter().map(|row| f64::from(row.2) * row.3).collect();
            let found = fit(cases(2, &columns, &number, &events), &[penalty, penalty], None).unwrap();
            let mut slope = [0.0; 3];
            for (at, row) in columns.chunks(2).enumerate() {
                let pull = events[at] - number[at] * probability(found.log_odds(row));
                [1.0, row[0], row[1]].iter().zip(&mut slope).for_each(|(value, slope)| *slope += pull * value);
            }
            slope[1] -= penalty * found.weights[0];
            slope[2] -= penalty * found.weights[1];
            prop_assert!(slope.iter().all(|slope| slope.abs() < 1e-6), "{slope:?}");
        }
    }
}
