//! Groups: what each adds to a score, what a cap takes away or a floor adds, and the smallest and largest reachable
//! score.

use rayon::prelude::*;

use super::criteria::{self, Reach, plus};
use super::ledger;
use crate::config::plan::{Bands, Criterion, ScoreGroup, ScorePlan};
use crate::model::scorecards::{Cells, GroupCard, LedgerLine, Points, percent};

/// Criteria whose sum is limited as one; a criterion outside all groups stands alone, without limits.
pub(super) struct Group<'p> {
    name: &'p str,
    /// Whether it is a group, and not a criterion that stands alone.
    is_named: bool,
    cap: Option<Points>,
    floor: Option<Points>,
    /// Positions of its criteria.
    members: Vec<usize>,
}

/// The groups that criteria name in plan order, then the criteria that stand alone. Groups without criteria limit nothing.
pub(super) fn groups(plan: &ScorePlan) -> Vec<Group<'_>> {
    let members = |name: &str| {
        let is_member = |&index: &usize| plan.criteria[index].group.as_deref() == Some(name);
        (0..plan.criteria.len()).filter(is_member).collect::<Vec<_>>()
    };
    let named = plan.groups.iter().map(|group| Group {
        name: &group.name,
        is_named: true,
        cap: group.cap,
        floor: group.floor,
        members: members(&group.name),
    });
    let is_grouped = |criterion: &Criterion| plan.groups.iter().any(|g| criterion.group.as_ref() == Some(&g.name));
    let alone = plan.criteria.iter().enumerate().filter(|(_, criterion)| !is_grouped(criterion));
    let alone =
        alone.map(|(index, c)| Group { name: &c.name, is_named: false, cap: None, floor: None, members: vec![index] });
    named.filter(|group| !group.members.is_empty()).chain(alone).collect()
}

/// One ledger line per cap and one per floor: what the limit takes away or adds.
pub(super) fn limit_lines(groups: &[Group<'_>], lines: &[LedgerLine]) -> Vec<LedgerLine> {
    let mut limits = Vec::new();
    for group in groups.iter().filter(|group| group.cap.is_some() || group.floor.is_some()) {
        let mut sums = group.sums(lines);
        let mut limit = |kind: &str, limited: &dyn Fn(Points) -> Points| {
            let points = sums.iter().map(|&sum| Points(limited(sum).0.saturating_sub(sum.0))).collect();
            let name = format!("{} ({kind})", group.name);
            limits.push(LedgerLine { name, version: None, cells: Cells::Limit(points) });
            sums.iter_mut().for_each(|sum| *sum = limited(*sum));
        };
        if let Some(cap) = group.cap {
            limit("cap", &|sum| sum.min(cap));
        }
        if let Some(floor) = group.floor {
            limit("floor", &|sum| sum.max(floor));
        }
    }
    limits
}

/// The smallest and the largest reachable score.
///
/// What neither the criteria nor the limits bound (a count without `at_most` and without a cap on its side), the leads
/// do: the extreme among them stands for what is reachable.
pub(super) fn reachable(groups: &[Group<'_>], criteria: &[Criterion], lines: &[LedgerLine]) -> (Points, Points) {
    let mut reach = (Points::ZERO, Points::ZERO);
    for group in groups {
        let (low, high) = group.reach(criteria, lines);
        reach = (plus(reach.0, low), plus(reach.1, high));
    }
    reach
}

/// What each group that criteria name adds to the scores, in plan order; one whose criteria all rest adds nothing.
pub(super) fn cards(plan: &ScorePlan, groups: &[Group<'_>], lines: &[LedgerLine], leads: usize) -> Vec<GroupCard> {
    let card = |planned: &ScoreGroup| {
        let group = groups.iter().find(|group| group.is_named && group.name == planned.name);
        let (min, max) = group.map_or((Points::ZERO, Points::ZERO), |group| group.reach(&plan.criteria, lines));
        let score: Vec<Points> = match group {
            Some(group) => group.sums(lines).into_par_iter().map(|sum| group.clamp(sum)).collect(),
            None => vec![Points::ZERO; leads],
        };
        let percent: Vec<f64> = score.par_iter().map(|&score| percent(score, min, max)).collect();
        let band_of = |bands: &Bands| percent.par_iter().map(|&percent| band(bands, percent) as u32).collect();
        GroupCard {
            name: planned.name.clone(),
            band: planned.bands.as_ref().map(band_of).unwrap_or_default(),
            bands: planned.bands.as_ref().map(|bands| bands.iter().map(|(name, _)| name.clone()).collect()),
            score,
            percent,
            min,
            max,
        }
    };
    plan.groups.iter().map(card).collect()
}

/// The place of the highest band that has begun, or their number.
fn band(bands: &Bands, percent: f64) -> usize {
    bands.iter().position(|(_, begin)| percent >= *begin).unwrap_or(bands.len())
}

impl Group<'_> {
    /// Its smallest and its largest sum, its limits applied.
    fn reach(&self, criteria: &[Criterion], lines: &[LedgerLine]) -> (Points, Points) {
        let bounds = self.members.iter().map(|&member| criteria::reach(&criteria[member]));
        let bounds = self.limit(bounds.fold(Reach::ZERO, Reach::and));
        let observed = |extreme: fn(Points, Points) -> Points| {
            let sums = self.sums(lines).into_iter().fold(Points::ZERO, extreme);
            self.clamp(sums)
        };
        (bounds.low.unwrap_or_else(|| observed(Ord::min)), bounds.high.unwrap_or_else(|| observed(Ord::max)))
    }

    /// The group's sum for each lead, before its limits.
    fn sums(&self, lines: &[LedgerLine]) -> Vec<Points> {
        let leads = lines.first().map_or(0, |line| line.len());
        ledger::sums(self.members.iter().map(|&member| &lines[member]), leads)
    }

    fn clamp(&self, sum: Points) -> Points {
        let capped = self.cap.map_or(sum, |cap| sum.min(cap));
        self.floor.map_or(capped, |floor| capped.max(floor))
    }

    /// The bounds that the limits leave; a limit bounds what nothing else does.
    fn limit(&self, reach: Reach) -> Reach {
        Reach {
            low: reach.low.map(|low| self.clamp(low)).or(self.floor),
            high: reach.high.map(|high| self.clamp(high)).or(self.cap.map(|cap| self.clamp(cap))),
        }
    }
}
