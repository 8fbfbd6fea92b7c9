//! Expect: whether a run is what the pipeline file expects of it. It measures the output tables and the run's own counts,
//! compares with the limits, and with the last run where that is asked.

mod drift;
mod judge;
mod measure;

use rayon::prelude::*;

use crate::config::plan::{Expectation, Tally};
use crate::model::expectations::ExpectationSummary;
use crate::model::table::OutputTable;

/// What a run counts by itself, of lead rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows read that have any value.
    pub rows: u64,
    /// Those of them that are no lead.
    pub rejects: u64,
    /// Usable rows beyond the first of their lead.
    pub duplicates: u64,
    /// Pairs that a person should decide.
    pub review: u64,
    /// Unusable values.
    pub findings: u64,
}

impl Counts {
    fn of(&self, tally: Tally) -> u64 {
        match tally {
            Tally::Rejects => self.rejects,
            Tally::Duplicates => self.duplicates,
            Tally::Review => self.review,
            Tally::Findings => self.findings,
        }
    }
}

/// What comes of each expectation, in the plan's order; `last` is what came of those of the last run, if there was one.
pub fn expect(
    plan: &[Expectation],
    tables: &[OutputTable],
    counts: &Counts,
    last: Option<&[ExpectationSummary]>,
) -> Vec<ExpectationSummary> {
    let summary = |expectation: &Expectation| {
        let then = judge::then(expectation, last);
        let shares = then.as_ref().ok().and_then(|then| then.as_ref()?.shares.as_ref());
        let reading = measure::measure(expectation, tables, counts, shares);
        judge::judge(expectation, reading, then)
    };
    plan.par_iter().map(summary).collect()
}
