//! The parents of accounts: exports show their ids or their names.

use std::collections::BTreeSet;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::references::AccountNames;
use super::Record;
use crate::model::crm::Account;
use crate::model::rows::{Finding, FindingCode, RawRecords, shown};

/// Puts the id of a parent where its name or the id that a run gave it stands. Parents that are not there, and accounts
/// that would be above themselves, are found at their rows.
pub(super) fn parents(accounts: &mut [Account], raw: &RawRecords, findings: &mut Vec<Finding>) {
    if accounts.iter().all(|account| account.parent_id.is_empty()) {
        return;
    }
    let known = known(accounts);
    let mut wrong: HashMap<String, FindingCode, FixedState> = HashMap::default();
    for (account, parent) in accounts.iter_mut().zip(known) {
        match parent {
            Some(parent) => account.parent_id = parent,
            None if account.parent_id.is_empty() => {}
            None => drop(wrong.insert(account.id.clone(), FindingCode::UnknownParent)),
        }
    }
    let parent_of: HashMap<&str, &str, FixedState> =
        accounts.iter().map(|account| (account.id.as_str(), account.parent_id.as_str())).collect();
    for account in &*accounts {
        let mut seen = BTreeSet::new();
        let mut at = account.id.as_str();
        while seen.insert(at)
            && let Some(parent) = parent_of.get(at)
        {
            at = parent;
        }
        if at == account.id && !account.parent_id.is_empty() {
            wrong.insert(account.id.clone(), FindingCode::ParentCycle);
        }
    }
    for record in Record::all(raw).filter(|_| !wrong.is_empty()) {
        // Of rows that were changed since only one stays, and all of them name the account.
        let (id, text) = (record.text(0), record.text(6));
        if let Some(&code) = wrong.get(&id).filter(|_| !text.is_empty()) {
            let field = "parent_account_id".to_owned();
            findings.push(Finding { origin: record.origin(), field, code, text: shown(&text) });
        }
    }
}

/// The id of each account's parent, where the CRM has it.
fn known(accounts: &[Account]) -> Vec<Option<String>> {
    let names = AccountNames::of(accounts);
    let mut ids: HashMap<&str, &str, FixedState> = HashMap::default();
    ids.extend(accounts.iter().map(|account| (account.external_id.as_str(), account.id.as_str())));
    // An id of the CRM's own comes before one that a run gave.
    ids.extend(accounts.iter().map(|account| (account.id.as_str(), account.id.as_str())));
    ids.remove("");
    let parent = |account: &Account| {
        let text = account.parent_id.as_str();
        let named = || names.only(text);
        ids.get(text).copied().or_else(named).filter(|_| !text.is_empty()).map(str::to_owned)
    };
    accounts.iter().map(parent).collect()
}
