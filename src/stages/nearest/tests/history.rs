//! Near misses of criteria over history.

use super::*;

#[test]
fn what_has_happened_cannot_be_undone() {
    let mails = || Items { activity: Some(ActivityKind::Email), ..Items::default() };
    let told = |test: CriterionTest, worth: Worth| {
        let mut plan = plan();
        plan.criteria.truncate(1);
        plan.criteria.push(Criterion { test, worth, ..criterion("Mails", "asked", points(2), None) });
        let rows = found(&plan, "", &leads(&[(None, None, None)]), 0);
        rows.into_iter().find(|row| row.contains("criterion Mails"))
    };
    let any = |at_least| CriterionTest::Any { items: mails(), at_least };
    let none = || CriterionTest::Without { items: mails() };
    assert!(told(any(1), points(2)).is_some_and(|row| row.contains("one more email (criterion Mails: +2)")));
    assert!(told(any(3), points(2)).is_some_and(|row| row.contains("criterion Mails: +2 (at least 3 of email)")));
    // A mail ends what counts against leads without one; a mail that counts against them stays.
    assert!(told(none(), points(-2)).is_some_and(|row| row.contains("one more email (criterion Mails: +2)")));
    assert_eq!(told(none(), points(2)), None);
    assert_eq!(told(any(1), points(-2)), None);
}
