//! Headers and values of many tables, and what they are taken for. The values are invented; each table repeats a few
//! rows, as lists with duplicates do.

use super::*;
use crate::stages::standardize::{email, phone};

mod whole_rows;

/// A table as text: the header, then rows; cells are split at "|".
fn sample(text: &str) -> Sample {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let cells = |line: &str| -> Vec<String> { line.split('|').map(|cell| cell.trim().to_owned()).collect() };
    let header = cells(lines.next().unwrap());
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    let column = |at: usize| rows.iter().map(|row| row.get(at).map_or("", String::as_str)).collect();
    Sample { columns: (0..header.len()).map(column).collect(), header, rows: rows.len(), whole: true }
}

/// A column of a person table: header and values beside three columns that make it one.
fn among(context: &str, header: &str, values: &[&str]) -> Inferred {
    let mut base = sample(context);
    let rows = base.rows;
    let cells: Vec<&str> = values.iter().copied().cycle().take(rows.max(values.len())).collect();
    for column in &mut base.columns {
        let own: Vec<String> = (0..rows).map(|row| column.get(row).to_owned()).collect();
        *column = own.iter().map(String::as_str).cycle().take(cells.len()).collect();
    }
    base.rows = cells.len();
    base.header.push(header.to_owned());
    base.columns.push(cells.into_iter().collect());
    let table = infer(&[base], &Asked::default(), &READERS, &[]).remove(0);
    table.columns.into_iter().next_back().unwrap()
}

const READERS: Readers =
    Readers { is_country: country, is_of_addresses: email::is_of_addresses, numbers: phone::listed };

fn country(text: &str) -> bool {
    let known = [
        "germany",
        "de",
        "deutschland",
        "france",
        "fr",
        "united states",
        "us",
        "usa",
        "bg",
        "българия",
        "es",
        "it",
        "pl",
    ];
    known.contains(&text.trim().to_lowercase().as_str())
}

fn shown(used: Use) -> String {
    match used {
        Use::Field(field) | Use::NamedField(field) => field.name().to_owned(),
        Use::Kept(field) => format!("({})", field.name()),
        Use::Compared(role) => format!("~{}", role.name()),
        Use::DatePart(part) => format!("~date{part}"),
        Use::Ignored => "-".to_owned(),
        Use::Id => "id".to_owned(),
        Use::Source => "source".to_owned(),
    }
}

/// What the columns of a table are taken for, in order.
fn uses(text: &str) -> (TableKind, Vec<String>) {
    let table = infer(&[sample(text)], &Asked::default(), &READERS, &[]).remove(0);
    (table.kind, table.columns.iter().map(|column| shown(column.used)).collect())
}

/// A table of persons without the columns that the cases add.
const PERSONS: &str = "
    tax file|birth
    AB123456|1971-06-24
    AB123457|1984-01-02
    AB123456|1971-06-24
    AB123459|1999-12-31
    AB123460|1950-03-04
    AB123461|2001-07-08
";

const GIVEN: &[&str] = &["Ana", "Peter", "Ana", "Mary", "Ivan", "Julia"];
const FAMILY: &[&str] = &["Kirova", "Novak", "Kirova", "Hewitt", "Dragomirov", "Meyerhof"];
const WHOLE: &[&str] = &["Ana Kirova", "Peter Novak", "Ana Kirova", "Mary Hewitt", "Ivan Dragomirov", "Julia Meyerhof"];
const FIRMS: &[&str] =
    &["Nordwind GmbH", "Alfa ЕООД", "Nordwind GmbH", "Bright Foods Ltd", "Casa Luna S.L.", "Acme Inc"];
const MAILS: &[&str] = &["ana@kirova.bg", "p.novak@nord.de", "ana@kirova.bg", "mary@h.uk", "ivan@d.bg", "julia@m.de"];
const PHONES: &[&str] =
    &["+359 88 812 3456", "089 123456", "+359 88 812 3456", "(415) 555-2671", "020 7946 0958", "0171/2345678"];
const STREETS: &[&str] =
    &["Hauptstraße 12", "5 Park Avenue", "Hauptstr. 12", "ul. Vitosha 5", "Via Roma 1", "Calle Mayor 3"];
const TOWNS: &[&str] = &["Sofia", "München", "Sofia", "London", "Plovdiv", "Heidelberg"];
const CODES: &[&str] = &["1000", "80331", "1000", "SW1A 1AA", "4000", "69117"];
const LANDS: &[&str] = &["BG", "DE", "BG", "US", "BG", "DE"];
const BIRTHS: &[&str] = &["24.06.1971", "02.01.1984", "24.06.1971", "31.12.1999", "04.03.1950", "08.07.2001"];
const IDS: &[&str] = &["7106241234", "8401021111", "7106241234", "9912313333", "5003044444", "0107085555"];
const DAYS: &[&str] = &["2026-10-01", "2026-10-02", "2026-10-02", "2026-10-03", "2026-10-03", "2026-10-04"];

const TITLES: &[&str] = &["CEO", "CTO", "VP Sales", "CEO", "CFO", "VP"];
const STATES: &[&str] = &["NY", "CA", "NSW", "NY", "TX", "QC"];

#[test]
fn titles_of_two_or_three_letters_are_no_regions() {
    check(&[
        ("Designation", TITLES, "job_title"),
        ("Job title", TITLES, "job_title"),
        ("col9", TITLES, "job_title"),
        ("Designation", &["Vertriebsleiter", "Head of Sales", "Buyer", "CTO", "Vertriebsleiter", "Sales"], "job_title"),
        ("col9", STATES, "region"),
        ("State", STATES, "region"),
    ]);
    let products = sample(
        "ref | désignation | prix\n1 | Vis inox 4x40 tête plate | 3.50\n2 | Perceuse visseuse sans fil 18V | 99.00\n3 | \
         Ampoule LED E27 blanc chaud | 4.20\n4 | Marteau de menuisier manche bois | 12.00",
    );
    let table = infer(&[products], &Asked::default(), &READERS, &[]).remove(0);
    assert_eq!(table.columns[1].meaning, Some(headers::Meaning::Title), "{:?}", table.columns[1]);
}

/// Each header and its values, and what they are taken for beside columns of persons; all misses are told at once.
fn check(cases: &[(&str, &[&str], &str)]) {
    let misses: Vec<String> = cases
        .iter()
        .filter_map(|(header, values, expected)| {
            let found = among(PERSONS, header, values);
            let used = shown(found.used);
            let miss = || format!("{header} {values:?}: {used}, not {expected}: {} ({:?})", found.why, found.meaning);
            (used != *expected).then(miss)
        })
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn headers_in_many_languages() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("fname", GIVEN, "first_name"),
        ("First Name", GIVEN, "first_name"),
        ("customerFirstName", GIVEN, "first_name"),
        ("Vorname", GIVEN, "first_name"),
        ("Prénom", GIVEN, "first_name"),
        ("nombre de pila", GIVEN, "first_name"),
        ("Imię", GIVEN, "first_name"),
        ("voornaam", GIVEN, "first_name"),
        ("Собствено име", GIVEN, "first_name"),
        ("lname", FAMILY, "last_name"),
        ("sname", FAMILY, "last_name"),
        ("Familienname", FAMILY, "last_name"),
        ("nom de famille", FAMILY, "last_name"),
        ("Apellidos", FAMILY, "last_name"),
        ("cognome", FAMILY, "last_name"),
        ("sobrenome", FAMILY, "last_name"),
        ("nazwisko", FAMILY, "last_name"),
        ("achternaam", FAMILY, "last_name"),
        ("Фамилия", FAMILY, "last_name"),
        ("familno ime", FAMILY, "last_name"),
        ("name", WHOLE, "full_name"),
        ("Contact Person", WHOLE, "full_name"),
        ("nome e cognome", WHOLE, "full_name"),
        ("име и фамилия", WHOLE, "full_name"),
        ("ФИО", WHOLE, "full_name"),
        ("first name", WHOLE, "full_name"),
        ("org", FIRMS, "company"),
        ("co", FIRMS, "company"),
        ("name", FIRMS, "company"),
        ("Raison sociale", FIRMS, "company"),
        ("ragione sociale", FIRMS, "company"),
        ("nazwa firmy", FIRMS, "company"),
        ("Фирма", FIRMS, "company"),
        ("E-Mail-Adresse", MAILS, "email"),
        ("correo", MAILS, "email"),
        ("имейл", MAILS, "email"),
        ("contact", MAILS, "email"),
        ("tel", PHONES, "phone"),
        ("Telefonnummer", PHONES, "phone"),
        ("телефон", PHONES, "phone"),
        ("mob", PHONES, "mobile_phone"),
        ("Handy", PHONES, "mobile_phone"),
        ("celular", PHONES, "mobile_phone"),
        ("home phone", PHONES, "home_phone"),
        ("addr1", STREETS, "street"),
        ("Straße", STREETS, "street"),
        ("dirección", STREETS, "street"),
        ("indirizzo", STREETS, "street"),
        ("адрес", STREETS, "street"),
        ("ort", TOWNS, "city"),
        ("ville", TOWNS, "city"),
        ("miasto", TOWNS, "city"),
        ("billing_city", TOWNS, "city"),
        ("град", TOWNS, "city"),
        ("zip", CODES, "postcode"),
        ("PLZ", CODES, "postcode"),
        ("kod pocztowy", CODES, "postcode"),
        ("пощенски код", CODES, "postcode"),
        ("Land", LANDS, "country"),
        ("държава", LANDS, "country"),
        ("dob", BIRTHS, "~date"),
        ("Geburtsdatum", BIRTHS, "~date"),
        ("fecha de nacimiento", BIRTHS, "~date"),
        ("дата на раждане", BIRTHS, "~date"),
        ("ssn", IDS, "~identifier"),
        ("ЕГН", IDS, "~identifier"),
        ("codice fiscale", IDS, "~identifier"),
        ("created_at", DAYS, "(created_at)"),
        ("last modified", DAYS, "(modified_at)"),
        ("Bemerkung", WHOLE, "(notes)"),
        ("import file", &["a.csv", "b.csv"], "-"),
        ("lead status", &["open", "closed"], "-"),
        ("newsletter", &["yes", "no"], "-"),
        ("record hash", IDS, "~identifier"),
    ];
    check(cases);
}

#[test]
fn values_decide_where_headers_mislead_or_say_nothing() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("col1", GIVEN, "first_name"),
        ("col2", WHOLE, "full_name"),
        ("f3", FIRMS, "company"),
        ("x", MAILS, "email"),
        ("column 7", PHONES, "phone"),
        ("v5", STREETS, "street"),
        ("Unnamed: 3", LANDS, "country"),
        ("c9", BIRTHS, "~date"),
        ("field_2", IDS, "~identifier"),
        ("email", DAYS, "-"),
        ("phone", &["", "", ""], "-"),
        ("phone", &["n/a", "-", "none"], "-"),
        ("phone", MAILS, "email"),
        ("website", FIRMS, "company"),
        ("state", &["open", "closed", "new"], "-"),
        ("comment", &["a", "a", "a"], "-"),
        ("zz", &["1", "2", "3", "4", "5", "6"], "-"),
        ("col8", &["2026-10-01 10:11", "2026-10-01 10:12"], "-"),
        ("col9", &["0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"], "-"),
        ("ansprache", &["Herr", "Frau", "Frau"], "(salutation)"),
    ];
    check(cases);
}

#[test]
fn whole_tables() {
    let cases: &[(&str, TableKind, &[&str])] = &[
        (
            "Vorname|Name|Straße|Nr.|PLZ|Ort
             Julia|Meyerhof|Hauptstraße|12|69117|Heidelberg
             Julia|Meierhof|Hauptstr.|12|69117|Heidelberg
             Peter|Novak|Am Markt|3a|80331|München
             Jan|Brandt|Seeweg|9|80331|München",
            TableKind::Person,
            &["first_name", "last_name", "street", "street", "postcode", "city"],
        ),
        (
            "nombre|apellido1|apellido2|teléfono|móvil
             María|García|López|912 345 678|612 345 678
             María|Garcia|Lopez|912345678|
             Jorge|Sáez|Vidal|93 416 2509|622 333 444",
            TableKind::Person,
            &["first_name", "last_name", "last_name", "phone", "mobile_phone"],
        ),
        (
            "title|authors|venue|year|doi
             A model of record linkage|I. Fellegi, A. Sunter|JASA|1969|10.1/a
             A theory for record linkage|Fellegi I, Sunter A|JASA|1969|10.1/b
             Duplicate detection at scale|A. Kirova, P. Novak and M. Hewitt|VLDB|2007|10.1/c",
            TableKind::Publication,
            &["~text", "~text", "~text", "~number", "-"],
        ),
        (
            "id|name|description|manufacturer|price
             1|Pocket Camera 300|Pocket camera with zoom, silver|Nordwind|$149.00
             2|PocketCam 300 silver|Camera with 3x zoom in silver for the pocket|Nordwind Inc|148.95
             3|Toaster TX9|Toaster with two slots|Casa Luna|29",
            TableKind::Product,
            &["-", "~text", "~text", "~company", "~number"],
        ),
        (
            "name|addr|city|phone|type
             Arnie's Grill|435 S. La Cienega Blvd.|Los Angeles|310/246-1501|American
             Arnie's Grill on La Cienega|435 S. La Cienega Boulevard|LA|310-246-1501|Steakhouse
             Art's Deli|12224 Ventura Blvd.|Studio City|818-762-1221|Delis
             Bel-Air Hotel|701 Stone Canyon Rd.|Bel Air|310-472-1211|American",
            TableKind::Organisation,
            &["company", "street", "city", "phone", "~category"],
        ),
        (
            "Artist_Name|Song_Name|Album_Name|Genre|Price|Released
             Ana Kirova|Blue Morning|Mornings|Pop|$0.99|12-Jun-14
             A. Kirova|Blue Morning (Album Version)|Mornings|Pop|$0.99|June 12, 2014
             The Novaks|Run Home|Roads|Rock|$1.29|1-Oct-98
             The Novaks|Stay Home|Roads|Rock|$1.29|1-Oct-98",
            TableKind::Publication,
            &["~text", "~text", "~text", "~category", "~number", "~date"],
        ),
        (
            "email|work_email|private mail|phone|phone2|company|contact_name
             ana@a.bg|ana@firm.bg|ak@x.bg|+359 2 987 6543|+359 88 812 3456|Alfa ЕООД|Ana Kirova
             ana@a.bg||ak@x.bg|+359 2 987 6543||Alfa OOD|A. Kirova
             p@b.de|p@firm.de|pn@y.de|+49 89 123456|+49 171 234567|Nordwind GmbH|Peter Novak",
            TableKind::Lead,
            &["email", "email_3", "email_2", "phone", "mobile_phone", "company", "full_name"],
        ),
    ];
    let mut misses = Vec::new();
    for (text, kind, expected) in cases {
        let (found, columns) = uses(text);
        if found != *kind || columns != *expected {
            misses.push(format!("{}: {found:?} {columns:?}, not {kind:?} {expected:?}", text.lines().next().unwrap()));
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn what_the_user_says_wins() {
    let table = sample("a|b|c\nx1|Ana|red\nx2|Ivan|blue\nx1|Ana|red");
    let roles = [("b".to_owned(), Role::Text), ("a".to_owned(), Role::Phone)];
    let ignored = ["c".to_owned()];
    let asked = Asked { roles: &roles, ignored: &ignored, ..Asked::default() };
    let found = infer(&[table], &asked, &READERS, &[]).remove(0);
    let found: Vec<String> = found.columns.iter().map(|column| shown(column.used)).collect();
    assert_eq!(found, ["phone", "~text", "-"]);
}

#[test]
fn columns_of_several_tables_meet() {
    let left =
        sample("isbn|title|Author\n978-1|The Sea|Ana Kirova\n978-2|The Wood|Peter Novak\n978-3|The Hill|Jan Brandt");
    let right = sample(
        "ISBN-13|Book Title|Authors|score\n978-2|Wood, The|P. Novak|1.5\n978-9|Rain|M. Hewitt|2.5\n978-4|Sun|J. Roe|2.1",
    );
    let found = infer(&[left, right], &Asked::default(), &READERS, &["score".to_owned()]);
    let names = |table: &Inference| -> Vec<String> {
        table.columns.iter().map(|column| format!("{} {}", column.name, shown(column.used))).collect()
    };
    assert_eq!(names(&found[0]), ["isbn ~identifier", "title ~text", "Author ~text"]);
    assert_eq!(names(&found[1])[..3], ["isbn ~identifier", "title ~text", "Author ~text"]);
}

#[test]
fn the_order_of_rows_says_nothing() {
    let text =
        "name|when|code\nAna Kirova|1971-06-24|AB1234\nPeter Novak|1984-01-02|AB1235\nAna Kirova|1999-06-24|AB1234";
    let mut lines: Vec<&str> = text.lines().collect();
    let straight = infer(&[sample(text)], &Asked::default(), &READERS, &[]);
    lines[1..].reverse();
    assert_eq!(infer(&[sample(&lines.join("\n"))], &Asked::default(), &READERS, &[]), straight);
}

#[test]
fn a_table_without_rows_goes_by_nothing() {
    let found = infer(&[sample("a|email")], &Asked::default(), &READERS, &[]).remove(0);
    assert!(found.columns.iter().all(|column| column.used == Use::Ignored && column.why == "empty"));
}
