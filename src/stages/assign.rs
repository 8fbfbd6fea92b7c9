//! Assigning: every open golden lead gets an owner by the first rule that holds and has somebody to give it to.
//!
//! Leads are taken in lead_id order. An owner whom a lead already has stays, unless the rule says `reassign`. Closed
//! leads are never assigned; those that this run reactivates come in open. An owner from the exports who is not among the
//! owners is cleared, open or closed. Absent owners, those at capacity and, where the rule asks for it, those who do not
//! speak the lead's language are passed over; where that leaves nobody, the next rule that holds is tried. Where leads of
//! one account are kept together, whoever has the account comes first. What nobody could take goes to the fallback queue.

use jiff::civil::Date;

use self::columns::{ByValue, TextValues};
use self::desk::{Desk, Scene, Step};
use self::homes::{Home, Homes, Why};
use self::reasons::Reasons;
use self::roster::{Holder, Loads, Roster};
use self::speech::Speech;
use crate::config::plan::AssignPlan;
use crate::model::assignments::{Assignments, LeadAccounts, OwnerLoad};
use crate::model::calendar;
use crate::model::crm::Owner;
use crate::model::entities::EntityId;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::table::of_text;
use crate::model::text::{BLANK, Interner, TextColumn};

mod columns;
mod desk;
mod homes;
mod reasons;
mod roster;
mod speech;
mod territory;
mod turn;

/// What is known when leads are assigned.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    /// The golden leads with their scores, in lead_id order.
    pub facts: &'a Facts,
    /// Their ids.
    pub ids: &'a [String],
    /// The owners; none: every name is known, everybody is there and nobody has a limit.
    pub owners: Option<&'a [Owner]>,
    /// The leads' accounts, where a plan keeps them together.
    pub accounts: Option<&'a LeadAccounts>,
    /// The form in which names of regions are compared.
    pub fold: fn(&str) -> String,
}

/// Assigns the golden leads; beside it, the owners who were cleared because nobody knows them.
pub fn assign(plan: &AssignPlan, subjects: Subjects<'_>, as_of: Date) -> (Assignments, Vec<(EntityId, String)>) {
    let facts = subjects.facts;
    let column = |field: Field| TextValues::of(facts, field.name()).expect("every standard field is a column of text");
    let (assigned_to, status) = (column(Field::AssignedTo), column(Field::Status));
    let open = status.map(|status| status.is_none_or(|status| status == "open"));
    let open: Vec<bool> = (0..facts.leads()).map(|lead| *open.of(lead)).collect();

    let given = assigned_to.map(|text| text);
    let of_accounts = subjects.accounts.into_iter().flat_map(|accounts| &accounts.known).map(|known| &*known.owner);
    let others = given.each().iter().flatten().copied().chain(of_accounts);
    let roster = Roster::new(plan, subjects.owners, others, calendar::days(as_of));
    let holders = roster.holders(&assigned_to);

    let facts = with_holders(facts, plan, &given, &holders);
    let mut reasons = Reasons::default();
    let desks = desk::desks(plan, &roster, &facts, subjects.fold, &mut reasons);
    let speech = plan.rules.iter().any(|rule| rule.languages).then(|| Speech::new(&facts));
    let mut work = Work {
        plan,
        ids: subjects.ids,
        roster: &roster,
        loads: Loads::of_open_leads(&roster, &holders, &open),
        homes: subjects.accounts.map(|accounts| Homes::new(accounts, &roster, &holders, &open)),
        desks,
        speech,
        kept: reasons.text("kept"),
        none_holds: reasons.text("no rule holds"),
        reasons,
    };
    let closed = work.reasons.text("closed");
    let before = work.loads.open.clone();
    let mut book = Book::new(plan, &roster, &holders, facts.leads());
    for (lead, &open) in open.iter().enumerate() {
        let holder = holders.of(lead);
        let outcome = match open {
            true => work.give(lead, holder),
            false => Outcome::stays(if holder.name.is_some() { work.kept } else { closed }),
        };
        let reason = match holder.unknown {
            Some(unknown) => {
                let unknown = work.reasons.text(&format!("unknown owner {unknown}"));
                work.reasons.joined(unknown, ": ", outcome.reason)
            }
            None => outcome.reason,
        };
        book.enter(holders.place(lead), holder, outcome, reason, open);
    }
    let cleared = (0..facts.leads()).filter_map(|lead| Some((EntityId(lead as u32), holders.of(lead).unknown?)));
    let cleared = cleared.map(|(lead, unknown)| (lead, unknown.to_owned())).collect();
    (book.finish(&roster, work, &before), cleared)
}

/// What came of a lead.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    /// Who got it.
    seat: Option<usize>,
    /// It went to the queue.
    queued: bool,
    /// The rule that gave it, by code among the reasons.
    rule: u32,
    reason: u32,
}

impl Outcome {
    fn stays(reason: u32) -> Self {
        Self { seat: None, queued: false, rule: BLANK, reason }
    }
}

/// Assigning at work.
struct Work<'p, 'o> {
    plan: &'p AssignPlan,
    ids: &'p [String],
    roster: &'p Roster<'o>,
    loads: Loads,
    homes: Option<Homes<'p>>,
    desks: Vec<Desk<'p>>,
    speech: Option<Speech>,
    reasons: Reasons,
    /// What is said of a lead that stays with its owner.
    kept: u32,
    /// What is said of a lead for which there is no rule.
    none_holds: u32,
}

impl Work<'_, '_> {
    /// The owner that an open lead gets from the rules, if any, and the reason for what it has then.
    fn give(&mut self, lead: usize, holder: &Holder<'_>) -> Outcome {
        let (mut refused, mut held) = (BLANK, false);
        for at in 0..self.desks.len() {
            let desk = &self.desks[at];
            let takes = desk.rule.reassign || holder.name.is_none();
            if !takes || !desk.holds(lead) {
                continue;
            }
            held = true;
            let (rule, sticky) = (desk.name, desk.rule.sticky);
            // A lead that moves leaves room with the owner whom it has: it may even go back there.
            self.loads.release(holder.seat);
            let (home, away) = if sticky { self.send_home(lead) } else { (None, BLANK) };
            if let Some((seat, reason)) = home {
                return Outcome { seat: Some(seat), queued: false, rule, reason };
            }
            let scene = Scene { roster: self.roster, speech: self.speech.as_ref(), loads: &self.loads };
            match self.desks[at].pick(lead, scene, &mut self.reasons) {
                Step::To(seat, reason) => {
                    self.take(lead, seat);
                    let reason = self.reasons.joined(reason, "; ", away);
                    return Outcome { seat: Some(seat), queued: false, rule, reason };
                }
                Step::Refused(reason) => refused = self.reasons.joined(refused, "; ", reason),
            }
            holder.seat.into_iter().for_each(|seat| self.loads.take(seat));
        }
        if holder.name.is_some() {
            return Outcome::stays(self.kept);
        }
        if self.plan.sticky && !held {
            let (home, away) = self.send_home(lead);
            if let Some((seat, reason)) = home {
                return Outcome { seat: Some(seat), queued: false, rule: BLANK, reason };
            }
            refused = away;
        }
        if !held {
            refused = self.reasons.joined(self.none_holds, "; ", refused);
        }
        if self.plan.fallback.is_none() {
            return Outcome::stays(refused);
        }
        let fallback = self.reasons.text("fallback");
        Outcome { queued: true, ..Outcome::stays(self.reasons.joined(fallback, ": ", refused)) }
    }

    /// A lead goes to whoever has its account, if that is possible: the seat and the reason; else why not.
    fn send_home(&mut self, lead: usize) -> (Option<(usize, u32)>, u32) {
        let Some(homes) = &mut self.homes else { return (None, BLANK) };
        let (mut away, accounts) = (BLANK, homes.accounts);
        for home in homes.of(lead).into_iter().flatten() {
            let seat = &self.roster.seats()[home.seat];
            let over = self.plan.sticky_over_capacity && seat.present;
            if over || self.loads.has_room(home.seat) {
                if home.reason == BLANK {
                    home.reason = self.reasons.text(&match home.why {
                        Why::Lead(lead) => format!("same account as {}", self.ids[lead as usize]),
                        Why::Crm(account) => format!("owner of account {}", accounts.known[account as usize].id),
                    });
                }
                let Home { seat, reason, .. } = *home;
                self.loads.take(seat);
                return (Some((seat, reason)), BLANK);
            }
            if away == BLANK {
                let why = if seat.present { "is at capacity" } else { "is absent" };
                away = self.reasons.text(&format!("{}, who has the account, {why}", seat.name));
            }
        }
        (None, away)
    }

    fn take(&mut self, lead: usize, seat: usize) {
        self.loads.take(seat);
        if let Some(homes) = &mut self.homes {
            homes.went(lead, seat);
        }
    }
}

/// What is written down, lead by lead.
struct Book {
    names: Interner,
    /// Codes of names by seat, and by what stands in `assigned_to`.
    of_seat: Vec<u32>,
    of_holder: Vec<u32>,
    queue: u32,
    queue_load: [u64; 3],
    owner: Vec<u32>,
    previous: Vec<u32>,
    rule: Vec<u32>,
    reason: Vec<u32>,
    changed: Vec<bool>,
    given: Vec<u64>,
    taken: Vec<u64>,
}

impl Book {
    fn new(plan: &AssignPlan, roster: &Roster<'_>, holders: &ByValue<Holder<'_>>, leads: usize) -> Self {
        let mut names = Interner::default();
        let of_seat = roster.seats().iter().map(|seat| names.intern(seat.name)).collect();
        let queue = plan.fallback.as_deref().map_or(BLANK, |queue| names.intern(queue));
        let of_holder = holders.each().iter().map(|holder| match holder.queued {
            true => queue,
            false => holder.name.map_or(BLANK, |name| names.intern(name)),
        });
        Self {
            of_holder: of_holder.collect(),
            of_seat,
            names,
            queue,
            queue_load: [0; 3],
            owner: Vec::with_capacity(leads),
            previous: Vec::with_capacity(leads),
            rule: Vec::with_capacity(leads),
            reason: Vec::with_capacity(leads),
            changed: Vec::with_capacity(leads),
            given: vec![0; roster.seats().len()],
            taken: vec![0; roster.seats().len()],
        }
    }

    fn enter(&mut self, place: usize, holder: &Holder<'_>, outcome: Outcome, reason: u32, open: bool) {
        let previous = self.of_holder[place];
        let owner = match outcome.seat {
            Some(seat) => self.of_seat[seat],
            None if outcome.queued => self.queue,
            None => previous,
        };
        let changed = owner != previous;
        let [before, given, taken] = &mut self.queue_load;
        *before += u64::from(holder.queued && open);
        if changed {
            *given += u64::from(outcome.queued);
            *taken += u64::from(holder.queued);
            outcome.seat.into_iter().for_each(|seat| self.given[seat] += 1);
            holder.seat.into_iter().for_each(|seat| self.taken[seat] += 1);
        }
        self.owner.push(owner);
        self.previous.push(previous);
        self.rule.push(outcome.rule);
        self.reason.push(reason);
        self.changed.push(changed);
    }

    fn finish(self, roster: &Roster<'_>, work: Work<'_, '_>, before: &[u64]) -> Assignments {
        let (names, reasons) = (self.names.finish(), work.reasons.finish());
        let column = |codes: Vec<u32>, dictionary| TextColumn { codes: codes.into(), dictionary };
        let seats = roster.seats().iter().enumerate().map(|(at, seat)| OwnerLoad {
            owner: seat.name.to_owned(),
            before: before[at],
            given: self.given[at],
            taken: self.taken[at],
            after: work.loads.open[at],
            capacity: seat.capacity,
        });
        let [before, given, taken] = self.queue_load;
        let queue = work.plan.fallback.iter().map(|queue| OwnerLoad {
            owner: queue.clone(),
            before,
            given,
            taken,
            after: before + given - taken,
            capacity: None,
        });
        let mut loads: Vec<OwnerLoad> = seats.chain(queue).collect();
        loads.sort_by(|a, b| a.owner.cmp(&b.owner));
        Assignments {
            owner: column(self.owner, names.clone()),
            previous: column(self.previous, names),
            rule: column(self.rule, reasons.clone()),
            reason: column(self.reason, reasons),
            changed: self.changed,
            loads,
        }
    }
}

/// Conditions see the owners as they stand: known ones in their own spelling, unknown ones cleared.
fn with_holders(
    facts: &Facts,
    plan: &AssignPlan,
    given: &ByValue<Option<&str>>,
    holders: &ByValue<Holder<'_>>,
) -> Facts {
    let same = |(given, holder): (&Option<&str>, &Holder<'_>)| holder.queued || *given == holder.name;
    let mut facts = facts.clone();
    if !given.each().iter().zip(holders.each()).all(same) {
        let mut names = Interner::default();
        let queue = plan.fallback.as_deref();
        let code = |holder: &Holder<'_>| {
            let name = if holder.queued { queue } else { holder.name };
            names.intern(name.unwrap_or_default())
        };
        let codes: Vec<u32> = holders.each().iter().map(code).collect();
        let codes: Vec<u32> = (0..facts.leads()).map(|lead| codes[holders.place(lead)]).collect();
        let column = TextColumn { codes: codes.into(), dictionary: names.finish() };
        facts.put(Field::AssignedTo.name(), of_text(&column));
    }
    facts
}

#[cfg(test)]
mod tests;
