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
    let mut entries: Vec<(Vec<u64>, u32)> = Vec::new();
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
        entries.extend(combined.into_iter().map(|key| (key, row)));
    }
    entries.sort_unstable();
    let mut pairs: Vec<Pair> = entries
        .chunk_by(|a, b| a.0 == b.0)
        .flat_map(|group| {
            let first = LeadId(group[0].1);
            group[1..].iter().map(move |entry| Pair::new(first, LeadId(entry.1)))
        })
        .filter(|pair| agree(columns, &positions, rule.ignore_blanks, *pair))
        .collect();
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
