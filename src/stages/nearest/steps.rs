//! Where the next grade and the next star begin, in points.

use super::lift::{Board, Need, Of};
use crate::config::plan::{Bands, ScoreGroup, ScorePlan};
use crate::model::scorecards::{GroupCard, Points, Scorecards, percent};

/// The scores from which on there are more stars, and better grades.
pub(super) struct Steps {
    /// The smallest score with one star, two, … five.
    pub(super) stars: Vec<Points>,
    /// The smallest score of each grade, the best first; of a grid none.
    pub(super) grades: Vec<Points>,
    /// Per group, the smallest sum of each of its bands, the best first.
    pub(super) bands: Vec<Vec<Points>>,
    grade_count: u32,
}

impl Steps {
    pub(super) fn new(plan: &ScorePlan, scores: &Scorecards) -> Self {
        let (min, max) = (scores.min, scores.max);
        // No star at 0 percent, one above it.
        let first = Points(min.0.saturating_add(1));
        let more = plan.star_cuts.iter().map(|&cut| begin(cut, min, max).max(first));
        let stars = if max > min { std::iter::once(first).chain(more).take(5).collect() } else { Vec::new() };
        let all = |bands: &Bands, min, max| bands.iter().map(|(_, cut)| begin(*cut, min, max)).collect::<Vec<_>>();
        let of_group = |(group, card): (&ScoreGroup, &GroupCard)| {
            group.bands.as_ref().map_or_else(Vec::new, |bands| all(bands, card.min, card.max))
        };
        Self {
            stars,
            grades: if plan.grid.is_some() { Vec::new() } else { all(&plan.grades, min, max) },
            bands: plan.groups.iter().zip(&scores.groups).map(of_group).collect(),
            grade_count: plan.grade_names().len() as u32,
        }
    }

    /// How many grades there are.
    pub(super) fn grade_count(&self) -> u32 {
        self.grade_count
    }

    /// The next grades of a lead, by position among all grades, and what is missing: one, or in a grid one per axis.
    pub(super) fn grades(&self, board: &Board, plan: &ScorePlan) -> Vec<(u32, Need)> {
        let Some([rows, columns]) = plan.grid else {
            let next = next(&self.grades, board.score);
            let need = |(at, points): (usize, Points)| (at as u32, Need { of: Of::Whole, points });
            return next.map(need).into_iter().collect();
        };
        let sum = |group: usize| limited(plan, group, board.sums[group]);
        let band = |group: usize| self.bands[group].iter().position(|&begin| begin <= sum(group));
        let step = |group: usize| next(&self.bands[group], sum(group));
        let width = self.bands[columns].len();
        let need = |group: usize, points: Points| Need { of: Of::Group(group), points };
        let up =
            step(rows).zip(band(columns)).map(|((row, points), column)| (row * width + column, need(rows, points)));
        let along =
            step(columns).zip(band(rows)).map(|((column, points), row)| (row * width + column, need(columns, points)));
        up.into_iter().chain(along).map(|(at, need)| (at as u32, need)).collect()
    }

    /// How many stars come next, and the points that are missing.
    pub(super) fn star(&self, score: Points) -> Option<(u32, Points)> {
        let begin = *self.stars.iter().find(|&&begin| begin > score)?;
        // Where several stars begin at one score, all of them come.
        let stars = self.stars.iter().filter(|&&other| other <= begin).count();
        Some((stars as u32, begin - score))
    }
}

/// The lowest band above a sum, and what is missing of it.
fn next(begins: &[Points], sum: Points) -> Option<(usize, Points)> {
    let at = begins.iter().rposition(|&begin| begin > sum)?;
    (begins[at] != NEVER).then(|| (at, begins[at] - sum))
}

fn limited(plan: &ScorePlan, group: usize, sum: Points) -> Points {
    let group = &plan.groups[group];
    let capped = group.cap.map_or(sum, |cap| sum.min(cap));
    group.floor.map_or(capped, |floor| capped.max(floor))
}

/// Past all sums.
const NEVER: Points = Points(i64::MAX);

/// The smallest sum whose percentage is at least this; past all sums where none is.
pub(super) fn begin(cut: f64, min: Points, max: Points) -> Points {
    if cut <= 0.0 {
        return min;
    }
    if max <= min || cut > 100.0 {
        return NEVER;
    }
    let whole = i128::from(max.0) - i128::from(min.0);
    let guess = i128::from(min.0) + (cut / 100.0 * whole as f64).ceil() as i128;
    let mut begin = Points(guess.clamp(i128::from(min.0), i128::from(max.0)) as i64);
    // The percentage is rounded once: the guess is at most a step or two away.
    while begin > min && percent(Points(begin.0 - 1), min, max) >= cut {
        begin.0 -= 1;
    }
    while begin < max && percent(begin, min, max) < cut {
        begin.0 += 1;
    }
    begin
}
