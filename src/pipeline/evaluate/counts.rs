//! Figures of a partition against labels, by counting rows per lead and label: no pair is ever listed.

use rayon::prelude::*;
use serde::Serialize;

/// A labelled row: its lead, its label, its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Labelled {
    /// The lead that it was put into.
    pub(super) lead: u32,
    /// The entity that it is.
    pub(super) label: u32,
    /// Its source.
    pub(super) source: u32,
}

/// Pairs of rows: found against true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pairwise {
    /// Pairs of one label.
    pub true_pairs: u64,
    /// Pairs of one lead.
    pub found_pairs: u64,
    /// Pairs of both.
    pub correct_pairs: u64,
    /// Share of the found pairs that are correct; 1 where none is found.
    pub precision: f64,
    /// Share of the true pairs that are found; 1 where there is none.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// Precision and recall per row, averaged over all rows (Bagga and Baldwin 1998).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BCubed {
    /// Share of a row's lead that is of its label.
    pub precision: f64,
    /// Share of a row's label that is in its lead.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// Whole clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ClusterCounts {
    /// Labels.
    pub labels: u64,
    /// Leads that have labelled rows.
    pub leads: u64,
    /// Labels whose rows are exactly those of a lead.
    pub exact: u64,
    /// Labels of two or more rows.
    pub labels_of_several: u64,
    /// Those of them whose rows are exactly those of a lead.
    pub exact_of_several: u64,
}

/// Pairs among so many.
pub(super) fn pairs(rows: u64) -> u64 {
    rows * rows.saturating_sub(1) / 2
}

impl Pairwise {
    /// From the three counts.
    pub(super) fn new(true_pairs: u64, found_pairs: u64, correct_pairs: u64) -> Self {
        let share = |of: u64| if of == 0 { 1.0 } else { correct_pairs as f64 / of as f64 };
        let (precision, recall) = (share(found_pairs), share(true_pairs));
        Self { true_pairs, found_pairs, correct_pairs, precision, recall, f1: harmonic(precision, recall) }
    }

    /// All pairs of labelled rows, or only those between different sources; `rows` sorted by lead, then label.
    pub(super) fn of(rows: &[Labelled], cross: bool) -> Self {
        let together = |cell: &[Labelled]| pairs(cell.len() as u64);
        let both: u64 = rows.chunk_by(|a, b| (a.lead, a.label) == (b.lead, b.label)).map(together).sum();
        let all = [sizes(rows, |row| row.label), sizes(rows, |row| row.lead)];
        let [labels, leads] = all.map(|sizes| sizes.into_iter().map(pairs).sum::<u64>());
        if !cross {
            return Self::new(labels, leads, both);
        }
        let inside = |key: fn(&Labelled) -> (u32, u32)| within(rows, |row| (key(row), row.source));
        Self::new(
            labels - inside(|row| (row.label, 0)),
            leads - inside(|row| (row.lead, 0)),
            both - inside(|row| (row.lead, row.label)),
        )
    }
}

/// Rows per code.
fn sizes(rows: &[Labelled], code: fn(&Labelled) -> u32) -> Vec<u64> {
    let mut sizes = vec![0u64; rows.iter().map(code).max().map_or(0, |most| most as usize + 1)];
    rows.iter().for_each(|row| sizes[code(row) as usize] += 1);
    sizes
}

/// Pairs of rows that have one key.
fn within<K: Ord + Send>(rows: &[Labelled], key: impl Fn(&Labelled) -> K + Sync + Send) -> u64 {
    let mut keys: Vec<K> = rows.par_iter().map(key).collect();
    keys.par_sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|group| pairs(group.len() as u64)).sum()
}

fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
}

/// B-cubed figures and whole clusters; `rows` sorted by lead, then label.
pub(super) fn clusters(rows: &[Labelled]) -> (BCubed, ClusterCounts) {
    let (leads, labels) = (sizes(rows, |row| row.lead), sizes(rows, |row| row.label));
    let mut counts = ClusterCounts {
        labels: labels.iter().filter(|&&rows| rows > 0).count() as u64,
        leads: leads.iter().filter(|&&rows| rows > 0).count() as u64,
        labels_of_several: labels.iter().filter(|&&rows| rows > 1).count() as u64,
        ..ClusterCounts::default()
    };
    let (mut precision, mut recall) = (0.0, 0.0);
    for cell in rows.chunk_by(|a, b| (a.lead, a.label) == (b.lead, b.label)) {
        let both = cell.len() as u64;
        let (lead, label) = (leads[cell[0].lead as usize], labels[cell[0].label as usize]);
        precision += (both * both) as f64 / lead as f64;
        recall += (both * both) as f64 / label as f64;
        if both == lead && both == label {
            counts.exact += 1;
            counts.exact_of_several += u64::from(both > 1);
        }
    }
    let all = rows.len().max(1) as f64;
    let (precision, recall) = (precision / all, recall / all);
    (BCubed { precision, recall, f1: harmonic(precision, recall) }, counts)
}

/// A group whose rows are of several others: a lead of several labels, or a label over several leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Torn {
    /// The group.
    pub(super) group: u32,
    pub(super) rows: u64,
    /// Groups of the other kind in it.
    pub(super) parts: u64,
    /// Pairs of its rows that are of different parts.
    pub(super) pairs: u64,
    /// A row of the largest part and one of the next.
    pub(super) examples: [u32; 2],
}

/// The groups with the most pairs across their parts, of entries (group, part, row).
pub(super) fn most_torn(entries: impl Iterator<Item = (u32, u32, u32)> + Clone, most: usize) -> Vec<Torn> {
    // Few groups are torn: only their entries are sorted.
    const NONE: u32 = u32::MAX;
    let groups = entries.clone().map(|entry| entry.0).max().map_or(0, |most| most as usize + 1);
    let (mut first, mut is_torn) = (vec![NONE; groups], vec![false; groups]);
    for (group, part, _) in entries.clone() {
        let group = group as usize;
        is_torn[group] |= first[group] != NONE && first[group] != part;
        first[group] = part;
    }
    let mut entries: Vec<(u32, u32, u32)> = entries.filter(|entry| is_torn[entry.0 as usize]).collect();
    entries.par_sort_unstable();
    let torn = |group: &[(u32, u32, u32)]| {
        let mut parts: Vec<&[(u32, u32, u32)]> = group.chunk_by(|a, b| a.1 == b.1).collect();
        if parts.len() < 2 {
            return None;
        }
        let inside: u64 = parts.iter().map(|part| pairs(part.len() as u64)).sum();
        parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0].2));
        let rows = group.len() as u64;
        let pairs = pairs(rows) - inside;
        let examples = [parts[0][0].2, parts[1][0].2];
        Some(Torn { group: group[0].0, rows, parts: parts.len() as u64, pairs, examples })
    };
    let mut found: Vec<Torn> = entries.chunk_by(|a, b| a.0 == b.0).filter_map(torn).collect();
    found.sort_by_key(|torn| (std::cmp::Reverse(torn.pairs), torn.examples));
    found.truncate(most);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counting_is_looking_at_every_pair(
            rows in prop::collection::vec((0u32..6, 0u32..6, 0u32..3), 0..40),
            cross in prop::bool::ANY,
        ) {
            let mut rows: Vec<Labelled> =
                rows.into_iter().map(|(lead, label, source)| Labelled { lead, label, source }).collect();
            rows.sort_unstable();
            let (mut truly, mut found, mut correct) = (0, 0, 0);
            for (i, a) in rows.iter().enumerate() {
                for b in rows[i + 1..].iter().filter(|b| !cross || a.source != b.source) {
                    truly += u64::from(a.label == b.label);
                    found += u64::from(a.lead == b.lead);
                    correct += u64::from(a.label == b.label && a.lead == b.lead);
                }
            }
            prop_assert_eq!(Pairwise::of(&rows, cross), Pairwise::new(truly, found, correct));

            let (bcubed, counts) = clusters(&rows);
            let mean = |share: &dyn Fn(&Labelled) -> f64| {
                rows.iter().map(share).sum::<f64>() / rows.len().max(1) as f64
            };
            let of = |test: &dyn Fn(&Labelled) -> bool| rows.iter().filter(|row| test(row)).count() as f64;
            let precision = mean(&|a| {
                of(&|b| a.lead == b.lead && a.label == b.label) / of(&|b| a.lead == b.lead)
            });
            let recall = mean(&|a| {
                of(&|b| a.lead == b.lead && a.label == b.label) / of(&|b| a.label == b.label)
            });
            prop_assert!((bcubed.precision - precision).abs() < 1e-12 && (bcubed.recall - recall).abs() < 1e-12);
            let exact = (0..6).filter(|&label| {
                let of_label: Vec<&Labelled> = rows.iter().filter(|row| row.label == label).collect();
                !of_label.is_empty() && (0..6).any(|lead| {
                    rows.iter().filter(|row| row.lead == lead).collect::<Vec<_>>() == of_label
                })
            });
            prop_assert_eq!(counts.exact, exact.count() as u64);
        }
    }

    #[test]
    fn the_most_torn_group_comes_first() {
        let entries = [(1, 10, 0), (1, 10, 1), (1, 11, 2), (2, 12, 3), (3, 13, 4), (3, 14, 5)];
        let torn = most_torn(entries.into_iter(), 5);
        assert_eq!(
            torn.iter().map(|torn| (torn.group, torn.parts, torn.pairs, torn.examples)).collect::<Vec<_>>(),
            [(1, 2, 2, [0, 2]), (3, 2, 1, [4, 5])]
        );
    }
}
