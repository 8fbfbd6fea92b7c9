//! Dates and numbers that could be read either way: decided by the column, reported, or settled by `locale`.

use crate::workdir::Workdir;

const ROWS: &str = "id,name,created_at,budget_amount\n1,Eva Braun,03/04/2026,1.250\n2,Otto Lang,05/04/2026,2.500\n";

fn cells(source: &str, rows: &str) -> (Vec<[String; 2]>, Vec<String>) {
    let workdir = Workdir::new();
    workdir.file("leads.csv", rows);
    workdir.file("p.toml", format!("[[source]]\nname = \"a\"\npath = \"leads.csv\"\n{source}"));
    workdir.succeed(&["run", "p.toml"]);
    let mut leads = workdir.table("out/p/leads.csv");
    leads.sort_by(|a, b| a["source_id"].cmp(&b["source_id"]));
    let cells = leads.iter().map(|lead| [lead["created_at"][..10].to_owned(), lead["budget_amount"].clone()]).collect();
    let findings = workdir.table("out/p/findings.csv").into_iter().map(|row| row["code"].clone()).collect();
    (cells, findings)
}

#[test]
fn a_locale_settles_what_values_leave_open() {
    let day_first = ["2026-04-03", "2026-04-05"];
    let month_first = ["2026-03-04", "2026-05-04"];
    for (source, days, amounts, findings) in [
        ("", day_first, ["1250", "2500"], &["ambiguous_date"][..]),
        ("locale = \"de\"\n", day_first, ["1250", "2500"], &[]),
        ("locale = \"en-GB\"\n", day_first, ["1.25", "2.5"], &[]),
        ("locale = \"en-US\"\n", month_first, ["1.25", "2.5"], &[]),
    ] {
        let (found, told) = cells(source, ROWS);
        let expected: Vec<[String; 2]> =
            days.iter().zip(amounts).map(|(day, amount)| [(*day).to_owned(), amount.to_owned()]).collect();
        assert_eq!((found, told), (expected, findings.iter().map(|&code| code.to_owned()).collect()), "{source}");
    }
}

#[test]
fn a_value_that_leaves_nothing_open_is_read_as_it_stands() {
    let rows = "id,name,created_at,budget_amount\n1,Eva Braun,13/04/2026,\"1.250,50 €\"\n";
    let (found, told) = cells("locale = \"en-US\"\n", rows);
    assert_eq!((found, told), (vec![["2026-04-13".to_owned(), "1250.5".to_owned()]], vec![]));
}

#[test]
fn unknown_locales_are_refused_with_what_there_is() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", ROWS);
    for (locale, help) in [("german", "de"), ("de-Germany", "a language and a region of two letters")] {
        workdir.file("p.toml", format!("[[source]]\nname = \"a\"\npath = \"leads.csv\"\nlocale = \"{locale}\"\n"));
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(&format!("`{locale}` is not a known locale")), "{}", ran.stderr);
        assert!(ran.stderr.contains(help), "{}", ran.stderr);
    }
}
