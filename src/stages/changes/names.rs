//! First and last names, where a record has only a whole one: importers want a last name.

use std::borrow::Cow;

/// A whole name, and its first and last as far as they are known.
pub(super) type Name<'a> = (&'a str, [&'a str; 2]);

/// The first name, or "".
pub(super) fn first_name((whole, [first, last]): Name<'_>) -> Cow<'_, str> {
    Cow::Borrowed(match (first, last) {
        ("", "") => whole.rsplit_once(' ').map_or("", |(first, _)| first),
        // A first name alone has to do as the last one.
        (_, "") => "",
        (first, _) => first,
    })
}

/// The last name; the whole one where there is nothing else.
pub(super) fn last_name((whole, [first, last]): Name<'_>) -> Cow<'_, str> {
    Cow::Borrowed(match (first, last) {
        ("", "") => whole.rsplit_once(' ').map_or(whole, |(_, last)| last),
        (first, "") => first,
        (_, last) => last,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_last_name() {
        for (name, first, last) in [
            (("Ana Maria Kirova", ["Ana Maria", "Kirova"]), "Ana Maria", "Kirova"),
            (("Ana Kirova", ["", ""]), "Ana", "Kirova"),
            (("Madonna", ["", ""]), "", "Madonna"),
            (("Madonna", ["Madonna", ""]), "", "Madonna"),
            (("Kirova", ["", "Kirova"]), "", "Kirova"),
        ] {
            assert_eq!((&*first_name(name), &*last_name(name)), (first, last), "{name:?}");
        }
    }
}
