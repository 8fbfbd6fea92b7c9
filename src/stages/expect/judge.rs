//! Whether what was measured breaches a limit, in exact numbers, and how that is told.

use std::cmp::Ordering;

use super::measure::Reading;
use crate::config::plan::{Expectation, Limit, Measured, Sign};
use crate::model::amount::{Amount, MILLION, decimal};
use crate::model::expectations::{ExpectationState, ExpectationSummary};

/// What the last run said, where an expectation looks back to it, or why that cannot be compared.
pub(super) type Then<'a> = Result<Option<&'a ExpectationSummary>, String>;

/// What the last run said of an expectation.
pub(super) fn then<'a>(expectation: &Expectation, last: Option<&'a [ExpectationSummary]>) -> Then<'a> {
    if !expectation.looks_back() {
        return Ok(None);
    }
    let Some(last) = last else { return Err("there is no last run to compare with".to_owned()) };
    let Some(then) = last.iter().find(|then| then.name == expectation.name) else {
        return Err("the last run did not look at it".to_owned());
    };
    let measured = expectation.to_string();
    let is_there = match expectation.measured {
        Measured::Drift(_) => then.shares.as_ref().is_some_and(|shares| shares.rows() > 0),
        _ => then.value.is_some(),
    };
    if then.measured != measured {
        return Err(format!("the last run measured {}", then.measured));
    }
    if !is_there {
        return Err("the last run found nothing to compare with".to_owned());
    }
    Ok(Some(then))
}

/// What comes of an expectation.
pub(super) fn judge(expectation: &Expectation, reading: Result<Reading, String>, then: Then<'_>) -> ExpectationSummary {
    let summary =
        ExpectationSummary { name: expectation.name.clone(), measured: expectation.to_string(), ..Default::default() };
    let reading = match reading {
        Ok(reading) => reading,
        Err(why) => return ExpectationSummary { state: ExpectationState::Rests, says: why, ..summary },
    };
    let Reading { value, of, shares } = reading;
    let is_drift = matches!(expectation.measured, Measured::Drift(_));
    let summary = ExpectationSummary { value, of, shares, ..summary };
    let Some(value) = value.or((is_drift && of == Some(0)).then_some(Amount::Whole(0))) else {
        return match (is_drift, then) {
            (false, _) => valueless(expectation, summary),
            (true, then) => {
                let why = then.err().unwrap_or_else(|| "the column was of another type in the last run".to_owned());
                ExpectationSummary { says: why, ..summary }
            }
        };
    };
    let now = Found { value, of };
    let then = match then {
        Ok(then) => then,
        Err(why) if is_drift => return ExpectationSummary { says: why, ..summary },
        Err(why) => return ExpectationSummary { says: format!("{}; {why}", now.shown(expectation)), ..summary },
    };
    let before = then.filter(|_| !is_drift).and_then(|then| Some(Found { value: then.value?, of: then.of }));
    let compared = match before {
        Some(before) => now.since(before, expectation),
        None => now.alone(),
    };
    let breached = |limits: &[Limit]| limits.iter().find(|limit| compared.breaches(limit)).cloned();
    let (state, breached) = match (breached(&expectation.fail), breached(&expectation.warn)) {
        (Some(limit), _) => (ExpectationState::Fail, Some(limit)),
        (None, Some(limit)) => (ExpectationState::Warn, Some(limit)),
        (None, None) => (ExpectationState::Met, None),
    };
    let mut says = now.shown(expectation);
    if let Some(before) = before {
        says = format!("{says} after {}: {}", before.shown(expectation), compared.shown(expectation));
    }
    if let Some(limit) = &breached {
        let what = if before.is_some() { "the change" } else { "it" };
        says = format!("{says}; {what} must not be {}", limit.text);
    }
    let (was, was_of) = before.map_or((None, None), |before| (Some(before.value), before.of));
    ExpectationSummary { state, says, was, was_of, breached: breached.map(|limit| limit.text), ..summary }
}

/// A measure that is NULL meets nothing.
fn valueless(expectation: &Expectation, summary: ExpectationSummary) -> ExpectationSummary {
    let (state, limit) = match (expectation.fail.first(), expectation.warn.first()) {
        (Some(limit), _) => (ExpectationState::Fail, limit),
        (None, Some(limit)) => (ExpectationState::Warn, limit),
        (None, None) => return summary,
    };
    let says = format!("there is no value; it must be there and not {}", limit.text);
    ExpectationSummary { state, says, breached: Some(limit.text.clone()), ..summary }
}

/// A value, and what it is a part of.
#[derive(Debug, Clone, Copy)]
struct Found {
    value: Amount,
    of: Option<u64>,
}

/// What limits are compared with.
#[derive(Debug, Clone, Copy)]
struct Compared {
    /// In millionths.
    amount: i128,
    share: Share,
}

/// What limits that are shares are compared with.
#[derive(Debug, Clone, Copy)]
enum Share {
    /// Two numbers, of which the second is positive.
    Ratio(i128, i128),
    /// More, or less, than any share: a change from nothing.
    Beyond(Ordering),
    /// A part of nothing, which breaches no limit.
    Nothing,
}

impl Found {
    /// As a part of a whole, whose shares are compared with each other; else the value alone counts.
    fn part(self, expectation: &Expectation) -> Option<(i128, i128)> {
        let of = i128::from(self.of?);
        let is_part = !matches!(expectation.measured, Measured::Rows | Measured::Drift(_));
        is_part.then(|| (self.value.millionths() / MILLION, of))
    }

    /// Without a look back.
    fn alone(self) -> Compared {
        let amount = self.value.millionths();
        let share = match self.of {
            Some(of) if of > 0 => Share::Ratio(amount, i128::from(of) * MILLION),
            _ => Share::Nothing,
        };
        Compared { amount, share }
    }

    /// How it changed: parts in points of their shares, other values by their share of what they were.
    fn since(self, then: Self, expectation: &Expectation) -> Compared {
        let (now, before) = (self.value.millionths(), then.value.millionths());
        let amount = now - before;
        let share = match (self.part(expectation), then.part(expectation)) {
            (Some((_, 0)), Some(_)) | (Some(_), Some((_, 0))) => Share::Nothing,
            (Some((now, of_now)), Some((before, of_before))) => {
                Share::Ratio(now * of_before - before * of_now, of_now * of_before)
            }
            _ if before != 0 => Share::Ratio(amount, before.abs()),
            _ if amount == 0 => Share::Ratio(0, 1),
            _ => Share::Beyond(amount.cmp(&0)),
        };
        Compared { amount, share }
    }

    /// `84.2 % (1,441 of 1,711)`, `1,441 of 1,711`, or `12,500.5`.
    fn shown(self, expectation: &Expectation) -> String {
        let value = self.value.shown();
        if matches!(expectation.measured, Measured::Drift(_)) {
            let number = (self.value.millionths(), MILLION);
            let bounds: Vec<i64> = expectation.limits().map(|limit| limit.bound).collect();
            return format!("{} from the last run", beside(number, 3, &bounds));
        }
        let is_all = matches!(expectation.measured, Measured::Rows) && expectation.filter.is_none();
        let Some(of) = self.of.filter(|_| !is_all) else { return value };
        let parts = format!("{value} of {}", decimal(i128::from(of), 0));
        let bounds = shares(expectation);
        let by_rows = expectation.change && matches!(expectation.measured, Measured::Rows);
        if bounds.is_empty() || of == 0 || by_rows {
            return parts;
        }
        let bounds = if expectation.change { Vec::new() } else { bounds };
        let percent = (self.value.millionths() * 100, i128::from(of) * MILLION);
        format!("{} % ({parts})", beside(percent, 1, &bounds))
    }
}

/// The bounds of the limits that are shares.
fn shares(expectation: &Expectation) -> Vec<i64> {
    expectation.limits().filter(|limit| limit.is_share).map(|limit| limit.bound).collect()
}

impl Compared {
    fn breaches(self, limit: &Limit) -> bool {
        let ordering = match (limit.is_share, self.share) {
            (false, _) => self.amount.cmp(&i128::from(limit.bound)),
            (true, Share::Ratio(top, bottom)) => beyond((top.saturating_mul(100), bottom), limit.bound),
            (true, Share::Beyond(ordering)) => ordering,
            (true, Share::Nothing) => return false,
        };
        match limit.sign {
            Sign::Below => ordering.is_lt(),
            Sign::AtMost => ordering.is_le(),
            Sign::Above => ordering.is_gt(),
            Sign::AtLeast => ordering.is_ge(),
        }
    }

    /// A change: `-20.0 %`, `-5.8 points` or `+300`.
    fn shown(self, expectation: &Expectation) -> String {
        let plus = if self.amount > 0 { "+" } else { "" };
        let bounds = shares(expectation);
        match self.share {
            Share::Ratio(top, bottom) if !bounds.is_empty() => {
                let is_part = !matches!(expectation.measured, Measured::Rows | Measured::Value(_));
                let unit = if is_part { "points" } else { "%" };
                let plus = if top > 0 { "+" } else { "" };
                format!("{plus}{} {unit}", beside((top.saturating_mul(100), bottom), 1, &bounds))
            }
            _ if self.amount % MILLION == 0 => format!("{plus}{}", decimal(self.amount / MILLION, 0)),
            _ => format!("{plus}{}", decimal(self.amount, 6).trim_end_matches('0')),
        }
    }
}

/// A ratio beside a bound in millionths.
fn beyond((top, bottom): (i128, i128), bound: i64) -> Ordering {
    top.saturating_mul(MILLION).cmp(&i128::from(bound).saturating_mul(bottom))
}

/// A ratio as a decimal, with as few places, from some on, as show on which side of each bound it lies.
fn beside(ratio: (i128, i128), least: u32, bounds: &[i64]) -> String {
    const MOST: u32 = 6;
    let (top, bottom) = ratio;
    let units = |places: u32| {
        let twice = top.saturating_mul(2 * 10i128.pow(places));
        // Half away from zero.
        (twice + twice.signum() * bottom) / (2 * bottom)
    };
    let shows = |places: &u32| {
        let parts = 10i128.pow(MOST - places);
        bounds.iter().all(|&bound| units(*places).saturating_mul(parts).cmp(&i128::from(bound)) == beyond(ratio, bound))
    };
    let places = (least..MOST).find(shows).unwrap_or(MOST);
    decimal(units(places), places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_lie_on_the_side_of_the_bound_that_the_ratio_does() {
        let five = [5_000_000];
        let cases =
            [((6_000, 1_000), "6.0"), ((5_000, 1_000), "5.0"), ((5_001, 1_000), "5.001"), ((4_960, 1_000), "4.96")];
        for (ratio, shown) in cases {
            assert_eq!(beside(ratio, 1, &five), shown, "{ratio:?}");
        }
        assert_eq!(beside((-1, 3), 1, &[]), "-0.3");
        assert_eq!(beside((-5, 100), 1, &[]), "-0.1");
        assert_eq!(beside((1, 8_000_000), 1, &[0]), "0.000000", "more places than a limit may have");
    }
}
