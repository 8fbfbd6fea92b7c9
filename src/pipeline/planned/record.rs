//! `plan.json`: what a plan was made from, and what is to come of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::basis::LastRun;
use super::{PLAN_FILE, past};
use crate::model::planned::ChangeGroup;
use crate::pipeline::account::text_hash;
use crate::stages::write::{file_hash, file_hashes};

/// The pipeline file of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPipeline {
    /// The pipeline's name.
    pub name: String,
    /// The file, as seen from the plan folder.
    pub file: String,
    /// xxh3-128 of the file, hexadecimal.
    pub hash: String,
}

/// A file that a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlannedInput {
    /// Path relative to the project.
    pub file: String,
    /// xxh3-128 of the file, hexadecimal; of a packed one, of the archive.
    pub hash: String,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedRun {
    /// Version of the program that made it.
    pub version: String,
    /// The pipeline file.
    pub pipeline: PlannedPipeline,
    /// The arguments of `--set`, `--as-of` and `--only` as keys and values.
    pub sets: Vec<String>,
    /// The day that rules about time refer to, whatever day it is when the plan is carried out.
    pub as_of: String,
    /// Every input, by name.
    pub inputs: Vec<PlannedInput>,
    /// What the run takes from the last one.
    pub last_run: LastRun,
    /// What is to happen, counted.
    pub changes: Vec<ChangeGroup>,
    /// Leads that are left as they are.
    pub unchanged: u64,
    /// Why nothing may be published, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred: Option<String>,
    /// Every file that is to be published but run.json, and its xxh3-128, hexadecimal.
    pub publishes: BTreeMap<String, String>,
    /// The hash of run.json without its seconds.
    pub run: String,
    /// The plan folder's own files.
    pub beside: BTreeMap<String, String>,
    /// The hash of all that stands above.
    pub seal: String,
}

impl PlannedRun {
    /// The text of plan.json.
    pub(super) fn text(&self) -> std::io::Result<String> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// With its seal.
    pub(super) fn sealed(self) -> std::io::Result<Self> {
        let open = Self { seal: String::new(), ..self };
        Ok(Self { seal: text_hash(&open.text()?), ..open })
    }

    /// Opens a plan folder from which nothing was taken and in which nothing was changed.
    ///
    /// # Errors
    /// One sentence, where it is none or not what the plan left.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let shown = folder.display();
        let text = std::fs::read_to_string(folder.join(PLAN_FILE)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound if !folder.is_dir() => format!("there is no folder {shown}"),
            std::io::ErrorKind::NotFound => {
                format!("{shown} is not a plan: it has no {PLAN_FILE}; `leadmill plan FILE` makes one")
            }
            _ => format!("{shown} cannot be used: its {PLAN_FILE} cannot be read: {error}"),
        })?;
        let again = "it is no longer what was planned; plan again";
        let read = serde_json::from_str(&text).ok();
        let Some(planned) = read.filter(|planned: &Self| planned.clone().sealed().is_ok_and(|it| it == *planned))
        else {
            return Err(format!("{shown} cannot be used: its {PLAN_FILE} was edited, so {again}"));
        };
        let mut faults = Vec::new();
        for (name, hash) in planned.publishes.iter().chain(&planned.beside) {
            match file_hash(&folder.join(name)) {
                Ok(found) if found == *hash => {}
                Ok(_) => faults.push(format!("{name} was edited")),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => faults.push(format!("{name} is gone")),
                Err(error) => faults.push(format!("{name} cannot be read: {error}")),
            }
        }
        match faults.is_empty() {
            true => Ok(planned),
            false => Err(format!("{shown} cannot be used: {}, so {again}", faults.join(", "))),
        }
    }

    /// The pipeline file, as seen from the working folder where it lies below it.
    pub fn pipeline_path(&self, folder: &Path) -> PathBuf {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let path = past::straight(&folder.join(&self.pipeline.file));
        let here = std::env::current_dir().and_then(std::path::absolute);
        here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or(path)
    }

    /// The day that the plan refers to.
    pub fn day(&self) -> Option<Date> {
        self.as_of.parse().ok()
    }

    /// The files of a staged or published output that are not as planned, by name.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn deviations(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        let found: BTreeMap<String, String> = file_hashes(folder)?.into_iter().collect();
        let mut names: Vec<&String> = found.keys().chain(self.publishes.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let differs = |name: &&&String| **name != RUN_FILE && found.get(**name) != self.publishes.get(**name);
        let mut deviations: Vec<String> = names.iter().filter(differs).map(|name| (*name).clone()).collect();
        if run_hash(&std::fs::read_to_string(folder.join(RUN_FILE))?) != self.run {
            deviations.push(RUN_FILE.to_owned());
        }
        Ok(deviations)
    }
}

/// The file that tells a run in numbers.
pub(super) const RUN_FILE: &str = "run.json";

/// The hash of the text of run.json without its seconds, which stand last.
pub(super) fn run_hash(text: &str) -> String {
    text_hash(text.split("\n  \"seconds\":").next().unwrap_or_default())
}
