//! Wishes of contacts that leads are linked to only while they qualify: by name and company, not by an address.

use super::{APART, flags, reasons, run};
use crate::workdir::Workdir;

/// Ana is known by name and company; Bob has her address.
fn project(leads: &str, contact: &str, report: &str) -> Workdir {
    let workdir = Workdir::new();
    workdir.file("leads.csv", format!("source_id,full_name,company,email,opt_out\n{leads}"));
    workdir.file("accounts.csv", "account_id,company\nA1,Acme\n");
    workdir.file("contacts.csv", format!("contact_id,full_name,account_id,opt_out\n{contact}"));
    workdir.file(
        "p.toml",
        format!(
            "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[crm]\naccounts = {{ path = \"accounts.csv\" }}\n\
             contacts = {{ path = \"contacts.csv\" }}\n{APART}[qualify]\nwhen = \"company = 'Acme'\"\n\
             create = {{ opportunity = false }}\n\
             [[report]]\nname = \"Mailing\"\ncolumns = [\"email\"]\nreaches = [\"email\"]\n{report}\n"
        ),
    );
    workdir
}

const ANA_AND_BOB: &str = "a,Ana Kirova,Acme,ana@acme.example,\nb,Bob Ray,Beta,ana@acme.example,\n";

#[test]
fn what_the_contact_wishes_the_lead_wishes() {
    let workdir = project(ANA_AND_BOB, "C1,Ana Kirova,A1,yes\n", "where = \"may_email\"");
    assert_eq!(run(&workdir).code, 0);
    assert!(workdir.table("out/p/decisions.csv").iter().any(|row| row["contact_id"] == "C1"));
    assert_eq!(flags(&workdir), [("a", "O----"), ("b", "-E---")].map(|(id, of)| (id.into(), of.into())).into());
    assert_eq!(reasons(&workdir), ["a opt_out contact", "b do_not_email same_address"]);
    assert!(workdir.table("out/p/reports/mailing.csv").is_empty());
}

#[test]
fn a_list_that_names_the_lead_is_stopped() {
    let workdir = project(ANA_AND_BOB, "C1,Ana Kirova,A1,yes\n", "");
    assert_eq!(run(&workdir).code, 3);
    let cells = workdir.table("out/p.failed/opted_out.csv");
    let values: Vec<&str> = cells.iter().map(|row| row["value"].as_str()).collect();
    assert_eq!(values, ["ana@acme.example"; 2]);
}

#[test]
fn leads_of_one_contact_have_one_wish() {
    let leads = "a,Ana Kirova,Acme,ana@acme.example,yes\nb,Ana Kirova,Acme,ana@home.example,\n";
    let workdir = project(leads, "C1,Ana Kirova,A1,\n", "where = \"may_email\"");
    assert_eq!(run(&workdir).code, 0);
    // Without an opportunity each, of which one would be held back.
    assert!(workdir.table("out/p/decisions.csv").iter().all(|row| row["contact_id"] == "C1"));
    assert_eq!(flags(&workdir), [("a", "O----"), ("b", "O----")].map(|(id, of)| (id.into(), of.into())).into());
    assert_eq!(reasons(&workdir), ["a opt_out own_row", "b opt_out duplicate"]);
}
