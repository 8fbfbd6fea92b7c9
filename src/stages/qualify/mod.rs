//! Qualifying: leads are reactivated, disqualified or qualified, in this order, and qualified ones become accounts,
//! contacts and opportunities.
//!
//! Which closed leads are reactivated is settled before they are assigned ([`reactivate`]): they want an owner as other
//! open leads do. The rest is decided in three steps: conditions (`rules`), the decision for each lead by itself
//! (`decide`), and the batch of records (`emit`), where leads of one company meet. Ids derive from content, and from what
//! earlier runs gave (`kept`): a repeated run creates nothing twice.

mod accounts;
mod affiliations;
mod catalogue;
mod claims;
mod companies;
mod crm_links;
mod decide;
mod emit;
mod fields;
mod interest;
mod kept;
mod new_ids;
mod own;
mod parents;
mod questions;
mod reason;
mod search;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;

use crate::config::plan::{QualifyPlan, Switch};
use crate::model::answers::RecordVerdicts;
use crate::model::assignments::Assignments;
use crate::model::calendar;
use crate::model::consent::Consent;
use crate::model::crm::Crm;
use crate::model::emissions::Emissions;
use crate::model::entities::{Entities, EntityId};
use crate::model::facts::Facts;
use crate::model::field::Field as LeadField;
use crate::model::issued::{HeldIds, IssuedRecord, RecordKind};
use crate::model::known_records::KnownRecords;
use crate::model::matching::{Links, Verdict};
use crate::model::rows::FindingCode;
use crate::model::text::{Interner, TextColumn};
use crate::rules::{self, Condition};

pub use accounts::accounts;
pub use affiliations::affiliations;
pub use crm_links::{are_one_at, names_agree};
pub use own::{Made, made, originated, referred};
pub use reason::Reason;

use catalogue::Catalogue;
use claims::Claims;
use crm_links::CrmIndex;
use decide::{Decider, Outcome, Standing, State};
use fields::LeadFields;
use kept::{Keeper, NewRecord};

/// A text as it is looked for among the CRM's records; "" gives "". It is made for the leads that are looked for.
pub type MatchForm = fn(&str) -> String;

/// What is known of the leads when they are qualified.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    /// The golden leads with scores, reactivated leads open, and with `assigned_to` as assigned.
    pub facts: &'a Facts,
    /// The rule that reactivated each lead, if one did; see [`reactivate`].
    pub reactivated: &'a [Option<usize>],
    /// The golden leads.
    pub entities: &'a Entities,
    /// A company in match form.
    pub company_key: MatchForm,
    /// A person's name in match form.
    pub name_key: MatchForm,
    /// A product in match form.
    pub product_key: MatchForm,
    /// Street and number in match form.
    pub street_key: MatchForm,
    /// Pairs of rows that linkage kept.
    pub links: &'a Links,
    /// Leads that a published rule makes one since this run has opened one of them; in both directions.
    pub reopened: &'a [(EntityId, EntityId)],
    /// Accounts of the CRM that linkage has found for the leads.
    pub known_accounts: &'a KnownRecords,
    /// Contacts that it has found.
    pub known_contacts: &'a KnownRecords,
    /// Owners.
    pub assignments: &'a Assignments,
    /// The CRM's opportunities that name a golden lead, sorted; see [`originated`].
    pub originated: &'a [(EntityId, u32)],
    /// Our ids that the CRM's own leads have, where these are contacts, and the golden lead of each; sorted.
    pub contact_keys: &'a [(&'a str, EntityId)],
    /// Who must not be reached.
    pub consent: &'a Consent,
    /// The ids of records that earlier runs gave.
    pub held: HeldIds<'a>,
    /// What people say about leads and records.
    pub verdicts: &'a RecordVerdicts,
}

/// Opens the closed leads for which a reactivate rule holds: the leads as they are then, and the rule for each lead.
pub fn reactivate(plan: &QualifyPlan, scored: Facts) -> (Facts, Vec<Option<usize>>) {
    if plan.reactivate.is_empty() {
        let none = vec![None; scored.leads()];
        return (scored, none);
    }
    let fields = LeadFields::new(&scored);
    let closed = closed(&scored, &fields);
    let mut reactivated = first_rule(plan.reactivate.iter().map(|rule| &rule.filter), &scored);
    reactivated.iter_mut().zip(closed).filter(|(_, closed)| !closed).for_each(|(rule, _)| *rule = None);
    let facts = reopen(scored, &fields, plan, &reactivated);
    (facts, reactivated)
}

/// Decides about every golden lead; beside the emissions, the links to CRM records that do not exist, the ids of earlier
/// runs that could not be kept, and what is wrong with the products and parents of what is made.
pub fn qualify(
    plan: &QualifyPlan,
    subjects: &Subjects<'_>,
    crm: &Crm,
    as_of: Date,
) -> (Emissions, Vec<(EntityId, FindingCode, String)>) {
    let fields = LeadFields::new(subjects.facts);
    let index = CrmIndex::new(crm);
    let catalogue = Catalogue::new(&crm.prices, subjects.product_key, as_of);
    let standing = stand(plan, subjects, &fields, (&index, &catalogue));
    let duplicates = open_duplicates(subjects, &standing);
    let decider = Decider {
        plan,
        subjects,
        fields: &fields,
        index: &index,
        catalogue: &catalogue,
        standing: &standing,
        duplicates: &duplicates,
        told_apart: None,
    };
    let mut outcomes: Vec<Outcome<'_>> =
        (0..subjects.entities.len()).into_par_iter().map(|lead| decider.decide(lead)).collect();
    let unknown = (0..outcomes.len()).into_par_iter().flat_map_iter(|lead| decider.unknown_links(lead));
    let mut findings: Vec<(EntityId, FindingCode, String)> = unknown.collect();
    let claims = Claims::new(plan, subjects, (&fields, &catalogue), &outcomes);
    let questions = questions::questions(&decider, &claims, &outcomes);
    let repeats = claims.settle(&mut outcomes);
    let (batch, of_records) = emit::emit(plan, subjects, &fields, (&index, &catalogue, as_of), &repeats, &mut outcomes);
    findings.extend(of_records);
    findings.extend(Keeper { subjects, index: &index }.lost(&batch.issued));
    let mut emissions = close(plan, batch, outcomes, &standing, &fields, as_of);
    if plan.keeps_leads {
        emissions.issued.extend(open_leads(subjects, &index, &emissions));
    }
    (Emissions { questions, ..emissions }, findings)
}

/// The ids under which open leads come into a CRM.
fn open_leads(subjects: &Subjects<'_>, index: &CrmIndex<'_>, emissions: &Emissions) -> Vec<IssuedRecord> {
    let open = (0..subjects.entities.len()).filter(|&lead| emissions.status.get(lead) == "open");
    let draft = |lead: usize| {
        let own = subjects.entities.ids[lead].clone();
        NewRecord { leads: vec![lead], further: kept::further('L', &own), own, is_shared: false }
    };
    Keeper { subjects, index }.settle(RecordKind::Lead, open.map(draft).collect())
}

/// Where each lead stands before it may qualify.
fn stand(
    plan: &QualifyPlan,
    subjects: &Subjects<'_>,
    fields: &LeadFields,
    known: (&CrmIndex<'_>, &Catalogue<'_>),
) -> Vec<Standing> {
    let leads = subjects.entities.len();
    let facts = subjects.facts;
    let closed = closed(facts, fields);
    let disqualify = first_rule(plan.disqualify.iter().map(|rule| &rule.filter), facts);
    let qualify = plan.filter.as_ref().map(|filter| first_rule([filter].into_iter(), facts));
    let switches = [&plan.create_account, &plan.create_contact, &plan.create_opportunity].map(|it| switch(it, facts));
    (0..leads)
        .into_par_iter()
        .map(|lead| {
            let state = match disqualify[lead] {
                _ if closed[lead] => State::Closed,
                Some(_) if decide::attached(lead, subjects, fields, known).is_some() => State::Protected,
                Some(_) => State::Disqualified,
                None => State::Open,
            };
            Standing {
                state,
                reactivated: subjects.reactivated[lead],
                disqualify: disqualify[lead],
                qualifies: qualify.as_ref().is_some_and(|met| met[lead].is_some()),
                create: [0, 1, 2].map(|which| switches[which][lead]),
            }
        })
        .collect()
}

/// Whether each lead comes in closed.
fn closed(facts: &Facts, fields: &LeadFields) -> Vec<bool> {
    let is_closed = |status: &str| matches!(status, "qualified" | "disqualified");
    let distinct = facts.distinct(LeadField::Status.name());
    match distinct.as_ref().and_then(|distinct| Some((distinct.values.str().ok()?, &distinct.codes))) {
        Some((values, codes)) => {
            let closed: Vec<bool> = values.iter().map(|status| status.is_some_and(is_closed)).collect();
            codes.iter().map(|&code| closed[code as usize]).collect()
        }
        None => (0..facts.leads()).map(|lead| is_closed(fields.text(LeadField::Status, lead))).collect(),
    }
}

/// For each lead the first of the conditions that it meets.
fn first_rule<'a>(conditions: impl Iterator<Item = &'a Condition>, facts: &Facts) -> Vec<Option<usize>> {
    let conditions: Vec<&Condition> = conditions.collect();
    let mut first = vec![None; facts.leads()];
    if conditions.is_empty() {
        return first;
    }
    for (rule, mask) in rules::masks(&conditions, facts).iter().enumerate().rev() {
        for (first, met) in first.iter_mut().zip(mask.met()) {
            if met {
                *first = Some(rule);
            }
        }
    }
    first
}

fn switch(switch: &Switch, facts: &Facts) -> Vec<bool> {
    match switch {
        Switch::Always => vec![true; facts.leads()],
        Switch::Never => vec![false; facts.leads()],
        Switch::When(condition) => first_rule([condition].into_iter(), facts).iter().map(Option::is_some).collect(),
    }
}

/// The leads as they are after the reactivations.
fn reopen(facts: Facts, fields: &LeadFields, plan: &QualifyPlan, reactivated: &[Option<usize>]) -> Facts {
    if reactivated.iter().all(Option::is_none) {
        return facts;
    }
    let text = |field: LeadField, value: &dyn Fn(usize) -> String| {
        let values = reactivated.iter().enumerate().map(|(lead, rule)| {
            let text = rule.map_or_else(|| fields.text(field, lead).to_owned(), value);
            (!text.is_empty()).then_some(text)
        });
        StringChunked::from_iter_options(field.name().into(), values).into_column()
    };
    let closed_at = reactivated.iter().enumerate().map(|(lead, rule)| match rule {
        Some(_) => None,
        None => fields.closed_at(lead),
    });
    facts.with([
        text(LeadField::Status, &|_| "open".to_owned()),
        text(LeadField::StatusReason, &|rule| plan.reactivate[rule].reason.clone()),
        Int64Chunked::from_iter_options(LeadField::ClosedAt.name().into(), closed_at)
            .into_datetime(TimeUnit::Microseconds, None)
            .into_column(),
    ])
}

/// Pairs of golden leads, both still open, with rows that a person has yet to tell apart, or that are one by a rule; in both
/// directions, sorted.
fn open_duplicates(subjects: &Subjects<'_>, standing: &[Standing]) -> Vec<(EntityId, EntityId)> {
    let of = &subjects.entities.of;
    let open = |entity: EntityId| standing[entity.index()].is_open();
    let mut pairs: Vec<(EntityId, EntityId)> = (subjects.links.rows.iter())
        .filter(|link| link.verdict == Verdict::Review)
        .map(|link| (of[link.pair.left.index()], of[link.pair.right.index()]))
        .filter(|&(a, b)| a != b && open(a) && open(b))
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .chain(subjects.reopened.iter().copied().filter(|&(a, b)| open(a) && open(b)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Status, reason, stage and date of every lead after the decisions.
fn close(
    plan: &QualifyPlan,
    mut emissions: Emissions,
    outcomes: Vec<Outcome<'_>>,
    standing: &[Standing],
    fields: &LeadFields,
    as_of: Date,
) -> Emissions {
    use crate::model::emissions::DecisionKind::{Disqualified, Qualified};
    let today = calendar::midnight(as_of);
    let (mut statuses, mut reasons) = (Interner::default(), Interner::default());
    let (mut status_codes, mut reason_codes) = (Vec::with_capacity(outcomes.len()), Vec::with_capacity(outcomes.len()));
    for (lead, outcome) in outcomes.iter().enumerate() {
        let decision = &outcome.decision;
        let (status, reason, closed_at) = match decision.kind {
            Qualified => ("qualified", "", Some(today)),
            Disqualified => ("disqualified", &*decision.reason, Some(today)),
            _ => match standing[lead].reactivated {
                Some(rule) => ("open", plan.reactivate[rule].reason.as_str(), None),
                None => {
                    let status = fields.text(LeadField::Status, lead);
                    let status = if status.is_empty() { "open" } else { status };
                    (status, fields.text(LeadField::StatusReason, lead), fields.closed_at(lead))
                }
            },
        };
        let develops = outcome.wish.as_ref().is_some_and(|wish| wish.opportunity.is_some());
        emissions.stage.push(if develops { "develop" } else { outcome.stage });
        status_codes.push(statuses.intern(status));
        reason_codes.push(reasons.intern(reason));
        emissions.closed_at.push(closed_at);
    }
    emissions.status = TextColumn { codes: status_codes.into(), dictionary: statuses.finish() };
    emissions.status_reason = TextColumn { codes: reason_codes.into(), dictionary: reasons.finish() };
    emissions.decisions = outcomes.into_iter().map(|outcome| outcome.decision).collect();
    emissions
}
