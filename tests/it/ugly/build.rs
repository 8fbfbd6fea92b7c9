//! Inputs made byte by byte.

use std::io::{Cursor, Write};

use encoding_rs::Encoding;
use zip::write::SimpleFileOptions;

use crate::workdir::repository;

/// A file of tests/exports.
pub(super) fn export(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("tests/exports").join(name)).unwrap()
}

/// A text in an encoding that the Encoding Standard knows.
pub(super) fn encoded(text: &str, label: &str) -> Vec<u8> {
    let (bytes, _, lossy) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
    assert!(!lossy, "{text} is not in {label}");
    bytes.into_owned()
}

pub(super) fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

pub(super) fn utf32(text: &str, little: bool) -> Vec<u8> {
    let units = text.chars().map(u32::from);
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // What an OpenDocument file says of itself is not packed.
        let way = if *name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(way);
        match name.ends_with('/') {
            true => writer.add_directory(*name, options).unwrap(),
            false => writer.start_file(*name, options).unwrap(),
        }
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A sheet of a workbook: its name, whether it is hidden, and its rows as XML.
pub(crate) type Sheet<'s> = (&'s str, bool, &'s str);

/// The least that an .xlsx has: sheets, and two styles, of percentages and of dates.
pub(crate) fn xlsx(sheets: &[Sheet<'_>]) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let numbered = || sheets.iter().zip(1..);
    let listed: String = numbered()
        .map(|((name, hidden, _), n)| {
            let state = if *hidden { " state=\"hidden\"" } else { "" };
            format!("<sheet name=\"{name}\" sheetId=\"{n}\"{state} r:id=\"r{n}\"/>")
        })
        .collect();
    let related: String = numbered()
        .map(|(_, n)| {
            format!("<Relationship Id=\"r{n}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
        })
        .collect();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONS}/officeDocument\" \
                    Target=\"xl/workbook.xml\"/>\
                 </Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "<Relationships>{related}<Relationship Id=\"s\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/>\
                 </Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{listed}</sheets></workbook>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"9\"/><xf numFmtId=\"14\"/>\
                 </cellXfs></styleSheet>"
            ),
        ),
    ];
    for ((_, _, rows), n) in numbered() {
        let xml = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{n}.xml"), xml));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&parts)
}

/// A row of a sheet: texts, `=1` for a number, `#N/A` for an error, "" for no cell.
pub(crate) fn row(number: u32, cells: &[&str]) -> String {
    let cells = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(at, cell)| {
        let place = format!("{}{number}", char::from(b'A' + at as u8));
        match (cell.strip_prefix('='), cell.starts_with('#')) {
            (Some(value), _) => format!("<c r=\"{place}\"><v>{value}</v></c>"),
            (_, true) => format!("<c r=\"{place}\" t=\"e\"><v>{cell}</v></c>"),
            _ => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
        }
    });
    format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
}

/// Replaces some bytes, which are there exactly once, by as many others.
pub(super) fn patched(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let places: Vec<usize> =
        bytes.windows(old.len()).enumerate().filter(|(_, w)| *w == old).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 1, "{old:?}");
    bytes[places[0]..places[0] + new.len()].copy_from_slice(new);
    bytes
}

/// An archive of a few hundred kilobytes whose only file is so many megabytes long: one packed megabyte again and again.
pub(super) fn zip_bomb(name: &str, megabytes: u32) -> Vec<u8> {
    let mut packer = flate2::Compress::new(flate2::Compression::default(), false);
    let mut one = Vec::with_capacity(1 << 16);
    // After a full flush nothing refers to what was before it.
    packer.compress_vec(&vec![b'a'; 1 << 20], &mut one, flate2::FlushCompress::Full).unwrap();
    let mut packed = one.repeat(megabytes as usize);
    packed.extend([3, 0]);
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    // Version, flags, method, time and date; checksum, sizes; lengths of the names.
    let about = [
        vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0],
        numbers(&[0, packed.len() as u32, megabytes << 20]),
        vec![name.len() as u8, 0, 0, 0],
    ]
    .concat();
    let directory = [b"PK\x01\x02\x14\0", &about[..], &[0; 14], name.as_bytes()].concat();
    let local = [b"PK\x03\x04", &about[..], name.as_bytes(), &packed].concat();
    let end =
        [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &numbers(&[directory.len() as u32, local.len() as u32]), &[0, 0]];
    [local, directory, end.concat()].concat()
}
