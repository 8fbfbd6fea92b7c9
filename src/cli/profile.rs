//! `leadmill profile`: what is in an export, column by column, before anything is done with it: how much is filled, what
//! comes most often, what looks wrong, and what to do about it.

mod columns;
mod page;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::dedupe::inputs::{self, Input, Inputs};
use super::summary::{grouped, number};
use super::{Exit, Threads, make_folder_of, print, say};
use crate::config::roles::sample::{Sample, whole};
use crate::config::strays::Looked;
use columns::{ColumnProfile, profile_of};

/// The arguments of `profile`.
#[derive(Debug, Args)]
pub(super) struct ProfileArguments {
    /// Tables: files, folders or globs
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// How many of the commonest values are shown per column
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(0..=100))]
    commonest: u16,
    /// Prints it as JSON
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// Writes it as a page for a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

/// One input.
#[derive(Debug, Serialize)]
struct TableProfile {
    input: String,
    rows: usize,
    /// What the table is about.
    about: &'static str,
    columns: Vec<ColumnProfile>,
}

pub(super) fn profile(arguments: &ProfileArguments) -> anyhow::Result<Exit> {
    let Inputs { inputs, samples, warnings } = match arguments
        .threads
        .run(|| inputs::read(&arguments.inputs, |path, alone| Looked::of(path, alone, whole(path))))?
    {
        Ok(read) => read,
        Err(faults) => {
            faults.iter().for_each(|fault| say(&format!("error: {fault}")));
            return Ok(Exit::Configuration);
        }
    };
    warnings.iter().for_each(|told| say(&format!("warning: {told}")));
    let tables = arguments.threads.run(|| profiles(&inputs, &samples, usize::from(arguments.commonest)))?;
    match &arguments.html {
        Some(file) => {
            make_folder_of(file)?;
            std::fs::write(file, page::page(&tables)).with_context(|| format!("cannot write {}", file.display()))?;
            say(&format!("{} in {}", number(tables.len() as u64, "table"), file.display()));
        }
        None if arguments.json => {
            print(&format!("{}\n", serde_json::to_string_pretty(&tables).context("a profile is plain data")?))?;
        }
        None => print(&tables.iter().map(text).collect::<Vec<_>>().join("\n"))?,
    }
    Ok(Exit::Finished)
}

fn profiles(inputs: &[Input], samples: &[Sample], commonest: usize) -> Vec<TableProfile> {
    let tables = inputs.iter().zip(samples).zip(inputs::each_inferred(samples)).map(|((input, sample), inference)| {
        let columns = inference.columns.iter().zip(&sample.columns);
        TableProfile {
            input: input.path.display().to_string(),
            rows: sample.rows,
            about: inference.kind.noun(),
            columns: columns.map(|(inferred, column)| profile_of(inferred, column, commonest)).collect(),
        }
    });
    tables.collect()
}

/// A table for people.
fn text(profile: &TableProfile) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["column", "is", "filled", "different", "commonest", "look at"]);
    for column in &profile.columns {
        let commonest: Vec<String> =
            column.commonest.iter().map(|value| format!("{} ({})", value.value, grouped(value.rows))).collect();
        let suspicious = column.suspicious.iter().map(columns::Suspicion::sentence);
        let told: Vec<String> = suspicious.chain(column.hint.clone()).collect();
        table.add_row([
            column.column.clone(),
            column.is.clone(),
            format!("{}%", percent(column.filled, profile.rows as u64)),
            grouped(column.distinct),
            commonest.join(", "),
            told.join("; "),
        ]);
    }
    for at in [2, 3] {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let rows = number(profile.rows as u64, "row");
    format!("{}: {rows}; a table of {}\n{}\n", profile.input, profile.about, table.trim_fmt())
}

/// A share as people say it: 0 and 100 only where nothing or all is meant.
fn percent(part: u64, whole: u64) -> u64 {
    let percent = (part as f64 * 100.0 / whole.max(1) as f64).round() as u64;
    match part {
        0 => 0,
        part if part == whole => 100,
        _ => percent.clamp(1, 99),
    }
}
