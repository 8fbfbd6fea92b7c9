//! What a cleaning kernel makes of one raw value.

use std::borrow::Cow;

use crate::model::entities::ContactLabel;
use crate::model::rows::FindingCode;

/// A clean value, what is wrong with the raw one, both (kept with a reservation), or neither (blank).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean<T> {
    /// The clean value; none where blank or unusable.
    pub value: Option<T>,
    /// What is wrong.
    pub finding: Option<FindingCode>,
}

impl<T> Clean<T> {
    /// A good value.
    pub fn of(value: T) -> Self {
        Self { value: Some(value), finding: None }
    }

    /// Nothing there.
    pub fn blank() -> Self {
        Self { value: None, finding: None }
    }

    /// Not usable.
    pub fn fault(code: FindingCode) -> Self {
        Self { value: None, finding: Some(code) }
    }

    /// Usable, but something is wrong with it.
    pub fn kept(value: T, code: FindingCode) -> Self {
        Self { value: Some(value), finding: Some(code) }
    }

    /// The same with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Clean<U> {
        Clean { value: self.value.map(change), finding: self.finding }
    }
}

/// The values of a cell that may have several; mostly it has one, which is the cell's text as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several<'a> {
    /// The first one.
    pub first: Cow<'a, str>,
    /// All of them, the first one included; nothing where the first one is all there is to know.
    pub listed: Vec<Labelled>,
}

/// One of several values of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Which one the cell says it is.
    pub label: Option<ContactLabel>,
    /// The clean value.
    pub value: String,
}

impl From<String> for Labelled {
    fn from(value: String) -> Self {
        Self { label: None, value }
    }
}

impl<'a> From<Cow<'a, str>> for Several<'a> {
    fn from(first: Cow<'a, str>) -> Self {
        Self { first, listed: Vec::new() }
    }
}

impl Several<'_> {
    /// All of them, in order.
    pub(super) fn into_values(self) -> Vec<String> {
        match self.listed.is_empty() {
            true => vec![self.first.into_owned()],
            false => self.listed.into_iter().map(|one| one.value).collect(),
        }
    }

    /// Of a list that is not empty.
    pub(super) fn of(values: Vec<Labelled>) -> Self {
        match &values[..] {
            [Labelled { label: None, value }] => Self { first: Cow::Owned(value.clone()), listed: Vec::new() },
            _ => Self {
                first: values.first().map_or(Cow::Borrowed(""), |one| Cow::Owned(one.value.clone())),
                listed: values,
            },
        }
    }
}
