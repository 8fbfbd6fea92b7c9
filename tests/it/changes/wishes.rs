//! Wishes and notes that come from elsewhere, as they reach the CRM.

use super::crm::Crm;
use super::products::{DYNAMICS, HUBSPOT, SALESFORCE};
use super::scenario::{Scene, fill, lead_id};
use super::{id_column, the};
use crate::workdir::Workdir;

const HEAD: &str = "as_of = 2026-10-15\noutput = \"out\"\n[load]\nname = \"optional\"\n[dedupe]\nmatch_at = 1.0\n\
                    [[dedupe.rule]]\nname = \"Phone\"\nsame = [\"phone\"]\n[qualify]\nwhen = \"budget_amount >= 5000\"\n\
                    [write]\nformats = [\"csv\"]\n[[source]]\nname = \"web\"\npath = \"web.csv\"\nfields = { source_id = \"id\" }\n";

/// A file of the change set, by its name without the number; "" where there is none.
fn file(workdir: &Workdir, set: &str, name: &str) -> String {
    let folder = workdir.path(&format!("out/changes/{set}"));
    let is = |path: &std::path::PathBuf| path.to_string_lossy().ends_with(&format!("_{name}.csv"));
    let mut found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is);
    found.next().map(|path| std::fs::read_to_string(path).unwrap()).unwrap_or_default()
}

#[test]
fn hubspot_stops_mail_to_the_addresses_that_it_has() {
    let workdir = Workdir::new();
    workdir.file(
        "hs.csv",
        "Record ID,First Name,Last Name,Company Name,Email,Phone Number,Lead Status,Last Modified Date\n\
         101,Ana,Kirova,Gruen KG,ana@gruener.example,+4930777888,Open,2026-01-01\n\
         102,Otto,Offen,Offen AG,otto@offen.example,+4930777999,Open,2026-01-01\n\
         103,Eva,Lind,Lind AB,eva@lind.example,+4930777000,Open,2026-01-01\n",
    );
    // Ana qualifies under another address, Otto does not qualify, and Paula is new.
    workdir.file(
        "web.csv",
        "id,full_name,company,email,phone,budget_amount,opt_out,modified_at\n\
         w1,Ana Kirova,Gruen KG,ana@mail.example,+4930777888,9000,true,2026-09-02\n\
         w2,Otto Offen,Offen AG,otto@offen.example,+4930777999,10,true,2026-09-02\n\
         w3,Paula Neu,Neu AG,paula@neu.example,+4930777111,10,true,2026-09-02\n\
         w4,Ute Neu,Neu AG,ute@neu.example,+4930777222,10,,2026-09-02\n",
    );
    let hubspot =
        "[[source]]\nname = \"hub\"\npath = \"hs.csv\"\npreset = \"hubspot\"\n[changes.hubspot]\nleads = \"create\"\n";
    workdir.file("p.toml", format!("{HEAD}{hubspot}"));
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    let told = file(&workdir, "hubspot", "opt_outs");
    let addresses: Vec<&str> = told.lines().skip(1).collect();
    let expected = ["ana@gruener.example", "ana@mail.example", "otto@offen.example", "paula@neu.example"];
    assert_eq!(addresses, expected, "{told}");
}

#[test]
fn a_note_stays_the_same_when_its_lead_says_more() {
    let workdir = Workdir::new();
    let salesforce = "[changes.salesforce]\n";
    workdir.file("p.toml", format!("{HEAD}{salesforce}"));
    let header = "id,full_name,company,email,phone,budget_amount,notes,created_at,modified_at\n";
    let row =
        |at: &str| format!("w1,Petra Netz,Netz,petra@netz.example,+4930777888,7000,Asked for a call,2026-02-02,{at}\n");
    let mut ids = Vec::new();
    let older = "w0,Petra Netz,Netz,petra@netz.example,+4930777888,,,2020-02-02,2020-02-02\n";
    for rows in [row("2026-02-02"), row("2026-03-03"), format!("{}{older}", row("2026-03-03"))] {
        workdir.file("web.csv", format!("{header}{rows}"));
        workdir.succeed(&["run", "p.toml", "--quiet"]);
        let notes = file(&workdir, "salesforce", "notes");
        let keys: Vec<String> = notes.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
        assert_eq!(keys.len(), 1, "{notes}");
        ids.extend(keys);
    }
    assert_eq!([&ids[1], &ids[2]], [&ids[0], &ids[0]]);
}

/// Otto does not qualify, Quin was qualified long ago, and a contact of the CRM's is another record of Otto.
const REFUSALS: &str = "id,full_name,company,email,budget_amount,opt_out,do_not_call,modified_at\n\
                        w1,Otto Offen,Offen AG,otto@offen.example,10,true,,2026-09-02\n\
                        w2,Quin Zehn,Zehn AB,quin@zehn.example,10,,true,2026-09-02\n";

#[test]
fn wishes_reach_leads_and_contacts_that_do_not_qualify_and_go_back_to_what_was_there() {
    for product in [&SALESFORCE, &HUBSPOT, &DYNAMICS] {
        let workdir = Workdir::new();
        let mut before = fill(product);
        let [_, contacts, _, leads] = product.kinds;
        let [first, last, email, _] = product.contacts;
        let [no_email, no_call, word] = product.wishes;
        // Records may say that somebody may be called.
        let no_word = if product.name == "dynamics365" { "Allow" } else { "false" };
        let id = id_column(&before, contacts);
        let is_other = contacts != leads;
        if is_other {
            let otto =
                [(id, "c-otto"), (first, "Otto"), (last, "Offen"), (email, "otto@offen.example"), (no_call, no_word)];
            before.put(contacts, &otto);
        }
        let of_leads = id_column(&before, leads);
        let quin = before.tables.get_mut(leads).unwrap().iter_mut().find(|it| it[of_leads] == lead_id(product, 10));
        quin.unwrap().insert(no_call, no_word.to_owned());
        let scene = Scene { workdir: &workdir, product, more: "", web: REFUSALS, all_contacts: false };
        let set = scene.set(&before, "set");
        let mut crm = before.clone();
        set.load(&mut crm);
        let told = |crm: &Crm, object: &str, column: &str, value: &str| {
            let record = the(crm, object, column, value);
            [record[no_email].clone(), record[no_call].clone()]
        };
        assert_eq!(told(&crm, leads, of_leads, &lead_id(product, 8)), [word, word], "{}", product.name);
        assert_eq!(told(&crm, leads, of_leads, &lead_id(product, 10)), ["", word], "{}", product.name);
        assert_eq!(told(&crm, leads, of_leads, &lead_id(product, 6)), ["", ""], "{}", product.name);
        if is_other {
            assert_eq!(told(&crm, contacts, id, "c-otto"), [word, word], "{}", product.name);
        }
        let again = scene.set(&crm, "again");
        assert_eq!(again.manifest["load"], serde_json::json!([]), "{}: the CRM knows", product.name);
        set.undo(&mut crm);
        if !is_other {
            // No import takes an opt-out list back, and the guide says so.
            assert!(set.readme().contains("1 wishes for no contact stay"), "{}", set.readme());
            let otto = crm.tables.get_mut(leads).unwrap().iter_mut().find(|it| it[of_leads] == lead_id(product, 8));
            assert_eq!(otto.unwrap().insert(no_email, String::new()).as_deref(), Some(word));
        }
        assert_eq!(crm.bytes(), before.bytes(), "{}", product.name);
    }
}

#[test]
fn a_wish_is_not_taken_back_where_no_export_says_what_was_there() {
    let workdir = Workdir::new();
    workdir.file(
        "leads.csv",
        "Id,FirstName,LastName,Company,Email,Status\n00Q1,Otto,Offen,Offen AG,otto@offen.example,New\n",
    );
    workdir.file(
        "web.csv",
        "id,full_name,company,email,phone,budget_amount,opt_out\nw1,Otto Offen,Offen AG,otto@offen.example,,1,true\n",
    );
    let more = "[[source]]\nname = \"crm\"\npath = \"leads.csv\"\npreset = \"salesforce\"\n[[dedupe.rule]]\n\
                name = \"Mail\"\nsame = [\"email\"]\n[changes.salesforce]\n";
    workdir.file("p.toml", format!("{HEAD}{more}"));
    workdir.succeed(&["run", "p.toml", "--quiet"]);
    assert_eq!(file(&workdir, "salesforce", "no_email_leads"), "Id,HasOptedOutOfEmail\n00Q1,true\n");
    assert_eq!(file(&workdir, "salesforce", "no_call_leads"), "Id,DoNotCall\n00Q1,true\n");
    assert!(!workdir.path("out/changes/salesforce/undo").exists(), "nobody knows what to put back");
    let readme = std::fs::read_to_string(workdir.path("out/changes/salesforce/README.md")).unwrap();
    assert!(readme.contains("2 wishes for no contact stay"), "{readme}");
}
