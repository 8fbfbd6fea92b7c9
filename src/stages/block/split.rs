//! What becomes of a block that is too large to compare whole: it is split by a second key, and what is too large
//! still is sorted by name, where neighbours meet (sorted neighbourhood, Hernández and Stolfo 1995).

use super::keys::{Key, KeyTable, Tables};
use super::rules::BlockingRule;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumns, Role};

/// Leads on either side with which a lead of a sorted block is compared, at least.
const WINDOW: usize = 8;

/// Splits blocks; remembers the tables that several rules need.
pub(super) struct Splitter<'a> {
    columns: &'a MatchColumns,
    finer: Vec<(Key, KeyTable<'a>)>,
    /// Per lead, its place among all leads by name.
    places: Option<Vec<u32>>,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(columns: &'a MatchColumns) -> Self {
        Self { columns, finer: Vec::new(), places: None }
    }

    /// Gives the parts of a block, each with its members ascending.
    pub(super) fn split(
        &mut self,
        members: &[u32],
        rule: &BlockingRule,
        whole: usize,
        tables: &mut Tables<'a>,
        mut give: impl FnMut(&[u32]),
    ) {
        let Some(finer) = &rule.finer else {
            if rule.windows {
                self.windows(members, give);
            }
            return;
        };
        let at = self.finer.iter().position(|(key, _)| key == finer).unwrap_or_else(|| {
            self.finer.push((finer.clone(), KeyTable::new(tables, finer)));
            self.finer.len() - 1
        });
        let mut parts: Vec<(u64, u32)> = Vec::new();
        let mut keys = Vec::new();
        for &member in members {
            self.finer[at].1.keys(member, &mut keys);
            parts.extend(keys.iter().map(|&key| (key, member)));
        }
        parts.sort_unstable();
        let limit = if rule.capped { whole } else { rule.whole };
        for part in parts.chunk_by(|a, b| a.0 == b.0) {
            let members: Vec<u32> = part.iter().map(|entry| entry.1).collect();
            if members.len() <= limit {
                give(&members);
            } else if rule.windows {
                self.windows(&members, &mut give);
            }
        }
    }

    /// Overlapping stretches of the members in the order of their names: any two within the window share one.
    fn windows(&mut self, members: &[u32], mut give: impl FnMut(&[u32])) {
        let places = self.places.get_or_insert_with(|| places(self.columns));
        let mut sorted = members.to_vec();
        sorted.sort_unstable_by_key(|&member| (places[member as usize], member));
        let mut start = 0;
        loop {
            let end = (start + 2 * WINDOW).min(sorted.len());
            let mut stretch = sorted[start..end].to_vec();
            stretch.sort_unstable();
            give(&stretch);
            if end == sorted.len() {
                return;
            }
            start += WINDOW;
        }
    }
}

/// Each lead's place in the order of names: by the first filled one of the naming columns, then by given name.
fn places(columns: &MatchColumns) -> Vec<u32> {
    let rank = |role: Role| {
        let column = &columns.columns[columns.role(role)?];
        let mut codes: Vec<u32> = (0..column.dictionary.len() as u32).collect();
        codes.sort_unstable_by_key(|&code| column.dictionary.get(code));
        let mut ranks = vec![0u32; codes.len()];
        (0u32..).zip(&codes).for_each(|(rank, &code)| ranks[code as usize] = rank);
        Some(
            (0..columns.rows as u32)
                .map(|row| column.of(LeadId(row)).first().map_or(0, |&c| ranks[c as usize]))
                .collect(),
        )
    };
    let naming = [Role::LastName, Role::FullName, Role::Company, Role::Text];
    let ranks: Vec<Vec<u32>> = naming.iter().chain(&[Role::FirstName]).filter_map(|&role| rank(role)).collect();
    let mut order: Vec<u32> = (0..columns.rows as u32).collect();
    order.sort_unstable_by(|&a, &b| {
        let of = |row: u32| ranks.iter().map(move |ranks| ranks[row as usize]);
        of(a).cmp(of(b)).then(a.cmp(&b))
    });
    let mut places = vec![0; columns.rows];
    (0u32..).zip(&order).for_each(|(place, &row)| places[row as usize] = place);
    places
}
