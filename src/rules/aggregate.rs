//! Aggregates, for measures: COUNT, SUM, AVG, MIN, MAX, each with DISTINCT (COUNT only) and FILTER (WHERE …).

use polars::prelude::{DataType, Expr, len, lit, when};
use sqlparser::ast::{
    DuplicateTreatment, Expr as Tree, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Spanned,
};

use super::kernel;
use super::lower::{Goal, Lowering, Typed};
use crate::model::field::ValueType;

/// Names that are never a function of one row; those after MAX are refused everywhere.
pub(super) const NAMES: &[&str] = &[
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "MEDIAN",
    "STDDEV",
    "VARIANCE",
    "STRING_AGG",
    "ARRAY_AGG",
    "GROUP_CONCAT",
    "FIRST_VALUE",
    "LAST_VALUE",
    "ROW_NUMBER",
    "RANK",
    "DENSE_RANK",
    "LAG",
    "LEAD",
];
const SUPPORTED: usize = 5;

impl Lowering<'_> {
    /// A call of an aggregate.
    pub(super) fn aggregate(&mut self, call: &Call, name: &Ident, upper: &str) -> Option<Typed> {
        if self.goal != Goal::Measure {
            let verb = if upper == "COUNT" { "counts" } else { "looks at" };
            let message =
                format!("{upper} {verb} many rows; {} {} looks at one lead", article(self.goal), self.goal.noun());
            let expected = match upper {
                "MAX" => Some("GREATEST(a, b) is the larger of two values".to_owned()),
                "MIN" => Some("LEAST(a, b) is the smaller of two values".to_owned()),
                _ => None,
            };
            return self.fault(name.span, message, expected, None);
        }
        if !NAMES[..SUPPORTED].contains(&upper) {
            let expected = "COUNT, SUM, AVG, MIN or MAX".to_owned();
            return self.fault(name.span, format!("{upper} is not available in a measure"), Some(expected), None);
        }
        if self.in_aggregate {
            let message = format!("{upper} stands inside another function over many rows");
            return self.fault(name.span, message, None, None);
        }
        self.aggregates += 1;
        self.in_aggregate = true;
        let typed = self.over_rows(call, name, upper);
        self.in_aggregate = false;
        typed
    }

    fn over_rows(&mut self, call: &Call, name: &Ident, upper: &str) -> Option<Typed> {
        let filter = match &call.filter {
            None => None,
            Some(tree) => {
                let before = std::mem::take(&mut self.columns);
                let filter = self.boolean(tree, "WHERE");
                let constant = self.columns.is_empty();
                self.columns.extend(before);
                let filter = filter?;
                if constant {
                    return self.fault(tree.span(), "this FILTER reads no column".to_owned(), None, None);
                }
                Some(filter.expr.fill_null(lit(false)))
            }
        };
        let usage = Some(format!("{upper}(x){}", if upper == "COUNT" { " or COUNT(*)" } else { "" }));
        let FunctionArguments::List(list) = &call.args else {
            return self.fault(name.span, format!("{upper} takes one value"), usage, None);
        };
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let plain = list.clauses.is_empty() && call.within_group.is_empty() && call.null_treatment.is_none();
        if distinct && upper != "COUNT" {
            return self.fault(name.span, format!("only COUNT takes DISTINCT, {upper} does not"), usage, None);
        }
        match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if upper == "COUNT" && plain && !distinct => {
                Some(Typed::new(count_rows(filter), ValueType::Integer, name.span))
            }
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(tree))] if plain => {
                self.over_values(name, upper, tree, filter, distinct)
            }
            _ => self.fault(call.span(), format!("{upper} takes one value"), usage, None),
        }
    }

    fn over_values(
        &mut self,
        name: &Ident,
        upper: &str,
        tree: &Tree,
        filter: Option<Expr>,
        distinct: bool,
    ) -> Option<Typed> {
        let before = std::mem::take(&mut self.columns);
        let typed = self.lower(tree);
        let constant = self.columns.is_empty();
        self.columns.extend(before);
        let typed = typed?;
        let span = name.span.union(&typed.span);
        let Some(value_type) = typed.value_type.filter(|_| !constant) else {
            if upper == "COUNT" && !distinct && typed.constant.is_some() {
                return Some(Typed::new(count_rows(filter), ValueType::Integer, span));
            }
            let message = format!("{upper} reads no column here");
            return self.fault(span, message, None, Some("COUNT(*)".to_owned()));
        };
        let numeric = matches!(value_type, ValueType::Integer | ValueType::Number);
        let fits = match upper {
            "SUM" | "AVG" => numeric,
            "MIN" | "MAX" => value_type != ValueType::Boolean,
            _ => true,
        };
        if !fits {
            let text = self.source.text(typed.span);
            let counted = format!("COUNT(*) FILTER (WHERE {text})");
            let suggestion = (value_type == ValueType::Boolean).then_some(counted);
            let message = format!("{text} is {}, {upper} can't be taken of it", value_type.noun());
            return self.fault(typed.span, message, None, suggestion);
        }
        let values = match filter {
            Some(filter) => typed.expr.filter(filter),
            None => typed.expr,
        };
        let (expr, result) = match upper {
            "COUNT" if distinct => (values.drop_nulls().n_unique().cast(DataType::Int64), ValueType::Integer),
            "COUNT" => (values.count().cast(DataType::Int64), ValueType::Integer),
            "AVG" => (values.mean(), ValueType::Number),
            "MIN" => (values.min(), value_type),
            "MAX" => (values.max(), value_type),
            // In SQL the sum of no values is NULL; the frame engine says 0.
            _ => {
                let none = kernel::null(value_type);
                (when(values.clone().count().gt(lit(0))).then(values.sum()).otherwise(none), value_type)
            }
        };
        Some(Typed::new(expr, result, span))
    }
}

fn count_rows(filter: Option<Expr>) -> Expr {
    match filter {
        Some(filter) => filter.cast(DataType::Int64).sum(),
        None => len().cast(DataType::Int64),
    }
}

fn article(goal: Goal) -> &'static str {
    if goal == Goal::Expression { "an" } else { "a" }
}
