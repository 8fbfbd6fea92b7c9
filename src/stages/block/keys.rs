//! Blocking keys: values, or what is left of them when what often goes wrong is taken away, as 64-bit hashes. Hashing
//! makes keys of any parts equally cheap; two keys that collide only make a few pairs more to compare.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;
use rphonetic::{DoubleMetaphone, Encoder};

use crate::model::leads::LeadId;
use crate::model::matching::{Cells, MatchColumn, MatchColumns};

/// Most keys that a lead has under one rule.
const MOST: usize = 64;

/// Rare words of a value that go into pairs.
const RARE: usize = 4;

/// What of a value goes into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All of it.
    Whole,
    /// The first characters, where there are so many.
    Prefix(usize),
    /// The last seven digits, where there are so many.
    Ending,
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
    /// Any two of the rarest words that other values have, too.
    RareWords,
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
    fn parts(&self) -> Vec<Part> {
        match self {
            Self::All(parts) => parts.clone(),
            Self::EitherWay(a, b) => [*a, *b].map(|column| Part { column, shape: Shape::Whole }).to_vec(),
        }
    }

    /// The columns of the key.
    pub fn columns(&self) -> Vec<usize> {
        self.parts().iter().map(|part| part.column).collect()
    }
}

/// The shaped values of columns, each made once for all rules that use it.
pub(super) struct Tables<'a> {
    columns: &'a MatchColumns,
    made: Vec<(Part, Arc<PartTable<'a>>)>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(columns: &'a MatchColumns) -> Self {
        Self { columns, made: Vec::new() }
    }

    /// Makes what some keys need, side by side.
    pub(super) fn make<'k>(&mut self, keys: impl Iterator<Item = &'k Key>) {
        let mut wanted: Vec<Part> = Vec::new();
        for part in keys.flat_map(Key::parts) {
            if !wanted.contains(&part) && self.made.iter().all(|(made, _)| *made != part) {
                wanted.push(part);
            }
        }
        let table = |&part: &Part| (part, Arc::new(PartTable::new(&self.columns.columns[part.column], part.shape)));
        self.made.par_extend(wanted.par_iter().with_max_len(1).map(table));
    }

    /// Forgets what none of these keys needs.
    pub(super) fn keep<'k>(&mut self, keys: impl Iterator<Item = &'k Key>) {
        let wanted: Vec<Part> = keys.flat_map(Key::parts).collect();
        self.made.retain(|(part, _)| wanted.contains(part));
    }

    fn part(&mut self, part: Part) -> Arc<PartTable<'a>> {
        if let Some((_, table)) = self.made.iter().find(|(made, _)| *made == part) {
            return Arc::clone(table);
        }
        let table = Arc::new(PartTable::new(&self.columns.columns[part.column], part.shape));
        self.made.push((part, Arc::clone(&table)));
        table
    }
}

/// The keys of every distinct value of a rule's columns.
pub(super) struct KeyTable<'a> {
    parts: Vec<Arc<PartTable<'a>>>,
    either_way: bool,
    /// No lead has more than one key.
    single: bool,
}

impl<'a> KeyTable<'a> {
    pub(super) fn new(tables: &mut Tables<'a>, key: &Key) -> Self {
        let parts: Vec<Arc<PartTable<'_>>> = key.parts().into_iter().map(|part| tables.part(part)).collect();
        let single = parts.iter().all(|part| part.single);
        Self { parts, either_way: matches!(key, Key::EitherWay(..)), single }
    }

    /// The keys of some leads with the leads.
    pub(super) fn entries(&self, rows: Range<usize>) -> Vec<(u64, u32)> {
        let mut found = Vec::with_capacity(rows.len());
        if self.single {
            found.extend(rows.filter_map(|row| Some((self.only_key(row as u32)?, row as u32))));
            return found;
        }
        let mut keys = Vec::new();
        for row in rows {
            self.keys(row as u32, &mut keys);
            found.extend(keys.iter().map(|&key| (key, row as u32)));
        }
        found
    }

    fn only_key(&self, row: u32) -> Option<u64> {
        self.parts.iter().try_fold(0, |key, part| part.of(row).next().map(|value| self.with(key, value)))
    }

    fn with(&self, key: u64, value: u64) -> u64 {
        if self.either_way { key.wrapping_add(mix(0, value)) } else { mix(key, value) }
    }

    /// Whether some leads of a block may be the other way round; of those that are not, the rule of both names in their
    /// own order knows already.
    pub(super) fn turns(&self, block: &[(u64, u32)]) -> bool {
        let first = |&(_, row): &(u64, u32)| self.parts[0].of(row).next();
        !self.either_way || !self.single || block[1..].iter().any(|entry| first(entry) != first(&block[0]))
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
                        keys.push(self.with(keys[i], value));
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
                    for (word, &value) in part.shapes(code).iter().zip(part.keys(code)) {
                        let key = self.with(*before, value);
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

/// Stands for a value without a key.
const NONE: u64 = 0;

struct PartTable<'a> {
    column: &'a MatchColumn,
    shape: Shape,
    /// Where the keys of each value begin; empty where a value has one key at most.
    offsets: Vec<u32>,
    keys: Vec<u64>,
    /// No lead has more than one key.
    single: bool,
    /// In how many values each word is, where the shape asks for rare ones.
    words: WordCounts,
}

type WordCounts = HashMap<u64, u32, FixedState>;

impl<'a> PartTable<'a> {
    fn new(column: &'a MatchColumn, shape: Shape) -> Self {
        let words = if shape == Shape::RareWords { word_counts(column) } else { WordCounts::default() };
        let codes = 0..column.dictionary.len() as u32;
        if !matches!(shape, Shape::Words | Shape::RareWords) {
            let key = |code: u32| match (shape, column.dictionary.get(code)) {
                (_, "") => NONE,
                (Shape::Whole, text) => hash(text),
                (_, text) => shapes(text, shape, &words).first().map_or(NONE, |shaped| hash(shaped)),
            };
            let keys = codes.into_par_iter().map(key).collect();
            let single = matches!(column.cells, Cells::One(_));
            return Self { column, shape, offsets: Vec::new(), keys, single, words };
        }
        let codes: Vec<u32> = codes.collect();
        let shaped = |codes: &[u32]| -> (Vec<u64>, Vec<u32>) {
            let (mut keys, mut counts) = (Vec::with_capacity(codes.len()), Vec::with_capacity(codes.len()));
            for &code in codes {
                let before = keys.len();
                keys.extend(shapes(column.dictionary.get(code), shape, &words).iter().map(|shaped| hash(shaped)));
                counts.push((keys.len() - before) as u32);
            }
            (keys, counts)
        };
        let (mut offsets, mut keys) = (vec![0], Vec::new());
        for (part, counts) in codes.par_chunks(4096).map(shaped).collect::<Vec<_>>() {
            keys.extend(part);
            counts.iter().for_each(|count| offsets.push(offsets[offsets.len() - 1] + count));
        }
        Self { column, shape, offsets, keys, single: false, words }
    }

    fn keys(&self, code: u32) -> &[u64] {
        let code = code as usize;
        match self.offsets.get(code..code + 2) {
            Some(range) => &self.keys[range[0] as usize..range[1] as usize],
            None if self.keys[code] == NONE => &[],
            None => &self.keys[code..=code],
        }
    }

    fn of(&self, row: u32) -> impl Iterator<Item = u64> {
        self.column.of(LeadId(row)).iter().flat_map(|&code| self.keys(code).iter().copied())
    }

    fn shapes(&self, code: u32) -> Vec<String> {
        shapes(self.column.dictionary.get(code), self.shape, &self.words)
    }
}

fn word_counts(column: &MatchColumn) -> WordCounts {
    let mut counts = WordCounts::default();
    for text in column.dictionary.iter() {
        for word in distinct_words(text) {
            *counts.entry(hash(word)).or_insert(0) += 1;
        }
    }
    counts
}

fn distinct_words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

fn mix(before: u64, value: u64) -> u64 {
    FixedState::default().hash_one((before, value))
}

/// What a value gives under a shape; nothing where it is blank or too short to tell anything.
fn shapes(text: &str, shape: Shape, counts: &WordCounts) -> Vec<String> {
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    match shape {
        Shape::Whole => one(text),
        Shape::Prefix(count) => match text.char_indices().nth(count) {
            Some((end, _)) => one(&text[..end]),
            None if text.chars().count() == count => one(text),
            None => Vec::new(),
        },
        Shape::Ending => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            if digits.len() < 7 { Vec::new() } else { one(&digits[digits.len() - 7..]) }
        }
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
        Shape::RareWords => {
            let count = |word: &str| counts.get(&hash(word)).copied().unwrap_or(0);
            let mut words: Vec<&str> = distinct_words(text).into_iter().filter(|word| count(word) > 1).collect();
            words.sort_by_key(|word| count(word));
            words.truncate(RARE);
            words.sort_unstable();
            let pairs = words.iter().enumerate().flat_map(|(i, a)| words[i + 1..].iter().map(move |b| (a, b)));
            pairs.map(|(a, b)| format!("{a} {b}")).collect()
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
            assert_eq!(shapes(text, shape, &WordCounts::default()), expected, "{text} {shape:?}");
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
