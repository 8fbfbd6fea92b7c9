//! Dictionary-coded text: a column stores its values in a dictionary and a 32-bit code per row.

use std::borrow::Cow;
use std::fmt;
use std::hash::BuildHasher;
use std::hint::black_box;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;

use super::per_row::PerRow;

/// The code of a blank cell; its text is "".
pub const BLANK: u32 = 0;

/// Bits of a text's end that stand beside its code. Few under test, so that every test meets the larger ends.
const LOW_BITS: u32 = if cfg!(test) { 8 } else { 32 };

/// Texts one behind the other. Ends have 32 bits: half the size of a `usize`, of which a million-row file has millions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Texts {
    text: String,
    /// The low bits of where each text ends.
    ends: Vec<u32>,
    /// From which text on the ends have another unit above the low bits.
    turns: Vec<u32>,
}

impl Texts {
    #[inline]
    fn end(&self, at: usize) -> usize {
        let low = self.ends[at] as usize;
        if self.turns.is_empty() {
            return low;
        }
        low + (self.turns.partition_point(|&turn| turn as usize <= at) << LOW_BITS)
    }

    /// Where a text stands.
    #[inline]
    fn place(&self, at: usize) -> Range<usize> {
        let start = if at == 0 { 0 } else { self.end(at - 1) };
        start..self.end(at)
    }

    #[inline]
    fn get(&self, at: usize) -> &str {
        &self.text[self.place(at)]
    }

    /// Whether this is the text. Bytes are compared: that spares a look at where characters begin.
    #[inline]
    fn is(&self, at: usize, value: &str) -> bool {
        same(&self.text.as_bytes()[self.place(at)], value.as_bytes())
    }

    #[inline]
    fn push(&mut self, value: &str) {
        self.text.push_str(value);
        let length = self.text.len();
        while self.turns.len() < length >> LOW_BITS {
            self.turns.push(self.ends.len() as u32);
        }
        self.ends.push((length & ((1 << LOW_BITS) - 1)) as u32);
    }
}

/// Whether texts are the same: most are so short that two looks tell, and a call costs more than that.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && match a.len() {
            8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
            4..=7 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
            _ => a == b,
        }
}

/// Where each value is, by hash. The hash beside every code spares the look at the text of most other values, and of
/// all values when the table grows.
type Index = HashTable<(u32, u32)>;

/// Values that are looked for together.
const LOOKS: usize = 32;

fn find_code(index: &Index, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
    index.find(spread(hash), |&(other, code)| other == hash && is_it(code)).map(|&(_, code)| code)
}

fn add_code(index: &mut Index, hash: u32, code: u32) {
    index.insert_unique(spread(hash), (hash, code), |&(hash, _)| spread(hash));
}

/// The hash by which values are interned.
pub fn hash(value: &str) -> u32 {
    FixedState::default().hash_one(value) as u32
}

/// A table takes a hash's highest and lowest bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A dictionary that is being made.
#[derive(Debug, Clone)]
pub struct Interner {
    texts: Texts,
    index: Index,
}

impl Default for Interner {
    fn default() -> Self {
        Self { texts: Texts { text: String::new(), ends: vec![0], turns: Vec::new() }, index: Index::new() }
    }
}

impl Interner {
    /// Number of values, the blank included.
    pub fn len(&self) -> usize {
        self.texts.ends.len()
    }

    /// True while only the blank is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// The text behind a code.
    #[inline]
    pub fn get(&self, code: u32) -> &str {
        self.texts.get(code as usize)
    }

    /// The code of a value, added if new. The empty string is always [`BLANK`].
    pub fn intern(&mut self, value: &str) -> u32 {
        self.intern_hashed(value, hash(value))
    }

    /// The code of a value whose [`hash`] is known.
    pub fn intern_hashed(&mut self, value: &str, hash: u32) -> u32 {
        if value.is_empty() {
            return BLANK;
        }
        let Self { texts, index } = self;
        let is_it = |&(other, code): &(u32, u32)| other == hash && texts.is(code as usize, value);
        match index.entry(spread(hash), is_it, |&(hash, _)| spread(hash)) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(free) => {
                let code = u32::try_from(texts.ends.len()).expect("fewer than 2^32 distinct values in a column");
                free.insert((hash, code));
                texts.push(value);
                code
            }
        }
    }

    /// Adds a value that is known to be new, or need not be told from others here; it is never looked for while this
    /// dictionary is made.
    #[inline]
    pub fn add(&mut self, value: &str) -> u32 {
        let code = u32::try_from(self.len()).expect("fewer than 2^32 distinct values in a column");
        self.texts.push(value);
        code
    }

    /// The code of a value, if it is known.
    pub fn find(&self, value: &str) -> Option<u32> {
        if value.is_empty() { Some(BLANK) } else { self.find_hashed(value, hash(value)) }
    }

    fn find_hashed(&self, value: &str, hash: u32) -> Option<u32> {
        find_code(&self.index, hash, |code| self.texts.is(code as usize, value))
    }

    /// All values by code, the blank first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.texts.get(at))
    }

    /// The codes here of all values of another one.
    pub fn intern_all(&mut self, other: &Self) -> Vec<u32> {
        let mut hashes = vec![0; other.len()];
        match other.index.len() + 1 == other.len() {
            true => other.index.iter().for_each(|&(hash, code)| hashes[code as usize] = hash),
            // Some were added without a look at the others.
            false => hashes.iter_mut().zip(other.iter()).for_each(|(known, value)| *known = hash(value)),
        }
        let mut codes = Vec::with_capacity(other.len());
        let mut values = [""; LOOKS];
        for (block, hashes) in (0..).step_by(LOOKS).zip(hashes.chunks(LOOKS)) {
            values.iter_mut().zip(block..other.len()).for_each(|(value, at)| *value = other.texts.get(at));
            self.intern_block(&values[..hashes.len()], hashes, &mut codes);
        }
        codes
    }

    /// Appends the codes of values, added if new.
    pub fn intern_each(&mut self, values: &[&str], codes: &mut Vec<u32>) {
        let mut hashes = [0; LOOKS];
        for block in values.chunks(LOOKS) {
            hashes.iter_mut().zip(block).for_each(|(known, value)| *known = hash(value));
            self.intern_block(block, &hashes[..block.len()], codes);
        }
    }

    /// Most values are known, and each look is at memory far off: those of a block wait for it together.
    fn intern_block(&mut self, values: &[&str], hashes: &[u32], codes: &mut Vec<u32>) {
        let mut known = [None; LOOKS];
        for (known, &hash) in known.iter_mut().zip(hashes) {
            *known = find_code(&self.index, hash, |_| true);
        }
        for (known, value) in known.iter_mut().zip(values) {
            *known = known.filter(|&code| self.texts.is(code as usize, value));
        }
        for ((known, value), &hash) in known.iter().zip(values).zip(hashes) {
            codes.push(known.unwrap_or_else(|| self.intern_hashed(value, hash)));
        }
    }

    /// Makes room for so many times as many further values, none of which is looked for.
    pub fn reserve_texts(&mut self, times: f64) {
        let more = |now: usize| (now as f64 * times) as usize;
        self.texts.text.reserve_exact(more(self.texts.text.len()));
        self.texts.ends.reserve_exact(more(self.texts.ends.len()));
    }

    /// Forgets all values, and keeps the room they took.
    pub fn clear(&mut self) {
        self.texts.text.clear();
        self.texts.ends.truncate(1);
        self.texts.turns.clear();
        self.index.clear();
    }

    /// The dictionary, which finds values again when it is asked to.
    pub fn finish(self) -> Dictionary {
        let may_repeat = self.index.len() + 1 < self.len();
        Dictionary { base: None, texts: Arc::new(self.texts), may_repeat, index: OnceLock::new() }
    }
}

/// Parts of the texts that are numbered by themselves. Few, since each walks over all hashes.
const PARTS: u32 = 16;

/// A number for each text, the same for equal texts, 0 for ""; and how many numbers there are. They are in no order that
/// tells anything, so that all threads can make them; a dictionary is made by one.
pub fn numbered<T: AsRef<str> + Sync>(texts: &[T]) -> (Vec<u32>, usize) {
    let hashes: Vec<u32> = texts.par_iter().map(|text| hash(text.as_ref())).collect();
    let part = |hash: u32| hash / (u32::MAX / PARTS + 1);
    let in_part = |wanted: u32| {
        let (mut known, mut numbers) = (HashTable::<(u32, u32, u32)>::new(), Vec::new());
        for (at, &hash) in hashes.iter().enumerate().filter(|&(_, &hash)| part(hash) == wanted) {
            let text = texts[at].as_ref();
            if text.is_empty() {
                numbers.push(0);
                continue;
            }
            let next = known.len() as u32 + 1;
            let is_it = |&(other, first, _): &(u32, u32, u32)| other == hash && texts[first as usize].as_ref() == text;
            let spread = |&(hash, ..): &(u32, u32, u32)| spread(hash);
            let entry = known.entry(spread(&(hash, 0, 0)), is_it, spread).or_insert((hash, at as u32, next));
            numbers.push(entry.get().2);
        }
        (numbers, known.len() as u32)
    };
    let parts: Vec<(Vec<u32>, u32)> = (0..PARTS).into_par_iter().with_max_len(1).map(in_part).collect();
    let mut count = 0;
    let mut open: Vec<(u32, std::slice::Iter<'_, u32>)> = Vec::with_capacity(parts.len());
    for (numbers, distinct) in &parts {
        open.push((count, numbers.iter()));
        count += distinct;
    }
    let number = |&hash: &u32| {
        let (before, numbers) = &mut open[part(hash) as usize];
        let number = *numbers.next().expect("one number per text of the part");
        if number == 0 { 0 } else { *before + number }
    };
    (hashes.iter().map(number).collect(), count as usize + 1)
}

/// Texts in order of first appearance; code 0 is always the blank. Clones share the texts.
pub struct Dictionary {
    /// A dictionary that this one extends: it has the first codes.
    base: Option<Arc<Dictionary>>,
    texts: Arc<Texts>,
    may_repeat: bool,
    /// Made when first a value is looked for.
    index: OnceLock<Index>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Interner::default().finish()
    }
}

impl Clone for Dictionary {
    fn clone(&self) -> Self {
        let Self { base, texts, may_repeat, .. } = self;
        Self { base: base.clone(), texts: texts.clone(), may_repeat: *may_repeat, index: OnceLock::new() }
    }
}

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Dictionary {
    /// A dictionary with further values, none of which this one has unless its values may repeat; its texts are shared.
    pub fn extended<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts = Texts::default();
        values.into_iter().for_each(|value| texts.push(value));
        let base = Some(Arc::new(self.clone()));
        Self { base, texts: Arc::new(texts), may_repeat: self.may_repeat, index: OnceLock::new() }
    }

    /// Whether a text may have several codes, as in a column of which hardly a value repeats: a code tells the text then,
    /// but two codes do not tell that two texts differ.
    pub fn may_repeat(&self) -> bool {
        self.may_repeat
    }

    #[inline]
    fn base_len(&self) -> usize {
        self.base.as_ref().map_or(0, |base| base.len())
    }

    /// Number of values, the blank included.
    #[inline]
    pub fn len(&self) -> usize {
        self.base_len() + self.texts.ends.len()
    }

    /// True while only the blank is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// The text behind a code.
    #[inline]
    pub fn get(&self, code: u32) -> &str {
        let Some(base) = &self.base else { return self.texts.get(code as usize) };
        match (code as usize).checked_sub(base.len()) {
            None => base.get(code),
            Some(own) => self.texts.get(own),
        }
    }

    /// Appends the texts behind codes to a text, and where each of them ends there.
    ///
    /// Codes in no order lead to memory far off, first where a text stands, then the text. Those of a block are gone to
    /// together, step by step, so that they wait for it together: on a million leads half the time of one after the other.
    pub fn append(&self, codes: &[u32], text: &mut String, ends: &mut Vec<usize>) {
        const BLOCK: usize = 64;
        let mut places: [Range<usize>; BLOCK] = std::array::from_fn(|_| 0..0);
        for codes in codes.chunks(BLOCK) {
            if self.base.is_some() {
                for &code in codes {
                    text.push_str(self.get(code));
                    ends.push(text.len());
                }
                continue;
            }
            let places = &mut places[..codes.len()];
            places.iter_mut().zip(codes).for_each(|(place, &code)| *place = self.texts.place(code as usize));
            let bytes = self.texts.text.as_bytes();
            let first = |place: &Range<usize>| bytes.get(place.start).copied().unwrap_or_default();
            black_box(places.iter().fold(0, |all, place| all ^ first(place)));
            for place in places {
                text.push_str(&self.texts.text[place.clone()]);
                ends.push(text.len());
            }
        }
    }

    /// The code of a value, added if new. The empty string is always [`BLANK`].
    pub fn intern(&mut self, value: &str) -> u32 {
        if let Some(code) = self.find(value) {
            return code;
        }
        let code = u32::try_from(self.len()).expect("fewer than 2^32 distinct values in a column");
        Arc::make_mut(&mut self.texts).push(value);
        add_code(self.index.get_mut().expect("a value was looked for"), hash(value), code);
        code
    }

    /// The code of a value, if it is known.
    pub fn find(&self, value: &str) -> Option<u32> {
        let index = self.index.get_or_init(|| {
            let mut index = Index::with_capacity(self.len());
            self.iter().zip(0..).skip(1).for_each(|(value, code)| add_code(&mut index, hash(value), code));
            index
        });
        if value.is_empty() { Some(BLANK) } else { find_code(index, hash(value), |code| self.get(code) == value) }
    }

    /// All values by code, the blank first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|code| self.get(code))
    }
}

/// A column of text: one code per row into its dictionary.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    /// One code per row; [`BLANK`] where there is no value.
    pub codes: PerRow<u32>,
    /// The values; see [`Dictionary::may_repeat`].
    pub dictionary: Dictionary,
}

impl TextColumn {
    /// Appends a value.
    pub fn push(&mut self, value: &str) {
        let code = self.dictionary.intern(value);
        self.codes.to_mut().push(code);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether no row has a value, as far as the dictionary tells.
    pub fn is_blank(&self) -> bool {
        self.dictionary.is_empty()
    }

    /// The text of a row; "" where blank.
    #[inline]
    pub fn get(&self, row: usize) -> &str {
        self.dictionary.get(self.codes[row])
    }

    /// The text of a row, none where blank.
    #[inline]
    pub fn value(&self, row: usize) -> Option<&str> {
        match self.codes[row] {
            BLANK => None,
            code => Some(self.dictionary.get(code)),
        }
    }

    /// The texts of all rows; "" where blank.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.codes.iter().map(|&code| self.dictionary.get(code))
    }

    /// The column with one code for each text, for those who compare codes.
    pub fn told_apart(&self) -> Cow<'_, Self> {
        match self.dictionary.may_repeat() {
            true => Cow::Owned((0..self.len()).map(|row| self.get(row)).collect()),
            false => Cow::Borrowed(self),
        }
    }

    /// Rows in a new order (or a selection of them).
    pub fn take(&mut self, rows: &[u32]) {
        self.codes = self.codes.take(rows);
    }
}

impl<'a> FromIterator<&'a str> for TextColumn {
    fn from_iter<I: IntoIterator<Item = &'a str>>(values: I) -> Self {
        let mut interner = Interner::default();
        let codes = values.into_iter().map(|value| interner.intern(value)).collect();
        Self { codes, dictionary: interner.finish() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far more text than the low bits of an end can count.
    fn many() -> Vec<String> {
        (0..2000).map(|at| format!("{}{at}", "x".repeat(at % 700 / 600 * 600))).collect()
    }

    #[test]
    fn texts_of_every_length_are_told_apart() {
        let text: Vec<u8> = (b'a'..=b'z').collect();
        let copy = text.clone();
        for length in 0..=text.len() {
            assert!(same(&text[..length], &copy[..length]), "{length}");
            assert!(!same(&text[..length], &text[..(length + 1) % 27]), "{length}");
            for at in 0..length {
                let mut other = text[..length].to_vec();
                other[at] = b'.';
                assert!(!same(&text[..length], &other), "{length}, {at}");
            }
        }
    }

    #[test]
    fn each_value_has_one_code() {
        let values = many();
        let mut interner = Interner::default();
        for _ in 0..2 {
            for (at, value) in values.iter().enumerate() {
                assert_eq!(interner.intern(value), at as u32 + 1);
            }
        }
        assert_eq!((interner.intern(""), interner.len(), interner.find("none")), (BLANK, 2001, None));
        assert!(interner.iter().skip(1).eq(values.iter().map(String::as_str)));
        let dictionary = interner.finish();
        assert!(dictionary.iter().skip(1).eq(values.iter().map(String::as_str)));
        assert_eq!(
            (dictionary.get(BLANK), dictionary.find(&values[1234]), dictionary.find("")),
            ("", Some(1235), Some(0))
        );
    }

    #[test]
    fn equal_texts_have_one_number() {
        let values = many();
        let texts: Vec<&str> =
            (0..6000).map(|at| if at % 7 == 0 { "" } else { values[at * 31 % 1500].as_str() }).collect();
        let (numbers, count) = numbered(&texts);
        let mut pairs: Vec<(&str, u32)> = texts.into_iter().zip(numbers).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut numbers: Vec<u32> = pairs.iter().map(|&(_, number)| number).collect();
        numbers.sort_unstable();
        assert_eq!(pairs[0], ("", 0));
        assert!(numbers.into_iter().eq(0..count as u32), "one number for each text, and one text for each number");
    }

    #[test]
    fn extensions_share_and_extend() {
        let values = many();
        let base: TextColumn = values[..1000].iter().map(String::as_str).collect();
        let mut extended = base.dictionary.extended(values[1000..].iter().map(String::as_str));
        assert!(extended.iter().skip(1).eq(values.iter().map(String::as_str)));
        assert_eq!((extended.find(&values[7]), extended.find(&values[1007])), (Some(8), Some(1008)));
        assert_eq!((extended.intern("new"), extended.intern(&values[3]), extended.get(2001)), (2001, 4, "new"));
        assert_eq!((base.dictionary.len(), extended.len()), (1001, 2002));
    }

    #[test]
    fn texts_are_appended_as_they_are_looked_up() {
        let values = many();
        let base: TextColumn = values.iter().map(String::as_str).collect();
        let extended = base.dictionary.extended(["é", "zz"]);
        for dictionary in [&base.dictionary, &extended] {
            let codes: Vec<u32> = (0..5000).map(|at| at * 7919 % dictionary.len() as u32).collect();
            let (mut text, mut ends) = ("before".to_owned(), Vec::new());
            dictionary.append(&codes, &mut text, &mut ends);
            let mut expected = "before".to_owned();
            for (&code, &end) in codes.iter().zip(&ends) {
                expected.push_str(dictionary.get(code));
                assert_eq!(expected.len(), end, "{code}");
            }
            assert_eq!((text, ends.len()), (expected, codes.len()));
        }
    }

    #[test]
    fn clones_part_when_they_change() {
        let mut column: TextColumn = ["a", "", "b", "a"].into_iter().collect();
        let copy = column.clone();
        column.push("c");
        column.push("b");
        assert_eq!((copy.len(), column.len(), &column.codes[..]), (4, 6, &[1, 0, 2, 1, 3, 2][..]));
        column.take(&[4, 1]);
        assert_eq!((column.get(0), column.value(1)), ("c", None));
    }
}
