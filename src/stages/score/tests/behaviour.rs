//! Criteria over history, worked out by hand.

use super::*;
use crate::config::plan::ITEM_COLUMNS;
use crate::model::entities::HistoryItem;
use crate::rules::{self, Condition, Scope};

/// A condition on history items, as a user writes it.
fn on_items(sql: &str) -> Option<Condition> {
    let columns = ITEM_COLUMNS.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    Some(rules::condition(sql, &Scope { columns, as_of: AS_OF }).unwrap_or_else(|wrong| panic!("{sql}: {wrong:?}")))
}

fn items(activity: Option<ActivityKind>, within_days: Option<i64>, sql: &str) -> Items {
    Items { activity, within_days, filter: if sql.is_empty() { None } else { on_items(sql) } }
}

fn any(items: Items, at_least: u32) -> CriterionTest {
    CriterionTest::Any { items, at_least }
}

fn criterion(test: CriterionTest, worth: Worth) -> Criterion {
    Criterion { name: "behaviour".to_owned(), test, worth, missing: Missing::No, group: None, version: None }
}

fn aged(days: i64) -> Option<i64> {
    Some(MIDNIGHT - days * DAY)
}

/// An item of `age` days of a lead.
fn said(lead: u32, kind: ActivityKind, age: i64, [subject, text, author]: [&str; 3]) -> HistoryItem {
    HistoryItem {
        subject: subject.to_owned(),
        text: text.to_owned(),
        author: author.to_owned(),
        ..sample::item(lead, kind, aged(age))
    }
}

#[test]
fn points_fade_evenly_to_nothing() {
    let cases = [
        // (points, fades in, age, given): points x (1 - age / days)
        ("3", 60, 0, "3"),
        ("3", 60, 15, "2.25"),
        ("3", 60, 30, "1.5"),
        ("3", 60, 59, "0.05"),
        ("3", 60, 60, "0"),
        ("3", 60, 61, "0"),
        ("10", 3, 1, "6.6667"),
        ("10", 3, 2, "3.3333"),
        ("-10", 3, 1, "-6.6667"),
        ("-10", 3, 2, "-3.3333"),
        // Halves of the last decimal go away from zero: 0.00005, 0.00015.
        ("0.0001", 2, 1, "0.0001"),
        ("-0.0001", 2, 1, "-0.0001"),
        ("0.0003", 2, 1, "0.0002"),
        ("1", 1, 0, "1"),
        ("1", 1, 1, "0"),
        ("1000000", 100_000, 99_999, "10"),
    ];
    for case @ (points, days, age, given) in cases {
        let items = Items::default();
        let test = CriterionTest::Each { items, at_most: Some(5), decay: Some(Decay::Linear(days)) };
        let plan = plan(vec![counted("mail", test, Points::rounded(points.parse().unwrap()))]);
        let scores = score(&plan, &with_history(&[(MAIL, aged(age))]), AS_OF);
        assert_eq!(scores.score[0].to_string(), given, "{case:?}");
        assert_eq!(sample::met(&scores.lines[0]), [Some(given != "0")], "{case:?}");
    }
}

#[test]
fn what_has_faded_is_no_item_any_more() {
    let fading = |at_most, activity| CriterionTest::Each {
        items: Items { activity, ..Items::default() },
        at_most: Some(at_most),
        decay: Some(Decay::Linear(10)),
    };
    let history = [(MAIL, None), (MAIL, aged(10)), (CALL, aged(9)), (MAIL, aged(5)), (MAIL, aged(5)), (MAIL, aged(-1))];
    let entities = with_history(&history);
    let cases = [
        // 5 and 5 days old: 2 x 2 x (1 - 0.5); 9 days old: 2 x 0.1; the undated and the future one count nowhere.
        (fading(9, None), "2.2"),
        (fading(2, None), "2"),
        (fading(9, Some(CALL)), "0.2"),
        (fading(9, Some(ActivityKind::Task)), "0"),
    ];
    for (test, expected) in cases {
        let scores = score(&plan(vec![counted("fading", test.clone(), Points::whole(2))]), &entities, AS_OF);
        assert_eq!(scores.score[0].to_string(), expected, "{test:?}");
        // At most nine, or at most two, of two points each.
        let CriterionTest::Each { at_most: Some(most), .. } = test else { unreachable!("each") };
        assert_eq!(scores.max, Points::whole(2 * i64::from(most)));
    }
}

#[test]
fn a_condition_says_which_items_count() {
    let mut entities = sample::entities(3, []);
    entities.history = vec![
        said(2, MAIL, 1, ["Pricing 2026", "", "anna"]),
        said(0, MAIL, 40, ["Our PRICING", "see the list", "bot"]),
        said(0, MAIL, 3, ["pricing?", "", "anna"]),
        said(0, CALL, 5, ["", "asked for pricing", "jan"]),
        said(0, MAIL, 7, ["Newsletter", "", ""]),
        said(0, MAIL, -1, ["pricing, tomorrow", "", "anna"]),
    ];
    let cases = [
        // Points of the three leads, one point per item.
        ("subject ILIKE '%pricing%'", ["2", "0", "1"]),
        ("subject ILIKE '%pricing%' AND author <> 'bot'", ["1", "0", "1"]),
        ("text ILIKE '%pricing%'", ["1", "0", "0"]),
        // Nobody wrote the newsletter: unknown is not met, as everywhere.
        ("author <> 'bot'", ["2", "0", "1"]),
        ("author IS NULL", ["1", "0", "0"]),
        ("activity = 'phone_log'", ["1", "0", "0"]),
        ("activity IN ('email', 'note') AND at >= as_of - INTERVAL '7 days'", ["2", "0", "1"]),
        ("at < as_of - INTERVAL '7 days'", ["1", "0", "0"]),
        ("TRUE", ["4", "0", "1"]),
        ("FALSE", ["0", "0", "0"]),
    ];
    // All of them at once: each criterion keeps its own condition.
    let criteria = cases.iter().map(|(sql, _)| {
        let test = CriterionTest::Each { items: items(None, None, sql), at_most: Some(9), decay: None };
        counted(sql, test, Points::whole(1))
    });
    let scores = score(&plan(criteria.collect()), &entities, AS_OF);
    for (sql, expected) in cases {
        assert_eq!(shown(&line(&scores, sql)), expected, "{sql}");
    }
    // A window, a kind and a condition hold together; of what is left the newest count.
    let test = CriterionTest::Each {
        items: items(Some(MAIL), Some(60), "author = 'bot' OR subject = 'Newsletter'"),
        at_most: Some(1),
        decay: Some(Decay::Linear(14)),
    };
    let scores = score(&plan(vec![counted("newest", test, Points::whole(4))]), &entities, AS_OF);
    assert_eq!(shown(&scores.score), ["2", "0", "0"], "7 of 14 days old: 4 x 0.5");
}

#[test]
fn any_counts_once_and_none_where_there_is_no_item() {
    let history = [(MAIL, None), (MAIL, aged(30)), (MAIL, aged(10)), (CALL, aged(100)), (MAIL, aged(-2))];
    let entities = with_history(&history);
    let (m, c) = (Some(MAIL), Some(CALL));
    let without = |items| CriterionTest::Without { items };
    let cases = [
        // Three mails up to as_of, one of them undated; the one in two days does not count.
        (any(items(m, None, ""), 1), true),
        (any(items(m, None, ""), 3), true),
        (any(items(m, None, ""), 4), false),
        (any(items(m, Some(30), ""), 2), true),
        (any(items(m, Some(29), ""), 2), false),
        (any(items(m, Some(9), ""), 1), false),
        (any(items(c, Some(100), ""), 1), true),
        (any(items(c, Some(99), ""), 1), false),
        (any(items(None, None, "activity = 'task'"), 1), false),
        (without(items(m, None, "")), false),
        (without(items(m, Some(10), "")), false),
        (without(items(m, Some(9), "")), true),
        (without(items(c, Some(90), "")), true),
        (without(items(Some(ActivityKind::Task), None, "")), true),
        (without(items(None, None, "subject IS NULL")), false),
        (without(items(None, None, "subject = 'x'")), true),
    ];
    for (test, met) in cases {
        for (worth, yes, no, min, max) in [
            (points(8), "8", "0", 0, 8),
            (points(-10), "-10", "0", -10, 0),
            // An importance is a weight: met adds it, unmet takes it away.
            (importance(2), "2", "-2", -2, 2),
        ] {
            let scores = score(&plan(vec![criterion(test.clone(), worth)]), &entities, AS_OF);
            assert_eq!(sample::met(&scores.lines[0]), [Some(met)], "{test:?}");
            assert_eq!(shown(&scores.score), [if met { yes } else { no }], "{test:?}, {worth:?}");
            assert_eq!((scores.min, scores.max), (Points::whole(min), Points::whole(max)), "{test:?}, {worth:?}");
        }
    }
}

#[test]
fn a_lead_without_history_has_no_item() {
    let entities = sample::entities(2, []);
    let nothing = CriterionTest::Without { items: items(None, Some(90), "author <> 'bot'") };
    let something = any(items(None, None, "author <> 'bot'"), 1);
    let scores =
        score(&plan(vec![criterion(nothing, points(-10)), counted("some", something, Points(1))]), &entities, AS_OF);
    assert_eq!(shown(&scores.score), ["-10", "-10"]);
    assert_eq!(texts(&scores.reasons_against), ["behaviour (-10)"; 2]);
}

#[test]
fn behaviour_is_the_same_on_any_number_of_threads_and_in_any_order() {
    let leads = 3_000;
    let mut entities = sample::entities(leads, []);
    for lead in 0..leads as u32 {
        for nth in 0..lead % 5 {
            let author = if nth == 1 { "bot" } else { "anna" };
            entities.history.push(said(lead, MAIL, i64::from(nth) * 10, ["a", "b", author]));
        }
    }
    let filter = "author <> 'bot'";
    let fading =
        CriterionTest::Each { items: items(None, None, filter), at_most: Some(9), decay: Some(Decay::Linear(40)) };
    let plan = plan(vec![
        counted("fading", fading, Points::whole(4)),
        criterion(any(items(None, None, filter), 2), points(100)),
    ]);
    let on = |threads, entities: &Entities| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| score(&plan, entities, AS_OF))
    };
    let (one, three) = (on(1, &entities), on(3, &entities));
    entities.history.reverse();
    let reversed = on(2, &entities);
    assert_eq!((&one.score, texts(&one.reasons_for)), (&three.score, texts(&three.reasons_for)));
    assert_eq!(one.score, reversed.score);
    // Of 0 to 4 items the second is the bot's; the others are 0, 20, 30 days old: 4, 2, 1.
    for (lead, score) in one.score.iter().enumerate() {
        let expected = [0, 4, 4, 6 + 100, 7 + 100][lead % 5];
        assert_eq!(*score, Points::whole(expected), "{lead}");
    }
}
