//! `leadmill init`: a first pipeline file for some exports, with what was found out about them and a comment for each
//! thing that could be said.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::dedupe::home_country;
use super::dedupe::inputs::{self, Inputs};
use super::{Exit, colour, make_folder_of, outputs, print, say, today};
use crate::config::emit::seen_from;
use crate::config::mapping::map_leads;
use crate::config::preset::Preset;
use crate::config::roles::sample::{SAMPLE_ROWS, sample};
use crate::config::starter::{StarterSource, starter};
use crate::config::strays::Looked;
use crate::config::{compile_text, project_of, render};

/// The arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Exports of leads: files, folders or globs; each file is a source of its own
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// The pipeline file to write (default: standard output)
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn init(arguments: &InitArguments) -> anyhow::Result<Exit> {
    let Inputs { inputs, samples, warnings } =
        match inputs::read(&arguments.inputs, |path, alone| Looked::of(path, alone, sample(path, SAMPLE_ROWS))) {
            Ok(read) => read,
            Err(faults) => {
                faults.iter().for_each(|fault| say(&format!("error: {fault}")));
                return Ok(Exit::Configuration);
            }
        };
    warnings.iter().for_each(|told| say(&format!("warning: {told}")));
    let inferences = inputs::each_inferred(&samples);
    let (project, name) = match &arguments.out {
        Some(file) => (project_of(file), file.file_stem().map(|stem| stem.to_string_lossy().into_owned())),
        None => (PathBuf::from("."), None),
    };
    let paths: Vec<String> = inputs.iter().map(|input| seen_from(&project, &input.path)).collect();
    let sources: Vec<StarterSource<'_>> = inputs
        .iter()
        .zip(&paths)
        .zip(samples.iter().zip(&inferences))
        .map(|((input, path), (sample, inference))| {
            let preset = Preset::fitting(&sample.header, None);
            let mapping = map_leads(&sample.header, preset, &[]);
            let header = &sample.header;
            StarterSource { name: &input.name, path, rows: input.rows, header, preset, mapping, inference }
        })
        .collect();
    let name = name.or_else(|| inputs.first().map(|input| input.name.clone())).unwrap_or_default();
    let text = starter(&name, &sources, home_country(&samples, &inferences).as_deref());
    let shown = arguments.out.as_deref().unwrap_or(Path::new("standard output")).to_string_lossy().into_owned();
    match &arguments.out {
        None => print(&text)?,
        Some(file) => match written(file, &text)? {
            true => say(&format!("{shown} is written; see it through, then: leadmill run {shown}")),
            false => {
                say(&format!(
                    "error: {shown} is there already, and nobody's pipeline is overwritten; name another file"
                ));
                return Ok(Exit::Configuration);
            }
        },
    }
    // What a run would complain about is told now.
    match compile_text(&text, &shown, &project, &[], today(), &outputs()) {
        Ok((_, warnings)) if warnings.items.is_empty() => {}
        Ok((_, told)) | Err(told) => say(&render::human(&told, colour())),
    }
    Ok(Exit::Finished)
}

/// Writes a new file; false where one is there already.
fn written(file: &Path, text: &str) -> anyhow::Result<bool> {
    make_folder_of(file)?;
    match std::fs::File::create_new(file) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot write {}", file.display())),
        Ok(mut new) => {
            new.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", file.display()))?;
            Ok(true)
        }
    }
}
