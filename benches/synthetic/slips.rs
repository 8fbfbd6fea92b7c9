//! What goes wrong between a person and a row: slips, short forms, blanks and fillers.

use super::people::World;
use super::phones::Habit;
use super::record::{Evidence, Record, Trap};
use super::rng::Rng;
use super::typos::{digit_slip, typo};

const NO_NAME: &[&str] = &["n/a", "unknown", "-", "test", "xxx", "."];
const NO_EMAIL: &[&str] =
    &["test@test.com", "none@none.com", "noemail@noemail.com", "n/a", "-", "no@mail.com", "unknown"];
const NO_PHONE: &[&str] = &["0000000", "123456", "1234567890", "0000000000", "-", "n/a", "unknown", "999999999"];
const NO_TEXT: &[&str] = &["n/a", "-", "unknown", "none", "N/A", "not given", "?"];

/// Applies a trap of the writing. False when it does not apply or changed nothing.
pub(crate) fn slip(record: &mut Record, trap: Trap, world: &World, rng: &mut Rng) -> bool {
    match trap {
        Trap::Nickname => match world.names.nickname(&record.first, rng) {
            Some(name) => record.first = name.to_string(),
            None => return false,
        },
        Trap::Typo => {
            let before = record.clone();
            for _ in 0..1 + rng.below(3) / 2 + rng.below(3) / 2 {
                let field = match rng.below(20) {
                    0..5 => &mut record.first,
                    5..11 => &mut record.last,
                    11..13 => &mut record.company,
                    13..16 => &mut record.email,
                    16..18 => &mut record.street,
                    18 => &mut record.city,
                    _ => {
                        record.postcode = digit_slip(&record.postcode, rng);
                        continue;
                    }
                };
                *field = typo(field, rng);
            }
            let texts = |row: &Record| {
                [&row.first, &row.last, &row.company, &row.email, &row.street, &row.city].map(String::clone)
            };
            return texts(&before) != texts(record) || before.postcode != record.postcode;
        }
        Trap::SwappedNames => std::mem::swap(&mut record.first, &mut record.last),
        Trap::Initial => {
            let Some(initial) = record.first.chars().next() else { return false };
            record.first = format!("{initial}{}", rng.pick(&[".", ".", ""]));
            *record.shows(Evidence::First) = 0;
        }
        Trap::Missing => {
            for _ in 0..2 + rng.below(3) {
                blank(record, rng.below(7));
            }
        }
        Trap::Placeholder => {
            for _ in 0..1 + rng.below(2) {
                filler(record, rng);
            }
        }
        Trap::DigitSlip => {
            let phone = digit_slip(&record.phone, rng);
            let changed = phone != record.phone;
            record.phone = phone;
            return changed;
        }
        Trap::LetterCase => {
            let change = if rng.chance(0.5) { str::to_uppercase } else { str::to_lowercase };
            for field in [&mut record.first, &mut record.last, &mut record.company, &mut record.city] {
                *field = change(field);
            }
            if rng.chance(0.15) {
                record.last = format!(" {} ", record.last);
            }
        }
        Trap::Indistinguishable => {
            (0..7).for_each(|field| blank(record, field));
            record.title.clear();
            record.budget.clear();
        }
        _ => return false,
    }
    true
}

fn blank(record: &mut Record, field: usize) {
    let (text, evidence) = match field {
        0 => (&mut record.company, Some(Evidence::Company)),
        1 => (&mut record.email, Some(Evidence::Email)),
        2 => (&mut record.phone, Some(Evidence::Phone)),
        3 => (&mut record.street, Some(Evidence::Street)),
        4 => (&mut record.city, None),
        5 => (&mut record.postcode, None),
        _ => (&mut record.title, None),
    };
    text.clear();
    if let Some(evidence) = evidence {
        *record.shows(evidence) = 0;
    }
    if field == 4 {
        record.state.clear();
    }
    place(record);
}

/// A town or its postcode: either tells the place.
fn place(record: &mut Record) {
    if record.city.is_empty() && record.postcode.is_empty() {
        *record.shows(Evidence::City) = 0;
    }
}

fn filler(record: &mut Record, rng: &mut Rng) {
    let put = |field: &mut String, from: &[&'static str], rng: &mut Rng| *field = rng.pick(from).to_string();
    match rng.below(10) {
        0 => {
            put(&mut record.first, NO_NAME, rng);
            *record.shows(Evidence::First) = 0;
        }
        1..4 => {
            put(&mut record.email, NO_EMAIL, rng);
            *record.shows(Evidence::Email) = 0;
        }
        4..8 => {
            put(&mut record.phone, NO_PHONE, rng);
            *record.shows(Evidence::Phone) = 0;
        }
        8 => {
            put(&mut record.company, NO_TEXT, rng);
            *record.shows(Evidence::Company) = 0;
        }
        _ => {
            put(&mut record.street, NO_TEXT, rng);
            *record.shows(Evidence::Street) = 0;
        }
    }
}

/// Forms are seldom filled in to the end.
pub(crate) fn left_blank(record: &mut Record, habit: Habit, rng: &mut Rng) {
    for (field, often) in [0.05, 0.06, 0.2, 0.3, 0.05, 0.12, 0.2].into_iter().enumerate() {
        if rng.chance(often) && !(habit.by_mail && field == 1) {
            blank(record, field);
        }
    }
    if rng.chance(0.35) {
        record.budget.clear();
    }
    if rng.chance(0.002) {
        record.first.clear();
        *record.shows(Evidence::First) = 0;
    }
}
