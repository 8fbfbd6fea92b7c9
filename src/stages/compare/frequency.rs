//! How common each value is among unrelated leads: what an exact agreement on it is worth.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::rows::Cell;
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumn, MatchColumns, Role};

/// Leads imagined besides the real ones, so that a small file's counts are not taken for the world's frequencies.
const IMAGINED: f64 = 100.0;

/// Different holders from which a phone number or mailbox counts as shared by an organisation.
const SHARED_BY: u32 = 3;

/// Per code, log2 of the probability that an unrelated lead has the value. The leads that agree are left out of the
/// count.
pub(super) fn by_rows(cell: &Cell<'_>, rows: usize) -> Vec<f32> {
    let mut counts = vec![0u32; cell.dictionary().len()];
    let mut filled = 0u32;
    for row in 0..rows {
        let codes = cell.codes(LeadId(row as u32));
        filled += u32::from(!codes.is_empty());
        codes.iter().for_each(|&code| counts[code as usize] += 1);
    }
    let all = f64::from(filled) + IMAGINED;
    counts.iter().map(|&count| (f64::from(count.saturating_sub(1).max(1)) / all).log2() as f32).collect()
}

/// Different people per value of a contact column, told apart by the sound of their family names.
pub(super) struct Holders {
    /// Per code, log2 of the probability that an unrelated lead has the value.
    pub(super) share: Vec<f32>,
    /// Per code, whether an organisation shares it rather than a person owning it.
    pub(super) shared: Vec<bool>,
}

impl Holders {
    /// Counts the holders of every value.
    pub(super) fn new(columns: &MatchColumns, column: &MatchColumn) -> Self {
        let names = names(columns);
        // Most values have one holder: only the others are sorted.
        let mut first = vec![0u32; column.dictionary.len()];
        let mut others: Vec<(u32, u32)> = Vec::new();
        let mut filled = 0u32;
        for row in 0..columns.rows {
            let codes = column.of(LeadId(row as u32));
            filled += u32::from(!codes.is_empty());
            let name = names.get(row).copied().unwrap_or(0);
            for &code in codes {
                match &mut first[code as usize] {
                    first if *first == 0 => *first = name,
                    first if *first == name || name == 0 => {}
                    _ => others.push((code, name)),
                }
            }
        }
        others.sort_unstable();
        others.dedup();
        let mut counts: Vec<u32> = first.into_iter().map(|name| u32::from(name != 0)).collect();
        others.iter().for_each(|&(code, _)| counts[code as usize] += 1);
        let all = f64::from(filled) + IMAGINED;
        // Nobody but its owner has a personal number: what remains of one holder is the chance of an error.
        let share = counts.iter().map(|&count| ((f64::from(count.max(1)) - 0.8) / all).log2() as f32).collect();
        Self { share, shared: counts.iter().map(|&count| count >= SHARED_BY).collect() }
    }
}

/// A number per row for the first letters of the family name (0 for none): typos rarely touch them.
fn names(columns: &MatchColumns) -> Vec<u32> {
    let Some(position) = columns.role(Role::LastName).or_else(|| columns.role(Role::FullName)) else {
        return Vec::new();
    };
    let column = &columns.columns[position];
    let mut numbers: HashMap<(char, Option<char>), u32, FixedState> = HashMap::default();
    let mut number = |text: &str| {
        let mut letters = text.split_whitespace().last()?.chars();
        let next = numbers.len() as u32 + 1;
        Some(*numbers.entry((letters.next()?, letters.next())).or_insert(next))
    };
    let by_code: Vec<u32> = column.dictionary.iter().map(|text| number(text).unwrap_or(0)).collect();
    (0..columns.rows)
        .map(|row| column.of(LeadId(row as u32)).first().map_or(0, |&code| by_code[code as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::rows::Table;
    use super::super::tests::table;
    use super::*;

    #[test]
    fn frequent_values_are_likelier_among_strangers() {
        let columns = table(&[("last_name", Role::LastName, &["smith", "smith", "smith", "kirova", ""])]);
        let share = by_rows(&Table::new(&columns, |_| true).cell(0), columns.rows);
        assert!(share[1] > share[2]);
        assert!((share[1] - (2.0f32 / 104.0).log2()).abs() < 1e-6);
    }

    #[test]
    fn a_switchboard_is_shared_and_a_person_with_many_rows_is_not() {
        let columns = table(&[
            ("last_name", Role::LastName, &["smith", "jones", "brown", "kirova", "kirova", "kirowa"]),
            ("phone", Role::Phone, &["1", "1", "1", "2", "2", "2"]),
        ]);
        let holders = Holders::new(&columns, &columns.columns[1]);
        assert_eq!(holders.shared, [false, true, false]);
        assert!(holders.share[1] > holders.share[2]);
    }
}
