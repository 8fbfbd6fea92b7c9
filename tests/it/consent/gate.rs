//! The gate: reports that are outgoing lists.

use super::{APART, project, run};
use crate::workdir::Workdir;

/// Ana has opted out and has two addresses; Bob takes no calls; Cyd has the number of Bob; Dan may be reached.
const LEADS: &str = "a,Ana Kirova,ana@acme.com,+35929812345,yes,,,anna@home.org,,,,,\n\
                     b,Bob Ray,bob@ray.org,+14155552671,,,yes,,,,,,\n\
                     c,Cyd Moss,cyd@moss.org,+14155552671,,,,,,,,,\n\
                     d,Dan Oak,dan@oak.org,+14155552673,,,,,,,,,\n";

fn with(report: &str) -> Workdir {
    let crm =
        "[crm]\ncontacts = { path = \"contacts.csv\" }\n[qualify]\nwhen = \"source_id = 'a' OR source_id = 'd'\"\n";
    let workdir = project(LEADS, &format!("{APART}{crm}[[report]]\nname = \"Mailing\"\n{report}\n"));
    workdir.file(
        "contacts.csv",
        "contact_id,full_name,email,opt_out\n12,Zoe Vale,zoe@vale.org,yes\n13,Yan Ash,yan@ash.org,\n003A0000006vM9rIAE,Una Fay,una@fay.org,yes\n",
    );
    workdir
}

/// The report, and what the gate finds: rows and values; none where the run finishes.
#[rustfmt::skip]
const CASES: &[(&str, Option<&[&str]>)] = &[
    // A whole table, and the same without whom it must not reach.
    ("columns = [\"full_name\", \"email\"]\nreaches = [\"email\"]", Some(&["email ana@acme.com a own_row"])),
    ("columns = [\"full_name\", \"email\"]\nwhere = \"may_email\"\nreaches = [\"email\"]", None),
    ("columns = [\"full_name\", \"email\"]\nwhere = \"opt_out IS NOT TRUE AND do_not_email IS NOT TRUE\"\nreaches = [\"email\"]", None),
    // Without the key a report is a report.
    ("columns = [\"full_name\", \"email\"]", None),
    // Whatever a query does with an address.
    ("sql = \"SELECT upper(email) AS x FROM leads\"\nreaches = [\"email\"]", Some(&["x ANA@ACME.COM a own_row"])),
    ("sql = \"SELECT lower(email) AS x FROM leads WHERE may_email\"\nreaches = [\"email\"]", None),
    ("sql = \"SELECT email_2 AS second FROM leads WHERE email_2 IS NOT NULL\"\nreaches = [\"email\"]", Some(&["second anna@home.org a own_row"])),
    ("sql = \"SELECT value FROM contact_points WHERE kind = 'email'\"\nreaches = [\"email\"]", Some(&["value ana@acme.com a own_row", "value anna@home.org a own_row"])),
    ("sql = \"SELECT value FROM contact_points WHERE kind = 'email' AND may_use\"\nreaches = [\"email\"]", None),
    ("sql = \"SELECT CONCAT(full_name, ' <', email, '>') AS recipient FROM leads\"\nreaches = [\"email\"]", Some(&["recipient Ana Kirova <ana@acme.com> a own_row"])),
    // An id is as good as an address; one alias is enough.
    ("sql = \"SELECT lead_id AS x FROM leads WHERE opt_out\"\nreaches = [\"email\"]", Some(&["x a own_row"])),
    ("sql = \"SELECT lead_id FROM leads WHERE may_email\"\nreaches = [\"email\"]", None),
    ("sql = \"SELECT contact_id AS who FROM contacts WHERE full_name = 'Ana Kirova'\"\nreaches = [\"email\"]", Some(&["who a own_row"])),
    // Somebody's other address stands for the person, unless somebody else has it who may be reached.
    ("sql = \"SELECT phone FROM leads WHERE source_id = 'a'\"\nreaches = [\"email\"]", Some(&["phone +35929812345 a own_row"])),
    ("sql = \"SELECT phone FROM leads WHERE source_id = 'b'\"\nreaches = [\"email\"]", None),
    ("sql = \"SELECT email FROM leads WHERE source_id IN ('b', 'c')\"\nreaches = [\"call\"]", Some(&["email bob@ray.org b own_row", "email cyd@moss.org c same_address"])),
    ("sql = \"SELECT phone, email FROM leads WHERE may_call\"\nreaches = [\"call\"]", None),
    ("sql = \"SELECT phone FROM leads WHERE source_id = 'b'\"\nreaches = [\"email\", \"call\"]", Some(&["phone +14155552671 b own_row"])),
    ("sql = \"SELECT REPLACE(phone, '+', '00') AS dial FROM leads WHERE source_id IN ('b', 'd')\"\nreaches = [\"call\"]", Some(&["dial 0014155552671 b own_row"])),
    // Numbers that happen to be ids of contacts, and ids of contacts.
    ("sql = \"SELECT email, 12 AS size FROM leads WHERE may_email\"\nreaches = [\"email\"]", Some(&["size 12  contact", "size 12  contact", "size 12  contact"])),
    ("sql = \"SELECT email, members + 11 + CASE WHEN source_id = 'b' THEN 1000 ELSE 0 END AS size FROM leads WHERE may_email\"\nreaches = [\"email\"]", None),
    // A contact of Salesforce by the other length of its id.
    ("sql = \"SELECT email, '003A0000006vM9r' AS id FROM leads WHERE source_id = 'd'\"\nreaches = [\"email\"]", Some(&["id 003A0000006vM9r  contact"])),
    // A number as it is dialled in its own country, alone or among others; an amount that is no number of theirs.
    ("sql = \"SELECT REPLACE(phone, '+359', '0') AS dial FROM leads WHERE source_id IN ('a', 'd')\"\nreaches = [\"call\"]", Some(&["dial 029812345 a own_row"])),
    ("sql = \"SELECT email, REPLACE(phone, '+359', '(02) ') AS dial FROM leads WHERE source_id = 'a'\"\nreaches = [\"call\"]", Some(&["email ana@acme.com a own_row"])),
    ("sql = \"SELECT REPLACE(phone, '+1', '') AS dial FROM leads WHERE source_id IN ('b', 'd')\"\nreaches = [\"call\"]", Some(&["dial 4155552671 b own_row"])),
    ("sql = \"SELECT phone, members + 4155552670 + CASE WHEN source_id = 'd' THEN 9 ELSE 0 END AS amount FROM leads WHERE source_id = 'd' OR may_call\"\nreaches = [\"call\"]", None),
    // An id of the source, and of a row.
    ("sql = \"SELECT source_id FROM leads\"\nreaches = [\"email\"]", Some(&["source_id a a own_row"])),
    ("sql = \"SELECT source_id, email FROM leads WHERE may_email\"\nreaches = [\"email\"]", None),
    ("sql = \"SELECT source_id, CASE WHEN may_email THEN email END AS email FROM leads\"\nreaches = [\"email\"]", Some(&["source_id a a own_row"])),
    ("sql = \"SELECT m.row_id AS x FROM lead_members AS m WHERE m.source_id = 'a'\"\nreaches = [\"email\"]", Some(&["x a own_row"])),
    ("sql = \"SELECT m.row_id AS x FROM lead_members AS m WHERE m.source_id = 'd'\"\nreaches = [\"email\"]", None),
    // As in the address of a page, beside a column that is right.
    ("sql = \"SELECT CASE WHEN may_email THEN email END AS email, REPLACE(email, '@', '%40') AS x FROM leads\"\nreaches = [\"email\"]", Some(&["x ana%40acme.com a own_row"])),
    // Nobody is named: nothing can be checked. Nobody is there: nothing need be.
    ("group_by = [\"status\"]\nmeasures = { leads = \"COUNT(*)\" }\nreaches = [\"email\"]", Some(&[])),
    ("sql = \"SELECT full_name FROM leads\"\nreaches = [\"call\"]", Some(&[])),
    ("columns = [\"email\"]\nwhere = \"score > 1000000\"\nreaches = [\"email\"]", None),
];

#[test]
fn no_list_reaches_who_must_not_be_reached() {
    for (report, expected) in CASES {
        let workdir = with(report);
        let ran = run(&workdir);
        let Some(expected) = expected else {
            assert_eq!(ran.code, 0, "{report}: {}", ran.stderr);
            continue;
        };
        assert_eq!(ran.code, 3, "{report}: {}", ran.stderr);
        assert!(!workdir.path("out/p").exists(), "{report}");
        let told = if expected.is_empty() { "nothing can be checked" } else { "would reach people who opted out" };
        assert!(ran.stderr.contains("the report \"Mailing\"") && ran.stderr.contains(told), "{report}: {}", ran.stderr);
        let cells = workdir.table("out/p.failed/opted_out.csv");
        // Ids of leads derive from content: here the names stand for them.
        let ids = lead_ids(&workdir);
        let found: Vec<String> = (cells.iter())
            .map(|row| {
                let lead = ids.iter().find(|(id, _)| *id == row["lead_id"]).map_or("", |(_, source_id)| source_id);
                let is_id = ids.iter().any(|(id, _)| *id == row["value"])
                    || row["value"].starts_with('C') && row["value"].len() == 17;
                let value = if is_id { String::new() } else { format!("{} ", row["value"].trim_start_matches('\'')) };
                format!("{} {value}{lead} {}", row["column"], row["because"])
            })
            .collect();
        assert_eq!(found, *expected, "{report}");
        assert!(cells.iter().all(|row| row["report"] == "Mailing" && row["row"].parse::<usize>().unwrap() > 0));
    }
}

/// The ids of the leads and of their rows as a run without reports gives them, and their source ids.
fn lead_ids(workdir: &Workdir) -> Vec<(String, String)> {
    workdir.file("q.toml", format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{APART}"));
    workdir.succeed(&["run", "q.toml", "--quiet"]);
    let leads =
        workdir.table("out/q/leads.csv").into_iter().map(|row| (row["lead_id"].clone(), row["source_id"].clone()));
    let rows = workdir.table("out/q/lead_members.csv").into_iter();
    leads.chain(rows.map(|row| (row["row_id"].clone(), row["source_id"].clone()))).collect()
}

/// Ids of HubSpot's records are long numbers: they are known under any name. A source may have an id of another one.
#[test]
fn long_numbers_are_ids_where_a_column_has_nothing_else() {
    const ROWS: &str =
        "218365966737,Ana Kirova,ana@acme.com,,yes,,,,,,,,\n218365966738,Bob Ray,bob@ray.org,,,,,,,,,,\n";
    let found = |sql: &str| {
        let report = format!("[[report]]\nname = \"Audience\"\nsql = \"{sql}\"\nreaches = [\"email\"]\n");
        let workdir = project(ROWS, &format!("{APART}{report}"));
        let ran = run(&workdir);
        if ran.code == 0 {
            return Vec::new();
        }
        let cells = workdir.table("out/p.failed/opted_out.csv");
        cells.iter().map(|row| format!("{} {}", row["column"], row["value"])).collect()
    };
    assert_eq!(found("SELECT source_id AS audience FROM leads"), ["audience 218365966737"]);
    assert_eq!(found("SELECT CAST(source_id AS BIGINT) AS n, full_name FROM leads"), ["n 218365966737"]);
    assert_eq!(found("SELECT source_id AS audience FROM leads WHERE may_email"), Vec::<String>::new());
    let sizes = "SELECT email, CASE WHEN may_email THEN 218365966737 ELSE 5 END AS size FROM leads";
    assert_eq!(found(&format!("{sizes} WHERE may_email")), ["size 218365966737"]);
    let sizes = "SELECT email, members + 218365966736 AS size FROM leads WHERE may_email";
    assert_eq!(
        found(&format!("{sizes} UNION ALL SELECT email, 5 AS size FROM leads WHERE may_email")),
        Vec::<String>::new()
    );
}

#[test]
fn the_last_output_stays_as_it_was() {
    let workdir = with("sql = \"SELECT lower(email) AS x FROM leads WHERE may_email\"\nreaches = [\"email\"]");
    assert_eq!(run(&workdir).code, 0);
    let before = std::fs::read(workdir.path("out/p/run.json")).unwrap();
    let pipeline = std::fs::read_to_string(workdir.path("p.toml")).unwrap();
    workdir.file("p.toml", pipeline.replace(" WHERE may_email", ""));
    let dry = workdir.run(&["run", "p.toml", "--dry-run"]);
    assert_eq!(dry.code, 3, "{}", dry.stderr);
    assert!(!workdir.path("out/p.failed").exists(), "a dry run writes nothing");
    let ran = run(&workdir);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("in 1 row") && ran.stderr.contains("p.failed"), "{}", ran.stderr);
    assert_eq!(std::fs::read(workdir.path("out/p/run.json")).unwrap(), before);
    assert_eq!(workdir.table("out/p/reports/mailing.csv").len(), 3);
}

#[test]
fn a_list_of_the_crm_s_own_contacts_is_guarded_too() {
    let leads = "a,Ana Kirova,ana@acme.com,,,,,,,,,,\n";
    let contacts = "contact_id,full_name,email,opt_out\n12,Ana Kirova,ana@acme.com,yes\n";
    let report = "[[report]]\nname = \"Mailing\"\ncolumns = [\"email\"]\nreaches = [\"email\"]\n";
    let workdir = project(leads, &format!("{APART}[crm]\ncontacts = {{ path = \"contacts.csv\" }}\n{report}"));
    workdir.file("contacts.csv", contacts);
    assert_eq!(run(&workdir).code, 3);
    assert_eq!(workdir.table("out/p.failed/opted_out.csv")[0]["because"], "contact");
}
