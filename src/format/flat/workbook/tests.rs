use std::io::Write;

use super::*;
use crate::format::flat::tests::{damaged_and_refused, export};
use crate::format::kind::FileKind;
use crate::model::rows::FindingCode;

fn of_bytes(bytes: &[u8], inside: Option<&str>) -> Result<Flat, FormatError> {
    match FileKind::of(bytes) {
        FileKind::Workbook(storage) => flat(bytes, storage, inside, Path::new("book")),
        kind => Err(FormatError::Binary { path: "book".into(), kind }),
    }
}

fn text(flat: &Flat) -> &str {
    std::str::from_utf8(&flat.text).unwrap()
}

/// A workbook whose sheet has this XML, as small as can be.
fn sheet(xml: &str) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
             relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
             relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
             <sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{xml}</sheetData></worksheet>")),
    ];
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Rows of a sheet from lines of cells with `|` between them; their numbers count from 1, a blank line is a blank row.
fn table(lines: &str) -> Result<Flat, FormatError> {
    let mut xml = String::new();
    for (row, line) in lines.lines().enumerate() {
        xml += &format!("<row r=\"{}\">", row + 1);
        for (column, cell) in line.split('|').enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let at = format!("{}{}", (b'A' + column as u8) as char, row + 1);
            xml += &match cell.strip_prefix('!') {
                Some(error) => format!("<c r=\"{at}\" t=\"e\"><v>{error}</v></c>"),
                None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            };
        }
        xml += "</row>";
    }
    of_bytes(&sheet(&xml), None)
}

#[test]
fn workbooks_of_real_programs() {
    const HEADER: &str =
        "ID,First Name,Last Name,E-mail,Phone,Company,ZIP,Created,Last call,Budget,Interest,Opted in\n";
    let people = |zips: [&str; 3], shares: [&str; 3]| {
        format!(
            "{HEADER}\
             001,Ana,Kirova,ana.kirova@nordwind.example,359888123456,Nordwind AD,{},2026-03-01,2026-03-01 14:05:00,\
             1234.5,{},true\n\
             002,Jürgen,Müller,j.mueller@alpenblick.example,4915112345678,Alpenblick GmbH & Co. KG,{},2025-12-31,\
             2026-01-02 09:30:00,99,{},false\n\
             003,Мария,Иванова,maria@sofia.example,35929876543,\"София \"\"Юг\"\" ЕООД\",{},2024-02-29,\
             2026-02-28 23:59:59,0.3,{},true\n",
            zips[0], shares[0], zips[1], shares[1], zips[2], shares[2]
        )
    };
    let shown = people(["01000", "01067", "00501"], ["25%", "7.5%", "100%"]);
    // These say nothing about formats but those of dates, or their readers do not.
    let bare = people(["1000", "1067", "501"], ["0.25", "0.075", "1"]);
    let cases = [
        ("openpyxl.xlsx", None, &shown),
        ("openpyxl_1904.xlsx", None, &shown),
        ("pandas.xlsx", None, &bare),
        ("pandas.ods", None, &bare),
        ("xlwt.xls", None, &bare),
        ("xlwt.xls", Some("контакти"), &bare),
    ];
    for (name, inside, expected) in cases {
        let flat = of_bytes(&export(name), inside).unwrap();
        assert_eq!(text(&flat), expected, "{name}");
        assert_eq!([2, 3, 4].map(|line| flat.place(line)), [2, 3, 4], "{name}");
    }
    // A hidden sheet before it, a title above it, a blank column and row, an error.
    let flat = of_bytes(&export("xlsxwriter.xlsx"), None).unwrap();
    assert_eq!(text(&flat), shown.replace("09:30:00,99,", "09:30:00,,"));
    assert_eq!([2, 3, 4].map(|line| flat.place(line)), [5, 6, 8]);
    assert_eq!(flat.notes.findings, [(6, "Budget".to_owned(), FindingCode::CellError, "#N/A".to_owned())]);
    let flat = of_bytes(&export("xlsxwriter.xlsx"), Some("Archive")).unwrap();
    assert_eq!(text(&flat), "First Name,Last Name\nOld,Lead\n");
    let told = of_bytes(&export("xlsxwriter.xlsx"), Some("Leeds")).unwrap_err().to_string();
    assert_eq!(told, "`book` has no sheet `Leeds`; there are Cover, Leads, Other, Archive");
}

#[test]
fn the_header_is_found() {
    let cases = [
        ("Name|Mail\nAna|a@b", "Name,Mail\nAna,a@b\n", [2, 3]),
        ("\n\nName|Mail\n\nAna|a@b\n\nJan|j@b", "Name,Mail\nAna,a@b\nJan,j@b\n", [5, 7]),
        ("Leads of May\nName|Mail\nAna|a@b\nJan|", "Name,Mail\nAna,a@b\nJan,\n", [3, 4]),
        ("Report||2026\nby|Ana\nA|B|C|D|E\n1|2|3|4|5", "A,B,C,D,E\n1,2,3,4,5\n", [4, 5]),
        ("A|B|C|D|E\n1\n2\n3|4", "A,B,C,D,E\n1,,,,\n2,,,,\n3,4,,,\n", [2, 3]),
        ("Title\nA|B|C|D|E\n1\n2\n3|4", "A,B,C,D,E\n1,,,,\n2,,,,\n3,4,,,\n", [3, 4]),
        ("||Name|Mail\n||Ana|a@b", "Name,Mail\nAna,a@b\n", [2, 3]),
        ("Name\nAna\nJan", "Name\nAna\nJan\n", [2, 3]),
        ("Name||Mail\nAna|x|a@b", "Name,,Mail\nAna,x,a@b\n", [2, 3]),
        ("Name||Mail\nAna|x|a@b\nJan|y|", "Name,,Mail\nAna,x,a@b\nJan,y,\n", [2, 3]),
        ("Name|Mail\n!#REF!|a@b\n!#N/A|", "Name,Mail\n,a@b\n,\n", [2, 3]),
        ("Name|Mail", "Name,Mail\n", [2, 3]),
    ];
    for (lines, expected, places) in cases {
        let flat = table(lines).unwrap();
        assert_eq!(text(&flat), expected, "{lines}");
        assert_eq!([2, 3].map(|line| flat.place(line)), places, "{lines}");
    }
    let errors = table("Name|Mail\n!#REF!|a@b\n!#N/A|").unwrap().notes.findings;
    let told: Vec<_> = errors.iter().map(|(place, column, _, text)| (*place, &column[..], &text[..])).collect();
    assert_eq!(told, [(2, "Name", "#REF!"), (3, "Name", "#N/A")]);
    assert!(matches!(table("\n\n"), Err(FormatError::Empty { .. })));
    // A remark beside the table, below where it is looked for, makes a row too long; it is not lost unseen.
    let lines = format!("A|B\n{}1|2||remark", "1|2\n".repeat(30));
    assert!(text(&table(&lines).unwrap()).ends_with("1,2\n1,2,,remark\n"));
}

#[test]
fn cells_may_come_in_any_order_in_a_row_and_rows_in_theirs() {
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let xml = format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}{}{}</row>",
        cell("B1", "Mail"),
        cell("A1", "Name"),
        cell("B2", "first"),
        cell("A2", "Ana"),
        cell("B2", "last")
    );
    assert_eq!(text(&of_bytes(&sheet(&xml), None).unwrap()), "Name,Mail\nAna,last\n");
    let xml = format!("<row r=\"2\">{}</row><row r=\"1\">{}</row>", cell("A2", "x"), cell("A1", "y"));
    assert!(of_bytes(&sheet(&xml), None).unwrap_err().to_string().contains("not in order"));
    let xml = format!("<row r=\"1\">{}</row>", cell("ZZZ1", "x"));
    assert!(of_bytes(&sheet(&xml), None).is_err());
}

#[test]
fn what_is_no_workbook_or_a_locked_one() {
    assert_eq!(FileKind::of(&export("password.xlsx")), FileKind::Locked);
    assert_eq!(FileKind::of(&export("html.xls")), FileKind::Workbook(Storage::Html));
    assert_eq!(FileKind::of(&export("spreadsheetml.xls")), FileKind::Workbook(Storage::SpreadsheetMl));
    assert_eq!(FileKind::of(&export("csv_in_truth.xls")), FileKind::Text);
    for name in ["xlsxwriter.xlsx", "xlwt.xls", "pandas.ods"] {
        let bytes = export(name);
        let told = of_bytes(&bytes[..bytes.len() / 2], None).unwrap_err().to_string();
        assert!(told.starts_with("`book` "), "{told}");
    }
}

#[test]
fn what_unpacks_without_end_is_refused() {
    let long =
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>".to_owned() + &"x".repeat(3 << 20) + "</t></is></c></row>";
    let told = of_bytes(&sheet(&long), None).unwrap_err().to_string();
    assert!(told.contains("unpacks to more than 1 MiB"), "{told}");
}

#[test]
fn a_reader_that_reaches_beyond_the_file_is_held_to_a_result() {
    let mut bytes = export("xlwt.xls");
    // The directory's entry of a sheet: kind, length, and where it begins.
    let at = memchr::memmem::find(&bytes, b"\x85\x00\x0d\x00").unwrap();
    bytes[at + 4..at + 8].copy_from_slice(&u32::MAX.to_le_bytes());
    let told = of_bytes(&bytes, None).unwrap_err().to_string();
    assert!(told.contains("do not fit together"), "{told}");
    // A cell at the end of the last row and one in the first would be laid out with all that is between.
    let mut bytes = export("xlwt.xls");
    let label = memchr::memmem::rfind(&bytes, b"\xfd\x00\x0a\x00").unwrap();
    bytes[label + 4..label + 8].fill(0xff);
    let told = of_bytes(&bytes, None).unwrap_err().to_string();
    assert!(told.contains("lie further apart"), "{told}");
}

#[test]
fn damaged_workbooks_are_errors_not_panics() {
    for name in ["xlwt.xls", "pandas.ods", "openpyxl.xlsx"] {
        let refused = damaged_and_refused(name, 1, |bytes| of_bytes(&bytes, None).is_err());
        assert!(refused > 5, "{name}: {refused}");
    }
}
