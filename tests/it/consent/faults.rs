//! What could lose a wish is refused before anything runs, and a list that cannot be read stops the run.

use super::{APART, project, run};

const ANA: &str = "a,Ana Kirova,ana@acme.com,+35929812345,,,,,,,,,\n";

#[test]
fn nothing_in_a_pipeline_undoes_a_wish() {
    let refused = [
        ("[[edit]]\nset = { opt_out = false }\n", "p.toml:7:19", "`opt_out` can be set to true"),
        ("[[edit]]\nset = { do_not_email = false }\n", "p.toml:7:24", "`do_not_email` can be set to true"),
        ("[[edit]]\nclear = [\"city\", \"do_not_call\"]\n", "p.toml:7:18", "`do_not_call` can be set to true"),
    ];
    for (edit, place, told) in refused {
        let ran = run(&project(ANA, &format!("{APART}{edit}")));
        assert_eq!(ran.code, 2, "{edit}: {}", ran.stderr);
        assert!(ran.stderr.contains(place) && ran.stderr.contains(told), "{edit}: {}", ran.stderr);
    }
    for (value, code) in [("false", 2), ("\"no\"", 2), ("0", 2), ("\"\"", 2), ("true", 0), ("\"True\"", 0)] {
        let ran = run(&project(ANA, &format!("values = {{ do_not_email = {value} }}\n{APART}")));
        assert_eq!(ran.code, code, "{value}: {}", ran.stderr);
    }
    let ran = run(&project(ANA, &format!("{APART}[[edit]]\nset = {{ opt_out = true }}\nclear = [\"city\"]\n")));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn faults_of_the_section_are_told_before_the_run() {
    let cases = [
        ("suppress = [\"none.csv\"]", "there is no file `none.csv`"),
        ("suppress = [\"empty.csv\"]", "empty.csv"),
        ("suppress = [\"colours.csv\"]", "colours.csv has no column of e-mail addresses, domains, hashes or phone"),
        ("suppress = [{ path = \"stop.csv\", for = [\"fax\"] }]", "`fax` is not a value of"),
        ("suppress = [{ path = \"stop.csv\", for = [] }]", "`for` names no channel"),
        ("suppress = [{ path = \"stop.csv\", fields = { email = \"Mial\" } }]", "stop.csv has no column `Mial`"),
        ("duplicates_from = 0.05", "duplicates_from (0.05) is below review_at (0.1)"),
        ("duplicates_from = 2", "must be 0 to 1, not 2"),
        ("supress = [\"stop.csv\"]", "unknown key `supress`"),
    ];
    for (line, told) in cases {
        let workdir = project(ANA, &format!("[consent]\n{line}\n"));
        workdir.file("empty.csv", "").file("colours.csv", "colour,size\nred,3\n").file("stop.csv", "Mail\nx@y.org\n");
        let ran = workdir.run(&["check", "p.toml"]);
        assert_eq!(ran.code, 2, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{line}: {}", ran.stderr);
    }
    let report = "[[report]]\nname = \"m\"\nreaches = []\n[[report]]\nname = \"n\"\nreaches = [\"post\"]\n";
    let ran = project(ANA, report).run(&["check", "p.toml"]);
    assert!(ran.stderr.contains("`reaches` names no channel") && ran.stderr.contains("`post` is not a value of"));
}

#[test]
fn a_list_that_suppresses_nobody_stops_the_run() {
    for text in ["email\n", "email\nnobody at home\n-\n", "hash\n5d41402a\n"] {
        let workdir = project(ANA, &format!("{APART}[consent]\nsuppress = [\"good.csv\", \"stop.csv\"]\n"));
        workdir.file("good.csv", "email\nx@y.org\n").file("stop.csv", text);
        let ran = run(&workdir);
        assert_eq!(ran.code, 3, "{text:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("stop.csv suppresses nobody"), "{text:?}: {}", ran.stderr);
        assert!(!workdir.path("out/p").exists(), "{text:?}");
    }
}

#[test]
fn entries_that_cannot_be_read_are_findings() {
    let workdir = project(ANA, &format!("{APART}[consent]\nsuppress = [\"stop.csv\"]\n"));
    let list = "email,channel,reason\nana@acme.com,,\nnobody at home,,moved\n,,no address at all\nbob@x.org; carl@,,\n\
                zoe@vale.org,pigeon,\nlong@row.org,,,more,cells\n@oak.org,,\n";
    workdir.file("stop.csv", list);
    assert_eq!(run(&workdir).code, 0);
    let findings = workdir.table("out/p/findings.csv");
    let found: Vec<String> = (findings.iter().filter(|row| row["code"] == "unusable_suppression"))
        .map(|row| format!("{} {}:{} {}", row["source"], row["file"], row["line"], row["text"]))
        .collect();
    let expected = [
        "consent.suppress stop.csv:3 nobody at home",
        "consent.suppress stop.csv:5 bob@x.org; carl@",
        "consent.suppress stop.csv:6 zoe@vale.org | pigeon",
        "consent.suppress stop.csv:7 long@row.org,,,more,cells",
    ];
    assert_eq!(found, expected);
    assert!(workdir.table("out/p/rejects.csv").is_empty(), "no row of a list is a lead");
}

#[test]
fn the_columns_of_a_list_are_shown() {
    let workdir = project(ANA, &format!("{APART}[consent]\nsuppress = [\"stop.csv\"]\n"));
    workdir.file("stop.csv", "Wer,Was\nana@acme.com,x\nbob@ray.org,y\n");
    let ran = workdir.succeed(&["check", "p.toml"]);
    let shown = ran.stdout.lines().chain(ran.stderr.lines()).find(|line| line.trim().starts_with("email  Wer"));
    assert!(shown.is_some_and(|line| line.contains("its cells")), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn unreadable_flags_of_leads_keep_their_finding() {
    let workdir = project("a,Ana Kirova,ana@acme.com,,Opted out 2024,,,,,,,,\n", APART);
    assert_eq!(run(&workdir).code, 0);
    let findings = workdir.table("out/p/findings.csv");
    let found: Vec<[&str; 3]> =
        findings.iter().map(|row| [row["field"].as_str(), row["code"].as_str(), row["text"].as_str()]).collect();
    assert_eq!(found, [["opt_out", "invalid_boolean", "Opted out 2024"]]);
}
