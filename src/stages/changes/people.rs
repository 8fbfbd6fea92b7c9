//! Leads of the CRM that are contacts of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Made;
use super::keys::{self, Adopted};
use super::own::OwnLead;
use crate::config::plan::ChangeSet;
use crate::model::emissions::{Action, EmittedContact};
use crate::model::field::Field;

/// Records of the CRM's leads that become contacts of ours, by the contact's id.
pub(super) fn adopted<'a>(set: &ChangeSet, made: Made<'a>, own: &[OwnLead<'a>]) -> BTreeMap<&'a str, Adopted<'a>> {
    if !set.dialect.leads_are_contacts {
        return BTreeMap::new();
    }
    let goes_on: BTreeMap<u32, &OwnLead<'a>> =
        own.iter().filter(|lead| lead.duplicate_of.is_none()).map(|lead| (lead.entity.0, lead)).collect();
    let adopt = |contact: &'a EmittedContact| {
        let lead = goes_on.get(&contact.origin.0)?;
        if contact.action == Action::Link && contact.id != lead.id {
            return None;
        }
        let known = made.crm.contact_row(lead.id).map(|at| &made.crm.contacts[at]);
        let in_row = set.files[lead.file].key.map(|column| made.leads.raw[column].get(lead.row.index()));
        let key = known.map(|it| it.external_id.as_str()).into_iter().chain(in_row).find(|key| !key.is_empty());
        let own = |key: &'a str| Cow::Borrowed(key);
        let new = || match contact.action {
            Action::Create => own(&contact.id),
            Action::Link => Cow::Owned(keys::given('C', "contact", &contact.id)),
        };
        let accounts = [known.map(|it| it.account_id.as_str()), made.leads.text(Field::ExistingAccountId, lead.row)];
        let adopted = Adopted {
            record: lead.id,
            is_new: key.is_none(),
            key: key.map_or_else(new, own),
            account: accounts.into_iter().flatten().find(|id| !id.is_empty()).unwrap_or_default(),
        };
        Some((contact.id.as_str(), adopted))
    };
    made.emissions.contacts.iter().filter_map(adopt).collect()
}
