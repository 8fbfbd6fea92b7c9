//! The pipeline file as written: a tree of spanned values, checked against the declared keys. Everything is optional
//! unless its key says otherwise; what a value means is settled in `compile`.

mod emit;
mod keys;
mod schema;
mod shape;
pub mod tree;

pub use emit::{emit, emit_value};
pub use keys::TYPES;
pub use schema::schema;

use super::diagnostic::{Diagnostics, Given, Span};
use super::overrides;
use tree::Table;

/// A pipeline file, checked key by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// The keys.
    pub table: Table,
    /// The whole file, for faults that have no better place.
    pub span: Span,
}

/// Reads a pipeline file's text, applies the `--set` arguments, and reports every unknown key, wrong type and value out
/// of range. None where the text is not TOML.
pub fn read(file: &str, text: &str, sets: &[String], faults: &mut Diagnostics) -> Option<Options> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let index = faults.add_text(Given::ByFile(file.to_owned()), text);
    let span = Span { text: index, start: 0, end: 0 };
    let mut table = match tree::parse(text, index) {
        Ok(table) => table,
        Err(fault) => {
            faults.push(*fault);
            return None;
        }
    };
    for set in sets {
        overrides::apply(set, &mut table, faults);
    }
    shape::check(&table, span, &keys::PIPELINE, "", &mut faults.items);
    Some(Options { table, span })
}

/// Reads the text of a pack, and reports every unknown key, wrong type and value out of range. None where the text is not
/// TOML.
pub fn read_pack(given: Given, text: &str, faults: &mut Diagnostics) -> Option<Table> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let index = faults.add_text(given, text);
    match tree::parse(text, index) {
        Ok(table) => {
            let span = Span { text: index, start: 0, end: 0 };
            shape::check(&table, span, &keys::PACK, "pack", &mut faults.items);
            Some(table)
        }
        Err(fault) => {
            faults.push(*fault);
            None
        }
    }
}
