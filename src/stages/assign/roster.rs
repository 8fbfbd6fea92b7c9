//! Who can be assigned: the owners, and who has how many open leads.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::columns::{ByValue, TextValues};
use crate::config::plan::{AssignPlan, AssignRule, AssignTo};
use crate::model::crm::Owner;
use crate::model::language::Languages;

/// The owners; a seat is a position among them.
pub(super) struct Roster<'o> {
    seats: Vec<Seat<'o>>,
    /// Seats by name and e-mail address in lower case.
    by_key: HashMap<String, usize, FixedState>,
    /// Whether other names are unknown.
    complete: bool,
    /// The queue of leads that nobody could take, as written and in lower case.
    queue: Option<(&'o str, String)>,
}

pub(super) struct Seat<'o> {
    pub(super) name: &'o str,
    pub(super) capacity: Option<u64>,
    pub(super) present: bool,
    weight: u64,
    languages: Languages,
}

/// Whom a lead has before assigning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holder<'o> {
    /// The owner's name, in the spelling of the owners file where there is one.
    pub(super) name: Option<&'o str>,
    /// The owner's seat, if there is one.
    pub(super) seat: Option<usize>,
    /// The name that stood there, if nobody knows it.
    pub(super) unknown: Option<&'o str>,
    /// Whether the lead waits in the queue.
    pub(super) queued: bool,
}

impl<'o> Roster<'o> {
    /// The owners; without an owners file everybody whom a rule, a lead or an account names. A name comes before an e-mail
    /// address, the first before later ones.
    pub(super) fn new(
        plan: &'o AssignPlan,
        owners: Option<&'o [Owner]>,
        others: impl Iterator<Item = &'o str>,
        today: i32,
    ) -> Self {
        let queue = plan.fallback.as_deref().map(|queue| (queue, key(queue)));
        let mut roster = Self { seats: Vec::new(), by_key: HashMap::default(), complete: owners.is_some(), queue };
        for owner in owners.into_iter().flatten() {
            roster.sit(Seat {
                name: &owner.name,
                capacity: owner.capacity,
                present: owner.is_there(today),
                weight: owner.weight,
                languages: owner.languages,
            });
        }
        for also in [|owner: &'o Owner| owner.email.as_str(), |owner: &'o Owner| owner.id.as_str()] {
            for owner in owners.into_iter().flatten().filter(|owner| !also(owner).is_empty()) {
                if let Some(seat) = roster.seat(&owner.name) {
                    roster.by_key.entry(key(also(owner))).or_insert(seat);
                }
            }
        }
        if owners.is_none() {
            let (weight, languages) = (Owner::WEIGHT, Languages::NONE);
            for name in plan.rules.iter().flat_map(named).chain(others) {
                if !name.trim().is_empty() && !roster.is_queue(name) {
                    roster.sit(Seat { name, capacity: None, present: true, weight, languages });
                }
            }
        }
        roster
    }

    fn sit(&mut self, seat: Seat<'o>) {
        let position = self.seats.len();
        if *self.by_key.entry(key(seat.name)).or_insert(position) == position {
            self.seats.push(seat);
        }
    }

    pub(super) fn seats(&self) -> &[Seat<'o>] {
        &self.seats
    }

    /// The seat of a name, an e-mail address or a CRM's id.
    pub(super) fn seat(&self, name: &str) -> Option<usize> {
        self.by_key.get(&key(name)).copied()
    }

    fn is_queue(&self, name: &str) -> bool {
        self.queue.as_ref().is_some_and(|(_, queue)| *queue == key(name))
    }

    /// Whether an owner speaks one of these languages; who lists none speaks them all.
    pub(super) fn speaks(&self, seat: usize, languages: Languages) -> bool {
        let own = self.seats[seat].languages;
        own.is_empty() || own.meets(languages)
    }

    /// Whom each lead has, by what stands in its `assigned_to`; looked up once per distinct text.
    pub(super) fn holders<'s>(&'s self, assigned_to: &'s TextValues) -> ByValue<Holder<'s>> {
        let mut known: HashMap<&str, Holder<'s>, FixedState> = HashMap::default();
        let nobody = Holder { name: None, seat: None, unknown: None, queued: false };
        let holder = |text: &'s str| match self.seat(text) {
            _ if self.is_queue(text) => Holder { queued: true, ..nobody },
            Some(seat) if self.complete => Holder { name: Some(self.seats[seat].name), seat: Some(seat), ..nobody },
            None if self.complete => Holder { unknown: Some(text), ..nobody },
            seat => Holder { name: Some(text), seat, ..nobody },
        };
        assigned_to.map(|text| text.map_or(nobody, |text| *known.entry(text).or_insert_with(|| holder(text))))
    }

    /// The seats of these owners, whether one of them has none, and the weights in a rule's eyes.
    pub(super) fn seated(&self, rule: &AssignRule, owners: &[String]) -> (Vec<usize>, bool, Vec<u64>) {
        let seats: Vec<usize> = owners.iter().filter_map(|name| self.seat(name)).collect();
        let strangers = seats.len() < owners.len();
        let own: Vec<(Option<usize>, u64)> =
            rule.weights.iter().map(|(name, weight)| (self.seat(name), *weight)).collect();
        let weight = |&seat: &usize| {
            let of_rule = own.iter().find(|(of, _)| *of == Some(seat)).map(|(_, weight)| *weight);
            of_rule.unwrap_or(self.seats[seat].weight)
        };
        let weights = seats.iter().map(weight).collect();
        (seats, strangers, weights)
    }
}

/// Everybody whom a rule names.
fn named(rule: &AssignRule) -> Box<dyn Iterator<Item = &str> + '_> {
    match &rule.to {
        AssignTo::Owners(owners) => Box::new(owners.iter().map(String::as_str)),
        AssignTo::Territories(table) => {
            Box::new(table.places.iter().flat_map(|place| place.owners.iter().map(String::as_str)))
        }
        AssignTo::Everybody => Box::new(std::iter::empty()),
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Open leads per seat, and how many more each can take.
pub(super) struct Loads {
    pub(super) open: Vec<u64>,
    /// Most open leads; 0 for who is absent.
    most: Vec<u64>,
}

impl Loads {
    /// The open leads that everybody has before assigning.
    pub(super) fn of_open_leads(roster: &Roster<'_>, holders: &ByValue<Holder<'_>>, open: &[bool]) -> Self {
        let most = |seat: &Seat<'_>| if seat.present { seat.capacity.unwrap_or(u64::MAX) } else { 0 };
        let mut loads = Self { open: vec![0; roster.seats.len()], most: roster.seats.iter().map(most).collect() };
        let by_value = holders.counts(open);
        for (holder, leads) in holders.each().iter().zip(by_value) {
            holder.seat.into_iter().for_each(|seat| loads.open[seat] += leads);
        }
        loads
    }

    /// One more open lead.
    pub(super) fn take(&mut self, seat: usize) {
        self.open[seat] += 1;
    }

    /// One open lead less.
    pub(super) fn release(&mut self, seat: Option<usize>) {
        if let Some(seat) = seat {
            self.open[seat] -= 1;
        }
    }

    /// Whether an owner is there and not at capacity.
    pub(super) fn has_room(&self, seat: usize) -> bool {
        self.open[seat] < self.most[seat]
    }
}
