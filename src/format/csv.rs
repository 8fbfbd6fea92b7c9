//! CSV files that open safely in a spreadsheet.

mod cell;

use std::io::{self, Write};

use rayon::prelude::*;

use crate::model::table::OutputTable;

use cell::Cells;
pub use cell::is_formula;

/// Rows rendered by one task: their cells stay in a core's cache.
const CHUNK: usize = 4 * 1024;

/// The UTF-8 byte-order mark, by which Excel knows the encoding.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes a table as comma-separated UTF-8 with a header; quoted where needed, blank where there is no value.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe in front; phone numbers (`+359…`) stay as they
/// are. Rows are rendered in parallel and written in order.
///
/// # Errors
/// What the file system reports.
pub fn write(table: &OutputTable, bom: bool, mut out: impl Write) -> io::Result<()> {
    if bom {
        out.write_all(BOM)?;
    }
    let mut header = Vec::new();
    let names = table.columns.iter().map(|column| column.name.as_bytes());
    names.enumerate().for_each(|(place, name)| {
        if place > 0 {
            header.push(b',');
        }
        cell::push_quoted(name, &mut header);
    });
    header.push(b'\n');
    out.write_all(&header)?;
    // A few chunks at a time bound the memory that rendered text takes.
    let starts: Vec<usize> = (0..table.rows()).step_by(CHUNK).collect();
    for wave in starts.chunks(8 * rayon::current_num_threads()) {
        let rendered: Vec<Vec<u8>> = wave.par_iter().map(|&start| render(table, start)).collect();
        for chunk in rendered {
            out.write_all(&chunk)?;
        }
    }
    out.flush()
}

/// Column names and cells of a table's first row, as a file would show them before quoting; empty for a table without
/// rows.
pub fn first_row(table: &OutputTable) -> Vec<(String, String)> {
    if table.rows() == 0 {
        return Vec::new();
    }
    let columns = table.columns.iter().zip(&table.values);
    let cell = |(column, values): (&crate::model::table::OutputColumn, &crate::model::column_values::ColumnValues)| {
        let mut cell = Vec::new();
        Cells::new(column.kind, values.chunk(0..1)).unquoted(0, &mut cell);
        (column.name.clone(), String::from_utf8_lossy(&cell).into_owned())
    };
    columns.map(cell).collect()
}

fn render(table: &OutputTable, start: usize) -> Vec<u8> {
    let rows = start..table.rows().min(start + CHUNK);
    let count = rows.len();
    let cells: Vec<Cells> = table
        .columns
        .iter()
        .zip(&table.values)
        .map(|(column, values)| Cells::new(column.kind, values.chunk(rows.clone())))
        .collect();
    let mut out = Vec::with_capacity(cells.iter().map(Cells::size).sum());
    for row in 0..count {
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
    use crate::model::table::{OutputColumn, OutputType, dates, numbers, optional_text, timestamps};

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
        let mut out = Vec::new();
        write(&OutputTable::new("t", columns, values), true, &mut out).unwrap();
        let expected = "\u{feff}\"name, first\",points,day,at\n\
                        \"'=\"\"x\"\"\ny\",-0.5,2024-10-04,1970-01-01 00:00:01\n,2.1213,,\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
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
            let mut out = Vec::new();
            write(&OutputTable::new("t", columns[..width].to_vec(), values), false, &mut out).unwrap();
            prop_assert_eq!(String::from_utf8(out), String::from_utf8(writer.into_inner().unwrap()));
        }
    }
}
