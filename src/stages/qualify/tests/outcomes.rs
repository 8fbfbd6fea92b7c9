//! What is decided, what is created, what travels.

use super::*;

#[test]
fn a_lead_qualifies_when_its_condition_holds() {
    let case = case([
        ANA,
        &with(ANA, &[(F::BudgetAmount, "4999")]),
        &with(ANA, &[(F::Status, "qualified"), (F::ClosedAt, "7")]),
    ]);
    case.expect(0, Qualified, "conditions_met");
    case.expect(1, Unchanged, "conditions_not_met");
    case.expect(2, Unchanged, "already_closed");
    let emissions = case.run();
    assert_eq!(emissions.decisions[0].rule, "qualify");
    assert_eq!(emissions.status.iter().collect::<Vec<_>>(), ["qualified", "open", "qualified"]);
    assert_eq!(emissions.stage, ["develop", "qualify", "qualify"]);
    assert_eq!(emissions.closed_at, [Some(TODAY), None, Some(7)]);
    case.plan(|plan| plan.filter = None).expect(0, Unchanged, "conditions_not_met");
}

#[test]
fn each_record_is_created_or_not() {
    let big = || Switch::When(condition(col("budget_amount").gt(lit(8000.0))));
    let counts = |account: Switch, contact: Switch, opportunity: Switch| {
        let case = case([ANA]).plan(|plan| {
            (plan.create_account, plan.create_contact, plan.create_opportunity) = (account, contact, opportunity);
        });
        let made = case.run();
        assert_eq!(made.decisions[0].kind, Qualified);
        (made.accounts.len(), made.contacts.len(), made.opportunities.len(), made.stage[0])
    };
    let (yes, no) = (|| Switch::Always, || Switch::Never);
    assert_eq!(counts(yes(), yes(), yes()), (1, 1, 1, "develop"));
    assert_eq!(counts(no(), yes(), yes()), (0, 1, 1, "develop"));
    assert_eq!(counts(yes(), no(), yes()), (1, 0, 1, "develop"));
    // 5: without an opportunity the stage does not advance.
    assert_eq!(counts(yes(), yes(), no()), (1, 1, 0, "qualify"));
    assert_eq!(counts(no(), no(), no()), (0, 0, 0, "qualify"));
    assert_eq!(counts(yes(), yes(), big()), (1, 1, 0, "qualify"));
}

#[test]
fn a_person_without_a_company_gets_no_account() {
    let made = case([&[(F::FullName, "Ana Kirova")]]).run();
    assert_eq!((made.accounts.len(), made.contacts.len()), (0, 1));
    assert_eq!(made.contacts[0].account_id, "");
    assert_eq!(made.opportunities[0].name, "Ana Kirova: New business");
}

#[test]
fn interest_value_time_frame_and_all_notes_travel() {
    let lead = with(
        ANA,
        &[
            (F::ProductInterest, "Pumps"),
            (F::EstimatedValue, "7500.5"),
            (F::EstimatedCloseDate, "40"),
            (F::PurchaseTimeframe, "immediate"),
            (F::BudgetCurrency, "EUR"),
            (F::Source, "Fair"),
            (F::JobTitle, "CTO"),
            (F::OptOut, "true"),
            (F::Notes, "edited"),
        ],
    );
    let mut case = case([&lead, &with(&lead, &[(F::BudgetAmount, "1")])]);
    let item = |entity, kind, at, subject: &str, text: &str| {
        let [subject, text, author] = [subject, text, "jan"].map(str::to_owned);
        HistoryItem { entity: EntityId(entity), kind, at, subject, text, author }
    };
    case.history = vec![
        item(0, ActivityKind::Note, None, "", "undated"),
        item(0, ActivityKind::Email, Some(5), "Hello", "Body"),
        item(0, ActivityKind::PhoneLog, Some(9), "Called", ""),
        item(1, ActivityKind::Note, Some(1), "", "of a lead that stays open"),
    ];
    let made = case.run();
    let opportunity = &made.opportunities[0];
    assert_eq!(opportunity.name, "Acme Ltd: Pumps");
    assert_eq!(opportunity.product_interest, "Pumps");
    assert_eq!((opportunity.estimated_value, opportunity.estimated_close_date), (Some(7500.5), Some(40)));
    assert_eq!((opportunity.purchase_timeframe.as_str(), opportunity.currency.as_str()), ("immediate", "EUR"));
    assert_eq!(
        (opportunity.owner.as_str(), opportunity.source.as_str(), opportunity.stage),
        ("maria", "Fair", "develop")
    );
    assert_eq!((made.contacts[0].job_title.as_str(), made.contacts[0].opt_out), ("CTO", Some(true)));
    assert_eq!(made.contacts[0].account_id, made.accounts[0].id);
    let notes: Vec<_> =
        made.notes.iter().map(|it| (it.at, it.author.as_str(), it.activity.name(), it.text.as_str())).collect();
    assert_eq!(
        notes,
        [
            (None, "", "note", "edited"),
            (None, "jan", "note", "undated"),
            (Some(5), "jan", "email", "Hello\n\nBody"),
            (Some(9), "jan", "phone_log", "Called"),
        ]
    );
    assert!(made.notes.iter().all(|it| it.opportunity_id == opportunity.id && it.lead == EntityId(0)));
}

#[test]
fn consent_travels_to_new_and_existing_contacts() {
    type Flags = [Option<bool>; 3];
    let flags =
        |made: &Emissions| made.contacts.iter().map(|it| [it.opt_out, it.do_not_email, it.do_not_call]).collect();
    let lead = with(ANA, &[(F::DoNotEmail, "true"), (F::DoNotCall, "false")]);
    let expected: Flags = [None, Some(true), Some(false)];
    let new = case([&lead]);
    let created: Vec<Flags> = flags(&new.run());
    assert_eq!(created, [expected]);
    let linked = new.contact("C1", "Ana Kirova", "ana@acme.com", "", "").run();
    assert_eq!((linked.contacts[0].action, flags(&linked)), (Action::Link, vec![expected]));

    // Of several leads of one contact a yes wins over a no, and a no over nothing.
    let other = with(ANA, &[(F::DoNotEmail, "false"), (F::DoNotCall, "true"), (F::OptOut, "false")]);
    for leads in [[&lead[..], &other], [&other, &lead]] {
        let case = case(leads).contact("C1", "Ana Kirova", "ana@acme.com", "", "");
        let made = case.plan(|plan| plan.link_opportunity = true).run();
        assert_eq!(flags(&made), [[Some(false), Some(true), Some(true)]]);
    }
}

#[test]
fn disqualifying_wins_over_qualifying() {
    let case = case([&with(ANA, &[(F::Need, "none")])]);
    case.expect(0, Disqualified, "No need");
    let made = case.run();
    assert_eq!((made.status.get(0), made.status_reason.get(0)), ("disqualified", "No need"));
    assert_eq!((made.closed_at[0], made.decisions[0].rule.as_ref()), (Some(TODAY), "No need"));
    assert!(made.opportunities.is_empty());
}

#[test]
fn the_first_disqualify_rule_gives_the_reason() {
    let case = case([&with(ANA, &[(F::Need, "none")])]);
    let case = case.plan(|plan| plan.disqualify.insert(0, rule(col("country").eq(lit("BG")), "Not our market")));
    case.expect(0, Disqualified, "Not our market");
}

#[test]
fn a_lead_with_an_opportunity_is_not_disqualified() {
    let lead = with(ANA, &[(F::Need, "none"), (F::ExistingContactId, "C1")]);
    let case = |status| case([&lead]).contact("C1", "Ana Kirova", "", "", "").opportunity("O1", "A1", "C1", "", status);
    case(Open).expect(0, Blocked, "has_opportunity");
    let made = case(Open).run();
    assert_eq!(made.decisions[0].found().matched, ["opportunity:O1"]);
    assert_eq!((made.status.get(0), made.opportunities.len()), ("open", 0));
    case(Lost).expect(0, Disqualified, "No need");
}

#[test]
fn a_closed_lead_is_reactivated_and_may_qualify_again() {
    let closed: &[(F, &str)] =
        &[(F::Status, "disqualified"), (F::StatusReason, "Spam"), (F::ClosedAt, "7"), (F::Need, "again")];
    let poor = with(ANA, &[closed, &[(F::BudgetAmount, "1")]].concat());
    let open = with(ANA, &[(F::Need, "again"), (F::BudgetAmount, "1")]);
    let case = case([&poor, &with(ANA, closed), &open]);
    case.expect(0, Reactivated, "Asked again");
    case.expect(1, Qualified, "reactivated: Asked again");
    case.expect(2, Unchanged, "conditions_not_met");
    let made = case.run();
    assert_eq!(made.status.iter().collect::<Vec<_>>(), ["open", "qualified", "open"]);
    assert_eq!((made.status_reason.get(0), made.closed_at[0]), ("Asked again", None));
    assert_eq!((made.stage[1], made.closed_at[1]), ("develop", Some(TODAY)));
}

#[test]
fn a_reactivated_lead_is_open_before_owners_are_given() {
    let closed = |need| vec![(F::Status, "qualified"), (F::StatusReason, "Won"), (F::ClosedAt, "7"), (F::Need, need)];
    let leads = [closed("again"), closed("none"), vec![(F::Status, "open"), (F::Need, "again")]];
    let ids = ["L0", "L1", "L2"].map(str::to_owned);
    let (reopened, rules) = reactivate(&plan(), frame(&leads, &ids).into());
    assert_eq!(rules, [Some(0), None, None]);
    let fields = LeadFields::new(&reopened);
    let state = |lead| (fields.text(F::Status, lead), fields.text(F::StatusReason, lead), fields.closed_at(lead));
    assert_eq!(
        [0, 1, 2].map(state),
        [("open", "Asked again", None), ("qualified", "Won", Some(7)), ("open", "", None)]
    );
}

#[test]
fn conditions_see_a_reactivated_lead_as_open() {
    let closed = with(ANA, &[(F::Status, "disqualified"), (F::ClosedAt, "7"), (F::Need, "again")]);
    let is_open = || col("status").eq(lit("open")).and(col("closed_at").is_null());
    let case = case([&closed]);
    case.clone().plan(|plan| plan.filter = Some(condition(is_open()))).expect(0, Qualified, "reactivated: Asked again");
    case.plan(|plan| plan.disqualify = vec![rule(is_open(), "Still no")]).expect(0, Disqualified, "Still no");
}

#[test]
fn a_lead_that_qualifies_again_gets_a_new_opportunity() {
    let closed = with(ANA, &[(F::Status, "qualified"), (F::Need, "again")]);
    let first = case([ANA]).run().opportunities[0].id.clone();
    let own = |status| case([&closed]).opportunity(&first, "", "", "", status).run();
    assert_eq!(only(&own(Open).opportunities, |it| (it.action, &it.id)), ("link", first.as_str()));
    let again = own(Lost);
    assert_eq!(again.opportunities[0].action, Action::Create);
    assert_ne!(again.opportunities[0].id, first);
}
