//! A run that is over, from its output folder: what it was, its tables, and the same rows once more in the form in which
//! they were matched.

use std::path::{Component, Path, PathBuf};

use super::{PIPELINE_FILE, RunError, account};
use crate::config::plan::Plan;
use crate::format::stored::{StoredError, StoredTable};
use crate::model::leads::Leads;
use crate::model::matching::MatchColumns;
use crate::model::pinned::{MODEL_FILE, PinnedModel};
use crate::model::progress::Progress;
use crate::model::summary::RunSummary;
use crate::stages::{load, standardize};

/// Why a folder's run cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// It is not the output folder of a run.
    #[error("{folder} is not the output folder of a run: {reason}")]
    NoRun {
        /// The folder.
        folder: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// A table cannot be read.
    #[error(transparent)]
    Table(#[from] StoredError),
}

/// A run that is over.
#[derive(Debug)]
pub struct PastRun {
    /// Its output folder.
    pub folder: PathBuf,
    /// The run in numbers.
    pub summary: RunSummary,
}

impl PastRun {
    /// Opens an output folder.
    ///
    /// # Errors
    /// When it has no run.json.
    pub fn open(folder: &Path) -> Result<Self, PastError> {
        let no_run = |reason: String| PastError::NoRun { folder: folder.to_owned(), reason };
        let text = std::fs::read_to_string(folder.join("run.json")).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => no_run("it has no run.json".to_owned()),
            _ => no_run(format!("its run.json cannot be read: {error}")),
        })?;
        let summary =
            serde_json::from_str(&text).map_err(|error| no_run(format!("its run.json cannot be read: {error}")))?;
        Ok(Self { folder: folder.to_owned(), summary })
    }

    /// One of its tables.
    ///
    /// # Errors
    /// When it is not there.
    pub fn table(&self, name: &str) -> Result<StoredTable, PastError> {
        Ok(StoredTable::open(&self.folder, name)?)
    }

    /// Where the pipeline file of the run is.
    pub fn pipeline_file(&self) -> PathBuf {
        self.folder.join(PIPELINE_FILE)
    }

    /// The folder that the run's relative paths started from.
    pub fn project(&self) -> PathBuf {
        let folder = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        straight(&folder.join(&self.summary.project))
    }

    /// The text of a file that the run left, if it still is as the run left it; else one sentence.
    ///
    /// # Errors
    /// When it is missing or was changed.
    pub fn own_file(&self, name: &str) -> Result<String, String> {
        let Some((_, hash)) = self.summary.files.iter().find(|(file, _)| file == name) else {
            return Err(match name {
                MODEL_FILE => "the run looked for no duplicates".to_owned(),
                _ => format!("the run left no {name}"),
            });
        };
        let text = std::fs::read_to_string(self.folder.join(name))
            .map_err(|error| format!("{name} cannot be read from the output folder: {error}"))?;
        match account::text_hash(&text) == *hash {
            true => Ok(text),
            false => Err(format!("the {name} in the output folder is not the one that the run left")),
        }
    }

    /// The model that weighed the pairs.
    ///
    /// # Errors
    /// When the run had none, or it was changed since.
    pub fn model(&self) -> Result<PinnedModel, String> {
        PinnedModel::read(&self.own_file(MODEL_FILE)?).map_err(|why| format!("{MODEL_FILE} cannot be used: {why}"))
    }
}

/// The rows of a run once more.
#[derive(Debug)]
pub struct Rebuilt {
    /// The rows.
    pub leads: Leads,
    /// Their match forms.
    pub columns: MatchColumns,
}

/// Reads the inputs of a past run again and brings its rows into the form in which they were matched; one sentence where
/// the inputs are not those of the run any more.
///
/// # Errors
/// When an input cannot be read or is another one by now.
pub fn rebuild(run: &PastRun, plan: &Plan, progress: &dyn Progress) -> Result<Rebuilt, String> {
    let Some(dedupe) = &plan.dedupe else { return Err("the run looked for no duplicates".to_owned()) };
    // History and CRM records have no part in matching.
    let mut load = plan.load.clone();
    load.crm = crate::config::plan::CrmPlan::default();
    let loaded = load::load(&load, &plan.schema, progress).map_err(|error| RunError::from(error).to_string())?;
    let known = &run.summary.inputs;
    let changed: Vec<String> = loaded
        .inputs
        .iter()
        .filter_map(|input| match known.iter().find(|known| known.shown == input.shown) {
            None => Some(format!("{} was not there", input.shown)),
            Some(known) if known.hash != input.hash => Some(format!("{} was changed", input.shown)),
            Some(_) => None,
        })
        .collect();
    if !changed.is_empty() {
        return Err(format!("the inputs are not those of the run any more: {}", changed.join(", ")));
    }
    progress.begin("standardize", 0);
    let leads = standardize::standardize(&plan.standardize, plan.load.name, loaded.raw).leads;
    if leads.len() as u64 != run.summary.load.leads {
        let (then, now) = (run.summary.load.leads, leads.len());
        return Err(format!("the inputs gave {then} rows then and {now} now; leadmill or the inputs have changed"));
    }
    let mut columns = standardize::match_columns(&leads, &dedupe.named_columns());
    standardize::tell_sources(&mut columns, &leads, dedupe).map_err(|error| error.to_string())?;
    Ok(Rebuilt { leads, columns })
}

/// A path without its `.` and `..`, by its names alone.
pub(super) fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(straight.components().next_back(), Some(Component::Normal(_))) => {
                straight.pop();
            }
            other => straight.push(other),
        }
    }
    straight
}
