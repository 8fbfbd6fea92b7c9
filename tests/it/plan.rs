//! `leadmill plan` and `leadmill run --plan`: plan, look, apply.

mod barred;
mod campaign;
mod refused;

use std::collections::BTreeMap;
use std::path::Path;

use crate::workdir::{Row, Workdir};

/// Who has a budget of 5000 qualifies, who has none is disqualified.
pub(crate) const PIPELINE: &str = "as_of = 2026-10-15\n[[source]]\nname = \"s\"\npath = \"leads/*.csv\"\n\
    fields = { source_id = \"id\" }\n[crm]\naccounts = { path = \"crm.csv\" }\n[dedupe]\nenabled = false\n\
    [qualify]\nwhen = \"budget_amount >= 5000\"\n[[qualify.disqualify]]\nwhen = \"budget_amount = 0\"\nreason = \"No budget\"\n\
    [[qualify.reactivate]]\nwhen = \"status = 'disqualified'\"\nreason = \"Asked again\"\n\
    [[report]]\nname = \"All\"\nsql = \"SELECT COUNT(*) AS leads FROM leads\"\n[write]\nformats = [\"csv\", \"parquet\"]\n";

const LEADS: &str = "id,full_name,email,company,status,budget_amount,budget_currency,estimated_value,product_interest\n\
    1,Ana Kirova,ana@acme.com,Acme,,5000,EUR,1200.50,Labels\n\
    2,Otto Lang,otto@acme.com,Acme,,9000,EUR,800,\n\
    3,Ida Kern,ida@kern.de,Kern GmbH,,7000,,,Ink | *Toner*\n\
    4,Uwe Kuhn,uwe@kuhn.de,,,0,,,\n\
    5,Eva Braun,eva@braun.de,,disqualified,10,,,\n\
    6,Jan Nowak,jan@nowak.pl,Twin,,5000,USD,300,\n\
    7,Mia Wolf,mia@wolf.de,,,20,,,\n";

const CRM: &str = "account_id,company,country\nA1,Kern GmbH,\nT1,Twin,\nT2,Twin,\n";

pub(crate) fn project() -> Workdir {
    let workdir = Workdir::new();
    workdir.file("p.toml", PIPELINE).file("leads/a.csv", LEADS).file("crm.csv", CRM);
    workdir
}

/// Every file under a folder, by name.
pub(crate) fn files(workdir: &Workdir, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![workdir.path(folder)];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(workdir.path(folder)).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// run.json without its seconds.
pub(crate) fn untimed(workdir: &Workdir, output: &str) -> serde_json::Value {
    let mut summary = workdir.summary(output);
    let object = summary.as_object_mut().unwrap();
    ["seconds", "cpu_seconds"].iter().for_each(|key| assert!(object.remove(*key).is_some(), "{key}"));
    summary
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Insists that every table of a Markdown text has a title, a rule, and lines of as many cells.
pub(crate) fn tables_are_whole(markdown: &str) {
    let lines: Vec<&str> = markdown.lines().collect();
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let blocks = lines.chunk_by(|a, b| a.starts_with('|') == b.starts_with('|'));
    let tables: Vec<&[&str]> = blocks.filter(|block| block[0].starts_with('|')).collect();
    assert!(tables.len() > 3, "{markdown}");
    for table in tables {
        assert!(table[1].starts_with("|---"), "{table:?}");
        assert!(table.iter().all(|line| cells(line) == cells(table[0]) && line.ends_with('|')), "{table:?}");
    }
}

/// A row of `changes` in short: kind, change, name, reason, value.
fn shown(row: &Row) -> String {
    let cells = ["kind", "change", "name", "reason", "matched", "candidates", "estimated_value", "currency"];
    let cells: Vec<&str> = cells.iter().map(|cell| row[*cell].as_str()).filter(|cell| !cell.is_empty()).collect();
    cells.join(" | ")
}

#[test]
fn every_change_is_a_row_and_nothing_is_published() {
    let workdir = project();
    let ran = workdir.succeed(&["plan", "p.toml"]);
    assert!(!workdir.path("out/p").exists(), "the output folder is not touched");
    let changes = workdir.table("out/p.plan/changes.csv");
    let told: Vec<String> = changes.iter().map(shown).collect();
    assert_eq!(
        told,
        [
            "lead | qualify | Ana Kirova | conditions_met | 1200.5 | EUR",
            "lead | qualify | Ida Kern | conditions_met | account:A1 | account:A1",
            "lead | qualify | Otto Lang | conditions_met | 800 | EUR",
            "lead | disqualify | Uwe Kuhn | No budget",
            "lead | reactivate | Eva Braun | Asked again",
            "lead | review | Jan Nowak | ambiguous_account | account:T1; account:T2 | 300 | USD",
            "account | create | Acme | conditions_met",
            "account | link | Kern GmbH | conditions_met",
            "contact | create | Ana Kirova | conditions_met",
            "contact | create | Ida Kern | conditions_met",
            "contact | create | Otto Lang | conditions_met",
            "opportunity | create | Acme: Labels | conditions_met | 1200.5 | EUR",
            "opportunity | create | Acme: New business | conditions_met | 800 | EUR",
            "opportunity | create | Kern GmbH: Ink | *Toner* | conditions_met",
        ]
    );
    let leads = workdir.table("out/p.plan/leads.csv");
    for change in &changes {
        let lead = leads.iter().find(|lead| lead["lead_id"] == change["lead_id"]).unwrap();
        assert!(change["kind"] != "lead" || change["id"] == lead["lead_id"]);
    }
    let planned: serde_json::Value = serde_json::from_str(&read(&workdir.path("out/p.plan/plan.json"))).unwrap();
    assert_eq!((&planned["unchanged"], &planned["as_of"]), (&1.into(), &"2026-10-15".into()));
    let inputs: Vec<&str> =
        planned["inputs"].as_array().unwrap().iter().map(|input| input["file"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["crm.csv", "leads/a.csv"]);
    let opportunities = planned["changes"].as_array().unwrap().iter().find(|it| it["kind"] == "opportunity").unwrap();
    assert_eq!(opportunities["values"], serde_json::json!([["EUR", "2,000.50"]]));
    assert_eq!(opportunities["without_value"], 1);
    insta::assert_snapshot!("said", ran.stderr);
    let summary = read(&workdir.path("out/p.plan/plan.md"));
    tables_are_whole(&summary);
    insta::assert_snapshot!("plan.md", summary);
}

#[test]
fn a_dry_plan_writes_nothing() {
    let workdir = project();
    let ran = workdir.succeed(&["plan", "p.toml", "--dry-run", "--json"]);
    assert!(!workdir.path("out").exists());
    let planned: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(planned["changes"].as_array().unwrap().len(), 8);
    assert!(ran.stderr.contains("create   1 account, 3 contacts, 3 opportunities"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("Dry run: nothing was written.\n"), "{}", ran.stderr);
}

#[test]
fn what_was_planned_is_published_byte_for_byte() {
    let workdir = project();
    let set = ["--set", "qualify.when=\"budget_amount >= 7000\"", "--as-of", "2026-01-31"];
    workdir.succeed(&[&["plan", "p.toml", "--threads", "1"][..], &set].concat());
    let ran = workdir.succeed(&["run", "--plan", "out/p.plan", "--threads", "3"]);
    assert!(ran.stderr.contains("p as of 2026-01-31"), "{}", ran.stderr);
    let applied = files(&workdir, "out/p");
    let run_json = untimed(&workdir, "out/p");
    // The plan folder had all of it beside its own files.
    let planned = files(&workdir, "out/p.plan");
    let own = ["changes.csv", "changes.parquet", "plan.md", "plan.json", "run.json"];
    let beside: Vec<&String> = planned.keys().filter(|name| !applied.contains_key(*name)).collect();
    assert_eq!(beside, ["changes.csv", "changes.parquet", "plan.json", "plan.md"]);
    for (name, bytes) in planned.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        assert!(applied[name] == *bytes, "{name} is not as planned");
    }
    // A run of the same day with the same values gives every file but run.json byte for byte, run.json but for seconds.
    std::fs::remove_dir_all(workdir.path("out/p")).unwrap();
    workdir.succeed(&[&["run", "p.toml"][..], &set].concat());
    let direct = files(&workdir, "out/p");
    assert_eq!(direct.keys().collect::<Vec<_>>(), applied.keys().collect::<Vec<_>>());
    for (name, bytes) in direct.iter().filter(|(name, _)| *name != "run.json") {
        assert!(applied[name] == *bytes, "{name} is not as a direct run leaves it");
    }
    assert_eq!(untimed(&workdir, "out/p"), run_json);
    assert!(direct.contains_key("reports/all.csv") && direct.contains_key("pipeline.toml"));
}

#[test]
fn carried_out_twice_it_changes_nothing() {
    let workdir = project();
    workdir.succeed(&["plan", "p.toml"]);
    workdir.succeed(&["run", "--plan", "out/p.plan"]);
    let first = files(&workdir, "out/p");
    let ran = workdir.succeed(&["run", "--plan", "out/p.plan", "--json"]);
    assert_eq!(files(&workdir, "out/p"), first, "not even the seconds");
    assert_eq!(ran.stderr, "out/p.plan was carried out before: out/p is as planned, and nothing was done.\n");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap(), workdir.summary("out/p"));
}

#[test]
fn today_is_the_day_of_the_plan() {
    use leadmill::config::{Outputs, compile};
    use leadmill::model::progress::Silent;
    use leadmill::pipeline::planned::{self, Basis, PipelineFile};
    use leadmill::stages::write::Output;
    use leadmill::stages::{report, standardize};

    let workdir = project();
    workdir.file("p.toml", PIPELINE.replace("as_of = 2026-10-15", "as_of = \"today\""));
    // Planned on a day long ago.
    let outputs = Outputs {
        names: report::TABLES,
        tables: &report::schema,
        clean: &standardize::value,
        fold: &standardize::fold::fold,
        check_query: &report::queries::check_query,
    };
    let day = "2020-02-29".parse().unwrap();
    let (plan, _) = compile(&workdir.path("p.toml"), &[], day, &outputs).unwrap();
    let (folder, basis) = (workdir.path("out/p.plan"), Basis::of(&plan).unwrap());
    let file = PipelineFile::new(&workdir.path("p.toml"), Vec::new()).unwrap();
    let looked = planned::look(&plan, &Silent).unwrap();
    let output = Output::claim(&folder).unwrap();
    planned::write(Some(output), &folder, &plan, &looked, basis, &file).unwrap();
    workdir.succeed(&["run", "--plan", "out/p.plan"]);
    assert_eq!(workdir.summary("out/p")["as_of"], "2020-02-29");
    // The file itself is left as it is, as a run of that day leaves it.
    assert!(read(&workdir.path("out/p/pipeline.toml")).contains("as_of = \"today\""));
}

#[test]
fn the_plan_folder_may_stand_elsewhere_and_the_working_folder_be_another() {
    let workdir = project();
    workdir.succeed(&["plan", "p.toml", "--out", "plans/october", "--only", "qualify"]);
    assert!(!workdir.path("out").exists());
    let mut command = workdir.command(&["run", "--plan", "october"]);
    let output = command.current_dir(workdir.path("plans")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(workdir.table("out/p/accounts.csv").len(), 2);
    // A plan can be asked as a run can.
    let lead = workdir.table("plans/october/leads.csv")[0]["lead_id"].clone();
    workdir.succeed(&["why", "plans/october", &lead]);
}

#[test]
fn a_plan_of_duplicates_alone_changes_no_lead() {
    let workdir = project();
    workdir.succeed(&["plan", "p.toml", "--only", "dedupe", "--set", "dedupe.enabled=true"]);
    assert!(workdir.table("out/p.plan/changes.csv").is_empty());
    workdir.succeed(&["run", "--plan", "out/p.plan"]);
    assert!(workdir.path("out/p/lead_members.csv").exists() && !workdir.path("out/p/decisions.csv").exists());
}
