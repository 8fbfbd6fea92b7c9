//! How often an entity is written down, and in which file: one file with duplicates, or two files that overlap.

use super::rng::Rng;

/// Where the rows of an entity go.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    /// One file; the shares of entities with 1, 2, 3, ... rows.
    One(&'static [f64]),
    /// Two files, each without duplicates: half of each file's entities are in the other one, too.
    Two,
}

impl Layout {
    /// The file of each row of an entity.
    pub(crate) fn files(self, rng: &mut Rng) -> Vec<usize> {
        match self {
            Layout::One(sizes) => vec![0; 1 + rng.weighted(sizes.iter().copied())],
            Layout::Two => [vec![0, 1], vec![0], vec![1]][rng.below(3)].clone(),
        }
    }
}
