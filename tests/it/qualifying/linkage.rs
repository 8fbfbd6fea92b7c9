//! Accounts and contacts that are written otherwise: section 5.3, by linkage.

use super::{SCENARIO, Scenario, prove};

const CONTACTS: &str = "contact_id,full_name,email,phone,account_id\n\
                        C1,Kimberly Collins,kimberly.collins@premiercedar.com,405-553-2046,A1\n\
                        C2,Jan Novak,jan@novak.cz,,\n\
                        C3,Eva Lindqvist,eva@lind.se,+46 8 123 456,A2\n";
const ACCOUNTS: &str =
    "account_id,company,phone,country\nA1,Premier Cedar Systems Co,405-553-2000,US\nA2,Lind AB,,SE\n";
const US: &str = "when = \"budget_amount >= 5000\"\n[standardize]\ndefault_country = \"US\"";

#[test]
fn however_they_are_written() {
    prove(&[
        Scenario {
            rule: "5.3",
            says: "a slip in the name, another address: company and phone tell",
            qualify: US,
            leads: "id,full_name,company,email,phone,budget_amount\n1,Kimberley Colins,Premier Cedar Systems,kcollins@gmail.com,1-405-553-2046,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a name alone tells nobody, rare as it may be",
            qualify: US,
            leads: "id,full_name,company,email,budget_amount\n1,Eva Lindqvist,Nordic Steel,e@nordicsteel.no,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a nickname and a phone number are likely, and not enough: a person decides",
            qualify: US,
            leads: "id,full_name,phone,budget_amount\n1,Kim Collins,(405) 553-2046,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | review weak_contact | qualify | contact:C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "another person of the company with the switchboard's number is another one",
            qualify: US,
            leads: "id,full_name,company,phone,budget_amount\n1,Rosa Delgado,Premier Cedar Systems,405-553-2046,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a slip in the company's name, by its phone",
            qualify: US,
            leads: "id,full_name,company,phone,country,budget_amount\n1,Rosa Delgado,Premier Ceddar Systems,405-553-2000,US,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a contact's account, where its name has a slip",
            qualify: US,
            leads: "id,full_name,company,email,budget_amount\n1,Kimberly Collins,Premier Cedar Sytems,kimberly.collins@premiercedar.com,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "no contact is looked for where matches are ignored",
            qualify: "when = \"budget_amount >= 5000\"\non_match = { contact = \"ignore\", account = \"ignore\" }\n[standardize]\ndefault_country = \"US\"",
            leads: "id,full_name,company,phone,budget_amount\n1,Kim Collins,Premier Ceddar Systems,(405) 553-2046,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            ..SCENARIO
        },
    ]);
}

#[test]
fn thresholds() {
    const LEAD: &str = "id,full_name,company,email,phone,budget_amount\n1,Kimberley Colins,Premier Cedar Systems,kcollins@gmail.com,1-405-553-2046,5000\n";
    prove(&[
        Scenario {
            rule: "5.3",
            says: "who is not likely enough to be linked goes to a person",
            qualify: "when = \"budget_amount >= 5000\"\nmatch = { link_at = 1.0, review_at = 0.5 }\n[standardize]\ndefault_country = \"US\"",
            leads: LEAD,
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | review weak_contact | qualify | account:A1, contact:C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "and is nobody's below the lower threshold",
            qualify: "when = \"budget_amount >= 5000\"\nmatch = { link_at = 1.0, review_at = 1.0 }\n[standardize]\ndefault_country = \"US\"",
            leads: LEAD,
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "a company that is not likely enough goes to a person, too",
            qualify: "when = \"budget_amount >= 5000\"\nmatch = { link_at = 1.0, review_at = 0.5 }\n[standardize]\ndefault_country = \"US\"",
            leads: "id,full_name,company,phone,country,budget_amount\n1,Rosa Delgado,Premier Ceddar Systems,405-553-2000,US,5000\n",
            crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
            gives: &["1 | review weak_account | qualify | account:A1"],
            ..SCENARIO
        },
    ]);
}
