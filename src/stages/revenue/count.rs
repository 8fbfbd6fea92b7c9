//! What counts as revenue: each sale once.

use std::collections::{BTreeMap, BTreeSet};

use super::trace::Traced;
use crate::model::entities::EntityId;
use crate::model::money::{self, Money};
use crate::model::sales::{DocumentKind, DocumentState, LeadRevenue, RevenueRow};

/// Whose documents are looked at together where no opportunity tells sales apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Party<'a> {
    Lead(EntityId),
    Contact(&'a str),
    Email(&'a str),
    Account(&'a str),
    /// Nobody's: a sale of its own.
    Own(DocumentKind, &'a str),
}

impl<'a> Party<'a> {
    fn of(traced: &'a Traced) -> Self {
        let document = &traced.document;
        match traced.lead {
            Ok((lead, _)) => Self::Lead(lead),
            Err(_) if !document.contact_id.is_empty() => Self::Contact(&document.contact_id),
            Err(_) if !document.email.is_empty() => Self::Email(&document.email),
            Err(_) if !document.account_id.is_empty() => Self::Account(&document.account_id),
            Err(_) => Self::Own(document.kind, &document.id),
        }
    }
}

/// What further steps of sales there are.
#[derive(Default)]
struct Sales<'a> {
    /// Opportunities with an invoice.
    invoiced: BTreeSet<&'a str>,
    /// Parties with an invoice of any sale.
    invoiced_parties: BTreeSet<Party<'a>>,
    /// Parties with an invoice, and with an order, that name no opportunity: they may be of any.
    loose: [BTreeSet<Party<'a>>; 2],
    /// Parties with an invoice or order of an opportunity that nobody knows: it may be any of theirs.
    unknown: BTreeSet<Party<'a>>,
}

/// What counts of each document. Invoices count; an order, where its sale has no invoice; a won opportunity, where it has
/// neither (those that have are not among the documents). Sales are told apart by their opportunities. An order or invoice
/// without one may be of any sale of its lead: an order then counts only where the lead has no invoice at all, and what
/// comes before such an invoice or order does not count beside it. No won opportunity counts beside one that names an
/// opportunity which nobody knows.
pub(super) fn counted(all: &[Traced]) -> Vec<Option<Money>> {
    let mut sales = Sales::default();
    for traced in all {
        let document = &traced.document;
        let brings = document.amount.is_none_or(Money::is_positive);
        if document.state != DocumentState::Holds || !brings {
            continue;
        }
        let (party, opportunity) = (Party::of(traced), document.opportunity_id.as_str());
        if matches!(document.kind, DocumentKind::Invoice | DocumentKind::Order) && !traced.is_sale_known {
            sales.unknown.insert(party);
        }
        match document.kind {
            DocumentKind::Invoice => {
                sales.invoiced_parties.insert(party);
                match opportunity {
                    "" => drop(sales.loose[0].insert(party)),
                    id => drop(sales.invoiced.insert(id)),
                }
            }
            DocumentKind::Order if opportunity.is_empty() => drop(sales.loose[1].insert(party)),
            DocumentKind::Order | DocumentKind::Quote | DocumentKind::Opportunity => {}
        }
    }
    all.iter().map(|traced| sales.counts(traced).then(|| worth(traced)).flatten()).collect()
}

impl Sales<'_> {
    fn counts(&self, traced: &Traced) -> bool {
        let (party, opportunity) = (Party::of(traced), traced.document.opportunity_id.as_str());
        let [invoice, order] = [0, 1].map(|at| self.loose[at].contains(&party));
        match traced.document.kind {
            DocumentKind::Quote => false,
            DocumentKind::Invoice => true,
            DocumentKind::Order if opportunity.is_empty() => !self.invoiced_parties.contains(&party),
            DocumentKind::Order => !self.invoiced.contains(opportunity) && !invoice,
            DocumentKind::Opportunity => !invoice && !order && !self.unknown.contains(&party),
        }
    }
}

/// A credit note counts against what was sold, whatever its sign.
fn worth(traced: &Traced) -> Option<Money> {
    let amount = traced.document.amount.unwrap_or_default();
    match traced.document.state {
        DocumentState::Holds => Some(amount),
        DocumentState::Credit => Some(-amount.abs()),
        DocumentState::Void | DocumentState::Draft => None,
    }
}

/// What each lead brought. It is won where something is left in some currency, or where something was sold at an amount
/// that is not known.
pub(super) fn of_leads(rows: &[RevenueRow]) -> Vec<LeadRevenue> {
    let mut of: BTreeMap<EntityId, Vec<(&RevenueRow, Money)>> = BTreeMap::new();
    for row in rows {
        if let (Ok((lead, _)), Some(revenue)) = (row.lead, row.revenue) {
            of.entry(lead).or_default().push((row, revenue));
        }
    }
    let lead = |(lead, counted): (EntityId, Vec<(&RevenueRow, Money)>)| {
        let sums = money::by_currency(counted.iter().map(|(row, it)| (row.document.currency.as_str(), *it)));
        let is_open = |row: &RevenueRow| row.document.amount.is_none() && row.document.state == DocumentState::Holds;
        let won = sums.iter().any(|(_, sum)| sum.is_positive()) || counted.iter().any(|(row, _)| is_open(row));
        let brings = counted.iter().filter(|(row, it)| it.is_positive() || is_open(row));
        let won_at = brings.filter_map(|(row, _)| row.document.date).min().filter(|_| won);
        LeadRevenue { lead, sums, won, won_at }
    };
    of.into_iter().map(lead).collect()
}
