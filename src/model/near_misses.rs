//! Leads just under a grade, a star or the gate, and the smallest change that would lift each.

use super::scorecards::Points;

/// All near misses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NearMisses {
    /// What leads can be just under: `grade A`, `4 stars`, `qualify`.
    pub targets: Vec<String>,
    /// The near misses by lead, a stretch of leads at a time.
    pub stretches: Vec<Stretch>,
}

/// The near misses of some leads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stretch {
    /// One per lead and target.
    pub rows: Vec<NearMiss>,
    /// The changes in words, one behind the other.
    pub text: String,
}

/// One lead and one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NearMiss {
    /// The golden lead.
    pub lead: u32,
    /// Position among the targets.
    pub target: u32,
    /// Points that are missing; none where the score is not what is missing.
    pub gap: Option<Points>,
    /// How many facts would have to change.
    pub changes: u8,
    /// Where its words end.
    pub end: usize,
}

impl NearMisses {
    /// All of them, by lead.
    pub fn rows(&self) -> impl Iterator<Item = &NearMiss> {
        self.stretches.iter().flat_map(|stretch| &stretch.rows)
    }

    /// The changes in words, row by row.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.stretches.iter().flat_map(|stretch| {
            let starts = std::iter::once(0).chain(stretch.rows.iter().map(|row| row.end));
            starts.zip(&stretch.rows).map(|(start, row)| &stretch.text[start..row.end])
        })
    }
}
