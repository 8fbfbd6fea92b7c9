//! Scores as exact decimals, with the ledger that explains them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::sync::Arc;

use polars::prelude::Column;

use super::amount::write_ten_thousandths;
use super::column_values::{ColumnValues, Words};
use super::facts::Facts;
use super::field::Field;
use super::mask::Mask;
use super::table::{coded, dates, numbers, of_text, words};
use super::text::{BLANK, Dictionary, TextColumn};

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
        write_ten_thousandths(f, i128::from(self.0))
    }
}

/// Where the score lies between the smallest and the largest reachable sum.
///
/// Numerator and denominator are whole numbers and the division is rounded once, so a score that lies exactly on a cut
/// point gives exactly the cut's own floating-point number.
pub fn percent(score: Points, min: Points, max: Points) -> f64 {
    if max <= min {
        return 0.0;
    }
    let above = (i128::from(score.0) - i128::from(min.0)) * 100;
    let whole = i128::from(max.0) - i128::from(min.0);
    above as f64 / whole as f64
}

/// Scores of all golden leads, in entity order.
#[derive(Debug, Clone, Default)]
pub struct Scorecards {
    /// Ledger lines by name: the criteria in file order, then one line per cap and one per floor, in group order.
    pub lines: Arc<Vec<LedgerLine>>,
    /// Sum of the ledger.
    pub score: Vec<Points>,
    /// 100 x (score - min) / (max - min), not rounded; 0 where max = min.
    pub percent: Vec<f64>,
    /// Stars from the percentage.
    pub auto_stars: Vec<u8>,
    /// Stars that count: manual ones where given.
    pub stars: Vec<u8>,
    /// Whether the stars were given by hand, and still count.
    pub manual: Vec<bool>,
    /// The last day on which stars given by hand count or counted, in days since 1970; none: for ever.
    pub manual_until: Vec<Option<i32>>,
    /// Grade band, blank without one.
    pub grade: TextColumn,
    /// The strongest criteria for each lead, "Decision maker (+3), …".
    pub reasons_for: TextColumn,
    /// The strongest criteria against each lead.
    pub reasons_against: TextColumn,
    /// Smallest reachable sum.
    pub min: Points,
    /// Largest reachable sum.
    pub max: Points,
    /// The groups that criteria name, in plan order.
    pub groups: Vec<GroupCard>,
}

/// A group's part of the scores of all golden leads, in entity order.
#[derive(Debug, Clone, Default)]
pub struct GroupCard {
    /// The group.
    pub name: String,
    /// Sum of its criteria, its limits applied.
    pub score: Vec<Points>,
    /// Where the sum lies between the smallest and the largest that its criteria can reach; 0 where they are one.
    pub percent: Vec<f64>,
    /// The names of its bands, the highest first; none where it has no bands.
    pub bands: Option<Vec<String>>,
    /// The place of each lead's band among `bands`, or their number below the lowest; empty without bands.
    pub band: Vec<u32>,
    /// Smallest reachable sum.
    pub min: Points,
    /// Largest reachable sum.
    pub max: Points,
}

impl GroupCard {
    /// A lead's band, or "".
    pub fn band_of(&self, lead: usize) -> &str {
        let bands = self.bands.as_deref().unwrap_or_default();
        self.band.get(lead).and_then(|&band| bands.get(band as usize)).map_or("", String::as_str)
    }

    /// The bands as a column, blank below the lowest; none where it has no bands.
    pub fn band_column(&self) -> Option<ColumnValues> {
        let bands = self.bands.as_ref()?;
        let mut dictionary = Dictionary::default();
        let words: Vec<u32> = bands.iter().map(|band| dictionary.intern(band)).collect();
        let code = |&band: &u32| words.get(band as usize).copied().unwrap_or(BLANK);
        Some(coded(Words::Own(Arc::new(dictionary)), self.band.iter().map(code).collect()))
    }
}

impl Scorecards {
    /// Whether the stars that count were given by hand, in words.
    pub fn rating_types(&self) -> ColumnValues {
        words(self.manual.iter().map(|&manual| if manual { "manual" } else { "automatic" }))
    }

    /// Until when stars given by hand count or counted, as days.
    pub fn rating_ends(&self) -> ColumnValues {
        dates(self.manual_until.iter().copied())
    }

    /// The golden leads with their scores: what conditions see once leads are scored.
    ///
    /// `score` and `score_percent` are numbers, `auto_stars` and `stars` whole numbers, `grade` is text; of each group
    /// `GROUP_score` and `GROUP_percent` are numbers, `GROUP_band` is text. The rating type and when it expires are as the
    /// score has settled them.
    pub fn scored(&self, facts: &Facts) -> Facts {
        let stars = |stars: &[u8]| stars.iter().map(|&stars| i64::from(stars)).collect::<Vec<_>>();
        let score: Vec<f64> = self.score.iter().map(|score| score.to_f64()).collect();
        let mut facts = facts.with([
            Column::new("score".into(), score),
            Column::new("score_percent".into(), &self.percent),
            Column::new("auto_stars".into(), stars(&self.auto_stars)),
            Column::new("stars".into(), stars(&self.stars)),
        ]);
        facts.put("grade", of_text(&self.grade));
        if facts.values(Field::RatingType.name()).is_some() {
            facts.put(Field::RatingType.name(), self.rating_types());
            facts.put(Field::RatingExpiresAt.name(), self.rating_ends());
        }
        for group in &self.groups {
            let name = &group.name;
            facts.put(&format!("{name}_score"), numbers(group.score.iter().map(|score| score.to_f64())));
            facts.put(&format!("{name}_percent"), numbers(group.percent.iter().copied()));
            if let Some(bands) = group.band_column() {
                facts.put(&format!("{name}_band"), bands);
            }
        }
        facts
    }
}

/// One criterion's (or limit's) points for every golden lead.
#[derive(Debug, Clone)]
pub struct LedgerLine {
    /// The criterion's name, or `engagement (cap)`, `engagement (floor)`.
    pub name: String,
    /// The criterion's version, if it has one.
    pub version: Option<String>,
    /// What it says of each lead.
    pub cells: Cells,
}

/// What a ledger line says of each lead.
#[derive(Debug, Clone)]
pub enum Cells {
    /// A condition's answers, and what each of them gives, by [`Truth`](super::mask::Truth): a byte per lead.
    Answers(Mask, [Points; 3]),
    /// Whether each lead met it, and points that differ from lead to lead.
    Counts(Mask, Vec<Points>),
    /// What a limit takes away or adds.
    Limit(Vec<Points>),
}

impl LedgerLine {
    /// Number of leads.
    pub fn len(&self) -> usize {
        match &self.cells {
            Cells::Answers(mask, _) => mask.len(),
            Cells::Counts(_, points) | Cells::Limit(points) => points.len(),
        }
    }

    /// True without leads.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a lead met it; none where the lead has no data to tell, and for a limit's line.
    pub fn met(&self, lead: usize) -> Option<bool> {
        match &self.cells {
            Cells::Answers(mask, _) | Cells::Counts(mask, _) => mask.0[lead].known(),
            Cells::Limit(_) => None,
        }
    }

    /// The points that a lead gets.
    pub fn points(&self, lead: usize) -> Points {
        match &self.cells {
            Cells::Answers(mask, given) => given[mask.0[lead] as usize],
            Cells::Counts(_, points) | Cells::Limit(points) => points[lead],
        }
    }

    /// Adds the points of as many leads, from one on, to their sums.
    pub fn add_to(&self, sums: &mut [Points], from: usize) {
        match &self.cells {
            Cells::Answers(mask, given) => {
                add(sums, mask.0[from..].iter().map(|&truth| given[truth as usize]));
            }
            Cells::Counts(_, points) | Cells::Limit(points) => add(sums, points[from..].iter().copied()),
        }
    }
}

fn add(sums: &mut [Points], points: impl Iterator<Item = Points>) {
    sums.iter_mut().zip(points).for_each(|(sum, points)| sum.0 = sum.0.saturating_add(points.0));
}
