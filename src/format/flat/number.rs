//! Numbers as people see them: whole ones without a point, never in scientific notation.

use std::fmt::Write;

/// Writes a number with all its digits; nothing for one that is none.
pub(super) fn exact(number: f64, text: &mut String) {
    if number.is_finite() {
        // Whole numbers are displayed without a point, and none with an exponent.
        let _ = write!(text, "{}", if number == 0.0 { 0.0 } else { number });
    }
}

/// Writes a number as a spreadsheet shows it: a fraction with fifteen digits, so that 0.1 + 0.2 is 0.3. A whole number
/// keeps those that it has: two ids that differ in the sixteenth are two.
pub(super) fn displayed(number: f64, text: &mut String) {
    const WHOLE: f64 = 1e15;
    if number.abs() < WHOLE && number.fract() == 0.0 {
        let _ = write!(text, "{}", number as i64);
    } else if number.fract() == 0.0 {
        exact(number, text);
    } else {
        exact(format!("{number:.14e}").parse().unwrap_or(number), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_see_them() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (42.0, "42"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.3"),
            (1234.56, "1234.56"),
            (359_888_123_456.0, "359888123456"),
            (4_915_112_345_678_901.0, "4915112345678901"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
            (1e20, "100000000000000000000"),
            (0.000_012, "0.000012"),
            (19.99 * 100.0, "1999"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ];
        for (number, shown) in cases {
            let mut text = String::new();
            displayed(number, &mut text);
            assert_eq!(text, shown);
        }
        let mut text = String::new();
        exact(0.1 + 0.2, &mut text);
        assert_eq!(text, "0.30000000000000004");
    }
}
