//! The tables of unusable rows and values.

use rayon::prelude::*;

use crate::model::column_values::ColumnValues;
use crate::model::rows::{Finding, Origin, Places, Reject};
use crate::model::table::OutputType::{Integer, Text};
use crate::model::table::{OutputColumn, OutputTable, filled_text, integers, words};

fn place_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("source", Text, "Name of the source in the pipeline file"),
        OutputColumn::required("file", Text, "Path of the file, relative to the project"),
        OutputColumn::required("line", Integer, "Physical line where the record begins; the header is line 1"),
    ]
}

fn place_values(places: &Places, origins: &[Origin]) -> Vec<ColumnValues> {
    vec![
        words(origins.iter().map(|origin| places.sources[usize::from(origin.source)].as_str())),
        words(origins.iter().map(|origin| places.files[origin.file as usize].as_str())),
        integers(origins.iter().map(|origin| origin.line as i64)),
    ]
}

pub(super) fn reject_columns() -> Vec<OutputColumn> {
    let mut columns = place_columns();
    columns.extend([
        OutputColumn::optional("field", Text, "Column at fault, where one is"),
        OutputColumn::required("code", Text, "Why the row could not be used"),
        OutputColumn::optional("text", Text, "The row as read, shortened"),
    ]);
    columns
}

pub(super) fn rejects(places: &Places, rejects: &[Reject]) -> OutputTable {
    let mut sorted: Vec<&Reject> = rejects.iter().collect();
    sorted.sort_by(|a, b| (place_key(places, a.origin), a.code).cmp(&(place_key(places, b.origin), b.code)));
    let origins: Vec<Origin> = sorted.iter().map(|reject| reject.origin).collect();
    let mut values = place_values(places, &origins);
    values.push(filled_text(sorted.iter().map(|reject| reject.field.as_deref().unwrap_or(""))));
    values.push(words(sorted.iter().map(|reject| reject.code.name())));
    values.push(filled_text(sorted.iter().map(|reject| &reject.text)));
    OutputTable::new("rejects", reject_columns(), values)
}

pub(super) fn finding_columns() -> Vec<OutputColumn> {
    let mut columns = place_columns();
    columns.extend([
        OutputColumn::optional("field", Text, "Lead column, blank for the row as a whole"),
        OutputColumn::required("code", Text, "What is wrong with the value"),
        OutputColumn::optional("text", Text, "The value as read, shortened"),
    ]);
    columns
}

pub(super) fn findings(places: &Places, findings: &[Finding]) -> OutputTable {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.par_sort_by(|a, b| {
        let key = |finding: &Finding| (place_key(places, finding.origin), finding.code);
        (key(a), &a.field, &a.text).cmp(&(key(b), &b.field, &b.text))
    });
    let origins: Vec<Origin> = sorted.iter().map(|finding| finding.origin).collect();
    let mut values = place_values(places, &origins);
    values.push(filled_text(sorted.iter().map(|finding| &finding.field)));
    values.push(words(sorted.iter().map(|finding| finding.code.name())));
    values.push(filled_text(sorted.iter().map(|finding| &finding.text)));
    OutputTable::new("findings", finding_columns(), values)
}

/// Sources in pipeline order, files by path, lines in order.
fn place_key(places: &Places, origin: Origin) -> (u16, &str, u64) {
    (origin.source, &places.files[origin.file as usize], origin.line)
}
