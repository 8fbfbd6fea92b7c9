//! Companies that the CRM has not: which leads are of one.

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::field::Field;
use crate::model::ids;
use crate::model::issued::{IssuedRecord, RecordKind};

use super::MatchForm;
use super::fields::LeadFields;
use super::kept::{Keeper, NewRecord, further};

/// An account to be made.
pub(super) struct Draft {
    key: String,
    pub(super) domain: String,
    pub(super) country: String,
}

impl Draft {
    fn id(&self) -> String {
        ids::content_id('A', &["account", &self.key, &self.domain, &self.country])
    }
}

/// The accounts to be made.
#[derive(Default)]
pub(super) struct Companies {
    pub(super) drafts: Vec<Draft>,
    /// The draft of each of the leads, in their order.
    pub(super) of: Vec<usize>,
    by_key: HashMap<String, Vec<usize>, FixedState>,
    by_domain: HashMap<String, usize, FixedState>,
    /// By name and by what stands before the domain's suffix: people who work for themselves may give one name and each a
    /// domain.
    by_label: HashMap<(String, String), Vec<usize>, FixedState>,
}

/// What a lead says of its company; "" where it says nothing.
struct Told<'a> {
    /// The name in match form.
    key: Cow<'a, str>,
    domain: &'a str,
    country: &'a str,
}

impl Companies {
    /// The companies of leads. Those of one domain are of one company; so are those of one name, unless both name a
    /// country and these differ, or not both name one and their domains differ. A lead that fits several companies is of none of them, but of
    /// one with others like it. A lead without a company has its domain alone.
    pub(super) fn of(leads: &[usize], company_key: MatchForm, fields: &LeadFields) -> Self {
        let told = |&lead: &usize| {
            let [domain, country] = [Field::Domain, Field::Country].map(|field| fields.text(field, lead));
            let key = match fields.key(company_key, Field::Company, lead) {
                // Nothing but legal forms or signs.
                key if key.is_empty() => fields.text(Field::Company, lead).to_lowercase(),
                key => key,
            };
            Told { key: Cow::Owned(key), domain, country }
        };
        let told: Vec<Told<'_>> = leads.iter().map(told).collect();
        // Those that say most come first, so that it does not matter who comes when.
        let mut order: Vec<usize> = (0..told.len()).collect();
        order.sort_by_key(|&at| (told[at].domain.is_empty(), told[at].country.is_empty()));
        let mut companies = Self { of: vec![0; told.len()], ..Self::default() };
        for at in order {
            companies.of[at] = companies.draft(&told[at]);
        }
        companies
    }

    /// The ids of the accounts to be made for leads, in the order of the drafts.
    pub(super) fn settled(&self, leads: &[usize], keeper: Keeper<'_>) -> Vec<IssuedRecord> {
        let mut accounts: Vec<NewRecord<'_>> = Vec::with_capacity(self.drafts.len());
        accounts.extend(self.drafts.iter().map(|draft| {
            let own = draft.id();
            NewRecord { leads: Vec::new(), further: further('A', &own), own, is_shared: true }
        }));
        leads.iter().zip(&self.of).for_each(|(&lead, &draft)| accounts[draft].leads.push(lead));
        keeper.settle(RecordKind::Account, accounts)
    }

    fn draft(&mut self, lead: &Told<'_>) -> usize {
        let draft = match self.by_domain.get(lead.domain).copied().or_else(|| self.named(lead)) {
            Some(draft) => draft,
            None => {
                let key = lead.key.clone().into_owned();
                self.drafts.push(Draft { key, domain: String::new(), country: String::new() });
                let draft = self.drafts.len() - 1;
                if !lead.key.is_empty() {
                    self.by_key.entry_ref(&*lead.key).or_default().push(draft);
                }
                draft
            }
        };
        let held = &mut self.drafts[draft];
        if held.domain.is_empty() && !lead.domain.is_empty() && !held.key.is_empty() {
            let label = (held.key.clone(), label(lead.domain).to_owned());
            self.by_label.entry(label).or_default().push(draft);
        }
        fill(&mut held.domain, lead.domain);
        fill(&mut held.country, lead.country);
        if !lead.domain.is_empty() && !self.by_domain.contains_key(lead.domain) {
            self.by_domain.insert(lead.domain.to_owned(), draft);
        }
        draft
    }

    /// The one draft of the lead's name that nothing speaks against; of several, one that says as little.
    fn named(&self, lead: &Told<'_>) -> Option<usize> {
        let fits = |draft: &usize| {
            let Draft { domain, country, .. } = &self.drafts[*draft];
            match country.is_empty() || lead.country.is_empty() {
                true => domain.is_empty() || lead.domain.is_empty() || label(domain) == label(lead.domain),
                false => country == lead.country,
            }
        };
        // Leads with a domain come before those without: where one names no country, the draft's domain has to be like its own.
        let of_name = match lead.domain.is_empty() || !lead.country.is_empty() {
            true => self.by_key.get(&*lead.key),
            false if lead.key.is_empty() => None,
            false => self.by_label.get(&(lead.key.clone().into_owned(), label(lead.domain).to_owned())),
        };
        let mut fitting = of_name?.iter().copied().filter(fits);
        let (first, second) = (fitting.next()?, fitting.next());
        let alike = |&draft: &usize| self.drafts[draft].country == lead.country;
        if second.is_none() { Some(first) } else { [first].into_iter().chain(second).chain(fitting).find(alike) }
    }
}

/// What stands before the suffix: acme of acme.com and acme.de.
fn label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or_default()
}

/// Gives a blank text a value.
pub(super) fn fill(blank: &mut String, value: &str) {
    if blank.is_empty() {
        value.clone_into(blank);
    }
}
