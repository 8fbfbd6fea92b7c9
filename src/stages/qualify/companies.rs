//! Companies that the CRM has not: which leads are of one.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::field::Field;
use crate::model::ids;

use super::fields::LeadFields;

/// An account to be made.
pub(super) struct Draft {
    key: String,
    pub(super) domain: String,
    pub(super) country: String,
}

impl Draft {
    pub(super) fn id(&self) -> String {
        ids::content_id('A', &["account", &self.key, &self.domain, &self.country])
    }
}

/// The accounts to be made, by company.
#[derive(Default)]
pub(super) struct Companies {
    pub(super) drafts: Vec<Draft>,
    by_key: HashMap<String, Vec<usize>, FixedState>,
    by_domain: HashMap<String, usize, FixedState>,
}

impl Companies {
    /// The draft of a lead with this company in match form: one of the same domain, or of the same name where not both
    /// name a country and these differ. A lead without a company has its domain alone.
    pub(super) fn draft(&mut self, lead: usize, key: &str, fields: &LeadFields) -> usize {
        let [domain, country, company] =
            [Field::Domain, Field::Country, Field::Company].map(|field| fields.text(field, lead));
        let lower;
        let key = match key {
            "" => {
                lower = company.to_lowercase();
                lower.as_str()
            }
            key => key,
        };
        let one_country = |draft: &usize| {
            let theirs = &self.drafts[*draft].country;
            theirs.is_empty() || country.is_empty() || theirs == country
        };
        let named = || self.by_key.get(key).and_then(|drafts| drafts.iter().copied().find(one_country));
        let found = self.by_domain.get(domain).copied().or_else(named);
        let draft = found.unwrap_or_else(|| {
            let (domain, country) = (String::new(), String::new());
            self.drafts.push(Draft { key: key.to_owned(), domain, country });
            let draft = self.drafts.len() - 1;
            if !key.is_empty() {
                self.by_key.entry_ref(key).or_default().push(draft);
            }
            draft
        });
        let held = &mut self.drafts[draft];
        fill(&mut held.domain, domain);
        fill(&mut held.country, country);
        if !domain.is_empty() && !self.by_domain.contains_key(domain) {
            self.by_domain.insert(domain.to_owned(), draft);
        }
        draft
    }
}

/// Gives a blank text a value.
pub(super) fn fill(blank: &mut String, value: &str) {
    if blank.is_empty() {
        value.clone_into(blank);
    }
}
