//! `leadmill diff`: what another pipeline file would change.

use serde_json::{Value, json};

use crate::workdir::{Workdir, repository};

const SOURCE: &str = "as_of = \"2026-11-22\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n";
const ALONE: &str = "[dedupe]\nenabled = false\n";

/// Ana has everything, Cem a budget, the others less.
const LEADS: &str = "source_id,full_name,email,country,budget_amount,job_title\n\
     1,Ana Berg,ana@nord.example,DE,9000,Director\n\
     2,Bea Horn,bea@ost.example,DE,100,\n\
     3,Cem Kaya,cem@sued.example,AT,9000,\n\
     4,Dora Weiss,dora@west.example,FR,,\n";

/// Of at most 20 points Ana has 20 (A, five stars), Cem 10 (50 percent: C, three stars), the others none (D, no star).
const OLD: &str = "[[score.criterion]]\nname = \"Budget\"\nwhen = \"budget_amount >= 5000\"\npoints = 10\n\
     [[score.criterion]]\nname = \"Title\"\nwhen = \"job_title = 'Director'\"\npoints = 10\n\
     [[assign.rule]]\nname = \"DE\"\nwhen = \"country = 'DE'\"\nto = [\"anna\"]\n\
     [[assign.rule]]\nname = \"rest\"\nto = [\"jan\"]\n\
     [qualify]\nwhen = \"stars >= 5\"\n";

/// Of at most 40 points Ana has 40 (as before), Bea 10 (25 percent: D, two stars), Cem 30 (75 percent: B, four stars: he
/// qualifies now, and goes from jan to anna), Dora none.
const NEW: &str = "[[score.criterion]]\nname = \"Budget\"\nwhen = \"budget_amount >= 5000\"\npoints = 30\n\
     [[score.criterion]]\nname = \"German\"\nwhen = \"country = 'DE'\"\npoints = 10\n\
     [[assign.rule]]\nname = \"DE and AT\"\nwhen = \"country IN ('DE', 'AT')\"\nto = [\"anna\"]\n\
     [[assign.rule]]\nname = \"rest\"\nto = [\"jan\"]\n\
     [qualify]\nwhen = \"stars >= 4\"\n";

fn project(old: &str, new: &str) -> Workdir {
    let workdir = Workdir::new();
    let (old, new) = (format!("{SOURCE}{old}"), format!("{SOURCE}{new}"));
    workdir.file("leads.csv", LEADS).file("old.toml", old).file("new.toml", new);
    workdir
}

fn json(workdir: &Workdir, arguments: &[&str]) -> Value {
    serde_json::from_str(&workdir.succeed(&[arguments, &["--json"]].concat()).stdout).unwrap()
}

/// Lead ids derive from content; their names tell them apart.
fn without_ids(text: &str) -> String {
    let is_id =
        |word: &str| word.len() == 17 && word.starts_with('L') && word.bytes().all(|b| b.is_ascii_alphanumeric());
    text.lines()
        .map(|line| {
            line.split(' ')
                .map(|word| if is_id(word) { "L................" } else { word })
                .collect::<Vec<_>>()
                .join(" ")
                + "\n"
        })
        .collect()
}

#[test]
fn a_small_case_worked_by_hand() {
    let workdir = project(&format!("{ALONE}{OLD}"), &format!("{ALONE}{NEW}"));
    let found = json(&workdir, &["diff", "old.toml", "new.toml"]);
    assert_eq!(found["both"], 4);
    assert_eq!(found["apart"], json!([]));
    let changed = json!({ "score": 3, "stars": 2, "grade": 1, "owner": 1, "decision": 1, "any": 2 });
    assert_eq!(found["changed"], changed);
    let [stars, grades] = ["stars", "grades"].map(|name| found[name]["leads"].clone());
    // Old stars down, new ones across: Bea 0 to 2, Dora 0 to 0, Cem 3 to 4, Ana 5 to 5.
    let none = [0; 6];
    let expected = json!([[1, 0, 1, 0, 0, 0], none, none, [0, 0, 0, 0, 1, 0], none, [0, 0, 0, 0, 0, 1]]);
    assert_eq!(stars, expected);
    // A, B, C, D: Cem goes from C to B.
    assert_eq!(grades, json!([[1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 2]]));
    let moves = json!([
        { "kind": "score", "rule": "Budget", "leads": 1 },
        { "kind": "score", "rule": "German", "leads": 1 },
        { "kind": "assign", "rule": "rest -> DE and AT", "leads": 1 },
        { "kind": "qualify", "rule": "conditions_not_met -> qualify (conditions_met)", "leads": 1 },
    ]);
    assert_eq!(found["moves"], moves);
    let [cem, bea] = [&found["leads"][0], &found["leads"][1]];
    assert_eq!((&cem["full_name"], &bea["full_name"]), (&json!("Cem Kaya"), &json!("Bea Horn")));
    assert_eq!(cem["score"], json!({ "old": "10", "new": "30" }));
    assert_eq!(cem["by_score"], json!([{ "kind": "score", "rule": "Budget", "points": { "old": "10", "new": "30" } }]));
    assert_eq!(cem["owner"], json!({ "old": "jan", "new": "anna" }));
    assert_eq!(cem["decision"], json!({ "old": "unchanged", "new": "qualified" }));
    assert_eq!(bea["by_score"], json!([{ "kind": "score", "rule": "German", "points": { "old": null, "new": "10" } }]));
    assert_eq!((&bea["by_assign"], &bea["by_qualify"]), (&Value::Null, &Value::Null));

    let shown = workdir.succeed(&["diff", "old.toml", "new.toml", "--csv", "out/changes.csv"]);
    insta::assert_snapshot!(without_ids(&shown.stdout));
    let rows = workdir.table("out/changes.csv");
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0]["grade_before"].as_str(), rows[0]["grade_after"].as_str()), ("C", "B"));
    let by = "Budget 10 -> 30; assign: rest -> DE and AT; qualify: conditions_not_met -> qualify (conditions_met)";
    assert_eq!(rows[0]["by"], by);
    assert!(!workdir.path("out/old").exists() && !workdir.path("out/new").exists(), "nothing is run for good");
}

#[test]
fn exit_codes_tell_whether_anything_changes() {
    let workdir = project(&format!("{ALONE}{OLD}"), &format!("{ALONE}{NEW}"));
    assert_eq!(workdir.run(&["diff", "old.toml", "new.toml", "--fail-on-change"]).code, 1);
    let same = workdir.run(&["diff", "old.toml", "old.toml", "--fail-on-change"]);
    assert_eq!((same.code, same.stdout.contains("Nothing would change.")), (0, true), "{}", same.stdout);
    // What both are given counts for both.
    let both = [
        "diff",
        "old.toml",
        "new.toml",
        "--fail-on-change",
        "--set",
        "score.criterion=[]",
        "--set",
        "assign.rule=[]",
        "--set",
        "qualify={}",
    ];
    assert_eq!(workdir.run(&both).code, 0, "without rules of their own the two are the same");
    workdir.file("broken.toml", format!("{SOURCE}[qualify]\nwhen = \"stras > 1\"\n"));
    let faulty = workdir.run(&["diff", "old.toml", "broken.toml"]);
    assert_eq!((faulty.code, faulty.stderr.contains("did you mean `stars`?")), (2, true), "{}", faulty.stderr);
    assert_eq!(workdir.run(&["diff", "leads", "new.toml"]).code, 2);
}

#[test]
fn cuts_bands_and_reach_are_reasons_where_no_criterion_is() {
    let criterion = "[[score.criterion]]\nname = \"Budget\"\nwhen = \"budget_amount >= 5000\"\npoints = 10\n";
    let idle = "[[score.criterion]]\nname = \"Never\"\nwhen = \"country = 'XX'\"\npoints = 10\n";
    // Cem and Ana have 100 percent, or with a criterion that nobody meets 50.
    let cases = [
        ("[score]\nstars = [20, 40, 60, 100]\n", "[score]\nstars = [20, 40, 60, 80]\n", "", ""),
        (
            "[score]\nstars = [20, 30, 40, 50]\n",
            "[score]\nstars = [20, 30, 40, 60]\n",
            idle,
            "the cut points of the stars",
        ),
        (
            "[score]\ngrades = { A = 50, B = 0 }\n",
            "[score]\ngrades = { A = 60, B = 0 }\n",
            idle,
            "the bands of the grades",
        ),
        ("", idle, "", "what the score can reach"),
    ];
    for (old, new, both, expected) in cases {
        let text = |own: &str| format!("{ALONE}{own}{criterion}{both}");
        let workdir = project(&text(old), &text(new));
        let found = json(&workdir, &["diff", "old.toml", "new.toml"]);
        match expected {
            "" => assert_eq!(found["changed"]["any"], 0, "{new}"),
            _ => assert_eq!(found["moves"], json!([{ "kind": "score", "rule": expected, "leads": 2 }]), "{new}"),
        }
    }
}

#[test]
fn leads_that_only_one_side_has_are_told_by_their_rows() {
    let rule = "[[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n";
    let workdir = project(&format!("{ALONE}{OLD}"), &format!("{rule}{OLD}"));
    workdir.file("leads.csv", format!("{LEADS}5,A. Berg,ANA@nord.example,DE,,\n"));
    let found = json(&workdir, &["diff", "old.toml", "new.toml"]);
    assert_eq!((&found["apart"], &found["both"]), (&json!(["dedupe"]), &json!(4)));
    assert_eq!(found["alone"]["new"], json!([]));
    let lone = &found["alone"]["old"];
    assert_eq!(lone.as_array().unwrap().len(), 1);
    assert!([json!(["s:1"]), json!(["s:5"])].contains(&lone[0]["rows"]), "{lone}");
    assert_eq!(lone[0]["there"].as_array().unwrap().len(), 1);
    let shown = workdir.succeed(&["diff", "old.toml", "new.toml"]);
    assert!(shown.stdout.contains("read and merged twice, since the files differ in dedupe"), "{}", shown.stdout);
    assert!(shown.stdout.contains("Only before, 1 lead"), "{}", shown.stdout);
}

#[test]
fn a_past_run_or_other_inputs_are_compared_on_the_new_data() {
    let workdir = project(&format!("{ALONE}{OLD}"), &format!("{ALONE}{NEW}"));
    workdir.succeed(&["run", "old.toml"]);
    let expected = json(&workdir, &["diff", "old.toml", "new.toml"]);
    assert_eq!(json(&workdir, &["diff", "out/old", "new.toml"]), expected);

    // The old file reads last month's leads, under another name of the budget.
    let october = format!(
        "as_of = \"2026-11-22\"\n[[source]]\nname = \"october\"\npath = \"october.csv\"\n\
         fields = {{ budget_amount = \"Money\" }}\n{ALONE}{OLD}"
    );
    workdir.file("october.csv", "source_id,full_name,Money\n9,Old Lead,5\n").file("october.toml", october);
    assert_eq!(json(&workdir, &["diff", "october.toml", "new.toml"]), expected);
    let shown = workdir.succeed(&["diff", "october.toml", "new.toml"]);
    let told = "october.toml reads other files: its rules are run on those of new.toml";
    assert!(shown.stdout.contains(told), "{}", shown.stdout);
}

#[test]
fn the_campaign_with_stricter_rules() {
    let workdir = Workdir::with_samples();
    let campaign = std::fs::read_to_string(repository().join("pipelines/campaign.toml")).unwrap();
    let stricter = campaign
        .replace("stars  = [30, 45, 60, 75]", "stars  = [35, 50, 65, 80]")
        .replace(
            "when = \"product_interest IS NOT NULL\"\nimportance = \"low\"",
            "when = \"product_interest IS NOT NULL\"\nimportance = \"high\"",
        )
        .replace("name = \"Company known\"", "name = \"Company and site known\"")
        .replace("when   = \"stars >= 4 AND", "when   = \"stars >= 3 AND")
        .replace("to   = [\"georgi\"]", "to   = [\"georgi\", \"emma\"]");
    assert_ne!(campaign, stricter);
    workdir.file("pipelines/stricter.toml", stricter);
    let shown = workdir.succeed(&["diff", "pipelines/campaign.toml", "pipelines/stricter.toml", "--rows", "5"]);
    insta::assert_snapshot!(shown.stdout);
    let again = ["diff", "pipelines/campaign.toml", "pipelines/stricter.toml", "--rows", "5", "--threads", "1"];
    assert_eq!(workdir.succeed(&again).stdout, shown.stdout);
}
