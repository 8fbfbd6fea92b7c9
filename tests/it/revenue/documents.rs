//! Quotes, orders and invoices, led back to the leads that they came from.

use super::{cells, findings, hold_in_any_order, project, run, sorted};

const LEADS: &str = "id,full_name,email,company,domain,created_at,source,initiated_by,status\n\
    1,Ana Kirova,ana@acme.example,Acme,acme.example,2026-01-10,Webinar,Spring,qualified\n\
    2,Bob Ray,bob@beta.example,Beta,beta.example,2026-02-01,Webinar,Spring,qualified\n\
    3,Cid Poe,cid@gamma.example,Gamma,gamma.example,2026-03-01,Fair,,qualified\n\
    4,Dan Low,dan@delta.example,Delta,delta.example,2026-04-01,Fair,Booth 7,open\n\
    5,Eva Lind,eva@delta.example,Delta,delta.example,2026-05-01,,,open\n";

const ACCOUNTS: &str = "account_id,company,domain\nA1,Acme,acme.example\nA4,Delta,delta.example\n";
const CONTACTS: &str = "contact_id,full_name,email,account_id\nC3,Cid Poe,cid@gamma.example,\n";
const OPPORTUNITIES: &str = "opportunity_id,name,status,account_id,lead_id,amount,currency,closed_at\n\
    O1,Big deal,won,A1,1,9000,EUR,2026-02-15\nO2,Small deal,won,,s:2,500,EUR,2026-03-01\nO3,Lost deal,lost,,3,70,EUR,2026-03-05\n";

const HEADER: &str =
    "document_id,opportunity_id,account_id,contact_id,lead_id,email,status,amount,currency,date,modified_at\n";
const QUOTES: &str = "Q1,O1,,,,,Won,1000,EUR,2026-02-01,\n";
const ORDERS: &str = "R1,Big deal,,,,,Fulfilled,950,EUR,2026-02-10,\n\
    R3,,,C3,,,Active,300,EUR,2026-03-31,\n\
    R4,,,C3,,,Cancelled,40,EUR,2026-04-01,\n";
const INVOICES: &str = "I1,O1,,,,,Paid,100,EUR,2026-02-20,2026-02-20\n\
    I1,O1,,,,,Paid,600,EUR,2026-02-20,2026-03-01\n\
    I2,O1,,,,,Open,350,,2026-03-20,\n\
    I3,O1,,,,,Credit note,50,EUR,2026-04-01,\n\
    I4,O1,,,,,Paid,-12.5,EUR,2026-04-02,\n\
    I5,,,,,dan@delta.example,Paid,100,EUR,2026-06-01,\n\
    I6,,,,4,,Paid,200,USD,2026-05-01,\n\
    I7,,A4,,,,Paid,10,EUR,2026-06-02,\n\
    I8,,A4,,,,Paid,11,EUR,2026-01-01,\n\
    I9,,A4,,,,Paid,12,EUR,,\n\
    J1,,,,,,Paid,13,EUR,2026-06-02,\n\
    J2,,,,,nobody@acme.example,Paid,14,EUR,2026-06-02,\n\
    J3,O9,,,,,Paid,15,EUR,2026-06-02,\n\
    J4,O1,,,,,Draft,16,EUR,2026-06-02,\n\
    J5,,,,2,,Floating,,EUR,2026-06-02,\n";

fn files() -> Vec<(&'static str, String)> {
    let of = |rows: &str| format!("{HEADER}{rows}");
    vec![
        ("leads.csv", LEADS.to_owned()),
        ("crm/accounts.csv", ACCOUNTS.to_owned()),
        ("crm/contacts.csv", CONTACTS.to_owned()),
        ("crm/opportunities.csv", OPPORTUNITIES.to_owned()),
        ("crm/quotes.csv", of(QUOTES)),
        ("crm/orders.csv", of(ORDERS)),
        ("crm/invoices.csv", of(INVOICES)),
    ]
}

fn borrowed<'a>(files: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    files.iter().map(|(name, text)| (*name, text.as_str())).collect()
}

const COLUMNS: [&str; 8] =
    ["document_id", "amount", "currency", "revenue", "lead_id", "through", "reason", "days_from_created"];

#[test]
fn each_sale_counts_once_and_nothing_is_lost() {
    let files = files();
    let workdir = project(&borrowed(&files), "");
    run(&workdir);
    let expected = [
        "I1 | 600 | EUR | 600 | 1 | opportunity |  | 41",
        // In the currency of its opportunity.
        "I2 | 350 | EUR | 350 | 1 | opportunity |  | 69",
        "I3 | 50 | EUR | -50 | 1 | opportunity |  | 81",
        "I4 | -12.5 | EUR | -12.5 | 1 | opportunity |  | 82",
        "I5 | 100 | EUR | 100 | 4 | email |  | 61",
        "I6 | 200 | USD | 200 | 4 | lead |  | 30",
        // Of the two leads of the account the older one.
        "I7 | 10 | EUR | 10 | 4 | account |  | 62",
        "I8 | 11 | EUR | 11 |  |  | lead_came_later",
        "I9 | 12 | EUR | 12 |  |  | undated",
        "J1 | 13 | EUR | 13 |  |  | no_reference",
        "J2 | 14 | EUR | 14 |  |  | unknown_reference",
        "J3 | 15 | EUR | 15 |  |  | unknown_reference",
        "J4 | 16 | EUR |  | 1 | opportunity |  | 143",
        // That something was sold, and not for how much: it takes no other's place.
        "J5 |  | EUR | 0 | 2 | lead |  | 121",
        // A won opportunity without documents that say an amount.
        "O2 | 500 | EUR | 500 | 2 | opportunity |  | 28",
        // The quote and the order of what was invoiced.
        "Q1 | 1000 | EUR |  | 1 | opportunity |  | 22",
        "R1 | 950 | EUR |  | 1 | opportunity |  | 31",
        "R3 | 300 | EUR | 300 | 3 | contact |  | 30",
        "R4 | 40 | EUR |  | 3 | contact |  | 31",
    ];
    assert_eq!(sorted(&workdir, "revenue", &COLUMNS), expected);
    let names = ["document", "document_id", "opportunity_id", "contact_id", "source", "initiated_by"];
    let named = sorted(&workdir, "revenue", &names);
    assert!(named.contains(&"order | R1 | O1 |  | Webinar | Spring".to_owned()), "{named:#?}");
    assert!(named.contains(&"order | R3 |  | C3 | Fair".to_owned()), "{named:#?}");

    let leads = cells(&workdir, "leads", &["source_id", "became_won", "won_at", "revenue", "revenue_currency"]);
    let mut leads = leads;
    leads.sort();
    let expected = [
        // 600 + 350 - 50 - 12.5
        "1 | true | 2026-02-20 | 887.5 | EUR",
        "2 | true | 2026-03-01 | 500 | EUR",
        "3 | true | 2026-03-31 | 300 | EUR",
        "4 | true | 2026-05-01 |  | EUR; USD",
        "5 | false",
    ];
    assert_eq!(leads, expected);
    let codes = ["mixed_currencies", "repeated_record", "unknown_status", "no_amount"];
    let expected = [
        "crm/invoices.csv:16 no_amount J5",
        "crm/invoices.csv:16 unknown_status Floating",
        "crm/invoices.csv:2 repeated_record I1",
        "leads.csv:5 mixed_currencies EUR 110; USD 200",
    ];
    assert_eq!(findings(&workdir, &codes), expected);
}

#[test]
fn revenue_does_not_depend_on_threads_or_the_order_of_rows() {
    let files = files();
    hold_in_any_order(&borrowed(&files), "", &["revenue", "leads", "reports/funnel", "reports/source_performance"]);
}

#[test]
fn a_sale_goes_by_what_is_furthest() {
    let leads = "id,full_name,created_at\n1,Ana Kirova,2026-01-01\n";
    let won =
        "opportunity_id,name,status,contact_id,lead_id,amount,currency,closed_at\nO1,Deal,won,,1,500,EUR,2026-02-01\n";
    let of = |id: &str, opportunity: &str, status: &str, amount: &str| {
        let lead = if opportunity.is_empty() { "1" } else { "" };
        format!("{id},{opportunity},,,{lead},,{status},{amount},EUR,2026-03-01,\n")
    };
    // Orders, invoices, and what the lead brought: as text, "-" where it is not won.
    let cases: [(&str, String, String, &str); 14] = [
        ("the opportunity alone", String::new(), String::new(), "500"),
        ("its order", of("R1", "O1", "Active", "450"), String::new(), "450"),
        ("its two orders", of("R1", "O1", "Active", "450") + &of("R2", "O1", "", "20"), String::new(), "470"),
        ("its invoice", of("R1", "O1", "Active", "450"), of("I1", "O1", "Paid", "440"), "440"),
        ("a draft is none yet", of("R1", "O1", "Active", "450"), of("I1", "O1", "Draft", "440"), "450"),
        ("a draft of an order, either", of("R1", "O1", "Draft", "450"), String::new(), "500"),
        ("an order that was cancelled", of("R1", "O1", "Canceled", "450"), String::new(), "-"),
        ("an invoice that was", of("R1", "O1", "Active", "450"), of("I1", "O1", "Void", "440"), "450"),
        ("a credit note beside an order", of("R1", "O1", "", "450"), of("I1", "O1", "Gutschrift", "50"), "400"),
        ("all of it given back", String::new(), of("I1", "O1", "", "440") + &of("I2", "O1", "", "-440"), "0 -"),
        ("an invoice without an opportunity", of("R1", "O1", "", "450"), of("I1", "", "Paid", "440"), "440"),
        ("an order without one beside an invoice", of("R1", "", "", "450"), of("I1", "O1", "Paid", "440"), "440"),
        ("an order without one", of("R1", "", "", "450"), String::new(), "450"),
        (
            "an invoice of one that nobody knows",
            String::new(),
            "I1,O9,,,1,,Paid,440,EUR,2026-03-01,\n".to_owned(),
            "440",
        ),
    ];
    for (what, orders, invoices, expected) in cases {
        let (orders, invoices) = (format!("{HEADER}{orders}"), format!("{HEADER}{invoices}"));
        let files = [
            ("leads.csv", leads),
            ("crm/opportunities.csv", won),
            ("crm/orders.csv", orders.as_str()),
            ("crm/invoices.csv", invoices.as_str()),
        ];
        let workdir = project(&files, "");
        run(&workdir);
        let lead = &workdir.table("out/p/leads.csv")[0];
        let sum = match (lead["became_won"].as_str(), lead["revenue"].as_str()) {
            ("true", sum) => sum.to_owned(),
            (_, sum) => format!("{sum} -").trim().to_owned(),
        };
        assert_eq!(sum, expected, "{what}");
    }
}

#[test]
fn a_merged_lead_was_there_from_its_first_row_on() {
    let leads = "id,full_name,email,phone,created_at,modified_at\n\
                 1,Ana Kirova,ana@acme.example,+35929812345,2026-01-10,2026-01-10\n\
                 2,Ana Kirova,ana@acme.example,+35929812345,2026-07-01,2026-07-01\n";
    let invoices = format!("{HEADER}I1,,,,,ana@acme.example,Paid,9,EUR,2026-03-11,\n");
    let rule = "[[dedupe.rule]]\nname = \"Same\"\nsame = [\"email\"]\n";
    let workdir = project(&[("leads.csv", leads), ("crm/invoices.csv", invoices.as_str())], rule);
    let merging = std::fs::read_to_string(workdir.path("p.toml")).unwrap().replace("enabled = false", "enabled = true");
    workdir.file("p.toml", merging);
    run(&workdir);
    let merged = workdir.table("out/p/leads.csv");
    assert_eq!(merged.len(), 1);
    assert_eq!(cells(&workdir, "revenue", &["document_id", "through", "days_from_created"]), ["I1 | email | 60"]);
}

#[test]
fn what_earlier_runs_made_leads_back_to_its_lead() {
    let leads = "id,full_name,email,created_at,status\n1,Ana Kirova,ana@acme.example,2026-01-01,open\n\
                 2,Bob Ray,bob@beta.example,2026-01-02,open\n";
    let qualify = "[qualify]\nwhen = \"full_name IS NOT NULL\"\n";
    let workdir = project(&[("leads.csv", leads)], qualify);
    run(&workdir);
    let made = |table: &str, id: &str, of: &str| {
        let leads = workdir.table("out/p/leads.csv");
        let lead = leads.iter().find(|lead| lead["source_id"] == of).unwrap()["lead_id"].clone();
        workdir.table(&format!("out/p/{table}.csv")).into_iter().find(|row| row["lead_id"] == lead).unwrap()[id].clone()
    };
    let (opportunity, other) =
        (made("opportunities", "opportunity_id", "1"), made("opportunities", "opportunity_id", "2"));
    let contact = made("contacts", "contact_id", "2");
    // The CRM has given ids of its own, and the leads are closed by now.
    let opportunities = format!("opportunity_id,name,status,contact_id,external_id\nO1,Deal,won,,{opportunity}\n");
    let contacts = format!("contact_id,full_name,external_id\nC2,B. Ray,{contact}\n");
    let invoices = format!(
        "{HEADER}I1,O1,,,,,Paid,1,EUR,2026-02-01,\nI2,,,C2,,,Paid,2,EUR,2026-02-01,\nI3,{other},,,,,Paid,3,EUR,2026-02-01,\n\
         I4,,,{contact},,,Paid,4,EUR,2026-02-01,\n"
    );
    let closed = leads.replace(",open", ",qualified");
    let files = [
        ("leads.csv", closed.as_str()),
        ("crm/opportunities.csv", opportunities.as_str()),
        ("crm/contacts.csv", contacts.as_str()),
        ("crm/invoices.csv", invoices.as_str()),
    ];
    let workdir = project(&files, qualify);
    run(&workdir);
    let expected = ["I1 | 1 | opportunity", "I2 | 2 | contact", "I3 | 2 | opportunity", "I4 | 2 | contact"];
    assert_eq!(sorted(&workdir, "revenue", &["document_id", "lead_id", "through"]), expected);
}

#[test]
fn states_of_dynamics_as_numbers() {
    let leads = "id,full_name,created_at,status\n1,Ana Kirova,2026-01-01,qualified\n\
                 2,Jan Novak,2026-01-01,qualified\n";
    let opportunity = "opportunityid,name,statecode,originatingleadid,parentcontactid,estimatedvalue,actualclosedate\n\
                       O1,Deal,1,1,,500,2026-02-01\nO2,Other,1,2,,500,2026-02-01\n";
    let header = |id: &str| format!("{id},opportunityid,totalamount,statecode,createdon\n");
    let orders = header("ordernumber") + "R1,O2,1,2,2026-02-02\nR2,O2,2,3,2026-02-02\nR3,O2,4,1,2026-02-02\n";
    let invoices = header("invoicenumber") + "I1,O1,10,0,2026-02-03\nI2,O1,20,2,2026-02-03\nI3,O1,40,3,2026-02-03\n";
    let quotes = header("quotenumber") + "Q1,O1,1,3,2026-01-03\nQ2,O1,2,0,2026-01-03\nQ3,O1,3,2,2026-01-03\n";
    let files = [
        ("leads.csv", leads),
        ("crm/opportunities.csv", opportunity),
        ("crm/orders.csv", orders.as_str()),
        ("crm/invoices.csv", invoices.as_str()),
        ("crm/quotes.csv", quotes.as_str()),
    ];
    let workdir = project(&files, "");
    let pipeline = std::fs::read_to_string(workdir.path("p.toml")).unwrap();
    workdir.file("p.toml", pipeline.replace(".csv\" }", ".csv\", preset = \"dynamics365\" }"));
    run(&workdir);
    let states = sorted(&workdir, "revenue", &["document_id", "status", "revenue"]);
    let expected = [
        "I1 | active | 10",
        "I2 | paid | 20",
        "I3 | canceled",
        "Q1 | void",
        "Q2 | draft",
        "Q3 | won",
        "R1 | canceled",
        "R2 | fulfilled | 2",
        "R3 | submitted | 4",
    ];
    assert_eq!(states, expected);
    assert_eq!(findings(&workdir, &["unknown_status"]), [""; 0]);
}
