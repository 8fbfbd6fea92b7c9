//! `[qualify]`: which leads qualify, are disqualified or opened again, and what that creates.

use std::path::{Path, PathBuf};

use super::condition::condition;
use super::dedupe::thresholds;
use super::known::Known;
use super::{Outputs, parents, paths};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::{OnMatch, QualifyPlan, ReasonedRule, Switch};
use crate::rules;

/// What every run leaves in its output folder.
const RUN_FILE: &str = "run.json";
/// Probability from which a contact is a lead's.
const LINK_AT: f64 = 0.99;
/// Probability from which a person decides whether it is.
const REVIEW_AT: f64 = 0.9;

/// Checks the section; without it no lead qualifies.
pub(super) fn qualify(
    options: &Options,
    (project, outputs): (&Path, &Outputs<'_>),
    known: &Known,
    faults: &mut Diagnostics,
) -> QualifyPlan {
    let absent = Table::default();
    let table = options.table.table("qualify").unwrap_or(&absent);
    let create = table.table("create").unwrap_or(&absent);
    let on_match = table.table("on_match").unwrap_or(&absent);
    let matching = table.table("match").unwrap_or(&absent);
    let (link_at, review_at) = thresholds(matching, ("link_at", LINK_AT), REVIEW_AT, faults);
    let mut switch = |key| switch(create, key, known, faults);
    let (create_account, create_contact, create_opportunity) =
        (switch("account"), switch("contact"), switch("opportunity"));
    let filter = condition(table, "when", &known.scored, known, faults);
    QualifyPlan {
        gate: filter.as_ref().map(|filter| rules::conjuncts(filter, &known.scored)).unwrap_or_default(),
        filter,
        create_account,
        create_contact,
        create_opportunity,
        on_account_match: on(on_match.text("account")),
        on_contact_match: on(on_match.text("contact")),
        rules: Vec::new(),
        link_at,
        review_at,
        link_opportunity: on_match.text("opportunity") == Some("link"),
        block_on_duplicate_lead: table.flag("block_on_duplicate_lead").unwrap_or(true),
        opportunity_per_account: table.text("opportunity_per") == Some("account"),
        keeps_leads: makes_leads(options),
        earlier: earlier(table, project, faults),
        disqualify: reasoned(table, "disqualify", "Disqualified", known, faults),
        reactivate: reasoned(table, "reactivate", "Reactivated", known, faults),
        parents: parents::parents(table, project, outputs, faults),
    }
}

/// Whether a change set makes leads.
fn makes_leads(options: &Options) -> bool {
    let sets = options.table.table("changes").into_iter().flat_map(|sets| &sets.entries);
    sets.filter_map(|set| set.node.as_table()).any(|set| set.text("leads") == Some("create"))
}

/// The output folder of an earlier run.
fn earlier(table: &Table, project: &Path, faults: &mut Diagnostics) -> Option<PathBuf> {
    let node = table.get("earlier")?;
    let name = node.as_text()?;
    let folder = paths::within(project, name);
    if !folder.join(RUN_FILE).is_file() {
        let message = match folder.is_dir() {
            true => format!("`{name}` is not the output folder of a run: it has no {RUN_FILE}"),
            false => format!("there is no folder `{name}`"),
        };
        let fault = Diagnostic::error("missing-folder", node.span, message);
        let help = "looked for {}; `earlier` is only needed where the last output stands elsewhere than this one";
        faults.push(fault.help(help.replacen("{}", &folder.display().to_string(), 1)));
        return None;
    }
    Some(folder)
}

fn switch(create: &Table, key: &str, known: &Known, faults: &mut Diagnostics) -> Switch {
    match create.flag(key) {
        Some(true) => Switch::Always,
        Some(false) => Switch::Never,
        None => condition(create, key, &known.scored, known, faults).map_or(Switch::Always, Switch::When),
    }
}

fn on(word: Option<&str>) -> OnMatch {
    match word {
        Some("ignore") => OnMatch::Ignore,
        Some("review") => OnMatch::Review,
        _ => OnMatch::Link,
    }
}

fn reasoned(table: &Table, key: &str, reason: &str, known: &Known, faults: &mut Diagnostics) -> Vec<ReasonedRule> {
    let mut rules = Vec::new();
    for (_, rule) in table.tables(key) {
        let reason = rule.text("reason").unwrap_or(reason).to_owned();
        let filter = condition(rule, "when", &known.scored, known, faults);
        rules.extend(filter.map(|filter| ReasonedRule { filter, reason }));
    }
    rules
}
