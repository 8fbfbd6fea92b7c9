//! Languages by their ISO 639-1 codes: what they are called, and in which of them business is done in a country.

use std::ops::BitOr;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The codes of ISO 639-1, ascending; a language is a place among them.
static CODES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lines(include_str!("data/languages.txt")).filter_map(|line| line.split(';').next()).collect());

static BY_NAME: LazyLock<HashMap<String, u8, FixedState>> = LazyLock::new(|| {
    let all = || (0u8..).zip(lines(include_str!("data/languages.txt")).map(|line| line.split(';')));
    let mut names: HashMap<String, u8, FixedState> = HashMap::default();
    // Codes before names, so that no name can take a code.
    for (language, mut spellings) in all() {
        names.extend(spellings.next().map(|code| (code.to_owned(), language)));
    }
    for (language, spellings) in all() {
        spellings.skip(1).for_each(|name| {
            names.entry(key(name)).or_insert(language);
        });
    }
    names
});

static BY_COUNTRY: LazyLock<HashMap<&'static str, Languages, FixedState>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut words = line.split(' ');
        let country = words.next()?;
        Some((country, words.filter_map(language).collect()))
    };
    lines(include_str!("data/country_languages.txt")).filter_map(line).collect()
});

fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// A set of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Languages([u64; 3]);

impl Languages {
    /// No language.
    pub const NONE: Self = Self([0; 3]);

    /// The languages of a country, given by its ISO 3166-1 code; none where that is unknown.
    pub fn of_country(country: &str) -> Self {
        BY_COUNTRY.get(country).copied().unwrap_or_default()
    }

    /// The languages that a cell lists ("de, en", "DE/EN", "German; English", "de-AT"), and the words that are none.
    pub fn listed(cell: &str) -> (Self, Vec<&str>) {
        // A name may have a space in it; what separates words may be one, too.
        if let Some(one) = language(cell) {
            return (Self::from_iter([one]), Vec::new());
        }
        let (mut known, mut unknown) = (Self::NONE, Vec::new());
        for part in cell.split([',', ';', '|', '/', '+', '&', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            match language(part) {
                Some(one) => known = known | Self::from_iter([one]),
                None => part.split_whitespace().for_each(|word| match language(word) {
                    Some(one) => known = known | Self::from_iter([one]),
                    None if ["and", "und", "et", "y", "и"].contains(&word) => {}
                    None => unknown.push(word),
                }),
            }
        }
        (known, unknown)
    }

    /// True without languages.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Whether two sets have a language in common.
    pub fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }

    /// The codes, ascending.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        (0u8..).zip(CODES.iter()).filter(move |&(language, _)| self.meets(Self::from_iter([language]))).map(|(_, c)| *c)
    }
}

impl FromIterator<u8> for Languages {
    fn from_iter<I: IntoIterator<Item = u8>>(languages: I) -> Self {
        let mut set = Self::NONE;
        languages.into_iter().for_each(|language| set.0[usize::from(language) / 64] |= 1 << (language % 64));
        set
    }
}

impl BitOr for Languages {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        let mut set = self;
        set.0.iter_mut().zip(other.0).for_each(|(own, other)| *own |= other);
        set
    }
}

/// A language by its code, with or without a region ("de", "DE", "de-AT"), or by its name in one of several languages.
fn language(text: &str) -> Option<u8> {
    let key = key(text);
    BY_NAME.get(&key).copied().or_else(|| {
        let (code, region) = text.trim().split_once(['-', '_'])?;
        let is_region = code.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_region.then(|| BY_NAME.get(&code.to_ascii_lowercase()).copied())?
    })
}

/// Letters and digits only, lower case, without accents.
fn key(text: &str) -> String {
    let letters = text.nfkd().filter(|&c| !is_combining_mark(c)).filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(languages: Languages) -> Vec<&'static str> {
        languages.codes().collect()
    }

    #[test]
    fn cells_are_read_however_they_list() {
        let cases: [(&str, &[&str], &[&str]); 12] = [
            ("de, en", &["de", "en"], &[]),
            ("DE/EN", &["de", "en"], &[]),
            ("de en", &["de", "en"], &[]),
            ("German; English", &["de", "en"], &[]),
            ("Deutsch und Englisch", &["de", "en"], &[]),
            ("немски", &["de"], &[]),
            ("Español", &["es"], &[]),
            ("espanol & français", &["es", "fr"], &[]),
            ("de-AT, pt_BR", &["de", "pt"], &[]),
            ("Klingon, en", &["en"], &["Klingon"]),
            ("Scottish Gaelic", &["gd"], &[]),
            ("", &[], &[]),
        ];
        for (cell, expected, strange) in cases {
            let (languages, unknown) = Languages::listed(cell);
            assert_eq!((codes(languages), unknown.as_slice()), (expected.to_vec(), strange), "{cell}");
        }
    }

    #[test]
    fn countries_have_their_languages() {
        let cases: [(&str, &[&str]); 7] = [
            ("DE", &["de"]),
            ("CH", &["de", "fr", "it"]),
            ("BE", &["de", "fr", "nl"]),
            ("CA", &["en", "fr"]),
            ("BG", &["bg"]),
            ("AQ", &[]),
            ("", &[]),
        ];
        for (country, expected) in cases {
            assert_eq!(codes(Languages::of_country(country)), expected, "{country}");
        }
    }

    #[test]
    fn the_tables_are_whole() {
        assert_eq!(CODES.len(), 184);
        assert!(CODES.iter().all(|code| code.len() == 2) && CODES.is_sorted());
        let table = || lines(include_str!("data/country_languages.txt"));
        assert_eq!(table().count(), 250, "ISO 3166-1 and Kosovo");
        for line in table() {
            let (country, languages) = line.split_once(' ').unwrap_or((line, ""));
            let known = codes(Languages::of_country(country));
            assert_eq!(languages.split_whitespace().count(), known.len(), "{line}");
            assert!(!known.is_empty() || country == "AQ", "{line}: only penguins speak nothing");
        }
    }

    #[test]
    fn sets_meet_where_they_share_one() {
        let of = |cell: &str| Languages::listed(cell).0;
        assert!(of("de en").meets(of("en fr")) && !of("de").meets(of("fr")) && !of("de").meets(Languages::NONE));
        assert_eq!(codes(of("de") | of("zu")), ["de", "zu"]);
    }
}
