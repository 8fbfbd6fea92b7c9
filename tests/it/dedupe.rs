//! `leadmill dedupe`: a table in, duplicates out, and no pipeline file.

use std::collections::BTreeMap;

use crate::labelled::precision_and_recall;
use crate::workdir::{Workdir, repository, rows};

/// F1 of the pairs of an output folder against labels.
fn f1(workdir: &Workdir, output: &str, truth: &str) -> f64 {
    let labels = rows(&repository().join(truth));
    let labels: BTreeMap<String, String> =
        labels.into_iter().map(|row| (row["id"].clone(), row["cluster"].clone())).collect();
    let members = workdir.table(&format!("{output}/lead_members.csv"));
    let found: BTreeMap<String, String> =
        members.into_iter().map(|row| (row["source_id"].clone(), row["lead_id"].clone())).collect();
    assert_eq!(found.len(), labels.len());
    let (precision, recall) = precision_and_recall(&labels, &found);
    2.0 * precision * recall / (precision + recall)
}

#[test]
fn duplicates_are_found_without_a_word_about_the_columns() {
    let workdir = Workdir::with_samples();
    for (name, least) in [("febrl1", 0.99), ("fake_1000", 0.85)] {
        let ran = workdir.succeed(&["dedupe", &format!("tests/data/{name}.csv"), "--id", "id", "--out", name]);
        assert!(ran.stderr.contains("a table of persons") && ran.stderr.contains("because"), "{}", ran.stderr);
        let found = f1(&workdir, name, &format!("tests/data/{name}_truth.csv"));
        assert!(found >= least, "{name}: {found}");
    }
}

#[test]
fn headers_that_say_nothing_do_little_harm() {
    let workdir = Workdir::with_samples();
    let text = std::fs::read_to_string(workdir.path("tests/data/febrl1.csv")).unwrap();
    let rows = text.split_once('\n').unwrap().1;
    workdir.file("plain.csv", format!("key,a1,a2,a3,a4,a5,a6,a7,a8,a9,a10\n{rows}"));
    workdir.succeed(&["dedupe", "plain.csv", "--id", "key", "--out", "plain"]);
    let found = f1(&workdir, "plain", "tests/data/febrl1_truth.csv");
    assert!(found >= 0.98, "{found}");
}

#[test]
fn the_emitted_pipeline_gives_the_same() {
    let workdir = Workdir::with_samples();
    let verb = ["dedupe", "tests/data/fake_1000.csv", "--id", "id", "--out", "verb", "--emit", "pipelines/found.toml"];
    workdir.succeed(&verb);
    workdir.succeed(&["check", "pipelines/found.toml"]);
    std::fs::rename(workdir.path("verb"), workdir.path("kept")).unwrap();
    workdir.succeed(&["run", "pipelines/found.toml"]);
    for table in ["lead_members.csv", "links.csv", "lead_members.parquet", "links.parquet"] {
        let read = |folder: &str| std::fs::read(workdir.path(folder).join(table)).unwrap();
        assert!(read("kept") == read("verb"), "{table}");
    }
}

#[test]
fn only_the_tables_asked_for_are_written() {
    let workdir = Workdir::with_samples();
    let base = ["dedupe", "tests/data/fake_1000.csv", "--id", "id", "--out"];
    workdir.succeed(&[&base[..], &["all"]].concat());
    for (folder, asked, expected) in [
        ("one", &["--tables", "lead_members"][..], &["lead_members"][..]),
        ("two", &["--tables", "links,leads"], &["leads", "links"]),
        ("again", &["--tables", "links", "--tables", "model"], &["links", "model"]),
    ] {
        workdir.succeed(&[&base[..], &[folder], asked].concat());
        let mut names: Vec<String> = std::fs::read_dir(workdir.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !matches!(name.as_str(), "model.json" | "pipeline.toml" | "run.json"))
            .collect();
        names.sort();
        let files = expected.iter().flat_map(|name| [format!("{name}.csv"), format!("{name}.parquet")]);
        assert_eq!(names, files.collect::<Vec<_>>(), "{folder}");
        for name in expected {
            let read = |folder: &str| std::fs::read(workdir.path(&format!("{folder}/{name}.csv"))).unwrap();
            assert!(read(folder) == read("all"), "{folder}: {name}");
        }
        let run: serde_json::Value =
            serde_json::from_slice(&std::fs::read(workdir.path(&format!("{folder}/run.json"))).unwrap()).unwrap();
        assert_eq!(run["tables"].as_array().unwrap().len(), expected.len(), "{folder}");
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let workdir = Workdir::with_samples();
    let text = std::fs::read_to_string(workdir.path("tests/data/fake_1000.csv")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    workdir.file("a/people.csv", &text).file("b/people.csv", lines.join("\n"));
    for folder in ["a", "b"] {
        workdir.succeed(&["dedupe", &format!("{folder}/people.csv"), "--id", "id", "--out", &format!("out_{folder}")]);
    }
    let clusters = |folder: &str| -> BTreeMap<String, String> {
        let members = workdir.table(&format!("out_{folder}/lead_members.csv"));
        members.into_iter().map(|row| (row["source_id"].clone(), row["lead_id"].clone())).collect()
    };
    assert_eq!(clusters("a"), clusters("b"));
}

const SHOP: &str = "no,titel,hersteller,preis\n\
                    1,Pocket Camera 300,Nordwind GmbH,\"149,00\"\n\
                    2,Toaster TX9 with two slots,Casa Luna,29\n\
                    3,Garden Chair Verde,Alfa,59\n";
const MARKET: &str = "sku;product name;brand;price\n\
                      A;Pocket Camera 300;Nordwind;148.95\n\
                      B;Toaster TX9, two slots;Casa Luna;29.00\n\
                      C;Desk Lamp Orion;Bright;19.00\n";

#[test]
fn tables_of_other_headers_and_dialects_meet() {
    let workdir = Workdir::new();
    workdir.file("shop.csv", SHOP).file("market.csv", MARKET);
    let ran = workdir.succeed(&[
        "dedupe",
        "shop.csv",
        "market.csv",
        "--link",
        "--clean",
        "shop",
        "--id",
        "no",
        "--id",
        "sku",
        "--out",
        "linked",
    ]);
    assert!(ran.stderr.contains("a table of products") && !ran.stderr.contains("No --id"), "{}", ran.stderr);
    let members = workdir.table("linked/lead_members.csv");
    assert_eq!(members.len(), 6);
    let lead = |id: &str| &members.iter().find(|row| row["source_id"] == id).unwrap()["lead_id"];
    assert_eq!(lead("1"), lead("A"), "the camera is in both shops");
    assert_eq!(lead("2"), lead("B"), "the toaster, too");
    assert_ne!(lead("3"), lead("C"));
    let leads = workdir.table("linked/leads.csv");
    assert_eq!(leads.iter().filter(|row| row["titel"] == "Pocket Camera 300").count(), 1, "{leads:?}");
    let sources: Vec<&str> = members.iter().map(|row| row["source"].as_str()).collect();
    assert!(sources.contains(&"shop") && sources.contains(&"market"));
}

#[test]
fn a_dry_run_only_tells() {
    let workdir = Workdir::new();
    workdir.file(
        "a.csv",
        "id,mail,when made\n1,a@b.bg,2026-01-01 10:00\n2,c@d.bg,2026-01-02 11:00\n3,e@f.bg,2026-01-02 11:00\n",
    );
    let ran = workdir.succeed(&["dedupe", "a.csv", "--dry-run", "--role", "mail=email", "--ignore", "when made"]);
    assert!(
        ran.stderr.contains("--role") && ran.stderr.contains("--ignore") && ran.stdout.is_empty(),
        "{}",
        ran.stderr
    );
    assert_eq!(std::fs::read_dir(workdir.path("")).unwrap().count(), 1);
}

#[test]
fn what_is_wrong_is_said_before_anything_runs() {
    let workdir = Workdir::new();
    workdir
        .file("a.csv", "ident,name\n1,Ana\n2,Ivan\n")
        .file("empty.csv", "")
        .file("bare.csv", "id,name\n")
        .file("other.csv", "key,name\n1,Ana\n");
    let cases: &[(&[&str], &str)] = &[
        (&["a.csv", "--id", "idnt"], "did you mean `ident`?"),
        (&["a.csv", "other.csv", "--id", "ident"], "other.csv has no column `ident`"),
        (&["a.csv", "--source", "nowhere"], "its columns are ident, name"),
        (&["a.csv", "--role", "name=frist_name"], "did you mean `first_name`?"),
        (&["a.csv", "--role", "nme=text"], "did you mean `name`?"),
        (&["a.csv", "--role", "name"], "COLUMN=ROLE"),
        (&["a.csv", "--ignore", "nam"], "did you mean `name`?"),
        (&["a.csv", "--clean", "b"], "there is no source `b`"),
        (&["a.csv", "--link"], "two sources"),
        (&["a.csv", "--match-at", "1.5"], "0 to 1"),
        (&["a.csv", "--tables", "links,lead_membrs"], "no output table `lead_membrs`; did you mean `lead_members`?"),
        (&["a.csv", "--tables", "accounts"], "the tables are leads, lead_members, links, review, verdicts, model,"),
        (&["a.csv", "--tables", ""], "no output table ``"),
        (&["empty.csv"], "no header line"),
        (&["bare.csv"], "no rows"),
        (&["none.csv"], "no file `none.csv`"),
        (&["*.parquet"], "no file matches"),
        (&[], "INPUT"),
    ];
    for (arguments, sentence) in cases {
        let arguments: Vec<&str> = ["dedupe"].iter().chain(*arguments).chain(&["--out", "out"]).copied().collect();
        let ran = workdir.run(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(sentence), "{arguments:?}: {}", ran.stderr);
        assert!(!workdir.path("out").exists());
    }
}

#[test]
fn sources_told_apart_by_a_column_are_known_by_name() {
    let workdir = Workdir::new();
    workdir.file("a.csv", "id,origin,email\n1,crm,a@b.bg\n2,web,a@b.bg\n3,web,c@d.bg\n");
    let base = ["dedupe", "a.csv", "--id", "id", "--out", "out", "--source", "origin", "--link"];
    workdir.succeed(&base);
    let ran = workdir.run(&[&base[..], &["--clean", "crn"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did you mean `crm`?"), "{}", ran.stderr);
}

#[test]
fn where_no_column_tells_rows_apart_the_reasons_are_shown() {
    let workdir = Workdir::new();
    workdir.file("a.csv", format!("id,email\n{}", "7,a@b.bg\n".repeat(50)));
    let ran = workdir.run(&["dedupe", "a.csv", "--out", "out"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("the same in every row") && ran.stderr.contains("--role COLUMN=ROLE"),
        "{}",
        ran.stderr
    );
    let ran = workdir.run(&["dedupe", "a.csv", "--out", "out", "--quiet"]);
    assert!(ran.code == 2 && !ran.stderr.contains("the same in every row"), "{}", ran.stderr);
}

#[test]
fn a_file_that_two_arguments_stand_for_is_read_once() {
    let workdir = Workdir::new();
    workdir.file("in/a.csv", "id,email\n1,a@b.bg\n2,c@d.bg\n");
    workdir.succeed(&["dedupe", "in", "in/a.csv", "./in/*.csv", "--out", "out"]);
    assert_eq!(workdir.table("out/lead_members.csv").len(), 2);
}

#[test]
fn more_files_than_there_can_be_sources_are_a_fault() {
    let workdir = Workdir::new();
    workdir.file("in/0.csv", "id,email\n1,a@b.bg\n");
    for file in 1..=65_000 {
        std::fs::write(workdir.path(&format!("in/{file}.csv")), "").unwrap();
    }
    let ran = workdir.run(&["dedupe", "in", "--out", "out"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("65001 files") && ran.stderr.contains("at most 65000"), "{}", ran.stderr);
}

#[test]
fn cells_and_headers_of_any_kind_are_read() {
    let workdir = Workdir::new();
    let marks = "\u{301}".repeat(9);
    let names = ["Ana Ilieva", "Ана Илиева", "محمد علي", "王小明", "😀🎉 👩‍👩‍👧‍👦", "ß ﬁ İ ŉ", "\u{202e}dlanoD", &marks];
    let cells = |row: usize| {
        let name = names[row % names.len()];
        format!(
            "{row},{name} {},\"{name}\n{row}\",٠١٢٣{row},{name}@{name}.bg,{},{name}",
            row / 16,
            "x".repeat(row * 500)
        )
    };
    let rows: Vec<String> = (0..64).map(cells).collect();
    // Names of our own columns, a name twice, a name of nothing, one that looks like a pattern, one that breaks the line.
    let header = "row_id,name,address,phone,email,\"lead_id\nmembers\",^.*$,";
    workdir.file("a.csv", format!("{header}\n{}\n", rows.join(",\n")));
    workdir.file("b.csv", format!("name,name,,lead_id,source,cluster,weight_name\n{}\n", rows.join("\n")));
    for file in ["a.csv", "b.csv"] {
        workdir.succeed(&["dedupe", file, "--out", "out", "--emit", "pipelines/found.toml"]);
        assert_eq!(workdir.table("out/lead_members.csv").len(), 64, "{file}");
        workdir.succeed(&["run", "pipelines/found.toml"]);
    }
}

#[test]
fn a_lead_of_a_duplicate_run_goes_by_the_halves_of_its_name() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["dedupe", "tests/data/fake_1000.csv", "--id", "id", "--out", "out"]);
    let told = workdir.succeed(&["why", "out", "10"]);
    let first = told.stdout.lines().next().unwrap_or_default();
    assert!(first.split("  ").nth(1).is_some_and(|name| name.contains(' ')), "{}", told.stdout);
    assert!(!told.stdout.lines().any(|line| line.ends_with(' ')), "{:?}", told.stdout);
}

/// Every cell has several addresses and numbers, headers say nothing, and the rows of a person share only the address
/// that stands second.
#[test]
fn duplicates_that_share_only_a_second_address_are_found() {
    const GIVEN: [&str; 10] = ["Ana", "Jan", "Maria", "Peter", "Eva", "Karl", "Ida", "Otto", "Nina", "Paul"];
    const FAMILY: [&str; 8] = ["Kirova", "Nowak", "Braun", "Lang", "Kern", "Vogel", "Petrov", "Rossi"];
    let mut text = String::from("key,c1,c2,c3\n");
    for n in 0..120 {
        let (given, family) = (GIVEN[n % 10], FAMILY[n / 3 % 8]);
        let shared = format!("{family}.{n}@mail.com");
        let number = |seed: usize| 100_000 + (n + 1) * seed % 899_999;
        let (a, b) = (number(104_729), number(7_919));
        text += &format!("{n}a,work: {given}{n}@acme{}.com; {shared},+359 2 9{a}; 0888 {b},{given} {family}\n", n % 7);
        if n % 3 == 0 {
            let (a, b) = (number(15_485_863), number(3_571));
            text += &format!(
                "{n}b,\"{given} <{n}@home{}.org>, {family} <{shared}>\",mobile: 0877 {a} / office: +359 32 {b},\
                 {given} {family}\n",
                n % 5
            );
        }
    }
    let workdir = Workdir::new();
    workdir.file("several.csv", text);
    let shown = workdir.succeed(&["profile", "several.csv", "--json"]).stdout;
    let told: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let is: Vec<&str> =
        told[0]["columns"].as_array().unwrap().iter().map(|column| column["is"].as_str().unwrap()).collect();
    assert_eq!(is, ["id", "email", "phone", "full_name"]);

    workdir.succeed(&["dedupe", "several.csv", "--id", "key", "--out", "out"]);
    let lead: BTreeMap<String, String> = workdir
        .table("out/lead_members.csv")
        .into_iter()
        .map(|row| (row["source_id"].clone(), row["lead_id"].clone()))
        .collect();
    assert_eq!(lead.len(), 160);
    let apart: Vec<usize> = (0..120).step_by(3).filter(|n| lead[&format!("{n}a")] != lead[&format!("{n}b")]).collect();
    assert!(apart.is_empty(), "{apart:?}");
    let leads: std::collections::BTreeSet<&String> = lead.values().collect();
    assert_eq!(leads.len(), 120);
}
