//! Reports over the output tables: the built-in ones, grouped ones, and whole SQL queries.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use polars::lazy::prelude::{Expr, IntoLazy, LazyFrame, col, len};
use polars::prelude::{
    ChunkApply, Column, DataFrame, DataType, IntoColumn, IntoSeries, PlSmallStr, PolarsError, SortMultipleOptions,
    TimeUnit,
};
use polars::sql::SQLContext;
use sqlparser::ast::{self, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, Query, SetExpr, Statement, TableFactor};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use thiserror::Error;

use crate::config::plan::{ReportBody, ReportPlan};
use crate::model::field::LeadSchema;
use crate::model::names::nearest;
use crate::model::table::{OutputColumn, OutputTable, OutputType};

use super::TABLES;

/// A report that could not be made.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The query did not run.
    #[error("report \"{name}\": {text}")]
    Query {
        /// The report's name.
        name: String,
        /// What was wrong.
        text: String,
    },
}

/// The built-in reports: file stem and the columns of `leads` that each counts by.
pub const BUILT_IN: [(&str, &[&str]); 3] = [
    ("leads_by_owner", &["assigned_to"]),
    ("leads_by_owner_and_rating", &["assigned_to", "stars"]),
    ("leads_by_rating", &["stars"]),
];

/// The built-in reports that no plan replaces, then the planned ones.
///
/// # Errors
/// When a query fails on the tables of this run.
pub fn reports(plans: &[ReportPlan], tables: &[OutputTable]) -> Result<Vec<OutputTable>, ReportError> {
    let leads = table(tables, "leads").map(|table| table.frame(Some(&["assigned_to", "stars"]))).unwrap_or_default();
    let replaced = |slug: &str| plans.iter().any(|plan| plan.slug == slug);
    let built_in = BUILT_IN.iter().filter(|(slug, _)| !replaced(slug)).map(|(slug, keys)| {
        let keys: Vec<Expr> = keys.iter().map(|key| col(*key)).collect();
        let counts = leads.clone().lazy().group_by_stable(keys.clone()).agg([len().alias("leads")]);
        finish(slug, sorted(counts, keys, Vec::new()).collect())
    });
    let planned = plans.iter().map(|plan| match &plan.body {
        ReportBody::Sql(sql) => query(sql, tables).and_then(|frame| to_table(&plan.slug, &frame)),
        grouped @ ReportBody::Grouped { .. } => {
            guarded(|| group(grouped, tables).collect()).and_then(|frame| to_table(&plan.slug, &frame))
        }
    });
    let names = BUILT_IN
        .iter()
        .map(|(slug, _)| *slug)
        .filter(|slug| !replaced(slug))
        .chain(plans.iter().map(|plan| plan.name.as_str()));
    names
        .zip(built_in.chain(planned))
        .map(|(name, report)| report.map_err(|text| ReportError::Query { name: name.to_owned(), text }))
        .collect()
}

/// Whether the reports of these plans read an output table. A query reads every table whose name stands in it.
pub fn read(plans: &[ReportPlan], table: &str) -> bool {
    let by_built_in =
        || table == "leads" && BUILT_IN.iter().any(|(slug, _)| plans.iter().all(|plan| plan.slug != *slug));
    plans.iter().any(|plan| match &plan.body {
        ReportBody::Sql(sql) => names(sql, table),
        ReportBody::Grouped { from, .. } => from == table,
    }) || by_built_in()
}

/// Whether a table's name stands in a query as a word, in whatever place and case.
fn names(sql: &str, table: &str) -> bool {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case(table))
}

/// Whether a query is one whose result can be told from the tables' columns alone: it parses, names known tables and
/// columns, and gives the same rows in the same order every time.
///
/// # Errors
/// A sentence about what is wrong.
pub fn check_query(sql: &str, schema: &LeadSchema) -> Result<(), String> {
    let query = parse(sql)?;
    if has_arbitrary_limit(&query) {
        return Err("LIMIT without ORDER BY shows different rows from run to run: add an ORDER BY".to_owned());
    }
    let empty: Vec<OutputTable> = TABLES
        .iter()
        .filter_map(|name| {
            let columns = super::schema(name, schema)?;
            Some(OutputTable { name: (*name).to_owned(), columns, values: Vec::new() }.cleared())
        })
        .collect();
    let frame = self::query(sql, &empty)?;
    to_table("report", &frame).map(|_| ())
}

/// Whether a query, or one inside it, takes the first rows of no order.
fn has_arbitrary_limit(query: &Query) -> bool {
    fn in_body(body: &SetExpr) -> bool {
        match body {
            SetExpr::Query(query) => has_arbitrary_limit(query),
            SetExpr::SetOperation { left, right, .. } => in_body(left) || in_body(right),
            SetExpr::Select(select) => select.from.iter().any(|from| {
                let joined = from.joins.iter().map(|join| &join.relation);
                std::iter::once(&from.relation).chain(joined).any(in_table)
            }),
            _ => false,
        }
    }
    fn in_table(table: &TableFactor) -> bool {
        matches!(table, TableFactor::Derived { subquery, .. } if has_arbitrary_limit(subquery))
    }
    let within = query.with.iter().flat_map(|with| &with.cte_tables);
    (query.order_by.is_none() && query.limit_clause.is_some())
        || within.into_iter().any(|cte| has_arbitrary_limit(&cte.query))
        || in_body(&query.body)
}

fn parse(sql: &str) -> Result<Box<Query>, String> {
    let statements = Parser::parse_sql(&GenericDialect {}, sql).map_err(|error| error.to_string())?;
    match <[Statement; 1]>::try_from(statements) {
        Ok([Statement::Query(query)]) => Ok(query),
        _ => Err("a report is one SELECT".to_owned()),
    }
}

/// Runs a query; rows that its ORDER BY leaves in any order (all, where there is none) are sorted by all columns, left to
/// right.
fn query(sql: &str, tables: &[OutputTable]) -> Result<DataFrame, String> {
    let mut query = parse(sql)?;
    let ordered = query.order_by.is_some();
    if ordered {
        let empty: Vec<OutputTable> = tables.iter().map(OutputTable::cleared).collect();
        let width = execute(&query.to_string(), false, &empty)?.width();
        break_ties(&mut query, width);
    }
    execute(&query.to_string(), !ordered, tables)
}

/// Every output column, by position, as the last keys of an ORDER BY.
fn break_ties(query: &mut Query, width: usize) {
    let Some(OrderBy { kind: OrderByKind::Expressions(keys), .. }) = &mut query.order_by else { return };
    keys.extend((1..=width).map(|position| OrderByExpr {
        expr: ast::Expr::value(ast::Value::Number(position.to_string(), false)),
        options: OrderByOptions { asc: None, nulls_first: None },
        with_fill: None,
    }));
}

fn execute(sql: &str, sort: bool, tables: &[OutputTable]) -> Result<DataFrame, String> {
    guarded(|| {
        let mut context = SQLContext::new();
        for table in tables.iter().filter(|table| names(sql, &table.name)) {
            context.register(&table.name, table.frame(None).lazy());
        }
        let frame = context.execute(sql)?.collect()?;
        if !sort {
            return Ok(frame);
        }
        let all: Vec<PlSmallStr> = frame.get_column_names_owned();
        frame.sort(all, SortMultipleOptions::default().with_maintain_order(true))
    })
}

fn group(body: &ReportBody, tables: &[OutputTable]) -> LazyFrame {
    let ReportBody::Grouped { from, filter, group_by, measures, columns, sort, limit } = body else {
        return LazyFrame::default();
    };
    let mut frame = table(tables, from).map(|table| table.frame(None)).unwrap_or_default().lazy();
    if let Some(condition) = filter {
        frame = frame.filter(condition.expr.clone());
    }
    let keys: Vec<Expr> = group_by.iter().map(|name| col(name.as_str())).collect();
    let values: Vec<Expr> = measures.iter().map(|(name, measure)| measure.expr.clone().alias(name.as_str())).collect();
    let shown = match (group_by.is_empty(), measures.is_empty()) {
        (false, false) => frame.group_by_stable(keys.clone()).agg(values),
        (false, true) => frame.group_by_stable(keys.clone()).agg([len().alias("rows")]),
        (true, false) => frame.select(values),
        (true, true) if columns.is_empty() => frame,
        (true, true) => frame.select(columns.iter().map(|name| col(name.as_str())).collect::<Vec<_>>()),
    };
    let shown = sorted(shown, keys, sort.iter().map(|(name, descending)| (col(name.as_str()), *descending)).collect());
    match limit {
        Some(rows) => shown.limit(*rows),
        None => shown,
    }
}

/// Sorted as asked, ties by the keys.
fn sorted(frame: LazyFrame, keys: Vec<Expr>, by: Vec<(Expr, bool)>) -> LazyFrame {
    let (mut columns, mut descending): (Vec<Expr>, Vec<bool>) = by.into_iter().unzip();
    descending.extend(keys.iter().map(|_| false));
    columns.extend(keys);
    if columns.is_empty() {
        return frame;
    }
    let options = SortMultipleOptions::default()
        .with_order_descending_multi(descending)
        .with_nulls_last(true)
        .with_maintain_order(true);
    frame.sort_by_exprs(columns, options)
}

fn finish(slug: &str, frame: Result<DataFrame, PolarsError>) -> Result<OutputTable, String> {
    frame.map_err(|error| sentence(&error)).and_then(|frame| to_table(slug, &frame))
}

fn table<'a>(tables: &'a [OutputTable], name: &str) -> Option<&'a OutputTable> {
    tables.iter().find(|table| table.name == name)
}

/// How many guarded queries are running.
static GUARDED: AtomicUsize = AtomicUsize::new(0);

/// Whether a panic now would be caught and told as an error of a query.
pub fn is_guarded() -> bool {
    GUARDED.load(Ordering::SeqCst) > 0
}

/// The query engine panics on some expressions that it should refuse; to a user both are an error.
fn guarded(run: impl FnOnce() -> Result<DataFrame, PolarsError>) -> Result<DataFrame, String> {
    polars::error::set_warning_function(|_, _| {});
    GUARDED.fetch_add(1, Ordering::SeqCst);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDED.fetch_sub(1, Ordering::SeqCst);
    match result {
        Ok(result) => result.map_err(|error| sentence(&error)),
        Err(_) => Err("the query engine cannot run this query; try to write it in another way".to_owned()),
    }
}

/// The query engine's words, with the nearest name where one is unknown.
fn sentence(error: &PolarsError) -> String {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    if let Some(name) = text.strip_prefix("relation '").and_then(|rest| rest.split('\'').next()) {
        let meant = meant(name, TABLES.iter().copied());
        return format!("there is no table {name}{meant}; the tables are {}", TABLES.join(", "));
    }
    if let Some((_, rest)) = text.split_once("unable to find column \"") {
        let (name, rest) = rest.split_once('"').unwrap_or((rest, ""));
        let valid = rest.split('"').skip(1).step_by(2);
        return format!("there is no column {name}{}", meant(name, valid));
    }
    text.to_owned()
}

fn meant<'a>(name: &str, valid: impl Iterator<Item = &'a str>) -> String {
    nearest(name, valid).map_or(String::new(), |word| format!(" (did you mean {word}?)"))
}

/// To six decimals: the last digits of a sum of fractions depend on the order of adding, which the query engine leaves to
/// the number of threads.
fn rounded(column: &Column) -> Column {
    const PLACES: f64 = 1e6;
    let Ok(values) = column.f64() else { return column.clone() };
    let round = |value: f64| match value * PLACES {
        scaled if scaled.abs() < 9e15 => scaled.round() / PLACES,
        _ => value,
    };
    values.apply_values(round).into_series().into_column()
}

/// The result as an output table under `reports/`, its types brought to those that files can hold.
fn to_table(slug: &str, frame: &DataFrame) -> Result<OutputTable, String> {
    let mut columns = Vec::with_capacity(frame.width());
    let mut values = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        let kind = match column.dtype() {
            DataType::String | DataType::Null => OutputType::Text,
            DataType::Boolean => OutputType::Boolean,
            DataType::Date => OutputType::Date,
            DataType::Datetime(TimeUnit::Milliseconds | TimeUnit::Microseconds | TimeUnit::Nanoseconds, _) => {
                OutputType::Timestamp
            }
            kind if kind.is_integer() => OutputType::Integer,
            kind if kind.is_float() => OutputType::Number,
            other => return Err(format!("column {} is of type {other}, which a report cannot hold", column.name())),
        };
        let cast = column.cast(&kind.data_type()).map_err(|error| sentence(&error))?;
        values.push(if kind == OutputType::Number { rounded(&cast) } else { cast }.into());
        columns.push(OutputColumn::optional(column.name(), kind, ""));
    }
    Ok(OutputTable::new(&format!("reports/{slug}"), columns, values))
}
