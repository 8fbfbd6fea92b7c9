//! A European customer base in six exports, each in a language, with headers, separators and habits of its own.

mod spelling;
mod words;

use super::dates::{civil, iso, little};
use super::habits::short_street;
use super::leads::CONVINCING;
use super::names::Culture;
use super::people::Market;
use super::phones::{Habit, Style};
use super::places::Country;
use super::population::Population;
use super::record::{Evidence, Record, Trap};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};

const MARKET: Market = &[
    (Country::Bg, 0.22),
    (Country::De, 0.21),
    (Country::At, 0.05),
    (Country::Es, 0.16),
    (Country::It, 0.13),
    (Country::Fr, 0.12),
    (Country::Pl, 0.11),
];
/// The exports: how often a row comes from each, and how each writes phone numbers.
const EXPORTS: [(f64, Style); 6] = [
    (0.30, Style::Home),
    (0.17, Style::Any),
    (0.13, Style::Spaced),
    (0.14, Style::Plain),
    (0.13, Style::Plain),
    (0.13, Style::Zeros),
];
const FILES: &[FileFormat] = &[
    FileFormat {
        suffix: "crm",
        id_prefix: "K-",
        delimiter: ';',
        header: &[
            "Vorname",
            "Nachname",
            "Firma",
            "Position",
            "E-Mail",
            "Telefon",
            "Straße",
            "PLZ",
            "Ort",
            "Land",
            "Angelegt am",
        ],
        windows: true,
    },
    FileFormat::plain(
        "webinar",
        "W-",
        &["First Name", "Last Name", "Email Address", "Company", "Job Title", "Phone", "Country", "Registered At"],
    ),
    FileFormat {
        suffix: "fair",
        id_prefix: "B-",
        delimiter: ';',
        header: &["Nominativo", "Azienda", "Qualifica", "Città", "Nazione", "Telefono", "Email", "Data visita"],
        windows: false,
    },
    FileFormat::plain("newsletter", "N-", &["Prénom", "Nom", "Courriel", "Ville", "Pays", "Inscrit le"]),
    FileFormat {
        suffix: "shop",
        id_prefix: "S-",
        delimiter: '\t',
        header: &[
            "Име",
            "Фамилия",
            "Фирма",
            "Ел. поща",
            "Телефон",
            "Адрес",
            "Град",
            "Пощенски код",
            "Държава",
            "Дата на поръчка",
        ],
        windows: false,
    },
    FileFormat {
        suffix: "partners",
        id_prefix: "P-",
        delimiter: ';',
        header: &[
            "Nombre",
            "Apellidos",
            "Empresa",
            "Cargo",
            "Correo electrónico",
            "Teléfono",
            "Dirección",
            "Población",
            "Provincia",
            "C.P.",
            "País",
            "Fecha de alta",
        ],
        windows: false,
    },
];

/// As many customers' rows as asked for, over all exports.
pub(crate) fn generate(rows: usize, seed: u64) -> Rows {
    let mut population = Population::new(seed, rows, MARKET);
    let mut out = Rows::new(FILES, CONVINCING);
    let mut entities = 0;
    let mut rng = Rng::of(seed, 0xe0, 0);
    while out.len() < rows {
        let habits = &mut |rng: &mut Rng| {
            let export = rng.weighted(EXPORTS.iter().map(|(share, _)| *share));
            let style = if rng.chance(0.3) { Style::Any } else { EXPORTS[export].1 };
            (export, Habit { style, by_mail: export == 3 || export == 4 })
        };
        entities += population.next(habits, |entity, export, mut record| {
            spelling::spell(&mut record, export, &mut rng);
            if rng.chance(0.5) {
                record.street = short_street(&record.street, &mut rng);
            }
            push(&mut out, export, entities + entity as u32, record, &mut rng);
        }) as u32;
    }
    out.finish(rows, seed)
}

/// Leaves out what an export does not ask for.
fn leave_out(record: &mut Record, export: usize, rng: &mut Rng) {
    let unseen: &[Evidence] = match export {
        1 => &[Evidence::Street, Evidence::City],
        2 => &[Evidence::Street],
        3 => &[Evidence::Street, Evidence::Company, Evidence::Phone],
        4 if rng.chance(0.6) => &[Evidence::Company],
        _ => &[],
    };
    for &evidence in unseen {
        *record.shows(evidence) = 0;
        match evidence {
            Evidence::City => record.city.clear(),
            Evidence::Company => record.company.clear(),
            _ => {}
        }
    }
    // A newsletter asks for an e-mail only.
    if export == 3 && record.email.contains('@') && rng.chance(0.12) {
        record.first.clear();
        record.last.clear();
        *record.shows(Evidence::First) = 0;
        *record.shows(Evidence::Last) = 0;
        record.traps.add(Trap::Missing);
    }
    record.forget_unseen();
}

fn push(out: &mut Rows, export: usize, entity: u32, mut record: Record, rng: &mut Rng) {
    leave_out(&mut record, export, rng);
    let day = record.created as i64;
    let country = words::country(record.at, export, rng);
    let date;
    let fields: Vec<&str> = match export {
        0 => {
            date = little(day, '.');
            vec![
                &record.first,
                &record.last,
                &record.company,
                &record.title,
                &record.email,
                &record.phone,
                &record.street,
                &record.postcode,
                &record.city,
                country,
                &date,
            ]
        }
        1 => {
            date = format!("{}T{:02}:{:02}:00Z", iso(day), 8 + rng.below(10), rng.below(60));
            vec![
                &record.first,
                &record.last,
                &record.email,
                &record.company,
                &record.title,
                &record.phone,
                country,
                &date,
            ]
        }
        2 => {
            date = little(day, '/');
            record.first = format!("{} {}", record.last.to_uppercase(), record.first).trim().to_string();
            vec![
                &record.first,
                &record.company,
                &record.title,
                &record.city,
                country,
                &record.phone,
                &record.email,
                &date,
            ]
        }
        3 => {
            date = little(day, '/');
            vec![&record.first, &record.last, &record.email, &record.city, country, &date]
        }
        4 => {
            date = format!("{} г.", little(day, '.'));
            vec![
                &record.first,
                &record.last,
                &record.company,
                &record.email,
                &record.phone,
                &record.street,
                &record.city,
                &record.postcode,
                country,
                &date,
            ]
        }
        _ => {
            let (year, month, day) = civil(day);
            date = format!("{day}/{month}/{:02}", year % 100);
            vec![
                &record.first,
                &record.last,
                &record.company,
                &record.title,
                &record.email,
                &record.phone,
                &record.street,
                &record.city,
                &record.state,
                &record.postcode,
                country,
                &date,
            ]
        }
    };
    out.push(export, entity, &fields, record.traps, record.evidence());
}

/// Whether people of the culture may write in Cyrillic.
fn writes_cyrillic(culture: Option<Culture>) -> bool {
    culture == Some(Culture::Bg)
}
