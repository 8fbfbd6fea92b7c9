//! The trained model, level by level.

use crate::model::matching::Verdict;
use crate::model::pinned::PinnedLevel;
use crate::model::table::OutputType::{Integer, Number, Text};
use crate::model::table::{OutputColumn, OutputTable, integers, numbers, optional_numbers, text};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("comparison", Text, "Comparison; prior: what any two leads are before a comparison"),
        OutputColumn::required("level", Integer, "Level, 1 the best; 0 for the prior and the share of colleagues"),
        OutputColumn::required("label", Text, "What the level means"),
        OutputColumn::optional("m", Number, "Share of matches that reach it"),
        OutputColumn::optional("u", Number, "Share of strangers that reach it"),
        OutputColumn::optional("colleagues", Number, "Share of different people of one company or household"),
        OutputColumn::required("weight", Number, "What it adds to a pair's weight: log2 of m / u, before frequencies"),
        OutputColumn::required("matches", Integer, "Kept pairs of this run that are matches and reach it"),
    ]
}

/// One line of the table.
struct Line<'a> {
    comparison: &'a str,
    level: usize,
    label: &'a str,
    m: Option<f64>,
    u: Option<f64>,
    colleagues: Option<f64>,
    weight: f64,
    matches: u64,
}

/// The prior, the share of colleagues, then every level of every comparison.
pub(super) fn model(evidence: Evidence<'_>) -> OutputTable {
    let (links, model) = (evidence.links, &evidence.links.pinned);
    let is_match: Vec<bool> = links.rows.iter().map(|link| link.verdict == Verdict::Match).collect();
    let whole = |label, m, u, colleagues, weight| {
        let matches = is_match.iter().filter(|&&is_match| is_match).count() as u64;
        Line { comparison: "prior", level: 0, label, m, u, colleagues, weight, matches }
    };
    let mut lines = Vec::new();
    if !model.comparisons.is_empty() {
        let odds = model.prior / (1.0 - model.prior);
        lines.push(whole("two leads at random", Some(model.prior), Some(1.0 - model.prior), None, odds.log2()));
    }
    if let Some(odds) = model.colleagues {
        lines.push(whole("one company or household", None, None, Some(odds), odds.log2()));
    }
    // Levels of the kept pairs stand row by row, the engine's own correction after those of the model.
    let width = links.model.comparisons.len();
    for (position, comparison) in model.comparisons.iter().enumerate() {
        let mut matches = vec![0u64; comparison.levels.len() + 1];
        for (levels, _) in links.levels.chunks_exact(width).zip(&is_match).filter(|(_, is_match)| **is_match) {
            matches[usize::from(levels[position])] += 1;
        }
        lines.extend(comparison.levels.iter().enumerate().map(|(level, PinnedLevel { label, m, u, colleagues })| {
            Line {
                comparison: &comparison.name,
                level: level + 1,
                label,
                m: Some(*m),
                u: Some(*u),
                colleagues: *colleagues,
                weight: (m / u).log2(),
                matches: matches[level + 1],
            }
        }));
    }
    let values = vec![
        text(lines.iter().map(|line| line.comparison)),
        integers(lines.iter().map(|line| line.level as i64)),
        text(lines.iter().map(|line| line.label)),
        optional_numbers(lines.iter().map(|line| line.m)),
        optional_numbers(lines.iter().map(|line| line.u)),
        optional_numbers(lines.iter().map(|line| line.colleagues)),
        numbers(lines.iter().map(|line| line.weight)),
        integers(lines.iter().map(|line| line.matches as i64)),
    ];
    OutputTable::new("model", columns(), values)
}
