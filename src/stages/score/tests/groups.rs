//! Blanks, groups, bands and grids, worked out by hand.

use super::{AS_OF, Date, flags, group, grouped, importance, line, plan, points, sample, score, shown, texts, when};
use crate::config::plan::{Criterion, Missing, ScoreGroup, ScorePlan};
use crate::model::column_values::ColumnValues;
use crate::model::scorecards::{Points, Scorecards};

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

fn missing(criterion: Criterion, missing: Missing) -> Criterion {
    Criterion { missing, ..criterion }
}

#[test]
fn no_data_is_no_or_nothing_as_the_policy_says() {
    // By worth: met, not met, no data under `no`, no data under `neutral`.
    let cases = [
        (importance(3), ["3", "-3", "-3", "0"]),
        (importance(1), ["1", "-1", "-1", "0"]),
        (points(15), ["15", "0", "0", "0"]),
        (points(-4), ["-4", "0", "0", "0"]),
    ];
    for (worth, [met, unmet, as_no, as_nothing]) in cases {
        for (policy, unknown) in [(Missing::No, as_no), (Missing::Neutral, as_nothing)] {
            let entities = sample::entities(3, [flags("fit", &[YES, NO, None])]);
            let scores = score(&plan(vec![missing(when("fit", worth), policy)]), &entities, AS_OF);
            assert_eq!(shown(&scores.score), [met, unmet, unknown], "{worth:?} {policy:?}");
            assert_eq!(sample::met(&scores.lines[0]), [YES, NO, None], "the ledger says that there is no data");
            let of_no = score(&plan(vec![when("fit", worth)]), &entities, AS_OF);
            assert_eq!((scores.min, scores.max), (of_no.min, of_no.max), "what is reachable stays");
        }
    }
}

#[test]
fn reasons_tell_no_data_from_no() {
    let entities = sample::entities(2, [flags("budget", &[NO, None])]);
    let scores = score(&plan(vec![when("budget", importance(3))]), &entities, AS_OF);
    assert_eq!(texts(&scores.reasons_against), ["budget (-3)", "budget (-3, no data)"]);
    let neutral = missing(when("budget", importance(3)), Missing::Neutral);
    assert_eq!(texts(&score(&plan(vec![neutral]), &entities, AS_OF).reasons_against), ["budget (-3)", ""]);
}

fn with_bands(mut group: ScoreGroup, bands: &[(&str, f64)]) -> ScoreGroup {
    group.bands = Some(bands.iter().map(|(name, begin)| ((*name).to_owned(), *begin)).collect());
    group
}

/// fit: a 6, b 4, at most 8; interest: c ±2, d -1; e 3 stands alone.
fn two_groups() -> ScorePlan {
    let mut plan = plan(vec![
        grouped(when("a", points(6)), "fit"),
        grouped(when("b", points(4)), "fit"),
        grouped(when("c", importance(2)), "interest"),
        grouped(when("d", points(-1)), "interest"),
        when("e", points(3)),
    ]);
    plan.groups = vec![
        with_bands(group("fit", Some(8), None), &[("A", 60.0), ("B", 30.0), ("C", 0.0)]),
        with_bands(group("interest", None, Some(-2)), &[("1", 50.0), ("2", 20.0)]),
    ];
    plan
}

/// Five leads: what each of a … e says.
fn scored(plan: &ScorePlan) -> Scorecards {
    let entities = sample::entities(
        5,
        [
            flags("a", &[YES, YES, NO, NO, None]),
            flags("b", &[YES, NO, YES, NO, None]),
            flags("c", &[YES, NO, NO, YES, None]),
            flags("d", &[NO, YES, NO, YES, None]),
            flags("e", &[YES, NO, YES, NO, None]),
        ],
    );
    score(plan, &entities, AS_OF)
}

#[test]
fn a_group_has_a_sum_and_a_percentage_of_its_own() {
    let scores = scored(&two_groups());
    let [fit, interest] = &scores.groups[..] else { panic!("two groups") };
    // fit: 6 + 4 over the cap of 8; 6; 4; 0; 0. It reaches 0 to 8.
    assert_eq!((fit.name.as_str(), shown(&fit.score)), ("fit", ["8", "6", "4", "0", "0"].map(str::to_owned).to_vec()));
    assert_eq!((fit.min, fit.max), (Points::ZERO, Points::whole(8)));
    assert_eq!(fit.percent, [100.0, 75.0, 50.0, 0.0, 0.0]);
    // interest: 2; -2 - 1 under the floor of -2; -2; 2 - 1; -2. Without the floor it would reach -3 to 2.
    assert_eq!(shown(&interest.score), ["2", "-2", "-2", "1", "-2"]);
    assert_eq!((interest.min, interest.max), (Points::whole(-2), Points::whole(2)));
    assert_eq!(interest.percent, [100.0, 0.0, 0.0, 75.0, 0.0]);
    // With e: the groups' sums are what they add to the score.
    assert_eq!(shown(&scores.score), ["13", "4", "5", "1", "-2"]);
    assert_eq!(shown(&line(&scores, "fit (cap)")), ["-2", "0", "0", "0", "0"]);
    assert_eq!(shown(&line(&scores, "interest (floor)")), ["0", "1", "0", "0", "0"]);
}

#[test]
fn bands_are_of_the_group_s_percentage() {
    let scores = scored(&two_groups());
    let bands = |group: usize| (0..5).map(|lead| scores.groups[group].band_of(lead)).collect::<Vec<_>>();
    assert_eq!(bands(0), ["A", "A", "B", "C", "C"]);
    assert_eq!(bands(1), ["1", "", "", "1", ""], "below all bands there is none");
    // Scores of 13, 4, 5, 1 and -2 between -2 and 13: 100, 40, 46.7, 20 and 0 percent.
    assert_eq!(sample::grades(&scores), ["A", "C", "C", "D", "D"], "grades are of the score still");
}

#[test]
fn a_grid_puts_the_bands_of_two_groups_together() {
    let mut plan = two_groups();
    plan.grid = Some([0, 1]);
    assert_eq!(sample::grades(&scored(&plan)), ["A1", "", "", "C1", ""]);
    plan.grid = Some([1, 0]);
    assert_eq!(sample::grades(&scored(&plan)), ["1A", "", "", "1C", ""]);
    assert_eq!(plan.grade_names(), ["1A", "1B", "1C", "2A", "2B", "2C"]);
}

#[test]
fn later_conditions_see_the_groups() {
    let scores = scored(&two_groups());
    let facts = scores.scored(&sample::entities(5, []).facts);
    let numbers = |name: &str| facts.column(name).unwrap().f64().unwrap().iter().flatten().collect::<Vec<_>>();
    assert_eq!(numbers("fit_score"), [8.0, 6.0, 4.0, 0.0, 0.0]);
    assert_eq!(numbers("interest_percent"), [100.0, 0.0, 0.0, 75.0, 0.0]);
    let bands = facts.column("interest_band").unwrap();
    assert_eq!(bands.str().unwrap().iter().collect::<Vec<_>>(), [Some("1"), None, None, Some("1"), None]);
    assert!(matches!(facts.values("fit_band"), Some(ColumnValues::Coded { .. })), "few words for many leads");
}

#[test]
fn a_group_whose_criteria_all_rest_says_nothing() {
    let mut plan = two_groups();
    plan.criteria.retain(|criterion| criterion.group.as_deref() != Some("interest"));
    let scores = scored(&plan);
    assert_eq!(
        (shown(&scores.groups[1].score), &scores.groups[1].percent[..]),
        (vec!["0".to_owned(); 5], &[0.0; 5][..])
    );
    assert!(scores.lines.iter().all(|line| !line.name.starts_with("interest")), "and its floor lifts nobody");
}

#[test]
fn the_ledger_knows_versions() {
    let criterion = Criterion { version: Some("2026-2".to_owned()), ..when("fit", points(1)) };
    let mut plan = plan(vec![grouped(criterion, "g"), when("other", points(1))]);
    plan.groups = vec![group("g", Some(9), None)];
    let as_of: Date = AS_OF;
    let scores = score(&plan, &sample::entities(1, [flags("fit", &[YES]), flags("other", &[NO])]), as_of);
    let versions: Vec<_> = scores.lines.iter().map(|line| (line.name.as_str(), line.version.as_deref())).collect();
    assert_eq!(versions, [("fit", Some("2026-2")), ("other", None), ("g (cap)", None)]);
}
