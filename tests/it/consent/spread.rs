//! Where wishes come from, and how far they go.

use super::{APART, HEADER, flags, project, reasons, run};
use crate::ugly::build::{row, xlsx};
use crate::workdir::Workdir;

/// Two people who have nothing in common.
const ANA: &str = "a,Ana Kirova,ana@acme.com,+35929812345,,,,,,,,,\n";
const BOB: &str = "b,Bob Ray,bob@ray.org,+14155552671,,,,,,,,,\n";

struct Case {
    about: &'static str,
    leads: &'static [&'static str],
    files: &'static [(&'static str, &'static str)],
    options: &'static str,
    /// Source id and flags, as `flags` gives them.
    flags: &'static [(&'static str, &'static str)],
    reasons: &'static [&'static str],
}

const CONTACTS: &str = "contact_id,full_name,email,phone,account_id,status,opt_out,do_not_email,do_not_call\n";

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { about: "nobody wishes anything", leads: &[ANA, BOB], files: &[], options: APART,
        flags: &[("a", "---mp"), ("b", "---mp")], reasons: &[] },
    Case { about: "own wishes; no address, no number",
        leads: &["a,Ana Kirova,ana@acme.com,+35929812345,yes,,,,,,,,\n", "b,Bob Ray,bob@ray.org,+14155552671,,x,,,,,,,\n",
                 "c,Cyd Moss,cyd@moss.org,+14155552672,,,1,,,,,,\n", "d,Dan Oak,,+14155552673,,,,,,,,,\n", "e,Eva Pine,eva@pine.org,,no,no,no,,,,,,\n"],
        files: &[], options: APART,
        flags: &[("a", "O----"), ("b", "-E--p"), ("c", "--Cm-"), ("d", "----p"), ("e", "---m-")],
        reasons: &["a opt_out own_row", "b do_not_email own_row", "c do_not_call own_row"] },
    Case { about: "what cannot be read counts; what says nothing does not",
        leads: &["a,Ana Kirova,ana@acme.com,,Opted out 2024,,,,,,,,\n", "b,Bob Ray,bob@ray.org,,n/a,,,,,,,,\n"],
        files: &[], options: APART, flags: &[("a", "O----"), ("b", "---m-")], reasons: &["a opt_out own_row"] },
    Case { about: "one lead of two rows has the wishes of both",
        leads: &["a,Ana Kirova,ana@acme.com,+35929812345,,yes,,,,,,,\n", "b,Ana Kirova,ana@acme.com,+35929812345,,,yes,,,,,,\n"],
        files: &[], options: "[[dedupe.rule]]\nname = \"mail\"\nsame = [\"email\"]\n",
        flags: &[("a", "-EC--")], reasons: &["a do_not_call own_row", "a do_not_email own_row"] },
    Case { about: "one address, names that may be one: one person",
        leads: &[ANA, "b,A. Kirova,ana@acme.com,+14155552671,yes,,,,,,,,\n"], files: &[], options: APART,
        flags: &[("a", "O----"), ("b", "O----")], reasons: &["a opt_out duplicate", "b opt_out own_row"] },
    Case { about: "one address, another name: that channel only",
        leads: &[ANA, "b,Bob Ray,ana@acme.com,+14155552671,yes,,,,,,,,\n"], files: &[], options: APART,
        flags: &[("a", "-E--p"), ("b", "O----")], reasons: &["a do_not_email same_address", "b opt_out own_row"] },
    Case { about: "one address, and no calls wished: e-mails go on",
        leads: &[ANA, "b,Bob Ray,ana@acme.com,+14155552671,,,yes,,,,,,\n"], files: &[], options: APART,
        flags: &[("a", "---mp"), ("b", "--Cm-")], reasons: &["b do_not_call own_row"] },
    Case { about: "one number, another name: that channel only",
        leads: &[ANA, "b,Bob Ray,bob@ray.org,+35929812345,yes,,,,,,,,\n"], files: &[], options: APART,
        flags: &[("a", "--Cm-"), ("b", "O----")], reasons: &["a do_not_call same_address", "b opt_out own_row"] },
    Case { about: "one number, the same name: one person",
        leads: &[ANA, "b,ana kirova,other@ray.org,+35929812345,yes,,,,,,,,\n"], files: &[], options: APART,
        flags: &[("a", "O----"), ("b", "O----")], reasons: &["a opt_out duplicate", "b opt_out own_row"] },
    Case { about: "whoever only shares an address passes nothing on",
        leads: &["a,Ana Kirova,info@acme.com,,yes,,,,,,,,\n", "b,Bob Ray,info@acme.com,,,,,bob@ray.org,,,,,\n", "c,Cyd Moss,bob@ray.org,,,,,,,,,,\n"],
        files: &[], options: APART, flags: &[("a", "O----"), ("b", "-E---"), ("c", "---m-")],
        reasons: &["a opt_out own_row", "b do_not_email same_address"] },
    Case { about: "a likely duplicate of a likely duplicate",
        leads: &["a,Ana Kirova,a@one.org,+35929812341,,,,,,,,red,\n", "b,Ana Kirova,b@two.org,+35929812342,,,,,,,,red,left\n", "c,Ana Kirova,c@three.org,+35929812343,yes,,,,,,,,left\n", "d,Dan Oak,d@oak.org,,,,,,,,,,\n"],
        files: &[], options: "[dedupe]\nblock_on = [[\"Badge\"], [\"Seat\"]]\nmatch_at = 1.0\nreview_at = 0.0001\n",
        flags: &[("a", "O----"), ("b", "O----"), ("c", "O----"), ("d", "---m-")],
        reasons: &["a opt_out duplicate", "b opt_out duplicate", "c opt_out own_row"] },
    Case { about: "unlikely duplicates, where only likely ones count",
        leads: &["a,Ana Kirova,a@one.org,+35929812341,,,,,,,,red,\n", "b,Ana Kirova,b@two.org,+35929812342,yes,,,,,,,red,left\n"],
        files: &[], options: "[dedupe]\nblock_on = [[\"Badge\"]]\nmatch_at = 1.0\nreview_at = 0.0001\n[consent]\nduplicates_from = 1.0\n",
        flags: &[("a", "---mp"), ("b", "O----")], reasons: &["b opt_out own_row"] },
    Case { about: "the CRM's contact wishes, the lead says no",
        leads: &["a,Ana Kirova,ana@acme.com,+35929812345,no,no,no,,,,,,\n", BOB],
        files: &[("contacts.csv", "C1,Ana Kirova,ANA@acme.com,,,,,yes,\nC2,Bob Ray,bob@ray.org,,,,no,no,no\n")], options: APART,
        flags: &[("a", "-E--p"), ("b", "---mp")], reasons: &["a do_not_email contact"] },
    Case { about: "an inactive contact without a name counts; what it says cannot be read",
        leads: &[ANA], files: &[("contacts.csv", "C1,,ana@acme.com,,,Inactive,since May,,\n")], options: APART,
        flags: &[("a", "O----")], reasons: &["a opt_out contact"] },
    Case { about: "a contact of another name shares the mailbox",
        leads: &[ANA], files: &[("contacts.csv", "C1,Zoe Vale,ana@acme.com,,,,yes,,\n")], options: APART,
        flags: &[("a", "-E--p")], reasons: &["a do_not_email same_address"] },
    Case { about: "the contact that a seller linked, whatever its address",
        leads: &["a,Ana Kirova,ana@acme.com,+35929812345,,,,,,,C1,,\n"],
        files: &[("contacts.csv", "C1,Ana Petrova,old@acme.com,,,,yes,,\n")], options: APART,
        flags: &[("a", "O----")], reasons: &["a opt_out contact"] },
    Case { about: "contacts of one id: the wishes of both rows",
        leads: &[ANA], files: &[("contacts.csv", "C1,Ana Kirova,ana@acme.com,,,,,,yes\nC1,Ana Kirova,ana@acme.com,,,,,yes,\n")], options: APART,
        flags: &[("a", "-EC--")], reasons: &["a do_not_call contact", "a do_not_email contact"] },
    Case { about: "through a contact to another lead",
        leads: &["a,Ana Kirova,ana@acme.com,,yes,,,,,,C1,,\n", "b,Ana Petrova,old@acme.com,+14155552671,,,,,,,,,\n"],
        files: &[("contacts.csv", "C1,Ana Petrova,old@acme.com,,,,,,\n")], options: APART,
        flags: &[("a", "O----"), ("b", "O----")], reasons: &["a opt_out own_row", "b opt_out duplicate"] },
    Case { about: "a row without a name is no lead, and still heard",
        leads: &[ANA, BOB, "r,,ana@acme.com,,yes,,,,,,,,\n"], files: &[], options: "[dedupe]\nenabled = false\n[load]\nmax_rejects = 1\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out duplicate"] },
    Case { about: "a row without a name that has only a number",
        leads: &[ANA, BOB, "r,,,+359 2 981 2345,yes,,,,,,,,\n"], files: &[], options: "[dedupe]\nenabled = false\n[load]\nmax_rejects = 1\n",
        flags: &[("a", "--Cm-"), ("b", "---mp")], reasons: &["a do_not_call same_address"] },
    Case { about: "a closed lead is heard",
        leads: &[ANA, "b,Ana Kirova,ana@acme.com,,,yes,,,,disqualified,,,\n"], files: &[], options: APART,
        flags: &[("a", "-E--p"), ("b", "-E---")], reasons: &["a do_not_email duplicate", "b do_not_email own_row"] },
    Case { about: "an edit may add a wish, and counts for duplicates",
        leads: &[ANA, "b,Ana Kirova,ana@acme.com,,,,,,,,,red,\n"], files: &[],
        options: "[dedupe]\nenabled = false\n[[edit]]\nwhere = \"Badge = 'red'\"\nset = { opt_out = true }\n",
        flags: &[("a", "O----"), ("b", "O----")], reasons: &["a opt_out duplicate", "b opt_out own_row"] },
    Case { about: "an address that an edit set is looked for, too",
        leads: &[ANA, BOB], files: &[("stop.csv", "email\nnew@acme.com\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n[[edit]]\nwhere = \"source_id = 'a'\"\nset = { email = \"new@acme.com\" }\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_email"] },
    Case { about: "an address on a list", leads: &[ANA, BOB], files: &[("stop.csv", "E-Mail,Reason\n ANA@Acme.com ,complained\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_email"] },
    Case { about: "a list for e-mail alone, and one for calls", leads: &[ANA, BOB],
        files: &[("stop.csv", "email\nana@acme.com\n"), ("calls.csv", "phone\n(02) 981 2345\n0014155552671\n")],
        options: "[dedupe]\nenabled = false\n[standardize]\ndefault_country = \"BG\"\n[consent]\nsuppress = [{ path = \"stop.csv\", for = [\"email\"] }, { path = \"calls.csv\", for = [\"call\"] }]\n",
        flags: &[("a", "-EC--"), ("b", "--Cm-")],
        reasons: &["a do_not_call suppressed_phone", "a do_not_email suppressed_email", "b do_not_call suppressed_phone"] },
    Case { about: "rows that say the channel; a word that nobody knows is every channel", leads: &[ANA, BOB, "c,Cyd Moss,cyd@moss.org,+14155552672,,,,,,,,,\n"],
        files: &[("stop.csv", "email,channel\nana@acme.com,newsletter\nbob@ray.org,pigeon\ncyd@moss.org,calls\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [{ path = \"stop.csv\", for = [\"email\"] }]\n",
        flags: &[("a", "-E--p"), ("b", "O----"), ("c", "--Cm-")],
        reasons: &["a do_not_email suppressed_email", "b opt_out suppressed_email", "c do_not_call suppressed_email"] },
    Case { about: "a domain and what is below it; not what only ends like it",
        leads: &["a,Ana Kirova,ana@mail.acme.com,,,,,,,,,,\n", "b,Bob Ray,bob@notacme.com,,,,,,,,,,\n", "c,Cyd Moss,,+14155552672,,,,,https://www.acme.com,,,,\n", "d,Dan Oak,dan@acme.com.org,,,,,,,,,,\n"],
        files: &[("stop.csv", "domain\nacme.com\n")], options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---m-"), ("c", "O----"), ("d", "---m-")],
        reasons: &["a opt_out suppressed_domain", "c opt_out suppressed_domain"] },
    Case { about: "a subdomain leaves those above it alone; a provider was asked for",
        leads: &["a,Ana Kirova,ana@mail.acme.com,,,,,,,,,,\n", "b,Bob Ray,bob@acme.com,,,,,,,,,,\n", "c,Cyd Moss,cyd@gmail.com,,,,,,,,,,\n"],
        files: &[("stop.csv", "email\n@mail.acme.com\n@gmail.com\n")], options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---m-"), ("c", "O----")],
        reasons: &["a opt_out suppressed_domain", "c opt_out suppressed_domain"] },
    Case { about: "a person's domain beside the address is not the company's",
        leads: &[ANA, "b,Bob Ray,bob@acme.com,,,,,,,,,,\n"], files: &[("stop.csv", "email,company domain\nana@acme.com,acme.com\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---m-")], reasons: &["a opt_out suppressed_email"] },
    // The digests are those that md5sum, sha1sum and sha256sum give.
    Case { about: "MD5", leads: &["a,Ana Kirova,Ana@Acme.com ,,,,,,,,,,\n", BOB], files: &[("stop.csv", "email_hash\nc625e98c582ac985a1a9d486d2e7cf04\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_hash"] },
    Case { about: "SHA-1, capitals", leads: &["a,Ana Kirova,Ana@Acme.com ,,,,,,,,,,\n", BOB], files: &[("stop.csv", "hash\n6E3AE187363B94CD5D9AA1BC3E4D1F92ABBDF034\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_hash"] },
    Case { about: "SHA-256 in a column called email", leads: &["a,Ana Kirova,Ana@Acme.com ,,,,,,,,,,\n", BOB],
        files: &[("stop.csv", "email\n519f0e94af08f318f898d58258bfd4f45993ae54adb88c072cd3d9a7b6e484e8\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_hash"] },
    Case { about: "SHA-256 of the address as written", leads: &["a,Ana Kirova,Ana@Acme.com ,,,,,,,,,,\n", BOB],
        files: &[("stop.csv", "sha256\n7fed65e776b48de8f27a8563679e4999dc26e6e5a36a9541d04214e2280df2f8\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_hash"] },
    Case { about: "lists without a header, by what stands in them", leads: &[ANA, BOB, "c,Cyd Moss,cyd@moss.org,+14155552672,,,,,,,,,\n"],
        files: &[("stop.csv", "ana@acme.com\nsomebody@else.org\n"), ("hashes.csv", "9dd77ffcb2d6de3c2a5ff8d18cf0e0e1e27ec2b5\n"), ("domains.txt", "moss.org\nelse.org\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\", \"hashes.csv\", \"domains.txt\"]\n",
        flags: &[("a", "O----"), ("b", "---mp"), ("c", "O----")],
        reasons: &["a opt_out suppressed_email", "c opt_out suppressed_domain"] },
    Case { about: "NDJSON, and a named column", leads: &[ANA, BOB], files: &[("stop.ndjson", "{\"wer\": \"ana@acme.com\", \"seit\": 2020}\n")],
        options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [{ path = \"stop.ndjson\", fields = { email = \"wer\" } }]\n",
        flags: &[("a", "O----"), ("b", "---mp")], reasons: &["a opt_out suppressed_email"] },
    Case { about: "a list counts for the same person's other address, and for who shares it",
        leads: &[ANA, "b,Ana Kirova,private@home.org,+35929812345,,,,,,,,,\n", "c,Cyd Moss,private@home.org,,,,,,,,,,\n"],
        files: &[("stop.csv", "email\nana@acme.com\n")], options: "[dedupe]\nenabled = false\n[consent]\nsuppress = [\"stop.csv\"]\n",
        flags: &[("a", "O----"), ("b", "O----"), ("c", "-E---")],
        reasons: &["a opt_out suppressed_email", "b opt_out duplicate", "c do_not_email same_address"] },
];

#[test]
fn wishes_go_as_far_as_they_should() {
    for case in CASES {
        let workdir = project(&case.leads.concat(), "");
        let mut options = case.options.to_owned();
        for (name, text) in case.files {
            let of_contacts = *name == "contacts.csv";
            workdir.file(name, if of_contacts { format!("{CONTACTS}{text}") } else { (*text).to_owned() });
            options += if of_contacts { "[crm]\ncontacts = { path = \"contacts.csv\" }\n" } else { "" };
        }
        workdir.file("p.toml", format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{options}"));
        let ran = run(&workdir);
        assert_eq!(ran.code, 0, "{}: {}", case.about, ran.stderr);
        let found = flags(&workdir);
        let found: Vec<(&str, &str)> = found.iter().map(|(id, flags)| (id.as_str(), flags.as_str())).collect();
        assert_eq!(found, case.flags, "{}", case.about);
        assert_eq!(reasons(&workdir), case.reasons, "{}", case.about);
    }
}

#[test]
fn lists_are_read_in_every_format() {
    let rows = [row(1, &["Who", "Address"]), row(2, &["Ana", "ana@acme.com"])].concat();
    let utf16: Vec<u8> =
        "\u{feff}Adresse\tGrund\r\nana@acme.com\tBeschwerde\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes, fields) in [
        ("stop.xlsx", xlsx(&[("List", false, &rows)]), "email = \"Address\""),
        ("stop.csv", utf16, "email = \"Adresse\""),
    ] {
        let options = format!("{APART}[consent]\nsuppress = [{{ path = \"{name}\", fields = {{ {fields} }} }}]\n");
        let workdir = project(&[ANA, BOB].concat(), &options);
        workdir.file(name, bytes);
        let ran = run(&workdir);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert_eq!(reasons(&workdir), ["a opt_out suppressed_email"], "{name}");
        let summary = workdir.summary("out/p");
        let list = summary["inputs"].as_array().unwrap().iter().find(|input| input["file"] == name);
        let list = list.unwrap_or_else(|| panic!("{name} is an input: {summary}"));
        assert_eq!((list["rows"].as_u64(), list["hash"].as_str().unwrap().len()), (Some(1), 32), "{name}");
        let line = &workdir.table("out/p/consent.csv")[0];
        assert_eq!([&line["source"], &line["file"], &line["line"]], ["consent.suppress", name, "2"]);
    }
}

#[test]
fn a_person_s_verdict_cuts_the_tie_and_not_the_address() {
    let leads = "a,Ana Kirova,ana@acme.com,+35929812345,yes,,,,,,,,\nb,A. Kirova,ana@acme.com,+14155552671,,,,,,,,,\n";
    let base = "[dedupe]\nmatch_at = 1.0\nreview_at = 0.0001\nblock_on = [[\"email\"]]\n";
    let workdir = project(leads, base);
    assert_eq!(run(&workdir).code, 0);
    assert_eq!(flags(&workdir)["b"], "O----", "a likely duplicate");
    let rows = workdir.table("out/p/lead_members.csv");
    let id = |source_id: &str| rows.iter().find(|row| row["source_id"] == source_id).unwrap()["row_id"].clone();
    workdir.file("decided.csv", format!("left_id,right_id,decision\n{},{},distinct\n", id("a"), id("b")));
    workdir
        .file("p.toml", format!("[[source]]\nname = \"s\"\npath = \"leads.csv\"\n{base}decisions = \"decided.csv\"\n"));
    assert_eq!(run(&workdir).code, 0);
    assert_eq!(flags(&workdir)["b"], "-E--p", "two people, one mailbox");
    assert_eq!(reasons(&workdir), ["a opt_out own_row", "b do_not_email same_address"]);
}

#[test]
fn probabilities_and_places_are_told() {
    let leads = "a,Ana Kirova,a@one.org,+35929812341,,,,,,,,red,\nb,Ana Kirova,b@two.org,+35929812342,yes,,,,,,,red,\n";
    let workdir = project(leads, "[dedupe]\nblock_on = [[\"Badge\"]]\nmatch_at = 1.0\nreview_at = 0.0001\n");
    assert_eq!(run(&workdir).code, 0);
    let links = workdir.table("out/p/links.csv");
    let lines = workdir.table("out/p/consent.csv");
    let of = |because: &str| lines.iter().find(|line| line["because"] == because).unwrap();
    assert_eq!(of("duplicate")["probability"], links[0]["probability"]);
    assert_eq!([&of("duplicate")["file"], &of("duplicate")["line"]], ["leads.csv", "3"]);
    assert_eq!([&of("own_row")["probability"], &of("own_row")["line"]], ["", "3"]);
}

#[test]
fn contacts_and_contact_points_say_so_too() {
    let options =
        "[dedupe]\nenabled = false\n[crm]\ncontacts = { path = \"contacts.csv\" }\n[qualify]\nwhen = \"TRUE\"\n";
    let leads =
        "a,Ana Kirova,ana@acme.com,+35929812345,no,no,no,,,,,,\nb,Bob Ray,bob@ray.org,+14155552671,,,yes,,,,,,\n";
    let workdir = project(leads, options);
    workdir.file("contacts.csv", format!("{CONTACTS}C1,Ana Kirova,ana@acme.com,,,,,yes,no\n"));
    assert_eq!(run(&workdir).code, 0);
    let contacts = workdir.table("out/p/contacts.csv");
    let of = |name: &str| {
        let contact = contacts.iter().find(|row| row["full_name"] == name).unwrap();
        ["opt_out", "do_not_email", "do_not_call"].map(|flag| contact[flag].clone())
    };
    assert_eq!(of("Ana Kirova"), ["false", "true", "false"]);
    assert_eq!(of("Bob Ray"), ["", "", "true"]);
    let points = workdir.table("out/p/contact_points.csv");
    let mut points: Vec<String> =
        points.iter().map(|row| format!("{} {} {}", row["value"], row["is_mailing"], row["may_use"])).collect();
    points.sort();
    let expected =
        ["+14155552671 false false", "+35929812345 false true", "ana@acme.com true false", "bob@ray.org true true"];
    assert_eq!(points, expected);
}

#[test]
fn who_may_be_reached_can_be_asked_for() {
    let options = "[dedupe]\nenabled = false\n[[score.criterion]]\nname = \"Reachable\"\nwhen = \"may_email\"\npoints = 3\n\
                   [qualify]\nwhen = \"may_call\"\n";
    let workdir =
        project("a,Ana Kirova,ana@acme.com,+35929812345,,yes,,,,,,,\nb,Bob Ray,bob@ray.org,,,,,,,,,,\n", options);
    assert_eq!(run(&workdir).code, 0);
    let leads = workdir.table("out/p/leads.csv");
    let mut leads: Vec<String> =
        leads.iter().map(|row| format!("{} {} {}", row["source_id"], row["score"], row["status"])).collect();
    leads.sort();
    assert_eq!(leads, ["a 0 qualified", "b 3 open"]);
}

#[test]
fn neither_order_nor_threads_matter() {
    const ROWS: [&str; 6] = [
        "a,Ana Kirova,ana@acme.com,+35929812345,yes,,,,,,,,\n",
        "b,A. Kirova,ana@acme.com,+14155552671,,,,,,,,,\n",
        "c,Cyd Moss,ana@acme.com,+14155552671,,,,,,,,,\n",
        "d,Dan Oak,dan@oak.org,+14155552672,,yes,,info@oak.org,,,,,\n",
        "e,Eva Pine,info@oak.org,+14155552672,,,,,,,,,\n",
        "r,,info@oak.org,,yes,,,,,,,,\n",
    ];
    let pipeline = "[[source]]\nname = \"s\"\npath = \"in/*.csv\"\n[load]\nmax_rejects = 1\n[consent]\nsuppress = [\"stop_*.csv\"]\n";
    let told = |order: &[usize], threads: &str, lists: [&str; 2]| {
        let workdir = Workdir::new();
        let text = |order: &[usize]| format!("{}{}", HEADER, order.iter().map(|&row| ROWS[row]).collect::<String>());
        workdir.file("in/1.csv", text(&order[..3])).file("in/2.csv", text(&order[3..])).file("p.toml", pipeline);
        workdir.file("stop_1.csv", lists[0]).file("stop_2.csv", lists[1]);
        let ran = workdir.run(&["run", "p.toml", "--as-of", "2026-11-20", "--threads", threads]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let lines = workdir.table("out/p/consent.csv").into_iter();
        // Where a row stands is what differs.
        let lines = lines.map(|mut line| {
            ["file", "line"].into_iter().for_each(|place| drop(line.remove(place)));
            line
        });
        (flags(&workdir), lines.collect::<Vec<_>>())
    };
    let (one, two) = ("email\nzoe@vale.org\n@oak.org\n", "email\ninfo@oak.org\n");
    let first = told(&[0, 1, 2, 3, 4, 5], "1", [one, two]);
    assert!(first.1.len() > 5, "{first:?}");
    assert_eq!(told(&[5, 4, 3, 2, 1, 0], "2", [two, one]), first);
    assert_eq!(told(&[3, 0, 5, 1, 4, 2], "3", [one, two]), first);
}
