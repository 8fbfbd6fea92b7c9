//! The model of lists of which one column is compared: with nothing beside it, no agreement tells how much another is
//! worth. But rows of one list are hardly ever one, so its pairs show what strangers have in common, and what pairs
//! across lists have in common beyond that are matches.

use super::{Evidence, M_FLOOR, M_PRIOR, Start, Trained, U_PRIOR, bounded, distribution};
use crate::model::matching::{ComparisonModel, LinkModel};

/// How much likelier than strangers matches reach a level, at least, that tells of matches by how often it is reached.
const TELLING: f64 = 50.0;

/// The model; `within` are the levels of pairs within one list.
pub(super) fn train(start: &Start, within: &[u64], evidence: &Evidence) -> Trained {
    let all = evidence.pairs.max(1.0);
    let seen = within[1..].iter().sum::<u64>() as f64 + U_PRIOR;
    let strange = |(&count, &u): (&u64, &f64)| (count as f64 + U_PRIOR * u) / seen;
    let mut u: Vec<f64> = within.iter().zip(&start.u).map(strange).collect();
    u[0] = 0.0;
    let mut found = vec![0.0; u.len()];
    for pattern in evidence.patterns.iter().filter(|pattern| pattern.new) {
        found[usize::from(pattern.levels[0])] += pattern.pairs;
    }
    // Weak agreements are too many for a difference to tell matches among them.
    let telling = |level: &usize| start.m[*level] >= TELLING * start.u[*level];
    let levels: Vec<usize> = (1..u.len()).filter(telling).collect();
    let matches = |&level: &usize| (found[level] - all * u[level]).max(0.0);
    let (sum, share) =
        levels.iter().fold((0.0, 0.0), |(sum, share), level| (sum + matches(level), share + start.m[*level]));
    let mut m = start.m.clone();
    for level in &levels {
        m[*level] = share * (matches(level) + M_PRIOR * start.m[*level]) / (sum + M_PRIOR * share);
    }
    let prior = (bounded(sum / share.max(M_FLOOR), evidence.leads) / all).min(0.3);
    let comparison = ComparisonModel { name: start.name.clone(), levels: start.levels.clone(), m: distribution(&m), u };
    Trained { model: LinkModel { comparisons: vec![comparison], prior }, circles: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use super::*;

    #[test]
    fn matches_are_what_lists_have_in_common_beyond_strangers() {
        let levels = ["missing", "exact", "close", "part", "different"].map(str::to_owned).to_vec();
        let start = Start {
            name: "title".to_owned(),
            levels,
            m: vec![0.0, 0.4, 0.3, 0.2, 0.1],
            u: vec![0.0, 5e-4, 1e-3, 2e-3, 0.9965],
            circles: [None, None, None],
            most_different: 0.5,
            doubtful: None,
            weak_from: None,
        };
        // Of a million pairs across, 300 are alike to the letter and 500 nearly so; within the lists as many pairs are
        // nearly so by chance, and none is to the letter.
        let pattern = |level: u8, pairs: f64| Pattern { rule: 0, new: true, levels: vec![level], pairs };
        let repeated = Pattern { new: false, ..pattern(1, 300.0) };
        let evidence = Evidence {
            leads: 2_000,
            pairs: 1e6,
            patterns: vec![pattern(1, 300.0), pattern(2, 500.0), pattern(3, 1_000.0), repeated],
            ..Evidence::default()
        };
        let trained = train(&start, &[0, 0, 250, 100, 499_650], &evidence);
        let model = &trained.model.comparisons[0];
        // 300 exact ones and 800 beyond chance of those in part are 1,100 matches of nine in ten.
        let found = trained.model.prior * evidence.pairs;
        assert!((1_150.0..1_300.0).contains(&found), "{found}");
        let chance = |level: usize| found * model.m[level] / (found * model.m[level] + 1e6 * model.u[level]);
        assert!(chance(1) > 0.99 && chance(2) < 0.05 && chance(3) > 0.7, "{:?} {:?}", model.m, model.u);
    }
}
