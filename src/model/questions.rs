//! What people are asked in the review table, and what each answer would change.

use std::borrow::Cow;
use std::fmt;

use super::answers::{AnswerState, QuestionKind};
use super::emissions::DecisionKind;
use super::entities::EntityId;

/// A record of the CRM that stands in the way of a decision until a person says whether it is the lead's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which kind of record.
    pub kind: QuestionKind,
    /// The CRM's id of it.
    pub id: String,
    /// How likely it is the lead's, in per cent; none where nothing was weighed.
    pub strength: Option<u8>,
}

impl Asked {
    /// An opportunity, of which nothing was weighed.
    pub fn unweighed(id: &str) -> Self {
        Self { kind: QuestionKind::Opportunity, id: id.to_owned(), strength: None }
    }
}

/// What a decision would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// What.
    pub kind: DecisionKind,
    /// Why.
    pub reason: Cow<'static, str>,
}

impl fmt::Display for Outlook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.reason {
            "" => write!(f, "{}", self.kind.name()),
            reason => write!(f, "{} {reason}", self.kind.name()),
        }
    }
}

/// A question about a lead and a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordQuestion {
    /// Whose.
    pub lead: EntityId,
    /// The record.
    pub asked: Asked,
    /// In what both agree and differ, in words.
    pub why: String,
    /// The decision on the lead, should it be this record.
    pub if_match: Outlook,
    /// Should it be another one.
    pub if_distinct: Outlook,
    /// Should a new record be made.
    pub if_new: Outlook,
}

/// A question about two rows of different leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairQuestion {
    /// Place of the pair among the kept ones.
    pub link: u32,
    /// What each lead's decision would be, were they two; the row on the left first.
    pub if_distinct: [Outlook; 2],
    /// What the decision would be, were they one; none where that depends on which values survive.
    pub if_match: Option<Outlook>,
    /// Whether each lead is kept from qualifying by this question.
    pub holds: [bool; 2],
}

/// What came of an answer about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Place among the answers.
    pub answer: u32,
    /// What.
    pub state: AnswerState,
    /// Why, in words, or "".
    pub why: String,
}

/// What is asked, and what came of the answers that there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Records, by lead.
    pub records: Vec<RecordQuestion>,
    /// Pairs of rows that a person has to decide, ascending.
    pub pairs: Vec<PairQuestion>,
    /// Answers about records.
    pub answered: Vec<Answered>,
}
