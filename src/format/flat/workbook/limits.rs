//! What a workbook may grow to when it is read, found out before it is: its readers ask for memory as it says.

use std::io::{BufReader, Cursor, Read};

use zip::ZipArchive;

use super::biff::{all_of_sheet, long, sheets};
use super::{ole, open_document};
use crate::format::archive;
use crate::format::kind::Storage;

/// Cells that the sheets of an old workbook may have, with blank ones between others.
const CELLS: u64 = 20_000_000;

/// Refuses what is damaged in a way that would ask for too much.
pub(super) fn check(bytes: &[u8], storage: Storage) -> Result<(), String> {
    if matches!(storage, Storage::Html | Storage::SpreadsheetMl) {
        // They are read as they are, and what they write out is bounded.
        return Ok(());
    }
    if storage == Storage::Xls {
        return match ole::is_encrypted(bytes) {
            // Its reader says so better.
            true => Ok(()),
            false => old(bytes),
        };
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| archive::cut_off(&why))?;
    let mut content = None;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|why| archive::cut_off(&why))?;
        let packed = part.compressed_size();
        if storage == Storage::Ods && part.name().is_ok_and(|name| name == "content.xml") {
            let mut text = Vec::new();
            part.take(archive::most(packed) + 1).read_to_end(&mut text).map_err(|why| archive::cut_off(&why))?;
            archive::check_size(text.len() as u64, packed)?;
            content = Some(text);
        } else if storage == Storage::Xlsb && part.name().is_ok_and(|name| is_records(&name)) {
            let is_styles = part.name().is_ok_and(|name| name.eq_ignore_ascii_case(STYLES));
            let mut part = part.take(archive::most(packed) + 1);
            if is_styles { styles_fit(&mut part) } else { records_fit(&mut part) }?;
            archive::check_size(archive::most(packed) + 1 - part.limit(), packed)?;
        } else if packed > archive::harmless() {
            // What it says about its size may be wrong.
            let size = std::io::copy(&mut part.take(archive::most(packed) + 1), &mut std::io::sink());
            archive::check_size(size.map_err(|why| archive::cut_off(&why))?, packed)?;
        }
    }
    content.map_or(Ok(()), |text| open_document::check(&text, archive::most(bytes.len() as u64) + text.len() as u64))
}

/// Whether a part of a binary workbook is records that are read; pictures, macros and printer settings are none.
fn is_records(part: &str) -> bool {
    let name = part.to_ascii_lowercase();
    ["xl/workbook.bin", "xl/sharedstrings.bin", STYLES].contains(&name.as_str())
        || (name.starts_with("xl/worksheets/") && name.ends_with(".bin"))
}

const STYLES: &str = "xl/styles.bin";

/// Refuses records of a binary workbook of which one says that it is far longer than all of them: room is made for what
/// they say.
fn records_fit(part: impl Read) -> Result<(), String> {
    let mut records = Records { part: BufReader::new(part), head: [0; 4] };
    while records.kind().is_some() && records.content()? {}
    Ok(())
}

/// The same of its styles, which are looked for in another way: until there are some, what records hold is read as kinds
/// of records.
fn styles_fit(part: impl Read) -> Result<(), String> {
    const FORMATS: u64 = 0x0267;
    const CELLS: u64 = 0x0269;
    let mut records = Records { part: BufReader::new(part), head: [0; 4] };
    while let Some(kind) = records.kind() {
        let wanted = match kind {
            FORMATS => 0x002C,
            CELLS => 0x002F,
            _ => continue,
        };
        records.content()?;
        for _ in 0..u32::from_le_bytes(records.head) {
            let mut next = records.kind();
            while next.is_some() && records.content()? && next != Some(wanted) {
                next = records.kind();
            }
            if next.is_none() {
                return Ok(());
            }
        }
        if kind == CELLS {
            break;
        }
    }
    Ok(())
}

/// Records of a binary workbook ([MS-XLSB]): kind, length, content.
struct Records<R> {
    part: BufReader<R>,
    /// The beginning of the last one.
    head: [u8; 4],
}

impl<R: Read> Records<R> {
    /// The kind of the next record.
    fn kind(&mut self) -> Option<u64> {
        number(&mut self.part, 2)
    }

    /// Passes over its content; not at the end. Refuses one that is far longer than what is there.
    fn content(&mut self) -> Result<bool, String> {
        const LONG: u64 = 1 << 20;
        let Some(length) = number(&mut self.part, 4) else { return Ok(false) };
        let head = (length as usize).min(self.head.len());
        if self.part.read_exact(&mut self.head[..head]).is_err() {
            return if length > LONG { Err(too_long()) } else { Ok(false) };
        }
        let rest = length - head as u64;
        let there = std::io::copy(&mut self.part.by_ref().take(rest), &mut std::io::sink());
        match there.map_err(|why| why.to_string())? < rest {
            true if length > LONG => Err(too_long()),
            true => Ok(false),
            false => Ok(true),
        }
    }
}

fn too_long() -> String {
    "a record in it says that it is longer than all of them".to_owned()
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

/// Refuses an old workbook whose cells lie too far apart, as only damaged ones do.
fn old(bytes: &[u8]) -> Result<(), String> {
    check_sheets(&ole::stream(bytes, &["Workbook", "Book"])?)
}

fn check_sheets(stream: &[u8]) -> Result<(), String> {
    let (mut cells, mut read) = (0u64, 0);
    for sheet in sheets(stream) {
        let (mut rows, mut columns) = (None, None);
        for record in all_of_sheet(sheet) {
            read += 1;
            // A record has four bytes at least: these are read several times over.
            if read > stream.len() {
                return Err("its sheets lie over one another".to_owned());
            }
            let Some((kind, data)) = record else { continue };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_no_longer_than_all_of_them() {
        let record = |length: &[u8]| [b"\x93\x01\x02ab\x00", length, b"abc"].concat();
        for (length, fine) in [(&b"\x03"[..], true), (b"\x04", true), (b"\xff\xff\xff\x7f", false), (b"\xff", true)] {
            assert_eq!(records_fit(&record(length)[..]).is_ok(), fine, "{length:?}");
            // Behind a record that is passed over byte by byte.
            let styles = [b"\x16\xe7\x04\x04\x01\0\0\0\x2c", length, b"abc"].concat();
            assert_eq!(styles_fit(&styles[..]).is_ok(), fine, "{length:?}");
        }
    }

    #[test]
    fn sheets_do_not_lie_over_one_another() {
        let record =
            |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
        for (sheets, fine) in [(1, true), (8, true), (1000, false)] {
            // The directory, each entry of eight bytes, and the one sheet that all of them are.
            let start = (sheets * 8) as u32;
            let directory = record(0x0085, &start.to_le_bytes()).repeat(sheets);
            let stream =
                [directory, record(0x0809, b""), record(0x0203, b"\0\0\0\0").repeat(1000), record(0x000A, b"")];
            assert_eq!(check_sheets(&stream.concat()).is_ok(), fine, "{sheets}");
        }
    }
}
