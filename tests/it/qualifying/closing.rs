//! Disqualifying and reactivating: section 5.7, alone and beside the other rules.

use super::{SCENARIO, Scenario, prove};

const NO_BUDGET: &str = "when = \"budget_amount >= 5000\"\n\
                         [[qualify.disqualify]]\nwhen = \"budget_amount = 0\"\nreason = \"No budget\"";
const BOTH: &str = "when = \"budget_amount >= 5000\"\n[[qualify.disqualify]]\nwhen = \"budget_amount >= 9000\"\nreason = \"Too large\"";
const AGAIN: &str = "when = \"budget_amount >= 5000\"\n\
                     [[qualify.reactivate]]\nwhen = \"need = 'again'\"\nreason = \"Asked again\"";

#[test]
fn disqualifying() {
    prove(&[
        Scenario {
            rule: "5.7",
            says: "a lead is disqualified with a reason; what is not known disqualifies nobody",
            qualify: NO_BUDGET,
            leads: "id,full_name,budget_amount\n1,Ana Kirova,0\n2,Jan Novak,\n3,Eva Lind,100\n",
            gives: &[
                "1 | disqualified No budget | qualify |",
                "2 | unchanged conditions_not_met | qualify |",
                "3 | unchanged conditions_not_met | qualify |",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.1, 5.7",
            says: "where both hold, disqualifying wins",
            qualify: BOTH,
            leads: "id,full_name,budget_amount\n1,Ana Kirova,9000\n2,Jan Novak,8999\n",
            gives: &[
                "1 | disqualified Too large | qualify |",
                "2 | qualified conditions_met | develop | contact 1, opportunity 1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7",
            says: "the first of several reasons is given",
            qualify: "[[qualify.disqualify]]\nwhen = \"budget_amount = 0\"\nreason = \"No budget\"\n\
                      [[qualify.disqualify]]\nwhen = \"budget_amount < 10\"\nreason = \"Small\"",
            leads: "id,full_name,budget_amount\n1,Ana Kirova,0\n2,Jan Novak,5\n",
            gives: &["1 | disqualified No budget | qualify |", "2 | disqualified Small | qualify |"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7",
            says: "not where an open opportunity names the lead, by the export's id, nor where a won one does; a lost one does not hold it",
            qualify: NO_BUDGET,
            leads: "id,full_name,budget_amount\n1,Ana Kirova,0\n2,Jan Novak,0\n3,Eva Lind,0\n",
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id\nO1,Pumps,open,C1,1\nO2,Valves,won,C2,s:2\nO3,Taps,lost,C3,3\n",
            )],
            gives: &[
                "1 | blocked has_opportunity | develop | opportunity:O1",
                "2 | blocked has_opportunity | close | opportunity:O2",
                "3 | disqualified No budget | close |",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7",
            says: "whichever of their ids the lead names the contact and the account by",
            qualify: NO_BUDGET,
            leads: "id,full_name,existing_contact_id,existing_account_id,budget_amount\n\
                    1,Ana Kirova,ours-c,,0\n2,Jan Novak,6F9619FF-8B86-D011-B42D-00CF4FC964FF,ours-a,0\n",
            crm: &[
                ("accounts", "account_id,company,external_id\nA1,Acme,ours-a\n"),
                (
                    "contacts",
                    "contact_id,full_name,account_id,external_id\n\
                     6f9619ff-8b86-d011-b42d-00cf4fc964ff,Ana Kirova,A1,ours-c\n",
                ),
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id\n\
                     O1,Pumps,open,A1,{6F9619FF-8B86-D011-B42D-00CF4FC964FF}\n",
                ),
            ],
            gives: &[
                "1 | blocked has_opportunity | qualify | opportunity:O1",
                "2 | blocked has_opportunity | qualify | opportunity:O1",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7",
            says: "not where an open opportunity hangs on the contact that a seller linked the lead to; another product's or account's does not",
            qualify: NO_BUDGET,
            leads: "id,full_name,existing_contact_id,existing_account_id,product_interest,budget_amount\n\
                    1,Ana Kirova,C1,,,0\n2,Jan Novak,C2,,Valves,0\n3,Eva Lind,C3,A3,,0\n4,Ivo Petrov,C4,A3,,0\n",
            crm: &[
                ("accounts", "account_id,company\nA3,Gamma\nA4,Delta\n"),
                (
                    "contacts",
                    "contact_id,full_name,account_id\nC1,Ana Kirova,\nC2,Jan Novak,\nC3,Eva Lind,A3\nC4,Ivo Petrov,A3\n",
                ),
                (
                    "opportunities",
                    "opportunity_id,name,status,account_id,contact_id,product_interest\nO1,x,open,,C1,\nO2,x,open,,C2,Pumps\n\
                     O3,x,open,A4,C3,\nO4,x,lost,A3,C4,\n",
                ),
            ],
            gives: &[
                "1 | blocked has_opportunity | qualify | opportunity:O1",
                "2 | disqualified No budget | qualify |",
                "3 | disqualified No budget | qualify |",
                "4 | disqualified No budget | qualify |",
            ],
            ..SCENARIO
        },
    ]);
}

#[test]
fn reactivating() {
    prove(&[
        Scenario {
            rule: "5.7",
            says: "a closed lead is opened again, and stays open where it does not qualify",
            qualify: AGAIN,
            leads: "id,full_name,status,need,budget_amount\n1,Ana Kirova,disqualified,again,100\n2,Jan Novak,disqualified,,100\n3,Eva Lind,open,again,100\n",
            gives: &[
                "1 | reactivated Asked again | qualify |",
                "2 | unchanged already_closed | qualify |",
                "3 | unchanged conditions_not_met | qualify |",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.1",
            says: "opened again, it may qualify at once",
            qualify: AGAIN,
            leads: "id,full_name,company,status,need,budget_amount\n1,Ana Kirova,Acme,disqualified,again,5000\n2,Jan Novak,Beta,qualified,again,5000\n",
            gives: &[
                "1 | qualified reactivated: Asked again | develop | account 1, contact 1, opportunity 1",
                "2 | qualified reactivated: Asked again | develop | account 2, contact 2, opportunity 2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.7",
            says: "opened again, it may be disqualified at once",
            qualify: "[[qualify.disqualify]]\nwhen = \"budget_amount = 0\"\nreason = \"No budget\"\n\
                      [[qualify.reactivate]]\nwhen = \"need = 'again'\"",
            leads: "id,full_name,status,need,budget_amount\n1,Ana Kirova,disqualified,again,0\n",
            gives: &["1 | disqualified No budget | qualify |"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.8",
            says: "qualified again after a lost opportunity, a lead gets another one, and is counted",
            qualify: AGAIN,
            leads: "id,full_name,status,need,budget_amount\n1,Ana Kirova,qualified,again,5000\n",
            crm: &[
                ("contacts", "contact_id,full_name\nC1,Ana Kirova\n"),
                (
                    "opportunities",
                    "opportunity_id,name,status,contact_id,lead_id,closed_at\nO1,x,lost,C1,1,2026-03-01\n",
                ),
            ],
            gives: &["1 | qualified reactivated: Asked again | develop | contact 1, opportunity 1 | 2 times"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.4",
            says: "opened again while its own opportunity is open, it keeps that one",
            qualify: AGAIN,
            leads: "id,full_name,status,need,budget_amount,existing_contact_id\n1,Ana Kirova,qualified,again,5000,C1\n",
            crm: &[
                ("contacts", "contact_id,full_name\nC1,Ana Kirova\n"),
                ("opportunities", "opportunity_id,name,status,contact_id,lead_id\nO1,x,open,C1,1\n"),
            ],
            gives: &["1 | qualified reactivated: Asked again | develop | C1, O1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7",
            says: "opened again, it starts anew, whatever became of its opportunity",
            qualify: AGAIN,
            leads: "id,full_name,status,need,budget_amount\n1,Ana Kirova,qualified,again,100\n",
            crm: &[("opportunities", "opportunity_id,name,status,contact_id,lead_id\nO1,x,lost,C1,1\n")],
            gives: &["1 | reactivated Asked again | qualify |"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.8",
            says: "qualified again after a won opportunity, a lead gets another one, too",
            qualify: AGAIN,
            leads: "id,full_name,status,need,budget_amount\n1,Ana Kirova,qualified,again,5000\n",
            crm: &[("opportunities", "opportunity_id,name,status,contact_id,lead_id\nO1,x,won,C1,1\nO2,x,lost,C1,1\n")],
            gives: &["1 | qualified reactivated: Asked again | develop | contact 1, opportunity 1 | 3 times"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.5",
            says: "opened again, qualified, and no opportunity wanted",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }\n\
                      [[qualify.reactivate]]\nwhen = \"need = 'again'\"\nreason = \"Asked again\"",
            leads: "id,full_name,status,need,budget_amount\n1,Ana Kirova,disqualified,again,5000\n",
            gives: &["1 | qualified reactivated: Asked again | qualify | contact 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.7, 5.3",
            says: "opened again, and its account is for a person to choose: it stays open",
            qualify: AGAIN,
            leads: "id,full_name,company,status,need,budget_amount\n1,Ana Kirova,Acme,disqualified,again,5000\n",
            crm: &[("accounts", "account_id,company\nA1,Acme Ltd\nA2,Acme Inc.\n")],
            gives: &["1 | review ambiguous_account | qualify | account:A1, account:A2"],
            ..SCENARIO
        },
    ]);
}
