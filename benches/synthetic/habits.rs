//! How clerks write addresses: words of the street in full or in short.

use super::rng::Rng;

/// A word of a street and the ways to shorten it.
const SHORT: &[(&str, &[&str])] = &[
    ("Street", &["St", "St.", "Str"]),
    ("Avenue", &["Ave", "Ave.", "Av"]),
    ("Road", &["Rd", "Rd."]),
    ("Drive", &["Dr", "Dr."]),
    ("Lane", &["Ln"]),
    ("Court", &["Ct"]),
    ("Boulevard", &["Blvd", "Blvd."]),
    ("Place", &["Pl"]),
    ("straße", &["str.", "str", "strasse", "strasse"]),
    ("Calle", &["C/", "C.", "c/"]),
    ("Avenida", &["Avda.", "Av.", "Avda"]),
    ("Plaza", &["Pza.", "Plza."]),
    ("Paseo", &["Pº", "Pso."]),
    ("Camino", &["Cno."]),
    ("Via", &["V.", "via"]),
    ("Piazza", &["P.za", "P.zza", "piazza"]),
    ("Viale", &["V.le", "viale"]),
    ("Corso", &["C.so", "corso"]),
    ("avenue", &["av.", "ave"]),
    ("boulevard", &["bd", "bld", "boul."]),
    ("place", &["pl."]),
    ("chemin", &["ch.", "chem."]),
    ("rue", &["r.", "Rue"]),
    ("ul.", &["ulica", "ul", "Ul."]),
    ("al.", &["aleja", "Al."]),
    ("os.", &["osiedle", "Os."]),
    ("бул.", &["булевард", "бул", "Бул."]),
    ("ул.", &["улица", "ул", "Ул."]),
    ("ж.к.", &["жк", "ж.к", "кв."]),
    ("бл.", &["блок", "бл"]),
];

/// The street with its kind in another spelling.
pub(crate) fn short_street(street: &str, rng: &mut Rng) -> String {
    match SHORT.iter().find(|(word, _)| street.contains(word)) {
        Some((word, shorter)) => street.replacen(word, rng.pick(shorter), 1),
        None => street.to_string(),
    }
}
