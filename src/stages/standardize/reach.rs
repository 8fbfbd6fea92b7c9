//! E-mail, phone and domain columns of all rows: several values of one cell move on to blank columns beside it.

use super::clean::Clean;
use super::columns::{Column, Distinct, composed};
use super::domain::{domain, email_domain, site_domain};
use super::email::emails;
use super::phone::phones;
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::rows::RawTable;
use crate::model::text::TextColumn;

/// E-mail columns, in the order in which further addresses fill blanks.
pub(super) const EMAILS: [Field; 3] = [Field::Email, Field::Email2, Field::Email3];
/// Phone columns, likewise; fax numbers stay where they are.
pub(super) const PHONES: [Field; 4] = [Field::Phone, Field::MobilePhone, Field::HomePhone, Field::Fax];

/// The columns of [`EMAILS`].
pub(super) fn email_columns(raw: &RawTable) -> Vec<Column> {
    let cells: Vec<_> =
        EMAILS.iter().map(|&field| Distinct::by_value(&raw.columns[raw.schema.index_of(field)], emails)).collect();
    spread(&cells, EMAILS.len())
}

/// The columns of [`PHONES`]; `country` gives the country of a context code.
pub(super) fn phone_columns<'a>(
    raw: &RawTable,
    contexts: &[u32],
    country: impl Fn(u32) -> Option<&'a str> + Sync,
) -> Vec<Column> {
    let clean = |text: &str, context: u32| -> Clean<Vec<String>> { phones(text, country(context)) };
    let cells: Vec<_> = PHONES
        .iter()
        .map(|&field| Distinct::by_context(&raw.columns[raw.schema.index_of(field)], contexts, clean))
        .collect();
    spread(&cells, PHONES.len() - 1)
}

/// The domain column: as given, else from the website, else from the e-mail address.
pub(super) fn domain_column(raw: &RawTable, website: &Values, email: &Values) -> Column {
    let given = Distinct::by_value(&raw.columns[raw.schema.index_of(Field::Domain)], |text| {
        let clean = domain(text);
        match clean.value.as_deref().map(super::domain::is_mailbox_provider) {
            Some(true) => Clean::blank(),
            _ => clean,
        }
    });
    let values = composed(raw.origins.len(), |row, buffer| {
        let found = given.get(row).map(String::as_str);
        let found = found
            .or_else(|| website.text(row).and_then(site_domain))
            .or_else(|| email.text(row).and_then(email_domain));
        buffer.push_str(found.unwrap_or_default());
    });
    Column { values: Values::Text(values), faults: given.faults() }
}

/// Each cell's first value stays in its column; the further ones fill the blank ones of the first `open` columns.
fn spread(cells: &[Distinct<Vec<String>>], open: usize) -> Vec<Column> {
    let rows = cells.first().map_or(0, |column| column.of.len());
    let mut columns: Vec<TextColumn> =
        cells.iter().map(|cells| cells.text(|values| values.first().map_or("", String::as_str))).collect();
    for row in 0..rows {
        if !cells.iter().any(|cells| cells.get(row).is_some_and(|values| values.len() > 1)) {
            continue;
        }
        let further =
            cells.iter().flat_map(|cells| cells.get(row).into_iter().flat_map(|values| values.iter().skip(1)));
        for value in further {
            if columns.iter().any(|column| column.get(row) == value) {
                continue;
            }
            let Some(blank) = (0..open).find(|&at| columns[at].value(row).is_none()) else { break };
            let code = columns[blank].dictionary.intern(value);
            columns[blank].codes.to_mut()[row] = code;
        }
    }
    let columns = columns.into_iter().zip(cells);
    columns.map(|(column, cells)| Column { values: Values::Text(column), faults: cells.faults() }).collect()
}
