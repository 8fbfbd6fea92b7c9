//! `leadmill init`, as a user meets it: the file it writes runs as it stands.

use crate::workdir::Workdir;

const FAIR: &str = "Name;Kontakt;Firma;PLZ;Land;Lieblingsfarbe\n\
    Ana Kirova;ana@kirova.bg;Kirova OOD;1000;Bulgaria;rot\n\
    Jan Nowak;jan@nowak.pl;Nowak Sp. z o.o.;00-950;Poland;blau\n\
    Jan Nowak;jan@nowak.pl;Nowak;00-950;Poland;\n\
    Eva Sandoval;eva@sandoval.es;Sandoval S.L.;28013;Spain;\n";

#[test]
fn the_first_file_runs_as_it_stands() {
    let workdir = Workdir::with_samples();
    workdir.file("exports/fair.csv", FAIR);
    let ran = workdir.run(&[
        "init",
        "exports/fair.csv",
        "sample_data/hubspot_fair_2026-10.csv",
        "--out",
        "pipelines/first.toml",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!("first_file", std::fs::read_to_string(workdir.path("pipelines/first.toml")).unwrap());

    let ran = workdir.run(&["run", "pipelines/first.toml", "--as-of", "2026-10-15"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let leads = workdir.table("out/first/leads.csv");
    let jan: Vec<_> = leads.iter().filter(|row| row["full_name"] == "Jan Nowak").collect();
    assert_eq!(jan.len(), 1, "two rows of one person are merged");
    assert_eq!(jan[0]["email"], "jan@nowak.pl", "the column is known by its values");
    assert_eq!(jan[0]["city"], "", "a colour is no city, though words beside an address may be one");

    let again = workdir.run(&["init", "exports/fair.csv", "--out", "pipelines/first.toml"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("nobody's pipeline is overwritten"), "{}", again.stderr);
}

#[test]
fn without_a_file_name_it_goes_to_standard_output() {
    let workdir = Workdir::new();
    workdir.file("fair.csv", FAIR);
    let ran = workdir.run(&["init", "fair.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("path   = \"fair.csv\"") && ran.stdout.contains("email = \"Kontakt\""),
        "{}",
        ran.stdout
    );
    assert_eq!(workdir.run(&["init", "missing.csv"]).code, 2);
}
