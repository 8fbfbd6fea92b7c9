//! Content keys and canonical order: rows are sorted by what they contain, so that nothing later can depend on the order
//! of files or rows.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::model::field::Field;
use crate::model::rows::{FindingCode, RawTable};
use crate::model::text::{BLANK, TextColumn};

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
/// share a key are told apart by a hash of their cells; rows equal even in that by an ordinal (they are interchangeable,
/// so file and line may break the tie).
pub(super) fn content_order(mut raw: RawTable) -> Ordered {
    let cells = cell_hashes(&raw);
    let ids = &raw.columns[raw.schema.index_of(Field::SourceId)];
    let mut rows: Vec<(u128, u128, u32)> = (0..raw.origins.len())
        .into_par_iter()
        .map_init(Vec::new, |buffer, row| {
            let content = row_hash(&raw.columns, &cells, row, buffer);
            buffer.clear();
            buffer.extend_from_slice(raw.places.sources[usize::from(raw.origins[row].source)].as_bytes());
            buffer.push(SEPARATOR);
            match ids.value(row) {
                Some(id) => buffer.extend_from_slice(id.as_bytes()),
                None => {
                    buffer.push(SEPARATOR);
                    buffer.extend_from_slice(&content.to_be_bytes());
                }
            }
            (xxh3_128(buffer), content, row as u32)
        })
        .collect();
    let place = |row: u32| {
        let origin = raw.origins[row as usize];
        (&raw.places.files[origin.file as usize], origin.line)
    };
    rows.par_sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| place(a.2).cmp(&place(b.2))));

    let mut other_content = Vec::new(); // rows whose id was there before with other content
    let mut first = (0u128, 0u128);
    let mut ordinal = 0u128;
    for (at, (key, content, row)) in rows.iter_mut().enumerate() {
        if at == 0 || *key != first.0 {
            (first, ordinal) = ((*key, *content), 0);
            continue;
        }
        ordinal += 1;
        if *content != first.1 {
            other_content.push(*row);
        }
        *key = xxh3_128(&[key.to_be_bytes(), content.to_be_bytes(), ordinal.to_be_bytes()].concat());
    }
    rows.par_sort_unstable_by_key(|&(key, _, row)| (key, row));

    let order: Vec<u32> = rows.iter().map(|&(_, _, row)| row).collect();
    raw.origins = order.iter().map(|&row| raw.origins[row as usize]).collect();
    raw.columns.par_iter_mut().for_each(|column| recode(column, &order));
    other_content.sort_unstable();
    let repeats = |row: &u32| other_content.binary_search(row).is_ok();
    let repeated =
        order.iter().zip(0u32..).filter(|(row, _)| repeats(row)).map(|(_, at)| (at, FindingCode::RepeatedSourceId));
    Ordered { repeated: repeated.collect(), keys: rows.into_iter().map(|(key, _, _)| key).collect(), raw }
}

/// A selection or permutation of a column's rows; its dictionary then holds just their values, in order of appearance.
pub(super) fn recode(column: &mut TextColumn, rows: &[u32]) {
    let mut new = TextColumn::default();
    let mut known = vec![u32::MAX; column.dictionary.len()];
    known[BLANK as usize] = BLANK;
    new.codes = rows
        .iter()
        .map(|&row| {
            let old = column.codes[row as usize];
            let code = &mut known[old as usize];
            if *code == u32::MAX {
                *code = new.dictionary.intern(column.dictionary.get(old));
            }
            *code
        })
        .collect();
    *column = new;
}

/// A hash per column and distinct value, of the column's name and the value.
fn cell_hashes(raw: &RawTable) -> Vec<Vec<u128>> {
    let columns = raw.columns.par_iter().zip(raw.schema.columns());
    let hashes = columns.map(|(column, meaning)| {
        let mut buffer = Vec::new();
        let hash = |value: &str| {
            buffer.clear();
            buffer.extend_from_slice(meaning.name.as_bytes());
            buffer.push(SEPARATOR);
            buffer.extend_from_slice(value.as_bytes());
            xxh3_128(&buffer)
        };
        column.dictionary.iter().map(hash).collect()
    });
    hashes.collect()
}

fn row_hash(columns: &[TextColumn], cells: &[Vec<u128>], row: usize, buffer: &mut Vec<u8>) -> u128 {
    buffer.clear();
    for (column, hashes) in columns.iter().zip(cells) {
        match column.codes[row] {
            BLANK => {}
            code => buffer.extend_from_slice(&hashes[code as usize].to_be_bytes()),
        }
    }
    xxh3_128(buffer)
}
