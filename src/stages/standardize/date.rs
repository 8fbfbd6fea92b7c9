//! Dates and times as exports write them: ISO 8601, 21.11.2026, 11/21/2026 3:05 PM, "21 ноември 2026 г.", RFC 5322 mail
//! dates, yyyymmdd, Unix seconds and milliseconds, Excel serials. Two-digit years: 00 to 69 are 2000 to 2069.

use jiff::civil::{Date, DateTime, Time, date};

use super::clean::Clean;
use super::placeholder::is_placeholder;
use super::text::tidy;
use super::vocabulary::meaning;
use crate::model::calendar::days;
use crate::model::rows::FindingCode;

/// How 3/4/2026 is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// March 4.
    MonthFirst,
}

/// How a column's dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateStyle {
    /// For dates that could be either.
    pub order: DateOrder,
    /// Whether five-digit numbers are days since Excel's epoch.
    pub serials: bool,
}

/// What one value says about its column's style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateEvidence {
    /// The first part is over 12.
    DayFirst,
    /// The second part is over 12.
    MonthFirst,
    /// Could be either; whether it is written with dots or has an AM or PM.
    Open {
        /// "03.04.2026"
        dotted: bool,
        /// "3/4/2026 1:00 PM"
        half_day: bool,
    },
    /// A number in the range of Excel's days.
    Serial,
    /// The same in either order, or another form.
    Neither,
}

/// A moment: the day as written, and the time in UTC where an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Microseconds since 1970-01-01T00:00.
    pub micros: i64,
}

/// Day 0 of Excel's 1900 calendar, with its non-existent 29 February 1900 counted.
const EXCEL_EPOCH: Date = date(1899, 12, 30);
/// Serials from 1954 to 2064: smaller and larger numbers are rather something else.
const SERIALS: std::ops::RangeInclusive<f64> = 20_000.0..=60_000.0;
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// A date with or without a time.
pub fn moment(raw: &str, style: DateStyle) -> Clean<Moment> {
    let text = tidy(raw);
    if text.is_empty() {
        return Clean::blank();
    }
    if is_placeholder(&text) || text.starts_with("0000-00-00") || text.starts_with("00.00.0000") {
        return Clean::fault(FindingCode::Placeholder);
    }
    let read = if text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') && !is_dotted_date(&text) {
        from_number(&text, style)
    } else {
        Written::of(&text).and_then(|written| written.moment(style.order))
    };
    match read.filter(|(at, _)| YEARS.contains(&at.year())) {
        Some((at, offset)) => Clean::of(moment_at(at, offset)),
        None => Clean::fault(FindingCode::InvalidDate),
    }
}

/// What a value says about how its column is written.
pub fn evidence(raw: &str) -> DateEvidence {
    let text = tidy(raw);
    if text.parse::<f64>().is_ok_and(|number| SERIALS.contains(&number)) {
        return DateEvidence::Serial;
    }
    let Some(Written { day, half_day, .. }) = Written::of(&text) else { return DateEvidence::Neither };
    match day {
        Parts::Local { first, second, dotted, .. } => match (first > 12, second > 12) {
            (true, false) => DateEvidence::DayFirst,
            (false, true) => DateEvidence::MonthFirst,
            (false, false) if first != second => DateEvidence::Open { dotted, half_day },
            _ => DateEvidence::Neither,
        },
        Parts::Certain { .. } => DateEvidence::Neither,
    }
}

fn moment_at(at: DateTime, offset_minutes: i64) -> Moment {
    let day = days(at.date());
    let time = at.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let micros = (i64::from(day) * 86_400 + seconds - offset_minutes * 60) * 1_000_000
        + i64::from(time.subsec_nanosecond() / 1000);
    Moment { day, micros }
}

fn is_dotted_date(text: &str) -> bool {
    text.matches('.').count() == 2
}

/// yyyymmdd, ddmmyyyy, yyyymmddhhmmss, Unix seconds and milliseconds, Excel serials.
fn from_number(text: &str, style: DateStyle) -> Option<(DateTime, i64)> {
    let digits = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let day = |y: i16, m: i16, d: i16| new_date(y, m, d);
    let at = match text.len() {
        8 if text.bytes().all(|b| b.is_ascii_digit()) => day(digits(0, 4)?, digits(4, 6)?, digits(6, 8)?)
            .filter(|day| YEARS.contains(&day.year()))
            .or_else(|| day(digits(4, 8)?, digits(2, 4)?, digits(0, 2)?))?
            .to_datetime(Time::midnight()),
        14 => day(digits(0, 4)?, digits(4, 6)?, digits(6, 8)?)?.to_datetime(new_time(
            digits(8, 10)?,
            digits(10, 12)?,
            digits(12, 14)?,
            0,
        )?),
        10 | 13 if text.bytes().all(|b| b.is_ascii_digit()) => {
            let unix: i64 = text.parse().ok()?;
            from_unix_millis(if text.len() == 10 { unix * 1000 } else { unix })?
        }
        _ if style.serials => {
            let serial: f64 = text.replace(',', ".").parse().ok().filter(|serial| SERIALS.contains(serial))?;
            let millis = (serial.fract() * 86_400_000.0).round() as i64;
            let start = i64::from(days(EXCEL_EPOCH)) + serial.trunc() as i64;
            from_unix_millis(start * 86_400_000 + millis / 1000 * 1000)?
        }
        _ => return None,
    };
    Some((at, 0))
}

fn from_unix_millis(millis: i64) -> Option<DateTime> {
    let stamp = jiff::Timestamp::from_millisecond(millis).ok()?;
    Some(stamp.to_zoned(jiff::tz::TimeZone::UTC).datetime())
}

/// The day's parts as written.
#[derive(Debug, Clone, Copy)]
enum Parts {
    Certain { year: i16, month: i16, day: i16 },
    Local { first: i16, second: i16, year: i16, dotted: bool },
}

/// A text taken apart.
struct Written {
    day: Parts,
    time: Time,
    offset: i64,
    half_day: bool,
}

impl Written {
    fn of(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let text = text.split('(').next().unwrap_or(&text);
        let Some(colon) = text.find(':') else {
            return Some(Self { day: day_parts(text, "")?, time: Time::midnight(), offset: 0, half_day: false });
        };
        let start = text[..colon]
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let end = text[colon..]
            .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.' || c == ','))
            .map_or(text.len(), |at| colon + at);
        let tail = Tail::of(&text[end..])?;
        let time = clock(text[start..end].trim_end_matches([',', '.']), tail.half)?;
        let before = text[..start].trim_end_matches('t');
        Some(Self { day: day_parts(before, &tail.year)?, time, offset: tail.offset, half_day: tail.half.is_some() })
    }

    fn moment(&self, order: DateOrder) -> Option<(DateTime, i64)> {
        let day = match self.day {
            Parts::Certain { year, month, day } => new_date(year, month, day)?,
            Parts::Local { first, second, year, .. } => {
                let month_first = first <= 12 && (second > 12 || order == DateOrder::MonthFirst);
                let (day, month) = if month_first { (second, first) } else { (first, second) };
                new_date(year, month, day)?
            }
        };
        Some((day.to_datetime(self.time), self.offset))
    }
}

/// What follows the time of day.
#[derive(Default)]
struct Tail {
    half: Option<Half>,
    offset: i64,
    year: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
}

impl Tail {
    fn of(text: &str) -> Option<Self> {
        let mut tail = Self::default();
        let text = text.replace("a.m.", "am").replace("p.m.", "pm").replace("a. m.", "am").replace("p. m.", "pm");
        for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
            match word {
                "am" => tail.half = Some(Half::Am),
                "pm" => tail.half = Some(Half::Pm),
                "z" | "utc" | "gmt" | "uhr" | "h" | "wet" | "ч" | "ч." | "часа" => {}
                "cet" | "bst" | "west" => tail.offset = 60,
                "cest" | "eet" => tail.offset = 120,
                "eest" | "msk" => tail.offset = 180,
                "est" | "cdt" => tail.offset = -300,
                "edt" => tail.offset = -240,
                "cst" | "mdt" => tail.offset = -360,
                "mst" | "pdt" => tail.offset = -420,
                "pst" => tail.offset = -480,
                _ if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) => tail.year = word.to_owned(),
                _ => tail.offset = offset(word)?,
            }
        }
        Some(tail)
    }
}

/// "+02:00", "+0200", "+02", "gmt+2" in minutes.
fn offset(word: &str) -> Option<i64> {
    let word = word.strip_prefix("gmt").or_else(|| word.strip_prefix("utc")).unwrap_or(word);
    let (sign, digits) = match word.chars().next()? {
        '+' => (1, &word[1..]),
        '-' => (-1, &word[1..]),
        '−' => (-1, &word['−'.len_utf8()..]),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|&c| c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i64>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn clock(text: &str, half: Option<Half>) -> Option<Time> {
    let mut parts = text.split(':');
    let hour: i16 = parts.next()?.parse().ok()?;
    let minute: i16 = parts.next()?.parse().ok()?;
    let (second, fraction) = match parts.next() {
        None => (0, ""),
        Some(rest) => {
            let (second, fraction) = rest.split_once(['.', ',']).unwrap_or((rest, ""));
            (second.parse().ok()?, fraction)
        }
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(Half::Am) => hour % 12,
        Some(Half::Pm) => hour % 12 + 12,
        None => hour,
    };
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    // a day that ends at 24:00 is shown as its last second
    let (hour, minute, second) = if (hour, minute) == (24, 0) { (23, 59, 59) } else { (hour, minute, second) };
    if parts.next().is_some() { None } else { new_time(hour, minute, second, nanos.parse().ok()?) }
}

/// The parts of a day; `year` stands after the time in Unix dates.
fn day_parts(text: &str, year: &str) -> Option<Parts> {
    let mut numbers: Vec<(i16, usize)> = Vec::new();
    let mut month = None;
    let whole = format!("{text} {year}");
    for word in whole.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 4 {
            return None;
        }
        if digits > 0 {
            let ending = &word[digits..];
            if !["", "st", "nd", "rd", "th", "er", "º", "ª", "г", "ти", "ви", "ри", "ми", "t"].contains(&ending)
            {
                return None;
            }
            numbers.push((word[..digits].parse().ok()?, digits));
        } else if let Some(found) = meaning("month", word).filter(|_| month.is_none()) {
            month = Some((found.parse::<i16>().ok()?, numbers.len()));
        } else {
            meaning("date_word", word)?;
        }
    }
    let full = |(year, digits): (i16, usize)| match digits {
        4 => Some(year),
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    };
    match (month, numbers.as_slice()) {
        (Some((month, _)), &[first, second]) if first.1 == 4 => {
            Some(Parts::Certain { year: first.0, month, day: second.0 })
        }
        (Some((month, _)), &[first, second]) => Some(Parts::Certain { year: full(second)?, month, day: first.0 }),
        (None, &[first, second, third]) if first.1 == 4 => {
            Some(Parts::Certain { year: first.0, month: second.0, day: third.0 })
        }
        (None, &[first, second, third]) => {
            Some(Parts::Local { first: first.0, second: second.0, year: full(third)?, dotted: text.contains('.') })
        }
        _ => None,
    }
}

fn new_date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn new_time(hour: i16, minute: i16, second: i16, nanos: i32) -> Option<Time> {
    // leap seconds are the last second of their minute
    let second = if second == 60 { 59 } else { second };
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, nanos).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: DateStyle = DateStyle { order: DateOrder::DayFirst, serials: false };
    const MONTH: DateStyle = DateStyle { order: DateOrder::MonthFirst, serials: true };

    fn shown(raw: &str, style: DateStyle) -> Option<String> {
        let at = moment(raw, style).value?;
        Some(
            jiff::Timestamp::from_microsecond(at.micros)
                .unwrap()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .datetime()
                .to_string(),
        )
    }

    #[test]
    fn moments() {
        for (raw, want) in [
            ("2026-11-21", "2026-11-21T00:00:00"),
            ("2026-11-21T10:05:07Z", "2026-11-21T10:05:07"),
            ("2026-11-21T10:05:07+02:00", "2026-11-21T08:05:07"),
            ("2026-11-21 10:05:07.250", "2026-11-21T10:05:07.25"),
            ("2026-11-21T10:05:07.000+0000", "2026-11-21T10:05:07"),
            ("2026/11/21", "2026-11-21T00:00:00"),
            ("21.11.2026", "2026-11-21T00:00:00"),
            ("21.11.2026 г.", "2026-11-21T00:00:00"),
            ("21.11.26", "2026-11-21T00:00:00"),
            ("3.4.75", "1975-04-03T00:00:00"),
            ("21/11/2026 10:05", "2026-11-21T10:05:00"),
            ("11/21/2026 3:05 PM", "2026-11-21T15:05:00"),
            ("11/21/2026 12:05 AM", "2026-11-21T00:05:00"),
            ("03/04/2026", "2026-04-03T00:00:00"),
            ("21 Nov 2026", "2026-11-21T00:00:00"),
            ("Nov 21, 2026", "2026-11-21T00:00:00"),
            ("November 21st, 2026", "2026-11-21T00:00:00"),
            ("21-Nov-26", "2026-11-21T00:00:00"),
            ("21. März 2026", "2026-03-21T00:00:00"),
            ("1er janvier 2026", "2026-01-01T00:00:00"),
            ("21 de noviembre de 2026", "2026-11-21T00:00:00"),
            ("21 novembre 2026", "2026-11-21T00:00:00"),
            ("21 ноември 2026 г.", "2026-11-21T00:00:00"),
            ("Sat, 21 Nov 2026 10:05:07 +0200 (EET)", "2026-11-21T08:05:07"),
            ("Sat Nov 21 10:05:07 UTC 2026", "2026-11-21T10:05:07"),
            ("20261121", "2026-11-21T00:00:00"),
            ("20261121100507", "2026-11-21T10:05:07"),
            ("1795255507", "2026-11-21T10:05:07"),
            ("1795255507000", "2026-11-21T10:05:07"),
            ("29.02.2024", "2024-02-29T00:00:00"),
        ] {
            assert_eq!(shown(raw, DAY).as_deref(), Some(want), "{raw}");
        }
        assert_eq!(shown("03/04/2026", MONTH).as_deref(), Some("2026-03-04T00:00:00"));
        assert_eq!(shown("46347", MONTH).as_deref(), Some("2026-11-21T00:00:00"));
        assert_eq!(shown("46347.5", MONTH).as_deref(), Some("2026-11-21T12:00:00"));
    }

    #[test]
    fn impossible_dates() {
        for raw in [
            "29.02.2025",
            "31/04/2026",
            "13/13/2026",
            "2026-13-01",
            "46347",
            "soon",
            "21.11.1826",
            "21.11.2101",
            "10:05",
            "1.2",
            "Nov 2026",
            "25:00 21.11.2026",
        ] {
            assert_eq!(moment(raw, DAY), Clean::fault(FindingCode::InvalidDate), "{raw}");
        }
        for raw in ["n/a", "-", "0000-00-00"] {
            assert_eq!(moment(raw, DAY), Clean::fault(FindingCode::Placeholder), "{raw}");
        }
    }

    #[test]
    fn the_day_is_the_one_written() {
        assert_eq!(
            moment("2026-11-21T00:30:00+02:00", DAY).value.unwrap().day,
            moment("2026-11-21", DAY).value.unwrap().day
        );
        assert_eq!(moment("1970-01-02", DAY), Clean::of(Moment { day: 1, micros: 86_400_000_000 }));
    }

    #[test]
    fn evidence_of_order() {
        for (raw, want) in [
            ("21/11/2026", DateEvidence::DayFirst),
            ("11/21/2026", DateEvidence::MonthFirst),
            ("3/4/2026", DateEvidence::Open { dotted: false, half_day: false }),
            ("3/4/2026 1:00 PM", DateEvidence::Open { dotted: false, half_day: true }),
            ("3.4.2026", DateEvidence::Open { dotted: true, half_day: false }),
            ("4/4/2026", DateEvidence::Neither),
            ("2026-03-04", DateEvidence::Neither),
            ("46347", DateEvidence::Serial),
            ("", DateEvidence::Neither),
        ] {
            assert_eq!(evidence(raw), want, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn never_fails(text in "\\PC{0,40}", near in "[0-9T:./ -]{0,24}(am|PM|z|\\+02:00)?") {
            for text in [text, near] {
                moment(&text, DAY);
                moment(&text, MONTH);
                evidence(&text);
            }
        }

        #[test]
        fn iso_dates_are_themselves(days in 0i32..47_000) {
            let day = crate::model::calendar::day(days);
            prop_assert_eq!(moment(&day.to_string(), DAY).value.map(|at| at.day), Some(days));
        }
    }
}
