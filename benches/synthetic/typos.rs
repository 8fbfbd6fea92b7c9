//! Slips of the hand, the eye and the ear.

use super::rng::Rng;

const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
/// What scanners read for what is printed.
const SEEN: &[(&str, &str)] = &[
    ("o", "0"),
    ("l", "1"),
    ("i", "l"),
    ("rn", "m"),
    ("m", "rn"),
    ("e", "c"),
    ("cl", "d"),
    ("S", "5"),
    ("B", "8"),
    ("h", "b"),
    ("vv", "w"),
    ("ü", "ii"),
    ("ß", "B"),
    ("O", "0"),
];
/// What sounds alike.
const HEARD: &[(&str, &str)] = &[
    ("ph", "f"),
    ("f", "ph"),
    ("ck", "k"),
    ("c", "k"),
    ("k", "c"),
    ("ie", "ei"),
    ("ei", "ie"),
    ("y", "i"),
    ("i", "y"),
    ("ea", "ee"),
    ("ll", "l"),
    ("l", "ll"),
    ("nn", "n"),
    ("n", "nn"),
    ("tt", "t"),
    ("t", "tt"),
    ("ss", "s"),
    ("s", "z"),
    ("v", "w"),
    ("en", "an"),
    ("er", "ar"),
    ("th", "t"),
    ("sch", "sh"),
    ("дж", "ж"),
    ("ий", "и"),
    ("ъ", "а"),
];

fn neighbour(letter: char, rng: &mut Rng) -> char {
    let lower = letter.to_ascii_lowercase();
    let Some((row, at)) = KEYS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(lower)?))) else {
        return char::from(b'a' + rng.below(26) as u8);
    };
    let beside = |row: usize, at: usize| KEYS[row].chars().nth(at);
    let near = [
        at.checked_sub(1).and_then(|at| beside(row, at)),
        beside(row, at + 1),
        row.checked_sub(1).and_then(|row| beside(row, at)),
        KEYS.get(row + 1).and_then(|keys| keys.chars().nth(at)),
    ];
    let near: Vec<char> = near.into_iter().flatten().collect();
    let found = near[rng.below(near.len())];
    if letter.is_uppercase() { found.to_ascii_uppercase() } else { found }
}

fn replaced(text: &str, pairs: &[(&str, &str)], rng: &mut Rng) -> Option<String> {
    let start = rng.below(pairs.len());
    let pairs = pairs.iter().cycle().skip(start).take(pairs.len());
    pairs.filter(|(from, _)| text.contains(from)).map(|(from, to)| text.replacen(from, to, 1)).next()
}

/// The text with one slip. A text of fewer than three characters stays as it is.
pub(crate) fn typo(text: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_string();
    }
    let at = rng.below(letters.len());
    match rng.below(20) {
        0..4 => letters[at] = neighbour(letters[at], rng),
        4..8 => {
            let at = at.min(letters.len() - 2);
            letters.swap(at, at + 1);
        }
        8..12 => drop(letters.remove(at)),
        12..14 => letters.insert(at, letters[at]),
        14..16 => letters.insert(at, neighbour(letters[at], rng)),
        16..18 => return replaced(text, SEEN, rng).unwrap_or_else(|| text.to_string()),
        _ => return replaced(text, HEARD, rng).unwrap_or_else(|| text.to_string()),
    }
    letters.into_iter().collect()
}

/// The text with one digit wrong, dropped or exchanged with the next one.
pub(crate) fn digit_slip(text: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let digits: Vec<usize> = (0..letters.len()).filter(|&at| letters[at].is_ascii_digit()).collect();
    if digits.len() < 3 {
        return text.to_string();
    }
    // The first digits are the country's and the town's: slips there are seen at once.
    let at = digits[digits.len() / 3 + rng.below(digits.len() - digits.len() / 3)];
    match rng.below(5) {
        0..3 => letters[at] = char::from(b'0' + ((letters[at] as u8 - b'0') + 1 + rng.below(9) as u8) % 10),
        3 => drop(letters.remove(at)),
        _ => {
            // The last digit changes places with the one before it.
            let next = digits.iter().copied().find(|&next| next > at).unwrap_or(digits[digits.len() - 2]);
            letters.swap(at, next);
        }
    }
    letters.into_iter().collect()
}
