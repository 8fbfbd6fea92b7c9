//! The decision about one lead, as far as it depends on this lead and the CRM alone.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::config::plan::{OnMatch, QualifyPlan};
use crate::model::answers::QuestionKind;
use crate::model::calendar::MICROS_PER_DAY;
use crate::model::crm::{Opportunity, OpportunityStatus};
use crate::model::emissions::{Decision, DecisionKind};
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::issued::RecordKind;
use crate::model::questions::Asked;
use crate::model::rows::FindingCode;

use super::Subjects;
use super::catalogue::Catalogue;
use super::crm_links::{Candidate, CrmIndex, clear_winner, names_agree};
use super::fields::LeadFields;
use super::own;
use super::reason::Reason;
use super::search::{Search, Settled};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The stage that the lead has come to by its earlier opportunities.
    pub(super) stage: &'static str,
}

/// Everything that a decision looks at.
#[derive(Clone, Copy)]
pub(super) struct Decider<'a> {
    pub(super) plan: &'a QualifyPlan,
    pub(super) subjects: &'a Subjects<'a>,
    pub(super) fields: &'a LeadFields,
    pub(super) index: &'a CrmIndex<'a>,
    pub(super) catalogue: &'a Catalogue<'a>,
    pub(super) standing: &'a [Standing],
    /// Open leads that may be the same, in both directions, sorted.
    pub(super) duplicates: &'a [(EntityId, EntityId)],
    /// Two leads that are taken for told apart, the smaller first; for questions about what would be.
    pub(super) told_apart: Option<(EntityId, EntityId)>,
}

/// A decision that leaves the lead open, or the wish of one that qualifies.
type Resolved<T> = Result<T, (DecisionKind, Reason)>;

impl<'a> Decider<'a> {
    /// Decides about one lead.
    pub(super) fn decide(&self, lead: usize) -> Outcome<'a> {
        let standing = &self.standing[lead];
        let reactivate = standing.reactivated.map(|rule| &self.plan.reactivate[rule].reason);
        let had = own::opportunities(lead, self.subjects, self.index);
        let stage = match own::open(&had) {
            Some(_) => "develop",
            None if had.is_empty() || reactivate.is_some() => "qualify",
            None => "close",
        };
        let disqualify = standing.disqualify.map_or("", |rule| &self.plan.disqualify[rule].reason);
        let outcome = |kind, rule: Cow<'static, str>, reason: Cow<'static, str>| Outcome {
            decision: Decision { kind, rule, reason, found: None },
            wish: None,
            stage,
        };
        let own = |words: &str| Cow::Owned(words.to_owned());
        let code = |reason: Reason| Cow::Borrowed(reason.name());
        let no_rule = Cow::Borrowed("");
        match (standing.state, reactivate) {
            (State::Closed, _) => outcome(DecisionKind::Unchanged, no_rule, code(Reason::AlreadyClosed)),
            (State::Disqualified, _) => outcome(DecisionKind::Disqualified, own(disqualify), own(disqualify)),
            (State::Protected, _) => {
                let mut blocked = outcome(DecisionKind::Blocked, own(disqualify), code(Reason::HasOpportunity));
                let attached = attached(lead, self.subjects, self.fields, (self.index, self.catalogue));
                let shown = attached.map(|it| format!("opportunity:{}", it.id));
                blocked.decision.found_mut().matched.extend(shown);
                blocked
            }
            (State::Open, _) if standing.qualifies => {
                let reason = match reactivate {
                    Some(why) => Cow::Owned(format!("reactivated: {why}")),
                    None => code(Reason::ConditionsMet),
                };
                self.qualify(lead, &had, outcome(DecisionKind::Qualified, Cow::Borrowed("qualify"), reason))
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
        let known = self.search().given_account(lead);
        if !account.is_empty() && known.is_none() {
            unknown.push((entity, FindingCode::UnknownAccount, account.to_owned()));
        }
        if !contact.is_empty() && !self.index.knows_contact(contact) {
            unknown.push((entity, FindingCode::UnknownContact, contact.to_owned()));
        }
        // Two rows that were merged may have named one each.
        if let (Some(account), Some(other)) = (known, self.search().own_account_of(contact))
            && account != other
        {
            unknown.push((entity, FindingCode::ContradictoryLink, contact.to_owned()));
        }
        unknown
    }

    fn search(&self) -> Search<'a> {
        Search::new(self.subjects, self.fields, self.index)
    }

    fn qualify(&self, lead: usize, had: &[&'a Opportunity], mut outcome: Outcome<'a>) -> Outcome<'a> {
        match self.resolve(lead, had, &mut outcome.decision) {
            Ok(wish) => outcome.wish = Some(Box::new(wish)),
            Err((kind, reason)) => {
                outcome.decision.kind = kind;
                outcome.decision.reason = Cow::Borrowed(reason.name());
            }
        }
        outcome
    }

    fn resolve(&self, lead: usize, had: &[&'a Opportunity], decision: &mut Decision) -> Resolved<Wish<'a>> {
        if self.plan.block_on_duplicate_lead {
            let entity = EntityId(lead as u32);
            let from = self.duplicates.partition_point(|&(a, _)| a < entity);
            let same = self.duplicates[from..].iter().take_while(|&&(a, _)| a == entity);
            let same = same.filter(|&&(a, b)| self.told_apart != Some((a.min(b), a.max(b))));
            let same: Vec<String> =
                same.map(|(_, b)| format!("lead:{}", self.subjects.entities.ids[b.index()])).collect();
            if !same.is_empty() {
                decision.found_mut().matched = same;
                return Err((DecisionKind::Blocked, Reason::DuplicateLead));
            }
        }
        let mut account = self.account(lead, decision)?;
        let contact = self.contact(lead, had, account, decision)?;
        if account == Tie::New
            && !self.search().makes_new(lead, QuestionKind::Account)
            && let Tie::Existing(contact) = contact
        {
            // One of a company that is called otherwise now.
            let brought = self.search().account_of_colleague(lead, contact);
            let policy = self.on_account_match(lead);
            account = match self.search().allowed_account(lead, brought) {
                Some(id) if policy.on_match == OnMatch::Link => Tie::Existing(id),
                brought => {
                    self.choose(lead, &policy, brought.map(Candidate::of_contact).as_slice(), account, decision)?
                }
            };
        }
        if account == Tie::Without && !self.fields.has(Field::Company, lead) {
            // A person without a company: the linked contact's account, if it has one.
            let brought = self.search().account_of(contact.id());
            account = self.search().allowed_account(lead, brought).map_or(account, Tie::Existing);
        }
        for (kind, tie) in [("account", account), ("contact", contact)] {
            if let Tie::Existing(id) = tie {
                decision.found_mut().matched.push(format!("{kind}:{id}"));
            }
        }
        let opportunity = self.opportunity(lead, had, (account, contact), decision)?;
        Ok(Wish { account, contact, opportunity })
    }

    fn on_account_match(&self, lead: usize) -> Policy {
        Policy {
            on_match: self.plan.on_account_match,
            kind: QuestionKind::Account,
            ambiguous: Reason::AmbiguousAccount,
            weak: Reason::WeakAccount,
            found: Reason::AccountMatch,
            wanted: self.standing[lead].create[0],
        }
    }

    /// A seller's choice, else the account of the contact that a seller chose, else what a person answered, else a match,
    /// else a new one.
    fn account(&self, lead: usize, decision: &mut Decision) -> Resolved<Tie<'a>> {
        let search = self.search();
        if let Some(chosen) = search.chosen_account(lead) {
            // Both of a seller's choices stand; where they disagree, the contact's own account is named.
            let other = search.own_account_of(search.given(lead).1).filter(|&other| other != chosen);
            if let Some(other) = other {
                decision.found_mut().candidates.push(format!("account:{other}"));
            }
            return Ok(Tie::Existing(chosen));
        }
        let wanted = self.standing[lead].create[0];
        let create = Tie::new_if(wanted && self.fields.has(Field::Company, lead));
        let policy = self.on_account_match(lead);
        match search.answered_account(lead) {
            Some(Settled::Account(account)) => return Ok(Tie::Existing(account)),
            Some(Settled::New) if create == Tie::New && policy.on_match != OnMatch::Ignore => {
                let look = |passed: &BTreeSet<&'a str>| search.accounts_beside(lead, passed);
                let later = self.later(lead, RecordKind::Account, look, |it| it.id, decision);
                return self.choose(lead, &policy, &later, create, decision);
            }
            Some(Settled::New) => return Ok(create),
            None => {}
        }
        let candidates = if self.wants_records(lead) { search.likely_accounts(lead) } else { Vec::new() };
        self.choose(lead, &policy, &candidates, create, decision)
    }

    /// Of the candidates beside which a person wants a new record those that came after an earlier run had made it: it is one
    /// of them. Where there are none it is made, and all are noted. `look` finds what comes into question beside some others.
    fn later<T>(
        &self,
        lead: usize,
        kind: RecordKind,
        look: impl Fn(&BTreeSet<&'a str>) -> Vec<T>,
        id: fn(&T) -> &'a str,
        decision: &mut Decision,
    ) -> Vec<T> {
        let earlier = self.search().passed_over(lead, kind);
        let later = earlier.as_ref().map(&look).unwrap_or_default();
        if later.is_empty() {
            let mut passed = earlier.unwrap_or_default();
            loop {
                // Behind the best there may be others.
                let more = look(&passed);
                if more.is_empty() {
                    break;
                }
                passed.extend(more.iter().map(id));
            }
            decision.found_mut().passed_over.push((kind, passed.into_iter().map(str::to_owned).collect()));
        }
        later
    }

    /// A seller's choice, else what a person answered, else a match, else a new one.
    fn contact(
        &self,
        lead: usize,
        had: &[&'a Opportunity],
        account: Tie<'a>,
        decision: &mut Decision,
    ) -> Resolved<Tie<'a>> {
        let search = self.search();
        if let Some(chosen) = search.chosen_contact(lead) {
            return Ok(Tie::Existing(chosen));
        }
        let wanted = self.standing[lead].create[1];
        // Nobody is made of an address without a name.
        let create = Tie::new_if(wanted && self.fields.has(Field::FullName, lead));
        if let Some(answered) = search.answered(lead, QuestionKind::Contact) {
            return Ok(Tie::Existing(answered));
        }
        let policy = Policy {
            on_match: self.plan.on_contact_match,
            kind: QuestionKind::Contact,
            ambiguous: Reason::AmbiguousContact,
            weak: Reason::WeakContact,
            found: Reason::ContactMatch,
            wanted,
        };
        let wants_new = search.makes_new(lead, QuestionKind::Contact);
        if let Some(known) = self.contact_of_own(lead, had).filter(|_| !wants_new) {
            return Ok(Tie::Existing(known));
        }
        if wants_new && (create != Tie::New || policy.on_match == OnMatch::Ignore) {
            return Ok(create);
        }
        let look = |passed: &BTreeSet<&'a str>| search.contacts_beside(lead, account.id(), passed);
        let candidates = match wants_new {
            true => self.later(lead, RecordKind::Contact, look, |it| it.id, decision),
            false if self.wants_records(lead) => search.contacts(lead, account.id()),
            false => Vec::new(),
        };
        self.choose(lead, &policy, &candidates, create, decision)
    }

    /// The contact on whom the lead's own open opportunity hangs, unless it has another name: whoever it is otherwise, an
    /// earlier run has told.
    fn contact_of_own(&self, lead: usize, had: &[&'a Opportunity]) -> Option<&'a str> {
        let contact = self.index.contact(&own::open(had)?.contact_id).filter(|contact| contact.active)?;
        let name = self.fields.key(self.subjects.name_key, Field::FullName, lead);
        let is_other = names_agree(&name, &contact.name_key) == Some(false)
            || self.search().is_told_apart(lead, QuestionKind::Contact, &contact.id);
        (!is_other).then_some(&*contact.id)
    }

    /// Chooses among candidates. The one that an earlier run made for the lead is the lead's, whatever the policy.
    fn choose(
        &self,
        lead: usize,
        policy: &Policy,
        candidates: &[Candidate<'a>],
        create: Tie<'a>,
        decision: &mut Decision,
    ) -> Resolved<Tie<'a>> {
        let own = if candidates.is_empty() { Vec::new() } else { own::made_for(policy.kind, lead, self.subjects) };
        let is_own = |it: &&Candidate<'_>| {
            let ids = match policy.kind {
                QuestionKind::Account => self.index.account(it.id).map(|known| [&known.id, &known.external_id]),
                _ => self.index.contact(it.id).map(|known| [&known.id, &known.external_id]),
            };
            ids.is_some_and(|ids| ids.iter().any(|id| own.contains(id)))
        };
        let mut made = candidates.iter().filter(is_own);
        match (made.next(), made.next()) {
            (Some(only), None) => policy.choose(&[Candidate { weak: false, ..*only }], create, decision, OnMatch::Link),
            _ => policy.choose(candidates, create, decision, policy.on_match),
        }
    }

    /// A lead that gets nothing needs no search.
    fn wants_records(&self, lead: usize) -> bool {
        self.standing[lead].create.contains(&true)
    }

    /// The opportunity that the lead is to have. An open one that it had before is no duplicate of it; after closed ones it
    /// gets another one only where it has been opened again since.
    fn opportunity(
        &self,
        lead: usize,
        had: &[&'a Opportunity],
        (account, contact): (Tie<'a>, Tie<'a>),
        decision: &mut Decision,
    ) -> Resolved<Option<Tie<'a>>> {
        if !self.standing[lead].create[2] {
            return Ok(None);
        }
        if let Some(answered) = self.search().answered(lead, QuestionKind::Opportunity) {
            decision.found_mut().matched.push(format!("opportunity:{answered}"));
            return Ok(Some(Tie::Existing(answered)));
        }
        let shared = if self.plan.opportunity_per_account { self.shared(account) } else { Vec::new() };
        if let Some(open) = own::open(had).or_else(|| own::open(&shared)) {
            decision.found_mut().matched.push(format!("opportunity:{}", open.id));
            return Ok(Some(Tie::Existing(&open.id)));
        }
        let settled = had.iter().filter(|it| !self.is_reopened_since(lead, it));
        let settled: Vec<_> = settled.chain(shared.iter().filter(|it| self.is_older_than_closing(lead, it))).collect();
        if !settled.is_empty() {
            decision.found_mut().matched.extend(settled.iter().map(|it| format!("opportunity:{}", it.id)));
            return Err((DecisionKind::Unchanged, Reason::AlreadyQualified));
        }
        let product = self.fields.text(Field::ProductInterest, lead);
        let mut same: Vec<&'a Opportunity> = self.index.open_opportunities(account.id(), contact.id());
        same.retain(|open| {
            let is_told_apart =
                self.subjects.verdicts.excludes(EntityId(lead as u32), QuestionKind::Opportunity, &open.id);
            !is_told_apart
                && self.duplicates_opportunity(open, account, contact)
                && self.catalogue.same_product(&open.product_interest, product)
        });
        if self.search().makes_new(lead, QuestionKind::Opportunity) {
            let look = |passed: &BTreeSet<&'a str>| -> Vec<&'a Opportunity> {
                same.iter().copied().filter(|it| !passed.contains(it.id.as_str())).collect()
            };
            same = self.later(lead, RecordKind::Opportunity, look, |it| &it.id, decision);
        }
        // Of several, those that name the product.
        if same.iter().any(|open| !open.product_interest.is_empty()) {
            same.retain(|open| !open.product_interest.is_empty());
        }
        let shown = same.iter().map(|open| format!("opportunity:{}", open.id));
        match same[..] {
            [] => Ok(Some(Tie::New)),
            [open] if self.plan.link_opportunity => {
                decision.found_mut().matched.extend(shown);
                Ok(Some(Tie::Existing(&open.id)))
            }
            [..] if self.plan.link_opportunity => {
                let found = decision.found_mut();
                found.candidates.extend(shown);
                found.asked = same.iter().map(|open| Asked::unweighed(&open.id)).collect();
                Err((DecisionKind::Review, Reason::AmbiguousOpportunity))
            }
            [..] => {
                decision.found_mut().matched.extend(shown);
                Err((DecisionKind::Blocked, Reason::DuplicateOpportunity))
            }
        }
    }

    /// The opportunities that the leads of an account had together.
    fn shared(&self, account: Tie<'a>) -> Vec<&'a Opportunity> {
        let Tie::Existing(id) = account else { return Vec::new() };
        // Those that were made before the CRM gave the account an id of its own, too.
        let ours = self.index.account(id).map_or("", |account| account.external_id.as_str());
        let ours = if ours.is_empty() { Vec::new() } else { own::of_account(ours, self.index) };
        [own::of_account(id, self.index), ours].concat()
    }

    /// Whether a lead was opened again after an opportunity of its own was closed: by a rule of this run, or because the
    /// export says that it is open and was changed later.
    fn is_reopened_since(&self, lead: usize, closed: &Opportunity) -> bool {
        let later = || self.fields.modified_at(lead).zip(end(closed)).is_some_and(|(at, end)| at > end);
        self.standing[lead].reactivated.is_some() || self.fields.says(Field::Status, lead) && later()
    }

    /// Whether a lead was there already when an opportunity of its account was closed.
    fn is_older_than_closing(&self, lead: usize, closed: &Opportunity) -> bool {
        let older = || self.fields.created_at(lead).zip(end(closed)).is_some_and(|(at, end)| at <= end);
        older() && !self.is_reopened_since(lead, closed)
    }

    /// Of the same account and contact: the same contact where neither names another account, or, where neither has a
    /// contact, the same account. Where there is one opportunity per account, the account alone counts.
    fn duplicates_opportunity(&self, open: &Opportunity, account: Tie<'_>, contact: Tie<'_>) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let same_account = same(&open.account_id, account.id());
        let compatible = open.account_id.is_empty() || account == Tie::Without || same_account;
        match contact {
            _ if self.plan.opportunity_per_account && account != Tie::Without => same_account,
            Tie::Existing(id) => open.is_of_contact(id) && compatible,
            Tie::New => false,
            Tie::Without => open.contact_id.is_empty() && same_account,
        }
    }
}

/// What to do with candidates of a kind.
struct Policy {
    on_match: OnMatch,
    kind: QuestionKind,
    ambiguous: Reason,
    weak: Reason,
    found: Reason,
    /// Whether the lead is to have such a record at all.
    wanted: bool,
}

impl Policy {
    fn choose<'a>(
        &self,
        candidates: &[Candidate<'a>],
        create: Tie<'a>,
        decision: &mut Decision,
        on_match: OnMatch,
    ) -> Resolved<Tie<'a>> {
        if !candidates.is_empty() {
            let shown = candidates.iter().map(|candidate| format!("{}:{}", self.kind.name(), candidate.id));
            decision.found_mut().candidates.extend(shown);
        }
        let chosen = self.choice(candidates, create, on_match);
        if let Err((DecisionKind::Review, _)) = chosen {
            let asked =
                |it: &Candidate<'_>| Asked { kind: self.kind, id: it.id.to_owned(), strength: Some(it.strength) };
            decision.found_mut().asked = candidates.iter().map(asked).collect();
        }
        chosen
    }

    fn choice<'a>(&self, candidates: &[Candidate<'a>], create: Tie<'a>, on_match: OnMatch) -> Resolved<Tie<'a>> {
        match (on_match, clear_winner(candidates)) {
            (OnMatch::Ignore, _) => Ok(create),
            (_, None) if candidates.is_empty() => Ok(create),
            // A person need not choose among records that nobody wants.
            (_, None) if !self.wanted => Ok(Tie::Without),
            (OnMatch::Review, Some(best)) if !self.wanted => Ok(Tie::Existing(best.id)),
            (_, None) if candidates[0].weak => Err((DecisionKind::Review, self.weak)),
            (_, None) => Err((DecisionKind::Review, self.ambiguous)),
            (OnMatch::Link, Some(best)) => Ok(Tie::Existing(best.id)),
            (OnMatch::Review, Some(_)) => Err((DecisionKind::Review, self.found)),
        }
    }
}

/// The last moment of an opportunity: a day without a time is over at its end.
fn end(closed: &Opportunity) -> Option<i64> {
    let at = closed.closed_at?;
    Some(if at.rem_euclid(MICROS_PER_DAY) == 0 { at + MICROS_PER_DAY - 1 } else { at })
}

/// An opportunity that hangs on the lead: its own, open or won, else an open one about the same product of the contact
/// that a seller linked it to, under the account that a seller linked it to where both name one.
pub(super) fn attached<'a>(
    lead: usize,
    subjects: &Subjects<'_>,
    fields: &'a LeadFields,
    (index, catalogue): (&CrmIndex<'a>, &Catalogue<'_>),
) -> Option<&'a Opportunity> {
    let own = own::opportunities(lead, subjects, index);
    if let Some(own) = own::open(&own).or_else(|| own.into_iter().find(|it| it.status == OpportunityStatus::Won)) {
        return Some(own);
    }
    let product = fields.text(Field::ProductInterest, lead);
    let open_of = |[contact, account]: [&'a str; 2]| {
        let account = index.account_id(account).unwrap_or_default();
        index.open_opportunities("", index.contact_id(contact)?).into_iter().find(|open| {
            let compatible = open.account_id.is_empty() || account.is_empty() || open.account_id == account;
            compatible && catalogue.same_product(&open.product_interest, product)
        })
    };
    // Of two rows of a lead each may name another contact.
    let chosen = [Field::ExistingContactId, Field::ExistingAccountId];
    let rows = subjects.entities.members(lead).iter();
    let in_rows = rows.map(|row| chosen.map(|field| fields.text_in_row(field, row.index())));
    std::iter::once(chosen.map(|field| fields.text(field, lead))).chain(in_rows).find_map(open_of)
}
