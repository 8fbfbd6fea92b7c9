//! Assigning: every open golden lead gets an owner by the first rule that holds and has somebody to give it to.
//!
//! Leads are taken in lead_id order. An owner whom a lead already has stays, unless the rule says `reassign`. Closed
//! leads are never assigned; those that this run reactivates come in open. An owner from the exports who is not among the owners is cleared, open or closed. Absent
//! owners and those at capacity are passed over; where that leaves nobody, the next rule that holds is tried.

use std::borrow::Cow;

use jiff::civil::Date;
use polars::prelude::{Column, StringChunked};

use self::roster::{Loads, Roster, Turn};
use crate::config::plan::{AssignPlan, AssignRule};
use crate::model::calendar;
use crate::model::crm::Owner;
use crate::model::entities::EntityId;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::scorecards::Assignments;
use crate::rules::{self, Condition};

mod roster;

/// Assigns the golden leads; beside it, the owners who were cleared because nobody knows them.
///
/// The facts are those of the golden leads with their scores, in lead_id order.
/// Without owners (no owners file) every name is known, everybody is there and nobody has a limit.
pub fn assign(
    plan: &AssignPlan,
    owners: Option<&[Owner]>,
    facts: &Facts,
    as_of: Date,
) -> (Assignments, Vec<(EntityId, String)>) {
    let today = calendar::days(as_of);
    let roster = Roster::new(plan, owners, today);
    let given = texts(facts, Field::AssignedTo);
    let holders = roster.holders(&given);
    let open: Vec<bool> = texts(facts, Field::Status).iter().map(|s| s.is_none_or(|s| s == "open")).collect();
    let mut loads = Loads::of_open_leads(&roster, &holders, &open);

    let facts = with_holders(facts, &holders);
    let mut rules = desks(plan, &roster, &facts);

    let mut assignments = Assignments::default();
    for (lead, holder) in holders.iter().enumerate() {
        let (given, reason) = match open[lead] {
            true => give(lead, holder, &mut rules, &mut loads),
            false => (None, Cow::Borrowed(if holder.name.is_some() { "kept" } else { "closed" })),
        };
        let given = given.map(|seat| roster.name(seat));
        assignments.changed.push(given.is_some() && given != holder.name);
        assignments.owner.push(given.or(holder.name).map(str::to_owned));
        assignments.reason.push(match holder.unknown {
            Some(unknown) => format!("unknown owner {unknown}: {reason}"),
            None => reason.into_owned(),
        });
    }
    let cleared = (0..).zip(&holders).filter_map(|(lead, h)| Some((EntityId(lead), h.unknown?.to_owned()))).collect();
    (assignments, cleared)
}

/// A rule at work.
struct Desk<'p> {
    rule: &'p AssignRule,
    /// Which leads it holds for; none: all.
    holds: Option<Vec<bool>>,
    turn: Turn,
    /// What an unassigned lead is told where the rule held and nobody could take it.
    refusal: String,
}

fn desks<'p>(plan: &'p AssignPlan, roster: &Roster<'_>, facts: &Facts) -> Vec<Desk<'p>> {
    let conditions: Vec<&Condition> = plan.rules.iter().filter_map(|rule| rule.filter.as_ref()).collect();
    let mut masks = rules::masks(&conditions, facts).into_iter();
    let mut holds = |rule: &AssignRule| {
        let mask = rule.filter.as_ref().and_then(|_| masks.next())?;
        Some(mask.iter().map(|met| met == Some(true)).collect())
    };
    let desk = |rule: &'p AssignRule| {
        let (turn, strangers) = roster.turn(rule);
        let why = if strangers { "absent, at capacity or not among the owners" } else { "absent or at capacity" };
        let refusal = format!("all of {} {why}", rule.to.join(", "));
        Desk { rule, holds: holds(rule), turn, refusal }
    };
    plan.rules.iter().map(desk).collect()
}

/// The owner that an open lead gets from the rules, if any, and the reason for what it has then.
fn give(
    lead: usize,
    holder: &roster::Holder<'_>,
    rules: &mut [Desk<'_>],
    loads: &mut Loads,
) -> (Option<usize>, Cow<'static, str>) {
    let mut refusals = Vec::new();
    for desk in rules {
        let takes = desk.rule.reassign || holder.name.is_none();
        if !takes || desk.holds.as_ref().is_some_and(|holds| !holds[lead]) {
            continue;
        }
        // A lead that moves leaves room with the owner whom it has: it may even go back there.
        loads.release(holder.seat);
        if let Some(seat) = desk.turn.pick(loads) {
            loads.take(seat);
            return (Some(seat), Cow::Owned(format!("rule: {}", desk.rule.name)));
        }
        holder.seat.into_iter().for_each(|seat| loads.take(seat));
        refusals.push(desk.refusal.as_str());
    }
    let reason = match (holder.name, refusals.is_empty()) {
        (Some(_), _) => "kept".into(),
        (None, true) => "no rule holds".into(),
        (None, false) => refusals.join("; ").into(),
    };
    (None, reason)
}

/// Conditions see the owners as they stand: known ones in their own spelling, unknown ones cleared.
fn with_holders(facts: &Facts, holders: &[roster::Holder<'_>]) -> Facts {
    let names: Vec<Option<&str>> = holders.iter().map(|holder| holder.name).collect();
    facts.with([Column::new(Field::AssignedTo.name().into(), names)])
}

fn texts(facts: &Facts, field: Field) -> StringChunked {
    let column = facts.column(field.name()).expect("every standard field is a column");
    column.str().cloned().expect("the field is text")
}

#[cfg(test)]
mod tests;
