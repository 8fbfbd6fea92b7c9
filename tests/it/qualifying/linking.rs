//! Existing accounts and contacts: section 5.3.

use std::collections::BTreeSet;

use super::{SCENARIO, Scenario, pipeline, prove};
use crate::workdir::{Row, Workdir};

const ACME: &str = "account_id,company,domain,country,status\nA1,Acme Ltd,acme.com,BG,active\n";
const ANA_AT_ACME: &str =
    "contact_id,full_name,email,phone,account_id,status\nC1,Ana Kirova,ana@acme.com,+359888123456,A1,active\n";
const ANA: &str =
    "id,full_name,company,domain,country,email,budget_amount\n1,Ana Kirova,Acme,acme.com,BG,ana@acme.com,5000\n";
const REVIEW: &str = "when = \"budget_amount >= 5000\"\non_match = { account = \"review\", contact = \"review\" }";
const IGNORE: &str = "when = \"budget_amount >= 5000\"\non_match = { account = \"ignore\", contact = \"ignore\" }";
const IGNORE_ACCOUNTS: &str = "when = \"budget_amount >= 5000\"\non_match = { account = \"ignore\" }";
const ANA_AT_ZETA: &str = "id,full_name,company,email,budget_amount\n1,Ana Kirova,Zeta Tools,ana@acme.com,5000\n";

#[test]
fn sellers_choices() {
    prove(&[
        Scenario {
            rule: "5.3",
            says: "the opportunity hangs on the records that a seller chose, and no new ones are made",
            leads: "id,full_name,company,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,Other Ltd,A1,C1,5000\n",
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            records: &[
                "link A1: Acme Ltd, acme.com, BG",
                "link C1: Ana Kirova, ana@acme.com, +359888123456, A1",
                "create opportunity 1: Other Ltd: New business, A1, C1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a chosen contact brings its account",
            leads: "id,full_name,existing_contact_id,budget_amount\n1,Anna K.,C1,5000\n",
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "an account of a contact that is gone from the CRM is none",
            leads: "id,full_name,company,existing_contact_id,budget_amount\n1,Anna K.,Beta,C1,5000\n",
            crm: &[("accounts", ACME), ("contacts", "contact_id,full_name,account_id\nC1,Ana Kirova,gone\n")],
            gives: &["1 | qualified conditions_met | develop | account 1, C1, opportunity 1"],
            findings: &["contacts line 2 unknown_account gone"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "both choices stand where the contact is another account's, and it is told",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,A2,C1,5000\n",
            crm: &[("accounts", "account_id,company\nA1,Acme\nA2,Beta\n"), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A2, C1, opportunity 1"],
            findings: &["line 2 contradictory_link C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "what does not exist is told, and looked for as if nothing were said",
            leads: "id,full_name,company,domain,existing_account_id,existing_contact_id,budget_amount\n1,Ana Kirova,Acme,acme.com,A7,C7,5000\n",
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            findings: &["line 2 unknown_account A7", "line 2 unknown_contact C7"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a choice out of use stands, and is told",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,A1,C1,5000\n",
            crm: &[
                ("accounts", "account_id,company,status\nA1,Acme,inactive\n"),
                ("contacts", "contact_id,full_name,account_id,status\nC1,Ana Kirova,A1,inactive\n"),
            ],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            findings: &["line 2 inactive_record A1", "line 2 inactive_record C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "an account may be named where its id belongs, by leads and by contacts",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Eva Lind,ACME Limited,,5000\n2,Anna K.,,C1,5000\n3,Ivo Petrov,Twin,,5000\n",
            crm: &[
                ("accounts", "account_id,company\nA1,Acme Ltd\nT1,Twin\nT2,Twin GmbH\n"),
                ("contacts", "contact_id,full_name,account_id\nC1,Ana Kirova,Acme Ltd\n"),
            ],
            gives: &[
                "1 | qualified conditions_met | develop | A1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | A1, C1, opportunity 2",
                "3 | qualified conditions_met | develop | contact 2, opportunity 3",
            ],
            findings: &["line 4 unknown_account Twin"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "without the CRM's files an id is taken at its word",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,A7,C7,5000\n",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            gives: &["1 | qualified conditions_met | qualify | A7, C7"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "where their files are there and have no rows, nothing exists",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,A7,C7,5000\n",
            crm: &[("accounts", "account_id,company\n"), ("contacts", "contact_id,full_name\n")],
            gives: &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
            findings: &["line 2 unknown_account A7", "line 2 unknown_contact C7"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a stand-in is no choice: two strangers are not one contact",
            leads: "id,full_name,company,existing_account_id,existing_contact_id,budget_amount\n\
                    1,Ana Kirova,Acme,NULL,NULL,5000\n2,Jan Novak,Beta,NULL,null,5000\n3,Eva Lind,Gamma,n/a,-,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 2, contact 2, opportunity 2",
                "3 | qualified conditions_met | develop | account 3, contact 3, opportunity 3",
            ],
            findings: &[
                "line 2 placeholder NULL",
                "line 2 placeholder NULL",
                "line 3 placeholder NULL",
                "line 3 placeholder null",
                "line 4 placeholder n/a",
                "line 4 placeholder -",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "ids that only look like stand-ins are ids",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n\
                    1,Ana Kirova,0,-1,5000\n2,Jan Novak,NA-1,none-7,5000\n3,Eva Lind,1,00,5000\n",
            gives: &[
                "1 | qualified conditions_met | qualify | 0, -1",
                "2 | qualified conditions_met | qualify | NA-1, none-7",
                "3 | qualified conditions_met | qualify | 1, 00",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "of several accounts of a contact, as HubSpot has them, the first that is there counts",
            leads: "id,full_name,existing_contact_id,budget_amount\n1,Ana Kirova,C1,5000\n2,Jan Novak,C2,5000\n3,Eva Lind,C3,5000\n",
            crm: &[
                ("accounts", "account_id,company\n904,Delta\n905,Delta West\n906;907,Delta North\n"),
                (
                    "contacts",
                    "contact_id,full_name,account_id\nC1,Ana Kirova,904;905\nC2,Jan Novak,\"1, 905\"\nC3,Eva Lind,906;907\n",
                ),
            ],
            gives: &[
                "1 | qualified conditions_met | develop | 904, C1, opportunity 1",
                "2 | qualified conditions_met | develop | 905, C2, opportunity 2",
                "3 | qualified conditions_met | develop | 906;907, C3, opportunity 3",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a choice counts whatever is to be done with matches",
            qualify: REVIEW,
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,A1,C1,5000\n",
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "Salesforce's reports have ids of 15 characters, its exports the same with three more",
            leads: "id,full_name,existing_account_id,existing_contact_id,budget_amount\n1,Anna K.,001A0000006Vm9r,,5000\n2,Eva Lind,001A0000006Vm9RIAS,003A0000006vM9r,5000\n3,Bob Ray,001A0000006Vm9rIAA,,5000\n",
            crm: &[
                ("accounts", "account_id,company\n001A0000006Vm9R,Acme Ltd\n001A0000006Vm9rIAC,Beta Ltd\n"),
                ("contacts", "contact_id,full_name,account_id\n003A0000006vM9rIAE,Eva Lind,001A0000006Vm9R\n"),
            ],
            gives: &[
                "1 | qualified conditions_met | develop | 001A0000006Vm9rIAC, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | 001A0000006Vm9R, 003A0000006vM9rIAE, opportunity 2",
                "3 | qualified conditions_met | develop | contact 2, opportunity 3",
            ],
            findings: &["line 4 unknown_account 001A0000006Vm9rIAA"],
            ..SCENARIO
        },
    ]);
}

#[test]
fn records_of_an_earlier_run() {
    prove(&[
        Scenario {
            rule: "5.3, 5.8",
            says: "what a run made for the lead is linked without a question",
            qualify: REVIEW,
            leads: ANA,
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3, 5.8",
            says: "the contact of the lead's own opportunity is its own, though two accounts bear the name of his company by then",
            qualify: IGNORE_ACCOUNTS,
            leads: "id,full_name,company,budget_amount\n1,Otto Leer,Ng Bros,5000\n",
            crm: &[
                ("accounts", "account_id,company\nA1,Ng Bros\n"),
                ("contacts", "contact_id,full_name,email,account_id\nC1,Otto Leer,info@ng.example,Ng Bros\n"),
            ],
            gives: &["1 | qualified conditions_met | develop | account 1, C1, opportunity 1"],
            ..SCENARIO
        },
    ]);
}

#[test]
fn matches() {
    prove(&[
        Scenario {
            rule: "5.3",
            says: "a match is linked",
            leads: ANA,
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "or ignored: new records are made",
            qualify: IGNORE,
            leads: ANA,
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "of accounts alone: the contact that is linked brings none",
            qualify: IGNORE_ACCOUNTS,
            leads: ANA,
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | account 1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "an account that only the contact brings is linked",
            leads: ANA_AT_ZETA,
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\n"), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "or left to a person like any other",
            qualify: "when = \"budget_amount >= 5000\"\non_match = { account = \"review\" }",
            leads: ANA_AT_ZETA,
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\n"), ("contacts", ANA_AT_ACME)],
            gives: &["1 | review account_match | qualify | contact:C1, account:A1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "or left to a person, the account first",
            qualify: REVIEW,
            leads: ANA,
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | review account_match | qualify | account:A1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "then the contact",
            qualify: "when = \"budget_amount >= 5000\"\non_match = { contact = \"review\" }",
            leads: ANA,
            crm: &[("accounts", ACME), ("contacts", ANA_AT_ACME)],
            gives: &["1 | review contact_match | qualify | account:A1, contact:C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "several accounts that match equally well are for a person to choose from",
            leads: "id,full_name,company,budget_amount\n1,Ana Kirova,Acme,5000\n",
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\nA2,Acme Inc.\n")],
            gives: &["1 | review ambiguous_account | qualify | account:A1, account:A2"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3, 5.2",
            says: "unless no account is wanted",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { account = false }",
            leads: "id,full_name,company,budget_amount\n1,Ana Kirova,Acme,5000\n",
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\nA2,Acme Inc.\n")],
            gives: &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "or the pipeline ignores matches",
            qualify: IGNORE,
            leads: "id,full_name,company,budget_amount\n1,Ana Kirova,Acme,5000\n",
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\nA2,Acme Inc.\n")],
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "several contacts likewise",
            leads: "id,full_name,email,budget_amount\n1,Ana Kirova,ana@acme.com,5000\n",
            crm: &[(
                "contacts",
                "contact_id,full_name,email\nC1,Ana Kirova,ana@acme.com\nC2,Ana Kirova,ana@acme.com\n",
            )],
            gives: &["1 | review ambiguous_contact | qualify | contact:C1, contact:C2"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "records out of use are no match",
            leads: ANA,
            crm: &[
                ("accounts", "account_id,company,domain,status\nA1,Acme Ltd,acme.com,inactive\n"),
                ("contacts", "contact_id,full_name,email,status\nC1,Ana Kirova,ana@acme.com,inactive\n"),
            ],
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a shared mailbox links nobody of another name",
            leads: "id,full_name,email,budget_amount\n1,Jan Novak,info@acme.com,5000\n",
            crm: &[("contacts", "contact_id,full_name,email\nC1,Ana Kirova,info@acme.com\n")],
            gives: &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "name and phone link a contact, whatever the number looks like",
            leads: "id,full_name,phone,country,budget_amount\n1,Ana Kirova,0888 123 456,BG,5000\n",
            crm: &[("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "of several records with one id the one that was changed last counts",
            leads: "id,full_name,existing_contact_id,budget_amount\n1,Anna K.,C1,5000\n",
            crm: &[
                ("accounts", "account_id,company,modified_at\nA1,Acme,2026-01-01\nA2,Beta,2026-01-01\n"),
                (
                    "contacts",
                    "contact_id,full_name,account_id,modified_at\nC1,Ana Kirova,A1,2026-06-01\nC1,Ana Kirova,A2,2026-07-01\nC1,Ana Kirova,A1,\n",
                ),
            ],
            gives: &["1 | qualified conditions_met | develop | A2, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3, 5.3",
            says: "a chosen contact settles the account, so that none is left to a person",
            qualify: REVIEW,
            leads: "id,full_name,company,existing_contact_id,budget_amount\n1,Ana Kirova,Acme,C1,5000\n",
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\nA2,Acme Inc.\n"), ("contacts", ANA_AT_ACME)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a slip in the name makes no second contact of a person's address",
            leads: "id,full_name,email,budget_amount\n1,Anna Kirova,ana.kirova@acme.com,5000\n2,Ana Petrova,ana.kirova@acme.com,5000\n",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            crm: &[("contacts", "contact_id,full_name,email\nC1,Ana Kirova,ana.kirova@acme.com\n")],
            gives: &["1 | qualified conditions_met | qualify | C1", "2 | qualified conditions_met | qualify | C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3, 5.4",
            says: "a contact under the company's domain brings its account, though that is called otherwise",
            leads: "id,full_name,company,email,budget_amount\n1,Ana Kirova,Acme,ana@acme.com,5000\n",
            crm: &[
                ("accounts", "account_id,company\nA1,Ajax Holding\n"),
                ("contacts", ANA_AT_ACME),
                ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,C1\n"),
            ],
            gives: &[
                "1 | blocked duplicate_opportunity | qualify | account:A1, contact:C1, opportunity:O1, contact:C1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a private address brings none: the person may have changed the company",
            leads: "id,full_name,company,email,budget_amount\n1,Ana Kirova,Beta,ana@gmail.com,5000\n",
            crm: &[
                ("accounts", "account_id,company\nA1,Acme\n"),
                ("contacts", "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@gmail.com,A1\n"),
            ],
            gives: &["1 | qualified conditions_met | develop | account 1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a domain that differs speaks against an account of the same name",
            leads: ANA,
            crm: &[("accounts", "account_id,company,domain,country\nA1,Acme,acme.com,BG\nA2,Acme,other.com,BG\n")],
            gives: &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "of two accounts of one name and domain the country decides",
            leads: "id,full_name,company,domain,country,budget_amount\n1,Ana Kirova,Siemens,siemens.com,AT,5000\n2,Jan Novak,Siemens,siemens.com,,5000\n",
            crm: &[(
                "accounts",
                "account_id,company,domain,country\nA1,Siemens AG,siemens.com,DE\nA2,Siemens AG,siemens.com,AT\n",
            )],
            gives: &[
                "1 | qualified conditions_met | develop | A2, contact 1, opportunity 1",
                "2 | review ambiguous_account | qualify | account:A1, account:A2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "of accounts that match equally well the one where the person is known",
            leads: "id,full_name,company,email,budget_amount\n1,Ana Kirova,Acme,ana@gmail.com,5000\n",
            crm: &[
                ("accounts", "account_id,company\nA1,Acme Ltd\nA2,Acme Inc.\n"),
                ("contacts", "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@gmail.com,A2\n"),
            ],
            gives: &["1 | qualified conditions_met | develop | A2, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a namesake in the account with another address is not as good as the person",
            leads: ANA,
            crm: &[
                ("accounts", ACME),
                (
                    "contacts",
                    "contact_id,full_name,email,account_id\nC1,Ana Kirova,ana@acme.com,A1\nC2,Ana Kirova,a.kirova@acme.com,A1\n",
                ),
            ],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
    ]);
}

#[test]
fn a_contact_is_found_by_any_address_of_its_cell() {
    let workdir = Workdir::new();
    workdir
        .file("leads.csv", "id,full_name,email,budget_amount\n1,Ana Kirova,ana@abv.bg,5000\n")
        .file(
            "crm/contacts.csv",
            "contact_id,full_name,email\nC1,Ana Kirova,ana@acme.com; ana@abv.bg\nC2,Jan Novak,jan@beta.com; JAN@beta.com\nC3,Eva Lind,home: eva@acme.com\n",
        )
        .file("p.toml", pipeline(SCENARIO.qualify, &["contacts"]));
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    assert_eq!(workdir.table("out/p/decisions.csv")[0]["contact_id"], "C1");
    assert!(workdir.table("out/p/findings.csv").is_empty());
}

#[test]
fn records_whose_ids_are_stand_ins_are_records_without_one() {
    let got = |blank: &str| {
        let workdir = Workdir::new();
        let accounts =
            format!("account_id,company,domain,parent_account_id\nA1,Acme,acme.com,{blank}\n{blank},Beta,beta.com,\n");
        let contacts = format!(
            "contact_id,full_name,email,account_id\n{blank},Ana Kirova,ana@acme.com,A1\n{blank},Jan Novak,jan@beta.com,\n"
        );
        workdir
            .file(
                "leads.csv",
                "id,full_name,email,budget_amount\n1,Ana Kirova,ana@acme.com,5000\n2,Jan Novak,jan@beta.com,5000\n",
            )
            .file("crm/accounts.csv", accounts)
            .file("crm/contacts.csv", contacts)
            .file("p.toml", pipeline(SCENARIO.qualify, &["accounts", "contacts"]));
        workdir.succeed(&["run", "p.toml", "--quiet"]);
        let decisions = workdir.table("out/p/decisions.csv");
        let ids = |row: &Row| ["account_id", "contact_id"].map(|column| row[column].clone());
        (decisions.iter().map(ids).collect::<Vec<_>>(), workdir.table("out/p/findings.csv"))
    };
    let (given, findings) = got("NULL");
    assert!(findings.is_empty(), "{findings:?}");
    let unnamed: BTreeSet<&String> = given.iter().flatten().filter(|id| id.starts_with('~')).collect();
    assert_eq!((unnamed.len(), given.iter().filter(|[account, _]| account == "A1").count()), (3, 1), "{given:?}");
    assert_eq!(got("").0, given);
}
