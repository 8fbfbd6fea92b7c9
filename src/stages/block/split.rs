//! What becomes of a block that is too large to compare whole: it is split by a second key, and what is too large
//! still is sorted by name, where neighbours meet (sorted neighbourhood, Hernández and Stolfo 1995).

use super::keys::{Key, KeyTable, Tables};
use super::rules::BlockingRule;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns, Role};

/// Leads on either side with which a lead of a sorted block is compared, at least.
const WINDOW: usize = 8;

/// Splits blocks; remembers the tables that several rules need.
pub(super) struct Splitter<'a> {
    finer: Vec<(Key, KeyTable<'a>)>,
    /// What leads are sorted by: the naming columns, then the given name.
    naming: Vec<&'a MatchColumn>,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(columns: &'a MatchColumns) -> Self {
        let naming = [Role::LastName, Role::FullName, Role::Company, Role::Text, Role::FirstName];
        let column = |&role: &Role| columns.role(role).map(|column| &columns.columns[column]);
        Self { finer: Vec::new(), naming: naming.iter().filter_map(column).collect() }
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
    fn windows(&self, members: &[u32], mut give: impl FnMut(&[u32])) {
        let mut sorted: Vec<(u64, u32)> = members.iter().map(|&member| (self.beginning(member), member)).collect();
        let names = |lead: u32| self.naming.iter().map(move |column| column.first(LeadId(lead)).unwrap_or(""));
        sorted.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| names(a.1).cmp(names(b.1))).then_with(|| a.1.cmp(&b.1))
        });
        let mut stretch = Vec::with_capacity(2 * WINDOW);
        let mut start = 0;
        loop {
            let end = (start + 2 * WINDOW).min(sorted.len());
            stretch.clear();
            stretch.extend(sorted[start..end].iter().map(|&(_, member)| member));
            stretch.sort_unstable();
            give(&stretch);
            if end == sorted.len() {
                return;
            }
            start += WINDOW;
        }
    }

    /// The first bytes of the first name, as a number that sorts as they do.
    fn beginning(&self, lead: u32) -> u64 {
        let mut bytes = [0; 8];
        let name = self.naming.first().and_then(|column| column.first(LeadId(lead))).unwrap_or("");
        name.bytes().zip(&mut bytes).for_each(|(byte, slot)| *slot = byte);
        u64::from_be_bytes(bytes)
    }
}
