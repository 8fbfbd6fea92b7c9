//! Content keys and canonical order: rows are sorted by what they contain, so that nothing later can depend on the
//! order of files or rows.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::columns::Blanks;
use crate::model::field::Field;
use crate::model::rows::{FindingCode, RawTable};

/// Between a source's name and what follows it.
const SEPARATOR: u8 = 0x1f;

/// Raw rows in canonical order.
pub(super) struct Ordered {
    pub raw: RawTable,
    /// Strictly ascending.
    pub keys: Vec<u128>,
    /// Rows whose source id another row of the source has with other content.
    pub repeated: Vec<(u32, FindingCode)>,
}

/// Sorts rows by key: a hash of source and source id, or of source and all filled cells where there is no id. Rows that
/// share a key are told apart by a hash of their cells; rows equal even in that by an ordinal (they are
/// interchangeable, so file and line may break the tie). Codes of the columns' dictionaries stay as they are.
pub(super) fn content_order(mut raw: RawTable) -> Ordered {
    let mut rows: Vec<(u128, u32)> = (0..raw.origins.len() as u32)
        .into_par_iter()
        .map_init(Buffers::default, |buffers, row| (key(&raw, row, buffers), row))
        .collect();
    rows.par_sort_unstable();
    let other_content = tell_apart(&raw, &mut rows);

    let order: Vec<u32> = rows.iter().map(|&(_, row)| row).collect();
    raw.origins = order.iter().map(|&row| raw.origins[row as usize]).collect();
    let blanks = Blanks::default();
    raw.columns.par_iter_mut().for_each(|column| blanks.take(column, &order));
    raw.told.par_iter_mut().for_each(|(_, column)| blanks.take(column, &order));
    let repeats = |row: &u32| other_content.binary_search(row).is_ok();
    let repeated =
        order.iter().zip(0u32..).filter(|(row, _)| repeats(row)).map(|(_, at)| (at, FindingCode::RepeatedSourceId));
    Ordered { repeated: repeated.collect(), keys: rows.into_iter().map(|(key, _)| key).collect(), raw }
}

/// Gives each row after the first of a key a key of its own, and names the rows that were there before with other
/// content.
fn tell_apart(raw: &RawTable, rows: &mut [(u128, u32)]) -> Vec<u32> {
    let place = |row: u32| {
        let origin = raw.origins[row as usize];
        (&raw.places.files[origin.file as usize], origin.line)
    };
    let mut other_content = Vec::new();
    let mut alike = false;
    for same in rows.chunk_by_mut(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let key = same[0].0;
        let mut buffers = Buffers::default();
        let mut members: Vec<(u128, u32)> =
            same.iter().map(|&(_, row)| (content(raw, row, &mut buffers), row)).collect();
        members.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| place(a.1).cmp(&place(b.1))));
        let first = members[0].0;
        same[0] = (key, members[0].1);
        for (ordinal, (slot, (content, row))) in same.iter_mut().zip(members).enumerate().skip(1) {
            if content != first {
                other_content.push(row);
            }
            let ordinal = ordinal as u128;
            *slot = (xxh3_128(&[key.to_be_bytes(), content.to_be_bytes(), ordinal.to_be_bytes()].concat()), row);
        }
        alike = true;
    }
    if alike {
        rows.par_sort_unstable();
    }
    other_content.sort_unstable();
    other_content
}

/// What is hashed.
#[derive(Default)]
struct Buffers {
    key: Vec<u8>,
    cells: Vec<u8>,
    cell: Vec<u8>,
}

fn key(raw: &RawTable, row: u32, buffers: &mut Buffers) -> u128 {
    let id = raw.columns[raw.schema.index_of(Field::SourceId)].value(row as usize);
    let content = if id.is_none() { content(raw, row, buffers) } else { 0 };
    let key = &mut buffers.key;
    key.clear();
    key.extend_from_slice(raw.places.sources[usize::from(raw.origins[row as usize].source)].as_bytes());
    key.push(SEPARATOR);
    match id {
        Some(id) => key.extend_from_slice(id.as_bytes()),
        None => {
            key.push(SEPARATOR);
            key.extend_from_slice(&content.to_be_bytes());
        }
    }
    xxh3_128(key)
}

/// A hash of a row's filled cells with their columns' names. Most files have ids, and few rows share one: it is made
/// for those rows that need it, not for all.
fn content(raw: &RawTable, row: u32, Buffers { cells, cell, .. }: &mut Buffers) -> u128 {
    cells.clear();
    for (column, meaning) in raw.columns.iter().zip(raw.schema.columns()) {
        if let Some(value) = column.value(row as usize) {
            cell.clear();
            cell.extend_from_slice(meaning.name.as_bytes());
            cell.push(SEPARATOR);
            cell.extend_from_slice(value.as_bytes());
            cells.extend_from_slice(&xxh3_128(cell).to_be_bytes());
        }
    }
    xxh3_128(cells)
}
