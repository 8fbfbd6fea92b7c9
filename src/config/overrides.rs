//! `--set key=value`: a dotted key and a TOML value, put into the tree before it is checked. A list's elements go by
//! their number from 0: `source.0.path="leads.csv"`, `score.stars.3=90`.

use super::diagnostic::{Diagnostic, Diagnostics, Given, Span};
use super::options::tree::{self, Entry, Node, Table, Value};

/// Applies one argument, or reports what is wrong with it.
pub fn apply(set: &str, root: &mut Table, faults: &mut Diagnostics) {
    let index = faults.add_text(Given::BySet, set);
    if let Err(fault) = try_apply(set, index, root) {
        faults.push(fault.help("write --set KEY=VALUE: a dotted key and a TOML value, text in quotes"));
    }
}

/// Dots in a key; the declared keys need far fewer.
const DEEPEST: usize = 16;

fn try_apply(set: &str, text: usize, root: &mut Table) -> Result<(), Box<Diagnostic>> {
    let whole = Span { text, start: 0, end: set.len() };
    let bad = |message: &str| Box::new(Diagnostic::error("bad-set", whole, message));
    let equals = set.find('=').ok_or_else(|| bad("`--set` needs a key and a value"))?;
    let (path, value) = (set[..equals].trim(), set[equals + 1..].trim_start());
    if path.is_empty() || path.split('.').any(|part| part.trim().is_empty()) {
        return Err(bad("`--set` needs a dotted key before the `=`"));
    }
    if path.matches('.').count() > DEEPEST {
        return Err(bad("no key is that deep"));
    }
    let node = parse_value(value, set.len() - value.len(), text)?;
    let key_span = whole.at(0..path.len());
    let mut parts: Vec<&str> = path.split('.').map(str::trim).collect();
    let last = parts.pop().unwrap_or(path);
    let mut here = Here::Table(root);
    for part in parts {
        here = here.enter(part, key_span)?;
    }
    here.put(last, key_span, node)
}

/// The value alone, its spans counted in the whole argument.
fn parse_value(value: &str, offset: usize, text: usize) -> Result<Node, Box<Diagnostic>> {
    const KEY: &str = "v=";
    let document = format!("{KEY}{value}");
    let shift = |span: Span| {
        span.at((span.start + offset).saturating_sub(KEY.len())..(span.end + offset).saturating_sub(KEY.len()))
    };
    let table = tree::parse(&document, text).map_err(|fault| Diagnostic { span: shift(fault.span), ..*fault })?;
    match <[Entry; 1]>::try_from(table.entries) {
        Ok([entry]) => Ok(moved(entry.node, &shift)),
        // A line break started another key.
        Err(_) => {
            let rest = Span { text, start: KEY.len(), end: document.len() };
            Err(Diagnostic::error("bad-set", shift(rest), "one value is needed").into())
        }
    }
}

fn moved(node: Node, shift: &impl Fn(Span) -> Span) -> Node {
    let value = match node.value {
        Value::List(items) => Value::List(items.into_iter().map(|item| moved(item, shift)).collect()),
        Value::Table(table) => {
            let entries = table.entries.into_iter().map(|entry| Entry {
                key_span: shift(entry.key_span),
                node: moved(entry.node, shift),
                key: entry.key,
            });
            Value::Table(Table { entries: entries.collect() })
        }
        single => single,
    };
    Node { span: shift(node.span), value }
}

/// Where the path has led so far.
enum Here<'a> {
    Table(&'a mut Table),
    List(&'a mut Vec<Node>),
}

impl<'a> Here<'a> {
    fn enter(self, part: &str, span: Span) -> Result<Self, Box<Diagnostic>> {
        let node = match self {
            Self::Table(table) => {
                let index = match table.entries.iter().position(|entry| entry.key == part) {
                    Some(index) => index,
                    None => {
                        let node = Node { span, value: Value::Table(Table::default()) };
                        table.entries.push(Entry { key: part.to_owned(), key_span: span, node });
                        table.entries.len() - 1
                    }
                };
                &mut table.entries[index].node
            }
            Self::List(items) => {
                let index = index_of(part, items.len(), span)?;
                &mut items[index]
            }
        };
        match &mut node.value {
            Value::Table(table) => Ok(Self::Table(table)),
            Value::List(items) => Ok(Self::List(items)),
            _ => Err(Diagnostic::error("bad-set", span, format!("`{part}` is neither a table nor a list")).into()),
        }
    }

    fn put(self, part: &str, span: Span, node: Node) -> Result<(), Box<Diagnostic>> {
        match self {
            Self::Table(table) => match table.entries.iter_mut().find(|entry| entry.key == part) {
                Some(entry) => (entry.node, entry.key_span) = (node, span),
                None => table.entries.push(Entry { key: part.to_owned(), key_span: span, node }),
            },
            Self::List(items) => {
                let index = index_of(part, items.len(), span)?;
                items[index] = node;
            }
        }
        Ok(())
    }
}

fn index_of(part: &str, len: usize, span: Span) -> Result<usize, Box<Diagnostic>> {
    part.parse().ok().filter(|&index: &usize| index < len).ok_or_else(|| {
        let message = format!("`{part}` is not the number of an element: the list has {len}, counted from 0");
        Diagnostic::error("bad-set", span, message).into()
    })
}
