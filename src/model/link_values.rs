//! The values of an output column that tells of kept pairs, read from the links where they stand.

use std::sync::Arc;

use super::column_values::{Chunk, WordChunk};
use super::matching::{LinkRule, Links, Verdict};
use super::text::TextColumn;

/// What a column tells of kept pairs.
#[derive(Debug, Clone)]
pub enum LinkValue {
    /// Probability that both are one.
    Probability,
    /// Match weight.
    Weight,
    /// Weight of a comparison.
    ComparisonWeight(usize),
    /// A word.
    Word {
        /// What it is about.
        of: LinkWord,
        /// The word of each of its numbers.
        names: TextColumn,
    },
}

/// What has a number per pair, and a word per number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkWord {
    /// The model, a decision, then the duplicate rules.
    Rule,
    /// In the order of [`VERDICTS`].
    Verdict,
    /// The level of a comparison.
    Level(usize),
}

/// Every verdict.
pub const VERDICTS: [Verdict; 3] = [Verdict::Match, Verdict::Review, Verdict::Distinct];

/// Kept pairs in an order of their own.
#[derive(Debug, Clone)]
pub struct LinkRows {
    /// The pairs.
    pub links: Arc<Links>,
    /// Positions of the pairs; none for all as they stand.
    pub chosen: Option<Arc<Vec<u32>>>,
}

impl LinkRows {
    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.chosen.as_ref().map_or(self.links.rows.len(), |chosen| chosen.len())
    }

    /// True without pairs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position of a pair.
    pub fn get(&self, at: usize) -> usize {
        self.chosen.as_ref().map_or(at, |chosen| chosen[at] as usize)
    }

    /// These of the pairs.
    pub fn take(&self, kept: impl Iterator<Item = usize>) -> Self {
        let chosen = kept.map(|at| self.get(at) as u32).collect();
        Self { links: self.links.clone(), chosen: Some(Arc::new(chosen)) }
    }

    /// What a column tells of some of them.
    pub(super) fn chunk(&self, value: &LinkValue, range: std::ops::Range<usize>) -> Chunk {
        let links = &self.links;
        let rows = range.map(|at| self.get(at));
        let comparisons = links.model.comparisons.len();
        match value {
            LinkValue::Probability => Chunk::Number(rows.map(|row| Some(links.rows[row].probability)).collect()),
            LinkValue::Weight => Chunk::Number(rows.map(|row| Some(links.rows[row].weight)).collect()),
            LinkValue::ComparisonWeight(at) => {
                Chunk::Number(rows.map(|row| Some(f64::from(links.weights[row * comparisons + at]))).collect())
            }
            LinkValue::Word { of, names } => {
                let number = |row: usize| match of {
                    LinkWord::Rule => match links.rows[row].rule {
                        LinkRule::Model => 0,
                        LinkRule::Decision => 1,
                        LinkRule::Rule(rule) => 2 + usize::from(rule),
                    },
                    LinkWord::Verdict => links.rows[row].verdict as usize,
                    LinkWord::Level(at) => usize::from(links.levels[row * comparisons + at]),
                };
                let codes = rows.map(|row| names.codes[number(row)]).collect();
                Chunk::Words(WordChunk { words: names.dictionary.clone(), codes })
            }
        }
    }
}
