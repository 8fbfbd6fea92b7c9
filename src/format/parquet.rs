//! Parquet files through arrow: exact types and nullability, column descriptions as field metadata.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    StringArray, TimestampMicrosecondArray, new_null_array,
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

use crate::model::column_values::Chunk;
use crate::model::scorecards::Points;
use crate::model::table::{OutputColumn, OutputType};
use crate::model::text::BLANK;

/// Rows that are encoded at a time.
const STRETCH: usize = 32 * 1024;

/// Digits of a decimal column, four of them after the point.
const DECIMAL: (u8, i8) = (18, 4);

/// A Parquet file; each stretch of rows that is written becomes a row group. Columns are encoded in parallel, and the
/// bytes do not depend on how many threads there are.
pub struct Writer<W: Write + Send> {
    columns: Vec<OutputColumn>,
    schema: Arc<Schema>,
    file: SerializedFileWriter<W>,
    encoders: ArrowRowGroupWriterFactory,
    groups: usize,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file; `metadata` are its key-value pairs, `first` are the rows that will be written first: a column of
    /// which most are different gets no dictionary, which would only repeat it.
    ///
    /// # Errors
    /// What the writer or the file system reports.
    pub fn new(
        columns: &[OutputColumn],
        metadata: &[(String, String)],
        first: &[Chunk],
        out: W,
    ) -> Result<Self, ParquetError> {
        let schema = Arc::new(schema(columns));
        let pairs = metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by(format!("leadmill {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(pairs));
        for (at, (column, chunk)) in columns.iter().zip(first).enumerate() {
            let path = ColumnPath::new(vec![column.name.clone()]);
            if chunk.is_mostly_distinct_text() {
                properties = properties.set_column_dictionary_enabled(path.clone(), false);
            }
            // Rows stand in the order of their ids, the first column: of other texts every row group has about all there
            // are, so that a least and a greatest one would tell a reader nothing.
            if at > 0 && column.kind == OutputType::Text {
                properties = properties.set_column_statistics_enabled(path, EnabledStatistics::None);
            }
        }
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties.build()))?;
        let (file, encoders) = writer.into_serialized_writer()?;
        Ok(Self { columns: columns.to_vec(), schema, file, encoders, groups: 0 })
    }

    /// Appends rows, a stretch of each column, as a row group.
    ///
    /// # Errors
    /// What the writer or the file system reports.
    pub fn write(&mut self, chunks: &[Chunk]) -> Result<(), ParquetError> {
        let encoders = self.encoders.create_column_writers(self.groups)?;
        self.groups += 1;
        let encoded: Vec<ArrowColumnChunk> = encoders
            .into_par_iter()
            .zip(self.columns.par_iter())
            .zip(chunks.par_iter())
            .zip(self.schema.fields().par_iter())
            .with_max_len(1)
            .map(|(((mut encoder, column), chunk), field)| {
                let rows = chunk.len();
                for start in (0..rows).step_by(STRETCH) {
                    write_rows(&mut encoder, field, column, chunk, start..rows.min(start + STRETCH))?;
                }
                encoder.close()
            })
            .collect::<Result<_, _>>()?;
        let mut group = self.file.next_row_group()?;
        for chunk in encoded {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the writer or the file system reports.
    pub fn finish(self) -> Result<W, ParquetError> {
        self.file.into_inner()
    }
}

/// Encodes rows of a column; by halves, where their text is too long for one array.
fn write_rows(
    encoder: &mut ArrowColumnWriter,
    field: &FieldRef,
    column: &OutputColumn,
    chunk: &Chunk,
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    if let Chunk::Text(text) = chunk
        && i32::try_from(text.end(rows.end) - text.end(rows.start)).is_err()
        && rows.len() > 1
    {
        let middle = rows.start + rows.len() / 2;
        write_rows(encoder, field, column, chunk, rows.start..middle)?;
        return write_rows(encoder, field, column, chunk, middle..rows.end);
    }
    for leaf in compute_leaves(field, &array(column, chunk, rows)?)? {
        encoder.write(&leaf)?;
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

/// Values as an arrow array; `OutputTable::new` has checked the type.
fn array(column: &OutputColumn, chunk: &Chunk, rows: Range<usize>) -> Result<ArrayRef, ParquetError> {
    Ok(match chunk {
        Chunk::Text(chunk) => {
            let start = chunk.end(rows.start);
            let ends = std::iter::once(start).chain(chunk.ends[rows.clone()].iter().copied());
            let ends: Vec<i32> = ends
                .map(|end| i32::try_from(end - start))
                .collect::<Result<_, _>>()
                .map_err(|_| ParquetError::General(format!("a text of {} takes over 2 GiB", column.name)))?;
            let text = chunk.text.as_bytes()[start..chunk.end(rows.end)].to_vec();
            let filled = &chunk.filled[rows];
            let blanks = column.nullable && filled.contains(&false);
            let filled = blanks.then(|| NullBuffer::from(filled));
            Arc::new(StringArray::try_new(OffsetBuffer::new(ScalarBuffer::from(ends)), Buffer::from_vec(text), filled)?)
        }
        Chunk::Words(chunk) => {
            let words: Vec<&str> = chunk.words.iter().collect();
            let codes = &chunk.codes[rows];
            let blanks = column.nullable && codes.contains(&BLANK);
            let filled = blanks.then(|| NullBuffer::from_iter(codes.iter().map(|&code| code != BLANK)));
            // A code is less than the number of words, and these are few.
            let codes: ScalarBuffer<i32> = codes.iter().map(|&code| code as i32).collect();
            Arc::new(DictionaryArray::try_new(Int32Array::try_new(codes, filled)?, Arc::new(StringArray::from(words)))?)
        }
        Chunk::Integer(values) if column.kind == OutputType::Timestamp => {
            Arc::new(values[rows].iter().copied().collect::<TimestampMicrosecondArray>())
        }
        Chunk::Integer(values) => Arc::new(values[rows].iter().copied().collect::<Int64Array>()),
        Chunk::Number(values) if column.kind == OutputType::Decimal => {
            let exact = values[rows].iter().map(|value| value.map(|value| i128::from(Points::rounded(value).0)));
            Arc::new(exact.collect::<Decimal128Array>().with_precision_and_scale(DECIMAL.0, DECIMAL.1)?)
        }
        Chunk::Number(values) => Arc::new(values[rows].iter().copied().collect::<Float64Array>()),
        Chunk::Boolean(values) => Arc::new(values[rows].iter().copied().collect::<BooleanArray>()),
        Chunk::Date(values) => Arc::new(values[rows].iter().copied().collect::<Date32Array>()),
        Chunk::Blank(_) if !column.nullable => Arc::new(StringArray::from(vec![""; rows.len()])),
        Chunk::Blank(_) => new_null_array(&data_type(column.kind), rows.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table::{OutputTable, optional_text, words};

    fn written(table: &OutputTable) -> Vec<u8> {
        let rows = table.chunks(0..table.rows());
        let mut writer = Writer::new(&table.columns, &[], &rows, Vec::new()).unwrap();
        writer.write(&rows).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn words_are_written_as_the_texts_that_they_are() {
        for nullable in [true, false] {
            let column = OutputColumn { nullable, ..OutputColumn::required("x", OutputType::Text, "") };
            for texts in [&["b", "a", "", "a", "b", "é"][..], &["a"; 9], &[""; 3], &["a", "b", "c", "d", "d"]] {
                let texts = texts.iter().copied().filter(|text| nullable || !text.is_empty());
                let each = optional_text(texts.clone().map(|text| Some(text).filter(|text| !text.is_empty())));
                let table = |values| OutputTable::new("t", vec![column.clone()], vec![values]);
                assert!(
                    written(&table(each)) == written(&table(words(texts.clone()))),
                    "{:?}",
                    texts.collect::<Vec<_>>()
                );
            }
        }
    }
}
