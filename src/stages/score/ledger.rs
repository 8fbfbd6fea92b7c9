//! Reading the ledger: sums per lead, and the strongest criteria for and against each.

use std::cmp::Reverse;
use std::fmt::Write;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::model::growing::GrowingColumn;
use crate::model::scorecards::{Cells, LedgerLine, Points};
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

/// Exact sums per lead over several lines.
pub(super) fn sums<'l>(lines: impl Iterator<Item = &'l LedgerLine>, leads: usize) -> Vec<Points> {
    let lines: Vec<&LedgerLine> = lines.collect();
    let mut sums = vec![Points::ZERO; leads];
    sums.par_chunks_mut(STRETCH).enumerate().for_each(|(stretch, sums)| {
        lines.iter().for_each(|line| line.add_to(sums, stretch * STRETCH));
    });
    sums
}

/// "Decision maker (+3), Budget known (+2)": up to three lines by points, equal ones in ledger order. Leads have the same
/// reasons by the thousand: each is put into words once a stretch.
pub(super) fn reasons(lines: &[LedgerLine], leads: usize, side: Side) -> TextColumn {
    let ranked = side.ranked(lines);
    let stretch = |start: usize| {
        let (mut said, mut words) = (HashMap::<Reasons, u32, FixedState>::default(), Interner::default());
        let mut text = String::new();
        let code = |lead: usize| {
            let reasons = strongest(lines, &ranked, lead, side);
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

impl Side {
    /// How much points say for this side.
    fn strength(self, points: Points) -> i64 {
        match self {
            Self::For => points.0,
            Self::Against => points.0.saturating_neg(),
        }
    }

    /// The lines that say something for this side of some lead, with the most that they say of any: the strongest first,
    /// equal ones in ledger order.
    fn ranked(self, lines: &[LedgerLine]) -> Vec<(usize, i64)> {
        let strongest = |line: &LedgerLine| {
            let strengths = |points: &[Points]| points.iter().map(|&points| self.strength(points)).max();
            match &line.cells {
                Cells::Answers(_, given) => strengths(given),
                Cells::Counts(_, points) | Cells::Limit(points) => strengths(points),
            }
        };
        let ranked = lines.iter().enumerate().filter_map(|(at, line)| Some((at, strongest(line)?)));
        let mut ranked: Vec<(usize, i64)> = ranked.filter(|&(_, strength)| strength > 0).collect();
        ranked.sort_by_key(|&(at, strength)| (Reverse(strength), at));
        ranked
    }
}

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

/// The strongest lines of a lead. Of many criteria only those are asked that may still be among them: with a hundred, ten
/// or so.
fn strongest(lines: &[LedgerLine], ranked: &[(usize, i64)], lead: usize, side: Side) -> Reasons {
    let mut best: Reasons = [None; MOST_REASONS];
    let rank = |reason: &Reason| (Reverse(side.strength(Points(reason.points))), reason.line);
    for &(line, most) in ranked {
        if best[MOST_REASONS - 1].is_some_and(|last| rank(&last) < (Reverse(most), line)) {
            break;
        }
        let points = lines[line].points(lead);
        if side.strength(points) <= 0 {
            continue;
        }
        let reason = Reason { line, points: points.0, is_known: lines[line].met(lead).is_some() };
        if let Some(place) = best.iter().position(|held| held.is_none_or(|held| rank(&reason) < rank(&held))) {
            best[place..].rotate_right(1);
            best[place] = Some(reason);
        }
    }
    best
}
