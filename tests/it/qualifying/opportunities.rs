//! Duplicate opportunities, and what travels to an opportunity: sections 5.4 and 5.6.

use super::{SCENARIO, Scenario, prove};

const LEAD: &str = "id,full_name,existing_account_id,existing_contact_id,product_interest,budget_amount\n1,Ana Kirova,A1,C1,Pumps,5000\n";
const LINK: &str = "when = \"budget_amount >= 5000\"\non_match = { opportunity = \"link\" }";
const A1: (&str, &str) = ("accounts", "account_id,company\nA1,Acme\nA2,Beta\n");
const C1: (&str, &str) = ("contacts", "contact_id,full_name,account_id\nC1,Ana Kirova,A1\nC2,Jan Novak,A1\n");

/// The lead above beside one opportunity of the CRM.
const fn beside(
    says: &'static str,
    crm: &'static [(&'static str, &'static str)],
    gives: &'static [&'static str],
) -> Scenario {
    Scenario { rule: "5.4", says, leads: LEAD, crm, gives, ..SCENARIO }
}

const NEW: &[&str] = &["1 | qualified conditions_met | develop | A1, C1, opportunity 1"];
const BLOCKED: &[&str] = &["1 | blocked duplicate_opportunity | qualify | account:A1, contact:C1, opportunity:O1"];

#[test]
fn duplicate_opportunities() {
    prove(&[
        beside(
            "an open opportunity of the same account and contact is a duplicate",
            &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,A1,C1,\n",
                ),
            ],
            BLOCKED,
        ),
        beside(
            "of the same product, in any case",
            &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,A1,C1,PUMPS\n",
                ),
            ],
            BLOCKED,
        ),
        beside(
            "of one of its products",
            &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,A1,C1,Taps; Pumps\n",
                ),
            ],
            BLOCKED,
        ),
        beside(
            "of another product it is none",
            &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,A1,C1,Taps\n",
                ),
            ],
            NEW,
        ),
        beside(
            "a won one is none",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,won,A1,C1\n")],
            NEW,
        ),
        beside(
            "a lost one is none",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,lost,A1,C1\n")],
            NEW,
        ),
        beside(
            "another contact's is none",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,C2\n")],
            NEW,
        ),
        beside(
            "another account's is none",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A2,C1\n")],
            NEW,
        ),
        beside(
            "one that names no account is",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,,C1\n")],
            BLOCKED,
        ),
        beside(
            "whose account is a stand-in names none",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,NULL,C1\n")],
            BLOCKED,
        ),
        beside(
            "of several contacts and accounts, as HubSpot has them, it is one of each contact's and of the first account",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1;A2,C2;C1\n")],
            BLOCKED,
        ),
        beside(
            "contacts that are not there are none",
            &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,C8; C1\n")],
            BLOCKED,
        ),
        beside(
            "a contact may be named where its id belongs, as in Dynamics 365",
            &[
                A1,
                C1,
                ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,Acme,\"Kirova, Ana\"\n"),
            ],
            BLOCKED,
        ),
        beside(
            "of two of the name it is the one at the opportunity's account",
            &[
                A1,
                ("contacts", "contact_id,full_name,account_id\nC1,Ana Kirova,A1\nC0,Ana Kirova,A2\n"),
                ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,Ana Kirova\n"),
            ],
            BLOCKED,
        ),
        beside(
            "of two contacts one of which is out of use it is the other",
            &[
                A1,
                ("contacts", "contact_id,full_name,account_id,status\nC1,Ana Kirova,A1,\nC0,Ana Kirova,A1,inactive\n"),
                ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,Ana Kirova\n"),
            ],
            BLOCKED,
        ),
        Scenario {
            findings: &[
                "opportunities line 2 unknown_contact Ana Kirova",
                "opportunities line 3 unknown_account Zeta",
                "opportunities line 3 unknown_contact Ana Kirova",
                "opportunities line 4 unknown_contact C8;C9",
            ],
            ..beside(
                "what leads to nothing, or to several, is told",
                &[
                    A1,
                    ("contacts", "contact_id,full_name,account_id\nC1,Ana Kirova,A1\nC0,Ana Kirova,A2\n"),
                    (
                        "opportunities",
                        "opportunity_id,name,status,account_id,contact_id\nO1,x,open,,Ana Kirova\nO2,x,open,Zeta,Ana Kirova\nO3,x,open,A1,C8;C9\n",
                    ),
                ],
                NEW,
            )
        },
        Scenario {
            rule: "5.4",
            says: "or the lead is linked to it, its product added, the CRM's amount and currency left alone",
            qualify: LINK,
            leads: "id,full_name,existing_account_id,existing_contact_id,product_interest,estimated_value,budget_currency,budget_amount\n\
                    1,Ana Kirova,A1,C1,Pumps; Valves,900,EUR,5000\n",
            crm: &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest,amount,currency\nO1,Old,open,A1,C1,Pumps,12000,USD\n",
                ),
            ],
            gives: &["1 | qualified conditions_met | develop | A1, C1, O1"],
            records: &["link A1: Acme", "link C1: Ana Kirova, A1", "link O1: Old, Pumps; Valves, 12000, USD, A1, C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4, 5.3",
            says: "of several that match equally well a person chooses",
            qualify: LINK,
            leads: LEAD,
            crm: &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,A1,C1,Pumps\nO2,y,open,A1,C1,Pumps\nO3,z,open,A1,C1,\n",
                ),
            ],
            gives: &[
                "1 | review ambiguous_opportunity | qualify | account:A1, contact:C1, opportunity:O1, opportunity:O2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4",
            says: "one that names the product is before one that names none",
            qualify: LINK,
            leads: LEAD,
            crm: &[
                A1,
                C1,
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,A1,C1,\nO2,y,open,A1,C1,Pumps\n",
                ),
            ],
            gives: &["1 | qualified conditions_met | develop | A1, C1, O2"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4, 5.8",
            says: "two leads of one contact: the one with the higher score has the opportunity",
            qualify: "when = \"budget_amount >= 5000\"\n[[score.criterion]]\nname = \"Boss\"\nwhen = \"job_title = 'CEO'\"",
            leads: "id,full_name,job_title,existing_contact_id,budget_amount\n1,Ana Kirova,,C1,5000\n2,Ana Kirova,CEO,C1,5000\n",
            crm: &[C1],
            gives: &[
                "1 | blocked duplicate_opportunity | qualify | account:A1, contact:C1, opportunity:opportunity 1",
                "2 | qualified conditions_met | develop | A1, C1, opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4, 5.8",
            says: "the older one where scores are equal; linked where that is asked for",
            qualify: LINK,
            leads: "id,full_name,created_at,product_interest,existing_contact_id,budget_amount\n1,Ana Kirova,2026-05-01,Pumps,C1,5000\n2,Ana Kirova,2026-04-01,,C1,5000\n",
            crm: &[C1],
            gives: &[
                "1 | qualified conditions_met | develop | A1, C1, opportunity 1",
                "2 | qualified conditions_met | develop | A1, C1, opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4",
            says: "people of one existing contact without an account are told apart by it even where accounts have one opportunity",
            qualify: "when = \"budget_amount >= 5000\"\nopportunity_per = \"account\"",
            leads: "id,full_name,existing_contact_id,created_at,budget_amount\n1,Ana Kirova,C9,2026-01-01,5000\n2,Ana Kirova,C9,2026-02-01,5000\n",
            crm: &[("contacts", "contact_id,full_name\nC9,Ana Kirova\n")],
            gives: &[
                "1 | qualified conditions_met | develop | C9, opportunity 1",
                "2 | blocked duplicate_opportunity | qualify | contact:C9, opportunity:opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4, 5.2",
            says: "without a contact to make, the account alone decides",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { contact = false }",
            leads: "id,full_name,existing_account_id,budget_amount\n1,Ana Kirova,A1,5000\n2,Jan Novak,A2,5000\n",
            crm: &[
                A1,
                ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,\nO2,y,open,A2,C9\n"),
            ],
            gives: &[
                "1 | blocked duplicate_opportunity | qualify | account:A1, opportunity:O1",
                "2 | qualified conditions_met | develop | A2, opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4, 5.5",
            says: "where no opportunity is wanted none is in the way",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            leads: LEAD,
            crm: &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,C1\n")],
            gives: &["1 | qualified conditions_met | qualify | A1, C1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4",
            says: "where accounts have one opportunity, an open one of the account is a duplicate for all its contacts",
            qualify: "when = \"budget_amount >= 5000\"\nopportunity_per = \"account\"",
            leads: LEAD,
            crm: &[A1, C1, ("opportunities", "opportunity_id,name,status,account_id,contact_id\nO1,x,open,A1,C2\n")],
            gives: &["1 | blocked duplicate_opportunity | qualify | account:A1, contact:C1, opportunity:O1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4, 5.7",
            says: "a lead that is disqualified is in nobody's way",
            qualify: "when = \"budget_amount >= 5000\"\n[[qualify.disqualify]]\nwhen = \"need = 'none'\"\nreason = \"No need\"",
            leads: "id,full_name,need,existing_contact_id,budget_amount\n1,Ana Kirova,none,C7,5000\n2,Ana Kirova,,C7,5000\n",
            crm: &[("contacts", "contact_id,full_name\nC7,Ana Kirova\n")],
            gives: &[
                "1 | disqualified No need | qualify |",
                "2 | qualified conditions_met | develop | C7, opportunity 1",
            ],
            ..SCENARIO
        },
    ]);
}

#[test]
fn what_travels() {
    prove(&[
        Scenario {
            rule: "5.6",
            says: "product, value with its currency and name travel",
            leads: "id,full_name,company,product_interest,estimated_value,budget_currency,budget_amount\n1,Ana Kirova,Acme,Pumps,7500.5,EUR,5000\n",
            gives: &["1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1"],
            records: &[
                "create account 1: Acme",
                "create contact 1: Ana Kirova, account 1",
                "create opportunity 1: Acme: Pumps, Pumps, 7500.5, EUR, account 1, contact 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.6",
            says: "the value in the currency that stands beside it",
            leads: "id,full_name,existing_account_id,existing_contact_id,estimated_value,budget_amount\n1,Ana Kirova,A1,C1,\"€7,500.00\",6000\n2,Jan Novak,A2,C2,\"7,500 EUR\",6000 USD\n",
            gives: &[
                "1 | qualified conditions_met | develop | A1, C1, opportunity 1",
                "2 | qualified conditions_met | develop | A2, C2, opportunity 2",
            ],
            records: &[
                "link A1: ",
                "link A2: ",
                "link C1: Ana Kirova, A1",
                "link C2: Jan Novak, A2",
                "create opportunity 1: Ana Kirova: New business, 7500, EUR, A1, C1",
                "create opportunity 2: Jan Novak: New business, USD, A2, C2",
            ],
            ..SCENARIO
        },
    ]);
}
