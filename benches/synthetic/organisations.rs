//! Organisations and their sites, as in lists of schools, surgeries and charities that several offices keep.

use super::ceiling::Combination;
use super::layout::Layout;
use super::names::{Culture, Names, rare};
use super::record::{Shown, Trap, Traps, key};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};
use super::typos::{digit_slip, typo};

const HEADER: &[&str] = &["source", "site_name", "address", "zip", "phone", "website"];
const ONE: &[FileFormat] = &[FileFormat::plain("", "", HEADER)];
const TWO: &[FileFormat] = &[FileFormat::plain("a", "a-", HEADER), FileFormat::plain("b", "b-", HEADER)];
/// Shares of sites with 1 to 10 rows: offices keep one row for each programme of a site.
const SIZES: &[f64] = &[0.36, 0.27, 0.08, 0.12, 0.05, 0.04, 0.025, 0.025, 0.015, 0.015];

const NAME: usize = 0;
const ADDRESS: usize = 1;
const PHONE: usize = 2;
const SITE: usize = 3;
const CONVINCING: &[Combination] = &[
    Combination::of(&[ADDRESS]),
    Combination::of(&[PHONE]),
    Combination::of(&[NAME]),
    Combination::of(&[NAME, SITE]),
    Combination::of(&[NAME, PHONE]),
    Combination::of(&[NAME, ADDRESS]),
];

const KINDS: &[&str] = &[
    "Child Development Center",
    "Elementary School",
    "Community Center",
    "Medical Center",
    "Family Health Clinic",
    "Early Learning Academy",
    "Day Care Center",
    "Academy of the Arts",
    "Head Start",
    "Youth Services",
    "Senior Center",
    "Baptist Church",
    "Methodist Church",
    "Animal Hospital",
    "Dental Group",
    "Public Library",
    "Charter School",
    "Preschool",
    "Montessori School",
    "Legal Aid Society",
    "Food Pantry",
    "Neighborhood Association",
    "Housing Authority",
    "Arts Council",
];
const FORMS: &[&str] = &["Inc.", "Inc", "NFP", "LLC", "Ltd.", "Corporation", "Foundation"];
const SHORT: &[(&str, &str)] = &[
    ("Center", "Ctr"),
    ("Center", "Centre"),
    ("Center", "Cntr."),
    ("Community", "Comm."),
    ("Development", "Dev."),
    ("Association", "Assoc."),
    ("Association", "Assn"),
    ("Elementary", "Elem."),
    ("School", "Sch"),
    ("Academy", "Acad."),
    ("Saint", "St."),
    ("Saint", "St"),
    ("Services", "Svcs"),
    ("Services", "Srvcs"),
    ("Medical", "Med"),
    ("Church", "Ch."),
    ("Hospital", "Hosp."),
    ("and", "&"),
    ("Neighborhood", "Nbhd"),
    ("Public", "Pub."),
    ("Family", "Fam."),
    ("North", "N."),
    ("South", "S."),
    ("West", "W"),
    ("East", "E"),
    ("Day Care", "Daycare"),
    ("Learning", "Lrng"),
];

struct Organisation {
    name: String,
    form: &'static str,
    phone: String,
    website: String,
}

#[derive(Clone)]
struct Site {
    /// What tells the site from others of its organisation: a quarter, a street, a number.
    label: String,
    number: usize,
    side: &'static str,
    street: String,
    kind: &'static str,
    zip: String,
    phone: String,
}

fn organisation(names: &Names, rng: &mut Rng) -> Organisation {
    let coined = |rng: &mut Rng| rare(Culture::En, rng.below(9000) as u64 ^ 0x0a6);
    let kind = rng.pick(KINDS);
    let name = match rng.below(8) {
        0 => format!("{} {} {kind}", names.given(Culture::En, rng.chance(0.5), rng), names.family(Culture::En, rng)),
        1 => format!("{} {kind}", names.family(Culture::En, rng)),
        2 => format!("Saint {} {kind}", names.given(Culture::En, rng.chance(0.5), rng)),
        3 => format!("{} {kind}", coined(rng)),
        4 => format!("{} and {} {kind}", coined(rng), names.family(Culture::En, rng)),
        5 => format!(
            "{} Little {} {kind}",
            rng.pick(&["Precious", "Happy", "Bright", "Our", "My"]),
            rng.pick(&["Ones", "Angels", "Stars", "Hands", "Feet"])
        ),
        6 => format!("{} of {} {kind}", rng.pick(&["Friends", "Children", "Sisters", "Heart", "House"]), coined(rng)),
        _ => format!("{} {} {kind}", rng.pick(&["North", "South", "West", "East", "New", "Greater"]), coined(rng)),
    };
    let website = format!("www.{}.org", super::latin::slug(&name).chars().take(22).collect::<String>());
    Organisation { name, form: if rng.chance(0.35) { rng.pick(FORMS) } else { "" }, phone: rng.digits(7), website }
}

fn site(nth: usize, organisation: &Organisation, rng: &mut Rng) -> Site {
    let street = rare(Culture::En, rng.below(400) as u64 ^ 0x517e);
    let label = match rng.below(4) {
        0 => street.clone(),
        1 => format!("Site {}", nth + 1),
        _ => rare(Culture::En, rng.below(90) as u64 ^ 0x9a47),
    };
    let central = nth == 0 || rng.chance(0.25);
    Site {
        label,
        number: 100 + rng.below(9900),
        side: rng.pick(&["N", "S", "E", "W", ""]),
        kind: rng.pick(&["St", "St", "Ave", "Ave", "Rd", "Blvd", "Pl"]),
        zip: format!("606{:02}", rng.below(60)),
        phone: if central { organisation.phone.clone() } else { rng.digits(7) },
        street,
    }
}

fn written_name(organisation: &Organisation, site: &Site, alone: bool, rng: &mut Rng) -> (String, Traps) {
    let mut traps = Traps::default();
    let whole = if organisation.form.is_empty() || rng.chance(0.4) {
        organisation.name.clone()
    } else {
        format!("{}{} {}", organisation.name, rng.pick(&["", ","]), organisation.form)
    };
    let mut name = match rng.below(if alone { 2 } else { 10 }) {
        0 | 1 => whole,
        2..6 => format!("{whole} - {}", site.label),
        6 => format!("{whole} {}", site.label),
        7 => format!("{} {}", site.label, organisation.name),
        8 => format!("{whole} ({})", site.label),
        _ => format!("{whole}- {} {}", organisation.name.split(' ').next().unwrap_or_default(), site.label),
    };
    for _ in 0..rng.below(3) {
        let (long, short) = SHORT[rng.below(SHORT.len())];
        if name.contains(long) {
            name = name.replacen(long, short, 1);
            traps.add(Trap::Abbreviated);
        }
    }
    let words: Vec<&str> = name.split(' ').collect();
    if words.len() > 3 {
        match rng.below(12) {
            0 => {
                let drop = 1 + rng.below(words.len() - 1);
                name = words
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != drop)
                    .map(|(_, word)| *word)
                    .collect::<Vec<_>>()
                    .join(" ");
                traps.add(Trap::DroppedWords);
            }
            1 => {
                let (head, tail) = words.split_at(words.len() / 2);
                name = format!("{}, {}", tail.join(" "), head.join(" "));
                traps.add(Trap::Reordered);
            }
            2 => {
                name = words[..2].join(" ");
                traps.add(Trap::Truncated);
            }
            3 => {
                name = organisation
                    .name
                    .split(' ')
                    .filter_map(|word| word.chars().next())
                    .filter(|letter| letter.is_uppercase())
                    .collect();
                traps.add(Trap::CompanyName);
            }
            4 => {
                name = typo(&name, rng);
                traps.add(Trap::Typo);
            }
            _ => {}
        }
    }
    if rng.chance(0.12) {
        name = name.to_uppercase();
        traps.add(Trap::LetterCase);
    }
    (name, traps)
}

fn written_address(site: &Site, rng: &mut Rng) -> String {
    let side = match (site.side, rng.below(5)) {
        ("", _) | (_, 0) => String::new(),
        (side, 1) => match side {
            "N" => "North ".to_string(),
            "S" => "South ".to_string(),
            "E" => "East ".to_string(),
            _ => "West ".to_string(),
        },
        (side, 2 | 3) => format!("{side}. "),
        (side, _) => format!("{side} "),
    };
    let kind = match (site.kind, rng.below(4)) {
        (_, 0) => "",
        (kind, 1) => kind,
        ("St", 2) => "Street",
        ("Ave", 2) => "Avenue",
        ("Rd", 2) => "Road",
        ("Blvd", 2) => "Boulevard",
        (kind, _) => kind,
    };
    let mut text = format!("{} {side}{} {kind}", site.number, site.street).trim_end().to_string();
    if rng.chance(0.25) {
        text.push('.');
    }
    if rng.chance(0.06) {
        text.push_str(&format!(" Suite {}", 1 + rng.below(40)));
    }
    if rng.chance(0.05) { text.to_uppercase() } else { text }
}

/// Organisations. With `whole`, all sites of an organisation are one entity; else each site is one.
pub(crate) fn generate(rows: usize, seed: u64, whole: bool, layout: Option<Layout>) -> Rows {
    let names = Names::new(rows);
    let layout = layout.unwrap_or(Layout::One(SIZES));
    let mut out = Rows::new(if matches!(layout, Layout::Two) { TWO } else { ONE }, CONVINCING);
    let (mut entity, mut number) = (0, 0);
    while out.len() < rows {
        let rng = &mut Rng::of(seed, 0x0a6a, number);
        number += 1;
        let organisation = organisation(&names, rng);
        let sites =
            if matches!(layout, Layout::Two) && whole { 1 } else { [1, 1, 1, 1, 1, 1, 2, 2, 3, 5][rng.below(10)] };
        for nth in 0..sites {
            let site = site(nth, &organisation, rng);
            for file in layout.files(rng) {
                let (name, mut traps) = written_name(&organisation, &site, sites == 1, rng);
                if sites > 1 {
                    traps.add(Trap::Branch);
                }
                let mut shown: Shown = [0; 8];
                shown[NAME] = if name.len() > 7 { key(&organisation.name) } else { 0 };
                shown[SITE] = if name.contains(site.label.as_str()) { key(&site.label) } else { 0 };
                let mut address = written_address(&site, rng);
                shown[ADDRESS] = key(&format!("{} {}", site.number, site.street));
                if rng.chance(0.05) {
                    address = digit_slip(&address, rng);
                    traps.add(Trap::DigitSlip);
                }
                if rng.chance(0.03) {
                    address.clear();
                    shown[ADDRESS] = 0;
                    traps.add(Trap::Missing);
                }
                let zip = if rng.chance(0.4) { String::new() } else { site.zip.clone() };
                let (mut phone, mut of_phone) = (site.phone.clone(), key(&site.phone));
                match rng.below(20) {
                    0..5 => {
                        phone.clear();
                        of_phone = 0;
                    }
                    5 => {
                        phone = digit_slip(&phone, rng);
                        traps.add(Trap::DigitSlip);
                    }
                    6 if sites > 1 => {
                        phone.clone_from(&organisation.phone);
                        of_phone = key(&phone);
                        traps.add(Trap::Switchboard);
                    }
                    _ => {}
                }
                shown[PHONE] = of_phone;
                let website = if rng.chance(0.15) { organisation.website.as_str() } else { "" };
                let source =
                    rng.pick(&["portal_scrape.csv", "site_list_2012.csv", "providers.csv", "find_a_school.csv"]);
                out.push(file, entity, &[source, &name, &address, &zip, &phone, website], traps, shown);
            }
            entity += u32::from(!whole || nth + 1 == sites);
        }
    }
    out.finish(rows, seed)
}
