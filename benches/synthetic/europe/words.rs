//! Countries as each export names them.

use super::super::places::Country;
use super::super::rng::Rng;

/// German, English, Italian, French, Bulgarian and Spanish, in the order of the exports.
const NAMES: &[(Country, [&str; 6])] = &[
    (Country::De, ["Deutschland", "Germany", "Germania", "Allemagne", "Германия", "Alemania"]),
    (Country::At, ["Österreich", "Austria", "Austria", "Autriche", "Австрия", "Austria"]),
    (Country::Es, ["Spanien", "Spain", "Spagna", "Espagne", "Испания", "España"]),
    (Country::It, ["Italien", "Italy", "Italia", "Italie", "Италия", "Italia"]),
    (Country::Fr, ["Frankreich", "France", "Francia", "France", "Франция", "Francia"]),
    (Country::Pl, ["Polen", "Poland", "Polonia", "Pologne", "Полша", "Polonia"]),
    (Country::Bg, ["Bulgarien", "Bulgaria", "Bulgaria", "Bulgarie", "България", "Bulgaria"]),
];

/// The country in the language of an export; badges carry its code, and some people write it their own way.
pub(super) fn country(country: Option<Country>, export: usize, rng: &mut Rng) -> &'static str {
    let Some(country) = country else { return "" };
    let names = NAMES.iter().find(|(own, _)| *own == country);
    match rng.below(20) {
        0 => country.own(),
        1 => "",
        2..4 => country.code(),
        4..14 if export == 2 => country.code(),
        _ => names.map_or(country.english(), |(_, names)| names[export]),
    }
}
