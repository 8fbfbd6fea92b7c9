//! Scoring: each criterion's points for each golden lead, their exact sum, and stars, grade and reasons from it.
//!
//! Columnar: all conditions are evaluated in one pass, every criterion gives one column of points (a ledger line), and
//! what is said about a lead is read from those columns. A group's cap or floor is a ledger line of its own, so the
//! ledger always sums to the score.

use jiff::civil::Date;
use polars::prelude::{Int64Chunked, StringChunked};
use rayon::prelude::*;

use crate::config::plan::ScorePlan;
use crate::model::entities::Entities;
use crate::model::field::Field;
use crate::model::scorecards::{Points, Scorecards};

mod criteria;
mod groups;
mod history;
mod ledger;

/// Most stars that a lead can have.
const MOST_STARS: u8 = 5;

/// Scores all golden leads.
pub fn score(plan: &ScorePlan, entities: &Entities, as_of: Date) -> Scorecards {
    let mut lines = criteria::lines(&plan.criteria, entities, as_of);
    let groups = groups::groups(plan);
    let (min, max) = groups::reachable(&groups, &plan.criteria, &lines);
    let reasons_for = ledger::reasons(&lines, entities.len(), ledger::Side::For);
    let reasons_against = ledger::reasons(&lines, entities.len(), ledger::Side::Against);
    lines.extend(groups::limit_lines(&groups, &lines));

    let score = ledger::sums(lines.iter().map(|line| line.points.as_slice()), entities.len());
    let percent: Vec<f64> = score.par_iter().map(|&score| percent(score, min, max)).collect();
    let auto_stars: Vec<u8> = percent.par_iter().map(|&percent| stars(&plan.star_cuts, percent)).collect();
    let by_hand = manual_stars(entities);
    let stars = by_hand.iter().zip(&auto_stars).map(|(by_hand, &auto)| by_hand.unwrap_or(auto)).collect();
    let grade = percent.par_iter().map(|&percent| grade(&plan.grades, percent).to_owned()).collect();
    let manual = by_hand.iter().map(Option::is_some).collect();
    Scorecards { lines, score, percent, auto_stars, stars, manual, grade, reasons_for, reasons_against, min, max }
}

/// Where the score lies between the smallest and the largest reachable sum.
///
/// Numerator and denominator are whole numbers and the division is rounded once, so a score that lies exactly on a cut
/// point gives exactly the cut's own floating-point number.
fn percent(score: Points, min: Points, max: Points) -> f64 {
    if max <= min {
        return 0.0;
    }
    let above = (i128::from(score.0) - i128::from(min.0)) * 100;
    let whole = i128::from(max.0) - i128::from(min.0);
    above as f64 / whole as f64
}

/// None at 0 percent, one above it, and one more from each cut point on.
fn stars(cuts: &[f64], percent: f64) -> u8 {
    if percent <= 0.0 {
        return 0;
    }
    let passed = cuts.iter().filter(|&&cut| percent >= cut).count();
    u8::try_from(1 + passed).unwrap_or(MOST_STARS).min(MOST_STARS)
}

/// The highest band that has begun, or "".
fn grade(bands: &[(String, f64)], percent: f64) -> &str {
    bands.iter().find(|(_, begin)| percent >= *begin).map_or("", |(grade, _)| grade)
}

/// Stars given by hand, where they count: not where the rating type says automatic.
fn manual_stars(entities: &Entities) -> Vec<Option<u8>> {
    let (stars, kinds) = ratings(entities);
    let clamped = |stars: i64| stars.clamp(0, i64::from(MOST_STARS)) as u8;
    let automatic = |kind: Option<&str>| kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("automatic"));
    stars.iter().zip(kinds.iter()).map(|(stars, kind)| stars.filter(|_| !automatic(kind)).map(clamped)).collect()
}

fn ratings(entities: &Entities) -> (Int64Chunked, StringChunked) {
    let column = |field: Field| entities.facts.column(field.name()).expect("every standard field is a column");
    let stars = column(Field::ManualStars).i64().cloned().expect("manual stars are whole numbers");
    (stars, column(Field::RatingType).str().cloned().expect("the rating type is text"))
}

#[cfg(test)]
mod tests;
