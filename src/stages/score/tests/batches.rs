//! The same rules give the same scores in batches of any size, on any number of threads.

use super::*;
use crate::model::scorecards::GroupCard;

/// What is known of a lead: flags, stars given by hand, and (kind, age) of its history.
type Known = ([Option<bool>; 3], Option<i64>, Vec<(ActivityKind, Option<i64>)>);

fn any_lead() -> impl Strategy<Value = Known> {
    let kind = prop_oneof![Just(MAIL), Just(CALL)];
    let history = prop::collection::vec((kind, prop::option::of(-5..120_i64)), 0..6);
    (prop::array::uniform3(prop::option::of(any::<bool>())), prop::option::of(0..6_i64), history)
}

/// Plans whose reach is theirs: a count without an end is as large as the leads make it.
fn any_bounded_plan() -> impl Strategy<Value = ScorePlan> {
    any_plan().prop_map(|mut plan| {
        for criterion in &mut plan.criteria {
            if let CriterionTest::Each { at_most, .. } = &mut criterion.test {
                at_most.get_or_insert(3);
            }
        }
        for (group, end) in plan.groups.iter_mut().zip([0.0, 10.0]) {
            group.bands = Some(vec![("high".to_owned(), 50.0), ("low".to_owned(), end)]);
        }
        plan
    })
}

fn entities(leads: &[Known]) -> Entities {
    let flag = |nth: usize| leads.iter().map(|lead| lead.0[nth]).collect::<Vec<_>>();
    let by_hand: Vec<Option<i64>> = leads.iter().map(|lead| lead.1).collect();
    let columns = (0..3).map(|nth| flags(&format!("flag{nth}"), &flag(nth)));
    let columns = columns.chain([Column::new("manual_stars".into(), by_hand)]);
    let mut entities = sample::entities(leads.len(), columns);
    let item = |lead: usize, &(kind, age): &(ActivityKind, Option<i64>)| {
        sample::item(lead as u32, kind, age.map(|age| MIDNIGHT - age * DAY))
    };
    let items = |(lead, known): (usize, &Known)| known.2.iter().map(move |one| item(lead, one)).collect::<Vec<_>>();
    entities.history = leads.iter().enumerate().flat_map(items).collect();
    entities
}

/// All that is said of each lead, a line each.
fn told(plan: &ScorePlan, leads: &[Known]) -> Vec<String> {
    let scores = score(plan, &entities(leads), AS_OF);
    let names: Vec<&str> = scores.lines.iter().map(|line| line.name.as_str()).collect();
    let of = |lead: usize| {
        let lines: Vec<String> = names.iter().map(|name| format!("{name} {}", line(&scores, name)[lead])).collect();
        let group = |card: &GroupCard| {
            format!("{} {} {} {}", card.name, card.score[lead], card.percent[lead], card.band_of(lead))
        };
        format!(
            "{} of {} to {}, {} %, {} and {} stars, {}, by hand: {}; for: {}; against: {}; {lines:?}; {:?}",
            scores.score[lead],
            scores.min,
            scores.max,
            scores.percent[lead],
            scores.auto_stars[lead],
            scores.stars[lead],
            scores.grade.get(lead),
            scores.manual[lead],
            scores.reasons_for.get(lead),
            scores.reasons_against.get(lead),
            scores.groups.iter().map(group).collect::<Vec<_>>(),
        )
    };
    (0..leads.len()).map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Stretches are of three leads here: most of these batches have several, and end inside one.
    #[test]
    fn batches_and_threads_change_nothing(
        plan in any_bounded_plan(),
        leads in prop::collection::vec(any_lead(), 1..24),
        sizes in prop::collection::vec(1..9_usize, 24),
    ) {
        let whole = told(&plan, &leads);
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            prop_assert_eq!(&pool.install(|| told(&plan, &leads)), &whole, "{} threads", threads);
        }
        let mut rest = &leads[..];
        let mut pieced = Vec::new();
        for size in sizes {
            let (batch, others) = rest.split_at(size.min(rest.len()));
            pieced.extend(told(&plan, batch));
            rest = others;
        }
        prop_assert_eq!(pieced, whole);
    }
}
