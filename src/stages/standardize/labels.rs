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

/// What stands around such words.
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
    let words = words.trim_matches(AROUND);
    if let Some(mark) = of_word(words) {
        return Some(mark);
    }
    let telling = words.split_whitespace().map(|word| word.trim_matches(AROUND)).filter(|word| !WHAT.contains(word));
    let marks: Vec<Mark> = telling.map(of_word).collect::<Option<_>>()?;
    let fax = Mark::Label(ContactLabel::Fax);
    if marks.contains(&fax) { Some(fax) } else { marks.first().copied() }
}

fn of_word(word: &str) -> Option<Mark> {
    match meaning("contact", word)? {
        "main" => Some(Mark::Main),
        label => ContactLabel::from_name(label).map(Mark::Label),
    }
}

/// The phone numbers of a text that have nothing but such words between them: "0888 123 456(m) 02 987 6543(w)",
/// "office: 02 987 6543 mobile: 0888 123 456"; each with its words.
pub(super) fn numbers(text: &str) -> Vec<&str> {
    // Fewer digits are a number's own end, or that of an extension.
    const SHORTEST: (usize, usize) = (6, 7);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    if !text.contains(char::is_alphabetic) || digits(text) < SHORTEST.0 + SHORTEST.1 {
        return vec![text];
    }
    let words = words_between(text);
    let begins = |text: &str| text.trim_start_matches(AROUND).starts_with(char::is_alphabetic);
    // Words stand before their numbers where the first one does, behind where only the last one does.
    let before = begins(text);
    let behind = !before && text.trim_end_matches([' ', '.']).ends_with(char::is_alphabetic);
    let (mut numbers, mut start) = (Vec::new(), 0);
    for (at, &(from, to)) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or(text.len(), |&(next, _)| next);
        let apart = digits(&text[start..from]) >= SHORTEST.0 && digits(&text[to..next]) >= SHORTEST.1;
        if apart && only_marks(&text[from..to]) {
            let cut = from + end_of_first(&text[from..to], before, behind);
            numbers.push(&text[start..cut]);
            start = cut;
        }
    }
    numbers.push(&text[start..]);
    numbers
}

/// Where words stand that have digits before and after them.
fn words_between(text: &str) -> Vec<(usize, usize)> {
    let mut digits = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at);
    let Some(mut before) = digits.next() else { return Vec::new() };
    let gaps = digits.map(|at| (std::mem::replace(&mut before, at) + 1, at));
    gaps.filter(|&(from, to)| text[from..to].contains(char::is_alphabetic)).collect()
}

fn only_marks(words: &str) -> bool {
    let mut single = words.split(|c: char| AROUND.contains(&c) || c == '+').filter(|word| !word.is_empty());
    mark(words).is_some() || single.all(|word| WHAT.contains(&word) || of_word(word).is_some())
}

/// Where, in the words between two numbers, those end that belong to the first one.
fn end_of_first(words: &str, before: bool, behind: bool) -> usize {
    let first = words.find(char::is_alphabetic).unwrap_or(0);
    let end =
        words.rfind(char::is_alphabetic).map_or(first, |at| at + words[at..].chars().next().map_or(1, char::len_utf8));
    // "(w) mobile: ": what is bracketed belongs to the number before, unless all words stand before theirs.
    let closed = words[first..].find([')', ']']).map(|at| first + at + 1).filter(|&at| at < end || !before);
    let announces = words[end..].contains([':', '=']);
    match closed {
        Some(closed) => closed,
        None if behind && !announces => end,
        None => first - usize::from(words[..first].ends_with(['(', '['])),
    }
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

    #[test]
    fn numbers_with_words_between_them() {
        for (text, expected) in [
            ("0888 123 456(m) 02 987 6543(w)", &["0888 123 456(m)", "02 987 6543(w)"][..]),
            ("office: 02 987 6543 mobile: 0888 123 456", &["office: 02 987 6543", "mobile: 0888 123 456"]),
            ("office 02 987 6543 cell phone +359 888 123 456", &["office 02 987 6543", "cell phone +359 888 123 456"]),
            ("(w) 02 987 6543 (m) 0888 123 456", &["(w) 02 987 6543", "(m) 0888 123 456"]),
            ("02 987 6543 office 0888 123 456 mobile", &["02 987 6543 office", "0888 123 456 mobile"]),
            ("02 987 6543 mobile 0888 123 456", &["02 987 6543", "mobile 0888 123 456"]),
            ("02 987 6543 (w) mobile: 0888 123 456", &["02 987 6543 (w)", "mobile: 0888 123 456"]),
            ("work (02) 987 6543 mobile (0888) 123 456", &["work (02) 987 6543", "mobile (0888) 123 456"]),
            ("tel 1: 089 123456 tel 2: 0171 2345678", &["tel 1: 089 123456", "tel 2: 0171 2345678"]),
            ("tel: 02 987 6543 ext. 12 fax: 02 987 6544", &["tel: 02 987 6543 ext. 12", "fax: 02 987 6544"]),
            ("сл. 02 987 6543 моб. 0888 123 456", &["сл. 02 987 6543", "моб. 0888 123 456"]),
            ("02 987 6543 durchwahl 1234567", &["02 987 6543 durchwahl 1234567"]),
            ("02 987 6543 office 123", &["02 987 6543 office 123"]),
            ("02 987 6543 ana 0888 123 456", &["02 987 6543 ana 0888 123 456"]),
        ] {
            let found: Vec<&str> = numbers(text).into_iter().map(str::trim).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
