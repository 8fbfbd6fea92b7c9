//! The review loop as a user goes through it: a run asks, its review file is filled in, and the next run does what it says.

mod anew;
mod answers;
mod impact;
mod records;
mod rules;
mod spreadsheets;

use std::collections::BTreeMap;

use crate::workdir::{Ran, Row, Workdir};

/// A project whose leads qualify with a budget of 5000.
struct Project {
    workdir: Workdir,
    /// What `[dedupe]` says beside `decisions`.
    dedupe: &'static str,
    /// What `[qualify]` says.
    qualify: &'static str,
    kinds: Vec<&'static str>,
}

/// Leads of one e-mail address are asked about, whatever their probability.
const ASK: &str = "match_at = 1.0\nreview_at = 0.0001\nblock_on = [[\"email\"]]\n";
const QUALIFY: &str = "when = \"budget_amount >= 5000\"\n";
const HEADER: &str = "id,full_name,company,country,email,budget_amount,estimated_value,budget_currency,assigned_to\n";

impl Project {
    fn new(leads: &str, crm: &[(&'static str, &str)]) -> Self {
        let workdir = Workdir::new();
        workdir.file("leads.csv", format!("{HEADER}{leads}"));
        for (kind, content) in crm {
            workdir.file(&format!("{kind}.csv"), content);
        }
        Self { workdir, dedupe: ASK, qualify: QUALIFY, kinds: crm.iter().map(|(kind, _)| *kind).collect() }
    }

    /// Runs with these answers: the value of `decisions` in TOML, or "".
    fn try_run(&self, decisions: &str, more: &[&str]) -> Ran {
        let decisions = if decisions.is_empty() { String::new() } else { format!("decisions = {decisions}\n") };
        let crm: String = self.kinds.iter().map(|kind| format!("{kind} = {{ path = \"{kind}.csv\" }}\n")).collect();
        let text = format!(
            "as_of = 2026-11-30\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = {{ source_id = \"id\" }}\n\
             [crm]\n{crm}[dedupe]\n{}{decisions}[qualify]\n{}[write]\nformats = [\"csv\", \"parquet\"]\n",
            self.dedupe, self.qualify
        );
        self.workdir.file("p.toml", text);
        self.workdir.run(&[&["run", "p.toml"], more].concat())
    }

    fn run(&self, decisions: &str) -> Ran {
        let ran = self.try_run(decisions, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran
    }

    fn table(&self, name: &str) -> Vec<Row> {
        self.workdir.table(&format!("out/p/{name}.csv"))
    }

    /// Writes a copy of the run's review file with answers to some questions; a question is "left right", by the ids in the
    /// exports and in the CRM.
    fn fill(&self, name: &str, answers: &[(&str, &str)]) {
        let mut review = self.table("review");
        for (question, word) in answers {
            let is_asked = |row: &&mut Row| {
                let sides = [&row["left_source_id"], &row["right_source_id"]];
                let (left, right) = question.split_once(' ').unwrap();
                sides == [left, right] || sides == [right, left]
            };
            let row = review.iter_mut().find(is_asked).unwrap_or_else(|| panic!("nobody asks {question}"));
            row.insert("decision".to_owned(), (*word).to_owned());
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names: Vec<&String> = review[0].keys().collect();
        writer.write_record(&names).unwrap();
        review.iter().for_each(|row| writer.write_record(row.values()).unwrap());
        self.workdir.file(name, writer.into_inner().unwrap());
    }

    /// "1 A1" and the like for every question, in the order of the file.
    fn asked(&self) -> Vec<String> {
        let sides = |row: &Row| format!("{} {} {}", row["kind"], row["left_source_id"], row["right_source_id"]);
        self.table("review").iter().map(sides).collect()
    }

    /// For each lead by its id in the export: decision, reason, and what it got.
    fn decided(&self) -> BTreeMap<String, String> {
        let decisions = self.table("decisions");
        let of = |lead: &str| decisions.iter().find(|row| row["lead_id"] == lead).unwrap();
        let told = |lead: &Row| {
            let decision = of(&lead["lead_id"]);
            let got = [("account_id", "accounts"), ("contact_id", "contacts"), ("opportunity_id", "opportunities")]
                .map(|(column, table)| {
                    let records = self.table(table);
                    match decision[column].as_str() {
                        "" => "-".to_owned(),
                        id if records.iter().any(|row| row[column] == id && row["action"] == "create") => {
                            "new".to_owned()
                        }
                        id => id.to_owned(),
                    }
                });
            (lead["source_id"].clone(), format!("{} {}: {}", decision["decision"], decision["reason"], got.join(" ")))
        };
        self.table("leads").iter().map(told).collect()
    }

    /// "file:line outcome" of every answer.
    fn outcomes(&self) -> Vec<String> {
        let told = |row: &Row| format!("{}:{} {}", row["file"], row["line"], row["outcome"]);
        self.table("verdicts").iter().map(told).collect()
    }

    fn whys(&self) -> Vec<String> {
        self.table("verdicts").into_iter().map(|row| row["why"].clone()).collect()
    }

    /// The row of `lead_members` of an id in the export.
    fn row_id(&self, id: &str) -> String {
        self.table("lead_members").iter().find(|row| row["source_id"] == id).unwrap()["row_id"].clone()
    }
}

fn only<T: std::fmt::Debug>(mut all: Vec<T>) -> T {
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}
