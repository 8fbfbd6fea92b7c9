//! The rows that roles are inferred from: all of a small file, of a larger one those whose content hashes lowest, so that
//! the choice depends on what the rows say and not on their order.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::format::FormatError;
use crate::format::delimited::{Document, Entry, Hints, Reader, column_names, sniff, trim};
use crate::model::text::TextColumn;

/// Rows that roles are inferred from.
pub const SAMPLE_ROWS: usize = 20_000;

/// A file's header and some of its rows.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Column names.
    pub header: Vec<String>,
    /// One column per name.
    pub columns: Vec<TextColumn>,
    /// Rows in the file.
    pub rows: usize,
    /// Whether the columns hold all of them.
    pub whole: bool,
}

/// Reads a file's header and at most `most` of its rows.
///
/// # Errors
/// When the file cannot be read as delimited text.
pub fn sample(path: &Path, most: usize) -> Result<Sample, FormatError> {
    let sniffed = sniff(path, Hints::default())?;
    let document = Document::open(path, Some(sniffed.dialect.encoding))?;
    let mut reader = document.reader(sniffed.dialect.delimiter);
    let header = column_names(&document.header(&mut reader, path)?);
    let mut lowest = Lowest::new(most);
    let mut rows = 0;
    while let Some(entry) = reader.read() {
        if let Entry::Record(record) = entry {
            rows += 1;
            lowest.offer(record.raw);
        }
    }
    let mut columns = vec![TextColumn::default(); header.len()];
    for raw in lowest.finish() {
        let mut row = Reader::new(&raw, sniffed.dialect.delimiter, 1);
        let Some(Entry::Record(record)) = row.read() else { continue };
        for (at, column) in columns.iter_mut().enumerate() {
            match record.get(at) {
                Some(cell) if !cell.is_empty() => column.push(trim(&document.text(cell).0)),
                _ => column.push(""),
            }
        }
    }
    Ok(Sample { header, columns, rows, whole: rows <= most })
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
        if self.kept.len() >= 2 * self.most.max(1) {
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

    fn finish(mut self) -> impl Iterator<Item = Vec<u8>> {
        self.cut();
        self.kept.into_iter().map(|(_, record)| record)
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
}
