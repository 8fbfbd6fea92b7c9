//! JSON: an array of objects, an object around one, as web services answer, or an object a line (NDJSON). The columns are all keys in the order
//! in which they first appear.

mod digits;
mod records;
#[cfg(test)]
mod tests;
mod visit;

use std::path::Path;

use rayon::prelude::*;
use serde::de::IgnoredAny;

use super::{Flat, FlatWriter, most_text, utf8};
use crate::format::FormatError;
use crate::format::error::quoted;
use crate::model::rows::RejectCode;
use records::{Records, element};

/// Lines are read in stretches of about so many bytes, side by side.
const STRETCH: usize = if cfg!(test) { 64 } else { 1 << 20 };
/// As many as a sheet has.
const MOST_COLUMNS: usize = 16_384;

/// The records of a JSON text; `inside` names one of several lists in it.
///
/// # Errors
/// When it is no JSON, or has no list of records.
pub(super) fn flat(bytes: Vec<u8>, inside: Option<&str>, path: &Path) -> Result<Flat, FormatError> {
    let damaged = |what: String| FormatError::Damaged { path: path.to_owned(), what };
    let stored = bytes.len();
    let bytes = utf8(bytes);
    let text = &bytes[..];
    let records = if inside.is_none() && is_object_a_line(text) {
        lines(text)
    } else {
        match document(text, inside, path)? {
            Ok(records) => vec![records],
            // One broken line, if only the first, does not spoil the others.
            Err(why) => match lines_with_objects(text).filter(|_| inside.is_none()) {
                Some(records) => records,
                None => return Err(damaged(format!("it is not JSON as it should be: {}", quoted(&why)))),
            },
        }
    };
    drop(bytes);
    if records.iter().all(|part| part.names().next().is_none()) {
        return Err(FormatError::Empty { path: path.to_owned() });
    }
    written(&records, stored).map_err(damaged)
}

/// Whether the first line is an object, and others follow.
fn is_object_a_line(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let end = memchr::memchr(b'\n', text);
    end.is_some_and(|end| is_object(&text[..end]))
}

/// The records of the lines, if one of the first is an object, or an element of an array with a line each.
fn lines_with_objects(text: &[u8]) -> Option<Vec<Records>> {
    const LOOKED_AT: usize = 100;
    let whole = text.trim_ascii();
    if whole.starts_with(b"[") && !whole.ends_with(b"]") {
        // An array that is cut off: how much is missing, nobody knows.
        return None;
    }
    let promising = text.split(|&byte| byte == b'\n').take(LOOKED_AT).any(|line| is_object(element(line)));
    promising.then(|| lines(text)).filter(|records| records.iter().any(|part| part.records().next().is_some()))
}

fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// The records of a text with an object a line.
fn lines(text: &[u8]) -> Vec<Records> {
    let mut stretches = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let aim = rest.len().min(STRETCH);
        let end = memchr::memchr(b'\n', &rest[aim..]).map_or(rest.len(), |at| aim + at + 1);
        let (stretch, after) = rest.split_at(end);
        stretches.push(stretch);
        rest = after;
    }
    let counts = stretches.iter().map(|stretch| memchr::memchr_iter(b'\n', stretch).count() as u64);
    let firsts: Vec<u64> = counts.scan(1, |line, count| Some(std::mem::replace(line, *line + count))).collect();
    let read = |(stretch, first): (&&[u8], u64)| {
        let mut records = Records::default();
        for (line, place) in stretch.split(|&byte| byte == b'\n').zip(first..) {
            records.add_line(line, place);
        }
        records
    };
    stretches.par_iter().zip(firsts).map(read).collect()
}

/// The records of one JSON value, or what is wrong with it.
fn document(text: &[u8], inside: Option<&str>, path: &Path) -> Result<Result<Records, String>, FormatError> {
    if text.trim_ascii_start().starts_with(b"[") {
        return match inside {
            Some(_) => Ok(Err("it is an array, and has no lists with names".to_owned())),
            None => Ok(Records::of_array(text)),
        };
    }
    let lists = match visit::lists(text) {
        Ok(lists) => lists,
        Err(why) => return Ok(Err(why)),
    };
    let filled = || lists.iter().filter(|list| list.is_filled);
    let list = match (inside, &lists[..]) {
        (Some(inside), _) if lists.iter().any(|list| list.path == inside) => inside,
        (None, [only]) => &only.path,
        // An object without a list is a record.
        (None, []) => return Ok(Records::of_object(text)),
        // Nothing was found wrong, or nothing else belongs to it: `"errors": []`.
        (None, _) if filled().count() == 1 => filled().next().map_or("", |list| &list.path),
        (wanted, _) => {
            let wanted = wanted.map(str::to_owned);
            let parts = lists.into_iter().map(|list| list.path).collect();
            return Err(FormatError::NoSuchPart { path: path.to_owned(), wanted, parts, noun: "list" });
        }
    };
    Ok(Records::of_list(text, list))
}

/// All records as one table.
fn written(parts: &[Records], stored: usize) -> Result<Flat, String> {
    let mut names: Vec<&str> = Vec::new();
    let mut known = hashbrown::HashMap::with_hasher(foldhash::fast::FixedState::default());
    let columns: Vec<Vec<usize>> = parts
        .iter()
        .map(|part| {
            let column = |name| {
                *known.entry(name).or_insert_with(|| {
                    names.push(name);
                    names.len() - 1
                })
            };
            part.names().map(column).collect()
        })
        .collect();
    if names.len() > MOST_COLUMNS {
        return Err(format!("its records have more than {MOST_COLUMNS} different keys; are keys used as values?"));
    }
    let most = most_text(stored);
    let mut writer = FlatWriter::new(names.iter().copied());
    let mut cells = vec![""; names.len()];
    for (part, columns) in parts.iter().zip(&columns) {
        for (place, text) in part.rejects() {
            writer.reject(place, RejectCode::MalformedRecord, text);
        }
        for (place, record) in part.records() {
            cells.fill("");
            for (key, text) in record {
                cells[columns[key]] = text;
            }
            writer.record(place, cells.iter().copied());
            if writer.size() > most {
                return Err("its records have so many different keys that most cells would be blank".to_owned());
            }
        }
    }
    Ok(writer.finish())
}
