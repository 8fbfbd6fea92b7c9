//! Stars given by hand: when their row was changed, and whether the dates beside them are theirs.

use crate::model::entities::{EntityId, NO_MEMBER, Rating};
use crate::model::field::Field;
use crate::model::leads::{LeadId, Leads, Values};

/// One per golden lead that has stars given by hand.
pub(super) fn ratings(leads: &Leads, lineage: &[impl AsRef<Vec<u32>>]) -> Vec<Rating> {
    let rows = |field: Field| lineage[leads.schema.index_of(field)].as_ref();
    let Values::Integer(stars) = leads.column(Field::ManualStars) else { return Vec::new() };
    let dates = [rows(Field::RatedAt), rows(Field::RatingExpiresAt)];
    let has_stars = |row: u32| row != NO_MEMBER && stars[row as usize].is_some();
    let given = rows(Field::ManualStars).iter().enumerate().filter(|(_, row)| has_stars(**row));
    given
        .map(|(entity, &row)| {
            let stamp = |field| leads.timestamp(field, LeadId(row));
            let differ = |other: u32| match other {
                NO_MEMBER => false,
                other => stars[other as usize].is_some_and(|other| Some(other) != stars[row as usize]),
            };
            Rating {
                entity: EntityId(entity as u32),
                row_at: stamp(Field::ModifiedAt).or_else(|| stamp(Field::CreatedAt)),
                of_others: dates.map(|rows| differ(rows[entity])),
            }
        })
        .collect()
}
