mod properties;

use polars::prelude::{AnyValue, DataType, TimeUnit};

use super::*;
use crate::config::plan::{CONSENT, Survivorship};
use crate::model::coded::Coded;
use crate::model::entities::{ActivityKind, NO_MEMBER};
use crate::model::field::{LeadSchema, ValueType};
use crate::model::leads::Values;
use crate::model::rows::{FindingCode, Origin, Places};
use crate::model::text::TextColumn;
use std::sync::Arc;

/// A row: its source, its key, and the fields that it has (dates as days since 1970).
#[derive(Debug, Clone)]
struct Row {
    source: u16,
    key: u128,
    cells: Vec<(Field, String)>,
}

type Cells<'a> = &'a [(Field, &'a str)];

fn row(source: u16, key: u128, cells: Cells<'_>) -> Row {
    Row { source, key, cells: cells.iter().map(|&(field, text)| (field, text.to_owned())).collect() }
}

const DAY: i64 = 86_400_000_000;
const AS_OF: Date = Date::constant(1970, 1, 21);

/// Sources 0 to 2 have the trust 0, 1, 1.
fn leads(rows: &[Row]) -> Arc<Leads> {
    let schema = Arc::new(LeadSchema::new([]));
    fn cell(row: &Row, field: Field) -> Option<&str> {
        row.cells.iter().find(|(f, _)| *f == field).map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }
    let values = Field::ALL
        .iter()
        .map(|&field| {
            let cells: Vec<Option<&str>> = rows.iter().map(|row| cell(row, field)).collect();
            fn parsed<T: std::str::FromStr>(cells: &[Option<&str>]) -> Coded<T> {
                cells.iter().map(|cell| cell.map(|text| text.parse().ok().expect("a literal of the type"))).collect()
            }
            match field.cleaner().value_type() {
                ValueType::Text => Values::Text(cells.iter().map(|cell| cell.unwrap_or("")).collect::<TextColumn>()),
                ValueType::Integer => Values::Integer(parsed(&cells)),
                ValueType::Number => Values::Number(parsed(&cells)),
                ValueType::Boolean => Values::Boolean(parsed(&cells)),
                ValueType::Date => Values::Date(parsed(&cells)),
                ValueType::Timestamp => {
                    Values::Timestamp(parsed::<i64>(&cells).iter().map(|day| day.map(|day| day * DAY)).collect())
                }
            }
        })
        .collect();
    Arc::new(Leads {
        values,
        raw: vec![TextColumn::default(); schema.len()],
        origins: rows.iter().enumerate().map(|(i, row)| origin(row.source, i as u64 + 2)).collect(),
        places: Arc::new(Places {
            sources: vec!["a".into(), "b".into(), "c".into()],
            trust: vec![0, 1, 1],
            files: vec!["a.csv".into()],
        }),
        further: Vec::new(),
        glued_notes: Vec::new(),
        keys: rows.iter().map(|row| row.key).collect(),
        closed_duplicates: Vec::new(),
        schema,
    })
}

fn origin(source: u16, line: u64) -> Origin {
    Origin { source, file: 0, line }
}

fn plan(ways: &[(Field, Survivorship)]) -> MergePlan {
    let mut survivorship = vec![Survivorship::MostRecent; Field::ALL.len()];
    ways.iter().for_each(|&(field, way)| survivorship[field as usize] = way);
    MergePlan { survivorship }
}

/// All rows are one lead.
fn one(plan: &MergePlan, rows: &[Row]) -> Entities {
    let clusters = Clusters::from_assignment(vec![0; rows.len()]);
    merge(plan, &leads(rows), &clusters, &[], AS_OF, true).0
}

/// A golden value as text, "" where null.
fn golden(entities: &Entities, entity: usize, column: &str) -> String {
    match entities.facts.column(column).unwrap().get(entity).unwrap() {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => text.to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Datetime(at, ..) | AnyValue::DatetimeOwned(at, ..) => (at / DAY).to_string(),
        other => other.to_string(),
    }
}

fn check(plan: &MergePlan, rows: &[Row], expected: &[(Field, &str)]) {
    let entities = one(plan, rows);
    for &(field, text) in expected {
        assert_eq!(golden(&entities, 0, field.name()), text, "{} of {rows:?}", field.name());
    }
}

use Field as F;
use Survivorship as S;

#[test]
fn the_most_recent_value_survives_and_a_blank_never() {
    let rows = [
        row(0, 1, &[(F::FullName, "Ana Kirova"), (F::JobTitle, "CTO"), (F::Phone, "+1"), (F::ModifiedAt, "3")]),
        row(0, 2, &[(F::FullName, "Ana Kirova"), (F::JobTitle, "CEO"), (F::ModifiedAt, "5")]),
        row(0, 3, &[(F::FullName, "Ana Kirova"), (F::Phone, "+3"), (F::ModifiedAt, "1")]),
    ];
    check(&plan(&[]), &rows, &[(F::JobTitle, "CEO"), (F::Phone, "+1"), (F::ModifiedAt, "5")]);
}

#[test]
fn recency_is_modified_else_created_else_the_last_history_item() {
    let cases: [(Cells<'_>, Cells<'_>, &str); 4] = [
        (&[(F::ModifiedAt, "3"), (F::CreatedAt, "9")], &[(F::ModifiedAt, "4"), (F::CreatedAt, "1")], "b"),
        (&[(F::CreatedAt, "5")], &[(F::ModifiedAt, "4")], "a"),
        // Row b has a history item of day 6.
        (&[(F::CreatedAt, "5")], &[], "b"),
        (&[(F::CreatedAt, "7")], &[], "a"),
    ];
    for (left, right, expected) in cases {
        let (mut a, mut b) = (row(0, 1, left), row(0, 2, right));
        a.cells.extend([(F::SourceId, "1".to_owned()), (F::Need, "a".to_owned())]);
        b.cells.extend([(F::SourceId, "2".to_owned()), (F::Need, "b".to_owned())]);
        let items = [activity("2", "", Some(6), "called"), activity("2", "", Some(90), "to come")];
        let clusters = Clusters::from_assignment(vec![0; 2]);
        let (entities, _) = merge(&plan(&[]), &leads(&[a, b]), &clusters, &items, AS_OF, true);
        assert_eq!(golden(&entities, 0, "need"), expected, "{left:?} {right:?}");
    }
}

#[test]
fn ties_go_to_trust_then_filled_fields_then_source_id() {
    let cases = [
        ([(0, "1", "x"), (1, "2", "")], "2"),
        ([(1, "2", ""), (1, "3", "x")], "3"),
        ([(1, "10", ""), (2, "2", "")], "10"),
        ([(1, "b", ""), (2, "a", "")], "a"),
    ];
    for (two, expected) in cases {
        let rows: Vec<Row> = two
            .iter()
            .enumerate()
            .map(|(i, (source, id, need))| {
                row(*source, i as u128, &[(F::SourceId, id), (F::Need, need), (F::JobTitle, id), (F::ModifiedAt, "1")])
            })
            .collect();
        check(&plan(&[]), &rows, &[(F::SourceId, expected), (F::JobTitle, expected)]);
    }
}

#[test]
fn each_way_of_surviving() {
    // Source, day, value, another filled field.
    let rows = |field: Field, values: [&str; 4]| -> Vec<Row> {
        let about = [(0, "1", ""), (1, "2", ""), (0, "3", "x"), (0, "4", "")];
        let row_of = |i: usize| {
            let (source, day, filled) = about[i];
            let id = i.to_string();
            row(source, i as u128, &[(field, values[i]), (F::ModifiedAt, day), (F::FileAs, filled), (F::SourceId, &id)])
        };
        (0..4).map(row_of).collect()
    };
    let text = ["bb", "cccc", "dd", "bb"];
    let cases = [
        (F::Need, text, S::MostRecent, "bb"),
        (F::Need, text, S::Oldest, "bb"),
        (F::Need, ["", "cccc", "dd", ""], S::Oldest, "cccc"),
        (F::Need, text, S::MostComplete, "dd"),
        (F::Need, text, S::MostTrusted, "cccc"),
        (F::Need, ["", "", "dd", "bb"], S::MostTrusted, "dd"),
        (F::Need, text, S::Longest, "cccc"),
        (F::Need, ["aé", "abc", "xyz", "Zürich"], S::Longest, "Zürich"),
        (F::Need, text, S::MostFrequent, "bb"),
        (F::Need, ["w", "x", "y", "z"], S::MostFrequent, "x"),
        (F::Need, text, S::Min, "bb"),
        (F::Need, text, S::Max, "dd"),
        (F::EstimatedValue, ["5", "-2.5", "", "7"], S::Min, "-2.5"),
        (F::EstimatedValue, ["5", "-2.5", "", "7"], S::Max, "7.0"),
        (F::ManualStars, ["", "1", "3", "3"], S::MostFrequent, "3"),
        (F::CreatedAt, ["4", "2", "3", ""], S::Min, "2"),
        (F::CreatedAt, ["4", "2", "3", ""], S::Max, "4"),
        (F::EstimatedCloseDate, ["4", "2", "3", ""], S::Max, "1970-01-05"),
    ];
    for (field, values, way, expected) in cases {
        let entities = one(&plan(&[(field, way)]), &rows(field, values));
        assert_eq!(golden(&entities, 0, field.name()), expected, "{} of {values:?}", way.name());
    }
}

#[test]
fn an_opt_out_of_any_member_survives() {
    let rows = [
        row(1, 1, &[(F::OptOut, "false"), (F::DoNotCall, "false"), (F::ModifiedAt, "9")]),
        row(0, 2, &[(F::OptOut, "true"), (F::ModifiedAt, "1")]),
    ];
    for way in [S::MostRecent, S::MostTrusted, S::MostFrequent] {
        let plan = plan(&[(F::OptOut, way), (F::DoNotCall, way)]);
        check(&plan, &rows, &[(F::OptOut, "true"), (F::DoNotCall, "false"), (F::DoNotEmail, "")]);
    }
}

#[test]
fn a_name_comes_from_one_row() {
    let bill = [(F::FullName, "Bill Smith"), (F::FirstName, "Bill"), (F::LastName, "Smith"), (F::ModifiedAt, "5")];
    let william = [
        (F::FullName, "Dr William J. Smith-Jones"),
        (F::FirstName, "William"),
        (F::MiddleName, "J."),
        (F::LastName, "Smith-Jones"),
        (F::Salutation, "Dr"),
        (F::ModifiedAt, "1"),
    ];
    let rows = [row(0, 1, &bill), row(1, 2, &william)];
    let all_of_bill = [
        (F::FullName, "Bill Smith"),
        (F::FirstName, "Bill"),
        // Nobody else has these.
        (F::MiddleName, "J."),
        (F::LastName, "Smith"),
        (F::Salutation, "Dr"),
    ];
    check(&plan(&[]), &rows, &all_of_bill);
    check(&plan(&[(F::FullName, S::MostTrusted)]), &rows, &william[..5]);
    check(&plan(&[(F::FullName, S::Longest)]), &rows, &william[..5]);
}

#[test]
fn a_whole_name_comes_before_half_of_one_and_titles_are_filled() {
    let rows = [
        row(0, 1, &[(F::FullName, "Smith"), (F::LastName, "Smith"), (F::ModifiedAt, "9")]),
        row(0, 2, &[(F::FullName, "Will Smith"), (F::FirstName, "Will"), (F::LastName, "Smith"), (F::ModifiedAt, "5")]),
        row(0, 3, &[(F::LastName, "SMITH"), (F::Salutation, "Dr"), (F::NameSuffix, "Jr."), (F::ModifiedAt, "1")]),
    ];
    let expected = [(F::FullName, "Will Smith"), (F::FirstName, "Will"), (F::Salutation, "Dr"), (F::NameSuffix, "Jr.")];
    check(&plan(&[]), &rows, &expected);
}

#[test]
fn an_address_is_filled_by_rows_that_agree_before_others() {
    let new = [(F::Street, "Vitosha 1"), (F::City, "Sofia"), (F::ModifiedAt, "9")];
    let cases: [(Cells<'_>, Cells<'_>); 6] = [
        (
            &[(F::City, "SOFIA"), (F::Postcode, "1000"), (F::Country, "BG")],
            &[(F::City, "Sofia"), (F::Postcode, "1000"), (F::Country, "BG")],
        ),
        (
            &[(F::City, "Berlin"), (F::Postcode, "10115"), (F::Country, "DE")],
            &[(F::Street, "Vitosha 1"), (F::City, "Sofia"), (F::Postcode, "10115"), (F::Country, "DE")],
        ),
        (&[(F::Country, "BG")], &[(F::Street, "Vitosha 1"), (F::Country, "BG")]),
        (&[(F::City, "Sófia"), (F::Region, "Sofia-city")], &[(F::City, "Sofia"), (F::Region, "Sofia-city")]),
        (&[(F::City, "Soffia"), (F::Postcode, "1000")], &[(F::City, "Sofia"), (F::Postcode, "1000")]),
        (&[(F::Street, "Other 2"), (F::Region, "Sofia-city")], &[(F::Street, "Vitosha 1"), (F::Region, "Sofia-city")]),
    ];
    for (old, expected) in cases {
        check(&plan(&[]), &[row(0, 1, &new), row(0, 2, old)], expected);
    }
    // One that agrees comes before a newer one that doesn't: by spelling, or by postcode, but not in another country.
    let city = |key, day, city, rest: Cells<'static>| {
        let cells = [(F::City, city), (F::ModifiedAt, day)];
        row(0, key, &[&cells[..], rest].concat())
    };
    let newest = city(1, "9", "Wrocław", &[(F::Postcode, "50-001"), (F::Country, "PL")]);
    let rows = [
        newest.clone(),
        city(2, "8", "Berlin", &[(F::Street, "Linden 2"), (F::Region, "BE")]),
        city(3, "7", "WROCLAW", &[(F::Region, "Lower Silesia")]),
        city(4, "6", "Breslau", &[(F::Street, "Rynek 1"), (F::Postcode, "50-001")]),
    ];
    check(&plan(&[]), &rows, &[(F::City, "Wrocław"), (F::Street, "Rynek 1"), (F::Region, "Lower Silesia")]);
    let abroad = city(2, "8", "Brno", &[(F::Street, "Away 2"), (F::Postcode, "50-001"), (F::Country, "CZ")]);
    check(&plan(&[]), &[newest, abroad, rows[3].clone()], &[(F::Street, "Rynek 1")]);
    // A newer row that knows only the country does not break the address of an older one.
    let rows = [row(0, 1, &new), row(0, 2, &[(F::Country, "DE"), (F::ModifiedAt, "10")])];
    check(&plan(&[]), &rows, &[(F::Street, "Vitosha 1"), (F::City, "Sofia"), (F::Country, "DE")]);
}

#[test]
fn a_field_with_its_own_way_leaves_the_unit() {
    let rows = [
        row(0, 1, &[(F::Street, "New 1"), (F::City, "Sofia"), (F::Country, "BG"), (F::ModifiedAt, "9")]),
        row(1, 2, &[(F::Street, "Old 2"), (F::City, "Varna"), (F::Country, "DE"), (F::ModifiedAt, "1")]),
    ];
    check(
        &plan(&[(F::Street, S::MostTrusted)]),
        &rows,
        &[(F::Street, "Old 2"), (F::City, "Varna"), (F::Country, "DE")],
    );
    let ways = plan(&[(F::Street, S::MostTrusted), (F::Country, S::Min)]);
    check(&ways, &rows, &[(F::Street, "Old 2"), (F::City, "Varna"), (F::Country, "BG")]);
    let ways = plan(&[(F::City, S::MostTrusted), (F::Postcode, S::Longest)]);
    check(&ways, &rows, &[(F::Street, "Old 2"), (F::City, "Varna"), (F::Postcode, "")]);
    // Whoever decides the unit, halves of it are filled.
    let rows = [
        row(0, 1, &[(F::FirstName, "Ana"), (F::BudgetCurrency, "EUR"), (F::ModifiedAt, "9")]),
        row(1, 2, &[(F::LastName, "Kirova"), (F::BudgetAmount, "5"), (F::ModifiedAt, "1")]),
    ];
    for way in [S::MostRecent, S::MostTrusted, S::Longest] {
        let ways = plan(&[(F::FirstName, way), (F::LastName, way), (F::BudgetCurrency, way)]);
        let whole =
            [(F::FirstName, "Ana"), (F::LastName, "Kirova"), (F::BudgetAmount, "5.0"), (F::BudgetCurrency, "EUR")];
        check(&ways, &rows, &whole);
    }
}

#[test]
fn an_amount_keeps_its_currency_and_a_status_its_reason() {
    let rows = [
        row(0, 1, &[(F::BudgetAmount, "5000"), (F::Status, "open"), (F::ModifiedAt, "9")]),
        row(
            0,
            2,
            &[
                (F::BudgetAmount, "9000"),
                (F::BudgetCurrency, "USD"),
                (F::Status, "disqualified"),
                (F::StatusReason, "No budget"),
                (F::ClosedAt, "4"),
                (F::ModifiedAt, "5"),
            ],
        ),
    ];
    let agreeing = row(
        0,
        3,
        &[
            (F::BudgetAmount, "5000"),
            (F::BudgetCurrency, "EUR"),
            (F::Status, "open"),
            (F::StatusReason, "In contact"),
            (F::ModifiedAt, "1"),
        ],
    );
    let expected = [
        (F::BudgetAmount, "5000.0"),
        (F::BudgetCurrency, "EUR"),
        (F::Status, "open"),
        (F::StatusReason, "In contact"),
        (F::ClosedAt, "4"),
    ];
    check(&plan(&[]), &[rows[0].clone(), rows[1].clone(), agreeing], &expected);
    // Without one that agrees, the blank still doesn't survive.
    check(&plan(&[]), &rows, &[(F::BudgetAmount, "5000.0"), (F::BudgetCurrency, "USD"), (F::Status, "open")]);
    let same = [rows[0].clone(), row(0, 2, &[(F::BudgetAmount, "5000"), (F::BudgetCurrency, "EUR")])];
    check(&plan(&[]), &same, &[(F::BudgetAmount, "5000.0"), (F::BudgetCurrency, "EUR")]);
    check(&plan(&[]), &[row(0, 1, &[])], &[(F::Status, "open")]);
}

#[test]
fn the_survivor_gives_the_source_id() {
    let rows = [
        row(0, 1, &[(F::SourceId, "A"), (F::ModifiedAt, "1")]),
        row(0, 2, &[(F::SourceId, "B"), (F::ModifiedAt, "2")]),
    ];
    let entities = one(&plan(&[]), &rows);
    assert_eq!(entities.survivors, [LeadId(1)]);
    check(&plan(&[(F::SourceId, S::Oldest)]), &rows, &[(F::SourceId, "B")]);
}

#[test]
fn the_lead_id_is_that_of_the_row_created_first() {
    let first = row(0, 7, &[(F::CreatedAt, "1")]);
    let later = row(0, 3, &[(F::CreatedAt, "5")]);
    let undated = row(0, 1, &[]);
    let alone = one(&plan(&[]), std::slice::from_ref(&first)).ids;
    assert_eq!(alone[0], ids::lead_id(7));
    assert_eq!(one(&plan(&[]), &[undated.clone(), later.clone(), first]).ids, alone);
    assert_eq!(one(&plan(&[]), &[undated, later]).ids[0], ids::lead_id(3));
}

#[test]
fn there_is_every_column_with_its_type() {
    let rows = [row(0, 1, &[(F::FullName, "Ana")]), row(0, 2, &[(F::FullName, "Ivo")])];
    let (entities, _) = merge(&plan(&[]), &leads(&rows), &Clusters::from_assignment(vec![0, 1]), &[], AS_OF, true);
    let facts = &entities.facts;
    let names: Vec<&str> = facts.names().collect();
    let expected: Vec<&str> = ["lead_id"]
        .into_iter()
        .chain(Field::ALL.iter().map(|field| field.name()))
        .chain(["last_activity_at", "members"])
        .collect();
    assert_eq!(names, expected);
    let stamp = DataType::Datetime(TimeUnit::Microseconds, None);
    let types = [
        ("lead_id", DataType::String),
        ("manual_stars", DataType::Int64),
        ("budget_amount", DataType::Float64),
        ("opt_out", DataType::Boolean),
        ("estimated_close_date", DataType::Date),
        ("created_at", stamp.clone()),
        ("last_activity_at", stamp),
        ("members", DataType::Int64),
    ];
    for (name, kind) in types {
        assert_eq!(*facts.column(name).unwrap().dtype(), kind, "{name}");
    }
    assert_eq!(entities.ids.len(), 2);
    assert!(entities.ids.is_sorted());
    assert_eq!(golden(&entities, 0, "lead_id"), entities.ids[0]);
    assert_eq!(golden(&entities, 0, "members"), "1");
    assert_eq!(entities.of[entities.members(0)[0].index()], EntityId(0));
}

#[test]
fn no_leads_give_no_golden_leads() {
    let (entities, findings) = merge(&plan(&[]), &leads(&[]), &Clusters::from_assignment(vec![]), &[], AS_OF, true);
    assert_eq!((entities.len(), entities.facts.leads(), findings.len()), (0, 0, 0));
}

#[test]
fn contact_points_of_all_members_are_kept_once() {
    let rows = [
        row(0, 1, &[(F::Email, "old@x.bg"), (F::Phone, "+2"), (F::City, "Varna"), (F::ModifiedAt, "1")]),
        row(
            0,
            2,
            &[
                (F::Email, "new@x.bg"),
                (F::Email2, "old@x.bg"),
                (F::Phone, "+1"),
                (F::MobilePhone, "+2"),
                (F::Fax, "+9"),
                (F::Street, "Vitosha 1"),
                (F::City, "Sofia"),
                (F::Country, "BG"),
                (F::ModifiedAt, "5"),
            ],
        ),
        row(0, 3, &[(F::Email, "new@x.bg"), (F::Email3, "third@x.bg"), (F::Country, "BG"), (F::ModifiedAt, "2")]),
    ];
    let points: Vec<(&str, &str, String, bool)> = one(&plan(&[]), &rows)
        .contact_points
        .into_iter()
        .map(|point| (point.kind.name(), point.label.name(), point.value, point.is_mailing))
        .collect();
    let expected = [
        ("email", "business", "new@x.bg", true),
        ("email", "business", "old@x.bg", false),
        ("email", "other", "third@x.bg", false),
        ("phone", "business", "+1", false),
        ("phone", "mobile", "+2", false),
        ("phone", "fax", "+9", false),
        ("address", "business", "Vitosha 1, Sofia, BG", true),
        ("address", "business", "Varna", false),
    ];
    assert_eq!(points, expected.map(|(kind, label, value, mailing)| (kind, label, value.to_owned(), mailing)));
}

fn activity(lead_id: &str, email: &str, day: Option<i64>, text: &str) -> Activity {
    Activity {
        origin: origin(9, 99),
        lead_id: lead_id.to_owned(),
        email: email.to_owned(),
        kind: ActivityKind::Note,
        at: day.map(|day| day * DAY),
        subject: String::new(),
        text: text.to_owned(),
        author: String::new(),
    }
}

#[test]
fn history_is_linked_by_source_id_then_by_email() {
    let rows = [
        row(0, 1, &[(F::SourceId, "1"), (F::Email2, "both@x.bg"), (F::Notes, "hot"), (F::CreatedAt, "2")]),
        row(1, 2, &[(F::SourceId, "1"), (F::Email, "b@x.bg")]),
        row(1, 3, &[(F::SourceId, "3"), (F::Email, "both@x.bg"), (F::Notes, "cold")]),
        row(1, 4, &[(F::SourceId, "4"), (F::Notes, "cold"), (F::CreatedAt, "3")]),
    ];
    let leads = leads(&rows);
    let clusters = Clusters::from_assignment(vec![0, 1, 2, 2]);
    let activities = [
        activity("1", "", Some(1), "first row of the id"),
        activity("1", "b@x.bg", Some(1), "the id and the address"),
        activity("9", "b@x.bg", Some(1), "the address, the id is unknown"),
        activity("", "both@x.bg", Some(1), "a first address before a second"),
        activity("3", "", Some(4), "called"),
        activity("4", "", Some(4), "called"),
        activity("3", "", Some(20), "on the day"),
        activity("3", "", Some(21), "tomorrow"),
        activity("3", "", None, "undated"),
        activity("77", "", Some(1), "nobody"),
        activity("", "nobody@x.bg", Some(1), "nobody"),
        Activity { subject: "Fair".to_owned(), ..activity("", "", Some(1), "nobody") },
        Activity { subject: "Fair".to_owned(), ..activity("78", "nobody@x.bg", Some(1), "nobody") },
    ];
    let (entities, findings) = merge(&plan(&[]), &leads, &clusters, &activities, AS_OF, true);
    let of = |lead: usize| -> Vec<(Option<i64>, &str)> {
        let entity = entities.of[lead];
        let items = entities.history.iter().filter(|item| item.entity == entity);
        items.map(|item| (item.at.map(|at| at / DAY), item.text.as_str())).collect()
    };
    assert_eq!(of(0), [(Some(1), "first row of the id"), (Some(2), "hot")]);
    assert_eq!(of(1), [(Some(1), "the address, the id is unknown"), (Some(1), "the id and the address")]);
    assert_eq!(
        of(2),
        [
            (None, "undated"),
            (Some(1), "a first address before a second"),
            (Some(3), "cold"),
            (Some(4), "called"),
            (Some(20), "on the day"),
            (Some(21), "tomorrow"),
        ]
    );
    let entity = entities.of[2].index();
    assert_eq!(golden(&entities, entity, "last_activity_at"), "20");
    let unknown: Vec<(FindingCode, &str, &str)> =
        findings.iter().map(|it| (it.code, it.field.as_str(), it.text.as_str())).collect();
    let code = FindingCode::UnknownLead;
    let expected = [("lead_id", "77"), ("email", "nobody@x.bg"), ("", "Fair"), ("lead_id", "78")];
    assert_eq!(unknown, expected.map(|(field, text)| (code, field, text)));
}

#[test]
fn stars_given_by_hand_keep_their_dates() {
    let given = |key, [stars, rated, expires, modified]: [&'static str; 4]| {
        let fields = [F::ManualStars, F::RatedAt, F::RatingExpiresAt, F::ModifiedAt];
        row(0, key, &fields.into_iter().zip([stars, rated, expires, modified]).collect::<Vec<_>>())
    };
    let of = |rows: &[Row]| {
        let entities = one(&plan(&[]), rows);
        let dates = [F::ManualStars, F::RatedAt, F::RatingExpiresAt].map(|field| golden(&entities, 0, field.name()));
        let rating = entities.ratings.first().map(|rating| (rating.row_at.map(|at| at / DAY), rating.of_others));
        (dates.map(|date| if date.contains('-') { "a date".to_owned() } else { date }), rating)
    };
    let text = |texts: [&str; 3]| texts.map(str::to_owned);
    // The most recent row that has stars gives all three; one without stars gives nothing.
    let rows = [given(1, ["", "8", "", "9"]), given(2, ["5", "4", "", "7"]), given(3, ["2", "6", "", "5"])];
    assert_eq!(of(&rows), (text(["5", "4", ""]), Some((Some(7), [false; 2]))));
    // A row with as many stars fills the blank before one with others.
    let rows = [given(1, ["5", "", "", "9"]), given(2, ["3", "2", "", "7"]), given(3, ["5", "4", "", "5"])];
    assert_eq!(of(&rows), (text(["5", "4", ""]), Some((Some(9), [false; 2]))));
    // A blank never survives; but the last day is known to be that of other stars.
    let rows = [given(1, ["5", "8", "", "9"]), given(2, ["3", "2", "12", "7"])];
    assert_eq!(of(&rows), (text(["5", "8", "a date"]), Some((Some(9), [false, true]))));
    assert_eq!(of(&[given(1, ["", "8", "", "9"])]), (text(["", "8", ""]), None));
}
