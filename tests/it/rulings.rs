//! Points that were once open, held to what was settled.

use std::collections::BTreeMap;

use crate::workdir::Workdir;

/// A column of `leads` by full name.
fn by_name(workdir: &Workdir, column: &str) -> BTreeMap<String, String> {
    let leads = workdir.table("out/p/leads.csv");
    leads.into_iter().map(|row| (row["full_name"].clone(), row[column].clone())).collect()
}

#[test]
fn an_unknown_owner_is_cleared_on_its_row_before_the_merge() {
    let workdir = Workdir::new();
    workdir
        .file("owners.csv", "owner,email\nanna,anna@x.example\neva,eva@x.example\n")
        .file(
            "leads.csv",
            "source_id,full_name,email,assigned_to,modified_at\n\
             u1,Maria Ivanova,m@iv.example,ghost,2026-10-10\n\
             u2,Maria Ivanova,m@iv.example,EVA@X.EXAMPLE,2026-10-01\n",
        )
        .file(
            "p.toml",
            "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[crm]\nowners = { path = \"owners.csv\" }\n\
             [[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n[[assign.rule]]\nname = \"all\"\nto = [\"anna\"]\n",
        );
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(by_name(&workdir, "assigned_to")["Maria Ivanova"], "eva");
    let findings = workdir.table("out/p/findings.csv");
    let unknown: Vec<_> = findings.iter().filter(|row| row["code"] == "unknown_owner").collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!((unknown[0]["line"].as_str(), unknown[0]["text"].as_str()), ("2", "ghost"));
}

#[test]
fn a_case_sensitive_rule_tells_cases_apart() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "source_id,full_name,Badge\n1,Ana Kirova,ab1\n2,Wilhelm Oduya,AB1\n3,Jon Berg,ab1\n4,Eva Marin,\n5,Ivo Radev,\n",
    );
    let run = |options: &str| {
        workdir.file(
            "p.toml",
            format!(
                "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[[dedupe.rule]]\nname = \"badge\"\nsame = [\"Badge\"]\n{options}"
            ),
        );
        workdir.succeed(&["run", "p.toml"]);
        let mut members: Vec<String> =
            workdir.table("out/p/leads.csv").into_iter().map(|row| row["members"].clone()).collect();
        members.sort();
        members.join(" ")
    };
    assert_eq!(run("case_sensitive = false\n"), "1 1 3");
    assert_eq!(run("case_sensitive = true\n"), "1 1 1 2");
    assert_eq!(run("case_sensitive = true\nignore_blanks = false\n"), "1 2 2");
    assert_eq!(run("published = false\n"), "1 1 1 1 1");
}

#[test]
fn edits_set_clean_values_and_known_owners() {
    let workdir = Workdir::new();
    workdir.file("owners.csv", "owner,email\nanna,\n").file("leads.csv", "source_id,full_name\n1,Ana Kirova\n");
    let pipeline = |set: &str| {
        format!(
            "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[crm]\nowners = {{ path = \"owners.csv\" }}\n\
             [[edit]]\nset = {{ {set} }}\n[[edit]]\nwhere = \"country = 'DE'\"\nset = {{ city = \"Köln\" }}\n"
        )
    };
    workdir.file("p.toml", pipeline("country = \"Germany\", email = \"NEW@Firma.example\""));
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(by_name(&workdir, "city")["Ana Kirova"], "Köln");
    assert_eq!(by_name(&workdir, "email")["Ana Kirova"], "new@firma.example");
    for set in ["country = \"Bulgariaa\"", "email = \"not a mail\"", "phone = \"abc\"", "assigned_to = \"nobody\""] {
        workdir.file("p.toml", pipeline(set));
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2, "{set}: {}", ran.stderr);
        assert!(ran.stderr.contains("p.toml:7:"), "{set}: {}", ran.stderr);
    }
}

#[test]
fn inputs_must_not_lie_in_the_output_folder() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "source_id,full_name,email\n1,Ana Kirova,a@b.example\n2,Ana Kirova,a@b.example\n");
    let source = "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n";
    workdir.file("p.toml", source);
    workdir.succeed(&["run", "p.toml"]);
    workdir.file("p.toml", format!("{source}[dedupe]\ndecisions = \"out/p/review.csv\"\n"));
    let ran = workdir.run(&["check", "p.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("copy a filled-in review file out of the output folder"), "{}", ran.stderr);
    workdir.file("p.toml", "[[source]]\nname = \"s\"\npath = \"out/**/leads.csv\"\n");
    assert_eq!(workdir.run(&["check", "p.toml"]).code, 2);
}

#[test]
fn a_header_without_names_is_found_before_the_run() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "Export of leads 2026-10-01,,\nRecord ID,Colour,Size\n1,red,3\n");
    workdir.file("p.toml", "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n");
    let ran = workdir.run(&["check", "p.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no column of leads.csv is a name"), "{}", ran.stderr);
}

#[test]
fn the_share_of_rejects_is_exact() {
    let workdir = Workdir::new();
    let rows = |bad: usize| {
        let good = (bad..100).map(|row| format!("{row},Ana Kirova{row}\n"));
        let bad = (0..bad).map(|row| format!("{row},\n"));
        format!("source_id,full_name\n{}{}", good.collect::<String>(), bad.collect::<String>())
    };
    let pipeline =
        "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[load]\nmax_rejects = \"29%\"\n[dedupe]\nenabled = false\n";
    workdir.file("leads.csv", rows(29)).file("p.toml", pipeline);
    workdir.succeed(&["run", "p.toml"]);
    workdir.file("leads.csv", rows(30));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("30 of 100 rows were rejected") && ran.stderr.contains("allows 29%"), "{}", ran.stderr);
}

#[test]
fn ties_of_a_query_are_broken_the_same_way_every_time() {
    let workdir = Workdir::with_samples();
    let report = "\n[[report]]\nname = \"Cities\"\nsql = \"SELECT city, COUNT(*) AS n FROM leads GROUP BY city ORDER BY n DESC LIMIT 30\"\n";
    let pipeline = std::fs::read_to_string(workdir.path("pipelines/nightly_dedupe.toml")).unwrap();
    workdir.file("pipelines/nightly_dedupe.toml", pipeline + report);
    let cities = || {
        workdir.succeed(&["run", "pipelines/nightly_dedupe.toml"]);
        std::fs::read_to_string(workdir.path("out/nightly_dedupe/reports/cities.csv")).unwrap()
    };
    let first = cities();
    assert_eq!(first.lines().count(), 31);
    for _ in 0..4 {
        assert_eq!(cities(), first);
    }
}

#[test]
fn custom_columns_may_be_called_like_comparisons_and_results() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "source_id,full_name,email,street,plz,circle,address,reasons_for,file_reasons_for\n\
         1,Ana Kirova,a@b.example,Main 1,1000,x,y,one,two\n2,Ana Kirova,a@b.example,Main 1,1000,x,y,one,two\n",
    );
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = { street = \"street\" }\n\
         [dedupe]\ncompare = [{ field = \"circle\" }, { field = \"address\" }]\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    let members = workdir.table("out/p/lead_members.csv");
    assert_eq!(members.len(), 2);
    for row in members {
        let texts: Vec<&str> = row.values().map(String::as_str).collect();
        assert!(texts.contains(&"one") && texts.contains(&"two"), "no column is lost: {row:?}");
    }
    let links = workdir.table("out/p/links.csv");
    assert_eq!(links.len(), 1);
    for column in ["level_circle (column)", "level_address (column)", "level_address"] {
        assert!(links[0].contains_key(column), "{column}: {links:?}");
    }
}

#[test]
fn a_comparison_has_a_bearable_number_of_levels() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "source_id,full_name\n1,Ana Kirova\n");
    let check = |levels: usize| {
        let levels: Vec<String> = (1..=levels).map(|most| format!("\"levenshtein <= {most}\"")).collect();
        let compare = format!("[dedupe]\ncompare = [{{ field = \"full_name\", levels = [{}] }}]\n", levels.join(", "));
        workdir.file("p.toml", format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{compare}"));
        workdir.run(&["check", "p.toml"])
    };
    assert_eq!(check(50).code, 0);
    let refused = check(300);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("300 levels are too many: at most 50"), "{}", refused.stderr);
}
