//! Standardize: raw text to clean, typed values, in an order that derives from the rows' content.
//!
//! Each kernel (one file each: [`person`], [`email`], [`phone`], [`company`], [`domain`], [`postcode`], [`country`],
//! [`mod@date`], [`number`], [`boolean`], [`vocabulary`], [`text`]) is a function of one value and, where it matters,
//! its country or its column's style. It runs once per distinct value. What a kernel cannot use becomes blank and a
//! finding; a row without any usable name becomes a reject.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::config::plan::{NameRule, StandardizePlan};
use crate::model::coded::Coded;
use crate::model::consent::Refusal;
use crate::model::field::{AddressFields, Cleaner, Field, LeadSchema};
use crate::model::filing::{self, Filing};
use crate::model::leads::{FurtherContact, GluedNotes, LeadId, Leads, Values};
use crate::model::overlay::put_over;
use crate::model::rows::{Finding, FindingCode, RawTable, Reject, RejectCode, shown};
use crate::model::text::{BLANK, TextColumn};
use clean::Clean;
use columns::{Blanks, Column, Distinct, coalesced, composed};
use currencies::Currencies;
use styles::Habit;

mod addresses;
pub mod boolean;
mod casing;
pub mod city;
pub mod clean;
mod columns;
pub mod company;
pub mod country;
pub mod crm;
mod currencies;
mod damaged;
pub mod date;
mod dialling;
pub mod domain;
pub mod email;
pub mod fold;
mod labels;
pub mod match_form;
mod notes;
pub mod number;
mod order;
mod owners;
mod people;
pub mod person;
pub mod phone;
pub mod placeholder;
pub mod postcode;
mod punycode;
mod reach;
mod record_form;
mod record_rules;
mod references;
mod role_form;
mod sources;
mod styles;
mod suppressions;
#[cfg(test)]
mod tests;
pub mod text;
pub mod vocabulary;

pub use crm::crm;
pub use damaged::damaged_refusals;
pub use match_form::match_columns;
pub use owners::owners;
pub use record_form::{TwoLists, with_accounts, with_contacts};
pub use record_rules::under_rules;
pub use references::references;
pub use sources::{SourceError, tell_sources};
pub use suppressions::{Suppressions, UselessList, suppressions};

/// What standardizing makes of the raw rows: each is either a lead or a reject.
#[derive(Debug)]
pub struct Standardized {
    /// Usable rows in content order.
    pub leads: Leads,
    /// Rows without a usable name.
    pub rejects: Vec<Reject>,
    /// Values that were unusable or doubtful, by origin.
    pub findings: Vec<Finding>,
    /// Rejected rows that want no contact, in content order.
    pub refusals: Vec<Refusal>,
}

/// Cleans all rows. The rule says which of them are usable.
pub fn standardize(plan: &StandardizePlan, rule: NameRule, raw: RawTable) -> Standardized {
    let order::Ordered { mut raw, mut keys, repeated } = order::content_order(raw);
    let Cleaned { mut columns, mut further, glued_notes } = clean_columns(plan, &raw);
    columns[raw.schema.index_of(Field::SourceId)].faults.extend(repeated);

    let filled = |field: Field, row: usize| columns[raw.schema.index_of(field)].values.is_filled(row);
    let named = |row: usize| filled(Field::FullName, row);
    let usable = |row: usize| match rule {
        NameRule::Required => named(row),
        NameRule::Optional => named(row) || filled(Field::Company, row) || filled(Field::Email, row),
        NameRule::None => raw.columns.iter().any(|column| column.codes[row] != BLANK),
    };
    let keep: Vec<bool> = (0..raw.origins.len()).map(|row| usable(row) && !is_deleted(&raw, row)).collect();
    let mut rejects: Vec<Reject> = (0..keep.len()).filter(|&row| !keep[row]).map(|row| reject(&raw, row)).collect();
    rejects.sort_by_key(|reject| reject.origin);
    let findings = findings(&raw, &columns, &keep);
    let refusals = if rejects.is_empty() { Vec::new() } else { reach::refusals(&raw, &columns, &further, &keep) };

    let mut values: Vec<Values> = columns.into_iter().map(|column| column.values).collect();
    if !rejects.is_empty() {
        let rows: Vec<u32> = (0u32..).zip(&keep).filter(|(_, keep)| **keep).map(|(row, _)| row).collect();
        let blanks = Blanks::default();
        values.par_iter_mut().zip(&mut raw.columns).for_each(|(values, raw)| blanks.keep(values, raw, &rows));
        let mut kept = keep.iter().copied();
        raw.origins.retain(|_| kept.next() == Some(true));
        let mut kept = keep.iter().copied();
        keys.retain(|_| kept.next() == Some(true));
        further.retain_mut(|contact| match rows.binary_search(&contact.row.0) {
            Ok(row) => {
                contact.row = LeadId(row as u32);
                true
            }
            Err(_) => false,
        });
    }
    let RawTable { schema, columns: raw, origins, places, .. } = raw;
    let closed_duplicates = Vec::new();
    let leads = Leads { schema, values, raw, origins, places, further, glued_notes, keys, closed_duplicates };
    Standardized { leads, rejects, findings, refusals }
}

/// What several columns are read by: sources, countries, naming habits, date styles.
struct Context<'a> {
    raw: &'a RawTable,
    /// Source of each row.
    sources: Vec<u32>,
    /// Country of each row's addresses, 0 for none; that of the row where an address says none.
    own_countries: [TextColumn; 3],
    /// Country of each row: its own, else the default one; 0 for none.
    countries: TextColumn,
    /// Columns with dates, and what their values say about their style.
    dates: Vec<usize>,
    votes: Vec<Vec<styles::DateVotes>>,
    /// What is known of each source.
    habits: Vec<Habit>,
}

impl<'a> Context<'a> {
    fn new(plan: &StandardizePlan, raw: &'a RawTable, countries: &[Column; 3]) -> Self {
        let sources: Vec<u32> = raw.origins.iter().map(|origin| u32::from(origin.source)).collect();
        let source_count = raw.places.sources.len().max(sources.iter().max().map_or(0, |&max| max as usize + 1));
        let [main, home, other] = countries.each_ref().map(|column| match &column.values {
            Values::Text(column) => column.clone(),
            _ => TextColumn::default(),
        });
        let own = coalesced(&[main.clone(), home.clone(), other.clone()]);
        let mut countries = own.clone();
        if let Some(default) = plan.default_country.as_deref().filter(|default| !default.is_empty())
            && own.codes.contains(&BLANK)
        {
            let default = countries.dictionary.intern(default);
            let or_default = |&code: &u32| if code == BLANK { default } else { code };
            countries.codes = own.codes.iter().map(or_default).collect();
        }
        let united_states = own.dictionary.find("US").unwrap_or(BLANK);
        let mut counts = vec![(0u64, 0u64); source_count];
        for (&code, &source) in own.codes.iter().zip(&sources).filter(|(code, _)| **code != BLANK) {
            let count = &mut counts[source as usize];
            *count = (count.0 + u64::from(code == united_states), count.1 + 1);
        }
        let is_date =
            |column: usize| matches!(raw.schema.columns()[column].cleaner, Cleaner::Date | Cleaner::Timestamp);
        let dates: Vec<usize> = (0..raw.schema.len()).filter(|&column| is_date(column)).collect();
        let votes = dates.par_iter().map(|&column| styles::date_votes(&raw.columns[column], &sources, source_count));
        let votes = votes.collect();
        let locale = |source: usize| plan.locales.get(source).copied().flatten();
        let habit = |(source, (american, all)): (usize, (u64, u64))| Habit {
            american: american * 2 > all,
            locale: locale(source),
            whole_notes: plan.whole_notes.get(source).copied().unwrap_or_default(),
        };
        let habits = counts.into_iter().enumerate().map(habit).collect();
        let own_countries = [own.clone(), coalesced(&[home, own.clone()]), coalesced(&[other, own])];
        Self { raw, sources, own_countries, countries, dates, votes, habits }
    }

    fn country(&self, code: u32) -> Option<&str> {
        (code != BLANK).then(|| self.countries.dictionary.get(code))
    }

    /// 1 for rows of people with two family names, by country or the e-mail address's top-level domain.
    fn namings(&self, email: &Values) -> Vec<u32> {
        let two = |country: &str| person::Naming::of(country) == person::Naming::TwoFamilyNames;
        let by_top = |address: &str| {
            let top = address.rsplit('.').next().unwrap_or_default();
            top.len() == 2 && two(&top.to_ascii_uppercase())
        };
        let by_country: Vec<bool> = self.countries.dictionary.iter().map(two).collect();
        let of_country = self.countries.codes.iter().map(|&code| u32::from(by_country[code as usize]));
        let Values::Text(email) = email else { return of_country.collect() };
        let by_email: Vec<bool> =
            (0..email.dictionary.len() as u32).into_par_iter().map(|code| by_top(email.dictionary.get(code))).collect();
        of_country.zip(&email.codes).map(|(country, &code)| country | u32::from(by_email[code as usize])).collect()
    }
}

/// All columns of the schema, clean, and what stands in their cells beyond one value.
struct Cleaned {
    columns: Vec<Column>,
    further: Vec<FurtherContact>,
    glued_notes: Vec<GluedNotes>,
}

fn clean_columns(plan: &StandardizePlan, raw: &RawTable) -> Cleaned {
    let at = |field: Field| raw.schema.index_of(field);
    let country =
        |of: AddressFields| columns::text(&raw.columns[at(of.country)], |text| country::country(text).map(Cow::Owned));
    let countries = AddressFields::ALL.map(country);
    let context = Context::new(plan, raw, &countries);
    let emails = reach::email_columns(raw);
    let namings = context.namings(&emails.columns[0].values);
    let grouped: Vec<usize> =
        [&people::FIELDS[..], &Field::EMAILS, &Field::NUMBERS].concat().into_iter().map(at).collect();
    let grouped =
        [grouped, AddressFields::ALL.iter().flat_map(|of| [at(of.street), at(of.country)]).collect()].concat();
    let alone = |column: usize| match grouped.contains(&column) {
        true => Column { values: Values::Boolean(Coded::default()), faults: Vec::new() }, // filled just below
        false => clean_column(&context, column),
    };
    let street = |of: AddressFields| addresses::streets(&raw.columns[at(of.street)], of.label, named_text);
    let ((people, (phones, email_domains)), (streets, mut columns)) = rayon::join(
        || {
            rayon::join(
                || people::name_columns(raw, &namings),
                || {
                    rayon::join(
                        || reach::phone_columns(raw, &context.countries.codes, |code| context.country(code)),
                        || reach::email_domains(&emails.columns[0].values),
                    )
                },
            )
        },
        || {
            rayon::join(
                || AddressFields::ALL.map(street),
                || (0..raw.schema.len()).into_par_iter().map(alone).collect::<Vec<Column>>(),
            )
        },
    );
    let groups =
        [(&people::FIELDS[..], people), (&Field::EMAILS[..], emails.columns), (&Field::NUMBERS[..], phones.columns)];
    for (fields, group) in groups {
        fields.iter().zip(group).for_each(|(&field, column)| columns[at(field)] = column);
    }
    let mut further = [emails.further, phones.further].concat();
    for ((of, country), (street, others)) in AddressFields::ALL.into_iter().zip(countries).zip(streets) {
        columns[at(of.country)] = country;
        columns[at(of.street)] = street;
        further.extend(others);
    }
    further.sort();
    for (at, told) in &raw.told {
        if let Values::Text(values) = &mut columns[*at].values {
            put_over(values, told);
            columns[*at].faults.retain(|&(row, _)| told.codes[row as usize] == BLANK);
        }
    }
    addresses::reachable(&raw.schema, &mut columns);
    let (domain, (currency, file_as)) = rayon::join(
        || reach::domain_column(raw, &columns[at(Field::Website)].values, email_domains),
        || (Currencies::of(raw, &columns), plan.rows_filed.then(|| file_as(&raw.schema, &columns))),
    );
    columns[at(Field::Domain)] = domain;
    currency.settle(raw, &mut columns);
    if let Some(file_as) = file_as {
        columns[at(Field::FileAs)].values = file_as;
    }
    let notes = &mut columns[at(Field::Notes)].values;
    if let Values::Text(column) = notes {
        *column = column.told_apart().into_owned();
    }
    let (glued_notes, faults) = notes::glued(notes, &context.sources, &context.votes, &context.habits);
    columns[at(Field::Notes)].faults.extend(faults);
    Cleaned { columns, further, glued_notes }
}

/// A column that needs no other one.
fn clean_column(context: &Context, column: usize) -> Column {
    let meaning = &context.raw.schema.columns()[column];
    let raw = &context.raw.columns[column];
    let amounts = || styles::amounts(raw, &context.sources, &context.habits);
    let text = |kernel: fn(&str) -> Clean<String>| columns::text(raw, |text| kernel(text).map(Cow::Owned));
    match meaning.cleaner {
        Cleaner::Text => match meaning.field {
            Some(Field::City | Field::HomeCity | Field::OtherCity) => columns::text(raw, named_text),
            Some(Field::Region | Field::HomeRegion | Field::OtherRegion) => columns::text(raw, region_text),
            Some(Field::MailingAddress) => text(vocabulary::address_label),
            Some(Field::JobTitle | Field::ExistingAccountId | Field::ExistingContactId) => {
                columns::text(raw, stated_text)
            }
            Some(Field::RatingType) => text(vocabulary::rating_type),
            // the name columns and file_as are composed elsewhere
            _ => columns::text(raw, plain_text),
        },
        Cleaner::Verbatim => text(|raw| filled(Cow::Owned(text::verbatim(raw))).map(Cow::into_owned)),
        Cleaner::FullName => text(|raw| person::person(raw, person::Naming::OneFamilyName).map(|name| name.full())),
        Cleaner::GivenName => text(|raw| person::given_name(raw).map(|name| name.given)),
        Cleaner::FamilyName => text(|raw| person::family_name(raw).map(|name| name.family)),
        Cleaner::Company => columns::text(raw, company::company),
        Cleaner::Email => columns::text(raw, |text| email::emails(text).map(|several| several.first)),
        Cleaner::Website => text(domain::website),
        Cleaner::Domain => text(domain::domain),
        Cleaner::Country => text(country::country),
        Cleaner::Currency => text(vocabulary::currency),
        Cleaner::Status => text(vocabulary::status),
        Cleaner::Timeframe => text(vocabulary::timeframe),
        Cleaner::Phone => {
            located(raw, &context.countries, |text, country| phone::phones(text, country).map(|several| several.first))
        }
        // A postal code of another form than the default country's says that the row is from elsewhere, not that it is
        // wrong.
        Cleaner::Postcode => {
            let of = AddressFields::ALL.iter().position(|of| Some(of.postcode) == meaning.field).unwrap_or(0);
            located(raw, &context.own_countries[of], |text, country| postcode::postcode(text, country).map(Cow::Owned))
        }
        Cleaner::Money | Cleaner::Number => {
            let clean = amounts();
            Column { values: Values::Number(clean.rows(|amount| amount.value)), faults: clean.faults() }
        }
        Cleaner::Integer => integers(&amounts(), meaning.field),
        Cleaner::Boolean => booleans(raw, boolean::boolean),
        Cleaner::OptOut => booleans(raw, boolean::opt_out),
        Cleaner::Date | Cleaner::Timestamp => {
            let own = context.dates.iter().position(|&date| date == column).unwrap_or_default();
            let (clean, faults) = styles::moments(raw, &context.sources, &context.votes, own, &context.habits);
            let values = match meaning.cleaner {
                Cleaner::Date => Values::Date(clean.rows(|at| at.day)),
                _ => Values::Timestamp(clean.rows(|at| at.micros)),
            };
            Column { values, faults }
        }
    }
}

/// A text that stands by itself (in an edit), cleaned like a cell of the kind; none where it is unusable. Phone numbers
/// need their country's prefix there.
pub fn value(cleaner: Cleaner, text: &str) -> Option<String> {
    let clean = match cleaner {
        Cleaner::Verbatim => filled(Cow::Owned(text::verbatim(text))).map(Cow::into_owned),
        Cleaner::Company => company::company(text).map(Cow::into_owned),
        Cleaner::Email => email::email(text),
        Cleaner::Phone => phone::phone(text, None),
        Cleaner::Website => domain::website(text),
        Cleaner::Domain => domain::domain(text),
        Cleaner::Postcode => postcode::postcode(text, None),
        Cleaner::Country => country::country(text),
        Cleaner::Currency => vocabulary::currency(text),
        Cleaner::Timeframe => vocabulary::timeframe(text),
        Cleaner::Status => vocabulary::status(text),
        _ => plain_text(text).map(Cow::into_owned),
    };
    if clean.finding.is_some() { None } else { clean.value }
}

fn filled(text: Cow<'_, str>) -> Clean<Cow<'_, str>> {
    if text.is_empty() { Clean::blank() } else { Clean::of(text) }
}

fn plain_text(raw: &str) -> Clean<Cow<'_, str>> {
    filled(text::tidied(raw))
}

/// Text in which "n/a" means nothing.
fn stated_text(raw: &str) -> Clean<Cow<'_, str>> {
    let text = text::tidied(raw);
    if placeholder::is_placeholder(&text) { Clean::fault(FindingCode::Placeholder) } else { filled(text) }
}

/// A region: "NA" is the province of Naples, "N/A" means nothing.
fn region_text(raw: &str) -> Clean<Cow<'_, str>> {
    let text = text::tidied(raw);
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Clean::of(text) } else { named_text(raw) }
}

/// Text in which "test" means nothing, too.
fn named_text(raw: &str) -> Clean<Cow<'_, str>> {
    let text = text::tidied(raw);
    if placeholder::is_placeholder_name(&text) { Clean::fault(FindingCode::Placeholder) } else { filled(text) }
}

/// Text whose form depends on the row's country.
fn located(
    raw: &TextColumn,
    countries: &TextColumn,
    kernel: impl for<'t> Fn(&'t str, Option<&str>) -> Clean<Cow<'t, str>> + Sync,
) -> Column {
    let country = |code: u32| (code != BLANK).then(|| countries.dictionary.get(code));
    columns::located(raw, &countries.codes, |text, code| kernel(text, country(code)))
}

fn booleans(raw: &TextColumn, kernel: fn(&str) -> Clean<bool>) -> Column {
    let clean = Distinct::by_value(raw, kernel);
    Column { values: Values::Boolean(clean.rows(|&value| value)), faults: clean.faults() }
}

/// Whole numbers; stars by hand are 0 to 5.
fn integers(clean: &Distinct<number::Amount>, field: Option<Field>) -> Column {
    let in_range = |value: i64| field != Some(Field::ManualStars) || (0..=5).contains(&value);
    let mut faults = clean.faults();
    let read = |clean: &Clean<number::Amount>| match &clean.value {
        Some(amount) => match number::whole(amount.value).filter(|&value| in_range(value)) {
            Some(value) => Clean::of(value),
            None => Clean::fault(FindingCode::InvalidNumber),
        },
        None => Clean::blank(),
    };
    let whole = Distinct { of: clean.of.clone(), results: clean.results.iter().map(read).collect() };
    faults.extend(whole.faults());
    Column { values: Values::Integer(whole.rows(|&value| value)), faults }
}

/// How each row is filed.
fn file_as(schema: &LeadSchema, columns: &[Column]) -> Values {
    let fields = Filing::FIELDS.map(|field| &columns[schema.index_of(field)].values);
    let parts = |row: usize| fields.map(|values| values.text(row));
    let write = |[given, last, first, company]: [_; 4], filed: &mut _| {
        filing::write(given, [last, first, company], filed);
    };
    Values::Text(composed(fields[0].len(), parts, write))
}

/// Whether the program that wrote a row says that its record was deleted.
fn is_deleted(raw: &RawTable, row: usize) -> bool {
    let status = raw.schema.index_of(Field::Status);
    raw.told.iter().any(|(at, told)| *at == status && told.get(row) == "deleted")
}

/// A row that was deleted, one without a usable name, or without anything: a program that kept the lines below its last row.
fn reject(raw: &RawTable, row: usize) -> Reject {
    let cells: Vec<&str> = raw.columns.iter().filter_map(|column| column.value(row)).collect();
    let (field, code) = match (is_deleted(raw, row), cells.is_empty()) {
        (true, _) => (Some(Field::Status), RejectCode::DeletedRecord),
        (false, true) => (None, RejectCode::EmptyRow),
        (false, false) => (Some(Field::FullName), RejectCode::NoName),
    };
    Reject {
        origin: raw.origins[row],
        field: field.map(|field| field.name().to_owned()),
        code,
        text: shown(&cells.join(" | ")),
    }
}

/// Findings of the rows that are kept, by origin, then by column.
fn findings(raw: &RawTable, columns: &[Column], keep: &[bool]) -> Vec<Finding> {
    let of_column =
        columns.par_iter().zip(raw.schema.columns()).zip(&raw.columns).flat_map_iter(|((column, meaning), text)| {
            let kept = column.faults.iter().filter(|(row, _)| keep[*row as usize]);
            kept.map(|&(row, code)| Finding {
                origin: raw.origins[row as usize],
                field: meaning.name.clone(),
                code,
                text: shown(text.get(row as usize)),
            })
        });
    let mut findings: Vec<Finding> = of_column.collect();
    findings.par_sort_by(|a, b| (a.origin, &a.field, a.code, &a.text).cmp(&(b.origin, &b.field, b.code, &b.text)));
    findings
}
