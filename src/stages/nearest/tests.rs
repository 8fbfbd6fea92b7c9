//! Near misses worked out by hand, and against trying everything.

mod history;
mod promises;

use jiff::civil::{Date, date};
use polars::prelude::Column;
use proptest::prelude::*;

use super::near_misses;
use crate::config::plan::{Criterion, CriterionTest, Decay, Items, Missing, ScoreGroup, ScorePlan, Worth};
use crate::model::entities::{ActivityKind, Entities};
use crate::model::field::ValueType;
use crate::model::scorecards::{Points, Scorecards, percent};
use crate::rules::{self, Condition, Scope};
use crate::sample;
use crate::stages::score::score;

const AS_OF: Date = date(2026, 3, 31);

fn scope() -> Scope {
    use ValueType::{Boolean, Integer, Number, Text};
    let mut columns: Vec<(String, ValueType)> = [
        ("budget_amount", Number),
        ("country", Text),
        ("job_title", Text),
        ("do_not_email", Boolean),
        ("asked", Boolean),
        ("score", Number),
        ("score_percent", Number),
        ("auto_stars", Integer),
        ("stars", Integer),
        ("grade", Text),
        ("fit_score", Number),
        ("fit_percent", Number),
        ("fit_band", Text),
    ]
    .map(|(name, kind)| (name.to_owned(), kind))
    .to_vec();
    columns.extend((0..5).map(|flag| (format!("flag{flag}"), Boolean)));
    Scope { columns, as_of: AS_OF }
}

fn condition(sql: &str) -> Condition {
    rules::condition(sql, &scope()).unwrap_or_else(|faults| panic!("{sql}: {faults:?}"))
}

fn criterion(name: &str, sql: &str, worth: Worth, group: Option<&str>) -> Criterion {
    let test = CriterionTest::When(condition(sql));
    let group = group.map(str::to_owned);
    Criterion { name: name.to_owned(), test, worth, group, missing: Missing::No, version: None }
}

fn points(points: i64) -> Worth {
    Worth::Points(Points::whole(points))
}

fn bands(bands: &[(&str, f64)]) -> Vec<(String, f64)> {
    bands.iter().map(|(name, begin)| ((*name).to_owned(), *begin)).collect()
}

/// From -8 (no director, a student) to 9: A from 5.6 points on, B from 2.2, C from -1.2; five stars from 5.6, four from
/// 2.2, three from -1.2, two from -4.6, one above -8.
fn plan() -> ScorePlan {
    ScorePlan {
        criteria: vec![
            criterion("Budget", "budget_amount >= 5000", points(4), None),
            criterion("Title", "job_title ILIKE '%director%'", Worth::Importance(Points::whole(3)), None),
            criterion("Country", "country IN ('DE', 'AT')", points(2), None),
            criterion("Student", "job_title = 'Student'", points(-5), None),
        ],
        star_cuts: vec![20.0, 40.0, 60.0, 80.0],
        grades: bands(&[("A", 80.0), ("B", 60.0), ("C", 40.0), ("D", 0.0)]),
        ..ScorePlan::default()
    }
}

type Lead = (Option<f64>, Option<&'static str>, Option<&'static str>);

fn leads(leads: &[Lead]) -> Entities {
    sample::entities(
        leads.len(),
        [
            Column::new("budget_amount".into(), leads.iter().map(|lead| lead.0).collect::<Vec<_>>()),
            Column::new("job_title".into(), leads.iter().map(|lead| lead.1).collect::<Vec<_>>()),
            Column::new("country".into(), leads.iter().map(|lead| lead.2).collect::<Vec<_>>()),
        ],
    )
}

/// "target | gap | changes | change" of each near miss of a lead.
fn found(plan: &ScorePlan, gate: &str, entities: &Entities, lead: usize) -> Vec<String> {
    let scores = score(plan, entities, AS_OF);
    let gate = if gate.is_empty() { Vec::new() } else { rules::conjuncts(&condition(gate), &scope()) };
    let facts = scores.scored(&entities.facts);
    let misses = near_misses(plan, &gate, &scores, &facts, &vec![true; entities.len()]);
    let texts = misses.texts().collect::<Vec<_>>();
    let row = |(row, text): (&crate::model::near_misses::NearMiss, &&str)| {
        let gap = row.gap.map_or("-".to_owned(), |gap| gap.to_string());
        format!("{} | {gap} | {} | {text}", misses.targets[row.target as usize], row.changes)
    };
    let rows = misses.rows().zip(&texts).filter(|(row, _)| row.lead as usize == lead);
    rows.map(row).collect()
}

#[test]
fn one_criterion_lifts_to_the_next_grade_and_star() {
    let cases: &[(Lead, &[&str])] = &[
        // 3 + 2 = 5, B: the budget adds 4, the others hold.
        (
            (Some(4200.0), Some("Director"), Some("DE")),
            &[
                "grade A | 0.6 | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)",
                "5 stars | 0.6 | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)",
            ],
        ),
        // -3, D: the smallest that is enough is the country's 2, not the budget's 4 nor the title's 6.
        (
            (None, Some("Clerk"), Some("FR")),
            &[
                "grade C | 1.8 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)",
                "3 stars | 1.8 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)",
            ],
        ),
        // 4 - 3 + 2 - 5 = -2, D: what is met and lowers would have to go (+5); the title would give 6.
        (
            (Some(9000.0), Some("Student"), Some("DE")),
            &[
                "grade C | 0.8 | 1 | job_title from 'Student' to other than 'Student' (criterion Student: +5)",
                "3 stars | 0.8 | 1 | job_title from 'Student' to other than 'Student' (criterion Student: +5)",
            ],
        ),
        // 4 - 3 + 2 = 3, B: only the title is left; it has no single value to name.
        (
            (Some(9000.0), None, Some("AT")),
            &[
                "grade A | 2.6 | 1 | criterion Title: +6 (job_title ILIKE '%director%')",
                "5 stars | 2.6 | 1 | criterion Title: +6 (job_title ILIKE '%director%')",
            ],
        ),
        // 9: all there is.
        ((Some(5000.0), Some("director"), Some("DE")), &[]),
    ];
    for (lead, expected) in cases {
        assert_eq!(found(&plan(), "", &leads(&[*lead]), 0), *expected, "{lead:?}");
    }
}

#[test]
fn two_where_one_is_not_enough() {
    // -8, D, no star. For C 6.8 are missing: budget 4, title 6, country 2, student 5; of the pairs that are enough
    // country and student add least, 7. For the first star anything will do, and the country is least.
    assert_eq!(
        found(&plan(), "", &leads(&[(None, Some("Student"), None)]), 0),
        [
            "grade C | 6.8 | 2 | country from blank to one of 'DE', 'AT' (criterion Country: +2) and \
             job_title from 'Student' to other than 'Student' (criterion Student: +5)",
            "1 star | 0.0001 | 1 | country from blank to one of 'DE', 'AT' (criterion Country: +2)",
        ]
    );
    // -8 again, and A at 5.6 needs 13.6: no two add more than 11.
    let mut only_a = plan();
    only_a.grades = bands(&[("A", 80.0), ("D", 0.0)]);
    let rows = found(&only_a, "", &leads(&[(None, Some("Student"), None)]), 0);
    assert_eq!(rows.len(), 1, "{rows:?}");
}

#[test]
fn neutral_blanks_are_nearer() {
    // No title: 0 instead of -3, so meeting it adds 3 and not 6. 4 + 0 + 2 = 6 is A already; 4 + 0 + 0 is B.
    let mut plan = plan();
    plan.criteria[1].missing = Missing::Neutral;
    assert_eq!(
        found(&plan, "", &leads(&[(Some(5000.0), None, Some("FR"))]), 0)[0],
        "grade A | 1.6 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)"
    );
    plan.criteria.remove(2);
    // From -8 to 7: A from 4 on. 0 + 0: budget is enough, title is not.
    assert_eq!(
        found(&plan, "", &leads(&[(Some(1.0), None, None)]), 0)[0],
        "grade B | 1 | 1 | criterion Title: +3 (job_title ILIKE '%director%')"
    );
}

#[test]
fn caps_are_respected() {
    // g: a 4, b 4, c 1, at most 5; d 3. From 0 to 8: A from 6 on.
    let in_g = |name: &str, at: usize, worth: i64| criterion(name, &format!("flag{at}"), points(worth), Some("g"));
    let plan = ScorePlan {
        criteria: vec![in_g("a", 0, 4), in_g("b", 1, 4), in_g("c", 2, 1), criterion("d", "flag3", points(3), None)],
        grades: bands(&[("A", 75.0), ("B", 0.0)]),
        star_cuts: vec![75.0, 80.0, 90.0, 99.0],
        groups: vec![ScoreGroup { name: "g".to_owned(), cap: Some(Points::whole(5)), ..ScoreGroup::default() }],
        ..ScorePlan::default()
    };
    let flags = |flags: [bool; 4]| {
        sample::entities(1, (0..4).map(|at| Column::new(format!("flag{at}").as_str().into(), [flags[at]])))
    };
    // 4 by a: b adds 1 under the cap, c adds 1, d adds 3, and 2 are missing.
    let rows = found(&plan, "", &flags([true, false, false, false]), 0);
    assert_eq!(rows[0], "grade A | 2 | 1 | flag3 from false to true (criterion d: +3)");
    // Nothing: a and b together are 5 of the 6; a and d are 7, and so are b and d.
    let rows = found(&plan, "", &flags([false; 4]), 0);
    assert_eq!(
        rows[0],
        "grade A | 6 | 2 | flag0 from false to true (criterion a: +4) and flag3 from false to true (criterion d: +3)"
    );
}

#[test]
fn a_fact_turns_all_that_follows_from_it() {
    // Some 2, much 3: from 0 to 7, A from 5 on. A large budget is some budget, too, so one fact adds 5.
    let plan = ScorePlan {
        criteria: vec![
            criterion("Some", "budget_amount >= 1000", points(2), None),
            criterion("Much", "budget_amount >= 20000", points(3), None),
            criterion("Country", "country = 'DE'", points(2), None),
        ],
        grades: bands(&[("A", 71.0), ("B", 0.0)]),
        star_cuts: vec![20.0, 40.0, 60.0, 80.0],
        ..ScorePlan::default()
    };
    assert_eq!(
        found(&plan, "", &leads(&[(Some(10.0), None, None)]), 0)[0],
        "grade A | 4.97 | 1 | budget_amount from 10 to at least 20000 (criteria Much: +3, Some: +2)"
    );
}

#[test]
fn a_column_has_one_value() {
    // Germany 3, France 2, small budget -1 below 1000, some budget 2 from 1000 on.
    let plan = ScorePlan {
        criteria: vec![
            criterion("Germany", "country = 'DE'", points(3), None),
            criterion("France", "country = 'FR'", points(2), None),
            criterion("Small", "budget_amount < 1000", points(-1), None),
            criterion("Some", "budget_amount >= 1000", points(2), None),
        ],
        grades: bands(&[("A", 75.0), ("B", 50.0), ("C", 25.0), ("D", 0.0)]),
        star_cuts: vec![20.0, 40.0, 60.0, 80.0],
        ..ScorePlan::default()
    };
    // From -1 to 7: A at 5, B at 3, C at 1.
    let cases = [
        // 2: Germany takes France's place and adds 1.
        ((Some(5000.0), None, Some("IT")), "grade B | 1 | 1 | country from 'IT' to 'FR' (criterion France: +2)"),
        (
            (Some(1.0), None, Some("FR")),
            "grade B | 2 | 1 | budget_amount from 1 to at least 1000 (criteria Small: +1, Some: +2)",
        ),
        (
            (Some(5000.0), None, Some("FR")),
            "grade A | 1 | 1 | country from 'FR' to 'DE' (criteria Germany: +3, France: -2)",
        ),
        // -1: country and budget; never two countries.
        ((Some(1.0), None, None), "grade C | 2 | 1 | country from blank to 'FR' (criterion France: +2)"),
        // 0 without a budget and a country: the budget alone.
        ((None, None, None), "grade C | 1 | 1 | country from blank to 'FR' (criterion France: +2)"),
    ];
    for (lead, expected) in cases {
        assert_eq!(found(&plan, "", &leads(&[lead]), 0)[0], expected, "{lead:?}");
    }
    // Only A is left: 6 of -1 to 7 are needed, and the two countries cannot both be had.
    let mut far = plan;
    far.grades = bands(&[("A", 75.0), ("D", 0.0)]);
    assert_eq!(
        found(&far, "", &leads(&[(Some(1.0), None, None)]), 0)[0],
        "grade A | 6 | 2 | country from blank to 'DE' (criterion Germany: +3) and budget_amount from 1 to at least 1000 \
         (criteria Small: +1, Some: +2)"
    );
}

#[test]
fn a_grid_goes_up_by_either_group() {
    // fit reaches 0 to 6: A from 3.6, B from 1.8. interest reaches 0 to 3: 1 from 1.5.
    let group = |name: &str, own: &[(&str, f64)]| ScoreGroup {
        name: name.to_owned(),
        bands: Some(bands(own)),
        ..ScoreGroup::default()
    };
    let plan = ScorePlan {
        criteria: vec![
            criterion("Budget", "budget_amount >= 5000", points(4), Some("fit")),
            criterion("Country", "country IN ('DE', 'AT')", points(2), Some("fit")),
            criterion("Title", "job_title ILIKE '%director%'", points(2), Some("interest")),
            criterion("Asked", "asked", points(1), Some("interest")),
        ],
        star_cuts: vec![20.0, 40.0, 60.0, 80.0],
        groups: vec![
            group("fit", &[("A", 60.0), ("B", 30.0), ("C", 0.0)]),
            group("interest", &[("1", 50.0), ("2", 0.0)]),
        ],
        grid: Some([0, 1]),
        ..ScorePlan::default()
    };
    let mut entities = leads(&[(Some(4200.0), Some("Clerk"), Some("DE"))]);
    entities.facts = entities.facts.with([Column::new("asked".into(), [true])]);
    // B2: 2 of fit, 1 of interest.
    assert_eq!(
        found(&plan, "grade IN ('A1', 'A2')", &entities, 0),
        [
            "grade A2 | 1.6 | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)",
            "grade B1 | 0.5 | 1 | criterion Title: +2 (job_title ILIKE '%director%')",
            // 3 of 9 are 33 percent, two stars; the third at 3.6.
            "3 stars | 0.6 | 1 | criterion Title: +2 (job_title ILIKE '%director%')",
            "qualify | 1.6 | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)",
        ]
    );
    // A part of the gate about one group alone: 33.5 percent of 6 are 2.01, and more than that is wanted.
    assert_eq!(
        found(&plan, "fit_percent > 33.5", &entities, 0)[3],
        "qualify | 0.0101 | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)"
    );
}

#[test]
fn the_gate_is_led_back_to_facts_and_criteria() {
    let gate = "stars >= 4 AND budget_amount >= 5000 AND do_not_email IS NOT TRUE";
    let cases: &[(Lead, Option<bool>, Option<&str>)] = &[
        // 3 points are four stars: only the budget is missing, and no points.
        (
            (Some(4200.0), Some("Director"), Some("FR")),
            None,
            Some("qualify | - | 1 | budget_amount from 4200 to at least 5000 (criterion Budget: +4)"),
        ),
        // 4 - 3 = 1: three stars, and the fourth is at 2.2.
        (
            (Some(9000.0), Some("Clerk"), Some("FR")),
            Some(false),
            Some("qualify | 1.2 | 1 | country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)"),
        ),
        // -3 + 2 = -1: the budget that the gate asks for gives 4 points as well, and 3 are four stars.
        (
            (Some(100.0), Some("Clerk"), Some("DE")),
            None,
            Some("qualify | 3.2 | 1 | budget_amount from 100 to at least 5000 (criterion Budget: +4)"),
        ),
        // -3: with the budget 1, and the country makes it 3.
        (
            (Some(100.0), Some("Clerk"), Some("FR")),
            None,
            Some(
                "qualify | 5.2 | 2 | budget_amount from 100 to at least 5000 (criterion Budget: +4) and \
                 country from 'FR' to one of 'DE', 'AT' (criterion Country: +2)",
            ),
        ),
        // Two facts.
        (
            (Some(1.0), Some("Director"), Some("FR")),
            Some(true),
            Some(
                "qualify | - | 2 | budget_amount from 1 to at least 5000 (criterion Budget: +4) and \
                 do_not_email from true to false or blank",
            ),
        ),
        // Two facts, and still no four stars.
        ((Some(1.0), Some("Clerk"), None), Some(true), None),
        // It passes.
        ((Some(9000.0), Some("Director"), None), None, None),
    ];
    for (lead, no_mail, expected) in cases {
        let mut entities = leads(&[*lead]);
        entities.facts = entities.facts.with([Column::new("do_not_email".into(), [*no_mail])]);
        let rows = found(&plan(), gate, &entities, 0);
        let gate = rows.iter().find(|row| row.starts_with("qualify"));
        assert_eq!(gate.map(String::as_str), *expected, "{lead:?}");
    }
}

#[test]
fn what_the_gate_asks_for_counts_for_the_criteria_that_follow() {
    // The gate's 6000 are 5000, too: -3 and 4 are 1, and the country makes it 3, four stars from 2.2 on.
    assert_eq!(
        found(&plan(), "stars >= 4 AND budget_amount > 6000", &leads(&[(Some(100.0), None, None)]), 0)[2],
        "qualify | 5.2 | 2 | budget_amount from 100 to more than 6000 (criterion Budget: +4) and \
         country from blank to one of 'DE', 'AT' (criterion Country: +2)"
    );
}

#[test]
fn every_column_of_a_score_is_led_back() {
    // 3 + 2 = 5 of -8 to 9: 76.5 percent, B, four stars.
    let lead: Lead = (Some(4200.0), Some("Director"), Some("DE"));
    let cases = [
        ("score > 5", Some("0.0001")),
        ("score >= 5.5", Some("0.5")),
        ("score_percent >= 80", Some("0.6")),
        ("grade = 'A'", Some("0.6")),
        ("grade IN ('A', 'B')", None),
        ("stars = 5 AND score > 8.5", Some("3.5001")),
        ("auto_stars = 5 OR score > 100", Some("0.6")),
        // Never again, or by a fact or the score: nothing that could be told.
        ("score < 5", None),
        ("stars = 5 OR budget_amount > 9", None),
        ("score > 9", None),
    ];
    for (gate, expected) in cases {
        let rows = found(&plan(), gate, &leads(&[lead]), 0);
        let gap = rows.iter().find_map(|row| row.strip_prefix("qualify | ")).map(|row| row.split(' ').next().unwrap());
        assert_eq!(gap, expected, "{gate}: {rows:?}");
    }
}

#[test]
fn stars_by_hand_cannot_be_lifted_by_facts() {
    let mut entities = leads(&[(Some(4200.0), Some("Director"), Some("DE"))]);
    entities.facts = entities.facts.with([Column::new("manual_stars".into(), [2_i64])]);
    let rows = found(&plan(), "stars >= 3 AND score > 5", &entities, 0);
    assert_eq!(rows.len(), 1, "the grade alone: {rows:?}");
    let rows = found(&plan(), "auto_stars = 5 AND stars >= 2", &entities, 0);
    assert!(rows[1].starts_with("qualify | 0.6 | 1 |"), "{rows:?}");
}

#[test]
fn history_is_one_more_item() {
    let each = CriterionTest::Each {
        items: Items { activity: Some(ActivityKind::Email), within_days: Some(30), filter: None },
        at_most: Some(3),
        decay: Some(Decay::HalfLife(10.0)),
    };
    let mut plan = plan();
    plan.criteria.truncate(1);
    plan.criteria.push(Criterion { test: each, worth: points(2), ..criterion("Mails", "asked", points(2), None) });
    // From 0 to 10: B from 6, C from 4; two stars from 2. Nothing yet: one star needs anything, C the budget.
    assert_eq!(
        found(&plan, "", &leads(&[(None, None, None)]), 0),
        [
            "grade C | 4 | 1 | budget_amount from blank to at least 5000 (criterion Budget: +4)",
            "1 star | 0.0001 | 1 | one more e-mail (criterion Mails: +2)",
        ]
    );
}

#[test]
fn closed_leads_and_leads_of_one_pattern() {
    let many: Vec<Lead> = (0..40_000).map(|nth| (Some(f64::from(nth % 7)), Some("Director"), Some("DE"))).collect();
    let entities = leads(&many);
    let plan = plan();
    let scores = score(&plan, &entities, AS_OF);
    let open: Vec<bool> = (0..many.len()).map(|lead| lead % 3 > 0).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| near_misses(&plan, &[], &scores, &scores.scored(&entities.facts), &open))
    };
    let misses = run(1);
    assert_eq!(misses, run(4));
    assert_eq!(misses.rows().count(), open.iter().filter(|&&open| open).count() * 2);
    assert!(misses.rows().all(|row| open[row.lead as usize]));
    for (row, text) in misses.rows().zip(misses.texts()) {
        let budget = row.lead % 7;
        assert_eq!(text, format!("budget_amount from {budget} to at least 5000 (criterion Budget: +4)"));
    }
}

#[test]
fn without_anything_to_reach_nothing_is_near() {
    let entities = leads(&[(None, None, None)]);
    assert!(found(&ScorePlan::default(), "", &entities, 0).is_empty());
    // Bands that begin where no score can be told apart.
    let nothing = ScorePlan { criteria: Vec::new(), ..plan() };
    assert!(found(&nothing, "score > 3", &entities, 0).is_empty());
}

const FLAGS: usize = 5;

fn any_plan() -> impl Strategy<Value = ScorePlan> {
    let worth = prop_oneof![
        (0..4_i64).prop_map(|weight| Worth::Importance(Points::whole(weight))),
        (-6..7_i64).prop_map(points),
    ];
    let criterion_of = (worth, prop::option::of(0..2_usize), any::<bool>());
    let limit = || prop::option::of(-4..9_i64);
    (prop::collection::vec(criterion_of, FLAGS), prop::collection::vec((limit(), limit()), 2)).prop_map(
        |(criteria, limits)| ScorePlan {
            criteria: criteria
                .into_iter()
                .enumerate()
                .map(|(at, (worth, group, neutral))| Criterion {
                    missing: if neutral { Missing::Neutral } else { Missing::No },
                    ..criterion(&format!("c{at}"), &format!("flag{at}"), worth, group.map(|group| ["g0", "g1"][group]))
                })
                .collect(),
            grades: bands(&[("A", 75.0), ("B", 50.0), ("C", 25.0), ("D", 0.0)]),
            star_cuts: vec![20.0, 40.0, 60.0, 80.0],
            groups: limits
                .into_iter()
                .enumerate()
                .map(|(nth, (a, b))| ScoreGroup {
                    name: format!("g{nth}"),
                    cap: a.map(|a| Points::whole(b.map_or(a, |b| a.max(b)))),
                    floor: b.map(|b| Points::whole(a.map_or(b, |a| a.min(b)))),
                    bands: None,
                })
                .collect(),
            ..ScorePlan::default()
        },
    )
}

/// The score of a lead that says this, from nothing but the rules.
fn by_hand(plan: &ScorePlan, says: &[Option<bool>]) -> Points {
    let mut sums = vec![0; plan.groups.len() + 1];
    for (criterion, &met) in plan.criteria.iter().zip(says) {
        let group = criterion
            .group
            .as_ref()
            .map_or(plan.groups.len(), |name| plan.groups.iter().position(|group| group.name == *name).unwrap());
        sums[group] += match (criterion.worth, met, criterion.missing) {
            (_, None, Missing::Neutral) => 0,
            (Worth::Importance(weight), met, _) => {
                if met == Some(true) {
                    weight.0
                } else {
                    -weight.0
                }
            }
            (Worth::Points(points), met, _) => {
                if met == Some(true) {
                    points.0
                } else {
                    0
                }
            }
        };
    }
    let named =
        |at: usize| plan.criteria.iter().any(|criterion| criterion.group.as_ref() == Some(&plan.groups[at].name));
    for (at, group) in plan.groups.iter().enumerate().filter(|(at, _)| named(*at)) {
        sums[at] = group.cap.map_or(sums[at], |cap| sums[at].min(cap.0));
        sums[at] = group.floor.map_or(sums[at], |floor| sums[at].max(floor.0));
    }
    Points(sums.iter().sum())
}

fn grade(plan: &ScorePlan, scores: &Scorecards, score: Points) -> usize {
    let at = percent(score, scores.min, scores.max);
    plan.grades.iter().position(|(_, begin)| at >= *begin).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Of all ways to turn one criterion or two: as few as are enough, and among those the one that adds least.
    #[test]
    fn nothing_smaller_is_enough(plan in any_plan(), says in prop::collection::vec(prop::option::of(any::<bool>()), FLAGS)) {
        let column = |at: usize| Column::new(format!("flag{at}").as_str().into(), [says[at]]);
        let entities = sample::entities(1, (0..FLAGS).map(column));
        let scores = score(&plan, &entities, AS_OF);
        let now = by_hand(&plan, &says);
        prop_assert_eq!(now, scores.score[0]);
        let turned = |which: &[usize]| {
            let mut says = says.clone();
            for &at in which {
                says[at] = Some(says[at] != Some(true));
            }
            by_hand(&plan, &says)
        };
        let here = grade(&plan, &scores, now);
        let lifts = |which: &[usize]| grade(&plan, &scores, turned(which)) < here;
        // Turning what gains nothing by itself is no lift.
        let mut unlimited = plan.clone();
        unlimited.groups.iter_mut().for_each(|group| (group.cap, group.floor) = (None, None));
        let gains = |&at: &usize| {
            let mut after = says.clone();
            after[at] = Some(says[at] != Some(true));
            by_hand(&unlimited, &after) > by_hand(&unlimited, &says)
        };
        let all: Vec<usize> = (0..FLAGS).filter(gains).collect();
        let ones: Vec<Vec<usize>> = all.iter().map(|&one| vec![one]).collect();
        let pairs = all.iter().enumerate().flat_map(|(at, &one)| all[at + 1..].iter().map(move |&two| vec![one, two]));
        let twos: Vec<Vec<usize>> = pairs.collect();
        let least = [ones, twos].into_iter().find_map(|ways| {
            ways.into_iter().filter(|which| lifts(which)).map(|which| (turned(&which), which)).min()
        });

        let misses = near_misses(&plan, &[], &scores, &scores.scored(&entities.facts), &[true]);
        let rows: Vec<_> = misses.rows().zip(misses.texts()).collect();
        let found = rows.iter().find(|(row, _)| misses.targets[row.target as usize].starts_with("grade"));
        let found = found.map(|(row, text)| {
            let named = |at: &usize| text.contains(&format!("criterion c{at}:"));
            ((0..FLAGS).filter(named).collect::<Vec<_>>(), row.gap.unwrap(), usize::from(row.changes))
        });
        match (found, least) {
            (None, None) => {}
            (Some((which, gap, changes)), Some((score, expected))) => {
                prop_assert_eq!(&which, &expected);
                prop_assert_eq!(changes, which.len());
                prop_assert!(turned(&which) == score && score >= now + gap);
                // The gap is exactly what is missing.
                prop_assert!(grade(&plan, &scores, now + gap) < here);
                prop_assert_eq!(grade(&plan, &scores, Points(now.0 + gap.0 - 1)), here);
            }
            (found, least) => prop_assert!(false, "{:?} {:?}", found, least),
        }
    }
}
