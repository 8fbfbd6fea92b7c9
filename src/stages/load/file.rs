//! One file: its records as dictionary-coded columns, its rejects and findings.

use crate::config::plan::{ColumnMapping, InputFile};
use crate::format::delimited::{Document, Entry, Fault, Record, column_names, trim};
use crate::model::progress::Progress;
use crate::model::rows::{Finding, FindingCode, Origin, Reject, RejectCode, SHOWN_CHARS, shown};
use crate::model::text::{BLANK, TextColumn};

use super::{InputSummary, LoadError};

/// The rows of a file.
pub(super) struct FileRows {
    /// One per target; none where the file has no such column.
    pub(super) columns: Vec<Option<TextColumn>>,
    /// Line of each row.
    pub(super) lines: Vec<u64>,
    pub(super) rejects: Vec<Reject>,
    pub(super) findings: Vec<Finding>,
    bytes: u64,
    hash: u128,
    rejected: u64,
}

impl FileRows {
    pub(super) fn summary(&self, shown: &str) -> InputSummary {
        InputSummary {
            shown: shown.to_owned(),
            bytes: self.bytes,
            hash: format!("{:032x}", self.hash),
            rows: self.lines.len() as u64 + self.rejected,
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
    const STEP: u64 = 1 << 20;
    let document = Document::open(&file.path, Some(file.dialect.encoding))?;
    let mut reader = document.reader(file.dialect.delimiter);
    let header = document.header(&mut reader, &file.path)?;
    if column_names(&header) != file.header {
        return Err(LoadError::HeaderChanged { path: file.path.clone() });
    }
    let mut rows = Rows {
        document: &document,
        header,
        at,
        targets,
        mapping: &file.mapping,
        columns: vec![TextColumn::default(); file.mapping.len()],
        lines: Vec::new(),
        rejects: Vec::new(),
        findings: Vec::new(),
        joined: String::new(),
    };
    let mut told = 0;
    while let Some(entry) = reader.read() {
        match entry {
            Entry::Record(record) => rows.add(&record),
            Entry::Broken { fault, line, raw } => rows.reject(line, code(fault), raw),
        }
        let done = document.progress(&reader);
        if done >= told + STEP {
            progress.advance(done - told);
            told = done;
        }
    }
    progress.advance(document.file_bytes.saturating_sub(told));

    let mut columns: Vec<Option<TextColumn>> = vec![None; targets.len()];
    for (mapping, column) in file.mapping.iter().zip(rows.columns) {
        columns[mapping.target] = Some(column);
    }
    Ok(FileRows {
        columns,
        lines: rows.lines,
        rejected: rows.rejects.len() as u64,
        rejects: rows.rejects,
        findings: rows.findings,
        bytes: document.file_bytes,
        hash: document.hash,
    })
}

fn code(fault: Fault) -> RejectCode {
    match fault {
        Fault::UnbalancedQuote => RejectCode::UnbalancedQuote,
        Fault::FieldTooLarge => RejectCode::FieldTooLarge,
    }
}

struct Rows<'f> {
    document: &'f Document,
    /// As written, to know it again.
    header: Vec<String>,
    at: Origin,
    targets: &'f [&'f str],
    mapping: &'f [ColumnMapping],
    /// One per mapping.
    columns: Vec<TextColumn>,
    lines: Vec<u64>,
    rejects: Vec<Reject>,
    findings: Vec<Finding>,
    joined: String,
}

impl Rows<'_> {
    fn add(&mut self, record: &Record<'_>) {
        if self.is_header(record) {
            return self.reject(record.line, RejectCode::RepeatedHeader, record.raw);
        }
        let extra = (self.header.len()..record.len()).filter_map(|index| record.get(index));
        if extra.into_iter().any(|cell| !trim(&self.document.text(cell).0).is_empty()) {
            return self.reject(record.line, RejectCode::LongRow, record.raw);
        }
        if record.len() < self.header.len() {
            self.find(record.line, "", FindingCode::ShortRow, &self.beginning(record.raw));
        }
        for (index, mapping) in self.mapping.iter().enumerate() {
            if let [from] = mapping.from[..] {
                let Some(cell) = record.get(from).filter(|cell| !cell.is_empty()) else {
                    self.columns[index].codes.push(BLANK);
                    continue;
                };
                let (text, undecodable) = self.document.text(cell);
                self.columns[index].push(trim(&text));
                if undecodable {
                    self.find(record.line, self.targets[mapping.target], FindingCode::UndecodableText, trim(&text));
                }
            } else {
                self.add_joined(index, mapping, record);
            }
        }
        self.lines.push(record.line);
    }

    fn add_joined(&mut self, index: usize, mapping: &ColumnMapping, record: &Record<'_>) {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        let mut undecodable = false;
        // Two given or family names are one of two words; in a whole name a comma would turn its parts round.
        let is_name = ["first_name", "middle_name", "last_name"].contains(&self.targets[mapping.target]);
        for cell in mapping.from.iter().filter_map(|&from| record.get(from)) {
            let (text, damaged) = self.document.text(cell);
            let text = trim(&text);
            undecodable |= damaged;
            if !text.is_empty() && !joined.is_empty() {
                joined.push_str(if is_name { " " } else { ", " });
            }
            joined.push_str(text);
        }
        self.columns[index].push(&joined);
        if undecodable {
            self.find(record.line, self.targets[mapping.target], FindingCode::UndecodableText, &joined);
        }
        self.joined = joined;
    }

    fn is_header(&self, record: &Record<'_>) -> bool {
        record.len() == self.header.len()
            && self.header.iter().zip(record.iter()).all(|(name, cell)| trim(&self.document.text(cell).0) == name)
    }

    fn reject(&mut self, line: u64, code: RejectCode, raw: &[u8]) {
        let text = shown(&self.beginning(raw));
        self.rejects.push(Reject { origin: Origin { line, ..self.at }, field: None, code, text });
    }

    fn find(&mut self, line: u64, field: &str, code: FindingCode, text: &str) {
        let origin = Origin { line, ..self.at };
        self.findings.push(Finding { origin, field: field.to_owned(), code, text: shown(text) });
    }

    /// As much of a raw record as is shown: at most four bytes a character.
    fn beginning(&self, raw: &[u8]) -> String {
        let raw = &raw[..raw.len().min(4 * (SHOWN_CHARS + 1))];
        trim(&self.document.text(raw).0).to_owned()
    }
}
