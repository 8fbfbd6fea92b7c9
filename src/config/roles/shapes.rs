//! What a single value looks like.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::Readers;
use super::headers::lines;
use crate::config::preset::match_form;

/// A look that a value may have; one value may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `a@b.cd`, or several.
    Email,
    /// A web address or bare domain.
    Url,
    /// 6 to 15 digits, with nothing but what phone numbers have beside them; or several such.
    Phone,
    /// A phone number with a plus, brackets, blanks or dashes; or several, one of them so.
    PunctuatedPhone,
    /// Digits only.
    Digits,
    /// A calendar day.
    Day,
    /// A day with a time.
    Moment,
    /// 1500 to 2100.
    Year,
    /// 1 to 12, as months are numbered.
    Month,
    /// 1 to 31, as days of a month are.
    DayOfMonth,
    /// A number, perhaps with a unit of money.
    Number,
    /// A number with a fraction or a currency.
    Amount,
    /// A UUID or a long hexadecimal text.
    Hash,
    /// Its first or last word is a given name.
    Given,
    /// Two to five words of letters.
    Words,
    /// One word of letters.
    Word,
    /// Has a legal form.
    LegalForm,
    /// Has a word of organisations.
    Organisation,
    /// Has a word of streets.
    StreetWord,
    /// Words with a number in front or at the end.
    Numbered,
    /// A house number.
    HouseNumber,
    /// Written like a postal code.
    Postcode,
    /// A country.
    Country,
    /// A known region, or a code of two or three letters.
    Region,
    /// Yes or no.
    Boolean,
    /// A gender.
    Gender,
    /// A form of address.
    Salutation,
    /// Has a word of positions.
    Job,
    /// Several names in a list.
    List,
    /// A word for where something stands: open, closed, new.
    Status,
    /// A whole number that ends in two zeros.
    Round,
    /// One word with a digit.
    Code,
}

impl Shape {
    /// Number of shapes.
    pub const COUNT: usize = Self::Code as usize + 1;
}

static WORDS: LazyLock<HashMap<&'static str, HashSet<String, FixedState>, FixedState>> = LazyLock::new(|| {
    let kinds = lines(include_str!("data/values.txt")).filter_map(|line| line.split_once(": "));
    kinds.map(|(kind, words)| (kind, words.split(' ').map(kept_form).collect())).collect()
});
static GIVEN: LazyLock<HashSet<String, FixedState>> = LazyLock::new(|| {
    lines(include_str!("data/given_names.txt")).flat_map(|line| line.split(' ')).map(match_form).collect()
});

/// Folded, with the hyphen in front that marks an ending.
fn kept_form(word: &str) -> String {
    match word.strip_prefix('-') {
        Some(ending) if !ending.is_empty() && ending != "-" => format!("-{}", match_form(ending)),
        _ => match_form(word),
    }
}

fn is(kind: &str, word: &str) -> bool {
    WORDS.get(kind).is_some_and(|words| words.contains(word))
}

/// Whether a value stands for nothing.
pub fn is_blank(text: &str) -> bool {
    text.trim().is_empty() || is("blank", &text.trim().to_lowercase()) || is("blank", &match_form(text))
}

/// The year of a value that is a day or a moment.
pub fn year_of(text: &str) -> Option<(i32, bool)> {
    let text = text.trim();
    let (day, timed) = match text.split_once(['T', ' ']) {
        Some((day, time)) if time.len() >= 4 && time.contains(':') && day.len() >= 6 => (day, true),
        _ => (text, false),
    };
    let numbers: Vec<&str> = day.split(['-', '/', '.']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    if let [a, b, c] = numbers[..]
        && numbers.iter().all(digits)
    {
        let [x, y, z] = [a, b, c].map(|part| part.parse::<i32>().unwrap_or(0));
        let (year, rest) = match (a.len(), c.len()) {
            (4, 1..=2) => (x, [y, z]),
            (1..=2, 4) => (z, [x, y]),
            (1..=2, 2) => (if z < 30 { 2000 + z } else { 1900 + z }, [x, y]),
            _ => return None,
        };
        let possible = rest.iter().all(|part| (1..=31).contains(part)) && rest.iter().any(|part| *part <= 12);
        return (possible && (1000..=2200).contains(&year)).then_some((year, timed));
    }
    if day.len() == 8 && digits(&day) {
        let part = |from: usize, to: usize| day[from..to].parse::<i32>().unwrap_or(0);
        let ymd = (part(0, 4), part(4, 6), part(6, 8));
        let dmy = (part(4, 8), part(2, 4), part(0, 2));
        let possible =
            |(y, m, d): (i32, i32, i32)| (1850..=2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d);
        return [ymd, dmy].into_iter().find(|&date| possible(date)).map(|(year, _, _)| (year, false));
    }
    written_out(text)
}

/// "12 March 1990", "Mar 12, 1990", "12-Mar-90".
fn written_out(text: &str) -> Option<(i32, bool)> {
    if text.len() > 40 {
        return None;
    }
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(match_form).collect();
    let words: Vec<&String> = words.iter().filter(|word| !word.is_empty()).collect();
    if !(3..=7).contains(&words.len()) || !words.iter().any(|word| is("month", word)) {
        return None;
    }
    let numbers: Vec<i32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let year = numbers.iter().copied().find(|year| (1500..=2100).contains(year));
    match (year, numbers.as_slice()) {
        (Some(year), [_, ..]) => Some((year, text.contains(':'))),
        (None, [_, short]) if (0..100).contains(short) => Some((1900 + short, false)),
        _ => None,
    }
}

/// The looks of a value.
pub fn shapes(text: &str, readers: &Readers) -> [bool; Shape::COUNT] {
    let text = text.trim();
    let mut found = [false; Shape::COUNT];
    let mut set = |shape: Shape, holds: bool| found[shape as usize] = holds;
    let chars = text.chars().count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric() && c != '\'').map(match_form).filter(|w| !w.is_empty()).collect();
    let any = |kind: &str| words.iter().any(|word| is(kind, word));
    let whole = match_form(text);
    let day = year_of(text);
    let number = number(text);

    set(Shape::Email, is_email(text) || (readers.is_of_addresses)(text));
    set(Shape::Url, is_url(text));
    let phone = day.is_none() && is_phone(text, digits);
    let several = (readers.numbers)(text);
    let phones = !several.is_empty() && several.iter().all(|number| is_listed_phone(number));
    set(Shape::Phone, phone || phones);
    set(Shape::PunctuatedPhone, phone && digits < chars || phones && several.iter().any(|number| is_dialled(number)));
    set(Shape::Digits, digits > 0 && digits == chars);
    set(Shape::Day, day.is_some());
    set(Shape::Moment, day.is_some_and(|(_, timed)| timed));
    set(Shape::Year, digits == 4 && chars == 4 && (1500..=2100).contains(&text.parse().unwrap_or(0)));
    let small = if digits == chars && chars <= 2 { text.parse::<u8>().unwrap_or(0) } else { 0 };
    set(Shape::Month, (1..=12).contains(&small));
    set(Shape::DayOfMonth, (1..=31).contains(&small));
    set(Shape::Number, number.is_some());
    set(Shape::Amount, number == Some(true));
    let hexadecimal = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes = text.matches('-').count();
    set(Shape::Hash, digits > 0 && letters > 0 && hexadecimal >= 24 && hexadecimal + dashes == chars);
    let plain = digits == 0 && letters > 0 && text.chars().all(|c| c.is_alphabetic() || " .'’-,".contains(c));
    let given = |word: Option<&String>| word.is_some_and(|word| GIVEN.contains(word));
    set(Shape::Given, plain && words.len() <= 5 && (given(words.first()) || given(words.last())));
    set(Shape::Words, plain && (2..=5).contains(&words.len()));
    set(Shape::Word, plain && words.len() == 1);
    // "co" and its like are words of their own only at the end.
    let form = words.len() > 1 && words.iter().skip(1).any(|word| is("legal", word));
    set(Shape::LegalForm, form || dotted_form(text));
    set(Shape::Organisation, any("organisation"));
    let compound = |word: &String| {
        let ends = WORDS.get("street").into_iter().flatten().filter_map(|end| end.strip_prefix('-'));
        word.len() > 7 && ends.into_iter().any(|end| word.len() > end.len() + 2 && word.ends_with(end))
    };
    let street = words.len() > 1 && any("street") || words.iter().any(compound);
    set(Shape::StreetWord, letters >= 3 && street);
    let house = |word: Option<&String>| word.is_some_and(|word| is_house_number(word));
    let numbered = words.len() >= 2 && letters >= 3 && (house(words.first()) || house(words.last()));
    set(Shape::Numbered, numbered && words.len() <= 12);
    set(Shape::HouseNumber, is_house_number(text));
    set(Shape::Postcode, is_postcode(text));
    set(Shape::Country, digits == 0 && chars <= 60 && (readers.is_country)(text));
    // Titles have letters, too: CEO, VP.
    set(Shape::Region, is("region", &whole) || plain && chars <= 3 && text.is_ascii() && !any("job"));
    set(Shape::Boolean, is("boolean", &whole));
    set(Shape::Gender, is("gender", &whole));
    set(Shape::Salutation, !words.is_empty() && words.len() <= 3 && words.iter().all(|word| is("salutation", word)));
    set(Shape::Job, words.len() <= 8 && any("job"));
    let separators = text.matches([',', ';', '&', '|']).count() + text.matches(" and ").count();
    set(Shape::List, letters > digits * 4 && separators > 0 && words.len() >= 3);
    set(Shape::Status, is("status", &whole));
    set(Shape::Round, digits == chars && chars >= 3 && text.ends_with("00"));
    set(Shape::Code, words.len() <= 2 && !text.contains(' ') && digits > 0 && (4..=24).contains(&chars));
    found
}

/// "S.A.", "s.r.l.", "Sp. z o.o." at the end.
fn dotted_form(text: &str) -> bool {
    let end: Vec<&str> = text.split_whitespace().rev().take(3).collect();
    (1..=end.len()).any(|count| {
        let form: String = end[..count].iter().rev().map(|word| match_form(word)).collect();
        end.len() >= count && text.split_whitespace().count() > count && is("legal", &form)
    })
}

fn is_email(text: &str) -> bool {
    let Some((mailbox, host)) = text.split_once('@') else { return false };
    !mailbox.is_empty() && host.contains('.') && !text.contains(' ')
        || mailbox.len() > 1 && host.len() > 3 && !text.contains(' ')
}

fn is_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if text.contains([' ', '@']) {
        return false;
    }
    if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.") {
        return true;
    }
    let host = lower.split('/').next().unwrap_or_default();
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    name.len() >= 2
        && (2..=6).contains(&top.len())
        && top.bytes().all(|b| b.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && name.bytes().any(|b| b.is_ascii_alphabetic())
}

/// The host of a web address that has a path.
pub fn host_of_page(text: &str) -> Option<&str> {
    let text = text.trim();
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (host, path) = bare.split_once('/')?;
    (is_url(text) && path.len() > 1).then(|| host.strip_prefix("www.").unwrap_or(host))
}

fn is_phone(text: &str, digits: usize) -> bool {
    let extension = text.to_lowercase().replace("ext", "").replace("tel", "").replace(['x', ':'], "");
    (6..=15).contains(&digits)
        && extension.chars().all(|c| c.is_ascii_digit() || "+()-./ \u{a0}#".contains(c))
        && (text.matches('.').count() != 1 || text.contains(['-', ' ', '+']))
}

/// As [`is_phone`], of one among several: neither a day, nor a fraction, nor a range of years.
fn is_listed_phone(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain = number.starts_with('+') || number.bytes().all(|byte| byte.is_ascii_digit());
    let is_year = |text: &str| text.trim().parse().is_ok_and(|year: u32| (1500..=2100).contains(&year));
    let years = number.split_once('-').is_some_and(|(from, to)| is_year(from) && is_year(to));
    is_phone(number, digits) && (plain || number.parse::<f64>().is_err()) && !years && year_of(number).is_none()
}

/// Whether a number is written as one to dial: with marks, or the zero before a national number.
fn is_dialled(number: &str) -> bool {
    number.bytes().any(|byte| !byte.is_ascii_digit()) || number.starts_with('0') && !number.starts_with("000")
}

/// Whether a text is a number; and whether it has a fraction or a currency.
fn number(text: &str) -> Option<bool> {
    let bare = text.trim_matches(|c: char| "$€£¥%₽ ".contains(c) || c == '\u{a0}');
    let worded = ["usd", "eur", "gbp", "лв", "zł", "chf", "kr"].iter().find_map(|unit| {
        let lower = bare.to_lowercase();
        let rest = lower.strip_prefix(unit).or_else(|| lower.trim_end_matches('.').strip_suffix(unit))?;
        Some(rest.trim().to_owned())
    });
    let money = worded.is_some() || bare.len() < text.len();
    let bare = worded.unwrap_or_else(|| bare.to_owned());
    let body = bare.strip_prefix(['-', '+']).unwrap_or(&bare);
    let fits = !body.is_empty()
        && body.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',' || b == b'\'' || b == b' ')
        && body.bytes().any(|b| b.is_ascii_digit())
        && (!body.contains(' ') || body.split(' ').skip(1).all(|group| group.len() >= 3))
        && body.matches('.').count().min(body.matches(',').count()) <= 1
        && body.len() <= 20;
    fits.then(|| money || body.contains(['.', ',']))
}

fn is_house_number(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    (1..=5).contains(&digits)
        && rest.len() <= 6
        && rest.chars().all(|c| c.is_alphanumeric() || "-/ ".contains(c))
        && rest.chars().filter(|c| c.is_alphabetic()).count() <= 1
}

fn is_postcode(text: &str) -> bool {
    const PATTERNS: &[&str] = &[
        "9999",
        "99999",
        "999999",
        "99999-9999",
        "A9 9AA",
        "A99 9AA",
        "AA9 9AA",
        "AA99 9AA",
        "A9A 9AA",
        "AA9A 9AA",
        "A99AA",
        "A999AA",
        "AA99AA",
        "AA999AA",
        "A9A9AA",
        "AA9A9AA",
        "A9A 9A9",
        "A9A9A9",
        "9999 AA",
        "9999AA",
        "99-999",
        "9999-999",
        "99999-999",
        "999 99",
        "AA-9999",
        "A-9999",
        "A-99999",
        "D-99999",
        "999-9999",
        "999",
    ];
    if text.len() > 10 {
        return false;
    }
    let pattern: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '9'
            } else if c.is_ascii_alphabetic() {
                'A'
            } else {
                c
            }
        })
        .collect();
    PATTERNS.contains(&pattern.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::standardize::{email, phone};

    #[test]
    fn years() {
        let cases = [
            ("1971-06-24", Some((1971, false))),
            ("24.06.1971", Some((1971, false))),
            ("6/24/71", Some((1971, false))),
            ("19710624", Some((1971, false))),
            ("24061971", Some((1971, false))),
            ("2026-10-09 19:47", Some((2026, true))),
            ("2026-10-09T19:47:00Z", Some((2026, true))),
            ("12 March 1990", Some((1990, false))),
            ("21 ноември 2026", Some((2026, false))),
            ("7364009", None),
            ("99.99.9999", None),
            ("call me", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(year_of(text), expected, "{text}");
        }
    }

    #[test]
    fn looks() {
        use Shape::{
            Code, Email, Given, HouseNumber, Job, LegalForm, List, Number, Numbered, Phone, Postcode, PunctuatedPhone,
            Region, StreetWord, Url,
        };
        let cases: &[(&str, &[Shape], &[Shape])] = &[
            ("ana@kirova.bg", &[Email], &[Url, Phone]),
            ("www.kirova.bg", &[Url], &[Email]),
            ("+359 2 987 6543", &[Phone], &[Number, StreetWord]),
            ("1234.56", &[Number], &[Phone]),
            ("a@kirova.bg; work: b@kirova.bg", &[Email], &[Url, Phone]),
            ("ask a@kirova.bg for it", &[], &[Email]),
            ("+359 2 987 6543; 0888 123 456", &[Phone, PunctuatedPhone], &[Number]),
            ("work: 029876543, mobile: 0888123456", &[Phone, PunctuatedPhone], &[Number]),
            ("1234567; 7654321", &[Phone], &[PunctuatedPhone]),
            ("C0010642", &[Code], &[Phone]),
            ("M1234567, H7654321", &[], &[Phone]),
            ("2020-01-31; 2021-01-31", &[], &[Phone]),
            ("1999-2003, 2005-2010", &[], &[Phone]),
            ("-33.868820, -70.650000", &[], &[Phone]),
            ("1,234,567", &[Number], &[Phone]),
            ("€ 5", &[Number], &[]),
            ("Hauptstraße 12", &[StreetWord, Numbered], &[LegalForm]),
            ("221 E. 51st St.", &[StreetWord, Numbered], &[]),
            ("ул. Витоша 5", &[StreetWord, Numbered], &[]),
            ("Alfa ЕООД", &[LegalForm], &[]),
            ("Kowalski Sp. z o.o.", &[LegalForm], &[]),
            ("Nagel + Sommer gmbh", &[LegalForm], &[]),
            ("Мария Иванова", &[Given], &[LegalForm]),
            ("12a", &[HouseNumber], &[Email]),
            ("SW1A 1AA", &[Postcode], &[]),
            ("W. Smith, J. Brown and A. Miller", &[List], &[Phone]),
            ("BG123456", &[Code], &[Number]),
            ("NSW", &[Region], &[Code]),
            ("CTO", &[Job], &[Region]),
            ("VP", &[Job], &[Region]),
            ("王小明", &[], &[Region]),
        ];
        let readers =
            Readers { is_country: |_| false, is_of_addresses: email::is_of_addresses, numbers: phone::listed };
        for (text, has, has_not) in cases {
            let found = shapes(text, &readers);
            for &shape in *has {
                assert!(found[shape as usize], "{text} {shape:?}");
            }
            for &shape in *has_not {
                assert!(!found[shape as usize], "{text} not {shape:?}");
            }
        }
    }

    #[test]
    fn nothing_is_blank() {
        for text in ["", " ", "n/a", "NULL", "-", "--", "?"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("0") && !is_blank("Nan Goldin"));
    }
}
