//! Notes that say the same: which of them an earlier set wrote.

use super::crm::Crm;
use super::id_column;
use super::products::{DYNAMICS, Product, SALESFORCE};
use super::scenario::{Scene, filled, lead_id, tell_apart};
use crate::workdir::Workdir;

const PER_ACCOUNT: &str = "qualify.opportunity_per=\"account\"";
const DECISIONS: &str = "dedupe.decisions=\"answers.csv\"";
const HEADER: &str = "id,full_name,company,email,budget_amount,notes,modified_at\n";

/// The CRM, where Otto has a budget and a note.
fn with_note(product: &Product) -> Crm {
    let mut crm = filled(product, true);
    let leads = product.kinds[3];
    let (id, otto) = (id_column(&crm, leads), lead_id(product, 8));
    let record = crm.tables.get_mut(leads).unwrap().iter_mut().find(|it| it[id] == otto).unwrap();
    record.insert("Budget", "9000".to_owned());
    record.insert(product.leads[8], "please call".to_owned());
    crm
}

fn calls(crm: &Crm) -> usize {
    crm.tables["Task"].iter().filter(|it| it["Description"] == "please call").count()
}

#[test]
fn a_note_is_its_lead_s_whoever_else_says_the_same() {
    for product in [&SALESFORCE, &DYNAMICS] {
        let workdir = Workdir::new();
        let before = with_note(product);
        let mut crm = before.clone();
        let colleague = format!("{HEADER}w1,Olga Berg,Offen AG,olga@offen.example,9000,please call,2026-09-01\n");
        let third = format!("{colleague}w2,Ivo Kern,Offen AG,ivo@offen.example,9000,please call,2026-08-01\n");
        let mut sets = Vec::new();
        // Otto and Olga say so; the next day only she qualifies again, whom nothing closes; then a third one comes.
        for (name, web, expected, new) in
            [("one", &colleague, 2, 2), ("two", &colleague, 2, 0), ("three", &third, 3, 1)]
        {
            let was = crm.clone();
            let scene = Scene { workdir: &workdir, product, more: "", web, all_contacts: true };
            let set = scene.set_with(&crm, name, &["--set", PER_ACCOUNT]);
            set.load(&mut crm);
            set.load(&mut crm);
            assert_eq!(calls(&crm), expected, "{}: set {name}", product.name);
            let delete = set.sheet("undo", "delete_notes");
            let texts =
                |key: &str| crm.tables["Task"].iter().find(|it| it[product.key] == key).unwrap()["Description"].clone();
            let own = delete.iter().filter(|row| texts(&row[product.key]) == "please call").count();
            assert_eq!(own, new, "{}: set {name}", product.name);
            sets.push((set, was));
        }
        for (number, (set, was)) in sets.iter().enumerate().rev() {
            set.undo(&mut crm);
            assert_eq!(crm.bytes(), was.bytes(), "{}: set {number}", product.name);
        }
    }
}

#[test]
fn a_note_stays_written_when_its_lead_is_taken_apart() {
    for product in [&SALESFORCE, &DYNAMICS] {
        let workdir = Workdir::new();
        workdir.file("answers.csv", "left_id,right_id,decision\n");
        let before = with_note(product);
        let mut crm = before.clone();
        // Otto's rows are one lead, by the address.
        let web = format!("{HEADER}w1,Otto Offen,Offen AG,otto@offen.example,9000,wants a visit,2026-09-01\n");
        let run = |crm: &Crm, web: &str, name: &str| {
            let scene = Scene { workdir: &workdir, product, more: "", web, all_contacts: true };
            scene.set_with(crm, name, &["--set", PER_ACCOUNT, "--set", DECISIONS])
        };
        let first = run(&crm, &web, "first");
        first.load(&mut crm);
        let after_first = crm.clone();
        tell_apart(&workdir, ["w1", &lead_id(product, 8)]);
        // A colleague said the same before.
        let web = format!("{web}w2,Olga Berg,Offen AG,olga@offen.example,9000,wants a visit,2026-08-01\n");
        let second = run(&crm, &web, "second");
        let leads = workdir.table("out/changes/leads.csv");
        assert_eq!(leads.iter().filter(|it| it["full_name"] == "Otto Offen").count(), 2, "they are two leads");
        second.load(&mut crm);
        let visits = crm.tables["Task"].iter().filter(|it| it["Description"] == "wants a visit").count();
        assert_eq!((visits, second.sheet("undo", "delete_notes").len()), (2, 1), "{}", product.name);
        second.undo(&mut crm);
        assert_eq!(crm.bytes(), after_first.bytes(), "{}", product.name);
        first.undo(&mut crm);
        assert_eq!(crm.bytes(), before.bytes(), "{}", product.name);
    }
}
