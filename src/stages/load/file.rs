//! One file: its records in parts, each with dictionary-coded columns, rejects and findings.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use crate::config::plan::{CodedField, ColumnMapping, InputFile};
use crate::format::delimited::{Document, Entry, Fault, Reader, Record, column_names, trim};
use crate::format::flat::Notes;
use crate::model::field::Field;
use crate::model::rows::{Finding, FindingCode, Origin, Reject, RejectCode, SHOWN_CHARS, shown};
use crate::model::text::{BLANK, Interner};

use super::{LoadError, damaged};

/// A file whose header has been read.
pub(super) struct Opened<'f> {
    /// The whole file, or its beginning.
    pub(super) document: Document,
    /// Where a file lies that is read piece by piece.
    pub(super) pieces: Option<&'f Path>,
    /// As written, to know it again.
    pub(super) header: Vec<String>,
    at: Origin,
    targets: &'f [&'f str],
    mapping: &'f [ColumnMapping],
    codes: &'f [CodedField],
    pub(super) delimiter: u8,
}

/// Records that were read in one go; lines are counted from the part's beginning until they are put right.
#[derive(Default)]
pub(super) struct Part {
    /// Where the first record begins that is not in here.
    pub(super) end: usize,
    pub(super) line_ends: u64,
    pub(super) rows: Rows,
    /// Rejected rows as far as their cells can be told, each in the readings of [`damaged::readings`].
    pub(super) damaged: Rows,
    pub(super) rejects: Vec<Reject>,
    pub(super) findings: Vec<Finding>,
    joined: String,
}

/// Rows of a part.
#[derive(Default)]
pub(super) struct Rows {
    /// One per mapping.
    columns: Vec<Cells>,
    /// What codes mean: one per field that columns say in codes.
    told: Vec<Cells>,
    /// Line of each row.
    pub(super) lines: Vec<u64>,
}

/// A column of a part: a code per row into the part's own dictionary.
#[derive(Clone, Default)]
pub(super) struct Cells {
    pub(super) codes: Vec<u32>,
    /// The values; of a column that is mostly distinct, some may be there twice.
    pub(super) values: Interner,
    pub(super) mostly_distinct: bool,
}

/// Opens a file of which a mapping fills the columns of these names, and codes tell some, too; `at` says which source and
/// file it is. A large one that is `alone` need not be in memory as a whole.
pub(super) fn open<'f>(
    file: &'f InputFile,
    (mapping, codes): (&'f [ColumnMapping], &'f [CodedField]),
    at: Origin,
    targets: &'f [&'f str],
    alone: bool,
) -> Result<Opened<'f>, LoadError> {
    let delimiter = file.dialect.delimiter;
    let beginning = if alone { Document::beginning(&file.path, file.dialect.encoding)? } else { None };
    let pieces = beginning.is_some().then_some(file.path.as_path());
    let document = beginning.map_or_else(|| Document::open(&file.path, Some(file.dialect.encoding)), Ok)?;
    let header = document.header(&mut document.reader(delimiter), &file.path)?;
    if column_names(&header) != file.header {
        return Err(LoadError::HeaderChanged { path: file.path.clone() });
    }
    Ok(Opened { document, pieces, header, at, targets, mapping, codes, delimiter })
}

impl Opened<'_> {
    pub(super) fn bytes(&self) -> u64 {
        self.document.file_bytes
    }

    fn is_header(&self, record: &Record<'_, '_>) -> bool {
        let is_name = |(at, name): (usize, &String)| match record.plain_text(at) {
            Some(text) => trim(text) == name,
            None => record.get(at).is_some_and(|cell| trim(&self.document.text(cell).0) == name),
        };
        record.len() == self.header.len() && self.header.iter().enumerate().all(is_name)
    }

    /// What stands between the cells that a mapping joins. Two given or family names are one of two words; in a whole name
    /// a comma would turn its parts round.
    fn between(&self, mapping: &ColumnMapping) -> &'static str {
        let is_name = ["first_name", "middle_name", "last_name"].contains(&self.targets[mapping.target]);
        if is_name { " " } else { ", " }
    }

    /// As much of a raw record as is shown: at most four bytes a character.
    fn beginning(&self, raw: &[u8]) -> String {
        let raw = &raw[..raw.len().min(4 * (SHOWN_CHARS + 1))];
        trim(&self.document.text(raw).0).to_owned()
    }
}

fn code(fault: Fault) -> RejectCode {
    match fault {
        Fault::UnbalancedQuote => RejectCode::UnbalancedQuote,
        Fault::FieldTooLarge => RejectCode::FieldTooLarge,
    }
}

impl Part {
    /// Reads the records that begin in a range, in place of what is here.
    pub(super) fn read(&mut self, file: &Opened<'_>, reader: &Reader<'_>, range: Range<usize>) {
        self.rows.clear(file.mapping.len(), file.codes.len());
        self.damaged.clear(file.mapping.len(), 0);
        self.rejects.clear();
        self.findings.clear();
        let mut reader = reader.starting_at(range.start, 0);
        let mut waiting = Waiting::of(file.mapping.len());
        while let Some(entry) = reader.read_before(range.end) {
            match entry {
                Entry::Record(record) => self.add(file, &record, &mut waiting),
                Entry::Broken { fault, line, raw } => {
                    self.reject(file, line, code(fault), raw);
                    self.keep_damaged(file, line, &damaged::cells(raw, file.delimiter));
                }
            }
        }
        waiting.flush(&mut self.rows.columns);
        (self.end, self.line_ends) = (reader.position(), reader.line());
    }

    /// Whether some record is broken: what is thought of it depends on what follows.
    pub(super) fn has_broken(&self) -> bool {
        let broken = [RejectCode::UnbalancedQuote, RejectCode::FieldTooLarge];
        self.rejects.iter().any(|reject| broken.contains(&reject.code))
    }

    pub(super) fn count_lines_from(&mut self, line: u64, document: &Document) {
        let place = |own: &mut u64| *own = document.place(*own + line);
        self.rows.lines.iter_mut().for_each(place);
        self.damaged.lines.iter_mut().for_each(place);
        self.rejects.iter_mut().for_each(|reject| place(&mut reject.origin.line));
        self.findings.iter_mut().for_each(|finding| place(&mut finding.origin.line));
    }

    /// Adds what was found out when the file was opened.
    pub(super) fn note(&mut self, file: &Opened<'_>, notes: &Notes) {
        for (place, code, text) in &notes.rejects {
            self.reject_text(file, *place, *code, text);
        }
        for (place, column, code, text) in &notes.findings {
            let of_column = |mapping: &&ColumnMapping| mapping.from.iter().any(|&from| file.header[from] == *column);
            let target = file.mapping.iter().find(of_column).map_or("", |mapping| file.targets[mapping.target]);
            self.find(file, *place, target, *code, text);
        }
    }

    fn add<'a>(&mut self, file: &Opened<'_>, record: &Record<'a, '_>, waiting: &mut Waiting<'a>) {
        if file.is_header(record) {
            return self.reject(file, record.line, RejectCode::RepeatedHeader, record.raw);
        }
        let mut extra = (file.header.len()..record.len()).filter_map(|index| record.get(index));
        if extra.any(|cell| !trim(&file.document.text(cell).0).is_empty()) {
            self.reject(file, record.line, RejectCode::LongRow, record.raw);
            return self.keep_damaged(file, record.line, &record.iter().map(Cow::Borrowed).collect::<Vec<_>>());
        }
        if record.len() < file.header.len() {
            self.find(file, record.line, "", FindingCode::ShortRow, &file.beginning(record.raw));
        }
        for (index, mapping) in file.mapping.iter().enumerate() {
            let [from] = mapping.from[..] else {
                self.add_joined(file, index, mapping, record);
                continue;
            };
            if let Some(text) = record.plain_text(from) {
                waiting.columns[index].push(text);
                continue;
            }
            waiting.flush_column(index, &mut self.rows.columns[index]);
            let (text, undecodable) = file.document.text(record.get(from).unwrap_or_default());
            self.rows.columns[index].push(trim(&text));
            if undecodable {
                self.find(file, record.line, file.targets[mapping.target], FindingCode::UndecodableText, trim(&text));
            }
        }
        for (coded, told) in file.codes.iter().zip(&mut self.rows.told) {
            let cell = |at: usize| match record.plain_text(at) {
                Some(text) => Cow::Borrowed(trim(text)),
                None => Cow::Owned(trim(&file.document.text(record.get(at).unwrap_or_default()).0).to_owned()),
            };
            told.push(coded.codes.iter().find(|code| code.holds(cell)).map_or("", |code| &code.means));
        }
        self.rows.lines.push(record.line);
        if self.rows.lines.len().is_multiple_of(Waiting::ROWS) {
            waiting.flush(&mut self.rows.columns);
        }
    }

    /// Keeps what can be told of a rejected row, where anybody asks for it: it may say that somebody wants no contact.
    fn keep_damaged(&mut self, file: &Opened<'_>, line: u64, cells: &[Cow<'_, [u8]>]) {
        if !file.targets.contains(&Field::OptOut.name()) {
            return;
        }
        let texts: Vec<Cow<'_, str>> = cells.iter().map(|cell| file.document.text(cell).0).collect();
        let texts: Vec<&str> = texts.iter().map(|text| trim(text)).collect();
        for reading in damaged::readings(&texts, file.header.len()) {
            for (column, mapping) in self.damaged.columns.iter_mut().zip(file.mapping) {
                let own = mapping.from.iter().filter_map(|&from| reading.get(from).copied());
                let own: Vec<&str> = own.filter(|text| !text.is_empty()).collect();
                column.push(&own.join(file.between(mapping)));
            }
            self.damaged.lines.push(line);
        }
    }

    fn add_joined(&mut self, file: &Opened<'_>, index: usize, mapping: &ColumnMapping, record: &Record<'_, '_>) {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        let mut undecodable = false;
        for cell in mapping.from.iter().filter_map(|&from| record.get(from)) {
            let (text, damaged) = file.document.text(cell);
            let text = trim(&text);
            undecodable |= damaged;
            if !text.is_empty() && !joined.is_empty() {
                joined.push_str(file.between(mapping));
            }
            joined.push_str(text);
        }
        self.rows.columns[index].push(&joined);
        if undecodable {
            self.find(file, record.line, file.targets[mapping.target], FindingCode::UndecodableText, &joined);
        }
        self.joined = joined;
    }

    fn reject(&mut self, file: &Opened<'_>, line: u64, code: RejectCode, raw: &[u8]) {
        self.reject_text(file, line, code, &file.beginning(raw));
    }

    fn reject_text(&mut self, file: &Opened<'_>, line: u64, code: RejectCode, text: &str) {
        let origin = Origin { line, ..file.at };
        self.rejects.push(Reject { origin, field: None, code, text: shown(text) });
    }

    fn find(&mut self, file: &Opened<'_>, line: u64, field: &str, code: FindingCode, text: &str) {
        let origin = Origin { line, ..file.at };
        self.findings.push(Finding { origin, field: field.to_owned(), code, text: shown(text) });
    }
}

/// Cells that are not in their columns yet. They go there column by column: the dictionary of one stays at hand then,
/// where those of all would take turns in the processor's nearest cache.
struct Waiting<'a> {
    columns: Vec<Vec<&'a str>>,
}

impl<'a> Waiting<'a> {
    /// So many rows wait at most.
    const ROWS: usize = if cfg!(test) { 2 } else { 256 };

    fn of(columns: usize) -> Self {
        Self { columns: (0..columns).map(|_| Vec::with_capacity(Self::ROWS)).collect() }
    }

    fn flush_column(&mut self, index: usize, column: &mut Cells) {
        self.columns[index].iter_mut().for_each(|text| *text = trim(text));
        column.extend(&self.columns[index]);
        self.columns[index].clear();
    }

    fn flush(&mut self, columns: &mut [Cells]) {
        columns.iter_mut().enumerate().for_each(|(index, column)| self.flush_column(index, column));
    }
}

impl Rows {
    fn clear(&mut self, columns: usize, codes: usize) {
        for (cells, count) in [(&mut self.columns, columns), (&mut self.told, codes)] {
            cells.iter_mut().for_each(Cells::clear);
            cells.resize_with(count, Cells::default);
        }
        self.lines.clear();
    }

    /// The column of each target; none where the file has no such column.
    pub(super) fn column(&self, file: &Opened<'_>, target: usize) -> Option<&Cells> {
        file.mapping.iter().position(|mapping| mapping.target == target).map(|at| &self.columns[at])
    }

    /// What codes say of each target; none where the file has no such codes.
    pub(super) fn told(&self, file: &Opened<'_>, target: usize) -> Option<&Cells> {
        file.codes.iter().position(|coded| coded.target == target).and_then(|at| self.told.get(at))
    }
}

impl Cells {
    fn push(&mut self, value: &str) {
        let code = match self.mostly_distinct && !value.is_empty() {
            true => self.values.add(value),
            false => self.values.intern(value),
        };
        self.codes.push(code);
    }

    fn extend(&mut self, values: &[&str]) {
        match self.mostly_distinct {
            true => values.iter().for_each(|value| self.push(value)),
            false => self.values.intern_each(values, &mut self.codes),
        }
    }

    /// A column of an export has few values that repeat, or many: as in the part before, so in the next one. Values that
    /// hardly repeat are told apart once, where the parts are put together.
    fn clear(&mut self) {
        const TELLING: usize = if cfg!(test) { 2 } else { 1000 };
        let filled = self.codes.iter().filter(|&&code| code != BLANK).count();
        self.mostly_distinct = filled >= TELLING && self.values.len() * 3 > filled * 2;
        self.codes.clear();
        self.values.clear();
    }
}
