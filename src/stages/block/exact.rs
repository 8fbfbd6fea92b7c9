//! Published duplicate rules: leads that are the same in every column of a rule are one, without a model.
//!
//! Columns are equal in match form; under `case_sensitive = true` in clean form, for which there are columns of their own
//! ("=NAME").

use super::keys::{Key, KeyTable, Part, Shape, Tables};
use crate::config::plan::DuplicateRule;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumns, Pair};

/// The pairs that a rule makes one: the first lead of each group with each other one, which joins the group in as many
/// pairs as it has members.
pub fn same(columns: &MatchColumns, rule: &DuplicateRule) -> Vec<Pair> {
    pairs(columns, rule, |group| {
        let first = group[0];
        group[1..].iter().map(move |&row| Pair::new(first, row)).collect()
    })
}

/// Records of one value that a rule gives a lead at most: so many are ambiguous as more would be.
const MOST_RECORDS: usize = 100;

/// The pairs that a rule makes one of two lists that stand in one table: each row of the first one, which has `first`
/// rows, with the rows of the second one.
pub fn same_between(columns: &MatchColumns, rule: &DuplicateRule, first: usize) -> Vec<Pair> {
    pairs(columns, rule, |group| {
        let (left, right) = group.split_at(group.partition_point(|row| row.index() < first));
        let right = &right[..right.len().min(MOST_RECORDS)];
        left.iter().flat_map(|&row| right.iter().map(move |&record| Pair::new(row, record))).collect()
    })
}

/// What is made of the groups of rows, ascending, that agree on a rule.
fn pairs(columns: &MatchColumns, rule: &DuplicateRule, of_group: impl Fn(&[LeadId]) -> Vec<Pair>) -> Vec<Pair> {
    let position = |name: &String| match rule.case_sensitive {
        true => columns.find(&format!("={name}")),
        false => columns.find(name),
    };
    let Some(positions) = rule.same.iter().map(position).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    if positions.is_empty() {
        return Vec::new();
    }
    let rows = (0..columns.rows as u32).filter(|&row| !(rule.exclude_inactive && columns.closed[row as usize]));
    let mut tables = Tables::new(columns);
    let parts: Vec<KeyTable<'_>> = positions
        .iter()
        .map(|&column| KeyTable::new(&mut tables, &Key::All(vec![Part { column, shape: Shape::Whole }])))
        .collect();
    let mut entries: Vec<(Vec<u64>, LeadId)> = Vec::new();
    let mut keys = Vec::new();
    for row in rows {
        let mut combined = vec![Vec::with_capacity(parts.len())];
        for part in &parts {
            part.keys(row, &mut keys);
            if keys.is_empty() && !rule.ignore_blanks {
                keys.push(0);
            }
            combined = combined
                .iter()
                .flat_map(|before: &Vec<u64>| keys.iter().map(|&key| before.iter().copied().chain([key]).collect()))
                .collect();
        }
        entries.extend(combined.into_iter().map(|key| (key, LeadId(row))));
    }
    entries.sort_unstable();
    let mut rows = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for group in entries.chunk_by(|a, b| a.0 == b.0) {
        rows.clear();
        rows.extend(group.iter().map(|&(_, row)| row));
        pairs.extend(of_group(&rows));
    }
    pairs.retain(|pair| agree(columns, &positions, rule.ignore_blanks, *pair));
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The values themselves decide, not their hashes.
fn agree(columns: &MatchColumns, positions: &[usize], ignore_blanks: bool, pair: Pair) -> bool {
    positions.iter().all(|&position| {
        let (a, b) = (columns.columns[position].of(pair.left), columns.columns[position].of(pair.right));
        a.iter().any(|code| b.contains(code)) || (!ignore_blanks && a.is_empty() && b.is_empty())
    })
}
