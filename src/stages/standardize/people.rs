//! The name columns of all rows: parts from the whole name, the whole name from its parts.

use std::borrow::Cow;

use rayon::prelude::*;

use super::clean::Clean;
use super::columns::{self, BLOCK, Cases, Column, Faults, coalesced, composed};
use super::person::{Naming, PersonName, family_name, given_name, person, salutation};
use crate::model::field::Field;
use crate::model::growing::GrowingColumn;
use crate::model::leads::Values;
use crate::model::per_row::PerRow;
use crate::model::rows::{FindingCode, RawTable};
use crate::model::text::{BLANK, Interner, TextColumn};

/// The columns that this module fills.
pub(super) const FIELDS: [Field; 6] =
    [Field::FullName, Field::FirstName, Field::MiddleName, Field::LastName, Field::Salutation, Field::NameSuffix];

/// The parts of a name, in the order of [`PersonName::parts`].
#[derive(Clone, Copy)]
enum Part {
    Given,
    Middle,
    Family,
    Salutation,
    Suffix,
}

/// The cells of a column, each distinct one parsed once.
struct Parsed {
    /// Case per row.
    of: PerRow<u32>,
    /// The texts of each [`Part`], a row per case.
    parts: [TextColumn; 5],
    faults: Faults,
}

/// Parsed cells; a row's parts come from its own columns first, from the whole name where those are blank.
struct People {
    whole: Parsed,
    first: Parsed,
    middle: Parsed,
    last: Parsed,
    salutation: TextColumn,
    suffix: TextColumn,
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
    let stated = |field: Field, kernel: fn(&str) -> Clean<Cow<'_, str>>| match columns::text(column(field), kernel) {
        Column { values: Values::Text(column), .. } => column,
        _ => TextColumn::default(),
    };
    let people = People {
        whole: Parsed::of(&Cases::by_context(whole, namings), |text, code| person(text, naming(code))),
        first: Parsed::of(&Cases::by_context(first, &given_contexts), given),
        middle: Parsed::of(&Cases::by_value(column(Field::MiddleName)), |text, _| given_name(text)),
        last: Parsed::of(&Cases::by_value(last), |text, _| family_name(text)),
        salutation: stated(Field::Salutation, |text| salutation(text).map(Cow::Owned)),
        suffix: stated(Field::NameSuffix, super::plain_text),
    };
    let [given, middle, family, salutation, suffix] = people.parts();
    let full = people.full_names(&given, &middle, &family);
    let People { whole, first, middle: of_middle, last, .. } = people;
    let columns = [
        (full, whole.faults),
        (given, first.faults),
        (middle, of_middle.faults),
        (family, last.faults),
        (salutation, Vec::new()),
        (suffix, Vec::new()),
    ];
    columns.map(|(column, faults)| Column { values: Values::Text(column), faults }).into()
}

impl Parsed {
    fn of(cases: &Cases<'_>, kernel: impl Fn(&str, u32) -> Clean<PersonName> + Sync) -> Self {
        type Texts = (Vec<u32>, Interner);
        let block = |start: usize| {
            let mut parts: [Texts; 5] = Default::default();
            let mut findings: Vec<(u32, FindingCode)> = Vec::new();
            for (at, case) in (start..cases.len().min(start + BLOCK)).enumerate() {
                let (text, context) = cases.get(case as u32);
                let Clean { value, finding } = kernel(text, context);
                findings.extend(finding.map(|finding| (case as u32, finding)));
                let Some(name) = value else { continue };
                for ((codes, texts), text) in parts.iter_mut().zip(name.parts()).filter(|(_, text)| !text.is_empty()) {
                    codes.resize(at, BLANK);
                    codes.push(texts.intern(text));
                }
            }
            (start, parts, findings)
        };
        let blocks: Vec<_> = (0..cases.len()).into_par_iter().step_by(BLOCK).map(block).collect();
        let part = |part: usize| {
            let mut column = GrowingColumn::default();
            for (start, parts, _) in &blocks {
                let (codes, texts) = &parts[part];
                if !codes.is_empty() {
                    column.extend(*start, codes, texts);
                }
            }
            let cases = if column.is_blank() { 0 } else { cases.len() };
            column.finish(cases)
        };
        let parts: Vec<TextColumn> = (0..5).into_par_iter().map(part).collect();
        let faults = cases.faults(blocks.into_iter().flat_map(|(_, _, findings)| findings));
        Self { of: cases.of().clone(), parts: parts.try_into().expect("a column for each of five parts"), faults }
    }

    /// A part by row; none where no cell has it.
    fn part(&self, part: Part) -> Option<TextColumn> {
        let TextColumn { codes, dictionary } = &self.parts[part as usize];
        let codes = || self.of.iter().map(|&case| codes[case as usize]).collect();
        (!dictionary.is_empty()).then(|| TextColumn { codes: codes(), dictionary: dictionary.clone() })
    }

    /// A part of a row's cell; none where the cell has none.
    fn get(&self, part: Part, row: usize) -> Option<&str> {
        let texts = &self.parts[part as usize];
        if texts.is_blank() { None } else { texts.value(self.of[row] as usize) }
    }
}

impl People {
    /// Given, middle and family names, salutations and suffixes: of each the most specific cell's.
    fn parts(&self) -> [TextColumn; 5] {
        let cells = [&self.first, &self.last, &self.middle, &self.whole];
        let blank = TextColumn { codes: vec![BLANK; self.whole.of.len()].into(), ..TextColumn::default() };
        let first_of = |own: Option<TextColumn>, cells: &[&Parsed], part: Part| {
            let parts = cells.iter().filter_map(|cells| cells.part(part));
            let own = own.filter(|own| !own.is_blank());
            let filled: Vec<TextColumn> = own.into_iter().chain(parts).collect();
            if filled.is_empty() { blank.clone() } else { coalesced(&filled) }
        };
        let tasks: [&(dyn Fn() -> TextColumn + Sync); 5] = [
            &|| first_of(None, &[&self.first, &self.whole], Part::Given),
            &|| first_of(self.middle.part(Part::Given), &cells, Part::Middle),
            &|| first_of(None, &cells, Part::Family),
            &|| first_of(Some(self.salutation.clone()), &cells, Part::Salutation),
            &|| first_of(Some(self.suffix.clone()), &cells, Part::Suffix),
        ];
        let columns: Vec<TextColumn> = tasks.par_iter().map(|task| task()).collect();
        columns.try_into().expect("a column for each of five parts")
    }

    /// As in the cell of the whole name, else composed of the parts.
    fn full_names(&self, given: &TextColumn, middle: &TextColumn, family: &TextColumn) -> TextColumn {
        let parts = |row: usize| {
            let whole = [Part::Given, Part::Middle, Part::Family].map(|part| self.whole.get(part, row));
            let is_whole = whole.iter().any(Option::is_some);
            if is_whole { whole } else { [given, middle, family].map(|part| part.value(row)) }
        };
        composed(self.whole.of.len(), parts, |parts, buffer| {
            for part in parts.into_iter().flatten() {
                if !buffer.is_empty() {
                    buffer.push(' ');
                }
                buffer.push_str(part);
            }
        })
    }
}
