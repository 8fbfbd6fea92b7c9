//! `[dedupe]`: thresholds, blocking keys, comparisons, duplicate rules.

use std::path::Path;

use super::known::{Known, unique};
use super::pinned;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::{Node, Table, Value};
use crate::config::plan::{BlockKey, ComparisonPlan, DedupePlan, DuplicateRule, KeyPart, LevelPlan};
use crate::model::field::Field;
use crate::model::matching::Role;

/// Levels of one comparison; more than a few can neither be told apart nor trained.
const MOST_LEVELS: usize = 50;

/// Probabilities are calibrated, and a pair that is one with probability 0.4 adds about as much to what is found as it
/// may take from what is right.
const MATCH_AT: f64 = 0.4;
/// Of ten pairs for a person to decide, at least one is one lead.
const REVIEW_AT: f64 = 0.1;

/// Checks the section; none where it is switched off.
pub(super) fn dedupe(options: &Options, project: &Path, known: &Known, faults: &mut Diagnostics) -> Option<DedupePlan> {
    let absent = Table::default();
    let table = options.table.table("dedupe").unwrap_or(&absent);
    let (match_at, review_at) = thresholds(table, ("match_at", MATCH_AT), REVIEW_AT, faults);
    let plan = DedupePlan {
        match_at,
        review_at,
        block_on: table.get("block_on").map(|_| block_keys(table, known, faults)),
        max_block: table
            .integer("max_block")
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(DedupePlan::MAX_BLOCK),
        compare: comparisons(table, known, faults),
        rules: rules(table, known, faults),
        across: table.text("link") == Some("across"),
        source: source_column(table, known, faults),
        clean: clean(table, options, faults),
        model: pinned::model(table, project, faults),
    };
    table.flag("enabled").unwrap_or(true).then_some(plan)
}

/// The probability from which a link counts, by its key and default, and the one from which a person decides.
pub(super) fn thresholds(
    table: &Table,
    (key, default): (&str, f64),
    review: f64,
    faults: &mut Diagnostics,
) -> (f64, f64) {
    let upper = table.number(key).unwrap_or(default);
    let review_at = table.number("review_at").unwrap_or(upper.min(review));
    // Out of range is reported already.
    if review_at > upper && review_at <= 1.0 {
        let message = format!("review_at ({review_at}) is above {key} ({upper})");
        let span = table.span("review_at", Span::default());
        let mut fault = Diagnostic::error("contradictory-thresholds", span, message);
        if let Some(node) = table.get(key) {
            fault = fault.also(node.span, "from here on nobody needs to decide");
        }
        faults.push(fault.help("what lies between the two goes to review: review_at must be the lower one"));
    }
    (upper, review_at)
}

fn block_keys(table: &Table, known: &Known, faults: &mut Diagnostics) -> Vec<BlockKey> {
    let mut keys: Vec<BlockKey> = Vec::new();
    if table.is_empty_list("block_on") {
        let fault =
            Diagnostic::error("empty-list", table.span("block_on", Span::default()), "no pair would be compared");
        faults
            .push(fault.help("name blocking keys, leave `block_on` out to have them chosen, or set `enabled = false`"));
    }
    for node in table.list("block_on") {
        let Value::List(items) = &node.value else { continue };
        if items.is_empty() {
            faults.push(Diagnostic::error("empty-list", node.span, "a blocking key needs at least one column"));
            continue;
        }
        let label = items.iter().filter_map(Node::as_text).map(str::trim).collect::<Vec<_>>().join(" + ");
        if keys.iter().any(|key| key.label == label) {
            faults.push(Diagnostic::warning(
                "repeated-key",
                node.span,
                format!("the blocking key `{label}` is repeated"),
            ));
            continue;
        }
        keys.push(BlockKey { label, parts: items.iter().filter_map(|item| key_part(item, known, faults)).collect() });
    }
    keys
}

/// `postcode` or `first_name[1]`.
fn key_part(node: &Node, known: &Known, faults: &mut Diagnostics) -> Option<KeyPart> {
    let text = node.as_text()?.trim();
    let (name, prefix) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((name, length)) => match length.trim().parse() {
            Ok(length) if (1..=100).contains(&length) => (name.trim(), Some(length)),
            _ => {
                let message = format!("`{length}` is not a number of characters");
                faults.push(
                    Diagnostic::error("bad-key", node.span, message).help("write first_name[1] for its first letter"),
                );
                return None;
            }
        },
        None => (text, None),
    };
    let column = known.column(name, node.span, faults)?;
    Some(KeyPart { column: known.name(column), prefix })
}

fn comparisons(table: &Table, known: &Known, faults: &mut Diagnostics) -> Vec<ComparisonPlan> {
    let mut plans: Vec<ComparisonPlan> = Vec::new();
    for (span, comparison) in table.tables("compare") {
        let Some(name) = comparison.text("field") else { continue };
        let name_span = comparison.span("field", span);
        let Some(column) = known.column(name, name_span, faults).map(|column| known.name(column)) else { continue };
        if plans.iter().any(|plan| plan.column == column) {
            faults.push(Diagnostic::error("duplicate-name", name_span, format!("`{column}` is compared twice")));
        }
        let role = comparison.text("role").and_then(Role::from_name);
        if role.is_some() && Field::from_name(&column).is_some() {
            let message = format!("`{column}` is a field of ours, whose role is fixed");
            let fault = Diagnostic::error("fixed-role", comparison.span("role", span), message);
            faults.push(fault.help("leave `role` out; it is for custom columns"));
        }
        plans.push(ComparisonPlan { column, role, levels: levels(comparison, faults) });
    }
    plans
}

/// The lead column that tells the sources apart.
fn source_column(table: &Table, known: &Known, faults: &mut Diagnostics) -> Option<String> {
    let node = table.get("source")?;
    known.column(node.as_text()?, node.span, faults).map(|column| known.name(column))
}

/// Sources without duplicates of their own. The values of a source column are known only when the rows are read.
fn clean(table: &Table, options: &Options, faults: &mut Diagnostics) -> Vec<String> {
    let names: Vec<&str> = options.table.tables("source").filter_map(|(_, source)| source.text("name")).collect();
    for (span, name) in table.texts("clean").filter(|(_, name)| !names.contains(name)) {
        if table.get("source").is_none() {
            let fault = Diagnostic::error("unknown-source", span, format!("no [[source]] is named `{name}`"));
            faults.push(fault.instead(name, names.iter().copied()));
        }
    }
    table.texts("clean").map(|(_, name)| name.to_owned()).collect()
}

fn levels(comparison: &Table, faults: &mut Diagnostics) -> Vec<LevelPlan> {
    let mut levels: Vec<LevelPlan> = Vec::new();
    for (span, text) in comparison.texts("levels") {
        match level(text) {
            Some(level) => {
                if levels.iter().any(|&earlier| covers(earlier, level)) {
                    let message = format!("the level `{text}` is never reached: an earlier one covers it");
                    faults.push(
                        Diagnostic::error("unreachable-level", span, message).help("write levels from best to worst"),
                    );
                }
                levels.push(level);
            }
            None => {
                let message = format!("`{text}` is not a level of agreement");
                let help = "write exact, prefix, jaro_winkler >= 0.92, jaccard >= 0.5, levenshtein <= 2, \
                            days_apart <= 3 or same_prefix >= 4";
                faults.push(Diagnostic::error("bad-level", span, message).help(help));
            }
        }
    }
    if levels.len() > MOST_LEVELS {
        let message = format!("{} levels are too many: at most {MOST_LEVELS}", levels.len());
        faults.push(Diagnostic::error("out-of-range", comparison.span("levels", Span::default()), message));
    }
    levels
}

/// `exact`, `jaro_winkler >= 0.92`, `levenshtein <= 2` …
fn level(text: &str) -> Option<LevelPlan> {
    let share = |number: &str| number.parse().ok().filter(|number: &f64| (0.0..=1.0).contains(number));
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some((name, number)) = text.split_once(">=") {
        return match name {
            "jaro_winkler" => share(number).map(LevelPlan::JaroWinkler),
            "jaccard" => share(number).map(LevelPlan::Jaccard),
            "same_prefix" => number.parse().ok().filter(|&length| length > 0).map(LevelPlan::SamePrefix),
            _ => None,
        };
    }
    if let Some((name, number)) = text.split_once("<=") {
        return match name {
            "levenshtein" => number.parse().ok().map(LevelPlan::Levenshtein),
            "days_apart" => number.parse().ok().map(LevelPlan::DaysApart),
            _ => None,
        };
    }
    match text.as_str() {
        "exact" => Some(LevelPlan::Exact),
        "prefix" => Some(LevelPlan::Prefix),
        _ => None,
    }
}

/// Whether every pair of the later level is of the earlier one already.
fn covers(earlier: LevelPlan, later: LevelPlan) -> bool {
    use LevelPlan::{DaysApart, Exact, Jaccard, JaroWinkler, Levenshtein, Prefix, SamePrefix};
    match (earlier, later) {
        (JaroWinkler(a), JaroWinkler(b)) | (Jaccard(a), Jaccard(b)) => a <= b,
        (Levenshtein(a), Levenshtein(b)) => a >= b,
        (DaysApart(a), DaysApart(b)) => a >= b,
        (SamePrefix(a), SamePrefix(b)) => a <= b,
        (SamePrefix(_), Exact) => false,
        (Prefix, Prefix) | (_, Exact) => true,
        _ => false,
    }
}

/// What a rule says beside the columns that it looks at.
pub(super) fn duplicate_rule(rule: &Table, same: Vec<String>, exclude_inactive: bool) -> DuplicateRule {
    DuplicateRule {
        same,
        name: rule.text("name").unwrap_or_default().to_owned(),
        exclude_inactive: rule.flag("exclude_inactive").unwrap_or(exclude_inactive),
        ignore_blanks: rule.flag("ignore_blanks").unwrap_or(true),
        case_sensitive: rule.flag("case_sensitive").unwrap_or(false),
    }
}

fn rules(table: &Table, known: &Known, faults: &mut Diagnostics) -> Vec<DuplicateRule> {
    unique(table.tables("rule").map(|(_, rule)| rule), "duplicate rule", faults);
    let mut rules = Vec::new();
    for (span, rule) in table.tables("rule") {
        if rule.is_empty_list("same") {
            faults.push(Diagnostic::error("empty-list", rule.span("same", span), "`same` needs at least one column"));
        }
        let same = rule.texts("same").filter_map(|(span, name)| Some(known.name(known.column(name, span, faults)?)));
        let plan = duplicate_rule(rule, same.collect(), false);
        if rule.flag("published").unwrap_or(true) {
            rules.push(plan);
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read() {
        let cases = [
            ("exact", Some(LevelPlan::Exact)),
            ("jaro_winkler >= 0.92", Some(LevelPlan::JaroWinkler(0.92))),
            ("jaccard>=0.5", Some(LevelPlan::Jaccard(0.5))),
            ("levenshtein <= 2", Some(LevelPlan::Levenshtein(2))),
            ("days_apart <= 30", Some(LevelPlan::DaysApart(30))),
            ("same_prefix >= 4", Some(LevelPlan::SamePrefix(4))),
            ("prefix", Some(LevelPlan::Prefix)),
            ("jaro_winkler >= 1.2", None),
            ("jaro_winkler >= nan", None),
            ("jaro_winkler <= 0.9", None),
            ("levenshtein <= -1", None),
            ("same_prefix >= 0", None),
            ("soundex", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(level(text), expected, "{text}");
        }
    }
}
