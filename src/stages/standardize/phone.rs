//! Phone numbers to E.164 (ITU-T): "+" and at most 15 digits.
//!
//! A cell may have several numbers, words that say which is which, names, remarks and extensions. How the digits of a
//! number are dialled is told beside it, country by country.

use std::borrow::Cow;

use super::clean::{Clean, Several};
use super::dialling::{SHORTEST, international, national, split_code};
use super::labels;
use super::placeholder::is_placeholder;
use super::text::tidy;
use super::vocabulary::currency_code;
use crate::model::rows::FindingCode;

/// A cell of more bytes is a text, not a list of numbers.
const LONGEST: usize = 1000;

/// Words and signs before an extension.
const EXTENSIONS: [&str; 11] =
    ["extension", "ext", "durchwahl", "dw", "poste", "interno", "int", "anexo", "вътр", "x", "#"];

/// The one number of a cell, the first of several.
pub fn phone(raw: &str, country: Option<&str>) -> Clean<String> {
    phones(raw, country).map(|numbers| numbers.first.into_owned())
}

/// All numbers of a cell in order, each once. `country` reads national forms; without one only international forms are
/// usable. A word before or after a number may tell which one it is: "mobile: 0171 2345678; 089 123456 (home)"; the one
/// that is called the main one comes first.
pub fn phones<'a>(raw: &'a str, country: Option<&str>) -> Clean<Several<'a>> {
    if raw.len() > LONGEST && raw.trim().len() > LONGEST {
        return Clean::fault(FindingCode::InvalidPhone);
    }
    let raw = without_fraction(raw);
    if is_as_dialled_from_abroad(raw) {
        return Clean::of(Several::from(Cow::Borrowed(raw)));
    }
    // One number of digits and the marks between them is not taken apart: nine cells of ten.
    let bare = |byte: u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'(' | b')' | b'-' | b'.' | b'+');
    if raw.trim().is_empty() || !raw.bytes().all(bare) || raw.as_bytes().windows(2).any(|two| two == b" +") {
        return taken_apart(raw, country);
    }
    if !raw.bytes().any(|byte| byte.is_ascii_digit()) && is_placeholder(raw) {
        return Clean::fault(FindingCode::Placeholder);
    }
    match dialled(without_label(raw), country) {
        Ok(number) if number == raw => Clean::of(Several::from(Cow::Borrowed(raw))),
        Ok(number) => Clean::of(Several::from(Cow::Owned(number))),
        Err(code) => Clean::fault(code),
    }
}

/// A number in E.164 without the calling code of its country.
pub fn within_country(number: &str) -> Option<&str> {
    split_code(number.strip_prefix('+')?).map(|(_, national)| national)
}

/// What may be the numbers of a cell that has several, or words beside them: "work: 02 987 6543; 0888 123 456". None
/// where there are other words than those that say which one a number is.
pub fn listed(raw: &str) -> Vec<String> {
    if raw.len() > LONGEST {
        return Vec::new();
    }
    let text = lines_as_list(raw);
    let text = text.trim_matches([';', ' ']);
    let parts = split_numbers(text);
    let numbers: Option<Vec<&str>> = parts.iter().map(|part| without_words(part)).collect();
    match numbers {
        Some(numbers) if numbers.len() > 1 || text.contains(char::is_alphabetic) => {
            numbers.into_iter().map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// A number without the words that say what and which one it is; none where there are others, or no number. A letter that
/// hangs on digits, or stands alone before them, is no word but a part of a code: "C1234567", "C 1234567".
fn without_words(part: &str) -> Option<&str> {
    let (mark, rest) = labels::of_number(part);
    let bare = without_label(rest);
    let (before, words) = (part.strip_suffix(rest).unwrap_or_default(), rest.strip_suffix(bare)?);
    let known = (mark.is_some() || labels::says_what(before)) && labels::says_what(words);
    let after = part.strip_prefix(rest).unwrap_or_default();
    let hangs = part.strip_suffix(bare).is_some_and(|before| before.ends_with(char::is_alphabetic))
        || after.starts_with(char::is_alphabetic)
        || before.trim().chars().count() == 1;
    let number = without_extension(bare).trim();
    (known && !hangs && !number.is_empty() && !number.contains(char::is_alphabetic)).then_some(number)
}

fn lines_as_list(raw: &str) -> String {
    tidy(&raw.replace(['\n', '\r'], ";")).to_lowercase()
}

fn taken_apart(raw: &str, country: Option<&str>) -> Clean<Several<'static>> {
    let text = lines_as_list(raw);
    let text = text.trim_matches([';', ' ']);
    if text.is_empty() {
        return Clean::blank();
    }
    if is_placeholder(text) {
        return Clean::fault(FindingCode::Placeholder);
    }
    let mut numbers: Vec<(Option<labels::Mark>, String)> = Vec::new();
    let mut finding = None;
    let parts = split_numbers(text);
    for part in parts.iter().flat_map(|part| labels::numbers(part)) {
        let (mark, part) = labels::of_number(part);
        match number(part, country) {
            Ok(number) if numbers.iter().any(|(_, known)| *known == number) => {}
            Ok(number) => numbers.push((mark, number)),
            Err(code) => finding = finding.or(Some(code)),
        }
    }
    match (numbers.is_empty(), finding) {
        (true, finding) => Clean::fault(finding.unwrap_or(FindingCode::InvalidPhone)),
        (false, None) => Clean::of(Several::of(labels::main_first(numbers))),
        (false, Some(code)) => Clean::kept(Several::of(labels::main_first(numbers)), code),
    }
}

/// "089/123456" is one number, "089 123456 / 0171 2345678" are two; "1234-56/57" is a number and a variant of its end.
fn split_numbers(text: &str) -> Vec<String> {
    let words = [" or ", " and ", " und ", " oder ", " ou ", " et ", " y ", " & ", " / ", " или ", " и ", " ::: "];
    let mut text = Cow::Borrowed(text);
    for word in words {
        if text.contains(word) {
            text = Cow::Owned(text.replace(word, ";"));
        }
    }
    // A number that begins with a plus sign begins a new one: "+49 89 123456 +49 171 2345678".
    let mut whole = String::with_capacity(text.len());
    for piece in text.split_inclusive(" +") {
        match piece.strip_suffix(" +") {
            Some(before) if before.ends_with(|c: char| c.is_ascii_digit() || c == ')') => {
                whole.push_str(before);
                whole.push_str(";+");
            }
            _ => whole.push_str(piece),
        }
    }
    let text = whole;
    let mut parts: Vec<String> = Vec::new();
    for (at, piece) in text.split([';', '|', ',', '\\']).flat_map(|hard| hard.split('/').enumerate()) {
        let digits = count_digits(piece);
        let whole = piece.trim_start().starts_with('+') || digits >= if at == 0 { 6 } else { 7 };
        match parts.last_mut() {
            None => parts.push(piece.to_owned()),
            Some(last) if count_digits(last) >= 6 && is_dialled_after(piece) => {}
            Some(last) if count_digits(last) >= 6 && (whole || at == 0 && digits >= 2) => parts.push(piece.to_owned()),
            // a variant of the end of a number that is complete already
            Some(last) if digits <= 3 && count_digits(last) >= 8 => {}
            Some(last) => {
                last.push(' ');
                last.push_str(piece);
            }
        }
    }
    parts
}

fn count_digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// "ext=5", "isub=12" (RFC 3966), "x12", and "123456#", which a telephone dials after a pause.
fn is_dialled_after(piece: &str) -> bool {
    const FURTHER: [&str; 2] = ["isub", "phone-context"];
    let piece = piece.trim();
    let follows = |mark: &str| {
        let Some(rest) = piece.strip_prefix(mark) else { return false };
        let digits = count_digits(rest);
        // "x 0888 123 456" is a number in a list.
        let is_word = mark.len() > 3 || mark == "ext";
        digits > 0 && (is_word || digits <= 6) && rest.chars().all(|c| c.is_ascii_digit() || " .:=-+".contains(c))
    };
    piece.ends_with('#') && count_digits(piece) > 0 || EXTENSIONS.iter().chain(&FURTHER).any(|mark| follows(mark))
}

fn number(text: &str, country: Option<&str>) -> Result<String, FindingCode> {
    let text = without_remark(without_extension(without_label(text)));
    match text.chars().any(char::is_alphabetic) {
        true => Err(FindingCode::InvalidPhone),
        false => dialled(text, country),
    }
}

/// The number of a text without letters.
fn dialled(text: &str, country: Option<&str>) -> Result<String, FindingCode> {
    let zeroless = if text.contains('(') && text.contains("(0)") {
        Cow::Owned(text.replacen("(0)", "", 1))
    } else {
        Cow::Borrowed(text)
    };
    let text = &*zeroless;
    let mut digits = String::with_capacity(text.len());
    digits.extend(text.bytes().filter(u8::is_ascii_digit).map(char::from));
    if is_stand_in(&digits) {
        return Err(FindingCode::Placeholder);
    }
    let plus = text.trim_start_matches(['(', ' ']).starts_with(['+', '＋']);
    let abroad = if plus { Some(digits.strip_prefix("00").unwrap_or(&digits)) } else { digits.strip_prefix("00") };
    if let Some(digits) = abroad {
        return international(digits).ok_or(FindingCode::InvalidPhone);
    }
    let Some(country) = country else { return Err(FindingCode::InvalidPhone) };
    national(&digits, country).ok_or(FindingCode::InvalidPhone)
}

/// Without "tel:", "Mobile " and the like.
fn without_label(text: &str) -> &str {
    let start = text.find(|c: char| c.is_ascii_digit() || c == '+' || c == '＋' || c == '(').unwrap_or(text.len());
    &text[start..]
}

/// Without "ext. 12", "x12", "dw 12", "#12" after the number.
fn without_extension(text: &str) -> &str {
    if !text.contains(|c: char| c == '#' || c.is_alphabetic()) {
        return text;
    }
    let cut = |mark: &str| {
        let at = text.find(mark)?;
        let rest = text[at + mark.len()..].trim_matches([' ', '.', ':', ')']);
        (count_digits(&text[..at]) >= 6 && rest.len() <= 6 && rest.chars().all(|c| c.is_ascii_digit())).then_some(at)
    };
    EXTENSIONS
        .iter()
        .find_map(|mark| cut(mark))
        .map_or(text, |at| text[..at].trim_end_matches([' ', '(', ',', '-', '.']))
}

/// Without a name or a remark behind a number that is complete: "0888 123 456 - ana". Letters may be dialled ("0800 555
/// HELP"), stand for digits ("0888 123 xxx") or say that it is an amount or wrong: such a text stays as it is, and is no
/// number.
fn without_remark(text: &str) -> &str {
    const WRONG: [&str; 10] = [
        "wrong",
        "invalid",
        "incorrect",
        "disconnected",
        "falsch",
        "ungültig",
        "faux",
        "sbagliato",
        "equivocado",
        "грешен",
    ];
    let Some(letter) = text.find(char::is_alphabetic) else { return text };
    let number = text[..letter].trim_end_matches([' ', '(', '[', '-', '–', '—', ',', ':']);
    let (between, remark) = (&text[number.len()..letter], &text[letter..]);
    let enough = if between.trim().is_empty() { 9 } else { 8 };
    let is_apart = between.contains([' ', '(', '[']) && count_digits(number) >= enough;
    let mut words = remark.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_word = |word: &str| word.chars().skip(1).any(|c| !word.starts_with(c));
    let is_remark = words.clone().next().is_some_and(is_word)
        && !words.clone().any(|word| WRONG.contains(&word))
        && words.all(|word| is_word(word) || word.chars().count() == 1 && word != "x")
        && !remark.contains(|c: char| c.is_numeric() || c == '*')
        && currency_code(remark).is_none();
    if is_apart && is_remark { number } else { text }
}

/// One digit throughout, or digits counting up or down.
fn is_stand_in(digits: &str) -> bool {
    let digits = digits.as_bytes();
    if digits.len() < 4 {
        return digits.iter().all(|&digit| digit == b'0') && !digits.is_empty();
    }
    let significant = &digits[digits.iter().position(|&digit| digit != b'0').unwrap_or(digits.len())..];
    let mut steps = significant.windows(2).map(|pair| (10 + pair[1] - pair[0]) % 10);
    let evenly = steps.next().is_some_and(|first| matches!(first, 0 | 1 | 9) && steps.all(|step| step == first));
    significant.is_empty() || (significant.len() >= 5 && evenly)
}

/// "359888123456.0": a number that a program took for an amount.
fn without_fraction(raw: &str) -> &str {
    match raw.trim_end().strip_suffix(".0") {
        Some(whole) if whole.len() > SHORTEST && whole.bytes().all(|byte| byte.is_ascii_digit()) => whole,
        _ => raw,
    }
}

/// "+18162760698": a number that needs no cleaning, as most do that another system has cleaned.
fn is_as_dialled_from_abroad(raw: &str) -> bool {
    raw.strip_prefix('+').is_some_and(|digits| {
        digits.bytes().all(|byte| byte.is_ascii_digit())
            && !is_stand_in(digits)
            && split_code(digits).is_some_and(|(code, national)| code.len() + national.len() == digits.len())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::entities::ContactLabel;
    use crate::stages::standardize::clean::Labelled;

    #[test]
    fn numbers() {
        for (raw, country, want) in [
            ("+359 88 812 3456", "", "+359888123456"),
            // Too short without the trunk prefix.
            ("0586305.00", "BR", "+5558630500"),
            ("0586305.00", "GB", "+4458630500"),
            ("+55 0 586305 00", "BR", "+5558630500"),
            ("+44 00 586305 00", "GB", "+4458630500"),
            ("00359 888 123 456", "", "+359888123456"),
            ("0888 123 456", "BG", "+359888123456"),
            ("(02) 987-6543", "BG", "+35929876543"),
            ("359888123456", "BG", "+359888123456"),
            ("+44 (0)20 7946 0958", "", "+442079460958"),
            ("+44 020 7946 0958", "", "+442079460958"),
            ("020 7946 0958", "GB", "+442079460958"),
            ("(415) 555-2671", "US", "+14155552671"),
            ("1-415-555-2671", "US", "+14155552671"),
            ("415.555.2671 ext. 12", "US", "+14155552671"),
            ("415-555-2671 x12", "US", "+14155552671"),
            ("089/123456-7", "DE", "+49891234567"),
            ("089 1234567 DW 12", "DE", "+49891234567"),
            ("+49 89 1234-56/57", "DE", "+4989123456"),
            ("0171 2345678", "DE", "+491712345678"),
            ("06 1234 5678", "IT", "+390612345678"),
            ("+39 06 1234 5678", "IT", "+390612345678"),
            ("01 42 68 53 00", "FR", "+33142685300"),
            ("912 345 678", "ES", "+34912345678"),
            ("34 912 345 678", "ES", "+34912345678"),
            ("Tel.: +43 1 5350000", "", "+4315350000"),
            ("55 1234 5678", "MX", "+525512345678"),
            ("(11) 91234-5678", "BR", "+5511912345678"),
            ("06 30 123 4567", "HU", "+36301234567"),
            ("+1 (415) 555-2671", "DE", "+14155552671"),
            ("359888123456.0", "BG", "+359888123456"),
            ("888123456.0", "BG", "+359888123456"),
            ("+1 212 555 0100;ext=5", "", "+12125550100"),
            ("tel:+1-212-555-0100;ext=123456;isub=7", "", "+12125550100"),
            ("+1 212 555 0100,,1234567#", "US", "+12125550100"),
            ("415 555 2671, ext. 1234", "US", "+14155552671"),
            ("0888 123 456 - Ana", "BG", "+359888123456"),
            ("0888 123 456 (Ana Kirova)", "BG", "+359888123456"),
            ("0888 123 456 Ana M.", "BG", "+359888123456"),
            ("0888 123 456 – само сутрин", "BG", "+359888123456"),
        ] {
            let country = (!country.is_empty()).then_some(country);
            assert_eq!(phone(raw, country), Clean::of(want.to_owned()), "{raw} {country:?}");
        }
    }

    #[test]
    fn unusable_numbers() {
        for raw in
            ["0888 123 456", "12", "call me", "+999 123456789", "+359 12", "4.91712E+11", "+49 8912345678901234567"]
        {
            assert_eq!(phone(raw, None), Clean::fault(FindingCode::InvalidPhone), "{raw}");
        }
        // Letters that are dialled, stand for digits, or say that it is no number at all.
        for raw in [
            "0800 555-HELP",
            "0800 - 555 - HELP",
            "0800 1234 HELP",
            "+359 888 123 xxx",
            "+359 888 123 4xx",
            "123 456 780 EUR",
            "0888 123 456 after 17:00",
            "0888 123 456 - wrong number",
            "089 123456 b",
        ] {
            assert_eq!(phone(raw, Some("DE")), Clean::fault(FindingCode::InvalidPhone), "{raw}");
        }
        for raw in ["000000", "123456789", "1111111111", "0123456789", "n/a", "-", "987654321"] {
            assert_eq!(phone(raw, Some("US")), Clean::fault(FindingCode::Placeholder), "{raw}");
        }
        assert_eq!(phone("", None), Clean::blank());
    }

    #[test]
    fn several_numbers() {
        let one = |label: Option<ContactLabel>, value: &str| Labelled { label, value: value.to_owned() };
        let (landline, mobile) = ("+4989123456", "+491712345678");
        let both = vec![one(None, landline), one(None, mobile)];
        for raw in [
            "089 123456; 0171 2345678",
            "089/123456 / 0171/2345678",
            "089 123456 oder 0171 2345678",
            "+49 89 123456, +49 171 2345678",
            "+49 89 123456 +49 171 2345678",
            "089 123456\n0171 2345678",
            "089 123456 ::: 0171 2345678",
            "089 123456 & 0171 2345678",
            "089-123456 ou 0171-2345678",
            "Tel 1: 089 123456; Tel 2: 0171 2345678",
        ] {
            assert_eq!(phones(raw, Some("DE")), Clean::of(Several::of(both.clone())), "{raw}");
        }
        let named = vec![one(Some(ContactLabel::Business), landline), one(Some(ContactLabel::Mobile), mobile)];
        for raw in [
            "work: 089 123456; mobile: 0171 2345678",
            "work: +49 89 123456; mobile: +49 171 2345678",
            "089 123456 (Büro) / 0171 2345678 (Handy)",
            "Work phone: 089 123456; Mobile 2: 0171 2345678",
            "089 123456(w) 0171 2345678(m)",
            "Office: 089 123456 Mobile: 0171 2345678",
            "Büro 089 123456 Handy +49 171 2345678",
        ] {
            assert_eq!(phones(raw, Some("DE")), Clean::of(Several::of(named.clone())), "{raw}");
        }
        let main = vec![one(None, mobile), one(None, landline)];
        assert_eq!(phones("089 123456; main: 0171 2345678", Some("DE")), Clean::of(Several::of(main)));
    }

    #[test]
    fn cells_of_numbers_are_told_from_texts() {
        for (raw, numbers) in [
            ("+359 2 987 6543; 0888 123 456", &["+359 2 987 6543", "0888 123 456"][..]),
            ("work: 089/123456, 0171 2345678 (privat)", &["089 123456", "0171 2345678"]),
            ("Tel. 1: 089 123456\nTel. 2: 0171 2345678 ext. 12", &["089 123456", "0171 2345678"]),
            ("Тел. 02 987 6543", &["02 987 6543"]),
            ("mobile: 0171 2345678", &["0171 2345678"]),
            ("089 123456", &[]),
            ("C1234567", &[]),
            ("C 1234567", &[]),
            ("m: 0171 2345678", &["0171 2345678"]),
            ("1234567m; 7654321h", &[]),
            ("1,234,567", &[]),
            ("EUR 1,234,567", &[]),
            ("Order: 1234567; Order: 7654321", &[]),
            ("12 Main Street; 5 Park Avenue", &[]),
            ("ask Ann, 089 123456, or Bo, 0171 2345678", &[]),
            ("", &[]),
        ] {
            assert_eq!(listed(raw), numbers, "{raw}");
        }
        assert!(listed(&"089 123456;".repeat(100)).is_empty());
    }

    #[test]
    fn a_text_is_no_list_of_numbers() {
        for text in ["1/".repeat(600), "+49 89 123456;".repeat(100)] {
            assert_eq!(phones(&text, Some("DE")), Clean::fault(FindingCode::InvalidPhone));
        }
        assert_eq!(phones(&" ".repeat(2000), None), Clean::blank());
    }

    fn countries() -> Vec<&'static str> {
        let lines = include_str!("data/dialling.txt").lines().skip(2);
        lines.filter_map(|line| line.split(' ').next()).collect()
    }

    proptest! {
        #[test]
        fn bare_numbers_are_as_others(
            text in "[+0]{0,2}[0-9 ().-]{0,20}|0{0,3}1{3,9}|[+]?[1-9][0-9]{5,14}",
            at in 0usize..245,
        ) {
            let names = countries();
            for country in [None, names.get(at).copied()] {
                prop_assert_eq!(phones(&text, country), taken_apart(&text, country));
            }
        }

        #[test]
        fn words_make_no_other_numbers(
            one in "[+]?[0-9][0-9 ()-]{2,6}[0-9]{5}", two in "[+]?[0-9][0-9 ()-]{2,6}[0-9]{5}",
            words in "[(]m[)] ?|[(]w[)]|mobile: | office | - Ana|; tel: |;ext=[0-9]{1,7};| Ana | xx| x[0-9]{1,4};|,,[0-9]+#;",
            after in "(\\(m\\)| office| - Ana|;ext=[0-9]{1,7}| Ana| xx|,,[0-9]+#)?", at in 0usize..245,
        ) {
            let country = countries()[at % countries().len()];
            let alone: Vec<String> = [&one, &two].into_iter().filter_map(|text| phone(text, Some(country)).value).collect();
            let text = format!("{one}{words}{two}{after}");
            for number in phones(&text, Some(country)).value.into_iter().flat_map(|found| match &found.listed[..] {
                [] => vec![found.first.into_owned()],
                listed => listed.iter().map(|one| one.value.clone()).collect(),
            }) {
                prop_assert!(alone.contains(&number), "{} in {:?} of {:?}", number, text, alone);
            }
        }

        #[test]
        fn what_needs_no_cleaning_is_known(digits in "[0-9]{0,18}") {
            let (plain, spaced) = (format!("+{digits}"), format!("+{digits} "));
            prop_assert_eq!(phone(&plain, None), phone(&spaced, None));
        }

        #[test]
        fn never_fails(text in "\\PC{0,40}", at in 0usize..300) {
            let names = countries();
            phones(&text, names.get(at).copied());
        }

        #[test]
        fn clean_numbers_stay(text in "[+0]{0,2}[0-9 ()/-]{5,18}", at in 0usize..245) {
            let names = countries();
            let country = names[at % names.len()];
            if let Some(number) = phone(&text, Some(country)).value {
                prop_assert!(number.len() <= 16 && number.starts_with('+'));
                if phone(&number, Some(country)).finding.is_none() {
                    prop_assert_eq!(phone(&number, Some(country)), Clean::of(number));
                }
            }
        }
    }
}
