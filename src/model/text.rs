//! Dictionary-coded text: a column stores each distinct value once and a 32-bit code per row.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// The code of a blank cell; its text is "".
pub const BLANK: u32 = 0;

/// Distinct texts in order of first appearance; code 0 is always the blank.
#[derive(Debug, Clone)]
pub struct Dictionary {
    text: String,
    ends: Vec<usize>,
    codes: HashTable<u32>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0], codes: HashTable::new() }
    }
}

impl Dictionary {
    /// Number of distinct values, the blank included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True while only the blank is known.
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    /// The text behind a code.
    pub fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text[start..self.ends[code]]
    }

    /// The code of a value, added if new. The empty string is always [`BLANK`].
    pub fn intern(&mut self, value: &str) -> u32 {
        if value.is_empty() {
            return BLANK;
        }
        let hash = hash(value);
        let (text, ends) = (&self.text, &self.ends);
        let stored = |code: u32| &text[ends[code as usize - 1]..ends[code as usize]];
        if let Some(&code) = self.codes.find(hash, |&code| stored(code) == value) {
            return code;
        }
        let code = u32::try_from(self.ends.len()).expect("fewer than 2^32 distinct values in a column");
        self.text.push_str(value);
        self.ends.push(self.text.len());
        let (text, ends) = (&self.text, &self.ends);
        self.codes.insert_unique(hash, code, |&code| hash_of(text, ends, code));
        code
    }

    /// The code of a value, if it is known.
    pub fn find(&self, value: &str) -> Option<u32> {
        if value.is_empty() {
            return Some(BLANK);
        }
        self.codes.find(hash(value), |&code| self.get(code) == value).copied()
    }

    /// All values by code, the blank first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|code| self.get(code))
    }
}

fn hash(value: &str) -> u64 {
    FixedState::default().hash_one(value)
}

fn hash_of(text: &str, ends: &[usize], code: u32) -> u64 {
    hash(&text[ends[code as usize - 1]..ends[code as usize]])
}

/// A column of text: one code per row into its dictionary.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    /// One code per row; [`BLANK`] where there is no value.
    pub codes: Vec<u32>,
    /// The distinct values.
    pub dictionary: Dictionary,
}

impl TextColumn {
    /// Appends a value.
    pub fn push(&mut self, value: &str) {
        let code = self.dictionary.intern(value);
        self.codes.push(code);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The text of a row; "" where blank.
    pub fn get(&self, row: usize) -> &str {
        self.dictionary.get(self.codes[row])
    }

    /// The text of a row, none where blank.
    pub fn value(&self, row: usize) -> Option<&str> {
        match self.codes[row] {
            BLANK => None,
            code => Some(self.dictionary.get(code)),
        }
    }

    /// Rows in a new order (or a selection of them).
    pub fn take(&mut self, rows: &[u32]) {
        self.codes = rows.iter().map(|&row| self.codes[row as usize]).collect();
    }
}

impl<'a> FromIterator<&'a str> for TextColumn {
    fn from_iter<I: IntoIterator<Item = &'a str>>(values: I) -> Self {
        let mut column = Self::default();
        values.into_iter().for_each(|value| column.push(value));
        column
    }
}
