//! The scenario: eleven leads of the CRM's own, one from the web, two accounts, two contacts, an opportunity.

use std::path::PathBuf;

use super::crm::{Crm, Record};
use super::products::Product;
use crate::workdir::Workdir;

/// First and last name, company, title, e-mail, status (open, qualified, disqualified), owner, budget, last change, notes.
type Lead = (&'static str, &'static str, &'static str, &'static str, &'static str, usize, bool, u32, u8, &'static str);

/// By number: 1 and 9 have companies that the CRM has not, 2 and 3 are contacts of its accounts, 3 with an opportunity, 4
/// has no budget, 5 and 9 were closed and wake up, 6 and 7 are the same, 8 stays as it is, and so does 10, which was
/// qualified long ago; 11 is a new colleague of 2.
const LEADS: &[Lead] = &[
    (
        "Ana",
        "Kirova",
        "Grüner \"Hof\", e.K.",
        "Head",
        "ana@gruener.example",
        0,
        false,
        9000,
        1,
        "Rückruf,\nbitte \"bald\"",
    ),
    ("Jörg", "Weiß", "Müller & Söhne, GmbH", "Buyer", "joerg@mueller.example", 0, true, 8000, 2, "Angebot; größer"),
    ("Eva", "Lind", "Acme Ltd", "Buyer", "eva@acme.example", 0, true, 7000, 3, "Nachtrag: \"eilig\""),
    ("Max", "Leer", "Leer KG", "Owner", "max@leer.example", 0, true, 0, 4, ""),
    ("Rea", "Wach", "Wach Oy", "CEO", "rea@wach.example", 2, true, 100, 5, ""),
    ("Dora", "Doppel", "Doppel SA", "Clerk", "dora@doppel.example", 0, true, 200, 9, ""),
    ("Dora", "Doppel", "Doppel S.A.", "Clerk", "dora@doppel.example", 0, true, 200, 6, ""),
    ("Otto", "Offen", "Offen AG", "Clerk", "otto@offen.example", 0, true, 300, 7, ""),
    ("Nina", "Neun", "Neun AG", "CEO", "nina@neun.example", 2, true, 9900, 8, ""),
    ("Quin", "Zehn", "Zehn AB", "Clerk", "quin@zehn.example", 1, true, 9000, 8, ""),
    ("Udo", "Neu", "Müller & Söhne, GmbH", "Clerk", "udo@mueller.example", 0, true, 6000, 8, ""),
];

/// A lead of elsewhere that wants no contact.
pub(super) const WEB: &str =
    "id,full_name,company,email,budget_amount,opt_out\nw1,Petra Netz,Netz O'Brien; Co,petra@netz.example,7000,true\n";

/// The CRM's ids of its contacts.
pub(super) const EVA: &str = "c-eva";
pub(super) const JORG: &str = "c-joerg";

/// The CRM's id of a lead.
pub(super) fn lead_id(product: &Product, number: usize) -> String {
    format!("{}{number:02}", product.lead_ids)
}

/// The CRM as it is before.
pub(super) fn fill(product: &Product) -> Crm {
    let mut crm = Crm::new(product.objects, product.key, product.empty);
    let [accounts, contacts, opportunities, leads] = product.kinds;
    let id = |kind: &str| product.objects.iter().find(|object| object.name == kind).unwrap().columns[0];
    let [name, site] = product.accounts;
    crm.put(accounts, &[(id(accounts), "a-mueller"), (name, "Müller & Söhne, GmbH"), (site, "mueller.example")]);
    let acme = [(id(accounts), "a-acme"), (name, "Acme Ltd"), (site, "acme.example"), (product.key, "ACME-1")];
    crm.put(accounts, &acme);
    let [first, last, email, account] = product.contacts;
    let at = if product.by_name { ["Acme Ltd", "Müller & Söhne, GmbH"] } else { ["a-acme", "a-mueller"] };
    let mut contact = |of, names: [&str; 2], address, at| {
        crm.put(contacts, &[(id(contacts), of), (first, names[0]), (last, names[1]), (email, address), (account, at)]);
    };
    contact(EVA, ["Eva", "Lind"], "eva@acme.example", at[0]);
    contact(JORG, ["Jörg", "Weiß"], "joerg@mueller.example", at[1]);
    let [topic, stage, account, contact, open] = product.opportunities;
    crm.put(
        opportunities,
        &[(id(opportunities), "o-eva"), (topic, "Eva, again"), (stage, open), (account, at[0]), (contact, EVA)],
    );
    for (number, (first, last, company, title, email, status, owned, budget, day, notes)) in (1..).zip(LEADS) {
        let columns = product.leads;
        let (own_id, budget, day) = (lead_id(product, number), budget.to_string(), format!("2026-10-{day:02} 08:00"));
        crm.put(
            leads,
            &[
                (id(leads), &own_id),
                (columns[0], first),
                (columns[1], last),
                (columns[2], company),
                (columns[3], title),
                (columns[4], email),
                (columns[5], product.status[*status]),
                (columns[6], if *owned { product.anna } else { "" }),
                (columns[7], &day),
                (columns[8], notes),
                ("Budget", &budget),
            ],
        );
    }
    crm
}

/// The same, as it is where the export of contacts has those that are leads, too.
pub(super) fn filled(product: &Product, all_contacts: bool) -> Crm {
    let mut crm = fill(product);
    let [_, contacts, opportunities, leads] = product.kinds;
    if all_contacts && contacts == leads {
        // Nobody has two contacts of one address there.
        let people = crm.tables.get_mut(contacts).unwrap();
        people.retain(|record| !record.values().any(|cell| cell == EVA || cell == JORG));
        let opportunity = &mut crm.tables.get_mut(opportunities).unwrap()[0];
        opportunity.insert(product.opportunities[3], lead_id(product, 3));
    }
    crm
}

/// A run on a CRM's exports.
pub(super) struct Scene<'a> {
    pub(super) workdir: &'a Workdir,
    pub(super) product: &'static Product,
    /// Further keys of the set.
    pub(super) more: &'a str,
    /// The other source.
    pub(super) web: &'a str,
    /// Whether the export of contacts has those that are leads, too.
    pub(super) all_contacts: bool,
}

impl Scene<'_> {
    pub(super) fn folder(&self) -> PathBuf {
        self.workdir.path("out/changes/changes").join(self.product.name)
    }

    /// Runs the pipeline on the CRM's exports: the manifest.
    pub(super) fn run(&self, crm: &Crm) -> serde_json::Value {
        self.run_with(crm, &[])
    }

    /// The same with further arguments.
    pub(super) fn run_with(&self, crm: &Crm, more: &[&str]) -> serde_json::Value {
        let Product { name, kinds: [accounts, contacts, opportunities, leads], .. } = self.product;
        // Where leads are contacts, some are the one, some the other.
        let same = leads == contacts;
        let is_lead = |record: &Record| !same || !record[self.product.leads[5]].is_empty();
        let is_contact = |record: &Record| !same || self.all_contacts || record[self.product.leads[5]].is_empty();
        self.workdir.file("leads.csv", crm.export(leads, is_lead));
        self.workdir.file("accounts.csv", crm.export(accounts, |_| true));
        self.workdir.file("contacts.csv", crm.export(contacts, is_contact));
        self.workdir.file("opportunities.csv", crm.export(opportunities, |_| true));
        self.workdir.file("web.csv", self.web);
        let [anna, jan] = self.product.owner_ids;
        let owners = format!("owner,email,owner_id\nanna,anna@mill.example,{anna}\njan,jan@mill.example,{jan}\n");
        self.workdir.file("owners.csv", owners);
        let reasons = if *name == "dynamics365" { "reasons = { \"No budget\" = \"Cannot Contact\" }\n" } else { "" };
        let pipeline = format!(
            r#"
as_of = 2026-10-15
output = "out/changes"
[[source]]
name = "crm"
path = "leads.csv"
preset = "{name}"
fields = {{ budget_amount = "Budget" }}
[[source]]
name = "web"
path = "web.csv"
fields = {{ source_id = "id" }}
[load]
name = "optional"
max_rejects = 0
[crm]
accounts = {{ path = "accounts.csv", preset = "{name}" }}
contacts = {{ path = "contacts.csv", preset = "{name}" }}
opportunities = {{ path = "opportunities.csv", preset = "{name}" }}
owners = {{ path = "owners.csv" }}
[standardize]
default_country = "DE"
[dedupe]
match_at = 0.999
[[dedupe.rule]]
name = "Same e-mail"
same = ["email"]
[[score.criterion]]
name = "Budget"
when = "budget_amount >= 5000"
[[assign.rule]]
name = "All"
to = ["anna"]
[qualify]
when = "budget_amount >= 5000"
block_on_duplicate_lead = false
on_match = {{ opportunity = "link" }}
[[qualify.disqualify]]
when = "budget_amount = 0"
reason = "No budget"
[[qualify.reactivate]]
when = "status = 'disqualified' AND job_title = 'CEO'"
reason = "Woke up"
[write]
formats = ["csv"]
[changes.{name}]
{reasons}{}"#,
            self.more
        );
        self.workdir.file("pipeline.toml", pipeline);
        self.workdir.succeed(&[&["run", "pipeline.toml", "--quiet"], more].concat());
        serde_json::from_slice(&std::fs::read(self.folder().join("manifest.json")).unwrap()).unwrap()
    }
}

/// Tells a row of the last run apart from another one, both by their ids in the export.
pub(super) fn tell_apart(workdir: &Workdir, rows: [&str; 2]) {
    let members = workdir.table("out/changes/lead_members.csv");
    let [left, right] = rows.map(|id| &members.iter().find(|row| row["source_id"] == id).unwrap()["row_id"]);
    workdir.file("answers.csv", format!("left_id,right_id,decision\n{left},{right},distinct\n"));
}

/// A set that a run left, put away before the next run.
pub(super) struct Set {
    pub(super) folder: PathBuf,
    pub(super) manifest: serde_json::Value,
}

impl Set {
    pub(super) fn load(&self, crm: &mut Crm) {
        crm.load(&self.folder, &self.manifest, "load");
    }

    pub(super) fn undo(&self, crm: &mut Crm) {
        crm.load(&self.folder, &self.manifest, "undo");
    }

    /// The rows of a file, by its name without the number; none where there is no such file.
    pub(super) fn sheet(&self, list: &str, name: &str) -> Vec<crate::workdir::Row> {
        let files = self.manifest[list].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap());
        let is = |file: &&str| {
            file.rsplit('/')
                .next()
                .and_then(|file| file.split_once('_'))
                .is_some_and(|it| it.1 == format!("{name}.csv"))
        };
        files.filter(is).flat_map(|file| crate::workdir::rows(&self.folder.join(file))).collect()
    }

    pub(super) fn readme(&self) -> String {
        std::fs::read_to_string(self.folder.join("README.md")).unwrap()
    }
}

impl Scene<'_> {
    /// The set of a run on a CRM's exports.
    pub(super) fn set(&self, crm: &Crm, name: &str) -> Set {
        self.set_with(crm, name, &[])
    }

    /// The same with further arguments.
    pub(super) fn set_with(&self, crm: &Crm, name: &str, more: &[&str]) -> Set {
        let manifest = self.run_with(crm, more);
        let folder = self.workdir.path(name);
        std::fs::rename(self.folder(), &folder).unwrap();
        Set { folder, manifest }
    }
}
