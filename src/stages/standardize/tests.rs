//! The stage on small tables.

use std::sync::Arc;

use super::*;
use crate::config::plan::NamedColumn;
use crate::model::leads::LeadId;
use crate::model::matching::Role;
use crate::model::rows::{Origin, Places};

fn table(rows: &[&[(&str, &str)]]) -> RawTable {
    let schema = Arc::new(LeadSchema::new([("Tax id".to_owned(), Cleaner::Text), ("Seen".to_owned(), Cleaner::Date)]));
    let mut raw = empty_table(schema.clone(), &["fair", "web"]);
    for (at, row) in rows.iter().enumerate() {
        let cell = |name: &str| row.iter().find(|(column, _)| *column == name).map_or("", |(_, text)| *text);
        raw.columns.iter_mut().zip(schema.columns()).for_each(|(column, meaning)| column.push(cell(&meaning.name)));
        let source = u16::from(cell("@source") == "web");
        raw.origins.push(Origin { source, file: 0, line: cell("@line").parse().unwrap_or(at as u64 + 2) });
    }
    raw
}

fn run(rows: &[&[(&str, &str)]]) -> Standardized {
    let plan =
        StandardizePlan { default_country: Some("DE".to_owned()), rows_filed: true, ..StandardizePlan::default() };
    standardize(&plan, NameRule::Required, table(rows))
}

/// All clean cells of the only row.
fn only(row: &[(&str, &str)]) -> impl Fn(&str) -> String {
    let done = run(&[row]);
    assert_eq!(done.leads.len(), 1);
    move |name: &str| shown_value(&done.leads, name, 0)
}

fn shown_value(leads: &Leads, name: &str, row: usize) -> String {
    match &leads.values[leads.schema.find(name).unwrap()] {
        Values::Text(column) => column.get(row).to_owned(),
        Values::Integer(values) | Values::Timestamp(values) => format!("{:?}", values[row]),
        Values::Number(values) => format!("{:?}", values[row]),
        Values::Boolean(values) => format!("{:?}", values[row]),
        Values::Date(values) => format!("{:?}", values[row]),
    }
}

fn codes(done: &Standardized) -> Vec<(&str, &'static str)> {
    done.findings.iter().map(|finding| (finding.field.as_str(), finding.code.name())).collect()
}

#[test]
fn a_whole_row() {
    let value = only(&[
        ("full_name", "MÜLLER, Dr. ANNA"),
        ("company", " Müller  GmbH "),
        ("email", "Anna@Mueller.DE; anna.m@gmail.com"),
        ("phone", "089 123456 / 0171 2345678"),
        ("country", "Deutschland"),
        ("postcode", "D-80331"),
        ("budget_amount", "12.500,00 €"),
        ("opt_out", "Do Not Allow"),
        ("created_at", "21.11.2026 10:00"),
        ("purchase_timeframe", "sofort"),
        ("Tax id", " DE 1 "),
    ]);
    for (name, want) in [
        ("full_name", "Anna Müller"),
        ("first_name", "Anna"),
        ("last_name", "Müller"),
        ("salutation", "Dr."),
        ("file_as", "Müller, Anna (Müller GmbH)"),
        ("email", "anna@mueller.de"),
        ("email_2", "anna.m@gmail.com"),
        ("phone", "+4989123456"),
        ("mobile_phone", "+491712345678"),
        ("domain", "mueller.de"),
        ("country", "DE"),
        ("postcode", "80331"),
        ("budget_amount", "Some(12500.0)"),
        ("budget_currency", "EUR"),
        ("opt_out", "Some(true)"),
        ("created_at", "Some(1795255200000000)"),
        ("purchase_timeframe", "immediate"),
        ("status", ""),
        ("Tax id", "DE 1"),
    ] {
        assert_eq!(value(name), want, "{name}");
    }
}

#[test]
fn each_row_is_read_in_its_own_country() {
    let row = |name, country, phone, postcode| {
        [("full_name", name), ("country", country), ("phone", phone), ("postcode", postcode)]
    };
    // no cell is blank, and one number stands in both countries
    let rows =
        [row("A", "DE", "030 123456", "1067"), row("B", "BG", "030 123456", "1067"), row("C", "DE", "089 99", "1")];
    let done = run(&rows.iter().map(|row| &row[..]).collect::<Vec<_>>());
    let cells = |name: &str| {
        let row = (0..3).find(|&row| shown_value(&done.leads, "full_name", row) == name).unwrap();
        (shown_value(&done.leads, "phone", row), shown_value(&done.leads, "postcode", row))
    };
    assert_eq!(cells("A"), ("+4930123456".to_owned(), "01067".to_owned()));
    assert_eq!(cells("B"), ("+35930123456".to_owned(), "1067".to_owned()));
    assert_eq!(cells("C"), (String::new(), "1".to_owned()));
}

#[test]
fn names_are_composed_and_split() {
    let value = only(&[("first_name", "ANA"), ("last_name", "KIROVA")]);
    assert_eq!((value("full_name"), value("file_as")), ("Ana Kirova".to_owned(), "Kirova, Ana".to_owned()));
    let value = only(&[("first_name", "Ana Kirova")]);
    assert_eq!((value("first_name"), value("last_name")), ("Ana".to_owned(), "Kirova".to_owned()));
    let value = only(&[("full_name", "María García López"), ("country", "España")]);
    assert_eq!(value("last_name"), "García López");
    let value = only(&[("full_name", "María García López"), ("email", "m@garcia.mx")]);
    assert_eq!(value("last_name"), "García López");
}

#[test]
fn rows_without_a_name_are_rejected() {
    let rows: &[&[(&str, &str)]] =
        &[&[("full_name", "n/a"), ("email", "a@acme.de")], &[("full_name", "Ann")], &[("company", "Acme")]];
    let done = run(rows);
    assert_eq!((done.leads.len(), done.rejects.len()), (1, 2));
    assert_eq!(done.rejects[0].text, "n/a | a@acme.de");
    let done = standardize(&StandardizePlan::default(), NameRule::Optional, table(rows));
    assert_eq!((done.leads.len(), done.rejects.len()), (3, 0));
}

#[test]
fn date_order_is_decided_per_source_and_column() {
    let done = run(&[
        &[("full_name", "A"), ("Seen", "03/04/2026"), ("@source", "web")],
        &[("full_name", "B"), ("Seen", "03/25/2026"), ("@source", "web")],
        &[("full_name", "C"), ("Seen", "03/04/2026")],
        &[("full_name", "D"), ("Seen", "05/06/2026")],
    ]);
    let day = |name: &str| {
        let row = (0..4).find(|&row| shown_value(&done.leads, "full_name", row) == name).unwrap();
        shown_value(&done.leads, "Seen", row)
    };
    // 2026-03-04 is day 20516, 2026-04-03 day 20546
    assert_eq!((day("A").as_str(), day("C").as_str()), ("Some(20516)", "Some(20546)"));
    assert_eq!(codes(&done), [("Seen", "ambiguous_date")]);
}

#[test]
fn findings_name_row_field_and_value() {
    let done = run(&[&[
        ("full_name", "A"),
        ("email", "nope"),
        ("phone", "n/a"),
        ("country", "Narnia"),
        ("manual_stars", "9"),
        ("status", "??x"),
    ]]);
    assert_eq!(
        codes(&done),
        [
            ("country", "unknown_country"),
            ("email", "invalid_email"),
            ("manual_stars", "invalid_number"),
            ("phone", "placeholder"),
            ("status", "unknown_status")
        ]
    );
    assert_eq!(done.findings[1].text, "nope");
}

#[test]
fn a_repeated_source_id_is_found_and_keys_stay_unique() {
    let done = run(&[
        &[("source_id", "1"), ("full_name", "A")],
        &[("source_id", "1"), ("full_name", "B")],
        &[("source_id", "1"), ("full_name", "A")],
        &[("source_id", "1"), ("full_name", "C"), ("@source", "web")],
    ]);
    let repeated = codes(&done).iter().filter(|(_, code)| *code == "repeated_source_id").count();
    // A, A and B share an id: B differs from both A, or both A from B, whichever comes first
    assert!(repeated == 1 || repeated == 2, "{repeated}");
    assert!(done.leads.keys.is_sorted_by(|a, b| a < b));
    assert_eq!(done.leads.len(), 4);
}

#[test]
fn nothing_depends_on_the_order_of_rows() {
    let row = |at: usize| -> Vec<(String, String)> {
        let cells = [
            ("@line", (at + 2).to_string()),
            ("@source", if at.is_multiple_of(3) { "web" } else { "fair" }.to_owned()),
            ("full_name", format!("Person{} Müller", at % 7)),
            ("source_id", if at.is_multiple_of(4) { String::new() } else { (at % 11).to_string() }),
            ("email", format!("p{}@acme{}.de", at % 7, at % 5)),
            ("phone", format!("089 12345{}", at % 9)),
            ("budget_amount", format!("{}.{:03}", at, at % 1000)),
            ("Seen", format!("{}/{}/2026", at % 12 + 1, at % 5 + 1)),
        ];
        cells.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    };
    let rows: Vec<Vec<(String, String)>> = (0..60).map(row).collect();
    let done = |order: Vec<usize>| {
        let rows: Vec<Vec<(&str, &str)>> = order
            .iter()
            .map(|&at| rows[at].iter().map(|(name, text)| (name.as_str(), text.as_str())).collect())
            .collect();
        let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
        let done = run(&rows);
        let forms = match_columns(&done.leads, &[named("Tax id", None)]);
        let leads = &done.leads;
        let names: Vec<&str> = leads.schema.columns().iter().map(|column| column.name.as_str()).collect();
        let clean = |row: usize| names.iter().map(move |name| shown_value(leads, name, row)).collect::<Vec<_>>();
        let raw = |row: usize| leads.raw.iter().map(move |column| column.get(row)).collect::<Vec<_>>();
        (
            (0..leads.len())
                .map(|row| format!("{:?} {:?} {:?}", clean(row), raw(row), leads.origins[row]))
                .collect::<Vec<_>>(),
            format!("{:?}", done.findings),
            done.leads.keys,
            format!("{:?}", forms.columns),
        )
    };
    let straight = done((0..60).collect());
    assert_eq!(done((0..60).rev().collect()), straight);
    assert_eq!(done((0..60).map(|at| at * 37 % 60).collect()), straight);
}

fn named(name: &str, role: Option<Role>) -> NamedColumn {
    NamedColumn { name: name.to_owned(), cased: false, role }
}

#[test]
fn match_forms() {
    let done = run(&[&[
        ("full_name", "Jürgen Müller"),
        ("company", "Alfa ЕООД"),
        ("email", "J@acme.de, k@acme.de"),
        ("phone", "089 123456"),
        ("fax", "089 654321"),
        ("street", "Hauptstr. 5"),
        ("status", "Lost"),
        ("Tax id", "BG 1"),
    ]]);
    let forms = match_columns(&done.leads, &[named("Tax id", None), named("no such", None)]);
    let all = |name: &str| -> Vec<&str> {
        let column = &forms.columns[forms.find(name).unwrap()];
        column.of(LeadId(0)).iter().map(|&code| column.dictionary.get(code)).collect()
    };
    assert_eq!(all("first_name"), ["jurgen"]);
    assert_eq!(all("last_name"), ["muller"]);
    assert_eq!(all("company"), ["alfa"]);
    assert_eq!(all("email"), ["j@acme.de", "k@acme.de"]);
    assert_eq!(all("phone"), ["+4989123456"]);
    assert_eq!(all("street"), ["haupt st 5"]);
    assert_eq!(all("Tax id"), ["bg 1"]);
    assert_eq!((forms.closed.as_slice(), forms.rows, forms.find("no such")), (&[true][..], 1, None));
}

#[test]
fn an_empty_table_is_fine() {
    let done = run(&[]);
    assert!(done.leads.is_empty() && done.rejects.is_empty() && done.findings.is_empty());
    assert_eq!(match_columns(&done.leads, &[]).rows, 0);
}

/// An empty raw table of a schema.
fn empty_table(schema: Arc<LeadSchema>, sources: &[&str]) -> RawTable {
    let places = Places {
        sources: sources.iter().map(|&name| name.to_owned()).collect(),
        trust: vec![0; sources.len()],
        files: vec!["a.csv".to_owned()],
    };
    let columns = vec![TextColumn::default(); schema.len()];
    RawTable { columns, told: Vec::new(), origins: Vec::new(), places: Arc::new(places), schema }
}

/// What stands beside the columns: kind, label, value.
fn further(done: &Standardized) -> Vec<(&'static str, &'static str, &str)> {
    let shown = |contact: &FurtherContact| contact.label.map_or("", |label| label.name());
    done.leads.further.iter().map(|contact| (contact.kind.name(), shown(contact), contact.value.as_str())).collect()
}

#[test]
fn contacts_beyond_the_columns_are_kept() {
    let done = run(&[&[
        ("full_name", "Anna Müller"),
        ("country", "DE"),
        ("email", "a@acme.de; home: b@gmail.com; c@acme.de; d@acme.de"),
        ("phone", "fax: 089 1111222; mobile: 0171 2345678; 089 123456; work: 089 654321; 089 777888"),
        ("mobile_phone", ""),
        ("street", "Hauptstr. 1, 10115 Berlin; Bahnhofstr. 2, 80331 München"),
    ]]);
    let value = |name: &str| shown_value(&done.leads, name, 0);
    assert_eq!([value("email"), value("email_2"), value("email_3")], ["a@acme.de", "b@gmail.com", "c@acme.de"]);
    assert_eq!([value("phone"), value("mobile_phone")], ["+4989654321", "+491712345678"]);
    assert_eq!([value("home_phone"), value("fax")], ["+4989123456", "+49891111222"]);
    assert_eq!(value("street"), "Hauptstr. 1, 10115 Berlin");
    assert_eq!(
        further(&done),
        [
            ("email", "home", "b@gmail.com"),
            ("email", "", "d@acme.de"),
            ("phone", "other", "+4989123456"),
            ("phone", "", "+4989777888"),
            ("address", "", "Bahnhofstr. 2, 80331 München"),
        ]
    );
    // All of them are compared.
    let columns = match_columns(&done.leads, &[]);
    let values = |role: Role| {
        let column = columns.columns.iter().find(|column| column.role == role).unwrap();
        column.of(LeadId(0)).iter().map(|&code| column.dictionary.get(code).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(Role::Email), ["a@acme.de", "b@gmail.com", "c@acme.de", "d@acme.de"]);
    assert_eq!(values(Role::Phone), ["+4989654321", "+491712345678", "+4989123456", "+4989777888"]);
    assert_eq!(values(Role::Street).len(), 2);
}

#[test]
fn a_row_without_a_main_address_is_reached_at_another() {
    let home = ("home_street", "Gartenweg 3");
    let other = ("other_street", "5 Park Ave");
    for (cells, street, country) in [
        (&[home, ("home_country", "Austria"), other][..], "Gartenweg 3", "AT"),
        (
            &[home, ("home_country", "AT"), other, ("other_country", "USA"), ("mailing_address", "Other")],
            "5 Park Ave",
            "US",
        ),
        (&[home, ("home_country", "AT"), ("street", "Hauptstr. 1")], "Hauptstr. 1", ""),
        (&[home, ("home_country", "AT"), ("country", "Germany")], "Gartenweg 3", "DE"),
        (&[("home_country", "AT")], "", ""),
    ] {
        let row = [&[("full_name", "Anna Müller")][..], cells].concat();
        let value = only(&row);
        assert_eq!((value("street").as_str(), value("country").as_str()), (street, country), "{cells:?}");
    }
    // Postal codes are read as those of their own country.
    let row = [("full_name", "A Müller"), home, ("home_postcode", "a-1010"), ("home_country", "AT")];
    let value = only(&row);
    assert_eq!((value("home_postcode").as_str(), value("postcode").as_str()), ("1010", "1010"));
}
