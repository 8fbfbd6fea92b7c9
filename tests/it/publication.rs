//! The output folder appears complete or not at all.

use std::time::Instant;

use crate::workdir::Workdir;

const LEADS: &str = "id,first name,last name,email\n1,Ana,Kirova,ana@kirova.example\n2,Jon,Berg,jon@berg.example\n";
const PIPELINE: &str = "[[source]]\nname = \"a\"\npath = \"leads.csv\"\n";

fn project() -> Workdir {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS).file("p.toml", PIPELINE);
    workdir
}

#[test]
fn a_killed_run_leaves_the_last_output() {
    let workdir = Workdir::with_samples();
    let begun = Instant::now();
    workdir.succeed(&["run", "pipelines/nightly_dedupe.toml"]);
    let took = begun.elapsed();
    let before = std::fs::read(workdir.path("out/nightly_dedupe/leads.csv")).unwrap();
    let mut killed = 0;
    // Moments all over a run, closer together towards its end, when the output is written.
    for share in [0.05, 0.2, 0.4, 0.6, 0.7, 0.75, 0.8, 0.84, 0.88, 0.91, 0.94, 0.96, 0.98, 1.0] {
        let arguments = ["run", "pipelines/nightly_dedupe.toml", "--quiet", "--as-of", "2026-10-16"];
        let mut run = workdir.command(&arguments).spawn().unwrap();
        std::thread::sleep(took.mul_f64(share));
        if run.try_wait().unwrap().is_none() {
            run.kill().unwrap();
            killed += 1;
        }
        run.wait().unwrap();
        let summary = workdir.summary("out/nightly_dedupe");
        let whole = std::fs::read(workdir.path("out/nightly_dedupe/leads.csv")).unwrap();
        assert!(summary["as_of"] == "2026-10-16" || whole == before, "at {share} of a run");
        for (table, rows) in tables(&summary) {
            let path = workdir.path(&format!("out/nightly_dedupe/{table}.csv"));
            let mut reader = csv::Reader::from_path(path).unwrap();
            assert_eq!(reader.records().map(Result::unwrap).count(), rows, "{table} at {share} of a run");
        }
    }
    assert!(killed > 0, "every run was over before it could be killed");
    workdir.succeed(&["run", "pipelines/nightly_dedupe.toml"]);
    assert_eq!(std::fs::read(workdir.path("out/nightly_dedupe/leads.csv")).unwrap(), before);
    let beside: Vec<_> =
        std::fs::read_dir(workdir.path("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().contains(".new-")), "leftovers: {beside:?}");
}

fn tables(summary: &serde_json::Value) -> Vec<(String, usize)> {
    serde_json::from_value(summary["tables"].clone()).unwrap()
}

#[test]
fn a_folder_that_is_not_ours_is_never_replaced() {
    let workdir = project();
    workdir.file("out/p/thesis.doc", "years of work");
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("no run of leadmill wrote: thesis.doc"), "{}", ran.stderr);
    assert_eq!(std::fs::read(workdir.path("out/p/thesis.doc")).unwrap(), b"years of work");
}

#[test]
fn a_file_put_beside_the_results_is_never_deleted() {
    let workdir = project();
    workdir.succeed(&["run", "p.toml"]);
    for name in ["out/p/mine.txt", "out/p/reports/mine.csv", "out/p/sub/mine.txt"] {
        workdir.file(name, "mine");
        let ran = workdir.run(&["run", "p.toml"]);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert_eq!(std::fs::read(workdir.path(name)).unwrap(), b"mine");
        let first = name.trim_start_matches("out/p/").split('/').next().unwrap();
        let moved = if first == "reports" { workdir.path(name) } else { workdir.path("out/p").join(first) };
        if moved.is_dir() { std::fs::remove_dir_all(moved).unwrap() } else { std::fs::remove_file(moved).unwrap() }
    }
    workdir.succeed(&["run", "p.toml"]);
}

#[cfg(unix)]
#[test]
fn a_linked_output_folder_stays_a_link() {
    let workdir = project();
    std::fs::create_dir_all(workdir.path("real")).unwrap();
    std::os::unix::fs::symlink("real", workdir.path("link")).unwrap();
    for _ in 0..2 {
        workdir.succeed(&["run", "p.toml", "--set", "output=\"link\""]);
        assert!(workdir.path("link").is_symlink() && workdir.path("real/leads.csv").exists());
    }
}

#[test]
fn the_project_itself_is_never_replaced() {
    let workdir = project();
    workdir.file("p.toml", format!("output = \".\"\n{PIPELINE}"));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("leads.csv lies in the output folder"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(workdir.path("leads.csv")).unwrap(), LEADS);
}

#[test]
fn an_output_that_is_a_file_is_refused() {
    let workdir = project();
    workdir.file("out/p", "a file");
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("must be a folder"), "{}", ran.stderr);
}

#[test]
fn an_unwritable_output_is_a_sentence() {
    let workdir = project();
    // A folder below a file cannot be made, whoever asks.
    workdir.file("blocked", "a file").file("p.toml", format!("output = \"blocked/out\"\n{PIPELINE}"));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.starts_with("error: cannot write"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn lines_of_delimiters_are_listed_and_fail_no_run() {
    let workdir = project();
    workdir.file("leads.csv", format!("{LEADS}{}", ",,,\n".repeat(30)));
    workdir.succeed(&["run", "p.toml"]);
    let rejects = workdir.table("out/p/rejects.csv");
    assert_eq!(rejects.len(), 30);
    assert!(rejects.iter().all(|row| row["code"] == "empty_row" && row["field"].is_empty()), "{rejects:?}");
}

#[test]
fn too_many_rejects_publish_nothing_but_the_rejects() {
    let workdir = project();
    workdir.succeed(&["run", "p.toml"]);
    let before = std::fs::read(workdir.path("out/p/leads.csv")).unwrap();
    workdir.file("leads.csv", format!("{LEADS}3,,,x@y.example\n4,,,\n5,a,b,c@d.example,too,long\n"));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("3 of 5 rows were rejected"), "{}", ran.stderr);
    assert_eq!(std::fs::read(workdir.path("out/p/leads.csv")).unwrap(), before);
    let rejects = workdir.table("out/p.failed/rejects.csv");
    let codes: Vec<_> = rejects.iter().map(|row| (row["line"].as_str(), row["code"].as_str())).collect();
    assert_eq!(codes, [("4", "no_name"), ("5", "no_name"), ("6", "long_row")]);
    workdir.file("p.toml", format!("{PIPELINE}[load]\nmax_rejects = 3\n"));
    workdir.succeed(&["run", "p.toml"]);
    assert!(!workdir.path("out/p.failed").exists(), "the rejects of an earlier failure are gone");
}

#[test]
fn a_dry_run_writes_nothing() {
    let workdir = project();
    let ran = workdir.succeed(&["run", "p.toml", "--dry-run", "--json"]);
    assert!(ran.stdout.contains("\"golden\": 2"), "{}", ran.stdout);
    assert!(!workdir.path("out").exists());
}
