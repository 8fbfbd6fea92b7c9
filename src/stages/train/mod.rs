//! train: what each level of agreement is worth, learnt from the pairs themselves. u, the probabilities among unrelated
//! leads, come from random pairs; m, those among matches, from expectation maximisation over the pairs of each blocking
//! rule (Fellegi and Sunter 1969; Winkler 1988), without the comparisons that the rule's own key decides.
//!
//! Between matches and strangers stand circles: different people of one company, and different people of one household.
//! Colleagues agree on company, phone and office for one reason, a family on name, home and phone for another; a model
//! without them would take each for several. In a table of things, the works of one author and the products of one maker
//! are such a circle, told apart by what they are called.

mod alone;
mod expectation;

use crate::model::matching::{ComparisonModel, LinkModel};
use expectation::Sample;

/// A comparison before training.
#[derive(Debug, Clone)]
pub struct Start {
    /// Name.
    pub name: String,
    /// Labels of the levels.
    pub levels: Vec<String>,
    /// Probability of each level among matches.
    pub m: Vec<f64>,
    /// Probability of each level among unrelated leads.
    pub u: Vec<f64>,
    /// Per circle, the probability of each level among its different people, where it differs from `u`; 0 for a level
    /// that does not.
    pub circles: [Option<Vec<f64>>; CIRCLES],
    /// Largest probability of "different" among matches.
    pub most_different: f64,
    /// A level that never speaks for a match.
    pub doubtful: Option<u8>,
    /// The first level that matches reach no more often than `m` says, nor any after it.
    pub weak_from: Option<u8>,
}

/// How many pairs of a blocking rule reach the same levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The rule.
    pub rule: usize,
    /// Whether no earlier rule has these pairs.
    pub new: bool,
    /// Level per comparison.
    pub levels: Vec<u8>,
    /// Number of pairs; fractional where they are a sample.
    pub pairs: f64,
}

/// What training sees.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Number of leads.
    pub leads: usize,
    /// Pairs of them that may be compared.
    pub pairs: f64,
    /// Random pairs per comparison and level.
    pub random: Vec<Vec<u64>>,
    /// The same of pairs within one source, where only pairs across sources are compared and there is one comparison.
    pub within: Option<Vec<u64>>,
    /// Levels of candidate pairs, in a fixed order.
    pub patterns: Vec<Pattern>,
    /// Per rule, the comparisons that its key decides.
    pub decided: Vec<Vec<bool>>,
}

/// Different people of one company or of one household, or related things.
#[derive(Debug, Clone, PartialEq)]
pub struct Circle {
    /// Which kind of circle.
    pub kind: usize,
    /// How many such pairs there are for one pair of strangers.
    pub odds: f64,
    /// Probability of each level per comparison; none where it is as among strangers.
    pub levels: Vec<Option<Vec<f64>>>,
}

/// What training found.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// Matches against strangers.
    pub model: LinkModel,
    /// Colleagues, relatives, related things, where the file has what tells them apart.
    pub circles: Vec<Circle>,
}

/// Kinds of circles: people of one company, people of one household, related things.
pub const CIRCLES: usize = 3;
/// Classes of pairs: matches, the circles, strangers.
const CLASSES: usize = CIRCLES + 2;

/// Pairs that the starting values of u count for.
const U_PRIOR: f64 = 100.0;
/// Matches that the starting values of m count for.
const M_PRIOR: f64 = 20.0;
/// Pairs that the starting values of a circle count for.
const CIRCLE_PRIOR: f64 = 50.0;
/// What nearly all of a circle have in common makes it one: in that they differ no more than so many times as often as
/// the starting values say. Else, in a file with many errors, the matches that differ in it would be taken for a circle.
const CIRCLE_DRIFT: f64 = 3.0;
/// The probability of "different" up to which a comparison is one that makes a circle.
const CIRCLE_DEFINED: f64 = 0.1;
/// No level is impossible among matches.
const M_FLOOR: f64 = 1e-4;
/// By how much a weaker agreement weighs less than the best one, at least: two bits.
const SLIP: f64 = 4.0;
/// Likelihood ratio of a level that never speaks for a match, at most.
const DOUBTFUL: f64 = 0.25;
/// Rounds of expectation maximisation, at most.
const ROUNDS: usize = 60;

/// Learns the model. Files with little evidence keep close to the starting values.
pub fn train(starts: &[Start], evidence: &Evidence) -> Trained {
    if let ([only], Some(within)) = (starts, &evidence.within) {
        return alone::train(only, within, evidence);
    }
    let all = evidence.pairs.max(1.0);
    let mut state = State::new(starts, evidence);
    let sample = Sample::new(starts.iter().map(|start| start.levels.len()), evidence);
    let mut found = [0.0; CLASSES];
    // u is first taken as if no random pair were a match, then corrected for the matches found: in a small file with
    // many duplicates they would otherwise be most of the agreements.
    for _ in 0..3 {
        let rate = if found[0] > 0.0 { bounded(found[0], evidence.leads) / all } else { 0.0 };
        state.unrelated(starts, evidence, rate);
        found = state.maximise(starts, &sample);
    }
    state.limit();
    let prior = (bounded(found[0], evidence.leads) / all).min(0.3);
    let circles = (0..CIRCLES).filter_map(|kind| {
        let levels = state.circles[kind].clone()?;
        let odds = (found[1 + kind] / all).max(agreeing(kind, starts, evidence, prior, &state.m)).clamp(1e-12, 1.0);
        Some(Circle { kind, odds, levels })
    });
    let circles = circles.collect();
    let comparisons = starts
        .iter()
        .zip(state.m.iter().zip(&state.u))
        .map(|(start, (m, u))| ComparisonModel {
            name: start.name.clone(),
            levels: start.levels.clone(),
            m: m.clone(),
            u: u.clone(),
        })
        .collect();
    Trained { model: LinkModel { comparisons, prior }, circles }
}

/// A file has some duplicates and not more than ten for each lead.
fn bounded(matches: f64, leads: usize) -> f64 {
    matches.clamp(0.02 * leads as f64, 10.0 * leads as f64)
}

/// The share of random pairs that agree on what a circle has in common, matches left out: the widest circle counts. A
/// name in common makes no household.
fn agreeing(kind: usize, starts: &[Start], evidence: &Evidence, prior: f64, m: &[Vec<f64>]) -> f64 {
    let mut widest = 0.0f64;
    for (i, start) in starts.iter().enumerate() {
        let (Some(shared), Some(counts)) = (&start.circles[kind], evidence.random.get(i)) else { continue };
        if !["email", "phone", "company", "address"].contains(&start.name.as_str()) {
            continue;
        }
        let seen = counts[1..].iter().sum::<u64>() as f64;
        let telling = (1..counts.len() - 1).filter(|&level| shared[level] > 100.0 * start.u[level]);
        let share: f64 = telling.map(|level| counts[level] as f64 / seen.max(1.0) - prior * m[i][level]).sum();
        widest = widest.max(share);
    }
    widest
}

impl Start {
    /// A few values that nearly everybody shares tell of no circle.
    fn is_common(&self) -> bool {
        self.u.get(1).is_some_and(|&exact| exact > 0.1)
    }

    fn names_people(&self) -> bool {
        ["first_name", "last_name", "full_name"].contains(&self.name.as_str())
    }
}

/// Probabilities of each level per comparison within a circle; none where they are as among strangers.
type CircleLevels = Vec<Option<Vec<f64>>>;

struct State {
    m: Vec<Vec<f64>>,
    u: Vec<Vec<f64>>,
    circles: [Option<CircleLevels>; CIRCLES],
    /// Per rule, the shares of the classes.
    shares: Vec<[f64; CLASSES]>,
    /// What things are called, if this is a table of things.
    called: Option<usize>,
    /// Per rule whose key decides in part what things are called, how alike its pairs of different things are called;
    /// nothing for other rules. Little else tells things apart, so that what remains of a decided name must be used.
    by_chance: Vec<Vec<f64>>,
}

impl State {
    fn new(starts: &[Start], evidence: &Evidence) -> Self {
        // A circle needs two things that its members share.
        let as_strangers = |start: &Start, shared: &Vec<f64>| -> Vec<f64> {
            shared.iter().zip(&start.u).map(|(&p, &u)| if p == 0.0 { u } else { p }).collect()
        };
        let circles: [Option<CircleLevels>; CIRCLES] = std::array::from_fn(|kind| {
            let telling = starts
                .iter()
                .filter(|start| {
                    start.circles[kind].is_some() && !start.is_common() && (kind == 1 || !start.names_people())
                })
                .count();
            let levels = |start: &Start| start.circles[kind].as_ref().map(|shared| as_strangers(start, shared));
            (telling >= 2).then(|| starts.iter().map(levels).collect())
        });
        let shares = std::array::from_fn(|class| match class {
            0 => 0.3,
            _ if class == CLASSES - 1 => 0.5,
            _ => {
                if circles[class - 1].is_some() {
                    0.1
                } else {
                    0.0
                }
            }
        });
        let called = starts.iter().position(|start| start.weak_from.is_some());
        // With nothing besides the name, no rule tells its matches from what its key brings together.
        let called = called.filter(|_| starts.len() > 1);
        Self {
            m: starts.iter().map(|start| start.m.clone()).collect(),
            u: starts.iter().map(|start| start.u.clone()).collect(),
            circles,
            shares: vec![shares; evidence.decided.len()],
            called,
            by_chance: called.map_or_else(Vec::new, |called| by_chance(called, evidence)),
        }
    }

    /// Sets u from the random pairs without the matches among them.
    fn unrelated(&mut self, starts: &[Start], evidence: &Evidence, rate: f64) {
        for (i, (start, counts)) in starts.iter().zip(&evidence.random).enumerate() {
            let seen = counts[1..].iter().sum::<u64>() as f64;
            for (level, &count) in counts.iter().enumerate().skip(1) {
                let strange = (count as f64 - seen * rate * self.m[i][level]).max(0.02 * count as f64);
                self.u[i][level] = strange + U_PRIOR * start.u[level];
            }
            let total: f64 = self.u[i].iter().sum();
            self.u[i].iter_mut().for_each(|u| *u /= total);
        }
    }

    /// No weaker agreement weighs as much as the best one: where random pairs never show it, its u is only a guess.
    fn limit(&mut self) {
        for (m, u) in self.m.iter().zip(&mut self.u).filter(|(m, _)| m.len() > 2) {
            // Two sources may spell a value so differently that their matches are never exact; then there is no best one.
            let best = m[1] / u[1];
            if best <= SLIP {
                continue;
            }
            (2..m.len()).for_each(|level| u[level] = u[level].max(m[level] * SLIP / best));
        }
    }

    /// Expectation maximisation of m, the circles and the rules' shares; returns the expected numbers of pairs of each
    /// class among all candidates.
    fn maximise(&mut self, starts: &[Start], sample: &Sample<'_>) -> [f64; CLASSES] {
        let mut found = [0.0; CLASSES];
        for _ in 0..ROUNDS {
            let sums = sample.expect(self);
            for (chance, counts) in
                self.by_chance.iter_mut().zip(&sums.chances).filter(|(chance, _)| !chance.is_empty())
            {
                *chance = distribution(counts);
            }
            for (share, counts) in self.shares.iter_mut().zip(&sums.shares) {
                // Each class that a rule may have counts for one pair more.
                let counts: [f64; CLASSES] =
                    std::array::from_fn(|class| counts[class] + if share[class] > 0.0 { 1.0 } else { 0.0 });
                let sum: f64 = counts.iter().sum();
                *share = counts.map(|count| count / sum);
            }
            let mut counts = self.prior_counts(starts);
            for (class, counts) in counts.iter_mut().enumerate() {
                for (i, counts) in counts.iter_mut().enumerate() {
                    counts.iter_mut().zip(sample.levels(i)).for_each(|(count, at)| *count += sums.reached(at, class));
                }
            }
            self.update(starts, &counts);
            let before = std::mem::replace(&mut found, sums.found);
            let moved: f64 = found.iter().zip(before).take(CLASSES - 1).map(|(now, before)| (now - before).abs()).sum();
            if moved < 1e-6 * (1.0 + found[..CLASSES - 1].iter().sum::<f64>()) {
                break;
            }
        }
        found
    }

    /// Probabilities of a comparison's levels in a class.
    fn of(&self, class: usize, comparison: usize) -> &[f64] {
        let circle = || self.circles.get(class - 1)?.as_ref()?[comparison].as_ref();
        match class {
            0 => &self.m[comparison],
            _ => circle().unwrap_or(&self.u[comparison]),
        }
    }

    /// What the starting values count for, per class (strangers left out), comparison and level.
    fn prior_counts(&self, starts: &[Start]) -> Vec<Vec<Vec<f64>>> {
        let scaled = |levels: &[f64], by: f64| -> Vec<f64> { levels.iter().map(|p| p * by).collect() };
        let matches = starts.iter().map(|start| scaled(&start.m, M_PRIOR)).collect();
        let circle = |kind: usize| {
            let levels = |start: &Start| scaled(start.circles[kind].as_ref().unwrap_or(&start.u), CIRCLE_PRIOR);
            starts.iter().map(levels).collect()
        };
        std::iter::once(matches).chain((0..CIRCLES).map(circle)).collect()
    }

    /// Sets m and the circles from the pairs counted for them.
    fn update(&mut self, starts: &[Start], counts: &[Vec<Vec<f64>>]) {
        for (i, start) in starts.iter().enumerate() {
            self.m[i] = distribution(&counts[0][i]);
            limit_different(&mut self.m[i], start.most_different.min(*self.u[i].last().unwrap_or(&1.0)));
            if let Some(from) = start.weak_from {
                limit_weak(&mut self.m[i], &start.m, usize::from(from));
            }
            if let Some(level) = start.doubtful.map(usize::from) {
                self.m[i][level] = self.m[i][level].min(DOUBTFUL * self.u[i][level]);
            }
            for kind in 0..CIRCLES {
                let of = self.circles[kind].as_mut().and_then(|levels| levels[i].as_mut());
                if let (Some(shared), Some(begun)) = (of, &start.circles[kind]) {
                    *shared = distribution(&counts[1 + kind][i]);
                    let strange = (1..begun.len()).filter(|&level| begun[level] == 0.0);
                    strange.for_each(|level| shared[level] = self.u[i][level]);
                    if let Some(&different) =
                        begun.last().filter(|&&different| kind == 0 && different <= CIRCLE_DEFINED)
                    {
                        limit_different(shared, CIRCLE_DRIFT * different);
                    }
                }
            }
        }
    }
}

/// How alike the pairs of each rule are called whose key decides it in part: in the beginning as if none were a match.
fn by_chance(called: usize, evidence: &Evidence) -> Vec<Vec<f64>> {
    let levels = evidence.random[called].len();
    let mut counts = vec![vec![0.0; levels]; evidence.decided.len()];
    for pattern in evidence.patterns.iter().filter(|pattern| evidence.decided[pattern.rule][called]) {
        counts[pattern.rule][usize::from(pattern.levels[called])] += pattern.pairs;
    }
    let seen = |counts: &Vec<f64>| counts[1..].iter().any(|&count| count > 0.0);
    counts.iter().map(|counts| if seen(counts) { distribution(counts) } else { Vec::new() }).collect()
}

/// Counts to probabilities, none of them zero but that of "missing".
fn distribution(counts: &[f64]) -> Vec<f64> {
    let sum: f64 = counts[1..].iter().sum();
    let floored: Vec<f64> = counts[1..].iter().map(|count| (count / sum).max(M_FLOOR)).collect();
    let sum: f64 = floored.iter().sum();
    std::iter::once(0.0).chain(floored.iter().map(|p| p / sum)).collect()
}

/// Matches differ less often than strangers do: what a rule lets in by chance must not teach the opposite.
fn limit_different(m: &mut [f64], most: f64) {
    let Some((different, others)) = m.split_last_mut() else { return };
    if *different > most {
        let scale = (1.0 - most) / (1.0 - *different).max(1e-9);
        others.iter_mut().for_each(|p| *p *= scale);
        *different = most;
    }
}

/// The same thing is seldom called quite another name. In a table of few columns most pairs that agree on all the rest
/// are of related things, which must not teach that names count for little.
fn limit_weak(m: &mut [f64], most: &[f64], from: usize) {
    let (strong, weak) = m.split_at_mut(from);
    let before: f64 = weak.iter().sum();
    weak.iter_mut().zip(&most[from..]).for_each(|(p, &most)| *p = p.min(most));
    let scale = (1.0 - weak.iter().sum::<f64>()) / (1.0 - before).max(1e-9);
    strong.iter_mut().for_each(|p| *p *= scale);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(name: &str, m: [f64; 3], u: [f64; 3]) -> Start {
        let levels = ["missing", "exact", "close", "different"].map(str::to_owned).to_vec();
        let level = |of: [f64; 3]| [0.0].into_iter().chain(of).collect();
        Start {
            name: name.to_owned(),
            levels,
            m: level(m),
            u: level(u),
            circles: [None, None, None],
            most_different: 0.5,
            doubtful: None,
            weak_from: None,
        }
    }

    /// Expected patterns of `matches` and `strangers` pairs under known probabilities, under one rule.
    fn patterns(m: &[[f64; 3]], u: &[[f64; 3]], matches: f64, strangers: f64) -> Vec<Pattern> {
        let mut all = Vec::new();
        for code in 0..3usize.pow(m.len() as u32) {
            let levels: Vec<usize> = (0..m.len()).map(|i| code / 3usize.pow(i as u32) % 3).collect();
            let of = |p: &[[f64; 3]]| levels.iter().enumerate().map(|(i, &level)| p[i][level]).product::<f64>();
            let pairs = matches * of(m) + strangers * of(u);
            let levels = levels.iter().map(|&level| level as u8 + 1).collect();
            all.push(Pattern { rule: 0, new: true, levels, pairs });
        }
        all
    }

    #[test]
    fn known_probabilities_are_recovered() {
        let m = [[0.7, 0.2, 0.1], [0.9, 0.06, 0.04], [0.6, 0.1, 0.3], [0.8, 0.15, 0.05]];
        let u = [[0.01, 0.02, 0.97], [0.002, 0.01, 0.988], [0.001, 0.001, 0.998], [0.05, 0.1, 0.85]];
        let starts: Vec<Start> = (0..4).map(|i| start(&format!("c{i}"), [0.8, 0.1, 0.1], u[i])).collect();
        let evidence = Evidence {
            leads: 20_000,
            pairs: 20_000.0 * 19_999.0 / 2.0,
            within: None,
            random: u.iter().map(|u| std::iter::once(0).chain(u.iter().map(|p| (p * 1e6) as u64)).collect()).collect(),
            patterns: patterns(&m, &u, 8_000.0, 30_000.0),
            decided: vec![vec![false; 4]],
        };
        let trained = train(&starts, &evidence);
        for (i, comparison) in trained.model.comparisons.iter().enumerate() {
            for level in 0..3 {
                assert!((comparison.m[level + 1] - m[i][level]).abs() < 0.01, "{i} {level}: {:?}", comparison.m);
                assert!((comparison.u[level + 1] - u[i][level]).abs() < 0.01, "{i} {level}: {:?}", comparison.u);
            }
        }
        let expected = 8_000.0 / (20_000.0 * 19_999.0 / 2.0);
        assert!((trained.model.prior / expected - 1.0).abs() < 0.05, "{} {expected}", trained.model.prior);
    }

    #[test]
    fn what_a_key_decides_is_not_learnt_from_it() {
        let starts = [start("a", [0.8, 0.1, 0.1], [0.01, 0.02, 0.97]), start("b", [0.8, 0.1, 0.1], [0.01, 0.02, 0.97])];
        let evidence = Evidence {
            leads: 1_000,
            pairs: 1_000.0 * 999.0 / 2.0,
            within: None,
            random: vec![vec![0, 10, 20, 970]; 2],
            patterns: vec![Pattern { rule: 0, new: true, levels: vec![1, 1], pairs: 5_000.0 }],
            decided: vec![vec![true, false]],
        };
        let trained = train(&starts, &evidence);
        assert!((trained.model.comparisons[0].m[1] - 0.8).abs() < 1e-9);
        assert!(trained.model.comparisons[1].m[1] > 0.95);
    }

    #[test]
    fn related_things_are_no_matches() {
        // 2,000 things once again, 20,000 pairs by one author in one year, 80,000 of strangers; a key of each kind.
        let (title_m, title_u) = ([0.0, 0.9, 0.08, 0.02], [0.0, 1e-4, 0.01, 0.9899]);
        let alike = [[0.9, 0.05, 0.05], [0.9, 0.07, 0.03]];
        let mut starts: Vec<Start> =
            ["title", "author", "year"].iter().map(|name| start(name, [0.8, 0.1, 0.1], [0.01, 0.02, 0.97])).collect();
        starts[0].weak_from = Some(2);
        starts[0].circles[2] = Some(vec![0.0, 0.0, 0.2, 0.8]);
        starts[1..].iter_mut().for_each(|start| start.circles[2] = Some(vec![0.0, 0.4, 0.06, 0.54]));
        let strange = [0.01, 0.02, 0.97];
        let mut patterns = Vec::new();
        for (rule, title_strange) in [title_u, [0.0, 1e-4, 0.3, 0.6999]].into_iter().enumerate() {
            for code in 0..27usize {
                let at = [code % 3, code / 3 % 3, code / 9];
                let others = |of: [[f64; 3]; 2]| of[0][at[1]] * of[1][at[2]];
                let pairs = 2e3 * title_m[at[0] + 1] * others(alike)
                    + title_strange[at[0] + 1] * (2e4 * others(alike) + 8e4 * others([strange, strange]));
                let levels = at.iter().map(|&level| level as u8 + 1).collect();
                patterns.push(Pattern { rule, new: rule == 0, levels, pairs });
            }
        }
        let random = |u: &[f64]| -> Vec<u64> { u.iter().map(|p| (p * 1e6) as u64).collect() };
        let among = [0.0, 0.01, 0.02, 0.97];
        let evidence = Evidence {
            leads: 20_000,
            pairs: 20_000.0 * 19_999.0 / 2.0,
            within: None,
            random: vec![random(&title_u), random(&among), random(&among)],
            patterns,
            decided: vec![vec![false; 3], vec![true, false, false]],
        };
        let trained = train(&starts, &evidence);
        let found = trained.model.prior * evidence.pairs;
        assert!((1_500.0..2_600.0).contains(&found), "{found}");
        assert!(trained.model.comparisons[0].m[1] > 0.8, "{:?}", trained.model.comparisons[0].m);
        let related = trained.circles.iter().find(|circle| circle.kind == 2).expect("two columns in common");
        let odds = related.odds * evidence.pairs;
        assert!((15_000.0..25_000.0).contains(&odds), "{odds}");
    }

    #[test]
    fn the_same_thing_is_seldom_called_otherwise() {
        let mut m = [0.0, 0.3, 0.1, 0.4, 0.2];
        limit_weak(&mut m, &[0.0, 0.7, 0.2, 0.06, 0.04], 3);
        let expected = [0.0, 0.675, 0.225, 0.06, 0.04];
        assert!(m.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{m:?}");
    }

    #[test]
    fn no_evidence_leaves_the_starting_values() {
        let starts = [start("a", [0.8, 0.1, 0.1], [0.01, 0.02, 0.97])];
        let evidence = Evidence { random: vec![vec![0; 4]], ..Evidence::default() };
        let trained = train(&starts, &evidence);
        let model = &trained.model.comparisons[0];
        assert!(model.m.iter().zip(&starts[0].m).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(model.u.iter().zip(&starts[0].u).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(trained.circles.is_empty() && trained.model.prior.is_finite());
    }
}
