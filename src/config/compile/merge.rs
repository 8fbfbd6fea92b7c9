//! `[dedupe.survivorship]`: which member's value survives, per column.

use super::known::Known;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::plan::{CONSENT, MergePlan, Survivorship};
use crate::model::field::{LeadColumn, ValueType};

/// Checks every column that the user gives a way.
pub(super) fn merge(options: &Options, known: &Known, faults: &mut Diagnostics) -> MergePlan {
    let consents = |column: &LeadColumn| column.field.is_some_and(|field| CONSENT.contains(&field));
    let default = |column: &LeadColumn| if consents(column) { Survivorship::AnyTrue } else { Survivorship::MostRecent };
    let mut survivorship: Vec<Survivorship> = known.schema.columns().iter().map(default).collect();
    let given = options.table.table("dedupe").and_then(|dedupe| dedupe.table("survivorship"));
    for entry in given.into_iter().flat_map(|table| &table.entries) {
        let Some(index) = known.column(&entry.key, entry.key_span, faults) else { continue };
        let Some(word) = entry.node.as_text() else { continue };
        let Some(&(_, way)) = Survivorship::ALL.iter().find(|(name, _)| *name == word) else {
            let fault = Diagnostic::error("unknown-word", entry.node.span, format!("`{word}` is not a way to survive"));
            faults.push(fault.instead(word, Survivorship::ALL.iter().map(|(name, _)| *name)));
            continue;
        };
        let column = &known.schema.columns()[index];
        let of = column.cleaner.value_type();
        if consents(column) && way != Survivorship::AnyTrue {
            let message =
                format!("`{}` is always any_true: an opt-out of any member survives every merge", column.name);
            faults.push(Diagnostic::error("fixed-survivorship", entry.node.span, message).help("leave this line out"));
        } else if !suits(way, of) {
            let message = format!("`{word}` does not suit `{}`, which is {}", column.name, of.noun());
            faults.push(Diagnostic::error("unsuitable-survivorship", entry.node.span, message));
        }
        survivorship[index] = way;
    }
    MergePlan { survivorship }
}

fn suits(way: Survivorship, of: ValueType) -> bool {
    match way {
        Survivorship::Longest => of == ValueType::Text,
        Survivorship::AnyTrue => of == ValueType::Boolean,
        Survivorship::Min | Survivorship::Max => !matches!(of, ValueType::Text | ValueType::Boolean),
        _ => true,
    }
}
