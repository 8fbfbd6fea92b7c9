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

use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8};
use xxhash_rust::xxh3::xxh3_128;

use super::delimited::{MAX_FIELD_BYTES, MAX_FIELD_LINES};
use super::kind::FileKind;
use super::{FormatError, archive, encoding, file};
use crate::model::rows::{FindingCode, RejectCode, SHOWN_CHARS};
pub(super) use cards::is_cards;
pub use mail::COLUMNS as MAIL_COLUMNS;
pub(super) use mail::{is_mail, is_mailbox};

/// What a file holds, unpacked.
pub struct Content {
    /// Its table.
    pub table: Contents,
    /// xxh3-128 of the file as it is stored, where the table is not in memory as it is stored.
    pub hash: Option<u128>,
    /// The encoding of the text, where there is no other choice.
    pub encoding: Option<&'static Encoding>,
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
pub fn content(bytes: Vec<u8>, inside: Option<&str>, path: &Path) -> Result<Content, FormatError> {
    let Unpacked { bytes, kind, inside, hash, encoding } = unpacked(bytes, inside, path)?;
    use FileKind::{Cards, Mail, Mailbox, Parquet, Text};
    if let (Text | Parquet | Mail | Mailbox | Cards, Some(inside)) = (kind, inside) {
        let what = format!("it is {} and has no part `{inside}`", kind.noun());
        return Err(FormatError::Damaged { path: path.to_owned(), what });
    }
    if kind == Text {
        return Ok(Content { table: Contents::Text(bytes), hash, encoding });
    }
    let hash = hash.or_else(|| Some(xxh3_128(&bytes)));
    let flat = match kind {
        FileKind::Workbook(storage) => workbook::flat(&bytes, storage, inside, path)?,
        Parquet => parquet::flat(bytes, path)?,
        FileKind::Json => json::flat(bytes, inside, path)?,
        Mail | Mailbox => mail::flat(&bytes, path)?,
        Cards => cards::flat(&String::from_utf8_lossy(&utf8(bytes))),
        FileKind::Locked => return Err(FormatError::Locked { path: path.to_owned() }),
        kind => return Err(FormatError::Binary { path: path.to_owned(), kind }),
    };
    Ok(Content { table: Contents::Flat(flat), hash, encoding })
}

/// What lies in archives, or the bytes as they are.
struct Unpacked<'i> {
    bytes: Vec<u8>,
    kind: FileKind,
    /// What of the name goes on inside.
    inside: Option<&'i str>,
    /// Of the file as it is stored, where these are not its bytes.
    hash: Option<u128>,
    /// Of a text, where there is no other choice.
    encoding: Option<&'static Encoding>,
}

fn unpacked<'i>(mut bytes: Vec<u8>, mut inside: Option<&'i str>, path: &Path) -> Result<Unpacked<'i>, FormatError> {
    let (mut hash, mut encoding) = (None, None);
    // An archive may be packed once more; no export is packed more often than that.
    for _ in 0..3 {
        if let Some(text) = encoding::from_utf32(&bytes) {
            hash = hash.or_else(|| Some(xxh3_128(&bytes)));
            (bytes, encoding) = (text, Some(UTF_8));
        }
        let kind = FileKind::of(&bytes);
        if !matches!(kind, FileKind::Gzip | FileKind::Zip) {
            return Ok(Unpacked { bytes, kind, inside, hash, encoding });
        }
        hash = hash.or_else(|| Some(xxh3_128(&bytes)));
        if kind == FileKind::Gzip {
            bytes = archive::gunzip(&bytes, path)?;
        } else {
            (bytes, inside) = archive::unzip(&bytes, inside, path)?;
        }
    }
    Err(FormatError::Binary { path: path.to_owned(), kind: FileKind::of(&bytes) })
}

/// The sheets of a workbook that show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheets {
    /// The workbook.
    pub book: PathBuf,
    /// The sheet that is read.
    pub read: String,
    /// The others, in the order of their tabs.
    pub others: Vec<String>,
}

/// The sheets of a file; none where it is no workbook, or cannot be read.
pub fn sheets(path: &Path) -> Option<Sheets> {
    let (file, inside) = archive::located(path);
    let Unpacked { bytes, kind, inside, .. } = unpacked(file::read(&file).ok()?, inside.as_deref(), path).ok()?;
    let FileKind::Workbook(storage) = kind else { return None };
    let (read, others) = workbook::sheets(&bytes, storage, inside, path)?;
    let book = path.ancestors().nth(inside.map_or(0, |sheet| Path::new(sheet).components().count()))?;
    Some(Sheets { book: book.to_owned(), read, others })
}

/// A text of any encoding as UTF-8, without byte-order mark; damage in UTF-8 stays as it is.
fn utf8(bytes: Vec<u8>) -> Vec<u8> {
    let encoding = encoding::detect(&bytes);
    let mut text = match encoding == UTF_8 {
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
    cells: csv::ByteRecord,
}

impl FlatWriter {
    /// A table of these columns.
    pub fn new<'c>(header: impl IntoIterator<Item = &'c str>) -> Self {
        let writer = csv::WriterBuilder::new().delimiter(DELIMITER).flexible(true).from_writer(Vec::new());
        let mut this = Self { flat: Flat::default(), writer, line: 1, cells: csv::ByteRecord::new() };
        this.cells.extend(header);
        this.write();
        this
    }

    /// Bytes written so far, or nearly.
    pub fn size(&self) -> usize {
        self.writer.get_ref().len()
    }

    /// Adds a record that stands at this place of the file; places ascend. One with a cell that would be taken for an
    /// open quote is a reject.
    pub fn record<'c>(&mut self, place: u64, cells: impl IntoIterator<Item = &'c str>) {
        self.cells.clear();
        self.cells.extend(cells);
        if let Some(cell) = self.cells.iter().find(|cell| is_too_large(cell)) {
            let text = String::from_utf8_lossy(&cell[..cell.len().min(4 * SHOWN_CHARS)]).into_owned();
            return self.reject(place, RejectCode::FieldTooLarge, &text);
        }
        if self.flat.place(self.line) != place {
            self.flat.jumps.push((self.line, place));
        }
        self.write();
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

    fn write(&mut self) {
        // A line of blanks would be no record.
        if self.cells.len() == 1 && self.cells.as_slice().iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            self.cells.clear();
            self.cells.push_field(b"");
        }
        self.line += 1 + self.cells.iter().map(line_ends).sum::<u64>();
        self.writer.write_byte_record(&self.cells).expect("writing to memory does not fail");
    }
}

fn line_ends(text: &[u8]) -> u64 {
    let ends = memchr::memchr2_iter(b'\n', b'\r', text);
    ends.filter(|&at| !text[at..].starts_with(b"\r\n")).count() as u64
}

fn is_too_large(cell: &[u8]) -> bool {
    cell.len() > MAX_FIELD_BYTES || (cell.len() as u64 > MAX_FIELD_LINES && line_ends(cell) > MAX_FIELD_LINES)
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

    #[test]
    fn no_record_is_lost_for_what_is_in_it() {
        let many = "\n".repeat(MAX_FIELD_LINES as usize + 1);
        let large = "x".repeat(MAX_FIELD_BYTES + 1);
        let mut writer = FlatWriter::new([" "]);
        let cells = ["Ana", " \t", "", &many, &large, &many[1..], &large[1..], "Jan"];
        cells.iter().zip(1..).for_each(|(cell, place)| writer.record(place, [*cell]));
        let flat = writer.finish();
        let rejects: Vec<(u64, RejectCode)> =
            flat.notes.rejects.iter().map(|(place, code, _)| (*place, *code)).collect();
        assert_eq!(rejects, [(4, RejectCode::FieldTooLarge), (5, RejectCode::FieldTooLarge)]);
        let mut reader = Reader::new(&flat.text, DELIMITER, 1);
        reader.read();
        for (place, cell) in [(1, "Ana"), (2, ""), (3, ""), (6, &many[1..]), (7, &large[1..]), (8, "Jan")] {
            let Some(Entry::Record(record)) = reader.read() else { panic!("a record at {place}") };
            assert_eq!(flat.place(record.line), place);
            assert!(record.iter().eq([cell.as_bytes()]), "at {place}");
        }
        assert!(reader.read().is_none());
    }
}
