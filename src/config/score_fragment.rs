//! A `[score]` section with other points: what the pipeline's own section says, but for the points, the limits that go
//! with them, and the cut points.

use std::fmt::Write as _;

use super::compile::unpacked;
use super::diagnostic::Diagnostics;
use super::emit::{one_line, quoted};
use super::options::tree::{Node, Table, Value};
use super::options::{self, emit_value};
use super::plan::{Criterion, CriterionTest, Plan};
use crate::model::scorecards::Points;

/// How a fragment begins.
pub const FIRST_LINE: &str = "# Written by `leadmill train-score`";

/// What a section should say.
#[derive(Debug, Clone, Default)]
pub struct Fragment {
    /// Comments at its head.
    pub about: Vec<String>,
    /// Criteria that give points: name, points, comments.
    pub criteria: Vec<(String, Points, String)>,
    /// Criteria that are left out, as comments: name and why.
    pub left_out: Vec<(String, String)>,
    /// Groups that have a cap.
    pub caps: Vec<(String, Points)>,
    /// Where the second … fifth star begins, and a comment; the pipeline's own where empty.
    pub stars: Vec<(f64, String)>,
    /// Where each grade begins, and a comment; the pipeline's own where empty.
    pub grades: Vec<(String, f64, String)>,
}

/// Keys of `[score]` that the fragment has its own of, and tables that stay beside it.
const OWN: [&str; 7] = ["criterion", "group", "weights", "stars", "grades", "contacts", "accounts"];
/// Keys of a group that it has its own of.
const LIMITS: [&str; 2] = ["cap", "floor"];
/// Keys of a criterion that it has its own of.
const WORTH: [&str; 3] = ["name", "importance", "points"];

/// The text of the section, to stand in place of the pipeline's own.
pub fn fragment(plan: &Plan, wanted: &Fragment) -> String {
    let mut faults = Diagnostics::default();
    let options = options::read("", &plan.text, &[], &mut faults).unwrap_or_default();
    let options = unpacked(&options, &plan.project);
    let absent = Table::default();
    let score = options.table.table("score").unwrap_or(&absent);
    let written: Vec<&Table> = score.list("criterion").iter().filter_map(Node::as_table).collect();
    let table = |name: &str| {
        let mut named = written.iter().filter(|table| table.text("name") == Some(name)).copied();
        // Of several, as versions are, the one that counts.
        let condition = plan.score.criteria.iter().find(|criterion| criterion.name == name).and_then(sql);
        let counts = |table: &&Table| condition.is_some() && table.text("when") == condition;
        named.clone().find(counts).or_else(|| named.next())
    };

    let mut text =
        format!("{FIRST_LINE}: it stands in place of [score], all [[score.criterion]] and [score.group] included.\n");
    wanted.about.iter().for_each(|line| push_comment(&mut text, line));
    text.push_str("\n[score]\n");
    for entry in score.entries.iter().filter(|entry| !OWN.contains(&entry.key.as_str())) {
        let _ = writeln!(text, "{} = {}", key(&entry.key), emit_value(&entry.node.value));
    }
    push_stars(&mut text, wanted, score);
    push_grades(&mut text, wanted, score);
    for (name, points, comment) in &wanted.criteria {
        text.push('\n');
        push_comment(&mut text, comment);
        let body = body(table(name), plan, name);
        let _ = write!(text, "[[score.criterion]]\nname = {}\n{body}points = {points}\n", quoted(name));
    }
    for (name, why) in &wanted.left_out {
        let _ = writeln!(text, "\n# \"{}\" is left out: {why}.", one_line(name));
        let body =
            format!("[[score.criterion]]\nname = {}\n{}points = 0\n", quoted(name), body(table(name), plan, name));
        body.lines().for_each(|line| push_comment(&mut text, line));
    }
    for entry in score.table("group").into_iter().flat_map(|groups| &groups.entries) {
        let Some(group) = entry.node.as_table() else { continue };
        let cap = wanted.caps.iter().find(|(name, _)| *name == entry.key).map(|(_, cap)| cap);
        let others: Vec<_> = group.entries.iter().filter(|entry| !LIMITS.contains(&entry.key.as_str())).collect();
        if cap.is_none() && others.is_empty() {
            continue;
        }
        let _ = write!(text, "\n[score.group.{}]\n", key(&entry.key));
        for entry in others {
            let _ = writeln!(text, "{} = {}", key(&entry.key), emit_value(&entry.node.value));
        }
        if let Some(cap) = cap {
            let _ = writeln!(text, "cap = {cap}  # the most that a lead has: it takes nothing away");
        }
    }
    text
}

fn push_comment(text: &mut String, comment: &str) {
    for line in comment.lines() {
        let _ = writeln!(text, "# {}", one_line(line));
    }
}

fn push_stars(text: &mut String, wanted: &Fragment, score: &Table) {
    if wanted.stars.is_empty() {
        let own = score.get("stars").map(|node| emit_value(&node.value));
        own.iter().for_each(|own| push_line(text, &format!("stars = {own}")));
        return;
    }
    let cuts: Vec<String> = wanted.stars.iter().map(|(cut, _)| cut.to_string()).collect();
    let comments: Vec<&str> = wanted.stars.iter().map(|(_, comment)| comment.as_str()).collect();
    push_line(text, &format!("stars = [{}]  # {}", cuts.join(", "), comments.join(", ")));
}

fn push_grades(text: &mut String, wanted: &Fragment, score: &Table) {
    if wanted.grades.is_empty() {
        let own = score.get("grades").map(|node| emit_value(&node.value));
        own.iter().for_each(|own| push_line(text, &format!("grades = {own}")));
        return;
    }
    let cuts: Vec<String> = wanted.grades.iter().map(|(grade, cut, _)| format!("{} = {cut}", key(grade))).collect();
    let comments = wanted.grades.iter().filter(|(.., comment)| !comment.is_empty());
    let comments: Vec<String> = comments.map(|(grade, _, comment)| format!("{} {comment}", one_line(grade))).collect();
    push_line(text, &format!("grades = {{ {} }}  # {}", cuts.join(", "), comments.join(", ")));
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The keys of a criterion but for its name and what it gives.
fn body(table: Option<&Table>, plan: &Plan, name: &str) -> String {
    let mut body = String::new();
    if let Some(table) = table {
        for entry in table.entries.iter().filter(|entry| !WORTH.contains(&entry.key.as_str())) {
            let _ = writeln!(body, "{} = {}", key(&entry.key), emit_value(&entry.node.value));
        }
        return body;
    }
    // One that the pipeline file does not spell out.
    if let Some(criterion) = plan.score.criteria.iter().find(|criterion| criterion.name == name) {
        if let Some(sql) = sql(criterion) {
            let _ = writeln!(body, "when = {}", emit_value(&Value::Text(sql.to_owned())));
        }
        if let Some(group) = &criterion.group {
            let _ = writeln!(body, "group = {}", quoted(group));
        }
    }
    body
}

/// The condition of a criterion that has one.
fn sql(criterion: &Criterion) -> Option<&str> {
    match &criterion.test {
        CriterionTest::When(condition) => Some(&condition.sql),
        _ => None,
    }
}

/// A key, quoted where it must be.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}
