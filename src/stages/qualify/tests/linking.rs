//! Existing accounts and contacts: given, matched, ambiguous.

use super::*;

#[test]
fn given_links_are_respected_before_matching() {
    let lead = with(ANA, &[(F::ExistingAccountId, "A9"), (F::ExistingContactId, "C9")]);
    let case = case([&lead])
        .account("A1", "Acme", "acme.com", "BG")
        .account("A9", "Other", "", "")
        .contact("C1", "Ana Kirova", "ana@acme.com", "", "A1")
        .contact("C9", "Someone Else", "", "", "A1");
    // Even where matches would be ignored.
    for on_match in [OnMatch::Link, OnMatch::Ignore, OnMatch::Review] {
        let case = case.clone().plan(|plan| (plan.on_account_match, plan.on_contact_match) = (on_match, on_match));
        let made = case.run();
        assert_eq!(only(&made.accounts, |it| (it.action, &it.id)), ("link", "A9"));
        assert_eq!(only(&made.contacts, |it| (it.action, &it.id)), ("link", "C9"));
        let opportunity = &made.opportunities[0];
        assert_eq!((opportunity.account_id.as_str(), opportunity.contact_id.as_str()), ("A9", "C9"));
        assert_eq!(made.decisions[0].found().matched, ["account:A9", "contact:C9"]);
        // The contact's own account is another one.
        assert_eq!(made.decisions[0].found().candidates, ["account:A1"]);
    }
}

#[test]
fn a_given_contact_implies_its_account() {
    let case = case([&with(ANA, &[(F::ExistingContactId, "C9")])])
        .account("A1", "Acme", "acme.com", "BG")
        .account("A9", "Other", "", "")
        .contact("C9", "Someone Else", "", "", "A9");
    assert_eq!(only(&case.run().accounts, |it| (it.action, &it.id)), ("link", "A9"));
    let agreeing = with(ANA, &[(F::ExistingAccountId, "A9"), (F::ExistingContactId, "C9")]);
    let case = Case { leads: vec![agreeing], ..case };
    assert_eq!(case.run().decisions[0].found().candidates, Vec::<String>::new());
}

#[test]
fn links_to_nothing_are_reported_and_ignored() {
    let lead = with(ANA, &[(F::ExistingAccountId, "A8"), (F::ExistingContactId, "C8")]);
    let known = case([&lead]).account("A1", "Acme", "acme.com", "BG").contact("C1", "X Y", "", "", "");
    let (made, findings) = known.run_with_findings();
    assert_eq!(
        findings,
        [
            (EntityId(0), FindingCode::UnknownAccount, "A8".to_owned()),
            (EntityId(0), FindingCode::UnknownContact, "C8".to_owned()),
        ]
    );
    assert_eq!(only(&made.accounts, |it| (it.action, &it.id)), ("link", "A1"));
    assert_eq!(made.contacts[0].action, Action::Create);
    // Without the CRM's lists there is nothing to check against.
    let (made, findings) = case([&lead]).run_with_findings();
    assert_eq!(findings, []);
    assert_eq!(only(&made.accounts, |it| (it.action, &it.id)), ("link", "A8"));
    assert_eq!(only(&made.contacts, |it| (it.action, &it.id)), ("link", "C8"));
}

#[test]
fn accounts_match_by_name_country_and_domain() {
    let cases = [
        (("Acme", "acme.com", "BG"), true),
        (("Acme GmbH", "", "BG"), true),
        (("acme", "", ""), true),
        (("Other", "acme.com", "DE"), true),
        (("Acme", "", "DE"), false),
        (("Acme", "acme.com", "DE"), true),
        (("Acme Holding", "", "BG"), false),
    ];
    for ((name, domain, country), linked) in cases {
        let made = case([ANA]).account("A1", name, domain, country).run();
        assert_eq!(made.accounts[0].id == "A1", linked, "{name} {domain} {country}");
        assert_eq!(made.accounts[0].action, if linked { Action::Link } else { Action::Create });
        assert_eq!(made.decisions[0].found().candidates, if linked { vec!["account:A1"] } else { vec![] });
    }
}

#[test]
fn contacts_match_by_email_or_name_with_account_or_phone() {
    let cases = [
        (("Ana Kirova", "ana@acme.com", "", ""), true),
        (("A. Kirova", "other@acme.com", "", ""), false),
        (("Kirova", "ana@acme.com", "", ""), true),
        (("", "ana@acme.com", "", ""), true),
        // A shared mailbox does not make one person of two.
        (("Ivan Petrov", "ana@acme.com", "", "A1"), false),
        (("Kirova Ana", "", "", "A1"), true),
        (("Ana Kirova", "", "", "A2"), false),
        (("Ana Kirova", "", "+3591", ""), true),
        (("Ivan Petrov", "", "+3591", "A1"), false),
    ];
    for ((name, email, phone, account), linked) in cases {
        let case = case([ANA]).account("A1", "Acme", "acme.com", "BG").contact("C1", name, email, phone, account);
        let made = case.run();
        assert_eq!(made.contacts[0].id == "C1", linked, "{name} {email} {phone} {account}");
        assert_eq!(made.contacts[0].action, if linked { Action::Link } else { Action::Create });
    }
}

#[test]
fn a_contact_is_found_by_the_address_of_a_merged_row() {
    let mut case = case([ANA]).contact("C1", "Ana Kirova", "ana.old@acme.com", "", "");
    assert_eq!(case.run().contacts[0].action, Action::Create);
    let value = "ana.old@acme.com".to_owned();
    let point = ContactPoint {
        entity: EntityId(0),
        kind: ContactKind::Email,
        label: ContactLabel::Other,
        value,
        is_mailing: false,
    };
    case.contact_points.push(point);
    assert_eq!(only(&case.run().contacts, |it| (it.action, &it.id)), ("link", "C1"));
}

#[test]
fn inactive_records_are_no_candidates() {
    let mut case =
        case([ANA]).account("A1", "Acme", "acme.com", "BG").contact("C1", "Ana Kirova", "ana@acme.com", "", "");
    case.crm.accounts[0].active = false;
    case.crm.contacts[0].active = false;
    let made = case.run();
    assert_eq!((made.accounts[0].action, made.contacts[0].action), (Action::Create, Action::Create));
    assert_eq!(made.decisions[0].found().candidates, Vec::<String>::new());
}

#[test]
fn a_match_is_linked_ignored_or_reviewed() {
    let case =
        case([ANA]).account("A1", "Acme", "acme.com", "BG").contact("C1", "Ana Kirova", "ana@acme.com", "", "A1");
    let ignored =
        case.clone().plan(|plan| (plan.on_account_match, plan.on_contact_match) = (OnMatch::Ignore, OnMatch::Ignore));
    let made = ignored.run();
    assert_eq!((made.accounts[0].action, made.contacts[0].action), (Action::Create, Action::Create));
    assert_eq!(made.decisions[0].found().candidates, ["account:A1", "contact:C1"]);
    let reviewed = case.clone().plan(|plan| plan.on_account_match = OnMatch::Review);
    reviewed.expect(0, Review, "account_match");
    let made = reviewed.run();
    assert_eq!(made.status.get(0), "open");
    assert_eq!((made.accounts.len(), made.contacts.len(), made.opportunities.len()), (0, 0, 0));
    case.plan(|plan| plan.on_contact_match = OnMatch::Review).expect(0, Review, "contact_match");
}

#[test]
fn equally_good_matches_go_to_review() {
    let two = case([ANA]).account("A1", "Acme", "", "BG").account("A2", "Other", "acme.com", "");
    two.expect(0, Review, "ambiguous_account");
    let made = two.run();
    assert_eq!(made.decisions[0].found().candidates, ["account:A1", "account:A2"]);
    assert_eq!((made.status.get(0), made.opportunities.len()), ("open", 0));
    // 99 against 90 is clear.
    let clear = case([ANA]).account("A1", "Acme", "acme.com", "").account("A2", "Other", "acme.com", "");
    assert_eq!(only(&clear.run().accounts, |it| (it.action, &it.id)), ("link", "A1"));
    let contacts = case([ANA]).contact("C1", "Ana Kirova", "ana@acme.com", "", "").contact(
        "C2",
        "Ana Kirova",
        "ana@acme.com",
        "",
        "",
    );
    contacts.expect(0, Review, "ambiguous_contact");
    assert_eq!(contacts.run().decisions[0].found().candidates, ["contact:C1", "contact:C2"]);
}
