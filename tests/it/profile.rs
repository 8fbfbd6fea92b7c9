//! `leadmill profile`, and mails and cards as inputs, as a user meets them.

use crate::workdir::{Workdir, repository};

#[test]
fn an_export_is_shown_column_by_column() {
    let workdir = Workdir::new();
    let fair = repository().join("sample_data/hubspot_fair_2026-10.csv");
    workdir.file("fair.csv", std::fs::read(fair).unwrap());
    let ran = workdir.run(&["profile", "fair.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!("profile_of_the_fair", ran.stdout);

    let json = workdir.run(&["profile", "fair.csv", "--json", "--commonest", "1"]);
    let told: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let street = told[0]["columns"].as_array().unwrap().iter().find(|column| column["column"] == "Street Address");
    let street = street.unwrap();
    assert_eq!((&street["is"], &street["commonest"][0]["value"]), (&"street".into(), &"unknown".into()));
    assert_eq!(street["suspicious"][0]["rows"], 3);

    let html = workdir.run(&["profile", "fair.csv", "--html", "out/profile.html"]);
    assert_eq!(html.code, 0, "{}", html.stderr);
    let page = std::fs::read_to_string(workdir.path("out/profile.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("Street Address") && !page.contains("<script"));
}

#[test]
fn what_cannot_be_profiled_is_told() {
    let workdir = Workdir::new();
    workdir.file("empty.csv", "");
    for (input, expected) in [("empty.csv", "is empty"), ("missing.csv", "there is no file")] {
        let ran = workdir.run(&["profile", input]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}

const MAILBOX: &str = "From ana@kirova.bg Sat Mar  7 10:00:00 2026
From: Ana Kirova <ana@kirova.bg>
Date: Sat, 7 Mar 2026 10:00:00 +0200
Subject: Route planner
Message-ID: <a1@kirova.bg>

Please call me, 0888 123 456.

From web@acme.com Sat Mar  7 11:00:00 2026
From: Web form <web@acme.com>
Reply-To: Jan Nowak <jan@nowak.pl>
Date: Sat, 7 Mar 2026 11:00:00 +0000
Subject: Contact form
Message-ID: <w1@acme.com>

A question.
";

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Kirova;Ana;;;\r\nFN:Ana Kirova\r\nEMAIL:ana@kirova.bg\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\nEND:VCARD\r\n";

#[test]
fn mails_and_cards_are_leads() {
    let workdir = Workdir::new();
    workdir.file("in/wanted.mbox", MAILBOX);
    workdir.file("in/people.vcf", CARDS);
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"post\"\npath = \"in\"\n[dedupe]\nenabled = false\n[write]\nformats = [\"csv\"]\n",
    );
    let ran = workdir.run(&["run", "p.toml", "--as-of", "2026-10-15"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut leads: Vec<[String; 4]> = workdir
        .table("out/p/leads.csv")
        .iter()
        .map(|row| ["full_name", "email", "created_at", "notes"].map(|column| row[column].clone()))
        .collect();
    leads.sort();
    let expected = [
        ["Ana Kirova", "ana@kirova.bg", "", ""],
        ["Ana Kirova", "ana@kirova.bg", "2026-03-07 08:00:00", "Please call me, 0888 123 456."],
        ["Jan Nowak", "jan@nowak.pl", "2026-03-07 11:00:00", "A question."],
        ["Jörg Müller", "", "", ""],
    ];
    assert_eq!(leads, expected.map(|lead| lead.map(str::to_owned)));
}
