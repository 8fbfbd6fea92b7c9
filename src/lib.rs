//! leadmill: a batch data-pipeline and scoring engine for sales leads.
//!
//! # Bird's eye view
//!
//! ```text
//! pipeline.toml -> config -> Plan
//! exports -> load -> standardize -> block -> compare -> cluster -> merge -> edit -> consent -> score -> assign -> qualify -> revenue -> report -> expect -> changes -> write
//!              |                                                                             |
//!              rejects, findings                                          accounts, contacts, opportunities, notes
//! ```
//!
//! [`pipeline::run`] is that line: one call per stage, each result named after its noun. Who reads only that function
//! knows the program.
//!
//! # Code map
//!
//! | part | what it is | may use |
//! |---|---|---|
//! | [`cli`] | one file per verb; printing, progress, the clock, threads | everything |
//! | [`config`] | the pipeline file: options with spans, compiled into a [`config::plan::Plan`]; diagnostics | `rules`, `format`, `model` |
//! | [`pipeline`] | the order of the stages, the sums that must agree, and the gates before an output is published; plans of runs; questions about a past run, and scores beside outcomes | `engine`, `stages`, `format`, `model` |
//! | [`engine`] | how blocking and comparing are executed | `stages::{block, compare, train}`, `model` |
//! | [`stages`] | one module per stage; none knows another | `rules`, `format`, `model`, its slice of the plan |
//! | [`rules`] | conditions and expressions in SQL | `model` |
//! | [`mod@format`] | bytes to tables and back, one file per format | `model` |
//! | [`model`] | the nouns that two or more stages share | nothing |
//!
//! # What travels
//!
//! | noun | from | to |
//! |---|---|---|
//! | [`model::rows::RawTable`], [`model::rows::Reject`] | load | standardize, report |
//! | [`model::leads::Leads`], [`model::rows::Finding`] | standardize | engine, merge, report |
//! | [`model::matching::MatchColumns`] | standardize | engine |
//! | [`model::matching::Links`] | engine | cluster, qualify, report |
//! | [`model::matching::Clusters`] | cluster | merge |
//! | [`model::entities::Entities`] | merge | edit, consent, score, assign, qualify, report |
//! | [`model::consent::Consent`] | consent | qualify, report |
//! | [`model::scorecards::Scorecards`], [`model::assignments::Assignments`] | score, assign | qualify, report |
//! | [`model::records::Affiliations`] | qualify | score |
//! | [`model::records::RecordScores`] | score | report |
//! | [`model::emissions::Emissions`] | qualify | revenue, report, changes |
//! | [`model::sales::Revenue`] | revenue | report |
//! | [`model::issued::IssuedIds`] | qualify | report, the next run |
//! | [`model::near_misses::NearMisses`] | nearest | report |
//! | [`model::planned::PlannedChanges`] | report | plan folders |
//! | [`model::table::OutputTable`] | report | expect, write |
//! | [`model::table::TextFile`] | changes | write |
//! | [`model::expectations::ExpectationSummary`] | expect | the next run |
//!
//! # Invariants
//!
//! 1. **Nothing is lost.** Rows in = members of golden leads + rejects; checked in every run before anything is published.
//! 2. **Same input, same bytes**, at any number of threads and in any order of rows and files. Standardizing puts the rows
//!    in an order that derives from their content, and no later stage sees another one. No stage reads the clock, uses
//!    chance, or lets the order of a hash map reach a result. Identifiers derive from content, and records keep those that the
//!    last run gave.
//! 3. **Fail before, not during.** All faults of a pipeline file are reported at once. After compiling, only load, report
//!    queries and write can fail; the stages between are functions of values.
//! 4. **Bad rows are data.** Rejects (rows) and findings (values) are output tables.
//! 5. **All or nothing.** The output folder appears complete or not at all; a killed run leaves the last good one.
//! 6. **Evidence travels** with every merge, score and decision; reports only read it.
//! 7. **Bounded.** Blocks over a limit are split or skipped, and named. Pairs are never materialized.
//! 8. **One decision function** for one thread and many: parallel code maps the serial one and sorts at each boundary.

pub mod cli;
pub mod config;
pub mod engine;
pub mod format;
pub mod model;
pub mod pipeline;
pub mod rules;
pub mod stages;

#[cfg(test)]
mod sample;
