//! A run leaves its model and its pipeline file; both give the same run again.

use crate::workdir::Workdir;

const PIPELINE: &str = "pipelines/campaign.toml";
const OUTPUT: &str = "out/campaign";

/// Every CSV table of an output folder, by name.
fn tables(workdir: &Workdir, output: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(workdir.path(output)).unwrap().map(|entry| entry.unwrap().path());
    let csv = entries.filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let mut tables: Vec<(String, Vec<u8>)> = csv
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    tables.sort();
    tables
}

fn read(workdir: &Workdir, path: &str) -> String {
    std::fs::read_to_string(workdir.path(path)).unwrap()
}

#[test]
fn a_pinned_model_gives_the_same_bytes_as_the_run_that_left_it() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE]);
    let (before, model) = (tables(&workdir, OUTPUT), read(&workdir, "out/campaign/model.json"));
    workdir.file("models/campaign.json", &model);
    workdir.succeed(&["run", PIPELINE, "--set", "dedupe.model=\"models/campaign.json\"", "--threads", "1"]);
    for ((name, before), (_, after)) in before.iter().zip(tables(&workdir, OUTPUT)) {
        assert!(*before == after, "{name} is another one with the pinned model");
    }
    assert_eq!(read(&workdir, "out/campaign/model.json"), model);
    let summary = workdir.summary(OUTPUT);
    let inputs = summary["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|input| input["file"] == "models/campaign.json"), "the model is an input of the run");
}

#[test]
fn other_rows_are_weighed_by_the_pinned_model() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", "pipelines/persons.toml"]);
    let model = read(&workdir, "out/persons/model.json");
    let all = read(&workdir, "tests/data/febrl1.csv");
    let half: String = all.lines().take(500).map(|line| format!("{line}\n")).collect();
    workdir.file("model.json", &model).file("tests/data/febrl1.csv", half);
    workdir.succeed(&["run", "pipelines/persons.toml"]);
    assert_ne!(read(&workdir, "out/persons/model.json"), model, "other rows teach otherwise");
    workdir.succeed(&["run", "pipelines/persons.toml", "--set", "dedupe.model=\"model.json\""]);
    assert_eq!(read(&workdir, "out/persons/model.json"), model);
}

#[test]
fn the_model_table_says_what_the_model_file_says() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE]);
    let model: serde_json::Value = serde_json::from_str(&read(&workdir, "out/campaign/model.json")).unwrap();
    let number = |text: &str| text.parse::<f64>().unwrap();
    let rows = workdir.table("out/campaign/model.csv");
    assert_eq!(number(&rows[0]["m"]), model["prior"].as_f64().unwrap());
    let mut levels = rows.iter().filter(|row| row["level"] != "0");
    for comparison in model["comparisons"].as_array().unwrap() {
        for (position, level) in comparison["levels"].as_array().unwrap().iter().enumerate() {
            let row = levels.next().unwrap();
            assert_eq!(row["comparison"], comparison["name"].as_str().unwrap());
            assert_eq!(row["level"], (position + 1).to_string());
            assert_eq!(row["label"], level["label"].as_str().unwrap());
            let (m, u) = (level["m"].as_f64().unwrap(), level["u"].as_f64().unwrap());
            assert_eq!((number(&row["m"]), number(&row["u"])), (m, u));
            assert!((number(&row["weight"]) - (m / u).log2()).abs() < 1e-9);
        }
    }
    assert!(levels.next().is_none());
    let matches = workdir.table("out/campaign/links.csv").iter().filter(|link| link["verdict"] == "match").count();
    assert_eq!(rows[0]["matches"], matches.to_string());
}

#[test]
fn a_model_of_other_columns_is_refused() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE]);
    let before = tables(&workdir, OUTPUT);
    let mut model: serde_json::Value = serde_json::from_str(&read(&workdir, "out/campaign/model.json")).unwrap();
    let comparisons = model["comparisons"].as_array_mut().unwrap();
    let at = |comparisons: &Vec<serde_json::Value>, name: &str| comparisons.iter().position(|c| c["name"] == name);
    let phone = at(comparisons, "phone").unwrap();
    comparisons.remove(phone);
    let email = at(comparisons, "email").unwrap();
    comparisons[email]["name"] = "birthday".into();
    let country = at(comparisons, "country").unwrap();
    comparisons[country]["levels"][0]["label"] = "same".into();
    workdir.file("model.json", model.to_string());
    let ran = workdir.run(&["run", PIPELINE, "--set", "dedupe.model=\"model.json\""]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for told in [
        "it compares `birthday`",
        "these inputs give",
        "`phone`",
        "`email`",
        "the levels of `country`",
        "leave `model` out",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    assert!(tables(&workdir, OUTPUT) == before, "nothing was published");
}

#[test]
fn what_is_no_model_is_a_fault_of_the_pipeline_file() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE]);
    workdir.file("broken.json", "{\"format\": 99}").file("text.json", "no JSON");
    let cases = [
        ("nowhere.json", "there is no file `nowhere.json`"),
        ("broken.json", "its format is 99"),
        ("text.json", "not a model that a run left"),
        ("out/campaign/model.json", "lies in the output folder"),
    ];
    for (model, expected) in cases {
        let ran = workdir.run(&["check", PIPELINE]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let ran = workdir.run(&["check", PIPELINE, "--set", &format!("dedupe.model=\"{model}\"")]);
        assert_eq!(ran.code, 2, "{model}");
        assert!(ran.stderr.contains(expected), "{model}: {}", ran.stderr);
    }
}

#[test]
fn the_pipeline_file_in_the_output_folder_is_the_run() {
    let workdir = Workdir::with_samples();
    workdir.succeed(&["run", PIPELINE]);
    assert_eq!(read(&workdir, "out/campaign/pipeline.toml"), read(&workdir, PIPELINE), "comments and all");
    workdir.succeed(&["run", PIPELINE, "--set", "dedupe.match_at=0.9", "--as-of", "2026-10-20"]);
    let before = tables(&workdir, OUTPUT);
    let again = read(&workdir, "out/campaign/pipeline.toml");
    workdir.file("pipelines/again.toml", again);
    workdir.succeed(&["run", "pipelines/again.toml"]);
    assert!(tables(&workdir, OUTPUT) == before);
    assert_eq!(workdir.summary(OUTPUT)["dedupe"]["match_at"], 0.9);
}
