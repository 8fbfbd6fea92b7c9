//! The ids of records that leads got, by input row, for the next run to keep.

use crate::model::ids::public_id;
use crate::model::issued::IssuedIds;
use crate::model::table::OutputType::{Boolean, Text};
use crate::model::table::{OutputColumn, OutputTable, booleans, filled_text, text, words};

/// The name of the table.
pub(super) const ISSUED_IDS: &str = "issued_ids";

pub(super) fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("source", Text, "Name of the row's source in the pipeline file"),
        OutputColumn::required("row_id", Text, "Input row (row_id of lead_members)"),
        OutputColumn::required("kind", Text, "account, contact, opportunity, lead or note"),
        OutputColumn::required("record_id", Text, "The id that this run or an earlier one gave to the row's record"),
        OutputColumn::required("is_current", Boolean, "false: another lead's record has the id by now"),
        OutputColumn::optional(
            "beside",
            Text,
            "Where a person wanted a new record: those of the CRM that came into question then, or none",
        ),
    ]
}

pub(super) fn issued_ids(issued: Option<&IssuedIds>) -> OutputTable {
    let none = IssuedIds::default();
    let issued = issued.unwrap_or(&none);
    let rows = || issued.rows().iter();
    let values = vec![
        words(rows().map(|it| issued.source(it.source))),
        text(rows().map(|it| public_id('R', it.row))),
        words(rows().map(|it| it.kind.name())),
        words(rows().map(|it| issued.id(it.id))),
        booleans(rows().map(|it| it.is_current)),
        filled_text(rows().map(|it| issued.beside(it.beside))),
    ];
    OutputTable::new(ISSUED_IDS, columns(), values)
}
