//! Many leads in one run, and the same run again.

use super::*;

#[test]
fn leads_of_one_company_share_an_account() {
    let lead = |name, company, domain, country| {
        vec![(F::FullName, name), (F::Company, company), (F::Domain, domain), (F::Country, country)]
    };
    let leads = [
        lead("Ana", "Acme Ltd", "", ""),
        lead("Ivo", "ACME GmbH", "acme.com", "BG"),
        lead("Eva", "Acme Bulgaria", "acme.com", ""),
        lead("Jan", "Acme", "", "DE"),
        lead("Max", "Other", "", "BG"),
    ];
    let mut case = case([]);
    case.leads = leads.to_vec();
    let made = case.run();
    let account_of = |lead: u32| &made.contacts.iter().find(|it| it.origin == EntityId(lead)).unwrap().account_id;
    assert_eq!((made.accounts.len(), made.contacts.len(), made.opportunities.len()), (4, 5, 5));
    assert_eq!(account_of(1), account_of(2));
    // There are two of the name: which of them is not known.
    assert!(account_of(0) != account_of(1) && account_of(0) != account_of(3) && account_of(1) != account_of(3));
    let first = made.accounts.iter().find(|it| it.id == *account_of(1)).unwrap();
    assert_eq!((first.origin, first.name.as_str()), (EntityId(1), "ACME GmbH"));
    assert_eq!((first.domain.as_str(), first.country.as_str(), first.owner.as_str()), ("acme.com", "BG", "maria"));

    let per_account = case.plan(|plan| plan.opportunity_per_account = true).run();
    assert_eq!((per_account.accounts.len(), per_account.contacts.len(), per_account.opportunities.len()), (4, 5, 4));
    assert!(per_account.stage.iter().all(|stage| *stage == "develop"));
}

#[test]
fn where_accounts_have_one_opportunity_each_an_open_one_counts_for_all_contacts() {
    let case = case([ANA]).account("A1", "Acme", "acme.com", "BG").opportunity("O1", "A1", "C7", "", Open);
    case.expect(0, Qualified, "conditions_met");
    case.plan(|plan| plan.opportunity_per_account = true).expect(0, Blocked, "duplicate_opportunity");
}

#[test]
fn an_account_with_one_opportunity_loses_no_leads_interest() {
    let lead = |more: &[(F, &'static str)]| with(ANA, more);
    let leads = [
        lead(&[(F::BudgetCurrency, "USD"), (F::PurchaseTimeframe, "unknown")]),
        lead(&[
            (F::ProductInterest, "Pumps"),
            (F::EstimatedValue, "0.1"),
            (F::BudgetCurrency, "EUR"),
            (F::PurchaseTimeframe, "this_year"),
            (F::EstimatedCloseDate, "40"),
        ]),
        lead(&[
            (F::ProductInterest, "Valves; PUMPS"),
            (F::EstimatedValue, "0.2"),
            (F::PurchaseTimeframe, "this_quarter"),
            (F::EstimatedCloseDate, "30"),
        ]),
        lead(&[(F::EstimatedValue, "500"), (F::BudgetCurrency, "USD"), (F::PurchaseTimeframe, "next_quarter")]),
    ];
    let mut case = case([]).plan(|plan| plan.opportunity_per_account = true);
    case.leads = leads.to_vec();
    let made = case.run();
    assert_eq!(made.opportunities.len(), 1);
    let one = &made.opportunities[0];
    assert_eq!(one.product_interest, "Pumps; Valves");
    // The first lead with a value sets the currency; the dollars don't add up with it.
    assert_eq!((one.estimated_value, one.currency.as_str()), (Some(0.3), "EUR"));
    assert_eq!((one.purchase_timeframe.as_str(), one.estimated_close_date), ("this_quarter", Some(30)));

    // The next run: what the CRM has by now is not added to itself.
    let (account, id) = (&made.accounts[0].id, one.id.as_str());
    let mut again = case.clone().account(account, "Acme", "acme.com", "BG");
    again = again.opportunity(id, account, "", "Pumps", Open).plan(|plan| plan.link_opportunity = true);
    again.crm.opportunities[0].amount = Some(0.3);
    let linked = again.run();
    assert_eq!(only(&linked.opportunities, |it| (it.action, &it.id)), ("link", id));
    assert_eq!(linked.opportunities[0].product_interest, "Pumps; Valves");
    assert_eq!(linked.opportunities[0].estimated_value, Some(0.3));
    // The opportunity that they had together is no duplicate for any of them.
    again.crm.opportunities[0].product_interest = "Pumps; Valves".to_owned();
    again.plan(|plan| plan.link_opportunity = false).expect(2, Qualified, "conditions_met");
}

#[test]
fn what_an_earlier_run_made_is_linked_not_made_again() {
    let first = case([ANA]).run();
    let (account, contact, opportunity) = (&first.accounts[0], &first.contacts[0], &first.opportunities[0]);
    let again = case([ANA])
        .plan(|plan| (plan.on_account_match, plan.on_contact_match) = (OnMatch::Ignore, OnMatch::Ignore))
        .account(&account.id, "Acme", "", "")
        .contact(&contact.id, "Ana Kirova", "", "", &account.id)
        .opportunity(&opportunity.id, &account.id, &contact.id, "", Open)
        .run();
    assert_eq!(only(&again.accounts, |it| (it.action, &it.id)), ("link", account.id.as_str()));
    assert_eq!(only(&again.contacts, |it| (it.action, &it.id)), ("link", contact.id.as_str()));
    assert_eq!(only(&again.opportunities, |it| (it.action, &it.id)), ("link", opportunity.id.as_str()));
}

fn any_lead() -> impl Strategy<Value = Vec<(F, &'static str)>> {
    let pick =
        |field, texts: &'static [&'static str]| proptest::sample::select(texts).prop_map(move |text| (field, text));
    (
        pick(F::FullName, &["Ana Kirova", "Ivo Petrov", "A Kirova"]),
        pick(F::Company, &["", "Acme Ltd", "Globex"]),
        pick(F::Domain, &["", "acme.com", "globex.com"]),
        pick(F::Country, &["", "BG", "DE"]),
        pick(F::Email, &["", "ana@acme.com", "info@acme.com"]),
        pick(F::ProductInterest, &["", "Pumps"]),
        pick(F::BudgetAmount, &["1", "6000"]),
        pick(F::Need, &["", "", "none", "again"]),
        pick(F::Status, &["", "open", "qualified", "disqualified"]),
        pick(F::ExistingContactId, &["", "", "C1", "C8"]),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i, j)| vec![a, b, c, d, e, f, g, h, i, j])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_the_leads(
        leads in proptest::collection::vec(any_lead(), 0..10),
        pairs in proptest::collection::vec((0u32..10, 0u32..10), 0..3),
        switches in any::<[bool; 4]>(),
    ) {
        let mut case = case([])
            .account("A1", "Acme", "acme.com", "BG")
            .contact("C1", "Ana Kirova", "ana@acme.com", "", "A1")
            .opportunity("O1", "A1", "C1", "Pumps", Open);
        case.review = pairs.into_iter().filter(|&(a, b)| a != b && a.max(b) < leads.len() as u32).collect();
        case.leads = leads;
        let switch = |on| if on { Switch::Always } else { Switch::Never };
        let case = case.plan(|plan| {
            plan.link_opportunity = switches[0];
            plan.opportunity_per_account = switches[1];
            plan.create_account = switch(switches[2]);
            plan.create_contact = switch(switches[3]);
        });
        let made = case.run();
        let count = case.leads.len();
        prop_assert_eq!(
            [made.decisions.len(), made.status.len(), made.status_reason.len(), made.stage.len(), made.closed_at.len()],
            [count; 5]
        );

        // Nothing twice, and every reference leads somewhere.
        let accounts: Vec<&str> = made.accounts.iter().map(|it| it.id.as_str()).collect();
        let contacts: Vec<&str> = made.contacts.iter().map(|it| it.id.as_str()).collect();
        let opportunities: Vec<&str> = made.opportunities.iter().map(|it| it.id.as_str()).collect();
        for ids in [&accounts, &contacts, &opportunities] {
            prop_assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        }
        let known = |ids: &[&str], id: &str| id.is_empty() || ids.contains(&id);
        prop_assert!(made.contacts.iter().all(|it| known(&accounts, &it.account_id) || it.action == Action::Link));
        for it in &made.opportunities {
            prop_assert!(known(&accounts, &it.account_id) || it.action == Action::Link);
            prop_assert!(known(&contacts, &it.contact_id) || it.action == Action::Link);
        }

        for (lead, decision) in made.decisions.iter().enumerate() {
            prop_assert!(!decision.reason.is_empty());
            let emits = made.opportunities.iter().any(|it| it.origin.index() == lead);
            prop_assert!(!emits || decision.kind == Qualified);
            let status = made.status.get(lead);
            match decision.kind {
                Qualified => prop_assert_eq!(status, "qualified"),
                Disqualified => prop_assert_eq!(status, "disqualified"),
                Blocked | Review | Reactivated => prop_assert_eq!(status, "open"),
                Unchanged => {
                    let before = text(&case.leads[lead], F::Status);
                    prop_assert_eq!(status, if before.is_empty() { "open" } else { before });
                }
            }
        }

        // One thread does the same.
        let again = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| case.run());
        prop_assert_eq!(&made.decisions, &again.decisions);
        prop_assert_eq!(&made.accounts, &again.accounts);
        prop_assert_eq!(&made.contacts, &again.contacts);
        prop_assert_eq!(&made.opportunities, &again.opportunities);
    }
}
