//! What a workbook may grow to when it is read, found out before it is: its readers ask for memory as it says.

use std::io::{BufReader, Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use super::ole;
use crate::format::archive;
use crate::format::kind::Storage;

/// Cells that a sheet may have where no more are written: blank ones between others, and repeated ones.
const CELLS: u64 = 20_000_000;

/// Refuses what is damaged in a way that would ask for too much.
pub(super) fn check(bytes: &[u8], storage: Storage) -> Result<(), String> {
    if storage == Storage::Xls {
        return match ole::is_encrypted(bytes) {
            // Its reader says so better.
            true => Ok(()),
            false => old(bytes),
        };
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| why.to_string())?;
    let mut content = None;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|why| why.to_string())?;
        let packed = part.compressed_size();
        if storage == Storage::Ods && part.name().is_ok_and(|name| name == "content.xml") {
            let mut text = Vec::new();
            part.take(archive::most(packed) + 1).read_to_end(&mut text).map_err(|why| why.to_string())?;
            archive::check_size(text.len() as u64, packed)?;
            content = Some(text);
        } else if storage == Storage::Xlsb && part.name().is_ok_and(|name| is_records(&name)) {
            let mut part = part.take(archive::most(packed) + 1);
            records_fit(&mut part)?;
            archive::check_size(archive::most(packed) + 1 - part.limit(), packed)?;
        } else if packed > archive::harmless() {
            // What it says about its size may be wrong.
            let size = std::io::copy(&mut part.take(archive::most(packed) + 1), &mut std::io::sink());
            archive::check_size(size.map_err(|why| why.to_string())?, packed)?;
        }
    }
    content.map_or(Ok(()), |text| repeated(&text))
}

/// Whether a part of a binary workbook is records that are read; pictures, macros and printer settings are none.
fn is_records(part: &str) -> bool {
    let name = part.to_ascii_lowercase();
    ["xl/workbook.bin", "xl/styles.bin", "xl/sharedstrings.bin"].contains(&name.as_str())
        || (name.starts_with("xl/worksheets/") && name.ends_with(".bin"))
}

/// Refuses records of a binary workbook ([MS-XLSB]: kind, length, content) of which one says that it is far longer than
/// all of them: room is made for what they say.
fn records_fit(part: impl Read) -> Result<(), String> {
    const LONG: u64 = 1 << 20;
    let mut part = BufReader::new(part);
    while let Some(length) = number(&mut part, 2).and_then(|_| number(&mut part, 4)) {
        let there = std::io::copy(&mut part.by_ref().take(length), &mut std::io::sink());
        if there.map_err(|why| why.to_string())? < length && length > LONG {
            return Err("a record in it says that it is longer than all of them".to_owned());
        }
    }
    Ok(())
}

/// A number of seven bits a byte, each but the last with the eighth bit; none at the end.
fn number(part: &mut impl Read, longest: u32) -> Option<u64> {
    let (mut number, mut byte) = (0, [0]);
    for at in 0..longest {
        part.read_exact(&mut byte).ok()?;
        number |= u64::from(byte[0] & 0x7f) << (7 * at);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

/// Refuses an OpenDocument text whose cells are repeated without end.
fn repeated(text: &[u8]) -> Result<(), String> {
    const ROW: &[u8] = b"<table:table-row";
    let too_many = || Err("its cells are repeated more often than any sheet would".to_owned());
    let (mut held, mut laid_out) = (0u64, 0u64);
    for table in split(text, b"<table:table ") {
        // Rows up to the last one with a value, and the widest of them.
        let (mut rows, mut last, mut widest, mut tags) = (0u64, 0u64, 0u64, 0u64);
        for row in split(table, ROW) {
            let times = count(tag(row), b"table:number-rows-repeated=\"");
            let (mut width, mut valued) = (0u64, 0u64);
            for cell in split(row, b"table-cell") {
                let tag = tag(cell);
                width += count(tag, b"table:number-columns-repeated=\"").min(16_384);
                tags += 1;
                if memmem::find(tag, b"office:").is_some() || memmem::find(tag, b"table:formula").is_some() {
                    valued = width;
                }
            }
            held += valued;
            rows += times.min(1 << 20);
            if valued > 0 {
                last = rows;
                widest = widest.max(valued);
            }
        }
        laid_out += last.saturating_mul(widest).saturating_sub(4 * tags);
        if held > CELLS + text.len() as u64 / 16 || laid_out > CELLS {
            return too_many();
        }
    }
    Ok(())
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

/// Refuses an old workbook whose cells lie too far apart, as only damaged ones do.
fn old(bytes: &[u8]) -> Result<(), String> {
    let stream = ole::stream(bytes, &["Workbook", "Book"])?;
    let mut cells = 0u64;
    for sheet in sheets(&stream) {
        let (mut rows, mut columns) = (None, None);
        for (kind, data) in records(sheet) {
            let number = |at: usize| data.get(at..at + 2).map(|two| u64::from(u16::from_le_bytes([two[0], two[1]])));
            match kind {
                // Number, labels, boolean, RK, several RK, formula: row and column first.
                0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x00BD | 0x0006 => {
                    let (Some(row), Some(column)) = (number(0), number(2)) else { continue };
                    // Several cells are as many as there is room for.
                    let last = if kind == 0x00BD { column + data.len() as u64 / 6 } else { column };
                    widen(&mut rows, row, row);
                    widen(&mut columns, column, last);
                }
                // The sheet's size, for which room is made at once.
                0x0200 => {
                    let sizes = match data.len() {
                        10 => (number(0), number(2)),
                        _ => (long(data, 0), long(data, 4)),
                    };
                    let (Some(from), Some(to)) = sizes else { continue };
                    if to > 1 << 16 || from > to.max(1) {
                        return Err("a sheet says that it has more rows than can be".to_owned());
                    }
                }
                _ => {}
            }
        }
        let extent = |range: Option<(u64, u64)>| range.map_or(0, |(from, to)| to - from + 1);
        cells += extent(rows) * extent(columns);
        if cells > CELLS {
            return Err("its cells lie further apart than any sheet is wide".to_owned());
        }
    }
    Ok(())
}

fn widen(range: &mut Option<(u64, u64)>, from: u64, to: u64) {
    let (low, high) = range.unwrap_or((from, to));
    *range = Some((low.min(from), high.max(to)));
}

fn long(data: &[u8], at: usize) -> Option<u64> {
    data.get(at..at + 4).map(|four| u64::from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])))
}

/// The sheets of a workbook's stream, where its directory says they begin.
fn sheets(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = all_records(stream).filter(|(kind, _)| *kind == 0x0085).filter_map(|(_, data)| long(data, 0));
    starts.filter_map(|start| stream.get(start as usize..))
}

/// Kind and content of the records of a sheet up to its end, without what a chart inside has.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    const BEGIN: u16 = 0x0809;
    const END: u16 = 0x000A;
    let mut depth = 0usize;
    all_records(stream)
        .map_while(move |(kind, data)| {
            match kind {
                BEGIN => depth += 1,
                END if depth <= 1 => return None,
                END => depth -= 1,
                _ => {}
            }
            Some((depth <= 1).then_some((kind, data)))
        })
        .flatten()
}

fn all_records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = stream.split_first_chunk::<4>()?;
        let (data, next) = rest.split_at_checked(usize::from(u16::from_le_bytes([head[2], head[3]])))?;
        stream = next;
        Some((u16::from_le_bytes([head[0], head[1]]), data))
    })
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
            assert_eq!(repeated(&sheet(&rows)).is_ok(), fine, "{}", &rows[..rows.len().min(200)]);
        }
    }

    #[test]
    fn a_record_is_no_longer_than_all_of_them() {
        let record = |length: &[u8]| [b"\x93\x01\x02ab\x00", length, b"abc"].concat();
        for (length, fine) in [(&b"\x03"[..], true), (b"\x04", true), (b"\xff\xff\xff\x7f", false), (b"\xff", true)] {
            assert_eq!(records_fit(&record(length)[..]).is_ok(), fine, "{length:?}");
        }
    }
}
