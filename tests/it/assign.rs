//! Assigning as a user meets it: territories, languages, absences, accounts, weights, the queue.

use crate::workdir::{Row, Workdir};

/// Leads with all that assigning looks at; one pipeline file for the rules that a test adds.
fn project(rules: &str) -> Workdir {
    let workdir = Workdir::new();
    workdir
        .file(
            "leads.csv",
            "source_id,full_name,company,country,region,postcode,assigned_to\n\
             1,Ana Berg,Nord GmbH,Germany,Bayern,80331,\n\
             2,Bea Horn,Ost GmbH,DE,,D-80999,\n\
             3,Cem Kaya,Süd GmbH,DE,Bayern,90402,\n\
             4,Dora Weiss,West GmbH,DE,Berlin,10115,\n\
             5,Eva Novak,Gipfel AG,Austria,,8010,\n\
             6,Finn Ross,Isle Ltd,GB,,sw1a 1aa,\n\
             7,Gil Costa,Mar Lda,PT,,1100-048,\n\
             8,Hana Ito,,,,,\n",
        )
        .file(
            "owners.csv",
            "owner,email,capacity,languages,absent_until,absent_from,weight\n\
             anna,,,\"de, en\",,,3\n\
             jan,,,de en,,,1\n\
             eva,,,English,,,\n\
             rui,,,pt,2026-12-20..2027-01-06; 2027-03-01..2027-03-05,,\n",
        )
        .file(
            "p.toml",
            format!(
                "as_of = \"2026-11-22\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n\
                 [crm]\nowners = {{ path = \"owners.csv\" }}\n[dedupe]\nenabled = false\n{rules}"
            ),
        );
    workdir
}

/// `owner (reason)` of every lead by its first letter.
fn assigned(workdir: &Workdir) -> Vec<String> {
    let of = |rows: Vec<Row>, column: &'static str| {
        rows.into_iter().map(move |row| (row["lead_id"].clone(), row[column].clone()))
    };
    let names: std::collections::BTreeMap<_, _> = of(workdir.table("out/p/leads.csv"), "full_name").collect();
    let shown = |row: &Row| format!("{}: {} ({})", &names[&row["lead_id"]][..1], row["owner"], row["reason"]);
    let mut shown: Vec<String> = workdir.table("out/p/assignments.csv").iter().map(shown).collect();
    shown.sort();
    shown
}

#[test]
fn a_territory_table_gives_leads_to_the_most_exact_row() {
    let workdir = project("[[assign.rule]]\nname = \"Field\"\nterritory = \"territories.csv\"\n");
    // Headers in other words, German ones; a postcode as it is painted on envelopes; a name of a country.
    workdir.file(
        "territories.csv",
        "Land;Bundesland;PLZ;Betreuer\n\
         Deutschland;;;anna\n\
         DE;;D-80;jan\n\
         DE;;803*;eva\n\
         DE;BAYERN;;Rui\n\
         AT;;;\"anna; jan\"\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(
        assigned(&workdir),
        [
            "A: eva (rule: Field, territory DE 803)",
            "B: jan (rule: Field, territory DE 80)",
            "C: rui (rule: Field, territory DE BAYERN)",
            "D: anna (rule: Field, territory DE)",
            "E: anna (rule: Field, territory AT)",
            "F:  (Field has no territory for it)",
            "G:  (Field has no territory for it)",
            "H:  (Field has no territory for it)",
        ]
    );
    // The table is an input of the run like any other.
    let inputs = workdir.summary("out/p")["inputs"].clone();
    let shown: Vec<&str> = inputs.as_array().unwrap().iter().map(|input| input["file"].as_str().unwrap()).collect();
    assert!(shown.contains(&"territories.csv"), "{shown:?}");
    let told = workdir.succeed(&["explain", "p.toml"]);
    assert!(
        told.stdout.contains("Field: all leads -> 5 territories of territories.csv, round_robin"),
        "{}",
        told.stdout
    );
}

#[test]
fn a_territory_table_may_be_any_kind_of_file() {
    let rules =
        "[[assign.rule]]\nname = \"Field\"\nterritory = { path = \"map.json\", fields = { owner = \"rep\" } }\n";
    let workdir = project(rules);
    workdir.file("map.json", r#"[{"country": "DE", "postcode": "8", "rep": "jan"}, {"country": null, "rep": "eva"}]"#);
    workdir.succeed(&["run", "p.toml"]);
    let found = assigned(&workdir);
    assert_eq!(found[0], "A: jan (rule: Field, territory DE 8)");
    assert_eq!(found[7], "H: eva (rule: Field, territory rest of the world)");
}

#[test]
fn what_is_wrong_in_a_territory_table_is_told_by_line() {
    let workdir = project("[[assign.rule]]\nname = \"Field\"\nterritory = \"territories.csv\"\n");
    workdir.file(
        "territories.csv",
        "country,region,postcode,owner\n\
         DE,,80,ann\n\
         Narnia,,,anna\n\
         ,,80,anna\n\
         DE,,80,\n\
         DE,,--,anna\n\
         AT,,,anna\n\
         at,,,ANNA\n\
         FR,,,jan;jan\n",
    );
    let told = workdir.run(&["check", "p.toml"]);
    assert_eq!(told.code, 2);
    let messages = [
        "territories.csv, line 2: `ann` is not in the owners file",
        "territories.csv, line 3: `Narnia` is not a country",
        "territories.csv, line 4: a postcode without a country could be anywhere",
        "territories.csv, line 5: the territory has no owner",
        "territories.csv, line 6: `--` is not how a postcode begins",
        "territories.csv, line 8: `anna` has AT already, by territories.csv, line 7; the row changes nothing",
        "territories.csv, line 9: `jan` stands twice in this row, and counts once",
        "did you mean `anna`?",
        "5 errors, 2 warnings",
    ];
    let out = format!("{}{}", told.stdout, told.stderr);
    for message in messages {
        assert!(out.contains(message), "{message}\n{out}");
    }

    // With a default country a table of one country needs no column for it.
    let rules = "[standardize]\ndefault_country = \"de\"\n[[assign.rule]]\nname = \"Field\"\nterritory = \"t.csv\"\n";
    let workdir = project(rules);
    workdir.file("t.csv", "plz,owner\n80,jan\n");
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(assigned(&workdir)[0], "A: jan (rule: Field, territory DE 80)");
}

#[test]
fn leads_go_to_who_speaks_their_language_and_is_there() {
    let rules = "[[assign.rule]]\nname = \"By language\"\nlanguages = true\nby = \"least_loaded\"\n";
    let workdir = project(rules);
    workdir.succeed(&["run", "p.toml", "--set", "assign.fallback=\"desk\""]);
    let found = assigned(&workdir);
    assert_eq!(found[6], "G: rui (rule: By language)", "{found:?}");
    assert_eq!(found[7], "H: desk (fallback: By language does not know its language)");
    assert!(found[..5].iter().all(|lead| lead.contains("anna") || lead.contains("jan")), "{found:?}");

    // Over Christmas, and in the week of carnival, nobody speaks Portuguese.
    for (day, there) in [("2026-12-19", true), ("2026-12-20", false), ("2027-01-07", true), ("2027-03-05", false)] {
        workdir.succeed(&["run", "p.toml", "--as-of", day]);
        let expected = match there {
            true => "G: rui (rule: By language)",
            false => "G:  (all of the owners who speak pt absent or at capacity)",
        };
        assert_eq!(assigned(&workdir)[6], expected, "{day}");
    }
}

#[test]
fn weights_stand_in_the_rule_or_in_the_owners_file() {
    let count = |workdir: &Workdir| {
        ["anna", "jan"].map(|name| {
            let load = workdir.table("out/p/reports/owner_load.csv");
            load.iter().find(|row| row["owner"] == name).unwrap()["given"].parse::<u32>().unwrap()
        })
    };
    let workdir = project("[[assign.rule]]\nname = \"all\"\nto = [\"anna\", \"jan\"]\nby = \"weighted\"\n");
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(count(&workdir), [6, 2], "3 to 1 by the owners file");
    let workdir = project("[[assign.rule]]\nname = \"all\"\nweights = { anna = 1, jan = 7 }\n");
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(count(&workdir), [1, 7]);
}

#[test]
fn leads_of_one_account_stay_together() {
    let workdir = Workdir::new();
    workdir
        .file(
            "leads.csv",
            "source_id,full_name,company,website,assigned_to,existing_account_id\n\
             1,Ana Berg,Acme Inc.,,,\n2,Bea Horn,ACME,,,\n3,Cem Kaya,Beta GmbH,beta.de,jan,\n4,Dora Weiss,Beta,,,\n\
             5,Eva Novak,Gamma,,,\n6,Finn Ross,Gamma Ltd,,,\n7,Gil Costa,Other,,,A1\n",
        )
        .file("accounts.csv", "account_id,company,owner\nA1,Acme,eva\n")
        .file("owners.csv", "owner,email\nanna,\njan,\neva,\n")
        .file(
            "p.toml",
            "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[dedupe]\nenabled = false\n[crm]\n\
             owners = { path = \"owners.csv\" }\naccounts = { path = \"accounts.csv\" }\n\
             [assign]\nsticky = \"account\"\n[[assign.rule]]\nname = \"all\"\nto = [\"anna\", \"jan\"]\n",
        );
    workdir.succeed(&["run", "p.toml"]);
    let found = assigned(&workdir);
    for at in [0, 1, 6] {
        assert!(found[at].ends_with(": eva (owner of account A1)"), "{found:?}");
    }
    assert_eq!(found[2], "C: jan (kept)");
    assert!(found[3].starts_with("D: jan (same account as L"), "{found:?}");
    let owner = |text: &str| text[3..7].to_owned();
    assert_eq!(owner(&found[4]), owner(&found[5]));
    assert!(found[4..6].iter().any(|lead| lead.contains("same account as L")), "{found:?}");
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_change_nothing() {
    let header = "source_id,full_name,company,country,postcode\n";
    let countries = ["DE", "AT", "PT", "GB", ""];
    let row =
        |at: usize| format!("{at},Lead {at},Firm {},{},{}\n", at % 17, countries[at % 5], 10_000 + at * 37 % 90_000);
    let rules = "[assign]\nsticky = \"account\"\nfallback = \"desk\"\n\
         [[assign.rule]]\nname = \"Field\"\nterritory = \"t.csv\"\nby = \"weighted\"\n\
         [[assign.rule]]\nname = \"By language\"\nlanguages = true\nby = \"least_loaded\"\n";
    let run = |rows: Vec<usize>, threads: &str| {
        let workdir = project(rules);
        workdir.file("leads.csv", header.to_owned() + &rows.into_iter().map(row).collect::<String>());
        workdir.file("t.csv", "country,postcode,owner\nDE,1,anna;jan\nDE,,jan\nAT,,anna; jan; eva\n");
        workdir.succeed(&["run", "p.toml", "--threads", threads]);
        std::fs::read_to_string(workdir.path("out/p/assignments.csv")).unwrap()
    };
    let expected = run((0..300).collect(), "1");
    assert_eq!(run((0..300).rev().collect(), "4"), expected);
    assert_eq!(run((0..300).map(|at| at * 7 % 300).collect(), "2"), expected);
}
