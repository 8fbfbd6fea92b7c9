//! A cell of a sheet as people see it: dates and times by its format, numbers without noise, percentages as such.

use std::fmt::Write;

use calamine::{CellErrorType, Data, DataRef, ExcelDateTime, Style};
use jiff::Unit;
use jiff::civil::{Date, DateTime, Time};

use crate::format::flat::number::displayed;

/// What stands in a cell.
pub(super) enum Value<'v> {
    Blank,
    Text(&'v str),
    Number(f64),
    Whole(i64),
    Truth(bool),
    Moment(ExcelDateTime),
    /// As ISO 8601 writes a day, a time of day, or both.
    Iso(&'v str),
    /// As ISO 8601 writes a duration: `PT14H05M00S`.
    IsoDuration(&'v str),
    /// What a formula could not work out: `#N/A`.
    Error(&'v CellErrorType),
}

impl<'v> From<&'v Data> for Value<'v> {
    fn from(data: &'v Data) -> Self {
        match data {
            Data::Empty => Self::Blank,
            Data::String(text) => Self::Text(text),
            Data::Float(number) => Self::Number(*number),
            Data::Int(number) => Self::Whole(*number),
            Data::Bool(truth) => Self::Truth(*truth),
            Data::DateTime(moment) => Self::Moment(*moment),
            Data::DateTimeIso(text) => Self::Iso(text),
            Data::DurationIso(text) => Self::IsoDuration(text),
            Data::Error(error) => Self::Error(error),
        }
    }
}

impl<'v> From<&'v DataRef<'_>> for Value<'v> {
    fn from(data: &'v DataRef<'_>) -> Self {
        match data {
            DataRef::Empty => Self::Blank,
            DataRef::String(text) => Self::Text(text),
            DataRef::SharedString(text) => Self::Text(text),
            DataRef::Float(number) => Self::Number(*number),
            DataRef::Int(number) => Self::Whole(*number),
            DataRef::Bool(truth) => Self::Truth(*truth),
            DataRef::DateTime(moment) => Self::Moment(*moment),
            DataRef::DateTimeIso(text) => Self::Iso(text),
            DataRef::DurationIso(text) => Self::IsoDuration(text),
            DataRef::Error(error) => Self::Error(error),
        }
    }
}

/// What of a number format changes what a number says; thousands separators and currency signs do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    General,
    Percent,
    /// At least so many digits, as in postal codes: `00000`.
    Padded(usize),
    /// Yes for 1, no for 0.
    Truth,
    /// What a formula could not work out.
    Failed,
}

impl Format {
    pub(super) fn of(style: &Style) -> Self {
        style.number_format.as_ref().map_or(Self::General, |format| Self::of_code(&format.format_code))
    }

    pub(super) fn of_code(code: &str) -> Self {
        const LONGEST: usize = 32;
        // What stands for positive numbers, without what is written as it stands.
        let positive = code.split(';').next().unwrap_or_default();
        if positive.ends_with('%') && !positive.ends_with("\\%") {
            return Self::Percent;
        }
        let padded = (2..=LONGEST).contains(&positive.len()) && positive.bytes().all(|byte| byte == b'0');
        if padded { Self::Padded(positive.len()) } else { Self::General }
    }
}

/// Writes a cell's text.
pub(super) fn show(value: &Value<'_>, format: Format, text: &mut String) {
    match *value {
        Value::Blank => {}
        Value::Text(cell) => text.push_str(cell),
        Value::Number(number) => show_number(number, format, text),
        Value::Whole(number) if format == Format::General => {
            let _ = write!(text, "{number}");
        }
        Value::Whole(number) => show_number(number as f64, format, text),
        Value::Truth(truth) => text.push_str(if truth { "true" } else { "false" }),
        Value::Moment(moment) => show_moment(&moment, text),
        Value::Iso(cell) => match cell.parse::<DateTime>() {
            Ok(moment) if cell.contains(['T', ' ']) => show_day_and_time(moment, text),
            _ => text.push_str(cell),
        },
        Value::IsoDuration(cell) => show_duration(cell, text),
        Value::Error(error) => {
            let _ = write!(text, "{error}");
        }
    }
}

fn show_number(number: f64, format: Format, text: &mut String) {
    match format {
        Format::Percent => {
            displayed(number * 100.0, text);
            text.push('%');
        }
        Format::Padded(digits) if number.fract() == 0.0 && (0.0..1e15).contains(&number) => {
            let _ = write!(text, "{number:0>digits$}");
        }
        Format::Truth => text.push_str(if number == 0.0 { "false" } else { "true" }),
        _ => displayed(number, text),
    }
}

fn show_moment(moment: &ExcelDateTime, text: &mut String) {
    const SECONDS_A_DAY: f64 = 86_400.0;
    /// 31 December 9999.
    const LAST: f64 = 2_958_466.0;
    let days = moment.as_f64();
    // A day before the calendar's first, or after its last, is no day.
    if !(0.0..LAST).contains(&days) {
        return displayed(days, text);
    }
    if moment.is_duration() {
        return show_clock((days * SECONDS_A_DAY).round() as u64, text);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = Date::new(year as i16, month as i8, day as i8);
    let time = Time::new(hour as i8, minute as i8, second as i8, i32::from(milli) * 1_000_000);
    match (date, time) {
        (Ok(date), Ok(time)) if days >= 1.0 => show_day_and_time(DateTime::from_parts(date, time), text),
        (_, Ok(_)) if days < 1.0 => {
            // The last half second of a day is still of that day.
            show_clock(((days * SECONDS_A_DAY).round() as u64).min(86_399), text);
        }
        // 29 February 1900, which Excel knows and no calendar does.
        _ => displayed(days, text),
    }
}

fn show_day_and_time(moment: DateTime, text: &mut String) {
    let moment = moment.round(Unit::Second).unwrap_or(moment);
    let _ = write!(text, "{}", moment.date());
    if moment.time() != Time::midnight() {
        let _ = write!(text, " {:02}:{:02}:{:02}", moment.hour(), moment.minute(), moment.second());
    }
}

fn show_clock(seconds: u64, text: &mut String) {
    let _ = write!(text, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// `PT14H05M00S` as 14:05:00; anything else as it stands.
fn show_duration(cell: &str, text: &mut String) {
    let seconds = cell.parse::<jiff::SignedDuration>().ok().and_then(|span| u64::try_from(span.as_secs()).ok());
    match seconds {
        Some(seconds) => show_clock(seconds, text),
        None => text.push_str(cell),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime as Moment, TimeDelta};

    use super::*;

    fn shown(value: &Value<'_>, format: Format) -> String {
        let mut text = String::new();
        show(value, format, &mut text);
        text
    }

    #[test]
    fn dates_and_times() {
        let cases = [
            (46_082.0, Moment, false, "2026-03-01"),
            (46_082.586_805_555_555, Moment, false, "2026-03-01 14:05:00"),
            (46_082.999_999, Moment, false, "2026-03-02"),
            (0.586_805_555_555, Moment, false, "14:05:00"),
            (0.0, Moment, false, "00:00:00"),
            (0.999_999_9, Moment, false, "23:59:59"),
            (1.25, TimeDelta, false, "30:00:00"),
            (44_620.0, Moment, true, "2026-03-01"),
            (1.0, Moment, false, "1900-01-01"),
            (60.0, Moment, false, "60"),
            (-5.0, Moment, false, "-5"),
            (1e300, Moment, false, "1000000000000000000000000000000"),
        ];
        for (days, kind, epoch_1904, expected) in cases {
            let text = shown(&Value::Moment(ExcelDateTime::new(days, kind, epoch_1904)), Format::General);
            assert_eq!(&text[..text.len().min(31)], expected, "{days}");
        }
        assert_eq!(shown(&Value::Iso("2026-03-01"), Format::General), "2026-03-01");
        assert_eq!(shown(&Value::Iso("2026-03-01T14:05:00"), Format::General), "2026-03-01 14:05:00");
        assert_eq!(shown(&Value::Iso("2026-03-01T00:00:00"), Format::General), "2026-03-01");
        assert_eq!(shown(&Value::Iso("no date"), Format::General), "no date");
        assert_eq!(shown(&Value::IsoDuration("PT14H05M00S"), Format::General), "14:05:00");
        assert_eq!(shown(&Value::IsoDuration("soon"), Format::General), "soon");
    }

    #[test]
    fn numbers_by_their_format() {
        let cases = [
            (0.253, "0%", "25.3%"),
            (0.07, "0.00%", "7%"),
            (501.0, "00000", "00501"),
            (501.5, "00000", "501.5"),
            (1234.5, "#,##0.00", "1234.5"),
            (7.0, "General", "7"),
            (7.0, "0", "7"),
            (0.5, "0\\%", "0.5"),
        ];
        for (number, code, expected) in cases {
            assert_eq!(shown(&Value::Number(number), Format::of_code(code)), expected, "{code}");
        }
        assert_eq!(shown(&Value::Whole(501), Format::of_code("00000")), "00501");
        assert_eq!(shown(&Value::Whole(9_007_199_254_740_993), Format::General), "9007199254740993");
        assert_eq!(shown(&Value::Truth(true), Format::General), "true");
        assert_eq!(shown(&Value::Error(&CellErrorType::NA), Format::General), "#N/A");
    }
}
