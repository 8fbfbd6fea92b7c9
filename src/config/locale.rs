//! Locales: how a source writes dates that could be read either way, and decimal numbers.
//!
//! Orders and signs are those of the Unicode CLDR.

/// What a locale settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// 3/4/2026 is March 4.
    pub month_first: bool,
    /// 1.250,50 rather than 1,250.50.
    pub decimal_comma: bool,
}

/// Languages with the region that is meant where none is named.
#[rustfmt::skip]
const LANGUAGES: [(&str, &str); 40] = [
    ("en", "US"), ("de", "DE"), ("fr", "FR"), ("es", "ES"), ("it", "IT"), ("bg", "BG"), ("pt", "BR"), ("nl", "NL"),
    ("pl", "PL"), ("cs", "CZ"), ("sk", "SK"), ("hu", "HU"), ("ro", "RO"), ("hr", "HR"), ("sl", "SI"), ("sr", "RS"),
    ("mk", "MK"), ("el", "GR"), ("tr", "TR"), ("ru", "RU"), ("uk", "UA"), ("da", "DK"), ("sv", "SE"), ("nb", "NO"),
    ("no", "NO"), ("fi", "FI"), ("is", "IS"), ("et", "EE"), ("lv", "LV"), ("lt", "LT"), ("sq", "AL"), ("ca", "ES"),
    ("ga", "IE"), ("he", "IL"), ("ja", "JP"), ("zh", "CN"), ("ko", "KR"), ("th", "TH"), ("hi", "IN"), ("id", "ID"),
];
/// Regions that write the month before the day, in English; in Spanish two do.
const MONTH_FIRST: [&str; 8] = ["US", "PH", "FM", "GU", "MH", "PR", "PW", "VI"];
const MONTH_FIRST_IN_SPANISH: [&str; 2] = ["PA", "PR"];
/// Regions whose English has a decimal comma.
const COMMA_IN_ENGLISH: [&str; 9] = ["AT", "BE", "DE", "DK", "FI", "NL", "SE", "SI", "ZA"];
/// Regions with a decimal point, in whatever language; English has one nearly everywhere.
#[rustfmt::skip]
const DECIMAL_POINT: [&str; 32] = [
    "US", "GB", "IE", "AU", "NZ", "IN", "MX", "GT", "HN", "NI", "PA", "SV", "DO", "PR", "PE", "CN", "JP", "KR", "TW",
    "HK", "SG", "MY", "PH", "TH", "IL", "CH", "LI", "MT", "PK", "LK", "NG", "KE",
];

impl Locale {
    /// The locale of a name such as `de`, `de-AT` or `en_GB`; none for one that is not known.
    pub fn named(name: &str) -> Option<Self> {
        let mut parts = name.trim().split(['-', '_']);
        let language = parts.next()?.to_ascii_lowercase();
        let usual = LANGUAGES.iter().find(|(known, _)| *known == language).map(|&(_, region)| region)?;
        // A script may stand between: sr-Latn-RS.
        let is_region = |part: &&str| part.len() == 2 || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
        let region = parts.rfind(is_region).map(str::to_ascii_uppercase);
        if name.split(['-', '_']).skip(1).any(|part| !part.is_ascii() || !(is_region(&part) || part.len() == 4)) {
            return None;
        }
        let region = region.as_deref().unwrap_or(usual);
        let swiss_french = language == "fr" && region == "CH";
        let month_first = if language == "es" { &MONTH_FIRST_IN_SPANISH[..] } else { &MONTH_FIRST[..] };
        Some(Self {
            month_first: month_first.contains(&region),
            decimal_comma: swiss_french
                || (language == "en" && COMMA_IN_ENGLISH.contains(&region))
                || !(DECIMAL_POINT.contains(&region)
                    || matches!(language.as_str(), "en" | "he" | "ja" | "zh" | "ko" | "th" | "hi")),
        })
    }

    /// Languages that are known, to choose from.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|&(language, _)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_locales() {
        let known = |name: &str| Locale::named(name).map(|of| (of.month_first, of.decimal_comma));
        for (name, expected) in [
            ("de", (false, true)),
            ("de-DE", (false, true)),
            ("de_AT", (false, true)),
            ("de-CH", (false, false)),
            ("fr-CH", (false, true)),
            ("en", (true, false)),
            ("en-US", (true, false)),
            ("en_GB", (false, false)),
            ("EN-gb", (false, false)),
            ("en-DE", (false, true)),
            ("en-IN", (false, false)),
            ("es-US", (false, false)),
            ("es-PA", (true, false)),
            ("en-ZA", (false, true)),
            ("es", (false, true)),
            ("es-MX", (false, false)),
            ("bg", (false, true)),
            ("sr-Latn-RS", (false, true)),
            ("ja", (false, false)),
        ] {
            assert_eq!(known(name), Some(expected), "{name}");
        }
        for name in ["", "german", "xx", "de-Germany", "1"] {
            assert_eq!(known(name), None, "{name}");
        }
    }
}
