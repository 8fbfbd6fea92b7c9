//! Bulgarian in Latin letters, in the ways met in customer files.

/// A way to write Bulgarian in Latin letters.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scheme {
    /// The Bulgarian Transliteration Act of 2009.
    Streamlined,
    /// Scholarly: č, š, ž, ă, j.
    Scientific,
    /// As people spell in chats and web forms: y for ъ, j for ж, c for ц.
    Phonetic,
    /// As German offices spell: sch, tsch, w.
    German,
    /// As French passports spelled: ou, ch, tch, -off.
    French,
}

/// Every scheme.
pub(crate) const SCHEMES: [Scheme; 5] =
    [Scheme::Streamlined, Scheme::Scientific, Scheme::Phonetic, Scheme::German, Scheme::French];

/// Letter, then one spelling per scheme in the order of [`SCHEMES`].
const LETTERS: [(char, [&str; 5]); 30] = [
    ('а', ["a"; 5]),
    ('б', ["b"; 5]),
    ('в', ["v", "v", "v", "w", "v"]),
    ('г', ["g", "g", "g", "g", "g"]),
    ('д', ["d"; 5]),
    ('е', ["e"; 5]),
    ('ж', ["zh", "ž", "j", "sch", "j"]),
    ('з', ["z", "z", "z", "s", "z"]),
    ('и', ["i"; 5]),
    ('й', ["y", "j", "i", "j", "y"]),
    ('к', ["k"; 5]),
    ('л', ["l"; 5]),
    ('м', ["m"; 5]),
    ('н', ["n"; 5]),
    ('о', ["o"; 5]),
    ('п', ["p"; 5]),
    ('р', ["r"; 5]),
    ('с', ["s"; 5]),
    ('т', ["t"; 5]),
    ('у', ["u", "u", "u", "u", "ou"]),
    ('ф', ["f"; 5]),
    ('х', ["h", "h", "h", "ch", "kh"]),
    ('ц', ["ts", "c", "c", "z", "tz"]),
    ('ч', ["ch", "č", "ch", "tsch", "tch"]),
    ('ш', ["sh", "š", "sh", "sch", "ch"]),
    ('щ', ["sht", "št", "sht", "scht", "cht"]),
    ('ъ', ["a", "ă", "y", "a", "a"]),
    ('ь', ["y", "j", "i", "j", "i"]),
    ('ю', ["yu", "ju", "iu", "ju", "iou"]),
    ('я', ["ya", "ja", "ia", "ja", "ia"]),
];

fn spelling(letter: char, scheme: Scheme) -> Option<&'static str> {
    // The letters of the alphabet follow one another from а to я, without ы and э.
    let at = (letter as usize).checked_sub('а' as usize).filter(|&at| at < 32)?;
    let at = if at > 28 {
        at - 2
    } else if at > 26 {
        at - 1
    } else {
        at
    };
    LETTERS.get(at).filter(|(own, _)| *own == letter).map(|(_, ways)| ways[scheme as usize])
}

/// The text with its Cyrillic letters in Latin.
pub(crate) fn latin(text: &str, scheme: Scheme) -> String {
    let mut out = String::with_capacity(text.len());
    let words = text.split_inclusive([' ', '-', ',', '.']);
    for word in words {
        let end = word.trim_end_matches([' ', '-', ',', '.']);
        let (body, tail) = match scheme {
            // The Act's exception for names: final -ия is -ia.
            Scheme::Streamlined if end.ends_with("ия") => (&end[..end.len() - 4], "ia"),
            Scheme::French if end.ends_with("ов") => (&end[..end.len() - 4], "off"),
            Scheme::French if end.ends_with("ев") => (&end[..end.len() - 4], "eff"),
            _ => (end, ""),
        };
        for letter in body.chars() {
            let lower = letter.to_lowercase().next().unwrap_or(letter);
            match spelling(lower, scheme) {
                Some(way) if lower == letter => out.push_str(way),
                Some(way) => out.push_str(&super::latin::capital(way)),
                None => out.push(letter),
            }
        }
        out.push_str(tail);
        out.push_str(&word[end.len()..]);
    }
    out
}

/// Whether the text has a Cyrillic letter.
pub(crate) fn is_cyrillic(text: &str) -> bool {
    text.chars().any(|letter| ('а'..='я').contains(&letter) || ('А'..='Я').contains(&letter))
}
