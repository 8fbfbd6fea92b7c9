//! The name columns of all rows: parts from the whole name, the whole name from its parts.

use rayon::prelude::*;

use super::clean::Clean;
use super::columns::{Column, Distinct, coalesced, composed};
use super::person::{Naming, PersonName, family_name, given_name, person, salutation};
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::rows::RawTable;
use crate::model::text::{BLANK, TextColumn};

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
    let (whole, first, last) = (column(Field::FullName), column(Field::FirstName), column(Field::LastName));
    let lone = |row: usize| last.codes[row] == BLANK && whole.codes[row] == BLANK;
    let spaced: Vec<bool> = first.dictionary.iter().map(|text| text.trim().contains(' ')).collect();
    let is_spaced = |row: usize| spaced[first.codes[row] as usize];
    let given_contexts: Vec<u32> =
        namings.iter().enumerate().map(|(row, &code)| if is_spaced(row) && lone(row) { code + 2 } else { 0 }).collect();
    let text = |raw: &str| match super::text::tidy(raw) {
        text if text.is_empty() => Clean::blank(),
        text => Clean::of(text),
    };
    let people = People {
        whole: Distinct::by_context(whole, namings, |text, code| person(text, naming(code))),
        first: Distinct::by_context(first, &given_contexts, given),
        middle: Distinct::by_value(column(Field::MiddleName), given_name),
        last: Distinct::by_value(last, family_name),
        salutation: Distinct::by_value(column(Field::Salutation), salutation),
        suffix: Distinct::by_value(column(Field::NameSuffix), text),
    };
    let faults = [people.whole.faults(), people.first.faults(), people.middle.faults(), people.last.faults()];
    let [given, middle, family, salutation, suffix] = people.parts();
    let full = people.full_names(&given, &middle, &family);
    let [of_whole, of_first, of_middle, of_last] = faults;
    let columns = [
        (full, of_whole),
        (given, of_first),
        (middle, of_middle),
        (family, of_last),
        (salutation, Vec::new()),
        (suffix, Vec::new()),
    ];
    columns.map(|(column, faults)| Column { values: Values::Text(column), faults }).into()
}

impl People {
    /// Given, middle and family names, salutations and suffixes: of each the most specific cell's.
    fn parts(&self) -> [TextColumn; 5] {
        let cells = [&self.first, &self.last, &self.middle, &self.whole];
        let first_of = |own: Option<TextColumn>, cells: &[&Distinct<PersonName>], read: fn(&PersonName) -> &str| {
            let parts = cells.iter().map(|cells| cells.text(read));
            coalesced(&own.into_iter().chain(parts).collect::<Vec<_>>())
        };
        let tasks: [&(dyn Fn() -> TextColumn + Sync); 5] = [
            &|| first_of(None, &[&self.first, &self.whole], |name| &name.given),
            &|| first_of(Some(self.middle.text(|name| &name.given)), &cells, |name| &name.middle),
            &|| first_of(None, &cells, |name| &name.family),
            &|| first_of(Some(self.salutation.text(String::as_str)), &cells, |name| &name.salutation),
            &|| first_of(Some(self.suffix.text(String::as_str)), &cells, |name| &name.suffix),
        ];
        let columns: Vec<TextColumn> = tasks.par_iter().map(|task| task()).collect();
        columns.try_into().expect("a column for each of five parts")
    }

    /// As in the cell of the whole name, else composed of the parts.
    fn full_names(&self, given: &TextColumn, middle: &TextColumn, family: &TextColumn) -> TextColumn {
        let full = |clean: &Clean<PersonName>| clean.value.as_ref().map(PersonName::full);
        let whole: Vec<Option<String>> = self.whole.results.iter().map(full).collect();
        composed(self.whole.of.len(), |row, buffer| {
            if let Some(name) = &whole[self.whole.of[row] as usize] {
                return buffer.push_str(name);
            }
            for part in [given, middle, family].into_iter().filter_map(|part| part.value(row)) {
                if !buffer.is_empty() {
                    buffer.push(' ');
                }
                buffer.push_str(part);
            }
        })
    }
}
