//! `[assign]`: who gets which leads.

use std::path::Path;

use super::Outputs;
use super::condition::condition;
use super::known::{Known, unique};
use super::territories;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::{AssignBy, AssignPlan, AssignRule, AssignTo};

/// What the rules may name.
pub(super) struct Named<'a> {
    pub(super) project: &'a Path,
    pub(super) outputs: &'a Outputs<'a>,
    /// The owners' names, where there is an owners file.
    pub(super) owners: Option<&'a [String]>,
    /// The country of addresses without one.
    pub(super) default_country: Option<&'a str>,
}

impl Named<'_> {
    /// An owner in the spelling of the owners file; none where it is none of them. Without the file every name is known.
    pub(super) fn owner(&self, name: &str) -> Option<String> {
        match self.owners {
            Some(owners) => owners.iter().find(|known| known.to_lowercase() == name.to_lowercase()).cloned(),
            None => Some(name.to_owned()),
        }
    }

    fn check_owner(&self, name: &str, span: Span, faults: &mut Diagnostics) {
        if self.owner(name).is_none() {
            let fault = Diagnostic::error("unknown-owner", span, format!("`{name}` is not in the owners file"));
            faults.push(fault.instead(name, self.owners.unwrap_or_default().iter().map(String::as_str)));
        }
    }
}

/// Checks every rule against the owners' names, where there is an owners file, and reads the territory tables.
pub(super) fn assign(options: &Options, named: &Named<'_>, known: &Known, faults: &mut Diagnostics) -> AssignPlan {
    let Some(table) = options.table.table("assign") else { return AssignPlan::default() };
    unique(table.tables("rule").map(|(_, rule)| rule), "assignment rule", faults);
    let sticky = is_sticky(table).unwrap_or(false);
    let rules = table.tables("rule").map(|(span, rule)| AssignRule {
        name: rule.text("name").unwrap_or_default().to_owned(),
        filter: condition(rule, "when", &known.scored, known, faults),
        to: to(rule, span, named, faults),
        by: by(rule, faults),
        weights: weights(rule, named, faults),
        reassign: rule.flag("reassign").unwrap_or(false),
        languages: rule.flag("languages").unwrap_or(false),
        sticky: is_sticky(rule).unwrap_or(sticky),
    });
    let plan = AssignPlan {
        rules: rules.collect(),
        sticky,
        sticky_over_capacity: table.flag("sticky_over_capacity").unwrap_or(false),
        fallback: table.text("fallback").map(|queue| queue.trim().to_owned()),
    };
    if plan.sticky_over_capacity && !plan.keeps_accounts() {
        let span = table.span("sticky_over_capacity", options.span);
        let fault = Diagnostic::warning("idle-key", span, "`sticky_over_capacity` does nothing: nothing is sticky");
        faults.push(fault.help("write sticky = \"account\" beside it, or in a rule"));
    }
    plan
}

fn is_sticky(table: &Table) -> Option<bool> {
    table.text("sticky").map(|word| word == "account")
}

/// The owners of a rule: `to`, a territory table, the owners who have weights, or, where languages tell, everybody.
fn to(rule: &Table, span: Span, named: &Named<'_>, faults: &mut Diagnostics) -> AssignTo {
    if rule.is_empty_list("to") {
        faults.push(Diagnostic::error("empty-list", rule.span("to", span), "`to` needs at least one owner"));
    }
    let mut owners: Vec<String> = Vec::new();
    for (span, owner) in rule.texts("to") {
        named.check_owner(owner, span, faults);
        if owners.iter().any(|earlier| earlier == owner) {
            faults.push(Diagnostic::warning(
                "repeated-owner",
                span,
                format!("`{owner}` is named twice and gets double"),
            ));
        }
        owners.push(owner.to_owned());
    }
    if let Some(territory) = rule.entry("territory") {
        if let Some(to) = rule.entry("to") {
            let message = "a rule has `to` or `territory`, not both";
            let fault = Diagnostic::error("contradictory-keys", to.key_span, message);
            faults.push(fault.also(territory.key_span, "this says who gets the leads, too"));
        }
        return AssignTo::Territories(territories::read(territory, named, faults));
    }
    match (rule.get("to"), rule.table("weights")) {
        (Some(_), _) => AssignTo::Owners(owners),
        (None, Some(weights)) if !weights.entries.is_empty() => {
            AssignTo::Owners(weights.entries.iter().map(|entry| entry.key.clone()).collect())
        }
        _ if rule.flag("languages") == Some(true) && named.owners.is_some() => AssignTo::Everybody,
        _ => {
            let message = "`to` is missing in [assign.rule]".to_owned();
            let help = "to: Owners; or territory: a table of who has which country, region or postcodes; or \
                        languages = true for everybody in the owners file";
            faults.push(Diagnostic::error("missing-key", span, message).help(help));
            AssignTo::Owners(Vec::new())
        }
    }
}

fn by(rule: &Table, faults: &mut Diagnostics) -> AssignBy {
    match (rule.text("by"), rule.entry("weights")) {
        (Some("weighted"), _) | (None, Some(_)) => AssignBy::Weighted,
        (Some("least_loaded"), None) => AssignBy::LeastLoaded,
        (Some(by), Some(weights)) => {
            let message = format!("`weights` do nothing where leads go by \"{by}\"");
            let fault = Diagnostic::error("contradictory-keys", weights.key_span, message);
            faults.push(fault.help("write by = \"weighted\", or leave the weights out"));
            AssignBy::Weighted
        }
        _ => AssignBy::RoundRobin,
    }
}

/// The weights of a rule in ten-thousandths.
fn weights(rule: &Table, named: &Named<'_>, faults: &mut Diagnostics) -> Vec<(String, u64)> {
    let entries = rule.table("weights").map_or(&[][..], |weights| &weights.entries);
    let mut weights = Vec::new();
    for entry in entries {
        let in_to = rule.texts("to").any(|(_, owner)| owner.to_lowercase() == entry.key.to_lowercase());
        named.check_owner(&entry.key, entry.key_span, faults);
        if rule.get("to").is_some() && !in_to {
            let message = format!("`{}` has a weight, but is not in `to`", entry.key);
            let fault = Diagnostic::error("unknown-owner", entry.key_span, message);
            faults.push(fault.instead(&entry.key, rule.texts("to").map(|(_, owner)| owner)));
        }
        let weight = entry.node.as_number().filter(|weight| (0.0..=1e6).contains(weight)).unwrap_or_default();
        weights.push((entry.key.clone(), (weight * 10_000.0).round() as u64));
    }
    if !weights.is_empty() && weights.iter().all(|(_, weight)| *weight == 0) && rule.get("to").is_none() {
        let span = rule.span("weights", Span::default());
        faults.push(Diagnostic::error("out-of-range", span, "some owner needs a weight above 0"));
    }
    weights
}
