//! Tables of an output folder, read back: the columns asked for, row by row, from Parquet or else from CSV.

use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::csv::is_formula;
use crate::model::calendar;
use crate::model::scorecards::Points;

/// Rows of one batch.
const BATCH: usize = 16 * 1024;

/// Why a table cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// There is no such file.
    #[error("{folder} has neither {table}.parquet nor {table}.csv; is it the output folder of a run?")]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The table.
        table: String,
    },
    /// A column is not there.
    #[error("{path} has no column `{column}`; was it written by another version?")]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// It is damaged, or the system refused.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

/// A table of an output folder.
#[derive(Debug, Clone)]
pub struct StoredTable {
    path: PathBuf,
    is_parquet: bool,
    columns: Vec<String>,
}

/// One row: the columns asked for, by their position in the question.
#[derive(Debug, Clone, Copy)]
pub struct StoredRow<'a>(Cells<'a>);

#[derive(Debug, Clone, Copy)]
enum Cells<'a> {
    Batch { columns: &'a [ArrayRef], row: usize },
    Record { record: &'a csv::StringRecord, positions: &'a [usize] },
}

impl StoredTable {
    /// The table of this name in a folder: its Parquet file, else its CSV file.
    ///
    /// # Errors
    /// When there is none, or its header cannot be read.
    pub fn open(folder: &Path, table: &str) -> Result<Self, StoredError> {
        let path = |ending: &str| folder.join(format!("{table}.{ending}"));
        let (parquet, csv) = (path("parquet"), path("csv"));
        if parquet.is_file() {
            let file = File::open(&parquet).map_err(|error| unreadable(&parquet, &error))?;
            let reader =
                ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unreadable(&parquet, &error))?;
            let columns = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
            return Ok(Self { path: parquet, is_parquet: true, columns });
        }
        if csv.is_file() {
            let mut reader = csv::Reader::from_path(&csv).map_err(|error| unreadable(&csv, &error))?;
            let header = reader.headers().map_err(|error| unreadable(&csv, &error))?;
            let columns = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
            return Ok(Self { path: csv, is_parquet: false, columns });
        }
        Err(StoredError::Missing { folder: folder.to_owned(), table: table.to_owned() })
    }

    /// All its columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Shows every row, with only these columns.
    ///
    /// # Errors
    /// When a column is not there, or the file is damaged.
    pub fn read(&self, columns: &[&str], see: impl FnMut(StoredRow<'_>)) -> Result<(), StoredError> {
        let positions = columns.iter().map(|name| {
            let found = self.columns.iter().position(|column| column == name);
            found.ok_or_else(|| StoredError::Column { path: self.path.clone(), column: (*name).to_owned() })
        });
        let positions = positions.collect::<Result<Vec<_>, _>>()?;
        if self.is_parquet { self.read_parquet(&positions, see) } else { self.read_csv(&positions, see) }
    }

    fn read_parquet(&self, positions: &[usize], mut see: impl FnMut(StoredRow<'_>)) -> Result<(), StoredError> {
        let file = File::open(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unreadable(&self.path, &error))?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), positions.iter().copied());
        let reader = builder.with_projection(mask).with_batch_size(BATCH).build();
        for batch in reader.map_err(|error| unreadable(&self.path, &error))? {
            let batch: RecordBatch = batch.map_err(|error| unreadable(&self.path, &error))?;
            // A projected batch has its columns in the order of the file.
            let found = positions.iter().map(|&position| {
                let column = batch.column_by_name(&self.columns[position]).map(readable);
                column.ok_or_else(|| unreadable(&self.path, "a column is lost"))
            });
            let columns = found.collect::<Result<Vec<_>, _>>()?;
            (0..batch.num_rows()).for_each(|row| see(StoredRow(Cells::Batch { columns: &columns, row })));
        }
        Ok(())
    }

    fn read_csv(&self, positions: &[usize], mut see: impl FnMut(StoredRow<'_>)) -> Result<(), StoredError> {
        let mut reader = csv::Reader::from_path(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| unreadable(&self.path, &error))? {
            see(StoredRow(Cells::Record { record: &record, positions }));
        }
        Ok(())
    }
}

fn unreadable(path: &Path, reason: &(impl ToString + ?Sized)) -> StoredError {
    StoredError::Unreadable { path: path.to_owned(), reason: reason.to_string() }
}

/// Texts and numbers stay as they are; all else becomes the text that a CSV file would show.
fn readable(column: &ArrayRef) -> ArrayRef {
    fn shown<T>(len: usize, value: impl Fn(usize) -> Option<T>, show: impl Fn(T) -> String) -> ArrayRef {
        Arc::new((0..len).map(|row| value(row).map(&show)).collect::<StringArray>())
    }
    fn of<A: 'static>(column: &ArrayRef) -> Option<&A> {
        column.as_any().downcast_ref::<A>()
    }
    let len = column.len();
    let has = |row: usize| column.is_valid(row);
    match column.data_type() {
        DataType::Utf8 | DataType::Float64 => Some(column.clone()),
        DataType::Int64 => of::<Int64Array>(column)
            .map(|values| shown(len, |row| has(row).then(|| values.value(row)), |value| value.to_string())),
        DataType::Boolean => of::<BooleanArray>(column)
            .map(|values| shown(len, |row| has(row).then(|| values.value(row)), |value| value.to_string())),
        DataType::Decimal128(..) => of::<Decimal128Array>(column).map(|values| {
            shown(len, |row| has(row).then(|| values.value(row)), |value| Points(value as i64).to_string())
        }),
        DataType::Date32 => of::<Date32Array>(column).map(|values| {
            shown(len, |row| has(row).then(|| values.value(row)), |days| calendar::day(days).to_string())
        }),
        DataType::Timestamp(..) => of::<TimestampMicrosecondArray>(column)
            .map(|values| shown(len, |row| has(row).then(|| values.value(row)), calendar::timestamp)),
        _ => None,
    }
    .unwrap_or_else(|| Arc::new(StringArray::new_null(len)))
}

impl<'a> StoredRow<'a> {
    /// A cell as a CSV file shows it; "" where blank.
    pub fn text(&self, column: usize) -> Cow<'a, str> {
        match self.0 {
            Cells::Batch { columns, row } => {
                let column = &columns[column];
                if column.is_null(row) {
                    return Cow::Borrowed("");
                }
                match column.as_any().downcast_ref::<StringArray>() {
                    Some(values) => Cow::Borrowed(values.value(row)),
                    None => Cow::Owned(self.number(row, column).map_or_else(String::new, |value| value.to_string())),
                }
            }
            Cells::Record { record, positions } => {
                Cow::Borrowed(unguarded(record.get(positions[column]).unwrap_or("")))
            }
        }
    }

    /// A cell as a number; none where it is blank or no number.
    pub fn value(&self, column: usize) -> Option<f64> {
        match self.0 {
            Cells::Batch { columns, row } => self
                .number(row, &columns[column])
                .or_else(|| columns[column].is_valid(row).then(|| self.text(column).parse().ok())?),
            Cells::Record { .. } => self.text(column).parse().ok(),
        }
    }

    fn number(&self, row: usize, column: &ArrayRef) -> Option<f64> {
        let values = column.as_any().downcast_ref::<Float64Array>()?;
        values.is_valid(row).then(|| values.value(row))
    }
}

/// Without the apostrophe that keeps a spreadsheet from running a text.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;
    use crate::model::table::OutputType::{Boolean, Date, Decimal, Integer, Number, Text, Timestamp};
    use crate::model::table::{
        OutputColumn, OutputTable, dates, integers, numbers, optional_booleans, optional_text, timestamps,
    };

    fn table() -> OutputTable {
        let columns = vec![
            OutputColumn::optional("id", Text, ""),
            OutputColumn::required("points", Decimal, ""),
            OutputColumn::required("line", Integer, ""),
            OutputColumn::optional("met", Boolean, ""),
            OutputColumn::optional("day", Date, ""),
            OutputColumn::optional("at", Timestamp, ""),
            OutputColumn::required("weight", Number, ""),
        ];
        let values = vec![
            optional_text([Some("=1+1"), None]),
            numbers([-0.5, 2.1213]),
            integers([7, -1]),
            optional_booleans([Some(true), None]),
            dates([Some(20_000), None]),
            timestamps([Some(1_000_000), None]),
            numbers([0.1, -3.0]),
        ];
        OutputTable::new("t", columns, values)
    }

    #[test]
    fn both_formats_read_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["weight", "id", "points", "line", "met", "day", "at"];
        let read = || {
            let mut rows = Vec::new();
            let stored = StoredTable::open(folder.path(), "t").unwrap();
            stored
                .read(&names, |row| {
                    rows.push((
                        (0..7).map(|i| row.text(i).into_owned()).collect::<Vec<_>>(),
                        row.value(0),
                        row.value(2),
                    ));
                })
                .unwrap();
            rows
        };
        let row = |cells: [&str; 7]| cells.map(str::to_owned).to_vec();
        let expected = vec![
            (row(["0.1", "=1+1", "-0.5", "7", "true", "2024-10-04", "1970-01-01 00:00:01"]), Some(0.1), Some(-0.5)),
            (row(["-3", "", "2.1213", "-1", "", "", ""]), Some(-3.0), Some(2.1213)),
        ];
        let csv = File::create(folder.path().join("t.csv")).unwrap();
        let (table, rows) = (table(), table().chunks(0..2));
        let mut writer = format::csv::Writer::new(&table.columns, true, csv).unwrap();
        writer.write(&rows).unwrap();
        writer.finish().unwrap();
        assert_eq!(read(), expected);
        let parquet = File::create(folder.path().join("t.parquet")).unwrap();
        let mut writer = format::parquet::Writer::new(&table.columns, &[], &rows, parquet).unwrap();
        writer.write(&rows).unwrap();
        writer.finish().unwrap();
        assert_eq!(read(), expected);
    }

    #[test]
    fn what_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let told = StoredTable::open(folder.path(), "links").unwrap_err().to_string();
        assert!(told.contains("neither links.parquet nor links.csv"), "{told}");
        std::fs::write(folder.path().join("links.csv"), "a,b\n1,2\n").unwrap();
        let links = StoredTable::open(folder.path(), "links").unwrap();
        assert_eq!(links.columns(), ["a", "b"]);
        assert!(links.read(&["c"], |_| ()).unwrap_err().to_string().contains("no column `c`"));
        std::fs::write(folder.path().join("links.parquet"), "no parquet").unwrap();
        assert!(StoredTable::open(folder.path(), "links").unwrap_err().to_string().starts_with("cannot read"));
    }
}
