//! A partition of numbers: union-find by size, with the members of each part at hand.

use crate::model::matching::Clusters;

/// Which numbers are together.
pub(super) struct Partition {
    parent: Vec<u32>,
    /// The members of parts of two or more, by root; other roots have none.
    members: Vec<Vec<u32>>,
    /// Each number by itself, so that a part of one is a slice, too.
    alone: Vec<u32>,
}

impl Partition {
    /// Every number by itself.
    pub(super) fn new(count: usize) -> Self {
        let alone: Vec<u32> = (0..count as u32).collect();
        Self { parent: alone.clone(), members: vec![Vec::new(); count], alone }
    }

    /// The number that stands for a part.
    pub(super) fn root(&self, mut of: u32) -> u32 {
        while self.parent[of as usize] != of {
            of = self.parent[of as usize];
        }
        of
    }

    /// All members of a number's part.
    pub(super) fn members(&self, of: u32) -> &[u32] {
        let root = self.root(of) as usize;
        if self.members[root].is_empty() { &self.alone[root..=root] } else { &self.members[root] }
    }

    /// Makes two parts one. The larger one keeps its root, of equal ones the smaller number: depth stays logarithmic.
    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let rank = |root: u32| (usize::MAX - self.members[root as usize].len(), root);
        let (large, small) = if rank(a) < rank(b) { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.members[small as usize]);
        let into = &mut self.members[large as usize];
        if into.is_empty() {
            into.push(large);
        }
        if moved.is_empty() {
            into.push(small);
        } else {
            into.extend(moved);
        }
        self.parent[small as usize] = large;
    }

    /// The parts of two or more.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[u32]> {
        self.members.iter().filter(|members| !members.is_empty()).map(Vec::as_slice)
    }

    /// As clusters, numbered by their smallest lead.
    pub(super) fn clusters(&self) -> Clusters {
        let mut number = vec![u32::MAX; self.parent.len()];
        let mut next = 0;
        let of = (0..self.parent.len() as u32)
            .map(|lead| {
                let root = self.root(lead) as usize;
                if number[root] == u32::MAX {
                    number[root] = next;
                    next += 1;
                }
                number[root]
            })
            .collect();
        Clusters::from_assignment(of)
    }
}
