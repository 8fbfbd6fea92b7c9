//! Workbooks whose first sheet is not the one that is wanted: what there is else is told.

use crate::ugly::build::{row, xlsx};
use crate::workdir::Workdir;

const PIPELINE: &str = "[[source]]\nname = \"a\"\npath = \"book.xlsx\"\n";

/// A cover of several lines, a sheet of numbers, and two of leads, of which one is hidden.
fn workdir() -> Workdir {
    let cover = [row(1, &["Fair 2026", "", "Report"]), row(2, &["by", "", "Sales"]), row(3, &["on", "", "Monday"])];
    let numbers = [row(1, &["Month", "Visits"]), row(2, &["May", "=7"])];
    let leads = [row(1, &["Name", "E-mail"]), row(2, &["Ana Kirova", "ana@kirova.example"])];
    let [cover, numbers, leads] = [cover.concat(), numbers.concat(), leads.concat()];
    let workdir = Workdir::new();
    workdir.file(
        "book.xlsx",
        xlsx(&[
            ("Cover", false, &cover),
            ("Visits", false, &numbers),
            ("People", false, &leads),
            ("Old", true, &leads),
        ]),
    );
    workdir.file("p.toml", PIPELINE);
    workdir
}

#[test]
fn a_cover_is_told_with_the_sheets_beside_it() {
    let workdir = workdir();
    for load in ["", "[load]\nname = \"optional\"\n"] {
        workdir.file("p.toml", format!("{PIPELINE}{load}"));
        let ran = workdir.run(&["run", "p.toml"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        let help = "the sheet `Cover` is read, and its first line is: Fair 2026, column 2, Report; to read another \
                    one, write sheet = \"People\" (there are People, Visits)";
        assert!(ran.stderr.contains(help), "{}", ran.stderr);
    }
    workdir.file("p.toml", format!("{PIPELINE}sheet = \"People\"\n"));
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(workdir.table("out/p/leads.csv")[0]["full_name"], "Ana Kirova");
}

#[test]
fn a_sheet_that_is_named_is_told_with_the_others_too() {
    let workdir = workdir();
    workdir.file("p.toml", format!("{PIPELINE}sheet = \"visits\"\n"));
    let ran = workdir.run(&["check", "p.toml"]);
    assert!(ran.code == 2 && ran.stderr.contains("the sheet `Visits` is read"), "{}", ran.stderr);
    assert!(ran.stderr.contains("write sheet = \"People\" (there are People, Cover)"), "{}", ran.stderr);
}

#[test]
fn where_any_value_will_do_it_is_a_warning() {
    let workdir = workdir();
    workdir.file("p.toml", format!("{PIPELINE}[load]\nname = \"none\"\n"));
    let ran = workdir.succeed(&["check", "p.toml"]);
    assert!(ran.stderr.contains("warning[unknown-sheet]: no column of book.xlsx is known"), "{}", ran.stderr);
    assert!(ran.stderr.contains("sheet = \"People\""), "{}", ran.stderr);
    let ran = workdir.succeed(&["init", "book.xlsx"]);
    assert!(ran.stderr.contains("sheet = \"People\""), "{}", ran.stderr);
}
