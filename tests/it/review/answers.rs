//! Files of answers: several of them, contradictions, what is out of date, what decides nothing, and what is no answer.

use std::collections::BTreeMap;

use super::{Project, only};

/// Three of one address, and one who is nobody else.
const LEADS: &str = "1,Ana Kirova,,BG,ana@kirova.example,9000,100,EUR,\n\
                     2,Anna Kirova,,BG,ana@kirova.example,9000,20,EUR,\n\
                     3,Anne Kirova,,BG,ana@kirova.example,9000,3,EUR,\n\
                     4,Ivo Petrov,Acme,BG,ivo@acme.example,9000,1,EUR,\n";
const ACCOUNTS: &str =
    "account_id,company,country,status\nA1,Acme Ltd,BG,active\nA2,Acme GmbH,BG,active\nA3,Acme,BG,inactive\n";

fn project() -> Project {
    let project = Project::new(LEADS, &[("accounts", ACCOUNTS)]);
    project.run("");
    project
}

/// Answers about rows by their ids in the export: "1 = 2", "4 ≠ A1", "4 new".
fn write(project: &Project, name: &str, answers: &[&str]) {
    let mut text = "kind,left_id,right_id,decision\n".to_owned();
    for answer in answers {
        let words: Vec<&str> = answer.split(' ').collect();
        let right = words.get(2).copied().unwrap_or_default();
        let is_record = right.is_empty() || right.starts_with('A');
        let right = if is_record || right.starts_with('R') { right.to_owned() } else { project.row_id(right) };
        let word = match words[1] {
            "=" => "match",
            "≠" => "distinct",
            word => word,
        };
        let kind = if is_record { "account" } else { "lead" };
        let left = if words[0].starts_with('R') { words[0].to_owned() } else { project.row_id(words[0]) };
        text += &format!("{kind},{left},{right},{word}\n");
    }
    project.workdir.file(name, text);
}

/// The leads as sets of ids in the export.
fn groups(project: &Project) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in project.table("lead_members") {
        groups.entry(row["lead_id"].clone()).or_default().push(row["source_id"].clone());
    }
    let mut groups: Vec<String> = groups
        .into_values()
        .map(|mut ids| {
            ids.sort();
            ids.concat()
        })
        .collect();
    groups.sort();
    groups
}

fn codes(project: &Project) -> Vec<String> {
    let findings = project.table("findings").into_iter().filter(|row| row["field"] == "decision");
    findings.map(|row| format!("{}:{} {}", row["file"], row["line"], row["code"])).collect()
}

#[test]
fn a_chain_that_contradicts_itself_decides_nothing() {
    let project = project();
    write(&project, "a.csv", &["1 = 2", "2 = 3"]);
    project.run("\"a.csv\"");
    assert_eq!(groups(&project), ["123", "4"]);
    write(&project, "a.csv", &["1 = 2", "2 = 3", "1 ≠ 3"]);
    let ran = project.run("\"a.csv\"");
    assert_eq!(groups(&project), ["1", "2", "3", "4"]);
    assert_eq!(project.outcomes(), ["a.csv:2 contradictory", "a.csv:3 contradictory", "a.csv:4 contradictory"]);
    assert_eq!(codes(&project).len(), 3);
    assert!(codes(&project)[0].ends_with("a.csv:2 contradictory_decision"), "{:?}", codes(&project));
    assert!(ran.stderr.contains("3 contradictory answers decide nothing: see the verdicts table."), "{}", ran.stderr);
    assert!(project.whys()[0].contains("by way of other rows, a.csv, line 4 says distinct"), "{:?}", project.whys());
    // All three are asked again.
    assert_eq!(project.asked().iter().filter(|question| question.starts_with("lead")).count(), 3);
}

#[test]
fn a_later_file_overrules_an_earlier_one() {
    let project = project();
    write(&project, "old.csv", &["1 = 2", "2 = 3", "4 = A1", "4 ≠ A2"]);
    write(&project, "new.csv", &["1 ≠ 2", "4 = A2"]);
    project.run("[\"old.csv\", \"new.csv\"]");
    assert_eq!(
        (groups(&project), &*project.decided()["4"]),
        (["1", "23", "4"].map(str::to_owned).into(), "qualified conditions_met: A2 new new")
    );
    let outcomes = [
        "old.csv:2 overruled",
        "old.csv:3 applied",
        "old.csv:4 overruled",
        "old.csv:5 overruled",
        "new.csv:2 applied",
        "new.csv:3 applied",
    ];
    assert_eq!(project.outcomes(), outcomes);
    assert_eq!(project.whys()[0], "new.csv, line 2 says distinct");
    assert_eq!(project.whys()[2], "new.csv, line 3 says match A2");
    assert!(codes(&project).is_empty(), "overruled is told, and no fault");
    // Listed the other way round, the old one wins, and its two matches make one of all three.
    project.run("[\"new.csv\", \"old.csv\"]");
    assert_eq!(
        (groups(&project), &*project.decided()["4"]),
        (["123", "4"].map(str::to_owned).into(), "qualified conditions_met: A1 new new")
    );
    // A glob goes by path; a file that is listed again counts where it is listed last.
    project.workdir.file("answers/1.csv", std::fs::read(project.workdir.path("new.csv")).unwrap());
    project.workdir.file("answers/2.csv", std::fs::read(project.workdir.path("old.csv")).unwrap());
    project.run("\"answers/*.csv\"");
    assert_eq!(groups(&project), ["123", "4"]);
    project.run("[\"answers/*.csv\", \"./answers/1.csv\"]");
    assert_eq!(groups(&project), ["1", "23", "4"]);
    assert_eq!(project.table("verdicts")[0]["file"], "answers/2.csv");
    let inputs = project.workdir.summary("out/p")["inputs"].clone();
    let files: Vec<(&str, u64)> = inputs
        .as_array()
        .unwrap()
        .iter()
        .map(|input| (input["file"].as_str().unwrap(), input["rows"].as_u64().unwrap()))
        .collect();
    assert!(
        files.contains(&("answers/2.csv", 4)) && files.iter().any(|(file, rows)| file.ends_with("1.csv") && *rows == 2),
        "{files:?}"
    );
}

#[test]
fn what_is_out_of_date_is_told() {
    let project = project();
    let gone = "R0000000000000000";
    write(
        &project,
        "a.csv",
        &["1 = 2", &format!("1 = {gone}"), &format!("{gone} new"), "4 = A3", "4 = A7", "1 = 1", "4 = A2"],
    );
    let ran = project.run("\"a.csv\"");
    let expected = ["applied", "stale", "stale", "stale", "stale", "stale", "applied"];
    let outcomes: Vec<String> = project.table("verdicts").into_iter().map(|row| row["outcome"].clone()).collect();
    assert_eq!(outcomes, expected);
    let whys = project.whys();
    assert_eq!(whys[1], format!("no input has the row {gone} any more"));
    assert_eq!(whys[3..6], ["the account A3 is out of use", "the CRM has no account A7", "both rows are the same one"]);
    let codes = codes(&project);
    assert_eq!(codes, [3, 4, 5, 6, 7].map(|line| format!("a.csv:{line} stale_decision")));
    assert!(ran.stderr.contains("5 stale answers decide nothing"), "{}", ran.stderr);
    let told = project.workdir.summary("out/p")["answers"].clone();
    let of = |state: &str| told.as_array().unwrap().iter().find(|pair| pair[0] == state).unwrap()[1].as_u64();
    assert_eq!([of("applied"), of("stale"), of("waiting")], [Some(2), Some(5), Some(0)]);
    let leads = project.table("verdicts")[0].clone();
    assert!(!leads["lead_id"].is_empty() && leads["other_lead_id"].is_empty(), "one lead by now: {leads:?}");
}

#[test]
fn a_lead_is_found_again_by_any_of_its_rows() {
    // 4 and 5 are one lead; the answer bears the id of the row that survives, which the next export lacks.
    let project =
        Project::new(&format!("{LEADS}5,Ivo Petrov,Acme,BG,ivo@acme.example,9000,1,EUR,\n"), &[("accounts", ACCOUNTS)]);
    project.run("");
    write(&project, "merge.csv", &["4 = 5"]);
    project.run("\"merge.csv\"");
    assert!(groups(&project).contains(&"45".to_owned()));
    let survivor = project.table("leads").into_iter().find(|lead| lead["members"] == "2").unwrap()["source_id"].clone();
    project.fill("records.csv", &[(&format!("{survivor} A2"), "match")]);
    let kept: String = std::fs::read_to_string(project.workdir.path("leads.csv"))
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with(&survivor))
        .map(|line| format!("{line}\n"))
        .collect();
    project.workdir.file("leads.csv", kept);
    project.run("[\"merge.csv\", \"records.csv\"]");
    assert_eq!(project.outcomes(), ["merge.csv:2 stale".to_owned(), project.outcomes()[1].clone()]);
    assert!(project.outcomes()[1].ends_with(" applied"), "{:?}", project.outcomes());
    let other = if survivor == "4" { "5" } else { "4" };
    assert_eq!(project.decided()[other], "qualified conditions_met: A2 new new");
}

#[test]
fn two_rows_of_one_lead_with_two_accounts() {
    let project =
        Project::new(&format!("{LEADS}5,Ivo Petrov,Acme,BG,ivo@acme.example,9000,1,EUR,\n"), &[("accounts", ACCOUNTS)]);
    project.run("");
    write(&project, "a.csv", &["4 = 5", "4 = A1", "5 = A2"]);
    project.run("\"a.csv\"");
    assert_eq!(project.outcomes(), ["a.csv:2 applied", "a.csv:3 contradictory", "a.csv:4 contradictory"]);
    assert!(
        project.decided().values().any(|lead| lead == "review ambiguous_account: - - -"),
        "{:?}",
        project.decided()
    );
}

#[test]
fn answers_that_change_nothing_can_go() {
    let mut project = project();
    // As the engine has it: 1 and 2 are one by a rule, 3 and 4 never meet.
    project.dedupe = "match_at = 1.0\nreview_at = 0.9\nblock_on = [[\"full_name\"]]\n";
    let rule = "[[dedupe.rule]]\nname = \"Same mail\"\nsame = [\"email\"]\n";
    project.qualify = Box::leak(format!("{}{rule}", super::QUALIFY).into_boxed_str());
    project.run("");
    assert_eq!(groups(&project), ["123", "4"]);
    write(&project, "a.csv", &["1 = 2", "3 ≠ 4", "4 ≠ A7", "1 = 2"]);
    project.run("\"a.csv\"");
    assert_eq!(
        project.outcomes(),
        ["a.csv:2 superfluous", "a.csv:3 superfluous", "a.csv:4 stale", "a.csv:5 superfluous"]
    );
    assert_eq!(project.whys()[..2], ["the run says the same without it"; 2]);
    assert_eq!(project.whys()[3], "a.csv, line 2 says so, too");
    // 1 and 4 are one by a person alone, and only then 4 has to be kept from 3: 2 and 3 are told apart, too.
    write(&project, "a.csv", &["1 = 4", "3 ≠ 4"]);
    project.run("\"a.csv\"");
    let outcomes = project.outcomes();
    assert_eq!(outcomes[1], "a.csv:3 applied", "without the first answer it would be superfluous: {outcomes:?}");
}

#[test]
fn words_that_are_no_answers_are_told_all_at_once() {
    let project = project();
    let rows = [1, 2].map(|id| project.row_id(&id.to_string()));
    let text = |lines: &[&str]| {
        let lines = lines.iter().map(|line| format!("{line},{},{}\n", rows[0], rows[1]));
        format!("decision,kind,left_id,right_id\n{}", lines.collect::<String>())
    };
    project.workdir.file("a.csv", text(&["mach,lead", "Distinct,", "new,lead", "nw,account", ",", "perhaps,contact"]));
    project.workdir.file("b.csv", text(&["match,acount"]));
    let ran = project.try_run("[\"a.csv\", \"b.csv\"]", &[]);
    assert_ne!(ran.code, 0);
    for sentence in [
        "a.csv, line 2, column `decision`: \"mach\" is neither match nor distinct; did you mean `match`?",
        "a.csv, line 4, column `decision`: \"new\" is for records of the CRM; a lead of its own is `distinct`",
        "a.csv, line 5, column `decision`: \"nw\" is none of match, distinct, new; did you mean `new`?",
        "a.csv, line 7, column `decision`: \"perhaps\" is none of match, distinct, new",
        "b.csv, line 2, column `kind`: \"acount\" is none of lead, account, contact, opportunity; did you mean `account`?",
    ] {
        assert!(ran.stderr.contains(sentence), "{sentence}\n{}", ran.stderr);
    }
    project.workdir.file("c.csv", "left_id,decision\nR1,match\n");
    let ran = project.try_run("[\"c.csv\", \"d.csv\"]", &[]);
    assert_eq!(ran.code, 2);
    for sentence in ["c.csv has no column `right_id`", "there is no file `d.csv`"] {
        assert!(ran.stderr.contains(sentence), "{sentence}\n{}", ran.stderr);
    }
    let ran = project.try_run("3", &[]);
    assert!(
        ran.code == 2 && ran.stderr.contains("`dedupe.decisions` must be text in quotes, or a list"),
        "{}",
        ran.stderr
    );
}

#[test]
fn why_tells_what_people_said_of_a_lead() {
    let project = project();
    write(&project, "a.csv", &["1 = 2", "4 = A2", "1 ≠ 4"]);
    project.run("\"a.csv\"");
    let shown = project.workdir.succeed(&["why", "out/p", "4"]).stdout;
    assert!(
        shown.contains("\nAnswers\n") && shown.contains("  match account A2: applied (a.csv, line 3)\n"),
        "{shown}"
    );
    assert!(shown.contains("superfluous, the run says the same without it (a.csv, line 4)"), "{shown}");
    let json: serde_json::Value =
        serde_json::from_str(&project.workdir.succeed(&["why", "out/p", "3", "--json"]).stdout).unwrap();
    assert_eq!(json.get("answers").and_then(|answers| answers.as_array()).map(Vec::len), Some(0), "{json}");
    assert!(!project.workdir.succeed(&["why", "out/p", "3"]).stdout.contains("Answers"));
}

#[test]
fn the_same_bytes_at_any_number_of_threads() {
    let project = project();
    write(&project, "old.csv", &["1 = 2", "4 ≠ A1", "2 = 3"]);
    write(&project, "new.csv", &["2 ≠ 3"]);
    let files = |threads: &str, name: &str| {
        let ran = project.try_run("[\"old.csv\", \"new.csv\"]", &["--threads", threads]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        std::fs::read(project.workdir.path(&format!("out/p/{name}"))).unwrap()
    };
    for name in ["review.csv", "review.parquet", "verdicts.csv", "verdicts.parquet", "decisions.csv"] {
        let one = files("1", name);
        assert!(one == files("8", name) && one == files("3", name), "{name}");
    }
    assert_eq!(
        only(project.table("review").into_iter().filter(|row| row["kind"] == "lead").collect())["verdict"],
        "review"
    );
}
