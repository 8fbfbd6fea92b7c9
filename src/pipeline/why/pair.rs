//! Two rows: what they weigh, who decided, and what stands between them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{FindError, KeptLink, Member, Named, links, members};
use crate::config::plan::DedupePlan;
use crate::engine::{self, Explanation};
use crate::model::ids;
use crate::model::leads::LeadId;
use crate::model::matching::Pair;
use crate::model::pinned::PinnedModel;
use crate::pipeline::past::{PastRun, Rebuilt};

/// Weights that differ by more are not of the same program and data.
const SAME: f64 = 1e-3;

/// What a run holds of two rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairAnswer {
    /// One row.
    pub left: Member,
    /// The other.
    pub right: Member,
    /// What came of them.
    pub standing: Standing,
    /// Probability from which two rows are one.
    pub match_at: f64,
    /// Probability from which a person decides.
    pub review_at: f64,
    /// The kept pair, if it was kept.
    pub link: Option<KeptLink>,
    /// What they weigh, from the inputs.
    pub explanation: Option<Explanation>,
    /// Why that cannot be told.
    pub unexplained: Option<String>,
    /// From one to the other inside their lead.
    pub chain: Vec<KeptLink>,
    /// Kept pairs between their two leads.
    pub between: Vec<KeptLink>,
    /// Rows of their two leads.
    pub sizes: [usize; 2],
}

/// What came of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// One lead, by a link of their own.
    Linked,
    /// One lead, through links with other rows.
    Connected,
    /// Two leads: they matched, and the clusters keep them apart.
    Refused,
    /// Two leads until a person decides.
    Review,
    /// Two leads, as a person said.
    Distinct,
    /// Two leads: compared, and too light.
    TooLight,
    /// Two leads: no blocking rule brings them together.
    NeverCompared,
    /// Two leads; whether they were compared cannot be told.
    NotKept,
}

/// What two names mean as two rows: rows as they are; for leads the pair with the surest link between them, else the
/// rows that golden values come from.
fn rows(left: &Named, right: &Named, links: &[KeptLink]) -> Option<[Member; 2]> {
    let all = || left.rows().iter().flat_map(|a| right.rows().iter().map(move |b| (a, b)));
    let sure = |a: &Member, b: &Member| {
        let found = links.iter().find(|link| link.joins(&a.row_id, &b.row_id));
        found.map_or(f64::NEG_INFINITY, |link| link.weight)
    };
    let different = || all().filter(|(a, b)| a.row_id != b.row_id);
    let mut best = different().next()?;
    for pair in different() {
        if sure(pair.0, pair.1) > sure(best.0, best.1) {
            best = pair;
        }
    }
    Some([best.0.clone(), best.1.clone()])
}

/// What a run holds of two rows or leads; none where both names mean one row. `explain` is asked for the recomputed
/// weights, or for one sentence about why there are none.
///
/// # Errors
/// When a table cannot be read.
pub fn pair(
    run: &PastRun,
    [left, right]: [&Named; 2],
    explain: impl FnOnce(&Member, &Member) -> Result<Explanation, String>,
) -> Result<Option<PairAnswer>, FindError> {
    let leads: BTreeSet<&str> = [left.lead_id(), right.lead_id()].into();
    let mut all = Vec::new();
    members(run, |row| leads.contains(row[3]), |member| all.push(member))?;
    let ids: BTreeSet<&str> = all.iter().map(|row| row.row_id.as_str()).collect();
    let mut links = links(run, &ids)?;
    links.retain(|link| ids.contains(link.left_id.as_str()) && ids.contains(link.right_id.as_str()));
    let Some([left, right]) = rows(left, right, &links) else { return Ok(None) };
    let lead_of: BTreeMap<&str, &str> = all.iter().map(|row| (row.row_id.as_str(), row.lead_id.as_str())).collect();
    let apart = left.lead_id != right.lead_id;
    let link = links.iter().find(|link| link.joins(&left.row_id, &right.row_id)).cloned();
    let dedupe = &run.summary.dedupe;
    let (match_at, review_at) = (dedupe.match_at.unwrap_or(1.0), dedupe.review_at.unwrap_or(1.0));
    let (mut explanation, mut unexplained) = match explain(&left, &right) {
        Ok(explanation) => (Some(explanation), None),
        Err(why) => (None, Some(why)),
    };
    if let (Some(link), Some(found)) = (&link, &explanation)
        && (link.weight - found.weight).abs() > SAME
    {
        unexplained = Some(format!(
            "the pair weighs {:.3} now and weighed {:.3} in the run: leadmill {} has changed since {}",
            found.weight,
            link.weight,
            env!("CARGO_PKG_VERSION"),
            run.summary.version
        ));
        explanation = None;
    }
    let standing = match (&link, apart) {
        (Some(link), false) if link.verdict == "match" => Standing::Linked,
        (_, false) => Standing::Connected,
        (Some(link), true) if link.verdict == "distinct" => Standing::Distinct,
        (Some(link), true) if link.rule != "model" || link.probability >= match_at => Standing::Refused,
        (Some(_), true) => Standing::Review,
        (None, true) => match &explanation {
            Some(found) if found.is_compared() => Standing::TooLight,
            Some(_) => Standing::NeverCompared,
            None => Standing::NotKept,
        },
    };
    let size = |member: &Member| all.iter().filter(|row| row.lead_id == member.lead_id).count();
    let (chain, between) = if apart {
        let of = |row: &str| lead_of.get(row).copied().unwrap_or_default();
        let between = links.iter().filter(|link| of(&link.left_id) != of(&link.right_id)).cloned().collect();
        (Vec::new(), between)
    } else {
        (chain(&left.row_id, &right.row_id, &links), Vec::new())
    };
    let sizes = [size(&left), size(&right)];
    Ok(Some(PairAnswer {
        chain: if standing == Standing::Connected { chain } else { Vec::new() },
        left,
        right,
        standing,
        match_at,
        review_at,
        link,
        explanation,
        unexplained,
        between,
        sizes,
    }))
}

/// The way from one row to the other with the fewest links that are no matches, then the fewest links, then the first by
/// id (Dijkstra 1959).
fn chain(from: &str, to: &str, links: &[KeptLink]) -> Vec<KeptLink> {
    const DOUBT: u64 = 1 << 20;
    let mut edges: BTreeMap<&str, Vec<&KeptLink>> = BTreeMap::new();
    for link in links.iter().filter(|link| link.verdict != "distinct") {
        edges.entry(&link.left_id).or_default().push(link);
        edges.entry(&link.right_id).or_default().push(link);
    }
    let mut reached: BTreeMap<&str, (u64, Option<&KeptLink>)> = BTreeMap::from([(from, (0, None))]);
    let mut open: BTreeSet<(u64, &str)> = BTreeSet::from([(0, from)]);
    while let Some((cost, row)) = open.pop_first() {
        if row == to {
            break;
        }
        for &link in edges.get(row).into_iter().flatten() {
            let next = link.other(row);
            let after = cost + if link.verdict == "match" { 1 } else { DOUBT };
            if reached.get(next).is_none_or(|(known, _)| after < *known) {
                reached.insert(next, (after, Some(link)));
                open.insert((after, next));
            }
        }
    }
    let mut way = Vec::new();
    let mut row = to;
    while let Some((_, Some(link))) = reached.get(row) {
        way.push((*link).clone());
        row = link.other(row);
    }
    way.reverse();
    way
}

/// Recomputes a pair from the rows of a run, left and right as asked for.
///
/// # Errors
/// When the rows or the model are not those of the run.
pub fn explain(
    rebuilt: &Rebuilt,
    plan: &DedupePlan,
    model: &PinnedModel,
    left: &Member,
    right: &Member,
) -> Result<Explanation, String> {
    let place = |row: &Member| {
        let found = rebuilt.leads.keys.iter().position(|&key| ids::row_id(key) == row.row_id);
        found.map(|row| LeadId(row as u32)).ok_or_else(|| format!("the inputs have no row {} any more", row.row_id))
    };
    let (a, b) = (place(left)?, place(right)?);
    let found = engine::explain(&rebuilt.columns, plan, model, Pair::new(a, b)).map_err(|misfit| misfit.to_string())?;
    Ok(if a < b { found } else { found.swapped() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(left: &str, right: &str, verdict: &str) -> KeptLink {
        KeptLink {
            left_id: left.to_owned(),
            right_id: right.to_owned(),
            probability: 0.99,
            weight: 7.0,
            rule: "model".to_owned(),
            verdict: verdict.to_owned(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn the_chain_prefers_matches_and_then_few_links() {
        let links = [
            link("a", "b", "match"),
            link("b", "c", "match"),
            link("c", "d", "match"),
            link("a", "c", "review"),
            link("b", "d", "match"),
            link("a", "d", "distinct"),
        ];
        let way = |from, to| -> Vec<(String, String)> {
            chain(from, to, &links).into_iter().map(|link| (link.left_id, link.right_id)).collect()
        };
        let of = |links: &[(&str, &str)]| -> Vec<(String, String)> {
            links.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        assert_eq!(way("a", "d"), of(&[("a", "b"), ("b", "d")]));
        assert_eq!(way("c", "a"), of(&[("b", "c"), ("a", "b")]));
        assert_eq!(way("a", "x"), of(&[]));
    }
}
