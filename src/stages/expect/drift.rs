//! How far a column is from what it was: the population stability index of its distribution against that of the last run.
//!
//! The index is the sum over cells of (p - q) ln(p / q), p and q being the shares of the rows now and then. The cells are
//! those of the last run: its commonest values, or the stretches between its deciles, and all that lies outside them. Half
//! a row is added to each cell, so that an empty one has a logarithm.

use std::collections::BTreeMap;

use polars::lazy::prelude::{IntoLazy, col, len};
use polars::prelude::{Column, DataFrame, DataType};
use rayon::slice::ParallelSliceMut;

use crate::model::expectations::Distribution;

/// How many values have cells of their own.
const COMMONEST: usize = 50;

/// Stretches that numbers are cut into.
const STRETCHES: usize = 10;

/// What is added to each cell.
const HALF: f64 = 0.5;

/// The distribution of a column: by values, or of numbers and dates by deciles.
pub(super) fn distribution(column: &Column) -> Distribution {
    let blank = column.null_count() as u64;
    match column.dtype() {
        DataType::String | DataType::Boolean => {
            let mut commonest: Vec<(String, u64)> = words(column).into_iter().collect();
            // By value already, which settles ties.
            commonest.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
            let other = commonest.iter().skip(COMMONEST).map(|(_, rows)| rows).sum();
            commonest.truncate(COMMONEST);
            Distribution::Words { blank, commonest, other }
        }
        _ => {
            let numbers = numbers(column);
            let cuts: Vec<f64> = (1..STRETCHES).filter_map(|tenth| decile(&numbers, tenth)).collect();
            let mut up_to: Vec<String> = cuts.into_iter().map(|cut| cut.to_string()).collect();
            up_to.dedup();
            let (up_to, above) = counted(&numbers, up_to);
            Distribution::Deciles { blank, up_to, above }
        }
    }
}

/// How many rows have each value.
fn words(column: &Column) -> BTreeMap<String, u64> {
    let frame = DataFrame::new(column.len(), vec![column.clone().with_name("value".into())]);
    let frame = frame.expect("one column is a frame").lazy();
    let counted = frame.group_by([col("value")]).agg([len().cast(DataType::UInt64).alias("rows")]);
    let counted = counted.select([col("value").cast(DataType::String), col("rows")]).collect();
    let counted = counted.expect("texts and truth values can be counted");
    let [values, rows] = counted.columns() else { return BTreeMap::new() };
    let (values, rows) = (values.str().expect("cast just above"), rows.u64().expect("cast just above"));
    let pairs = values.iter().zip(rows.iter());
    pairs.filter_map(|(value, rows)| Some((value?.to_owned(), rows?))).collect()
}

/// The numbers of a column, or the days or microseconds of its dates, ascending.
fn numbers(column: &Column) -> Vec<f64> {
    let physical = column.to_physical_repr();
    let numbers = physical.cast(&DataType::Float64).expect("days and microseconds are numbers");
    let numbers = numbers.f64().expect("cast just above");
    // Adding 0 makes of -0 what it is.
    let mut numbers: Vec<f64> = numbers.iter().flatten().map(|number| number + 0.0).collect();
    numbers.par_sort_unstable_by(f64::total_cmp);
    numbers
}

/// The number that so many tenths of all do not exceed.
fn decile(ascending: &[f64], tenths: usize) -> Option<f64> {
    let rank = (ascending.len() * tenths).div_ceil(STRETCHES);
    ascending.get(rank.max(1) - 1).copied()
}

/// How many numbers lie above one cut and up to the next, and how many above the last.
fn counted(ascending: &[f64], cuts: Vec<String>) -> (Vec<(String, u64)>, u64) {
    let mut below = 0;
    let count = |cut: String| {
        let bound: f64 = cut.parse().unwrap_or(f64::INFINITY);
        let up_to = ascending.partition_point(|number| *number <= bound);
        let rows = up_to.saturating_sub(below) as u64;
        below = below.max(up_to);
        (cut, rows)
    };
    let cells: Vec<(String, u64)> = cuts.into_iter().map(count).collect();
    (cells, (ascending.len() - below) as u64)
}

/// How far a column is from its last distribution; none where the two cannot be compared.
pub(super) fn index(then: &Distribution, column: &Column) -> Option<f64> {
    let blank = column.null_count() as u64;
    let cells: Vec<(u64, u64)> = match then {
        Distribution::Words { blank: then_blank, commonest, other } => {
            if !matches!(column.dtype(), DataType::String | DataType::Boolean) {
                return None;
            }
            let mut now = words(column);
            let own = commonest.iter().map(|(value, then)| (*then, now.remove(value).unwrap_or_default()));
            let mut cells: Vec<(u64, u64)> = own.collect();
            cells.push((*other, now.values().sum()));
            cells.push((*then_blank, blank));
            cells
        }
        Distribution::Deciles { blank: then_blank, up_to, above } => {
            if matches!(column.dtype(), DataType::String | DataType::Boolean) {
                return None;
            }
            let cuts = up_to.iter().map(|(cut, _)| cut.clone()).collect();
            let (now, now_above) = counted(&numbers(column), cuts);
            let own = up_to.iter().zip(now).map(|((_, then), (_, now))| (*then, now));
            own.chain([(*above, now_above), (*then_blank, blank)]).collect()
        }
    };
    Some(stability(&cells))
}

/// The population stability index of cells with rows then and now. What neither run has is no cell.
fn stability(cells: &[(u64, u64)]) -> f64 {
    let cells: Vec<(u64, u64)> = cells.iter().copied().filter(|cell| *cell != (0, 0)).collect();
    let all = |rows: fn(&(u64, u64)) -> u64| cells.iter().map(rows).sum::<u64>() as f64 + HALF * cells.len() as f64;
    let (all_then, all_now) = (all(|cell| cell.0), all(|cell| cell.1));
    let part = |&(then, now): &(u64, u64)| {
        let (then, now) = ((then as f64 + HALF) / all_then, (now as f64 + HALF) / all_now);
        (now - then) * (now / then).ln()
    };
    cells.iter().map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[Option<&str>]) -> Column {
        Column::new("c".into(), values)
    }

    #[test]
    fn two_categories_worked_by_hand() {
        // Then 3 and 1 rows: 3.5 and 1.5 of 5. Now 1 and 3. Each cell: 0.4 ln(0.7 / 0.3).
        let expected = 2.0 * 0.4 * (7.0f64 / 3.0).ln();
        assert!((stability(&[(3, 1), (1, 3)]) - expected).abs() < 1e-12);
        assert!((expected - 0.677_838).abs() < 1e-6);
        assert_eq!(stability(&[(3, 3), (1, 1), (0, 0)]), 0.0);
        assert_eq!(stability(&[]), 0.0);
    }

    #[test]
    fn the_commonest_values_have_cells_and_ties_go_by_value() {
        let mut values: Vec<String> = (0..60).map(|number| format!("v{number:02}")).collect();
        values.extend(["v59", "v59", "v58"].map(str::to_owned));
        let all: Vec<Option<&str>> = values.iter().map(|value| Some(value.as_str())).chain([None, None]).collect();
        let Distribution::Words { blank, commonest, other } = distribution(&text(&all)) else { panic!("words") };
        assert_eq!((blank, commonest.len(), other), (2, 50, 10));
        let first: Vec<&str> = commonest.iter().take(4).map(|(value, _)| value.as_str()).collect();
        assert_eq!(first, ["v59", "v58", "v00", "v01"]);
        assert_eq!(commonest[0].1, 3);
        assert_eq!(commonest[49].0, "v47");
    }

    #[test]
    fn new_values_are_others_and_blanks_a_cell_of_their_own() {
        let then = distribution(&text(&[Some("a"), Some("a"), Some("b"), None]));
        let found = index(&then, &text(&[Some("a"), Some("c"), Some("d"), None])).expect("both are words");
        // a: 2 to 1, b: 1 to 0, others: 0 to 2, blanks: 1 to 1; four cells, so 6 on each side.
        let by_hand = stability(&[(2, 1), (1, 0), (0, 2), (1, 1)]);
        assert!((found - by_hand).abs() < 1e-12);
        let terms = [(2.5, 1.5), (1.5, 0.5), (0.5, 2.5), (1.5, 1.5)];
        let by_hand: f64 = terms.iter().map(|(then, now): &(f64, f64)| (now - then) / 6.0 * (now / then).ln()).sum();
        assert!((found - by_hand).abs() < 1e-12);
        assert_eq!(index(&then, &Column::new("c".into(), [1.0, 2.0])), None);
    }

    #[test]
    fn numbers_are_cut_at_the_deciles_of_the_last_run() {
        let then = distribution(&Column::new("c".into(), (1..=20).map(f64::from).collect::<Vec<_>>()));
        let Distribution::Deciles { blank: 0, up_to, above: 2 } = &then else { panic!("{then:?}") };
        let cuts: Vec<&str> = up_to.iter().map(|(cut, _)| cut.as_str()).collect();
        assert_eq!(cuts, ["2", "4", "6", "8", "10", "12", "14", "16", "18"]);
        assert!(up_to.iter().all(|(_, rows)| *rows == 2));
        let same: Vec<f64> = (1..=20).rev().map(|number| f64::from(number) - 0.5).collect();
        assert_eq!(index(&then, &Column::new("c".into(), same)), Some(0.0));
        let above = index(&then, &Column::new("c".into(), vec![99.0; 20])).expect("both are numbers");
        // Nine cells from 2 rows to none, one from 2 to 20: 2.5, 0.5 and 20.5 of 25.
        let by_hand = 9.0 * (-2.0 / 25.0) * (0.2f64).ln() + 18.0 / 25.0 * (20.5f64 / 2.5).ln();
        assert!((above - by_hand).abs() < 1e-12, "{above} {by_hand}");
    }

    #[test]
    fn few_different_numbers_have_few_cells() {
        let stars = |values: &[i64]| Column::new("c".into(), values);
        let then = distribution(&stars(&[0, 0, 0, 0, 0, 0, 5, 5, 5, 5]));
        let expected = [("0".to_owned(), 6), ("5".to_owned(), 4)];
        assert_eq!(then, Distribution::Deciles { blank: 0, up_to: expected.to_vec(), above: 0 });
        let none = distribution(&stars(&[]));
        assert_eq!(none, Distribution::Deciles { blank: 0, up_to: Vec::new(), above: 0 });
        assert_eq!(none.rows(), 0);
    }
}
