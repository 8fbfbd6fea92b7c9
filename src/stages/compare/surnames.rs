//! Family names of several words: Spanish and Portuguese double names, particles, names joined by marriage.

/// Words before a family name that people leave out, join to it or write apart.
const PARTICLES: [&str; 52] = [
    "a", "af", "al", "am", "auf", "av", "ben", "bin", "da", "dal", "dalla", "das", "de", "degli", "dei", "del", "dela",
    "della", "dello", "delos", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "i", "im", "la", "las", "le",
    "les", "lo", "los", "of", "op", "san", "st", "t", "te", "ten", "ter", "van", "vande", "vander", "von", "y", "zu",
    "zur",
];

/// Particles that are written in one word with what follows, longest first.
const GLUED: [&str; 14] = [
    "vander", "vanden", "vonder", "delos", "delas", "degli", "della", "dalla", "vande", "dela", "del", "van", "von",
    "dos",
];

/// What two family names have in common, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    /// The same but for spaces and hyphens: "mc donald", "mcdonald".
    Spelling,
    /// The same but for particles: "van der berg", "berg".
    Particle,
    /// One is a part of the other, in its order: "garcia lopez" and "garcia" or "lopez".
    Part,
    /// The same words in another order, which is weak: cousins are called so.
    Swapped,
}

/// The words of a family name in match form that are not particles; all of its words if there are only particles.
pub(super) fn heads(last_name: &str) -> Vec<&str> {
    let words: Vec<&str> = last_name.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let Some((last, before)) = words.split_last() else { return words };
    // the last word is a name, whatever it looks like
    before.iter().filter(|word| !PARTICLES.contains(word)).chain([last]).copied().collect()
}

/// What binds two family names in match form, if anything does. Typing errors are not looked for.
pub(super) fn bond(a: &str, b: &str) -> Option<Bond> {
    let joined = |name: &str| -> String { name.split([' ', '-']).collect() };
    let (whole_a, whole_b) = (joined(a), joined(b));
    if whole_a.is_empty() || whole_b.is_empty() {
        return None;
    }
    if whole_a == whole_b {
        return Some(Bond::Spelling);
    }
    let (p, q) = (heads(a), heads(b));
    if p.concat() == q.concat() || unglued(&whole_a) == q.concat() || unglued(&whole_b) == p.concat() {
        return Some(Bond::Particle);
    }
    let (short, long) = if p.len() <= q.len() { (&p, &q) } else { (&q, &p) };
    let telling = short.iter().any(|word| word.len() >= 2);
    if telling && short.len() < long.len() && long.windows(short.len()).any(|part| part == short.as_slice()) {
        return Some(Bond::Part);
    }
    let (mut p, mut q) = (p, q);
    p.sort_unstable();
    q.sort_unstable();
    (p == q).then_some(Bond::Swapped)
}

/// "vanderberg" without its particles; names that would lose nearly everything keep them ("delon", "vance").
fn unglued(name: &str) -> &str {
    GLUED.iter().find_map(|particle| name.strip_prefix(particle)).filter(|rest| rest.len() >= 4).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn particles_are_no_heads() {
        for (name, want) in [
            ("garcia lopez", "garcia lopez"),
            ("garcia y lopez", "garcia lopez"),
            ("de la cruz", "cruz"),
            ("van der berg", "berg"),
            ("von und zu guttenberg", "und guttenberg"),
            ("da silva dos santos", "silva santos"),
            ("mueller-schmidt", "mueller schmidt"),
            ("ter", "ter"),
            ("le", "le"),
            ("van de", "de"),
            ("nguyen van", "nguyen van"),
            ("", ""),
        ] {
            assert_eq!(heads(name).join(" "), want, "{name}");
        }
    }

    #[test]
    fn bonds() {
        for (a, b, want) in [
            ("mc donald", "mcdonald", Some(Bond::Spelling)),
            ("van der berg", "vanderberg", Some(Bond::Spelling)),
            ("de la cruz", "delacruz", Some(Bond::Spelling)),
            ("smith-jones", "smith jones", Some(Bond::Spelling)),
            ("garcia", "garcia", Some(Bond::Spelling)),
            ("van der berg", "berg", Some(Bond::Particle)),
            ("vanderberg", "berg", Some(Bond::Particle)),
            ("van der berg", "van den berg", Some(Bond::Particle)),
            ("de la cruz", "cruz", Some(Bond::Particle)),
            ("delacruz", "cruz", Some(Bond::Particle)),
            ("garcia y lopez", "garcia lopez", Some(Bond::Particle)),
            ("da silva", "silva", Some(Bond::Particle)),
            ("dos santos", "santos", Some(Bond::Particle)),
            ("di stefano", "stefano", Some(Bond::Particle)),
            ("le clerc", "clerc", Some(Bond::Particle)),
            ("von neumann", "neumann", Some(Bond::Particle)),
            ("ter horst", "horst", Some(Bond::Particle)),
            ("du pont", "pont", Some(Bond::Particle)),
            ("garcia lopez", "garcia", Some(Bond::Part)),
            ("garcia lopez", "lopez", Some(Bond::Part)),
            ("mueller-schmidt", "mueller", Some(Bond::Part)),
            ("de la fuente garcia", "fuente", Some(Bond::Part)),
            ("silva santos costa", "silva santos", Some(Bond::Part)),
            ("silva santos costa", "da costa", Some(Bond::Part)),
            ("lopez garcia", "garcia lopez", Some(Bond::Swapped)),
            ("schmidt-mueller", "mueller schmidt", Some(Bond::Swapped)),
            ("silva santos costa", "silva costa", None),
            ("garcia lopez", "garcia perez", None),
            ("garcia", "perez", None),
            ("van dijk", "van berg", None),
            ("de vries", "de jong", None),
            ("delon", "on", None),
            ("vance", "ce", None),
            ("garcia l", "l", None),
            ("", "garcia", None),
            ("", "", None),
        ] {
            assert_eq!(bond(a, b), want, "{a} / {b}");
            assert_eq!(bond(b, a), want, "{b} / {a}");
        }
    }

    proptest! {
        #[test]
        fn bonds_are_symmetric(a in "[a-d ]{0,8}", b in "[a-d ]{0,8}") {
            prop_assert_eq!(bond(&a, &b), bond(&b, &a));
        }
    }
}
