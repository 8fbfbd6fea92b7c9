//! Report: what the stages found, as output tables. It only reads; nothing is decided here.

mod assignments;
mod consent;
mod emissions;
mod faults;
mod history;
mod issued;
mod leads;
mod links;
mod model;
mod planned;
pub mod queries;
mod record_links;
mod records;
mod review;
mod sales;
mod scores;
mod verdicts;

use std::sync::Arc;

pub use assignments::owner_load;
pub use planned::{no_changes, planned_changes};
use rayon::prelude::*;
pub use sales::sales;

use crate::config::plan::DuplicateRule;
use crate::model::answers::Answer;
use crate::model::assignments::Assignments;
use crate::model::consent::Consent;
use crate::model::crm::Crm;
use crate::model::emissions::Emissions;
use crate::model::entities::Entities;
use crate::model::field::LeadSchema;
use crate::model::issued::IssuedIds;
use crate::model::known_records::Known;
use crate::model::leads::Leads;
use crate::model::matching::Links;
use crate::model::near_misses::NearMisses;
use crate::model::records::RecordScores;
use crate::model::rows::{Finding, Places, Reject};
use crate::model::sales::Revenue;
use crate::model::scorecards::Scorecards;
use crate::model::table::{OutputColumn, OutputTable};

/// Everything that the stages found.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Usable input rows.
    pub leads: &'a Arc<Leads>,
    /// What origins point to, CRM files included.
    pub places: &'a Places,
    /// Kept pairs.
    pub links: &'a Arc<Links>,
    /// The published duplicate rules, by position.
    pub duplicate_rules: &'a [DuplicateRule],
    /// Golden leads.
    pub entities: &'a Entities,
    /// Who must not be reached.
    pub consent: &'a Consent,
    /// Records of the CRM that leads may be, where they were looked for.
    pub known: Option<&'a Known>,
    /// Scores.
    pub scores: &'a Scorecards,
    /// Scores of the CRM's own records.
    pub records: &'a RecordScores,
    /// Owners.
    pub assignments: &'a Assignments,
    /// Decisions and records.
    pub emissions: &'a Emissions,
    /// What came of the leads.
    pub revenue: &'a Revenue,
    /// The ids of records that leads got, those of earlier runs among them.
    pub issued: Option<&'a IssuedIds>,
    /// Leads just under something, where they were looked for.
    pub near_misses: Option<&'a NearMisses>,
    /// Unusable rows.
    pub rejects: &'a [Reject],
    /// Unusable values.
    pub findings: &'a [Finding],
    /// What the CRM has.
    pub crm: &'a Crm,
    /// People's answers, and what came of them.
    pub answers: &'a [Answer],
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
    "verdicts",
    "model",
    "score_ledger",
    "near_misses",
    "assignments",
    "contact_scores",
    "account_scores",
    "account_people",
    "record_ledger",
    "decisions",
    "record_links",
    "consent",
    "contact_points",
    "activities",
    "accounts",
    "contacts",
    "opportunities",
    "opportunity_lines",
    "opportunity_notes",
    "revenue",
    "issued_ids",
    "rejects",
    "findings",
];

/// The names of the tables of a run that only looks for duplicates.
pub const DUPLICATE_TABLES: &[&str] =
    &["leads", "lead_members", "links", "review", "verdicts", "model", "rejects", "findings"];

/// The columns of an output table; `links` and `review` get two more per comparison of the model (level and weight).
pub fn schema(table: &str, lead_schema: &LeadSchema) -> Option<Vec<OutputColumn>> {
    Some(match table {
        "leads" | "leads_open" | "leads_closed" => leads::columns(lead_schema),
        "lead_members" => {
            let mut columns = leads::member_columns();
            columns.extend(leads::raw_columns(lead_schema));
            columns
        }
        "lineage" => leads::lineage_columns(),
        "links" => links::columns(&[]),
        "review" => review::columns(&[]),
        "verdicts" => verdicts::columns(),
        "model" => model::columns(),
        "score_ledger" => scores::ledger_columns(),
        "near_misses" => scores::near_miss_columns(),
        "assignments" => assignments::columns(),
        "contact_scores" | "account_scores" => records::score_columns(),
        "account_people" => records::people_columns(),
        "record_ledger" => records::ledger_columns(),
        "decisions" => scores::decision_columns(),
        "record_links" => record_links::columns(),
        "consent" => consent::columns(),
        "contact_points" => history::contact_point_columns(),
        "activities" => history::activity_columns(),
        "accounts" => emissions::account_columns(),
        "contacts" => emissions::contact_columns(),
        "opportunities" => emissions::opportunity_columns(),
        "opportunity_lines" => sales::line_columns(),
        "opportunity_notes" => emissions::note_columns(),
        "revenue" => sales::revenue_columns(),
        "issued_ids" => issued::columns(),
        "rejects" => faults::reject_columns(),
        "findings" => faults::finding_columns(),
        _ => return None,
    })
}

/// The output tables that are wanted, in the order of [`TABLES`].
pub fn tables(evidence: Evidence<'_>, wanted: &(dyn Fn(&str) -> bool + Sync)) -> Vec<OutputTable> {
    let golden = ["leads", "leads_open", "leads_closed"].iter().any(|name| wanted(name));
    let golden = golden.then(|| leads::leads(evidence));
    let by_status = |name: &str, is_open: bool| {
        let rows: Vec<bool> = evidence.emissions.status.iter().map(|status| (status == "open") == is_open).collect();
        golden.as_ref().map(|leads| leads.filtered(name, &rows))
    };
    let build = |name: &&str| match *name {
        "leads" => golden.clone(),
        "leads_open" => by_status(name, true),
        "leads_closed" => by_status(name, false),
        "lead_members" => Some(leads::members(evidence, true)),
        "lineage" => Some(leads::lineage(evidence)),
        "score_ledger" => Some(scores::ledger(evidence)),
        "near_misses" => Some(scores::near_misses(evidence)),
        "assignments" => Some(assignments::assignments(evidence)),
        "contact_scores" => Some(records::scores(name, evidence.records.contacts.as_ref())),
        "account_scores" => Some(records::scores(name, evidence.records.accounts.as_ref())),
        "account_people" => Some(records::people(evidence)),
        "record_ledger" => Some(records::ledger(evidence)),
        "decisions" => Some(scores::decisions(evidence)),
        "record_links" => Some(record_links::record_links(evidence)),
        "consent" => Some(consent::consent(evidence)),
        "contact_points" => Some(history::contact_points(evidence)),
        "activities" => Some(history::activities(evidence)),
        "accounts" => Some(emissions::accounts(evidence)),
        "contacts" => Some(emissions::contacts(evidence)),
        "opportunities" => Some(emissions::opportunities(evidence)),
        "opportunity_lines" => Some(sales::lines(evidence)),
        "opportunity_notes" => Some(emissions::notes(evidence)),
        "revenue" => Some(sales::revenue(evidence)),
        "issued_ids" => Some(issued_ids(evidence.issued)),
        _ => of_rows(name, evidence),
    };
    let wanted: Vec<&str> = TABLES.iter().copied().filter(|name| wanted(name)).collect();
    wanted.par_iter().with_max_len(1).filter_map(build).collect()
}

/// The tables of a run that only looks for duplicates, as far as they are wanted: golden leads with these columns of the
/// schema, from the rows of `lineage`; members without their cells as read; links, review, model, rejects and findings.
pub fn duplicate_tables(
    evidence: Evidence<'_>,
    columns: &[usize],
    lineage: &[Arc<Vec<u32>>],
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Vec<OutputTable> {
    let build = |name: &&str| match *name {
        "leads" => Some(leads::golden(evidence, columns, lineage)),
        "lead_members" => Some(leads::members(evidence, false)),
        _ => of_rows(name, evidence),
    };
    let wanted: Vec<&str> = DUPLICATE_TABLES.iter().copied().filter(|name| wanted(name)).collect();
    wanted.par_iter().with_max_len(1).filter_map(build).collect()
}

/// The tables that tell of pairs, of the model that weighed them, and of what was unusable.
fn of_rows(name: &str, evidence: Evidence<'_>) -> Option<OutputTable> {
    Some(match name {
        "links" => links::links(evidence),
        "review" => review::review(evidence),
        "verdicts" => verdicts::verdicts(evidence),
        "model" => model::model(evidence),
        "rejects" => faults::rejects(evidence.places, evidence.rejects),
        "findings" => faults::findings(evidence.places, evidence.findings),
        _ => return None,
    })
}

/// The ids of records that leads got.
pub fn issued_ids(issued: Option<&IssuedIds>) -> OutputTable {
    issued::issued_ids(issued)
}

/// How many pairs the review table has.
pub fn open_reviews(evidence: Evidence<'_>) -> usize {
    links::open_reviews(evidence)
}

/// The rejects table alone, for a run that failed because of them.
pub fn rejects_table(places: &Places, rejects: &[Reject]) -> OutputTable {
    faults::rejects(places, rejects)
}
