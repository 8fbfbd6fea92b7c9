//! The name columns of all rows: parts from the whole name, the whole name from its parts.

use rayon::prelude::*;

use super::clean::Clean;
use super::columns::{Column, Distinct, composed};
use super::person::{Naming, PersonName, family_name, given_name, person, salutation};
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::rows::RawTable;

/// The columns that this module fills.
pub(super) const FIELDS: [Field; 6] =
    [Field::FullName, Field::FirstName, Field::MiddleName, Field::LastName, Field::Salutation, Field::NameSuffix];

/// Parsed cells; a row's parts come from its own columns first, from the whole name where those are blank.
struct People {
    whole: Distinct<PersonName>,
    first: Distinct<PersonName>,
    middle: Distinct<PersonName>,
    last: Distinct<PersonName>,
    salutation: Distinct<String>,
    suffix: Distinct<String>,
}

/// The six name columns, in the order of [`FIELDS`]. `namings` is 1 where people have two family names.
pub(super) fn name_columns(raw: &RawTable, namings: &[u32]) -> Vec<Column> {
    let column = |field: Field| &raw.columns[raw.schema.index_of(field)];
    let naming = |code: u32| if code == 1 { Naming::TwoFamilyNames } else { Naming::OneFamilyName };
    // a whole name in the column of given names, where no family name stands beside it
    let given = |text: &str, naming_code: u32| match naming_code / 2 {
        0 => given_name(text),
        _ => person(text, naming(naming_code % 2)),
    };
    let lone =
        |row: usize| column(Field::LastName).value(row).is_none() && column(Field::FullName).value(row).is_none();
    let spaced = |row: usize| column(Field::FirstName).get(row).trim().contains(' ');
    let given_contexts: Vec<u32> =
        namings.iter().enumerate().map(|(row, &code)| if lone(row) && spaced(row) { code + 2 } else { 0 }).collect();
    let text = |raw: &str| match super::text::tidy(raw) {
        text if text.is_empty() => Clean::blank(),
        text => Clean::of(text),
    };
    let people = People {
        whole: Distinct::by_context(column(Field::FullName), namings, |text, code| person(text, naming(code))),
        first: Distinct::by_context(column(Field::FirstName), &given_contexts, given),
        middle: Distinct::by_value(column(Field::MiddleName), given_name),
        last: Distinct::by_value(column(Field::LastName), family_name),
        salutation: Distinct::by_value(column(Field::Salutation), salutation),
        suffix: Distinct::by_value(column(Field::NameSuffix), text),
    };
    let rows = raw.origins.len();
    let columns = FIELDS.par_iter().map(|&field| {
        let faults = match field {
            Field::FullName => people.whole.faults(),
            Field::FirstName => people.first.faults(),
            Field::MiddleName => people.middle.faults(),
            Field::LastName => people.last.faults(),
            _ => Vec::new(),
        };
        let values = composed(rows, |row, buffer| people.write(field, row, buffer));
        Column { values: Values::Text(values), faults }
    });
    columns.collect()
}

impl People {
    /// The cells that may hold a part, the most specific first.
    fn cells(&self, row: usize) -> [Option<&PersonName>; 4] {
        [self.first.get(row), self.last.get(row), self.middle.get(row), self.whole.get(row)]
    }

    fn part<'a>(&'a self, row: usize, read: impl Fn(&'a PersonName) -> &'a str) -> &'a str {
        self.cells(row).into_iter().flatten().map(read).find(|part| !part.is_empty()).unwrap_or_default()
    }

    fn middle(&self, row: usize) -> &str {
        let own = self.middle.get(row).map(|name| name.given.as_str());
        own.unwrap_or_else(|| self.part(row, |name| &name.middle))
    }

    fn write(&self, field: Field, row: usize, buffer: &mut String) {
        let own = |cell: &Distinct<String>| cell.get(row).cloned().unwrap_or_default();
        match field {
            Field::FirstName => {
                let cells = [self.first.get(row), self.whole.get(row)];
                buffer.push_str(
                    cells
                        .into_iter()
                        .flatten()
                        .map(|name| name.given.as_str())
                        .find(|part| !part.is_empty())
                        .unwrap_or_default(),
                );
            }
            Field::MiddleName => buffer.push_str(self.middle(row)),
            Field::LastName => buffer.push_str(self.part(row, |name| &name.family)),
            Field::Salutation => match self.salutation.get(row) {
                Some(text) => buffer.push_str(text),
                None => buffer.push_str(self.part(row, |name| &name.salutation)),
            },
            Field::NameSuffix if self.suffix.get(row).is_some() => buffer.push_str(&own(&self.suffix)),
            Field::NameSuffix => buffer.push_str(self.part(row, |name| &name.suffix)),
            _ => match self.whole.get(row) {
                Some(name) => buffer.push_str(&name.full()),
                None => {
                    for part in [Field::FirstName, Field::MiddleName, Field::LastName] {
                        let before = buffer.len();
                        if before > 0 {
                            buffer.push(' ');
                        }
                        let start = buffer.len();
                        self.write(part, row, buffer);
                        if buffer.len() == start {
                            buffer.truncate(before);
                        }
                    }
                }
            },
        }
    }
}
