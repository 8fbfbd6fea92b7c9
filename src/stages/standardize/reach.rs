//! E-mail, phone and domain columns of all rows: several values of one cell move on to blank columns beside it; what
//! finds none blank is kept beside the columns.

use std::borrow::Cow;

use rayon::prelude::*;

use super::clean::{Clean, Labelled};
use super::columns::{self, BLOCK, Cases, Cleaned, Column, coalesced};
use super::domain::{domain, email_domain, host_of, site_domain};
use super::email::emails;
use super::phone::phones;
use crate::model::consent::{Refusal, Wishes};
use crate::model::entities::{ContactKind, ContactLabel};
use crate::model::field::Field;
use crate::model::leads::{FurtherContact, LeadId, Values};
use crate::model::rows::RawTable;
use crate::model::text::{BLANK, Interner, TextColumn};

/// What the phone columns stand for.
const RINGING: [ContactLabel; 4] =
    [ContactLabel::Business, ContactLabel::Mobile, ContactLabel::Home, ContactLabel::Fax];

/// Columns of one kind, and what stood in their cells beyond them.
pub(super) struct Reach {
    pub(super) columns: Vec<Column>,
    pub(super) further: Vec<FurtherContact>,
}

/// The columns of [`Field::EMAILS`].
pub(super) fn email_columns(raw: &RawTable) -> Reach {
    let clean = |&field: &Field| {
        Cleaned::of(&Cases::by_value(&raw.columns[raw.schema.index_of(field)]), |text, _| emails(text))
    };
    spread(ContactKind::Email, Field::EMAILS.par_iter().map(clean).collect(), &[])
}

/// The columns of [`Field::NUMBERS`]; `country` gives the country of a context code.
pub(super) fn phone_columns<'a>(
    raw: &RawTable,
    contexts: &[u32],
    country: impl Fn(u32) -> Option<&'a str> + Sync,
) -> Reach {
    let clean = |&field: &Field| {
        let cases = Cases::by_context(&raw.columns[raw.schema.index_of(field)], contexts);
        Cleaned::of(&cases, |text, context| phones(text, country(context)))
    };
    spread(ContactKind::Phone, Field::NUMBERS.par_iter().map(clean).collect(), &RINGING)
}

/// The domains of e-mail addresses.
pub(super) fn email_domains(email: &Values) -> TextColumn {
    domains(email, host, email_domain)
}

/// The domain column: as given, else from the website, else that of the e-mail address.
pub(super) fn domain_column(raw: &RawTable, website: &Values, by_email: TextColumn) -> Column {
    let given = columns::text(&raw.columns[raw.schema.index_of(Field::Domain)], |text| {
        let clean = domain(text);
        match clean.value.as_deref().map(super::domain::is_mailbox_provider) {
            Some(true) => Clean::blank(),
            _ => clean.map(Cow::Owned),
        }
    });
    let Column { values: Values::Text(values), faults } = given else { return given };
    let by_site = domains(website, host_of, site_domain);
    Column { values: Values::Text(coalesced(&[values, by_site, by_email])), faults }
}

/// The host of an address with its "@": what the domain depends on.
fn host(address: &str) -> &str {
    address.bytes().rposition(|byte| byte == b'@').map_or("", |at| &address[at..])
}

/// The domain that a kernel finds in each value; it is asked once per distinct `part` of the values.
fn domains(values: &Values, part: fn(&str) -> &str, kernel: fn(&str) -> Option<&str>) -> TextColumn {
    let Values::Text(column) = values else { return TextColumn::default() };
    if column.is_blank() {
        return column.clone();
    }
    let mut parts = Interner::default();
    let mut of_value: Vec<u32> = Vec::with_capacity(column.dictionary.len());
    let mut values = column.dictionary.iter().map(part).peekable();
    while values.peek().is_some() {
        // Looked for together: a part may be any of those before it, most of which are far off in memory.
        let block: Vec<&str> = values.by_ref().take(BLOCK).collect();
        parts.intern_each(&block, &mut of_value);
    }
    let found: Vec<&str> = (0..parts.len() as u32)
        .into_par_iter()
        .with_min_len(BLOCK)
        .map(|code| kernel(parts.get(code)).unwrap_or_default())
        .collect();
    let mut domains = Interner::default();
    let found: Vec<u32> = found.into_iter().map(|domain| domains.intern(domain)).collect();
    of_value.iter_mut().for_each(|part| *part = found[*part as usize]);
    let codes = column.codes.iter().map(|&code| of_value[code as usize]).collect();
    TextColumn { codes, dictionary: domains.finish() }
}

/// The values of the cells in the columns. Where a cell has several, or says which one its value is, a value goes to the
/// column that its label stands for, else to its own one, else to the first one that is blank (no number to the fax
/// column); what finds no place is kept beside the columns, as are labels that the columns don't tell.
fn spread(kind: ContactKind, cells: Vec<Cleaned>, labels: &[ContactLabel]) -> Reach {
    let rows = cells.first().map_or(0, |column| column.of.len());
    let mut columns: Vec<TextColumn> = cells.iter().map(|cells| cells.values.clone()).collect();
    let mut further = Vec::new();
    let listing: Vec<usize> = (0..cells.len()).filter(|&at| !cells[at].listed.is_empty()).collect();
    let rows = if listing.is_empty() { 0..0 } else { 0..rows };
    for row in rows {
        let of = |&at: &usize| cells[at].listed(row).iter().map(move |value| (at, value));
        let mut values: Vec<(usize, &Labelled)> = listing.iter().flat_map(of).collect();
        values.iter().for_each(|&(own, _)| columns[own].codes.to_mut()[row] = BLANK);
        // Values that say to which column they belong choose first.
        let has_column = |value: &Labelled| value.label.is_some_and(|label| labels.contains(&label));
        values.sort_by_key(|(_, value)| !has_column(value));
        let mut waiting = Vec::new();
        for (own, value) in values {
            let place = value.label.and_then(|label| labels.iter().position(|&of| of == label));
            match place.filter(|&at| columns[at].value(row).is_none()) {
                Some(at) => put(&mut columns[at], row, &value.value),
                None => waiting.push((own, value)),
            }
        }
        waiting.sort_by_key(|(_, value)| has_column(value));
        for (own, Labelled { label, value }) in waiting {
            let held = columns.iter().position(|column| column.get(row) == value);
            // What stands in the fax column is a fax number, each of several.
            let label = &label.or((labels.get(own) == Some(&ContactLabel::Fax)).then_some(ContactLabel::Fax));
            let place = held.or_else(|| {
                let is_fax = |at: usize| labels.get(at) == Some(&ContactLabel::Fax);
                let others = (0..columns.len()).filter(|&at| !is_fax(at));
                let may = |at: usize| is_fax(at) || *label != Some(ContactLabel::Fax);
                std::iter::once(own).chain(others).find(|&at| columns[at].value(row).is_none() && may(at))
            });
            if let Some(at) = place.filter(|_| held.is_none()) {
                put(&mut columns[at], row, value);
            }
            // Without a label a number in a column that is not its own is any other.
            let of_column = place.and_then(|at| labels.get(at).copied());
            let label =
                &label.or((place.is_some_and(|at| at != own) && of_column.is_some()).then_some(ContactLabel::Other));
            let is_told = place.is_some() && (label.is_none() || of_column == *label);
            if !is_told {
                let row = LeadId(row as u32);
                further.push(FurtherContact { row, kind, value: value.clone(), label: *label });
            }
        }
    }
    let columns = columns.into_iter().zip(cells);
    let columns = columns.map(|(column, cells)| Column { values: Values::Text(column), faults: cells.faults });
    Reach { columns: columns.collect(), further }
}

/// The rows that are no leads and want no contact, as far as anything tells whom they mean; in the order of the rows.
pub(super) fn refusals(raw: &RawTable, columns: &[Column], further: &[FurtherContact], keep: &[bool]) -> Vec<Refusal> {
    let rejected = (0..keep.len()).filter(|&row| !keep[row]);
    rejected.map(|row| refusal(raw, columns, further, row)).filter(|refusal| !refusal.wishes.is_none()).collect()
}

/// What a row says of contact, and whom it means.
pub(super) fn refusal(raw: &RawTable, columns: &[Column], further: &[FurtherContact], row: usize) -> Refusal {
    let values = |field: Field| &columns[raw.schema.index_of(field)].values;
    let flag = |field: Field| match values(field) {
        Values::Boolean(flags) => flags[row],
        _ => None,
    };
    let of = |fields: &[Field], kind: ContactKind| {
        let own = fields.iter().filter_map(|&field| values(field).text(row)).map(str::to_owned);
        let more = further.iter().filter(|it| it.row.index() == row && it.kind == kind);
        own.chain(more.map(|it| it.value.clone())).collect::<Vec<String>>()
    };
    Refusal {
        origin: raw.origins[row],
        wishes: Wishes::of(Wishes::FLAGS.map(|(_, field)| flag(field))),
        emails: of(&Field::EMAILS, ContactKind::Email),
        phones: of(&Field::NUMBERS, ContactKind::Phone),
    }
}

fn put(column: &mut TextColumn, row: usize, value: &str) {
    let code = column.dictionary.intern(value);
    column.codes.to_mut()[row] = code;
}
