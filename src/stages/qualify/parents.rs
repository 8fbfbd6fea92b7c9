//! Parent accounts: those that the CRM has, else those that the pipeline file names. None is made for a parent's sake.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::MatchForm;
use super::crm_links::CrmIndex;
use crate::config::plan::{Company, ParentPlan};
use crate::model::emissions::{Action, EmittedAccount};
use crate::model::entities::EntityId;
use crate::model::rows::FindingCode;

/// Gives accounts the ids of their parents. A parent that is neither in the CRM nor among these accounts, and several that
/// it could be, leave the id blank and are found at the account's first lead; so is, of accounts that would be above
/// themselves, the one whose link is left out. The CRM's own circles are open already.
pub(super) fn tie(
    plan: &ParentPlan,
    accounts: &mut BTreeMap<String, EmittedAccount>,
    index: &CrmIndex<'_>,
    company_key: MatchForm,
    findings: &mut Vec<(EntityId, FindingCode, String)>,
) {
    // What the CRM says of an account and does not have was found where it says so.
    accounts.values_mut().filter(|account| index.account(&account.parent_id).is_none()).for_each(|account| {
        account.parent_id.clear();
    });
    let named = Named::new(plan, company_key);
    if named.parents.is_empty() {
        return;
    }
    let batch = Keys::of(accounts, company_key);
    let mut given: BTreeSet<String> = BTreeSet::new();
    let mut parents: Vec<(String, String)> = Vec::new();
    for account in accounts.values().filter(|account| account.parent_id.is_empty()) {
        let Some(parent) = named.parent(account) else { continue };
        match found(parent, index, &batch, company_key) {
            Some(id) if id == account.id => {}
            Some(id) => parents.push((account.id.clone(), id)),
            None => findings.push((account.origin, FindingCode::UnknownParent, parent.shown().to_owned())),
        }
    }
    for (id, parent) in parents {
        if let Some(account) = accounts.get_mut(&id) {
            account.parent_id = parent;
            given.insert(id);
        }
    }
    // One link less opens a circle: of those that the pipeline file gives, that of the account with the smallest id.
    for id in given {
        let told = cycle(&id, accounts, index);
        if let (Some(told), Some(account)) = (told, accounts.get_mut(&id)) {
            account.parent_id.clear();
            let name = if account.name.is_empty() { &id } else { &account.name };
            let told = format!("{told}: the parent of {name} is left blank");
            findings.push((account.origin, FindingCode::ParentCycle, told));
        }
    }
}

/// The parents that the pipeline file names, by company.
struct Named<'p> {
    parents: HashMap<Company, &'p Company, FixedState>,
    company_key: MatchForm,
}

impl<'p> Named<'p> {
    fn new(plan: &'p ParentPlan, company_key: MatchForm) -> Self {
        let key = |company: &Company| match company {
            Company::Domain(domain) => Company::Domain(domain.clone()),
            Company::Name(name) => Company::Name(company_key(name)),
        };
        let mut parents = HashMap::default();
        for parent in &plan.parents {
            // Of two spellings of one name the first counts.
            parents.entry(key(&parent.of)).or_insert(&parent.parent);
        }
        Self { parents, company_key }
    }

    /// By its domain, else by its name.
    fn parent(&self, account: &EmittedAccount) -> Option<&'p Company> {
        let by_domain = self.parents.get(&Company::Domain(account.domain.clone()));
        let by_name = || self.parents.get(&Company::Name((self.company_key)(&account.name)));
        by_domain.or_else(by_name).copied()
    }
}

/// The accounts that the run makes by what they are known by; none where several are. How many there are of those that the
/// CRM has, the CRM knows.
#[derive(Default)]
struct Keys {
    by_domain: HashMap<String, Option<String>, FixedState>,
    by_name: HashMap<String, Option<String>, FixedState>,
}

impl Keys {
    fn of(accounts: &BTreeMap<String, EmittedAccount>, company_key: MatchForm) -> Self {
        let mut keys = Self::default();
        for account in accounts.values().filter(|account| account.action == Action::Create) {
            let both = [(&mut keys.by_domain, account.domain.clone()), (&mut keys.by_name, company_key(&account.name))];
            for (ids, key) in both {
                ids.entry(key).and_modify(|only| *only = None).or_insert_with(|| Some(account.id.clone()));
            }
        }
        keys
    }
}

/// The id of a parent: in the CRM, else in the run.
fn found(parent: &Company, index: &CrmIndex<'_>, batch: &Keys, company_key: MatchForm) -> Option<String> {
    match parent {
        Company::Domain(domain) => {
            let known = index.account_of_domain(domain).map(str::to_owned);
            known.or_else(|| batch.by_domain.get(domain).cloned().flatten())
        }
        Company::Name(name) => {
            let key = company_key(name);
            let known = index.account_named(&key).map(str::to_owned);
            known.or_else(|| batch.by_name.get(&key).cloned().flatten())
        }
    }
}

/// The names from an account upwards, where they come back to it.
fn cycle(id: &str, accounts: &BTreeMap<String, EmittedAccount>, index: &CrmIndex<'_>) -> Option<String> {
    let above = |id: &str| {
        let here = accounts.get(id).map(|account| (account.name.as_str(), account.parent_id.as_str()));
        here.or_else(|| index.account(id).map(|account| (account.name.as_str(), account.parent_id.as_str())))
    };
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    let mut at = id;
    while let Some((name, parent)) = above(at) {
        names.push(if name.is_empty() { at } else { name });
        if parent == id {
            names.push(names[0]);
            return Some(names.join(" > "));
        }
        if parent.is_empty() || !seen.insert(parent) {
            return None;
        }
        at = parent;
    }
    None
}
