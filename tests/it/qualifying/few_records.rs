//! CRMs with few records, where nothing tells how common a name or a number is: section 5.3.

use super::{SCENARIO, Scenario, prove};

const ACCOUNTS: &str = "account_id,company,phone,country\nA1,Huber GmbH,+49 89 123450,DE\n";
const CONTACTS: &str = "contact_id,full_name,email,phone,account_id\n\
                        C1,Karl Huber,karl@huber.de,+49 89 123450,A1\n\
                        C2,Ines Vogt,ines@huber.de,+49 171 5550123,A1\n";
const DE: &str = "when = \"budget_amount >= 5000\"\n[standardize]\ndefault_country = \"DE\"";

#[test]
fn people_of_one_company() {
    let scenario = |says, leads, gives| Scenario {
        rule: "5.3",
        says,
        qualify: DE,
        leads,
        crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
        gives,
        ..SCENARIO
    };
    const NEW: &[&str] = &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"];
    prove(&[
        scenario(
            "a given name and the company are not enough where the family names differ",
            "id,full_name,company,budget_amount\n1,Karl Maier,Huber GmbH,5000\n",
            NEW,
        ),
        scenario(
            "nor with the switchboard's number",
            "id,full_name,company,phone,budget_amount\n1,Karl Maier,Huber GmbH,+49 89 123450,5000\n",
            NEW,
        ),
        scenario(
            "a number that is a person's own may still be theirs under another family name: a person decides",
            "id,full_name,company,phone,budget_amount\n1,Ines Brandt,Huber GmbH,+49 171 5550123,5000\n",
            &["1 | review weak_contact | qualify | account:A1, contact:C2"],
        ),
        scenario(
            "relatives with names alike and addresses of their own: a person decides",
            "id,full_name,company,email,phone,budget_amount\n1,Karla Huber,Huber GmbH,karla@huber.de,+49 89 123450,5000\n",
            &["1 | review weak_contact | qualify | account:A1, contact:C1"],
        ),
        scenario(
            "or with names unlike",
            "id,full_name,company,email,phone,budget_amount\n1,Moritz Huber,Huber GmbH,moritz@huber.de,+49 89 123450,5000\n",
            NEW,
        ),
        scenario(
            "a slip that makes no other name is still the same person's",
            "id,full_name,company,email,phone,budget_amount\n1,Karrl Huber,Huber GmbH,,+49 89 123450,5000\n",
            &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
        ),
    ]);
}

#[test]
fn accounts_out_of_use() {
    const ACCOUNTS: &str = "account_id,company,status\nA1,Acme GmbH,inactive\n";
    const CONTACTS: &str = "contact_id,full_name,email,account_id\nC1,Ann Lee,ann@acme.com,A1\n";
    let scenario = |says, leads, gives, findings| Scenario {
        rule: "5.3",
        says,
        leads,
        crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
        gives,
        findings,
        ..SCENARIO
    };
    prove(&[
        scenario(
            "a contact brings no account that is out of use, where the lead names the company",
            "id,full_name,company,email,budget_amount\n1,Ann Lee,Acme GmbH,ann@acme.com,5000\n",
            &["1 | qualified conditions_met | develop | account 1, C1, opportunity 1"],
            &[],
        ),
        scenario(
            "nor where it names none",
            "id,full_name,email,budget_amount\n1,Ann Lee,ann@acme.com,5000\n",
            &["1 | qualified conditions_met | develop | C1, opportunity 1"],
            &[],
        ),
        scenario(
            "nor where a seller chose the contact",
            "id,full_name,company,existing_contact_id,budget_amount\n1,Ann Lee,Acme GmbH,C1,5000\n",
            &["1 | qualified conditions_met | develop | account 1, C1, opportunity 1"],
            &[],
        ),
        scenario(
            "but a seller may name the account itself",
            "id,full_name,company,existing_account_id,budget_amount\n1,Ann Lee,Acme GmbH,A1,5000\n",
            &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
            &["line 2 inactive_record A1"],
        ),
    ]);
}
