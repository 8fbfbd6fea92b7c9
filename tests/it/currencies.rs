//! The currency of a lead's amounts: the budget and the estimated value have one field for it, and neither is ever told in the
//! other's.

use crate::workdir::{Row, Workdir};

/// Rows of leads, and what becomes of their amounts.
struct Case {
    says: &'static str,
    /// An export by a column `id`.
    leads: &'static str,
    /// Sections of the pipeline file.
    options: &'static str,
    /// Budget, currency and estimated value of each lead, by the id of the row that survives.
    gives: &'static [&'static str],
    findings: &'static [&'static str],
}

const CASE: Case = Case { says: "", leads: "", options: "", gives: &[], findings: &[] };
/// Rows of one e-mail address are one lead.
const MERGED: Case = Case { options: "[[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n", ..CASE };

fn prove(cases: &[Case]) {
    let wrong: Vec<String> = cases.iter().filter_map(refutation).collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn refutation(case: &Case) -> Option<String> {
    let given = told(case, case.leads);
    let expected = (case.gives.to_vec(), case.findings.to_vec());
    if (given.0.iter().map(String::as_str).collect(), given.1.iter().map(String::as_str).collect()) != expected {
        return Some(format!("{}: expected {expected:#?}\nfound {given:#?}", case.says));
    }
    let mut lines: Vec<&str> = case.leads.lines().collect();
    lines[1..].reverse();
    let turned = told(case, &(lines.join("\n") + "\n"));
    (turned.0 != given.0).then(|| format!("{}: another order of rows gives {:#?}", case.says, turned.0))
}

/// Amounts and findings.
fn told(case: &Case, leads: &str) -> (Vec<String>, Vec<String>) {
    let workdir = Workdir::new();
    let dedupe = if case.options.contains("dedupe") { "" } else { "[dedupe]\nenabled = false\n" };
    let pipeline = format!(
        "as_of = 2026-11-30\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = {{ source_id = \"id\" }}\n\
         [load]\nname = \"none\"\n{dedupe}{}",
        case.options
    );
    workdir.file("leads.csv", leads).file("p.toml", pipeline);
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    let cells =
        |row: &Row| ["source_id", "budget_amount", "budget_currency", "estimated_value"].map(|it| row[it].clone());
    let mut amounts: Vec<String> =
        workdir.table("out/p/leads.csv").iter().map(|row| cells(row).join(" | ").trim_end().to_owned()).collect();
    amounts.sort();
    let found = workdir.table("out/p/findings.csv");
    let found = found.iter().filter(|row| row["code"] != "ambiguous_date");
    let found = found.map(|row| format!("line {} {} {} {}", row["line"], row["field"], row["code"], row["text"]));
    (amounts, found.collect())
}

#[test]
fn amounts_of_a_row() {
    prove(&[
        Case {
            says: "each amount's own currency fills the field that is blank, and the other amount is taken to be in it",
            leads: "id,budget_amount,estimated_value\n1,6000,\"€7,500.00\"\n2,6000 CHF,7500\n3,,7500 EUR\n4,6000 EUR,7500 EUR\n5,6000,7500\n",
            gives: &[
                "1 | 6000 | EUR | 7500",
                "2 | 6000 | CHF | 7500",
                "3 |  | EUR | 7500",
                "4 | 6000 | EUR | 7500",
                "5 | 6000 |  | 7500",
            ],
            ..CASE
        },
        Case {
            says: "of two currencies the budget's counts, and what is in the other is left out and told",
            leads: "id,budget_amount,estimated_value\n1,6000 USD,\"7,500 EUR\"\n2,\"CHF 6,000\",$7500\n",
            gives: &["1 | 6000 | USD |", "2 | 6000 | CHF |"],
            findings: &[
                "line 2 estimated_value mixed_currencies 7,500 EUR",
                "line 3 estimated_value mixed_currencies $7500",
            ],
            ..CASE
        },
        Case {
            says: "the currency that is given counts before those that stand beside the amounts",
            leads: "id,budget_amount,budget_currency,estimated_value\n1,6000 EUR,EUR,7500\n2,6000 EUR,USD,7500\n3,6000,USD,7500 EUR\n4,6000 EUR,Bitcoin,\n",
            gives: &["1 | 6000 | EUR | 7500", "2 |  | USD | 7500", "3 | 6000 | USD |", "4 |  | BITCOIN |"],
            findings: &[
                "line 3 budget_amount mixed_currencies 6000 EUR",
                "line 4 estimated_value mixed_currencies 7500 EUR",
                "line 5 budget_currency unknown_currency Bitcoin",
                "line 5 budget_amount mixed_currencies 6000 EUR",
            ],
            ..CASE
        },
        Case {
            says: "a sign that many countries have contradicts none of theirs",
            leads: "id,budget_amount,budget_currency,estimated_value\n1,$6000,CAD,7500\n2,$6000,,7500 CAD\n3,6000 AUD,,$7500\n4,$6000,,$7500\n5,US$6000,CAD,\n6,£6000,,¥7500\n",
            gives: &[
                "1 | 6000 | CAD | 7500",
                "2 | 6000 | CAD | 7500",
                "3 | 6000 | AUD | 7500",
                "4 | 6000 | USD | 7500",
                "5 |  | CAD |",
                "6 | 6000 | GBP |",
            ],
            findings: &[
                "line 6 budget_amount mixed_currencies US$6000",
                "line 7 estimated_value mixed_currencies ¥7500",
            ],
            ..CASE
        },
        Case {
            says: "an amount that is none says nothing of the currency",
            leads: "id,budget_amount,estimated_value\n1,much €,7500 USD\n",
            gives: &["1 |  | USD | 7500"],
            findings: &["line 2 budget_amount invalid_number much €"],
            ..CASE
        },
    ]);
}

#[test]
fn amounts_of_merged_rows() {
    prove(&[
        Case {
            says: "where nothing contradicts, each comes from the most recent row that has it",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,6000,USD,\n2,a@acme.com,2026-01-01,8000,USD,9000\n3,a@acme.com,2026-03-01,,,7000\n",
            gives: &["1 | 6000 | USD | 7000"],
            ..MERGED
        },
        Case {
            says: "an estimated value in the budget's currency comes before a more recent one in another",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,6000,USD,\n2,a@acme.com,2026-03-01,8000,EUR,9000\n3,a@acme.com,2026-01-01,,USD,7000\n",
            gives: &["1 | 6000 | USD | 7000"],
            ..MERGED
        },
        Case {
            says: "else the budget is the one in the currency of the estimated value: none is lost",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,6000,USD,\n2,a@acme.com,2026-01-01,8000,EUR,9000\n",
            gives: &["1 | 8000 | EUR | 9000"],
            ..MERGED
        },
        Case {
            says: "where no budget is in it, the estimated value is left out and told",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,6000,USD,\n2,a@acme.com,2026-01-01,,EUR,9000.5\n",
            gives: &["1 | 6000 | USD |"],
            findings: &["line 3 estimated_value mixed_currencies EUR 9000.5, and the lead's budget is in USD"],
            ..MERGED
        },
        Case {
            says: "a currency without a budget gives way to the one of the value",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,,USD,\n2,a@acme.com,2026-01-01,,EUR,9000\n",
            gives: &["1 |  | EUR | 9000"],
            ..MERGED
        },
        Case {
            says: "an amount that says no currency is taken to be in the one that survives",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,6000,,\n2,a@acme.com,2026-01-01,,EUR,9000\n3,b@acme.com,2026-05-01,6000,USD,\n4,b@acme.com,2026-01-01,,,9000\n",
            gives: &["1 | 6000 | EUR | 9000", "3 | 6000 | USD | 9000"],
            ..MERGED
        },
        Case {
            says: "the largest value survives, and the budget with its own currency follows it",
            leads: "id,email,modified_at,budget_amount,budget_currency,estimated_value\n1,a@acme.com,2026-05-01,6000,USD,\n2,a@acme.com,2026-03-01,8000,EUR,9000\n3,a@acme.com,2026-01-01,7000,EUR,9500\n",
            options: "[[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n[dedupe.survivorship]\nestimated_value = \"max\"\n",
            gives: &["1 | 8000 | EUR | 9500"],
            ..CASE
        },
    ]);
}

#[test]
fn a_run_for_duplicates_tells_the_currency_of_an_estimated_value() {
    let workdir = Workdir::new();
    workdir
        .file(
            "leads.csv",
            "id,full_name,email,estimated_value\n1,Ana Kirova,a@acme.com,7500 EUR\n2,Ana Kirova,a@acme.com,\n",
        )
        .file(
            "p.toml",
            "[[source]]\nname = \"s\"\npath = \"leads.csv\"\n[[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n",
        );
    workdir.succeed(&["run", "p.toml", "--quiet", "--only", "dedupe"]);
    let leads = workdir.table("out/p/leads.csv");
    assert_eq!(
        (leads.len(), leads[0]["estimated_value"].as_str(), leads[0]["budget_currency"].as_str()),
        (1, "7500", "EUR")
    );
}
