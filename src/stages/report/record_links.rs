//! Records of the CRM that linkage has found for golden leads, with what speaks for them and against them.

use std::fmt::Write as _;

use crate::model::known_records::KnownRecords;
use crate::model::matching::{Links, Verdict};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable, filled_text, words};
use polars::prelude::{Column, NamedFrom, Series};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "The golden lead"),
        OutputColumn::required("kind", Text, "account or contact"),
        OutputColumn::required("record_id", Text, "The record's id in the CRM"),
        OutputColumn::required("verdict", Text, "match from link_at on, else review"),
        OutputColumn::required("probability", Number, "Probability that both are one"),
        OutputColumn::required("weight", Number, "Match weight: log2 odds, the prior included"),
        OutputColumn::required("evidence", Text, "What each comparison says, with its weight"),
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
        (name, &known.record_ids[at], known.pairs[at], &*known.links, known.rows[at] as usize)
    };
    let verdict = |is_weak: bool| if is_weak { Verdict::Review } else { Verdict::Match };
    let numbers = |of_row: &dyn Fn(&(u32, usize, usize)) -> f64| {
        let values: Vec<f64> = rows.iter().map(of_row).collect();
        Column::from(Series::new("".into(), values)).into()
    };
    let values = vec![
        filled_text(rows.iter().map(|row| &evidence.entities.ids[row.0 as usize])),
        words(rows.iter().map(|row| of(row).0)),
        filled_text(rows.iter().map(|row| of(row).1)),
        words(rows.iter().map(|row| verdict(of(row).2.is_weak).name())),
        numbers(&|row| of(row).2.probability),
        numbers(&|row| of(row).3.rows[of(row).4].weight),
        filled_text(rows.iter().map(|row| told(of(row).3, of(row).4))),
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
