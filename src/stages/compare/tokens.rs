//! Texts as sets of words, of which rare ones tell more: cosine similarity of inverse document frequencies, where a
//! word also meets its misspelling or abbreviation (soft TF-IDF, Cohen, Ravikumar and Fienberg 2003).

use super::similarity::jaro_winkler;
use crate::model::text::Dictionary;

/// Words of a value that are compared; more tell no more.
const MOST_WORDS: usize = 32;
/// Jaro-Winkler similarity from which two words are one misspelt.
const MISSPELT: f64 = 0.9;
/// What a word is worth beside its abbreviation.
const ABBREVIATED: f64 = 0.8;

/// The words of each distinct value.
pub(super) struct Tokens {
    offsets: Vec<u32>,
    /// Sorted numbers of words, value after value, each once.
    words: Vec<u32>,
    texts: Dictionary,
    /// Per word, how much it tells.
    weights: Vec<f64>,
    /// Per word, whether it has a digit.
    numbers: Vec<bool>,
    /// Per value, the length of its vector of weights.
    norms: Vec<f64>,
}

/// How similar two texts are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Similarity {
    /// Cosine, 0 to 1.
    pub(super) cosine: f64,
    /// Share of the shorter text's weight that the longer one has, 0 to 1.
    pub(super) contained: f64,
    /// Both have a word with digits that the other one lacks.
    pub(super) numbers_differ: bool,
}

impl Tokens {
    pub(super) fn new(values: &Dictionary) -> Self {
        let mut texts = Dictionary::default();
        values.iter().for_each(|text| spelt(text).for_each(|word| _ = texts.intern(word)));
        let (mut offsets, mut words) = (vec![0], Vec::new());
        for text in values.iter() {
            let start = words.len();
            joined(text, &texts, &mut words);
            words[start..].sort_unstable();
            let mut kept = start;
            for i in start..words.len() {
                if i == start || words[i] != words[kept - 1] {
                    words[kept] = words[i];
                    kept += 1;
                }
            }
            words.truncate(kept.min(start + MOST_WORDS));
            offsets.push(words.len() as u32);
        }
        let mut counts = vec![0u32; texts.len()];
        words.iter().for_each(|&word| counts[word as usize] += 1);
        let all = values.len() as f64 + 10.0;
        let weights: Vec<f64> = counts.iter().map(|&count| (all / f64::from(count.max(1))).ln()).collect();
        let numbers = texts.iter().map(|word| word.bytes().any(|byte| byte.is_ascii_digit())).collect();
        let norm = |range: &[u32]| {
            let squares =
                words[range[0] as usize..range[1] as usize].iter().map(|&word| weights[word as usize].powi(2));
            squares.sum::<f64>().sqrt()
        };
        let norms = offsets.windows(2).map(norm).collect();
        Self { offsets, words, texts, weights, numbers, norms }
    }

    fn of(&self, code: u32) -> &[u32] {
        &self.words[self.offsets[code as usize] as usize..self.offsets[code as usize + 1] as usize]
    }

    /// The same words in any order.
    pub(super) fn same(&self, x: u32, y: u32) -> bool {
        self.of(x) == self.of(y)
    }

    /// Common words over all words of both.
    pub(super) fn jaccard(&self, x: u32, y: u32) -> f64 {
        let (p, q) = (self.of(x), self.of(y));
        let common = p.iter().filter(|word| q.binary_search(word).is_ok()).count();
        let all = p.len() + q.len() - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }

    /// How similar the words of two values are; the order of the two does not matter.
    pub(super) fn similarity(&self, x: u32, y: u32) -> Similarity {
        let (x, y) = (x.min(y), x.max(y));
        let (p, q) = (self.of(x), self.of(y));
        let weight = |word: u32| self.weights[word as usize];
        let (mut rest_p, mut rest_q) = (Rest::default(), Rest::default());
        let (mut product, mut common) = (0.0, 0.0);
        let (mut i, mut j) = (0, 0);
        while i < p.len() || j < q.len() {
            match (p.get(i), q.get(j)) {
                (Some(a), Some(b)) if a == b => {
                    product += weight(*a).powi(2);
                    common += weight(*a);
                    (i, j) = (i + 1, j + 1);
                }
                (Some(&a), b) if b.is_none_or(|&b| a < b) => {
                    rest_p.push(a);
                    i += 1;
                }
                (_, Some(&b)) => {
                    rest_q.push(b);
                    j += 1;
                }
                _ => break,
            }
        }
        let mut met = 0u32;
        for (at, &word) in rest_p.words[..rest_p.len].iter().enumerate() {
            let mut best = (0.0, 0);
            for (place, &other) in rest_q.words[..rest_q.len].iter().enumerate() {
                let alike = self.alike(word, other);
                if alike > best.0 {
                    best = (alike, place);
                }
            }
            if best.0 > 0.0 {
                let other = rest_q.words[best.1];
                product += best.0 * weight(word) * weight(other);
                common += best.0 * weight(word).min(weight(other));
                met |= 1 << at;
                rest_q.len -= 1;
                rest_q.words.swap(best.1, rest_q.len);
            }
        }
        let unmet = |at: usize| met & (1 << at) == 0;
        let lacks_p = (0..rest_p.len).any(|at| unmet(at) && self.numbers[rest_p.words[at] as usize]);
        let lacks_q = rest_q.words[..rest_q.len].iter().any(|&word| self.numbers[word as usize]);
        let total = |words: &[u32]| words.iter().map(|&word| weight(word)).sum::<f64>();
        let shorter = total(p).min(total(q));
        let norms = self.norms[x as usize] * self.norms[y as usize];
        Similarity {
            cosine: if norms > 0.0 { (product / norms).min(1.0) } else { 0.0 },
            contained: if shorter > 0.0 { (common / shorter).min(1.0) } else { 0.0 },
            numbers_differ: lacks_p && lacks_q,
        }
    }

    /// How far two different words may stand for one: misspelt or abbreviated; numbers only as the start or the end of a
    /// longer one ("us559b" and "559b"), not as some of its digits ("64gb" and "4gb").
    fn alike(&self, word: u32, other: u32) -> f64 {
        let (s, t) = (self.texts.get(word), self.texts.get(other));
        let (short, long) = if s.len() <= t.len() { (s, t) } else { (t, s) };
        let number = self.numbers[word as usize] || self.numbers[other as usize];
        let cut = long.len() - short.len();
        if number && short.len() >= 3 && long.ends_with(short) && !splits_a_number(long, cut) {
            return ABBREVIATED;
        }
        if short.as_bytes().first() != long.as_bytes().first() {
            return 0.0;
        }
        if long.starts_with(short) && (!number || short.len() >= 4 && !splits_a_number(long, short.len())) {
            return ABBREVIATED;
        }
        if number || short.len() < 4 {
            return 0.0;
        }
        let similar = jaro_winkler(s, t);
        if similar >= MISSPELT { similar } else { 0.0 }
    }

    /// One is made of the first letters of the other's words ("ibm").
    pub(super) fn acronym(s: &str, t: &str) -> bool {
        let (short, long) = if s.len() <= t.len() { (s, t) } else { (t, s) };
        short.len() >= 2
            && !short.contains(' ')
            && long.contains(' ')
            && long.split(' ').filter_map(|word| word.chars().next()).eq(short.chars())
    }
}

fn splits_a_number(word: &str, at: usize) -> bool {
    let digit = |at: usize| word.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    at > 0 && digit(at - 1) && digit(at)
}

fn spelt(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// Adds the words of a text. A number and what stands next to it are one word where any text spells them so: "16 gb" is
/// "16gb", and "dsc w120" is "dscw120".
fn joined(text: &str, texts: &Dictionary, words: &mut Vec<u32>) {
    let mut spelt = spelt(text).peekable();
    let digits = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    while let Some(word) = spelt.next() {
        let next = spelt.peek().filter(|next| digits(word) || digits(next));
        let both = next.and_then(|next| texts.find(&[word, next].concat()));
        words.extend(both.or_else(|| texts.find(word)));
        if both.is_some() {
            spelt.next();
        }
    }
}

/// Words of one text that the other one lacks.
#[derive(Default)]
struct Rest {
    words: [u32; MOST_WORDS],
    len: usize,
}

impl Rest {
    fn push(&mut self, word: u32) {
        self.words[self.len] = word;
        self.len += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(texts: &[&str]) -> Similarity {
        let mut values = Dictionary::default();
        let codes: Vec<u32> = texts.iter().map(|text| values.intern(text)).collect();
        Tokens::new(&values).similarity(codes[0], codes[1])
    }

    #[test]
    fn words_in_any_order_misspelt_or_abbreviated() {
        let same = similarity(&["apex media group", "group media apex"]);
        assert!(same.cosine > 0.999 && same.contained > 0.999 && !same.numbers_differ);
        assert!(similarity(&["apex medical centre", "apex medcial center"]).cosine > 0.9);
        assert!(similarity(&["proceedings conference", "proc conf"]).cosine > 0.7);
        let part = similarity(&["apex media", "apex media group of companies"]);
        assert!(part.contained > 0.999 && part.cosine < 0.9);
        assert_eq!(similarity(&["apex", "northern steel"]).cosine, 0.0);
        assert_eq!(similarity(&["", "apex"]).cosine, 0.0);
    }

    #[test]
    fn other_numbers_are_told() {
        assert!(similarity(&["stick 16gb blue", "stick 32gb blue"]).numbers_differ);
        assert!(!similarity(&["stick 16gb blue", "stick blue"]).numbers_differ);
        assert!(!similarity(&["camera a100k", "camera a100"]).numbers_differ, "a longer form of the same number");
        assert!(similarity(&["camera a100", "camera a200"]).numbers_differ);
        assert!(similarity(&["stick 64gb", "stick 4gb"]).numbers_differ, "the end of another number");
        assert!(similarity(&["battery 1200", "battery 12000"]).numbers_differ, "the start of another number");
    }

    #[test]
    fn numbers_written_apart_are_one_word() {
        let same = similarity(&["stick 16gb dscw120", "dsc w120 stick 16 gb"]);
        assert!(same.cosine > 0.999 && !same.numbers_differ);
        assert!(similarity(&["stick 16 gb", "stick 4 gb"]).numbers_differ, "nobody writes them as one");
        assert!(similarity(&["stick 16gb", "stick 4 gb", "4gb"]).numbers_differ);
    }

    #[test]
    fn rare_words_tell_more() {
        let common = ["the inn", "the dove", "the fox", "the crown", "the bell", "the swan inn", "old inn"];
        let of = |a: &'static str, b: &'static str| similarity(&[&[a, b], common.as_slice()].concat()).cosine;
        assert!(of("the zebra", "zebra") > of("the lion", "the tiger"));
    }
}
