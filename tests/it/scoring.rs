//! Packs, policies for blanks, groups and grids, versions, near misses: as a user would use them.

use crate::workdir::{Row, Workdir};

const LEADS: &str = "\
id,full name,job title,email,company,country,budget\n\
1,Ana Kirova,Director,ana@kirova.example,Kirova,DE,4200\n\
2,Jon Berg,Clerk,jon@berg.example,Berg,FR,9000\n\
3,Eva Novak,,eva@novak.example,Novak,,\n\
4,Max Blank,Student,max@blank.example,,AT,100\n";

const SOURCE: &str = "as_of = 2026-11-30\n[dedupe]\nenabled = false\n\
[[source]]\nname = \"fair\"\npath = \"leads.csv\"\nfields = { budget_amount = \"budget\" }\n";

const PACK: &str = r#"
version = "2026-1"

[[criterion]]
name = "Budget"
when = "budget_amount >= 5000"
points = 4
group = "fit"
missing = "neutral"

[[criterion]]
name = "Director"
when = "job_title ILIKE '%director%'"
importance = "high"
group = "fit"

[[criterion]]
name = "Country"
when = "country IN ('DE', 'AT')"
points = 2
group = "place"

[[criterion]]
name = "Student"
when = "job_title = 'Student'"
points = -5
group = "place"

[group.fit]
bands = { A = 60, B = 30, C = 0 }
[group.place]
bands = { 1 = 60, 2 = 0 }
"#;

fn project(pipeline: &str) -> Workdir {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS).file("packs/own.toml", PACK).file("p.toml", format!("{SOURCE}{pipeline}"));
    workdir
}

/// Some columns of the rows of a table, in the order of the names.
fn cells(workdir: &Workdir, table: &str, columns: &[&str]) -> Vec<String> {
    let names = workdir.table("out/p/leads.csv");
    let name = |row: &Row| {
        let own = names.iter().find(|lead| lead["lead_id"] == row["lead_id"]).unwrap();
        own["full_name"].split(' ').next().unwrap().to_owned()
    };
    let mut rows: Vec<String> = workdir
        .table(&format!("out/p/{table}.csv"))
        .iter()
        .map(|row| columns.iter().fold(name(row), |line, column| format!("{line} | {}", row[*column])))
        .collect();
    // Leads by name, the lines of each as they are.
    rows.sort_by_key(|row| row.split(' ').next().unwrap().to_owned());
    rows
}

#[test]
fn a_pack_its_changes_and_what_a_run_leaves_of_it() {
    let workdir = project(
        "[score]\npacks = [\"packs/own.toml\"]\n\
         [[score.criterion]]\nname = \"Director\"\nimportance = \"low\"\nversion = \"ours\"\n\
         [[score.criterion]]\nname = \"Student\"\nenabled = false\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    // Director ±1, budget 4 or nothing, country 2; nobody is a student any more.
    assert_eq!(
        cells(&workdir, "leads", &["score", "fit_score", "place_score", "reasons_against"]),
        [
            "Ana | 3 | 1 | 2 | ",
            "Eva | -1 | -1 | 0 | Director (-1, no data)",
            "Jon | 3 | 3 | 0 | Director (-1)",
            "Max | 1 | -1 | 2 | Director (-1)",
        ]
    );
    assert_eq!(
        cells(&workdir, "score_ledger", &["criterion", "met", "points", "version"])[3..6],
        ["Eva | Budget |  | 0 | 2026-1", "Eva | Director |  | -1 | ours", "Eva | Country |  | 0 | 2026-1",]
    );
    // The pipeline that the run left needs the pack no more.
    let left = std::fs::read_to_string(workdir.path("out/p/pipeline.toml")).unwrap();
    assert!(!left.contains("packs"), "{left}");
    std::fs::remove_file(workdir.path("packs/own.toml")).unwrap();
    workdir.file("again.toml", left.replace("out/p", "out/again"));
    workdir.succeed(&["run", "again.toml", "--set", "output=\"out/again\""]);
    let ledger = |run: &str| std::fs::read_to_string(workdir.path(run).join("score_ledger.csv")).unwrap();
    assert_eq!(ledger("out/p"), ledger("out/again"));
    assert!(workdir.run(&["check", "p.toml"]).stderr.contains("there is no file `packs/own.toml`"));
}

#[test]
fn groups_have_columns_for_reports_rules_and_the_grid() {
    let workdir = project(
        "[score]\npacks = [\"packs/own.toml\"]\ngrid = [\"fit\", \"place\"]\n\
         [[assign.rule]]\nname = \"Fit\"\nwhen = \"fit_percent >= 30 AND place_band = '1'\"\nto = [\"anna\"]\n\
         [[report]]\nname = \"By grade\"\ngroup_by = [\"grade\"]\nmeasures = { fit = \"SUM(fit_score)\" }\n\
         [[report]]\nname = \"Bands\"\nsql = \"SELECT fit_band, COUNT(*) AS leads FROM leads GROUP BY fit_band\"\n\
         [[test]]\nname = \"a director\"\nlead = { full_name = \"Jo Do\", job_title = \"Director\", country = \"DE\" }\n\
         expect = { grade = \"A1\", fit_band = \"A\", fit_percent = 60 }\n",
    );
    workdir.succeed(&["test", "p.toml"]);
    workdir.succeed(&["run", "p.toml"]);
    // fit from -3 to 7: Ana 3 (60 percent), Eva -3, Jon 4 - 3, Max -3. place from -5 to 2: 2 (100), 0 (71.4), 0, 2 - 5.
    assert_eq!(
        cells(&workdir, "leads", &["grade", "fit_score", "fit_percent", "fit_band", "place_percent", "assigned_to"]),
        [
            "Ana | A1 | 3 | 60 | A | 100 | anna",
            "Eva | C1 | -3 | 0 | C | 71.42857142857143 | ",
            "Jon | B1 | 1 | 40 | B | 71.42857142857143 | anna",
            "Max | C2 | -3 | 0 | C | 28.571428571428573 | ",
        ]
    );
    let report = std::fs::read_to_string(workdir.path("out/p/reports/by_grade.csv")).unwrap();
    assert_eq!(report.replace('\r', ""), "grade,fit\nA1,3\nB1,1\nC1,-3\nC2,-3\n");
    assert_eq!(workdir.summary("out/p")["score"]["grades"][0], serde_json::json!(["A1", 1]));
    // The same lead's way up, in both directions of the grid.
    let jon = workdir.succeed(&["why", "out/p", "fair:2"]).stdout;
    assert!(jon.contains("grade B1"), "{jon}");
    let way = "One step from grade A1, 2 points away: criterion Director: +6 (job_title ILIKE '%director%')";
    assert!(jon.contains(way), "{jon}");
}

#[test]
fn near_misses_are_a_table_and_an_answer() {
    let workdir = project(
        "[score]\npacks = [\"packs/own.toml\"]\n\
         [qualify]\nwhen = \"stars >= 4 AND budget_amount >= 5000\"\n\
         [[qualify.disqualify]]\nwhen = \"job_title = 'Student'\"\nreason = \"Student\"\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    // From -8 to 9; Ana 5 (76.5 percent), Jon 1 (52.9), Eva -3 (29.4), Max closed. A at 5.6, B at 2.2, C at -1.2.
    let budget = |gap: &str, target: &str| {
        format!("Ana | {target} | {gap} | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)")
    };
    assert_eq!(
        cells(&workdir, "near_misses", &["target", "gap", "changes", "change"]),
        [
            budget("0.6", "grade A"),
            budget("0.6", "5 stars"),
            budget("", "qualify"),
            "Eva | grade C | 1.8 | 1 | country from blank to one of 'DE', 'AT' (criterion Country: +2)".to_owned(),
            "Eva | 3 stars | 1.8 | 1 | country from blank to one of 'DE', 'AT' (criterion Country: +2)".to_owned(),
            "Eva | qualify | 5.2 | 2 | budget_amount from blank to at least 5000 (criterion Budget: +4) and country \
             from blank to one of 'DE', 'AT' (criterion Country: +2)"
                .to_owned(),
            "Jon | grade B | 1.2 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)".to_owned(),
            "Jon | 4 stars | 1.2 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)".to_owned(),
            "Jon | qualify | 1.2 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)".to_owned(),
        ]
    );
    let eva = workdir.succeed(&["why", "out/p", "fair:3"]).stdout;
    let lines: Vec<&str> = eva.lines().filter(|line| line.contains(" from ")).collect();
    assert_eq!(
        lines,
        [
            "One step from grade C, 1.8 points away: country from blank to one of 'DE', 'AT' (criterion Country: +2)",
            "One step from 3 stars, 1.8 points away: country from blank to one of 'DE', 'AT' (criterion Country: +2)",
            "Two steps from qualifying, 5.2 points away: budget_amount from blank to at least 5000 (criterion Budget: +4) \
             and country from blank to one of 'DE', 'AT' (criterion Country: +2)",
        ]
    );
    assert!(eva.contains("no data") && !eva.contains("no value"), "{eva}");
    let json: serde_json::Value =
        serde_json::from_str(&workdir.succeed(&["why", "out/p", "fair:1", "--json"]).stdout).unwrap();
    assert_eq!(json["near_misses"][2]["target"], "qualify");
    assert_eq!(json["ledger"][0]["version"], "2026-1");
}

#[test]
fn check_and_explain_tell_what_does_not_count_today() {
    let dated = |day: &str| {
        format!(
            "[[score.criterion]]\nname = \"Fair\"\nversion = \"spring\"\nwhen = \"email IS NOT NULL\"\n\
             valid_until = {day}\n"
        )
    };
    let rest = "criterion Fair (version spring) does not count on 2026-11-30: it is valid until 2026-05-31";
    let other = "[[score.criterion]]\nname = \"Other\"\nwhen = \"company IS NOT NULL\"\n";
    let workdir = project(&format!("{}{other}", dated("2026-05-31")));
    let ran = workdir.succeed(&["check", "p.toml"]);
    assert!(ran.stdout.contains(rest) && !ran.stderr.contains("warning"), "{} {}", ran.stdout, ran.stderr);
    let json: serde_json::Value =
        serde_json::from_str(&workdir.succeed(&["check", "p.toml", "--json"]).stdout).unwrap();
    assert_eq!(json["resting"], serde_json::json!([rest]));
    let ran = workdir.succeed(&["explain", "p.toml"]);
    assert!(ran.stdout.contains(rest), "{}", ran.stdout);

    workdir.file("p.toml", format!("{SOURCE}{}", dated("2026-05-31")));
    let ran = workdir.succeed(&["check", "p.toml"]);
    assert!(ran.stderr.contains("no criterion is valid on 2026-11-30: every lead scores 0"), "{}", ran.stderr);
    workdir.file("p.toml", format!("{SOURCE}{}", dated("2026-11-30")));
    assert!(!workdir.succeed(&["check", "p.toml"]).stdout.contains("does not count"));
}

#[test]
fn the_default_pack_scores_any_export_and_makes_a_grid() {
    let workdir = project("[score]\ngrid = [\"fit\", \"engagement\"]\n");
    workdir.succeed(&["run", "p.toml"]);
    let rows = cells(&workdir, "leads", &["grade", "reasons_for"]);
    assert!(rows[0].starts_with("Ana | A") && rows[0].contains("Decision maker (+3)"), "{rows:?}");
    assert!(rows[3].starts_with("Max | C") || rows[3].starts_with("Max | B"), "{rows:?}");
    let against = cells(&workdir, "leads", &["reasons_against"]);
    assert!(against[3].contains("Buys nothing (-4)"), "{against:?}");
    let text = workdir.succeed(&["explain", "p.toml"]).stdout;
    assert!(text.contains("grade: fit and engagement, from A1 A2 A3 B1 B2 B3 C1 C2 C3"), "{text}");
}

#[test]
fn a_broken_pack_is_shown_where_it_is_broken() {
    let workdir = project("[score]\npacks = [\"packs/bad.toml\"]\n");
    workdir.file("packs/bad.toml", "[[criterion]]\nname = \"Mail\"\nwhen = \"emial IS NOT NULL\"\n");
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("packs/bad.toml:3:9"), "{}", ran.stderr);
    assert!(ran.stderr.contains("did you mean `email`?"), "{}", ran.stderr);
}

#[test]
fn the_default_pack_knows_who_decides() {
    const TITLES: [(&str, &str); 24] = [
        ("Managing Director", "true"),
        ("CEO & Founder", "true"),
        ("co-owner", "true"),
        ("VP Sales", "true"),
        ("Head of Procurement", "true"),
        ("Geschäftsführerin", "true"),
        ("Vertriebsleiter", "true"),
        ("Leitung Einkauf", "true"),
        ("Directrice commerciale", "true"),
        ("Jefa de compras", "true"),
        ("Amministratore delegato", "true"),
        ("Dyrektor handlowy", "true"),
        ("Управител", "true"),
        ("Търговски директор", "true"),
        ("Product Owner", "false"),
        ("Executive Assistant to the CEO", "false"),
        ("Assistenz der Geschäftsleitung", "false"),
        ("Асистент на директора", "false"),
        ("Sales Manager", "false"),
        ("Mitarbeiter", "false"),
        ("Overhead crane operator", "false"),
        ("Student", "false"),
        ("Engineer", "false"),
        ("", ""),
    ];
    let workdir = project("");
    let row = |(nth, (title, _)): (usize, &(&str, &str))| format!("{nth},Name{nth} Person,{title}\n");
    let rows: String = TITLES.iter().enumerate().map(row).collect();
    workdir.file("leads.csv", format!("id,full name,job title\n{rows}"));
    workdir.file("p.toml", SOURCE.replace("fields = { budget_amount = \"budget\" }\n", ""));
    workdir.succeed(&["run", "p.toml"]);
    let titles = workdir.table("out/p/leads.csv");
    let ledger = workdir.table("out/p/score_ledger.csv");
    for (title, met) in TITLES {
        let lead = titles.iter().find(|lead| lead["job_title"] == title).unwrap();
        let said = |name: &str| {
            let line = ledger.iter().find(|line| line["lead_id"] == lead["lead_id"] && line["criterion"] == name);
            line.map(|line| (line["met"].clone(), line["points"].clone())).unwrap()
        };
        let points = match met {
            "true" => "3",
            "false" => "-3",
            _ => "0",
        };
        assert_eq!(said("Decision maker"), (met.to_owned(), points.to_owned()), "{title}");
        assert_eq!(said("Buys nothing").1, if title == "Student" { "-4" } else { "0" }, "{title}");
    }
}
