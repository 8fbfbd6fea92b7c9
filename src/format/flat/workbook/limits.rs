//! What a workbook may grow to when it is read, found out before it is: its readers ask for memory as it says.

use std::io::{BufReader, Cursor, Read};

use zip::ZipArchive;

use super::biff::{long, records, sheets};
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
            let mut part = part.take(archive::most(packed) + 1);
            records_fit(&mut part)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_no_longer_than_all_of_them() {
        let record = |length: &[u8]| [b"\x93\x01\x02ab\x00", length, b"abc"].concat();
        for (length, fine) in [(&b"\x03"[..], true), (b"\x04", true), (b"\xff\xff\xff\x7f", false), (b"\xff", true)] {
            assert_eq!(records_fit(&record(length)[..]).is_ok(), fine, "{length:?}");
        }
    }
}
