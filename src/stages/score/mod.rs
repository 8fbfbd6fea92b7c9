//! Scoring: each criterion's points for each golden lead, their exact sum, and stars, grade and reasons from it.
//!
//! Columnar: all conditions are evaluated in one pass, every criterion gives one column of points (a ledger line), and
//! what is said about a lead is read from those columns. A group's cap or floor is a ledger line of its own, so the
//! ledger always sums to the score.

use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::plan::ScorePlan;
use crate::model::entities::Entities;
use crate::model::scorecards::{GroupCard, Scorecards, percent};
use crate::model::text::{BLANK, Interner, TextColumn};

mod criteria;
mod groups;
mod history;
mod ledger;
mod manual;
pub mod records;

/// Most stars that a lead can have.
const MOST_STARS: u8 = 5;

/// Scores all golden leads.
pub fn score(plan: &ScorePlan, entities: &Entities, as_of: Date) -> Scorecards {
    let mut lines = criteria::lines(&plan.criteria, &entities.facts, &entities.history, as_of);
    let groups = groups::groups(plan);
    let (min, max) = groups::reachable(&groups, &plan.criteria, &lines);
    let cards = groups::cards(plan, &groups, &lines, entities.len());
    let reasons_for = ledger::reasons(&lines, entities.len(), ledger::Side::For);
    let reasons_against = ledger::reasons(&lines, entities.len(), ledger::Side::Against);
    lines.extend(groups::limit_lines(&groups, &lines));

    let score = ledger::sums(lines.iter(), entities.len());
    let percent: Vec<f64> = score.par_iter().map(|&score| percent(score, min, max)).collect();
    let auto_stars: Vec<u8> = percent.par_iter().map(|&percent| stars(&plan.star_cuts, percent)).collect();
    let manual::ByHand { stars: by_hand, until: manual_until } = manual::by_hand(plan.manual_for, entities, as_of);
    let stars = by_hand.iter().zip(&auto_stars).map(|(by_hand, &auto)| by_hand.unwrap_or(auto)).collect();
    let grade = match plan.grid {
        Some(axes) => grid(axes.map(|axis| &cards[axis]), entities.len()),
        None => grades(&plan.grades, &percent),
    };
    let manual = by_hand.iter().map(Option::is_some).collect();
    Scorecards {
        lines: Arc::new(lines),
        score,
        percent,
        auto_stars,
        stars,
        manual,
        manual_until,
        grade,
        reasons_for,
        reasons_against,
        min,
        max,
        groups: cards,
    }
}

/// The bands of two groups, one behind the other; blank for a lead that is below all bands of one.
fn grid(axes: [&GroupCard; 2], leads: usize) -> TextColumn {
    let [rows, columns] = axes.map(|axis| axis.bands.as_deref().unwrap_or_default());
    let mut cells = Interner::default();
    let codes: Vec<Vec<u32>> = (rows.iter())
        .map(|row| columns.iter().map(|column| cells.intern(&[row.as_str(), column].concat())).collect())
        .collect();
    let code = |lead: usize| {
        let [row, column] = axes.map(|axis| axis.band[lead] as usize);
        codes.get(row).and_then(|codes| codes.get(column)).copied().unwrap_or(BLANK)
    };
    TextColumn { codes: (0..leads).map(code).collect(), dictionary: cells.finish() }
}

/// None at 0 percent, one above it, and one more from each cut point on.
fn stars(cuts: &[f64], percent: f64) -> u8 {
    if percent <= 0.0 {
        return 0;
    }
    let passed = cuts.iter().filter(|&&cut| percent >= cut).count();
    u8::try_from(1 + passed).unwrap_or(MOST_STARS).min(MOST_STARS)
}

/// For each percentage the highest band that has begun.
fn grades(bands: &[(String, f64)], percent: &[f64]) -> TextColumn {
    let mut names = Interner::default();
    let bands: Vec<(u32, f64)> = bands.iter().map(|(name, begin)| (names.intern(name), *begin)).collect();
    let code = |percent: &f64| bands.iter().find(|(_, begin)| percent >= begin).map_or(BLANK, |&(code, _)| code);
    TextColumn { codes: percent.iter().map(code).collect(), dictionary: names.finish() }
}

#[cfg(test)]
mod tests;
