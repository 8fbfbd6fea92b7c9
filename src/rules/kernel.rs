//! Row functions: what the frame engine lacks, or does otherwise than SQL, as plain Rust over one row's values.

use std::borrow::Cow;
use std::cmp::Ordering;

use polars::prelude::*;

use crate::model::field::ValueType;
use crate::model::table::OutputType;

/// One value of a row, or a constant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Timestamp(i64),
}

impl Value<'_> {
    /// The order of two values of the same type.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) | (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }

    /// The constant as an expression, its type fixed: a bare `lit(1)` would take whatever type is near, 32 bit too.
    pub(super) fn expr(&self) -> Expr {
        let (value_type, value) = match self {
            Value::Text(text) => (ValueType::Text, AnyValue::StringOwned(text.as_ref().into())),
            Value::Integer(number) => (ValueType::Integer, AnyValue::Int64(*number)),
            Value::Number(number) => (ValueType::Number, AnyValue::Float64(*number)),
            Value::Boolean(truth) => (ValueType::Boolean, AnyValue::Boolean(*truth)),
            Value::Date(days) => (ValueType::Date, AnyValue::Date(*days)),
            Value::Timestamp(micros) => {
                (ValueType::Timestamp, AnyValue::Datetime(*micros, TimeUnit::Microseconds, None))
            }
        };
        lit(Scalar::new(data_type(value_type), value))
    }
}

/// NULL of a type.
pub(super) fn null(value_type: ValueType) -> Expr {
    lit(Scalar::null(data_type(value_type)))
}

/// The frame engine's type of a value type.
pub(super) fn data_type(value_type: ValueType) -> DataType {
    OutputType::from(value_type).data_type()
}

/// A row function that gives NULL as soon as one argument is NULL.
pub(super) fn strict<F>(arguments: &[Expr], result: ValueType, function: F) -> Expr
where
    F: for<'a> Fn(&[Value<'a>]) -> Option<Value<'a>> + Send + Sync + 'static,
{
    expr(arguments, result, move |columns| {
        let cells = cells(columns)?;
        let mut row = Vec::with_capacity(cells.len());
        collect(columns, result, |index| {
            row.clear();
            for column in &cells {
                row.push(column.get(index)?);
            }
            function(&row)
        })
    })
}

/// A row function that sees NULLs.
pub(super) fn lenient<F>(arguments: &[Expr], result: ValueType, function: F) -> Expr
where
    F: for<'a> Fn(&[Option<Value<'a>>]) -> Option<Value<'a>> + Send + Sync + 'static,
{
    expr(arguments, result, move |columns| {
        let cells = cells(columns)?;
        let mut row = Vec::with_capacity(cells.len());
        collect(columns, result, |index| {
            row.clear();
            row.extend(cells.iter().map(|column| column.get(index)));
            function(&row)
        })
    })
}

/// A test of texts; NULL where there is none.
pub(super) fn test_text(text: Expr, test: impl Fn(&str) -> bool + Send + Sync + 'static) -> Expr {
    expr(&[text], ValueType::Boolean, move |columns| {
        let texts = columns[0].str()?;
        let mask: BooleanChunked = arity::unary_elementwise_values(texts, &test);
        Ok(mask.into_column())
    })
}

fn expr(
    arguments: &[Expr],
    result: ValueType,
    function: impl Fn(&[Column]) -> PolarsResult<Column> + Send + Sync + 'static,
) -> Expr {
    map_multiple(
        move |columns: &mut [Column]| {
            for column in columns.iter_mut() {
                *column = column.as_materialized_series().rechunk().into_column();
            }
            function(columns)
        },
        arguments,
        move |_: &Schema, fields: &[Field]| Ok(Field::new(fields[0].name().clone(), data_type(result))),
    )
}

/// A column's values by row; a column of one value has it in every row.
struct Cells<'a> {
    values: Typed<'a>,
    single: bool,
}

enum Typed<'a> {
    Text(&'a StringChunked),
    Integer(&'a Int64Chunked),
    Number(&'a Float64Chunked),
    Boolean(&'a BooleanChunked),
    Date(&'a Int32Chunked),
    Timestamp(&'a Int64Chunked),
}

impl<'a> Cells<'a> {
    fn get(&self, row: usize) -> Option<Value<'a>> {
        let row = if self.single { 0 } else { row };
        match self.values {
            Typed::Text(values) => values.get(row).map(|text| Value::Text(Cow::Borrowed(text))),
            Typed::Integer(values) => values.get(row).map(Value::Integer),
            Typed::Number(values) => values.get(row).map(Value::Number),
            Typed::Boolean(values) => values.get(row).map(Value::Boolean),
            Typed::Date(values) => values.get(row).map(Value::Date),
            Typed::Timestamp(values) => values.get(row).map(Value::Timestamp),
        }
    }
}

fn cells(columns: &[Column]) -> PolarsResult<Vec<Cells<'_>>> {
    let cells = columns.iter().map(|column| {
        let values = match column.dtype() {
            DataType::String => Typed::Text(column.str()?),
            DataType::Int64 => Typed::Integer(column.i64()?),
            DataType::Float64 => Typed::Number(column.f64()?),
            DataType::Boolean => Typed::Boolean(column.bool()?),
            DataType::Date => Typed::Date(column.date()?.physical()),
            DataType::Datetime(TimeUnit::Microseconds, None) => Typed::Timestamp(column.datetime()?.physical()),
            other => polars_bail!(InvalidOperation: "rules know no columns of type {other}"),
        };
        Ok(Cells { values, single: column.len() == 1 })
    });
    cells.collect()
}

fn collect<'a>(
    columns: &[Column],
    result: ValueType,
    mut row: impl FnMut(usize) -> Option<Value<'a>>,
) -> PolarsResult<Column> {
    let name = columns[0].name().clone();
    let length = columns.iter().map(Column::len).find(|length| *length != 1).unwrap_or(1);
    macro_rules! values {
        ($variant:ident, $array:ty) => {{
            let values = (0..length).map(|index| match row(index) {
                Some(Value::$variant(value)) => Some(value),
                _ => None,
            });
            values.collect::<$array>().with_name(name)
        }};
    }
    Ok(match result {
        ValueType::Text => {
            let mut builder = StringChunkedBuilder::new(name, length);
            for index in 0..length {
                match row(index) {
                    Some(Value::Text(text)) => builder.append_value(text),
                    _ => builder.append_null(),
                }
            }
            builder.finish().into_column()
        }
        ValueType::Integer => values!(Integer, Int64Chunked).into_column(),
        ValueType::Number => values!(Number, Float64Chunked).into_column(),
        ValueType::Boolean => values!(Boolean, BooleanChunked).into_column(),
        ValueType::Date => values!(Date, Int32Chunked).into_series().into_date().into_column(),
        ValueType::Timestamp => {
            values!(Timestamp, Int64Chunked).into_datetime(TimeUnit::Microseconds, None).into_series().into_column()
        }
    })
}
