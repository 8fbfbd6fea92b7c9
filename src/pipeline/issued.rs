//! The ids of records that earlier runs gave, from the output folder of the last one.

use std::path::Path;

use super::{PastError, PastRun, RunError};
use crate::config::plan::Plan;
use crate::model::issued::{IssuedIds, RecordKind, row_of};
use crate::model::summary::EarlierSummary;

/// The table that has them.
const TABLE: &str = "issued_ids";

/// What earlier runs gave.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// The ids.
    pub(super) ids: IssuedIds,
    /// Where they were read; none where there are none.
    pub(super) summary: Option<EarlierSummary>,
}

/// Reads the ids from the folder that the plan names, else from the output folder, where a run has left some.
pub(super) fn earlier(plan: &Plan) -> Result<Earlier, RunError> {
    let folder = plan.qualify.earlier.as_ref().unwrap_or(&plan.output);
    let unreadable = |why: String| {
        let told = format!(
            "the ids that earlier runs gave to records cannot be read: {why}. Without them records that the CRM has by now \
             might be made again; bring {TABLE} back as the last run left it, or move {} away to start anew",
            folder.display()
        );
        RunError::Earlier(told)
    };
    if !folder.join("run.json").exists() {
        return Ok(Earlier::default());
    }
    let run = PastRun::open(folder).map_err(|why| unreadable(why.to_string()))?;
    if !run.summary.tables.iter().any(|(name, rows)| name == TABLE && *rows > 0) {
        return Ok(Earlier::default());
    }
    let ids = read(&run).map_err(unreadable)?;
    let summary = EarlierSummary {
        folder: shown(folder, &plan.project),
        rows: ids.rows().len() as u64,
        hash: format!("{:032x}", ids.hash()),
    };
    Ok(Earlier { ids, summary: Some(summary) })
}

fn shown(folder: &Path, project: &Path) -> String {
    folder.strip_prefix(project).unwrap_or(folder).to_string_lossy().replace('\\', "/")
}

fn read(run: &PastRun) -> Result<IssuedIds, String> {
    let sentence = |why: PastError| why.to_string();
    let table = run.table(TABLE).map_err(sentence)?;
    let (mut ids, mut wrong, mut line) = (IssuedIds::default(), None, 1u64);
    // A run of an earlier version told nothing of what a record was made beside.
    let has_beside = table.columns().iter().any(|column| column == "beside");
    let columns = ["source", "row_id", "kind", "record_id", "is_current", "beside"];
    let columns = if has_beside { &columns[..] } else { &columns[..5] };
    let see = |row: crate::format::stored::StoredRow<'_>| {
        line += 1;
        let [source, row_id, kind, id, is_current] = [0, 1, 2, 3, 4].map(|column| row.text(column));
        let beside = if has_beside { row.text(5) } else { Default::default() };
        match (row_of(&row_id), RecordKind::from_name(&kind), is_current.parse::<bool>()) {
            (Some(row), Some(kind), Ok(is_current)) if !id.is_empty() => {
                ids.push(row, &source, (kind, &id), is_current, &beside);
            }
            _ => drop(wrong.get_or_insert_with(|| format!("line {line} of {TABLE} is none that a run wrote"))),
        }
    };
    table.read(columns, see).map_err(|why| why.to_string())?;
    let left = run.summary.tables.iter().find(|(name, _)| name == TABLE).map_or(0, |(_, rows)| *rows);
    match wrong {
        Some(wrong) => Err(wrong),
        None if line - 1 != left as u64 => Err(format!("{TABLE} has {} rows, and the run left {left}", line - 1)),
        None => {
            ids.sort();
            Ok(ids)
        }
    }
}
