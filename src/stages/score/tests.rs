//! Scores worked out by hand, and properties that hold for any criteria.

use jiff::civil::{Date, date};
use polars::prelude::{Column, DataType, col, lit};
use proptest::prelude::*;

mod groups;

use super::score;
use crate::config::plan::{Criterion, CriterionTest, Decay, Items, Missing, ScoreGroup, ScorePlan, Worth};
use crate::model::entities::{ActivityKind, Entities};
use crate::model::scorecards::{Points, Scorecards};
use crate::model::text::TextColumn;
use crate::sample;

mod batches;
mod behaviour;
mod manual;

const AS_OF: Date = date(2026, 3, 31);
/// 2026-03-31T00:00 in microseconds since 1970: 20,543 days.
const MIDNIGHT: i64 = 20_543 * DAY;
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

const MAIL: ActivityKind = ActivityKind::Email;
const CALL: ActivityKind = ActivityKind::PhoneLog;

fn plan(criteria: Vec<Criterion>) -> ScorePlan {
    let grades = [("A", 80.0), ("B", 60.0), ("C", 40.0), ("D", 0.0)];
    let grades = grades.map(|(grade, begin)| (grade.to_owned(), begin)).to_vec();
    ScorePlan { criteria, star_cuts: vec![20.0, 40.0, 60.0, 80.0], grades, ..ScorePlan::default() }
}

fn texts(reasons: &TextColumn) -> Vec<&str> {
    (0..reasons.len()).map(|lead| reasons.get(lead)).collect()
}

/// A criterion on the column of its own name.
fn when(name: &str, worth: Worth) -> Criterion {
    let test = CriterionTest::When(sample::condition(col(name)));
    Criterion { name: name.to_owned(), test, worth, group: None, missing: Missing::No, version: None }
}

fn each(
    activity: Option<ActivityKind>,
    within_days: Option<i64>,
    at_most: Option<u32>,
    half_life: Option<f64>,
) -> CriterionTest {
    let items = Items { activity, within_days, filter: None };
    CriterionTest::Each { items, at_most, decay: half_life.map(Decay::HalfLife) }
}

fn counted(name: &str, test: CriterionTest, points: Points) -> Criterion {
    Criterion { worth: Worth::Points(points), test, ..when(name, importance(1)) }
}

fn grouped(mut criterion: Criterion, group: &str) -> Criterion {
    criterion.group = Some(group.to_owned());
    criterion
}

fn importance(weight: i64) -> Worth {
    Worth::Importance(Points::whole(weight))
}

fn points(points: i64) -> Worth {
    Worth::Points(Points::whole(points))
}

fn group(name: &str, cap: Option<i64>, floor: Option<i64>) -> ScoreGroup {
    ScoreGroup { name: name.to_owned(), cap: cap.map(Points::whole), floor: floor.map(Points::whole), bands: None }
}

fn flags(name: &str, met: &[Option<bool>]) -> Column {
    Column::new(name.into(), met)
}

/// One lead with a history of (kind, when).
fn with_history(items: &[(ActivityKind, Option<i64>)]) -> Entities {
    let mut entities = sample::entities(1, []);
    entities.history = items.iter().map(|&(kind, at)| sample::item(0, kind, at)).collect();
    entities
}

fn shown(points: &[Points]) -> Vec<String> {
    points.iter().map(ToString::to_string).collect()
}

fn line(scores: &Scorecards, name: &str) -> Vec<Points> {
    sample::given(scores.lines.iter().find(|line| line.name == name).expect("the line is there"))
}

#[test]
fn importance_raises_when_met_and_lowers_when_not() {
    let (yes, no, unknown) = (Some(true), Some(false), None);
    let entities = sample::entities(
        4,
        [
            flags("low", &[yes, no, no, yes]),
            flags("normal", &[yes, unknown, no, no]),
            flags("high", &[yes, yes, no, no]),
        ],
    );
    let criteria = vec![when("low", importance(1)), when("normal", importance(2)), when("high", importance(3))];
    let scores = score(&plan(criteria), &entities, AS_OF);

    assert_eq!(shown(&scores.score), ["6", "0", "-6", "-4"]);
    assert_eq!((scores.min, scores.max), (Points::whole(-6), Points::whole(6)));
    assert_eq!(scores.percent, [100.0, 50.0, 0.0, 200.0 / 12.0]);
    assert_eq!(scores.auto_stars, [5, 3, 0, 1]);
    assert_eq!(scores.stars, scores.auto_stars);
    assert_eq!(sample::grades(&scores), ["A", "C", "D", "D"]);
    assert_eq!(sample::met(&scores.lines[1]), [yes, unknown, no, no], "no data is told apart from no");
    assert_eq!(shown(&line(&scores, "normal")), ["2", "-2", "-2", "-2"]);
}

#[test]
fn points_count_only_when_met() {
    let entities = sample::entities(
        4,
        [
            flags("fit", &[Some(true), Some(true), Some(false), None]),
            flags("student", &[Some(false), Some(true), Some(true), None]),
        ],
    );
    let scores = score(&plan(vec![when("fit", points(15)), when("student", points(-5))]), &entities, AS_OF);
    assert_eq!(shown(&scores.score), ["15", "10", "-5", "0"]);
    assert_eq!((scores.min, scores.max), (Points::whole(-5), Points::whole(15)));
    assert_eq!(scores.percent, [100.0, 75.0, 0.0, 25.0]);
    assert_eq!(texts(&scores.reasons_for), ["fit (+15)", "fit (+15)", "", ""]);
    assert_eq!(texts(&scores.reasons_against), ["", "student (-5)", "student (-5)", ""]);
}

#[test]
fn each_counts_history_items() {
    let history = [
        (MAIL, None),
        (MAIL, Some(MIDNIGHT - 91 * DAY)),
        (MAIL, Some(MIDNIGHT - 90 * DAY)),
        (CALL, Some(MIDNIGHT - 60 * DAY)),
        (MAIL, Some(MIDNIGHT - 30 * DAY)),
        // One minute before the day begins is the day before; the last hour of as_of still counts, the next day does not.
        (MAIL, Some(MIDNIGHT - HOUR / 60)),
        (MAIL, Some(MIDNIGHT + 23 * HOUR)),
        (MAIL, Some(MIDNIGHT + DAY)),
    ];
    let cases = [
        ("all kinds, all dates", each(None, None, None, None), "21"),
        ("one kind", each(Some(CALL), None, None, None), "3"),
        ("no such kind", each(Some(ActivityKind::Task), None, None, None), "0"),
        ("within counts its last day, and nothing undated", each(Some(MAIL), Some(90), None, None), "12"),
        ("within a day", each(Some(MAIL), Some(1), None, None), "6"),
        ("within no day", each(Some(MAIL), Some(0), None, None), "3"),
        ("at most", each(Some(MAIL), None, Some(4), None), "12"),
        ("at most, fewer are there", each(Some(MAIL), None, Some(50), None), "18"),
        // Newest first: 0 and 1 days old.
        ("the newest count", each(Some(MAIL), None, Some(2), Some(1.0)), "4.5"),
        // 0, 1, 30, 90, 91 days: 3 + 2.9315 + 1.5 + 0.375 + 0.3664
        ("half-life", each(Some(MAIL), None, None, Some(30.0)), "8.1729"),
        // 60 days: 3 x 0.5^1.5
        ("half-life between halves", each(Some(CALL), None, None, Some(40.0)), "1.0607"),
        ("within and half-life", each(None, Some(60), None, Some(30.0)), "8.1815"),
        ("at most none", each(None, None, Some(0), None), "0"),
    ];
    let entities = with_history(&history);
    for (case, test, expected) in cases {
        let scores = score(&plan(vec![counted("mail", test, Points::whole(3))]), &entities, AS_OF);
        assert_eq!(scores.score[0].to_string(), expected, "{case}");
        assert_eq!(scores.lines[0].met(0), Some(expected != "0"), "{case}");
    }
}

#[test]
fn undated_items_are_the_oldest() {
    let entities = with_history(&[(MAIL, None), (MAIL, None), (CALL, Some(MIDNIGHT - 9_000 * DAY))]);
    let calls_first = counted("any", each(None, None, Some(1), None), Points::whole(2));
    let mails = counted("mails", each(Some(MAIL), None, Some(5), None), Points::whole(10));
    let scores = score(&plan(vec![calls_first, mails]), &entities, AS_OF);
    assert_eq!(shown(&line(&scores, "any")), ["2"]);
    assert_eq!(shown(&line(&scores, "mails")), ["20"]);
}

#[test]
fn half_lives_round_to_four_decimals_per_item() {
    // 0.0001 x 0.5 is half a ten-thousandth: away from zero, for each of the two.
    let entities = with_history(&[(MAIL, Some(MIDNIGHT - 10 * DAY)), (MAIL, Some(MIDNIGHT - 10 * DAY))]);
    for (points, expected) in [(1, "0.0002"), (-1, "-0.0002"), (3, "0.0004"), (30_000, "3")] {
        let criterion = counted("mail", each(None, None, Some(2), Some(10.0)), Points(points));
        assert_eq!(score(&plan(vec![criterion]), &entities, AS_OF).score[0].to_string(), expected, "{points}");
    }
}

#[test]
fn an_importance_counts_history_once() {
    let mut criterion = counted("mail", each(Some(MAIL), Some(30), None, None), Points::ZERO);
    criterion.worth = importance(2);
    let plan = plan(vec![criterion]);
    let twice = with_history(&[(MAIL, Some(MIDNIGHT)), (MAIL, Some(MIDNIGHT))]);
    let never = with_history(&[(CALL, Some(MIDNIGHT))]);
    assert_eq!(score(&plan, &twice, AS_OF).score, [Points::whole(2)]);
    assert_eq!(score(&plan, &never, AS_OF).score, [Points::whole(-2)]);
    assert_eq!(score(&plan, &never, AS_OF).max, Points::whole(2));
}

#[test]
fn history_belongs_to_its_lead_in_any_order() {
    let mut entities = sample::entities(3, []);
    entities.history = vec![
        sample::item(2, MAIL, Some(MIDNIGHT - 40 * DAY)),
        sample::item(0, MAIL, Some(MIDNIGHT)),
        sample::item(2, MAIL, Some(MIDNIGHT - 20 * DAY)),
    ];
    let scores =
        score(&plan(vec![counted("m", each(None, None, Some(1), Some(20.0)), Points::whole(8))]), &entities, AS_OF);
    assert_eq!(shown(&scores.score), ["8", "0", "4"]);
}

#[test]
fn limits_are_ledger_lines_of_their_own() {
    let mails = |count| vec![(MAIL, Some(MIDNIGHT)); count];
    let cases = [
        // (mails, cap, floor, points, score, cap line, floor line, min, max)
        (20, Some(40), None, 3, 40, Some(-20), None, 0, 40),
        (13, Some(40), None, 3, 39, Some(0), None, 0, 40),
        (3, None, Some(-5), -2, -5, None, Some(1), -5, 0),
        (2, None, Some(-5), -2, -4, None, Some(0), -5, 0),
        (0, Some(10), Some(4), 3, 4, Some(0), Some(4), 4, 10),
        (9, Some(10), Some(4), 3, 10, Some(-17), Some(0), 4, 10),
        // A floor above its cap wins.
        (5, Some(10), Some(12), 3, 12, Some(-5), Some(2), 12, 12),
        (2, Some(-1), None, -2, -4, Some(0), None, -4, -1),
        (0, Some(-1), None, -2, -1, Some(-1), None, -1, -1),
    ];
    for case @ (count, cap, floor, each_points, sum, cap_line, floor_line, min, max) in cases {
        let criterion = counted("mail", each(None, None, None, None), Points::whole(each_points));
        let mut plan = plan(vec![grouped(criterion, "engagement")]);
        plan.groups = vec![group("engagement", cap, floor), group("nobody's", Some(-9), Some(9))];
        let scores = score(&plan, &with_history(&mails(count)), AS_OF);
        assert_eq!(scores.score[0], Points::whole(sum), "{case:?}");
        for (kind, points) in [("cap", cap_line), ("floor", floor_line)] {
            let line = scores.lines.iter().find(|line| line.name == format!("engagement ({kind})"));
            assert_eq!(line.map(|line| line.points(0)), points.map(Points::whole), "{case:?}");
            assert!(line.is_none_or(|line| sample::met(line) == [None]), "{case:?}");
        }
        assert_eq!((scores.min, scores.max), (Points::whole(min), Points::whole(max)), "{case:?}");
    }
}

#[test]
fn a_cap_limits_the_whole_group_negatives_included() {
    let yes = [Some(true)];
    let entities = sample::entities(1, [flags("a", &yes), flags("b", &yes), flags("c", &yes), flags("alone", &yes)]);
    let fit = |name, worth| grouped(when(name, worth), "fit");
    let mut plan =
        plan(vec![fit("a", points(30)), when("alone", importance(2)), fit("b", points(20)), fit("c", points(-8))]);
    plan.groups = vec![group("fit", Some(40), None)];
    let scores = score(&plan, &entities, AS_OF);
    assert_eq!(scores.lines.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["a", "alone", "b", "c", "fit (cap)"]);
    assert_eq!(shown(&line(&scores, "fit (cap)")), ["-2"], "30 + 20 - 8 is 2 over the cap");
    assert_eq!(shown(&scores.score), ["42"]);
    assert_eq!((scores.min, scores.max), (Points::whole(-10), Points::whole(42)));
    assert_eq!(texts(&scores.reasons_against), ["c (-8)"], "a limit is no reason");
}

#[test]
fn what_nothing_bounds_the_leads_bound() {
    let mut entities = sample::entities(3, []);
    entities.history = [0, 0, 0, 1].map(|lead| sample::item(lead, MAIL, None)).to_vec();
    let scores = score(&plan(vec![counted("mail", each(None, None, None, None), Points::whole(5))]), &entities, AS_OF);
    assert_eq!((scores.min, scores.max), (Points::ZERO, Points::whole(15)));
    assert_eq!(scores.percent, [100.0, 500.0 / 15.0, 0.0]);
}

#[test]
fn scores_on_a_cut_point_are_past_it() {
    // Ten criteria of a tenth of a point: as floating-point numbers eight of them are not 80 percent.
    let leads: Vec<usize> = (0..=10).collect();
    let names: Vec<String> = (0..10).map(|nth| format!("c{nth}")).collect();
    let met = |nth: usize| leads.iter().map(|&lead| Some(nth < lead)).collect::<Vec<_>>();
    let entities = sample::entities(11, names.iter().enumerate().map(|(nth, name)| flags(name, &met(nth))));
    let tenths = names.iter().map(|name| when(name, Worth::Points(Points(1_000)))).collect();
    let scores = score(&plan(tenths), &entities, AS_OF);
    assert_eq!(scores.percent, [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0]);
    assert_eq!(scores.auto_stars, [0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]);
    assert_eq!(sample::grades(&scores).concat(), "DDDDCCBBAAA");
}

#[test]
fn fractional_cut_points_are_exact_too() {
    let entities =
        sample::entities(2, [flags("a", &[Some(true), Some(false)]), flags("b", &[Some(false), Some(true)])]);
    let mut plan = plan(vec![when("a", Worth::Points(Points(333))), when("b", Worth::Points(Points(667)))]);
    plan.star_cuts = vec![33.3, 33.31, 66.7, 66.71];
    plan.grades = vec![("hot".to_owned(), 66.7), ("warm".to_owned(), 33.4)];
    let scores = score(&plan, &entities, AS_OF);
    assert_eq!(scores.auto_stars, [2, 4]);
    assert_eq!(sample::grades(&scores), ["", "hot"], "below all bands there is no grade");
}

#[test]
fn without_criteria_everything_is_zero() {
    let scores = score(&ScorePlan::default(), &sample::entities(2, []), AS_OF);
    assert_eq!((&*scores.score, &*scores.percent), (&[Points::ZERO; 2][..], &[0.0; 2][..]));
    assert_eq!((&scores.auto_stars[..], sample::grades(&scores)), (&[0, 0][..], vec!["", ""]));
    assert!(score(&ScorePlan::default(), &sample::entities(0, []), AS_OF).score.is_empty());
}

#[test]
fn manual_stars_win_unless_the_rating_is_automatic() {
    let cases = [
        // (manual_stars, rating_type) -> (stars, by hand); the automatic ones are 5.
        (Some(2), None, 2, true),
        (Some(2), Some("manual"), 2, true),
        (Some(2), Some("automatic"), 5, false),
        (Some(2), Some(" AutoMatic "), 5, false),
        (None, Some("manual"), 5, false),
        (None, None, 5, false),
        (Some(0), Some("Manual"), 0, true),
        (Some(9), None, 5, true),
        (Some(-3), None, 0, true),
    ];
    let met = vec![Some(true); cases.len()];
    let columns = [
        flags("fit", &met),
        Column::new("manual_stars".into(), cases.map(|case| case.0.map(i64::from))),
        Column::new("rating_type".into(), cases.map(|case| case.1)),
    ];
    let entities = sample::entities(cases.len(), columns);
    let scores = score(&plan(vec![when("fit", importance(1))]), &entities, AS_OF);
    assert_eq!(scores.auto_stars, [5; 9]);
    for (lead, case) in cases.into_iter().enumerate() {
        assert_eq!((scores.stars[lead], scores.manual[lead]), (case.2, case.3), "{case:?}");
    }
}

#[test]
fn reasons_name_the_three_strongest() {
    let worths =
        [("a", 2), ("b", 3), ("c", -1), ("d", 2), ("e", 0), ("f", 5), ("g", -4), ("h", 2), ("i", -9), ("j", -4)];
    let all = vec![Some(true)];
    let entities = sample::entities(1, worths.iter().map(|(name, _)| flags(name, &all)));
    let scores = score(&plan(worths.iter().map(|&(name, p)| when(name, points(p))).collect()), &entities, AS_OF);
    assert_eq!(texts(&scores.reasons_for), ["f (+5), b (+3), a (+2)"]);
    assert_eq!(texts(&scores.reasons_against), ["i (-9), g (-4), j (-4)"]);
}

#[test]
fn conditions_see_scores_as_columns() {
    let entities = sample::entities(2, [flags("fit", &[Some(true), Some(false)])]);
    let mut plan = plan(vec![when("fit", Worth::Points(Points(25_000)))]);
    plan.grades.truncate(1);
    let facts = score(&plan, &entities, AS_OF).scored(&entities.facts);
    let frame = facts.frame(["score", "score_percent", "auto_stars", "stars", "grade"]);
    let kinds = ["score", "score_percent", "auto_stars", "stars", "grade"]
        .map(|name| frame.column(name).unwrap().dtype().clone());
    assert_eq!(kinds, [DataType::Float64, DataType::Float64, DataType::Int64, DataType::Int64, DataType::String]);
    assert_eq!(frame.column("score").unwrap().f64().unwrap().iter().collect::<Vec<_>>(), [Some(2.5), Some(0.0)]);
    assert_eq!(frame.column("grade").unwrap().str().unwrap().iter().collect::<Vec<_>>(), [Some("A"), None]);
    assert_eq!(facts.names().count(), entities.facts.names().count() + 5);
}

#[test]
fn many_leads_give_the_same_on_any_number_of_threads() {
    let leads = 40_000;
    let every = |n: usize| (0..leads).map(|lead| Some(lead % n == 0)).collect::<Vec<_>>();
    let entities = sample::entities(leads, [flags("a", &every(2)), flags("b", &every(3))]);
    let plan = plan(vec![when("a", points(7)), when("b", importance(1))]);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| score(&plan, &entities, AS_OF))
    };
    let (one, four) = (on(1), on(4));
    assert_eq!((&one.score, texts(&one.reasons_for)), (&four.score, texts(&four.reasons_for)));
    for (lead, score) in one.score.iter().enumerate() {
        let expected = if lead % 2 == 0 { 7 } else { 0 } + if lead % 3 == 0 { 1 } else { -1 };
        assert_eq!(*score, Points::whole(expected), "{lead}");
    }
}

const LEADS: usize = 6;

fn any_worth() -> impl Strategy<Value = Worth> {
    prop_oneof![
        (0..50_000_i64).prop_map(|weight| Worth::Importance(Points(weight))),
        (-200_000..200_000_i64).prop_map(|points| Worth::Points(Points(points))),
    ]
}

fn any_test() -> impl Strategy<Value = CriterionTest> {
    let activity = prop_oneof![Just(None), Just(Some(MAIL)), Just(Some(CALL))];
    let within = prop::option::of(0..100_i64);
    let filter = prop_oneof![Just(None), Just(Some(sample::condition(col("activity").eq(lit("email")))))];
    let items = (activity, within, filter)
        .prop_map(|(activity, within_days, filter)| Items { activity, within_days, filter })
        .boxed();
    let at_most = prop::option::of(0..4_u32);
    let half_life = (0.5..60.0_f64).prop_map(Decay::HalfLife);
    let decay = prop::option::of(prop_oneof![half_life, (1..90_i64).prop_map(Decay::Linear)]);
    prop_oneof![
        (0..3_usize).prop_map(|flag| CriterionTest::When(sample::condition(col(format!("flag{flag}"))))),
        (items.clone(), at_most, decay).prop_map(|(items, at_most, decay)| CriterionTest::Each {
            items,
            at_most,
            decay
        }),
        (items.clone(), 1..4_u32).prop_map(|(items, at_least)| CriterionTest::Any { items, at_least }),
        items.prop_map(|items| CriterionTest::Without { items }),
    ]
}

fn any_plan() -> impl Strategy<Value = ScorePlan> {
    let criterion = (any_test(), any_worth(), prop::option::of(0..3_usize));
    let limit = || prop::option::of(-300_000..300_000_i64);
    (prop::collection::vec(criterion, 0..7), prop::collection::vec((limit(), limit()), 2)).prop_map(
        |(criteria, limits)| {
            let criteria = criteria.into_iter().enumerate().map(|(nth, (test, worth, group))| Criterion {
                name: format!("criterion {nth}"),
                test,
                worth,
                group: group.map(|group| format!("group {group}")),
                missing: if nth % 2 == 0 { Missing::No } else { Missing::Neutral },
                version: None,
            });
            let mut plan = plan(criteria.collect());
            plan.groups = limits
                .into_iter()
                .enumerate()
                .map(|(nth, (a, b))| {
                    // A floor is never above its cap.
                    let (cap, floor) = match (a, b) {
                        (Some(a), Some(b)) => (Some(a.max(b)), Some(a.min(b))),
                        limits => limits,
                    };
                    ScoreGroup {
                        name: format!("group {nth}"),
                        cap: cap.map(Points),
                        floor: floor.map(Points),
                        bands: None,
                    }
                })
                .collect();
            plan
        },
    )
}

fn any_leads() -> impl Strategy<Value = Entities> {
    let flags3 = prop::collection::vec(prop::collection::vec(prop::option::of(any::<bool>()), LEADS), 3);
    let kind = prop_oneof![Just(MAIL), Just(CALL)];
    let item = (0..LEADS as u32, kind, prop::option::of(-5..120_i64));
    (flags3, prop::collection::vec(item, 0..30)).prop_map(|(met, items)| {
        let columns = met.iter().enumerate().map(|(nth, met)| flags(&format!("flag{nth}"), met));
        let mut entities = sample::entities(LEADS, columns);
        let at = |age: i64| MIDNIGHT - age * DAY;
        entities.history = items.into_iter().map(|(lead, kind, age)| sample::item(lead, kind, age.map(at))).collect();
        entities
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_ledger_sums_to_the_score_and_stays_in_reach(plan in any_plan(), entities in any_leads()) {
        let scores = score(&plan, &entities, AS_OF);
        for lead in 0..LEADS {
            let sum: i64 = scores.lines.iter().map(|line| line.points(lead).0).sum();
            prop_assert_eq!(sum, scores.score[lead].0);
            prop_assert!(scores.min <= scores.score[lead] && scores.score[lead] <= scores.max);
            prop_assert!((0.0..=100.0).contains(&scores.percent[lead]));
            for group in &plan.groups {
                let of_group = |name: &str| {
                    let criterion = plan.criteria.iter().find(|criterion| criterion.name == name);
                    let limits = ["cap", "floor"].map(|kind| format!("{} ({kind})", group.name));
                    criterion.map_or(limits.iter().any(|l| l == name), |c| c.group.as_ref() == Some(&group.name))
                };
                if plan.criteria.iter().any(|criterion| criterion.group.as_ref() == Some(&group.name)) {
                    let lines = scores.lines.iter().filter(|line| of_group(&line.name));
                    let sum: i64 = lines.map(|line| line.points(lead).0).sum();
                    prop_assert!(group.cap.is_none_or(|cap| sum <= cap.0) && group.floor.is_none_or(|floor| sum >= floor.0));
                }
            }
        }
    }

    /// Against whole-number arithmetic: score - min over max - min is at least a cut of so many percent.
    #[test]
    fn stars_agree_with_exact_fractions(plan in any_plan(), entities in any_leads()) {
        let scores = score(&plan, &entities, AS_OF);
        let whole = i128::from(scores.max.0 - scores.min.0);
        for lead in 0..LEADS {
            let above = i128::from(scores.score[lead].0 - scores.min.0);
            let passed = [20, 40, 60, 80].into_iter().filter(|cut| above * 100 >= cut * whole).count() as u8;
            let expected = if whole == 0 || above == 0 { 0 } else { 1 + passed };
            prop_assert_eq!(scores.auto_stars[lead], expected);
        }
    }
}
