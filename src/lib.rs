//! leadmill: a batch data-pipeline and scoring engine for sales leads.

pub mod config;
pub mod model;
pub mod rules;
