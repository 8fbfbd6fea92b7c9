//! Days, moments and intervals: reading them from text, shifting, truncating, taking apart.

use crate::model::calendar::{MICROS_PER_DAY as DAY, days};
use jiff::Span;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use super::kernel::Value;

/// A part of a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Weekday,
    DayOfYear,
}

/// What `INTERVAL '…'` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Interval {
    months: i64,
    days: i64,
    micros: i64,
}

impl Unit {
    /// A unit by its name, singular or plural, in any case.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.strip_suffix('s').unwrap_or(&name) {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "week" => Self::Week,
            "day" => Self::Day,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "second" => Self::Second,
            "dow" | "dayofweek" => Self::Weekday,
            "doy" | "dayofyear" => Self::DayOfYear,
            _ => return None,
        })
    }

    /// The part's number; weeks by ISO 8601, weekdays from Sunday = 0.
    pub(super) fn of(self, value: &Value) -> Option<Value<'static>> {
        let moment = moment(value)?;
        Some(Value::Integer(match self {
            Self::Year => moment.year().into(),
            Self::Quarter => i64::from((moment.month() + 2) / 3),
            Self::Month => moment.month().into(),
            Self::Week => moment.date().iso_week_date().week().into(),
            Self::Day => moment.day().into(),
            Self::Hour => moment.hour().into(),
            Self::Minute => moment.minute().into(),
            Self::Second => moment.second().into(),
            Self::Weekday => moment.weekday().to_sunday_zero_offset().into(),
            Self::DayOfYear => moment.date().day_of_year().into(),
        }))
    }

    /// The beginning of the year, month, week … that a value lies in, in the value's type.
    pub(super) fn truncate(self, value: &Value) -> Option<Value<'static>> {
        let moment = moment(value)?;
        let date = moment.date();
        let date = match self {
            Self::Year => date.first_of_year(),
            Self::Quarter => Date::new(date.year(), (date.month() + 2) / 3 * 3 - 2, 1).ok()?,
            Self::Month => date.first_of_month(),
            Self::Week => date.checked_sub(Span::new().days(date.weekday().to_monday_zero_offset())).ok()?,
            _ => date,
        };
        let begin = match self {
            Self::Hour => date.at(moment.hour(), 0, 0, 0),
            Self::Minute => date.at(moment.hour(), moment.minute(), 0, 0),
            Self::Second => date.at(moment.hour(), moment.minute(), moment.second(), 0),
            _ => date.at(0, 0, 0, 0),
        };
        Some(match value {
            Value::Date(_) => Value::Date(days(begin.date())),
            _ => Value::Timestamp(micros(begin)?),
        })
    }
}

impl Interval {
    /// Reads "30 days", "1 year 6 months"; the error names what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() || !words.len().is_multiple_of(2) {
            return Err(format!("'{text}' is no interval"));
        }
        let mut interval = Self::default();
        for pair in words.chunks_exact(2) {
            let count = pair[0].parse().map_err(|_| format!("'{}' is no whole number", pair[0]))?;
            interval.add(count, pair[1])?;
        }
        Ok(interval)
    }

    /// Adds so many units.
    pub(super) fn add(&mut self, count: i64, unit: &str) -> Result<(), String> {
        if !(-1_000_000..=1_000_000).contains(&count) {
            return Err(format!("{count} {unit} is too long an interval"));
        }
        match Unit::from_name(unit) {
            Some(Unit::Year) => self.months += 12 * count,
            Some(Unit::Quarter) => self.months += 3 * count,
            Some(Unit::Month) => self.months += count,
            Some(Unit::Week) => self.days += 7 * count,
            Some(Unit::Day) => self.days += count,
            Some(Unit::Hour) => self.micros += count * (DAY / 24),
            Some(Unit::Minute) => self.micros += count * 60_000_000,
            Some(Unit::Second) => self.micros += count * 1_000_000,
            _ => return Err(format!("'{unit}' is no unit of time")),
        }
        Ok(())
    }

    /// Whether a date that is shifted by it stays a date.
    pub(super) fn whole_days(self) -> bool {
        self.micros == 0
    }

    /// The value later (sign 1) or earlier (-1); a month's last day where the day does not exist there.
    pub(super) fn shift(self, value: &Value, sign: i64) -> Option<Value<'static>> {
        let span = Span::new().try_months(sign * self.months).ok()?.try_days(sign * self.days).ok()?;
        let span = span.try_microseconds(sign * self.micros).ok()?;
        let shifted = moment(value)?.checked_add(span).ok()?;
        Some(match value {
            Value::Date(_) if self.whole_days() => Value::Date(days(shifted.date())),
            _ => Value::Timestamp(micros(shifted)?),
        })
    }
}

/// Days since 1970 of an ISO date.
pub(super) fn parse_date(text: &str) -> Option<i32> {
    let text = text.trim();
    let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if shape { text.parse().ok().map(days) } else { None }
}

/// Microseconds since 1970 of an ISO date with or without a time.
pub(super) fn parse_timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(days) = parse_date(text) {
        return Some(i64::from(days) * DAY);
    }
    let plain = text.get(10..11).is_some_and(|c| c == " " || c == "T") && parse_date(&text[..10]).is_some();
    if plain { text.parse().ok().and_then(micros) } else { None }
}

/// The day, if it lies in the years -9999 to 9999.
pub(super) fn valid_day(days: i64) -> Option<i32> {
    let days = i32::try_from(days).ok()?;
    moment(&Value::Date(days)).map(|_| days)
}

/// The calendar day of a date or moment, in days since 1970.
pub(super) fn day_of(value: &Value) -> Option<i32> {
    match value {
        Value::Date(days) => Some(*days),
        Value::Timestamp(micros) => i32::try_from(micros.div_euclid(DAY)).ok(),
        _ => None,
    }
}

/// As ISO 8601 writes it, with a space before the time.
pub(super) fn display(value: &Value) -> Option<String> {
    let moment = moment(value)?;
    Some(match value {
        Value::Date(_) => moment.date().to_string(),
        _ => format!("{} {}", moment.date(), moment.time()),
    })
}

fn moment(value: &Value) -> Option<DateTime> {
    let micros = match value {
        Value::Date(days) => i64::from(*days).checked_mul(DAY)?,
        Value::Timestamp(micros) => *micros,
        _ => return None,
    };
    Some(Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(micros).ok()?))
}

fn micros(moment: DateTime) -> Option<i64> {
    Offset::UTC.to_timestamp(moment).ok().map(jiff::Timestamp::as_microsecond)
}
