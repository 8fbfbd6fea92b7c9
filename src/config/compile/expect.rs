//! `[[expect]]`: what is measured of a run, and the limits.

use super::Outputs;
use super::condition::{measure, plain_condition};
use super::known::{Known, unique};
use super::report::{names, value_type};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::{Entry, Node, Table, Value};
use crate::config::plan::{Expectation, Limit, Measured, Sign, Tally};
use crate::model::field::ValueType;
use crate::model::table::OutputColumn;
use crate::rules::Scope;

/// Keys that say what is measured; at most one of them stands in an expectation.
const MEASURES: [&str; 5] = ["filled", "unique", "of", "measure", "drift"];

/// Checks every expectation.
pub(super) fn expectations(
    options: &Options,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Vec<Expectation> {
    unique(options.table.tables("expect").map(|(_, expect)| expect), "expectation", faults);
    let tables = options.table.tables("expect");
    tables.filter_map(|(span, table)| expectation(table, span, outputs, known, faults)).collect()
}

fn expectation(
    table: &Table,
    span: Span,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Option<Expectation> {
    let measures: Vec<&Entry> = table.entries.iter().filter(|entry| MEASURES.contains(&entry.key.as_str())).collect();
    if let [first, others @ ..] = measures.as_slice() {
        for other in others {
            let message =
                format!("`{}` does not go with `{}`: an expectation measures one thing", other.key, first.key);
            let fault = Diagnostic::error("contradictory-keys", other.key_span, message);
            faults.push(fault.also(first.key_span, "measured already").help("write another [[expect]] for it"));
        }
    }
    let found = match measures.first().filter(|entry| entry.key == "of") {
        Some(of) => tally(of, table, faults),
        None => of_table(table, span, measures.first().copied(), outputs, known, faults),
    };
    let change = table.flag("change").unwrap_or(false);
    let warn = limits(table, "warn", faults);
    let fail = limits(table, "fail", faults);
    if table.get("warn").is_none() && table.get("fail").is_none() {
        let fault = Diagnostic::error("missing-key", span, "an expectation needs `warn` or `fail`");
        faults.push(fault.help("warn = \"< 90%\" is told, exit code 1; with fail = \"< 75%\" nothing is published"));
    }
    if let (Some(entry), true, Some(drift)) = (table.entry("change"), change, table.entry("drift")) {
        let message = "`change` says nothing beside `drift`, which compares with the last run by itself";
        let fault = Diagnostic::error("contradictory-keys", entry.key_span, message);
        faults.push(fault.also(drift.key_span, "measured here"));
    }
    let (table_name, filter, measured) = found?;
    let limits_of = |(_, limit): &(Span, Limit)| limit.clone();
    let expectation = Expectation {
        name: table.text("name").unwrap_or_default().to_owned(),
        table: table_name,
        filter,
        measured,
        change,
        warn: warn.iter().map(limits_of).collect(),
        fail: fail.iter().map(limits_of).collect(),
        only: None,
        resting: None,
    };
    for (span, limit) in warn.iter().chain(&fail) {
        faults.items.extend(senseless(&expectation, limit, *span));
    }
    Some(expectation)
}

type Found = (String, Option<crate::rules::Condition>, Measured);

/// What a run counts by itself.
fn tally(of: &Entry, table: &Table, faults: &mut Diagnostics) -> Option<Found> {
    for key in ["from", "where"] {
        if let Some(entry) = table.entry(key) {
            let message = format!("`{key}` does nothing beside `of`, which counts in the rows read");
            let fault = Diagnostic::error("contradictory-keys", entry.key_span, message);
            faults.push(fault.also(of.key_span, "measured here").help("without `of`, rows of a table are counted"));
        }
    }
    let word = of.node.as_text()?;
    let (_, tally, shown) = Tally::ALL.into_iter().find(|(name, ..)| *name == word)?;
    Some((shown.to_owned(), None, Measured::Of(tally)))
}

/// What is measured of an output table.
fn of_table(
    table: &Table,
    span: Span,
    entry: Option<&Entry>,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Option<Found> {
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
    let measured = match entry {
        None => Some(Measured::Rows),
        Some(entry) => measured(entry, table, from, &columns, &scope, faults),
    };
    Some((from.to_owned(), filter, measured?))
}

fn measured(
    entry: &Entry,
    table: &Table,
    from: &str,
    columns: &[OutputColumn],
    scope: &Scope,
    faults: &mut Diagnostics,
) -> Option<Measured> {
    match entry.key.as_str() {
        key @ ("filled" | "unique") => {
            let named = names(table, key, from, columns, faults);
            if table.is_empty_list(key) {
                let message = format!("`{key}` needs at least one column");
                let fault = Diagnostic::error("empty-list", entry.node.span, message);
                faults.push(fault.help(format!("{key} = [\"email\"]")));
            }
            Some(if key == "filled" { Measured::Filled(named) } else { Measured::Unique(named) })
        }
        "measure" => {
            let measure = measure(&entry.node, scope, faults)?;
            if !matches!(measure.value_type, ValueType::Integer | ValueType::Number) {
                let message = format!("this measure is {}, and limits are numbers", measure.value_type.noun());
                let fault = Diagnostic::error("wrong-type", entry.node.span, message);
                faults.push(fault.help("count or sum something up: COUNT(*) FILTER (WHERE …), SUM(…), AVG(…)"));
            }
            Some(Measured::Value(measure))
        }
        _ => {
            let name = entry.node.as_text()?;
            if !columns.iter().any(|column| column.name == name) {
                let message = format!("the table `{from}` has no column `{name}`");
                let fault = Diagnostic::error("unknown-column", entry.node.span, message);
                faults.push(fault.instead(name, columns.iter().map(|column| column.name.as_str())));
            }
            Some(Measured::Drift(name.to_owned()))
        }
    }
}

/// The limits of a key, each with its place.
fn limits(table: &Table, key: &str, faults: &mut Diagnostics) -> Vec<(Span, Limit)> {
    let Some(node) = table.get(key) else { return Vec::new() };
    let texts: Vec<&Node> = match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    };
    if texts.is_empty() {
        let fault = Diagnostic::error("empty-list", node.span, format!("`{key}` needs at least one limit"));
        faults.push(fault.help(format!("{key} = [\"< 500\", \"> 100000\"]")));
    }
    let mut limits = Vec::new();
    for node in texts {
        let Some(text) = node.as_text().filter(|text| !text.trim().is_empty()) else { continue };
        match limit(text) {
            Some(limit) => limits.push((node.span, limit)),
            None => {
                let fault = Diagnostic::error("bad-limit", node.span, format!("`{text}` is not a limit"));
                faults.push(fault.help(
                    "write <, <=, > or >= and a number of at most six decimals, as a share with a percent sign: \
                     \"< 1000\", \">= 2.5%\"",
                ));
            }
        }
    }
    limits
}

/// `< 1000`, `>= 2.5%`.
fn limit(text: &str) -> Option<Limit> {
    const SIGNS: [(&str, Sign); 4] =
        [("<=", Sign::AtMost), (">=", Sign::AtLeast), ("<", Sign::Below), (">", Sign::Above)];
    let (sign, rest) = SIGNS.iter().find_map(|(sign, meant)| Some((*meant, text.trim().strip_prefix(sign)?)))?;
    let (number, is_share) = match rest.trim().strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (rest.trim(), false),
    };
    Some(Limit { sign, bound: millionths(number)?, is_share, text: text.trim().to_owned() })
}

/// A decimal number in millionths: up to a million millions, with up to six decimals.
fn millionths(text: &str) -> Option<i64> {
    const PLACES: usize = 6;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || whole.len() > 12 || decimals.len() > PLACES {
        return None;
    }
    let number: i64 = format!("{whole}{decimals:0<PLACES$}").parse().ok()?;
    Some(if negative { -number } else { number })
}

/// A limit that says nothing of what is measured, or the same of every run.
fn senseless(expectation: &Expectation, limit: &Limit, span: Span) -> Option<Diagnostic> {
    const WHOLE: i64 = 100_000_000;
    if !limit.is_share {
        return None;
    }
    let fault = |code, message: &str, help: &str| Some(Diagnostic::error(code, span, message).help(help));
    match &expectation.measured {
        Measured::Drift(_) => fault(
            "contradictory-keys",
            "drift is a number and no share",
            "write 0.1 for a small drift, 0.25 for a large one",
        ),
        _ if expectation.change => None,
        Measured::Value(_) => fault(
            "contradictory-keys",
            "a measure is a number and no share of something",
            "leave out the percent sign; or, with `change = true`, limit how far it changes",
        ),
        Measured::Rows if expectation.filter.is_none() => fault(
            "contradictory-keys",
            "all rows always are 100 % of all rows",
            "say which rows count with `where`; or, with `change = true`, limit how far their number changes",
        ),
        Measured::Of(Tally::Review | Tally::Findings) => None,
        _ if (0..=WHOLE).contains(&limit.bound) => None,
        _ => fault("out-of-range", "a share of rows is never below 0 % or above 100 %", "write 0% to 100%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_a_sign_and_an_exact_number() {
        let cases = [
            ("< 1000", Some((Sign::Below, 1_000_000_000, false))),
            (">=2.5%", Some((Sign::AtLeast, 2_500_000, true))),
            ("  <=  -0.000001 % ", Some((Sign::AtMost, -1, true))),
            ("> +50%", Some((Sign::Above, 50_000_000, true))),
            ("> 999999999999", Some((Sign::Above, 999_999_999_999_000_000, false))),
        ];
        for (text, expected) in cases {
            assert_eq!(limit(text).map(|limit| (limit.sign, limit.bound, limit.is_share)), expected, "{text}");
        }
        for text in ["many", "< many", "1000", "= 5", "< 1,000", "< 1.", "< .5", "< 1e3", "< 1.0000001", "< 5 % %", "<"]
        {
            assert_eq!(limit(text), None, "{text}");
        }
        assert_eq!(limit("> 1000000000000"), None, "more digits than are kept");
    }
}
