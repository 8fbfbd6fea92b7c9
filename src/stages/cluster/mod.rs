//! cluster: leads that are one, from the pairs that are. What people and published rules join is joined first. The
//! model's pairs then make components, and each component is clustered by the evidence of all its pairs, compared
//! before or not (average linkage): a true duplicate that one pair misses is found through the others, and one chance
//! agreement does not chain two people with many rows each. Leads whom a person called distinct are never together,
//! nor are two of a source that has no duplicates in itself.

mod linkage;
mod partition;

use rayon::prelude::*;

use crate::model::leads::LeadId;
use crate::model::matching::{Clusters, Link, LinkRule, Links, Pair, PairEvidence, Verdict};
use linkage::{Evidence, average_linkage};
use partition::Partition;

/// Leads that are clustered by all their pairs; a larger component is first broken at its weakest links.
const LARGEST: usize = 1000;
/// Bits by which the links of a large component are raised until it breaks.
const STEP: f64 = 2.0;
/// Log2 odds from which the links of a large component hold whatever its size (a row repeated thousands of times).
const CERTAIN: f64 = 14.0;
/// One pair's evidence counts for so many bits at most, for or against: a comparison may be wrong as a whole (a name
/// in the wrong row), and no single pair should decide for all others.
const MOST: f64 = 12.0;
/// Pairs that nothing speaks against, and of which one row tells little, count for so many bits against at most,
/// however rare matches are: what a row does not tell is no evidence that it is another one. Without it, clusters of
/// files with many blanks fall apart: of the true pairs of a file of persons 91 % were found, and 93 % with it, at the
/// same precision.
const RELUCTANCE: f64 = 3.0;

/// What one pair's evidence counts for where the evidence across two groups is averaged; `prior` are the log2 odds that
/// two leads drawn at random are one.
pub fn counted(PairEvidence { weight, untold }: PairEvidence, prior: f64) -> f64 {
    let against = (weight - prior).min(0.0) - RELUCTANCE;
    weight.max(against.min(weight + HOPE * untold)).clamp(-MOST, MOST)
}

/// Of what a pair does not tell, the part that is taken to speak for it.
const HOPE: f64 = 0.25;

/// What clustering needs to know besides the links.
pub struct Terms<'a> {
    /// Log2 odds that the pairs across two groups must have on average to make them one.
    pub match_weight: f64,
    /// Per lead the source that has no duplicates in itself (0 for none); empty where there is none.
    pub clean: &'a [u16],
    /// Log2 odds that two leads drawn at random are one.
    pub prior: f64,
    /// What any two leads say of being one.
    pub evidence: &'a (dyn Fn(Pair) -> PairEvidence + Sync),
}

/// The partition of all leads that the links make.
pub fn cluster(leads: usize, links: &Links, terms: &Terms<'_>) -> Clusters {
    let mut together = Partition::new(leads);
    let apart = Apart::new(&links.rows, terms.clean);
    for link in settled(&links.rows) {
        if !apart.between(together.members(link.pair.left.0), together.members(link.pair.right.0)) {
            together.join(link.pair.left.0, link.pair.right.0);
        }
    }
    let model: Vec<&Link> = links.rows.iter().filter(|link| link.rule == LinkRule::Model).collect();
    let components = components(leads, &together, &model, f64::NEG_INFINITY);
    let groups: Vec<Vec<u32>> = components
        .into_par_iter()
        .flat_map_iter(|component| clustered(component, &together, links, &apart, terms))
        .collect();
    for group in groups {
        group[1..].iter().for_each(|&member| together.join(group[0], member));
    }
    together.clusters()
}

/// Settles what is held of each kept pair once the clusters are known: pairs within a cluster are matches, pairs across
/// clusters are for a person to decide where they are likely enough, and the others are forgotten.
pub fn settle(links: &mut Links, clusters: &Clusters, review_at: f64) {
    let width = links.model.comparisons.len();
    let mut keep = Vec::with_capacity(links.rows.len());
    for link in &mut links.rows {
        let one = clusters.of[link.pair.left.index()] == clusters.of[link.pair.right.index()];
        if link.verdict != Verdict::Distinct {
            link.verdict = if one { Verdict::Match } else { Verdict::Review };
        }
        keep.push(one || link.rule != LinkRule::Model || link.probability >= review_at);
    }
    let mut kept = keep.iter();
    links.rows.retain(|_| *kept.next().expect("one flag per link"));
    let mut place = 0;
    links.levels.retain(|_| {
        place += 1;
        keep[(place - 1) / width]
    });
    place = 0;
    links.weights.retain(|_| {
        place += 1;
        keep[(place - 1) / width]
    });
}

/// What people and rules say is one, people first.
fn settled(rows: &[Link]) -> Vec<&Link> {
    let mut settled: Vec<&Link> =
        rows.iter().filter(|link| link.rule != LinkRule::Model && link.verdict == Verdict::Match).collect();
    let rank = |link: &Link| (link.rule != LinkRule::Decision, link.pair);
    settled.sort_by_key(|link| rank(link));
    settled
}

/// Who must not be together.
struct Apart<'a> {
    /// Both ways, sorted.
    distinct: Vec<(u32, u32)>,
    clean: &'a [u16],
}

impl<'a> Apart<'a> {
    fn new(rows: &[Link], clean: &'a [u16]) -> Self {
        let mut distinct: Vec<(u32, u32)> = rows
            .iter()
            .filter(|link| link.verdict == Verdict::Distinct)
            .flat_map(|link| [(link.pair.left.0, link.pair.right.0), (link.pair.right.0, link.pair.left.0)])
            .collect();
        distinct.sort_unstable();
        Self { distinct, clean }
    }

    fn pair(&self, a: u32, b: u32) -> bool {
        let source = |lead: u32| self.clean.get(lead as usize).copied().unwrap_or(0);
        (source(a) != 0 && source(a) == source(b)) || self.distinct.binary_search(&(a, b)).is_ok()
    }

    /// Whether some lead must not be together with this one.
    fn concerns(&self, lead: u32) -> bool {
        let at = self.distinct.partition_point(|&(left, _)| left < lead);
        self.clean.get(lead as usize).is_some_and(|&source| source != 0)
            || self.distinct.get(at).is_some_and(|&(left, _)| left == lead)
    }

    fn between(&self, a: &[u32], b: &[u32]) -> bool {
        if self.clean.is_empty() && self.distinct.is_empty() {
            return false;
        }
        a.iter().any(|&a| b.iter().any(|&b| self.pair(a, b)))
    }
}

/// Groups of two or more leads that links of at least this weight hold together, each ascending, by smallest lead.
fn components(leads: usize, together: &Partition, links: &[&Link], least: f64) -> Vec<Vec<u32>> {
    let mut connected = Partition::new(leads);
    for link in links.iter().filter(|link| link.weight >= least) {
        connected.join(together.root(link.pair.left.0), together.root(link.pair.right.0));
    }
    let mut found: Vec<Vec<u32>> = connected.groups().map(<[u32]>::to_vec).collect();
    found.iter_mut().for_each(|component| component.sort_unstable());
    found.sort_unstable();
    found
}

/// The clusters of two or more groups within a component; its items are the roots of what is together already.
fn clustered(
    component: Vec<u32>,
    together: &Partition,
    links: &Links,
    apart: &Apart<'_>,
    terms: &Terms<'_>,
) -> Vec<Vec<u32>> {
    let leads: usize = component.iter().map(|&root| together.members(root).len()).sum();
    if leads <= LARGEST {
        let evidence = Evidence::new(&component, |a, b| between(a, b, together, apart, terms));
        return average_linkage(&component, evidence, terms.match_weight);
    }
    // Too large for all pairs: broken at its weakest links into parts that are not.
    let mut open = vec![(component, 0.0)];
    let mut done = Vec::new();
    while let Some((part, least)) = open.pop() {
        let leads: usize = part.iter().map(|&root| together.members(root).len()).sum();
        if leads <= LARGEST {
            done.extend(clustered(part, together, links, apart, terms));
        } else if least > CERTAIN {
            done.extend(fitted(part, together, apart));
        } else {
            open.extend(within(&part, together, &links.rows, least).into_iter().map(|part| (part, least + STEP)));
        }
    }
    done.sort_unstable();
    done
}

/// A part as one group; where leads must stay apart, each is in the first group that takes it.
fn fitted(part: Vec<u32>, together: &Partition, apart: &Apart<'_>) -> Vec<Vec<u32>> {
    let (bound, mut free): (Vec<u32>, Vec<u32>) =
        part.into_iter().partition(|&root| together.members(root).iter().any(|&lead| apart.concerns(lead)));
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for item in bound {
        let members = together.members(item);
        let takes = |group: &&mut Vec<u32>| !group.iter().any(|&other| apart.between(together.members(other), members));
        match groups.iter_mut().find(takes) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    match groups.first_mut() {
        Some(first) => first.append(&mut free),
        None => groups.push(free),
    }
    groups.retain(|group| group.len() > 1);
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
}

/// The components of a part by its links of at least this weight.
fn within(part: &[u32], together: &Partition, rows: &[Link], least: f64) -> Vec<Vec<u32>> {
    let place = |lead: u32| part.binary_search(&together.root(lead)).ok();
    let mut connected = Partition::new(part.len());
    for &root in part {
        for &lead in together.members(root) {
            let start = rows.partition_point(|link| link.pair.left.0 < lead);
            for link in rows[start..].iter().take_while(|link| link.pair.left.0 == lead) {
                if link.rule == LinkRule::Model
                    && link.weight >= least
                    && let (Some(a), Some(b)) = (place(link.pair.left.0), place(link.pair.right.0))
                {
                    connected.join(a as u32, b as u32);
                }
            }
        }
    }
    let groups = connected.groups().map(|group| {
        let mut group: Vec<u32> = group.iter().map(|&place| part[place as usize]).collect();
        group.sort_unstable();
        group
    });
    groups.collect()
}

/// Sum and number of the pairs' evidence across two groups; none where they must stay apart.
fn between(a: u32, b: u32, together: &Partition, apart: &Apart<'_>, terms: &Terms<'_>) -> Option<(f64, f64)> {
    let (a, b) = (together.members(a), together.members(b));
    if apart.between(a, b) {
        return None;
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for &x in a {
        for &y in b {
            sum += counted((terms.evidence)(Pair::new(LeadId(x), LeadId(y))), terms.prior);
            count += 1.0;
        }
    }
    Some((sum, count))
}

#[cfg(test)]
mod tests;
