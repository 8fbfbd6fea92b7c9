//! What a plan is made from, and whether it still is what it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{PlannedInput, PlannedRun};
use crate::config::plan::{Expectation, Plan};
use crate::format::archive;
use crate::format::file::is_standard_input;
use crate::model::summary::EarlierSummary;
use crate::pipeline::account::text_hash;
use crate::pipeline::{PastRun, RunError, issued};
use crate::stages::write::file_hash;

/// What a run takes from the one whose output stands in its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// The ids that records keep; none where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_ids: Option<EarlierSummary>,
    /// The hash of what came of the expectations, where some expectation looks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectations: Option<String>,
}

impl LastRun {
    fn of(plan: &Plan) -> Result<Self, RunError> {
        let looks_back = plan.expectations.iter().any(Expectation::looks_back);
        let last = looks_back.then(|| PastRun::open(&plan.output).ok()).flatten();
        let expectations = last.and_then(|last| serde_json::to_string(&last.summary.expectations).ok());
        Ok(Self { issued_ids: issued::earlier(plan)?.summary, expectations: expectations.map(|text| text_hash(&text)) })
    }
}

/// What a run reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Every input, by name.
    pub(super) inputs: Vec<PlannedInput>,
    /// What it takes from the last run.
    pub(super) last_run: LastRun,
}

/// Why it cannot be told what a plan is made from; a sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasisError {
    /// An input cannot be read, or not again.
    #[error("{0}")]
    Input(String),
    /// What the last run left cannot be read.
    #[error("{0}")]
    LastRun(String),
}

/// The inputs of a plan: as shown, and where they are.
pub(super) fn input_paths(plan: &Plan) -> BTreeMap<String, PathBuf> {
    let leads = plan.load.sources.iter().flat_map(|source| &source.files);
    let files = leads.chain(plan.load.crm.files()).chain(&plan.decisions).map(|file| (&file.shown, &file.path));
    let model = plan.dedupe.as_ref().and_then(|dedupe| dedupe.model.as_ref()).map(|file| (&file.shown, &file.path));
    let tables = plan.assign.files().chain(&plan.qualify.parents.files).map(|file| (&file.shown, &file.path));
    let files = files.chain(model).chain(tables).map(|(shown, path)| (shown.clone(), path.clone()));
    let pack = |pack: &PathBuf| (pack.to_string_lossy().replace('\\', "/"), plan.project.join(pack));
    files.chain(plan.packs.iter().map(pack)).collect()
}

/// The hash of an input; of a packed one, of the whole archive.
fn hash(path: &Path) -> std::io::Result<String> {
    file_hash(&archive::located(path).0)
}

impl Basis {
    /// What a run of this plan would read now.
    ///
    /// # Errors
    /// When an input cannot be read, or not again, or what the last run left cannot be.
    pub fn of(plan: &Plan) -> Result<Self, BasisError> {
        let paths = input_paths(plan);
        if let Some((shown, _)) = paths.iter().find(|(_, path)| is_standard_input(&archive::located(path).0)) {
            return Err(BasisError::Input(format!(
                "the input {shown} is piped to the program: a plan cannot be carried out later without it; save it to a \
                 file, and plan with that"
            )));
        }
        let paths: Vec<(String, PathBuf)> = paths.into_iter().collect();
        let inputs = paths.into_par_iter().with_max_len(1).map(|(file, path)| match hash(&path) {
            Ok(hash) => Ok(PlannedInput { file, hash }),
            Err(error) => Err(BasisError::Input(format!("the input {file} cannot be read: {error}"))),
        });
        let last_run = LastRun::of(plan).map_err(|why| BasisError::LastRun(why.to_string()))?;
        Ok(Self { inputs: inputs.collect::<Result<_, _>>()?, last_run })
    }
}

/// What is no longer as it was when a plan was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// A clause for each file and the program: it is changed, new or gone.
    pub files: Vec<String>,
    /// A clause for each thing that the run would take from another last run.
    pub last_run: Vec<String>,
}

impl Drift {
    /// What has changed of the program, the pipeline file, and the files that were there. `project` is the folder from
    /// which the inputs' paths start, `pipeline` the pipeline file.
    pub fn of_files(planned: &PlannedRun, project: &Path, pipeline: &Path) -> Self {
        let mut files = Vec::new();
        let version = env!("CARGO_PKG_VERSION");
        if planned.version != version {
            files.push(format!("leadmill is {version}, and the plan was made by {}", planned.version));
        }
        let mut look = |what: &str, path: &Path, planned: &str| match hash(path) {
            Ok(found) if found == planned => {}
            Ok(_) => files.push(format!("{what} was changed")),
            Err(error) if is_absent(&error) => files.push(format!("{what} is gone")),
            Err(error) => files.push(format!("{what} cannot be read: {error}")),
        };
        look(&format!("the pipeline file {}", pipeline.display()), pipeline, &planned.pipeline.hash);
        planned.inputs.iter().for_each(|input| look(&input.file, &project.join(&input.file), &input.hash));
        Self { files, last_run: Vec::new() }
    }

    /// What else has changed, now that the pipeline file is read again: inputs that are new, and the last run.
    ///
    /// # Errors
    /// When what the last run left cannot be read.
    pub fn and_of_plan(mut self, planned: &PlannedRun, plan: &Plan) -> Result<Self, RunError> {
        let known = |file: &String| planned.inputs.iter().any(|input| input.file == *file);
        let new = input_paths(plan).into_keys().filter(|file| !known(file));
        self.files.extend(new.map(|file| format!("{file} is new")));
        let now = LastRun::of(plan)?;
        let folder = plan.qualify.earlier.as_ref().unwrap_or(&plan.output).display();
        if now.issued_ids != planned.last_run.issued_ids {
            self.last_run.push(format!("the ids that records keep (issued_ids in {folder}) are others"));
        }
        if now.expectations != planned.last_run.expectations {
            let output = plan.output.display();
            self.last_run.push(format!("the last run, with which expectations compare, is another one ({output})"));
        }
        Ok(self)
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}
