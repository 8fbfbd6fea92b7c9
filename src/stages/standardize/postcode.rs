//! Postal codes in each country's written form.

use std::sync::LazyLock;

use super::clean::Clean;
use super::placeholder::is_placeholder;
use super::text::tidy;
use crate::model::rows::FindingCode;

/// Country and the alternatives of its pattern (A letter, 9 digit, X either).
static PATTERNS: LazyLock<Vec<(&'static str, Vec<&'static str>)>> = LazyLock::new(|| {
    let lines = include_str!("data/postcodes.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(country, forms)| (country, forms.split('|').collect()))
        .collect()
});

/// A postal code of a country: upper case, spaced and hyphenated as that country writes it, a country prefix ("D-80331")
/// dropped, a leading zero restored where the country has five digits and four are there. What does not fit is kept
/// with a finding; without a country, or for one whose form is not known, the code is only tidied.
pub fn postcode(raw: &str, country: Option<&str>) -> Clean<String> {
    let text = tidy(raw).to_uppercase();
    if text.is_empty() {
        return Clean::blank();
    }
    if is_placeholder(&text) {
        return Clean::fault(FindingCode::Placeholder);
    }
    let Some((country, forms)) = country.and_then(|code| PATTERNS.iter().find(|(known, _)| *known == code)) else {
        return Clean::of(text);
    };
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let bare = without_country(&letters, country);
    let fitted = forms.iter().find_map(|form| fit(form, bare));
    // spreadsheets take a code for a number and lose its zero, or show it as 80331.0
    let restored = || (forms[0] == "99999" && bare.len() == 4).then(|| fit("99999", &format!("0{bare}"))).flatten();
    let decimal = || text.strip_suffix(".0").and_then(|whole| forms.iter().find_map(|form| fit(form, whole)));
    match fitted.or_else(decimal).or_else(restored) {
        Some(code) => Clean::of(code),
        None => Clean::kept(text, FindingCode::InvalidPostcode),
    }
}

fn without_country<'a>(letters: &'a str, country: &str) -> &'a str {
    let prefixes: [&str; 2] = match country {
        "DE" => ["DE", "D"],
        "AT" => ["AT", "A"],
        "FR" => ["FR", "F"],
        "IT" => ["IT", "I"],
        "ES" => ["ES", "E"],
        "BE" => ["BE", "B"],
        "SE" => ["SE", "S"],
        "LU" => ["LU", "L"],
        _ => [country, country],
    };
    let rest = prefixes.iter().find_map(|prefix| letters.strip_prefix(prefix));
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(letters)
}

/// The letters laid into the pattern; none where they don't fit exactly.
fn fit(form: &str, letters: &str) -> Option<String> {
    let mut rest = letters.chars();
    let mut code = String::with_capacity(form.len());
    for slot in form.chars() {
        let fits = |c: &char| match slot {
            'A' => c.is_ascii_uppercase(),
            '9' => c.is_ascii_digit(),
            _ => c.is_ascii_alphanumeric(),
        };
        match slot {
            'A' | '9' | 'X' => code.push(rest.next().filter(fits)?),
            separator => code.push(separator),
        }
    }
    rest.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes() {
        for (raw, country, want) in [
            ("80331", "DE", "80331"),
            ("D-80331", "DE", "80331"),
            ("1067", "DE", "01067"),
            ("80331.0", "DE", "80331"),
            ("sw1a1aa", "GB", "SW1A 1AA"),
            ("m1 1ae", "GB", "M1 1AE"),
            ("1012ab", "NL", "1012 AB"),
            ("00950", "PL", "00-950"),
            ("11455", "SE", "114 55"),
            ("S-114 55", "SE", "114 55"),
            ("2139", "US", "02139"),
            ("02139-1234", "US", "02139-1234"),
            ("021391234", "US", "02139-1234"),
            ("k1a0b1", "CA", "K1A 0B1"),
            ("1000", "BG", "1000"),
            ("1100-048", "PT", "1100-048"),
            ("01310100", "BR", "01310-100"),
            ("8001", "ES", "08001"),
            ("d02x285", "IE", "D02 X285"),
            ("any 1", "XX", "ANY 1"),
        ] {
            assert_eq!(postcode(raw, Some(country)), Clean::of(want.to_owned()), "{raw} {country}");
        }
        assert_eq!(postcode("123", Some("DE")), Clean::kept("123".to_owned(), FindingCode::InvalidPostcode));
        assert_eq!(postcode("-", Some("DE")), Clean::fault(FindingCode::Placeholder));
        assert_eq!(postcode("1067", None), Clean::of("1067".to_owned()));
    }

    proptest! {
        #[test]
        fn clean_codes_stay(text in "\\PC{0,12}", at in 0usize..44) {
            let country = PATTERNS[at % PATTERNS.len()].0;
            if let Clean { value: Some(code), finding: None } = postcode(&text, Some(country)) {
                prop_assert_eq!(postcode(&code, Some(country)), Clean::of(code));
            }
        }

        #[test]
        fn plausible_codes_stay(text in "[A-Za-z]{0,2}[0-9]{3,5}[ -]?[0-9A-Z]{0,3}", at in 0usize..44) {
            let country = PATTERNS[at % PATTERNS.len()].0;
            if let Clean { value: Some(code), finding: None } = postcode(&text, Some(country)) {
                prop_assert_eq!(postcode(&code, Some(country)), Clean::of(code));
            }
        }
    }
}
