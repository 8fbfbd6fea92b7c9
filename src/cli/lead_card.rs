//! A golden lead for a person: its rows and what joined them, its score line by line, the decision on it.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::pipeline::why::{GivenAnswer, LeadAnswer, LeadMember, LedgerLine, NearMiss};

use super::waterfall::{Canvas, by, shortened, titled};

/// The widest bar of a criterion, in characters.
const BAR: usize = 24;
/// Undecided pairs that are shown.
const UNDECIDED: usize = 10;

pub(super) fn render(lead: &LeadAnswer, canvas: Canvas) -> String {
    let field = |name: &str| lead.fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = ["full_name", "first_name", "last_name"].map(field).join(" ");
    let head: Vec<&str> =
        [name.trim(), field("job_title"), field("company")].into_iter().filter(|text| !text.is_empty()).collect();
    let mut out = format!("{}\n", format!("{}  {}", lead.lead_id, head.join(", ")).trim_end());
    let reach = ["email", "phone", "mobile_phone", "street", "postcode", "city", "country"];
    let reach: Vec<&str> = reach.into_iter().map(field).filter(|text| !text.is_empty()).collect();
    let _ = writeln!(out, "{}", reach.join(", "));

    let _ = writeln!(out, "\nRows");
    for member in &lead.members {
        out.push_str(&row(member, lead));
    }
    if !lead.undecided.is_empty() {
        let _ = writeln!(out, "\nPairs with rows of other leads");
        for link in lead.undecided.iter().take(UNDECIDED) {
            let _ = writeln!(
                out,
                "  {} and {}: {}, {}",
                link.left_id,
                link.right_id,
                link.verdict,
                by(&link.rule, link.probability, link.weight)
            );
        }
        if lead.undecided.len() > UNDECIDED {
            let _ = writeln!(out, "  and {} more", lead.undecided.len() - UNDECIDED);
        }
    }
    out.push_str(&score(lead, canvas));
    out.push_str(&decision(&lead.decision));
    out.push_str(&answers(&lead.answers));
    out
}

fn row(member: &LeadMember, lead: &LeadAnswer) -> String {
    let mut out = format!("  {}\n", titled(&member.row));
    let _ = match &member.joined_by {
        Some(joined) => {
            let other = lead.members.iter().find(|other| other.row.row_id == joined.row_id);
            let other = other.map_or(joined.row_id.as_str(), |other| match other.row.source_id.as_str() {
                "" => &other.row.row_id,
                id => id,
            });
            writeln!(out, "    joined with {other} by {}", by(&joined.rule, joined.probability, joined.weight))
        }
        None => Ok(()),
    };
    if member.row.is_survivor && lead.members.len() > 1 {
        let _ = writeln!(out, "    golden values come from this row first");
    }
    out
}

/// The lines of the score, and what it is just under.
pub(super) fn score(lead: &LeadAnswer, canvas: Canvas) -> String {
    let Some(score) = &lead.score else { return String::new() };
    let field = |name: &str| lead.fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let percent =
        field("score_percent").parse::<f64>().map_or_else(|_| String::new(), |at| format!("{at:.1} percent, "));
    let stars = field("stars").parse::<usize>().unwrap_or(0).min(5);
    let manual = if field("rating_type") == "manual" { " (given by hand)" } else { "" };
    let grade = Some(field("grade"))
        .filter(|grade| !grade.is_empty())
        .map_or_else(String::new, |grade| format!(", grade {grade}"));
    let mut out = format!(
        "\nScore {score}: {percent}{}{} {stars} star{}{manual}{grade}\n",
        "★".repeat(stars),
        "☆".repeat(5 - stars),
        if stars == 1 { "" } else { "s" }
    );
    if let Some(rating) = &lead.rating {
        let _ = writeln!(out, "  {rating}");
    }
    let most = lead.ledger.iter().map(|line| line.points.abs()).fold(0.0, f64::max);
    let width = lead.ledger.iter().map(|line| line.criterion.chars().count()).max().unwrap_or(0).min(40);
    for LedgerLine { criterion, met, points, .. } in &lead.ledger {
        let met = match met {
            Some(true) => "met",
            Some(false) => "not met",
            // A limit of a group is no criterion.
            None if criterion.ends_with(" (cap)") || criterion.ends_with(" (floor)") => "",
            None => "no data",
        };
        let filled = if most > 0.0 { (points.abs() / most * BAR as f64).round() as usize } else { 0 };
        let bar = canvas.bar(filled, *points >= 0.0);
        let name = shortened(criterion, width);
        let _ = writeln!(out, "{}", format!("  {name:<width$}  {met:<8}  {points:>+9}  {bar}").trim_end());
    }
    let _ = writeln!(out, "  {:<width$}  {:<8}  {score:>9}", "sum", "");
    if !lead.near_misses.is_empty() {
        out.push('\n');
    }
    for NearMiss { target, gap, changes, change } in &lead.near_misses {
        let steps = if *changes == 1 { "One step" } else { "Two steps" };
        let target = if target == "qualify" { "qualifying" } else { target };
        let missing = gap.map_or_else(String::new, |gap| format!(", {gap} points away"));
        let _ = writeln!(out, "{steps} from {target}{missing}: {change}");
    }
    out
}

/// What people answered about the lead, and what came of it.
fn answers(answers: &[GivenAnswer]) -> String {
    let mut out = String::new();
    if !answers.is_empty() {
        out.push_str("\nAnswers\n");
    }
    for GivenAnswer { file, line, kind, left_id, right_id, decision, outcome, why } in answers {
        let about = match kind.as_str() {
            "lead" => format!("{left_id} {decision} {right_id}"),
            kind => format!("{decision} {kind} {right_id}"),
        };
        let why = if why.is_empty() { String::new() } else { format!(", {why}") };
        let _ = writeln!(out, "  {}: {outcome}{why} ({file}, line {line})", about.trim_end());
    }
    out
}

/// The decision, and whose the lead is.
pub(super) fn decision(decision: &Map<String, Value>) -> String {
    let text = |name: &str| decision.get(name).and_then(Value::as_str);
    let Some(kind) = text("decision") else { return String::new() };
    let mut out = format!("\nDecision: {kind}");
    let details =
        [("rule", "rule"), ("reason", "reason"), ("matched", "matched"), ("candidates", "came into question")];
    for (name, shown) in details {
        if let Some(text) = text(name) {
            let _ = write!(out, "; {shown} {text}");
        }
    }
    out.push('\n');
    match (text("owner"), text("owner_reason")) {
        (Some(owner), Some(reason)) => {
            let _ = writeln!(out, "Owner: {owner} ({reason})");
        }
        (Some(owner), None) => {
            let _ = writeln!(out, "Owner: {owner}");
        }
        (None, Some(reason)) => {
            let _ = writeln!(out, "Owner: none ({reason})");
        }
        (None, None) => {}
    }
    out
}
