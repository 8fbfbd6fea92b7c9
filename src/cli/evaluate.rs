//! `leadmill evaluate`: a run against labels.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};

use crate::pipeline::PastRun;
use crate::pipeline::evaluate::{self, Evaluation, Joined, Pairwise, TornGroup, Truth, TruthColumns};

use super::past::PastArguments;
use super::summary::grouped;
use super::{Exit, print, say};

/// Rows up to which the blocks are built once more without being asked for.
const SMALL: u64 = 100_000;

/// The arguments of `evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateArguments {
    #[command(flatten)]
    past: PastArguments,
    /// The labels: a CSV file with an id and an entity per row, or with --pairs two ids per line
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// Its column with the row's id (source_id of lead_members); with --pairs that of the left row
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Its column with the entity; with --pairs that of the right row
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Each line of the labels file is a true pair; rows in no pair are alone
    #[arg(long)]
    pairs: bool,
    /// Counts only pairs of rows from different sources
    #[arg(long)]
    cross: bool,
    /// Whether the blocks are built once more from the inputs, to tell how many true pairs were compared
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    blocking: When,
}

/// When something is done that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    /// For up to 100,000 rows
    Auto,
    /// For any number
    Always,
    /// Not at all
    Never,
}

pub(super) fn evaluate(arguments: &EvaluateArguments) -> anyhow::Result<Exit> {
    let EvaluateArguments { id, label, pairs, .. } = arguments;
    let columns = TruthColumns { id: id.as_deref(), label: label.as_deref(), pairs: *pairs };
    let opened = arguments.past.threads.run(|| {
        let run = PastRun::open(&arguments.past.folder).map_err(anyhow::Error::from)?;
        let truth = Truth::read(&arguments.truth, columns)?;
        Ok::<_, anyhow::Error>((run, truth))
    })?;
    let (run, truth) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            say(&format!("error: {error}"));
            return Ok(Exit::Configuration);
        }
    };
    let found = arguments.past.threads.run(|| -> anyhow::Result<Evaluation> {
        let joined = evaluate::join(&run, &truth)?;
        let mut found = evaluate::evaluate(&run, &truth, &joined, arguments.cross)?;
        match blocking(arguments, &run, &joined, found.rows.members) {
            Ok(blocking) => found.blocking = Some(blocking),
            Err(why) => found.blocking_unknown = Some(why),
        }
        Ok(found)
    })??;
    if found.rows.both == 0 {
        let [id, label] = &truth.columns;
        say(&format!(
            "error: no `{id}` of {} is a source_id of {}: {} against {}. Is it the right file, and the right column (--id)? \
             It was read by `{id}` and `{label}`",
            arguments.truth.display(),
            arguments.past.folder.display(),
            found.rows.missing_examples.join(", "),
            found.rows.unlabelled_examples.join(", "),
        ));
        return Ok(Exit::Configuration);
    }
    match arguments.past.json {
        true => print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?,
        false => print(&render(arguments, &truth, &found))?,
    }
    Ok(Exit::Finished)
}

fn blocking(
    arguments: &EvaluateArguments,
    run: &PastRun,
    joined: &Joined,
    rows: u64,
) -> Result<evaluate::Blocking, String> {
    match arguments.blocking {
        When::Never => return Err("not asked for".to_owned()),
        When::Auto if rows > SMALL => {
            return Err(format!("the blocks of {} rows are built with --blocking always", grouped(rows)));
        }
        _ => {}
    }
    let (plan, rebuilt) = arguments.past.rebuilt(run)?;
    let dedupe = plan.dedupe.as_ref().ok_or("the run looked for no duplicates")?;
    evaluate::blocking(joined, &rebuilt, dedupe, arguments.cross)
}

fn render(arguments: &EvaluateArguments, truth: &Truth, found: &Evaluation) -> String {
    let [id, label] = &truth.columns;
    let (folder, file) = (arguments.past.folder.display(), arguments.truth.display());
    let mut out = format!("{folder} against {file} ({id}, {label})\n\n");
    out.push_str(&rows(found));
    out.push_str(&figures(found));
    if !found.thresholds.is_empty() {
        let _ = writeln!(
            out,
            "\nOther thresholds, over the kept pairs, alone and with all that they connect (a run decides by the average \
             evidence across groups of rows, and connects less):\n{}",
            thresholds(found)
        );
    }
    let lists = [
        ("Leads of several labels", ["lead", "rows", "labels", "wrong pairs", "ask why of"], &found.impure),
        ("Labels over several leads", ["label", "rows", "leads", "missed pairs", "ask why of"], &found.split),
    ];
    for (title, header, groups) in lists {
        if !groups.is_empty() {
            let _ = writeln!(out, "\n{title}, the worst first:\n{}", torn(&header, groups));
        }
    }
    if let Some([left, right]) = found.impure.iter().chain(&found.split).map(|group| &group.examples).next() {
        let _ = writeln!(out, "\nFor example: leadmill why {folder} {left} {right}");
    }
    out
}

fn rows(found: &Evaluation) -> String {
    let rows = &found.rows;
    let such_as = |examples: &[String]| format!(", such as {}", examples.join(", "));
    let mut out = format!(
        "Rows      {} in the run, {} labelled, {} on both sides\n",
        grouped(rows.members),
        grouped(rows.labelled),
        grouped(rows.both)
    );
    let notes = [
        (
            rows.missing,
            "labelled but not in the run (rejected, or of other inputs), each a lead of its own here",
            such_as(&rows.missing_examples),
        ),
        (rows.unlabelled, "in the run without a label, which do not count", such_as(&rows.unlabelled_examples)),
        (
            rows.ambiguous,
            "whose id another row has, too, which do not count; a column `source` would tell them apart",
            String::new(),
        ),
        (rows.unused_labels, "lines of the labels are blank or repeat an id", String::new()),
    ];
    for (count, what, examples) in notes.iter().filter(|(count, ..)| *count > 0) {
        let _ = writeln!(out, "          {} {what}{examples}", grouped(*count));
    }
    out
}

fn figures(found: &Evaluation) -> String {
    let Pairwise { true_pairs, found_pairs, correct_pairs, precision, recall, f1 } = found.pairwise;
    let (bcubed, clusters) = (found.bcubed, found.clusters);
    let mut out = format!(
        "Pairs     {} true, {} found, {} correct\n",
        grouped(true_pairs),
        grouped(found_pairs),
        grouped(correct_pairs)
    );
    let _ = writeln!(
        out,
        "Clusters  {} labels, {} leads, {} exactly the same; of the {} labels with several rows {} are",
        grouped(clusters.labels),
        grouped(clusters.leads),
        grouped(clusters.exact),
        grouped(clusters.labels_of_several),
        grouped(clusters.exact_of_several)
    );
    let _ = match (&found.blocking, &found.blocking_unknown) {
        (Some(blocking), _) => writeln!(
            out,
            "Blocking  {:.4} of the true pairs share a block ({} of {})",
            blocking.recall,
            grouped(blocking.compared),
            grouped(blocking.true_pairs)
        ),
        (None, Some(why)) => writeln!(out, "Blocking  unknown: {why}"),
        (None, None) => Ok(()),
    };
    let _ = writeln!(out, "\n{:<10}{:>10}{:>10}{:>10}", "", "precision", "recall", "F1");
    let _ = writeln!(out, "{:<10}{precision:>10.4}{recall:>10.4}{f1:>10.4}", "pairwise");
    let _ = writeln!(out, "{:<10}{:>10.4}{:>10.4}{:>10.4}", "B-cubed", bcubed.precision, bcubed.recall, bcubed.f1);
    out
}

/// An empty table; some of its columns are numbers.
pub(super) fn table(header: &[&str], numbers: std::ops::Range<usize>) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header.iter().copied());
    for column in table.column_iter_mut().skip(numbers.start).take(numbers.len()) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn thresholds(found: &Evaluation) -> String {
    let header =
        ["probability", "weight", "pairs", "precision", "recall", "F1", "connected: precision", "recall", "F1", ""];
    let mut rows = table(&header, 0..9);
    for row in &found.thresholds {
        let shares =
            |pairwise: Pairwise| [pairwise.precision, pairwise.recall, pairwise.f1].map(|share| format!("{share:.4}"));
        let start = [
            row.probability.to_string(),
            row.weight.map_or_else(String::new, |weight| format!("{weight:.1}")),
            grouped(row.links),
        ];
        let mark = if row.current { "this run" } else { "" }.to_owned();
        rows.add_row(start.into_iter().chain(shares(row.pairs)).chain(shares(row.connected)).chain([mark]));
    }
    rows.to_string()
}

fn torn(header: &[&str], groups: &[TornGroup]) -> String {
    let mut rows = table(header, 1..4);
    for group in groups {
        let counts = [group.rows, group.parts, group.pairs].map(grouped);
        rows.add_row([group.group.clone()].into_iter().chain(counts).chain([group.examples.join(" ")]));
    }
    rows.to_string()
}
