//! Countries, towns and streets.

use std::rc::Rc;

use super::names::{Culture, rare};
use super::rng::{Rng, Zipf};

/// A country of the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Country {
    Us,
    Uk,
    Ca,
    Au,
    De,
    At,
    Es,
    It,
    Fr,
    Pl,
    Bg,
}

/// Code in the list of towns, English name, own name, culture, calling code.
const COUNTRIES: [(Country, &str, &str, &str, Culture, &str); 11] = [
    (Country::Us, "US", "United States", "United States", Culture::En, "1"),
    (Country::Uk, "UK", "United Kingdom", "United Kingdom", Culture::En, "44"),
    (Country::Ca, "CA", "Canada", "Canada", Culture::En, "1"),
    (Country::Au, "AU", "Australia", "Australia", Culture::En, "61"),
    (Country::De, "DE", "Germany", "Deutschland", Culture::De, "49"),
    (Country::At, "AT", "Austria", "Österreich", Culture::De, "43"),
    (Country::Es, "ES", "Spain", "España", Culture::Es, "34"),
    (Country::It, "IT", "Italy", "Italia", Culture::It, "39"),
    (Country::Fr, "FR", "France", "France", Culture::Fr, "33"),
    (Country::Pl, "PL", "Poland", "Polska", Culture::Pl, "48"),
    (Country::Bg, "BG", "Bulgaria", "България", Culture::Bg, "359"),
];
const TOWNS: &str = include_str!("data/places.txt");

impl Country {
    pub(crate) fn code(self) -> &'static str {
        match COUNTRIES[self as usize].1 {
            "UK" => "GB",
            code => code,
        }
    }

    pub(crate) fn english(self) -> &'static str {
        COUNTRIES[self as usize].2
    }

    pub(crate) fn own(self) -> &'static str {
        COUNTRIES[self as usize].3
    }

    pub(crate) fn culture(self) -> Culture {
        COUNTRIES[self as usize].4
    }

    pub(crate) fn calling(self) -> &'static str {
        COUNTRIES[self as usize].5
    }

    /// The domain ending of the country's companies.
    pub(crate) fn domain(self) -> &'static str {
        match self {
            Country::Us | Country::Ca => "com",
            Country::Uk => "co.uk",
            Country::Au => "com.au",
            Country::De => "de",
            Country::At => "at",
            Country::Es => "es",
            Country::It => "it",
            Country::Fr => "fr",
            Country::Pl => "pl",
            Country::Bg => "bg",
        }
    }
}

/// A town.
pub(crate) struct Town {
    pub(crate) country: Country,
    /// Its own name first, then what others call it.
    pub(crate) names: Vec<String>,
    pub(crate) region: String,
    postcode: String,
    pub(crate) area: String,
}

/// An address.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) town: Rc<Town>,
    pub(crate) postcode: String,
}

/// The towns of every country: the known ones, and more small ones the larger the file.
pub(crate) struct Places {
    known: Vec<Vec<Rc<Town>>>,
    ranks: Vec<Zipf>,
    small: usize,
}

impl Places {
    pub(crate) fn new(rows: usize) -> Self {
        let mut known: Vec<Vec<Rc<Town>>> = COUNTRIES.iter().map(|_| Vec::new()).collect();
        for line in TOWNS.lines() {
            let mut parts = line.split('|');
            let mut part = || parts.next().unwrap_or_default();
            let code = part();
            let names = part().split('/').map(str::to_string).collect();
            let [region, postcode, area] = [part(), part(), part()].map(str::to_string);
            if let Some(at) = COUNTRIES.iter().position(|country| country.1 == code) {
                known[at].push(Rc::new(Town { country: COUNTRIES[at].0, names, region, postcode, area }));
            }
        }
        let ranks = known.iter().map(|towns| Zipf::new(towns.len(), 3.0)).collect();
        Places { known, ranks, small: 60 + rows / 25 }
    }

    /// A town: known by its rank, or one of the small ones.
    pub(crate) fn town(&self, country: Country, rng: &mut Rng) -> Rc<Town> {
        let known = &self.known[country as usize];
        if rng.chance(0.5) {
            return known[self.ranks[country as usize].draw(rng)].clone();
        }
        let number = (rng.unit() * rng.unit() * self.small as f64) as u64;
        let mut own = Rng::of(country as u64, 0x70e5, number);
        let near = &known[own.below(known.len())];
        let name = small_town(country.culture(), number, &mut own);
        let tail = own.digits(1);
        let postcode = if country == Country::Uk { format!("{}{tail}", near.postcode) } else { near.postcode.clone() };
        Rc::new(Town { country, names: vec![name], region: near.region.clone(), postcode, area: near.area.clone() })
    }

    /// An address in the town.
    pub(crate) fn address(&self, town: Rc<Town>, rng: &mut Rng) -> Address {
        let letter = |rng: &mut Rng| char::from(b"ABDEFGHJLNPRSTUWXYZ"[rng.below(19)]);
        let prefix = &town.postcode;
        let postcode = match town.country {
            Country::Uk => {
                let (district, sector) = (1 + rng.below(20), rng.below(10));
                let district = if prefix.ends_with(|last: char| last.is_ascii_digit()) {
                    String::new()
                } else {
                    district.to_string()
                };
                format!("{prefix}{district} {sector}{}{}", letter(rng), letter(rng))
            }
            Country::Ca => {
                format!("{prefix}{}{} {}{}{}", rng.below(10), letter(rng), rng.below(10), letter(rng), rng.below(10))
            }
            Country::Pl => format!("{prefix}-{}", rng.digits(3)),
            Country::Au | Country::At | Country::Bg => {
                format!("{prefix}{}", rng.digits(4usize.saturating_sub(prefix.len())))
            }
            _ => format!("{prefix}{}", rng.digits(5usize.saturating_sub(prefix.len()))),
        };
        Address { street: street(town.country, rng), postcode, town }
    }
}

fn small_town(culture: Culture, number: u64, rng: &mut Rng) -> String {
    let stem = rare(culture, number ^ 0x5eed);
    match culture {
        Culture::En => {
            let end = rng.pick(&[
                "ville", "ton", "field", "ford", "port", "burg", " Springs", " Falls", " Grove", " City", " Hills",
                "view",
            ]);
            format!("{stem}{end}")
        }
        Culture::De => {
            let start = rng.pick(&["", "", "", "Bad ", "Alt", "Neu", "Ober", "Nieder"]);
            let stem = if start.is_empty() || start.ends_with(' ') { stem } else { stem.to_lowercase() };
            format!("{start}{stem}")
        }
        Culture::Es => format!("{}{stem}", rng.pick(&["", "", "Villanueva de ", "San ", "Torre de ", "Puebla de "])),
        Culture::It => format!("{}{stem}", rng.pick(&["", "", "San ", "Castel ", "Monte ", "Borgo "])),
        Culture::Fr => format!("{}{stem}", rng.pick(&["", "", "Saint-", "La ", "Villeneuve-"])),
        Culture::Pl => format!("{}{}", stem, rng.pick(&["ów", "ice", "owo", "no"])),
        Culture::Bg => {
            let stem = stem.trim_end_matches(['в', 'е', 'о', 'и', 'к', 'с']).to_string();
            format!("{stem}{}", rng.pick(&["ово", "ец", "ино", "ица"]))
        }
    }
}

/// A street with its number, spelled in full as the country does.
fn street(country: Country, rng: &mut Rng) -> String {
    let culture = country.culture();
    let name = rare(culture, rng.below(6000) as u64 ^ 0x57ee);
    let number = 1 + rng.below(180);
    match culture {
        Culture::En => {
            let kind = rng.pick(&[
                "Street",
                "Street",
                "Avenue",
                "Road",
                "Drive",
                "Lane",
                "Court",
                "Boulevard",
                "Way",
                "Place",
            ]);
            let number = if country == Country::Us { 1 + rng.below(9900) } else { number };
            format!("{number} {name} {kind}")
        }
        Culture::De => match rng.below(6) {
            0..4 => format!("{name}straße {number}"),
            4 => format!("{name}weg {number}{}", rng.pick(&["", "a", "b"])),
            _ => format!("Am {name} {number}"),
        },
        Culture::Es => {
            let kind = rng.pick(&["Calle", "Calle", "Avenida", "Plaza", "Paseo", "Camino"]);
            format!("{kind} {}{name} {number}", rng.pick(&["de ", "del ", "", ""]))
        }
        Culture::It => format!("{} {name} {number}", rng.pick(&["Via", "Via", "Via", "Piazza", "Viale", "Corso"])),
        Culture::Fr => {
            let kind = rng.pick(&["rue", "rue", "avenue", "boulevard", "place", "chemin"]);
            format!("{number} {kind} {}{name}", rng.pick(&["de ", "du ", "", "de la "]))
        }
        Culture::Pl => {
            format!("{} {name} {number}{}", rng.pick(&["ul.", "ul.", "al.", "os."]), rng.pick(&["", "", "/3", "/12"]))
        }
        Culture::Bg => {
            if rng.chance(0.25) {
                let block = 1 + rng.below(400);
                return format!("ж.к. {name}, бл. {block}, вх. {}", rng.pick(&["А", "Б", "В"]));
            }
            format!("{} {name} {number}", rng.pick(&["ул.", "ул.", "ул.", "бул."]))
        }
    }
}
