//! Leads, and the accounts and contacts that a CRM has already: four in ten leads are people whom it has not.

use std::collections::BTreeMap;

use super::habits::short_street;
use super::leads::{self, CONVINCING, HEADER, MARKET};
use super::life::company_key;
use super::phones::{Habit, Phone, Style};
use super::population::Population;
use super::record::{Evidence, Record};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};
use super::typos::{digit_slip, typo};

const FILES: &[FileFormat] = &[
    FileFormat::plain("leads", "L", HEADER),
    FileFormat::plain("contacts", "P", &["full_name", "email", "phone", "account_id", "street", "city", "postcode"]),
    FileFormat::plain(
        "accounts",
        "R",
        &["account_id", "company", "domain", "country", "phone", "street", "city", "postcode"],
    ),
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
/// Of contacts, those of whom it has an address.
const REACHED: f64 = 0.5;

/// As many rows as asked for: of thirteen one is a lead, ten are contacts and two accounts.
pub(crate) fn generate(rows: usize, seed: u64) -> Rows {
    let mut population = Population::new(seed, rows, MARKET);
    let mut out = Rows::new(FILES, CONVINCING);
    let mut rng = Rng::of(seed, 0xc2a, 0);
    // The account of each company, by what its rows tell of it; none where the CRM has not got it.
    let mut accounts: BTreeMap<u64, Option<String>> = BTreeMap::new();
    let (mut people, mut made, mut known) = (0u32, [0usize; 2], None);
    let mut met: Vec<(usize, Record)> = Vec::new();
    while out.len() < rows {
        let habits = &mut |_: &mut Rng| (0, Habit { style: Style::Any, by_mail: false });
        let count = population.next(habits, |entity, _, record| met.push((entity, record))) as u32;
        for (entity, mut record) in met.drain(..) {
            let person = people + entity as u32;
            let is_first = known.is_none_or(|(last, _)| last != person);
            if is_first {
                known = Some((person, !rng.chance(NEW)));
            }
            let in_crm = known.is_some_and(|(_, known)| known);
            if is_first && in_crm {
                let office = |number: u32| office(&mut population, seed, number);
                let account = account(&record, person, &mut accounts, &mut out, &mut rng, office);
                if !Rng::of(seed, 0xadd, u64::from(person)).chance(REACHED) {
                    [&mut record.street, &mut record.city, &mut record.postcode].into_iter().for_each(String::clear);
                    (*record.shows(Evidence::Street), *record.shows(Evidence::City)) = (0, 0);
                }
                let name = format!("{} {}", record.first, record.last);
                let [street, city, postcode] = [&record.street, &record.city, &record.postcode];
                let fields = [name.trim(), &record.email, &record.phone, &account, street, city, postcode];
                out.push(CONTACTS, person, &fields, record.traps, record.evidence());
                made[CONTACTS] += 1;
            } else if made[LEADS] * CONTACTS_PER_LEAD <= made[CONTACTS] && (!in_crm || rng.chance(AGAIN)) {
                leads::push(&mut out, (LEADS, person), &record, &mut rng);
                made[LEADS] += 1;
            }
        }
        people += count;
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
    office: impl FnOnce(u32) -> [String; 4],
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
        let told = record.employer.filter(|&number| company_key(number) == company);
        let [phone, street, city, postcode] = told.map_or_else(Default::default, office);
        let fields = [&id, &record.company, domain, &record.country, &phone, &street, &city, &postcode];
        // An account is nobody's double: an entity of its own.
        let entity = u32::MAX - person;
        out.push(ACCOUNTS, entity, &fields, record.traps, [0; 8]);
        Some(id)
    });
    known.clone().unwrap_or_default()
}

/// Phone, street, city and postal code of a company as a CRM has them: of the switchboard or of somebody there, of the
/// office where it was before, with a slip, or not at all.
fn office(population: &mut Population, seed: u64, number: u32) -> [String; 4] {
    let rng = &mut Rng::of(seed, 0xacc, u64::from(number));
    let (company, other) = population.company(number);
    let phone = match rng.below(20) {
        0..9 => String::new(),
        9..17 => company.switchboard.written(Style::Any, rng),
        17 => digit_slip(&company.switchboard.written(Style::Any, rng), rng),
        _ => Phone::landline(&company.office.town, false, rng).written(Style::Any, rng),
    };
    let at = if rng.chance(0.07) { &other } else { &company.office };
    if rng.chance(0.25) {
        return [phone, String::new(), String::new(), String::new()];
    }
    let mut street = if rng.chance(0.4) { short_street(&at.street, rng) } else { at.street.clone() };
    match rng.below(40) {
        0..2 => street = typo(&street, rng),
        2 => street = digit_slip(&street, rng),
        3 => street = format!("{street}, Suite {}00", 1 + rng.below(9)),
        4 => street.clear(),
        _ => {}
    }
    let names = &at.town.names;
    let city = if rng.chance(0.05) { names[rng.below(names.len())].clone() } else { names[0].clone() };
    let postcode = match rng.below(40) {
        0..3 => String::new(),
        3 => digit_slip(&at.postcode, rng),
        _ => at.postcode.clone(),
    };
    [phone, street, city, postcode]
}
