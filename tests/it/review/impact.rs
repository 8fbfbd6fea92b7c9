//! What each answer would change, and in which order people are asked.

use super::{Project, only};
use crate::workdir::Row;

#[test]
fn the_most_worthwhile_comes_first() {
    // Worked by hand: 1 and 2 hold each other up, 9000 + 4000.5 = 13000.5; 3 waits for its account, 10000; 4 and 5 are worth
    // 100 in dollars and 70 in euros, which are not added; of 6 and 7 only 7 would qualify, so that nobody holds anybody up but
    // both stay open: the pair blocks 7 alone, 800; 8 and 9 do not qualify, and nothing is at stake.
    let leads = "1,Ana Kirova,,BG,ana@kirova.example,9000,9000,EUR,anna\n\
                 2,Anna Kirova,,BG,ana@kirova.example,9000,4000.5,,jan\n\
                 3,Ivo Petrov,Acme,BG,ivo@acme.example,10000,,EUR,jan\n\
                 4,Eva Lind,,SE,eva@lind.example,5000,100,USD,anna\n\
                 5,Eva Maria Lind,,SE,eva@lind.example,5000,70,EUR,anna\n\
                 6,Bo Berg,,SE,bo@berg.example,100,7000,EUR,\n\
                 7,Bob Berg,,SE,bo@berg.example,6000,800,EUR,\n\
                 8,Kim Oduya,,NG,kim@oduya.example,1,50000,EUR,anna\n\
                 9,Kimberly Oduya,,NG,kim@oduya.example,1,50000,EUR,anna\n";
    let accounts = "account_id,company,country\nA1,Acme Ltd,BG\nA2,Acme GmbH,BG\n";
    let project = Project::new(leads, &[("accounts", accounts)]);
    let ran = project.run("");
    assert!(ran.stderr.contains("4 pairs and 2 records to decide"), "{}", ran.stderr);
    let pair = |a: &str, b: &str| {
        let (left, right) = if project.row_id(a) < project.row_id(b) { (a, b) } else { (b, a) };
        format!("lead {left} {right}")
    };
    let asked = project.asked();
    let expected = [
        pair("1", "2"),
        "account 3 A1".to_owned(),
        "account 3 A2".to_owned(),
        pair("6", "7"),
        pair("4", "5"),
        pair("8", "9"),
    ];
    assert_eq!(asked, expected);
    let review = project.table("review");
    let told = |column: &str| review.iter().map(|row| row[column].clone()).collect::<Vec<_>>();
    assert_eq!(told("stake"), ["13000.5", "10000", "10000", "800", "100", "0"]);
    assert_eq!(told("currency"), ["EUR", "EUR", "EUR", "EUR", "USD", ""]);
    assert_eq!(told("leads"), ["2", "1", "1", "2", "2", "2"]);
    assert_eq!(told("rows"), ["2", "1", "1", "2", "2", "2"]);
    let blocked = "blocked duplicate_lead";
    let (now, distinct, same) = (told("decision_now"), told("if_distinct"), told("if_match"));
    assert_eq!([&now[0], &distinct[0], &same[0]], [blocked, "qualified conditions_met", "qualified conditions_met"]);
    assert_eq!([&now[1], &told("if_new")[1]], ["review ambiguous_account", "qualified conditions_met"]);
    // Whether 6 and 7 as one would qualify depends on whose budget survives.
    assert_eq!(same[3], "");
    let unmet = "unchanged conditions_not_met";
    let in_order = |six: &str, seven: &str| match asked[3].as_str() {
        "lead 6 7" => format!("{six}; {seven}"),
        _ => format!("{seven}; {six}"),
    };
    assert_eq!(now[3], in_order(unmet, blocked));
    assert_eq!(distinct[3], in_order(unmet, "qualified conditions_met"));
    assert_eq!([&now[5], &distinct[5], &same[5]], [unmet, unmet, unmet]);
    assert_eq!(told("if_new")[0], "");
    let owners = told("owner");
    assert!(["anna; jan", "jan; anna"].contains(&owners[0].as_str()), "{owners:?}");
    assert_eq!(owners[1..], ["jan", "jan", "", "anna", "anna"]);
    assert!(review[0]["why"].contains("email: exact"), "{}", review[0]["why"]);
    assert!(!review[0]["probability"].is_empty() && !review[0]["weight"].is_empty());
    let levels: Vec<&String> = review[0].keys().filter(|column| column.starts_with("level_")).collect();
    assert!(!levels.is_empty() && levels.iter().all(|column| review[1][*column].is_empty()), "{levels:?}");
}

#[test]
fn a_third_lead_still_stands_in_the_way() {
    let leads = "1,Ana Kirova,,BG,ana@kirova.example,9000,100,EUR,\n\
                 2,Anna Kirova,,BG,ana@kirova.example,9000,20,EUR,\n\
                 3,Anne Kirova,,BG,ana@kirova.example,9000,3,EUR,\n";
    let project = Project::new(leads, &[]);
    project.run("");
    let review = project.table("review");
    let blocked = "blocked duplicate_lead";
    assert_eq!(review.iter().map(|row| row["stake"].as_str()).collect::<Vec<_>>(), ["120", "103", "23"]);
    for row in &review {
        assert_eq!([&row["decision_now"], &row["if_match"], &row["if_distinct"]], [blocked; 3]);
    }
    // With two of the three answers the last one frees them.
    project.fill("answers.csv", &[("1 2", "distinct"), ("1 3", "distinct")]);
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: - new new");
    let row = only(project.table("review"));
    assert_eq!([&row["stake"], &row["if_distinct"]], ["23", "qualified conditions_met"]);
}

#[test]
fn pairs_of_rows_that_answers_settle() {
    let leads =
        "1,Ana Kirova,,BG,ana@kirova.example,9000,9000,EUR,\n2,Anna Kirova,,BG,ana@kirova.example,9000,4000,EUR,\n";
    let project = Project::new(leads, &[]);
    project.run("");
    project.fill("answers.csv", &[("1 2", "match")]);
    project.run("\"answers.csv\"");
    assert_eq!((project.table("leads").len(), project.asked().len()), (1, 0));
    assert_eq!(project.outcomes(), ["answers.csv:2 applied"]);
    project.run("");
    project.fill("answers.csv", &[("1 2", "distinct")]);
    project.run("\"answers.csv\"");
    let decided = project.decided();
    assert_eq!([&decided["1"], &decided["2"]], ["qualified conditions_met: - new new"; 2]);
    assert_eq!(project.outcomes(), ["answers.csv:2 applied"]);
}

#[test]
fn without_decisions_on_leads_the_likeliest_comes_first() {
    let leads = "1,Ana Kirova,,BG,ana@kirova.example,9000,1,EUR,\n2,Anna Kirova,,BG,ana@kirova.example,9000,1,EUR,\n\
                 3,Eva Lind,,SE,eva@lind.example,9000,70000,EUR,\n4,Tom Holm,,NO,eva@lind.example,9000,70000,EUR,\n";
    let project = Project::new(leads, &[]);
    project.try_run("", &["--only", "dedupe"]);
    let review = project.table("review");
    let of = |column: &str| review.iter().map(|row| row[column].as_str()).collect::<Vec<_>>();
    assert_eq!((of("stake"), of("decision_now"), of("if_match")), (vec!["0"; 2], vec![""; 2], vec![""; 2]));
    let likely: Vec<f64> = of("probability").iter().map(|text| text.parse().unwrap()).collect();
    assert!(likely[0] > likely[1] && review[0]["left_full_name"].ends_with("Kirova"), "{likely:?}");
    let row = project.row_id("1");
    project.workdir.file("answers.csv", format!("kind,left_id,right_id,decision\naccount,{row},A1,match\n"));
    project.try_run("\"answers.csv\"", &["--only", "dedupe"]);
    assert_eq!(
        (project.outcomes(), project.whys()),
        (vec!["answers.csv:2 waiting".to_owned()], vec!["the run looks for duplicates only".to_owned()])
    );
}

#[test]
fn what_an_answer_changes_is_told_of_the_whole_batch() {
    let accounts = "account_id,company,domain,country\nA1,Acme Ltd,acme.example,BG\n";
    let contacts =
        "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@acme.example,A1\nC2,Ana Kirova,ana@acme.example,A1\n";
    let project = Project::new("", &[("accounts", accounts), ("contacts", contacts)]);
    let header = "id,full_name,company,country,email,budget_amount,existing_contact_id,created_at\n";
    let leads =
        "1,Ana Kirova,Acme,BG,ana@acme.example,9000,,2026-11-02\n2,A. K.,Acme,BG,a.k@acme.example,9000,C1,2026-11-01\n";
    project.workdir.file("leads.csv", format!("{header}{leads}"));
    project.run("");
    assert_eq!(project.decided()["2"], "qualified conditions_met: A1 C1 new");
    // Of equal scores, the older lead has the opportunity of the first contact.
    let told = |row: &Row| ["right_source_id", "if_match", "if_distinct"].map(|column| row[column].clone()).join(" | ");
    let told: Vec<String> = project.table("review").iter().map(told).collect();
    let (blocked, qualified) = ("blocked duplicate_opportunity", "qualified conditions_met");
    assert_eq!(told, [format!("C1 | {blocked} | {qualified}"), format!("C2 | {qualified} | {blocked}")]);
    for (contact, decision) in
        [("C1", "blocked duplicate_opportunity: - - -"), ("C2", "qualified conditions_met: A1 C2 new")]
    {
        project.run("");
        project.fill("answers.csv", &[(&format!("1 {contact}"), "match")]);
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], decision);
    }
}
