//! Why a rule brings two leads together, or why it does not: the keys that each has, and what became of their blocks.

use rayon::prelude::*;
use serde::Serialize;

use super::Candidates;
use super::keys::{KeyTable, Tables};
use super::rules::BlockingRule;
use crate::model::matching::{MatchColumns, Pair};

/// Keys of a lead that are shown.
const SHOWN: usize = 8;

/// What a rule makes of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// The rule, as a user writes it.
    pub rule: String,
    /// The left row's keys; empty where a part of the key is blank.
    pub left: Vec<String>,
    /// The right row's.
    pub right: Vec<String>,
    /// What came of them.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of the keys of two leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Every lead is compared with every other one.
    EveryPair,
    /// One of the two has no key.
    Blank,
    /// They have no key in common.
    Different,
    /// They share a block and are compared.
    Compared {
        /// The key that they share.
        key: String,
        /// Leads that have it.
        leads: u64,
    },
    /// Their block was too large to compare whole, and its parts do not bring them together.
    TooLarge {
        /// The key that they share.
        key: String,
        /// Leads that have it.
        leads: u64,
        /// Leads of the largest block that is compared whole.
        most: u64,
        /// By what the block was split: the left row's part and the right one's; none where it was not split.
        parts: Option<[String; 2]>,
        /// Whether neighbours by name were compared in what was too large even then.
        windows: bool,
    },
}

impl Meeting {
    /// Whether the pair is compared because of this rule.
    pub fn is_compared(&self) -> bool {
        matches!(self.outcome, Outcome::EveryPair | Outcome::Compared { .. })
    }

    /// Exchanges left and right.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.left, &mut self.right);
        if let Outcome::TooLarge { parts: Some(parts), .. } = &mut self.outcome {
            parts.swap(0, 1);
        }
    }
}

impl Candidates {
    /// What each of the rules that the blocks were made by makes of a pair.
    pub fn meetings(&self, columns: &MatchColumns, rules: &[BlockingRule], pair: Pair) -> Vec<Meeting> {
        rules.iter().enumerate().map(|(number, rule)| self.meeting(columns, number, rule, pair)).collect()
    }

    fn meeting(&self, columns: &MatchColumns, number: usize, rule: &BlockingRule, pair: Pair) -> Meeting {
        let label = rule.label.clone();
        let Some(key) = &rule.key else {
            return Meeting { rule: label, left: Vec::new(), right: Vec::new(), outcome: Outcome::EveryPair };
        };
        let table = KeyTable::new(&mut Tables::new(columns), key);
        let [left, right] = [pair.left.0, pair.right.0].map(|row| keys(&table, row));
        let shown = |row: u32, keys: &[u64]| keys.iter().take(SHOWN).map(|&key| table.text(row, key)).collect();
        // The fewer leads have a key, the more it tells.
        let common = left.iter().filter(|key| right.contains(key)).map(|&key| (sharing(columns, &table, key), key));
        let outcome = match common.min() {
            _ if left.is_empty() || right.is_empty() => Outcome::Blank,
            None => Outcome::Different,
            Some((leads, key)) => {
                let key = table.text(pair.left.0, key);
                let blocks = &self.rules[number].blocks;
                let block = self.first_common(pair, blocks.start as u32);
                match block.is_some_and(|block| blocks.contains(&(block as usize))) {
                    true => Outcome::Compared { key, leads },
                    false => {
                        let (most, parts) = (self.rules[number].whole as u64, parts(columns, rule, pair));
                        Outcome::TooLarge { key, leads, most, parts, windows: rule.windows }
                    }
                }
            }
        };
        let (left, right) = (shown(pair.left.0, &left), shown(pair.right.0, &right));
        Meeting { rule: label, left, right, outcome }
    }
}

/// How many leads have a key.
fn sharing(columns: &MatchColumns, table: &KeyTable<'_>, key: u64) -> u64 {
    (0..columns.rows as u32).into_par_iter().filter(|&row| keys(table, row).contains(&key)).count() as u64
}

/// By what the two leads were told apart within a block that was too large.
fn parts(columns: &MatchColumns, rule: &BlockingRule, pair: Pair) -> Option<[String; 2]> {
    let table = KeyTable::new(&mut Tables::new(columns), rule.finer.as_ref()?);
    let [left, right] = [pair.left.0, pair.right.0].map(|row| keys(&table, row));
    let common = left.iter().find(|key| right.contains(key)).copied();
    let part = |row: u32, keys: &[u64]| {
        let key = common.or_else(|| keys.first().copied());
        key.map_or_else(String::new, |key| table.text(row, key))
    };
    Some([part(pair.left.0, &left), part(pair.right.0, &right)])
}

fn keys(table: &KeyTable<'_>, row: u32) -> Vec<u64> {
    let mut keys = Vec::new();
    table.keys(row, &mut keys);
    keys
}
