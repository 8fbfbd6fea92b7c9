//! Near misses: open leads just under the next grade, the next star or the qualify gate, and the smallest change in facts
//! that would lift each: one criterion, else two, met (or no longer met, where that lowers) by one fact or two.
//!
//! What is near depends only on what the criteria and the gate say of a lead, and many leads are alike in that: each
//! different pattern is searched once per stretch of leads. The words differ by the facts and are written lead by lead.

mod gate;
mod lift;
mod steps;
#[cfg(test)]
mod tests;
mod words;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::config::plan::ScorePlan;
use crate::model::facts::Facts;
use crate::model::near_misses::{NearMiss, NearMisses, Stretch};
use crate::model::scorecards::{Points, Scorecards};
use crate::rules::Condition;

use gate::Gate;
use lift::{Board, Lift, Need, Of, Rules};
use steps::Steps;
use words::Words;

/// Leads that one thread looks at together.
const STRETCH: usize = 16_384;
/// Most facts that a near miss may be away.
const MOST_CHANGES: usize = 2;

/// The near misses of all open leads. The facts have the scores, and `gate` is what ANDs join in the condition by which
/// leads qualify.
pub fn near_misses(
    plan: &ScorePlan,
    gate: &[Condition],
    scores: &Scorecards,
    facts: &Facts,
    open: &[bool],
) -> NearMisses {
    let parts = gate;
    let gate = Gate::new(plan, parts, scores, facts);
    let search = Search {
        rules: Rules::new(plan, facts),
        steps: Steps::new(plan, scores),
        words: Words::new(plan, parts, gate.turns.clone(), facts),
        gate,
        plan,
        scores,
    };
    let starts: Vec<usize> = (0..open.len()).step_by(STRETCH).collect();
    let stretch = |start: usize| search.stretch((start..open.len().min(start + STRETCH)).filter(|&lead| open[lead]));
    NearMisses { targets: search.targets(), stretches: starts.into_par_iter().map(stretch).collect() }
}

/// What all leads have in common.
struct Search<'a> {
    plan: &'a ScorePlan,
    scores: &'a Scorecards,
    rules: Rules,
    steps: Steps,
    gate: Gate,
    words: Words,
}

/// A target that leads of one pattern are just under.
struct Found {
    target: u32,
    gap: Option<Points>,
    /// Parts of the gate that have to hold.
    parts: Vec<usize>,
    lift: Lift,
}

impl Search<'_> {
    /// Grades, stars, the gate.
    fn targets(&self) -> Vec<String> {
        let grades = self.plan.grade_names().into_iter().map(|grade| format!("grade {grade}"));
        let stars = (1..=5).map(|stars| if stars == 1 { "1 star".to_owned() } else { format!("{stars} stars") });
        grades.chain(stars).chain(["qualify".to_owned()]).collect()
    }

    fn stretch(&self, leads: impl Iterator<Item = usize>) -> Stretch {
        let mut known: HashMap<u128, Vec<Found>, FixedState> = HashMap::default();
        let mut misses = Stretch::default();
        let (mut board, mut key) = (Board::default(), Vec::new());
        for lead in leads {
            self.rules.set(&mut board, self.scores, lead);
            key.clear();
            board.write(&mut key);
            let gate = self.gate.of(lead);
            key.push(u8::from(self.scores.manual[lead]));
            key.extend(gate.unwrap_or(0).to_le_bytes());
            let found = known.entry(xxh3_128(&key)).or_insert_with(|| self.search(&board, lead));
            for Found { target, gap, parts, lift } in &*found {
                let (target, gap) = (*target, *gap);
                self.words.write(&mut misses.text, lead, parts, lift, &board);
                let changes = u8::try_from(parts.len() + lift.changes()).unwrap_or(u8::MAX);
                misses.rows.push(NearMiss { lead: lead as u32, target, gap, changes, end: misses.text.len() });
            }
        }
        misses
    }

    /// All that is near for leads of this one's pattern.
    fn search(&self, board: &Board, lead: usize) -> Vec<Found> {
        let mut found = Vec::new();
        for (target, need) in self.steps.grades(board, self.plan) {
            let gap = Some(need.points);
            let lift = self.rules.smallest(board, &[need], MOST_CHANGES);
            found.extend(lift.map(|lift| Found { target, gap, parts: Vec::new(), lift }));
        }
        let grades = self.steps.grade_count();
        if !self.scores.manual[lead]
            && let Some((stars, points)) = self.steps.star(board.score)
        {
            let lift = self.rules.smallest(board, &[Need { of: Of::Whole, points }], MOST_CHANGES);
            let target = grades + stars - 1;
            found.extend(lift.map(|lift| Found { target, gap: Some(points), parts: Vec::new(), lift }));
        }
        if let Some(failing) = self.gate.of(lead) {
            let manual = self.scores.manual[lead];
            let lift = self.gate.smallest(failing, board, manual, &self.rules, MOST_CHANGES);
            let target = grades + 5;
            found.extend(lift.map(|(parts, lift, gap)| Found { target, gap, parts, lift }));
        }
        found
    }
}
