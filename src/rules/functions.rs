//! The functions of the language: a table of plain ones, and those with a lowering of their own.

use sqlparser::ast::{
    Expr as Tree, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectNamePart, Spanned,
};
use sqlparser::tokenizer::Span;

use super::kernel::{self, Value};
use super::lower::{Lowering, Typed, all_null};
use super::names::{choices, nearest};
use super::temporal::Unit;
use super::{aggregate, text};
use crate::model::field::ValueType;

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Text,
    Integer,
    /// A number, whole or not.
    Number,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    Text,
    Integer,
    Boolean,
    /// The type of the first argument.
    Same,
}

type RowFunction = for<'a> fn(&[Value<'a>]) -> Option<Value<'a>>;

/// A function of one row's values.
#[derive(Clone, Copy)]
struct Function {
    /// Its name, then synonyms.
    names: &'static [&'static str],
    /// How it is called.
    usage: &'static str,
    takes: &'static [Takes],
    /// How many of the last arguments may be left out.
    optional: usize,
    gives: Gives,
    apply: RowFunction,
}

const fn function(
    names: &'static [&'static str],
    usage: &'static str,
    takes: &'static [Takes],
    gives: Gives,
    apply: RowFunction,
) -> Function {
    Function { names, usage, takes, optional: 0, gives, apply }
}

const fn optional(count: usize, function: Function) -> Function {
    Function { optional: count, ..function }
}

const FUNCTIONS: &[Function] = &[
    function(&["LOWER", "LCASE"], "LOWER(text)", &[Takes::Text], Gives::Text, text::lower),
    function(&["UPPER", "UCASE"], "UPPER(text)", &[Takes::Text], Gives::Text, text::upper),
    optional(1, function(&["TRIM", "BTRIM"], "TRIM(text)", &[Takes::Text; 2], Gives::Text, text::trim)),
    optional(1, function(&["LTRIM"], "LTRIM(text)", &[Takes::Text; 2], Gives::Text, text::trim_start)),
    optional(1, function(&["RTRIM"], "RTRIM(text)", &[Takes::Text; 2], Gives::Text, text::trim_end)),
    function(
        &["LENGTH", "CHAR_LENGTH", "CHARACTER_LENGTH", "LEN"],
        "LENGTH(text)",
        &[Takes::Text],
        Gives::Integer,
        text::length,
    ),
    optional(
        1,
        function(
            &["SUBSTRING", "SUBSTR"],
            "SUBSTRING(text, start, count)",
            &[Takes::Text, Takes::Integer, Takes::Integer],
            Gives::Text,
            text::substring,
        ),
    ),
    function(&["LEFT"], "LEFT(text, count)", &[Takes::Text, Takes::Integer], Gives::Text, text::left),
    function(&["RIGHT"], "RIGHT(text, count)", &[Takes::Text, Takes::Integer], Gives::Text, text::right),
    function(&["REPLACE"], "REPLACE(text, from, to)", &[Takes::Text; 3], Gives::Text, text::replace),
    function(&["STARTS_WITH"], "STARTS_WITH(text, begin)", &[Takes::Text; 2], Gives::Boolean, text::starts_with),
    function(&["ENDS_WITH"], "ENDS_WITH(text, end)", &[Takes::Text; 2], Gives::Boolean, text::ends_with),
    function(&["CONTAINS"], "CONTAINS(text, part)", &[Takes::Text; 2], Gives::Boolean, text::contains),
    function(&["STRPOS"], "STRPOS(text, part)", &[Takes::Text; 2], Gives::Integer, text::position),
    function(&["ABS"], "ABS(number)", &[Takes::Number], Gives::Same, abs),
    optional(1, function(&["ROUND"], "ROUND(number, digits)", &[Takes::Number, Takes::Integer], Gives::Same, round)),
    function(&["FLOOR"], "FLOOR(number)", &[Takes::Number], Gives::Same, floor),
    function(&["CEIL", "CEILING"], "CEIL(number)", &[Takes::Number], Gives::Same, ceil),
];

/// Functions with a lowering of their own, and how they are called.
const SPECIAL: &[(&str, &str)] = &[
    ("COALESCE", "COALESCE(a, b, …)"),
    ("NULLIF", "NULLIF(a, b)"),
    ("CONCAT", "CONCAT(a, b, …)"),
    ("GREATEST", "GREATEST(a, b, …)"),
    ("LEAST", "LEAST(a, b, …)"),
    ("REGEXP_LIKE", "REGEXP_LIKE(text, 'pattern')"),
    ("DATE", "DATE('2026-01-31')"),
    ("DATE_TRUNC", "DATE_TRUNC('month', date)"),
    ("DATEDIFF", "DATEDIFF(later, earlier)"),
    ("DAYS_BETWEEN", "DAYS_BETWEEN(later, earlier)"),
    ("YEAR", "YEAR(date)"),
    ("QUARTER", "QUARTER(date)"),
    ("MONTH", "MONTH(date)"),
    ("WEEK", "WEEK(date)"),
    ("DAY", "DAY(date)"),
    ("HOUR", "HOUR(date)"),
    ("MINUTE", "MINUTE(date)"),
];

impl Lowering<'_> {
    /// A call as the parser gives it.
    pub(super) fn function(&mut self, call: &Call) -> Option<Typed> {
        let [ObjectNamePart::Identifier(name)] = call.name.0.as_slice() else {
            return self.fault(call.span(), "a function has a name of one word".to_owned(), None, None);
        };
        let upper = name.value.to_uppercase();
        if call.over.is_some() {
            let message = format!("{upper} … OVER looks at other rows, which no {} can", self.goal.noun());
            return self.fault(name.span, message, None, None);
        }
        if matches!(call.args, FunctionArguments::None) {
            return match upper.as_str() {
                "CURRENT_DATE" => Some(self.as_of(name.span)),
                _ => self.clock(name.span, &upper),
            };
        }
        if aggregate::NAMES.contains(&upper.as_str()) {
            return self.aggregate(call, name, &upper);
        }
        let plain = call.filter.is_none() && call.within_group.is_empty() && call.null_treatment.is_none();
        match &call.args {
            FunctionArguments::List(list) if plain && list.duplicate_treatment.is_none() && list.clauses.is_empty() => {
                let mut arguments = Vec::new();
                for argument in &list.args {
                    match argument {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(tree)) => arguments.push(tree),
                        _ => {
                            let message = format!("{upper} takes plain values");
                            return self.fault(name.span, message, None, None);
                        }
                    }
                }
                let span = self.source.with_brackets(call.span());
                self.call_named(name, &upper, span, &arguments)
            }
            _ => self.fault(name.span, format!("{upper} takes plain values: no DISTINCT, FILTER or ORDER"), None, None),
        }
    }

    fn clock(&mut self, span: Span, upper: &str) -> Option<Typed> {
        let message = format!("{upper} would read the clock, and every run would differ");
        let expected = "as_of, the day that the pipeline file names".to_owned();
        self.fault(span, message, Some(expected), Some("as_of".to_owned()))
    }

    fn call_named(&mut self, name: &Ident, upper: &str, span: Span, arguments: &[&Tree]) -> Option<Typed> {
        if FUNCTIONS.iter().any(|function| function.names.contains(&upper)) {
            return self.call(upper, span, arguments);
        }
        if let Some((_, usage)) = SPECIAL.iter().find(|(special, _)| *special == upper) {
            return self.special(upper, usage, span, arguments);
        }
        match upper {
            "NOW" | "TODAY" | "GETDATE" | "SYSDATE" | "CURDATE" => self.clock(span, upper),
            "CURRENT_DATE" if arguments.is_empty() => Some(self.as_of(name.span)),
            _ => {
                let names = || {
                    let plain = FUNCTIONS.iter().flat_map(|function| function.names.iter().copied());
                    plain.chain(SPECIAL.iter().map(|(name, _)| *name))
                };
                let near = nearest(upper, names()).map(str::to_owned);
                self.fault(name.span, format!("there is no function {upper}"), Some(choices(upper, names())), near)
            }
        }
    }

    /// A call of a function of the table.
    pub(super) fn call(&mut self, upper: &str, span: Span, arguments: &[&Tree]) -> Option<Typed> {
        let function = FUNCTIONS.iter().find(|function| function.names.contains(&upper))?;
        let most = function.takes.len();
        let lowered = self.lower_all(arguments);
        if !(most - function.optional..=most).contains(&arguments.len()) {
            return self.wrong_count(upper, function.usage, span);
        }
        let mut first = None;
        let mut exprs = Vec::new();
        let mut failed = false;
        for (typed, takes) in lowered?.into_iter().zip(function.takes) {
            let typed = match takes {
                Takes::Text => self.text_argument(typed, upper),
                Takes::Number => self.number(typed, upper),
                Takes::Integer => self.integer(typed, upper),
            };
            failed |= typed.is_none();
            if let Some(typed) = typed {
                first = first.or(typed.value_type);
                exprs.push(typed.expr);
            }
        }
        let result = match function.gives {
            Gives::Text => ValueType::Text,
            Gives::Integer => ValueType::Integer,
            Gives::Boolean => ValueType::Boolean,
            Gives::Same => first.unwrap_or(ValueType::Integer),
        };
        let expr = (!failed).then(|| kernel::strict(&exprs, result, function.apply))?;
        Some(Typed::new(expr, result, span))
    }

    fn integer(&mut self, typed: Typed, place: &str) -> Option<Typed> {
        if typed.value_type == Some(ValueType::Number) {
            let text = self.source.text(typed.span);
            let message = format!("{text} is a number with a fraction, {place} needs a whole number");
            return self.fault(typed.span, message, None, Some(format!("CAST({text} AS INTEGER)")));
        }
        self.number(typed, place)
    }

    fn wrong_count<T>(&mut self, upper: &str, usage: &str, span: Span) -> Option<T> {
        self.fault(span, format!("{upper} has the wrong number of arguments"), Some(usage.to_owned()), None)
    }

    fn special(&mut self, upper: &str, usage: &str, span: Span, arguments: &[&Tree]) -> Option<Typed> {
        if let ("REGEXP_LIKE", [text, pattern]) = (upper, arguments) {
            return self.regex(text, pattern, false, false);
        }
        if let ("DATE_TRUNC", [unit, date]) = (upper, arguments) {
            return self.date_trunc(unit, date, span);
        }
        if let ("YEAR" | "QUARTER" | "MONTH" | "WEEK" | "DAY" | "HOUR" | "MINUTE", [date]) = (upper, arguments) {
            return self.extract(upper, date);
        }
        if let ("DATE", [date]) = (upper, arguments) {
            let typed = self.lower(date).and_then(|typed| self.read_constant_date(typed))?;
            return self.cast_typed(typed, "DATE", span);
        }
        let lowered = self.lower_all(arguments);
        match (upper, arguments.len()) {
            ("COALESCE", 1..) => self.coalesce(lowered?, span),
            ("GREATEST", 1..) => self.extreme(lowered?, upper, span, |a, b| a.order(b).is_ge()),
            ("LEAST", 1..) => self.extreme(lowered?, upper, span, |a, b| a.order(b).is_le()),
            ("CONCAT", 1..) => {
                let texts: Vec<Option<Typed>> =
                    lowered?.into_iter().map(|typed| self.text_argument(typed, upper)).collect();
                let texts: Vec<Typed> = texts.into_iter().collect::<Option<_>>()?;
                let texts: Vec<_> = texts.into_iter().map(|typed| typed.expr).collect();
                Some(Typed::new(text::concat(&texts), ValueType::Text, span))
            }
            ("NULLIF", 2) => self.null_if(lowered?, span),
            ("DATEDIFF" | "DAYS_BETWEEN", 2) => self.days_between(lowered?, span),
            _ => self.wrong_count(upper, usage, span),
        }
    }

    fn read_constant_date(&mut self, typed: Typed) -> Option<Typed> {
        if typed.constant.is_some() { self.read_date(typed) } else { Some(typed) }
    }

    fn extreme(
        &mut self,
        arguments: Vec<Typed>,
        upper: &str,
        span: Span,
        keep: for<'a> fn(&Value<'a>, &Value<'a>) -> bool,
    ) -> Option<Typed> {
        if all_null(&arguments) {
            return Some(Typed::null(span));
        }
        let (values, value_type) = self.unify(arguments, &format!("the arguments of {upper}"))?;
        let exprs: Vec<_> = values.into_iter().map(|typed| typed.expr).collect();
        let expr = kernel::strict(&exprs, value_type, move |row| {
            row.iter().reduce(|best, value| if keep(best, value) { best } else { value }).cloned()
        });
        Some(Typed::new(expr, value_type, span))
    }

    fn date_trunc(&mut self, unit: &Tree, date: &Tree, span: Span) -> Option<Typed> {
        let typed = self.lower(date).and_then(|typed| self.temporal(typed, "DATE_TRUNC"));
        let name = self.pattern(unit, "DATE_TRUNC")?.unwrap_or_default();
        let unit_span = unit.span();
        let unit = Unit::from_name(&name).filter(|unit| !matches!(unit, Unit::Weekday | Unit::DayOfYear));
        let Some(unit) = unit else {
            let expected = "'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute' or 'second'".to_owned();
            return self.fault(unit_span, format!("'{name}' is no unit of time"), Some(expected), None);
        };
        let typed = typed?;
        let value_type = typed.value_type?;
        let expr = kernel::strict(&[typed.expr], value_type, move |row| unit.truncate(row.first()?));
        Some(Typed::new(expr, value_type, span))
    }
}

fn abs<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    match row {
        [Value::Integer(number)] => number.checked_abs().map(Value::Integer),
        [Value::Number(number)] => Some(Value::Number(number.abs())),
        _ => None,
    }
}

/// Half away from zero; digits beyond what a number has change nothing.
fn round<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    let digits = match row.get(1) {
        None => 0,
        Some(Value::Integer(digits)) => i32::try_from(*digits).ok()?.clamp(-400, 400),
        Some(_) => return None,
    };
    match row.first()? {
        Value::Integer(number) if digits >= 0 => Some(Value::Integer(*number)),
        Value::Integer(number) => {
            let unit = 10_i64.checked_pow(digits.unsigned_abs());
            let Some(unit) = unit else { return Some(Value::Integer(0)) };
            let up = if number.rem_euclid(unit) * 2 >= unit && *number >= 0 { unit } else { 0 };
            let down = if number.checked_abs()? % unit * 2 >= unit && *number < 0 { unit } else { 0 };
            (number / unit).checked_mul(unit)?.checked_add(up)?.checked_sub(down).map(Value::Integer)
        }
        Value::Number(number) => {
            let unit = 10_f64.powi(digits.abs());
            let scaled = if digits >= 0 { (number * unit).round() / unit } else { (number / unit).round() * unit };
            Some(Value::Number(if scaled.is_finite() { scaled } else { *number }))
        }
        _ => None,
    }
}

fn floor<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    match row {
        [Value::Number(number)] => Some(Value::Number(number.floor())),
        [Value::Integer(number)] => Some(Value::Integer(*number)),
        _ => None,
    }
}

fn ceil<'a>(row: &[Value<'a>]) -> Option<Value<'a>> {
    match row {
        [Value::Number(number)] => Some(Value::Number(number.ceil())),
        [Value::Integer(number)] => Some(Value::Integer(*number)),
        _ => None,
    }
}
