//! Answers about leads and records of the CRM.

use std::collections::{BTreeMap, BTreeSet};

use super::{agrees, no_row, says};
use crate::model::answers::{Answer, AnswerState, AnswerWord, QuestionKind, RecordVerdict, RecordVerdicts};
use crate::model::crm::{Crm, OpportunityStatus};
use crate::model::entities::EntityId;
use crate::model::rows::Places;

/// The verdicts in force; `of` is the golden lead of each row. Of the other answers it is said why they are not. Records out of
/// use can be decided about where leads are asked about them: those of the kinds `all`.
pub fn records(
    answers: &mut [Answer],
    of: &[EntityId],
    crm: &Crm,
    all: &[QuestionKind],
    places: &Places,
) -> RecordVerdicts {
    let mut found: BTreeMap<(QuestionKind, String), Known> = BTreeMap::new();
    for kind in QuestionKind::RECORDS {
        let named = answers.iter().filter(|it| it.kind == kind && it.word != AnswerWord::New);
        let wanted: BTreeSet<&str> = named.map(|it| it.right.as_str()).filter(|id| !id.is_empty()).collect();
        let of_kind = look_up(crm, kind, &wanted);
        found.extend(of_kind.into_iter().map(|(id, known)| ((kind, id.to_owned()), known)));
    }
    let mut said: BTreeMap<(EntityId, QuestionKind), Vec<Said>> = BTreeMap::new();
    for (at, answer) in answers.iter_mut().enumerate().filter(|(_, answer)| answer.kind != QuestionKind::Lead) {
        let (kind, word) = (answer.kind, answer.word);
        let what = kind.name();
        let known = found.get(&(kind, answer.right.clone()));
        let record = match (answer.row, word, known) {
            (None, ..) => Err(no_row(&answer.left)),
            (_, AnswerWord::New, _) => Ok(String::new()),
            (_, _, None) if answer.right.is_empty() => Err(format!("it names no {what}")),
            (_, _, None) => Err(format!("the CRM has no {what} {}", answer.right)),
            (_, _, Some(Known { id, in_use: false })) if !all.contains(&kind) => Err(match kind {
                QuestionKind::Opportunity => format!("the opportunity {id} is closed"),
                _ => format!("the {what} {id} is out of use"),
            }),
            (_, _, Some(Known { id, .. })) => Ok(id.clone()),
        };
        match (record, answer.row) {
            (Ok(record), Some(row)) => {
                said.entry((of[row.index()], kind)).or_default().push(Said { at, word, record });
            }
            (Err(why), _) => answer.becomes(AnswerState::Stale, why),
            (Ok(_), None) => {}
        }
    }
    let verdicts = said.into_iter().flat_map(|((lead, kind), said)| {
        let kept = in_force(answers, &said, places).into_iter();
        kept.map(move |Said { at, word, record }| RecordVerdict { lead, kind, word, record, answer: at as u32 })
    });
    verdicts.collect()
}

/// What is said about one lead and one kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    at: usize,
    word: AnswerWord,
    record: String,
}

impl Said {
    /// Whether both cannot be.
    fn is_against(&self, other: &Self) -> bool {
        use AnswerWord::{Distinct, Match, New};
        match (self.word, other.word) {
            (Match, Match) => self.record != other.record,
            (Match, New) | (New, Match) => true,
            (Match, Distinct) | (Distinct, Match) => self.record == other.record,
            _ => false,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.word == other.word && self.record == other.record
    }
}

/// File by file, the latest first: what contradicts something in its own file decides nothing, what contradicts a later file
/// is overruled.
fn in_force(answers: &mut [Answer], said: &[Said], places: &Places) -> Vec<Said> {
    let mut kept: Vec<Said> = Vec::new();
    let files = said.chunk_by(|a, b| answers[a.at].origin.file == answers[b.at].origin.file).collect::<Vec<_>>();
    for file in files.into_iter().rev() {
        for one in file {
            let against = file.iter().find(|other| one.is_against(other));
            let later = kept.iter().find(|other| one.is_against(other));
            let same = kept.iter().find(|other| one.is_same(other));
            let (state, why) = match (against, later, same) {
                (Some(other), ..) => (AnswerState::Contradictory, told(&answers[other.at], other, places)),
                (_, Some(other), _) => (AnswerState::Overruled, told(&answers[other.at], other, places)),
                (.., Some(other)) => (AnswerState::Superfluous, agrees(&answers[other.at], places)),
                (None, None, None) => {
                    kept.push(one.clone());
                    continue;
                }
            };
            answers[one.at].becomes(state, why);
        }
    }
    kept
}

/// "decisions.csv, line 5 says match ACC-1".
fn told(answer: &Answer, said: &Said, places: &Places) -> String {
    format!("{} {}", says(answer, places), said.record).trim_end().to_owned()
}

/// A record of the CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    id: String,
    in_use: bool,
}

/// The records that ids name: the CRM's own, the one that a run gave, or, of ids that are numbers, the number as a spreadsheet
/// shows it (`00123` is 123 there).
fn look_up<'w>(crm: &Crm, kind: QuestionKind, wanted: &BTreeSet<&'w str>) -> BTreeMap<&'w str, Known> {
    if wanted.is_empty() {
        return BTreeMap::new();
    }
    let mut numbers: BTreeMap<&str, Vec<&'w str>> = BTreeMap::new();
    for &id in wanted {
        if let Some(number) = as_number(id) {
            numbers.entry(number).or_default().push(id);
        }
    }
    let (mut own, mut given, mut like): (Named<'_, 'w>, Named<'_, 'w>, Named<'_, 'w>) = Default::default();
    for_each(crm, kind, |id, external_id, in_use| {
        if let Some(name) = wanted.get(id) {
            own.entry(name).or_default().push((id, in_use));
        }
        if let Some(name) = wanted.get(external_id) {
            given.entry(name).or_default().push((id, in_use));
        }
        for name in as_number(id).and_then(|number| numbers.get(number)).into_iter().flatten() {
            like.entry(name).or_default().push((id, in_use));
        }
    });
    let only = |named: &Named<'_, 'w>, id: &str| match named.get(id).map(Vec::as_slice) {
        Some(&[(id, in_use)]) => Some(Known { id: id.to_owned(), in_use }),
        _ => None,
    };
    let known = |&id: &&'w str| Some((id, only(&own, id).or_else(|| only(&given, id)).or_else(|| only(&like, id))?));
    wanted.iter().filter_map(known).collect()
}

/// Records by the id under which they are wanted: the CRM's own, and whether they are in use.
type Named<'c, 'w> = BTreeMap<&'w str, Vec<(&'c str, bool)>>;

/// Shows id, external id and use of every record of a kind.
fn for_each<'c>(crm: &'c Crm, kind: QuestionKind, mut see: impl FnMut(&'c str, &'c str, bool)) {
    match kind {
        QuestionKind::Lead => {}
        QuestionKind::Account => crm.accounts.iter().for_each(|it| see(&it.id, &it.external_id, it.active)),
        QuestionKind::Contact => crm.contacts.iter().for_each(|it| see(&it.id, &it.external_id, it.active)),
        QuestionKind::Opportunity => {
            crm.opportunities.iter().for_each(|it| see(&it.id, &it.external_id, it.status == OpportunityStatus::Open));
        }
    }
}

/// The digits of a number without zeros in front, and without the decimals that a spreadsheet may give a whole one.
fn as_number(id: &str) -> Option<&str> {
    let digits = id.strip_suffix(".0").or_else(|| id.strip_suffix(",0")).unwrap_or(id);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| match digits.trim_start_matches('0') {
        "" => "0",
        number => number,
    })
}
