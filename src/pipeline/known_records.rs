//! Which accounts and contacts of the CRM the golden leads may be: by the rules of the pipeline file, and by the linkage of
//! duplicates, between two lists.

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use polars::prelude::StringChunked;

use crate::config::plan::{CrmKind, DedupePlan, DuplicateRule, OnMatch, Plan};
use crate::engine;
use crate::model::crm::Crm;
use crate::model::entities::Entities;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::known_records::{Ground, Known, KnownRecord, KnownRecords};
use crate::model::matching::Links;
use crate::model::progress::Progress;
use crate::stages::block::exact;
use crate::stages::standardize::fold::fold_name;
use crate::stages::standardize::{self, TwoLists};

/// The accounts and contacts that leads may be. None are looked for where no lead qualifies, or matches are ignored.
pub(super) fn known(plan: &Plan, facts: &Facts, entities: &Entities, crm: &Crm, progress: &dyn Progress) -> Known {
    let of = &plan.qualify;
    let is_wanted =
        |on_match: OnMatch, records: usize| of.filter.is_some() && on_match != OnMatch::Ignore && records > 0;
    let mut known = Known::default();
    if is_wanted(of.on_account_match, crm.accounts.len()) {
        let lists = standardize::with_accounts(facts, entities, crm);
        // A switchboard may be a building's.
        known.accounts = found(plan, &lists, &["company", "domain"], progress);
        follow_rules(&mut known.accounts, CrmKind::Accounts, plan, facts, entities, crm);
        known.accounts.record_ids = ids(&known.accounts, |record| &crm.accounts[record].id);
    }
    if is_wanted(of.on_contact_match, crm.contacts.len()) {
        let lists = standardize::with_contacts(facts, entities, crm);
        // Rare as a name may be in both lists, there are others of it outside them.
        known.contacts = found(plan, &lists, &["company", "domain", "email", "phone"], progress);
        leave_out_strangers(&mut known.contacts, crm);
        doubt_relatives(&mut known.contacts, facts, crm);
        follow_rules(&mut known.contacts, CrmKind::Contacts, plan, facts, entities, crm);
        known.contacts.record_ids = ids(&known.contacts, |record| &crm.contacts[record].id);
    }
    known
}

fn ids<'c>(known: &KnownRecords, of: impl Fn(usize) -> &'c String) -> Vec<String> {
    known.pairs.iter().map(|pair| of(pair.record as usize).clone()).collect()
}

/// The pairs of a lead and a record that may be one. On its own, what is not among the columns that `tell` does not tell
/// who somebody is: a pair agrees on one of these, or is none.
fn found(plan: &Plan, lists: &TwoLists, tell: &[&str], progress: &dyn Progress) -> KnownRecords {
    let (link_at, review_at) = (plan.qualify.link_at, plan.qualify.review_at);
    let TwoLists { columns, leads, records } = lists;
    // Only a pinned model may not fit, and there is none.
    let Ok(linkage) = engine::link(columns, &DedupePlan::between(link_at, review_at), &[], progress) else {
        return KnownRecords::default();
    };
    let links = linkage.links;
    let tells: Vec<bool> = links.model.comparisons.iter().map(|of| tell.contains(&of.name.as_str())).collect();
    let weights = links.weights.chunks(tells.len().max(1));
    let is_told = |weights: &[f32]| weights.iter().zip(&tells).any(|(&weight, &tells)| tells && weight > 0.0);
    let told = (0u32..).zip(links.rows.iter().zip(weights)).filter(|(_, (_, weights))| is_told(weights));
    let pairs = told
        .map(|(row, (link, _))| {
            let record = records[link.pair.right.index() - leads.len()];
            let (lead, probability) = (leads[link.pair.left.index()], link.probability);
            KnownRecord { lead, record, probability, is_weak: probability < link_at, ground: Ground::Linkage(row) }
        })
        .collect();
    KnownRecords { pairs, links: Arc::new(links), ..KnownRecords::default() }
}

/// Adds the pairs that published rules make one.
fn follow_rules(known: &mut KnownRecords, kind: CrmKind, plan: &Plan, facts: &Facts, entities: &Entities, crm: &Crm) {
    let rules: Vec<&DuplicateRule> =
        plan.qualify.rules.iter().filter(|rule| rule.of == kind).map(|rule| &rule.rule).collect();
    if rules.is_empty() {
        return;
    }
    let TwoLists { columns, leads, records } = standardize::under_rules(kind, &rules, facts, entities, crm);
    for (at, rule) in (0..).zip(&rules) {
        known.pairs.extend(exact::same_between(&columns, rule, leads.len()).into_iter().map(|pair| KnownRecord {
            lead: leads[pair.left.index()],
            record: records[pair.right.index() - leads.len()],
            probability: 1.0,
            is_weak: false,
            ground: Ground::Rule(at),
        }));
    }
    known.pairs.sort_by_key(|pair| (pair.lead, pair.record, pair.ground));
    known.rules = rules.iter().map(|rule| rule.name.clone()).collect();
}

/// Of people whose family names differ, only an e-mail address in common says that they are one, or a phone number which
/// is a person's own: where there are few contacts, nothing tells how common a given name is at one company.
fn leave_out_strangers(known: &mut KnownRecords, crm: &Crm) {
    let reached = Reached::of(&known.links);
    let is = |pair: &KnownRecord, comparison: &str, level: &str| reached.is(pair, comparison, level);
    let strange = |pair: &KnownRecord| is(pair, "last_name", "different") && !is(pair, "email", "exact");
    let phone_of = |pair: &KnownRecord| crm.contacts[pair.record as usize].phone.as_str();
    let in_question = known.pairs.iter().filter(|pair| strange(pair) && is(pair, "phone", "exact"));
    let mut holders: HashMap<&str, u32, FixedState> = in_question.map(|pair| (phone_of(pair), 0)).collect();
    if !holders.is_empty() {
        let of_contacts = crm.contacts.iter().filter(|contact| contact.active).map(|contact| &contact.phone);
        let of_accounts = crm.accounts.iter().map(|account| &account.phone);
        for number in of_contacts.chain(of_accounts) {
            if let Some(holders) = holders.get_mut(number.as_str()) {
                *holders += 1;
            }
        }
    }
    let is_own = |pair: &KnownRecord| holders.get(phone_of(pair)) == Some(&1);
    let keeps = |pair: &&KnownRecord| !strange(pair) || is(pair, "phone", "exact") && is_own(pair);
    let kept = known.pairs.iter().filter(keeps).copied().collect();
    known.pairs = kept;
}

/// People of one family name whose given names differ, be it by a letter, and whose mailboxes of one domain bear each their
/// own, may be relatives in a family's company: a person decides.
fn doubt_relatives(known: &mut KnownRecords, facts: &Facts, crm: &Crm) {
    let text = |field: Field| facts.column(field.name()).and_then(|column| column.str().ok().cloned());
    let (Some(emails), Some(given), Some(family)) = (text(Field::Email), text(Field::FirstName), text(Field::LastName))
    else {
        return;
    };
    let are_two = |pair: &KnownRecord| {
        let contact = &crm.contacts[pair.record as usize];
        let of_lead = |texts: &StringChunked| fold_name(texts.get(pair.lead.index()).unwrap_or_default());
        let (given, family) = (of_lead(&given), of_lead(&family));
        let email = emails.get(pair.lead.index()).unwrap_or_default();
        let Some(((own, domain), (other, other_domain))) = email.split_once('@').zip(contact.email.split_once('@'))
        else {
            return false;
        };
        let is_borne = |name: &str, mailbox: &str| name.len() >= 3 && mailbox.contains(name);
        let mut others = contact.name_key.split(' ').filter(|word| *word != given && !family.contains(word));
        domain == other_domain && own != other && is_borne(&given, own) && others.any(|word| is_borne(word, other))
    };
    let reached = Reached::of(&known.links);
    let differ =
        |pair: &KnownRecord| ["typo", "close", "different"].iter().any(|level| reached.is(pair, "first_name", level));
    for pair in &mut known.pairs {
        pair.is_weak |= differ(pair) && !reached.is(pair, "email", "exact") && are_two(pair);
    }
}

/// Which levels the kept pairs of a linkage have reached.
struct Reached(Arc<Links>);

impl Reached {
    fn of(links: &Arc<Links>) -> Self {
        Self(Arc::clone(links))
    }

    /// Whether a pair has reached a level of a comparison; rules compare nothing.
    fn is(&self, pair: &KnownRecord, comparison: &str, level: &str) -> bool {
        let Ground::Linkage(row) = pair.ground else { return false };
        let comparisons = &self.0.model.comparisons;
        let at = comparisons.iter().position(|of| of.name == comparison);
        let reached = at.map(|at| (at, self.0.levels[row as usize * comparisons.len() + at]));
        reached.is_some_and(|(at, reached)| comparisons[at].levels[usize::from(reached)] == level)
    }
}
