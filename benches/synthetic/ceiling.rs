//! The ceiling: which true pairs nobody could find, because nothing is left in the rows that says so.
//!
//! Every kind of set names combinations of evidence that convince a careful clerk: an e-mail, a name with a street.
//! Two rows of an entity can be linked when both show the same values of a combination (spelled however badly) and no
//! row of another entity of the set shows these values, too. A row that is linked with no other of its cluster is not
//! distinguishable. Links are followed on: the ceiling's recall counts the true pairs that links join, over one step or
//! more. It is an upper bound: links are counted even where another row of the cluster contradicts.

use std::ops::Range;

use super::owners::{Owners, SEVERAL};
use super::record::{Shown, joint};

/// Evidence that convinces: both rows show the same of `same`, and no other entity shows the same of `alone`.
pub(crate) struct Combination {
    pub(crate) same: &'static [usize],
    pub(crate) alone: &'static [usize],
}

impl Combination {
    /// Values that together belong to one entity only.
    pub(crate) const fn of(evidence: &'static [usize]) -> Self {
        Combination { same: evidence, alone: evidence }
    }
}

/// What can be found at best.
pub(crate) struct Ceiling {
    /// Pairs of rows of one entity.
    pub(crate) pairs: u64,
    /// Those of them that can be found.
    pub(crate) findable: u64,
    /// For each row, whether it is alone in its cluster or linked with another of it.
    pub(crate) told: Vec<bool>,
}

fn root(parents: &mut [u32], mut row: usize) -> usize {
    while parents[row] as usize != row {
        parents[row] = parents[parents[row] as usize];
        row = parents[row] as usize;
    }
    row
}

fn values(shown: &Shown, evidence: &[usize]) -> u64 {
    let mut keys = [0; 8];
    for (key, &at) in keys.iter_mut().zip(evidence) {
        *key = shown[at];
    }
    joint(&keys[..evidence.len()])
}

/// The ceiling of rows that stand entity by entity.
pub(crate) fn find(entity: &[u32], shown: &[Shown], combinations: &[Combination]) -> Ceiling {
    let clusters: Vec<Range<usize>> = entity
        .chunk_by(|a, b| a == b)
        .scan(0, |start, rows| {
            let range = *start..*start + rows.len();
            *start = range.end;
            Some(range)
        })
        .collect();
    // Half of the combinations each on a thread of its own: what is linked does not depend on the order.
    let (one, other) = combinations.split_at(combinations.len() / 2);
    let (mut parents, further) = std::thread::scope(|scope| {
        let one = scope.spawn(|| linked(&clusters, entity, shown, one));
        let other = linked(&clusters, entity, shown, other);
        (one.join().expect("linking does not panic"), other)
    });
    for (row, &parent) in further.iter().enumerate() {
        let (one, other) = (root(&mut parents, row), root(&mut parents, parent as usize));
        parents[one.max(other)] = one.min(other) as u32;
    }
    let mut ceiling = Ceiling { pairs: 0, findable: 0, told: vec![true; entity.len()] };
    for range in clusters.into_iter().filter(|range| range.len() > 1) {
        let roots: Vec<usize> = range.clone().map(|row| root(&mut parents, row)).collect();
        let size = range.len() as u64;
        ceiling.pairs += size * (size - 1) / 2;
        for (at, row) in range.enumerate() {
            let joined = roots.iter().filter(|&&other| other == roots[at]).count() as u64;
            ceiling.findable += joined - 1;
            ceiling.told[row] = joined > 1;
        }
    }
    ceiling.findable /= 2;
    ceiling
}

/// For each row another row that it is linked with, or itself.
fn linked(clusters: &[Range<usize>], entity: &[u32], shown: &[Shown], combinations: &[Combination]) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..entity.len() as u32).collect();
    for combination in combinations {
        // Only values that several rows of one entity may share need an owner; all other rows can only contest them.
        let mut owners = Owners::new();
        for range in clusters.iter().filter(|range| range.len() > 1) {
            for row in range.clone() {
                let value = values(&shown[row], combination.alone);
                if value != 0 {
                    owners.claim(value, entity[row]);
                }
            }
        }
        for range in clusters.iter().filter(|range| range.len() == 1) {
            let value = values(&shown[range.start], combination.alone);
            if value != 0 && owners.of(value).is_some() {
                owners.claim(value, SEVERAL);
            }
        }
        for range in clusters.iter().filter(|range| range.len() > 1) {
            link(range.clone(), entity, shown, combination, &owners, &mut parents);
        }
    }
    parents
}

fn link(
    rows: Range<usize>,
    entity: &[u32],
    shown: &[Shown],
    combination: &Combination,
    owners: &Owners,
    parents: &mut [u32],
) {
    for a in rows.clone() {
        let alone = values(&shown[a], combination.alone);
        let same = values(&shown[a], combination.same);
        if alone == 0 || same == 0 || owners.of(alone) != Some(entity[a]) {
            continue;
        }
        for (b, further) in shown.iter().enumerate().take(rows.end).skip(a + 1) {
            if values(further, combination.same) == same && values(further, combination.alone) == alone {
                let (one, other) = (root(parents, a), root(parents, b));
                parents[one.max(other)] = one.min(other) as u32;
            }
        }
    }
}
