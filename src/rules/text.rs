//! Text: LIKE and regular expressions on columns, TRIM, joining, and the row functions of the text functions.

use std::borrow::Cow;

use polars::prelude::Expr;
use sqlparser::ast::{Expr as Tree, Spanned, TrimWhereField, ValueWithSpan};

use super::kernel::{self, Value};
use super::like;
use super::lower::{Lowering, Typed};
use crate::model::field::ValueType;

impl Lowering<'_> {
    /// `x [NOT] LIKE 'pattern' [ESCAPE 'c']`, `ILIKE`.
    pub(super) fn like(
        &mut self,
        x: &Tree,
        pattern: &Tree,
        escape: Option<&ValueWithSpan>,
        negated: bool,
        any_case: bool,
    ) -> Option<Typed> {
        let name = if any_case { "ILIKE" } else { "LIKE" };
        let escape = match escape.map(|value| (value.span, value.clone().into_string().unwrap_or_default())) {
            None => None,
            Some((span, text)) => {
                let mut characters = text.chars();
                match (characters.next(), characters.next()) {
                    (Some(character), None) => Some(character),
                    _ => return self.fault(span, format!("ESCAPE takes one character, not '{text}'"), None, None),
                }
            }
        };
        self.matching(x, pattern, name, negated, |text| like::like(text, escape, any_case))
    }

    /// `x ~ 'pattern'`, `x ~* 'pattern'`, `REGEXP_LIKE(x, 'pattern')`.
    pub(super) fn regex(&mut self, x: &Tree, pattern: &Tree, negated: bool, any_case: bool) -> Option<Typed> {
        self.matching(x, pattern, "a regular expression", negated, |text| like::regex(text, any_case))
    }

    fn matching(
        &mut self,
        x: &Tree,
        pattern: &Tree,
        name: &str,
        negated: bool,
        compile: impl FnOnce(&str) -> Result<like::TextTest, String>,
    ) -> Option<Typed> {
        let typed = self.lower(x).and_then(|typed| self.text_argument(typed, name));
        let text = self.pattern(pattern, name)?;
        let test = match text.map(|text| compile(&text)) {
            Some(Ok(test)) => Some(test),
            Some(Err(reason)) => {
                let message = format!("{name}: this pattern is not valid: {reason}");
                return self.fault(pattern.span(), message, None, None);
            }
            None => None,
        };
        let Typed { expr, span, .. } = typed?;
        let expr = match test {
            Some(test) => kernel::test_text(expr, test),
            None => kernel::null(ValueType::Boolean),
        };
        Some(Typed::new(if negated { expr.not() } else { expr }, ValueType::Boolean, span.union(&pattern.span())))
    }

    /// `TRIM([BOTH | LEADING | TRAILING] [characters FROM] x)`.
    pub(super) fn trim(&mut self, side: Option<TrimWhereField>, what: Option<&Tree>, x: &Tree) -> Option<Typed> {
        let name = match side {
            None | Some(TrimWhereField::Both) => "TRIM",
            Some(TrimWhereField::Leading) => "LTRIM",
            Some(TrimWhereField::Trailing) => "RTRIM",
        };
        let arguments: Vec<&Tree> = std::iter::once(x).chain(what).collect();
        self.call(name, x.span(), &arguments)
    }
}

/// The texts one after the other.
pub(super) fn concat(texts: &[Expr]) -> Expr {
    kernel::strict(texts, ValueType::Text, |row| {
        let mut joined = String::new();
        for value in row {
            if let Value::Text(text) = value {
                joined.push_str(text);
            }
        }
        Some(Value::Text(joined.into()))
    })
}

/// LOWER.
pub(super) fn lower<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    map(row, |text| Cow::Owned(text.to_lowercase()))
}

/// UPPER.
pub(super) fn upper<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    map(row, |text| Cow::Owned(text.to_uppercase()))
}

/// TRIM: white space, or the characters of the second text.
pub(super) fn trim<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let set = characters(row)?;
    map(row, |text| part(&text, |text| text.trim_matches(|c| among(c, set))))
}

/// LTRIM.
pub(super) fn trim_start<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let set = characters(row)?;
    map(row, |text| part(&text, |text| text.trim_start_matches(|c| among(c, set))))
}

/// RTRIM.
pub(super) fn trim_end<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let set = characters(row)?;
    map(row, |text| part(&text, |text| text.trim_end_matches(|c| among(c, set))))
}

/// LENGTH, in characters.
pub(super) fn length<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text)] = row else { return None };
    Some(Value::Integer(text.chars().count() as i64))
}

/// SUBSTRING: from the first position, counted from 1, so many characters.
pub(super) fn substring<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let (Value::Text(text), Value::Integer(start)) = (row.first()?, row.get(1)?) else { return None };
    let end = match row.get(2) {
        Some(Value::Integer(count)) => start.saturating_add((*count).max(0)),
        _ => i64::MAX,
    };
    let start = (*start).max(1);
    Some(Value::Text(slice(text, start - 1, end.saturating_sub(start)).to_owned().into()))
}

/// LEFT: the first characters; a negative count leaves so many out at the end.
pub(super) fn left<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Integer(count)] = row else { return None };
    let length = text.chars().count() as i64;
    let count = if *count < 0 { length.saturating_add(*count) } else { *count };
    Some(Value::Text(slice(text, 0, count).to_owned().into()))
}

/// RIGHT: the last characters; a negative count leaves so many out at the beginning.
pub(super) fn right<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Integer(count)] = row else { return None };
    let length = text.chars().count() as i64;
    let skipped = if *count < 0 { count.saturating_neg() } else { (length - count).max(0) };
    Some(Value::Text(slice(text, skipped, i64::MAX).to_owned().into()))
}

/// REPLACE: every occurrence; an empty text occurs nowhere.
pub(super) fn replace<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Text(from), Value::Text(to)] = row else { return None };
    if from.is_empty() {
        return Some(Value::Text(text.clone()));
    }
    Some(Value::Text(text.replace(from.as_ref(), to).into()))
}

/// STARTS_WITH.
pub(super) fn starts_with<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Text(wanted)] = row else { return None };
    Some(Value::Boolean(text.starts_with(wanted.as_ref())))
}

/// ENDS_WITH.
pub(super) fn ends_with<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Text(wanted)] = row else { return None };
    Some(Value::Boolean(text.ends_with(wanted.as_ref())))
}

/// CONTAINS.
pub(super) fn contains<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Text(wanted)] = row else { return None };
    Some(Value::Boolean(text.contains(wanted.as_ref())))
}

/// STRPOS: the first occurrence, counted in characters from 1; 0 for none.
pub(super) fn position<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let [Value::Text(text), Value::Text(wanted)] = row else { return None };
    let place = text.find(wanted.as_ref()).map_or(0, |at| text[..at].chars().count() as i64 + 1);
    Some(Value::Integer(place))
}

fn map<'a>(row: &[Value<'a>], change: impl FnOnce(Cow<'a, str>) -> Cow<'a, str>) -> Option<Value<'a>> {
    let Value::Text(text) = row.first()? else { return None };
    Some(Value::Text(change(text.clone())))
}

fn part<'a>(text: &Cow<'a, str>, cut: impl for<'b> FnOnce(&'b str) -> &'b str) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut(text)),
        Cow::Owned(text) => Cow::Owned(cut(text).to_owned()),
    }
}

/// None where the argument is no text; white space is meant where there is no argument.
fn characters<'r>(row: &'r [Value]) -> Option<Option<&'r str>> {
    match row.get(1) {
        None => Some(None),
        Some(Value::Text(set)) => Some(Some(set)),
        Some(_) => None,
    }
}

fn among(character: char, set: Option<&str>) -> bool {
    set.map_or_else(|| character.is_whitespace(), |set| set.contains(character))
}

fn slice(text: &str, skipped: i64, count: i64) -> &str {
    let at = |text: &str, count: i64| {
        let count = usize::try_from(count).unwrap_or(0);
        text.char_indices().nth(count).map_or(text.len(), |(offset, _)| offset)
    };
    let rest = &text[at(text, skipped)..];
    &rest[..at(rest, count)]
}
