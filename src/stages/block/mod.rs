//! block: which pairs of leads are worth comparing. Each rule groups the leads by a key; a pair is a candidate if some
//! rule puts both into one group. Blocks are offsets into members and are numbered through all rules, so the blocks of
//! a lead are one short ascending list: the first number that two leads have in common tells whether an earlier rule
//! has the pair. Pairs are made on the fly, and nothing remembers them.

pub mod exact;
mod explain;
mod keys;
mod plan;
mod rules;
mod split;

pub use explain::{Meeting, Outcome};
pub use keys::{Key, Part, Shape};
pub use rules::{BlockingRule, rules};

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::leads::LeadId;
use crate::model::matching::{BlockingYield, MatchColumns, Pair};

/// The blocks of all rules.
pub struct Candidates {
    rules: Vec<Rule>,
    /// Block `b` has the members `members[offsets[b] .. offsets[b + 1]]`, ascending, two or more.
    offsets: Vec<u32>,
    members: Vec<u32>,
    /// Lead `i` is in the blocks `ids[starts[i] .. starts[i + 1]]`, ascending.
    starts: Vec<u32>,
    ids: Vec<u32>,
    /// Per lead a group whose leads are never compared with one another (0 for none); empty where there is no such group.
    apart: Vec<u16>,
}

/// What is known of a rule beside its blocks.
struct Rule {
    label: String,
    columns: Vec<usize>,
    blocks: Range<usize>,
    /// Members of the largest block that is compared whole.
    whole: usize,
    /// Blocks that were too large, by key and size.
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

/// Groups the leads by every rule, as far as the budget of pairs goes; `across` allows pairs across sources only.
pub fn candidates(columns: &MatchColumns, rules: &[BlockingRule], across: bool) -> Candidates {
    plan::candidates(columns, rules, across)
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
        self.rules[rule].blocks.clone().map(|block| pairs(self.block(block).len())).sum()
    }

    /// Pairs of leads that may be compared, whether a rule finds them or not.
    pub fn comparable(&self) -> f64 {
        let pairs = |leads: usize| leads as f64 * (leads as f64 - 1.0) / 2.0;
        let mut groups: BTreeMap<u16, usize> = BTreeMap::new();
        for &group in self.apart.iter().filter(|&&group| group != 0) {
            *groups.entry(group).or_insert(0) += 1;
        }
        pairs(self.starts.len() - 1) - groups.into_values().map(pairs).sum::<f64>()
    }

    /// What each rule yields; `new` are the pairs that no earlier rule had, where they have been counted.
    pub fn yields(&self, new: Option<&[u64]>) -> Vec<BlockingYield> {
        let largest = |rule: &Rule| rule.blocks.clone().map(|block| self.block(block).len() as u64).max().unwrap_or(0);
        self.rules
            .iter()
            .enumerate()
            .map(|(i, rule)| BlockingYield {
                rule: rule.label.clone(),
                blocks: rule.blocks.len() as u64,
                pairs: new.map_or_else(|| self.pairs(i), |new| new[i]),
                largest: largest(rule),
                skipped: rule.skipped.clone(),
            })
            .collect()
    }

    /// All pairs, cut into shares of about `size` pairs.
    pub fn work(&self, size: u64) -> Vec<Work> {
        let mut all = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            let mut open: Option<Work> = None;
            for block in rule.blocks.clone() {
                let members = self.block(block).len();
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

    /// Shows every pair of a share that no earlier rule has, each once.
    pub fn visit(&self, work: &Work, mut see: impl FnMut(Pair)) {
        self.walk(work, |block, pair| {
            if self.first_common(pair, 0) == Some(block) {
                see(pair);
            }
        });
    }

    /// Shows the wanted pairs of a share, each once per rule, and whether no earlier rule has it.
    pub fn visit_all(&self, work: &Work, wanted: impl Fn(Pair) -> bool, mut see: impl FnMut(Pair, bool)) {
        let start = self.rules[work.rule].blocks.start as u32;
        self.walk(work, |block, pair| {
            if wanted(pair) && self.first_common(pair, start) == Some(block) {
                see(pair, start == 0 || self.first_common(pair, 0) == Some(block));
            }
        });
    }

    /// Whether some rule has a pair, and which is the first.
    pub fn rule_of(&self, pair: Pair) -> Option<usize> {
        let block = self.first_common(pair, 0)? as usize;
        let together = self.may_meet(pair);
        self.rules.iter().position(|rule| rule.blocks.contains(&block)).filter(|_| together)
    }

    fn walk(&self, work: &Work, mut see: impl FnMut(u32, Pair)) {
        for block in work.blocks.clone() {
            let members = self.block(block);
            for i in work.lefts.clone().unwrap_or(0..members.len()) {
                let left = members[i];
                for &right in &members[i + 1..] {
                    let pair = Pair { left: LeadId(left), right: LeadId(right) };
                    if self.may_meet(pair) {
                        see(block as u32, pair);
                    }
                }
            }
        }
    }

    /// Whether two leads may be compared at all.
    pub fn may_meet(&self, pair: Pair) -> bool {
        self.apart.is_empty() || {
            let group = self.apart[pair.left.index()];
            group == 0 || group != self.apart[pair.right.index()]
        }
    }

    fn block(&self, block: usize) -> &[u32] {
        &self.members[self.offsets[block] as usize..self.offsets[block + 1] as usize]
    }

    fn of(&self, lead: LeadId) -> &[u32] {
        &self.ids[self.starts[lead.index()] as usize..self.starts[lead.index() + 1] as usize]
    }

    /// The first block from `start` on that two leads have in common.
    fn first_common(&self, pair: Pair, start: u32) -> Option<u32> {
        let (p, q) = (self.of(pair.left), self.of(pair.right));
        let (mut i, mut j) = (0, 0);
        while i < p.len() && j < q.len() {
            match p[i].cmp(&q[j]) {
                std::cmp::Ordering::Equal if p[i] >= start => return Some(p[i]),
                std::cmp::Ordering::Equal => (i, j) = (i + 1, j + 1),
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
            }
        }
        None
    }
}

/// Pairs of so many leads.
fn pairs(members: usize) -> u64 {
    let members = members as u64;
    members * members.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests;
