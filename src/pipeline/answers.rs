//! People's answers between the stages: what the run would be without some of them, and what came of those about records.

use std::collections::BTreeSet;

use super::Linked;
use crate::config::plan::{CrmKind, Plan};
use crate::engine::Linkage;
use crate::model::answers::{Answer, QuestionKind, RecordVerdicts};
use crate::model::entities::Entities;
use crate::model::matching::{LinkRule, Links, Pair, Verdict};
use crate::model::questions::Questions;
use crate::stages::answers;
use crate::stages::cluster::{self, Terms};

/// The pairs about which the run would say the same without what people said of them, of all of these pairs together: files
/// that speak of no others can be thrown away.
pub(super) fn unneeded(
    leads: usize,
    linkage: &Linkage<'_>,
    verdicts: &[(Pair, Verdict)],
    terms: &Terms<'_>,
    review_at: f64,
) -> BTreeSet<Pair> {
    if verdicts.is_empty() {
        return BTreeSet::new();
    }
    let same_without = |dropped: &BTreeSet<Pair>| {
        let is_dropped = |rule: LinkRule, pair: &Pair| rule == LinkRule::Decision && dropped.contains(pair);
        let kept = linkage.links.rows.iter().filter(|link| !is_dropped(link.rule, &link.pair));
        let own = linkage.unanswered.iter().filter(|link| dropped.contains(&link.pair));
        let mut rows: Vec<_> = kept.chain(own).copied().collect();
        rows.sort_by_key(|link| link.pair);
        let of = cluster::cluster(leads, &Links { rows, ..Links::default() }, terms).of;
        let is_same = |(pair, verdict): &&(Pair, Verdict)| {
            let are_one = of[pair.left.index()] == of[pair.right.index()];
            // Two that stay two without being asked about: a question would hold both leads up.
            let would_ask = || {
                let own = linkage.unanswered.binary_search_by_key(pair, |link| link.pair);
                let own = own.ok().map(|at| linkage.unanswered[at]);
                own.is_some_and(|link| link.rule != LinkRule::Model || link.probability >= review_at)
            };
            dropped.contains(pair) && if *verdict == Verdict::Match { are_one } else { !are_one && !would_ask() }
        };
        verdicts.iter().filter(is_same).map(|(pair, _)| *pair).collect::<BTreeSet<Pair>>()
    };
    let all = verdicts.iter().map(|(pair, _)| *pair).collect::<BTreeSet<Pair>>();
    let alone = same_without(&all);
    match alone.is_empty() || alone.len() == all.len() {
        true => alone,
        // The answers that are left may join what these keep apart.
        false => same_without(&alone),
    }
}

/// The answers, and those about records that are in force.
pub(super) fn verdicts(plan: &Plan, linked: &Linked, entities: &Entities) -> (Vec<Answer>, RecordVerdicts) {
    let mut told = linked.answers.clone();
    let find_all = plan.qualify.rules.iter().filter(|rule| !rule.rule.exclude_inactive);
    let all: Vec<QuestionKind> = find_all
        .map(|rule| if rule.of == CrmKind::Accounts { QuestionKind::Account } else { QuestionKind::Contact })
        .collect();
    let verdicts = answers::records(&mut told, &entities.of, &linked.crm, &all, &linked.places);
    (told, verdicts)
}

/// What came of the answers about records.
pub(super) fn tell(answers: &mut [Answer], questions: &Questions) {
    for answered in &questions.answered {
        answers[answered.answer as usize].becomes(answered.state, answered.why.as_str());
    }
}
