//! Stars given by hand, and how long they count.
//!
//! Up to and including `rating_expires_at`, where the lead has it; else, with `manual_for`, so many days from `rated_at`
//! on, without it from the last change of the row that gave the stars; else for ever.

use jiff::civil::Date;
use polars::prelude::{ChunkFullNull, DataType, Int64Chunked};

use super::MOST_STARS;
use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::entities::{Entities, NO_MEMBER};
use crate::model::field::Field;

/// What was given by hand, in entity order.
pub(super) struct ByHand {
    /// Stars that count.
    pub(super) stars: Vec<Option<u8>>,
    /// The last day on which the stars count or counted, in days since 1970.
    pub(super) until: Vec<Option<i32>>,
}

/// Stars do not count where the rating type says automatic, nor once they have expired.
pub(super) fn by_hand(manual_for: Option<i64>, entities: &Entities, as_of: Date) -> ByHand {
    let given = numbers(entities, Field::ManualStars);
    let mut by_hand = ByHand { stars: vec![None; entities.len()], until: vec![None; entities.len()] };
    let expires = numbers(entities, Field::RatingExpiresAt);
    let days = |at: i64| at.div_euclid(MICROS_PER_DAY);
    let date = |day: i64| i32::try_from(day).unwrap_or(i32::MAX);
    if given.null_count() == given.len() {
        by_hand.until = expires.iter().map(|day| day.map(date)).collect();
        return by_hand;
    }
    let rated = numbers(entities, Field::RatedAt);
    let kinds = entities.facts.column(Field::RatingType.name()).expect("every standard field is a column");
    let kinds = kinds.str().expect("the rating type is text");
    let today = calendar::days(as_of);
    for entity in 0..entities.len() {
        let expires = expires.get(entity);
        let Some(stars) = given.get(entity) else {
            by_hand.until[entity] = expires.map(date);
            continue;
        };
        let [rated, expires, row] = own_dates(entities, entity, [rated.get(entity), expires]);
        let until = expires.or_else(|| Some(days(rated.or(row)?).saturating_add(manual_for?)));
        by_hand.until[entity] = until.map(date);
        let automatic = kinds.get(entity).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("automatic"));
        if !automatic && by_hand.until[entity].is_none_or(|until| today <= until) {
            by_hand.stars[entity] = Some(stars.clamp(0, i64::from(MOST_STARS)) as u8);
        }
    }
    by_hand
}

/// When the stars were given, when they expire, and when their row was changed: dates that were said of other stars, by
/// another row or before an edit, are none of these.
fn own_dates(entities: &Entities, entity: usize, [rated, expires]: [Option<i64>; 2]) -> [Option<i64>; 3] {
    let edited = |field: Field| entities.lineage[entities.schema.index_of(field)][entity] == NO_MEMBER;
    let by_edit = edited(Field::ManualStars);
    let place = entities.ratings.binary_search_by_key(&entity, |rating| rating.entity.index());
    let rating = place.ok().map(|place| entities.ratings[place]).filter(|_| !by_edit);
    let own = |field: Field, which: usize, date: Option<i64>| {
        let of_others = rating.is_some_and(|rating| rating.of_others[which]);
        date.filter(|_| edited(field) || !by_edit && !of_others)
    };
    [own(Field::RatedAt, 0, rated), own(Field::RatingExpiresAt, 1, expires), rating.and_then(|rating| rating.row_at)]
}

/// A field as whole numbers: stars, microseconds or days; records of the CRM have none of them.
fn numbers(entities: &Entities, field: Field) -> Int64Chunked {
    let Some(column) = entities.facts.column(field.name()) else {
        return Int64Chunked::full_null(field.name().into(), entities.len());
    };
    let physical = column.to_physical_repr().cast(&DataType::Int64).expect("the field is a number or a date");
    physical.i64().expect("cast just now").rechunk().into_owned()
}
