//! The pipeline file's own test cases: each lead goes through the real stages by itself.

use std::sync::Arc;

use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::why::{LeadAnswer, LedgerLine, NearMiss};
use super::{Earlier, Purpose, RunError, RunOutput, Stopwatch, line, why};
use crate::config::plan::{Plan, RecordPlans, RejectLimit, TestCase};
use crate::format::csv;
use crate::model::progress::Silent;
use crate::model::rows::{Origin, Places};
use crate::model::scorecards::Points;
use crate::model::summary::InputSummary;
use crate::model::table::{OutputTable, OutputType};
use crate::model::text::TextColumn;
use crate::stages::load::{self, Loaded};

/// What findings call the file of a case's lead.
const FILE: &str = "test";

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The case's name.
    pub name: String,
    /// Why the lead was rejected, if it was.
    pub rejected: Option<String>,
    /// What is otherwise than expected; empty for a case that holds.
    pub misses: Vec<Miss>,
    /// What the stages say of the lead, to explain a miss.
    pub lead: LeadAnswer,
}

impl Trial {
    /// Whether all is as expected.
    pub fn holds(&self) -> bool {
        self.rejected.is_none() && self.misses.is_empty()
    }
}

/// A column that is otherwise than expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Column of `leads`.
    pub column: String,
    /// Its type.
    pub kind: OutputType,
    /// The value expected, as CSV shows it.
    pub expected: String,
    /// The value found.
    pub found: String,
    /// What was wrong with the values that the case gives for the column: each as given, and a code.
    pub findings: Vec<(String, String)>,
}

/// Runs every case of a plan: the lead is cleaned, scored, assigned and qualified against the CRM's real records.
///
/// # Errors
/// When a CRM file cannot be read.
pub fn trials(plan: &Plan) -> Result<Vec<Trial>, RunError> {
    let mut plan = plan.clone();
    let cases = std::mem::take(&mut plan.tests);
    plan.load.sources.truncate(1);
    plan.load.sources.iter_mut().for_each(|source| source.files.clear());
    plan.load.max_rejects = RejectLimit::Share(1.0);
    plan.reports.clear();
    plan.decisions.clear();
    // They are about all rows, and not about one lead.
    plan.expectations.clear();
    plan.records = RecordPlans::default();
    plan.write.tables = None;
    plan.only = None;
    if let Some(dedupe) = &mut plan.dedupe {
        // One lead gives fewer comparisons than the file that the model is of.
        dedupe.model = None;
    }
    let crm = load::load(&plan.load, &plan.schema, &Silent)?;
    cases.iter().map(|case| trial(&plan, case, crm.clone())).collect()
}

fn trial(plan: &Plan, case: &TestCase, loaded: Loaded) -> Result<Trial, RunError> {
    let loaded = with_lead(case, loaded);
    // The lead of a case is none that an earlier run had.
    let RunOutput { tables, .. } =
        line(plan, loaded, &Earlier::default(), Purpose::Publish, Stopwatch::start(), &Silent)?;
    let rows = |name: &str| tables.iter().find(|table| table.name == name).map(rows).unwrap_or_default();
    let first = |name: &str| rows(name).into_iter().next();
    let leads = tables.iter().find(|table| table.name == "leads");
    let lead = first("leads");
    let rejected = lead.is_none().then(|| first("rejects").map_or_else(String::new, |row| row.text("code").to_owned()));
    let findings: Vec<Cells> = rows("findings").into_iter().filter(|row| row.text("file") == FILE).collect();
    let misses = case.expect.iter().filter_map(|(column, expected)| {
        let found = lead.as_ref()?.text(column);
        let kind =
            leads?.columns.iter().find(|known| known.name == *column).map_or(OutputType::Text, |known| known.kind);
        let of_column = findings.iter().filter(|row| row.text("field") == column);
        (!same(kind, found, expected)).then(|| Miss {
            column: column.clone(),
            kind,
            expected: expected.clone(),
            found: found.to_owned(),
            findings: of_column.map(|row| (row.text("text").to_owned(), row.text("code").to_owned())).collect(),
        })
    });
    let misses = misses.collect();
    let fields = lead.map(Cells::filled).unwrap_or_default();
    let ledger: Vec<LedgerLine> = rows("score_ledger").iter().map(ledger_line).collect();
    let lead = LeadAnswer {
        lead_id: fields.get("lead_id").and_then(Value::as_str).unwrap_or_default().to_owned(),
        score: (!ledger.is_empty())
            .then(|| ledger.iter().map(|line| Points::rounded(line.points)).sum::<Points>().to_string()),
        rating: why::rating(&fields, &plan.as_of.to_string()),
        fields,
        members: Vec::new(),
        undecided: Vec::new(),
        ledger,
        near_misses: rows("near_misses").iter().map(near_miss).collect(),
        decision: first("decisions").map(Cells::filled).unwrap_or_default(),
        answers: Vec::new(),
    };
    Ok(Trial { name: case.name.clone(), rejected, misses, lead })
}

/// A row of an output table: names and cells as CSV shows them.
struct Cells(Vec<(String, String)>);

impl Cells {
    fn text(&self, column: &str) -> &str {
        self.0.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell)
    }

    fn filled(self) -> Map<String, Value> {
        let filled = self.0.into_iter().filter(|(_, cell)| !cell.is_empty());
        filled.map(|(name, cell)| (name, Value::String(cell))).collect()
    }
}

fn rows(table: &OutputTable) -> Vec<Cells> {
    (0..table.rows()).map(|row| Cells(csv::row(table, row))).collect()
}

fn ledger_line(row: &Cells) -> LedgerLine {
    LedgerLine {
        criterion: row.text("criterion").to_owned(),
        met: row.text("met").parse().ok(),
        points: row.text("points").parse().unwrap_or_default(),
        version: row.text("version").to_owned(),
    }
}

fn near_miss(row: &Cells) -> NearMiss {
    NearMiss {
        target: row.text("target").to_owned(),
        gap: row.text("gap").parse().ok(),
        changes: row.text("changes").parse().unwrap_or_default(),
        change: row.text("change").to_owned(),
    }
}

/// The same text, or the same number, day or moment in another spelling. A text of digits is no number: 01067 is not 1067.
fn same(kind: OutputType, found: &str, expected: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    let moment = |text: &str| text.parse::<DateTime>().ok();
    found == expected
        || match kind {
            OutputType::Integer | OutputType::Number | OutputType::Decimal => {
                number(found).is_some_and(|found| number(expected) == Some(found))
            }
            OutputType::Date | OutputType::Timestamp => {
                moment(found).is_some_and(|found| moment(expected) == Some(found))
            }
            OutputType::Text | OutputType::Boolean => false,
        }
}

/// The case's lead as the only row, in a file of its own.
fn with_lead(case: &TestCase, mut loaded: Loaded) -> Loaded {
    let mut places = Places::clone(&loaded.raw.places);
    let origin = Origin { source: 0, file: places.files.len() as u32, line: 1 };
    places.files.push(FILE.to_owned());
    loaded.raw.places = Arc::new(places);
    loaded.raw.origins = vec![origin];
    let cell = |column: usize| case.lead.iter().find(|(target, _)| *target == column).map_or("", |(_, text)| text);
    loaded.raw.columns =
        (0..loaded.raw.schema.len()).map(|column| std::iter::once(cell(column)).collect::<TextColumn>()).collect();
    loaded.raw.told.clear();
    let lead = InputSummary { shown: FILE.to_owned(), rows: 1, ..InputSummary::default() };
    loaded.inputs.insert(0, lead);
    loaded.lead_files = 1;
    loaded
}
