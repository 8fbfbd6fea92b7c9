//! A rule at work: which leads it holds for, and whom it gives each to.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::reasons::Reasons;
use super::roster::{Loads, Roster};
use super::speech::{self, Speech};
use super::territory::{self, NOWHERE};
use super::turn::Turn;
use crate::config::plan::{AssignPlan, AssignRule, AssignTo};
use crate::model::facts::Facts;
use crate::rules::{self, Condition};

/// A rule with its owners' turns.
pub(super) struct Desk<'p> {
    pub(super) rule: &'p AssignRule,
    /// Its name, by code among the reasons.
    pub(super) name: u32,
    /// Which leads it holds for; none: all.
    met: Option<Vec<bool>>,
    /// One for all leads, or one per territory.
    groups: Vec<Group>,
    /// The territory of each lead.
    places: Option<Vec<u32>>,
    /// Why nobody could take a lead, by territory and languages.
    refusals: HashMap<(u32, u32), u32, FixedState>,
}

/// Owners among whom a lead is given.
struct Group {
    turn: Turn,
    /// Whom the rule names, for messages.
    names: String,
    /// Whether it names somebody who is no owner.
    strangers: bool,
    /// What a lead is told that one of them gets.
    given: u32,
}

/// What everybody sees who picks.
#[derive(Clone, Copy)]
pub(super) struct Scene<'s, 'o> {
    pub(super) roster: &'s Roster<'o>,
    pub(super) speech: Option<&'s Speech>,
    pub(super) loads: &'s Loads,
}

/// What a rule does with a lead.
pub(super) enum Step {
    /// It goes to this seat, for this reason.
    To(usize, u32),
    /// Nobody can take it, for this reason.
    Refused(u32),
}

/// All rules of a plan, in order.
pub(super) fn desks<'p>(
    plan: &'p AssignPlan,
    roster: &Roster<'_>,
    facts: &Facts,
    fold: fn(&str) -> String,
    reasons: &mut Reasons,
) -> Vec<Desk<'p>> {
    let conditions: Vec<&Condition> = plan.rules.iter().filter_map(|rule| rule.filter.as_ref()).collect();
    let mut masks = rules::masks(&conditions, facts).into_iter();
    let mut met = |rule: &AssignRule| {
        let mask = rule.filter.as_ref().and_then(|_| masks.next())?;
        Some(mask.met().collect())
    };
    let desk = |rule: &'p AssignRule| {
        let mut group = |owners: &[String], names: String, territory: &str| {
            let (seats, strangers, weights) = roster.seated(rule, owners);
            let territory = if territory.is_empty() { String::new() } else { format!(", territory {territory}") };
            let given = reasons.text(&format!("rule: {}{territory}", rule.name));
            Group { turn: Turn::new(seats, &weights, rule.by), names, strangers, given }
        };
        let (groups, places) = match &rule.to {
            AssignTo::Owners(owners) => (vec![group(owners, owners.join(", "), "")], None),
            AssignTo::Everybody => {
                let all: Vec<String> = roster.seats().iter().map(|seat| seat.name.to_owned()).collect();
                (vec![group(&all, "the owners".to_owned(), "")], None)
            }
            AssignTo::Territories(table) => {
                let groups = table.places.iter().map(|place| {
                    let names = format!("{} (territory {})", place.owners.join(", "), place.label);
                    group(&place.owners, names, &place.label)
                });
                (groups.collect(), Some(territory::places(table, facts, fold)))
            }
        };
        let name = reasons.text(&rule.name);
        Desk { rule, name, met: met(rule), groups, places, refusals: HashMap::default() }
    };
    plan.rules.iter().map(desk).collect()
}

impl Desk<'_> {
    /// Whether the rule holds for a lead.
    pub(super) fn holds(&self, lead: usize) -> bool {
        self.met.as_ref().is_none_or(|met| met[lead])
    }

    /// Whom a lead goes to. Who is absent, full, or does not speak its language is passed over.
    pub(super) fn pick(&mut self, lead: usize, scene: Scene<'_, '_>, reasons: &mut Reasons) -> Step {
        let place = self.places.as_ref().map_or(0, |places| places[lead]);
        let languages = match scene.speech {
            Some(speech) if self.rule.languages => speech.of(lead),
            _ => speech::ANY,
        };
        if place != NOWHERE && languages != speech::UNKNOWN {
            let Group { turn, given, .. } = &mut self.groups[place as usize];
            let speaks = |seat: usize| understands(scene, seat, languages);
            let chosen = turn.pick(&scene.loads.open, |seat| scene.loads.has_room(seat) && speaks(seat));
            if let Some(seat) = chosen {
                return Step::To(seat, *given);
            }
        }
        let Self { rule, groups, refusals, .. } = self;
        let refusal = refusals.entry((place, languages));
        Step::Refused(*refusal.or_insert_with(|| {
            let group = groups.get(place as usize);
            reasons.text(&refusal_of(&rule.name, group, languages, scene))
        }))
    }
}

fn understands(scene: Scene<'_, '_>, seat: usize, languages: u32) -> bool {
    match scene.speech {
        Some(speech) if languages != speech::ANY => scene.roster.speaks(seat, speech.languages(languages)),
        _ => true,
    }
}

/// Why nobody of a group can take a lead of these languages.
fn refusal_of(rule: &str, group: Option<&Group>, languages: u32, scene: Scene<'_, '_>) -> String {
    let Some(Group { turn, names, strangers, .. }) = group else {
        return format!("{rule} has no territory for it");
    };
    if languages == speech::UNKNOWN {
        return format!("{rule} does not know its language");
    }
    let why = if *strangers { "absent, at capacity or not among the owners" } else { "absent or at capacity" };
    let spoken = scene.speech.filter(|_| languages != speech::ANY);
    let spoken = spoken.map(|speech| speech.languages(languages).codes().collect::<Vec<_>>().join(" or "));
    match spoken {
        None => format!("all of {names} {why}"),
        Some(spoken) if turn.seats().iter().any(|&seat| understands(scene, seat, languages)) => {
            format!("all of {names} who speak {spoken} {why}")
        }
        Some(spoken) => format!("none of {names} speaks {spoken}"),
    }
}
