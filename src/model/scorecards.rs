//! Scores as exact decimals, with the ledger that explains them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use polars::prelude::Column;

use super::facts::Facts;
use super::field::Field;

/// Points with four decimals, exact: a whole number of ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Points(pub i64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// Ten-thousandths in one point.
    pub const SCALE: i64 = 10_000;

    /// Whole points.
    pub const fn whole(points: i64) -> Self {
        Self(points * Self::SCALE)
    }

    /// The nearest number of ten-thousandths, halves away from zero.
    pub fn rounded(points: f64) -> Self {
        Self((points * Self::SCALE as f64).round() as i64)
    }

    /// As a floating-point number, for frames and percentages.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    /// Without needless zeros: `15`, `-0.5`, `2.1213`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(f, "{sign}{whole}.{}", format!("{rest:04}").trim_end_matches('0'))
    }
}

/// Scores of all golden leads, in entity order.
#[derive(Debug, Clone, Default)]
pub struct Scorecards {
    /// Ledger lines by name: the criteria in file order, then one line per cap and one per floor, in group order.
    pub lines: Vec<LedgerLine>,
    /// Sum of the ledger.
    pub score: Vec<Points>,
    /// 100 x (score - min) / (max - min), not rounded; 0 where max = min.
    pub percent: Vec<f64>,
    /// Stars from the percentage.
    pub auto_stars: Vec<u8>,
    /// Stars that count: manual ones where given.
    pub stars: Vec<u8>,
    /// Whether the stars were given by hand.
    pub manual: Vec<bool>,
    /// Grade band, or "" without bands.
    pub grade: Vec<String>,
    /// The strongest criteria for each lead, "Decision maker (+3), …".
    pub reasons_for: Vec<String>,
    /// The strongest criteria against each lead.
    pub reasons_against: Vec<String>,
    /// Smallest reachable sum.
    pub min: Points,
    /// Largest reachable sum.
    pub max: Points,
}

impl Scorecards {
    /// The golden leads with their scores: what conditions see once leads are scored.
    ///
    /// `score` and `score_percent` are numbers, `auto_stars` and `stars` whole numbers, `grade` is text.
    pub fn scored(&self, facts: &Facts) -> Facts {
        let stars = |stars: &[u8]| stars.iter().map(|&stars| i64::from(stars)).collect::<Vec<_>>();
        let score: Vec<f64> = self.score.iter().map(|score| score.to_f64()).collect();
        let grade: Vec<Option<&str>> = self.grade.iter().map(|grade| filled(grade)).collect();
        facts.with([
            Column::new("score".into(), score),
            Column::new("score_percent".into(), &self.percent),
            Column::new("auto_stars".into(), stars(&self.auto_stars)),
            Column::new("stars".into(), stars(&self.stars)),
            Column::new("grade".into(), grade),
        ])
    }
}

/// One criterion's (or limit's) points for every golden lead.
#[derive(Debug, Clone)]
pub struct LedgerLine {
    /// The criterion's name, or `engagement (cap)`, `engagement (floor)`.
    pub name: String,
    /// Whether each lead met it; none where the lead has no data to tell, and for a limit's line.
    pub met: Vec<Option<bool>>,
    /// Points for each lead.
    pub points: Vec<Points>,
}

/// Owners of all golden leads, in entity order.
#[derive(Debug, Clone, Default)]
pub struct Assignments {
    /// The owner, none where unassigned.
    pub owner: Vec<Option<String>>,
    /// The rule that chose, `kept` for an owner from the export, or why nobody was chosen.
    pub reason: Vec<String>,
    /// Whether this run gave the owner.
    pub changed: Vec<bool>,
}

impl Assignments {
    /// The golden leads with `assigned_to` as assigned.
    pub fn assigned(&self, facts: &Facts) -> Facts {
        let owners: Vec<Option<&str>> = self.owner.iter().map(|owner| owner.as_deref().and_then(filled)).collect();
        facts.with([Column::new(Field::AssignedTo.name().into(), owners)])
    }
}

/// Frames have no "", only null.
fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
