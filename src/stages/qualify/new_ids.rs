//! The ids of all records that a batch makes, settled before any of them is made: leads that share a record have one.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Outcome, Tie};
use super::kept::{Keeper, NewRecord, further};
use super::own;
use crate::config::plan::QualifyPlan;
use crate::model::issued::{IssuedRecord, RecordKind};

/// The records of a kind that are to be made, and which of them each lead has.
#[derive(Default)]
struct OfKind {
    records: Vec<IssuedRecord>,
    by_lead: BTreeMap<usize, usize>,
}

impl OfKind {
    fn new(records: Vec<IssuedRecord>) -> Self {
        let leads =
            |(at, record): (usize, &IssuedRecord)| record.leads.iter().map(move |it| (it.index(), at)).collect();
        let by_lead = records.iter().enumerate().flat_map(|it| -> Vec<_> { leads(it) }).collect();
        Self { records, by_lead }
    }

    fn id(&self, lead: usize) -> &str {
        self.by_lead.get(&lead).map_or("", |&at| &self.records[at].id)
    }
}

/// The ids of new records by lead.
pub(super) struct NewIds {
    accounts: OfKind,
    contacts: OfKind,
    opportunities: OfKind,
}

impl NewIds {
    /// The accounts' ids are settled; `repeats` are the leads that have the opportunity of another one.
    pub(super) fn settle(
        plan: &QualifyPlan,
        keeper: Keeper<'_>,
        accounts: Vec<IssuedRecord>,
        qualifying: &[usize],
        repeats: &[(usize, usize)],
        outcomes: &[Outcome<'_>],
    ) -> Self {
        let accounts = OfKind::new(accounts);
        let wish = |&lead: &usize| Some((lead, outcomes[lead].wish.as_deref().copied()?));
        let wishes = || qualifying.iter().filter_map(wish);
        let lead_ids = &keeper.subjects.entities.ids;
        let contact = |(lead, _): (usize, _)| {
            let own = own::contact_id(&lead_ids[lead]);
            NewRecord { leads: vec![lead], further: further('C', &own), own, is_shared: false }
        };
        let contacts = wishes().filter(|(_, wish)| wish.contact == Tie::New).map(contact).collect();
        let contacts = OfKind::new(keeper.settle(RecordKind::Contact, contacts));

        let repeats: BTreeMap<usize, usize> = repeats.iter().copied().collect();
        let mut shared: BTreeMap<Whose, usize> = BTreeMap::new();
        let mut opportunities: Vec<NewRecord<'_>> = Vec::new();
        for (lead, wish) in wishes() {
            if !matches!(wish.opportunity, Some(Tie::New | Tie::Without)) {
                continue;
            }
            let account = match wish.account {
                Tie::Existing(id) => id,
                Tie::New => accounts.id(lead),
                Tie::Without => "",
            };
            let account = keeper.index.account(account).map_or(account, |known| &known.id);
            let whose = match plan.opportunity_per_account && !account.is_empty() {
                true => Whose::Account(account.to_owned()),
                false => Whose::Lead(*repeats.get(&lead).unwrap_or(&lead)),
            };
            let at = *shared.entry(whose.clone()).or_insert_with(|| {
                let mut further = match &whose {
                    Whose::Account(id) => own::next("account", id, keeper.index),
                    Whose::Lead(first) => own::next("lead", &lead_ids[*first], keeper.index),
                };
                let own = further.next().unwrap_or_default();
                let is_shared = matches!(whose, Whose::Account(_));
                opportunities.push(NewRecord { leads: Vec::new(), own, further, is_shared });
                opportunities.len() - 1
            });
            opportunities[at].leads.push(lead);
        }
        let opportunities = OfKind::new(keeper.settle(RecordKind::Opportunity, opportunities));
        Self { accounts, contacts, opportunities }
    }

    /// The id of a lead's new account, or "".
    pub(super) fn account(&self, lead: usize) -> &str {
        self.accounts.id(lead)
    }

    /// The id of a lead's new contact, or "".
    pub(super) fn contact(&self, lead: usize) -> &str {
        self.contacts.id(lead)
    }

    /// The id of a lead's new opportunity, or "".
    pub(super) fn opportunity(&self, lead: usize) -> &str {
        self.opportunities.id(lead)
    }

    /// All records, with those of the CRM beside which people wanted new ones.
    pub(super) fn records(&self, outcomes: &[Outcome<'_>]) -> Vec<IssuedRecord> {
        let all = [&self.accounts, &self.contacts, &self.opportunities].into_iter().flat_map(|it| &it.records);
        let with_others = |record: &IssuedRecord| {
            let found = record.leads.iter().flat_map(|lead| &outcomes[lead.index()].decision.found().passed_over);
            let ids = found.filter(|(kind, _)| *kind == record.kind).map(|(_, ids)| ids.clone());
            let beside = ids.reduce(|all, more| {
                let all: BTreeSet<String> = all.into_iter().chain(more).collect();
                all.into_iter().collect()
            });
            IssuedRecord { beside, ..record.clone() }
        };
        all.map(with_others).collect()
    }
}

/// Whom an opportunity is for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// All leads of an account.
    Account(String),
    /// This lead, and those that have the same one.
    Lead(usize),
}
