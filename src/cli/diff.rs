//! `leadmill diff`: what another pipeline file would change.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use jiff::civil::Date;

use crate::config::diagnostic::Diagnostics;
use crate::config::plan::{InputFile, Plan};
use crate::config::{compile_within, project_of, render};
use crate::pipeline::diff::{Alone, Diff, Matrix, Sides};
use crate::pipeline::{self, PIPELINE_FILE, PastRun};

use super::progress::Bars;
use super::summary::grouped;
use super::{Exit, Threads, colour, day, make_folder_of, outputs, print, say, today};

/// The arguments of `diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The pipeline file as it is, or the output folder of a run
    old: PathBuf,
    /// The pipeline file as it would be
    new: PathBuf,
    /// The day that rules about time refer to on both sides, in place of the files' as_of
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Sets a key of both pipeline files: a dotted key and a TOML value; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// How many changed leads are shown, the largest changes first
    #[arg(long, value_name = "N", default_value_t = 20)]
    rows: usize,
    /// Writes all changed leads to a CSV file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// The answer as JSON, with all changed leads
    #[arg(long)]
    json: bool,
    /// Exit code 1 where anything would change
    #[arg(long)]
    fail_on_change: bool,
    #[command(flatten)]
    threads: Threads,
}

pub(super) fn diff(arguments: &DiffArguments) -> anyhow::Result<Exit> {
    let Some((plans, notes)) = plans(arguments) else { return Ok(Exit::Configuration) };
    let bars = Bars::new();
    let found = arguments.threads.run(|| pipeline::diff::diff(&plans.old, &plans.new, &bars))?;
    bars.finish();
    let found = found?;
    if let Some(file) = &arguments.csv {
        make_folder_of(file)?;
        std::fs::write(file, found.csv()?).with_context(|| format!("cannot write {}", file.display()))?;
    }
    print(&match arguments.json {
        true => format!("{}\n", serde_json::to_string_pretty(&found)?),
        false => shown(arguments, &plans, &notes, &found),
    })?;
    Ok(if arguments.fail_on_change && found.is_change() { Exit::Warned } else { Exit::Finished })
}

/// Both plans, and what is to be known of them; or none after their faults were shown.
fn plans(arguments: &DiffArguments) -> Option<(Sides<Plan>, Vec<String>)> {
    let mut sets = arguments.sets.clone();
    sets.extend(arguments.as_of.map(|day| format!("as_of=\"{day}\"")));
    let shown = |compiled: Result<(Plan, Diagnostics), Diagnostics>| match compiled {
        Ok((plan, warnings)) => {
            if !warnings.items.is_empty() {
                say(&render::human(&warnings, colour()));
            }
            Some(plan)
        }
        Err(faults) => {
            say(&render::human(&faults, colour()));
            None
        }
    };
    let (file, project) = match old_file(&arguments.old) {
        Ok(found) => found,
        Err(why) => {
            say(&format!("error: {why}"));
            return None;
        }
    };
    let within =
        |project: &Path, file: &Path, sets: &[String]| compile_within(project, file, sets, today(), &outputs());
    let new = shown(within(&project_of(&arguments.new), &arguments.new, &sets))?;
    let mut notes = Vec::new();
    // The same folder by the same name, so that the same files are known for the same.
    let of_new = project_of(&arguments.new);
    let project = if real(&project) == real(&of_new) { of_new.clone() } else { project };
    let own = within(&project, &file, &sets);
    let same_inputs = own.as_ref().is_ok_and(|(old, _)| inputs(old) == inputs(&new));
    let old = if same_inputs {
        shown(own)?
    } else {
        // Rules are compared on the same data: what is read, and how, is that of the new file.
        let text = &new.text;
        let mut sets = sets.clone();
        sets.extend(reading(text));
        notes.push(format!(
            "{} reads other files: its rules are run on those of {}",
            show(&arguments.old),
            show(&arguments.new)
        ));
        shown(within(&of_new, &file, &sets))?
    };
    if old.as_of != new.as_of {
        notes.push(format!(
            "as_of is {} in the old file and {} in the new one; --as-of sets both",
            old.as_of, new.as_of
        ));
    }
    Some((Sides { old, new }, notes))
}

/// The pipeline file that a path stands for, and its project.
fn old_file(path: &Path) -> Result<(PathBuf, PathBuf), String> {
    if !path.is_dir() {
        return Ok((path.to_owned(), project_of(path)));
    }
    let run = PastRun::open(path).map_err(|error| error.to_string())?;
    run.own_file(PIPELINE_FILE)?;
    Ok((run.pipeline_file(), run.project()))
}

/// All files that a plan reads leads and CRM records from.
fn inputs(plan: &Plan) -> Vec<PathBuf> {
    let files = plan.load.sources.iter().flat_map(|source| &source.files).chain(plan.load.crm.files());
    let mut files: Vec<PathBuf> = files.map(|file: &InputFile| real(&file.path)).collect();
    files.sort();
    files
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What a pipeline file says of reading, as `--set` arguments.
fn reading(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    ["source", "load", "crm", "standardize"]
        .into_iter()
        .filter_map(|key| Some(format!("{key}={}", inline(table.get(key)?))))
        .collect()
}

/// A value on one line.
fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let entry = |(key, value): (&String, &toml::Value)| {
                format!("{} = {}", toml::Value::String(key.clone()), inline(value))
            };
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        toml::Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        // Line breaks are escaped in JSON, of which a text is one in TOML.
        toml::Value::String(text) => serde_json::Value::String(text.clone()).to_string(),
        single => single.to_string(),
    }
}

fn show(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Leads that only one side has and that are shown.
const ALONE: usize = 10;
/// Rules that are shown.
const RULES: usize = 15;

fn shown(arguments: &DiffArguments, plans: &Sides<Plan>, notes: &[String], found: &Diff) -> String {
    let mut out = format!("{} -> {}, as of {}\n", show(&arguments.old), show(&arguments.new), plans.new.as_of);
    for note in notes {
        let _ = writeln!(out, "{note}");
    }
    let _ = match found.apart.as_slice() {
        [] => writeln!(out, "{} leads, read and merged once for both", grouped(found.both)),
        apart => writeln!(
            out,
            "{} leads on both sides; read and merged twice, since the files differ in {}",
            grouped(found.both),
            apart.join(" and ")
        ),
    };
    let changed = &found.changed;
    let width = grouped(found.both).len().max(5);
    let _ = writeln!(out, "\nChanged    {:>width$}", "leads");
    for (what, leads) in [
        ("score", changed.score),
        ("stars", changed.stars),
        ("grade", changed.grade),
        ("owner", changed.owner),
        ("decision", changed.decision),
    ] {
        let _ = writeln!(out, "  {what:<9}{:>width$}", grouped(leads));
    }
    for (title, matrix) in [("Grades", &found.grades), ("Stars", &found.stars)] {
        if is_other(matrix) {
            let _ = writeln!(out, "\n{title}, before (down) and after (across):\n{}", matrix_table(matrix));
        }
    }
    if !found.moves.is_empty() {
        let mut rules = table(&["", "rule", "leads"], 2);
        for moves in found.moves.iter().take(RULES) {
            rules.add_row([moves.what.kind.name(), &moves.what.rule, &grouped(moves.leads)]);
        }
        let _ = writeln!(out, "\nWhat moved them:\n{rules}");
        let more = found.moves.len().saturating_sub(RULES);
        if more > 0 {
            let _ = writeln!(out, "and {} more; --json shows all", grouped(more as u64));
        }
    }
    out.push_str(&changes(arguments, found));
    out.push_str(&lone("Only before", &found.alone.old));
    out.push_str(&lone("Only after", &found.alone.new));
    if !found.is_change() {
        out.push_str("\nNothing would change.\n");
    }
    out
}

/// Whether a matrix has leads beside its diagonal.
fn is_other(matrix: &Matrix) -> bool {
    let cells = matrix
        .leads
        .iter()
        .zip(&matrix.old)
        .flat_map(|(row, old)| row.iter().zip(&matrix.new).map(move |(leads, new)| (old, new, leads)));
    cells.into_iter().any(|(old, new, leads)| old != new && *leads > 0)
}

fn matrix_table(matrix: &Matrix) -> Table {
    let mut header = vec![String::new()];
    header.extend(matrix.new.iter().cloned());
    let mut shown = Table::new();
    shown.load_preset(presets::ASCII_MARKDOWN).set_header(header);
    for (old, row) in matrix.old.iter().zip(&matrix.leads) {
        let cells = row.iter().map(|&leads| if leads == 0 { String::new() } else { grouped(leads) });
        shown.add_row(std::iter::once(old.clone()).chain(cells));
    }
    shown.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    shown
}

fn table(header: &[&str], number: usize) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header.iter().copied());
    if let Some(column) = table.column_mut(number) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn changes(arguments: &DiffArguments, found: &Diff) -> String {
    let count = found.leads.len().min(arguments.rows);
    if count == 0 {
        return String::new();
    }
    let mut rows = Table::new();
    rows.load_preset(presets::ASCII_MARKDOWN);
    rows.set_header(["lead", "name", "score", "stars", "grade", "owner", "decision", "by"]);
    for lead in &found.leads[..count] {
        rows.add_row([
            lead.lead_id.clone(),
            lead.full_name.clone(),
            arrow(&lead.score),
            arrow(&lead.stars),
            arrow(&lead.grade),
            arrow(&lead.owner),
            arrow(&lead.decision),
            lead.by(),
        ]);
    }
    let all = grouped(found.leads.len() as u64);
    let title = match count < found.leads.len() {
        true => format!("The {count} largest of {all} changes (--rows N shows more, --csv FILE has all)"),
        false if count == 1 => "The one change".to_owned(),
        false => format!("All {all} changes"),
    };
    format!("\n{title}:\n{rows}\n")
}

/// `2 -> 4`; nothing where nothing changed.
fn arrow<T: ToString + PartialEq>(sides: &Sides<T>) -> String {
    let text = |side: &T| {
        let text = side.to_string();
        if text.is_empty() { "none".to_owned() } else { text }
    };
    if sides.old == sides.new { String::new() } else { format!("{} -> {}", text(&sides.old), text(&sides.new)) }
}

fn lone(title: &str, leads: &[Alone]) -> String {
    if leads.is_empty() {
        return String::new();
    }
    let mut rows = table(&["lead", "rows", "whose rows are now in"], 9);
    if title == "Only after" {
        rows.set_header(["lead", "rows", "whose rows were in"]);
    }
    for lead in leads.iter().take(ALONE) {
        rows.add_row([lead.lead_id.clone(), lead.rows.join(" "), lead.there.join(" ")]);
    }
    let more = leads.len().saturating_sub(ALONE);
    let more = if more > 0 { format!("and {} more; --json shows all\n", grouped(more as u64)) } else { String::new() };
    let count = leads.len() as u64;
    format!("\n{title}, {} {}:\n{rows}\n{more}", grouped(count), if count == 1 { "lead" } else { "leads" })
}
