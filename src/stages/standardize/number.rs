//! Numbers and amounts of money as people write them: "12.500,00 €", "$12,500", "1'250.50 CHF", "12.5k", "(300)".
//!
//! "1.250" alone does not say whether its point is a decimal one: the column's other values decide; where they don't,
//! a lone separator before exactly three digits separates thousands. Percentages stay percentages (12% is 12).

use super::clean::Clean;
use super::placeholder::is_placeholder;
use super::text::tidy;
use super::vocabulary::currency_code;
use crate::model::rows::FindingCode;

/// The sign before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DecimalSign {
    /// 12,500.00
    Point,
    /// 12.500,00
    Comma,
}

/// An amount and, where written beside it, its currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The number.
    pub value: f64,
    /// ISO 4217 code.
    pub currency: Option<String>,
}

/// A number or amount; `column` is the decimal sign that the column's other values use, where they show one.
pub fn amount(raw: &str, column: Option<DecimalSign>) -> Clean<Amount> {
    let text = tidy(raw);
    if text.is_empty() {
        return Clean::blank();
    }
    if !text.chars().any(|c| c.is_ascii_digit()) && is_placeholder(&text) {
        return Clean::fault(FindingCode::Placeholder);
    }
    if let Some(value) = scientific(&text) {
        return Clean::of(Amount { value, currency: None });
    }
    let Some(parts) = Parts::of(&text) else { return Clean::fault(FindingCode::InvalidNumber) };
    let value = decimal(&parts.digits, column).and_then(|plain| plain.parse::<f64>().ok());
    match value.map(|value| value * parts.factor) {
        Some(value) if value.is_finite() => Clean::of(Amount {
            value: if parts.negative && value != 0.0 { -value } else { value },
            currency: parts.currency,
        }),
        _ => Clean::fault(FindingCode::InvalidNumber),
    }
}

/// The sign, code or name of a currency that stands beside an amount.
pub(super) fn currency_word(raw: &str) -> Option<String> {
    Parts::of(&tidy(raw))?.word
}

/// A number without its currency.
pub fn number(raw: &str, column: Option<DecimalSign>) -> Clean<f64> {
    amount(raw, column).map(|amount| amount.value)
}

/// A number as a whole one; none where it has a fraction or is too large to be exact.
pub fn whole(value: f64) -> Option<i64> {
    // below 2^53 every whole number is exact
    (value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0).then_some(value as i64)
}

/// The decimal sign that a value shows beyond doubt, if any.
pub fn decimal_sign(raw: &str) -> Option<DecimalSign> {
    let text = tidy(raw);
    let digits = Parts::of(&text)?.digits;
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    match (points, commas) {
        (0, 0) => None,
        (1, 0) => fraction_for_sure(&digits, '.').then_some(DecimalSign::Point),
        (0, 1) => fraction_for_sure(&digits, ',').then_some(DecimalSign::Comma),
        (0, _) => Some(DecimalSign::Point),
        (_, 0) => Some(DecimalSign::Comma),
        _ if digits.rfind('.') > digits.rfind(',') => Some(DecimalSign::Point),
        _ => Some(DecimalSign::Comma),
    }
}

/// What a text consists of, around its digits and separators.
struct Parts {
    digits: String,
    negative: bool,
    factor: f64,
    currency: Option<String>,
    /// As it is written.
    word: Option<String>,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let text = inner.unwrap_or(text).trim();
        let first = text.find(|c: char| c.is_ascii_digit())?;
        // a fraction may begin with its sign: ".5"
        let start = first
            - usize::from(text[..first].ends_with(['.', ',']) && !text[..first - 1].ends_with(char::is_alphabetic));
        let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
        let (before, digits, after) = (&text[..start], &text[start..end], &text[end..]);
        if !digits.chars().all(|c| c.is_ascii_digit() || ".,' ’_".contains(c)) {
            return None;
        }
        // "500,-" and "500.--" are whole amounts
        let after = after.trim_start_matches([',', '.']).trim();
        let dashes = after.len() < text[end..].trim().len();
        let after = if dashes { after.trim_start_matches(['-', '–', '—']).trim() } else { after };
        let negative = inner.is_some() || before.contains(['-', '−']) || after.starts_with(['-', '−']);
        let sign = |c: char| "+-−".contains(c);
        let before = before.trim_matches(|c: char| sign(c) || c.is_whitespace());
        let after = after.trim_matches(|c: char| sign(c) || c.is_whitespace());
        let mut parts = Self { digits: digits.to_owned(), negative, factor: 1.0, currency: None, word: None };
        (parts.take_words(before, false) && parts.take_words(after, true)).then_some(parts)
    }

    /// Reads "k", "Mio. €", "EUR", "%"; false where a word is none of those.
    fn take_words(&mut self, words: &str, after: bool) -> bool {
        let words = words.trim_matches(|c: char| c.is_whitespace() || c == '.');
        if words.is_empty() || (after && words == "%") {
            return true;
        }
        if let Some(code) = currency_code(words) {
            if self.currency.is_none() {
                (self.currency, self.word) = (Some(code), Some(words.to_owned()));
            }
            return true;
        }
        let lower = words.to_lowercase();
        let word_end = lower.find(|c: char| !c.is_alphabetic()).unwrap_or(lower.len());
        let scale = scale(&lower[..word_end]).map(|factor| (factor, word_end)).or_else(|| {
            lower.starts_with('k').then_some((1e3, 1)).or_else(|| lower.starts_with('m').then_some((1e6, 1)))
        });
        match scale {
            Some((factor, length)) if after && self.factor == 1.0 => {
                self.factor = factor;
                let rest = lower[length..].to_owned();
                self.take_words(&rest, after)
            }
            _ => false,
        }
    }
}

fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "k" | "tsd" | "tausend" | "thousand" | "mil" | "mila" | "хил" | "хиляди" => 1e3,
        "m" | "mm" | "mn" | "mio" | "mln" | "million" | "millionen" | "millones" | "milioni" | "млн" => 1e6,
        "b" | "bn" | "mrd" | "billion" | "млрд" => 1e9,
        _ => return None,
    })
}

/// "1.2e5": what programs write.
fn scientific(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && text.contains(['e', 'E']);
    text.parse::<f64>().ok().filter(|value| plain && value.is_finite())
}

/// Digits with at most a decimal point; none where the groups make no sense.
fn decimal(digits: &str, column: Option<DecimalSign>) -> Option<String> {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let fraction = match (points, commas) {
        (1, 0) => is_fraction(digits, '.', column == Some(DecimalSign::Point)).then_some('.'),
        (0, 1) => is_fraction(digits, ',', column == Some(DecimalSign::Comma)).then_some(','),
        (0, _) | (_, 0) => None,
        _ if digits.rfind('.') > digits.rfind(',') && points == 1 => Some('.'),
        _ if digits.rfind(',') > digits.rfind('.') && commas == 1 => Some(','),
        _ => return None,
    };
    let (whole, rest) = match fraction.and_then(|sign| digits.rsplit_once(sign)) {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (digits, None),
    };
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let (last, leading) = groups.split_last()?;
    // lakhs have groups of two: 1,00,000
    let grouped = leading.is_empty() || (last.len() == 3 && leading.iter().all(|group| (1..=3).contains(&group.len())));
    if !grouped || rest.is_some_and(|rest| !rest.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let whole = groups.concat();
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(rest.map_or_else(|| whole.to_owned(), |rest| format!("{whole}.{rest}")))
}

fn is_fraction(digits: &str, sign: char, column_says: bool) -> bool {
    column_says || fraction_for_sure(digits, sign)
}

/// A lone separator that cannot separate thousands.
fn fraction_for_sure(digits: &str, sign: char) -> bool {
    let Some((whole, rest)) = digits.split_once(sign) else { return false };
    let bare = whole.chars().all(|c| c.is_ascii_digit());
    rest.len() != 3 || !bare || whole.is_empty() || whole.len() > 3 || whole.starts_with('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers() {
        for (raw, want) in [
            ("12500", 12500.0),
            ("12.500,00", 12500.0),
            ("12,500.00", 12500.0),
            ("1 250,5", 1250.5),
            ("1\u{a0}250,50", 1250.5),
            ("1'250.50", 1250.5),
            ("12.5k", 12500.0),
            ("1.2M", 1_200_000.0),
            ("2 Mio. €", 2_000_000.0),
            ("12,5", 12.5),
            ("12.5", 12.5),
            ("12.500", 12500.0),
            ("12,500", 12500.0),
            ("1.234.567", 1_234_567.0),
            ("1,00,000", 100_000.0),
            ("0.500", 0.5),
            ("0,125", 0.125),
            (".5", 0.5),
            ("-300", -300.0),
            ("(300)", -300.0),
            ("300-", -300.0),
            ("500,-", 500.0),
            ("500.-- CHF", 500.0),
            ("45%", 45.0),
            ("+7", 7.0),
            ("1.2e5", 120_000.0),
            ("1234.567", 1234.567),
            ("0", 0.0),
        ] {
            assert_eq!(number(raw, None), Clean::of(want), "{raw}");
        }
        for raw in ["abc", "12 34", "10-20", "1.2.3", "12a", "twelve", "1,2,3.4.5", "5 apples", ">5000"] {
            assert_eq!(number(raw, None), Clean::fault(FindingCode::InvalidNumber), "{raw}");
        }
        assert_eq!(number("n/a", None), Clean::fault(FindingCode::Placeholder));
        assert_eq!(number(" ", None), Clean::blank());
    }

    #[test]
    fn currencies_beside_amounts() {
        for (raw, value, code) in [
            ("€ 1.250,00", 1250.0, "EUR"),
            ("$12,500", 12500.0, "USD"),
            ("12 500 лв.", 12500.0, "BGN"),
            ("BGN 300", 300.0, "BGN"),
            ("1'000 CHF", 1000.0, "CHF"),
            ("2500 zł", 2500.0, "PLN"),
            ("-$5", -5.0, "USD"),
            ("12k €", 12000.0, "EUR"),
            ("12k€", 12000.0, "EUR"),
        ] {
            assert_eq!(amount(raw, None), Clean::of(Amount { value, currency: Some(code.to_owned()) }), "{raw}");
        }
    }

    #[test]
    fn the_column_decides_what_a_value_leaves_open() {
        assert_eq!(number("1.250", Some(DecimalSign::Point)), Clean::of(1.25));
        assert_eq!(number("1.250", Some(DecimalSign::Comma)), Clean::of(1250.0));
        assert_eq!(number("1,250", Some(DecimalSign::Comma)), Clean::of(1.25));
        for (raw, want) in [
            ("12,5", Some(DecimalSign::Comma)),
            ("12.5", Some(DecimalSign::Point)),
            ("1.250,00", Some(DecimalSign::Comma)),
            ("1,250,000", Some(DecimalSign::Point)),
            ("1.250", None),
            ("1250", None),
            ("€ 12,50", Some(DecimalSign::Comma)),
        ] {
            assert_eq!(decimal_sign(raw), want, "{raw}");
        }
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(
            (whole(1250.0), whole(-3.0), whole(3.5), whole(1e300), whole(f64::NAN)),
            (Some(1250), Some(-3), None, None, None)
        );
    }

    proptest! {
        #[test]
        fn never_fails(text in "\\PC{0,30}", digits in "[-+(]?[0-9.,' ]{0,20}[a-zA-Z€$%)]{0,4}") {
            for text in [text, digits] {
                amount(&text, None);
                amount(&text, Some(DecimalSign::Comma));
                decimal_sign(&text);
            }
        }

        #[test]
        fn plain_numbers_are_themselves(value in -1_000_000_000i64..1_000_000_000) {
            prop_assert_eq!(number(&value.to_string(), None), Clean::of(value as f64));
        }
    }
}
