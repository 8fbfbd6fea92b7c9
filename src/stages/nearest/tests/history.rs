//! Near misses of criteria over history.

use super::*;
use crate::config::plan::ITEM_COLUMNS;

#[test]
fn what_has_happened_cannot_be_undone() {
    let mails = || Items { activity: Some(ActivityKind::Email), ..Items::default() };
    let told_after = |mailed: bool, test: CriterionTest, worth: Worth| {
        let mut plan = plan();
        plan.criteria.truncate(1);
        plan.criteria.push(Criterion { test, worth, ..criterion("Mails", "asked", points(2), None) });
        let mut entities = leads(&[(None, None, None)]);
        entities.history = mailed.then(|| sample::item(0, ActivityKind::Email, Some(0))).into_iter().collect();
        let rows = found(&plan, "", &entities, 0);
        rows.into_iter().find(|row| row.contains("criterion Mails"))
    };
    let told = |test: CriterionTest, worth: Worth| told_after(false, test, worth);
    let each = || CriterionTest::Each { items: mails(), at_most: None, decay: None };
    let any = |at_least| CriterionTest::Any { items: mails(), at_least };
    let none = || CriterionTest::Without { items: mails() };
    assert!(told(any(1), points(2)).is_some_and(|row| row.contains("one more e-mail (criterion Mails: +2)")));
    assert!(told(any(3), points(2)).is_some_and(|row| row.contains("criterion Mails: +2 (at least 3 e-mails)")));
    // A mail ends what counts against leads without one; a mail that counts against them stays.
    assert!(told(none(), points(-2)).is_some_and(|row| row.contains("one more e-mail (criterion Mails: +2)")));
    assert_eq!(told_after(true, none(), points(2)), None);
    assert_eq!(told_after(true, any(1), points(-2)), None);
    assert_eq!(told_after(true, each(), points(-2)), None);
    assert!(told(each(), points(2)).is_some_and(|row| row.contains("one more e-mail (criterion Mails: +2)")));
}

#[test]
fn items_are_told_by_kind_window_and_condition() {
    use ActivityKind::{Appointment, Email, Note, PhoneLog, Task};
    let told = |items: Items, at_least: u32| {
        let mut plan = plan();
        plan.criteria.truncate(1);
        let test = CriterionTest::Any { items, at_least };
        plan.criteria.push(Criterion { test, ..criterion("Touches", "asked", points(2), None) });
        let rows = found(&plan, "", &leads(&[(None, None, None)]), 0);
        let row = rows.into_iter().find(|row| row.contains("criterion Touches")).expect("two points lift it");
        row.rsplit(" | ").next().unwrap_or_default().to_owned()
    };
    let kinds = [
        (Some(Email), "e-mail", "e-mails"),
        (Some(PhoneLog), "call", "calls"),
        (Some(Appointment), "appointment", "appointments"),
        (Some(Task), "task", "tasks"),
        (Some(Note), "note", "notes"),
        (None, "history item", "history items"),
    ];
    for (activity, one, several) in kinds {
        let items = |within_days| Items { activity, within_days, filter: None };
        // The next one is of today: no window excludes it.
        assert_eq!(told(items(Some(30)), 1), format!("one more {one} (criterion Touches: +2)"));
        assert_eq!(told(items(None), 2), format!("criterion Touches: +2 (at least 2 {several})"));
        assert_eq!(told(items(Some(30)), 3), format!("criterion Touches: +2 (at least 3 {several} within 30 days)"));
    }
    let columns = ITEM_COLUMNS.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
    let by_people = rules::condition("author <> 'bot'", &Scope { columns, as_of: AS_OF });
    let filter = Some(by_people.unwrap_or_else(|faults| panic!("{faults:?}")));
    let mails = Items { activity: Some(Email), within_days: Some(1), filter };
    assert_eq!(told(mails.clone(), 1), "one more e-mail where author <> 'bot' (criterion Touches: +2)");
    assert_eq!(told(mails, 2), "criterion Touches: +2 (at least 2 e-mails within 1 day where author <> 'bot')");
}
