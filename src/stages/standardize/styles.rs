//! How each source writes the dates and numbers of each column, decided from all its values at once: no order of rows
//! can change it.

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use rayon::prelude::*;

use super::clean::Clean;
use super::columns::{Distinct, Faults};
use super::date::{DateEvidence, DateOrder, DateStyle, Moment, evidence, moment};
use super::number::{Amount, DecimalSign, amount, decimal_sign};
use crate::config::plan::Locale;
use crate::model::rows::FindingCode;
use crate::model::text::{BLANK, TextColumn};

/// What is known of a source before its values are read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Habit {
    /// Most rows that have a country have the United States.
    pub(super) american: bool,
    /// What the user says.
    pub(super) locale: Option<Locale>,
    /// Its rows are history items themselves: their text is one, however it looks.
    pub(super) whole_notes: bool,
}

impl Habit {
    /// The style of a column of dates by its own votes and those of all of the source, and whether dates that could be
    /// either were read by a mere hint; a locale settles it.
    pub(super) fn style(self, own: DateVotes, all: &[DateVotes]) -> (DateStyle, bool) {
        let (style, open) = own.style(all, self.american);
        match self.locale {
            Some(locale) => (DateStyle { order: order_of(locale), ..style }, false),
            None => (style, open),
        }
    }
}

/// How a locale reads 3/4/2026.
pub(super) fn order_of(locale: Locale) -> DateOrder {
    if locale.month_first { DateOrder::MonthFirst } else { DateOrder::DayFirst }
}

/// A locale's decimal sign.
pub(super) fn sign_of(locale: Locale) -> DecimalSign {
    if locale.decimal_comma { DecimalSign::Comma } else { DecimalSign::Point }
}

/// Distinct values that speak for each reading, in one source's column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DateVotes {
    day_first: u64,
    month_first: u64,
    dotted: u64,
    slashed: u64,
    half_day: u64,
    serials: u64,
    others: u64,
}

/// The votes of each source in a column.
pub(super) fn date_votes(raw: &TextColumn, sources: &[u32], count: usize) -> Vec<DateVotes> {
    let raw = &raw.told_apart();
    let shown: Vec<DateEvidence> =
        raw.dictionary.iter().collect::<Vec<_>>().par_iter().map(|text| evidence(text)).collect();
    let mut votes = vec![DateVotes::default(); count];
    for (code, source) in distinct_by_source(raw, sources) {
        votes[source as usize].add(shown[code as usize]);
    }
    votes
}

impl DateVotes {
    /// Counts what a value says.
    pub(super) fn add(&mut self, shown: DateEvidence) {
        match shown {
            DateEvidence::DayFirst => self.day_first += 1,
            DateEvidence::MonthFirst => self.month_first += 1,
            DateEvidence::Open { dotted, half_day } => {
                *(if dotted { &mut self.dotted } else { &mut self.slashed }) += 1;
                self.half_day += u64::from(half_day);
            }
            DateEvidence::Serial => self.serials += 1,
            DateEvidence::Neither => self.others += 1,
        }
    }

    fn decided(self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (0, 0) => None,
            (_, 0) => Some(DateOrder::DayFirst),
            (0, _) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The style, and whether dates that could be either were read by a mere hint. In this order: the column's own
    /// values, the source's other date columns, dots (day first), a 12-hour clock or mostly American rows (month
    /// first), else day first.
    fn style(self, source: &[DateVotes], american: bool) -> (DateStyle, bool) {
        let rest = self.day_first + self.month_first + self.dotted + self.slashed + self.others;
        let others = source.iter().filter_map(|votes| votes.decided()).collect::<Vec<_>>();
        let elsewhere = others.first().copied().filter(|first| others.iter().all(|order| order == first));
        let hint = if self.dotted > 0 && self.slashed == 0 {
            DateOrder::DayFirst
        } else if self.half_day > 0 || american {
            DateOrder::MonthFirst
        } else {
            DateOrder::DayFirst
        };
        let majority = (self.day_first > 0 && self.month_first > 0 && self.day_first != self.month_first)
            .then_some(if self.day_first > self.month_first { DateOrder::DayFirst } else { DateOrder::MonthFirst });
        let order = self.decided().or(majority).or(elsewhere).unwrap_or(hint);
        let open = self.dotted + self.slashed > 0 && self.decided().is_none() && elsewhere.is_none();
        (DateStyle { order, serials: self.serials > rest }, open)
    }
}

/// Dates of a column, each read in its source's style. `votes`: of all date columns, this one's at `own`.
pub(super) fn moments(
    raw: &TextColumn,
    sources: &[u32],
    votes: &[Vec<DateVotes>],
    own: usize,
    habits: &[Habit],
) -> (Distinct<Moment>, Faults) {
    let style = |(source, habit): (usize, &Habit)| {
        let all: Vec<DateVotes> = votes.iter().map(|column| column[source]).collect();
        habit.style(all[own], &all)
    };
    let styles: Vec<(DateStyle, bool)> = habits.iter().enumerate().map(style).collect();
    let distinct = Distinct::by_context(raw, sources, |text, source| match styles.get(source as usize) {
        Some((style, _)) => moment(text, *style),
        None => Clean::blank(),
    });
    let mut faults = distinct.faults();
    for (source, _) in styles.iter().enumerate().filter(|(_, (_, open))| *open) {
        let is_open = |row: &usize| {
            sources[*row] as usize == source && matches!(evidence(raw.get(*row)), DateEvidence::Open { .. })
        };
        let first = (0..raw.len()).find(is_open);
        faults.extend(first.map(|row| (row as u32, FindingCode::AmbiguousDate)));
    }
    (distinct, faults)
}

/// Numbers and amounts of a column, each read with its source's decimal sign.
pub(super) fn amounts(raw: &TextColumn, sources: &[u32], habits: &[Habit]) -> Distinct<Amount> {
    let shown: Vec<Option<DecimalSign>> =
        raw.dictionary.iter().collect::<Vec<_>>().par_iter().map(|text| decimal_sign(text)).collect();
    let mut signs = vec![(0u64, 0u64); habits.len()];
    for (code, source) in distinct_by_source(raw, sources) {
        let sign = &mut signs[source as usize];
        match shown[code as usize] {
            Some(DecimalSign::Point) => sign.0 += 1,
            Some(DecimalSign::Comma) => sign.1 += 1,
            None => {}
        }
    }
    let locale = |source: u32| habits.get(source as usize).and_then(|habit| habit.locale);
    let sign = |source: u32| match signs.get(source as usize) {
        _ if locale(source).is_some() => locale(source).map(sign_of),
        Some((points, 0)) if *points > 0 => Some(DecimalSign::Point),
        Some((0, commas)) if *commas > 0 => Some(DecimalSign::Comma),
        _ => None,
    };
    Distinct::by_context(raw, sources, |text, source| amount(text, sign(source)))
}

/// Each value once with each source that has it.
fn distinct_by_source(raw: &TextColumn, sources: &[u32]) -> Vec<(u32, u32)> {
    if raw.is_blank() {
        return Vec::new();
    }
    // A source per value is enough for nearly all of them, and costs a tenth of a set of pairs.
    let mut first = vec![u32::MAX; raw.dictionary.len()];
    let mut seen: HashSet<(u32, u32), FixedState> = HashSet::default();
    let pairs = raw.codes.iter().copied().zip(sources.iter().copied()).filter(|&(code, _)| code != BLANK);
    let new = |&(code, source): &(u32, u32)| match &mut first[code as usize] {
        known if *known == source => false,
        open @ &mut u32::MAX => {
            *open = source;
            true
        }
        _ => seen.insert((code, source)),
    };
    pairs.filter(new).collect()
}
