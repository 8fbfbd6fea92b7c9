//! The parents of accounts: exports show their ids or their names.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::references::AccountNames;
use super::Record;
use crate::config::preset::CrmKind;
use crate::model::crm::Account;
use crate::model::record_ids::RecordIds;
use crate::model::rows::{Finding, FindingCode, RawRecords, shown};

/// Puts the id of a parent where its name or the id that a run gave it stands. Parents that are not there, and accounts
/// that would be above themselves, are found at their rows; of the latter the one with the smallest id loses its parent.
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
    let mut told: HashMap<String, String, FixedState> = HashMap::default();
    for circle in circles(accounts) {
        let names: Vec<&str> = circle.iter().chain(&circle[..1]).map(|&at| accounts[at].id.as_str()).collect();
        let text = format!("{}: the parent of {} is left blank", names.join(" > "), names[0]);
        for &at in &circle {
            wrong.insert(accounts[at].id.clone(), FindingCode::ParentCycle);
            told.insert(accounts[at].id.clone(), text.clone());
        }
        accounts[circle[0]].parent_id.clear();
    }
    for record in Record::all(raw).filter(|_| !wrong.is_empty()) {
        // Of rows that were changed since only one stays, and all of them name the account.
        let (id, text) = (record.id(CrmKind::Accounts), record.reference(6));
        if let Some(&code) = wrong.get(&id).filter(|_| !text.is_empty()) {
            let field = "parent_account_id".to_owned();
            let text = shown(told.get(&id).unwrap_or(&text));
            findings.push(Finding { origin: record.origin(), field, code, text });
        }
    }
}

/// The places of accounts that are above themselves, circle by circle: the one with the smallest id, its parent, and so on.
fn circles(accounts: &[Account]) -> Vec<Vec<usize>> {
    let places: HashMap<&str, usize, FixedState> =
        accounts.iter().enumerate().map(|(at, account)| (account.id.as_str(), at)).collect();
    let mut seen = vec![false; accounts.len()];
    let mut circles = Vec::new();
    for from in 0..accounts.len() {
        let (mut at, mut way) = (Some(from), Vec::new());
        while let Some(here) = at.filter(|&here| !seen[here]) {
            seen[here] = true;
            way.push(here);
            at = places.get(accounts[here].parent_id.as_str()).copied();
        }
        if let Some(start) = at.and_then(|end| way.iter().position(|&here| here == end)) {
            let mut circle = way.split_off(start);
            // Accounts are sorted by id.
            let smallest = (0..circle.len()).min_by_key(|&nth| circle[nth]).unwrap_or_default();
            circle.rotate_left(smallest);
            circles.push(circle);
        }
    }
    circles
}

/// The id of each account's parent, where the CRM has it.
fn known(accounts: &[Account]) -> Vec<Option<String>> {
    let names = AccountNames::of(accounts);
    let ids = RecordIds::accounts(accounts);
    let parent = |account: &Account| {
        let text = account.parent_id.as_str();
        let named = || names.only(text);
        ids.record(text)
            .map(|account| account.id.as_str())
            .or_else(named)
            .filter(|_| !text.is_empty())
            .map(str::to_owned)
    };
    accounts.iter().map(parent).collect()
}
