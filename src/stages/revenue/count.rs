//! What counts as revenue: each sale once.

use std::collections::{BTreeMap, BTreeSet};

use super::trace::{Sale, Traced};
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

/// What was sold at one step: by orders, or by invoices.
#[derive(Default)]
struct Sold<'a> {
    /// The opportunities that these name.
    opportunities: BTreeSet<&'a str>,
    /// Whose they are.
    parties: BTreeSet<Party<'a>>,
    /// Those of whom one names no opportunity that is known: it may be of any.
    loose: BTreeSet<Party<'a>>,
}

impl<'a> Sold<'a> {
    /// By the documents of a kind that sell something.
    fn by(kind: DocumentKind, all: &'a [Traced]) -> Self {
        let mut sold = Self::default();
        for traced in all.iter().filter(|traced| traced.document.kind == kind && traced.document.sells()) {
            let party = Party::of(traced);
            sold.opportunities.extend(opportunity(traced));
            sold.parties.insert(party);
            if traced.sale != Sale::Known {
                sold.loose.insert(party);
            }
        }
        sold
    }

    /// Whether one of these may be of the sale of a document.
    fn may_be_of(&self, traced: &'a Traced) -> bool {
        let party = Party::of(traced);
        opportunity(traced).is_some_and(|id| self.opportunities.contains(id))
            || self.loose.contains(&party)
            || traced.sale != Sale::Known && self.parties.contains(&party)
    }
}

/// The opportunity that a document names, where that can be no other one's name.
fn opportunity(traced: &Traced) -> Option<&str> {
    match traced.sale {
        Sale::Known | Sale::Unknown => Some(&traced.document.opportunity_id),
        Sale::Unsaid | Sale::Ambiguous => None,
    }
}

/// What counts of each document: of an invoice, an order and the amount of a won opportunity that may be of one sale only
/// the first does, and two documents may be of one sale where they name the same opportunity, or where they are of one lead
/// (of one contact, address or account, where they lead to none) and not both name opportunities that are known. Where the
/// CRM gives no opportunities, each is taken to be known.
///
/// | order, below; invoice, beside | known | unknown, or ambiguous | blank | none |
/// |---|---|---|---|---|
/// | known | both, unless it is the same | invoice | invoice | order |
/// | unknown, or ambiguous | invoice | invoice | invoice | order |
/// | blank | invoice | invoice | invoice | order |
/// | none | invoice | invoice | invoice | |
///
/// A won opportunity, which is always known, counts beside an order or an invoice as a known order does beside an invoice.
/// What does not say its amount, or gives something back, takes no other's place.
pub(super) fn counted(all: &[Traced]) -> Vec<Option<Money>> {
    let ordered = Sold::by(DocumentKind::Order, all);
    let invoiced = Sold::by(DocumentKind::Invoice, all);
    let counts = |traced: &Traced| match traced.document.kind {
        DocumentKind::Quote => false,
        DocumentKind::Invoice => true,
        DocumentKind::Order => !invoiced.may_be_of(traced),
        DocumentKind::Opportunity => !ordered.may_be_of(traced) && !invoiced.may_be_of(traced),
    };
    all.iter().map(|traced| counts(traced).then(|| worth(traced)).flatten()).collect()
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
        // What does not say its amount has no say in the currency, unless there is nothing else.
        let says = |row: &RevenueRow| row.document.amount.is_some();
        let is_said = counted.iter().any(|(row, _)| says(row));
        let amounts = counted.iter().filter(|(row, _)| says(row) || !is_said);
        let sums = money::by_currency(amounts.map(|(row, it)| (row.document.currency.as_str(), *it)));
        let is_open = |row: &RevenueRow| row.document.amount.is_none() && row.document.state == DocumentState::Holds;
        let won = sums.iter().any(|(_, sum)| sum.is_positive()) || counted.iter().any(|(row, _)| is_open(row));
        let brings = counted.iter().filter(|(row, it)| it.is_positive() || is_open(row));
        let won_at = brings.filter_map(|(row, _)| row.document.date).min().filter(|_| won);
        LeadRevenue { lead, sums, won, won_at }
    };
    of.into_iter().map(lead).collect()
}
