//! Why: what a past run knows of one lead, or of two rows. Everything is read from its tables; a pair's values and what
//! blocking made of it come from the inputs, where they still are those of the run.

mod lead;
mod pair;

use std::collections::BTreeSet;

use serde::Serialize;

use super::past::{PastError, PastRun};
use crate::format::stored::{StoredRow, StoredTable};
use crate::model::names::nearest;

pub(super) use lead::rating;
pub use lead::{GivenAnswer, Joining, LeadAnswer, LeadMember, LedgerLine, NearMiss, lead};
pub use pair::{Average, Found, PairAnswer, Standing, explain, pair};

/// Rows that are named where a name means several.
const NAMED: usize = 10;

/// A row of a past run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// Its source.
    pub source: String,
    /// Its file, relative to the project.
    pub file: String,
    /// Its line.
    pub line: String,
    /// Its id in the export, or "".
    pub source_id: String,
    /// Our id of it.
    pub row_id: String,
    /// The lead that it belongs to.
    pub lead_id: String,
    /// Whether golden values come from it first.
    pub is_survivor: bool,
    /// Name, company and e-mail as read.
    pub shown: String,
}

/// What a user named.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    /// One row.
    Row(Member),
    /// All rows of a lead, the survivor first.
    Lead(Vec<Member>),
}

impl Named {
    /// The rows.
    pub fn rows(&self) -> &[Member] {
        match self {
            Self::Row(row) => std::slice::from_ref(row),
            Self::Lead(rows) => rows,
        }
    }

    /// The lead.
    pub fn lead_id(&self) -> &str {
        &self.rows()[0].lead_id
    }
}

/// Why a name means nothing, or too much.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// No row or lead bears it.
    #[error("there is no lead or row `{name}` in {folder}{hint}")]
    Unknown {
        /// As given.
        name: String,
        /// The output folder.
        folder: String,
        /// The nearest id.
        hint: String,
    },
    /// Several rows bear it.
    #[error("`{name}` is the id of {count} rows; name one of them: {rows}")]
    Ambiguous {
        /// As given.
        name: String,
        /// How many.
        count: usize,
        /// Names that are clear.
        rows: String,
    },
    /// A table cannot be read.
    #[error(transparent)]
    Past(#[from] PastError),
}

/// Columns of the members table that a [`Member`] is read from; what it shows comes after them.
const MEMBER: [&str; 7] = ["source", "file", "line", "source_id", "row_id", "lead_id", "is_survivor"];
const SHOWN: [&str; 5] = ["raw_full_name", "raw_first_name", "raw_last_name", "raw_company", "raw_email"];

/// Shows the members of a run that `wanted` picks by (source, source_id, row_id, lead_id).
fn members(run: &PastRun, wanted: impl Fn([&str; 4]) -> bool, mut see: impl FnMut(Member)) -> Result<(), PastError> {
    let table: StoredTable = run.table("lead_members")?;
    let shown: Vec<&str> = SHOWN.into_iter().filter(|name| table.columns().iter().any(|has| has == name)).collect();
    let columns: Vec<&str> = MEMBER.iter().chain(&shown).copied().collect();
    table.read(&columns, |row: StoredRow<'_>| {
        if wanted([&row.text(0), &row.text(3), &row.text(4), &row.text(5)]) {
            let text = |column: usize| row.text(column).into_owned();
            let cell = |name: &str| {
                let at = shown.iter().position(|column| *column == name);
                at.map_or_else(String::new, |at| text(MEMBER.len() + at).trim().to_owned())
            };
            let halves = [cell("raw_first_name"), cell("raw_last_name")].join(" ");
            let name = Some(cell("raw_full_name")).filter(|name| !name.is_empty()).unwrap_or(halves);
            let parts = [name.trim().to_owned(), cell("raw_company"), cell("raw_email")];
            see(Member {
                source: text(0),
                file: text(1),
                line: text(2),
                source_id: text(3),
                row_id: text(4),
                lead_id: text(5),
                is_survivor: row.text(6) == "true",
                shown: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
            });
        }
    })?;
    Ok(())
}

/// Whether a row is meant by a name: its lead's id, its own, its id in the export, or `source:id`.
fn is_meant(name: &str, [source, source_id, row_id, lead_id]: [&str; 4]) -> bool {
    name == row_id
        || name == lead_id
        || (!source_id.is_empty()
            && (name == source_id
                || name.strip_prefix(source).and_then(|rest| rest.strip_prefix(':')) == Some(source_id)))
}

/// What each name means; a lead's id, or an id whose rows all are of one lead, means all rows of that lead where
/// `whole` is asked for.
///
/// # Errors
/// When a name means nothing, or rows of several leads.
pub fn find(run: &PastRun, names: &[String], whole: bool) -> Result<Vec<Named>, FindError> {
    let mut found: Vec<Vec<Member>> = vec![Vec::new(); names.len()];
    members(
        run,
        |row| names.iter().any(|name| is_meant(name, row)),
        |member| {
            let Member { source, source_id, row_id, lead_id, .. } = &member;
            for (name, found) in names.iter().zip(&mut found) {
                if is_meant(name, [source, source_id, row_id, lead_id]) {
                    found.push(member.clone());
                }
            }
        },
    )?;
    names.iter().zip(found).map(|(name, rows)| named(run, name, rows, whole)).collect()
}

fn named(run: &PastRun, name: &str, mut rows: Vec<Member>, whole: bool) -> Result<Named, FindError> {
    let leads: BTreeSet<&str> = rows.iter().map(|row| row.lead_id.as_str()).collect();
    match (rows.len(), leads.len()) {
        (0, _) => Err(FindError::Unknown {
            name: name.to_owned(),
            folder: run.folder.display().to_string(),
            hint: near(run, name)?.map_or_else(String::new, |near| format!("; the nearest is `{near}`")),
        }),
        (_, 1) if whole || rows[0].lead_id == name => {
            if rows[0].lead_id != name {
                let lead_id = rows[0].lead_id.clone();
                rows.clear();
                members(run, |row| row[3] == lead_id, |member| rows.push(member))?;
            }
            rows.sort_by_key(|row| !row.is_survivor);
            Ok(Named::Lead(rows))
        }
        (1, _) => Ok(Named::Row(rows.remove(0))),
        (count, _) => {
            let clear = |row: &Member| {
                let pair = format!("{}:{}", row.source, row.source_id);
                let alone = rows.iter().filter(|other| other.source == row.source).count() == 1;
                if alone && pair != name { pair } else { row.row_id.clone() }
            };
            let shown: Vec<String> = rows.iter().take(NAMED).map(|row| format!("`{}`", clear(row))).collect();
            Err(FindError::Ambiguous { name: name.to_owned(), count, rows: shown.join(", ") })
        }
    }
}

/// The id that a wrong one most likely means.
fn near(run: &PastRun, name: &str) -> Result<Option<String>, PastError> {
    let mut ids: Vec<String> = Vec::new();
    let (source, wanted) = name.split_once(':').map_or((None, name), |(source, id)| (Some(source), id));
    let alike = |id: &str| !id.is_empty() && id.len().abs_diff(wanted.len()) <= 2;
    run.table("lead_members")?.read(&["source_id", "row_id", "lead_id"], |row| {
        ids.extend((0..3).map(|column| row.text(column)).filter(|id| alike(id)).map(|id| id.into_owned()));
    })?;
    let near = nearest(wanted, ids.iter().map(String::as_str)).map(str::to_owned);
    Ok(near.map(|near| source.map_or(near.clone(), |source| format!("{source}:{near}"))))
}

/// A kept pair of a past run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeptLink {
    /// One row.
    pub left_id: String,
    /// The other.
    pub right_id: String,
    /// Probability that both are one.
    pub probability: f64,
    /// Weight, log2 odds.
    pub weight: f64,
    /// `model`, `decision`, or the name of a duplicate rule.
    pub rule: String,
    /// `match`, `review` or `distinct`.
    pub verdict: String,
    /// Comparison, level and weight.
    pub evidence: Vec<(String, String, f64)>,
}

impl KeptLink {
    /// Whether it is of these two rows.
    pub fn joins(&self, a: &str, b: &str) -> bool {
        (self.left_id == a && self.right_id == b) || (self.left_id == b && self.right_id == a)
    }

    /// Whether the pair would be one by itself: by a person, by a rule, or by its own evidence.
    pub fn is_sure(&self, match_at: f64) -> bool {
        self.verdict != "distinct" && (self.rule != "model" || self.probability >= match_at)
    }

    /// The row at the other end.
    pub fn other(&self, row: &str) -> &str {
        if self.left_id == row { &self.right_id } else { &self.left_id }
    }
}

/// The kept pairs that touch any of these rows.
fn links(run: &PastRun, rows: &BTreeSet<&str>) -> Result<Vec<KeptLink>, PastError> {
    let table = run.table("links")?;
    let comparisons: Vec<String> =
        table.columns().iter().filter_map(|column| column.strip_prefix("level_")).map(str::to_owned).collect();
    let mut columns = ["left_id", "right_id", "probability", "weight", "rule", "verdict"].map(str::to_owned).to_vec();
    for comparison in &comparisons {
        columns.extend([format!("level_{comparison}"), format!("weight_{comparison}")]);
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut links = Vec::new();
    table.read(&columns, |row| {
        if !rows.contains(&*row.text(0)) && !rows.contains(&*row.text(1)) {
            return;
        }
        let evidence = comparisons.iter().enumerate().map(|(i, name)| {
            (name.clone(), row.text(6 + 2 * i).into_owned(), row.value(7 + 2 * i).unwrap_or_default())
        });
        links.push(KeptLink {
            left_id: row.text(0).into_owned(),
            right_id: row.text(1).into_owned(),
            probability: row.value(2).unwrap_or_default(),
            weight: row.value(3).unwrap_or_default(),
            rule: row.text(4).into_owned(),
            verdict: row.text(5).into_owned(),
            evidence: evidence.collect(),
        });
    })?;
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_by_four_names() {
        let row = ["crm", "12:7", "R01", "L01"];
        for (name, meant) in [("12:7", true), ("crm:12:7", true), ("R01", true), ("L01", true), ("crm:12", false)] {
            assert_eq!(is_meant(name, row), meant, "{name}");
        }
        assert!(!is_meant("", ["crm", "", "R01", "L01"]) && !is_meant("crm:", ["crm", "", "R01", "L01"]));
    }
}
