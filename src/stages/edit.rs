//! Bulk edits: for all golden leads that meet a condition, set fields to a value or clear them.
//!
//! Edits run in file order, each on the result of the one before. All conditions and values of one edit refer to the
//! leads as they were before it. An edited value came from no member, and the lineage says so.

use std::sync::Arc;

use polars::prelude::{BooleanChunked, ChunkFull, Column, PlSmallStr, Scalar, TimeUnit};

use crate::config::plan::{EditPlan, EditValue};
use crate::model::entities::{Entities, NO_MEMBER};

/// Applies the edits to the golden leads; rows and their order stay.
pub fn edit(edits: &[EditPlan], entities: &mut Entities) {
    for edit in edits {
        let chosen = chosen(edit, entities);
        for (column, value) in &edit.set {
            put(entities, column, Some(value), &chosen);
        }
        for column in &edit.clear {
            put(entities, column, None, &chosen);
        }
        entities.facts.refile();
    }
}

fn chosen(edit: &EditPlan, entities: &Entities) -> BooleanChunked {
    match &edit.filter {
        Some(filter) => filter.mask(&entities.facts).into_iter().collect(),
        None => BooleanChunked::full("".into(), true, entities.len()),
    }
}

/// Writes a value (none: nothing) into the chosen rows of a column.
fn put(entities: &mut Entities, name: &str, value: Option<&EditValue>, chosen: &BooleanChunked) {
    let old = entities.facts.column(name).expect("the configuration names lead columns only");
    let new = match value.and_then(scalar) {
        Some(value) => Column::new_scalar(name.into(), value, old.len()).cast(old.dtype()),
        None => Ok(Column::full_null(name.into(), old.len(), old.dtype())),
    };
    let new = new.and_then(|new| new.zip_with(chosen, &old)).expect("the value has the column's type");
    entities.facts.put(name, new);
    let index = entities.schema.columns().iter().position(|column| column.name == name);
    if let Some(lineage) = index.and_then(|index| entities.lineage.get_mut(index)) {
        for (member, chosen) in Arc::make_mut(lineage).iter_mut().zip(chosen.iter()) {
            if chosen == Some(true) {
                *member = NO_MEMBER;
            }
        }
    }
}

/// Frames have no "", only null: an empty text clears.
fn scalar(value: &EditValue) -> Option<Scalar> {
    Some(match value {
        EditValue::Text(text) if text.is_empty() => return None,
        EditValue::Text(text) => Scalar::from(PlSmallStr::from_str(text)),
        EditValue::Integer(value) => Scalar::from(*value),
        EditValue::Number(value) => Scalar::from(*value),
        EditValue::Boolean(value) => Scalar::from(*value),
        EditValue::Date(days) => Scalar::new_date(*days),
        EditValue::Timestamp(micros) => Scalar::new_datetime(*micros, TimeUnit::Microseconds, None),
    })
}

#[cfg(test)]
mod tests;
