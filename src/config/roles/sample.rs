//! The rows that roles are inferred from: all of a small file, of a larger one those whose content hashes lowest, so
//! that the choice depends on what the rows say and not on their order. Of a file of many megabytes, only some places
//! are read.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::format::FormatError;
use crate::format::delimited::{Document, Entry, Reader, column_names, trim};
use crate::format::encoding;
use crate::format::kind::FileKind;
use crate::model::text::{BLANK, Interner, TextColumn};

/// Rows that roles are inferred from.
pub const SAMPLE_ROWS: usize = 20_000;

/// A file's header and some of its rows.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Column names.
    pub header: Vec<String>,
    /// One column per name.
    pub columns: Vec<TextColumn>,
    /// Rows in the file; of a large one, about so many.
    pub rows: usize,
    /// Whether the columns hold all of them.
    pub whole: bool,
}

/// Larger files are read in places only: the beginning, and some evenly spread over the rest.
const LARGE: u64 = 8 << 20;
const BEGINNING: usize = 1 << 20;
const PLACES: u64 = 16;
const PLACE: usize = 256 << 10;

/// Reads a file's header and at most `most` of its rows.
///
/// # Errors
/// When the file cannot be read as delimited text.
pub fn sample(path: &Path, most: usize) -> Result<Sample, FormatError> {
    let size = std::fs::metadata(path).map_or(0, |file| if file.is_file() { file.len() } else { 0 });
    if size > LARGE
        && let Some(parts) = places(path, size)
    {
        let encoding = encoding::detect(&parts.concat());
        let documents = parts.into_iter().map(|part| Document::of(part, path, Some(encoding)));
        return of_documents(&documents.collect::<Result<Vec<_>, _>>()?, path, most, Some(size));
    }
    of_documents(&[Document::open(path, None)?], path, most, None)
}

/// Reads a file with all of its rows.
///
/// # Errors
/// When the file cannot be read as a table.
pub fn whole(path: &Path) -> Result<Sample, FormatError> {
    of_documents(&[Document::open(path, None)?], path, usize::MAX, None)
}

/// Whole lines from several places of a file; none where they cannot be told (or read) without the rest.
fn places(path: &Path, size: u64) -> Option<Vec<Vec<u8>>> {
    let mut file = File::open(path).ok()?;
    let mut read_at = |from: u64, length: usize| -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(length);
        file.seek(SeekFrom::Start(from)).ok()?;
        file.by_ref().take(length as u64).read_to_end(&mut bytes).ok()?;
        bytes.truncate(bytes.iter().rposition(|&byte| byte == b'\n')? + 1);
        Some(bytes)
    };
    let mut parts = vec![read_at(0, BEGINNING)?];
    // Two bytes a character, or no text at all: the whole file is looked at, and faults are told with their lines.
    if parts[0].contains(&0) || FileKind::of(&parts[0]) != FileKind::Text {
        return None;
    }
    let rest = size - BEGINNING as u64;
    for place in 0..PLACES {
        let mut bytes = read_at(BEGINNING as u64 + rest / PLACES * place, PLACE)?;
        let start = bytes.iter().position(|&byte| byte == b'\n')? + 1;
        parts.push(bytes.split_off(start));
    }
    (!parts.iter().any(|part| part.contains(&0))).then_some(parts)
}

/// The rows of several parts of a file, of which the first has the header; `size` where they are not all of it.
fn of_documents(parts: &[Document], path: &Path, most: usize, size: Option<u64>) -> Result<Sample, FormatError> {
    let first = &parts[0];
    let delimiter = first.dialect().delimiter;
    let mut lowest = Lowest::new(most);
    let (mut rows, mut bytes) = (0usize, 0usize);
    let mut reader = first.reader(delimiter);
    let header = column_names(&first.header(&mut reader, path)?);
    for (at, document) in parts.iter().enumerate() {
        let mut next = document.reader(delimiter);
        if document.is_list {
            next.read();
        }
        let reader = if at == 0 { &mut reader } else { &mut next };
        while let Some(entry) = reader.read() {
            // A part may begin inside a quoted cell: what is no row of the table is no row.
            if let Entry::Record(record) = entry
                && (at == 0 || record.len() == header.len())
            {
                rows += 1;
                bytes += record.raw.len() + 1;
                lowest.offer(record.raw);
            }
        }
    }
    let lines = lowest.finish();
    let mut columns: Vec<(Vec<u32>, Interner)> = vec![Default::default(); header.len()];
    let mut reader = Reader::new(&lines, delimiter, 1);
    while let Some(entry) = reader.read() {
        let Entry::Record(record) = entry else { continue };
        for (at, (codes, values)) in columns.iter_mut().enumerate() {
            codes.push(record.get(at).map_or(BLANK, |cell| values.intern(trim(&first.text(cell).0))));
        }
    }
    let column =
        |(codes, values): (Vec<u32>, Interner)| TextColumn { codes: codes.into(), dictionary: values.finish() };
    let columns = columns.into_iter().map(column).collect();
    let all = size.map_or(rows, |size| (size as f64 * rows as f64 / bytes.max(1) as f64) as usize);
    Ok(Sample { header, columns, rows: all, whole: size.is_none() && rows <= most })
}

/// The records of lowest hash, equal ones as often as they come.
struct Lowest {
    most: usize,
    kept: Vec<(u64, Vec<u8>)>,
    /// Records that hash higher are not among the lowest.
    limit: u64,
}

impl Lowest {
    fn new(most: usize) -> Self {
        Self { most, kept: Vec::new(), limit: u64::MAX }
    }

    fn offer(&mut self, record: &[u8]) {
        let hash = xxh3_64(record);
        if hash > self.limit {
            return;
        }
        self.kept.push((hash, record.to_vec()));
        if self.kept.len() >= self.most.max(1).saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.kept.sort_unstable();
        self.kept.truncate(self.most);
        if self.kept.len() == self.most {
            self.limit = self.kept.last().map_or(u64::MAX, |(hash, _)| *hash);
        }
    }

    /// The records, a line each.
    fn finish(mut self) -> Vec<u8> {
        self.cut();
        let mut lines = Vec::with_capacity(self.kept.iter().map(|(_, record)| record.len() + 1).sum());
        for (_, record) in self.kept {
            lines.extend_from_slice(&record);
            lines.push(b'\n');
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(rows: &[String], most: usize) -> (Vec<String>, usize, bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, format!("id,name\n{}\n", rows.join("\n"))).unwrap();
        let sample = sample(&path, most).unwrap();
        let column = &sample.columns[0];
        ((0..column.len()).map(|row| column.get(row).to_owned()).collect(), sample.rows, sample.whole)
    }

    #[test]
    fn the_choice_does_not_depend_on_the_order() {
        let rows: Vec<String> = (0..500).map(|row| format!("{row},\"name, {row}\"")).collect();
        let (some, all, whole) = values(&rows, 40);
        assert_eq!((some.len(), all, whole), (40, 500, false));
        let mut reversed = rows.clone();
        reversed.reverse();
        assert_eq!(values(&reversed, 40), (some, 500, false));
        assert_eq!(values(&rows, 500).0.len(), 500);
        assert_eq!(values(&rows[..2], 0).0.len(), 0);
    }

    #[test]
    fn a_large_file_is_read_in_places() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let rows: String =
            (0..200_000).map(|row| format!("{row},\"name\n{row}\",a town of some length, 1\n")).collect();
        std::fs::write(&path, format!("id,name,town,x\n{rows}")).unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > LARGE);
        let sample = sample(&path, 1000).unwrap();
        assert!(!sample.whole && sample.columns.iter().all(|column| column.len() == 1000));
        assert!((190_000..=210_000).contains(&sample.rows), "{}", sample.rows);
        let ids: Vec<u32> = (0..1000).filter_map(|row| sample.columns[0].get(row).parse().ok()).collect();
        assert!(ids.len() > 990 && ids.iter().any(|&id| id > 150_000), "{}", ids.len());
    }
}
