use polars::prelude::*;

use super::{frame, scope};
use crate::model::field::ValueType;
use crate::rules::measure;

const CASES: &[(&str, &str)] = &[
    ("COUNT(*)", "6"),
    ("COUNT(1)", "6"),
    ("COUNT(stars)", "5"),
    ("COUNT(DISTINCT opt_out)", "2"),
    ("COUNT(*) FILTER (WHERE stars >= 4)", "2"),
    ("COUNT(country) FILTER (WHERE stars >= 4 OR stars IS NULL)", "2"),
    ("SUM(stars)", "10"),
    ("SUM(budget_amount)", "15253.0"),
    ("SUM(stars) FILTER (WHERE stars > 99)", "null"),
    ("AVG(stars)", "2.0"),
    ("MIN(country)", "\"AT\""),
    ("MAX(stars) - MIN(stars)", "7"),
    ("SUM(budget_amount) / COUNT(*)", "2542.166667"),
    ("100.0 * SUM(CASE WHEN stars >= 4 THEN 1 ELSE 0 END) / COUNT(*)", "33.333333"),
    ("ROUND(100.0 * COUNT(*) FILTER (WHERE opt_out) / NULLIF(COUNT(opt_out), 0), 1)", "50.0"),
    ("SUM(stars * 2) + 1", "21"),
    ("MAX(estimated_close_date) - MIN(estimated_close_date)", "730"),
    ("COALESCE(SUM(stars) FILTER (WHERE stars > 99), 0)", "0"),
    ("CASE WHEN COUNT(*) > 5 THEN 'many' ELSE 'few' END", "\"many\""),
    ("COUNT(*) > 5", "true"),
];

#[test]
fn measures_over_all_rows() {
    let frame = frame();
    for (sql, expected) in CASES {
        let compiled = measure(sql, &scope()).unwrap_or_else(|faults| panic!("{sql}: {faults:?}"));
        let table = frame.clone().lazy().select([compiled.expr.alias("m")]).collect().unwrap();
        assert_eq!(table.height(), 1, "{sql}");
        assert_eq!(table.column("m").unwrap().get(0).unwrap().to_string(), *expected, "{sql}");
    }
}

/// Every measure by group equals the measure over the group's rows alone.
#[test]
fn measures_by_group() {
    let frame = frame();
    for (sql, _) in CASES {
        let expr = measure(sql, &scope()).unwrap().expr.alias("m");
        let by_group = frame.clone().lazy().group_by_stable([col("opt_out")]).agg([expr.clone()]).collect().unwrap();
        for row in 0..by_group.height() {
            let group = by_group.column("opt_out").unwrap().bool().unwrap().get(row);
            let mask = frame.column("opt_out").unwrap().bool().unwrap().iter().map(|value| value == group).collect();
            let alone = frame.filter(&mask).unwrap().lazy().select([expr.clone()]).collect().unwrap();
            let (one, other) = (by_group.column("m").unwrap(), alone.column("m").unwrap());
            assert_eq!(one.get(row).unwrap(), other.get(0).unwrap(), "{sql} where opt_out is {group:?}");
        }
    }
}

#[test]
fn measures_have_types() {
    let cases = [
        ("COUNT(*)", ValueType::Integer),
        ("AVG(stars)", ValueType::Number),
        ("SUM(stars)", ValueType::Integer),
        ("SUM(budget_amount)", ValueType::Number),
        ("SUM(stars) / COUNT(*)", ValueType::Number),
        ("MAX(created_at)", ValueType::Timestamp),
    ];
    for (sql, expected) in cases {
        let compiled = measure(sql, &scope()).unwrap();
        assert_eq!(compiled.value_type, expected, "{sql}");
        let table = frame().lazy().select([compiled.expr.alias("m")]).collect().unwrap();
        assert_eq!(table.column("m").unwrap().dtype(), &crate::rules::kernel::data_type(expected), "{sql}");
    }
}
