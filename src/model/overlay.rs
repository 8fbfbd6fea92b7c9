//! A column over another one: where the upper one has a value, it counts.

use super::text::{BLANK, TextColumn};

/// Puts the values of a column over those of another one with the same rows.
pub fn put_over(lower: &mut TextColumn, upper: &TextColumn) {
    if upper.is_blank() {
        return;
    }
    let words = upper.dictionary.iter();
    let codes: Vec<u32> =
        words.map(|word| if word.is_empty() { BLANK } else { lower.dictionary.intern(word) }).collect();
    for (lower, &upper) in lower.codes.to_mut().iter_mut().zip(upper.codes.iter()) {
        if upper != BLANK {
            *lower = codes[upper as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_counts() {
        let column = |cells: &[&str]| cells.iter().copied().collect::<TextColumn>();
        let mut lower = column(&["new", "won", "", "new"]);
        put_over(&mut lower, &column(&["", "open", "won", ""]));
        assert_eq!(lower.iter().collect::<Vec<_>>(), ["new", "open", "won", "new"]);
        put_over(&mut lower, &column(&["", "", "", ""]));
        assert_eq!(lower.iter().collect::<Vec<_>>(), ["new", "open", "won", "new"]);
    }
}
