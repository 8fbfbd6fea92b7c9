//! Duplicate leads and opportunities.

use super::*;

#[test]
fn a_pair_in_review_blocks_both_leads() {
    let mut case = case([ANA, &with(ANA, &[(F::BudgetAmount, "1")]), ANA]);
    case.review = vec![(0, 2), (1, 2)];
    case.expect(0, Blocked, "duplicate_lead");
    case.expect(1, Unchanged, "conditions_not_met");
    case.expect(2, Blocked, "duplicate_lead");
    let made = case.run();
    assert_eq!(made.decisions[2].found().matched, ["lead:L0", "lead:L1"]);
    assert_eq!(made.status.iter().collect::<Vec<_>>(), ["open", "open", "open"]);
    assert_eq!(made.accounts.len() + made.contacts.len() + made.opportunities.len(), 0);
    case.plan(|plan| plan.block_on_duplicate_lead = false).expect(0, Qualified, "conditions_met");
}

#[test]
fn a_closed_lead_is_no_duplicate() {
    for closed in [(F::Status, "qualified"), (F::Need, "none")] {
        let mut case = case([ANA, &with(ANA, &[closed])]);
        case.review = vec![(0, 1)];
        case.expect(0, Qualified, "conditions_met");
    }
    let mut reopened = case([ANA, &with(ANA, &[(F::Status, "qualified"), (F::Need, "again")])]);
    reopened.review = vec![(0, 1)];
    reopened.expect(0, Blocked, "duplicate_lead");
    reopened.expect(1, Blocked, "duplicate_lead");
    assert_eq!(reopened.run().status.iter().collect::<Vec<_>>(), ["open", "open"]);
}

#[test]
fn an_open_opportunity_of_the_same_account_and_contact_is_a_duplicate() {
    let cases = [
        (("A1", "C1", "", Open), true),
        (("A1", "C1", "", Won), false),
        (("A1", "C1", "", Lost), false),
        (("A1", "C1", "PUMPS", Open), true),
        (("A1", "C1", "Valves", Open), false),
        (("", "C1", "", Open), true),
        (("A2", "C1", "", Open), false),
        (("A1", "C2", "", Open), false),
        (("A1", "", "", Open), false),
    ];
    for ((account, contact, product, status), duplicate) in cases {
        let case = case([&with(ANA, &[(F::ProductInterest, "Pumps")])])
            .account("A1", "Acme", "acme.com", "BG")
            .contact("C1", "Ana Kirova", "ana@acme.com", "", "A1")
            .opportunity("O1", account, contact, product, status);
        let made = case.run();
        let shown = format!("{account} {contact} {product} {status:?}");
        if !duplicate {
            assert_eq!((made.decisions[0].kind, made.opportunities[0].action), (Qualified, Action::Create), "{shown}");
            continue;
        }
        assert_eq!(
            (made.decisions[0].kind, made.decisions[0].reason.as_ref()),
            (Blocked, "duplicate_opportunity"),
            "{shown}"
        );
        assert_eq!(made.decisions[0].found().matched, ["account:A1", "contact:C1", "opportunity:O1"]);
        assert_eq!((made.status.get(0), made.accounts.len(), made.opportunities.len()), ("open", 0, 0));
        let made = case.plan(|plan| plan.link_opportunity = true).run();
        assert_eq!((made.decisions[0].kind, made.stage[0]), (Qualified, "develop"));
        assert_eq!(only(&made.opportunities, |it| (it.action, &it.id)), ("link", "O1"));
    }
}

#[test]
fn without_a_contact_the_account_alone_decides() {
    let lead = case([ANA]).plan(|plan| plan.create_contact = Switch::Never).account("A1", "Acme", "acme.com", "BG");
    lead.clone().opportunity("O1", "A1", "", "", Open).expect(0, Blocked, "duplicate_opportunity");
    lead.opportunity("O1", "A1", "C7", "", Open).expect(0, Qualified, "conditions_met");
}

#[test]
fn two_leads_of_one_existing_contact_get_one_opportunity() {
    let case =
        case([ANA, ANA, &with(ANA, &[(F::ProductInterest, "Pumps")]), &with(ANA, &[(F::ProductInterest, "Valves")])])
            .contact("C1", "Ana Kirova", "ana@acme.com", "", "");
    case.expect(0, Qualified, "conditions_met");
    case.expect(1, Blocked, "duplicate_opportunity");
    let made = case.run();
    assert_eq!(made.decisions[1].found().matched.last().unwrap(), &format!("opportunity:{}", made.opportunities[0].id));
    assert_eq!((made.status.get(1), made.opportunities.len(), made.contacts.len()), ("open", 1, 1));
    let linked = case.plan(|plan| plan.link_opportunity = true).run();
    assert_eq!((linked.status.get(1), linked.opportunities.len()), ("qualified", 1));
}
