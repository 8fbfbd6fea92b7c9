//! Names of people: titles and suffixes split off, "Last, First" and "LAST First" understood, given and family names
//! told apart, proper case where all letters are large or all small.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::casing::{Case, case_of, is_particle, proper};
use super::clean::Clean;
use super::placeholder::is_placeholder_name;
use super::text::{is_pictogram, tidy};
use crate::model::rows::FindingCode;

/// Spelling to (form shown, whether it may also be a name).
type Affixes = HashMap<String, (&'static str, bool), FixedState>;

static TITLES: LazyLock<Affixes> = LazyLock::new(|| affixes(include_str!("data/titles.txt")));
static SUFFIXES: LazyLock<Affixes> = LazyLock::new(|| affixes(include_str!("data/suffixes.txt")));

/// How many family names people of a country bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Naming {
    /// The last word (with its particles) is the family name. "Ivan Petrov Ivanov": the patronymic is a middle name.
    OneFamilyName,
    /// Of three words or more the last two are (Spain, Portugal, Latin America).
    TwoFamilyNames,
}

impl Naming {
    /// By ISO country.
    pub fn of(country: &str) -> Self {
        match country {
            "ES" | "MX" | "AR" | "CO" | "CL" | "PE" | "PT" | "BR" | "VE" | "EC" | "UY" => Self::TwoFamilyNames,
            _ => Self::OneFamilyName,
        }
    }
}

/// A name in its parts; "" where a part is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Form of address and titles: "Frau Dr."
    pub salutation: String,
    /// First given name.
    pub given: String,
    /// Other given names, initials, patronymic.
    pub middle: String,
    /// Family name with its particles.
    pub family: String,
    /// "Jr.", "III", "PhD, MBA".
    pub suffix: String,
}

impl PersonName {
    /// Given, middle and family name, salutation, suffix.
    pub fn parts(&self) -> [&str; 5] {
        [&self.given, &self.middle, &self.family, &self.salutation, &self.suffix].map(String::as_str)
    }

    /// Given, middle and family name.
    pub fn full(&self) -> String {
        [&self.given, &self.middle, &self.family]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A whole name.
pub fn person(raw: &str, naming: Naming) -> Clean<PersonName> {
    let text = letters_of(raw);
    if let Some(none) = unusable(raw, &text) {
        return none;
    }
    let mut name = PersonName::default();
    let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut suffixes = Vec::new();
    while parts.len() > 1
        && parts.last().is_some_and(|part| part.split(' ').all(|word| suffix_of(word, true).is_some()))
    {
        let shown = parts.pop().into_iter().flat_map(|part| part.split(' ')).filter_map(|word| suffix_of(word, true));
        suffixes.splice(0..0, shown.collect::<Vec<_>>());
    }
    if let Some((family, given)) = parts.split_first().filter(|(_, given)| !given.is_empty()) {
        // "Last, First"
        let mut family = words(family);
        let mut given: Vec<String> = given.iter().flat_map(|part| words(part)).collect();
        name.salutation = [take_titles(&mut family, 0), take_titles(&mut given, 0)].concat().join(" ");
        take_suffixes(&mut family, &mut suffixes);
        take_suffixes(&mut given, &mut suffixes);
        recase(&mut family, &mut given);
        // particles behind the given names belong in front: "Beethoven, Ludwig van"
        while given.len() > 1 && given.last().is_some_and(|word| is_particle(word)) {
            family.splice(0..0, given.pop());
        }
        name.family = family.join(" ");
        (name.given, name.middle) = first_and_rest(&given);
    } else {
        let mut tokens = parts.first().map(|part| words(part)).unwrap_or_default();
        let titles = take_titles(&mut tokens, 1);
        take_suffixes(&mut tokens, &mut suffixes);
        let family_first = !titles.is_empty() && tokens.len() == 1;
        name.salutation = titles.join(" ");
        split(tokens, naming, family_first, &mut name);
    }
    name.suffix = suffixes.join(", ");
    if name.full().chars().any(char::is_alphabetic) { Clean::of(name) } else { Clean::fault(FindingCode::Placeholder) }
}

/// The cell of a given name: title in front split off.
pub fn given_name(raw: &str) -> Clean<PersonName> {
    part(raw, |name, words| name.given = words, true)
}

/// The cell of a family name: title in front and suffix behind split off.
pub fn family_name(raw: &str) -> Clean<PersonName> {
    part(raw, |name, words| name.family = words, false)
}

/// A form of address or title as it is shown: "DR" gives "Dr.", "Herr Prof" gives "Herr Prof."
pub fn salutation(raw: &str) -> Clean<String> {
    let text = letters_of(raw);
    if text.is_empty() || is_placeholder_name(&text) {
        return Clean::blank();
    }
    let shown = |word: &str| TITLES.get(&key(word)).map_or_else(|| word.to_owned(), |(shown, _)| (*shown).to_owned());
    Clean::of(text.split(' ').map(shown).collect::<Vec<_>>().join(" "))
}

fn part(raw: &str, put: impl Fn(&mut PersonName, String), given: bool) -> Clean<PersonName> {
    if is_plain_word(raw) && !is_placeholder_name(raw) {
        let mut name = PersonName::default();
        put(&mut name, raw.to_owned());
        return Clean::of(name);
    }
    let text = letters_of(raw);
    if let Some(none) = unusable(raw, &text) {
        return none;
    }
    let mut name = PersonName::default();
    let mut tokens = words(text.trim_matches(','));
    let mut suffixes = Vec::new();
    name.salutation = take_titles(&mut tokens, 1).join(" ");
    take_suffixes(&mut tokens, &mut suffixes);
    name.suffix = suffixes.join(", ");
    let letters = tokens.iter().map(|word| word.chars().count()).sum::<usize>();
    let initials = given && letters <= 2 && case_of(tokens.iter().map(String::as_str)) == Case::Upper;
    if case_of(tokens.iter().map(String::as_str)) != Case::Mixed && !initials {
        proper(&mut tokens, given);
    }
    put(&mut name, tokens.join(" "));
    Clean::of(name)
}

/// "Anna": most cells of given and family names, in which there is nothing to split off or to write otherwise.
fn is_plain_word(raw: &str) -> bool {
    match raw.as_bytes() {
        [b'A'..=b'Z', rest @ ..] => !rest.is_empty() && rest.iter().all(u8::is_ascii_lowercase),
        _ => false,
    }
}

fn unusable(raw: &str, text: &str) -> Option<Clean<PersonName>> {
    if raw.trim().is_empty() {
        return Some(Clean::blank());
    }
    let nothing = !text.chars().any(char::is_alphabetic) || is_placeholder_name(text);
    nothing.then(|| Clean::fault(FindingCode::Placeholder))
}

/// Tidied, without emoji, bracketed additions and marks around the name.
fn letters_of(raw: &str) -> String {
    let mut depth = 0u32;
    let mut open = String::with_capacity(raw.len());
    for c in raw.chars().filter(|&c| !is_pictogram(c)) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '"' | '“' | '”' | '„' | '*' | '_' | '<' | '>' | ';' => open.push(' '),
            _ if depth == 0 => open.push(c),
            _ => {}
        }
    }
    if depth > 0 || !open.chars().any(char::is_alphabetic) {
        // an unclosed bracket, or nothing outside: only the brackets themselves go
        open = raw.chars().filter(|&c| !is_pictogram(c) && !"()[]\"“”„*_<>;".contains(c)).collect();
    }
    tidy(&open).trim_matches(|c: char| matches!(c, '\'' | '`' | ':' | '|' | '/' | '\\' | ' ' | '-' | '–')).to_owned()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).map(str::to_owned).collect()
}

/// Titles at the beginning, as shown; at least `keep` words stay, two more behind a title that may be a name and has no
/// full stop.
fn take_titles(words: &mut Vec<String>, keep: usize) -> Vec<&'static str> {
    let mut titles = Vec::new();
    while let Some(word) = words.first()
        && let Some((shown, doubtful)) = TITLES.get(&key(word))
    {
        let left = words.len() - 1;
        if left < keep || (*doubtful && left < 2 && !word.ends_with('.')) {
            break;
        }
        titles.push(*shown);
        words.remove(0);
    }
    titles
}

/// Suffixes at the end, as shown, in front of those already known; one word always stays.
fn take_suffixes(words: &mut Vec<String>, suffixes: &mut Vec<&'static str>) {
    while words.len() > 1
        && let Some(shown) = words.last().and_then(|word| suffix_of(word, words.len() > 2 && word.ends_with('.')))
    {
        suffixes.insert(0, shown);
        words.pop();
    }
}

/// A word that may also be a name is a suffix only where it is sure to be one.
fn suffix_of(word: &str, sure: bool) -> Option<&'static str> {
    SUFFIXES.get(&key(word)).filter(|(_, doubtful)| sure || !doubtful).map(|(shown, _)| *shown)
}

/// A name without comma: which words are given names, which the family name.
fn split(mut tokens: Vec<String>, naming: Naming, family_only: bool, name: &mut PersonName) {
    let (start, moved) = if case_of(tokens.iter().map(String::as_str)) == Case::Mixed {
        capital_family(&mut tokens)
    } else {
        proper(&mut tokens, true);
        (None, false)
    };
    if tokens.len() < 2 || family_only {
        name.family = tokens.join(" ");
        return;
    }
    let mut start = start.unwrap_or(tokens.len() - 1);
    let particles_before = |tokens: &[String], mut at: usize| {
        while at > 1 && is_particle(&tokens[at - 1]) {
            at -= 1;
        }
        at
    };
    if !moved {
        start = particles_before(&tokens, start);
        let joined = start > 2 && ["y", "e", "i"].contains(&tokens[start - 1].as_str());
        if joined {
            start = particles_before(&tokens, start - 2);
        } else if naming == Naming::TwoFamilyNames && start >= 2 && !is_initial(&tokens[start - 1]) {
            start = particles_before(&tokens, start - 1);
        }
    }
    name.family = tokens[start..].join(" ");
    (name.given, name.middle) = first_and_rest(&tokens[..start]);
}

/// Where capitals tell the family name: "SMITH John" is turned round, "John SMITH" kept. Gives its start, and whether
/// the capitals settle its extent.
fn capital_family(tokens: &mut [String]) -> (Option<usize>, bool) {
    let capital = |word: &String| {
        case_of([word.as_str()]) == Case::Upper
            && !word.contains('.')
            && word.chars().filter(|c| c.is_alphabetic()).count() >= 2
    };
    let long = |words: &[String]| words.iter().any(|word| word.chars().count() >= 3);
    let leading = tokens.iter().take_while(|word| capital(word)).count();
    if leading > 0 && leading < tokens.len() && long(&tokens[..leading]) && !tokens[leading..].iter().any(capital) {
        proper(&mut tokens[..leading], false);
        tokens.rotate_left(leading);
        return (Some(tokens.len() - leading), true);
    }
    let trailing = tokens.iter().rev().take_while(|word| capital(word)).count();
    let settled = tokens.iter().filter(|word| capital(word)).count() == trailing;
    if settled && trailing > 0 && trailing < tokens.len() && long(&tokens[tokens.len() - trailing..]) {
        let start = tokens.len() - trailing;
        proper(&mut tokens[start..], false);
        let with_particles = (1..=start).rev().find(|&at| at == 1 || !is_particle(&tokens[at - 1])).unwrap_or(start);
        return (Some(with_particles), true);
    }
    (None, false)
}

/// Proper case for "SMITH, JOHN", and for a family name in capitals before a comma.
fn recase(family: &mut [String], given: &mut [String]) {
    let whole = case_of(family.iter().chain(given.iter()).map(String::as_str));
    let capital_family = case_of(family.iter().map(String::as_str)) == Case::Upper
        && family.iter().any(|word| word.chars().count() >= 3);
    if whole != Case::Mixed || capital_family {
        proper(family, false);
    }
    if whole != Case::Mixed {
        proper(given, true);
    }
}

fn is_initial(word: &str) -> bool {
    word.trim_end_matches('.').chars().count() == 1
}

fn first_and_rest(given: &[String]) -> (String, String) {
    given.split_first().map_or_else(Default::default, |(first, rest)| (first.clone(), rest.join(" ")))
}

/// Lower-case letters and digits only: "Dipl.-Ing." dipling, "г-н" гн.
fn key(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn affixes(data: &'static str) -> Affixes {
    let lines = data.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(" = ")).map(|(spelling, shown)| {
        let doubtful = shown.ends_with('?');
        (key(spelling), (shown.trim_end_matches('?'), doubtful))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests;
