//! Duplicate rules between leads and the CRM's records: sections 4 and 5.3.

use super::{SCENARIO, Scenario, pipeline, prove};
use crate::workdir::Workdir;

const ACCOUNTS: &str = "account_id,company,domain,vat_id,status\n\
                        A1,Northwind Holding AG,,DE 123 456 789,\n\
                        A2,Acme,acme.com,BG-202,\n\
                        A3,Borealis,,no 77,\n\
                        A4,Borealis Oslo,,NO77,\n\
                        A5,Cedar,,SE55,Inactive\n\
                        A6,Dunes,,,\n";
const CONTACTS: &str = "contact_id,full_name,email,phone,account_id,member_no\n\
                        C1,Kimberly Collins,kimberly@cedar.com,405-553-2046,,K-7\n\
                        C2,Rosa Delgado,rosa@cedar.com,405-553-2046,,K-8\n\
                        C3,Kim Collins,,,,k-9\n";

/// A rule about accounts, behind the keys of `[qualify]`.
macro_rules! qualify {
    ($rule:literal) => {
        concat!(
            "when = \"budget_amount >= 5000\"\n[[qualify.rule]]\nname = \"Number\"\n",
            $rule,
            "\n[standardize]\ndefault_country = \"US\""
        )
    };
}

const BY_VAT: &str = qualify!("of = \"account\"\nsame = [\"vat_id\"]");

#[test]
fn accounts_by_a_number() {
    let of_account = |says, qualify, leads, gives| Scenario {
        rule: "4",
        says,
        qualify,
        leads,
        crm: &[("accounts", ACCOUNTS)],
        gives,
        ..SCENARIO
    };
    prove(&[
        of_account(
            "the number tells, however it is written",
            BY_VAT,
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,NW Trading,de123456789,5000\n",
            &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
        ),
        of_account(
            "the same without the rule: another company",
            "when = \"budget_amount >= 5000\"",
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,NW Trading,de123456789,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
        of_account(
            "a rule that is not published rests",
            qualify!("of = \"account\"\nsame = [\"vat_id\"]\npublished = false"),
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,NW Trading,de123456789,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
        of_account(
            "it wins over name and domain",
            BY_VAT,
            "id,full_name,company,email,vat_id,budget_amount\n1,Ana Kirova,Acme,ana@acme.com,DE123456789,5000\n",
            &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
        ),
        of_account(
            "two accounts of one number: a person decides",
            BY_VAT,
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,Nordlys,NO 77,5000\n",
            &["1 | review ambiguous_account | qualify | account:A3, account:A4"],
        ),
        of_account(
            "a blank is the same as nothing",
            BY_VAT,
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,Nordlys,,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
        of_account(
            "unless blanks count: both have no number and one name",
            qualify!("of = \"account\"\nsame = [\"vat_id\", \"company\"]\nignore_blanks = false"),
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,Dunes Inc,,5000\n2,Eva Lind,Nordlys,,6000\n",
            &[
                "1 | qualified conditions_met | develop | A6, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 2",
            ],
        ),
        of_account(
            "case matters where it is asked for, and signs with it",
            qualify!("of = \"account\"\nsame = [\"vat_id\"]\ncase_sensitive = true"),
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,Nordlys,NO77,5000\n2,Eva Lind,Sudwind,bg-202,6000\n",
            &[
                "1 | qualified conditions_met | develop | A4, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 2",
            ],
        ),
        of_account(
            "an account out of use is left out",
            BY_VAT,
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,Sudwind,SE55,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
        of_account(
            "unless it is asked for",
            qualify!("of = \"account\"\nsame = [\"vat_id\"]\nexclude_inactive = false"),
            "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,Sudwind,SE55,5000\n",
            &["1 | qualified conditions_met | develop | A5, contact 1, opportunity 1"],
        ),
    ]);
}

#[test]
fn contacts_by_what_they_have() {
    let of_contact = |says, qualify, leads, gives| Scenario {
        rule: "4",
        says,
        qualify,
        leads,
        crm: &[("contacts", CONTACTS)],
        gives,
        ..SCENARIO
    };
    prove(&[
        of_contact(
            "family name and any of the lead's phones",
            qualify!("of = \"contact\"\nsame = [\"last_name\", \"phone\"]"),
            "id,full_name,phone,mobile_phone,budget_amount\n1,K. Collins,405-553-9999,(405) 553-2046,5000\n",
            &["1 | qualified conditions_met | develop | C1, opportunity 1"],
        ),
        of_contact(
            "a column of their own, under one name",
            qualify!("of = \"contact\"\nsame = [\"member_no\"]"),
            "id,full_name,member_no,budget_amount\n1,Kimi Collins,K7,5000\n2,Rosa D.,k-8,6000\n",
            &[
                "1 | qualified conditions_met | develop | C1, opportunity 1",
                "2 | qualified conditions_met | develop | C2, opportunity 2",
            ],
        ),
        of_contact(
            "equal names are enough where a rule says so",
            qualify!("of = \"contact\"\nsame = [\"full_name\"]"),
            "id,full_name,budget_amount\n1,\"Delgado, Rosa\",5000\n",
            &["1 | qualified conditions_met | develop | C2, opportunity 1"],
        ),
        of_contact(
            "what is found is a match: a person decides where matches go to one",
            "when = \"budget_amount >= 5000\"\non_match = { contact = \"review\" }\n\
             [[qualify.rule]]\nname = \"Number\"\nof = \"contact\"\nsame = [\"member_no\"]",
            "id,full_name,member_no,budget_amount\n1,Kimi Collins,K7,5000\n",
            &["1 | review contact_match | qualify | contact:C1"],
        ),
        of_contact(
            "and is left alone where matches are ignored",
            "when = \"budget_amount >= 5000\"\non_match = { contact = \"ignore\" }\n\
             [[qualify.rule]]\nname = \"Number\"\nof = \"contact\"\nsame = [\"member_no\"]",
            "id,full_name,member_no,budget_amount\n1,Kimi Collins,K7,5000\n",
            &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
        ),
    ]);
}

#[test]
fn what_is_written_changes_no_decision() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "id,full_name,email,phone,company,created_at,budget_amount\n\
         1,Ana Kirova,ana@acme.example,+359 2 981 0001,Acme,2026-01-01,5000\n\
         2,Ana Kirova,ana@acme.example,+359 2 981 0002,Acme,2026-02-01,5000\n",
    );
    workdir.file("accounts.csv", "account_id,company,phone\nA1,Zenith,+359 2 981 0001\n");
    for tables in ["", "[write]\ntables = [\"decisions\", \"lead_members\"]"] {
        workdir.file(
            "p.toml",
            format!(
                "as_of = 2026-11-30\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = {{ source_id = \"id\" }}\n\
                 [crm]\naccounts = {{ path = \"accounts.csv\" }}\n[[dedupe.rule]]\nname = \"e\"\nsame = [\"email\"]\n\
                 [qualify]\nwhen = \"budget_amount >= 5000\"\n[[qualify.rule]]\nname = \"Phone\"\nof = \"account\"\n\
                 same = [\"phone\"]\n{tables}\n"
            ),
        );
        assert_eq!(workdir.run(&["run", "p.toml", "--quiet"]).code, 0);
        assert_eq!(workdir.table("out/p/lead_members.csv").len(), 2);
        let decisions = workdir.table("out/p/decisions.csv");
        let accounts: Vec<&str> = decisions.iter().map(|row| row["account_id"].as_str()).collect();
        assert_eq!(accounts, ["A1"], "{tables}");
    }
}

#[test]
fn scoring_a_field_changes_no_rule() {
    let workdir = Workdir::new();
    workdir
        .file("leads.csv", "id,full_name,company,mobile_phone,budget_amount\n1,Ana Kirova,Acme,+359 2 981 0001,5000\n");
    workdir.file("crm/accounts.csv", "account_id,company,phone\nA1,Zenith,+359 2 981 0001\n");
    let rule =
        "when = \"budget_amount >= 5000\"\n[[qualify.rule]]\nname = \"Phone\"\nof = \"account\"\nsame = [\"phone\"]\n";
    let scores = "[[score.accounts.criterion]]\nname = \"Phone\"\nwhen = \"phone IS NOT NULL\"\npoints = 1\n";
    for score in ["", scores] {
        workdir.file("p.toml", pipeline(&format!("{rule}{score}"), &["accounts"]));
        assert_eq!(workdir.run(&["run", "p.toml", "--quiet"]).code, 0);
        assert_eq!(workdir.table("out/p/decisions.csv")[0]["account_id"], "A1", "{score}");
    }
}

#[test]
fn the_table_names_the_rule() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,NW Trading,de123456789,5000\n");
    workdir.file("crm/accounts.csv", ACCOUNTS);
    workdir.file("p.toml", pipeline(BY_VAT, &["accounts"]));
    assert_eq!(workdir.run(&["run", "p.toml", "--quiet"]).code, 0);
    let links = workdir.table("out/p/record_links.csv");
    let told: Vec<[&str; 5]> = links
        .iter()
        .map(|row| ["kind", "record_id", "verdict", "probability", "rule"].map(|column| row[column].as_str()))
        .collect();
    assert_eq!(told, [["account", "A1", "match", "1", "Number"]]);
}

#[test]
fn a_rule_of_what_is_not_there() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "id,full_name,company,vat_id,budget_amount\n1,Ana Kirova,NW Trading,de123456789,5000\n");
    workdir.file("crm/accounts.csv", ACCOUNTS);
    let rules = [
        "name = \"One\"\nof = \"account\"\nsame = [\"vat\", \"job_title\", \"budget_amount\"]",
        "name = \"One\"\nof = \"account\"\nsame = []",
        "name = \"Two\"\nof = \"contact\"\nsame = [\"email\"]",
        "name = \"Three\"\nof = \"company\"\nsame = [\"email\"]",
    ];
    let rules: String = rules.iter().map(|rule| format!("[[qualify.rule]]\n{rule}\n")).collect();
    workdir.file("p.toml", pipeline(&format!("when = \"budget_amount >= 5000\"\n{rules}"), &["accounts"]));
    let ran = workdir.run(&["check", "p.toml"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr);
}
