//! Owners worked out by hand.

use jiff::civil::{Date, date};
use polars::prelude::{Column, col, lit};
use proptest::prelude::*;

mod beyond;

use super::{Subjects, assign};
use crate::config::plan::{AssignBy, AssignPlan, AssignRule, AssignTo};
use crate::model::assignments::{Assignments, LeadAccounts};
use crate::model::crm::{Absence, Owner};
use crate::model::entities::{Entities, EntityId};
use crate::model::language::Languages;
use crate::model::scorecards::{Points, Scorecards};
use crate::model::text::TextColumn;
use crate::rules::Condition;
use crate::sample;

const AS_OF: Date = date(2026, 3, 31);
/// AS_OF in days since 1970.
const TODAY: i32 = 20_543;

fn rule(name: &str, to: &[&str]) -> AssignRule {
    let to = to.iter().map(|&owner| owner.to_owned()).collect();
    AssignRule {
        name: name.to_owned(),
        filter: None,
        to: AssignTo::Owners(to),
        by: AssignBy::RoundRobin,
        weights: Vec::new(),
        reassign: false,
        languages: false,
        sticky: false,
    }
}

fn only(filter: Condition, rule: AssignRule) -> AssignRule {
    AssignRule { filter: Some(filter), ..rule }
}

fn owner(name: &str, capacity: Option<u64>, absent_until: Option<i32>) -> Owner {
    let email = format!("{}@example.com", name.to_lowercase());
    let absences = absent_until.map(|until| Absence { from: None, until: Some(until) }).into_iter().collect();
    let (languages, weight) = (Languages::NONE, Owner::WEIGHT);
    Owner { name: name.to_owned(), email, capacity, languages, absences, weight, id: String::new() }
}

/// Leads by (assigned_to, status).
fn leads(rows: &[(Option<&str>, &str)]) -> Entities {
    let assigned: Vec<_> = rows.iter().map(|row| row.0).collect();
    let status: Vec<_> = rows.iter().map(|row| row.1).collect();
    sample::entities(rows.len(), [Column::new("assigned_to".into(), assigned), Column::new("status".into(), status)])
}

fn open(leads_without_owner: usize) -> Entities {
    leads(&vec![(None, "open"); leads_without_owner])
}

fn scores(leads: usize) -> Scorecards {
    Scorecards {
        score: vec![Points::ZERO; leads],
        percent: vec![0.0; leads],
        auto_stars: (0..leads).map(|lead| (lead % 6) as u8).collect(),
        stars: (0..leads).map(|lead| (lead % 6) as u8).collect(),
        grade: vec![""; leads].into_iter().collect(),
        manual: vec![false; leads],
        manual_until: vec![None; leads],
        ..Scorecards::default()
    }
}

fn run(
    rules: Vec<AssignRule>,
    owners: Option<&[Owner]>,
    entities: &Entities,
) -> (Assignments, Vec<(EntityId, String)>) {
    run_plan(&AssignPlan { rules, ..AssignPlan::default() }, owners, entities, None)
}

fn run_plan(
    plan: &AssignPlan,
    owners: Option<&[Owner]>,
    entities: &Entities,
    accounts: Option<&LeadAccounts>,
) -> (Assignments, Vec<(EntityId, String)>) {
    let facts = scores(entities.len()).scored(&entities.facts);
    let subjects = Subjects { facts: &facts, ids: &entities.ids, owners, accounts, fold: str::to_lowercase };
    assign(plan, subjects, AS_OF)
}

fn owners_of(assignments: &Assignments) -> Vec<&str> {
    texts(&assignments.owner)
}

fn reasons_of(assignments: &Assignments) -> Vec<&str> {
    texts(&assignments.reason)
}

fn texts(column: &TextColumn) -> Vec<&str> {
    (0..column.len()).map(|row| column.value(row).unwrap_or("-")).collect()
}

#[test]
fn round_robin_goes_through_leads_in_order() {
    let (assignments, cleared) = run(vec![rule("all", &["anna", "jan", "eva"])], None, &open(5));
    assert_eq!(owners_of(&assignments), ["anna", "jan", "eva", "anna", "jan"]);
    assert!(reasons_of(&assignments).iter().all(|reason| *reason == "rule: all"));
    assert_eq!((assignments.changed, cleared), (vec![true; 5], vec![]));
}

#[test]
fn each_rule_takes_turns_of_its_own_and_the_first_that_holds_wins() {
    let strong = || sample::condition(col("stars").gt_eq(lit(3)));
    let rules = vec![only(strong(), rule("strong", &["anna", "jan"])), rule("rest", &["jan", "eva"])];
    let (assignments, _) = run(rules, None, &open(6));
    assert_eq!(owners_of(&assignments), ["jan", "eva", "jan", "anna", "jan", "anna"]);
    assert_eq!(reasons_of(&assignments)[2..4], ["rule: rest", "rule: strong"]);
}

#[test]
fn an_unknown_condition_does_not_hold() {
    let german = sample::condition(col("country").eq(lit("DE")));
    let (assignments, _) = run(vec![only(german, rule("german", &["anna"]))], None, &open(1));
    assert_eq!((owners_of(&assignments), reasons_of(&assignments)), (vec!["-"], vec!["no rule holds"]));
}

#[test]
fn owners_stay_unless_the_rule_reassigns() {
    let entities = leads(&[(Some("eva"), "open"), (None, "open"), (Some("anna"), "open")]);
    let (kept, _) = run(vec![rule("all", &["anna", "jan"])], None, &entities);
    assert_eq!(owners_of(&kept), ["eva", "anna", "anna"]);
    assert_eq!(reasons_of(&kept), ["kept", "rule: all", "kept"]);
    assert_eq!(kept.changed, [false, true, false]);

    let again = AssignRule { reassign: true, ..rule("all", &["anna", "jan"]) };
    let (moved, _) = run(vec![again], None, &entities);
    assert_eq!(owners_of(&moved), ["anna", "jan", "anna"]);
    assert_eq!(reasons_of(&moved), ["rule: all"; 3]);
    assert_eq!(moved.changed, [true, true, false]);
}

#[test]
fn closed_leads_keep_what_they_have() {
    let entities = leads(&[(Some("eva"), "qualified"), (None, "disqualified"), (None, "open")]);
    let (assignments, _) = run(vec![AssignRule { reassign: true, ..rule("all", &["anna", "jan"]) }], None, &entities);
    assert_eq!(owners_of(&assignments), ["eva", "-", "anna"]);
    assert_eq!(reasons_of(&assignments), ["kept", "closed", "rule: all"]);
}

#[test]
fn absent_owners_are_passed_over() {
    let cases = [(TODAY + 1, false), (TODAY, false), (TODAY - 1, true)];
    for (absent_until, is_there) in cases {
        let owners = [owner("anna", None, Some(absent_until)), owner("jan", None, None)];
        let (assignments, _) = run(vec![rule("all", &["anna", "jan"])], Some(&owners), &open(3));
        let expected = if is_there { ["anna", "jan", "anna"] } else { ["jan"; 3] };
        assert_eq!(owners_of(&assignments), expected, "absent until {absent_until}");
    }
}

#[test]
fn a_turn_passed_over_is_not_made_up_for() {
    let owners = [owner("anna", None, Some(TODAY)), owner("jan", None, None), owner("eva", None, None)];
    let (assignments, _) = run(vec![rule("all", &["anna", "jan", "eva"])], Some(&owners), &open(4));
    assert_eq!(owners_of(&assignments), ["jan", "eva", "jan", "eva"]);
}

#[test]
fn capacity_counts_open_leads_only() {
    let owners = [owner("anna", Some(2), None), owner("jan", Some(1), None)];
    let rows = [(None, "open"), (None, "open"), (None, "open"), (Some("anna"), "open"), (Some("anna"), "qualified")];
    let (assignments, _) = run(vec![rule("all", &["anna", "jan"])], Some(&owners), &leads(&rows));
    assert_eq!(owners_of(&assignments), ["anna", "jan", "-", "anna", "anna"], "anna has one open lead already");
    assert_eq!(reasons_of(&assignments)[2], "all of anna, jan absent or at capacity");
}

#[test]
fn the_next_rule_is_tried_where_nobody_can() {
    let owners = [owner("anna", Some(1), None), owner("jan", Some(0), None), owner("eva", Some(1), None)];
    let rules = vec![rule("first", &["anna", "jan"]), rule("second", &["eva"])];
    let (assignments, _) = run(rules, Some(&owners), &open(3));
    assert_eq!(owners_of(&assignments), ["anna", "eva", "-"]);
    let refused = "all of anna, jan absent or at capacity; all of eva absent or at capacity";
    assert_eq!(reasons_of(&assignments), ["rule: first", "rule: second", refused]);
}

#[test]
fn least_loaded_counts_open_leads_and_breaks_ties_by_order() {
    let entities = leads(&[
        (Some("anna"), "open"),
        (Some("jan"), "open"),
        (Some("eva"), "qualified"),
        (None, "open"),
        (None, "open"),
        (None, "open"),
        (None, "open"),
    ]);
    let least = AssignRule { by: AssignBy::LeastLoaded, ..rule("all", &["jan", "anna", "eva"]) };
    let (assignments, _) = run(vec![least.clone()], None, &entities);
    assert_eq!(owners_of(&assignments)[3..], ["eva", "jan", "anna", "eva"]);

    let owners = [owner("anna", None, None), owner("jan", None, None), owner("eva", Some(1), None)];
    let (assignments, _) = run(vec![least], Some(&owners), &entities);
    assert_eq!(owners_of(&assignments)[3..], ["eva", "jan", "anna", "jan"]);
}

#[test]
fn a_lead_that_moves_leaves_room_behind() {
    let owners = [owner("anna", Some(1), None), owner("jan", Some(1), None)];
    let entities = leads(&[(Some("anna"), "open"), (Some("jan"), "open")]);
    let swap = AssignRule { reassign: true, ..rule("swap", &["jan", "anna"]) };
    let (assignments, _) = run(vec![swap], Some(&owners), &entities);
    assert_eq!(owners_of(&assignments), ["anna", "jan"], "jan is full when the first lead's turn comes");
    assert_eq!(reasons_of(&assignments), ["rule: swap"; 2], "and anna is not, without the lead itself");
    assert_eq!(assignments.changed, [false, false]);

    let moves = AssignRule { reassign: true, ..rule("to eva", &["eva"]) };
    let owners = [owner("anna", Some(1), None), owner("eva", Some(1), None)];
    let entities = leads(&[(Some("anna"), "open"), (None, "open")]);
    let (assignments, _) = run(vec![moves, rule("new", &["anna"])], Some(&owners), &entities);
    assert_eq!(owners_of(&assignments), ["eva", "anna"]);

    let full = [owner("anna", Some(1), None), owner("jan", Some(0), None)];
    let to_jan = AssignRule { reassign: true, ..rule("to jan", &["jan"]) };
    let (assignments, _) =
        run(vec![to_jan, rule("new", &["anna"])], Some(&full), &leads(&[(Some("anna"), "open"), (None, "open")]));
    assert_eq!(owners_of(&assignments), ["anna", "-"], "a lead that stays still takes its place");
    assert_eq!(reasons_of(&assignments)[0], "kept");
}

#[test]
fn owners_are_known_by_name_or_address_in_any_case() {
    let owners = [owner("Anna", None, None), owner("Jan", None, None)];
    let rows = [
        (Some("ANNA"), "open"),
        (Some("jan@Example.com"), "open"),
        (Some("bob"), "open"),
        (Some("bob"), "qualified"),
        (None, "open"),
    ];
    let (assignments, cleared) = run(vec![rule("all", &["jan", "anna@example.com"])], Some(&owners), &leads(&rows));
    assert_eq!(owners_of(&assignments), ["Anna", "Jan", "Jan", "-", "Anna"]);
    assert_eq!(reasons_of(&assignments)[2..4], ["unknown owner bob: rule: all", "unknown owner bob: closed"]);
    assert_eq!(assignments.changed, [false, false, true, false, true]);
    assert_eq!(cleared, [(EntityId(2), "bob".to_owned()), (EntityId(3), "bob".to_owned())]);
}

#[test]
fn conditions_see_an_unknown_owner_as_cleared() {
    let nobody = sample::condition(col("assigned_to").is_null());
    let owners = [owner("anna", None, None)];
    let (assignments, _) =
        run(vec![only(nobody, rule("free", &["anna"]))], Some(&owners), &leads(&[(Some("bob"), "open")]));
    assert_eq!(owners_of(&assignments), ["anna"]);
}

#[test]
fn only_known_owners_are_assigned() {
    let owners = [owner("anna", Some(1), None)];
    let (assignments, _) = run(vec![rule("all", &["bob", "anna"])], Some(&owners), &open(2));
    assert_eq!(owners_of(&assignments), ["anna", "-"]);
    assert_eq!(reasons_of(&assignments)[1], "all of bob, anna absent, at capacity or not among the owners");
}

#[test]
fn without_an_owners_file_names_stay_as_written() {
    let entities = leads(&[(Some("ANNA"), "open"), (Some("bob"), "open"), (None, "open")]);
    let least = AssignRule { by: AssignBy::LeastLoaded, ..rule("all", &["anna", "jan"]) };
    let (assignments, cleared) = run(vec![least], None, &entities);
    assert_eq!(owners_of(&assignments), ["ANNA", "bob", "jan"], "ANNA's lead counts as anna's");
    assert!(cleared.is_empty());
}

#[test]
fn without_rules_or_leads_nothing_is_assigned() {
    assert_eq!(reasons_of(&run(Vec::new(), None, &open(1)).0), ["no rule holds"]);
    assert!(run(vec![rule("all", &["anna"])], None, &open(0)).0.owner.is_empty());
}

#[test]
fn the_facts_have_the_owners() {
    let entities = leads(&[(Some("bob"), "open"), (None, "open")]);
    let owners = [owner("anna", Some(1), None)];
    let (assignments, _) = run(vec![rule("all", &["anna"])], Some(&owners), &entities);
    let facts = assignments.assigned(&entities.facts);
    let assigned = facts.column("assigned_to").unwrap();
    let assigned: Vec<_> = assigned.str().unwrap().iter().collect();
    assert_eq!(assigned, [Some("anna"), None]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Nobody gets more open leads than the capacity unless they had them before, nobody absent gets one, and a lead
    /// stays unassigned only where everybody is absent or full.
    #[test]
    fn limits_hold(
        capacities in prop::collection::vec((prop::option::of(0..5_u64), any::<bool>()), 1..4),
        held in prop::collection::vec(prop::option::of(0..4_usize), 0..16),
        by in prop_oneof![Just(AssignBy::RoundRobin), Just(AssignBy::LeastLoaded), Just(AssignBy::Weighted)],
        reassign in any::<bool>(),
    ) {
        let names = ["anna", "jan", "eva", "bob"];
        let owners: Vec<Owner> = capacities.iter().zip(names)
            .map(|(&(capacity, absent), name)| owner(name, capacity, absent.then_some(TODAY)))
            .collect();
        let rows: Vec<_> = held.iter().map(|held| (held.map(|held| names[held]), "open")).collect();
        let entities = leads(&rows);
        let rules = vec![AssignRule { by, reassign, ..rule("all", &names[..owners.len()]) }];
        let (assignments, cleared) = run(rules.clone(), Some(&owners), &entities);

        prop_assert_eq!(cleared.len(), held.iter().filter(|held| held.is_some_and(|held| held >= owners.len())).count());
        let mut all_full = true;
        for (owner, name) in owners.iter().zip(names) {
            let before = rows.iter().filter(|row| row.0 == Some(name)).count() as u64;
            let after = owners_of(&assignments).iter().filter(|owner| **owner == name).count() as u64;
            let absent = !owner.absences.is_empty();
            let most = if absent { 0 } else { owner.capacity.unwrap_or(u64::MAX) };
            prop_assert!(after <= most.max(before));
            all_full &= after >= most;
        }
        prop_assert!(all_full || !owners_of(&assignments).contains(&"-"));

        let (again, _) = run(rules, Some(&owners), &entities);
        prop_assert_eq!(owners_of(&again), owners_of(&assignments));
        for load in &assignments.loads {
            prop_assert_eq!(load.before + load.given - load.taken, load.after);
        }
    }
}
