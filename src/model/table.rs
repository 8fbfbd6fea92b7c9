//! Output tables: a name, an exact schema, and the rows.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::column_values::{Chunk, ColumnValues, Words};
use super::field::ValueType;
use super::filing::Filing;
use super::text::TextColumn;
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit};
use rayon::prelude::*;

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

/// An output table: one column of values per column of the schema, in order.
#[derive(Debug, Clone)]
pub struct OutputTable {
    /// File stem, e.g. `leads` or `reports/leads_by_owner`.
    pub name: String,
    /// The columns.
    pub columns: Vec<OutputColumn>,
    /// Their values, all of the same length.
    pub values: Vec<ColumnValues>,
}

impl OutputTable {
    /// A table of these columns; `values` stand in schema order.
    ///
    /// # Panics
    /// When values and schema differ in number, length, type or nullability: a bug of the caller, never of the input.
    pub fn new(name: &str, columns: Vec<OutputColumn>, values: Vec<ColumnValues>) -> Self {
        assert_eq!(columns.len(), values.len(), "table {name}: as many columns as its schema has");
        for (column, values_of) in columns.iter().zip(&values) {
            let of = &column.name;
            assert_eq!(values_of.data_type(), column.kind.data_type(), "table {name}: type of column {of}");
            assert_eq!(values_of.len(), values[0].len(), "table {name}: rows of column {of}");
            if let ColumnValues::Frame(frame) = values_of {
                assert!(column.nullable || frame.null_count() == 0, "table {name}: blank in column {of}");
            }
        }
        Self { name: name.to_owned(), columns, values }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.first().map_or(0, ColumnValues::len)
    }

    /// Some rows, column by column.
    pub fn chunks(&self, rows: Range<usize>) -> Vec<Chunk> {
        let chunk = |values: &ColumnValues| match values {
            ColumnValues::Filed(_) => Chunk::Blank(rows.len()), // composed just below
            values => values.chunk(rows.clone()),
        };
        let mut chunks: Vec<Chunk> = self.values.par_iter().with_max_len(1).map(chunk).collect();
        for (at, values) in self.values.iter().enumerate() {
            let ColumnValues::Filed(filing) = values else { continue };
            // What it is composed of mostly stands in the table, too, and need not be looked up again.
            let same = |part: &ColumnValues| self.values.iter().position(|values| values.is_same(part));
            let parts = filing.parts().each_ref().map(|part| match same(part) {
                Some(at) => Cow::Borrowed(&chunks[at]),
                None => Cow::Owned(part.chunk(rows.clone())),
            });
            chunks[at] = Chunk::Text(Filing::compose(parts.each_ref().map(AsRef::as_ref)));
        }
        chunks
    }

    /// A table under another name with only the rows of a mask.
    pub fn filtered(&self, name: &str, rows: &[bool]) -> Self {
        let mask = Series::new("rows".into(), rows);
        let mask = mask.bool().expect("a boolean series");
        let values = self.values.iter().map(|values| values.filtered(mask)).collect();
        Self { name: name.to_owned(), columns: self.columns.clone(), values }
    }

    /// The same columns without rows.
    pub fn cleared(&self) -> Self {
        let empty = |column: &OutputColumn| Column::new_empty("".into(), &column.kind.data_type()).into();
        Self { values: self.columns.iter().map(empty).collect(), ..self.clone() }
    }

    /// The table as a frame, for queries: all its columns, or those of these names.
    pub fn frame(&self, names: Option<&[&str]>) -> DataFrame {
        let columns = self.columns.iter().zip(&self.values);
        let wanted = columns.filter(|(column, _)| names.is_none_or(|names| names.contains(&column.name.as_str())));
        let columns = wanted.map(|(column, values)| values.column().with_name(column.name.as_str().into())).collect();
        DataFrame::new(self.rows(), columns).expect("columns of one length with distinct names")
    }
}

/// A file of the output folder that is no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Its name, behind those of folders where it stands in one: `folder/name`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// A text column; none is a blank.
pub fn text_column<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> Column {
    use polars::prelude::{IntoSeries, StringChunkedBuilder};
    let values = values.into_iter();
    let mut builder = StringChunkedBuilder::new("".into(), values.size_hint().0);
    for value in values {
        builder.append_option(value.as_ref().map(AsRef::as_ref));
    }
    builder.finish().into_series().into_column()
}

/// Text without blanks.
pub fn text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> ColumnValues {
    optional_text(values.into_iter().map(Some))
}

/// Text.
pub fn optional_text<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> ColumnValues {
    text_column(values).into()
}

/// Text in which "" is a blank.
pub fn filled_text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> ColumnValues {
    optional_text(values.into_iter().map(|value| (!value.as_ref().is_empty()).then_some(value)))
}

/// Text of few different words.
pub fn words<'a>(values: impl IntoIterator<Item = &'a str>) -> ColumnValues {
    let TextColumn { codes, dictionary } = values.into_iter().collect();
    coded(Words::Own(Arc::new(dictionary)), codes.into())
}

/// A text column as values of a table.
pub fn of_text(column: &TextColumn) -> ColumnValues {
    let codes = Arc::new(column.codes.to_vec());
    ColumnValues::Coded { words: Words::Own(Arc::new(column.dictionary.clone())), codes }
}

/// Text by code.
pub fn coded(words: Words, codes: Vec<u32>) -> ColumnValues {
    ColumnValues::Coded { words, codes: Arc::new(codes) }
}

/// Whole numbers without blanks.
pub fn integers(values: impl IntoIterator<Item = i64>) -> ColumnValues {
    Column::new("".into(), values.into_iter().collect::<Vec<_>>()).into()
}

/// Whole numbers.
pub fn optional_integers(values: impl IntoIterator<Item = Option<i64>>) -> ColumnValues {
    Column::new("".into(), values.into_iter().collect::<Vec<_>>()).into()
}

/// Numbers without blanks.
pub fn numbers(values: impl IntoIterator<Item = f64>) -> ColumnValues {
    Column::new("".into(), values.into_iter().collect::<Vec<_>>()).into()
}

/// Numbers.
pub fn optional_numbers(values: impl IntoIterator<Item = Option<f64>>) -> ColumnValues {
    Column::new("".into(), values.into_iter().collect::<Vec<_>>()).into()
}

/// Truth values without blanks.
pub fn booleans(values: impl IntoIterator<Item = bool>) -> ColumnValues {
    Column::new("".into(), values.into_iter().collect::<Vec<_>>()).into()
}

/// Truth values.
pub fn optional_booleans(values: impl IntoIterator<Item = Option<bool>>) -> ColumnValues {
    Column::new("".into(), values.into_iter().collect::<Vec<_>>()).into()
}

/// Days since 1970-01-01.
pub fn dates(values: impl IntoIterator<Item = Option<i32>>) -> ColumnValues {
    let days = Column::new("".into(), values.into_iter().collect::<Vec<_>>());
    days.cast(&DataType::Date).expect("days are dates").into()
}

/// Microseconds since 1970-01-01T00:00.
pub fn timestamps(values: impl IntoIterator<Item = Option<i64>>) -> ColumnValues {
    let micros = Column::new("".into(), values.into_iter().collect::<Vec<_>>());
    micros.cast(&OutputType::Timestamp.data_type()).expect("microseconds are timestamps").into()
}
