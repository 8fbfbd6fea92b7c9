//! Leads of several rows: what one row says of its state, another one that says nothing does not undo.

use crate::workdir::Workdir;

const PIPELINE: &str = "as_of = 2026-11-30\n\
    [[source]]\nname = \"crm\"\npath = \"crm.csv\"\nfields = { source_id = \"id\" }\n\
    [[source]]\nname = \"form\"\npath = \"form.csv\"\nfields = { source_id = \"id\" }\n\
    [crm]\ncontacts = { path = \"contacts.csv\" }\nopportunities = { path = \"opportunities.csv\" }\n\
    [[dedupe.rule]]\nname = \"Same e-mail\"\nsame = [\"email\"]\n\
    [qualify]\nwhen = \"budget_amount >= 5000\"\n\
    [[qualify.disqualify]]\nwhen = \"budget_amount = 0\"\nreason = \"No budget\"\n\
    [write]\nformats = [\"csv\"]\n";

/// What it is about; a row of the CRM's export (status, reason, closed at, chosen contact, budget); header and cells of
/// the form's row, which is newer; decision, reason, and the lead's status, its reason and the day on which it was closed.
type Case = (&'static str, &'static str, [&'static str; 2], &'static str);

const CASES: &[Case] = &[
    (
        "a form without a status leaves a closed lead closed",
        "qualified,,2026-01-10,,9000",
        ["", ""],
        "unchanged already_closed: qualified, , 2026-01-10 00:00:00",
    ),
    (
        "so does a word that nobody knows",
        "disqualified,No need,2026-01-10,,9000",
        ["status", "Prio B"],
        "unchanged already_closed: disqualified, No need, 2026-01-10 00:00:00",
    ),
    (
        "and a stand-in",
        "disqualified,No need,2026-01-10,,9000",
        ["status", "n/a"],
        "unchanged already_closed: disqualified, No need, 2026-01-10 00:00:00",
    ),
    (
        "a newer row that is open opens it; no blank comes before why and when it was closed",
        "disqualified,No need,2026-01-10,,10",
        ["status", "new"],
        "unchanged conditions_not_met: open, No need, 2026-01-10 00:00:00",
    ),
    (
        "a reason comes from a row of the same status",
        "disqualified,No need,2026-01-10,,10",
        ["status", "disqualified"],
        "unchanged already_closed: disqualified, No need, 2026-01-10 00:00:00",
    ),
    ("no row has a status: open", ",,,,10", ["", ""], "unchanged conditions_not_met: open, , "),
    (
        "an open opportunity of a contact that either row chose protects the lead",
        ",,,C2,0",
        ["existing_contact_id", "C1"],
        "blocked has_opportunity: open, , ",
    ),
];

#[test]
fn what_one_row_says_of_its_state() {
    for (says, of_crm, [header, cell], expected) in CASES {
        let workdir = Workdir::new();
        let row = format!("1,Ana Kirova,ana@acme.com,2026-01-01,{of_crm}\n");
        let columns = "id,full_name,email,created_at,status,status_reason,closed_at,existing_contact_id,budget_amount";
        workdir.file("crm.csv", format!("{columns}\n{row}"));
        let comma = if header.is_empty() { "" } else { "," };
        let form = format!(
            "id,full_name,email,created_at{comma}{header}\n9,Ana Kirova,ana@acme.com,2026-11-20{comma}{cell}\n"
        );
        workdir.file("form.csv", form);
        workdir.file("contacts.csv", "contact_id,full_name\nC1,Bob Ray\nC2,Cid Poe\n");
        workdir.file("opportunities.csv", "opportunity_id,name,status,contact_id\nO1,Pumps,open,C2\n");
        workdir.file("p.toml", PIPELINE);
        let ran = workdir.run(&["run", "p.toml"]);
        assert_eq!(ran.code, 0, "{says}: {}", ran.stderr);
        let (leads, decisions) = (workdir.table("out/p/leads.csv"), workdir.table("out/p/decisions.csv"));
        assert_eq!((leads.len(), &*leads[0]["members"]), (1, "2"), "{says}");
        let [lead, decision] = [&leads[0], &decisions[0]];
        let state = ["status", "status_reason", "closed_at"].map(|column| lead[column].as_str()).join(", ");
        let told = format!("{} {}: {state}", decision["decision"], decision["reason"]);
        assert_eq!(told, *expected, "{says}");
    }
}

/// Leads of one address, of which a rule leaves closed ones out; the keys beside it, and for each lead what is decided.
const REOPENED: &[(&str, &str, &str, &[&str])] = &[
    (
        "opened in this run, a lead is a duplicate of one that was open",
        "1,Ana Kirova,sales@acme.com,open,,6000\n2,A. Petrova,sales@acme.com,disqualified,again,7000\n",
        "",
        &["1 blocked duplicate_lead", "2 blocked duplicate_lead"],
    ),
    (
        "two that are opened together are, too",
        "1,Ana Kirova,sales@acme.com,disqualified,again,6000\n2,A. Petrova,sales@acme.com,disqualified,again,7000\n",
        "",
        &["1 blocked duplicate_lead", "2 blocked duplicate_lead"],
    ),
    (
        "one that stays closed is none",
        "1,Ana Kirova,sales@acme.com,disqualified,,6000\n2,A. Petrova,sales@acme.com,disqualified,again,7000\n",
        "",
        &["1 unchanged already_closed", "2 qualified reactivated: Asked again"],
    ),
    (
        "the way out",
        "1,Ana Kirova,sales@acme.com,open,,6000\n2,A. Petrova,sales@acme.com,disqualified,again,7000\n",
        "block_on_duplicate_lead = false\n",
        &["1 qualified conditions_met", "2 qualified reactivated: Asked again"],
    ),
];

#[test]
fn leads_that_are_opened_again_meet_those_that_were_open() {
    for (says, leads, keys, expected) in REOPENED {
        let workdir = Workdir::new();
        workdir.file("leads.csv", format!("id,full_name,email,status,need,budget_amount\n{leads}"));
        let pipeline = format!(
            "as_of = 2026-11-30\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = {{ source_id = \"id\" }}\n\
             [[dedupe.rule]]\nname = \"Same e-mail\"\nsame = [\"email\"]\nexclude_inactive = true\n\
             [qualify]\nwhen = \"budget_amount >= 5000\"\n{keys}\
             [[qualify.reactivate]]\nwhen = \"need = 'again'\"\nreason = \"Asked again\"\n[write]\nformats = [\"csv\"]\n"
        );
        workdir.file("p.toml", pipeline);
        let ran = workdir.run(&["run", "p.toml"]);
        assert_eq!(ran.code, 0, "{says}: {}", ran.stderr);
        let (leads, decisions) = (workdir.table("out/p/leads.csv"), workdir.table("out/p/decisions.csv"));
        let decided = |id: &str| decisions.iter().find(|row| row["lead_id"] == id).unwrap();
        let told = leads.iter().map(|lead| {
            let decision = decided(&lead["lead_id"]);
            format!("{} {} {}", lead["source_id"], decision["decision"], decision["reason"])
        });
        let mut told: Vec<String> = told.collect();
        told.sort();
        assert_eq!(told, *expected, "{says}");
    }
}
