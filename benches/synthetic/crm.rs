//! Leads, and the accounts and contacts that a CRM has already: four in ten leads are people whom it has not.

use std::collections::BTreeMap;

use super::leads::{self, CONVINCING, HEADER, MARKET};
use super::phones::{Habit, Style};
use super::population::Population;
use super::record::{Evidence, Record};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};

const FILES: &[FileFormat] = &[
    FileFormat::plain("leads", "L", HEADER),
    FileFormat::plain("contacts", "P", &["full_name", "email", "phone", "account_id"]),
    FileFormat::plain("accounts", "R", &["account_id", "company", "domain", "country"]),
];
const LEADS: usize = 0;
const CONTACTS: usize = 1;
const ACCOUNTS: usize = 2;

/// Contacts for each lead, or more.
const CONTACTS_PER_LEAD: usize = 10;
/// Of people, those whom the CRM has not, so that they make four in ten leads.
const NEW: f64 = 0.04;
/// Of further rows of people whom it has, those that are among the leads.
const AGAIN: f64 = 0.26;
/// Of companies, those whom it has.
const KNOWN: f64 = 0.8;

/// As many rows as asked for: of thirteen one is a lead, ten are contacts and two accounts.
pub(crate) fn generate(rows: usize, seed: u64) -> Rows {
    let mut population = Population::new(seed, rows, MARKET);
    let mut out = Rows::new(FILES, CONVINCING);
    let mut rng = Rng::of(seed, 0xc2a, 0);
    // The account of each company, by what its rows tell of it; none where the CRM has not got it.
    let mut accounts: BTreeMap<u64, Option<String>> = BTreeMap::new();
    let (mut people, mut made, mut known) = (0u32, [0usize; 2], None);
    while out.len() < rows {
        let habits = &mut |_: &mut Rng| (0, Habit { style: Style::Any, by_mail: false });
        people += population.next(habits, |entity, _, record| {
            let person = people + entity as u32;
            let is_first = known.is_none_or(|(last, _)| last != person);
            if is_first {
                known = Some((person, !rng.chance(NEW)));
            }
            let in_crm = known.is_some_and(|(_, known)| known);
            if is_first && in_crm {
                let account = account(&record, person, &mut accounts, &mut out, &mut rng);
                let name = format!("{} {}", record.first, record.last);
                let fields = [name.trim(), &record.email, &record.phone, &account];
                out.push(CONTACTS, person, &fields, record.traps, record.evidence());
                made[CONTACTS] += 1;
            } else if made[LEADS] * CONTACTS_PER_LEAD <= made[CONTACTS] && (!in_crm || rng.chance(AGAIN)) {
                leads::push(&mut out, (LEADS, person), &record, &mut rng);
                made[LEADS] += 1;
            }
        }) as u32;
    }
    out.finish(rows, seed)
}

/// The account of the company that a row tells of, added when it is met first.
fn account(
    record: &Record,
    person: u32,
    accounts: &mut BTreeMap<u64, Option<String>>,
    out: &mut Rows,
    rng: &mut Rng,
) -> String {
    let company = record.evidence()[Evidence::Company as usize];
    if company == 0 || record.company.is_empty() {
        return String::new();
    }
    let next = accounts.len();
    let known = accounts.entry(company).or_insert_with(|| {
        let id = rng.chance(KNOWN).then(|| format!("ACC{next:07}"))?;
        let of_company = record.mail_tells[Evidence::Company as usize] != 0;
        let domain = record.email.split_once('@').filter(|_| of_company).map_or("", |(_, domain)| domain);
        // An account is nobody's double: an entity of its own.
        let entity = u32::MAX - person;
        out.push(ACCOUNTS, entity, &[&id, &record.company, domain, &record.country], record.traps, [0; 8]);
        Some(id)
    });
    known.clone().unwrap_or_default()
}
