//! Which account each open lead and each active contact belongs to, whether or not it qualifies: what a seller chose,
//! else what people answered, else the account that qualifying would find, whatever the plan then does with it, else the
//! one that it would make.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Subjects;
use super::companies::{Companies, fill};
use super::crm_links::{Candidate, CompanyKeys, CrmIndex, clear_winner};
use super::fields::LeadFields;
use super::kept::Keeper;
use super::search::{Search, Settled};
use crate::model::answers::QuestionKind;
use crate::model::crm::{Contact, Crm};
use crate::model::field::Field;
use crate::model::issued::RecordKind;
use crate::model::records::{Affiliations, Company};

/// Where a person belongs.
enum Place<'a> {
    /// To the account of this id.
    Account(&'a str),
    /// To a company that the CRM has not.
    New,
    /// To a company that several accounts may be.
    Unsettled,
    Nowhere,
}

/// The accounts of people. `email_domains`: the company's domain in the address of each contact, or "".
pub fn affiliations(subjects: &Subjects<'_>, crm: &Crm, email_domains: &[String]) -> Affiliations {
    let fields = LeadFields::new(subjects.facts);
    let index = CrmIndex::new(crm);
    let search = Search::new(subjects, &fields, &index);
    let closed = |lead: usize| matches!(fields.text(Field::Status, lead), "qualified" | "disqualified");
    let places: Vec<Place<'_>> = (0..subjects.entities.len())
        .into_par_iter()
        .map(|lead| if closed(lead) { Place::Nowhere } else { of_lead(lead, &search) })
        .collect();
    let contact_of_lead = places
        .par_iter()
        .enumerate()
        .map(|(lead, place)| {
            let account = if let Place::Account(id) = place { id } else { "" };
            let id = if closed(lead) { None } else { contact(lead, account, &search) };
            u32::try_from(crm.contact_row(id?)?).ok()
        })
        .collect();

    let mut ledger = Accounts::new(crm);
    let companies = |is_there: fn(&Place<'_>) -> bool| {
        let leads: Vec<usize> = (0..places.len()).filter(|&lead| is_there(&places[lead])).collect();
        let companies = Companies::of(&leads, subjects.company_key, &fields);
        let mut drafts = vec![None; places.len()];
        leads.iter().zip(&companies.of).for_each(|(&lead, &draft)| drafts[lead] = Some(draft));
        (companies, drafts, leads)
    };
    let (new, of_new, leads) = companies(|place| matches!(place, Place::New));
    let ids = new.settled(&leads, Keeper { subjects, index: &index });
    let (unsettled, of_unsettled, _) = companies(|place| matches!(place, Place::Unsettled));
    let placed: Vec<Option<Key>> = places
        .iter()
        .enumerate()
        .map(|(lead, place)| {
            let [name, domain, country] =
                [Field::Company, Field::Domain, Field::Country].map(|of| fields.text(of, lead));
            match (place, of_new[lead].or(of_unsettled[lead])) {
                (Place::Account(id), _) => Some(ledger.company(id, None, name, domain, country)),
                (Place::New, Some(draft)) => {
                    let of = &new.drafts[draft];
                    Some(ledger.company(&ids[draft].id, None, name, &of.domain, &of.country))
                }
                (Place::Unsettled, Some(draft)) => {
                    let of = &unsettled.drafts[draft];
                    Some(ledger.company("", Some(draft), name, &of.domain, &of.country))
                }
                _ => None,
            }
        })
        .collect();
    let contacts = crm.contacts.iter().zip(email_domains);
    let of_contact: Vec<Option<Key>> = contacts
        .map(|(contact, domain)| Some(ledger.company(of_contact(contact, domain, &index)?, None, "", domain, "")))
        .collect();
    let positions = ledger.positions();
    let positioned = |keys: Vec<Option<Key>>| {
        let position = |key: Key| match key {
            Key::Crm(position) => position,
            Key::Company(nth) => positions[nth],
        };
        keys.into_iter().map(|key| key.map(position)).collect()
    };
    Affiliations {
        of_lead: positioned(placed),
        of_contact: positioned(of_contact),
        contact_of_lead,
        companies: ledger.sorted(),
    }
}

fn of_lead<'a>(lead: usize, search: &Search<'a>) -> Place<'a> {
    if let Some(chosen) = search.chosen_account(lead) {
        return Place::Account(chosen);
    }
    let has_company = !search.fields.text(Field::Company, lead).is_empty();
    match search.answered_account(lead) {
        Some(Settled::Account(answered)) => return Place::Account(answered),
        Some(Settled::New) if has_company => {
            let earlier = search.passed_over(lead, RecordKind::Account);
            let later = earlier.and_then(|earlier| clear_winner(&search.accounts_beside(lead, &earlier)));
            return later.map_or(Place::New, |it| Place::Account(it.id));
        }
        Some(Settled::New) => return Place::Nowhere,
        None => {}
    }
    let candidates = search.likely_accounts(lead);
    match clear_winner(&candidates) {
        Some(Candidate { id, .. }) => Place::Account(id),
        None if !has_company => Place::Nowhere,
        None if candidates.is_empty() => {
            let brought = contact(lead, "", search).and_then(|contact| search.account_of_colleague(lead, contact));
            search.allowed_account(lead, brought).map_or(Place::New, Place::Account)
        }
        None => Place::Unsettled,
    }
}

/// The contact that a lead is: a seller's choice, else what a person answered, else the one that qualifying would find.
fn contact<'a>(lead: usize, account: &str, search: &Search<'a>) -> Option<&'a str> {
    let answered = || search.answered(lead, QuestionKind::Contact);
    let found = || match search.makes_new(lead, QuestionKind::Contact) {
        true => None,
        false => clear_winner(&search.contacts(lead, account)).map(|found| found.id),
    };
    search.chosen_contact(lead).or_else(answered).or_else(found)
}

/// The account of an active contact, else the only one that its e-mail address speaks for.
fn of_contact<'a>(contact: &'a Contact, email_domain: &str, index: &CrmIndex<'a>) -> Option<&'a str> {
    if !contact.active {
        return None;
    }
    let given = Some(contact.account_id.as_str()).filter(|id| !id.is_empty() && index.knows_account(id));
    let keys = CompanyKeys { name: "", domain: email_domain, country: "" };
    given.or_else(|| clear_winner(&index.account_candidates(keys, &[], |_| false)).map(|found| found.id))
}

/// An account: one of the CRM, or one of the companies that it has not, in the order in which they were met.
#[derive(Clone, Copy)]
enum Key {
    Crm(u32),
    Company(usize),
}

/// Accounts as people ask for them.
struct Accounts<'a> {
    crm: &'a Crm,
    companies: Vec<Company>,
    /// By id, or by draft where there is none.
    by_id: BTreeMap<(String, Option<usize>), usize>,
}

impl<'a> Accounts<'a> {
    fn new(crm: &'a Crm) -> Self {
        Self { crm, companies: Vec::new(), by_id: BTreeMap::new() }
    }

    /// The account of an id, which may be in the CRM or not; of a company without id, that of its draft.
    fn company(&mut self, id: &str, draft: Option<usize>, name: &str, domain: &str, country: &str) -> Key {
        if let Some(position) = self.crm.account_row(id) {
            return Key::Crm(position as u32);
        }
        let nth = *self.by_id.entry((id.to_owned(), draft)).or_insert_with(|| {
            self.companies.push(Company { id: id.to_owned(), ..Company::default() });
            self.companies.len() - 1
        });
        // The first person who tells of the company gives what it is called, and the next what is still blank.
        let company = &mut self.companies[nth];
        fill(&mut company.name, name);
        fill(&mut company.domain, domain);
        fill(&mut company.country, country);
        Key::Company(nth)
    }

    /// The companies' places in order.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.companies.len()).collect();
        let key = |nth: usize| {
            let Company { id, name, domain, country } = &self.companies[nth];
            (id.is_empty(), id, name, domain, country)
        };
        order.sort_by(|&a, &b| key(a).cmp(&key(b)));
        order
    }

    /// The position of each company behind the CRM's accounts.
    fn positions(&self) -> Vec<u32> {
        let mut positions = vec![0; self.companies.len()];
        for (place, nth) in self.order().into_iter().enumerate() {
            positions[nth] = (self.crm.accounts.len() + place) as u32;
        }
        positions
    }

    fn sorted(self) -> Vec<Company> {
        self.order().into_iter().map(|nth| self.companies[nth].clone()).collect()
    }
}
