//! What a cleaning kernel makes of one raw value.

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
