//! Kept pairs with their evidence.

use std::sync::Arc;

use crate::model::column_values::{ColumnValues, Words};
use crate::model::field::Field;
use crate::model::leads::LeadId;
use crate::model::link_values::{LinkRows, LinkValue, LinkWord, VERDICTS};
use crate::model::matching::{ComparisonModel, Link, Pair, Verdict};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable};

use super::Evidence;
use super::leads::{clean, sources};

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

/// Whether a person has to decide a pair: other links may have made its rows one lead already.
pub(super) fn is_open(evidence: Evidence<'_>, link: &Link) -> bool {
    let lead = |row: LeadId| evidence.entities.of[row.index()];
    link.verdict == Verdict::Review && lead(link.pair.left) != lead(link.pair.right)
}

/// How many pairs a person has to decide.
pub(super) fn open_reviews(evidence: Evidence<'_>) -> usize {
    evidence.links.rows.iter().filter(|link| is_open(evidence, link)).count()
}
