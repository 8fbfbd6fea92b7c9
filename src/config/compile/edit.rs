//! `[[edit]]`: bulk edits, with values of their columns' types.

use jiff::civil::{Date, DateTime};

use super::Outputs;
use super::condition::condition;
use super::consent::{undoes, undone};
use super::known::Known;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::options::tree::{Node, Value};
use crate::config::plan::{EditPlan, EditValue};
use crate::model::calendar;
use crate::model::field::{Field, LeadColumn, ValueType};

/// Checks every edit.
pub(super) fn edits(
    options: &Options,
    owners: Option<&[String]>,
    outputs: &Outputs<'_>,
    known: &Known,
    faults: &mut Diagnostics,
) -> Vec<EditPlan> {
    let mut plans = Vec::new();
    for (span, table) in options.table.tables("edit") {
        if table.get("set").is_none() && table.get("clear").is_none() {
            faults.push(Diagnostic::error("missing-key", span, "an edit needs `set` or `clear`"));
        }
        let mut set = Vec::new();
        for entry in table.table("set").into_iter().flat_map(|set| &set.entries) {
            let Some(index) = known.column(&entry.key, entry.key_span, faults) else { continue };
            let column = &known.schema.columns()[index];
            if undoes(column, Some(&entry.node)) {
                faults.push(undone(&column.name, entry.node.span));
                continue;
            }
            match edit_value(&entry.node, column).and_then(|value| cleaned(value, column, outputs)) {
                Ok(EditValue::Text(owner)) if column.field == Some(Field::AssignedTo) && !is_owner(&owner, owners) => {
                    let message = format!("`{owner}` is not in the owners file");
                    let fault = Diagnostic::error("unknown-owner", entry.node.span, message);
                    faults.push(fault.instead(&owner, owners.unwrap_or_default().iter().map(String::as_str)));
                }
                Ok(value) => set.push((known.name(index), value)),
                Err(message) => faults.push(Diagnostic::error("bad-value", entry.node.span, message)),
            }
        }
        let mut clear: Vec<String> = Vec::new();
        for (span, name) in table.texts("clear") {
            let Some(index) = known.column(name, span, faults) else { continue };
            let column = known.name(index);
            if undoes(&known.schema.columns()[index], None) {
                faults.push(undone(&column, span));
                continue;
            }
            if set.iter().any(|(name, _)| *name == column) {
                faults.push(Diagnostic::error(
                    "contradictory-edit",
                    span,
                    format!("`{column}` is set and cleared at once"),
                ));
            }
            clear.push(column);
        }
        plans.push(EditPlan { filter: condition(table, "where", &known.lead, known, faults), set, clear });
    }
    plans
}

fn is_owner(name: &str, owners: Option<&[String]>) -> bool {
    owners.is_none_or(|owners| owners.iter().any(|owner| owner.to_lowercase() == name.to_lowercase()))
}

/// A text as an export's value of the column would be after cleaning: `country = "Germany"` sets DE.
fn cleaned(value: EditValue, column: &LeadColumn, outputs: &Outputs<'_>) -> Result<EditValue, String> {
    let EditValue::Text(text) = &value else { return Ok(value) };
    let unusable = || format!("`{text}` is not usable as `{}`", column.name);
    (outputs.clean)(column.cleaner, text).map(EditValue::Text).ok_or_else(unusable)
}

/// The literal as a value of the column's type, or what is wrong.
fn edit_value(node: &Node, column: &LeadColumn) -> Result<EditValue, String> {
    let of = column.cleaner.value_type();
    let wrong = || format!("`{}` is {}, not {}", column.name, of.noun(), node.value.noun());
    let value = match (of, &node.value) {
        (ValueType::Text, Value::Text(text)) => EditValue::Text(text.clone()),
        (ValueType::Integer, Value::Integer(number)) => EditValue::Integer(*number),
        (ValueType::Number, Value::Integer(_) | Value::Number(_)) => {
            EditValue::Number(node.as_number().filter(|number| number.is_finite()).ok_or_else(wrong)?)
        }
        (ValueType::Boolean, Value::Boolean(flag)) => EditValue::Boolean(*flag),
        (ValueType::Date, Value::Text(text) | Value::Moment(text)) => EditValue::Date(days(text).ok_or_else(wrong)?),
        (ValueType::Timestamp, Value::Text(text) | Value::Moment(text)) => {
            EditValue::Timestamp(micros(text).ok_or_else(wrong)?)
        }
        _ => return Err(wrong()),
    };
    match (&value, column.field) {
        (EditValue::Text(text), _) if text.trim().is_empty() => {
            Err(format!("a blank is no value: use clear = [\"{}\"]", column.name))
        }
        (EditValue::Integer(stars), Some(Field::ManualStars)) if !(0..=5).contains(stars) => {
            Err(format!("stars are 0 to 5, not {stars}"))
        }
        (EditValue::Text(word), Some(Field::Status)) => {
            one_of(word, &["open", "qualified", "disqualified"], value.clone())
        }
        (EditValue::Text(word), Some(Field::RatingType)) => one_of(word, &["automatic", "manual"], value.clone()),
        _ => Ok(value),
    }
}

fn one_of(word: &str, words: &[&str], value: EditValue) -> Result<EditValue, String> {
    match words.contains(&word) {
        true => Ok(value),
        false => Err(format!("`{word}` is none of {}", words.join(", "))),
    }
}

/// Days since 1970.
fn days(text: &str) -> Option<i32> {
    text.parse().ok().map(calendar::days)
}

/// Microseconds since 1970; a date alone is its midnight.
fn micros(text: &str) -> Option<i64> {
    let text = text.replace(' ', "T");
    let moment = text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.at(0, 0, 0, 0)))?;
    Some(calendar::micros(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments() {
        assert_eq!(days("1970-01-02"), Some(1));
        assert_eq!(days("2026-11-21"), Some(20_778));
        assert_eq!(days("2026-02-30"), None);
        assert_eq!(micros("1970-01-01T00:00:01.5"), Some(1_500_000));
        assert_eq!(micros("1970-01-02 00:00:00"), Some(86_400_000_000));
        assert_eq!(micros("1969-12-31"), Some(-86_400_000_000));
        assert_eq!(micros("soon"), None);
    }
}
