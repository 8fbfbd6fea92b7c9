use polars::prelude::*;
use proptest::prelude::*;

use super::{frame, scope};
use crate::model::field::ValueType;
use crate::rules::{Condition, Scope, condition, expression, masks, measure};

/// Words that make many soups meaningful.
const WORDS: &[&str] = &[
    "country",
    "company",
    "stars",
    "budget_amount",
    "opt_out",
    "estimated_close_date",
    "created_at",
    "as_of",
    "\"Budget 2026\"",
    "'DE'",
    "'2026-01-01'",
    "'%x_'",
    "''",
    "0",
    "1",
    "2.5",
    "-3",
    "NULL",
    "TRUE",
    "FALSE",
    "=",
    "<>",
    "<",
    ">=",
    "AND",
    "OR",
    "NOT",
    "IS",
    "NULL",
    "IN",
    "(",
    ")",
    "(",
    ")",
    ",",
    "BETWEEN",
    "LIKE",
    "ILIKE",
    "ESCAPE",
    "~",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "COALESCE(",
    "NULLIF(",
    "CAST(",
    "AS",
    "INTEGER",
    "TEXT",
    "DATE",
    "::",
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "INTERVAL",
    "'3 days'",
    "DAY",
    "LENGTH(",
    "LOWER(",
    "SUBSTRING(",
    "FROM",
    "FOR",
    "ROUND(",
    "EXTRACT(",
    "YEAR",
    "POSITION(",
    "TRIM(",
    "SUM(",
    "COUNT(*)",
    "DISTINCT",
    "FILTER",
    "WHERE",
    "OVER",
    "==",
    "?",
    ";",
    "ARRAY[",
    "]",
    "{",
    "}",
    "SELECT",
    "EXISTS",
    "STRUCT(",
    "MAP",
    "->",
    "TIMESTAMP",
    "AT",
    "TIME",
    "ZONE",
    "ANY(",
    "ü",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_result_with_spans_inside_it(sql in "\\PC{0,60}") {
        check(&sql)?;
    }

    #[test]
    fn any_bytes_give_a_result(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        check(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_words_give_a_result(words in prop::collection::vec(prop::sample::select(WORDS), 0..30)) {
        check(&words.join(" "))?;
    }
}

fn check(sql: &str) -> Result<(), TestCaseError> {
    let scope = scope();
    let results = [
        condition(sql, &scope).map(|condition| drop(condition.mask(&frame().into()))).err(),
        expression(sql, &scope).map(drop).err(),
        measure(sql, &scope).map(drop).err(),
    ];
    for fault in results.into_iter().flatten().flatten() {
        prop_assert!(sql.get(fault.span.clone()).is_some(), "{:?} in {:?}", fault, sql);
        prop_assert!(!fault.message.contains("cannot be understood"), "{:?}", sql);
    }
    Ok(())
}

/// Well-typed expressions by type, mostly over columns.
fn typed(depth: u32) -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("stars".to_owned()),
        Just("budget_amount".to_owned()),
        Just("\"Budget 2026\"".to_owned()),
        Just("NULL".to_owned()),
        Just("9223372036854775807".to_owned()),
        (-3_i64..5).prop_map(|n| n.to_string()),
    ];
    number.prop_recursive(depth, 24, 3, |inner| {
        let text = prop_oneof![
            Just("country".to_owned()),
            Just("company".to_owned()),
            Just("'ü%'".to_owned()),
            inner.clone().prop_map(|x| format!("CAST({x} AS TEXT)")),
            inner.clone().prop_map(|x| format!("LEFT(company, CAST({x} AS INTEGER))")),
            inner.clone().prop_map(|x| format!("SUBSTRING(company, CAST({x} AS INTEGER), 2)")),
        ];
        let date = prop_oneof![
            Just("estimated_close_date".to_owned()),
            Just("created_at".to_owned()),
            Just("as_of".to_owned()),
            inner.clone().prop_map(|x| format!("estimated_close_date + CAST({x} AS INTEGER)")),
            Just("DATE_TRUNC('month', created_at) - INTERVAL '900000 years'".to_owned()),
        ];
        let truth = prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} < {b}")),
            (date.clone(), date.clone()).prop_map(|(a, b)| format!("{a} >= {b}")),
            (text.clone(), text.clone()).prop_map(|(a, b)| format!("{a} IN ({b}, 'DE', NULL)")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("{a} NOT BETWEEN {b} AND {c}")),
            text.clone().prop_map(|a| format!("{a} ILIKE '%e_%'")),
        ];
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} * {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} / {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} % {b})")),
            inner.clone().prop_map(|a| format!("ROUND({a}, -400)")),
            inner.clone().prop_map(|a| format!("(- {a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("COALESCE({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("NULLIF({a}, {b})")),
            (truth, inner.clone(), inner).prop_map(|(t, a, b)| format!("CASE WHEN {t} THEN {a} ELSE {b} END")),
            text.prop_map(|a| format!("STRPOS(company, {a})")),
            (date.clone(), date).prop_map(|(a, b)| format!("DATEDIFF({a}, {b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_compiles_evaluates(sql in typed(4)) {
        let compiled = condition(&format!("{sql} > 0"), &scope());
        prop_assert!(compiled.is_ok(), "{} {:?}", sql, compiled.err());
        prop_assert_eq!(compiled.unwrap().mask(&frame().into()).len(), 6);
        let measured = measure(&format!("COUNT({sql}) + COUNT(*)"), &scope());
        if let Ok(measured) = measured {
            let table = frame().lazy().group_by_stable([col("opt_out")]).agg([measured.expr.alias("m")]).collect();
            prop_assert_eq!(table.unwrap().height(), 3);
        }
    }
}

/// A condition over the columns a, b, c, as a tree that the oracle below can interpret.
#[derive(Debug, Clone)]
enum Logic {
    Equal(Operand, Operand),
    Less(Operand, Operand),
    IsNull(Operand),
    In(Operand, Vec<Operand>),
    Between(Operand, Operand, Operand),
    Not(Box<Logic>),
    And(Box<Logic>, Box<Logic>),
    Or(Box<Logic>, Box<Logic>),
}

#[derive(Debug, Clone, Copy)]
enum Operand {
    Column(usize),
    Literal(Option<i64>),
}

type Row = [Option<i64>; 3];

impl Operand {
    fn sql(self) -> String {
        match self {
            Self::Column(index) => ["a", "b", "c"][index].to_owned(),
            Self::Literal(value) => value.map_or_else(|| "NULL".to_owned(), |value| value.to_string()),
        }
    }

    fn value(self, row: &Row) -> Option<i64> {
        match self {
            Self::Column(index) => row[index],
            Self::Literal(value) => value,
        }
    }
}

impl Logic {
    fn sql(&self) -> String {
        match self {
            Self::Equal(a, b) => format!("{} = {}", a.sql(), b.sql()),
            Self::Less(a, b) => format!("{} < {}", a.sql(), b.sql()),
            Self::IsNull(a) => format!("{} IS NULL", a.sql()),
            Self::In(a, list) => {
                format!("{} IN ({})", a.sql(), list.iter().map(|item| item.sql()).collect::<Vec<_>>().join(", "))
            }
            Self::Between(a, low, high) => format!("{} BETWEEN {} AND {}", a.sql(), low.sql(), high.sql()),
            Self::Not(inner) => format!("NOT ({})", inner.sql()),
            Self::And(a, b) => format!("({}) AND ({})", a.sql(), b.sql()),
            Self::Or(a, b) => format!("({}) OR ({})", a.sql(), b.sql()),
        }
    }

    /// SQL's truth tables, row by row.
    fn holds(&self, row: &Row) -> Option<bool> {
        let equal = |a: Operand, b: Operand| Some(a.value(row)? == b.value(row)?);
        let less = |a: Operand, b: Operand| Some(a.value(row)? < b.value(row)?);
        match self {
            Self::Equal(a, b) => equal(*a, *b),
            Self::Less(a, b) => less(*a, *b),
            Self::IsNull(a) => Some(a.value(row).is_none()),
            Self::In(a, list) => list.iter().map(|item| equal(*a, *item)).fold(Some(false), or),
            Self::Between(a, low, high) => and(not(less(*a, *low)), not(less(*high, *a))),
            Self::Not(inner) => not(inner.holds(row)),
            Self::And(a, b) => and(a.holds(row), b.holds(row)),
            Self::Or(a, b) => or(a.holds(row), b.holds(row)),
        }
    }
}

fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    not(and(not(a), not(b)))
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        3 => (0_usize..3).prop_map(Operand::Column),
        1 => prop::option::weighted(0.8, -1_i64..3).prop_map(Operand::Literal),
    ]
}

fn logic() -> impl Strategy<Value = Logic> {
    let leaf = prop_oneof![
        (operand(), operand()).prop_map(|(a, b)| Logic::Equal(a, b)),
        (operand(), operand()).prop_map(|(a, b)| Logic::Less(a, b)),
        operand().prop_map(Logic::IsNull),
        (operand(), prop::collection::vec(operand(), 1..4)).prop_map(|(a, list)| Logic::In(a, list)),
        (operand(), operand(), operand()).prop_map(|(a, low, high)| Logic::Between(a, low, high)),
    ];
    leaf.prop_recursive(5, 32, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| Logic::Not(Box::new(a))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Logic::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Logic::Or(Box::new(a), Box::new(b))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masks_equal_the_row_by_row_oracle(
        rows in prop::collection::vec(prop::array::uniform3(prop::option::weighted(0.7, -1_i64..3)), 0..12),
        conditions in prop::collection::vec(logic(), 1..6),
    ) {
        let column = |index: usize| rows.iter().map(|row| row[index]).collect::<Vec<Option<i64>>>();
        let frame = df!("a" => column(0), "b" => column(1), "c" => column(2)).unwrap();
        let columns = ["a", "b", "c"].map(|name| (name.to_owned(), ValueType::Integer)).to_vec();
        let scope = Scope { columns, ..scope() };
        let compiled: Vec<Condition> =
            conditions.iter().map(|logic| condition(&logic.sql(), &scope).unwrap()).collect();
        let masks = masks(&compiled.iter().collect::<Vec<_>>(), &frame.clone().into());
        for (logic, mask) in conditions.iter().zip(&masks) {
            let expected: Vec<Option<bool>> = rows.iter().map(|row| logic.holds(row)).collect();
            prop_assert_eq!(mask.iter().collect::<Vec<_>>(), expected, "{}", logic.sql());
        }
    }
}
