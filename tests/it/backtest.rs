//! `leadmill backtest` and `leadmill train-score` as a user meets them: figures against plain definitions, pages, and
//! fragments that stand in a pipeline file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::workdir::{Row, Workdir};

const PIPELINE: &str = "pipelines/campaign.toml";

/// Numbers that look like chance (S. Vigna's SplitMix64), the same in every run.
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The campaign after a run, and closed.csv: an outcome for most leads, drawn by log odds over what they met, under the
/// id of the last member, or under the lead's e-mail.
fn campaign() -> Workdir {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE, "--quiet"]);
    let weights = [
        ("Decision maker", 1.3),
        ("Budget of 10,000 or more", 1.0),
        ("Company known", 0.2),
        ("Buys soon", 1.2),
        ("Product named", 0.5),
        ("Opened our mail", 0.6),
        ("Wants no e-mail", -1.2),
    ];
    let mut met: BTreeMap<String, f64> = BTreeMap::new();
    for row in workdir.table("out/campaign/score_ledger.csv") {
        let weight = weights.iter().find(|(name, _)| *name == row["criterion"]).map_or(0.0, |(_, weight)| *weight);
        *met.entry(row["lead_id"].clone()).or_default() += if row["met"] == "true" { weight } else { 0.0 };
    }
    let mails: BTreeMap<String, String> = workdir
        .table("out/campaign/leads.csv")
        .iter()
        .map(|row| (row["lead_id"].clone(), row["email"].clone()))
        .collect();
    let members: BTreeMap<String, String> = workdir
        .table("out/campaign/lead_members.csv")
        .iter()
        .map(|row| (row["lead_id"].clone(), row["source_id"].clone()))
        .collect();
    let mut chance = Chance(11);
    let mut closed = "Record,E-mail,Stage,Deal value\n".to_owned();
    for (lead, odds) in met {
        let won = chance.share() < 1.0 / (1.0 + (2.0 - odds).exp());
        let (stage, value) = match won {
            true => ("Closed Won", (2000.0 + 8000.0 * chance.share()).round().to_string()),
            false => ("Closed Lost", String::new()),
        };
        let stage = if chance.share() < 0.05 { "Negotiation" } else { stage };
        let by_mail = chance.share() < 0.2 && !mails[&lead].is_empty();
        let (id, mail) = if by_mail { ("", mails[&lead].as_str()) } else { (members[&lead].as_str(), "") };
        let _ = writeln!(closed, "{id},{mail},{stage},{value}");
    }
    workdir.file("closed.csv", closed + "nobody-1,,Closed Won,\n");
    workdir
}

fn tested(workdir: &Workdir, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["backtest", PIPELINE, "--json"].into_iter().chain(arguments.iter().copied()).collect();
    serde_json::from_str(&workdir.succeed(&all).stdout).unwrap()
}

/// Score and outcome of each lead, told by the tables of the run.
fn told(workdir: &Workdir) -> Vec<(f64, bool)> {
    let leads = workdir.table("out/campaign/leads.csv");
    let score = |row: &Row| row["score"].parse::<f64>().unwrap();
    let members = workdir.table("out/campaign/lead_members.csv");
    let lead_of: BTreeMap<&str, &str> =
        members.iter().map(|row| (row["source_id"].as_str(), row["lead_id"].as_str())).collect();
    let points = workdir.table("out/campaign/contact_points.csv");
    let mut by_mail: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for point in points.iter().filter(|point| point["kind"] == "email") {
        let known = by_mail.entry(&point["value"]).or_default();
        if !known.contains(&point["lead_id"].as_str()) {
            known.push(&point["lead_id"]);
        }
    }
    let closed = workdir.table("closed.csv");
    let mut outcomes: BTreeMap<&str, bool> = BTreeMap::new();
    for row in closed.iter().filter(|row| row["Stage"].starts_with("Closed")) {
        let lead = match row["Record"].as_str() {
            "" => match by_mail[row["E-mail"].as_str()].as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            id => lead_of.get(id).copied(),
        };
        if let Some(lead) = lead {
            *outcomes.entry(lead).or_default() |= row["Stage"] == "Closed Won";
        }
    }
    leads.iter().filter_map(|row| Some((score(row), *outcomes.get(row["lead_id"].as_str())?))).collect()
}

fn files(workdir: &Workdir) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(workdir.path("out/campaign")).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

#[test]
fn figures_are_those_of_the_runs_own_tables() {
    let workdir = campaign();
    let before = files(&workdir);
    let found = tested(&workdir, &["--outcomes", "closed.csv"]);
    assert_eq!(files(&workdir), before, "nothing is written into the output folder");
    let known = told(&workdir);
    let won = known.iter().filter(|lead| lead.1).count();
    assert_eq!(found["known"].as_u64().unwrap() as usize, known.len());
    assert_eq!(found["won"].as_u64().unwrap() as usize, won);
    // Every pair of a won and a lost lead; a tie is half.
    let (mut right, mut pairs) = (0.0, 0.0);
    for (high, _) in known.iter().filter(|lead| lead.1) {
        for (low, _) in known.iter().filter(|lead| !lead.1) {
            right += if high > low {
                1.0
            } else if high == low {
                0.5
            } else {
                0.0
            };
            pairs += 1.0;
        }
    }
    let area = found["auc"]["area"].as_f64().unwrap();
    assert!((area - right / pairs).abs() < 1e-12, "{area} is not {right} of {pairs}");
    assert!(found["auc"]["interval"]["low"].as_f64().unwrap() > 0.55, "{}", found["auc"]);
    let sum = |what: &str, field: &str| {
        found[what].as_array().unwrap().iter().map(|row| row[field].as_f64().unwrap()).sum::<f64>()
    };
    for what in ["deciles", "grades", "stars"] {
        assert!((sum(what, "won") - won as f64).abs() < 1e-6, "{what}");
        assert!((sum(what, "leads") - known.len() as f64).abs() < 1e-6, "{what}");
    }
    assert_eq!(found["outcomes"]["unmatched_examples"][0], "nobody-1");
    assert!(found["outcomes"]["open"].as_u64().unwrap() > 20, "{}", found["outcomes"]);
    assert_eq!(found["profit"], Value::Null);

    // The same table in another format, with its columns named, and on any number of threads.
    let rows = workdir.table("closed.csv");
    let lines = rows.iter().map(|row| format!("{}\n", serde_json::to_string(row).unwrap()));
    workdir.file("closed.ndjson", lines.collect::<String>());
    let named = ["--outcomes", "closed.ndjson", "--outcome", "Stage", "--value", "deal value", "--threads", "1"];
    let mut other = tested(&workdir, &named);
    other["outcomes"] = found["outcomes"].clone();
    assert_eq!(other, found);
}

#[test]
fn what_a_person_reads() {
    let workdir = campaign();
    let arguments =
        ["backtest", PIPELINE, "--outcomes", "closed.csv", "--cost-per-call", "900", "--html", "out/page.html"];
    let ran = workdir.succeed(&arguments);
    insta::assert_snapshot!("backtest_of_the_campaign", ran.stdout);
    assert!(ran.stderr.contains("the page is out/page.html"), "{}", ran.stderr);

    let page = std::fs::read_to_string(workdir.path("out/page.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    for part in
        ["Gains", "Lift by decile", "Calibration", "Profit by cut-off", "Value of each criterion", "color-scheme"]
    {
        assert!(page.contains(part), "{part}");
    }
    for part in ["<script", "http", "NaN", "inf", "href"] {
        assert!(!page.contains(part), "{part}");
    }
    assert_eq!(page.matches("<svg").count(), 5);
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    // The bars of the deciles are as high as their lift, and all that is drawn stands on the canvas.
    let found = tested(&workdir, &["--outcomes", "closed.csv"]);
    let lifts: Vec<f64> =
        found["deciles"].as_array().unwrap().iter().map(|row| row["lift"].as_f64().unwrap()).collect();
    let chart = page.split("<svg").nth(2).unwrap().split("</svg>").next().unwrap();
    let number = |text: &str, name: &str| -> f64 {
        text.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let heights: Vec<f64> = chart.split("<rect").skip(1).map(|bar| number(bar, "height")).collect();
    assert_eq!(heights.len(), 10);
    for (height, lift) in heights.iter().zip(&lifts) {
        assert!((height / heights[0] - lift / lifts[0]).abs() < 0.01, "{heights:?} {lifts:?}");
    }
    for chart in page.split("<svg").skip(1) {
        let chart = chart.split("</svg>").next().unwrap();
        let high: f64 = chart.split("viewBox=\"0 0 640 ").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
        for line in chart.split("points=\"").skip(1) {
            for point in line.split('"').next().unwrap().split(' ') {
                let (x, y) = point.split_once(',').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!((0.0..=640.0).contains(&x) && (0.0..=high).contains(&y), "{point}");
            }
        }
    }
}

/// A project of 240 leads whose flags are plain, and outcomes that follow the first one.
fn flags(score: &str) -> Workdir {
    let workdir = Workdir::new();
    let (mut leads, mut calls) = ("id,email,status,f1,f2,f3\n".to_owned(), "lead_id,activity,at\n".to_owned());
    let mut closed = "id,won\n".to_owned();
    let mut chance = Chance(5);
    for lead in 0..240 {
        let flags: [bool; 3] = std::array::from_fn(|_| chance.share() < 0.5);
        let won = chance.share() < if flags[0] { 0.7 } else { 0.25 };
        let cells = flags.map(|flag| if flag { "yes" } else { "no" }).join(",");
        let status = if won { "Qualified" } else { "Disqualified" };
        let _ = writeln!(leads, "{lead},p{lead}@firm{lead}.de,{status},{cells}");
        let _ = writeln!(closed, "{lead},{}", if won { "ja" } else { "nein" });
        for call in 0..(chance.share() * 5.0) as u32 {
            let _ = writeln!(calls, "{lead},phone_log,2026-03-0{}", call + 1);
        }
    }
    workdir.file("leads.csv", leads).file("calls.csv", calls).file("closed.csv", closed);
    workdir.file("p.toml", format!("{FLAGS}{score}{ASSIGN}"));
    workdir
}

const FLAGS: &str = "as_of = \"2026-03-31\"\n\
    [[source]]\nname = \"crm\"\npath = \"leads.csv\"\n\
    types = { f1 = \"boolean\", f2 = \"boolean\", f3 = \"boolean\" }\n\
    [load]\nname = \"none\"\n[crm]\nactivities = { path = \"calls.csv\" }\n[dedupe]\nenabled = false\n";

const ASSIGN: &str = "[[assign.rule]]\nname = \"All\"\nto = [\"anna\"]\n";

const SCORE: &str = "[score]\nstars = [10, 30, 50, 70]\ngrades = { hot = 60, warm = 30 }\n\
    weights = { low = 1, normal = 2, high = 4 }\n\
    [[score.criterion]]\nname = \"First \\\"flag\\\"\"\nwhen = \"\"\"\nf1\nAND status IS NOT NULL\"\"\"\nimportance = \"high\"\n\
    [[score.criterion]]\nname = \"Second\"\nwhen = \"f2\"\npoints = 2.5\ngroup = \"big ones\"\n\
    [[score.criterion]]\nname = \"Calls\"\neach = { activity = \"phone_log\" }\npoints = 3\nhalf_life = \"20 days\"\n\
    group = \"big ones\"\n\
    [[score.criterion]]\nname = \"Nobody\"\nwhen = \"company = 'none'\"\n\
    [score.group.\"big ones\"]\ncap = 8\nfloor = 1\n";

#[test]
fn criteria_that_know_the_outcome_are_warned_of() {
    let workdir = flags(SCORE);
    for verb in ["backtest", "train-score"] {
        let ran = workdir.succeed(&[verb, "p.toml", "--outcomes", "leads"]);
        let expected = "warning: the criterion \"First \"flag\"\" reads `status`: it knows the outcome";
        assert!(ran.stderr.contains(expected), "{verb}: {}", ran.stderr);
    }
    // The leads' own statuses are the outcomes of the table.
    let [own, table] = ["leads", "closed.csv"].map(|outcomes| {
        let ran = workdir.succeed(&["backtest", "p.toml", "--outcomes", outcomes, "--json"]);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()
    });
    assert_eq!((&own["auc"], &own["criteria"]), (&table["auc"], &table["criteria"]));
    assert!(!workdir.path("out").exists(), "nothing is written");
    // As in a run, the day decides what of the history counts.
    let ran = workdir.succeed(&["backtest", "p.toml", "--outcomes", "leads", "--json", "--as-of", "2026-02-01"]);
    let before: Value = serde_json::from_str(&ran.stdout).unwrap();
    let calls = |found: &Value| found["criteria"][2]["counts"]["won_met"].as_u64().unwrap();
    assert_eq!((calls(&before), calls(&own) > 50), (0, true));
}

#[test]
fn what_cannot_be_answered_is_told() {
    let workdir = flags(SCORE);
    workdir
        .file("none.csv", "id,won\nx1,yes\nx2,no\n")
        .file("same.csv", "id,won\n1,yes\n2,yes\n")
        .file("few.csv", "id,won\n1,yes\n2,no\n")
        .file("odd.csv", "id,colour\n1,red\n2,blue\n")
        .file("broken.toml", "[score]\nstar = 1\n");
    let cases: [(&[&str], i32, &str); 14] = [
        (
            &["backtest", "p.toml", "--outcomes", "none.csv"],
            2,
            "no `id` of none.csv is the id or e-mail address of a lead: x1, x2",
        ),
        (&["backtest", "p.toml", "--outcomes", "same.csv"], 2, "all 2 leads with an outcome in same.csv were won"),
        (
            &["backtest", "p.toml", "--outcomes", "odd.csv"],
            2,
            "which column of odd.csv is the outcome? Name it with --outcome",
        ),
        (
            &["backtest", "p.toml", "--outcomes", "odd.csv", "--outcome", "color"],
            2,
            "no column `color` (`colour` is near)",
        ),
        (
            &["backtest", "p.toml", "--outcomes", "odd.csv", "--outcome", "colour", "--won", "green"],
            2,
            "no row of odd.csv has `green` in `colour`; it has `blue`, `red`",
        ),
        (&["backtest", "p.toml", "--outcomes", "odd.csv", "--won", "red"], 0, "warning: only 1 known lead was won"),
        (&["backtest", "p.toml", "--outcomes", "gone.csv"], 2, "gone.csv"),
        (&["backtest", "p.toml", "--outcomes", "few.csv"], 0, "warning: only 1 known lead was won: with fewer than 20"),
        (&["backtest", "p.toml", "--outcomes", "few.csv", "--cost-per-call", "-1"], 2, "an amount is written as 12.50"),
        (&["backtest", "p.toml", "--outcomes", "closed.csv", "--value", "won"], 2, "`won` of closed.csv has no number"),
        (&["backtest", "p.toml", "--outcomes", "leads", "--won", "yes"], 2, "--won is for a table of outcomes"),
        (&["backtest", "broken.toml", "--outcomes", "few.csv"], 2, "star"),
        (
            &["train-score", "p.toml", "--outcomes", "few.csv"],
            2,
            "too few outcomes to learn from: 1 known leads were won",
        ),
        (&["backtest", "p.toml", "--set", "only=\"dedupe\"", "--outcomes", "few.csv"], 2, "and scores nothing"),
    ];
    for (arguments, code, expected) in cases {
        let ran = workdir.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{arguments:?}: {}", ran.stderr);
    }
}

/// A pipeline file with another [score] section: what stands between its first line and the rules for owners.
fn pasted(pipeline: &str, section: &str) -> String {
    let start = pipeline.find("[score]").or_else(|| pipeline.find("[[assign.rule]]")).unwrap();
    let end = pipeline.find("[[assign.rule]]").unwrap();
    format!("{}{section}\n{}", &pipeline[..start], &pipeline[end..])
}

/// Trains, pastes the section into the file, and finds the same AUC with it; the training as JSON and the section.
fn reproduced(workdir: &Workdir, file: &str, outcomes: &str) -> (Value, String) {
    let ran = workdir.succeed(&["train-score", file, "--outcomes", outcomes, "--json"]);
    let trained: Value = serde_json::from_str(&ran.stdout).unwrap();
    let section = trained["section"].as_str().unwrap().to_owned();
    let pipeline = std::fs::read_to_string(workdir.path(file)).unwrap();
    let learned = file.replace(".toml", "_learned.toml");
    workdir.file(&learned, pasted(&pipeline, &section));
    workdir.succeed(&["check", &learned]);
    let ran = workdir.succeed(&["backtest", &learned, "--outcomes", outcomes, "--json"]);
    let tested: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(tested["auc"], trained["auc_of_points"], "{section}");
    (trained, section)
}

#[test]
fn the_section_stands_in_the_pipeline_and_gives_the_same_ranking() {
    let workdir = campaign();
    let (trained, section) = reproduced(&workdir, PIPELINE, "closed.csv");
    insta::assert_snapshot!("learned_section", section);
    let points = |name: &str| {
        let criteria = trained["criteria"].as_array().unwrap();
        criteria.iter().find(|criterion| criterion["name"] == name).unwrap()["points"].as_f64().unwrap()
    };
    // The weights that made the outcomes: the strong ones before the weak ones, and the one that speaks against.
    for strong in ["Decision maker", "Budget of 10,000 or more", "Buys soon"] {
        for weak in ["Company known", "Reachable by phone", "Talked to us"] {
            assert!(points(strong) > points(weak), "{strong}, {weak}: {section}");
        }
    }
    assert!(points("Wants no e-mail") < -5.0, "{section}");
    // The campaign's own test case holds for the pipeline as it was; here only the file must be sound.
    let again = workdir.succeed(&["train-score", PIPELINE, "--outcomes", "closed.csv", "--threads", "1"]);
    assert_eq!(again.stdout, section, "the section is the same on one thread, and stands on standard output alone");
    assert!(again.stderr.contains("learned,") && again.stderr.contains("| Decision maker"), "{}", again.stderr);
}

#[test]
fn sections_keep_groups_names_and_grades() {
    let workdir = flags(SCORE);
    let (trained, section) = reproduced(&workdir, "p.toml", "closed.csv");
    assert!(section.contains("\n[score.group.\"big ones\"]\ncap = "), "{section}");
    assert!(section.contains("# \"Nobody\" is left out: no known lead meets it."), "{section}");
    assert!(!section.contains("weights") && section.contains("hot = "), "{section}");
    assert_eq!(trained["left_out"][0]["name"], "Nobody");
    let grades: Vec<&str> =
        trained["grades"].as_array().unwrap().iter().map(|grade| grade[0].as_str().unwrap()).collect();
    assert_eq!(grades, ["hot", "warm"]);
    // A pipeline without criteria of its own has the default ones, and the section spells them out.
    let workdir = flags("");
    let text = std::fs::read_to_string(workdir.path("leads.csv")).unwrap();
    let mut chance = Chance(9);
    let mut lines = text.lines();
    let header = lines.next().unwrap().replace("f3", "company");
    let with_company = lines.map(|line| {
        let (start, flag) = line.rsplit_once(',').unwrap();
        format!("{start},{}", if flag == "yes" && chance.share() < 0.9 { "Firm" } else { "" })
    });
    workdir.file("leads.csv", format!("{header}\n{}\n", with_company.collect::<Vec<_>>().join("\n")));
    workdir.file("p.toml", format!("{FLAGS}{ASSIGN}").replace(", f3 = \"boolean\"", ""));
    let (_, section) = reproduced(&workdir, "p.toml", "closed.csv");
    assert!(
        section.contains("name = \"Company known\"") && section.contains("# name = \"Decision maker\""),
        "{section}"
    );
}

#[test]
fn sections_are_written_over_their_own_kind_only() {
    let workdir = flags(SCORE);
    let train = |file: &str| workdir.run(&["train-score", "p.toml", "--outcomes", "closed.csv", "--out", file]);
    for _ in 0..2 {
        let ran = train("new/score.toml");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("| Second") && !ran.stdout.contains("[[score.criterion]]"), "{}", ran.stdout);
        assert!(ran.stderr.contains("put it in place of the [score] section of p.toml"), "{}", ran.stderr);
    }
    let ran = train("p.toml");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("p.toml is there already"), "{}", ran.stderr);
    assert!(std::fs::read_to_string(workdir.path("p.toml")).unwrap().starts_with("as_of"));
}
