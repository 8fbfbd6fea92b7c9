//! Publications as libraries and citations give them: title, authors, venue, year.

use super::ceiling::Combination;
use super::latin::{capital, plain};
use super::layout::Layout;
use super::names::{CULTURES, Culture, Names, rare};
use super::record::{Shown, Trap, Traps, key};
use super::rng::Rng;
use super::rows::{FileFormat, Rows};
use super::typos::typo;

const HEADER: &[&str] = &["title", "authors", "venue", "year"];
const ONE: &[FileFormat] = &[FileFormat::plain("", "", HEADER)];
const TWO: &[FileFormat] = &[FileFormat::plain("a", "a-", HEADER), FileFormat::plain("b", "b-", HEADER)];
const SIZES: &[f64] = &[0.45, 0.25, 0.12, 0.07, 0.04, 0.03, 0.02, 0.02];

const TITLE: usize = 0;
const AUTHORS: usize = 1;
const YEAR: usize = 2;
const VENUE: usize = 3;
const CONVINCING: &[Combination] = &[
    Combination::of(&[TITLE]),
    Combination::of(&[TITLE, AUTHORS]),
    Combination::of(&[TITLE, YEAR]),
    Combination::of(&[TITLE, VENUE]),
    Combination::of(&[TITLE, VENUE, YEAR]),
    Combination::of(&[TITLE, AUTHORS, YEAR]),
    Combination::of(&[AUTHORS, VENUE, YEAR]),
];

const ADJECTIVES: &[&str] = &[
    "efficient",
    "adaptive",
    "scalable",
    "distributed",
    "incremental",
    "parallel",
    "approximate",
    "optimal",
    "dynamic",
    "robust",
    "probabilistic",
    "temporal",
    "spatial",
    "secure",
    "online",
    "semantic",
    "declarative",
    "generic",
    "lazy",
    "hierarchical",
    "cost-based",
    "multi-dimensional",
    "fault-tolerant",
    "active",
    "mobile",
    "self-tuning",
    "query-driven",
];
const TASKS: &[&str] = &[
    "query optimization",
    "query processing",
    "indexing",
    "data integration",
    "schema matching",
    "view maintenance",
    "concurrency control",
    "similarity search",
    "data cleaning",
    "record linkage",
    "clustering",
    "classification",
    "association rule mining",
    "caching",
    "replication",
    "recovery",
    "transaction management",
    "aggregation",
    "sampling",
    "join processing",
    "duplicate elimination",
    "information extraction",
    "access control",
    "load shedding",
    "ranking",
    "selectivity estimation",
    "workflow management",
    "buffer management",
    "keyword search",
    "provenance tracking",
];
const THINGS: &[&str] = &[
    "XML databases",
    "data warehouses",
    "object-oriented databases",
    "sensor networks",
    "data streams",
    "web services",
    "peer-to-peer systems",
    "relational databases",
    "spatial databases",
    "the semantic web",
    "multimedia databases",
    "time series",
    "moving objects",
    "digital libraries",
    "large graphs",
    "main-memory systems",
    "OLAP cubes",
    "legacy systems",
    "heterogeneous sources",
    "high-dimensional spaces",
    "federated systems",
    "scientific data",
    "mobile environments",
    "column stores",
    "semistructured data",
    "text collections",
    "biological data",
    "decision support systems",
];
/// Titles that return every year.
const RECURRING: &[&str] = &[
    "Editor's notes",
    "Guest editor's introduction",
    "Panel discussion",
    "Report from the workshop",
    "Book review column",
];
/// In full, in short, shorter.
const VENUES: &[[&str; 4]] = &[
    ["International Conference on Management of Data", "SIGMOD Conference", "SIGMOD", "Proc. ACM SIGMOD"],
    ["Very Large Data Bases", "VLDB", "Proceedings of the VLDB Endowment", "Proc. of the VLDB Conf."],
    ["ACM Transactions on Database Systems (TODS)", "ACM Trans. Database Syst.", "TODS", "ACM TODS"],
    ["The VLDB Journal", "VLDB J.", "The VLDB Journal — The International Journal on Very Large Data Bases", "VLDBJ"],
    ["ACM SIGMOD Record", "SIGMOD Record", "SIGMOD Rec.", "Sigmod Record"],
    ["IEEE International Conference on Data Engineering", "ICDE", "Proc. ICDE", "Intl. Conf. on Data Eng."],
    ["IEEE Transactions on Knowledge and Data Engineering", "IEEE Trans. Knowl. Data Eng.", "TKDE", "IEEE TKDE"],
    ["International Conference on Machine Learning", "ICML", "Proc. of ICML", "Machine Learning: Proceedings"],
    ["Artificial Intelligence Journal", "Artif. Intell.", "AIJ", "Artificial Intelligence"],
    [
        "International Conference on Extending Database Technology",
        "EDBT",
        "Advances in Database Technology",
        "Proc. EDBT",
    ],
    ["Communications of the ACM", "Commun. ACM", "CACM", "Comm. ACM"],
    ["Knowledge Discovery and Data Mining", "KDD", "Proc. ACM SIGKDD", "SIGKDD"],
];

#[derive(Clone)]
struct Publication {
    title: String,
    authors: Vec<(String, String)>,
    venue: usize,
    year: usize,
}

fn title(rng: &mut Rng) -> String {
    let coined = |rng: &mut Rng| rare(Culture::It, rng.below(4000) as u64 ^ 0x7171);
    let (adjective, task, thing) = (rng.pick(ADJECTIVES), rng.pick(TASKS), rng.pick(THINGS));
    match rng.below(9) {
        0 => format!("{} {task} in {thing}", capital(adjective)),
        1 => format!(
            "{}: {} {task} for {thing}",
            coined(rng),
            rng.pick(&["a system for", "an approach to", "towards", "a tool for"])
        ),
        2 => format!(
            "On the {} of {task} over {thing}",
            rng.pick(&["complexity", "performance", "design", "evaluation", "limits"])
        ),
        3 => format!("{} and {} in {thing}", capital(task), rng.pick(TASKS)),
        4 => format!("{} techniques for {} {task}", capital(adjective), rng.pick(ADJECTIVES)),
        5 => format!("The {} project: {adjective} {task} with {thing}", coined(rng)),
        6 => format!("Using {thing} for {adjective} {task}"),
        7 => rng.pick(RECURRING).to_string(),
        _ => format!(
            "A {} framework for {adjective} {task} in {thing}",
            rng.pick(&["unified", "formal", "general", "flexible", "practical"])
        ),
    }
}

fn publication(names: &Names, rng: &mut Rng) -> Publication {
    let authors = (0..1 + rng.weighted([0.2, 0.3, 0.25, 0.15, 0.07, 0.03].into_iter()))
        .map(|_| {
            let culture = if rng.chance(0.5) { Culture::En } else { CULTURES[rng.below(6)] };
            let family = names.family(culture, rng);
            let family = family.split(' ').next_back().unwrap_or_default().to_string();
            let middle =
                if rng.chance(0.3) { format!(" {}.", char::from(b'A' + rng.below(26) as u8)) } else { String::new() };
            (format!("{}{middle}", names.given(culture, rng.chance(0.3), rng)), family)
        })
        .collect();
    Publication { title: title(rng), authors, venue: rng.below(VENUES.len()), year: 1985 + rng.below(28) }
}

fn initials(given: &str, dots: bool) -> String {
    let letters = given.split([' ', '-']).filter_map(|part| part.chars().next());
    if dots { letters.map(|letter| format!("{letter}.")).collect::<Vec<_>>().join(" ") } else { letters.collect() }
}

/// The authors as a source gives them; style 0 is the library's.
fn written_authors(publication: &Publication, style: usize, rng: &mut Rng, traps: &mut Traps) -> String {
    let mut authors: Vec<String> = publication
        .authors
        .iter()
        .map(|(given, family)| match style {
            0 => format!("{given} {family}"),
            1 => format!("{} {family}", initials(given, true)),
            2 => format!("{family}, {}", initials(given, true)),
            3 => format!("{} {family}", initials(given, false)),
            _ => format!("{family} {}", initials(given, false)),
        })
        .collect();
    if style > 0 {
        traps.add(Trap::Initials);
    }
    if authors.len() > 2 && rng.chance(0.12) {
        authors.truncate(1);
        authors.push("et al.".to_string());
        traps.add(Trap::Truncated);
    }
    if authors.len() > 1 && rng.chance(0.05) {
        authors.rotate_left(1);
        traps.add(Trap::Reordered);
    }
    let joint = match style {
        2 => "; ",
        3 => " and ",
        _ => ", ",
    };
    let text = authors.join(joint);
    if rng.chance(0.6) { plain(&text) } else { text }
}

fn row(publication: &Publication, nth: usize, rng: &mut Rng) -> ([String; 4], Traps, Shown) {
    let mut traps = Traps::default();
    let mut shown: Shown = [0; 8];
    let styles = &VENUES[publication.venue];
    let form = if nth == 0 { 0 } else { rng.below(4) };
    let mut venue = styles[form].to_string();
    shown[VENUE] = key(styles[0]);
    if form > 0 {
        traps.add(Trap::Abbreviated);
    }
    let style = if nth == 0 { 0 } else { rng.below(5) };
    let mut authors = written_authors(publication, style, rng, &mut traps);
    shown[AUTHORS] = key(&publication.authors.iter().map(|(_, family)| family.as_str()).collect::<Vec<_>>().join(" "));
    let mut title = publication.title.clone();
    shown[TITLE] = key(&title);
    let mut year = publication.year.to_string();
    shown[YEAR] = key(&year);
    if nth > 0 {
        for _ in 0..rng.below(3) {
            match rng.below(16) {
                0..4 => {
                    title = typo(&title, rng);
                    traps.add(Trap::Typo);
                }
                4 | 5 => {
                    authors = typo(&authors, rng);
                    traps.add(Trap::Typo);
                }
                6 | 7 if title.contains(": ") => {
                    title = title.split(": ").next().unwrap_or_default().to_string();
                    traps.add(Trap::Truncated);
                }
                6 | 7 if title.split(' ').count() > 5 => {
                    title = title.split(' ').take(5).collect::<Vec<_>>().join(" ");
                    traps.add(Trap::Truncated);
                }
                8 => {
                    title = title.to_uppercase();
                    traps.add(Trap::LetterCase);
                }
                9 => {
                    venue.clear();
                    shown[VENUE] = 0;
                    traps.add(Trap::Missing);
                }
                10 => {
                    year.clear();
                    shown[YEAR] = 0;
                    traps.add(Trap::Missing);
                }
                11 => {
                    year = (publication.year + 1).to_string();
                    traps.add(Trap::OtherDate);
                }
                12 => {
                    venue = format!("{venue}, {} {}-{}", year, 1 + rng.below(400), 401 + rng.below(400));
                    traps.add(Trap::OtherStyle);
                }
                13 => {
                    authors.clear();
                    shown[AUTHORS] = 0;
                    traps.add(Trap::Missing);
                }
                _ => {
                    title = title.replace("databases", "data bases").replace(": ", " - ") + ".";
                    traps.add(Trap::OtherStyle);
                }
            }
        }
    }
    ([title, authors, venue, year], traps, shown)
}

/// Publications in one file of citations or in two libraries.
pub(crate) fn generate(rows: usize, seed: u64, layout: Option<Layout>) -> Rows {
    let names = Names::new(rows);
    let layout = layout.unwrap_or(Layout::One(SIZES));
    let two = matches!(layout, Layout::Two);
    let mut out = Rows::new(if two { TWO } else { ONE }, CONVINCING);
    let mut entity = 0;
    let mut before: Option<Publication> = None;
    while out.len() < rows {
        let rng = &mut Rng::of(seed, 0x9b1, u64::from(entity));
        let mut own = publication(&names, rng);
        let mut twin = Traps::default();
        if let Some(other) = before.take().filter(|_| rng.chance(0.06)) {
            // The journal's version of a paper, or a second part: another publication of the same authors.
            own = Publication {
                venue: (other.venue + 1 + rng.below(5)) % VENUES.len(),
                year: other.year + 1 + rng.below(2),
                ..other
            };
            if rng.chance(0.5) {
                own.title =
                    format!("{}{}", own.title, rng.pick(&[" revisited", ", part II", ": the extended version"]));
            }
            twin.add(Trap::NearTwin);
        }
        for (nth, file) in layout.files(rng).into_iter().enumerate() {
            // In two libraries the second one has habits of its own.
            let nth = if two { file } else { nth };
            let (fields, mut traps, shown) = row(&own, nth, rng);
            traps.join(twin);
            out.push(file, entity, &fields.each_ref().map(String::as_str), traps, shown);
        }
        before = Some(own);
        entity += 1;
    }
    out.finish(rows, seed)
}
