//! Kept pairs with their evidence, and the file of pairs that a person decides.

use std::sync::Arc;

use crate::model::column_values::{ColumnValues, Words};
use crate::model::field::Field;
use crate::model::leads::LeadId;
use crate::model::link_values::{LinkRows, LinkValue, LinkWord, VERDICTS};
use crate::model::matching::{ComparisonModel, Link, Pair, Verdict};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable, optional_text};

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
    let rows = LinkRows { links: evidence.links.clone(), chosen: None };
    OutputTable::new("links", columns(&evidence.links.model.comparisons), values(evidence, &rows))
}

/// The lead rows on one side of links.
fn side(rows: &LinkRows, of: fn(Pair) -> LeadId) -> Arc<Vec<u32>> {
    Arc::new((0..rows.len()).map(|at| of(rows.links.rows[rows.get(at)].pair).0).collect())
}

fn values(evidence: Evidence<'_>, rows: &LinkRows) -> Vec<ColumnValues> {
    let id = |codes: &Arc<Vec<u32>>| ColumnValues::Coded {
        words: Words::RowIds(evidence.leads.clone()),
        codes: codes.clone(),
    };
    let of_pair = |value: LinkValue| ColumnValues::Links { rows: rows.clone(), value };
    let word = |of: LinkWord, names: Vec<&str>| of_pair(LinkValue::Word { of, names: names.into_iter().collect() });
    let (left, right) = (side(rows, |pair| pair.left), side(rows, |pair| pair.right));
    let rules = evidence.duplicate_rules.iter().map(|rule| rule.name.as_str());
    let mut values = vec![
        id(&left),
        id(&right),
        sources(evidence.leads, &left),
        clean(evidence.leads, Field::SourceId, &left),
        sources(evidence.leads, &right),
        clean(evidence.leads, Field::SourceId, &right),
        of_pair(LinkValue::Probability),
        of_pair(LinkValue::Weight),
        word(LinkWord::Rule, ["model", "decision"].into_iter().chain(rules).collect()),
        word(LinkWord::Verdict, VERDICTS.map(Verdict::name).to_vec()),
    ];
    for (at, comparison) in rows.links.model.comparisons.iter().enumerate() {
        values.push(word(LinkWord::Level(at), comparison.levels.iter().map(String::as_str).collect()));
        values.push(of_pair(LinkValue::ComparisonWeight(at)));
    }
    values
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
    let chosen = Arc::new(rows.iter().map(|&row| row as u32).collect::<Vec<u32>>());
    let rows = LinkRows { links: evidence.links.clone(), chosen: Some(chosen) };
    let (left, right) = (side(&rows, |pair| pair.left), side(&rows, |pair| pair.right));
    let mut cells = vec![optional_text((0..rows.len()).map(|_| None::<&str>))];
    for field in SIDE_BY_SIDE {
        cells.push(clean(evidence.leads, field, &left));
        cells.push(clean(evidence.leads, field, &right));
    }
    cells.extend(values(evidence, &rows));
    OutputTable::new("review", review_columns(&evidence.links.model.comparisons), cells)
}
