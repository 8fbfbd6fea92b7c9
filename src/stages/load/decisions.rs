//! People's verdicts on pairs: a decided copy of the review table.

use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::config::plan::{DECISION_COLUMNS, InputFile};
use crate::format::delimited::{Document, Entry, trim};
use crate::model::ids;
use crate::model::leads::{LeadId, Leads};
use crate::model::matching::{Pair, Verdict};
use crate::model::rows::{Finding, FindingCode, Origin, Places, shown};
use crate::model::summary::InputSummary;

use super::LoadError;

/// Words for "one lead", lower case.
const MATCH: [&str; 6] = ["match", "same", "merge", "duplicate", "yes", "y"];
/// Words for "two leads", lower case.
const DISTINCT: [&str; 6] = ["distinct", "different", "separate", "not a duplicate", "no", "n"];

/// What a file of verdicts gives.
#[derive(Debug, Default)]
pub struct Decisions {
    /// The verdicts, each pair once, ascending.
    pub verdicts: Vec<(Pair, Verdict)>,
    /// What decides nothing, and why.
    pub findings: Vec<Finding>,
    /// The file.
    pub input: Option<InputSummary>,
}

/// The verdicts of a file, each pair once, ascending.
///
/// A row whose leads are not among the inputs any more, and verdicts that contradict one another, are findings at the
/// file's own lines (the file joins the places) and decide nothing.
///
/// # Errors
/// When the file cannot be read, lacks one of [`DECISION_COLUMNS`], or has a verdict that is none.
pub fn decisions(file: &InputFile, leads: &Leads, places: &mut Places) -> Result<Decisions, LoadError> {
    let place = Origin { source: places.sources.len() as u16, file: places.files.len() as u32, line: 0 };
    places.sources.push("decisions".to_owned());
    places.trust.push(0);
    places.files.push(file.shown.clone());
    let (written, input) = read(file)?;

    let mut rows: HashMap<&str, Option<LeadId>, FixedState> = HashMap::default();
    rows.extend(written.iter().flat_map(|verdict| [(verdict.left.as_str(), None), (verdict.right.as_str(), None)]));
    for (row, &key) in leads.keys.iter().enumerate() {
        if let Some(found) = rows.get_mut(ids::row_id(key).as_str()) {
            *found = Some(LeadId(row as u32));
        }
    }

    let mut findings = Vec::new();
    let mut verdicts: BTreeMap<Pair, Vec<&Written>> = BTreeMap::new();
    let finding = |written: &Written, code| Finding {
        origin: Origin { line: written.line, ..place },
        field: "decision".to_owned(),
        code,
        text: shown(&format!("{} {} {}", written.left, written.verdict.name(), written.right)),
    };
    for written in &written {
        match (rows[written.left.as_str()], rows[written.right.as_str()]) {
            (Some(left), Some(right)) if left != right => {
                verdicts.entry(Pair::new(left, right)).or_default().push(written);
            }
            _ => findings.push(finding(written, FindingCode::StaleDecision)),
        }
    }
    let mut settled = Vec::with_capacity(verdicts.len());
    for (pair, written) in verdicts {
        if written.iter().all(|other| other.verdict == written[0].verdict) {
            settled.push((pair, written[0].verdict));
        } else {
            findings.extend(written.iter().map(|written| finding(written, FindingCode::ContradictoryDecision)));
        }
    }
    Ok(Decisions { verdicts: settled, findings, input: Some(input) })
}

/// One filled-in line.
struct Written {
    line: u64,
    left: String,
    right: String,
    verdict: Verdict,
}

fn read(file: &InputFile) -> Result<(Vec<Written>, InputSummary), LoadError> {
    let document = Document::open(&file.path, Some(file.dialect.encoding))?;
    let mut reader = document.reader(file.dialect.delimiter);
    let header = document.header(&mut reader, &file.path)?;
    let position = |name: &'static str| {
        let found = header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
        found.ok_or_else(|| LoadError::DecisionColumn { path: file.path.clone(), column: name })
    };
    let [left, right, decision] = DECISION_COLUMNS;
    let positions = [position(left)?, position(right)?, position(decision)?];
    let mut written = Vec::new();
    while let Some(entry) = reader.read() {
        let record = match entry {
            Entry::Record(record) => record,
            Entry::Broken { line, .. } => {
                return Err(LoadError::DecisionRow { path: file.path.clone(), line: document.place(line) });
            }
        };
        let cell = |column: usize| {
            let text = document.text(record.get(positions[column]).unwrap_or_default()).0;
            trim(&text).to_owned()
        };
        let word = cell(2).to_lowercase();
        let verdict = match word.as_str() {
            "" => continue,
            word if MATCH.contains(&word) => Verdict::Match,
            word if DISTINCT.contains(&word) => Verdict::Distinct,
            _ => {
                let found = shown(&cell(2));
                return Err(LoadError::DecisionWord {
                    path: file.path.clone(),
                    line: document.place(record.line),
                    found,
                });
            }
        };
        written.push(Written { line: document.place(record.line), left: cell(0), right: cell(1), verdict });
    }
    let input = InputSummary {
        shown: file.shown.clone(),
        bytes: document.file_bytes,
        hash: format!("{:032x}", document.hash()),
        rows: written.len() as u64,
        rejected: 0,
    };
    Ok((written, input))
}
