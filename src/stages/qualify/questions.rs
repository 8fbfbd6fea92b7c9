//! What people are asked, what each answer would change, and what came of the answers that there are. What would be is found
//! by deciding about the lead once more, as if that had been answered.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::answers::{AnswerState, AnswerWord, QuestionKind, RecordVerdict, RecordVerdicts};
use crate::model::crm::Places;
use crate::model::emissions::DecisionKind;
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::matching::Verdict;
use crate::model::questions::{Answered, Asked, Outlook, PairQuestion, Questions, RecordQuestion};

use super::Subjects;
use super::claims::Claims;
use super::crm_links::names_agree;
use super::decide::{Decider, Outcome};
use super::reason::Reason;
use super::search::Search;

pub(super) fn questions(decider: &Decider<'_>, claims: &Claims<'_>, outcomes: &[Outcome<'_>]) -> Questions {
    let answered = decider.subjects.verdicts.by_lead().flat_map(|verdicts| answered(decider, outcomes, verdicts));
    Questions {
        records: (0..outcomes.len())
            .into_par_iter()
            .flat_map_iter(|lead| records((decider, claims), lead, outcomes))
            .collect(),
        pairs: pairs(decider, claims, outcomes),
        answered: answered.collect(),
    }
}

fn outlook(outcome: &Outcome<'_>) -> Outlook {
    Outlook { kind: outcome.decision.kind, reason: outcome.decision.reason.clone() }
}

/// Decides about a lead as if people had said this.
fn supposing<T>(
    decider: &Decider<'_>,
    lead: usize,
    verdicts: &RecordVerdicts,
    look: impl FnOnce(&Outcome<'_>) -> T,
) -> T {
    let subjects = Subjects { verdicts, ..*decider.subjects };
    look(&Decider { subjects: &subjects, ..*decider }.decide(lead))
}

/// The questions about a lead under review.
fn records(
    (decider, claims): (&Decider<'_>, &Claims<'_>),
    lead: usize,
    outcomes: &[Outcome<'_>],
) -> Vec<RecordQuestion> {
    let entity = EntityId(lead as u32);
    let with = |kind: QuestionKind, word: AnswerWord, record: &str| {
        let verdict = RecordVerdict { lead: entity, kind, word, record: record.to_owned(), answer: u32::MAX };
        let verdicts = decider.subjects.verdicts.with(verdict);
        supposing(decider, lead, &verdicts, |outcome| claims.outlook((lead, outcome), None))
    };
    // A decision stops at the first kind that it cannot settle, and a new record is the same beside each candidate.
    let all = &outcomes[lead].decision.found().asked;
    let Some(kind) = all.first().map(|asked| asked.kind) else { return Vec::new() };
    let if_new = with(kind, AnswerWord::New, "");
    let question = |asked: &Asked| RecordQuestion {
        lead: entity,
        asked: asked.clone(),
        why: why(decider, lead, asked),
        if_match: with(kind, AnswerWord::Match, &asked.id),
        if_distinct: with(kind, AnswerWord::Distinct, &asked.id),
        if_new: if_new.clone(),
    };
    all.iter().map(question).collect()
}

/// Streets in match form so much alike may be one, "120 main st suite 400" and "120 main st ste 400" (Jaro-Winkler): none
/// calls them other streets.
const ONE_STREET: f64 = 0.9;

/// "same company, other country": in what a lead and a record agree and differ, where both say something.
fn why(decider: &Decider<'_>, lead: usize, asked: &Asked) -> String {
    let Decider { fields, index, subjects, .. } = decider;
    let text = |field: Field| fields.text(field, lead);
    let both = |a: &str, b: &str| (!a.is_empty() && !b.is_empty()).then_some(a == b);
    let search = Search::new(subjects, fields, index);
    let any = |own: Vec<&str>, known: Vec<&str>, same: fn(&str, &str) -> bool| {
        let one = |own: &&str| known.iter().any(|known| same(own, known));
        (!own.is_empty() && !known.is_empty()).then(|| own.iter().any(one))
    };
    let phone = |known: &str| {
        let known = Some(known).filter(|known| !known.is_empty());
        any(search.phones(lead), known.into_iter().collect(), one_number)
    };
    let crm = index.crm();
    let address = |(places, row): (&Places, usize)| {
        let street = Places::text(&places.street, row);
        let known = if street.is_empty() { String::new() } else { (subjects.street_key)(street) };
        let own = fields.key(subjects.street_key, Field::Street, lead);
        [
            ("street", both(&own, &known).filter(|same| *same || strsim::jaro_winkler(&own, &known) < ONE_STREET)),
            ("postcode", both(text(Field::Postcode), Places::text(&places.postcode, row))),
        ]
    };
    let told = match asked.kind {
        QuestionKind::Lead => Vec::new(),
        QuestionKind::Account => index.account(&asked.id).map_or_else(Vec::new, |account| {
            let company = fields.key(subjects.company_key, Field::Company, lead);
            let mut told = vec![
                ("company", both(&company, &account.company_key)),
                ("domain", both(text(Field::Domain), &account.domain)),
                ("country", both(text(Field::Country), &account.country)),
                ("phone", phone(&account.phone)),
            ];
            let row = crm.account_row(&account.id);
            told.extend(row.into_iter().flat_map(|row| address((&crm.account_places, row))));
            told
        }),
        QuestionKind::Contact => index.contact(&asked.id).map_or_else(Vec::new, |contact| {
            let name = fields.key(subjects.name_key, Field::FullName, lead);
            let mut told = vec![
                ("name", names_agree(&name, &contact.name_key)),
                ("email", any(search.emails(lead), contact.emails().collect(), |own, known| own == known)),
                ("phone", phone(&contact.phone)),
            ];
            let (row, account) = (crm.contact_row(&contact.id), crm.account_row(&contact.account_id));
            told.extend(row.into_iter().flat_map(|row| address(crm.address_of_contact(row, account))));
            told
        }),
        QuestionKind::Opportunity => index.opportunity(&asked.id).map_or_else(Vec::new, |open| {
            let product = text(Field::ProductInterest);
            let are_told = !product.is_empty() && !open.product_interest.is_empty();
            vec![("product", are_told.then(|| decider.catalogue.same_product(product, &open.product_interest)))]
        }),
    };
    let told = told.into_iter().filter_map(|(what, same)| Some((what, same?)));
    let told = told.map(|(what, same)| format!("{} {what}", if same { "same" } else { "other" }));
    told.collect::<Vec<_>>().join(", ")
}

/// Whether two numbers may be one, of which one lacks the country's or the area's: they end in the same seven digits.
fn one_number(a: &str, b: &str) -> bool {
    const TELLING: usize = 7;
    let ending = |number: &str| number.bytes().rev().filter(u8::is_ascii_digit).take(TELLING).collect::<Vec<u8>>();
    a == b || ending(a).len() == TELLING && ending(a) == ending(b)
}

/// The pairs of rows that a person has to decide: other links may have made two rows one lead already.
fn pairs(decider: &Decider<'_>, claims: &Claims<'_>, outcomes: &[Outcome<'_>]) -> Vec<PairQuestion> {
    let of = &decider.subjects.entities.of;
    let open: Vec<(u32, [EntityId; 2])> = (0..)
        .zip(&decider.subjects.links.rows)
        .filter(|(_, link)| link.verdict == Verdict::Review)
        .map(|(at, link)| (at, [link.pair.left, link.pair.right].map(|row| of[row.index()])))
        .filter(|(_, [left, right])| left != right)
        .collect();
    let both = |&[a, b]: &[EntityId; 2]| (a.min(b), a.max(b));
    let mut leads: Vec<(EntityId, EntityId)> = open.par_iter().map(|(_, leads)| both(leads)).collect();
    leads.par_sort_unstable();
    let asked = |pair: (EntityId, EntityId)| {
        leads.partition_point(|&other| other <= pair) - leads.partition_point(|&other| other < pair)
    };
    let question = |(link, sides): &(u32, [EntityId; 2])| {
        let leads = sides.map(EntityId::index);
        let now = leads.map(|lead| claims.outlook((lead, &outcomes[lead]), None));
        let holds = now.each_ref().map(is_held);
        let pair = both(sides);
        let supposed =
            [0, 1].map(|side| holds[side].then(|| Decider { told_apart: Some(pair), ..*decider }.decide(leads[side])));
        let apart = [0, 1].map(|side| (leads[side], supposed[side].as_ref().unwrap_or(&outcomes[leads[side]])));
        let further = sides.iter().any(|&lead| has_other(decider, lead, pair));
        let if_match = match holds.contains(&true) && further {
            true => Some(Outlook { kind: DecisionKind::Blocked, reason: Cow::Borrowed(Reason::DuplicateLead.name()) }),
            false => {
                let [left, right] = apart.map(|side| claims.outlook(side, None));
                (left == right).then_some(left)
            }
        };
        // Of two leads of many rows every pair of rows is asked about, and one answer does not tell the leads apart.
        let if_distinct = match asked(pair) {
            1 => [claims.outlook(apart[0], Some(apart[1])), claims.outlook(apart[1], Some(apart[0]))],
            _ => now,
        };
        PairQuestion { link: *link, if_distinct, if_match, holds }
    };
    open.par_iter().map(question).collect()
}

fn is_held(outlook: &Outlook) -> bool {
    outlook.kind == DecisionKind::Blocked && outlook.reason == Reason::DuplicateLead.name()
}

/// Whether a lead may be the same as a third one.
fn has_other(decider: &Decider<'_>, lead: EntityId, pair: (EntityId, EntityId)) -> bool {
    let from = decider.duplicates.partition_point(|&(a, _)| a < lead);
    let own = decider.duplicates[from..].iter().take_while(|&&(a, _)| a == lead);
    own.into_iter().any(|&(_, other)| other != pair.0 && other != pair.1)
}

/// What came of the answers about a lead.
fn answered(decider: &Decider<'_>, outcomes: &[Outcome<'_>], verdicts: &[RecordVerdict]) -> Vec<Answered> {
    let Some(first) = verdicts.first() else { return Vec::new() };
    let lead = first.lead.index();
    let outcome = &outcomes[lead];
    let reached = reached(outcome);
    let needed = needed(decider, lead, verdicts, outcome);
    let search = Search::new(decider.subjects, decider.fields, decider.index);
    let came_of = |verdict: &RecordVerdict| {
        let chosen = match verdict.kind {
            QuestionKind::Account => search.chosen_account(lead),
            QuestionKind::Contact => search.chosen_contact(lead),
            QuestionKind::Lead | QuestionKind::Opportunity => None,
        };
        let against = chosen.filter(|&chosen| match verdict.word {
            AnswerWord::Match => verdict.record != chosen,
            AnswerWord::Distinct => verdict.record == chosen,
            AnswerWord::New => true,
        });
        let (state, why) = match against {
            Some(chosen) => (
                AnswerState::Contradictory,
                format!("a seller linked the lead to the {} {chosen}", verdict.kind.name()),
            ),
            None if rank(verdict.kind) >= reached => (AnswerState::Waiting, outlook(outcome).to_string()),
            None if needed.contains(&verdict.kind) => (AnswerState::Applied, String::new()),
            None => (AnswerState::Superfluous, "the run says the same without it".to_owned()),
        };
        Answered { answer: verdict.answer, state, why }
    };
    verdicts.iter().map(came_of).collect()
}

/// The place of a kind among those to which a lead comes one after the other.
fn rank(kind: QuestionKind) -> usize {
    QuestionKind::RECORDS.iter().position(|&other| other == kind).unwrap_or_default()
}

/// To how many kinds of records the decision came.
fn reached(outcome: &Outcome<'_>) -> usize {
    let decision = &outcome.decision;
    let stopped = [Reason::DuplicateOpportunity, Reason::AlreadyQualified];
    match decision.found().asked.first() {
        Some(asked) => rank(asked.kind) + 1,
        None if outcome.wish.is_some() => QuestionKind::RECORDS.len(),
        None if matches!(decision.kind, DecisionKind::Blocked | DecisionKind::Unchanged)
            && stopped.iter().any(|reason| reason.name() == decision.reason) =>
        {
            QuestionKind::RECORDS.len()
        }
        None => 0,
    }
}

/// The kinds whose answers change something: all others may be thrown away together.
fn needed(decider: &Decider<'_>, lead: usize, verdicts: &[RecordVerdict], outcome: &Outcome<'_>) -> Vec<QuestionKind> {
    let same = |other: &Outcome<'_>| {
        outlook(other) == outlook(outcome)
            && other.wish.as_deref() == outcome.wish.as_deref()
            && other.decision.found().asked == outcome.decision.found().asked
    };
    let mut kept = verdicts.to_vec();
    let mut needed = Vec::new();
    for kind in QuestionKind::RECORDS.into_iter().rev() {
        let rest: Vec<RecordVerdict> = kept.iter().filter(|verdict| verdict.kind != kind).cloned().collect();
        if rest.len() == kept.len() {
            continue;
        }
        match supposing(decider, lead, &rest.iter().cloned().collect(), same) {
            true => kept = rest,
            false => needed.push(kind),
        }
    }
    needed
}
