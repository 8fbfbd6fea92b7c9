//! `[score]`: criteria, weights, star cuts, grades, groups.

use super::condition::condition;
use super::known::{Known, unique};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::tree::{Node, Table, Value};
use crate::config::options::{self, Options};
use crate::config::plan::{Criterion, CriterionTest, ScoreGroup, ScorePlan, Worth};
use crate::model::entities::ActivityKind;
use crate::model::scorecards::Points;

/// Checks the section; without criteria the default set counts.
pub(super) fn score(options: &Options, known: &Known, faults: &mut Diagnostics) -> ScorePlan {
    let absent = Table::default();
    let table = options.table.table("score").unwrap_or(&absent);
    let weights = Weights::read(table, faults);
    let groups = groups(table, faults);
    let defaults = if table.get("criterion").is_none() { options::default_criteria(faults) } else { Vec::new() };
    let given = if defaults.is_empty() { table.list("criterion") } else { &defaults[..] };
    let given: Vec<(Span, &Table)> = given.iter().filter_map(|node| Some((node.span, node.as_table()?))).collect();
    unique(given.iter().map(|(_, table)| *table), "criterion", faults);
    unused_groups(table, &given, faults);
    let criteria = given.iter().filter_map(|(span, table)| criterion(table, *span, &weights, &groups, known, faults));
    ScorePlan {
        criteria: criteria.collect(),
        star_cuts: star_cuts(table, faults),
        grades: grades(table, faults),
        groups,
    }
}

/// Points of the importances.
struct Weights {
    low: Points,
    normal: Points,
    high: Points,
}

impl Weights {
    fn read(score: &Table, faults: &mut Diagnostics) -> Self {
        let given = score.table("weights");
        let mut weight = |key: &str, default: i64| {
            given.and_then(|table| points(table.get(key)?, faults)).unwrap_or(Points::whole(default))
        };
        let weights = Self { low: weight("low", 1), normal: weight("normal", 2), high: weight("high", 3) };
        if weights.low > weights.normal || weights.normal > weights.high {
            let span = score.span("weights", Span::default());
            faults.push(Diagnostic::warning(
                "unordered-weights",
                span,
                "the weights do not rise from low over normal to high",
            ));
        }
        weights
    }

    fn of(&self, importance: &str) -> Points {
        match importance {
            "low" => self.low,
            "high" => self.high,
            _ => self.normal,
        }
    }
}

/// A number of points with at most four decimals.
fn points(node: &Node, faults: &mut Diagnostics) -> Option<Points> {
    let number = node.as_number().filter(|number| number.abs() <= 1e6)?;
    let points = Points::rounded(number);
    if (points.to_f64() - number).abs() > 1e-9 {
        let message = format!("{number} has more than four decimals");
        faults.push(Diagnostic::error("too-many-decimals", node.span, message).help(format!("write {points}")));
    }
    Some(points)
}

fn groups(score: &Table, faults: &mut Diagnostics) -> Vec<ScoreGroup> {
    let mut groups = Vec::new();
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
        groups.push(ScoreGroup { name: entry.key.clone(), cap, floor });
    }
    groups
}

fn unused_groups(score: &Table, criteria: &[(Span, &Table)], faults: &mut Diagnostics) {
    for entry in score.table("group").into_iter().flat_map(|groups| &groups.entries) {
        if !criteria.iter().any(|(_, criterion)| criterion.text("group") == Some(&entry.key)) {
            let message = format!("no criterion is in the group `{}`", entry.key);
            let groups = criteria.iter().filter_map(|(_, criterion)| criterion.text("group"));
            faults.push(Diagnostic::warning("unused-group", entry.key_span, message).instead(&entry.key, groups));
        }
    }
}

fn criterion(
    table: &Table,
    span: Span,
    weights: &Weights,
    groups: &[ScoreGroup],
    known: &Known,
    faults: &mut Diagnostics,
) -> Option<Criterion> {
    let name = table.text("name").unwrap_or_default().to_owned();
    let group = table.text("group").map(str::to_owned);
    let worth = worth(table, weights, faults);
    let test = match (table.entry("when"), table.entry("each")) {
        (Some(_), None) => {
            if let Some(entry) = table.entry("half_life") {
                let message = "`half_life` needs `each`: a condition has no age";
                faults.push(Diagnostic::error("contradictory-keys", entry.key_span, message));
            }
            condition(table, "when", &known.lead, known, faults).map(CriterionTest::When)
        }
        (None, Some(_)) => each(table, groups, faults),
        (Some(when), Some(each)) => {
            let fault =
                Diagnostic::error("contradictory-keys", each.key_span, "a criterion has `when` or `each`, not both");
            faults.push(fault.also(when.key_span, "the other"));
            None
        }
        (None, None) => {
            let message = format!("the criterion `{name}` has neither `when` nor `each`");
            faults.push(Diagnostic::error("missing-key", span, message).help("when = \"budget_amount > 0\""));
            None
        }
    };
    Some(Criterion { name, test: test?, worth, group })
}

fn worth(table: &Table, weights: &Weights, faults: &mut Diagnostics) -> Worth {
    if let (Some(importance), Some(points)) = (table.entry("importance"), table.entry("points")) {
        let message = "a criterion has `importance` or `points`, not both";
        let fault =
            Diagnostic::error("contradictory-keys", points.key_span, message).also(importance.key_span, "the other");
        faults.push(
            fault.help("importance: met adds the weight, unmet takes it away; points: met adds them, unmet nothing"),
        );
    }
    match table.get("points").and_then(|node| points(node, faults)) {
        Some(points) => Worth::Points(points),
        None => Worth::Importance(weights.of(table.text("importance").unwrap_or("normal"))),
    }
}

fn each(table: &Table, groups: &[ScoreGroup], faults: &mut Diagnostics) -> Option<CriterionTest> {
    let entry = table.entry("each")?;
    let each = entry.node.as_table()?;
    if table.get("points").is_none() {
        let message = "`each` counts items and needs `points` for one";
        faults.push(Diagnostic::error("missing-key", entry.key_span, message).help("points = 3"));
    }
    let at_most = each.integer("at_most").and_then(|count| u32::try_from(count).ok());
    let capped = |name: &str| groups.iter().any(|group| group.name == name && group.cap.is_some());
    if each.get("at_most").is_none() && !table.text("group").is_some_and(capped) {
        let message = "`each` without a limit: one lead's history could outweigh everything";
        let help = "give `at_most`, or put the criterion into a group with a `cap`";
        faults.push(Diagnostic::error("unlimited-each", entry.key_span, message).help(help));
    }
    let within = each.get("within").and_then(|node| days(node, faults));
    let half_life = table.get("half_life").and_then(|node| days(node, faults));
    Some(CriterionTest::Each {
        activity: each.text("activity").and_then(ActivityKind::from_name),
        within_days: within,
        at_most,
        half_life_days: half_life.map(|days| days as f64),
    })
}

/// `90 days` in days: a week has 7, a month counts 30, a year 365.
fn days(node: &Node, faults: &mut Diagnostics) -> Option<i64> {
    let text = node.as_text()?;
    let days = duration(text);
    if days.is_none() {
        let message = format!("`{text}` is not a length of time");
        let help = "write a whole number of days, weeks, months (30 days) or years (365 days): \"90 days\"";
        faults.push(Diagnostic::error("bad-duration", node.span, message).help(help));
    }
    days
}

fn duration(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(char::is_whitespace)?;
    let number: i64 = number.parse().ok().filter(|number| (1..=100_000).contains(number))?;
    let unit = match unit.trim() {
        "day" | "days" => 1,
        "week" | "weeks" => 7,
        "month" | "months" => 30,
        "year" | "years" => 365,
        _ => return None,
    };
    Some(number * unit)
}

fn star_cuts(table: &Table, faults: &mut Diagnostics) -> Vec<f64> {
    let Some(node) = table.get("stars") else { return vec![20.0, 40.0, 60.0, 80.0] };
    let cuts: Vec<f64> = table.list("stars").iter().filter_map(Node::as_number).collect();
    let has_wrong_types = cuts.len() < table.list("stars").len() || !matches!(node.value, Value::List(_));
    if has_wrong_types {
        return cuts;
    }
    if cuts.len() != 4 {
        let message = format!("`stars` needs 4 percentages, not {}", cuts.len());
        let help = "where the second, third, fourth and fifth star begin: [20, 40, 60, 80]";
        faults.push(Diagnostic::error("wrong-count", node.span, message).help(help));
    } else if cuts.windows(2).any(|pair| pair[0] >= pair[1]) {
        faults.push(Diagnostic::error("not-ascending", node.span, "the percentages of `stars` must rise"));
    }
    cuts
}

fn grades(table: &Table, faults: &mut Diagnostics) -> Vec<(String, f64)> {
    let default =
        || [("A", 80.0), ("B", 60.0), ("C", 40.0), ("D", 0.0)].map(|(name, cut)| (name.to_owned(), cut)).to_vec();
    let Some(given) = table.table("grades") else { return default() };
    let mut grades: Vec<(String, f64)> = Vec::new();
    for entry in &given.entries {
        let Some(cut) = entry.node.as_number() else { continue };
        match grades.iter().find(|(_, other)| *other == cut) {
            Some((other, _)) => {
                let message = format!("the grades `{other}` and `{}` begin at the same percentage", entry.key);
                faults.push(Diagnostic::error("contradictory-thresholds", entry.node.span, message));
            }
            None => grades.push((entry.key.clone(), cut)),
        }
    }
    grades.sort_by(|a, b| b.1.total_cmp(&a.1));
    grades
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            ("90 days", Some(90)),
            ("1 day", Some(1)),
            ("2 weeks", Some(14)),
            ("3 months", Some(90)),
            ("1 year", Some(365)),
            ("90", None),
            ("days", None),
            ("0 days", None),
            ("-1 days", None),
            ("12 hours", None),
            ("99999999999999999999 days", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(duration(text), expected, "{text}");
        }
    }
}
