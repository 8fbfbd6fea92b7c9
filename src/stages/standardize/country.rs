//! Countries, to ISO 3166-1 alpha-2.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::clean::Clean;
use super::fold::compact;
use super::placeholder::is_placeholder;
use crate::model::rows::FindingCode;

static BY_SPELLING: LazyLock<HashMap<String, &'static str, FixedState>> = LazyLock::new(|| {
    let data = include_str!("data/countries.txt");
    let lines = || data.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(';').collect::<Vec<_>>());
    let mut map = HashMap::default();
    // codes before names, so that no name can take a code
    for names in lines() {
        names[..2].iter().for_each(|code| {
            map.insert(code.to_lowercase(), names[0]);
        });
    }
    for names in lines() {
        names[2..].iter().for_each(|name| {
            map.entry(compact(name)).or_insert(names[0]);
        });
    }
    map
});

/// A country from its name in many languages, ISO code or common short form.
pub fn country(raw: &str) -> Clean<String> {
    let text = raw.trim();
    if text.is_empty() {
        return Clean::blank();
    }
    if text != "NA" && is_placeholder(text) {
        return Clean::fault(FindingCode::Placeholder);
    }
    let key = compact(text);
    let found = BY_SPELLING.get(&key).or_else(|| BY_SPELLING.get(key.strip_prefix("the")?));
    found.map_or_else(|| Clean::fault(FindingCode::UnknownCountry), |&code| Clean::of(code.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings() {
        for (raw, want) in [
            ("DE", "DE"),
            ("de", "DE"),
            ("DEU", "DE"),
            ("Germany", "DE"),
            ("Deutschland", "DE"),
            ("Allemagne", "DE"),
            ("Alemania", "DE"),
            ("Germania", "DE"),
            ("Германия", "DE"),
            ("Österreich", "AT"),
            ("Oesterreich", "AT"),
            ("Austria", "AT"),
            ("España", "ES"),
            ("espana", "ES"),
            ("България", "BG"),
            ("BULGARIA", "BG"),
            ("USA", "US"),
            ("U.S.A.", "US"),
            ("United States of America", "US"),
            ("EE.UU.", "US"),
            ("САЩ", "US"),
            ("UK", "GB"),
            ("England", "GB"),
            ("Great Britain", "GB"),
            ("The Netherlands", "NL"),
            ("Holland", "NL"),
            ("Schweiz", "CH"),
            ("Côte d'Ivoire", "CI"),
            ("NA", "NA"),
            ("Türkiye", "TR"),
            ("Brasil", "BR"),
            ("Ελλάδα", "GR"),
            ("Polska", "PL"),
        ] {
            assert_eq!(country(raw), Clean::of(want.to_owned()), "{raw}");
        }
        assert_eq!(country(""), Clean::blank());
        assert_eq!(country("n/a"), Clean::fault(FindingCode::Placeholder));
        assert_eq!(country("Narnia"), Clean::fault(FindingCode::UnknownCountry));
    }

    #[test]
    fn every_country_by_its_codes_and_english_name() {
        let mut countries = 0;
        for line in include_str!("data/countries.txt").lines().filter(|line| !line.starts_with('#')) {
            let names: Vec<&str> = line.split(';').collect();
            for name in &names[..3] {
                assert_eq!(country(name).value.as_deref(), Some(names[0]), "{name}");
            }
            countries += 1;
        }
        assert_eq!(countries, 250); // ISO 3166-1 and Kosovo
    }

    proptest! {
        #[test]
        fn never_fails_and_is_idempotent(text in "\\PC{0,30}") {
            if let Some(code) = country(&text).value {
                prop_assert_eq!(country(&code), Clean::of(code));
            }
        }
    }
}
