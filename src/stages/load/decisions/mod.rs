//! People's answers: filled-in copies of the review table, as text programs and spreadsheets leave them.

mod words;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::config::plan::{DECISION_COLUMNS, InputFile};
use crate::format::delimited::{Document, Entry, trim};
use crate::model::answers::{Answer, AnswerState, AnswerWord, QuestionKind};
use crate::model::ids;
use crate::model::leads::{LeadId, Leads};
use crate::model::rows::{Origin, Places, shown};
use crate::model::summary::InputSummary;

use super::LoadError;

/// Between the rows of a lead.
const SEPARATOR: char = ';';

/// The answers of all files, file by file as listed, and the files. The files join the places.
///
/// An answer is known by the row of its lead, which stays the same from run to run; where that row is gone, by another one
/// that was of the lead.
///
/// # Errors
/// When a file cannot be read, lacks one of [`DECISION_COLUMNS`], or has words that are no answers: all of them are told.
pub fn decisions(
    files: &[InputFile],
    leads: &Leads,
    places: &mut Places,
) -> Result<(Vec<Answer>, Vec<InputSummary>), LoadError> {
    if files.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let source = places.sources.len() as u16;
    places.sources.push("decisions".to_owned());
    places.trust.push(0);
    let (mut written, mut inputs, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let place = Origin { source, file: places.files.len() as u32, line: 0 };
        places.files.push(file.shown.clone());
        inputs.push(read(file, place, &mut written, &mut wrong)?);
    }
    if !wrong.is_empty() {
        return Err(LoadError::DecisionWords { told: wrong });
    }
    let rows = rows(&written, leads);
    let answer = |written: Written| {
        let row = written.rows.iter().find_map(|id| rows[id.as_str()]);
        let other = if written.kind == QuestionKind::Lead { rows[written.right.as_str()] } else { None };
        let Written { origin, kind, word, mut rows, right } = written;
        let left = rows.swap_remove(0);
        Answer { origin, kind, left, right, word, row, other, state: AnswerState::Waiting, why: String::new() }
    };
    Ok((written.into_iter().map(answer).collect(), inputs))
}

/// The rows that the answers name; none for those that are gone.
fn rows(written: &[Written], leads: &Leads) -> HashMap<String, Option<LeadId>, FixedState> {
    let mut rows: HashMap<String, Option<LeadId>, FixedState> = HashMap::default();
    let named = written.iter().flat_map(|written| written.rows.iter().chain([&written.right]));
    rows.extend(named.map(|id| (id.clone(), None)));
    for (row, &key) in leads.keys.iter().enumerate() {
        if let Some(found) = rows.get_mut(ids::row_id(key).as_str()) {
            *found = Some(LeadId(row as u32));
        }
    }
    rows
}

/// One filled-in line.
struct Written {
    origin: Origin,
    kind: QuestionKind,
    word: AnswerWord,
    /// The lead's row, and further ones of the lead.
    rows: Vec<String>,
    right: String,
}

fn read(
    file: &InputFile,
    place: Origin,
    answers: &mut Vec<Written>,
    wrong: &mut Vec<String>,
) -> Result<InputSummary, LoadError> {
    let document = Document::open(&file.path, Some(file.dialect.encoding))?;
    let mut reader = document.reader(file.dialect.delimiter);
    let header = document.header(&mut reader, &file.path)?;
    let optional = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let position = |name: &'static str| {
        optional(name).ok_or_else(|| LoadError::DecisionColumn { path: file.path.clone(), column: name })
    };
    let [left, right, decision] = DECISION_COLUMNS;
    let (left, right, decision) = (position(left)?, position(right)?, position(decision)?);
    let (kind, further) = (optional("kind"), optional("left_rows"));
    let mut filled = 0;
    while let Some(entry) = reader.read() {
        let record = match entry {
            Entry::Record(record) => record,
            Entry::Broken { line, .. } => {
                return Err(LoadError::DecisionRow { path: file.path.clone(), line: document.place(line) });
            }
        };
        let cell = |column: usize| {
            let text = document.text(record.get(column).unwrap_or_default()).0;
            trim(&text).to_owned()
        };
        let word = cell(decision);
        if word.is_empty() {
            continue;
        }
        filled += 1;
        let line = document.place(record.line);
        let mut fault = |column: &str, found: &str, expected: &str, near: Option<&str>| {
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let (path, found) = (file.path.display(), shown(found));
            wrong.push(format!("{path}, line {line}, column `{column}`: \"{found}\" is {expected}{near}"));
        };
        let about = kind.map(cell).unwrap_or_default();
        let Some(about) = words::kind(&about) else {
            let expected = "none of lead, account, contact, opportunity";
            fault("kind", &about, expected, words::nearest_kind(&about));
            continue;
        };
        let answer = match words::answer(&word) {
            Some(AnswerWord::New) if about == QuestionKind::Lead => {
                fault(decision_name(), &word, "for records of the CRM; a lead of its own is `distinct`", None);
                continue;
            }
            Some(answer) => answer,
            None => {
                let expected = match about {
                    QuestionKind::Lead => "neither match nor distinct",
                    _ => "none of match, distinct, new",
                };
                fault(decision_name(), &word, expected, words::nearest_answer(&word));
                continue;
            }
        };
        let row = |id: &str| plain_id(id).to_ascii_uppercase();
        let further = further.map(cell).unwrap_or_default();
        let further = further.split(SEPARATOR).map(row).filter(|id| !id.is_empty());
        let rows = std::iter::once(row(&cell(left))).chain(further).collect();
        let right = match about {
            QuestionKind::Lead => row(&cell(right)),
            _ => plain_id(&cell(right)).to_owned(),
        };
        answers.push(Written { origin: Origin { line, ..place }, kind: about, word: answer, rows, right });
    }
    Ok(InputSummary {
        shown: file.shown.clone(),
        bytes: document.file_bytes,
        hash: format!("{:032x}", document.hash()),
        rows: filled,
        rejected: 0,
    })
}

fn decision_name() -> &'static str {
    DECISION_COLUMNS[2]
}

/// An id without what keeps a spreadsheet from reading it as a number or a formula: `'00123`, `="00123"`.
fn plain_id(text: &str) -> &str {
    let text = trim(text);
    let formula = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    trim(formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::plain_id;

    #[test]
    fn ids_lose_what_spreadsheets_put_around_them() {
        let cases =
            [("00123", "00123"), ("'00123", "00123"), ("=\"00123\"", "00123"), (" A-1 ", "A-1"), ("'", ""), ("", "")];
        for (written, expected) in cases {
            assert_eq!(plain_id(written), expected, "{written}");
        }
    }
}
