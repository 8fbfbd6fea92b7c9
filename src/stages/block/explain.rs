//! Why a rule brings two leads together, or why it does not: the keys that each has, and what became of their blocks.

use rayon::prelude::*;
use serde::Serialize;

use super::keys::KeyTable;
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
    },
}

impl Meeting {
    /// Whether the pair is compared because of this rule.
    pub fn is_compared(&self) -> bool {
        matches!(self.outcome, Outcome::Compared { .. })
    }

    /// Exchanges left and right.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.left, &mut self.right);
        if let Outcome::TooLarge { parts: Some(parts), .. } = &mut self.outcome {
            parts.swap(0, 1);
        }
    }
}

/// What a rule makes of a pair.
pub fn meeting(columns: &MatchColumns, rule: &BlockingRule, pair: Pair) -> Meeting {
    let table = KeyTable::new(columns, &rule.key);
    let [left, right] = [pair.left.0, pair.right.0].map(|row| keys(&table, row));
    let shown = |row: u32, keys: &[u64]| keys.iter().take(SHOWN).map(|&key| table.text(row, key)).collect();
    let outcome = if left.is_empty() || right.is_empty() {
        Outcome::Blank
    } else {
        let common = left.iter().filter(|key| right.contains(key));
        let outcomes = common.map(|&key| shared(columns, rule, &table, key, pair));
        outcomes.max_by_key(|outcome| matches!(outcome, Outcome::Compared { .. })).unwrap_or(Outcome::Different)
    };
    Meeting { rule: rule.label.clone(), left: shown(pair.left.0, &left), right: shown(pair.right.0, &right), outcome }
}

/// What became of the block of a key that both leads have.
fn shared(columns: &MatchColumns, rule: &BlockingRule, table: &KeyTable<'_>, key: u64, pair: Pair) -> Outcome {
    let members: Vec<u32> =
        (0..columns.rows as u32).into_par_iter().filter(|&row| keys(table, row).contains(&key)).collect();
    let (leads, most) = (members.len() as u64, rule.whole as u64);
    let key = table.text(pair.left.0, key);
    if leads <= most {
        return Outcome::Compared { key, leads };
    }
    let Some(finer) = &rule.finer else { return Outcome::TooLarge { key, leads, most, parts: None } };
    let finer = KeyTable::new(columns, finer);
    let [left, right] = [pair.left.0, pair.right.0].map(|row| keys(&finer, row));
    let fits = |part: &u64| {
        right.contains(part) && members.iter().filter(|&&row| keys(&finer, row).contains(part)).count() <= rule.limit
    };
    if left.iter().any(fits) {
        return Outcome::Compared { key, leads };
    }
    let part = |row: u32, keys: &[u64]| keys.first().map_or_else(String::new, |&key| finer.text(row, key));
    Outcome::TooLarge { key, leads, most, parts: Some([part(pair.left.0, &left), part(pair.right.0, &right)]) }
}

fn keys(table: &KeyTable<'_>, row: u32) -> Vec<u64> {
    let mut keys = Vec::new();
    table.keys(row, &mut keys);
    keys
}
