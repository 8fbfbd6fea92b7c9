//! Records of JSON as keys and texts, in one piece of memory.

use std::borrow::Cow;

use hashbrown::HashMap;
use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::de::SliceRead;

use super::digits::as_texts;
use super::visit::{Around, List, Object};

/// Records that were read in one go.
#[derive(Default)]
pub(super) struct Records {
    names: Vec<String>,
    known: HashMap<String, usize, foldhash::fast::FixedState>,
    pub(super) text: String,
    /// Key, and where its text ends; a key that comes twice counts where it comes last.
    cells: Vec<(usize, usize)>,
    /// Place, and where its cells end.
    ends: Vec<(u64, usize)>,
    pub(super) rejects: Vec<(u64, String)>,
    /// The key that is being read, with those around it.
    pub(super) path: String,
    /// The key that likely comes next.
    next: usize,
}

impl Records {
    /// Adds the object that a line holds; a blank line is none.
    pub(super) fn add_line(&mut self, line: &[u8], place: u64) {
        let line = line.trim_ascii();
        let bare = element(line);
        if bare.is_empty() || self.add(line, place) || (bare.len() < line.len() && self.add(bare, place)) {
            return;
        }
        self.rejects.push((place, String::from_utf8_lossy(line).into_owned()));
    }

    /// Adds an object, if it is one.
    fn add(&mut self, object: &[u8], place: u64) -> bool {
        let (names, text, cells) = (self.names.len(), self.text.len(), self.cells.len());
        let object = as_texts(object);
        let mut json = serde_json::Deserializer::from_slice(&object);
        let read = Object { records: self }.deserialize(&mut json).and_then(|()| json.end());
        self.path.clear();
        if read.is_ok() {
            self.end(place);
            return true;
        }
        // Nothing of it is left.
        for name in self.names.drain(names..) {
            self.known.remove(&name);
        }
        self.text.truncate(text);
        self.cells.truncate(cells);
        false
    }

    /// The objects of an array.
    pub(super) fn of_array(text: &[u8]) -> Result<Self, String> {
        whole(text, |records, json| List { records }.deserialize(json))
    }

    /// The one object.
    pub(super) fn of_object(text: &[u8]) -> Result<Self, String> {
        let mut records = whole(text, |records, json| Object { records }.deserialize(json))?;
        records.end(1);
        Ok(records)
    }

    /// The objects of the array that these keys lead to.
    pub(super) fn of_list(text: &[u8], path: &str) -> Result<Self, String> {
        whole(text, |records, json| Around { records, path }.deserialize(json))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(super) fn rejects(&self) -> impl Iterator<Item = (u64, &str)> {
        self.rejects.iter().map(|(place, text)| (*place, text.as_str()))
    }

    /// Place and cells of each record: key and text.
    pub(super) fn records(&self) -> impl Iterator<Item = (u64, impl Iterator<Item = (usize, &str)>)> {
        let (mut first, mut start) = (0, 0);
        self.ends.iter().map(move |&(place, end)| {
            let cells = &self.cells[std::mem::replace(&mut first, end)..end];
            let mut from = start;
            start = cells.last().map_or(start, |&(_, end)| end);
            (place, cells.iter().map(move |&(key, end)| (key, &self.text[std::mem::replace(&mut from, end)..end])))
        })
    }

    /// Ends a record.
    pub(super) fn end(&mut self, place: u64) {
        self.ends.push((place, self.cells.len()));
        self.next = 0;
    }

    /// The text that was written since is the value of the key that is being read.
    pub(super) fn end_cell(&mut self) {
        let key = match self.names.get(self.next) {
            Some(name) if *name == self.path => self.next,
            _ => match self.known.get(self.path.as_str()) {
                Some(&key) => key,
                None => {
                    self.names.push(self.path.clone());
                    self.known.insert(self.path.clone(), self.names.len() - 1);
                    self.names.len() - 1
                }
            },
        };
        self.next = key + 1;
        self.cells.push((key, self.text.len()));
    }
}

/// A line without what stands around the elements of an array.
pub(super) fn element(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    let line = line.strip_prefix(b"[").unwrap_or(line);
    let line = line.strip_suffix(b",").unwrap_or(line).trim_ascii_end();
    // A line of several lists would end so, too; it does not begin with an object.
    if line.is_empty() || line == b"]" {
        b""
    } else {
        line.strip_suffix(b"}]").map_or(line, |_| &line[..line.len() - 1])
    }
}

type Json<'t> = serde_json::Deserializer<SliceRead<'t>>;

/// What is read from a text that holds nothing else.
fn whole(
    text: &[u8],
    read: impl FnOnce(&mut Records, &mut Json<'_>) -> serde_json::Result<()>,
) -> Result<Records, String> {
    let mut records = Records::default();
    let with_digits = as_texts(text);
    let mut json = serde_json::Deserializer::from_slice(&with_digits);
    match read(&mut records, &mut json).and_then(|()| json.end()) {
        Ok(()) => Ok(records),
        Err(why) if matches!(with_digits, Cow::Borrowed(_)) => Err(why.to_string()),
        // Told by its place in the text as it came.
        Err(why) => Err(serde_json::from_slice::<IgnoredAny>(text).err().unwrap_or(why).to_string()),
    }
}
