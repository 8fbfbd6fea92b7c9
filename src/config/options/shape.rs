//! What a key may hold, declared once: checking the file and the JSON Schema both follow from it.

use super::tree::{Node, Table, Value};
use crate::config::diagnostic::{Diagnostic, Span};

/// A table with declared keys.
#[derive(Debug)]
pub(super) struct Section {
    /// One line about it.
    pub(super) about: &'static str,
    /// Its keys.
    pub(super) keys: &'static [Key],
}

/// A declared key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Name.
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) shape: Shape,
    /// Whether it must be there.
    pub(super) required: bool,
    /// One line about it.
    pub(super) about: &'static str,
}

/// What a key may hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// Text that is not blank.
    Name,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number from … to.
    Integer(i64, i64),
    /// A number from … to.
    Number(f64, f64),
    /// True or false.
    Boolean,
    /// A TOML date.
    Date,
    /// Text, number, true or false, or date.
    Scalar,
    /// A list.
    List(&'static Shape),
    /// A table with declared keys.
    Table(&'static Section),
    /// A list of tables, `[[…]]`.
    Tables(&'static Section),
    /// A table with keys of the user's choice.
    Map(&'static Shape),
    /// One of several shapes of different types.
    Either(&'static [Shape]),
}

impl Shape {
    /// What is expected, in a sentence.
    fn noun(self) -> String {
        match self {
            Self::Text | Self::Name => "text in quotes".to_owned(),
            Self::Word(words) => format!("one of \"{}\"", words.join("\", \"")),
            Self::Integer(..) => "a whole number".to_owned(),
            Self::Number(..) => "a number".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Scalar => "a single value".to_owned(),
            Self::List(item) => format!("a list [ … ] of which each item is {}", item.noun()),
            Self::Table(_) | Self::Map(_) => "a table { … }".to_owned(),
            Self::Tables(_) => "a list of tables [[…]]".to_owned(),
            Self::Either(shapes) => shapes.iter().map(|shape| shape.noun()).collect::<Vec<_>>().join(", or "),
        }
    }

    /// Whether a value is of this shape's type, whatever is in it.
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Name | Self::Word(_) => matches!(value, Value::Text(_)),
            Self::Integer(..) => matches!(value, Value::Integer(_)),
            Self::Number(..) => matches!(value, Value::Integer(_) | Value::Number(_)),
            Self::Boolean => matches!(value, Value::Boolean(_)),
            Self::Date => matches!(value, Value::Moment(_)),
            Self::Scalar => !matches!(value, Value::List(_) | Value::Table(_)),
            Self::List(_) | Self::Tables(_) => matches!(value, Value::List(_)),
            Self::Table(_) | Self::Map(_) => matches!(value, Value::Table(_)),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.takes(value)),
        }
    }
}

/// Checks a whole table: unknown and missing keys, wrong types, values out of range, unknown words.
pub(super) fn check(table: &Table, place: Span, section: &Section, path: &str, faults: &mut Vec<Diagnostic>) {
    for entry in &table.entries {
        match section.keys.iter().find(|key| key.name == entry.key) {
            Some(key) => check_value(&entry.node, entry.key_span, key.shape, &join(path, key.name), faults),
            None => {
                let place = if path.is_empty() { "the pipeline file".to_owned() } else { format!("[{path}]") };
                let unset = section.keys.iter().map(|key| key.name).filter(|name| table.entry(name).is_none());
                let message = format!("unknown key `{}` in {place}", entry.key);
                faults.push(Diagnostic::error("unknown-key", entry.key_span, message).instead(&entry.key, unset));
            }
        }
    }
    for key in section.keys.iter().filter(|key| key.required && table.entry(key.name).is_none()) {
        let message = format!("`{}` is missing in [{path}]", key.name);
        faults.push(Diagnostic::error("missing-key", place, message).help(format!("{}: {}", key.name, key.about)));
    }
}

fn check_value(node: &Node, key: Span, shape: Shape, path: &str, faults: &mut Vec<Diagnostic>) {
    if !shape.takes(&node.value) {
        faults.push(wrong_type(node, key, shape, path));
        return;
    }
    let mut fault = |code, message: String| faults.push(Diagnostic::error(code, node.span, message));
    match (shape, &node.value) {
        (Shape::Either(shapes), value) => {
            if let Some(shape) = shapes.iter().find(|shape| shape.takes(value)) {
                check_value(node, key, *shape, path, faults);
            }
        }
        (Shape::Name, Value::Text(text)) if text.trim().is_empty() => {
            fault("blank-text", format!("`{path}` must not be blank"));
        }
        (Shape::Word(words), Value::Text(word)) if !words.contains(&word.as_str()) => {
            let message = format!("`{word}` is not a value of `{path}`");
            faults.push(Diagnostic::error("unknown-word", node.span, message).instead(word, words.iter().copied()));
        }
        (Shape::Integer(min, max), Value::Integer(number)) if !(min..=max).contains(number) => {
            fault(
                "out-of-range",
                format!("`{path}` must be {}, not {number}", range(&min, &max, &i64::MIN, &i64::MAX)),
            );
        }
        (Shape::Number(min, max), value) => {
            let number = match value {
                Value::Integer(number) => *number as f64,
                Value::Number(number) => *number,
                _ => min,
            };
            if !(min..=max).contains(&number) {
                fault(
                    "out-of-range",
                    format!("`{path}` must be {}, not {number}", range(&min, &max, &f64::MIN, &f64::MAX)),
                );
            }
        }
        (Shape::List(item), Value::List(items)) => {
            for node in items {
                check_value(node, node.span, *item, path, faults);
            }
        }
        (Shape::Tables(section), Value::List(items)) => {
            for node in items {
                match &node.value {
                    Value::Table(table) => check(table, node.span, section, path, faults),
                    _ => faults.push(wrong_type(node, node.span, Shape::Table(section), path)),
                }
            }
        }
        (Shape::Table(section), Value::Table(table)) => check(table, node.span, section, path, faults),
        (Shape::Map(item), Value::Table(table)) => {
            for entry in &table.entries {
                check_value(&entry.node, entry.key_span, *item, &join(path, &entry.key), faults);
            }
        }
        _ => {}
    }
}

fn wrong_type(node: &Node, key: Span, shape: Shape, path: &str) -> Diagnostic {
    let message = format!("`{path}` must be {}, not {}", shape.noun(), node.value.noun());
    let fault = Diagnostic::error("wrong-type", node.span, message);
    match (shape, &node.value) {
        (Shape::Tables(_), Value::Table(_)) => {
            Diagnostic { span: key, ..fault }.help(format!("write [[{path}]], with two brackets"))
        }
        (Shape::Table(_), Value::List(_)) => fault.help(format!("write [{path}], with one bracket")),
        (Shape::List(_), Value::Text(text)) => fault.help(format!("write [\"{text}\"]")),
        (Shape::Text | Shape::Name, value) if node.as_cell().is_some() && !matches!(value, Value::Text(_)) => {
            fault.help(format!("write \"{}\"", node.as_cell().unwrap_or_default()))
        }
        _ => fault,
    }
}

/// `0 to 1`, `at least 2`, `at most 5`.
fn range<T: PartialEq + std::fmt::Display>(min: &T, max: &T, lowest: &T, highest: &T) -> String {
    match (min == lowest, max == highest) {
        (false, true) => format!("at least {min}"),
        (true, false) => format!("at most {max}"),
        _ => format!("{min} to {max}"),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
