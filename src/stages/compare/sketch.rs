//! What can be told of two different texts without reading them: a few bytes per distinct value, made once, rule out
//! most pairs that no kernel has to measure then.

/// The letters and the length of a short word.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    letters: u32,
    /// 0 where the text is short, of several words or in another script, so that a sketch tells nothing.
    length: u32,
}

impl Letters {
    /// Of a text of lower-case Latin letters; digits and the signs of mailboxes count as letters of their own.
    pub(super) fn new(text: &str) -> Self {
        let place = |byte: u8| match byte {
            b'a'..=b'z' => Some(byte & 31),
            b'0'..=b'9' => Some(27 + byte % 3),
            b'.' | b'_' | b'-' | b'+' => Some(0),
            _ => None,
        };
        let letters = text.bytes().try_fold(0u32, |letters, byte| Some(letters | 1 << place(byte)?));
        match letters {
            Some(letters) if text.len() >= 4 => Self { letters, length: text.len() as u32 },
            _ => Self { letters: 0, length: 0 },
        }
    }

    /// Whether the Jaro-Winkler similarity is surely below: each letter that only one text has matches nothing.
    pub(super) fn rules_out(self, other: Self, similarity: f64) -> bool {
        if self.length == 0 || other.length == 0 {
            return false;
        }
        let alone = |here: Self, there: Self| (here.letters & !there.letters).count_ones();
        let matches =
            self.length.saturating_sub(alone(self, other)).min(other.length.saturating_sub(alone(other, self)));
        let matches = f64::from(matches);
        let jaro = (matches / f64::from(self.length) + matches / f64::from(other.length) + 1.0) / 3.0;
        jaro + 0.4 * (1.0 - jaro) < similarity
    }
}

/// A single word of so many letters may be an acronym.
const SHORT: usize = 6;

/// The first two letters of a text's words, as a set of 64.
#[derive(Clone, Copy)]
pub(super) struct Beginnings(u64);

impl Beginnings {
    pub(super) fn new(text: &str) -> Self {
        if text.len() <= SHORT && !text.contains(' ') {
            return Self(u64::MAX);
        }
        Self(text.split(' ').filter(|word| !word.is_empty()).fold(0, |set, word| {
            let bytes = word.as_bytes();
            match bytes.get(1) {
                // A single letter may abbreviate any word.
                None => u64::MAX,
                Some(&second) => set | 1 << ((bytes[0].wrapping_mul(7) ^ second.wrapping_mul(13)) & 63),
            }
        }))
    }

    /// Whether no word of one begins as a word of the other.
    pub(super) fn are_apart(self, other: Self) -> bool {
        self.0 & other.0 == 0
    }
}

/// Up to sixteen digits of a number, or the last sixteen.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    packed: u64,
    count: u32,
}

impl Digits {
    pub(super) fn new(text: &str) -> Self {
        let digits = text.bytes().filter(u8::is_ascii_digit);
        let packed = digits.clone().fold(0u64, |packed, digit| packed << 4 | u64::from(digit - b'0'));
        Self { packed, count: digits.count() as u32 }
    }

    /// The last so many digits, none where there are fewer than `least`.
    pub(super) fn ending(self, digits: u32, least: u32) -> Option<u64> {
        (self.count >= least).then(|| self.packed & ((1 << (4 * digits)) - 1))
    }

    /// Whether one edit surely does not make one number the other.
    pub(super) fn are_apart(self, other: Self) -> bool {
        if self.count != other.count || self.count > 16 {
            return self.count.abs_diff(other.count) > 1;
        }
        let differing = self.packed ^ other.packed;
        let marks = (differing | differing >> 1 | differing >> 2 | differing >> 3) & 0x1111_1111_1111_1111;
        // One digit is another, or two neighbours have changed places.
        let neighbours = marks & (marks >> 4) != 0;
        !(marks.count_ones() == 1 || (marks.count_ones() == 2 && neighbours))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn letters_never_rule_out_what_is_similar(a in "[a-d.0-4]{0,12}", b in "[a-d.0-4]{0,12}", least in 0.5f64..1.0) {
            if Letters::new(&a).rules_out(Letters::new(&b), least) {
                prop_assert!(strsim::jaro_winkler(&a, &b) < least, "{a} {b}");
            }
        }

        #[test]
        fn digits_never_keep_apart_what_one_edit_joins(a in "[0-9]{0,18}", b in "[0-9]{0,18}", at in 0usize..18) {
            let apart = |a: &str, b: &str| Digits::new(a).are_apart(Digits::new(b));
            if a != b && apart(&a, &b) {
                prop_assert!(strsim::osa_distance(&a, &b) > 1, "{a} {b}");
            }
            let mut edited: Vec<char> = a.chars().collect();
            if at + 1 < edited.len() && edited[at] != edited[at + 1] {
                edited.swap(at, at + 1);
                prop_assert!(!apart(&a, &edited.iter().collect::<String>()));
            }
        }
    }

    #[test]
    fn beginnings_tell_unrelated_names_apart() {
        let apart = |a: &str, b: &str| Beginnings::new(a).are_apart(Beginnings::new(b));
        assert!(apart("northern steel", "apex media"));
        assert!(!apart("northern steel", "north company"));
        assert!(!apart("j smith", "apex media"), "an initial may be of any name");
        assert!(!apart("ibm", "international business machines"), "an acronym");
    }
}
