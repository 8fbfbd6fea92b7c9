//! Average linkage (Sokal and Michener 1958) with the nearest-neighbour chain (Murtagh 1983): quadratic in the number
//! of items, and exact, since the average of a merged group lies between the averages of its parts.

use rayon::prelude::*;

/// The evidence between all items of a component: sums of log2 odds over pairs, and how many pairs they are.
pub(super) struct Evidence {
    items: usize,
    sums: Vec<f64>,
    counts: Vec<f64>,
}

/// Items whose pairs are not worth a second thread.
const SMALL: usize = 32;

/// What stands for "never": no sum of evidence gets near it.
const NEVER: f64 = -1e15;

impl Evidence {
    /// From the evidence across any two items; none keeps them apart.
    pub(super) fn new(items: &[u32], between: impl Fn(u32, u32) -> Option<(f64, f64)> + Sync) -> Self {
        let count = items.len();
        let (mut sums, mut counts) = (vec![0.0; count * count], vec![0.0; count * count]);
        let row = |i: usize| -> Vec<(f64, f64)> {
            items[i + 1..].iter().map(|&other| between(items[i], other).unwrap_or((NEVER, 1.0))).collect()
        };
        // The last component, where it is a large one, keeps no thread waiting.
        let rows: Vec<Vec<(f64, f64)>> = (0..count).into_par_iter().with_min_len(SMALL).map(row).collect();
        for (i, row) in rows.into_iter().enumerate() {
            for (j, (sum, pairs)) in (i + 1..).zip(row) {
                for at in [i * count + j, j * count + i] {
                    sums[at] = sum;
                    counts[at] = pairs;
                }
            }
        }
        Self { items: count, sums, counts }
    }

    fn average(&self, i: usize, j: usize) -> f64 {
        let at = i * self.items + j;
        self.sums[at] / self.counts[at]
    }

    /// Item `j` becomes part of item `i`.
    fn absorb(&mut self, i: usize, j: usize) {
        for k in 0..self.items {
            let (from, to) = (j * self.items + k, i * self.items + k);
            self.sums[to] += self.sums[from];
            self.counts[to] += self.counts[from];
            let mirrored = k * self.items + i;
            self.sums[mirrored] = self.sums[to];
            self.counts[mirrored] = self.counts[to];
        }
    }
}

/// The clusters of two or more items whose evidence is at least `least` on average, each ascending.
pub(super) fn average_linkage(items: &[u32], mut evidence: Evidence, least: f64) -> Vec<Vec<u32>> {
    let count = items.len();
    let mut groups: Vec<Vec<u32>> = items.iter().map(|&item| vec![item]).collect();
    let mut open: Vec<bool> = vec![true; count];
    let mut chain: Vec<usize> = Vec::new();
    while let Some(tip) = chain.last().copied().or_else(|| open.iter().position(|&open| open)) {
        if chain.is_empty() {
            chain.push(tip);
        }
        let before = chain.len().checked_sub(2).map(|at| chain[at]);
        let Some(nearest) = nearest(&evidence, &open, tip, before).filter(|&j| evidence.average(tip, j) >= least)
        else {
            // Nothing is near enough, and what was not near enough before a merge is not after it.
            open[tip] = false;
            chain.pop();
            continue;
        };
        if before == Some(nearest) {
            let (keep, gone) = (tip.min(nearest), tip.max(nearest));
            chain.truncate(chain.len() - 2);
            let moved = std::mem::take(&mut groups[gone]);
            groups[keep].extend(moved);
            open[gone] = false;
            evidence.absorb(keep, gone);
        } else {
            chain.push(nearest);
        }
    }
    let mut clusters: Vec<Vec<u32>> = groups.into_iter().filter(|group| group.len() > 1).collect();
    clusters.iter_mut().for_each(|group| group.sort_unstable());
    clusters
}

/// The open item with the highest average; of equal ones the one before in the chain, else the first.
fn nearest(evidence: &Evidence, open: &[bool], of: usize, before: Option<usize>) -> Option<usize> {
    let mut best = before.map(|j| (evidence.average(of, j), j));
    for j in (0..evidence.items).filter(|&j| open[j] && j != of) {
        let average = evidence.average(of, j);
        if best.is_none_or(|(highest, _)| average > highest) {
            best = Some((average, j));
        }
    }
    best.map(|(_, j)| j)
}
