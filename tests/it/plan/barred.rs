//! Plans of runs that would publish nothing.

use super::{PIPELINE, files, project, read};
use crate::workdir::Workdir;

#[test]
fn a_plan_whose_expectation_fails_is_written_and_says_so() {
    let workdir = project();
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = \"Many\"\nfail = \"< 100\"\n"));
    let ran = workdir.run(&["plan", "p.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let why = "1 expectation failed: Many: 7; it must not be < 100";
    assert!(ran.stderr.starts_with(&format!("error: nothing of this may be published: {why}\n")), "{}", ran.stderr);
    let summary = read(&workdir.path("out/p.plan/plan.md"));
    assert!(summary.contains("> **Nothing of this may be published.**"), "{summary}");
    assert!(summary.contains("- **Many**: 7; it must not be \\< 100 (fails)"), "{summary}");
    assert_eq!(workdir.table("out/p.plan/leads.csv").len(), 7);
    let ran = workdir.run(&["run", "--plan", "out/p.plan"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with(&format!("error: nothing of this plan may be published: {why}\n")),
        "{}",
        ran.stderr
    );
    assert!(!workdir.path("out/p").exists() && !workdir.path("out/p.failed").exists());
}

#[test]
fn an_expectation_that_warns_is_told_with_the_exit_code_of_a_run() {
    let workdir = project();
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = \"Many\"\nwarn = \"< 100\"\n"));
    let ran = workdir.run(&["plan", "p.toml", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, "warning: Many: 7; it must not be < 100\n"));
    assert!(read(&workdir.path("out/p.plan/plan.md")).contains("(warns)"));
    for _ in 0..2 {
        let ran = workdir.run(&["run", "--plan", "out/p.plan", "--quiet"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, "warning: Many: 7; it must not be < 100\n"));
    }
    assert!(workdir.path("out/p/leads.csv").exists());
}

#[test]
fn an_expectation_that_looks_back_is_planned_and_carried_out_twice() {
    let workdir = project();
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = \"it\"\nchange = true\nfail = '> 50%'\n"));
    workdir.succeed(&["plan", "p.toml"]);
    workdir.succeed(&["run", "--plan", "out/p.plan"]);
    let first = files(&workdir, "out/p");
    // By now the run itself is the last one: what was planned stands there.
    workdir.succeed(&["run", "--plan", "out/p.plan"]);
    assert_eq!(files(&workdir, "out/p"), first);
}

/// A mailing to everybody, one of whom opted out.
fn mailing() -> Workdir {
    let workdir = project();
    let report = "[[report]]\nname = \"Mailing\"\nfrom = \"leads\"\ncolumns = [\"email\"]\nreaches = [\"email\"]\n";
    workdir.file("p.toml", format!("{PIPELINE}{report}"));
    let leads = read(&workdir.path("leads/a.csv"));
    let leads = leads.replacen("product_interest\n", "product_interest,opt_out\n", 1);
    workdir.file("leads/a.csv", leads.replacen("Labels\n", "Labels,yes\n", 1));
    workdir
}

#[test]
fn a_list_that_reaches_who_opted_out_bars_the_plan_and_is_not_in_it() {
    let workdir = mailing();
    let ran = workdir.run(&["plan", "p.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let why = "the report \"Mailing\" would reach people who opted out, in 1 row";
    assert!(ran.stderr.contains(&format!("nothing of this may be published: {why}\n")), "{}", ran.stderr);
    assert!(read(&workdir.path("out/p.plan/plan.md")).contains("would reach people who opted out"));
    assert!(workdir.path("out/p.plan/leads.csv").exists());
    assert!(!files(&workdir, "out/p.plan").keys().any(|name| name.contains("mailing")), "nobody is to find the list");
    assert_eq!(workdir.run(&["run", "--plan", "out/p.plan"]).code, 3);
    assert!(!workdir.path("out/p").exists());
    // With a list that may go out, the plan has it, and the run publishes it.
    workdir.succeed(&["plan", "p.toml", "--set", "report.1.where=\"may_email\""]);
    workdir.succeed(&["run", "--plan", "out/p.plan"]);
    assert_eq!(workdir.table("out/p/reports/mailing.csv").len(), 6);
}

#[test]
fn of_too_many_rejects_there_is_no_plan() {
    let workdir = project();
    workdir.file("leads/b.csv", format!("id,full_name,email\n{}", "9,,x@y.example\n".repeat(9)));
    let ran = workdir.run(&["plan", "p.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("9 of 16 rows were rejected"), "{}", ran.stderr);
    assert!(ran.stderr.contains("are in") && ran.stderr.contains("p.plan.failed"), "{}", ran.stderr);
    assert_eq!(workdir.table("out/p.plan.failed/rejects.csv").len(), 9);
    assert!(!workdir.path("out/p.plan").exists() && !workdir.path("out/p.failed").exists());
}
