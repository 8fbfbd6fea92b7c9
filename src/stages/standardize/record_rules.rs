//! Open golden leads beside the records of a CRM, as duplicate rules see them: columns that both have.

use std::borrow::Cow;

use super::city::city_key;
use super::company::company_key;
use super::crm::name_key;
use super::fold::{compact, fold_name};
use super::match_form::{Form, street_key};
use super::record_form::{List, Maker, TwoLists, account_of, domain_of, halves, open_leads};
use crate::config::plan::{DuplicateRule, RecordRule};
use crate::config::preset::CrmKind;
use crate::model::crm::{Crm, Places, RecordColumn};
use crate::model::entities::{ContactKind, Entities};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::matching::{MatchColumn, Role};

/// Open leads and all records of a kind, those out of use marked as closed, with the columns that rules look at; columns in
/// which case matters are named "=NAME".
pub fn under_rules(kind: CrmKind, rules: &[&DuplicateRule], facts: &Facts, entities: &Entities, crm: &Crm) -> TwoLists {
    let leads = open_leads(facts);
    let is_out: Vec<bool> = match kind {
        CrmKind::Accounts => crm.accounts.iter().map(|account| !account.active).collect(),
        _ => crm.contacts.iter().map(|contact| !contact.active).collect(),
    };
    let list = List { facts, entities, leads: &leads, records: is_out.len() };
    let mut wanted: Vec<(&str, bool)> =
        rules.iter().flat_map(|rule| rule.same.iter().map(|name| (name.as_str(), rule.case_sensitive))).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let of = &list;
    let made: Vec<_> = wanted.iter().map(|&(name, cased)| move || Some(column(of, (kind, crm), name, cased))).collect();
    let makers: Vec<&Maker<'_>> = made.iter().map(|make| make as _).collect();
    let mut columns = list.columns(&makers);
    columns.closed[leads.len()..].copy_from_slice(&is_out);
    TwoLists { columns, records: (0..is_out.len() as u32).collect(), leads }
}

/// A column of the leads, then of the records: what stands for the field, else the further column of this name.
fn column(list: &List<'_>, (kind, crm): (CrmKind, &Crm), name: &str, cased: bool) -> MatchColumn {
    let field = Field::from_name(name);
    let further = match kind {
        CrmKind::Accounts => &crm.account_columns,
        _ => &crm.contact_columns,
    };
    let is_field = field.is_some_and(|field| RecordRule::of(kind).contains(&field));
    let further = further.iter().find(|column| !is_field && column.name.eq_ignore_ascii_case(name));
    let own_record = |at: usize| own_text(crm, kind, field, at);
    let of_record =
        |at: usize| further.map_or_else(|| own_record(at), |column: &RecordColumn| (&*column.values[at]).into());
    let made = match (field, further) {
        // All of a lead's, whatever their kind. They are clean, so that case does not matter.
        (Some(Field::Email), None) => list.reach(Role::Email, ContactKind::Email, &Field::EMAILS, |at| match kind {
            CrmKind::Accounts => Vec::new(),
            _ => crm.contacts[at].emails().collect(),
        }),
        (Some(Field::Phone), None) => list.reach(Role::Phone, ContactKind::Phone, &Field::PHONES, |at| match kind {
            CrmKind::Accounts => [crm.accounts[at].phone.as_str()],
            _ => [crm.contacts[at].phone.as_str()],
        }),
        _ => list.named(name, Role::Text, if cased { str::to_owned } else { form_of(field) }, of_record),
    };
    let name = if cased { format!("={name}") } else { name.to_owned() };
    MatchColumn { name, ..made }
}

/// What a record has of a field of a lead.
fn own_text(crm: &Crm, kind: CrmKind, field: Option<Field>, at: usize) -> Cow<'_, str> {
    if kind == CrmKind::Accounts {
        let account = &crm.accounts[at];
        return match field {
            Some(Field::Company) => &*account.name,
            Some(Field::Domain) => &account.domain,
            Some(Field::Country) => &account.country,
            field => address_part(&crm.account_places, at, field),
        }
        .into();
    }
    let contact = &crm.contacts[at];
    let row = || account_of(crm, contact).map(|row| row as usize);
    let account = || row().map(|row| &crm.accounts[row]);
    let half = |which: usize| Cow::Owned(std::mem::take(&mut halves(&contact.full_name)[which]));
    match field {
        Some(Field::FullName) => (&*contact.full_name).into(),
        Some(Field::FirstName) => half(0),
        Some(Field::LastName) => half(1),
        Some(Field::Company) => account().map_or("", |account| &account.name).into(),
        Some(Field::Domain) => domain_of(contact, account()).into(),
        Some(Field::Country) => match Places::text(&crm.contact_places.country, at) {
            "" => account().map_or("", |account| &account.country).into(),
            country => country.into(),
        },
        field => {
            let (places, row) = crm.address_of_contact(at, row());
            address_part(places, row, field).into()
        }
    }
}

/// A part of an address; of other fields, nothing.
fn address_part(places: &Places, row: usize, field: Option<Field>) -> &str {
    match field {
        Some(Field::Street) => Places::text(&places.street, row),
        Some(Field::City) => Places::text(&places.city, row),
        Some(Field::Postcode) => Places::text(&places.postcode, row),
        _ => "",
    }
}

/// The form in which a column is compared where case does not matter.
fn form_of(field: Option<Field>) -> Form {
    match field {
        Some(Field::FullName) => name_key,
        Some(Field::FirstName | Field::LastName) => fold_name,
        Some(Field::Company) => company_key,
        Some(Field::Domain) => str::to_lowercase,
        Some(Field::Street) => street_key,
        Some(Field::City) => city_key,
        // Numbers of customers, taxes and members: "DE 123.456" is "DE123456".
        _ => compact,
    }
}
