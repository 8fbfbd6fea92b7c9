//! What a run did, in numbers: one small struct per stage, written to run.json and reconciled before publishing.

use serde::{Deserialize, Serialize};

use super::expectations::ExpectationSummary;

/// A run in numbers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunSummary {
    /// The pipeline's name.
    pub pipeline: String,
    /// Version of the program.
    pub version: String,
    /// The day that rules about time referred to.
    pub as_of: String,
    /// Hash of the resolved configuration.
    pub configuration: String,
    /// The folder that relative paths start from, as seen from the output folder.
    pub project: String,
    /// Input files with their hashes.
    pub inputs: Vec<InputSummary>,
    /// The ids of records that earlier runs gave, where there were such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earlier_ids: Option<EarlierSummary>,
    /// Rows read and kept.
    pub load: LoadSummary,
    /// Pairs and clusters.
    pub dedupe: DedupeSummary,
    /// Golden leads by stars and grade.
    pub score: ScoreSummary,
    /// Owners given.
    pub assign: AssignSummary,
    /// Decisions and records.
    pub qualify: QualifySummary,
    /// People's answers, by what came of them.
    pub answers: Vec<(String, u64)>,
    /// What the run was expected to be, and whether it is.
    pub expectations: Vec<ExpectationSummary>,
    /// Rows per output table.
    pub tables: Vec<(String, usize)>,
    /// The other files of the output folder with their xxh3-128, hexadecimal.
    pub files: Vec<(String, String)>,
    /// Seconds per stage; with the next line the only part of a run's output that differs between equal runs.
    pub seconds: Vec<(String, f64)>,
    /// Seconds of all processors together, per stage; empty where the system does not tell.
    pub cpu_seconds: Vec<(String, f64)>,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InputSummary {
    /// Path relative to the project.
    #[serde(rename = "file")]
    pub shown: String,
    /// Size.
    pub bytes: u64,
    /// xxh3-128 of the bytes, hexadecimal.
    pub hash: String,
    /// Records seen.
    pub rows: u64,
    /// Records rejected while reading.
    pub rejected: u64,
}

/// What was read of an earlier run's `issued_ids`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EarlierSummary {
    /// The output folder that has it, relative to the project.
    pub folder: String,
    /// Its rows.
    pub rows: u64,
    /// xxh3-128 of what it says, hexadecimal; the same in each format.
    pub hash: String,
}

/// Rows read and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadSummary {
    /// Lead records in the inputs.
    pub rows: u64,
    /// Records that became lead rows.
    pub leads: u64,
    /// Records that were rejected.
    pub rejects: u64,
    /// Findings on values.
    pub findings: u64,
}

/// Pairs and clusters.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DedupeSummary {
    /// Probability from which two leads were one; none where no duplicates were looked for.
    pub match_at: Option<f64>,
    /// Probability from which a pair went to review.
    pub review_at: Option<f64>,
    /// Pairs compared.
    pub compared: u64,
    /// Links held for matches.
    pub matches: u64,
    /// Links to review.
    pub review: u64,
    /// Golden leads.
    pub golden: u64,
    /// Golden leads of two or more rows.
    pub merged: u64,
    /// What each blocking rule yielded.
    pub blocking: Vec<BlockingSummary>,
}

/// What a blocking rule yielded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockingSummary {
    /// The rule.
    pub rule: String,
    /// Blocks of two or more leads.
    pub blocks: u64,
    /// Pairs that no earlier rule had.
    pub pairs: u64,
    /// Members of the largest block compared.
    pub largest: u64,
    /// Blocks over the limit, by key and size.
    pub skipped: Vec<(String, u64)>,
}

/// Golden leads by stars and grade.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ScoreSummary {
    /// Leads with 0 to 5 stars.
    pub stars: [u64; 6],
    /// Leads per grade, best first.
    pub grades: Vec<(String, u64)>,
}

/// Owners given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignSummary {
    /// Leads whose owner stayed.
    pub kept: u64,
    /// Leads that got an owner.
    pub assigned: u64,
    /// Leads without one.
    pub unassigned: u64,
}

/// Decisions and records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct QualifySummary {
    /// Golden leads per decision.
    pub decisions: Vec<(String, u64)>,
    /// Accounts created and linked.
    pub accounts: [u64; 2],
    /// Contacts created and linked.
    pub contacts: [u64; 2],
    /// Opportunities created and linked.
    pub opportunities: [u64; 2],
    /// Notes carried.
    pub notes: u64,
    /// Records about which a person is asked.
    pub questions: u64,
}
