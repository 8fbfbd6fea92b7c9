//! Ids of records that stay what they were when a lead or a company says more of itself: `issued_ids`.

use std::collections::{BTreeMap, BTreeSet};

use crate::workdir::{Row, Workdir};

/// Everybody with a budget of 5000 qualifies; rows of one e-mail address and family name are one lead.
const PIPELINE: &str = "as_of = 2026-11-30\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = { source_id = \"id\" }\n\
    [dedupe]\nmatch_at = 1.0\nblock_on = [[\"email\"]]\n\
    [[dedupe.rule]]\nname = \"Same\"\nsame = [\"email\", \"last_name\"]\npublished = true\n\
    [write]\nformats = [\"csv\"]\n[qualify]\nwhen = \"budget_amount >= 5000\"\n";

const HEADER: &str = "id,full_name,email,company,website,created_at,budget_amount\n";

/// What the records of each row's lead are called, by source id: account, contact, opportunity.
type Ids = BTreeMap<String, [String; 3]>;

/// Runs the pipeline on these rows into the folder of the last run.
fn run(workdir: &Workdir, rows: &str) -> Ids {
    workdir.file("leads.csv", format!("{HEADER}{rows}"));
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    ids(workdir, "out/p")
}

fn ids(workdir: &Workdir, output: &str) -> Ids {
    let decisions: BTreeMap<String, Row> = workdir
        .table(&format!("{output}/decisions.csv"))
        .into_iter()
        .map(|row| (row["lead_id"].clone(), row))
        .collect();
    let members = workdir.table(&format!("{output}/lead_members.csv"));
    let of = |row: &Row| {
        ["account_id", "contact_id", "opportunity_id"].map(|column| decisions[&row["lead_id"]][column].clone())
    };
    members.iter().map(|row| (row["source_id"].clone(), of(row))).collect()
}

/// Lines and texts of the findings about ids.
fn lost(workdir: &Workdir) -> Vec<(String, String)> {
    let findings = workdir.table("out/p/findings.csv").into_iter().filter(|row| row["code"] == "lost_id");
    findings.map(|row| (row["line"].clone(), row["text"].clone())).collect()
}

fn project() -> Workdir {
    let workdir = Workdir::new();
    workdir.file("p.toml", PIPELINE);
    workdir
}

/// Every file of an output folder but run.json, by name.
fn files(workdir: &Workdir, output: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(workdir.path(output)).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file() && !path.ends_with("run.json"));
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn the_table_says_which_row_s_lead_got_which_record() {
    let workdir = project();
    let ids =
        run(&workdir, "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n2,Otto Lang,otto@lang.de,,,2026-03-01,10\n");
    let [account, contact, opportunity] = &ids["1"];
    let row_id = workdir.table("out/p/lead_members.csv").into_iter().find(|row| row["source_id"] == "1").unwrap();
    let expected = [("account", account), ("contact", contact), ("opportunity", opportunity)];
    let told = workdir.table("out/p/issued_ids.csv");
    assert_eq!(told.len(), 3, "the other lead got nothing: {told:?}");
    for (row, (kind, id)) in told.iter().zip(expected) {
        let cells = ["source", "row_id", "kind", "record_id", "is_current"].map(|column| row[column].as_str());
        assert_eq!(cells, ["s", &row_id["row_id"], kind, id, "true"]);
    }
}

#[test]
fn a_run_repeated_into_its_own_folder_is_the_same() {
    let workdir = project();
    workdir.file("p.toml", PIPELINE.replace("[\"csv\"]", "[\"csv\", \"parquet\"]"));
    let rows = "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n2,Ana Kirova,ana@acme.com,,,2026-04-01,\n\
                3,Otto Lang,otto@lang.de,Lang,,2026-03-01,7000\n";
    run(&workdir, rows);
    let untimed = |workdir: &Workdir| {
        let mut summary = workdir.summary("out/p");
        let object = summary.as_object_mut().unwrap();
        let earlier = object.remove("earlier_ids");
        ["seconds", "cpu_seconds"].iter().for_each(|key| drop(object.remove(*key)));
        (summary, earlier)
    };
    let (first, before) = (files(&workdir, "out/p"), untimed(&workdir));
    assert_eq!(before.1, None, "nothing was there to be read");
    run(&workdir, rows);
    let after = untimed(&workdir);
    assert_eq!(files(&workdir, "out/p"), first);
    assert_eq!(after.0, before.0);
    // Row 2 is of the lead of row 1: three kinds, three rows.
    let earlier = after.1.clone().unwrap();
    assert_eq!((earlier["folder"].as_str(), earlier["rows"].as_u64()), (Some("out/p"), Some(9)));
    run(&workdir, rows);
    assert_eq!((files(&workdir, "out/p"), untimed(&workdir)), (first, after));
}

#[test]
fn an_older_row_joins_and_the_ids_stay() {
    let workdir = project();
    let row = "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n";
    let before = run(&workdir, row);
    let lead = workdir.table("out/p/leads.csv")[0]["lead_id"].clone();
    let both = format!("{row}2,Anna Kirova,ana@acme.com,Acme,,2026-01-01,\n");
    let after = run(&workdir, &both);
    assert_ne!(workdir.table("out/p/leads.csv")[0]["lead_id"], lead, "the older row names the lead");
    assert_eq!(after["1"], before["1"]);
    assert_eq!(after["2"], before["1"], "one lead");
    assert_eq!(lost(&workdir), []);
    // Without what the last run said, they would be others.
    let workdir = project();
    let anew = run(&workdir, &both);
    assert_ne!(anew["1"][1..], before["1"][1..]);
    // The row that had the ids may go: the one that joined has them, too.
    let workdir = project();
    run(&workdir, row);
    run(&workdir, &both);
    let alone = run(&workdir, "2,Anna Kirova,ana@acme.com,Acme,,2026-01-01,5000\n");
    assert_eq!(alone["2"], before["1"]);
}

#[test]
fn an_invoice_of_a_kept_opportunity_goes_back_to_its_lead() {
    let workdir = project();
    let first = run(&workdir, "2,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n");
    let opportunity = &first["2"][2];
    // The CRM itself has not exported the opportunity yet.
    workdir.file(
        "invoices.csv",
        format!("document_id,opportunity_id,status,amount,currency,date\nI1,{opportunity},paid,700,EUR,2026-05-01\n"),
    );
    workdir.file("p.toml", format!("{PIPELINE}[crm]\ninvoices = {{ path = \"invoices.csv\" }}\n"));
    let rows = "2,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n1,A. Kirova,ana@acme.com,Acme,,2026-01-01,\n";
    run(&workdir, rows);
    let revenue = workdir.table("out/p/revenue.csv");
    let lead = &workdir.table("out/p/leads.csv")[0]["lead_id"];
    let [document] = &revenue[..] else { panic!("one invoice: {revenue:?}") };
    assert_eq!((&document["lead_id"], document["through"].as_str()), (lead, "opportunity"));
}

#[test]
fn a_domain_appears_later_and_the_account_stays() {
    let workdir = project();
    let before = run(&workdir, "1,Ana Kirova,,Acme,,2026-03-01,5000\n");
    let after = run(&workdir, "1,Ana Kirova,,Acme,www.acme.com,2026-03-01,5000\n");
    assert_eq!(after, before);
    assert_eq!(workdir.table("out/p/accounts.csv")[0]["domain"], "acme.com");
    // A colleague of the same domain shares it.
    let rows = "1,Ana Kirova,,Acme,www.acme.com,2026-03-01,5000\n2,Otto Lang,otto@acme.com,,,2026-03-01,5000\n";
    assert_eq!(run(&workdir, rows)["1"][0], before["1"][0]);
    let workdir = project();
    let anew = run(&workdir, "1,Ana Kirova,,Acme,www.acme.com,2026-03-01,5000\n");
    assert_ne!(anew["1"][0], before["1"][0], "without what the last run said");
}

#[test]
fn a_company_of_last_week_s_leads_is_the_same_account_this_week() {
    let workdir = project();
    let before = run(&workdir, "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n");
    let after = run(&workdir, "2,Otto Lang,otto@acme.com,Acme,,2026-03-01,5000\n");
    assert_eq!(after["2"][0], before["1"][0]);
    assert_ne!(after["2"][1..], before["1"][1..]);
    // What the first lead got is not forgotten while it is away.
    let again =
        run(&workdir, "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n0,Ana Kirova,ana@acme.com,,,2025-01-01,\n");
    assert_eq!(again["1"], before["1"]);
}

const ANA_AND_ANN: &str =
    "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n2,Anna Kirova,anna@acme.com,Acme,,2026-02-01,6000\n";

/// A person's verdict on rows 1 and 2.
fn decide(workdir: &Workdir, verdict: &str) {
    let members = workdir.table("out/p/lead_members.csv");
    let id = |source_id: &str| members.iter().find(|row| row["source_id"] == source_id).unwrap()["row_id"].clone();
    let text = format!("left_id,right_id,decision\n{},{},{verdict}\n", id("1"), id("2"));
    let pipeline = PIPELINE.replace("[dedupe]\n", "[dedupe]\ndecisions = \"decided.csv\"\n");
    workdir.file("decided.csv", text).file("p.toml", pipeline);
}

#[test]
fn of_two_leads_that_are_one_later_one_id_is_kept_and_the_other_told() {
    let workdir = project();
    let before = run(&workdir, ANA_AND_ANN);
    let ([account, contact, opportunity], [_, other_contact, other_opportunity]) = (&before["1"], &before["2"]);
    assert!(contact != other_contact && opportunity != other_opportunity);
    decide(&workdir, "match");
    let after = run(&workdir, ANA_AND_ANN);
    assert_eq!(workdir.table("out/p/leads.csv").len(), 1);
    // Each was issued for one row: the smaller one stays.
    let kept = [contact.min(other_contact), opportunity.min(other_opportunity)];
    let gone = [contact.max(other_contact), opportunity.max(other_opportunity)];
    assert_eq!(after["1"], [account, kept[0], kept[1]].map(String::clone));
    assert_eq!(after["2"], after["1"]);
    let told =
        |kind: &str, at: usize| format!("the {kind} was {} in an earlier run, and is {} now", gone[at], kept[at]);
    let texts: Vec<String> = lost(&workdir).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, [told("contact", 0), told("opportunity", 1)]);
    // The next run says the same.
    let first = files(&workdir, "out/p");
    assert_eq!(run(&workdir, ANA_AND_ANN), after);
    assert_eq!(files(&workdir, "out/p"), first);
}

#[test]
fn of_a_lead_that_is_taken_apart_one_part_keeps_the_ids() {
    let workdir = project();
    // One lead of both rows, by a verdict.
    run(&workdir, ANA_AND_ANN);
    decide(&workdir, "match");
    std::fs::remove_dir_all(workdir.path("out")).unwrap();
    let whole = run(&workdir, ANA_AND_ANN);
    assert_eq!(whole["1"], whole["2"]);
    decide(&workdir, "distinct");
    let apart = run(&workdir, ANA_AND_ANN);
    assert_eq!(apart["2"], whole["2"], "the older row's, from which the ids derive");
    assert_eq!(apart["1"][0], whole["1"][0], "one company");
    assert_ne!(apart["1"][1], whole["1"][1]);
    assert_ne!(apart["1"][2], whole["1"][2]);
    let contacts = workdir.table("out/p/contacts.csv");
    let distinct: BTreeSet<&String> = contacts.iter().map(|row| &row["contact_id"]).collect();
    assert_eq!((contacts.len(), distinct.len()), (2, 2), "never two records with one id");
    let lost_by_one: Vec<(String, String)> = lost(&workdir);
    let told = |kind: &str, at: usize| {
        ("2".to_owned(), format!("the {kind} was {} in an earlier run, and is {} now", whole["1"][at], apart["1"][at]))
    };
    assert_eq!(lost_by_one, [told("contact", 1), told("opportunity", 2)]);
    assert_eq!(run(&workdir, ANA_AND_ANN), apart, "and so it stays");
}

#[test]
fn a_part_that_took_the_ids_alone_keeps_them() {
    let workdir = project();
    run(&workdir, ANA_AND_ANN);
    decide(&workdir, "match");
    std::fs::remove_dir_all(workdir.path("out")).unwrap();
    let whole = run(&workdir, ANA_AND_ANN);
    decide(&workdir, "distinct");
    // The part from which the ids derive does not qualify now: the other one has them.
    let poor = ANA_AND_ANN.replace(",6000\n", ",1\n");
    let alone = run(&workdir, &poor);
    assert_eq!(alone["1"], whole["1"]);
    assert_eq!(alone["2"][1], "");
    let both = run(&workdir, ANA_AND_ANN);
    assert_eq!(both["1"], whole["1"], "what it has got by then");
    assert!(both["2"][1] != whole["2"][1] && both["2"][2] != whole["2"][2], "not the same id for another person");
    assert_eq!(run(&workdir, ANA_AND_ANN), both);
}

#[test]
fn an_opportunity_that_the_crm_has_by_then_is_the_lead_s_own() {
    let workdir = project();
    let row = "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n";
    let [account, contact, opportunity] = run(&workdir, row)["1"].clone();
    workdir.file("crm/a.csv", format!("account_id,external_id,company\nA9,{account},Acme\n"));
    workdir.file("crm/c.csv", format!("contact_id,external_id,full_name,account_id\nC9,{contact},Ana Kirova,A9\n"));
    let opportunities = |status: &str| {
        let header = "opportunity_id,external_id,name,status,account_id,contact_id";
        workdir.file("crm/o.csv", format!("{header}\nO9,{opportunity},Acme: New business,{status},A9,C9\n"));
    };
    let crm = "[crm]\naccounts = { path = \"crm/a.csv\" }\ncontacts = { path = \"crm/c.csv\" }\n\
               opportunities = { path = \"crm/o.csv\" }\n[dedupe]\n";
    workdir.file("p.toml", PIPELINE.replace("[dedupe]\n", crm));
    let both = format!("{row}2,Anna Kirova,ana@acme.com,,,2026-01-01,\n");
    opportunities("open");
    assert_eq!(run(&workdir, &both)["1"], ["A9", "C9", "O9"].map(str::to_owned));
    opportunities("won");
    run(&workdir, &both);
    let decision = &workdir.table("out/p/decisions.csv")[0];
    assert_eq!([&decision["decision"], &decision["reason"]], ["unchanged", "already_qualified"]);
    assert!(workdir.table("out/p/opportunities.csv").is_empty());
}

#[test]
fn an_opportunity_for_all_leads_of_an_account_stays_when_the_account_says_more() {
    let workdir = project();
    workdir.file("p.toml", format!("{PIPELINE}opportunity_per = \"account\"\n"));
    let before = run(&workdir, "1,Ana Kirova,,Acme,,2026-03-01,5000\n2,Otto Lang,,Acme,,2026-03-01,5000\n");
    assert_eq!(before["1"][2], before["2"][2]);
    let after = run(
        &workdir,
        "1,Ana Kirova,,Acme,acme.com,2026-03-01,5000\n2,Otto Lang,,Acme,,2026-03-01,5000\n3,Ida Kern,,Acme,acme.com,2026-03-01,5000\n",
    );
    assert_eq!((&after["1"], &after["2"]), (&before["1"], &before["2"]));
    assert_eq!(after["3"][2], before["1"][2]);
    // A week later others of the company ask: it is the same opportunity while the CRM has none.
    let later = run(&workdir, "4,Uwe Kuhn,,Acme,acme.com,2026-03-01,5000\n1,Ana Kirova,,Acme,acme.com,2026-03-01,\n");
    assert_eq!(later["4"][0], run(&workdir, "4,Uwe Kuhn,,Acme,acme.com,2026-03-01,5000\n")["4"][0]);
}

#[test]
fn a_company_that_turns_out_to_be_two_keeps_one_id() {
    let workdir = project();
    let whole = run(&workdir, "1,Ana Kirova,,Acme,,2026-03-01,5000\n2,Otto Lang,,Acme,,2026-03-01,5000\n");
    assert_eq!(whole["1"][0], whole["2"][0]);
    let rows = "1,Ana Kirova,,Acme,acme-print.com,2026-03-01,5000\n2,Otto Lang,,Acme,acme-tools.de,2026-03-01,5000\n";
    let two = run(&workdir, rows);
    let of_two: BTreeSet<&String> = ["1", "2"].map(|row| &two[row][0]).into();
    assert!(of_two.len() == 2 && of_two.contains(&whole["1"][0]), "{two:?}");
    let other = of_two.iter().find(|id| ***id != whole["1"][0]).unwrap();
    let texts: Vec<String> = lost(&workdir).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, [format!("the account was {} in an earlier run, and is {other} now", whole["1"][0])]);
    let first = files(&workdir, "out/p");
    assert_eq!(run(&workdir, rows), two);
    assert_eq!(files(&workdir, "out/p"), first, "and so it stays");
}

#[test]
fn neither_the_order_of_rows_nor_the_number_of_threads_matters() {
    let rows: Vec<String> =
        (0..60).map(|at| format!("{at},Person N{at},p{at}@c{}.com,C{},,2026-03-01,5000\n", at % 7, at % 7)).collect();
    // Older rows join some, and domains go.
    let later = |row: &String| row.replacen("2026-03-01", "2026-02-01", 1).replacen("Person", "Per", 1);
    let older = (0..60).step_by(4).map(|at| rows[at].replacen(&format!("{at},"), &format!("x{at},"), 1));
    let more: Vec<String> = rows.iter().map(later).chain(older).collect();
    let tables = |threads: &str, reversed: bool| {
        let workdir = project();
        for rows in [&rows, &more] {
            let mut rows = rows.clone();
            if reversed {
                rows.reverse();
            }
            workdir.file("leads.csv", format!("{HEADER}{}", rows.concat()));
            workdir.succeed(&["run", "p.toml", "--quiet", "--threads", threads]);
        }
        let table = |name: &str| std::fs::read_to_string(workdir.path(&format!("out/p/{name}.csv"))).unwrap();
        ["issued_ids", "accounts", "contacts", "opportunities", "decisions"].map(table)
    };
    let one = tables("1", false);
    assert!(one[0].lines().count() > 180, "{}", one[0]);
    assert_eq!(tables("4", true), one);
}

#[test]
fn the_last_output_may_stand_elsewhere() {
    let workdir = project();
    let row = "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n";
    let before = run(&workdir, row);
    workdir.file("leads.csv", format!("{HEADER}{row}2,Anna Kirova,ana@acme.com,,,2026-01-01,\n"));
    let elsewhere = ["run", "p.toml", "--quiet", "--set", "output=\"out/q\""];
    workdir.succeed(&elsewhere);
    assert_ne!(ids(&workdir, "out/q")["1"][1], before["1"][1]);
    std::fs::remove_dir_all(workdir.path("out/q")).unwrap();
    workdir.succeed(&[&elsewhere[..], &["--set", "qualify.earlier=\"out/p\""]].concat());
    assert_eq!(ids(&workdir, "out/q")["1"], before["1"]);
    assert_eq!(workdir.summary("out/q")["earlier_ids"]["folder"], "out/p");
    for (folder, says) in
        [("out/none", "there is no folder `out/none`"), ("crm", "`crm` is not the output folder of a run")]
    {
        workdir.file("crm/a.csv", "account_id\n");
        let ran = workdir.run(&["check", "p.toml", "--set", &format!("qualify.earlier=\"{folder}\"")]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(says) || ran.stdout.contains(says), "{} {}", ran.stdout, ran.stderr);
    }
}

#[test]
fn runs_of_a_part_do_not_lose_what_was_given() {
    for stage in ["load", "dedupe", "score"] {
        let workdir = project();
        let row = "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n";
        let before = run(&workdir, row);
        workdir.succeed(&["run", "p.toml", "--quiet", "--only", stage]);
        let after = run(&workdir, &format!("{row}2,Anna Kirova,ana@acme.com,,,2026-01-01,\n"));
        assert_eq!(after["1"], before["1"], "after --only {stage}");
    }
}

#[test]
fn what_cannot_be_read_stops_the_run() {
    let workdir = project();
    run(&workdir, "1,Ana Kirova,ana@acme.com,Acme,,2026-03-01,5000\n");
    let path = "out/p/issued_ids.csv";
    let good = std::fs::read_to_string(workdir.path(path)).unwrap();
    let bad = good.replacen(",account,", ",konto,", 1);
    for (text, says) in
        [(bad.as_str(), "line 2 of issued_ids is none that a run wrote"), ("a,b\n1,2\n", "has no column `source`")]
    {
        workdir.file(path, text);
        for verb in ["run", "plan"] {
            let ran = workdir.run(&[verb, "p.toml"]);
            assert_eq!(ran.code, 3, "{}", ran.stderr);
            assert!(ran.stderr.contains(says), "{}", ran.stderr);
        }
        let ran = workdir.run(&["run", "p.toml"]);
        assert!(ran.stderr.contains(says) && ran.stderr.contains("move out/p away to start anew"), "{}", ran.stderr);
    }
    // Rows that got lost would make records again.
    let cut: String = good.lines().take(2).map(|line| format!("{line}\n")).collect();
    workdir.file(path, cut);
    let ran = workdir.run(&["run", "p.toml"]);
    assert!(ran.code == 3 && ran.stderr.contains("issued_ids has 1 rows, and the run left 3"), "{}", ran.stderr);
    std::fs::remove_file(workdir.path(path)).unwrap();
    let ran = workdir.run(&["run", "p.toml"]);
    assert!(ran.code == 3 && ran.stderr.contains("neither issued_ids.parquet nor issued_ids.csv"), "{}", ran.stderr);
    // Another folder that is no run's any more.
    workdir.file("elsewhere/run.json", "{");
    workdir
        .file("p.toml", format!("{PIPELINE}earlier = \"elsewhere\"\n").replace("as_of", "output = \"out/q\"\nas_of"));
    let ran = workdir.run(&["run", "p.toml"]);
    assert!(ran.code == 3 && ran.stderr.contains("its run.json cannot be read"), "{} {}", ran.code, ran.stderr);
}
