//! The expectation step: which part of each pattern's pairs belongs to which class, and which levels the pairs of each
//! class reach. A round walks over all patterns, and there are many rounds: the levels of a pattern are places in one
//! table of all levels, each with the probabilities of all classes side by side. A million leads, 87,000 patterns: all
//! rounds take 0.4 s on two threads, and took 2.6 s on one with logarithms per class and comparison.

use std::ops::Range;

use rayon::prelude::*;

use super::{CLASSES, Evidence, Pattern, State};

/// Patterns of a share. The sums of shares are put together in their order, so that threads change nothing.
const SHARE: usize = 4_096;
/// So many probabilities multiplied stay far from the least number that is not zero.
const SAFE: usize = 16;

/// A number for each class.
type Classes = [f64; CLASSES];

/// Patterns with the places of the levels that the keys of their rules leave open.
pub(super) struct Sample<'a> {
    evidence: &'a Evidence,
    /// Where the levels of each comparison begin among all levels, and where the last one's end.
    begins: Vec<usize>,
    places: Vec<u32>,
    /// Where the places of each pattern end.
    ends: Vec<usize>,
}

/// What a round finds.
#[derive(Clone)]
pub(super) struct Sums {
    /// Pairs of each class, each counted once.
    pub(super) found: Classes,
    /// Pairs of each class per rule.
    pub(super) shares: Vec<Classes>,
    /// Pairs of each class per level of each comparison.
    levels: Vec<Classes>,
    /// Pairs that are no matches, per rule and level of what things are called.
    pub(super) chances: Vec<Vec<f64>>,
}

impl<'a> Sample<'a> {
    pub(super) fn new(levels: impl Iterator<Item = usize>, evidence: &'a Evidence) -> Self {
        let mut begins = vec![0];
        levels.for_each(|levels| begins.push(begins[begins.len() - 1] + levels));
        let (mut places, mut ends) = (Vec::new(), Vec::with_capacity(evidence.patterns.len()));
        for pattern in &evidence.patterns {
            let decided = &evidence.decided[pattern.rule];
            let open = pattern.levels.iter().enumerate().filter(|&(i, &level)| level != 0 && !decided[i]);
            places.extend(open.map(|(i, &level)| (begins[i] + usize::from(level)) as u32));
            ends.push(places.len());
        }
        Self { evidence, begins, places, ends }
    }

    /// The levels of a comparison among all levels.
    pub(super) fn levels(&self, comparison: usize) -> Range<usize> {
        self.begins[comparison]..self.begins[comparison + 1]
    }

    /// One round over all patterns.
    pub(super) fn expect(&self, state: &State) -> Sums {
        let table = self.table(state);
        let patterns = &self.evidence.patterns;
        let share = |share: usize| {
            let mut sums = self.nothing(state);
            let range = share * SHARE..patterns.len().min((share + 1) * SHARE);
            range.for_each(|at| self.add(&patterns[at], self.of(at), state, &table, &mut sums));
            sums
        };
        let shares: Vec<Sums> = (0..patterns.len().div_ceil(SHARE)).into_par_iter().map(share).collect();
        shares.iter().fold(self.nothing(state), |mut sums, share| {
            sums.add(share);
            sums
        })
    }

    fn of(&self, pattern: usize) -> &[u32] {
        let begin = if pattern == 0 { 0 } else { self.ends[pattern - 1] };
        &self.places[begin..self.ends[pattern]]
    }

    /// The probabilities of every level in every class; one where a class says nothing of it.
    fn table(&self, state: &State) -> Vec<Classes> {
        let mut table = vec![[1.0; CLASSES]; self.begins[self.begins.len() - 1]];
        for i in 0..state.u.len() {
            let of: [&[f64]; CLASSES] = std::array::from_fn(|class| state.of(class, i));
            for (level, place) in self.levels(i).enumerate() {
                table[place] = of.map(|p| if p[level] > 0.0 { p[level] } else { 1.0 });
            }
        }
        table
    }

    fn nothing(&self, state: &State) -> Sums {
        Sums {
            found: [0.0; CLASSES],
            shares: vec![[0.0; CLASSES]; state.shares.len()],
            levels: vec![[0.0; CLASSES]; self.begins[self.begins.len() - 1]],
            chances: state.by_chance.iter().map(|chance| vec![0.0; chance.len()]).collect(),
        }
    }

    fn add(&self, pattern: &Pattern, places: &[u32], state: &State, table: &[Classes], sums: &mut Sums) {
        let mut odds = state.shares[pattern.rule];
        let called = state.called.map(|called| (called, usize::from(pattern.levels[called])));
        let called = called.filter(|&(_, level)| level != 0);
        let chance = called.and_then(|(_, level)| state.by_chance[pattern.rule].get(level));
        if let (Some((called, level)), Some(chance)) = (called, chance) {
            odds[0] *= state.m[called][level] / chance;
        }
        let posterior = posterior(odds, places, table);
        if let (Some((_, level)), Some(_)) = (called, chance) {
            sums.chances[pattern.rule][level] += pattern.pairs * (1.0 - posterior[0]);
        }
        let pairs = posterior.map(|posterior| pattern.pairs * posterior);
        add(&mut sums.shares[pattern.rule], &pairs);
        if pattern.new {
            add(&mut sums.found, &pairs);
        }
        places.iter().for_each(|&place| add(&mut sums.levels[place as usize], &pairs));
    }
}

impl Sums {
    /// Pairs of a class at a level among all levels.
    pub(super) fn reached(&self, place: usize, class: usize) -> f64 {
        self.levels[place][class]
    }

    fn add(&mut self, other: &Self) {
        add(&mut self.found, &other.found);
        self.shares.iter_mut().zip(&other.shares).for_each(|(sum, other)| add(sum, other));
        self.levels.iter_mut().zip(&other.levels).for_each(|(sum, other)| add(sum, other));
        let chances = self.chances.iter_mut().flatten().zip(other.chances.iter().flatten());
        chances.for_each(|(sum, other)| *sum += other);
    }
}

fn add(sum: &mut Classes, other: &Classes) {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
}

/// Probabilities that a pair of these levels is of each class.
fn posterior(mut odds: Classes, places: &[u32], table: &[Classes]) -> Classes {
    for places in places.chunks(SAFE) {
        for &place in places {
            odds.iter_mut().zip(&table[place as usize]).for_each(|(odds, p)| *odds *= p);
        }
        let largest = odds.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        odds.iter_mut().for_each(|odds| *odds /= largest);
    }
    let sum: f64 = odds.iter().sum();
    odds.map(|odds| odds / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_columns_do_not_vanish() {
        let table = [[1e-12, 2e-12, 1e-13, 1e-12, 1e-12], [3e-9, 1e-9, 1e-9, 1e-9, 1e-9]];
        let places: Vec<u32> = (0..100).map(|i| i % 2).collect();
        let found = posterior([0.2; CLASSES], &places, &table);
        // 50 of each: the second class has 2^50 against 3^50 of the first one.
        let expected = 1.0 / (1.0 + (2.0f64 / 3.0).powi(50));
        assert!((found[0] - expected).abs() < 1e-12, "{found:?}");
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
