//! The trained model, level by level.

use std::collections::BTreeMap;

use crate::model::matching::Verdict;
use crate::model::pinned::{CircleKind, PinnedLevel};
use crate::model::table::OutputType::{Integer, Number, Text};
use crate::model::table::{OutputColumn, OutputTable, integers, numbers, optional_numbers, text};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("comparison", Text, "Comparison; prior: what any two leads are before a comparison"),
        OutputColumn::required("level", Integer, "Level, 1 the best; 0 for the prior and the circles"),
        OutputColumn::required("label", Text, "What the level means"),
        OutputColumn::optional("m", Number, "Share of matches that reach it"),
        OutputColumn::optional("u", Number, "Share of strangers that reach it"),
        OutputColumn::optional("company", Number, "Share of different people of one company, where unlike strangers"),
        OutputColumn::optional("household", Number, "Share of different people of one household, likewise"),
        OutputColumn::optional("related", Number, "Share of related things, as works of one author, likewise"),
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
    /// Per kind of circle.
    circles: [Option<f64>; CircleKind::ALL.len()],
    weight: f64,
    matches: u64,
}

/// The prior, the circles, then every level of every comparison.
pub(super) fn model(evidence: Evidence<'_>) -> OutputTable {
    let (links, model) = (evidence.links, &evidence.links.pinned);
    let is_match: Vec<bool> = links.rows.iter().map(|link| link.verdict == Verdict::Match).collect();
    let whole = |label, m: Option<f64>, circles, weight| {
        let matches = is_match.iter().filter(|&&is_match| is_match).count() as u64;
        Line { comparison: "prior", level: 0, label, m, u: m.map(|m| 1.0 - m), circles, weight, matches }
    };
    let of = |shares: &BTreeMap<CircleKind, f64>| CircleKind::ALL.map(|kind| shares.get(&kind).copied());
    let mut lines = Vec::new();
    if !model.comparisons.is_empty() {
        let odds = model.prior / (1.0 - model.prior);
        lines.push(whole("two leads at random", Some(model.prior), [None; CircleKind::ALL.len()], odds.log2()));
    }
    for (&kind, &odds) in &model.circles {
        lines.push(whole(kind.label(), None, of(&BTreeMap::from([(kind, odds)])), odds.log2()));
    }
    // Levels of the kept pairs stand row by row, the engine's own correction after those of the model.
    let width = links.model.comparisons.len();
    for (position, comparison) in model.comparisons.iter().enumerate() {
        let mut matches = vec![0u64; comparison.levels.len() + 1];
        for (levels, _) in links.levels.chunks_exact(width).zip(&is_match).filter(|(_, is_match)| **is_match) {
            matches[usize::from(levels[position])] += 1;
        }
        lines.extend(comparison.levels.iter().enumerate().map(|(level, PinnedLevel { label, m, u, circles })| Line {
            comparison: &comparison.name,
            level: level + 1,
            label,
            m: Some(*m),
            u: Some(*u),
            circles: of(circles),
            weight: (m / u).log2(),
            matches: matches[level + 1],
        }));
    }
    let values = vec![
        text(lines.iter().map(|line| line.comparison)),
        integers(lines.iter().map(|line| line.level as i64)),
        text(lines.iter().map(|line| line.label)),
        optional_numbers(lines.iter().map(|line| line.m)),
        optional_numbers(lines.iter().map(|line| line.u)),
        optional_numbers(lines.iter().map(|line| line.circles[0])),
        optional_numbers(lines.iter().map(|line| line.circles[1])),
        optional_numbers(lines.iter().map(|line| line.circles[2])),
        numbers(lines.iter().map(|line| line.weight)),
        integers(lines.iter().map(|line| line.matches as i64)),
    ];
    OutputTable::new("model", columns(), values)
}
