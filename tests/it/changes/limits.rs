//! What the fields of a CRM have no room for, and what a spreadsheet would misread.

use super::products::{DYNAMICS, HUBSPOT, SALESFORCE};
use super::scenario::{Scene, fill};
use super::the;
use crate::workdir::Workdir;

/// A name of two hundred letters, a company of three hundred, an address of ninety characters, and one of a hundred and ten.
fn web() -> String {
    let (name, company) = ("Ana".repeat(66), "Gruen ".repeat(50));
    let address = |length: usize| format!("{}@{}.example", "a".repeat(40), "b".repeat(length - 49));
    format!(
        "id,first_name,last_name,job_title,company,email,phone,budget_amount\n\
         l1,{name},Long{name},,{company},{},+4930777888,9000\n\
         l2,Otto,Lang,,Lang KG,{},+4930777999,9000\n\
         l3,Max,Meier,\"=1+1, \"\"so\"\"\n-2\",\"=SUM(A1:A9)\",max@meier.example,+4930777111,9000\n",
        address(90),
        address(110),
    )
}

#[test]
fn values_that_a_field_has_no_room_for_are_cut_or_left_out_and_told() {
    for (product, expected) in [(&SALESFORCE, 6), (&HUBSPOT, 0), (&DYNAMICS, 5)] {
        let workdir = Workdir::new();
        let before = fill(product);
        let web = web();
        for more in ["", "leads = \"create\"\n"] {
            let scene = Scene { workdir: &workdir, product, more, web: &web, all_contacts: false };
            let set = scene.set(&before, &format!("set{}", more.len()));
            let mut crm = before.clone();
            // The importer refuses what is too long.
            set.load(&mut crm);
            let found = workdir.table("out/changes/findings.csv");
            let cut: Vec<_> = found.iter().filter(|it| it["code"] == "cut_value").map(|it| &it["text"]).collect();
            assert_eq!(cut.len(), expected, "{} {more}: {cut:#?}", product.name);
            let ([_, last, email, _], title) = (product.contacts, product.leads[3]);
            let long = crm.tables[product.kinds[1]].iter().find(|it| it[last].starts_with("Long")).unwrap();
            assert_eq!(
                long[email].is_empty(),
                product.name == "salesforce",
                "{}: half an address is none",
                product.name
            );
            let otto = the(&crm, product.kinds[1], last, "Lang");
            assert_eq!(otto[email].is_empty(), product.name != "hubspot", "{}", product.name);
            // What looks like a formula is a value.
            let max = crm.tables[product.kinds[0]].iter().find(|it| it[product.accounts[0]].starts_with('=')).unwrap();
            assert_eq!(max[product.accounts[0]], "=SUM(A1:A9)");
            let phones = crm.tables[product.kinds[1]].iter().filter(|it| it.values().any(|cell| cell == "+4930777111"));
            let titles: Vec<&str> = phones.map(|it| it[title].as_str()).collect();
            assert!(titles.len() == 1 && titles[0].starts_with("=1+1, \"so\""), "{titles:?}");
            set.load(&mut crm);
            set.undo(&mut crm);
            assert_eq!(crm.bytes(), before.bytes(), "{}", product.name);
        }
    }
}
