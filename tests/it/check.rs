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

/// One file of each kind: an export that gives itself away, one whose preset is named, one without, and a mail.
fn mapped() -> Workdir {
    let workdir = Workdir::new();
    let zoho = "Record Id,Lead Owner,Company,First Name,Last Name,Email,Secondary Email,Mobile,Lead Source,Created Time,\
                Modified Time,Zip Code,Email Opt Out,Shoe size\n";
    workdir
        .file("zoho.csv", format!("{zoho}1,anna,Acme,Ana,Kirova,ana@kirova.example,,,Fair,,,1000,false,38\n"))
        .file("more/one.csv", "Vorname,Name,Firma,Budget\nJan,Nowak,Nowak GmbH,1000\n")
        .file("more/two.csv", "Vorname,Name,Firma,Budget\nEva,Weiss,Weiss AG,\n")
        .file(
            "ask.eml",
            "From: Ana Kirova <ana@kirova.example>\nTo: sales@acme.example\nDate: Sat, 7 Mar 2026 10:00:00 +0200\n\
             Subject: Prices\nMessage-ID: <1@kirova.example>\n\nPlease send me your price list.\n",
        )
        .file("owners.csv", "owner,email,capacity,shift\nanna,anna@acme.example,10,early\n")
        .file("p.toml", MAPPED);
    workdir
}

const MAPPED: &str = r#"name = "mapped"

[[source]]
name = "crm export"
path = "zoho.csv"

[[source]]
name   = "lists"
path   = "more/*.csv"
preset = "none"
fields = { notes = "Budget" }
values = { source = "Fair" }

[[source]]
name = "mail"
path = "ask.eml"

[crm]
owners = { path = "owners.csv" }
"#;

#[test]
fn the_use_of_every_column_is_shown_with_its_reason() {
    let ran = mapped().succeed(&["check", "p.toml"]);
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn the_use_of_every_column_is_told_to_programs() {
    let ran = mapped().succeed(&["check", "p.toml", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let mappings = report["mappings"].as_array().unwrap();
    let told: Vec<String> = mappings
        .iter()
        .map(|mapping| {
            let input = mapping["source"].as_str().or(mapping["crm"].as_str()).unwrap();
            format!("{input}: {} {} {}", mapping["files"], mapping["preset"], mapping["preset_from"])
        })
        .collect();
    let expected = [
        r#"crm export: ["zoho.csv"] "zoho" "header""#,
        r#"lists: ["more/one.csv","more/two.csv"] null null"#,
        r#"mail: ["ask.eml"] "email" "mail""#,
        r#"mail (history): ["ask.eml"] "email" "mail""#,
        r#"owners: ["owners.csv"] null null"#,
    ];
    assert_eq!(told, expected);
    let zoho = serde_json::json!({ "field": "source_id", "columns": ["Record Id"], "because": "preset" });
    assert_eq!(mappings[0]["fields"][0], zoho);
    assert_eq!(mappings[0]["custom"], serde_json::json!([{ "name": "Shoe size", "columns": ["Shoe size"] }]));
    assert_eq!(mappings[4]["unread"][0]["name"], "shift");
}

#[test]
fn a_preset_that_was_found_is_named_and_can_be_refused() {
    let workdir = mapped();
    let found = "zoho.csv: read with the preset `zoho`";
    assert!(workdir.succeed(&["run", "p.toml"]).stderr.contains(found));
    assert!(!workdir.succeed(&["run", "p.toml", "--quiet"]).stderr.contains("preset"));
    assert!(workdir.succeed(&["explain", "p.toml"]).stdout.contains("zoho (found)"));
    workdir.file("p.toml", MAPPED.replace("\"zoho.csv\"", "\"zoho.csv\"\npreset = \"none\""));
    assert!(!workdir.succeed(&["run", "p.toml"]).stderr.contains("preset"));
}
