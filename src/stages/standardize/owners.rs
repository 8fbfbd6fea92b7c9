//! Owners as the owners file spells them. Only a known owner may have a lead.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::crm::Owner;
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::rows::{Finding, FindingCode, shown};
use crate::model::text::{BLANK, TextColumn};

/// Names in any case, and e-mail addresses, become the owners' names; others are cleared, with a finding on the row. The
/// queue of leads that nobody could take is known, too.
///
/// Before the merge, so that an owner who left does not win over one who is there.
pub fn owners(leads: &mut Leads, owners: &[Owner], queue: Option<&str>) -> Vec<Finding> {
    let mut names: HashMap<String, &str, FixedState> = HashMap::default();
    for key in [|owner: &Owner| owner.name.to_lowercase(), |owner: &Owner| owner.email.to_lowercase()] {
        for owner in owners.iter().filter(|owner| !key(owner).is_empty()) {
            names.entry(key(owner)).or_insert(&owner.name);
        }
    }
    if let Some(queue) = queue {
        names.entry(queue.to_lowercase()).or_insert(queue);
    }
    let position = leads.schema.index_of(Field::AssignedTo);
    let Values::Text(column) = &leads.values[position] else { return Vec::new() };
    let known: Vec<Option<&str>> =
        column.dictionary.iter().map(|name| names.get(&name.trim().to_lowercase()).copied()).collect();
    let mut findings = Vec::new();
    let mut cleared = TextColumn::default();
    for (row, &code) in column.codes.iter().enumerate() {
        let name = known[code as usize];
        if code != BLANK && name.is_none() {
            findings.push(Finding {
                origin: leads.origins[row],
                field: Field::AssignedTo.name().to_owned(),
                code: FindingCode::UnknownOwner,
                text: shown(column.get(row)),
            });
        }
        cleared.push(name.unwrap_or_default());
    }
    leads.values[position] = Values::Text(cleared);
    findings
}
