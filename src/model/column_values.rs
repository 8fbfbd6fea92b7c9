//! The values of an output column, without a copy of what the leads hold already: text is a code per row into words that
//! stand elsewhere, and becomes text when it is written, a stretch of rows at a time.

use std::ops::Range;
use std::sync::Arc;

use polars::prelude::{BooleanChunked, Column, DataType, Float64Chunked, Int32Chunked, Int64Chunked, StringChunked};
use rayon::prelude::*;

use super::coded::Coded;
use super::entities::NO_MEMBER;
use super::filing::Filing;
use super::ids;
use super::leads::{Leads, Values};
use super::ledger_values::{LedgerRows, LedgerValue};
use super::link_values::{LinkRows, LinkValue};
use super::mask::Mask;
use super::table;
use super::text::{BLANK, Dictionary, TextColumn};

/// Values that one task makes a column of.
const STRETCH: usize = 128 * 1024;

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
    /// In kept pairs.
    Links {
        /// The pairs.
        rows: LinkRows,
        /// What of them.
        value: LinkValue,
    },
    /// In the score ledger.
    Ledger {
        /// Its rows.
        rows: LedgerRows,
        /// What of them.
        value: LedgerValue,
    },
    /// Composed of other columns.
    Filed(Box<Filing>),
}

impl From<Column> for ColumnValues {
    fn from(column: Column) -> Self {
        Self::Frame(column)
    }
}

/// A stretch of a column's values.
#[derive(Debug, Clone)]
pub enum Chunk {
    /// Text.
    Text(TextChunk),
    /// Text of few different values.
    Words(WordChunk),
    /// Whole numbers, and microseconds since 1970.
    Integer(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// True or false.
    Boolean(Vec<Option<bool>>),
    /// Days since 1970.
    Date(Vec<Option<i32>>),
    /// So many values of any type of which none is there.
    Blank(usize),
}

impl Chunk {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(chunk) => chunk.ends.len(),
            Self::Words(chunk) => chunk.codes.len(),
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Date(values) => values.len(),
            Self::Blank(values) => *values,
        }
    }

    /// True without values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A stretch of text values, one behind the other.
#[derive(Debug, Clone, Default)]
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

    /// The texts behind codes.
    fn of(words: &Dictionary, codes: &[u32]) -> Self {
        let mut chunk = Self::with_capacity(codes.len());
        words.append(codes, &mut chunk.text, &mut chunk.ends);
        chunk.filled.extend(codes.iter().map(|&code| code != BLANK));
        chunk
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

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.ends.len()).map(|row| self.filled[row].then(|| &self.text[self.end(row)..self.ends[row]]))
    }
}

/// A stretch of text values of which each different one is there once, and its code in each row.
#[derive(Debug, Clone)]
pub struct WordChunk {
    /// The different values; [`BLANK`] is a blank.
    pub words: Dictionary,
    /// A code per row.
    pub codes: Vec<u32>,
}

impl WordChunk {
    /// Dictionaries with fewer words are taken as they are: words that no row has take little time then.
    const FEW: usize = 4096;

    /// Whether the words are few beside so many rows.
    fn are_few(words: &Dictionary, rows: usize) -> bool {
        words.len() <= Self::FEW && words.len() <= rows
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.codes.iter().map(|&code| (code != BLANK).then(|| self.words.get(code)))
    }
}

impl Chunk {
    /// Whether these are texts of which most of the first are there once.
    pub fn is_mostly_distinct_text(&self) -> bool {
        const SAMPLE: usize = 4096;
        fn mostly<T: Ord>(mut sample: Vec<T>) -> bool {
            let filled = sample.len();
            sample.sort_unstable();
            sample.dedup();
            sample.len() * 4 > filled * 3
        }
        match self {
            Self::Text(chunk) => mostly(chunk.iter().take(SAMPLE).flatten().collect()),
            Self::Words(chunk) => mostly(chunk.codes.iter().take(SAMPLE).filter(|&&code| code != BLANK).collect()),
            _ => false,
        }
    }
}

impl ColumnValues {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Frame(column) => column.len(),
            Self::Coded { codes, .. } => codes.len(),
            Self::Clean { rows, .. } | Self::Raw { rows, .. } => rows.len(),
            Self::Links { rows, .. } => rows.len(),
            Self::Ledger { rows, .. } => rows.len(),
            Self::Filed(filing) => filing.len(),
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
            Self::Coded { .. }
            | Self::Raw { .. }
            | Self::Filed(_)
            | Self::Links { value: LinkValue::Word { .. }, .. } => DataType::String,
            Self::Ledger { value: LedgerValue::LeadId | LedgerValue::Word(_), .. } => DataType::String,
            Self::Ledger { value: LedgerValue::Met, .. } => DataType::Boolean,
            Self::Links { .. } | Self::Ledger { .. } => DataType::Float64,
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
            Self::Coded { words, codes } => coded_chunk(words, &codes[range]),
            Self::Clean { leads, column, rows, blank } => clean_chunk(&leads.values[*column], &rows[range], *blank),
            Self::Raw { leads, column, rows } => {
                let column = &leads.raw[*column];
                text_chunk(&column.dictionary, rows[range].iter().map(|&row| column.codes[row as usize]))
            }
            Self::Links { rows, value } => rows.chunk(value, range),
            Self::Ledger { rows, value } => rows.chunk(value, range),
            Self::Filed(filing) => Chunk::Text(filing.chunk(range)),
        }
    }

    /// Whether these are surely the same values, told without a look at them.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Clean { leads, column, rows, blank },
                Self::Clean { leads: of_other, column: others, rows: other_rows, blank: other_blank },
            ) => {
                let same_rows = Arc::ptr_eq(leads, of_other) && Arc::ptr_eq(rows, other_rows);
                same_rows && column == others && blank == other_blank
            }
            _ => false,
        }
    }

    /// The values as a column of a frame.
    pub fn column(&self) -> Column {
        if let Self::Frame(column) = self {
            return column.clone();
        }
        let stretch = |start: usize| self.column_of(self.chunk(start..self.len().min(start + STRETCH)));
        let stretches: Vec<Column> = (0..self.len()).into_par_iter().step_by(STRETCH).map(stretch).collect();
        let whole = stretches.into_iter().reduce(|mut whole, next| {
            whole.append_owned(next).expect("stretches of one type");
            whole
        });
        whole.unwrap_or_else(|| self.column_of(self.chunk(0..0))).rechunk()
    }

    /// A chunk of these values as a column of a frame.
    fn column_of(&self, chunk: Chunk) -> Column {
        let column = match chunk {
            Chunk::Text(chunk) => table::text_column(chunk.iter()),
            Chunk::Words(chunk) => table::text_column(chunk.iter()),
            Chunk::Integer(values) => Column::new("".into(), values),
            Chunk::Number(values) => Column::new("".into(), values),
            Chunk::Boolean(values) => Column::new("".into(), values),
            Chunk::Date(values) => Column::new("".into(), values),
            Chunk::Blank(values) => return Column::full_null("".into(), values, &self.data_type()),
        };
        column.cast(&self.data_type()).expect("days and microseconds are dates and timestamps")
    }

    /// The values, each about once, the blank among them, and for each row the place of its value. None where there are more
    /// than half as many as rows, or they do not stand in lead rows.
    pub fn distinct(&self) -> Option<(Column, Vec<u32>)> {
        let (leads, column, rows, blank) = match self {
            Self::Clean { leads, column, rows, blank } => (leads, column, rows, blank),
            Self::Coded { words: Words::Own(words), codes } if words.len() * 2 <= codes.len() => {
                let texts = (0..words.len() as u32).map(|code| (code != BLANK).then(|| words.get(code)));
                return Some((table::text_column(texts), codes.to_vec()));
            }
            _ => return None,
        };
        let values = &leads.values[*column];
        if values.known() * 2 > rows.len() {
            return None;
        }
        // Behind the others stands the value of a lead without a row.
        let all = match values {
            Values::Text(TextColumn { dictionary, .. }) => {
                let text = |code: u32| if code == BLANK { *blank } else { Some(dictionary.get(code)) };
                let texts: Vec<Option<&str>> = (0..dictionary.len() as u32).map(text).chain([*blank]).collect();
                Chunk::Text(TextChunk::collect(texts.into_iter()))
            }
            Values::Integer(values) | Values::Timestamp(values) => Chunk::Integer(with_blank(values)),
            Values::Number(values) => Chunk::Number(with_blank(values)),
            Values::Boolean(values) => Chunk::Boolean(with_blank(values)),
            Values::Date(values) => Chunk::Date(with_blank(values)),
        };
        let (codes, nothing) = (values.codes(), values.known() as u32);
        let code = |&row: &u32| if row == NO_MEMBER { nothing } else { codes[row as usize] };
        Some((self.column_of(all), rows.iter().map(code).collect()))
    }

    /// Whether each value is there; none where that is not known without a look at the values.
    pub fn filled(&self) -> Option<Mask> {
        fn of_rows(rows: &[u32], is_filled: impl Fn(usize) -> bool) -> Mask {
            Mask(rows.iter().map(|&row| (row != NO_MEMBER && is_filled(row as usize)).into()).collect())
        }
        match self {
            Self::Clean { leads, column, rows, blank: None } => Some(match &leads.values[*column] {
                Values::Text(text) => of_rows(rows, |row| text.codes[row] != BLANK),
                values => of_rows(rows, |row| values.is_filled(row)),
            }),
            Self::Coded { words: Words::Own(_), codes } => {
                Some(Mask(codes.iter().map(|&code| (code != BLANK).into()).collect()))
            }
            _ => None,
        }
    }

    /// The values of the rows of a mask.
    pub fn filtered(&self, mask: &BooleanChunked) -> Self {
        let kept = |values: &[u32]| {
            let chosen = values.iter().zip(mask.iter()).filter(|(_, keep)| *keep == Some(true));
            Arc::new(chosen.map(|(&value, _)| value).collect::<Vec<u32>>())
        };
        match self {
            Self::Frame(column) => Self::Frame(column.filter(mask).expect("a mask as long as the column")),
            Self::Ledger { .. } => Self::Frame(self.column()).filtered(mask),
            Self::Coded { words, codes } => Self::Coded { words: words.clone(), codes: kept(codes) },
            Self::Clean { leads, column, rows, blank } => {
                Self::Clean { leads: leads.clone(), column: *column, rows: kept(rows), blank: *blank }
            }
            Self::Raw { leads, column, rows } => Self::Raw { leads: leads.clone(), column: *column, rows: kept(rows) },
            Self::Links { rows, value } => {
                let kept = mask.iter().enumerate().filter(|(_, keep)| *keep == Some(true)).map(|(at, _)| at);
                Self::Links { rows: rows.take(kept), value: value.clone() }
            }
            Self::Filed(filing) => Self::Filed(Box::new(filing.filtered(mask))),
        }
    }
}

fn coded_chunk(words: &Words, codes: &[u32]) -> Chunk {
    match words {
        Words::Own(dictionary) => text_chunk(dictionary, codes.iter().copied()),
        Words::LeadIds(ids) => {
            Chunk::Text(TextChunk::collect(codes.iter().map(|&code| Some(ids[code as usize].as_str()))))
        }
        Words::RowIds(leads) => {
            let mut chunk = TextChunk::with_capacity(codes.len());
            for &code in codes {
                ids::append_row_id(leads.keys[code as usize], &mut chunk.text);
                chunk.ends.push(chunk.text.len());
            }
            chunk.filled.resize(codes.len(), true);
            Chunk::Text(chunk)
        }
    }
}

fn text_chunk(words: &Dictionary, codes: impl ExactSizeIterator<Item = u32>) -> Chunk {
    if words.is_empty() {
        return Chunk::Blank(codes.len());
    }
    let codes: Vec<u32> = codes.collect();
    match WordChunk::are_few(words, codes.len()) {
        true => Chunk::Words(WordChunk { words: words.clone(), codes }),
        false => Chunk::Text(TextChunk::of(words, &codes)),
    }
}

fn with_blank<T: Copy>(values: &Coded<T>) -> Vec<Option<T>> {
    values.values().iter().copied().chain([None]).collect()
}

fn clean_chunk(values: &Values, rows: &[u32], blank: Option<&'static str>) -> Chunk {
    if blank.is_none() && values.is_blank() {
        return Chunk::Blank(rows.len());
    }
    fn taken<T: Copy>(values: &Coded<T>, rows: &[u32]) -> Vec<Option<T>> {
        rows.iter().map(|&row| if row == NO_MEMBER { None } else { values[row as usize] }).collect()
    }
    match values {
        Values::Text(TextColumn { codes, dictionary }) => {
            let codes = rows.iter().map(|&row| if row == NO_MEMBER { BLANK } else { codes[row as usize] });
            let Some(blank) = blank else { return text_chunk(dictionary, codes) };
            let value = |code: u32| if code == BLANK { blank } else { dictionary.get(code) };
            Chunk::Text(TextChunk::collect(codes.map(|code| Some(value(code)))))
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
