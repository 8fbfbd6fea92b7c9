//! Days and moments as tables hold them: whole days, and microseconds, since 1970-01-01T00:00.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, date};

/// Day 0.
pub const EPOCH: Date = date(1970, 1, 1);

/// Microseconds of a day.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Days since 1970-01-01.
pub fn days(day: Date) -> i32 {
    (day - EPOCH).get_days()
}

/// Microseconds since 1970-01-01T00:00.
pub fn micros(at: DateTime) -> i64 {
    let micros = at.duration_since(EPOCH.at(0, 0, 0, 0)).as_micros();
    i64::try_from(micros).expect("the years -9999 to 9999 in microseconds take 60 bits")
}

/// The first microsecond of a day.
pub fn midnight(day: Date) -> i64 {
    i64::from(days(day)) * MICROS_PER_DAY
}

/// The day of a number of days since 1970-01-01, at most the calendar's last one.
pub fn day(days: i32) -> Date {
    EPOCH.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
}

/// A moment in ISO 8601 with a space: `2026-10-01 09:30:00`, fractions only where there are any.
pub fn timestamp(micros: i64) -> String {
    let at = EPOCH.at(0, 0, 0, 0).saturating_add(SignedDuration::from_micros(micros));
    at.to_string().replacen('T', " ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (text, number) in [("1970-01-01", 0), ("2024-10-04", 20_000), ("1969-12-31", -1), ("0001-01-01", -719_162)]
        {
            let day_of_text: Date = text.parse().unwrap();
            assert_eq!(days(day_of_text), number);
            assert_eq!(day(number), day_of_text);
            assert_eq!(midnight(day_of_text), micros(day_of_text.at(0, 0, 0, 0)));
        }
        assert_eq!(timestamp(1_500_000), "1970-01-01 00:00:01.5");
        assert_eq!(timestamp(-1_000_000), "1969-12-31 23:59:59");
    }

    #[test]
    fn what_no_calendar_holds_is_its_end() {
        assert_eq!(day(i32::MAX), Date::MAX);
        assert!(timestamp(i64::MAX).starts_with("9999-12-31"));
    }
}
