//! What conditions say of themselves.

use super::{scope, shown};
use crate::rules::{condition, conjuncts, masks};

fn parts(sql: &str) -> Vec<String> {
    let whole = condition(sql, &scope()).expect("a condition");
    conjuncts(&whole, &scope()).into_iter().map(|part| part.sql).collect()
}

#[test]
fn top_level_ands_come_apart() {
    let cases: &[(&str, &[&str])] = &[
        ("stars >= 4", &["stars >= 4"]),
        ("stars >= 4 and budget_amount>=5000", &["stars >= 4", "budget_amount >= 5000"]),
        (
            "(stars > 1 AND (opt_out IS NOT TRUE)) AND country = 'DE'",
            &["stars > 1", "opt_out IS NOT TRUE", "country = 'DE'"],
        ),
        ("stars > 1 OR stars < 0 AND opt_out", &["stars > 1 OR stars < 0 AND opt_out"]),
        ("stars BETWEEN 1 AND 3 AND opt_out", &["stars BETWEEN 1 AND 3", "opt_out"]),
        (
            "created_at >= as_of - INTERVAL '30 days' AND \"Budget 2026\" IN (1, 2)",
            &["created_at >= as_of - INTERVAL '30 days'", "\"Budget 2026\" IN (1, 2)"],
        ),
    ];
    for (sql, expected) in cases {
        assert_eq!(parts(sql), *expected, "{sql}");
    }
}

#[test]
fn parts_together_are_the_whole() {
    let facts = super::frame().into();
    for sql in [
        "stars >= 3 AND country IS NOT NULL",
        "NOT opt_out AND (budget_amount > 1 OR stars > 4) AND job_title ILIKE '%e%'",
        "(opt_out AND stars > 0) IS NOT TRUE AND budget_amount >= 0",
    ] {
        let whole = condition(sql, &scope()).expect("a condition");
        let parts = conjuncts(&whole, &scope());
        let all = masks(&parts.iter().collect::<Vec<_>>(), &facts);
        let joined = all.into_iter().reduce(|a, b| a.and(&b)).expect("a part");
        assert_eq!(shown(&joined), shown(&masks(&[&whole], &facts)[0]), "{sql}");
    }
}

#[test]
fn comparisons_in_words() {
    let cases = [
        ("budget_amount >= 5000", Some(("budget_amount", "at least 5000", "less than 5000"))),
        ("5000 < BUDGET_AMOUNT", Some(("budget_amount", "more than 5000", "at most 5000"))),
        ("(budget_amount <= -2.5)", Some(("budget_amount", "at most -2.5", "more than -2.5"))),
        ("country = 'DE'", Some(("country", "'DE'", "other than 'DE'"))),
        ("country <> 'DE'", Some(("country", "other than 'DE'", "'DE'"))),
        ("country IN ('DE', 'AT')", Some(("country", "one of 'DE', 'AT'", "none of 'DE', 'AT'"))),
        ("company IS NOT NULL", Some(("company", "any value", "blank"))),
        ("opt_out", Some(("opt_out", "true", "false"))),
        ("NOT opt_out", Some(("opt_out", "false", "true"))),
        ("opt_out IS NOT TRUE", Some(("opt_out", "false or blank", "true"))),
        ("stars BETWEEN 2 AND 4", Some(("stars", "between 2 and 4", "outside 2 to 4"))),
        (
            "estimated_close_date < DATE '2026-03-01'",
            Some(("estimated_close_date", "less than '2026-03-01'", "at least '2026-03-01'")),
        ),
        ("job_title ILIKE '%chief%'", None),
        ("stars > 1 OR stars < 0", None),
        ("budget_amount * 2 > 5", None),
        ("budget_amount > stars", None),
        ("COALESCE(country, 'x') = 'DE'", None),
    ];
    for (sql, expected) in cases {
        let found = condition(sql, &scope()).expect("a condition").comparison();
        let found = found.as_ref().map(|it| (it.column.as_str(), it.met.as_str(), it.unmet.as_str()));
        assert_eq!(found, expected, "{sql}");
    }
}

#[test]
fn samples_meet_the_comparison_and_do_not() {
    let frame = super::frame();
    for sql in [
        "budget_amount >= 5000",
        "5000 < budget_amount",
        "budget_amount <= -2.5",
        "stars > 3",
        "stars < 3",
        "NOT stars >= 2",
        "opt_out",
        "NOT opt_out",
        "opt_out IS NOT TRUE",
        "opt_out IS NOT FALSE",
        "country = 'DE'",
        "country <> 'O''Neil'",
        "country IN ('DE', 'AT')",
        "stars NOT IN (1, 2)",
        "stars BETWEEN 2 AND 4",
        "budget_amount NOT BETWEEN 2 AND 4",
        "company IS NOT NULL",
        "budget_amount IS NULL",
    ] {
        let condition = condition(sql, &scope()).expect("a condition");
        let comparison = condition.comparison().expect("a comparison");
        let kind = frame.column(&comparison.column).unwrap().dtype().clone();
        let mut named = 0;
        for (sample, expected) in comparison.samples.iter().zip(["T", "F"]) {
            let Some(column) = sample.as_ref().and_then(|sample| sample.column(&comparison.column, &kind)) else {
                continue;
            };
            named += 1;
            let facts = crate::model::facts::Facts::new(1).with([column]);
            assert_eq!(shown(&masks(&[&condition], &facts)[0]), expected, "{sql} {sample:?}");
        }
        assert!(named > 0, "{sql}");
    }
    let of = |sql: &str| condition(sql, &scope()).expect("a condition").comparison().expect("a comparison").samples;
    assert_eq!(of("estimated_close_date < DATE '2026-03-01'"), [None, None]);
}

#[test]
fn one_spelling() {
    let normal = |sql: &str| condition(sql, &scope()).expect("a condition").normal();
    assert_eq!(normal("( budget_amount>=5000 )"), normal("budget_amount  >=\n5000"));
    assert_ne!(normal("budget_amount >= 5000"), normal("budget_amount >= 5001"));
    assert_eq!(condition("stars > 1.5 AND country = '7'", &scope()).expect("a condition").numbers(), [1.5]);
}
