//! Output tables: a name, an exact schema, and the rows.

use polars::prelude::DataFrame;

/// The type of an output column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputType {
    /// UTF-8 text.
    Text,
    /// 64-bit whole number.
    Integer,
    /// 64-bit floating point.
    Number,
    /// Decimal with four places; a frame holds it as `Float64`, files as an exact decimal.
    Decimal,
    /// True or false.
    Boolean,
    /// Calendar day.
    Date,
    /// Microseconds without a time zone.
    Timestamp,
}

/// One output column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: OutputType,
    /// Whether a value may be absent.
    pub nullable: bool,
    /// One line about its meaning.
    pub description: String,
}

impl OutputColumn {
    /// A column that always has a value.
    pub fn required(name: &str, kind: OutputType, description: &str) -> Self {
        Self { name: name.to_owned(), kind, nullable: false, description: description.to_owned() }
    }

    /// A column that may lack a value.
    pub fn optional(name: &str, kind: OutputType, description: &str) -> Self {
        Self { name: name.to_owned(), kind, nullable: true, description: description.to_owned() }
    }
}

/// An output table: the frame has exactly the columns of the schema, in order.
#[derive(Debug, Clone)]
pub struct OutputTable {
    /// File stem, e.g. `leads` or `reports/leads_by_owner`.
    pub name: String,
    /// The columns.
    pub columns: Vec<OutputColumn>,
    /// The rows.
    pub frame: DataFrame,
}
