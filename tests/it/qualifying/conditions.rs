//! Who qualifies, and what is made of it: sections 5.1, 5.2 and 5.5.

use super::{SCENARIO, Scenario, prove};

#[test]
fn conditions() {
    prove(&[
        Scenario {
            rule: "5.1",
            says: "a lead qualifies when its conditions hold; what is not known holds nothing",
            leads: "id,full_name,company,budget_amount\n1,Ana Kirova,Acme Ltd,5000\n2,Jan Novak,Beta AG,4999\n3,Eva Lind,Gamma AB,\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | unchanged conditions_not_met | qualify |",
                "3 | unchanged conditions_not_met | qualify |",
            ],
            records: &[
                "create account 1: Acme Ltd",
                "create contact 1: Ana Kirova, account 1",
                "create opportunity 1: Acme Ltd: New business, account 1, contact 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.1",
            says: "conditions may be about score, grade, budget, time frame and process together",
            qualify: "when = \"grade = 'A' AND budget_amount > 1000 AND purchase_timeframe = 'immediate' AND purchase_process = 'committee'\"\n\
                      [score]\ngrades = { A = 50, B = 0 }\n[[score.criterion]]\nname = \"Boss\"\nwhen = \"job_title = 'CEO'\"",
            leads: "id,full_name,company,job_title,budget_amount,purchase_timeframe,purchase_process\n\
                    1,Ana Kirova,Acme,CEO,2000,immediate,committee\n2,Jan Novak,Beta,Clerk,2000,immediate,committee\n\
                    3,Eva Lind,Gamma,CEO,2000,this year,committee\n4,Ivo Petrov,Delta,CEO,2000,immediate,\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | unchanged conditions_not_met | qualify |",
                "3 | unchanged conditions_not_met | qualify |",
                "4 | unchanged conditions_not_met | qualify |",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.1",
            says: "without conditions nobody qualifies",
            qualify: "create = { account = true }",
            leads: "id,full_name,budget_amount\n1,Ana Kirova,5000\n",
            gives: &["1 | unchanged conditions_not_met | qualify |"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.1",
            says: "a closed lead is left as it is, whatever holds",
            leads: "id,full_name,status,budget_amount\n1,Ana Kirova,qualified,5000\n2,Jan Novak,disqualified,5000\n3,Eva Lind,open,5000\n",
            gives: &[
                "1 | unchanged already_closed | qualify |",
                "2 | unchanged already_closed | qualify |",
                "3 | qualified conditions_met | develop | contact 1, opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8",
            says: "many leads qualify in one go",
            leads: "id,full_name,company,budget_amount\n1,Ana Kirova,Acme,5000\n2,Jan Novak,Beta,6000\n3,Eva Lind,Gamma,7000\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | develop | account 2, contact 2, opportunity 2",
                "3 | qualified conditions_met | develop | account 3, contact 3, opportunity 3",
            ],
            ..SCENARIO
        },
    ]);
}

#[test]
fn what_is_created() {
    const ANA: &str = "id,full_name,company,budget_amount,purchase_timeframe\n1,Ana Kirova,Acme Ltd,5000,immediate\n";
    prove(&[
        Scenario {
            rule: "5.2",
            says: "no account, where none is wanted",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { account = false }",
            leads: ANA,
            gives: &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.2",
            says: "no contact, where none is wanted",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { contact = false }",
            leads: ANA,
            gives: &["1 | qualified conditions_met | develop | account 1, opportunity 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.2, 5.5",
            says: "no opportunity, where none is wanted: qualified, and the stage does not advance",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            leads: ANA,
            gives: &["1 | qualified conditions_met | qualify | account 1, contact 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.2, 5.5",
            says: "nothing at all",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { account = false, contact = false, opportunity = false }",
            leads: ANA,
            gives: &["1 | qualified conditions_met | qualify |"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.2, 5.5",
            says: "an opportunity under a condition",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = \"purchase_timeframe <> 'unknown'\" }",
            leads: "id,full_name,company,budget_amount,purchase_timeframe\n1,Ana Kirova,Acme,5000,immediate\n\
                    2,Jan Novak,Beta,5000,unknown\n3,Eva Lind,Gamma,5000,\n",
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | qualified conditions_met | qualify | account 2, contact 2",
                "3 | qualified conditions_met | qualify | account 3, contact 3",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.2",
            says: "a person without a company gets no account",
            leads: "id,full_name,email,budget_amount\n1,Ana Kirova,ana@gmail.com,5000\n",
            gives: &["1 | qualified conditions_met | develop | contact 1, opportunity 1"],
            records: &[
                "create contact 1: Ana Kirova, ana@gmail.com",
                "create opportunity 1: Ana Kirova: New business, contact 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.2",
            says: "a company without a person gets no contact",
            leads: "id,full_name,company,email,budget_amount\n1,,Acme Ltd,info@acme.com,5000\n",
            gives: &["1 | qualified conditions_met | develop | account 1, opportunity 1"],
            records: &[
                "create account 1: Acme Ltd, acme.com",
                "create opportunity 1: Acme Ltd: New business, account 1",
            ],
            ..SCENARIO
        },
    ]);
}
