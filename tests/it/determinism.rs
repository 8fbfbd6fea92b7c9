//! Same input, same bytes: at any number of threads, in any order of rows and files.

use std::collections::BTreeMap;
use std::path::Path;

use crate::workdir::Workdir;

/// Every file of an output folder but run.json (which holds timings), by relative path.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "run.json" {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let workdir = Workdir::with_samples();
    let run = |threads: &str| {
        let arguments = ["run", "pipelines/campaign.toml", "--threads", threads];
        let done = workdir.command(&arguments).env("POLARS_MAX_THREADS", threads).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        outputs(&workdir.path("out/campaign"))
    };
    let one = run("1");
    assert!(one.len() > 30, "tables and reports in two formats: {:?}", one.keys());
    for threads in ["2", "8"] {
        let other = run(threads);
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (name, bytes) in &one {
            assert!(other[name] == *bytes, "{name} differs between 1 and {threads} threads");
        }
    }
}

/// Rows in another order, and the files of a source under names that sort the other way round.
fn shuffled(workdir: &Workdir) -> Workdir {
    let other = Workdir::with_samples();
    for (name, renamed) in [
        ("hubspot_fair_2026-10.csv", "hubspot_z.csv"),
        ("hubspot_webinar_2026-09.csv", "hubspot_a.csv"),
        ("salesforce_leads.csv", "salesforce_leads.csv"),
    ] {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_path(workdir.path(&format!("sample_data/{name}")))
            .unwrap();
        let mut records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        // A fixed permutation: by a hash of the row's own text.
        records[1..].sort_by_cached_key(|record| {
            record.iter().flat_map(str::bytes).fold(17u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()))
        });
        std::fs::remove_file(other.path(&format!("sample_data/{name}"))).unwrap();
        let path = other.path(&format!("sample_data/{renamed}"));
        let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).unwrap();
        records.iter().for_each(|record| writer.write_record(record).unwrap());
        writer.flush().unwrap();
    }
    other
}

#[test]
fn results_do_not_depend_on_the_order_of_rows_and_files() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml"]);
    let other = shuffled(&workdir);
    other.succeed(&["run", "pipelines/campaign.toml"]);
    // Parquet files bear the hash of the inputs, whose bytes did change: the CSV side shows the rows.
    let tables = |workdir: &Workdir| {
        let mut files = outputs(&workdir.path("out/campaign"));
        files.retain(|name, _| name.ends_with(".csv"));
        files
    };
    let (before, after) = (tables(&workdir), tables(&other));
    // These tables name files and lines, which did move; all others are the same to the byte.
    let placed = ["lead_members", "lineage", "consent", "rejects", "findings"];
    for (name, bytes) in &before {
        if !placed.iter().any(|table| name.starts_with(&format!("{table}."))) {
            assert!(after[name] == *bytes, "{name} depends on the order of rows or files");
        }
    }
    // Of the placed ones all but the place is.
    let without_place = |workdir: &Workdir, table: &str| {
        let mut rows = workdir.table(&format!("out/campaign/{table}.csv"));
        for row in &mut rows {
            row.remove("file");
            row.remove("line");
            if row.get("code").is_some_and(|code| code == "short_row") {
                row.remove("text"); // shows the row's own quoting, which the shuffle did not keep
            }
        }
        rows.sort();
        rows
    };
    for table in ["lead_members", "lineage", "consent", "findings"] {
        assert_eq!(without_place(&workdir, table), without_place(&other, table), "{table}");
    }
}
