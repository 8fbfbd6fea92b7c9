//! The tables that `leadmill dedupe` is given.

use std::path::PathBuf;

use crate::config::input_files;
use crate::config::roles::sample::{SAMPLE_ROWS, Sample, sample};
use crate::model::names::nearest;

/// One file, a source of its own.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// The source's name: the file's stem, made unique.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// Rows in the file.
    pub(super) rows: usize,
    /// Whether all of them were looked at.
    pub(super) whole: bool,
}

/// The files behind the arguments, each with its header and rows to infer roles from.
pub(super) fn read(arguments: &[String]) -> Result<(Vec<Input>, Vec<Sample>), Vec<String>> {
    let (mut paths, mut faults): (Vec<PathBuf>, Vec<String>) = (Vec::new(), Vec::new());
    for argument in arguments {
        match input_files(argument) {
            Ok(found) => found.into_iter().for_each(|path| {
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }),
            Err(fault) => faults.push(fault),
        }
    }
    let (mut inputs, mut samples): (Vec<Input>, Vec<Sample>) = (Vec::new(), Vec::new());
    for path in paths {
        match sample(&path, SAMPLE_ROWS) {
            Ok(found) => {
                let stem =
                    path.file_stem().map_or_else(|| "input".to_owned(), |stem| stem.to_string_lossy().into_owned());
                let name = unique(if stem.trim().is_empty() { "input" } else { stem.trim() }, &inputs);
                inputs.push(Input { name, path, rows: found.rows, whole: found.whole });
                samples.push(found);
            }
            Err(error) => faults.push(error.to_string()),
        }
    }
    if faults.is_empty() && inputs.iter().all(|input| input.rows == 0) {
        let names: Vec<String> = inputs.iter().map(|input| input.path.display().to_string()).collect();
        faults.push(format!("there are no rows in {}: only a header", names.join(", ")));
    }
    if faults.is_empty() { Ok((inputs, samples)) } else { Err(faults) }
}

fn unique(stem: &str, inputs: &[Input]) -> String {
    let taken = |name: &str| inputs.iter().any(|input| input.name == name);
    let mut numbered = (2..).map(|number| format!("{stem}_{number}"));
    if taken(stem) { numbered.find(|name| !taken(name)).unwrap_or_default() } else { stem.to_owned() }
}

/// Reports a column that no input has; with `everywhere`, also an input that has none of the columns.
pub(super) fn check_columns(
    columns: &[String],
    option: &str,
    everywhere: bool,
    inputs: &[Input],
    samples: &[Sample],
    faults: &mut Vec<String>,
) {
    let mut fault = |at: usize, column: &str| {
        let header = &samples[at].header;
        let near = nearest(column, header.iter().map(String::as_str));
        let hint = near
            .map_or_else(|| format!("its columns are {}", header.join(", ")), |near| format!("did you mean `{near}`?"));
        faults.push(format!("{option}: {} has no column `{column}`; {hint}", inputs[at].path.display()));
    };
    for column in columns {
        if !samples.is_empty() && !samples.iter().any(|sample| sample.header.contains(column)) {
            return fault(0, column);
        }
    }
    let Some(first) = columns.first().filter(|_| everywhere) else { return };
    let lacking = samples.iter().position(|sample| !columns.iter().any(|column| sample.header.contains(column)));
    if let Some(at) = lacking {
        fault(at, first);
    }
}

/// The values of a column, in order; none where not every row was looked at.
pub(super) fn values<'a>(column: &str, samples: &'a [Sample]) -> Option<Vec<&'a str>> {
    let mut values = std::collections::BTreeSet::new();
    for sample in samples {
        let at = sample.header.iter().position(|name| name == column).filter(|_| sample.whole)?;
        values.extend(sample.columns[at].dictionary.iter().filter(|value| !value.is_empty()));
    }
    Some(values.into_iter().collect())
}

/// Reports clean sources that are none of these.
pub(super) fn check_clean(clean: &[String], names: &[&str], faults: &mut Vec<String>) {
    for name in clean.iter().filter(|name| !names.contains(&name.as_str())) {
        let near = nearest(name, names.iter().copied());
        let hint = near
            .map_or_else(|| format!("the sources are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        faults.push(format!("--clean: there is no source `{name}`; {hint}"));
    }
}
