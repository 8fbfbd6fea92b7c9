use super::*;
use crate::model::answers::{AnswerWord, RecordVerdicts};
use crate::model::crm::{Account, Contact, Crm, Opportunity, OpportunityStatus};
use crate::model::entities::EntityId;
use crate::model::leads::LeadId;
use crate::model::matching::{Pair, Verdict};
use crate::model::rows::Origin;

use AnswerState::{Applied, Contradictory, Overruled, Stale, Superfluous, Waiting};
use AnswerWord::{Distinct, Match, New};

fn places() -> Places {
    Places { files: ["leads.csv", "old.csv", "new.csv"].map(str::to_owned).into(), ..Places::default() }
}

/// "1 2 = 3": in file 1 that the rows 2 and 3 are one; "1 account 2 = A1"; "≠" and "new" likewise. Row 9 is gone.
fn answers(written: &[&str]) -> Vec<Answer> {
    let answer = |(text, line): (&&str, u64)| {
        let mut words: Vec<&str> = text.split(' ').collect();
        let file = words.remove(0).parse().unwrap();
        let kind = QuestionKind::ALL.iter().copied().find(|kind| kind.name() == words[0]);
        if kind.is_some() {
            words.remove(0);
        }
        let kind = kind.unwrap_or(QuestionKind::Lead);
        let word = match words[1] {
            "=" => Match,
            "≠" => Distinct,
            _ => New,
        };
        let row = |id: &str| id.parse().ok().filter(|&row: &u32| row != 9).map(LeadId);
        Answer {
            origin: Origin { source: 0, file, line },
            kind,
            left: words[0].to_owned(),
            right: words.get(2).copied().unwrap_or_default().to_owned(),
            word,
            row: row(words[0]),
            other: words.get(2).filter(|_| kind == QuestionKind::Lead).and_then(|id| row(id)),
            state: Waiting,
            why: String::new(),
        }
    };
    written.iter().zip(2..).map(answer).collect()
}

fn states(answers: &[Answer]) -> Vec<AnswerState> {
    answers.iter().map(|answer| answer.state).collect()
}

fn pair(a: u32, b: u32) -> Pair {
    Pair::new(LeadId(a), LeadId(b))
}

#[test]
fn pairs_that_contradict_one_another() {
    // Waiting: in force.
    let cases: &[(&str, &[&str], &[AnswerState])] = &[
        ("one file says both", &["1 0 = 1", "1 1 ≠ 0", "1 2 = 3"], &[Contradictory, Contradictory, Waiting]),
        ("said twice", &["1 0 = 1", "1 1 = 0"], &[Waiting, Superfluous]),
        ("a later file", &["1 0 = 1", "2 0 ≠ 1"], &[Overruled, Waiting]),
        ("a later file says so, too", &["1 0 = 1", "2 0 = 1"], &[Superfluous, Waiting]),
        ("a later file cannot decide", &["1 0 = 1", "2 0 = 1", "2 0 ≠ 1"], &[Waiting, Contradictory, Contradictory]),
        ("gone, or one row", &["1 0 = 9", "1 9 = 0", "1 3 = 3"], &[Stale, Stale, Stale]),
        ("a chain", &["1 0 = 1", "1 1 = 2", "1 0 ≠ 2"], &[Contradictory, Contradictory, Contradictory]),
        (
            "a longer chain, and what hangs on it",
            &["1 0 = 1", "1 1 = 2", "1 2 = 3", "1 3 ≠ 0", "1 3 = 4"],
            &[Contradictory, Contradictory, Contradictory, Contradictory, Waiting],
        ),
        ("no chain", &["1 0 = 1", "1 1 = 2", "1 0 ≠ 3"], &[Waiting, Waiting, Waiting]),
        ("a later file breaks a chain", &["1 0 = 1", "1 1 = 2", "2 0 ≠ 2"], &[Overruled, Overruled, Waiting]),
        ("a later file closes it", &["1 0 ≠ 2", "2 0 = 1", "2 1 = 2"], &[Overruled, Waiting, Waiting]),
        ("half of it stands in a later file", &["1 0 = 1", "2 1 = 2", "2 0 ≠ 2"], &[Overruled, Waiting, Waiting]),
        (
            "two ways around",
            &["1 0 = 1", "1 1 = 2", "1 0 = 3", "1 3 = 2", "2 0 ≠ 2"],
            &[Overruled, Overruled, Overruled, Overruled, Waiting],
        ),
    ];
    for (what, written, expected) in cases {
        let mut answers = answers(written);
        let in_force = pairs(&mut answers, &places());
        assert_eq!(&states(&answers), expected, "{what}");
        let waiting = answers.iter().filter(|answer| answer.state == Waiting);
        let waiting = waiting.map(|it| (Pair::new(it.row.unwrap(), it.other.unwrap()), it.word == Match));
        let mut waiting: Vec<(Pair, bool)> = waiting.collect();
        waiting.sort_unstable();
        let told: Vec<(Pair, bool)> =
            in_force.iter().map(|&(pair, verdict)| (pair, verdict == Verdict::Match)).collect();
        assert_eq!(told, waiting, "{what}");
    }
}

#[test]
fn it_is_told_what_an_answer_contradicts() {
    let mut chained = answers(&["1 0 = 1", "1 1 = 2", "1 0 ≠ 2", "1 4 = 9", "1 5 ≠ 6", "2 5 = 6"]);
    pairs(&mut chained, &places());
    let whys: Vec<&str> = chained.iter().map(|answer| answer.why.as_str()).collect();
    let by_chain = "by way of other rows, old.csv, line 4 says distinct";
    assert_eq!(whys[..2], [by_chain, by_chain]);
    assert_eq!(whys[2], "by way of other rows, old.csv, line 2 says match");
    assert_eq!(whys[3], "no input has the row 9 any more");
    assert_eq!(whys[4], "new.csv, line 7 says match");
    let findings: Vec<(u64, &str, String)> =
        findings(&chained).map(|it| (it.origin.line, it.code.name(), it.text)).collect();
    let text = |text: &str| text.to_owned();
    let expected = [
        (2, "contradictory_decision", text("0 match 1")),
        (3, "contradictory_decision", text("1 match 2")),
        (4, "contradictory_decision", text("0 distinct 2")),
        (5, "stale_decision", text("4 match 9")),
    ];
    assert_eq!(findings, expected);
}

#[test]
fn what_came_of_pairs_follows_from_the_clusters() {
    let mut told = answers(&["1 0 = 1", "1 2 = 3", "1 4 = 5", "1 0 ≠ 2", "1 4 = 9", "1 account 0 = A1"]);
    pairs(&mut told, &places());
    tell_pairs(&mut told, &[0, 0, 1, 1, 2, 3], &[pair(2, 3)].into());
    assert_eq!(states(&told), [Applied, Superfluous, Contradictory, Applied, Stale, Waiting]);
}

fn crm() -> Crm {
    let account = |id: &str, external_id: &str, active| Account {
        id: id.to_owned(),
        external_id: external_id.to_owned(),
        active,
        ..Account::default()
    };
    let open = |id: &str, status| Opportunity { id: id.to_owned(), status, ..Opportunity::default() };
    Crm {
        accounts: vec![
            account("00123", "", true),
            account("0077", "", true),
            account("077", "", true),
            account("A1", "X1", true),
            account("A2", "", true),
            account("A3", "", false),
        ],
        contacts: vec![Contact { id: "C1".to_owned(), active: true, ..Contact::default() }],
        opportunities: vec![open("O1", OpportunityStatus::Open), open("O2", OpportunityStatus::Won)],
        ..Crm::default()
    }
}

/// Rows 0 and 1 are lead 0, the others leads of their own.
fn settled(written: &[&str]) -> (Vec<Answer>, RecordVerdicts) {
    let mut answers = answers(written);
    let of = [0, 0, 1, 2, 3].map(EntityId);
    let verdicts = records(&mut answers, &of, &crm(), &[], &places());
    (answers, verdicts)
}

#[test]
fn records_that_contradict_one_another() {
    let cases: &[(&str, &[&str], &[AnswerState])] = &[
        ("match and distinct go together", &["1 account 2 = A1", "1 account 2 ≠ A2"], &[Waiting, Waiting]),
        ("two accounts", &["1 account 2 = A1", "1 account 2 = A2"], &[Contradictory, Contradictory]),
        ("of two rows of one lead", &["1 account 0 = A1", "1 account 1 = A2"], &[Contradictory, Contradictory]),
        ("an account and a contact", &["1 account 2 = A1", "1 contact 2 = C1"], &[Waiting, Waiting]),
        ("a record and a new one", &["1 account 2 = A1", "1 account 2 new"], &[Contradictory, Contradictory]),
        ("none of them", &["1 account 2 ≠ A1", "1 account 2 new A2"], &[Waiting, Waiting]),
        ("both words", &["1 account 2 ≠ A1", "1 account 2 = A1"], &[Contradictory, Contradictory]),
        ("a later file", &["1 account 2 = A1", "2 account 2 = A2"], &[Overruled, Waiting]),
        ("a later file says so, too", &["1 account 0 = A1", "2 account 1 = X1"], &[Superfluous, Waiting]),
        ("out of use, closed", &["1 account 2 = A3", "1 opportunity 2 ≠ O2"], &[Stale, Stale]),
        ("gone", &["1 account 2 = A9", "1 contact 9 = C1", "1 account 2 ="], &[Stale, Stale, Stale]),
        ("of another kind", &["1 contact 2 = A1", "1 opportunity 2 = O1"], &[Stale, Waiting]),
    ];
    for (what, written, expected) in cases {
        let (answers, verdicts) = settled(written);
        assert_eq!(&states(&answers), expected, "{what}");
        let in_force = verdicts.by_lead().map(<[_]>::len).sum::<usize>();
        assert_eq!(in_force, expected.iter().filter(|state| **state == Waiting).count(), "{what}");
    }
    let (answers, _) = settled(&["1 account 2 = A1", "1 account 2 = A2", "1 account 3 = A3", "1 account 4 ≠ A9"]);
    let whys: Vec<&str> = answers.iter().map(|answer| answer.why.as_str()).collect();
    let expected = [
        "old.csv, line 3 says match A2",
        "old.csv, line 2 says match A1",
        "the account A3 is out of use",
        "the CRM has no account A9",
    ];
    assert_eq!(whys, expected);
}

#[test]
fn ids_that_a_spreadsheet_took_for_numbers() {
    for (written, found) in
        [("00123", Some("00123")), ("123", Some("00123")), ("123.0", Some("00123")), ("X1", Some("A1"))]
    {
        let (_, verdicts) = settled(&[&format!("1 account 2 = {written}")]);
        assert_eq!(verdicts.matched(EntityId(1), QuestionKind::Account), found, "{written}");
    }
    // Of two that it may have been, none is meant; in full each is.
    let (answers, _) = settled(&["1 account 2 = 77", "1 account 3 = 077", "1 account 4 = 0077"]);
    assert_eq!(states(&answers), [Stale, Waiting, Waiting]);
}
