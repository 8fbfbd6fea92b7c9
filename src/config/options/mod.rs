//! The pipeline file as written: a tree of spanned values, checked against the declared keys. Everything is optional
//! unless its key says otherwise; what a value means is settled in `compile`.

mod emit;
mod keys;
mod schema;
mod shape;
pub mod tree;

pub use emit::emit;
pub use keys::TYPES;
pub use schema::schema;

use super::diagnostic::{Diagnostics, Given, Span};
use super::overrides;
use tree::{Node, Table};

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

/// The default scoring criteria, which come with the program.
pub fn default_criteria(faults: &mut Diagnostics) -> Vec<Node> {
    let text = include_str!("../default_score.toml");
    let index = faults.add_text(Given::ByDefault, text);
    match tree::parse(text, index) {
        Ok(table) => table.table("score").map(|score| score.list("criterion").to_vec()).unwrap_or_default(),
        Err(fault) => {
            faults.push(*fault);
            Vec::new()
        }
    }
}
