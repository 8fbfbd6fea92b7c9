//! Contact points: every e-mail address, phone number and postal address of all members, each once.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::entities::{ContactKind, ContactLabel, ContactPoint, EntityId, NO_MEMBER};
use crate::model::field::{AddressFields, Field};
use crate::model::leads::{FurtherContact, LeadId, Leads};
use crate::model::matching::Clusters;

use super::ranking::{Order, Orders};

const REACH: [(Field, ContactKind, ContactLabel); 7] = [
    (Field::Email, ContactKind::Email, ContactLabel::Business),
    (Field::Email2, ContactKind::Email, ContactLabel::Other),
    (Field::Email3, ContactKind::Email, ContactLabel::Other),
    (Field::Phone, ContactKind::Phone, ContactLabel::Business),
    (Field::MobilePhone, ContactKind::Phone, ContactLabel::Mobile),
    (Field::HomePhone, ContactKind::Phone, ContactLabel::Home),
    (Field::Fax, ContactKind::Phone, ContactLabel::Fax),
];

/// By golden lead and kind: the golden lead's own first (mailings go to its first e-mail, and to the address that it
/// names for them, else to its main one), then those of the members, most recent row first. A value has the label
/// that a cell or column of the most recent row gives it, one that tells before "other".
pub(super) fn collect(
    leads: &Leads,
    groups: &Clusters,
    orders: &Orders,
    lineage: &[Arc<Vec<u32>>],
) -> Vec<ContactPoint> {
    (0..groups.len())
        .into_par_iter()
        .flat_map_iter(|entity| {
            let mut points = Vec::new();
            let golden = |field: Field| match lineage[field as usize][entity] {
                NO_MEMBER => None,
                row => leads.text(field, LeadId(row)),
            };
            add(&mut points, golden);
            choose_for_mailings(&mut points, golden(Field::MailingAddress));
            let members = orders.of(Order::Recent, groups, entity);
            let own = points.len();
            for &row in members {
                let further = leads.further(row);
                if members.len() > 1 || !further.is_empty() {
                    let first = points.len();
                    add(&mut points, |field| leads.text(field, row));
                    further.iter().for_each(|contact| tell(&mut points, first, contact));
                }
            }
            if points.len() > own {
                keep_first(&mut points, own);
            }
            points.sort_by_key(|point| point.kind);
            points.into_iter().map(move |point| ContactPoint {
                entity: EntityId(entity as u32),
                kind: point.kind,
                label: point.label,
                value: point.value.into_owned(),
                is_mailing: point.is_mailing,
            })
        })
        .collect()
}

struct Point<'a> {
    kind: ContactKind,
    /// By the cell, else by the column where it stands.
    label: ContactLabel,
    value: Cow<'a, str>,
    is_mailing: bool,
}

/// Adds what stands in a row beyond its columns, or what its cell calls it; the row's points begin at `first`.
fn tell<'a>(points: &mut Vec<Point<'a>>, first: usize, contact: &'a FurtherContact) {
    let FurtherContact { kind, value, label, .. } = contact;
    let label = label.unwrap_or(ContactLabel::Other);
    // A street with its label stands in the columns with its city.
    let same = |point: &&mut Point<'_>| {
        let rest = point.value.strip_prefix(value.as_str()).filter(|_| point.kind == *kind);
        rest.is_some_and(|rest| rest.is_empty() || *kind == ContactKind::Address && rest.starts_with(", "))
    };
    match points[first..].iter_mut().find(same) {
        Some(known) => known.label = label,
        None => points.push(Point { kind: *kind, label, value: Cow::Borrowed(value), is_mailing: false }),
    }
}

/// Adds what stands in the columns of the golden lead or a row, each value once.
fn add<'a>(points: &mut Vec<Point<'a>>, text: impl Fn(Field) -> Option<&'a str>) {
    let first = points.len();
    for (field, kind, label) in REACH {
        if let Some(value) = text(field)
            && !points[first..].iter().any(|point| point.kind == kind && point.value == value)
        {
            points.push(Point { kind, label, value: Cow::Borrowed(value), is_mailing: false });
        }
    }
    for of in AddressFields::ALL.iter().filter(|of| of.places().iter().any(|&field| text(field).is_some())) {
        let value = of.fields().iter().filter_map(|&field| text(field)).collect::<Vec<_>>().join(", ");
        let kind = ContactKind::Address;
        // Who has no other address than that at home has it as the main one, too.
        match points[first..].iter_mut().find(|point| point.kind == kind && point.value == value) {
            Some(main) => main.label = of.label,
            None => points.push(Point { kind, label: of.label, value: value.into(), is_mailing: false }),
        }
    }
}

/// Of the golden lead's own points the first e-mail and one address.
fn choose_for_mailings(points: &mut [Point<'_>], address: Option<&str>) {
    let of = |kind: ContactKind| move |point: &&mut Point<'_>| point.kind == kind;
    if let Some(email) = points.iter_mut().find(of(ContactKind::Email)) {
        email.is_mailing = true;
    }
    let chosen = points.iter().position(|p| p.kind == ContactKind::Address && Some(p.label.name()) == address);
    let chosen = chosen.or_else(|| points.iter().position(|point| point.kind == ContactKind::Address));
    if let Some(chosen) = chosen {
        points[chosen].is_mailing = true;
    }
}

/// Drops repeated values, keeping the order of first appearance. A value has the label of the first row with one that
/// tells; the golden lead's own points, so many, only have those of their columns.
fn keep_first(points: &mut Vec<Point<'_>>, own: usize) {
    let mut places: Vec<usize> = (0..points.len()).collect();
    places.sort_by(|&a, &b| (points[a].kind, &points[a].value, a).cmp(&(points[b].kind, &points[b].value, b)));
    let mut keep = vec![true; points.len()];
    let mut labels = Vec::new();
    for same in places.chunk_by(|&a, &b| points[a].kind == points[b].kind && points[a].value == points[b].value) {
        let of_rows = || same.iter().filter(|&&at| at >= own).map(|&at| points[at].label);
        let telling = of_rows().find(|&label| label != ContactLabel::Other).or(of_rows().next());
        labels.extend(telling.map(|label| (same[0], label)));
        same[1..].iter().for_each(|&at| keep[at] = false);
    }
    labels.into_iter().for_each(|(at, label)| points[at].label = label);
    let mut place = 0..;
    points.retain(|_| place.next().is_some_and(|place| keep[place]));
}
