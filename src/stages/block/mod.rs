//! block: which pairs of leads are worth comparing. Each rule groups the leads by a key; a pair is a candidate if some
//! rule puts both into one group. Blocks are offsets into members, pairs are made on the fly, and whether an earlier
//! rule has a pair is decided from the two leads' own block numbers: nothing remembers the pairs.

pub mod exact;
mod explain;
mod keys;
mod rules;

pub use explain::{Meeting, Outcome, meeting};
pub use keys::{Key, Part, Shape};
pub use rules::{BlockingRule, rules};

use std::ops::Range;

use rayon::prelude::*;

use crate::model::leads::LeadId;
use crate::model::matching::{BlockingYield, MatchColumns, Pair};
use keys::KeyTable;

/// Blocks that are named when they are over the limit.
const NAMED: usize = 10;

/// The blocks of all rules.
pub struct Candidates {
    rules: Vec<Blocks>,
}

/// The blocks of one rule.
struct Blocks {
    label: String,
    columns: Vec<usize>,
    /// Block `b` has the members `members[offsets[b] .. offsets[b + 1]]`, ascending, two or more.
    offsets: Vec<u32>,
    members: Vec<u32>,
    /// Lead `i` is in the blocks `ids[starts[i] .. starts[i + 1]]`, ascending.
    starts: Vec<u32>,
    ids: Vec<u32>,
    skipped: Vec<(String, u64)>,
}

/// A share of the pairs of one rule, of about equal size whatever the sizes of the blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The rule.
    pub rule: usize,
    /// Pairs in it, those of earlier rules included.
    pub pairs: u64,
    blocks: Range<usize>,
    /// Positions of the left leads, where a block is worked in several shares.
    lefts: Option<Range<usize>>,
}

/// Groups the leads by every rule.
pub fn candidates(columns: &MatchColumns, rules: &[BlockingRule]) -> Candidates {
    Candidates { rules: rules.iter().map(|rule| Blocks::new(columns, rule)).collect() }
}

impl Candidates {
    /// Number of rules.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }

    /// Columns that a rule's key is made of.
    pub fn columns(&self, rule: usize) -> &[usize] {
        &self.rules[rule].columns
    }

    /// Pairs of a rule, those of earlier rules included.
    pub fn pairs(&self, rule: usize) -> u64 {
        let rule = &self.rules[rule];
        (0..rule.len()).map(|block| pairs(rule.block(block).len())).sum()
    }

    /// What each rule yields; `new` are the pairs that no earlier rule had, where they have been counted.
    pub fn yields(&self, new: Option<&[u64]>) -> Vec<BlockingYield> {
        self.rules
            .iter()
            .enumerate()
            .map(|(i, rule)| BlockingYield {
                rule: rule.label.clone(),
                blocks: rule.len() as u64,
                pairs: new.map_or_else(|| self.pairs(i), |new| new[i]),
                largest: (0..rule.len()).map(|block| rule.block(block).len() as u64).max().unwrap_or(0),
                skipped: rule.skipped.clone(),
            })
            .collect()
    }

    /// All pairs, cut into shares of about `size` pairs.
    pub fn work(&self, size: u64) -> Vec<Work> {
        let mut all = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            let mut open: Option<Work> = None;
            for block in 0..rule.len() {
                let members = rule.block(block).len();
                let in_block = pairs(members);
                if in_block > size {
                    all.extend(open.take());
                    let whole = |lefts: Range<usize>| {
                        let pairs = lefts.clone().map(|left| (members - 1 - left) as u64).sum();
                        Work { rule: number, pairs, blocks: block..block + 1, lefts: Some(lefts) }
                    };
                    let step = (size as usize / members).max(1);
                    all.extend((0..members).step_by(step).map(|left| whole(left..(left + step).min(members))));
                    continue;
                }
                let work = open.get_or_insert(Work { rule: number, pairs: 0, blocks: block..block, lefts: None });
                work.blocks.end = block + 1;
                work.pairs += in_block;
                if work.pairs >= size {
                    all.extend(open.take());
                }
            }
            all.extend(open);
        }
        all
    }

    /// The first rule that has a pair.
    pub fn first_rule(&self, pair: Pair) -> Option<usize> {
        self.rules.iter().position(|rule| rule.first_common(pair.left.0, pair.right.0).is_some())
    }

    /// Shows every pair of a share, each once per rule, and whether no earlier rule has it.
    pub fn visit(&self, work: &Work, mut see: impl FnMut(Pair, &dyn Fn() -> bool)) {
        let rule = &self.rules[work.rule];
        for block in work.blocks.clone() {
            let members = rule.block(block);
            for i in work.lefts.clone().unwrap_or(0..members.len()) {
                let left = members[i];
                for &right in &members[i + 1..] {
                    if rule.first_common(left, right) == Some(block as u32) {
                        let pair = Pair { left: LeadId(left), right: LeadId(right) };
                        see(pair, &|| {
                            self.rules[..work.rule].iter().all(|rule| rule.first_common(left, right).is_none())
                        });
                    }
                }
            }
        }
    }
}

fn pairs(members: usize) -> u64 {
    let members = members as u64;
    members * members.saturating_sub(1) / 2
}

impl Blocks {
    fn new(columns: &MatchColumns, rule: &BlockingRule) -> Self {
        let table = KeyTable::new(columns, &rule.key);
        let entries = entries(columns.rows, &table);
        let finer = rule.finer.as_ref().map(|key| KeyTable::new(columns, key));
        let mut blocks = Self {
            label: rule.label.clone(),
            columns: rule.key.columns(),
            offsets: vec![0],
            members: Vec::new(),
            starts: Vec::new(),
            ids: Vec::new(),
            skipped: Vec::new(),
        };
        for group in entries.chunk_by(|a, b| a.0 == b.0) {
            if group.len() <= rule.whole {
                blocks.push(group.iter().map(|entry| entry.1));
                continue;
            }
            blocks.skipped.push((table.text(group[0].1, group[0].0), group.len() as u64));
            // Too large to compare whole: leads that agree on something more still meet.
            if let Some(finer) = &finer {
                let mut parts: Vec<(u64, u32)> = Vec::new();
                let mut keys = Vec::new();
                for entry in group {
                    finer.keys(entry.1, &mut keys);
                    parts.extend(keys.iter().map(|&key| (key, entry.1)));
                }
                parts.sort_unstable();
                for part in parts.chunk_by(|a, b| a.0 == b.0).filter(|part| part.len() <= rule.limit) {
                    blocks.push(part.iter().map(|entry| entry.1));
                }
            }
        }
        blocks.skipped.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        blocks.skipped.truncate(NAMED);
        blocks.number(columns.rows);
        blocks
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn block(&self, block: usize) -> &[u32] {
        &self.members[self.offsets[block] as usize..self.offsets[block + 1] as usize]
    }

    fn push(&mut self, members: impl ExactSizeIterator<Item = u32>) {
        if members.len() >= 2 {
            self.members.extend(members);
            self.offsets.push(self.members.len() as u32);
        }
    }

    /// Fills the block numbers per lead.
    fn number(&mut self, rows: usize) {
        let mut starts = vec![0u32; rows + 1];
        self.members.iter().for_each(|&member| starts[member as usize + 1] += 1);
        for i in 0..rows {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut ids = vec![0u32; self.members.len()];
        for block in 0..self.len() {
            for &member in self.block(block) {
                let slot = &mut next[member as usize];
                ids[*slot as usize] = block as u32;
                *slot += 1;
            }
        }
        (self.starts, self.ids) = (starts, ids);
    }

    fn of(&self, lead: u32) -> &[u32] {
        &self.ids[self.starts[lead as usize] as usize..self.starts[lead as usize + 1] as usize]
    }

    /// The first block that two leads have in common.
    fn first_common(&self, a: u32, b: u32) -> Option<u32> {
        let (p, q) = (self.of(a), self.of(b));
        let (mut i, mut j) = (0, 0);
        while i < p.len() && j < q.len() {
            match p[i].cmp(&q[j]) {
                std::cmp::Ordering::Equal => return Some(p[i]),
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
            }
        }
        None
    }
}

/// All keys with their leads, sorted, each once.
fn entries(rows: usize, table: &KeyTable<'_>) -> Vec<(u64, u32)> {
    const CHUNK: usize = 16_384;
    let chunks: Vec<Vec<(u64, u32)>> = (0..rows.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut found = Vec::with_capacity(CHUNK);
            let mut keys = Vec::new();
            for row in chunk * CHUNK..rows.min((chunk + 1) * CHUNK) {
                table.keys(row as u32, &mut keys);
                found.extend(keys.iter().map(|&key| (key, row as u32)));
            }
            found
        })
        .collect();
    let mut entries = chunks.concat();
    entries.par_sort_unstable();
    entries
}

#[cfg(test)]
mod tests;
