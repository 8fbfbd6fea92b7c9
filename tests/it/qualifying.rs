//! Qualifying, rule by rule and in pairs, as a user meets it: leads and records of a CRM in, decisions and records out.
//!
//! Every scenario is run once more with one thread, and a third time with a CRM that has got what the first run made:
//! nothing is made twice, whatever the scenario is about.

mod addresses;
mod closing;
mod companies;
mod conditions;
mod few_records;
mod linkage;
mod linking;
mod merged;
mod opportunities;
mod presets;
mod repeated;
mod rules;

use std::collections::BTreeMap;

use crate::workdir::{Row, Workdir};

/// Leads, what the CRM has, and what becomes of them.
struct Scenario {
    /// The rule of the domain, by section.
    rule: &'static str,
    /// What it says here.
    says: &'static str,
    /// The keys of `[qualify]`, and sections behind them.
    qualify: &'static str,
    /// The preset of all files; "": none is named, and the export has a column `id`.
    preset: &'static str,
    /// The export, by its first column.
    leads: &'static str,
    /// The CRM's files by kind.
    crm: &'static [(&'static str, &'static str)],
    /// For each lead its id, decision and reason, stage, and what it got: ids of the CRM, and new records by number.
    gives: &'static [&'static str],
    /// The records that are made or linked, as [`Told::records`] shows them; none listed: not looked at.
    records: &'static [&'static str],
    /// Findings about links: file of the CRM, line, code, text.
    findings: &'static [&'static str],
}

/// Leads with a budget of 5000 qualify.
const SCENARIO: Scenario = Scenario {
    rule: "",
    says: "",
    qualify: "when = \"budget_amount >= 5000\"",
    preset: "",
    leads: "",
    crm: &[],
    gives: &[],
    records: &[],
    findings: &[],
};

const AS_OF: &str = "2026-11-30";

/// Runs every scenario and tells all that came out otherwise.
fn prove(scenarios: &[Scenario]) {
    let wrong: Vec<String> = scenarios.iter().filter_map(refutation).collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), scenarios.len(), wrong.join("\n"));
}

fn refutation(scenario: &Scenario) -> Option<String> {
    let workdir = Workdir::new();
    workdir.file("leads.csv", scenario.leads);
    for (kind, content) in scenario.crm {
        workdir.file(&format!("crm/{kind}.csv"), content);
    }
    let kinds: Vec<&str> = scenario.crm.iter().map(|(kind, _)| *kind).collect();
    workdir.file("first.toml", pipeline_with(scenario.preset, scenario.qualify, &kinds));
    let name = format!("{}: {}", scenario.rule, scenario.says);
    run(&workdir, "first", &[], &name);
    let told = Told::read(&workdir, "first", scenario);
    let mut wrong = Vec::new();
    let mut compare = |what: &str, found: Vec<String>, expected: &[&str]| {
        if found != expected {
            wrong.push(format!("{what}: expected {expected:#?}\nfound {found:#?}"));
        }
    };
    compare("leads", told.leads(), scenario.gives);
    if !scenario.records.is_empty() {
        compare("records", told.records(), scenario.records);
    }
    compare("findings", told.findings(), scenario.findings);

    let tables = |output: &str| {
        let table = |table: &&str| std::fs::read(workdir.path(&format!("out/{output}/{table}.csv"))).unwrap();
        ["leads", "decisions", "accounts", "contacts", "opportunities"].iter().map(table).collect::<Vec<_>>()
    };
    let before = tables("first");
    run(&workdir, "first", &["--threads", "1"], &name);
    if tables("first") != before {
        wrong.push("one thread gives something else".to_owned());
    }

    told.import(&workdir);
    let mut there = vec!["accounts", "contacts", "opportunities"];
    there.retain(|kind| kinds.contains(kind) || workdir.path(&format!("crm/{kind}_made.csv")).exists());
    workdir.file("again.toml", pipeline_with(scenario.preset, scenario.qualify, &there));
    run(&workdir, "again", &[], &name);
    let again = Told::read(&workdir, "again", scenario);
    for made in again.made() {
        wrong.push(format!("made again once it is in the CRM: {made}"));
    }
    // What the first run made, a run that remembers it asks nobody about.
    let remembering = format!("earlier = \"out/first\"\n{}", scenario.qualify);
    workdir.file("remembering.toml", pipeline_with(scenario.preset, &remembering, &there));
    run(&workdir, "remembering", &[], &name);
    let remembered = Told::read(&workdir, "remembering", scenario);
    for made in remembered.made() {
        wrong.push(format!("made again by a run that remembers it: {made}"));
    }
    for (lead, before) in told.decisions.iter().filter(|(_, before)| before["decision"] == "qualified") {
        let now = &remembered.decisions[lead];
        if now["decision"] == "review" {
            wrong.push(format!("asked about after it was qualified: {} {}", before["lead_id"], now["reason"]));
        }
    }
    (!wrong.is_empty()).then(|| format!("{name}\n{}\n", wrong.join("\n")))
}

fn run(workdir: &Workdir, name: &str, more: &[&str], scenario: &str) {
    let file = format!("{name}.toml");
    let arguments = [&["run", &file, "--quiet"], more].concat();
    let ran = workdir.run(&arguments);
    assert_eq!(ran.code, 0, "{scenario}: {}", ran.stderr);
}

/// A pipeline file about `leads.csv`. The CRM's files are those of a kind, however many.
fn pipeline(qualify: &str, kinds: &[&str]) -> String {
    pipeline_with("", qualify, kinds)
}

/// The same with a preset for all files, where one is given.
fn pipeline_with(preset: &str, qualify: &str, kinds: &[&str]) -> String {
    let named = if preset.is_empty() { String::new() } else { format!(", preset = \"{preset}\"") };
    let crm: Vec<String> =
        kinds.iter().map(|kind| format!("{kind} = {{ path = \"crm/{kind}*.csv\"{named} }}\n")).collect();
    let id = match preset.is_empty() {
        true => "fields = { source_id = \"id\" }".to_owned(),
        false => format!("preset = \"{preset}\""),
    };
    format!(
        "as_of = {AS_OF}\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{id}\n\
         [load]\nname = \"none\"\n[crm]\n{}[dedupe]\nenabled = false\n[write]\nformats = [\"csv\"]\n[qualify]\n{qualify}\n",
        crm.concat()
    )
}

/// What a run says.
struct Told {
    leads: Vec<Row>,
    decisions: BTreeMap<String, Row>,
    accounts: Vec<Row>,
    contacts: Vec<Row>,
    opportunities: Vec<Row>,
    findings: Vec<Row>,
    /// New records in the order in which leads got them, by kind and number.
    names: BTreeMap<String, String>,
}

impl Told {
    fn read(workdir: &Workdir, output: &str, scenario: &Scenario) -> Self {
        let table = |name: &str| workdir.table(&format!("out/{output}/{name}.csv"));
        let ids: Vec<&str> =
            scenario.leads.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default()).collect();
        let mut leads = table("leads");
        leads.sort_by_key(|lead| ids.iter().position(|id| *id == lead["source_id"]));
        let decisions: BTreeMap<String, Row> =
            table("decisions").into_iter().map(|row| (row["lead_id"].clone(), row)).collect();
        let [accounts, contacts, opportunities] = ["accounts", "contacts", "opportunities"].map(table);
        let mut told = Self {
            leads,
            decisions,
            accounts,
            contacts,
            opportunities,
            findings: table("findings"),
            names: BTreeMap::new(),
        };
        for kind in ["account", "contact", "opportunity"] {
            let mut next = 1..;
            for lead in &told.leads {
                let id = &told.decisions[&lead["lead_id"]][&format!("{kind}_id")];
                if told.is_new(kind, id) && !told.names.contains_key(id) {
                    told.names.insert(id.clone(), format!("{kind} {}", next.next().unwrap()));
                }
            }
        }
        for lead in &told.leads {
            told.names.insert(lead["lead_id"].clone(), lead["source_id"].clone());
        }
        told
    }

    fn emitted(&self, kind: &str) -> &[Row] {
        match kind {
            "account" => &self.accounts,
            "contact" => &self.contacts,
            _ => &self.opportunities,
        }
    }

    fn is_new(&self, kind: &str, id: &str) -> bool {
        self.emitted(kind).iter().any(|row| row[&format!("{kind}_id")] == id && row["action"] == "create")
    }

    fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or(id, String::as_str)
    }

    /// "1 | qualified conditions_met | develop | account 1, contact C1, opportunity 1"
    fn leads(&self) -> Vec<String> {
        let line = |lead: &Row| {
            let decision = &self.decisions[&lead["lead_id"]];
            let got = ["account_id", "contact_id", "opportunity_id"].map(|column| self.name(&decision[column]));
            let got: Vec<&str> = got.into_iter().filter(|id| !id.is_empty()).collect();
            let mut line = format!(
                "{} | {} {} | {} | {}",
                lead["source_id"],
                decision["decision"],
                decision["reason"],
                lead["stage"],
                got.join(", ")
            );
            if decision["decision"] != "qualified" {
                let both = [&decision["matched"], &decision["candidates"]];
                let named = both.iter().flat_map(|ids| ids.split("; ")).filter(|id| !id.is_empty());
                line += &named.map(|id| self.shown(id)).collect::<Vec<_>>().join(", ");
            }
            let times = &decision["qualified_times"];
            if !times.is_empty() && times != "1" {
                line += &format!(" | {times} times");
            }
            line.trim_end().to_owned()
        };
        self.leads.iter().map(line).collect()
    }

    /// "lead:L…" by the lead's own id.
    fn shown(&self, of: &str) -> String {
        let (kind, id) = of.split_once(':').unwrap_or(("", of));
        format!("{kind}:{}", self.name(id))
    }

    /// "create account 1: Acme, acme.com, BG", "link C1: Ana Kirova, ana@acme.com, account 1": action, name and what
    /// follows it, blanks left out.
    fn records(&self) -> Vec<String> {
        let columns = [
            ("account", &["name", "domain", "country"][..]),
            ("contact", &["full_name", "email", "phone", "account_id"]),
            ("opportunity", &["name", "product_interest", "estimated_value", "currency", "account_id", "contact_id"]),
        ];
        let mut all = Vec::new();
        for (kind, columns) in columns {
            let mut rows: Vec<&Row> = self.emitted(kind).iter().collect();
            rows.sort_by_key(|row| self.name(&row[&format!("{kind}_id")]));
            all.extend(rows.into_iter().map(|row| {
                let cells: Vec<&str> =
                    columns.iter().map(|column| self.name(&row[*column])).filter(|cell| !cell.is_empty()).collect();
                format!("{} {}: {}", row["action"], self.name(&row[&format!("{kind}_id")]), cells.join(", "))
            }));
        }
        all
    }

    /// "line 2 unknown_account A7", "contacts line 2 unknown_account gone" of a file of the CRM.
    fn findings(&self) -> Vec<String> {
        let links = ["existing_account_id", "existing_contact_id", "existing_opportunity_id", "status"];
        let codes = ["unknown_account", "unknown_contact"];
        let is_of_link = |row: &&Row| links.contains(&row["field"].as_str()) || codes.contains(&row["code"].as_str());
        let of_links = self.findings.iter().filter(is_of_link);
        let place = |row: &Row| match row["file"].strip_prefix("crm/").and_then(|file| file.strip_suffix(".csv")) {
            Some(kind) => format!("{kind} line {}", row["line"]),
            None => format!("line {}", row["line"]),
        };
        of_links.map(|row| format!("{} {} {}", place(row), row["code"], row["text"])).collect()
    }

    /// What the run would create.
    fn made(&self) -> Vec<String> {
        let all = [&self.accounts, &self.contacts, &self.opportunities].into_iter().flatten();
        all.filter(|row| row["action"] == "create").map(|row| format!("{row:?}")).collect()
    }

    /// Puts what was made into the CRM, under ids of its own; of a kind of which nothing was made there is no file.
    fn import(&self, workdir: &Workdir) {
        let import = |kind: &str, file: &str, header: &str, cells: &dyn Fn(&Row) -> Vec<String>| {
            if !self.emitted(kind).iter().any(|row| row["action"] == "create") {
                return;
            }
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(header.split(',')).unwrap();
            for row in self.emitted(kind).iter().filter(|row| row["action"] == "create") {
                let id = &row[&format!("{kind}_id")];
                let own = [format!("crm-{}", self.name(id).replace(' ', "-")), id.clone()];
                writer.write_record(own.into_iter().chain(cells(row))).unwrap();
            }
            workdir.file(&format!("crm/{file}_made.csv"), writer.into_inner().unwrap());
        };
        let reference = |id: &str| match self.names.get(id) {
            Some(name) => format!("crm-{}", name.replace(' ', "-")),
            None => id.to_owned(),
        };
        import("account", "accounts", "account_id,external_id,company,domain,country", &|row| {
            ["name", "domain", "country"].map(|column| row[column].clone()).into()
        });
        import("contact", "contacts", "contact_id,external_id,full_name,email,phone,account_id", &|row| {
            let [name, email, phone] = ["full_name", "email", "phone"].map(|column| row[column].clone());
            vec![name, email, phone, reference(&row["account_id"])]
        });
        let header = "opportunity_id,external_id,name,status,account_id,contact_id,product_interest,amount";
        import("opportunity", "opportunities", header, &|row| {
            let [name, product, amount] =
                ["name", "product_interest", "estimated_value"].map(|column| row[column].clone());
            let [account, contact] = ["account_id", "contact_id"].map(|column| reference(&row[column]));
            vec![name, "open".to_owned(), account, contact, product, amount]
        });
    }
}
