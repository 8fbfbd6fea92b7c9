//! Scoring the CRM's own records: contacts by their columns and history, accounts by their columns and their people.
//!
//! A record is scored as a golden lead is: facts, ids and history stand for it.

use std::cmp::Reverse;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use jiff::civil::Date;

use super::score;
use crate::config::plan::{
    AccountPlan, Criterion, CriterionTest, KnownPoints, Missing, PEOPLE, PeopleWay, ScoreGroup, ScorePlan, Worth,
};
use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::crm::{Account, Contact, Crm, RecordColumn};
use crate::model::entities::{Entities, EntityId, HistoryItem};
use crate::model::facts::Facts;
use crate::model::field::LeadSchema;
use crate::model::records::{AccountPerson, Affiliations, Company, PersonKind, ScoredRecords};
use crate::model::scorecards::{Points, Scorecards};
use crate::model::table;

/// Scores the contacts. History items belong to a contact by e-mail address: to an active one before others, then to
/// the one of the smallest id.
pub fn contacts(plan: &ScorePlan, crm: &Crm, as_of: Date) -> ScoredRecords {
    let contacts = &crm.contacts;
    let history = history(crm);
    let account = |contact: &Contact| crm.account_row(&contact.account_id).map(|row| &crm.accounts[row]);
    let of_account =
        |text: fn(&Account) -> &str| table::words(contacts.iter().map(|contact| account(contact).map_or("", text)));
    let text = |text: fn(&Contact) -> &str| table::filled_text(contacts.iter().map(text));
    let mut facts = Facts::new(contacts.len());
    facts.put("contact_id", text(|contact| &contact.id));
    facts.put("full_name", text(|contact| &contact.full_name));
    facts.put("email", text(|contact| &contact.email));
    facts.put("phone", text(|contact| &contact.phone));
    facts.put("account_id", text(|contact| &contact.account_id));
    facts.put("status", table::words(contacts.iter().map(|contact| status(contact.active))));
    facts.put("account_company", of_account(|account| &account.name));
    facts.put("account_country", of_account(|account| &account.country));
    facts.put("account_domain", of_account(|account| &account.domain));
    facts.put("last_activity_at", table::timestamps(last_activity(contacts.len(), &history, as_of)));
    put_further(&mut facts, &crm.contact_columns);
    let ids: Vec<String> = contacts.iter().map(|contact| contact.id.clone()).collect();
    let names = contacts.iter().map(|contact| contact.full_name.clone()).collect();
    scored(plan, facts, ids, names, history, as_of)
}

/// Scores the accounts of the CRM and the companies that it has not; with the people whose scores add to theirs, by
/// account, the highest first.
pub fn accounts(
    plan: &AccountPlan,
    crm: &Crm,
    affiliations: &Affiliations,
    leads: &Scorecards,
    contacts: Option<&ScoredRecords>,
    as_of: Date,
) -> (ScoredRecords, Option<Vec<AccountPerson>>) {
    let Affiliations { companies, .. } = affiliations;
    let count = crm.accounts.len() + companies.len();
    let mut card = plan.card.clone();
    let mut people = None;
    if let Some(plan) = plan.people {
        let everybody = people.insert(self::people(affiliations, leads, contacts));
        let points = count_people(plan.way, everybody, &affiliations.contact_of_lead, count, crm.contacts.len());
        let [low, high] = bounds(plan.way, leads, contacts);
        let known = Arc::new(KnownPoints { points, low, high });
        card.criteria.push(Criterion {
            name: PEOPLE.to_owned(),
            test: CriterionTest::Known(known),
            worth: Worth::Points(Points::ZERO),
            group: Some(PEOPLE.to_owned()),
            missing: Missing::No,
            version: None,
        });
        card.groups.extend(plan.cap.map(|cap| ScoreGroup {
            name: PEOPLE.to_owned(),
            cap: Some(cap),
            ..ScoreGroup::default()
        }));
    }

    let text = |of_crm: fn(&Account) -> &str, of_company: fn(&Company) -> &str| {
        let texts = crm.accounts.iter().map(of_crm).chain(companies.iter().map(of_company));
        table::filled_text(texts)
    };
    let mut facts = Facts::new(count);
    facts.put("account_id", text(|account| &account.id, |company| &company.id));
    facts.put("company", text(|account| &account.name, |company| &company.name));
    facts.put("domain", text(|account| &account.domain, |company| &company.domain));
    facts.put("country", text(|account| &account.country, |company| &company.country));
    facts.put("parent_account_id", text(|account| &account.parent_id, |_| ""));
    facts.put("status", text(|account| status(account.active), |_| ""));
    facts.put("owner", text(|account| &account.owner, |_| ""));
    for name in ["website", "phone"] {
        facts.put(name, table::filled_text(std::iter::repeat_n("", count)));
    }
    put_further(&mut facts, &crm.account_columns);
    let ids = crm.accounts.iter().map(|account| &account.id).chain(companies.iter().map(|company| &company.id));
    let names = crm.accounts.iter().map(|account| &account.name).chain(companies.iter().map(|company| &company.name));
    let (ids, names) = (ids.cloned().collect(), names.cloned().collect());
    (scored(&card, facts, ids, names, Vec::new(), as_of), people)
}

fn status(active: bool) -> &'static str {
    if active { "active" } else { "inactive" }
}

/// Further columns; records that the CRM has not stand behind the others, and have none.
fn put_further(facts: &mut Facts, columns: &[RecordColumn]) {
    for RecordColumn { name, values } in columns {
        let missing = facts.leads() - values.len();
        facts.put(name, table::words(values.iter().map(String::as_str).chain(std::iter::repeat_n("", missing))));
    }
}

fn scored(
    plan: &ScorePlan,
    facts: Facts,
    ids: Vec<String>,
    names: Vec<String>,
    history: Vec<HistoryItem>,
    as_of: Date,
) -> ScoredRecords {
    let records = Entities {
        schema: Arc::new(LeadSchema::new([])),
        facts,
        ids: Arc::new(ids.clone()),
        offsets: Vec::new(),
        members: Vec::new(),
        survivors: Vec::new(),
        of: Vec::new(),
        lineage: Vec::new(),
        contact_points: Vec::new(),
        history,
        ratings: Vec::new(),
    };
    ScoredRecords { scores: score(plan, &records, as_of), ids, names }
}

/// The history items of all contacts, each once.
fn history(crm: &Crm) -> Vec<HistoryItem> {
    let mut of_email: HashMap<&str, usize, FixedState> = HashMap::default();
    for active in [true, false] {
        for (position, contact) in crm.contacts.iter().enumerate() {
            if contact.active == active && !contact.email.is_empty() {
                of_email.entry(&contact.email).or_insert(position);
            }
        }
    }
    let linked = crm.activities.iter().filter_map(|item| Some((of_email.get(item.email.as_str())?, item)));
    let mut items: Vec<HistoryItem> = linked
        .map(|(&position, item)| HistoryItem {
            entity: EntityId(position as u32),
            kind: item.kind,
            at: item.at,
            subject: item.subject.clone(),
            text: item.text.clone(),
            author: item.author.clone(),
        })
        .collect();
    fn key(item: &HistoryItem) -> impl Ord + '_ {
        (item.entity, item.at, item.kind, &item.subject, &item.text, &item.author)
    }
    items.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    items.dedup();
    items
}

fn last_activity(contacts: usize, history: &[HistoryItem], as_of: Date) -> Vec<Option<i64>> {
    let end = calendar::midnight(as_of) + MICROS_PER_DAY - 1;
    let mut last = vec![None; contacts];
    for item in history {
        let newest: &mut Option<i64> = &mut last[item.entity.index()];
        *newest = (*newest).max(item.at.filter(|&at| at <= end));
    }
    last
}

/// All people of accounts with their scores, by account, the highest first; nothing is counted yet.
fn people(affiliations: &Affiliations, leads: &Scorecards, contacts: Option<&ScoredRecords>) -> Vec<AccountPerson> {
    let of = |kind, accounts: &[Option<u32>], scores: &[Points]| {
        let people = accounts.iter().zip(scores).zip(0u32..);
        people
            .filter_map(|((account, &score), position)| {
                account.map(|account| AccountPerson { account, kind, position, score, counted: Points::ZERO })
            })
            .collect::<Vec<_>>()
    };
    let mut people = of(PersonKind::Lead, &affiliations.of_lead, &leads.score);
    people.extend(
        contacts.iter().flat_map(|contacts| of(PersonKind::Contact, &affiliations.of_contact, &contacts.scores.score)),
    );
    people.sort_unstable_by_key(|person| (person.account, Reverse(person.score), person.kind, person.position));
    people
}

/// Says whose scores count, and what each account gets from them; none where it has nobody. Of a contact and the leads
/// that are this contact, the highest score stands for the person.
fn count_people(
    way: PeopleWay,
    people: &mut [AccountPerson],
    contact_of_lead: &[Option<u32>],
    accounts: usize,
    contacts: usize,
) -> Vec<Option<Points>> {
    let most = match way {
        PeopleWay::Max => 1,
        PeopleWay::Sum => usize::MAX,
        PeopleWay::Top(most) => most as usize,
    };
    let mut points = vec![None; accounts];
    let mut seen_in: Vec<Option<u32>> = vec![None; contacts];
    for of_account in people.chunk_by_mut(|a, b| a.account == b.account) {
        let account = of_account[0].account;
        let mut left = most;
        let mut sum = Points::ZERO;
        for person in of_account {
            let contact = match person.kind {
                PersonKind::Lead => contact_of_lead[person.position as usize],
                PersonKind::Contact => Some(person.position),
            };
            let seen = contact.map(|contact| seen_in[contact as usize].replace(account) == Some(account));
            if seen != Some(true) && left > 0 {
                person.counted = person.score;
                sum = Points(sum.0.saturating_add(person.score.0));
                left -= 1;
            }
        }
        points[account as usize] = Some(sum);
    }
    points
}

/// The least and the most that people can add; none where their number alone bounds it.
fn bounds(way: PeopleWay, leads: &Scorecards, contacts: Option<&ScoredRecords>) -> [Option<Points>; 2] {
    let of_contacts = contacts.map_or((Points::ZERO, Points::ZERO), |of| (of.scores.min, of.scores.max));
    // An account may have nobody.
    let low = leads.min.min(of_contacts.0).min(Points::ZERO);
    let high = leads.max.max(of_contacts.1).max(Points::ZERO);
    let times = |one: Points| match way {
        PeopleWay::Max => Some(one),
        PeopleWay::Top(most) => Some(Points(one.0.saturating_mul(i64::from(most)))),
        PeopleWay::Sum => (one == Points::ZERO).then_some(one),
    };
    [times(low), times(high)]
}

#[cfg(test)]
mod tests;
