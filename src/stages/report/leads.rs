//! Golden leads, their members, and which member gave which field.

use std::sync::Arc;

use crate::model::column_values::{ColumnValues, Words};
use crate::model::entities::NO_MEMBER;
use crate::model::field::{Field, GroupColumns, LeadColumn, LeadSchema, ValueType};
use crate::model::leads::Leads;
use crate::model::matching::{LinkRule, Verdict};
use crate::model::table::OutputType::{Boolean, Date, Decimal, Integer, Number, Text, Timestamp};
use crate::model::table::{
    OutputColumn, OutputTable, booleans, coded, integers, numbers, of_text, optional_numbers, timestamps, words,
};
use crate::model::text::Dictionary;

use super::{Evidence, sales};

/// Fields of the frame that later stages decide anew.
const DECIDED: [Field; 5] =
    [Field::RatingType, Field::RatingExpiresAt, Field::AssignedTo, Field::StatusReason, Field::ClosedAt];

pub(super) fn columns(schema: &LeadSchema) -> Vec<OutputColumn> {
    let mut columns = vec![id_column()];
    columns.extend(schema.columns().iter().map(lead_column));
    columns.extend([
        OutputColumn::optional("last_activity_at", Timestamp, "Latest history item up to as_of"),
        members_column(),
        OutputColumn::required(
            "may_email",
            Boolean,
            "Has an e-mail address, and nothing says that it must not be used",
        ),
        OutputColumn::required("may_call", Boolean, "Has a phone number, and nothing says that it must not be called"),
        OutputColumn::required("stage", Text, "Sales stage: qualify, or develop once there is an opportunity"),
        OutputColumn::required(
            "became_won",
            Boolean,
            "Whether something was sold, and more than nothing is left of it",
        ),
        OutputColumn::optional("won_at", Date, "Day of the first document that brought something"),
        OutputColumn::optional("revenue", Decimal, "What it brought so far; blank where that is in several currencies"),
        OutputColumn::optional("revenue_currency", Text, "Currency of the revenue; several are joined with \"; \""),
        OutputColumn::required("score", Decimal, "Exact sum of the ledger"),
        OutputColumn::required("score_percent", Number, "Score between the smallest and largest reachable, 0 to 100"),
        OutputColumn::required("auto_stars", Integer, "Stars from the score"),
        OutputColumn::required("stars", Integer, "Stars that count: the manual ones where given"),
        OutputColumn::optional("grade", Text, "Grade band of the score, or the bands of the grid's two groups"),
    ]);
    columns.extend(schema.groups().iter().flat_map(group_columns));
    columns.extend([
        OutputColumn::optional("reasons_for", Text, "The criteria that raised the score most"),
        OutputColumn::optional("reasons_against", Text, "The criteria that lowered the score most"),
    ]);
    columns
}

/// Sum, percentage and band of a group.
fn group_columns(group: &GroupColumns) -> Vec<OutputColumn> {
    let name = &group.name;
    let column = |(column, kind): (String, ValueType)| match kind {
        ValueType::Text => OutputColumn::optional(&column, Text, &format!("Band of {name}")),
        _ if column.ends_with("_percent") => OutputColumn::required(
            &column,
            Number,
            &format!("Between the smallest and largest sum of {name}, 0 to 100"),
        ),
        _ => OutputColumn::required(&column, Decimal, &format!("Sum of the criteria of {name}, its limits applied")),
    };
    group.columns().map(column).collect()
}

fn id_column() -> OutputColumn {
    OutputColumn::required("lead_id", Text, "Our id, derived from content")
}

fn members_column() -> OutputColumn {
    OutputColumn::required("members", Integer, "Input rows that the lead is made of")
}

fn lead_column(column: &LeadColumn) -> OutputColumn {
    OutputColumn {
        name: column.name.clone(),
        kind: column.cleaner.value_type().into(),
        nullable: !matches!(column.field, Some(Field::Status | Field::RatingType)),
        description: column.field.map_or("Custom column", Field::description).to_owned(),
    }
}

pub(super) fn leads(evidence: Evidence<'_>) -> OutputTable {
    let (scores, emissions) = (evidence.scores, evidence.emissions);
    let facts = &evidence.entities.facts;
    let merged = |name: &str| facts.values(name).expect("a column of the golden leads").clone();
    let mut values = vec![merged("lead_id")];
    values.extend(evidence.entities.schema.columns().iter().map(|column| match column.field {
        Some(Field::Status) => of_text(&emissions.status),
        Some(field) if DECIDED.contains(&field) => decided(evidence, field),
        _ => merged(&column.name),
    }));
    values.extend([
        merged("last_activity_at"),
        merged("members"),
        merged("may_email"),
        merged("may_call"),
        words(emissions.stage.iter().copied()),
    ]);
    values.extend(sales::lead_values(evidence));
    values.extend([
        numbers(scores.score.iter().map(|score| score.to_f64())),
        numbers(scores.percent.iter().copied()),
        integers(scores.auto_stars.iter().map(|&stars| i64::from(stars))),
        integers(scores.stars.iter().map(|&stars| i64::from(stars))),
        of_text(&scores.grade),
    ]);
    for group in &scores.groups {
        values.push(numbers(group.score.iter().map(|score| score.to_f64())));
        values.push(numbers(group.percent.iter().copied()));
        values.extend(group.band_column());
    }
    values.extend([of_text(&scores.reasons_for), of_text(&scores.reasons_against)]);
    OutputTable::new("leads", columns(&evidence.entities.schema), values)
}

/// The golden leads of a run that only looks for duplicates: their ids, these columns of the schema, and how many rows
/// each is made of. The values stand in the rows that `lineage` names.
pub(super) fn golden(evidence: Evidence<'_>, columns: &[usize], lineage: &[Arc<Vec<u32>>]) -> OutputTable {
    let entities = evidence.entities;
    let given = |&column: &usize| {
        let of = &entities.schema.columns()[column];
        let values = ColumnValues::Clean {
            leads: evidence.leads.clone(),
            column,
            rows: lineage[column].clone(),
            blank: (of.field == Some(Field::Status)).then_some("open"),
        };
        // Only scoring settles the rating type.
        let nullable = of.field != Some(Field::Status);
        (OutputColumn { nullable, ..lead_column(of) }, values)
    };
    let ids = coded(Words::LeadIds(entities.ids.clone()), (0..entities.len() as u32).collect());
    let members = integers((0..entities.len()).map(|entity| entities.members(entity).len() as i64));
    let columns = columns.iter().map(given);
    let (columns, values) =
        std::iter::once((id_column(), ids)).chain(columns).chain([(members_column(), members)]).unzip();
    OutputTable::new("leads", columns, values)
}

fn decided(evidence: Evidence<'_>, field: Field) -> ColumnValues {
    let emissions = evidence.emissions;
    match field {
        Field::RatingType => evidence.scores.rating_types(),
        Field::RatingExpiresAt => evidence.scores.rating_ends(),
        Field::AssignedTo => evidence.assignments.owners(),
        Field::ClosedAt => timestamps(emissions.closed_at.iter().copied()),
        _ => of_text(&emissions.status_reason),
    }
}

/// The columns of the members, without their cells as read.
pub(super) fn member_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("source", Text, "Name of the source in the pipeline file"),
        OutputColumn::required("file", Text, "Path of the file, relative to the project"),
        OutputColumn::required("line", Integer, "Physical line where the record begins; the header is line 1"),
        OutputColumn::optional("source_id", Text, "The export's own id of the row"),
        OutputColumn::required("row_id", Text, "Our id of the row, derived from content; links name rows by it"),
        OutputColumn::required("lead_id", Text, "The golden lead that the row belongs to"),
        OutputColumn::required("is_survivor", Boolean, "Whether it is the row that golden values come from first"),
        OutputColumn::optional("match_probability", Number, "Probability of its strongest link inside the lead"),
    ]
}

/// The cells of a member as read.
pub(super) fn raw_columns(schema: &LeadSchema) -> Vec<OutputColumn> {
    let raw = |column: &LeadColumn| {
        OutputColumn::optional(&format!("raw_{}", column.name), Text, &format!("{} as read", column.name))
    };
    schema.columns().iter().map(raw).collect()
}

/// Every usable row, lead by lead; with its cells as read it is what a merge is undone from.
pub(super) fn members(evidence: Evidence<'_>, with_raw: bool) -> OutputTable {
    let (leads, entities) = (evidence.leads, evidence.entities);
    let rows: Arc<Vec<u32>> = Arc::new(entities.members.iter().map(|row| row.0).collect());
    let at = || rows.iter().map(|&row| row as usize);
    let strongest = strongest_links(evidence);
    let mut is_survivor = vec![false; leads.len()];
    for row in &entities.survivors {
        is_survivor[row.index()] = true;
    }
    let mut columns = member_columns();
    let mut values = vec![
        sources(leads, &rows),
        files(leads, &rows),
        integers(at().map(|row| leads.origins[row].line as i64)),
        clean(leads, Field::SourceId, &rows),
        ColumnValues::Coded { words: Words::RowIds(leads.clone()), codes: rows.clone() },
        coded(Words::LeadIds(entities.ids.clone()), at().map(|row| entities.of[row].0).collect()),
        booleans(at().map(|row| is_survivor[row])),
        optional_numbers(at().map(|row| strongest[row])),
    ];
    if with_raw {
        columns.extend(raw_columns(&leads.schema));
        let raw = |column| ColumnValues::Raw { leads: leads.clone(), column, rows: rows.clone() };
        values.extend((0..leads.schema.len()).map(raw));
    }
    OutputTable::new("lead_members", columns, values)
}

/// A standard field of lead rows, cleaned.
pub(super) fn clean(leads: &Arc<Leads>, field: Field, rows: &Arc<Vec<u32>>) -> ColumnValues {
    let column = leads.schema.index_of(field);
    ColumnValues::Clean { leads: leads.clone(), column, rows: rows.clone(), blank: None }
}

/// The names of the rows' sources.
pub(super) fn sources(leads: &Leads, rows: &[u32]) -> ColumnValues {
    named(&leads.places.sources, rows.iter().map(|&row| usize::from(leads.origins[row as usize].source)))
}

/// The rows' files.
fn files(leads: &Leads, rows: &[u32]) -> ColumnValues {
    named(&leads.places.files, rows.iter().map(|&row| leads.origins[row as usize].file as usize))
}

fn named(names: &[String], places: impl Iterator<Item = usize>) -> ColumnValues {
    let mut dictionary = Dictionary::default();
    let codes: Vec<u32> = names.iter().map(|name| dictionary.intern(name)).collect();
    coded(Words::Own(Arc::new(dictionary)), places.map(|place| codes[place]).collect())
}

/// The probability of each row's strongest link inside its own lead; rules and decisions are certain.
fn strongest_links(evidence: Evidence<'_>) -> Vec<Option<f64>> {
    let mut strongest = vec![None; evidence.leads.len()];
    for link in &evidence.links.rows {
        let (left, right) = (link.pair.left.index(), link.pair.right.index());
        if link.verdict != Verdict::Match || evidence.entities.of[left] != evidence.entities.of[right] {
            continue;
        }
        let probability = if link.rule == LinkRule::Model { link.probability } else { 1.0 };
        for row in [left, right] {
            strongest[row] = Some(strongest[row].map_or(probability, |known: f64| known.max(probability)));
        }
    }
    strongest
}

pub(super) fn lineage_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead of two or more members"),
        OutputColumn::required("field", Text, "Column of leads"),
        OutputColumn::required("row_id", Text, "The member that gave the value; edited values have none"),
        OutputColumn::required("source", Text, "Its source"),
        OutputColumn::required("file", Text, "Its file"),
        OutputColumn::required("line", Integer, "Its line"),
    ]
}

/// For merged leads, the member behind each filled field.
pub(super) fn lineage(evidence: Evidence<'_>) -> OutputTable {
    let (leads, entities) = (evidence.leads, evidence.entities);
    let mut given = Vec::new();
    for entity in (0..entities.len()).filter(|&entity| entities.members(entity).len() > 1) {
        for (column, rows) in entities.lineage.iter().enumerate() {
            if rows[entity] != NO_MEMBER {
                given.push((entity, column, rows[entity]));
            }
        }
    }
    let rows: Arc<Vec<u32>> = Arc::new(given.iter().map(|&(_, _, row)| row).collect());
    let values = vec![
        coded(Words::LeadIds(entities.ids.clone()), given.iter().map(|&(entity, _, _)| entity as u32).collect()),
        words(given.iter().map(|&(_, column, _)| entities.schema.columns()[column].name.as_str())),
        ColumnValues::Coded { words: Words::RowIds(leads.clone()), codes: rows.clone() },
        sources(leads, &rows),
        files(leads, &rows),
        integers(rows.iter().map(|&row| leads.origins[row as usize].line as i64)),
    ];
    OutputTable::new("lineage", lineage_columns(), values)
}
