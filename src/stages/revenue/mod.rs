//! Revenue: quotes, orders, invoices and won opportunities, led back to the leads that they came from.
//!
//! A document goes to its opportunity's lead, else to the lead that it names, else to that of its contact, its e-mail
//! address, its account (`trace`). Each sale counts once, by what is furthest: invoices, before orders, before the
//! amount of a won opportunity (`count`).

mod count;
mod trace;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::model::assignments::LeadAccounts;
use crate::model::calendar::MICROS_PER_DAY;
use crate::model::crm::{Crm, OpportunityStatus};
use crate::model::emissions::Emissions;
use crate::model::entities::{Entities, EntityId};
use crate::model::facts::Facts;
use crate::model::leads::Leads;
use crate::model::money::Money;
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
    /// A person's name in match form.
    pub name_key: MatchForm,
    /// Whether two names may be one person's.
    pub names_agree: NamesAgree,
}

/// Documents that count against opportunities, and the won opportunities that have none: theirs count by themselves.
pub fn documents(crm: &Crm) -> Vec<Document> {
    let mut documents = crm.documents.clone();
    if crm.opportunities.iter().any(|opportunity| opportunity.status == OpportunityStatus::Won) {
        let known = trace::Opportunities::new(crm);
        let settled = |document: &&Document| {
            matches!(document.kind, DocumentKind::Order | DocumentKind::Invoice)
                && document.state != DocumentState::Draft
        };
        let sold: BTreeSet<&str> =
            crm.documents.iter().filter(settled).filter_map(|document| known.id(&document.opportunity_id)).collect();
        let won = crm.opportunities.iter().filter(|it| it.status == OpportunityStatus::Won);
        documents.extend(won.filter(|it| !sold.contains(it.id.as_str())).map(|opportunity| Document {
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
        }));
    }
    documents
}

/// Leads every document back, and adds up what counts. `has_documents`: the run has files of them.
pub fn revenue(documents: Vec<Document>, subjects: Subjects<'_>, has_documents: bool) -> Revenue {
    let tracer = trace::Tracer::new(subjects);
    let traced = documents.into_par_iter().enumerate().map(|(at, document)| tracer.trace(document, at as u32));
    let traced: Vec<trace::Traced> = traced.collect();
    let counted = count::counted(&traced);
    let rows = traced.into_iter().zip(counted).map(|(traced, revenue)| RevenueRow {
        document: traced.document,
        revenue,
        lead: traced.lead,
        days: traced.days,
    });
    let rows: Vec<RevenueRow> = rows.collect();
    let leads = count::of_leads(&rows);
    Revenue { rows, leads, has_documents }
}
