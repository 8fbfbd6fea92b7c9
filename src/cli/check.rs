//! `leadmill check`: every fault of a pipeline file, at once, and what becomes of the inputs' columns.

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::config::mapping::{FileMapping, Filled, PresetFrom, Why};
use crate::config::plan::{Resting, ScorePlan};
use crate::config::render;

use super::{Exit, PipelineArguments, colour, compiled, print, say};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pipeline: PipelineArguments,
    /// The faults and the columns' use as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let (faults, resting, exit) = match compiled(&arguments.pipeline.file, &arguments.pipeline) {
        Ok((plan, warnings)) => (warnings, resting(&plan.score, plan.as_of), Exit::Finished),
        Err(faults) => (faults, Vec::new(), Exit::Configuration),
    };
    if arguments.json {
        let mut report = render::json(&faults);
        report["mappings"] = faults.mappings.iter().map(object).collect();
        report["resting"] = resting.into();
        print(&format!("{report:#}\n"))?;
    } else {
        for mapping in &faults.mappings {
            print(&format!("{}\n\n", table(mapping)))?;
        }
        if !resting.is_empty() {
            print(&format!("{}\n\n", resting.join("\n")))?;
        }
        say(render::human(&faults, colour()).trim_end());
    }
    Ok(exit)
}

/// The criteria that do not count on as_of, a line each.
pub(super) fn resting(score: &ScorePlan, as_of: Date) -> Vec<String> {
    let line = |Resting { name, version, validity }: &Resting| {
        let version = version.as_ref().map_or(String::new(), |version| format!(" (version {version})"));
        format!("criterion {name}{version} does not count on {as_of}: it is valid {}", validity.shown())
    };
    score.resting.iter().map(line).collect()
}

/// A line on the files, and a table of their columns.
fn table(mapping: &FileMapping) -> String {
    let preset = match mapping.preset {
        None => "no preset".to_owned(),
        Some((name, PresetFrom::Named)) => format!("preset {name}"),
        Some((name, PresetFrom::Header)) => {
            format!("preset {name}, which the header fits (preset = \"none\" prevents it)")
        }
        Some((name, PresetFrom::Mail)) => format!("preset {name}, since these are mails"),
    };
    let crm = if mapping.crm { "crm " } else { "" };
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["field", "column", "because"]);
    for Filled { field, from, why } in &mapping.fields {
        let from = if *why == Why::Values { format!("\"{}\"", from.join(" + ")) } else { from.join(" + ") };
        table.add_row([field.as_str(), &from, why.name()]);
    }
    for (name, from) in &mapping.others {
        let from = from.join(" + ");
        let why = match (mapping.crm, *name == from) {
            (true, _) => "not read".to_owned(),
            (false, true) => "custom".to_owned(),
            (false, false) => format!("custom, as {name}"),
        };
        table.add_row(["-", &from, &why]);
    }
    format!("{crm}{}: {}, {preset}\n{}", mapping.input, mapping.files_shown(), table.trim_fmt())
}

fn object(mapping: &FileMapping) -> Value {
    let from = |from: PresetFrom| match from {
        PresetFrom::Named => "named",
        PresetFrom::Header => "header",
        PresetFrom::Mail => "mail",
    };
    let field = |filled: &Filled| match filled.why {
        Why::Values => json!({ "field": filled.field, "value": filled.from.concat(), "because": filled.why.name() }),
        why => json!({ "field": filled.field, "columns": filled.from, "because": why.name() }),
    };
    let other = |(name, from): &(String, Vec<String>)| json!({ "name": name, "columns": from });
    let (input, others) = if mapping.crm { ("crm", "unread") } else { ("source", "custom") };
    json!({
        input: mapping.input,
        "files": mapping.files,
        "preset": mapping.preset.map(|(name, _)| name),
        "preset_from": mapping.preset.map(|(_, way)| from(way)),
        "fields": mapping.fields.iter().map(field).collect::<Vec<_>>(),
        others: mapping.others.iter().map(other).collect::<Vec<_>>(),
    })
}
