//! Open golden leads beside the records of a CRM, as linkage sees them: which of them are known already?

use std::borrow::Cow;

use polars::prelude::StringChunked;
use rayon::prelude::*;

use super::city::city_key;
use super::company::company_key;
use super::domain::email_domain;
use super::fold::fold_name;
use super::match_form::{Form, of_every_address, one, postcode_key, street_key};
use super::person::{Naming, person};
use crate::model::crm::{Account, Contact, Crm, Places};
use crate::model::entities::{ContactKind, ContactLabel, Entities, EntityId};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::matching::{Cells, MatchColumn, MatchColumns, Role};
use crate::model::text::{BLANK, Interner, TextColumn};

/// Leads and records of the CRM in one table.
#[derive(Debug)]
pub struct TwoLists {
    /// What is matched: first the leads, then the records, as two sources.
    pub columns: MatchColumns,
    /// The leads, ascending: all that are open.
    pub leads: Vec<EntityId>,
    /// The places of the records in the CRM's list of their kind, ascending: all that are active.
    pub records: Vec<u32>,
}

/// Open leads as people, and the CRM's contacts.
pub fn with_contacts(facts: &Facts, entities: &Entities, crm: &Crm) -> TwoLists {
    let (leads, records) = (open_leads(facts), active(&crm.contacts, |contact| contact.active));
    let contacts: Vec<&Contact> = records.iter().map(|&at| &crm.contacts[at as usize]).collect();
    let halves: Vec<[String; 2]> = contacts.par_iter().map(|contact| halves(&contact.full_name)).collect();
    let accounts: Vec<Option<u32>> = contacts.par_iter().map(|contact| account_of(crm, contact)).collect();
    let account = |at: usize| accounts[at].map(|account| account as usize);
    let of_account =
        |at: usize, text: fn(&Account) -> &str| Cow::Borrowed(account(at).map_or("", |row| text(&crm.accounts[row])));
    let address = |at: usize| crm.address_of_contact(records[at] as usize, account(at));
    let list = List { facts, entities, leads: &leads, records: contacts.len() };
    let makers: [&Maker<'_>; 10] = [
        &|| Some(list.text(Field::FirstName, Role::FirstName, fold_name, |at| (&*halves[at][0]).into())),
        &|| Some(list.text(Field::LastName, Role::LastName, fold_name, |at| (&*halves[at][1]).into())),
        &|| Some(list.text(Field::Company, Role::Company, company_key, |at| of_account(at, |account| &account.name))),
        &|| {
            let account = |at: usize| account(at).map(|row| &crm.accounts[row]);
            let domain = |at: usize| domain_of(contacts[at], account(at)).into();
            Some(list.text(Field::Domain, Role::Domain, str::to_owned, domain))
        },
        &|| {
            let country = |at: usize| match Places::text(&crm.contact_places.country, records[at] as usize) {
                "" => of_account(at, |account| &account.country),
                country => country.into(),
            };
            Some(list.text(Field::Country, Role::Country, str::to_owned, country))
        },
        &|| Some(list.reach(Role::Email, ContactKind::Email, &Field::EMAILS, |at| contacts[at].emails())),
        &|| Some(list.reach(Role::Phone, ContactKind::Phone, &Field::PHONES, |at| [contacts[at].phone.as_str()])),
        &|| list.place(STREET, |at| address_text(address(at), |of| &of.street)),
        &|| list.place(CITY, |at| address_text(address(at), |of| &of.city)),
        &|| list.place(POSTCODE, |at| address_text(address(at), |of| &of.postcode)),
    ];
    let columns = list.columns(&makers);
    TwoLists { columns, leads, records }
}

/// Open leads as companies, and the CRM's accounts.
pub fn with_accounts(facts: &Facts, entities: &Entities, crm: &Crm) -> TwoLists {
    let (leads, records) = (open_leads(facts), active(&crm.accounts, |account| account.active));
    let accounts: Vec<&Account> = records.iter().map(|&at| &crm.accounts[at as usize]).collect();
    let list = List { facts, entities, leads: &leads, records: accounts.len() };
    let places = &crm.account_places;
    let makers: [&Maker<'_>; 7] = [
        &|| Some(list.text(Field::Company, Role::Company, company_key, |at| accounts[at].name.as_str().into())),
        &|| Some(list.text(Field::Domain, Role::Domain, str::to_owned, |at| accounts[at].domain.as_str().into())),
        &|| Some(list.text(Field::Country, Role::Country, str::to_owned, |at| accounts[at].country.as_str().into())),
        &|| Some(list.reach(Role::Phone, ContactKind::Phone, &Field::PHONES, |at| [accounts[at].phone.as_str()])),
        &|| list.place(STREET, |at| Places::text(&places.street, records[at] as usize)),
        &|| list.place(CITY, |at| Places::text(&places.city, records[at] as usize)),
        &|| list.place(POSTCODE, |at| Places::text(&places.postcode, records[at] as usize)),
    ];
    let columns = list.columns(&makers);
    TwoLists { columns, leads, records }
}

/// All leads that are open, ascending.
pub(super) fn open_leads(facts: &Facts) -> Vec<EntityId> {
    let statuses = texts_of(facts, Field::Status);
    let is_open = |lead: &EntityId| {
        let status = statuses.as_ref().and_then(|statuses| statuses.get(lead.index()));
        !matches!(status, Some("qualified" | "disqualified"))
    };
    (0..facts.leads() as u32).map(EntityId).filter(is_open).collect()
}

fn active<T>(records: &[T], is_active: fn(&T) -> bool) -> Vec<u32> {
    (0..).zip(records).filter(|(_, record)| is_active(record)).map(|(at, _)| at).collect()
}

/// Given and family name.
pub(super) fn halves(full_name: &str) -> [String; 2] {
    person(full_name, Naming::OneFamilyName).value.map_or_else(Default::default, |name| [name.given, name.family])
}

/// The row of a contact's account.
pub(super) fn account_of(crm: &Crm, contact: &Contact) -> Option<u32> {
    u32::try_from(crm.account_row(&contact.account_id)?).ok()
}

/// A part of an address.
fn address_text((places, row): (&Places, usize), part: fn(&Places) -> &TextColumn) -> &str {
    Places::text(part(places), row)
}

/// The domain of a contact's e-mail address, else of its account.
pub(super) fn domain_of<'c>(contact: &'c Contact, account: Option<&'c Account>) -> &'c str {
    email_domain(&contact.email).unwrap_or_else(|| account.map_or("", |account| &account.domain))
}

fn texts_of(facts: &Facts, field: Field) -> Option<StringChunked> {
    texts_named(facts, field.name())
}

fn texts_named(facts: &Facts, name: &str) -> Option<StringChunked> {
    facts.column(name)?.str().ok().cloned()
}

/// What makes a column; none where there is nothing to compare.
pub(super) type Maker<'a> = dyn Fn() -> Option<MatchColumn> + Sync + 'a;

/// A part of an address: what it means, and its match form.
type Part = (Field, Role, Form);
const STREET: Part = (Field::Street, Role::Street, street_key);
const CITY: Part = (Field::City, Role::City, city_key);
const POSTCODE: Part = (Field::Postcode, Role::Postcode, postcode_key);

/// Both lists, as far as the leads go; what the records have is asked by their position.
pub(super) struct List<'a> {
    pub(super) facts: &'a Facts,
    pub(super) entities: &'a Entities,
    pub(super) leads: &'a [EntityId],
    pub(super) records: usize,
}

impl List<'_> {
    pub(super) fn columns(&self, makers: &[&Maker<'_>]) -> MatchColumns {
        let rows = self.leads.len() + self.records;
        MatchColumns {
            rows,
            sources: (0..rows).map(|row| u16::from(row >= self.leads.len())).collect(),
            clean: vec![true; 2],
            closed: vec![false; rows],
            columns: makers.par_iter().with_max_len(1).filter_map(|make| make()).collect(),
        }
    }

    /// A field of the leads, then what stands for it in the records.
    fn text<'t>(&self, field: Field, role: Role, form: Form, of_record: impl Fn(usize) -> Cow<'t, str>) -> MatchColumn {
        self.named(field.name(), role, form, of_record)
    }

    /// A column of the leads, then what stands for it in the records.
    pub(super) fn named<'t>(
        &self,
        name: &str,
        role: Role,
        form: Form,
        of_record: impl Fn(usize) -> Cow<'t, str>,
    ) -> MatchColumn {
        let mut column = TextColumn::default();
        let texts = texts_named(self.facts, name);
        for lead in self.leads {
            column.push(texts.as_ref().and_then(|texts| texts.get(lead.index())).unwrap_or_default());
        }
        (0..self.records).for_each(|at| column.push(&of_record(at)));
        one(name, role, &column, form)
    }

    /// A part of all addresses of the leads, then of that of the records; none where no record has one.
    fn place<'t>(&self, (field, role, form): Part, of_record: impl Fn(usize) -> &'t str) -> Option<MatchColumn> {
        if (0..self.records).all(|at| of_record(at).is_empty()) {
            return None;
        }
        let texts = of_every_address(field).into_iter().filter_map(|field| texts_of(self.facts, field));
        let texts: Vec<StringChunked> = texts.filter(|texts| texts.null_count() < texts.len()).collect();
        if texts.len() < 2 {
            return Some(self.text(field, role, form, |at| of_record(at).into()));
        }
        // All values one behind the other take their forms together; then each row gets its own back.
        let (mut values, mut ends) = (TextColumn::default(), Vec::with_capacity(self.leads.len() + self.records));
        for lead in self.leads {
            let own = texts.iter().filter_map(|texts| texts.get(lead.index()));
            own.for_each(|text| values.push(text));
            ends.push(values.len());
        }
        for at in 0..self.records {
            values.push(of_record(at));
            ends.push(values.len());
        }
        let made = one(field.name(), role, &values, form);
        let Cells::One(forms) = &made.cells else { return Some(made) };
        let (mut offsets, mut codes) = (vec![0], Vec::with_capacity(forms.len()));
        let starts = std::iter::once(0).chain(ends.iter().copied());
        for (start, &end) in starts.zip(&ends) {
            let first = codes.len();
            for &code in &forms[start..end] {
                if code != BLANK && !codes[first..].contains(&code) {
                    codes.push(code);
                }
            }
            offsets.push(codes.len() as u32);
        }
        Some(MatchColumn { cells: Cells::Many { offsets, codes }, ..made })
    }

    /// All e-mail addresses or phone numbers of the leads, those of their members included (a fax reaches nobody in
    /// person), then those of the records.
    pub(super) fn reach<'t, T: IntoIterator<Item = &'t str>>(
        &self,
        role: Role,
        kind: ContactKind,
        fields: &[Field],
        of_record: impl Fn(usize) -> T,
    ) -> MatchColumn {
        let (mut dictionary, mut codes) = (Interner::default(), Vec::new());
        let mut offsets = Vec::with_capacity(self.leads.len() + self.records + 1);
        offsets.push(0);
        let texts: Vec<StringChunked> = fields.iter().filter_map(|&field| texts_of(self.facts, field)).collect();
        let mut points = self.entities.contact_points.iter().peekable();
        for &lead in self.leads {
            let start = codes.len();
            let mut add = |value: &str| {
                let code = dictionary.intern(value);
                if code != BLANK && !codes[start..].contains(&code) {
                    codes.push(code);
                }
            };
            texts.iter().for_each(|texts| add(texts.get(lead.index()).unwrap_or_default()));
            while let Some(point) = points.next_if(|point| point.entity <= lead) {
                if point.entity == lead && point.kind == kind && point.label != ContactLabel::Fax {
                    add(&point.value);
                }
            }
            offsets.push(codes.len() as u32);
        }
        for at in 0..self.records {
            let own = of_record(at).into_iter().map(|value| dictionary.intern(value));
            codes.extend(own.filter(|&code| code != BLANK));
            offsets.push(codes.len() as u32);
        }
        let name = fields[0].name().to_owned();
        MatchColumn { name, role, cells: Cells::Many { offsets, codes }, dictionary: dictionary.finish() }
    }
}
