//! The lead fields that qualifying reads, out of the frame.

use polars::prelude::*;

use crate::config::plan::CONSENT;
use crate::model::field::Field;

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
    texts: Vec<Option<StringChunked>>,
    estimated_value: Option<Float64Chunked>,
    estimated_close_date: Option<Int32Chunked>,
    closed_at: Option<Int64Chunked>,
    /// By [`CONSENT`].
    consent: [Option<BooleanChunked>; CONSENT.len()],
}

impl LeadFields {
    /// A field that the frame lacks, or has with another type, is blank.
    pub(super) fn new(frame: &DataFrame) -> Self {
        let column = |field: Field| frame.column(field.name()).ok().map(Column::rechunk);
        let physical = |field, kind: DataType| column(field).and_then(|column| column.cast(&kind).ok());
        let mut texts = vec![None; Field::ALL.len()];
        for field in TEXTS {
            texts[field as usize] = column(field).and_then(|column| column.str().ok().cloned());
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
        self.texts[field as usize].as_ref().and_then(|column| column.get(lead)).unwrap_or("")
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
