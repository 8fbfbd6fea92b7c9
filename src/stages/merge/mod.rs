//! Merging: each cluster becomes one golden lead. The best value of every field survives, with the row that gave it;
//! contact points and history of all members are kept beside it.
//!
//! A lead's id derives from its anchor: the member created first. So it stays when later rows join the cluster.

mod contact_points;
mod currency;
mod facts;
mod history;
mod ranking;
mod rating;
mod survivorship;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::plan::MergePlan;
use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::crm::Activity;
use crate::model::entities::{Entities, EntityId};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::ids;
use crate::model::leads::{LeadId, Leads};
use crate::model::matching::Clusters;
use crate::model::rows::Finding;
use ranking::{Order, Orders, Standing};

/// One golden lead per cluster, sorted by lead id, and a finding per history item that belongs to no row and per amount that
/// does not fit the currency of its lead. Contact points are collected if they are wanted.
pub fn merge(
    plan: &MergePlan,
    leads: &Arc<Leads>,
    clusters: &Clusters,
    activities: &[Activity],
    as_of: Date,
    contact_points: bool,
) -> (Entities, Vec<Finding>) {
    let all: Vec<usize> = (0..leads.schema.len()).collect();
    let Golden { mut entities, groups, orders, linked, findings } =
        golden(plan, leads, clusters, activities, as_of, &all);
    let end = end_of(as_of);
    let history = history::items(leads, &groups, activities, &linked);
    let last_activity = history::last_activity(groups.len(), &history, end);
    entities.facts = facts::build(leads, &entities.ids, &entities.lineage, &last_activity, &groups);
    if contact_points {
        entities.contact_points = contact_points::collect(leads, &groups, &orders, &entities.lineage);
    }
    entities.history = history;
    entities.ratings = rating::ratings(leads, &entities.lineage);
    (entities, findings)
}

/// As [`merge`], for a run that only looks for duplicates: which rows are one lead, and which row gives it each of these
/// columns of the schema. The lineage of the others is empty; so are the facts, the contact points and the history.
pub fn merge_only(
    plan: &MergePlan,
    leads: &Leads,
    clusters: &Clusters,
    activities: &[Activity],
    as_of: Date,
    columns: &[usize],
) -> (Entities, Vec<Finding>) {
    let Golden { entities, findings, .. } = golden(plan, leads, clusters, activities, as_of, columns);
    (entities, findings)
}

/// What decides the golden leads.
struct Golden {
    /// Without facts, contact points and history.
    entities: Entities,
    /// The clusters in the order of their golden leads.
    groups: Clusters,
    orders: Orders,
    /// The row of each history item.
    linked: Vec<Option<LeadId>>,
    findings: Vec<Finding>,
}

fn golden(
    plan: &MergePlan,
    leads: &Leads,
    clusters: &Clusters,
    activities: &[Activity],
    as_of: Date,
    columns: &[usize],
) -> Golden {
    let (linked, mut findings) = history::link(leads, activities);
    let (ids, groups) = identify(leads, clusters);
    let standing = Standing::of(leads, &groups, activities, &linked, end_of(as_of));
    let orders = Orders::new(&survivorship::orders(plan, columns), &groups, &standing, leads);
    let survivors: Vec<LeadId> = (0..groups.len()).map(|entity| orders.of(Order::Recent, &groups, entity)[0]).collect();
    let mut lineage = survivorship::lineage(plan, leads, &groups, &orders, &survivors, columns);
    findings.extend(currency::settle(plan, leads, &groups, &orders, &mut lineage));
    let entities = Entities {
        schema: leads.schema.clone(),
        facts: Facts::default(),
        ids: Arc::new(ids),
        of: groups.of.iter().map(|&entity| EntityId(entity)).collect(),
        offsets: groups.offsets.clone(),
        members: groups.members.clone(),
        survivors,
        lineage,
        contact_points: Vec::new(),
        history: Vec::new(),
        ratings: Vec::new(),
    };
    Golden { entities, groups, orders, linked, findings }
}

/// The clusters in the order of their leads' ids, and these ids. Equal ids (two hashes that share 80 bits) are told
/// apart by a number behind all but the first.
fn identify(leads: &Leads, clusters: &Clusters) -> (Vec<String>, Clusters) {
    let created = |lead: LeadId| leads.timestamp(Field::CreatedAt, lead).map_or((true, 0), |at| (false, at));
    let key = |lead: LeadId| leads.keys[lead.index()];
    let anchor = |cluster: usize| match clusters.members(cluster) {
        [only] => Some(key(*only)),
        members => members.iter().map(|&lead| (created(lead), key(lead))).min().map(|(_, key)| key),
    };
    // Ids show the first 80 bits of a hash, and sort as it does.
    let mut order: Vec<Place> = (0..clusters.len() as u32)
        .into_par_iter()
        .filter_map(|cluster| anchor(cluster as usize).map(|key| Place::new(ids::lead_hash(key), cluster)))
        .collect();
    order.par_sort_unstable_by(|a, b| {
        let behind = |place: &Place| (anchor(place.cluster as usize), place.cluster);
        (a.high, a.low).cmp(&(b.high, b.low)).then_with(|| behind(a).cmp(&behind(b)))
    });
    let mut ids: Vec<String> = order.par_iter().map(|place| ids::public_id('L', place.hash())).collect();
    let mut repeats = 0;
    for entity in 1..ids.len() {
        let first = &ids[entity - 1 - repeats];
        repeats = if *first == ids[entity] { repeats + 1 } else { 0 };
        if repeats > 0 {
            ids[entity] = format!("{}{repeats:06}", ids[entity]);
        }
    }
    let mut entity_of = vec![0u32; clusters.len()];
    for (entity, place) in order.iter().enumerate() {
        entity_of[place.cluster as usize] = entity as u32;
    }
    let of = clusters.of.iter().map(|&cluster| entity_of[cluster as usize]).collect();
    (ids, Clusters::from_assignment(of))
}

/// A cluster and the 80 bits that its lead's id shows.
#[derive(Debug, Clone, Copy)]
struct Place {
    high: u64,
    low: u16,
    cluster: u32,
}

impl Place {
    fn new(hash: u128, cluster: u32) -> Self {
        Self { high: (hash >> 64) as u64, low: (hash >> 48) as u16, cluster }
    }

    /// The hash as far as an id shows it.
    fn hash(self) -> u128 {
        (u128::from(self.high) << 64) | (u128::from(self.low) << 48)
    }
}

/// The last microsecond of a day, counted from 1970.
fn end_of(day: Date) -> i64 {
    calendar::midnight(day) + MICROS_PER_DAY - 1
}
