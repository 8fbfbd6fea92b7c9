//! Dates whose year, month and day stand in three columns.

use super::decide::{Decided, TableKind};
use super::headers::Meaning;
use super::profile::Profile;
use super::shapes::Shape;

/// Kinds of [`Meaning::DatePart`], in the order in which they make a date.
pub(super) const PARTS: [&str; 3] = ["year", "month", "day"];

/// Marks columns side by side that hold years, months and days as the parts of one date. Of persons and organisations,
/// dates over few years are of what happened and tell nothing.
pub(super) fn compose(decided: &mut [Decided], profiles: &[Profile], kind: TableKind) {
    let mut at = 0;
    while at + 3 <= decided.len() {
        let Some(parts) = parts_from(at, decided, profiles) else {
            at += 1;
            continue;
        };
        let year = &profiles[parts[0]];
        let happened = kind.is_party() && decided[parts[0]].kind != "birth" && year.years < 25;
        for (&column, part) in parts.iter().zip(PARTS) {
            let why = format!("the {part} of a date in three columns");
            decided[column] = match happened {
                true => Decided { meaning: Some(Meaning::Created), kind: "", sure: 2, why },
                false => Decided { meaning: Some(Meaning::DatePart), kind: part, sure: 2, why },
            };
        }
        at += 3;
    }
}

/// The year, the month and the day among three columns from one on.
fn parts_from(from: usize, decided: &[Decided], profiles: &[Profile]) -> Option<[usize; 3]> {
    const SURE: f64 = 0.95;
    let three = from..from + 3;
    let open = |at: usize| {
        let open = matches!(
            decided[at].meaning,
            None | Some(
                Meaning::Year
                    | Meaning::Number
                    | Meaning::Category
                    | Meaning::Date
                    | Meaning::Created
                    | Meaning::HouseNumber
                    | Meaning::Text
                    | Meaning::Flag
                    // "Tag" is a day in German.
                    | Meaning::Process
                    | Meaning::Key
            )
        );
        open && profiles[at].filled > 0
    };
    if !three.clone().all(open) {
        return None;
    }
    let share = |at: usize, shape: Shape| profiles[at].share(shape);
    let year = three.clone().find(|&at| share(at, Shape::Year) >= SURE)?;
    // Days go beyond 12, months never.
    let month = three.clone().find(|&at| at != year && share(at, Shape::Month) >= SURE)?;
    let day = three.clone().find(|&at| at != year && at != month && share(at, Shape::DayOfMonth) >= SURE)?;
    let (month, day) = if share(day, Shape::Month) > share(month, Shape::Month) { (day, month) } else { (month, day) };
    let least = |most: usize, at: usize| profiles[at].distinct >= most.min(profiles[at].filled / 4).max(2);
    (share(day, Shape::Month) < SURE && least(6, month) && least(15, day)).then_some([year, month, day])
}
