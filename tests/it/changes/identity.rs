//! Two records never have one id, nor, in HubSpot, one e-mail address: a lead is a contact there from the start, and keeps
//! both when it was one lead with another row, and is so no longer.

use super::crm::Crm;
use super::products::{DYNAMICS, HUBSPOT, SALESFORCE};
use super::scenario::{Scene, Set, filled, lead_id, tell_apart};
use super::{id_column, the};
use crate::workdir::Workdir;

/// People are one by phone number and name.
const BY_PHONE: &str = "dedupe.rule=[{ name = \"Phone\", same = [\"phone\", \"full_name\"] }]";
const DECISIONS: &str = "dedupe.decisions=\"answers.csv\"";
const PHONE: &str = "+49 30 1234826";

/// Otto of the CRM's, with another address and a budget.
const OTTO: &str = "id,full_name,company,email,phone,budget_amount\n\
                    w1,Otto Offen,Offen AG,o.offen@web.example,+49 30 1234826,9000\n";
const NOBODY: &str = "id,full_name,company,email,phone,budget_amount\n";

fn scene<'a>(workdir: &'a Workdir, web: &'a str, more: &'a str, all_contacts: bool) -> Scene<'a> {
    Scene { workdir, product: &HUBSPOT, more, web, all_contacts }
}

fn put(crm: &mut Crm, id: &str, cells: &[(&'static str, &str)]) {
    let record = crm.tables.get_mut("Contacts").unwrap().iter_mut().find(|it| it["Record ID"] == id).unwrap();
    record.extend(cells.iter().map(|(column, cell)| (*column, (*cell).to_owned())));
}

fn with_phone(all_contacts: bool) -> Crm {
    let mut crm = filled(&HUBSPOT, all_contacts);
    put(&mut crm, &lead_id(&HUBSPOT, 8), &[("Phone Number", PHONE)]);
    crm
}

fn load(set: &Set, crm: &mut Crm) {
    set.load(crm);
    let once = crm.bytes();
    set.load(crm);
    assert_eq!(crm.bytes(), once, "a second load changes something");
}

#[test]
fn a_row_that_is_another_lead_now_leaves_the_record_its_id() {
    // A person tells them apart, or the record has another number.
    for (told_apart, all) in [(true, false), (false, false), (true, true), (false, true)] {
        let otto = lead_id(&HUBSPOT, 8);
        let workdir = Workdir::new();
        workdir.file("answers.csv", "left_id,right_id,decision\n");
        let mut before = with_phone(all);
        put(&mut before, &otto, &[("Budget", "")]);
        let mut crm = before.clone();
        let scene = scene(&workdir, OTTO, "", all);
        let first = scene.set_with(&crm, "first", &["--set", BY_PHONE, "--set", DECISIONS]);
        load(&first, &mut crm);
        let after_first = crm.clone();
        let key = the(&crm, "Contacts", "Record ID", &otto)["leadmill_id"].clone();
        assert!(key.starts_with('C'), "he is a contact by our id: {key}");

        if told_apart {
            tell_apart(&workdir, ["w1", &otto]);
        } else {
            put(&mut crm, &otto, &[("Phone Number", "+49 30 7777001")]);
        }
        let apart = crm.clone();
        let second = scene.set_with(&crm, "second", &["--set", BY_PHONE, "--set", DECISIONS]);
        let leads = workdir.table("out/changes/leads.csv");
        assert_eq!(leads.iter().filter(|it| it["full_name"] == "Otto Offen").count(), 2, "they are two leads");
        load(&second, &mut crm);
        assert_eq!(
            the(&crm, "Contacts", "Record ID", &otto),
            the(&apart, "Contacts", "Record ID", &otto),
            "told apart: {told_apart}, all contacts: {all}"
        );
        let own = crm.tables["Contacts"].iter().filter(|it| it["Email"] == "o.offen@web.example");
        let own: Vec<&str> = own.map(|it| it["leadmill_id"].as_str()).collect();
        // Where all contacts are exported he is linked to the one of his name at his account.
        assert_eq!(own.len(), usize::from(!all), "all contacts: {all}");
        assert!(!own.contains(&key.as_str()));
        second.undo(&mut crm);
        assert_eq!(crm.bytes(), apart.bytes(), "told apart: {told_apart}, all contacts: {all}");
        crm = after_first;
        first.undo(&mut crm);
        assert_eq!(crm.bytes(), before.bytes());
    }
}

#[test]
fn a_person_who_comes_a_second_time_stays_the_contact_of_the_first() {
    for all in [false, true] {
        let otto = lead_id(&HUBSPOT, 8);
        let workdir = Workdir::new();
        let mut before = with_phone(all);
        put(&mut before, &otto, &[("Budget", "9000")]);
        let mut crm = before.clone();
        let scene = scene(&workdir, NOBODY, "", all);
        let first = scene.set_with(&crm, "first", &["--set", BY_PHONE]);
        load(&first, &mut crm);
        let after_first = crm.clone();

        let again = [
            ("Record ID", "5099"),
            ("First Name", "Otto"),
            ("Last Name", "Offen"),
            ("Company Name", "Offen AG"),
            ("Email", "o.offen@web.example"),
            ("Phone Number", PHONE),
            ("Lead Status", "In progress"),
            ("Budget", "7000"),
            ("Last Modified Date", "2026-10-14 08:00"),
        ];
        crm.put("Contacts", &again);
        let came = crm.clone();
        let second = scene.set_with(&crm, "second", &["--set", BY_PHONE]);
        load(&second, &mut crm);
        for name in ["keys_of_contacts", "contacts", "opportunities", "accounts_of_contacts"] {
            assert_eq!(second.sheet("load", name), [], "all contacts: {all}: {name}");
        }
        assert_eq!(the(&crm, "Contacts", "Record ID", "5099")["Lead Status"], "Qualified");
        assert_eq!(
            the(&crm, "Contacts", "Record ID", &otto),
            the(&came, "Contacts", "Record ID", &otto),
            "all contacts: {all}"
        );
        second.undo(&mut crm);
        assert_eq!(crm.bytes(), came.bytes(), "all contacts: {all}");
        crm = after_first;
        first.undo(&mut crm);
        assert_eq!(crm.bytes(), before.bytes());
    }
}

const CREATE: &str = "leads = \"create\"\n";

/// Uwe is a contact; two qualify and one does not who have one mailbox; Ida has Uwe's, and so has an Uwe of elsewhere.
const SHARED: &str = "id,full_name,company,email,phone,budget_amount\n\
                      w1,Ana Berg,Zett AG,info@zett.example,,9000\n\
                      w2,Bob Ray,Zett AG,info@zett.example,,9000\n\
                      w3,Cid Law,Zett AG,info@zett.example,,10\n\
                      w4,Uwe Ulm,Ulm GmbH,uwe@ulm.example,,10\n\
                      w5,Ida Zorn,Ulm GmbH,uwe@ulm.example,,9000\n";

#[test]
fn an_address_is_one_contact_s_in_hubspot() {
    for (product, shared) in [(&HUBSPOT, 3), (&SALESFORCE, 0), (&DYNAMICS, 0)] {
        let [first_name, last_name, email, _] = product.contacts;
        let workdir = Workdir::new();
        let [_, contacts, _, leads] = product.kinds;
        let mut before = filled(product, true);
        let id = id_column(&before, contacts);
        before.put(contacts, &[(id, "c-uwe"), (first_name, "Uwe"), (last_name, "Ulm"), (email, "uwe@ulm.example")]);
        let mut crm = before.clone();
        let scene = Scene { workdir: &workdir, product, more: CREATE, web: SHARED, all_contacts: true };
        let set = scene.set_with(&crm, "set", &["--set", BY_PHONE]);
        // The CRM of the tests refuses a second contact of an address.
        load(&set, &mut crm);
        let has = |object: &str, last: &'static str, name: &str, address: &'static str| -> Vec<String> {
            let found = crm.tables[object].iter().filter(|it| it[last] == name);
            found.map(|it| it[address].clone()).collect()
        };
        let of = |name: &str| has(contacts, last_name, name, email);
        let of_lead = |name: &str| has(leads, product.leads[1], name, product.leads[4]);
        let (info, uwe) = ("info@zett.example".to_owned(), "uwe@ulm.example".to_owned());
        let mut both = [of("Berg"), of("Ray")].concat();
        both.sort_unstable();
        let told = workdir.table("out/changes/findings.csv");
        let told: Vec<_> = told.iter().filter(|it| it["code"] == "shared_address").collect();
        assert_eq!(told.len(), shared, "{}: {told:#?}", product.name);
        assert!(told.iter().all(|it| it["field"] == "email"), "{told:#?}");
        let readme = set.readme();
        if product.name == "hubspot" {
            assert_eq!(both, [String::new(), info], "one of them keeps it");
            assert_eq!([of_lead("Law"), of_lead("Zorn")], [[String::new()], [String::new()]]);
            assert_eq!(of_lead("Ulm"), [uwe], "Uwe is there already");
            assert!(
                readme.contains("- 3 e-mail addresses of new records: HubSpot has one contact for each"),
                "{readme}"
            );
            assert!(readme.contains("- 1 open leads: HubSpot has a contact of the same person"), "{readme}");
        } else {
            assert_eq!(both, [info.clone(), info.clone()]);
            assert_eq!(
                [of("Zorn"), of_lead("Law"), of_lead("Ulm")],
                [[uwe.clone()], [info], [uwe]],
                "{}",
                product.name
            );
            assert!(!readme.contains("e-mail addresses of new records"), "{readme}");
        }
        let again = scene.set_with(&crm, "again", &["--set", BY_PHONE]);
        for name in ["contacts", "contacts_without_ownerid", "new_leads"] {
            assert_eq!(again.sheet("load", name), [], "{}: {name}", product.name);
        }
        set.undo(&mut crm);
        assert_eq!(crm.bytes(), before.bytes(), "{}", product.name);
    }
}
