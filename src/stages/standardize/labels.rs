//! Words beside an address or a number that tell which one it is: "work: …", "… (home)".

use super::clean::Labelled;
use super::vocabulary::meaning;
use crate::model::entities::ContactLabel;

/// What such a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is the main one.
    Main,
    /// It is the one at work, at home …
    Label(ContactLabel),
}

const AROUND: [char; 12] = [' ', ':', '.', '-', '=', '*', '/', '(', ')', '[', ']', '#'];
/// "work phone", "Tel. privat": of several words those that say what it is don't count.
const WHAT: [&str; 21] = [
    "phone",
    "tel",
    "telephone",
    "telefon",
    "number",
    "no",
    "nr",
    "nummer",
    "email",
    "e-mail",
    "mail",
    "address",
    "ph",
    "fon",
    "tél",
    "téléphone",
    "teléfono",
    "telefono",
    "тел",
    "телефон",
    "имейл",
];

/// Whether words say only what it is that stands beside them, "tel. no": nothing, too.
pub(super) fn says_what(words: &str) -> bool {
    let words = words.split(|c: char| c.is_whitespace() || AROUND[1..].contains(&c) && c != '-');
    words
        .map(|word| word.trim_matches(AROUND))
        .all(|word| word.is_empty() || word.bytes().all(|byte| byte.is_ascii_digit()) || WHAT.contains(&word))
}

/// What a word or a few say, if they say which one it is.
pub(super) fn mark(words: &str) -> Option<Mark> {
    let of = |word: &str| match meaning("contact", word)? {
        "main" => Some(Mark::Main),
        label => ContactLabel::from_name(label).map(Mark::Label),
    };
    let words = words.trim_matches(AROUND);
    if let Some(mark) = of(words) {
        return Some(mark);
    }
    let telling = words.split_whitespace().map(|word| word.trim_matches(AROUND)).filter(|word| !WHAT.contains(word));
    let marks: Vec<Mark> = telling.map(of).collect::<Option<_>>()?;
    let fax = Mark::Label(ContactLabel::Fax);
    if marks.contains(&fax) { Some(fax) } else { marks.first().copied() }
}

/// A phone number without the words before and after it, and what they say.
pub(super) fn of_number(text: &str) -> (Option<Mark>, &str) {
    // "Tel 1: 089 123456": the number of the number is none of its digits.
    if let Some((words, number)) = text.split_once(':')
        && words.contains(char::is_alphabetic)
        && words.bytes().filter(u8::is_ascii_digit).count() <= 2
        && number.contains(|c: char| c.is_ascii_digit())
    {
        let words = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        return (mark(words), number.trim_start());
    }
    let begins = |c: char| c.is_ascii_digit() || c == '+' || c == '＋';
    let Some(start) = text.find(begins) else { return (None, text) };
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |end| end + 1);
    if let Some(mark) = mark(&text[..start]) {
        // The bracket of an area code stays: "work (02) 987 6543".
        let bracket = usize::from(text[..start].ends_with('('));
        return (Some(mark), &text[start - bracket..]);
    }
    match mark(&text[end..]) {
        Some(mark) => (Some(mark), &text[..end]),
        None => (None, text),
    }
}

/// A street without the word before it, and what that says.
pub(super) fn of_street(text: &str) -> (Option<Mark>, &str) {
    match text.split_once(':') {
        Some((word, street)) if mark(word).is_some() => (mark(word), street.trim_start()),
        _ => (None, text),
    }
}

/// The values with their labels, those that are called the main ones first.
pub(super) fn main_first(mut values: Vec<(Option<Mark>, String)>) -> Vec<Labelled> {
    values.sort_by_key(|(mark, _)| *mark != Some(Mark::Main));
    let label = |mark: Option<Mark>| match mark {
        Some(Mark::Label(label)) => Some(label),
        _ => None,
    };
    values.into_iter().map(|(mark, value)| Labelled { label: label(mark), value }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContactLabel::{Business, Fax, Home, Mobile};

    #[test]
    fn numbers_say_which_they_are() {
        for (text, label, rest) in [
            ("mobile: 0171 2345678", Some(Mobile), "0171 2345678"),
            ("handy 0171 2345678", Some(Mobile), "0171 2345678"),
            ("m: +44 20 7946 0958", Some(Mobile), "+44 20 7946 0958"),
            ("(w) 415 555 2671", Some(Business), "415 555 2671"),
            ("work (02) 987 6543", Some(Business), "(02) 987 6543"),
            ("089 123456 (privat)", Some(Home), "089 123456"),
            ("089 123456 fax", Some(Fax), "089 123456"),
            ("моб. 0888 123 456", Some(Mobile), "0888 123 456"),
            ("tel. 089 123456", None, "tel. 089 123456"),
            ("tel 1: 089 123456", None, "089 123456"),
            ("mobile 2: 0171 2345678", Some(Mobile), "0171 2345678"),
            ("work fax: 02 987 6543", Some(Fax), "02 987 6543"),
            ("tel. privat: 089 123456", Some(Home), "089 123456"),
            ("415 555 2671 ext. 12", None, "415 555 2671 ext. 12"),
            ("call me", None, "call me"),
        ] {
            assert_eq!(of_number(text), (label.map(Mark::Label), rest), "{text}");
        }
        assert_eq!(of_number("primary: 089 123456"), (Some(Mark::Main), "089 123456"));
    }
}
