//! Companies: their names, legal forms, domains, offices and switchboards, and what else people call them.

use std::sync::LazyLock;

use super::latin::{capital, slug};
use super::names::{Culture, Names, rare};
use super::phones::Phone;
use super::places::{Address, Country, Places};
use super::rng::Rng;

const WORDS: &str = "Apex Summit Blue Granite Prime Edge Liberty Vista Core Nova Falcon Pearl Iron Crown Delta Harbor \
    Cedar Silver Golden Pioneer Atlas Horizon Beacon Quantum Vertex Orion Eagle Maple River Lake North West East \
    South Union Global First Metro Central Pacific Atlantic Alpine Aurora Bright Clear Cobalt Crystal Diamond Dynamic \
    Element Emerald Ember Epic Ever Fusion Gateway Green Grand Helix Icon Infinity Inter Jet Key Keystone Legacy \
    Lunar Magna Matrix Mega Meridian Micro Mono Neo Nexus Noble Omega Onyx Optima Orbit Oxford Paragon Peak Phoenix \
    Pinnacle Polar Premier Pulse Quest Radiant Rapid Red Regal Ridge Rock Royal Sapphire Select Sierra Signal Solar \
    Spectrum Star Sterling Stone Strata Swift Terra Titan Trans Tri True Ultra United Unity Urban Valley Vector \
    Velocity Venture Victory Vital White Wind Zen Zenith";
/// What companies do, by culture.
const TRADES: [&str; 7] = [
    "Systems Software Holdings Partners Logistics Consulting Media Foods Technologies Energy Capital Health Group \
     Industries Solutions Services Analytics Robotics Pharma Manufacturing Design Labs Networks Security Insurance \
     Properties Motors Builders Packaging Textiles Plastics Electronics Financial Marketing Staffing Travel Interiors \
     Medical Dental Legal",
    "Maschinenbau Elektrotechnik Logistik Software Bau Metallbau Haustechnik Consulting Systeme Handels Druck Textil \
     Verlag Pharma Medizintechnik Versicherungen Immobilien Spedition Werkzeuge Anlagenbau Automation Möbel Getränke \
     Lebensmittel Umwelttechnik Gebäudetechnik Stahlbau Kunststofftechnik Messtechnik Antriebstechnik",
    "Construcciones Transportes Alimentación Servicios Consultores Informática Inmobiliaria Distribuciones \
     Instalaciones Ingeniería Logística Sistemas Textil Maquinaria Electricidad Reformas Asesores Industrias \
     Comercial Energía Plásticos Gráficas Suministros Tecnología Hostelería",
    "Costruzioni Trasporti Alimentari Servizi Consulenza Informatica Immobiliare Impianti Meccanica Arredamenti \
     Logistica Sistemi Tessile Ceramiche Elettronica Ingegneria Industrie Distribuzione Energia Plastica Grafica \
     Forniture Moda",
    "Bâtiment Transports Alimentation Services Conseil Informatique Immobilier Électricité Menuiserie Logistique \
     Systèmes Textile Industrie Distribution Énergie Plastiques Imprimerie Ingénierie Assurances Mécanique Maçonnerie \
     Paysage",
    "Budownictwo Transport Logistyka Usługi Doradztwo Systemy Nieruchomości Instalacje Mechanika Meble Tekstylia \
     Elektronika Spedycja Energia Tworzywa Drukarnia Handel Inżynieria Serwis Technika",
    "Строй Транс Логистик Консулт Софт Инвест Имоти Инженеринг Техника Мебел Текстил Електроникс Енерджи Пласт Принт \
     Трейд Груп Сервиз Фарма Агро",
];
/// Legal forms, by culture: the spellings of one form apart with |, forms with spaces.
const FORMS: [&str; 7] = [
    "Inc|Inc.|Incorporated LLC|L.L.C. Corp|Corp.|Corporation Ltd|Ltd.|Limited Co|Co.|Company LLP|L.L.P.",
    "GmbH|Ges.m.b.H.|G.m.b.H. GmbH GmbH|Gesellschaft_mbH AG|A.G. GmbH_&_Co._KG|GmbH_&_Co.KG|GmbH_u._Co._KG KG|K.G. \
     OHG UG_(haftungsbeschränkt)|UG",
    "S.L.|SL|S.L|Sociedad_Limitada S.L.|SL S.A.|SA|S.A S.L.U.|SLU S.Coop.|S._Coop.",
    "S.r.l.|Srl|SRL S.p.A.|SpA|SPA S.n.c.|Snc S.a.s.|Sas S.r.l.|srl",
    "SARL|S.A.R.L.|Sarl SAS|S.A.S. SA|S.A. EURL|E.U.R.L. SASU",
    "Sp._z_o.o.|sp._z_o._o.|Spółka_z_o.o.|SP._Z_O.O. S.A.|SA Sp._j.|Spółka_jawna Sp._k.",
    "ЕООД|EООД|Е.О.О.Д. ООД|О.О.Д. АД|А.Д. ЕТ",
];

/// The lists apart.
struct Lists {
    words: Vec<&'static str>,
    trades: [Vec<&'static str>; 7],
    forms: [Vec<&'static str>; 7],
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let apart = |text: &'static str| text.split_whitespace().collect();
    Lists { words: apart(WORDS), trades: TRADES.map(apart), forms: FORMS.map(apart) }
});

/// A company: everything follows from its number.
pub(crate) struct Company {
    pub(crate) country: Country,
    /// The name without the legal form.
    pub(crate) core: String,
    forms: Vec<String>,
    /// Where its mail goes, after the @.
    pub(crate) domain: String,
    /// How it makes addresses of names: the index of a pattern of [`super::people`].
    pub(crate) pattern: usize,
    pub(crate) office: Address,
    pub(crate) switchboard: Phone,
    own: Rng,
}

fn core(culture: Culture, names: &Names, town: &str, rng: &mut Rng) -> String {
    let word = |rng: &mut Rng| rng.pick(&LISTS.words);
    let trade = rng.pick(&LISTS.trades[culture as usize]);
    let family = |rng: &mut Rng| names.family(culture, rng).split(' ').next_back().unwrap_or_default().to_string();
    let coined = rare(culture, rng.below(1 << 20) as u64 ^ 0xc011);
    match (culture, rng.below(10)) {
        (Culture::Bg, 0..4) => format!("{coined} {trade}"),
        (Culture::Bg, 4..7) => format!("{}{}", coined, trade.to_lowercase()),
        (Culture::Bg, 7) => format!("{} и синове", family(rng)),
        (Culture::Bg, _) => format!("{} {trade} {}", family(rng), town),
        (Culture::En, 0..3) => format!("{} {trade}", family(rng)),
        (Culture::En, 3..6) => format!("{} {} {trade}", word(rng), family(rng)),
        (Culture::En, 6) => format!("{} & {}", family(rng), family(rng)),
        (Culture::En, 7) => format!("{} {} {trade}", word(rng), word(rng)),
        (Culture::En, 8) => format!("{coined} {trade}"),
        (Culture::En, _) => format!("{town} {} {trade}", word(rng)),
        (_, at) if at < 4 => format!("{} {trade}", family(rng)),
        (Culture::De, 4) => format!("{} & Söhne", family(rng)),
        (Culture::Es, 4) => format!("{} Hermanos", family(rng)),
        (Culture::It, 4) => format!("Fratelli {}", family(rng)),
        (Culture::Fr, 4) => format!("{} et Fils", family(rng)),
        (Culture::Pl, 4) => format!("{} i Synowie", family(rng)),
        (_, 5) => format!("{trade} {town}"),
        (_, 6) => format!("{} {}", word(rng), trade),
        (_, 7..9) => format!("{coined} {trade}"),
        _ => format!("{} {} {trade}", word(rng), coined),
    }
}

impl Company {
    /// The company of a number.
    pub(crate) fn of(seed: u64, number: u32, country: Country, names: &Names, places: &Places) -> Self {
        let mut rng = Rng::of(seed, 0xc0c0, u64::from(number));
        let office = places.address(places.town(country, &mut rng), &mut rng);
        let culture = country.culture();
        let core = core(culture, names, &office.town.names[0], &mut rng);
        let form = rng.pick(&LISTS.forms[culture as usize]);
        let forms = form.split('|').map(|spelling| spelling.replace('_', " ")).collect();
        let stem = slug(&core);
        let domain = match rng.below(6) {
            0 => format!("{}.com", slug(core.split(' ').next().unwrap_or(&core))),
            1 => format!("{stem}.com"),
            2 => format!("{stem}.{}", rng.pick(&["org", "net", "co", "io", "biz"])),
            _ => format!("{stem}.{}", country.domain()),
        };
        let switchboard = Phone::landline(&office.town, true, &mut rng);
        let pattern = [0, 0, 0, 0, 1, 1, 2, 3, 4, 5][rng.below(10)];
        Company { country, core, forms, domain, pattern, office, switchboard, own: rng }
    }

    /// The name as registered, or with its legal form in another spelling, or without.
    pub(crate) fn name(&self, exact: bool, rng: &mut Rng) -> String {
        if exact || rng.chance(0.6) {
            // Bulgarian sole traders put the form first.
            return match self.forms[0].as_str() {
                "ЕТ" => format!("ЕТ {}", self.core),
                form => format!("{} {form}", self.core),
            };
        }
        match rng.below(5) {
            0 | 1 => self.core.clone(),
            2 => format!("{}, {}", self.core, self.forms[0]),
            _ => format!("{} {}", self.core, self.forms[rng.below(self.forms.len())]),
        }
    }

    /// The domain that the company takes when the wanted ones are taken.
    pub(crate) fn other_domain(&self, attempt: usize) -> String {
        let (stem, ending) = (slug(&self.core), self.country.domain());
        match attempt {
            0 => format!("{stem}.{ending}"),
            1 => format!("{stem}-{}.{ending}", slug(&self.office.town.names[0])),
            _ => format!("{stem}-{}{attempt}.{ending}", slug(&self.office.town.names[0])),
        }
    }

    /// What the company is called in short, after a new name, or as a part of a group; and whether that can be
    /// recognised.
    pub(crate) fn other_name(&self, rng: &mut Rng) -> (String, bool) {
        let mut own = self.own.clone();
        let words: Vec<&str> = self.core.split([' ', '-']).filter(|word| word.len() > 1).collect();
        let last = words.last().copied().unwrap_or_default();
        match rng.below(3) {
            0 if words.len() > 1 => {
                let initials = words.iter().filter_map(|word| word.chars().next());
                (initials.flat_map(char::to_uppercase).collect(), false)
            }
            1 => (format!("{} {last}", rare(self.country.culture(), own.next() >> 40)), false),
            _ => {
                let part = rng.pick(&["Europe", "International", "Digital", "Services", "Holding", "Group", "Retail"]);
                (capital(&format!("{} {part}", self.core)), true)
            }
        }
    }

    /// Where the company moved to.
    pub(crate) fn new_office(&self, places: &Places) -> Address {
        places.address(self.office.town.clone(), &mut self.own.clone())
    }
}
