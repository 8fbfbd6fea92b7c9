//! Clusters against labels: the pipeline of `pipelines/persons.toml` on 1,000 labelled persons.

use std::collections::BTreeMap;

use crate::workdir::{Workdir, repository, rows};

/// Pairwise precision and recall of clusters (row to cluster) against labels.
pub(crate) fn precision_and_recall(truth: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> (f64, f64) {
    let pairs = |groups: BTreeMap<(&str, &str), u64>| groups.values().map(|n| n * (n - 1) / 2).sum::<u64>() as f64;
    let count = |by_truth: bool, by_found: bool| {
        let mut groups: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for (id, cluster) in truth {
            let key = (if by_truth { cluster.as_str() } else { "" }, if by_found { found[id].as_str() } else { "" });
            *groups.entry(key).or_default() += 1;
        }
        pairs(groups)
    };
    let both = count(true, true);
    (both / count(false, true), both / count(true, false))
}

#[test]
fn persons_are_found_with_few_errors() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/persons.toml"]);
    let truth = rows(&repository().join("tests/data/febrl1_truth.csv"));
    let truth = truth.into_iter().map(|row| (row["id"].clone(), row["cluster"].clone())).collect();
    let found = workdir.table("out/persons/lead_members.csv");
    let found = found.into_iter().map(|row| (row["source_id"].clone(), row["lead_id"].clone())).collect();
    let (precision, recall) = precision_and_recall(&truth, &found);
    assert!(precision >= 0.99, "precision {precision}");
    assert!(recall >= 0.98, "recall {recall}");
}

#[test]
fn the_sample_campaign_s_duplicates_are_found() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml"]);
    let truth = rows(&repository().join("sample_data/truth.csv"));
    let truth = truth.into_iter().map(|row| (row["id"].clone(), row["cluster"].clone())).collect();
    let found = workdir.table("out/campaign/lead_members.csv");
    let found = found.into_iter().map(|row| (row["source_id"].clone(), row["lead_id"].clone())).collect();
    let (precision, recall) = precision_and_recall(&truth, &found);
    assert!(precision >= 0.97, "precision {precision}");
    assert!(recall >= 0.85, "recall {recall}");
}
