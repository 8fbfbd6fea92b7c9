//! Groups of criteria: limits, bands, the grid of two of them, and the columns that they add to the leads.

use super::Outputs;
use super::score::{bands, points};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::{Table, Value};
use crate::config::plan::ScoreGroup;
use crate::model::field::{GroupColumns, LeadSchema};

/// The groups that criteria name, in the order of [`groups`], by what they add to the leads.
pub(super) fn columns(options: &Options) -> Vec<GroupColumns> {
    let absent = Table::default();
    let score = options.table.table("score").unwrap_or(&absent);
    let criteria: Vec<(Span, &Table)> = score.tables("criterion").collect();
    let has_band = |name: &str| declared(score, name).is_some_and(|group| group.table("bands").is_some());
    let columns = |(name, _): (&str, Span)| GroupColumns { name: name.to_owned(), has_band: has_band(name) };
    named(score, &criteria).into_iter().map(columns).collect()
}

/// The names of the groups that criteria name, each with the first place: those that are declared first, in their order.
fn named<'t>(score: &'t Table, criteria: &[(Span, &'t Table)]) -> Vec<(&'t str, Span)> {
    let mut named: Vec<(&str, Span)> = Vec::new();
    for (span, criterion) in criteria {
        if let Some(name) = criterion.text("group")
            && !named.iter().any(|(known, _)| *known == name)
        {
            named.push((name, criterion.span("group", *span)));
        }
    }
    let declared: Vec<&str> = score.table("group").into_iter().flat_map(keys).collect();
    named.sort_by_key(|(name, _)| declared.iter().position(|known| known == name).unwrap_or(declared.len()));
    named
}

fn keys(table: &Table) -> impl Iterator<Item = &str> {
    table.entries.iter().map(|entry| entry.key.as_str())
}

fn declared<'t>(score: &'t Table, name: &str) -> Option<&'t Table> {
    score.table("group")?.table(name)
}

/// Checks the groups; those that no criterion names limit nothing and add nothing.
pub(super) fn groups(score: &Table, criteria: &[(Span, &Table)], faults: &mut Diagnostics) -> Vec<ScoreGroup> {
    unused(score, criteria, faults);
    let mut checked = Vec::new();
    for entry in score.table("group").into_iter().flat_map(|groups| &groups.entries) {
        let Some(table) = entry.node.as_table() else { continue };
        let mut limit = |key: &str| points(table.get(key)?, faults);
        let (cap, floor) = (limit("cap"), limit("floor"));
        if let (Some(cap), Some(floor)) = (cap, floor)
            && cap < floor
        {
            let message = format!("the cap of group `{}` ({cap}) is below its floor ({floor})", entry.key);
            let fault = Diagnostic::error("contradictory-limits", table.span("cap", entry.key_span), message);
            faults.push(fault.also(table.span("floor", entry.key_span), "the floor"));
        }
        let bands = table.table("bands").map(|given| bands(given, "bands", faults));
        if table.table("bands").is_some_and(|bands| bands.entries.is_empty()) {
            let message = format!("the group `{}` has no band", entry.key);
            let fault = Diagnostic::error("empty-list", table.span("bands", entry.key_span), message);
            faults.push(fault.help("bands = { A = 60, B = 30, C = 0 }"));
        }
        checked.push(ScoreGroup { name: entry.key.clone(), cap, floor, bands });
    }
    let group = |(name, _): (&str, Span)| {
        let checked = checked.iter().find(|group| group.name == name).cloned();
        checked.unwrap_or_else(|| ScoreGroup { name: name.to_owned(), ..ScoreGroup::default() })
    };
    named(score, criteria).into_iter().map(group).collect()
}

fn unused(score: &Table, criteria: &[(Span, &Table)], faults: &mut Diagnostics) {
    for entry in score.table("group").into_iter().flat_map(|groups| &groups.entries) {
        if !criteria.iter().any(|(_, criterion)| criterion.text("group") == Some(&entry.key)) {
            let message = format!("no criterion is in the group `{}`", entry.key);
            let groups = criteria.iter().filter_map(|(_, criterion)| criterion.text("group"));
            faults.push(Diagnostic::warning("unused-group", entry.key_span, message).instead(&entry.key, groups));
        }
    }
}

/// Reports groups whose columns would bear the name of another column of the leads.
pub(super) fn clashes(score: &Table, criteria: &[(Span, &Table)], outputs: &Outputs<'_>, faults: &mut Diagnostics) {
    let leads = (outputs.tables)("leads", &LeadSchema::new([])).unwrap_or_default();
    let mut taken: Vec<(String, Option<&str>)> =
        leads.into_iter().map(|column| (column.name.to_lowercase(), None)).collect();
    for (name, span) in named(score, criteria) {
        let has_band = declared(score, name).is_some_and(|group| group.table("bands").is_some());
        for (column, _) in (GroupColumns { name: name.to_owned(), has_band }).columns() {
            let lower = column.to_lowercase();
            match taken.iter().find(|(known, _)| *known == lower) {
                Some((_, of)) => {
                    let whose = of.map_or_else(|| "leads have".to_owned(), |of| format!("the group `{of}` has"));
                    let message = format!("the group `{name}` would add a column `{column}`, which {whose} already");
                    let fault = Diagnostic::error("taken-name", span, message);
                    faults.push(fault.help("give the group another name"));
                }
                None => taken.push((lower, Some(name))),
            }
        }
    }
}

/// `grid`: the positions of two groups with bands.
pub(super) fn grid(score: &Table, groups: &[ScoreGroup], faults: &mut Diagnostics) -> Option<[usize; 2]> {
    let entry = score.entry("grid")?;
    if let Some(grades) = score.entry("grades") {
        let message = "a lead's grade comes from `grid` or from `grades`, not from both";
        let fault = Diagnostic::error("contradictory-keys", entry.key_span, message).also(grades.key_span, "the other");
        faults.push(fault.help("the grid's grades are the bands of its two groups: set `bands` there"));
    }
    let names: Vec<(Span, &str)> = score.texts("grid").collect();
    if names.len() != score.list("grid").len() || !matches!(entry.node.value, Value::List(_)) {
        // of another type, which is reported already
        return None;
    }
    let mut axes = Vec::new();
    for (span, name) in &names {
        let found = groups.iter().position(|group| group.name == *name);
        match found.map(|at| (at, &groups[at].bands)) {
            None => {
                let message = format!("no criterion is in the group `{name}`");
                let fault = Diagnostic::error("unknown-group", *span, message);
                faults.push(fault.instead(name, groups.iter().map(|group| group.name.as_str())));
            }
            Some((_, None)) => {
                let message = format!("the group `{name}` has no bands to make a grade of");
                let fault = Diagnostic::error("missing-key", *span, message);
                faults.push(fault.help(format!("[score.group.{name}] bands = {{ A = 60, B = 30, C = 0 }}")));
            }
            Some((at, Some(_))) => axes.push(at),
        }
    }
    if names.len() != 2 || names[0].1 == names[1].1 {
        let message = format!("`grid` needs two groups, not {}", names.len());
        let message = if names.len() == 2 { "`grid` needs two different groups".to_owned() } else { message };
        let fault = Diagnostic::error("wrong-count", entry.node.span, message);
        faults.push(fault.help("grid = [\"fit\", \"engagement\"]"));
        return None;
    }
    axes.try_into().ok()
}
