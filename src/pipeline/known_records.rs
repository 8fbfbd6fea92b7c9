//! Which accounts and contacts of the CRM the golden leads may be: the linkage of duplicates, between two lists.

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::config::plan::{DedupePlan, OnMatch, Plan};
use crate::engine;
use crate::model::crm::Crm;
use crate::model::entities::Entities;
use crate::model::facts::Facts;
use crate::model::known_records::{Known, KnownRecord, KnownRecords};
use crate::model::progress::Progress;
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
        known.accounts.record_ids = ids(&known.accounts, |record| &crm.accounts[record].id);
    }
    if is_wanted(of.on_contact_match, crm.contacts.len()) {
        let lists = standardize::with_contacts(facts, entities, crm);
        // Rare as a name may be in both lists, there are others of it outside them.
        known.contacts = found(plan, &lists, &["company", "domain", "email", "phone"], progress);
        leave_out_strangers(&mut known.contacts, crm);
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
    let (rows, pairs) = told
        .map(|(row, (link, _))| {
            let record = records[link.pair.right.index() - leads.len()];
            let (lead, probability) = (leads[link.pair.left.index()], link.probability);
            (row, KnownRecord { lead, record, probability, is_weak: probability < link_at })
        })
        .unzip::<u32, KnownRecord, Vec<u32>, Vec<KnownRecord>>();
    KnownRecords { pairs, record_ids: Vec::new(), links: Arc::new(links), rows: Arc::new(rows) }
}

/// Of people whose family names differ, only an e-mail address in common says that they are one, or a phone number which
/// is a person's own: where there are few contacts, nothing tells how common a given name is at one company.
fn leave_out_strangers(known: &mut KnownRecords, crm: &Crm) {
    let links = Arc::clone(&known.links);
    let comparisons = &links.model.comparisons;
    let place = |name: &str| comparisons.iter().position(|of| of.name == name);
    let (family_name, email, phone) = (place("last_name"), place("email"), place("phone"));
    let is = |row: u32, comparison: Option<usize>, level: &str| {
        let reached = comparison.map(|at| (at, links.levels[row as usize * comparisons.len() + at]));
        reached.is_some_and(|(at, reached)| comparisons[at].levels[usize::from(reached)] == level)
    };
    let strange = |row: u32| is(row, family_name, "different") && !is(row, email, "exact");
    let phone_of = |pair: &KnownRecord| crm.contacts[pair.record as usize].phone.as_str();
    let pairs = || known.pairs.iter().zip(known.rows.iter().copied());
    let in_question = pairs().filter(|&(_, row)| strange(row) && is(row, phone, "exact"));
    let mut holders: HashMap<&str, u32, FixedState> = in_question.map(|(pair, _)| (phone_of(pair), 0)).collect();
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
    let keeps = |pair: &KnownRecord, row: u32| !strange(row) || (is(row, phone, "exact") && is_own(pair));
    let (rows, kept) = pairs().filter(|&(pair, row)| keeps(pair, row)).map(|(pair, row)| (row, *pair)).unzip();
    (known.rows, known.pairs) = (Arc::new(rows), kept);
}
