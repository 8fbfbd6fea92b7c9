//! `[score]`: criteria, weights, star cuts, grades, groups. Packs are in it already.

use jiff::civil::Date;

use super::Outputs;
use super::behaviour;
use super::condition::{condition, plain_condition};
use super::known::Known;
use super::score_groups;
use super::validity::validity;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::{Node, Table, Value};
use crate::config::plan::{Bands, Criterion, CriterionTest, Missing, Resting, ScoreGroup, ScorePlan, Validity, Worth};
use crate::model::scorecards::Points;
use crate::rules::{Condition, Scope};

/// Checks the section.
pub(super) fn score(options: &Options, outputs: &Outputs<'_>, known: &Known, faults: &mut Diagnostics) -> ScorePlan {
    let absent = Table::default();
    let table = options.table.table("score").unwrap_or(&absent);
    let criteria: Vec<(Span, &Table)> = table.tables("criterion").collect();
    score_groups::clashes(table, &criteria, outputs, faults);
    card(table, Subject::Leads(known), faults)
}

/// What a table of criteria scores.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// Leads.
    Leads(&'a Known),
    /// Records of the CRM with these columns.
    Records(&'a Scope),
}

impl Subject<'_> {
    fn condition(self, table: &Table, key: &str, faults: &mut Diagnostics) -> Option<Condition> {
        match self {
            Self::Leads(known) => condition(table, key, &known.reachable, known, faults),
            Self::Records(scope) => plain_condition(table.get(key)?, scope, faults),
        }
    }

    fn as_of(self) -> Date {
        match self {
            Self::Leads(known) => known.as_of,
            Self::Records(scope) => scope.as_of,
        }
    }
}

/// Checks a table of criteria.
pub(super) fn card(table: &Table, subject: Subject<'_>, faults: &mut Diagnostics) -> ScorePlan {
    let weights = Weights::read(table, faults);
    let given: Vec<(Span, &Table)> = table.tables("criterion").collect();
    let groups = score_groups::groups(table, &given, faults);
    let whole = validity(table, faults);
    let days: Vec<Validity> = given.iter().map(|(_, table)| validity(table, faults)).collect();
    distinct(&given, &days, faults);
    let rules =
        Rules { weights, groups: &groups, missing: missing(table).unwrap_or_default(), version: version(table) };
    let mut plan = ScorePlan {
        star_cuts: star_cuts(table, faults),
        grades: grades(table, faults),
        grid: score_groups::grid(table, &groups, faults),
        manual_for: table.get("manual_for").and_then(|node| self::days(node, faults)),
        ..ScorePlan::default()
    };
    for ((span, table), &days) in given.iter().zip(&days) {
        let Some(criterion) = criterion(table, *span, &rules, subject, faults) else { continue };
        let validity = days.and(whole);
        if validity.covers(subject.as_of()) {
            plan.criteria.push(criterion);
        } else {
            plan.resting.push(Resting { name: criterion.name, version: criterion.version, validity });
        }
    }
    plan.groups = groups;
    if plan.criteria.is_empty() && !plan.resting.is_empty() && !days.iter().any(|days| days.is_empty()) {
        nothing_valid(table, &given, subject.as_of(), faults);
    }
    plan
}

/// What the section says of all criteria.
struct Rules<'a> {
    weights: Weights,
    groups: &'a [ScoreGroup],
    missing: Missing,
    version: Option<String>,
}

fn missing(table: &Table) -> Option<Missing> {
    match table.text("missing")? {
        "neutral" => Some(Missing::Neutral),
        _ => Some(Missing::No),
    }
}

fn version(table: &Table) -> Option<String> {
    table.text("version").map(str::to_owned)
}

/// Reports each name that two criteria bear on one day.
fn distinct(criteria: &[(Span, &Table)], days: &[Validity], faults: &mut Diagnostics) {
    let named = |at: usize| criteria[at].1.get("name").and_then(|node| Some((node.span, node.as_text()?)));
    for second in 0..criteria.len() {
        let Some((span, name)) = named(second) else { continue };
        let is_same = |first: &usize| {
            named(*first).is_some_and(|(_, other)| other == name) && days[*first].overlaps(days[second])
        };
        let Some(first) = (0..second).find(is_same) else { continue };
        let place = named(first).map_or(span, |(span, _)| span);
        let [earlier, later] = [days[first], days[second]];
        let is_dated = [earlier, later].iter().any(|days| *days != Validity::default());
        let fault = if is_dated {
            let message = format!(
                "two criteria named `{name}` count on the same days: one is valid {}, the other {}",
                earlier.shown(),
                later.shown()
            );
            let help = "let `valid_until` of one be the day before `valid_from` of the next";
            Diagnostic::error("overlapping-validity", span, message).help(help)
        } else {
            let message = format!("another criterion is named `{name}`");
            Diagnostic::error("duplicate-name", span, message).help("each needs a name of its own: results refer to it")
        };
        faults.push(fault.also(place, "the first"));
    }
}

fn nothing_valid(table: &Table, criteria: &[(Span, &Table)], as_of: Date, faults: &mut Diagnostics) {
    const KEYS: [&str; 2] = ["valid_from", "valid_until"];
    let dated = std::iter::once(table).chain(criteria.iter().map(|(_, table)| *table));
    let span =
        dated.flat_map(|table| KEYS.iter().filter_map(|key| table.entry(key))).map(|entry| entry.node.span).next();
    let message = format!("no criterion is valid on {as_of}: every lead scores 0");
    faults.push(Diagnostic::warning("nothing-valid", span.unwrap_or_default(), message));
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
pub(super) fn points(node: &Node, faults: &mut Diagnostics) -> Option<Points> {
    let number = node.as_number().filter(|number| number.abs() <= 1e6)?;
    let points = Points::rounded(number);
    if (points.to_f64() - number).abs() > 1e-9 {
        let message = format!("{number} has more than four decimals");
        faults.push(Diagnostic::error("too-many-decimals", node.span, message).help(format!("write {points}")));
    }
    Some(points)
}

fn criterion(
    table: &Table,
    span: Span,
    rules: &Rules<'_>,
    subject: Subject<'_>,
    faults: &mut Diagnostics,
) -> Option<Criterion> {
    let name = table.text("name").unwrap_or_default().to_owned();
    let group = table.text("group").map(str::to_owned);
    let worth = worth(table, &rules.weights, faults);
    let capped = group.as_ref().is_some_and(|name| rules.groups.iter().any(|of| of.name == *name && of.cap.is_some()));
    let test = match behaviour::looks_at(table, span, faults) {
        Some("when") => subject.condition(table, "when", faults).map(CriterionTest::When),
        Some(key) => behaviour::test(table, key, capped, subject.as_of(), faults),
        None => None,
    };
    let missing = missing(table).unwrap_or(rules.missing);
    let version = version(table).or_else(|| rules.version.clone());
    Some(Criterion { name, test: test?, worth, group, missing, version })
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

/// `90 days` in days: a week has 7, a month counts 30, a year 365.
pub(super) fn days(node: &Node, faults: &mut Diagnostics) -> Option<i64> {
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

fn grades(table: &Table, faults: &mut Diagnostics) -> Bands {
    let default =
        || [("A", 80.0), ("B", 60.0), ("C", 40.0), ("D", 0.0)].map(|(name, cut)| (name.to_owned(), cut)).to_vec();
    match table.table("grades") {
        Some(given) => bands(given, "grades", faults),
        None => default(),
    }
}

/// Name = where it begins, the highest first.
pub(super) fn bands(given: &Table, what: &str, faults: &mut Diagnostics) -> Bands {
    let mut bands: Bands = Vec::new();
    for entry in &given.entries {
        let Some(cut) = entry.node.as_number() else { continue };
        match bands.iter().find(|(_, other)| *other == cut) {
            Some((other, _)) => {
                let message = format!("the {what} `{other}` and `{}` begin at the same percentage", entry.key);
                faults.push(Diagnostic::error("contradictory-thresholds", entry.node.span, message));
            }
            None => bands.push((entry.key.clone(), cut)),
        }
    }
    bands.sort_by(|a, b| b.1.total_cmp(&a.1));
    bands
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
