//! People's answers, weighed against one another: which are in force. A later file overrules an earlier one; answers of one
//! file that contradict each other decide nothing.

mod pairs;
mod records;
#[cfg(test)]
mod tests;

pub use pairs::{pairs, tell_pairs};
pub use records::records;

use crate::model::answers::{Answer, AnswerState, QuestionKind};
use crate::model::rows::{Finding, Places};

/// The reservations about answers that decide nothing.
pub fn findings(answers: &[Answer]) -> impl Iterator<Item = Finding> {
    answers.iter().filter_map(Answer::finding)
}

/// Says of the answers of some kinds that nothing has come of them yet.
pub fn wait(answers: &mut [Answer], kinds: &[QuestionKind], why: &str) {
    let waiting = answers.iter_mut().filter(|it| it.state == AnswerState::Waiting && kinds.contains(&it.kind));
    waiting.for_each(|answer| answer.becomes(AnswerState::Waiting, why));
}

/// Where an answer stands, in a sentence.
fn place(answer: &Answer, places: &Places) -> String {
    format!("{}, line {}", places.files[answer.origin.file as usize], answer.origin.line)
}

/// "decisions.csv, line 5 says distinct".
fn says(answer: &Answer, places: &Places) -> String {
    format!("{} says {}", place(answer, places), answer.word.name())
}

/// "decisions.csv, line 5 says so, too".
fn agrees(answer: &Answer, places: &Places) -> String {
    format!("{} says so, too", place(answer, places))
}

fn no_row(id: &str) -> String {
    match id {
        "" => "it names no row".to_owned(),
        id => format!("no input has the row {id} any more"),
    }
}
