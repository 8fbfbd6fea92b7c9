//! Comparisons: a common type for both sides, IN, BETWEEN, and text against ISO dates.

use hashbrown::HashSet;
use polars::prelude::{ClosedInterval, Expr};
use sqlparser::ast::{Expr as Tree, Spanned};
use sqlparser::tokenizer::Span;

use super::kernel::{self, Value};
use super::lower::{Lowering, Typed, all_null, balanced};
use super::temporal;
use crate::model::field::ValueType;

impl Lowering<'_> {
    /// Two sides of one type, compared.
    pub(super) fn pair(&mut self, left: &Tree, right: &Tree, compare: fn(Expr, Expr) -> Expr) -> Option<Typed> {
        let (left, right) = (self.lower(left), self.lower(right));
        let (sides, _) = self.unify(vec![left?, right?], "the two sides")?;
        let span = Span::union_iter(sides.iter().map(|side| side.span));
        let mut exprs = sides.into_iter().map(|side| side.expr);
        Some(Typed::new(compare(exprs.next()?, exprs.next()?), ValueType::Boolean, span))
    }

    /// `low <= x AND x <= high`, false as soon as one of the two is.
    pub(super) fn between(&mut self, x: &Tree, low: &Tree, high: &Tree, negated: bool) -> Option<Typed> {
        let (x, low, high) = (self.lower(x), self.lower(low), self.lower(high));
        let (sides, _) = self.unify(vec![x?, low?, high?], "the three values of BETWEEN")?;
        let span = Span::union_iter(sides.iter().map(|side| side.span));
        let mut exprs = sides.into_iter().map(|side| side.expr);
        let expr = exprs.next()?.is_between(exprs.next()?, exprs.next()?, ClosedInterval::Both);
        Some(Typed::new(if negated { expr.not() } else { expr }, ValueType::Boolean, span))
    }

    /// Membership: true if one is equal, else unknown if one is NULL.
    pub(super) fn in_list(&mut self, x: &Tree, list: &[Tree], negated: bool) -> Option<Typed> {
        let x = self.lower(x);
        let items: Vec<Option<Typed>> = list.iter().map(|item| self.lower(item)).collect();
        let items: Vec<Typed> = items.into_iter().collect::<Option<_>>()?;
        let (nulls, items): (Vec<Typed>, Vec<Typed>) = items.into_iter().partition(|item| item.value_type.is_none());
        let (mut sides, _) = self.unify([vec![x?], items].concat(), "IN and its list")?;
        let span = Span::union_iter(sides.iter().chain(&nulls).map(|side| side.span));
        let items = sides.split_off(1);
        let x = sides.pop()?.expr;
        let mut found = match set(&items) {
            Some(test) => vec![kernel::strict(&[x], ValueType::Boolean, test)],
            None if items.is_empty() => Vec::new(),
            // The row function reads x once, where `x = a OR x = b …` would repeat it.
            None => {
                let arguments: Vec<Expr> = std::iter::once(x).chain(items.into_iter().map(|item| item.expr)).collect();
                vec![kernel::lenient(&arguments, ValueType::Boolean, |row| {
                    let (wanted, items) = row.split_first()?;
                    let wanted = wanted.as_ref()?;
                    let hit = items.iter().flatten().any(|item| item == wanted);
                    (hit || items.iter().all(Option::is_some)).then_some(Value::Boolean(hit))
                })]
            }
        };
        if !nulls.is_empty() {
            found.push(kernel::null(ValueType::Boolean));
        }
        let expr = balanced(found, Expr::or)?;
        Some(Typed::new(if negated { expr.not() } else { expr }, ValueType::Boolean, span))
    }

    /// All parts in one type: numbers mix, dates and times mix, ISO text joins dates, NULL joins anything.
    pub(super) fn unify(&mut self, parts: Vec<Typed>, place: &str) -> Option<(Vec<Typed>, ValueType)> {
        let temporal = |part: &Typed| matches!(part.value_type, Some(ValueType::Date | ValueType::Timestamp));
        let parts = if parts.iter().any(temporal) { self.read_dates(parts)? } else { parts };
        let mut common: Option<&Typed> = None;
        for part in parts.iter().filter(|part| part.value_type.is_some()) {
            common = match common {
                None => Some(part),
                Some(first) => match (first.value_type, part.value_type) {
                    (a, b) if a == b => Some(first),
                    (Some(ValueType::Integer), Some(ValueType::Number))
                    | (Some(ValueType::Date), Some(ValueType::Timestamp)) => Some(part),
                    (Some(ValueType::Number), Some(ValueType::Integer))
                    | (Some(ValueType::Timestamp), Some(ValueType::Date)) => Some(first),
                    _ => {
                        let (first, part) = (first.clone(), part.clone());
                        return self.mismatch(&first, &part, place);
                    }
                },
            };
        }
        let value_type = common.and_then(|part| part.value_type).unwrap_or(ValueType::Text);
        let parts = parts.into_iter().map(|part| self.convert(part, value_type)).collect::<Option<_>>()?;
        Some((parts, value_type))
    }

    /// Text in quotes, beside a date, is an ISO date or date and time.
    fn read_dates(&mut self, parts: Vec<Typed>) -> Option<Vec<Typed>> {
        let read: Vec<Option<Typed>> = parts.into_iter().map(|part| self.read_date(part)).collect();
        read.into_iter().collect()
    }

    pub(super) fn read_date(&mut self, part: Typed) -> Option<Typed> {
        let Some(Value::Text(text)) = &part.constant else { return Some(part) };
        if let Some(days) = temporal::parse_date(text) {
            return Some(Typed::constant(Value::Date(days), ValueType::Date, part.span));
        }
        if let Some(micros) = temporal::parse_timestamp(text) {
            return Some(Typed::constant(Value::Timestamp(micros), ValueType::Timestamp, part.span));
        }
        let message = format!("'{text}' is not a date");
        let expected = "a date such as '2026-01-31', or with a time, '2026-01-31 09:30'".to_owned();
        self.fault(part.span, message, Some(expected), None)
    }

    fn mismatch<T>(&mut self, first: &Typed, second: &Typed, place: &str) -> Option<T> {
        let (a, b) = (self.source.text(first.span), self.source.text(second.span));
        let message = format!("{a} is {}, {b} is {}: {place} must be of one kind", first.noun(), second.noun());
        // A literal is more likely wrong than a column.
        let (literal, other) = if first.constant.is_some() { (first, second) } else { (second, first) };
        let suggestion = match (&literal.constant, other.value_type) {
            _ if other.constant.is_some() => None,
            (Some(Value::Text(text)), Some(ValueType::Integer | ValueType::Number)) => {
                text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(|_| text.trim().to_owned())
            }
            (Some(Value::Text(text)), Some(ValueType::Boolean)) => {
                matches!(text.to_lowercase().as_str(), "true" | "false").then(|| text.to_uppercase())
            }
            (Some(Value::Integer(number)), Some(ValueType::Text)) => Some(format!("'{number}'")),
            (Some(Value::Integer(number @ (0 | 1))), Some(ValueType::Boolean)) => {
                Some(if *number == 1 { "TRUE" } else { "FALSE" }.to_owned())
            }
            _ => None,
        };
        let span = if suggestion.is_some() { literal.span } else { first.span.union(&second.span) };
        self.fault(span, message, None, suggestion)
    }

    /// The values of an argument list, each lowered, or none after faults in any.
    pub(super) fn lower_all(&mut self, trees: &[&Tree]) -> Option<Vec<Typed>> {
        let lowered: Vec<Option<Typed>> = trees.iter().map(|tree| self.lower(tree)).collect();
        lowered.into_iter().collect()
    }

    /// NULL where the two are equal, else the first.
    pub(super) fn null_if(&mut self, arguments: Vec<Typed>, span: Span) -> Option<Typed> {
        if all_null(&arguments) {
            return Some(Typed::null(span));
        }
        let (sides, value_type) = self.unify(arguments, "the two arguments of NULLIF")?;
        let exprs: Vec<Expr> = sides.into_iter().map(|side| side.expr).collect();
        let expr = kernel::lenient(&exprs, value_type, |row| row[0].clone().filter(|x| row[1].as_ref() != Some(x)));
        Some(Typed::new(expr, value_type, span))
    }

    /// A text in quotes, known when the expression is compiled.
    pub(super) fn pattern(&mut self, tree: &Tree, place: &str) -> Option<Option<String>> {
        let typed = self.lower(tree)?;
        match (&typed.constant, typed.value_type) {
            (Some(Value::Text(text)), _) => Some(Some(text.to_string())),
            (_, None) => Some(None),
            _ => {
                let message = format!("the pattern of {place} must be a text in single quotes");
                let expected = "CONTAINS(x, y), STARTS_WITH(x, y) or ENDS_WITH(x, y) where it comes from a column";
                self.fault(tree.span(), message, Some(expected.to_owned()), None)
            }
        }
    }
}

type Membership = Box<dyn for<'a> Fn(&[Value<'a>]) -> Option<Value<'a>> + Send + Sync>;

/// A lookup in a set, where all items are constants that a set can hold.
fn set(items: &[Typed]) -> Option<Membership> {
    let mut texts: HashSet<String, foldhash::fast::FixedState> = HashSet::default();
    let mut numbers: HashSet<i64, foldhash::fast::FixedState> = HashSet::default();
    for item in items {
        match item.constant.as_ref()? {
            Value::Text(text) => texts.insert(text.to_string()),
            Value::Integer(number) | Value::Timestamp(number) => numbers.insert(*number),
            Value::Date(days) => numbers.insert(i64::from(*days)),
            Value::Number(_) | Value::Boolean(_) => return None,
        };
    }
    if items.is_empty() {
        return None;
    }
    Some(Box::new(move |row| {
        Some(Value::Boolean(match row.first()? {
            Value::Text(text) => texts.contains(text.as_ref()),
            Value::Integer(number) | Value::Timestamp(number) => numbers.contains(number),
            Value::Date(days) => numbers.contains(&i64::from(*days)),
            Value::Number(_) | Value::Boolean(_) => return None,
        }))
    }))
}
