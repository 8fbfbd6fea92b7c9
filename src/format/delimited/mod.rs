//! Delimited text (CSV and its kin): a whole file in memory, its dialect, its header, its records. Tables of other
//! formats come as delimited text, too (see [`super::flat`]).

mod header;
mod prose;
mod reader;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};
use memchr::{memchr, memchr_iter, memchr2};
use xxhash_rust::xxh3::xxh3_128;

use super::encoding::{self, Decoded};
use super::flat::{self, Contents, Flat, Notes};
use super::kind::FileKind;
use super::{FormatError, archive, file};

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
    /// Whether its first records look like a table's, and not like the lines of a letter.
    pub is_table: bool,
}

/// The dialect and header of a file.
pub fn sniff(path: &Path, hints: Hints) -> Result<Sniffed, FormatError> {
    let document = match Document::plain_beginning(path, hints.encoding)? {
        Some(beginning) => beginning,
        None => Document::open(path, hints.encoding)?,
    };
    let delimiter = hints.delimiter.or(document.declared).unwrap_or_else(|| guess_delimiter(&document));
    let mut reader = document.reader(delimiter);
    let header = document.header(&mut reader, path)?;
    let is_table = prose::is_table(&header, &mut reader, document.flat.is_some());
    let dialect = Dialect { encoding: document.file_encoding, delimiter };
    Ok(Sniffed { dialect, header: column_names(&header), is_table })
}

/// A delimited file in memory.
#[derive(Debug, Clone)]
pub struct Document {
    /// Size of the file.
    pub file_bytes: u64,
    /// Of a file that is not in memory as it is stored.
    hash: Option<u128>,
    file_encoding: &'static Encoding,
    text: Decoded,
    /// The separator that a first line `sep=;` names, as Excel writes and reads it; that line is no header.
    declared: Option<u8>,
    begin: usize,
    first_line: u64,
    /// Of a table of another format: where its records stand, and what could not be read.
    flat: Option<Arc<Flat>>,
    /// Whether the header is ours, since the file has none.
    pub is_list: bool,
}

impl Document {
    /// Reads a file; its encoding is found out where none is given.
    ///
    /// # Errors
    /// When it cannot be read, or not as a table.
    pub fn open(path: &Path, given: Option<&'static Encoding>) -> Result<Self, FormatError> {
        let (file, inside) = archive::located(path);
        Self::of_part(file::read(&file)?, inside.as_deref(), path, given)
    }

    /// A document of these bytes, said to be of this file.
    ///
    /// # Errors
    /// When they cannot be read as a table.
    pub fn of(bytes: Vec<u8>, path: &Path, given: Option<&'static Encoding>) -> Result<Self, FormatError> {
        Self::of_part(bytes, None, path, given)
    }

    /// A document of these bytes, or of what lies inside them under a name.
    fn of_part(
        bytes: Vec<u8>,
        inside: Option<&str>,
        path: &Path,
        given: Option<&'static Encoding>,
    ) -> Result<Self, FormatError> {
        let file_bytes = bytes.len() as u64;
        let content = flat::content(bytes, inside, path)?;
        let mut document = match content.table {
            Contents::Text(bytes) => Self::of_text(bytes, path, content.encoding.or(given))?,
            Contents::Flat(mut flat) => {
                let text = encoding::decode(std::mem::take(&mut flat.text), UTF_8);
                let declared = Some(flat::DELIMITER);
                Self { declared, flat: Some(Arc::new(flat)), ..Self::new(text, UTF_8) }
            }
        };
        document.file_bytes = file_bytes;
        document.hash = content.hash.or(document.hash);
        Ok(document)
    }

    /// A document of delimited text.
    fn of_text(mut bytes: Vec<u8>, path: &Path, given: Option<&'static Encoding>) -> Result<Self, FormatError> {
        let file_encoding = given.unwrap_or_else(|| encoding::detect(&bytes));
        if !encoding::is_utf16(file_encoding)
            && let Some(line) = binary_line(&bytes)
        {
            return Err(FormatError::NulByte { path: path.to_owned(), line });
        }
        if !encoding::is_utf16(file_encoding) && is_no_text(&bytes) {
            return Err(FormatError::NoText { path: path.to_owned() });
        }
        let ends_as_in_dos = bytes.last() == Some(&0x1a) && !encoding::is_utf16(file_encoding);
        let hash = (encoding::is_transcoded(file_encoding) || ends_as_in_dos).then(|| xxh3_128(&bytes));
        if ends_as_in_dos {
            bytes.pop();
        }
        let mut document = Self { hash, ..Self::new(encoding::decode(bytes, file_encoding), file_encoding) };
        if let Some((delimiter, length)) = declaration(document.text.bytes()) {
            document.declared = Some(delimiter);
            document.begin = length;
            document.first_line = 2;
        }
        document.name_list();
        Ok(document)
    }

    /// As [`Self::beginning`], for a file whose encoding is not known to be UTF-8 yet.
    fn plain_beginning(path: &Path, given: Option<&'static Encoding>) -> Result<Option<Self>, FormatError> {
        let Some(beginning) = Self::beginning(path, given.unwrap_or(UTF_8))? else { return Ok(None) };
        Ok(file::is_large_plain_text(path)?.then_some(beginning))
    }

    /// A document of the beginning of a large file that can be read piece by piece: a plain one in UTF-8, whose header
    /// stands near its beginning. None for all others, which are read as a whole.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn beginning(path: &Path, encoding: &'static Encoding) -> Result<Option<Self>, FormatError> {
        if encoding != UTF_8 || file::is_standard_input(path) || !path.is_file() {
            return Ok(None);
        }
        let Some((head, size)) = file::beginning(path)? else { return Ok(None) };
        if FileKind::of(&head) != FileKind::Text || encoding::from_utf32(&head).is_some() {
            return Ok(None);
        }
        let Ok(document) = Self::of_text(head, path, Some(encoding)) else { return Ok(None) };
        let is_plain = !document.is_list && document.hash.is_none() && document.text.encoding == UTF_8;
        Ok(is_plain.then_some(Self { file_bytes: size, ..document }))
    }

    /// Whether these bytes, a byte-order mark aside, and this document begin alike, as far as both go.
    pub fn begins_as(&self, bytes: &[u8]) -> bool {
        self.text.bytes().iter().zip(bytes).all(|(own, other)| own == other)
    }

    /// Gives a list of e-mail addresses that has no header one, as line 0.
    fn name_list(&mut self) {
        let delimiter = self.dialect().delimiter;
        let mut reader = self.reader(delimiter);
        let Some(Entry::Record(first)) = reader.read() else { return };
        let Some(names) = header::names_of_list(first.iter()) else { return };
        self.hash = Some(self.hash());
        self.text.insert(self.begin, &(names.join(&char::from(delimiter).to_string()) + "\n"));
        self.declared = Some(delimiter);
        self.first_line -= 1;
        self.is_list = true;
    }

    fn new(text: Decoded, file_encoding: &'static Encoding) -> Self {
        Self {
            file_bytes: 0,
            hash: None,
            file_encoding,
            text,
            declared: None,
            begin: 0,
            first_line: 1,
            flat: None,
            is_list: false,
        }
    }

    /// Where a record stands in the file: at this line, or, in a table of another format, at a row, a line or a number.
    pub fn place(&self, line: u64) -> u64 {
        self.flat.as_ref().map_or(line, |flat| flat.place(line))
    }

    /// What of a table of another format could not be read.
    pub fn notes(&self) -> Option<&Notes> {
        self.flat.as_ref().map(|flat| &flat.notes)
    }

    /// xxh3-128 of the file as it is stored. Made when it is asked for: a look at the header needs none.
    pub fn hash(&self) -> u128 {
        self.hash.unwrap_or_else(|| xxh3_128(self.text.stored()))
    }

    /// How the file is encoded and delimited.
    pub fn dialect(&self) -> Dialect {
        let delimiter = self.declared.unwrap_or_else(|| guess_delimiter(self));
        Dialect { encoding: self.file_encoding, delimiter }
    }

    /// A reader at the header.
    pub fn reader(&self, delimiter: u8) -> Reader<'_> {
        let reader = match self.text.utf8() {
            Some(text) => Reader::of_text(text, delimiter, 1),
            None => Reader::new(self.text.bytes(), delimiter, 1),
        };
        let reader = reader.starting_at(self.begin, self.first_line);
        // Sheets have been looked through already; in other formats nothing stands above the names.
        if self.flat.is_some() || self.is_list { reader } else { header::below_title(reader) }
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

    /// A position of a reader, in bytes of the file as it is stored.
    pub fn progress(&self, position: usize) -> u64 {
        let share = position as u128 * u128::from(self.file_bytes);
        u64::try_from(share / (self.text.bytes().len() as u128).max(1))
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

/// The line whose NUL byte says that this is no text: one in the header, or the first where more than a tenth of the
/// bytes are such. A NUL here and there is a damaged or padded cell.
fn binary_line(bytes: &[u8]) -> Option<u64> {
    let first = memchr(0, bytes)?;
    let header = memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    if first > header && memchr_iter(0, bytes).count() <= bytes.len() / 10 {
        return None;
    }
    let ends = (0..first).filter(|&i| bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes[i + 1] != b'\n'));
    Some(1 + ends.count() as u64)
}

/// Whether a twentieth of the first bytes are control characters that no text has; a text may have one or two.
fn is_no_text(bytes: &[u8]) -> bool {
    const SOME: usize = 3;
    let sample = &bytes[..bytes.len().min(64 << 10)];
    let control = |byte: &&u8| matches!(**byte, 0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    let count = sample.iter().filter(control).count();
    count >= SOME && count * 20 > sample.len()
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
    const BYTES: usize = 1 << 20;
    let (mut best, mut best_score) = (b',', 0.0);
    for delimiter in [b',', b';', b'\t', b'|', b'^', b'~'] {
        let mut reader = document.reader(delimiter).up_to(BYTES);
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
