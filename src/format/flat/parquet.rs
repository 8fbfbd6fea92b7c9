//! Parquet files: a record a row, structs as `name.field`, lists joined, row group by row group.

use std::fmt::Write;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date64Type, Float32Type, Float64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use serde_json::Value;

use super::{Flat, FlatWriter, most_text, nesting, number};
use crate::format::FormatError;
use crate::format::error::quoted;
use crate::format::guard::guarded;

/// Rows that are in memory at a time, besides their text.
const ROWS: usize = 2048;

/// The rows of a Parquet file.
///
/// # Errors
/// When it is damaged, or packed in a way that is not read.
pub(super) fn flat(bytes: Vec<u8>, path: &Path) -> Result<Flat, FormatError> {
    let bytes = Bytes::from(bytes);
    let read = nesting::check(&bytes).and_then(|()| {
        let read = guarded(|| rows(&bytes));
        read.unwrap_or_else(|| Err("its parts do not fit together".to_owned()))
    });
    read.map_err(|why| FormatError::Damaged {
        path: path.to_owned(),
        what: format!(
            "the Parquet file is damaged, or not of a known kind ({}); write it again, or export CSV",
            quoted(&why)
        ),
    })
}

fn rows(bytes: &Bytes) -> Result<Flat, String> {
    let metadata = ArrowReaderMetadata::load(bytes, ArrowReaderOptions::new()).map_err(|why| why.to_string())?;
    let most = most_text(bytes.len());
    let empty = RecordBatch::new_empty(metadata.schema().clone());
    let names: Vec<String> = leaves(&empty)?.into_iter().map(|leaf| leaf.name).collect();
    let mut writer = FlatWriter::new(names.iter().map(String::as_str));
    let mut place = 0;
    let (mut text, mut ends) = (String::new(), Vec::with_capacity(names.len()));
    for group in 0..metadata.metadata().num_row_groups() {
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(ROWS)
            .build()
            .map_err(|why| why.to_string())?;
        for batch in reader {
            let batch = batch.map_err(|why| why.to_string())?;
            let leaves = leaves(&batch)?;
            let cells = leaves.iter().map(Leaf::cells).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                place += 1;
                text.clear();
                ends.clear();
                for (leaf, cells) in leaves.iter().zip(&cells) {
                    if leaf.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                        cells.write(row, &mut text)?;
                    }
                    ends.push(text.len());
                }
                let mut start = 0;
                writer.record(place, ends.iter().map(|&end| &text[std::mem::replace(&mut start, end)..end]));
                if writer.size() > most {
                    return Err(format!("it unpacks to more than {} MiB, more than any export would", most >> 20));
                }
            }
        }
    }
    Ok(writer.finish())
}

/// A column that is no struct, with the nulls of those around it.
struct Leaf {
    name: String,
    array: ArrayRef,
    nulls: Option<NullBuffer>,
}

fn leaves(batch: &RecordBatch) -> Result<Vec<Leaf>, String> {
    let mut found = Vec::new();
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        add_leaves(field.name().clone(), array.clone(), None, &mut found)?;
    }
    Ok(found)
}

fn add_leaves(name: String, array: ArrayRef, around: Option<&NullBuffer>, found: &mut Vec<Leaf>) -> Result<(), String> {
    let array = plain(array)?;
    let nulls = NullBuffer::union(around, array.logical_nulls().as_ref());
    if let Some(object) = array.as_struct_opt() {
        for (field, inner) in object.fields().iter().zip(object.columns()) {
            add_leaves(format!("{name}.{}", field.name()), inner.clone(), nulls.as_ref(), found)?;
        }
    } else {
        found.push(Leaf { name, array, nulls });
    }
    Ok(())
}

/// Without a dictionary.
fn plain(array: ArrayRef) -> Result<ArrayRef, String> {
    match array.data_type() {
        DataType::Dictionary(_, values) => cast(&array, values).map_err(|why| why.to_string()),
        _ => Ok(array),
    }
}

/// Writes the cells of a column that are not null.
enum Cells<'a> {
    Text(&'a arrow::array::StringArray),
    LargeText(&'a arrow::array::LargeStringArray),
    TextView(&'a arrow::array::StringViewArray),
    Bytes(&'a arrow::array::BinaryArray),
    Whole(&'a arrow::array::Int64Array),
    Number(&'a arrow::array::Float64Array),
    /// Shown as the shorter number that it was.
    Short(&'a arrow::array::Float32Array),
    /// Units since 1970, so many to a second; whether the zone is known.
    Moment(&'a [i64], i64, bool),
    List(&'a ArrayRef),
    Other(ArrayFormatter<'a>),
}

impl Leaf {
    fn cells(&self) -> Result<Cells<'_>, String> {
        cells(&self.array)
    }
}

fn cells(array: &ArrayRef) -> Result<Cells<'_>, String> {
    Ok(match array.data_type() {
        DataType::Utf8 => Cells::Text(array.as_string()),
        DataType::LargeUtf8 => Cells::LargeText(array.as_string()),
        DataType::Utf8View => Cells::TextView(array.as_string_view()),
        DataType::Binary => Cells::Bytes(array.as_binary()),
        DataType::Int64 => Cells::Whole(array.as_primitive()),
        DataType::Float64 => Cells::Number(array.as_primitive::<Float64Type>()),
        DataType::Float32 => Cells::Short(array.as_primitive::<Float32Type>()),
        DataType::Date64 => Cells::Moment(array.as_primitive::<Date64Type>().values(), 1000, false),
        DataType::Timestamp(unit, zone) => {
            let zoned = zone.is_some();
            match unit {
                TimeUnit::Second => Cells::Moment(array.as_primitive::<TimestampSecondType>().values(), 1, zoned),
                TimeUnit::Millisecond => {
                    Cells::Moment(array.as_primitive::<TimestampMillisecondType>().values(), 1000, zoned)
                }
                TimeUnit::Microsecond => {
                    Cells::Moment(array.as_primitive::<TimestampMicrosecondType>().values(), 1_000_000, zoned)
                }
                TimeUnit::Nanosecond => {
                    Cells::Moment(array.as_primitive::<TimestampNanosecondType>().values(), 1_000_000_000, zoned)
                }
            }
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::Map(..)
        | DataType::Struct(_) => Cells::List(array),
        _ => {
            const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_time_format(Some("%H:%M:%S"));
            Cells::Other(ArrayFormatter::try_new(array.as_ref(), &OPTIONS).map_err(|why| why.to_string())?)
        }
    })
}

impl Cells<'_> {
    fn write(&self, row: usize, text: &mut String) -> Result<(), String> {
        let broken = |_| "a value cannot be shown".to_owned();
        match self {
            Self::Text(array) => text.push_str(array.value(row)),
            Self::LargeText(array) => text.push_str(array.value(row)),
            Self::TextView(array) => text.push_str(array.value(row)),
            Self::Bytes(array) => show_bytes(array.value(row), text),
            Self::Whole(array) => write!(text, "{}", array.value(row)).map_err(broken)?,
            Self::Number(array) => number::exact(array.value(row), text),
            Self::Short(array) if array.value(row).is_finite() => {
                write!(text, "{}", array.value(row)).map_err(broken)?;
            }
            Self::Short(_) => {}
            Self::Moment(units, to_a_second, zoned) => show_moment(units[row], *to_a_second, *zoned, text),
            Self::List(array) => show_list(array, row, text)?,
            Self::Other(array) => array.value(row).write(text).map_err(|why| why.to_string())?,
        }
        Ok(())
    }
}

/// Writers of old do not say that their bytes are text.
fn show_bytes(bytes: &[u8], text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(value) => text.push_str(value),
        Err(_) => bytes.iter().for_each(|byte| {
            let _ = write!(text, "{byte:02x}");
        }),
    }
}

/// The moment in UTC, and, where it is known to be that, with a Z.
fn show_moment(units: i64, to_a_second: i64, zoned: bool, text: &mut String) {
    // Fractions of a second are below what anybody writes down.
    let Ok(moment) = Timestamp::from_second(units.div_euclid(to_a_second)) else { return };
    let moment = TimeZone::UTC.to_datetime(moment);
    let _ = write!(text, "{} {:02}:{:02}:{:02}", moment.date(), moment.hour(), moment.minute(), moment.second());
    if zoned {
        text.push('Z');
    }
}

/// Plain values with commas between them, anything else as JSON.
fn show_list(array: &ArrayRef, row: usize, text: &mut String) -> Result<(), String> {
    match value(array, row)? {
        Value::Array(items) if !items.iter().any(|item| item.is_array() || item.is_object()) => {
            let items = items.iter().filter_map(|item| match item {
                Value::Null => None,
                Value::String(item) => Some(item.clone()),
                other => Some(other.to_string()),
            });
            text.push_str(&items.collect::<Vec<_>>().join(", "));
        }
        other => text.push_str(&other.to_string()),
    }
    Ok(())
}

/// A value of any depth.
fn value(array: &ArrayRef, row: usize) -> Result<Value, String> {
    let array = &plain(array.clone())?;
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return Ok(Value::Null);
    }
    let all = |items: ArrayRef| (0..items.len()).map(|at| value(&items, at)).collect::<Result<Vec<_>, _>>();
    Ok(match array.data_type() {
        DataType::List(_) => Value::Array(all(array.as_list::<i32>().value(row))?),
        DataType::LargeList(_) => Value::Array(all(array.as_list::<i64>().value(row))?),
        DataType::FixedSizeList(..) => Value::Array(all(array.as_fixed_size_list().value(row))?),
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let mut object = serde_json::Map::new();
            for at in 0..entries.len() {
                let mut key = String::new();
                cells(entries.column(0))?.write(at, &mut key)?;
                object.insert(key, value(entries.column(1), at)?);
            }
            Value::Object(object)
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let pairs = fields.iter().zip(columns).map(|(field, inner)| Ok((field.name().clone(), value(inner, row)?)));
            Value::Object(pairs.collect::<Result<_, String>>()?)
        }
        DataType::Boolean => Value::from(array.as_boolean().value(row)),
        kind => {
            let mut text = String::new();
            cells(array)?.write(row, &mut text)?;
            match kind.is_numeric().then(|| text.parse::<serde_json::Number>()) {
                Some(Ok(number)) => Value::Number(number),
                _ => Value::String(text),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{damaged_and_refused, export};
    use super::*;

    fn text(name: &str) -> String {
        String::from_utf8(flat(export(name), Path::new(name)).unwrap().text).unwrap()
    }

    #[test]
    fn every_type_as_people_see_it() {
        let expected = "\
            id,name.first,name.last,emails,phone,company,created,last_call,budget,opted_in,history\n\
            001,Ana,Kirova,ana.kirova@nordwind.example,359888123456,Nordwind AD,2026-03-01,2026-03-01 14:05:00,\
            1234.50,true,\"[{\"\"kind\"\":\"\"call\"\",\"\"minutes\"\":5}]\"\n\
            002,Jürgen,Müller,\"j.mueller@alpenblick.example, office@alpenblick.example\",4915112345678,\
            Alpenblick GmbH & Co. KG,2025-12-31,2026-01-02 09:30:00,,false,\n\
            003,Мария,Иванова,,35929876543,\"София \"\"Юг\"\" ЕООД\",2024-02-29,2026-02-28 23:59:59,0.30,,\n";
        for packed in ["snappy", "gzip", "zstd", "lz4", "none"] {
            assert_eq!(text(&format!("pyarrow_{packed}.parquet")), expected, "{packed}");
        }
        let flat = flat(export("pyarrow_snappy.parquet"), Path::new("a")).unwrap();
        assert_eq!([2, 3, 4].map(|line| flat.place(line)), [1, 2, 3]);
        let third = text("pandas.parquet").lines().nth(3).unwrap().to_owned();
        assert!(third.ends_with("2024-02-29 00:00:00,2026-02-28 23:59:59,0.30000000000000004,1,true"), "{third}");
    }

    #[test]
    fn moments() {
        let cases = [
            (0, 1, false, "1970-01-01 00:00:00"),
            (-1, 1000, true, "1969-12-31 23:59:59Z"),
            (1_772_373_900_123_456, 1_000_000, false, "2026-03-01 14:05:00"),
            (i64::MAX, 1, false, ""),
        ];
        for (units, to_a_second, zoned, expected) in cases {
            let mut text = String::new();
            show_moment(units, to_a_second, zoned, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn bytes_are_text_where_they_can_be() {
        for (bytes, expected) in [(&b"Ana"[..], "Ana"), (b"\xff\x00", "ff00")] {
            let mut text = String::new();
            show_bytes(bytes, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn damaged_files_are_errors_not_panics() {
        for name in ["pyarrow_none.parquet", "pyarrow_snappy.parquet", "pandas.parquet"] {
            let refused = damaged_and_refused(name, 7, |bytes| flat(bytes, Path::new(name)).is_err());
            assert!(refused > 5, "{name}: {refused}");
            let whole = export(name);
            let told = flat(whole[..whole.len() / 2].to_vec(), Path::new(name)).unwrap_err().to_string();
            assert!(told.contains("Parquet file is damaged"), "{told}");
        }
    }
}
