//! Workbooks around fuzzed parts; the parts that are not given are as programs write them.

use crate::parts::{parts, zipped};

/// Name and content of each part of a kind of workbook.
pub type Frame = &'static [(&'static str, &'static str)];

const RELATIONSHIPS: &str = "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/\
    2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";

/// Excel 2007 and later.
pub const XLSX: Frame = &[
    ("[Content_Types].xml", "<Types/>"),
    ("_rels/.rels", RELATIONSHIPS),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
         relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"http://schemas.\
         openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet2.xml\"/>\
         </Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
    ),
];

/// LibreOffice.
pub const ODS: Frame = &[
    ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
    ("META-INF/manifest.xml", "<manifest:manifest/>"),
];

/// Excel's binary workbook.
pub const XLSB: Frame = &[
    ("[Content_Types].xml", "<Types/>"),
    (
        "xl/_rels/workbook.bin.rels",
        "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.bin\"/>\
         <Relationship Id=\"rId2\" Target=\"worksheets/sheet2.bin\"/></Relationships>",
    ),
    ("xl/workbook.bin", ""),
];

/// The workbook whose parts an input names; none where it has no parts, or one twice.
pub fn workbook(input: &[u8], frame: Frame) -> Option<Vec<u8>> {
    let given = parts(input);
    let is_missing = |&&(name, _): &&(&str, &str)| given.iter().all(|(given, _)| given != name);
    let mut files: Vec<(String, &[u8])> =
        frame.iter().filter(is_missing).map(|(name, content)| ((*name).to_owned(), content.as_bytes())).collect();
    if given.is_empty() {
        return None;
    }
    files.extend(given);
    zipped(&files)
}
