//! The CRM's opportunities by what documents call them: ids, ids that runs gave, names.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::MatchForm;
use crate::model::crm::{Crm, Opportunity};
use crate::model::record_ids::RecordIds;

/// What a reference to an opportunity means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meant<'a> {
    /// This one.
    One(&'a Opportunity),
    /// Several have the id or the name.
    Several,
    /// None of the CRM's.
    None,
}

/// None where several have the key.
type Keys<K, V> = HashMap<K, Option<V>, FixedState>;

/// Keys, the surest first: the first one that some opportunity has decides.
pub(super) struct Opportunities<'a> {
    by_id: RecordIds<'a, Opportunity>,
    by_external_id: Keys<&'a str, &'a Opportunity>,
    by_name: Keys<&'a str, &'a Opportunity>,
    /// Whatever the case. Ids of Salesforce may differ in nothing else: those are told apart by the exact ones alone.
    by_any_id: Keys<String, &'a Opportunity>,
    /// By names in match form.
    by_like_name: Keys<String, &'a Opportunity>,
    form: MatchForm,
}

impl<'a> Opportunities<'a> {
    pub(super) fn new(crm: &'a Crm, form: MatchForm) -> Self {
        let all = &crm.opportunities;
        let mut known = Self {
            by_id: RecordIds::opportunities(all),
            by_external_id: keys(all.iter().map(|it| (it.external_id.as_str(), it))),
            by_name: keys(all.iter().map(|it| (it.name.as_str(), it))),
            by_any_id: Keys::default(),
            by_like_name: Keys::default(),
            form,
        };
        let is_loose = |reference: &str| !reference.is_empty() && known.exact(reference).is_none();
        if crm.documents.iter().any(|document| is_loose(&document.opportunity_id)) {
            let lower = |id: fn(&Opportunity) -> &String| all.iter().map(move |it| (id(it).to_lowercase(), it));
            let names: Vec<String> = all.par_iter().map(|it| form(&it.name)).collect();
            known.by_any_id = keys(lower(|it| &it.id).chain(lower(|it| &it.external_id)));
            known.by_like_name = keys(names.into_iter().zip(all));
        }
        known
    }

    /// As it is written: an id of the CRM's own comes before one that a run gave, and that before a name.
    fn exact(&self, reference: &str) -> Option<Option<&'a Opportunity>> {
        let by_id = self.by_id.record(reference).map(Some);
        let given = || self.by_external_id.get(reference).copied();
        by_id.or_else(given).or_else(|| self.by_name.get(reference).copied())
    }

    /// Which opportunity a reference means: as it is written, else by its id whatever the case, else by a name like it.
    pub(super) fn meant(&self, reference: &str) -> Meant<'a> {
        let any_id = || self.by_any_id.get(&reference.to_lowercase()).copied();
        let like_name = || self.by_like_name.get(&(self.form)(reference)).copied();
        match self.exact(reference).or_else(any_id).or_else(like_name) {
            Some(Some(only)) => Meant::One(only),
            Some(None) => Meant::Several,
            None => Meant::None,
        }
    }

    /// The CRM's id of the one that a reference means.
    pub(super) fn id(&self, reference: &str) -> Option<&'a str> {
        match self.meant(reference) {
            Meant::One(only) => Some(&only.id),
            Meant::Several | Meant::None => None,
        }
    }
}

/// Opportunities by their keys, of which blank ones are nobody's.
fn keys<'a, K: std::hash::Hash + Eq + AsRef<str>>(
    all: impl Iterator<Item = (K, &'a Opportunity)>,
) -> Keys<K, &'a Opportunity> {
    let mut keys: Keys<K, &Opportunity> = Keys::default();
    for (key, opportunity) in all.filter(|(key, _)| !key.as_ref().is_empty()) {
        let only = keys.entry(key).or_insert(Some(opportunity));
        if only.is_some_and(|held| held.id != opportunity.id) {
            *only = None;
        }
    }
    keys
}
