//! What one criterion gives each golden lead, and the least and most that it could give.

use jiff::civil::Date;
use rayon::prelude::*;

use super::history::{Ageing, History, Item};
use crate::config::plan::{Criterion, CriterionTest, Decay, Worth};
use crate::model::entities::HistoryItem;
use crate::model::facts::Facts;
use crate::model::mask::{Mask, Truth};
use crate::model::scorecards::{Cells, LedgerLine, Points};
use crate::rules::{self, Condition};

/// One ledger line per criterion, in file order.
pub(super) fn lines(criteria: &[Criterion], facts: &Facts, history: &[HistoryItem], as_of: Date) -> Vec<LedgerLine> {
    let conditions: Vec<&Condition> = criteria.iter().filter_map(condition).collect();
    let mut masks = rules::masks(&conditions, facts).into_iter();
    let masks: Vec<Option<Mask>> =
        criteria.iter().map(|criterion| condition(criterion).and_then(|_| masks.next())).collect();
    let history = History::new(history, facts.leads(), as_of);
    let filters: Vec<&Condition> = criteria.iter().filter_map(filter).collect();
    let mut met = history.masks(&filters).into_iter();
    let met: Vec<Option<Vec<bool>>> =
        criteria.iter().map(|criterion| filter(criterion).and_then(|_| met.next())).collect();
    (criteria, masks, met)
        .into_par_iter()
        .map(|(criterion, mask, met)| {
            let cells = match mask {
                Some(mask) => Cells::Answers(mask, Truth::ALL.map(|truth| criterion.given(truth.known()))),
                None => {
                    let of_record = |record| by_history(criterion, &history, met.as_deref(), record);
                    let (met, points) = (0..facts.leads()).into_par_iter().map(of_record).unzip();
                    Cells::Counts(Mask(met), points)
                }
            };
            LedgerLine { name: criterion.name.clone(), version: criterion.version.clone(), cells }
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
        (_, CriterionTest::Known(known)) => return Reach { low: known.low, high: known.high },
        (Worth::Points(one), CriterionTest::Each { at_most, .. }) => (one, at_most.map(i64::from)),
        (Worth::Points(one), _) => (one, Some(1)),
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
        _ => None,
    }
}

/// The condition on history items.
fn filter(criterion: &Criterion) -> Option<&Condition> {
    match &criterion.test {
        CriterionTest::When(_) | CriterionTest::Known(_) => None,
        CriterionTest::Each { items, .. } | CriterionTest::Any { items, .. } | CriterionTest::Without { items } => {
            items.filter.as_ref()
        }
    }
}

/// Whether the history of a record meets the criterion, and what it gives; `filtered` says which items meet its filter.
fn by_history(
    criterion: &Criterion,
    history: &History<'_>,
    filtered: Option<&[bool]>,
    record: usize,
) -> (Truth, Points) {
    let counting = |items, ageing| history.counting(record, items, filtered, ageing);
    let met = match &criterion.test {
        CriterionTest::When(_) => return (Truth::Unknown, Points::ZERO),
        CriterionTest::Known(known) => {
            let points = known.points[record];
            return (points.is_some().into(), points.unwrap_or_default());
        }
        CriterionTest::Each { items, at_most, decay } => {
            let counted = counting(items, ageing(*decay)).take(at_most.map_or(usize::MAX, |most| most as usize));
            return each(criterion.worth, counted, *decay);
        }
        CriterionTest::Any { items, at_least } => {
            let enough = *at_least as usize;
            counting(items, Ageing::Never).take(enough).count() == enough
        }
        CriterionTest::Without { items } => counting(items, Ageing::Never).next().is_none(),
    };
    (met.into(), criterion.worth.of(met))
}

/// Met by at least one item that counts; points are per item, an importance counts once.
fn each<'h>(worth: Worth, counted: impl Iterator<Item = &'h Item>, decay: Option<Decay>) -> (Truth, Points) {
    let (mut met, mut sum) = (false, Points::ZERO);
    for item in counted {
        met = true;
        if let Worth::Points(points) = worth {
            sum = plus(sum, decayed(points, item.age, decay));
        }
    }
    let points = if matches!(worth, Worth::Points(_)) { sum } else { worth.of(met) };
    (met.into(), points)
}

fn ageing(decay: Option<Decay>) -> Ageing {
    match decay {
        None => Ageing::Never,
        Some(Decay::HalfLife(_)) => Ageing::Always,
        Some(Decay::Linear(days)) => Ageing::Until(days),
    }
}

/// What an item of this age still gives, in whole ten-thousandths, halves away from zero: points x 0.5^(age /
/// half-life), or points x (1 - age / days), the latter in whole numbers.
fn decayed(points: Points, age: Option<i64>, decay: Option<Decay>) -> Points {
    match (decay, age) {
        (Some(Decay::HalfLife(half_life)), Some(age)) => {
            Points((points.0 as f64 * 0.5_f64.powf(age as f64 / half_life)).round() as i64)
        }
        (Some(Decay::Linear(days)), Some(age)) => {
            let left = i128::from(points.0) * i128::from((days - age).max(0));
            let days = i128::from(days.max(1));
            let rounded = (2 * left.abs() + days) / (2 * days) * left.signum();
            Points(i64::try_from(rounded).unwrap_or(points.0))
        }
        _ => points,
    }
}
