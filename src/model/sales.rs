//! Price lists, and what became of leads in the end: quotes, orders and invoices.

use super::entities::EntityId;
use super::money::Money;
use super::rows::Origin;

/// A row of a price list.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price {
    /// The product's name.
    pub product: String,
    /// The name in folded form.
    pub product_key: String,
    /// The seller's own id of it, or "".
    pub product_id: String,
    /// The id in folded form.
    pub id_key: String,
    /// The family of products that it is of, or "".
    pub family: String,
    /// The family in folded form.
    pub family_key: String,
    /// What one costs; none where the list does not say.
    pub price: Option<Money>,
    /// In which currency, or "".
    pub currency: String,
    /// Percent that are taken off.
    pub discount: Option<Money>,
    /// The first day on which it holds, in days since 1970; none: since ever.
    pub valid_from: Option<i32>,
    /// The last day; none: for good.
    pub valid_until: Option<i32>,
}

/// What a document is, in the order in which they follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// A quote: nothing is sold by it yet.
    Quote,
    /// An order.
    Order,
    /// An invoice, or a credit note.
    Invoice,
    /// A won opportunity without orders and invoices, whose amount stands for them.
    Opportunity,
}

impl DocumentKind {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Order => "order",
            Self::Invoice => "invoice",
            Self::Opportunity => "opportunity",
        }
    }
}

/// What the status of a document says of its amount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentState {
    /// It holds.
    #[default]
    Holds,
    /// It is against what was sold: a credit note.
    Credit,
    /// It was cancelled: nothing of it is left.
    Void,
    /// It is not sent yet.
    Draft,
}

/// A quote, an order or an invoice of the CRM.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The CRM's id.
    pub id: String,
    /// What its status says of the amount.
    pub state: DocumentState,
    /// The status as the CRM has it, or "".
    pub status: String,
    /// The opportunity's id, or "".
    pub opportunity_id: String,
    /// The lead as the CRM names it, or "".
    pub lead_id: String,
    /// The contact's id, or "".
    pub contact_id: String,
    /// A clean e-mail address, or "".
    pub email: String,
    /// The account's id, or "".
    pub account_id: String,
    /// The amount.
    pub amount: Option<Money>,
    /// Its currency, or "".
    pub currency: String,
    /// Its day, in days since 1970.
    pub date: Option<i32>,
    /// Where it stands; none of a won opportunity.
    pub origin: Option<Origin>,
}

impl Document {
    /// Whether something is sold by it, for an amount that it says: it stands in the place of what came before it.
    pub fn sells(&self) -> bool {
        let is_sale = matches!(self.kind, DocumentKind::Order | DocumentKind::Invoice);
        is_sale && self.state == DocumentState::Holds && self.amount.is_some_and(Money::is_positive)
    }
}

/// How a document was led back to a lead, the surest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Through {
    /// By the opportunity, which is the lead's own.
    Opportunity,
    /// It names the lead itself.
    Lead,
    /// By the contact that the lead became, or is.
    Contact,
    /// By an e-mail address of the lead.
    Email,
    /// By the account of the lead.
    Account,
}

impl Through {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunity",
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Email => "email",
            Self::Account => "account",
        }
    }
}

/// Why a document leads to no lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unled {
    /// It names nothing that could lead anywhere.
    NoReference,
    /// Nothing that it names is of a lead.
    UnknownReference,
    /// The only leads that it could be of came later.
    LeadCameLater,
    /// Only the account leads to leads, and which of them were there before is not known: a date is missing.
    Undated,
}

impl Unled {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoReference => "no_reference",
            Self::UnknownReference => "unknown_reference",
            Self::LeadCameLater => "lead_came_later",
            Self::Undated => "undated",
        }
    }
}

/// A document with the lead that it goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevenueRow {
    /// The document; the CRM's own ids where they are known.
    pub document: Document,
    /// What of its amount counts as revenue; none where nothing of it does.
    pub revenue: Option<Money>,
    /// The lead and how it was found, or why none was.
    pub lead: Result<(EntityId, Through), Unled>,
    /// Days from the day on which the lead was created.
    pub days: Option<i32>,
}

/// What a lead brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadRevenue {
    /// The lead.
    pub lead: EntityId,
    /// The sum in each currency.
    pub sums: Vec<(String, Money)>,
    /// Whether more than nothing is left of it.
    pub won: bool,
    /// The day of the first document that brought something, in days since 1970, where it is won.
    pub won_at: Option<i32>,
}

impl LeadRevenue {
    /// The sum, where there is one currency.
    pub fn total(&self) -> Option<Money> {
        if let [(_, sum)] = self.sums[..] { Some(sum) } else { None }
    }

    /// The currencies, joined with "; ".
    pub fn currencies(&self) -> String {
        let named: Vec<&str> =
            self.sums.iter().map(|(currency, _)| currency.as_str()).filter(|it| !it.is_empty()).collect();
        named.join("; ")
    }
}

/// What came of the leads.
#[derive(Debug, Clone, Default)]
pub struct Revenue {
    /// Every document, by kind and id.
    pub rows: Vec<RevenueRow>,
    /// The leads of which some document counts, ascending.
    pub leads: Vec<LeadRevenue>,
    /// Whether the run has files of quotes, orders or invoices.
    pub has_documents: bool,
}

impl Revenue {
    /// What a lead brought, if it brought anything.
    pub fn of(&self, lead: usize) -> Option<&LeadRevenue> {
        let at = self.leads.binary_search_by_key(&lead, |one| one.lead.index()).ok()?;
        Some(&self.leads[at])
    }
}
