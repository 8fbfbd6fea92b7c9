//! Consent: no wish for no contact is lost, whoever brought it, and no outgoing list reaches who has one.

mod faults;
mod gate;
mod heard;
mod links;
mod spread;

use std::collections::BTreeMap;

use crate::workdir::{Ran, Workdir};

/// The header of the leads of all cases.
const HEADER: &str = "source_id,full_name,email,phone,opt_out,do_not_email,do_not_call,email_2,website,status,existing_contact_id,Badge,Seat\n";
/// Every row is a lead of its own.
const APART: &str = "[dedupe]\nenabled = false\n";

/// Who has which wishes: "O" opt_out, "E" do_not_email, "C" do_not_call; "m" may_email, "p" may_call; "-" where not.
fn flags(workdir: &Workdir) -> BTreeMap<String, String> {
    let flag =
        |row: &BTreeMap<String, String>, column: &str, sign: char| if row[column] == "true" { sign } else { '-' };
    let columns =
        [("opt_out", 'O'), ("do_not_email", 'E'), ("do_not_call", 'C'), ("may_email", 'm'), ("may_call", 'p')];
    let leads = workdir.table("out/p/leads.csv");
    let of = |row: &BTreeMap<String, String>| columns.iter().map(|(column, sign)| flag(row, column, *sign)).collect();
    leads.iter().map(|row| (row["source_id"].clone(), of(row))).collect()
}

/// The table `consent`: "id flag because", sorted.
fn reasons(workdir: &Workdir) -> Vec<String> {
    let leads = workdir.table("out/p/leads.csv");
    let ids: BTreeMap<&str, &str> =
        leads.iter().map(|row| (row["lead_id"].as_str(), row["source_id"].as_str())).collect();
    let lines = workdir.table("out/p/consent.csv");
    let mut lines: Vec<String> = lines
        .iter()
        .map(|row| format!("{} {} {}", ids[row["lead_id"].as_str()], row["flag"], row["because"]))
        .collect();
    lines.sort();
    lines
}

/// A project with these leads and a pipeline with these options.
fn project(leads: &str, options: &str) -> Workdir {
    let workdir = Workdir::new();
    workdir.file("leads.csv", format!("{HEADER}{leads}"));
    workdir.file("p.toml", format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{options}"));
    workdir
}

fn run(workdir: &Workdir) -> Ran {
    workdir.run(&["run", "p.toml", "--as-of", "2026-11-20"])
}
