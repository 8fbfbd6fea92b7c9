//! CSV files that open safely in a spreadsheet.

use std::io::{self, Write};

use polars::prelude::{BooleanChunked, Column, Float64Chunked, Int32Chunked, Int64Chunked, StringChunked};
use rayon::prelude::*;

use crate::model::calendar;
use crate::model::scorecards::Points;
use crate::model::table::{OutputColumn, OutputTable, OutputType};

/// Rows rendered by one task.
const CHUNK: usize = 16 * 1024;

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
    let mut header = csv::Writer::from_writer(Vec::new());
    header.write_record(table.columns.iter().map(|column| &column.name))?;
    out.write_all(&finish(header)?)?;
    // A few chunks at a time bound the memory that rendered text takes.
    let starts: Vec<usize> = (0..table.rows()).step_by(CHUNK).collect();
    for wave in starts.chunks(4 * rayon::current_num_threads()) {
        let rendered: Vec<io::Result<Vec<u8>>> = wave.par_iter().map(|&start| render(table, start)).collect();
        for chunk in rendered {
            out.write_all(&chunk?)?;
        }
    }
    out.flush()
}

/// Column names and cells of a table's first row, as a file would show them; empty for a table without rows.
pub fn first_row(table: &OutputTable) -> Vec<(String, String)> {
    if table.rows() == 0 {
        return Vec::new();
    }
    let cell = |(values, column): (&Column, &OutputColumn)| {
        let values = physical(values, 0);
        let mut cell = String::new();
        Cells::new(column.kind, &values).render(0, &mut cell);
        (column.name.clone(), cell)
    };
    table.frame.columns().iter().zip(&table.columns).map(cell).collect()
}

fn finish(writer: csv::Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn render(table: &OutputTable, start: usize) -> io::Result<Vec<u8>> {
    let columns: Vec<Column> = table.frame.columns().iter().map(|column| physical(column, start)).collect();
    let cells: Vec<Cells<'_>> =
        columns.iter().zip(&table.columns).map(|(values, column)| Cells::new(column.kind, values)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut cell = String::new();
    for row in 0..columns.first().map_or(0, Column::len) {
        for column in &cells {
            cell.clear();
            column.render(row, &mut cell);
            writer.write_field(&cell)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    finish(writer)
}

fn physical(column: &Column, start: usize) -> Column {
    column.slice(start as i64, CHUNK).to_physical_repr().rechunk()
}

/// Typed access to one column's values.
enum Cells<'a> {
    Text(&'a StringChunked),
    Integer(&'a Int64Chunked),
    Number(&'a Float64Chunked),
    Decimal(&'a Float64Chunked),
    Boolean(&'a BooleanChunked),
    Date(&'a Int32Chunked),
    Timestamp(&'a Int64Chunked),
}

impl<'a> Cells<'a> {
    fn new(kind: OutputType, values: &'a Column) -> Self {
        const CHECKED: &str = "a table's columns have the types of its schema";
        match kind {
            OutputType::Text => Self::Text(values.str().expect(CHECKED)),
            OutputType::Integer => Self::Integer(values.i64().expect(CHECKED)),
            OutputType::Number => Self::Number(values.f64().expect(CHECKED)),
            OutputType::Decimal => Self::Decimal(values.f64().expect(CHECKED)),
            OutputType::Boolean => Self::Boolean(values.bool().expect(CHECKED)),
            OutputType::Date => Self::Date(values.i32().expect(CHECKED)),
            OutputType::Timestamp => Self::Timestamp(values.i64().expect(CHECKED)),
        }
    }

    fn render(&self, row: usize, cell: &mut String) {
        match self {
            Self::Text(values) => {
                if let Some(text) = values.get(row) {
                    if is_formula(text) {
                        cell.push('\'');
                    }
                    cell.push_str(text);
                }
            }
            Self::Integer(values) => push(cell, values.get(row)),
            Self::Number(values) => push(cell, values.get(row)),
            Self::Decimal(values) => push(cell, values.get(row).map(Points::rounded)),
            Self::Boolean(values) => push(cell, values.get(row)),
            Self::Date(values) => push(cell, values.get(row).map(calendar::day)),
            Self::Timestamp(values) => {
                if let Some(micros) = values.get(row) {
                    cell.push_str(&calendar::timestamp(micros));
                }
            }
        }
    }
}

fn push(cell: &mut String, value: Option<impl std::fmt::Display>) {
    use std::fmt::Write as _;
    if let Some(value) = value {
        write!(cell, "{value}").expect("a string takes any text");
    }
}

/// Whether a spreadsheet would run a text instead of showing it.
///
/// `=`, `@` and control characters always may; `+` and `-` only where more than a number or phone number follows.
pub fn is_formula(text: &str) -> bool {
    match text.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r' | b'\n', ..] => true,
        [b'+' | b'-', rest @ ..] => {
            !rest.iter().all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b',' | b'(' | b')' | b'/' | b'-'))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table::{dates, numbers, optional_text, timestamps};

    #[test]
    fn formulas_are_told_from_numbers_and_phones() {
        for formula in ["=1+1", "@SUM(A1)", "\t=1", "+cmd|' /C calc'!A0", "-2+3+cmd", "\r=1", "\n=1"] {
            assert!(is_formula(formula), "{formula:?}");
        }
        for harmless in ["", "+359 88 123", "-12,50", "a=1", "O'Neil", "'=1", "12", "+49 (0) 30/12-3"] {
            assert!(!is_formula(harmless), "{harmless:?}");
        }
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
        let mut out = Vec::new();
        write(&OutputTable::new("t", columns, values), true, &mut out).unwrap();
        let expected = "\u{feff}\"name, first\",points,day,at\n\
                        \"'=\"\"x\"\"\ny\",-0.5,2024-10-04,1970-01-01 00:00:01\n,2.1213,,\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
