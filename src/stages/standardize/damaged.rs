//! Wishes of rejected rows whose cells may stand under the wrong names.
//!
//! A wish too many is the safe side, the wish of the wrong person is none. So a row counts where a cell of its own e-mail
//! addresses or numbers is one. A row with cells too many is read from its end where its beginning cannot be right.

use super::crm::contact;
use super::{Cleaned, clean_columns, reach};
use crate::config::plan::{CONSENT, StandardizePlan};
use crate::config::preset::CrmKind;
use crate::model::consent::{Refusal, Wishes};
use crate::model::rows::{RawRecords, RawTable};

/// Those who want no contact among rejected rows of leads and contacts, which come in two readings each: as they begin,
/// and as they end.
pub fn damaged_refusals(plan: &StandardizePlan, leads: &RawTable, contacts: &RawRecords) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if !leads.origins.is_empty() {
        let Cleaned { columns, further, .. } = clean_columns(plan, leads);
        let flags = CONSENT.map(|field| leads.schema.index_of(field));
        refusals.extend(credible(leads.origins.len(), |row| Reading {
            is_shifted: flags.iter().any(|&flag| leads.columns[flag].get(row).contains('@')),
            refusal: reach::refusal(leads, &columns, &further, row),
        }));
    }
    let flags = CONSENT.map(|field| CrmKind::Contacts.fields().iter().position(|name| *name == field.name()));
    refusals.extend(credible(contacts.origins.len(), |row| {
        let contact = contact(contacts, row, plan, &mut Vec::new());
        Reading {
            is_shifted: flags.iter().flatten().any(|&flag| contacts.columns[flag].get(row).contains('@')),
            refusal: Refusal {
                origin: contacts.origins[row],
                wishes: Wishes::of(contact.consent),
                emails: contact.emails().map(str::to_owned).collect(),
                phones: Some(contact.phone).into_iter().filter(|phone| !phone.is_empty()).collect(),
            },
        }
    }));
    // Where they stand does not matter but for rows that say the same.
    refusals
        .sort_by(|a, b| (&a.emails, &a.phones, a.wishes, a.origin).cmp(&(&b.emails, &b.phones, b.wishes, b.origin)));
    refusals
}

/// One reading of a row.
struct Reading {
    /// Whether an address stands where a flag should be.
    is_shifted: bool,
    refusal: Refusal,
}

/// Of two readings each the one that is somebody's, the first one where both are; those without a wish left out.
fn credible(rows: usize, reading: impl Fn(usize) -> Reading) -> impl Iterator<Item = Refusal> {
    let has_address = |it: &Refusal| !it.emails.is_empty() || !it.phones.is_empty();
    let is_somebodys = move |it: &Reading| !it.is_shifted && has_address(&it.refusal);
    let of_row = move |row: usize| [row, row + 1].into_iter().map(&reading).find(is_somebodys).map(|it| it.refusal);
    (0..rows).step_by(2).filter_map(of_row).filter(|refusal| !refusal.wishes.is_none())
}
