//! Whole linkages of small tables: who is one, who is not, and that nothing but the data decides.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::config::plan::DuplicateRule;
use crate::model::leads::LeadId;
use crate::model::matching::{LinkRule, Links, Role};
use crate::model::progress::Silent;
use crate::stages::compare::tests::table;

const COLUMNS: [(&str, Role); 8] = [
    ("first_name", Role::FirstName),
    ("last_name", Role::LastName),
    ("email", Role::Email),
    ("phone", Role::Phone),
    ("company", Role::Company),
    ("domain", Role::Domain),
    ("street", Role::Street),
    ("postcode", Role::Postcode),
];

fn leads(rows: &[[&str; 8]]) -> MatchColumns {
    let values: Vec<Vec<&str>> = (0..8).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
    let columns: Vec<(&str, Role, &[&str])> =
        COLUMNS.iter().zip(&values).map(|(&(name, role), values)| (name, role, values.as_slice())).collect();
    table(&columns)
}

fn plan() -> DedupePlan {
    DedupePlan {
        match_at: 0.4,
        review_at: 0.1,
        block_on: None,
        max_block: 5000,
        compare: vec![],
        rules: vec![],
        across: false,
        source: None,
        clean: vec![],
        model: None,
    }
}

fn matches(columns: &MatchColumns, plan: &DedupePlan, decisions: &[(Pair, Verdict)]) -> Vec<(u32, u32)> {
    link(columns, plan, decisions, &Silent)
        .unwrap()
        .links
        .rows
        .iter()
        .filter(|link| link.verdict == Verdict::Match)
        .map(|link| (link.pair.left.0, link.pair.right.0))
        .collect()
}

const OFFICE: [[&str; 8]; 10] = [
    ["ana", "kirova", "ana.kirova@apex.com", "5551000", "apex", "apex.com", "1 high st", "1000"],
    ["ana", "kirova", "ana.kirova@apex.com", "", "apex", "apex.com", "", ""],
    ["john", "smith", "john.smith@apex.com", "5551000", "apex", "apex.com", "1 high st", "1000"],
    ["mary", "jones", "mary.jones@apex.com", "5551000", "apex", "apex.com", "1 high st", "1000"],
    ["peter", "novak", "peter.novak@apex.com", "5551000", "apex", "apex.com", "1 high st", "1000"],
    ["karl", "weber", "karl.weber@other.de", "5552000", "other", "other.de", "9 low st", "2000"],
    ["eva", "braun", "eva.braun@third.de", "5553000", "third", "third.de", "7 mid st", "3000"],
    ["tom", "green", "tom.green@fourth.uk", "5554000", "fourth", "fourth.uk", "5 elm st", "4000"],
    ["sam", "white", "sam.white@fifth.uk", "5555000", "fifth", "fifth.uk", "3 oak st", "5000"],
    ["ivo", "petrov", "ivo.petrov@sixth.bg", "5556000", "sixth", "sixth.bg", "2 ash st", "6000"],
];

#[test]
fn ten_rows_are_enough_for_the_obvious() {
    assert_eq!(matches(&leads(&OFFICE), &plan(), &[]), [(0, 1)], "one person twice; colleagues share everything else");
}

#[test]
fn father_and_son_are_two() {
    let mut rows = OFFICE.to_vec();
    rows.push(["karl", "weber", "", "5552000", "", "", "9 low st", "2000"]);
    rows.push(["stefan", "weber", "", "5552000", "", "", "9 low st", "2000"]);
    let found = matches(&leads(&rows), &plan(), &[]);
    assert!(!found.contains(&(5, 11)) && !found.contains(&(10, 11)), "{found:?}");
    assert!(found.contains(&(5, 10)), "the same name, phone and address: {found:?}");
}

#[test]
fn nothing_to_compare_is_no_fault() {
    for rows in [0, 1, 2] {
        assert!(link(&leads(&OFFICE[4..4 + rows]), &plan(), &[], &Silent).unwrap().links.rows.is_empty());
    }
    assert!(link(&table(&[]), &plan(), &[], &Silent).unwrap().links.rows.is_empty());
}

#[test]
fn decisions_win_over_rules_and_rules_over_the_model() {
    let columns = leads(&OFFICE);
    let pair = |a, b| Pair::new(LeadId(a), LeadId(b));
    let mut plan = plan();
    plan.rules.push(DuplicateRule {
        name: "Same phone".to_owned(),
        same: vec!["phone".to_owned()],
        exclude_inactive: false,
        ignore_blanks: true,
        case_sensitive: false,
    });
    let decisions = [(pair(0, 1), Verdict::Distinct), (pair(0, 2), Verdict::Distinct), (pair(8, 9), Verdict::Match)];
    let links = link(&columns, &plan, &decisions, &Silent).unwrap().links;
    let found: Vec<_> = links.rows.iter().map(|link| (link.pair, link.rule, link.verdict)).collect();
    let expected = [
        (pair(0, 1), LinkRule::Decision, Verdict::Distinct),
        (pair(0, 2), LinkRule::Decision, Verdict::Distinct),
        (pair(0, 3), LinkRule::Rule(0), Verdict::Match),
        (pair(0, 4), LinkRule::Rule(0), Verdict::Match),
        (pair(8, 9), LinkRule::Decision, Verdict::Match),
    ];
    assert_eq!(found, expected);
    let width = links.model.comparisons.len();
    assert_eq!((links.levels.len(), links.weights.len()), (5 * width, 5 * width));
}

/// Some thousand leads, a fifth of them twice with a slip, in companies with a switchboard.
fn many(rows: usize) -> MatchColumns {
    let name = |seed: usize, letters: usize| -> String {
        let syllables = ["ba", "ke", "li", "mo", "ru", "sa", "te", "vi", "no", "gra", "ster", "win"];
        (0..letters).map(|i| syllables[(seed / 12usize.pow(i as u32) + i * seed) % 12]).collect()
    };
    let texts: Vec<[String; 8]> = (0..rows)
        .map(|row| {
            let person = if row % 5 == 4 { row - 1 } else { row };
            let scattered = person.wrapping_mul(2_654_435_761) % 1_000_003;
            let (first, mut last) = (name(scattered % 97, 2), name(scattered, 3));
            let company = format!("company {}", name(person / 7, 4));
            let email = format!("{first}.{last}@c{}.com", person / 7);
            if person != row {
                last.pop();
            }
            let street = format!("{} {} street", person % 90, name(person / 7, 3));
            let phone = format!("555{:07}", person / 7);
            [first, last, email, phone, company, format!("c{}.com", person / 7), street, format!("{:05}", person / 7)]
        })
        .collect();
    let rows: Vec<[&str; 8]> = texts.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    leads(&rows)
}

struct Count(AtomicU64, AtomicU64);

impl Progress for Count {
    fn begin(&self, _stage: &'static str, total: u64) {
        self.0.store(total, Ordering::Relaxed);
    }
    fn advance(&self, work: u64) {
        self.1.fetch_add(work, Ordering::Relaxed);
    }
}

#[test]
fn threads_change_nothing_and_progress_arrives() {
    let columns = many(1500);
    let runs: Vec<Links> = [1, 2, 8]
        .into_iter()
        .map(|threads| {
            let count = Count(AtomicU64::new(0), AtomicU64::new(0));
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let links = pool.install(|| link(&columns, &plan(), &[], &count).unwrap().links);
            assert_eq!(count.0.load(Ordering::Relaxed), count.1.load(Ordering::Relaxed));
            links
        })
        .collect();
    for run in &runs[1..] {
        assert_eq!(run.rows, runs[0].rows);
        assert_eq!(run.levels, runs[0].levels);
        assert_eq!(run.weights, runs[0].weights);
        assert_eq!(run.model, runs[0].model);
        assert_eq!(run.blocking, runs[0].blocking);
    }
    let right = runs[0].rows.iter().filter(|link| link.verdict == Verdict::Match);
    let (mut good, mut bad) = (0, 0);
    for link in right {
        if link.pair.left.0 % 5 == 3 && link.pair.right.0 == link.pair.left.0 + 1 { good += 1 } else { bad += 1 }
    }
    assert!(good >= 295 && bad <= 3, "{good} of 300 found, {bad} wrong");
}

#[test]
fn weights_sum_to_the_weight_and_rare_names_weigh_more() {
    let mut rows = OFFICE.to_vec();
    rows.extend([["john", "smith", "", "", "", "", "", ""]; 3]);
    rows.extend([["zora", "quill", "", "", "", "", "", ""]; 2]);
    let pairs = [(10, 11), (13, 14)].map(|(a, b)| (Pair::new(LeadId(a), LeadId(b)), Verdict::Review));
    let columns = leads(&rows);
    let links = link(&columns, &plan(), &pairs, &Silent).unwrap().links;
    let width = links.model.comparisons.len();
    let prior = (links.model.prior / (1.0 - links.model.prior)).log2();
    for (i, link) in links.rows.iter().enumerate() {
        let sum: f64 = links.weights[i * width..(i + 1) * width].iter().map(|&weight| f64::from(weight)).sum();
        assert!((prior + sum - link.weight).abs() < 1e-4);
        assert!((link.probability - weigh::probability(link.weight)).abs() < 1e-12);
    }
    let weight = |pair: Pair| links.rows.iter().find(|link| link.pair == pair).map(|link| link.weight).unwrap();
    assert!(weight(pairs[1].0) > weight(pairs[0].0), "two rare names against two common ones");
}

#[test]
fn leaving_early_changes_nothing() {
    let columns = many(1500);
    let run = |least: f64| link(&columns, &DedupePlan { review_at: least, ..plan() }, &[], &Silent).unwrap();
    let (all, some) = (run(1e-12), run(0.6));
    let likely: Vec<_> = all.links.rows.iter().filter(|link| link.probability >= 0.6).copied().collect();
    assert!(all.links.rows.len() > likely.len() && likely.len() >= 295, "{} {}", all.links.rows.len(), likely.len());
    assert_eq!(some.links.rows, likely);
    for link in &all.links.rows {
        assert_eq!(all.evidence(link.pair).weight.to_bits(), link.weight.to_bits());
    }
}

#[test]
fn the_forecast_bounds_what_is_compared() {
    let columns = many(300);
    let forecast: u64 = forecast(&columns, &plan()).iter().map(|rule| rule.pairs).sum();
    let links = link(&columns, &plan(), &[], &Silent).unwrap().links;
    assert!(links.compared > 0 && links.compared <= forecast);
    assert_eq!(links.compared, links.blocking.iter().map(|rule| rule.pairs).sum::<u64>());
}
