//! Labels: a file that says of each row which entity it is, or which pairs of rows are one.

use std::path::{Path, PathBuf};

use crate::format::FormatError;
use crate::format::delimited::{Document, Entry, Hints, Record, sniff, trim};
use crate::model::names::{nearest, plain};
use crate::model::text::{BLANK, Dictionary};

/// Column names for a row's id, in plain letters.
const IDS: [&str; 10] =
    ["id", "sourceid", "recid", "recordid", "rowid", "uniqueid", "leadid", "customerid", "key", "identifier"];
/// Column names for the entity.
const LABELS: [&str; 14] = [
    "cluster",
    "clusterid",
    "label",
    "entity",
    "entityid",
    "truth",
    "truthid",
    "trueid",
    "truecluster",
    "group",
    "groupid",
    "personid",
    "matchid",
    "golden",
];
/// Column names for the two rows of a true pair.
const SIDES: [[&str; 2]; 9] = [
    ["left", "right"],
    ["leftid", "rightid"],
    ["idleft", "idright"],
    ["idl", "idr"],
    ["lid", "rid"],
    ["ida", "idb"],
    ["id1", "id2"],
    ["a", "b"],
    ["idx", "idy"],
];

/// Which columns of a labels file count; what is not given is guessed from the header.
#[derive(Debug, Clone, Copy, Default)]
pub struct TruthColumns<'a> {
    /// The row's id.
    pub id: Option<&'a str>,
    /// The entity.
    pub label: Option<&'a str>,
    /// Whether each line is a true pair: two ids.
    pub pairs: bool,
}

/// Labels of rows.
#[derive(Debug, Default)]
pub struct Truth {
    /// Ids as written.
    pub ids: Dictionary,
    /// Entities as written; of a file of pairs, the first id of each group.
    pub labels: Dictionary,
    /// Names of sources, where the file has such a column.
    pub sources: Dictionary,
    /// One per labelled row, by id.
    pub rows: Vec<TruthRow>,
    /// The columns that were used.
    pub columns: [String; 2],
    /// Whether it is of pairs: a row that it does not name is alone.
    pub pairs: bool,
    /// Lines without an id or an entity.
    pub blank: u64,
    /// Lines whose id was labelled already.
    pub repeated: u64,
}

/// A labelled row, as codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TruthRow {
    /// Its id.
    pub id: u32,
    /// Its source, blank where the file does not say.
    pub source: u32,
    /// Its entity.
    pub label: u32,
}

/// Why a labels file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TruthError {
    /// It cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A named column is not there.
    #[error("{} has no column `{name}`{hint}; it has {columns}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
        /// The nearest name.
        hint: String,
        /// All names.
        columns: String,
    },
    /// A column could not be guessed.
    #[error("which column of {} is {what}? Name it with {flag}; the file has {columns}", path.display())]
    Guess {
        /// The file.
        path: PathBuf,
        /// What is looked for.
        what: &'static str,
        /// How to name it.
        flag: &'static str,
        /// All names.
        columns: String,
    },
    /// No line can be used.
    #[error("no line of {} has both {what}", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// What a line needs.
        what: String,
    },
    /// A line cannot be read.
    #[error("{}, line {line}: a quote is never closed, or a cell is too large", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
}

impl Truth {
    /// Reads a labels file.
    ///
    /// # Errors
    /// When it cannot be read, or its columns are not clear.
    pub fn read(path: &Path, columns: TruthColumns<'_>) -> Result<Self, TruthError> {
        let sniffed = sniff(path, Hints::default())?;
        let document = Document::open(path, Some(sniffed.dialect.encoding))?;
        let mut reader = document.reader(sniffed.dialect.delimiter);
        document.header(&mut reader, path)?;
        let header = sniffed.header;
        let positions = positions(path, &header, columns)?;
        let source = header.iter().position(|name| plain(name) == "source").filter(|_| !columns.pairs);
        let mut truth =
            Self { columns: positions.map(|column| header[column].clone()), pairs: columns.pairs, ..Self::default() };
        let mut pairs = Vec::new();
        while let Some(entry) = reader.read() {
            let record = match entry {
                Entry::Record(record) => record,
                Entry::Broken { line, .. } => {
                    return Err(TruthError::Line { path: path.to_owned(), line: document.place(line) });
                }
            };
            let cell = |record: &Record<'_, '_>, column: usize, into: &mut Dictionary| {
                into.intern(trim(&document.text(record.get(column).unwrap_or_default()).0))
            };
            let id = cell(&record, positions[0], &mut truth.ids);
            let second = if columns.pairs { &mut truth.ids } else { &mut truth.labels };
            let label = cell(&record, positions[1], second);
            if id == BLANK || label == BLANK {
                truth.blank += 1;
                continue;
            }
            if columns.pairs {
                pairs.push((id, label));
            } else {
                let source = source.map_or(BLANK, |column| cell(&record, column, &mut truth.sources));
                truth.rows.push(TruthRow { id, source, label });
            }
        }
        if columns.pairs {
            truth.close(&pairs);
        }
        truth.rows.sort_by_key(|row| (row.id, row.source));
        let before = truth.rows.len();
        truth.rows.dedup_by_key(|row| (row.id, row.source));
        truth.repeated = (before - truth.rows.len()) as u64;
        if truth.rows.is_empty() {
            let [id, label] = &truth.columns;
            return Err(TruthError::Empty { path: path.to_owned(), what: format!("`{id}` and `{label}`") });
        }
        Ok(truth)
    }

    /// The labelled rows of each id: where those of code `id` begin, and at the end where the last ones end.
    pub fn starts(&self) -> Vec<u32> {
        let mut starts = vec![0u32; self.ids.len() + 1];
        self.rows.iter().for_each(|row| starts[row.id as usize + 1] += 1);
        for id in 0..self.ids.len() {
            starts[id + 1] += starts[id];
        }
        starts
    }

    /// Ids that pairs connect are one entity, named by the first of them.
    fn close(&mut self, pairs: &[(u32, u32)]) {
        let mut first: Vec<u32> = (0..self.ids.len() as u32).collect();
        let root = |first: &mut Vec<u32>, mut id: u32| {
            while first[id as usize] != id {
                first[id as usize] = first[first[id as usize] as usize];
                id = first[id as usize];
            }
            id
        };
        for &(a, b) in pairs {
            let (a, b) = (root(&mut first, a), root(&mut first, b));
            first[a.max(b) as usize] = a.min(b);
        }
        for id in 1..self.ids.len() as u32 {
            let of = root(&mut first, id);
            let label = self.labels.intern(self.ids.get(of));
            self.rows.push(TruthRow { id, source: BLANK, label });
        }
    }
}

fn positions(path: &Path, header: &[String], columns: TruthColumns<'_>) -> Result<[usize; 2], TruthError> {
    let names = || header.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let named = |name: &str| {
        let exact = header.iter().position(|column| column == name);
        let found = exact.or_else(|| header.iter().position(|column| plain(column) == plain(name)));
        found.ok_or_else(|| TruthError::Column {
            path: path.to_owned(),
            name: name.to_owned(),
            hint: nearest(name, header.iter().map(String::as_str))
                .map_or_else(String::new, |near| format!(" (`{near}` is near)")),
            columns: names(),
        })
    };
    let guess = |what, flag| TruthError::Guess { path: path.to_owned(), what, flag, columns: names() };
    let at = |wanted: &str| header.iter().position(|column| plain(column) == wanted);
    if columns.pairs {
        let known = || SIDES.iter().find_map(|[left, right]| Some([at(left)?, at(right)?]));
        return match (columns.id, columns.label) {
            (Some(left), Some(right)) => Ok([named(left)?, named(right)?]),
            _ if header.len() == 2 => Ok([0, 1]),
            _ => known().ok_or_else(|| guess("the left row and which the right one", "--id LEFT --label RIGHT")),
        };
    }
    let first = |known: &[&str]| header.iter().position(|column| known.contains(&plain(column).as_str()));
    let label = match columns.label {
        Some(name) => named(name)?,
        None => first(&LABELS).ok_or_else(|| guess("the entity", "--label"))?,
    };
    let id = match columns.id {
        Some(name) => named(name)?,
        None => first(&IDS).filter(|&id| id != label).ok_or_else(|| guess("the row's id", "--id"))?,
    };
    Ok([id, label])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, columns: TruthColumns<'_>) -> Result<Vec<(String, String)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("truth.csv");
        std::fs::write(&path, text).unwrap();
        let truth = Truth::read(&path, columns).map_err(|error| error.to_string())?;
        let row = |row: &TruthRow| (truth.ids.get(row.id).to_owned(), truth.labels.get(row.label).to_owned());
        Ok(truth.rows.iter().map(row).collect())
    }

    fn of(rows: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
        Ok(rows.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect())
    }

    #[test]
    fn columns_are_guessed_from_the_header() {
        let none = TruthColumns::default();
        assert_eq!(read("id,cluster\n1,a\n2,a\n,b\n3,\n", none), of(&[("1", "a"), ("2", "a")]));
        assert_eq!(read("name;Rec ID;Entity\nx;r1;e1\n", none), of(&[("r1", "e1")]));
        assert_eq!(read("entity,who\ne,w\n", TruthColumns { id: Some("Who"), ..none }), of(&[("w", "e")]));
        let told = read("number,cluster\n1,a\n", none).unwrap_err();
        assert!(told.contains("is the row's id? Name it with --id; the file has `number`, `cluster`"), "{told}");
        let told = read("id,cluster\n1,a\n", TruthColumns { label: Some("clusters"), ..none }).unwrap_err();
        assert!(told.contains("has no column `clusters` (`cluster` is near)"), "{told}");
        assert!(read("id,cluster\n", none).unwrap_err().contains("no line"));
    }

    #[test]
    fn pairs_are_closed() {
        let pairs = TruthColumns { pairs: true, ..TruthColumns::default() };
        let expected = of(&[("a", "a"), ("b", "a"), ("d", "d"), ("c", "a"), ("e", "d")]);
        assert_eq!(
            read("left_id,score,right_id\na,1,b\nd,1,e\nc,1,b\n", pairs).map(|mut rows| {
                rows.sort();
                rows
            }),
            expected.map(|mut rows| {
                rows.sort();
                rows
            })
        );
    }
}
