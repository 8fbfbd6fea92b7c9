//! What is known of the golden leads: each column in the rows that its lineage names.

use std::sync::Arc;

use polars::prelude::*;

use crate::model::column_values::{ColumnValues, Words};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::leads::Leads;
use crate::model::matching::Clusters;

/// `lead_id`, the schema's columns, `last_activity_at`, `members`. A lead of which no row has a status is open.
pub(super) fn build(
    leads: &Arc<Leads>,
    ids: &Arc<Vec<String>>,
    lineage: &[Arc<Vec<u32>>],
    last_activity: &[Option<i64>],
    groups: &Clusters,
) -> Facts {
    let mut facts = Facts::new(ids.len());
    let codes = Arc::new((0..ids.len() as u32).collect());
    facts.put("lead_id", ColumnValues::Coded { words: Words::LeadIds(ids.clone()), codes });
    for (column, (of, rows)) in leads.schema.columns().iter().zip(lineage).enumerate() {
        let blank = (of.field == Some(Field::Status)).then_some("open");
        facts.put(&of.name, ColumnValues::Clean { leads: leads.clone(), column, rows: rows.clone(), blank });
    }
    let last_activity = Int64Chunked::from_iter_options("last_activity_at".into(), last_activity.iter().copied());
    facts.put("last_activity_at", last_activity.into_datetime(TimeUnit::Microseconds, None).into_column());
    let members = groups.offsets.windows(2).map(|bounds| i64::from(bounds[1] - bounds[0]));
    facts.put("members", Int64Chunked::from_iter_values("members".into(), members).into_column());
    facts.file();
    facts
}
