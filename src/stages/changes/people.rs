//! Leads of the CRM that are contacts of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Made;
use super::keys::{self, Adopted};
use super::own::{OwnLead, Rows};
use crate::config::plan::ChangeSet;
use crate::model::emissions::{Action, EmittedContact};
use crate::model::field::Field;

/// Records of the CRM's leads that become contacts of ours, by the contact's id.
pub(super) fn adopted<'a>(set: &ChangeSet, made: Made<'a>, own: &[OwnLead<'a>]) -> BTreeMap<&'a str, Adopted<'a>> {
    if !set.dialect.leads_are_contacts {
        return BTreeMap::new();
    }
    let rows = Rows::new(set, made.leads);
    // Of each golden lead the record that goes on comes first.
    let by_entity = own.chunk_by(|a, b| a.entity == b.entity).map(|records| (records[0].entity.0, records));
    let by_entity: BTreeMap<u32, &[OwnLead<'a>]> = by_entity.collect();
    let adopt = |contact: &'a EmittedContact| {
        let records = *by_entity.get(&contact.origin.0)?;
        let known = |lead: &OwnLead<'a>| made.crm.contact_row(lead.id).map(|at| &made.crm.contacts[at]);
        let key_of = |lead: &OwnLead<'a>| {
            let in_contacts = known(lead).map(|it| it.external_id.as_str()).filter(|key| !key.is_empty());
            in_contacts.or_else(|| rows.key(lead.row))
        };
        // The person may have come a second time: the record that has the id already is the contact.
        let had = || records.iter().find(|lead| key_of(lead) == Some(&contact.id));
        let lead = match contact.action {
            Action::Create => had().unwrap_or(&records[0]),
            Action::Link => records.first().filter(|lead| lead.id == contact.id)?,
        };
        let (known, key) = (known(lead), key_of(lead));
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
