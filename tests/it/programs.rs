//! Exports of LibreOffice, of Python's `email`, `mailbox`, pandas and vobject (tests/exports/make.py), read cell by cell.

use std::path::Path;

use crate::workdir::{Row, Workdir, repository};

/// Files or folders of the exports, as a source of these columns: line and cells of every row, and what was told.
fn read(names: &[&str], path: &str, columns: &[&str]) -> (Vec<String>, Vec<String>) {
    let workdir = Workdir::new();
    names.iter().for_each(|name| copy(&workdir, name));
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let own = columns.iter().enumerate().map(|(at, name)| format!("c_{at} = {}", quoted(name)));
    workdir.file(
        "p.toml",
        format!(
            "[[source]]\nname = \"a\"\npath = {}\ninfer = false\ncolumns = {{ {} }}\n[load]\nname = \"none\"\n\
             max_rejects = \"100%\"\n[dedupe]\nenabled = false\n[write]\n\
             tables = [\"lead_members\", \"rejects\", \"findings\"]\nformats = [\"csv\"]\n",
            quoted(path),
            own.collect::<Vec<_>>().join(", ")
        ),
    );
    let ran = workdir.succeed(&["run", "p.toml"]);
    assert!(!ran.stderr.contains("panicked"), "{path}: {}", ran.stderr);
    let mut rows: Vec<Row> = workdir.table("out/p/lead_members.csv");
    rows.sort_by_key(|row| (row["file"].clone(), row["line"].parse::<u64>().unwrap()));
    let cells = |row: &Row| {
        let cells = (0..columns.len()).map(|at| row[&format!("raw_c_{at}")].replace('\n', "\\n"));
        format!("{}: {}", row["line"], cells.collect::<Vec<_>>().join("|"))
    };
    let told = ["rejects", "findings"].into_iter().flat_map(|table| workdir.table(&format!("out/p/{table}.csv")));
    let told = told.map(|row| format!("{} {}: {}", row["line"], row["code"], row["text"]));
    (rows.iter().map(cells).collect(), told.collect())
}

fn copy(workdir: &Workdir, name: &str) {
    let export: &Path = &repository().join("tests/exports").join(name);
    if export.is_dir() {
        for entry in std::fs::read_dir(export).unwrap() {
            copy(workdir, &format!("{name}/{}", entry.unwrap().file_name().to_str().unwrap()));
        }
    } else {
        workdir.file(name, std::fs::read(export).unwrap());
    }
}

#[test]
fn a_table_in_every_format_of_libreoffice() {
    const COLUMNS: &[&str] = &[
        "ID",
        "First Name",
        "Company",
        "ZIP",
        "Created",
        "Last call",
        "Budget",
        "Interest",
        "Share",
        "Total",
        "Opted in",
        "Notes",
    ];
    let expected = [
        "4: 001|Ana|Nordwind AD|01000|2026-03-01|2026-03-01 14:05:00|1234.5|25%|12.5%|2469|true|two\\nlines",
        "5: 002|Jürgen||01067|2025-12-31|2026-01-02 09:30:00|99|7.5%|3.75%|198|false|blanks  around",
        "6: 003|Мария|София \"Юг\" ЕООД|00501|2024-02-29|2026-02-28 23:59:59|0.3|100%|50%||true|\
         tab\there, \"quotes\" & <marks>",
    ];
    for name in ["libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods", "libreoffice.fods.gz"] {
        let (rows, told) = read(&[name], name, COLUMNS);
        assert_eq!(rows, expected, "{name}");
        assert_eq!(told, ["6 cell_error: #DIV/0!"], "{name}");
    }
    // As text, cells are what the program wrote: here days as in America, and no zeros in front.
    let (rows, told) = read(&["libreoffice.csv"], "libreoffice.csv", COLUMNS);
    assert_eq!(
        rows,
        [
            "4: 001|Ana|Nordwind AD|1000|03/01/2026|03/01/2026 14:05:00|1234.5|25%|12.5%|2469|TRUE|two\\nlines",
            "6: 002|Jürgen||1067|12/31/2025|01/02/2026 09:30:00|99|7.5%|3.75%|198|FALSE|blanks  around",
            "7: 003|Мария|София \"Юг\" ЕООД|501|02/29/2024|02/28/2026 23:59:59|0.3|100%|50%|#DIV/0!|TRUE|\
             tab\there, \"quotes\" & <marks>",
        ]
    );
    assert_eq!(told, [""; 0]);
    // A page shows what the sheet shows, but says nothing about cells that are one.
    let (rows, _) = read(&["libreoffice.html"], "libreoffice.html", &COLUMNS[..4]);
    assert_eq!(rows, ["4: 001|Ana|Nordwind AD|01000", "5: 002|Jürgen||01067", "6: 003|Мария|София \"Юг\" ЕООД|00501"]);
}

#[test]
fn workbooks_of_other_programs() {
    let columns = ["ID", "First Name", "Company", "Created", "Last call", "Budget", "Opted in"];
    let (rows, told) = read(&["pyxlsbwriter.xlsb"], "pyxlsbwriter.xlsb", &columns);
    assert_eq!(
        rows,
        [
            "2: 001|Ana|Nordwind AD|2026-03-01|2026-03-01 14:05:00|1234.5|true",
            "3: 002|Jürgen|Alpenblick GmbH & Co. KG|2025-12-31|2026-01-02 09:30:00|99|false",
            "4: 003|Мария|София \"Юг\" ЕООД|2024-02-29|2026-02-28 23:59:59|0.3|true",
        ]
    );
    assert_eq!(told, [""; 0]);
    for name in ["html.xls", "spreadsheetml.xls"] {
        let (rows, _) = read(&[name], name, &["ID", "First Name", "E-mail"]);
        assert_eq!(
            rows,
            [
                "2: 001|Ana|ana.kirova@nordwind.example",
                "3: 002|Jürgen|j.mueller@alpenblick.example",
                "4: 003|Мария|maria@sofia.example"
            ],
            "{name}"
        );
    }
}

#[test]
fn mails_of_python() {
    const COLUMNS: &[&str] = &["Name", "From", "Other address", "Subject", "Message", "Attachments", "Date"];
    let german = "Jürgen Müller|j.mueller@alpenblick.example||Anfrage für Köln|Guten Tag,\\n\\nbitte ein Angebot \
        über 500 € \
                  für Köln.||2026-03-07 08:00:00";
    let russian =
        "Мария Иванова|maria@sofia.example||Запрос цены|Здравствуйте,\\n\\nпришлите прайс.||2026-03-07 08:00:00";
    let attached = "Ana Kirova|ana.kirova@nordwind.example||Оферта за Nordwind|Прилагам списъка.|лого.png, leads.csv|\
                    2026-03-07 08:00:00";
    let (rows, told) = read(&["email_attachments.eml"], ".", COLUMNS);
    assert_eq!((rows, told), (vec![format!("1: {attached}")], Vec::new()));
    let (rows, told) = read(&["mailbox.mbox"], "mailbox.mbox", COLUMNS);
    assert_eq!(
        rows,
        [
            format!("1: {german}"),
            format!("2: {russian}"),
            "3: Ana Kirova|ana.kirova@nordwind.example||見積もりの依頼|こんにちは||2026-03-07 08:00:00".to_owned(),
            format!("4: {attached}"),
            "5: Jürgen Müller|j.mueller@alpenblick.example||Fwd: Anfrage|Guten Tag,\\n\\nbitte ein \
             Angebot über 500 € für Köln.||2026-03-07 08:00:00"
                .to_owned(),
            "6: Мария Иванова|maria@sofia.example||Контакт|Моля, обадете се.||2026-03-07 08:00:00".to_owned(),
        ]
    );
    assert_eq!(told, [""; 0]);
    // A Maildir folder's files have no endings that a folder would be searched for: patterns find them.
    let (rows, told) = read(&["maildir"], "maildir/*/*", COLUMNS);
    assert_eq!((rows, told), (vec![format!("1: {german}"), format!("1: {russian}")], Vec::new()));
}

#[test]
fn cards_of_vobject() {
    let columns = ["full name", "last name", "first name", "company", "email", "phone", "notes"];
    let (rows, told) = read(&["vobject.vcf"], "vobject.vcf", &columns);
    let note = "A long remark, which is folded; ".repeat(4);
    let note = note.trim();
    assert_eq!(
        rows,
        [
            format!("1: Ana Kirova|Kirova|Ana|Nordwind AD|ana.kirova@nordwind.example|mobile: +359888123456|{note}"),
            format!(
                "2: Jürgen Müller|Müller|Jürgen|Alpenblick GmbH & Co. \
                    KG|j.mueller@alpenblick.example|mobile: +4915112345678|{note}"
            ),
            format!("3: Мария Иванова|Иванова|Мария|София \"Юг\" ЕООД|maria@sofia.example|mobile: +35929876543|{note}"),
        ]
    );
    assert_eq!(told, [""; 0]);
}

#[test]
fn tables_of_pandas_in_many_encodings() {
    let rows = [
        "2: 001|Ana|Kirova|Nordwind AD|1234.5",
        "3: 002|Jürgen|Müller|Alpenblick GmbH & Co. KG|99.0",
        "4: 003|Мария|Иванова|София \"Юг\" ЕООД|0.30000000000000004",
    ]
    .map(str::to_owned);
    let comma = rows.clone().map(|row| row.replace('.', ",").replace("Co,", "Co."));
    let cases = [
        ("pandas_utf16.csv", &rows[..]),
        ("pandas_utf32.csv", &rows[..]),
        ("pandas_cp1252.csv", &comma[..2]),
        ("pandas_iso15.csv.gz", &rows[..2]),
        ("pandas_koi8.csv", &[rows[2].replace("4:", "2:")]),
    ];
    for (name, expected) in cases {
        let found = read(&[name], name, &["ID", "First Name", "Last Name", "Company", "Budget"]);
        assert_eq!(found, (expected.to_vec(), Vec::new()), "{name}");
    }
}
