//! What a run would meet, before anything is compared or written.

use super::RunError;
use super::account::lead_rejects;
use crate::config::plan::Plan;
use crate::engine;
use crate::model::matching::BlockingYield;
use crate::model::progress::Silent;
use crate::stages::{load, standardize};

/// Memory that a run takes whatever it reads: tables of names, phone plans, buffers.
const BASE_MEMORY: u64 = 150 << 20;

/// Memory per byte of input.
const MEMORY_PER_BYTE: u64 = 35;

/// What a run would meet: rows and pairs, before anything is compared.
#[derive(Debug, Clone, Default)]
pub struct Forecast {
    /// Usable rows.
    pub leads: u64,
    /// Unusable rows.
    pub rejects: u64,
    /// Memory while running, in bytes, roughly: as it grew with the input in runs of 2,000 to 200,000
    /// rows.
    pub bytes: u64,
    /// Pairs per blocking rule.
    pub blocking: Vec<BlockingYield>,
}

/// Loads, standardizes and counts blocks; compares nothing and writes nothing.
///
/// # Errors
/// When an input cannot be read.
pub fn forecast(plan: &Plan) -> Result<Forecast, RunError> {
    let loaded = load::load(&plan.load, &plan.schema, &Silent)?;
    let bytes: u64 = loaded.inputs.iter().map(|input| input.bytes).sum();
    let standardized = standardize::standardize(&plan.standardize, plan.load.name, loaded.raw);
    let leads = standardized.leads;
    let blocking = match &plan.dedupe {
        None => Vec::new(),
        Some(dedupe) => {
            let mut columns = standardize::match_columns(&leads, &dedupe.named_columns());
            standardize::tell_sources(&mut columns, &leads, dedupe)?;
            engine::forecast(&columns, dedupe)
        }
    };
    let rejects = lead_rejects(plan, loaded.rejects.iter().chain(&standardized.rejects));
    Ok(Forecast { leads: leads.len() as u64, rejects, bytes: BASE_MEMORY + MEMORY_PER_BYTE * bytes, blocking })
}
