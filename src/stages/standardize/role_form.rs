//! The match form of a column whose role the user gave, and of phone numbers that no country reads.

use super::columns::composed;
use super::company::company_key;
use super::country::country;
use super::email::email;
use super::fold::{compact, fold, fold_name};
use super::match_form::{Form, postcode_key, street_key};
use super::phone::phone;
use super::styles::{Habit, amounts, date_votes, moments};
use crate::model::calendar;
use crate::model::matching::Role;
use crate::model::rows::{FindingCode, Origin};
use crate::model::text::TextColumn;

/// How a custom column of a role is matched; dates and numbers are read in their column's style before.
pub(super) fn form_of(role: Role) -> Form {
    match role {
        Role::FirstName | Role::LastName | Role::FullName | Role::City => fold_name,
        Role::Company => company_key,
        Role::Domain => str::to_lowercase,
        Role::Email => |text| email(text).value.unwrap_or_default(),
        Role::Phone => |text| phone(text, None).value.or_else(|| local_number(text)).unwrap_or_default(),
        Role::Street => street_key,
        Role::Postcode => postcode_key,
        Role::Country => |text| country(text).value.unwrap_or_else(|| text.to_uppercase()),
        Role::Identifier => |text| compact(without_scheme(text)),
        Role::Region | Role::Date | Role::Category | Role::Number | Role::Text => fold,
    }
}

/// A page is the same with and without "https://www." in front and a slash at its end.
fn without_scheme(text: &str) -> &str {
    let Some((scheme, rest)) = text.trim().split_once("://") else { return text };
    match scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
        true => rest.strip_prefix("www.").unwrap_or(rest).split(['?', '#']).next().unwrap_or(rest),
        false => text,
    }
}

/// The digits of a phone number that cleaning could not place in a country: they still tell it from others. None for
/// too few of them, and for stand-ins.
pub(super) fn local_number(raw: &str) -> Option<String> {
    const SHORTEST: usize = 6;
    const LONGEST: usize = 15;
    if phone(raw, None).finding != Some(FindingCode::InvalidPhone) || raw.chars().any(char::is_alphabetic) {
        return None;
    }
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    (SHORTEST..=LONGEST).contains(&digits.len()).then_some(digits)
}

/// Dates as ISO days, each read in its source's style; what is no date stays as it is: two rows may share its slip.
pub(super) fn iso_dates(text: &TextColumn, origins: &[Origin]) -> TextColumn {
    let (sources, count) = sources_of(origins);
    let text = &of_parts(text);
    let votes = [date_votes(text, &sources, count)];
    let (clean, _) = moments(text, &sources, &votes, 0, &vec![Habit::default(); count]);
    composed(
        text.len(),
        |row| row,
        |row, buffer| match clean.get(row) {
            Some(moment) => buffer.push_str(&calendar::day(moment.day).to_string()),
            None => buffer.push_str(text.get(row)),
        },
    )
}

/// A date joined from its columns ("1967, 9, 27") is written as one; what lacks a part is none: its other parts would
/// stand in the wrong places.
fn of_parts(text: &TextColumn) -> TextColumn {
    let written: Vec<Option<String>> = text.dictionary.iter().map(of_three).collect();
    if written.iter().all(Option::is_none) {
        return text.clone();
    }
    composed(
        text.len(),
        |row| row,
        |row, buffer| {
            buffer.push_str(written[text.codes[row] as usize].as_deref().unwrap_or_else(|| text.get(row)));
        },
    )
}

/// The date of up to three numbers in a list; none for any other text.
fn of_three(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(", ").map(|part| part.trim_end_matches(".0")).collect();
    let numbers = parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    if !numbers || text.is_empty() {
        return None;
    }
    match parts[..] {
        [year, month, day] if year.len() == 4 => Some(format!("{year}-{month:0>2}-{day:0>2}")),
        [_, _, _] => None,
        [_, _] => Some(String::new()),
        _ => None,
    }
}

/// Numbers in one spelling, each read with its source's decimal sign; what is no number stays as it is.
pub(super) fn plain_numbers(text: &TextColumn, origins: &[Origin]) -> TextColumn {
    let (sources, count) = sources_of(origins);
    let clean = amounts(text, &sources, &vec![Habit::default(); count]);
    composed(
        text.len(),
        |row| row,
        |row, buffer| match clean.get(row) {
            Some(amount) => buffer.push_str(&amount.value.to_string()),
            None => buffer.push_str(text.get(row)),
        },
    )
}

fn sources_of(origins: &[Origin]) -> (Vec<u32>, usize) {
    let sources: Vec<u32> = origins.iter().map(|origin| u32::from(origin.source)).collect();
    let count = sources.iter().max().map_or(0, |&max| max as usize + 1);
    (sources, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_numbers_keep_their_digits() {
        for (raw, expected) in [
            ("020 7946 0018", Some("02079460018")),
            ("386-5286", Some("3865286")),
            ("12345", None),
            ("0000000", None),
            ("123456789", None),
            ("call 386-5286", None),
            ("n/a", None),
            ("", None),
            // What cleaning reads by itself needs no other form.
            ("+44 20 7946 0018", None),
        ] {
            assert_eq!(local_number(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn forms_by_role() {
        for (role, raw, expected) in [
            (Role::Identifier, "BG 123.456", "bg123456"),
            (Role::Company, "Nordwind GmbH", "nordwind"),
            (Role::Phone, "386-5286", "3865286"),
            (Role::Phone, "+359 88 812 3456", "+359888123456"),
            (Role::Country, "Deutschland", "DE"),
            (Role::Email, "J@Acme.DE", "j@acme.de"),
            (Role::Email, "nobody", ""),
            (Role::Text, "The  Sea!", "the sea"),
            (Role::Identifier, "https://www.network.example/in/ana-1/?ref=x", "networkexampleinana1"),
            (Role::Identifier, "HTTP://network.example/in/ana-1", "networkexampleinana1"),
        ] {
            assert_eq!(form_of(role)(raw), expected, "{role:?} {raw}");
        }
    }

    #[test]
    fn dates_and_numbers_in_their_columns_style() {
        let origin = |line| Origin { source: 0, file: 0, line };
        let origins: Vec<Origin> = (1..5).map(origin).collect();
        let shown = |column: &TextColumn| -> Vec<String> { (0..4).map(|row| column.get(row).to_owned()).collect() };
        let dates = ["24.06.1971", "1/2/1984", "99.99.1999", ""].into_iter().collect();
        assert_eq!(shown(&iso_dates(&dates, &origins)), ["1971-06-24", "1984-02-01", "99.99.1999", ""]);
        let joined = ["1967, 9, 27", "1967, 27", "2001, 12, 3", "1999"].into_iter().collect();
        assert_eq!(shown(&iso_dates(&joined, &origins))[..3], ["1967-09-27", "", "2001-12-03"]);
        let numbers = ["1.234,50", "€ 7", "about 3", ""].into_iter().collect();
        assert_eq!(shown(&plain_numbers(&numbers, &origins)), ["1234.5", "7", "about 3", ""]);
    }
}
