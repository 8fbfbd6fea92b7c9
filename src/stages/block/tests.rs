//! Blocking against the plain definition: a pair is a candidate if some rule gives both leads a common key.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::config::plan::{BlockKey, DedupePlan, DuplicateRule, KeyPart};
use crate::model::matching::{Cells, MatchColumn, Role};
use crate::model::text::{Dictionary, TextColumn};

/// A column and how many of its first characters.
type KeyParts<'a> = Vec<(&'a str, Option<usize>)>;

fn plan(block_on: Option<Vec<KeyParts<'_>>>, max_block: usize) -> DedupePlan {
    let key = |parts: KeyParts<'_>| BlockKey {
        label: parts.iter().map(|part| part.0).collect::<Vec<_>>().join(" + "),
        parts: parts.iter().map(|&(column, prefix)| KeyPart { column: column.to_owned(), prefix }).collect(),
    };
    DedupePlan {
        match_at: 0.95,
        review_at: 0.6,
        block_on: block_on.map(|keys| keys.into_iter().map(key).collect()),
        max_block,
        compare: vec![],
        rules: vec![],
        across: false,
        source: None,
        clean: vec![],
        model: None,
    }
}

fn one(name: &str, role: Role, values: &[String]) -> MatchColumn {
    let TextColumn { codes, dictionary } = values.iter().map(String::as_str).collect();
    MatchColumn { name: name.to_owned(), role, cells: Cells::One(codes), dictionary }
}

fn many(name: &str, role: Role, values: &[Vec<String>]) -> MatchColumn {
    let mut dictionary = Dictionary::default();
    let (mut offsets, mut codes) = (vec![0], Vec::new());
    for row in values {
        let mut of: Vec<u32> = row.iter().map(|value| dictionary.intern(value)).filter(|&code| code != 0).collect();
        of.sort_unstable();
        of.dedup();
        codes.extend(of);
        offsets.push(codes.len() as u32);
    }
    MatchColumn { name: name.to_owned(), role, cells: Cells::Many { offsets, codes }, dictionary }
}

fn columns(rows: usize, columns: Vec<MatchColumn>) -> MatchColumns {
    MatchColumns { rows, sources: vec![0; rows], clean: vec![], closed: vec![false; rows], columns }
}

/// Every pair seen as new, with how often, whatever the size of the shares.
fn seen(candidates: &Candidates, size: u64) -> BTreeMap<Pair, usize> {
    let mut seen = BTreeMap::new();
    for work in candidates.work(size) {
        let mut visited = 0;
        let mut new = Vec::new();
        candidates.visit(&work, |pair| new.push(pair));
        let mut first = Vec::new();
        candidates.visit_all(
            &work,
            |_| true,
            |pair, new| {
                visited += 1;
                if new {
                    first.push(pair);
                }
            },
        );
        assert_eq!(new, first);
        assert!(visited <= work.pairs);
        for pair in new {
            assert_eq!(candidates.rule_of(pair), Some(work.rule));
            *seen.entry(pair).or_insert(0) += 1;
        }
    }
    seen
}

/// Family name, given name and e-mail addresses, row by row.
fn people(rows: &[(String, String, Vec<String>)]) -> MatchColumns {
    let last: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let first: Vec<String> = rows.iter().map(|row| row.1.clone()).collect();
    let emails: Vec<Vec<String>> = rows.iter().map(|row| row.2.clone()).collect();
    columns(
        rows.len(),
        vec![
            one("last_name", Role::LastName, &last),
            one("first_name", Role::FirstName, &first),
            many("email", Role::Email, &emails),
        ],
    )
}

proptest! {
    #[test]
    fn each_pair_once_and_none_missing(
        rows in prop::collection::vec(("[ab]{0,2}", "[abc]{0,3}", prop::collection::vec("[ab]{0,2}", 0..4)), 0..40),
        size in 1u64..40,
    ) {
        let table = people(&rows);
        let plan = plan(Some(vec![
            vec![("email", None)],
            vec![("last_name", None), ("first_name", Some(2))],
            vec![("first_name", None), ("email", Some(1))],
        ]), 5000);
        let found = seen(&candidates(&table, &super::rules(&table, &plan), false), size);
        let prefix = |text: &str, count: usize| (text.len() >= count).then(|| text[..count].to_owned());
        let mut expected = BTreeMap::new();
        for a in 0..rows.len() {
            for b in a + 1..rows.len() {
                let ((p, q, r), (s, t, u)) = (&rows[a], &rows[b]);
                let email = r.iter().any(|x| !x.is_empty() && u.contains(x));
                let name = !p.is_empty() && p == s && prefix(q, 2).is_some() && prefix(q, 2) == prefix(t, 2);
                let start = r.iter().any(|x| prefix(x, 1).is_some() && u.iter().any(|y| prefix(x, 1) == prefix(y, 1)));
                if email || name || (!q.is_empty() && q == t && start) {
                    expected.insert(Pair::new(LeadId(a as u32), LeadId(b as u32)), 1);
                }
            }
        }
        prop_assert_eq!(found, expected);
    }
}

proptest! {
    #[test]
    fn what_is_explained_is_what_happens(
        rows in prop::collection::vec(("[ab]{0,1}", "[abc]{0,2}", prop::collection::vec("[ab]{0,1}", 0..3)), 2..25),
        max_block in 2usize..8,
    ) {
        let table = people(&rows);
        let plan = plan(Some(vec![vec![("email", None)], vec![("last_name", None)]]), max_block);
        let rules = super::rules(&table, &plan);
        let blocks = candidates(&table, &rules, false);
        for a in 0..rows.len() as u32 {
            for b in a + 1..rows.len() as u32 {
                let pair = Pair::new(LeadId(a), LeadId(b));
                let meetings = blocks.meetings(&table, &rules, pair);
                let compared: Vec<bool> = meetings.iter().map(Meeting::is_compared).collect();
                let each: Vec<bool> = rules
                    .iter()
                    .map(|rule| candidates(&table, std::slice::from_ref(rule), false).rule_of(pair).is_some())
                    .collect();
                for Meeting { left, right, outcome, .. } in &meetings {
                    let shared = left.iter().any(|key| right.contains(key));
                    prop_assert_eq!(shared, matches!(outcome, Outcome::Compared { .. } | Outcome::TooLarge { .. }));
                    prop_assert_eq!(left.is_empty() || right.is_empty(), *outcome == Outcome::Blank);
                }
                prop_assert_eq!(&compared, &each);
                prop_assert_eq!(blocks.rule_of(pair), each.iter().position(|compared| *compared));
            }
        }
    }
}

#[test]
fn a_large_block_is_named_and_split() {
    let phone: Vec<String> = (0..30).map(|_| "5551234567".to_owned()).collect();
    let last: Vec<String> = (0..30).map(|i| ["smith", "jones", "kirova"][i % 3].to_owned()).collect();
    let table = columns(30, vec![one("phone", Role::Phone, &phone), one("last_name", Role::LastName, &last)]);
    let split = candidates(&table, &super::rules(&table, &plan(Some(vec![vec![("phone", None)]]), 10)), false);
    let yields = split.yields(None);
    assert_eq!(yields[0].skipped, [("5551234567".to_owned(), 30)]);
    assert_eq!((yields[0].blocks, yields[0].largest, yields[0].pairs), (3, 10, 3 * 45));
    assert_eq!(seen(&split, 7).len(), 3 * 45);
}

#[test]
fn neighbours_by_name_meet_in_what_is_too_large_even_then() {
    let phone: Vec<String> = (0..100).map(|_| "5551234567".to_owned()).collect();
    let last: Vec<String> = (0..100).map(|_| "smith".to_owned()).collect();
    let first: Vec<String> = (0..100).map(|i| format!("name{:02}", (i * 37) % 100)).collect();
    let table = columns(
        100,
        vec![
            one("phone", Role::Phone, &phone),
            one("last_name", Role::LastName, &last),
            one("first_name", Role::FirstName, &first),
        ],
    );
    let found =
        seen(&candidates(&table, &super::rules(&table, &plan(Some(vec![vec![("phone", None)]]), 9)), false), 50);
    assert!(found.len() < 100 * 16, "{}", found.len());
    let place: BTreeMap<&str, u32> = first.iter().map(String::as_str).zip(0..).collect();
    for i in 0..99 {
        let (a, b) = (place[format!("name{i:02}").as_str()], place[format!("name{:02}", i + 1).as_str()]);
        assert!(found.contains_key(&Pair::new(LeadId(a), LeadId(b))), "{i}");
    }
}

#[test]
fn rules_of_a_file_follow_its_columns() {
    let values: Vec<String> = (0..2000).map(|i| format!("apex{i} media")).collect();
    let label = |table: &MatchColumns| -> Vec<String> {
        super::rules(table, &plan(None, 5000)).into_iter().map(|rule| rule.label).collect()
    };
    let organisations = columns(2000, vec![one("company", Role::Company, &values)]);
    let expected = ["words of company", "two rare words of company", "a word of company", "company[4]"];
    assert_eq!(label(&organisations), expected);
    let people =
        columns(2000, vec![one("first_name", Role::FirstName, &values), one("last_name", Role::LastName, &values)]);
    let expected = [
        "last_name + first_name",
        "sound of last_name + first_name[3]",
        "sound of last_name",
        "first_name + last_name[1]",
        "first_name and last_name either way",
    ];
    assert_eq!(label(&people), expected);
    let few = columns(2, vec![one("company", Role::Company, &values[..2])]);
    assert_eq!(label(&few), ["every pair"]);
}

#[test]
fn rules_keep_within_the_budget_and_small_blocks_come_first() {
    let city: Vec<String> = (0..40_000).map(|i| format!("{}", if i % 2 == 0 { 0 } else { i / 4 + 1 })).collect();
    let table = columns(40_000, vec![one("city", Role::Company, &city)]);
    let rule = BlockingRule {
        label: "city".to_owned(),
        key: Some(Key::All(vec![Part { column: 0, shape: Shape::Whole }])),
        whole: 50_000,
        finer: None,
        windows: true,
        capped: true,
    };
    let found = candidates(&table, &[rule], false);
    let yields = found.yields(None);
    assert_eq!(yields[0].skipped, [("0".to_owned(), 20_000)]);
    assert!(yields[0].pairs < 700_000, "{}", yields[0].pairs);
    assert_eq!(found.rule_of(Pair::new(LeadId(5), LeadId(7))), Some(0), "the block of two is whole");
}

#[test]
fn swapped_names_meet() {
    let first: Vec<String> = vec!["martin".to_owned(), "james".to_owned()];
    let last: Vec<String> = vec!["james".to_owned(), "martin".to_owned()];
    let table = columns(2, vec![one("first_name", Role::FirstName, &first), one("last_name", Role::LastName, &last)]);
    assert_eq!(seen(&candidates(&table, &super::rules(&table, &plan(None, 5000)), false), 10).len(), 1);
}

#[test]
fn exact_rules_join_groups_by_their_first_lead() {
    let last: Vec<String> = ["a", "a", "b", "a", "", ""].map(str::to_owned).to_vec();
    let emails: Vec<Vec<String>> = [vec!["x", "y"], vec!["y"], vec!["x"], vec!["x", "y"], vec![], vec![]]
        .map(|row| row.into_iter().map(str::to_owned).collect())
        .to_vec();
    let mut table = columns(6, vec![one("last_name", Role::LastName, &last), many("email", Role::Email, &emails)]);
    let mut rule = DuplicateRule {
        name: "same".to_owned(),
        same: vec!["last_name".to_owned(), "email".to_owned()],
        exclude_inactive: true,
        ignore_blanks: true,
        case_sensitive: false,
    };
    let pairs = |table: &MatchColumns, rule: &DuplicateRule| -> Vec<(u32, u32)> {
        exact::same(table, rule).iter().map(|pair| (pair.left.0, pair.right.0)).collect()
    };
    assert_eq!(pairs(&table, &rule), [(0, 1), (0, 3)]);
    rule.ignore_blanks = false;
    assert_eq!(pairs(&table, &rule), [(0, 1), (0, 3), (4, 5)], "blank equals blank");
    table.closed[0] = true;
    assert_eq!(pairs(&table, &rule), [(1, 3), (4, 5)], "closed leads are left out");
    rule.same.push("no_such_column".to_owned());
    assert_eq!(pairs(&table, &rule), []);
}

#[test]
fn names_either_way_are_looked_at_where_some_are_turned() {
    let values = |of: &[&str]| of.iter().map(|&value| value.to_owned()).collect::<Vec<_>>();
    let (first, last) = (["ana", "kirova", "jan", "jan"], ["kirova", "ana", "novak", "novak"]);
    let columns = MatchColumns {
        rows: 4,
        sources: vec![0; 4],
        clean: vec![],
        closed: vec![false; 4],
        columns: vec![
            one("first_name", Role::FirstName, &values(&first)),
            one("last_name", Role::LastName, &values(&last)),
        ],
    };
    let label = "first_name and last_name either way".to_owned();
    let key = Some(Key::EitherWay(0, 1));
    let rule = BlockingRule { label, key, whole: 200, finer: None, windows: false, capped: true };
    let candidates = candidates(&columns, &[rule], false);
    let pair = |left, right| candidates.rule_of(Pair::new(LeadId(left), LeadId(right)));
    assert_eq!((pair(0, 1), pair(2, 3)), (Some(0), None), "the plain rule has what is not turned");
}
