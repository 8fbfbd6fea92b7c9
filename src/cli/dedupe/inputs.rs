//! The tables that a verb without a pipeline file is given.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::plan::MOST_SOURCES;
use crate::config::roles::sample::Sample;
use crate::config::roles::{Asked, Inference, Readers, infer};
use crate::config::strays::{Looked, sentence};
use crate::config::{input_files, reserved_names};
use crate::model::field::Cleaner;
use crate::model::names::nearest;
use crate::stages::standardize;

use super::super::outputs;

/// One file, a source of its own.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Input {
    /// The source's name: the file's stem, made unique.
    pub(in crate::cli) name: String,
    pub(in crate::cli) path: PathBuf,
    /// Rows in the file.
    pub(in crate::cli) rows: usize,
    /// Whether all of them were looked at.
    pub(in crate::cli) whole: bool,
}

/// What was read, and what there is to say about it.
#[derive(Debug)]
pub(in crate::cli) struct Inputs {
    pub(in crate::cli) inputs: Vec<Input>,
    /// The header and some rows of each.
    pub(in crate::cli) samples: Vec<Sample>,
    /// What was left out.
    pub(in crate::cli) warnings: Vec<String>,
}

/// The files behind the arguments, each with its header and rows to infer roles from, as `look` reads them: it is told
/// whether a file is the only one. What else a folder holds beside tables is left out.
pub(in crate::cli) fn read(arguments: &[String], look: impl Fn(&Path, bool) -> Looked) -> Result<Inputs, Vec<String>> {
    let (mut paths, mut faults, mut warnings): (Vec<PathBuf>, Vec<String>, Vec<String>) = Default::default();
    let mut known = BTreeSet::new();
    for argument in arguments {
        match input_files(argument) {
            // A file that two arguments stand for is read once.
            Ok((found, told)) => {
                let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
                paths.extend(found.into_iter().filter(|path| known.insert(real(path))));
                warnings.extend(told);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if paths.len() > MOST_SOURCES {
        return Err(vec![format!(
            "there are {} files, each a source of its own, and sources are at most {MOST_SOURCES}; put some together",
            paths.len()
        )]);
    }
    let (mut inputs, mut samples): (Vec<Input>, Vec<Sample>) = (Vec::new(), Vec::new());
    let (mut names, mut strays, mut unusable) = (BTreeSet::new(), Vec::new(), Vec::new());
    let alone = paths.len() == 1;
    for path in paths {
        match look(&path, alone) {
            Looked::Table(found) => {
                let stem =
                    path.file_stem().map_or_else(|| "input".to_owned(), |stem| stem.to_string_lossy().into_owned());
                let name = unique(if ["", "-"].contains(&stem.trim()) { "input" } else { stem.trim() }, &mut names);
                inputs.push(Input { name, path, rows: found.rows, whole: found.whole });
                samples.push(found);
            }
            Looked::Stray(why) => {
                strays.push(path.display().to_string());
                unusable.extend(why);
            }
            Looked::Empty(why) => {
                warnings.push(format!("{why}; it is left out"));
                unusable.push(why);
            }
            Looked::Fault(why) => faults.push(why),
        }
    }
    warnings.extend(sentence(&strays));
    if inputs.is_empty() && faults.is_empty() {
        // Where nothing is left, each is told for what it is.
        faults = if unusable.is_empty() { sentence(&strays).into_iter().collect() } else { unusable };
    }
    if faults.is_empty() && inputs.iter().all(|input| input.rows == 0) {
        let names: Vec<String> = inputs.iter().map(|input| input.path.display().to_string()).collect();
        faults.push(format!("there are no rows in {}: only a header", names.join(", ")));
    }
    if faults.is_empty() { Ok(Inputs { inputs, samples, warnings }) } else { Err(faults) }
}

/// What the columns of each table mean, each table by itself: what another one lacks is no reason to leave a column out.
pub(in crate::cli) fn each_inferred(samples: &[Sample]) -> Vec<Inference> {
    let reserved = reserved_names(&outputs());
    let each = samples.chunks(1).flat_map(|sample| infer(sample, &Asked::default(), &READERS, &reserved));
    each.collect()
}

/// How values are read whose meaning is looked for.
pub(super) const READERS: Readers =
    Readers { is_country, is_of_addresses: standardize::email::is_of_addresses, numbers: standardize::phone::listed };

/// Whether a text is a country.
fn is_country(text: &str) -> bool {
    standardize::value(Cleaner::Country, text).is_some()
}

/// The stem, numbered where it is taken.
fn unique(stem: &str, taken: &mut BTreeSet<String>) -> String {
    let mut names = std::iter::once(stem.to_owned()).chain((2..).map(|number| format!("{stem}_{number}")));
    let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(name.clone());
    name
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
    let mut values = BTreeSet::new();
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
