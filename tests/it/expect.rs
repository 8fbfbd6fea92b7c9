//! `[[expect]]`: what a run must not be, at the limits and over them.

mod faults;
mod last_run;

use crate::workdir::{Ran, Workdir};

/// Ten leads, two rows without a name, one without anything. Of the leads 4 are Bulgarian, 8 have an e-mail address (one has
/// an unusable one), 8 a company, of which two share theirs; the budgets sum up to 100.5.
const LEADS: &str = "source_id,full_name,email,company,country,budget_amount\n\
    1,Ana Kirova,ana@one.example,Alpha,BG,50.25\n\
    2,Otto Lang,otto@two.example,Alpha,BG,50.25\n\
    3,Ida Kern,ida@three.example,Beta,BG,\n\
    4,Leo Maurer,leo@four.example,Gamma,BG,\n\
    5,Jan Nowak,jan@five.example,Delta,PL,\n\
    6,Eva Braun,eva@six.example,Epsilon,DE,\n\
    7,Uwe Kuhn,uwe@seven.example,Zeta,DE,\n\
    8,Mia Wolf,mia@eight.example,Eta,DE,\n\
    9,Rosa Conti,nonsense,,IT,\n\
    10,Paul Martin,,,FR,\n\
    11,,x@nine.example,Theta,,\n\
    12,,y@ten.example,Iota,,\n\
    ,,,,,\n";

const PIPELINE: &str = "as_of = \"2026-10-15\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n\
                        [load]\nmax_rejects = \"50%\"\n[dedupe]\nenabled = false\n";

pub(crate) fn project(expectations: &str) -> Workdir {
    let workdir = Workdir::new();
    workdir.file("leads.csv", LEADS).file("p.toml", format!("{PIPELINE}{expectations}"));
    workdir
}

/// What run.json says of an expectation: its state and its words.
pub(crate) fn told(summary: &serde_json::Value, name: &str) -> (String, String) {
    let all = summary["expectations"].as_array().unwrap();
    let one = all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {all:?}"));
    (one["state"].as_str().unwrap().to_owned(), one["says"].as_str().unwrap().to_owned())
}

/// Each case by itself: the exit code, the state and the words.
fn holds(workdir: &Workdir, pipeline: &str, cases: &[(&str, i32, &str)]) {
    for (expectation, code, says) in cases {
        workdir.file("p.toml", format!("{pipeline}[[expect]]\nname = \"it\"\n{expectation}\n"));
        let ran: Ran = workdir.run(&["run", "p.toml", "--dry-run", "--quiet", "--json"]);
        assert_eq!(ran.code, *code, "{expectation}: {}", ran.stderr);
        let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let state = ["met", "warn", "", "fail"][usize::try_from(*code).unwrap()];
        assert_eq!(told(&summary, "it"), (state.to_owned(), (*says).to_owned()), "{expectation}");
        // Quiet runs say what their exit code is about, and nothing else.
        let expected = match code {
            0 => String::new(),
            1 => format!("warning: it: {says}\n"),
            _ => format!("error: 1 expectation failed: it: {says}\nDry run: nothing was written.\n"),
        };
        assert_eq!(ran.stderr, expected, "{expectation}");
        assert!(!workdir.path("out").exists(), "a dry run writes nothing");
    }
}

#[test]
fn each_measure_at_its_limit_and_over_it() {
    let workdir = project("");
    let bg = "where = \"country = 'BG'\"\n";
    let nobody = "where = \"country = 'XX'\"\n";
    let sum = "measure = \"SUM(budget_amount)\"\n";
    let with = |lines: &str, limits: &str| format!("{lines}{limits}");
    let cases: Vec<(String, i32, &str)> = vec![
        // Rows, by count and by share.
        (with("", "warn = '< 10'"), 0, "10"),
        (with("", "warn = '<= 10'"), 1, "10; it must not be <= 10"),
        (with("", "fail = '< 11'"), 3, "10; it must not be < 11"),
        (with("", "fail = '> 10'"), 0, "10"),
        (with("", "warn = '< 5'\nfail = ['< 3', '>= 9.999999']"), 3, "10; it must not be >= 9.999999"),
        (with(bg, "warn = '< 40%'"), 0, "40.0 % (4 of 10)"),
        (with(bg, "warn = '<= 40%'"), 1, "40.0 % (4 of 10); it must not be <= 40%"),
        (with(bg, "fail = '< 40.01 %'"), 3, "40.0 % (4 of 10); it must not be < 40.01 %"),
        (with(bg, "fail = '>= 4'"), 3, "4 of 10; it must not be >= 4"),
        (with(nobody, "warn = '< 1%'"), 1, "0.0 % (0 of 10); it must not be < 1%"),
        // Filled.
        (with("filled = ['email']\n", "warn = '< 80%'"), 0, "80.0 % (8 of 10)"),
        (with("filled = ['email']\n", "warn = '< 80.5%'"), 1, "80.0 % (8 of 10); it must not be < 80.5%"),
        (with("filled = ['email']\n", "fail = '< 8'"), 0, "8 of 10"),
        (with("filled = ['email']\n", "fail = '<= 8'"), 3, "8 of 10; it must not be <= 8"),
        (with("filled = ['email', 'budget_amount']\n", "fail = '> 2'"), 0, "2 of 10"),
        (
            with("filled = ['budget_amount']\n", &with(bg, "fail = '<= 50%'")),
            3,
            "50.0 % (2 of 4); it must not be <= 50%",
        ),
        (with("filled = ['email']\n", &with(nobody, "fail = '< 100%'")), 0, "0 of 0"),
        // Unique: 6 of 8 have a company of their own.
        (with("unique = ['company']\n", "warn = '< 75%'"), 0, "75.0 % (6 of 8)"),
        (with("unique = ['company']\n", "warn = '< 100%'"), 1, "75.0 % (6 of 8); it must not be < 100%"),
        (with("unique = ['company']\n", "fail = '< 6'"), 0, "6 of 8"),
        (with("unique = ['company']\n", "fail = '< 7'"), 3, "6 of 8; it must not be < 7"),
        (with("unique = ['company', 'country']\n", "fail = '< 100%'"), 3, "75.0 % (6 of 8); it must not be < 100%"),
        (with("unique = ['company', 'email']\n", "fail = '< 100%'"), 0, "100.0 % (8 of 8)"),
        // Of: rows without anything have no part in the 12 that were read.
        (with("of = 'rejects'\n", "warn = '> 16.67%'"), 0, "16.667 % (2 of 12)"),
        (with("of = 'rejects'\n", "warn = '> 16.6%'"), 1, "16.7 % (2 of 12); it must not be > 16.6%"),
        (with("of = 'rejects'\n", "fail = '> 2'"), 0, "2 of 12"),
        (with("of = 'rejects'\n", "fail = '> 1'"), 3, "2 of 12; it must not be > 1"),
        (with("of = 'findings'\n", "warn = '> 1'"), 0, "1 of 12"),
        (with("of = 'findings'\n", "fail = '> 8%'"), 3, "8.3 % (1 of 12); it must not be > 8%"),
        // Aggregates.
        (with(sum, "warn = '> 100.5'"), 0, "100.5"),
        (with(sum, "warn = '>= 100.5'"), 1, "100.5; it must not be >= 100.5"),
        (with(sum, "fail = '< 100.500001'"), 3, "100.5; it must not be < 100.500001"),
        (with("measure = \"COUNT(DISTINCT country)\"\n", "fail = '< 6'"), 3, "5; it must not be < 6"),
        (with("measure = \"AVG(budget_amount)\"\n", &with(bg, "fail = '< 50.25'")), 0, "50.25"),
        // What is NULL meets nothing.
        (with(sum, &with(nobody, "fail = '< -1'")), 3, "there is no value; it must be there and not < -1"),
        (with(sum, &with(nobody, "warn = '> 9'")), 1, "there is no value; it must be there and not > 9"),
    ];
    let cases: Vec<(&str, i32, &str)> =
        cases.iter().map(|(lines, code, says)| (lines.as_str(), *code, *says)).collect();
    holds(&workdir, PIPELINE, &cases);
}

#[test]
fn duplicates_and_pairs_to_review_are_shares_of_the_rows_read() {
    let workdir = Workdir::new();
    // Three rows with one address are one lead by a rule; nothing else is alike.
    workdir.file(
        "leads.csv",
        "source_id,full_name,email\n1,Ana Kirova,ana@one.example\n2,Otto Lang,ana@one.example\n\
         3,Rosa Conti,ana@one.example\n4,Leo Maurer,leo@four.example\n5,,x@nine.example\n",
    );
    let pipeline = "as_of = \"2026-10-15\"\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\n\
                    [load]\nmax_rejects = \"50%\"\n[dedupe]\nmatch_at = 1.0\nreview_at = 1.0\n\
                    [[dedupe.rule]]\nname = \"Same e-mail\"\nsame = [\"email\"]\n";
    let cases = [
        ("of = 'duplicates'\nwarn = '> 40%'", 0, "40.0 % (2 of 5)"),
        ("of = 'duplicates'\nwarn = '>= 40%'", 1, "40.0 % (2 of 5); it must not be >= 40%"),
        ("of = 'duplicates'\nfail = '> 1'", 3, "2 of 5; it must not be > 1"),
        ("of = 'review'\nfail = '> 0'", 0, "0 of 5"),
        ("of = 'review'\nwarn = '< 1%'", 1, "0.0 % (0 of 5); it must not be < 1%"),
        ("from = 'lead_members'\nunique = ['lead_id']\nfail = '< 25%'", 0, "25.0 % (1 of 4)"),
    ];
    holds(&workdir, pipeline, &cases);
}

const MANY: &str = "[[expect]]\nname = \"Enough\"\nwarn = \"< 1\"\n\
                    [[expect]]\nname = \"E-mail known\"\nfilled = [\"email\"]\nwarn = \"< 90%\"\n\
                    [[expect]]\nname = \"Rejects\"\nof = \"rejects\"\nwarn = \"> 1%\"\nfail = \"> 20%\"\n\
                    [[expect]]\nname = \"Value\"\nmeasure = \"SUM(budget_amount)\"\nchange = true\nwarn = \"< -30%\"\n";

#[test]
fn the_summary_counts_them_and_tells_of_those_that_are_not_met() {
    let workdir = project(MANY);
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for line in [
        " Expectations          1 met     2 warns   1 not known yet\n",
        " warns          E-mail known: 80.0 % (8 of 10); it must not be < 90%\n",
        " warns          Rejects: 16.7 % (2 of 12); it must not be > 1%\n",
        " not known yet  Value: 100.5; there is no last run to compare with\n",
    ] {
        assert!(ran.stderr.contains(line), "{line}{}", ran.stderr);
    }
    assert_eq!(workdir.table("out/p/leads.csv").len(), 10, "with warnings, a run is published");
    let explained = workdir.succeed(&["explain", "p.toml"]).stdout;
    for line in [
        "expect: 4 expectations\n  Enough: rows of leads; warns < 1\n",
        "  E-mail known: rows of leads with email; warns < 90%\n",
        "  Rejects: rejects; warns > 1%; fails > 20%\n",
        "  Value: SUM(budget_amount) of leads, change since the last run; warns < -30%\n",
    ] {
        assert!(explained.contains(line), "{line}{explained}");
    }
}

/// Every file of a folder with its bytes.
fn files(folder: &std::path::Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false => files.extend([(path.clone(), std::fs::read(&path).unwrap())]),
        }
    }
    files
}

#[test]
fn a_failure_publishes_nothing_and_leaves_everything_beside() {
    let workdir = project(MANY);
    workdir.run(&["run", "p.toml"]);
    let before = files(&workdir.path("out/p"));
    // A third reject, and one lead less: 3 of 12.
    workdir.file("leads.csv", LEADS.replace("Paul Martin", ""));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 3, "a warning beside a failure is a failure");
    let lines: Vec<&str> = ran.stderr.lines().filter(|line| line.contains(": ")).collect();
    assert_eq!(
        lines,
        [
            "error: 1 expectation failed: Rejects: 25.0 % (3 of 12); it must not be > 20%",
            "warning: E-mail known: 88.9 % (8 of 9); it must not be < 90%",
        ]
    );
    assert!(ran.stderr.contains("p.failed has what the run found."), "{}", ran.stderr);
    assert!(files(&workdir.path("out/p")) == before, "the last output stands as it stood");
    assert_eq!(workdir.table("out/p.failed/leads.csv").len(), 9);
    assert_eq!(workdir.table("out/p.failed/rejects.csv").len(), 4);
    for name in ["pipeline.toml", "reports/leads_by_owner.csv", "decisions.parquet"] {
        assert!(workdir.path("out/p.failed").join(name).exists(), "{name}");
    }
    let summary = workdir.summary("out/p.failed");
    assert_eq!(told(&summary, "Rejects").0, "fail");
    assert_eq!(told(&summary, "E-mail known").0, "warn");
    assert_eq!(told(&summary, "Value"), ("met".to_owned(), "100.5 after 100.5: 0.0 %".to_owned()));
    // Another failed run takes its place; one that finishes takes it away.
    assert_eq!(workdir.run(&["run", "p.toml"]).code, 3);
    workdir.file("leads.csv", LEADS);
    assert_eq!(workdir.run(&["run", "p.toml"]).code, 1);
    assert!(!workdir.path("out/p.failed").exists());
}

#[test]
fn several_failures_are_told_in_lines_of_their_own() {
    let workdir = project("[[expect]]\nname = \"A\"\nfail = \"< 11\"\n[[expect]]\nname = \"B\"\nfail = \"< 12\"\n");
    let ran = workdir.run(&["run", "p.toml", "--quiet"]);
    assert_eq!(ran.code, 3);
    let told = "error: 2 expectations failed:\n  A: 10; it must not be < 11\n  B: 10; it must not be < 12\nNothing was published;";
    assert!(ran.stderr.starts_with(told), "{}", ran.stderr);
    assert!(!workdir.path("out/p").exists() && workdir.path("out/p.failed/run.json").exists());
}

#[test]
fn tables_that_nobody_wants_written_are_measured_and_shown_where_they_fail() {
    let expectation = "[[expect]]\nname = \"Few decisions\"\nfrom = \"decisions\"\nfail = \"> LIMIT\"\n\
                       [[expect]]\nname = \"Rejects\"\nof = \"rejects\"\nwarn = \"> 2\"\n[write]\ntables = [\"leads\"]\n";
    let workdir = project(&expectation.replace("LIMIT", "10"));
    workdir.succeed(&["run", "p.toml"]);
    assert!(workdir.path("out/p/leads.csv").exists() && !workdir.path("out/p/decisions.csv").exists());
    assert_eq!(told(&workdir.summary("out/p"), "Few decisions").1, "10");
    workdir.file("p.toml", format!("{PIPELINE}{}", expectation.replace("LIMIT", "9")));
    assert_eq!(workdir.run(&["run", "p.toml"]).code, 3);
    assert_eq!(workdir.table("out/p.failed/decisions.csv").len(), 10);
    assert_eq!(workdir.table("out/p.failed/rejects.csv").len(), 3);
    // A run that only looks for duplicates makes the leads for an expectation alone, too.
    let only = "[[expect]]\nname = \"E-mails\"\nfilled = [\"email\"]\nfail = \"> 8\"\n[write]\ntables = [\"links\"]\n";
    workdir.file("p.toml", format!("{}{only}", PIPELINE.replace("enabled = false", "enabled = true")));
    workdir.succeed(&["run", "p.toml", "--only", "dedupe"]);
    assert_eq!(told(&workdir.summary("out/p"), "E-mails").1, "8 of 10");
    assert!(workdir.path("out/p/links.csv").exists() && !workdir.path("out/p/leads.csv").exists());
}

#[test]
fn expectations_rest_where_a_run_of_a_part_does_not_make_what_they_read() {
    let workdir = project(
        "[[expect]]\nname = \"Leads\"\nfail = \"< 10\"\n\
         [[expect]]\nname = \"Stars\"\nwhere = \"stars = 5\"\nfail = \"< 1000\"\n\
         [[expect]]\nname = \"Contacts\"\nfrom = \"contacts\"\nfail = \"< 1000\"\n\
         [[expect]]\nname = \"Duplicates\"\nof = \"duplicates\"\nfail = \"> 1000\"\n\
         [[expect]]\nname = \"Timeframe\"\nfilled = [\"purchase_timeframe\"]\nfail = \"< 1%\"\n",
    );
    assert_eq!(workdir.run(&["run", "p.toml"]).code, 3);
    let ran = workdir.run(&["run", "p.toml", "--only", "load"]);
    assert_eq!(ran.code, 3, "the time frame is known to be blank: {}", ran.stderr);
    // Rows are leads there, whose scores and decisions are not made up.
    let summary = workdir.summary("out/p.failed");
    assert_eq!(told(&summary, "Leads").0, "met");
    let rests = |name: &str, why: &str| assert_eq!(told(&summary, name), ("rests".to_owned(), why.to_owned()));
    rests("Stars", "a run of `only = \"load\"` does not fill leads.stars");
    rests("Duplicates", "a run of `only = \"load\"` looks for no duplicates");
    let ran = workdir.succeed(&["run", "p.toml", "--only", "dedupe"]);
    for line in [
        " rests  Stars: a run of `only = \"dedupe\"` does not fill leads.stars\n",
        " rests  Contacts: a run of `only = \"dedupe\"` does not fill the table contacts\n",
        " rests  Timeframe: in this run the table leads has no column purchase_timeframe\n",
    ] {
        assert!(ran.stderr.contains(line), "{line}{}", ran.stderr);
    }
}

#[test]
fn cases_of_the_file_have_nothing_to_do_with_expectations() {
    let test = "[[test]]\nname = \"a lead\"\nlead = { full_name = \"Ana Kirova\" }\nexpect = { status = \"open\" }\n";
    let workdir = project(&format!("[[expect]]\nname = \"Many\"\nfail = \"< 1000\"\n{test}"));
    let ran = workdir.succeed(&["test", "p.toml"]);
    assert!(ran.stdout.starts_with("ok "), "{}", ran.stdout);
}

#[test]
fn faults_are_shown_with_excerpt_caret_and_help() {
    let ran = project(faults::FAULTY).run(&["check", "p.toml"]);
    insta::assert_snapshot!(ran.stderr);
}
