//! Which row of a golden lead stands before which: by recency, trust or completeness, with the same ties everywhere.

use std::cmp::{Ordering, Reverse};

use rayon::prelude::*;

use crate::config::plan::Survivorship;
use crate::model::crm::Activity;
use crate::model::field::Field;
use crate::model::leads::{LeadId, Leads, Values};
use crate::model::matching::Clusters;

/// What rows are ranked by.
#[derive(Debug)]
pub(super) struct Standing {
    /// The last history item of each row; empty without history.
    last_item: Vec<Option<i64>>,
    /// Filled fields of each row that is not alone; empty where all are.
    filled: Vec<u32>,
}

impl Standing {
    /// The standing of every row; history items after `end` don't make a row recent.
    pub(super) fn of(
        leads: &Leads,
        groups: &Clusters,
        activities: &[Activity],
        linked: &[Option<LeadId>],
        end: i64,
    ) -> Self {
        let mut last_item = vec![None; if activities.is_empty() { 0 } else { leads.len() }];
        for (activity, lead) in activities.iter().zip(linked) {
            if let Some(lead) = lead {
                let last = &mut last_item[lead.index()];
                *last = (*last).max(activity.at.filter(|&at| at <= end));
            }
        }
        Self { last_item, filled: filled_fields(leads, groups) }
    }

    /// `modified_at`, else `created_at`, else the last history item.
    fn recency(&self, leads: &Leads, row: LeadId) -> Option<i64> {
        let stamp = |field| leads.timestamp(field, row);
        let last_item = || self.last_item.get(row.index()).copied().flatten();
        stamp(Field::ModifiedAt).or_else(|| stamp(Field::CreatedAt)).or_else(last_item)
    }

    /// Higher trust, more filled fields, smaller source id, smaller row.
    fn by_ties(&self, leads: &Leads, a: LeadId, b: LeadId) -> Ordering {
        let trust = |row: LeadId| {
            let source = usize::from(leads.origins[row.index()].source);
            leads.places.trust.get(source).copied().unwrap_or(0)
        };
        let standing = |row: LeadId| (Reverse(trust(row)), Reverse(self.filled[row.index()]));
        let source_id = |row| leads.text(Field::SourceId, row);
        // A row without a source id comes after those with one.
        let by_id = || match (source_id(a), source_id(b)) {
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (left, right) => left.cmp(&right),
        };
        standing(a).cmp(&standing(b)).then_with(by_id).then(a.cmp(&b))
    }

    fn compare(&self, order: Order, leads: &Leads, a: LeadId, b: LeadId) -> Ordering {
        let first = match order {
            Order::Recent => self.recency(leads, b).cmp(&self.recency(leads, a)),
            Order::Oldest => {
                let oldest = |row: LeadId| self.recency(leads, row).map_or((true, 0), |at| (false, at));
                oldest(a).cmp(&oldest(b))
            }
            Order::Complete => self.filled[b.index()].cmp(&self.filled[a.index()]),
            Order::Trusted => Ordering::Equal,
        };
        // What closed a duplicate also changed it last.
        let aside = |row: LeadId| leads.is_closed_duplicate(row);
        aside(a).cmp(&aside(b)).then(first).then_with(|| self.by_ties(leads, a, b))
    }
}

/// Only rows that share a golden lead are ever compared; empty where none does.
fn filled_fields(leads: &Leads, groups: &Clusters) -> Vec<u32> {
    if groups.len() == leads.len() {
        return Vec::new();
    }
    let alone = |row: usize| {
        let group = groups.of[row] as usize;
        groups.offsets[group + 1] - groups.offsets[group] < 2
    };
    let file_as = leads.schema.index_of(Field::FileAs);
    let composed = [Field::FileAs, Field::FirstName, Field::LastName, Field::Company];
    // Of some fifty columns most are blank in every row.
    let others = leads.values.par_iter().enumerate().filter(|&(column, _)| column != file_as);
    let others = others.map(|(_, values)| values).filter(|values| (0..values.len()).any(|row| values.is_filled(row)));
    let others: Vec<&Values> = others.collect();
    let filled = |row: usize| {
        let filled = others.iter().filter(|values| values.is_filled(row)).count() as u32;
        // What is composed counts, whether or not anybody asked for it.
        filled + u32::from(composed.iter().any(|&field| leads.column(field).is_filled(row)))
    };
    (0..leads.len()).into_par_iter().map(|row| if alone(row) { 0 } else { filled(row) }).collect()
}

/// An order of a golden lead's rows, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Newest first.
    Recent,
    /// Oldest first; rows without a date last.
    Oldest,
    /// Most filled fields first.
    Complete,
    /// Highest trust first: the order of the ties.
    Trusted,
}

impl Order {
    const ALL: [Self; 4] = [Self::Recent, Self::Oldest, Self::Complete, Self::Trusted];

    /// The order in which a way of surviving looks at the rows.
    pub(super) fn of(way: Survivorship) -> Self {
        match way {
            Survivorship::MostRecent => Self::Recent,
            Survivorship::Oldest => Self::Oldest,
            Survivorship::MostComplete => Self::Complete,
            Survivorship::MostTrusted
            | Survivorship::Longest
            | Survivorship::MostFrequent
            | Survivorship::AnyTrue
            | Survivorship::Min
            | Survivorship::Max => Self::Trusted,
        }
    }
}

/// The members of all golden leads in each order that the plan needs.
#[derive(Debug)]
pub(super) struct Orders([Vec<LeadId>; 4]);

impl Orders {
    /// Sorts the members in each of these orders.
    pub(super) fn new(needed: &[Order], groups: &Clusters, standing: &Standing, leads: &Leads) -> Self {
        Self(Order::ALL.map(
            |order| {
                if needed.contains(&order) { sorted(order, groups, standing, leads) } else { Vec::new() }
            },
        ))
    }

    /// The rows of a golden lead, best first.
    pub(super) fn of<'a>(&'a self, order: Order, groups: &Clusters, entity: usize) -> &'a [LeadId] {
        &self.0[order as usize][groups.offsets[entity] as usize..groups.offsets[entity + 1] as usize]
    }
}

fn sorted(order: Order, groups: &Clusters, standing: &Standing, leads: &Leads) -> Vec<LeadId> {
    let mut members = groups.members.clone();
    let mut rest = members.as_mut_slice();
    let mut shared = Vec::new();
    for bounds in groups.offsets.windows(2) {
        let (rows, behind) = rest.split_at_mut((bounds[1] - bounds[0]) as usize);
        rest = behind;
        if rows.len() > 1 {
            shared.push(rows);
        }
    }
    shared.into_par_iter().for_each(|rows| rows.sort_unstable_by(|&a, &b| standing.compare(order, leads, a, b)));
    members
}
