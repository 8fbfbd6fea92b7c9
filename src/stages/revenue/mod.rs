//! Revenue: quotes, orders, invoices and won opportunities, led back to the leads that they came from.
//!
//! A document goes to its opportunity's lead, else to the lead that it names, else to that of its contact, its e-mail
//! address, its account (`trace`). Each sale counts once, by what is furthest: invoices, before orders, before the
//! amount of a won opportunity (`count`). Documents call opportunities by ids or names (`opportunities`).

mod count;
mod opportunities;
mod trace;

use std::collections::BTreeSet;

use rayon::prelude::*;

use opportunities::Opportunities;
use trace::{Sale, Traced};

use crate::model::answers::RecordVerdicts;
use crate::model::assignments::LeadAccounts;
use crate::model::calendar::MICROS_PER_DAY;
use crate::model::crm::{Crm, OpportunityStatus};
use crate::model::emissions::Emissions;
use crate::model::entities::{Entities, EntityId};
use crate::model::facts::Facts;
use crate::model::leads::Leads;
use crate::model::money::Money;
use crate::model::rows::{Finding, FindingCode, shown};
use crate::model::sales::{Document, DocumentKind, DocumentState, Revenue, RevenueRow};

/// A text in match form.
pub type MatchForm = fn(&str) -> String;
/// Whether two names in match form may be one person's; none where one is blank.
pub type NamesAgree = fn(&str, &str) -> Option<bool>;

/// What is known of the leads when documents are led back to them.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    /// The rows.
    pub leads: &'a Leads,
    /// The golden leads.
    pub entities: &'a Entities,
    /// What is known of them.
    pub facts: &'a Facts,
    /// What the CRM has.
    pub crm: &'a Crm,
    /// The leads that the CRM's opportunities name, and their places in its list.
    pub originated: &'a [(EntityId, u32)],
    /// The places of the documents that name a lead, and the leads, ascending.
    pub referred: &'a [(u32, EntityId)],
    /// Ids that runs gave the opportunities of leads.
    pub made_opportunities: &'a [(EntityId, String)],
    /// Ids that runs gave the contacts that leads became.
    pub made_contacts: &'a [(EntityId, String)],
    /// The account of each lead.
    pub accounts: &'a LeadAccounts,
    /// What this run decided.
    pub emissions: &'a Emissions,
    /// What people say about leads and records.
    pub verdicts: &'a RecordVerdicts,
    /// A person's name in match form.
    pub name_key: MatchForm,
    /// An opportunity's name in match form.
    pub title_key: MatchForm,
    /// Whether two names may be one person's.
    pub names_agree: NamesAgree,
}

/// Documents that count against opportunities, and the won opportunities in whose place none stands: theirs count by
/// themselves. An order or invoice that was cancelled stands there, too: nothing was sold in the end.
pub fn documents(crm: &Crm, title_key: MatchForm) -> Vec<Document> {
    let mut documents = crm.documents.clone();
    let won = || crm.opportunities.iter().filter(|it| it.status == OpportunityStatus::Won);
    if won().next().is_none() {
        return documents;
    }
    let is_void = |it: &Document| {
        matches!(it.kind, DocumentKind::Order | DocumentKind::Invoice) && it.state == DocumentState::Void
    };
    let settled: Vec<&Document> = crm.documents.iter().filter(|it| it.sells() || is_void(it)).collect();
    let known = (!settled.is_empty()).then(|| Opportunities::new(crm, title_key));
    let sold: BTreeSet<&str> =
        settled.iter().filter_map(|document| known.as_ref()?.id(&document.opportunity_id)).collect();
    documents.extend(won().filter(|it| !sold.contains(it.id.as_str())).map(|opportunity| Document {
        kind: DocumentKind::Opportunity,
        id: opportunity.id.clone(),
        state: DocumentState::Holds,
        status: "won".to_owned(),
        opportunity_id: opportunity.id.clone(),
        lead_id: opportunity.lead_id.clone(),
        contact_id: String::new(),
        email: String::new(),
        account_id: String::new(),
        amount: opportunity.amount.and_then(Money::of),
        currency: opportunity.currency.clone(),
        date: opportunity.closed_at.and_then(|at| i32::try_from(at.div_euclid(MICROS_PER_DAY)).ok()),
        origin: None,
    }));
    documents
}

/// Leads every document back, and adds up what counts; beside the revenue, the documents that may be of several
/// opportunities, and those that sold something and don't say for how much. `has_documents`: the run has files of them.
pub fn revenue(documents: Vec<Document>, subjects: Subjects<'_>, has_documents: bool) -> (Revenue, Vec<Finding>) {
    let tracer = trace::Tracer::new(subjects);
    let traced = documents.into_par_iter().enumerate().map(|(at, document)| tracer.trace(document, at as u32));
    let traced: Vec<Traced> = traced.collect();
    let counted = count::counted(&traced);
    let findings = traced.iter().zip(&counted).flat_map(|(traced, counts)| doubts(traced, counts.is_some())).collect();
    let rows = traced.into_iter().zip(counted).map(|(traced, revenue)| RevenueRow {
        document: traced.document,
        revenue,
        lead: traced.lead,
        days: traced.days,
    });
    let rows: Vec<RevenueRow> = rows.collect();
    let leads = count::of_leads(&rows);
    (Revenue { rows, leads, has_documents }, findings)
}

/// What is not known of a document.
fn doubts(traced: &Traced, counts: bool) -> impl Iterator<Item = Finding> {
    let Traced { document, sale, .. } = traced;
    let finding = |field: &str, code, text: &str| {
        let origin = document.origin?;
        Some(Finding { origin, field: field.to_owned(), code, text: shown(text) })
    };
    let several = (*sale == Sale::Ambiguous)
        .then(|| finding("opportunity_id", FindingCode::AmbiguousOpportunity, &document.opportunity_id));
    let unsaid = (counts && document.amount.is_none()).then(|| finding("amount", FindingCode::NoAmount, &document.id));
    [several, unsaid].into_iter().flatten().flatten()
}
