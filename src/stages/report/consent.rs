//! Why consent flags are true.

use crate::model::column_values::Words;
use crate::model::consent::{ConsentLine, Giver};
use crate::model::rows::{Origin, Places};
use crate::model::table::OutputType::{Integer, Number, Text};
use crate::model::table::{OutputColumn, OutputTable, coded, filled_text, optional_integers, optional_numbers, words};

use super::Evidence;

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("flag", Text, "opt_out, do_not_email or do_not_call"),
        OutputColumn::required(
            "because",
            Text,
            "own_row, suppressed_email, suppressed_domain, suppressed_hash, suppressed_phone, duplicate, contact or \
             same_address",
        ),
        OutputColumn::required("source", Text, "Source of the row that says so; crm.contacts; consent.suppress; edit"),
        OutputColumn::optional("file", Text, "Path of its file, relative to the project"),
        OutputColumn::optional("line", Integer, "Physical line where the record begins; the header is line 1"),
        OutputColumn::optional("record_id", Text, "The CRM's id, where a contact says so"),
        OutputColumn::optional("probability", Number, "The smallest among the likely duplicates on the way"),
    ]
}

/// Lead by lead, flag by flag.
pub(super) fn consent(evidence: Evidence<'_>) -> OutputTable {
    let (lines, places) = (&evidence.consent.lines, evidence.places);
    let values = vec![
        coded(Words::LeadIds(evidence.entities.ids.clone()), lines.iter().map(|line| line.lead.0).collect()),
        words(lines.iter().map(|line| line.flag.field().name())),
        words(lines.iter().map(|line| line.because.name())),
        words(lines.iter().map(|line| source(places, line))),
        filled_text(lines.iter().map(|line| row(line).map_or("", |origin| &places.files[origin.file as usize]))),
        optional_integers(lines.iter().map(|line| Some(row(line)?.line as i64))),
        filled_text(lines.iter().map(|line| if let Giver::Contact(id) = &line.giver { id } else { "" })),
        optional_numbers(lines.iter().map(|line| line.probability)),
    ];
    OutputTable::new("consent", columns(), values)
}

fn row(line: &ConsentLine) -> Option<Origin> {
    if let Giver::Row(origin) = line.giver { Some(origin) } else { None }
}

fn source<'a>(places: &'a Places, line: &ConsentLine) -> &'a str {
    match &line.giver {
        Giver::Row(origin) => &places.sources[usize::from(origin.source)],
        Giver::Contact(_) => "crm.contacts",
        Giver::Edit => "edit",
    }
}
