//! The child tables of a golden lead: contact points and history.

use crate::model::column_values::Words;
use crate::model::consent::{Channel, Wishes};
use crate::model::entities::ContactKind;
use crate::model::table::OutputType::{Boolean, Text, Timestamp};
use crate::model::table::{OutputColumn, OutputTable, booleans, coded, filled_text, text, timestamps, words};

use super::Evidence;

pub(super) fn contact_point_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("kind", Text, "email, phone or address"),
        OutputColumn::required("label", Text, "business, mobile, home, fax or other"),
        OutputColumn::required("value", Text, "The address or number"),
        OutputColumn::required("is_mailing", Boolean, "Whether mailings go there"),
        OutputColumn::required("may_use", Boolean, "Whether the lead may be reached there"),
    ]
}

pub(super) fn contact_points(evidence: Evidence<'_>) -> OutputTable {
    let (ids, points) = (&evidence.entities.ids, &evidence.entities.contact_points);
    let values = vec![
        coded(Words::LeadIds(ids.clone()), points.iter().map(|point| point.entity.0).collect()),
        words(points.iter().map(|point| point.kind.name())),
        words(points.iter().map(|point| point.label.name())),
        text(points.iter().map(|point| &point.value)),
        booleans(points.iter().map(|point| point.is_mailing)),
        booleans(points.iter().map(|point| may_use(evidence.consent.of(point.entity.index()), point.kind))),
    ];
    OutputTable::new("contact_points", contact_point_columns(), values)
}

/// Who wants no contact at all wants no letters, either.
fn may_use(wishes: Wishes, kind: ContactKind) -> bool {
    match kind {
        ContactKind::Email => !wishes.forbid(Channel::Email),
        ContactKind::Phone => !wishes.forbid(Channel::Call),
        ContactKind::Address => !wishes.has(Wishes::OPT_OUT),
    }
}

pub(super) fn activity_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("lead_id", Text, "Golden lead"),
        OutputColumn::required("activity", Text, "email, phone_log, appointment, task or note"),
        OutputColumn::optional("at", Timestamp, "When it happened"),
        OutputColumn::optional("subject", Text, "Subject line"),
        OutputColumn::optional("text", Text, "Text"),
        OutputColumn::optional("author", Text, "Who wrote it"),
    ]
}

pub(super) fn activities(evidence: Evidence<'_>) -> OutputTable {
    let (ids, items) = (&evidence.entities.ids, &evidence.entities.history);
    let values = vec![
        coded(Words::LeadIds(ids.clone()), items.iter().map(|item| item.entity.0).collect()),
        words(items.iter().map(|item| item.kind.name())),
        timestamps(items.iter().map(|item| item.at)),
        filled_text(items.iter().map(|item| &item.subject)),
        filled_text(items.iter().map(|item| &item.text)),
        filled_text(items.iter().map(|item| &item.author)),
    ];
    OutputTable::new("activities", activity_columns(), values)
}
