//! Postal addresses: several in one cell, and rows that have one at home only.

use std::borrow::Cow;

use super::clean::{Clean, Labelled, Several};
use super::columns::{Cases, Cleaned, Column};
use super::country::country;
use super::fold::fold;
use super::labels::{self, Mark};
use super::text::tidied;
use crate::model::entities::{ContactKind, ContactLabel};
use crate::model::field::{AddressFields, Field, LeadSchema};
use crate::model::leads::{FurtherContact, LeadId, Values};
use crate::model::text::{BLANK, TextColumn};

/// Words that begin a part of an address, not one of its own: "12 Main Street; Suite 400".
#[rustfmt::skip]
const PARTS: [&str; 43] = [
    "apt", "apartment", "suite", "ste", "unit", "floor", "fl", "flat", "room", "rm", "building", "bldg", "block",
    "etage", "stock", "og", "eg", "wohnung", "top", "haus", "piso", "puerta", "escalera", "appartement", "appt",
    "batiment", "interno", "scala", "et", "etazh", "ap", "vkh", "level", "gebaude", "planta", "postfach", "po", "box",
    "tower", "wing", "hinterhaus", "treppe", "edificio",
];

/// A street column; the further ones of cells with several are kept beside it.
pub(super) fn streets(
    raw: &TextColumn,
    label: ContactLabel,
    kernel: fn(&str) -> Clean<Cow<'_, str>>,
) -> (Column, Vec<FurtherContact>) {
    let cleaned = Cleaned::of(&Cases::by_value(raw), |text, _| read(text, kernel));
    let mut further = Vec::new();
    let rows = if cleaned.listed.is_empty() { 0 } else { raw.len() };
    for row in 0..rows {
        let listed = cleaned.listed(row).iter().enumerate();
        // The first one stands in the column; its label is kept where it says something else.
        further.extend(listed.filter(|(at, one)| *at > 0 || one.label.is_some_and(|own| own != label)).map(
            |(at, one)| {
                let Labelled { label, value } = one.clone();
                let value = if at > 0 { with_country_code(value) } else { value };
                FurtherContact { row: LeadId(row as u32), kind: ContactKind::Address, value, label }
            },
        ));
    }
    (Column { values: Values::Text(cleaned.values), faults: cleaned.faults }, further)
}

/// The addresses of a cell.
fn read<'a>(text: &'a str, kernel: fn(&str) -> Clean<Cow<'_, str>>) -> Clean<Several<'a>> {
    // What would part or name an address: most cells have none of it.
    let parting = |byte: u8| matches!(byte, b';' | b'|' | b':' | ..b' ' | 0x80..);
    if !text.bytes().any(parting) {
        return kernel(text).map(Several::from);
    }
    let owned = |text: &str| kernel(text).map(|street| street.into_owned());
    let line = in_one_line(text);
    if let Some(several) = several(&line) {
        return Clean::of(several);
    }
    // "home: 12 Main St"
    if let (Some(mark), street) = labels::of_street(&line) {
        return owned(street).map(|street| Several::of(labels::main_first(vec![(Some(mark), street)])));
    }
    match line {
        Cow::Borrowed(line) => kernel(line).map(Several::from),
        Cow::Owned(line) => owned(&line).map(|street| Several::from(Cow::Owned(street))),
    }
}

/// "12 Main St\nSpringfield" as "12 Main St, Springfield"; a line that begins with a word like "home:" is another address.
fn in_one_line(text: &str) -> Cow<'_, str> {
    const BREAKS: [char; 4] = ['\n', '\r', '\u{b}', '\u{2028}'];
    if !text.trim().contains(BREAKS) {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len() + 8);
    for line in text.split(BREAKS).map(|line| line.trim().trim_matches(',').trim()).filter(|line| !line.is_empty()) {
        match (whole.is_empty() || whole.ends_with([';', '|']), labels::of_street(line)) {
            (true, _) => {}
            (false, (Some(_), _)) => whole.push(';'),
            (false, (None, _)) => whole.push(','),
        }
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(line);
    }
    Cow::Owned(whole)
}

/// "12 Main Street; 5 Park Avenue": a cell with several addresses, told apart by semicolons or bars.
fn several(text: &str) -> Option<Several<'static>> {
    if !text.contains([';', '|']) && !text.contains(" ::: ") {
        return None;
    }
    let text = text.replace(" ::: ", ";");
    let mut addresses: Vec<(Option<Mark>, String)> = Vec::new();
    for part in text.split([';', '|']).map(tidied).filter(|part| !part.is_empty()) {
        let (mark, street) = labels::of_street(&part);
        if !is_whole(street) {
            return None;
        }
        if !addresses.iter().any(|(_, known)| known == street) {
            addresses.push((mark, street.to_owned()));
        }
    }
    (addresses.len() > 1).then(|| Several::of(labels::main_first(addresses)))
}

/// "Rynek 1, Krakow, Poland" with the country's code, as the addresses in columns have it. Two letters, and Georgia, may
/// be a state.
fn with_country_code(address: String) -> String {
    match address.rsplit_once(", ") {
        Some((rest, last)) if last.chars().count() > 2 && !last.eq_ignore_ascii_case("georgia") => {
            country(last).value.map_or(address.clone(), |code| format!("{rest}, {code}"))
        }
        _ => address,
    }
}

/// Whether a part is an address by itself: a number, and a word that is no floor, flat or building.
fn is_whole(part: &str) -> bool {
    let folded = fold(part);
    let mut words = folded.split(' ').filter(|word| !word.is_empty());
    let begins_one = words.clone().next().is_some_and(|first| !PARTS.contains(&first));
    let names = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !PARTS.contains(&word);
    // "10115 Berlin" is where the street before it is.
    let postcode = folded.bytes().take_while(u8::is_ascii_digit).count() >= 4
        && folded.split(' ').skip(1).all(|word| !word.contains(|c: char| c.is_ascii_digit()));
    begins_one && !postcode && folded.contains(|c: char| c.is_ascii_digit()) && words.any(names)
}

/// A row without a main address is reached at another one: that which is chosen for mailings, else the one at home,
/// else the further one.
pub(super) fn reachable(schema: &LeadSchema, columns: &mut [Column]) {
    let is_blank = |columns: &[Column], field: Field| match &columns[schema.index_of(field)].values {
        Values::Text(column) => column.is_blank(),
        _ => true,
    };
    let [main, others @ ..] = AddressFields::ALL;
    let others: Vec<AddressFields> =
        others.into_iter().filter(|other| !other.places().iter().all(|&field| is_blank(columns, field))).collect();
    if others.is_empty() {
        return;
    }
    let rows = columns[schema.index_of(main.street)].values.len();
    let text = |columns: &[Column], field: Field, row: usize| {
        columns[schema.index_of(field)].values.text(row).map(str::to_owned)
    };
    let has = |columns: &[Column], of: AddressFields, row: usize| {
        of.places().iter().any(|&field| columns[schema.index_of(field)].values.is_filled(row))
    };
    for row in 0..rows {
        if has(columns, main, row) {
            continue;
        }
        let chosen = text(columns, Field::MailingAddress, row);
        let is_chosen = |of: &&AddressFields| Some(of.label.name()) == chosen.as_deref() && has(columns, **of, row);
        let other = others.iter().find(is_chosen).or_else(|| others.iter().find(|of| has(columns, **of, row)));
        let Some(other) = other else { continue };
        // The country that the row has is that of its address.
        let country = text(columns, main.country, row);
        if let (Values::Text(column), Some(country)) = (&mut columns[schema.index_of(other.country)].values, country)
            && column.codes[row] == BLANK
        {
            let code = column.dictionary.intern(&country);
            column.codes.to_mut()[row] = code;
        }
        for (to, from) in main.fields().into_iter().zip(other.fields()) {
            let value = text(columns, from, row);
            let Values::Text(column) = &mut columns[schema.index_of(to)].values else { continue };
            // A country or region that stands alone is that of the address which the row has.
            if let Some(value) = value
                && column.codes[row] == BLANK
            {
                let code = column.dictionary.intern(&value);
                column.codes.to_mut()[row] = code;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_a_label_in_a_cell() {
        fn of(text: &str) -> Several<'_> {
            read(text, |text| Clean::of(tidied(text))).value.unwrap()
        }
        for (text, street) in [
            ("12 Main St\nSpringfield", "12 Main St, Springfield"),
            ("12 Main St,\r\nApt 4\r\n\r\nSpringfield\r\n", "12 Main St, Apt 4, Springfield"),
            ("main: 12 Main St", "12 Main St"),
            ("12 Main St: rear", "12 Main St: rear"),
            ("  12  Main St\n", "12 Main St"),
        ] {
            assert_eq!(of(text), Several::from(Cow::Borrowed(street)), "{text}");
        }
        let one = |label: ContactLabel, value: &str| Labelled { label: Some(label), value: value.to_owned() };
        assert_eq!(of("home: 12 Main St").listed, [one(ContactLabel::Home, "12 Main St")]);
        let both = [one(ContactLabel::Home, "12 Main St, Springfield"), one(ContactLabel::Business, "5 Park Ave")];
        assert_eq!(of("Home: 12 Main St\nSpringfield\nWork: 5 Park Ave").listed, both);
        assert_eq!(of("12 Main St;\n5 Park Ave").listed.len(), 2);
    }

    #[test]
    fn the_country_of_a_further_address_is_a_code() {
        for (address, coded) in [
            ("Rynek 1, Krakow, Poland", "Rynek 1, Krakow, PL"),
            ("5 Elm St, Springfield, IL", "5 Elm St, Springfield, IL"),
            ("5 Elm St, Atlanta, Georgia", "5 Elm St, Atlanta, Georgia"),
            ("5 Elm St, Springfield", "5 Elm St, Springfield"),
        ] {
            assert_eq!(with_country_code(address.to_owned()), coded);
        }
    }

    #[test]
    fn several_addresses_in_a_cell() {
        let read = |text: &str| several(text).map(|all| all.listed);
        let one = |label: Option<ContactLabel>, value: &str| Labelled { label, value: value.to_owned() };
        assert_eq!(
            read("Hauptstr. 1, 10115 Berlin; Bahnhofstr. 2, 80331 München"),
            Some(vec![one(None, "Hauptstr. 1, 10115 Berlin"), one(None, "Bahnhofstr. 2, 80331 München")])
        );
        assert_eq!(
            read("home: 12 Main St | main: 5 Park Ave | work: 7 Elm Rd"),
            Some(vec![
                one(None, "5 Park Ave"),
                one(Some(ContactLabel::Home), "12 Main St"),
                one(Some(ContactLabel::Business), "7 Elm Rd"),
            ])
        );
        for text in [
            "12 Main Street; Suite 400",
            "Main Street 12; 5th floor",
            "12 Main St",
            "a; b",
            "12 Main St; 12 Main St",
            "Hauptstr. 1; 10115 Berlin",
            "Level 5; 100 George Street",
            "Industriestr. 5; Gebäude 3",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
