//! `leadmill dedupe`: duplicates in any table, without a pipeline file. The columns' roles are inferred, and what
//! follows from them is written down as a pipeline, which then runs like any other.

pub(super) mod inputs;
mod roles;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::civil::Date;

use crate::config::emit::{EmittedSource, Request, pipeline, seen_from};
use crate::config::roles::sample::{SAMPLE_ROWS, Sample, sample};
use crate::config::roles::uses::Use;
use crate::config::roles::{Asked, Inference, infer};
use crate::config::strays::Looked;
use crate::config::{compile_text, project_of, render, reserved_names};
use crate::model::field::{Cleaner, Field};
use crate::model::names::nearest;
use crate::stages::report::DUPLICATE_TABLES;
use crate::stages::standardize;

use super::run::{Manner, Talk, carry_out};
use super::{Exit, Threads, colour, day, make_folder_of, outputs, say, today};
use inputs::{Input, Inputs};

/// The arguments of `dedupe`.
#[derive(Debug, Args)]
pub(super) struct DedupeArguments {
    /// Tables: files, folders or globs; each file is a source of its own
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// The column that names the rows; it becomes source_id (default: file and line name them); may be repeated where
    /// inputs call it differently
    #[arg(long = "id", value_name = "COLUMN")]
    ids: Vec<String>,
    /// The folder for the results; a run replaces it as a whole
    #[arg(long, short, value_name = "DIR", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// A column that tells the sources apart (default: each file is one)
    #[arg(long, value_name = "COLUMN")]
    source: Option<String>,
    /// Finds pairs across sources only
    #[arg(long, conflicts_with = "dedupe")]
    link: bool,
    /// Finds pairs everywhere (the default)
    #[arg(long)]
    dedupe: bool,
    /// A source without duplicates in itself; may be repeated
    #[arg(long, value_name = "SOURCE")]
    clean: Vec<String>,
    /// Sets what a column is (see below); `ignore` leaves it out; may be repeated
    #[arg(long = "role", value_name = "COLUMN=ROLE")]
    roles: Vec<String>,
    /// Does not compare a column; may be repeated
    #[arg(long, value_name = "COLUMN")]
    ignore: Vec<String>,
    /// Probability from which two rows are one (default: 0.4)
    #[arg(long, value_name = "SHARE")]
    match_at: Option<f64>,
    /// Writes only these output tables, separated by commas; may be repeated (default: leads, lead_members, links,
    /// review, model, rejects, findings)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    tables: Vec<String>,
    /// Writes the equivalent pipeline file, which `leadmill run` takes
    #[arg(long, value_name = "FILE")]
    emit: Option<PathBuf>,
    /// The day that rules about time refer to (default: today)
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    #[command(flatten)]
    threads: Threads,
    /// Only shows what each column is taken for
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    talk: Talk,
}

pub(super) fn dedupe(arguments: &DedupeArguments) -> anyhow::Result<Exit> {
    let prepared = match prepare(arguments) {
        Ok(prepared) => prepared,
        Err(faults) => {
            faults.iter().for_each(|fault| say(&format!("error: {fault}")));
            return Ok(Exit::Configuration);
        }
    };
    if !arguments.talk.quiet {
        prepared.warnings.iter().for_each(|told| say(&format!("warning: {told}")));
        say(&roles::report(&prepared.inputs, &prepared.inferences, arguments.ids.is_empty()));
    }
    let compared = |used: Use| matches!(used, Use::Field(_) | Use::Compared(_));
    if !prepared.inferences.iter().flat_map(|table| &table.columns).any(|column| compared(column.used)) {
        say("error: no column tells the rows apart; say what one is with --role COLUMN=ROLE");
        return Ok(Exit::Configuration);
    }
    let (project, shown) = match &arguments.emit {
        Some(file) => {
            make_folder_of(file)?;
            (project_of(file), file.to_string_lossy().into_owned())
        }
        None => (PathBuf::from("."), "dedupe".to_owned()),
    };
    let text = text(arguments, &prepared, &project);
    if let Some(file) = &arguments.emit {
        std::fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    if arguments.dry_run {
        return Ok(Exit::Finished);
    }
    let outputs = outputs();
    match compile_text(&text, &shown, &project, &[], today(), &outputs) {
        Ok((plan, _)) => {
            let manner = Manner { threads: arguments.threads, dry_run: false, talk: arguments.talk, planned: None };
            carry_out(&plan, manner)
        }
        Err(faults) => {
            say(&render::human(&faults, colour()));
            Ok(Exit::Configuration)
        }
    }
}

/// Inputs read and understood.
struct Prepared {
    inputs: Vec<Input>,
    inferences: Vec<Inference>,
    samples: Vec<Sample>,
    warnings: Vec<String>,
}

/// Everything that can be wrong with the arguments is told at once.
fn prepare(arguments: &DedupeArguments) -> Result<Prepared, Vec<String>> {
    let Inputs { inputs, samples, warnings } =
        inputs::read(&arguments.inputs, |path, alone| Looked::of(path, alone, sample(path, SAMPLE_ROWS)))?;
    let mut faults = Vec::new();
    let given = roles::given(&arguments.roles, &mut faults);
    let mut ignored = arguments.ignore.clone();
    ignored.extend(given.ignored);
    inputs::check_columns(&arguments.ids, "--id", true, &inputs, &samples, &mut faults);
    inputs::check_columns(arguments.source.as_slice(), "--source", true, &inputs, &samples, &mut faults);
    for (column, _) in &given.roles {
        inputs::check_columns(std::slice::from_ref(column), "--role", false, &inputs, &samples, &mut faults);
    }
    for column in &ignored {
        inputs::check_columns(std::slice::from_ref(column), "--ignore", false, &inputs, &samples, &mut faults);
    }
    match &arguments.source {
        None => {
            let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
            inputs::check_clean(&arguments.clean, &names, &mut faults);
        }
        Some(column) => {
            // A value that no row of a sample has may stand in another row: then the run tells.
            if let Some(names) = inputs::values(column, &samples) {
                inputs::check_clean(&arguments.clean, &names, &mut faults);
            }
        }
    }
    check_tables(&arguments.tables, &mut faults);
    if arguments.link && inputs.len() < 2 && arguments.source.is_none() {
        faults.push("--link needs two sources: give two files, or --source COLUMN".to_owned());
    }
    if arguments.match_at.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
        faults.push("--match-at is a probability, 0 to 1".to_owned());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let asked =
        Asked { ids: &arguments.ids, source: arguments.source.as_deref(), roles: &given.roles, ignored: &ignored };
    let inferences = infer(&samples, &asked, &inputs::READERS, &reserved_names(&outputs()));
    Ok(Prepared { inputs, inferences, samples, warnings })
}

/// Reports tables that no search for duplicates gives.
fn check_tables(tables: &[String], faults: &mut Vec<String>) {
    let names = DUPLICATE_TABLES;
    for name in tables.iter().filter(|name| !names.contains(&name.as_str())) {
        let near = nearest(name, names.iter().copied());
        let hint = near
            .map_or_else(|| format!("the tables are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        faults.push(format!("--tables: there is no output table `{name}`; {hint}"));
    }
}

fn text(arguments: &DedupeArguments, prepared: &Prepared, project: &Path) -> String {
    let paths: Vec<String> = prepared.inputs.iter().map(|input| seen_from(project, &input.path)).collect();
    let sources: Vec<EmittedSource<'_>> = prepared
        .inputs
        .iter()
        .zip(&paths)
        .zip(&prepared.inferences)
        .map(|((input, path), inference)| EmittedSource { name: &input.name, path, inference })
        .collect();
    let source = prepared.inferences.iter().flat_map(|table| &table.columns).find(|column| column.used == Use::Source);
    let request = Request {
        name: "dedupe".to_owned(),
        output: seen_from(project, arguments.out.as_deref().unwrap_or(Path::new("out/dedupe"))),
        as_of: arguments.as_of.map(|day| day.to_string()),
        across: arguments.link,
        source: source.map(|column| column.name.clone()),
        clean: arguments.clean.clone(),
        match_at: arguments.match_at,
        country: home_country(&prepared.samples, &prepared.inferences),
        tables: arguments.tables.clone(),
    };
    pipeline(&request, &sources)
}

/// The country of most rows that name one: how phone numbers without a country are read.
pub(super) fn home_country(samples: &[Sample], inferences: &[Inference]) -> Option<String> {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for (sample, table) in samples.iter().zip(inferences) {
        let Some(at) = table.columns.iter().position(|column| column.used == Use::Field(Field::Country)) else {
            continue;
        };
        let column = &sample.columns[at];
        let codes: Vec<Option<String>> =
            column.dictionary.iter().map(|text| standardize::value(Cleaner::Country, text)).collect();
        for &code in &column.codes {
            if let Some(country) = &codes[code as usize] {
                *counts.entry(country.clone()).or_default() += 1;
            }
        }
    }
    let all: usize = counts.values().sum();
    counts.into_iter().find(|(_, count)| count * 2 > all).map(|(country, _)| country)
}
