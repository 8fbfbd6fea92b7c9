//! Change sets of a run.

use super::{Decided, Linked, at_survivors};
use crate::config::plan::Plan;
use crate::model::issued::{HeldIds, IssuedIds};
use crate::model::table::TextFile;
use crate::stages::changes::{self, Changes, Made};
use crate::stages::qualify;
use crate::stages::standardize::crm::name_key;

/// The files of every set that the plan has; what is wrong with them is added to what was found, and the ids of notes to
/// those that were given.
pub(super) fn files(plan: &Plan, linked: &mut Linked, decided: &mut Decided, earlier: &IssuedIds) -> Vec<TextFile> {
    if plan.changes.is_empty() {
        return Vec::new();
    }
    let made = Made {
        leads: &linked.leads,
        entities: &decided.entities,
        emissions: &decided.emissions,
        assignments: &decided.assignments,
        scores: &decided.scores,
        crm: &linked.crm,
        consent: &decided.consent,
        held: HeldIds { issued: earlier, keys: &linked.leads.keys },
        same_person,
        as_of: plan.as_of,
    };
    let Changes { files, findings, notes } = changes::changes(&plan.changes, made);
    linked.findings.extend(at_survivors(&linked.leads, &decided.entities, findings));
    if !notes.is_empty() {
        let given = [decided.emissions.issued.as_slice(), &notes].concat();
        decided.issued = earlier.with(&given, &linked.leads, &decided.entities);
    }
    files
}

/// Whether two names at one e-mail address are of one person, as where leads are linked to contacts.
fn same_person(address: &str, name: &str, known: &str) -> bool {
    qualify::are_one_at(address, &name_key(name), &name_key(known))
}
