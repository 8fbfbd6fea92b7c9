//! Runs of a part of the pipeline: what one stage does not need is left out.

use super::{AssignPlan, LoadPlan, Plan, RecordPlans, ScoreGroup, ScorePlan};
use crate::model::field::Field;

/// A stage for which the others are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Only {
    /// Read and clean: leads, rejects, findings.
    Load,
    /// Find and merge duplicates.
    Dedupe,
    /// Edit and score each row by itself.
    Score,
    /// Edit, score and assign.
    Assign,
    /// Edit, score, assign and qualify.
    Qualify,
}

impl Only {
    /// The name in the pipeline file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Dedupe => "dedupe",
            Self::Score => "score",
            Self::Assign => "assign",
            Self::Qualify => "qualify",
        }
    }

    /// Whether a run for this stage goes through another, too.
    pub(super) fn runs(self, stage: Self) -> bool {
        match self {
            Self::Load => stage == Self::Load,
            Self::Dedupe => matches!(stage, Self::Load | Self::Dedupe),
            Self::Score => matches!(stage, Self::Load | Self::Score),
            Self::Assign => matches!(stage, Self::Load | Self::Score | Self::Assign),
            Self::Qualify => stage != Self::Dedupe,
        }
    }
}

impl Plan {
    /// Leaves out the optional stages that a stage does not need.
    pub fn leave_out(&mut self, only: Only) {
        self.only = Some(only);
        match only {
            Only::Dedupe => self.standardize.rows_filed |= self.load.mapped().contains(&(Field::FileAs as usize)),
            _ => self.leave_out_dedupe(),
        }
        if matches!(only, Only::Load | Only::Score | Only::Assign) {
            // Nothing is asked there.
            self.decisions.clear();
        }
        match only {
            Only::Load | Only::Dedupe => self.leave_out_scores(),
            Only::Score => self.leave_out_assign(),
            Only::Assign => self.leave_out_qualify(),
            Only::Qualify => {}
        }
        if only != Only::Qualify {
            self.changes.clear();
        }
        self.rest_expectations(only);
    }

    /// Every row is its own lead.
    fn leave_out_dedupe(&mut self) {
        self.dedupe = None;
        self.standardize.rows_filed = false;
    }

    /// No edits, scores, owners or decisions.
    fn leave_out_scores(&mut self) {
        self.edits.clear();
        // Their columns stay, as those of the score do, and say nothing.
        let silent = |group: ScoreGroup| ScoreGroup {
            name: group.name,
            bands: group.bands.map(|_| Vec::new()),
            ..ScoreGroup::default()
        };
        let groups = std::mem::take(&mut self.score.groups).into_iter().map(silent).collect();
        self.score = ScorePlan { groups, ..ScorePlan::default() };
        self.records = RecordPlans::default();
        self.leave_out_assign();
    }

    /// No owners or decisions.
    fn leave_out_assign(&mut self) {
        self.assign = AssignPlan::default();
        self.leave_out_qualify();
    }

    /// No decisions.
    fn leave_out_qualify(&mut self) {
        self.qualify.filter = None;
        self.qualify.gate.clear();
        self.qualify.disqualify.clear();
        self.qualify.reactivate.clear();
    }
}

impl LoadPlan {
    /// The schema columns that some source fills, ascending: from a file's column, by its codes, by a constant, or, as the
    /// currency, from an amount that it stands beside.
    pub fn mapped(&self) -> Vec<usize> {
        let files = self.sources.iter().flat_map(|source| &source.files);
        let read = files.flat_map(|file| file.mapping.iter().filter(|column| !column.from.is_empty()));
        let given = self.sources.iter().flat_map(|source| &source.values).map(|(column, _)| *column);
        let coded = self.sources.iter().flat_map(|source| &source.files).flat_map(|file| &file.codes);
        let coded = coded.map(|coded| coded.target);
        let mut mapped: Vec<usize> = read.map(|column| column.target).chain(coded).chain(given).collect();
        if [Field::BudgetAmount, Field::EstimatedValue].iter().any(|&amount| mapped.contains(&(amount as usize))) {
            mapped.push(Field::BudgetCurrency as usize);
        }
        mapped.sort_unstable();
        mapped.dedup();
        mapped
    }
}
