//! The sample campaign as its owner would run it: plan, look, apply.

use std::collections::{BTreeMap, BTreeSet};

use super::{files, read, tables_are_whole, untimed};
use crate::workdir::Workdir;

const PIPELINE: &str = "pipelines/campaign.toml";

#[test]
fn plan_look_apply() {
    let workdir = Workdir::with_samples();
    let ran = workdir.succeed(&["plan", PIPELINE]);
    insta::assert_snapshot!("campaign_said", ran.stderr);
    let summary = read(&workdir.path("out/campaign.plan/plan.md"));
    tables_are_whole(&summary);
    insta::assert_snapshot!("campaign_plan.md", summary);
    // What the list of changes says is what the tables say.
    let mut counted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in workdir.table("out/campaign.plan/changes.csv") {
        *counted.entry((row["kind"].clone(), row["change"].clone())).or_default() += 1;
    }
    let count = |kind: &str, change: &str| counted.get(&(kind.to_owned(), change.to_owned())).copied().unwrap_or(0);
    for kind in ["accounts", "contacts", "opportunities"] {
        let rows = workdir.table(&format!("out/campaign.plan/{kind}.csv"));
        let single = if kind == "opportunities" { "opportunity" } else { kind.trim_end_matches('s') };
        for action in ["create", "link"] {
            let found = rows.iter().filter(|row| row["action"] == action).count();
            assert_eq!(count(single, action), found, "{kind} to {action}");
        }
    }
    let decisions = workdir.table("out/campaign.plan/decisions.csv");
    for (decision, change) in [("qualified", "qualify"), ("disqualified", "disqualify"), ("blocked", "block")] {
        let found = decisions.iter().filter(|row| row["decision"] == decision).count();
        assert!(found > 0 && count("lead", change) == found, "{decision}");
    }
    // A person has looked, and it is done.
    workdir.succeed(&["run", "--plan", "out/campaign.plan"]);
    let (applied, summary) = (files(&workdir, "out/campaign"), untimed(&workdir, "out/campaign"));
    std::fs::remove_dir_all(workdir.path("out/campaign")).unwrap();
    workdir.succeed(&["run", PIPELINE]);
    let direct = files(&workdir, "out/campaign");
    assert_eq!(direct.keys().collect::<Vec<_>>(), applied.keys().collect::<Vec<_>>());
    let differing: Vec<&String> = direct.keys().filter(|name| direct[*name] != applied[*name]).collect();
    assert!(differing.iter().all(|name| *name == "run.json"), "{differing:?}");
    assert_eq!(untimed(&workdir, "out/campaign"), summary);
    // A new export arrives, and yesterday's plan is not carried out.
    let fair = read(&workdir.path("sample_data/hubspot_fair_2026-10.csv"));
    workdir
        .file("sample_data/hubspot_late.csv", fair.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    let ran = workdir.run(&["run", "--plan", "out/campaign.plan"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("\n  sample_data/hubspot_late.csv is new\n"), "{}", ran.stderr);
}

#[test]
fn ids_of_the_campaign_stay_the_next_week() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE]);
    let (first, ids) = (files(&workdir, "out/campaign"), workdir.table("out/campaign/issued_ids.csv"));
    assert!(ids.len() > 300, "{}", ids.len());
    workdir.run(&["run", PIPELINE]);
    let again = files(&workdir, "out/campaign");
    let differing: Vec<&String> = first.keys().filter(|name| first[*name] != again[*name]).collect();
    assert_eq!(differing, ["run.json"], "a second run into the same folder");
    let mut second = untimed(&workdir, "out/campaign");
    assert_eq!(second["earlier_ids"]["rows"], ids.len());
    // The companies that people are scored for are called as their accounts are.
    let [made, people] = ["accounts", "account_people"].map(|table| {
        let rows = workdir.table(&format!("out/campaign/{table}.csv"));
        rows.into_iter().map(|row| row["account_id"].clone()).collect::<BTreeSet<String>>()
    });
    let told = made.iter().filter(|id| people.contains(*id)).count();
    assert!(told * 10 > made.len() * 9, "{told} of {}", made.len());
    // Without the ids read, and without what compares with the last run, it is the first one's.
    workdir.succeed(&["run", PIPELINE, "--set", "output=\"out/anew\""]);
    let mut anew = untimed(&workdir, "out/anew");
    for summary in [&mut second, &mut anew] {
        let object = summary.as_object_mut().unwrap();
        ["earlier_ids", "expectations", "files", "configuration"].iter().for_each(|key| drop(object.remove(*key)));
    }
    assert_eq!(second, anew);
}
