//! What is there to be measured, in the output tables of this run.

use polars::lazy::prelude::{IntoLazy, col, len};
use polars::prelude::{BooleanChunked, ChunkFull, Column, DataFrame, DataType, Expr};

use super::{Counts, drift};
use crate::config::plan::{Expectation, Measured};
use crate::model::amount::Amount;
use crate::model::expectations::Distribution;
use crate::model::field::ValueType;
use crate::model::table::OutputTable;
use crate::rules::Expression;

/// Rules are compiled against the columns of the very table.
const COMPILED: &str = "a compiled rule evaluates on a table that has its scope's columns";

/// What was measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reading {
    /// The value; none for a measure that is NULL, and for drift from nothing.
    pub(super) value: Option<Amount>,
    /// What it is a part of.
    pub(super) of: Option<u64>,
    /// The values of a column.
    pub(super) shares: Option<Distribution>,
}

impl Reading {
    fn part(value: u64, of: u64) -> Self {
        Self { value: Some(whole(value)), of: Some(of), shares: None }
    }
}

/// Measures, or says why there is nothing to be measured; `then` is what the values of a column are compared with.
pub(super) fn measure(
    expectation: &Expectation,
    tables: &[OutputTable],
    counts: &Counts,
    then: Option<&Distribution>,
) -> Result<Reading, String> {
    if let Some(why) = &expectation.resting {
        return Err(why.clone());
    }
    if let Measured::Of(tally) = expectation.measured {
        return Ok(Reading::part(counts.of(tally), counts.rows));
    }
    let name = &expectation.table;
    let Some(table) = tables.iter().find(|table| table.name == *name) else {
        return Err(format!("this run makes no table {name}"));
    };
    let columns = expectation.columns();
    if let Some(missing) = columns.iter().find(|name| table.columns.iter().all(|column| column.name != **name)) {
        return Err(format!("in this run the table {name} has no column {missing}"));
    }
    let rows = table.rows() as u64;
    if let (Measured::Rows, None) = (&expectation.measured, &expectation.filter) {
        return Ok(Reading::part(rows, rows));
    }
    let frame = kept(expectation, table, columns);
    Ok(match &expectation.measured {
        Measured::Rows | Measured::Of(_) => Reading::part(frame.height() as u64, rows),
        Measured::Filled(columns) => {
            let filled = filled(&frame, columns).sum().unwrap_or_default();
            Reading::part(u64::from(filled), frame.height() as u64)
        }
        Measured::Unique(columns) => unique(&frame, columns),
        Measured::Value(measure) => Reading { value: value(frame, measure), ..Reading::default() },
        Measured::Drift(column) => {
            let column = column_of(&frame, column);
            let shares = drift::distribution(column);
            let index = then.and_then(|then| drift::index(then, column));
            Reading { value: index.and_then(Amount::of_number), of: Some(shares.rows()), shares: Some(shares) }
        }
    })
}

/// The rows that count, with the columns that are read.
fn kept<'a>(expectation: &Expectation, table: &'a OutputTable, mut columns: Vec<&'a str>) -> DataFrame {
    if columns.is_empty() {
        // A frame without columns has no rows to count.
        columns.extend(table.columns.first().map(|column| column.name.as_str()));
    }
    let frame = table.frame(Some(&columns));
    match &expectation.filter {
        Some(condition) => frame.lazy().filter(condition.expr.clone()).collect().expect(COMPILED),
        None => frame,
    }
}

fn column_of<'a>(frame: &'a DataFrame, name: &str) -> &'a Column {
    frame.column(name).expect("the frame was made with the columns that are read")
}

/// Whether each row has a value in all of some columns.
fn filled(frame: &DataFrame, columns: &[String]) -> BooleanChunked {
    let filled = columns.iter().map(|name| column_of(frame, name).is_not_null());
    filled.reduce(|all, one| &all & &one).unwrap_or_else(|| BooleanChunked::full("".into(), true, frame.height()))
}

/// Of the rows with values, those whose values stand in no other row.
fn unique(frame: &DataFrame, columns: &[String]) -> Reading {
    let with_values = frame.filter(&filled(frame, columns)).expect("a mask as long as the frame");
    // Under names of their own, so that none is that of the count.
    let names: Vec<String> = (0..columns.len()).map(|at| format!("key {at}")).collect();
    let named = |(name, of): (&String, &String)| column_of(&with_values, of).clone().with_name(name.as_str().into());
    let keys = names.iter().zip(columns).map(named).collect();
    let keys = DataFrame::new(with_values.height(), keys).expect("columns of one length with distinct names");
    let by: Vec<Expr> = names.iter().map(|name| col(name.as_str())).collect();
    let alone = keys.lazy().group_by(by).agg([len().alias("rows")]).filter(col("rows").eq(1)).select([len()]);
    let alone = alone.collect().expect("values of any type can be counted");
    Reading::part(count(&alone), with_values.height() as u64)
}

/// The only value of a frame, a number of rows.
fn count(frame: &DataFrame) -> u64 {
    let column = frame.columns()[0].cast(&DataType::UInt64).expect("a number of rows is a whole number");
    column.u64().expect("cast just above").get(0).unwrap_or_default()
}

/// What an aggregate gives; none where it is NULL.
fn value(frame: DataFrame, measure: &Expression) -> Option<Amount> {
    let result = frame.lazy().select([measure.expr.clone().alias("value")]).collect().expect(COMPILED);
    let column = &result.columns()[0];
    match measure.value_type {
        ValueType::Integer => {
            let column = column.cast(&DataType::Int64).expect(COMPILED);
            column.i64().expect("cast just above").get(0).map(Amount::Whole)
        }
        _ => {
            let column = column.cast(&DataType::Float64).expect(COMPILED);
            column.f64().expect("cast just above").get(0).and_then(Amount::of_number)
        }
    }
}

/// A count that fits, as all counts of rows in memory do.
pub(super) fn whole(count: u64) -> Amount {
    Amount::Whole(i64::try_from(count).unwrap_or(i64::MAX))
}
