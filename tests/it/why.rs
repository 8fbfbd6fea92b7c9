//! `leadmill why`: what it says of leads and of pairs, and that the figures are those of the run.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::workdir::{Row, Workdir, repository, rows};

const OUTPUT: &str = "out/campaign";

fn campaign() -> Workdir {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml"]);
    workdir
}

fn json(workdir: &Workdir, names: &[&str]) -> Value {
    let all: Vec<&str> = ["why", OUTPUT, "--json"].into_iter().chain(names.iter().copied()).collect();
    serde_json::from_str(&workdir.succeed(&all).stdout).unwrap()
}

fn text(workdir: &Workdir, names: &[&str]) -> String {
    let all: Vec<&str> = ["why", OUTPUT].into_iter().chain(names.iter().copied()).collect();
    workdir.succeed(&all).stdout
}

/// Pairs of sample rows by whether the labels call them one.
fn labelled_pairs(same: bool) -> Vec<(String, String)> {
    let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(&repository().join("sample_data/truth.csv")) {
        clusters.entry(row["cluster"].clone()).or_default().push(row["id"].clone());
    }
    let groups: Vec<Vec<String>> = clusters.into_values().collect();
    let several = groups.iter().filter(|ids| ids.len() > 1).map(|ids| (ids[0].clone(), ids[1].clone()));
    let apart = groups.windows(2).step_by(97).map(|pair| (pair[0][0].clone(), pair[1][0].clone()));
    if same { several.take(4).collect() } else { apart.take(3).collect() }
}

fn sum(steps: &Value) -> f64 {
    steps.as_array().unwrap().iter().map(|step| step["weight"].as_f64().unwrap()).sum()
}

#[test]
fn weights_of_known_duplicates_are_those_of_the_links_table() {
    let workdir = campaign();
    let links = workdir.table("out/campaign/links.csv");
    let mut linked = 0;
    for (left, right) in labelled_pairs(true) {
        let answer = json(&workdir, &[&left, &right]);
        let found = &answer["explanation"];
        let weight = found["weight"].as_f64().unwrap();
        assert!((found["prior"].as_f64().unwrap() + sum(&found["steps"]) - weight).abs() < 1e-4, "{answer:#}");
        assert_eq!((&answer["left"]["source_id"], &answer["right"]["source_id"]), (&left.into(), &right.into()));
        let [a, b] = ["left", "right"].map(|side| answer[side]["row_id"].as_str().unwrap().to_owned());
        let is_pair =
            |row: &&Row| (row["left_id"] == a && row["right_id"] == b) || (row["left_id"] == b && row["right_id"] == a);
        let Some(link) = links.iter().find(is_pair) else { continue };
        linked += 1;
        assert!((link["weight"].parse::<f64>().unwrap() - weight).abs() < 1e-9, "{answer:#}");
        for step in found["steps"].as_array().unwrap() {
            let name = step["comparison"].as_str().unwrap();
            assert_eq!(step["level"], link[&format!("level_{name}")].as_str());
            let weight = link[&format!("weight_{name}")].parse::<f64>().unwrap();
            assert!((step["weight"].as_f64().unwrap() - weight).abs() < 1e-9, "{step}");
        }
        if link["verdict"] == "match" {
            assert_eq!(answer["standing"], "linked", "{answer:#}");
            let shown = text(&workdir, &[&a, &b]);
            assert!(shown.contains("One lead") && shown.contains("Compared because both have"), "{shown}");
        }
    }
    assert!(linked >= 2, "{linked}");
}

#[test]
fn known_strangers_are_explained_too() {
    let workdir = campaign();
    for (left, right) in labelled_pairs(false) {
        let answer = json(&workdir, &[&left, &right]);
        let standing = answer["standing"].as_str().unwrap();
        assert!(["never_compared", "too_light"].contains(&standing), "{answer:#}");
        let found = &answer["explanation"];
        assert!(found["weight"].as_f64().unwrap() < 0.0);
        let shown = text(&workdir, &[&left, &right]);
        assert!(shown.contains("short of a match"), "{shown}");
        let rules = found["blocking"].as_array().unwrap();
        assert!(rules.len() > 3);
        for rule in rules.iter().filter(|rule| rule["outcome"] == "different") {
            let [left, right] = ["left", "right"].map(|side| rule[side].as_array().unwrap());
            assert!(!left.is_empty() && !right.is_empty() && left.iter().all(|key| !right.contains(key)), "{rule}");
        }
        // The other way round is the same with the sides exchanged.
        let other = json(&workdir, &[&right, &left]);
        assert_eq!(other["explanation"]["weight"], found["weight"]);
        assert_eq!(other["explanation"]["steps"][0]["left"], found["steps"][0]["right"]);
        assert_eq!(other["explanation"]["blocking"][0]["left"], found["blocking"][0]["right"]);
    }
}

#[test]
fn a_lead_s_score_is_the_sum_of_what_is_shown() {
    let workdir = campaign();
    let leads = workdir.table("out/campaign/leads.csv");
    for lead in leads.iter().filter(|lead| lead["members"] != "1").take(5) {
        let id = lead["lead_id"].as_str();
        let answer = json(&workdir, &[id]);
        let points: f64 =
            answer["ledger"].as_array().unwrap().iter().map(|line| line["points"].as_f64().unwrap()).sum();
        assert!((points - lead["score"].parse::<f64>().unwrap()).abs() < 1e-9, "{answer:#}");
        assert_eq!(answer["score"].as_str(), Some(lead["score"].as_str()));
        assert_eq!(answer["members"].as_array().unwrap().len().to_string(), lead["members"]);
        let decision =
            workdir.table("out/campaign/decisions.csv").into_iter().find(|row| row["lead_id"] == id).unwrap();
        assert_eq!(answer["decision"]["decision"].as_str(), Some(decision["decision"].as_str()));
        let shown = text(&workdir, &[id]);
        assert!(shown.contains(&format!("Decision: {}", decision["decision"])), "{shown}");
        assert!(shown.contains(&format!("Score {}", lead["score"])), "{shown}");
        for member in answer["members"].as_array().unwrap() {
            assert!(shown.contains(member["row_id"].as_str().unwrap()) && !member["joined_by"].is_null(), "{shown}");
            // Any of its names leads to it.
            let name = format!("{}:{}", member["source"].as_str().unwrap(), member["source_id"].as_str().unwrap());
            assert_eq!(json(&workdir, &[&name]), answer);
        }
    }
}

const ROWS: &str = "id,first name,last name,email,phone,company\n\
    1,Wilhelmina,Oduya,w.oduya@oduya.example,+359888123456,Oduya Ltd\n\
    2,Wilhelmina,Oduya,w.oduya@oduya.example,+359888123456,Oduya Ltd\n\
    3,Wilhelmina,Oduya,w.oduya@oduya.example,+359888123456,Oduya Ltd\n\
    4,Jon,Berg,jon@berg.example,,\n";

/// Two sources with the same ids.
fn small() -> Workdir {
    let workdir = Workdir::new();
    workdir.file("a.csv", ROWS).file("b.csv", "id,first name,last name\n4,Ana,Kirova\n5,Mary,Jones\n").file(
        "p.toml",
        "[[source]]\nname = \"a\"\npath = \"a.csv\"\nfields = { source_id = \"id\" }\n\
         [[source]]\nname = \"b\"\npath = \"b.csv\"\nfields = { source_id = \"id\" }\n",
    );
    workdir
}

/// Runs it with rules that do not compare every pair, as few rows otherwise do.
fn run_by_email(workdir: &Workdir) {
    workdir.succeed(&["run", "p.toml", "--set", "dedupe.block_on=[[\"email\"]]"]);
}

fn refused(workdir: &Workdir, names: &[&str], expected: &str) {
    let all: Vec<&str> = ["why", "out/p"].into_iter().chain(names.iter().copied()).collect();
    let ran = workdir.run(&all);
    assert_eq!(ran.code, 2, "{names:?}: {} {}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(expected), "{names:?}: {}", ran.stderr);
    assert!(ran.stdout.is_empty());
}

#[test]
fn names_that_are_not_clear_are_told() {
    let workdir = small();
    run_by_email(&workdir);
    refused(&workdir, &["4"], "`4` is the id of 2 rows; name one of them: ");
    refused(&workdir, &["4", "1"], "`a:4`");
    let lead = workdir.table("out/p/leads.csv")[0]["lead_id"].clone();
    refused(
        &workdir,
        &[&lead[..16]],
        &format!("there is no lead or row `{}` in out/p; the nearest is `{lead}`", &lead[..16]),
    );
    refused(&workdir, &["no such lead at all"], "there is no lead or row `no such lead at all` in out/p");
    refused(&workdir, &["1", "1"], "are the same row; name two rows, or one lead alone");
    let shown = workdir.succeed(&["why", "out/p", "b:4", "a:4"]).stdout;
    assert!(shown.contains("never compared") && shown.contains("b:4 (b.csv, line 2)"), "{shown}");
}

#[test]
fn a_person_s_verdict_is_told_with_what_it_does_to_others() {
    let workdir = small();
    workdir.succeed(&["run", "p.toml"]);
    let members = workdir.table("out/p/lead_members.csv");
    let row_id =
        |id: &str| members.iter().find(|row| row["source"] == "a" && row["source_id"] == id).unwrap()["row_id"].clone();
    let [one, two, three, four] = ["1", "2", "3", "4"].map(row_id);
    workdir.file("decisions.csv", format!("decision,left_id,right_id\ndistinct,{one},{three}\nmatch,{two},{four}\n"));
    let pipeline = std::fs::read_to_string(workdir.path("p.toml")).unwrap();
    workdir.file("p.toml", format!("{pipeline}[dedupe]\ndecisions = \"decisions.csv\"\n"));
    run_by_email(&workdir);
    let shown = |names: [&str; 2]| workdir.succeed(&["why", "out/p", names[0], names[1]]).stdout;
    assert!(shown(["1", "3"]).contains("a person called the pair distinct"), "{}", shown(["1", "3"]));
    assert!(shown(["2", "a:4"]).contains("linked by a person's decision"), "{}", shown(["2", "a:4"]));
    // 2 is with 1 or with 3, and 4 follows it; the other one is kept apart, and it is said by whom.
    let lead = |id: &str| {
        let rows = workdir.table("out/p/lead_members.csv");
        rows.iter().find(|row| row["source"] == "a" && row["source_id"] == id).unwrap()["lead_id"].clone()
    };
    let (with, without) = if lead("1") == lead("2") { ("1", "3") } else { ("3", "1") };
    let told = shown(["2", without]);
    assert!(
        told.contains("although the pair by itself would match by the model") && told.contains("a person called"),
        "{told}"
    );
    let told = shown(["a:4", with]);
    assert!(told.contains("through other rows (never compared by themselves):"), "{told}");
    assert!(told.contains(&two), "the chain goes by row 2: {told}");
}

#[test]
fn inputs_that_changed_leave_the_links() {
    let workdir = small();
    workdir.succeed(&["run", "p.toml"]);
    let before = workdir.succeed(&["why", "out/p", "1", "2"]).stdout;
    assert!(before.contains("w.oduya@oduya.example"), "{before}");
    let check = |told: &str| {
        let shown = workdir.succeed(&["why", "out/p", "1", "2"]).stdout;
        assert!(shown.contains(told), "{told}: {shown}");
        assert!(shown.contains("One lead") && shown.contains("last_name"), "{shown}");
        assert!(!shown.contains("+359888123456") && !shown.contains("Compared because"), "{shown}");
        let shown = workdir.succeed(&["why", "out/p", "1", "a:4"]).stdout;
        assert!(shown.contains("the run kept no pair of them"), "{shown}");
    };
    workdir.file("a.csv", ROWS.replace("Oduya Ltd", "Oduya Inc"));
    check("a.csv was changed");
    std::fs::remove_file(workdir.path("a.csv")).unwrap();
    check("there is no file `a.csv`");
    workdir.file("elsewhere/a.csv", ROWS);
    std::fs::copy(workdir.path("b.csv"), workdir.path("elsewhere/b.csv")).unwrap();
    let moved = workdir.succeed(&["why", "out/p", "1", "2", "--project", "elsewhere"]).stdout;
    assert_eq!(moved, before);
    workdir.file("a.csv", ROWS);
    let model = workdir.path("out/p/model.json");
    let text = std::fs::read_to_string(&model).unwrap();
    std::fs::write(&model, text.replace("\"prior\"", " \"prior\"")).unwrap();
    check("the model.json in the output folder is not the one that the run left");
    std::fs::write(&model, text).unwrap();
    std::fs::write(workdir.path("out/p/pipeline.toml"), "name = \"other\"\n").unwrap();
    check("the pipeline.toml in the output folder is not the one that the run left");
}

#[test]
fn a_run_without_duplicates_still_has_its_scores() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml", "--only", "score"]);
    assert!(!workdir.path("out/campaign/model.json").exists());
    let ids: Vec<String> = labelled_pairs(true).into_iter().flat_map(|(a, b)| [a, b]).collect();
    assert!(text(&workdir, &[&ids[0]]).contains("Score "));
    let shown = text(&workdir, &[&ids[0], &ids[1]]);
    assert!(shown.contains("the run looked for no duplicates"), "{shown}");
    let found = workdir.succeed(&["evaluate", OUTPUT, "--truth", "sample_data/truth.csv"]).stdout;
    assert!(found.contains("0 found"), "{found}");
}
