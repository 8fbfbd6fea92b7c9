//! Report: what the stages found, as output tables. It only reads; nothing is decided here.

mod emissions;
mod faults;
mod history;
mod leads;
mod links;
mod model;
pub mod queries;
mod scores;

use crate::config::plan::DuplicateRule;
use crate::model::emissions::Emissions;
use crate::model::entities::Entities;
use crate::model::field::LeadSchema;
use crate::model::leads::Leads;
use crate::model::matching::Links;
use crate::model::rows::{Finding, Places, Reject};
use crate::model::scorecards::{Assignments, Scorecards};
use crate::model::table::{OutputColumn, OutputTable};

/// Everything that the stages found.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Usable input rows.
    pub leads: &'a Leads,
    /// What origins point to, CRM files included.
    pub places: &'a Places,
    /// Kept pairs.
    pub links: &'a Links,
    /// The published duplicate rules, by position.
    pub duplicate_rules: &'a [DuplicateRule],
    /// Golden leads.
    pub entities: &'a Entities,
    /// Scores.
    pub scores: &'a Scorecards,
    /// Owners.
    pub assignments: &'a Assignments,
    /// Decisions and records.
    pub emissions: &'a Emissions,
    /// Unusable rows.
    pub rejects: &'a [Reject],
    /// Unusable values.
    pub findings: &'a [Finding],
}

/// The names of all output tables, in the order in which they are described.
pub const TABLES: &[&str] = &[
    "leads",
    "leads_open",
    "leads_closed",
    "lead_members",
    "lineage",
    "links",
    "review",
    "model",
    "score_ledger",
    "decisions",
    "contact_points",
    "activities",
    "accounts",
    "contacts",
    "opportunities",
    "opportunity_notes",
    "rejects",
    "findings",
];

/// The columns of an output table; `links` and `review` get two more per comparison of the model (level and weight).
pub fn schema(table: &str, lead_schema: &LeadSchema) -> Option<Vec<OutputColumn>> {
    Some(match table {
        "leads" | "leads_open" | "leads_closed" => leads::columns(lead_schema),
        "lead_members" => leads::member_columns(lead_schema),
        "lineage" => leads::lineage_columns(),
        "links" => links::columns(&[]),
        "review" => links::review_columns(&[]),
        "model" => model::columns(),
        "score_ledger" => scores::ledger_columns(),
        "decisions" => scores::decision_columns(),
        "contact_points" => history::contact_point_columns(),
        "activities" => history::activity_columns(),
        "accounts" => emissions::account_columns(),
        "contacts" => emissions::contact_columns(),
        "opportunities" => emissions::opportunity_columns(),
        "opportunity_notes" => emissions::note_columns(),
        "rejects" => faults::reject_columns(),
        "findings" => faults::finding_columns(),
        _ => return None,
    })
}

/// All output tables, in the order of [`TABLES`].
pub fn tables(evidence: Evidence<'_>) -> Vec<OutputTable> {
    let leads = leads::leads(evidence);
    let open: Vec<bool> = evidence.emissions.status.iter().map(|status| status == "open").collect();
    let closed: Vec<bool> = open.iter().map(|open| !open).collect();
    let leads_open = leads.filtered("leads_open", &open);
    let leads_closed = leads.filtered("leads_closed", &closed);
    vec![
        leads,
        leads_open,
        leads_closed,
        leads::members(evidence),
        leads::lineage(evidence),
        links::links(evidence),
        links::review(evidence),
        model::model(evidence),
        scores::ledger(evidence),
        scores::decisions(evidence),
        history::contact_points(evidence),
        history::activities(evidence),
        emissions::accounts(evidence),
        emissions::contacts(evidence),
        emissions::opportunities(evidence),
        emissions::notes(evidence),
        faults::rejects(evidence.places, evidence.rejects),
        faults::findings(evidence.places, evidence.findings),
    ]
}

/// The rejects table alone, for a run that failed because of them.
pub fn rejects_table(places: &Places, rejects: &[Reject]) -> OutputTable {
    faults::rejects(places, rejects)
}
