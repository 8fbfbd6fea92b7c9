//! Runs that only look for duplicates, and runs that write only some tables: less, but nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::workdir::{Row, Workdir};

/// The file names of an output folder, without its subfolders.
fn files(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.filter(|entry| entry.path().is_file()).map(|entry| entry.file_name().into_string().unwrap()).collect()
}

fn by<'a>(rows: &'a [Row], key: &str) -> BTreeMap<&'a str, &'a Row> {
    rows.iter().map(|row| (row[key].as_str(), row)).collect()
}

#[test]
fn only_dedupe_finds_the_same_leads_as_the_whole_run() {
    let workdir = Workdir::with_samples();
    let arguments = ["run", "pipelines/campaign.toml", "--set", "edit=[]", "--set", "write.formats=[\"csv\"]"];
    let run = |output: &str, more: &[&str]| {
        let output = format!("output={output:?}");
        let all: Vec<&str> = arguments.iter().copied().chain(["--set", &output]).chain(more.iter().copied()).collect();
        workdir.succeed(&all);
    };
    run("out/whole", &[]);
    run("out/only", &["--only", "dedupe"]);
    let table = |folder: &str, name: &str| workdir.table(&format!("out/{folder}/{name}.csv"));

    let tables = ["findings", "lead_members", "leads", "links", "model", "rejects", "review", "verdicts"];
    let others = ["run.json", "model.json", "pipeline.toml"].map(str::to_owned);
    let expected: BTreeSet<String> = tables.iter().map(|name| format!("{name}.csv")).chain(others).collect();
    assert_eq!(files(&workdir.path("out/only")), expected);
    assert!(!workdir.path("out/only/reports").exists());

    // The same rows in the same leads, without the cells as read.
    let (whole, only) = (table("whole", "lead_members"), table("only", "lead_members"));
    assert!(only.len() > 1_000);
    assert_eq!(whole.len(), only.len());
    for (whole, only) in whole.iter().zip(&only) {
        assert!(only.keys().all(|column| !column.starts_with("raw_")), "{only:?}");
        assert!(only.iter().all(|(column, value)| whole[column] == *value), "{only:?} against {whole:?}");
    }
    // What survives is the same; only the stages behind it set owners, states and the wishes of others anew.
    let (whole, only) = (table("whole", "leads"), table("only", "leads"));
    let whole = by(&whole, "lead_id");
    assert_eq!(whole.len(), only.len());
    let columns: Vec<&str> = only[0].keys().map(String::as_str).collect();
    assert!(columns.contains(&"members") && columns.contains(&"email") && columns.contains(&"status"), "{columns:?}");
    for absent in ["score", "stars", "stage", "last_activity_at", "file_as", "domain"] {
        assert!(!columns.contains(&absent), "{absent} in {columns:?}");
    }
    let decided = [
        "assigned_to",
        "rating_type",
        "status",
        "status_reason",
        "closed_at",
        "opt_out",
        "do_not_email",
        "do_not_call",
    ];
    for lead in &only {
        for (column, value) in lead.iter().filter(|(column, _)| !decided.contains(&column.as_str())) {
            assert_eq!(whole[lead["lead_id"].as_str()][column], *value, "{column} of {}", lead["lead_id"]);
        }
    }
    for name in ["links", "model", "rejects", "verdicts"] {
        assert_eq!(table("whole", name), table("only", name), "{name}");
    }
    // The same pairs are asked about; without decisions nobody knows what an answer would be worth.
    let asked = |folder: &str| {
        let impact = ["stake", "currency", "owner", "decision_now", "if_match", "if_distinct"];
        let mut rows = table(folder, "review");
        // Records of the CRM are looked for where leads qualify.
        rows.retain(|row| row["kind"] == "lead");
        rows.iter_mut().for_each(|row| row.retain(|column, _| !impact.contains(&column.as_str())));
        rows.sort();
        rows
    };
    assert_eq!(asked("whole"), asked("only"));
    let (whole, only) = (workdir.summary("out/whole"), workdir.summary("out/only"));
    assert_eq!(whole["load"]["rows"], only["load"]["rows"]);
    assert_eq!(whole["dedupe"], only["dedupe"]);
    let stages: Vec<&str> =
        only["seconds"].as_array().unwrap().iter().map(|stage| stage[0].as_str().unwrap()).collect();
    assert_eq!(stages, ["load", "standardize", "link", "merge", "report"]);
}

#[test]
fn only_the_tables_asked_for_are_written_and_reports_still_read_the_others() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml", "--set", "output=\"out/all\""]);
    let tables = "write.tables=[\"lead_members\", \"review\"]";
    workdir.succeed(&["run", "pipelines/campaign.toml", "--set", "output=\"out/some\"", "--set", tables]);
    let names =
        ["lead_members", "review"].iter().flat_map(|name| ["csv", "parquet"].map(|end| format!("{name}.{end}")));
    let others = ["run.json", "model.json", "pipeline.toml"].map(str::to_owned);
    assert_eq!(files(&workdir.path("out/some")), names.chain(others).collect());
    for name in
        files(&workdir.path("out/some")).iter().filter(|name| !["run.json", "pipeline.toml"].contains(&name.as_str()))
    {
        let bytes = |folder: &str| std::fs::read(workdir.path(folder).join(name)).unwrap();
        // Parquet names the configuration, which is another one.
        assert!(name.ends_with(".parquet") || bytes("out/all") == bytes("out/some"), "{name}");
    }
    let reports = files(&workdir.path("out/all/reports"));
    assert_eq!(reports, files(&workdir.path("out/some/reports")));
    for name in reports.iter().filter(|name| name.ends_with(".csv")) {
        let bytes = |folder: &str| std::fs::read(workdir.path(folder).join("reports").join(name)).unwrap();
        assert_eq!(bytes("out/all"), bytes("out/some"), "{name}");
    }
    // A later run knows the files of this one for its own.
    workdir.succeed(&["run", "pipelines/campaign.toml", "--set", "output=\"out/some\""]);
    assert!(workdir.path("out/some/leads.csv").exists());
}
