//! The values of an output column, without a copy of what the leads hold already: text is a code per row into words that
//! stand elsewhere, and becomes text when it is written, a stretch of rows at a time.

use std::ops::Range;
use std::sync::Arc;

use polars::prelude::{BooleanChunked, Column, DataType, Float64Chunked, Int32Chunked, Int64Chunked, StringChunked};

use super::entities::NO_MEMBER;
use super::ids;
use super::leads::{Leads, Values};
use super::table;
use super::text::{BLANK, Dictionary};

/// What codes stand for.
#[derive(Debug, Clone)]
pub enum Words {
    /// Words of the column's own; [`BLANK`] is a blank.
    Own(Arc<Dictionary>),
    /// The public ids of lead rows; the code is the row.
    RowIds(Arc<Leads>),
    /// The public ids of golden leads; the code is the lead.
    LeadIds(Arc<Vec<String>>),
}

/// Where the values of an output column are.
#[derive(Debug, Clone)]
pub enum ColumnValues {
    /// In a column of a frame.
    Frame(Column),
    /// Text by code.
    Coded {
        /// What the codes stand for.
        words: Words,
        /// A code per row.
        codes: Arc<Vec<u32>>,
    },
    /// In lead rows, cleaned.
    Clean {
        /// The rows.
        leads: Arc<Leads>,
        /// Position in the schema.
        column: usize,
        /// The row that gives each value, or [`NO_MEMBER`].
        rows: Arc<Vec<u32>>,
        /// The text where there is none.
        blank: Option<&'static str>,
    },
    /// In lead rows, as read.
    Raw {
        /// The rows.
        leads: Arc<Leads>,
        /// Position in the schema.
        column: usize,
        /// The row that gives each value.
        rows: Arc<Vec<u32>>,
    },
}

impl From<Column> for ColumnValues {
    fn from(column: Column) -> Self {
        Self::Frame(column)
    }
}

/// A stretch of a column's values.
#[derive(Debug)]
pub enum Chunk {
    /// Text.
    Text(TextChunk),
    /// Whole numbers, and microseconds since 1970.
    Integer(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// True or false.
    Boolean(Vec<Option<bool>>),
    /// Days since 1970.
    Date(Vec<Option<i32>>),
}

impl Chunk {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(chunk) => chunk.ends.len(),
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Date(values) => values.len(),
        }
    }

    /// True without values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A stretch of text values, one behind the other.
#[derive(Debug, Default)]
pub struct TextChunk {
    /// All values.
    pub text: String,
    /// Where each ends.
    pub ends: Vec<usize>,
    /// Whether each is there: "" may be a value.
    pub filled: Vec<bool>,
}

impl TextChunk {
    /// The texts are looked up in blocks before they are copied: so many of them are on their way from memory at once.
    fn collect<'a>(mut values: impl ExactSizeIterator<Item = Option<&'a str>>) -> Self {
        const BLOCK: usize = 256;
        let mut chunk = Self::with_capacity(values.len());
        let mut block: Vec<Option<&str>> = Vec::with_capacity(BLOCK);
        loop {
            block.extend(values.by_ref().take(BLOCK));
            if block.is_empty() {
                return chunk;
            }
            for value in block.drain(..) {
                chunk.text.push_str(value.unwrap_or_default());
                chunk.ends.push(chunk.text.len());
                chunk.filled.push(value.is_some());
            }
        }
    }

    fn with_capacity(rows: usize) -> Self {
        const USUAL: usize = 16;
        Self {
            text: String::with_capacity(rows * USUAL),
            ends: Vec::with_capacity(rows),
            filled: Vec::with_capacity(rows),
        }
    }

    /// Where the text of the first so many values ends.
    pub fn end(&self, values: usize) -> usize {
        if values == 0 { 0 } else { self.ends[values - 1] }
    }

    /// The bytes of a value; none where blank.
    pub fn bytes(&self, row: usize) -> Option<&[u8]> {
        self.filled[row].then(|| &self.text.as_bytes()[self.end(row)..self.ends[row]])
    }

    /// Whether most of the first values are there once.
    pub fn is_mostly_distinct(&self) -> bool {
        const SAMPLE: usize = 4096;
        let mut sample: Vec<&str> = self.iter().take(SAMPLE).flatten().collect();
        let filled = sample.len();
        sample.sort_unstable();
        sample.dedup();
        sample.len() * 4 > filled * 3
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.ends.len()).map(|row| self.filled[row].then(|| &self.text[self.end(row)..self.ends[row]]))
    }
}

impl ColumnValues {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Frame(column) => column.len(),
            Self::Coded { codes, .. } => codes.len(),
            Self::Clean { rows, .. } | Self::Raw { rows, .. } => rows.len(),
        }
    }

    /// True without values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The frame engine's type of the values.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Frame(column) => column.dtype().clone(),
            Self::Coded { .. } | Self::Raw { .. } => DataType::String,
            Self::Clean { leads, column, .. } => match &leads.values[*column] {
                Values::Text(_) => DataType::String,
                Values::Integer(_) => DataType::Int64,
                Values::Number(_) => DataType::Float64,
                Values::Boolean(_) => DataType::Boolean,
                Values::Date(_) => DataType::Date,
                Values::Timestamp(_) => table::OutputType::Timestamp.data_type(),
            },
        }
    }

    /// The values of some rows.
    pub fn chunk(&self, range: Range<usize>) -> Chunk {
        match self {
            Self::Frame(column) => frame_chunk(&column.slice(range.start as i64, range.len())),
            Self::Coded { words, codes } => Chunk::Text(coded_chunk(words, &codes[range])),
            Self::Clean { leads, column, rows, blank } => clean_chunk(&leads.values[*column], &rows[range], *blank),
            Self::Raw { leads, column, rows } => {
                let column = &leads.raw[*column];
                Chunk::Text(TextChunk::collect(rows[range].iter().map(|&row| column.value(row as usize))))
            }
        }
    }

    /// The values as a column of a frame.
    pub fn column(&self) -> Column {
        if let Self::Frame(column) = self {
            return column.clone();
        }
        let column = match self.chunk(0..self.len()) {
            Chunk::Text(chunk) => table::text_column(chunk.iter()),
            Chunk::Integer(values) => Column::new("".into(), values),
            Chunk::Number(values) => Column::new("".into(), values),
            Chunk::Boolean(values) => Column::new("".into(), values),
            Chunk::Date(values) => Column::new("".into(), values),
        };
        column.cast(&self.data_type()).expect("days and microseconds are dates and timestamps")
    }

    /// The values of the rows of a mask.
    pub fn filtered(&self, mask: &BooleanChunked) -> Self {
        let kept = |values: &[u32]| {
            let chosen = values.iter().zip(mask.iter()).filter(|(_, keep)| *keep == Some(true));
            Arc::new(chosen.map(|(&value, _)| value).collect::<Vec<u32>>())
        };
        match self {
            Self::Frame(column) => Self::Frame(column.filter(mask).expect("a mask as long as the column")),
            Self::Coded { words, codes } => Self::Coded { words: words.clone(), codes: kept(codes) },
            Self::Clean { leads, column, rows, blank } => {
                Self::Clean { leads: leads.clone(), column: *column, rows: kept(rows), blank: *blank }
            }
            Self::Raw { leads, column, rows } => Self::Raw { leads: leads.clone(), column: *column, rows: kept(rows) },
        }
    }
}

fn coded_chunk(words: &Words, codes: &[u32]) -> TextChunk {
    match words {
        Words::Own(dictionary) => {
            TextChunk::collect(codes.iter().map(|&code| (code != BLANK).then(|| dictionary.get(code))))
        }
        Words::LeadIds(ids) => TextChunk::collect(codes.iter().map(|&code| Some(ids[code as usize].as_str()))),
        Words::RowIds(leads) => {
            let mut chunk = TextChunk::with_capacity(codes.len());
            for &code in codes {
                ids::append_row_id(leads.keys[code as usize], &mut chunk.text);
                chunk.ends.push(chunk.text.len());
            }
            chunk.filled.resize(codes.len(), true);
            chunk
        }
    }
}

fn clean_chunk(values: &Values, rows: &[u32], blank: Option<&'static str>) -> Chunk {
    fn taken<T: Copy>(values: &[Option<T>], rows: &[u32]) -> Vec<Option<T>> {
        rows.iter().map(|&row| if row == NO_MEMBER { None } else { values[row as usize] }).collect()
    }
    match values {
        Values::Text(column) => {
            let value = |&row: &u32| if row == NO_MEMBER { None } else { column.value(row as usize) };
            Chunk::Text(TextChunk::collect(rows.iter().map(|row| value(row).or(blank))))
        }
        Values::Integer(values) | Values::Timestamp(values) => Chunk::Integer(taken(values, rows)),
        Values::Number(values) => Chunk::Number(taken(values, rows)),
        Values::Boolean(values) => Chunk::Boolean(taken(values, rows)),
        Values::Date(values) => Chunk::Date(taken(values, rows)),
    }
}

fn frame_chunk(column: &Column) -> Chunk {
    const CHECKED: &str = "an output column is of one of the output types";
    let values = column.to_physical_repr();
    let text = |values: &StringChunked| Chunk::Text(TextChunk::collect(values.iter()));
    let integers = |values: &Int64Chunked| Chunk::Integer(values.iter().collect());
    let numbers = |values: &Float64Chunked| Chunk::Number(values.iter().collect());
    let booleans = |values: &BooleanChunked| Chunk::Boolean(values.iter().collect());
    let dates = |values: &Int32Chunked| Chunk::Date(values.iter().collect());
    match values.dtype() {
        DataType::Int64 => integers(values.i64().expect(CHECKED)),
        DataType::Float64 => numbers(values.f64().expect(CHECKED)),
        DataType::Boolean => booleans(values.bool().expect(CHECKED)),
        DataType::Int32 => dates(values.i32().expect(CHECKED)),
        _ => text(values.str().expect(CHECKED)),
    }
}
