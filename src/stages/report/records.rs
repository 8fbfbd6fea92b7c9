//! Scores of the CRM's own records, their ledger, and the people behind the scores of accounts.

use crate::model::records::{AccountPerson, PersonKind, ScoredRecords};
use crate::model::scorecards::LedgerLine;
use crate::model::table::OutputType::{Boolean, Decimal, Integer, Number, Text};
use crate::model::table::{
    OutputColumn, OutputTable, filled_text, integers, numbers, of_text, optional_booleans, optional_text, words,
};

use super::Evidence;

pub(super) fn score_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::optional("id", Text, "The record's id; blank where it is not settled which account it is"),
        OutputColumn::optional("name", Text, "Its name"),
        OutputColumn::required("score", Decimal, "Exact sum of the ledger"),
        OutputColumn::required("score_percent", Number, "Score between the smallest and largest reachable, 0 to 100"),
        OutputColumn::required("stars", Integer, "Stars from the score"),
        OutputColumn::optional("grade", Text, "Grade band of the score"),
        OutputColumn::optional("reasons_for", Text, "The criteria that raised the score most"),
        OutputColumn::optional("reasons_against", Text, "The criteria that lowered the score most"),
    ]
}

/// One kind of record; a run that does not score it has no rows.
pub(super) fn scores(name: &str, records: Option<&ScoredRecords>) -> OutputTable {
    let nobody = ScoredRecords::default();
    let ScoredRecords { ids, names, scores } = records.unwrap_or(&nobody);
    let values = vec![
        filled_text(ids),
        filled_text(names),
        numbers(scores.score.iter().map(|score| score.to_f64())),
        numbers(scores.percent.iter().copied()),
        integers(scores.stars.iter().map(|&stars| i64::from(stars))),
        of_text(&scores.grade),
        of_text(&scores.reasons_for),
        of_text(&scores.reasons_against),
    ];
    OutputTable::new(name, score_columns(), values)
}

pub(super) fn ledger_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("record", Text, "contact or account"),
        OutputColumn::optional("record_id", Text, "The record's id; blank where it is not settled which account it is"),
        OutputColumn::required("criterion", Text, "Criterion, `people`, or the limit of a group"),
        OutputColumn::optional("met", Boolean, "Whether the record meets it; blank for a group's limit"),
        OutputColumn::required("points", Decimal, "Points; they sum exactly to the record's score"),
    ]
}

/// Contacts, then accounts; record by record, its lines in criterion order.
pub(super) fn ledger(evidence: Evidence<'_>) -> OutputTable {
    let kinds = [("contact", &evidence.records.contacts), ("account", &evidence.records.accounts)];
    let kinds: Vec<(&str, &ScoredRecords)> =
        kinds.into_iter().filter_map(|(kind, records)| Some((kind, records.as_ref()?))).collect();
    let cells = || kinds.iter().flat_map(|&(kind, records)| lines(kind, records));
    let values = vec![
        words(cells().map(|(kind, ..)| kind)),
        filled_text(cells().map(|(_, id, ..)| id)),
        words(cells().map(|(_, _, line, _)| line.name.as_str())),
        optional_booleans(cells().map(|(_, _, line, record)| line.met(record))),
        numbers(cells().map(|(_, _, line, record)| line.points(record).to_f64())),
    ];
    OutputTable::new("record_ledger", ledger_columns(), values)
}

fn lines<'a>(
    kind: &'a str,
    records: &'a ScoredRecords,
) -> impl Iterator<Item = (&'a str, &'a str, &'a LedgerLine, usize)> {
    let record = move |(record, id): (usize, &'a String)| {
        records.scores.lines.iter().map(move |line| (kind, id.as_str(), line, record))
    };
    records.ids.iter().enumerate().flat_map(record)
}

pub(super) fn people_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::optional("account_id", Text, "The account; blank where it is not settled which one it is"),
        OutputColumn::optional("company", Text, "Its name"),
        OutputColumn::required("record", Text, "lead or contact"),
        OutputColumn::required("record_id", Text, "Its id"),
        OutputColumn::optional("full_name", Text, "The person"),
        OutputColumn::required("score", Decimal, "The person's own score"),
        OutputColumn::required(
            "counted",
            Decimal,
            "How much of it counts for the account; they sum exactly to its line `people`",
        ),
    ]
}

pub(super) fn people(evidence: Evidence<'_>) -> OutputTable {
    let records = evidence.records;
    let nobody = ScoredRecords::default();
    let accounts = records.accounts.as_ref().unwrap_or(&nobody);
    let contacts = records.contacts.as_ref().unwrap_or(&nobody);
    let people = || records.people.iter().flatten();
    let ids = &evidence.entities.ids;
    let names = evidence.entities.facts.column("full_name");
    let names = names.as_ref().and_then(|names| names.str().ok());
    let id = |person: &AccountPerson| match person.kind {
        PersonKind::Lead => ids[person.position as usize].as_str(),
        PersonKind::Contact => contacts.ids[person.position as usize].as_str(),
    };
    let name = |person: &AccountPerson| match person.kind {
        PersonKind::Lead => names.and_then(|names| names.get(person.position as usize)),
        PersonKind::Contact => Some(contacts.names[person.position as usize].as_str()).filter(|name| !name.is_empty()),
    };
    let values = vec![
        filled_text(people().map(|person| accounts.ids[person.account as usize].as_str())),
        filled_text(people().map(|person| accounts.names[person.account as usize].as_str())),
        words(people().map(|person| person.kind.name())),
        filled_text(people().map(id)),
        optional_text(people().map(name)),
        numbers(people().map(|person| person.score.to_f64())),
        numbers(people().map(|person| person.counted.to_f64())),
    ];
    OutputTable::new("account_people", people_columns(), values)
}
