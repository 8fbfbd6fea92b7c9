//! Stand-ins for "no value": "n/a", "-", "test", "xxx".

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::fold::{compact, fold};

type Words = HashSet<String, FixedState>;

static ANY: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/placeholders.txt")));
static NAMES: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/placeholder_names.txt")));

/// Whether a value of any field stands for nothing: no letter or digit at all, or "n/a", "unknown", "none" …
pub fn is_placeholder(text: &str) -> bool {
    if !text.chars().any(char::is_alphanumeric) {
        return !text.trim().is_empty();
    }
    text.chars().count() <= 24 && ANY.contains(&compact(text))
}

/// Whether the name of a person, company, street or city stands for nothing: as [`is_placeholder`], or all its words
/// are such as "test", "asdf", or one letter is repeated ("xxx").
pub fn is_placeholder_name(text: &str) -> bool {
    let text = text.trim();
    if text == "Na" {
        return false; // a given name
    }
    if is_placeholder(text) {
        return true;
    }
    if text.chars().count() > 40 {
        return false;
    }
    let folded = fold(text);
    if folded.is_empty() {
        return false;
    }
    let one = |word: &str| NAMES.contains(word) || ANY.contains(word) || is_repeated(word);
    NAMES.contains(&folded.replace(' ', "")) || folded.split(' ').all(one)
}

/// One letter three times or more.
fn is_repeated(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next();
    word.len() >= 3 && word != "iii" && first.is_some_and(char::is_alphabetic) && chars.all(|c| Some(c) == first)
}

fn words(data: &str) -> Words {
    let lines = data.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines.map(compact).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins() {
        for text in ["n/a", "N/A", "-", "--", "?", "null", "None", "unknown", "Unbekannt", "н/д", "#N/A", "."] {
            assert!(is_placeholder(text), "{text:?}");
        }
        for text in ["", " ", "Anna", "Nana", "12", "Unknown Worlds", "test"] {
            assert!(!is_placeholder(text), "{text:?}");
        }
    }

    #[test]
    fn stand_in_names() {
        for text in ["test", "Test Test", "asdf", "XXX", "no name", "Test User", "n/a", "aaaa", "тест", "Unknown"] {
            assert!(is_placeholder_name(text), "{text:?}");
        }
        for text in ["Anna Test", "Testa", "Na", "III", "Max", "Ян", "李"] {
            assert!(!is_placeholder_name(text), "{text:?}");
        }
    }
}
