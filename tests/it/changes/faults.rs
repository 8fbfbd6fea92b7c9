//! What is wrong with `[changes]` is told, with what would be right.

use crate::workdir::Workdir;

/// What a check says of a file with every fault.
pub(super) fn faulty() -> String {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "Id,Name,Status\n00Q1,Ana Kirova,New\n");
    workdir.file("nameless.csv", "Last Name,First Name,Lead Status\nKirova,Ana,New\n");
    workdir.file("accounts.csv", "Account ID,Account Name\nA1,Acme\n");
    workdir.file("contacts.csv", "(Do Not Modify) Contact,Full Name\nC1,Ana Kirova\n");
    workdir.file("owners.csv", "owner\nanna\njan\n");
    workdir.file(
        "pipeline.toml",
        r#"[[source]]
name = "crm"
path = "leads.csv"
preset = "salesforce"
[[source]]
name = "hub"
path = "nameless.csv"
preset = "hubspot"
[crm]
accounts = { path = "accounts.csv", preset = "salesforce" }
contacts = { path = "contacts.csv", preset = "dynamics365" }
owners = { path = "owners.csv" }
[[qualify.disqualify]]
when = "company IS NULL"
reason = "No company"
[changes.salesforce]
owner = { anna = "005A" }
owners = { ana = "005A" }
leads = "updates"
status = { qualified = "Closed - Not Converted", won = "Won" }
reasons = { "No company" = "Lost" }
values = { contact = { Type = "x" }, accounts = { "Leadmill_Id__c" = "x" } }
[changes.hubspt]
[changes.dynamics365]
external_id = " "
reasons = { "No compny" = "Lst" }
"#,
    );
    let checked = workdir.run(&["check", "pipeline.toml"]);
    assert_eq!(checked.code, 2);
    checked.stderr
}

#[test]
fn a_check_of_one_crm_tells_what_the_exports_lack() {
    let workdir = Workdir::new();
    workdir.file("leads.csv", "Id,Name,Status\n00Q1,Ana Kirova,New\n");
    workdir.file("accounts.csv", "Account ID,Account Name,Old Key\nA1,Acme,\n");
    workdir.file(
        "pipeline.toml",
        "[[source]]\nname = \"crm\"\npath = \"leads.csv\"\npreset = \"salesforce\"\n[crm]\n\
         accounts = { path = \"accounts.csv\", preset = \"salesforce\" }\n[changes.salesforce]\n",
    );
    let checked = workdir.run(&["check", "pipeline.toml"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let told_of_leads = checked.stderr.clone();
    assert!(checked.stderr.contains("accounts.csv has no column of our ids"), "{}", checked.stderr);
    let other = "fields = { external_id = \"Old Key\" } }\n[changes.salesforce]\nexternal_id = \"Mill__c\"\n";
    let text = std::fs::read_to_string(workdir.path("pipeline.toml")).unwrap();
    let text =
        text.replace("preset = \"salesforce\" }\n[changes.salesforce]\n", &format!("preset = \"salesforce\", {other}"));
    workdir.file("other.toml", text);
    let checked = workdir.run(&["check", "other.toml"]).stderr;
    assert!(checked.contains("our ids are read from `Old Key` of accounts.csv, and written to `Mill__c`"), "{checked}");
    let explained = workdir.succeed(&["explain", "pipeline.toml"]).stdout;
    let told = "changes: 1 set\n  salesforce: changes/salesforce/, our ids in Leadmill_Id__c; leads of leads.csv: Status; \
                not in their exports: OwnerId, Rating, Leadmill_Score__c, Leadmill_Grade__c, Leadmill_Reason__c\n";
    assert!(explained.contains(told), "{explained}");
    // Leads that a set made are known by their ids, too.
    let creates = std::fs::read_to_string(workdir.path("pipeline.toml")).unwrap() + "leads = \"create\"\n";
    workdir.file("creates.toml", creates);
    let checked = workdir.run(&["check", "creates.toml"]).stderr;
    assert!(checked.contains("leads.csv has no column of our ids"), "{checked}");
    assert!(!told_of_leads.contains("leads.csv has no column of our ids"), "{told_of_leads}");
    // In a field of the product they would overwrite what it says.
    let text = std::fs::read_to_string(workdir.path("pipeline.toml")).unwrap();
    workdir.file("taken.toml", format!("{text}external_id = \"Email\"\n"));
    let checked = workdir.run(&["check", "taken.toml"]);
    assert_eq!(checked.code, 2, "{}", checked.stderr);
    assert!(
        checked.stderr.contains("`Email` is a field of Salesforce: our ids need one of their own"),
        "{}",
        checked.stderr
    );
}
