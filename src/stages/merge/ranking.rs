//! Which row of a golden lead stands before which: by recency, trust or completeness, with the same ties everywhere.

use std::cmp::{Ordering, Reverse};

use rayon::prelude::*;

use crate::config::plan::{MergePlan, Survivorship};
use crate::model::crm::Activity;
use crate::model::field::Field;
use crate::model::leads::{LeadId, Leads};
use crate::model::matching::Clusters;

/// What rows are ranked by.
#[derive(Debug)]
pub(super) struct Standing {
    /// `modified_at`, else `created_at`, else the last history item.
    recency: Vec<Option<i64>>,
    trust: Vec<i64>,
    filled: Vec<u32>,
}

impl Standing {
    /// The standing of every row; history items after `end` don't make a row recent.
    pub(super) fn of(leads: &Leads, activities: &[Activity], linked: &[Option<LeadId>], end: i64) -> Self {
        let mut last_item = vec![None; leads.len()];
        for (activity, lead) in activities.iter().zip(linked) {
            if let Some(lead) = lead {
                let last = &mut last_item[lead.index()];
                *last = (*last).max(activity.at.filter(|&at| at <= end));
            }
        }
        let recency = (0..leads.len() as u32)
            .map(|row| {
                let stamp = |field| leads.timestamp(field, LeadId(row));
                stamp(Field::ModifiedAt).or_else(|| stamp(Field::CreatedAt)).or(last_item[row as usize])
            })
            .collect();
        let trust = leads
            .origins
            .iter()
            .map(|origin| leads.places.trust.get(usize::from(origin.source)).copied().unwrap_or(0))
            .collect();
        Self { recency, trust, filled: filled_fields(leads) }
    }

    /// Higher trust, more filled fields, smaller source id, smaller row.
    fn by_ties(&self, leads: &Leads, a: LeadId, b: LeadId) -> Ordering {
        let standing = |row: LeadId| (Reverse(self.trust[row.index()]), Reverse(self.filled[row.index()]));
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
            Order::Recent => self.recency[b.index()].cmp(&self.recency[a.index()]),
            Order::Oldest => {
                let oldest = |row: LeadId| self.recency[row.index()].map_or((true, 0), |at| (false, at));
                oldest(a).cmp(&oldest(b))
            }
            Order::Complete => self.filled[b.index()].cmp(&self.filled[a.index()]),
            Order::Trusted => Ordering::Equal,
        };
        first.then_with(|| self.by_ties(leads, a, b))
    }
}

fn filled_fields(leads: &Leads) -> Vec<u32> {
    const CHUNK: usize = 4096;
    let mut filled = vec![0u32; leads.len()];
    filled.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, counts)| {
        for values in &leads.values {
            for (i, count) in counts.iter_mut().enumerate() {
                *count += u32::from(values.is_filled(chunk * CHUNK + i));
            }
        }
    });
    filled
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
    /// Sorts the members; the most recent first and the most trusted first are always there.
    pub(super) fn new(plan: &MergePlan, groups: &Clusters, standing: &Standing, leads: &Leads) -> Self {
        let needed = |order| {
            matches!(order, Order::Recent | Order::Trusted)
                || plan.survivorship.iter().any(|&way| Order::of(way) == order)
        };
        Self(Order::ALL.map(|order| if needed(order) { sorted(order, groups, standing, leads) } else { Vec::new() }))
    }

    /// The rows of a golden lead, best first.
    pub(super) fn of<'a>(&'a self, order: Order, groups: &Clusters, entity: usize) -> &'a [LeadId] {
        &self.0[order as usize][groups.offsets[entity] as usize..groups.offsets[entity + 1] as usize]
    }
}

fn sorted(order: Order, groups: &Clusters, standing: &Standing, leads: &Leads) -> Vec<LeadId> {
    let mut members = groups.members.clone();
    for bounds in groups.offsets.windows(2) {
        let rows = &mut members[bounds[0] as usize..bounds[1] as usize];
        if rows.len() > 1 {
            rows.sort_unstable_by(|&a, &b| standing.compare(order, leads, a, b));
        }
    }
    members
}
