//! `valid_from` and `valid_until`: on which days something counts.

use jiff::civil::Date;

use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::tree::{Node, Table, Value};
use crate::config::plan::Validity;

/// The days of a table's keys; a fault where they are no days, or cover none.
pub(super) fn validity(table: &Table, faults: &mut Diagnostics) -> Validity {
    let mut day = |key: &str| {
        let node = table.get(key)?;
        let day = day(node);
        if let (None, Some(written)) = (day, written(node)) {
            let message = format!("`{written}` is not a date");
            faults.push(Diagnostic::error("bad-date", node.span, message).help("write a day such as 2026-11-30"));
        }
        day
    };
    let validity = Validity { from: day("valid_from"), until: day("valid_until") };
    if let (Some(until), true) = (table.entry("valid_until"), validity.is_empty()) {
        let message = "`valid_until` is before `valid_from`: it would count on no day";
        let fault = Diagnostic::error("contradictory-dates", until.node.span, message);
        faults.push(fault.also(table.span("valid_from", until.node.span), "the first day"));
    }
    validity
}

/// The same, without a word about what is no day.
pub(super) fn stated(table: &Table) -> Validity {
    Validity { from: table.get("valid_from").and_then(day), until: table.get("valid_until").and_then(day) }
}

fn day(node: &Node) -> Option<Date> {
    written(node)?.parse().ok()
}

fn written(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) | Value::Moment(text) => Some(text),
        _ => None,
    }
}
