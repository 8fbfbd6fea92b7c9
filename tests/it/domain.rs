//! Scoring and assigning, rule by rule: each sentence of the domain with leads so few that a reader can work it out.
//!
//! Whatever a rule is about, its ledger sums exactly to the score of every lead.

mod assigning;
mod batches;
mod outcomes;
mod scoring;

use std::collections::BTreeMap;

use crate::workdir::{Row, Workdir};

/// A rule, and what it comes to in numbers.
struct Rule {
    /// The rule in the words of the domain.
    says: &'static str,
    /// How the numbers come about.
    because: &'static str,
    /// The part of the pipeline file that is about it. Leads have no names; columns of one letter are true or false.
    pipeline: &'static str,
    /// The leads, by `source_id`.
    leads: &'static str,
    /// Other files: name and content.
    files: &'static [(&'static str, &'static str)],
    /// The columns of `leads` that are shown below; see [`Told::cell`] for what else may be.
    shows: &'static str,
    /// The leads as they come out: their id and those columns, in the order of the export.
    gives: &'static [&'static str],
}

/// What most rules have in common.
const RULE: Rule = Rule { says: "", because: "", pipeline: "", leads: "", files: &[], shows: "score", gives: &[] };

/// Runs every rule and tells all that came out otherwise.
fn prove(rules: &[Rule]) {
    let wrong: Vec<String> = rules.iter().filter_map(refutation).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn refutation(rule: &Rule) -> Option<String> {
    let workdir = Workdir::new();
    workdir.file("leads.csv", rule.leads).file("p.toml", pipeline(rule.leads, rule.pipeline));
    for (name, content) in rule.files {
        workdir.file(name, content);
    }
    let ran = workdir.run(&["run", "p.toml", "--quiet"]);
    assert_eq!(ran.code, 0, "{}: {}", rule.says, ran.stderr);
    let told = Told::read(&workdir, "out/p");
    told.assert_sums(rule.says);
    let shown = told.shown(&ids(rule.leads), rule.shows);
    let Rule { says, because, shows, gives, .. } = rule;
    (shown != *gives).then(|| format!("\"{says}\"\n({because})\nid | {shows}\nexpected {gives:#?}\nfound {shown:#?}"))
}

/// A pipeline file about `leads.csv`.
fn pipeline(leads: &str, rules: &str) -> String {
    let header = leads.lines().next().unwrap_or_default();
    let flags: Vec<String> =
        header.split(',').filter(|name| name.len() == 1).map(|name| format!("{name} = \"boolean\"")).collect();
    format!(
        "as_of = 2026-11-30\n{rules}\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\ntypes = {{ {} }}\n\
         [load]\nname = \"none\"\n[dedupe]\nenabled = false\n[write]\nformats = [\"csv\"]\n",
        flags.join(", ")
    )
}

/// The ids of an export, in its order.
fn ids(leads: &str) -> Vec<&str> {
    leads.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default()).collect()
}

/// What a run says of its leads.
struct Told {
    leads: Vec<Row>,
    ledger: BTreeMap<String, Vec<Row>>,
    assignments: BTreeMap<String, Row>,
}

impl Told {
    fn read(workdir: &Workdir, output: &str) -> Self {
        let table = |name: &str| workdir.table(&format!("{output}/{name}.csv"));
        let mut ledger: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in table("score_ledger") {
            ledger.entry(row["lead_id"].clone()).or_default().push(row);
        }
        let assignments = table("assignments").into_iter().map(|row| (row["lead_id"].clone(), row)).collect();
        Self { leads: table("leads"), ledger, assignments }
    }

    /// That the ledger has the same lines for every lead, and that they sum exactly to its score.
    fn assert_sums(&self, rule: &str) {
        let lines = |lead: &Row| self.ledger.get(&lead["lead_id"]).map_or(&[][..], Vec::as_slice);
        let names = |lead: &Row| lines(lead).iter().map(|line| line["criterion"].clone()).collect::<Vec<_>>();
        for lead in &self.leads {
            let sum: i64 = lines(lead).iter().map(|line| ten_thousandths(&line["points"])).sum();
            assert_eq!(sum, ten_thousandths(&lead["score"]), "{rule}: {lead:?}, {:?}", lines(lead));
            assert_eq!(names(lead), names(&self.leads[0]), "{rule}");
        }
        assert_eq!(self.ledger.len(), self.leads.len(), "{rule}");
    }

    fn shown(&self, ids: &[&str], columns: &str) -> Vec<String> {
        let place = |lead: &Row| ids.iter().position(|id| *id == lead["source_id"]).unwrap();
        let mut leads: Vec<&Row> = self.leads.iter().collect();
        leads.sort_by_key(|lead| place(lead));
        let shown = |lead: &&Row| {
            let cells = columns.split(' ').map(|column| self.cell(lead, column));
            cells.fold(lead["source_id"].clone(), |line, cell| format!("{line} | {cell}"))
        };
        leads.iter().map(shown).collect()
    }

    /// A column of `leads`; `ledger`: each line with its points; `met`: what each line says; `why`: the reason of the owner.
    fn cell(&self, lead: &Row, column: &str) -> String {
        let id = &lead["lead_id"];
        let lines = |shown: &dyn Fn(&Row) -> String| {
            self.ledger.get(id).into_iter().flatten().map(shown).collect::<Vec<_>>().join(", ")
        };
        match column {
            "ledger" => lines(&|line| format!("{} {}", line["criterion"], line["points"])),
            "met" => lines(&|line| if line["met"].is_empty() { "no data".to_owned() } else { line["met"].clone() }),
            "why" => self.assignments[id]["reason"].clone(),
            column => lead[column].clone(),
        }
    }
}

/// A decimal of up to four places, exactly.
fn ten_thousandths(text: &str) -> i64 {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    assert!(places.len() <= 4, "{text} has more than four decimals");
    format!("{whole}{places:0<4}").parse().unwrap_or_else(|_| panic!("{text} is no number"))
}
