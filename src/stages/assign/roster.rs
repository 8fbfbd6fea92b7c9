//! Who can be assigned: the owners, who has how many open leads, and whose turn it is.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use polars::prelude::StringChunked;

use crate::config::plan::{AssignBy, AssignPlan, AssignRule};
use crate::model::crm::Owner;

/// The owners; a seat is a position among them.
pub(super) struct Roster<'o> {
    seats: Vec<Seat<'o>>,
    /// Seats by name and e-mail address in lower case.
    by_key: HashMap<String, usize, FixedState>,
    /// Whether other names are unknown.
    complete: bool,
}

struct Seat<'o> {
    name: &'o str,
    capacity: Option<u64>,
    present: bool,
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
}

impl<'o> Roster<'o> {
    /// The owners, else everybody whom a rule names. A name comes before an e-mail address, the first before later ones.
    pub(super) fn new(plan: &'o AssignPlan, owners: Option<&'o [Owner]>, today: i32) -> Self {
        let mut roster = Self { seats: Vec::new(), by_key: HashMap::default(), complete: owners.is_some() };
        for owner in owners.into_iter().flatten() {
            let present = owner.absent_until.is_none_or(|until| until < today);
            roster.sit(Seat { name: &owner.name, capacity: owner.capacity, present });
        }
        for owner in owners.into_iter().flatten().filter(|owner| !owner.email.is_empty()) {
            if let Some(seat) = roster.seat(&owner.name) {
                roster.by_key.entry(key(&owner.email)).or_insert(seat);
            }
        }
        if owners.is_none() {
            let names = plan.rules.iter().flat_map(|rule| &rule.to);
            names.for_each(|name| roster.sit(Seat { name, capacity: None, present: true }));
        }
        roster
    }

    fn sit(&mut self, seat: Seat<'o>) {
        let position = self.seats.len();
        if *self.by_key.entry(key(seat.name)).or_insert(position) == position {
            self.seats.push(seat);
        }
    }

    fn seat(&self, name: &str) -> Option<usize> {
        self.by_key.get(&key(name)).copied()
    }

    /// An owner's name.
    pub(super) fn name(&self, seat: usize) -> &'o str {
        self.seats[seat].name
    }

    /// Whom each lead has, by what stands in its `assigned_to`; looked up once per distinct text.
    pub(super) fn holders<'s>(&self, assigned_to: &'s StringChunked) -> Vec<Holder<'s>>
    where
        'o: 's,
    {
        let mut known: HashMap<&str, Holder<'s>, FixedState> = HashMap::default();
        let nobody = Holder { name: None, seat: None, unknown: None };
        let holder = |text: &'s str| match self.seat(text) {
            Some(seat) if self.complete => Holder { name: Some(self.name(seat)), seat: Some(seat), unknown: None },
            None if self.complete => Holder { unknown: Some(text), ..nobody },
            seat => Holder { name: Some(text), seat, unknown: None },
        };
        let texts = assigned_to.iter();
        texts.map(|text| text.map_or(nobody, |text| *known.entry(text).or_insert_with(|| holder(text)))).collect()
    }

    /// The seats that a rule gives leads to, and whether it names somebody who has none.
    pub(super) fn turn(&self, rule: &AssignRule) -> (Turn, bool) {
        let seats: Vec<usize> = rule.to.iter().filter_map(|name| self.seat(name)).collect();
        let strangers = seats.len() < rule.to.len();
        (Turn { seats, by: rule.by, next: 0 }, strangers)
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Open leads per seat, and how many more each can take.
pub(super) struct Loads {
    open: Vec<u64>,
    /// Most open leads; 0 for who is absent.
    most: Vec<u64>,
}

impl Loads {
    /// The open leads that everybody has before assigning.
    pub(super) fn of_open_leads(roster: &Roster<'_>, holders: &[Holder<'_>], open: &[bool]) -> Self {
        let most = |seat: &Seat<'_>| if seat.present { seat.capacity.unwrap_or(u64::MAX) } else { 0 };
        let mut loads = Self { open: vec![0; roster.seats.len()], most: roster.seats.iter().map(most).collect() };
        for (holder, _) in holders.iter().zip(open).filter(|(_, open)| **open) {
            holder.seat.into_iter().for_each(|seat| loads.take(seat));
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

    fn has_room(&self, seat: usize) -> bool {
        self.open[seat] < self.most[seat]
    }
}

/// A rule's owners in its order, and whose turn it is.
pub(super) struct Turn {
    seats: Vec<usize>,
    by: AssignBy,
    next: usize,
}

impl Turn {
    /// Who takes the next lead, if anybody can.
    pub(super) fn pick(&mut self, loads: &Loads) -> Option<usize> {
        match self.by {
            AssignBy::RoundRobin => {
                let from_next = (0..self.seats.len()).map(|step| (self.next + step) % self.seats.len());
                let chosen = from_next.into_iter().find(|&turn| loads.has_room(self.seats[turn]))?;
                self.next = chosen + 1;
                Some(self.seats[chosen])
            }
            AssignBy::LeastLoaded => {
                let able = self.seats.iter().copied().filter(|&seat| loads.has_room(seat));
                able.min_by_key(|&seat| loads.open[seat])
            }
        }
    }
}
