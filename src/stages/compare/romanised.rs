//! One key for the ways in which a Slavic name is written in Latin letters, and one form for the two genders of a
//! family name.
//!
//! The key follows what the usual systems make of one Cyrillic letter: ISO 9, BGN/PCGN, the Bulgarian act of 2009, the
//! French and German newspapers' spellings and the passports of the last decades. In the key `S` is sh, `C` ch, `Z` zh,
//! `J` dzh and `T` ts.

/// Beginnings of which rules would make something else, by their usual spelling.
const BEGINNINGS: [(&str, &str); 46] = [
    ("aliona", "alena"),
    ("aljona", "alena"),
    ("alyona", "alena"),
    ("artiom", "artem"),
    ("artjom", "artem"),
    ("artyom", "artem"),
    ("chadj", "hadj"),
    ("chadzh", "hadj"),
    ("chl", "hl"),
    ("chr", "hr"),
    ("fiodor", "fedor"),
    ("fjodor", "fedor"),
    ("fyodor", "fedor"),
    ("hadzi", "hadji"),
    // Word-initial je is zh in the French way, but not in these.
    ("jefim", "efim"),
    ("jego", "ego"),
    ("jeka", "eka"),
    ("jelen", "elen"),
    ("jelis", "elis"),
    ("jeliz", "eliz"),
    ("jevg", "evg"),
    ("jewg", "evg"),
    // The Bulgarian hard sign was u or y before it was a.
    ("krust", "krast"),
    ("kryst", "krast"),
    ("kunch", "kanch"),
    ("kuntch", "kanch"),
    ("micha", "miha"),
    ("piotr", "petr"),
    ("pjotr", "petr"),
    ("purv", "parv"),
    ("pyotr", "petr"),
    ("pyrv", "parv"),
    ("semion", "semen"),
    ("semjon", "semen"),
    ("semyon", "semen"),
    ("turnov", "tarnov"),
    ("tyrnov", "tarnov"),
    ("vulch", "valch"),
    ("vulk", "valk"),
    ("vultch", "valch"),
    ("vurb", "varb"),
    ("vylch", "valch"),
    ("vyrb", "varb"),
    ("vulko", "valko"),
    ("ye", "e"),
    ("zacha", "zaha"),
];

/// Spellings of one sound, longest first.
const SOUNDS: [(&str, &str); 26] = [
    ("schtsch", "St"),
    ("schtch", "St"),
    ("chtch", "St"),
    ("shtch", "St"),
    ("shch", "St"),
    ("szcz", "St"),
    ("dsch", "J"),
    ("tsch", "C"),
    ("dzh", "J"),
    ("sch", "S"),
    ("tch", "C"),
    ("tsh", "C"),
    ("sh", "S"),
    ("sz", "S"),
    ("zh", "Z"),
    ("cz", "C"),
    ("kh", "h"),
    ("ts", "T"),
    ("tz", "T"),
    ("zw", "Tv"),
    ("cv", "Tv"),
    ("ck", "k"),
    ("cs", "ks"),
    ("ph", "f"),
    ("th", "t"),
    ("ou", "u"),
];

const FAMILY_ENDINGS: [&str; 14] =
    ["ov", "ev", "off", "eff", "ow", "ew", "ova", "eva", "owa", "ewa", "ski", "sky", "ska", "ic"];

/// The key of a name in match form: equal for the romanisations of one Cyrillic spelling.
pub(super) fn romanised(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for part in name.split([' ', '-']).filter(|part| !part.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&word(part));
    }
    key
}

fn word(name: &str) -> String {
    let start = BEGINNINGS.iter().filter(|(from, _)| name.starts_with(from)).max_by_key(|(from, _)| from.len());
    let name = match start {
        Some((from, to)) => format!("{to}{}", &name[from.len()..]),
        None => name.to_owned(),
    };
    ending(collapsed(&sounds(&name)))
}

/// Letters and groups of letters to sounds.
fn sounds(name: &str) -> String {
    let family = FAMILY_ENDINGS.iter().any(|ending| name.ends_with(ending));
    let mut key = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        if let Some((from, to)) = SOUNDS.iter().find(|(from, _)| rest.starts_with(from)) {
            key.push_str(to);
            rest = &rest[from.len()..];
            continue;
        }
        let before = key.chars().next_back();
        let mut next = rest.chars().skip(1);
        let (after, second) = (next.next(), next.next());
        let mut taken = c.len_utf8();
        match (c, after) {
            ('d', Some('j')) if before.is_none() || matches!(second, Some('i' | 'e')) => {
                key.push('J');
                taken = 2;
            }
            ('c', Some('h')) => {
                key.push(if matches!(second, Some('r' | 'l' | 'm' | 'n' | 't')) { 'h' } else { 'C' });
                taken = 2;
            }
            ('c', _) => key.push(hard_or_soft(before, after, rest, family)),
            ('g', Some('u')) if matches!(second, Some('e' | 'i')) => {
                key.push('g');
                taken = 2;
            }
            ('j', Some('e' | 'i')) if before.is_none() => key.push('Z'),
            ('j', Some('i' | 'd')) => key.push('Z'),
            ('j' | 'y', _) => key.push('i'),
            ('x', _) => key.push_str("ks"),
            ('q', _) => key.push('k'),
            ('w', _) => key.push('v'),
            _ => key.push(c),
        }
        rest = &rest[taken..];
    }
    key
}

/// The letter c is ch at the end of -ic, ts before e and i and in family names such as Conev and Kuznecov, else k.
fn hard_or_soft(before: Option<char>, after: Option<char>, rest: &str, family: bool) -> char {
    match (before, after) {
        (Some('i'), None) => 'C',
        (Some('e'), None) | (_, Some('e' | 'i' | 'y')) => 'T',
        (None, Some('a' | 'o' | 'u')) if family => 'T',
        (Some('e'), Some('o')) if family && rest.len() <= 4 => 'T',
        _ => 'k',
    }
}

/// Without doubled letters and the glide that some write between vowels ("sergeyev", "sergeev").
fn collapsed(key: &str) -> String {
    let vowel = |c: Option<char>| c.is_some_and(|c| "aeiou".contains(c));
    let mut short = String::with_capacity(key.len());
    let mut chars = key.chars().peekable();
    while let Some(c) = chars.next() {
        let before = short.chars().next_back();
        let glide = c == 'i' && chars.peek() == Some(&'e') && vowel(before);
        if before != Some(c) && !glide {
            short.push(c);
        }
    }
    short.replace("liu", "lu")
}

/// Endings: -off and -ow are -ov, -skaya is -ska, -tar and -tur are -ter, e after sh, ch and the like is written o.
fn ending(mut key: String) -> String {
    if key.starts_with("St") {
        key.replace_range(..1, "s");
    }
    if key.len() >= 5 && (key.ends_with("of") || key.ends_with("ef")) {
        key.truncate(key.len() - 1);
        key.push('v');
    }
    if key.ends_with("skaia") {
        key.truncate(key.len() - 2);
    }
    let before_last = key.len().saturating_sub(2);
    let hard_r = ["tar", "tur", "ter", "tir", "dar", "dur", "der", "dir"];
    if key.len() >= 5 && hard_r.iter().any(|end| key.ends_with(end)) {
        key.remove(before_last);
    }
    for feminine in ["", "a"] {
        let Some(stem) = key.strip_suffix(feminine).and_then(|key| key.strip_suffix('v')) else { continue };
        let Some(stem) = stem.strip_suffix('e').or_else(|| stem.strip_suffix('o')) else { continue };
        let soft = stem.strip_suffix('i').filter(|stem| stem.len() >= 2);
        let hushes = |stem: &str| stem.ends_with(['S', 'C', 'Z']) || stem.ends_with("St");
        let stem = match soft {
            Some(stem) if hushes(stem) || stem.ends_with('l') => format!("{stem}e"),
            Some(_) => format!("{stem}e"),
            None if hushes(stem) => format!("{stem}e"),
            None => continue,
        };
        return format!("{stem}v{feminine}");
    }
    key
}

/// The masculine form of a Slavic family name in match form; other names and masculine ones as they are. Husband and
/// wife bear the two forms, so that it tells families, not persons, apart.
pub(super) fn gender_neutral(last_name: &str) -> String {
    let words: Vec<String> = last_name.split(' ').map(masculine).collect();
    words.join(" ")
}

fn masculine(name: &str) -> String {
    const ADJECTIVES: [(&str, &str); 11] = [
        ("skaya", "ski"),
        ("skaia", "ski"),
        ("skaja", "ski"),
        ("ska", "ski"),
        ("skij", "ski"),
        ("skiy", "ski"),
        ("skii", "ski"),
        ("sky", "ski"),
        ("cka", "cki"),
        ("cky", "cki"),
        ("dzka", "dzki"),
    ];
    if name.len() < 5 {
        return name.to_owned();
    }
    if let Some((stem, end)) = ADJECTIVES.iter().find_map(|(from, to)| Some((name.strip_suffix(from)?, to))) {
        return format!("{stem}{end}");
    }
    let possessive = ["ova", "eva", "owa", "ewa"].iter().any(|end| name.ends_with(end));
    let nominal = name.len() >= 6 && (name.ends_with("ina") || name.ends_with("yna"));
    let czech = ["na", "la", "ha", "ba"].iter().any(|end| name.ends_with(end));
    match name.strip_suffix('a') {
        Some(stem) if possessive || nominal => stem.to_owned(),
        Some(stem) if czech => format!("{stem}y"),
        _ => name.to_owned(),
    }
}

/// Whether two family names in match form are one name, or its masculine and its feminine form: Ivanov and Ivanova,
/// Kowalski and Kowalska, also Novák and Nováková, Papadopoulos and Papadopoulou.
pub(super) fn gender_forms(a: &str, b: &str) -> bool {
    romanised(&gender_neutral(a)) == romanised(&gender_neutral(b)) || wife_of(a, b) || wife_of(b, a)
}

fn wife_of(wife: &str, husband: &str) -> bool {
    if let (Some(w), Some(h)) = (wife.strip_suffix("ou"), husband.strip_suffix("os")) {
        return w.len() >= 5 && w == h;
    }
    let Some(stem) = wife.strip_suffix("ova").filter(|stem| stem.len() >= 3) else { return false };
    let bare = husband.strip_suffix(['a', 'o', 'e']).unwrap_or(husband);
    // the e of -ek, -ec, -el falls out: Vanek, Vankova
    let short = ["ek", "ec", "el"].iter().find_map(|end| Some((husband.strip_suffix(end)?, &end[1..])));
    stem == husband || stem == bare || short.is_some_and(|(head, last)| stem.strip_suffix(last) == Some(head))
}

#[cfg(test)]
#[path = "romanised_tests.rs"]
mod tests;
