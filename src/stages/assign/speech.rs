//! Which languages each lead speaks.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::columns::{ByValue, TextValues};
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::language::Languages;

/// Languages are not asked for.
pub(super) const ANY: u32 = u32::MAX;
/// Nobody knows the lead's languages.
pub(super) const UNKNOWN: u32 = 0;

/// Names of the custom column that says which language a lead speaks, without case.
const COLUMNS: [&str; 3] = ["language", "preferred language", "preferred_language"];

/// The languages of all leads: what their column `language` says where there is one, else those of their country.
pub(super) struct Speech {
    sets: Vec<Languages>,
    of: Vec<u32>,
}

impl Speech {
    pub(super) fn new(facts: &Facts) -> Self {
        let mut speech = Self { sets: vec![Languages::NONE], of: Vec::new() };
        let mut places: HashMap<Languages, u32, FixedState> = HashMap::default();
        places.insert(Languages::NONE, UNKNOWN);
        let mut place = |languages: Languages| {
            *places.entry(languages).or_insert_with(|| {
                speech.sets.push(languages);
                speech.sets.len() as u32 - 1
            })
        };
        let own = facts.names().find(|name| COLUMNS.iter().any(|column| name.eq_ignore_ascii_case(column)));
        let own = own.and_then(|name| TextValues::of(facts, name));
        let own = own.as_ref().map(|column| column.map(|text| place(Languages::listed(text.unwrap_or_default()).0)));
        let countries = TextValues::of(facts, Field::Country.name());
        let countries =
            countries.as_ref().map(|column| column.map(|code| place(Languages::of_country(code.unwrap_or_default()))));
        let said = |column: &Option<ByValue<u32>>, lead: usize| column.as_ref().map_or(UNKNOWN, |it| *it.of(lead));
        speech.of = (0..facts.leads())
            .map(|lead| match said(&own, lead) {
                UNKNOWN => said(&countries, lead),
                own => own,
            })
            .collect();
        speech
    }

    /// The number of a lead's languages.
    pub(super) fn of(&self, lead: usize) -> u32 {
        self.of[lead]
    }

    /// The languages of a number.
    pub(super) fn languages(&self, number: u32) -> Languages {
        self.sets[number as usize]
    }
}
