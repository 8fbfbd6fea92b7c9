//! Merging: each cluster becomes one golden lead. The best value of every field survives, with the row that gave it;
//! contact points and history of all members are kept beside it.
//!
//! A lead's id derives from its anchor: the member created first. So it stays when later rows join the cluster.

mod contact_points;
mod frame;
mod history;
mod ranking;
mod survivorship;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::config::plan::MergePlan;
use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::crm::Activity;
use crate::model::entities::{Entities, EntityId};
use crate::model::field::Field;
use crate::model::ids;
use crate::model::leads::{LeadId, Leads};
use crate::model::matching::Clusters;
use crate::model::rows::Finding;
use ranking::{Order, Orders, Standing};

/// One golden lead per cluster, sorted by lead id, and a finding per history item that belongs to no row.
pub fn merge(
    plan: &MergePlan,
    leads: &Leads,
    clusters: &Clusters,
    activities: &[Activity],
    as_of: Date,
) -> (Entities, Vec<Finding>) {
    let end = end_of(as_of);
    let (linked, findings) = history::link(leads, activities);
    let standing = Standing::of(leads, activities, &linked, end);
    let (ids, groups) = identify(leads, clusters);
    let orders = Orders::new(plan, &groups, &standing, leads);
    let survivors: Vec<LeadId> = (0..groups.len()).map(|entity| orders.of(Order::Recent, &groups, entity)[0]).collect();
    let lineage = survivorship::lineage(plan, leads, &groups, &orders, &survivors);
    let history = history::items(leads, &groups, activities, &linked);
    let last_activity = history::last_activity(groups.len(), &history, end);
    let frame = frame::build(leads, &ids, &lineage, &last_activity, &groups);
    let contact_points = contact_points::collect(leads, &groups, &orders, &lineage);
    let entities = Entities {
        schema: leads.schema.clone(),
        frame,
        ids,
        of: groups.of.iter().map(|&entity| EntityId(entity)).collect(),
        offsets: groups.offsets,
        members: groups.members,
        survivors,
        lineage,
        contact_points,
        history,
    };
    (entities, findings)
}

/// The clusters in the order of their leads' ids, and these ids. Equal ids (two hashes that share 80 bits) are told
/// apart by a number behind all but the first.
fn identify(leads: &Leads, clusters: &Clusters) -> (Vec<String>, Clusters) {
    let created = |lead: LeadId| leads.timestamp(Field::CreatedAt, lead).map_or((true, 0), |at| (false, at));
    let mut named: Vec<(String, u128, usize)> = (0..clusters.len())
        .filter_map(|cluster| {
            let keys = clusters.members(cluster).iter().map(|&lead| (created(lead), leads.keys[lead.index()]));
            keys.min().map(|(_, key)| (ids::lead_id(key), key, cluster))
        })
        .collect();
    named.sort_unstable();
    let mut entity_of = vec![0u32; clusters.len()];
    let mut ids: Vec<String> = Vec::with_capacity(named.len());
    let mut repeats = 0;
    for (entity, (id, _, cluster)) in named.iter().enumerate() {
        entity_of[*cluster] = entity as u32;
        repeats = if entity > 0 && named[entity - 1].0 == *id { repeats + 1 } else { 0 };
        ids.push(if repeats == 0 { id.clone() } else { format!("{id}{repeats:06}") });
    }
    let of = clusters.of.iter().map(|&cluster| entity_of[cluster as usize]).collect();
    (ids, Clusters::from_assignment(of))
}

/// The last microsecond of a day, counted from 1970.
fn end_of(day: Date) -> i64 {
    calendar::midnight(day) + MICROS_PER_DAY - 1
}
