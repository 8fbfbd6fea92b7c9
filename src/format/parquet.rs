//! Parquet files through arrow: exact types and nullability, column descriptions as field metadata.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use polars::prelude::Column;
use rayon::prelude::*;

use crate::model::scorecards::Points;
use crate::model::table::{OutputColumn, OutputTable, OutputType};

/// Rows of one row group: large enough to compress, small enough to read in part.
const ROW_GROUP: usize = 256 * 1024;

/// Digits of a decimal column, four of them after the point.
const DECIMAL: (u8, i8) = (18, 4);

/// Writes a table; `metadata` are key-value pairs of the file. Columns are encoded in parallel, and the bytes do not
/// depend on how many threads there are.
///
/// # Errors
/// What the writer or the file system reports.
pub fn write<W: Write + Send>(table: &OutputTable, metadata: &[(String, String)], out: W) -> Result<(), ParquetError> {
    let schema = Arc::new(schema(&table.columns));
    let pairs = metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by(format!("leadmill {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(pairs))
        .build();
    let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
    let (mut file, columns) = writer.into_serialized_writer()?;
    let rows = table.rows();
    for (group, start) in (0..rows).step_by(ROW_GROUP).enumerate() {
        write_group(&mut file, &columns, &schema, table, group, start..rows.min(start + ROW_GROUP))?;
    }
    file.close()?;
    Ok(())
}

fn write_group<W: Write + Send>(
    file: &mut SerializedFileWriter<W>,
    columns: &ArrowRowGroupWriterFactory,
    schema: &Schema,
    table: &OutputTable,
    group: usize,
    rows: std::ops::Range<usize>,
) -> Result<(), ParquetError> {
    let writers = columns.create_column_writers(group)?;
    let chunks: Vec<ArrowColumnChunk> = writers
        .into_par_iter()
        .zip(table.columns.par_iter())
        .zip(table.frame.columns().par_iter())
        .zip(schema.fields().par_iter())
        .map(|(((mut writer, column), values), field)| {
            let values = values.slice(rows.start as i64, rows.len());
            for leaf in compute_leaves(field, &array(column.kind, &values))? {
                writer.write(&leaf)?;
            }
            writer.close()
        })
        .collect::<Result<_, _>>()?;
    let mut row_group = file.next_row_group()?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut row_group)?;
    }
    row_group.close()?;
    Ok(())
}

#[expect(clippy::disallowed_types, reason = "arrow's metadata type; it is read by key, never iterated by us")]
fn schema(columns: &[OutputColumn]) -> Schema {
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| {
            let field = Field::new(&column.name, data_type(column.kind), column.nullable);
            if column.description.is_empty() {
                return field;
            }
            field.with_metadata(std::collections::HashMap::from([(
                "description".to_owned(),
                column.description.clone(),
            )]))
        })
        .collect();
    Schema::new(fields)
}

fn data_type(kind: OutputType) -> DataType {
    match kind {
        OutputType::Text => DataType::Utf8,
        OutputType::Integer => DataType::Int64,
        OutputType::Number => DataType::Float64,
        OutputType::Decimal => DataType::Decimal128(DECIMAL.0, DECIMAL.1),
        OutputType::Boolean => DataType::Boolean,
        OutputType::Date => DataType::Date32,
        OutputType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

/// The values as an arrow array; `OutputTable::new` has checked the type.
fn array(kind: OutputType, values: &Column) -> ArrayRef {
    const CHECKED: &str = "a table's columns have the types of its schema";
    let values = values.as_materialized_series().to_physical_repr();
    match kind {
        OutputType::Text => {
            let values = values.str().expect(CHECKED);
            let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 8);
            values.iter().for_each(|value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        OutputType::Integer => Arc::new(values.i64().expect(CHECKED).iter().collect::<Int64Array>()),
        OutputType::Number => Arc::new(values.f64().expect(CHECKED).iter().collect::<Float64Array>()),
        OutputType::Decimal => {
            let exact = values.f64().expect(CHECKED).iter();
            let exact = exact.map(|value| value.map(|value| i128::from(Points::rounded(value).0)));
            let decimals = exact.collect::<Decimal128Array>().with_precision_and_scale(DECIMAL.0, DECIMAL.1);
            Arc::new(decimals.expect("18 digits hold any score"))
        }
        OutputType::Boolean => Arc::new(values.bool().expect(CHECKED).iter().collect::<BooleanArray>()),
        OutputType::Date => Arc::new(values.i32().expect(CHECKED).iter().collect::<Date32Array>()),
        OutputType::Timestamp => Arc::new(values.i64().expect(CHECKED).iter().collect::<TimestampMicrosecondArray>()),
    }
}
