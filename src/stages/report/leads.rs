//! Golden leads, their members, and which member gave which field.

use polars::prelude::Column;

use crate::model::entities::NO_MEMBER;
use crate::model::field::{Field, LeadSchema};
use crate::model::ids;
use crate::model::leads::LeadId;
use crate::model::matching::{LinkRule, Verdict};
use crate::model::table::OutputType::{Boolean, Decimal, Integer, Number, Text, Timestamp};
use crate::model::table::{
    OutputColumn, OutputTable, booleans, filled_text, integers, numbers, optional_numbers, optional_text, text,
    timestamps,
};

use super::Evidence;

/// Fields of the frame that later stages decide anew.
const DECIDED: [Field; 4] = [Field::RatingType, Field::AssignedTo, Field::StatusReason, Field::ClosedAt];

pub(super) fn columns(schema: &LeadSchema) -> Vec<OutputColumn> {
    let mut columns = vec![OutputColumn::required("lead_id", Text, "Our id, derived from content")];
    columns.extend(schema.columns().iter().map(|column| {
        let description = column.field.map_or("Custom column", Field::description);
        OutputColumn {
            name: column.name.clone(),
            kind: column.cleaner.value_type().into(),
            nullable: !matches!(column.field, Some(Field::Status | Field::RatingType)),
            description: description.to_owned(),
        }
    }));
    columns.extend([
        OutputColumn::optional("last_activity_at", Timestamp, "Latest history item up to as_of"),
        OutputColumn::required("members", Integer, "Input rows that the lead is made of"),
        OutputColumn::required("stage", Text, "Sales stage: qualify, or develop once there is an opportunity"),
        OutputColumn::required("score", Decimal, "Exact sum of the ledger"),
        OutputColumn::required("score_percent", Number, "Score between the smallest and largest reachable, 0 to 100"),
        OutputColumn::required("auto_stars", Integer, "Stars from the score"),
        OutputColumn::required("stars", Integer, "Stars that count: the manual ones where given"),
        OutputColumn::optional("grade", Text, "Grade band of the score"),
        OutputColumn::optional("reasons_for", Text, "The criteria that raised the score most"),
        OutputColumn::optional("reasons_against", Text, "The criteria that lowered the score most"),
    ]);
    columns
}

pub(super) fn leads(evidence: Evidence<'_>) -> OutputTable {
    let (scores, emissions) = (evidence.scores, evidence.emissions);
    let frame = &evidence.entities.frame;
    let merged = |name: &str| frame.column(name).expect("a column of the golden leads").clone();
    let mut values = vec![merged("lead_id")];
    values.extend(evidence.entities.schema.columns().iter().map(|column| match column.field {
        Some(Field::Status) => text(&emissions.status),
        Some(field) if DECIDED.contains(&field) => decided(evidence, field),
        _ => merged(&column.name),
    }));
    values.extend([
        merged("last_activity_at"),
        merged("members"),
        text(&emissions.stage),
        numbers(scores.score.iter().map(|score| score.to_f64())),
        numbers(scores.percent.iter().copied()),
        integers(scores.auto_stars.iter().map(|&stars| i64::from(stars))),
        integers(scores.stars.iter().map(|&stars| i64::from(stars))),
        filled_text(&scores.grade),
        filled_text(&scores.reasons_for),
        filled_text(&scores.reasons_against),
    ]);
    OutputTable::new("leads", columns(&evidence.entities.schema), values)
}

fn decided(evidence: Evidence<'_>, field: Field) -> Column {
    let emissions = evidence.emissions;
    match field {
        Field::RatingType => {
            text(evidence.scores.manual.iter().map(|&manual| if manual { "manual" } else { "automatic" }))
        }
        Field::AssignedTo => optional_text(evidence.assignments.owner.iter().map(Option::as_ref)),
        Field::ClosedAt => timestamps(emissions.closed_at.iter().copied()),
        _ => filled_text(&emissions.status_reason),
    }
}

pub(super) fn member_columns(schema: &LeadSchema) -> Vec<OutputColumn> {
    let mut columns = vec![
        OutputColumn::required("source", Text, "Name of the source in the pipeline file"),
        OutputColumn::required("file", Text, "Path of the file, relative to the project"),
        OutputColumn::required("line", Integer, "Physical line where the record begins; the header is line 1"),
        OutputColumn::optional("source_id", Text, "The export's own id of the row"),
        OutputColumn::required("row_id", Text, "Our id of the row, derived from content; links name rows by it"),
        OutputColumn::required("lead_id", Text, "The golden lead that the row belongs to"),
        OutputColumn::required("is_survivor", Boolean, "Whether it is the row that golden values come from first"),
        OutputColumn::optional("match_probability", Number, "Probability of its strongest link inside the lead"),
    ];
    columns.extend(schema.columns().iter().map(|column| {
        OutputColumn::optional(&format!("raw_{}", column.name), Text, &format!("{} as read", column.name))
    }));
    columns
}

/// Every usable row as it was read, lead by lead: what a merge is undone from.
pub(super) fn members(evidence: Evidence<'_>) -> OutputTable {
    let (leads, entities) = (evidence.leads, evidence.entities);
    let rows: Vec<usize> = entities.members.iter().map(|row| row.index()).collect();
    let strongest = strongest_links(evidence);
    let mut is_survivor = vec![false; leads.len()];
    for row in &entities.survivors {
        is_survivor[row.index()] = true;
    }
    let source_id = leads.column(Field::SourceId);
    let mut values = vec![
        text(rows.iter().map(|&row| leads.source_name(LeadId(row as u32)))),
        text(rows.iter().map(|&row| &leads.places.files[leads.origins[row].file as usize])),
        integers(rows.iter().map(|&row| leads.origins[row].line as i64)),
        optional_text(rows.iter().map(|&row| source_id.text(row))),
        text(rows.iter().map(|&row| ids::row_id(leads.keys[row]))),
        text(rows.iter().map(|&row| &entities.ids[entities.of[row].index()])),
        booleans(rows.iter().map(|&row| is_survivor[row])),
        optional_numbers(rows.iter().map(|&row| strongest[row])),
    ];
    values.extend(leads.raw.iter().map(|column| optional_text(rows.iter().map(|&row| column.value(row)))));
    OutputTable::new("lead_members", member_columns(&leads.schema), values)
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
                given.push((entity, column, rows[entity] as usize));
            }
        }
    }
    let values = vec![
        text(given.iter().map(|&(entity, _, _)| &entities.ids[entity])),
        text(given.iter().map(|&(_, column, _)| &entities.schema.columns()[column].name)),
        text(given.iter().map(|&(_, _, row)| ids::row_id(leads.keys[row]))),
        text(given.iter().map(|&(_, _, row)| leads.source_name(LeadId(row as u32)))),
        text(given.iter().map(|&(_, _, row)| &leads.places.files[leads.origins[row].file as usize])),
        integers(given.iter().map(|&(_, _, row)| leads.origins[row].line as i64)),
    ];
    OutputTable::new("lineage", lineage_columns(), values)
}
