//! Codes and flags of programs: numbers instead of words, and columns that say yes or no.

use super::{SCENARIO, Scenario, prove};
use crate::workdir::Workdir;

#[test]
fn numbers_and_flags_of_programs() {
    prove(&[
        Scenario {
            rule: "5.3, 5.4",
            says: "Dynamics 365's states of leads, accounts, contacts and opportunities",
            preset: "dynamics365",
            leads: "leadid,firstname,lastname,companyname,emailaddress1,statecode,budgetamount\n\
                    1,Ana,Kirova,Acme,ana@acme.com,0,5000\n2,Jan,Novak,Beta,jan@beta.com,1,5000\n\
                    3,Eva,Lind,Gamma,eva@gamma.com,2,5000\n4,Ivo,Petrov,Delta,ivo@delta.com,0,5000\n\
                    5,Ola,Berg,Delta,ola@delta.com,0,5000\n",
            crm: &[
                ("accounts", "accountid,name,websiteurl,statecode\nA1,Acme,acme.com,1\nA4,Delta,delta.com,0\n"),
                (
                    "contacts",
                    "contactid,fullname,emailaddress1,parentcustomerid,statecode\nC1,Ana Kirova,ana@acme.com,A1,1\n\
                     C4,Ivo Petrov,ivo@delta.com,A4,0\nC5,Ola Berg,ola@delta.com,A4,0\n",
                ),
                (
                    "opportunities",
                    "opportunityid,name,parentaccountid,parentcontactid,statecode\nO4,x,A4,C4,1\nO5,y,A4,C5,0\n",
                ),
            ],
            gives: &[
                "1 | qualified conditions_met | develop | account 1, contact 1, opportunity 1",
                "2 | unchanged already_closed | qualify |",
                "3 | unchanged already_closed | qualify |",
                "4 | qualified conditions_met | develop | A4, C4, opportunity 2",
                "5 | blocked duplicate_opportunity | qualify | account:A4, contact:C5, opportunity:O5, account:A4, contact:C5",
            ],
            ..SCENARIO
        },
        Scenario {
            rule: "5.3, 5.4, 5.7",
            says: "Salesforce's flags, whatever the words beside them",
            qualify: "when = \"1 = 1\"",
            preset: "salesforce",
            leads: "Id,FirstName,LastName,Company,Email,Status,IsConverted,ConvertedOpportunityId,IsDeleted\n\
                    1,Ana,Kirova,Acme,ana@acme.com,Sales Accepted,true,O1,false\n\
                    2,Ivo,Petrov,Delta,ivo@delta.com,Open - Not Contacted,false,,false\n\
                    3,Eva,Lind,Gamma,eva@gamma.com,Open - Not Contacted,false,,false\n\
                    4,Jan,Novak,Beta,jan@beta.com,Open - Not Contacted,false,,true\n\
                    5,Ola,Berg,Delta,ola@delta.com,,false,O3,false\n\
                    6,Mia,Hahn,Delta,mia@delta.com,Sales Accepted,true,O7,false\n",
            crm: &[
                ("accounts", "Id,Name,Website,IsDeleted\nA2,Delta,delta.com,false\nA3,Gamma,gamma.com,true\n"),
                (
                    "contacts",
                    "Id,FirstName,LastName,Email,AccountId,IsDeleted\nC2,Ivo,Petrov,ivo@delta.com,A2,0\n\
                     C3,Eva,Lind,eva@gamma.com,A3,1\nC5,Ola,Berg,ola@delta.com,A2,0\n",
                ),
                (
                    "opportunities",
                    "Id,Name,AccountId,ContactId,StageName,IsClosed,IsWon,IsDeleted\n\
                     O1,x,,,Signature,false,false,false\nO2,y,A2,C2,Contract Signed,true,true,false\n\
                     O3,z,A2,C5,Paperwork,FALSE,FALSE,false\nO4,w,A2,C2,Walked Away,TRUE,FALSE,false\n\
                     O5,v,A2,C2,Prospecting,false,false,true\n",
                ),
            ],
            gives: &[
                "1 | unchanged already_closed | develop |",
                "2 | qualified conditions_met | develop | A2, C2, opportunity 1",
                "3 | qualified conditions_met | develop | account 1, contact 1, opportunity 2",
                "5 | qualified conditions_met | develop | A2, C5, O3",
                "6 | unchanged already_closed | qualify |",
            ],
            findings: &["line 7 unknown_opportunity O7"],
            ..SCENARIO
        },
        Scenario {
            rule: "5.4",
            says: "HubSpot's deals are closed and won as their flags say, whatever their stages are called",
            qualify: "when = \"1 = 1\"",
            preset: "hubspot",
            leads: "Record ID,First Name,Last Name,Email\n1,Ivo,Petrov,ivo@delta.com\n2,Ola,Berg,ola@delta.com\n\
                    3,Mia,Hahn,mia@delta.com\n",
            crm: &[
                (
                    "contacts",
                    "Record ID,First Name,Last Name,Email\nC1,Ivo,Petrov,ivo@delta.com\nC2,Ola,Berg,ola@delta.com\n\
                     C3,Mia,Hahn,mia@delta.com\n",
                ),
                (
                    "opportunities",
                    "Record ID,Deal Name,Deal Stage,Associated Contact IDs,Is Closed Won,Is Deal Closed?,Is closed (numeric)\n\
                     O1,x,Signed,C1,true,true,1\nO2,y,Walked away,C2,false,true,1\nO3,z,Closed won?,C3,false,false,0\n",
                ),
            ],
            gives: &[
                "1 | qualified conditions_met | develop | C1, opportunity 1",
                "2 | qualified conditions_met | develop | C2, opportunity 2",
                "3 | blocked duplicate_opportunity | qualify | contact:C3, opportunity:O3, contact:C3",
            ],
            ..SCENARIO
        },
    ]);
}

/// An account file's line that is in use or not, and the finding about it.
#[test]
fn accounts_in_use_and_out_of_use() {
    let cases = [
        ("status", "Active", true, ""),
        ("status", "Customer", true, ""),
        ("status", "", true, ""),
        ("status", "Inactive", false, ""),
        ("status", "Merged", false, ""),
        ("status", "obsolete", false, ""),
        ("status", "Gelöscht", false, ""),
        ("status", "no", false, ""),
        ("status", "0", true, "unknown_status 0"),
        ("status", "Floating", true, "unknown_status Floating"),
        ("status", "n/a", true, "placeholder n/a"),
        ("active", "no", false, ""),
        ("active", "0", false, ""),
        ("active", "1", true, ""),
        ("Is Active", "FALSE", false, ""),
        ("Archived", "1", false, ""),
        ("Archived", "0", true, ""),
        // Another program's number, under a header that no preset is named for.
        ("statecode", "1", true, ""),
    ];
    for (header, word, in_use, told) in cases {
        for kind in ["accounts", "contacts"] {
            let workdir = Workdir::new();
            workdir.file(
                "leads.csv",
                "id,full_name,company,domain,email,budget_amount\n1,Ana Kirova,Acme,acme.com,ana@acme.com,5000\n",
            );
            let record = match kind {
                "accounts" => format!("account_id,company,domain,{header}\nA1,Acme,acme.com,{word}\n"),
                _ => format!("contact_id,full_name,email,{header}\nA1,Ana Kirova,ana@acme.com,{word}\n"),
            };
            workdir.file(&format!("crm/{kind}.csv"), record);
            workdir.file("p.toml", super::pipeline(SCENARIO.qualify, &[kind]));
            workdir.succeed(&["run", "p.toml", "--quiet"]);
            let linked = workdir.table(&format!("out/p/{kind}.csv"))[0]["action"] == "link";
            assert_eq!(linked, in_use, "{kind}: {header} {word}");
            let findings = workdir.table("out/p/findings.csv");
            let findings = findings.iter().map(|row| format!("{} {}", row["code"], row["text"]));
            assert_eq!(findings.collect::<Vec<_>>().join(", "), told, "{kind}: {header} {word}");
        }
    }
}

/// Fields of leads that programs write as numbers or flags, cell by cell as they are read.
#[test]
fn fields_of_leads() {
    // Preset, header and row, what the user says of the source, and status, reason, time frame and currency; findings.
    let cases = [
        ("dynamics365", "statecode,purchasetimeframe", "0,0", "", "open||immediate|", ""),
        ("dynamics365", "statecode,purchasetimeframe", "1,1", "", "qualified||this_quarter|", ""),
        ("dynamics365", "statecode,purchasetimeframe", "2,2", "", "disqualified||next_quarter|", ""),
        ("dynamics365", "statecode,purchasetimeframe", "2.0,3", "", "disqualified||this_year|", ""),
        ("dynamics365", "statecode,purchasetimeframe", "Qualified,4", "", "qualified||unknown|", ""),
        (
            "dynamics365",
            "statecode,purchasetimeframe",
            "7,9",
            "",
            "open||unknown|",
            "unknown_status 7, unknown_timeframe 9",
        ),
        // The label beside it says the same, and may be anybody's.
        ("dynamics365", "Status,statecode", "Floating,1", "", "qualified|||", ""),
        // What the user says counts.
        ("dynamics365", "Status,statecode", "Open,1", "fields = { status = \"Status\" }", "open|||", ""),
        ("dynamics365", "Status,statecode", "Open,1", "fields = { status = \"statecode\" }", "qualified|||", ""),
        ("dynamics365", "statecode", "1", "values = { status = \"open\" }", "open|||", ""),
        // Numbers are no words elsewhere.
        ("salesforce", "Status,statecode", "1,1", "", "open|||", "unknown_status 1"),
        ("none", "statecode", "1", "", "open|||", ""),
        ("salesforce", "Status,IsConverted", "Sales Accepted,true", "", "qualified|||", ""),
        ("salesforce", "Status,IsConverted", "Sales Accepted,0", "", "open|||", "unknown_status Sales Accepted"),
        ("salesforce", "Status,IsConverted", "Nurturing,WAHR", "", "qualified|||", ""),
        ("salesforce", "Lead Status,Converted", "Nurturing,1", "", "qualified|||", ""),
        ("salesforce", "Status,Lead Currency", "New,EUR", "", "open|||EUR", ""),
        ("salesforce", "Status,CurrencyIsoCode", "New,usd", "", "open|||USD", ""),
        ("none", "purchase_timeframe", "Q1 2027", "", "open||unknown|", "unknown_timeframe Q1 2027"),
        ("none", "purchase_timeframe", "before Christmas", "", "open||unknown|", "unknown_timeframe before Christmas"),
        ("none", "purchase_timeframe", "n/a", "", "open||unknown|", "placeholder n/a"),
        ("none", "purchase_timeframe", "not sure", "", "open||unknown|", ""),
        ("none", "purchase_timeframe", "next month", "", "open||this_quarter|", ""),
    ];
    for (preset, header, row, says, fields, told) in cases {
        let workdir = Workdir::new();
        workdir.file("leads.csv", format!("Name,{header}\nAna Kirova,{row}\n"));
        workdir.file(
            "p.toml",
            format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\npreset = \"{preset}\"\n{says}\n[write]\nformats = [\"csv\"]\n"),
        );
        workdir.succeed(&["run", "p.toml", "--quiet"]);
        let lead = &workdir.table("out/p/leads.csv")[0];
        let cells =
            ["status", "status_reason", "purchase_timeframe", "budget_currency"].map(|column| lead[column].as_str());
        assert_eq!(cells.join("|"), fields, "{preset}: {header} {row} {says}");
        let findings = workdir.table("out/p/findings.csv");
        let findings = findings.iter().map(|row| format!("{} {}", row["code"], row["text"]));
        assert_eq!(findings.collect::<Vec<_>>().join(", "), told, "{preset}: {header} {row} {says}");
    }
}

/// The cells stay as read, and `check` shows which columns say a field.
#[test]
fn what_codes_say_is_told() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "Id,Name,Status,IsConverted\n1,Ana Kirova,Sales Accepted,true\n");
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"s\"\npath = \"leads.csv\"\npreset = \"salesforce\"\n[write]\nformats = [\"csv\"]\n",
    );
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    let row = &workdir.table("out/p/lead_members.csv")[0];
    assert_eq!((row["raw_status"].as_str(), row["raw_IsConverted"].as_str()), ("Sales Accepted", "true"));
    let checked = workdir.succeed(&["check", "p.toml"]);
    let status = checked.stdout.lines().find(|line| line.trim_start().starts_with("status"));
    let words: Vec<&str> = status.unwrap().split_whitespace().collect();
    assert_eq!(words, ["status", "Status", "+", "IsConverted", "own", "name"]);
}

/// A deleted lead is none, however many there are; what it wishes counts for others of its address.
#[test]
fn deleted_leads_are_rejected() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "Id,Name,Email,HasOptedOutOfEmail,IsDeleted\n1,Ana Kirova,ana@acme.com,true,true\n2,Jan Novak,jan@beta.com,false,TRUE\n\
         3,Ana Kirova,ana@acme.com,false,false\n",
    );
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"s\"\npath = \"leads.csv\"\npreset = \"salesforce\"\n[load]\nmax_rejects = 0\n[write]\nformats = [\"csv\"]\n",
    );
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    let leads = workdir.table("out/p/leads.csv");
    let leads: Vec<(&str, &str)> =
        leads.iter().map(|lead| (lead["source_id"].as_str(), lead["may_email"].as_str())).collect();
    assert_eq!(leads, [("3", "false")]);
    let rejects = workdir.table("out/p/rejects.csv");
    let rejects: Vec<String> =
        rejects.iter().map(|row| format!("{} {} {}", row["line"], row["field"], row["code"])).collect();
    assert_eq!(rejects, ["2 status deleted_record", "3 status deleted_record"]);
}
