//! What the values of a column look like as a whole: how many are filled, how many differ, which shapes they have.

use xxhash_rust::xxh3::xxh3_64;

use super::Readers;
use super::shapes::{Shape, host_of_page, is_blank, shapes, year_of};
use crate::model::text::{BLANK, TextColumn};

/// Distinct values that are looked at; more would say nothing new.
const LOOKED_AT: usize = 1000;

/// A column in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Rows looked at.
    pub rows: usize,
    /// Of these with a value that says something.
    pub filled: usize,
    /// Different values.
    pub distinct: usize,
    /// Whether the rows are all that there are.
    pub whole: bool,
    /// Average characters of a value.
    pub chars: f64,
    /// Average words of a value.
    pub words: f64,
    /// Whether the values count up or down through the rows: a row number, whatever the order.
    pub counts: bool,
    /// Years between the earliest and the latest date or year, the outermost twentieths aside; 0 without any.
    pub years: i32,
    /// Whether all values have the same number of characters.
    pub even: bool,
    /// Share of the different web addresses with a path that are on the host that most are on.
    pub one_host: f64,
    shares: [f64; Shape::COUNT],
}

impl Profile {
    /// Looks at a column.
    pub fn of(column: &TextColumn, whole: bool, readers: &Readers) -> Self {
        let mut count = vec![0usize; column.dictionary.len()];
        column.codes.iter().for_each(|&code| count[code as usize] += 1);
        count[BLANK as usize] = 0;
        let mut values: Vec<(u64, &str, usize)> = (0u32..)
            .zip(&count)
            .filter(|(_, count)| **count > 0)
            .map(|(code, &count)| (column.dictionary.get(code), count))
            .filter(|(text, _)| !is_blank(text))
            .map(|(text, count)| (xxh3_64(text.as_bytes()), text, count))
            .collect();
        let (filled, distinct) = (values.iter().map(|value| value.2).sum(), values.len());
        let counts = counts_up(&values, filled);
        values.sort_unstable();
        values.truncate(LOOKED_AT);
        let weight = values.iter().map(|value| value.2).sum::<usize>().max(1) as f64;
        let mut profile = Self {
            rows: column.len(),
            filled,
            distinct,
            whole,
            chars: 0.0,
            words: 0.0,
            counts,
            years: 0,
            even: false,
            one_host: 0.0,
            shares: [0.0; Shape::COUNT],
        };
        let mut years = Vec::new();
        let mut lengths = Vec::new();
        let mut hosts: Vec<&str> = Vec::new();
        for &(_, text, count) in &values {
            let share = count as f64 / weight;
            profile.chars += text.chars().count() as f64 * share;
            profile.words += text.split_whitespace().count() as f64 * share;
            for (sum, holds) in profile.shares.iter_mut().zip(shapes(text, readers)) {
                *sum += if holds { share } else { 0.0 };
            }
            let plain = || text.trim().parse::<i32>().ok().filter(|year| (1500..=2100).contains(year));
            years.extend(year_of(text).map(|(year, _)| year).or_else(plain));
            lengths.push(text.chars().count());
            hosts.extend(host_of_page(text));
        }
        profile.one_host = most_frequent(&mut hosts) as f64 / values.len().max(1) as f64;
        years.sort_unstable();
        if let (Some(first), Some(last)) = (years.get(years.len() / 20), years.get(years.len() * 19 / 20)) {
            profile.years = last - first;
        }
        profile.even = lengths.len() >= 3 && lengths.windows(2).all(|pair| pair[0] == pair[1]);
        profile
    }

    /// Share of the filled rows whose value has a shape.
    pub fn share(&self, shape: Shape) -> f64 {
        self.shares[shape as usize]
    }

    /// Share of rows with a value.
    pub fn fill(&self) -> f64 {
        self.filled as f64 / self.rows.max(1) as f64
    }

    /// Different values per filled row.
    pub fn variety(&self) -> f64 {
        self.distinct as f64 / self.filled.max(1) as f64
    }

    /// Every row another value; as far as a sample can tell.
    pub fn unique(&self) -> bool {
        self.filled >= 3 && self.distinct == self.filled
    }

    /// Fewer different values than a fifth of the rows, or few rows.
    pub fn repeats_in_general(&self) -> bool {
        self.distinct * 5 <= self.filled || self.filled < 50
    }

    /// Few values, each many times.
    pub fn repeats(&self) -> bool {
        self.distinct <= 60 && self.distinct * 4 <= self.filled
    }
}

/// How often the text that comes most often comes.
fn most_frequent(texts: &mut [&str]) -> usize {
    texts.sort_unstable();
    texts.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0)
}

/// Whole numbers, all different, that fill nine tenths of the range from smallest to largest.
fn counts_up(values: &[(u64, &str, usize)], filled: usize) -> bool {
    if values.len() != filled || filled < 3 {
        return false;
    }
    let Some(numbers) = values.iter().map(|value| value.1.parse::<i64>().ok()).collect::<Option<Vec<_>>>() else {
        return false;
    };
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(&min), Some(&max)) => max.abs_diff(min) < filled as u64 * 10 / 9 + 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[&str]) -> Profile {
        let readers =
            Readers { is_country: |text| text == "Germany", is_of_addresses: |_| false, numbers: |_| Vec::new() };
        Profile::of(&values.iter().copied().collect(), true, &readers)
    }

    #[test]
    fn numbers_of_a_column() {
        let found = profile(&["Ana", "n/a", "", "Ana", "Boris Petrov"]);
        assert_eq!((found.rows, found.filled, found.distinct), (5, 3, 2));
        assert!((found.words - 4.0 / 3.0).abs() < 1e-9);
        assert!((found.share(Shape::Given) - 1.0).abs() < 1e-9);
        assert!(!found.unique() && !found.counts);
        assert!((profile(&["Germany", "x", "Germany"]).share(Shape::Country) - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn row_numbers_count_up_in_any_order() {
        assert!(profile(&["3", "1", "2", "4"]).counts);
        assert!(!profile(&["3", "1", "2", "40"]).counts);
        assert!(!profile(&["3", "3", "2", "4"]).counts);
    }

    #[test]
    fn dates_span_years() {
        assert_eq!(profile(&["1950-01-01", "1990-01-01", "2000-01-01"]).years, 50);
        assert_eq!(profile(&["x"]).years, 0);
    }
}
