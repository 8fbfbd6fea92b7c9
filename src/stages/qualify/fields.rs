//! The lead fields that qualifying reads.

use std::sync::Arc;

use polars::prelude::*;

use super::MatchForm;
use crate::config::plan::CONSENT;
use crate::model::column_values::ColumnValues;
use crate::model::entities::NO_MEMBER;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::leads::Leads;

const TEXTS: [Field; 21] = [
    Field::FullName,
    Field::JobTitle,
    Field::Company,
    Field::Domain,
    Field::ExistingAccountId,
    Field::ExistingContactId,
    Field::Email,
    Field::Email2,
    Field::Email3,
    Field::Phone,
    Field::MobilePhone,
    Field::HomePhone,
    Field::Country,
    Field::Source,
    Field::PurchaseTimeframe,
    Field::BudgetCurrency,
    Field::ProductInterest,
    Field::AssignedTo,
    Field::Status,
    Field::StatusReason,
    Field::Notes,
];

/// The fields of all golden leads, in entity order.
pub(super) struct LeadFields {
    texts: Vec<Option<Texts>>,
    estimated_value: Option<Float64Chunked>,
    estimated_close_date: Option<Int32Chunked>,
    closed_at: Option<Int64Chunked>,
    /// By [`CONSENT`].
    consent: [Option<BooleanChunked>; CONSENT.len()],
}

/// A text for each golden lead.
enum Texts {
    /// In lead rows; the column, and the row that gives each value.
    Clean {
        leads: Arc<Leads>,
        column: usize,
        rows: Arc<Vec<u32>>,
    },
    Own(StringChunked),
}

impl Texts {
    fn of(values: &ColumnValues) -> Option<Self> {
        match values {
            ColumnValues::Clean { leads, column, rows, blank: None } => {
                Some(Self::Clean { leads: leads.clone(), column: *column, rows: rows.clone() })
            }
            values => values.column().str().ok().cloned().map(Self::Own),
        }
    }

    fn get(&self, lead: usize) -> Option<&str> {
        match self {
            Self::Clean { rows, .. } if rows[lead] == NO_MEMBER => None,
            Self::Clean { leads, column, rows } => leads.values[*column].text(rows[lead] as usize),
            Self::Own(texts) => texts.get(lead),
        }
    }
}

impl LeadFields {
    /// A field that is no column, or one of another type, is blank.
    pub(super) fn new(facts: &Facts) -> Self {
        let column = |field: Field| facts.column(field.name()).map(|column| column.rechunk());
        let physical = |field, kind: DataType| column(field).and_then(|column| column.cast(&kind).ok());
        let mut texts: Vec<Option<Texts>> = Field::ALL.iter().map(|_| None).collect();
        for field in TEXTS {
            texts[field as usize] = facts.values(field.name()).and_then(Texts::of);
        }
        Self {
            texts,
            estimated_value: column(Field::EstimatedValue).and_then(|column| column.f64().ok().cloned()),
            estimated_close_date: physical(Field::EstimatedCloseDate, DataType::Int32)
                .and_then(|column| column.i32().ok().cloned()),
            closed_at: physical(Field::ClosedAt, DataType::Int64).and_then(|column| column.i64().ok().cloned()),
            consent: CONSENT.map(|field| column(field).and_then(|column| column.bool().ok().cloned())),
        }
    }

    /// A text, "" where there is none.
    pub(super) fn text(&self, field: Field, lead: usize) -> &str {
        self.texts[field as usize].as_ref().and_then(|texts| texts.get(lead)).unwrap_or("")
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
        self.estimated_value.as_ref().and_then(|column| column.get(lead))
    }

    pub(super) fn estimated_close_date(&self, lead: usize) -> Option<i32> {
        self.estimated_close_date.as_ref().and_then(|column| column.get(lead))
    }

    pub(super) fn closed_at(&self, lead: usize) -> Option<i64> {
        self.closed_at.as_ref().and_then(|column| column.get(lead))
    }

    /// The flags of [`CONSENT`], none where the lead doesn't say.
    pub(super) fn consent(&self, lead: usize) -> [Option<bool>; CONSENT.len()] {
        self.consent.each_ref().map(|flags| flags.as_ref().and_then(|flags| flags.get(lead)))
    }
}
