//! Numbers that are counted or summed up: kept so that they read back from a file as they were, and shown to people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How many of the smallest parts that amounts are compared by make one.
pub const MILLION: i128 = 1_000_000;

/// A number of ten-thousandths without needless zeros: `15`, `-0.5`, `2.1213`.
pub(super) fn write_ten_thousandths(f: &mut fmt::Formatter<'_>, parts: i128) -> fmt::Result {
    let sign = if parts < 0 { "-" } else { "" };
    let (whole, rest) = (parts.unsigned_abs() / 10_000, parts.unsigned_abs() % 10_000);
    if rest == 0 {
        return write!(f, "{sign}{whole}");
    }
    write!(f, "{sign}{whole}.{}", format!("{rest:04}").trim_end_matches('0'))
}

/// A count, or what an aggregate gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Number(f64),
}

impl Amount {
    /// A number to six decimals and fifteen digits: the last ones of a sum depend on the order of adding, and text with
    /// more might read back as another number. None where it is none.
    pub fn of_number(number: f64) -> Option<Self> {
        const PLACES: f64 = 1e6;
        let short = match number * PLACES {
            scaled if scaled.abs() < 1e15 => scaled.round() / PLACES,
            _ => format!("{number:.14e}").parse().unwrap_or(number),
        };
        // Adding 0 makes of -0 what it is.
        short.is_finite().then_some(Self::Number(short + 0.0))
    }

    /// In millionths, by which amounts are compared.
    pub fn millionths(self) -> i128 {
        match self {
            Self::Whole(number) => i128::from(number) * MILLION,
            // Beyond all limits that can be written, a number as large as any.
            Self::Number(number) => (number * MILLION as f64).round() as i128,
        }
    }

    /// As people read it: `1,234.5`.
    pub fn shown(self) -> String {
        match self {
            Self::Whole(number) => decimal(i128::from(number), 0),
            Self::Number(number) if number.abs() < 1e15 => trimmed(decimal(self.millionths(), 6)),
            Self::Number(number) => format!("{number:e}"),
        }
    }
}

/// A count with thousands separators.
pub fn grouped(count: u64) -> String {
    decimal(i128::from(count), 0)
}

/// A number of so many decimal places, given in units of the last one, with thousands separators.
pub fn decimal(units: i128, places: u32) -> String {
    let one = 10u128.pow(places);
    let (whole, rest) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
    let digits = whole.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 2 + places as usize);
    if units < 0 {
        out.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if places > 0 {
        out.push_str(&format!(".{rest:0width$}", width = places as usize));
    }
    out
}

/// A decimal without zeros behind its last digit.
fn trimmed(decimal: String) -> String {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => decimal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (count, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(count), shown);
        }
        for (units, places, shown) in
            [(-5, 1, "-0.5"), (123_456, 2, "1,234.56"), (-1_000, 0, "-1,000"), (7, 3, "0.007")]
        {
            assert_eq!(decimal(units, places), shown);
        }
    }

    #[test]
    fn amounts_read_back_as_they_were() {
        let numbers = [0.1 + 0.2, 1e9 / 3.0, 123_456_789_012.345_67, 1e300 / 7.0, -2.000_000_4, 5.0, -0.0];
        for amount in numbers.map(|number| Amount::of_number(number).expect("a number")) {
            let text = serde_json::to_string(&amount).expect("a number is JSON");
            let back: Amount = serde_json::from_str(&text).expect("as it was written");
            assert_eq!(back.millionths(), amount.millionths(), "{text}");
        }
        let shown = |number| Amount::of_number(number).map(Amount::shown);
        assert_eq!(shown(0.1 + 0.2).as_deref(), Some("0.3"));
        assert_eq!(shown(-1_234_567.25).as_deref(), Some("-1,234,567.25"));
        assert_eq!(shown(1200.0).as_deref(), Some("1,200"));
        assert_eq!(shown(-0.000_000_1).as_deref(), Some("0"));
        assert_eq!(shown(2.5e300).as_deref(), Some("2.5e300"));
        assert_eq!(shown(f64::NAN), None);
        assert_eq!(shown(f64::INFINITY), None);
        assert_eq!(Amount::Whole(-12_345).shown(), "-12,345");
    }
}
