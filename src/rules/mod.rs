//! Conditions and expressions in SQL, shared by edit, score, assign, qualify and report.

use polars::prelude::Expr;

use crate::model::field::ValueType;

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
