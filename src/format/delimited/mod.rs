//! Delimited text (CSV and its kin): a whole file in memory, its dialect, its header, its records.

mod header;
mod reader;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::Path;

use encoding_rs::Encoding;
use xxhash_rust::xxh3::xxh3_128;

use super::FormatError;
use super::encoding::{self, Decoded};
use super::kind::FileKind;

pub use header::column_names;
pub use reader::{Entry, Fault, MAX_FIELD_BYTES, MAX_FIELD_LINES, Reader, Record};

/// How a delimited text file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Character encoding.
    pub encoding: &'static Encoding,
    /// Field separator.
    pub delimiter: u8,
}

/// What the user says about a file's dialect; the rest is found out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints {
    /// Character encoding.
    pub encoding: Option<&'static Encoding>,
    /// Field separator.
    pub delimiter: Option<u8>,
}

/// What a look at a file tells.
#[derive(Debug, Clone)]
pub struct Sniffed {
    /// How to read it.
    pub dialect: Dialect,
    /// Column names: the header's cells trimmed, blanks named "column 7", repeats numbered "Email (2)".
    pub header: Vec<String>,
}

/// The dialect and header of a file.
pub fn sniff(path: &Path, hints: Hints) -> Result<Sniffed, FormatError> {
    let document = Document::open(path, hints.encoding)?;
    let delimiter = hints.delimiter.or(document.declared).unwrap_or_else(|| guess_delimiter(&document));
    let header = document.header(&mut document.reader(delimiter), path)?;
    Ok(Sniffed { dialect: Dialect { encoding: document.file_encoding, delimiter }, header: column_names(&header) })
}

/// A delimited file in memory.
#[derive(Debug, Clone)]
pub struct Document {
    /// Size of the file.
    pub file_bytes: u64,
    /// xxh3-128 of the file as it is stored.
    pub hash: u128,
    file_encoding: &'static Encoding,
    text: Decoded,
    /// The separator that a first line `sep=;` names, as Excel writes and reads it; that line is no header.
    declared: Option<u8>,
    begin: usize,
    first_line: u64,
}

impl Document {
    /// Reads a file; its encoding is found out where none is given.
    pub fn open(path: &Path, given: Option<&'static Encoding>) -> Result<Self, FormatError> {
        Self::of(read(path)?, path, given)
    }

    /// A document of these bytes, said to be of this file.
    pub fn of(bytes: Vec<u8>, path: &Path, given: Option<&'static Encoding>) -> Result<Self, FormatError> {
        let (file_bytes, hash) = (bytes.len() as u64, xxh3_128(&bytes));
        let kind = FileKind::of(&bytes);
        if kind != FileKind::Text {
            return Err(FormatError::Binary { path: path.to_owned(), kind });
        }
        let file_encoding = given.unwrap_or_else(|| encoding::detect(&bytes));
        if !encoding::is_utf16(file_encoding)
            && let Some(at) = bytes.iter().position(|&byte| byte == 0)
        {
            return Err(FormatError::NulByte { path: path.to_owned(), line: line_at(&bytes, at) });
        }
        let text = encoding::decode(bytes, file_encoding);
        let mut document = Self { file_bytes, hash, file_encoding, text, declared: None, begin: 0, first_line: 1 };
        if let Some((delimiter, length)) = declaration(&document.text.bytes) {
            document.declared = Some(delimiter);
            document.begin = length;
            document.first_line = 2;
        }
        Ok(document)
    }

    /// How the file is encoded and delimited.
    pub fn dialect(&self) -> Dialect {
        let delimiter = self.declared.unwrap_or_else(|| guess_delimiter(self));
        Dialect { encoding: self.file_encoding, delimiter }
    }

    /// A reader at the header.
    pub fn reader(&self, delimiter: u8) -> Reader<'_> {
        Reader::new(&self.text.bytes[self.begin..], delimiter, self.first_line)
    }

    /// The header's cells, trimmed; the reader, new, is left at the first record.
    pub fn header(&self, reader: &mut Reader<'_>, path: &Path) -> Result<Vec<String>, FormatError> {
        match reader.read() {
            None => Err(FormatError::Empty { path: path.to_owned() }),
            Some(Entry::Record(record)) => Ok(record.iter().map(|cell| trim(&self.text(cell).0).to_owned()).collect()),
            Some(Entry::Broken { fault, line, .. }) => {
                let problem = match fault {
                    Fault::UnbalancedQuote => "a quote in it is never closed",
                    Fault::FieldTooLarge => "one of its names is larger than 8 MiB; is this a delimited file?",
                };
                Err(FormatError::Header { path: path.to_owned(), line, problem })
            }
        }
    }

    /// A cell's text, and whether some of it could not be decoded.
    pub fn text<'a>(&self, cell: &'a [u8]) -> (Cow<'a, str>, bool) {
        self.text.text(cell)
    }

    /// How far a reader is, in bytes of the file as it is stored.
    pub fn progress(&self, reader: &Reader<'_>) -> u64 {
        let share = (self.begin + reader.position()) as u128 * u128::from(self.file_bytes);
        u64::try_from(share / (self.text.bytes.len() as u128).max(1))
            .map_or(self.file_bytes, |at| at.min(self.file_bytes))
    }
}

/// Without surrounding white space, no-break spaces, control characters, and the invisible marks that exports leave
/// around values (zero-width spaces and joiners, byte-order marks, directional marks around phone numbers).
pub fn trim(text: &str) -> &str {
    let visible = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    if visible(text.as_bytes().first()) && visible(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
            || matches!(c, '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    })
}

fn read(path: &Path) -> Result<Vec<u8>, FormatError> {
    match std::fs::metadata(path)
        .and_then(|about| if about.is_dir() { Ok(None) } else { std::fs::read(path).map(Some) })
    {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(FormatError::Folder { path: path.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(FormatError::Missing { path: path.to_owned() })
        }
        Err(reason) => Err(FormatError::Unreadable { path: path.to_owned(), reason }),
    }
}

/// The line of a position.
fn line_at(bytes: &[u8], at: usize) -> u64 {
    let ends = (0..at).filter(|&i| bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes[i + 1] != b'\n'));
    1 + ends.count() as u64
}

/// A first line `sep=;`: its delimiter, and its length with line end.
fn declaration(bytes: &[u8]) -> Option<(u8, usize)> {
    let (prefix, rest) = bytes.split_at_checked(4)?;
    if !prefix.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    match rest {
        [delimiter, b'\r', b'\n', ..] if delimiter.is_ascii() => Some((*delimiter, 7)),
        [delimiter, b'\r' | b'\n', ..] if delimiter.is_ascii() => Some((*delimiter, 6)),
        _ => None,
    }
}

/// The delimiter that gives a wide header and records as wide as it.
fn guess_delimiter(document: &Document) -> u8 {
    const RECORDS: usize = 50;
    let (mut best, mut best_score) = (b',', 0.0);
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut reader = document.reader(delimiter);
        let mut widths = std::iter::from_fn(|| {
            Some(match reader.read()? {
                Entry::Record(record) => record.len(),
                Entry::Broken { .. } => 0,
            })
        });
        let width = widths.next().unwrap_or(0);
        let (mut same, mut all) = (0, 0);
        for other in widths.take(RECORDS) {
            same += usize::from(other == width);
            all += 1;
        }
        // Ragged files have few records as wide as the header; the header then decides.
        let share = if all == 0 { 1.0 } else { same as f64 / all as f64 };
        let score = width.saturating_sub(1) as f64 * (share + 0.1);
        if score > best_score {
            (best, best_score) = (delimiter, score);
        }
    }
    best
}
