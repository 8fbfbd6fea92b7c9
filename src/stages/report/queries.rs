//! Reports over the output tables: the built-in ones, grouped ones, and whole SQL queries.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use polars::lazy::prelude::{Expr, IntoLazy, LazyFrame, col, len};
use polars::prelude::{DataFrame, DataType, PlSmallStr, PolarsError, SortMultipleOptions, TimeUnit};
use polars::sql::SQLContext;
use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use thiserror::Error;

use crate::config::plan::{ReportBody, ReportPlan};
use crate::model::field::LeadSchema;
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
    let leads = table(tables, "leads").map(|table| table.frame.clone()).unwrap_or_default();
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

/// Whether a query is one whose result can be told from the tables' columns alone: it parses, names known tables and
/// columns, and gives the same rows in the same order every time.
///
/// # Errors
/// A sentence about what is wrong.
pub fn check_query(sql: &str, schema: &LeadSchema) -> Result<(), String> {
    let query = parse(sql)?;
    if query.order_by.is_none() && query.limit_clause.is_some() {
        return Err("LIMIT without ORDER BY shows different rows from run to run: add an ORDER BY".to_owned());
    }
    let empty: Vec<OutputTable> = TABLES
        .iter()
        .filter_map(|name| {
            let columns = super::schema(name, schema)?;
            let values = columns.iter().map(|column| {
                polars::prelude::Column::new_empty(column.name.as_str().into(), &column.kind.data_type())
            });
            let values = values.collect();
            Some(OutputTable::new(name, columns, values))
        })
        .collect();
    let frame = self::query(sql, &empty)?;
    to_table("report", &frame).map(|_| ())
}

fn parse(sql: &str) -> Result<Box<Query>, String> {
    let statements = Parser::parse_sql(&GenericDialect {}, sql).map_err(|error| error.to_string())?;
    match <[Statement; 1]>::try_from(statements) {
        Ok([Statement::Query(query)]) => Ok(query),
        _ => Err("a report is one SELECT".to_owned()),
    }
}

/// Runs a query; without an ORDER BY of its own the rows are sorted by all columns, left to right.
fn query(sql: &str, tables: &[OutputTable]) -> Result<DataFrame, String> {
    let ordered = parse(sql)?.order_by.is_some();
    guarded(|| {
        let mut context = SQLContext::new();
        for table in tables {
            context.register(&table.name, table.frame.clone().lazy());
        }
        let frame = context.execute(sql)?.collect()?;
        if ordered {
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
    let mut frame = table(tables, from).map(|table| table.frame.clone()).unwrap_or_default().lazy();
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
    GUARDED.fetch_add(1, Ordering::SeqCst);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDED.fetch_sub(1, Ordering::SeqCst);
    match result {
        Ok(result) => result.map_err(|error| sentence(&error)),
        Err(_) => Err("the query engine cannot run this query; try to write it in another way".to_owned()),
    }
}

fn sentence(error: &PolarsError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
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
        values.push(column.cast(&kind.data_type()).map_err(|error| sentence(&error))?);
        columns.push(OutputColumn::optional(column.name(), kind, ""));
    }
    Ok(OutputTable::new(&format!("reports/{slug}"), columns, values))
}
