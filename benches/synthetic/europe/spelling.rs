//! Names and places as an export spells them: in other letters, without accents, with names dropped.

use super::super::cyrillic::{SCHEMES, Scheme, is_cyrillic, latin};
use super::super::latin::{capital, plain, written_out};
use super::super::names::Culture;
use super::super::record::{Record, Trap};
use super::super::rng::Rng;

/// How often Bulgarians stand in Cyrillic in each export, and the usual way to spell them in Latin there.
const LETTERS: [(f64, Scheme); 6] = [
    (0.05, Scheme::Streamlined),
    (0.30, Scheme::Phonetic),
    (0.05, Scheme::Streamlined),
    (0.25, Scheme::French),
    (0.85, Scheme::Streamlined),
    (0.02, Scheme::Scientific),
];
/// How often an export loses accents.
const BARE: [f64; 6] = [0.10, 0.35, 0.5, 0.15, 0.5, 0.25];

/// Spells a row as its export does.
pub(super) fn spell(record: &mut Record, export: usize, rng: &mut Rng) {
    if let Some(culture) = record.culture {
        family(record, culture, export, rng);
    }
    town(record, rng);
    if [&record.first, &record.last, &record.company, &record.street, &record.city].iter().any(|text| is_cyrillic(text))
    {
        letters(record, export, rng);
    }
    if rng.chance(BARE[export]) {
        accents(record, rng);
    }
}

/// Family names of several parts and with endings by gender lose them.
fn family(record: &mut Record, culture: Culture, export: usize, rng: &mut Rng) {
    let parts: Vec<&str> = record.last.split([' ', '-']).collect();
    let name = match culture {
        Culture::Es if parts.len() == 2 => {
            // The Spanish partner list knows both names; others often take the first only, some the last.
            let (drop, join) = if export == 5 { (0.08, 0.02) } else { (0.32, 0.06) };
            match rng.unit() {
                at if at < drop * 0.85 => Some((parts[0].to_string(), Trap::DroppedSurname)),
                at if at < drop => Some((parts[1].to_string(), Trap::DroppedSurname)),
                at if at < drop + join => Some((parts.join("-"), Trap::DoubleBarrelled)),
                _ => None,
            }
        }
        Culture::De | Culture::Fr | Culture::Pl | Culture::En if record.last.contains('-') => match rng.below(10) {
            0..2 => Some((parts.join(" "), Trap::DoubleBarrelled)),
            2..4 => Some((parts[0].to_string(), Trap::DroppedSurname)),
            4 => Some((parts[parts.len() - 1].to_string(), Trap::DroppedSurname)),
            5 => Some((parts.iter().rev().copied().collect::<Vec<_>>().join("-"), Trap::DoubleBarrelled)),
            _ => None,
        },
        Culture::Fr | Culture::It | Culture::De if parts.len() > 1 => match rng.below(6) {
            0 => Some((parts.concat(), Trap::Particle)),
            1 => Some((parts.iter().map(|part| capital(part)).collect::<Vec<_>>().join(" "), Trap::Particle)),
            2 => Some((parts[parts.len() - 1].to_string(), Trap::Particle)),
            _ => None,
        },
        // Abroad women get the name of their husband or father.
        Culture::Pl if record.last.ends_with("ska") || record.last.ends_with("cka") => {
            let stem = &record.last[..record.last.len() - 1];
            rng.chance(0.1).then(|| (format!("{stem}i"), Trap::Ending))
        }
        Culture::Bg if record.last.ends_with("ва") => {
            let stem = record.last.trim_end_matches('а').to_string();
            (export != 4 && rng.chance(0.06)).then_some((stem, Trap::Ending))
        }
        _ => None,
    };
    if let Some((name, trap)) = name {
        record.last = name;
        record.traps.add(trap);
    }
    // Of two given names only one.
    if record.first.contains([' ', '-']) && rng.chance(0.3) {
        record.first = match rng.below(3) {
            0 => record.first.replace('-', " "),
            _ => record.first.split([' ', '-']).next().unwrap_or_default().to_string(),
        };
        record.traps.add(Trap::DroppedSurname);
    }
}

/// Towns go by the name that the writer's language gives them.
fn town(record: &mut Record, rng: &mut Rng) {
    let names = record.town.as_ref().map_or(&[][..], |town| &town.names[..]);
    if record.city.is_empty() || names.len() < 2 || !rng.chance(0.25) {
        return;
    }
    let other = names[1 + rng.below(names.len() - 1)].clone();
    // Who writes in Latin letters finds no Cyrillic name on the map.
    if !is_cyrillic(&other) {
        record.city = other;
        record.traps.add(Trap::Exonym);
    }
}

fn letters(record: &mut Record, export: usize, rng: &mut Rng) {
    let (cyrillic, usual) = LETTERS[export];
    if super::writes_cyrillic(record.culture.or(Some(Culture::Bg))) && rng.chance(cyrillic) {
        return;
    }
    let scheme = match rng.below(10) {
        0..5 => usual,
        5..8 => Scheme::Streamlined,
        _ => SCHEMES[rng.below(SCHEMES.len())],
    };
    for field in [
        &mut record.first,
        &mut record.last,
        &mut record.company,
        &mut record.street,
        &mut record.city,
        &mut record.state,
    ] {
        if is_cyrillic(field) {
            *field = latin(field, scheme);
        }
    }
    record.traps.add(Trap::Transliterated);
}

fn accents(record: &mut Record, rng: &mut Rng) {
    let german = record.culture == Some(Culture::De) && rng.chance(0.6);
    let bare = if german { written_out } else { plain };
    let fields = [&mut record.first, &mut record.last, &mut record.company, &mut record.street, &mut record.city];
    let mut changed = false;
    for field in fields {
        let text = bare(field);
        changed |= text != *field;
        *field = text;
    }
    if changed {
        record.traps.add(Trap::Accents);
    }
}
