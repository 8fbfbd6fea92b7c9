//! A TOML document as a tree in which every key and value knows where it stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::diagnostic::{Diagnostic, Span};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// What.
    pub value: Value,
}

/// A TOML value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string, escapes resolved.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A date, a time or both, as written.
    Moment(String),
    /// An array.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

impl Value {
    /// What the value is, in a sentence.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Moment(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Keys in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// Reads a TOML text; `text` is its index among the configuration's texts.
pub fn parse(source: &str, text: usize) -> Result<Table, Box<Diagnostic>> {
    let whole = Span { text, start: 0, end: 0 };
    let document = DeTable::parse(source).map_err(|error| {
        let span = whole.at(error.span().unwrap_or(0..0));
        Diagnostic::error("toml-syntax", span, one_line(error.message()))
            .help("nothing else could be checked: this is not valid TOML")
    })?;
    Ok(table(document.get_ref(), whole))
}

fn table(source: &DeTable<'_>, place: Span) -> Table {
    let entries = source.iter().map(|(key, value)| Entry {
        key: key.get_ref().to_string(),
        key_span: place.at(key.span()),
        node: node(value, place),
    });
    Table { entries: entries.collect() }
}

fn node(source: &Spanned<DeValue<'_>>, place: Span) -> Node {
    let value = match source.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => integer(number.as_str(), number.radix()),
        // What no range allows is reported where the range is checked.
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, place)).collect()),
        DeValue::Table(entries) => Value::Table(table(entries, place)),
    };
    Node { span: place.at(source.span()), value }
}

/// One beyond 64 bits is a number, but no whole one that a key could hold.
fn integer(digits: &str, radix: u32) -> Value {
    i64::from_str_radix(digits, radix)
        .map_or_else(|_| Value::Number(digits.parse().unwrap_or(f64::INFINITY)), Value::Integer)
}

/// The parser's message, its lines joined.
fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

impl Table {
    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The text of a key, if it is text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    /// The number of a key, whole or not.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.as_number()
    }

    /// The whole number of a key.
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key)?.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The flag of a key.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)?.value {
            Value::Boolean(flag) => Some(flag),
            _ => None,
        }
    }

    /// The table of a key.
    pub fn table(&self, key: &str) -> Option<&Table> {
        self.get(key)?.as_table()
    }

    /// The items of a key's list; none where it is absent.
    pub fn list(&self, key: &str) -> &[Node] {
        match self.get(key).map(|node| &node.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// Whether a key has a list without items.
    pub fn is_empty_list(&self, key: &str) -> bool {
        matches!(self.get(key).map(|node| &node.value), Some(Value::List(items)) if items.is_empty())
    }

    /// The tables of a key's list with their places.
    pub fn tables(&self, key: &str) -> impl Iterator<Item = (Span, &Table)> {
        self.list(key).iter().filter_map(|node| Some((node.span, node.as_table()?)))
    }

    /// The texts of a key's list with their places.
    pub fn texts(&self, key: &str) -> impl Iterator<Item = (Span, &str)> {
        self.list(key).iter().filter_map(|node| Some((node.span, node.as_text()?)))
    }

    /// The place of a key's value, else of the table.
    pub fn span(&self, key: &str, otherwise: Span) -> Span {
        self.get(key).map_or(otherwise, |node| node.span)
    }
}

impl Node {
    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, whole or not.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(number) => Some(number as f64),
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// A single value as a data file would spell it; none for lists and tables.
    pub fn as_cell(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Moment(text) => Some(text.clone()),
            Value::Integer(number) => Some(number.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Boolean(flag) => Some(flag.to_string()),
            Value::List(_) | Value::Table(_) => None,
        }
    }
}
