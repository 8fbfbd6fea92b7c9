//! Proper case for names written all in capitals or all in small letters. Mixed case is somebody's choice and stays.

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Mixed,
}

/// How the letters of a text are written; Mixed where there are none with a case.
pub(super) fn case_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Case {
    let (mut upper, mut lower) = (false, false);
    for c in words.into_iter().flat_map(str::chars) {
        upper |= c.is_uppercase();
        lower |= c.is_lowercase();
    }
    match (upper, lower) {
        (true, false) => Case::Upper,
        (false, true) => Case::Lower,
        _ => Case::Mixed,
    }
}

/// Particles that stay small: "van", "de la", "von und zu".
const SMALL: [&str; 19] = [
    "van", "von", "vom", "de", "del", "der", "den", "dos", "das", "da", "do", "du", "zu", "zum", "zur", "ten", "ter",
    "af", "av",
];
/// Small only after one of [`SMALL`] ("de la Cruz", but "La Rosa").
const SMALL_AFTER: [&str; 8] = ["la", "las", "los", "le", "het", "'t", "und", "op"];
/// Small only between two words ("Ortega y Gasset").
const SMALL_BETWEEN: [&str; 3] = ["y", "e", "i"];

/// Particles that belong to the family name whether written small or not.
pub(super) fn is_particle(word: &str) -> bool {
    let word = word.to_lowercase();
    SMALL.contains(&word.as_str())
        || SMALL_AFTER.contains(&word.as_str())
        || [
            "di", "della", "dello", "degli", "dal", "des", "el", "al", "bin", "ibn", "ben", "abu", "san", "santa",
            "st.", "ap",
        ]
        .contains(&word.as_str())
}

/// Words in proper case. `given_first`: the first word is a given name, never a particle ("Van Morrison").
pub(super) fn proper(words: &mut [String], given_first: bool) {
    let count = words.len();
    for at in 0..count {
        let lower = words[at].to_lowercase();
        let first = at == 0;
        let after = !first && SMALL.contains(&words[at - 1].to_lowercase().as_str());
        let small = at + 1 < count
            && ((SMALL.contains(&lower.as_str()) && !(first && given_first))
                || (SMALL_AFTER.contains(&lower.as_str()) && after)
                || (SMALL_BETWEEN.contains(&lower.as_str()) && !first));
        words[at] = if small { lower } else { capitalised(&words[at]) };
    }
}

/// "O'BRIEN" O'Brien, "mcdonald" McDonald, "anne-marie" Anne-Marie, "j.r." J.R.; "JP" stays as initials.
fn capitalised(word: &str) -> String {
    if word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase() && !b"AEIOUY".contains(&b)) {
        return word.to_owned();
    }
    let mut shown = String::with_capacity(word.len());
    let mut segment = String::new();
    for c in word.chars() {
        if matches!(c, '-' | '.' | '\'' | '’' | '‐' | '/') {
            let raised = push_segment(&mut shown, &segment);
            // after D' and O' a capital follows; after longer beginnings none ("Ma'ruf")
            segment.clear();
            shown.push(c);
            if matches!(c, '\'' | '’') && raised > 1 {
                segment.push('\0');
            }
        } else {
            segment.push(c);
        }
    }
    push_segment(&mut shown, &segment);
    shown
}

/// Appends a segment with a capital (small where it is marked by a NUL); tells its length in characters.
fn push_segment(shown: &mut String, segment: &str) -> usize {
    let small = segment.starts_with('\0');
    let lower = segment.trim_start_matches('\0').to_lowercase();
    let length = lower.chars().count();
    if small {
        shown.push_str(&lower);
        return length;
    }
    let prefix = scottish_prefix(&lower);
    push_raised(shown, &lower[..prefix]);
    push_raised(shown, &lower[prefix..]);
    length
}

fn push_raised(shown: &mut String, lower: &str) {
    let mut chars = lower.chars();
    if let Some(first) = chars.next() {
        shown.extend(first.to_uppercase());
        shown.push_str(chars.as_str());
    }
}

/// Length of "mc", or of "mac" before those names that take a capital after it.
fn scottish_prefix(lower: &str) -> usize {
    const AFTER_MAC: [&str; 11] =
        ["donald", "gregor", "arthur", "kenzie", "leod", "millan", "intosh", "pherson", "lean", "farlane", "dougall"];
    match lower {
        _ if lower.starts_with("mc") && lower.chars().count() >= 5 => 2,
        _ if lower.strip_prefix("mac").is_some_and(|rest| AFTER_MAC.contains(&rest)) => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals() {
        for (raw, want) in [
            ("SMITH", "Smith"),
            ("o'brien", "O'Brien"),
            ("D’ANGELO", "D’Angelo"),
            ("MA'RUF", "Ma'ruf"),
            ("mcdonald", "McDonald"),
            ("MACDONALD", "MacDonald"),
            ("mackey", "Mackey"),
            ("anne-marie", "Anne-Marie"),
            ("j.r.", "J.R."),
            ("ПЕТРОВА-СТОЯНОВА", "Петрова-Стоянова"),
            ("éric", "Éric"),
            ("JP", "JP"),
            ("LI", "Li"),
        ] {
            assert_eq!(capitalised(raw), want, "{raw}");
        }
    }
}
