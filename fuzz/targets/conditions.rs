//! Conditions, expressions and measures in SQL. What compiles is evaluated: no rows make that fail.
#![no_main]

use std::sync::LazyLock;

use jiff::civil::date;
use leadmill::model::field::ValueType;
use leadmill::rules::{Condition, RuleFault, Scope, condition, expression, measure};
use polars::prelude::*;

static SCOPE: LazyLock<Scope> = LazyLock::new(|| {
    let columns = [
        ("country", ValueType::Text),
        ("stars", ValueType::Integer),
        ("budget_amount", ValueType::Number),
        ("opt_out", ValueType::Boolean),
        ("estimated_close_date", ValueType::Date),
        ("created_at", ValueType::Timestamp),
        ("^odd.*$", ValueType::Integer),
    ];
    let columns = columns.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
    Scope { columns, as_of: date(2026, 1, 15) }
});

static FRAME: LazyLock<DataFrame> = LazyLock::new(|| {
    let created = [Some(1_767_225_600_000_000_i64), None, Some(i64::MAX), Some(-1)];
    let created = Int64Chunked::from_iter(created).into_datetime(TimeUnit::Microseconds, None).into_series();
    df!(
        "country" => [Some("DE"), Some("100% \n_"), None, Some("")],
        "stars" => [Some(i64::MAX), Some(i64::MIN), Some(0), None],
        "budget_amount" => [Some(1250.5), Some(-1e300), None, Some(f64::MAX)],
        "opt_out" => [Some(false), Some(true), None, None],
        "estimated_close_date" => Int32Chunked::from_iter([Some(20_000), Some(i32::MAX), None, Some(-1)])
            .into_series().into_date(),
        "created_at" => created,
        "^odd.*$" => [1_i64, 2, 3, 4],
    )
    .expect("columns of one length")
});

leadmill_fuzz::target!(|bytes| {
    let Ok(sql) = std::str::from_utf8(bytes) else { return };
    let found = condition(sql, &SCOPE);
    let told =
        |found: &Result<Condition, Vec<RuleFault>>| found.as_ref().map(|one| one.columns.clone()).map_err(Clone::clone);
    assert_eq!(told(&found), told(&condition(sql, &SCOPE)), "another condition of the same text");
    match found {
        Ok(found) => {
            assert_eq!(found.mask(&FRAME).len(), FRAME.height());
            assert_eq!(found.mask(&FRAME.head(Some(0))).len(), 0);
        }
        Err(faults) => faults.iter().for_each(|fault| check(fault, sql)),
    }
    for compile in [expression, measure] {
        if let Err(faults) = compile(sql, &SCOPE) {
            faults.iter().for_each(|fault| check(fault, sql));
        }
    }
});

/// A fault is a sentence about a part of the text.
fn check(fault: &RuleFault, sql: &str) {
    assert!(!fault.message.is_empty(), "nothing is said");
    assert!(sql.get(fault.span.clone()).is_some(), "{fault:?} is about no part of the text");
}
