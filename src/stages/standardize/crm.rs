//! The CRM's records, standardized with the same kernels as the leads.
//!
//! Accounts, contacts and opportunities without an id get one from their content, so that none is lost and runs agree.

mod documents;
mod owners;
mod parents;
mod places;
mod prices;
mod references;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::boolean::opt_out;
use super::clean::{Clean, Several};
use super::company::company_key;
use super::country::country;
use super::date::{DateEvidence, DateOrder, DateStyle, Moment, evidence, moment};
use super::domain::{domain, is_mailbox_provider, site_domain, website};
use super::email::{email, emails};
use super::fold::{fold, fold_name};
use super::number::{DecimalSign, amount, decimal_sign};
use super::person::{Naming, person};
use super::phone::phone;
use super::placeholder::is_placeholder;
use super::styles::{order_of, sign_of};
use super::text::{tidy, verbatim};
use super::vocabulary::{activity_kind, currency, meaning};
use crate::config::plan::{CONSENT, Locale, StandardizePlan};
use crate::config::preset::CrmKind;
use crate::model::crm::{Account, Activity, Contact, Crm, Given, Opportunity, OpportunityStatus, Places, RecordColumn};
use crate::model::entities::ActivityKind;
use crate::model::rows::{Finding, FindingCode, Origin, RawCrm, RawRecords, shown};
use crate::model::text::TextColumn;

/// Cleans what `[crm]` names. Of records with the same id the one that was changed last stays.
pub fn crm(plan: &StandardizePlan, raw: &RawCrm) -> (Crm, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut accounts = raw.accounts.as_ref().map(|raw| accounts(raw, plan, &mut findings)).unwrap_or_default();
    let mut contacts = raw.contacts.as_ref().map(|raw| contacts(raw, plan, &mut findings)).unwrap_or_default();
    if let Some(raw) = &raw.accounts {
        parents::parents(&mut accounts.records, raw, &mut findings);
    }
    let opportunities = raw.opportunities.as_ref().map(|raw| opportunities(raw, plan, &mut findings));
    let mut opportunities = opportunities.unwrap_or_default();
    let mut documents = documents::documents(raw, plan, &mut findings);
    let given = Given { accounts: raw.accounts.is_some(), contacts: raw.contacts.is_some() };
    if given.accounts {
        let accounts = &accounts.records;
        references::to_accounts(accounts, &mut contacts, &mut opportunities, &mut documents, &mut findings);
    }
    if given.contacts {
        references::to_contacts(&contacts.records, &mut opportunities, &mut documents, &mut findings);
    }
    let crm = Crm {
        accounts: accounts.records,
        contacts: contacts.records,
        account_columns: accounts.columns,
        contact_columns: contacts.columns,
        account_places: accounts.places,
        contact_places: contacts.places,
        given,
        opportunities: opportunities.records,
        documents,
        prices: raw.prices.as_ref().map(|raw| prices::prices(raw, plan, &mut findings)).unwrap_or_default(),
        owners: raw.owners.as_ref().map(|raw| owners::owners(raw, plan, &mut findings)),
        activities: raw.activities.as_ref().map(|raw| activities(raw, plan, &mut findings)).unwrap_or_default(),
    };
    findings.sort_by(|a, b| (a.origin, &a.field, a.code, &a.text).cmp(&(b.origin, &b.field, b.code, &b.text)));
    (crm, findings)
}

/// A person's name in match form: folded words, sorted ("Lee, Ann" and "Ann Lee" are one).
pub fn name_key(name: &str) -> String {
    let folded = fold_name(name);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// A product in match form: folded, and as it is where nothing of it is left.
pub fn product_key(product: &str) -> String {
    match fold(product) {
        folded if folded.is_empty() => product.to_lowercase(),
        folded => folded,
    }
}

/// One record: cells by position in the field list.
struct Record<'a> {
    raw: &'a RawRecords,
    row: usize,
}

impl<'a> Record<'a> {
    fn all(raw: &'a RawRecords) -> impl Iterator<Item = Self> {
        (0..raw.origins.len()).map(move |row| Record { raw, row })
    }

    fn cell(&self, column: usize) -> &'a str {
        self.raw.columns.get(column).map_or("", |column| column.get(self.row))
    }

    fn text(&self, column: usize) -> String {
        tidy(self.cell(column))
    }

    /// The id of a record, this one or another; "" where a stand-in says that there is none.
    fn reference(&self, column: usize) -> String {
        let id = self.text(column);
        if is_placeholder(&id) { String::new() } else { id }
    }

    fn origin(&self) -> Origin {
        self.raw.origins[self.row]
    }

    /// The id, or one made of the cells of all fields.
    fn id(&self, kind: CrmKind) -> String {
        let id = self.reference(0);
        if !id.is_empty() {
            return id;
        }
        // What somebody wishes does not tell who it is.
        let tells = |field: &&str| CONSENT.iter().all(|own| own.name() != *field);
        let fields = kind.fields().iter().take_while(|field| tells(field)).count();
        let mut cells: Vec<&str> = std::iter::once("").chain((1..fields).map(|column| self.cell(column))).collect();
        // A record without an address keeps the id that it had before accounts could have one.
        let before = kind.fields().iter().position(|field| *field == "street").unwrap_or(fields);
        while cells.len() > before && cells.last() == Some(&"") {
            cells.pop();
        }
        format!("~{:032x}", xxh3_128(cells.join("\u{1f}").as_bytes()))
    }

    /// The phone number of a cell, or "".
    fn phone(&self, column: usize, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> String {
        let number = |text: &str| phone(text, plan.default_country.as_deref());
        self.clean(column, "phone", findings, number).unwrap_or_default()
    }

    /// The clean value of a cell; what is wrong goes to the findings.
    fn clean<T>(
        &self,
        column: usize,
        name: &str,
        findings: &mut Vec<Finding>,
        kernel: impl Fn(&str) -> Clean<T>,
    ) -> Option<T> {
        let clean = kernel(self.cell(column));
        if let Some(code) = clean.finding {
            findings.push(Finding {
                origin: self.origin(),
                field: name.to_owned(),
                code,
                text: shown(self.cell(column)),
            });
        }
        clean.value
    }
}

fn accounts(raw: &RawRecords, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Records<Account> {
    let read = |record: Record, findings: &mut Vec<Finding>| {
        let name = record.text(1);
        let given = record.clean(2, "domain", findings, domain).filter(|name| !is_mailbox_provider(name));
        let site = record.clean(3, "website", findings, website);
        Account {
            id: record.id(CrmKind::Accounts),
            company_key: company_key(&name),
            name,
            domain: given.or_else(|| site_domain(&site?).map(str::to_owned)).unwrap_or_default(),
            country: record.clean(4, "country", findings, country).unwrap_or_default(),
            phone: record.phone(5, plan, findings),
            parent_id: record.reference(6),
            active: record.clean(7, "status", findings, is_active).unwrap_or(true),
            owner: record.text(8),
            external_id: record.reference(10),
        }
    };
    let kind = Kind {
        kind: CrmKind::Accounts,
        modified_at: 9,
        id: |it: &Account| &it.id,
        is_out: |it| !it.active,
        keep: |_, _| (),
    };
    records(raw, &kind, plan, findings, read)
}

fn contacts(raw: &RawRecords, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Records<Contact> {
    let kind = Kind {
        kind: CrmKind::Contacts,
        modified_at: 6,
        id: |it: &Contact| &it.id,
        is_out: |it| !it.active,
        keep: wishes_of_both,
    };
    records(raw, &kind, plan, findings, |record, findings| contact(raw, record.row, plan, findings))
}

/// The contact of a row.
pub(super) fn contact(raw: &RawRecords, row: usize, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Contact {
    let record = Record { raw, row };
    let name =
        record.clean(1, "full_name", findings, |text| person(text, Naming::OneFamilyName)).map(|name| name.full());
    let full_name = name.unwrap_or_default();
    let cells = [(2, "email"), (15, "email_2"), (16, "email_3")];
    let all =
        cells.map(|(column, name)| record.clean(column, name, findings, |text| emails(text).map(Several::into_values)));
    let mut each: Vec<String> = Vec::new();
    for email in all.into_iter().flatten().flatten() {
        if !each.contains(&email) {
            each.push(email);
        }
    }
    let mut each = each.into_iter();
    Contact {
        id: record.id(CrmKind::Contacts),
        name_key: name_key(&full_name),
        full_name,
        email: each.next().unwrap_or_default(),
        phone: record.phone(3, plan, findings),
        account_id: record.reference(4),
        active: record.clean(5, "status", findings, is_active).unwrap_or(true),
        external_id: record.reference(7),
        consent: [(8, "opt_out"), (9, "do_not_email"), (10, "do_not_call")]
            .map(|(column, name)| record.clean(column, name, findings, opt_out)),
        further_emails: each.collect(),
    }
}

/// Of contacts with one id one stays, with the wishes of all.
fn wishes_of_both(kept: &mut Contact, other: &Contact) {
    kept.consent.iter_mut().zip(other.consent).for_each(|(kept, other)| *kept = other.max(*kept));
}

/// What is peculiar to a kind of records.
struct Kind<T> {
    kind: CrmKind,
    /// The column that says when a record was last changed.
    modified_at: usize,
    id: fn(&T) -> &String,
    /// Whether a record is out of use.
    is_out: fn(&T) -> bool,
    /// What the record that stays takes of another one with its id.
    keep: fn(&mut T, &T),
}

/// A record, its further cells, and the row where its address stands.
struct Cells<T> {
    record: T,
    further: Vec<String>,
    row: u32,
}

/// Records with their further columns and addresses, and where they stand.
struct Records<T> {
    records: Vec<T>,
    columns: Vec<RecordColumn>,
    places: Places,
    origins: Vec<Origin>,
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Self { records: Vec::new(), columns: Vec::new(), places: Places::default(), origins: Vec::new() }
    }
}

/// Of records with one id the one that was changed last stays: an old export may lie beside a new one. Where no date
/// tells, `preferred` comes first, an order of all that records say. Those that go, and say something else, are found. Gives
/// each with its place.
fn newest<T>(
    mut dated: Vec<(T, Option<i64>, Origin)>,
    kind: CrmKind,
    id: impl Fn(&T) -> &String,
    findings: &mut Vec<Finding>,
    preferred: impl Fn(&T, &T) -> Ordering,
    keep: impl Fn(&mut T, &T),
) -> Vec<(T, Origin)> {
    dated.sort_by(|(a, at, _), (b, other_at, _)| {
        id(a).cmp(id(b)).then_with(|| other_at.cmp(at)).then_with(|| preferred(a, b))
    });
    let mut kept: Vec<(T, Origin)> = Vec::with_capacity(dated.len());
    for (record, _, origin) in dated {
        match kept.last_mut() {
            Some((last, _)) if id(last) == id(&record) => {
                if preferred(last, &record).is_ne() {
                    let (field, code) = (kind.fields()[0].to_owned(), FindingCode::RepeatedRecord);
                    findings.push(Finding { origin, field, code, text: shown(id(&record)) });
                }
                keep(last, &record);
            }
            _ => kept.push((record, origin)),
        }
    }
    kept
}

/// Records in order, each id once.
fn records<T: Ord>(
    raw: &RawRecords,
    of: &Kind<T>,
    plan: &StandardizePlan,
    findings: &mut Vec<Finding>,
    mut read: impl FnMut(Record, &mut Vec<Finding>) -> T,
) -> Records<T> {
    let kind = of.kind;
    let places = places::places(raw, kind, findings);
    let style = column_style(raw, of.modified_at, locale(plan, kind));
    let names = plan.crm_further.get(kind as usize).map_or(&[][..], Vec::as_slice);
    let further = |row| {
        let record = Record { raw, row };
        let cell = |(at, name): (usize, &String)| {
            let column = kind.fields().len() + at;
            match name.as_str() {
                "website" if kind == CrmKind::Accounts => website(record.cell(column)).value.unwrap_or_default(),
                "phone" if kind == CrmKind::Accounts => {
                    phone(record.cell(column), plan.default_country.as_deref()).value.unwrap_or_default()
                }
                _ => record.text(column),
            }
        };
        names.iter().enumerate().map(cell).collect::<Vec<String>>()
    };
    let dated = |record: Record| {
        let (row, origin) = (record.row, record.origin());
        let modified_at = record.clean(of.modified_at, "modified_at", findings, |text| moment(text, style));
        let cells = Cells { record: read(record, findings), further: further(row), row: row as u32 };
        (cells, modified_at.map(|at| at.micros), origin)
    };
    let dated = Record::all(raw).map(dated).collect();
    let in_use = |a: &T, b: &T| (of.is_out)(a).cmp(&(of.is_out)(b));
    let all = newest(
        dated,
        kind,
        |cells| (of.id)(&cells.record),
        findings,
        |a, b| {
            let content = (&a.record, &a.further).cmp(&(&b.record, &b.further));
            in_use(&a.record, &b.record).then(content).then_with(|| places::order(&places, a.row, b.row))
        },
        |kept: &mut Cells<T>, other| (of.keep)(&mut kept.record, &other.record),
    );
    let rows: Vec<u32> = all.iter().map(|(cells, _)| cells.row).collect();
    let places = places::keep(places, &rows);
    let mut columns: Vec<RecordColumn> =
        names.iter().map(|name| RecordColumn { name: name.clone(), values: Vec::with_capacity(all.len()) }).collect();
    let records = all.into_iter().map(|(Cells { record, further, .. }, origin)| {
        columns.iter_mut().zip(further).for_each(|(column, cell)| column.values.push(cell));
        (record, origin)
    });
    let (records, origins) = records.unzip();
    Records { records, columns, places, origins }
}

fn opportunities(raw: &RawRecords, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Records<Opportunity> {
    let locale = locale(plan, CrmKind::Opportunities);
    let sign = locale.map(sign_of).or_else(|| column_sign(raw, 6));
    let style = column_style(raw, 7, locale);
    let modified = column_style(raw, 11, locale);
    let read = |record: &Record, findings: &mut Vec<Finding>| {
        let written = record.clean(6, "amount", findings, |text| amount(text, sign));
        let named = record.clean(10, "currency", findings, currency);
        Opportunity {
            id: record.id(CrmKind::Opportunities),
            name: record.text(1),
            status: record.clean(2, "status", findings, opportunity_status).unwrap_or(OpportunityStatus::Open),
            account_id: record.reference(3),
            contact_id: record.reference(4),
            further_contacts: Vec::new(),
            product_interest: record.text(5),
            amount: written.as_ref().map(|amount| amount.value),
            closed_at: record.clean(7, "closed_at", findings, |text| moment(text, style)).map(|at: Moment| at.micros),
            lead_id: record.reference(9),
            currency: named.or_else(|| written?.currency).unwrap_or_default(),
            external_id: record.reference(12),
        }
    };
    let dated = |record: Record| {
        let modified_at = record.clean(11, "modified_at", findings, |text| moment(text, modified));
        (read(&record, findings), modified_at.map(|at| at.micros), record.origin())
    };
    let dated = Record::all(raw).map(dated).collect();
    let kept = newest(
        dated,
        CrmKind::Opportunities,
        |it: &Opportunity| &it.id,
        findings,
        |a, b| {
            fn rest(o: &Opportunity) -> impl Ord {
                let texts = [
                    &o.name,
                    &o.account_id,
                    &o.contact_id,
                    &o.product_interest,
                    &o.lead_id,
                    &o.currency,
                    &o.external_id,
                ];
                // What was closed once was open before.
                (o.status == OpportunityStatus::Open, o.status, texts, o.closed_at)
            }
            let amount = |o: &Opportunity| o.amount.unwrap_or(f64::MIN);
            rest(a).cmp(&rest(b)).then_with(|| amount(a).total_cmp(&amount(b)))
        },
        |_, _| (),
    );
    let (records, origins) = kept.into_iter().unzip();
    Records { records, origins, ..Records::default() }
}

fn activities(raw: &RawRecords, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Vec<Activity> {
    let crm_style = column_style(raw, 3, locale(plan, CrmKind::Activities));
    // Items that stand in a lead's row are written as the rows of its source.
    let sources: BTreeSet<u16> = raw.origins.iter().map(|origin| origin.source).collect();
    let own = sources.into_iter().filter(|&source| usize::from(source) < plan.locales.len());
    let own: BTreeMap<u16, DateStyle> = own.map(|source| (source, source_style(raw, 3, source, plan))).collect();
    let style = |origin: Origin| own.get(&origin.source).copied().unwrap_or(crm_style);
    let read = |record: Record, findings: &mut Vec<Finding>| Activity {
        origin: record.origin(),
        lead_id: record.reference(0),
        email: record.clean(1, "email", findings, email).unwrap_or_default(),
        kind: activity_kind(record.cell(2)).unwrap_or(ActivityKind::Note),
        at: record.clean(3, "at", findings, |text| moment(text, style(record.origin()))).map(|at| at.micros),
        subject: record.text(4),
        text: verbatim(record.cell(5)),
        author: record.text(6),
    };
    let mut activities: Vec<Activity> = Record::all(raw).map(|record| read(record, findings)).collect();
    fn content(item: &Activity) -> impl Ord {
        (&item.lead_id, &item.email, item.at, item.kind, &item.subject, &item.text, &item.author, item.origin)
    }
    activities.par_sort_by(|a, b| content(a).cmp(&content(b)));
    activities
}

/// Whether a record is in use: what nobody knows counts as in use, and is found.
fn is_active(status: &str) -> Clean<bool> {
    match meaning("record_status", status) {
        Some(word) => Clean::of(word == "active"),
        None if status.trim().is_empty() => Clean::blank(),
        None if is_placeholder(status) => Clean::fault(FindingCode::Placeholder),
        None => Clean::fault(FindingCode::UnknownStatus),
    }
}

fn opportunity_status(raw: &str) -> Clean<OpportunityStatus> {
    match meaning("opportunity_status", raw) {
        Some("won") => Clean::of(OpportunityStatus::Won),
        Some("lost") => Clean::of(OpportunityStatus::Lost),
        Some(_) => Clean::of(OpportunityStatus::Open),
        None if raw.trim().is_empty() => Clean::blank(),
        None => Clean::fault(FindingCode::UnknownStatus),
    }
}

fn column_sign(raw: &RawRecords, column: usize) -> Option<DecimalSign> {
    let signs: Vec<DecimalSign> = raw.columns.get(column)?.dictionary.iter().filter_map(decimal_sign).collect();
    let first = *signs.first()?;
    signs.iter().all(|sign| *sign == first).then_some(first)
}

fn locale(plan: &StandardizePlan, kind: CrmKind) -> Option<Locale> {
    plan.crm_locales.get(kind as usize).copied().flatten()
}

/// The style of a column in the records of one source.
fn source_style(raw: &RawRecords, column: usize, source: u16, plan: &StandardizePlan) -> DateStyle {
    let own = raw.origins.iter().enumerate().filter(|(_, origin)| origin.source == source);
    let cells = raw.columns.get(column).map(|column| own.map(|(row, _)| column.get(row)).collect::<BTreeSet<&str>>());
    style_of(cells.into_iter().flatten(), plan.locales[usize::from(source)])
}

fn column_style(raw: &RawRecords, column: usize, locale: Option<Locale>) -> DateStyle {
    let column = raw.columns.get(column).map(TextColumn::told_apart);
    style_of(column.iter().flat_map(|column| column.dictionary.iter()), locale)
}

/// As the locale says, else day first unless values say otherwise; serials where no value is written as a date.
fn style_of<'a>(values: impl Iterator<Item = &'a str>, locale: Option<Locale>) -> DateStyle {
    let shown: Vec<DateEvidence> = values.filter(|value| !value.is_empty()).map(evidence).collect();
    let count = |wanted: DateEvidence| shown.iter().filter(|seen| **seen == wanted).count();
    let month_first = count(DateEvidence::MonthFirst) > count(DateEvidence::DayFirst);
    DateStyle {
        order: match (locale, month_first) {
            (Some(locale), _) => order_of(locale),
            (None, true) => DateOrder::MonthFirst,
            (None, false) => DateOrder::DayFirst,
        },
        serials: count(DateEvidence::Serial) * 2 > shown.len(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::calendar::{days, midnight};
    use crate::model::crm::Absence;

    fn records(columns: usize, rows: &[&str]) -> Option<RawRecords> {
        let mut raw = RawRecords { columns: vec![TextColumn::default(); columns], origins: Vec::new() };
        for (row, line) in rows.iter().enumerate() {
            let cells: Vec<&str> = line.split('|').collect();
            raw.columns.iter_mut().zip(&cells).for_each(|(column, cell)| column.push(cell));
            raw.origins.push(Origin { source: 0, file: 0, line: row as u64 + 2 });
        }
        Some(raw)
    }

    #[test]
    fn records_of_every_kind() {
        let raw = RawCrm {
            prices: None,
            quotes: None,
            orders: None,
            invoices: None,
            suppressions: None,
            accounts: records(
                9,
                &["B|Beta AG||www.beta.de|Deutschland|||Inactive|", "A|Acme Inc.|acme.com||USA||B|active|jan"],
            ),
            contacts: records(6, &["C1|LEE, ANN|ANN@ACME.COM|(415) 555-2671|A|", "|Bob Ray|bad|||"]),
            opportunities: records(9, &["O1|Deal|Closed Won|A|C1|Mill|12.500,00 €|21.11.2026|anna"]),
            owners: records(7, &["jan|jan@acme.com|10|DE; en|2026-11-30||", "anna||||||", "jan||||||"]),
            activities: records(7, &["L1|ann@acme.com|Phone call|2026-11-21|Hi|one\r\ntwo|anna"]),
        };
        let plan = StandardizePlan { default_country: Some("US".to_owned()), ..StandardizePlan::default() };
        let (crm, findings) = crm(&plan, &raw);
        let ids: Vec<&str> = crm.accounts.iter().map(|account| account.id.as_str()).collect();
        assert_eq!(ids, ["A", "B"]);
        let beta = &crm.accounts[1];
        assert_eq!(
            (beta.company_key.as_str(), beta.domain.as_str(), beta.country.as_str(), beta.active),
            ("beta", "beta.de", "DE", false)
        );
        assert_eq!((crm.accounts[0].parent_id.as_str(), crm.accounts[0].active), ("B", true));
        assert_eq!((crm.accounts[0].owner.as_str(), beta.owner.as_str()), ("jan", ""));
        let ann = &crm.contacts[0];
        assert_eq!((ann.full_name.as_str(), ann.name_key.as_str()), ("Ann Lee", "ann lee"));
        assert_eq!((ann.email.as_str(), ann.phone.as_str(), ann.active), ("ann@acme.com", "+14155552671", true));
        assert!(crm.contacts[1].id.starts_with('~'));
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [FindingCode::InvalidEmail]);
        let deal = &crm.opportunities[0];
        assert_eq!((deal.status, deal.amount), (OpportunityStatus::Won, Some(12500.0)));
        assert_eq!(deal.closed_at, Some(midnight(date(2026, 11, 21))));
        let owners = crm.owners.unwrap();
        assert_eq!(owners.iter().map(|owner| owner.name.as_str()).collect::<Vec<_>>(), ["jan", "anna"]);
        assert_eq!((owners[0].capacity, owners[0].languages.codes().collect()), (Some(10), vec!["de", "en"]));
        assert_eq!(owners[0].absences, [Absence { from: None, until: Some(days(date(2026, 11, 30))) }]);
        assert_eq!((crm.activities[0].kind, crm.activities[0].text.as_str()), (ActivityKind::PhoneLog, "one\ntwo"));
    }

    #[test]
    fn names_in_any_order_are_one() {
        assert_eq!(name_key("Lee, Ann"), name_key("Ann LEE"));
        assert_eq!(name_key("Jürgen Müller"), "jurgen muller");
    }
}
