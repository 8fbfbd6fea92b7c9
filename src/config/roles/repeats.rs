//! Columns that say what another one says: evidence counts once.

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::sample::Sample;
use super::uses::{Chosen, Use};
use crate::config::preset::match_form;
use crate::model::field::Field;
use crate::model::text::{BLANK, TextColumn};

/// Rows that are looked at.
const ROWS: usize = 5000;
/// Rows with both values, fewer of which prove nothing.
const ENOUGH: usize = 20;

/// Leaves out columns that repeat another one: the same texts, or codes that go with its values one to one.
pub(super) fn drop(chosen: &mut [Chosen], sample: &Sample) {
    let asked = |chosen: &Chosen| chosen.why.starts_with("--");
    let own = |chosen: &Chosen| matches!(chosen.used, Use::Compared(_) | Use::NamedField(_));
    let fields = |chosen: &Chosen| {
        // Halves of a name and addresses of all kinds are read together.
        let Use::Field(field) = chosen.used else { return false };
        matches!(field, Field::Company | Field::City | Field::Region | Field::Postcode | Field::Country)
    };
    for at in 0..chosen.len() {
        if asked(&chosen[at]) || !own(&chosen[at]) {
            continue;
        }
        let other = (0..chosen.len()).find(|&other| {
            let earlier = other < at && own(&chosen[other]) || fields(&chosen[other]);
            other != at && earlier && repeats(&sample.columns[other], &sample.columns[at])
        });
        if let Some(other) = other {
            chosen[at].why = format!("says what \"{}\" says", sample.header[other]);
            chosen[at].used = match chosen[at].used {
                Use::NamedField(field) => Use::Kept(field),
                _ => Use::Ignored,
            };
        }
    }
}

/// Whether nine in ten rows with both have the same text, or each value of one goes with one of the other.
fn repeats(first: &TextColumn, second: &TextColumn) -> bool {
    let both: Vec<(u32, u32)> = first
        .codes
        .iter()
        .zip(&second.codes)
        .filter(|(a, b)| **a != BLANK && **b != BLANK)
        .map(|(&a, &b)| (a, b))
        .take(ROWS)
        .collect();
    let filled = second.codes.iter().take(ROWS).filter(|&&code| code != BLANK).count();
    if both.len() < ENOUGH || both.len() * 2 < filled {
        return false;
    }
    let distinct = |keys: &mut dyn Iterator<Item = (u32, u32)>| keys.collect::<HashSet<_, FixedState>>().len();
    let lefts = distinct(&mut both.iter().map(|&(a, _)| (a, 0)));
    let rights = distinct(&mut both.iter().map(|&(_, b)| (b, 0)));
    let pairs = distinct(&mut both.iter().copied());
    if lefts.min(rights) < 2 {
        return false;
    }
    // Enough rows of each value to tell that it goes with no other.
    let bound = pairs * 100 <= lefts.min(rights) * 102 && both.len() >= 5 * pairs;
    let same = || {
        let equal = both.iter().filter(|&&(a, b)| {
            let (a, b) = (first.dictionary.get(a), second.dictionary.get(b));
            a == b || match_form(a) == match_form(b)
        });
        equal.count() * 10 >= both.len() * 9
    };
    bound || same()
}
