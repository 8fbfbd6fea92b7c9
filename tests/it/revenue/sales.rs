//! Each sale counts once: which of several documents, whatever they name.

use std::collections::BTreeMap;

use super::{cells, findings, hold_in_any_order, project, run, sorted};
use crate::workdir::Workdir;

const HEADER: &str = "document_id,opportunity_id,lead_id,status,amount,currency,date\n";

/// Leads 1, 2 and so on, with the won opportunities O1, O2 … over 500 euros, and open ones P1, P2 ….
fn leads(count: usize) -> (String, String) {
    let leads = (1..=count).map(|at| format!("{at},Ana Kirova {at},2026-01-01\n"));
    let opportunities = (1..=count)
        .map(|at| format!("O{at},Deal {at},won,,{at},500,EUR,2026-02-01\nP{at},Further deal {at},open,,{at},,EUR,\n"));
    let opportunities = opportunities.collect::<String>();
    (
        format!("id,full_name,created_at\n{}", leads.collect::<String>()),
        format!("opportunity_id,name,status,contact_id,lead_id,amount,currency,closed_at\n{opportunities}"),
    )
}

/// What each lead brought, by its id: "500 EUR", "-50 EUR, not won".
fn brought(workdir: &Workdir) -> BTreeMap<usize, String> {
    let of = |row: &String| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let won = if cells[1] == "true" { "" } else { ", not won" };
        let sum = format!("{} {}", cells.get(2).unwrap_or(&""), cells.get(3).unwrap_or(&""));
        (cells[0].parse().unwrap(), format!("{}{won}", sum.trim()))
    };
    cells(workdir, "leads", &["source_id", "became_won", "revenue", "revenue_currency"]).iter().map(of).collect()
}

/// What an order over 450 and an invoice over 440 of a lead name, and what the lead brought: "O" its won opportunity, "P" its
/// other one, "X" and "Y" such as nobody knows, "" none; "-": there is no such document.
type Named = (&'static str, &'static str, &'static str);

fn prove(cases: &[Named], with_opportunities: bool) {
    let (leads, opportunities) = leads(cases.len());
    let reference =
        |letter: &str, lead: usize| if letter.is_empty() { String::new() } else { format!("{letter}{lead}") };
    let documents = |kind: &str, amount: u32, of: fn(&Named) -> &'static str| {
        let rows = cases.iter().zip(1..).filter(|(case, _)| of(case) != "-");
        let rows = rows.map(|(case, lead)| {
            format!("{kind}{lead},{},{lead},Active,{amount},EUR,2026-03-01\n", reference(of(case), lead))
        });
        format!("{HEADER}{}", rows.collect::<String>())
    };
    let (orders, invoices) = (documents("R", 450, |case| case.0), documents("I", 440, |case| case.1));
    let mut files = vec![
        ("leads.csv", leads.as_str()),
        ("crm/orders.csv", orders.as_str()),
        ("crm/invoices.csv", invoices.as_str()),
        ("crm/opportunities.csv", opportunities.as_str()),
    ];
    files.truncate(if with_opportunities { 4 } else { 3 });
    let workdir = project(&files, "");
    run(&workdir);
    let brought = brought(&workdir);
    for (&(order, invoice, sum), lead) in cases.iter().zip(1..) {
        assert_eq!(brought[&lead], format!("{sum} EUR"), "order of {order:?}, invoice of {invoice:?}");
    }
    hold_in_any_order(&files, "", &["revenue", "leads"]);
}

#[test]
fn a_sale_counts_once_whatever_its_documents_name() {
    prove(
        &[
            ("-", "-", "500"),
            // An order: in the place of its own opportunity, beside another one, in the place of any where it may be of any.
            ("O", "-", "450"),
            ("P", "-", "950"),
            ("X", "-", "450"),
            ("", "-", "450"),
            // An invoice, likewise.
            ("-", "O", "440"),
            ("-", "P", "940"),
            ("-", "X", "440"),
            ("-", "", "440"),
            // Both: two sales only where both name opportunities that are known, and not the same.
            ("O", "O", "440"),
            ("O", "P", "890"),
            ("O", "X", "440"),
            ("O", "", "440"),
            ("P", "O", "890"),
            ("P", "P", "940"),
            ("P", "X", "440"),
            ("P", "", "440"),
            ("X", "O", "440"),
            ("X", "P", "440"),
            ("X", "X", "440"),
            ("X", "Y", "440"),
            ("X", "", "440"),
            ("", "O", "440"),
            ("", "P", "440"),
            ("", "X", "440"),
            ("", "", "440"),
        ],
        true,
    );
}

#[test]
fn without_the_crms_opportunities_each_is_taken_at_its_word() {
    prove(
        &[("X", "-", "450"), ("X", "X", "440"), ("X", "Y", "890"), ("X", "", "440"), ("", "X", "440"), ("", "", "440")],
        false,
    );
}

#[test]
fn documents_that_say_no_amount_or_give_something_back_take_no_others_place() {
    let (leads, opportunities) = leads(11);
    // Of each lead, its opportunity being over 500.
    let orders = "R4,O4,,Active,,EUR,2026-03-01\nR5,O5,,Active,450,EUR,2026-03-01\nR6,O6,,Active,,EUR,2026-03-01\n\
                  R7,O7,,Active,450,EUR,2026-03-01\nR10,O10,,Cancelled,450,EUR,2026-03-01\n";
    let invoices = "I1,O1,,Credit note,50,EUR,2026-03-01\n\
                    I2,O2,,Paid,-50,EUR,2026-03-01\n\
                    I3,,3,Credit note,600,EUR,2026-03-01\n\
                    I5,O5,,Paid,,EUR,2026-03-01\n\
                    I6,O6,,Paid,440,EUR,2026-03-01\n\
                    I7,O7,,Paid,,USD,2026-03-01\n\
                    I8,O8,,Paid,many,EUR,2026-03-01\n\
                    I9,,9,Paid,,EUR,2026-03-01\n\
                    I11,O11,,Paid,440,EUR,2026-03-01\nC11,O11,,Credit note,40,EUR,2026-03-02\n";
    let (orders, invoices) = (format!("{HEADER}{orders}"), format!("{HEADER}{invoices}"));
    let files = [
        ("leads.csv", leads.as_str()),
        ("crm/opportunities.csv", opportunities.as_str()),
        ("crm/orders.csv", orders.as_str()),
        ("crm/invoices.csv", invoices.as_str()),
    ];
    let workdir = project(&files, "");
    run(&workdir);
    let expected = [
        "450 EUR",
        "450 EUR",
        // 500 - 600
        "-100 EUR, not won",
        "500 EUR",
        "450 EUR",
        "440 EUR",
        // Nothing in dollars.
        "450 EUR",
        "500 EUR",
        "500 EUR",
        // Cancelled is not the same as not yet ordered.
        ", not won",
        // 440 - 40
        "400 EUR",
    ];
    let expected: BTreeMap<usize, String> = (1..).zip(expected.map(str::to_owned)).collect();
    assert_eq!(brought(&workdir), expected);
    // An order that was invoiced need not say for how much.
    let told = findings(&workdir, &["no_amount", "invalid_number"]);
    let expected = [
        "crm/invoices.csv:5 no_amount I5",
        "crm/invoices.csv:7 no_amount I7",
        "crm/invoices.csv:8 invalid_number many",
        "crm/invoices.csv:9 no_amount I9",
        "crm/orders.csv:2 no_amount R4",
    ];
    assert_eq!(told, expected);
}

#[test]
fn rows_without_an_id_are_different_documents_in_one_file_and_may_be_one_in_two() {
    let (leads, _) = leads(2);
    let row = ",,1,Paid,100,EUR,2026-03-01\n";
    let first = format!("{HEADER}{row}{row},,2,Paid,7,EUR,2026-03-01\n");
    // A second export has one of the two again, and three that are alike, of which the first one has one.
    let second = format!("{HEADER}{row}{}", ",,2,Paid,7,EUR,2026-03-01\n".repeat(3));
    let files = [("leads.csv", leads.as_str()), ("crm/invoices.csv", first.as_str())];
    let workdir = project(&files, "");
    run(&workdir);
    assert_eq!(brought(&workdir), BTreeMap::from([(1, "200 EUR".to_owned()), (2, "7 EUR".to_owned())]));
    workdir.file("crm/invoices_later.csv", second);
    let both = std::fs::read_to_string(workdir.path("p.toml")).unwrap().replace("invoices.csv", "invoices*.csv");
    workdir.file("p.toml", both);
    run(&workdir);
    assert_eq!(brought(&workdir), BTreeMap::from([(1, "200 EUR".to_owned()), (2, "21 EUR".to_owned())]));
    let ids = cells(&workdir, "revenue", &["document_id"]);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 5, "{ids:?}");
    assert_eq!(findings(&workdir, &["repeated_record"]), [""; 0]);
}

#[test]
fn amounts_in_currencies_that_nobody_knows_are_not_added_to_others() {
    let leads = "id,full_name,created_at,budget_currency\n1,Ana Kirova,2026-01-01,kwd\n2,Bob Ray,2026-01-01, Bitcoin\n\
                 3,Cid Poe,2026-01-01,n/a\n4,Dan Low,2026-01-01,\n";
    let invoices = format!(
        "{HEADER}I1,,1,Paid,100,EUR,2026-03-01\nI2,,1,Paid,5.12,KWD,2026-03-01\n\
         I3,,2,Paid,100,EUR,2026-03-01\nI4,,2,Paid,2,BTC,2026-03-01\nI5,,2,Paid,3,btc,2026-03-01\n\
         I6,,3,Paid,100,EUR,2026-03-01\nI7,,3,Paid,7,,2026-03-01\nI8,,4,Paid,9,BTC,2026-03-01\n"
    );
    let workdir = project(&[("leads.csv", leads), ("crm/invoices.csv", invoices.as_str())], "");
    run(&workdir);
    let expected = ["EUR; KWD", "BTC; EUR", "107 EUR", "9 BTC"].map(str::to_owned);
    assert_eq!(brought(&workdir), (1..).zip(expected).collect());
    assert_eq!(sorted(&workdir, "leads", &["source_id", "budget_currency"]), ["1 | KWD", "2 | BITCOIN", "3", "4"]);
    let expected = [
        "crm/invoices.csv:5 unknown_currency BTC",
        "crm/invoices.csv:6 unknown_currency btc",
        "crm/invoices.csv:9 unknown_currency BTC",
        "leads.csv:2 mixed_currencies EUR 100; KWD 5.12",
        "leads.csv:3 mixed_currencies BTC 5; EUR 100",
        "leads.csv:3 unknown_currency Bitcoin",
    ];
    assert_eq!(findings(&workdir, &["mixed_currencies", "unknown_currency"]), expected);
    let funnel = cells(&workdir, "reports/funnel", &["leads", "currency"]);
    assert_eq!(funnel, ["4 | BTC 14; EUR 307; KWD 5.12"]);
}
