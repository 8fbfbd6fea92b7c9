//! Everybody whom a wish can come from or go to, and how they are reached.

use polars::prelude::DataType;
use rayon::prelude::*;

use crate::model::column_values::ColumnValues;
use crate::model::consent::Refusal;
use crate::model::crm::Contact;
use crate::model::entities::{ContactKind, Entities, NO_MEMBER};
use crate::model::field::Field;
use crate::model::leads::{Leads, Values};
use crate::model::text::{BLANK, numbered};

/// Golden leads, then the CRM's contacts, then rejected rows with a wish, as one row of numbers.
#[derive(Clone, Copy)]
pub(super) struct People<'a> {
    pub(super) rows: &'a Leads,
    pub(super) entities: &'a Entities,
    pub(super) contacts: &'a [Contact],
    pub(super) refusals: &'a [Refusal],
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Lead(usize),
    Contact(usize),
    Refusal(usize),
}

impl<'a> People<'a> {
    pub(super) fn len(&self) -> usize {
        self.entities.len() + self.contacts.len() + self.refusals.len()
    }

    pub(super) fn person(&self, number: u32) -> Person {
        let (number, leads, contacts) = (number as usize, self.entities.len(), self.contacts.len());
        match number {
            _ if number < leads => Person::Lead(number),
            _ if number < leads + contacts => Person::Contact(number - leads),
            _ => Person::Refusal(number - leads - contacts),
        }
    }

    /// The number of a contact.
    pub(super) fn contact(&self, at: usize) -> u32 {
        (self.entities.len() + at) as u32
    }

    /// The number of a rejected row.
    pub(super) fn refusal(&self, at: usize) -> u32 {
        (self.entities.len() + self.contacts.len() + at) as u32
    }

    /// The columns of a kind of address.
    fn fields(kind: ContactKind) -> &'static [Field] {
        if kind == ContactKind::Email { &Field::EMAILS } else { &Field::NUMBERS }
    }

    /// Each e-mail address or number of each person, those of all rows of a lead among them, and what edits set.
    pub(super) fn addresses(&self, kind: ContactKind) -> Vec<(u32, &'a str)> {
        let People { rows, entities, contacts, refusals } = *self;
        let mut found: Vec<(u32, &str)> = Vec::new();
        for &field in Self::fields(kind) {
            let Values::Text(column) = rows.column(field) else { continue };
            if !column.is_blank() {
                let filled = column.codes.iter().enumerate().filter(|&(_, &code)| code != BLANK);
                found.extend(filled.map(|(row, &code)| (entities.of[row].0, column.dictionary.get(code))));
            }
            if let Some(edited) = entities.facts.values(field.name()).filter(|it| matches!(it, ColumnValues::Frame(_)))
            {
                found.extend((0..entities.len()).filter_map(|lead| Some((lead as u32, text(edited, lead)?))));
            }
        }
        let further = rows.further.iter().filter(|it| it.kind == kind);
        found.extend(further.map(|it| (entities.of[it.row.index()].0, it.value.as_str())));
        for (at, contact) in contacts.iter().enumerate() {
            match kind {
                ContactKind::Email => found.extend(contact.emails().map(|email| (self.contact(at), email))),
                _ if contact.phone.is_empty() => {}
                _ => found.push((self.contact(at), &contact.phone)),
            }
        }
        for (at, refusal) in refusals.iter().enumerate() {
            let values = if kind == ContactKind::Email { &refusal.emails } else { &refusal.phones };
            found.extend(values.iter().map(|value| (self.refusal(at), value.as_str())));
        }
        found
    }

    /// The texts of golden leads as edits left them; none where nobody has one.
    pub(super) fn texts(&self, field: Field) -> Option<&'a ColumnValues> {
        let values = self.entities.facts.values(field.name())?;
        let is_blank = matches!(values, ColumnValues::Clean { leads, column, .. } if leads.values[*column].is_blank());
        (!is_blank).then_some(values)
    }
}

/// The text of a golden lead in a column.
pub(super) fn text(values: &ColumnValues, lead: usize) -> Option<&str> {
    match values {
        ColumnValues::Clean { leads, column, rows, .. } if rows[lead] != NO_MEMBER => {
            leads.values[*column].text(rows[lead] as usize)
        }
        ColumnValues::Frame(column) if *column.dtype() == DataType::String => column.str().ok()?.get(lead),
        _ => None,
    }
}

/// Lists by number: the items of key `k` are `items[offsets[k] .. offsets[k + 1]]`.
pub(super) struct Lists<T> {
    offsets: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Lists<T> {
    /// Of pairs that are sorted by key.
    pub(super) fn of_sorted(keys: usize, pairs: impl IntoIterator<Item = (u32, T)>) -> Self {
        let (mut offsets, mut items) = (vec![0; keys + 1], Vec::new());
        for (key, item) in pairs {
            offsets[key as usize + 1] += 1;
            items.push(item);
        }
        (0..keys).for_each(|key| offsets[key + 1] += offsets[key]);
        Self { offsets, items }
    }

    /// The items of each key, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &[T]> {
        self.offsets.windows(2).map(|of| &self.items[of[0] as usize..of[1] as usize])
    }

    pub(super) fn of(&self, key: u32) -> &[T] {
        &self.items[self.offsets[key as usize] as usize..self.offsets[key as usize + 1] as usize]
    }
}

/// Addresses and who has them.
pub(super) struct Addresses<'a> {
    /// Each address once, by number; the first is none.
    pub(super) values: Vec<&'a str>,
    /// The numbers of a person's addresses.
    pub(super) of_person: Lists<u32>,
    /// Who has an address, ascending.
    pub(super) holders: Lists<u32>,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(people: &People<'a>, kind: ContactKind) -> Self {
        let (persons, texts): (Vec<u32>, Vec<&str>) = people.addresses(kind).into_iter().unzip();
        let (numbers, count) = numbered(&texts);
        let mut values = vec![""; count];
        numbers.iter().zip(&texts).for_each(|(&number, text)| values[number as usize] = text);
        let mut pairs: Vec<(u32, u32)> = persons.into_iter().zip(numbers).collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        let of_person = Lists::of_sorted(people.len(), pairs.iter().copied());
        pairs.iter_mut().for_each(|(person, value)| std::mem::swap(person, value));
        pairs.par_sort_unstable();
        Self { values, of_person, holders: Lists::of_sorted(count, pairs) }
    }
}
