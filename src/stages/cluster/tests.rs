//! Clusters against plain definitions: connected components where all pairs of a component agree, and average linkage
//! by brute force.

use proptest::prelude::*;

use super::*;

/// Under so high a prior every weight is evidence against, and counts as it is.
const ALL_COUNTS: f64 = 1000.0;

fn link(left: u32, right: u32, weight: f64, verdict: Verdict, rule: LinkRule) -> Link {
    let probability = 1.0 / (1.0 + (-weight).exp2());
    Link { pair: Pair::new(LeadId(left), LeadId(right)), weight, probability, rule, verdict }
}

fn links(mut rows: Vec<Link>) -> Links {
    rows.sort_by_key(|link| link.pair);
    rows.dedup_by_key(|link| link.pair);
    Links { rows, ..Links::default() }
}

/// Pairs that are not among the links weigh this much.
fn clusters(leads: usize, links: &Links, else_weight: f64, clean: &[u16]) -> Vec<u32> {
    let of = |pair: Pair| links.rows.iter().find(|link| link.pair == pair).map_or(else_weight, |link| link.weight);
    let evidence = |pair: Pair| PairEvidence { weight: of(pair), untold: 0.0 };
    cluster(leads, links, &Terms { match_weight: 0.0, clean, prior: ALL_COUNTS, evidence: &evidence }).of
}

/// Connected components by search.
fn reference(leads: usize, links: &Links) -> Vec<u32> {
    let mut of = vec![u32::MAX; leads];
    let mut next = 0;
    for start in 0..leads {
        if of[start] != u32::MAX {
            continue;
        }
        let mut queue = vec![start as u32];
        while let Some(lead) = queue.pop() {
            of[lead as usize] = next;
            for link in &links.rows {
                let (a, b) = (link.pair.left.0, link.pair.right.0);
                let other = if a == lead { b } else { a };
                if (a == lead || b == lead) && of[other as usize] == u32::MAX {
                    queue.push(other);
                }
            }
        }
        next += 1;
    }
    of
}

/// Average linkage, the best pair of groups first, until none reaches zero.
fn brute_force(leads: usize, weight: impl Fn(u32, u32) -> f64) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = (0..leads as u32).map(|lead| vec![lead]).collect();
    loop {
        let mut best = (-1e-12, 0, 0);
        for i in 0..groups.len() {
            for j in i + 1..groups.len() {
                let pairs = groups[i].iter().flat_map(|&a| groups[j].iter().map(move |&b| (a, b)));
                let sum: f64 = pairs.map(|(a, b)| weight(a, b)).sum();
                let average = sum / (groups[i].len() * groups[j].len()) as f64;
                if average > best.0 {
                    best = (average, i, j);
                }
            }
        }
        if best.2 == 0 {
            groups.iter_mut().for_each(|group| group.sort_unstable());
            groups.sort_unstable();
            return groups;
        }
        let moved = groups.remove(best.2);
        groups[best.1].extend(moved);
    }
}

proptest! {
    #[test]
    fn what_rules_join_is_connected_components(
        leads in 1usize..40,
        edges in prop::collection::vec((0u32..40, 0u32..40), 0..60),
    ) {
        let edges = edges.iter().filter(|(a, b)| a != b && (*a.max(b) as usize) < leads);
        let rows = edges.map(|&(a, b)| link(a, b, 1.0, Verdict::Match, LinkRule::Rule(0)));
        let links = links(rows.collect());
        prop_assert_eq!(clusters(leads, &links, -50.0, &[]), reference(leads, &links));
    }

    #[test]
    fn the_chain_finds_what_brute_force_finds(weights in prop::collection::vec(-8.0f64..8.0, 45)) {
        let weight = |a: u32, b: u32| {
            let (a, b) = (a.min(b) as usize, a.max(b) as usize);
            weights[b * (b - 1) / 2 + a]
        };
        let pairs = (0..10u32).flat_map(|a| (a + 1..10).map(move |b| (a, b)));
        let likely = pairs.filter(|&(a, b)| weight(a, b) >= 0.0);
        let rows = likely.map(|(a, b)| link(a, b, weight(a, b), Verdict::Match, LinkRule::Model)).collect();
        let links = links(rows);
        let evidence = |pair: Pair| PairEvidence { weight: weight(pair.left.0, pair.right.0), untold: 0.0 };
        let terms = Terms { match_weight: 0.0, clean: &[], prior: ALL_COUNTS, evidence: &evidence };
        let found = cluster(10, &links, &terms);
        let mut groups: Vec<Vec<u32>> =
            (0..found.len()).map(|c| found.members(c).iter().map(|lead| lead.0).collect()).collect();
        groups.sort_unstable();
        prop_assert_eq!(groups, brute_force(10, weight));
    }

    #[test]
    fn distinct_leads_and_leads_of_a_clean_source_are_never_together(
        edges in prop::collection::vec((0u32..20, 0u32..20, 0u8..5, 0.0f64..20.0), 0..80),
        clean in prop::collection::vec(0u16..3, 20),
    ) {
        let rows = edges.iter().filter(|(a, b, ..)| a != b).map(|&(a, b, kind, weight)| match kind {
            0 => link(a, b, weight, Verdict::Distinct, LinkRule::Decision),
            1 => link(a, b, weight, Verdict::Match, LinkRule::Decision),
            _ => link(a, b, weight, Verdict::Match, LinkRule::Model),
        });
        let links = links(rows.collect());
        let of = clusters(20, &links, 1.0, &clean);
        for link in links.rows.iter().filter(|link| link.verdict == Verdict::Distinct) {
            prop_assert_ne!(of[link.pair.left.index()], of[link.pair.right.index()]);
        }
        for a in 0..20 {
            for b in a + 1..20 {
                prop_assert!(clean[a] == 0 || clean[a] != clean[b] || of[a] != of[b]);
            }
        }
    }
}

#[test]
fn one_chance_link_does_not_join_two_people_and_one_missed_pair_does_not_part_one() {
    let model = |a, b, weight| link(a, b, weight, Verdict::Match, LinkRule::Model);
    let chain = links(vec![
        model(0, 1, 9.0),
        model(1, 2, 9.0),
        model(0, 2, 9.0),
        model(3, 4, 9.0),
        model(4, 5, 9.0),
        model(3, 5, 9.0),
        model(2, 3, 5.0),
    ]);
    assert_eq!(clusters(6, &chain, -6.0, &[]), [0, 0, 0, 1, 1, 1]);
    let missed = links(vec![model(0, 1, 9.0), model(1, 2, 9.0)]);
    assert_eq!(clusters(3, &missed, -4.0, &[]), [0, 0, 0]);
}

#[test]
fn a_component_too_large_for_all_pairs_breaks_at_its_weakest_links() {
    let model = |a, b, weight| link(a, b, weight, Verdict::Match, LinkRule::Model);
    // Pairs that belong together, chained by weak links into one component of 1200.
    let mut rows: Vec<Link> = (0..600).map(|i| model(2 * i, 2 * i + 1, 10.0)).collect();
    rows.extend((0..599).map(|i| model(2 * i + 1, 2 * i + 2, 1.0)));
    let of = clusters(1200, &links(rows), -9.0, &[]);
    assert!((0..600).all(|i| of[2 * i] == of[2 * i + 1]));
    assert_eq!(*of.iter().max().unwrap(), 599);
    // One row two thousand times over.
    let same = links((1..2000).map(|i| model(i - 1, i, 30.0)).collect());
    assert!(clusters(2000, &same, 30.0, &[]).iter().all(|&cluster| cluster == 0));
}

#[test]
fn leads_that_must_stay_apart_do_so_in_the_largest_component() {
    let model = |a, b, weight| link(a, b, weight, Verdict::Match, LinkRule::Model);
    let mut rows: Vec<Link> = (1..2000).map(|i| model(i - 1, i, 30.0)).collect();
    rows.push(link(3, 1700, 0.0, Verdict::Distinct, LinkRule::Decision));
    let mut clean = vec![0; 2000];
    for lead in [10, 20, 30] {
        clean[lead] = 1;
    }
    let of = clusters(2000, &links(rows), 30.0, &clean);
    assert_ne!(of[3], of[1700]);
    assert!(of[10] != of[20] && of[20] != of[30] && of[10] != of[30], "{} {} {}", of[10], of[20], of[30]);
    let most = (0..2000).filter(|&lead| of[lead] == of[0]).count();
    assert_eq!(most, 1997, "all others are one");
}

#[test]
fn links_are_settled_by_the_clusters() {
    let mut links = links(vec![
        link(0, 1, 9.0, Verdict::Match, LinkRule::Model),
        link(1, 2, 5.0, Verdict::Match, LinkRule::Model),
        link(2, 3, -1.0, Verdict::Review, LinkRule::Model),
        link(3, 4, -6.0, Verdict::Review, LinkRule::Model),
        link(4, 5, -6.0, Verdict::Distinct, LinkRule::Decision),
    ]);
    links.model.comparisons.push(crate::model::matching::ComparisonModel {
        name: "x".to_owned(),
        levels: vec![],
        m: vec![],
        u: vec![],
    });
    links.levels = vec![1, 2, 3, 4, 5];
    links.weights = vec![1.0, 2.0, 3.0, 4.0, 5.0];
    settle(&mut links, &Clusters::from_assignment(vec![0, 0, 1, 2, 3, 4]), 0.2);
    let held: Vec<Verdict> = links.rows.iter().map(|link| link.verdict).collect();
    assert_eq!(held, [Verdict::Match, Verdict::Review, Verdict::Review, Verdict::Distinct]);
    assert_eq!((links.levels, links.weights), (vec![1, 2, 3, 5], vec![1.0, 2.0, 3.0, 5.0]));
}

#[test]
fn what_a_row_does_not_tell_is_no_evidence_against_it() {
    let model = |a, b, weight| link(a, b, weight, Verdict::Match, LinkRule::Model);
    let links = links(vec![model(0, 1, 9.0), model(1, 2, 4.0)]);
    let cluster_of = |weight: f64, untold: f64| {
        let of = |pair: Pair| links.rows.iter().find(|link| link.pair == pair).map_or(weight, |link| link.weight);
        let evidence = |pair: Pair| PairEvidence { weight: of(pair), untold };
        cluster(3, &links, &Terms { match_weight: 0.0, clean: &[], prior: -16.0, evidence: &evidence }).of
    };
    assert_eq!(cluster_of(-15.0, 60.0), [0, 0, 0], "little is known of the pair, and that speaks for it");
    assert_eq!(cluster_of(-15.0, 2.0), [0, 0, 1], "all is known of the pair, and it is not enough");
    assert_eq!(cluster_of(-20.0, 60.0), [0, 0, 1], "the pair differs in what both tell");
}
