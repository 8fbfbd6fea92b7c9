//! Parent accounts: the CRM's own, and those that the pipeline file names.

use super::{findings, hold_in_any_order, project, run, sorted};

const LEADS: &str = "id,full_name,company,domain\n\
    1,Ana Kirova,Acme Deutschland,acme.de\n\
    2,Bob Ray,Acme Holding,acme.com\n\
    3,Cid Poe,Acme France,acme.fr\n\
    4,Dan Low,Beta Poland,beta.pl\n\
    5,Eva Lind,Gamma Branch,\n\
    6,Fay Moss,Delta,delta.example\n";
const ACCOUNTS: &str = "account_id,company,domain,parent_account_id\n\
    B1,Beta Group,beta.com,\n\
    B2,Beta Poland,beta.pl,Beta Group\n\
    D1,Delta,delta.example,D9\n\
    G1,Gamma Head Office,gamma.example,\n\
    H1,Hula,hula.example,H2\n\
    H2,Hopp,hopp.example,H1\n";
const QUALIFY: &str = "[qualify]\nwhen = \"full_name IS NOT NULL\"\n";
const INLINE: &str = "parents = { \"acme.de\" = \"www.acme.com\", \"acme.fr\" = \"Akme\", \"gamma branch\" = \"GAMMA Head office\", \
                      \"delta.example\" = \"beta.com\", \"nobody.example\" = \"acme.com\" }\n";

/// "name > parent": accounts by name, with the names of their parents.
fn tree(workdir: &crate::workdir::Workdir) -> Vec<String> {
    let accounts = workdir.table("out/p/accounts.csv");
    let name = |id: &str| {
        let own = accounts.iter().find(|row| row["account_id"] == id).map(|row| row["name"].clone());
        own.unwrap_or_else(|| id.to_owned())
    };
    let mut lines: Vec<String> =
        accounts.iter().map(|row| format!("{} > {}", row["name"], name(&row["parent_account_id"]))).collect();
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines.sort();
    lines
}

const CODES: [&str; 2] = ["unknown_parent", "parent_cycle"];

#[test]
fn parents_are_existing_accounts_or_those_of_the_run() {
    let files = [("leads.csv", LEADS), ("crm/accounts.csv", ACCOUNTS)];
    let workdir = project(&files, &format!("{QUALIFY}{INLINE}"));
    run(&workdir);
    let expected = [
        "Acme Deutschland > Acme Holding",
        "Acme France >",
        "Acme Holding >",
        // The CRM's own, which it names.
        "Beta Poland > B1",
        // The CRM says a parent that it does not have: the pipeline file's counts.
        "Delta > B1",
        "Gamma Branch > G1",
    ];
    assert_eq!(tree(&workdir), expected);
    let expected = [
        "crm/accounts.csv:4 unknown_parent D9",
        "crm/accounts.csv:6 parent_cycle H1 > H2 > H1: the parent of H1 is left blank",
        "crm/accounts.csv:7 parent_cycle H1 > H2 > H1: the parent of H1 is left blank",
        "leads.csv:4 unknown_parent Akme",
    ];
    assert_eq!(findings(&workdir, &CODES), expected);
    // No account is made for a parent's sake.
    let actions = sorted(&workdir, "accounts", &["action", "name"]);
    assert_eq!(actions.iter().filter(|it| it.starts_with("create")).count(), 4, "{actions:?}");
    hold_in_any_order(&files, &format!("{QUALIFY}{INLINE}"), &["accounts"]);
}

#[test]
fn what_the_crm_has_twice_the_run_does_not_settle() {
    // Two accounts of one name, of which the run links one; and an account that has no id.
    let accounts = "account_id,company,domain,country,parent_account_id\n\
        G1,Gamma,gamma.example,DE,\nG2,Gamma,gamma.test,FR,\n,Beta,beta.example,DE,Gone\n";
    let leads = "id,full_name,company,domain\n1,Ana Kirova,Gamma,gamma.example\n2,Bob Ray,Beta,beta.example\n\
                 3,Cid Poe,Acme,acme.com\n";
    let files = [("leads.csv", leads), ("crm/accounts.csv", accounts)];
    let workdir = project(&files, &format!("{QUALIFY}parents = {{ \"acme.com\" = \"Gamma\" }}\n"));
    run(&workdir);
    assert_eq!(tree(&workdir), ["Acme >", "Beta >", "Gamma >"]);
    assert_eq!(
        findings(&workdir, &CODES),
        ["crm/accounts.csv:4 unknown_parent Gone", "leads.csv:4 unknown_parent Gamma"]
    );
}

#[test]
fn a_table_of_parents() {
    let table = "Company;Parent domain\nacme.de;acme.com\n\nAcme Holding;beta.com\nacme.fr;\n";
    let files = [("leads.csv", LEADS), ("crm/accounts.csv", ACCOUNTS), ("parents.csv", table)];
    let workdir = project(&files, &format!("{QUALIFY}parents = \"parents.csv\"\n"));
    run(&workdir);
    let expected = [
        "Acme Deutschland > Acme Holding",
        "Acme France >",
        "Acme Holding > B1",
        "Beta Poland > B1",
        "Delta >",
        "Gamma Branch >",
    ];
    assert_eq!(tree(&workdir), expected);
    let summary = workdir.summary("out/p");
    let inputs = summary["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|input| input["file"] == "parents.csv" && input["rows"] == 3), "{inputs:?}");
}

#[test]
fn the_crm_and_the_pipeline_file_make_no_circle() {
    // In the CRM Beta Poland is below Beta Group, which the pipeline file puts below Beta Poland.
    let leads = "id,full_name,company,domain\n1,Ana Kirova,Beta Group,beta.com\n2,Bob Ray,Beta Poland,beta.pl\n";
    let files = [("leads.csv", leads), ("crm/accounts.csv", ACCOUNTS)];
    let workdir = project(&files, &format!("{QUALIFY}parents = {{ \"beta.com\" = \"beta.pl\" }}\n"));
    run(&workdir);
    assert_eq!(tree(&workdir), ["Beta Group >", "Beta Poland > Beta Group"]);
    const CIRCLE: &str =
        "leads.csv:2 parent_cycle Beta Group > Beta Poland > Beta Group: the parent of Beta Group is left blank";
    let told = findings(&workdir, &["parent_cycle"]);
    assert!(told.contains(&CIRCLE.to_owned()), "{told:?}");
}

#[test]
fn a_circle_is_opened_at_the_smallest_id() {
    // A3 > A1 > A2 > A3, with A4 below it, and S1 its own parent.
    let accounts = "account_id,company,domain,parent_account_id\nA3,Three,three.example,A1\nA1,One,one.example,A2\n\
                    A2,Two,two.example,A3\nA4,Four,four.example,A2\nS1,Self,self.example,Self\n";
    let leads = "id,full_name,company,domain\n1,Ana Kirova,One,one.example\n2,Bob Ray,Two,two.example\n\
                 3,Cid Poe,Three,three.example\n4,Dan Low,Four,four.example\n5,Eva Lind,Self,self.example\n";
    let files = [("leads.csv", leads), ("crm/accounts.csv", accounts)];
    let workdir = project(&files, QUALIFY);
    run(&workdir);
    assert_eq!(tree(&workdir), ["Four > Two", "One >", "Self >", "Three > One", "Two > Three"]);
    let circle = "parent_cycle A1 > A2 > A3 > A1: the parent of A1 is left blank";
    let expected = [
        format!("crm/accounts.csv:2 {circle}"),
        format!("crm/accounts.csv:3 {circle}"),
        format!("crm/accounts.csv:4 {circle}"),
        "crm/accounts.csv:6 parent_cycle S1 > S1: the parent of S1 is left blank".to_owned(),
    ];
    assert_eq!(findings(&workdir, &CODES), expected);
    hold_in_any_order(&files, QUALIFY, &["accounts"]);
}

#[test]
fn a_circle_of_the_pipeline_file_that_names_hide_loses_one_link() {
    // By domain and by name: that it is a circle, only the accounts tell.
    let leads = "id,full_name,company,domain\n1,Ana Kirova,One,one.example\n2,Bob Ray,Two,two.example\n";
    let accounts = "account_id,company,domain\nA2,Two,two.example\nA1,One,one.example\n";
    let files = [("leads.csv", leads), ("crm/accounts.csv", accounts)];
    let workdir =
        project(&files, &format!("{QUALIFY}parents = {{ \"one.example\" = \"two.example\", \"Two\" = \"One\" }}\n"));
    run(&workdir);
    assert_eq!(tree(&workdir), ["One >", "Two > One"]);
    let told = findings(&workdir, &CODES);
    assert_eq!(told, ["leads.csv:2 parent_cycle One > Two > One: the parent of One is left blank"]);
}

#[test]
fn parents_that_cannot_be_are_told_before_the_run() {
    let cases = [
        ("{ \"acme.de\" = \"www.acme.de\" }", "`acme.de` is its own parent"),
        (
            "{ \"acme.de\" = \"acme.com\", \"Acme.DE\" = \"other.com\" }",
            "`acme.de` has two parents, `other.com` and another",
        ),
        (
            "{ \"a.example\" = \"b.example\", \"b.example\" = \"C Ltd\", \"c ltd\" = \"a.example\" }",
            "each of these would be above itself: a.example > b.example > c ltd > a.example",
        ),
        ("\"none.csv\"", "there is no file `none.csv`"),
        ("\"bad.csv\"", "bad.csv has no column `parent_domain`"),
        ("\"twice.csv\"", "twice.csv, line 3: `a.example` has two parents, `c.example` and another"),
        ("\"twice.csv\"", "the other stands in twice.csv, line 2"),
        ("\"twice.csv\"", "twice.csv, line 4: `x.example` is a parent, but the row does not say of which company"),
        ("5", "must be text in quotes, or a table"),
    ];
    for (value, told) in cases {
        let files = [
            ("leads.csv", LEADS),
            ("bad.csv", "domain,mother\nacme.de,acme.com\n"),
            ("twice.csv", "domain,parent_domain\na.example,b.example\na.example,c.example\n,x.example\n"),
        ];
        let workdir = project(&files, &format!("{QUALIFY}parents = {value}\n"));
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2, "{value}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{value}: {}", ran.stderr);
    }
}
