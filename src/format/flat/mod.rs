//! Tables of other formats as delimited text in memory, so that one reader reads all of them: sheets of workbooks,
//! Parquet files, records of JSON, mails, cards. Every record remembers its place in the file: the row of the sheet,
//! the line of the text, the number of the mail.

mod cards;
mod json;
mod mail;
mod nesting;
mod number;
mod parquet;
pub mod workbook;

use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use super::kind::FileKind;
use super::{FormatError, archive, encoding};
use crate::model::rows::{FindingCode, RejectCode};
pub(super) use cards::is_cards;
pub use mail::COLUMNS as MAIL_COLUMNS;
pub(super) use mail::{is_mail, is_mailbox};

/// What a file holds, unpacked.
pub struct Content {
    /// Its table.
    pub table: Contents,
    /// xxh3-128 of the file as it is stored, where the table is not in memory as it is stored.
    pub hash: Option<u128>,
}

/// A table as it was found.
pub enum Contents {
    /// Delimited text, in any encoding.
    Text(Vec<u8>),
    /// Another format, written out.
    Flat(Flat),
}

/// The table that bytes hold, found by what they are, whatever the file is called; `inside` names one of several files
/// or sheets in them.
///
/// # Errors
/// When they hold no table, or not the one that is named.
pub fn content(mut bytes: Vec<u8>, mut inside: Option<&str>, path: &Path) -> Result<Content, FormatError> {
    let mut hash = None;
    // An archive may be packed once more; no export is packed more often than that.
    for _ in 0..3 {
        let kind = FileKind::of(&bytes);
        use FileKind::{Cards, Mail, Mailbox, Parquet, Text};
        if let (Text | Parquet | Mail | Mailbox | Cards, Some(inside)) = (kind, inside) {
            let what = format!("it is {} and has no part `{inside}`", kind.noun());
            return Err(FormatError::Damaged { path: path.to_owned(), what });
        }
        if kind == FileKind::Text {
            return Ok(Content { table: Contents::Text(bytes), hash });
        }
        hash = hash.or_else(|| Some(xxh3_128(&bytes)));
        let flat = match kind {
            FileKind::Gzip => {
                bytes = archive::gunzip(&bytes, path)?;
                continue;
            }
            FileKind::Zip => {
                (bytes, inside) = archive::unzip(&bytes, inside, path)?;
                continue;
            }
            FileKind::Workbook(storage) => workbook::flat(&bytes, storage, inside, path)?,
            FileKind::Parquet => parquet::flat(bytes, path)?,
            FileKind::Json => json::flat(bytes, inside, path)?,
            FileKind::Mail | FileKind::Mailbox => mail::flat(&bytes, path)?,
            FileKind::Cards => cards::flat(&String::from_utf8_lossy(&utf8(bytes))),
            FileKind::Locked => return Err(FormatError::Locked { path: path.to_owned() }),
            _ => break,
        };
        return Ok(Content { table: Contents::Flat(flat), hash });
    }
    Err(FormatError::Binary { path: path.to_owned(), kind: FileKind::of(&bytes) })
}

/// A text of any encoding as UTF-8, without byte-order mark; damage in UTF-8 stays as it is.
fn utf8(bytes: Vec<u8>) -> Vec<u8> {
    let encoding = encoding::detect(&bytes);
    let mut text = match encoding == encoding_rs::UTF_8 {
        true => bytes,
        false => encoding.decode(&bytes).0.into_owned().into_bytes(),
    };
    if text.starts_with(b"\xef\xbb\xbf") {
        text.drain(..3);
    }
    text
}

/// The separator between cells of a flat table.
pub const DELIMITER: u8 = b',';

/// A table of another format, written out.
#[derive(Debug, Clone, Default)]
pub struct Flat {
    /// UTF-8: the header, then the records.
    pub text: Vec<u8>,
    /// What could not be used, or only with a reservation.
    pub notes: Notes,
    /// Where the difference between a record's line in the text and its place in the file changes: line and place.
    jumps: Vec<(u64, u64)>,
}

/// Records and values of a file that were not read as they stand; places are those of the file.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// Place, reason, and the record as far as it could be read.
    pub rejects: Vec<(u64, RejectCode, String)>,
    /// Place, column, what is wrong, and the value as it stands.
    pub findings: Vec<(u64, String, FindingCode, String)>,
}

impl Flat {
    /// The place in the file of the record at a line of the text.
    pub fn place(&self, line: u64) -> u64 {
        let at = self.jumps.partition_point(|&(from, _)| from <= line);
        at.checked_sub(1).map_or(line, |at| self.jumps[at].1 + (line - self.jumps[at].0))
    }
}

/// How many bytes of text may be made of a stored file of this size.
fn most_text(stored: usize) -> usize {
    usize::try_from(archive::most(stored as u64)).unwrap_or(usize::MAX)
}

/// Writes a flat table record by record.
pub struct FlatWriter {
    flat: Flat,
    writer: csv::Writer<Vec<u8>>,
    line: u64,
}

impl FlatWriter {
    /// A table of these columns.
    pub fn new<'c>(header: impl IntoIterator<Item = &'c str>) -> Self {
        let writer = csv::WriterBuilder::new().delimiter(DELIMITER).flexible(true).from_writer(Vec::new());
        let mut this = Self { flat: Flat::default(), writer, line: 1 };
        this.write(header);
        this
    }

    /// Bytes written so far, or nearly.
    pub fn size(&self) -> usize {
        self.writer.get_ref().len()
    }

    /// Adds a record that stands at this place of the file; places ascend.
    pub fn record<'c>(&mut self, place: u64, cells: impl IntoIterator<Item = &'c str>) {
        if self.flat.place(self.line) != place {
            self.flat.jumps.push((self.line, place));
        }
        self.write(cells);
    }

    /// Tells of a record that cannot be used.
    pub fn reject(&mut self, place: u64, code: RejectCode, text: &str) {
        self.flat.notes.rejects.push((place, code, text.to_owned()));
    }

    /// Tells of a value that cannot be used, or only with a reservation.
    pub fn finding(&mut self, place: u64, column: &str, code: FindingCode, text: &str) {
        self.flat.notes.findings.push((place, column.to_owned(), code, text.to_owned()));
    }

    /// The table.
    pub fn finish(mut self) -> Flat {
        self.flat.text = self.writer.into_inner().expect("writing to memory does not fail");
        self.flat
    }

    fn write<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for cell in cells {
            let breaks = memchr::memchr2_iter(b'\n', b'\r', cell.as_bytes());
            self.line += breaks.filter(|&at| !cell.as_bytes()[at..].starts_with(b"\r\n")).count() as u64;
            self.writer.write_field(cell).expect("writing to memory does not fail");
        }
        self.writer.write_record(None::<&[u8]>).expect("writing to memory does not fail");
        self.line += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of tests/exports.
    pub(super) fn export(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports").join(name)).unwrap()
    }

    /// How many of 150 damaged copies of an export are refused: some bytes of each are changed, in a fixed order that
    /// looks like chance.
    pub(super) fn damaged_and_refused(name: &str, mut seed: u64, is_refused: impl Fn(Vec<u8>) -> bool) -> usize {
        let mut chance = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let whole = export(name);
        let copies = (0..150).map(|_| {
            let mut bytes = whole.clone();
            for _ in 0..=chance(4) {
                let at = chance(bytes.len());
                bytes[at] = chance(256) as u8;
            }
            bytes
        });
        copies.map(is_refused).filter(|refused| *refused).count()
    }
    use crate::format::delimited::{Entry, Reader};

    #[test]
    fn records_keep_their_places() {
        let records = [(2, ["Ana", "one line"]), (3, ["Jan", "two\nlines"]), (7, ["\r\n", "\r"]), (8, ["", "last"])];
        let mut writer = FlatWriter::new(["name", "note\nof it"]);
        records.iter().for_each(|(place, cells)| writer.record(*place, cells.iter().copied()));
        let flat = writer.finish();
        let mut reader = Reader::new(&flat.text, DELIMITER, 1);
        reader.read();
        for (place, cells) in records {
            let Some(Entry::Record(record)) = reader.read() else { panic!("a record") };
            assert_eq!(flat.place(record.line), place);
            assert!(record.iter().eq(cells.iter().map(|cell| cell.as_bytes())), "{cells:?}");
        }
        assert!(reader.read().is_none());
    }
}
