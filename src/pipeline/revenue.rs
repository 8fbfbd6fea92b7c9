//! What came of the leads: the CRM's documents, led back to them.

use std::collections::BTreeSet;

use super::Linked;
use crate::config::plan::Plan;
use crate::model::assignments::LeadAccounts;
use crate::model::emissions::Emissions;
use crate::model::entities::EntityId;
use crate::model::money;
use crate::model::rows::{Finding, FindingCode, Origin, shown};
use crate::model::sales::{LeadRevenue, Revenue};
use crate::stages::qualify::{self, Subjects};
use crate::stages::{revenue, standardize};

/// Whether the run has documents of sales.
pub(super) fn has_documents(plan: &Plan) -> bool {
    let crm = &plan.load.crm;
    [&crm.quotes, &crm.orders, &crm.invoices].into_iter().any(Option::is_some)
}

/// Leads every document back to its lead. Where there are neither documents nor won opportunities, nothing is looked for.
pub(super) fn revenue(
    plan: &Plan,
    linked: &Linked,
    subjects: &Subjects<'_>,
    emissions: &Emissions,
) -> (Revenue, Vec<Finding>) {
    let (crm, has_documents) = (&linked.crm, has_documents(plan));
    let documents = revenue::documents(crm, standardize::crm::product_key);
    if documents.is_empty() {
        return (Revenue { has_documents, ..Revenue::default() }, Vec::new());
    }
    let references = documents.iter().map(|document| document.lead_id.as_str());
    let mut referred: Vec<(u32, EntityId)> = qualify::referred(references, &linked.leads, subjects.entities)
        .into_iter()
        .map(|(lead, at)| (at, lead))
        .collect();
    referred.sort_unstable();
    let made = qualify::made(subjects, crm, &documents);
    let wants_accounts = documents.iter().any(|document| {
        !document.account_id.is_empty() || !document.contact_id.is_empty() || !document.opportunity_id.is_empty()
    });
    let accounts = match wants_accounts {
        true => {
            qualify::accounts(subjects.facts, subjects.company_key, crm, subjects.known_accounts, subjects.verdicts)
        }
        false => LeadAccounts::default(),
    };
    let led = revenue::Subjects {
        leads: &linked.leads,
        entities: subjects.entities,
        facts: subjects.facts,
        crm,
        originated: subjects.originated,
        referred: &referred,
        made_opportunities: &made.opportunities,
        made_contacts: &made.contacts,
        accounts: &accounts,
        emissions,
        verdicts: subjects.verdicts,
        name_key: standardize::crm::name_key,
        title_key: standardize::crm::product_key,
        names_agree: qualify::names_agree,
    };
    let (revenue, mut findings) = revenue::revenue(documents, led, has_documents);
    // An amount that is no number was found where it stands.
    let unread: BTreeSet<Origin> =
        linked.findings.iter().filter(|it| it.field == "amount").map(|it| it.origin).collect();
    findings.retain(|finding| finding.code != FindingCode::NoAmount || !unread.contains(&finding.origin));
    findings.extend(mixed(&revenue, linked, subjects));
    (revenue, findings)
}

/// Leads whose revenue is in several currencies, at the rows that survive.
fn mixed(revenue: &Revenue, linked: &Linked, subjects: &Subjects<'_>) -> Vec<Finding> {
    let several = revenue.leads.iter().filter(|of| of.sums.len() > 1);
    let finding = |of: &LeadRevenue| Finding {
        origin: linked.leads.origins[subjects.entities.survivors[of.lead.index()].index()],
        field: "revenue".to_owned(),
        code: FindingCode::MixedCurrencies,
        text: shown(&money::told(&of.sums)),
    };
    several.map(finding).collect()
}
