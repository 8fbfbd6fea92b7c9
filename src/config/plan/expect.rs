//! What a run is expected to be, as planned.

use std::fmt;

use super::{Only, Plan};
use crate::model::field::{GroupColumns, LeadSchema};
use crate::rules::{Condition, Expression};

/// An expectation: what is measured, and what it must not be.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Name, unique.
    pub name: String,
    /// The output table that is measured, or that shows what is counted.
    pub table: String,
    /// Rows that count; none: all.
    pub filter: Option<Condition>,
    /// What is measured.
    pub measured: Measured,
    /// Whether the limits are for the change since the last run.
    pub change: bool,
    /// A breach of one of these is told.
    pub warn: Vec<Limit>,
    /// A breach of one of these keeps the run from being published.
    pub fail: Vec<Limit>,
    /// The stage for which the run leaves others out.
    pub only: Option<Only>,
    /// Why nothing is measured in such a run; none: it is.
    pub resting: Option<String>,
}

/// What is measured.
#[derive(Debug, Clone)]
pub enum Measured {
    /// The rows, of all rows of the table.
    Rows,
    /// Rows with a value in each of these columns.
    Filled(Vec<String>),
    /// Of the rows with a value in each of these columns, those that share them with no other.
    Unique(Vec<String>),
    /// What the run counts by itself, of the rows read.
    Of(Tally),
    /// An aggregate.
    Value(Expression),
    /// How far the values of a column are from those of the last run.
    Drift(String),
}

/// What a run counts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tally {
    /// Rows that are no lead, but for empty ones.
    Rejects,
    /// Rows beyond the first of their lead.
    Duplicates,
    /// Pairs that a person should decide.
    Review,
    /// Unusable values of lead rows.
    Findings,
}

impl Tally {
    /// Everything that a run counts by itself, with its name in the pipeline file and the table that shows it.
    pub const ALL: [(&'static str, Self, &'static str); 4] = [
        ("rejects", Self::Rejects, "rejects"),
        ("duplicates", Self::Duplicates, "lead_members"),
        ("review", Self::Review, "review"),
        ("findings", Self::Findings, "findings"),
    ];

    /// The name in the pipeline file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, tally, _)| *tally == self).map_or("", |(name, ..)| name)
    }
}

/// What a value must not be: a comparison that holds is a breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// How it compares.
    pub sign: Sign,
    /// With what, in millionths; of a percent where it is a share.
    pub bound: i64,
    /// Whether it is a share of the whole.
    pub is_share: bool,
    /// As written.
    pub text: String,
}

/// How a limit compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Expectation {
    /// All limits.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        self.warn.iter().chain(&self.fail)
    }

    /// Whether it compares with the last run.
    pub fn looks_back(&self) -> bool {
        self.change || matches!(self.measured, Measured::Drift(_))
    }

    /// The columns of the table that it reads.
    pub fn columns(&self) -> Vec<&str> {
        let filter = self.filter.iter().flat_map(|filter| &filter.columns);
        let own: &[String] = match &self.measured {
            Measured::Rows | Measured::Of(_) => &[],
            Measured::Filled(columns) | Measured::Unique(columns) => columns,
            Measured::Value(measure) => &measure.columns,
            Measured::Drift(column) => std::slice::from_ref(column),
        };
        let mut columns: Vec<&str> = filter.chain(own).map(String::as_str).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Has it rest in a run of a part of the pipeline that leaves out what it reads.
    fn within(&mut self, only: Only, schema: &LeadSchema) {
        self.only = Some(only);
        let table = self.table.as_str();
        let looks_for_duplicates = matches!(self.measured, Measured::Of(Tally::Duplicates | Tally::Review));
        self.resting = if !only.runs(stage_of(table)) {
            Some(format!("a run of `only = \"{}\"` does not fill the table {table}", only.name()))
        } else if looks_for_duplicates && !only.runs(Only::Dedupe) {
            Some(format!("a run of `only = \"{}\"` looks for no duplicates", only.name()))
        } else {
            let left_out = |column: &&str| !only.runs(stage_of_column(table, column, schema));
            let column = self.columns().into_iter().find(left_out).map(str::to_owned);
            column.map(|column| format!("a run of `only = \"{}\"` does not fill {table}.{column}", only.name()))
        };
    }
}

impl Plan {
    /// Has expectations rest that a run of a part of the pipeline cannot answer.
    pub(super) fn rest_expectations(&mut self, only: Only) {
        self.expectations.iter_mut().for_each(|expectation| expectation.within(only, &self.schema));
    }
}

/// The stage that fills an output table.
fn stage_of(table: &str) -> Only {
    match table {
        "links" | "review" | "verdicts" | "model" => Only::Dedupe,
        "score_ledger" | "near_misses" | "contact_scores" | "account_scores" | "account_people" | "record_ledger" => {
            Only::Score
        }
        "assignments" => Only::Assign,
        "decisions" | "record_links" | "accounts" | "contacts" | "opportunities" | "opportunity_lines"
        | "opportunity_notes" | "revenue" => Only::Qualify,
        _ => Only::Load,
    }
}

/// The stage that fills a column of an output table.
fn stage_of_column(table: &str, column: &str, schema: &LeadSchema) -> Only {
    const SCORED: [&str; 8] =
        ["rating_type", "score", "score_percent", "auto_stars", "stars", "grade", "reasons_for", "reasons_against"];
    if !matches!(table, "leads" | "leads_open" | "leads_closed") {
        return stage_of(table);
    }
    let of_group = || schema.groups().iter().flat_map(GroupColumns::columns).any(|(name, _)| name == column);
    match column {
        "stage" | "became_won" | "won_at" | "revenue" | "revenue_currency" => Only::Qualify,
        _ if SCORED.contains(&column) || of_group() => Only::Score,
        _ => Only::Load,
    }
}

impl fmt::Display for Expectation {
    /// What is measured, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table;
        match &self.measured {
            Measured::Rows | Measured::Filled(_) => write!(f, "rows of {table}")?,
            Measured::Unique(columns) => write!(f, "rows of {table} with {} of their own", columns.join(" and "))?,
            Measured::Of(tally) => write!(f, "{}", tally.name())?,
            Measured::Value(measure) => write!(f, "{} of {table}", one_line(&measure.sql))?,
            Measured::Drift(column) => write!(f, "distribution of {column} in {table}")?,
        }
        if let Measured::Filled(columns) = &self.measured {
            write!(f, " with {}", columns.join(" and "))?;
        }
        if let Some(filter) = &self.filter {
            write!(f, " where {}", one_line(&filter.sql))?;
        }
        self.only.map_or(Ok(()), |only| write!(f, ", only = \"{}\"", only.name()))
    }
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
