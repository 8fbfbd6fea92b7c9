//! Leads that are linked to one existing contact, and would get the same opportunity twice: one of them has it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use polars::prelude::Float64Chunked;

use super::Subjects;
use super::catalogue::Catalogue;
use super::decide::{Outcome, Tie, Wish};
use super::fields::LeadFields;
use super::reason::Reason;
use crate::config::plan::QualifyPlan;
use crate::model::emissions::DecisionKind;
use crate::model::field::Field;
use crate::model::questions::Outlook;

/// A lead and what it is to get.
type Claim<'a> = (usize, Wish<'a>);

/// The leads of a batch that want a new opportunity for an existing contact, by contact.
pub(super) struct Claims<'a> {
    plan: &'a QualifyPlan,
    fields: &'a LeadFields,
    catalogue: &'a Catalogue<'a>,
    scores: Option<Float64Chunked>,
    of_contact: BTreeMap<&'a str, Vec<Claim<'a>>>,
}

impl<'a> Claims<'a> {
    pub(super) fn new(
        plan: &'a QualifyPlan,
        subjects: &Subjects<'_>,
        (fields, catalogue): (&'a LeadFields, &'a Catalogue<'a>),
        outcomes: &[Outcome<'a>],
    ) -> Self {
        let scores = subjects.facts.column("score").and_then(|scores| scores.f64().ok().cloned());
        let mut claims = Self { plan, fields, catalogue, scores, of_contact: BTreeMap::new() };
        for (lead, outcome) in outcomes.iter().enumerate() {
            if let Some((contact, wish)) = claims.claim(outcome) {
                claims.of_contact.entry(contact).or_default().push((lead, wish));
            }
        }
        claims
    }

    fn claim<'o>(&self, outcome: &Outcome<'o>) -> Option<(&'o str, Wish<'o>)> {
        let wish = outcome.wish.as_deref().copied()?;
        let of_account = self.plan.opportunity_per_account && wish.account != Tie::Without;
        match wish {
            Wish { contact: Tie::Existing(contact), opportunity: Some(Tie::New), .. } if !of_account => {
                Some((contact, wish))
            }
            _ => None,
        }
    }

    /// The leads whose opportunity another lead has, each with that lead. They are blocked, unless they are to be linked.
    pub(super) fn settle(&self, outcomes: &mut [Outcome<'_>]) -> Vec<(usize, usize)> {
        let several = self.of_contact.values().filter(|claims| claims.len() > 1);
        let repeats: Vec<(usize, usize)> = several.flat_map(|claims| self.repeats(claims.clone())).collect();
        for &(lead, _) in repeats.iter().filter(|_| !self.plan.link_opportunity) {
            let Outcome { decision, wish, .. } = &mut outcomes[lead];
            decision.kind = DecisionKind::Blocked;
            decision.reason = Cow::Borrowed(Reason::DuplicateOpportunity.name());
            *wish = None;
        }
        repeats
    }

    /// What would be decided about a lead with an outcome in this batch, in which another lead may have another outcome, too.
    pub(super) fn outlook(
        &self,
        (lead, outcome): (usize, &Outcome<'_>),
        beside: Option<(usize, &Outcome<'_>)>,
    ) -> Outlook {
        let is_repeat = self.claim(outcome).is_some_and(|(contact, wish)| {
            let supposed = |other: usize| other == lead || beside.is_some_and(|(beside, _)| other == beside);
            let others = self.of_contact.get(contact).into_iter().flatten().filter(|(other, _)| !supposed(*other));
            let beside = beside.and_then(|(beside, outcome)| Some((beside, self.claim(outcome)?)));
            let beside = beside.filter(|(_, (of, _))| *of == contact).map(|(beside, (_, wish))| (beside, wish));
            let claims: Vec<Claim<'_>> = others.copied().chain(beside).chain([(lead, wish)]).collect();
            self.repeats(claims).iter().any(|&(repeat, _)| repeat == lead)
        });
        match is_repeat && !self.plan.link_opportunity {
            true => {
                let reason = Cow::Borrowed(Reason::DuplicateOpportunity.name());
                Outlook { kind: DecisionKind::Blocked, reason }
            }
            false => Outlook { kind: outcome.decision.kind, reason: outcome.decision.reason.clone() },
        }
    }

    /// Of the leads of one contact, those that want what a better one has: the one with the higher score, then the older one.
    fn repeats(&self, mut claims: Vec<Claim<'_>>) -> Vec<(usize, usize)> {
        let score = |lead: usize| self.scores.as_ref().and_then(|scores| scores.get(lead)).unwrap_or(f64::MIN);
        let age = |lead: usize| self.fields.created_at(lead).unwrap_or(i64::MAX);
        let product = |lead: usize| self.fields.text(Field::ProductInterest, lead);
        claims.sort_by(|&(a, _), &(b, _)| score(b).total_cmp(&score(a)).then_with(|| (age(a), a).cmp(&(age(b), b))));
        let mut repeats = Vec::new();
        let mut first: Vec<Claim<'_>> = Vec::new();
        for (lead, wish) in claims {
            let same = first.iter().find(|(other, their)| {
                let accounts = [wish.account.id(), their.account.id()];
                let one_account = accounts.contains(&"") || accounts[0] == accounts[1];
                one_account && self.catalogue.same_product(product(*other), product(lead))
            });
            match same {
                Some(&(has_it, _)) => repeats.push((lead, has_it)),
                None => first.push((lead, wish)),
            }
        }
        repeats
    }
}
