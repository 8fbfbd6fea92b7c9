//! What becomes of a block that is too large to compare whole: it is split by a second key, and what is too large
//! still is sorted by name, where neighbours meet (sorted neighbourhood, Hernández and Stolfo 1995).

use super::keys::KeyTable;
use super::plan::Blocks;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns, Role};

/// Leads on either side with which a lead of a sorted block is compared, at least.
const WINDOW: usize = 8;

/// Splits blocks.
pub(super) struct Splitter<'a> {
    /// What leads are sorted by: the naming columns, then the given name.
    naming: Vec<&'a MatchColumn>,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(columns: &'a MatchColumns) -> Self {
        let naming = [Role::LastName, Role::FullName, Role::Company, Role::Text, Role::FirstName];
        let column = |&role: &Role| columns.role(role).map(|column| &columns.columns[column]);
        Self { naming: naming.iter().filter_map(column).collect() }
    }

    /// The parts of a block by finer keys, as far as they have at most so many members; of larger ones windows, where
    /// these are wanted.
    pub(super) fn split(&self, members: &[u32], finer: Option<&KeyTable<'_>>, limit: usize, windows: bool) -> Blocks {
        let mut found = Blocks::default();
        let Some(finer) = finer else {
            if windows {
                self.windows(members.iter().copied(), &mut found);
            }
            return found;
        };
        let mut parts: Vec<(u64, u32)> = Vec::new();
        let mut keys = Vec::new();
        for &member in members {
            finer.keys(member, &mut keys);
            parts.extend(keys.iter().map(|&key| (key, member)));
        }
        parts.sort_unstable();
        for part in parts.chunk_by(|a, b| a.0 == b.0) {
            let members = part.iter().map(|entry| entry.1);
            if part.len() <= limit {
                found.push(members);
            } else if windows {
                self.windows(members, &mut found);
            }
        }
        found
    }

    /// Overlapping stretches of the members in the order of their names: any two within the window share one.
    fn windows(&self, members: impl Iterator<Item = u32>, found: &mut Blocks) {
        let mut sorted: Vec<(u64, u32)> = members.map(|member| (self.beginning(member), member)).collect();
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
            found.push(stretch.iter().copied());
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
