//! Reading the ledger: sums per lead, and the strongest criteria for and against each.

use std::fmt::Write;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::model::growing::GrowingColumn;
use crate::model::scorecards::{LedgerLine, Points};
use crate::model::text::{Interner, TextColumn};

/// How many criteria a reason names at most.
const MOST_REASONS: usize = 3;

/// Leads that one thread sums at a time.
const STRETCH: usize = if cfg!(test) { 3 } else { 16_384 };

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

/// "Decision maker (+3), Budget known (+2)": up to three lines by points, equal ones in ledger order. Leads have the same
/// reasons by the thousand: each is put into words once a stretch.
pub(super) fn reasons(lines: &[LedgerLine], leads: usize, side: Side) -> TextColumn {
    let stretch = |start: usize| {
        let (mut said, mut words) = (HashMap::<Reasons, u32, FixedState>::default(), Interner::default());
        let mut text = String::new();
        let code = |lead: usize| {
            let reasons = strongest(lines, lead, side);
            *said.entry(reasons).or_insert_with(|| {
                text.clear();
                reasons.iter().flatten().for_each(|reason| reason.say(lines, &mut text));
                words.intern(&text)
            })
        };
        let codes: Vec<u32> = (start..leads.min(start + STRETCH)).map(code).collect();
        (codes, words)
    };
    let stretches: Vec<_> = (0..leads).into_par_iter().step_by(STRETCH).map(stretch).collect();
    let mut column = GrowingColumn::default();
    for (start, (codes, words)) in (0..).step_by(STRETCH).zip(&stretches) {
        column.extend(start, codes, words);
    }
    column.finish(leads)
}

/// A line that says something of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Reason {
    line: usize,
    points: i64,
    is_known: bool,
}

type Reasons = [Option<Reason>; MOST_REASONS];

impl Reason {
    fn say(&self, lines: &[LedgerLine], text: &mut String) {
        let separator = if text.is_empty() { "" } else { ", " };
        let sign = if self.points > 0 { "+" } else { "" };
        let unknown = if self.is_known { "" } else { ", no data" };
        let points = Points(self.points);
        write!(text, "{separator}{} ({sign}{points}{unknown})", lines[self.line].name).expect("writing to a string");
    }
}

fn strongest(lines: &[LedgerLine], lead: usize, side: Side) -> Reasons {
    let strength = |points: i64| match side {
        Side::For => points,
        Side::Against => points.saturating_neg(),
    };
    let mut best: Reasons = [None; MOST_REASONS];
    for (line, LedgerLine { met, points, .. }) in lines.iter().enumerate() {
        let reason = Reason { line, points: points[lead].0, is_known: met[lead].is_some() };
        if strength(reason.points) <= 0 {
            continue;
        }
        let weaker = |held: &Option<Reason>| held.is_none_or(|held| strength(held.points) < strength(reason.points));
        if let Some(rank) = best.iter().position(weaker) {
            best[rank..].rotate_right(1);
            best[rank] = Some(reason);
        }
    }
    best
}
