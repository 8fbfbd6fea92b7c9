//! A tree back to TOML: the pipeline file as it ran, `--set` arguments applied.

use super::tree::{Table, Value};

/// The text of a checked tree; comments and layout are lost.
pub fn emit(table: &Table) -> String {
    toml::to_string(&toml::Value::Table(as_toml(table))).expect("keys and plain values can be written as TOML")
}

/// A value on the right of its key, tables in braces.
pub fn emit_value(of: &Value) -> String {
    value(of).to_string()
}

fn as_toml(table: &Table) -> toml::Table {
    table.entries.iter().map(|entry| (entry.key.clone(), value(&entry.node.value))).collect()
}

fn value(of: &Value) -> toml::Value {
    match of {
        Value::Text(text) => toml::Value::String(text.clone()),
        Value::Integer(number) => toml::Value::Integer(*number),
        Value::Number(number) => toml::Value::Float(*number),
        Value::Boolean(flag) => toml::Value::Boolean(*flag),
        // It was read as a date, so it is one.
        Value::Moment(text) => text.parse().map_or_else(|_| toml::Value::String(text.clone()), toml::Value::Datetime),
        Value::List(items) => toml::Value::Array(items.iter().map(|item| value(&item.value)).collect()),
        Value::Table(table) => toml::Value::Table(as_toml(table)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::options::tree::parse;

    /// A tree without its places; the order of keys does not count.
    fn plain(text: &str) -> toml::Table {
        as_toml(&parse(text, 0).expect("valid TOML"))
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let text = "name = 'a \"b\"'\nas_of = 2026-11-22\n[dedupe]\nmatch_at = 0.9\nblock_on = [['email'], []]\n\
                    compare = [{ field = 'x', levels = ['exact'] }]\n[[source]]\nname = 's'\nfields = { 'ü k' = 'v' }\n\
                    trust = -3\n[[source]]\nname = 't'\n[score]\nstars = [20, 40.5]\nlast = true\n[score.group.g]\ncap = 1\n";
        let written = emit(&parse(text, 0).expect("valid TOML"));
        assert_eq!(plain(&written), plain(text), "{written}");
    }
}
