//! Weights, territories, languages, accounts and the fallback queue.

use super::*;
use crate::config::plan::{Territories, Territory};
use crate::model::assignments::{LeadAccount, OwnerLoad};

fn weighted(rule: AssignRule, weights: &[(&str, u64)]) -> AssignRule {
    let weights = weights.iter().map(|(name, weight)| ((*name).to_owned(), weight * 10_000)).collect();
    AssignRule { by: AssignBy::Weighted, weights, ..rule }
}

fn plan(rules: Vec<AssignRule>) -> AssignPlan {
    AssignPlan { rules, ..AssignPlan::default() }
}

/// Open leads with a country each, blank for none, and nobody's.
fn from(countries: &[&str]) -> Entities {
    let countries: Vec<Option<&str>> = countries.iter().map(|code| (!code.is_empty()).then_some(*code)).collect();
    let status = vec!["open"; countries.len()];
    sample::entities(countries.len(), [Column::new("country".into(), countries), Column::new("status".into(), status)])
}

fn speaker(name: &str, languages: &str) -> Owner {
    Owner { languages: Languages::listed(languages).0, ..owner(name, None, None) }
}

#[test]
fn weights_share_leads_in_proportion() {
    // 3 to 1: of every four leads anna has three (see `turn` for the order).
    let rules = vec![weighted(rule("all", &["anna", "jan"]), &[("anna", 3), ("jan", 1)])];
    let (assignments, _) = run(rules, None, &open(8));
    assert_eq!(owners_of(&assignments), ["anna", "anna", "anna", "jan", "anna", "anna", "anna", "jan"]);

    // The owners file says 1 to 2, the rule only anna's: 4 to 2.
    let owners =
        [Owner { weight: 10_000, ..owner("anna", None, None) }, Owner { weight: 20_000, ..owner("jan", None, None) }];
    let counts = |rules| {
        let (assignments, _) = run(rules, Some(&owners), &open(6));
        ["anna", "jan"].map(|name| owners_of(&assignments).iter().filter(|owner| **owner == name).count())
    };
    assert_eq!(counts(vec![weighted(rule("all", &["anna", "jan"]), &[])]), [2, 4]);
    assert_eq!(counts(vec![weighted(rule("all", &["anna", "jan"]), &[("Anna", 4)])]), [4, 2]);
}

#[test]
fn who_is_full_leaves_the_others_their_shares() {
    // Weights 2, 1, 1; eva takes one lead only. Of the 10 leads she gets 1, and the 9 others are shared 2 to 1.
    let owners = [owner("anna", None, None), owner("jan", None, None), owner("eva", Some(1), None)];
    let rules = vec![weighted(rule("all", &["anna", "jan", "eva"]), &[("anna", 2)])];
    let (assignments, _) = run(rules, Some(&owners), &open(10));
    let count = |name: &str| owners_of(&assignments).iter().filter(|owner| **owner == name).count();
    assert_eq!([count("anna"), count("jan"), count("eva")], [6, 3, 1]);
}

#[test]
fn territories_have_turns_of_their_own() {
    let place = |country: &str, label: &str, owners: &[&str]| Territory {
        country: country.to_owned(),
        region: String::new(),
        postcode: String::new(),
        label: label.to_owned(),
        owners: owners.iter().map(|&owner| owner.to_owned()).collect(),
    };
    let places = vec![place("DE", "DE", &["anna", "jan"]), place("AT", "AT", &["jan", "anna"])];
    let table = Territories { files: Vec::new(), places };
    let rules = vec![AssignRule { to: AssignTo::Territories(table), ..rule("Field", &[]) }];
    let (assignments, _) = run(rules.clone(), None, &from(&["DE", "AT", "DE", "AT", "DE", "FR", ""]));
    assert_eq!(owners_of(&assignments), ["anna", "jan", "jan", "anna", "anna", "-", "-"]);
    assert_eq!(reasons_of(&assignments)[..2], ["rule: Field, territory DE", "rule: Field, territory AT"]);
    assert_eq!(reasons_of(&assignments)[5], "Field has no territory for it");
    assert_eq!(texts(&assignments.rule)[4..6], ["Field", "-"]);

    let owners = [owner("anna", Some(0), None), owner("jan", Some(1), None)];
    let (assignments, _) = run(rules, Some(&owners), &from(&["DE", "DE"]));
    assert_eq!(owners_of(&assignments), ["jan", "-"]);
    assert_eq!(reasons_of(&assignments)[1], "all of anna, jan (territory DE) absent or at capacity");
}

#[test]
fn only_who_speaks_the_language_of_the_lead_can_take_it() {
    let owners = [speaker("anna", "de"), speaker("jan", "pl, en"), speaker("eva", "de, fr")];
    let rules = vec![AssignRule { languages: true, ..rule("all", &["anna", "jan", "eva"]) }];
    // CH speaks de, fr and it; nobody speaks bg; of a lead without a country nothing is known.
    let entities = from(&["DE", "DE", "PL", "CH", "FR", "BG", ""]);
    let (assignments, _) = run(rules.clone(), Some(&owners), &entities);
    assert_eq!(owners_of(&assignments), ["anna", "eva", "jan", "eva", "eva", "-", "-"]);
    assert_eq!(reasons_of(&assignments)[5..], ["none of anna, jan, eva speaks bg", "all does not know its language"]);

    // Who lists no languages speaks them all.
    let with_all = [speaker("anna", "de"), speaker("jan", ""), speaker("eva", "fr")];
    let (assignments, _) = run(rules.clone(), Some(&with_all), &from(&["BG", "PL"]));
    assert_eq!(owners_of(&assignments), ["jan", "jan"]);

    // A column of the lead's own language wins over the country's.
    let said = Column::new("Language".into(), [Some("French"), None]);
    let entities = Entities { facts: from(&["DE", "DE"]).facts.with([said]), ..from(&["DE", "DE"]) };
    let (assignments, _) = run(rules.clone(), Some(&owners), &entities);
    assert_eq!(owners_of(&assignments), ["eva", "anna"]);

    let full = [Owner { capacity: Some(1), ..speaker("anna", "de") }, speaker("jan", "pl"), speaker("eva", "fr")];
    let (assignments, _) = run(rules, Some(&full), &from(&["DE", "DE"]));
    assert_eq!(reasons_of(&assignments)[1], "all of anna, jan, eva who speak de absent or at capacity");
}

#[test]
fn everybody_may_be_asked_by_language() {
    let owners = [speaker("anna", "de"), speaker("jan", "pl")];
    let rules = vec![AssignRule { to: AssignTo::Everybody, languages: true, ..rule("all", &[]) }];
    let (assignments, _) = run(rules, Some(&owners), &from(&["PL", "DE", "BG"]));
    assert_eq!(owners_of(&assignments), ["jan", "anna", "-"]);
    assert_eq!(reasons_of(&assignments)[2], "none of the owners speaks bg");
}

/// Accounts by lead; number n is in the CRM as `A<n>`, with this owner, where one is given.
fn accounts(of: &[u32], owners: &[(u32, &str)]) -> LeadAccounts {
    let count = of.iter().max().map_or(1, |most| most + 1);
    let mut known = vec![LeadAccount::default(); count as usize];
    for &(account, owner) in owners {
        known[account as usize] = LeadAccount { id: format!("A{account}"), owner: owner.to_owned() };
    }
    LeadAccounts { of: of.to_vec(), known }
}

fn sticky(rules: Vec<AssignRule>) -> AssignPlan {
    let rules = rules.into_iter().map(|rule| AssignRule { sticky: true, ..rule }).collect();
    AssignPlan { sticky: true, ..plan(rules) }
}

#[test]
fn leads_of_an_account_go_to_one_owner() {
    let plan = sticky(vec![rule("all", &["anna", "jan"])]);
    // Account 1: jan has two, anna one. Account 2: a tie, anna is first by name. 3: the CRM says jan. 4: by the first
    // lead's turn. The lead without an account takes its turn.
    let entities = leads(&[
        (Some("anna"), "open"),     // 0: account 1
        (Some("jan"), "open"),      // 1: account 1
        (Some("jan"), "open"),      // 2: account 1
        (None, "open"),             // 3: account 1 -> jan
        (Some("jan"), "open"),      // 4: account 2
        (Some("anna"), "open"),     // 5: account 2
        (None, "open"),             // 6: account 2 -> anna
        (None, "open"),             // 7: account 3 -> jan
        (None, "open"),             // 8: account 4 -> anna, the first turn
        (None, "open"),             // 9: none      -> jan, the second
        (None, "open"),             // 10: account 4 -> anna
        (Some("jan"), "qualified"), // 11: account 5, closed
        (None, "open"),             // 12: account 5 -> anna, the third turn
    ]);
    let accounts = accounts(&[1, 1, 1, 1, 2, 2, 2, 3, 4, 0, 4, 5, 5], &[(3, "JAN"), (1, "anna")]);
    let (assignments, _) = run_plan(&plan, None, &entities, Some(&accounts));
    let given = [3, 6, 7, 8, 9, 10, 12].map(|lead| (owners_of(&assignments)[lead], reasons_of(&assignments)[lead]));
    let expected = [
        ("jan", "same account as L001"),
        ("anna", "same account as L005"),
        ("jan", "owner of account A3"),
        ("anna", "rule: all"),
        ("jan", "rule: all"),
        ("anna", "same account as L008"),
        ("anna", "rule: all"),
    ];
    assert_eq!(given, expected);
    assert_eq!(texts(&assignments.rule)[3], "all");
}

#[test]
fn an_account_passes_the_capacity_only_where_it_may() {
    let owners = [owner("anna", Some(1), None), owner("jan", None, None), owner("eva", None, Some(TODAY))];
    let entities =
        leads(&[(Some("anna"), "open"), (None, "open"), (None, "open"), (Some("eva"), "open"), (None, "open")]);
    let accounts = accounts(&[1, 1, 1, 2, 2], &[]);
    let kept = sticky(vec![rule("all", &["anna", "jan"])]);
    let (assignments, _) = run_plan(&kept, Some(&owners), &entities, Some(&accounts));
    assert_eq!(owners_of(&assignments), ["anna", "jan", "jan", "eva", "jan"]);
    let reasons = [
        "rule: all; anna, who has the account, is at capacity",
        "same account as L001",
        "kept",
        "rule: all; eva, who has the account, is absent",
    ];
    assert_eq!(reasons_of(&assignments)[1..], reasons);

    let over = AssignPlan { sticky_over_capacity: true, ..kept };
    let (assignments, _) = run_plan(&over, Some(&owners), &entities, Some(&accounts));
    assert_eq!(owners_of(&assignments), ["anna", "anna", "anna", "eva", "jan"], "absent is absent");
    assert_eq!(reasons_of(&assignments)[1..3], ["same account as L000"; 2]);
}

#[test]
fn stickiness_may_be_of_one_rule_and_reaches_leads_of_no_rule() {
    let strong = || sample::condition(col("stars").gt_eq(lit(3)));
    let entities = leads(&[(Some("eva"), "open"), (None, "open"), (None, "open"), (None, "open")]);
    let accounts = accounts(&[1, 1, 1, 1], &[]);
    // Lead 3 has three stars. The rule of the strong is not sticky, the plan is.
    let of_plan = AssignPlan { sticky: true, ..plan(vec![only(strong(), rule("strong", &["jan"]))]) };
    let (assignments, _) = run_plan(&of_plan, None, &entities, Some(&accounts));
    assert_eq!(owners_of(&assignments), ["eva", "eva", "eva", "jan"]);
    assert_eq!(reasons_of(&assignments)[1..], ["same account as L000", "same account as L000", "rule: strong"]);

    // Only the rule of the strong is sticky.
    let sticky_rule = AssignRule { sticky: true, ..only(strong(), rule("strong", &["jan"])) };
    let (assignments, _) = run_plan(&plan(vec![sticky_rule]), None, &entities, Some(&accounts));
    assert_eq!(owners_of(&assignments), ["eva", "-", "-", "eva"]);
}

#[test]
fn what_nobody_can_take_goes_to_the_queue() {
    let owners = [owner("anna", Some(1), None)];
    let plan = AssignPlan { fallback: Some("sales-queue".to_owned()), ..plan(vec![rule("all", &["anna"])]) };
    // The first lead waits in the queue already: it is nobody's, and is tried first.
    let entities =
        leads(&[(Some("Sales-Queue"), "open"), (None, "open"), (Some("sales-queue"), "open"), (None, "qualified")]);
    let (assignments, cleared) = run_plan(&plan, Some(&owners), &entities, None);
    assert_eq!(owners_of(&assignments), ["anna", "sales-queue", "sales-queue", "-"]);
    assert_eq!(texts(&assignments.previous), ["sales-queue", "-", "sales-queue", "-"]);
    let full = "fallback: all of anna absent or at capacity";
    assert_eq!(reasons_of(&assignments), ["rule: all", full, full, "closed"]);
    assert_eq!((assignments.changed, cleared), (vec![true, true, false, false], vec![]));
    let load = |owner: &str, [before, given, taken, after]: [u64; 4], capacity| OwnerLoad {
        owner: owner.to_owned(),
        before,
        given,
        taken,
        after,
        capacity,
    };
    // anna gets the one from the queue; of the two in the queue one leaves and another comes.
    let expected = [load("anna", [0, 1, 0, 1], Some(1)), load("sales-queue", [2, 1, 1, 2], None)];
    assert_eq!(assignments.loads, expected);

    let none = AssignPlan { fallback: Some("sales-queue".to_owned()), ..AssignPlan::default() };
    let (assignments, _) = run_plan(&none, None, &open(1), None);
    assert_eq!(reasons_of(&assignments), ["fallback: no rule holds"]);
}

#[test]
fn loads_are_told_by_name() {
    let entities = leads(&[(Some("jan"), "open"), (Some("jan"), "open"), (None, "open"), (Some("jan"), "qualified")]);
    let moves = AssignRule { reassign: true, ..rule("move", &["jan", "anna"]) };
    let (assignments, _) = run(vec![moves], None, &entities);
    // Turns: jan keeps the first, anna takes the second, jan gets the third.
    assert_eq!(owners_of(&assignments), ["jan", "anna", "jan", "jan"]);
    let shown: Vec<_> = assignments
        .loads
        .iter()
        .map(|load| (load.owner.as_str(), load.before, load.given, load.taken, load.after))
        .collect();
    assert_eq!(shown, [("anna", 0, 1, 0, 1), ("jan", 2, 1, 1, 2)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the rules: owners pass their capacity only with leads that they had, who is absent gets none, and with
    /// weights everybody who is never full has the exact share to within a lead.
    #[test]
    fn limits_and_shares_hold(
        weights in prop::collection::vec(1..9_u64, 2..5),
        capacity in prop::option::of(0..6_u64),
        accounts_of in prop::collection::vec(0..4_u32, 0..40),
        keep in any::<bool>(),
    ) {
        let names = &["anna", "jan", "eva", "bob"][..weights.len()];
        let owners: Vec<Owner> = names.iter().enumerate()
            .map(|(at, name)| owner(name, capacity.filter(|_| at == 0), None))
            .collect();
        let pairs: Vec<_> = names.iter().copied().zip(weights.iter().copied()).collect();
        let rule = AssignRule { sticky: keep, ..weighted(rule("all", names), &pairs) };
        let accounts = accounts(&accounts_of, &[]);
        let leads = accounts_of.len();
        let (assignments, _) = run_plan(&plan(vec![rule]), Some(&owners), &open(leads), Some(&accounts));
        let got: Vec<u64> = names.iter()
            .map(|name| owners_of(&assignments).iter().filter(|owner| *owner == name).count() as u64)
            .collect();
        prop_assert_eq!(got.iter().sum::<u64>(), leads as u64, "somebody always has room");
        prop_assert!(capacity.is_none_or(|most| got[0] <= most));
        if !keep && capacity.is_none() {
            let sum: u64 = weights.iter().sum();
            for (got, weight) in got.iter().zip(&weights) {
                prop_assert!((*got as i64 * sum as i64 - (leads as u64 * weight) as i64).unsigned_abs() < sum);
            }
        }
        if keep && capacity.is_none() {
            let mut by_account: Vec<(u32, &str)> = accounts_of.iter().copied().zip(owners_of(&assignments)).collect();
            by_account.retain(|(account, _)| *account != 0);
            by_account.sort_unstable();
            by_account.dedup();
            prop_assert!(by_account.windows(2).all(|pair| pair[0].0 != pair[1].0), "one owner each: {by_account:?}");
        }
    }
}
