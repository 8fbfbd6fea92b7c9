//! Answers about records of the CRM.

use super::{Project, QUALIFY, only};

const ANA: &str = "1,Ana Kirova,Acme,BG,ana@acme.example,9000,9000,EUR,anna\n";
const ACCOUNTS: &str = "account_id,company,domain,country\nA1,Acme Ltd,,BG\nA2,Acme GmbH,,BG\n";
const TWINS: &str = "contact_id,full_name,email,phone,account_id\nC1,Ana Kirova,ana@acme.example,,A1\nC2,Ana Kirova,ana@acme.example,,A2\n";

/// Questions and their answers, what the lead gets, and what comes of the answers.
type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, &'c [&'c str]);

#[test]
fn an_account_is_chosen_left_out_or_made_anew() {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS)]);
    let ran = project.run("");
    assert!(
        ran.stderr.contains("2 records to decide: see the review table and `[dedupe] decisions`."),
        "{}",
        ran.stderr
    );
    assert_eq!(project.decided()["1"], "review ambiguous_account: - - -");
    assert_eq!(project.asked(), ["account 1 A1", "account 1 A2"]);
    let row = project.table("review").swap_remove(1);
    for (column, expected) in [
        ("decision", ""),
        ("stake", "9000"),
        ("currency", "EUR"),
        ("owner", "anna"),
        ("decision_now", "review ambiguous_account"),
        ("if_match", "qualified conditions_met"),
        ("if_distinct", "qualified conditions_met"),
        ("if_new", "qualified conditions_met"),
        ("leads", "1"),
        ("rows", "1"),
        ("why", "same company, same country"),
        ("left_full_name", "Ana Kirova"),
        ("left_company", "Acme"),
        ("right_company", "Acme GmbH"),
        ("left_country", "BG"),
        ("right_country", "BG"),
        ("right_email", ""),
        ("right_id", "A2"),
        ("right_source", "crm.accounts"),
        ("probability", "0.95"),
        ("weight", ""),
        ("rule", "ambiguous_account"),
        ("verdict", "review"),
    ] {
        assert_eq!(row[column], expected, "{column}");
    }
    assert_eq!(row["left_id"], project.row_id("1"));
    assert_eq!(row["left_rows"], row["left_id"]);
    project.fill("none.csv", &[]);

    let cases: &[Case<'_>] = &[
        (&[("1 A2", "match")], "A2 new new", &["applied"]),
        (&[("1 A1", "distinct")], "A2 new new", &["applied"]),
        (&[("1 A1", "distinct"), ("1 A2", "distinct")], "new new new", &["applied", "applied"]),
        (&[("1 A1", "new")], "new new new", &["applied"]),
        (&[("1 A1", "neu"), ("1 A2", "nein")], "new new new", &["applied", "applied"]),
        (&[("1 A1", "distinct"), ("1 A2", "yes")], "A2 new new", &["applied", "applied"]),
    ];
    for (answers, got, outcomes) in cases {
        project.run("");
        project.fill("answers.csv", answers);
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {got}"), "{answers:?}");
        assert_eq!(project.asked(), [""; 0], "{answers:?}");
        let told: Vec<String> = project.table("verdicts").into_iter().map(|row| row["outcome"].clone()).collect();
        assert_eq!(told, *outcomes, "{answers:?}");
        assert!(project.table("findings").iter().all(|row| row["field"] != "decision"), "{answers:?}");
    }
    // A copy without answers says nothing.
    project.run("\"none.csv\"");
    assert_eq!(project.decided()["1"], "review ambiguous_account: - - -");
    assert!(project.table("verdicts").is_empty());
}

#[test]
fn a_new_account_is_not_made_again_once_the_crm_has_it() {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS)]);
    project.run("");
    project.fill("answers.csv", &[("1 A1", "new")]);
    project.run("\"answers.csv\"");
    let made = only(project.table("accounts"))["account_id"].clone();
    let header = ACCOUNTS.replace("country\n", "country,external_id\n").replace(",BG\n", ",BG,\n");
    project.workdir.file("accounts.csv", format!("{header}A3,Acme,,BG,{made}\n"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A3 new new");
}

#[test]
fn a_contact_brings_its_account() {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS), ("contacts", TWINS)]);
    project.run("");
    // Neither the account nor the person is clear; the account comes first.
    assert_eq!(project.asked(), ["account 1 A1", "account 1 A2"]);
    project.fill("first.csv", &[("1 A1", "new")]);
    project.run("\"first.csv\"");
    assert_eq!(project.decided()["1"], "review ambiguous_contact: - - -");
    assert_eq!(project.asked(), ["contact 1 C1", "contact 1 C2"]);
    let row = &project.table("review")[0];
    assert_eq!(
        [&row["why"], &row["right_email"], &row["right_company"]],
        ["same name, same email", "ana@acme.example", "Acme Ltd"]
    );
    project.fill("second.csv", &[("1 C2", "match")]);
    // The contact alone says whose account it is, too.
    project.run("\"second.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A2 C2 new");
    assert_eq!(project.outcomes(), ["second.csv:3 applied"]);
    project.run("[\"first.csv\", \"second.csv\"]");
    assert_eq!(project.decided()["1"], "qualified conditions_met: new C2 new");
    assert_eq!(project.outcomes(), ["first.csv:2 applied", "second.csv:3 applied"]);
}

#[test]
fn an_account_that_a_contact_brings_may_be_told_apart() {
    // Nothing but the contact, whose address is of the lead's domain, leads to A7.
    let colleague = "contact_id,full_name,email,account_id\nC7,Ana Kirova,ana@acme.example,A7\n";
    let elsewhere = "account_id,company,country\nA7,Zenith,BG\n";
    let alone = ANA.replace("Acme", "");
    for (lead, brought, apart) in [(ANA, "A7 C7 new", "new C7 new"), (alone.as_str(), "A7 C7 new", "- C7 new")] {
        let project = Project::new(lead, &[("accounts", elsewhere), ("contacts", colleague)]);
        project.run("");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {brought}"));
        let row = project.row_id("1");
        let answers =
            |text: &str| project.workdir.file("answers.csv", format!("kind,left_id,right_id,decision\n{text}"));
        answers(&format!("account,{row},A7,distinct\n"));
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {apart}"));
        assert_eq!(project.outcomes(), ["answers.csv:2 applied"]);
        // Though a person says that the contact is the lead, who is found without it.
        answers(&format!("account,{row},A7,distinct\ncontact,{row},C7,match\n"));
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {apart}"));
        assert_eq!(project.outcomes(), ["answers.csv:2 applied", "answers.csv:3 superfluous"]);
    }
}

#[test]
fn the_reasons_name_phone_numbers_too() {
    let leads = "id,full_name,company,country,phone,mobile_phone,budget_amount\n\
                 1,Ana Kirova,Acme,BG,029876543,0888 123 456,9000\n";
    let accounts = "account_id,company,country,phone\nA1,Acme Ltd,BG,+359 2 987 6543\nA2,Acme GmbH,BG,+359 2 111 2222\n\
                    A3,Acme AG,BG,\n";
    let project = Project::new("", &[("accounts", accounts)]);
    project.workdir.file("leads.csv", leads);
    project.run("");
    let whys: Vec<String> =
        project.table("review").iter().map(|row| format!("{}: {}", row["right_id"], row["why"])).collect();
    let expected = [
        "A1: same company, same country, same phone",
        "A2: same company, same country, other phone",
        "A3: same company, same country",
    ];
    assert_eq!(whys, expected);
}

#[test]
fn what_the_answer_leads_to_is_told_beforehand() {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS), ("contacts", TWINS)]);
    project.run("");
    let row = &project.table("review")[0];
    // The contact of the account that is chosen is the lead's: 99 against 99 leaves it open.
    assert_eq!([&row["if_match"], &row["if_new"]], ["review ambiguous_contact", "review ambiguous_contact"]);
    project.fill("answers.csv", &[("1 A1", "match")]);
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "review ambiguous_contact: - - -");
    assert_eq!(project.outcomes(), ["answers.csv:2 applied"], "the question went away");
}

#[test]
fn a_match_that_a_person_is_to_see() {
    let mut project = Project::new(ANA, &[("accounts", &ACCOUNTS[..ACCOUNTS.len() - "A2,Acme GmbH,,BG\n".len()])]);
    project.qualify = "when = \"budget_amount >= 5000\"\non_match = { account = \"review\" }\n";
    project.run("");
    assert_eq!(project.decided()["1"], "review account_match: - - -");
    for (word, got) in [("match", "A1 new new"), ("distinct", "new new new"), ("new", "new new new")] {
        project.run("");
        project.fill("answers.csv", &[("1 A1", word)]);
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {got}"), "{word}");
    }
}

#[test]
fn opportunities_are_asked_about_without_a_probability() {
    let contacts = "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@acme.example,A1\n";
    let opportunities = "opportunity_id,name,status,account_id,contact_id,product_interest\n\
                         O1,Pumps,open,A1,C1,\nO2,Valves,open,A1,C1,\nO3,Pipes,lost,A1,C1,\n";
    let mut project = Project::new(
        ANA,
        &[
            ("accounts", "account_id,company,country\nA1,Acme,BG\n"),
            ("contacts", contacts),
            ("opportunities", opportunities),
        ],
    );
    project.qualify = "when = \"budget_amount >= 5000\"\non_match = { opportunity = \"link\" }\n";
    project.run("");
    assert_eq!(project.asked(), ["opportunity 1 O1", "opportunity 1 O2"]);
    let row = &project.table("review")[1];
    let shown = ["probability", "rule", "right_product_interest", "right_full_name"].map(|column| row[column].as_str());
    assert_eq!(shown, ["", "ambiguous_opportunity", "Valves", "Ana Kirova"]);
    for (question, word, got) in
        [("1 O2", "match", "A1 C1 O2"), ("1 O1", "distinct", "A1 C1 O2"), ("1 O1", "new", "A1 C1 new")]
    {
        project.run("");
        project.fill("answers.csv", &[(question, word)]);
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {got}"), "{question} {word}");
    }
    let lost = format!("kind,left_id,right_id,decision\nopportunity,{},O3,match\n", project.row_id("1"));
    project.workdir.file("answers.csv", lost);
    project.run("\"answers.csv\"");
    assert_eq!(project.whys(), ["the opportunity O3 is closed"]);
}

#[test]
fn a_record_is_linked_whatever_its_strength() {
    // Nothing speaks for A9, and nobody asked.
    let project = Project::new(ANA, &[("accounts", "account_id,company,country\nA1,Acme,BG\nA9,Beta,DE\n")]);
    project.run("");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 new new");
    let answer =
        |record: &str| format!("kind,left_id,right_id,decision\naccount,{},{record},match\n", project.row_id("1"));
    project.workdir.file("answers.csv", answer("A9"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A9 new new");
    assert_eq!(project.outcomes(), ["answers.csv:2 applied"]);
    // What the run would do anyway is told: the file can go.
    project.workdir.file("answers.csv", answer("A1"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 new new");
    assert_eq!(project.outcomes(), ["answers.csv:2 superfluous"]);
}

#[test]
fn answers_wait_for_leads_that_do_not_come_to_them() {
    let project = Project::new(&ANA.replace("9000,9000", "100,9000"), &[("accounts", ACCOUNTS)]);
    project.run("");
    assert_eq!(project.asked(), [""; 0]);
    let row = project.row_id("1");
    project.workdir.file("answers.csv", format!("kind,left_id,right_id,decision\naccount,{row},A2,match\n"));
    project.run("\"answers.csv\"");
    assert_eq!(
        (project.outcomes(), project.whys()),
        (vec!["answers.csv:2 waiting".to_owned()], vec!["unchanged conditions_not_met".to_owned()])
    );
    project.workdir.file("leads.csv", format!("{}{ANA}", super::HEADER));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A2 new new");
}

#[test]
fn what_a_seller_chose_stands() {
    let leads = "id,full_name,company,country,email,budget_amount,existing_account_id\n\
                 1,Ana Kirova,Acme,BG,ana@acme.example,9000,A1\n";
    let project = Project::new("", &[("accounts", ACCOUNTS)]);
    project.workdir.file("leads.csv", leads);
    project.run("");
    let row = project.row_id("1");
    for (record, word, outcome) in [
        ("A2", "match", "contradictory"),
        ("A1", "distinct", "contradictory"),
        ("", "new", "contradictory"),
        ("A1", "match", "superfluous"),
        ("A2", "distinct", "superfluous"),
    ] {
        project.workdir.file("answers.csv", format!("kind,left_id,right_id,decision\naccount,{row},{record},{word}\n"));
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], "qualified conditions_met: A1 new new", "{record} {word}");
        assert_eq!(project.outcomes(), [format!("answers.csv:2 {outcome}")], "{record} {word}");
    }
}

#[test]
fn records_are_answered_without_a_search_for_duplicates() {
    let mut project = Project::new(ANA, &[("accounts", ACCOUNTS)]);
    project.dedupe = "enabled = false\n";
    project.qualify = QUALIFY;
    project.run("");
    project.fill("answers.csv", &[("1 A2", "match")]);
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A2 new new");
    let row = project.row_id("1");
    project
        .workdir
        .file("pairs.csv", format!("left_id,right_id,decision\n{row},{row},match\n{row},R0000000000000000,match\n"));
    project.run("[\"answers.csv\", \"pairs.csv\"]");
    assert_eq!(project.outcomes(), ["answers.csv:3 applied", "pairs.csv:2 stale", "pairs.csv:3 stale"]);
}

#[test]
fn what_another_contact_bought_is_not_the_leads() {
    let contacts = "contact_id,full_name,email\nC1,Ana Kirova,ana@acme.example\nC2,Ana Kirova,ana@acme.example\n";
    let invoices = "invoice_id,date,amount,currency,contact_id\nI1,2026-11-20,500,EUR,C2\n";
    let project = Project::new(ANA, &[("contacts", contacts), ("invoices", invoices)]);
    let bought = || only(project.table("leads"))["revenue"].clone();
    project.run("");
    assert_eq!((project.asked().join(", "), bought()), ("contact 1 C1, contact 1 C2".to_owned(), "500".to_owned()));
    project.fill("answers.csv", &[("1 C2", "distinct")]);
    project.run("\"answers.csv\"");
    assert_eq!((project.decided()["1"].as_str(), bought()), ("qualified conditions_met: new C1 new", String::new()));
}
