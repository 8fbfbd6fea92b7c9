//! Addresses of accounts and contacts, cleaned as those of leads are, value by value. A file may have many records and
//! no addresses: a column that none of them fills takes no room.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::columns::{self, Column};
use super::super::country::country;
use super::super::postcode::postcode;
use super::super::{addresses, located, named_text};
use crate::config::preset::CrmKind;
use crate::model::crm::Places;
use crate::model::entities::ContactLabel;
use crate::model::leads::Values;
use crate::model::rows::{Finding, RawRecords, shown};
use crate::model::text::TextColumn;

/// Addresses in the rows of the files; what is wrong goes to the findings.
pub(super) fn places(raw: &RawRecords, kind: CrmKind, findings: &mut Vec<Finding>) -> Places {
    let field = |name: &str| {
        let at = kind.fields().iter().position(|field| *field == name);
        at.and_then(|at| raw.columns.get(at)).filter(|column| !column.is_blank())
    };
    let mut text = |name: &str, clean: &dyn Fn(&TextColumn) -> Column| {
        let Some(read) = field(name) else { return TextColumn::default() };
        let Column { values, faults } = clean(read);
        findings.extend(faults.into_iter().map(|(row, code)| Finding {
            origin: raw.origins[row as usize],
            field: name.to_owned(),
            code,
            text: shown(read.get(row as usize)),
        }));
        match values {
            Values::Text(column) if !column.is_blank() => column,
            _ => TextColumn::default(),
        }
    };
    let countries = |column: &TextColumn| columns::text(column, |text| country(text).map(Cow::Owned));
    let mut places = Places {
        street: text("street", &|column| addresses::streets(column, ContactLabel::Business, named_text).0),
        city: text("city", &|column| columns::text(column, named_text)),
        postcode: TextColumn::default(),
        // An account has its country as a field, and what is wrong with it is told there.
        country: match kind {
            CrmKind::Accounts => field("country").map_or_else(TextColumn::default, |column| match countries(column) {
                Column { values: Values::Text(column), .. } => column,
                Column { .. } => TextColumn::default(),
            }),
            _ => text("country", &countries),
        },
    };
    places.postcode = match &places.country {
        none if none.is_empty() => {
            text("postcode", &|column| columns::text(column, |text| postcode(text, None).map(Cow::Owned)))
        }
        own => {
            text("postcode", &|column| located(column, own, |text, country| postcode(text, country).map(Cow::Owned)))
        }
    };
    if kind == CrmKind::Accounts {
        places.country = TextColumn::default();
    }
    places
}

/// The order of two rows by what they say.
pub(super) fn order(places: &Places, a: u32, b: u32) -> Ordering {
    let texts = |row: u32| places.columns().map(|column| Places::text(column, row as usize));
    texts(a).cmp(&texts(b))
}

/// The addresses of these rows, in this order.
pub(super) fn keep(mut places: Places, rows: &[u32]) -> Places {
    places.columns_mut().into_iter().filter(|column| !column.is_empty()).for_each(|column| column.take(rows));
    places
}
