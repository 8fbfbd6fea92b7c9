//! Money, quantities and percentages as exact decimals of four places.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg};

use super::amount::write_ten_thousandths;

/// A number with four decimals, exact: a whole number of ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(10_000);
    /// The largest number that is read; amounts of this size and below keep every digit in output tables.
    const LARGEST: f64 = 1e13;

    /// The nearest number of ten-thousandths, halves away from zero; none of a number that is too large.
    pub fn of(number: f64) -> Option<Self> {
        // By the digits that the number shows: 0.00005 is not less than it says.
        let shown = format!("{:.9}", number.abs());
        let (whole, rest) = shown.split_once('.').filter(|_| number.abs() < Self::LARGEST)?;
        let units: i128 = format!("{whole}{rest}").parse().ok()?;
        let parts = (units + 50_000) / 100_000;
        Some(Self(if number < 0.0 { -parts } else { parts }))
    }

    /// As a floating-point number, for frames.
    pub fn to_f64(self) -> f64 {
        // By its digits: a quotient of large numbers would be rounded twice.
        self.to_string().parse().unwrap_or(f64::MAX)
    }

    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// What so many cost at a price, less a discount in percent: rounded once, at the end, to the smallest unit of the
    /// currency, halves away from zero. None where the amount is too large.
    pub fn priced(price: Self, quantity: Self, discount: Option<Self>, currency: &str) -> Option<Self> {
        const WHOLE: i128 = 1_000_000;
        let left = WHOLE - discount.map_or(0, |percent| percent.0);
        let exact = price.0.checked_mul(quantity.0)?.checked_mul(left)?;
        // Ten-thousandths of ten-thousandths of millionths, in units of the currency.
        let places = decimals(currency);
        let unit = 10i128.pow(14 - places);
        let units = (exact.abs().checked_add(unit / 2)?) / unit;
        let amount = Self(units.checked_mul(10i128.pow(4 - places))? * exact.signum());
        (amount.0.abs() <= (Self::LARGEST * 1e4) as i128).then_some(amount)
    }
}

/// Decimal places of a currency's smallest unit, by ISO 4217; two where the currency is not known.
fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// Without needless zeros: `15`, `-0.5`, `2.1213`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ten_thousandths(f, self.0)
    }
}

/// The sum of amounts by currency, in the order of the currencies. An amount without one is taken to be in the others',
/// where there is one other.
pub fn by_currency<'a>(amounts: impl IntoIterator<Item = (&'a str, Money)>) -> Vec<(String, Money)> {
    let mut sums: std::collections::BTreeMap<&str, Money> = std::collections::BTreeMap::new();
    for (currency, amount) in amounts {
        let sum = sums.entry(currency).or_default();
        *sum = *sum + amount;
    }
    if sums.len() == 2
        && let Some(unsaid) = sums.remove("")
        && let Some(sum) = sums.values_mut().next()
    {
        *sum = *sum + unsaid;
    }
    sums.into_iter().map(|(currency, sum)| (currency.to_owned(), sum)).collect()
}

/// Sums as people read them: `EUR 1000; USD 500`.
pub fn told(sums: &[(String, Money)]) -> String {
    let one = |(currency, sum): &(String, Money)| format!("{currency} {sum}").trim().to_owned();
    sums.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(number: f64) -> Money {
        Money::of(number).unwrap()
    }

    #[test]
    fn numbers_are_exact_and_read_back() {
        for (number, shown) in [
            (0.1 + 0.2, "0.3"),
            (-12.5, "-12.5"),
            (0.00005, "0.0001"),
            (-0.00005, "-0.0001"),
            (0.000_049, "0"),
            (1_234_567_890_123.25, "1234567890123.25"),
            (9_999_999_999_999.0, "9999999999999"),
        ] {
            assert_eq!(money(number).to_string(), shown);
            assert_eq!(money(number).to_f64(), shown.parse::<f64>().unwrap());
        }
        assert_eq!([Money::of(1e13), Money::of(f64::NAN), Money::of(f64::INFINITY)], [None; 3]);
    }

    #[test]
    fn amounts_are_rounded_once_to_the_smallest_unit() {
        let priced = |price, quantity, discount: Option<f64>, currency| {
            let amount = Money::priced(money(price), money(quantity), discount.map(money), currency);
            amount.map(|amount| amount.to_string())
        };
        for (price, quantity, discount, currency, amount) in [
            (19.99, 3.0, None, "EUR", "59.97"),
            (0.335, 1.0, None, "EUR", "0.34"),
            (0.0125, 1000.0, None, "EUR", "12.5"),
            (0.0125, 3.0, None, "EUR", "0.04"),
            (99.0, 1.0, Some(33.3333), "EUR", "66"),
            (10.0, 3.0, Some(100.0), "EUR", "0"),
            (1250.5, 3.0, Some(10.0), "JPY", "3376"),
            (1.2345, 1.0, None, "KWD", "1.235"),
            (1.2345, 1.0, None, "", "1.23"),
            (-0.335, 1.0, None, "EUR", "-0.34"),
        ] {
            assert_eq!(priced(price, quantity, discount, currency).as_deref(), Some(amount), "{price} x {quantity}");
        }
        assert_eq!(priced(9e12, 1e9, None, "EUR"), None);
    }

    #[test]
    fn currencies_are_not_added_up() {
        let sums = |amounts: &[(&str, f64)]| told(&by_currency(amounts.iter().map(|(code, it)| (*code, money(*it)))));
        assert_eq!(sums(&[("USD", 1.5), ("EUR", 0.1), ("EUR", 0.2)]), "EUR 0.3; USD 1.5");
        assert_eq!(sums(&[("", 1.0), ("EUR", 2.0)]), "EUR 3");
        assert_eq!(sums(&[("", 1.0), ("EUR", 2.0), ("USD", 3.0)]), "1; EUR 2; USD 3");
        assert_eq!(sums(&[("", 1.0)]), "1");
    }
}
