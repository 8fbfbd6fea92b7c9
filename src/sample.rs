//! Small golden leads and conditions for the tests of the stages.

use std::sync::Arc;

use polars::prelude::{Column, DataFrame, DataType, Expr};

use crate::model::entities::{ActivityKind, Entities, EntityId, HistoryItem};
use crate::model::field::{LeadSchema, ValueType};
use crate::model::leads::LeadId;
use crate::model::scorecards::{LedgerLine, Points, Scorecards};
use crate::model::table::OutputType;
use crate::rules::Condition;

/// So many golden leads `L000`, `L001`, …, each of one member, that have the given columns and nothing else.
pub(crate) fn entities(leads: usize, given: impl IntoIterator<Item = Column>) -> Entities {
    let schema = Arc::new(LeadSchema::new([]));
    let ids: Vec<String> = (0..leads).map(|lead| format!("L{lead:03}")).collect();
    let mut columns = vec![Column::new("lead_id".into(), &ids)];
    for column in schema.columns() {
        columns.push(Column::full_null(column.name.as_str().into(), leads, &data_type(column.cleaner.value_type())));
    }
    columns.push(Column::full_null("last_activity_at".into(), leads, &data_type(ValueType::Timestamp)));
    columns.push(Column::new("members".into(), vec![1_i64; leads]));
    let mut frame = DataFrame::new(leads, columns).unwrap();
    for column in given {
        frame.with_column(column).unwrap();
    }
    let rows: Vec<u32> = (0..leads as u32).collect();
    let members: Vec<LeadId> = rows.iter().copied().map(LeadId).collect();
    let own = Arc::new(rows.clone());
    let lineage = vec![own; schema.len()];
    Entities {
        schema,
        facts: frame.into(),
        ids: ids.into(),
        offsets: (0..=leads as u32).collect(),
        survivors: members.clone(),
        members,
        of: rows.into_iter().map(EntityId).collect(),
        lineage,
        contact_points: Vec::new(),
        history: Vec::new(),
        ratings: Vec::new(),
    }
}

/// A history item of a golden lead.
pub(crate) fn item(entity: u32, kind: ActivityKind, at: Option<i64>) -> HistoryItem {
    HistoryItem {
        entity: EntityId(entity),
        kind,
        at,
        subject: String::new(),
        text: String::new(),
        author: String::new(),
    }
}

/// A condition from the frame engine's own expression.
pub(crate) fn condition(expr: Expr) -> Condition {
    let column = |part: &Expr| if let Expr::Column(name) = part { Some(name.to_string()) } else { None };
    let columns = (&expr).into_iter().filter_map(column).collect();
    Condition { sql: "a condition".to_owned(), expr, columns }
}

fn data_type(kind: ValueType) -> DataType {
    OutputType::from(kind).data_type()
}

/// Whether each lead met a ledger line.
pub(crate) fn met(line: &LedgerLine) -> Vec<Option<bool>> {
    (0..line.len()).map(|lead| line.met(lead)).collect()
}

/// What a ledger line gives each lead.
pub(crate) fn given(line: &LedgerLine) -> Vec<Points> {
    (0..line.len()).map(|lead| line.points(lead)).collect()
}

/// The grade of each lead, or "".
pub(crate) fn grades(scores: &Scorecards) -> Vec<&str> {
    scores.grade.iter().collect()
}
