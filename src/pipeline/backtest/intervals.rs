//! Shares with the range in which the true one may lie.

use serde::Serialize;

/// The quantile of the normal distribution that leaves 2.5 % above it.
pub const Z95: f64 = 1.959_963_984_540_054;

/// The ends of a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The interval of a share that was seen `met` times in `of` (E. B. Wilson, "Probable inference, the law of succession,
/// and statistical inference", JASA 22, 1927): it holds for few cases and for shares near 0 and 1, too. All there is
/// between 0 and 1 where nothing was seen.
pub fn wilson(met: u64, of: u64) -> Interval {
    if of == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let (n, z2) = (of as f64, Z95 * Z95);
    let share = met as f64 / n;
    let centre = share + z2 / (2.0 * n);
    let reach = Z95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let end = |end: f64| (end / (1.0 + z2 / n)).clamp(0.0, 1.0);
    // Rounding must not leave a trace where the ends are exact.
    let low = if met == 0 { 0.0 } else { end(centre - reach) };
    let high = if met == of { 1.0 } else { end(centre + reach) };
    Interval { low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_interval_of_wilson() {
        // z² = 3.84146. 8 of 10: centre (0.8 + 0.192073) / 1.384146 = 0.71674, reach 1.959964 x
        // sqrt(0.016 + 0.0096036) / 1.384146 = 0.22658. 0 of 5: the upper end is z² / (5 + z²) = 3.84146 / 8.84146.
        // 1 of 2: centre 0.5, reach 1.959964 x sqrt(0.125 + 0.240091) / 2.92073 = 0.40547.
        for (met, of, low, high) in [
            (8, 10, 0.49016, 0.94332),
            (0, 5, 0.0, 0.43448),
            (5, 5, 0.56552, 1.0),
            (1, 2, 0.09453, 0.90547),
            (0, 0, 0.0, 1.0),
        ] {
            let found = wilson(met, of);
            assert!((found.low - low).abs() < 1e-5 && (found.high - high).abs() < 1e-5, "{met} of {of}: {found:?}");
        }
    }
}
