//! Expectations that look back to the run whose output stands in the folder.

use super::{LEADS, PIPELINE, project, told};
use crate::workdir::Workdir;

/// What a run says of its only expectation, and its exit code.
fn run(workdir: &Workdir, leads: &str) -> (i32, String, String) {
    workdir.file("leads.csv", leads);
    let ran = workdir.run(&["run", "p.toml", "--json", "--quiet"]);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let (state, says) = told(&summary, "it");
    (ran.code, state, says)
}

fn expecting(lines: &str) -> Workdir {
    project(&format!("[[expect]]\nname = \"it\"\n{lines}\n"))
}

/// Leads of some countries, and so many of each.
fn leads(countries: &[(&str, usize)]) -> String {
    let mut text = "source_id,full_name,country,budget_amount\n".to_owned();
    let rows = countries.iter().flat_map(|(country, rows)| std::iter::repeat_n(country, *rows));
    for (at, country) in rows.enumerate() {
        let letter = char::from(b'A' + u8::try_from(at % 26).unwrap());
        text.push_str(&format!("{at},Person {letter}{at},{country},{}\n", at + 1));
    }
    text
}

fn found(code: i32, state: &str, says: &str) -> (i32, String, String) {
    (code, state.to_owned(), says.to_owned())
}

#[test]
fn the_first_run_knows_nothing_and_the_second_compares() {
    let cases = [
        // 10 rows, then 8.
        ("change = true\nwarn = '< -20%'", 0, "met", "8 after 10: -20.0 %"),
        ("change = true\nwarn = '<= -20%'", 1, "warn", "8 after 10: -20.0 %; the change must not be <= -20%"),
        ("change = true\nfail = '< -1'", 3, "fail", "8 after 10: -2; the change must not be < -1"),
        ("change = true\nfail = '< -2'", 0, "met", "8 after 10: -2"),
        (
            "where = \"country = 'BG'\"\nchange = true\nfail = '< -49%'",
            3,
            "fail",
            "2 of 8 after 4 of 10: -50.0 %; the change must not be < -49%",
        ),
        // Shares change by points: 8 of 10 have an address, then 7 of 8.
        (
            "filled = ['email']\nchange = true\nfail = '> 7.5%'",
            0,
            "met",
            "87.5 % (7 of 8) after 80.0 % (8 of 10): +7.5 points",
        ),
        (
            "filled = ['email']\nchange = true\nfail = '>= 7.5%'",
            3,
            "fail",
            "87.5 % (7 of 8) after 80.0 % (8 of 10): +7.5 points; the change must not be >= 7.5%",
        ),
        (
            "filled = ['email']\nchange = true\nfail = '< 0'",
            3,
            "fail",
            "7 of 8 after 8 of 10: -1; the change must not be < 0",
        ),
        (
            "of = 'rejects'\nchange = true\nwarn = '> 3%'",
            1,
            "warn",
            "20.0 % (2 of 10) after 16.7 % (2 of 12): +3.3 points; the change must not be > 3%",
        ),
        ("measure = 'SUM(budget_amount)'\nchange = true\nwarn = '< -50%'", 0, "met", "50.25 after 100.5: -50.0 %"),
        (
            "measure = 'SUM(budget_amount)'\nchange = true\nfail = '< -50.24'",
            3,
            "fail",
            "50.25 after 100.5: -50.25; the change must not be < -50.24",
        ),
    ];
    // Without a Bulgarian of 50.25, and one without an address.
    let fewer: String = LEADS
        .lines()
        .filter(|line| !line.starts_with("1,") && !line.starts_with("9,"))
        .filter(|line| !line.starts_with("13,"))
        .map(|line| format!("{line}\n"))
        .collect();
    let fewer = fewer.replace("Beta,BG", "Beta,DE");
    for (lines, code, state, says) in cases {
        let workdir = expecting(lines);
        let (first, state_then, says_then) = run(&workdir, LEADS);
        assert_eq!((first, state_then.as_str()), (0, "unknown"), "{lines}");
        assert!(says_then.ends_with("; there is no last run to compare with"), "{lines}: {says_then}");
        assert_eq!(run(&workdir, &fewer), found(code, state, says), "{lines}");
        // A run that fails leaves the last one in its place, and compares with it again; another does not.
        let again = run(&workdir, &fewer);
        match state {
            "fail" => assert_eq!(again, found(code, state, says), "{lines}"),
            _ => assert!(
                again.2.contains(": 0.0 %") || again.2.contains(": 0.0 points") || again.2.ends_with(": 0"),
                "{again:?}"
            ),
        }
    }
}

#[test]
fn a_change_from_nothing_is_more_than_any_share() {
    let workdir = expecting("where = \"country = 'BG'\"\nchange = true\nfail = '> 1000000%'");
    assert_eq!(run(&workdir, &leads(&[("DE", 4)])).1, "unknown");
    assert_eq!(run(&workdir, &leads(&[("DE", 4)])), found(0, "met", "0 of 4 after 0 of 4: 0.0 %"));
    let says = "1 of 5 after 0 of 4: +1; the change must not be > 1000000%";
    assert_eq!(run(&workdir, &leads(&[("DE", 4), ("BG", 1)])), found(3, "fail", says));
}

#[test]
fn drift_of_two_categories_worked_by_hand() {
    // 3 and 1, then 1 and 3, half a row more in each: 2 * (0.7 - 0.3) * ln(0.7 / 0.3) = 0.677838.
    let (then, now) = (leads(&[("BG", 3), ("DE", 1)]), leads(&[("BG", 1), ("DE", 3)]));
    let workdir = expecting("drift = 'country'\nwarn = '> 0.1'\nfail = '> 0.677838'");
    assert_eq!(run(&workdir, &then), found(0, "unknown", "there is no last run to compare with"));
    assert_eq!(run(&workdir, &then), found(0, "met", "0.000 from the last run"));
    assert_eq!(run(&workdir, &now), found(1, "warn", "0.677838 from the last run; it must not be > 0.1"));
    let entry = &workdir.summary("out/p")["expectations"][0];
    assert_eq!(entry["value"], 0.677_838);
    assert_eq!(entry["shares"]["words"]["commonest"], serde_json::json!([["DE", 3], ["BG", 1]]));
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = 'it'\ndrift = 'country'\nfail = '> 0.677837'\n"));
    let says = "0.678 from the last run; it must not be > 0.677837";
    assert_eq!(run(&workdir, &then), found(3, "fail", says), "there and back again");
}

#[test]
fn drift_of_numbers_by_the_deciles_of_the_last_run() {
    // Budgets 1 to 20; then all of them above 18, the last decile: nine cells from 2 rows to none, one from 2 to 20.
    let workdir = expecting("drift = 'budget_amount'\nfail = '> 3'");
    let then = leads(&[("BG", 20)]);
    assert_eq!(run(&workdir, &then).1, "unknown");
    let mut now = "source_id,full_name,budget_amount\n".to_owned();
    (0..20).for_each(|at| now.push_str(&format!("{at},Person {at},{}\n", 1000 + at)));
    // 9 * -0.08 * ln(0.2) + 0.72 * ln(8.2) = 1.158795 + 1.514985.
    assert_eq!(run(&workdir, &now), found(0, "met", "2.674 from the last run"));
    // From another type there is no way.
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = 'it'\ndrift = 'country'\nfail = '> 3'\n"));
    let says = "the last run measured distribution of budget_amount in leads";
    assert_eq!(run(&workdir, &then), found(0, "unknown", says));
}

#[test]
fn what_was_measured_otherwise_is_not_compared() {
    let workdir = expecting("change = true\nfail = '< -1%'");
    assert_eq!(run(&workdir, LEADS).1, "unknown");
    workdir.file(
        "p.toml",
        format!("{PIPELINE}[[expect]]\nname = 'it'\nwhere = \"country = 'BG'\"\nchange = true\nfail = '< -1%'\n"),
    );
    let says = "4 of 10; the last run measured rows of leads";
    assert_eq!(run(&workdir, LEADS), found(0, "unknown", says));
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = 'New'\nchange = true\nfail = '< -1%'\n"));
    workdir.succeed(&["run", "p.toml"]);
    let says = "10; the last run did not look at it";
    workdir.file("p.toml", format!("{PIPELINE}[[expect]]\nname = 'it'\nchange = true\nfail = '< -1%'\n"));
    assert_eq!(run(&workdir, LEADS), found(0, "unknown", says));
    // A run of a part measures other rows.
    let ran = workdir.succeed(&["run", "p.toml", "--only", "load", "--json"]);
    let summary = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told(&summary, "it").1, "10; the last run measured rows of leads");
}

#[test]
fn a_run_before_there_were_expectations_is_a_last_run() {
    let workdir = expecting("change = true\nfail = '< -1%'");
    workdir.file("q.toml", PIPELINE);
    workdir.succeed(&["run", "q.toml", "--set", "output=\"out/p\""]);
    let mut summary = workdir.summary("out/p");
    summary.as_object_mut().unwrap().remove("expectations");
    workdir.file("out/p/run.json", summary.to_string());
    assert_eq!(run(&workdir, LEADS), found(0, "unknown", "10; the last run did not look at it"));
}

#[test]
fn neither_the_order_of_rows_nor_the_number_of_threads_matters() {
    let expectations = "[[expect]]\nname = 'a'\ndrift = 'country'\nwarn = '> 0.1'\n\
                        [[expect]]\nname = 'b'\ndrift = 'budget_amount'\nwarn = '> 0.1'\n\
                        [[expect]]\nname = 'c'\nunique = ['country']\nwarn = '< 1'\n\
                        [[expect]]\nname = 'd'\nmeasure = 'AVG(budget_amount / 7)'\nchange = true\nwarn = '> 1'\n";
    let then = leads(&[("BG", 30), ("DE", 20), ("FR", 20), ("IT", 1)]);
    let now = leads(&[("BG", 20), ("FR", 45), ("ES", 1), ("", 3)]);
    let told = |threads: &str, reversed: bool| {
        let workdir = project(expectations);
        let [then, now] = [&then, &now].map(|text| {
            let (header, rows) = text.split_once('\n').unwrap();
            let mut rows: Vec<&str> = rows.lines().collect();
            if reversed {
                rows.reverse();
            }
            format!("{header}\n{}\n", rows.join("\n"))
        });
        for leads in [then, now] {
            workdir.file("leads.csv", leads);
            workdir.run(&["run", "p.toml", "--threads", threads]);
        }
        workdir.summary("out/p")["expectations"].to_string()
    };
    let one = told("1", false);
    assert!(one.contains("\"state\":\"warn\"") && one.contains("\"blank\":3"), "{one}");
    assert_eq!(told("4", false), one);
    assert_eq!(told("2", true), one);
}

#[test]
fn a_column_of_another_type_is_not_compared() {
    let leads = "source_id,full_name,Shoe size\n1,Ana Kirova,38\n2,Otto Lang,44\n";
    let workdir = Workdir::new();
    let typed = |kind: &str| {
        let source = format!("path = \"leads.csv\"\ntypes = {{ \"Shoe size\" = \"{kind}\" }}\n");
        let pipeline = PIPELINE.replace("path = \"leads.csv\"\n", &source);
        workdir.file("p.toml", format!("{pipeline}[[expect]]\nname = 'it'\ndrift = 'Shoe size'\nfail = '>= 0'\n"));
        run(&workdir, leads)
    };
    let other = found(0, "unknown", "the column was of another type in the last run");
    assert_eq!(typed("number").1, "unknown");
    assert_eq!(typed("text"), other);
    assert_eq!(typed("integer"), other);
    assert_eq!(typed("number").1, "fail", "numbers are numbers, with a fraction or without");
}
