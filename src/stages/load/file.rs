//! One file: its records as dictionary-coded columns, its rejects and findings.

use std::ops::Range;

use rayon::prelude::*;

use crate::config::plan::{ColumnMapping, InputFile};
use crate::format::delimited::{Document, Entry, Fault, Reader, Record, column_names, trim};
use crate::model::progress::Progress;
use crate::model::rows::{Finding, FindingCode, Origin, Reject, RejectCode, SHOWN_CHARS, shown};
use crate::model::text::Interner;

use super::{InputSummary, LoadError};

/// Files over twice this size are read in parts, side by side. Of parts of 1, 2, 4 and 8 MB those of 2 and 4 MB were
/// fastest: the dictionaries of a part stay in the processor's cache, and yet spare most values a look into the large ones.
const PART: usize = if cfg!(test) { 64 } else { 4 << 20 };

/// The rows of a file.
pub(super) struct FileRows {
    /// Its rows in pieces, in order.
    pub(super) pieces: Vec<Piece>,
    pub(super) rejects: Vec<Reject>,
    pub(super) findings: Vec<Finding>,
    bytes: u64,
    hash: u128,
    rejected: u64,
}

/// Rows that were read in one go.
pub(super) struct Piece {
    /// One per target; none where the file has no such column.
    pub(super) columns: Vec<Option<Cells>>,
    /// Line of each row.
    pub(super) lines: Vec<u64>,
}

/// A column of a piece: a code per row into the piece's own dictionary.
#[derive(Clone, Default)]
pub(super) struct Cells {
    pub(super) codes: Vec<u32>,
    pub(super) values: Interner,
}

impl FileRows {
    pub(super) fn rows(&self) -> usize {
        self.pieces.iter().map(|piece| piece.lines.len()).sum()
    }

    pub(super) fn summary(&self, shown: &str) -> InputSummary {
        InputSummary {
            shown: shown.to_owned(),
            bytes: self.bytes,
            hash: format!("{:032x}", self.hash),
            rows: self.rows() as u64 + self.rejected,
            rejected: self.rejected,
        }
    }
}

/// Reads a file whose mapping targets the columns of these names; `at` says which source and file it is.
pub(super) fn read(
    file: &InputFile,
    at: Origin,
    targets: &[&str],
    progress: &dyn Progress,
) -> Result<FileRows, LoadError> {
    let document = Document::open(&file.path, Some(file.dialect.encoding))?;
    let mut reader = document.reader(file.dialect.delimiter);
    let header = document.header(&mut reader, &file.path)?;
    if column_names(&header) != file.header {
        return Err(LoadError::HeaderChanged { path: file.path.clone() });
    }
    let begun = document.progress(reader.position());
    progress.advance(begun);
    let layout = Layout { document: &document, header, at, targets, mapping: &file.mapping };
    let parts = document.parts(&reader, layout.header.len(), PART);
    let (hash, read) = rayon::join(
        || document.hash(),
        || -> Vec<Part<'_>> {
            let read = |part: &Range<usize>| {
                let read = Part::read(&layout, &reader, part.clone());
                progress.advance(document.progress(part.end) - document.progress(part.start));
                read
            };
            parts.par_iter().map(read).collect()
        },
    );
    let (mut pieces, mut rejects, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    for mut part in in_sequence(&layout, &reader, &parts, read) {
        pieces.push(Piece { columns: part.targeted(), lines: part.lines });
        rejects.extend(part.rejects);
        findings.extend(part.findings);
    }
    let rejected = rejects.len() as u64;
    Ok(FileRows { pieces, rejects, findings, bytes: document.file_bytes, hash, rejected })
}

/// The parts as one reader would have read them, lines counted through the file.
///
/// What a reader reads depends on where it starts alone. So a part that starts where the one before it came to an end is
/// right; another one started inside a record, and is read again.
fn in_sequence<'f>(
    layout: &'f Layout<'f>,
    reader: &Reader<'_>,
    ranges: &[Range<usize>],
    read: Vec<Part<'f>>,
) -> Vec<Part<'f>> {
    let (mut position, mut line) = (reader.position(), reader.line());
    let mut proven = Vec::with_capacity(read.len());
    for (range, part) in ranges.iter().zip(read) {
        let mut part = match position {
            at if at == range.start => part,
            at if at < range.end => Part::read(layout, reader, at..range.end),
            // A record of an earlier part reaches beyond this one.
            _ => continue,
        };
        part.count_lines_from(line);
        (position, line) = (part.end, line + part.line_ends);
        proven.push(part);
    }
    proven
}

fn code(fault: Fault) -> RejectCode {
    match fault {
        Fault::UnbalancedQuote => RejectCode::UnbalancedQuote,
        Fault::FieldTooLarge => RejectCode::FieldTooLarge,
    }
}

/// What is the same for all records of a file.
struct Layout<'f> {
    document: &'f Document,
    /// As written, to know it again.
    header: Vec<String>,
    at: Origin,
    targets: &'f [&'f str],
    mapping: &'f [ColumnMapping],
}

/// Records that were read in one go; lines are counted from the part's beginning until they are put right.
struct Part<'f> {
    layout: &'f Layout<'f>,
    /// Where the first record begins that is not in here.
    end: usize,
    line_ends: u64,
    /// One per mapping.
    columns: Vec<Cells>,
    lines: Vec<u64>,
    rejects: Vec<Reject>,
    findings: Vec<Finding>,
    joined: String,
}

impl<'f> Part<'f> {
    /// Reads the records that begin in a range.
    fn read(layout: &'f Layout<'f>, reader: &Reader<'_>, range: Range<usize>) -> Self {
        let mut reader = reader.clone().starting_at(range.start, 0);
        let mut part = Part {
            layout,
            end: range.start,
            line_ends: 0,
            columns: vec![Cells::default(); layout.mapping.len()],
            lines: Vec::new(),
            rejects: Vec::new(),
            findings: Vec::new(),
            joined: String::new(),
        };
        while let Some(entry) = reader.read_before(range.end) {
            match entry {
                Entry::Record(record) => part.add(&record),
                Entry::Broken { fault, line, raw } => part.reject(line, code(fault), raw),
            }
        }
        (part.end, part.line_ends) = (reader.position(), reader.line());
        part.columns.iter_mut().for_each(|column| column.values.close());
        part
    }

    /// The columns in the order of the targets.
    fn targeted(&mut self) -> Vec<Option<Cells>> {
        let mut columns: Vec<Option<Cells>> = vec![None; self.layout.targets.len()];
        for (mapping, column) in self.layout.mapping.iter().zip(std::mem::take(&mut self.columns)) {
            columns[mapping.target] = Some(column);
        }
        columns
    }

    fn count_lines_from(&mut self, line: u64) {
        self.lines.iter_mut().for_each(|own| *own += line);
        self.rejects.iter_mut().for_each(|reject| reject.origin.line += line);
        self.findings.iter_mut().for_each(|finding| finding.origin.line += line);
    }

    fn add(&mut self, record: &Record<'_>) {
        let layout = self.layout;
        if layout.is_header(record) {
            return self.reject(record.line, RejectCode::RepeatedHeader, record.raw);
        }
        let mut extra = (layout.header.len()..record.len()).filter_map(|index| record.get(index));
        if extra.any(|cell| !trim(&layout.document.text(cell).0).is_empty()) {
            return self.reject(record.line, RejectCode::LongRow, record.raw);
        }
        if record.len() < layout.header.len() {
            self.find(record.line, "", FindingCode::ShortRow, &layout.beginning(record.raw));
        }
        for (index, mapping) in layout.mapping.iter().enumerate() {
            let [from] = mapping.from[..] else {
                self.add_joined(index, mapping, record);
                continue;
            };
            if let Some(text) = record.plain_text(from) {
                self.columns[index].push(trim(text));
                continue;
            }
            let (text, undecodable) = layout.document.text(record.get(from).unwrap_or_default());
            self.columns[index].push(trim(&text));
            if undecodable {
                self.find(record.line, layout.targets[mapping.target], FindingCode::UndecodableText, trim(&text));
            }
        }
        self.lines.push(record.line);
    }

    fn add_joined(&mut self, index: usize, mapping: &ColumnMapping, record: &Record<'_>) {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        let mut undecodable = false;
        for cell in mapping.from.iter().filter_map(|&from| record.get(from)) {
            let (text, damaged) = self.layout.document.text(cell);
            let text = trim(&text);
            undecodable |= damaged;
            if !text.is_empty() && !joined.is_empty() {
                joined.push_str(", ");
            }
            joined.push_str(text);
        }
        self.columns[index].push(&joined);
        if undecodable {
            self.find(record.line, self.layout.targets[mapping.target], FindingCode::UndecodableText, &joined);
        }
        self.joined = joined;
    }

    fn reject(&mut self, line: u64, code: RejectCode, raw: &[u8]) {
        let text = shown(&self.layout.beginning(raw));
        self.rejects.push(Reject { origin: Origin { line, ..self.layout.at }, field: None, code, text });
    }

    fn find(&mut self, line: u64, field: &str, code: FindingCode, text: &str) {
        let origin = Origin { line, ..self.layout.at };
        self.findings.push(Finding { origin, field: field.to_owned(), code, text: shown(text) });
    }
}

impl Layout<'_> {
    fn is_header(&self, record: &Record<'_>) -> bool {
        record.len() == self.header.len()
            && self.header.iter().zip(record.iter()).all(|(name, cell)| trim(&self.document.text(cell).0) == name)
    }

    /// As much of a raw record as is shown: at most four bytes a character.
    fn beginning(&self, raw: &[u8]) -> String {
        let raw = &raw[..raw.len().min(4 * (SHOWN_CHARS + 1))];
        trim(&self.document.text(raw).0).to_owned()
    }
}

impl Cells {
    pub(super) fn is_blank(&self) -> bool {
        self.values.is_empty()
    }

    fn push(&mut self, value: &str) {
        let code = self.values.intern(value);
        self.codes.push(code);
    }
}
