//! The pipeline file's own test cases: each lead goes through the real stages by itself.

use std::sync::Arc;

use super::{RunError, RunOutput, Stopwatch, line};
use crate::config::plan::{Plan, RecordPlans, RejectLimit, TestCase};
use crate::format::csv;
use crate::model::progress::Silent;
use crate::model::rows::{Origin, Places};
use crate::model::summary::InputSummary;
use crate::model::text::TextColumn;
use crate::stages::load::{self, Loaded};

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The case's name.
    pub name: String,
    /// Why the lead was rejected, if it was.
    pub rejected: Option<String>,
    /// What is otherwise than expected; empty for a case that holds.
    pub misses: Vec<Miss>,
    /// The lead's strongest reasons for and against, to explain a miss.
    pub reasons: String,
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
    /// The value expected, as CSV shows it.
    pub expected: String,
    /// The value found.
    pub found: String,
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
    plan.records = RecordPlans::default();
    plan.write.tables = None;
    plan.only = None;
    if let Some(dedupe) = &mut plan.dedupe {
        dedupe.decisions = None;
        // One lead gives fewer comparisons than the file that the model is of.
        dedupe.model = None;
    }
    let crm = load::load(&plan.load, &plan.schema, &Silent)?;
    cases.iter().map(|case| trial(&plan, case, crm.clone())).collect()
}

fn trial(plan: &Plan, case: &TestCase, loaded: Loaded) -> Result<Trial, RunError> {
    let RunOutput { tables, .. } = line(plan, with_lead(case, loaded), Stopwatch::start(), &Silent)?;
    let table = |name: &str| tables.iter().find(|table| table.name == name);
    let cells = |name: &str| table(name).map(csv::first_row).unwrap_or_default();
    let (leads, rejects) = (cells("leads"), cells("rejects"));
    let value = |cells: &[(String, String)], column: &str| {
        cells.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let rejected = leads.is_empty().then(|| value(&rejects, "code"));
    let misses = case.expect.iter().filter_map(|(column, expected)| {
        let found = value(&leads, column);
        (!same(&found, expected)).then(|| Miss { column: column.clone(), expected: expected.clone(), found })
    });
    let misses = if rejected.is_some() { Vec::new() } else { misses.collect() };
    let reasons = [value(&leads, "reasons_for"), value(&leads, "reasons_against")];
    let reasons = reasons.into_iter().filter(|reasons| !reasons.is_empty()).collect::<Vec<_>>().join(", ");
    Ok(Trial { name: case.name.clone(), rejected, misses, reasons })
}

/// The same text, or the same number in another spelling.
fn same(found: &str, expected: &str) -> bool {
    found == expected || matches!((found.parse::<f64>(), expected.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// The case's lead as the only row, in a file of its own.
fn with_lead(case: &TestCase, mut loaded: Loaded) -> Loaded {
    let mut places = Places::clone(&loaded.raw.places);
    let origin = Origin { source: 0, file: places.files.len() as u32, line: 1 };
    places.files.push("test".to_owned());
    loaded.raw.places = Arc::new(places);
    loaded.raw.origins = vec![origin];
    let cell = |column: usize| case.lead.iter().find(|(target, _)| *target == column).map_or("", |(_, text)| text);
    loaded.raw.columns =
        (0..loaded.raw.schema.len()).map(|column| std::iter::once(cell(column)).collect::<TextColumn>()).collect();
    let lead = InputSummary { shown: "test".to_owned(), rows: 1, ..InputSummary::default() };
    loaded.inputs.insert(0, lead);
    loaded.lead_files = 1;
    loaded
}
