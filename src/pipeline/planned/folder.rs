//! Writing a plan folder.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::record::{RUN_FILE, run_hash};
use super::{Basis, Looked, PLAN_FILE, PlannedPipeline, PlannedRun, SUMMARY_FILE, markdown};
use crate::config::plan::Plan;
use crate::model::summary::RunSummary;
use crate::model::table::TextFile;
use crate::pipeline::account::{project_from, text_hash};
use crate::stages::write::{Output, WriteError, file_hash, file_hashes};

/// Why a plan could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Its tables could not.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The system refused to read what was written.
    #[error("the plan cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// The pipeline file of a plan, and what was set beside it.
#[derive(Debug, Clone)]
pub struct PipelineFile {
    /// Where it is.
    pub path: PathBuf,
    /// xxh3-128 of the file as it was compiled, hexadecimal.
    pub hash: String,
    /// Keys and values that were set.
    pub sets: Vec<String>,
}

impl PipelineFile {
    /// A pipeline file as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(path: &Path, sets: Vec<String>) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), hash: file_hash(path)?, sets })
    }
}

/// Writes all that a plan leaves to its folder; without one, only tells what would stand there.
///
/// # Errors
/// When something cannot be written.
pub fn write(
    output: Option<Output>,
    folder: &Path,
    plan: &Plan,
    looked: &Looked,
    basis: Basis,
    pipeline: &PipelineFile,
) -> Result<PlannedRun, PlanError> {
    let Looked { output: found, changes } = looked;
    let planned = PlannedRun {
        version: found.summary.version.clone(),
        pipeline: PlannedPipeline {
            name: plan.name.clone(),
            file: project_from(folder, &pipeline.path),
            hash: pipeline.hash.clone(),
        },
        sets: pipeline.sets.clone(),
        as_of: plan.as_of.to_string(),
        inputs: basis.inputs,
        last_run: basis.last_run,
        changes: changes.groups.clone(),
        unchanged: changes.unchanged,
        barred: changes.barred.clone(),
        publishes: BTreeMap::new(),
        run: run_hash(&serde_json::to_string_pretty(&found.summary).map_err(io::Error::from)?),
        beside: BTreeMap::new(),
        seal: String::new(),
    };
    let Some(output) = output else { return Ok(planned.sealed()?) };

    let summary_file = TextFile {
        name: SUMMARY_FILE.to_owned(),
        text: markdown::markdown(&planned, changes, &found.summary, &pipeline.path, folder),
    };
    let own = [&changes.table.name].map(|name| format!("{name}."));
    let tables: Vec<_> = found.tables.iter().chain([&changes.table]).cloned().collect();
    let files: Vec<TextFile> = found.files.iter().chain([&summary_file]).cloned().collect();
    let mut summary = RunSummary {
        tables: tables.iter().map(|table| (table.name.clone(), table.rows())).collect(),
        files: files.iter().map(|file| (file.name.clone(), text_hash(&file.text))).collect(),
        project: project_from(folder, &plan.project),
        ..found.summary.clone()
    };
    let staged = output.stage(&plan.write, &tables, &files, &summary)?;
    let written = file_hashes(staged)?.into_iter().filter(|(name, _)| name != RUN_FILE);
    let is_own = |name: &str| name == SUMMARY_FILE || own.iter().any(|own| name.starts_with(own));
    let (beside, publishes) = written.partition(|(name, _)| is_own(name));
    let planned = PlannedRun { publishes, beside, ..planned }.sealed()?;
    let text = planned.text()?;
    summary.files.push((PLAN_FILE.to_owned(), text_hash(&text)));
    output.stage_file(&TextFile { name: PLAN_FILE.to_owned(), text }, &summary)?;
    output.publish_staged()?;
    Ok(planned)
}
