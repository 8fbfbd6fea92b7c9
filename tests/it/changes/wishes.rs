//! Wishes and notes that come from elsewhere, as they reach the CRM.

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
