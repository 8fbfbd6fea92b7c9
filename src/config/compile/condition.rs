//! Conditions and measures: compiled by `rules`, their faults shown at the right character of the pipeline file.

use std::ops::Range;

use super::known::Known;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Given, Span};
use crate::config::options::tree::{Node, Table};
use crate::rules::{self, Condition, Expression, RuleFault, Scope};

/// The condition of a key, if it has one that compiles.
pub(super) fn condition(
    table: &Table,
    key: &str,
    scope: &Scope,
    known: &Known,
    faults: &mut Diagnostics,
) -> Option<Condition> {
    let condition = plain_condition(table.get(key)?, scope, faults)?;
    warn_unfilled(&condition.columns, table.get(key)?, known, faults);
    Some(condition)
}

/// A condition over a table that is not the leads.
pub(super) fn plain_condition(node: &Node, scope: &Scope, faults: &mut Diagnostics) -> Option<Condition> {
    let sql = node.as_text().filter(|sql| !sql.trim().is_empty())?;
    rules::condition(sql, scope).map_err(|wrong| report(wrong, node, sql, faults)).ok()
}

/// An aggregate.
pub(super) fn measure(node: &Node, scope: &Scope, faults: &mut Diagnostics) -> Option<Expression> {
    let sql = node.as_text().filter(|sql| !sql.trim().is_empty())?;
    rules::measure(sql, scope).map_err(|wrong| report(wrong, node, sql, faults)).ok()
}

fn report(wrong: Vec<RuleFault>, node: &Node, sql: &str, faults: &mut Diagnostics) {
    for fault in wrong {
        let span = inside(node.span, sql, fault.span, faults);
        let mut diagnostic = Diagnostic::error("bad-condition", span, fault.message);
        if let Some(suggestion) = fault.suggestion.filter(|suggestion| !suggestion.trim().is_empty()) {
            diagnostic = diagnostic.label(format!("did you mean `{suggestion}`?"));
        }
        if let Some(expected) = fault.expected {
            diagnostic = diagnostic.help(format!("expected {expected}"));
        }
        faults.push(diagnostic);
    }
}

/// A standard field that nothing fills is always NULL: the condition never holds for its sake.
fn warn_unfilled(columns: &[String], node: &Node, known: &Known, faults: &mut Diagnostics) {
    if faults.texts.get(node.span.text).is_some_and(|text| text.given == Given::ByDefault) {
        return;
    }
    let sql = node.as_text().unwrap_or_default();
    for name in columns {
        let unfilled = known.schema.find(name).is_some_and(|column| !known.filled[column]);
        if unfilled {
            let span = inside(node.span, sql, word(sql, name), faults);
            let message = format!("`{name}` is always blank: no source and no edit fills it");
            faults.push(Diagnostic::warning("unfilled-column", span, message));
        }
    }
}

/// The first place of a name as a whole word, else the whole text.
fn word(sql: &str, name: &str) -> Range<usize> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let lower = sql.to_ascii_lowercase();
    lower
        .match_indices(&name.to_ascii_lowercase())
        .map(|(start, found)| start..start + found.len())
        .find(|at| !is_part(lower[..at.start].chars().next_back()) && !is_part(lower[at.end..].chars().next()))
        .unwrap_or(0..sql.len())
}

/// The place of decoded bytes in the TOML source of a string.
pub(super) fn inside(string: Span, decoded: &str, bytes: Range<usize>, faults: &Diagnostics) -> Span {
    let raw = faults.texts.get(string.text).and_then(|text| text.text.get(string.bytes()));
    let Some(offsets) = raw.and_then(|raw| source_offsets(raw, decoded)) else { return string };
    match (offsets.get(bytes.start), offsets.get(bytes.end)) {
        (Some(start), Some(end)) => string.at(string.start + start..string.start + *end.max(start)),
        _ => string,
    }
}

/// For each byte of the decoded text (and its end) the byte of the TOML string, quotes included, that it comes from.
fn source_offsets(raw: &str, decoded: &str) -> Option<Vec<usize>> {
    let (quotes, literal) = match raw.as_bytes() {
        [b'"', b'"', b'"', _, _, _, ..] => (3, false),
        [b'\'', b'\'', b'\'', _, _, _, ..] => (3, true),
        [b'"', _, ..] => (1, false),
        [b'\'', _, ..] => (1, true),
        _ => return None,
    };
    let end = raw.len() - quotes;
    let mut at = quotes;
    if quotes == 3 {
        let body = &raw[at..];
        at += if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
    }
    let (mut text, mut offsets) = (String::new(), Vec::with_capacity(decoded.len() + 1));
    while at < end {
        let rest = raw.get(at..end)?;
        let first = rest.chars().next()?;
        let (read, meant) = if first == '\\' && !literal { escape(rest)? } else { (first.len_utf8(), Some(first)) };
        if let Some(meant) = meant {
            offsets.extend(std::iter::repeat_n(at, meant.len_utf8()));
            text.push(meant);
        }
        at += read;
    }
    offsets.push(end);
    (text == decoded).then_some(offsets)
}

/// The length of an escape and what it stands for; nothing for a backslash at the end of a line.
fn escape(rest: &str) -> Option<(usize, Option<char>)> {
    let hex = |digits: usize| {
        let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((2 + digits, Some(char::from_u32(code)?)))
    };
    let one = |meant| Some((2, Some(meant)));
    match rest[1..].chars().next()? {
        'b' => one('\u{8}'),
        't' => one('\t'),
        'n' => one('\n'),
        'f' => one('\u{c}'),
        'r' => one('\r'),
        'e' => one('\u{1b}'),
        '"' => one('"'),
        '\\' => one('\\'),
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        _ => Some((rest.len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len(), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::options::tree::parse;
    use proptest::prelude::*;

    /// Each character of the decoded string and the source text that its offsets cut out.
    fn cut(value: &str) -> Vec<(char, String)> {
        let source = format!("k = {value}");
        let table = parse(&source, 0).expect("valid TOML");
        let node = table.get("k").expect("the key");
        let decoded = node.as_text().expect("a string");
        let raw = &source[node.span.bytes()];
        let offsets = source_offsets(raw, decoded).expect("the walk agrees with the parser");
        let cut = |(at, c): (usize, char)| (c, raw[offsets[at]..offsets[at + c.len_utf8()]].to_owned());
        decoded.char_indices().map(cut).collect()
    }

    #[test]
    fn offsets_of_all_kinds_of_strings() {
        let cases: &[(&str, &[(char, &str)])] = &[
            (r#""ab""#, &[('a', "a"), ('b', "b")]),
            (r#"'a\b'"#, &[('a', "a"), ('\\', "\\"), ('b', "b")]),
            (r#""é\"x""#, &[('é', "é"), ('"', "\\\""), ('x', "x")]),
            (r#""\u00e9\U0001F600y""#, &[('é', "\\u00e9"), ('😀', "\\U0001F600"), ('y', "y")]),
            (r#""a\x41\tb""#, &[('a', "a"), ('A', "\\x41"), ('\t', "\\t"), ('b', "b")]),
            ("\"\"\"\na\nb\"\"\"", &[('a', "a"), ('\n', "\n"), ('b', "b")]),
            ("\"\"\"a \\\n   b\"\"\"", &[('a', "a"), (' ', " \\\n   "), ('b', "b")]),
            ("'''\r\na\r\nb'''", &[('a', "a"), ('\r', "\r"), ('\n', "\n"), ('b', "b")]),
            ("\"\"\"a\"\"b\"\"\"\"", &[('a', "a"), ('"', "\""), ('"', "\""), ('b', "b"), ('"', "\"")]),
        ];
        for (value, expected) in cases {
            let expected: Vec<(char, String)> = expected.iter().map(|(c, text)| (*c, (*text).to_owned())).collect();
            assert_eq!(cut(value), expected, "{value}");
        }
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(word("my_email = 1 AND Email = 2", "email"), 17..22);
        assert_eq!(word("x = 1", "email"), 0..5);
    }

    proptest! {
        #[test]
        fn any_string_maps_back(text in "\\PC{0,20}|[\\\\\"'\n\t a-c]{0,20}") {
            let json = serde_json::Value::String(text.clone()).to_string();
            for value in [toml::Value::String(text).to_string(), json] {
                if let Ok(table) = parse(&format!("k = {value}"), 0) {
                    let decoded = table.text("k").expect("a string");
                    prop_assert_eq!(cut(&value).len(), decoded.chars().count());
                }
            }
        }
    }
}
