//! E-mail, phone and domain columns of all rows: several values of one cell move on to blank columns beside it.

use std::borrow::Cow;

use rayon::prelude::*;

use super::clean::Clean;
use super::columns::{self, Cases, Cleaned, Column, coalesced};
use super::domain::{domain, email_domain, host_of, site_domain};
use super::email::emails;
use super::phone::phones;
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::rows::RawTable;
use crate::model::text::{BLANK, Interner, TextColumn};

/// E-mail columns, in the order in which further addresses fill blanks.
pub(super) const EMAILS: [Field; 3] = [Field::Email, Field::Email2, Field::Email3];
/// Phone columns, likewise; fax numbers stay where they are.
pub(super) const PHONES: [Field; 4] = [Field::Phone, Field::MobilePhone, Field::HomePhone, Field::Fax];

/// The columns of [`EMAILS`].
pub(super) fn email_columns(raw: &RawTable) -> Vec<Column> {
    let clean = |&field: &Field| {
        Cleaned::of(&Cases::by_value(&raw.columns[raw.schema.index_of(field)]), |text, _| emails(text))
    };
    spread(EMAILS.par_iter().map(clean).collect(), EMAILS.len())
}

/// The columns of [`PHONES`]; `country` gives the country of a context code.
pub(super) fn phone_columns<'a>(
    raw: &RawTable,
    contexts: &[u32],
    country: impl Fn(u32) -> Option<&'a str> + Sync,
) -> Vec<Column> {
    let clean = |&field: &Field| {
        let cases = Cases::by_context(&raw.columns[raw.schema.index_of(field)], contexts);
        Cleaned::of(&cases, |text, context| phones(text, country(context)))
    };
    spread(PHONES.par_iter().map(clean).collect(), PHONES.len() - 1)
}

/// The domain column: as given, else from the website, else from the e-mail address.
pub(super) fn domain_column(raw: &RawTable, website: &Values, email: &Values) -> Column {
    let given = columns::text(&raw.columns[raw.schema.index_of(Field::Domain)], |text| {
        let clean = domain(text);
        match clean.value.as_deref().map(super::domain::is_mailbox_provider) {
            Some(true) => Clean::blank(),
            _ => clean.map(Cow::Owned),
        }
    });
    let Column { values: Values::Text(values), faults } = given else { return given };
    let (by_site, by_email) =
        rayon::join(|| domains(website, host_of, site_domain), || domains(email, host, email_domain));
    Column { values: Values::Text(coalesced(&[values, by_site, by_email])), faults }
}

/// Values whose parts are told apart by one task.
const BLOCK: usize = 16_384;

/// The host of an address with its "@": what the domain depends on.
fn host(address: &str) -> &str {
    address.rfind('@').map_or("", |at| &address[at..])
}

/// The domain that a kernel finds in each value; it is asked once per distinct `part` of the values.
fn domains(values: &Values, part: fn(&str) -> &str, kernel: fn(&str) -> Option<&str>) -> TextColumn {
    let Values::Text(column) = values else { return TextColumn::default() };
    if column.is_blank() {
        return column.clone();
    }
    let values = column.dictionary.len();
    let found = |start: usize| {
        let mut parts = Interner::default();
        let code = |code: usize| parts.intern(part(column.dictionary.get(code as u32)));
        let codes: Vec<u32> = (start..values.min(start + BLOCK)).map(code).collect();
        (codes, parts)
    };
    let blocks: Vec<(Vec<u32>, Interner)> = (0..values).into_par_iter().step_by(BLOCK).map(found).collect();
    let (mut parts, mut part_of_value) = (Interner::default(), Vec::with_capacity(values));
    for (codes, own) in blocks {
        let known = parts.intern_all(&own);
        part_of_value.extend(codes.iter().map(|&code| known[code as usize]));
    }
    let kernel = |code: u32| if code == BLANK { None } else { kernel(parts.get(code)) };
    let found: Vec<Option<&str>> = (0..parts.len() as u32).into_par_iter().map(kernel).collect();
    let mut domains = Interner::default();
    let found: Vec<u32> = found.iter().map(|domain| domain.map_or(BLANK, |domain| domains.intern(domain))).collect();
    let codes: Vec<u32> = part_of_value.iter().map(|&part| found[part as usize]).collect();
    let codes = column.codes.iter().map(|&code| codes[code as usize]).collect();
    TextColumn { codes, dictionary: domains.finish() }
}

/// Each cell's first value stays in its column; the further ones fill the blank ones of the first `open` columns.
fn spread(cells: Vec<Cleaned>, open: usize) -> Vec<Column> {
    let rows = cells.first().map_or(0, |column| column.of.len());
    let mut columns: Vec<TextColumn> = cells.iter().map(|cells| cells.values.clone()).collect();
    let several: Vec<&Cleaned> = cells.iter().filter(|cells| !cells.further.is_empty()).collect();
    for row in 0..if several.is_empty() { 0 } else { rows } {
        for value in several.iter().flat_map(|cells| cells.further(row)) {
            if columns.iter().any(|column| column.get(row) == value) {
                continue;
            }
            let Some(blank) = (0..open).find(|&at| columns[at].value(row).is_none()) else { break };
            let code = columns[blank].dictionary.intern(value);
            columns[blank].codes.to_mut()[row] = code;
        }
    }
    let columns = columns.into_iter().zip(cells);
    columns.map(|(column, cells)| Column { values: Values::Text(column), faults: cells.faults }).collect()
}
