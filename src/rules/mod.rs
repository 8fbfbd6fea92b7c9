//! Conditions and expressions in SQL, shared by edit, score, assign, qualify and report.
//!
//! A text is tokenized and parsed by `sqlparser` (`parse`), checked against the columns' types and lowered to the
//! frame engine's expressions in one walk (`lower` and the files beside it, one per kind of expression), and
//! evaluated for all rows at once (`evaluate`). What is no native operation of the frame engine, or differs there
//! from SQL, is a row function in Rust (`kernel`). Every function passes NULL on: NULL in, NULL out.

mod aggregate;
mod arithmetic;
mod cast;
mod compare;
mod evaluate;
mod functions;
mod kernel;
mod like;
mod lower;
mod names;
mod parse;
mod parts;
mod temporal;
mod text;

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::civil::Date;
use polars::prelude::Expr;

use crate::model::field::ValueType;

pub use evaluate::masks;
use lower::{Goal, Lowering};
use parse::Source;
pub use parts::{Comparison, Sample, conjuncts};

/// A compiled condition: SQL's three-valued logic, met only where it is true.
#[derive(Debug, Clone)]
pub struct Condition {
    /// As the user wrote it.
    pub sql: String,
    /// Lowered to the frame engine; boolean.
    pub expr: Expr,
    /// Columns that it reads, sorted.
    pub columns: Vec<String>,
}

/// A compiled expression or aggregate.
#[derive(Debug, Clone)]
pub struct Expression {
    /// As the user wrote it.
    pub sql: String,
    /// Lowered to the frame engine.
    pub expr: Expr,
    /// Type of its values.
    pub value_type: ValueType,
    /// Columns that it reads, sorted.
    pub columns: Vec<String>,
}

/// What the names in an expression may refer to.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The frame's columns and their types.
    pub columns: Vec<(String, ValueType)>,
    /// The day that `as_of` and `CURRENT_DATE` stand for.
    pub as_of: Date,
}

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// Bytes of the SQL text.
    pub span: Range<usize>,
    /// What is wrong, one sentence without its full stop.
    pub message: String,
    /// What would be right.
    pub expected: Option<String>,
    /// Text that would be right in place of the span.
    pub suggestion: Option<String>,
}

/// Longest text of an expression, in bytes.
pub const MAX_TEXT: usize = 64 * 1024;

/// A recursive walk of the deepest tree that the bounds of `parse` let through needs a small part of this.
const STACK: usize = 64 * 1024 * 1024;

/// Compiles a condition: a boolean expression over one row.
pub fn condition(sql: &str, scope: &Scope) -> Result<Condition, Vec<RuleFault>> {
    let Expression { sql, expr, columns, .. } = compile(sql, scope, Goal::Condition)?;
    Ok(Condition { sql, expr, columns })
}

/// Compiles an expression over one row.
pub fn expression(sql: &str, scope: &Scope) -> Result<Expression, Vec<RuleFault>> {
    compile(sql, scope, Goal::Expression)
}

/// Compiles a measure: an aggregate over many rows, for reports.
pub fn measure(sql: &str, scope: &Scope) -> Result<Expression, Vec<RuleFault>> {
    compile(sql, scope, Goal::Measure)
}

fn compile(sql: &str, scope: &Scope, goal: Goal) -> Result<Expression, Vec<RuleFault>> {
    let fault = |message: String| vec![RuleFault { span: 0..sql.len(), message, expected: None, suggestion: None }];
    if sql.len() > MAX_TEXT {
        return Err(fault(format!("this {} is longer than {} KiB", goal.noun(), MAX_TEXT / 1024)));
    }
    let work = || {
        let source = Source::new(sql)?;
        let tree = source.parse()?;
        Lowering::new(&source, scope, goal).run(&tree)
    };
    with_room(work).unwrap_or_else(|| Err(fault(format!("this {} cannot be understood", goal.noun()))))
}

/// What works on a tree of the parser's: these lean to the left, one level per operator, and are dropped recursively. None
/// where there is no room.
fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|threads| {
        let worker = std::thread::Builder::new().name("rules".to_owned()).stack_size(STACK);
        worker.spawn_scoped(threads, work).ok()?.join().ok()
    })
}
