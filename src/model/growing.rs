//! Text columns that grow row by row or part by part.

use super::text::{BLANK, Interner, TextColumn};

/// A text column that is being made. Its values are told apart as long as that pays: where hardly one repeats, as
/// among ids, addresses or numbers, finding that out takes longer than cleaning a few values twice. On a million leads,
/// loading took half as long again when all columns were told apart.
#[derive(Debug)]
pub struct GrowingColumn {
    /// As long as the column up to the last value.
    codes: Vec<u32>,
    values: Interner,
    /// Rows with a value, while these are told apart.
    filled: usize,
    /// What the first rows say: a matter of their content, not of the parts in which they came.
    hardly_repeats: Option<bool>,
    /// About so many rows in all.
    expected: usize,
    /// Of a hundred filled rows so many with a value of their own are values that hardly repeat.
    hardly: usize,
}

impl Default for GrowingColumn {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            values: Interner::default(),
            filled: 0,
            hardly_repeats: None,
            expected: 0,
            hardly: 90,
        }
    }
}

impl GrowingColumn {
    /// So many filled rows tell whether values repeat: where more than one in ten of them does, a million rows have at most
    /// some 300,000 different values.
    const TELLING: usize = if cfg!(test) { 4 } else { 1 << 16 };

    /// A column of values made for each row of so many: few ask for them value by value.
    pub fn made(rows: usize) -> Self {
        let mut column = Self { hardly: 75, ..Self::default() };
        column.will_have(rows);
        column
    }

    /// About so many rows will come in all. Codes, and texts that grow with the rows, get their room at once: a text that
    /// grows by doubling leaves its last half behind each time.
    pub fn will_have(&mut self, rows: usize) {
        self.expected = rows;
        self.codes.reserve_exact(rows.saturating_sub(self.codes.len()));
        if self.hardly_repeats == Some(true) {
            self.reserve_texts();
        }
    }

    fn reserve_texts(&mut self) {
        // A little more than the first rows let expect: room that is never used costs nothing.
        let more = self.expected.saturating_sub(self.codes.len()) as f64 / self.codes.len().max(1) as f64;
        self.values.reserve_texts(1.05 * more);
    }

    /// True while no row has a value.
    pub fn is_blank(&self) -> bool {
        self.values.is_empty()
    }

    /// Appends a row.
    pub fn push(&mut self, value: &str) {
        let code = match self.hardly_repeats {
            _ if value.is_empty() => BLANK,
            Some(true) => self.values.add(value),
            _ => self.values.intern(value),
        };
        self.codes.push(code);
        self.look(usize::from(code != BLANK));
    }

    /// Appends rows, as codes into a dictionary of their own; those up to `row` that are not there yet are blank.
    pub fn extend(&mut self, row: usize, codes: &[u32], values: &Interner) {
        self.codes.resize(row, BLANK);
        if self.hardly_repeats == Some(true) {
            let Self { codes: all, values: own, .. } = self;
            all.extend(codes.iter().map(|&code| if code == BLANK { BLANK } else { own.add(values.get(code)) }));
            return;
        }
        let known = self.values.intern_all(values);
        self.codes.extend(codes.iter().map(|&code| known[code as usize]));
        self.look(codes.iter().filter(|&&code| code != BLANK).count());
    }

    /// Judges by what has come so far, once that is enough.
    fn look(&mut self, filled: usize) {
        if self.hardly_repeats.is_none() {
            self.filled += filled;
            if self.filled >= Self::TELLING {
                let hardly = self.values.len() * 100 > self.filled * self.hardly;
                self.hardly_repeats = Some(hardly);
                if hardly {
                    self.reserve_texts();
                }
            }
        }
    }

    /// The column with so many rows.
    pub fn finish(mut self, rows: usize) -> TextColumn {
        self.codes.resize(rows, BLANK);
        TextColumn { codes: self.codes.into(), dictionary: self.values.finish() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str]) -> TextColumn {
        let mut growing = GrowingColumn::default();
        values.iter().for_each(|value| growing.push(value));
        growing.finish(values.len())
    }

    #[test]
    fn values_that_repeat_have_one_code() {
        let repeating = column(&["a", "b", "a", "", "b", "c", "a"]);
        assert_eq!(&repeating.codes[..], [1, 2, 1, 0, 2, 3, 1]);
        assert!(!repeating.dictionary.may_repeat());
    }

    #[test]
    fn values_that_hardly_repeat_are_told_apart_when_asked() {
        let loose = column(&["a", "b", "c", "", "d", "a", "", "b"]);
        assert!(loose.dictionary.may_repeat());
        let texts: Vec<&str> = (0..loose.len()).map(|row| loose.get(row)).collect();
        assert_eq!(texts, ["a", "b", "c", "", "d", "a", "", "b"]);
        let told = loose.told_apart();
        assert_eq!((&told.codes[..], told.dictionary.len()), (&[1, 2, 3, 0, 4, 1, 0, 2][..], 5));
    }

    #[test]
    fn parts_make_the_column_that_rows_make() {
        let rows = ["a", "", "b", "c", "d", "a", "e", "", "a"];
        for cut in 0..=rows.len() {
            let mut growing = GrowingColumn::default();
            let mut row = 0;
            for part in [&rows[..cut], &rows[cut..]] {
                let mut values = Interner::default();
                let codes: Vec<u32> = part.iter().map(|value| values.intern(value)).collect();
                growing.extend(row, &codes, &values);
                row += part.len();
            }
            let grown = growing.finish(rows.len() + 1);
            let texts: Vec<&str> = (0..grown.len()).map(|row| grown.get(row)).collect();
            assert_eq!((&texts[..rows.len()], texts[rows.len()]), (&rows[..], ""), "{cut}");
        }
    }
}
