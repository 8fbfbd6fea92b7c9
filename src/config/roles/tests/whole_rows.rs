//! Columns that only together say what a row is about: dates of three columns, addresses, other parties, repetitions.

use super::*;
use crate::config::emit::{EmittedSource, Request, pipeline};
use crate::config::roles::headers::{Meaning, Party, address_of, other_party, said};
use crate::model::field::Field;

/// `count` rows, each cell made of its row's number.
fn table(columns: &[(&str, &dyn Fn(usize) -> String)], count: usize) -> Sample {
    let column = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = (0..count).map(cell).collect();
        cells.iter().map(String::as_str).collect()
    };
    Sample {
        header: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
        columns: columns.iter().map(|(_, cell)| column(cell)).collect(),
        rows: count,
        whole: true,
    }
}

fn inferred(columns: &[(&str, &dyn Fn(usize) -> String)], count: usize) -> Vec<String> {
    let found = infer(&[table(columns, count)], &Asked::default(), &READERS, &[]).remove(0);
    found.columns.iter().map(|column| shown(column.used)).collect()
}

fn given(row: usize) -> String {
    GIVEN[row % GIVEN.len()].to_owned()
}

fn family(row: usize) -> String {
    const ENDS: [&str; 5] = ["ov", "mann", "ski", "ez", "son"];
    let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
    format!("B{}l{}r{}", letter(row / 3), letter(row / 7), ENDS[row % 5])
}

fn street(row: usize) -> String {
    format!("{} Strasse", family(row))
}

fn number(row: usize) -> String {
    (row * 7 % 90 + 1).to_string()
}

fn code(row: usize) -> String {
    (10_000 + row * 37 % 40 * 1000).to_string()
}

fn town(row: usize) -> String {
    TOWNS[row % TOWNS.len()].to_owned()
}

#[test]
fn year_month_and_day_are_one_date() {
    let year = |row: usize| (1940 + row * 7 % 60).to_string();
    let month = |row: usize| (row % 12 + 1).to_string();
    let day = |row: usize| (row * 5 % 31 + 1).to_string();
    let few = |row: usize| (2020 + row % 3).to_string();
    let dated = |columns: [(&str, &dyn Fn(usize) -> String); 3]| {
        let names: [(&str, &dyn Fn(usize) -> String); 2] = [("Vorname", &given), ("Nachname", &family)];
        inferred(&[&names[..], &columns[..]].concat(), 80)[2..].to_vec()
    };
    assert_eq!(dated([("Geburtsjahr", &year), ("Monat", &month), ("Tag", &day)]), ["~date0", "~date1", "~date2"]);
    assert_eq!(dated([("д", &day), ("м", &month), ("г", &year)]), ["~date2", "~date1", "~date0"]);
    assert_eq!(dated([("v1", &few), ("v2", &month), ("v3", &day)]), ["-", "-", "-"]);
    // No month without days beside it.
    assert_eq!(dated([("anno", &year), ("mese", &month), ("mese 2", &month)])[0], "~number");
}

#[test]
fn a_date_of_three_columns_is_written_as_one_column() {
    let year = |row: usize| (1940 + row * 7 % 60).to_string();
    let month = |row: usize| (row % 12 + 1).to_string();
    let day = |row: usize| (row * 5 % 31 + 1).to_string();
    let left = table(&[("nom de famille", &family), ("jj", &day), ("mm", &month), ("aaaa", &year)], 80);
    let birth = |row: usize| format!("{:0>2}.{:0>2}.{}", day(row), month(row), year(row));
    let right = table(&[("Familienname", &family), ("Geburtsdatum", &birth)], 80);
    let found = infer(&[left], &Asked::default(), &READERS, &[]);
    let source = |inference| EmittedSource { name: "a", path: "a.csv", inference };
    let text = pipeline(&Request::default(), &[source(&found[0])]);
    assert!(text.contains("\"whole date\" = [\"aaaa\", \"mm\", \"jj\"]"), "{text}");
    assert!(text.contains("{ field = \"whole date\", role = \"date\" }"), "{text}");
    assert_eq!(infer(&[right], &Asked::default(), &READERS, &[])[0].columns[1].used, Use::Compared(Role::Date));
}

#[test]
fn an_address_counts_once() {
    let flat = |row: usize| if row.is_multiple_of(4) { format!("{}", row % 17 + 1) } else { String::new() };
    let estate = |row: usize| format!("{} Park", family(row + 3));
    let columns: &[(&str, &dyn Fn(usize) -> String)] = &[
        ("huisnummer", &number),
        ("straatnaam", &street),
        ("flat no", &flat),
        ("address 2", &estate),
        ("plaats", &town),
    ];
    assert_eq!(inferred(columns, 60), ["street", "street", "street", "~street", "city"]);

    let half = |cell: &'static dyn Fn(usize) -> String| {
        move |row: usize| if row.is_multiple_of(2) { cell(row) } else { String::new() }
    };
    let (other_street, other_town) = (half(&street), half(&town));
    let columns: &[(&str, &dyn Fn(usize) -> String)] = &[
        ("name", &given),
        ("Billing Street", &other_street),
        ("Billing City", &other_town),
        ("Shipping Street", &street),
        ("Shipping City", &town),
        ("Shipping ZIP", &code),
    ];
    assert_eq!(inferred(columns, 60)[1..], ["-", "-", "street", "city", "postcode"]);
}

#[test]
fn whose_address_a_header_means() {
    for (header, owner) in [
        ("city", ""),
        ("street_number", ""),
        ("ZIP Code", ""),
        ("billing_address_city", "billing address"),
        ("Rechnung PLZ", "rechnung"),
        ("Address 1: City", "address 1"),
        ("Address 2: City", "address 2"),
        ("ville facturation", "facturation"),
    ] {
        let found = address_of(header);
        let same = |a: &str, b: &str| a.replace("address", "").trim() == b.replace("address", "").trim();
        assert!(same(&found, owner), "{header}: {found:?}, not {owner:?}");
    }
}

#[test]
fn other_parties_are_not_the_row() {
    for (header, party) in [
        ("Spouse First Name", Some(Party::Kin)),
        ("nombre de la madre", Some(Party::Kin)),
        ("име на баща", Some(Party::Kin)),
        ("emergency_contact_phone", Some(Party::Kin)),
        ("employer city", Some(Party::Employer)),
        ("employer name", None),
        ("partner", None),
        ("city", None),
    ] {
        assert_eq!(other_party(header), party, "{header}");
    }
    let mother = |row: usize| family(row + 11);
    let columns: &[(&str, &dyn Fn(usize) -> String)] = &[
        ("first name", &given),
        ("last name", &family),
        ("mother last name", &mother),
        ("child 1 name", &given),
        ("guardian phone", &|row| format!("+44 20 7946 {:0>4}", row * 13)),
    ];
    assert_eq!(inferred(columns, 60), ["first_name", "last_name", "~text", "-", "-"]);
}

#[test]
fn numbered_headers_and_numbers_of_anything() {
    let meaning = |header: &str| said(header).first().map(|said| said.meaning);
    for (header, expected) in [
        ("fname_c1", Some(Meaning::FirstName)),
        ("lname_x", Some(Meaning::LastName)),
        ("residential_address_line1", Some(Meaning::Street)),
        ("residential_address_line2", Some(Meaning::Street2)),
        ("shipping address 2", Some(Meaning::Street2)),
        ("phone 2", Some(Meaning::Phone)),
        ("permit number", Some(Meaning::Identifier)),
        ("Vertrag Nr", Some(Meaning::Key)),
        ("lieu de naissance", Some(Meaning::Category)),
        ("Anzahl", None),
    ] {
        assert_eq!(meaning(header), expected, "{header}");
    }
}

#[test]
fn pages_of_one_site_identify() {
    let page = |row: usize| format!("https://www.network.example/in/{}-{}", family(row % 40), row % 40);
    let own = |row: usize| format!("www.{}.example", family(row));
    let columns: &[(&str, &dyn Fn(usize) -> String)] = &[("first name", &given), ("profile", &page), ("website", &own)];
    assert_eq!(inferred(columns, 60), ["first_name", "~identifier", "website"]);
}

#[test]
fn what_repeats_another_column_counts_once() {
    let colour = |row: usize| ["red", "blue", "green"][row % 3].to_owned();
    let short = |row: usize| ["c-01", "c-02", "c-03"][row % 3].to_owned();
    let size = |row: usize| ["S", "M", "L", "XL"][row / 3 % 4].to_owned();
    let columns: &[(&str, &dyn Fn(usize) -> String)] =
        &[("last name", &family), ("colour", &colour), ("colour short", &short), ("size class", &size)];
    assert_eq!(inferred(columns, 90), ["last_name", "~category", "-", "~category"]);
}

#[test]
fn an_age_goes_with_the_date_of_birth() {
    let birth = |row: usize| format!("{}-0{}-1{}", 1940 + row * 7 % 60, row % 9 + 1, row % 9);
    let age = |row: usize| (86 - row * 7 % 60).to_string();
    let names: &[(&str, &dyn Fn(usize) -> String)] = &[("Vorname", &given), ("Alter", &age)];
    assert_eq!(inferred(names, 90), ["first_name", "~number"]);
    assert_eq!(inferred(&[names, &[("Geburtstag", &birth)]].concat(), 90), ["first_name", "-", "~date"]);
}

#[test]
fn a_column_of_one_input_is_not_compared() {
    let left = table(&[("last name", &family), ("colour", &|row| ["red", "blue"][row % 2].to_owned())], 60);
    let right = table(&[("Nachname", &family), ("city", &town)], 60);
    let found = infer(&[left, right], &Asked::default(), &READERS, &[]);
    let used: Vec<Use> = found.iter().flat_map(|table| &table.columns).map(|column| column.used).collect();
    assert_eq!(used[1], Use::Ignored);
    assert_eq!(found[0].columns[1].why, "no other input has it");
    assert_eq!(used[2], Use::Field(Field::LastName));
}
