//! Leads of companies in one file.

use super::ceiling::Combination;
use super::dates::iso;
use super::habits;
use super::people::Market;
use super::phones::{Habit, Style};
use super::places::Country;
use super::population::Population;
use super::record::{Evidence, Record};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};

const FIRST: usize = Evidence::First as usize;
const LAST: usize = Evidence::Last as usize;
const COMPANY: usize = Evidence::Company as usize;
const EMAIL: usize = Evidence::Email as usize;
const PHONE: usize = Evidence::Phone as usize;
const STREET: usize = Evidence::Street as usize;
const CITY: usize = Evidence::City as usize;

/// What convinces that two rows are one person.
pub(crate) const CONVINCING: &[Combination] = &[
    Combination::of(&[EMAIL]),
    Combination::of(&[PHONE]),
    Combination::of(&[LAST, COMPANY]),
    Combination::of(&[LAST, EMAIL]),
    Combination::of(&[LAST, PHONE]),
    Combination::of(&[LAST, STREET]),
    Combination::of(&[FIRST, EMAIL]),
    Combination::of(&[FIRST, PHONE]),
    Combination::of(&[FIRST, STREET]),
    Combination::of(&[FIRST, COMPANY, CITY]),
    Combination::of(&[FIRST, LAST, COMPANY]),
    Combination::of(&[FIRST, LAST, EMAIL]),
    Combination::of(&[FIRST, LAST, PHONE]),
    Combination::of(&[FIRST, LAST, STREET]),
    Combination::of(&[FIRST, LAST, CITY]),
    // A family name that nobody else has.
    Combination { same: &[FIRST, LAST], alone: &[LAST] },
];

pub(crate) const MARKET: Market = &[
    (Country::Us, 0.70),
    (Country::Uk, 0.10),
    (Country::Ca, 0.07),
    (Country::De, 0.05),
    (Country::Au, 0.04),
    (Country::Fr, 0.015),
    (Country::Es, 0.01),
    (Country::It, 0.01),
    (Country::Pl, 0.005),
];
const FILES: &[FileFormat] = &[FileFormat::plain("", "L", HEADER)];

/// The header of a file of leads, without the id.
pub(crate) const HEADER: &[&str] = &[
    "first_name",
    "last_name",
    "company",
    "job_title",
    "email",
    "phone",
    "street",
    "city",
    "state",
    "postcode",
    "country",
    "source",
    "created_at",
    "budget",
];

/// As many leads as asked for.
pub(crate) fn generate(rows: usize, seed: u64) -> Rows {
    let mut population = Population::new(seed, rows, MARKET);
    let mut out = Rows::new(FILES, CONVINCING);
    let mut entities = 0;
    let mut rng = Rng::of(seed, 0x1ead, 0);
    while out.len() < rows {
        let habits = &mut |_: &mut Rng| (0, Habit { style: Style::Any, by_mail: false });
        entities += population.next(habits, |entity, file, record| {
            push(&mut out, (file, entities + entity as u32), &record, &mut rng);
        }) as u32;
    }
    out.finish(rows, seed)
}

/// Adds a row of an entity to a file of leads.
pub(crate) fn push(out: &mut Rows, (file, entity): (usize, u32), record: &Record, rng: &mut Rng) {
    let street = if rng.chance(0.4) { habits::short_street(&record.street, rng) } else { record.street.clone() };
    let created = iso(record.created as i64);
    let fields = [
        &record.first,
        &record.last,
        &record.company,
        &record.title,
        &record.email,
        &record.phone,
        &street,
        &record.city,
        &record.state,
        &record.postcode,
        &record.country,
        &record.source,
        &created,
        &record.budget,
    ];
    out.push(file, entity, &fields.map(String::as_str), record.traps, record.evidence());
}
