//! `[[report]]`: groups and measures over an output table, or a whole query.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};

use super::Outputs;
use super::condition::{inside, measure, plain_condition};
use super::consent::channels_of;
use super::known::{Known, unique};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::{Node, Table};
use crate::config::plan::{ReportBody, ReportPlan};
use crate::model::field::{LeadSchema, ValueType};
use crate::model::table::{OutputColumn, OutputType};
use crate::rules::Scope;

/// Checks every report.
pub(super) fn reports(
    options: &Options,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Vec<ReportPlan> {
    unique(options.table.tables("report").map(|(_, report)| report), "report", faults);
    let mut plans: Vec<ReportPlan> = Vec::new();
    for (span, table) in options.table.tables("report") {
        let Some(name) = table.text("name") else { continue };
        let name_span = table.span("name", span);
        let slug = slug(name);
        if slug.is_empty() {
            let message = format!("`{name}` has no letter or digit to name a file after");
            faults.push(Diagnostic::error("bad-name", name_span, message));
        }
        if let Some(other) = plans.iter().find(|other| other.slug == slug && other.name != name) {
            let message = format!("the reports `{}` and `{name}` would both be reports/{slug}", other.name);
            faults.push(Diagnostic::error("duplicate-name", name_span, message));
        }
        let body = match table.entry("sql") {
            Some(entry) => {
                not_with_sql(table, entry.key_span, faults);
                query(&entry.node, outputs, &known.schema, faults)
            }
            None => grouped(table, span, outputs, known, faults),
        };
        let reaches = table.get("reaches").map(|node| channels_of(node, "reaches", table, faults)).unwrap_or_default();
        plans.extend(body.map(|body| ReportPlan { name: name.to_owned(), slug, body, reaches }));
    }
    plans
}

/// Lower case, everything but letters and digits as one underscore: `Hot leads by owner` is `hot_leads_by_owner`.
fn slug(name: &str) -> String {
    let plain = deunicode::deunicode(name).to_ascii_lowercase();
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("_")
}

fn not_with_sql(table: &Table, sql: Span, faults: &mut Diagnostics) {
    for entry in table.entries.iter().filter(|entry| !["name", "sql", "reaches"].contains(&entry.key.as_str())) {
        let message = format!("`{}` does nothing beside `sql`", entry.key);
        let fault =
            Diagnostic::error("contradictory-keys", entry.key_span, message).also(sql, "the whole query is here");
        faults.push(fault);
    }
}

fn query(node: &Node, outputs: &Outputs<'_>, schema: &LeadSchema, faults: &mut Diagnostics) -> Option<ReportBody> {
    let sql = node.as_text()?;
    let parsed = Parser::new(&PostgreSqlDialect {})
        .with_recursion_limit(100)
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_statements());
    match parsed {
        Err(error) => {
            let (message, at) = syntax_error(&error, sql);
            let span = at.map_or(node.span, |at| inside(node.span, sql, at..end_of_word(sql, at), faults));
            faults.push(Diagnostic::error("bad-query", span, message));
        }
        Ok(statements) if statements.len() != 1 => {
            faults.push(Diagnostic::error("bad-query", node.span, "one SELECT is needed"));
        }
        Ok(_) => {
            if let Err(message) = (outputs.check_query)(sql, schema) {
                faults.push(Diagnostic::error("bad-query", node.span, message));
            }
        }
    }
    Some(ReportBody::Sql(sql.to_owned()))
}

/// The parser's sentence without its position, and the position as a byte.
fn syntax_error(error: &ParserError, sql: &str) -> (String, Option<usize>) {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => return ("the query is nested too deeply".to_owned(), None),
    };
    let Some((message, place)) = text.rsplit_once(" at Line: ") else { return (text.to_owned(), None) };
    let at = place.split_once(", Column: ").and_then(|(line, column)| {
        let (line, column): (usize, usize) = (line.trim().parse().ok()?, column.trim().parse().ok()?);
        let start: usize = sql.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
        let rest = sql.get(start..)?;
        Some(start + rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(byte, _)| byte))
    });
    (message.to_owned(), at)
}

fn end_of_word(sql: &str, start: usize) -> usize {
    let rest = &sql[start..];
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (start + length.max(1)).min(sql.len())
}

fn grouped(
    table: &Table,
    span: Span,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Option<ReportBody> {
    let from = table.text("from").unwrap_or("leads");
    let Some(columns) = (outputs.tables)(from, &known.schema) else {
        let message = format!("there is no output table `{from}`");
        let fault = Diagnostic::error("unknown-table", table.span("from", span), message);
        faults.push(fault.instead(from, outputs.names.iter().copied()));
        return None;
    };
    let scope = Scope {
        columns: columns.iter().map(|column| (column.name.clone(), value_type(column.kind))).collect(),
        as_of: known.as_of,
    };
    let filter = table.get("where").and_then(|node| plain_condition(node, &scope, faults));
    let group_by = names(table, "group_by", from, &columns, faults);
    let shown = names(table, "columns", from, &columns, faults);
    if let (Some(columns), true) =
        (table.entry("columns"), table.get("group_by").is_some() || table.get("measures").is_some())
    {
        let message = "`columns` lists rows as they are: it does not go with `group_by` or `measures`";
        faults.push(Diagnostic::error("contradictory-keys", columns.key_span, message));
    }
    let mut measures = Vec::new();
    for entry in table.table("measures").into_iter().flat_map(|measures| &measures.entries) {
        if group_by.contains(&entry.key) {
            let message = format!("`{}` is a column of the report already", entry.key);
            faults.push(Diagnostic::error("duplicate-name", entry.key_span, message));
        }
        measures.extend(measure(&entry.node, &scope, faults).map(|measure| (entry.key.clone(), measure)));
    }
    if table.get("group_by").is_some() && table.get("measures").is_none() {
        let fault = Diagnostic::error("missing-key", table.span("group_by", span), "`group_by` needs `measures`");
        faults.push(fault.help("measures = { leads = \"COUNT(*)\" }"));
    }
    let sort = sort(table, from, &columns, faults);
    let limit = table.integer("limit").and_then(|limit| u32::try_from(limit).ok());
    Some(ReportBody::Grouped { from: from.to_owned(), filter, group_by, measures, columns: shown, sort, limit })
}

/// Columns of the table that a key lists.
pub(super) fn names(
    table: &Table,
    key: &str,
    from: &str,
    columns: &[OutputColumn],
    faults: &mut Diagnostics,
) -> Vec<String> {
    let mut names = Vec::new();
    for (span, name) in table.texts(key) {
        if names.iter().any(|earlier| earlier == name) {
            faults.push(Diagnostic::error("duplicate-name", span, format!("`{name}` is listed twice")));
        } else if columns.iter().any(|column| column.name == name) {
            names.push(name.to_owned());
        } else {
            let fault = Diagnostic::error("unknown-column", span, format!("the table `{from}` has no column `{name}`"));
            faults.push(fault.instead(name, columns.iter().map(|column| column.name.as_str())));
        }
    }
    names
}

/// `-value`: by a column of the report, descending.
fn sort(table: &Table, from: &str, columns: &[OutputColumn], faults: &mut Diagnostics) -> Vec<(String, bool)> {
    let is_grouped = table.get("group_by").is_some() || table.get("measures").is_some();
    let mut valid: Vec<&str> = match (is_grouped, table.get("columns").is_some()) {
        (true, _) => table.texts("group_by").map(|(_, name)| name).collect(),
        (false, true) => table.texts("columns").map(|(_, name)| name).collect(),
        (false, false) => columns.iter().map(|column| column.name.as_str()).collect(),
    };
    valid.extend(table.table("measures").into_iter().flat_map(|table| &table.entries).map(|entry| entry.key.as_str()));
    let mut sort = Vec::new();
    for (span, text) in table.texts("sort") {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        if valid.contains(&name) {
            sort.push((name.to_owned(), descending));
        } else {
            let what = if is_grouped { "the report".to_owned() } else { format!("the table `{from}`") };
            let fault = Diagnostic::error("unknown-column", span, format!("{what} has no column `{name}` to sort by"));
            faults.push(fault.instead(name, valid.iter().copied()));
        }
    }
    sort
}

/// The type that rules see.
pub(super) fn value_type(kind: OutputType) -> ValueType {
    match kind {
        OutputType::Text => ValueType::Text,
        OutputType::Integer => ValueType::Integer,
        OutputType::Number | OutputType::Decimal => ValueType::Number,
        OutputType::Boolean => ValueType::Boolean,
        OutputType::Date => ValueType::Date,
        OutputType::Timestamp => ValueType::Timestamp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        let cases = [
            ("Hot leads by owner", "hot_leads_by_owner"),
            ("  Müller & Söhne – 2026 ", "muller_sohne_2026"),
            ("leads_by_owner", "leads_by_owner"),
            ("../../etc/passwd", "etc_passwd"),
            ("!!!", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(slug(name), expected, "{name}");
        }
    }
}
