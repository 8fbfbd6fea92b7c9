//! How documents name the opportunities that they are of.

use super::{cells, findings, hold_in_any_order, project, run, sorted};

const LEADS: &str = "id,full_name,created_at\n1,Ana Kirova,2026-01-01\n2,Bob Ray,2026-01-01\n3,Cid Poe,2026-01-01\n\
    4,Dan Low,2026-01-01\n5,Eva Lind,2026-01-01\n";
/// The first two differ in the case of their ids alone, as those of Salesforce may.
const OPPORTUNITIES: &str = "opportunity_id,name,status,contact_id,lead_id\n006A0000001bCDe,Mill,open,,1\n006A0000001BcdE,Kiln,open,,2\n\
    Opp-7,Big Deal,open,,3\nO8,Renewal,open,,4\nO9,renewal,open,,5\n";
const HEADER: &str = "document_id,opportunity_id,lead_id,status,amount,currency,date\n";

#[test]
fn ids_and_names_are_known_whatever_their_case() {
    let invoices = "I1,006A0000001bCDe,,Paid,1,EUR,2026-03-01\n\
                    I2,006A0000001BcdE,,Paid,1,EUR,2026-03-01\n\
                    I3,006a0000001bcde,,Paid,1,EUR,2026-03-01\n\
                    I4,opp-7,,Paid,1,EUR,2026-03-01\n\
                    I5,BIG DEAL,,Paid,1,EUR,2026-03-01\n\
                    I6,Big-Deal!,,Paid,1,EUR,2026-03-01\n\
                    I7,renewal,,Paid,1,EUR,2026-03-01\n\
                    I8,RENEWAL,,Paid,1,EUR,2026-03-01\n\
                    I9,Biggest deal,,Paid,1,EUR,2026-03-01\n";
    let invoices = format!("{HEADER}{invoices}");
    let files = [("leads.csv", LEADS), ("crm/opportunities.csv", OPPORTUNITIES), ("crm/invoices.csv", &invoices)];
    let workdir = project(&files, "");
    run(&workdir);
    let expected = [
        "I1 | 006A0000001bCDe | 1 | opportunity",
        "I2 | 006A0000001BcdE | 2 | opportunity",
        // One of two.
        "I3 | 006a0000001bcde |  |  | unknown_reference",
        "I4 | Opp-7 | 3 | opportunity",
        "I5 | Opp-7 | 3 | opportunity",
        "I6 | Opp-7 | 3 | opportunity",
        // As it is written, and one of two.
        "I7 | O9 | 5 | opportunity",
        "I8 | RENEWAL |  |  | unknown_reference",
        "I9 | Biggest deal |  |  | unknown_reference",
    ];
    assert_eq!(
        sorted(&workdir, "revenue", &["document_id", "opportunity_id", "lead_id", "through", "reason"]),
        expected
    );
    let told = findings(&workdir, &["ambiguous_opportunity"]);
    let expected = [
        "crm/invoices.csv:4 ambiguous_opportunity 006a0000001bcde",
        "crm/invoices.csv:9 ambiguous_opportunity RENEWAL",
    ];
    assert_eq!(told, expected);
    hold_in_any_order(&files, "", &["revenue", "leads"]);
}

#[test]
fn an_order_and_its_invoice_need_not_write_the_name_alike() {
    let orders = format!("{HEADER}R1,big deal,,Active,450,EUR,2026-03-01\n");
    let invoices = format!("{HEADER}I1,OPP-7,,Paid,440,EUR,2026-03-01\n");
    let files = [
        ("leads.csv", LEADS),
        ("crm/opportunities.csv", &OPPORTUNITIES.replace("Deal,open", "Deal,won")),
        ("crm/orders.csv", &orders),
        ("crm/invoices.csv", &invoices),
    ];
    let workdir = project(&files, "");
    run(&workdir);
    assert_eq!(sorted(&workdir, "revenue", &["document_id", "revenue"]), ["I1 | 440", "R1"]);
}

#[test]
fn an_ambiguous_name_joins_no_sales_of_two_leads() {
    let orders = format!("{HEADER}R1,RENEWAL,4,Active,450,EUR,2026-03-01\nR2,RENEWAL,5,Active,450,EUR,2026-03-01\n");
    let invoices = format!("{HEADER}I1,RENEWAL,4,Paid,440,EUR,2026-03-01\n");
    let files = [
        ("leads.csv", LEADS),
        ("crm/opportunities.csv", OPPORTUNITIES),
        ("crm/orders.csv", &orders),
        ("crm/invoices.csv", &invoices),
    ];
    let workdir = project(&files, "");
    run(&workdir);
    let expected = ["I1 | 440 | 4 | lead", "R1 |  | 4 | lead", "R2 | 450 | 5 | lead"];
    assert_eq!(sorted(&workdir, "revenue", &["document_id", "revenue", "lead_id", "through"]), expected);
    assert_eq!(findings(&workdir, &["ambiguous_opportunity"]).len(), 3);
    let won = cells(&workdir, "leads", &["source_id", "became_won"]);
    assert_eq!(won.iter().filter(|row| row.ends_with("true")).count(), 2, "{won:?}");
}

#[test]
fn accounts_and_contacts_that_are_not_there_are_told() {
    let invoices = "I1,,N/A,C1,,Paid,1,EUR,2026-03-01\n\
                    I2,NULL,A1;A2,C2;C1,,Paid,2,EUR,2026-03-01\n\
                    I3,,Acme,Ana Kirova,,Paid,3,EUR,2026-03-01\n\
                    I4,,A9,C9,,Paid,4,EUR,2026-03-01\n";
    let invoices =
        format!("document_id,opportunity_id,account_id,contact_id,lead_id,status,amount,currency,date\n{invoices}");
    let leads = "id,full_name,created_at,existing_contact_id\n1,Ana Kirova,2026-01-01,C1\n2,Bob Ray,2026-01-01,C2\n";
    let files = [
        ("leads.csv", leads),
        ("crm/accounts.csv", "account_id,company\nA1,Acme\nA2,Beta\n"),
        ("crm/contacts.csv", "contact_id,full_name,account_id\nC1,Ana Kirova,A1\nC2,Bob Ray,A2\n"),
        ("crm/invoices.csv", &invoices),
    ];
    let workdir = project(&files, "");
    run(&workdir);
    let expected = [
        "I1 |  | A1 | C1 | 1 | contact",
        "I2 |  | A1 | C2 | 2 | contact",
        "I3 |  | A1 | C1 | 1 | contact",
        "I4 |  | A9 | C9 |  |  | unknown_reference",
    ];
    let columns = ["document_id", "opportunity_id", "account_id", "contact_id", "lead_id", "through", "reason"];
    assert_eq!(sorted(&workdir, "revenue", &columns), expected);
    let told = findings(&workdir, &["unknown_account", "unknown_contact", "placeholder"]);
    assert_eq!(told, ["crm/invoices.csv:5 unknown_account A9", "crm/invoices.csv:5 unknown_contact C9"]);
    hold_in_any_order(&files, "", &["revenue", "leads"]);
}
