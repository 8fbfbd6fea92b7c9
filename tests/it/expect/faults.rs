//! Expectations that cannot be meant: all faults at once, each at its place.

use super::project;

pub(super) const FAULTY: &str = r#"
[[expect]]
name = "Two"
filled = ["email"]
measure = "COUNT(*)"
warn = "< many"

[[expect]]
name = "Of"
of = "rejects"
from = "leads"
where = "stars = 5"
warn = "> 120%"

[[expect]]
name = "Of"
from = "lead"
wrn = "> 1"

[[expect]]
name = "Columns"
unique = ["emial"]
where = "countri = 'BG'"
fail = []

[[expect]]
name = "Sum"
measure = "SUM(budget_amount)"
warn = ["< 5%", 3]

[[expect]]
name = "Text"
measure = "MAX(company)"
fail = "= 5"

[[expect]]
name = "Drift"
drift = "grad"
change = true
fail = "> 10%"

[[expect]]
name = "All"
fail = "< 90%"
"#;

#[test]
fn all_faults_at_once_each_at_its_place() {
    let workdir = project(FAULTY);
    let ran = workdir.run(&["check", "p.toml", "--json"]);
    assert_eq!(ran.code, 2);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let found: Vec<String> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            // Lines of the text above, whose first is empty.
            let line = fault["at"]["line"].as_u64().unwrap() - 8;
            let (column, code) = (&fault["at"]["column"], fault["code"].as_str().unwrap());
            format!("{line}:{column} {code} {}", fault["message"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "5:1 contradictory-keys `measure` does not go with `filled`: an expectation measures one thing",
        "6:8 bad-limit `< many` is not a limit",
        "11:1 contradictory-keys `from` does nothing beside `of`, which counts in the rows read",
        "12:1 contradictory-keys `where` does nothing beside `of`, which counts in the rows read",
        "13:8 out-of-range a share of rows is never below 0 % or above 100 %",
        "15:1 missing-key an expectation needs `warn` or `fail`",
        "16:8 duplicate-name another expectation is named `Of`",
        "17:8 unknown-table there is no output table `lead`",
        "18:1 unknown-key unknown key `wrn` in [expect]",
        "22:11 unknown-column the table `leads` has no column `emial`",
        "23:10 bad-condition there is no column countri",
        "24:8 empty-list `fail` needs at least one limit",
        "29:9 contradictory-keys a measure is a number and no share of something",
        "29:17 wrong-type `expect.warn` must be text in quotes, not a whole number",
        "33:11 wrong-type this measure is text, and limits are numbers",
        "34:8 bad-limit `= 5` is not a limit",
        "38:9 unknown-column the table `leads` has no column `grad`",
        "39:1 contradictory-keys `change` says nothing beside `drift`, which compares with the last run by itself",
        "40:8 contradictory-keys drift is a number and no share",
        "44:8 contradictory-keys all rows always are 100 % of all rows",
    ];
    assert_eq!(found, expected);
}
