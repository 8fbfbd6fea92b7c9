//! What a near miss promises comes true: what a fact ends counts as well as what it meets.

use super::*;

/// Bands A from 80, B from 60, C from 40 percent; stars from 20, 40, 60 and 80.
fn of(criteria: Vec<Criterion>) -> ScorePlan {
    ScorePlan { criteria, ..plan() }
}

fn all(plan: &ScorePlan, gate: &str, lead: Lead) -> Vec<String> {
    found(plan, gate, &leads(&[lead]), 0)
}

#[test]
fn a_blank_ends_what_a_value_met() {
    // 2 of 0 to 8: a blank country gives 2 and takes 2.
    let known = of(vec![
        criterion("No country", "country IS NULL", points(2), None),
        criterion("EU", "country IN ('DE', 'FR')", points(2), None),
        criterion("Budget", "budget_amount > 10000", points(4), None),
    ]);
    let lead: Lead = (Some(7000.0), None, Some("DE"));
    let rows = all(&known, "", lead);
    assert!(!rows.iter().any(|row| row.contains("to blank")), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("grade C | 1.2 | 1 | budget_amount")), "{rows:?}");
    // 3 + 4 of 0 to 10: any other country gives 3 and takes 3.
    let blank = of(vec![
        criterion("No country", "country IS NULL", points(3), None),
        criterion("Not German", "country <> 'DE'", points(3), None),
        criterion("Base", "budget_amount > 0", points(4), None),
    ]);
    assert_eq!(all(&blank, "", lead_of(None)), Vec::<String>::new());
    assert_eq!(all(&blank, "", lead_of(Some("BE"))), Vec::<String>::new());
}

fn lead_of(country: Option<&'static str>) -> Lead {
    (Some(7000.0), None, country)
}

#[test]
fn what_meets_the_gate_may_not_cost_the_score_that_it_asks_for() {
    // 5 of -4 to 5 without a budget: five stars; with one of 1000 it is 1, 55.6 percent, three stars.
    let plan = of(vec![
        criterion("Big", "budget_amount >= 500", points(-4), None),
        criterion("Base", "budget_amount IS NULL OR budget_amount > 0", points(5), None),
    ]);
    assert_eq!(all(&plan, "stars >= 4 AND budget_amount >= 1000", (None, None, None)), Vec::<String>::new());
    let enough = all(&plan, "stars >= 3 AND country = 'DE'", (None, None, None));
    assert!(enough.iter().any(|row| row.starts_with("qualify | - | 1 | country")), "{enough:?}");
}

#[test]
fn what_lifts_the_score_may_not_end_what_the_gate_asks_for() {
    // 5 of 0 to 9.5: 52.6 percent, three stars. A small budget gives 4 and shuts the gate.
    let plan = of(vec![
        criterion("Small", "budget_amount < 300", points(4), None),
        criterion("Base", "job_title IS NOT NULL", points(5), None),
    ]);
    let lead: Lead = (Some(7000.0), Some("Buyer"), Some("DE"));
    let gate = "stars >= 4 AND budget_amount >= 1000";
    assert!(!all(&plan, gate, lead).iter().any(|row| row.starts_with("qualify")), "{:?}", all(&plan, gate, lead));
    let open = all(&plan, "stars >= 4 AND country = 'DE'", lead);
    assert!(open.iter().any(|row| row.starts_with("qualify | ") && row.contains("less than 300")), "{open:?}");
}

#[test]
fn a_criterion_over_several_columns_may_end_with_one_of_them() {
    // 4 of 0 to 12: France gives 4 and takes the 4 of a director in Germany.
    let plan = of(vec![
        criterion("German director", "job_title = 'Director' AND country = 'DE'", points(4), None),
        criterion("France", "country = 'FR'", points(4), None),
        criterion("Budget", "budget_amount > 10000", points(4), None),
    ]);
    let rows = all(&plan, "", (Some(7000.0), Some("Director"), Some("DE")));
    assert!(!rows.iter().any(|row| row.contains("FR")), "{rows:?}");
    // One who is no director has nothing to lose.
    let rows = all(&plan, "", (Some(7000.0), Some("Buyer"), Some("DE")));
    assert!(rows.iter().any(|row| row.contains("country from 'DE' to 'FR'")), "{rows:?}");
}
