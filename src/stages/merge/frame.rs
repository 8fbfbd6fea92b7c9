//! The frame of golden leads: each column gathered from the rows that its lineage names.

use polars::prelude::*;
use rayon::prelude::*;

use crate::model::entities::NO_MEMBER;
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::matching::Clusters;

/// `lead_id`, the schema's columns, `last_activity_at`, `members`. A lead of which no row has a status is open.
pub(super) fn build(
    leads: &Leads,
    ids: &[String],
    lineage: &[Vec<u32>],
    last_activity: &[Option<i64>],
    groups: &Clusters,
) -> DataFrame {
    let mut columns =
        vec![StringChunked::from_iter_values("lead_id".into(), ids.iter().map(String::as_str)).into_column()];
    let fields: Vec<Column> = (0..leads.schema.len())
        .into_par_iter()
        .map(|column| {
            let blank = (column == leads.schema.index_of(Field::Status)).then_some("open");
            gather(&leads.schema.columns()[column].name, &leads.values[column], &lineage[column], blank)
        })
        .collect();
    columns.extend(fields);
    columns.push(timestamps("last_activity_at", last_activity.iter().copied()));
    let members = groups.offsets.windows(2).map(|bounds| i64::from(bounds[1] - bounds[0]));
    columns.push(Int64Chunked::from_iter_values("members".into(), members).into_column());
    DataFrame::new(ids.len(), columns).expect("one value per golden lead, column names differ")
}

fn gather(name: &str, values: &Values, rows: &[u32], blank: Option<&str>) -> Column {
    let row = |&row: &u32| (row != NO_MEMBER).then_some(row as usize);
    let name = PlSmallStr::from_str(name);
    match values {
        Values::Text(column) => StringChunked::from_iter_options(
            name,
            rows.iter().map(|given| row(given).and_then(|row| column.value(row)).or(blank)),
        )
        .into_column(),
        Values::Integer(values) => {
            Int64Chunked::from_iter_options(name, rows.iter().map(|given| row(given).and_then(|row| values[row])))
                .into_column()
        }
        Values::Number(values) => {
            Float64Chunked::from_iter_options(name, rows.iter().map(|given| row(given).and_then(|row| values[row])))
                .into_column()
        }
        Values::Boolean(values) => {
            BooleanChunked::from_iter_options(name, rows.iter().map(|given| row(given).and_then(|row| values[row])))
                .into_column()
        }
        Values::Date(values) => {
            Int32Chunked::from_iter_options(name, rows.iter().map(|given| row(given).and_then(|row| values[row])))
                .into_date()
                .into_column()
        }
        Values::Timestamp(values) => timestamps(&name, rows.iter().map(|given| row(given).and_then(|row| values[row]))),
    }
}

fn timestamps(name: &str, values: impl Iterator<Item = Option<i64>>) -> Column {
    Int64Chunked::from_iter_options(name.into(), values).into_datetime(TimeUnit::Microseconds, None).into_column()
}
