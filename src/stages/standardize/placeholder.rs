//! Stand-ins for "no value": "n/a", "-", "test", "xxx", "test@test.com".

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::fold::{compact, fold, fold_ascii_into};

type Words = HashSet<String, FixedState>;

const ANY_WORDS: &str = include_str!("data/placeholders.txt");

static ANY: LazyLock<Words> = LazyLock::new(|| words(ANY_WORDS));
/// Those that are compared by letter ("= n/d"): "nd" is none.
static EXACT: LazyLock<Words> = LazyLock::new(|| {
    let lines = ANY_WORDS.lines().filter_map(|line| line.strip_prefix("= "));
    lines.map(|line| line.trim().to_lowercase()).collect()
});
/// Bytes of the longest of them: longer texts are not copied to be looked up.
static LONGEST_EXACT: LazyLock<usize> = LazyLock::new(|| EXACT.iter().map(String::len).max().unwrap_or(0));
static NAMES: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/placeholder_names.txt")));

/// The longest stand-in in characters; what is longer is not looked up.
const LONGEST: usize = 32;
/// The longest stand-in for a name.
const LONGEST_NAME: usize = 40;

/// Local parts and names of domains that stand for nothing when both do: "test@test.com", "none@none.com". Names of
/// real mail providers are not among them.
const NO_ADDRESS: [&str; 34] = [
    "a",
    "aa",
    "aaa",
    "abcd",
    "anonymous",
    "asd",
    "asdf",
    "blank",
    "domain",
    "dummy",
    "example",
    "fake",
    "na",
    "no",
    "no-email",
    "no-mail",
    "nobody",
    "noemail",
    "nomail",
    "none",
    "noreply",
    "nospam",
    "notgiven",
    "notprovided",
    "null",
    "qwerty",
    "sample",
    "test",
    "tester",
    "unknown",
    "x",
    "xx",
    "xxx",
    "xyz",
];
/// Local parts that say that there is no address, whatever the domain.
const REFUSALS: [&str; 16] = [
    "donthaveone",
    "keineemail",
    "keinemail",
    "no-email",
    "no.email",
    "no_email",
    "noaddress",
    "noemail",
    "noemailaddress",
    "nomail",
    "nonegiven",
    "noneprovided",
    "notgiven",
    "notprovided",
    "sincorreo",
    "sinemail",
];
/// Local parts that only stand-ins have under the domains reserved for examples (RFC 2606). Other addresses there are
/// kept: they tell the leads of made-up files apart.
const AT_EXAMPLES: [&str; 14] = [
    "email", "example", "foo", "foobar", "info", "mail", "me", "name", "nobody", "someone", "test", "user", "username",
    "you",
];

/// All local parts of the lists above: one look for the many addresses that have none of them.
static NO_LOCAL_PARTS: LazyLock<HashSet<&'static str, FixedState>> =
    LazyLock::new(|| REFUSALS.into_iter().chain(AT_EXAMPLES).chain(NO_ADDRESS).collect());

/// Which three letters or digits a stand-in of whatever kind may begin with, as [`beginning`] numbers them. Few names do:
/// the others need no look at the lists, on a million leads a third of the time that names and companies took.
static BEGINNINGS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut known = vec![false; SIGNS.pow(3)];
    for word in ANY.iter().chain(NAMES.iter()).chain(EXACT.iter()).filter(|word| word.is_ascii()) {
        let (number, signs) = beginning(word);
        // A word of one letter or two may be the first of several.
        let further = SIGNS.pow(3 - signs as u32);
        known[number..number + further].fill(true);
    }
    known
});

/// Letters, digits, and none.
const SIGNS: usize = 37;

/// A number for the first three letters and digits of an ASCII text, and how many of them there are; letters of either
/// case are one.
fn beginning(text: &str) -> (usize, usize) {
    let sign = |byte: &u8| match byte {
        b'0'..=b'9' => 1 + usize::from(byte - b'0'),
        _ => 11 + usize::from(byte.to_ascii_lowercase() - b'a'),
    };
    let mut signs = text.as_bytes().iter().filter(|byte| byte.is_ascii_alphanumeric()).take(3).map(sign);
    let first = [signs.next(), signs.next(), signs.next()];
    let number = first.iter().fold(0, |number, sign| number * SIGNS + sign.unwrap_or_default());
    (number, first.iter().flatten().count())
}

/// Whether a text begins as no stand-in does, and is surely none.
fn begins_as_none(text: &str) -> bool {
    let (number, signs) = beginning(text);
    let is_repeated = number % (SIGNS * SIGNS) == number / SIGNS;
    signs > 0 && !is_repeated && !BEGINNINGS[number] && text.is_ascii() && !text.contains('@')
}

/// Whether a value of any field stands for nothing: no letter or digit at all, or "n/a", "unknown", "none" …
pub fn is_placeholder(text: &str) -> bool {
    if begins_as_none(text) {
        return false;
    }
    if text.bytes().all(|byte| byte.is_ascii() && byte != b'@') {
        // 9 of 10 values are ASCII: their letters and digits fit on the stack
        let mut letters = [0; LONGEST];
        return match compact_ascii(text.as_bytes(), &mut letters) {
            Some("") => text.bytes().any(|byte| !byte.is_ascii_whitespace() && byte != 0x0b),
            Some(compact) => text.len() <= LONGEST && is_known(compact, text),
            None => false,
        };
    }
    if !text.chars().any(char::is_alphanumeric) {
        return !text.trim().is_empty();
    }
    if text.contains('@') {
        return is_placeholder_email(text);
    }
    text.chars().count() <= LONGEST && is_known(&compact(text), text)
}

fn is_known(compact: &str, text: &str) -> bool {
    ANY.contains(compact)
        || (!plain(text) && text.trim().len() <= *LONGEST_EXACT && EXACT.contains(&text.trim().to_lowercase()))
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
    if begins_as_none(text) {
        return false;
    }
    let text = text.trim();
    // No stand-in begins with a digit, and many streets do.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    if ["Na", "Nan", "Nil"].contains(&text) {
        return false; // given names
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

/// Whether an e-mail address stands for nothing: "test@test.com", "a@a.com", "noemail@…", "name@example.com".
pub fn is_placeholder_email(address: &str) -> bool {
    let lower = address.trim().to_lowercase();
    lower.split_once('@').is_some_and(|(local, domain)| is_no_address(local, domain))
}

/// The same of an address in lower case.
pub(super) fn is_no_address(local: &str, domain: &str) -> bool {
    if !NO_LOCAL_PARTS.contains(local) {
        return false;
    }
    let host = domain.split('.').next().unwrap_or_default();
    let reserved = || host == "example" && ["example.com", "example.org", "example.net"].contains(&domain);
    REFUSALS.contains(&local)
        || (reserved() && AT_EXAMPLES.contains(&local))
        || (NO_ADDRESS.contains(&host) && NO_ADDRESS.contains(&local))
}

/// One letter three times or more.
fn is_repeated(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next();
    word.len() >= 3 && word != "iii" && first.is_some_and(char::is_alphabetic) && chars.all(|c| Some(c) == first)
}

/// Only ASCII letters, digits and spaces: nothing that [`compact`] would lose.
fn plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
}

fn words(data: &str) -> Words {
    let lines = data.lines().map(str::trim).filter(|line| !line.starts_with("# ") && !line.starts_with("= "));
    lines.map(compact).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stand_in_begins_with_a_digit() {
        // Phone numbers, and streets of such a form, are not looked up.
        let all = ANY.iter().chain(EXACT.iter()).chain(NAMES.iter());
        assert!(!all.clone().any(|word| word.starts_with(|c: char| c.is_ascii_digit())), "{all:?}");
    }

    #[test]
    fn stand_ins() {
        for text in [
            "n/a",
            "N/A",
            "-",
            "--",
            "?",
            "...",
            "null",
            "NULL",
            "None",
            "unknown",
            "Unbekannt",
            "н/д",
            "#N/A",
            ".",
            "#REF!",
            "#VALUE!",
            "\\N",
            "k.A.",
            "K. A.",
            "keine Angabe",
            "N.N.",
            "n/d",
            "неизвестен",
            "няма",
            "Нет",
            "sconosciuto",
            "inconnu",
            "Non renseigné",
            "brak",
            "nieznany",
            "Neznámý",
            "onbekend",
            "n.v.t.",
            "tbd",
            "to be defined",
            "<null>",
            "(blank)",
            "[none]",
            "não informado",
            "Desconocido",
            "sin datos",
            "άγνωστο",
            "липсва",
            "not provided",
            "No Information",
            "test@test.com",
            "noemail@acme.com",
        ] {
            assert!(is_placeholder(text), "{text:?}");
        }
        for text in [
            "",
            " ",
            "Anna",
            "Nana",
            "12",
            "0",
            "00000",
            "Unknown Worlds",
            "test",
            "ND",
            "NN",
            "net",
            "NET",
            "no",
            "Nein",
            "None Ltd",
            "Nullmeier",
            "Missing Link",
            "Blankenship",
            "C",
            "N",
            "Value",
            "Name",
            "Empty Nest Ltd",
            "Brakmann",
            "anna@acme.com",
            "KA",
            "Neant SARL",
        ] {
            assert!(!is_placeholder(text), "{text:?}");
        }
    }

    proptest::proptest! {
        /// ASCII is looked at in another way than other text: a zero-width mark behind it makes no difference.
        #[test]
        fn ascii_is_as_other_text(text in "[ -~\\t]{0,30}|[NnaA/. -]{1,6}|([tT]est|xxx|a)( [tT]est|-xxx|a|\\.b){0,3}") {
            let marked = format!("{}\u{200b}", text.trim());
            proptest::prop_assert_eq!(is_placeholder(text.trim()), is_placeholder(&marked) && !text.trim().is_empty());
            if !["Na", "Nan", "Nil"].contains(&text.trim()) {
                let marked_name = is_placeholder_name(&marked) && !text.trim().is_empty();
                proptest::prop_assert_eq!(is_placeholder_name(&text), marked_name);
            }
        }
    }

    #[test]
    fn stand_in_names() {
        for text in [
            "test",
            "Test Test",
            "asdf",
            "XXX",
            "no name",
            "Test User",
            "n/a",
            "aaaa",
            "тест",
            "Unknown",
            "qwerty",
            "Foo Bar",
            "foobar",
            "sin nombre",
            "Без име",
            "Max Mustermann",
            "No Company",
            "Test GmbH",
            "Testfirma",
            "LNU",
            "none none",
            "Unknown Unknown",
            "keine Adresse",
            "asd asd",
            "null null",
            "Musterstraße",
            "NaN",
            "nan",
            "First Name",
            "null test",
        ] {
            assert!(is_placeholder_name(text), "{text:?}");
        }
        for text in [
            "Nat",
            "Blank",
            "Anna Blank",
            "Anna Test",
            "Testa",
            "Na",
            "Nan",
            "III",
            "Max",
            "Ян",
            "李",
            "Foo",
            "Bar",
            "Anna Null",
            "Null Anna",
            "None Ltd",
            "Test Valley Ltd",
            "Sample & Sons",
            "Max Muster",
            "John Doe",
            "Mario Rossi",
            "Guest",
            "Temple",
            "NN",
            "Nobody Home Ltd",
            "User Experience Ltd",
            "Ng",
            "O",
            "Bo",
            "Xu",
            "Oo",
            "Ana",
            "Ivo",
            "Nemo",
            "Testov Ivan",
            "Unknown Worlds",
            "Delete Records Ltd",
            "Nil",
        ] {
            assert!(!is_placeholder_name(text), "{text:?}");
        }
    }

    #[test]
    fn stand_in_addresses() {
        for text in [
            "test@test.com",
            "Test@Test.de",
            "none@none.com",
            "noemail@acme.com",
            "a@a.com",
            "x@x.x",
            "xxx@xxx.com",
            "asdf@asdf.com",
            "no@no.com",
            "no-email@unknown.com",
            "unknown@unknown.com",
            "user@example.com",
            "test@example.org",
            "name@example.com",
            "null@null.null",
            "na@na.com",
            "nobody@nobody.com",
        ] {
            assert!(is_placeholder_email(text), "{text:?}");
        }
        for text in [
            "anna@acme.com",
            "test@acme.com",
            "info@acme.com",
            "john@doe.com",
            "anna.lee@example.com",
            "a@acme.com",
            "test.kirov@test.com",
            "x@gmail.com",
            "nemo@nemo.bg",
            "",
            "@",
            "a@",
            "anna",
            "noel@mail.bg",
            "me@anna.com",
        ] {
            assert!(!is_placeholder_email(text), "{text:?}");
        }
    }
}
