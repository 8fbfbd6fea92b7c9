//! Public identifiers: a letter and the first 80 bits of a content hash in Crockford's base32, so that the same content
//! has the same id in every run, on every machine.

use xxhash_rust::xxh3::xxh3_128;

/// Crockford's base32 (<https://www.crockford.com/base32.html>): no I, L, O, U; texts sort like the numbers.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The letter and 16 digits: the first 80 bits of the hash.
pub fn public_id(letter: char, hash: u128) -> String {
    let mut id = String::with_capacity(17);
    append_public_id(letter, hash, &mut id);
    id
}

fn append_public_id(letter: char, hash: u128, out: &mut String) {
    let bits = hash >> 48;
    let (high, low) = ((bits >> 40) as u64, bits as u64);
    let digit = |half: u64, place: usize| DIGITS[(half >> (35 - 5 * place)) as usize & 31];
    let digits: [u8; 16] =
        std::array::from_fn(|place| if place < 8 { digit(high, place) } else { digit(low, place - 8) });
    out.push(letter);
    out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

/// The id of a record that follows from texts.
pub fn content_id(letter: char, parts: &[&str]) -> String {
    public_id(letter, content_hash(parts))
}

/// A 128-bit hash of texts; each counts with its length, so that none runs into the next.
pub fn content_hash(parts: &[&str]) -> u128 {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part.as_bytes());
    }
    xxh3_128(&bytes)
}

/// The 80 bits behind a public id of this letter, at the top of 128; none where the text is no such id.
pub fn bits(letter: char, id: &str) -> Option<u128> {
    let digits = id.strip_prefix(letter).filter(|digits| digits.len() == 16)?;
    let bits = digits.bytes().try_fold(0u128, |bits, byte| {
        let digit = DIGITS.iter().position(|&digit| digit == byte)?;
        Some(bits << 5 | digit as u128)
    })?;
    Some(bits << 48)
}

/// The id of a golden lead, from the key of its anchor row.
pub fn lead_id(key: u128) -> String {
    public_id('L', lead_hash(key))
}

/// The hash of which a golden lead's id shows the first 80 bits, from the key of its anchor row.
pub fn lead_hash(key: u128) -> u128 {
    xxh3_128(&key.to_le_bytes())
}

/// The id of an input row, from its key.
pub fn row_id(key: u128) -> String {
    public_id('R', key)
}

/// Appends the id of an input row.
pub fn append_row_id(key: u128, out: &mut String) {
    append_public_id('R', key, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_show_the_first_80_bits() {
        let cases = [
            (0u128, "L0000000000000000"),
            (u128::MAX, "LZZZZZZZZZZZZZZZZ"),
            (1u128 << 48, "L0000000000000001"),
            ((1u128 << 48) - 1, "L0000000000000000"),
            (0b00001_00010_00011u128 << 113, "L1230000000000000"),
            (31u128 << 48, "L000000000000000Z"),
        ];
        for (hash, expected) in cases {
            assert_eq!(public_id('L', hash), expected);
            assert_eq!(bits('L', expected), Some(hash >> 48 << 48));
        }
    }

    #[test]
    fn what_is_no_id_has_no_bits() {
        for text in ["", "L", "R0000000000000000", "L000000000000000", "L000000000000000U", "L00000000000000000", "Lж"]
        {
            assert_eq!(bits('L', text), None, "{text}");
        }
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(content_id('A', &["ab", "c"]), content_id('A', &["a", "bc"]));
        assert_ne!(content_id('A', &["a", ""]), content_id('A', &["a"]));
        assert_eq!(content_id('A', &["a", "b"]), content_id('A', &["a", "b"]));
    }
}
