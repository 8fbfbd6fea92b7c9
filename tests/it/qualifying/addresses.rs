//! Accounts and contacts by their addresses: section 5.3.

use super::{SCENARIO, Scenario, prove};
use crate::workdir::Workdir;

const ACCOUNTS: &str = "account_id,company,street,city,postcode,country\n\
                        A1,Premier Cedar Systems Co,\"120 Main Street, Suite 400\",Tulsa,74103,US\n\
                        A2,Halvorsen & Sons,9 Elm Road,Norman,73069,US\n\
                        A3,Lind AB,,,,SE\n";
const CONTACTS: &str = "contact_id,full_name,email,account_id,street,city,postcode\n\
                        C1,Kimberly Collins,,A1,,,\n\
                        C2,Rosa Delgado,rosa@gmail.com,A2,17 Oak Lane,Norman,73072\n\
                        C3,Eva Lindqvist,,A3,,,\n\
                        C4,Noa Stern,noa@gmail.com,A1,,,\n";
const US: &str = "when = \"budget_amount >= 5000\"\n[standardize]\ndefault_country = \"US\"";

#[test]
fn accounts() {
    let scenario = |says, leads, gives| Scenario {
        rule: "5.3",
        says,
        qualify: US,
        leads,
        crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
        gives,
        ..SCENARIO
    };
    prove(&[
        scenario(
            "a company whose name has slips, at its address: with so few records a person decides",
            "id,full_name,company,street,city,postcode,country,budget_amount\n1,Ana Ruiz,Premeir Ceder Systems,\"120 Main St., Suite 400\",Tulsa,74103,US,5000\n",
            &["1 | review weak_account | qualify | account:A1"],
        ),
        scenario(
            "another company of the same building is another one",
            "id,full_name,company,street,city,postcode,country,budget_amount\n1,Ana Ruiz,Northern Steel,\"120 Main Street, Suite 400\",Tulsa,74103,US,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
        scenario(
            "and who has no company is not of one in the building",
            "id,full_name,street,city,postcode,country,budget_amount\n1,Ana Ruiz,\"120 Main Street, Suite 400\",Tulsa,74103,US,5000\n",
            &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
        ),
        scenario(
            "without an address the name with slips says too little",
            "id,full_name,company,country,budget_amount\n1,Ana Ruiz,Premeir Ceder Systems,US,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
        scenario(
            "an address elsewhere speaks against it",
            "id,full_name,company,street,city,postcode,country,budget_amount\n1,Ana Ruiz,Premeir Ceder Systems,5 Lake Drive,Boston,02139,US,5000\n",
            &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
        ),
    ]);
}

#[test]
fn contacts() {
    let scenario = |says, leads, gives| Scenario {
        rule: "5.3",
        says,
        qualify: US,
        leads,
        crm: &[("accounts", ACCOUNTS), ("contacts", CONTACTS)],
        gives,
        ..SCENARIO
    };
    prove(&[
        scenario(
            "a slip in the name and one in the company, at the contact's own address",
            "id,full_name,company,street,city,postcode,country,budget_amount\n1,Rosa Delgadoo,Halvorson and Sons,17 Oak Ln,Norman,73072,US,5000\n",
            &["1 | qualified conditions_met | develop | A2, C2, opportunity 1"],
        ),
        scenario(
            "a contact without an address is reached at the account's",
            "id,full_name,company,street,city,postcode,country,budget_amount\n1,Kimberley Colins,Premier Cedar Systems,\"120 Main Street, Suite 400\",Tulsa,74103,US,5000\n",
            &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"],
        ),
        scenario(
            "nobody is asked about an account whose name has slips where the person is one of its contacts",
            "id,full_name,company,email,street,city,postcode,country,budget_amount\n1,Noa Stern,Premeir Ceder Systems,noa@gmail.com,\"120 Main Street, Suite 400\",Tulsa,74103,US,5000\n",
            &["1 | qualified conditions_met | develop | A1, C4, opportunity 1"],
        ),
        scenario(
            "a name and an address alone tell nobody",
            "id,full_name,street,city,postcode,country,budget_amount\n1,Rosa Delgadoo,17 Oak Lane,Norman,73072,US,5000\n",
            &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
        ),
        scenario(
            "a colleague at the same address is another one",
            "id,full_name,company,street,city,postcode,country,budget_amount\n1,Kevin Marsh,Premier Cedar Systems,\"120 Main Street, Suite 400\",Tulsa,74103,US,5000\n",
            &["1 | qualified conditions_met | develop | A1, contact 1, opportunity 1"],
        ),
    ]);
}

/// A company with slips in its name, at its address, and a CRM as Salesforce exports it.
#[test]
fn what_is_asked_and_why() {
    let workdir = Workdir::new();
    workdir
        .file(
            "leads.csv",
            "id,full_name,company,street,city,postcode,country,existing_account_id\n\
             1,Ana Ruiz,Premeir Ceder Systems,\"120 Main St., Suite 400\",Tulsa,74103,US,\n\
             2,Rosa Delgado,Halvorsen and Sons,17 Oak Ln,Norman,73072,US,A2\n",
        )
        .file(
            "accounts.csv",
            "Account ID,Account Name,Phone,Billing Street,Billing City,Billing Zip/Postal Code,Billing Country\n\
             A1,Premier Cedar Systems Co,,\"120 Main Street, Suite 400\",Tulsa,74103,United States\n\
             A2,Halvorsen & Sons,405-553-2000,9 Elm Road,Norman,73069,United States\n",
        )
        .file(
            "contacts.csv",
            "Contact ID,First Name,Last Name,Account ID,Mailing Street,Mailing City,Mailing Zip/Postal Code\n\
             C1,Kim,Collins,A1,,,\n\
             C2,Rosa,Delgado,A2,17 Oak Lane,Norman,73072\n",
        )
        .file(
            "p.toml",
            "as_of = 2026-11-30\noutput = \"out\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = { source_id = \"id\" }\n\
             [crm]\naccounts = { path = \"accounts.csv\", preset = \"salesforce\" }\n\
             contacts = { path = \"contacts.csv\", preset = \"salesforce\" }\n\
             [dedupe]\nenabled = false\n[qualify]\nwhen = \"full_name IS NOT NULL\"\non_match = { account = \"review\", contact = \"review\" }\n[write]\nformats = [\"csv\"]\n",
        );
    workdir.succeed(&["run", "p.toml"]);
    let columns = ["kind", "right_id", "why", "right_street", "right_city", "right_postcode", "right_country"];
    let asked: Vec<String> = workdir
        .table("out/review.csv")
        .iter()
        .map(|row| columns.map(|column| row[column].as_str()).join(" | "))
        .collect();
    assert_eq!(
        asked,
        [
            "account | A1 | other company, same country, same street, same postcode | 120 Main Street, Suite 400 | Tulsa | 74103 | US",
            "contact | C2 | same name, same street, same postcode | 17 Oak Lane | Norman | 73072 | US",
        ]
    );
    let links = workdir.table("out/record_links.csv");
    let evidence = |kind: &str, record: &str| {
        let link = links.iter().find(|link| link["kind"] == kind && link["record_id"] == record);
        link.unwrap_or_else(|| panic!("{kind} {record}: {links:?}"))["evidence"].clone()
    };
    assert!(evidence("account", "A1").contains("; address street and place +"), "{}", evidence("account", "A1"));
    assert!(evidence("contact", "C2").contains("address street and place +"), "{}", evidence("contact", "C2"));
}

/// Of rows with one id that say the same of all but the address, one stays, whatever their order.
#[test]
fn records_that_differ_in_the_address_only() {
    let rows = ["A1,Acme Ltd,5 Park Ave,Sofia", "A1,Acme Ltd,7 Elm Rd,Varna", "A1,Acme Ltd,5 Park Ave,Sofia"];
    let shown = |order: [usize; 3]| {
        let workdir = Workdir::new();
        let lines: Vec<&str> = order.iter().map(|&at| rows[at]).collect();
        workdir
            .file("leads.csv", "id,full_name,company\n1,Ana Ruiz,Acme Ltd\n")
            .file("accounts.csv", format!("account_id,company,Street,City\n{}\n", lines.join("\n")))
            .file(
                "p.toml",
                "as_of = 2026-11-30\noutput = \"out\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = { source_id = \"id\" }\n\
                 [crm]\naccounts = { path = \"accounts.csv\" }\n\
                 [qualify]\nwhen = \"full_name IS NOT NULL\"\non_match = { account = \"review\" }\n[write]\nformats = [\"csv\"]\n\
                 [score.accounts]\n[[score.accounts.criterion]]\nname = \"Sofia\"\nwhen = \"City = 'Sofia'\"\npoints = 7\n",
            );
        workdir.succeed(&["run", "p.toml"]);
        let asked = workdir.table("out/review.csv");
        let found = workdir.table("out/findings.csv").iter().filter(|row| row["code"] == "repeated_record").count();
        let score = workdir.table("out/account_scores.csv")[0]["score"].clone();
        (asked[0]["right_street"].clone(), asked[0]["right_city"].clone(), score, found)
    };
    let expected = ("5 Park Ave".to_owned(), "Sofia".to_owned(), "7".to_owned(), 1);
    for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1]] {
        assert_eq!(shown(order), expected, "{order:?}");
    }
}

/// Accounts without ids get ones of their content: two that differ in their addresses are two, and one without an address
/// has the id that it had when accounts could have none.
#[test]
fn accounts_without_ids() {
    let workdir = Workdir::new();
    workdir
        .file("leads.csv", "id,full_name,company\n1,Ana Ruiz,Acme Ltd\n")
        .file("accounts.csv", "account_id,company,street\n,Acme Ltd,\n,Acme Ltd,5 Park Ave\n,Acme Ltd,\n")
        .file(
            "p.toml",
            "as_of = 2026-11-30\noutput = \"out\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = { source_id = \"id\" }\n\
             [crm]\naccounts = { path = \"accounts.csv\" }\n[qualify]\nwhen = \"full_name IS NOT NULL\"\n[write]\nformats = [\"csv\"]\n",
        );
    workdir.succeed(&["run", "p.toml"]);
    let asked: Vec<(String, String)> = workdir
        .table("out/review.csv")
        .iter()
        .map(|row| (row["right_street"].clone(), row["right_id"].clone()))
        .collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.contains(&(String::new(), "~58bd86fbedbec3d3a14e972ee0d0cb98".to_owned())), "{asked:?}");
    assert!(asked.iter().any(|(street, _)| street == "5 Park Ave"), "{asked:?}");
}
