//! The model that a plan weighs with.

use std::path::PathBuf;

use super::DedupePlan;
use crate::model::pinned::PinnedModel;

/// A model that an earlier run left.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// As shown: relative to the project, with forward slashes.
    pub shown: String,
    /// Size.
    pub bytes: u64,
    /// xxh3-128 of the bytes, hexadecimal.
    pub hash: String,
    /// What it says.
    pub model: PinnedModel,
}

impl DedupePlan {
    /// The model to weigh with; none: it is trained.
    pub fn pinned_model(&self) -> Option<&PinnedModel> {
        self.model.as_ref().map(|file| &file.model)
    }
}
