//! `[[test]]` cases: through the real stages, and with a readable difference where they fail.

use crate::workdir::{Ran, Workdir};

const PIPELINE: &str = r#"as_of = 2026-11-30
[[source]]
name = "fair"
path = "leads.csv"
types = { Visits = "integer" }
[crm]
owners = { path = "owners.csv" }
[[score.criterion]]
name = "Decision maker"
when = "job_title ILIKE '%director%'"
importance = "high"
group = "fit"
[[score.criterion]]
name = "Budget"
when = "budget_amount >= 5000"
group = "fit"
[[score.criterion]]
name = "Country"
when = "country IN ('DE', 'AT')"
points = 4.5
[score.group.fit]
cap = 4
[[assign.rule]]
name = "German-speaking"
when = "country IN ('DE', 'AT')"
to = ["anna"]
[qualify]
when = "stars >= 4 AND budget_amount >= 5000"
[[qualify.disqualify]]
when = "budget_amount = 0"
reason = "No budget"
"#;

fn test(cases: &str) -> Ran {
    let workdir = Workdir::new();
    workdir
        .file("leads.csv", "id,full name,job title,country,budget amount,Visits\n1,Ana Kirova,Director,DE,9000,3\n")
        .file("owners.csv", "owner,email\nanna,\njan,\n")
        .file("p.toml", format!("{PIPELINE}{cases}"));
    let ran = workdir.run(&["test", "p.toml"]);
    assert!(!workdir.path("out").exists(), "nothing is written");
    ran
}

#[test]
fn a_failing_case_says_what_is_different_and_why() {
    let ran = test(
        r#"
[[test]]
name = "a driver has five stars"
lead = { full_name = "Jon Berg", job_title = "Driver", budget_amount = 9000 }
expect = { stars = 5, grade = "A", score = 12, full_name = "Jon Berg" }
[[test]]
name = "a lead of France is jan's"
lead = { full_name = "Eva Novak", country = "FR" }
expect = { assigned_to = "jan" }
[[test]]
name = "a rich director is out"
lead = { full_name = "Max Blank", job_title = "Director", country = "DE", budget_amount = 9000 }
expect = { status = "disqualified", status_reason = "No budget", fit_score = 4 }
[[test]]
name = "cells are cleaned"
lead = { full_name = "Max Blank", phone = "0888 12", email = "MAX@Firm.DE ", postcode = "01067", Visits = 3 }
expect = { phone = "+35988812", email = "max@firm.de ", postcode = 1067, Visits = 2, company = "" }
[[test]]
name = "a nameless lead is none"
lead = { company = "Berg Ltd" }
expect = { stars = 0 }
[[test]]
name = "a driver has no star"
lead = { full_name = "Jon Berg", job_title = "Driver" }
expect = { stars = 0, score = -5, company = "" }
"#,
    );
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!("failing_cases", ran.stdout);
    assert!(ran.stderr.contains("1 passed, 5 failed"), "{}", ran.stderr);
}

#[test]
fn numbers_days_and_moments_are_the_same_in_any_spelling() {
    let ran = test(
        r#"
[[test]]
name = "spellings"
lead = { full_name = "Ana Berg", budget_amount = "9.000,50", created_at = "2026-10-01", modified_at = "01.10.2026 09:30", estimated_close_date = "1 Dec 2026", postcode = "01067" }
expect = { budget_amount = 9000.50, created_at = 2026-10-01, modified_at = 2026-10-01T09:30:00, estimated_close_date = "2026-12-01", postcode = "01067", score = "-1.0" }
"#,
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "ok     spellings\n"), "{}", ran.stderr);
}

#[test]
fn what_no_lead_can_meet_is_no_case() {
    let ran = test(
        r#"
[[test]]
name = "misspelt"
lead = { full_name = "Ana Berg" }
expect = { asigned_to = "jan", score = "high", status = "closed", closed_at = "yesterday" }
"#,
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    for sentence in [
        "did you mean `assigned_to`?",
        "`score` is a number and never `high`",
        "`status` is never `closed`",
        "valid: open, qualified, disqualified",
        "`closed_at` is a day and a time, as 2026-11-30 09:00, and never `yesterday`",
        "4 errors in p.toml",
    ] {
        assert!(ran.stderr.contains(sentence), "{sentence}: {}", ran.stderr);
    }
}
