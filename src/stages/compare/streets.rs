//! Streets written in two ways: with and without the kind of street, a direction or the number of a flat.

/// Kinds of street in match form, and words that stand between names.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "al", "allee", "ave", "bul", "calle", "circle", "close", "corso", "cres", "crescent", "ct", "da", "das", "de", "del",
    "della", "der", "des", "di", "do", "dos", "dr", "du", "el", "gasse", "hwy", "la", "las", "le", "les", "ln", "los",
    "no", "of", "paseo", "pkwy", "pl", "rd", "rua", "rue", "sq", "st", "ter", "terrace", "the", "ul", "via", "viale",
    "way", "weg",
];

/// Directions, which many leave out.
#[rustfmt::skip]
const DIRECTIONS: &[&str] = &[
    "e", "east", "est", "este", "n", "ne", "nord", "norte", "north", "nw", "oeste", "ost", "ouest", "ovest", "s", "se",
    "south", "sud", "sur", "sw", "w", "west",
];

/// Words before the number of a flat, a floor or an entrance.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "ap", "apartment", "app", "appartement", "appt", "apt", "bldg", "building", "entrance", "et", "etage", "etazh", "fl",
    "flat", "floor", "lot", "piso", "puerta", "rm", "room", "scala", "ste", "suite", "top", "unit", "vh", "whg",
    "wohnung",
];

/// The house number and the name of a street in match form, without what people leave out; none where either is missing.
pub(super) fn core(street: &str) -> Option<String> {
    let mut number = None;
    let mut name = String::new();
    let mut words = street.split(' ').filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if UNITS.binary_search(&word).is_ok() {
            words.next();
        } else if word.bytes().any(|byte| byte.is_ascii_digit()) {
            number = number.or(Some(word));
        } else if BETWEEN.binary_search(&word).is_err() && DIRECTIONS.binary_search(&word).is_err() {
            name.push(' ');
            name.push_str(word);
        }
    }
    (name.len() > 3).then_some(())?;
    Some(format!("{}{name}", number?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        for list in [BETWEEN, DIRECTIONS, UNITS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn one_street_in_two_ways() {
        let same = [
            ("1969 e hadewood rd suite 33", "1969 east hadewood rd"),
            ("536 north wesbury st", "536 n wesbury"),
            ("calle mayor 5 piso 2", "5 mayor"),
            ("haupt st 12", "12 haupt"),
            ("ul vasil levski 7 ap 3", "vasil levski 7"),
        ];
        for (a, b) in same {
            assert!(core(a).is_some() && core(a) == core(b), "{a} {b}: {:?} {:?}", core(a), core(b));
        }
        let different = [("536 n wesbury", "538 n wesbury"), ("5 mayor", "5 menor"), ("12 haupt st", "haupt st")];
        for (a, b) in different {
            assert_ne!(core(a), core(b), "{a} {b}");
        }
        assert_eq!((core("12 st"), core("haupt st"), core("")), (None, None, None));
    }
}
