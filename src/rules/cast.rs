//! CAST: the names of types, and a value in another type; what cannot be one gives NULL.

use std::borrow::Cow;

use super::kernel::Value;
use super::temporal;
use crate::model::field::ValueType;

/// Names that a user is shown.
pub(super) const TYPE_NAMES: &str = "TEXT, INTEGER, NUMBER, BOOLEAN, DATE or TIMESTAMP";

/// The type of a name in CAST, usual synonyms included.
pub(super) fn type_from_name(name: &str) -> Option<ValueType> {
    Some(match name.to_ascii_uppercase().as_str() {
        "TEXT" | "VARCHAR" | "CHARACTER VARYING" | "CHAR VARYING" | "STRING" => ValueType::Text,
        "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "INT4" | "INT8" | "INT64" => ValueType::Integer,
        "NUMBER" | "NUMERIC" | "DECIMAL" | "DOUBLE" | "DOUBLE PRECISION" | "FLOAT" | "FLOAT8" | "FLOAT64" | "REAL" => {
            ValueType::Number
        }
        "BOOLEAN" | "BOOL" => ValueType::Boolean,
        "DATE" => ValueType::Date,
        "TIMESTAMP" | "DATETIME" | "TIMESTAMP WITHOUT TIME ZONE" => ValueType::Timestamp,
        _ => return None,
    })
}

/// Whether any value of the one type can be one of the other.
pub(super) fn castable(from: ValueType, to: ValueType) -> bool {
    use ValueType::{Boolean, Date, Integer, Number, Text, Timestamp};
    match (from, to) {
        (Text, _)
        | (_, Text)
        | (Integer | Number | Boolean, Integer | Number | Boolean)
        | (Date | Timestamp, Date | Timestamp) => true,
        (Integer | Number | Boolean, Date | Timestamp) | (Date | Timestamp, Integer | Number | Boolean) => false,
    }
}

/// The value in the other type.
pub(super) fn cast<'a>(value: &Value<'a>, to: ValueType) -> Option<Value<'a>> {
    match to {
        ValueType::Text => text(value).map(Value::Text),
        ValueType::Integer => integer(value).map(Value::Integer),
        ValueType::Number => number(value).map(Value::Number),
        ValueType::Boolean => boolean(value).map(Value::Boolean),
        ValueType::Date => match value {
            Value::Text(text) => temporal::parse_timestamp(text).and_then(|m| temporal::day_of(&Value::Timestamp(m))),
            other => temporal::day_of(other),
        }
        .map(Value::Date),
        ValueType::Timestamp => match value {
            Value::Text(text) => temporal::parse_timestamp(text),
            Value::Timestamp(micros) => Some(*micros),
            other => temporal::day_of(other).map(|days| i64::from(days) * 86_400_000_000),
        }
        .map(Value::Timestamp),
    }
}

fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    Some(Cow::Owned(match value {
        Value::Text(text) => return Some(text.clone()),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Date(_) | Value::Timestamp(_) => temporal::display(value)?,
    }))
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Text(text) => text.trim().parse().ok(),
        Value::Integer(number) => Some(*number),
        Value::Number(number) => {
            let rounded = number.round();
            // 2^63: the first number that is too large.
            (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded).then_some(rounded as i64)
        }
        Value::Boolean(truth) => Some((*truth).into()),
        Value::Date(_) | Value::Timestamp(_) => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Value::Integer(number) => Some(*number as f64),
        Value::Number(number) => Some(*number),
        Value::Boolean(truth) => Some(f64::from(u8::from(*truth))),
        Value::Date(_) | Value::Timestamp(_) => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "on" => Some(true),
            "false" | "f" | "no" | "n" | "0" | "off" => Some(false),
            _ => None,
        },
        Value::Integer(number) => Some(*number != 0),
        Value::Number(number) => Some(*number != 0.0),
        Value::Boolean(truth) => Some(*truth),
        Value::Date(_) | Value::Timestamp(_) => None,
    }
}
