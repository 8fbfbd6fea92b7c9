//! Bulk edits on small frames.

use polars::prelude::{AnyValue, Column, DataType, col, lit};

use super::edit;
use crate::config::plan::{EditPlan, EditValue};
use crate::model::entities::{Entities, NO_MEMBER};
use crate::model::field::Field;
use crate::rules::Condition;
use crate::sample;

fn set(filter: Option<Condition>, column: &str, value: EditValue) -> EditPlan {
    EditPlan { filter, set: vec![(column.to_owned(), value)], clear: Vec::new() }
}

fn text(value: &str) -> EditValue {
    EditValue::Text(value.to_owned())
}

fn leads() -> Entities {
    let source = Column::new("source".into(), [Some("Webinar"), Some("Fair"), None]);
    let country = Column::new("country".into(), [None, None, Some("DE")]);
    sample::entities(3, [source, country, Column::new("manual_stars".into(), [Some(1_i64), None, Some(3)])])
}

/// "" where there is none.
fn texts(entities: &Entities, column: &str) -> Vec<String> {
    let column = entities.facts.column(column).unwrap();
    column.str().unwrap().iter().map(|text| text.unwrap_or_default().to_owned()).collect()
}

#[test]
fn only_leads_that_meet_the_condition_change() {
    let webinar = sample::condition(col("source").eq(lit("Webinar")));
    let mut entities = leads();
    edit(&[set(Some(webinar), "country", text("BG"))], &mut entities);
    assert_eq!(texts(&entities, "country"), ["BG", "", "DE"], "an unknown source does not meet it");
    assert_eq!(texts(&entities, "lead_id"), ["L000", "L001", "L002"]);
}

#[test]
fn edits_run_in_order_on_the_result_of_the_one_before() {
    let blank = || sample::condition(col("country").is_null());
    let bulgarian = || sample::condition(col("country").eq(lit("BG")));
    let fill = || set(Some(blank()), "country", text("BG"));
    let mark = || set(Some(bulgarian()), "region", text("Sofia"));

    let mut entities = leads();
    edit(&[fill(), mark()], &mut entities);
    assert_eq!(texts(&entities, "region"), ["Sofia", "Sofia", ""]);

    let mut entities = leads();
    edit(&[mark(), fill()], &mut entities);
    assert_eq!(texts(&entities, "region"), [""; 3]);
}

#[test]
fn one_edit_sees_the_leads_as_they_were_before_it() {
    let filter = Some(sample::condition(col("country").is_null()));
    let set = vec![("country".to_owned(), text("BG")), ("need".to_owned(), text("high"))];
    let mut entities = leads();
    edit(&[EditPlan { filter, set, clear: vec!["manual_stars".to_owned()] }], &mut entities);
    assert_eq!(texts(&entities, "need"), ["high", "high", ""]);
    let stars = entities.facts.column("manual_stars").unwrap();
    let stars = stars.i64().unwrap().iter().collect::<Vec<_>>();
    assert_eq!(stars, [None, None, Some(3)]);
}

#[test]
fn without_a_condition_all_leads_change_and_types_stay() {
    let cases = [
        ("country", text("BG"), AnyValue::String("BG")),
        ("country", text(""), AnyValue::Null),
        ("manual_stars", EditValue::Integer(4), AnyValue::Int64(4)),
        ("budget_amount", EditValue::Number(12.5), AnyValue::Float64(12.5)),
        ("budget_amount", EditValue::Integer(12), AnyValue::Float64(12.0)),
        ("opt_out", EditValue::Boolean(true), AnyValue::Boolean(true)),
        ("estimated_close_date", EditValue::Date(20_543), AnyValue::Date(20_543)),
        ("status", text("disqualified"), AnyValue::String("disqualified")),
    ];
    for (column, value, expected) in cases {
        let mut entities = leads();
        let before = entities.facts.clone();
        edit(&[set(None, column, value)], &mut entities);
        let after = entities.facts.column(column).unwrap();
        assert_eq!(after.dtype(), before.column(column).unwrap().dtype(), "{column}");
        (0..3).for_each(|row| assert_eq!(after.get(row).unwrap(), expected, "{column}"));
        assert!(entities.facts.names().eq(before.names()));
    }
    let mut entities = leads();
    edit(&[set(None, "closed_at", EditValue::Timestamp(7))], &mut entities);
    let closed = entities.facts.column("closed_at").unwrap();
    assert!(matches!(closed.dtype(), DataType::Datetime(..)));
    assert_eq!(closed.cast(&DataType::Int64).unwrap().get(2).unwrap(), AnyValue::Int64(7));
}

#[test]
fn an_edited_value_came_from_no_member() {
    let mut entities = leads();
    let blank = sample::condition(col("country").is_null());
    edit(&[set(Some(blank), "country", text("BG"))], &mut entities);
    assert_eq!(entities.lineage[entities.schema.index_of(Field::Country)][..], [NO_MEMBER, NO_MEMBER, 2]);
    assert_eq!(entities.lineage[entities.schema.index_of(Field::Source)][..], [0, 1, 2]);

    let webinar = sample::condition(col("source").eq(lit("Webinar")));
    edit(&[EditPlan { filter: Some(webinar), set: Vec::new(), clear: vec!["source".to_owned()] }], &mut entities);
    assert_eq!(entities.lineage[entities.schema.index_of(Field::Source)][..], [NO_MEMBER, 1, 2]);
}

#[test]
fn leads_are_filed_by_their_names_as_edited() {
    let mut entities = leads();
    entities.facts.file();
    let first = || set(Some(sample::condition(col("source").eq(lit("Fair")))), "first_name", text("Ana"));
    edit(&[set(None, "last_name", text("Kirova")), first()], &mut entities);
    assert_eq!(texts(&entities, "file_as"), ["Kirova", "Kirova, Ana", "Kirova"]);
    // Who says how leads are filed is not overruled by a name that comes later.
    let fair = sample::condition(col("source").eq(lit("Fair")));
    edit(&[set(Some(fair), "file_as", text("Boss")), set(None, "last_name", text("Roe"))], &mut entities);
    assert_eq!(texts(&entities, "file_as"), ["Kirova", "Boss", "Kirova"]);
    edit(&[EditPlan { filter: None, set: Vec::new(), clear: vec!["file_as".to_owned()] }], &mut entities);
    assert_eq!(texts(&entities, "file_as"), [""; 3]);
}

#[test]
fn one_lead_or_none_is_no_special_case() {
    let unknown = || sample::condition(col("source").eq(lit("Webinar")));
    let mut one = sample::entities(1, []);
    edit(&[set(Some(unknown()), "country", text("BG"))], &mut one);
    assert_eq!(texts(&one, "country"), [""], "an unknown condition is not met");
    edit(&[set(None, "country", text("BG"))], &mut one);
    assert_eq!(texts(&one, "country"), ["BG"]);

    let mut none = sample::entities(0, []);
    edit(&[set(Some(unknown()), "country", text("BG")), set(None, "country", text("BG"))], &mut none);
    assert_eq!(none.facts.leads(), 0);
}
