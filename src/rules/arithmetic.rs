//! Arithmetic on numbers, dates and intervals. Overflow and division by zero give NULL.

use polars::prelude::Expr;
use sqlparser::ast::{
    BinaryOperator, DataType, Expr as Tree, Interval as IntervalTree, Spanned, TypedString, Value as Literal,
};
use sqlparser::tokenizer::Span;

use super::cast;
use super::kernel::{self, Value};
use super::lower::{Lowering, Typed, bare};
use super::temporal::{self, Interval, Unit};
use crate::model::field::ValueType;

impl Lowering<'_> {
    /// `+ - * / %` on numbers; `+ -` on dates.
    pub(super) fn arithmetic(&mut self, left: &Tree, op: &BinaryOperator, right: &Tree) -> Option<Typed> {
        match (bare(left), op, bare(right)) {
            (_, BinaryOperator::Plus, Tree::Interval(interval)) => return self.shift(left, interval, 1),
            (_, BinaryOperator::Minus, Tree::Interval(interval)) => return self.shift(left, interval, -1),
            (Tree::Interval(interval), BinaryOperator::Plus, _) => return self.shift(right, interval, 1),
            _ => {}
        }
        let (left, right) = (self.lower(left), self.lower(right));
        let (left, right) = (left?, right?);
        let span = left.span.union(&right.span);
        let temporal = |side: &Typed| matches!(side.value_type, Some(ValueType::Date | ValueType::Timestamp));
        if *op == BinaryOperator::Minus
            && (temporal(&left) || temporal(&right))
            && right.value_type != Some(ValueType::Integer)
        {
            return self.days_between(vec![left, right], span);
        }
        match (op, left.value_type, right.value_type) {
            (BinaryOperator::Plus, Some(ValueType::Date), Some(ValueType::Integer)) => {
                return Some(later(left, right, 1));
            }
            (BinaryOperator::Minus, Some(ValueType::Date), Some(ValueType::Integer)) => {
                return Some(later(left, right, -1));
            }
            (BinaryOperator::Plus, Some(ValueType::Integer), Some(ValueType::Date)) => {
                return Some(later(right, left, 1));
            }
            _ => {}
        }
        let sign = op.to_string();
        let (left, right) = (self.number(left, &sign), self.number(right, &sign));
        let (left, right) = (left?, right?);
        let whole = [&left, &right].iter().all(|side| side.value_type == Some(ValueType::Integer));
        if whole && *op != BinaryOperator::Divide {
            let compute = match op {
                BinaryOperator::Plus => i64::checked_add,
                BinaryOperator::Minus => i64::checked_sub,
                BinaryOperator::Multiply => i64::checked_mul,
                _ => i64::checked_rem,
            };
            let expr = kernel::strict(&[left.expr, right.expr], ValueType::Integer, move |row| match row {
                [Value::Integer(a), Value::Integer(b)] => compute(*a, *b).map(Value::Integer),
                _ => None,
            });
            return Some(Typed::new(expr, ValueType::Integer, span));
        }
        let (left, right) = (self.convert(left, ValueType::Number)?, self.convert(right, ValueType::Number)?);
        let expr = match op {
            BinaryOperator::Plus => left.expr + right.expr,
            BinaryOperator::Minus => left.expr - right.expr,
            BinaryOperator::Multiply => left.expr * right.expr,
            _ => divide(left.expr, right.expr, *op == BinaryOperator::Divide),
        };
        Some(Typed::new(expr, ValueType::Number, span))
    }

    /// A part that must be a number; NULL is one.
    pub(super) fn number(&mut self, typed: Typed, place: &str) -> Option<Typed> {
        match typed.value_type {
            Some(ValueType::Integer | ValueType::Number) => Some(typed),
            None => self.convert(typed, ValueType::Integer),
            Some(_) => {
                let text = self.source.text(typed.span);
                let message = format!("{text} is {}, {place} needs numbers", typed.noun());
                let expected = match (typed.value_type, place) {
                    (Some(ValueType::Text), "+") => Some("texts are joined with ||".to_owned()),
                    (Some(ValueType::Date | ValueType::Timestamp), _) => {
                        Some("a date is moved by an interval, as_of - INTERVAL '30 days'".to_owned())
                    }
                    _ => None,
                };
                self.fault(typed.span, message, expected, None)
            }
        }
    }

    /// Unary minus.
    pub(super) fn negative(&mut self, tree: &Tree) -> Option<Typed> {
        let typed = self.lower(tree)?;
        let typed = self.number(typed, "-")?;
        let (constant, span) = (typed.constant, typed.span);
        if typed.value_type == Some(ValueType::Integer) {
            if let Some(Value::Integer(number)) = constant {
                return Some(Typed::constant(Value::Integer(-number), ValueType::Integer, span));
            }
            let expr = kernel::strict(&[typed.expr], ValueType::Integer, |row| match row {
                [Value::Integer(number)] => number.checked_neg().map(Value::Integer),
                _ => None,
            });
            return Some(Typed::new(expr, ValueType::Integer, span));
        }
        if let Some(Value::Number(number)) = constant {
            return Some(Typed::constant(Value::Number(-number), ValueType::Number, span));
        }
        let zero = Value::Number(0.0).expr();
        Some(Typed::new(zero - typed.expr, ValueType::Number, span))
    }

    /// Texts one after the other.
    pub(super) fn concatenation(&mut self, left: &Tree, right: &Tree) -> Option<Typed> {
        let (left, right) = (self.lower(left), self.lower(right));
        let (left, right) = (left?, right?);
        let span = left.span.union(&right.span);
        let (left, right) = (self.text_argument(left, "||"), self.text_argument(right, "||"));
        Some(Typed::new(super::text::concat(&[left?.expr, right?.expr]), ValueType::Text, span))
    }

    /// A part that must be text; NULL is one.
    pub(super) fn text_argument(&mut self, typed: Typed, place: &str) -> Option<Typed> {
        if typed.value_type.is_none_or(|kind| kind == ValueType::Text) {
            return self.convert(typed, ValueType::Text);
        }
        let text = self.source.text(typed.span);
        let message = format!("{text} is {}, {place} needs text", typed.noun());
        self.fault(typed.span, message, None, Some(format!("CAST({text} AS TEXT)")))
    }

    /// Whole calendar days from the second to the first.
    pub(super) fn days_between(&mut self, sides: Vec<Typed>, span: Span) -> Option<Typed> {
        let mut days = Vec::new();
        for side in sides {
            let side = self.read_date(side)?;
            match side.value_type {
                Some(ValueType::Date | ValueType::Timestamp) => days.push(side.expr),
                None => days.push(self.convert(side, ValueType::Date)?.expr),
                Some(_) => {
                    let message = format!("{} is {}, not a date", self.source.text(side.span), side.noun());
                    return self.fault(side.span, message, None, None);
                }
            }
        }
        let expr = kernel::strict(&days, ValueType::Integer, |row| {
            let (a, b) = (temporal::day_of(row.first()?)?, temporal::day_of(row.get(1)?)?);
            Some(Value::Integer(i64::from(a) - i64::from(b)))
        });
        Some(Typed::new(expr, ValueType::Integer, span))
    }

    fn shift(&mut self, date: &Tree, interval: &IntervalTree, sign: i64) -> Option<Typed> {
        let (typed, length) = (self.lower(date), self.interval(interval));
        let (typed, length) = (typed?, length?);
        let typed = self.read_date(typed)?;
        let span = typed.span.union(&interval.value.span());
        let result = match typed.value_type {
            None | Some(ValueType::Date) if length.whole_days() => ValueType::Date,
            None | Some(ValueType::Date | ValueType::Timestamp) => ValueType::Timestamp,
            Some(_) => {
                let message = format!("{} is {}, an INTERVAL moves a date", self.source.text(typed.span), typed.noun());
                return self.fault(typed.span, message, None, None);
            }
        };
        let typed = if typed.value_type.is_none() { self.convert(typed, ValueType::Date)? } else { typed };
        if let Some(moved) = typed.constant.as_ref().and_then(|date| length.shift(date, sign)) {
            return Some(Typed::constant(moved, result, span));
        }
        let expr = kernel::strict(&[typed.expr], result, move |row| length.shift(row.first()?, sign));
        Some(Typed::new(expr, result, span))
    }

    fn interval(&mut self, tree: &IntervalTree) -> Option<Interval> {
        let (span, unit) = (tree.value.span(), tree.leading_field.as_ref().map(ToString::to_string));
        let text = match &*tree.value {
            Tree::Value(value) => match &value.value {
                Literal::SingleQuotedString(text) | Literal::Number(text, _) => Some(text.as_str()),
                _ => None,
            },
            _ => None,
        };
        let plain = tree.leading_precision.is_none() && tree.last_field.is_none();
        let read = match (text, unit) {
            (Some(text), None) if plain => Interval::parse(text),
            (Some(text), Some(unit)) if plain => Interval::parse(&format!("{text} {unit}")),
            _ => Err("this is no interval".to_owned()),
        };
        read.map_or_else(
            |message| {
                let expected = "INTERVAL '30 days'; units are days, weeks, months, years, hours, minutes".to_owned();
                self.fault(span, message, Some(expected), None)
            },
            Some,
        )
    }

    /// EXTRACT(unit FROM x).
    pub(super) fn extract(&mut self, unit: &str, tree: &Tree) -> Option<Typed> {
        let typed = self.lower(tree);
        let Some(unit) = Unit::from_name(unit) else {
            let message = format!("{unit} is no part of a date that can be extracted");
            let expected = "YEAR, QUARTER, MONTH, WEEK, DAY, DOW, DOY, HOUR, MINUTE or SECOND".to_owned();
            return self.fault(tree.span(), message, Some(expected), None);
        };
        let typed = self.temporal(typed?, "EXTRACT")?;
        let span = typed.span;
        let expr = kernel::strict(&[typed.expr], ValueType::Integer, move |row| unit.of(row.first()?));
        Some(Typed::new(expr, ValueType::Integer, span))
    }

    /// A part that must be a date or a timestamp.
    pub(super) fn temporal(&mut self, typed: Typed, place: &str) -> Option<Typed> {
        let typed = self.read_date(typed)?;
        match typed.value_type {
            Some(ValueType::Date | ValueType::Timestamp) => Some(typed),
            None => self.convert(typed, ValueType::Date),
            Some(_) => {
                let message = format!("{} is {}, {place} needs a date", self.source.text(typed.span), typed.noun());
                self.fault(typed.span, message, None, None)
            }
        }
    }

    /// `DATE '…'`, `TIMESTAMP '…'`.
    pub(super) fn typed_string(&mut self, typed: &TypedString) -> Option<Typed> {
        let Literal::SingleQuotedString(text) = &typed.value.value else {
            return self.fault(typed.value.span, format!("{typed} is no kind of value that is known here"), None, None);
        };
        let text = Typed::constant(Value::Text(text.clone().into()), ValueType::Text, typed.value.span);
        let date = match typed.data_type {
            DataType::Date => {
                let date = self.read_date(text)?;
                let day = date.constant.as_ref().and_then(temporal::day_of)?;
                Typed::constant(Value::Date(day), ValueType::Date, date.span)
            }
            DataType::Timestamp(..) | DataType::Datetime(..) => {
                let date = self.read_date(text)?;
                self.convert(date, ValueType::Timestamp)?
            }
            _ => return self.cast_typed(text, &typed.data_type.to_string(), typed.value.span),
        };
        Some(date)
    }

    /// CAST(x AS type).
    pub(super) fn cast(&mut self, tree: &Tree, name: &str, span: Span) -> Option<Typed> {
        let typed = self.lower(tree)?;
        self.cast_typed(typed, name, span)
    }

    pub(super) fn cast_typed(&mut self, typed: Typed, name: &str, span: Span) -> Option<Typed> {
        let Some(to) = cast::type_from_name(name) else {
            return self.fault(span, format!("{name} is not a type"), Some(cast::TYPE_NAMES.to_owned()), None);
        };
        let Some(from) = typed.value_type else {
            return self.convert(typed, to);
        };
        if !cast::castable(from, to) {
            let message =
                format!("{} is {}, it has no meaning as {}", self.source.text(typed.span), from.noun(), to.noun());
            return self.fault(typed.span, message, None, None);
        }
        if from == to {
            return Some(Typed { span, ..typed });
        }
        let expr = kernel::strict(&[typed.expr], to, move |row| cast::cast(row.first()?, to));
        Some(Typed::new(expr, to, span))
    }
}

fn later(date: Typed, days: Typed, sign: i64) -> Typed {
    let span = date.span.union(&days.span);
    let expr = kernel::strict(&[date.expr, days.expr], ValueType::Date, move |row| match row {
        [Value::Date(date), Value::Integer(days)] => {
            let moved = days.checked_mul(sign)?.checked_add(i64::from(*date))?;
            temporal::valid_day(moved).map(Value::Date)
        }
        _ => None,
    });
    Typed::new(expr, ValueType::Date, span)
}

fn divide(left: Expr, right: Expr, quotient: bool) -> Expr {
    kernel::strict(&[left, right], ValueType::Number, move |row| match row {
        [Value::Number(_), Value::Number(0.0)] => None,
        [Value::Number(a), Value::Number(b)] => Some(Value::Number(if quotient { a / b } else { a % b })),
        _ => None,
    })
}
