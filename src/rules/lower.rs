//! The walk over the syntax tree: checks types and lowers to the frame engine in one go.
//!
//! Every step gives `None` after it has reported a fault, and both sides of an operator are walked before either
//! `None` is passed on: so all faults of an expression come out together.

use crate::model::calendar;
use std::collections::BTreeSet;

use polars::prelude::{Expr, NULL, coalesce, lit};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CeilFloorKind, DateTimeField, Expr as Tree, Ident, Spanned, UnaryOperator,
    Value as Literal, ValueWithSpan,
};
use sqlparser::tokenizer::Span;

use super::kernel::{self, Value, data_type};
use super::names::{choices, nearest};
use super::parse::Source;
use super::{Expression, RuleFault, Scope};
use crate::model::field::ValueType;

/// Deepest nesting of operators and functions; brackets don't count, and chains of AND and OR are flat.
/// The frame engine recurses on its own threads, with two levels or three for one of ours: 100 of them overflow.
const MAX_DEPTH: usize = 64;
/// Most faults of one expression that are worth reading.
const MAX_FAULTS: usize = 20;

/// What is being compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Condition,
    Expression,
    Measure,
}

impl Goal {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Expression => "expression",
            Self::Measure => "measure",
        }
    }
}

/// A lowered part: its type (none for NULL), its place, and its value where it is a literal.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) value_type: Option<ValueType>,
    pub(super) span: Span,
    pub(super) constant: Option<Value<'static>>,
}

impl Typed {
    pub(super) fn new(expr: Expr, value_type: ValueType, span: Span) -> Self {
        Self { expr, value_type: Some(value_type), span, constant: None }
    }

    pub(super) fn constant(value: Value<'static>, value_type: ValueType, span: Span) -> Self {
        Self { expr: value.expr(), value_type: Some(value_type), span, constant: Some(value) }
    }

    pub(super) fn null(span: Span) -> Self {
        Self { expr: lit(NULL), value_type: None, span, constant: None }
    }

    pub(super) fn noun(&self) -> &'static str {
        self.value_type.map_or("NULL", ValueType::noun)
    }
}

/// The state of one walk.
pub(super) struct Lowering<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) scope: &'a Scope,
    pub(super) goal: Goal,
    pub(super) in_aggregate: bool,
    pub(super) aggregates: usize,
    pub(super) columns: BTreeSet<String>,
    faults: Vec<RuleFault>,
    depth: usize,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(source: &'a Source<'a>, scope: &'a Scope, goal: Goal) -> Self {
        let (columns, faults) = (BTreeSet::new(), Vec::new());
        Self { source, scope, goal, in_aggregate: false, aggregates: 0, columns, faults, depth: 0 }
    }

    /// Lowers the whole tree.
    pub(super) fn run(mut self, tree: &Tree) -> Result<Expression, Vec<RuleFault>> {
        let typed = match self.goal {
            Goal::Condition => self.root_condition(tree),
            Goal::Expression => self.lower(tree),
            Goal::Measure => self.root_measure(tree),
        };
        match typed {
            Some(Typed { expr, value_type, .. }) if self.faults.is_empty() => {
                let expr = if value_type.is_none() { kernel::null(ValueType::Text) } else { expr };
                let value_type = value_type.unwrap_or(ValueType::Text);
                let sql = self.source.whole().to_owned();
                Ok(Expression { sql, expr, value_type, columns: self.columns.into_iter().collect() })
            }
            _ => {
                self.faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
                self.faults.dedup();
                Err(self.faults)
            }
        }
    }

    fn root_condition(&mut self, tree: &Tree) -> Option<Typed> {
        let typed = self.lower(tree)?;
        match typed.value_type {
            Some(ValueType::Boolean) => Some(typed),
            None => self.convert(typed, ValueType::Boolean),
            Some(other) => {
                let text = self.source.text(typed.span);
                let instead = match other {
                    ValueType::Integer | ValueType::Number => format!("{text} > 0"),
                    ValueType::Date | ValueType::Timestamp => format!("{text} <= as_of"),
                    ValueType::Text | ValueType::Boolean => format!("{text} IS NOT NULL"),
                };
                let message = format!("{text} is {}, a condition must be true or false", other.noun());
                self.fault(typed.span, message, None, Some(instead))
            }
        }
    }

    fn root_measure(&mut self, tree: &Tree) -> Option<Typed> {
        let typed = self.lower(tree)?;
        if self.aggregates > 0 {
            return Some(typed);
        }
        let expected = "COUNT(*), COUNT(x), SUM(x), AVG(x), MIN(x) or MAX(x)";
        let message = "a measure needs a function that looks at many rows".to_owned();
        self.fault(typed.span, message, Some(expected.to_owned()), None)
    }

    /// Reports a fault; always none, to be passed on.
    pub(super) fn fault<T>(
        &mut self,
        span: Span,
        message: String,
        expected: Option<String>,
        suggestion: Option<String>,
    ) -> Option<T> {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(RuleFault { span: self.source.range(span), message, expected, suggestion });
        }
        None
    }

    /// Lowers any part of the tree.
    pub(super) fn lower(&mut self, tree: &Tree) -> Option<Typed> {
        let tree = bare(tree);
        if self.depth >= MAX_DEPTH {
            let deeper = self.faults.iter().any(|fault| fault.message.starts_with("this is nested"));
            let message = format!("this is nested more than {MAX_DEPTH} deep");
            return if deeper { None } else { self.fault(tree.span(), message, None, None) };
        }
        self.depth += 1;
        let typed = self.dispatch(tree);
        self.depth -= 1;
        typed
    }

    fn dispatch(&mut self, tree: &Tree) -> Option<Typed> {
        match tree {
            Tree::Identifier(name) => self.column(name),
            Tree::Value(value) => self.literal(value),
            Tree::TypedString(typed) => self.typed_string(typed),
            Tree::BinaryOp { left, op, right } => self.binary(tree, left, op, right),
            Tree::UnaryOp { op: UnaryOperator::Not, expr } => {
                let typed = self.boolean(expr, "NOT")?;
                Some(Typed::new(typed.expr.not(), ValueType::Boolean, typed.span))
            }
            Tree::UnaryOp { op: UnaryOperator::Minus, expr } => self.negative(expr),
            Tree::UnaryOp { op: UnaryOperator::Plus, expr } => {
                let typed = self.lower(expr)?;
                self.number(typed, "+")
            }
            Tree::IsNull(inner) => self.is(inner, Expr::is_null),
            Tree::IsNotNull(inner) => self.is(inner, Expr::is_not_null),
            Tree::IsTrue(inner) => self.is_truth(inner, |expr| expr.fill_null(lit(false))),
            Tree::IsNotTrue(inner) => self.is_truth(inner, |expr| expr.fill_null(lit(false)).not()),
            Tree::IsFalse(inner) => self.is_truth(inner, |expr| expr.fill_null(lit(true)).not()),
            Tree::IsNotFalse(inner) => self.is_truth(inner, |expr| expr.fill_null(lit(true))),
            Tree::IsUnknown(inner) => self.is_truth(inner, Expr::is_null),
            Tree::IsNotUnknown(inner) => self.is_truth(inner, Expr::is_not_null),
            Tree::IsDistinctFrom(left, right) => self.pair(left, right, Expr::neq_missing),
            Tree::IsNotDistinctFrom(left, right) => self.pair(left, right, Expr::eq_missing),
            Tree::InList { expr, list, negated } => self.in_list(expr, list, *negated),
            Tree::Between { expr, negated, low, high } => self.between(expr, low, high, *negated),
            Tree::Like { negated, any: false, expr, pattern, escape_char } => {
                self.like(expr, pattern, escape_char.as_ref(), *negated, false)
            }
            Tree::ILike { negated, any: false, expr, pattern, escape_char } => {
                self.like(expr, pattern, escape_char.as_ref(), *negated, true)
            }
            Tree::RLike { negated, expr, pattern, .. } => self.regex(expr, pattern, *negated, false),
            Tree::Case { operand, conditions, else_result, .. } => {
                self.case(tree.span(), operand.as_deref(), conditions, else_result.as_deref())
            }
            Tree::Cast { expr, data_type, format: None, array: false, .. } => {
                self.cast(expr, &data_type.to_string(), tree.span())
            }
            Tree::Function(function) => self.function(function),
            Tree::Extract { field, expr, .. } => self.extract(&field.to_string(), expr),
            Tree::Ceil { expr, field } => self.rounding("CEIL", field, expr),
            Tree::Floor { expr, field } => self.rounding("FLOOR", field, expr),
            Tree::Position { expr, r#in } => self.call("STRPOS", tree.span(), &[r#in, expr]),
            Tree::Substring { expr, substring_from: Some(from), substring_for, .. } => {
                let mut arguments: Vec<&Tree> = vec![expr, from];
                arguments.extend(substring_for.as_deref());
                self.call("SUBSTRING", tree.span(), &arguments)
            }
            Tree::Substring { expr, substring_from: None, substring_for: Some(count), .. } => {
                self.call("LEFT", tree.span(), &[expr, count])
            }
            Tree::Trim { trim_where, trim_what, expr, trim_characters: None } => {
                self.trim(*trim_where, trim_what.as_deref(), expr)
            }
            Tree::Interval(interval) => {
                let message = "an INTERVAL stands only after + or - with a date".to_owned();
                self.fault(interval.value.span(), message, Some("as_of - INTERVAL '30 days'".to_owned()), None)
            }
            Tree::Tuple(values) => {
                let message = "several values in brackets stand only after IN".to_owned();
                self.fault(values.first().map_or(tree.span(), Spanned::span), message, None, None)
            }
            other => {
                let text = self.source.text(other.span());
                self.fault(other.span(), format!("`{text}`: this kind of SQL is not understood here"), None, None)
            }
        }
    }

    fn column(&mut self, name: &Ident) -> Option<Typed> {
        let scope = self.scope;
        let exact = scope.columns.iter().find(|(column, _)| *column == name.value);
        let found = exact.or_else(|| {
            let lower = name.value.to_lowercase();
            let mut same = scope.columns.iter().filter(|(column, _)| column.to_lowercase() == lower);
            same.next().filter(|_| same.next().is_none())
        });
        let Some((column, value_type)) = found else {
            return match name.value.as_str() {
                word if word.eq_ignore_ascii_case("as_of") && name.quote_style.is_none() => Some(self.as_of(name.span)),
                _ => self.unknown_column(name),
            };
        };
        if self.goal == Goal::Measure && !self.in_aggregate {
            let function = match value_type {
                ValueType::Number | ValueType::Integer => "SUM",
                _ => "MAX",
            };
            let message = format!("{column} has a value in every row: a measure needs one for all");
            let suggestion = Some(format!("{function}({})", self.source.text(name.span)));
            return self.fault(name.span, message, Some("COUNT, SUM, AVG, MIN or MAX of it".to_owned()), suggestion);
        }
        self.columns.insert(column.clone());
        // Not `col(…)`, which takes some names for patterns.
        Some(Typed::new(Expr::Column(column.as_str().into()), *value_type, name.span))
    }

    pub(super) fn as_of(&self, span: Span) -> Typed {
        Typed::constant(Value::Date(calendar::days(self.scope.as_of)), ValueType::Date, span)
    }

    fn unknown_column(&mut self, name: &Ident) -> Option<Typed> {
        let wrong = name.value.as_str();
        let valid = || self.scope.columns.iter().map(|(column, _)| column.as_str()).chain(["as_of"]);
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let near = nearest(wrong, valid()).map(|column| {
            let bare = column.chars().all(|c| c.is_alphanumeric() || c == '_') && !column.starts_with(char::is_numeric);
            if bare { column.to_owned() } else { format!("\"{column}\"") }
        });
        let list = choices(wrong, valid());
        if name.quote_style.is_none() {
            return self.fault(name.span, format!("there is no column {wrong}"), Some(list), near);
        }
        let message = format!("there is no column \"{wrong}\"; text stands in single quotes, {}", quoted(wrong));
        self.fault(name.span, message, Some(list), near.or_else(|| Some(quoted(wrong))))
    }

    fn literal(&mut self, value: &ValueWithSpan) -> Option<Typed> {
        let span = value.span;
        match &value.value {
            Literal::Number(digits, _) => match (digits.parse::<i64>(), digits.parse::<f64>()) {
                (Ok(integer), _) => Some(Typed::constant(Value::Integer(integer), ValueType::Integer, span)),
                (_, Ok(number)) if number.is_finite() => {
                    Some(Typed::constant(Value::Number(number), ValueType::Number, span))
                }
                _ => self.fault(span, format!("{digits} is no number that can be computed with"), None, None),
            },
            Literal::SingleQuotedString(text) => {
                Some(Typed::constant(Value::Text(text.clone().into()), ValueType::Text, span))
            }
            Literal::Boolean(truth) => Some(Typed::constant(Value::Boolean(*truth), ValueType::Boolean, span)),
            Literal::Null => Some(Typed::null(span)),
            other => self.fault(span, format!("{other} is no kind of value that is known here"), None, None),
        }
    }

    fn binary(&mut self, tree: &Tree, left: &Tree, op: &BinaryOperator, right: &Tree) -> Option<Typed> {
        match op {
            BinaryOperator::And => self.chain(tree, op, Expr::and),
            BinaryOperator::Or => self.chain(tree, op, Expr::or),
            BinaryOperator::Eq => self.pair(left, right, Expr::eq),
            BinaryOperator::NotEq => self.pair(left, right, Expr::neq),
            BinaryOperator::Lt => self.pair(left, right, Expr::lt),
            BinaryOperator::LtEq => self.pair(left, right, Expr::lt_eq),
            BinaryOperator::Gt => self.pair(left, right, Expr::gt),
            BinaryOperator::GtEq => self.pair(left, right, Expr::gt_eq),
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => self.arithmetic(left, op, right),
            BinaryOperator::StringConcat => self.concatenation(left, right),
            BinaryOperator::PGRegexMatch => self.regex(left, right, false, false),
            BinaryOperator::PGRegexIMatch => self.regex(left, right, false, true),
            BinaryOperator::PGRegexNotMatch => self.regex(left, right, true, false),
            BinaryOperator::PGRegexNotIMatch => self.regex(left, right, true, true),
            other => self.fault(tree.span(), format!("the operator {other} is not understood here"), None, None),
        }
    }

    /// A chain of ANDs or ORs, however long: its terms joined as a balanced tree, so that nothing recurses deeply.
    fn chain(&mut self, tree: &Tree, op: &BinaryOperator, join: fn(Expr, Expr) -> Expr) -> Option<Typed> {
        let mut terms = Vec::new();
        let mut pending = vec![tree];
        while let Some(node) = pending.pop() {
            match bare(node) {
                Tree::BinaryOp { left, op: same, right } if same == op => {
                    pending.extend([right.as_ref(), left.as_ref()]);
                }
                term => terms.push(term),
            }
        }
        let place = op.to_string();
        let levels = terms.len().ilog2() as usize;
        self.depth += levels;
        let lowered: Vec<Option<Typed>> = terms.into_iter().map(|term| self.boolean(term, &place)).collect();
        self.depth -= levels;
        let lowered: Vec<Typed> = lowered.into_iter().collect::<Option<_>>()?;
        let span = Span::union_iter(lowered.iter().map(|term| term.span));
        let expr = balanced(lowered.into_iter().map(|term| term.expr).collect(), join)?;
        Some(Typed::new(expr, ValueType::Boolean, span))
    }

    /// Lowers what must be true or false (or NULL).
    pub(super) fn boolean(&mut self, tree: &Tree, place: &str) -> Option<Typed> {
        let typed = self.lower(tree)?;
        if typed.value_type.is_none_or(|kind| kind == ValueType::Boolean) {
            return self.convert(typed, ValueType::Boolean);
        }
        let text = self.source.text(typed.span);
        let message = format!("{text} is {}, {place} needs true or false", typed.noun());
        self.fault(typed.span, message, Some("a comparison, such as stars >= 4".to_owned()), None)
    }

    fn is(&mut self, inner: &Tree, test: fn(Expr) -> Expr) -> Option<Typed> {
        let typed = self.lower(inner)?;
        let typed = match typed.value_type {
            None => self.convert(typed, ValueType::Boolean)?,
            Some(_) => typed,
        };
        Some(Typed::new(test(typed.expr), ValueType::Boolean, typed.span))
    }

    fn is_truth(&mut self, inner: &Tree, test: fn(Expr) -> Expr) -> Option<Typed> {
        let typed = self.boolean(inner, "IS")?;
        Some(Typed::new(test(typed.expr), ValueType::Boolean, typed.span))
    }

    fn case(
        &mut self,
        span: Span,
        operand: Option<&Tree>,
        branches: &[CaseWhen],
        otherwise: Option<&Tree>,
    ) -> Option<Typed> {
        let tests: Vec<Option<Typed>> = match operand {
            None => branches.iter().map(|branch| self.boolean(&branch.condition, "WHEN")).collect(),
            Some(operand) => std::iter::once(operand)
                .chain(branches.iter().map(|branch| &branch.condition))
                .map(|tree| self.lower(tree))
                .collect(),
        };
        let values: Vec<Option<Typed>> = branches.iter().map(|branch| self.lower(&branch.result)).collect();
        let last = match otherwise {
            Some(tree) => self.lower(tree),
            None => Some(Typed::null(span)),
        };
        let tests: Vec<Typed> = tests.into_iter().collect::<Option<_>>()?;
        let values: Vec<Typed> = values.into_iter().chain([last]).collect::<Option<_>>()?;
        if all_null(&values) {
            return Some(Typed::null(span));
        }
        let (values, value_type) = self.unify(values, "the results of CASE")?;
        let tests = if operand.is_some() { self.unify(tests, "CASE and WHEN")?.0 } else { tests };
        // One row function: the frame engine would nest and recurse as deep as there are branches.
        let (with_operand, branches) = (operand.is_some(), branches.len());
        let arguments: Vec<Expr> = tests.into_iter().chain(values).map(|typed| typed.expr).collect();
        let expr = kernel::lenient(&arguments, value_type, move |row| {
            let (tests, values) = row.split_at(row.len() - branches - 1);
            let hit = if with_operand {
                let wanted = tests[0].as_ref();
                wanted.and_then(|wanted| tests[1..].iter().position(|test| test.as_ref() == Some(wanted)))
            } else {
                tests.iter().position(|test| *test == Some(Value::Boolean(true)))
            };
            values[hit.unwrap_or(branches)].clone()
        });
        Some(Typed::new(expr, value_type, span))
    }

    fn rounding(&mut self, name: &str, field: &CeilFloorKind, argument: &Tree) -> Option<Typed> {
        match field {
            CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) => self.call(name, argument.span(), &[argument]),
            _ => self.fault(argument.span(), format!("{name} takes one number"), None, None),
        }
    }

    /// COALESCE, in which the first value that is not NULL counts.
    pub(super) fn coalesce(&mut self, arguments: Vec<Typed>, span: Span) -> Option<Typed> {
        if all_null(&arguments) {
            return Some(Typed::null(span));
        }
        let (values, value_type) = self.unify(arguments, "the arguments of COALESCE")?;
        let exprs: Vec<Expr> = values.into_iter().map(|typed| typed.expr).collect();
        Some(Typed::new(coalesce(&exprs), value_type, span))
    }

    /// The part as a value of the type, which must be reachable without loss.
    pub(super) fn convert(&mut self, typed: Typed, to: ValueType) -> Option<Typed> {
        let Typed { expr, value_type, span, constant } = typed;
        if value_type == Some(to) {
            return Some(Typed { expr, value_type, span, constant });
        }
        let constant = match (constant, to) {
            (Some(Value::Integer(number)), ValueType::Number) => Some(Value::Number(number as f64)),
            (Some(Value::Date(days)), ValueType::Timestamp) => Some(Value::Timestamp(i64::from(days) * 86_400_000_000)),
            _ => None,
        };
        let expr = match (&constant, value_type) {
            (Some(constant), _) => constant.expr(),
            (None, None) => kernel::null(to),
            (None, Some(_)) => expr.cast(data_type(to)),
        };
        Some(Typed { expr, value_type: Some(to), span, constant })
    }
}

/// Whether a function of these has no type but NULL.
pub(super) fn all_null(parts: &[Typed]) -> bool {
    parts.iter().all(|part| part.value_type.is_none())
}

/// The tree without its outer brackets.
pub(super) fn bare(mut tree: &Tree) -> &Tree {
    while let Tree::Nested(inner) = tree {
        tree = inner;
    }
    tree
}

/// The terms joined as a tree of the least depth, in order; none for no terms.
pub(super) fn balanced(mut terms: Vec<Expr>, join: fn(Expr, Expr) -> Expr) -> Option<Expr> {
    while terms.len() > 1 {
        let mut halves = terms.into_iter();
        let mut joined = Vec::with_capacity(halves.len().div_ceil(2));
        while let Some(left) = halves.next() {
            joined.push(match halves.next() {
                Some(right) => join(left, right),
                None => left,
            });
        }
        terms = joined;
    }
    terms.pop()
}
