//! `[[assign.rule]]`: who gets which leads.

use super::condition::condition;
use super::known::{Known, unique};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::plan::{AssignBy, AssignPlan, AssignRule};

/// Checks every rule against the owners' names, where there is an owners file.
pub(super) fn assign(
    options: &Options,
    owners: Option<&[String]>,
    known: &Known,
    faults: &mut Diagnostics,
) -> AssignPlan {
    let Some(table) = options.table.table("assign") else { return AssignPlan::default() };
    unique(table.tables("rule").map(|(_, rule)| rule), "assignment rule", faults);
    let mut rules = Vec::new();
    for (span, rule) in table.tables("rule") {
        if rule.is_empty_list("to") {
            faults.push(Diagnostic::error("empty-list", rule.span("to", span), "`to` needs at least one owner"));
        }
        let mut to: Vec<String> = Vec::new();
        for (span, owner) in rule.texts("to") {
            if let Some(owners) = owners
                && !owners.iter().any(|known| known.to_lowercase() == owner.to_lowercase())
            {
                let fault = Diagnostic::error("unknown-owner", span, format!("`{owner}` is not in the owners file"));
                faults.push(fault.instead(owner, owners.iter().map(String::as_str)));
            }
            if to.iter().any(|earlier| earlier == owner) {
                faults.push(Diagnostic::warning(
                    "repeated-owner",
                    span,
                    format!("`{owner}` is named twice and gets double"),
                ));
            }
            to.push(owner.to_owned());
        }
        rules.push(AssignRule {
            name: rule.text("name").unwrap_or_default().to_owned(),
            filter: condition(rule, "when", &known.scored, known, faults),
            to,
            by: if rule.text("by") == Some("least_loaded") { AssignBy::LeastLoaded } else { AssignBy::RoundRobin },
            reassign: rule.flag("reassign").unwrap_or(false),
        });
    }
    AssignPlan { rules }
}
