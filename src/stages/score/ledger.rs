//! Reading the ledger: sums per lead, and the strongest criteria for and against each.

use std::fmt::Write;

use rayon::prelude::*;

use crate::model::scorecards::{LedgerLine, Points};

/// How many criteria a reason names at most.
const MOST_REASONS: usize = 3;

/// Leads that one thread sums at a time.
const STRETCH: usize = 16_384;

/// Which criteria a reason names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Those that raise the score.
    For,
    /// Those that lower it.
    Against,
}

/// Exact sums per lead over several columns of points.
pub(super) fn sums<'l>(columns: impl Iterator<Item = &'l [Points]>, leads: usize) -> Vec<Points> {
    let columns: Vec<&[Points]> = columns.collect();
    let mut sums = vec![Points::ZERO; leads];
    sums.par_chunks_mut(STRETCH).enumerate().for_each(|(stretch, sums)| {
        for column in &columns {
            for (sum, points) in sums.iter_mut().zip(&column[stretch * STRETCH..]) {
                sum.0 = sum.0.saturating_add(points.0);
            }
        }
    });
    sums
}

/// "Decision maker (+3), Budget known (+2)": up to three lines by points, equal ones in ledger order.
pub(super) fn reasons(lines: &[LedgerLine], leads: usize, side: Side) -> Vec<String> {
    let mut reasons = vec![String::new(); leads];
    reasons.par_iter_mut().enumerate().for_each_init(String::new, |text, (lead, reason)| {
        text.clear();
        for line in strongest(lines, lead, side).into_iter().flatten() {
            let separator = if text.is_empty() { "" } else { ", " };
            let points = line.points[lead];
            let sign = if points > Points::ZERO { "+" } else { "" };
            write!(text, "{separator}{} ({sign}{points})", line.name).expect("writing to a string");
        }
        reason.push_str(text);
    });
    reasons
}

fn strongest(lines: &[LedgerLine], lead: usize, side: Side) -> [Option<&LedgerLine>; MOST_REASONS] {
    let strength = |line: &LedgerLine| match side {
        Side::For => line.points[lead].0,
        Side::Against => line.points[lead].0.saturating_neg(),
    };
    let mut best: [Option<&LedgerLine>; MOST_REASONS] = [None; MOST_REASONS];
    for line in lines.iter().filter(|line| strength(line) > 0) {
        let weaker = |held: &Option<&LedgerLine>| held.is_none_or(|held| strength(held) < strength(line));
        if let Some(rank) = best.iter().position(weaker) {
            best[rank..].rotate_right(1);
            best[rank] = Some(line);
        }
    }
    best
}
