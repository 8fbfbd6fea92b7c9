//! The answer `new`, run after run: what it had made is not made again, though the CRM keeps no ids of ours.

use super::{Project, only};

const ANA: &str = "1,Ana Kirova,Acme,BG,ana@acme.example,9000,9000,EUR,anna\n";
const ACCOUNTS: &str = "account_id,company,domain,country\nA1,Acme Ltd,,BG\nA2,Acme GmbH,,BG\n";

/// The records that the run makes, by id.
fn made(project: &Project) -> Vec<String> {
    let of = |table: &str, id: &str| {
        let rows = project.table(table).into_iter().filter(|row| row["action"] == "create");
        rows.map(|row| row[id].clone()).collect::<Vec<_>>()
    };
    [of("accounts", "account_id"), of("contacts", "contact_id"), of("opportunities", "opportunity_id")].concat()
}

/// What the rows of issued_ids of a kind say that a record was made beside.
fn beside(project: &Project, kind: &str) -> String {
    let mut rows = project.table("issued_ids");
    rows.retain(|row| row["kind"] == kind);
    only(rows)["beside"].clone()
}

#[test]
fn an_account_is_made_until_the_crm_has_it_under_an_id_of_its_own() {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS)]);
    project.run("");
    project.fill("answers.csv", &[("1 A1", "new")]);
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: new new new");
    assert_eq!((beside(&project, "account"), beside(&project, "contact")), ("A1; A2".to_owned(), String::new()));
    let first = made(&project);
    // Nobody has brought it into the CRM yet: the same again, also in a run of its own folder that reads this one.
    project.run("\"answers.csv\"");
    assert_eq!(made(&project), first);
    assert_eq!(beside(&project, "account"), "A1; A2");
    // Now it is there, and nothing tells whose it is but that it was not there before.
    project.workdir.file("accounts.csv", format!("{ACCOUNTS}A3,Acme,,BG\n"));
    for _ in 0..2 {
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], "qualified conditions_met: A3 new new");
        assert_eq!(project.outcomes(), ["answers.csv:2 applied"]);
        assert_eq!(beside(&project, "account"), "A1; A2", "what was made stays known");
    }
    // Two that came since: a person says which.
    project.workdir.file("accounts.csv", format!("{ACCOUNTS}A3,Acme,,BG\nA4,Acme SE,,BG\n"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "review ambiguous_account: - - -");
    assert_eq!(project.asked(), ["account 1 A3", "account 1 A4"]);
}

#[test]
fn without_what_earlier_runs_gave_a_new_one_is_meant() {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS)]);
    project.run("");
    project.fill("answers.csv", &[("1 A1", "new")]);
    project.workdir.file("accounts.csv", format!("{ACCOUNTS}A3,Acme,,BG\n"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: new new new");
    assert_eq!(beside(&project, "account"), "A1; A2; A3");
}

#[test]
fn an_answer_that_nobody_asked_for_is_remembered_too() {
    let project = Project::new(ANA, &[("accounts", "account_id,company,country\nA1,Beta,BG\n")]);
    project.run("");
    let row = project.row_id("1");
    project.workdir.file("answers.csv", format!("kind,left_id,right_id,decision\naccount,{row},,new\n"));
    std::fs::remove_dir_all(project.workdir.path("out/p")).unwrap();
    project.run("\"answers.csv\"");
    assert_eq!(beside(&project, "account"), "none");
    project.workdir.file("accounts.csv", "account_id,company,country\nA1,Beta,BG\nA3,Acme,BG\n");
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A3 new new");
}

#[test]
fn contacts_and_opportunities_are_found_again_as_well() {
    let contacts =
        "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@acme.example,A1\nC2,Ana Kirova,ana@acme.example,A1\n";
    let mut project =
        Project::new(ANA, &[("accounts", "account_id,company,country\nA1,Acme,BG\n"), ("contacts", contacts)]);
    project.run("");
    project.fill("answers.csv", &[("1 C1", "new")]);
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 new new");
    assert_eq!(beside(&project, "contact"), "C1; C2");
    project.workdir.file("contacts.csv", format!("{contacts}C3,Ana Kirova,ana@acme.example,A1\n"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 C3 new");

    let contacts = "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@acme.example,A1\n";
    let opportunities = "opportunity_id,name,status,account_id,contact_id\nO1,Pumps,open,A1,C1\nO2,Valves,open,A1,C1\n";
    project = Project::new(
        ANA,
        &[
            ("accounts", "account_id,company,country\nA1,Acme,BG\n"),
            ("contacts", contacts),
            ("opportunities", opportunities),
        ],
    );
    project.qualify = "when = \"budget_amount >= 5000\"\non_match = { opportunity = \"link\" }\n";
    project.run("");
    project.fill("answers.csv", &[("1 O1", "new")]);
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 C1 new");
    project.run("\"answers.csv\"");
    assert_eq!((project.decided()["1"].as_str(), made(&project).len()), ("qualified conditions_met: A1 C1 new", 1));
    project.workdir.file("opportunities.csv", format!("{opportunities}O3,Acme: New business,open,A1,C1\n"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 C1 O3");
}

#[test]
fn behind_an_account_that_a_rule_finds_the_others_are_passed_over_too() {
    // A1 by its number, A2 by its name: a new account is none of them, tomorrow either.
    let accounts = "account_id,company,country,vat_id\nA1,Borealis,BG,X1\nA2,Acme,BG,\n";
    let mut project = Project::new("", &[("accounts", accounts)]);
    project.qualify =
        "when = \"budget_amount >= 5000\"\n[[qualify.rule]]\nname = \"VAT\"\nof = \"account\"\nsame = [\"vat_id\"]\n";
    project
        .workdir
        .file("leads.csv", "id,full_name,company,country,vat_id,budget_amount\n1,Ana Kirova,Acme,BG,X1,9000\n");
    project.run("");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A1 new new");
    let row = project.row_id("1");
    project.workdir.file("answers.csv", format!("kind,left_id,right_id,decision\naccount,{row},A1,new\n"));
    for _ in 0..2 {
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], "qualified conditions_met: new new new");
        assert_eq!(beside(&project, "account"), "A1; A2");
    }
    project.workdir.file("accounts.csv", format!("{accounts}A3,Acme,BG,\n"));
    project.run("\"answers.csv\"");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A3 new new");
}
