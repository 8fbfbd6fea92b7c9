//! Owners: by the CRM's ids, read back and written, and left alone where nobody knows the id.

use super::crm::Crm;
use super::products::{DYNAMICS, Product, SALESFORCE};
use super::scenario::{Scene, fill, lead_id};
use super::{id_column, the};
use crate::workdir::Workdir;

static WITHOUT_IDS: Product = Product { owner_ids: ["", "005000000000002"], ..SALESFORCE };
const GUIDS: [&str; 2] = ["11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"];
static WITH_GUIDS: Product = Product { owner_ids: GUIDS, anna: GUIDS[0], ..DYNAMICS };

fn findings(workdir: &Workdir, code: &str) -> Vec<String> {
    let all = workdir.table("out/changes/findings.csv").into_iter();
    all.filter(|row| row["code"] == code).map(|row| row["text"].clone()).collect()
}

fn put(crm: &mut Crm, product: &Product, number: usize, column: &'static str, value: &str) {
    let leads = product.kinds[3];
    let id = id_column(crm, leads);
    let record = crm.tables.get_mut(leads).unwrap().iter_mut().find(|it| it[id] == lead_id(product, number)).unwrap();
    record.insert(column, value.to_owned());
}

#[test]
fn an_owner_is_known_by_the_id_that_the_crm_shows() {
    for product in [&SALESFORCE, &WITH_GUIDS] {
        let owner = product.leads[6];
        let workdir = Workdir::new();
        let mut before = fill(product);
        put(&mut before, product, 8, owner, product.owner_ids[1]);
        // Salesforce writes an id with 15 characters or with 18.
        let longer = if product.name == "salesforce" { "005000000000002AAA" } else { product.owner_ids[1] };
        put(&mut before, product, 2, owner, longer);
        let scene = Scene { workdir: &workdir, product, more: "", web: super::scenario::WEB, all_contacts: false };
        let set = scene.set(&before, "set");
        assert_eq!(findings(&workdir, "unknown_owner"), [""; 0], "{}", product.name);
        assert_eq!(findings(&workdir, "owner_without_id"), [""; 0], "{}", product.name);
        let assigned = |name: &str| {
            let leads = workdir.table("out/changes/leads.csv");
            leads.iter().find(|lead| lead["full_name"] == name).unwrap()["assigned_to"].clone()
        };
        assert_eq!([assigned("Otto Offen"), assigned("Jörg Weiß"), assigned("Ana Kirova")], ["jan", "jan", "anna"]);
        let mut crm = before.clone();
        set.load(&mut crm);
        let leads = product.kinds[3];
        let id = id_column(&crm, leads);
        let of = |number: usize| the(&crm, leads, id, &lead_id(product, number))[owner].clone();
        assert_eq!([of(8), of(2), of(1)], [product.owner_ids[1], longer, product.owner_ids[0]].map(str::to_owned));
        let again = scene.set(&crm, "again");
        assert_eq!(again.manifest["load"], serde_json::json!([]), "{}", product.name);
        set.undo(&mut crm);
        assert_eq!(crm.bytes(), before.bytes(), "{}", product.name);
    }
}

#[test]
fn what_a_set_calls_owners_is_read_back() {
    let workdir = Workdir::new();
    let mut before = fill(&WITHOUT_IDS);
    put(&mut before, &WITHOUT_IDS, 8, "OwnerId", "005000000000009");
    let more = "owners = { anna = \"005000000000009\" }\n";
    let scene =
        Scene { workdir: &workdir, product: &WITHOUT_IDS, more, web: super::scenario::WEB, all_contacts: false };
    // Others have an id that nobody knows.
    scene.set(&before, "set");
    let unknown = findings(&workdir, "unknown_owner");
    assert!(!unknown.is_empty() && unknown.iter().all(|text| text == SALESFORCE.anna), "{unknown:?}");
    assert_eq!(findings(&workdir, "owner_without_id"), [""; 0]);
}

#[test]
fn an_owner_without_an_id_is_left_out_and_told_once() {
    let workdir = Workdir::new();
    let product = &WITHOUT_IDS;
    let mut before = fill(product);
    // One has an owner by name, whom an import cannot name either, one a queue's id.
    for number in 1..=11 {
        let shown = match number {
            2 => "jan",
            3 => "anna",
            5 => "005000000000002",
            _ => "",
        };
        put(&mut before, product, number, "OwnerId", shown);
    }
    let scene = Scene { workdir: &workdir, product, more: "", web: super::scenario::WEB, all_contacts: false };
    let set = scene.set(&before, "set");
    let told = findings(&workdir, "owner_without_id");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("anna: Salesforce takes owners by their ids"), "{told:?}");
    before.blanks_empty = true;
    let mut crm = before.clone();
    set.load(&mut crm);
    let of = |number: usize| the(&crm, "Lead", "Id", &lead_id(product, number)).clone();
    // The names become ids where there is one; nobody's owner is emptied.
    let owners = [1, 2, 3, 5].map(|number| of(number)["OwnerId"].clone());
    assert_eq!(owners, ["", "005000000000002", "anna", "005000000000002"]);
    assert_eq!([of(1)["Status"].as_str(), &of(3)["Status"]], ["Qualified", "Qualified"]);
    // A seller takes a new record: loading the set again leaves it to her.
    let ana = crm.tables.get_mut("Contact").unwrap().iter_mut().find(|it| it["FirstName"] == "Ana").unwrap();
    assert_eq!(ana["OwnerId"], "");
    ana.insert("OwnerId", "005000000000002".to_owned());
    let taken = crm.bytes();
    set.load(&mut crm);
    assert_eq!(crm.bytes(), taken);
    set.undo(&mut crm);
    put(&mut before, product, 2, "OwnerId", "005000000000002");
    assert_eq!(crm.bytes(), before.bytes());
}
