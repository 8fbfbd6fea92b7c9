//! The smallest change in what the criteria say that makes up for what is missing.

use crate::config::plan::{Criterion, CriterionTest, ScorePlan, Worth};
use crate::model::facts::Facts;
use crate::model::mask::{Mask, Truth};
use crate::model::scorecards::{Points, Scorecards};
use crate::rules::{self, Comparison, Condition};

/// What points are missing of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The whole score.
    Whole,
    /// The sum of a group, its limits applied.
    Group(usize),
}

/// Points that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) of: Of,
    pub(super) points: Points,
}

/// Facts that change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lift {
    /// Per fact the criteria that change with it and what each adds, the one that it is told by first.
    pub(super) facts: Vec<Vec<(usize, Points)>>,
}

impl Lift {
    /// How many facts change.
    pub(super) fn changes(&self) -> usize {
        self.facts.len()
    }
}

/// What criteria give once a fact has changed.
pub(super) type Turns = Vec<(usize, Points)>;

/// What the criteria say of one lead.
#[derive(Debug, Default, Clone)]
pub(super) struct Board {
    /// The score.
    pub(super) score: Points,
    /// Per criterion, what it gives.
    pub(super) points: Vec<Points>,
    /// Per criterion, what it would add if it turned; zero where turning it gains nothing.
    pub(super) gains: Vec<Points>,
    /// Per group, the sum before its limits.
    pub(super) sums: Vec<Points>,
}

impl Board {
    /// All of it as bytes: two leads with the same ones are alike.
    pub(super) fn write(&self, key: &mut Vec<u8>) {
        key.extend(self.score.0.to_le_bytes());
        key.extend(self.points.iter().chain(&self.gains).chain(&self.sums).flat_map(|points| points.0.to_le_bytes()));
    }

    /// What each criterion adds that changes with a fact.
    pub(super) fn added(&self, turns: &[(usize, Points)]) -> Turns {
        let added = |&(at, points): &(usize, Points)| (at, Points(points.0.saturating_sub(self.points[at].0)));
        turns.iter().map(added).filter(|(_, added)| *added != Points::ZERO).collect()
    }
}

/// What turning criteria does to any lead.
pub(super) struct Rules {
    criteria: Vec<Criterion>,
    /// Per criterion, its group.
    group: Vec<Option<usize>>,
    /// Per group, its cap and floor.
    limits: Vec<[Option<Points>; 2]>,
    /// Per criterion, what it and others give once a fact has turned it, itself first.
    turns: Vec<Turns>,
    /// Per criterion, others that read what it compares, of which nobody can say what becomes of them with it.
    risks: Vec<Vec<usize>>,
    /// Per criterion, the least that it gives.
    least: Vec<Points>,
    /// Per criterion, the column that it compares, if that is all it does.
    columns: Vec<Option<String>>,
}

/// A fact that could change, with all that changes with it.
struct Change {
    criterion: usize,
    /// What it adds without limits: never less than what it adds with them.
    most: Points,
    /// Whether it adds that, whatever else changes.
    is_exact: bool,
}

impl Rules {
    pub(super) fn new(plan: &ScorePlan, facts: &Facts) -> Self {
        let place = |criterion: &Criterion| {
            let name = criterion.group.as_ref()?;
            plan.groups.iter().position(|group| group.name == *name)
        };
        let compared: Vec<Option<Comparison>> = plan.criteria.iter().map(comparison).collect();
        let turns = |at: usize| {
            let is_lowering = lowers(&plan.criteria[at]);
            let own = plan.criteria[at].given(Some(!is_lowering));
            let others = compared[at].as_ref().and_then(|comparison| turns(plan, comparison, !is_lowering, facts));
            let others = others.into_iter().flatten().filter(|(other, _)| *other != at);
            std::iter::once((at, own)).chain(others).collect()
        };
        let turns: Vec<Turns> = (0..compared.len()).map(turns).collect();
        let risks = compared.iter().zip(&turns).map(|(compared, turns)| match compared {
            Some(Comparison { column, .. }) => risks(plan, column, turns),
            None => Vec::new(),
        });
        let least = |criterion: &Criterion| {
            let given = Truth::ALL.map(|truth| criterion.given(truth.known()));
            given.into_iter().min().unwrap_or_default()
        };
        Self {
            group: plan.criteria.iter().map(place).collect(),
            limits: plan.groups.iter().map(|group| [group.cap, group.floor]).collect(),
            risks: risks.collect(),
            least: plan.criteria.iter().map(least).collect(),
            turns,
            columns: compared.iter().map(|one| one.as_ref().map(|one| one.column.clone())).collect(),
            criteria: plan.criteria.clone(),
        }
    }

    /// Sets the board to a lead.
    pub(super) fn set(&self, board: &mut Board, scores: &Scorecards, lead: usize) {
        board.score = scores.score[lead];
        board.points.clear();
        board.gains.clear();
        board.sums.clear();
        board.sums.resize(self.limits.len(), Points::ZERO);
        for ((criterion, group), line) in self.criteria.iter().zip(&self.group).zip(scores.lines.iter()) {
            let (met, points) = (line.met(lead), line.points(lead));
            if let Some(group) = group {
                board.sums[*group].0 = board.sums[*group].0.saturating_add(points.0);
            }
            let turned = match (lowers(criterion), met) {
                (true, Some(true)) => Points::ZERO,
                (false, met) if met != Some(true) => criterion.given(Some(true)),
                _ => points,
            };
            board.points.push(points);
            board.gains.push(Points(turned.0.saturating_sub(points.0).max(0)));
        }
    }

    /// Takes out of a board what facts about a column would turn.
    pub(super) fn settle(&self, board: &mut Board, column: &str) {
        for (gain, own) in board.gains.iter_mut().zip(&self.columns) {
            if own.as_deref() == Some(column) {
                *gain = Points::ZERO;
            }
        }
    }

    /// The fewest facts, and among as few the smallest gain, that make up for all needs; ties by file order.
    pub(super) fn smallest(&self, board: &Board, needs: &[Need], most: usize) -> Option<Lift> {
        if needs.iter().all(|need| need.points <= Points::ZERO) {
            return Some(Lift::default());
        }
        let changes = self.changes(board);
        let lift = |changed: &[&Change]| Lift {
            facts: changed.iter().map(|change| board.added(&self.turns[change.criterion])).collect(),
        };
        let singles = changes.iter().filter_map(|change| Some((self.gain(board, &[change], needs)?, change)));
        let single = if most == 0 { None } else { singles.min_by_key(|(gain, _)| *gain) };
        if single.is_some() || most < 2 {
            return single.map(|(_, change)| lift(&[change]));
        }
        let whole = needs.iter().filter(|need| need.of == Of::Whole).map(|need| need.points).max();
        let mut best: Option<(Points, [&Change; 2])> = None;
        for (first, one) in changes.iter().enumerate() {
            for other in &changes[first + 1..] {
                let sum = Points(one.most.0.saturating_add(other.most.0));
                let is_worse = best.is_some_and(|(known, _)| one.is_exact && other.is_exact && sum >= known);
                // A column has one value: two changes of it are none.
                let column = &self.columns[one.criterion];
                let is_same = column.is_some() && *column == self.columns[other.criterion];
                if whole.is_some_and(|whole| sum < whole) || is_worse || is_same {
                    continue;
                }
                if let Some(gain) = self.gain(board, &[one, other], needs)
                    && best.is_none_or(|(known, _)| gain < known)
                {
                    best = Some((gain, [one, other]));
                }
            }
        }
        best.map(|(_, both)| lift(&both))
    }

    /// What these changes add to the score, if they make up for all needs.
    fn gain(&self, board: &Board, changes: &[&Change], needs: &[Need]) -> Option<Points> {
        let turns = changes.iter().flat_map(|change| &self.turns[change.criterion]).copied();
        let risks = changes.iter().flat_map(|change| self.at_worst(board, &self.risks[change.criterion]));
        let (score, sums) = self.after(board, turns.chain(risks));
        let gain = Points(score.0.saturating_sub(board.score.0));
        let makes_up = |need: &Need| match need.of {
            Of::Whole => gain >= need.points,
            Of::Group(group) => {
                self.limited(group, sums[group]) - self.limited(group, board.sums[group]) >= need.points
            }
        };
        needs.iter().all(makes_up).then_some(gain)
    }

    /// Score and sums once these criteria give this.
    pub(super) fn after(&self, board: &Board, turns: impl Iterator<Item = (usize, Points)>) -> (Points, Vec<Points>) {
        let (mut score, mut sums) = (board.score, board.sums.clone());
        for (criterion, points) in turns {
            let added = points.0.saturating_sub(board.points[criterion].0);
            match self.group[criterion] {
                None => score.0 = score.0.saturating_add(added),
                Some(group) => {
                    let before = self.limited(group, sums[group]);
                    sums[group].0 = sums[group].0.saturating_add(added);
                    let now = self.limited(group, sums[group]);
                    score.0 = score.0.saturating_add(now.0.saturating_sub(before.0));
                }
            }
        }
        (score, sums)
    }

    /// A board once facts have changed.
    pub(super) fn lifted(&self, board: &Board, lift: &Lift) -> Board {
        let turns = lift.facts.iter().flatten();
        let turns = turns.map(|&(at, added)| (at, Points(board.points[at].0.saturating_add(added.0))));
        let (score, sums) = self.after(board, turns);
        Board { score, sums, ..board.clone() }
    }

    /// What criteria give where it comes to the worst.
    pub(super) fn at_worst(&self, board: &Board, risks: &[usize]) -> Turns {
        risks.iter().map(|&at| (at, self.least[at].min(board.points[at]))).collect()
    }

    /// A group's sum, its limits applied.
    pub(super) fn limited(&self, group: usize, sum: Points) -> Points {
        let [cap, floor] = self.limits[group];
        let capped = cap.map_or(sum, |cap| sum.min(cap));
        floor.map_or(capped, |floor| capped.max(floor))
    }

    /// The facts whose change gains something, in file order.
    fn changes(&self, board: &Board) -> Vec<Change> {
        let is_limited = |criterion: usize| {
            self.group[criterion].is_some_and(|group| self.limits[group].iter().any(Option::is_some))
        };
        let change = |criterion: usize| {
            let turns = &self.turns[criterion];
            let is_exact = self.risks[criterion].is_empty() && !turns.iter().any(|(turned, _)| is_limited(*turned));
            let added = turns.iter().map(|(turned, points)| points.0.saturating_sub(board.points[*turned].0));
            // Under limits what is lost may cost nothing.
            let most = added.map(|added| if is_exact { added } else { added.max(0) }).fold(0, i64::saturating_add);
            Change { criterion, most: Points(most), is_exact }
        };
        let lifts = |&at: &usize| board.gains[at] > Points::ZERO && can_turn(&self.criteria[at]);
        (0..self.criteria.len()).filter(lifts).map(change).collect()
    }
}

/// What the criteria that read a column alone give once it has a value for which a comparison holds, or does not; none
/// where no such value can be named.
pub(super) fn turns(plan: &ScorePlan, comparison: &Comparison, holds: bool, facts: &Facts) -> Option<Turns> {
    let Comparison { column, samples: [met, unmet], .. } = comparison;
    let sample = if holds { met } else { unmet };
    let value = sample.as_ref()?.column(column, &facts.values(column)?.data_type())?;
    let alone = |criterion: &Criterion| match &criterion.test {
        CriterionTest::When(condition) if condition.columns == [column.clone()] => Some(condition.clone()),
        _ => None,
    };
    let alone: Vec<(usize, Condition)> =
        plan.criteria.iter().enumerate().filter_map(|(at, criterion)| Some((at, alone(criterion)?))).collect();
    let conditions: Vec<&Condition> = alone.iter().map(|(_, condition)| condition).collect();
    let masks = rules::masks(&conditions, &Facts::new(1).with([value]));
    let given = |(at, mask): (usize, &Mask)| (at, plan.criteria[at].given(mask.0[0].known()));
    Some(alone.iter().map(|(at, _)| *at).zip(&masks).map(given).collect())
}

/// The criteria that read a column, but for those of which it is known what they give once it has changed.
pub(super) fn risks(plan: &ScorePlan, column: &str, known: &[(usize, Points)]) -> Vec<usize> {
    let reads = |criterion: &Criterion| match &criterion.test {
        CriterionTest::When(condition) => condition.columns.iter().any(|read| read == column),
        _ => false,
    };
    let is_known = |at: usize| known.iter().any(|(turned, _)| *turned == at);
    (0..plan.criteria.len()).filter(|&at| reads(&plan.criteria[at]) && !is_known(at)).collect()
}

/// Whether a criterion takes away where it is met.
pub(super) fn lowers(criterion: &Criterion) -> bool {
    matches!(criterion.worth, Worth::Points(points) if points < Points::ZERO)
}

/// What a criterion compares, if that is all it does.
pub(super) fn comparison(criterion: &Criterion) -> Option<Comparison> {
    match &criterion.test {
        CriterionTest::When(condition) => condition.comparison(),
        _ => None,
    }
}

/// Whether a fact can turn a criterion: what has happened has happened.
fn can_turn(criterion: &Criterion) -> bool {
    match &criterion.test {
        CriterionTest::When(_) => true,
        CriterionTest::Each { .. } | CriterionTest::Any { .. } => !lowers(criterion),
        CriterionTest::Without { .. } => lowers(criterion),
        CriterionTest::Known(_) => false,
    }
}
