//! Files on disk in, tables and counts out.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::*;
use crate::config::mapping::{map_crm, map_leads};
use crate::config::plan::{CrmFile, CrmPlan, NameRule, RejectLimit, SourcePlan};
use crate::format::delimited::{Entry, Hints, Reader, sniff, trim};
use crate::model::field::{Cleaner, Field};
use crate::model::progress::Silent;
use crate::model::rows::{FindingCode, RejectCode};

fn schema() -> Arc<LeadSchema> {
    Arc::new(LeadSchema::new([("Colour".to_owned(), Cleaner::Text)]))
}

fn input(folder: &Path, name: &str, bytes: &[u8], schema: &LeadSchema) -> InputFile {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("written");
    let sniffed = sniff(&path, Hints::default()).expect("sniffed");
    let mapping = map_leads(&sniffed.header, None, &[]).columns(schema);
    let (dialect, header) = (sniffed.dialect, sniffed.header);
    InputFile { path, shown: name.to_owned(), dialect, header, mapping, codes: Vec::new() }
}

fn source(name: &str, files: Vec<InputFile>) -> SourcePlan {
    SourcePlan {
        name: name.to_owned(),
        trust: 0,
        presets: vec![None; files.len()],
        files,
        values: Vec::new(),
        currencies: Vec::new(),
        locale: None,
        history: Vec::new(),
    }
}

fn plan(sources: Vec<SourcePlan>) -> LoadPlan {
    LoadPlan { sources, max_rejects: RejectLimit::Share(0.1), name: NameRule::Required, crm: CrmPlan::default() }
}

/// The values of a column, as they are.
fn values(loaded: &Loaded, name: &str) -> Vec<String> {
    let column = loaded.raw.schema.find(name).expect("a column");
    let column = &loaded.raw.columns[column];
    (0..column.len()).map(|row| column.get(row).to_owned()).collect()
}

#[test]
fn every_record_is_a_row_or_a_reject() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let text = "\nFirst name,Last name,Colour\nAna, Kirova ,red\nBo\nCy,Dee,blue,,\nEve,Fox,green,extra\n\n\
                First name,Last name,Colour\nGil,\"open,x\nHal,Ido,\"two\nlines\"\n";
    let bytes = text.as_bytes();
    let file = input(folder.path(), "a.csv", bytes, &schema);
    let loaded = load(&plan(vec![source("s", vec![file])]), &schema, &Silent).expect("loaded");
    assert_eq!(values(&loaded, "first_name"), ["Ana", "Bo", "Cy", "Hal"]);
    assert_eq!(values(&loaded, "last_name"), ["Kirova", "", "Dee", "Ido"]);
    assert_eq!(values(&loaded, "colour"), ["red", "", "blue", "two\nlines"]);
    assert_eq!(values(&loaded, "email"), [""; 4]);
    let lines: Vec<u64> = loaded.raw.origins.iter().map(|origin| origin.line).collect();
    assert_eq!(lines, [3, 4, 5, 10]);
    let rejects: Vec<_> = loaded.rejects.iter().map(|r| (r.origin.line, r.code, r.text.as_str())).collect();
    assert_eq!(
        rejects,
        [
            (6, RejectCode::LongRow, "Eve,Fox,green,extra"),
            (8, RejectCode::RepeatedHeader, "First name,Last name,Colour"),
            (9, RejectCode::UnbalancedQuote, "Gil,\"open,x"),
        ]
    );
    let findings: Vec<_> = loaded.findings.iter().map(|f| (f.origin.line, f.code, f.text.as_str())).collect();
    assert_eq!(findings, [(4, FindingCode::ShortRow, "Bo")]);
    let hash = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes));
    let summary = InputSummary { shown: "a.csv".to_owned(), bytes: bytes.len() as u64, hash, rows: 7, rejected: 3 };
    assert_eq!(loaded.inputs, [summary]);
}

#[test]
fn sources_and_files_keep_their_order_at_any_thread_count() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let texts = ["email,Colour\na,red\nb,blue\n", "Colour\nblue\ngreen\n", "email\nb\nc\n", "email,Colour\n"];
    let files: Vec<InputFile> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| input(folder.path(), &format!("{i}.csv"), text.as_bytes(), &schema))
        .collect();
    let plan = plan(vec![source("one", files[..2].to_vec()), source("two", files[2..].to_vec())]);
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let loaded = pool.install(|| load(&plan, &schema, &Silent)).expect("loaded");
        assert_eq!(values(&loaded, "email"), ["a", "b", "", "", "b", "c"]);
        assert_eq!(values(&loaded, "Colour"), ["red", "blue", "blue", "green", "", ""]);
        let column = &loaded.raw.columns[schema.index_of(Field::Email)];
        assert_eq!(column.dictionary.iter().collect::<Vec<_>>(), ["", "a", "b", "c"]);
        let places: Vec<_> = loaded.raw.origins.iter().map(|o| (o.source, o.file, o.line)).collect();
        assert_eq!(places, [(0, 0, 2), (0, 0, 3), (0, 1, 2), (0, 1, 3), (1, 2, 2), (1, 2, 3)]);
        assert_eq!(loaded.raw.places.sources, ["one", "two"]);
        assert_eq!(loaded.raw.places.files, ["0.csv", "1.csv", "2.csv", "3.csv"]);
        assert_eq!(loaded.inputs[3].rows, 0);
    }
}

#[test]
fn constants_and_currencies() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let text = "email;source;budget;currency\na;x;\"9.500,00\";\nb;;9 USD;\nc;;;\nd;;€ 5;\ne;;7;GBP\n";
    let file = input(folder.path(), "a.csv", text.as_bytes(), &schema);
    let mut fair = source("fair", vec![file]);
    fair.values = vec![(schema.index_of(Field::Source), " Fair ".to_owned())];
    fair.currencies = vec![(schema.index_of(Field::BudgetAmount), "EUR".to_owned())];
    let loaded = load(&plan(vec![fair]), &schema, &Silent).expect("loaded");
    assert_eq!(values(&loaded, "source"), ["Fair"; 5]);
    assert_eq!(values(&loaded, "budget_currency"), ["EUR", "", "", "", "GBP"]);
    assert_eq!(values(&loaded, "budget_amount"), ["9.500,00", "9 USD", "", "€ 5", "7"]);
}

#[test]
fn street_lines_are_joined_and_damage_is_found() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let mut bytes =
        "name,Address 1,Address 2\nJürgen Müller-Größe Äöü,Am Markt 1,Hof B\nß,,Hof C\n".to_owned().into_bytes();
    bytes.extend(b"M\xFCller,x,\xFF\n");
    let file = input(folder.path(), "a.csv", &bytes, &schema);
    assert_eq!(file.dialect.encoding, encoding_rs::UTF_8);
    let loaded = load(&plan(vec![source("s", vec![file])]), &schema, &Silent).expect("loaded");
    assert_eq!(values(&loaded, "street"), ["Am Markt 1, Hof B", "Hof C", "x, \u{FFFD}"]);
    let findings: Vec<_> =
        loaded.findings.iter().map(|f| (f.origin.line, f.field.as_str(), f.code, f.text.as_str())).collect();
    assert_eq!(
        findings,
        [
            (4, "full_name", FindingCode::UndecodableText, "M\u{FFFD}ller"),
            (4, "street", FindingCode::UndecodableText, "x, \u{FFFD}"),
        ]
    );
}

#[test]
fn crm_records_stand_beside_the_leads() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let leads = input(folder.path(), "leads.csv", b"name\nAna\n", &schema);
    let path = folder.path().join("owners.csv");
    fs::write(&path, "languages;owner\nde;anna\n;jan;extra\npl;\u{A0}jan\n").expect("written");
    let sniffed = sniff(&path, Hints::default()).expect("sniffed");
    let mapping = map_crm(&sniffed.header, CrmKind::Owners, None, &[]).columns;
    let (shown, dialect, header) = ("owners.csv".to_owned(), sniffed.dialect, sniffed.header);
    let owners = InputFile { path, shown, dialect, header, mapping, codes: Vec::new() };
    let mut plan = plan(vec![source("s", vec![leads])]);
    plan.crm.owners = Some(CrmFile { files: vec![owners], presets: vec![None], locale: None, further: Vec::new() });
    let loaded = load(&plan, &schema, &Silent).expect("loaded");
    let owners = loaded.crm.owners.expect("owners");
    assert_eq!((owners.columns[0].get(0), owners.columns[0].get(1)), ("anna", "jan"));
    assert_eq!((owners.columns[3].get(0), owners.columns[3].get(1)), ("de", "pl"));
    assert_eq!(owners.columns[2].len(), 2);
    assert_eq!(owners.origins[1], Origin { source: 1, file: 1, line: 4 });
    assert_eq!(loaded.rejects[0].origin, Origin { source: 1, file: 1, line: 3 });
    assert_eq!(loaded.raw.places.sources, ["s", "crm.owners"]);
    assert_eq!(loaded.raw.origins.len(), 1);
    assert!(loaded.crm.accounts.is_none());
}

#[test]
fn failures_are_told_in_plan_order() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let gone = input(folder.path(), "gone.csv", b"email\n", &schema);
    let changed = input(folder.path(), "changed.csv", b"email\nx\n", &schema);
    fs::remove_file(&gone.path).expect("removed");
    fs::write(&changed.path, "phone\nx\n").expect("written");
    let plan = |files| plan(vec![source("s", files)]);
    let fault = load(&plan(vec![changed.clone(), gone.clone()]), &schema, &Silent).expect_err("changed");
    assert!(matches!(&fault, LoadError::HeaderChanged { path } if *path == changed.path), "{fault}");
    let fault = load(&plan(vec![gone, changed]), &schema, &Silent).expect_err("gone");
    assert!(matches!(fault, LoadError::Format(FormatError::Missing { .. })), "{fault}");
}

#[test]
fn progress_adds_up_to_the_bytes() {
    #[derive(Default)]
    struct Sum(AtomicU64, AtomicU64);
    impl Progress for Sum {
        fn begin(&self, _stage: &'static str, total: u64) {
            self.0.fetch_add(total, Ordering::Relaxed);
        }
        fn advance(&self, work: u64) {
            self.1.fetch_add(work, Ordering::Relaxed);
        }
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    let schema = schema();
    let text = format!("email\n{}", "someone@somewhere.example\n".repeat(100_000));
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files =
        vec![input(folder.path(), "a.csv", text.as_bytes(), &schema), input(folder.path(), "b.csv", &utf16, &schema)];
    let heard = Sum::default();
    let loaded = load(&plan(vec![source("s", files)]), &schema, &heard).expect("loaded");
    assert_eq!(loaded.raw.origins.len(), 200_000);
    assert_eq!(heard.0.load(Ordering::Relaxed), (text.len() + utf16.len()) as u64);
    assert_eq!(heard.1.load(Ordering::Relaxed), (text.len() + utf16.len()) as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Read in parts (of 64 bytes under test) and pieces of some parts a file gives the rows that one reader finds, each at
    /// its line, wherever quoted line ends and quotes that are never closed stand.
    #[test]
    fn parts_are_as_the_whole(
        rows in prop::collection::vec("[ab]{0,9},[ab\"]{0,9}|\"[ab\n,]{0,30}\",b|\n|\"a,b|ab,\"\"|a,b,c", 0..60),
        tidy in prop::collection::vec("[abé]{0,9},[ab]{0,9}|\"[ab\n,]{0,30}\",b|\n", 0..60),
        marked in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let schema = schema();
        let text = format!("email,Colour\n{}\n{}\n", tidy.join("\n"), rows.join("\n"));
        let stored = format!("{}{text}", if marked { "\u{FEFF}" } else { "" });
        let mut file = input(folder.path(), "a.csv", b"email,Colour\n", &schema);
        file.dialect.delimiter = b',';
        fs::write(&file.path, &stored).expect("written");
        let plan = plan(vec![source("s", vec![file])]);
        let mut reader = Reader::new(text.as_bytes(), b',', 1);
        reader.read();
        let (mut found, mut rejected) = (Vec::new(), Vec::new());
        while let Some(entry) = reader.read() {
            match entry {
                Entry::Record(record) if record.iter().skip(2).all(|cell| trim(&String::from_utf8_lossy(cell)).is_empty()) => {
                    let email = String::from_utf8_lossy(record.get(0).expect("a cell")).into_owned();
                    found.push((record.line, trim(&email).to_owned()));
                }
                Entry::Record(record) => rejected.push(record.line),
                Entry::Broken { line, .. } => rejected.push(line),
            }
        }
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            let loaded = pool.install(|| load(&plan, &schema, &Silent)).expect("loaded");
            let lines = loaded.raw.origins.iter().map(|origin| origin.line);
            prop_assert_eq!(lines.zip(values(&loaded, "email")).collect::<Vec<_>>(), found.clone());
            let lines = loaded.rejects.iter().map(|reject| reject.origin.line);
            prop_assert_eq!(lines.collect::<Vec<_>>(), rejected.clone());
            let hash = xxhash_rust::xxh3::xxh3_128(stored.as_bytes());
            prop_assert_eq!(&loaded.inputs[0].hash, &format!("{hash:032x}"));
            prop_assert_eq!(loaded.inputs[0].bytes, stored.len() as u64);
        }
    }
}
