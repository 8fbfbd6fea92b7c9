//! Which company is whose parent, as planned.

use super::TableFile;

/// How a company is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Company {
    /// By its registrable domain.
    Domain(String),
    /// By its name, as written.
    Name(String),
}

impl Company {
    /// As written.
    pub fn shown(&self) -> &str {
        match self {
            Self::Domain(text) | Self::Name(text) => text,
        }
    }
}

/// A company and its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The company.
    pub of: Company,
    /// Its parent.
    pub parent: Company,
}

/// The parents that the pipeline file names; each company once, and none above itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParentPlan {
    /// The files that they were read from.
    pub files: Vec<TableFile>,
    /// The companies with their parents.
    pub parents: Vec<Parent>,
}
