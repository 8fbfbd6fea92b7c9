//! What other thresholds would give: the kept pairs from the surest down, alone and as connected components.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use serde::Serialize;

use super::counts::Pairwise;

/// Probabilities that are always looked at, where pairs were kept down to them.
const GRID: [f64; 12] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999, 0.999999];

/// A row without a label.
pub(super) const UNLABELLED: u32 = u32::MAX;

/// A kept pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) left: u32,
    pub(super) right: u32,
    /// Infinite where a rule or a person says so: these hold at any threshold, or at none.
    pub(super) probability: f64,
    pub(super) weight: f64,
}

/// A threshold and what it would give.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Threshold {
    /// Pairs of this probability or more are matches.
    pub probability: f64,
    /// The smallest weight among them.
    pub weight: Option<f64>,
    /// How many pairs that are, rules and decisions included.
    pub links: u64,
    /// These pairs by themselves.
    pub pairs: Pairwise,
    /// All pairs of rows that they connect.
    pub connected: Pairwise,
    /// Whether it is the run's own threshold.
    pub current: bool,
}

/// What each threshold would give. Labels and sources are per row; `edges` in any order.
pub(super) fn thresholds(
    labels: &[u32],
    sources: &[u32],
    mut edges: Vec<Edge>,
    true_pairs: u64,
    run: [f64; 2],
    cross: bool,
) -> Vec<Threshold> {
    let [match_at, review_at] = run;
    let mut grid: Vec<f64> = GRID.into_iter().chain(run).filter(|&at| at >= review_at.min(match_at)).collect();
    grid.sort_by(|a, b| b.total_cmp(a));
    grid.dedup();
    edges.sort_by(|a, b| b.probability.total_cmp(&a.probability).then((a.left, a.right).cmp(&(b.left, b.right))));
    let mut components = Components::new(labels, sources, cross);
    let (mut found, mut correct, mut next, mut weight) = (0, 0, 0, None);
    let mut rows: Vec<Threshold> = Vec::new();
    for probability in grid {
        while let Some(edge) = edges.get(next).filter(|edge| edge.probability >= probability) {
            next += 1;
            components.join(edge.left, edge.right);
            if edge.probability.is_finite() {
                weight = Some(weight.map_or(edge.weight, |least: f64| least.min(edge.weight)));
            }
            let [left, right] = [edge.left, edge.right].map(|row| labels[row as usize]);
            let counts = left != UNLABELLED
                && right != UNLABELLED
                && (!cross || sources[edge.left as usize] != sources[edge.right as usize]);
            found += u64::from(counts);
            correct += u64::from(counts && left == right);
        }
        // A threshold between the same pairs tells nothing new.
        if probability != match_at && rows.last().is_some_and(|above| above.links == next as u64) {
            continue;
        }
        rows.push(Threshold {
            probability,
            weight,
            links: next as u64,
            pairs: Pairwise::new(true_pairs, found, correct),
            connected: Pairwise::new(true_pairs, components.found, components.correct),
            current: probability == match_at,
        });
    }
    rows.reverse();
    rows
}

/// Rows that are connected so far, and how many pairs that makes; the smaller group always joins the larger one, so that
/// each row is looked at a few times only.
struct Components<'a> {
    labels: &'a [u32],
    sources: &'a [u32],
    cross: bool,
    parent: Vec<u32>,
    /// The rows of a group as a ring.
    next: Vec<u32>,
    /// Rows of a root's group, and those of them with a label.
    sizes: Vec<[u32; 2]>,
    /// Labelled rows of a root's group of two or more: of a label, of a source, of both.
    counts: HashMap<(u32, u64), u64, FixedState>,
    found: u64,
    correct: u64,
}

impl<'a> Components<'a> {
    fn new(labels: &'a [u32], sources: &'a [u32], cross: bool) -> Self {
        let rows = labels.len() as u32;
        Self {
            labels,
            sources,
            cross,
            parent: (0..rows).collect(),
            next: (0..rows).collect(),
            sizes: labels.iter().map(|&label| [1, u32::from(label != UNLABELLED)]).collect(),
            counts: HashMap::default(),
            found: 0,
            correct: 0,
        }
    }

    /// What a row is counted by: label, and where only pairs across sources count, source and both.
    fn keys(&self, row: u32) -> [u64; 3] {
        let label = u64::from(self.labels[row as usize]) + 1;
        let source = (u64::from(self.sources[row as usize]) + 1) << 33;
        [label, source, source | label]
    }

    fn count(&mut self, group: u32, row: u32) {
        if self.labels[row as usize] == UNLABELLED {
            return;
        }
        let keys = self.keys(row);
        for key in if self.cross { &keys[..] } else { &keys[..1] } {
            *self.counts.entry((group, *key)).or_insert(0) += 1;
        }
    }

    fn root(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            self.parent[row as usize] = self.parent[self.parent[row as usize] as usize];
            row = self.parent[row as usize];
        }
        row
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let smaller = self.sizes[a as usize][0] < self.sizes[b as usize][0];
        let (small, large) = if smaller { (a, b) } else { (b, a) };
        if self.sizes[large as usize][0] == 1 {
            self.count(large, large);
        }
        let labelled = u64::from(self.sizes[large as usize][1]);
        let moved: Vec<u32> = self.ring(small);
        for &row in moved.iter().filter(|&&row| self.labels[row as usize] != UNLABELLED) {
            let [label, source, both] = self.keys(row).map(|key| self.counts.get(&(large, key)).copied().unwrap_or(0));
            self.found += labelled - if self.cross { source } else { 0 };
            self.correct += label - if self.cross { both } else { 0 };
        }
        moved.iter().for_each(|&row| self.count(large, row));
        // Two rings become one.
        self.next.swap(small as usize, large as usize);
        let [rows, labelled] = self.sizes[small as usize];
        self.sizes[large as usize][0] += rows;
        self.sizes[large as usize][1] += labelled;
        self.parent[small as usize] = large;
    }

    fn ring(&self, root: u32) -> Vec<u32> {
        let mut rows = vec![root];
        let mut row = self.next[root as usize];
        while row != root {
            rows.push(row);
            row = self.next[row as usize];
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts::Labelled;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn components_are_counted_as_a_partition_is(
            rows in prop::collection::vec((0u32..5, 0u32..3), 1..30),
            edges in prop::collection::vec((0u32..30, 0u32..30, 0u32..100), 0..60),
            cross in prop::bool::ANY,
        ) {
            let labels: Vec<u32> = rows.iter().map(|&(label, _)| if label == 4 { UNLABELLED } else { label }).collect();
            let sources: Vec<u32> = rows.iter().map(|&(_, source)| source).collect();
            let size = rows.len() as u32;
            let edges: Vec<Edge> = edges
                .into_iter()
                .filter(|(a, b, _)| a != b && *a < size && *b < size)
                .map(|(left, right, percent)| {
                    Edge { left, right, probability: f64::from(percent) / 100.0, weight: f64::from(percent) }
                })
                .collect();
            for row in thresholds(&labels, &sources, edges.clone(), 7, [0.95, 0.6], cross) {
                // Connected rows by going over the edges until nothing changes.
                let mut lead: Vec<u32> = (0..size).collect();
                loop {
                    let before = lead.clone();
                    for edge in edges.iter().filter(|edge| edge.probability >= row.probability) {
                        let least = lead[edge.left as usize].min(lead[edge.right as usize]);
                        (lead[edge.left as usize], lead[edge.right as usize]) = (least, least);
                    }
                    if lead == before {
                        break;
                    }
                }
                let mut labelled: Vec<Labelled> = (0..size as usize)
                    .filter(|&i| labels[i] != UNLABELLED)
                    .map(|i| Labelled { lead: lead[i], label: labels[i], source: sources[i] })
                    .collect();
                labelled.sort_unstable();
                let expected = Pairwise::of(&labelled, cross);
                prop_assert_eq!(row.connected.found_pairs, expected.found_pairs);
                prop_assert_eq!(row.connected.correct_pairs, expected.correct_pairs);
                prop_assert_eq!(row.current, row.probability == 0.95);
            }
        }
    }
}
