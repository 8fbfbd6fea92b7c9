//! The blocks of a file within a budget of pairs: rules take their share in order, small blocks first, and what is too
//! large for a rule's share is split.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::keys::{KeyTable, Tables};
pub(super) use super::pairs as pairs_of;
use super::rules::BlockingRule;
use super::split::Splitter;
use super::{Candidates, Rule, pairs};
use crate::model::matching::MatchColumns;

/// Up to so many pairs every lead is compared with every other one, when rules are chosen from the data: what blocking
/// saves there is less than a second.
pub(super) const ALL_PAIRS: u64 = 1_000_000;

/// Pairs that automatic rules may make: some for the file, some for each lead.
const BUDGET: u64 = 1_000_000;
const BUDGET_PER_LEAD: u64 = 5;

/// The largest part of what is left of the budget that one rule may take.
const SHARE: u64 = 3;

/// Blocks that are named when they are over the limit.
const NAMED: usize = 10;

/// Rules that are grouped at a time, side by side: half of what a rule takes is the work of one thread. The groups of a
/// million leads are ready after 0.9 s on two threads, of 1.6 s of work. Few, since the groups of all are in memory.
const TOGETHER: usize = 4;

pub(super) fn candidates(columns: &MatchColumns, rules: &[BlockingRule], across: bool) -> Candidates {
    let rows = columns.rows;
    let mut building = Building { offsets: vec![0], ..Building::default() };
    let mut budget = BUDGET + BUDGET_PER_LEAD * rows as u64;
    let (mut tables, splitter) = (Tables::new(columns), Splitter::new(columns));
    for (at, together) in rules.chunks(TOGETHER).enumerate() {
        tables.make(together.iter().filter_map(|rule| rule.key.as_ref()));
        let keys: Vec<Option<KeyTable<'_>>> =
            together.iter().map(|rule| rule.key.as_ref().map(|key| KeyTable::new(&mut tables, key))).collect();
        let group = |table: &Option<KeyTable<'_>>| match table {
            Some(table) => Groups::new(rows, table),
            None => Groups { blocks: Blocks { members: (0..rows as u32).collect(), ends: vec![rows] }, keys: vec![0] },
        };
        let groups: Vec<Groups> = keys.par_iter().with_max_len(1).map(group).collect();
        for ((rule, table), groups) in together.iter().zip(&keys).zip(groups) {
            let allowed = if rule.capped { budget / SHARE } else { u64::MAX };
            let spent = building.add(rule, table.as_ref(), &groups, allowed, &mut tables, &splitter);
            budget = budget.saturating_sub(spent);
        }
        let later = rules.iter().skip((at + 1) * TOGETHER);
        tables.keep(later.flat_map(|rule| rule.key.iter().chain(&rule.finer)));
    }
    drop(tables);
    let (starts, ids) = numbers(rows, &building.offsets, &building.members);
    let Building { rules, offsets, members } = building;
    Candidates { rules, offsets, members, starts, ids, apart: columns.apart(across) }
}

#[derive(Default)]
struct Building {
    rules: Vec<Rule>,
    offsets: Vec<u32>,
    members: Vec<u32>,
}

impl Building {
    /// Adds a rule's blocks; returns how many pairs they make.
    fn add(
        &mut self,
        rule: &BlockingRule,
        table: Option<&KeyTable<'_>>,
        groups: &Groups,
        allowed: u64,
        tables: &mut Tables<'_>,
        splitter: &Splitter<'_>,
    ) -> u64 {
        let first = self.offsets.len() - 1;
        let whole = whole(groups, rule.whole, allowed);
        let large: Vec<&[u32]> = groups.blocks.iter().filter(|members| members.len() > whole).collect();
        let finer = rule.finer.as_ref().filter(|_| !large.is_empty()).map(|key| KeyTable::new(tables, key));
        let limit = if rule.capped { whole } else { rule.whole };
        let split = |members: &&[u32]| splitter.split(members, finer.as_ref(), limit, rule.windows);
        let mut parts = large.par_iter().map(split).collect::<Vec<Blocks>>().into_iter();
        let mut skipped = Vec::new();
        for (members, &key) in groups.blocks.iter().zip(&groups.keys) {
            if members.len() <= whole {
                self.push(members);
                continue;
            }
            skipped.push((members[0], key, members.len() as u64));
            parts.next().iter().flat_map(Blocks::iter).for_each(|part| self.push(part));
        }
        let mut named: Vec<(String, u64)> = Vec::new();
        skipped.sort_by_key(|&(.., size)| Reverse(size));
        // All of the size of the last that is named: of equal ones the texts decide.
        let least = skipped.get(NAMED - 1).map_or(0, |&(.., size)| size);
        let text = |member: u32, key: u64| table.map_or_else(String::new, |table| table.text(member, key));
        let large = skipped.iter().take_while(|&&(.., size)| size >= least);
        named.extend(large.map(|&(member, key, size)| (text(member, key), size)));
        named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        named.truncate(NAMED);
        self.close(rule, first, whole, named)
    }

    fn close(&mut self, rule: &BlockingRule, first: usize, whole: usize, skipped: Vec<(String, u64)>) -> u64 {
        let blocks = first..self.offsets.len() - 1;
        let spent = blocks.clone().map(|block| pairs((self.offsets[block + 1] - self.offsets[block]) as usize)).sum();
        let columns = rule.key.as_ref().map_or_else(Vec::new, super::Key::columns);
        self.rules.push(Rule { label: rule.label.clone(), columns, blocks, whole, skipped });
        spent
    }

    fn push(&mut self, members: &[u32]) {
        if members.len() >= 2 {
            self.members.extend_from_slice(members);
            self.offsets.push(self.members.len() as u32);
        }
    }
}

/// Blocks one behind the other, each with its members ascending.
#[derive(Default)]
pub(super) struct Blocks {
    members: Vec<u32>,
    /// Where each block ends.
    ends: Vec<usize>,
}

impl Blocks {
    pub(super) fn push(&mut self, members: impl Iterator<Item = u32>) {
        self.members.extend(members);
        self.ends.push(self.members.len());
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.members[start..end])
    }
}

/// The leads of each key that two or more have.
struct Groups {
    blocks: Blocks,
    keys: Vec<u64>,
}

impl Groups {
    fn new(rows: usize, table: &KeyTable<'_>) -> Self {
        let entries = entries(rows, table);
        let same = |a: &(u64, u32), b: &(u64, u32)| a.0 == b.0;
        let groups: Vec<&[(u64, u32)]> =
            entries.chunk_by(same).filter(|group| group.len() > 1 && table.turns(group)).collect();
        let members = Vec::with_capacity(groups.iter().map(|group| group.len()).sum());
        let mut blocks = Blocks { members, ends: Vec::with_capacity(groups.len()) };
        groups.iter().for_each(|group| blocks.push(group.iter().map(|entry| entry.1)));
        Self { blocks, keys: groups.iter().map(|group| group[0].0).collect() }
    }
}

/// Members of the largest block that is compared whole: as many as the limit and the pairs allowed let through, small
/// blocks first, since they tell most.
fn whole(groups: &Groups, limit: usize, allowed: u64) -> usize {
    let mut counts = vec![0u64; limit + 1];
    for members in groups.blocks.iter().filter(|members| members.len() <= limit) {
        counts[members.len()] += 1;
    }
    let mut sum = 0u64;
    for (size, count) in counts.iter().enumerate().skip(2) {
        sum += count * pairs(size);
        if sum > allowed {
            return (size - 1).max(2);
        }
    }
    limit
}

/// The keys that two leads or more have, with these leads, sorted.
fn entries(rows: usize, table: &KeyTable<'_>) -> Vec<(u64, u32)> {
    const CHUNK: usize = 16_384;
    let chunk = |chunk: usize| table.entries(chunk * CHUNK..rows.min((chunk + 1) * CHUNK));
    let mut chunks: Vec<Vec<(u64, u32)>> = (0..rows.div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
    let repeated = Repeated::new(chunks.iter().flatten().map(|entry| entry.0), rows);
    chunks.par_iter_mut().for_each(|chunk| chunk.retain(|entry| repeated.has(entry.0)));
    let mut entries = Vec::with_capacity(chunks.iter().map(Vec::len).sum());
    chunks.into_iter().for_each(|chunk| entries.extend(chunk));
    entries.par_sort_unstable();
    entries
}

/// Which keys may occur more than once: most keys of most rules do not, and need not be sorted.
struct Repeated {
    twice: Vec<u64>,
    shift: u32,
}

impl Repeated {
    fn new(keys: impl Iterator<Item = u64>, count: usize) -> Self {
        let bits = (count * 8).next_power_of_two().max(64);
        let (mut once, mut twice) = (vec![0u64; bits / 64], vec![0u64; bits / 64]);
        let shift = 64 - bits.trailing_zeros();
        for key in keys {
            let place = (key >> shift) as usize;
            let bit = 1 << (place % 64);
            twice[place / 64] |= once[place / 64] & bit;
            once[place / 64] |= bit;
        }
        Self { twice, shift }
    }

    fn has(&self, key: u64) -> bool {
        let place = (key >> self.shift) as usize;
        self.twice[place / 64] & (1 << (place % 64)) != 0
    }
}

/// The block numbers of each lead, ascending, as offsets and numbers.
fn numbers(rows: usize, offsets: &[u32], members: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; rows + 1];
    members.iter().for_each(|&member| starts[member as usize + 1] += 1);
    for i in 0..rows {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut ids = vec![0u32; members.len()];
    for (block, range) in offsets.windows(2).enumerate() {
        for &member in &members[range[0] as usize..range[1] as usize] {
            let slot = &mut next[member as usize];
            ids[*slot as usize] = block as u32;
            *slot += 1;
        }
    }
    (starts, ids)
}
