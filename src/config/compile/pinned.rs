//! `[dedupe] model`: a model that an earlier run left.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use super::paths;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::tree::Table;
use crate::config::plan::ModelFile;
use crate::model::pinned::{MODEL_FILE, PinnedModel};

/// Reads the model that the section names.
pub(super) fn model(table: &Table, project: &Path, faults: &mut Diagnostics) -> Option<ModelFile> {
    let node = table.get("model")?;
    let name = node.as_text()?;
    let path = paths::within(project, name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let fault = Diagnostic::error("missing-file", node.span, format!("there is no file `{name}`"));
            let help = "looked for {}; run once without `model`, then copy the {} of that run's output folder there";
            let help = help.replacen("{}", &path.display().to_string(), 1).replacen("{}", MODEL_FILE, 1);
            faults.push(fault.help(help));
            return None;
        }
        Err(error) => {
            let message = format!("the model `{name}` cannot be read: {error}");
            faults.push(Diagnostic::error("unreadable-model", node.span, message));
            return None;
        }
    };
    match PinnedModel::read(&text) {
        Ok(model) => Some(ModelFile {
            shown: paths::shown(&path, project),
            path,
            bytes: text.len() as u64,
            hash: format!("{:032x}", xxh3_128(text.as_bytes())),
            model,
        }),
        Err(why) => {
            let fault = Diagnostic::error("unreadable-model", node.span, format!("`{name}` cannot be used: {why}"));
            faults.push(fault.help(format!("run once without `model`, then pin the {MODEL_FILE} of that run")));
            None
        }
    }
}
