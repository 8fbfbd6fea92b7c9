//! The generator of synthetic sets: what it promises about its files and about the truth.

use std::collections::{BTreeMap, BTreeSet};

#[allow(dead_code, reason = "shared with the benches")]
#[path = "../../benches/synthetic/mod.rs"]
mod generator;

use generator::ceiling::{self, Combination};
use generator::cyrillic::{SCHEMES, latin};
use generator::dates::{iso, little};
use generator::rng::{Rng, Zipf};
use generator::typos::{digit_slip, typo};
use generator::{KINDS, Request, Rows};

fn made(kind: &str, rows: usize, seed: u64) -> Rows {
    let (_, _, make) = KINDS.iter().find(|(name, ..)| *name == kind).unwrap();
    make(Request { rows, seed })
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn files(rows: &Rows) -> Vec<String> {
    (0..rows.files.len()).map(|at| text(|out| rows.write(at, out))).collect()
}

/// The fields of a line; quotes are kept, as nothing here looks into quoted fields.
fn fields(line: &str, delimiter: char) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    for letter in line.trim_start_matches('\u{feff}').chars() {
        quoted ^= letter == '"';
        match letter {
            letter if letter == delimiter && !quoted => found.push(String::new()),
            letter => found.last_mut().unwrap().push(letter),
        }
    }
    found
}

/// Id, cluster, traps, distinguishable.
fn truth(rows: &Rows) -> Vec<[String; 4]> {
    let text = text(|out| rows.write_truth(out));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,cluster,trap,distinguishable"));
    lines.map(|line| fields(line, ',').try_into().unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_gives_others() {
    for (kind, ..) in KINDS {
        let bytes = |seed| {
            let rows = made(kind, 1500, seed);
            (files(&rows), truth(&rows))
        };
        assert_eq!(bytes(7), bytes(7), "{kind}");
        assert_ne!(bytes(7).0, bytes(8).0, "{kind}");
    }
}

#[test]
fn every_row_has_its_fields_and_its_line_in_the_truth() {
    for (kind, ..) in KINDS {
        let rows = made(kind, 1999, 3);
        let mut ids = BTreeSet::new();
        for (format, file) in rows.files.iter().zip(files(&rows)) {
            let mut lines = file.lines();
            let header = fields(lines.next().unwrap(), format.delimiter);
            assert_eq!(header.len(), format.header.len() + 1, "{kind}");
            assert!(!header.iter().any(|name| name == "cluster" || name == "trap"), "{kind}");
            for line in lines {
                let found = fields(line, format.delimiter);
                assert_eq!(found.len(), header.len(), "{kind}: {line}");
                assert!(ids.insert(found[0].clone()), "{kind}: the id {} is there twice", found[0]);
            }
        }
        assert_eq!(ids.len(), 1999, "{kind}");
        let told: BTreeSet<String> = truth(&rows).into_iter().map(|[id, ..]| id).collect();
        assert_eq!(ids, told, "{kind}");
    }
}

#[test]
fn two_files_have_no_duplicates_of_their_own_and_overlap_by_half() {
    for kind in ["two_persons", "two_organisations", "two_publications", "two_products"] {
        let rows = made(kind, 6000, 1);
        let mut clusters: BTreeMap<String, Vec<char>> = BTreeMap::new();
        for [id, cluster, ..] in truth(&rows) {
            clusters.entry(cluster).or_default().push(id.chars().next().unwrap());
        }
        assert!(clusters.values().all(|files| files.len() < 2 || (files.len() == 2 && files[0] != files[1])), "{kind}");
        let both = clusters.values().filter(|files| files.len() == 2).count() as f64;
        let overlap = 2.0 * both / 6000.0;
        assert!((0.45..0.55).contains(&overlap), "{kind}: {overlap}");
    }
}

#[test]
fn most_leads_are_alone_and_every_trap_is_set() {
    let rows = made("leads", 20_000, 1);
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    let mut traps: BTreeSet<String> = BTreeSet::new();
    for [_, cluster, trap, _] in truth(&rows) {
        *sizes.entry(cluster).or_default() += 1;
        traps.extend(trap.split('+').map(str::to_string));
    }
    let alone = sizes.values().filter(|size| **size == 1).count();
    assert!((12_000..14_000).contains(&alone), "{alone}");
    assert!(sizes.values().all(|size| *size <= 12));
    assert!(sizes.values().any(|size| *size >= 8));
    for trap in [
        "nickname",
        "typo",
        "swapped_names",
        "initial",
        "missing",
        "changed_job",
        "married_name",
        "switchboard",
        "shared_mailbox",
        "assistant_email",
        "other_email",
        "household",
        "father_son",
        "twins",
        "namesake",
        "same_name_same_company",
        "recycled_phone",
        "placeholder",
        "digit_slip",
        "other_phone",
        "company_name",
        "moved_office",
        "moved_home",
        "role_account",
        "letter_case",
        "accents",
        "indistinguishable",
    ] {
        assert!(traps.contains(trap), "no row has the trap {trap}");
    }
}

#[test]
fn a_mailbox_of_a_person_is_nobody_else_s() {
    let rows = made("leads", 20_000, 5);
    let truth: BTreeMap<String, [String; 4]> = truth(&rows).into_iter().map(|row| (row[0].clone(), row)).collect();
    let mut owners: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for line in files(&rows)[0].lines().skip(1) {
        let found = fields(line, ',');
        let [_, cluster, traps, _] = &truth[&found[0]];
        // A typo may make another's address; shared addresses and fillers are traps.
        let excepted = ["typo", "shared_mailbox", "assistant_email", "placeholder"];
        if !found[5].is_empty() && !traps.split('+').any(|trap| excepted.contains(&trap)) {
            owners.entry(found[5].clone()).or_default().insert(cluster);
        }
    }
    assert!(owners.len() > 10_000);
    for (email, owners) in owners {
        assert_eq!(owners.len(), 1, "{email} belongs to {owners:?}");
    }
}

#[test]
fn the_ceiling_is_what_shared_evidence_of_one_entity_joins() {
    // Evidence 0 is a name, 1 an e-mail, 2 a town.
    const CONVINCING: &[Combination] = &[Combination::of(&[1]), Combination::of(&[0, 2])];
    let row = |name, email, town| [name, email, town, 0, 0, 0, 0, 0];
    // Rows of entities with what they show; how many true pairs can be found; which rows can be told.
    type Case<'a> = (&'a [(u32, [u64; 8])], u64, &'a [bool]);
    let cases: &[Case] = &[
        (&[(0, row(5, 9, 1)), (0, row(5, 9, 2))], 1, &[true, true]),
        // Nothing in common but the name.
        (&[(0, row(5, 9, 1)), (0, row(5, 8, 2))], 0, &[false, false]),
        // A name in a town convinces, unless somebody else has both.
        (&[(0, row(5, 9, 1)), (0, row(5, 0, 1)), (1, row(5, 7, 2))], 1, &[true, true, true]),
        (&[(0, row(5, 9, 1)), (0, row(5, 0, 1)), (1, row(5, 7, 1))], 0, &[false, false, true]),
        // Blank never equals blank.
        (&[(0, row(5, 0, 0)), (0, row(5, 0, 0))], 0, &[false, false]),
        // The first row joins the others, which share nothing: all three pairs count.
        (&[(0, row(5, 9, 1)), (0, row(0, 9, 0)), (0, row(5, 8, 1))], 3, &[true, true, true]),
    ];
    for (rows, findable, told) in cases {
        let entity: Vec<u32> = rows.iter().map(|(entity, _)| *entity).collect();
        let shown: Vec<[u64; 8]> = rows.iter().map(|(_, shown)| *shown).collect();
        let found = ceiling::find(&entity, &shown, CONVINCING);
        assert_eq!((found.findable, &found.told[..]), (*findable, *told), "{rows:?}");
    }
}

#[test]
fn some_duplicates_are_beyond_anyone_but_few() {
    let rows = made("leads", 20_000, 2);
    let ceiling = rows.ceiling().unwrap();
    let recall = ceiling.findable as f64 / ceiling.pairs as f64;
    assert!((0.96..0.99).contains(&recall), "{recall}");
    assert_eq!(
        ceiling.told.iter().filter(|told| !**told).count(),
        truth(&rows).iter().filter(|row| row[3] == "0").count()
    );
}

#[test]
fn bulgarian_is_spelled_by_each_scheme() {
    // Streamlined, scientific, phonetic, German, French.
    let cases = [
        ("Георгиев", ["Georgiev", "Georgiev", "Georgiev", "Georgiew", "Georgieff"]),
        ("Щерьо", ["Shteryo", "Šterjo", "Shterio", "Schterjo", "Chterio"]),
        ("Цветелина", ["Tsvetelina", "Cvetelina", "Cvetelina", "Zwetelina", "Tzvetelina"]),
        (
            "Жулиета Чакърова",
            [
                "Zhulieta Chakarova",
                "Žulieta Čakărova",
                "Julieta Chakyrova",
                "Schulieta Tschakarowa",
                "Joulieta Tchakarova",
            ],
        ),
        ("София", ["Sofia", "Sofija", "Sofiia", "Sofija", "Sofiia"]),
        (
            "Юлия Хаджиянева",
            [
                "Yulia Hadzhiyaneva",
                "Julija Hadžijaneva",
                "Iuliia Hadjiianeva",
                "Julija Chadschijanewa",
                "Iouliia Khadjiianeva",
            ],
        ),
        ("Schmidt", ["Schmidt"; 5]),
    ];
    for (own, ways) in cases {
        assert_eq!(SCHEMES.map(|scheme| latin(own, scheme)), ways.map(str::to_string));
    }
}

#[test]
fn days_are_dates() {
    for (day, date) in
        [(0, "2021-01-01"), (31, "2021-02-01"), (1154, "2024-02-29"), (-1, "2020-12-31"), (-40_000, "1911-06-28")]
    {
        assert_eq!(iso(day), date);
    }
    assert_eq!(little(1154, '.'), "29.02.2024");
}

#[test]
fn slips_change_little() {
    let mut rng = Rng::of(1, 2, 3);
    let mut changed = 0;
    for _ in 0..2000 {
        let slip = typo("Wischnewski", &mut rng);
        changed += usize::from(slip != "Wischnewski");
        assert!(slip.chars().count().abs_diff(11) <= 2, "{slip}");
        let number = digit_slip("+49 171 2345678", &mut rng);
        assert!(number.starts_with("+49 1") && number.len().abs_diff(15) <= 1, "{number}");
        assert_eq!(typo("Li", &mut rng), "Li");
    }
    assert!(changed > 1800, "{changed}");
}

#[test]
fn ranks_are_drawn_by_their_law() {
    // Weights 1, 1/2, 1/3: of 11 draws 6, 3 and 2 on average.
    let zipf = Zipf::new(3, 0.0);
    let mut rng = Rng::of(1, 1, 1);
    let mut counts = [0; 3];
    for _ in 0..110_000 {
        counts[zipf.draw(&mut rng)] += 1;
    }
    for (count, expected) in counts.into_iter().zip([60_000, 30_000, 20_000]) {
        assert!(i32::abs_diff(count, expected) < 1000, "{counts:?}");
    }
}
