//! Output tables: a name, an exact schema, and the rows.

use super::field::ValueType;
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit};

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

impl OutputType {
    /// The frame engine's type for it.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::String,
            Self::Integer => DataType::Int64,
            Self::Number | Self::Decimal => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date,
            Self::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
        }
    }
}

impl From<ValueType> for OutputType {
    fn from(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Text => Self::Text,
            ValueType::Integer => Self::Integer,
            ValueType::Number => Self::Number,
            ValueType::Boolean => Self::Boolean,
            ValueType::Date => Self::Date,
            ValueType::Timestamp => Self::Timestamp,
        }
    }
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

impl OutputTable {
    /// A table of these columns; `values` stand in schema order and are named and typed after it.
    ///
    /// # Panics
    /// When values and schema differ in number, length, type or nullability: a bug of the caller, never of the input.
    pub fn new(name: &str, columns: Vec<OutputColumn>, values: Vec<Column>) -> Self {
        assert_eq!(columns.len(), values.len(), "table {name}: as many columns as its schema has");
        let values: Vec<Column> = columns
            .iter()
            .zip(values)
            .map(|(column, values)| {
                let values = values.with_name(column.name.as_str().into());
                assert_eq!(values.dtype(), &column.kind.data_type(), "table {name}: type of column {}", column.name);
                assert!(column.nullable || values.null_count() == 0, "table {name}: blank in column {}", column.name);
                values
            })
            .collect();
        let height = values.first().map_or(0, Column::len);
        let frame = DataFrame::new(height, values).expect("columns of one length with distinct names");
        Self { name: name.to_owned(), columns, frame }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.frame.height()
    }

    /// A table under another name with only the rows of a mask.
    pub fn filtered(&self, name: &str, rows: &[bool]) -> Self {
        let mask = Series::new("rows".into(), rows);
        let mask = mask.bool().expect("a boolean series");
        let frame = self.frame.filter(mask).expect("a mask as long as the table");
        Self { name: name.to_owned(), columns: self.columns.clone(), frame }
    }
}

/// A file of the output folder that is no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub text: String,
}

/// A text column without blanks.
pub fn text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Column {
    optional_text(values.into_iter().map(Some))
}

/// A text column.
pub fn optional_text<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> Column {
    use polars::prelude::{IntoSeries, StringChunkedBuilder};
    let values = values.into_iter();
    let mut builder = StringChunkedBuilder::new("".into(), values.size_hint().0);
    for value in values {
        builder.append_option(value.as_ref().map(AsRef::as_ref));
    }
    builder.finish().into_series().into_column()
}

/// A text column in which "" is a blank.
pub fn filled_text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Column {
    optional_text(values.into_iter().map(|value| (!value.as_ref().is_empty()).then_some(value)))
}

/// A column of whole numbers without blanks.
pub fn integers(values: impl IntoIterator<Item = i64>) -> Column {
    Series::new("".into(), values.into_iter().collect::<Vec<_>>()).into_column()
}

/// A column of numbers without blanks.
pub fn numbers(values: impl IntoIterator<Item = f64>) -> Column {
    Series::new("".into(), values.into_iter().collect::<Vec<_>>()).into_column()
}

/// A column of numbers.
pub fn optional_numbers(values: impl IntoIterator<Item = Option<f64>>) -> Column {
    Series::new("".into(), values.into_iter().collect::<Vec<_>>()).into_column()
}

/// A column of truth values without blanks.
pub fn booleans(values: impl IntoIterator<Item = bool>) -> Column {
    Series::new("".into(), values.into_iter().collect::<Vec<_>>()).into_column()
}

/// A column of truth values.
pub fn optional_booleans(values: impl IntoIterator<Item = Option<bool>>) -> Column {
    Series::new("".into(), values.into_iter().collect::<Vec<_>>()).into_column()
}

/// A column of days since 1970-01-01.
pub fn dates(values: impl IntoIterator<Item = Option<i32>>) -> Column {
    let days = Series::new("".into(), values.into_iter().collect::<Vec<_>>());
    days.cast(&DataType::Date).expect("days are dates").into_column()
}

/// A column of microseconds since 1970-01-01T00:00.
pub fn timestamps(values: impl IntoIterator<Item = Option<i64>>) -> Column {
    let micros = Series::new("".into(), values.into_iter().collect::<Vec<_>>());
    micros.cast(&OutputType::Timestamp.data_type()).expect("microseconds are timestamps").into_column()
}
