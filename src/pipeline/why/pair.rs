//! Two rows: what they weigh, who decided, and what stands between them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{FindError, KeptLink, Member, Named, links, members};
use crate::config::plan::DedupePlan;
use crate::engine::{Explainer, Explanation};
use crate::model::ids;
use crate::model::leads::LeadId;
use crate::model::matching::Pair;
use crate::model::pinned::PinnedModel;
use crate::pipeline::past::{PastRun, Rebuilt};
use crate::stages::cluster;

/// Weights that differ by more are not of the same program and data.
const SAME: f64 = 1e-3;
/// Pairs of rows whose evidence is averaged, at most.
const MOST_PAIRS: usize = 1_000_000;

/// What a run holds of two rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairAnswer {
    /// One row.
    pub left: Member,
    /// The other.
    pub right: Member,
    /// What came of them.
    pub standing: Standing,
    /// Probability that the evidence across two groups of rows must reach on average to make them one.
    pub match_at: f64,
    /// Probability from which a person decides.
    pub review_at: f64,
    /// The kept pair, if it was kept.
    pub link: Option<KeptLink>,
    /// What they weigh, from the inputs.
    pub explanation: Option<Explanation>,
    /// Why that cannot be told.
    pub unexplained: Option<String>,
    /// The evidence of all pairs of rows between their two leads, or within the lead that they share.
    pub average: Option<Average>,
    /// From one to the other inside their lead.
    pub chain: Vec<KeptLink>,
    /// Kept pairs between their two leads.
    pub between: Vec<KeptLink>,
    /// Rows of their two leads.
    pub sizes: [usize; 2],
}

/// The evidence of many pairs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Average {
    /// How many pairs.
    pub pairs: usize,
    /// Their average weight, each pair counted up to a limit, as clustering does.
    pub weight: f64,
    /// Whether two of the rows are of one source that has no duplicates in itself.
    pub kept_apart: bool,
}

/// What the inputs of a run tell of two rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The pair.
    pub explanation: Explanation,
    /// The pairs of their leads' rows; none where there are too many.
    pub average: Option<Average>,
}

/// What came of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// One lead, by a link of their own.
    Linked,
    /// One lead, by the evidence of other rows.
    Connected,
    /// Two leads: by themselves they would be one, and the evidence across all rows is against it.
    Refused,
    /// Two leads until a person decides.
    Review,
    /// Two leads, as a person said.
    Distinct,
    /// Two leads: compared, and too light.
    TooLight,
    /// Two leads: rows of one source, which are not compared with one another.
    OneSource,
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
/// weights of two rows, and of pairs of row ids, or for one sentence about why there are none.
///
/// # Errors
/// When a table cannot be read.
pub fn pair(
    run: &PastRun,
    [left, right]: [&Named; 2],
    explain: impl FnOnce(&Member, &Member, &[[&str; 2]]) -> Result<Found, String>,
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
    let (mut explanation, mut average, mut unexplained) = match explain(&left, &right, &deciding(&all, &left, &right)) {
        Ok(Found { explanation, average }) => (Some(explanation), average, None),
        Err(why) => (None, None, Some(why)),
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
        (explanation, average) = (None, None);
    }
    let standing = match (&link, apart) {
        (Some(link), false) if link.is_sure(match_at) => Standing::Linked,
        (_, false) => Standing::Connected,
        (Some(link), true) if link.verdict == "distinct" => Standing::Distinct,
        (Some(link), true) if link.is_sure(match_at) => Standing::Refused,
        (Some(_), true) => Standing::Review,
        (None, true) => match &explanation {
            Some(found) if !found.may_meet => Standing::OneSource,
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
        (chain(&left.row_id, &right.row_id, &links, match_at), Vec::new())
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
        average,
        between,
        sizes,
    }))
}

/// The pairs of row ids whose evidence decides whether two rows are one lead: those between their leads, or within the
/// lead that they share; none where they are too many.
fn deciding<'a>(all: &'a [Member], left: &Member, right: &Member) -> Vec<[&'a str; 2]> {
    let of = |lead: &str| -> Vec<&'a str> {
        all.iter().filter(|row| row.lead_id == lead).map(|row| row.row_id.as_str()).collect()
    };
    let (a, b) = (of(&left.lead_id), of(&right.lead_id));
    if a.len() * b.len() > MOST_PAIRS {
        return Vec::new();
    }
    let one = left.lead_id == right.lead_id;
    let pairs = a.iter().flat_map(|&a| b.iter().map(move |&b| [a, b]));
    pairs.filter(|[a, b]| !one || a < b).collect()
}

/// The way from one row to the other with the fewest links that would be no matches by themselves, then the fewest
/// links, then the first by id (Dijkstra 1959).
fn chain(from: &str, to: &str, links: &[KeptLink], match_at: f64) -> Vec<KeptLink> {
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
            let after = cost + if link.is_sure(match_at) { 1 } else { DOUBT };
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

/// Recomputes a pair from the rows of a run, left and right as asked for, and the average evidence of some pairs of row
/// ids.
///
/// # Errors
/// When the rows or the model are not those of the run.
pub fn explain(
    rebuilt: &Rebuilt,
    plan: &DedupePlan,
    model: &PinnedModel,
    [left, right]: [&Member; 2],
    deciding: &[[&str; 2]],
) -> Result<Found, String> {
    let mut places: BTreeMap<&str, Option<LeadId>> =
        deciding.iter().flatten().chain(&[left.row_id.as_str(), right.row_id.as_str()]).map(|id| (*id, None)).collect();
    for (row, &key) in rebuilt.leads.keys.iter().enumerate() {
        if let Some(place) = places.get_mut(ids::row_id(key).as_str()) {
            *place = Some(LeadId(row as u32));
        }
    }
    let place =
        |id: &str| places.get(id).copied().flatten().ok_or_else(|| format!("the inputs have no row {id} any more"));
    let (a, b) = (place(&left.row_id)?, place(&right.row_id)?);
    let explainer = Explainer::new(&rebuilt.columns, plan, model).map_err(|misfit| misfit.to_string())?;
    let found = explainer.explain(Pair::new(a, b));
    let pairs =
        deciding.iter().map(|[a, b]| Ok(Pair::new(place(a)?, place(b)?))).collect::<Result<Vec<_>, String>>()?;
    let average = (!pairs.is_empty()).then(|| {
        let sum: f64 =
            explainer.evidence(&pairs).into_iter().map(|evidence| cluster::counted(evidence, found.prior)).sum();
        let kept_apart = pairs.iter().any(|&pair| explainer.keeps_apart(pair));
        Average { pairs: pairs.len(), weight: sum / pairs.len() as f64, kept_apart }
    });
    Ok(Found { explanation: if a < b { found } else { found.swapped() }, average })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(left: &str, right: &str, verdict: &str, probability: f64) -> KeptLink {
        KeptLink {
            left_id: left.to_owned(),
            right_id: right.to_owned(),
            probability,
            weight: 7.0,
            rule: "model".to_owned(),
            verdict: verdict.to_owned(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn the_chain_prefers_matches_and_then_few_links() {
        let links = [
            link("a", "b", "match", 0.99),
            link("b", "c", "match", 0.99),
            link("c", "d", "match", 0.99),
            link("a", "c", "match", 0.3),
            link("b", "d", "match", 0.99),
            link("a", "d", "distinct", 0.99),
        ];
        let way = |from, to| -> Vec<(String, String)> {
            chain(from, to, &links, 0.4).into_iter().map(|link| (link.left_id, link.right_id)).collect()
        };
        let of = |links: &[(&str, &str)]| -> Vec<(String, String)> {
            links.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        assert_eq!(way("a", "d"), of(&[("a", "b"), ("b", "d")]));
        assert_eq!(way("c", "a"), of(&[("b", "c"), ("a", "b")]));
        assert_eq!(way("a", "x"), of(&[]));
    }
}
