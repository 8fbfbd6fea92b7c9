//! Records of the CRM that rules and linkage have found for golden leads, with what speaks for them and against them.

use std::fmt::Write as _;

use crate::model::known_records::{Ground, KnownRecords};
use crate::model::matching::{Links, Verdict};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable, filled_text, optional_text, words};
use polars::prelude::{Column, NamedFrom, Series};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "The golden lead"),
        OutputColumn::required("kind", Text, "account or contact"),
        OutputColumn::required("record_id", Text, "The record's id in the CRM"),
        OutputColumn::required("verdict", Text, "match from link_at on, else review"),
        OutputColumn::required("probability", Number, "Probability that both are one"),
        OutputColumn::optional("weight", Number, "Match weight: log2 odds, the prior included; none by a rule"),
        OutputColumn::required("rule", Text, "model, or the rule that says so"),
        OutputColumn::optional("evidence", Text, "What each comparison says, with its weight; none by a rule"),
    ]
}

pub(super) fn record_links(evidence: Evidence<'_>) -> OutputTable {
    let kinds: Vec<(&str, &KnownRecords)> =
        evidence.known.map_or_else(Vec::new, |known| vec![("account", &known.accounts), ("contact", &known.contacts)]);
    let mut rows: Vec<(u32, usize, usize)> = Vec::new();
    for (kind, (_, known)) in kinds.iter().enumerate() {
        rows.extend(known.pairs.iter().enumerate().map(|(at, pair)| (pair.lead.0, kind, at)));
    }
    rows.sort_unstable();
    let of = |&(_, kind, at): &(u32, usize, usize)| {
        let (name, known) = kinds[kind];
        (name, &known.record_ids[at], known.pairs[at], known)
    };
    let verdict = |is_weak: bool| if is_weak { Verdict::Review } else { Verdict::Match };
    let evidence_of = |row: &(u32, usize, usize)| {
        let (_, _, pair, known) = of(row);
        pair.evidence().map(|at| (&*known.links, at as usize))
    };
    let rule = |row: &(u32, usize, usize)| {
        let (_, _, pair, known) = of(row);
        match pair.ground {
            Ground::Rule(rule) => known.rules[rule as usize].as_str(),
            Ground::Linkage(_) => "model",
        }
    };
    let probabilities: Vec<f64> = rows.iter().map(|row| of(row).2.probability).collect();
    let weights: Vec<Option<f64>> =
        rows.iter().map(|row| evidence_of(row).map(|(links, at)| links.rows[at].weight)).collect();
    let values = vec![
        filled_text(rows.iter().map(|row| &evidence.entities.ids[row.0 as usize])),
        words(rows.iter().map(|row| of(row).0)),
        filled_text(rows.iter().map(|row| of(row).1)),
        words(rows.iter().map(|row| verdict(of(row).2.is_weak).name())),
        Column::from(Series::new("".into(), probabilities)).into(),
        Column::from(Series::new("".into(), weights)).into(),
        words(rows.iter().map(rule)),
        optional_text(rows.iter().map(|row| evidence_of(row).map(|(links, at)| told(links, at)))),
    ];
    OutputTable::new("record_links", columns(), values)
}

/// What the comparisons say of a pair: "last_name exact +12.1; company similar +6.0; email different -2.3".
fn told(links: &Links, row: usize) -> String {
    let comparisons = &links.model.comparisons;
    let mut text = String::new();
    for (at, comparison) in comparisons.iter().enumerate() {
        let place = row * comparisons.len() + at;
        let (level, weight) = (links.levels[place], links.weights[place]);
        if level > 0 {
            let between = if text.is_empty() { "" } else { "; " };
            let _ = write!(text, "{between}{} {} {weight:+.1}", comparison.name, comparison.levels[usize::from(level)]);
        }
    }
    text
}
