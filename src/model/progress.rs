//! How stages tell how far they are; who listens is the caller's business.

/// A listener for progress.
pub trait Progress: Sync {
    /// A stage begins; `total` is the amount of work in the stage's own unit (bytes, pairs), 0 if unknown.
    fn begin(&self, stage: &'static str, total: u64);
    /// So much more work is done.
    fn advance(&self, work: u64);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &'static str, _total: u64) {}
    fn advance(&self, _work: u64) {}
}
