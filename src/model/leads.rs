//! Standardized leads: one row per usable input row, clean values beside the raw ones.

use std::sync::Arc;

use super::coded::Coded;
use super::entities::{ContactKind, ContactLabel};
use super::field::{Field, LeadSchema};
use super::per_row::PerRow;
use super::rows::{Origin, Places};
use super::text::TextColumn;

/// A lead row: the position in [`Leads`], whose order derives from the rows' content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeadId(pub u32);

impl LeadId {
    /// As an index into per-lead columns.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Clean values of one column.
#[derive(Debug, Clone)]
pub enum Values {
    /// Text, dictionary-coded.
    Text(TextColumn),
    /// Whole numbers.
    Integer(Coded<i64>),
    /// Numbers.
    Number(Coded<f64>),
    /// True or false.
    Boolean(Coded<bool>),
    /// Days since 1970-01-01.
    Date(Coded<i32>),
    /// Microseconds since 1970-01-01T00:00.
    Timestamp(Coded<i64>),
}

impl Values {
    /// The code of each row's value.
    pub fn codes(&self) -> &PerRow<u32> {
        match self {
            Self::Text(column) => &column.codes,
            Self::Integer(values) | Self::Timestamp(values) => values.codes(),
            Self::Number(values) => values.codes(),
            Self::Boolean(values) => values.codes(),
            Self::Date(values) => values.codes(),
        }
    }

    /// The codes, to be changed with the rows.
    pub fn codes_mut(&mut self) -> &mut PerRow<u32> {
        match self {
            Self::Text(column) => &mut column.codes,
            Self::Integer(values) | Self::Timestamp(values) => values.codes_mut(),
            Self::Number(values) => values.codes_mut(),
            Self::Boolean(values) => values.codes_mut(),
            Self::Date(values) => values.codes_mut(),
        }
    }

    /// Number of values that the codes tell apart, the blank included.
    pub fn known(&self) -> usize {
        match self {
            Self::Text(column) => column.dictionary.len(),
            Self::Integer(values) | Self::Timestamp(values) => values.values().len(),
            Self::Number(values) => values.values().len(),
            Self::Boolean(values) => values.values().len(),
            Self::Date(values) => values.values().len(),
        }
    }

    /// Whether no row has a value, as far as the values that rows share tell.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(column) => column.is_blank(),
            Self::Integer(values) | Self::Timestamp(values) => values.is_blank(),
            Self::Number(values) => values.is_blank(),
            Self::Boolean(values) => values.is_blank(),
            Self::Date(values) => values.is_blank(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.codes().len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row has a value.
    pub fn is_filled(&self, row: usize) -> bool {
        match self {
            Self::Text(column) => column.codes[row] != super::text::BLANK,
            Self::Integer(values) => values[row].is_some(),
            Self::Number(values) => values[row].is_some(),
            Self::Boolean(values) => values[row].is_some(),
            Self::Date(values) => values[row].is_some(),
            Self::Timestamp(values) => values[row].is_some(),
        }
    }

    /// The text of a row, if this is a text column with a value there.
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(column) => column.value(row),
            _ => None,
        }
    }
}

/// An e-mail address, phone number or postal address that stood in a cell with others, or with a word that tells which
/// it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FurtherContact {
    /// Whose.
    pub row: LeadId,
    /// What it is.
    pub kind: ContactKind,
    /// The clean value.
    pub value: String,
    /// Which one the cell says it is; none where it says nothing.
    pub label: Option<ContactLabel>,
}

/// The entries of a cell of notes that is several notes, as a source writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GluedNotes {
    /// The cell's code in the clean column of notes.
    pub code: u32,
    /// The source; another one may write its dates otherwise.
    pub source: u16,
    /// The entries, as they stand.
    pub entries: Vec<NoteEntry>,
}

/// One of several notes in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteEntry {
    /// When, microseconds since 1970; none where the cell does not say.
    pub at: Option<i64>,
    /// Who wrote it, or "".
    pub author: String,
    /// What it says.
    pub text: String,
}

/// All usable input rows in content order, so that no later stage can depend on the order of files or rows.
#[derive(Debug, Clone)]
pub struct Leads {
    /// The columns.
    pub schema: Arc<LeadSchema>,
    /// Clean values, one per schema column.
    pub values: Vec<Values>,
    /// The text as read, one per schema column.
    pub raw: Vec<TextColumn>,
    /// Where each row came from.
    pub origins: Vec<Origin>,
    /// What the origins point to.
    pub places: Arc<Places>,
    /// E-mails, phones and addresses beyond those that have a column, and what the cells call those that have one; by
    /// row.
    pub further: Vec<FurtherContact>,
    /// Notes that are several, by code and source.
    pub glued_notes: Vec<GluedNotes>,
    /// A 128-bit key per row, derived from its source and source id (from all its cells where it has none);
    /// strictly ascending.
    pub keys: Vec<u128>,
    /// Rows that an earlier run's change set closed because another row of their lead goes on, ascending: they come last
    /// wherever rows of a lead are ranked.
    pub closed_duplicates: Vec<LeadId>,
}

impl Leads {
    /// Number of lead rows.
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// The clean column of a standard field.
    pub fn column(&self, field: Field) -> &Values {
        &self.values[self.schema.index_of(field)]
    }

    /// The clean text of a standard text field in a row.
    pub fn text(&self, field: Field, row: LeadId) -> Option<&str> {
        self.column(field).text(row.index())
    }

    /// The e-mails, phones and addresses of a row beyond its columns.
    pub fn further(&self, row: LeadId) -> &[FurtherContact] {
        let start = self.further.partition_point(|contact| contact.row < row);
        let count = self.further[start..].iter().take_while(|contact| contact.row == row).count();
        &self.further[start..start + count]
    }

    /// Whether a row was closed for another one of its lead.
    pub fn is_closed_duplicate(&self, row: LeadId) -> bool {
        self.closed_duplicates.binary_search(&row).is_ok()
    }

    /// The entries of a row's notes, where they are several.
    pub fn note_entries(&self, code: u32, source: u16) -> &[NoteEntry] {
        let found = self.glued_notes.binary_search_by_key(&(code, source), |notes| (notes.code, notes.source));
        found.map_or(&[], |at| &self.glued_notes[at].entries)
    }

    /// The clean timestamp of a standard field in a row.
    pub fn timestamp(&self, field: Field, row: LeadId) -> Option<i64> {
        match self.column(field) {
            Values::Timestamp(values) => values[row.index()],
            _ => None,
        }
    }
}
