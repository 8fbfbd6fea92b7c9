//! Records that a set closed because they are the same lead as another one: the next run leaves the lead open.

use super::crm::Crm;
use super::products::{DYNAMICS, HUBSPOT, Product, SALESFORCE};
use super::scenario::{Scene, fill, lead_id};
use super::{id_column, the};
use crate::workdir::Workdir;

fn put(crm: &mut Crm, product: &Product, number: usize, column: &'static str, value: &str) {
    let leads = product.kinds[3];
    let id = id_column(crm, leads);
    let record = crm.tables.get_mut(leads).unwrap().iter_mut().find(|it| it[id] == lead_id(product, number)).unwrap();
    record.insert(column, value.to_owned());
}

fn dora(workdir: &Workdir) -> crate::workdir::Row {
    let leads = workdir.table("out/changes/leads.csv");
    leads.into_iter().find(|lead| lead["full_name"] == "Dora Doppel").unwrap()
}

#[test]
fn a_closed_duplicate_says_nothing_of_the_lead_that_goes_on() {
    for product in [&SALESFORCE, &HUBSPOT, &DYNAMICS] {
        let [.., status, _, modified, _] = product.leads;
        let leads = product.kinds[3];
        let workdir = Workdir::new();
        let before = fill(product);
        let mut crm = before.clone();
        let scene = |web| Scene { workdir: &workdir, product, more: "", web, all_contacts: false };
        let first = scene(super::scenario::WEB).set(&crm, "first");
        first.load(&mut crm);
        // The CRM notes that the record has changed: it is the newer one now, with what it always said.
        let mut next = crm.clone();
        put(&mut next, product, 7, modified, "2026-10-15 09:00");
        let again = scene(super::scenario::WEB).set(&next, "again");
        assert_eq!(again.manifest["load"], serde_json::json!([]), "{}", product.name);
        let lead = dora(&workdir);
        let told = [&lead["status"], &lead["status_reason"], &lead["closed_at"], &lead["source_id"], &lead["company"]];
        assert_eq!(told, ["open", "", "", &lead_id(product, 6), "Doppel SA"], "{}", product.name);

        // She gets a budget: the record that goes on is the one that qualifies.
        let web = "id,full_name,company,email,budget_amount,modified_at\nw9,Dora Doppel,Doppel SA,dora@doppel.example,9000,2026-10-15\n";
        let second = scene(web).set(&next, "second");
        let changed = next.clone();
        second.load(&mut next);
        let id = id_column(&next, leads);
        let of = |number| the(&next, leads, id, &lead_id(product, number))[status].clone();
        assert_eq!([of(6), of(7)], [product.status[1], product.status[2]].map(str::to_owned), "{}", product.name);
        second.undo(&mut next);
        assert_eq!(next.bytes(), changed.bytes(), "{}", product.name);
        first.undo(&mut crm);
        assert_eq!(crm.bytes(), before.bytes(), "{}", product.name);
    }
}

#[test]
fn a_duplicate_is_left_open_where_the_next_run_could_not_tell_why_it_is_closed() {
    let workdir = Workdir::new();
    let rows = "00Q1,Dora,Doppel,Doppel SA,dora@doppel.example,Working - Contacted,2026-10-09\n\
                00Q2,Dora,Doppel,Doppel S.A.,dora@doppel.example,Working - Contacted,2026-10-06\n";
    let pipeline = |more: &str| {
        format!(
            "as_of = 2026-10-15\noutput = \"out\"\n[dedupe]\nmatch_at = 0.999\n[[dedupe.rule]]\nname = \"Same e-mail\"\n\
             same = [\"email\"]\n[write]\nformats = [\"csv\"]\n[[source]]\nname = \"crm\"\npath = \"leads.csv\"\n\
             preset = \"salesforce\"\n[changes.salesforce]\n{more}"
        )
    };
    let header = "Id,FirstName,LastName,Company,Email,Status,LastModifiedDate\n";
    workdir.file("leads.csv", format!("{header}{rows}"));
    let folder = workdir.path("out/changes/salesforce");
    let run = |more: &str| {
        workdir.file("p.toml", pipeline(more));
        workdir.succeed(&["run", "p.toml", "--quiet"]);
        let leads: Vec<std::path::PathBuf> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        let leads = leads.iter().find(|path| path.to_string_lossy().ends_with("_leads.csv"));
        leads.map(|path| std::fs::read_to_string(path).unwrap()).unwrap_or_default()
    };
    assert_eq!(run(""), "");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(readme.contains("1 open duplicates of leads that go on"), "{readme}");
    // A word of its own tells it.
    let own = "status = { duplicate = \"Disqualified\" }\n";
    assert_eq!(run(own), "Id,Status\n00Q2,Disqualified\n");
    let closed = rows.replace("Working - Contacted,2026-10-06", "Disqualified,2026-10-16");
    workdir.file("leads.csv", format!("{header}{closed}"));
    assert_eq!(run(own), "");
    assert_eq!(workdir.table("out/leads.csv")[0]["status"], "open");
    // What somebody disqualified, and not a set, closes the lead.
    let disqualified = rows.replace("Working - Contacted,2026-10-06", "Closed - Not Converted,2026-10-16");
    workdir.file("leads.csv", format!("{header}{disqualified}"));
    run(own);
    assert_eq!(workdir.table("out/leads.csv")[0]["status"], "disqualified");
}
