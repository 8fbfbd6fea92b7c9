//! The built-in reports about sales.

use super::{cells, project, run};

const LEADS: &str = "id,full_name,created_at,source,initiated_by,status\n\
    1,Ana Kirova,2026-01-10,Webinar,Spring,qualified\n\
    2,Bob Ray,2026-02-01,Webinar,Spring,qualified\n\
    3,Cid Poe,2026-03-01,Webinar,Autumn,open\n\
    4,Dan Low,2026-04-01,Fair,,disqualified\n\
    5,Eva Lind,2026-05-01,Fair,,open\n\
    6,Fay Moss,2026-05-01,,,open\n";
const OPPORTUNITIES: &str = "opportunity_id,name,status,contact_id,lead_id\nO1,A,won,,1\nO2,B,open,,2\nO3,C,lost,,4\n";
const INVOICES: &str = "document_id,opportunity_id,lead_id,amount,currency,date\n\
    I1,O1,,100.1,EUR,2026-06-01\nI2,O1,,100.2,EUR,2026-07-01\nI3,,3,50,USD,2026-07-01\nI4,,5,7,EUR,2026-07-01\n";

#[test]
fn funnel_and_sources_by_hand() {
    let files = [("leads.csv", LEADS), ("crm/opportunities.csv", OPPORTUNITIES), ("crm/invoices.csv", INVOICES)];
    let workdir = project(&files, "");
    run(&workdir);
    let columns = ["source", "leads", "open", "qualified", "opportunities", "won", "revenue", "currency"];
    let expected = [
        " | 1 | 1 | 0 | 0 | 0",
        "Fair | 2 | 1 | 0 | 1 | 1 | 7 | EUR",
        // Dollars are not added to euros.
        "Webinar | 3 | 1 | 2 | 2 | 2 |  | EUR 200.3; USD 50",
    ];
    assert_eq!(cells(&workdir, "reports/funnel", &columns), expected);
    let columns = [
        "source",
        "initiated_by",
        "leads",
        "qualified",
        "qualified_percent",
        "won",
        "won_percent",
        "revenue",
        "currency",
    ];
    let expected = [
        " |  | 1 | 0 | 0 | 0 | 0",
        "Fair |  | 2 | 0 | 0 | 1 | 50 | 7 | EUR",
        "Webinar | Autumn | 1 | 0 | 0 | 1 | 100 | 50 | USD",
        "Webinar | Spring | 2 | 2 | 100 | 1 | 50 | 200.3 | EUR",
    ];
    assert_eq!(cells(&workdir, "reports/source_performance", &columns), expected);
}

#[test]
fn a_report_of_the_name_comes_before_the_built_in_one() {
    let own = "[[report]]\nname = \"Funnel\"\nfrom = \"revenue\"\ngroup_by = [\"through\"]\nmeasures = { sum = \"SUM(revenue)\" }\n";
    let files = [("leads.csv", LEADS), ("crm/opportunities.csv", OPPORTUNITIES), ("crm/invoices.csv", INVOICES)];
    let workdir = project(&files, own);
    run(&workdir);
    let expected = ["lead | 57", "opportunity | 200.3"];
    assert_eq!(cells(&workdir, "reports/funnel", &["through", "sum"]), expected);
    assert!(workdir.path("out/p/reports/source_performance.csv").exists());
}

#[test]
fn without_documents_there_are_no_such_reports() {
    let workdir = project(&[("leads.csv", LEADS), ("crm/opportunities.csv", OPPORTUNITIES)], "");
    run(&workdir);
    for report in ["funnel", "source_performance"] {
        assert!(!workdir.path(&format!("out/p/reports/{report}.csv")).exists(), "{report}");
    }
    // What the opportunity was worth is not known, but it was won.
    assert_eq!(
        cells(&workdir, "leads", &["source_id", "became_won"]).iter().filter(|it| it.contains("true")).count(),
        1
    );
}

#[test]
fn scores_stand_beside_what_was_won() {
    let scored = "[[score.criterion]]\nname = \"Webinar\"\nwhen = \"source = 'Webinar'\"\n";
    let files = [("leads.csv", LEADS), ("crm/opportunities.csv", OPPORTUNITIES), ("crm/invoices.csv", INVOICES)];
    let workdir = project(&files, scored);
    run(&workdir);
    let outcomes = ["--outcomes", "out/p/leads.csv", "--outcome", "became_won", "--value", "revenue", "--json"];
    let told = workdir.succeed(&[&["backtest", "p.toml"][..], &outcomes].concat());
    let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((told["known"].as_u64(), told["won"].as_u64()), (Some(6), Some(3)));
}
