//! What came of a pipeline's expectations, as run.json tells it; the next run compares with it.

use serde::{Deserialize, Serialize};

use super::amount::Amount;

/// How an expectation came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpectationState {
    /// Nothing is said against it.
    Met,
    /// A limit that warns is breached.
    Warn,
    /// A limit that fails the run is breached.
    Fail,
    /// It compares with a last run, of which nothing is known.
    #[default]
    Unknown,
    /// What it reads is not there, in a run of a part of the pipeline.
    Rests,
}

/// An expectation and what was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExpectationSummary {
    /// Its name.
    pub name: String,
    /// How it came out.
    pub state: ExpectationState,
    /// What was found, in words; of a breach, the limit, too.
    pub says: String,
    /// What was measured, in words; a run compares only with what was measured alike.
    pub measured: String,
    /// What was found; none for a measure that is NULL, or where nothing was to be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
    /// How many there were in all, where it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// The value in the last run, where that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Amount>,
    /// How many there were in all in the last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_of: Option<u64>,
    /// The limit that is breached, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breached: Option<String>,
    /// How the values of a column were distributed, where the next run looks for drift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<Distribution>,
}

/// How many rows have which values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// Of a column of words.
    Words {
        /// Rows without a value.
        blank: u64,
        /// The commonest values and their rows, commonest first.
        commonest: Vec<(String, u64)>,
        /// Rows with any other value.
        other: u64,
    },
    /// Of a column of numbers.
    Deciles {
        /// Rows without a value.
        blank: u64,
        /// The deciles, ascending: a number, as text so that it reads back exactly, and the rows above the one before up
        /// to it.
        up_to: Vec<(String, u64)>,
        /// Rows above the last.
        above: u64,
    },
}

impl Distribution {
    /// All rows.
    pub fn rows(&self) -> u64 {
        let (Self::Words { blank, commonest: cells, other: rest } | Self::Deciles { blank, up_to: cells, above: rest }) =
            self;
        blank + cells.iter().map(|(_, rows)| rows).sum::<u64>() + rest
    }
}
