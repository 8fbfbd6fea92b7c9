//! What earlier runs made: section 5.8.

use super::{SCENARIO, Scenario, prove};

const LEAD: &str =
    "id,full_name,status,created_at,modified_at,budget_amount\n1,Ana Kirova,open,2026-01-01,2026-05-01,5000\n";

#[test]
fn opportunities_of_earlier_runs() {
    prove(&[
        Scenario {
            rule: "5.8",
            says: "an open opportunity that names the lead is its own, by our id, the export's, or source and id",
            leads: "id,full_name,budget_amount\n1,Ana Kirova,5000\n2,Jan Novak,5000\n",
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id\nO1,x,open,C1,1\nO2,x,open,C1,s:2\n",
            )],
            gives: &[
                "1 | qualified conditions_met | develop | contact 1, O1",
                "2 | qualified conditions_met | develop | contact 2, O2",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8",
            says: "after it was closed, the lead is not qualified again by itself",
            leads: LEAD,
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id,closed_at\nO1,x,lost,C1,1,2026-06-01\n",
            )],
            gives: &["1 | unchanged already_qualified | close | opportunity:O1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8, 5.7",
            says: "it is, where somebody opened it again since",
            leads: LEAD,
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id,closed_at\nO1,x,lost,C1,1,2026-04-01\n",
            )],
            gives: &["1 | qualified conditions_met | develop | contact 1, opportunity 1 | 2 times"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8, 5.7",
            says: "a change on the day of closing is none since, whatever the hour; with the hour of closing, the hour counts",
            leads: "id,full_name,status,modified_at,budget_amount\n1,Ana Kirova,open,2026-06-01 10:30,5000\n\
                    2,Jan Novak,open,2026-06-01 10:30,5000\n3,Eva Lind,open,2026-06-02,5000\n",
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id,closed_at\nO1,x,lost,C1,1,2026-06-01\n\
                 O2,x,lost,C2,2,2026-06-01 09:00\nO3,x,lost,C3,3,2026-06-01\n",
            )],
            gives: &[
                "1 | unchanged already_qualified | close | opportunity:O1",
                "2 | qualified conditions_met | develop | contact 1, opportunity 1 | 2 times",
                "3 | qualified conditions_met | develop | contact 2, opportunity 2 | 2 times",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8, 5.7",
            says: "a change alone is no opening: the export must say that it is open",
            leads: "id,full_name,modified_at,budget_amount\n1,Ana Kirova,2026-05-01,5000\n",
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id,closed_at\nO1,x,lost,C1,1,2026-04-01\n",
            )],
            gives: &["1 | unchanged already_qualified | close | opportunity:O1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8, 5.5",
            says: "without opportunities to make, closed ones do not matter",
            qualify: "when = \"budget_amount >= 5000\"\ncreate = { opportunity = false }",
            leads: LEAD,
            crm: &[(
                "opportunities",
                "opportunity_id,name,status,contact_id,lead_id,closed_at\nO1,x,won,C1,1,2026-06-01\n",
            )],
            gives: &["1 | qualified conditions_met | close | contact 1"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.8",
            says: "the stage of a closed lead is that of its opportunity",
            leads: "id,full_name,status,budget_amount\n1,Ana Kirova,qualified,5000\n2,Jan Novak,qualified,5000\n3,Eva Lind,qualified,5000\n",
            crm: &[("opportunities", "opportunity_id,name,status,contact_id,lead_id\nO1,x,open,C1,1\nO2,x,won,C2,2\n")],
            gives: &[
                "1 | unchanged already_closed | develop |",
                "2 | unchanged already_closed | close |",
                "3 | unchanged already_closed | qualify |",
            ],
            ..SCENARIO
        },
    ]);
}
