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
    ]);
}
