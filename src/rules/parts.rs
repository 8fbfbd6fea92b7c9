//! What a condition says, for people: the parts that AND joins, and what a column would have to be for one to hold.

use polars::prelude::{Column, DataType, PlSmallStr};
use sqlparser::ast::{BinaryOperator, Expr as Tree, UnaryOperator, Value as Literal};
use sqlparser::tokenizer::Token;

use super::lower::bare;
use super::parse::Source;
use super::{Condition, Scope, condition, with_room};

/// Parts that are taken apart; a longer chain is written by a program.
const MOST_PARTS: usize = 64;

/// What the top-level ANDs join, each compiled by itself; the whole where there is none.
pub fn conjuncts(whole: &Condition, scope: &Scope) -> Vec<Condition> {
    let texts = with_room(|| {
        let tree = Source::new(&whole.sql).ok()?.parse().ok()?;
        let terms = terms(&tree);
        (2..=MOST_PARTS).contains(&terms.len()).then(|| terms.iter().map(ToString::to_string).collect::<Vec<String>>())
    });
    let parts = texts.flatten().and_then(|texts| texts.iter().map(|text| condition(text, scope).ok()).collect());
    parts.unwrap_or_else(|| vec![whole.clone()])
}

fn terms(tree: &Tree) -> Vec<&Tree> {
    let (mut terms, mut pending) = (Vec::new(), vec![tree]);
    while let Some(node) = pending.pop() {
        match bare(node) {
            Tree::BinaryOp { left, op: BinaryOperator::And, right } => pending.extend([right.as_ref(), left.as_ref()]),
            term => terms.push(term),
        }
    }
    terms
}

/// A condition on one column that compares it with values.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The column.
    pub column: String,
    /// What it must be for the condition to hold: `at least 5000`.
    pub met: String,
    /// What it must be for it not to hold: `less than 5000`.
    pub unmet: String,
    /// A value for which it holds, and one for which it does not, where one can be named.
    pub samples: [Option<Sample>; 2],
}

/// A value that a comparison holds for, or does not.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// This number.
    Number(f64),
    /// The next number above this one.
    Above(f64),
    /// The next number below this one.
    Below(f64),
    /// This text.
    Text(String),
    /// True or false.
    Truth(bool),
    /// A text that no rule names.
    OtherText,
    /// No value.
    Blank,
}

/// What stands for a text that no rule names: of the characters that have no meaning for all.
const OTHER_TEXT: &str = "\u{e000}";

impl Sample {
    /// The value as a column of one row; none where it is not of the column's type.
    pub fn column(&self, name: &str, kind: &DataType) -> Option<Column> {
        let name: PlSmallStr = name.into();
        let number = |float: f64, whole: f64| match kind {
            DataType::Float64 => Some(Column::new(name.clone(), [float])),
            DataType::Int64 => Some(Column::new(name.clone(), [whole as i64])),
            _ => None,
        };
        match self {
            Self::Number(value) if value.fract() == 0.0 || *kind == DataType::Float64 => number(*value, *value),
            Self::Above(value) => number(value.next_up(), value.floor() + 1.0),
            Self::Below(value) => number(value.next_down(), value.ceil() - 1.0),
            Self::Text(text) if *kind == DataType::String => Some(Column::new(name, [text.as_str()])),
            Self::Truth(truth) if *kind == DataType::Boolean => Some(Column::new(name, [*truth])),
            Self::OtherText if *kind == DataType::String => Some(Column::new(name, [OTHER_TEXT])),
            Self::Blank => Some(Column::full_null(name, 1, kind)),
            _ => None,
        }
    }
}

impl Condition {
    /// What the column that it compares with values would have to be; none for any other condition.
    pub fn comparison(&self) -> Option<Comparison> {
        let [column] = &self.columns[..] else { return None };
        let said = with_room(|| {
            let tree = Source::new(&self.sql).ok()?.parse().ok()?;
            Some((comparison(bare(&tree))?, samples(bare(&tree))))
        });
        let ((met, unmet), samples) = said.flatten()?;
        Some(Comparison { column: column.clone(), met, unmet, samples })
    }

    /// The same condition in one spelling, whatever the user's spaces and brackets around it.
    pub fn normal(&self) -> String {
        let normal = with_room(|| Some(bare(&Source::new(&self.sql).ok()?.parse().ok()?).to_string()));
        normal.flatten().unwrap_or_else(|| self.sql.clone())
    }

    /// The numbers that stand in it.
    pub fn numbers(&self) -> Vec<f64> {
        let Ok(source) = Source::new(&self.sql) else { return Vec::new() };
        let number = |token: &Token| if let Token::Number(text, _) = token { text.parse().ok() } else { None };
        source.tokens().filter_map(number).collect()
    }
}

/// What makes the comparison true, and what makes it not.
fn comparison(tree: &Tree) -> Option<(String, String)> {
    let words = |met: &str, unmet: &str| Some((met.to_owned(), unmet.to_owned()));
    let turned = |(met, unmet): (String, String)| (unmet, met);
    match tree {
        Tree::Identifier(_) => words("true", "false"),
        Tree::UnaryOp { op: UnaryOperator::Not, expr } => comparison(bare(expr)).map(turned),
        Tree::IsNotNull(column) => is_column(column).then(|| words("any value", "blank")).flatten(),
        Tree::IsNull(column) => is_column(column).then(|| words("blank", "any value")).flatten(),
        Tree::IsTrue(column) => is_column(column).then(|| words("true", "false")).flatten(),
        Tree::IsNotTrue(column) => is_column(column).then(|| words("false or blank", "true")).flatten(),
        Tree::IsFalse(column) => is_column(column).then(|| words("false", "true")).flatten(),
        Tree::IsNotFalse(column) => is_column(column).then(|| words("true or blank", "false")).flatten(),
        Tree::BinaryOp { left, op, right } => {
            let (op, value) = match (is_column(left), value(left), is_column(right), value(right)) {
                (true, _, _, Some(value)) => (op.clone(), value),
                (_, Some(value), true, _) => (mirrored(op)?, value),
                _ => return None,
            };
            let [least, more] = ["at least", "more than"].map(|word| format!("{word} {value}"));
            let [most, less] = ["at most", "less than"].map(|word| format!("{word} {value}"));
            let other = format!("other than {value}");
            match op {
                BinaryOperator::GtEq => Some((least, less)),
                BinaryOperator::Gt => Some((more, most)),
                BinaryOperator::LtEq => Some((most, more)),
                BinaryOperator::Lt => Some((less, least)),
                BinaryOperator::Eq => Some((value, other)),
                BinaryOperator::NotEq => Some((other, value)),
                _ => None,
            }
        }
        Tree::InList { expr, list, negated } if is_column(expr) => {
            let values: Option<Vec<String>> = list.iter().map(value).collect();
            let values = values?.join(", ");
            let one = (format!("one of {values}"), format!("none of {values}"));
            Some(if *negated { turned(one) } else { one })
        }
        Tree::Between { expr, negated, low, high } if is_column(expr) => {
            let (low, high) = (value(low)?, value(high)?);
            let inside = (format!("between {low} and {high}"), format!("outside {low} to {high}"));
            Some(if *negated { turned(inside) } else { inside })
        }
        _ => None,
    }
}

/// A value that makes the comparison true, and one that makes it false.
fn samples(tree: &Tree) -> [Option<Sample>; 2] {
    use Sample::{Above, Below, Blank, Number, OtherText, Text, Truth};
    let truth = |truth: bool| [Some(Truth(truth)), Some(Truth(!truth))];
    let other = |value: &Sample| match value {
        Number(number) => Some(Above(*number)),
        Text(_) => Some(OtherText),
        Truth(truth) => Some(Truth(!truth)),
        _ => None,
    };
    let turned = |[met, unmet]: [Option<Sample>; 2]| [unmet, met];
    match tree {
        Tree::Identifier(_) | Tree::IsTrue(_) | Tree::IsNotFalse(_) => truth(true),
        Tree::IsNotTrue(_) | Tree::IsFalse(_) => truth(false),
        Tree::UnaryOp { op: UnaryOperator::Not, expr } => turned(samples(bare(expr))),
        Tree::BinaryOp { left, op, right } => {
            let (op, value) =
                if is_column(left) { (Some(op.clone()), literal(right)) } else { (mirrored(op), literal(left)) };
            match (op, value) {
                (Some(BinaryOperator::GtEq), Some(Number(number))) => [Some(Number(number)), Some(Below(number))],
                (Some(BinaryOperator::Gt), Some(Number(number))) => [Some(Above(number)), Some(Number(number))],
                (Some(BinaryOperator::LtEq), Some(Number(number))) => [Some(Number(number)), Some(Above(number))],
                (Some(BinaryOperator::Lt), Some(Number(number))) => [Some(Below(number)), Some(Number(number))],
                (Some(BinaryOperator::Eq), Some(value)) => [Some(value.clone()), other(&value)],
                (Some(BinaryOperator::NotEq), Some(value)) => [other(&value), Some(value)],
                _ => [None, None],
            }
        }
        Tree::InList { list, negated, .. } => {
            let values: Option<Vec<Sample>> = list.iter().map(literal).collect();
            let greatest = |values: &[Sample]| {
                let number = |value: &Sample| if let Number(number) = value { Some(*number) } else { None };
                values.iter().map(number).try_fold(f64::NEG_INFINITY, |most, number| Some(most.max(number?)))
            };
            let none_of = values.as_deref().and_then(|values| match values {
                [Text(_), ..] => Some(OtherText),
                values => greatest(values).map(Above),
            });
            let one = [list.first().and_then(literal), none_of];
            if *negated { turned(one) } else { one }
        }
        Tree::Between { low, negated, .. } => {
            let low = literal(low);
            let below = if let Some(Number(low)) = low { Some(Below(low)) } else { None };
            let one = [low, below];
            if *negated { turned(one) } else { one }
        }
        Tree::IsNull(_) => [Some(Blank), Some(OtherText)],
        Tree::IsNotNull(_) => [Some(OtherText), Some(Blank)],
        _ => [None, None],
    }
}

fn literal(tree: &Tree) -> Option<Sample> {
    match bare(tree) {
        Tree::Value(value) => match &value.value {
            Literal::Number(text, _) => text.parse().ok().map(Sample::Number),
            Literal::SingleQuotedString(text) => Some(Sample::Text(text.clone())),
            Literal::Boolean(truth) => Some(Sample::Truth(*truth)),
            _ => None,
        },
        Tree::UnaryOp { op: UnaryOperator::Minus, expr } => match literal(expr)? {
            Sample::Number(number) => Some(Sample::Number(-number)),
            _ => None,
        },
        _ => None,
    }
}

fn is_column(tree: &Tree) -> bool {
    matches!(bare(tree), Tree::Identifier(_))
}

/// A literal as it is written.
fn value(tree: &Tree) -> Option<String> {
    match bare(tree) {
        Tree::Value(value) => Some(value.to_string()),
        Tree::TypedString(typed) => Some(typed.value.to_string()),
        Tree::UnaryOp { op: UnaryOperator::Minus, expr } => value(expr).map(|value| format!("-{value}")),
        _ => None,
    }
}

fn mirrored(op: &BinaryOperator) -> Option<BinaryOperator> {
    Some(match op {
        BinaryOperator::GtEq => BinaryOperator::LtEq,
        BinaryOperator::Gt => BinaryOperator::Lt,
        BinaryOperator::LtEq => BinaryOperator::GtEq,
        BinaryOperator::Lt => BinaryOperator::Gt,
        BinaryOperator::Eq => BinaryOperator::Eq,
        BinaryOperator::NotEq => BinaryOperator::NotEq,
        _ => return None,
    })
}
