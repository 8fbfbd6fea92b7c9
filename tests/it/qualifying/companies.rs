//! Leads of one company: one account, a contact for each person, one opportunity or one each.

use super::{SCENARIO, Scenario, prove};

const TWO: &str = "id,full_name,company,country,email,product_interest,estimated_value,budget_currency,budget_amount\n\
                   1,Ana Kirova,Acme Ltd,BG,ana@acme.com,Pumps,1000,EUR,5000\n2,Jan Novak,ACME,BG,jan@acme.com,Valves,500,EUR,5000\n";
const PER_ACCOUNT: &str = "when = \"budget_amount >= 5000\"\nopportunity_per = \"account\"";

#[test]
fn leads_of_one_company() {
    prove(&[
        Scenario {
            rule: "5.3",
            says: "several leads of a company make one account, a contact each and an opportunity each",
            leads: TWO,
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "or one opportunity for all of them, with all their products and the sum of their values",
            qualify: PER_ACCOUNT,
            leads: TWO,
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "people without a company keep an opportunity each even then",
            qualify: PER_ACCOUNT,
            leads: "id,full_name,budget_amount\n1,Ana Kirova,5000\n2,Jan Novak,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "the same name in two countries is two accounts",
            leads: "id,full_name,company,country,budget_amount\n1,Ana Kirova,Acme,BG,5000\n2,Jan Novak,Acme,DE,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 2, contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "one domain is one account, whatever the company is called",
            leads: "id,full_name,company,email,budget_amount\n1,Ana Kirova,Acme,ana@acme.com,5000\n2,Jan Novak,Acme Holding,jan@acme.com,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3, 5.4",
            says: "new colleagues of an existing account each get their own, and one that is there already keeps its account",
            leads: TWO,
            crm: &[("accounts", "account_id,company,domain,country\nA1,Acme Ltd,acme.com,BG\n")],
            gives: &[
                "1 | qualified conditions_met | develop | A1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | A1, contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "domains tell companies of one name apart; the same name under another suffix does not",
            leads: "id,full_name,company,email,budget_amount\n1,Ana Kirova,Phoenix,ana@phoenix.com,5000\n\
                    2,Jan Novak,Phoenix,jan@phoenix-tools.com,5000\n3,Eva Lind,Phoenix,eva@phoenix.de,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 2, contact 2, opportunity 2",
                "3 | qualified conditions_met | develop | account 1, contact 3, opportunity 3",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "who does not say the country is of the only company of the name",
            leads: "id,full_name,company,country,budget_amount\n1,Ana Kirova,Acme,,5000\n2,Jan Novak,Acme,DE,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "of two, of neither",
            leads: "id,full_name,company,country,budget_amount\n1,Ana Kirova,Acme,,5000\n2,Jan Novak,Acme,DE,5000\n\
                    3,Eva Lind,Acme,BG,5000\n4,Ivo Petrov,Acme,,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 2, contact 2, opportunity 2",
                "3 | qualified conditions_met | develop | account 3, contact 3, opportunity 3",
                "4 | qualified conditions_met | develop | account 1, contact 4, opportunity 4",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "what one lead of an existing account or contact does not know, the next one fills in",
            leads: "id,full_name,company,country,phone,existing_account_id,existing_contact_id,budget_amount\n\
                    1,Ana Kirova,Acme,,,A1,C1,5000\n2,Ana Kirova,Acme,BG,+359888123456,A1,C1,5000\n",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            crm: &[
                ("accounts", "account_id,company\nA1,Acme\n"),
                ("contacts", "contact_id,full_name,account_id\nC1,Ana Kirova,A1\n"),
            ],
            gives: &[
                "1 | qualified conditions_met | qualify | A1, C1",
                "2 | qualified conditions_met | qualify | A1, C1",
            ],
            records: &["link A1: Acme, BG", "link C1: Ana Kirova, +359888123456, A1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3",
            says: "values of one currency are added up exactly",
            qualify: PER_ACCOUNT,
            leads: "id,full_name,company,estimated_value,budget_currency,budget_amount\n1,Ana Kirova,Acme,100.1,EUR,5000\n\
                    2,Jan Novak,Acme,0.2,EUR,5000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 1, contact 2, opportunity 1",
            ],
            ..SCENARIO
        },
    ]);
}
