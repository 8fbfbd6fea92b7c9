//! Similarity of two short texts, bit-parallel over one machine word: Jaro-Winkler, Levenshtein and optimal string
//! alignment. Texts of more than 64 characters fall back to `strsim`, whose results these kernels equal exactly.

/// Jaro-Winkler similarity (Winkler 1990, prefix scale 0.1 over at most four characters, boost above 0.7).
pub fn jaro_winkler(a: &str, b: &str) -> f64 {
    if a.is_ascii() && b.is_ascii() {
        if a.len() <= 64 && b.len() <= 64 {
            return jaro_winkler_of(a.as_bytes(), b.as_bytes(), &AsciiMasks::new(b.as_bytes()));
        }
    } else if let (Some(a), Some(b)) = (Chars::new(a), Chars::new(b)) {
        return jaro_winkler_of(a.get(), b.get(), &ScannedMasks(b.get()));
    }
    strsim::jaro_winkler(a, b)
}

/// Levenshtein distance: insertions, deletions and substitutions (Myers 1999, in Hyyrö's formulation).
pub fn levenshtein(a: &str, b: &str) -> usize {
    if a.is_ascii() && b.is_ascii() {
        if a.len() <= 64 {
            return distance::<_, false>(a.len(), b.as_bytes(), &AsciiMasks::new(a.as_bytes()));
        }
    } else if let (Some(a), Some(b)) = (Chars::new(a), Chars::new(b)) {
        return distance::<_, false>(a.get().len(), b.get(), &ScannedMasks(a.get()));
    }
    strsim::levenshtein(a, b)
}

/// Optimal string alignment: Levenshtein and transpositions of neighbours, no part edited twice (Hyyrö 2003).
pub fn osa(a: &str, b: &str) -> usize {
    if a.is_ascii() && b.is_ascii() {
        if a.len() <= 64 {
            return distance::<_, true>(a.len(), b.as_bytes(), &AsciiMasks::new(a.as_bytes()));
        }
    } else if let (Some(a), Some(b)) = (Chars::new(a), Chars::new(b)) {
        return distance::<_, true>(a.get().len(), b.get(), &ScannedMasks(a.get()));
    }
    strsim::osa_distance(a, b)
}

/// True if at most `limit` edits (optimal string alignment) lie between two texts; lengths decide first.
pub fn within(a: &str, b: &str, limit: usize) -> bool {
    if a.is_ascii() && b.is_ascii() && a.len().abs_diff(b.len()) > limit {
        return false;
    }
    osa(a, b) <= limit
}

/// Where a character stands in a pattern of at most 64: bit `i` for position `i`.
trait Masks<C> {
    fn of(&self, c: C) -> u64;
}

struct AsciiMasks([u64; 128]);

impl AsciiMasks {
    fn new(pattern: &[u8]) -> Self {
        let mut masks = [0; 128];
        for (i, &byte) in pattern.iter().enumerate() {
            masks[usize::from(byte & 0x7f)] |= 1 << i;
        }
        Self(masks)
    }
}

impl Masks<u8> for AsciiMasks {
    fn of(&self, c: u8) -> u64 {
        self.0[usize::from(c & 0x7f)]
    }
}

/// Beyond ASCII a table costs more than a scan of so few characters.
struct ScannedMasks<'a>(&'a [char]);

impl Masks<char> for ScannedMasks<'_> {
    fn of(&self, c: char) -> u64 {
        self.0.iter().enumerate().fold(0, |mask, (i, &at)| mask | (u64::from(at == c) << i))
    }
}

/// At most 64 characters, on the stack.
struct Chars {
    chars: [char; 64],
    len: usize,
}

impl Chars {
    fn new(text: &str) -> Option<Self> {
        let mut chars = ['\0'; 64];
        let mut len = 0;
        for c in text.chars() {
            *chars.get_mut(len)? = c;
            len += 1;
        }
        Some(Self { chars, len })
    }

    fn get(&self) -> &[char] {
        &self.chars[..self.len]
    }
}

fn jaro_winkler_of<C: Copy + PartialEq>(a: &[C], b: &[C], masks: &impl Masks<C>) -> f64 {
    let similarity = jaro_of(a, b, masks);
    if similarity <= 0.7 {
        return similarity;
    }
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    similarity + 0.1 * prefix as f64 * (1.0 - similarity)
}

fn jaro_of<C: Copy + PartialEq>(a: &[C], b: &[C], masks: &impl Masks<C>) -> f64 {
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut in_a, mut in_b) = (0u64, 0u64);
    for (i, &c) in a.iter().enumerate() {
        let window = below(i + reach + 1) & !below(i.saturating_sub(reach));
        let free = masks.of(c) & window & !in_b;
        // The lowest free bit is the first free position, as the sequential definition takes it.
        in_b |= free & free.wrapping_neg();
        in_a |= u64::from(free != 0) << i;
    }
    let matches = in_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let mut moved = 0;
    let (mut rest_a, mut rest_b) = (in_a, in_b);
    while rest_a != 0 {
        moved += u32::from(a[rest_a.trailing_zeros() as usize] != b[rest_b.trailing_zeros() as usize]);
        rest_a &= rest_a - 1;
        rest_b &= rest_b - 1;
    }
    let (shared, swaps) = (f64::from(matches), moved / 2);
    (shared / a.len() as f64 + shared / b.len() as f64 + f64::from(matches - swaps) / shared) / 3.0
}

/// The lowest `n` bits.
fn below(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

fn distance<C: Copy, const SWAPS: bool>(length: usize, text: &[C], pattern: &impl Masks<C>) -> usize {
    if length == 0 {
        return text.len();
    }
    let last = 1u64 << (length - 1);
    let (mut up, mut down, mut diagonal, mut before) = (u64::MAX, 0u64, 0u64, 0u64);
    let mut score = length;
    for &c in text {
        let here = pattern.of(c);
        let swapped = if SWAPS { ((!diagonal & here) << 1) & before } else { 0 };
        diagonal = ((here & up).wrapping_add(up) ^ up) | here | down | swapped;
        let mut right = down | !(diagonal | up);
        let mut left = diagonal & up;
        score += usize::from(right & last != 0);
        score -= usize::from(left & last != 0);
        right = (right << 1) | 1;
        left <<= 1;
        up = left | !(diagonal | right);
        down = right & diagonal;
        before = here;
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        assert!((jaro_winkler("martha", "marhta") - 0.961_111).abs() < 1e-6);
        assert!((jaro_winkler("dwayne", "duane") - 0.84).abs() < 1e-6);
        assert_eq!(levenshtein("kitten", "sitting"), 3);
        assert_eq!((osa("ab", "ba"), levenshtein("ab", "ba")), (1, 2));
        assert_eq!(osa("ca", "abc"), 3, "no part is edited twice");
        assert!(within("müller", "muller", 1) && !within("müller", "mueller", 1));
        assert!(jaro_winkler("", "").eq(&1.0) && jaro_winkler("", "a").eq(&0.0));
    }

    fn agree(a: &str, b: &str) -> Result<(), TestCaseError> {
        prop_assert!((jaro_winkler(a, b) - strsim::jaro_winkler(a, b)).abs() < 1e-12, "{a:?} {b:?}");
        prop_assert_eq!(levenshtein(a, b), strsim::levenshtein(a, b));
        prop_assert_eq!(osa(a, b), strsim::osa_distance(a, b));
        for limit in 0..4 {
            prop_assert_eq!(within(a, b, limit), strsim::osa_distance(a, b) <= limit);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn few_letters_equal_strsim(a in "[abc]{0,12}", b in "[abc]{0,12}") { agree(&a, &b)?; }

        #[test]
        fn around_the_word_size_equal_strsim(a in "[ab]{60,68}", b in "[ab]{60,68}") { agree(&a, &b)?; }

        #[test]
        fn any_unicode_equals_strsim(a in "\\PC{0,20}", b in "\\PC{0,20}") { agree(&a, &b)?; }

        #[test]
        fn accents_equal_strsim(a in "[aäöß]{0,10}", b in "[aäößb]{0,70}") { agree(&a, &b)?; }
    }
}
