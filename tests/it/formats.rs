//! Exports of real programs (tests/exports/make.py): what people see in them is what is read.

use crate::workdir::{Ran, Row, Workdir, repository};

/// A project with one of the exports, read cell by cell: a custom text column for each of its columns.
fn read(name: &str, path: &str, columns: &[(&str, &str)]) -> (Workdir, Ran) {
    let workdir = Workdir::new();
    workdir.file(name, std::fs::read(repository().join("tests/exports").join(name)).unwrap());
    let own: Vec<String> = columns.iter().map(|(ours, theirs)| format!("{ours} = \"{theirs}\"")).collect();
    let pipeline = format!(
        "[[source]]\nname = \"a\"\npath = {path}\ninfer = false\ncolumns = {{ {} }}\n\
         [load]\nname = \"none\"\nmax_rejects = \"50%\"\n[dedupe]\nenabled = false\n\
         [write]\ntables = [\"lead_members\", \"rejects\", \"findings\"]\nformats = [\"csv\"]\n",
        own.join(", ")
    );
    workdir.file("p.toml", pipeline);
    let ran = workdir.run(&["run", "p.toml"]);
    assert!(!ran.stderr.contains("panicked"), "{name}: {}", ran.stderr);
    (workdir, ran)
}

/// Line and cells of every row.
fn cells(workdir: &Workdir, columns: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let mut rows: Vec<Row> = workdir.table("out/p/lead_members.csv");
    rows.sort_by_key(|row| row["line"].parse::<u64>().unwrap());
    let of = |row: &Row| columns.iter().map(|(ours, _)| row[&format!("raw_{ours}")].clone()).collect();
    rows.iter().map(|row| (row["line"].clone(), of(row))).collect()
}

#[test]
fn cells_are_read_as_people_see_them() {
    const SHEET: &[(&str, &str)] = &[
        ("c_id", "ID"),
        ("c_name", "First Name"),
        ("c_phone", "Phone"),
        ("c_created", "Created"),
        ("c_call", "Last call"),
    ];
    const NESTED: &[(&str, &str)] = &[
        ("c_id", "id"),
        ("c_name", "name.first"),
        ("c_phone", "phone"),
        ("c_created", "created"),
        ("c_call", "last_call"),
    ];
    let day = ["2026-03-01", "2025-12-31", "2024-02-29"];
    let midnight = ["2026-03-01 00:00:00", "2025-12-31 00:00:00", "2024-02-29 00:00:00"];
    let iso = ["2026-03-01T00:00:00.000", "2025-12-31T00:00:00.000", "2024-02-29T00:00:00.000"];
    let cases = [
        ("xlsxwriter.xlsx", "\"xlsxwriter.xlsx\"", SHEET, [5, 6, 8], day),
        ("xlsxwriter.xlsx", "\"xlsxwriter.xlsx\"\nsheet = \"Leads\"", SHEET, [5, 6, 8], day),
        ("openpyxl.xlsx", "\"openpyxl.xlsx/Sheet1\"", SHEET, [2, 3, 4], day),
        ("openpyxl_1904.xlsx", "\"openpyxl_1904.xlsx\"", SHEET, [2, 3, 4], day),
        ("pandas.xlsx", "\"*.xlsx\"", SHEET, [2, 3, 4], day),
        ("pandas.ods", "\".\"", SHEET, [2, 3, 4], day),
        ("xlwt.xls", "\"xlwt.xls\"\nsheet = \"контакти\"", SHEET, [2, 3, 4], day),
        ("books.zip", "\"books.zip/may/openpyxl.xlsx\"\nsheet = \"Sheet1\"", SHEET, [2, 3, 4], day),
        ("pandas.parquet", "\"pandas.parquet\"", SHEET, [1, 2, 3], midnight),
        ("pyarrow_snappy.parquet", "\".\"", NESTED, [1, 2, 3], day),
        ("pyarrow_gzip.parquet", "\".\"", NESTED, [1, 2, 3], day),
        ("pyarrow_lz4.parquet", "\".\"", NESTED, [1, 2, 3], day),
        ("pandas.json", "\"pandas.json\"", SHEET, [1, 2, 3], iso),
        ("pandas.json.gz", "\"pandas.json.gz\"", SHEET, [1, 2, 3], iso),
        ("pandas.ndjson", "\".\"", SHEET, [1, 2, 3], iso),
        ("csv_in_truth.xls", "\"csv_in_truth.xls\"", SHEET, [2, 3, 4], day),
    ];
    for (name, path, columns, lines, created) in cases {
        let (workdir, ran) = read(name, path, columns);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        let calls = ["2026-03-01 14:05:00", "2026-01-02 09:30:00", "2026-02-28 23:59:59"];
        let json = name.contains("json");
        let call = |at: usize| if json { calls[at].replace(' ', "T") + ".000" } else { calls[at].to_owned() };
        let expected: Vec<(String, Vec<String>)> =
            [("001", "Ana", "359888123456"), ("002", "Jürgen", "4915112345678"), ("003", "Мария", "35929876543")]
                .iter()
                .enumerate()
                .map(|(at, (id, first, phone))| {
                    let cells = [id.to_owned(), first, phone, created[at]].map(str::to_owned);
                    (lines[at].to_string(), cells.into_iter().chain([call(at)]).collect())
                })
                .collect();
        assert_eq!(cells(&workdir, columns), expected, "{name} {path}");
    }
}

#[test]
fn what_cannot_be_used_is_told_with_its_place() {
    let (workdir, ran) = read("xlsxwriter.xlsx", "\"xlsxwriter.xlsx\"", &[("c_budget", "Budget")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let findings = workdir.table("out/p/findings.csv");
    let told: Vec<&str> = ["line", "field", "code", "text"].map(|column| findings[0][column].as_str()).to_vec();
    assert_eq!((findings.len(), told), (1, vec!["6", "c_budget", "cell_error", "#N/A"]));
    let (workdir, ran) = read("broken_line.ndjson", "\".\"", &[("c_name", "First Name")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rejects = workdir.table("out/p/rejects.csv");
    let told: Vec<&str> = ["line", "code", "text"].map(|column| rejects[0][column].as_str()).to_vec();
    assert_eq!((rejects.len(), told), (1, vec!["4", "malformed_record", "{\"First Name\": \"Cut\", \"Last"]));
    assert_eq!(workdir.table("out/p/lead_members.csv").len(), 3);
    let (workdir, ran) = read(
        "salesforce.json",
        "\".\"",
        &[("c_zip", "Address.postalCode"), ("c_type", "attributes.type"), ("c_tags", "Tags__c")],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = cells(&workdir, &[("c_zip", ""), ("c_type", ""), ("c_tags", "")]);
    assert_eq!(rows[2], ("3".to_owned(), ["00501", "Lead", "fair, spring"].map(str::to_owned).to_vec()));
}

#[test]
fn what_cannot_be_read_is_refused_in_a_sentence() {
    let cases = [
        ("password.xlsx", "\".\"", "`./password.xlsx` is protected with a password; open it, save it without"),
        (
            "xlsxwriter.xlsx",
            "\"xlsxwriter.xlsx/Leeds\"",
            "has no sheet `Leeds`; there are Cover, Leads, Other, Archive",
        ),
        ("xlsxwriter.xlsx", "\"*.xlsx\"\nsheet = \"Leeds\"", "has no sheet `Leeds`; there are Cover, Leads"),
        ("csv_in_truth.xls", "\"csv_in_truth.xls\"\nsheet = \"Leads\"", "it is a text file and has no part `Leads`"),
        ("pandas.parquet", "\"pandas.parquet/Leads\"", "it is a Parquet file and has no part `Leads`"),
        ("salesforce.json", "\"salesforce.json/leads\"", "has no list `leads`; there are records"),
    ];
    for (name, path, sentence) in cases {
        let (_, ran) = read(name, path, &[("c_name", "First Name")]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(sentence), "{name}: {}", ran.stderr);
    }
}

#[test]
fn dedupe_takes_them_as_they_are() {
    for name in ["xlsxwriter.xlsx", "xlwt.xls", "pandas.ods", "pandas.parquet", "pandas.ndjson", "pandas.json.gz"] {
        let workdir = Workdir::new();
        workdir.file(name, std::fs::read(repository().join("tests/exports").join(name)).unwrap());
        let ran = workdir.succeed(&["dedupe", name, "--tables", "lead_members", "--out", "out"]);
        assert_eq!(workdir.table("out/lead_members.csv").len(), 3, "{name}: {}", ran.stderr);
    }
}

#[test]
fn owners_may_stand_in_a_workbook() {
    let workdir = Workdir::new();
    workdir.file("book.xlsx", std::fs::read(repository().join("tests/exports/openpyxl.xlsx")).unwrap());
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"a\"\npath = \"book.xlsx\"\n\
         [crm.owners]\npath = \"book.xlsx\"\nsheet = \"Sheet1\"\nfields = { owner = \"First Name\" }\n\
         [[assign.rule]]\nname = \"all\"\nto = [\"Мария\"]\n",
    );
    workdir.succeed(&["check", "p.toml"]);
    let leads = workdir.path("p.toml");
    let text = std::fs::read_to_string(&leads).unwrap().replace("[\"Мария\"]", "[\"Marija\"]");
    workdir.file("q.toml", text);
    let ran = workdir.run(&["check", "q.toml"]);
    assert!(ran.stderr.contains("Marija"), "{}", ran.stderr);
}

/// A pipeline of one file, whose columns nobody explains.
fn project(name: &str, content: &str) -> Workdir {
    let workdir = Workdir::new();
    workdir.file(name, content);
    workdir.file("p.toml", format!("[[source]]\nname = \"a\"\npath = \"{name}\"\n[dedupe]\nenabled = false\n"));
    workdir
}

#[test]
fn answers_of_a_web_service_are_read_as_its_exports_are() {
    let workdir = project(
        "contacts.json",
        r#"{"results": [
          {"id": "1", "properties": {"createdate": "2026-03-01T09:00:00Z", "email": "ana@kirova.example",
           "firstname": "Ana", "hs_object_id": "1", "lastmodifieddate": "2026-03-02T09:00:00Z", "lastname": "Kirova",
           "jobtitle": "CEO", "mobilephone": "+359 888 123 456"}, "createdAt": "2026-03-01T09:00:00Z", "archived": false},
          {"id": "2", "properties": {"email": null, "firstname": "Jan", "hs_object_id": "2", "lastname": "Nowak"},
           "createdAt": "2026-03-01T09:00:00Z", "archived": false}],
         "paging": {"next": {"after": "2"}}, "errors": []}"#,
    );
    let ran = workdir.succeed(&["run", "p.toml"]);
    assert!(ran.stderr.contains("the preset `hubspot`"), "{}", ran.stderr);
    let mut rows = workdir.table("out/p/leads.csv");
    rows.sort_by_key(|row| row["full_name"].clone());
    let of = |row: &Row| ["full_name", "email", "job_title", "mobile_phone"].map(|column| row[column].clone());
    assert_eq!(of(&rows[0]), ["Ana Kirova", "ana@kirova.example", "CEO", "+359888123456"]);
    assert_eq!(of(&rows[1]), ["Jan Nowak", "", "", ""]);
    // The user may name them as the file does, or as the preset does.
    for theirs in ["properties.firstname", "firstname"] {
        let set = format!("source=[{{name=\"a\",path=\"contacts.json\",fields={{company=\"{theirs}\"}}}}]");
        workdir.succeed(&["run", "p.toml", "--set", &set]);
        let mut companies: Vec<String> =
            workdir.table("out/p/leads.csv").iter().map(|row| row["company"].clone()).collect();
        companies.sort();
        assert_eq!(companies, ["Ana", "Jan"], "{theirs}");
    }
}

#[test]
fn connections_of_linkedin_are_known_below_their_notes() {
    let notes = "Notes:\n\"When exporting your connection data, you may notice that some of the email addresses are \
                 missing. You will only see email addresses for connections who have allowed their connections to see or \
                 download them using this setting.\"\n\n";
    let table = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
                 Ana,Kirova,https://www.linkedin.com/in/ana-kirova,,Nordwind AD,Head of Sales,05 Mar 2024\n\
                 Jan,Nowak,https://www.linkedin.com/in/jan-nowak-12,jan@nowak.example,\"Nowak, Sp. z o.o.\",CEO,17 Nov 2023\n";
    let padded = "Notes:,,,,,,\n\"When exporting your connection data, some addresses are missing.\",,,,,,\n,,,,,,\n";
    for (above, line) in [(notes, "5"), (padded, "5"), ("", "2")] {
        let workdir = project("Connections.csv", &format!("{above}{table}"));
        let ran = workdir.succeed(&["run", "p.toml"]);
        assert!(ran.stderr.contains("the preset `linkedin`"), "{}", ran.stderr);
        let rows = workdir.table("out/p/lead_members.csv");
        let ana = rows.iter().find(|row| row["raw_first_name"] == "Ana").unwrap();
        let of =
            ["line", "raw_source_id", "raw_company", "raw_job_title", "raw_created_at"].map(|name| ana[name].as_str());
        let profile = "https://www.linkedin.com/in/ana-kirova";
        assert_eq!(of, [line, profile, "Nordwind AD", "Head of Sales", "05 Mar 2024"]);
        let leads = workdir.table("out/p/leads.csv");
        assert!(leads.iter().all(|row| row["website"].is_empty() && row["domain"] != "linkedin.com"), "{leads:?}");
        assert_eq!(leads.iter().find(|row| row["first_name"] == "Ana").unwrap()["created_at"], "2024-03-05 00:00:00");
    }
}

#[test]
fn titles_above_a_table_are_padded_as_its_rows() {
    let table = "Name;E-mail;Company;City;Phone\nAna Kirova;ana@kirova.example;Nordwind;Sofia;0888123456\n";
    let titles = [
        "Leads March 2026;;;;\n",
        "Leads March 2026;;;;\n;;;;\nRegion: South;;;;\n",
        "\"Leads; March 2026\";;;Exported by;Ana\n",
    ];
    for title in titles {
        for delimiter in [",", ";", "\t"] {
            let workdir = project("leads.csv", &format!("{title}{table}").replace(';', delimiter));
            let ran = workdir.run(&["run", "p.toml"]);
            assert_eq!(ran.code, 0, "{title:?} {delimiter:?}: {}", ran.stderr);
            assert_eq!(workdir.table("out/p/leads.csv")[0]["full_name"], "Ana Kirova", "{title:?} {delimiter:?}");
        }
    }
}
