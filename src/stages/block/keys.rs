//! Blocking keys: values, or what is left of them when what often goes wrong is taken away, as 64-bit hashes. Hashing
//! makes keys of any parts equally cheap; two keys that collide only make a few pairs more to compare.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use rphonetic::{DoubleMetaphone, Encoder};

use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns};

/// Most keys that a lead has under one rule.
const MOST: usize = 64;

/// What of a value goes into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All of it.
    Whole,
    /// The first characters, where there are so many.
    Prefix(usize),
    /// How it sounds (double metaphone).
    Sound,
    /// What stands before the @.
    Mailbox,
    /// The last word.
    LastWord,
    /// The first letter of the first word.
    FirstLetter,
    /// Its words in alphabetical order.
    SortedWords,
    /// Each word of three characters or more, one key each.
    Words,
}

/// One part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Column.
    pub column: usize,
    /// What of it.
    pub shape: Shape,
}

/// What a rule groups by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Leads that agree on all parts; a blank part makes no key.
    All(Vec<Part>),
    /// Leads whose two values are the same in any order.
    EitherWay(usize, usize),
}

impl Key {
    /// The columns of the key.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::All(parts) => parts.iter().map(|part| part.column).collect(),
            Self::EitherWay(first, last) => vec![*first, *last],
        }
    }
}

/// The keys of every distinct value of a rule's columns.
pub(super) struct KeyTable<'a> {
    parts: Vec<PartTable<'a>>,
    either_way: bool,
}

impl<'a> KeyTable<'a> {
    pub(super) fn new(columns: &'a MatchColumns, key: &Key) -> Self {
        let (parts, either_way) = match key {
            Key::All(parts) => (parts.clone(), false),
            Key::EitherWay(a, b) => ([*a, *b].map(|column| Part { column, shape: Shape::Whole }).to_vec(), true),
        };
        let parts = parts.iter().map(|part| PartTable::new(&columns.columns[part.column], part.shape)).collect();
        Self { parts, either_way }
    }

    /// The keys of a lead: every combination of the values of its parts.
    pub(super) fn keys(&self, row: u32, keys: &mut Vec<u64>) {
        keys.clear();
        keys.push(0);
        for part in &self.parts {
            let before = keys.len();
            for value in part.of(row) {
                for i in 0..before {
                    if keys.len() - before < MOST {
                        keys.push(if self.either_way {
                            keys[i].wrapping_add(mix(0, value))
                        } else {
                            mix(keys[i], value)
                        });
                    }
                }
            }
            keys.drain(..before);
        }
        keys.sort_unstable();
        keys.dedup();
    }

    /// What a key of a lead says, for people.
    pub(super) fn text(&self, row: u32, key: u64) -> String {
        let mut found = vec![(0u64, String::new())];
        for part in &self.parts {
            let mut next = Vec::new();
            for (before, text) in &found {
                for &code in part.column.of(LeadId(row)) {
                    for (word, &value) in
                        shapes(part.column.dictionary.get(code), part.shape).iter().zip(part.keys(code))
                    {
                        let key =
                            if self.either_way { before.wrapping_add(mix(0, value)) } else { mix(*before, value) };
                        let gap = if text.is_empty() { "" } else { " + " };
                        next.push((key, format!("{text}{gap}{word}")));
                    }
                }
            }
            found = next;
        }
        found.into_iter().find(|(found, _)| *found == key).map_or_else(String::new, |(_, text)| text)
    }
}

struct PartTable<'a> {
    column: &'a MatchColumn,
    shape: Shape,
    offsets: Vec<u32>,
    keys: Vec<u64>,
}

impl<'a> PartTable<'a> {
    fn new(column: &'a MatchColumn, shape: Shape) -> Self {
        let (mut offsets, mut keys) = (vec![0], Vec::new());
        for text in column.dictionary.iter() {
            if shape == Shape::Whole {
                keys.extend((!text.is_empty()).then(|| hash(text)));
            } else {
                keys.extend(shapes(text, shape).iter().map(|shaped| hash(shaped)));
            }
            offsets.push(keys.len() as u32);
        }
        Self { column, shape, offsets, keys }
    }

    fn keys(&self, code: u32) -> &[u64] {
        &self.keys[self.offsets[code as usize] as usize..self.offsets[code as usize + 1] as usize]
    }

    fn of(&self, row: u32) -> impl Iterator<Item = u64> {
        self.column.of(LeadId(row)).iter().flat_map(|&code| self.keys(code).iter().copied())
    }
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

fn mix(before: u64, value: u64) -> u64 {
    FixedState::default().hash_one((before, value))
}

/// What a value gives under a shape; nothing where it is blank or too short to tell anything.
fn shapes(text: &str, shape: Shape) -> Vec<String> {
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    match shape {
        Shape::Whole => one(text),
        Shape::Prefix(count) => match text.char_indices().nth(count) {
            Some((end, _)) => one(&text[..end]),
            None if text.chars().count() == count => one(text),
            None => Vec::new(),
        },
        Shape::Sound => one(&sound(text)),
        Shape::Mailbox => match text.split_once('@') {
            Some((name, _)) if name.len() >= 5 => one(name),
            _ => Vec::new(),
        },
        Shape::LastWord => one(text.split(' ').next_back().unwrap_or("")),
        Shape::FirstLetter => text.chars().next().map(String::from).into_iter().collect(),
        Shape::SortedWords => {
            let mut words: Vec<&str> = text.split(' ').collect();
            words.sort_unstable();
            one(&words.join(" "))
        }
        Shape::Words => {
            let mut words: Vec<String> =
                text.split(' ').filter(|word| word.chars().count() >= 3).map(str::to_owned).collect();
            words.sort_unstable();
            words.dedup();
            words
        }
    }
}

/// Double metaphone of the last word (Philips 2000), six characters. The encoder knows Latin letters only: a value in
/// another script is its own sound.
fn sound(text: &str) -> String {
    let word = text.split(' ').next_back().unwrap_or("");
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    if letters.is_empty() || !word.is_ascii() {
        return word.to_owned();
    }
    let code = DoubleMetaphone::new(Some(6)).encode(&letters);
    if code.is_empty() { word.to_owned() } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes_of_values() {
        let cases: [(&str, Shape, &[&str]); 12] = [
            ("kirova", Shape::Whole, &["kirova"]),
            ("", Shape::Whole, &[]),
            ("kirova", Shape::Prefix(3), &["kir"]),
            ("ki", Shape::Prefix(3), &[]),
            ("kir", Shape::Prefix(3), &["kir"]),
            ("жив", Shape::Prefix(2), &["жи"]),
            ("ana.kirova@x.bg", Shape::Mailbox, &["ana.kirova"]),
            ("info@x.bg", Shape::Mailbox, &[]),
            ("ana maria kirova", Shape::LastWord, &["kirova"]),
            ("kirova ana", Shape::SortedWords, &["ana kirova"]),
            ("the apex of a hill", Shape::Words, &["apex", "hill", "the"]),
            ("kirova", Shape::FirstLetter, &["k"]),
        ];
        for (text, shape, expected) in cases {
            assert_eq!(shapes(text, shape), expected, "{text} {shape:?}");
        }
        assert_eq!(sound("schmidt"), sound("schmitt"));
        assert_eq!(sound("киров"), "киров");
    }

    proptest! {
        #[test]
        fn any_text_has_a_sound(text in "\\PC{0,24}") { sound(&text); }

        #[test]
        fn any_letters_have_a_sound(text in "[a-zßç ñ'-]{0,24}") { sound(&text); }
    }
}
