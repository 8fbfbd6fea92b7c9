//! CSV files that open safely in a spreadsheet.

mod cell;

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

use crate::model::column_values::{Chunk, ColumnValues};
use crate::model::table::{OutputColumn, OutputTable, OutputType};

use cell::Cells;
pub use cell::is_formula;

/// Rows rendered by one task: their cells stay in a core's cache.
const STRETCH: usize = 4 * 1024;

/// The UTF-8 byte-order mark, by which Excel knows the encoding.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// A file of comma-separated UTF-8 with a header; quoted where needed, blank where there is no value.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe in front; phone numbers (`+359…`) stay as they
/// are.
#[derive(Debug)]
pub struct Writer<W> {
    kinds: Vec<OutputType>,
    out: W,
}

impl<W: Write> Writer<W> {
    /// Begins a file, with a byte-order mark if wanted.
    ///
    /// # Errors
    /// What the file system reports.
    pub fn new(columns: &[OutputColumn], bom: bool, mut out: W) -> io::Result<Self> {
        let mut header = if bom { BOM.to_vec() } else { Vec::new() };
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                header.push(b',');
            }
            cell::push_quoted(column.name.as_bytes(), &mut header);
        }
        header.push(b'\n');
        out.write_all(&header)?;
        Ok(Self { kinds: columns.iter().map(|column| column.kind).collect(), out })
    }

    /// Appends rows, a stretch of each column. They are rendered in parallel and written in order.
    ///
    /// # Errors
    /// What the file system reports.
    pub fn write(&mut self, chunks: &[Chunk]) -> io::Result<()> {
        let cells: Vec<Cells<'_>> =
            self.kinds.par_iter().zip(chunks).map(|(&kind, chunk)| Cells::new(kind, chunk)).collect();
        let rows = chunks.first().map_or(0, Chunk::len);
        let starts: Vec<usize> = (0..rows).step_by(STRETCH).collect();
        // A few stretches at a time bound the memory that rendered text takes.
        for wave in starts.chunks(3 * rayon::current_num_threads()) {
            let rendered = wave.par_iter().map(|&start| render(&cells, start..rows.min(start + STRETCH)));
            for stretch in rendered.collect::<Vec<_>>() {
                self.out.write_all(&stretch)?;
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the file system reports.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Column names and cells of a row of a table, as a file would show them before quoting.
pub fn row(table: &OutputTable, row: usize) -> Vec<(String, String)> {
    let cell = |(column, values): (&OutputColumn, &ColumnValues)| {
        let mut cell = Vec::new();
        cell::push_first(column.kind, &values.chunk(row..row + 1), &mut cell);
        (column.name.clone(), String::from_utf8_lossy(&cell).into_owned())
    };
    table.columns.iter().zip(&table.values).map(cell).collect()
}

fn render(cells: &[Cells<'_>], rows: Range<usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * (cells.len() * 12 + 1));
    for row in rows {
        let begin = out.len();
        for (place, column) in cells.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            column.push(row, &mut out);
        }
        // A blank line would be no record.
        if out.len() == begin {
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::table::{dates, numbers, optional_text, timestamps, words};

    fn written(table: &OutputTable, bom: bool) -> String {
        let mut writer = Writer::new(&table.columns, bom, Vec::new()).unwrap();
        writer.write(&table.chunks(0..table.rows())).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn cells_of_every_kind() {
        let columns = vec![
            OutputColumn::optional("name, first", OutputType::Text, ""),
            OutputColumn::required("points", OutputType::Decimal, ""),
            OutputColumn::optional("day", OutputType::Date, ""),
            OutputColumn::optional("at", OutputType::Timestamp, ""),
        ];
        let values = vec![
            optional_text([Some("=\"x\"\ny"), None]),
            numbers([-0.5, 2.1213]),
            dates([Some(20_000), None]),
            timestamps([Some(1_000_000), None]),
        ];
        let expected = "\u{feff}\"name, first\",points,day,at\n\
                        \"'=\"\"x\"\"\ny\",-0.5,2024-10-04,1970-01-01 00:00:01\n,2.1213,,\n";
        assert_eq!(written(&OutputTable::new("t", columns, values), true), expected);
    }

    proptest! {
        /// The csv crate is the oracle.
        #[test]
        fn quoted_as_the_csv_crate_quotes(
            rows in prop::collection::vec(prop::array::uniform2("[a,\"\r\n; é]{0,6}"), 0..9),
            single in any::<bool>(),
        ) {
            let width = if single { 1 } else { 2 };
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&["x", "y,"][..width]).unwrap();
            for row in &rows {
                let formula = |text: &String| if is_formula(text) { format!("'{text}") } else { text.clone() };
                writer.write_record(row[..width].iter().map(formula)).unwrap();
            }
            let columns = ["x", "y,"].map(|name| OutputColumn::optional(name, OutputType::Text, ""));
            let values: Vec<_> = (0..width).map(|c| optional_text(rows.iter().map(|row| Some(&row[c])))).collect();
            let out = written(&OutputTable::new("t", columns[..width].to_vec(), values), false);
            prop_assert_eq!(Ok(out), String::from_utf8(writer.into_inner().unwrap()));
        }

        /// Texts and numbers that repeat are shown once, and look no other for it.
        #[test]
        fn repeated_as_if_each_were_shown_by_itself(
            rows in prop::collection::vec((prop::option::of("[a,\"\n=é]{1,3}"), -2i32..3), 0..9),
            times in 1usize..4,
        ) {
            let columns = vec![
                OutputColumn::optional("x", OutputType::Text, ""),
                OutputColumn::required("y", OutputType::Number, ""),
            ];
            let repeated = || (0..times).flat_map(|_| &rows);
            let text = || repeated().map(|(text, _)| text.as_deref());
            let number = || numbers(repeated().map(|(_, number)| f64::from(*number) / 4.0));
            let each = OutputTable::new("t", columns.clone(), vec![optional_text(text()), number()]);
            let coded = OutputTable::new("t", columns, vec![words(text().map(Option::unwrap_or_default)), number()]);
            let numbered = repeated().map(|(_, number)| (f64::from(*number) / 4.0).to_string());
            let (each, coded) = (written(&each, false), written(&coded, false));
            let read = csv::Reader::from_reader(coded.as_bytes()).into_records().map(|row| row.unwrap()[1].to_owned());
            prop_assert!(read.eq(numbered));
            prop_assert_eq!(each, coded);
        }
    }
}
