//! Kept pairs with their evidence, and the file of pairs that a person decides.

use polars::prelude::Column;

use crate::model::field::Field;
use crate::model::ids;
use crate::model::leads::LeadId;
use crate::model::matching::{ComparisonModel, Link, LinkRule, Verdict};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable, numbers, optional_text, text};

use super::Evidence;

/// Fields that the review file shows of both rows, side by side.
const SIDE_BY_SIDE: [Field; 10] = [
    Field::FullName,
    Field::Company,
    Field::JobTitle,
    Field::Email,
    Field::Phone,
    Field::MobilePhone,
    Field::Street,
    Field::City,
    Field::Postcode,
    Field::Country,
];

/// `left_id` to `verdict`, then level and weight per comparison.
pub(super) fn columns(comparisons: &[ComparisonModel]) -> Vec<OutputColumn> {
    let mut columns = vec![
        OutputColumn::required("left_id", Text, "One row (row_id of lead_members)"),
        OutputColumn::required("right_id", Text, "The other row"),
        OutputColumn::required("left_source", Text, "Its source"),
        OutputColumn::optional("left_source_id", Text, "Its id in the export"),
        OutputColumn::required("right_source", Text, "Its source"),
        OutputColumn::optional("right_source_id", Text, "Its id in the export"),
        OutputColumn::required("probability", Number, "Probability that both are one lead"),
        OutputColumn::required("weight", Number, "Match weight: log2 odds, the prior included"),
        OutputColumn::required("rule", Text, "model, decision, or the name of the duplicate rule"),
        OutputColumn::required("verdict", Text, "match, review or distinct"),
    ];
    for comparison in comparisons {
        let name = &comparison.name;
        columns.push(OutputColumn::required(&format!("level_{name}"), Text, &format!("Agreement of {name}")));
        columns.push(OutputColumn::required(&format!("weight_{name}"), Number, &format!("Weight of {name}, log2")));
    }
    columns
}

pub(super) fn links(evidence: Evidence<'_>) -> OutputTable {
    let rows: Vec<usize> = (0..evidence.links.rows.len()).collect();
    OutputTable::new("links", columns(&evidence.links.model.comparisons), values(evidence, &rows))
}

fn values(evidence: Evidence<'_>, rows: &[usize]) -> Vec<Column> {
    let (leads, links) = (evidence.leads, evidence.links);
    let link = |row: usize| &links.rows[row];
    let source_id = leads.column(Field::SourceId);
    let id = |lead: LeadId| ids::row_id(leads.keys[lead.index()]);
    let mut values = vec![
        text(rows.iter().map(|&row| id(link(row).pair.left))),
        text(rows.iter().map(|&row| id(link(row).pair.right))),
        text(rows.iter().map(|&row| leads.source_name(link(row).pair.left))),
        optional_text(rows.iter().map(|&row| source_id.text(link(row).pair.left.index()))),
        text(rows.iter().map(|&row| leads.source_name(link(row).pair.right))),
        optional_text(rows.iter().map(|&row| source_id.text(link(row).pair.right.index()))),
        numbers(rows.iter().map(|&row| link(row).probability)),
        numbers(rows.iter().map(|&row| link(row).weight)),
        text(rows.iter().map(|&row| rule_name(evidence, link(row)))),
        text(rows.iter().map(|&row| link(row).verdict.name())),
    ];
    let comparisons = &links.model.comparisons;
    for (position, comparison) in comparisons.iter().enumerate() {
        let at = |row: usize| row * comparisons.len() + position;
        values.push(text(rows.iter().map(|&row| &comparison.levels[usize::from(links.levels[at(row)])])));
        values.push(numbers(rows.iter().map(|&row| f64::from(links.weights[at(row)]))));
    }
    values
}

fn rule_name<'a>(evidence: Evidence<'a>, link: &Link) -> &'a str {
    match link.rule {
        LinkRule::Rule(rule) => &evidence.duplicate_rules[usize::from(rule)].name,
        LinkRule::Model => "model",
        LinkRule::Decision => "decision",
    }
}

/// The decision column first, both rows side by side, then the evidence.
pub(super) fn review_columns(comparisons: &[ComparisonModel]) -> Vec<OutputColumn> {
    let mut columns = vec![OutputColumn::optional("decision", Text, "To fill in: match or distinct")];
    for field in SIDE_BY_SIDE {
        for side in ["left", "right"] {
            columns.push(OutputColumn::optional(&format!("{side}_{}", field.name()), Text, field.description()));
        }
    }
    columns.extend(self::columns(comparisons));
    columns
}

/// Whether a person has to decide a pair: other links may have made its rows one lead already.
fn is_open(evidence: Evidence<'_>, link: &Link) -> bool {
    let lead = |row: LeadId| evidence.entities.of[row.index()];
    link.verdict == Verdict::Review && lead(link.pair.left) != lead(link.pair.right)
}

/// Pairs to decide, the likeliest first.
pub(super) fn review(evidence: Evidence<'_>) -> OutputTable {
    let (leads, links) = (evidence.leads, &evidence.links.rows);
    let mut rows: Vec<usize> = (0..links.len()).filter(|&row| is_open(evidence, &links[row])).collect();
    rows.sort_by(|&a, &b| links[b].weight.total_cmp(&links[a].weight).then(links[a].pair.cmp(&links[b].pair)));
    let mut cells = vec![optional_text(rows.iter().map(|_| None::<&str>))];
    for field in SIDE_BY_SIDE {
        cells.push(optional_text(rows.iter().map(|&row| leads.text(field, links[row].pair.left))));
        cells.push(optional_text(rows.iter().map(|&row| leads.text(field, links[row].pair.right))));
    }
    cells.extend(values(evidence, &rows));
    OutputTable::new("review", review_columns(&evidence.links.model.comparisons), cells)
}
