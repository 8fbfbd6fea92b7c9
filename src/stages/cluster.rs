//! cluster: leads that are one, from the pairs that are. Union-find over the matches, the surest first; a union that
//! would bring two leads together whom a person called distinct is refused, and so is one that would join two groups
//! of three or more by a single link: one chance agreement must not chain two people with many rows each.

use std::cmp::Ordering;

use crate::model::leads::LeadId;
use crate::model::matching::{Clusters, Link, LinkRule, Links, Pair, Verdict};

/// Members from which a group is joined to another such group only by two links or more.
const SETTLED: usize = 3;

/// The partition of all leads that the links make.
pub fn cluster(leads: usize, links: &Links) -> Clusters {
    let mut order: Vec<&Link> = links.rows.iter().filter(|link| link.verdict == Verdict::Match).collect();
    order.sort_by(|a, b| surest_first(a, b));
    let mut groups = Groups::new(leads, &links.rows);
    for link in order {
        groups.join(link.pair, link.rule == LinkRule::Model);
    }
    let mut number = vec![u32::MAX; leads];
    let mut next = 0;
    let of = (0..leads as u32)
        .map(|lead| {
            let root = groups.root(lead) as usize;
            if number[root] == u32::MAX {
                number[root] = next;
                next += 1;
            }
            number[root]
        })
        .collect();
    Clusters::from_assignment(of)
}

/// Matches that no cluster holds, for one of the reasons above, are for a person to decide: they go to review.
pub fn send_refused_to_review(links: &mut Links, clusters: &Clusters) {
    for link in &mut links.rows {
        let apart = clusters.of[link.pair.left.index()] != clusters.of[link.pair.right.index()];
        if link.verdict == Verdict::Match && apart {
            link.verdict = Verdict::Review;
        }
    }
}

/// A person's verdicts, then rules, then the model by weight.
fn surest_first(a: &Link, b: &Link) -> Ordering {
    let rank = |link: &Link| match link.rule {
        LinkRule::Decision => 0,
        LinkRule::Rule(_) => 1,
        LinkRule::Model => 2,
    };
    rank(a).cmp(&rank(b)).then_with(|| b.weight.total_cmp(&a.weight)).then_with(|| a.pair.cmp(&b.pair))
}

struct Groups<'a> {
    parent: Vec<u32>,
    /// Members of each root's group.
    members: Vec<Vec<u32>>,
    /// Per lead, whom it must not be with.
    distinct: Vec<(u32, u32)>,
    links: &'a [Link],
    /// All links once more, by right lead: positions in `links`.
    by_right: Vec<u32>,
}

impl<'a> Groups<'a> {
    fn new(leads: usize, links: &'a [Link]) -> Self {
        let mut distinct: Vec<(u32, u32)> = links
            .iter()
            .filter(|link| link.verdict == Verdict::Distinct)
            .flat_map(|link| [(link.pair.left.0, link.pair.right.0), (link.pair.right.0, link.pair.left.0)])
            .collect();
        distinct.sort_unstable();
        let mut by_right: Vec<u32> = (0..links.len() as u32).collect();
        by_right.sort_by_key(|&i| links[i as usize].pair.right);
        let members = (0..leads as u32).map(|lead| vec![lead]).collect();
        Self { parent: (0..leads as u32).collect(), members, distinct, links, by_right }
    }

    fn root(&mut self, lead: u32) -> u32 {
        let mut lead = lead;
        while self.parent[lead as usize] != lead {
            let above = self.parent[self.parent[lead as usize] as usize];
            self.parent[lead as usize] = above;
            lead = above;
        }
        lead
    }

    fn join(&mut self, pair: Pair, guarded: bool) {
        let (a, b) = (self.root(pair.left.0), self.root(pair.right.0));
        if a == b {
            return;
        }
        let (small, large) =
            if self.members[a as usize].len() <= self.members[b as usize].len() { (a, b) } else { (b, a) };
        if self.forbidden(small, large)
            || (guarded && self.members[small as usize].len() >= SETTLED && self.bridges(small, large) < 2)
        {
            return;
        }
        let moved = std::mem::take(&mut self.members[small as usize]);
        self.members[large as usize].extend(moved);
        self.parent[small as usize] = large;
    }

    /// Whether a person called a lead of one group distinct from one of the other.
    fn forbidden(&mut self, small: u32, large: u32) -> bool {
        if self.distinct.is_empty() {
            return false;
        }
        for i in 0..self.members[small as usize].len() {
            let lead = self.members[small as usize][i];
            let mut at = self.distinct.partition_point(|entry| entry.0 < lead);
            while let Some(&(_, other)) = self.distinct.get(at).filter(|entry| entry.0 == lead) {
                if self.root(other) == large {
                    return true;
                }
                at += 1;
            }
        }
        false
    }

    /// Kept pairs, those for review included, between two groups; counted up to two.
    fn bridges(&mut self, small: u32, large: u32) -> usize {
        let mut found = 0;
        for i in 0..self.members[small as usize].len() {
            let lead = LeadId(self.members[small as usize][i]);
            let mut at = self.links.partition_point(|link| link.pair.left < lead);
            while let Some(link) = self.links.get(at).filter(|link| link.pair.left == lead) {
                found += usize::from(link.verdict != Verdict::Distinct && self.root(link.pair.right.0) == large);
                at += 1;
            }
            let mut at = self.by_right.partition_point(|&i| self.links[i as usize].pair.right < lead);
            while let Some(link) =
                self.by_right.get(at).map(|&i| self.links[i as usize]).filter(|link| link.pair.right == lead)
            {
                found += usize::from(link.verdict != Verdict::Distinct && self.root(link.pair.left.0) == large);
                at += 1;
            }
            if found >= 2 {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn link(left: u32, right: u32, weight: f64, verdict: Verdict, rule: LinkRule) -> Link {
        Link { pair: Pair::new(LeadId(left), LeadId(right)), weight, probability: 0.99, rule, verdict }
    }

    fn links(mut rows: Vec<Link>) -> Links {
        rows.sort_by_key(|link| link.pair);
        rows.dedup_by_key(|link| link.pair);
        Links { rows, ..Links::default() }
    }

    /// Connected components by breadth-first search.
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
                for link in links.rows.iter().filter(|link| link.verdict == Verdict::Match) {
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

    proptest! {
        #[test]
        fn unguarded_links_give_connected_components(
            leads in 1usize..40,
            edges in prop::collection::vec((0u32..40, 0u32..40, prop::bool::ANY), 0..60),
        ) {
            let rows = edges.iter().filter(|(a, b, _)| a != b && (*a.max(b) as usize) < leads)

                    .map(|&(a, b, sure)| link(a, b, 1.0, if sure { Verdict::Match } else { Verdict::Review }, LinkRule::Rule(0)));
            let links = links(rows.collect());
            prop_assert_eq!(cluster(leads, &links).of, reference(leads, &links));
        }

        #[test]
        fn distinct_leads_are_never_together(
            edges in prop::collection::vec((0u32..20, 0u32..20, 0u8..5, 0.0f64..20.0), 0..80),
        ) {
            let rows = edges.iter().filter(|(a, b, ..)| a != b).map(|&(a, b, kind, weight)| match kind {
                0 => link(a, b, weight, Verdict::Distinct, LinkRule::Decision),
                1 => link(a, b, weight, Verdict::Match, LinkRule::Decision),
                _ => link(a, b, weight, Verdict::Match, LinkRule::Model),
            });
            let links = links(rows.collect());
            let clusters = cluster(20, &links);
            for link in links.rows.iter().filter(|link| link.verdict == Verdict::Distinct) {
                prop_assert_ne!(clusters.of[link.pair.left.index()], clusters.of[link.pair.right.index()]);
            }
            let sizes: usize = (0..clusters.len()).map(|cluster| clusters.members(cluster).len()).sum();
            prop_assert_eq!(sizes, 20);
        }
    }

    #[test]
    fn one_link_does_not_join_two_settled_groups_and_two_do() {
        let m = |a, b, weight| link(a, b, weight, Verdict::Match, LinkRule::Model);
        let mut rows = vec![m(0, 1, 9.0), m(1, 2, 9.0), m(3, 4, 9.0), m(4, 5, 9.0), m(2, 3, 5.0)];
        assert_eq!(cluster(6, &links(rows.clone())).of, [0, 0, 0, 1, 1, 1]);
        rows.push(link(0, 5, 2.0, Verdict::Review, LinkRule::Model));
        assert_eq!(cluster(6, &links(rows)).of, [0; 6]);
    }
}
