//! The rows of a sheet as a table: which one is the header, and where the table begins.

use std::collections::VecDeque;

use super::cell::{Format, Value, show};
use crate::format::flat::{Flat, FlatWriter};
use crate::model::rows::FindingCode;

/// Filled rows among which the header is looked for.
const LOOKED_AT: usize = 25;
/// As many as a sheet has.
const MOST_COLUMNS: u32 = 16_384;

/// Takes a sheet's cells, row by row, and makes a table of them.
pub(super) struct Rows {
    /// Before the header is known.
    waiting: VecDeque<Row>,
    table: Option<Table>,
    row: Row,
    filled: usize,
    /// What the table may grow to.
    most: usize,
}

/// Columns of a table inside a sheet.
struct Table {
    writer: FlatWriter,
    names: Vec<String>,
    first: u32,
}

/// Cells of a row that are filled.
#[derive(Default)]
struct Row {
    /// From 0.
    number: u32,
    text: String,
    /// Column, where its text ends, and what is wrong with it.
    cells: Vec<(u32, usize, Option<FindingCode>)>,
}

impl Rows {
    pub(super) fn new(most: usize) -> Self {
        Self { waiting: VecDeque::new(), table: None, row: Row::default(), filled: 0, most }
    }

    /// Rows that hold anything, so far.
    pub(super) fn filled(&self) -> usize {
        self.filled + usize::from(!self.row.cells.is_empty())
    }

    /// Takes the next cell; rows ascend.
    pub(super) fn cell(&mut self, (row, column): (u32, u32), value: &Value<'_>, format: Format) -> Result<(), String> {
        if row != self.row.number {
            if row < self.row.number {
                return Err("the rows of its sheet are not in order".to_owned());
            }
            self.end_row()?;
            self.row.number = row;
        }
        if column >= MOST_COLUMNS {
            return Err(format!("its sheet has more than {MOST_COLUMNS} columns"));
        }
        self.row.push(column, value, format);
        Ok(())
    }

    /// The table; none where the sheet is blank.
    pub(super) fn finish(mut self) -> Result<Option<Flat>, String> {
        self.end_row()?;
        if self.table.is_none() {
            self.find_header()?;
        }
        Ok(self.table.map(|table| table.writer.finish()))
    }

    fn end_row(&mut self) -> Result<(), String> {
        if self.row.cells.is_empty() {
            return Ok(());
        }
        self.row.sort();
        self.filled += 1;
        if let Some(table) = &mut self.table {
            table.write(&self.row, self.most)?;
            self.row.clear();
            return Ok(());
        }
        self.waiting.push_back(std::mem::take(&mut self.row));
        if self.waiting.len() == LOOKED_AT { self.find_header() } else { Ok(()) }
    }

    /// The header is the first row that is filled about as widely as the widest ones; a title stands above it. One row
    /// that is wider than all others may have a remark beside it.
    fn find_header(&mut self) -> Result<(), String> {
        let mut widths: Vec<usize> = self.waiting.iter().map(|row| row.cells.len()).collect();
        widths.sort_unstable_by(|a, b| b.cmp(a));
        let Some(&wide) = widths.get(usize::from(widths.len() > 2)) else { return Ok(()) };
        let header = self.waiting.iter().position(|row| 3 * row.cells.len() >= 2 * wide).unwrap_or_default();
        self.waiting.drain(..header);
        let columns = || self.waiting.iter().flat_map(|row| row.cells.iter().map(|&(column, ..)| column));
        let (first, last) = (columns().min().unwrap_or_default(), columns().max().unwrap_or_default());
        let Some(header) = self.waiting.pop_front() else { return Ok(()) };
        let names: Vec<String> = header.dense(first, last).map(|name| name.trim().to_owned()).collect();
        let writer = FlatWriter::new(names.iter().map(String::as_str));
        let table = self.table.insert(Table { writer, names, first });
        self.waiting.drain(..).try_for_each(|row| table.write(&row, self.most))
    }
}

impl Table {
    fn write(&mut self, row: &Row, most: usize) -> Result<(), String> {
        let place = u64::from(row.number) + 1;
        for (column, text, code) in row.filled() {
            let Some(code) = code else { continue };
            let name = column.checked_sub(self.first).and_then(|at| self.names.get(at as usize));
            self.writer.finding(place, name.map_or("", String::as_str), code, text);
        }
        let last = self.first + (self.names.len() as u32).saturating_sub(1);
        // A remark far to the right, or to the left, makes the row too long for the table.
        let beyond = row.cells.last().map_or(last, |&(column, ..)| column.max(last));
        let left = row.dense(0, self.first.saturating_sub(1)).take(self.first as usize);
        let left: Vec<&str> = left.filter(|cell| !cell.is_empty()).collect();
        self.writer.record(place, row.dense(self.first, beyond).chain(left));
        if self.writer.size() > most {
            return Err(format!("its sheet holds more than {} MiB, more than any export would", most >> 20));
        }
        Ok(())
    }
}

impl Row {
    fn push(&mut self, column: u32, value: &Value<'_>, format: Format) {
        let start = self.text.len();
        show(value, format, &mut self.text);
        if self.text[start..].trim().is_empty() {
            self.text.truncate(start);
        } else {
            let wrong = match value {
                _ if format == Format::Failed => Some(FindingCode::CellError),
                Value::Error(_) => Some(FindingCode::CellError),
                Value::Number(number) if is_rounded(*number) => Some(FindingCode::RoundedNumber),
                _ => None,
            };
            self.cells.push((column, self.text.len(), wrong));
        }
    }

    /// By column. A file of a careless program has them in any order, or a column twice: the last one counts.
    fn sort(&mut self) {
        if self.cells.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return;
        }
        let mut starts = vec![0];
        starts.extend(self.cells.iter().map(|&(_, end, _)| end));
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_by_key(|&at| self.cells[at].0);
        let mut sorted = Self { number: self.number, ..Self::default() };
        for (nth, &at) in order.iter().enumerate() {
            let (column, end, wrong) = self.cells[at];
            if order.get(nth + 1).is_none_or(|&next| self.cells[next].0 != column) {
                sorted.text.push_str(&self.text[starts[at]..end]);
                sorted.cells.push((column, sorted.text.len(), wrong));
            }
        }
        *self = sorted;
    }

    fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
    }

    /// Column, text, and what is wrong with it.
    fn filled(&self) -> impl Iterator<Item = (u32, &str, Option<FindingCode>)> {
        let mut start = 0;
        self.cells
            .iter()
            .map(move |&(column, end, wrong)| (column, &self.text[std::mem::replace(&mut start, end)..end], wrong))
    }

    /// The text of every column of a stretch; that of errors is blank.
    fn dense(&self, first: u32, last: u32) -> impl Iterator<Item = &str> {
        let mut filled = self.filled().skip_while(move |&(column, ..)| column < first).peekable();
        (first..=last).map(move |column| match filled.next_if(|&(next, ..)| next == column) {
            Some((_, text, wrong)) if wrong != Some(FindingCode::CellError) => text,
            _ => "",
        })
    }
}

/// Whether digits of a number may be lost: sheets keep 15 and put zeros for the others; other programs write as many as
/// a number of 64 bits has.
fn is_rounded(number: f64) -> bool {
    const DIGITS: f64 = 1e15;
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    let size = number.abs();
    size >= WHOLE && size.is_finite() || size >= DIGITS && size % 10.0 == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_many_digits_may_be_rounded() {
        let cases = [
            (359_888_123_456.0, false),
            (999_999_999_999_999.0, false),
            (1_234_567_890_123_456.0, false),
            (9_007_199_254_740_991.0, false),
            (9_007_199_254_740_992.0, true),
            (1_234_567_890_123_450.0, true),
            (-12_345_678_901_234_567.0, true),
            (1e20, true),
            (0.123_456_789_012_345_68, false),
            (f64::INFINITY, false),
        ];
        for (number, expected) in cases {
            assert_eq!(is_rounded(number), expected, "{number}");
        }
    }
}
