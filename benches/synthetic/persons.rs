//! Persons with an address, a date of birth and a number, as in a census or a registry of patients.
//!
//! The columns and the kinds of error follow the generator of Febrl (P. Christen and A. Pudjijono, "Accurate synthetic
//! generation of realistic personal information", 2009).

use super::ceiling::Combination;
use super::dates::compact;
use super::layout::Layout;
use super::names::{Culture, Names, rare};
use super::record::{Shown, Trap, Traps, key};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};
use super::typos::{digit_slip, typo};

const HEADER: &[&str] = &[
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
    "soc_sec_id",
];
const ONE: &[FileFormat] = &[FileFormat::plain("", "rec-", HEADER)];
const TWO: &[FileFormat] = &[FileFormat::plain("a", "a-", HEADER), FileFormat::plain("b", "b-", HEADER)];
/// Shares of persons with 1 to 6 rows.
const SIZES: &[f64] = &[0.42, 0.19, 0.13, 0.10, 0.08, 0.08];

const GIVEN: usize = 0;
const SURNAME: usize = 1;
const STREET: usize = 3;
const PLACE: usize = 4;
const BIRTH: usize = 5;
const NUMBER: usize = 6;
const CONVINCING: &[Combination] = &[
    Combination::of(&[NUMBER]),
    Combination::of(&[GIVEN, SURNAME, BIRTH]),
    Combination::of(&[GIVEN, BIRTH, STREET]),
    Combination::of(&[SURNAME, BIRTH, STREET]),
    Combination::of(&[GIVEN, BIRTH, PLACE]),
    Combination::of(&[SURNAME, BIRTH, PLACE]),
    Combination::of(&[GIVEN, SURNAME, STREET]),
    Combination::of(&[GIVEN, SURNAME, PLACE]),
    Combination { same: &[GIVEN, SURNAME], alone: &[SURNAME] },
];
const STATES: &[(&str, &str)] =
    &[("nsw", "2"), ("vic", "3"), ("qld", "4"), ("sa", "5"), ("wa", "6"), ("tas", "7"), ("act", "26"), ("nt", "08")];

/// The fields in the order of the header.
type Fields = [String; 10];

fn street(rng: &mut Rng) -> String {
    let kind =
        rng.pick(&["street", "place", "crescent", "avenue", "road", "circuit", "close", "drive", "court", "way"]);
    format!("{} {kind}", rare(Culture::En, rng.below(4000) as u64 ^ 0xfe6).to_lowercase())
}

fn person(names: &Names, towns: usize, rng: &mut Rng) -> Fields {
    let culture = if rng.chance(0.85) { Culture::En } else { [Culture::It, Culture::De, Culture::Pl][rng.below(3)] };
    let female = rng.chance(0.5);
    let town = (rng.unit() * rng.unit() * towns as f64) as u64;
    let mut own = Rng::of(0xfe6, 1, town);
    let suburb =
        format!("{}{}", rare(Culture::En, own.next() >> 44), own.pick(&["", "", "", " park", " heights", " north"]));
    let (state, prefix) = STATES[own.weighted([0.33, 0.25, 0.2, 0.08, 0.1, 0.02, 0.015, 0.005].into_iter())];
    let postcode = format!("{prefix}{}", own.digits(4 - prefix.len()));
    let unit = match rng.below(10) {
        0..4 => String::new(),
        4..8 => rare(Culture::En, rng.below(3000) as u64 ^ 0xf1a7).to_lowercase(),
        _ => format!("{} {}", rng.pick(&["flat", "unit", "villa", "lot"]), 1 + rng.below(90)),
    };
    let birth = if rng.chance(0.03) { String::new() } else { compact(rng.below(34_000) as i64 - 40_000) };
    [
        if rng.chance(0.03) { String::new() } else { names.given(culture, female, rng).to_lowercase() },
        if rng.chance(0.01) { String::new() } else { names.family(culture, rng).to_lowercase() },
        (1 + rng.below(250)).to_string(),
        street(rng),
        unit,
        suburb.to_lowercase(),
        postcode,
        if rng.chance(0.03) { String::new() } else { state.to_string() },
        birth,
        rng.digits(7),
    ]
}

/// What the fields show of a person.
fn shown(fields: &Fields) -> Shown {
    let mut shown = [0; 8];
    shown[GIVEN] = key(&fields[0]);
    shown[SURNAME] = key(&fields[1]);
    shown[STREET] = if fields[3].is_empty() { 0 } else { key(&format!("{} {}", fields[2], fields[3])) };
    shown[PLACE] = key(&fields[5]);
    shown[BIRTH] = key(&fields[8]);
    shown[NUMBER] = key(&fields[9]);
    shown
}

/// The evidence of a field, if it has any of its own.
const EVIDENCE: [Option<usize>; 10] =
    [Some(GIVEN), Some(SURNAME), None, Some(STREET), None, Some(PLACE), None, None, Some(BIRTH), Some(NUMBER)];

fn errors(fields: &mut Fields, shown: &mut Shown, count: usize, names: &Names, rng: &mut Rng) -> Traps {
    let mut traps = Traps::default();
    for _ in 0..count {
        let at = rng.weighted([0.13, 0.16, 0.07, 0.17, 0.12, 0.13, 0.06, 0.03, 0.07, 0.06].into_iter());
        let field = &mut fields[at];
        let trap = match rng.below(40) {
            0..3 => {
                field.clear();
                EVIDENCE[at].into_iter().for_each(|evidence| shown[evidence] = 0);
                Trap::Missing
            }
            3..5 if at == 0 => {
                let formal = super::latin::capital(field);
                match names.nickname(&formal, rng) {
                    Some(name) => *field = name.to_lowercase(),
                    None => continue,
                }
                Trap::Nickname
            }
            3 => {
                fields.swap(0, 1);
                Trap::SwappedNames
            }
            4 => {
                fields.swap(3, 4);
                Trap::Reordered
            }
            5 if at == 1 => {
                *field = names.family(Culture::En, rng).to_lowercase();
                shown[SURNAME] = key(field);
                Trap::MarriedName
            }
            5 if at == 3 => {
                *field = street(rng);
                shown[STREET] = key(field);
                Trap::MovedHome
            }
            5..8 if field.contains(' ') => {
                *field = field.replacen(' ', "", 1);
                Trap::Typo
            }
            8..10 if at == 8 && field.len() == 8 => {
                let (year, rest) = field.split_at(4);
                *field = format!("{year}{}{}", &rest[2..], &rest[..2]);
                Trap::OtherDate
            }
            _ if matches!(at, 2 | 6 | 8 | 9) => {
                *field = digit_slip(field, rng);
                Trap::DigitSlip
            }
            _ => {
                *field = typo(field, rng).to_lowercase();
                Trap::Typo
            }
        };
        traps.add(trap);
    }
    traps
}

/// Persons; `heavy` gives a further row up to ten errors, else one or two.
pub(crate) fn generate(rows: usize, seed: u64, heavy: bool, layout: Option<Layout>) -> Rows {
    let names = Names::new(rows);
    let light: &[f64] = if heavy { SIZES } else { &[0.5, 0.5] };
    let layout = layout.unwrap_or(Layout::One(light));
    let mut out = Rows::new(if matches!(layout, Layout::Two) { TWO } else { ONE }, CONVINCING);
    let mut entity = 0;
    let mut before: Option<Fields> = None;
    while out.len() < rows {
        let rng = &mut Rng::of(seed, 0xfeb, u64::from(entity));
        let mut base = person(&names, 40 + rows / 12, rng);
        let mut traps = Traps::default();
        if let Some(other) = before.as_ref().filter(|_| rng.chance(0.04)) {
            // Someone of the same family under the same roof; twins have the same date of birth.
            for at in [1, 2, 3, 4, 5, 6, 7] {
                base[at].clone_from(&other[at]);
            }
            traps.add(Trap::Household);
            match rng.below(20) {
                0..3 => {
                    base[8].clone_from(&other[8]);
                    traps.add(Trap::Twins);
                }
                3..5 if !base[8].is_empty() => {
                    // Born a generation before, not always on record.
                    base[0].clone_from(&other[0]);
                    let years = 22 + rng.below(16);
                    let born =
                        other[8].get(..4).and_then(|year| year.parse::<usize>().ok()).map_or(0, |year| year - years);
                    base[8] =
                        if born == 0 || rng.chance(0.2) { String::new() } else { format!("{born}{}", &base[8][4..]) };
                    traps.add(Trap::FatherAndSon);
                }
                _ => {}
            }
        }
        for (nth, file) in layout.files(rng).into_iter().enumerate() {
            let mut fields = base.clone();
            let mut shown = shown(&fields);
            let count = match (nth, heavy) {
                (0, _) => 0,
                (_, true) => 1 + rng.below(5) + rng.below(6) * usize::from(rng.chance(0.3)),
                (_, false) => 1 + rng.below(2),
            };
            let mut of_row = errors(&mut fields, &mut shown, count, &names, rng);
            of_row.join(traps);
            out.push(file, entity, &fields.each_ref().map(String::as_str), of_row, shown);
        }
        before = Some(base);
        entity += 1;
    }
    out.finish(rows, seed)
}
