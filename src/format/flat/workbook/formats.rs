//! The number formats of cells where the workbook's reader does not tell them: of old workbooks by their records, of
//! OpenDocument by what it says that the cell shows.

use std::io::{Cursor, Read};
use std::ops::Range;

use memchr::memmem;
use zip::ZipArchive;

use super::biff::{records, sheets, short};
use super::cell::Format;
use super::ole;

/// The cells of a sheet whose format changes what their number says, by rows and columns; both ascend.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Formats(Vec<(Range<u32>, Stretches)>);

type Stretches = Vec<(Range<u32>, Format)>;

impl Formats {
    /// The format of a cell.
    pub(super) fn of(&self, row: u32, column: u32) -> Format {
        let row = find(&self.0, row);
        row.and_then(|row| find(row, column)).copied().unwrap_or(Format::General)
    }
}

fn find<T>(stretches: &[(Range<u32>, T)], at: u32) -> Option<&T> {
    let next = stretches.partition_point(|(range, _)| range.end <= at);
    stretches.get(next).filter(|(range, _)| range.contains(&at)).map(|(_, found)| found)
}

/// Of the sheet with this number in an old workbook. What cannot be read has no formats.
pub(super) fn of_xls(bytes: &[u8], sheet: usize) -> Formats {
    let Ok(stream) = ole::stream(bytes, &["Workbook", "Book"]) else { return Formats::default() };
    let formats = cell_formats(&stream);
    let mut cells: Vec<(u16, u16, Format)> = Vec::new();
    for (kind, data) in sheets(&stream).nth(sheet).into_iter().flat_map(records) {
        let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) else { continue };
        let mut add = |column: u16, style: Option<u16>| {
            let format = style.and_then(|style| formats.get(usize::from(style))).copied().unwrap_or(Format::General);
            if format != Format::General {
                cells.push((row, column, format));
            }
        };
        match kind {
            // Number, RK, formula.
            0x0203 | 0x027E | 0x0006 => add(column, short(data, 4)),
            // Several RK: style and number each.
            0x00BD => {
                let several = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                several.chunks_exact(6).zip(column..).for_each(|(one, column)| add(column, short(one, 0)));
            }
            _ => {}
        }
    }
    cells.sort_by_key(|&(row, column, _)| (row, column));
    let rows = cells.chunk_by(|one, next| one.0 == next.0).map(|row| {
        let stretch = |&(_, column, format): &(u16, u16, Format)| (u32::from(column)..u32::from(column) + 1, format);
        (u32::from(row[0].0)..u32::from(row[0].0) + 1, row.iter().map(stretch).collect())
    });
    Formats(rows.collect())
}

/// The format of each style of an old workbook.
fn cell_formats(stream: &[u8]) -> Vec<Format> {
    let (mut codes, mut styles, mut is_95) = (Vec::new(), Vec::new(), false);
    for (kind, data) in records(stream) {
        match kind {
            0x0809 => is_95 = short(data, 0) == Some(0x0500),
            0x041E => codes.extend(short(data, 0).map(|number| (number, format_code(data, is_95)))),
            0x00E0 => styles.push(short(data, 2).unwrap_or_default()),
            _ => {}
        }
    }
    let format = |number: u16| match codes.iter().find(|(of, _)| *of == number) {
        Some((_, code)) => Format::of_code(code),
        // Those that Excel has by itself.
        None if number == 9 || number == 10 => Format::Percent,
        None => Format::General,
    };
    styles.into_iter().map(format).collect()
}

fn format_code(data: &[u8], is_95: bool) -> String {
    let bytes = |from: usize| data.get(from..).unwrap_or_default().iter().map(|&byte| char::from(byte)).collect();
    match data.get(4) {
        _ if is_95 => bytes(3),
        Some(1) => {
            let units: Vec<u16> = data[5..].chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => bytes(5),
    }
}

/// Of the sheet with this number in an OpenDocument workbook. What cannot be read has no formats.
pub(super) fn of_ods(bytes: &[u8], sheet: usize) -> Formats {
    let mut text = Vec::new();
    let archive = ZipArchive::new(Cursor::new(bytes));
    let read = archive.map(|mut archive| archive.by_name("content.xml").map(|mut part| part.read_to_end(&mut text)));
    match read {
        Ok(Ok(Ok(_))) => of_content(&text, sheet),
        _ => Formats::default(),
    }
}

fn of_content(text: &[u8], sheet: usize) -> Formats {
    let number = |tag: &[u8], what: &[u8]| u32::try_from(count(tag, what)).unwrap_or(u32::MAX);
    let (mut rows, mut stretches) = (Vec::new(), Stretches::new());
    let (mut row, mut column) = (0..0, 0u32);
    let mut end_row = |row: &Range<u32>, stretches: &mut Stretches| {
        if !stretches.is_empty() {
            rows.push((row.clone(), std::mem::take(stretches)));
        }
    };
    for element in split(text, b"<table:table ").nth(sheet).into_iter().flat_map(|table| split(table, b"<table:")) {
        let name = element.split(|byte| matches!(byte, b' ' | b'/' | b'>' | b'\n')).next();
        match name {
            Some(b"table-row") => {
                end_row(&row, &mut stretches);
                let times = number(tag(element), b"table:number-rows-repeated=\"");
                (row, column) = (row.end..row.end.saturating_add(times), 0);
            }
            Some(b"table-cell" | b"covered-table-cell") => {
                let end = column.saturating_add(number(tag(element), b"table:number-columns-repeated=\""));
                match shown(element) {
                    Format::General => {}
                    format => stretches.push((column..end, format)),
                }
                column = end;
            }
            _ => {}
        }
    }
    end_row(&row, &mut stretches);
    Formats(rows)
}

/// The format of a cell, by its kind and by the text that it shows.
fn shown(cell: &[u8]) -> Format {
    const LONGEST: usize = 32;
    let is = |kind: &[u8]| memmem::find(tag(cell), kind).is_some();
    if is(b"office:value-type=\"percentage\"") {
        return Format::Percent;
    }
    if is(b"calcext:value-type=\"error\"") {
        return Format::Failed;
    }
    if !is(b"office:value-type=\"float\"") {
        return Format::General;
    }
    // A remark stands in the cell before what it shows.
    let remark = memmem::rfind(cell, b"</office:annotation>").unwrap_or_default();
    let paragraph = memmem::find(&cell[remark..], b"<text:p").map_or(&cell[..0], |at| &cell[remark + at..]);
    let text = &paragraph[tag(paragraph).len()..];
    let text = &text[..memchr::memchr(b'<', text).unwrap_or(text.len())];
    match text.strip_prefix(b">") {
        Some(digits @ [b'0', _, ..]) if digits.len() <= LONGEST && digits.iter().all(u8::is_ascii_digit) => {
            Format::Padded(digits.len())
        }
        // LibreOffice has no truths but 1 and 0 in this format.
        Some([b'A'..=b'Z', ..]) if is(b"office:value=\"1\"") || is(b"office:value=\"0\"") => Format::Truth,
        _ => Format::General,
    }
}

/// What follows each of the marks.
fn split<'t>(text: &'t [u8], mark: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    let mut ends = memmem::find_iter(text, mark).map(move |at| at + mark.len()).peekable();
    std::iter::from_fn(move || {
        let start = ends.next()?;
        Some(&text[start..ends.peek().map_or(text.len(), |next| next - mark.len())])
    })
}

/// Up to where a tag ends.
fn tag(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(b'>', text).unwrap_or(text.len())]
}

/// The number that follows, or 1.
fn count(tag: &[u8], attribute: &[u8]) -> u64 {
    let digits = memmem::find(tag, attribute).map_or(&tag[..0], |at| &tag[at + attribute.len()..]);
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).take(12);
    let number = digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    number.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_shows() {
        let cell = |kind: &str, text: &str| {
            format!("table-cell office:value-type=\"{kind}\" office:value=\"7\">{text}</table:table-cell>")
        };
        let cases = [
            (cell("percentage", "<text:p>700%</text:p>"), Format::Percent),
            (cell("float", "<text:p>007</text:p>"), Format::Padded(3)),
            (cell("float", "<text:p>7</text:p>"), Format::General),
            (cell("float", "<text:p>0.7</text:p>"), Format::General),
            (cell("float", "<text:p>0</text:p>"), Format::General),
            (cell("string", "<text:p>007</text:p>"), Format::General),
            (
                cell("float", "<office:annotation><text:p>00</text:p></office:annotation><text:p>7</text:p>"),
                Format::General,
            ),
            (cell("float", "<text:p>WAHR</text:p>").replace('7', "1"), Format::Truth),
            (cell("float", "<text:p>Seven</text:p>"), Format::General),
            (cell("string\" calcext:value-type=\"error", "<text:p>#DIV/0!</text:p>"), Format::Failed),
            ("table-cell office:value-type=\"float\"".to_owned(), Format::General),
        ];
        for (cell, format) in cases {
            assert_eq!(shown(cell.as_bytes()), format, "{cell}");
        }
    }

    #[test]
    fn places_of_repeated_cells() {
        let percent = "<table:table-cell office:value-type=\"percentage\" table:number-columns-repeated=\"3\"/>";
        let text = format!(
            "<table:tracked-changes/><table:table table:name=\"A\"><table:table-row>{percent}</table:table-row></table:table>\
             <table:table table:name=\"B\"><table:table-header-rows><table:table-row table:number-rows-repeated=\"2\">\
             <table:covered-table-cell table:number-columns-repeated=\"2\"/></table:table-row>\
             </table:table-header-rows><table:table-row table:number-rows-repeated=\"4\"><table:table-cell/>{percent}\
             </table:table-row></table:table>"
        );
        let formats = of_content(text.as_bytes(), 1);
        assert_eq!(formats, Formats(vec![(2..6, vec![(1..4, Format::Percent)])]));
        for (row, column, format) in [
            (2, 1, Format::Percent),
            (5, 3, Format::Percent),
            (1, 1, Format::General),
            (6, 1, Format::General),
            (2, 0, Format::General),
            (2, 4, Format::General),
        ] {
            assert_eq!(formats.of(row, column), format, "{row} {column}");
        }
        assert_eq!(of_content(text.as_bytes(), 2), Formats::default());
        assert_eq!(of_ods(b"no archive", 0), Formats::default());
        assert_eq!(of_xls(b"no container", 0), Formats::default());
    }

    #[test]
    fn styles_of_old_workbooks() {
        let record =
            |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
        let style = |format: u16| record(0x00E0, &[&[0, 0][..], &format.to_le_bytes(), &[0; 16]].concat());
        let stream = [
            record(0x0809, &[0, 6, 5, 0]),
            record(0x041E, &[164, 0, 5, 0, 0, b'0', b'0', b'0', b'0', b'0']),
            record(0x041E, &[165, 0, 2, 0, 1, b'0', 0, b'%', 0]),
            [0, 9, 10, 164, 165, 166].map(style).concat(),
            record(0x000A, &[]),
        ];
        use Format::{General, Padded, Percent};
        assert_eq!(cell_formats(&stream.concat()), [General, Percent, Percent, Padded(5), Percent, General]);
    }
}
