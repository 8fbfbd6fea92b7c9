//! `leadmill evaluate` against plain definitions, and what it says where it cannot.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::workdir::{Workdir, repository, rows};

const TRUTH: &str = "sample_data/truth.csv";
const OUTPUT: &str = "out/campaign";

fn campaign() -> Workdir {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml"]);
    workdir
}

fn evaluated(workdir: &Workdir, arguments: &[&str]) -> Value {
    let all: Vec<&str> =
        ["evaluate", OUTPUT, "--json", "--truth"].into_iter().chain(arguments.iter().copied()).collect();
    serde_json::from_str(&workdir.succeed(&all).stdout).unwrap()
}

/// True, found and correct pairs, pair by pair.
fn counted(truth: &BTreeMap<String, (String, String)>, leads: &BTreeMap<String, String>, cross: bool) -> [u64; 3] {
    let rows: Vec<(&String, &(String, String))> = truth.iter().collect();
    let mut counts = [0; 3];
    for (i, (a, (label, source))) in rows.iter().enumerate() {
        for (b, (other, _)) in rows[i + 1..].iter().filter(|row| !cross || row.1.1 != *source) {
            let found = leads.get(*a).is_some() && leads.get(*a) == leads.get(*b);
            counts[0] += u64::from(label == other);
            counts[1] += u64::from(found);
            counts[2] += u64::from(found && label == other);
        }
    }
    counts
}

#[test]
fn figures_are_those_of_looking_at_every_pair() {
    let workdir = campaign();
    // Fewer labels than rows, and labels of rows that the run has not.
    let mut truth: BTreeMap<String, (String, String)> = rows(&repository().join(TRUTH))
        .into_iter()
        .enumerate()
        .filter(|(line, _)| line % 9 != 0)
        .map(|(_, row)| (row["id"].clone(), (row["cluster"].clone(), row["source"].clone())))
        .collect();
    let some = truth.values().next().unwrap().clone();
    truth.insert("gone-1".to_owned(), some.clone());
    truth.insert("gone-2".to_owned(), some);
    let line = |(id, (label, source)): (&String, &(String, String))| format!("{id},{label},{source}\n");
    let labels = truth.iter().map(line).collect::<String>();
    workdir.file("labels.csv", format!("id,cluster,source\n{labels}"));
    let members = workdir.table("out/campaign/lead_members.csv");
    let leads = members.iter().map(|row| (row["source_id"].clone(), row["lead_id"].clone())).collect();
    for cross in [false, true] {
        let arguments: &[&str] = if cross { &["labels.csv", "--cross"] } else { &["labels.csv"] };
        let found = evaluated(&workdir, arguments);
        let counts =
            ["true_pairs", "found_pairs", "correct_pairs"].map(|name| found["pairwise"][name].as_u64().unwrap());
        assert_eq!(counts, counted(&truth, &leads, cross), "cross: {cross}");
        assert_eq!(found["rows"]["missing"], 2);
        assert_eq!(found["rows"]["unlabelled"].as_u64().unwrap() as usize, members.len() + 2 - truth.len());
        assert_eq!(found["rows"]["missing_examples"].as_array().unwrap().len(), 2);
        // The two that are gone can have been compared with nobody.
        let blocking = &found["blocking"];
        assert_eq!(blocking["true_pairs"], counts[0]);
        assert!(blocking["compared"].as_u64().unwrap() >= counts[2], "{blocking}");
        assert!(blocking["compared"].as_u64().unwrap() < counts[0], "{blocking}");
    }
}

#[test]
fn thresholds_of_the_run_itself_are_marked_and_add_up() {
    let workdir = campaign();
    let found = evaluated(&workdir, &[TRUTH]);
    let thresholds = found["thresholds"].as_array().unwrap();
    let current: Vec<&Value> = thresholds.iter().filter(|row| row["current"] == true).collect();
    assert_eq!(current.len(), 1);
    let links = workdir.table("out/campaign/links.csv");
    let probability = |row: &BTreeMap<String, String>| row["probability"].parse::<f64>().unwrap();
    let sure = |least: f64| {
        let counts = |row: &&BTreeMap<String, String>| match row["rule"].as_str() {
            "model" => probability(row) >= least,
            _ => row["verdict"] == "match",
        };
        links.iter().filter(counts).count() as u64
    };
    for row in thresholds {
        assert_eq!(row["links"].as_u64().unwrap(), sure(row["probability"].as_f64().unwrap()), "{row}");
        assert!(row["connected"]["found_pairs"].as_u64() >= row["pairs"]["found_pairs"].as_u64(), "{row}");
    }
    let lowest = thresholds.first().unwrap();
    assert_eq!(lowest["links"], links.len());
    assert!(thresholds.windows(2).all(|pair| pair[0]["links"].as_u64() >= pair[1]["links"].as_u64()));
}

#[test]
fn pairs_are_labels_too_and_csv_is_as_good_as_parquet() {
    let workdir = campaign();
    let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(&repository().join(TRUTH)) {
        clusters.entry(row["cluster"].clone()).or_default().push(row["id"].clone());
    }
    // A chain is enough: what it connects is one.
    let chains = clusters.values().flat_map(|ids| ids.windows(2)).map(|pair| format!("{};{}\n", pair[0], pair[1]));
    workdir.file("pairs.csv", format!("left_id;right_id\n{}", chains.collect::<String>()));
    let (labelled, paired) = (evaluated(&workdir, &[TRUTH]), evaluated(&workdir, &["pairs.csv", "--pairs"]));
    for part in ["pairwise", "bcubed", "clusters", "blocking", "thresholds"] {
        assert_eq!(labelled[part], paired[part], "{part}");
    }
    for table in ["lead_members", "links"] {
        std::fs::remove_file(workdir.path(&format!("{OUTPUT}/{table}.parquet"))).unwrap();
    }
    assert_eq!(evaluated(&workdir, &[TRUTH]), labelled);
}

#[test]
fn what_a_person_reads() {
    let workdir = campaign();
    let shown = workdir.succeed(&["evaluate", OUTPUT, "--truth", TRUTH]).stdout;
    for part in ["(id, cluster)", "pairwise", "B-cubed", "of the true pairs share a block", "this run", "leadmill why"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // What it advises works.
    let advice = shown.lines().find_map(|line| line.strip_prefix("For example: leadmill ")).unwrap();
    workdir.succeed(&advice.split(' ').collect::<Vec<_>>());
    // Inputs that are gone or changed cost the blocking recall only.
    let original = std::fs::read(workdir.path("sample_data/salesforce_leads.csv")).unwrap();
    workdir.file("sample_data/salesforce_leads.csv", [&original[..], b"\n"].concat());
    let shown = workdir.succeed(&["evaluate", OUTPUT, "--truth", TRUTH]).stdout;
    assert!(shown.contains("Blocking  unknown: the inputs are not those of the run any more"), "{shown}");
    assert!(shown.contains("sample_data/salesforce_leads.csv was changed"), "{shown}");
    std::fs::remove_file(workdir.path("sample_data/salesforce_leads.csv")).unwrap();
    let shown = workdir.succeed(&["evaluate", OUTPUT, "--truth", TRUTH]).stdout;
    assert!(shown.contains("Blocking  unknown: there is no file `sample_data/salesforce_leads.csv`"), "{shown}");
    let shown = workdir.succeed(&["evaluate", OUTPUT, "--truth", TRUTH, "--blocking", "never"]).stdout;
    assert!(shown.contains("Blocking  unknown: not asked for"), "{shown}");
}

#[test]
fn what_cannot_be_evaluated_is_told() {
    let workdir = campaign();
    workdir.file("other.csv", "id,cluster\nx1,a\nx2,a\n").file("empty.csv", "").file("odd.csv", "who,what\n1,2\n");
    let cases: [(&[&str], &str); 7] = [
        (&["out", "--truth", TRUTH], "out is not the output folder of a run: it has no run.json"),
        (&[OUTPUT, "--truth", "none.csv"], "none.csv"),
        (&[OUTPUT, "--truth", "empty.csv"], "empty.csv"),
        (&[OUTPUT, "--truth", "odd.csv"], "which column of odd.csv is the entity? Name it with --label"),
        (&[OUTPUT, "--truth", "odd.csv", "--label", "wat"], "has no column `wat` (`what` is near)"),
        (&[OUTPUT, "--truth", "other.csv"], "no `id` of other.csv is a source_id of out/campaign: x1, x2 against"),
        (&[OUTPUT, "--truth", TRUTH, "--pairs"], "--id LEFT --label RIGHT"),
    ];
    for (arguments, expected) in cases {
        let all: Vec<&str> = std::iter::once("evaluate").chain(arguments.iter().copied()).collect();
        let ran = workdir.run(&all);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{arguments:?}: {}", ran.stderr);
    }
}
