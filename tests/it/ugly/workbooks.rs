//! Workbooks of every kind: what sheets have beside a table, and what is called a workbook and is none.

use super::build::{export, patched, row, xlsx, zip, zip_bomb};
use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    [sheets(), cells(), disguised(), damaged()].into_iter().flatten().collect()
}

fn table(rows: &[&[&str]]) -> String {
    rows.iter().zip(1..).map(|(cells, number)| row(number, cells)).collect()
}

fn leads() -> String {
    table(&[&["ID", "Name"], &["001", "Ana"], &["=2", "Jan"]])
}

fn sheets() -> Vec<Case> {
    let two = &["2: 001|Ana", "3: 2|Jan"][..];
    let leads = leads();
    let cover = table(&[&["Leads of the fair"]]);
    vec![
        case("one sheet", "book.xlsx", xlsx(&[("Leads", false, &leads)])).rows(two),
        case("an empty first sheet", "book.xlsx", xlsx(&[("Sheet1", false, ""), ("Leads", false, &leads)])).rows(two),
        case("a cover before it", "book.xlsx", xlsx(&[("Cover", false, &cover), ("Leads", false, &leads)])).rows(two),
        case("a hidden sheet before it", "book.xlsx", xlsx(&[("Old", true, &cover), ("Leads", false, &leads)]))
            .rows(two),
        case("hidden sheets alone", "book.xlsx", xlsx(&[("Sheet1", false, ""), ("Old", true, &leads)])).refused(
            "`book.xlsx` cannot be read: none of its sheets that show has data; a hidden one is read when it is \
                named, as in \
             `book.xlsx/Old`",
        ),
        case("a hidden sheet that is named", "book.xlsx", xlsx(&[("Cover", false, &cover), ("Old", true, &leads)]))
            .keys("sheet = \"old\"")
            .rows(two),
        case("a sheet that is not there", "book.xlsx", xlsx(&[("Leads", false, &leads)]))
            .keys("sheet = \"Leeds\"")
            .refused("`book.xlsx/Leeds` has no sheet `Leeds`; there are Leads"),
        case("a workbook of nothing", "book.xlsx", xlsx(&[("Sheet1", false, "")]))
            .refused("`book.xlsx` is empty: it has no header line"),
        case("a header alone", "book.xlsx", xlsx(&[("Leads", false, &table(&[&["ID", "Name"]]))])),
        case(
            "a title, blank rows and columns around a table",
            "book.xlsx",
            xlsx(&[(
                "Leads",
                false,
                &table(&[&[], &["", "Leads of the fair"], &[], &["", "ID", "Name"], &[], &["", "1", "Ana"]]),
            )]),
        )
        .rows(&["6: 1|Ana"]),
        case("an old workbook", "book.xls", export("xlwt.xls")).columns(&["ID", "First Name", "Created"]).rows(&[
            "2: 001|Ana|2026-03-01",
            "3: 002|Jürgen|2025-12-31",
            "4: 003|Мария|2024-02-29",
        ]),
        case("a binary workbook", "book.xlsb", export("pyxlsbwriter.xlsb"))
            .columns(&["ID", "First Name", "Created", "Last call", "Opted in"])
            .rows(&[
                "2: 001|Ana|2026-03-01|2026-03-01 14:05:00|true",
                "3: 002|Jürgen|2025-12-31|2026-01-02 09:30:00|false",
                "4: 003|Мария|2024-02-29|2026-02-28 23:59:59|true",
            ]),
        case("a workbook of LibreOffice", "book.ods", export("libreoffice.ods"))
            .columns(&["ID", "Company", "ZIP", "Interest"])
            .rows(&["4: 001|Nordwind AD|01000|25%", "5: 002||01067|7.5%", "6: 003|София \"Юг\" ЕООД|00501|100%"])
            .told(&["finding 6 cell_error: #DIV/0!"]),
    ]
}

fn cells() -> Vec<Case> {
    let styled = "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>0.25</v></c><c r=\"B2\" s=\"2\"><v>46082</v></c></row>";
    let formulas = "<row r=\"2\"><c r=\"A2\"><f>1+1</f><v>2</v></c><c r=\"B2\" \
        t=\"str\"><f>A1&amp;\"x\"</f><v>IDx</v></c></row>\
                    <row r=\"3\"><c r=\"A3\"><f>1+1</f></c><c r=\"B3\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row>";
    let numbers = "<row r=\"2\"><c r=\"A2\"><v>1.23E+11</v></c><c r=\"B2\"><v>0.30000000000000004</v></c></row>\
                   <row r=\"3\"><c r=\"A3\"><v>4915112345678</v></c><c r=\"B3\" t=\"b\"><v>1</v></c></row>";
    let merged = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>1</t></is></c><c r=\"B2\" \
        t=\"inlineStr\"><is><t>Acme</t></is></c></row>\
                  <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>2</t></is></c><c \
                      r=\"B3\"/></row></sheetData><mergeCells count=\"1\">\
                  <mergeCell ref=\"B2:B3\"/></mergeCells><sheetData>";
    let book = |rows: &str| xlsx(&[("Leads", false, &(row(1, &["ID", "Name"]) + rows))]);
    vec![
        case("percentages and dates", "book.xlsx", book(styled)).rows(&["2: 25%|2026-03-01"]),
        case("formulas by their last value", "book.xlsx", book(formulas))
            .rows(&["2: 2|IDx"])
            .told(&["reject 3 empty_row: ", "finding 3 Name cell_error: #DIV/0!"]),
        case("numbers as people see them", "book.xlsx", book(numbers))
            .rows(&["2: 123000000000|0.3", "3: 4915112345678|true"]),
        case(
            "numbers of more digits than a sheet keeps",
            "book.xlsx",
            book(&(row(2, &["=12345678901234567890", "Ana"]) + &row(3, &["=123456789012345", "=4915112345678901000"]))),
        )
        .rows(&["2: 12345678901234567000|Ana", "3: 123456789012345|4915112345678901000"])
        .told(&[
            "finding 2 ID rounded_number: 12345678901234567000",
            "finding 3 Name rounded_number: 4915112345678901000",
        ]),
        case("merged cells", "book.xlsx", book(merged)).rows(&["2: 1|Acme", "3: 2|"]),
        case("formulas as text", "book.xlsx", book(&row(2, &["1", "+cmd|' /C calc'!A0"])))
            .rows(&["2: 1|'+cmd|' /C calc'!A0"]),
        case(
            "a remark beside the table",
            "book.xlsx",
            book(&(row(2, &["1", "Ana"]) + &row(3, &["2", "Jan", "", "", "call him"]))),
        )
        .columns(&["ID", "Name", "column 5"])
        .rows(&["2: 1|Ana|", "3: 2|Jan|call him"]),
        case(
            "names that repeat or are blank",
            "book.xlsx",
            xlsx(&[("S", false, &table(&[&["Mail", "", "mail"], &["a", "b", "c"]]))]),
        )
        .columns(&["Mail", "column 2", "mail (2)"])
        .rows(&["2: a|b|c"]),
        case("a cell far away", "book.xlsx", book("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"))
            .columns(&["ID", "column 16384"])
            .rows(&["1048576: |1"]),
    ]
}

fn disguised() -> Vec<Case> {
    let html = "<html><head><meta \
        charset=utf-8></head><body><table><tr><th>ID<th>Name</tr><tr><td>007</td><td>Müller &amp; Co&nbsp;</td>\
                </tr><tr><td>2<td>Jan<br>Nowak</table></body></html>";
    let xml = "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>\
               <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
                   xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\
               <Worksheet ss:Name=\"Leads\"><Table><Row><Cell><Data ss:Type=\"String\">ID</Data></Cell>\
               <Cell><Data ss:Type=\"String\">Name</Data></Cell></Row><Row ss:Index=\"4\"><Cell><Data \
                   ss:Type=\"Number\">7</Data></Cell>\
               <Cell><Data ss:Type=\"String\">Müller &amp; Co</Data></Cell></Row></Table></Worksheet></Workbook>";
    vec![
        case("a workbook that is called .csv", "leads.csv", xlsx(&[("Leads", false, &leads())]))
            .rows(&["2: 001|Ana", "3: 2|Jan"]),
        case("a CSV that is called .xls", "leads.xls", "ID\tName\n001\tAna\n").rows(&["2: 001|Ana"]),
        case("a page that is called .xls", "leads.xls", html).rows(&["2: 007|Müller & Co", "3: 2|Jan\\nNowak"]),
        case("a page without a table", "leads.xls", "<!DOCTYPE html><html><body><h1>Log in</h1></body></html>")
            .refused(
                "`leads.xls` is a web page (HTML), whatever its name says, not a table: it may say that a log-in has \
                ended; open it \
             in a browser, and export the data again",
            ),
        case("XML of Excel 2003 that is called .xls", "leads.xls", xml).rows(&["4: 7|Müller & Co"]),
        case("a workbook as one file of XML", "book.fods.gz", export("libreoffice.fods.gz"))
            .columns(&["ID", "ZIP", "Interest"])
            .rows(&["4: 001|01000|25%", "5: 002|01067|7.5%", "6: 003|00501|100%"])
            .told(&["finding 6 cell_error: #DIV/0!"]),
    ]
}

fn damaged() -> Vec<Case> {
    let book = xlsx(&[("Leads", false, &leads())]);
    let old = export("xlwt.xls");
    vec![
        case("a password on .xlsx", "book.xlsx", export("password.xlsx")).refused(
            "`book.xlsx` is protected with a password; open it, save it without the password, and name \
                that file",
        ),
        // The record of the code page, said to be the one of the password.
        case(
            "a password on .xls",
            "book.xls",
            patched(old.clone(), &[0x42, 0, 2, 0, 0xb0, 0x04], &[0x2f, 0, 2, 0, 0, 0]),
        )
        .refused(
            "`book.xls` is protected with a password; open it, save it without the password, and name that \
                file",
        ),
        case("a truncated workbook", "book.xlsx", book[..book.len() / 2].to_vec()).refused(
            "`book.xlsx` cannot be read: it is damaged or cut off (invalid Zip archive: Could not find EOCD); copy \
                or download it again",
        ),
        case("a truncated old workbook", "book.xls", old[..old.len() / 2].to_vec())
            .refused("`book.xls` is an old Office document, not a table: export the data as CSV and name that file"),
        case("a workbook without its sheet", "book.xlsx", zip(&[("xl/workbook.xml", b"<workbook/>")])).refused(
            "`book.xlsx` cannot be read: the workbook is damaged (File not found '_rels/.rels'); open it, save it \
                again and name that file",
        ),
        case(
            "a document of Word",
            "letter.docx",
            zip(&[("word/document.xml", b"<w/>"), ("[Content_Types].xml", b"<Types/>")]),
        )
        .refused(
            "`letter.docx` is a document of an office program, not a table: export the data as CSV and \
                name that file",
        ),
        case(
            "a sheet of broken XML",
            "book.xlsx",
            xlsx(&[("Leads", false, "<row r=\"1\"><c r=\"A1\"><v>1</c></row>")]),
        )
        .refused(
            "`book.xlsx` cannot be read: the workbook is damaged (Xml error: ill-formed document: start \
                tag not closed: `</v>` not found before end of input); open it, save it again and name that file",
        ),
        case("a workbook that is a bomb", "book.xlsx", zip_bomb("xl/worksheets/sheet1.xml", 300))
            .refused("`book.xlsx` cannot be read: it unpacks to more than 256 MiB, more than any export would"),
    ]
}
