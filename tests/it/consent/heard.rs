//! Wishes that are written where, or as, they are easily missed.

use std::collections::BTreeMap;

use super::run;
use crate::workdir::Workdir;

/// Every row is a lead of its own; rejected rows are as many as they like.
const OPTIONS: &str = "[load]\nmax_rejects = \"100%\"\n[dedupe]\nenabled = false\n";

/// A project with these leads, and contacts of these if any.
fn project(leads: &str, contacts: &str, options: &str) -> Workdir {
    let workdir = Workdir::new();
    let crm = if contacts.is_empty() { "" } else { "[crm]\ncontacts = { path = \"contacts.csv\" }\n" };
    workdir.file("leads.csv", leads).file("contacts.csv", contacts);
    workdir.file("p.toml", format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{OPTIONS}{crm}{options}"));
    workdir
}

/// The leads that e-mail must not reach, by name.
fn closed(workdir: &Workdir) -> Vec<String> {
    let ran = run(workdir);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let leads = workdir.table("out/p/leads.csv");
    let mut closed: Vec<String> =
        leads.iter().filter(|row| row["may_email"] == "false").map(|row| row["full_name"].clone()).collect();
    closed.sort();
    closed
}

/// Two leads, then a rejected row, and who is closed.
#[rustfmt::skip]
const REJECTED: &[(&str, &[&str])] = &[
    ("3,Ana Kirova,ana@acme.com,yes,wrote us, twice", &["Ana Kirova"]),
    ("3,Ana Kirova,ana@acme.com,no,wrote us, twice", &[]),
    ("3,Ana Kirova,ana@acme.com,,yes, and twice", &[]),
    ("3,Ana Kirova,ana@acme.com,Opted out 2024,wrote us, twice", &["Ana Kirova"]),
    // A comma that moves all that is behind it: the row is right from its end.
    ("3,Kirova, Ana,ana@acme.com,yes,wrote us", &["Ana Kirova"]),
    ("3,Kirova, Ana,ana@acme.com,no,wrote us", &[]),
    // Whose it is cannot be told.
    ("3,Ana Kirova,,yes,ana@acme.com wrote us, twice", &[]),
    ("3,Ana, Anna, Kirova,yes,x,y,z", &[]),
    // Quotes that are never closed: where they stand does not matter.
    ("3,Ana Kirova,ana@acme.com,yes,\"wrote us", &["Ana Kirova"]),
    ("3,\"Ana Kirova,ana@acme.com,yes,wrote us", &["Ana Kirova"]),
    ("3,\"Kirova, Ana\",ana@acme.com,yes,\"wrote us, twice", &["Ana Kirova"]),
    ("3,\"Kirova, Ana\",ana@acme.com,no,\"wrote us, yes", &[]),
];

#[test]
fn rejected_rows_are_heard_as_far_as_their_cells_can_be_told() {
    const LEADS: &str = "id,full_name,email,opt_out,remark\n1,Ana Kirova,ana@acme.com,,\n2,Bob Ray,bob@ray.org,,\n";
    for (row, expected) in REJECTED {
        let workdir = project(&format!("{LEADS}{row}\n"), "", "");
        assert_eq!(closed(&workdir), *expected, "{row}");
        assert_eq!(workdir.table("out/p/rejects.csv").len(), 1, "{row}");
        let told = workdir.table("out/p/consent.csv");
        assert!(told.iter().all(|line| line["because"] == "duplicate" && line["line"] == "4"), "{row}: {told:?}");
    }
}

#[test]
fn rejected_rows_of_contacts_are_heard() {
    const LEADS: &str =
        "id,full_name,email\n1,Ana Kirova,ana@acme.com\n2,Bob Ray,bob@ray.org\n3,Cyd Moss,cyd@moss.org\n";
    const CONTACTS: &str = "contact_id,full_name,email,opt_out\nC1,Ana Kirova,ana@acme.com,yes,met at fair,twice\n\
                            C2,Bob Ray,bob@ray.org,no,met at fair\nC3,\"Cyd Moss,cyd@moss.org,yes\n";
    assert_eq!(closed(&project(LEADS, CONTACTS, "")), ["Ana Kirova", "Cyd Moss"]);
}

#[test]
fn what_a_source_sets_holds_for_its_rejected_rows() {
    let workdir = project("id,full_name,email\n1,Ana Kirova,ana@acme.com\n2,Bob Ray,bob@ray.org\n", "", "");
    workdir.file("stop.csv", "id,full_name,email\n3,Ana Kirova,ana@acme.com,late,and later\n");
    let source = "[[source]]\nname = \"t\"\npath = \"stop.csv\"\nvalues = { do_not_email = true }\n";
    let pipeline = std::fs::read_to_string(workdir.path("p.toml")).unwrap();
    workdir.file("p.toml", pipeline.replacen("[load]", &format!("{source}[load]"), 1));
    assert_eq!(closed(&workdir), ["Ana Kirova"]);
}

#[test]
fn every_address_of_a_contact_counts() {
    const LEADS: &str = "id,full_name,email\n1,Ana Kirova,ana@acme.com\n2,Bob Ray,bob@ray.org\n3,Cyd Moss,cyd@moss.org\n4,Dan Oak,dan@oak.org\n";
    let all = ["Ana Kirova", "Bob Ray", "Cyd Moss"];
    let plain = "contact_id,full_name,email,email 2,email_3,opt_out\nC1,Ana Kirova,ana@home.org,ana@acme.com,,yes\n\
                 C2,Bob Ray,rb@x.org; bob@ray.org,,,yes\nC3,Cyd Moss,,,cyd@moss.org,yes\nC4,Dan Oak,od@x.org,dan@oak.org,,\n";
    assert_eq!(closed(&project(LEADS, plain, "")), all);
    let dynamics = "(Do Not Modify) Contact,Full Name,Email,Email Address 2,emailaddress3,Do not allow Emails\n\
                    C1,Ana Kirova,ana@home.org,ana@acme.com,,Do Not Allow\nC2,Bob Ray,rb@x.org; bob@ray.org,,,Do Not Allow\n\
                    C3,Cyd Moss,mc@x.org,,cyd@moss.org,Do Not Allow\nC4,Dan Oak,od@x.org,dan@oak.org,,Allow\n";
    assert_eq!(closed(&project(LEADS, dynamics, "")), all);
    let hubspot = "Record ID,First Name,Last Name,Email,Work email,Additional email addresses,Unsubscribed from all email\n\
                   11,Ana,Kirova,ana@home.org,ana@acme.com,,true\n12,Bob,Ray,rb@x.org,,r@x.org;bob@ray.org,true\n\
                   13,Cyd,Moss,,cyd@moss.org,,true\n14,Dan,Oak,od@x.org,,dan@oak.org,false\n";
    assert_eq!(closed(&project(LEADS, hubspot, "")), all);
}

#[test]
fn a_contact_is_found_by_its_second_address() {
    const LEADS: &str = "id,full_name,email\n1,Ana Kirova,ana@acme.com\n2,Bob Ray,bob@ray.org\n";
    let contacts =
        "contact_id,full_name,email,email_2\nC1,A. Kirova,ana@home.org,ana@acme.com\nC2,Rob Fox,fox@x.org,\n";
    let workdir = project(LEADS, contacts, "[qualify]\nwhen = \"TRUE\"\n");
    let ran = run(&workdir);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let made: BTreeMap<String, String> = workdir
        .table("out/p/contacts.csv")
        .iter()
        .map(|row| (row["full_name"].clone(), row["action"].clone()))
        .collect();
    let expected = [("A. Kirova", "link"), ("Bob Ray", "create")];
    assert_eq!(made, expected.map(|(name, action)| (name.to_owned(), action.to_owned())).into());
}

#[test]
fn ticks_and_crosses_are_wishes() {
    let cells = [
        ("☑", true, false),
        ("✅", true, false),
        ("√", true, false),
        ("✔", true, false),
        ("x", true, false),
        ("X", true, false),
        ("+", true, true),
        ("☒", true, true),
        ("●", true, true),
        ("*", true, true),
        ("✗", true, true),
        ("✘", true, true),
        ("☐", false, false),
        ("no", false, false),
    ];
    let rows = cells.iter().enumerate().map(|(at, (cell, ..))| format!("{at},Ana Kirova,p{at}@org{at}.com,{cell}\n"));
    let workdir = project(&format!("id,full_name,email,opt_out\n{}", rows.collect::<String>()), "", "");
    assert_eq!(closed(&workdir).len(), cells.iter().filter(|(_, closed, _)| *closed).count());
    let leads = workdir.table("out/p/leads.csv");
    let findings = workdir.table("out/p/findings.csv");
    for (at, (cell, closed, is_found)) in cells.into_iter().enumerate() {
        let lead = leads.iter().find(|row| row["source_id"] == at.to_string()).unwrap();
        assert_eq!(lead["may_email"], (!closed).to_string(), "{cell}");
        let found =
            findings.iter().any(|row| row["text"].trim_start_matches('\'') == cell && row["code"] == "invalid_boolean");
        assert_eq!(found, is_found, "{cell}");
    }
}

#[test]
fn a_domain_is_one_in_both_spellings() {
    let leads = "id,full_name,email,website\n1,Ana Kirova,ana@müller.de,\n2,Bob Ray,bob@xn--strae-oqa.de,\n\
                 3,Cyd Moss,cyd@bücher.example,\n4,Dan Oak,,www.XN--BCHER-KVA.example/x\n5,Eva Pine,eva@muller.de,\n";
    let workdir = project(leads, "", "[consent]\nsuppress = [\"stop.csv\"]\n");
    workdir.file("stop.csv", "email\nana@XN--mller-kva.de\nbob@straße.de\n@xn--bcher-kva.example\n");
    assert_eq!(closed(&workdir), ["Ana Kirova", "Bob Ray", "Cyd Moss", "Dan Oak"]);
    let leads = workdir.table("out/p/leads.csv");
    let mut shown: Vec<String> = leads.iter().map(|row| format!("{} {}", row["email"], row["domain"])).collect();
    shown.sort();
    let expected = [
        " bücher.example",
        "ana@müller.de müller.de",
        "bob@straße.de straße.de",
        "cyd@bücher.example bücher.example",
        "eva@muller.de muller.de",
    ];
    assert_eq!(shown, expected);
    let consent = workdir.table("out/p/consent.csv");
    let mut reasons: Vec<&str> = consent.iter().map(|row| row["because"].as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["suppressed_domain", "suppressed_domain", "suppressed_email", "suppressed_email"]);
}

#[test]
fn headers_of_hubspot_are_plain_words() {
    for header in ["Unsubscribed from all email", "Opted out of all email", "Opted out of email"] {
        let leads = format!("id,name,email,{header}\n1,Ana Kirova,ana@acme.com,true\n2,Bob Ray,bob@ray.org,false\n");
        assert_eq!(closed(&project(&leads, "", "")), ["Ana Kirova"], "{header}");
    }
    // One of several subscriptions; where a column speaks of all of them, it counts alone.
    for (headers, cells, expected) in [
        ("Opted out of email: News,Opted out of email: One to One", ["false,true", "false,false"], &["Ana Kirova"][..]),
        ("hs_email_optout_1001,hs_email_optout_1002", ["true,", ",false"], &["Ana Kirova"]),
        ("Opted out of email: News,Unsubscribed from all email", ["true,false", "false,true"], &["Bob Ray"]),
    ] {
        let [ana, bob] = cells;
        let leads = format!("id,name,email,{headers}\n1,Ana Kirova,ana@acme.com,{ana}\n2,Bob Ray,bob@ray.org,{bob}\n");
        assert_eq!(closed(&project(&leads, "", "")), expected, "{headers}");
    }
}
