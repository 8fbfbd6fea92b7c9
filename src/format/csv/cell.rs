//! A cell as text: numbers and dates by short ways of their own, quoting only where a stretch of text needs any.

use std::io::Write as _;

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::calendar;
use crate::model::column_values::{Chunk, TextChunk, WordChunk};
use crate::model::scorecards::Points;
use crate::model::table::OutputType;
use crate::model::text::BLANK;

/// A stretch of a column, ready to be shown.
pub(super) enum Cells<'a> {
    /// Text that nowhere holds a comma, quote or line break.
    Plain(&'a TextChunk),
    Text(&'a TextChunk),
    /// Few different values, which are shown once.
    Shown(Shown<'a>),
    Integer(&'a [Option<i64>]),
    Number(&'a [Option<f64>]),
    Decimal(&'a [Option<f64>]),
    Boolean(&'a [Option<bool>]),
    Date(&'a [Option<i32>]),
    Timestamp(&'a [Option<i64>]),
    Blank,
}

/// The different cells of a column, and which of them stands in each row.
pub(super) struct Shown<'a> {
    /// As they stand in the file, one behind the other.
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    codes: Cow<'a, [u32]>,
}

impl<'a> Shown<'a> {
    fn words(chunk: &'a WordChunk) -> Self {
        let mut shown = Self { text: Vec::new(), ends: Vec::new(), codes: Cow::Borrowed(&chunk.codes) };
        for word in chunk.words.iter() {
            push_cell(word.as_bytes(), &mut shown.text);
            shown.ends.push(shown.text.len());
        }
        shown
    }

    /// None where most of the first numbers are different. The first cell is the blank.
    fn numbers(values: &[Option<f64>]) -> Option<Self> {
        const SAMPLE: usize = 1024;
        let mut shown = Self { text: Vec::new(), ends: vec![0], codes: Cow::Owned(Vec::with_capacity(values.len())) };
        let mut known: HashMap<u64, u32, FixedState> = HashMap::default();
        for (row, value) in values.iter().enumerate() {
            let new = shown.ends.len() as u32;
            if row == SAMPLE && shown.ends.len() > SAMPLE / 2 {
                return None;
            }
            let code = value.map_or(BLANK, |value| {
                *known.entry(value.to_bits()).or_insert_with(|| {
                    push_number(value, &mut shown.text);
                    shown.ends.push(shown.text.len());
                    new
                })
            });
            shown.codes.to_mut().push(code);
        }
        Some(shown)
    }

    fn cell(&self, row: usize) -> &[u8] {
        let code = self.codes[row] as usize;
        let start = code.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[code]]
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(kind: OutputType, chunk: &'a Chunk) -> Self {
        match chunk {
            Chunk::Text(chunk) if needs_quotes(chunk.text.as_bytes()) => Self::Text(chunk),
            Chunk::Text(chunk) => Self::Plain(chunk),
            Chunk::Words(chunk) => Self::Shown(Shown::words(chunk)),
            Chunk::Integer(values) if kind == OutputType::Timestamp => Self::Timestamp(values),
            Chunk::Integer(values) => Self::Integer(values),
            Chunk::Number(values) if kind == OutputType::Decimal => Self::Decimal(values),
            Chunk::Number(values) => Shown::numbers(values).map_or(Self::Number(values), Self::Shown),
            Chunk::Boolean(values) => Self::Boolean(values),
            Chunk::Date(values) => Self::Date(values),
            Chunk::Blank(_) => Self::Blank,
        }
    }

    /// Appends the cell of a row.
    pub(super) fn push(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Self::Text(chunk) => {
                if let Some(text) = chunk.bytes(row) {
                    push_cell(text, out);
                }
            }
            _ => self.unquoted(row, out),
        }
    }

    /// Appends the cell of a row that needs no quotes.
    fn unquoted(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Self::Plain(chunk) | Self::Text(chunk) => {
                if let Some(text) = chunk.bytes(row) {
                    push_text(text, out);
                }
            }
            Self::Shown(shown) => out.extend_from_slice(shown.cell(row)),
            Self::Integer(values) => values[row].into_iter().for_each(|value| push_integer(value, out)),
            Self::Number(values) => values[row].into_iter().for_each(|value| push_number(value, out)),
            Self::Decimal(values) => values[row].into_iter().for_each(|value| push_points(value, out)),
            Self::Boolean(values) => values[row]
                .into_iter()
                .for_each(|value| out.extend_from_slice(if value { b"true".as_slice() } else { b"false" })),
            Self::Date(values) => values[row].into_iter().for_each(|value| push_day(value, out)),
            Self::Timestamp(values) => values[row].into_iter().for_each(|value| push_timestamp(value, out)),
            Self::Blank => {}
        }
    }
}

/// Appends the first cell of a stretch as it stands between quotes.
pub(super) fn push_first(kind: OutputType, chunk: &Chunk, out: &mut Vec<u8>) {
    match chunk {
        Chunk::Words(chunk) => {
            let first = chunk.iter().next().flatten().unwrap_or_default();
            push_text(first.as_bytes(), out);
        }
        _ => Cells::new(kind, chunk).unquoted(0, out),
    }
}

/// Appends a text as a cell.
fn push_cell(text: &[u8], out: &mut Vec<u8>) {
    if !needs_quotes(text) {
        push_text(text, out);
    } else if text.first().is_some_and(|&byte| may_begin_formula(byte)) {
        let mut cell = Vec::with_capacity(text.len() + 1);
        push_text(text, &mut cell);
        push_quoted(&cell, out);
    } else {
        push_quoted(text, out);
    }
}

fn push_text(text: &[u8], out: &mut Vec<u8>) {
    if text.first().is_some_and(|&byte| may_begin_formula(byte)) && is_formula_bytes(text) {
        out.push(b'\'');
    }
    out.extend_from_slice(text);
}

/// Whether text has to stand in quotes: by the rules of the csv crate, which reads a carriage return as an end of line.
fn needs_quotes(text: &[u8]) -> bool {
    let special = |byte: u8| (byte == b',') | (byte == b'"') | (byte == b'\n') | (byte == b'\r');
    // Without a branch inside, a stretch is looked at in one go.
    text.chunks(32).any(|stretch| stretch.iter().fold(false, |found, &byte| found | special(byte)))
}

/// Appends a text, in quotes if it needs them.
pub(super) fn push_quoted(text: &[u8], out: &mut Vec<u8>) {
    if !needs_quotes(text) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for (place, part) in text.split(|&byte| byte == b'"').enumerate() {
        if place > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part);
    }
    out.push(b'"');
}

fn push_integer(value: i64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut place = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        place -= 1;
        digits[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[place..]);
}

/// What [`f64`] shows; whole numbers, which are most, are integers here too.
fn push_number(value: f64, out: &mut Vec<u8>) {
    const EXACT: f64 = 9e15;
    if value.fract() == 0.0 && value.abs() < EXACT && (value != 0.0 || value.is_sign_positive()) {
        push_integer(value as i64, out);
    } else {
        show(&value, out);
    }
}

fn push_points(value: f64, out: &mut Vec<u8>) {
    let points = Points::rounded(value);
    if points.0 % Points::SCALE == 0 { push_integer(points.0 / Points::SCALE, out) } else { show(&points, out) }
}

fn show(value: &impl std::fmt::Display, out: &mut Vec<u8>) {
    write!(out, "{value}").expect("memory takes any text");
}

/// Days from 1970-01-01 to 0001-01-01 and to 10000-01-01: what four digits of a year can say.
const FOUR_DIGITS: std::ops::Range<i32> = -719_162..2_932_897;

fn push_day(days: i32, out: &mut Vec<u8>) {
    if !FOUR_DIGITS.contains(&days) {
        show(&calendar::day(days), out);
        return;
    }
    let (year, month, day) = civil(days);
    push_digits(year, 4, out);
    out.push(b'-');
    push_digits(month, 2, out);
    out.push(b'-');
    push_digits(day, 2, out);
}

/// Year, month and day: Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>), for years that are positive.
fn civil(days: i32) -> (u32, u32, u32) {
    const DAYS_OF_ERA: u32 = 146_097;
    let shifted = (days + 719_468) as u32;
    let (era, of_era) = (shifted / DAYS_OF_ERA, shifted % DAYS_OF_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u32::from(month <= 2), month, day)
}

fn push_timestamp(micros: i64, out: &mut Vec<u8>) {
    let (days, rest) = (micros.div_euclid(calendar::MICROS_PER_DAY), micros.rem_euclid(calendar::MICROS_PER_DAY));
    let day = i32::try_from(days).ok().filter(|day| FOUR_DIGITS.contains(day));
    match day {
        Some(day) if rest % 1_000_000 == 0 => {
            push_day(day, out);
            let seconds = (rest / 1_000_000) as u32;
            for (sign, part) in [(b' ', seconds / 3_600), (b':', seconds / 60 % 60), (b':', seconds % 60)] {
                out.push(sign);
                push_digits(part, 2, out);
            }
        }
        _ => out.extend_from_slice(calendar::timestamp(micros).as_bytes()),
    }
}

fn push_digits(number: u32, digits: u32, out: &mut Vec<u8>) {
    for place in (0..digits).rev() {
        out.push(b'0' + (number / 10u32.pow(place) % 10) as u8);
    }
}

fn may_begin_formula(byte: u8) -> bool {
    matches!(byte, b'=' | b'@' | b'\t' | b'\r' | b'\n' | b'+' | b'-')
}

/// Whether a spreadsheet would run a text instead of showing it.
///
/// `=`, `@` and control characters always may; `+` and `-` only where more than a number or phone number follows.
pub fn is_formula(text: &str) -> bool {
    is_formula_bytes(text.as_bytes())
}

fn is_formula_bytes(text: &[u8]) -> bool {
    match text {
        [b'=' | b'@' | b'\t' | b'\r' | b'\n', ..] => true,
        [b'+' | b'-', rest @ ..] => {
            !rest.iter().all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b',' | b'(' | b')' | b'/' | b'-'))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_told_from_numbers_and_phones() {
        for formula in ["=1+1", "@SUM(A1)", "\t=1", "+cmd|' /C calc'!A0", "-2+3+cmd", "\r=1", "\n=1"] {
            assert!(is_formula(formula), "{formula:?}");
        }
        for harmless in ["", "+359 88 123", "-12,50", "a=1", "O'Neil", "'=1", "12", "+49 (0) 30/12-3"] {
            assert!(!is_formula(harmless), "{harmless:?}");
        }
    }

    fn shown(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn edges_are_shown_as_the_standard_library_and_the_calendar_show_them() {
        for value in [0, 1, -1, 9, 10, i64::MIN, i64::MAX] {
            assert_eq!(shown(|out| push_integer(value, out)), value.to_string());
        }
        for value in [0.0, -0.0, 1.5, -2.0, 9e15, 8.999_999e15, 1e300, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY] {
            assert_eq!(shown(|out| push_number(value, out)), value.to_string());
        }
        for days in [i32::MIN, -719_163, -719_162, -719_468, -1, 0, 11_016, 2_932_896, 2_932_897, i32::MAX] {
            assert_eq!(shown(|out| push_day(days, out)), calendar::day(days).to_string(), "{days}");
        }
        for micros in [i64::MIN, -1, 0, 1, 86_399_000_000, -1_000_000, i64::MAX] {
            assert_eq!(shown(|out| push_timestamp(micros, out)), calendar::timestamp(micros), "{micros}");
        }
    }

    proptest! {
        #[test]
        fn any_is_shown_as_the_standard_library_and_the_calendar_show_it(
            integer in any::<i64>(),
            bits in any::<u64>(),
            days in -800_000..3_000_000,
            second in -70_000_000_000..260_000_000_000i64,
        ) {
            prop_assert_eq!(shown(|out| push_integer(integer, out)), integer.to_string());
            let number = f64::from_bits(bits);
            prop_assert_eq!(shown(|out| push_number(number, out)), number.to_string());
            prop_assert_eq!(shown(|out| push_points(integer as f64 / 1e6, out)), Points::rounded(integer as f64 / 1e6).to_string());
            prop_assert_eq!(shown(|out| push_day(days, out)), calendar::day(days).to_string());
            let micros = second * 1_000_000;
            prop_assert_eq!(shown(|out| push_timestamp(micros, out)), calendar::timestamp(micros));
        }
    }
}
