//! Parquet files through arrow: exact types and nullability, column descriptions as field metadata.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use crate::model::column_values::{Chunk, ColumnValues};
use crate::model::scorecards::Points;
use crate::model::table::{OutputColumn, OutputTable, OutputType};

/// Rows of one row group: large enough to compress, small enough to read in part.
const ROW_GROUP: usize = 256 * 1024;

/// Digits of a decimal column, four of them after the point.
const DECIMAL: (u8, i8) = (18, 4);

/// Rows that are encoded at a time.
const STRETCH: usize = 32 * 1024;

/// Writes a table; `metadata` are key-value pairs of the file. Columns are encoded in parallel, and the bytes do not
/// depend on how many threads there are.
///
/// # Errors
/// What the writer or the file system reports.
pub fn write<W: Write + Send>(table: &OutputTable, metadata: &[(String, String)], out: W) -> Result<(), ParquetError> {
    let schema = Arc::new(schema(&table.columns));
    let pairs = metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(format!("leadmill {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(pairs));
    // A dictionary of ids would repeat the column.
    let columns = table.columns.iter().zip(&table.values);
    for (column, _) in columns.filter(|(_, values)| values.is_mostly_unique()) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name.as_str()), false);
    }
    let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties.build()))?;
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
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    let writers = columns.create_column_writers(group)?;
    let chunks: Vec<ArrowColumnChunk> = writers
        .into_par_iter()
        .zip(table.columns.par_iter())
        .zip(table.values.par_iter())
        .zip(schema.fields().par_iter())
        .with_max_len(1)
        .map(|(((mut writer, column), values), field)| {
            for start in rows.clone().step_by(STRETCH) {
                write_rows(&mut writer, field, column, values, start..rows.end.min(start + STRETCH))?;
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

/// Encodes rows of a column; by halves, where their text is too long for one array.
fn write_rows(
    writer: &mut ArrowColumnWriter,
    field: &FieldRef,
    column: &OutputColumn,
    values: &ColumnValues,
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    let chunk = values.chunk(rows.clone());
    if let Chunk::Text(text) = &chunk
        && i32::try_from(text.text.len()).is_err()
        && rows.len() > 1
    {
        let middle = rows.start + rows.len() / 2;
        write_rows(writer, field, column, values, rows.start..middle)?;
        return write_rows(writer, field, column, values, middle..rows.end);
    }
    for leaf in compute_leaves(field, &array(column, chunk)?)? {
        writer.write(&leaf)?;
    }
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
fn array(column: &OutputColumn, chunk: Chunk) -> Result<ArrayRef, ParquetError> {
    Ok(match chunk {
        Chunk::Text(chunk) => {
            let lengths = std::iter::once(Ok(0)).chain(chunk.ends.iter().map(|&end| i32::try_from(end)));
            let ends: Vec<i32> = lengths
                .collect::<Result<_, _>>()
                .map_err(|_| ParquetError::General(format!("a text of {} takes over 2 GiB", column.name)))?;
            let blanks = column.nullable && chunk.filled.contains(&false);
            let filled = blanks.then(|| NullBuffer::from(chunk.filled));
            let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
            Arc::new(StringArray::try_new(ends, Buffer::from_vec(chunk.text.into_bytes()), filled)?)
        }
        Chunk::Integer(values) if column.kind == OutputType::Timestamp => {
            Arc::new(TimestampMicrosecondArray::from(values))
        }
        Chunk::Integer(values) => Arc::new(Int64Array::from(values)),
        Chunk::Number(values) if column.kind == OutputType::Decimal => {
            let exact = values.into_iter().map(|value| value.map(|value| i128::from(Points::rounded(value).0)));
            Arc::new(exact.collect::<Decimal128Array>().with_precision_and_scale(DECIMAL.0, DECIMAL.1)?)
        }
        Chunk::Number(values) => Arc::new(Float64Array::from(values)),
        Chunk::Boolean(values) => Arc::new(BooleanArray::from(values)),
        Chunk::Date(values) => Arc::new(Date32Array::from(values)),
    })
}
