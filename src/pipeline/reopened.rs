//! Leads that were closed when duplicates were looked for, and that a rule of this run has opened since: rules that leave
//! closed leads out look at them now.

use std::collections::BTreeSet;

use super::linked::Linked;
use crate::config::plan::{DuplicateRule, Plan};
use crate::model::entities::{Entities, EntityId};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::matching::{Pair, Verdict};
use crate::stages::block::exact;
use crate::stages::standardize;

/// Pairs of open golden leads that such a rule makes one, of which this run has opened at least one and nobody has told them
/// apart; in both directions, sorted.
pub(super) fn duplicates(
    plan: &Plan,
    linked: &Linked,
    entities: &Entities,
    facts: &Facts,
    reactivated: &[Option<usize>],
) -> Vec<(EntityId, EntityId)> {
    let Some(dedupe) = plan.dedupe.as_ref().filter(|_| reactivated.iter().any(Option::is_some)) else {
        return Vec::new();
    };
    let rules: Vec<&DuplicateRule> = dedupe.rules.iter().filter(|rule| rule.exclude_inactive).collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let mut named = dedupe.named_columns();
    named.retain(|column| rules.iter().any(|rule| rule.same.contains(&column.name)));
    let mut columns = standardize::match_columns(&linked.leads, &named);
    let statuses = facts.column(Field::Status.name());
    let statuses = statuses.as_ref().and_then(|column| column.str().ok());
    let is_open = |entity: EntityId| {
        let status = statuses.and_then(|statuses| statuses.get(entity.index()));
        !matches!(status, Some("qualified" | "disqualified"))
    };
    let leads = |pair: &Pair| [pair.left, pair.right].map(|row| entities.of[row.index()]);
    for (closed, &entity) in columns.closed.iter_mut().zip(&entities.of) {
        *closed = !is_open(entity);
    }
    let told_apart = linked.links.rows.iter().filter(|link| link.verdict == Verdict::Distinct);
    let told_apart: BTreeSet<[EntityId; 2]> = told_apart.map(|link| sorted(leads(&link.pair))).collect();
    let found = rules.iter().flat_map(|rule| exact::same(&columns, rule)).map(|pair| sorted(leads(&pair)));
    let is_new = |[a, b]: &[EntityId; 2]| {
        a != b && [a, b].iter().any(|lead| reactivated[lead.index()].is_some()) && !told_apart.contains(&[*a, *b])
    };
    let found: BTreeSet<[EntityId; 2]> = found.filter(is_new).collect();
    let mut pairs: Vec<(EntityId, EntityId)> = found.into_iter().flat_map(|[a, b]| [(a, b), (b, a)]).collect();
    pairs.sort_unstable();
    pairs
}

fn sorted(mut leads: [EntityId; 2]) -> [EntityId; 2] {
    leads.sort_unstable();
    leads
}
