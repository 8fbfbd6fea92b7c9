//! The columns that linkage sees, in match form: folded, transliterated, without legal forms, one spelling per kind of
//! street. See [`super::fold`] for what folding makes equal.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::city::city_key;
use super::company::company_key;
use super::fold::{fold, fold_name};
use super::role_form::{form_of, iso_dates, local_number, plain_numbers};
use crate::config::plan::NamedColumn;
use crate::model::calendar::{self, MICROS_PER_DAY};
use crate::model::coded::Coded;
use crate::model::entities::ContactKind;
use crate::model::field::{AddressFields, Field};
use crate::model::leads::{LeadId, Leads, Values};
use crate::model::matching::{Cells, MatchColumn, MatchColumns, Role};
use crate::model::per_row::PerRow;
use crate::model::text::{BLANK, Interner, TextColumn, hash};

pub(super) type Form = fn(&str) -> String;

/// Standard columns with one value per row.
const SINGLE: [(Field, Role, Form); 12] = [
    (Field::FirstName, Role::FirstName, fold_name),
    (Field::MiddleName, Role::Text, fold_name),
    (Field::LastName, Role::LastName, fold_name),
    (Field::FullName, Role::FullName, fold_name),
    (Field::Company, Role::Company, company_key),
    (Field::Domain, Role::Domain, str::to_lowercase),
    (Field::Street, Role::Street, street_key),
    (Field::City, Role::City, city_key),
    (Field::Region, Role::Region, fold),
    (Field::Postcode, Role::Postcode, postcode_key),
    (Field::Country, Role::Country, str::to_uppercase),
    (Field::JobTitle, Role::Text, fold),
];
const LOCAL: Option<Instead> = Some(local_number);

static STREETS: LazyLock<HashMap<&'static str, &'static str, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("data/streets.txt").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(" = "));
    pairs.flat_map(|(form, spellings)| spellings.split(' ').map(move |spelling| (spelling, form))).collect()
});

/// Match forms of the standard columns and of these custom columns.
pub fn match_columns(leads: &Leads, named: &[NamedColumn]) -> MatchColumns {
    let addresses = has_further_addresses(leads);
    let single = SINGLE.par_iter().filter_map(|&(field, role, form)| match leads.column(field) {
        Values::Text(_) if addresses && PLACES.contains(&field) => {
            Some(many(leads, role, &of_every_address(field), Some(form), None))
        }
        Values::Text(column) => Some(one(field.name(), role, column, form)),
        _ => None,
    });
    let several = [(Role::Email, Field::EMAILS, None), (Role::Phone, Field::PHONES, LOCAL)];
    let several = several.par_iter().map(|(role, of, instead)| many(leads, *role, of, None, *instead));
    // The long ones first: the threads then come to an end together.
    let (several, mut columns) =
        rayon::join(|| several.collect::<Vec<MatchColumn>>(), || single.collect::<Vec<MatchColumn>>());
    columns.extend(several);
    for wanted in named {
        let Some(at) = leads.schema.find(&wanted.name) else { continue };
        // A column in which case matters stands beside the one in which it does not.
        let name = if wanted.cased { format!("={}", wanted.name) } else { wanted.name.clone() };
        if columns.iter().any(|column| column.name == name) {
            continue;
        }
        let text = as_text(&leads.values[at]);
        columns.push(match wanted.role {
            _ if wanted.cased => one(&name, role_of(&text), &text, str::to_owned),
            Some(Role::Date) => one(&name, Role::Date, &iso_dates(&text, &leads.origins), iso_date),
            Some(Role::Number) => one(&name, Role::Number, &plain_numbers(&text, &leads.origins), amount),
            Some(role) => one(&name, role, &text, form_of(role)),
            None => {
                let role = role_of(&text);
                let form = if role == Role::Date { iso_date } else { form_of(role) };
                one(&name, role, &text, form)
            }
        });
    }
    let closed: Vec<bool> = match leads.column(Field::Status) {
        Values::Text(status) => {
            let is_closed = |text: &str| matches!(text, "qualified" | "disqualified");
            let closed: Vec<bool> = status.dictionary.iter().map(is_closed).collect();
            status.codes.iter().map(|&code| closed[code as usize]).collect()
        }
        _ => vec![false; leads.len()],
    };
    MatchColumns {
        rows: leads.len(),
        sources: leads.origins.iter().map(|origin| origin.source).collect(),
        clean: Vec::new(),
        closed,
        columns,
    }
}

/// Fields of an address of which all addresses of a lead are compared.
const PLACES: [Field; 3] = [Field::Street, Field::City, Field::Postcode];

/// A field of the main address, and the same of the others.
pub(super) fn of_every_address(field: Field) -> [Field; 3] {
    let place = AddressFields::ALL[0].fields().iter().position(|&of| of == field).unwrap_or(0);
    AddressFields::ALL.map(|of| of.fields()[place])
}

/// Whether any lead has an address beside its main one.
fn has_further_addresses(leads: &Leads) -> bool {
    let filled = |&field: &Field| matches!(leads.column(field), Values::Text(column) if !column.is_blank());
    AddressFields::ALL[1..].iter().any(|of| of.places().iter().any(filled))
        || leads.further.iter().any(|contact| contact.kind == ContactKind::Address)
}

/// Street and number: kinds of street in one spelling, also at the end of German compounds ("Hauptstr." is "haupt st").
pub fn street_key(street: &str) -> String {
    let folded = fold(street);
    let mut key = String::with_capacity(folded.len());
    let mut push = |word: &str| {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    };
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        let stem =
            ["strasse", "straat", "str"].iter().find_map(|end| word.strip_suffix(end)).filter(|stem| stem.len() >= 3);
        match (STREETS.get(word), stem) {
            (Some(form), _) => push(form),
            (None, Some(stem)) => {
                push(stem);
                push("st");
            }
            _ => push(word),
        }
    }
    key
}

pub(super) fn postcode_key(code: &str) -> String {
    code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// A number keeps its point and its sign, which folding would take for gaps between words.
fn amount(text: &str) -> String {
    if text.parse::<f64>().is_ok() { text.to_owned() } else { fold(text) }
}

fn iso_date(text: &str) -> String {
    match text.len() {
        8 if text.is_ascii() => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        _ => text.to_owned(),
    }
}

/// A column with at most one value per row: the form is made once per distinct value. Codes are in order of first
/// appearance.
pub(super) fn one(name: &str, role: Role, column: &TextColumn, form: Form) -> MatchColumn {
    let mut forms = Forms::of(column, |_, text| Cow::Owned(form(text)));
    let mut dictionary = Interner::default();
    let codes: PerRow<u32> = column.codes.iter().map(|&code| forms.code(code, &mut dictionary)).collect();
    MatchColumn { name: name.to_owned(), role, cells: Cells::One(codes), dictionary: dictionary.finish() }
}

/// A column with all values of several: each value once per row. Where cleaning left nothing, `instead` may make
/// something of the value as read.
fn many(leads: &Leads, role: Role, fields: &[Field], form: Option<Form>, instead: Option<Instead>) -> MatchColumn {
    let made = |text| form.map_or(Cow::Borrowed(text), |form| Cow::Owned(form(text)));
    let kind = match role {
        Role::Email => Some(ContactKind::Email),
        Role::Phone => Some(ContactKind::Phone),
        Role::Street => Some(ContactKind::Address),
        _ => None,
    };
    let mut further = leads.further.iter().filter(|contact| Some(contact.kind) == kind).peekable();
    let mut columns: Vec<Several> = fields.iter().filter_map(|&field| Several::new(leads, field, instead)).collect();
    if let ([Several { clean, forms, fallback: None }], None, None) = (&mut columns[..], form, further.peek())
        && !clean.dictionary.may_repeat()
    {
        *forms = Forms::new(Made::Same(clean), clean.dictionary.len());
    } else {
        columns.iter_mut().for_each(|column| column.forms = Forms::of(column.clean, |_, text| made(text)));
    }
    let mut dictionary = Interner::default();
    let mut offsets = Vec::with_capacity(leads.len() + 1);
    offsets.push(0u32);
    let mut codes: Vec<u32> = Vec::with_capacity(leads.len());
    for row in 0..leads.len() {
        let start = codes.len();
        for column in &mut columns {
            let code = column.code(row, &mut dictionary);
            if code != BLANK && !codes[start..].contains(&code) {
                codes.push(code);
            }
        }
        while let Some(contact) = further.next_if(|contact| contact.row == LeadId(row as u32)) {
            let code = dictionary.intern(&made(&contact.value));
            if code != BLANK && !codes[start..].contains(&code) {
                codes.push(code);
            }
        }
        offsets.push(codes.len() as u32);
    }
    let name = fields[0].name();
    MatchColumn { name: name.to_owned(), role, cells: Cells::Many { offsets, codes }, dictionary: dictionary.finish() }
}

/// What is made of a value as read that cleaning could not use.
type Instead = fn(&str) -> Option<String>;

/// One of several columns with the values of a lead.
struct Several<'a> {
    clean: &'a TextColumn,
    forms: Forms<'a>,
    /// The column as read, and what is made of its values where cleaning left nothing.
    fallback: Option<(&'a TextColumn, Forms<'a>)>,
}

impl<'a> Several<'a> {
    /// None where no row has a value.
    fn new(leads: &'a Leads, field: Field, instead: Option<Instead>) -> Option<Self> {
        let Values::Text(clean) = leads.column(field) else { return None };
        let raw = &leads.raw[leads.schema.index_of(field)];
        let fallback = instead.and_then(|instead| Self::fallback(clean, raw, instead));
        let forms = Forms::new(Made::Same(clean), clean.dictionary.len());
        (!clean.is_blank() || fallback.is_some()).then_some(Self { clean, forms, fallback })
    }

    fn fallback(clean: &TextColumn, raw: &'a TextColumn, instead: Instead) -> Option<(&'a TextColumn, Forms<'a>)> {
        let mut wanted = vec![false; raw.dictionary.len()];
        for (&clean, &raw) in clean.codes.iter().zip(&raw.codes) {
            wanted[raw as usize] |= clean == BLANK;
        }
        wanted[BLANK as usize] = false;
        let form = |code: u32, text: &'a str| match wanted[code as usize] {
            true => Cow::Owned(instead(text).unwrap_or_default()),
            false => Cow::Borrowed(""),
        };
        wanted.contains(&true).then(|| (raw, Forms::of(raw, form)))
    }

    /// The code of a row's value.
    fn code(&mut self, row: usize, dictionary: &mut Interner) -> u32 {
        match (self.clean.codes[row], &mut self.fallback) {
            (BLANK, Some((raw, forms))) => forms.code(raw.codes[row], dictionary),
            (code, _) => self.forms.code(code, dictionary),
        }
    }
}

/// Values that one task folds.
const BLOCK: usize = 4096;

/// What the values of a column become in match form.
struct Forms<'a> {
    made: Made<'a>,
    /// Code of each value's form; not yet known where it is `u32::MAX`.
    known: Vec<u32>,
}

enum Made<'a> {
    /// The values themselves, which need not be told apart again.
    Same(&'a TextColumn),
    /// Block by block with their hashes: made by all threads, and looked up by one.
    Blocks(Vec<(String, Vec<(usize, u32)>)>),
}

impl<'a> Forms<'a> {
    fn new(made: Made<'a>, values: usize) -> Self {
        let mut known = vec![u32::MAX; values];
        known[BLANK as usize] = BLANK;
        Self { made, known }
    }

    fn of<'v>(column: &'v TextColumn, form: impl Fn(u32, &'v str) -> Cow<'v, str> + Sync) -> Self {
        let values = column.dictionary.len();
        let block = |start: usize| {
            let (mut text, mut ends) = (String::new(), Vec::with_capacity(BLOCK));
            for code in start..values.min(start + BLOCK) {
                let form = form(code as u32, column.dictionary.get(code as u32));
                text.push_str(&form);
                ends.push((text.len(), hash(&form)));
            }
            (text, ends)
        };
        Self::new(Made::Blocks((0..values).into_par_iter().step_by(BLOCK).map(block).collect()), values)
    }

    /// The code of the form of a value.
    fn code(&mut self, value: u32, dictionary: &mut Interner) -> u32 {
        let at = value as usize;
        if self.known[at] == u32::MAX {
            self.known[at] = match &self.made {
                Made::Same(column) => dictionary.add(column.dictionary.get(value)),
                Made::Blocks(blocks) => {
                    let (text, ends) = &blocks[at / BLOCK];
                    let start = (at % BLOCK).checked_sub(1).map_or(0, |before| ends[before].0);
                    let (end, hash) = ends[at % BLOCK];
                    dictionary.intern_hashed(&text[start..end], hash)
                }
            };
        }
        self.known[at]
    }
}

pub(super) fn as_text(values: &Values) -> TextColumn {
    fn shown<T: Copy>(values: &Coded<T>, show: impl Fn(T) -> String) -> TextColumn {
        let mut words = Interner::default();
        let word = |value: &Option<T>| value.map_or(BLANK, |value| words.intern(&show(value)));
        let codes: Vec<u32> = values.values().iter().map(word).collect();
        let codes = values.codes().iter().map(|&code| codes[code as usize]).collect();
        TextColumn { codes, dictionary: words.finish() }
    }
    let day = |days: i32| calendar::day(days).to_string();
    match values {
        Values::Text(column) => column.clone(),
        Values::Integer(values) => shown(values, |value| value.to_string()),
        Values::Number(values) => shown(values, |value| value.to_string()),
        Values::Boolean(values) => shown(values, |value| value.to_string()),
        Values::Date(values) => shown(values, day),
        Values::Timestamp(values) => shown(values, |at| day(at.div_euclid(MICROS_PER_DAY) as i32)),
    }
}

/// What a custom column means: dates (nine in ten values look like ISO or yyyymmdd), identifiers (short codes with a
/// digit, nine in ten different), a category (at most 50 values, each five times on average), else text.
fn role_of(column: &TextColumn) -> Role {
    let column = &column.told_apart();
    let filled = column.codes.iter().filter(|&&code| code != BLANK).count();
    let mut used: Vec<u32> = column.codes.iter().copied().filter(|&code| code != BLANK).collect();
    used.sort_unstable();
    used.dedup();
    let values = || used.iter().map(|&code| column.dictionary.get(code));
    let share = |test: fn(&str) -> bool| values().filter(|value| test(value)).count() * 10 >= used.len() * 9;
    if used.is_empty() {
        Role::Text
    } else if share(is_day) {
        Role::Date
    } else if share(is_code) && used.len() * 10 >= filled * 9 {
        Role::Identifier
    } else if used.len() <= 50 && used.len() * 5 <= filled {
        Role::Category
    } else {
        Role::Text
    }
}

fn is_day(value: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = value.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => {
            year.len() == 4 && month.len() == 2 && day.len() == 2 && parts.iter().all(|part| digits(part))
        }
        [compact] if compact.len() == 8 && digits(compact) => {
            (1900..=2100).contains(&compact[..4].parse::<u16>().unwrap_or(0))
                && (1..=12).contains(&compact[4..6].parse::<u8>().unwrap_or(0))
                && (1..=31).contains(&compact[6..].parse::<u8>().unwrap_or(0))
        }
        _ => false,
    }
}

fn is_code(value: &str) -> bool {
    value.len() <= 24 && value.len() >= 4 && !value.contains(' ') && value.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets() {
        for (a, b) in [
            ("Hauptstraße 12", "Hauptstr. 12"),
            ("Haupt Str. 12", "Hauptstrasse 12"),
            ("ул. Витоша 5", "ulitsa Vitosha 5"),
            ("бул. Витоша 1", "Vitosha Blvd 1"),
            ("Calle Mayor 3", "C/ Mayor, 3"),
            ("12 Main Street", "12 Main St."),
            ("5 Park Avenue", "5 Park Ave"),
            ("Av. de la Paix 3", "Avenue de la Paix 3"),
        ] {
            let sorted = |street: &str| {
                let key = street_key(street);
                let mut words: Vec<String> = key.split(' ').map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(a), sorted(b), "{a} / {b}");
        }
        assert_eq!(street_key("Via Roma 1"), "via roma 1");
    }

    #[test]
    fn numbers_keep_point_and_sign() {
        for (text, expected) in [("2054.56", "2054.56"), ("-3", "-3"), ("1999", "1999"), ("About 3", "about 3")] {
            assert_eq!(amount(text), expected);
        }
    }

    #[test]
    fn roles_by_values() {
        let role = |values: &[&str]| role_of(&values.iter().copied().collect());
        assert_eq!(role(&["2026-01-02", "1999-12-31", ""]), Role::Date);
        assert_eq!(role(&["19991231", "20260102"]), Role::Date);
        assert_eq!(role(&["BG123456", "BG654321", "BG777777"]), Role::Identifier);
        assert_eq!(role(&["red", "red", "red", "red", "red", "blue", "blue", "blue", "blue", "blue"]), Role::Category);
        assert_eq!(role(&["some words", "other words"]), Role::Text);
        assert_eq!(role(&["", ""]), Role::Text);
    }
}
