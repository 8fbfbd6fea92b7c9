//! Contact points: every e-mail address, phone number and postal address of all members, each once.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::entities::{ContactKind, ContactPoint, EntityId, NO_MEMBER};
use crate::model::field::Field;
use crate::model::leads::{LeadId, Leads};
use crate::model::matching::Clusters;

use super::ranking::{Order, Orders};

const REACH: [(Field, ContactKind, &str); 7] = [
    (Field::Email, ContactKind::Email, "business"),
    (Field::Email2, ContactKind::Email, "other"),
    (Field::Email3, ContactKind::Email, "other"),
    (Field::Phone, ContactKind::Phone, "business"),
    (Field::MobilePhone, ContactKind::Phone, "mobile"),
    (Field::HomePhone, ContactKind::Phone, "home"),
    (Field::Fax, ContactKind::Phone, "fax"),
];

const ADDRESS: [Field; 5] = [Field::Street, Field::City, Field::Region, Field::Postcode, Field::Country];

/// By golden lead and kind: the golden lead's own first (mailings go to its first e-mail and its address), then those
/// of the members, most recent row first. A value keeps the label under which it first stands.
pub(super) fn collect(leads: &Leads, groups: &Clusters, orders: &Orders, lineage: &[Vec<u32>]) -> Vec<ContactPoint> {
    (0..groups.len())
        .into_par_iter()
        .flat_map_iter(|entity| {
            let mut points = Vec::new();
            add(&mut points, true, |field| match lineage[field as usize][entity] {
                NO_MEMBER => None,
                row => leads.text(field, LeadId(row)),
            });
            let members = orders.of(Order::Recent, groups, entity);
            if members.len() > 1 {
                members.iter().for_each(|&row| add(&mut points, false, |field| leads.text(field, row)));
                keep_first(&mut points);
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
    label: &'static str,
    value: Cow<'a, str>,
    is_mailing: bool,
}

fn add<'a>(points: &mut Vec<Point<'a>>, golden: bool, text: impl Fn(Field) -> Option<&'a str>) {
    for (field, kind, label) in REACH {
        if let Some(value) = text(field)
            && !points.iter().rev().take(REACH.len()).any(|point| point.kind == kind && point.value == value)
        {
            let is_mailing = golden && field == Field::Email;
            points.push(Point { kind, label, value: Cow::Borrowed(value), is_mailing });
        }
    }
    // A country alone is no address.
    if [Field::Street, Field::City, Field::Postcode].iter().any(|&field| text(field).is_some()) {
        let value = ADDRESS.iter().filter_map(|&field| text(field)).collect::<Vec<_>>().join(", ");
        points.push(Point { kind: ContactKind::Address, label: "business", value: value.into(), is_mailing: golden });
    }
}

/// Drops repeated values, keeping the order of first appearance.
fn keep_first(points: &mut Vec<Point<'_>>) {
    let mut places: Vec<usize> = (0..points.len()).collect();
    places.sort_by(|&a, &b| (points[a].kind, &points[a].value, a).cmp(&(points[b].kind, &points[b].value, b)));
    let mut keep = vec![true; points.len()];
    for pair in places.windows(2) {
        let (a, b) = (&points[pair[0]], &points[pair[1]]);
        keep[pair[1]] = a.kind != b.kind || a.value != b.value;
    }
    let mut place = 0..;
    points.retain(|_| place.next().is_some_and(|place| keep[place]));
}
