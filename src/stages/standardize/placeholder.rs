//! Stand-ins for "no value": "n/a", "-", "test", "xxx".

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::fold::{compact, fold, fold_ascii_into};

type Words = HashSet<String, FixedState>;

static ANY: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/placeholders.txt")));
static NAMES: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/placeholder_names.txt")));

/// Stand-ins have at most so many characters.
const LONGEST: usize = 24;
/// Names that are stand-ins have at most so many.
const LONGEST_NAME: usize = 40;

/// Whether a value of any field stands for nothing: no letter or digit at all, or "n/a", "unknown", "none" …
pub fn is_placeholder(text: &str) -> bool {
    if text.is_ascii() {
        // 9 of 10 values are ASCII: their letters and digits fit on the stack
        let mut letters = [0; LONGEST];
        return match compact_ascii(text.as_bytes(), &mut letters) {
            Some("") => text.bytes().any(|byte| !byte.is_ascii_whitespace() && byte != 0x0b),
            Some(compact) => text.len() <= LONGEST && ANY.contains(compact),
            None => false,
        };
    }
    if !text.chars().any(char::is_alphanumeric) {
        return !text.trim().is_empty();
    }
    text.chars().count() <= LONGEST && ANY.contains(&compact(text))
}

/// Lower-case letters and digits; none where there are more than the buffer takes.
fn compact_ascii<'b>(text: &[u8], buffer: &'b mut [u8]) -> Option<&'b str> {
    let mut length = 0;
    for byte in text.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    std::str::from_utf8(&buffer[..length]).ok()
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
    let one = |word: &str| NAMES.contains(word) || ANY.contains(word) || is_repeated(word);
    let is_name =
        |folded: &str, compact: &str| !folded.is_empty() && (NAMES.contains(compact) || folded.split(' ').all(one));
    if text.is_ascii() {
        let (mut words, mut letters) = ([0; LONGEST_NAME], [0; LONGEST_NAME]);
        if text.len() > LONGEST_NAME {
            return false;
        }
        let folded = fold_ascii_into(text.as_bytes(), &mut words);
        let compact = compact_ascii(text.as_bytes(), &mut letters).unwrap_or_default();
        return is_name(folded, compact);
    }
    if text.chars().count() > LONGEST_NAME {
        return false;
    }
    let folded = fold(text);
    is_name(&folded, &folded.replace(' ', ""))
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

    proptest::proptest! {
        /// ASCII is looked at in another way than other text: a zero-width mark behind it makes no difference.
        #[test]
        fn ascii_is_as_other_text(text in "[ -~\\t]{0,30}|[NnaA/. -]{1,6}|([tT]est|xxx|a)( [tT]est|-xxx|a|\\.b){0,3}") {
            let marked = format!("{}\u{200b}", text.trim());
            proptest::prop_assert_eq!(is_placeholder(text.trim()), is_placeholder(&marked) && !text.trim().is_empty());
            if text.trim() != "Na" {
                let marked_name = is_placeholder_name(&marked) && !text.trim().is_empty();
                proptest::prop_assert_eq!(is_placeholder_name(&text), marked_name);
            }
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
