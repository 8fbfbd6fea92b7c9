//! What only the other columns of a table tell of a column.

use super::decide::Decided;
use super::headers::{Meaning, is_meaningless, said};
use super::profile::Profile;
use super::shapes::Shape;
use crate::config::preset::match_form;

/// A lone "first name" of two words and more is a whole name, and a lone company of given names is a person.
pub(super) fn settle_names(decided: &mut [Decided], profiles: &[Profile]) {
    let has = |decided: &[Decided], meaning: Meaning| decided.iter().any(|column| column.meaning == Some(meaning));
    let lone = !has(decided, Meaning::LastName) && !has(decided, Meaning::FullName);
    for at in 0..decided.len() {
        let profile = &profiles[at];
        let whole = profile.share(Shape::Words) >= 0.6 && profile.share(Shape::Given) >= 0.3;
        if lone && decided[at].meaning == Some(Meaning::FirstName) && whole {
            decided[at].meaning = Some(Meaning::FullName);
        }
        let person = profile.share(Shape::Given) >= 0.6
            && profile.share(Shape::Words) >= 0.6
            && profile.share(Shape::LegalForm) < 0.03
            && profile.share(Shape::Organisation) < 0.05;
        if lone && !has(decided, Meaning::FirstName) && decided[at].meaning == Some(Meaning::Company) && person {
            decided[at].meaning = Some(Meaning::FullName);
            decided[at].why = format!("{}, but the values are people's names", decided[at].why);
        }
    }
}

/// An age goes with the date of birth, and changes where that does not.
pub(super) fn settle_ages(decided: &mut [Decided], profiles: &[Profile]) {
    let born = decided.iter().zip(profiles).any(|(column, profile)| {
        profile.fill() >= 0.5
            && (column.meaning == Some(Meaning::Date) && column.kind == "birth"
                || column.meaning == Some(Meaning::DatePart))
    });
    for column in decided.iter_mut().filter(|_| born) {
        let repeats = column.meaning == Some(Meaning::Number) && column.kind == "age"
            || column.meaning == Some(Meaning::Year) && column.kind == "birth";
        if repeats {
            *column = Decided::nothing("the date of birth says it");
        }
    }
}

/// Whether a header says "number" and not of what.
fn says_number(header: &str) -> bool {
    ["nr", "no", "num", "number", "numero", "номер"].contains(&match_form(header).as_str())
}

/// The nearest column within two of the given names that may hold family names.
fn family_name_beside(first: usize, may: &dyn Fn(usize) -> bool, columns: usize) -> Option<usize> {
    let near = [first.checked_sub(1), Some(first + 1), first.checked_sub(2), Some(first + 2)];
    near.into_iter().flatten().filter(|&at| at < columns).find(|&at| may(at))
}

/// What only the neighbours tell of columns whose header tells nothing.
pub(super) fn settle_neighbours(decided: &mut [Decided], header: &[String], profiles: &[Profile]) {
    let silent = |at: usize| is_meaningless(&header[at]) || said(&header[at]).is_empty();
    let beside = |at: usize| [at.checked_sub(1), (at + 1 < header.len()).then_some(at + 1)].into_iter().flatten();
    let find =
        |decided: &[Decided], meaning: Meaning| decided.iter().position(|column| column.meaning == Some(meaning));
    let words = |at: usize, single: f64| {
        let profile = &profiles[at];
        let share = profile.share(Shape::Word);
        share >= single && share + profile.share(Shape::Words) >= 0.8 && profile.words <= 3.0
    };
    let open = |decided: &[Decided], at: usize| {
        silent(at)
            && matches!(
                decided[at].meaning,
                Some(Meaning::Text | Meaning::Category | Meaning::FirstName | Meaning::FullName)
            )
            && decided[at].sure == 1
    };
    if find(decided, Meaning::LastName).is_none()
        && let Some(first) = find(decided, Meaning::FirstName)
        && let Some(at) = family_name_beside(
            first,
            &|at| open(decided, at) && words(at, 0.6) && !profiles[at].repeats() && profiles[at].fill() >= 0.3,
            header.len(),
        )
    {
        decided[at] = Decided::by_values(Meaning::LastName, "single words beside the given names");
    }
    if find(decided, Meaning::City).is_none() {
        let anchors = [Meaning::Postcode, Meaning::Street, Meaning::Region, Meaning::Country];
        let at = anchors.iter().filter_map(|&anchor| find(decided, anchor)).flat_map(beside);
        let found = at.into_iter().find(|&at| open(decided, at) && words(at, 0.3));
        if let Some(at) = found {
            decided[at] = Decided::by_values(Meaning::City, "words beside an address");
        }
    }
    // Numbers of five digits are postal codes where no column says that it holds them, and an address is near.
    let said_postcode = decided.iter().any(|column| column.meaning == Some(Meaning::Postcode) && column.sure > 1);
    for at in 0..decided.len() {
        let guessed = decided[at].meaning == Some(Meaning::Postcode) && decided[at].sure == 1;
        if guessed && said_postcode && profiles[at].share(Shape::Number) >= 0.8 {
            decided[at] = Decided::by_values(Meaning::Number, "numbers, but the postal code is in another column");
        }
    }
    if find(decided, Meaning::HouseNumber).is_none()
        && let Some(street) = find(decided, Meaning::Street)
        && profiles[street].share(Shape::Numbered) < 0.3
        && let Some(at) = beside(street).find(|&at| {
            let open = matches!(decided[at].meaning, Some(Meaning::Number | Meaning::Text | Meaning::Category));
            (silent(at) && open || says_number(&header[at])) && profiles[at].share(Shape::HouseNumber) >= 0.8
        })
    {
        decided[at] = Decided::by_values(Meaning::HouseNumber, "short numbers beside a street without them");
    }
}
