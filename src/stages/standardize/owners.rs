//! Owners as the owners file spells them. Only a known owner may have a lead.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::crm::Owner;
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::rows::{Finding, FindingCode, shown};
use crate::model::text::{BLANK, TextColumn};

/// Names in any case, e-mail addresses, ids of the owners file, and what change sets call owners, become the owners' names;
/// others are cleared, with a finding on the row. The queue of leads that nobody could take is known, too. Without an owners
/// file every name is known.
///
/// Before the merge, so that an owner who left does not win over one who is there.
pub fn owners<'a>(
    leads: &mut Leads,
    owners: Option<&'a [Owner]>,
    users: impl Iterator<Item = (&'a str, &'a str)>,
    queue: Option<&'a str>,
) -> Vec<Finding> {
    let file = owners.unwrap_or_default();
    let mut names: HashMap<String, &str, FixedState> = HashMap::default();
    for key in [|owner: &Owner| owner.name.to_lowercase(), |owner: &Owner| owner.email.to_lowercase()] {
        for owner in file.iter().filter(|owner| !key(owner).is_empty()) {
            names.entry(key(owner)).or_insert(&owner.name);
        }
    }
    if let Some(queue) = queue {
        names.entry(queue.to_lowercase()).or_insert(queue);
    }
    // Upper and lower case tell ids apart.
    let mut ids: HashMap<&str, &str, FixedState> = HashMap::default();
    for owner in file.iter().filter(|owner| !owner.id.is_empty()) {
        ids.entry(Owner::id_form(&owner.id)).or_insert(&owner.name);
    }
    for (owner, user) in users.filter(|(_, user)| !user.is_empty()) {
        ids.entry(Owner::id_form(user)).or_insert(owner);
    }
    if owners.is_none() && ids.is_empty() {
        return Vec::new();
    }
    let position = leads.schema.index_of(Field::AssignedTo);
    let Values::Text(column) = &leads.values[position] else { return Vec::new() };
    let known = |name: &str| {
        let named = names.get(&name.trim().to_lowercase()).copied();
        named.or_else(|| ids.get(Owner::id_form(name.trim())).copied())
    };
    let known: Vec<Option<&str>> = column.dictionary.iter().map(known).collect();
    let mut findings = Vec::new();
    let mut cleared = TextColumn::default();
    for (row, &code) in column.codes.iter().enumerate() {
        let name = known[code as usize];
        if code != BLANK && name.is_none() && owners.is_some() {
            findings.push(Finding {
                origin: leads.origins[row],
                field: Field::AssignedTo.name().to_owned(),
                code: FindingCode::UnknownOwner,
                text: shown(column.get(row)),
            });
        }
        let kept = if owners.is_some() { "" } else { column.get(row) };
        cleared.push(name.unwrap_or(kept));
    }
    leads.values[position] = Values::Text(cleared);
    findings
}
