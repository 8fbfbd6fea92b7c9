//! Whose turn it is among the owners of a rule or a territory.

use crate::config::plan::AssignBy;

/// Owners in their order, and whose turn it is.
pub(super) struct Turn {
    seats: Vec<usize>,
    by: AssignBy,
    /// In ten-thousandths.
    weights: Vec<i64>,
    /// How much each is owed, in leads times the sum of weights.
    owed: Vec<i64>,
    next: usize,
}

impl Turn {
    /// Owners by seat, with their weights where these count.
    pub(super) fn new(seats: Vec<usize>, weights: &[u64], by: AssignBy) -> Self {
        let weights: Vec<i64> = weights.iter().map(|&weight| i64::try_from(weight).unwrap_or(i64::MAX)).collect();
        Self { owed: vec![0; seats.len()], seats, by, weights, next: 0 }
    }

    pub(super) fn seats(&self) -> &[usize] {
        &self.seats
    }

    /// Who takes the next lead among those who can, if anybody can; `open` are everybody's open leads by seat.
    pub(super) fn pick(&mut self, open: &[u64], can: impl Fn(usize) -> bool) -> Option<usize> {
        match self.by {
            AssignBy::RoundRobin => {
                let mut from_next = (self.next..self.seats.len()).chain(0..self.next.min(self.seats.len()));
                let chosen = from_next.find(|&turn| can(self.seats[turn]))?;
                self.next = chosen + 1;
                Some(self.seats[chosen])
            }
            AssignBy::LeastLoaded => {
                let able = self.seats.iter().copied().filter(|&seat| can(seat));
                able.min_by_key(|&seat| open[seat])
            }
            AssignBy::Weighted => self.weighted(can),
        }
    }

    /// Smooth weighted round robin (M. Dounin's of nginx, 2012): with each lead, everybody who can take it is owed his
    /// weight more, and whoever gets it the sum of these weights less. So who cannot is passed over, and is neither owed
    /// anything nor changes what the others get of one another.
    ///
    /// Where nginx takes who is owed most, which lets four or more stray from their share by over a lead, this takes
    /// whoever's next lead is due first of those who are owed one: each lead of an owner of weight w of W has the window
    /// that W / w leads fill. Serving the earliest deadline first keeps every window (C. L. Liu and J. W. Layland, 1973;
    /// the windows are those of S. Baruah et al., "Proportionate progress", 1996), so that everybody always has the
    /// exact share to within one lead.
    fn weighted(&mut self, can: impl Fn(usize) -> bool) -> Option<usize> {
        let mut sum = 0;
        for ((&seat, &weight), owed) in self.seats.iter().zip(&self.weights).zip(&mut self.owed) {
            if weight > 0 && can(seat) {
                *owed += weight;
                sum += weight;
            }
        }
        // When an owner's next lead is due: in (sum - owed) / weight leads. Fractions are compared by multiplying.
        let mut best: Option<usize> = None;
        for turn in 0..self.seats.len() {
            if self.weights[turn] == 0 || !can(self.seats[turn]) {
                continue;
            }
            let due = |turn: usize| (i128::from(sum - self.owed[turn]), i128::from(self.weights[turn]));
            let is_owed = |turn: usize| self.owed[turn] > 0;
            let earlier = |a: usize, b: usize| due(a).0 * due(b).1 < due(b).0 * due(a).1;
            let better = best.is_none_or(|best| match (is_owed(turn), is_owed(best)) {
                (true, false) => true,
                (false, true) => false,
                _ => earlier(turn, best),
            });
            if better {
                best = Some(turn);
            }
        }
        let chosen = best?;
        self.owed[chosen] -= sum;
        Some(self.seats[chosen])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weighted(weights: &[u64]) -> Turn {
        Turn::new((0..weights.len()).collect(), weights, AssignBy::Weighted)
    }

    fn picks(turn: &mut Turn, leads: usize, can: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..leads).filter_map(|_| turn.pick(&[], &can)).collect()
    }

    #[test]
    fn turns_worked_by_hand() {
        // Owed before each lead, and when the next lead is due, for weights 3 and 1 (sum 4):
        //   lead 1: a 3 due in 1/3, b 1 due in 3   -> a, then a -1, b 1
        //   lead 2: a 2 due in 2/3, b 2 due in 2   -> a, then a -2, b 2
        //   lead 3: a 1 due in 1,   b 3 due in 1   -> a by order, then a -3, b 3
        //   lead 4: a 0 (not owed), b 4 due in 0   -> b, then all are owed nothing
        assert_eq!(picks(&mut weighted(&[3, 1]), 8, |_| true), [0, 0, 0, 1, 0, 0, 0, 1]);
        // 1 and 1 are a round robin, and so is one alone.
        assert_eq!(picks(&mut weighted(&[1, 1]), 4, |_| true), [0, 1, 0, 1]);
        assert_eq!(picks(&mut weighted(&[7]), 2, |_| true), [0, 0]);
        // Nothing for a weight of 0, whoever else is full.
        assert_eq!(picks(&mut weighted(&[0, 2]), 3, |_| true), [1, 1, 1]);
        assert!(picks(&mut weighted(&[0, 2]), 3, |seat| seat == 0).is_empty());
    }

    #[test]
    fn who_is_passed_over_changes_nothing_between_the_others() {
        // a and b share 2 to 1 while c is full; nothing is made up for when c is back: 4 more leads are shared 2, 1, 1.
        let mut turn = weighted(&[2, 1, 1]);
        let first = picks(&mut turn, 30, |seat| seat != 2);
        assert_eq!([0, 1].map(|seat| first.iter().filter(|&&pick| pick == seat).count()), [20, 10]);
        let mut then = picks(&mut turn, 4, |_| true);
        then.sort_unstable();
        assert_eq!(then, [0, 0, 1, 2]);
    }

    proptest! {
        /// At every lead everybody has the exact share to within one lead, and after as many as the weights sum up to
        /// exactly the weight.
        #[test]
        fn shares_are_exact_to_within_a_lead(weights in prop::collection::vec(1..60_u64, 1..9)) {
            let sum: u64 = weights.iter().sum();
            let mut turn = weighted(&weights);
            let mut got = vec![0_u64; weights.len()];
            for lead in 1..=sum {
                got[turn.pick(&[], |_| true).unwrap()] += 1;
                for (got, weight) in got.iter().zip(&weights) {
                    let off = (*got as i64 * sum as i64 - (lead * weight) as i64).abs();
                    prop_assert!(off < sum as i64, "{got} of {lead} leads, weights {weights:?}");
                }
            }
            prop_assert_eq!(got, weights);
        }
    }
}
