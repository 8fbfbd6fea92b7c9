//! Behaviour and ratings by hand as a user meets them: history of several exports, windows, decay, expiry.

use std::collections::BTreeMap;

use crate::workdir::Workdir;

/// The ledger of the lead of a full name: points by criterion.
fn ledger(workdir: &Workdir, name: &str) -> BTreeMap<String, String> {
    let leads = workdir.table("out/p/leads.csv");
    let lead = leads.iter().find(|row| row["full_name"] == name).unwrap_or_else(|| panic!("no {name}: {leads:?}"));
    let lines = workdir.table("out/p/score_ledger.csv");
    let own = lines.iter().filter(|row| row["lead_id"] == lead["lead_id"]);
    let own: BTreeMap<_, _> = own.map(|row| (row["criterion"].clone(), row["points"].clone())).collect();
    let sum: f64 = own.values().map(|points| points.parse::<f64>().unwrap()).sum();
    assert!((sum - lead["score"].parse::<f64>().unwrap()).abs() < 1e-9, "{own:?} is not {}", lead["score"]);
    own
}

/// Two exports with the same person, and two files of activities that tell the same touches under either id.
fn merged() -> Workdir {
    let workdir = Workdir::new();
    workdir
        .file("a.csv", "source_id,full_name,email\na1,Ana Kirova,ana@kirova.example\na2,Jan Nowak,jan@nowak.example\n")
        .file("b.csv", "source_id,full_name,email\nb9,Ana Kirova,ana@kirova.example\n")
        .file(
            "calls_1.csv",
            "lead_id,email,activity,at,subject,text,author\n\
             a1,,email,2026-10-01 09:00,Pricing 2027,,anna\n\
             a1,,email,2026-09-01 09:00,Newsletter,,bot\n\
             a1,,phone_log,2026-10-11 10:00,,Wants a demo,jan\n\
             a1,,email,2026-10-16 08:00,Pricing again,,anna\n\
             a2,,phone_log,2026-06-01 10:00,,No answer,jan\n",
        )
        .file(
            "calls_2.csv",
            "lead_id,email,activity,at,subject,text,author\n\
             b9,,email,2026-10-01 09:00,Pricing 2027,,anna\n\
             ,ANA@kirova.example,phone_log,2026-10-11 10:00,,Wants a demo,jan\n",
        );
    workdir
}

const PIPELINE: &str = "as_of = \"2026-10-15\"\n[[source]]\nname = \"a\"\npath = \"a.csv\"\n[[source]]\nname = \"b\"\n\
     path = \"b.csv\"\n[crm]\nactivities = { path = \"calls_*.csv\" }\n[[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n";

#[test]
fn the_same_touch_through_two_exports_counts_once() {
    let workdir = merged();
    let criteria = r#"
[[score.criterion]]
name = "Each mail"
each = { activity = "email", at_most = 9 }
points = 1
[[score.criterion]]
name = "Each call"
each = { activity = "phone_log", at_most = 9 }
points = 10
[[score.criterion]]
name = "Prices, fading"
each = { where = "subject ILIKE '%pricing%' AND author <> 'bot'", at_most = 9 }
points = 6
fades = "42 days"
[[score.criterion]]
name = "Calls, halving"
each = { activity = "phone_log", at_most = 9 }
points = 8
half_life = "4 days"
[[score.criterion]]
name = "Three touches"
any = { at_least = 3 }
points = 7
[[score.criterion]]
name = "Four touches"
any = { at_least = 4 }
points = 100
[[score.criterion]]
name = "No contact for 90 days"
none = { within = "90 days" }
points = -10
[[score.criterion]]
name = "Called lately"
any = { activity = "phone_log", within = "1 week" }
importance = "high"
"#;
    workdir.file("p.toml", format!("{PIPELINE}{criteria}"));
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(workdir.table("out/p/leads.csv").len(), 2);
    let of = |name: &str| {
        let ledger = ledger(&workdir, name);
        ledger.into_iter().map(|(criterion, points)| format!("{criterion} {points}")).collect::<Vec<_>>().join("; ")
    };
    // Ana: two mails (14 and 44 days old) and one call (4 days old) up to as_of, each told twice; the mail of tomorrow
    // is told once and counts nowhere. 6 x (1 - 14/42) = 4; 8 x 0.5 = 4.
    assert_eq!(
        of("Ana Kirova"),
        "Called lately 3; Calls, halving 4; Each call 10; Each mail 2; Four touches 0; No contact for 90 days 0; \
         Prices, fading 4; Three touches 7"
    );
    // Jan: one call, 136 days old: 8 x 0.5^34 is nothing in four decimals.
    assert_eq!(
        of("Jan Nowak"),
        "Called lately -3; Calls, halving 0; Each call 10; Each mail 0; Four touches 0; No contact for 90 days -10; \
         Prices, fading 0; Three touches 0"
    );
    // One day later the third mail is there: three mails; 6 x (27/42) + 6 x (42/42) = 3.8571 + 6.
    workdir.succeed(&["run", "p.toml", "--as-of", "2026-10-16"]);
    let later = ledger(&workdir, "Ana Kirova");
    assert_eq!((later["Each mail"].as_str(), later["Four touches"].as_str()), ("3", "100"));
    assert_eq!(later["Prices, fading"], "9.8571");
    let explained = workdir.succeed(&["explain", "p.toml"]).stdout;
    for line in [
        "each history item where subject ILIKE '%pricing%' AND author <> 'bot', at most 9, fades in 42 days",
        "at least 1 call within 7 days",
        "no history item within 90 days",
    ] {
        assert!(explained.contains(line), "{line}: {explained}");
    }
}

#[test]
fn the_ledger_is_the_same_whatever_order_history_comes_in() {
    let workdir = merged();
    let criterion = "[[score.criterion]]\nname = \"c\"\neach = { where = \"author <> 'bot'\", at_most = 2 }\n\
                     points = 3\nhalf_life = \"5 days\"\n";
    workdir.file("p.toml", format!("{PIPELINE}{criterion}"));
    let read = || std::fs::read_to_string(workdir.path("out/p/score_ledger.csv")).unwrap();
    workdir.succeed(&["run", "p.toml", "--threads", "1"]);
    let first = read();
    // The newest two that no bot wrote: 4 and 14 days old. 3 x 0.5^0.8 + 3 x 0.5^2.8 = 1.7230 + 0.4308
    assert_eq!(ledger(&workdir, "Ana Kirova")["c"], "2.1538");
    for name in ["calls_1.csv", "calls_2.csv"] {
        let text = std::fs::read_to_string(workdir.path(name)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        workdir.file(name, lines.join("\n"));
    }
    workdir.succeed(&["run", "p.toml", "--threads", "2"]);
    assert_eq!(read(), first);
}

#[test]
fn a_rating_by_hand_wins_until_it_expires() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "Id,Name,E-mail,Manual rating,Rated on,Rating valid until,Last modified\n\
         1,Ana Kirova,ana@kirova.example,1,2026-04-18,,2026-10-01\n\
         2,Jan Nowak,jan@nowak.example,1,2026-04-17,,2026-10-01\n\
         3,Eva Braun,eva@braun.example,1,2020-01-01,2026-10-15,2026-10-01\n\
         4,Otto Lang,otto@lang.example,1,2026-10-01,2026-10-14,2026-10-01\n\
         5,Ida Kern,ida@kern.example,1,,,2026-04-17\n\
         6,Uwe Kuhn,,2,,,\n",
    );
    let pipeline = "as_of = \"2026-10-15\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[dedupe]\nenabled = false\n\
                    [score]\nmanual_for = \"180 days\"\n[[score.criterion]]\nname = \"mail\"\nwhen = \"email IS NOT NULL\"\n";
    workdir.file("p.toml", pipeline);
    workdir.succeed(&["run", "p.toml"]);
    let leads = workdir.table("out/p/leads.csv");
    let told = |name: &str| {
        let lead = leads.iter().find(|row| row["full_name"] == name).unwrap();
        ["manual_stars", "auto_stars", "stars", "rating_type", "rating_expires_at"].map(|column| lead[column].as_str())
    };
    // 180 days before 2026-10-15 is 2026-04-18.
    let cases = [
        ("Ana Kirova", ["1", "5", "1", "manual", "2026-10-15"]),
        ("Jan Nowak", ["1", "5", "5", "automatic", "2026-10-14"]),
        ("Eva Braun", ["1", "5", "1", "manual", "2026-10-15"]),
        ("Otto Lang", ["1", "5", "5", "automatic", "2026-10-14"]),
        ("Ida Kern", ["1", "5", "5", "automatic", "2026-10-14"]),
        ("Uwe Kuhn", ["2", "0", "2", "manual", ""]),
    ];
    for (name, expected) in cases {
        assert_eq!(told(name), expected, "{name}");
    }
    for (id, sentence) in [
        ("1", "the star given by hand counts until 2026-10-15"),
        ("2", "the star given by hand counted until 2026-10-14; the automatic ones do"),
        ("6", "the 2 stars given by hand count"),
    ] {
        let why = workdir.succeed(&["why", "out/p", id]).stdout;
        assert!(why.contains(sentence), "{sentence}: {why}");
        let json = workdir.succeed(&["why", "out/p", id, "--json"]).stdout;
        assert!(json.contains(sentence), "{sentence}: {json}");
    }
    // The table is an export, too: what comes out of it is the same.
    let again = pipeline.replace("leads.csv", "again.csv").replace("name = \"s\"", "name = \"s\"\ninfer = true");
    std::fs::copy(workdir.path("out/p/leads.csv"), workdir.path("again.csv")).unwrap();
    workdir.file("q.toml", format!("output = \"out/q\"\n{again}"));
    workdir.succeed(&["run", "q.toml"]);
    let shown = |table: &str| {
        let rows = workdir.table(table).into_iter();
        let mut rows: Vec<_> = rows
            .map(|row| (row["full_name"].clone(), row["manual_stars"].clone(), row["rating_expires_at"].clone()))
            .collect();
        rows.sort();
        rows
    };
    assert_eq!(shown("out/q/leads.csv"), shown("out/p/leads.csv"));
}
