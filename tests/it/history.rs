//! History: what a CRM glued into notes, mails as the first item of their leads, files of activities, references.

use crate::workdir::{Row, Workdir};

fn items(workdir: &Workdir) -> Vec<String> {
    let shown = |row: Row| {
        [&row["activity"], &row["at"], &row["author"], &row["subject"], &row["text"]]
            .map(|cell| cell.replace('\n', "/"))
            .join("|")
    };
    workdir.table("out/p/activities.csv").into_iter().map(shown).collect()
}

#[test]
fn glued_notes_become_items_once() {
    let workdir = Workdir::new();
    let note =
        "Met at the fair\n[21.11.2026 14:05] Ana Kirova: called, no answer\n22.11.2026 - Jan Nowak - sent the offer";
    workdir.file(
        "leads.csv",
        format!(
            "id,name,email,modified,notes\n1,Eva Braun,eva@braun.de,2026-11-25,\"{note}\"\n\
             2,Eva Braun,eva@braun.de,2026-11-20,\"{}\"\n3,Otto Lang,otto@lang.de,2026-11-01,Wants 3 desks by 2027\n",
            note.split_once("\n22.").unwrap().0
        ),
    );
    workdir.file(
        "p.toml",
        "as_of = \"2026-12-01\"\n[[source]]\nname = \"a\"\npath = \"leads.csv\"\n[dedupe]\n\
         [[dedupe.rule]]\nname = \"Same e-mail\"\nsame = [\"email\"]\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    let mut items = items(&workdir);
    items.sort();
    assert_eq!(
        items,
        [
            "note|2026-11-01 00:00:00|||Wants 3 desks by 2027",
            "note|2026-11-20 00:00:00|||Met at the fair",
            "note|2026-11-21 14:05:00|Ana Kirova||called, no answer",
            "note|2026-11-22 00:00:00|Jan Nowak||sent the offer",
        ]
    );
}

#[test]
fn what_looks_like_an_author_or_a_date() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "id,name,modified,notes\n\
         1,Eva Braun,2026-11-25,\"1) 3/4/2026 Ana Kirova (Sales): called\n2) 3/5/2026 Call: no answer\"\n\
         2,Otto Lang,2026-11-25,\"Prices:\n3/4/2026: 1,200.00\n3/5/2026: 1,300.00\"\n\
         3,Ida Kern,2026-11-25,06-12-34-56-78\n",
    );
    workdir.file("p.toml", "as_of = \"2026-12-01\"\n[[source]]\nname = \"a\"\npath = \"leads.csv\"\n[dedupe]\n");
    workdir.succeed(&["run", "p.toml"]);
    let mut found = items(&workdir);
    found.sort();
    assert_eq!(
        found,
        [
            "note|2026-04-03 00:00:00|Ana Kirova||called",
            "note|2026-05-03 00:00:00|||Call: no answer",
            "note|2026-11-25 00:00:00|||06-12-34-56-78",
            "note|2026-11-25 00:00:00|||Prices:/3/4/2026: 1,200.00/3/5/2026: 1,300.00",
        ]
    );
    let findings = || workdir.table("out/p/findings.csv");
    let open = findings();
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!([&open[0]["line"], &open[0]["field"], &open[0]["code"]], ["2", "notes", "ambiguous_date"]);
    let locale =
        "as_of = \"2026-12-01\"\n[[source]]\nname = \"a\"\npath = \"leads.csv\"\nlocale = \"en-US\"\n[dedupe]\n";
    workdir.file("p.toml", locale);
    workdir.succeed(&["run", "p.toml"]);
    assert!(items(&workdir).contains(&"note|2026-03-04 00:00:00|Ana Kirova||called".to_owned()));
    assert_eq!(findings().len(), 0);
}

#[test]
fn a_mail_is_the_first_item_of_its_lead() {
    let workdir = Workdir::new();
    workdir.file(
        "inbox/one.eml",
        "From: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg@mueller.de>\r\nTo: sales@acme.com\r\nSubject: Angebot\r\n\
         Date: Sat, 7 Mar 2026 10:00:00 +0000\r\nMessage-ID: <m1@mueller.de>\r\n\r\nBitte ein Angebot.\r\n",
    );
    workdir.file(
        "inbox/two.eml",
        "From: joerg@mueller.de\r\nTo: sales@acme.com\r\nSubject: Re: Angebot\r\n\
         Date: Mon, 9 Mar 2026 10:00:00 +0000\r\nMessage-ID: <m2@mueller.de>\r\n\r\nDanke!\r\n",
    );
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"mails\"\npath = \"inbox\"\n[load]\nname = \"optional\"\n[dedupe]\n\
         [[dedupe.rule]]\nname = \"Same e-mail\"\nsame = [\"email\"]\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(workdir.table("out/p/leads.csv").len(), 1);
    assert_eq!(
        items(&workdir),
        [
            "email|2026-03-07 10:00:00|Jörg Müller|Angebot|Bitte ein Angebot.",
            "email|2026-03-09 10:00:00||Re: Angebot|Danke!",
        ]
    );
    let summary = workdir.summary("out/p");
    assert_eq!(summary["inputs"].as_array().unwrap().len(), 2, "{summary}");
    let checked = workdir.succeed(&["check", "p.toml"]);
    assert!(checked.stdout.contains("Subject") && checked.stdout.contains("mails (history)"), "{}", checked.stdout);
}

#[test]
fn rows_of_a_list_are_history_where_the_source_says_so() {
    let workdir = Workdir::new();
    workdir.file(
        "list.csv",
        "name,email,Date,Subject\nEva Braun,eva@braun.de,3/4/2026,Webinar\nOtto Lang,,3/5/2026,Webinar\n",
    );
    let source =
        "[[source]]\nname = \"a\"\npath = \"list.csv\"\nlocale = \"en-US\"\nfields = { created_at = \"Date\" }\n";
    workdir.file("p.toml", format!("as_of = \"2026-12-01\"\n{source}history = true\n"));
    workdir.succeed(&["run", "p.toml"]);
    let mut found = items(&workdir);
    found.sort();
    assert_eq!(found, ["note|2026-03-04 00:00:00||Webinar|", "note|2026-03-05 00:00:00||Webinar|"]);

    // Each list has its own way to write a day.
    workdir
        .file("us.csv", "name,email,Date,Subject\nEva Braun,e@b.de,11/21/2026,Fair\nOtto Lang,o@l.de,3/5/2026,Fair\n");
    workdir
        .file("eu.csv", "name,email,Date,Subject\nIda Kern,i@k.de,21/11/2026,Fair\nUwe Kuhn,u@k.de,22/11/2026,Fair\n");
    let source = |name: &str| format!("[[source]]\nname = \"{name}\"\npath = \"{name}.csv\"\nhistory = true\n");
    workdir.file("r.toml", format!("output = \"out/p\"\n{}{}", source("us"), source("eu")));
    workdir.succeed(&["run", "r.toml"]);
    let mut found = items(&workdir);
    found.sort();
    let days = ["2026-03-05", "2026-11-21", "2026-11-21", "2026-11-22"];
    assert_eq!(found, days.map(|day| format!("note|{day} 00:00:00||Fair|")));

    workdir.file("bare.csv", "name,email\nEva Braun,eva@braun.de\n");
    workdir.file("q.toml", "[[source]]\nname = \"a\"\npath = \"bare.csv\"\nhistory = true\n");
    let ran = workdir.run(&["run", "q.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("bare.csv has no column that says when or what"), "{}", ran.stderr);
}

#[test]
fn what_rows_refer_to_must_exist() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "id,name,existing_account_id,existing_contact_id,initiated_by,assigned_to\n\
         1,Eva Braun,A-1,C-1,C-2,anna\n2,Otto Lang,A-9,C-9,C-9,anna\n3,Ida Kern,,,Spring Fair,nobody\n\
         4,Max Mohr,,,anna@acme.com,anna\n5,Uwe Kuhn,,,gone@acme.com,anna\n",
    );
    workdir.file("accounts.csv", "account_id,company\nA-1,Acme\n");
    workdir.file("contacts.csv", "contact_id,full_name,email\nC-1,Jan Nowak,jan@nowak.pl\nC-2,Ana Kirova,\n");
    workdir.file("owners.csv", "owner,email\nanna,anna@acme.com\n");
    workdir
        .file("activities.csv", "lead_id,email,activity,at,subject\n1,,note,2026-03-01,Hi\n77,,note,2026-03-01,Lost\n");
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"a\"\npath = \"leads.csv\"\n[crm]\naccounts = { path = \"accounts.csv\" }\n\
         contacts = { path = \"contacts.csv\" }\nowners = { path = \"owners.csv\" }\nactivities = { path = \"activities.csv\" }\n\
         [qualify]\nwhen = \"true\"\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    let findings = workdir.table("out/p/findings.csv").into_iter();
    let found: Vec<String> = findings
        .map(|row| format!("{}:{} {} {} {}", row["file"], row["line"], row["field"], row["code"], row["text"]))
        .collect();
    assert_eq!(
        found,
        [
            "leads.csv:3 existing_account_id unknown_account A-9",
            "leads.csv:3 existing_contact_id unknown_contact C-9",
            "leads.csv:3 initiated_by unknown_initiator C-9",
            "leads.csv:4 assigned_to unknown_owner nobody",
            "leads.csv:6 initiated_by unknown_initiator gone@acme.com",
            "activities.csv:3 lead_id unknown_lead 77",
        ]
    );
}
