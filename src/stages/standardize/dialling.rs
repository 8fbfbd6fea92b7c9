//! How numbers are dialled, country by country.
//!
//! International forms and the national forms of countries that simply drop a trunk prefix are read from a table of
//! calling codes, prefixes and lengths; the `phonenumber` crate, which is slow, reads what is left (Argentina, Brazil
//! …).

use std::str::FromStr;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// How numbers of a country are dialled.
#[derive(Debug)]
struct Dialling {
    code: &'static str,
    /// Dialled before national numbers; "" for none.
    trunk: &'static str,
    shortest: usize,
    longest: usize,
    /// The trunk prefix is dropped and nothing else is rewritten.
    plain: bool,
    /// Elsewhere: numbers of so many digits are plain, too, the trunk prefix not counted; not those of services, which
    /// begin with 1.
    plain_with: Option<usize>,
}

/// National numbers with fewer digits are short codes or typing errors.
pub(super) const SHORTEST: usize = 6;

static COUNTRIES: LazyLock<HashMap<&'static str, Dialling, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("data/dialling.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(read_dialling).collect()
});

/// By calling code: shortest and longest national number of all countries that share it, and whether a trunk 0 is
/// dropped.
static CODES: LazyLock<[Option<(usize, usize, bool)>; 1000]> = LazyLock::new(|| {
    let mut codes = [None; 1000];
    for (_, dialling) in
        include_str!("data/dialling.txt").lines().filter(|line| !line.starts_with('#')).filter_map(read_dialling)
    {
        let Some(shared) = code_number(dialling.code).and_then(|code| codes.get_mut(code)) else { continue };
        let (shortest, longest, trunk_zero) = shared.unwrap_or((usize::MAX, 0, false));
        *shared =
            Some((dialling.shortest.min(shortest), dialling.longest.max(longest), trunk_zero || dialling.trunk == "0"));
    }
    codes
});

/// The place of a calling code of digits; none begins with 0.
fn code_number(code: &str) -> Option<usize> {
    if code.starts_with('0') { None } else { code.parse().ok() }
}

fn of_code(code: &str) -> Option<(usize, usize, bool)> {
    *CODES.get(code_number(code)?)?
}

/// From calling code and national number.
pub(super) fn international(digits: &str) -> Option<String> {
    split_code(digits).map(|(code, national)| ["+", code, national].concat())
}

/// Calling code and national number, if that can be one.
pub(super) fn split_code(digits: &str) -> Option<(&str, &str)> {
    let (code, (shortest, longest, trunk_zero)) = (1..=3).find_map(|length| {
        let code = digits.get(..length)?;
        Some((code, of_code(code)?))
    })?;
    let national = &digits[code.len()..];
    // "+44 0207 …": the trunk prefix has no place there; Italy's numbers do begin with 0
    let national = if trunk_zero { national.trim_start_matches('0') } else { national };
    let fits = (shortest.max(SHORTEST)..=longest).contains(&national.len()) && code.len() + national.len() <= 15;
    fits.then_some((code, national))
}

/// From a national number, or one with the country's own calling code but no plus.
pub(super) fn national(digits: &str, country: &str) -> Option<String> {
    let dialling = COUNTRIES.get(country)?;
    if !dialling.plain {
        let rest =
            digits.strip_prefix(dialling.trunk).or_else(|| (!digits.starts_with(dialling.code)).then_some(digits));
        let rest = rest.filter(|rest| Some(rest.len()) == dialling.plain_with && !rest.starts_with('1'));
        return rest.map_or_else(|| by_rules(digits, country), |rest| checked(dialling.code, rest));
    }
    let fits = |national: &str| (dialling.shortest.max(SHORTEST)..=dialling.longest).contains(&national.len());
    if !dialling.trunk.is_empty()
        && let Some(rest) = digits.strip_prefix(dialling.trunk)
        && fits(rest)
    {
        return checked(dialling.code, rest);
    }
    if let Some(rest) = digits.strip_prefix(dialling.code)
        && rest.len() >= dialling.shortest.max(8)
        && fits(rest)
    {
        return checked(dialling.code, rest);
    }
    fits(digits).then(|| checked(dialling.code, digits)).flatten()
}

/// A trunk prefix that is still there, of a number too short to do without it, is dropped as behind a calling code.
fn checked(code: &str, national: &str) -> Option<String> {
    let (_, _, trunk_zero) = of_code(code)?;
    let national = if trunk_zero { national.trim_start_matches('0') } else { national };
    let fits = national.len() >= SHORTEST && code.len() + national.len() <= 15;
    fits.then(|| ["+", code, national].concat())
}

fn by_rules(digits: &str, country: &str) -> Option<String> {
    let id = phonenumber::country::Id::from_str(country).ok()?;
    let parsed = phonenumber::parse(Some(id), digits).ok()?;
    let zeros = "0".repeat(usize::from(parsed.national().zeros()));
    let national = format!("{zeros}{}", parsed.national().value());
    checked(&parsed.code().value().to_string(), &national)
}

fn read_dialling(line: &'static str) -> Option<(&'static str, Dialling)> {
    let mut words = line.split(' ');
    let country = words.next()?;
    let code = words.next()?;
    let trunk = words.next().map(|trunk| if trunk == "-" { "" } else { trunk })?;
    let (shortest, longest) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let plain = words.next()? == "plain";
    let plain_with = words.next().and_then(|length| length.parse().ok());
    Some((country, Dialling { code, trunk, shortest, longest, plain, plain_with }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn usual_australian_numbers_are_as_the_rules_have_them(digits in "0?([2-57-9][0-9]|6[02-9])[0-9]{7}") {
            prop_assert_eq!(national(&digits, "AU"), by_rules(&digits, "AU"));
        }
    }
}
