//! Plans that are no longer what a run would do, and commands that mean two things.

use super::{CRM, LEADS, PIPELINE, files, project, read};
use crate::workdir::{Ran, Workdir};

fn planned() -> Workdir {
    let workdir = project();
    workdir.succeed(&["plan", "p.toml"]);
    workdir
}

fn apply(workdir: &Workdir) -> Ran {
    workdir.run(&["run", "--plan", "out/p.plan"])
}

/// Refused with these lines, and nothing was done.
fn refused(workdir: &Workdir, lines: &[&str], again: &str) {
    let ran = apply(workdir);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let mut expected = "error: out/p.plan is no longer what a run would do. Nothing was done:\n".to_owned();
    lines.iter().for_each(|line| expected += &format!("  {line}\n"));
    expected += &format!("help: look at what has changed, and plan again: {again}\n");
    assert_eq!(ran.stderr, expected);
    assert!(!workdir.path("out/p").exists());
}

const AGAIN: &str = "leadmill plan p.toml";

#[test]
fn every_input_that_is_another_one_is_named() {
    let workdir = planned();
    workdir.file("leads/a.csv", LEADS.replace("5000", "5001"));
    refused(&workdir, &["leads/a.csv was changed"], AGAIN);
    workdir.file("leads/b.csv", "id,full_name\n9,Rosa Conti\n").file("crm.csv", format!("{CRM}A2,New,\n"));
    workdir.file("p.toml", format!("# a comment\n{PIPELINE}"));
    let all = [
        "the pipeline file p.toml was changed",
        "crm.csv was changed",
        "leads/a.csv was changed",
        "leads/b.csv is new",
    ];
    refused(&workdir, &all, AGAIN);
    // Nothing that compiles is left, and still it is one message.
    std::fs::remove_file(workdir.path("crm.csv")).unwrap();
    std::fs::remove_dir_all(workdir.path("leads")).unwrap();
    workdir.file("p.toml", PIPELINE);
    refused(&workdir, &["crm.csv is gone", "leads/a.csv is gone"], AGAIN);
    workdir.file("crm.csv", CRM).file("leads/a.csv", LEADS);
    assert_eq!(apply(&workdir).code, 0, "all is as it was");
}

#[test]
fn lists_packs_decisions_territories_and_models_are_inputs_too() {
    let workdir = project();
    let pipeline =
        PIPELINE.replace("[dedupe]\nenabled = false\n", "[dedupe]\ndecisions = \"d.csv\"\nmodel = \"m.json\"\n");
    let more = "[score]\npacks = [\"mine.toml\"]\n[consent]\nsuppress = [{ path = \"no.csv\" }]\n\
                [[assign.rule]]\nname = \"T\"\nterritory = \"t.csv\"\n";
    workdir.file("mine.toml", "[[criterion]]\nname = \"C\"\nwhen = \"company IS NOT NULL\"\npoints = 1\n");
    workdir.file("no.csv", "email\nx@y.example\n").file("t.csv", "country,owner\nDE,anna\n");
    workdir.file("d.csv", "left_id,right_id,decision\n");
    workdir.succeed(&["run", "p.toml", "--set", "dedupe.enabled=true", "--set", "output=\"out/model\""]);
    std::fs::copy(workdir.path("out/model/model.json"), workdir.path("m.json")).unwrap();
    workdir.file("p.toml", format!("{pipeline}{more}"));
    workdir.succeed(&["plan", "p.toml"]);
    for file in ["d.csv", "m.json", "mine.toml", "no.csv", "t.csv"] {
        let before = read(&workdir.path(file));
        workdir.file(file, format!("{before}\n"));
        refused(&workdir, &[&format!("{file} was changed")], AGAIN);
        workdir.file(file, before);
    }
    assert_eq!(apply(&workdir).code, 0);
}

#[test]
fn what_was_set_is_said_again() {
    let workdir = project();
    workdir.succeed(&["plan", "p.toml", "--set", "name=\"it's\"", "--as-of", "2026-01-31", "--out", "out/p.plan"]);
    workdir.file("crm.csv", "account_id\n");
    let again = r#"leadmill plan p.toml --set 'name="it'\''s"' --set 'as_of="2026-01-31"'"#;
    refused(&workdir, &["crm.csv was changed"], again);
}

#[test]
fn another_last_run_is_told_where_it_matters() {
    let workdir = planned();
    // Another run came in between, and gave ids that this one would keep.
    workdir.succeed(&["run", "p.toml", "--set", "qualify.when=\"budget_amount >= 10\"", "--quiet"]);
    let before = files(&workdir, "out/p");
    let ran = apply(&workdir);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("\n  the ids that records keep (issued_ids in out/p) are others\n"), "{}", ran.stderr);
    assert_eq!(files(&workdir, "out/p"), before);
    // One that gives no other ids does not matter, unless an expectation looks back.
    workdir.succeed(&["plan", "p.toml"]);
    workdir.succeed(&["run", "p.toml", "--as-of", "2026-10-16", "--quiet"]);
    assert_eq!(apply(&workdir).code, 0);
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = \"it\"\nchange = true\nfail = '> 50%'\n"));
    workdir.succeed(&["plan", "p.toml"]);
    workdir.succeed(&["run", "p.toml", "--as-of", "2026-10-16", "--quiet"]);
    let ran = apply(&workdir);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("\n  the last run, with which expectations compare, is another one (out/p)\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_edited_plan_is_no_plan() {
    let whole = planned();
    let names: Vec<String> = files(&whole, "out/p.plan").into_keys().filter(|name| name != "run.json").collect();
    assert!(names.len() > 20, "{names:?}");
    for name in ["leads.csv", "reports/all.parquet", "plan.md", "changes.csv", "pipeline.toml"] {
        let path = format!("out/p.plan/{name}");
        let before = std::fs::read(whole.path(&path)).unwrap();
        whole.file(&path, [&before[..], b"\n"].concat());
        let ran = apply(&whole);
        let told = format!(
            "error: out/p.plan cannot be used: {name} was edited, so it is no longer what was planned; plan again\n"
        );
        assert_eq!((ran.code, ran.stderr), (2, told));
        std::fs::remove_file(whole.path(&path)).unwrap();
        let ran = apply(&whole);
        assert!(ran.code == 2 && ran.stderr.contains(&format!("{name} is gone, so")), "{}", ran.stderr);
        whole.file(&path, before);
    }
    let path = "out/p.plan/plan.json";
    let before = read(&whole.path(path));
    for edited in
        [before.replace("2026-10-15", "2026-10-16"), before.replace("\"inputs\"", "\"imports\""), "{".to_owned()]
    {
        assert_ne!(edited, before);
        whole.file(path, edited);
        let ran = apply(&whole);
        assert!(ran.code == 2 && ran.stderr.contains("its plan.json was edited"), "{}", ran.stderr);
    }
    std::fs::remove_file(whole.path(path)).unwrap();
    let ran = apply(&whole);
    assert!(ran.code == 2 && ran.stderr.contains("is not a plan: it has no plan.json"), "{}", ran.stderr);
    let ran = whole.run(&["run", "--plan", "nowhere"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (2, "error: there is no folder nowhere\n"));
    assert!(!whole.path("out/p").exists());
}

/// A plan that says something else, as if this program had made it.
fn resealed(workdir: &Workdir, change: impl Fn(&mut serde_json::Value)) {
    let path = workdir.path("out/p.plan/plan.json");
    let mut planned: leadmill::pipeline::planned::PlannedRun = {
        let mut value: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        change(&mut value);
        serde_json::from_value(value).unwrap()
    };
    planned.seal = String::new();
    let open = format!("{}\n", serde_json::to_string_pretty(&planned).unwrap());
    planned.seal = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(open.as_bytes()));
    std::fs::write(path, format!("{}\n", serde_json::to_string_pretty(&planned).unwrap())).unwrap();
}

#[test]
fn a_plan_of_another_version_is_refused() {
    let workdir = planned();
    resealed(&workdir, |planned| planned["version"] = "0.0.9".into());
    let version = env!("CARGO_PKG_VERSION");
    refused(&workdir, &[&format!("leadmill is {version}, and the plan was made by 0.0.9")], AGAIN);
}

#[test]
fn a_run_that_gives_something_else_publishes_nothing() {
    let workdir = planned();
    // As if the program gave another table: the plan folder agrees with its plan.json, and the run does not.
    workdir.file("out/p.plan/leads.csv", "other\n");
    let hash = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(b"other\n"));
    resealed(&workdir, |planned| planned["publishes"]["leads.csv"] = hash.as_str().into());
    for dry in [&[][..], &["--dry-run"]] {
        let ran = workdir.run(&[&["run", "--plan", "out/p.plan"], dry].concat());
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(
            ran.stderr.contains("something else than was planned, though nothing has changed: leads.csv\n"),
            "{}",
            ran.stderr
        );
        assert!(!workdir.path("out/p").exists());
    }
}

#[test]
fn a_dry_run_of_a_plan_tells_whether_it_holds() {
    let workdir = planned();
    let ran = workdir.succeed(&["run", "--plan", "out/p.plan", "--dry-run"]);
    assert!(ran.stderr.ends_with("Dry run: nothing was written.\n"), "{}", ran.stderr);
    assert!(!workdir.path("out/p").exists());
}

#[test]
fn a_plan_and_a_pipeline_file_at_once_are_two_runs() {
    let workdir = planned();
    let cases: [(&[&str], &str); 4] = [
        (&["p.toml"], "FILE"),
        (&["--as-of", "2026-01-31"], "--as-of"),
        (&["--set", "name='x'", "--only", "score"], "--set, --only"),
        (&["p.toml", "--as-of", "2026-01-31", "--set", "name='x'"], "FILE, --as-of, --set"),
    ];
    for (arguments, named) in cases {
        let ran = workdir.run(&[&["run", "--plan", "out/p.plan"], arguments].concat());
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        let told = format!(
            "error: --plan names its pipeline file, its day and all that was set; {named} beside it would be another run\n\
             help: leave {named} out, or plan again with it\n"
        );
        assert_eq!(ran.stderr, told);
        assert!(!workdir.path("out/p").exists());
    }
    assert_eq!(workdir.run(&["run"]).code, 2);
}

#[test]
fn a_plan_folder_is_neither_the_output_nor_the_place_of_inputs() {
    let workdir = project();
    workdir.succeed(&["run", "p.toml"]);
    let before = files(&workdir, "out/p");
    for folder in ["out/p", "out/p/plan", "out", "out/p.failed"] {
        let ran = workdir.run(&["plan", "p.toml", "--out", folder]);
        assert_eq!(ran.code, 2, "{folder}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("the plan cannot stand in {folder}: the output folder")),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(files(&workdir, "out/p"), before);
    let ran = workdir.run(&["plan", "p.toml", "--out", "leads"]);
    assert!(
        ran.code == 2 && ran.stderr.contains("the input leads/a.csv lies in the plan folder leads"),
        "{}",
        ran.stderr
    );
    workdir.file("mine/thesis.doc", "years of work");
    let ran = workdir.run(&["plan", "p.toml", "--out", "mine"]);
    assert!(ran.code == 3 && ran.stderr.contains("thesis.doc"), "{}", ran.stderr);
}

#[test]
fn what_is_piped_cannot_be_planned() {
    let workdir = project();
    workdir.file("p.toml", PIPELINE.replace("leads/*.csv", "-"));
    let mut command = workdir.command(&["plan", "p.toml"]);
    command.stdin(std::fs::File::open(workdir.path("leads/a.csv")).unwrap());
    let ran = Ran::from(command.output().unwrap());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("the input - is piped to the program"), "{}", ran.stderr);
}
