//! Every pipeline under `pipelines/` runs as it stands, and the sample campaign's outputs hold together.

use std::collections::{BTreeMap, BTreeSet};

use crate::workdir::{Row, Workdir, repository, rows};

fn pipelines() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(repository().join("pipelines"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_pipeline_checks_explains_and_runs() {
    let workdir = Workdir::with_samples();
    assert!(pipelines().len() >= 3);
    for name in pipelines() {
        let file = format!("pipelines/{name}");
        workdir.succeed(&["check", &file]);
        let tested = workdir.succeed(&["test", &file]);
        assert!(tested.stdout.starts_with("ok "), "{}", tested.stdout);
        let explained = workdir.succeed(&["explain", &file]);
        assert!(explained.stdout.contains("dedupe: "), "{}", explained.stdout);
        let output = workdir.path("out").join(name.trim_end_matches(".toml"));
        assert!(!output.exists(), "check and explain write nothing");
        workdir.succeed(&["run", &file]);
        assert!(output.join("run.json").exists());
    }
}

fn column<'a>(rows: &'a [Row], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

#[test]
fn the_campaign_loses_no_row_and_explains_every_score() {
    let workdir = Workdir::with_samples();
    let ran = workdir.succeed(&["run", "pipelines/campaign.toml", "--json"]);
    let table = |name: &str| workdir.table(&format!("out/campaign/{name}.csv"));

    // Conservation, from the outside: the usable rows of the truth file are members, the broken ones are rejects.
    let members = table("lead_members");
    let truth = rows(&repository().join("sample_data/truth.csv"));
    let member_ids: BTreeSet<&str> = column(&members, "source_id").into_iter().collect();
    let labelled: BTreeSet<&str> = column(&truth, "id").into_iter().collect();
    assert_eq!(member_ids, labelled);
    let rejects = table("rejects");
    let expected: BTreeSet<(String, String)> = rows(&repository().join("sample_data/broken_rows.csv"))
        .into_iter()
        .filter(|row| row["expected"].starts_with("reject"))
        .map(|row| (format!("sample_data/{}", row["file"]), row["line"].clone()))
        .collect();
    let found: BTreeSet<(String, String)> =
        rejects.iter().map(|row| (row["file"].clone(), row["line"].clone())).collect();
    assert_eq!(found, expected);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(summary["load"]["rows"], members.len() + rejects.len());

    // Scores are the sums of their ledger, in ten-thousandths.
    let exact = |text: &str| -> i64 { (text.parse::<f64>().unwrap() * 10_000.0).round() as i64 };
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in table("score_ledger") {
        *sums.entry(row["lead_id"].clone()).or_default() += exact(&row["points"]);
    }
    let leads = table("leads");
    for lead in &leads {
        assert_eq!(sums[&lead["lead_id"]], exact(&lead["score"]), "{}", lead["lead_id"]);
    }

    // Every decision is one of a closed list, and every record points to a lead.
    let ids: BTreeSet<&str> = column(&leads, "lead_id").into_iter().collect();
    assert_eq!(ids.len(), leads.len());
    let of_leads = [
        "accounts",
        "contacts",
        "opportunities",
        "opportunity_lines",
        "opportunity_notes",
        "contact_points",
        "activities",
    ];
    for name in of_leads {
        for row in table(name) {
            assert!(ids.contains(row["lead_id"].as_str()), "{name}: {row:?}");
        }
    }
    let qualified: BTreeSet<String> = table("decisions")
        .into_iter()
        .filter(|row| row["decision"] == "qualified")
        .map(|row| row["lead_id"].clone())
        .collect();
    assert!(qualified.len() >= 20, "{}", qualified.len());
    for lead in &leads {
        if qualified.contains(&lead["lead_id"]) {
            assert_eq!(lead["status"], "qualified");
        }
        if lead["stage"] == "develop" {
            assert_eq!(lead["status"], "qualified", "only a qualified lead has an opportunity");
        }
    }
    assert!(!table("accounts").is_empty() && !table("contacts").is_empty() && !table("opportunities").is_empty());

    // Every invoice is there once, with its lead or a reason; what leads brought is the sum of theirs.
    let revenue = table("revenue");
    let invoices: Vec<&Row> = revenue.iter().filter(|row| row["document"] == "invoice").collect();
    assert_eq!(invoices.len(), rows(&repository().join("sample_data/invoices.csv")).len());
    for row in &revenue {
        assert!(row["lead_id"].is_empty() != row["reason"].is_empty(), "{row:?}");
        assert!(row["lead_id"].is_empty() || ids.contains(row["lead_id"].as_str()), "{row:?}");
    }
    let brought = |rows: &[Row]| -> i64 {
        let of_leads = rows.iter().filter(|row| !row["lead_id"].is_empty() && !row["revenue"].is_empty());
        of_leads.map(|row| exact(&row["revenue"])).sum()
    };
    assert_eq!(brought(&leads), brought(&revenue));

    // The three built-in reports count every lead once.
    for report in ["leads_by_owner", "leads_by_owner_and_rating", "leads_by_rating", "hot_leads_by_owner", "sources"] {
        assert!(workdir.path(&format!("out/campaign/reports/{report}.parquet")).exists(), "{report}");
    }
    for report in ["leads_by_owner", "leads_by_owner_and_rating", "leads_by_rating"] {
        let counts = table(&format!("reports/{report}"));
        let total: usize = counts.iter().map(|row| row["leads"].parse::<usize>().unwrap()).sum();
        assert_eq!(total, leads.len(), "{report}");
    }
}

#[test]
fn an_opt_out_of_any_row_reaches_the_golden_lead() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "id,first name,last name,email,opt out,modified at\n\
         1,Ana,Kirova,ana@kirova.example,yes,2026-01-01\n\
         2,Ana,Kirova,ana@kirova.example,no,2026-09-01\n\
         3,Jon,Berg,jon@berg.example,,2026-09-01\n",
    );
    workdir.file("p.toml", "[[source]]\nname = \"a\"\npath = \"leads.csv\"\nfields = { source_id = \"id\" }\n");
    workdir.succeed(&["run", "p.toml"]);
    let leads = workdir.table("out/p/leads.csv");
    let flags: Vec<_> =
        leads.iter().map(|row| (row["full_name"].as_str(), row["members"].as_str(), row["opt_out"].as_str())).collect();
    assert_eq!(flags.len(), 2, "{flags:?}");
    assert!(flags.contains(&("Ana Kirova", "2", "true")), "{flags:?}");
    assert!(flags.contains(&("Jon Berg", "1", "")), "{flags:?}");
}

#[test]
fn a_person_s_verdict_wins_over_the_model() {
    let workdir = Workdir::new();
    let rows = "id,first name,last name,email,phone\n\
         1,Ana,Kirova,ana@kirova.example,+359888123456\n\
         2,Ana,Kirova,ana@kirova.example,+359888123456\n\
         3,Jon,Berg,jon@berg.example,\n\
         4,Wilhelmina,Oduya,w@oduya.example,\n";
    workdir.file("leads.csv", rows);
    let pipeline = "[[source]]\nname = \"a\"\npath = \"leads.csv\"\nfields = { source_id = \"id\" }\n";
    workdir.file("p.toml", pipeline);
    workdir.succeed(&["run", "p.toml"]);
    let members = workdir.table("out/p/lead_members.csv");
    let row_id = |source_id: &str| {
        members.iter().find(|row| row["source_id"] == source_id).map(|row| row["row_id"].clone()).unwrap()
    };
    workdir.file(
        "decisions.csv",
        format!(
            "decision,left_id,right_id\ndistinct,{},{}\nmatch,{},{}\n,{},{}\nmatch,{},R0000000000000000\n",
            row_id("1"),
            row_id("2"),
            row_id("3"),
            row_id("4"),
            row_id("1"),
            row_id("4"),
            row_id("1")
        ),
    );
    workdir.file("p.toml", format!("{pipeline}[dedupe]\ndecisions = \"decisions.csv\"\n"));
    workdir.succeed(&["run", "p.toml"]);
    let lead: BTreeMap<String, String> = workdir
        .table("out/p/lead_members.csv")
        .into_iter()
        .map(|row| (row["source_id"].clone(), row["lead_id"].clone()))
        .collect();
    assert_ne!(lead["1"], lead["2"]);
    assert_eq!(lead["3"], lead["4"]);
    let links = workdir.table("out/p/links.csv");
    assert_eq!(links.iter().filter(|link| link["rule"] == "decision").count(), 2);
    let stale = workdir.table("out/p/findings.csv");
    assert!(
        stale.iter().any(|row| row["code"] == "stale_decision" && row["file"] == "decisions.csv" && row["line"] == "5")
    );
}

#[test]
fn what_people_see_of_the_sample_run() {
    let workdir = Workdir::with_samples();
    let ran = workdir.succeed(&["run", "pipelines/campaign.toml"]);
    insta::with_settings!({filters => vec![(r"\d+\.\d s\b", "[seconds]")]}, {
        insta::assert_snapshot!("summary", ran.stderr);
    });
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    for line in ran.stderr.lines().filter(|line| !line.ends_with(" s")) {
        assert!(readme.contains(line), "the README shows another run: {line}");
    }
    for report in ["leads_by_owner", "leads_by_rating", "hot_leads_by_owner", "sources"] {
        let path = workdir.path(&format!("out/campaign/reports/{report}.csv"));
        insta::assert_snapshot!(report, std::fs::read_to_string(path).unwrap());
    }
    // One lead in full: a merged one that qualified, the first by id.
    let merged = workdir
        .table("out/campaign/leads.csv")
        .into_iter()
        .find(|lead| lead["status"] == "qualified" && lead["stage"] == "develop" && lead["members"] != "1")
        .unwrap();
    let id = merged["lead_id"].clone();
    let mut shown = String::new();
    let mut show = |title: &str, rows: Vec<Row>| {
        for row in rows {
            let cells =
                row.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("  {name}: {value}\n"));
            shown.push_str(&format!("{title}\n{}", cells.collect::<String>()));
        }
    };
    show("lead", vec![merged]);
    let of_lead = |table: &str| -> Vec<Row> {
        let rows = workdir.table(&format!("out/campaign/{table}.csv"));
        rows.into_iter().filter(|row| row["lead_id"] == id).collect()
    };
    for table in [
        "lead_members",
        "score_ledger",
        "decisions",
        "contact_points",
        "contacts",
        "opportunities",
        "opportunity_notes",
    ] {
        show(table, of_lead(table));
    }
    insta::assert_snapshot!("a_lead_in_full", shown);
}

#[test]
fn parquet_has_exact_types_descriptions_and_the_run_s_hash() {
    use arrow::datatypes::{DataType, TimeUnit};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/campaign.toml"]);
    let file = std::fs::File::open(workdir.path("out/campaign/leads.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
    let value = |key: &str| metadata.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap();
    assert_eq!(value("leadmill.configuration"), workdir.summary("out/campaign")["configuration"].as_str().unwrap());
    assert_eq!(value("leadmill.as_of"), "2026-10-15");
    let schema = reader.schema().clone();
    let field = |name: &str| schema.field_with_name(name).unwrap().clone();
    let types = [
        ("lead_id", DataType::Utf8, false),
        ("full_name", DataType::Utf8, true),
        ("score", DataType::Decimal128(18, 4), false),
        ("score_percent", DataType::Float64, false),
        ("stars", DataType::Int64, false),
        ("members", DataType::Int64, false),
        ("do_not_email", DataType::Boolean, true),
        ("budget_amount", DataType::Float64, true),
        ("estimated_close_date", DataType::Date32, true),
        ("created_at", DataType::Timestamp(TimeUnit::Microsecond, None), true),
    ];
    for (name, data_type, nullable) in types {
        assert_eq!((field(name).data_type(), field(name).is_nullable()), (&data_type, nullable), "{name}");
        assert!(!field(name).metadata()["description"].is_empty(), "{name}");
    }
    let rows: usize = reader.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, workdir.table("out/campaign/leads.csv").len());
}
