//! People's answers to the questions of the review table, and what came of each.

use super::entities::EntityId;
use super::leads::LeadId;
use super::rows::{Finding, FindingCode, Origin, shown};

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuestionKind {
    /// Whether two lead rows are one lead.
    Lead,
    /// Whether an account of the CRM is the lead's company.
    Account,
    /// Whether a contact of the CRM is the lead's person.
    Contact,
    /// Whether an open opportunity of the CRM is the lead's.
    Opportunity,
}

impl QuestionKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Lead, Self::Account, Self::Contact, Self::Opportunity];

    /// The kinds that are about a record of the CRM, in the order in which a lead comes to them.
    pub const RECORDS: [Self; 3] = [Self::Account, Self::Contact, Self::Opportunity];

    /// As written to the review table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
        }
    }
}

/// What a person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AnswerWord {
    /// It is the same.
    Match,
    /// It is another one.
    Distinct,
    /// None of those that came into question: a new record.
    New,
}

impl AnswerWord {
    /// Every word.
    pub const ALL: &'static [Self] = &[Self::Match, Self::Distinct, Self::New];

    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Distinct => "distinct",
            Self::New => "new",
        }
    }
}

/// What came of an answer. Closed: the words are documented in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AnswerState {
    /// It decided something.
    Applied,
    /// Without it everything would be the same.
    Superfluous,
    /// The lead has not come to this question.
    Waiting,
    /// A later file says otherwise.
    Overruled,
    /// It contradicts another one of its file, or what a seller chose.
    Contradictory,
    /// The row or the record is gone, or out of use.
    Stale,
}

impl AnswerState {
    /// Every state.
    pub const ALL: &'static [Self] =
        &[Self::Applied, Self::Superfluous, Self::Waiting, Self::Overruled, Self::Contradictory, Self::Stale];

    /// As written to the verdicts table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Superfluous => "superfluous",
            Self::Waiting => "waiting",
            Self::Overruled => "overruled",
            Self::Contradictory => "contradictory",
            Self::Stale => "stale",
        }
    }
}

/// A filled-in row of a review file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it stands.
    pub origin: Origin,
    /// What it is about.
    pub kind: QuestionKind,
    /// The lead's row, as written.
    pub left: String,
    /// The other row, or the record, as written.
    pub right: String,
    /// What it says.
    pub word: AnswerWord,
    /// The lead's row, where it is among the inputs.
    pub row: Option<LeadId>,
    /// The other row of a pair, likewise.
    pub other: Option<LeadId>,
    /// What came of it.
    pub state: AnswerState,
    /// Why, in words, or "".
    pub why: String,
}

impl Answer {
    /// Says what came of it.
    pub fn becomes(&mut self, state: AnswerState, why: impl Into<String>) {
        (self.state, self.why) = (state, why.into());
    }

    /// The reservation about an answer that decides nothing, where there is one.
    pub fn finding(&self) -> Option<Finding> {
        let code = match self.state {
            AnswerState::Stale => FindingCode::StaleDecision,
            AnswerState::Contradictory => FindingCode::ContradictoryDecision,
            _ => return None,
        };
        let right = match self.kind {
            QuestionKind::Lead => self.right.clone(),
            kind => format!("{}:{}", kind.name(), self.right),
        };
        let text = shown(&format!("{} {} {right}", self.left, self.word.name()));
        Some(Finding { origin: self.origin, field: "decision".to_owned(), code, text })
    }
}

/// An answer about a record, in force.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordVerdict {
    /// Whose.
    pub lead: EntityId,
    /// Which kind of record.
    pub kind: QuestionKind,
    /// What it says.
    pub word: AnswerWord,
    /// The CRM's own id of the record; "" for a new one.
    pub record: String,
    /// Its place among the answers.
    pub answer: u32,
}

/// What people say about leads and records, by lead and kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordVerdicts(Vec<RecordVerdict>);

impl FromIterator<RecordVerdict> for RecordVerdicts {
    fn from_iter<I: IntoIterator<Item = RecordVerdict>>(verdicts: I) -> Self {
        let mut verdicts: Vec<RecordVerdict> = verdicts.into_iter().collect();
        verdicts.sort_unstable();
        Self(verdicts)
    }
}

impl RecordVerdicts {
    /// All of them, lead by lead.
    pub fn by_lead(&self) -> impl Iterator<Item = &[RecordVerdict]> {
        self.0.chunk_by(|a, b| a.lead == b.lead)
    }

    /// Those about a lead.
    pub fn of_lead(&self, lead: EntityId) -> &[RecordVerdict] {
        let from = self.0.partition_point(|verdict| verdict.lead < lead);
        let count = self.0[from..].iter().take_while(|verdict| verdict.lead == lead).count();
        &self.0[from..from + count]
    }

    fn of(&self, lead: EntityId, kind: QuestionKind) -> impl Iterator<Item = &RecordVerdict> {
        self.of_lead(lead).iter().filter(move |verdict| verdict.kind == kind)
    }

    /// The record that is the lead's.
    pub fn matched(&self, lead: EntityId, kind: QuestionKind) -> Option<&str> {
        self.of(lead, kind).find(|verdict| verdict.word == AnswerWord::Match).map(|verdict| verdict.record.as_str())
    }

    /// Whether the lead is to get a new record.
    pub fn makes_new(&self, lead: EntityId, kind: QuestionKind) -> bool {
        self.of(lead, kind).any(|verdict| verdict.word == AnswerWord::New)
    }

    /// Whether a record is not the lead's.
    pub fn excludes(&self, lead: EntityId, kind: QuestionKind, record: &str) -> bool {
        self.of(lead, kind).any(|verdict| verdict.word == AnswerWord::Distinct && verdict.record == record)
    }

    /// Those about the lead of a further one, and this one.
    pub fn with(&self, further: RecordVerdict) -> Self {
        let own = self.of_lead(further.lead).to_vec();
        own.into_iter().chain([further]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_found_by_lead_and_kind() {
        use AnswerWord::{Distinct, Match, New};
        use QuestionKind::{Account, Contact};
        let verdict = |lead, kind, word, record: &str| RecordVerdict {
            lead: EntityId(lead),
            kind,
            word,
            record: record.to_owned(),
            answer: 0,
        };
        let verdicts: RecordVerdicts = [
            verdict(2, Contact, New, ""),
            verdict(1, Account, Distinct, "A2"),
            verdict(1, Account, Match, "A1"),
            verdict(1, Contact, Distinct, "C1"),
        ]
        .into_iter()
        .collect();
        let (one, two) = (EntityId(1), EntityId(2));
        assert_eq!(verdicts.matched(one, Account), Some("A1"));
        assert_eq!(verdicts.matched(one, Contact), None);
        assert!(verdicts.excludes(one, Account, "A2") && !verdicts.excludes(one, Contact, "A2"));
        assert!(verdicts.makes_new(two, Contact) && !verdicts.makes_new(one, Contact));
        assert_eq!(verdicts.by_lead().map(<[_]>::len).collect::<Vec<_>>(), [3, 1]);
        assert!(verdicts.of_lead(EntityId(0)).is_empty() && verdicts.of_lead(EntityId(3)).is_empty());
        let more = verdicts.with(verdict(2, Account, Match, "A9"));
        assert_eq!((more.matched(two, Account), more.of_lead(one).len()), (Some("A9"), 0));
    }
}
