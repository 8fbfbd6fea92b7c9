//! By what golden leads are known to others: the ids that exports gave their rows, our own, and e-mail addresses.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Replay;
use crate::model::entities::ContactKind;
use crate::model::field::Field;
use crate::model::leads::LeadId;
use crate::stages::standardize::email::email;
use crate::stages::standardize::text::tidy;

/// How a lead was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By the id that the export gave it.
    SourceId,
    /// By our own.
    LeadId,
    /// By an e-mail address.
    Email,
}

/// What a text finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// One lead.
    Lead(u32, Way),
    /// Several leads have it.
    Several,
    /// No lead has it.
    Nothing,
}

/// A lead that is known by a text, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    One(u32),
    Several,
}

/// By what the golden leads are known.
pub(super) struct Names<'a> {
    replay: &'a Replay,
    source_ids: HashMap<&'a str, Holder, FixedState>,
    /// With the source's name in front.
    by_source: HashMap<(u16, &'a str), Holder, FixedState>,
    emails: HashMap<&'a str, Holder, FixedState>,
}

impl<'a> Names<'a> {
    pub(super) fn of(replay: &'a Replay) -> Self {
        let Replay { leads, entities, .. } = replay;
        let mut names =
            Self { replay, source_ids: HashMap::default(), by_source: HashMap::default(), emails: HashMap::default() };
        for row in 0..leads.len() as u32 {
            let lead = entities.of[row as usize].0;
            if let Some(id) = leads.text(Field::SourceId, LeadId(row)) {
                hold(&mut names.source_ids, id, lead);
                hold(&mut names.by_source, (leads.origins[row as usize].source, id), lead);
            }
            for field in Field::EMAILS {
                if let Some(address) = leads.text(field, LeadId(row)) {
                    hold(&mut names.emails, address, lead);
                }
            }
        }
        for point in entities.contact_points.iter().filter(|point| point.kind == ContactKind::Email) {
            hold(&mut names.emails, point.value.as_str(), point.entity.0);
        }
        names
    }

    pub(super) fn source(&self, name: &str) -> Option<u16> {
        let sources = &self.replay.leads.places.sources;
        sources.iter().position(|known| known == name).and_then(|at| u16::try_from(at).ok())
    }

    /// The lead of an id, also as `source:id`, or of an address.
    pub(super) fn find(&self, text: &str) -> Found {
        if text.is_empty() {
            return Found::Nothing;
        }
        let text = tidy(text);
        let of = |holder: Option<&Holder>, way: Way| match holder {
            Some(Holder::One(lead)) => Some(Found::Lead(*lead, way)),
            Some(Holder::Several) => Some(Found::Several),
            None => None,
        };
        let whole = of(self.source_ids.get(text.as_str()), Way::SourceId);
        let split = || {
            let (source, id) = text.split_once(':')?;
            of(self.by_source.get(&(self.source(source)?, id)), Way::SourceId)
        };
        let own = || {
            let at = self.replay.entities.ids.binary_search(&text).ok()?;
            Some(Found::Lead(at as u32, Way::LeadId))
        };
        let address = || {
            let address = text.contains('@').then(|| email(&text).value).flatten()?;
            of(self.emails.get(address.as_str()), Way::Email)
        };
        whole.or_else(split).or_else(own).or_else(address).unwrap_or(Found::Nothing)
    }

    /// The lead of an id that several sources may have.
    pub(super) fn find_in(&self, source: &str, text: &str) -> Found {
        let holder = self.source(source).and_then(|source| self.by_source.get(&(source, text)));
        match holder {
            Some(Holder::One(lead)) => Found::Lead(*lead, Way::SourceId),
            Some(Holder::Several) => Found::Several,
            None => self.find(text),
        }
    }
}

fn hold<K: std::hash::Hash + Eq>(holders: &mut HashMap<K, Holder, FixedState>, key: K, lead: u32) {
    let holder = holders.entry(key).or_insert(Holder::One(lead));
    if *holder != Holder::One(lead) {
        *holder = Holder::Several;
    }
}
