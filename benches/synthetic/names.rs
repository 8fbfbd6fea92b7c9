//! People's names by culture: common ones by rank, rare ones built from syllables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::rng::{Rng, Zipf};

/// A culture of names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Culture {
    En,
    De,
    Es,
    It,
    Fr,
    Pl,
    Bg,
}

/// Every culture, in the order of declaration.
pub(crate) const CULTURES: [Culture; 7] =
    [Culture::En, Culture::De, Culture::Es, Culture::It, Culture::Fr, Culture::Pl, Culture::Bg];

/// The lists of given and family names, most common first. Where they come from: data/README.md.
const LISTS: [&str; 7] = [
    include_str!("data/names_en.txt"),
    include_str!("data/names_de.txt"),
    include_str!("data/names_es.txt"),
    include_str!("data/names_it.txt"),
    include_str!("data/names_fr.txt"),
    include_str!("data/names_pl.txt"),
    include_str!("data/names_bg.txt"),
];
const NICKNAMES: &str = include_str!("data/nicknames.txt");

/// How flat the ranks of family names are: the larger, the rarer the commonest name.
const SHIFTS: [f64; 7] = [20.0, 20.0, 5.0, 35.0, 30.0, 25.0, 6.0];

/// Beginnings, middles and ends of rare family names.
const SYLLABLES: [[&str; 3]; 7] = [
    [
        "Ab Ash Bar Beck Bla Bran Bur Cal Car Chal Clay Col Cran Dal Dun Ell Fen Gar Gil Had Hal Har Hol Hux Kel Kil \
         Lang Lin Mar Mel Nor Oak Pem Pres Rad Ros Sel Shel Stan Thorn Tre Wal Wes Whit Win Yar",
        "a e i o der ding en er ing ler mer on ring ver - - - - - - - - - - - -",
        "beck berg bourne bridge brook burn bury by cott croft dale den don field ford gate ham head hill hurst land \
         ley lock low man mere more ridge sey shaw son stead ster stock stone ton wall ward well wick wood worth",
    ],
    [
        "Acht Alt Bern Bier Birn Blu Brei Buch Dem Diet Eck Eich Ems Feld Fink Frei Ger Gol Grün Hage Hein Hoch Hol \
         Kalt Kirch Kroll Lam Lein Lind Mös Nieder Ober Pfaff Rein Rös Sand Schön Stein Tann Ull Vor Wald Weid Wein \
         Zell Zir",
        "en el er ing enz els hard win - - - - - - - -",
        "bach bauer becher berger brecht dorf dörfer eder eisen feld felder gruber haus hauser heimer hof hofer huber \
         inger kamp ke mann maier meier meyer müller ner reich reuter rich sen stein thal wald weg wieser",
    ],
    [
        "Al An Ar Bal Bar Ber Cal Car Cas Cer Col Es Fer Gal Gar Gon Gua Hin Jara Lar Lo Mal Man Mar Men Mon Na Ola \
         Or Pa Pe Que Re Ro Sa Sar Se Tor Ur Val Ve Vi Zar Zu",
        "a e i o ba ca da la li lo ma na ra rre ta te - -",
        "bado bar billa cedo da dera do doña endi eno era eros eta ez guera ilo illa illo ín lares les llón mejo nal \
         nedo nes nosa quero ra rez rona rte so tegui tera toya val zábal zo",
    ],
    [
        "Al An Ba Bal Bel Ber Bo Bra Ca Cal Can Cas Ce Co Cor De Di Fa Fi Fra Ga Gal Gra Lan Lo Ma Man Mar Mo Mon Na \
         Pa Pe Pi Po Ra Ri Ro Sa Sca Spa Ta To Tra Va Ve Vi Za",
        "ba ca ci da do fa la li lo ma mo na ne pa ra ri ro sa ta te va - -",
        "bini cchi ccio cini detti doni fano gani glia lato letti lini lli lotti mari melli nato nelli nero nini \
         notti ratti retti rini sani sini stri tani telli tini tto tucci valli vini zani zzi",
    ],
    [
        "Al An Au Bar Beau Ber Blan Bon Bou Bri Cha Char Clé Cor Cou Dal De Del Du Fa Fon Gar Gau Gi Gran Gui Hé La \
         Lan Le Mal Mar Mon Mou Per Pi Pon Ra Re Ri Ro Rou Sau Ser Tou Va Ver Vi",
        "ba be bi cha che de do la li lo ma mi na ne ra ri ro ta ti va - -",
        "bert blay bourg chard chaud court din dot fort geon ger get let lier lin lot mand met min nard nault nel net \
         neuil noît quet rand reau ret rier rin ron seau sset teau tel tier ton ville voux",
    ],
    [
        "Ba Bar Bia Bie Bo Bro Bur Cho Cie Czer Da Do Dro Fi Ga Go Gra Gro Ja Jar Ka Kar Ko Kra Kru Kul La Le Ma Mi \
         Mo Na Ol Pa Pi Po Ra Ro Ru Sa Ska Sta Su Szcze To Tra Wa Wi Za Zie",
        "ba bi cho cie da dzi go ja ka la li mo na no ra ro si ta wa wi - - -",
        "bacz biak bowski chalski cki czak czyk czyński dowski dziński gała jewski kiewicz kowski lak larski lewski \
         licki liński niak niewski nik nkiewicz nowicz nowski pski rek rski sik siński szewski szyk tek tkowski wicz \
         wiak źny",
    ],
    [
        "Ба Бе Бо Бра Ву Га Гу Да До Дра Жи За Зла Ка Ко Кра Ку Ла Лю Ма Ми Му Не Ни Па Пе По Пу Ра Ри Ру Са Се Си \
         Ста Та То Тру Фи Ха Це Ча Че Ша Шу",
        "ба бу ва га да де жа за ка ла ли ма ме на не па ра ри ро са та ти ча - - -",
        "баджиев бански бов вачев гаров дев дески джиев дров жиев заров каров колев ков ларов ленски лиев мански \
         менов мов нев нчев нски пчев радски рев ров рски санов сев тански таров тев тров тски хчиев чев чков шев \
         шков",
    ],
];

/// The syllables apart; a lone - stands for none.
static PARTS: LazyLock<Vec<[Vec<&str>; 3]>> = LazyLock::new(|| {
    let apart = |text: &'static str| text.split_whitespace().map(|part| part.trim_matches('-')).collect();
    SYLLABLES.iter().map(|parts| parts.map(apart)).collect()
});

struct List {
    given: [Vec<&'static str>; 2],
    family: Vec<&'static str>,
    given_ranks: [Zipf; 2],
    family_ranks: Zipf,
}

/// Every list, with the number of rare names that the size of a file calls for.
pub(crate) struct Names {
    lists: Vec<List>,
    nicknames: BTreeMap<&'static str, Vec<&'static str>>,
    rare: usize,
}

fn list(text: &'static str, shift: f64) -> List {
    let section = |name: &str| -> Vec<&'static str> {
        let start = text.find(name).map_or(0, |at| at + name.len());
        let end = text[start..].find('[').map_or(text.len(), |at| start + at);
        text[start..end].split_whitespace().collect()
    };
    let (male, female, family) = (section("[male]"), section("[female]"), section("[family]"));
    let given_ranks = [Zipf::new(male.len(), 8.0), Zipf::new(female.len(), 10.0)];
    List { family_ranks: Zipf::new(family.len(), shift), given: [male, female], family, given_ranks }
}

impl Names {
    /// The names for a file of so many rows: the larger the file, the more rare names there are.
    pub(crate) fn new(rows: usize) -> Self {
        let mut nicknames: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in NICKNAMES.lines() {
            let mut words = line.split(' ').skip(1);
            let formal = words.next().unwrap_or_default();
            nicknames.entry(formal).or_default().extend(words);
        }
        let lists = LISTS.iter().zip(SHIFTS).map(|(text, shift)| list(text, shift)).collect();
        Names { lists, nicknames, rare: 200 + rows / 6 }
    }

    /// A given name, now and then a double one.
    pub(crate) fn given(&self, culture: Culture, female: bool, rng: &mut Rng) -> String {
        let list = &self.lists[culture as usize];
        let side = usize::from(female);
        let mut one = || list.given[side][list.given_ranks[side].draw(rng)];
        let first = one();
        let second = one();
        let (joint, often) = match culture {
            Culture::Fr => ("-", 0.06),
            Culture::Es => (" ", 0.14),
            Culture::It => (" ", 0.04),
            Culture::De => ("-", 0.03),
            _ => ("", 0.0),
        };
        if rng.chance(often) && first != second { format!("{first}{joint}{second}") } else { first.to_string() }
    }

    /// A family name in its form for a man, with Spanish second names left to [`Names::family`].
    fn single(&self, culture: Culture, rng: &mut Rng) -> String {
        let list = &self.lists[culture as usize];
        if !rng.chance(0.28) {
            return list.family[list.family_ranks.draw(rng)].to_string();
        }
        // Rare names are not all equally rare: the square of a uniform number favours the first ones.
        let at = (rng.unit() * rng.unit() * self.rare as f64) as u64;
        rare(culture, at)
    }

    /// A family name as its bearer uses it.
    pub(crate) fn family(&self, culture: Culture, rng: &mut Rng) -> String {
        let first = self.single(culture, rng);
        match culture {
            Culture::Es => format!("{first} {}", self.single(culture, rng)),
            Culture::Fr if rng.chance(0.04) => {
                format!("{} {first}", rng.pick(&["de", "du", "de la", "Le", "d'"])).replace("d' ", "d'")
            }
            Culture::It if rng.chance(0.04) => format!("{} {first}", rng.pick(&["De", "Di", "Del", "La"])),
            Culture::De if rng.chance(0.01) => format!("von {first}"),
            Culture::De | Culture::Fr | Culture::Pl if rng.chance(0.035) => {
                format!("{first}-{}", self.single(culture, rng))
            }
            Culture::En if rng.chance(0.01) => format!("{first}-{}", self.single(culture, rng)),
            _ => first,
        }
    }

    /// A short or pet form of a given name.
    pub(crate) fn nickname(&self, given: &str, rng: &mut Rng) -> Option<&'static str> {
        let forms = self.nicknames.get(given.split([' ', '-']).next().unwrap_or(given))?;
        Some(rng.pick(forms))
    }
}

/// The rare family name of a number: the same number, the same name.
pub(crate) fn rare(culture: Culture, at: u64) -> String {
    let mut rng = Rng::of(culture as u64, 0x7a7e, at);
    let mut part = |place: usize| rng.pick(&PARTS[culture as usize][place]);
    format!("{}{}{}", part(0), part(1), part(2))
}

/// The family name as a woman bears it: Polish -ski and Bulgarian -ов, -ски take an ending.
pub(crate) fn feminine(culture: Culture, family: &str) -> String {
    let ending = |part: &str| match culture {
        Culture::Pl if part.ends_with("ski") || part.ends_with("cki") || part.ends_with("dzki") => {
            format!("{}a", &part[..part.len() - 1])
        }
        Culture::Bg if part.ends_with("ски") => format!("{}а", &part[..part.len() - 2]),
        Culture::Bg if part.ends_with(['в', 'н']) => format!("{part}а"),
        _ => part.to_string(),
    };
    family.split('-').map(ending).collect::<Vec<_>>().join("-")
}
