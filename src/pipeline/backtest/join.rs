//! Outcomes and the golden leads that they are of: by the export's id, our own, or an e-mail address.

use serde::Serialize;

use super::Replay;
use super::lookup::{Found, Names, Way};
use super::outcomes::{Cells, OutcomeColumns, OutcomeError, OutcomeWord};
use super::words::Verdict;
use crate::model::entities::NO_MEMBER;
use crate::model::field::Field;
use crate::model::leads::LeadId;
use crate::model::names::plain;

/// Column names for a lead's id, in plain letters.
const IDS: [&str; 20] = [
    "leadid",
    "sourceid",
    "recordid",
    "id",
    "recid",
    "rowid",
    "uniqueid",
    "externalid",
    "contactid",
    "customerid",
    "originatinglead",
    "originatingleadid",
    "convertedleadid",
    "donotmodifylead",
    "leadnumber",
    "leadno",
    "key",
    "identifier",
    "number",
    "no",
];
/// Rows that are named.
const EXAMPLES: usize = 3;

/// The leads whose outcome is known.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The golden leads, ascending.
    pub leads: Vec<u32>,
    /// Whether each was won.
    pub won: Vec<bool>,
    /// What each won lead was worth, where that is known.
    pub values: Vec<Option<f64>>,
    /// How that is known.
    pub account: OutcomeAccount,
}

impl Known {
    /// Won and lost leads.
    pub fn classes(&self) -> (u64, u64) {
        let won = self.won.iter().filter(|won| **won).count() as u64;
        (won, self.won.len() as u64 - won)
    }

    /// The mean of the won leads' values; none where no value is known.
    pub fn mean_value(&self) -> Option<f64> {
        let values: Vec<f64> = self.values.iter().copied().flatten().collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }
}

/// Where outcomes come from, and what became of each row.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OutcomeAccount {
    /// The table.
    pub table: String,
    /// Columns by which leads were found.
    pub keys: Vec<String>,
    /// The outcome's column.
    pub outcome: String,
    /// The column with the values of wins.
    pub value: Option<String>,
    /// Its currencies, where written; several are added up as they stand.
    pub currencies: Vec<String>,
    /// Texts in it that are no numbers.
    pub unreadable_values: Vec<String>,
    /// Rows of the table.
    pub rows: u64,
    /// Rows by how their lead was found: export's id, our own id, e-mail address.
    pub found: FoundBy,
    /// Rows of no lead.
    pub unmatched: u64,
    /// Some of them.
    pub unmatched_examples: Vec<String>,
    /// Rows of which several leads have the id or address.
    pub ambiguous: u64,
    /// Some of them.
    pub ambiguous_examples: Vec<String>,
    /// Rows of leads without an outcome.
    pub blank: u64,
    /// Rows of leads that are not decided yet.
    pub open: u64,
    /// Leads with several outcomes.
    pub several: u64,
    /// Those among them that were both won and lost; they count as won.
    pub contradictory: u64,
    /// Words of the outcome's column, and how each was read.
    pub words: Vec<OutcomeWord>,
}

/// Rows by how their lead was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FoundBy {
    /// The id that the export gave it.
    pub source_id: u64,
    /// Our own.
    pub lead_id: u64,
    /// An e-mail address.
    pub email: u64,
}

impl FoundBy {
    fn all(self) -> u64 {
        self.source_id + self.lead_id + self.email
    }
}

/// Joins a table of outcomes with the golden leads.
pub(super) fn join(replay: &Replay, cells: &Cells, columns: OutcomeColumns<'_>) -> Result<Known, OutcomeError> {
    let names = Names::of(replay);
    let keys = keys(&names, cells, columns)?;
    let taken: Vec<usize> = keys.iter().map(|key| key.column).collect();
    let outcome = cells.outcome(columns, &taken)?;
    let taken: Vec<usize> = taken.iter().copied().chain([outcome]).collect();
    let value = cells.value(columns, &taken)?;
    let (verdicts, words) = cells.verdicts(outcome, columns.won)?;
    let numbers = value.map(|column| (column, cells.numbers(column)));
    let source = by_source(&names, cells);

    let mut account = OutcomeAccount {
        table: cells.shown.clone(),
        keys: keys.iter().map(|key| cells.header[key.column].clone()).collect(),
        outcome: cells.header[outcome].clone(),
        value: value.map(|column| cells.header[column].clone()),
        rows: cells.rows() as u64,
        words,
        ..OutcomeAccount::default()
    };
    if let Some((_, numbers)) = &numbers {
        account.currencies.clone_from(&numbers.currencies);
        account.unreadable_values.clone_from(&numbers.unreadable);
    }
    let mut outcomes: Vec<(u32, bool, Option<f64>)> = Vec::new();
    for row in 0..cells.rows() {
        let (mut found, mut text) = (Found::Nothing, "");
        for key in &keys {
            let cell = cells.columns[key.column].get(row);
            if text.is_empty() {
                text = cell;
            }
            let code = cells.columns[key.column].codes[row] as usize;
            let by_key = match source {
                Some(source) if key.found[code] == Found::Several => {
                    names.find_in(cells.columns[source].get(row), cell)
                }
                _ => key.found[code],
            };
            match by_key {
                Found::Nothing => {}
                Found::Several => found = by_key,
                Found::Lead(..) => {
                    found = by_key;
                    break;
                }
            }
        }
        let lead = match found {
            Found::Lead(lead, way) => {
                *match way {
                    Way::SourceId => &mut account.found.source_id,
                    Way::LeadId => &mut account.found.lead_id,
                    Way::Email => &mut account.found.email,
                } += 1;
                lead
            }
            Found::Several => {
                account.ambiguous += 1;
                name(&mut account.ambiguous_examples, text);
                continue;
            }
            Found::Nothing => {
                account.unmatched += 1;
                name(&mut account.unmatched_examples, text);
                continue;
            }
        };
        match verdicts[cells.columns[outcome].codes[row] as usize] {
            Verdict::Blank => account.blank += 1,
            Verdict::Open => account.open += 1,
            verdict => {
                let number = |(column, numbers): &(usize, super::outcomes::Numbers)| {
                    numbers.values[cells.columns[*column].codes[row] as usize]
                };
                outcomes.push((lead, verdict == Verdict::Won, numbers.as_ref().and_then(number)));
            }
        }
    }
    Ok(settled(outcomes, account))
}

fn name(examples: &mut Vec<String>, text: &str) {
    if examples.len() < EXAMPLES && !text.is_empty() && !examples.iter().any(|known| known == text) {
        examples.push(text.to_owned());
    }
}

/// One outcome per lead: of several, one win makes it won, and the values of wins add up.
fn settled(mut outcomes: Vec<(u32, bool, Option<f64>)>, mut account: OutcomeAccount) -> Known {
    outcomes.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.unwrap_or(0.0).total_cmp(&b.2.unwrap_or(0.0))));
    let mut known = Known::default();
    for of_lead in outcomes.chunk_by(|a, b| a.0 == b.0) {
        let won = of_lead.iter().any(|outcome| outcome.1);
        account.several += u64::from(of_lead.len() > 1);
        account.contradictory += u64::from(won && of_lead.iter().any(|outcome| !outcome.1));
        let values: Vec<f64> = of_lead.iter().filter(|outcome| outcome.1).filter_map(|outcome| outcome.2).collect();
        known.leads.push(of_lead[0].0);
        known.won.push(won);
        known.values.push((!values.is_empty()).then(|| values.iter().sum()));
    }
    known.account = account;
    known
}

/// The leads that came in closed, as their own outcomes.
pub(super) fn own(replay: &Replay, value: Option<&str>) -> Result<Known, OutcomeError> {
    let Replay { leads, entities, .. } = replay;
    let status = Field::Status.name();
    let table = "the leads";
    let numbers = value.map(|name| numbers(replay, name)).transpose()?;
    let mut account = OutcomeAccount {
        table: table.to_owned(),
        outcome: status.to_owned(),
        value: value.map(str::to_owned),
        rows: entities.len() as u64,
        ..OutcomeAccount::default()
    };
    // A status that an edit gave is no outcome: the row that gave it is gone from the lineage.
    let lineage = &entities.lineage[leads.schema.index_of(Field::Status)];
    let mut outcomes = Vec::new();
    for (lead, &row) in lineage.iter().enumerate() {
        let status = if row == NO_MEMBER { None } else { leads.text(Field::Status, LeadId(row)) };
        match status {
            Some(status @ ("qualified" | "disqualified")) => {
                let value = numbers.as_ref().and_then(|numbers| numbers[lead]);
                outcomes.push((lead as u32, status == "qualified", value));
            }
            Some(_) => account.open += 1,
            None => account.blank += 1,
        }
    }
    for (word, verdict, won) in [("qualified", Verdict::Won, true), ("disqualified", Verdict::Lost, false)] {
        let rows = outcomes.iter().filter(|outcome| outcome.1 == won).count() as u64;
        account.words.push(OutcomeWord { word: word.to_owned(), rows, verdict, known: true });
    }
    Ok(settled(outcomes, account))
}

/// A column of the leads that has numbers.
fn numbers(replay: &Replay, name: &str) -> Result<Vec<Option<f64>>, OutcomeError> {
    let facts = &replay.entities.facts;
    let columns: Vec<String> = facts.names().map(str::to_owned).collect();
    let found = columns.iter().find(|column| *column == name || plain(column) == plain(name));
    let column = found.and_then(|name| facts.column(name)).ok_or_else(|| OutcomeError::Column {
        table: "the table of leads".to_owned(),
        name: name.to_owned(),
        hint: crate::model::names::nearest(name, columns.iter().map(String::as_str))
            .map_or_else(String::new, |near| format!(" (`{near}` is near)")),
        columns: super::outcomes::names(&columns),
    })?;
    let no_number = || OutcomeError::NoNumber { table: "the leads".to_owned(), name: name.to_owned() };
    if !column.dtype().is_numeric() {
        return Err(no_number());
    }
    let floats = column.cast(&polars::prelude::DataType::Float64).map_err(|_| no_number())?;
    let values: Vec<Option<f64>> = floats.f64().map_err(|_| no_number())?.iter().collect();
    if values.iter().all(Option::is_none) { Err(no_number()) } else { Ok(values) }
}

/// A column of the table by which leads are found, what each of its texts finds, and how many different ones find leads.
struct Key {
    column: usize,
    found: Vec<Found>,
    by: FoundBy,
}

/// The named column; else one whose header speaks of an id and one with addresses, as far as their values find leads;
/// else whichever column's values find leads by half. Different values count, so that a few numbers are taken for no ids.
fn keys(names: &Names<'_>, cells: &Cells, columns: OutcomeColumns<'_>) -> Result<Vec<Key>, OutcomeError> {
    let key = |column: usize| {
        let found: Vec<Found> = cells.columns[column].dictionary.iter().map(|text| names.find(text)).collect();
        let mut by = FoundBy::default();
        for (found, _) in found.iter().zip(cells.counts(column)).filter(|(_, rows)| *rows > 0) {
            match found {
                Found::Lead(_, Way::LeadId) => by.lead_id += 1,
                Found::Lead(_, Way::Email) => by.email += 1,
                // An id of several leads is an id still.
                Found::Lead(_, Way::SourceId) | Found::Several => by.source_id += 1,
                Found::Nothing => {}
            }
        }
        Key { column, found, by }
    };
    if let Some(name) = columns.id {
        return Ok(vec![key(cells.named(name)?)]);
    }
    let named =
        |given: Option<&str>, column: usize| given.is_some_and(|name| plain(name) == plain(&cells.header[column]));
    let free = |column: &usize| !named(columns.outcome, *column) && !named(columns.value, *column);
    let all: Vec<Key> = (0..cells.header.len()).filter(free).map(key).collect();
    let header = |key: &Key| plain(&cells.header[key.column]);
    let by_id = |key: &Key| key.by.source_id + key.by.lead_id;
    let different = |key: &Key| {
        let values = cells.columns[key.column].dictionary.iter().zip(cells.counts(key.column));
        values.filter(|(value, rows)| !value.is_empty() && *rows > 0).count() as u64
    };
    let says_id = |key: &&Key| IDS.contains(&header(key).as_str()) || header(key).ends_with("id");
    // Of equally good ones the first.
    let most = |of: &dyn Fn(&Key) -> u64, keys: Vec<&Key>| {
        let best = keys.iter().map(|key| of(key)).max().filter(|best| *best > 0)?;
        keys.iter().find(|key| of(key) == best).map(|key| key.column)
    };
    let id = most(&by_id, all.iter().filter(says_id).collect())
        .or_else(|| most(&by_id, all.iter().filter(|key| by_id(key) * 2 >= different(key)).collect()));
    let address = most(&|key| key.by.email, all.iter().collect());
    let mut chosen: Vec<usize> = id.into_iter().chain(address).collect();
    chosen.dedup();
    if chosen.is_empty() {
        // None finds anything; which one should have is for the message.
        let should = all.iter().find(|key| IDS.contains(&header(key).as_str()));
        chosen.extend(should.or(all.first()).map(|key| key.column));
    }
    let mut keys: Vec<Key> = all.into_iter().filter(|key| chosen.contains(&key.column)).collect();
    keys.sort_by_key(|key| (Some(key.column) != id, key.by.all() == 0, key.column));
    Ok(keys)
}

/// A column `source` all of whose values are sources of the pipeline.
fn by_source(names: &Names<'_>, cells: &Cells) -> Option<usize> {
    let column = cells.header.iter().position(|name| plain(name) == "source")?;
    let mut values = cells.columns[column].dictionary.iter().filter(|name| !name.is_empty()).peekable();
    values.peek()?;
    values.all(|name| names.source(name).is_some()).then_some(column)
}
