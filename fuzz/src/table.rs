//! What must hold of any file that is read as a table.

use std::collections::BTreeSet;
use std::path::Path;

use encoding_rs::Encoding;
use leadmill::format::FormatError;
use leadmill::format::delimited::{Document, Entry, Fault, Reader, column_names};
use leadmill::format::flat::{self, Contents, Flat};
use leadmill::format::kind::FileKind;
use xxhash_rust::xxh3::xxh3_128;

/// Where the file is said to lie.
const PATH: &str = "leads";
/// Parts that a file is read in, at least so many bytes large, so that small inputs have some.
const PARTS: usize = 4;
const PART: usize = 24;
/// Longer than any sentence that quotes a name.
const SENTENCE: usize = 4000;

/// Reads a file as the engine does, and what lies inside it under a name.
pub fn content(bytes: &[u8]) {
    if let Ok(document) = Document::of(bytes.to_vec(), Path::new(PATH), None) {
        assert_eq!(document.hash(), xxh3_128(bytes), "the hash is of other bytes");
        if let Ok(whole) = whole(&document, bytes.len() as u64) {
            in_parts(&document, &whole);
        }
    }
    let named = match flat(bytes, None) {
        // Some part of several: each at times.
        Err(FormatError::NoSuchPart { wanted: None, parts, .. }) => {
            parts.get(bytes.len() % parts.len().max(1)).cloned()
        }
        Ok(_) if bytes.len() % 8 == 0 => Some("Leads".to_owned()),
        _ => None,
    };
    if named.is_some() {
        let _ = flat(bytes, named.as_deref());
    }
}

/// The table that bytes hold, checked, where they are of another format than delimited text.
fn flat(bytes: &[u8], inside: Option<&str>) -> Result<Option<Flat>, FormatError> {
    let found = flat::content(bytes.to_vec(), inside, Path::new(PATH));
    let again = flat::content(bytes.to_vec(), inside, Path::new(PATH));
    match (found, again) {
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string(), "another error for the same bytes");
            sentence(&error);
            Err(error)
        }
        (Ok(found), Ok(again)) => {
            assert!(found.hash.is_none_or(|hash| hash == xxh3_128(bytes)), "the hash is of other bytes");
            assert_eq!(found.hash, again.hash);
            match (found.table, again.table) {
                (Contents::Text(text), Contents::Text(again)) => {
                    assert_eq!(text, again, "another text for the same bytes");
                    Ok(None)
                }
                (Contents::Flat(flat), Contents::Flat(again)) => {
                    assert_eq!(flat.text, again.text, "another table for the same bytes");
                    assert_eq!(flat.notes.rejects, again.notes.rejects);
                    assert_eq!(flat.notes.findings, again.notes.findings);
                    written(&flat, innermost(bytes));
                    Ok(Some(flat))
                }
                _ => panic!("text once, a table of another format then"),
            }
        }
        (one, other) => panic!("read once, refused then: {:?} {:?}", one.err(), other.err()),
    }
}

/// The kind of the file, if it is not packed.
fn innermost(bytes: &[u8]) -> Option<FileKind> {
    Some(FileKind::of(bytes)).filter(|kind| !matches!(kind, FileKind::Gzip | FileKind::Zip))
}

/// A table of another format is read back as it was written, and its places are in order.
fn written(flat: &Flat, kind: Option<FileKind>) {
    assert!(std::str::from_utf8(&flat.text).is_ok(), "a table that is not UTF-8");
    // The other reader takes a byte-order mark away from the beginning.
    let text = [b"\n", &flat.text[..]].concat();
    let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
    let expected: Vec<csv::ByteRecord> = oracle.byte_records().map(|record| record.expect("no file to fail")).collect();
    let mut reader = Reader::new(&flat.text, flat::DELIMITER, 1);
    let (mut rows, mut last) = (0, 0);
    let mut width = 0;
    while let Some(entry) = reader.read() {
        let Entry::Record(record) = entry else { panic!("record {rows} of a table of our own is {entry:?}") };
        let expected = expected.get(rows).unwrap_or_else(|| panic!("more than the {rows} records that were written"));
        assert!(record.iter().eq(expected.iter()), "record {rows} is {record:?}, not {expected:?}");
        if rows == 0 {
            width = record.len();
        } else {
            let place = flat.place(record.line);
            assert!(place > last, "place {place} after {last}");
            last = place;
            let ragged = kind.is_none_or(|kind| matches!(kind, FileKind::Workbook(_)));
            assert!(record.len() == width || (ragged && record.len() > width), "{} of {width} cells", record.len());
        }
        rows += 1;
    }
    assert_eq!(rows, expected.len(), "records are lost");
    let header: Vec<String> = expected.first().map_or_else(Vec::new, |header| {
        header.iter().map(|name| leadmill::format::delimited::trim(&String::from_utf8_lossy(name)).to_owned()).collect()
    });
    for (place, column, _, _) in &flat.notes.findings {
        assert!(*place > 0, "a finding without place");
        assert!(column.is_empty() || header.contains(column), "a finding in `{column}`, not in {header:?}");
    }
    assert!(flat.notes.rejects.iter().all(|(place, ..)| *place > 0), "a reject without place");
}

/// A document read to its end.
#[derive(Debug, PartialEq)]
struct Whole {
    hash: u128,
    encoding: &'static str,
    delimiter: u8,
    header: Vec<String>,
    entries: Vec<Told>,
}

/// Line, place, and what stands there.
type Told = (u64, u64, Result<Vec<(String, bool)>, (Fault, Vec<u8>)>);

/// Reads a file as the engine reads its inputs, twice, and in parts.
pub fn document(bytes: &[u8], encoding: Option<&'static Encoding>) {
    let open = || Document::of(bytes.to_vec(), Path::new(PATH), encoding);
    let (found, again) = (open(), open());
    match (found, again) {
        (Ok(document), Ok(again)) => {
            assert_eq!(document.hash(), xxh3_128(bytes), "the hash is of other bytes");
            let whole = whole(&document, bytes.len() as u64);
            assert_eq!(whole, self::whole(&again, bytes.len() as u64), "another table for the same bytes");
            if let Ok(whole) = whole {
                in_parts(&document, &whole);
            }
        }
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string(), "another error for the same bytes");
            sentence(&error);
        }
        (one, other) => panic!("read once, refused then: {:?} {:?}", one.err(), other.err()),
    }
}

fn whole(document: &Document, size: u64) -> Result<Whole, String> {
    let dialect = document.dialect();
    let mut reader = document.reader(dialect.delimiter);
    let header = document.header(&mut reader, Path::new(PATH)).map_err(|error| {
        sentence(&error);
        error.to_string()
    })?;
    let names = column_names(&header);
    assert_eq!(names.len(), header.len(), "a name a column");
    let distinct: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(distinct.len(), names.len(), "two columns of one name: {names:?}");
    assert!(names.iter().all(|name| !name.is_empty()), "a column without name");
    let mut entries: Vec<Told> = Vec::new();
    let (mut position, mut progress) = (0, 0);
    loop {
        let Some(entry) = reader.read() else { break };
        let (line, told) = match entry {
            Entry::Record(record) => {
                let cells = record.iter().enumerate().map(|(at, cell)| {
                    let (text, damaged) = document.text(cell);
                    if let Some(plain) = record.plain_text(at) {
                        assert_eq!(plain, text, "a plain cell is another text");
                    }
                    (text.into_owned(), damaged)
                });
                (record.line, Ok(cells.collect()))
            }
            Entry::Broken { fault, line, raw } => (line, Err((fault, raw.to_vec()))),
        };
        let last = entries.last().map_or((0, 0), |(line, place, _)| (*line, *place));
        let place = document.place(line);
        assert!(line > last.0 && place > last.1, "line {line}, place {place} after {last:?}");
        entries.push((line, place, told));
        assert!(reader.position() > position, "reading makes no progress");
        position = reader.position();
        let now = document.progress(position);
        assert!((progress..=size).contains(&now), "progress {now} of {size} after {progress}");
        progress = now;
    }
    Ok(Whole {
        hash: document.hash(),
        encoding: dialect.encoding.name(),
        delimiter: dialect.delimiter,
        header,
        entries,
    })
}

/// Parts that are read side by side and put together hold what the whole does.
fn in_parts(document: &Document, whole: &Whole) {
    let mut reader = document.reader(whole.delimiter);
    reader.read();
    let ranges = reader.parts(whole.header.len(), PART.max(document.file_bytes as usize / PARTS));
    let (mut position, mut line) = (reader.position(), reader.line());
    let mut expected = whole.entries.iter();
    for range in ranges {
        let range = if position == range.start { range } else { position..range.end.max(position) };
        let mut part = reader.starting_at(range.start, 0);
        while let Some(entry) = part.read_before(range.end) {
            let own = match entry {
                Entry::Record(record) => record.line,
                Entry::Broken { line, .. } => line,
            };
            let told = match entry {
                Entry::Record(record) => Ok(record
                    .iter()
                    .map(|cell| {
                        let (text, damaged) = document.text(cell);
                        (text.into_owned(), damaged)
                    })
                    .collect()),
                Entry::Broken { fault, raw, .. } => Err((fault, raw.to_vec())),
            };
            let told = (own + line, document.place(own + line), told);
            assert_eq!(Some(&told), expected.next(), "a part reads something else than the whole");
        }
        (position, line) = (part.position(), line + part.line());
    }
    assert_eq!(expected.next(), None, "the parts end before the whole");
}

/// An error is one sentence that names the file.
fn sentence(error: &FormatError) {
    let text = error.to_string();
    assert!(text.contains(PATH), "no file is named: {text}");
    assert!(text.len() < SENTENCE, "an error of {} bytes: {}", text.len(), &text[..text.floor_char_boundary(300)]);
}
