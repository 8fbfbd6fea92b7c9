//! How long stars given by hand count. The automatic ones are 5 throughout.

use super::*;
use crate::model::calendar;
use crate::model::entities::{EntityId, NO_MEMBER, Rating};
use crate::model::field::Field;
use std::sync::Arc;

fn on(day: Date) -> i64 {
    i64::from(calendar::days(day)) * DAY
}

/// Leads of (manual stars, rating type, rated at, expires at).
type Given = (Option<i64>, Option<&'static str>, Option<Date>, Option<Date>);

fn leads(given: &[Given]) -> Entities {
    let date = |day: Option<Date>| day.map(calendar::days);
    let expires = Column::new("rating_expires_at".into(), given.iter().map(|case| date(case.3)).collect::<Vec<_>>());
    let rated =
        Column::new("rated_at".into(), given.iter().map(|case| case.2.map(|day| on(day) + HOUR)).collect::<Vec<_>>());
    let columns = [
        flags("fit", &vec![Some(true); given.len()]),
        Column::new("manual_stars".into(), given.iter().map(|case| case.0).collect::<Vec<_>>()),
        Column::new("rating_type".into(), given.iter().map(|case| case.1).collect::<Vec<_>>()),
        rated.cast(&DataType::Datetime(polars::prelude::TimeUnit::Microseconds, None)).unwrap(),
        expires.cast(&DataType::Date).unwrap(),
    ];
    sample::entities(given.len(), columns)
}

fn scores(manual_for: Option<i64>, entities: &Entities) -> Scorecards {
    let plan = ScorePlan { manual_for, ..plan(vec![when("fit", importance(1))]) };
    let scores = score(&plan, entities, AS_OF);
    assert!(scores.auto_stars.iter().all(|stars| *stars == 5));
    scores
}

#[test]
fn stars_given_by_hand_expire() {
    // as_of is 2026-03-31.
    let (mar30, mar31, apr1) = (date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1));
    // 180 days before as_of, and 181.
    let (last, over) = (date(2025, 10, 2), date(2025, 10, 1));
    let automatic = Some("automatic");
    let cases: [(Option<i64>, Given, u8, Option<Date>); 13] = [
        // (manual_for, lead) -> (stars, until)
        (None, (Some(2), None, None, None), 2, None),
        (None, (Some(2), None, Some(over), None), 2, None),
        (None, (Some(2), None, None, Some(apr1)), 2, Some(apr1)),
        (None, (Some(2), None, None, Some(mar31)), 2, Some(mar31)),
        (None, (Some(2), None, None, Some(mar30)), 5, Some(mar30)),
        (Some(180), (Some(2), None, Some(last), None), 2, Some(mar31)),
        (Some(180), (Some(2), None, Some(over), None), 5, Some(mar30)),
        // What the lead says itself comes first, either way.
        (Some(180), (Some(2), None, Some(over), Some(apr1)), 2, Some(apr1)),
        (Some(180), (Some(2), None, Some(last), Some(mar30)), 5, Some(mar30)),
        // Nothing says when: it does not expire.
        (Some(180), (Some(2), None, None, None), 2, None),
        (Some(180), (None, None, Some(last), None), 5, None),
        (None, (None, None, None, Some(apr1)), 5, Some(apr1)),
        (Some(180), (Some(2), automatic, Some(last), None), 5, Some(mar31)),
    ];
    for case @ (manual_for, lead, stars, until) in cases {
        let scores = scores(manual_for, &leads(&[lead]));
        assert_eq!((scores.stars[0], scores.manual[0]), (stars, stars == 2), "{case:?}");
        assert_eq!(scores.manual_until[0].map(calendar::day), until, "{case:?}");
    }
}

#[test]
fn without_a_date_of_its_own_the_row_tells() {
    let mut entities = leads(&[(Some(2), None, None, None), (Some(2), None, None, None), (Some(2), None, None, None)]);
    let row = |entity, row_at| Rating { entity: EntityId(entity), row_at, of_others: [false; 2] };
    // 20 and 21 days before as_of; of the second lead nothing is known.
    entities.ratings = vec![row(0, Some(on(date(2026, 3, 11)))), row(2, Some(on(date(2026, 3, 10)) + 23 * HOUR))];
    let scores = scores(Some(20), &entities);
    assert_eq!(scores.stars, [2, 2, 5]);
    let until = [Some(date(2026, 3, 31)), None, Some(date(2026, 3, 30))];
    assert_eq!(scores.manual_until.iter().map(|day| day.map(calendar::day)).collect::<Vec<_>>(), until);
}

#[test]
fn dates_of_other_stars_do_not_count() {
    let (long_ago, gone) = (Some(date(2020, 1, 1)), Some(date(2020, 12, 31)));
    let given = (Some(2), None, long_ago, gone);
    let mut entities = leads(&[given, given, given, given]);
    let rating = |entity, of_others| Rating { entity: EntityId(entity), row_at: None, of_others };
    entities.ratings = vec![rating(0, [false; 2]), rating(1, [true; 2]), rating(2, [false; 2]), rating(3, [false; 2])];
    let mut edited = |field: Field, lead: usize| {
        let column = entities.schema.index_of(field);
        Arc::make_mut(&mut entities.lineage[column])[lead] = NO_MEMBER;
    };
    // An edit set the stars of the third lead, and stars and last day of the fourth.
    edited(Field::ManualStars, 2);
    edited(Field::ManualStars, 3);
    edited(Field::RatingExpiresAt, 3);
    let scores = scores(Some(30), &entities);
    assert_eq!(scores.stars, [5, 2, 2, 5]);
    assert_eq!(scores.manual, [false, true, true, false]);
}
