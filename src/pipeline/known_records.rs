//! Which accounts and contacts of the CRM the golden leads may be: by the rules of the pipeline file, and by the linkage of
//! duplicates, between two lists.

use std::sync::Arc;

use crate::config::plan::{CrmKind, DedupePlan, DuplicateRule, OnMatch, Plan};
use crate::engine;
use crate::model::crm::Crm;
use crate::model::entities::Entities;
use crate::model::facts::Facts;
use crate::model::known_records::{Ground, Known, KnownRecord, KnownRecords};
use crate::model::progress::Progress;
use crate::stages::block::exact;
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
