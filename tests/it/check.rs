//! `leadmill check`: all faults at once, each at its place.

use crate::workdir::{Workdir, repository};

const LEADS: &str = "id,first name,last name,email,Budget (EUR)\n1,Ana,Kirova,ana@kirova.example,5000\n";

const EIGHT_FAULTS: &str = r#"name = "eight"
outptu = "out"

[[source]]
name = "a"
path = "leads.csv"
fields = { budget_amount = "Budget (USD)" }

[[source]]
name = "b"
path = "missing_*.csv"

[dedupe]
match_at = 0.5
review_at = 0.8

[[score.criterion]]
name = "Rich"
when = "budget_amount >"

[[score.criterion]]
name = "Rich"
when = "budget_amont > 5000"

[qualify]
when = "stars + 1"
"#;

#[test]
fn eight_different_faults_are_eight_diagnostics_each_at_its_line() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS).file("p.toml", EIGHT_FAULTS);
    let ran = workdir.run(&["check", "p.toml", "--json"]);
    assert_eq!(ran.code, 2);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let faults = report["diagnostics"].as_array().unwrap();
    let mut lines: Vec<u64> = faults
        .iter()
        .filter(|fault| fault["severity"] == "error")
        .map(|fault| fault["at"]["line"].as_u64().unwrap())
        .collect();
    lines.sort_unstable();
    // An unknown key; no such header; nothing matches; contradictory thresholds; a condition that does not parse; a name
    // twice; an unknown column; a condition that is none.
    assert_eq!(lines, [2, 7, 11, 15, 19, 22, 23, 26], "{report:#}");
    assert_eq!(report["errors"], 8);
}

#[test]
fn faults_are_shown_with_excerpt_caret_and_help() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS).file("p.toml", EIGHT_FAULTS);
    let ran = workdir.run(&["check", "p.toml"]);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn a_run_refuses_what_check_refuses() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS).file("p.toml", EIGHT_FAULTS);
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 2);
    assert!(!workdir.path("out").exists());
}

#[test]
fn a_query_that_cannot_run_is_found_before_the_run() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS);
    for (sql, sentence) in [
        ("SELECT nothing FROM leads", "nothing"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT * FROM leads LIMIT 3", "ORDER BY"),
        ("DELETE FROM leads", "SELECT"),
    ] {
        let pipeline =
            format!("[[source]]\nname = \"a\"\npath = \"leads.csv\"\n[[report]]\nname = \"r\"\nsql = \"{sql}\"\n");
        workdir.file("p.toml", pipeline);
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2, "{sql}: {}", ran.stderr);
        assert!(ran.stderr.contains(sentence) && ran.stderr.contains("p.toml:6"), "{sql}: {}", ran.stderr);
    }
}

#[test]
fn the_schema_beside_the_pipelines_is_the_program_s() {
    let printed = Workdir::new().succeed(&["schema"]).stdout;
    let kept = std::fs::read_to_string(repository().join("pipelines/pipeline.schema.json")).unwrap();
    assert_eq!(kept, printed, "write it anew: leadmill schema > pipelines/pipeline.schema.json");
}
