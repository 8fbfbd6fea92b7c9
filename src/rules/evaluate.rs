//! Conditions over the golden leads: all of them in one pass, in parallel.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::Condition;
use crate::model::facts::Facts;

/// One mask per condition: true, false, or null where unknown.
pub fn masks(conditions: &[&Condition], facts: &Facts) -> Vec<BooleanChunked> {
    if conditions.is_empty() {
        return Vec::new();
    }
    let read: BTreeSet<&str> = conditions.iter().flat_map(|one| &one.columns).map(String::as_str).collect();
    let frame = facts.frame(read);
    let name = |index: usize| format!("mask {index}");
    let exprs: Vec<Expr> = conditions.iter().enumerate().map(|(at, one)| one.expr.clone().alias(name(at))).collect();
    let table = frame.lazy().select(exprs).collect();
    let table = table.expect("a compiled condition evaluates on all facts that have its scope's columns");
    let height = facts.leads();
    let mask = |index: usize| {
        let mask = table.column(&name(index)).and_then(|column| column.bool().cloned());
        let mask = mask.expect("a condition is boolean and its column was named above");
        // Constants have one value, whatever the frame's height.
        if mask.len() == 1 && height != 1 { mask.new_from_index(0, height) } else { mask }
    };
    (0..conditions.len()).map(mask).collect()
}

impl Condition {
    /// Where the condition is met; unknown counts as not met.
    pub fn mask(&self, facts: &Facts) -> Vec<bool> {
        let masks = masks(&[self], facts);
        masks.iter().flat_map(|mask| mask.iter().map(|met| met == Some(true))).collect()
    }
}
