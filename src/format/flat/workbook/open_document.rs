//! What an OpenDocument sheet would grow to: its cells and rows are repeated as often as it says, and its reader writes
//! them all out.

use super::xml::{Tag, tags};

/// Cells that a workbook may have where no more are written: blank ones between others, and repeated ones.
const CELLS: u64 = 20_000_000;
/// As many columns, and rows, as a sheet has; more are passed over.
const MOST_COLUMNS: u64 = 16_384;
const MOST_ROWS: u64 = 1 << 20;

/// Refuses a text whose cells are repeated without end, or which is broken; `most` bytes may be made of it.
pub(super) fn check(text: &[u8], most: u64) -> Result<(), String> {
    let mut sheets = Sheets { limit: CELLS + text.len() as u64 / 16, most, ..Sheets::default() };
    tags(text, |tag, at| sheets.see(tag, at))
}

#[derive(Default)]
struct Sheets {
    /// Cells that may be held, bytes that may be made.
    limit: u64,
    most: u64,
    /// Cells that are held while a sheet is read, of all sheets.
    held: u64,
    /// Cells between the first and the last one with a value, of the sheets before.
    laid_out: u64,
    /// Bytes of all texts.
    bytes: u64,
    sheet: Sheet,
    row: Row,
}

/// Rows up to the last one with a value, and the widest of them.
#[derive(Default)]
struct Sheet {
    rows: u64,
    last: u64,
    widest: u64,
    cells: u64,
}

#[derive(Default)]
struct Row {
    times: u64,
    width: u64,
    /// Blank cells that count if others follow.
    blanks: u64,
    valued: u64,
    /// Tags of cells.
    written: u64,
    bytes: u64,
    /// How often the cell stands there that is being read, and where its text begins.
    cell: Option<(u64, usize)>,
}

impl Sheets {
    fn see(&mut self, tag: Tag<'_>, at: usize) -> Result<(), String> {
        let no_number = || "a number of repetitions in it is none".to_owned();
        match tag {
            Tag::Start(element) => match element.name {
                b"table:table" => self.end_sheet(),
                b"table:table-row" => {
                    let times = element.number(b"table:number-rows-repeated").ok_or_else(no_number)?;
                    self.row = Row { times: times.min(MOST_ROWS), ..Row::default() };
                }
                b"table:table-cell" | b"table:covered-table-cell" => {
                    let times = element.number(b"table:number-columns-repeated").ok_or_else(no_number)?;
                    let has_value = element.attributes().any(|(key, _)| {
                        key.starts_with(b"office:") || key == b"calcext:value-type" || key == b"table:formula"
                    });
                    self.row.add(times, has_value);
                    let written: usize = element.attributes().map(|(_, value)| value.len()).sum();
                    self.row.cell = self.row.cell.map(|(times, _)| (times, at));
                    self.row.hold(written as u64);
                }
                b"text:s" => self.row.hold(element.number(b"text:c").ok_or_else(no_number)?),
                _ => return Ok(()),
            },
            Tag::End(name) => match name {
                b"table:table-cell" | b"table:covered-table-cell" => {
                    let start = self.row.cell.map_or(at, |(_, start)| start);
                    self.row.hold((at - start) as u64);
                    self.row.cell = None;
                }
                b"table:table-row" => self.end_row(),
                b"table:table" => self.end_sheet(),
                _ => return Ok(()),
            },
        }
        if self.held + self.row.width > self.limit
            || self.laid_out > CELLS
            || self.bytes.max(self.row.bytes) > self.most
        {
            return Err("its cells are repeated more often than any sheet would".to_owned());
        }
        Ok(())
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        self.held += row.width;
        // What is held once, and laid out as often as the row is repeated.
        self.bytes = self.bytes.saturating_add(row.bytes.saturating_mul(row.times.max(1)));
        self.sheet.rows += row.times;
        self.sheet.cells += row.written;
        if row.valued > 0 {
            self.sheet.last = self.sheet.rows;
            self.sheet.widest = self.sheet.widest.max(row.valued);
        }
    }

    fn end_sheet(&mut self) {
        let sheet = std::mem::take(&mut self.sheet);
        self.laid_out += sheet.last.saturating_mul(sheet.widest).saturating_sub(4 * sheet.cells);
    }
}

impl Row {
    /// So many bytes of text in the cell that is being read.
    fn hold(&mut self, bytes: u64) {
        let times = self.cell.map_or(1, |(times, _)| times);
        self.bytes = self.bytes.saturating_add(bytes.saturating_mul(times));
    }

    fn add(&mut self, times: u64, has_value: bool) {
        self.written += 1;
        self.width = (self.width + std::mem::take(&mut self.blanks)).min(MOST_COLUMNS);
        let times = times.min(MOST_COLUMNS - self.width);
        if has_value {
            self.width += times;
            self.valued = self.width;
            self.cell = Some((times, 0));
        } else {
            self.blanks = times;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &str) -> Vec<u8> {
        format!("<office:body><table:table table:name=\"A\">{rows}</table:table></office:body>").into_bytes()
    }

    #[test]
    fn repeated_cells_are_counted() {
        let value = "<table:table-cell table:number-columns-repeated=\"16384\" office:value=\"1\"/>";
        let blank = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
        let far = format!("<table:table-row table:number-rows-repeated=\"1000000\">{blank}</table:table-row>");
        let one = row("<table:table-cell office:value=\"1\"/>");
        let cases = [
            (row(value), true),
            // Blank cells count where others follow, if they are blank as well.
            (row(&blank.repeat(2)).repeat(2000), false),
            (row(&format!("{value}{}", blank.repeat(100))).repeat(1000), true),
            (row(value).repeat(2000), false),
            (row(blank).repeat(2000), true),
            (row(&format!("{blank}<table:table-cell office:value=\"1\"/>")).repeat(2000), false),
            (one.clone() + &far, true),
            (one.clone() + &far + &one, true),
            (row(value) + &far + &one, false),
            (
                format!("<table:table-row table:number-rows-repeated=\"99999999999999\">{value}</table:table-row>"),
                false,
            ),
        ];
        for (rows, fine) in cases {
            assert_eq!(check(&sheet(&rows), 1 << 28).is_ok(), fine, "{}", &rows[..rows.len().min(200)]);
        }
    }

    #[test]
    fn bytes_are_counted_as_often_as_they_are_repeated() {
        let cell = |times: u64, text: &str| {
            format!(
                "<table:table-row table:number-rows-repeated=\"{times}\"><table:table-cell office:value-type=\"string\" \
                 table:number-columns-repeated=\"10\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
            )
        };
        let cases = [
            (cell(10, &"x".repeat(10_000)), true),
            (cell(1000, &"x".repeat(10_000)), false),
            (cell(1, "<text:s text:c=\"100\"/>"), true),
            (cell(1, "<text:s text:c=\"99999999\"/>"), false),
            (cell(1, "<text:s text:c=\"&#57;9999999\"/>"), false),
            ("<text:s text:c=\"99999999999\"/>".to_owned(), false),
        ];
        for (rows, fine) in cases {
            assert_eq!(check(&sheet(&rows), 10 << 20).is_ok(), fine, "{}", &rows[..rows.len().min(200)]);
        }
    }

    #[test]
    fn a_text_that_breaks_off_is_refused() {
        // Its reader would read on for ever.
        for text in [
            "<table:table table:name=\"A\"><table:table-row></table:table-row>",
            "<table:table table:name=\"A\"></tab /:table>",
            "<table:table table:name=\"A\"><table:table-row><table:table-cell office:value-type=\"string\">\
             <office:annotation>",
        ] {
            assert!(check(text.as_bytes(), 1 << 20).is_err(), "{text}");
        }
    }
}
