//! The lead fields that qualifying reads.

use std::sync::Arc;

use polars::prelude::*;

use super::MatchForm;
use crate::config::plan::CONSENT;
use crate::model::column_values::{ColumnValues, Words};
use crate::model::entities::NO_MEMBER;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::text::{BLANK, Dictionary};

/// The fields of all golden leads, in entity order; they stay where they are until somebody asks.
pub(super) struct LeadFields {
    /// By field.
    columns: Vec<Option<Cells>>,
}

/// A value for each golden lead.
enum Cells {
    /// In lead rows; the column, the row that gives each value, and the text where there is none.
    Clean {
        leads: Arc<Leads>,
        column: usize,
        rows: Arc<Vec<u32>>,
        blank: &'static str,
    },
    Coded(Arc<Dictionary>, Arc<Vec<u32>>),
    Text(StringChunked),
    Number(Float64Chunked),
    Boolean(BooleanChunked),
    /// Days or microseconds since 1970.
    Time(Int64Chunked),
}

impl Cells {
    /// Values of another type count as none.
    fn of(values: &ColumnValues) -> Option<Self> {
        match values {
            // Most columns are, and then nobody has to look.
            ColumnValues::Clean { leads, column, blank: None, .. } if leads.values[*column].is_blank() => None,
            ColumnValues::Clean { leads, column, rows, blank } => {
                let (leads, rows) = (leads.clone(), rows.clone());
                Some(Self::Clean { leads, column: *column, rows, blank: blank.unwrap_or_default() })
            }
            ColumnValues::Coded { words: Words::Own(words), codes } => Some(Self::Coded(words.clone(), codes.clone())),
            ColumnValues::Frame(column) => {
                let column = column.rechunk();
                match column.dtype() {
                    DataType::String => column.str().ok().cloned().map(Self::Text),
                    DataType::Float64 => column.f64().ok().cloned().map(Self::Number),
                    DataType::Boolean => column.bool().ok().cloned().map(Self::Boolean),
                    _ => column.cast(&DataType::Int64).ok()?.i64().ok().cloned().map(Self::Time),
                }
            }
            // What is composed of fields is none that qualifying reads.
            _ => None,
        }
    }

    fn text(&self, lead: usize) -> Option<&str> {
        match self {
            Self::Clean { leads, column, rows, blank } => {
                let value = match rows[lead] {
                    NO_MEMBER => None,
                    row => leads.values[*column].text(row as usize),
                };
                Some(value.unwrap_or(blank))
            }
            Self::Coded(words, codes) => (codes[lead] != BLANK).then(|| words.get(codes[lead])),
            Self::Text(texts) => texts.get(lead),
            _ => None,
        }
    }

    /// Whether there is a text, without a look at it.
    fn has_text(&self, lead: usize) -> bool {
        match self {
            Self::Clean { blank: "", .. } => self.in_rows(lead).is_some_and(|(values, row)| values.is_filled(row)),
            Self::Coded(_, codes) => codes[lead] != BLANK,
            _ => self.text(lead).is_some_and(|text| !text.is_empty()),
        }
    }

    /// The values of the rows, and the row that gives a lead's, where there is one.
    fn in_rows(&self, lead: usize) -> Option<(&Values, usize)> {
        let Self::Clean { leads, column, rows, .. } = self else { return None };
        (rows[lead] != NO_MEMBER).then(|| (&leads.values[*column], rows[lead] as usize))
    }

    fn number(&self, lead: usize) -> Option<f64> {
        match (self, self.in_rows(lead)) {
            (Self::Number(numbers), _) => numbers.get(lead),
            (_, Some((Values::Number(numbers), row))) => numbers[row],
            _ => None,
        }
    }

    fn boolean(&self, lead: usize) -> Option<bool> {
        match (self, self.in_rows(lead)) {
            (Self::Boolean(flags), _) => flags.get(lead),
            (_, Some((Values::Boolean(flags), row))) => flags[row],
            _ => None,
        }
    }

    fn time(&self, lead: usize) -> Option<i64> {
        match (self, self.in_rows(lead)) {
            (Self::Time(times), _) => times.get(lead),
            (_, Some((Values::Date(days), row))) => days[row].map(i64::from),
            (_, Some((Values::Timestamp(times), row))) => times[row],
            _ => None,
        }
    }
}

impl LeadFields {
    /// A field that is no column, or one of another type, is blank.
    pub(super) fn new(facts: &Facts) -> Self {
        let cells = |field: &Field| facts.values(field.name()).and_then(Cells::of);
        Self { columns: Field::ALL.iter().map(cells).collect() }
    }

    fn cells(&self, field: Field) -> Option<&Cells> {
        self.columns[field as usize].as_ref()
    }

    /// A text, "" where there is none.
    pub(super) fn text(&self, field: Field, lead: usize) -> &str {
        self.cells(field).and_then(|cells| cells.text(lead)).unwrap_or_default()
    }

    /// The text of a row of leads, whatever lead it has become; "" where there is none, or where the lead's is no row's.
    pub(super) fn text_in_row(&self, field: Field, row: usize) -> &str {
        match self.cells(field) {
            Some(Cells::Clean { leads, column, .. }) => leads.values[*column].text(row).unwrap_or_default(),
            _ => "",
        }
    }

    /// Whether a lead has a text.
    pub(super) fn has(&self, field: Field, lead: usize) -> bool {
        self.cells(field).is_some_and(|cells| cells.has_text(lead))
    }

    /// Whether an export says so itself: what stands for a blank cell is nobody's word.
    pub(super) fn says(&self, field: Field, lead: usize) -> bool {
        self.cells(field).is_some_and(|cells| match cells {
            Cells::Clean { leads, column, rows, .. } => match rows[lead] {
                NO_MEMBER => false,
                row => leads.raw[*column].codes[row as usize] != BLANK,
            },
            _ => cells.has_text(lead),
        })
    }

    /// A text in match form.
    pub(super) fn key(&self, form: MatchForm, field: Field, lead: usize) -> String {
        match self.text(field, lead) {
            "" => String::new(),
            text => form(text),
        }
    }

    /// The first of several texts that is not blank.
    pub(super) fn first(&self, fields: &[Field], lead: usize) -> &str {
        fields.iter().map(|&field| self.text(field, lead)).find(|text| !text.is_empty()).unwrap_or("")
    }

    pub(super) fn estimated_value(&self, lead: usize) -> Option<f64> {
        self.cells(Field::EstimatedValue).and_then(|cells| cells.number(lead))
    }

    pub(super) fn estimated_close_date(&self, lead: usize) -> Option<i32> {
        let days = self.cells(Field::EstimatedCloseDate).and_then(|cells| cells.time(lead))?;
        i32::try_from(days).ok()
    }

    pub(super) fn closed_at(&self, lead: usize) -> Option<i64> {
        self.cells(Field::ClosedAt).and_then(|cells| cells.time(lead))
    }

    pub(super) fn created_at(&self, lead: usize) -> Option<i64> {
        self.cells(Field::CreatedAt).and_then(|cells| cells.time(lead))
    }

    pub(super) fn modified_at(&self, lead: usize) -> Option<i64> {
        self.cells(Field::ModifiedAt).and_then(|cells| cells.time(lead))
    }

    /// The flags of [`CONSENT`], none where the lead doesn't say.
    pub(super) fn consent(&self, lead: usize) -> [Option<bool>; CONSENT.len()] {
        CONSENT.map(|field| self.cells(field).and_then(|cells| cells.boolean(lead)))
    }
}
