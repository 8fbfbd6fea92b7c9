//! Conditions over the golden leads, all of them in parallel.
//!
//! A condition is taken apart where AND and OR join its parts. Whether a column has a value is known without the values; a
//! part that reads one column of few different values is evaluated once for each of them, any other part for every lead.
//! Kleene's logic joins the results, as SQL wants it.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use rayon::prelude::*;

use super::Condition;
use crate::model::facts::{Distinct, Facts};
use crate::model::mask::{Mask, Truth};

/// Leads that one thread looks at, of an expression that is asked for every lead.
const STRETCH: usize = if cfg!(test) { 3 } else { 128 * 1024 };

/// One mask per condition.
pub fn masks(conditions: &[&Condition], facts: &Facts) -> Vec<Mask> {
    let parts: Vec<&Expr> = conditions.iter().flat_map(|one| parts(&one.expr)).collect();
    let sight = Sight::of(&parts, facts);
    conditions.par_iter().map(|one| sight.mask(&one.expr)).collect()
}

impl Condition {
    /// Where the condition is met; unknown counts as not met.
    pub fn mask(&self, facts: &Facts) -> Vec<bool> {
        let masks = masks(&[self], facts);
        masks.iter().flat_map(Mask::met).collect()
    }
}

/// The operands, where the expression is joined by AND or OR.
fn joined(expr: &Expr) -> Option<(&Expr, bool, &Expr)> {
    match expr {
        Expr::BinaryExpr { left, op: Operator::And, right } => Some((left, true, right)),
        Expr::BinaryExpr { left, op: Operator::Or, right } => Some((left, false, right)),
        _ => None,
    }
}

/// What AND and OR join.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match joined(expr) {
        Some((left, _, right)) => [parts(left), parts(right)].concat(),
        None => vec![expr],
    }
}

/// The columns that an expression reads.
fn columns<'e>(expr: &'e Expr) -> BTreeSet<&'e str> {
    let name = |part: &'e Expr| if let Expr::Column(name) = part { Some(name.as_str()) } else { None };
    expr.into_iter().filter_map(name).collect()
}

/// The column that an expression asks for a value, and whether it wants one.
fn asks_for_value(expr: &Expr) -> Option<(&str, bool)> {
    let Expr::Function { input, function: FunctionExpr::Boolean(test) } = expr else { return None };
    let [Expr::Column(name)] = input.as_slice() else { return None };
    match test {
        BooleanFunction::IsNull => Some((name, false)),
        BooleanFunction::IsNotNull => Some((name, true)),
        _ => None,
    }
}

/// The columns that some parts read, each as often as its values differ, or else for every lead.
struct Sight<'a> {
    leads: usize,
    /// Whether each lead has a value, of the columns that are asked for one.
    filled: BTreeMap<&'a str, Mask>,
    distinct: BTreeMap<&'a str, Distinct>,
    whole: BTreeMap<&'a str, Column>,
}

impl<'a> Sight<'a> {
    fn of(parts: &[&'a Expr], facts: &Facts) -> Self {
        let asked: BTreeSet<&str> = parts.iter().filter_map(|part| Some(asks_for_value(part)?.0)).collect();
        let filled: BTreeMap<&str, Mask> =
            asked.into_par_iter().filter_map(|name| Some((name, facts.filled(name)?))).collect();
        let is_known = |part: &Expr| asks_for_value(part).is_some_and(|(name, _)| filled.contains_key(name));
        let parts = parts.iter().filter(|part| !is_known(part));
        let read: Vec<BTreeSet<&str>> = parts.map(|part| columns(part)).collect();
        let alone: BTreeSet<&str> = read.iter().filter(|names| names.len() == 1).flatten().copied().collect();
        let distinct: BTreeMap<&str, Distinct> =
            alone.into_par_iter().filter_map(|name| Some((name, facts.distinct(name)?))).collect();
        let is_whole =
            |names: &&BTreeSet<&str>| !names.iter().all(|name| names.len() == 1 && distinct.contains_key(name));
        let whole: BTreeSet<&str> = read.iter().filter(is_whole).flatten().copied().collect();
        let whole = whole.into_par_iter().filter_map(|name| Some((name, facts.column(name)?))).collect();
        Self { leads: facts.leads(), filled, distinct, whole }
    }

    fn mask(&self, expr: &Expr) -> Mask {
        if let Some((left, both, right)) = joined(expr) {
            let (left, right) = (self.mask(left), self.mask(right));
            return if both { left.and(&right) } else { left.or(&right) };
        }
        if let Some((name, wants)) = asks_for_value(expr)
            && let Some(filled) = self.filled.get(name)
        {
            return if wants { filled.clone() } else { filled.clone().negated() };
        }
        let names = columns(expr);
        if let Some(Distinct { values, codes }) = names.first().and_then(|name| self.distinct.get(name))
            && names.len() == 1
        {
            let Mask(met) = evaluated(expr, values.len(), vec![values.clone()]);
            return Mask(codes.iter().map(|&code| met[code as usize]).collect());
        }
        let whole: Vec<&Column> = names.iter().filter_map(|name| self.whole.get(name)).collect();
        let stretch = |start: usize| {
            let rows = STRETCH.min(self.leads - start);
            evaluated(expr, rows, whole.iter().map(|column| column.slice(start as i64, rows)).collect()).0
        };
        let stretches: Vec<Vec<Truth>> = (0..self.leads).into_par_iter().step_by(STRETCH).map(stretch).collect();
        Mask(stretches.concat())
    }
}

fn evaluated(expr: &Expr, rows: usize, columns: Vec<Column>) -> Mask {
    let frame = DataFrame::new(rows, columns).expect("columns of one length with distinct names");
    let table = frame.lazy().select([expr.clone().alias("mask")]).collect();
    let table = table.expect("a compiled condition evaluates on all facts that have its scope's columns");
    let mask = table.column("mask").and_then(|column| column.bool().cloned());
    let mask = mask.expect("a condition is boolean and its column was named above");
    // Constants have one value, whatever the number of rows.
    if mask.len() == 1 { Mask(vec![mask.get(0).into(); rows]) } else { Mask(mask.iter().map(Truth::from).collect()) }
}
