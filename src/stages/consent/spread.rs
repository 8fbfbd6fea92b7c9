//! How a wish reaches everybody who may be the same person, and everybody with the same address.
//!
//! Whole wishes go along ties between persons: likely duplicates, one e-mail address with names that may be one, one
//! number with equal names, a contact that a lead is linked to. They go on and on: what a likely duplicate of a likely
//! duplicate wished counts. A person's verdict that two are different cuts their own tie. Then, and only once, whoever
//! has an address of somebody whom a channel must not reach is not reached by it either.

use std::cmp::Ordering;
use std::sync::OnceLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::model::column_values::ColumnValues;
use crate::model::consent::{Because, Channel, Giver, Wishes};
use crate::model::field::Field;
use crate::model::matching::{LinkRule, Links, Verdict};
use crate::model::record_ids::RecordIds;

use super::people::{Addresses, Lists, People, Person, text};
use super::{MatchForm, NamesAgree};

/// A wish where it was expressed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) person: u32,
    pub(super) flag: Wishes,
    pub(super) because: Because,
    pub(super) giver: Giver,
}

/// Why somebody has a wish.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) person: u32,
    pub(super) flag: Wishes,
    pub(super) because: Because,
    /// Position of the source.
    pub(super) source: u32,
    pub(super) probability: Option<f64>,
}

/// What ties people to one another.
pub(super) struct Ties<'a> {
    people: &'a People<'a>,
    emails: &'a Addresses<'a>,
    phones: &'a Addresses<'a>,
    /// Likely duplicates and their probability; no probability where the tie is sure.
    tied: Lists<(u32, f64)>,
    /// Golden leads that a person told apart, both ways, sorted.
    distinct: Vec<(u32, u32)>,
    /// Of golden leads.
    names: Option<&'a ColumnValues>,
    /// The names of golden leads in match form, as far as they were asked for: many may have one address.
    keys: Vec<OnceLock<Box<str>>>,
    name_key: MatchForm,
    names_agree: NamesAgree,
}

/// Of a tie that is sure.
const SURE: f64 = f64::INFINITY;

impl<'a> Ties<'a> {
    pub(super) fn new(
        people: &'a People<'a>,
        [emails, phones]: [&'a Addresses<'a>; 2],
        links: &Links,
        duplicates_from: Option<f64>,
        (name_key, names_agree): (MatchForm, NamesAgree),
    ) -> Self {
        let lead = |row: crate::model::leads::LeadId| people.entities.of[row.index()].0;
        let both = |(a, b)| [(a, b), (b, a)];
        let pairs = links.rows.iter().map(|link| (lead(link.pair.left), lead(link.pair.right), link));
        let pairs: Vec<_> = pairs.filter(|(left, right, _)| left != right).collect();
        let told_apart = pairs.iter().filter(|(.., link)| link.verdict == Verdict::Distinct);
        let mut distinct: Vec<(u32, u32)> = told_apart.flat_map(|&(left, right, _)| both((left, right))).collect();
        distinct.sort_unstable();
        let from = duplicates_from.unwrap_or(0.0);
        let likely = pairs.iter().filter(|(left, right, link)| {
            let counts = link.rule != LinkRule::Model || link.probability >= from;
            counts && distinct.binary_search(&(*left, *right)).is_err()
        });
        let mut tied: Vec<(u32, (u32, f64))> = likely
            .flat_map(|&(left, right, link)| {
                let probability = if link.rule == LinkRule::Model { link.probability } else { SURE };
                both((left, right)).map(|(a, b)| (a, (b, probability)))
            })
            .chain(linked_contacts(people).into_iter().flat_map(both).map(|(a, b)| (a, (b, SURE))))
            .collect();
        tied.par_sort_unstable_by(|a, b| (a.0, a.1.0).cmp(&(b.0, b.1.0)).then(b.1.1.total_cmp(&a.1.1)));
        tied.dedup_by_key(|(a, (b, _))| (*a, *b));
        Self {
            people,
            emails,
            phones,
            tied: Lists::of_sorted(people.len(), tied),
            distinct,
            names: people.texts(Field::FullName),
            keys: vec![OnceLock::new(); people.entities.len()],
            name_key,
            names_agree,
        }
    }

    /// The name of a person in match form, or "".
    fn name(&self, person: u32) -> &str {
        let key = |lead| self.names.and_then(|names| text(names, lead)).map(self.name_key).unwrap_or_default();
        match self.people.person(person) {
            Person::Lead(lead) => self.keys[lead].get_or_init(|| key(lead).into()),
            Person::Contact(at) => &self.people.contacts[at].name_key,
            Person::Refusal(_) => "",
        }
    }

    /// Whether two with one e-mail address are one person. Where a name is blank, only what is no lead is taken for the
    /// lead's: of two leads, the search for duplicates has kept them apart.
    fn is_one(&self, (a, name): (u32, &str), b: u32) -> bool {
        let are_leads = [a, b].iter().all(|&it| matches!(self.people.person(it), Person::Lead(_)));
        (self.names_agree)(name, self.name(b)).unwrap_or(!are_leads)
    }

    /// Whoever may be the same person and lacks some of the wishes, and how likely it is.
    fn of(&self, person: u32, wishes: Wishes, have: &[Wishes]) -> Vec<(u32, f64)> {
        let lacks = |other: &u32| *other != person && !have[*other as usize].has(wishes);
        let mut ties: Vec<(u32, f64)> =
            self.tied.of(person).iter().filter(|(other, _)| lacks(other)).copied().collect();
        let name = self.name(person);
        let told_apart = |other: u32| self.distinct.binary_search(&(person, other)).is_ok();
        for &email in self.emails.of_person.of(person) {
            let holders = self.emails.holders.of(email).iter().copied().filter(lacks);
            let one = holders.filter(|&other| !told_apart(other) && self.is_one((person, name), other));
            ties.extend(one.map(|other| (other, SURE)));
        }
        for &phone in self.phones.of_person.of(person).iter().filter(|_| !name.is_empty()) {
            let holders = self.phones.holders.of(phone).iter().copied().filter(lacks);
            let one = holders.filter(|&other| !told_apart(other) && self.name(other) == name);
            ties.extend(one.map(|other| (other, SURE)));
        }
        ties
    }
}

/// Leads and the contacts that a seller linked them to.
fn linked_contacts(people: &People<'_>) -> Vec<(u32, u32)> {
    let Some(ids) = people.texts(Field::ExistingContactId).filter(|_| !people.contacts.is_empty()) else {
        return Vec::new();
    };
    let contacts = RecordIds::contacts(people.contacts);
    let link = |lead: usize| Some((lead as u32, people.contact(contacts.row(text(ids, lead)?)?)));
    (0..people.entities.len()).into_par_iter().filter_map(link).collect()
}

/// The wishes of everybody, and why they have them: all that is said of the person, else the nearest that came from
/// others.
pub(super) fn spread(ties: &Ties<'_>, sources: &[Source]) -> (Vec<Wishes>, Vec<Line>) {
    let mut wishes = vec![Wishes::NONE; ties.people.len()];
    // The source from which each wish came, and how sure that is.
    let mut came: HashMap<(u32, Wishes), (u32, f64), FixedState> = HashMap::default();
    let mut lines = Vec::new();
    for (at, source) in (0..).zip(sources) {
        wishes[source.person as usize] = wishes[source.person as usize].with(source.flag);
        came.entry((source.person, source.flag)).or_insert((at, SURE));
        let Source { person, flag, because, .. } = *source;
        lines.push(Line { person, flag, because, source: at, probability: None });
    }
    let mut new: Vec<u32> = sources.iter().map(|source| source.person).collect();
    new.dedup();
    let mut fresh: HashMap<u32, Wishes, FixedState> = new.iter().map(|&it| (it, wishes[it as usize])).collect();
    while !new.is_empty() {
        let reached = new.par_iter().flat_map_iter(|&person| {
            let gives = fresh[&person];
            let (came, wishes) = (&came, &wishes);
            ties.of(person, gives, wishes).into_iter().flat_map(move |(to, probability)| {
                gives.without(wishes[to as usize]).each().map(move |flag| {
                    let (source, so_far) = came[&(person, flag)];
                    (to, flag, probability.min(so_far), source)
                })
            })
        });
        let mut reached: Vec<(u32, Wishes, f64, u32)> = reached.collect();
        reached.par_sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)).then(a.3.cmp(&b.3)));
        reached.dedup_by_key(|&mut (to, flag, ..)| (to, flag));
        (new, fresh) = (Vec::new(), HashMap::default());
        for (person, flag, probability, source) in reached {
            wishes[person as usize] = wishes[person as usize].with(flag);
            came.insert((person, flag), (source, probability));
            let from_contact = matches!(ties.people.person(sources[source as usize].person), Person::Contact(_));
            let because = if from_contact { Because::Contact } else { Because::Duplicate };
            let probability = Some(probability).filter(|it| it.is_finite());
            lines.push(Line { person, flag, because, source, probability });
            let known = fresh.entry(person).or_default();
            *known = known.with(flag);
            if new.last() != Some(&person) {
                new.push(person);
            }
        }
    }
    for (channel, addresses) in Channel::ALL.into_iter().zip([ties.emails, ties.phones]) {
        let flag = Wishes::against(&[channel]);
        let source = |person: u32| {
            let of = |flag: Wishes| came.get(&(person, flag)).map(|(source, _)| *source);
            [of(Wishes::OPT_OUT), of(flag)].into_iter().flatten().min()
        };
        for (person, source) in over_addresses(&wishes, channel, addresses, source) {
            wishes[person as usize] = wishes[person as usize].with(flag);
            lines.push(Line { person, flag, because: Because::SameAddress, source, probability: None });
        }
    }
    lines.sort_by(|a, b| by_person(a, b).then(a.source.cmp(&b.source)));
    lines.dedup_by(|later, first| by_person(later, first) == Ordering::Equal);
    (wishes, lines)
}

/// Whoever may be reached by a channel and shares an address with somebody who must not be: ascending, with the first source
/// among all of these.
pub(super) fn over_addresses(
    wishes: &[Wishes],
    channel: Channel,
    addresses: &Addresses<'_>,
    source: impl Fn(u32) -> Option<u32>,
) -> Vec<(u32, u32)> {
    let is_closed = |&person: &u32| wishes[person as usize].forbid(channel);
    let mut reached: Vec<(u32, u32)> = Vec::new();
    for holders in addresses.holders.all() {
        let first = holders.iter().copied().filter(is_closed).filter_map(&source).min();
        if let Some(first) = first {
            reached.extend(holders.iter().copied().filter(|person| !is_closed(person)).map(|person| (person, first)));
        }
    }
    reached.sort_unstable();
    reached.dedup_by_key(|(person, _)| *person);
    reached
}

fn by_person(a: &Line, b: &Line) -> Ordering {
    (a.person, a.flag, a.because).cmp(&(b.person, b.flag, b.because))
}
