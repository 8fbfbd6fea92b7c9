//! Hostile and broken inputs: a sentence and the right exit code each time, never a panic.

use crate::workdir::{Ran, Workdir};

const PIPELINE: &str = "[[source]]\nname = \"a\"\npath = \"leads.csv\"\n[load]\nmax_rejects = \"50%\"\n";
const HEADER: &str = "id,first name,last name,email,phone,company\n";

fn run(content: &[u8]) -> (Workdir, Ran) {
    let workdir = Workdir::new();
    workdir.file("leads.csv", content).file("p.toml", PIPELINE);
    let ran = workdir.run(&["run", "p.toml"]);
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("bug in leadmill"), "{}", ran.stderr);
    (workdir, ran)
}

fn refused(content: &[u8], code: i32, sentence: &str) {
    let (workdir, ran) = run(content);
    assert_eq!(ran.code, code, "{}", ran.stderr);
    assert!(ran.stderr.contains(sentence), "expected {sentence:?} in {}", ran.stderr);
    assert!(ran.stderr.contains("leads.csv"), "names the file: {}", ran.stderr);
    assert!(!workdir.path("out/p").exists());
}

fn outcome(content: &[u8]) -> (Vec<String>, Vec<(String, String)>) {
    let (workdir, ran) = run(content);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut names: Vec<String> =
        workdir.table("out/p/lead_members.csv").into_iter().map(|row| row["raw_first_name"].clone()).collect();
    names.sort();
    let rejects = workdir.table("out/p/rejects.csv");
    (names, rejects.into_iter().map(|row| (row["line"].clone(), row["code"].clone())).collect())
}

#[test]
fn an_empty_file() {
    refused(b"", 2, "empty");
}

#[test]
fn an_empty_file_beside_others_is_left_out() {
    let workdir = Workdir::new();
    let pipeline = PIPELINE.replace("leads.csv", "day*.csv");
    workdir.file("day1.csv", format!("{HEADER}1,Ana,Kirova,a@b.example,,\n").as_bytes());
    workdir.file("day2.csv", b"").file("p.toml", &pipeline);
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("day2.csv") && ran.stderr.contains("left out"), "{}", ran.stderr);
    assert_eq!(workdir.table("out/p/leads.csv").len(), 1);
}

#[test]
fn a_header_and_nothing_else() {
    let (names, rejects) = outcome(HEADER.as_bytes());
    assert!(names.is_empty() && rejects.is_empty());
}

#[test]
fn a_binary_file() {
    refused(b"PK\x03\x04\x14\x00\x06\x00", 2, "leads.csv");
    refused(&[0x7f, b'E', b'L', b'F', 0, 1, 2, 3], 2, "leads.csv");
    refused(&(0..=255).cycle().take(5000).collect::<Vec<u8>>(), 2, "leads.csv");
}

#[test]
fn a_missing_file() {
    let workdir = Workdir::new();
    workdir.file("p.toml", PIPELINE);
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("leads.csv") && ran.stderr.contains("p.toml:3"), "{}", ran.stderr);
}

#[test]
fn a_missing_pipeline_file() {
    let ran = Workdir::new().run(&["run", "nowhere.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nowhere.toml"), "{}", ran.stderr);
}

#[test]
fn a_field_of_50_megabytes() {
    let mut content = HEADER.as_bytes().to_vec();
    content.extend(b"1,Ana,Kirova,a@b.example,,\n2,");
    content.extend(std::iter::repeat_n(b'x', 50_000_000));
    content.extend(b",Berg,j@b.example,,\n3,Jon,Berg,j@b.example,,\n");
    let (names, rejects) = outcome(&content);
    assert_eq!(names, ["Ana", "Jon"]);
    assert_eq!(rejects, [("3".to_owned(), "field_too_large".to_owned())]);
}

#[test]
fn an_unbalanced_quote_costs_one_row() {
    let content = format!("{HEADER}1,Ana,Kirova,a@b.example,,\n2,\"Jo,Berg,j@b.example,,\n3,Eva,Marin,e@m.example,,\n");
    let (names, rejects) = outcome(content.as_bytes());
    assert_eq!(names, ["Ana", "Eva"]);
    assert_eq!(rejects, [("3".to_owned(), "unbalanced_quote".to_owned())]);
}

#[test]
fn a_quoted_newline_counts_as_a_line_and_costs_nothing() {
    let content =
        format!("{HEADER}1,Ana,Kirova,a@b.example,,\"Kirova\nand Sons\"\r\n2,,,,,\n3,Jon,Berg,j@b.example,,\n");
    let (names, rejects) = outcome(content.as_bytes());
    assert_eq!(names, ["Ana", "Jon"]);
    assert_eq!(rejects, [("4".to_owned(), "no_name".to_owned())]);
}

#[test]
fn hostile_values_stay_values() {
    let rows = [
        "1,=HYPERLINK(\"\"http://x\"\"),Smith,a@b.example,,".replace('"', ""),
        "2,Robert'); DROP TABLE leads;--,Tables,b@b.example,,".to_owned(),
        format!("3,{},Long,c@b.example,{},", "x".repeat(100_000), "9".repeat(5_000)),
        "4,\u{202e}evil,\u{0}nul,d@b.example,+,".to_owned(),
        "5,😀😀,Emoji,e@b.example,++--(),🏢".to_owned(),
        "6,%s%n{},../../etc,f@b.example,1e999,NaN".to_owned(),
    ];
    let (workdir, ran) = run(format!("{HEADER}{}\n", rows.join("\n")).as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let members = workdir.table("out/p/lead_members.csv");
    assert!(members.iter().any(|row| row["raw_first_name"] == "'=HYPERLINK(http://x)"), "formulas are defused");
    for table in ["leads", "lead_members", "contact_points", "findings"] {
        for row in workdir.table(&format!("out/p/{table}.csv")) {
            assert!(row.values().all(|cell| !cell.starts_with(['=', '@', '\t', '\r'])), "{table}: {row:?}");
        }
    }
    assert_eq!(members.len() + workdir.table("out/p/rejects.csv").len(), rows.len());
}

#[test]
fn a_pipeline_file_that_is_not_toml() {
    let workdir = Workdir::new();
    for content in [&b"name = \"x"[..], b"\xff\xfe\x00", b"[[[", b"name = 1\nname = 2\n"] {
        workdir.file("p.toml", content);
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("p.toml") && !ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn wrong_arguments_are_a_configuration_fault() {
    let workdir = Workdir::new();
    for arguments in [
        &["rum", "p.toml"][..],
        &["run"],
        &["run", "p.toml", "--as-of", "yesterday"],
        &["run", "p.toml", "--threads", "x"],
    ] {
        let ran = workdir.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(workdir.run(&["--help"]).code, 0);
    assert!(workdir.succeed(&["completions", "bash"]).stdout.contains("leadmill"));
    let schema: serde_json::Value = serde_json::from_str(&workdir.succeed(&["schema"]).stdout).unwrap();
    assert!(schema["properties"]["source"].is_object());
}

#[test]
fn too_many_rows_without_a_name_come_with_what_to_do() {
    let content = format!("{HEADER}1,,,ana@kirova.example,,\n2,,,jan@nowak.example,,\n3,Eva,Marin,e@m.example,,\n");
    let (workdir, ran) = run(content.as_bytes());
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let help = "help: rows without a name are leads, too, with `name = \"optional\"` under [load]";
    assert!(ran.stderr.contains("2 of 3 rows were rejected") && ran.stderr.contains(help), "{}", ran.stderr);
    let ran = workdir.succeed(&["run", "p.toml", "--set", "load.name=\"optional\""]);
    assert_eq!(workdir.table("out/p/leads.csv").len(), 3, "{}", ran.stderr);

    // No e-mail address and no company to go by.
    workdir.file("leads.csv", "name,phone\n,0888123456\n,0888123457\nEva,\n");
    for rule in ["required", "optional"] {
        let ran = workdir.run(&["run", "p.toml", "--set", &format!("load.name=\"{rule}\"")]);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(ran.stderr.contains("help: ") && ran.stderr.contains("name = \"none\""), "{}", ran.stderr);
        assert!(!ran.stderr.contains("\"optional\""), "{}", ran.stderr);
    }
    // Other reasons have other remedies.
    let (_, ran) = run(format!("{HEADER}1,Ana,Kirova,ana@kirova.example,,,,x\n").as_bytes());
    assert!(ran.code == 3 && !ran.stderr.contains("help:"), "{}", ran.stderr);
}

#[test]
fn a_list_of_addresses_is_told_how_to_be_accepted() {
    let (workdir, ran) = run(b"ana@kirova.example\njan@nowak.example\n");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("`name = \"optional\"` under [load]"), "{}", ran.stderr);
    workdir.succeed(&["run", "p.toml", "--set", "load.name=\"optional\""]);
    assert_eq!(workdir.table("out/p/leads.csv").len(), 2);
}
