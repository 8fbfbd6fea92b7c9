//! One golden lead: its rows and what joined them, the lines of its score, the decision on it.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{KeptLink, Member, links};
use crate::model::scorecards::Points;
use crate::pipeline::past::{PastError, PastRun};

/// Columns of `leads` that are shown, where they are there and filled.
const FIELDS: [&str; 22] = [
    "full_name",
    "first_name",
    "last_name",
    "company",
    "job_title",
    "email",
    "phone",
    "mobile_phone",
    "street",
    "postcode",
    "city",
    "country",
    "source",
    "status",
    "stage",
    "score_percent",
    "stars",
    "rating_type",
    "manual_stars",
    "rating_expires_at",
    "grade",
    "assigned_to",
];

/// What a run knows of a lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadAnswer {
    /// The lead.
    pub lead_id: String,
    /// Its golden values.
    pub fields: Map<String, Value>,
    /// Its rows, the survivor first.
    pub members: Vec<LeadMember>,
    /// Kept pairs to rows of other leads, the surest first.
    pub undecided: Vec<KeptLink>,
    /// The lines of its score; empty where the run did not score.
    pub ledger: Vec<LedgerLine>,
    /// Their sum.
    pub score: Option<String>,
    /// What it is just under.
    pub near_misses: Vec<NearMiss>,
    /// What became of stars given by hand; none without such.
    pub rating: Option<String>,
    /// The row of `decisions`; empty where the run decided nothing.
    pub decision: Map<String, Value>,
    /// What people answered about it, and what came of that.
    pub answers: Vec<GivenAnswer>,
}

/// A person's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GivenAnswer {
    /// Its file, relative to the project.
    pub file: String,
    /// Its line.
    pub line: String,
    /// `lead`, `account`, `contact` or `opportunity`.
    pub kind: String,
    /// The lead's row.
    pub left_id: String,
    /// The other row, or the record; "" for a new one.
    pub right_id: String,
    /// `match`, `distinct` or `new`.
    pub decision: String,
    /// What came of it: `applied`, `superfluous`, `stale` …
    pub outcome: String,
    /// Why, in words, or "".
    pub why: String,
}

/// A row of a lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadMember {
    /// The row.
    #[serde(flatten)]
    pub row: Member,
    /// Its strongest link inside the lead; none for a lead of one row.
    pub joined_by: Option<Joining>,
}

/// A link that joins a row to its lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joining {
    /// The row at the other end.
    pub row_id: String,
    /// `model`, `decision`, or the name of a duplicate rule.
    pub rule: String,
    /// Its probability.
    pub probability: f64,
    /// Its weight.
    pub weight: f64,
}

/// A line of the score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerLine {
    /// Criterion, or the limit of a group.
    pub criterion: String,
    /// Whether it is met; none without data, and for a limit.
    pub met: Option<bool>,
    /// Points.
    pub points: f64,
    /// Version of the criterion, or "".
    pub version: String,
}

/// Something that a lead is just under.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearMiss {
    /// `grade A`, `4 stars`, `qualify`.
    pub target: String,
    /// Points that are missing; none where the score is not what is missing.
    pub gap: Option<f64>,
    /// How many facts would have to change.
    pub changes: u64,
    /// Which, in words.
    pub change: String,
}

/// What a run knows of the lead of these rows.
///
/// # Errors
/// When a table cannot be read.
pub fn lead(run: &PastRun, rows: &[Member]) -> Result<LeadAnswer, PastError> {
    let lead_id = rows[0].lead_id.clone();
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.row_id.as_str()).collect();
    let mut links = links(run, &ids)?;
    // Rules and people before the model, then by weight.
    links.sort_by(|a, b| (a.rule == "model").cmp(&(b.rule == "model")).then(b.weight.total_cmp(&a.weight)));
    let inside = |link: &&KeptLink| ids.contains(link.left_id.as_str()) && ids.contains(link.right_id.as_str());
    let member = |row: &Member| {
        let own = links.iter().filter(inside).filter(|link| link.verdict != "distinct");
        let mut own = own.filter(|link| link.left_id == row.row_id || link.right_id == row.row_id);
        let joined_by = own.next().map(|link| Joining {
            row_id: link.other(&row.row_id).to_owned(),
            rule: link.rule.clone(),
            probability: link.probability,
            weight: link.weight,
        });
        LeadMember { row: row.clone(), joined_by }
    };
    let members = rows.iter().map(member).collect();
    let ledger = ledger(run, &lead_id)?;
    let sum = ledger.iter().map(|line| Points::rounded(line.points)).sum::<Points>();
    let mut fields = row_of(run, "leads", Some(&FIELDS), &lead_id)?;
    if fields.contains_key("full_name") {
        // A run that only looks for duplicates may have the halves of a name alone.
        fields.retain(|name, _| !["first_name", "last_name"].contains(&name.as_str()));
    }
    Ok(LeadAnswer {
        members,
        undecided: links.iter().filter(|link| !inside(link)).cloned().collect(),
        score: (!ledger.is_empty()).then(|| sum.to_string()),
        rating: (!ledger.is_empty()).then(|| rating(&fields, &run.summary.as_of)).flatten(),
        ledger,
        near_misses: near_misses(run, &lead_id)?,
        fields,
        decision: row_of(run, "decisions", None, &lead_id)?,
        answers: answers(run, &lead_id)?,
        lead_id,
    })
}

/// Whether stars given by hand count, and until when they do or did; days are compared as they are written.
pub(in crate::pipeline) fn rating(fields: &Map<String, Value>, as_of: &str) -> Option<String> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let (stars, count, do_not) = match text("manual_stars")? {
        "1" => ("the star given by hand".to_owned(), "counts", "does not count"),
        stars => (format!("the {stars} stars given by hand"), "count", "do not count"),
    };
    Some(match (text("rating_type"), text("rating_expires_at")) {
        (Some("manual"), None) => format!("{stars} {count}"),
        (Some("manual"), Some(day)) => format!("{stars} {count} until {day}"),
        (_, Some(day)) if day < as_of => format!("{stars} counted until {day}; the automatic ones do"),
        _ => format!("{stars} {do_not}: the rating type is automatic"),
    })
}

fn answers(run: &PastRun, lead_id: &str) -> Result<Vec<GivenAnswer>, PastError> {
    let mut answers = Vec::new();
    // Runs of earlier versions, and runs that write some tables only, have no such table.
    let Ok(table) = run.table("verdicts") else { return Ok(answers) };
    let columns =
        ["file", "line", "kind", "left_id", "right_id", "decision", "outcome", "why", "lead_id", "other_lead_id"];
    table.read(&columns, |row| {
        if [row.text(8), row.text(9)].iter().any(|of| of == lead_id) {
            let text = |column: usize| row.text(column).into_owned();
            answers.push(GivenAnswer {
                file: text(0),
                line: text(1),
                kind: text(2),
                left_id: text(3),
                right_id: text(4),
                decision: text(5),
                outcome: text(6),
                why: text(7),
            });
        }
    })?;
    Ok(answers)
}

fn ledger(run: &PastRun, lead_id: &str) -> Result<Vec<LedgerLine>, PastError> {
    let mut lines = Vec::new();
    // A run that only looks for duplicates has no such table.
    let Ok(table) = run.table("score_ledger") else { return Ok(lines) };
    let columns = ["lead_id", "criterion", "met", "points", "version"];
    // Runs of earlier versions know no versions.
    let known = columns.iter().filter(|name| table.columns().iter().any(|column| column == *name)).count();
    table.read(&columns[..known], |row| {
        if row.text(0) == lead_id {
            lines.push(LedgerLine {
                criterion: row.text(1).into_owned(),
                met: row.text(2).parse().ok(),
                points: row.value(3).unwrap_or_default(),
                version: if known > 4 { row.text(4).into_owned() } else { String::new() },
            });
        }
    })?;
    Ok(lines)
}

fn near_misses(run: &PastRun, lead_id: &str) -> Result<Vec<NearMiss>, PastError> {
    let mut misses = Vec::new();
    let Ok(table) = run.table("near_misses") else { return Ok(misses) };
    table.read(&["lead_id", "target", "gap", "changes", "change"], |row| {
        if row.text(0) == lead_id {
            misses.push(NearMiss {
                target: row.text(1).into_owned(),
                gap: row.value(2),
                changes: row.text(3).parse().unwrap_or_default(),
                change: row.text(4).into_owned(),
            });
        }
    })?;
    Ok(misses)
}

/// The filled columns of a lead's row in a table.
fn row_of(run: &PastRun, table: &str, wanted: Option<&[&str]>, lead_id: &str) -> Result<Map<String, Value>, PastError> {
    let mut found = Map::new();
    let Ok(table) = run.table(table) else { return Ok(found) };
    let has = |name: &str| table.columns().iter().any(|column| column == name);
    let columns: Vec<&str> = match wanted {
        Some(wanted) => wanted.iter().copied().filter(|name| has(name)).collect(),
        None => table.columns().iter().map(String::as_str).filter(|name| *name != "lead_id").collect(),
    };
    let all: Vec<&str> = std::iter::once("lead_id").chain(columns.iter().copied()).collect();
    table.read(&all, |row| {
        if row.text(0) == lead_id {
            for (position, name) in columns.iter().enumerate() {
                let value = row.text(position + 1);
                if !value.is_empty() {
                    found.insert((*name).to_owned(), Value::String(value.into_owned()));
                }
            }
        }
    })?;
    Ok(found)
}
