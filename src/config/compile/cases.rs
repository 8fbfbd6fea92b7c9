//! `[[test]]`: a lead as an export would have it, and what is expected of it.

use jiff::civil::DateTime;

use super::Outputs;
use super::known::{Known, unique};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::{ScorePlan, TestCase};
use crate::model::emissions::DecisionKind;
use crate::model::table::{OutputColumn, OutputType};

/// Checks every case.
pub(super) fn cases(
    options: &Options,
    score: &ScorePlan,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Vec<TestCase> {
    unique(options.table.tables("test").map(|(_, case)| case), "test", faults);
    let columns = (outputs.tables)("leads", &known.schema).unwrap_or_default();
    let mut cases = Vec::new();
    for (_, case) in options.table.tables("test") {
        let mut lead = Vec::new();
        for entry in case.table("lead").into_iter().flat_map(|lead| &lead.entries) {
            let column = known.column(&entry.key, entry.key_span, faults);
            lead.extend(column.zip(entry.node.as_cell()));
        }
        let expect =
            case.table("expect").map(|expect| expectations(expect, &columns, score, faults)).unwrap_or_default();
        cases.push(TestCase { name: case.text("name").unwrap_or_default().to_owned(), lead, expect });
    }
    cases
}

fn expectations(
    expect: &Table,
    columns: &[OutputColumn],
    score: &ScorePlan,
    faults: &mut Diagnostics,
) -> Vec<(String, String)> {
    let mut expectations = Vec::new();
    for entry in &expect.entries {
        let Some(column) = columns.iter().find(|column| column.name == entry.key) else {
            let message = format!("the table `leads` has no column `{}`", entry.key);
            let fault = Diagnostic::error("unknown-column", entry.key_span, message);
            faults.push(fault.instead(&entry.key, columns.iter().map(|column| column.name.as_str())));
            continue;
        };
        let Some(value) = entry.node.as_cell() else { continue };
        never(column, &value, entry.node.span, score, faults);
        expectations.push((entry.key.clone(), value));
    }
    expectations
}

/// Reports an expectation that no lead can ever meet.
fn never(column: &OutputColumn, value: &str, span: Span, score: &ScorePlan, faults: &mut Diagnostics) {
    let grades = score.grade_names();
    let words: Vec<&str> = match column.name.as_str() {
        "grade" => grades.iter().map(String::as_str).collect(),
        "status" => vec!["open", "qualified", "disqualified"],
        "stage" => vec!["qualify", "develop", "propose", "close"],
        "rating_type" => vec!["automatic", "manual"],
        "decision" => DecisionKind::ALL.iter().map(|kind| kind.name()).collect(),
        "stars" | "auto_stars" => vec!["0", "1", "2", "3", "4", "5"],
        _ if column.kind == OutputType::Boolean => vec!["true", "false"],
        _ => {
            let (what, fits) = match column.kind {
                OutputType::Integer | OutputType::Number | OutputType::Decimal => {
                    ("a number", value.parse::<f64>().is_ok())
                }
                OutputType::Date => ("a day, as 2026-11-30,", value.parse::<DateTime>().is_ok()),
                OutputType::Timestamp => ("a day and a time, as 2026-11-30 09:00,", value.parse::<DateTime>().is_ok()),
                OutputType::Text | OutputType::Boolean => return,
            };
            if !value.is_empty() && !fits {
                let message = format!("`{}` is {what} and never `{value}`", column.name);
                faults.push(Diagnostic::error("impossible-expectation", span, message));
            }
            return;
        }
    };
    if !value.is_empty() && !words.contains(&value) {
        let message = format!("`{}` is never `{value}`", column.name);
        faults.push(Diagnostic::error("impossible-expectation", span, message).instead(value, words));
    }
}
