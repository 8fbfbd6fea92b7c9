//! The decision about one lead, as far as it depends on this lead and the CRM alone.

use std::borrow::Cow;

use crate::config::plan::{OnMatch, QualifyPlan};
use crate::model::crm::Opportunity;
use crate::model::emissions::{Decision, DecisionKind};
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::ids;
use crate::model::rows::FindingCode;

use super::Subjects;
use super::crm_links::{Candidate, CrmIndex, clear_winner};
use super::fields::LeadFields;
use super::interest::products;
use super::reason::Reason;
use super::search::Search;

/// How a lead stands after reactivating and disqualifying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Open.
    Open,
    /// Closed before this run.
    Closed,
    /// Closed by a disqualify rule of this run.
    Disqualified,
    /// A disqualify rule holds, but an open opportunity hangs on the lead: it stays open.
    Protected,
}

/// Which conditions a lead meets.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) state: State,
    /// The rule that reactivated it.
    pub(super) reactivated: Option<usize>,
    /// The first disqualify rule that holds.
    pub(super) disqualify: Option<usize>,
    pub(super) qualifies: bool,
    /// Whether an account, a contact, an opportunity may be made.
    pub(super) create: [bool; 3],
}

impl Standing {
    /// Open while leads are qualified.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open | State::Protected)
    }
}

/// The account or contact of a qualifying lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie<'a> {
    /// In the CRM under this id.
    Existing(&'a str),
    /// To be made.
    New,
    /// None.
    Without,
}

impl<'a> Tie<'a> {
    /// The CRM's id, or "".
    pub(super) fn id(self) -> &'a str {
        match self {
            Self::Existing(id) => id,
            Self::New | Self::Without => "",
        }
    }

    fn new_if(wanted: bool) -> Self {
        if wanted { Self::New } else { Self::Without }
    }
}

/// What a qualifying lead is to get.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) account: Tie<'a>,
    pub(super) contact: Tie<'a>,
    /// None where no opportunity is made; `Existing` where the lead hangs on an open one.
    pub(super) opportunity: Option<Tie<'a>>,
}

/// A decision, and what a qualifying lead is to get.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) decision: Decision,
    /// Few leads qualify: most have none, and a place for one would be larger than all the rest.
    pub(super) wish: Option<Box<Wish<'a>>>,
    /// Why the lead was opened again, if it was.
    pub(super) reopened_for: Option<&'a str>,
}

/// Everything that a decision looks at.
pub(super) struct Decider<'a> {
    pub(super) plan: &'a QualifyPlan,
    pub(super) subjects: &'a Subjects<'a>,
    pub(super) fields: &'a LeadFields,
    pub(super) index: &'a CrmIndex<'a>,
    pub(super) standing: &'a [Standing],
    /// Open leads that may be the same, in both directions, sorted.
    pub(super) duplicates: Vec<(EntityId, EntityId)>,
}

/// A decision that leaves the lead open, or the wish of one that qualifies.
type Resolved<T> = Result<T, (DecisionKind, Reason)>;

impl<'a> Decider<'a> {
    /// Decides about one lead.
    pub(super) fn decide(&self, lead: usize) -> Outcome<'a> {
        let standing = &self.standing[lead];
        let reactivate = standing.reactivated.map(|rule| &self.plan.reactivate[rule].reason);
        let disqualify = standing.disqualify.map_or("", |rule| &self.plan.disqualify[rule].reason);
        let outcome = |kind, rule: Cow<'static, str>, reason: Cow<'static, str>| Outcome {
            decision: Decision { kind, rule, reason, matched: Vec::new(), candidates: Vec::new() },
            wish: None,
            reopened_for: reactivate.map(String::as_str),
        };
        let own = |words: &str| Cow::Owned(words.to_owned());
        let code = |reason: Reason| Cow::Borrowed(reason.name());
        let no_rule = Cow::Borrowed("");
        match (standing.state, reactivate) {
            (State::Closed, _) => outcome(DecisionKind::Unchanged, no_rule, code(Reason::AlreadyClosed)),
            (State::Disqualified, _) => outcome(DecisionKind::Disqualified, own(disqualify), own(disqualify)),
            (State::Protected, _) => {
                let mut blocked = outcome(DecisionKind::Blocked, own(disqualify), code(Reason::HasOpportunity));
                let attached = attached(self.fields, self.index, lead);
                blocked.decision.matched.extend(attached.map(|it| format!("opportunity:{}", it.id)));
                blocked
            }
            (State::Open, _) if standing.qualifies => {
                let reason = match reactivate {
                    Some(why) => Cow::Owned(format!("reactivated: {why}")),
                    None => code(Reason::ConditionsMet),
                };
                self.qualify(lead, outcome(DecisionKind::Qualified, Cow::Borrowed("qualify"), reason))
            }
            (State::Open, Some(why)) => outcome(DecisionKind::Reactivated, own(why), own(why)),
            (State::Open, None) => outcome(DecisionKind::Unchanged, no_rule, code(Reason::ConditionsNotMet)),
        }
    }

    /// Links to CRM records that do not exist.
    pub(super) fn unknown_links(&self, lead: usize) -> Vec<(EntityId, FindingCode, String)> {
        let (account, contact) = self.search().given(lead);
        let entity = EntityId(lead as u32);
        let mut unknown = Vec::new();
        if !account.is_empty() && !self.index.knows_account(account) {
            unknown.push((entity, FindingCode::UnknownAccount, account.to_owned()));
        }
        if !contact.is_empty() && !self.index.knows_contact(contact) {
            unknown.push((entity, FindingCode::UnknownContact, contact.to_owned()));
        }
        unknown
    }

    fn search(&self) -> Search<'a> {
        Search::new(self.subjects, self.fields, self.index)
    }

    fn qualify(&self, lead: usize, mut outcome: Outcome<'a>) -> Outcome<'a> {
        match self.resolve(lead, &mut outcome.decision) {
            Ok(wish) => outcome.wish = Some(Box::new(wish)),
            Err((kind, reason)) => {
                outcome.decision.kind = kind;
                outcome.decision.reason = Cow::Borrowed(reason.name());
            }
        }
        outcome
    }

    fn resolve(&self, lead: usize, decision: &mut Decision) -> Resolved<Wish<'a>> {
        if self.plan.block_on_duplicate_lead {
            let entity = EntityId(lead as u32);
            let from = self.duplicates.partition_point(|&(a, _)| a < entity);
            let same = self.duplicates[from..].iter().take_while(|&&(a, _)| a == entity);
            decision.matched.extend(same.map(|(_, b)| format!("lead:{}", self.subjects.entities.ids[b.index()])));
            if !decision.matched.is_empty() {
                return Err((DecisionKind::Blocked, Reason::DuplicateLead));
            }
        }
        let mut account = self.account(lead, decision)?;
        let contact = self.contact(lead, account, decision)?;
        if account == Tie::Without && !self.fields.has(Field::Company, lead) {
            // A person without a company: the linked contact's account, if it has one.
            account = self.search().account_of(contact.id()).map_or(account, Tie::Existing);
        }
        for (kind, tie) in [("account", account), ("contact", contact)] {
            if let Tie::Existing(id) = tie {
                decision.matched.push(format!("{kind}:{id}"));
            }
        }
        let opportunity = self.opportunity(lead, account, contact, decision)?;
        Ok(Wish { account, contact, opportunity })
    }

    /// A seller's choice, else the account of the contact that a seller chose, else a match, else a new one.
    fn account(&self, lead: usize, decision: &mut Decision) -> Resolved<Tie<'a>> {
        let search = self.search();
        if let Some(chosen) = search.chosen_account(lead) {
            // Both of a seller's choices stand; where they disagree, the contact's own account is named.
            let other = search.account_of(search.given(lead).1).filter(|&other| other != chosen);
            decision.candidates.extend(other.map(|other| format!("account:{other}")));
            return Ok(Tie::Existing(chosen));
        }
        let create = Tie::new_if(self.standing[lead].create[0] && self.fields.has(Field::Company, lead));
        let candidates = if self.wants_records(lead) { search.accounts(lead) } else { Vec::new() };
        let policy = Policy {
            on_match: self.plan.on_account_match,
            kind: "account",
            ambiguous: Reason::AmbiguousAccount,
            found: Reason::AccountMatch,
        };
        policy.choose(&candidates, create, decision)
    }

    /// A seller's choice, else a match, else a new one.
    fn contact(&self, lead: usize, account: Tie<'a>, decision: &mut Decision) -> Resolved<Tie<'a>> {
        let search = self.search();
        if let Some(chosen) = search.chosen_contact(lead) {
            return Ok(Tie::Existing(chosen));
        }
        let create = Tie::new_if(self.standing[lead].create[1]);
        let candidates = if self.wants_records(lead) { search.contacts(lead, account.id()) } else { Vec::new() };
        let policy = Policy {
            on_match: self.plan.on_contact_match,
            kind: "contact",
            ambiguous: Reason::AmbiguousContact,
            found: Reason::ContactMatch,
        };
        policy.choose(&candidates, create, decision)
    }

    /// A lead that gets nothing needs no search.
    fn wants_records(&self, lead: usize) -> bool {
        self.standing[lead].create.contains(&true)
    }

    /// The opportunity that the lead is to have. Its own from an earlier run is no duplicate of it.
    fn opportunity(
        &self,
        lead: usize,
        account: Tie<'a>,
        contact: Tie<'a>,
        decision: &mut Decision,
    ) -> Resolved<Option<Tie<'a>>> {
        if !self.standing[lead].create[2] {
            return Ok(None);
        }
        let again = self.standing[lead].reactivated.is_some();
        let own = own_opportunity(&self.subjects.entities.ids[lead], self.index, again);
        if let Some(own) = self.index.opportunity(&own) {
            decision.matched.push(format!("opportunity:{}", own.id));
            return Ok(Some(Tie::Existing(&own.id)));
        }
        let product = self.fields.text(Field::ProductInterest, lead);
        let mut same: Vec<&Opportunity> = self.index.open_opportunities(account.id(), contact.id());
        same.retain(|open| {
            self.duplicates_opportunity(open, account, contact) && same_product(&open.product_interest, product)
        });
        // Of several, one that names the product.
        same.sort_by_key(|open| open.product_interest.is_empty());
        match same.first() {
            None => Ok(Some(Tie::New)),
            Some(open) if self.plan.link_opportunity => {
                decision.matched.push(format!("opportunity:{}", open.id));
                Ok(Some(Tie::Existing(&open.id)))
            }
            Some(_) => {
                decision.matched.extend(same.iter().map(|open| format!("opportunity:{}", open.id)));
                Err((DecisionKind::Blocked, Reason::DuplicateOpportunity))
            }
        }
    }

    /// Of the same account and contact: the same contact where neither names another account, or, where neither has a
    /// contact, the same account. Where there is one opportunity per account, the account alone counts.
    fn duplicates_opportunity(&self, open: &Opportunity, account: Tie<'_>, contact: Tie<'_>) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let same_account = same(&open.account_id, account.id());
        let compatible = open.account_id.is_empty() || account == Tie::Without || same_account;
        match contact {
            _ if self.plan.opportunity_per_account && account != Tie::Without => same_account,
            Tie::Existing(id) => same(&open.contact_id, id) && compatible,
            Tie::New => false,
            Tie::Without => open.contact_id.is_empty() && same_account,
        }
    }
}

/// What to do with candidates of a kind.
struct Policy {
    on_match: OnMatch,
    kind: &'static str,
    ambiguous: Reason,
    found: Reason,
}

impl Policy {
    fn choose<'a>(&self, candidates: &[Candidate<'a>], create: Tie<'a>, decision: &mut Decision) -> Resolved<Tie<'a>> {
        decision.candidates.extend(candidates.iter().map(|candidate| format!("{}:{}", self.kind, candidate.id)));
        match (self.on_match, clear_winner(candidates)) {
            (OnMatch::Ignore, _) => Ok(create),
            (_, None) if candidates.is_empty() => Ok(create),
            (_, None) => Err((DecisionKind::Review, self.ambiguous)),
            (OnMatch::Link, Some(best)) => Ok(Tie::Existing(best.id)),
            (OnMatch::Review, Some(_)) => Err((DecisionKind::Review, self.found)),
        }
    }
}

/// The id of the opportunity that a lead gets for itself; when it qualifies again, past those that are closed.
pub(super) fn own_opportunity(lead_id: &str, index: &CrmIndex<'_>, again: bool) -> String {
    opportunity_id("lead", lead_id, |id| again && index.is_closed(id))
}

/// The id of the one opportunity that an account gets, past those that are closed.
pub(super) fn account_opportunity(account_id: &str, index: &CrmIndex<'_>) -> String {
    opportunity_id("account", account_id, |id| index.is_closed(id))
}

fn opportunity_id(of: &str, id: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut attempt = 1u32;
    loop {
        let id = ids::content_id('O', &["opportunity", of, id, &attempt.to_string()]);
        if !taken(&id) {
            return id;
        }
        attempt += 1;
    }
}

/// Equal but for case, or not known of one; of several products, one that both name.
pub(super) fn same_product(a: &str, b: &str) -> bool {
    let shared = || products(a).any(|one| products(b).any(|other| one.to_lowercase() == other.to_lowercase()));
    a.is_empty() || b.is_empty() || shared()
}

/// An open opportunity that hangs on the lead: one of the contact that a seller linked it to, under the account that a
/// seller linked it to where both name one.
pub(super) fn attached<'a>(fields: &LeadFields, index: &CrmIndex<'a>, lead: usize) -> Option<&'a Opportunity> {
    let contact = fields.text(Field::ExistingContactId, lead);
    let account = fields.text(Field::ExistingAccountId, lead);
    if contact.is_empty() || !index.knows_contact(contact) {
        return None;
    }
    let account = if index.knows_account(account) { account } else { "" };
    index
        .open_opportunities("", contact)
        .into_iter()
        .find(|open| open.account_id.is_empty() || account.is_empty() || open.account_id == account)
}
