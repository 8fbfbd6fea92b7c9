//! People's answers, and what came of each.

use crate::model::answers::{AnswerState, QuestionKind};
use crate::model::leads::LeadId;
use crate::model::table::OutputType::{Integer, Text};
use crate::model::table::{OutputColumn, OutputTable, filled_text, integers, words};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("file", Text, "Path of the file, relative to the project"),
        OutputColumn::required("line", Integer, "Line of the answer; the header is line 1"),
        OutputColumn::required("kind", Text, "What it is about: lead, account, contact or opportunity"),
        OutputColumn::optional("left_id", Text, "The lead's row, as written"),
        OutputColumn::optional("right_id", Text, "The other row, or the record, as written"),
        OutputColumn::required("decision", Text, "match, distinct or new"),
        OutputColumn::required(
            "outcome",
            Text,
            "applied, superfluous, waiting, overruled, contradictory or stale: what came of it",
        ),
        OutputColumn::optional("why", Text, "Why, in words"),
        OutputColumn::optional("lead_id", Text, "The golden lead of the row"),
        OutputColumn::optional("other_lead_id", Text, "The golden lead of the other row, where it is another one"),
    ]
}

/// File by file as listed, line by line.
pub(super) fn verdicts(evidence: Evidence<'_>) -> OutputTable {
    let Evidence { places, entities, answers, .. } = evidence;
    let lead = |row: Option<LeadId>| row.map_or("", |row| entities.ids[entities.of[row.index()].index()].as_str());
    let other = |at: usize| Some(lead(answers[at].other)).filter(|other| *other != lead(answers[at].row));
    let values = vec![
        words(answers.iter().map(|answer| places.files[answer.origin.file as usize].as_str())),
        integers(answers.iter().map(|answer| answer.origin.line as i64)),
        words(answers.iter().map(|answer| QuestionKind::name(answer.kind))),
        filled_text(answers.iter().map(|answer| &answer.left)),
        filled_text(answers.iter().map(|answer| &answer.right)),
        words(answers.iter().map(|answer| answer.word.name())),
        words(answers.iter().map(|answer| AnswerState::name(answer.state))),
        filled_text(answers.iter().map(|answer| &answer.why)),
        filled_text(answers.iter().map(|answer| lead(answer.row))),
        filled_text((0..answers.len()).map(|at| other(at).unwrap_or_default())),
    ];
    OutputTable::new("verdicts", columns(), values)
}
