//! The gate: which parts of the qualify condition a lead fails, and what of its score each part would take.

use std::collections::BTreeSet;

use polars::prelude::Column;

use super::lift::{Board, Lift, Need, Of, Rules, Turns, comparison, lowers, risks, turns};
use super::steps::{Steps, begin};
use crate::config::plan::{Criterion, CriterionTest, ScorePlan};
use crate::model::column_values::ColumnValues;
use crate::model::facts::Facts;
use crate::model::scorecards::{Points, Scorecards, percent};
use crate::rules::{self, Comparison, Condition};

/// Columns that the whole score settles.
const WHOLE: [&str; 5] = ["score", "score_percent", "auto_stars", "stars", "grade"];

/// What a part of the gate looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// Facts alone.
    Facts,
    /// The score and what follows from it.
    Whole,
    /// The sum of a group and what follows from it.
    Group(usize),
    /// The grade of a grid.
    Grid,
    /// Several of these: what would lift it cannot be told.
    Mixed,
}

/// Sums at which something that a part looks at changes, and whether all parts of that sight hold there.
#[derive(Debug, Default)]
struct Ladder {
    rungs: Vec<(Points, bool)>,
}

impl Ladder {
    /// Whether all hold at this sum.
    fn holds(&self, sum: Points) -> bool {
        let last = self.rungs.iter().rev().find(|(begin, _)| *begin <= sum);
        self.rungs.is_empty() || last.is_some_and(|(_, holds)| *holds)
    }

    /// The next sum above this at which all hold.
    fn next(&self, sum: Points) -> Option<Points> {
        self.rungs.iter().find(|(begin, holds)| *begin > sum && *holds).map(|(begin, _)| *begin)
    }
}

/// The parts and where each lead stands with them.
pub(super) struct Gate {
    sights: Vec<Sight>,
    /// Whether a part reads the stars, which a rating by hand fixes.
    reads_stars: Vec<bool>,
    /// Per part, what criteria give once a fact meets it.
    pub(super) turns: Vec<Turns>,
    /// Per part, criteria that read what it compares, of which nobody can say what becomes of them with it.
    risks: Vec<Vec<usize>>,
    /// Per part, the column that it compares, if that is all it does.
    columns: Vec<Option<String>>,
    /// Per part, whether a fact that meets it leaves the others as they are.
    fits: Vec<bool>,
    /// Per criterion, whether a fact that turns it may end a part that holds.
    breaks: Vec<bool>,
    /// Per lead, a bit per failing part; empty without a gate.
    failing: Vec<u64>,
    whole: Ladder,
    /// The same without the parts that read the stars.
    by_hand: Ladder,
    groups: Vec<Ladder>,
    grid: Option<Grid>,
}

/// The grades of a grid.
struct Grid {
    /// Its two groups.
    axes: [usize; 2],
    /// Where each of their bands begins.
    begins: [Vec<Points>; 2],
    /// Per pair of bands, row by row, whether the parts hold.
    holds: Vec<bool>,
}

impl Gate {
    pub(super) fn new(plan: &ScorePlan, parts: &[Condition], scores: &Scorecards, facts: &Facts) -> Self {
        let sights: Vec<Sight> = parts.iter().map(|part| sight(part, plan)).collect();
        let mut failing = if parts.is_empty() { Vec::new() } else { vec![0_u64; facts.leads()] };
        for (bit, mask) in rules::masks(&parts.iter().collect::<Vec<_>>(), facts).iter().enumerate() {
            for (bits, holds) in failing.iter_mut().zip(mask.iter()) {
                *bits |= u64::from(holds != Some(true)) << bit;
            }
        }
        let reads_stars: Vec<bool> = parts.iter().map(|part| part.columns.iter().any(|name| name == "stars")).collect();
        let steps = Steps::new(plan, scores);
        let of = |sight: Sight| -> Vec<&Condition> {
            parts.iter().zip(&sights).filter(|(_, own)| **own == sight).map(|(part, _)| part).collect()
        };
        let turns: Vec<Turns> = parts.iter().map(|part| turned(part, plan, facts)).collect();
        let compared: Vec<Option<Comparison>> = parts.iter().map(Condition::comparison).collect();
        let on_facts: Vec<(usize, &Condition)> =
            (parts.iter().enumerate()).filter(|(at, _)| matches!(sights[*at], Sight::Facts | Sight::Mixed)).collect();
        // Whether all parts but one hold still once a comparison does, or does not.
        let keeps = |comparison: &Comparison, holds: bool, but: usize| {
            let reads = |part: &Condition| part.columns.contains(&comparison.column);
            let touched: Vec<&Condition> =
                on_facts.iter().filter(|(at, part)| *at != but && reads(part)).map(|(_, part)| *part).collect();
            touched.is_empty() || hold_after(&touched, comparison, holds, facts)
        };
        let fits = |(at, compared): (usize, &Option<Comparison>)| {
            compared.as_ref().is_none_or(|comparison| keeps(comparison, true, at))
        };
        let breaks = |criterion: &Criterion| {
            comparison(criterion).is_some_and(|comparison| !keeps(&comparison, !lowers(criterion), usize::MAX))
        };
        let whole = of(Sight::Whole);
        let by_hand: Vec<&Condition> =
            whole.iter().filter(|part| part.columns.iter().all(|name| name != "stars")).copied().collect();
        let ladder = |parts: &[&Condition]| whole_ladder(parts, plan, scores, &steps);
        Self {
            risks: (compared.iter().zip(&turns))
                .map(|(compared, turns)| compared.as_ref().map_or_else(Vec::new, |it| risks(plan, &it.column, turns)))
                .collect(),
            turns,
            fits: compared.iter().enumerate().map(fits).collect(),
            breaks: plan.criteria.iter().map(breaks).collect(),
            columns: compared.into_iter().map(|one| Some(one?.column)).collect(),
            whole: ladder(&whole),
            by_hand: ladder(&by_hand),
            groups: (0..plan.groups.len())
                .map(|group| group_ladder(&of(Sight::Group(group)), group, plan, scores, &steps))
                .collect(),
            grid: plan.grid.map(|axes| Grid {
                axes,
                begins: axes.map(|axis| steps.bands[axis].clone()),
                holds: grid_holds(&of(Sight::Grid), plan),
            }),
            sights,
            reads_stars,
            failing,
        }
    }

    /// The parts that a lead fails, a bit each; none for a lead that fails nothing.
    pub(super) fn of(&self, lead: usize) -> Option<u64> {
        self.failing.get(lead).copied().filter(|&failing| failing != 0)
    }

    /// The parts whose facts have to change, what the criteria have to say besides, and the points that are missing.
    pub(super) fn smallest(
        &self,
        failing: u64,
        board: &Board,
        manual: bool,
        rules: &Rules,
        most: usize,
    ) -> Option<(Vec<usize>, Lift, Option<Points>)> {
        let failing: Vec<usize> = (0..self.sights.len()).filter(|part| failing & (1 << part) != 0).collect();
        let fails = |sight: Sight| failing.iter().any(|&part| self.sights[part] == sight);
        let facts: Vec<usize> = failing.iter().copied().filter(|&part| self.sights[part] == Sight::Facts).collect();
        let is_fixed = manual && failing.iter().any(|&part| self.reads_stars[part]);
        if fails(Sight::Mixed) || is_fixed || facts.len() > most || !facts.iter().all(|&part| self.fits[part]) {
            return None;
        }
        // A fact that a criterion asks for, too, turns that as well.
        let mut after = board.clone();
        for &part in &facts {
            let turns = [&self.turns[part][..], &rules.at_worst(&after, &self.risks[part])].concat();
            (after.score, after.sums) = rules.after(&after, turns.iter().copied());
            for (criterion, points) in turns {
                (after.points[criterion], after.gains[criterion]) = (points, Points::ZERO);
            }
            if let Some(column) = &self.columns[part] {
                rules.settle(&mut after, column);
            }
        }

        // What would meet a criterion and end a part that holds is no way in.
        after
            .gains
            .iter_mut()
            .zip(&self.breaks)
            .filter(|(_, breaks)| **breaks)
            .for_each(|(gain, _)| *gain = Points::ZERO);

        let mut needs = Vec::new();
        let mut gap = None;
        let ladder = if manual { &self.by_hand } else { &self.whole };
        if fails(Sight::Whole) {
            let begin = ladder.next(board.score)?;
            gap = Some(begin - board.score);
            needs.push(Need { of: Of::Whole, points: begin - after.score });
        } else if !ladder.holds(after.score) {
            // The facts that are missing take away what was there.
            needs.push(Need { of: Of::Whole, points: ladder.next(after.score)? - after.score });
        }
        for (group, ladder) in self.groups.iter().enumerate() {
            let sum = |board: &Board| rules.limited(group, board.sums[group]);
            if fails(Sight::Group(group)) {
                let begin = ladder.next(sum(board))?;
                gap = gap.or(Some(begin - sum(board)));
                needs.push(Need { of: Of::Group(group), points: begin - sum(&after) });
            } else if !ladder.holds(sum(&after)) {
                needs.push(Need { of: Of::Group(group), points: ladder.next(sum(&after))? - sum(&after) });
            }
        }
        let left = most - facts.len();
        if !fails(Sight::Grid) {
            let lift = rules.smallest(&after, &needs, left)?;
            let lifted = rules.lifted(&after, &lift);
            // More than enough may be too much: `stars < 5`.
            let fits = ladder.holds(lifted.score) && self.grid_holds(&lifted, rules);
            return fits.then_some((facts, lift, gap));
        }
        let ways = self.ways(board, &after, rules).into_iter().filter_map(|(missing, need)| {
            let needs: Vec<Need> = needs.iter().copied().chain([need]).collect();
            Some((rules.smallest(&after, &needs, left)?, gap.or(Some(missing))))
        });
        let (lift, gap) = ways.min_by_key(|(lift, gap)| (lift.changes(), *gap))?;
        Some((facts, lift, gap))
    }

    /// Whether the parts about the grade of a grid hold.
    fn grid_holds(&self, board: &Board, rules: &Rules) -> bool {
        let Some(Grid { axes, begins, holds }) = &self.grid else { return true };
        let sum = |axis: usize| rules.limited(axes[axis], board.sums[axes[axis]]);
        let band = |axis: usize| begins[axis].iter().position(|&begin| begin <= sum(axis));
        match (band(0), band(1)) {
            (Some(row), Some(column)) => holds[row * begins[1].len() + column],
            _ => !self.sights.contains(&Sight::Grid),
        }
    }

    /// The ways to a grade of the grid at which its parts hold: one axis up, the other as it is.
    fn ways(&self, board: &Board, after: &Board, rules: &Rules) -> Vec<(Points, Need)> {
        let Some(Grid { axes, begins, holds }) = &self.grid else { return Vec::new() };
        let sum = |board: &Board, axis: usize| rules.limited(axes[axis], board.sums[axes[axis]]);
        let band = |axis: usize| begins[axis].iter().position(|&begin| begin <= sum(board, axis));
        let mut ways = Vec::new();
        for (axis, other) in [(0, 1), (1, 0)] {
            let Some(fixed) = band(other) else { continue };
            let below = band(axis).unwrap_or(begins[axis].len());
            let is_open = |&at: &usize| {
                let (row, column) = if axis == 0 { (at, fixed) } else { (fixed, at) };
                holds[row * begins[1].len() + column]
            };
            if let Some(at) = (0..below).rev().find(is_open) {
                let of = Of::Group(axes[axis]);
                let [missing, points] = [board, after].map(|board| begins[axis][at] - sum(board, axis));
                ways.push((missing, Need { of, points }));
            }
        }
        ways
    }
}

fn sight(part: &Condition, plan: &ScorePlan) -> Sight {
    let of = |name: &String| {
        if name == "grade" && plan.grid.is_some() {
            return Sight::Grid;
        }
        let is_of =
            |group: &str| name.strip_prefix(group).is_some_and(|rest| ["_score", "_percent", "_band"].contains(&rest));
        match plan.groups.iter().position(|group| is_of(&group.name)) {
            _ if WHOLE.contains(&name.as_str()) => Sight::Whole,
            Some(group) => Sight::Group(group),
            None => Sight::Facts,
        }
    };
    let mut sights = part.columns.iter().map(of);
    let first = sights.next().unwrap_or(Sight::Facts);
    if sights.all(|other| other == first) { first } else { Sight::Mixed }
}

/// Whether parts hold once a comparison does, or does not; not where that cannot be told.
fn hold_after(parts: &[&Condition], comparison: &Comparison, holds: bool, facts: &Facts) -> bool {
    let column = &comparison.column;
    let [met, unmet] = &comparison.samples;
    let sample = if holds { met } else { unmet };
    let kind = facts.values(column).map(ColumnValues::data_type);
    let value = kind.and_then(|kind| sample.as_ref()?.column(column, &kind));
    let alone = parts.iter().all(|part| part.columns.len() == 1);
    value.is_some_and(|value| alone && hold(parts, 1, vec![value]).into_iter().all(|holds| holds))
}

/// What criteria give once a fact meets a part of the gate.
fn turned(part: &Condition, plan: &ScorePlan, facts: &Facts) -> Turns {
    if let Some(turns) = part.comparison().and_then(|comparison| turns(plan, &comparison, true, facts)) {
        return turns;
    }
    let normal = part.normal();
    let is_same = |criterion: &Criterion| match &criterion.test {
        CriterionTest::When(condition) => condition.columns == part.columns && condition.normal() == normal,
        _ => false,
    };
    let same = plan.criteria.iter().enumerate().filter(|(_, criterion)| is_same(criterion));
    same.map(|(at, criterion)| (at, criterion.given(Some(true)))).collect()
}

/// Scores at which a comparison with one of these numbers, as a score or as a percentage, may begin to hold.
fn marks(parts: &[&Condition], min: Points, max: Points) -> BTreeSet<Points> {
    let mut marks = BTreeSet::new();
    for number in parts.iter().flat_map(|part| part.numbers()) {
        if number.abs() < 1e12 {
            let at = Points::rounded(number);
            marks.extend([at, Points(at.0 + 1)]);
        }
        if (0.0..=100.0).contains(&number) {
            let at = begin(number, min, max);
            marks.extend([at, Points(at.0.saturating_add(1))]);
        }
    }
    marks
}

/// Whether all parts hold in each row of these columns.
fn hold(parts: &[&Condition], rows: usize, columns: Vec<Column>) -> Vec<bool> {
    let facts = Facts::new(rows).with(columns);
    let masks = rules::masks(parts, &facts);
    let mut holds = vec![true; rows];
    for mask in &masks {
        holds.iter_mut().zip(mask.iter()).for_each(|(all, holds)| *all &= holds == Some(true));
    }
    holds
}

fn whole_ladder(parts: &[&Condition], plan: &ScorePlan, scores: &Scorecards, steps: &Steps) -> Ladder {
    if parts.is_empty() {
        return Ladder::default();
    }
    let (min, max) = (scores.min, scores.max);
    let mut rungs = marks(parts, min, max);
    rungs.extend(steps.stars.iter().chain(&steps.grades).chain([&min]));
    let rungs: Vec<Points> = rungs.into_iter().filter(|&rung| rung <= max).collect();
    let stars = |&rung: &Points| steps.stars.iter().filter(|&&begin| begin <= rung).count() as i64;
    let grade = |rung: &Points| {
        let at = steps.grades.iter().position(|begin| begin <= rung)?;
        plan.grades.get(at).map(|(name, _)| name.as_str())
    };
    let all_stars: Vec<i64> = rungs.iter().map(stars).collect();
    let columns = vec![
        Column::new("score".into(), rungs.iter().map(|rung| rung.to_f64()).collect::<Vec<_>>()),
        Column::new("score_percent".into(), rungs.iter().map(|&rung| percent(rung, min, max)).collect::<Vec<_>>()),
        Column::new("auto_stars".into(), &all_stars),
        Column::new("stars".into(), &all_stars),
        Column::new("grade".into(), rungs.iter().map(grade).collect::<Vec<Option<&str>>>()),
    ];
    let holds = hold(parts, rungs.len(), columns);
    Ladder { rungs: rungs.into_iter().zip(holds).collect() }
}

fn group_ladder(parts: &[&Condition], group: usize, plan: &ScorePlan, scores: &Scorecards, steps: &Steps) -> Ladder {
    let (Some(card), false) = (scores.groups.get(group), parts.is_empty()) else { return Ladder::default() };
    let mut rungs = marks(parts, card.min, card.max);
    rungs.extend(steps.bands[group].iter().chain([&card.min]));
    let rungs: Vec<Points> = rungs.into_iter().filter(|&rung| rung <= card.max).collect();
    let band = |rung: &Points| {
        let at = steps.bands[group].iter().position(|begin| begin <= rung)?;
        plan.groups[group].bands.as_ref()?.get(at).map(|(name, _)| name.as_str())
    };
    let column = |what: &str| format!("{}_{what}", card.name);
    let percents = rungs.iter().map(|&rung| percent(rung, card.min, card.max)).collect::<Vec<_>>();
    let columns = vec![
        Column::new(column("score").into(), rungs.iter().map(|rung| rung.to_f64()).collect::<Vec<_>>()),
        Column::new(column("percent").into(), percents),
        Column::new(column("band").into(), rungs.iter().map(band).collect::<Vec<Option<&str>>>()),
    ];
    let holds = hold(parts, rungs.len(), columns);
    Ladder { rungs: rungs.into_iter().zip(holds).collect() }
}

/// Per grade of the grid, row by row, whether the parts about the grade hold.
fn grid_holds(parts: &[&Condition], plan: &ScorePlan) -> Vec<bool> {
    let names = plan.grade_names();
    hold(parts, names.len(), vec![Column::new("grade".into(), &names)])
}
