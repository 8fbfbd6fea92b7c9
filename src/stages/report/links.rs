//! Kept pairs with their evidence, and the file of pairs that a person decides.

use std::sync::Arc;

use crate::model::column_values::{ColumnValues, Words};
use crate::model::field::Field;
use crate::model::leads::LeadId;
use crate::model::matching::{ComparisonModel, Link, LinkRule, Pair, Verdict};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable, numbers, optional_text, words};

use super::Evidence;
use super::leads::{clean, sources};

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

/// The lead rows on one side of links.
fn side(evidence: Evidence<'_>, rows: &[usize], of: fn(Pair) -> LeadId) -> Arc<Vec<u32>> {
    Arc::new(rows.iter().map(|&row| of(evidence.links.rows[row].pair).0).collect())
}

fn values(evidence: Evidence<'_>, rows: &[usize]) -> Vec<ColumnValues> {
    let links = evidence.links;
    let link = |row: usize| &links.rows[row];
    let id = |codes: &Arc<Vec<u32>>| ColumnValues::Coded {
        words: Words::RowIds(evidence.leads.clone()),
        codes: codes.clone(),
    };
    let (left, right) = (side(evidence, rows, |pair| pair.left), side(evidence, rows, |pair| pair.right));
    let mut values = vec![
        id(&left),
        id(&right),
        sources(evidence.leads, &left),
        clean(evidence.leads, Field::SourceId, &left),
        sources(evidence.leads, &right),
        clean(evidence.leads, Field::SourceId, &right),
        numbers(rows.iter().map(|&row| link(row).probability)),
        numbers(rows.iter().map(|&row| link(row).weight)),
        words(rows.iter().map(|&row| rule_name(evidence, link(row)))),
        words(rows.iter().map(|&row| link(row).verdict.name())),
    ];
    let comparisons = &links.model.comparisons;
    for (position, comparison) in comparisons.iter().enumerate() {
        let at = |row: usize| row * comparisons.len() + position;
        let level = |row: usize| comparison.levels[usize::from(links.levels[at(row)])].as_str();
        values.push(words(rows.iter().map(|&row| level(row))));
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

/// How many pairs a person has to decide.
pub(super) fn open_reviews(evidence: Evidence<'_>) -> usize {
    evidence.links.rows.iter().filter(|link| is_open(evidence, link)).count()
}

/// Pairs to decide, the likeliest first.
pub(super) fn review(evidence: Evidence<'_>) -> OutputTable {
    let links = &evidence.links.rows;
    let mut rows: Vec<usize> = (0..links.len()).filter(|&row| is_open(evidence, &links[row])).collect();
    rows.sort_by(|&a, &b| links[b].weight.total_cmp(&links[a].weight).then(links[a].pair.cmp(&links[b].pair)));
    let (left, right) = (side(evidence, &rows, |pair| pair.left), side(evidence, &rows, |pair| pair.right));
    let mut cells = vec![optional_text(rows.iter().map(|_| None::<&str>))];
    for field in SIDE_BY_SIDE {
        cells.push(clean(evidence.leads, field, &left));
        cells.push(clean(evidence.leads, field, &right));
    }
    cells.extend(values(evidence, &rows));
    OutputTable::new("review", review_columns(&evidence.links.model.comparisons), cells)
}
