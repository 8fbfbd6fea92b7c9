//! Change sets, as planned.

use std::collections::BTreeMap;

use crate::config::preset::dialect::Dialect;

/// The import files for one CRM.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSet {
    /// How the files are written, with everything that the pipeline and the CRM's own exports say: the field of our ids
    /// in its place, the column of the CRM's ids first, only columns that are there.
    pub dialect: Dialect,
    /// The CRM's users, by our name of the owner.
    pub owners: BTreeMap<String, String>,
    /// The CRM's words for reasons, by ours.
    pub reasons: BTreeMap<String, String>,
    /// Whether leads that the CRM has not are made.
    pub creates_leads: bool,
    /// Whether the exports of contacts say who wants no e-mail, and no calls: what nobody knows, nobody can put back.
    pub contact_wishes: [bool; 2],
    /// Files of this CRM's own leads, in the order of all inputs.
    pub files: Vec<LeadFile>,
    /// Columns of leads that may change, but stand in no export.
    pub left_out: Vec<String>,
}

/// An export of leads, and where its columns stand that a run may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadFile {
    /// Its number among all inputs.
    pub file: u32,
    /// As shown.
    pub shown: String,
    /// For each column of the dialect's leads the schema column that it is read into; none: the export has it not, and
    /// nobody could put it back.
    pub columns: Vec<Option<usize>>,
    /// The schema column of our ids, where the export has them.
    pub key: Option<usize>,
    /// The schema columns that say who wants no e-mail, and no calls.
    pub wishes: [Option<usize>; 2],
}

impl ChangeSet {
    /// The folder of its files in the output folder.
    pub fn folder(&self) -> String {
        format!("changes/{}", self.dialect.name)
    }
}
