//! What one criterion gives each golden lead, and the least and most that it could give.

use jiff::civil::Date;
use polars::prelude::BooleanChunked;
use rayon::prelude::*;

use super::history::{History, Item};
use crate::config::plan::{Criterion, CriterionTest, Worth};
use crate::model::entities::Entities;
use crate::model::scorecards::{LedgerLine, Points};
use crate::rules::{self, Condition};

/// One ledger line per criterion, in file order.
pub(super) fn lines(criteria: &[Criterion], entities: &Entities, as_of: Date) -> Vec<LedgerLine> {
    let conditions: Vec<&Condition> = criteria.iter().filter_map(condition).collect();
    let mut masks = rules::masks(&conditions, &entities.facts).into_iter();
    let masks: Vec<Option<BooleanChunked>> =
        criteria.iter().map(|criterion| condition(criterion).and_then(|_| masks.next())).collect();
    let history = History::new(entities, as_of);
    (criteria, masks)
        .into_par_iter()
        .map(|(criterion, mask)| {
            let (met, points) = match mask {
                Some(mask) => by_condition(&mask, criterion.worth),
                None => {
                    (0..entities.len()).into_par_iter().map(|entity| by_history(criterion, history.of(entity))).unzip()
                }
            };
            LedgerLine { name: criterion.name.clone(), met, points }
        })
        .collect()
}

/// The least and the most that something can give; none where nothing bounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The least.
    pub(super) low: Option<Points>,
    /// The most.
    pub(super) high: Option<Points>,
}

/// The least and the most that a criterion can give; none where nothing bounds it.
pub(super) fn reach(criterion: &Criterion) -> Reach {
    let (one, times) = match (criterion.worth, &criterion.test) {
        (Worth::Importance(weight), _) => {
            let weight = Points(weight.0.saturating_abs());
            return Reach { low: Some(Points(weight.0.saturating_neg())), high: Some(weight) };
        }
        (Worth::Points(one), CriterionTest::When(_)) => (one, Some(1)),
        (Worth::Points(one), CriterionTest::Each { at_most, .. }) => (one, at_most.map(i64::from)),
    };
    let all = times.map(|times| Points(one.0.saturating_mul(times)));
    match one.0.signum() {
        1 => Reach { low: Some(Points::ZERO), high: all },
        -1 => Reach { low: all, high: Some(Points::ZERO) },
        _ => Reach { low: Some(Points::ZERO), high: Some(Points::ZERO) },
    }
}

impl Reach {
    /// Nothing either way.
    pub(super) const ZERO: Self = Self { low: Some(Points::ZERO), high: Some(Points::ZERO) };

    /// Of two things together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| plus(a, b)),
            high: self.high.zip(other.high).map(|(a, b)| plus(a, b)),
        }
    }
}

/// The sum, at the ends of the range where it is past them.
pub(super) fn plus(a: Points, b: Points) -> Points {
    Points(a.0.saturating_add(b.0))
}

fn condition(criterion: &Criterion) -> Option<&Condition> {
    match &criterion.test {
        CriterionTest::When(condition) => Some(condition),
        CriterionTest::Each { .. } => None,
    }
}

fn by_condition(mask: &BooleanChunked, worth: Worth) -> (Vec<Option<bool>>, Vec<Points>) {
    let met: Vec<Option<bool>> = mask.iter().collect();
    let points = met.iter().map(|&met| once(worth, met == Some(true))).collect();
    (met, points)
}

/// Met by at least one item that counts; points are per item, an importance counts once.
fn by_history(criterion: &Criterion, items: &[Item]) -> (Option<bool>, Points) {
    let CriterionTest::Each { activity, within_days, at_most, half_life_days } = &criterion.test else {
        return (None, Points::ZERO);
    };
    let counted = items
        .iter()
        .filter(|item| activity.is_none_or(|kind| item.kind == kind))
        .filter(|item| match item.age {
            Some(age) => within_days.is_none_or(|days| age <= days),
            None => within_days.is_none() && half_life_days.is_none(),
        })
        .take(at_most.map_or(usize::MAX, |most| most as usize));
    let (mut met, mut sum) = (false, Points::ZERO);
    for item in counted {
        met = true;
        if let Worth::Points(points) = criterion.worth {
            let points = match (half_life_days, item.age) {
                (Some(half_life), Some(age)) => decayed(points, age, *half_life),
                _ => points,
            };
            sum = plus(sum, points);
        }
    }
    let points = if matches!(criterion.worth, Worth::Points(_)) { sum } else { once(criterion.worth, met) };
    (Some(met), points)
}

fn once(worth: Worth, met: bool) -> Points {
    match (worth, met) {
        (Worth::Importance(weight), true) => weight,
        (Worth::Importance(weight), false) => Points(weight.0.saturating_neg()),
        (Worth::Points(points), true) => points,
        (Worth::Points(_), false) => Points::ZERO,
    }
}

/// points x 0.5^(age / half-life), in whole ten-thousandths, halves away from zero.
fn decayed(points: Points, age: i64, half_life: f64) -> Points {
    Points((points.0 as f64 * 0.5_f64.powf(age as f64 / half_life)).round() as i64)
}
