//! Scores of the CRM's contacts and accounts as a user meets them.

use std::collections::BTreeMap;

use crate::workdir::{Row, Workdir};

fn crm() -> Workdir {
    let workdir = Workdir::new();
    workdir
        .file(
            "leads.csv",
            "source_id,full_name,email,company,job_title,phone,status,country,existing_account_id\n\
             1,Ana Kirova,ana@acme.example,Acme Ltd,Director,+35929812345,,BG,\n\
             2,Otto Lang,otto@lang.example,Acme,Clerk,+35929812346,,BG,\n\
             3,Ida Kern,ida@gamma.example,Gamma GmbH,Director,,,DE,\n\
             4,Leo Kern,leo@gamma.example,Gamma,,,,DE,\n\
             5,Jan Nowak,jan@acme.example,Acme Ltd,Director,+35929812347,disqualified,BG,\n\
             6,Eva Braun,eva@web.de,,Director,,,,\n\
             7,Uwe Kuhn,uwe@delta.example,Whatever,,+35929812349,,,A2\n",
        )
        .file(
            "accounts.csv",
            "account_id,company,website,country,Industry\n\
             A1,Acme Ltd,https://www.acme.example,Bulgaria,Print\n\
             A2,Delta AG,,Germany,Print\n\
             A3,Omega,,Germany,\n",
        )
        .file(
            "contacts.csv",
            "contact_id,full_name,email,account_id,status,Job Title,Full name of assistant\n\
             C1,Ana Kirova,ana@acme.example,A1,Active,Head of Print,\n\
             C2,Bob Ray,bob@acme.example,,Active,,\n\
             C3,Cid Poe,cid@delta.example,A2,Inactive,Head of Everything,\n",
        )
        .file(
            "touches.csv",
            "lead_id,email,activity,at,subject,text,author\n\
             ,ana@acme.example,email,2026-10-01 09:00,Hello,,anna\n\
             1,ana@acme.example,email,2026-10-01 09:00,Hello,,anna\n\
             ,bob@acme.example,phone_log,2026-06-01 09:00,,No answer,jan\n",
        );
    workdir
}

const PIPELINE: &str = r#"as_of = "2026-10-15"
[[source]]
name = "s"
path = "leads.csv"
[crm]
accounts   = { path = "accounts.csv" }
contacts   = { path = "contacts.csv" }
activities = { path = "touches.csv" }
[dedupe]
enabled = false
[[score.criterion]]
name = "Director"
when = "job_title = 'Director'"
points = 20
[[score.criterion]]
name = "Phone"
when = "phone IS NOT NULL"
points = 3.5
[[score.criterion]]
name = "Mails"
each = { activity = "email", at_most = 5 }
points = 1

[score.contacts]
grades = { hot = 60, cold = 0 }
[[score.contacts.criterion]]
name = "Head of"
when = "\"Job Title\" ILIKE 'head of%'"
points = 8
[[score.contacts.criterion]]
name = "In Bulgaria"
when = "account_country = 'BG' AND status = 'active'"
importance = "low"
[[score.contacts.criterion]]
name = "Mails"
each = { activity = "email", at_most = 5 }
points = 1
[[score.contacts.criterion]]
name = "Quiet"
none = { within = "90 days" }
points = -2

[score.accounts]
people = "sum"
cap = 40
[[score.accounts.criterion]]
name = "Printer"
when = "Industry = 'Print' AND website IS NOT NULL"
points = 5
"#;

fn by_id(rows: Vec<Row>) -> BTreeMap<String, Row> {
    rows.into_iter().map(|row| (row["id"].clone(), row)).collect()
}

/// criterion points, of a record.
fn ledger(workdir: &Workdir, record: &str, id: &str) -> Vec<String> {
    let rows = workdir.table("out/p/record_ledger.csv").into_iter();
    let own = rows.filter(|row| row["record"] == record && row["record_id"] == id);
    own.map(|row| format!("{} {} {}", row["criterion"], row["met"], row["points"])).collect()
}

#[test]
fn contacts_and_accounts_are_scored_and_people_add_up() {
    let workdir = crm();
    workdir.file("p.toml", PIPELINE);
    workdir.succeed(&["run", "p.toml"]);

    let contacts = by_id(workdir.table("out/p/contact_scores.csv"));
    // Ana: 8 + 1 + one mail, told twice. Bob has no account: -1, and nobody spoke with him for 90 days: -2.
    let scores: Vec<_> = contacts.values().map(|row| (row["name"].as_str(), row["score"].as_str())).collect();
    assert_eq!(scores, [("Ana Kirova", "10"), ("Bob Ray", "-3"), ("Cid Poe", "5")]);
    // From -1 - 2 to 8 + 1 + 5: 13, 0 and 8 of 17.
    assert_eq!(contacts["C1"]["grade"], "hot");
    assert_eq!((contacts["C2"]["grade"].as_str(), contacts["C2"]["stars"].as_str()), ("cold", "0"));
    assert_eq!(contacts["C1"]["reasons_for"], "Head of (+8), In Bulgaria (+1), Mails (+1)");
    assert_eq!(ledger(&workdir, "contact", "C2"), ["Head of  0", "In Bulgaria  -1", "Mails false 0", "Quiet true -2"]);

    // Open leads: Ana 20 + 3.5 + 1, Otto 3.5, Ida 20, Leo 0, Eva 20 of no company, Uwe 3.5 by a seller's choice.
    let people = workdir.table("out/p/account_people.csv");
    let told = |row: &Row| {
        ["account_id", "company", "record", "full_name", "score", "counted"].map(|column| row[column].clone()).join("|")
    };
    let gamma = people.iter().find(|row| row["full_name"] == "Ida Kern").unwrap()["account_id"].clone();
    assert!(gamma.len() == 17 && gamma.starts_with('A'), "{gamma}");
    // Ana is a lead and a contact: the higher score stands for her. Bob's address is Acme's. Cid is inactive.
    let expected = [
        "A1|Acme Ltd|lead|Ana Kirova|24.5|24.5".to_owned(),
        "A1|Acme Ltd|contact|Ana Kirova|10|0".to_owned(),
        "A1|Acme Ltd|lead|Otto Lang|3.5|3.5".to_owned(),
        "A1|Acme Ltd|contact|Bob Ray|-3|-3".to_owned(),
        "A2|Delta AG|lead|Uwe Kuhn|3.5|3.5".to_owned(),
        format!("{gamma}|Gamma GmbH|lead|Ida Kern|20|20"),
        format!("{gamma}|Gamma GmbH|lead|Leo Kern|0|0"),
    ];
    assert_eq!(people.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(ledger(&workdir, "account", "A1"), ["Printer true 5", "people true 25", "people (cap)  0"]);
    let accounts = by_id(workdir.table("out/p/account_scores.csv"));
    let scores: Vec<_> = accounts.values().map(|row| (row["name"].as_str(), row["score"].as_str())).collect();
    let mut expected = vec![("Acme Ltd", "30"), ("Delta AG", "3.5"), ("Omega", "0"), ("Gamma GmbH", "20")];
    expected.sort_by_key(|(name, _)| accounts.iter().find(|(_, row)| row["name"] == *name).map(|(id, _)| id.clone()));
    assert_eq!(scores, expected);

    // A lower cap is a line of its own; only the highest counts, and the scores of leads are what they were.
    let leads = workdir.table("out/p/leads.csv");
    let run = |sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        workdir.succeed(&["run", "p.toml"].into_iter().chain(sets).collect::<Vec<_>>());
        assert_eq!(workdir.table("out/p/leads.csv"), leads);
        ledger(&workdir, "account", "A1")
    };
    assert_eq!(run(&["score.accounts.cap=10.5"]), ["Printer true 5", "people true 25", "people (cap)  -14.5"]);
    assert_eq!(run(&["score.accounts.people=\"max\""])[1], "people true 24.5");
    assert_eq!(run(&["score.accounts.people=\"top\"", "score.accounts.top=2"])[1], "people true 28");

    let first = std::fs::read_to_string(workdir.path("out/p/account_people.csv")).unwrap();
    for name in ["leads.csv", "contacts.csv", "accounts.csv", "touches.csv"] {
        let text = std::fs::read_to_string(workdir.path(name)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        workdir.file(name, lines.join("\n"));
    }
    run(&["score.accounts.people=\"top\"", "score.accounts.top=2"]);
    assert_eq!(std::fs::read_to_string(workdir.path("out/p/account_people.csv")).unwrap(), first);
}

#[test]
fn without_tables_of_their_own_records_are_not_scored() {
    let workdir = crm();
    let leads_only = PIPELINE.split("[score.contacts]").next().unwrap();
    let report = "[[report]]\nname = \"Hot contacts\"\nsql = \"SELECT COUNT(*) AS n FROM contact_scores\"\n";
    workdir.file("p.toml", format!("{leads_only}{report}"));
    workdir.succeed(&["run", "p.toml"]);
    for table in ["contact_scores", "account_scores", "account_people", "record_ledger"] {
        assert!(!workdir.path(&format!("out/p/{table}.csv")).exists(), "{table}");
    }
    assert_eq!(workdir.table("out/p/reports/hot_contacts.csv")[0]["n"], "0");
    // With them, reports read them as any other table; a run that only loads scores nothing.
    workdir.file("p.toml", format!("{PIPELINE}{report}"));
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(workdir.table("out/p/reports/hot_contacts.csv")[0]["n"], "3");
    let checked = workdir.succeed(&["check", "p.toml"]).stdout;
    let lines = |column: &str| checked.lines().filter(|line| line.contains(column)).collect::<Vec<_>>();
    assert_eq!(lines("Job Title").len(), 1, "{checked}");
    assert!(lines("Job Title")[0].contains("own name") && lines("Industry")[0].contains("own name"), "{checked}");
    assert!(lines("Full name of assistant")[0].contains("not read"), "{checked}");
    let explained = workdir.succeed(&["explain", "p.toml"]).stdout;
    assert!(explained.contains("score contacts: 4 criteria"), "{explained}");
    assert!(explained.contains("all scores of the account's people, at most 40"), "{explained}");
    workdir.succeed(&["run", "p.toml", "--only", "load"]);
    assert!(!workdir.path("out/p/contact_scores.csv").exists());
}

#[test]
fn contacts_have_packs_blanks_and_versions_as_leads_have() {
    let workdir = crm();
    workdir.file(
        "people.toml",
        "version = \"2026\"\n[[criterion]]\nname = \"Head of\"\nwhen = \"\\\"Job Title\\\" ILIKE 'head of%'\"\nimportance = \"high\"\n\
         [[criterion]]\nname = \"Quiet\"\neach = { activity = \"email\", at_most = 2 }\npoints = 1\nfades = \"28 days\"\n",
    );
    let (leads_only, _) = PIPELINE.split_once("[score.contacts]").unwrap();
    let contacts = "[score.contacts]\npacks = [\"people.toml\"]\nmissing = \"neutral\"\n\
                    [[score.contacts.criterion]]\nname = \"Quiet\"\nnone = { within = \"90 days\" }\n";
    workdir.file("p.toml", format!("{leads_only}{contacts}"));
    workdir.succeed(&["run", "p.toml"]);
    // Who has no title loses nothing for it; the pack's count of mails has become a question.
    assert_eq!(ledger(&workdir, "contact", "C1"), ["Head of true 3", "Quiet false 0"]);
    assert_eq!(ledger(&workdir, "contact", "C2"), ["Head of  0", "Quiet true 1"]);
    let explained = workdir.succeed(&["explain", "p.toml"]).stdout;
    assert!(explained.contains("Quiet (version 2026): no history item within 90 days; no data: 0"), "{explained}");
    workdir.succeed(&["run", "p.toml", "--as-of", "2026-12-31", "--set", "score.contacts.valid_until=2026-12-01"]);
    assert!(workdir.table("out/p/record_ledger.csv").is_empty());
}

#[test]
fn leads_alone_make_accounts_too() {
    let workdir = crm();
    let pipeline = "as_of = \"2026-10-15\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[dedupe]\nenabled = false\n\
                    [[score.criterion]]\nname = \"Director\"\nwhen = \"job_title = 'Director'\"\npoints = 20\n\
                    [score.accounts]\npeople = \"max\"\n[qualify]\nwhen = \"stars = 5\"\n";
    workdir.file("p.toml", pipeline);
    workdir.succeed(&["run", "p.toml"]);
    let accounts = workdir.table("out/p/account_scores.csv");
    let mut shown: Vec<_> = accounts.iter().map(|row| (row["name"].as_str(), row["score"].as_str())).collect();
    shown.sort_unstable();
    // Uwe's account is taken at a seller's word. Acme's second spelling is the same company.
    assert_eq!(shown, [("Acme Ltd", "20"), ("Gamma GmbH", "20"), ("Whatever", "0")]);
    // The accounts to be made have these ids.
    let made: Vec<String> =
        workdir.table("out/p/accounts.csv").into_iter().map(|row| row["account_id"].clone()).collect();
    assert_eq!(made.len(), 2);
    assert!(made.iter().all(|id| accounts.iter().any(|row| row["id"] == *id)), "{made:?}");
}

#[test]
fn what_is_wrong_with_record_tables_is_told_at_once() {
    let workdir = crm();
    let base = "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[crm]\ncontacts = { path = \"contacts.csv\" }\n";
    let check = |text: &str| {
        workdir.file("p.toml", format!("{base}{text}"));
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        ran.stderr
    };
    let told = check(
        "[score.contacts]\nmanual_for = \"2 days\"\n[[score.contacts.criterion]]\nname = \"a\"\nwhen = \"stars > 1 OR Job_Titel = 'x'\"\n\
         [score.accounts]\ntop = 2\ncap = 5\n[[score.accounts.criterion]]\nname = \"b\"\nany = { within = \"1 day\" }\n",
    );
    for sentence in [
        "unknown key `manual_for` in [score.contacts]",
        "there is no column stars",
        "did you mean `\"Job Title\"`?",
        "[score.accounts] scores the accounts of the CRM, and [crm] names no file of them",
        "`top` needs `people = \"top\"`",
        "`cap` needs `people = \"max\"`, `\"sum\"` or `\"top\"`",
        "`any` is of no use here: an account has no history of its own",
    ] {
        assert!(told.contains(sentence), "{sentence}: {told}");
    }
    let told = check(
        "[score.contacts]\nstars = [1, 2, 3, 4]\n[score.accounts]\npeople = \"sum\"\ntop = 2\n\
         [[score.accounts.criterion]]\nname = \"people\"\nwhen = \"country = 'DE'\"\n[score.accounts.group.people]\ncap = 3\n",
    );
    for sentence in [
        "[score.contacts] has no criterion",
        "`top` needs `people = \"top\"`",
        "`people` is what the account's people add: choose another name",
        "`people` is the group of what the account's people add",
    ] {
        assert!(told.contains(sentence), "{sentence}: {told}");
    }
}

#[test]
fn every_score_of_a_campaign_s_records_is_the_sum_of_its_ledger() {
    let workdir = Workdir::with_samples();
    let run = |threads: &str| {
        workdir.succeed(&["run", "pipelines/campaign.toml", "--threads", threads]);
        ["contact_scores", "account_scores", "record_ledger", "account_people"]
            .map(|name| std::fs::read(workdir.path(&format!("out/campaign/{name}.csv"))).unwrap())
    };
    assert_eq!(run("1"), run("2"));
    let table = |name: &str| workdir.table(&format!("out/campaign/{name}.csv"));
    let exact = |text: &str| (text.parse::<f64>().unwrap() * 10_000.0).round() as i64;
    let (mut sums, mut people) = (BTreeMap::new(), BTreeMap::new());
    for row in table("record_ledger") {
        let id = row["record_id"].clone();
        *sums.entry((row["record"].clone(), id.clone())).or_insert(0) += exact(&row["points"]);
        if row["criterion"] == "people" {
            *people.entry(id).or_insert(0) += exact(&row["points"]);
        }
    }
    for (kind, name) in [("contact", "contact_scores"), ("account", "account_scores")] {
        let records = table(name);
        assert!(records.len() > 100, "{name}");
        let mut scores = BTreeMap::new();
        for row in &records {
            *scores.entry((kind.to_owned(), row["id"].clone())).or_insert(0) += exact(&row["score"]);
        }
        assert!(scores.iter().all(|(key, score)| sums[key] == *score), "{name}");
        let stars: std::collections::BTreeSet<&str> = records.iter().map(|row| row["stars"].as_str()).collect();
        assert!(stars.len() > 2, "{name}: {stars:?}");
    }
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    let persons = table("account_people");
    for row in &persons {
        assert!(row["counted"] == row["score"] || row["counted"] == "0", "{row:?}");
        *counted.entry(row["account_id"].clone()).or_default() += exact(&row["counted"]);
    }
    assert!(people.iter().all(|(account, points)| counted.get(account).copied().unwrap_or(0) == *points));
    // Leads and contacts, of accounts that the CRM has and of others.
    for kind in ["lead", "contact"] {
        assert!(persons.iter().filter(|row| row["record"] == kind).count() > 50, "{kind}");
    }
    assert!(persons.iter().any(|row| row["account_id"].starts_with("A-")));
    assert!(persons.iter().any(|row| row["account_id"].len() == 17));
}
