//! Answers about records that duplicate rules find.

use super::Project;

const LEAD: &str = "id,full_name,company,country,vat_id,budget_amount\n1,Ana Kirova,Acme,BG,X1,9000\n";
const ACCOUNTS: &str = "account_id,company,country,vat_id,status\n\
                        A1,Borealis,BG,X1,\nA2,Acme,BG,,\nA3,Cedar,BG,X1,Inactive\n";

fn project(qualify: &'static str) -> Project {
    let project = Project { qualify, ..Project::new("", &[("accounts", ACCOUNTS)]) };
    project.workdir.file("leads.csv", LEAD);
    project
}

#[test]
fn behind_what_is_told_apart_the_next_one_is_looked_at() {
    let project = project(
        "when = \"budget_amount >= 5000\"\non_match = { account = \"review\" }\n\
         [[qualify.rule]]\nname = \"VAT\"\nof = \"account\"\nsame = [\"vat_id\"]\n",
    );
    project.run("");
    assert_eq!(project.asked(), ["account 1 A1"]);
    project.fill("first.csv", &[("1 A1", "distinct")]);
    project.run("\"first.csv\"");
    assert_eq!(project.asked(), ["account 1 A2"]);
    project.fill("second.csv", &[("1 A2", "match")]);
    project.run("[\"first.csv\", \"second.csv\"]");
    assert_eq!(project.decided()["1"], "qualified conditions_met: A2 new new");
    assert_eq!(project.outcomes(), ["first.csv:2 applied", "second.csv:2 applied"]);
}

#[test]
fn records_out_of_use_are_answered_for_where_they_are_asked_about() {
    let project = project(
        "when = \"budget_amount >= 5000\"\n[[qualify.rule]]\nname = \"VAT\"\nof = \"account\"\nsame = [\"vat_id\"]\n\
         exclude_inactive = false\n",
    );
    for (question, word, got) in
        [("1 A1", "distinct", "A3"), ("1 A3", "distinct", "A1"), ("1 A3", "match", "A3"), ("1 A1", "match", "A1")]
    {
        project.run("");
        assert_eq!(project.asked(), ["account 1 A1", "account 1 A3"]);
        project.fill("answers.csv", &[(question, word)]);
        project.run("\"answers.csv\"");
        assert_eq!(project.decided()["1"], format!("qualified conditions_met: {got} new new"), "{question} {word}");
        assert_eq!(project.outcomes().len(), 1);
        assert!(project.outcomes()[0].ends_with(" applied"), "{question} {word}");
    }
}
