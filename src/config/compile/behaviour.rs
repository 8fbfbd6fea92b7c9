//! What a criterion looks at: `when`, or history items by `each`, `any` or `none`.

use jiff::civil::Date;

use super::condition::plain_condition;
use super::score::days;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::tree::Table;
use crate::config::plan::{CriterionTest, Decay, ITEM_COLUMNS, Items};
use crate::model::entities::ActivityKind;
use crate::rules::Scope;

/// What a criterion may look at.
pub(super) const LOOKS: [&str; 4] = ["when", "each", "any", "none"];

/// The one thing that a criterion looks at, or a fault.
pub(super) fn looks_at(criterion: &Table, span: Span, faults: &mut Diagnostics) -> Option<&'static str> {
    let given: Vec<&str> = LOOKS.into_iter().filter(|key| criterion.entry(key).is_some()).collect();
    if !given.is_empty() && !given.contains(&"each") {
        ageless(criterion, faults);
    }
    match given[..] {
        [one] => LOOKS.into_iter().find(|key| *key == one),
        [] => {
            let name = criterion.text("name").unwrap_or_default();
            let message = format!("the criterion `{name}` has none of `when`, `each`, `any`, `none`");
            faults.push(Diagnostic::error("missing-key", span, message).help("when = \"budget_amount > 0\""));
            None
        }
        [first, second, ..] => {
            let place = |key: &str| criterion.entry(key).map_or(span, |entry| entry.key_span);
            let message = format!("a criterion has `{first}` or `{second}`, not both");
            let fault = Diagnostic::error("contradictory-keys", place(second), message);
            faults.push(fault.also(place(first), "the other"));
            None
        }
    }
}

/// Reports decay where nothing decays.
fn ageless(criterion: &Table, faults: &mut Diagnostics) {
    for entry in ["half_life", "fades"].into_iter().filter_map(|key| criterion.entry(key)) {
        let message = format!("`{}` needs `each`: only the points of single items fall with their age", entry.key);
        faults.push(Diagnostic::error("contradictory-keys", entry.key_span, message));
    }
}

/// The test of `each`, `any` or `none`. `capped`: the criterion's group has a cap.
pub(super) fn test(
    criterion: &Table,
    key: &str,
    capped: bool,
    as_of: Date,
    faults: &mut Diagnostics,
) -> Option<CriterionTest> {
    let entry = criterion.entry(key)?;
    let table = entry.node.as_table()?;
    let count = |key: &str| table.integer(key).and_then(|count| u32::try_from(count).ok());
    Some(match key {
        "each" => {
            if criterion.get("points").is_none() {
                let message = "`each` counts items and needs `points` for one";
                let help = "points = 3; to count once whatever the number of items, write `any` instead of `each`";
                faults.push(Diagnostic::error("missing-key", entry.key_span, message).help(help));
            }
            if table.get("at_most").is_none() && !capped {
                let message = "`each` without a limit: one lead's history could outweigh everything";
                let help = "give `at_most`, or put the criterion into a group with a `cap`";
                faults.push(Diagnostic::error("unlimited-each", entry.key_span, message).help(help));
            }
            let items = items(table, as_of, faults);
            CriterionTest::Each { items, at_most: count("at_most"), decay: decay(criterion, faults) }
        }
        "any" => CriterionTest::Any { items: items(table, as_of, faults), at_least: count("at_least").unwrap_or(1) },
        _ => CriterionTest::Without { items: items(table, as_of, faults) },
    })
}

fn items(table: &Table, as_of: Date, faults: &mut Diagnostics) -> Items {
    let columns = ITEM_COLUMNS.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    Items {
        activity: table.text("activity").and_then(ActivityKind::from_name),
        within_days: table.get("within").and_then(|node| days(node, faults)),
        filter: table.get("where").and_then(|node| plain_condition(node, &Scope { columns, as_of }, faults)),
    }
}

fn decay(criterion: &Table, faults: &mut Diagnostics) -> Option<Decay> {
    let mut length = |key: &str| criterion.get(key).and_then(|node| days(node, faults));
    let (half_life, fades) = (length("half_life"), length("fades"));
    if let (Some(half_life), Some(fades)) = (criterion.entry("half_life"), criterion.entry("fades")) {
        let message = "points fall by `half_life` or by `fades`, not both";
        let fault = Diagnostic::error("contradictory-keys", fades.key_span, message);
        faults.push(fault.also(half_life.key_span, "the other"));
    }
    half_life.map(|days| Decay::HalfLife(days as f64)).or(fades.map(Decay::Linear))
}
